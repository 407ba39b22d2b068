//! Any bytes as compiled definitions: no panic, no endless loop; what is read can be used, and is written as it was read. The
//! input is the sections of a file, so that the checksum does not keep it out.
#![no_main]

#[path = "../../tests/support/compiled.rs"]
mod oracle;

libfuzzer_sys::fuzz_target!(|data: &[u8]| oracle::compiled(data));
