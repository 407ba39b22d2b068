#![no_main]
#![doc = "Any bytes and any calls at the border of the C library end with a code, and leave nothing behind."]

#[path = "../../bindings/c/tests/support/border.rs"]
mod border;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    border::read(bytes);
    border::build(bytes);
    border::procedures(bytes);
});
