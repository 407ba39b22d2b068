#![no_main]
#![doc = "Any bytes: see the oracle `codec`."]

#[path = "../../tests/support/codec.rs"]
#[allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]
mod codec;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| codec::codec(bytes));
