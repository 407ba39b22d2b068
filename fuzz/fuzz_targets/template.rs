//! Any text as a template source: no panic, no endless loop, diagnostics inside their sources, the same result twice.
#![no_main]

#[path = "../../tests/support/diagnostics.rs"]
mod diagnostics;
#[path = "../../tests/template/oracle.rs"]
mod oracle;
#[path = "../../tests/template/site.rs"]
mod site;

libfuzzer_sys::fuzz_target!(|data: &[u8]| oracle::template(data));
