//! Any bytes scanned for buffers: those found can be read, are in order and do not overlap.
#![no_main]

#[path = "../../tests/support/diagnostics.rs"]
mod diagnostics;
#[path = "../../tests/support/entries.rs"]
#[allow(dead_code, clippy::unwrap_used, clippy::panic)]
mod entries;

libfuzzer_sys::fuzz_target!(|data: &[u8]| entries::scanned(data));
