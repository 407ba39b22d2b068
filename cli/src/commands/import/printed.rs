//! What a printing distributor has printed, an event at a time, in a bounded piece of memory.

use std::borrow::Cow;
use std::io::{self, BufRead, BufReader, Read};

use zems::template::PrintedLines;

use crate::args::definitions::latin_1;

/// Bytes of the lines of one event. More text than an event holds is taken in pieces.
const LONGEST: usize = 1 << 16;

/// The lines of one event after the other.
pub(crate) struct Blocks<R> {
    input: BufReader<R>,
    /// Lines read so far.
    line: usize,
    /// Where the block ends.
    offset: u64,
    block: Vec<u8>,
    /// The line behind the block, read to see that it belongs to another event.
    next: Vec<u8>,
}

/// The lines of one event.
pub(crate) struct Block<'b> {
    /// The number of the first line.
    pub(crate) line: usize,
    /// Where it begins.
    offset: u64,
    bytes: &'b [u8],
}

impl<'b> Block<'b> {
    /// The lines as text, from Latin-1 if they are no UTF-8.
    pub(crate) fn text(&self) -> Cow<'b, str> {
        core::str::from_utf8(self.bytes).map_or_else(|_| latin_1(self.bytes).into(), Cow::from)
    }

    /// The bytes at this offset of the input.
    pub(crate) fn at(&self, offset: u64, len: u64) -> &'b [u8] {
        let start = offset.checked_sub(self.offset).and_then(|start| usize::try_from(start).ok());
        let len = usize::try_from(len).unwrap_or(usize::MAX);
        let behind = start.and_then(|start| self.bytes.get(start..)).unwrap_or_default();
        behind.get(..len).unwrap_or(behind)
    }

    pub(crate) const fn starts(&self) -> Starts<'b> {
        Starts { line: self.line, offset: self.offset, rest: self.bytes }
    }
}

/// Where lines begin, asked for in their order.
pub(crate) struct Starts<'b> {
    line: usize,
    offset: u64,
    rest: &'b [u8],
}

impl Starts<'_> {
    /// Where the line of this number begins; behind the last line, the end of the block.
    pub(crate) fn of(&mut self, line: usize) -> u64 {
        while self.line < line && !self.rest.is_empty() {
            let end = self.rest.iter().position(|byte| *byte == b'\n').map_or(self.rest.len(), |at| at + 1);
            self.rest = self.rest.get(end..).unwrap_or_default();
            self.offset += length(end);
            self.line += 1;
        }
        self.offset
    }
}

fn length(len: usize) -> u64 {
    u64::try_from(len).unwrap_or(u64::MAX)
}

impl<R: Read> Blocks<R> {
    pub(crate) fn new(input: R) -> Self {
        let input = BufReader::with_capacity(LONGEST, input);
        Self { input, line: 0, offset: 0, block: Vec::new(), next: Vec::new() }
    }

    /// The lines of the next event; `None` at the end of the input.
    pub(crate) fn next(&mut self) -> io::Result<Option<Block<'_>>> {
        if self.next.is_empty() {
            self.read_line()?;
        }
        let (line, offset) = (self.line, self.offset);
        core::mem::swap(&mut self.block, &mut self.next);
        loop {
            self.read_line()?;
            let is_of_block = PrintedLines::is_continuation(&self.next)
                && self.block.ends_with(b"\n")
                && self.block.len() + self.next.len() <= LONGEST;
            if !is_of_block {
                break;
            }
            self.block.append(&mut self.next);
        }
        self.offset += length(self.block.len());
        let bytes = self.block.as_slice();
        Ok((!bytes.is_empty()).then_some(Block { line, offset, bytes }))
    }

    /// Reads a line, or a piece of one that is too long, into `next`; nothing at the end.
    fn read_line(&mut self) -> io::Result<()> {
        self.next.clear();
        self.input.by_ref().take(length(LONGEST)).read_until(b'\n', &mut self.next)?;
        self.line += usize::from(!self.next.is_empty());
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blocks(text: &str) -> Vec<(usize, String)> {
        let mut blocks = Blocks::new(text.as_bytes());
        let mut found = Vec::new();
        let mut end = 0;
        while let Some(block) = blocks.next().unwrap() {
            let mut starts = block.starts();
            assert_eq!(starts.of(block.line), end);
            end = starts.of(usize::MAX);
            found.push((block.line, block.text().into_owned()));
        }
        assert_eq!(end, length(text.len()));
        found
    }

    #[test]
    fn an_event_has_the_lines_that_begin_with_a_blank() {
        let text = "a\n  b\n\n\tc\nd\r\n\r\ne";
        let expected = [(1, "a\n  b\n\n\tc\n"), (5, "d\r\n\r\n"), (7, "e")];
        assert_eq!(blocks(text), expected.map(|(line, block)| (line, block.to_owned())));
        assert_eq!(blocks(""), []);
    }

    #[test]
    fn nothing_is_lost_of_what_is_too_long() {
        for text in ["x".repeat(3 * LONGEST + 5), format!("a\n{}", " b\n".repeat(LONGEST))] {
            let found = blocks(&text);
            assert!(found.len() > 2 && found.iter().all(|(_, block)| block.len() <= LONGEST));
            assert!(found.into_iter().map(|(_, block)| block).collect::<String>() == text);
        }
    }
}
