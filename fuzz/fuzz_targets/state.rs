//! Any bytes as a state: an error that says so, or a state that is saved as the same.
#![no_main]

#[path = "../../io/tests/any.rs"]
mod any;

libfuzzer_sys::fuzz_target!(|data: &[u8]| any::state(data));
