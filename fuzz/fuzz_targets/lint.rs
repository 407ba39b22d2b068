#![no_main]
#![doc = "Any event that can be read can be checked, and every finding lies in its event."]

#[path = "../../tests/support/mod.rs"]
mod support;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| support::lint::lint(bytes));
