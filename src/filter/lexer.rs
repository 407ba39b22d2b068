//! The second pass begins: expanded text into tokens (EMS Manual 5-9 to 5-18).

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::ops::Range;

use super::messages;
use super::tacl::Expanded;
use crate::text::grammar::{self, Quoted, finish};
use crate::text::limits::filter as limits;
use crate::text::{Diagnostic, Diagnostics, Location, Severity};

/// The reserved words of the language. SSIDLIST is reserved and has no public meaning.
const RESERVED: [&str; 26] = [
    "AND",
    "BEGIN",
    "BOOLEAN",
    "DESTINATION",
    "DISCARDEVENT",
    "ELSE",
    "EMSTEXTMATCH",
    "END",
    "FAIL",
    "FALSE",
    "FILENAMECOMPARE",
    "FILTER",
    "IF",
    "LIST",
    "LITERALLY",
    "MATCH",
    "NOT",
    "OPTIONAL",
    "OR",
    "PASS",
    "REQUIRED",
    "SSID",
    "SSIDLIST",
    "THEN",
    "TOKENPRESENT",
    "TRUE",
];

/// The place of a token. The token itself is read again each time: a source may be nothing but tokens of one byte.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token {
    /// Which expanded text, and the bytes of it.
    text: u32,
    start: u32,
    end: u32,
}

