//! Hexadecimal text: digits in any grouping, and the listings of `xxd`, `hexdump -C`, `od -A x -t x1z` and PTrace.

use alloc::vec::Vec;
use core::fmt;

/// A fault in hexadecimal text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HexError {
    line: u64,
    column: usize,
    problem: &'static str,
}

impl HexError {
    /// The line, from 1.
    #[must_use]
    pub const fn line(&self) -> u64 {
        self.line
    }

    /// The column in bytes, from 1.
    #[must_use]
    pub const fn column(&self) -> usize {
        self.column
    }
}

impl fmt::Display for HexError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (line {}, column {})", self.problem, self.line, self.column)
    }
}

impl core::error::Error for HexError {}

/// A block that has ended.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct HexBlock {
    /// All bytes that the digits of the block give, before and after a fault.
    pub bytes: Vec<u8>,
    /// The first fault.
    pub fault: Option<HexError>,
}

impl HexBlock {
    /// A block without a fault.
    #[must_use]
    pub const fn of(bytes: Vec<u8>) -> Self {
        Self { bytes, fault: None }
    }
}

/// Puts lines of hexadecimal text together to blocks, which blank lines divide.
///
/// * Digits are in any grouping; `#` begins a comment; an offset column `0000:` is skipped.
/// * Of a listing the offsets and the text column are skipped: `xxd` (`00000000: ffe4 0fb8  ....`), `hexdump -C`
///   (`00000000  ff e4  |..|`), `od -A x -t x1z` (`000000 ff e4  >..<`) and PTrace (`FFE4 0FB8 !..!`). A line `*` repeats the
///   one before it up to the next offset.
/// * A word that is not hexadecimal is a fault, and is left out.
///
/// ```
/// use zems::text::HexBlocks;
///
/// let mut blocks = HexBlocks::new();
/// assert_eq!(blocks.line(b"00000000: ffe4 0fb8 00b4                           ......"), None);
/// assert_eq!(blocks.line(b"").unwrap().bytes, [0xFF, 0xE4, 0x0F, 0xB8, 0, 0xB4]);
/// assert_eq!(blocks.line(b"FF xy E4 # a comment"), None);
/// let block = blocks.end().unwrap();
/// assert_eq!(block.bytes, [0xFF, 0xE4]);
/// assert_eq!(block.fault.unwrap().to_string(), "not a hexadecimal digit (line 3, column 4)");
/// ```
#[derive(Clone, Debug, Default)]
pub struct HexBlocks {
    line: u64,
    block: HexBlock,
    half: Option<u8>,
    /// The offset at which the block begins, if it has an offset column.
    base: Option<u64>,
    /// An earlier line of the block has a text column.
    is_listing: bool,
    /// Where the bytes of the last line begin; `true`: a `*` is after it.
    last: (usize, bool),
    /// Bytes that `*` has added in this text: a line of a few bytes can ask for millions of them.
    repeated: usize,
    /// In the rest of a line of which pieces have been taken: whether it is a comment.
    rest_is_comment: Option<bool>,
}

/// The parts of a line.
struct Parts {
    offset: Option<u64>,
    /// Where the digits are.
    start: usize,
    end: usize,
    has_text: bool,
}

impl HexBlocks {
    /// Bytes of a block at most: a region that is at fault is in memory as a whole.
    pub const LONGEST: usize = 1 << 26;

    /// Before the first line.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes a line, without its end. Returns the block that a blank line ends.
    pub fn line(&mut self, line: &[u8]) -> Option<HexBlock> {
        if let Some(is_comment) = self.rest_is_comment.take() {
            if !is_comment {
                self.digits(line, 0, line.len());
            }
            return None;
        }
        self.line += 1;
        let line = self.unmarked(line).trim_ascii_end();
        if line.trim_ascii_start().is_empty() {
            return self.end();
        }
        if line == b"*" && self.base.is_some() {
            self.last.1 = true;
            return None;
        }
        let parts = self.parts(line);
        if let Some(offset) = parts.offset {
            self.repeat(offset);
        }
        self.is_listing |= parts.has_text;
        self.last.0 = self.block.bytes.len();
        self.digits(line, parts.start, parts.end);
        None
    }

