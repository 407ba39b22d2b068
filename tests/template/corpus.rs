//! The fuzzer's oracles over what the fuzzer has kept.

use super::files::files;
use super::{model, oracle};

#[test]
fn the_sources_of_the_fuzzer() {
    files("fuzz/corpus/template", None, 10).iter().for_each(|file| oracle::template(file));
}

#[test]
fn the_events_of_the_fuzzer() {
    files("fuzz/corpus/render", None, 4).iter().for_each(|file| oracle::render(file));
}

#[test]
fn the_templates_and_events_of_the_fuzzer() {
    files("fuzz/corpus/template_model", None, 4).iter().for_each(|file| model::check(file));
}
