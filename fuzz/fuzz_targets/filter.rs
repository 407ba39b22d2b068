//! Any text as a filter source: no panic, no endless loop, diagnostics inside their sources, and a verdict that its
//! explanation bears out.
#![no_main]

#[path = "../../tests/support/diagnostics.rs"]
mod diagnostics;
#[path = "../../tests/filter/oracle.rs"]
mod oracle;
#[path = "../../tests/filter/site.rs"]
mod site;

libfuzzer_sys::fuzz_target!(|data: &[u8]| oracle::check(data));
