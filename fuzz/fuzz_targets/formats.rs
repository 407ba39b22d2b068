//! Any bytes as buffers in every output format: JSON, OTLP, CSV and ECS say the same, and what can be read back is the same buffer.
#![no_main]

#[path = "../../tests/support/formats.rs"]
mod formats;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| formats::formats(bytes));
