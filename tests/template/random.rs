//! Random templates over random events, against the literal renderer.

use proptest::prelude::*;

use super::model;

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_template_says_what_its_parts_say(data in proptest::collection::vec(any::<u8>(), 0..800)) {
        model::check(&data);
    }
}

/// The making is not one-sided: most templates have a text, some tokens are there and some are not.
#[test]
fn texts_come_out_all_ways() {
    let mut state = 1_u32;
    let (mut compared, mut written, mut missing) = (0, 0, 0);
    for _ in 0..1000 {
        let data: Vec<u8> = (0..400)
            .map(|_| {
                state ^= state << 13;
                state ^= state >> 17;
                state ^= state << 5;
                state.to_le_bytes()[1]
            })
            .collect();
        let Some((text, is_missing)) = model::compare(&data) else { continue };
        compared += 1;
        written += u32::from(text.len() > 4);
        missing += u32::from(is_missing);
    }
    assert!(compared > 900 && written > 500, "{compared} compared, {written} with a text");
    assert!((200..900).contains(&missing), "{missing} of {compared} without a token");
}
