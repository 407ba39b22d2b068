//! The fuzzer's oracle over what the fuzzer has kept, over every golden source, and over those sources cut short.

use std::path::Path;
use std::{env, fs};

use crate::oracle;

fn files(directory: &str, extension: Option<&str>) -> Vec<Vec<u8>> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join(directory);
    let mut paths: Vec<_> = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
        .into_iter()
        .filter(|path| {
            path.is_file() && extension.is_none_or(|wanted| path.extension().is_some_and(|e| e == wanted))
        })
        .map(|path| fs::read(path).unwrap())
        .collect()
}

#[test]
fn the_corpus_of_the_fuzzer() {
    let files = files("fuzz/corpus/ddl", None);
    assert!(files.len() >= 10, "the corpus is gone");
    files.iter().for_each(|file| oracle::check(file));
}

#[test]
fn golden_sources_cut_anywhere() {
    for file in files("tests/ddl", Some("ddl")).iter().chain(&[crate::ZSPI.into()]) {
        oracle::check(file);
        for end in (0..file.len()).step_by(7) {
            oracle::check(&file[..end]);
        }
    }
}
