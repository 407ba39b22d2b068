//! Any text as an object of the JSON form: what makes a buffer makes one whose own JSON makes the same.
#![no_main]

#[path = "../../tests/support/json_in.rs"]
#[allow(clippy::unwrap_used)]
mod json_in;

libfuzzer_sys::fuzz_target!(|data: &[u8]| json_in::json(data));
