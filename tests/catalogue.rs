//! The shipped definitions: their sources are without fault, and the image compiled in is made of them.
//! `BLESS=1 cargo test --test catalogue` makes the image anew.
#![allow(clippy::unwrap_used)]

use std::{env, fs};

use zems::dictionary::{Dictionary, Loader};
use zems::text::NoLoader;

const IMAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/dictionary/builtin/catalogue.bin");

#[test]
fn the_image_is_that_of_the_sources() {
    let loaded = Loader::with_builtin().load(&NoLoader);
    assert!(loaded.diagnostics.is_empty(), "{}", loaded.diagnostics.render(&loaded.sources));
    let image = loaded.dictionary.as_bytes();
    if env::var_os("BLESS").is_some_and(|bless| bless == "1") {
        fs::write(IMAGE, image).unwrap();
        return;
    }
    let is_same = Dictionary::builtin().as_bytes() == image;
    assert!(is_same, "the sources have changed: run BLESS=1 cargo test --test catalogue");
    assert_eq!(Dictionary::builtin().profile(), loaded.dictionary.profile());
}