    /// Takes a piece of a line that is too long to be at hand as a whole; its rest follows in [`HexBlocks::line`]. Listings do
    /// not have such lines.
    pub fn piece(&mut self, piece: &[u8]) {
        let is_comment = match self.rest_is_comment {
            Some(is_comment) => is_comment,
            None => {
                self.line += 1;
                false
            }
        };
        let start =
            if self.rest_is_comment.is_none() { colon_offset(piece).map_or(0, |(_, end)| end) } else { 0 };
        let is_comment = is_comment || self.digits(piece, start, piece.len());
        self.rest_is_comment = Some(is_comment);
    }

    /// Ends the input, and its last block.
    pub fn end(&mut self) -> Option<HexBlock> {
        if self.half.take().is_some() {
            self.fault(0, "an odd number of hexadecimal digits before this");
        }
        if self.last.1 {
            self.fault(0, "no offset after the `*` that repeats a line");
        }
        (self.base, self.is_listing, self.last, self.rest_is_comment) = (None, false, (0, false), None);
        let block = core::mem::take(&mut self.block);
        (block != HexBlock::default()).then_some(block)
    }

    fn unmarked<'l>(&self, line: &'l [u8]) -> &'l [u8] {
        let mark = "\u{FEFF}".as_bytes();
        if self.line == 1 { line.strip_prefix(mark).unwrap_or(line) } else { line }
    }

    fn fault(&mut self, at: usize, problem: &'static str) {
        let (line, column) = (self.line, at + 1);
        self.block.fault.get_or_insert(HexError { line, column, problem });
    }

    /// Where the digits of a line are: after its offset, before its text.
    fn parts(&self, line: &[u8]) -> Parts {
        let colon = colon_offset(line);
        let start = colon.map_or(0, |(_, end)| end);
        let offset = colon.map(|(offset, _)| offset);
        let delimited = delimited_text(line, start);
        // xxd has no mark around its text, but always a long offset.
        let text = match (delimited, colon) {
            (None, Some((_, end))) if end > 7 => self.undelimited_text(line, start),
            (text, _) => text,
        };
        let (end, has_text) = text.map_or((line.len(), false), |end| (end, true));
        if offset.is_some() {
            return Parts { offset, start, end, has_text };
        }
        let is_dump = delimited.is_some_and(|at| matches!(line.get(at), Some(b'|' | b'>')));
        match self.bare_offset(line.get(..end).unwrap_or(line), is_dump) {
            Some((offset, start)) => Parts { offset: Some(offset), start, end, has_text },
            None => Parts { offset: None, start: 0, end, has_text },
        }
    }

    /// Where the text of `xxd` begins: after two blanks, and not longer than the bytes before it.
    fn undelimited_text(&self, line: &[u8], start: usize) -> Option<usize> {
        let rest = line.get(start..)?;
        let first = rest.iter().position(|byte| *byte != b' ')?;
        let gap = rest.get(first..)?.windows(2).position(|pair| pair == b"  ")? + first;
        let (digits, tail) = rest.split_at_checked(gap)?;
        let bytes = digits.iter().filter(|byte| byte.is_ascii_hexdigit()).count() / 2;
        let text = tail.trim_ascii();
        let is_digits = |byte: &u8| byte.is_ascii_hexdigit() || *byte == b' ';
        let could_be_digits = text.iter().all(is_digits) && (text.contains(&b' ') || text.len() != bytes);
        // After a comment anything is allowed.
        let is_comment = text.first() == Some(&b'#') && !self.is_listing && text.len() != bytes;
        let is_text = !text.is_empty() && text.len() <= bytes && !is_comment;
        (is_text && (self.is_listing || !could_be_digits)).then_some(start + gap)
    }

    /// The offset at the front of a line without a colon, and where it ends: six digits or more, in front of a text column,
    /// or where the offset must be that.
    fn bare_offset(&self, line: &[u8], is_dump: bool) -> Option<(u64, usize)> {
        let len = line.iter().take_while(|byte| byte.is_ascii_hexdigit()).count();
        let (offset, rest) = line.split_at_checked(len).filter(|_| (6..=16).contains(&len))?;
        let offset = number(offset)?;
        let at_hand = u64::try_from(self.block.bytes.len()).ok()?;
        let is_next = self.base.unwrap_or(0).checked_add(at_hand) == Some(offset);
        let is_last = rest.trim_ascii().is_empty() && self.base.is_some() && (is_next || self.last.1);
        let mut words = rest.split(|byte| *byte == b' ').filter(|word| !word.is_empty()).peekable();
        let has_short_words = words.peek().is_some() && words.all(|word| word.len() <= 4);
        (is_last || has_short_words && (is_dump || is_next || self.last.1)).then_some((offset, len))
    }

    /// Continues at an offset; what a `*` stands for comes before it.
    fn repeat(&mut self, offset: u64) {
        let base = *self.base.get_or_insert(offset);
        let (start, true) = core::mem::take(&mut self.last) else { return };
        let end = self.block.bytes.len();
        let wanted = offset.checked_sub(base).and_then(|len| usize::try_from(len).ok()).unwrap_or(usize::MAX);
        if start == end || wanted < end || wanted > Self::LONGEST {
            return self.fault(0, "this offset does not follow from the `*` before it");
        }
        let last = self.block.bytes.get(start..end).unwrap_or_default().to_vec();
        let missing = wanted - end;
        if self.repeated + missing > Self::LONGEST {
            return self.fault(0, "the lines that `*` repeats take more than 64 MiB in this text");
        }
        self.repeated += missing;
        self.block.bytes.extend(last.iter().cycle().take(missing));
    }

    /// Takes the digits of a part of a line. Returns whether they end at a comment.
    fn digits(&mut self, line: &[u8], start: usize, end: usize) -> bool {
        let mut bytes = line.iter().enumerate().take(end).skip(start);
        while let Some((at, byte)) = bytes.next() {
            let digit = match byte {
                b'0'..=b'9' => byte - b'0',
                b'a'..=b'f' => byte - b'a' + 10,
                b'A'..=b'F' => byte - b'A' + 10,
                b'#' => return true,
                byte if byte.is_ascii_whitespace() => continue,
                _ => {
                    self.fault(at, "not a hexadecimal digit");
                    self.half = None;
                    // The meaning of the word is unknown: continue with the next one.
                    if bytes.by_ref().any(|(_, byte)| byte.is_ascii_whitespace()) {
                        continue;
                    }
                    return false;
                }
            };
            match self.half.take() {
                None => self.half = Some(digit),
                Some(_) if self.block.bytes.len() >= Self::LONGEST => {
                    self.fault(at, "the block is longer than 64 MiB: blank lines divide buffers");
                }
                Some(high) => self.block.bytes.push(high << 4 | digit),
            }
        }
        false
    }
}

