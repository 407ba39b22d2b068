//! The oracle of the fuzzer over what it has kept, and over that cut short.

use super::any::check;
use super::files::files;
use zems::formats::otlp::Request;

/// Inputs of the corpus: crashers of the past among them.
fn inputs() -> Vec<Vec<u8>> {
    files("fuzz/corpus/otlp", None, 6)
}

#[test]
fn the_inputs_of_the_fuzzer() {
    for input in inputs() {
        check(&input);
        (0..input.len()).step_by(input.len() / 100 + 1).for_each(|len| check(&input[..len]));
    }
}

/// Memory goes by what is there, not by a length found. The most for a byte goes to records of two bytes, which are empty.
#[test]
fn lengths_found_take_no_memory() {
    let mut inputs = inputs();
    inputs.push(b"\x0A\xFF\xFF\xFF\xFF\x0Fabc".to_vec());
    inputs.push([&b"\x0A\x84\x20\x12\x81\x20"[..], &b"\x12\x00".repeat(2_048)].concat());
    for input in inputs {
        let read =
            |text: &[u8]| core::str::from_utf8(text).is_ok_and(|text| Request::from_json(text).is_ok());
        let info = allocation_counter::measure(|| {
            let _ = (Request::from_protobuf(&input).is_ok(), read(&input));
        });
        let most = 10_000 + 512 * u64::try_from(input.len()).unwrap();
        assert!(info.bytes_max < most, "{} bytes for {}", info.bytes_max, input.len());
    }
}
