//! The hexadecimal input form: digits in any grouping, `#` comments, an offset column, one block a buffer.

use std::fmt;

/// A line that is no hexadecimal digits.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct HexError {
    /// Counted from 1.
    line: u64,
    column: usize,
    problem: &'static str,
}

impl fmt::Display for HexError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (line {}, column {})", self.problem, self.line, self.column)
    }
}

/// Puts lines together to blocks.
#[derive(Debug, Default)]
pub(crate) struct HexBlocks {
    line: u64,
    bytes: Vec<u8>,
    half: Option<u8>,
    fault: Option<HexError>,
}

/// A block that has ended.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Block {
    pub(crate) bytes: Vec<u8>,
    /// The first line that is no digits; `bytes` are those before it.
    pub(crate) fault: Option<HexError>,
}

impl HexBlocks {
    /// Takes a line, without its end. Returns the block that a blank line ends.
    pub(crate) fn line(&mut self, line: &[u8]) -> Option<Block> {
        self.line += 1;
        if line.trim_ascii().is_empty() {
            return self.end();
        }
        if self.fault.is_some() {
            return None;
        }
        let digits = line.split(|byte| *byte == b'#').next().unwrap_or_default();
        for (at, byte) in digits.iter().enumerate().skip(offset_column(digits)) {
            let Some(digit) = char::from(*byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
            else {
                if byte.is_ascii_whitespace() {
                    continue;
                }
                self.fault =
                    Some(HexError { line: self.line, column: at + 1, problem: "no hexadecimal digit" });
                return None;
            };
            match self.half.take() {
                Some(high) => self.bytes.push(high << 4 | digit),
                None => self.half = Some(digit),
            }
        }
        None
    }

    /// Ends the input, and its last block.
    pub(crate) fn end(&mut self) -> Option<Block> {
        if self.half.take().is_some() && self.fault.is_none() {
            self.fault = Some(HexError {
                line: self.line,
                column: 1,
                problem: "an odd number of hexadecimal digits before this",
            });
        }
        let block = Block { bytes: core::mem::take(&mut self.bytes), fault: self.fault.take() };
        (!block.bytes.is_empty() || block.fault.is_some()).then_some(block)
    }
}

/// The length of an offset column `0000:` at the front of a line.
fn offset_column(line: &[u8]) -> usize {
    let blanks = line.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
    let digits = line.iter().skip(blanks).take_while(|byte| byte.is_ascii_hexdigit()).count();
    if digits > 0 && line.get(blanks + digits) == Some(&b':') { blanks + digits + 1 } else { 0 }
}

/// Whether a file that begins so is hexadecimal text: its first line that says anything is digits and comments.
pub(crate) fn looks_like_hex(front: &[u8]) -> bool {
    let is_text =
        front.iter().all(|byte| byte.is_ascii_graphic() || byte.is_ascii_whitespace() || *byte >= 0x80);
    let mut lines = front.split(|byte| *byte == b'\n').map(|line| {
        let line = line.split(|byte| *byte == b'#').next().unwrap_or_default();
        line.get(offset_column(line)..).unwrap_or_default().trim_ascii()
    });
    let first = lines.find(|line| !line.is_empty());
    let is_digits =
        |line: &[u8]| line.iter().all(|byte| byte.is_ascii_hexdigit() || byte.is_ascii_whitespace());
    is_text && first.map_or(front.starts_with(b"#"), is_digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blocks(text: &str) -> Vec<Block> {
        let mut hex = HexBlocks::default();
        let mut blocks: Vec<_> = text.lines().filter_map(|line| hex.line(line.as_bytes())).collect();
        blocks.extend(hex.end());
        blocks
    }

    #[test]
    fn blocks_end_at_blank_lines() {
        let good = |bytes: &[u8]| Block { bytes: bytes.to_vec(), fault: None };
        assert_eq!(
            blocks("# two\nFF E4 # a comment\n0002: 0F\tb8\n \n\nf\nF e4\n"),
            [good(&[0xFF, 0xE4, 0x0F, 0xB8]), good(&[0xFF, 0xE4])]
        );
        assert_eq!(blocks(""), []);
        assert_eq!(blocks("# nothing\n\n"), []);
    }

    #[test]
    fn says_where_it_is_no_hex() {
        let faults: Vec<_> = blocks("00\nFF xy\n\n123\n")
            .iter()
            .map(|block| block.fault.as_ref().unwrap().to_string())
            .collect();
        assert_eq!(
            faults,
            [
                "no hexadecimal digit (line 2, column 4)",
                "an odd number of hexadecimal digits before this (line 4, column 1)"
            ]
        );
    }

    #[test]
    fn hex_is_told_from_the_rest() {
        for (front, is_hex) in [
            (&b"FFE4 0FB8\n"[..], true),
            (b"# comment\n\n0000: ff e4\nany text", true),
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
