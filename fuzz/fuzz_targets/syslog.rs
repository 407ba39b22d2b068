//! Any bytes as lines of a system log: they become events, and lines again that say the same.
#![no_main]

#[path = "../../tests/syslog/any.rs"]
mod any;
#[path = "../../tests/syslog/texts.rs"]
mod texts;

libfuzzer_sys::fuzz_target!(|data: &[u8]| any::check(data));
