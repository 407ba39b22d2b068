//! Any sequence of calls, on a naive model and on a buffer.

use proptest::prelude::*;

use crate::support::procedures;

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn calls_answer_as_the_model_does(bytes in proptest::collection::vec(any::<u8>(), 0..900)) {
        procedures::run(&bytes);
    }

    #[test]
    fn calls_on_any_bytes_return(
        calls in proptest::collection::vec(any::<u8>(), 64),
        at in any::<proptest::sample::Index>(),
        to in any::<u8>(),
    ) {
        let mut bytes = calls;
        bytes.extend(zems::samples::COMMAND);
        let at = 64 + at.index(bytes.len() - 64);
        bytes[at] = to;
        procedures::hostile(&bytes);
    }
}

#[test]
fn committed_inputs() {
    for input in crate::files::files("fuzz/corpus/procedures", None, 6) {
        procedures::run(&input);
        procedures::hostile(&input);
    }
}
