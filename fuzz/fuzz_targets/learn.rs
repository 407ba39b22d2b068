//! Any raw events, printed lines and listings: learning ends, claims nothing without evidence, and writes what loads.
#![no_main]

#[path = "../../tests/analysis/oracle.rs"]
mod oracle;

libfuzzer_sys::fuzz_target!(|data: &[u8]| oracle::learn(data));
