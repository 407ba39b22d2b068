//! Text that a line is borrowed from: `str`, or bytes of any kind; and the search for a byte in it.

use alloc::borrow::Cow;
use alloc::string::String;
use core::fmt;
use core::ops::Range;

/// A source of a [`Line`](super::Line): `str` and `[u8]`.
pub trait LineText: fmt::Debug + ToOwned + sealed::Sealed {
    /// The bytes.
    fn as_line_bytes(&self) -> &[u8];

    /// The part in this range; empty if there is none.
    fn part(&self, range: Range<usize>) -> &Self;

    /// Writes the text; bytes that are not UTF-8 as U+FFFD.
    ///
    /// # Errors
    /// Those of `out`.
    fn write_text(&self, out: &mut dyn fmt::Write) -> fmt::Result;

    /// The text without the backslashes that escape `"`, `\` and `]` (RFC 5424, 6.3.3). Other backslashes are text.
    fn unescaped(&self) -> Cow<'_, Self>;
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for str {}
    impl Sealed for [u8] {}
}

impl LineText for str {
    #[inline]
    fn as_line_bytes(&self) -> &[u8] {
        self.as_bytes()
    }

    // Two splits are inlined where a `get` is not.
    #[inline(always)]
    fn part(&self, range: Range<usize>) -> &Self {
        let Some((front, _)) = self.split_at_checked(range.end) else { return "" };
        front.split_at_checked(range.start).map_or("", |(_, part)| part)
    }

    fn write_text(&self, out: &mut dyn fmt::Write) -> fmt::Result {
        out.write_str(self)
    }

    fn unescaped(&self) -> Cow<'_, Self> {
        if find(self.as_bytes(), 0, [b'\\']).is_none() {
            return Cow::Borrowed(self);
        }
        let mut text = String::with_capacity(self.len());
        let mut rest = self;
        while let Some((front, behind)) = rest.split_once('\\') {
            text.push_str(front);
            // A backslash is one byte long, and so is what it can escape.
            rest = match behind.as_bytes().first() {
                Some(escaped @ (b'"' | b'\\' | b']')) => {
                    text.push(char::from(*escaped));
                    behind.get(1..).unwrap_or_default()
                }
                _ => {
                    text.push('\\');
                    behind
                }
            };
        }
        text.push_str(rest);
        Cow::Owned(text)
    }
}

impl LineText for [u8] {
    #[inline]
    fn as_line_bytes(&self) -> &[u8] {
        self
    }

    #[inline(always)]
    fn part(&self, range: Range<usize>) -> &Self {
        self.get(range).unwrap_or_default()
    }

    fn write_text(&self, out: &mut dyn fmt::Write) -> fmt::Result {
        for chunk in self.utf8_chunks() {
            out.write_str(chunk.valid())?;
            if !chunk.invalid().is_empty() {
                out.write_char(char::REPLACEMENT_CHARACTER)?;
            }
        }
        Ok(())
    }

    fn unescaped(&self) -> Cow<'_, Self> {
        if find(self, 0, [b'\\']).is_none() {
            return Cow::Borrowed(self);
        }
        Cow::Owned(Unescaped(self).collect())
    }
}

/// The bytes of a parameter's value, without the backslashes that escape others.
#[derive(Clone, Debug)]
pub(crate) struct Unescaped<'a>(pub(super) &'a [u8]);

impl Iterator for Unescaped<'_> {
    type Item = u8;

    fn next(&mut self) -> Option<u8> {
        let (byte, rest) = match self.0 {
            [b'\\', byte @ (b'"' | b'\\' | b']'), rest @ ..] => (byte, rest),
            [byte, rest @ ..] => (byte, rest),
            [] => return None,
        };
        self.0 = rest;
        Some(*byte)
    }
}

/// Where the first of some bytes is, from `at` on.
#[inline(always)]
pub(super) fn find<const N: usize>(text: &[u8], at: usize, wanted: [u8; N]) -> Option<usize> {
    find_masked(text, at, wanted.map(|byte| (0xFF, byte)))
}

/// Where the name at `at` ends: at a blank, `"`, `=` or `]`.
#[inline(always)]
pub(super) fn find_name_end(text: &[u8], mut at: usize) -> Option<usize> {
    loop {
        // Blank and quote are alike but for one bit; so are the other two but for two, and `}` and a control character.
        at = find_masked(text, at, [(0xFD, b' '), (0x9F, 0x1D)])?;
        match text.get(at)? {
            b' ' | b'"' | b'=' | b']' => return Some(at),
            _ => at += 1,
        }
    }
}

/// Where the first byte is that is one of those wanted, each in the bits of its mask: eight bytes at a time.
#[inline(always)]
fn find_masked<const N: usize>(text: &[u8], at: usize, wanted: [(u8, u8); N]) -> Option<usize> {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const TOPS: u64 = 0x8080_8080_8080_8080;
    let mut at = at;
    let mut rest = text.get(at..)?;
    while let Some((word, behind)) = rest.split_first_chunk() {
        let word = u64::from_le_bytes(*word);
        // The lowest top bit set is that of the first byte that is one of those wanted.
        let found = wanted.iter().fold(0, |found, (mask, byte)| {
            let zero_where_equal = word & (ONES * u64::from(*mask)) ^ (ONES * u64::from(*byte));
            found | (zero_where_equal.wrapping_sub(ONES) & !zero_where_equal & TOPS)
        });
        if found != 0 {
            return usize::try_from(found.trailing_zeros() / 8).ok().map(|first| at + first);
        }
        at += 8;
        rest = behind;
    }
    rest.iter()
        .position(|byte| wanted.iter().any(|(mask, wanted)| byte & mask == *wanted))
        .map(|first| at + first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_first_of_several_bytes_anywhere() {
        let text = b"\x80\xFF !abcdefgh]ijklmnopqrstuvwxyz\"0123456789";
        for at in 0..=text.len() + 1 {
            for wanted in [[b'"', b']'], [b'9', b'8'], [b'?', b'\0'], [b' ', b'!'], [0x80, 0xFF]] {
                let naive = text
                    .iter()
                    .enumerate()
                    .skip(at)
                    .find(|(_, byte)| wanted.contains(byte))
                    .map(|(place, _)| place);
                assert_eq!(find(text, at, wanted), naive, "{wanted:?} from {at}");
            }
        }
    }

    #[test]
    fn a_name_ends_where_it_must() {
        for byte in 0..=u8::MAX {
            for at in 0..20 {
                let mut text = [b'a'; 20];
                text[at] = byte;
                let ends = matches!(byte, b' ' | b'"' | b'=' | b']');
                assert_eq!(find_name_end(&text, 0), ends.then_some(at), "{byte:02X} at {at}");
            }
        }
    }

    #[test]
    fn both_kinds_of_text_are_unescaped_alike() {
        for (escaped, plain) in [
            ("", ""),
            ("plain", "plain"),
            (r#"\"q\" \] \\"#, r#""q" ] \"#),
            (r"C:\path\n", r"C:\path\n"),
            (r"end\", r"end\"),
            (r"\\\", r"\\"),
            ("ä\\]€", "ä]€"),
        ] {
            assert_eq!(escaped.unescaped(), plain);
            assert_eq!(escaped.as_bytes().unescaped(), plain.as_bytes());
        }
    }
}
