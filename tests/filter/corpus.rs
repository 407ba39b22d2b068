//! The fuzzer's oracles over what the fuzzer has kept, over every golden source, and over those sources cut short.

use std::path::Path;
use std::{env, fs};

use super::{model, oracle};

fn files(directory: &str) -> Vec<Vec<u8>> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join(directory);
    let mut paths: Vec<_> = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths.iter().filter(|path| path.is_file()).map(|path| fs::read(path).unwrap()).collect()
}

#[test]
fn the_sources_of_the_fuzzer() {
    let files = files("fuzz/corpus/filter");
    assert!(files.len() >= 10, "the corpus is gone");
    files.iter().for_each(|file| oracle::check(file));
}

#[test]
fn the_filters_and_events_of_the_fuzzer() {
    let files = files("fuzz/corpus/verdict");
    assert!(files.len() >= 10, "the corpus is gone");
    files.iter().for_each(|file| model::check(file));
}

#[test]
fn golden_sources_cut_anywhere() {
    for file in files("tests/filter/golden").iter().chain(&files("fuzz/corpus/filter")) {
        oracle::check(file);
        for end in (0..file.len()).step_by(11) {
            oracle::check(&file[..end]);
        }
    }
}