/// An offset column `0000:` at the front of a line, and its end.
fn colon_offset(line: &[u8]) -> Option<(u64, usize)> {
    let blanks = line.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
    let digits = line.get(blanks..)?;
    let len = digits.iter().take_while(|byte| byte.is_ascii_hexdigit()).count();
    let offset = number(digits.get(..len).filter(|digits| !digits.is_empty())?)?;
    (digits.get(len) == Some(&b':')).then_some((offset, blanks + len + 1))
}

fn number(digits: &[u8]) -> Option<u64> {
    u64::from_str_radix(core::str::from_utf8(digits).ok()?, 16).ok()
}

/// Where a text column begins that is between marks to the end of the line.
fn delimited_text(line: &[u8], start: usize) -> Option<usize> {
    let at = start + line.get(start..)?.iter().position(|byte| matches!(byte, b'#' | b'|' | b'>' | b'!'))?;
    let end = match line.get(at)? {
        b'|' => b'|',
        b'>' => b'<',
        b'!' => b'!',
        _ => return None,
    };
    let is_apart = at == 0 || matches!(line.get(at - 1), Some(b' ' | b'\t'));
    let is_closed = line.len() > at + 1 && line.last() == Some(&end);
    (is_apart && is_closed).then_some(at)
}

/// Whether a file that begins so is hexadecimal text: it is text, and its first line that says anything is digits.
///
/// ```
/// use zems::text::looks_like_hex;
///
/// assert!(looks_like_hex(b"# an event\n00000000  ff e4 0f b8                                       |....|\n"));
/// assert!(!looks_like_hex(b"{\"kind\":\"event\"}\n"));
/// ```
#[must_use]
pub fn looks_like_hex(front: &[u8]) -> bool {
    let is_text =
        front.iter().all(|byte| byte.is_ascii_graphic() || byte.is_ascii_whitespace() || *byte >= 0x80);
    if !is_text {
        return false;
    }
    let mut blocks = HexBlocks::new();
    for line in front.split(|byte| *byte == b'\n') {
        let _ = blocks.line(line);
        if blocks.block.fault.is_some() {
            return false;
        }
        if !blocks.block.bytes.is_empty() || blocks.half.is_some() {
            return true;
        }
    }
    // Nothing but comments, so far.
    let front = front.strip_prefix("\u{FEFF}".as_bytes()).unwrap_or(front);
    front.trim_ascii_start().starts_with(b"#")
}

