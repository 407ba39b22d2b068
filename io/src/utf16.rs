//! UTF-16 text as UTF-8.

use std::io::{self, Read};

/// Reads UTF-16 as UTF-8. A surrogate without its other half, and an odd byte at the end, become U+FFFD.
pub(crate) struct Utf16<R> {
    input: R,
    is_big_endian: bool,
    /// Bytes that make no whole unit yet.
    odd: Option<u8>,
    /// The first half of a pair.
    high: Option<u16>,
    ready: Vec<u8>,
    taken: usize,
    is_over: bool,
}

impl<R: Read> Utf16<R> {
    pub(crate) const fn new(input: R, is_big_endian: bool) -> Self {
        let ready = Vec::new();
        Self { input, is_big_endian, odd: None, high: None, ready, taken: 0, is_over: false }
    }

    fn fill(&mut self) -> io::Result<()> {
        let mut bytes = [0; 1 << 13];
        let count = self.input.read(&mut bytes)?;
        (self.taken, self.is_over) = (0, count == 0);
        self.ready.clear();
        for byte in bytes.iter().take(count) {
            match self.odd.take() {
                None => self.odd = Some(*byte),
                Some(first) => {
                    let unit = [first, *byte];
                    self.unit(if self.is_big_endian {
                        u16::from_be_bytes(unit)
                    } else {
                        u16::from_le_bytes(unit)
                    });
                }
            }
        }
        if self.is_over {
            if self.high.take().is_some() {
                self.push(char::REPLACEMENT_CHARACTER);
            }
            if self.odd.take().is_some() {
                self.push(char::REPLACEMENT_CHARACTER);
            }
        }
        Ok(())
    }

    fn unit(&mut self, unit: u16) {
        let units = [self.high.take(), Some(unit)];
        if units.first().is_some_and(Option::is_none) && (0xD800..0xDC00).contains(&unit) {
            self.high = Some(unit);
            return;
        }
        let mut decoded = char::decode_utf16(units.into_iter().flatten()).collect::<Vec<_>>();
        // The first half of a pair without its other half, and the first half of the next.
        if let [Err(_), Err(_)] = decoded.as_slice()
            && (0xD800..0xDC00).contains(&unit)
        {
            decoded.pop();
            self.high = Some(unit);
        }
        for c in decoded {
            self.push(c.unwrap_or(char::REPLACEMENT_CHARACTER));
        }
    }

    fn push(&mut self, c: char) {
        self.ready.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
    }
}

impl<R: Read> Read for Utf16<R> {
    fn read(&mut self, space: &mut [u8]) -> io::Result<usize> {
        while self.taken == self.ready.len() {
            if self.is_over {
                return Ok(0);
            }
            self.fill()?;
        }
        let rest = self.ready.get(self.taken..).unwrap_or_default();
        let count = rest.len().min(space.len());
        space.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
        self.taken += count;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8], is_big_endian: bool) -> String {
        let mut text = String::new();
        Utf16::new(bytes, is_big_endian).read_to_string(&mut text).unwrap();
        text
    }

    #[test]
    fn pairs_halves_and_odd_bytes() {
        let units: Vec<u16> = "a\u{1F600}\u{FC}\r\n".encode_utf16().collect();
        let le: Vec<u8> = units.iter().flat_map(|unit| unit.to_le_bytes()).collect();
        let be: Vec<u8> = units.iter().flat_map(|unit| unit.to_be_bytes()).collect();
        assert_eq!(read(&le, false), "a\u{1F600}\u{FC}\r\n");
        assert_eq!(read(&be, true), "a\u{1F600}\u{FC}\r\n");
        // A first half before a letter, two first halves before a second, a second half alone, an odd byte.
        let broken = [0xD83D, 0x61, 0xD83D, 0xD83D, 0xDE00, 0xDE00_u16];
        let mut be: Vec<u8> = broken.iter().flat_map(|unit| unit.to_be_bytes()).collect();
        be.push(0);
        assert_eq!(read(&be, true), "\u{FFFD}a\u{FFFD}\u{1F600}\u{FFFD}\u{FFFD}");
        assert_eq!(read(&[0xD8, 0x3D], true), "\u{FFFD}");
    }
}
