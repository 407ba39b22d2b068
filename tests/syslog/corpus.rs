//! The oracle of the fuzzer over what it has kept, over those lines cut short, and over lines made up.

use proptest::prelude::*;

use super::any::check;
use super::files::files;
use super::write::structured_line;

#[test]
fn the_lines_of_the_fuzzer() {
    let mut count = 0;
    for input in files("fuzz/corpus/syslog", None, 6) {
        check(&input);
        for line in input.split(|byte| *byte == b'\n').filter(|line| line.len() < 300) {
            (0..line.len()).for_each(|len| check(&line[..len]));
            count += 1;
        }
    }
    assert!(count > 20, "{count} lines");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn lines_with_a_byte_changed(line in structured_line(), at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let mut line = line.into_bytes();
        let at = at.index(line.len());
        line[at] = byte;
        check(&line);
        line.remove(at);
        check(&line);
    }
}
