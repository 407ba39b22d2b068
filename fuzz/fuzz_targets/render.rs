//! A template source and the tokens of an event: shown in every way, listed, laid out in lines, and read back.
#![no_main]

#[path = "../../tests/support/diagnostics.rs"]
mod diagnostics;
#[path = "../../tests/template/oracle.rs"]
mod oracle;
#[path = "../../tests/template/site.rs"]
mod site;

libfuzzer_sys::fuzz_target!(|data: &[u8]| oracle::render(data));
