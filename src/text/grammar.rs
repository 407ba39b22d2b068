//! nom building blocks for line- and word-oriented languages, and the error they share.
//!
//! Conventions, which keep error places right and combinators simple:
//!
//! * A parser starts at its first character and never skips blanks in front; a language wraps each word in
//!   [`lexeme`], which skips the blanks *after* it with that language's own notion of a blank.
//! * Names and keywords are ASCII; which bytes belong to a name is the language's business and is passed in.
//! * Run parsers with `parse_complete` or by calling them; `Parser::parse` is nom's streaming mode. End with
//!   [`finish`], which, unlike `nom::Finish`, cannot panic.
//! * Once the first keyword of a construct is seen, wrap what follows in `nom::combinator::cut`: the error then
//!   is where the construct went wrong.
//!
//! ```
//! use nom::{Parser, combinator::cut, sequence::{preceded, terminated}};
//! use zems::text::grammar::{self, Parsed, finish, integer, keyword, lexeme, skip, symbol};
//!
//! fn blanks(input: &str) -> &str { skip(input, |byte| byte == b' ') }
//! fn name_byte(byte: u8) -> bool { byte.is_ascii_alphanumeric() || byte == b'-' }
//! fn level(input: &str) -> Parsed<'_, i128> {
//!     let word = lexeme(blanks, keyword("LEVEL", name_byte));
//!     preceded(word, cut(terminated(lexeme(blanks, integer), symbol(".")))).parse_complete(input)
//! }
//!
//! assert_eq!(finish(level("level %17 .")), Ok(("", 15)));
//! let text = "LEVEL 17 ;";
//! let error = finish(level(text)).unwrap_err();
//! assert_eq!((error.offset(text), error.to_string().as_str()), (9, "expected `.`"));
//! ```

use alloc::borrow::Cow;
use alloc::vec::Vec;
use core::fmt;

use nom::error::{ContextError, ErrorKind, FromExternalError, ParseError};
use nom::{IResult, Parser};

use super::Span;

/// The result of a parser over `&str`.
pub type Parsed<'a, O> = IResult<&'a str, O, Expected<'a>>;

/// Why a parser stopped: the place, as the rest of the text from there on, and what it wanted to see.
///
/// Of several alternatives the one that got furthest is kept; of equals the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Expected<'a> {
    /// The text from the fault on; a suffix of the text that was parsed.
    pub at: &'a str,
    /// The expected item: a keyword, a symbol, or a phrase such as `a number`; empty if nobody said.
    pub want: &'static str,
}

impl<'a> Expected<'a> {
    /// `want` should be at `at`.
    #[must_use]
    pub const fn new(at: &'a str, want: &'static str) -> Self {
        Self { at, want }
    }

    /// The fault's byte offset in `whole`, the text the outermost parser was given.
    #[must_use]
    pub const fn offset(&self, whole: &str) -> usize {
        whole.len().saturating_sub(self.at.len())
    }

    /// The content at the fault, for a caret to point at: one word, else one character, else nothing at the end.
    #[must_use]
    pub fn found(&self) -> &'a str {
        let in_word = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '^' | '$' | '%');
        let word = self.at.find(|c: char| !in_word(c)).unwrap_or(self.at.len());
        match word {
            0 => {
                self.at.chars().next().filter(|c| !c.is_whitespace()).map_or("", |c| &self.at[..c.len_utf8()])
            }
            word => &self.at[..word],
        }
    }

    /// [`Self::found`] as a span, `whole` being the text that starts at offset `base` of a source.
    #[must_use]
    pub fn span(&self, whole: &str, base: u32) -> Span {
        let start = base.saturating_add(u32::try_from(self.offset(whole)).unwrap_or(u32::MAX));
        Span::new(start, start.saturating_add(u32::try_from(self.found().len()).unwrap_or(u32::MAX)))
    }

    fn further(self, other: Self) -> Self {
        match self.at.len().cmp(&other.at.len()) {
            core::cmp::Ordering::Greater => other,
            core::cmp::Ordering::Equal if self.want.is_empty() => other,
            _ => self,
        }
    }
}

impl fmt::Display for Expected<'_> {
    /// `expected VALUE`, `expected a number`, ``expected `.` ``.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.want {
            "" => f.write_str("not understood"),
            want if want.bytes().any(|byte| byte.is_ascii_alphanumeric()) => write!(f, "expected {want}"),
            want => write!(f, "expected `{want}`"),
        }
    }
}

