//! A filter and events made from the input: the program says what walking the filter's tree says.
#![no_main]

#[path = "../../tests/support/choices.rs"]
mod choices;
#[allow(dead_code)]
#[path = "../../tests/filter/model.rs"]
mod model;
#[path = "../../tests/filter/site.rs"]
mod site;

libfuzzer_sys::fuzz_target!(|data: &[u8]| model::check(data));
