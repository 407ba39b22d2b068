//! Any bytes as events in columns: each event that can be read has a row, which says what the event says.
#![no_main]

#[path = "../../tests/support/columns.rs"]
#[allow(clippy::unwrap_used)]
mod columns;

libfuzzer_sys::fuzz_target!(|data: &[u8]| columns::columns(data));