impl<'a> ParseError<&'a str> for Expected<'a> {
    fn from_error_kind(at: &'a str, _kind: ErrorKind) -> Self {
        Self { at, want: "" }
    }

    fn append(at: &'a str, kind: ErrorKind, other: Self) -> Self {
        other.further(Self::from_error_kind(at, kind))
    }

    fn or(self, other: Self) -> Self {
        self.further(other)
    }
}

impl<'a> ContextError<&'a str> for Expected<'a> {
    /// Names what was wanted if the inner parser failed at its very start; deeper errors know better.
    fn add_context(at: &'a str, want: &'static str, other: Self) -> Self {
        if other.at.len() == at.len() || other.want.is_empty() { Self { want, ..other } } else { other }
    }
}

impl<'a, E> FromExternalError<&'a str, E> for Expected<'a> {
    fn from_external_error(at: &'a str, kind: ErrorKind, _error: E) -> Self {
        Self::from_error_kind(at, kind)
    }
}

/// Ends a parse: nom's three error cases become one. Never panics.
///
/// # Errors
/// The error of the parser.
pub fn finish<'a, O>(result: Parsed<'a, O>) -> Result<(&'a str, O), Expected<'a>> {
    result.map_err(|error| match error {
        nom::Err::Error(error) | nom::Err::Failure(error) => error,
        nom::Err::Incomplete(_) => Expected::new("", "more text"),
    })
}

/// The result of a parser that wants `want` at `at`.
///
/// # Errors
/// Always, in the form nom's alternatives can back out of.
pub fn expected<'a, O>(at: &'a str, want: &'static str) -> Parsed<'a, O> {
    Err(nom::Err::Error(Expected::new(at, want)))
}

/// Runs a parser, and says `want` if it fails at its first character.
pub fn expecting<'a, P>(
    want: &'static str,
    parser: P,
) -> impl Parser<&'a str, Output = P::Output, Error = Expected<'a>>
where
    P: Parser<&'a str, Error = Expected<'a>>,
{
    nom::error::context(want, parser)
}

/// Runs a parser, then skips the blanks after what it read.
pub fn lexeme<'a, P>(
    blanks: impl Fn(&'a str) -> &'a str,
    mut parser: P,
) -> impl FnMut(&'a str) -> Parsed<'a, P::Output>
where
    P: Parser<&'a str, Error = Expected<'a>>,
{
    move |input| parser.parse_complete(input).map(|(rest, output)| (blanks(rest), output))
}

/// The input after all leading bytes of a class. The class must refuse bytes above 127.
#[inline]
pub fn skip(input: &str, class: impl Fn(u8) -> bool) -> &str {
    split(input, class).1
}

/// A word: one byte of the class `first`, then any number of the class `rest`, at least one byte in all. The classes
/// must refuse bytes above 127.
#[inline]
pub fn word<'a>(
    want: &'static str,
    first: impl Fn(u8) -> bool,
    rest: impl Fn(u8) -> bool,
) -> impl Fn(&'a str) -> Parsed<'a, &'a str> {
    move |input| match input.as_bytes().first() {
        Some(&byte) if first(byte) && byte.is_ascii() => {
            let (more, _) = split(&input[1..], &rest);
            let (word, rest) = input.split_at(1 + more.len());
            Ok((rest, word))
        }
        _ => expected(input, want),
    }
}

/// A keyword, in any case, not followed by a byte that would make it a longer word.
#[inline]
pub fn keyword<'a>(
    word: &'static str,
    name_byte: impl Fn(u8) -> bool,
) -> impl Fn(&'a str) -> Parsed<'a, &'a str> {
    move |input| match input.split_at_checked(word.len()) {
        Some((found, rest))
            if found.eq_ignore_ascii_case(word)
                && !rest.as_bytes().first().is_some_and(|&byte| name_byte(byte)) =>
        {
            Ok((rest, found))
        }
        _ => expected(input, word),
    }
}

/// A symbol such as `.` or `<=`, exactly as given.
#[inline]
pub fn symbol<'a>(symbol: &'static str) -> impl Fn(&'a str) -> Parsed<'a, &'a str> {
    move |input| match input.strip_prefix(symbol) {
        Some(rest) => Ok((rest, &input[..symbol.len()])),
        None => expected(input, symbol),
    }
}

/// An unsigned decimal number.
///
/// # Errors
/// No digit, or a number that does not fit 64 bits.
pub fn decimal(input: &str) -> Parsed<'_, u64> {
    let (digits, rest) = split(input, |byte| byte.is_ascii_digit());
    match digits {
        "" => expected(input, "a number"),
        digits => match digits.parse() {
            Ok(number) => Ok((rest, number)),
            Err(_) => Err(nom::Err::Failure(Expected::new(input, TOO_LARGE))),
        },
    }
}

