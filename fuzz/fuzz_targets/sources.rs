//! Any texts as sources of every kind (DDL, C headers, event metadata): diagnostics lie in their sources, and the dictionary comes
//! back from its compiled form.
#![no_main]

#[path = "../../tests/support/diagnostics.rs"]
mod diagnostics;
#[path = "../../tests/support/entries.rs"]
#[allow(dead_code, clippy::unwrap_used, clippy::panic)]
mod entries;

libfuzzer_sys::fuzz_target!(|data: &[u8]| entries::sources(data));
