//! Objects of JSON Lines, one after the other.

use std::io::{self, BufRead, BufReader, Read};

/// A line of JSON is not longer: a buffer of 64 KB is below 1 MB in all its forms.
const LONGEST_LINE: u64 = 1 << 24;
/// The front of the next object, as `decode` writes it.
const NEXT_OBJECT: &[u8] = br#"{"kind""#;

/// The text of one object, or of one line that is none.
pub(crate) struct Object<'o> {
    /// Its first line, from 1.
    pub(crate) line: u64,
    /// Its first byte in the text.
    pub(crate) offset: u64,
    pub(crate) text: Result<&'o str, String>,
}

/// Reads the objects of a text.
pub(crate) struct Objects<R> {
    input: BufReader<R>,
    line: u64,
    offset: u64,
    text: Vec<u8>,
}

/// Whether the front of a text is that of an object.
pub(crate) fn is_object(front: &[u8]) -> bool {
    let front = front.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(front);
    front.trim_ascii_start().starts_with(b"{")
}

impl<R: Read> Objects<R> {
    pub(crate) fn new(input: R) -> Self {
        Self { input: BufReader::with_capacity(1 << 16, input), line: 0, offset: 0, text: Vec::new() }
    }

    /// The next object, or line without one; `None` at the end.
    pub(crate) fn next(&mut self) -> io::Result<Option<Object<'_>>> {
        let Self { input, text, .. } = self;
        text.clear();
        let (mut lines, mut count) = (0, 0);
        // An object may go on in the lines that follow; a line that begins another object ends one that is not finished.
        while count == 0
            || is_unfinished(text) && !input.fill_buf().is_ok_and(|rest| rest.starts_with(NEXT_OBJECT))
        {
            let read = Read::by_ref(input).take(LONGEST_LINE - count).read_until(b'\n', text)?;
            if read == 0 {
                break;
            }
            lines += 1;
            count += u64::try_from(read).unwrap_or(u64::MAX);
        }
        if count == 0 {
            return Ok(None);
        }
        let (line, offset) = (self.line + 1, self.offset);
        let is_whole = text.ends_with(b"\n") || count < LONGEST_LINE;
        let skipped = if is_whole { 0 } else { input.skip_until(b'\n')? };
        self.line += lines;
        self.offset += count + u64::try_from(skipped).unwrap_or(u64::MAX);
        let text = if is_whole {
            core::str::from_utf8(text).map_err(|error| error.to_string())
        } else {
            Err(format!("the line is longer than {LONGEST_LINE} bytes"))
        };
        Ok(Some(Object { line, offset, text }))
    }
}

/// Whether text is the front of an object: more of it follows.
fn is_unfinished(text: &[u8]) -> bool {
    if !text.ends_with(b"\n") || text.trim_ascii_start().first() != Some(&b'{') {
        return false;
    }
    let (mut depth, mut in_text, mut is_escaped) = (0_i64, false, false);
    for byte in text {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' if in_text => is_escaped = true,
            b'"' => in_text = !in_text,
            // A text ends on its line.
            b'\n' if in_text => return false,
            b'{' | b'[' if !in_text => depth += 1,
            b'}' | b']' if !in_text => depth -= 1,
            _ => {}
        }
    }
    depth > 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_may_go_on() {
        for (text, expected) in [
            ("{\n", true),
            ("{\"a\":[\n", true),
            ("{\"a\":[1]}\n", false),
            ("{\"a\":\"}\\\"\"}\n", false),
            ("{\"a\":\"\n", false),
            ("x{\n", false),
            ("{", false),
        ] {
            assert_eq!(is_unfinished(text.as_bytes()), expected, "{text}");
        }
    }

    #[test]
    fn an_object_has_its_line_and_offset() {
        let mut objects = Objects::new(&b"{\"kind\":1,\n\"a\":2}\n\nx\n{\"kind\":3,\n{\"kind\":4}"[..]);
        let mut found = Vec::new();
        while let Some(object) = objects.next().unwrap() {
            found.push((object.line, object.offset, object.text.unwrap().to_owned()));
        }
        let expected = [
            (1, 0, "{\"kind\":1,\n\"a\":2}\n"),
            (3, 18, "\n"),
            (4, 19, "x\n"),
            (5, 21, "{\"kind\":3,\n"),
            (6, 32, "{\"kind\":4}"),
        ];
        assert_eq!(found, expected.map(|(line, offset, text)| (line, offset, text.to_owned())));
    }
}
