//! Any bytes at the border, as the fuzz target `c_border` does it, over the samples and their neighbours.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

#[path = "support/border.rs"]
mod border;

use std::path::Path;

/// Numbers by a linear congruential generator: the same in every run.
struct Random(u64);

impl Random {
    fn next(&mut self) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap()
    }
}

#[test]
fn damaged_samples_are_read() {
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../samples");
    let mut random = Random(1);
    for name in ["event.bin", "command.bin", "bkup-fail.bin", "event.hex", "portmapper.emf"] {
        let sample = std::fs::read(samples.join(name)).unwrap();
        border::read(&sample);
        for _ in 0..40 {
            let mut bytes = sample.clone();
            for _ in 0..=random.next() % 4 {
                let at = random.next() % bytes.len();
                bytes[at] = u8::try_from(random.next() % 256).unwrap();
            }
            bytes.truncate(bytes.len() - random.next() % 3);
            border::read(&bytes);
        }
    }
}

#[test]
fn any_calls_return() {
    let mut random = Random(2);
    for round in 0..300 {
        let bytes: Vec<u8> = (0..round).map(|_| u8::try_from(random.next() % 256).unwrap()).collect();
        border::build(&bytes);
        border::procedures(&bytes);
    }
}

/// The committed inputs of the fuzz target.
#[test]
fn the_inputs_of_the_fuzzer() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus/c_border");
    let mut paths: Vec<_> = std::fs::read_dir(corpus).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    assert!(paths.len() >= 3, "{} inputs", paths.len());
    for bytes in paths.iter().map(|path| std::fs::read(path).unwrap()) {
        border::read(&bytes);
        border::build(&bytes);
        border::procedures(&bytes);
    }
}
