//! A template source and the tokens of an event: shown in every way, listed, laid out in lines, and read back.
#![no_main]

#[allow(dead_code, unused_imports)]
#[path = "../../tests/template/oracle.rs"]
mod oracle;
#[allow(dead_code)]
#[path = "../../tests/template/site.rs"]
mod site;

libfuzzer_sys::fuzz_target!(|data: &[u8]| oracle::render(data));
