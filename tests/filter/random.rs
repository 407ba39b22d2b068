//! Random filters over random events, against the naive evaluator.

use proptest::prelude::*;

use super::model;

proptest! {
    #![proptest_config(ProptestConfig { cases: 3000, ..ProptestConfig::default() })]

    #[test]
    fn a_program_says_what_the_tree_says(data in proptest::collection::vec(any::<u8>(), 0..1600)) {
        model::check(&data);
    }
}

#[test]
fn conditions_come_out_both_ways() {
    let mut state = 1_u32;
    let seeds = (0..4000).map(|_| {
        (0..300)
            .map(|_| {
                state ^= state << 13;
                state ^= state >> 17;
                state ^= state << 5;
                state.to_le_bytes()[1]
            })
            .collect()
    });
    let tally = model::tally(seeds);
    assert_eq!(tally.len(), 4, "{tally:?}");
    assert!(tally.values().all(|count| *count > 150), "{tally:?}");
}
