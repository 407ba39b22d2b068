//! Splits the output of a printing distributor into events, one at a time, in a bounded piece of memory.

use std::borrow::Cow;
use std::io::{self, BufRead, BufReader, Read};

use zems::template::PrintedLines;

use crate::args::definitions::latin_1;

/// Bytes of the lines of one event that are kept. No event holds more text.
const LONGEST: usize = 1 << 16;

/// The lines of one event after the other.
pub(in crate::commands) struct Blocks<R> {
    input: BufReader<R>,
    /// Lines begun so far.
    line: usize,
    /// Where `next` begins.
    offset: u64,
    block: Vec<u8>,
    /// The line after the block, read to see that it belongs to another event; of a long one a piece.
    next: Vec<u8>,
    /// `next` continues where the piece before it ended.
    is_rest: bool,
}

/// The lines of one event: the first line and those that belong to it, or one line of no event.
pub(in crate::commands) struct Block<'b> {
    /// The number of the first line.
    pub(in crate::commands) line: usize,
    /// Where it begins.
    pub(in crate::commands) offset: u64,
    /// How long all of it is.
    pub(in crate::commands) len: u64,
    /// All of it, unless it is longer than any event: nothing then.
    pub(in crate::commands) bytes: Option<&'b [u8]>,
}

impl<'b> Block<'b> {
    /// The lines as text, from Latin-1 if they are not UTF-8.
    pub(in crate::commands) fn text(bytes: &'b [u8]) -> Cow<'b, str> {
        core::str::from_utf8(bytes).map_or_else(|_| latin_1(bytes).into(), Cow::from)
    }
}

impl<R: Read> Blocks<R> {
    pub(in crate::commands) fn new(input: R) -> Self {
        let input = BufReader::with_capacity(LONGEST, input);
        Self { input, line: 0, offset: 0, block: Vec::new(), next: Vec::new(), is_rest: false }
    }

    /// The lines of the next event; `None` at the end of the input. Lines longer than any event are handed to `too_long` piece by
    /// piece.
    pub(in crate::commands) fn next<E: From<io::Error>>(
        &mut self,
        mut too_long: impl FnMut(&[u8]) -> Result<(), E>,
    ) -> Result<Option<Block<'_>>, E> {
        if self.next.is_empty() {
            self.read_line()?;
        }
        while !self.next.is_empty() && !self.is_rest && is_blank(&self.next) {
            self.offset += length(self.next.len());
            self.read_line()?;
        }
        if self.next.is_empty() {
            return Ok(None);
        }
        let (line, offset) = (self.line, self.offset);
        let is_event = PrintedLines::begins_event(&self.next);
        let mut is_kept = true;
        self.block.clear();
        loop {
            if is_kept && self.block.len() + self.next.len() > LONGEST {
                is_kept = false;
                too_long(&self.block)?;
            }
            if is_kept {
                self.block.extend_from_slice(&self.next);
            } else {
                too_long(&self.next)?;
            }
            self.offset += length(self.next.len());
            self.read_line()?;
            let is_of_block =
                self.is_rest || is_event && !is_blank(&self.next) && !PrintedLines::begins_event(&self.next);
            if self.next.is_empty() || !is_of_block {
                break;
            }
        }
        let bytes = is_kept.then_some(self.block.as_slice());
        Ok(Some(Block { line, offset, len: self.offset - offset, bytes }))
    }

    /// Reads a line, or a piece of one that is too long, into `next`; nothing at the end.
    fn read_line(&mut self) -> io::Result<()> {
        self.is_rest = !self.next.is_empty() && !self.next.ends_with(b"\n");
        self.next.clear();
        self.input.by_ref().take(length(LONGEST)).read_until(b'\n', &mut self.next)?;
        self.line += usize::from(!self.next.is_empty() && !self.is_rest);
        Ok(())
    }
}

fn is_blank(line: &[u8]) -> bool {
    line.trim_ascii().is_empty()
}

fn length(len: usize) -> u64 {
    u64::try_from(len).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Line number, length and, if it is not too long, the text of each block; and what was too long.
    fn blocks(text: &str) -> (Vec<(usize, u64, Option<String>)>, String) {
        let mut blocks = Blocks::new(text.as_bytes());
        let (mut found, mut rest) = (Vec::new(), Vec::new());
        while let Some(block) = blocks
            .next(|bytes| {
                rest.extend_from_slice(bytes);
                Ok::<_, io::Error>(())
            })
            .unwrap()
        {
            let start = usize::try_from(block.offset).unwrap();
            if let Some(bytes) = block.bytes {
                assert!(text.as_bytes()[start..].starts_with(bytes));
                assert_eq!(length(bytes.len()), block.len);
            }
            found.push((block.line, block.len, block.bytes.map(|bytes| Block::text(bytes).into_owned())));
        }
        (found, String::from_utf8(rest).unwrap())
    }

    const HEADER: &str = "26-01-02 03:04:05 \\N.$X  A.1.0 000001 one\n";

    #[test]
    fn an_event_has_the_lines_up_to_an_empty_one_or_the_next() {
        let event = format!("{HEADER}  two\nthree\n");
        let text = format!("before\n\n\n{event}{event}\r\nafter\n  more\n{HEADER}");
        let texts = ["before\n", &event, &event, "after\n", "  more\n", HEADER];
        let (found, rest) = blocks(&text);
        assert_eq!(found.iter().map(|(line, ..)| *line).collect::<Vec<_>>(), [1, 4, 7, 11, 12, 13]);
        assert!(found.iter().map(|(.., text)| text.as_deref()).eq(texts.map(Some)));
        assert_eq!(rest, "");
        assert_eq!(blocks("").0, []);
    }

    #[test]
    fn what_is_too_long_is_one_thing() {
        let long = format!("{}\n", "x".repeat(3 * LONGEST + 5));
        let many = format!("{HEADER}{}", " b\n".repeat(LONGEST));
        let text = format!("a\n{long}{many}\nend\n");
        let (found, rest) = blocks(&text);
        let of = |text: &str| length(text.len());
        let expected = [
            (1, 2, Some("a\n".to_owned())),
            (2, of(&long), None),
            (3, of(&many), None),
            (3 + LONGEST + 2, 4, Some("end\n".to_owned())),
        ];
        assert_eq!(found, expected);
        assert!(rest == format!("{long}{many}"));
    }
}
