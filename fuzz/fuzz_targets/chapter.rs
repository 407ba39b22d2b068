//! Any text as a chapter of message documentation, of either layout: no panic, and what is read without an error becomes sources
//! that load.
#![no_main]

#[path = "../../tests/support/chapter.rs"]
mod chapter;

libfuzzer_sys::fuzz_target!(|data: &[u8]| chapter::any(data));
