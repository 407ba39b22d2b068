//! The properties of any bytes as an input or as a state: the same for the fuzz targets and for the tests here.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    dead_code,
    unreachable_pub
)]

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use zems::spi::Profile;

use zems_io::{Buffers, Form, Item, Known, State};

/// Hands out a few bytes at a time.
struct Slow<'b>(&'b [u8], usize);

impl Read for Slow<'_> {
    fn read(&mut self, space: &mut [u8]) -> io::Result<usize> {
        let len = self.0.len().min(space.len()).min(self.1);
        let (now, later) = self.0.split_at(len);
        space[..len].copy_from_slice(now);
        self.0 = later;
        Ok(len)
    }
}

/// The items of an input: the kind, place and bytes of each item, with the pieces of a bad region joined.
fn items(bytes: &[u8], form: Form, step: usize) -> Vec<(&'static str, u64, Vec<u8>)> {
    let mut buffers = Buffers::new(Slow(bytes, step), form, &Profile::DEFAULT);
    let mut found: Vec<(&'static str, u64, Vec<u8>)> = Vec::new();
    while let Some(item) = buffers.next().unwrap() {
        match item {
            Item::Buffer(buffer) => {
                buffer.check(|_| {}).unwrap();
                found.push(("buffer", buffer.origin(), buffer.as_bytes().to_vec()));
            }
            Item::Between { bytes, offset, .. } => match found.last_mut() {
                Some((kind, start, known)) if *kind == "between" && *start + known.len() as u64 == offset => {
                    known.extend(bytes);
                }
                _ => found.push(("between", offset, bytes.to_vec())),
            },
            Item::Bad { bytes, offset, region: start, .. } => match found.last_mut() {
                Some((kind, first, known)) if *kind == "bad" && *first == start => known.extend(bytes),
                _ => {
                    assert_eq!(offset, start);
                    found.push(("bad", start, bytes.to_vec()));
                }
            },
            Item::Wait => {}
            _ => {}
        }
    }
    found
}

/// In every form each byte is in exactly one item, and the items do not depend on how many bytes come at a time.
///
/// # Panics
///
/// It is not so.
pub fn buffers(bytes: &[u8]) {
    for form in [Form::Raw, Form::Be16, Form::Be32, Form::Scan] {
        let whole = items(bytes, form, usize::MAX);
        assert_eq!(whole, items(bytes, form, 7), "{form:?}");
        let mut end = 0;
        for (kind, offset, own) in &whole {
            assert_eq!(*offset, end, "{form:?}: {kind}");
            end += own.len() as u64;
        }
        assert_eq!(end, bytes.len() as u64, "{form:?}");
    }
    // In hexadecimal text the digits count.
    let whole = items(bytes, Form::Hex, usize::MAX);
    assert_eq!(whole, items(bytes, Form::Hex, 5));
    let digits = bytes.iter().filter(|byte| byte.is_ascii_hexdigit()).count();
    assert!(whole.iter().map(|(_, _, own)| own.len()).sum::<usize>() <= bytes.len().max(digits));
}

/// A directory of this process, for states.
fn directory(name: &str) -> PathBuf {
    let path = std::env::temp_dir().join(format!("zems-{name}-{}", std::process::id()));
    fs::create_dir_all(&path).unwrap();
    path
}

/// Any bytes as a state are a state or an error that says what to do; a state that is read is saved as one that says the same.
///
/// # Panics
///
/// It is not so.
pub fn state(bytes: &[u8]) {
    let path = directory("any-state").join("state");
    fs::write(&path, bytes).unwrap();
    match State::load(&path) {
        Ok(mut state) => {
            let before = format!("{:?}", known(&state, bytes));
            state.reached(0, Path::new("more"), Known::default());
            state.save(1).unwrap();
            drop(state);
            let again = State::load(&path).unwrap();
            assert_eq!(format!("{:?}", known(&again, bytes)), before);
            assert!(again.known(Path::new("more")).is_some());
        }
        Err(error) => assert!(error.to_string().contains("is not a state file of zems"), "{error}"),
    }
}

/// The entries of a state for the files that a text names.
fn known(state: &State, bytes: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(bytes);
    let names = text.split('"').filter(|name| name.starts_with('/'));
    names.map(|name| format!("{name}: {:?}", state.known(Path::new(name)))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn corpus(name: &str) -> Vec<Vec<u8>> {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/corpus").join(name);
        let mut paths: Vec<_> = fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()).collect();
        paths.sort();
        assert!(paths.len() >= 3, "{name} holds {} inputs", paths.len());
        paths.iter().map(|path| fs::read(path).unwrap()).collect()
    }

    #[test]
    fn any_input() {
        for target in ["buffers", "resync", "decode"] {
            corpus(target).iter().for_each(|input| buffers(input));
        }
        let joined =
            [zems::samples::EVENT, b"noise", zems::samples::COMMAND, &zems::samples::EVENT[..90]].concat();
        for at in 0..joined.len() {
            let mut changed = joined.clone();
            changed[at] ^= 0x40;
            buffers(&changed);
        }
    }

    #[test]
    fn any_state() {
        for input in corpus("state") {
            state(&input);
            for at in (0..input.len()).step_by(3) {
                let mut changed = input.clone();
                changed[at] = b'1';
                state(&changed);
                state(&input[..at]);
            }
        }
    }
}
