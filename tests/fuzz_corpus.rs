//! The oracles of the fuzz targets over their committed inputs, crashers of the past among them.
#![allow(clippy::unwrap_used)]

mod support;

use support::oracle;

fn each(target: &str, oracle: fn(&[u8])) {
    let directory = format!("{}/fuzz/corpus/{target}", env!("CARGO_MANIFEST_DIR"));
    let mut count = 0;
    for entry in std::fs::read_dir(&directory).unwrap() {
        oracle(&std::fs::read(entry.unwrap().path()).unwrap());
        count += 1;
    }
    assert!(count > 3, "{directory} holds {count} inputs");
}

#[test]
fn decode() {
    each("decode", oracle::decode);
}

#[test]
fn reencode() {
    each("reencode", oracle::reencode_any);
}

#[test]
fn builder() {
    each("builder", oracle::build);
}

#[test]
fn resync() {
    each("resync", oracle::resync);
}
