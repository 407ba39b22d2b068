#![no_main]
#![doc = "Calls of the SPI and EMS procedures answer as a naive model does, and any calls on any bytes return."]

#[path = "../../tests/support/mod.rs"]
mod support;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    support::procedures::run(bytes);
    support::procedures::hostile(bytes);
});
