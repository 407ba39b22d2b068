use super::status::Status;
use crate::spi::{TokenCode, TokenNumber, TokenType, TypeCode, Version};

/// A token map: the words a program names an extensible structure by (SPI Programming Manual C-7 to C-10).
///
/// ```text
///   0x08FF | token number | structure length | base version | null and version specifications ...
/// ```
///
/// ```
/// use zems::procedures::TokenMap;
///
/// let map = TokenMap::new(&[2303, 63, 12, 17152, 1024, 2136]).unwrap();
/// assert_eq!(map.len(), 12);
/// let mut structure = [1; 12];
/// map.fill_null(&mut structure);
/// assert_eq!(&structure, b"\0\0\0\0XXXXXXXX");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TokenMap<'w> {
    number: TokenNumber,
    len: u16,
    base: Version,
    specifications: &'w [u16],
}

/// A run of structure bytes with one null byte and one version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Run {
    pub(super) len: usize,
    pub(super) null: u8,
    pub(super) version: Version,
}

/// ZSPI-TYP-MAP: data type MAP, length 255.
const MAP_TYPE: u16 = 0x08FF;
/// The word that says that a version follows.
const VERSION_FOLLOWS: u16 = 0x0001;

impl<'w> TokenMap<'w> {
    /// Reads the words of a map. Words after the last specification are ignored: a program may declare more than it needs.
    ///
    /// # Errors
    /// [`Status::ILLTKN`]: the words are not those of a map, or its null specifications do not add up to the length.
    pub fn new(words: &'w [u16]) -> Result<Self, Status> {
        let [MAP_TYPE, number, len, base, specifications @ ..] = words else { return Err(Status::ILLTKN) };
        let number = TokenNumber(i16::from_be_bytes(number.to_be_bytes()));
        let map = Self { number, len: *len, base: Version(*base), specifications };
        let covered: usize = map.runs().map(|run| run.len).sum();
        if covered == usize::from(*len) { Ok(map) } else { Err(Status::ILLTKN) }
    }

    /// The code a program names the structure by: MAP, 255, number.
    #[must_use]
    pub const fn code(&self) -> TokenCode {
        TokenCode::new(TypeCode::MAP, TokenType::VARIABLE, self.number)
    }

    /// The code the structure is stored under: STRUCT, 255, number.
    #[must_use]
    pub const fn stored_code(&self) -> TokenCode {
        TokenCode::new(TypeCode::STRUCT, TokenType::VARIABLE, self.number)
    }

    /// Bytes of the structure.
    #[must_use]
    #[allow(clippy::len_without_is_empty)]
    pub fn len(&self) -> usize {
        usize::from(self.len)
    }

    /// Fills a structure with its null values, from its first byte on.
    pub fn fill_null(&self, structure: &mut [u8]) {
        let mut rest = structure;
        for run in self.runs() {
            let (bytes, after) = rest.split_at_mut(run.len.min(rest.len()));
            bytes.fill(run.null);
            rest = after;
        }
    }

    /// The newest version among the runs of the structure that hold a byte other than their null byte. Runs of version 0
    /// have none.
    #[must_use]
    pub fn newest_version(&self, structure: &[u8]) -> Version {
        let mut rest = structure;
        let mut newest = Version(0);
        for run in self.runs() {
            let (bytes, after) = rest.split_at(run.len.min(rest.len()));
            if bytes.iter().any(|byte| *byte != run.null) {
                newest = newest.max(run.version);
            }
            rest = after;
        }
        newest
    }

    /// The runs up to the structure's length. A run that passes it ends the map with the wrong sum.
    pub(super) fn runs(&self) -> impl Iterator<Item = Run> + use<'w> {
        let (mut version, mut covered) = (self.base, 0);
        let (len, mut words) = (self.len(), self.specifications);
        core::iter::from_fn(move || {
            while covered < len {
                match words {
                    [VERSION_FOLLOWS, new, rest @ ..] => (version, words) = (Version(*new), rest),
                    [word, rest @ ..] => {
                        let [run, null] = word.to_be_bytes();
                        words = rest;
                        if run == 0 {
                            return None;
                        }
                        covered += usize::from(run);
                        return Some(Run { len: usize::from(run), null, version });
                    }
                    [] => return None,
                }
            }
            None
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The maps printed in the SPI Programming Manual C-9, C-10 and the DDL Reference Manual 7-24.
    #[test]
    fn reads_the_printed_maps() {
        let map = TokenMap::new(&[2303, 63, 18, 17152, 1024, 2136, 1, 17162, 544, 1, 0, 512, 1, 17162, 512])
            .unwrap();
        let run = |len, null, version| Run { len, null, version: Version(version) };
        let runs: [Run; 5] =
            [run(4, 0, 17152), run(8, b'X', 17152), run(2, 0x20, 17162), run(2, 0, 0), run(2, 0, 17162)];
        assert!(map.runs().eq(runs));
        let long = [
            2303, 111, 12, 17152, 1023, 1, 0, 511, 1, 17152, 767, 1, 0, 511, 1, 17162, 511, 1, 17172, 767, 1,
            0, 767,
        ];
        assert_eq!(TokenMap::new(&long).unwrap().runs().map(|run| run.len).sum::<usize>(), 12);
    }

    #[test]
    fn refuses_lengths_that_do_not_add_up() {
        for words in [
            &[2303, 63, 12, 17152, 1024][..],
            &[2303, 63, 12, 17152, 1024, 2136 + 256],
            &[2303, 63, 12, 17152, 0, 1024, 2136],
            &[2302, 63, 4, 17152, 1024],
            &[2303, 63, 12, 17152, 1],
            &[2303, 63],
            &[],
        ] {
            assert_eq!(TokenMap::new(words), Err(Status::ILLTKN), "{words:?}");
        }
    }

    #[test]
    fn a_run_is_null_when_every_byte_is() {
        let map = TokenMap::new(&[2303, 63, 6, 17152, 512, 1, 17162, 544, 1, 0, 512]).unwrap();
        assert_eq!(map.newest_version(&[0, 0, 32, 32, 0, 0]), Version(0));
        assert_eq!(map.newest_version(&[0, 1, 32, 32, 9, 9]), Version(17152));
        assert_eq!(map.newest_version(&[0, 0, 32, 0, 9, 9]), Version(17162));
    }
}
