//! Any bytes as hexadecimal text: every line is digits, a listing's, or a fault.
#![no_main]

#[path = "../../tests/support/text_inputs.rs"]
mod text_inputs;

libfuzzer_sys::fuzz_target!(|data: &[u8]| text_inputs::hex(data));