/// The kind of a token.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum TokenKind<'t> {
    /// A name or a reserved word.
    Word(&'t str),
    Integer(i128),
    /// In quotation marks; STARTUP's may be single ones.
    Text(Quoted<'t>),
    /// `$VOL.SUBVOL.FILE`, `\SYS.$VOL.SUBVOL.FILE`.
    FileName(&'t str),
    /// `#\CN.$NULL:430*`, without the `#`.
    HashName(&'t str),
    Symbol(&'static str),
    End,
}

impl TokenKind<'_> {
    /// Whether it is this reserved word.
    pub(super) fn is_word(&self, word: &str) -> bool {
        matches!(self, Self::Word(found) if found.eq_ignore_ascii_case(word))
    }
}

impl Token {
    fn new(text: usize, start: usize, end: usize) -> Self {
        // A source fits 32 bits.
        let [text, start, end] = [text, start, end].map(|number| u32::try_from(number).unwrap_or(u32::MAX));
        Self { text, start, end }
    }

    fn text(&self) -> usize {
        usize::try_from(self.text).unwrap_or(usize::MAX)
    }

    fn range(&self) -> Range<usize> {
        let [start, end] = [self.start, self.end].map(|at| usize::try_from(at).unwrap_or(usize::MAX));
        start..end
    }

    pub(super) fn kind<'t>(&self, expanded: &'t Expanded) -> TokenKind<'t> {
        let text = expanded.texts.get(self.text()).and_then(|text| text.text.get(self.range()));
        let text = text.filter(|text| !text.is_empty());
        text.and_then(|text| token(text).ok()).map_or(TokenKind::End, |(kind, _)| kind)
    }

    /// Whether TACL has taken out a comment between `before` and this token.
    pub(super) fn is_after_comment(&self, before: &Self, expanded: &Expanded) -> bool {
        self.text == before.text && expanded.has_comment(self.text(), before.range().end..self.range().start)
    }

    /// Where the tokens from this one to `last` come from. If a file was sourced in between, where this one does.
    pub(super) fn location_to(&self, last: &Self, expanded: &Expanded) -> Location {
        let Range { start, mut end } = self.range();
        if last.text == self.text {
            end = end.max(last.range().end);
        }
        expanded.location(self.text(), start..end)
    }
}

/// Whether the language keeps a word for itself.
pub(super) fn is_reserved(word: &str) -> bool {
    RESERVED.iter().any(|reserved| reserved.eq_ignore_ascii_case(word))
}

/// Tokens that some count besides themselves: a condition or statement takes much memory, short as its text may be.
fn extra_weight(kind: &TokenKind<'_>) -> usize {
    const HEAVY: [(&str, usize); 5] = [("OR", 2), ("AND", 2), ("FAIL", 2), ("PASS", 1), ("DISCARDEVENT", 2)];
    match kind {
        TokenKind::Symbol(":=") => 5,
        kind => HEAVY.iter().find(|(word, _)| kind.is_word(word)).map_or(0, |(_, weight)| *weight),
    }
}

/// The tokens of a source; the last is [`TokenKind::End`]. `None`: there are more than a source of this length may have.
pub(super) fn tokens(expanded: &Expanded, diagnostics: &mut Diagnostics) -> Option<Vec<Token>> {
    let mut count = 1;
    let mut extra = 0;
    scan(expanded, |_, _, found| {
        count += usize::from(found.is_ok());
        extra += found.as_ref().map_or(0, |(kind, _)| extra_weight(kind));
    });
    let bytes: usize = expanded.pieces.iter().map(|(_, range)| range.len()).sum();
    if count + extra > limits::TOKENS + bytes / limits::BYTES_PER_TOKEN {
        return None;
    }
    let mut tokens = Vec::with_capacity(count);
    scan(expanded, |text, at, found| match found {
        Ok((_, len)) => tokens.push(Token::new(text, at, at + len)),
        Err(mut fault) => {
            let is_cut =
                fault.message == messages::UNTERMINATED && expanded.has_comment(text, at..at + fault.len);
            if is_cut {
                let hint = "TACL takes == and { for a comment in a string, too: write ~== and ~{";
                fault.hint = Some(hint.into());
            }
            let location = expanded.location(text, at..at + fault.len);
            let mut diagnostic = Diagnostic::new(Severity::Error, location, fault.message);
            diagnostic.hint = fault.hint.map(Into::into);
            diagnostics.push(diagnostic);
        }
    });
    let (text, end) = expanded.pieces.last().map_or((0, 0), |(text, range)| (*text, range.end));
    tokens.push(Token::new(text, end, end));
    Some(tokens)
}

/// Hands out each token of a source, with the number of its text and its offset there, and what is not a token.
fn scan<'t>(
    expanded: &'t Expanded,
    mut each: impl FnMut(usize, usize, Result<(TokenKind<'t>, usize), Fault>),
) {
    for (text, range) in &expanded.pieces {
        let Some(file) = expanded.texts.get(*text) else { continue };
        let mut at = range.start;
        while let Some(rest) = file.text.get(at..range.end).filter(|rest| !rest.is_empty()) {
            let blank = blank_len(rest);
            if blank > 0 {
                at += blank;
                continue;
            }
            let found = token(rest);
            let len = match &found {
                Ok((_, len)) => *len,
                Err(fault) => fault.len,
            };
            each(*text, at, found);
            at += len;
        }
    }
}

/// Warns of names that EMF would not take: longer than 30 characters, or with the hyphens of DDL.
pub(super) fn check_names(tokens: &[Token], expanded: &Expanded, diagnostics: &mut Diagnostics) {
    let is_period =
        |token: Option<&Token>| token.is_some_and(|token| token.kind(expanded) == TokenKind::Symbol("."));
    for (at, token) in tokens.iter().enumerate() {
        let TokenKind::Word(word) = token.kind(expanded) else { continue };
        let location = || token.location_to(token, expanded);
        // The owner of a subsystem ID may have hyphens.
        let is_owner =
            is_period(tokens.get(at + 1)) && !is_period(at.checked_sub(1).and_then(|at| tokens.get(at)));
        if word.contains('-') && !is_owner {
            diagnostics.push(
                Diagnostic::new(Severity::Warning, location(), "EMF takes no hyphens in names")
                    .with_hint(format!("write {}", word.replace('-', "^"))),
            );
        }
        if word.len() > limits::NAME {
            let message =
                format!("EMF names have at most {} characters, this one has {}", limits::NAME, word.len());
            diagnostics.push(Diagnostic::new(Severity::Warning, location(), message));
        }
    }
}

struct Fault {
    message: &'static str,
    hint: Option<String>,
    len: usize,
}

/// The bytes of a blank or a comment at the front.
fn blank_len(rest: &str) -> usize {
    if rest.starts_with("--") {
        return rest.find('\n').unwrap_or(rest.len());
    }
    rest.len() - grammar::skip(rest, |byte| byte.is_ascii_whitespace()).len()
}

/// The token at the front of a text that begins with no blank, and its length.
fn token(rest: &str) -> Result<(TokenKind<'_>, usize), Fault> {
    let bytes = rest.as_bytes();
    match bytes {
        [b'"' | b'\'', ..] => string(rest),
        [b'0'..=b'9', ..] | [b'-' | b'+', b'0'..=b'9', ..] => match finish(grammar::integer(rest)) {
            Ok((behind, number)) => Ok((TokenKind::Integer(number), rest.len() - behind.len())),
            Err(_) => {
                let sign = usize::from(!rest.starts_with(|c: char| c.is_ascii_digit()));
                let digits = bytes.iter().skip(sign).position(|byte| !byte.is_ascii_digit());
                let len = digits.map_or(bytes.len(), |digits| sign + digits);
                Err(Fault { message: "This number does not fit 64 bits", hint: None, len })
            }
        },
        [byte, ..] if byte.is_ascii_alphabetic() || *byte == b'_' => {
            let len = word_len(rest);
            Ok((TokenKind::Word(front(rest, len)), len))
        }
        [b'$' | b'\\', ..] => {
            let len = run(bytes, |byte| matches!(byte, b'$' | b'\\' | b'.' | b'#' | b'_' | b'^'));
            // The period of a bit extraction, which is an error the checker explains.
            let len = front(rest, len).trim_end_matches('.').len();
            Ok((TokenKind::FileName(front(rest, len)), len))
        }
        [b'#', ..] => {
            let len = run(bytes, |byte| {
                matches!(byte, b'$' | b'\\' | b'.' | b'#' | b'_' | b'^' | b'*' | b'?' | b':' | b'-')
            });
            Ok((TokenKind::HashName(front(rest, len).get(1..).unwrap_or_default()), len))
        }
        _ => symbol(rest),
    }
}

fn string(rest: &str) -> Result<(TokenKind<'_>, usize), Fault> {
    let delimiter = rest.as_bytes().first().copied().unwrap_or(b'"');
    match finish(grammar::quoted(delimiter)(rest)) {
        Ok((behind, quoted)) => Ok((TokenKind::Text(quoted), rest.len() - behind.len())),
        Err(_) => Err(Fault {
            message: messages::UNTERMINATED,
            hint: None,
            len: rest.find(['\n', '\r']).unwrap_or(rest.len()),
        }),
    }
}

fn symbol(rest: &str) -> Result<(TokenKind<'_>, usize), Fault> {
    /// Those that begin with shorter ones come first.
    const SYMBOLS: [&str; 13] = [":=", "<>", "<=", ">=", "(", ")", ",", ";", ":", ".", "=", "<", ">"];
    let known = SYMBOLS.iter().find(|symbol| rest.starts_with(**symbol));
    known.map(|symbol| (TokenKind::Symbol(symbol), symbol.len())).ok_or_else(|| {
        let character = rest.chars().next().unwrap_or(' ');
        let hint = match character {
            '?' => Some("a directive stands in column 1, alone on its line".into()),
            '!' => Some("a comment begins with --".into()),
            other if !other.is_ascii() => {
                Some(format!("U+{:04X} stands only in strings and comments", u32::from(other)))
            }
            _ => None,
        };
        Fault { message: messages::ILLEGAL_CHARACTER, hint, len: character.len_utf8() }
    })
}

/// A name: letters, digits, `_` and `^`. The `-` of a DDL name belongs to it too, unless the word before is reserved and
/// a number follows, as in `PASS-1`.
fn word_len(rest: &str) -> usize {
    let bytes = rest.as_bytes();
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'^');
    let mut len = 0;
    loop {
        len += bytes.iter().skip(len).position(|byte| !is_name(byte)).unwrap_or(bytes.len() - len);
        let behind = (bytes.get(len), bytes.get(len + 1));
        let is_hyphen = matches!(behind, (Some(b'-'), Some(next)) if next.is_ascii_alphanumeric());
        let is_sign = matches!(behind, (_, Some(b'0'..=b'9'))) && is_reserved(front(rest, len));
        if !is_hyphen || is_sign {
            return len;
        }
        len += 1;
    }
}

fn run(bytes: &[u8], more: impl Fn(u8) -> bool) -> usize {
    let belongs = |byte: u8| byte.is_ascii_alphanumeric() || more(byte);
    bytes.iter().position(|byte| !belongs(*byte)).unwrap_or(bytes.len())
}

fn front(rest: &str, len: usize) -> &str {
    rest.get(..len).unwrap_or(rest)
}
