//! The oracles of the fuzz targets over their committed inputs, crashers of the past among them.

use crate::files;
use crate::support;

use files::files;
use support::oracle;

fn each(target: &str, oracle: fn(&[u8])) {
    files(&format!("fuzz/corpus/{target}"), None, 4).iter().for_each(|input| oracle(input));
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
