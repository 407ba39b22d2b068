//! The fuzzer's oracles over what the fuzzer has kept, over every golden source, and over those sources cut short.

use super::files::files;
use super::{model, oracle};

#[test]
fn the_sources_of_the_fuzzer() {
    files("fuzz/corpus/filter", None, 10).iter().for_each(|file| oracle::check(file));
}

#[test]
fn the_filters_and_events_of_the_fuzzer() {
    files("fuzz/corpus/verdict", None, 10).iter().for_each(|file| model::check(file));
}

#[test]
fn golden_sources_cut_anywhere() {
    for file in files("tests/filter/golden", None, 30).iter().chain(&files("fuzz/corpus/filter", None, 10)) {
        oracle::check(file);
        for end in (0..file.len()).step_by(11) {
            oracle::check(&file[..end]);
        }
    }
}
