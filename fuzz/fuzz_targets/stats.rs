//! Any bytes as the events of a night: every buffer is in one count of each kind.
#![no_main]

#[path = "../../tests/support/stats.rs"]
mod stats;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| stats::stats(bytes));
