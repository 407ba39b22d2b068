//! Any bytes as printed lines: events that say what was read.
#![no_main]

#[path = "../../tests/support/text_inputs.rs"]
mod text_inputs;

libfuzzer_sys::fuzz_target!(|data: &[u8]| text_inputs::printed(data));