/// A whole number: an optional sign, directly followed by decimal digits, or by `%` and octal digits. The value lies in
/// -2^63..2^64, so that it fits 64 bits with or without sign.
///
/// # Errors
/// No digit, an 8 or 9 in an octal number, or a number outside that range.
pub fn integer(input: &str) -> Parsed<'_, i128> {
    let (negative, unsigned) = match input.as_bytes().first() {
        Some(b'-') => (true, &input[1..]),
        Some(b'+') => (false, &input[1..]),
        _ => (false, input),
    };
    let (radix, unsigned) = match unsigned.strip_prefix('%') {
        Some(octal) => (8, octal),
        None => (10, unsigned),
    };
    let (digits, rest) = split(unsigned, |byte| byte.is_ascii_digit());
    if digits.is_empty() {
        return expected(input, "a number");
    }
    if radix == 8 && digits.contains(['8', '9']) {
        return Err(nom::Err::Failure(Expected::new(input, "octal digits (0 to 7) after `%`")));
    }
    let value = u64::from_str_radix(digits, radix)
        .map(|value| if negative { -i128::from(value) } else { value.into() });
    match value {
        Ok(value) if value >= i128::from(i64::MIN) => Ok((rest, value)),
        _ => Err(nom::Err::Failure(Expected::new(input, TOO_LARGE))),
    }
}

const TOO_LARGE: &str = "a number that fits 64 bits";

/// The bytes that pairs of hexadecimal digits stand for; `None` for any other text.
///
/// ```
/// use zems::text::grammar::hexadecimal;
///
/// assert_eq!(hexadecimal("00fF"), Some(vec![0, 255]));
/// assert_eq!((hexadecimal("0"), hexadecimal("+1")), (None, None));
/// ```
#[must_use]
pub fn hexadecimal(digits: &str) -> Option<Vec<u8>> {
    let (pairs, rest) = digits.as_bytes().as_chunks();
    if !rest.is_empty() {
        return None;
    }
    let digit = |digit: u8| char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok());
    pairs.iter().map(|[high, low]| Some(digit(*high)? << 4 | digit(*low)?)).collect()
}

/// A string between two `delimiter`s (an ASCII character), on one line; the delimiter itself is written twice inside.
#[inline]
pub fn quoted<'a>(delimiter: u8) -> impl Fn(&'a str) -> Parsed<'a, Quoted<'a>> {
    move |input| {
        let bytes = input.as_bytes();
        if bytes.first() != Some(&delimiter) || !delimiter.is_ascii() {
            return expected(input, "a string");
        }
        let mut end = 1;
        loop {
            match bytes.get(end) {
                Some(&byte) if byte == delimiter && bytes.get(end + 1) == Some(&delimiter) => end += 2,
                Some(&byte) if byte == delimiter => {
                    let raw = &input[1..end];
                    return Ok((&input[end + 1..], Quoted { raw, delimiter: char::from(delimiter) }));
                }
                Some(b'\n' | b'\r') | None => {
                    return Err(nom::Err::Failure(Expected::new(
                        input,
                        "a closing quotation mark on the same line",
                    )));
                }
                Some(_) => end += 1,
            }
        }
    }
}

/// The content between two quotation marks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quoted<'a> {
    /// The text as written, doubled delimiters still doubled.
    pub raw: &'a str,
    /// The delimiter.
    pub delimiter: char,
}

impl<'a> Quoted<'a> {
    /// The text meant: each doubled delimiter is once. Borrowed unless there is one.
    #[must_use]
    pub fn text(&self) -> Cow<'a, str> {
        if !self.raw.contains(self.delimiter) {
            return Cow::Borrowed(self.raw);
        }
        let mut after_delimiter = false;
        Cow::Owned(
            self.raw
                .chars()
                .filter(|&c| {
                    after_delimiter = c == self.delimiter && !after_delimiter;
                    !after_delimiter || c != self.delimiter
                })
                .collect(),
        )
    }
}

