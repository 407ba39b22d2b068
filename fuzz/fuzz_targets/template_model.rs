//! Templates and an event made from the input: the compiled template says what a literal renderer says.
#![no_main]

#[path = "../../tests/support/choices.rs"]
mod choices;
#[path = "../../tests/template/model.rs"]
mod model;
#[path = "../../tests/template/site.rs"]
mod site;

libfuzzer_sys::fuzz_target!(|data: &[u8]| model::check(data));
