#![no_main]
#![doc = "Two streams of events compared: every event is in one count, both ways alike, and no stream differs from itself."]

#[path = "../../tests/support/diff.rs"]
mod diff;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| diff::any(bytes));
