use core::fmt::{self, Write};

/// Text as it may reach a terminal. Characters that steer a terminal, turn or hide text, or begin another line are written as
/// escapes: `\u{1b}`, `\n`. Everything else stays as it is.
///
/// ```
/// use zems::text::escaped;
///
/// assert_eq!(escaped("a\u{1b}[2J\u{202e}b\nc ö").to_string(), r"a\u{1b}[2J\u{202e}b\nc ö");
/// ```
#[must_use]
pub const fn escaped<T: fmt::Display>(text: T) -> Escaped<T> {
    Escaped(text)
}

/// See [`escaped`].
#[derive(Clone, Copy, Debug)]
pub struct Escaped<T>(T);

impl<T: fmt::Display> fmt::Display for Escaped<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(Escaping(f), "{}", self.0)
    }
}

struct Escaping<'a, 'f>(&'a mut fmt::Formatter<'f>);

impl Write for Escaping<'_, '_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let mut rest = text;
        while let Some((at, character)) = rest.char_indices().find(|(_, character)| is_unsafe(*character)) {
            let (plain, behind) = rest.split_at(at);
            self.0.write_str(plain)?;
            write!(self.0, "{}", character.escape_default())?;
            rest = behind.get(character.len_utf8()..).unwrap_or_default();
        }
        self.0.write_str(rest)
    }
}

/// Whether a character does something to a terminal, or to how a reader takes the text around it: control characters (C0,
/// DEL, C1), separators of lines and paragraphs, characters that set the direction of text, that are invisible, and tags.
#[must_use]
pub const fn is_unsafe(character: char) -> bool {
    matches!(
        character,
        '\0'..='\u{1F}'
            | '\u{7F}'..='\u{9F}'
            | '\u{AD}'
            | '\u{34F}'
            | '\u{61C}'
            | '\u{115F}'..='\u{1160}'
            | '\u{17B4}'..='\u{17B5}'
            | '\u{180B}'..='\u{180F}'
            | '\u{200B}'..='\u{200F}'
            | '\u{2028}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}'
            | '\u{3164}'
            | '\u{FE00}'..='\u{FE0F}'
            | '\u{FEFF}'
            | '\u{FFA0}'
            | '\u{FFF0}'..='\u{FFFB}'
            | '\u{1BCA0}'..='\u{1BCA3}'
            | '\u{1D173}'..='\u{1D17A}'
            | '\u{E0000}'..='\u{E0FFF}'
    )
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use super::*;

    #[test]
    fn nothing_that_steers_a_terminal_comes_through() {
        let others = [
            0xAD, 0x61C, 0x200B, 0x200D, 0x200E, 0x200F, 0x2028, 0x2029, 0x202A, 0x202E, 0x2060, 0x2066,
            0x2069, 0xFEFF, 0xE0001, 0xE0041, 0xE007F, 0xE0100,
        ];
        for code in (0..0x20).chain(0x7F..0xA0).chain(others) {
            let character = char::from_u32(code).unwrap();
            let shown = escaped(character).to_string();
            assert!(shown.starts_with('\\') && shown.is_ascii(), "{code:x}");
        }
        let plain = "plain text, ä ß 漢 é 😀";
        assert_eq!(escaped(plain).to_string(), plain);
    }
}
