//! Any text as a definition source: no panic, no endless loop, diagnostics inside their sources, sound layouts.
#![no_main]

#[allow(dead_code)]
#[path = "../../tests/ddl/oracle.rs"]
mod oracle;

libfuzzer_sys::fuzz_target!(|data: &[u8]| oracle::check(data));
