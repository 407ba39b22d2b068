//! Output for a terminal: nothing in it moves the cursor, changes the order of characters or hides some.

use core::sync::atomic::{AtomicBool, Ordering};
use std::io::{self, Write};

use super::escape::is_hidden;

/// Standard output. If it is a terminal, everything that is not simply shown is escaped: `\x9b`, `\u{202e}`. Colours pass only
/// from a form that writes them itself and escapes every ESC of its input.
pub(crate) struct Shown<W> {
    out: W,
    is_terminal: bool,
    /// Whether colours are the program's own.
    is_colored: &'static AtomicBool,
    /// The first bytes of a character, whose others follow.
    begun: Vec<u8>,
}

impl<W: Write> Shown<W> {
    pub(crate) const fn new(out: W, is_terminal: bool, is_colored: &'static AtomicBool) -> Self {
        Self { out, is_terminal, is_colored, begun: Vec::new() }
    }

    fn show(&mut self, bytes: &[u8], is_last: bool) -> io::Result<()> {
        let mut shown = String::with_capacity(bytes.len());
        let is_colored = self.is_colored.load(Ordering::Relaxed);
        let mut chunks = bytes.utf8_chunks().peekable();
        while let Some(chunk) = chunks.next() {
            let mut rest = chunk.valid();
            while let Some(at) = rest.find(|c| is_hidden(c) && c != '\n') {
                let (plain, hidden) = rest.split_at(at);
                shown.push_str(plain);
                let len = match color_len(hidden).filter(|_| is_colored) {
                    Some(len) => {
                        shown.push_str(hidden.get(..len).unwrap_or_default());
                        len
                    }
                    None => {
                        let c = hidden.chars().next().unwrap_or_default();
                        match u32::from(c) {
                            code @ ..0x100 => shown.push_str(&format!("\\x{code:02x}")),
                            code => shown.push_str(&format!("\\u{{{code:x}}}")),
                        }
                        c.len_utf8()
                    }
                };
                rest = hidden.get(len..).unwrap_or_default();
            }
            shown.push_str(rest);
            if chunks.peek().is_none() && !is_last && may_go_on(chunk.invalid()) {
                self.begun = chunk.invalid().to_vec();
            } else {
                chunk.invalid().iter().for_each(|byte| shown.push_str(&format!("\\x{byte:02x}")));
            }
        }
        self.out.write_all(shown.as_bytes())
    }
}

impl<W: Write> Write for Shown<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if !self.is_terminal {
            return self.out.write(bytes);
        }
        let mut all = core::mem::take(&mut self.begun);
        all.extend_from_slice(bytes);
        self.show(&all, false)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        let begun = core::mem::take(&mut self.begun);
        if !begun.is_empty() {
            self.show(&begun, true)?;
        }
        self.out.flush()
    }
}

/// The length of a sequence at the front that sets a colour: `ESC [ 31 m`.
fn color_len(text: &str) -> Option<usize> {
    let numbers = text.strip_prefix("\x1B[")?;
    let end = numbers.find(|c: char| !c.is_ascii_digit() && c != ';')?;
    numbers.get(end..)?.starts_with('m').then_some(2 + end + 1)
}

/// Whether these bytes may be the front of a character.
fn may_go_on(bytes: &[u8]) -> bool {
    core::str::from_utf8(bytes).is_err_and(|error| error.error_len().is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    static COLORED: AtomicBool = AtomicBool::new(true);
    static PLAIN: AtomicBool = AtomicBool::new(false);

    fn shown(pieces: &[&[u8]]) -> String {
        shown_with(pieces, &COLORED)
    }

    fn shown_with(pieces: &[&[u8]], is_colored: &'static AtomicBool) -> String {
        let mut shown = Shown::new(Vec::new(), true, is_colored);
        pieces.iter().for_each(|piece| shown.write_all(piece).unwrap());
        shown.flush().unwrap();
        String::from_utf8(shown.out).unwrap()
    }

    #[test]
    fn a_terminal_gets_nothing_that_steers_it() {
        let text =
            "a\u{202E}b\u{2028}c\u{200B}\u{E0041}\u{9B}d\x07\x1B]0;t\x07\x1B[2J\r\n\tgr\u{FC}\u{DF}e 漢";
        assert_eq!(
            shown(&[text.as_bytes()]),
            "a\\u{202e}b\\u{2028}c\\u{200b}\\u{e0041}\\x9bd\\x07\\x1b]0;t\\x07\\x1b[2J\\x0d\n\tgr\u{FC}\u{DF}e 漢"
        );
        // Colours are ours, or none at all.
        assert_eq!(shown(&[b"\x1B[1;31mred\x1B[0m"]), "\x1B[1;31mred\x1B[0m");
        assert_eq!(shown_with(&[b"\x1B[1;31mred\x1B[0m"], &PLAIN), "\\x1b[1;31mred\\x1b[0m");
        // Bytes that are not text, and characters that come in pieces.
        assert_eq!(
            shown(&[b"\x9B31m", b"\xE2\x80", b"\xAE", "\u{FC}".as_bytes()]),
            "\\x9b31m\\u{202e}\u{FC}"
        );
        assert_eq!(shown(&[b"\xC3", b"x\xE2\x80"]), "\\xc3x\\xe2\\x80");
    }

    #[test]
    fn output_goes_to_the_file() {
        let mut shown = Shown::new(Vec::new(), false, &COLORED);
        shown.write_all("\u{202E}\x1B\u{9B}".as_bytes()).unwrap();
        assert_eq!(shown.out, "\u{202E}\x1B\u{9B}".as_bytes());
    }
}
