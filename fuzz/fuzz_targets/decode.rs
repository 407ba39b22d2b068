#![no_main]
#![doc = "Any bytes: see the oracle `decode`."]

#[path = "../../tests/support/mod.rs"]
mod support;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| support::oracle::decode(bytes));
