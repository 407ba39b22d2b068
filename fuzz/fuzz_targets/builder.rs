#![no_main]
#![doc = "A buffer made from arbitrary decisions reads as what it was made of, and comes back through JSON."]

#[path = "../../tests/support/mod.rs"]
mod support;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| support::oracle::build(bytes));