/// The leading bytes of a class, and the rest.
#[inline]
fn split(input: &str, class: impl Fn(u8) -> bool) -> (&str, &str) {
    let end = input.bytes().position(|byte| !class(byte)).unwrap_or(input.len());
    // A class that took part of a character takes none of it.
    input.split_at_checked(end).unwrap_or(("", input))
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use nom::branch::alt;
    use nom::combinator::cut;
    use nom::sequence::preceded;

    use super::*;

    fn name_byte(byte: u8) -> bool {
        byte.is_ascii_alphanumeric() || byte == b'-'
    }

    #[test]
    fn numbers_of_the_ddl_manual() {
        // DDL Reference Manual, chapter 2 (numeric literals): `39 -2 +8 -%10 (= -8) +%17 (= 15) %100 (= 64)`
        for (text, value) in [("39", 39), ("-2", -2), ("+8", 8), ("-%10", -8), ("+%17", 15), ("%100", 64)] {
            assert_eq!(finish(integer(text)), Ok(("", value)));
        }
    }

    #[test]
    fn numbers_end_at_64_bits() {
        assert_eq!(finish(integer("18446744073709551615.")), Ok((".", i128::from(u64::MAX))));
        assert_eq!(finish(integer("-9223372036854775808")), Ok(("", i128::from(i64::MIN))));
        for text in
            ["18446744073709551616", "-9223372036854775809", "99999999999999999999999999999999999999999999"]
        {
            assert_eq!(finish(integer(text)).unwrap_err(), Expected::new(text, TOO_LARGE));
        }
        assert_eq!(finish(integer("%8")).unwrap_err().want, "octal digits (0 to 7) after `%`");
        assert_eq!(finish(integer("- 8")).unwrap_err().want, "a number");
        assert_eq!(finish(decimal("12a")), Ok(("a", 12)));
        assert_eq!(finish(decimal("99999999999999999999")).unwrap_err().want, TOO_LARGE);
    }

    #[test]
    fn doubled_delimiters_are_one() {
        for (source, text) in [
            (r#""a""b""#, "a\"b"),
            (r#""""""#, "\""),
            (r#""""""""#, "\"\""),
            (r#""""#, ""),
            ("'it''s'", "it's"),
            (r#""a'b""#, "a'b"),
            ("\"ä\"", "ä"),
        ] {
            let (rest, quoted) = finish(quoted(source.as_bytes()[0])(source)).unwrap();
            assert_eq!((rest, &*quoted.text()), ("", text));
        }
        for open in ["\"abc", "\"abc\n\"", "\"abc\"\""] {
            assert_eq!(
                finish(quoted(b'"')(open)).unwrap_err().want,
                "a closing quotation mark on the same line"
            );
        }
    }

    #[test]
    fn keywords_are_whole_words_in_any_case() {
        assert_eq!(finish(keyword("TYPE", name_byte)("type ")), Ok((" ", "type")));
        assert!(keyword("TYPE", name_byte)("TYPE-X").is_err());
        assert!(keyword("TYPE", name_byte)("TYP").is_err());
        assert!(keyword("TYPE", name_byte)("äöü").is_err());
    }

    #[test]
    fn the_furthest_branch_explains() {
        let mut parser = alt((
            preceded(keyword("A", name_byte), preceded(symbol(" "), integer)),
            expecting("A or B", integer),
        ));
        assert_eq!(finish(parser.parse_complete("A x")).unwrap_err().to_string(), "expected a number");
        assert_eq!(
            finish(expecting("A or B", parser).parse_complete("?")).unwrap_err().to_string(),
            "expected A or B"
        );
    }

    #[test]
    fn the_place_of_a_fault_is_a_word_or_a_character() {
        let text = "abc def-g h";
        let error = Expected::new(&text[4..], "x");
        assert_eq!(
            (error.offset(text), error.found(), error.span(text, 10)),
            (4, "def-g", Span::new(14, 19))
        );
        assert_eq!(Expected::new("ß..", "").found(), "ß");
        assert_eq!(Expected::new("\nx", "").found(), "");
        assert_eq!(Expected::new("", "").found(), "");
        assert_eq!(Expected::new("", "").to_string(), "not understood");
    }

    #[test]
    fn words_follow_their_classes() {
        let name = word("a name", |byte| byte.is_ascii_alphabetic(), name_byte);
        assert_eq!(finish(name("z-1.x")), Ok((".x", "z-1")));
        assert_eq!(finish(name("1")).unwrap_err().want, "a name");
        let hash = word("#", |byte| byte == b'#', |byte| byte.is_ascii_digit());
        assert_eq!(finish(hash("#1#")), Ok(("#", "#1")));
    }

    #[test]
    fn incomplete_is_an_error_and_no_panic() {
        let streaming: Parsed<'_, &str> = Err(nom::Err::Incomplete(nom::Needed::Unknown));
        assert_eq!(finish(streaming).unwrap_err().to_string(), "expected more text");
    }

    #[test]
    fn cut_errors_do_not_back_out() {
        let mut parser = alt((preceded(symbol("("), cut(integer)), integer));
        assert_eq!(finish(parser.parse_complete("(x")).unwrap_err(), Expected::new("x", "a number"));
    }
}
