//! Any buffer: searches give what going through its tokens one by one gives.
#![no_main]

#[path = "../../tests/support/diagnostics.rs"]
mod diagnostics;
#[path = "../../tests/support/entries.rs"]
#[allow(dead_code, clippy::unwrap_used, clippy::panic)]
mod entries;

libfuzzer_sys::fuzz_target!(|data: &[u8]| entries::find(data));