#[cfg(test)]
mod tests {
    use alloc::string::{String, ToString};
    use alloc::{format, vec};

    use super::*;

    fn blocks(text: &str) -> Vec<HexBlock> {
        let mut hex = HexBlocks::new();
        let mut blocks: Vec<_> = text.lines().filter_map(|line| hex.line(line.as_bytes())).collect();
        blocks.extend(hex.end());
        blocks
    }

    #[test]
    fn blocks_end_at_blank_lines() {
        let good = |bytes: &[u8]| HexBlock { bytes: bytes.to_vec(), fault: None };
        assert_eq!(
            blocks("\u{FEFF}# two\nFF E4 # a comment\n0002: 0F\tb8\n \n\nf\nF e4\n"),
            [good(&[0xFF, 0xE4, 0x0F, 0xB8]), good(&[0xFF, 0xE4])]
        );
        assert_eq!(blocks(""), []);
        assert_eq!(blocks("# nothing\n\n"), []);
    }

    #[test]
    fn a_block_with_a_fault_has_all_bytes_of_its_digits() {
        let found = blocks("00\nFF xy 01\n02 z0 3\n03\n\n123\n");
        let of = |block: &HexBlock| (block.bytes.clone(), block.fault.as_ref().unwrap().to_string());
        let found: Vec<_> = found.iter().map(of).collect();
        let odd = "an odd number of hexadecimal digits before this (line 6, column 1)";
        // The half of a byte before a fault is none.
        assert_eq!(found[0].1, "not a hexadecimal digit (line 2, column 4)");
        assert_eq!(found[0].0, [0, 0xFF, 1, 2, 0x30]);
        assert_eq!(found[1], (vec![0x12], odd.to_string()));
    }

    /// Every form of listing, with texts that are digits, comments and closing marks.
    #[test]
    fn listings_give_their_bytes() {
        let mut data: Vec<u8> = (0..=255).collect();
        data.extend_from_slice(b"abcdefabcdef0123 # !|<> comment  aa bb cc");
        data.extend([0; 64]);
        data.push(0x41);
        for len in [1, 3, 15, 16, 17, 32, 100, 280, data.len()] {
            for start in [0, 240, 256] {
                let Some(bytes) = data.get(start..len).filter(|bytes| !bytes.is_empty()) else { continue };
                for text in [xxd(bytes), hexdump(bytes), od(bytes), ptrace(bytes)] {
                    let expected = HexBlock { bytes: bytes.to_vec(), fault: None };
                    assert_eq!(blocks(&text), [expected], "{text}");
                    assert!(looks_like_hex(text.as_bytes()), "{text}");
                }
            }
        }
    }

    fn shown(bytes: &[u8]) -> String {
        let shown =
            |byte: &u8| if byte.is_ascii_graphic() || *byte == b' ' { char::from(*byte) } else { '.' };
        bytes.iter().map(shown).collect()
    }

    fn xxd(bytes: &[u8]) -> String {
        let mut text = String::new();
        for (at, line) in bytes.chunks(16).enumerate() {
            let words = line.chunks(2).map(|pair| pair.iter().map(|byte| format!("{byte:02x}")).collect());
            let words: Vec<String> = words.collect();
            text += &format!("{:08x}: {:39}  {}\n", at * 16, words.join(" "), shown(line));
        }
        text
    }

