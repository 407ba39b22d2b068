//! Results of the analysis of many events.

#[cfg(feature = "diff")]
mod diff;
mod learn;
mod oracle;

/// The inputs of the fuzz target, and each of them changed in some bytes.
#[test]
fn the_corpus_of_learn() {
    for input in crate::files::files("fuzz/corpus/learn", None, 3) {
        oracle::learn(&input);
        let mut random = crate::support::hidden::Random(input.len() as u64);
        for _ in 0..6 {
            let mut changed = input.clone();
            for _ in 0..3 {
                let at = usize::try_from(random.below(changed.len() as u64)).unwrap();
                changed[at] = random.byte();
            }
            oracle::learn(&changed);
        }
    }
}
