//! Any text as a value: what can be read is shown as a text that is read as the same.
#![no_main]

#[path = "../../tests/support/diagnostics.rs"]
mod diagnostics;
#[path = "../../tests/support/entries.rs"]
#[allow(dead_code, clippy::unwrap_used, clippy::panic)]
mod entries;

libfuzzer_sys::fuzz_target!(|data: &[u8]| entries::text_values(data));
