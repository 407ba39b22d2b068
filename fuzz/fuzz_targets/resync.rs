#![no_main]
#![doc = "Any bytes: see the oracle `resync`."]

#[path = "../../tests/support/mod.rs"]
mod support;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| support::oracle::resync(bytes));
