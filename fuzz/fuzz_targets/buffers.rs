//! Any bytes as an input of every form: each byte is in one item, however many come at a time.
#![no_main]

#[path = "../../io/tests/any.rs"]
mod any;

libfuzzer_sys::fuzz_target!(|data: &[u8]| any::buffers(data));
