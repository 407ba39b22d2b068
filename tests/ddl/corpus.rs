//! The fuzzer's oracle over what the fuzzer has kept, over every golden source, and over those sources cut short.

use super::oracle;
use crate::files::files;

#[test]
fn the_corpus_of_the_fuzzer() {
    files("fuzz/corpus/ddl", None, 10).iter().for_each(|file| oracle::check(file));
}

#[test]
fn golden_sources_cut_anywhere() {
    for file in files("tests/ddl", Some("ddl"), 10).iter().chain(&[super::ZSPI.into()]) {
        oracle::check(file);
        for end in (0..file.len()).step_by(7) {
            oracle::check(&file[..end]);
        }
    }
}
