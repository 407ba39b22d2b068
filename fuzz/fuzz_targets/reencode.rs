#![no_main]
#![doc = "Any bytes: see the oracle `reencode_any`."]

#[path = "../../tests/support/mod.rs"]
mod support;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| support::oracle::reencode_any(bytes));
