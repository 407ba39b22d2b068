//! Writing JSON text: just commas, quotes and escapes.

use core::fmt::{Display, Write};

/// An object or array under construction at the end of a text.
pub(super) struct Items<'s> {
    pub(super) text: &'s mut String,
    close: char,
    is_first: bool,
}

impl<'s> Items<'s> {
    pub(super) fn object(text: &'s mut String) -> Self {
        text.push('{');
        Self { text, close: '}', is_first: true }
    }

    pub(super) fn array(text: &'s mut String) -> Self {
        text.push('[');
        Self { text, close: ']', is_first: true }
    }

    /// Begins an element; what is written to the returned text is its value.
    pub(super) fn item(&mut self) -> &mut String {
        if !self.is_first {
            self.text.push(',');
        }
        self.is_first = false;
        self.text
    }

    /// Begins a member; what is written to the returned text is its value.
    pub(super) fn key(&mut self, key: &str) -> &mut String {
        let text = self.item();
        text.push('"');
        text.push_str(key);
        text.push_str("\":");
        text
    }

    /// A member whose value is written as it displays: a number, `true`, `null`.
    pub(super) fn plain(&mut self, key: &str, value: impl Display) {
        plain(self.key(key), value);
    }

    /// A member whose value is a string without anything to escape.
    pub(super) fn quoted(&mut self, key: &str, value: impl Display) {
        quoted(self.key(key), value);
    }

    /// A member whose value is any text.
    pub(super) fn text(&mut self, key: &str, value: &str) {
        escaped(self.key(key), value);
    }

    /// A member whose value is bytes in hexadecimal digits.
    pub(super) fn hex(&mut self, key: &str, bytes: &[u8]) {
        hex(self.key(key), bytes);
    }

    pub(super) fn end(self) {
        self.text.push(self.close);
    }
}

pub(super) fn plain(text: &mut String, value: impl Display) {
    // Writing to a String does not fail.
    let _ = write!(text, "{value}");
}

pub(super) fn quoted(text: &mut String, value: impl Display) {
    text.push('"');
    plain(text, value);
    text.push('"');
}

pub(super) fn escaped(text: &mut String, value: &str) {
    text.push('"');
    let mut clean = 0;
    for (at, byte) in value.bytes().enumerate() {
        if byte >= b' ' && byte != b'"' && byte != b'\\' {
            continue;
        }
        text.push_str(value.get(clean..at).unwrap_or_default());
        clean = at + 1;
        match byte {
            b'"' => text.push_str("\\\""),
            b'\\' => text.push_str("\\\\"),
            b'\n' => text.push_str("\\n"),
            b'\r' => text.push_str("\\r"),
            b'\t' => text.push_str("\\t"),
            byte => {
                let _ = write!(text, "\\u{byte:04x}");
            }
        }
    }
    text.push_str(value.get(clean..).unwrap_or_default());
    text.push('"');
}

pub(super) fn hex(text: &mut String, bytes: &[u8]) {
    const DIGITS: [char; 16] =
        ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F'];
    text.push('"');
    text.reserve(2 * bytes.len() + 1);
    for byte in bytes {
        text.push(DIGITS[usize::from(byte >> 4)]);
        text.push(DIGITS[usize::from(byte & 15)]);
    }
    text.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_what_json_wants_escaped() {
        for value in ["", "plain", "\"q\" \\ \n\r\t\u{1}\u{1f}", "\u{7f}äö€😀", "end\\"] {
            let mut text = String::new();
            escaped(&mut text, value);
            assert_eq!(serde_json::from_str::<String>(&text).unwrap(), value, "{text}");
        }
    }
}