    fn hexdump(bytes: &[u8]) -> String {
        let mut text = String::new();
        let mut last: Option<&[u8]> = None;
        for (at, line) in bytes.chunks(16).enumerate() {
            if last == Some(line) {
                if !text.ends_with("*\n") {
                    text += "*\n";
                }
                continue;
            }
            last = Some(line);
            let digits: Vec<String> = line.iter().map(|byte| format!("{byte:02x}")).collect();
            let halves: Vec<String> = digits.chunks(8).map(|half| half.join(" ")).collect();
            text += &format!("{:08x}  {:48}  |{}|\n", at * 16, halves.join("  "), shown(line));
        }
        text + &format!("{:08x}\n", bytes.len())
    }

    fn od(bytes: &[u8]) -> String {
        let mut text = String::new();
        for (at, line) in bytes.chunks(16).enumerate() {
            let digits: String = line.iter().map(|byte| format!(" {byte:02x}")).collect();
            text += &format!("{:06x}{digits:48}  >{}<\n", at * 16, shown(line));
        }
        text + &format!("{:06x}\n", bytes.len())
    }

    fn ptrace(bytes: &[u8]) -> String {
        let mut text = String::new();
        for line in bytes.chunks(16) {
            let words = line.chunks(2).map(|pair| pair.iter().map(|byte| format!("{byte:02X}")).collect());
            let words: Vec<String> = words.collect();
            text += &format!("{:39} !{:16}!\n", words.join(" "), shown(line).replace('.', " "));
        }
        text
    }

    #[test]
    fn digits_that_look_like_a_listing_are_digits() {
        let bytes = |text: &str| blocks(text).first().map(|block| block.bytes.clone()).unwrap_or_default();
        // Two blanks in the middle.
        assert_eq!(bytes("00000000: FF E4  0F B8"), [0xFF, 0xE4, 0x0F, 0xB8]);
        assert_eq!(bytes("0000: FFE4  AB"), [0xFF, 0xE4, 0xAB]);
        assert_eq!(bytes("00000010: 1 2 3 4 5 6 7 8  AA BB"), [0x12, 0x34, 0x56, 0x78, 0xAA, 0xBB]);
        // Eight digits without a colon are data, unless they are the offset.
        assert_eq!(bytes("FFE40FB8 00B4"), [0xFF, 0xE4, 0x0F, 0xB8, 0, 0xB4]);
        assert_eq!(bytes("000000 ff e4\n000002 0f"), [0xFF, 0xE4, 0x0F]);
        // A comment at once after the digits, and a mark that is none.
        assert_eq!(bytes("00000000: ffe4  # |no| text|"), [0xFF, 0xE4]);
        let fault = blocks("ffe4 |no").first().and_then(|block| block.fault.clone()).unwrap();
        assert_eq!((fault.line(), fault.column()), (1, 6));
    }

    #[test]
    fn a_comment_of_any_length_is_a_comment() {
        let mut hex = HexBlocks::new();
        assert_eq!(hex.line(b"FF"), None);
        hex.piece(b"0001: E4 # a very long");
        hex.piece(b" 00 comment");
        assert_eq!(hex.line(b" that ends here"), None);
        hex.piece(b"0");
        assert_eq!(hex.line(b"F"), None);
        assert_eq!(hex.end(), Some(HexBlock { bytes: vec![0xFF, 0xE4, 0x0F], fault: None }));
    }

    #[test]
    fn a_repetition_that_leads_nowhere_is_a_fault() {
        for text in [
            "00000000  ff e4  |..|\n*\n",
            "00000000  ff e4  |..|\n*\n00000001\n",
            "00000000  ff e4  |..|\n*\nffffffffffff\n",
        ] {
            let block = blocks(text).remove(0);
            assert!(block.fault.is_some(), "{text}");
            assert_eq!(block.bytes[..2], [0xFF, 0xE4]);
        }
    }

    #[test]
    fn hex_is_distinguished_from_other_text() {
        for (front, is_hex) in [
            (&b"FFE4 0FB8\n"[..], true),
            (b"# comment\n\n0000: ff e4\nany text", true),
            (b"\xEF\xBB\xBFff e4\n", true),
            (b"# only comments\n", true),
            (b"text\n", false),
            (b"{\"kind\":\"event\"}\n", false),
            (b"\xFF\xE4\x0F\xB8", false),
            (b"", false),
            (b"FFE4\0", false),
        ] {
            assert_eq!(looks_like_hex(front), is_hex, "{front:?}");
        }
    }
}
