//! Any bytes as a request in either encoding: what is read is written and read again as the same, its records make buffers.
#![no_main]

#[path = "../../tests/otlp/any.rs"]
mod any;

libfuzzer_sys::fuzz_target!(|data: &[u8]| any::check(data));
