//! What a printing distributor has printed, an event at a time, in a bounded piece of memory.

use std::borrow::Cow;
use std::io::{self, BufRead, BufReader, Read};

use zems::template::PrintedLines;

/// Bytes of the lines of one event. More text than an event holds is taken in pieces.
const LONGEST: usize = 1 << 16;

/// The lines of one event after the other.
pub(super) struct Blocks<R> {
    input: BufReader<R>,
    /// Lines read so far.
    line: usize,
    block: Vec<u8>,
    /// The line behind the block, read to see that it belongs to another event.
    next: Vec<u8>,
}

impl<R: Read> Blocks<R> {
    pub(super) fn new(input: R) -> Self {
        Self { input: BufReader::with_capacity(LONGEST, input), line: 0, block: Vec::new(), next: Vec::new() }
    }

    /// The number of the first line of the next event, and its lines; `None` at the end of the input.
    pub(super) fn next(&mut self) -> io::Result<Option<(usize, Cow<'_, str>)>> {
        if self.next.is_empty() {
            self.read_line()?;
        }
        let first = self.line;
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
        Ok((!self.block.is_empty()).then(|| (first, String::from_utf8_lossy(&self.block))))
    }

    /// Reads a line, or a piece of one that is too long, into `next`; nothing at the end.
    fn read_line(&mut self) -> io::Result<()> {
        self.next.clear();
        let limit = u64::try_from(LONGEST).unwrap_or(u64::MAX);
        self.input.by_ref().take(limit).read_until(b'\n', &mut self.next)?;
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
        while let Some((line, block)) = blocks.next().unwrap() {
            found.push((line, block.into_owned()));
        }
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
