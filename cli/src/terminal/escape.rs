//! Text that a terminal may be given: nothing in it moves the cursor, changes the order of characters or hides some.

use std::borrow::Cow;

use anstyle::{AnsiColor, Style};

/// How many lines a text may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lines {
    /// A line end inside is escaped.
    One,
    Many,
}

/// The text with everything escaped that is not simply shown: `\x1b`, `\u{202e}`. A tabulator stays.
pub(crate) fn escaped(text: &str, lines: Lines) -> Cow<'_, str> {
    let is_bad = |c: char| is_hidden(c) && !(c == '\n' && lines == Lines::Many);
    let Some(first) = text.find(is_bad) else { return Cow::Borrowed(text) };
    let mut escaped = text.get(..first).unwrap_or_default().to_owned();
    for c in text.get(first..).unwrap_or_default().chars() {
        match c {
            '\n' if is_bad(c) => escaped.push_str("\\n"),
            '\r' => escaped.push_str("\\r"),
            c if !is_bad(c) => escaped.push(c),
            c if u32::from(c) < 0x100 => escaped.push_str(&format!("\\x{:02x}", u32::from(c))),
            c => escaped.push_str(&format!("\\u{{{:x}}}", u32::from(c))),
        }
    }
    Cow::Owned(escaped)
}

/// Control characters but the tabulator (C0, DEL, C1), line and paragraph separators, and characters that are not seen: those that
/// set the direction of writing, joiners, fillers, variation selectors and tags.
pub(crate) const fn is_hidden(c: char) -> bool {
    c != '\t' && zems::text::is_unsafe(c)
}

/// Diagnostics in colours: the word that says how bad it is, carets and the numbers of lines.
pub(crate) fn colored(text: &str) -> String {
    let red = AnsiColor::Red.on_default().bold();
    let yellow = AnsiColor::Yellow.on_default().bold();
    let blue = AnsiColor::Blue.on_default();
    let words: [(&str, Style); 4] =
        [(": error", red), (": warning", yellow), (": note", blue), (": help", blue)];
    let mut colored = String::new();
    for line in text.split_inclusive('\n') {
        let is_caret = line.contains('^')
            && line.chars().all(|c| matches!(c, ' ' | '|' | '^' | '~' | '\n' | '\t') || c.is_ascii_digit());
        let found = words.iter().find_map(|(word, style)| Some((line.find(word)?, *word, *style)));
        match found {
            _ if is_caret => {
                let (text, end) = line.strip_suffix('\n').map_or((line, ""), |text| (text, "\n"));
                colored.push_str(&format!("{red}{text}{red:#}{end}"));
            }
            Some((at, word, style)) => {
                let (before, rest) = line.split_at(at);
                let rest = rest.strip_prefix(word).unwrap_or(rest);
                let word = word.get(2..).unwrap_or_default();
                colored.push_str(&format!("{before}: {style}{word}{style:#}{rest}"));
            }
            None => colored.push_str(line),
        }
    }
    colored
}

/// An explanation of a filter in colours: the first verdict of each line.
pub(crate) fn colored_verdicts(text: &str) -> String {
    let green = AnsiColor::Green.on_default().bold();
    let red = AnsiColor::Red.on_default().bold();
    let words = [(" PASS", green), (" TRUE", green), (" FAIL", red), (" FALSE", red)];
    let mut colored = String::new();
    for line in text.split_inclusive('\n') {
        let found =
            words.iter().filter_map(|(word, style)| Some((line.find(word)? + 1, word.len() - 1, *style)));
        let Some((at, len, style)) = found.min_by_key(|(at, ..)| *at) else {
            colored.push_str(line);
            continue;
        };
        let (before, rest) = line.split_at(at);
        let (word, rest) = rest.split_at(len);
        colored.push_str(&format!("{before}{style}{word}{style:#}{rest}"));
    }
    colored
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_verdict_of_a_line_is_coloured() {
        let text = "x: PASS 2 by f:10:64 PASS 2\n  f:7:4 FALSE A (A is TRUE)\n  none";
        let expected = "x: \x1b[1m\x1b[32mPASS\x1b[0m 2 by f:10:64 PASS 2\n  f:7:4 \x1b[1m\x1b[31mFALSE\x1b[0m A (A is TRUE)\n  none";
        assert_eq!(colored_verdicts(text), expected);
    }

    #[test]
    fn what_is_not_seen_is_escaped() {
        assert_eq!(escaped("plain \t gr\u{FC}\u{DF}e", Lines::One), "plain \t gr\u{FC}\u{DF}e");
        let text = "a\x1b[2J\u{9B}b\u{7F}\n\r\u{202E}\u{2028}\u{200B}\u{E0041}\u{FEFF}z";
        let expected = "a\\x1b[2J\\x9bb\\x7f\\n\\r\\u{202e}\\u{2028}\\u{200b}\\u{e0041}\\u{feff}z";
        assert_eq!(escaped(text, Lines::One), expected);
        assert_eq!(escaped("a\nb\r\n", Lines::Many), "a\nb\\r\n");
    }
}
