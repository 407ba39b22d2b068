//! The content of a file, by its first bytes.

use core::fmt;

/// The kind of a file, by its first bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Content {
    /// Text in ASCII, UTF-8 or an 8-bit code, or nothing at all.
    Text,
    /// Text in UTF-16, with or without a byte order mark.
    Utf16 {
        /// Whether the more significant byte comes first.
        is_big_endian: bool,
    },
    /// SPI buffers, raw or in frames.
    Buffers,
    /// A known form that zems does not read.
    Known(&'static str),
    /// Bytes that are not text.
    Binary,
}

/// Forms by their first bytes, with what to do.
const KNOWN: [(&[u8], &str); 12] = [
    (b"BZh", "bzip2 data: unpack it first, as with bzip2 -dc"),
    (b"\xFD7zXZ\0", "xz data: unpack it first, as with xz -dc"),
    (b"\x04\x22\x4D\x18", "lz4 data: unpack it first, as with lz4 -dc"),
    (b"\x1F\x9D", "data of compress: unpack it first, as with gzip -dc"),
    (b"7z\xBC\xAF\x27\x1C", "a 7z archive: extract its files first"),
    (b"PK\x03\x04", "a zip archive: extract its files first"),
    (b"LPKSHHRH", "a systemd journal: use the output of journalctl -o short-iso"),
    (b"PAR1", "a Parquet file"),
    (b"ARROW1", "an Arrow file"),
    (b"SQLite format 3", "an SQLite database"),
    (b"\x7FELF", "an executable program"),
    (b"%PDF", "a PDF document"),
];

/// Bytes that are looked at.
pub(crate) const FRONT: usize = 4096;

impl Content {
    /// The content of a file that begins so.
    #[must_use]
    pub fn of(front: &[u8]) -> Self {
        let front = front.get(..FRONT).unwrap_or(front);
        if let Some((_, what)) = KNOWN.iter().find(|(magic, _)| front.starts_with(magic)) {
            return Self::Known(what);
        }
        if front.get(257..262) == Some(b"ustar") {
            return Self::Known("a tar archive: extract its files first");
        }
        match front {
            [0xFF, 0xE4, ..] | [_, _, 0xFF, 0xE4, ..] | [_, _, _, _, 0xFF, 0xE4, ..] => Self::Buffers,
            [0xFF, 0xFE, ..] => Self::Utf16 { is_big_endian: false },
            [0xFE, 0xFF, ..] => Self::Utf16 { is_big_endian: true },
            _ => Self::unmarked(front),
        }
    }

    fn unmarked(front: &[u8]) -> Self {
        let (pairs, _) = front.as_chunks::<2>();
        let is_plain = |byte: u8| byte.is_ascii_graphic() || byte.is_ascii_whitespace();
        let of_16_bits = |plain: usize, zero: usize| {
            let is_letter = |pair: &&[u8; 2]| is_plain(pair[plain]) && pair[zero] == 0;
            pairs.len() >= 4 && pairs.iter().filter(is_letter).count() * 10 >= pairs.len() * 9
        };
        if of_16_bits(0, 1) {
            return Self::Utf16 { is_big_endian: false };
        }
        if of_16_bits(1, 0) {
            return Self::Utf16 { is_big_endian: true };
        }
        if is_text(front) { Self::Text } else { Self::Binary }
    }
}

impl fmt::Display for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text => f.write_str("text"),
            Self::Utf16 { .. } => f.write_str("text in UTF-16"),
            Self::Buffers => f.write_str("event buffers, not text: use zems decode"),
            Self::Known(what) => f.write_str(what),
            Self::Binary => f.write_str("binary data, not text"),
        }
    }
}

/// Whether bytes are text: at most one in 20 is a control character that text does not use. Zeros at the front do not count:
/// a writer that continues where it was leaves them in a log that was emptied.
#[must_use]
pub fn is_text(front: &[u8]) -> bool {
    let zeros = front.iter().take_while(|byte| **byte == 0).count();
    let rest = front.get(zeros..).unwrap_or_default();
    if rest.is_empty() {
        return zeros == 0;
    }
    let is_odd = |byte: &&u8| matches!(byte, 0..=0x06 | 0x0E..=0x1A | 0x1C..=0x1F | 0x7F);
    rest.iter().filter(is_odd).count() * 20 <= rest.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_is_detected_by_its_first_bytes() {
        let utf16 = |is_big_endian| Content::Utf16 { is_big_endian };
        for (front, content) in [
            (&b""[..], Content::Text),
            (b"May  1 10:11:12 host \x1b[1mword\x1b[0m\n", Content::Text),
            (b"\xEF\xBB\xBF<13>1 - - - - - -\n", Content::Text),
            (b"gr\xFC\xDFe\n", Content::Text),
            (b"\0\0\0\0\0\0\0\0after the hole\n", Content::Text),
            (&[0; 100], Content::Binary),
            (b"\xFF\xFEa\0", utf16(false)),
            (b"\xFE\xFF\0a", utf16(true)),
            (b"F\0F\0E\x004\0 \0", utf16(false)),
            (b"\0F\0F\0E\x004\0 ", utf16(true)),
            (b"\xFF\xE4\x0F\xB8", Content::Buffers),
            (b"\0\xB7\xFF\xE4\x0F\xB8", Content::Buffers),
            (b"\0\0\0\xB7\xFF\xE4\x0F\xB8", Content::Buffers),
            (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01", Content::Binary),
        ] {
            assert_eq!(Content::of(front), content, "{front:?}");
        }
        assert!(matches!(Content::of(b"BZh91AY"), Content::Known(_)));
    }
}
