//! The pieces that lines are written of: header fields, parameters, texts.

use alloc::vec::Vec;
use core::fmt::{self, Display, Write};

use crate::describe::{Hex, Item};
use crate::spi::{DataType, Ssid, TokenCode};

/// How the bytes of a line may look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Rules {
    /// RFC 5424 to the letter: limits of lengths, printable ASCII in the header and in names, UTF-8 in values. And no control
    /// characters, which receivers may change (6.3.3, 6.4, 8.2).
    pub(super) is_strict: bool,
    /// A line end inside would end the message: it is written as `#012`, a carriage return as `#015`.
    pub(super) is_one_line: bool,
}

impl Rules {
    /// Whether a byte is written as `#` and three octal digits.
    ///
    /// A TAB is kept: RFC 5424 allows it in the text, and receivers leave it.
    const fn must_escape_text(self, byte: u8) -> bool {
        byte != b'\t' && self.must_escape(byte)
    }

    const fn must_escape(self, byte: u8) -> bool {
        byte.is_ascii_control() && (self.is_strict || self.is_one_line && matches!(byte, b'\n' | b'\r'))
    }
}

/// The longest names of structured data: SD-NAME of RFC 5424.
const NAME_LEN: usize = 32;

/// The suffix of the name of a value that has no faithful text and so is in hexadecimal digits. rsyslog and syslog-ng
/// split names at periods: none of ours has one.
const HEX: &str = "_hex";

/// A field of a header.
#[derive(Clone, Copy, Debug)]
pub(super) enum Field<'f> {
    /// Not known.
    Nil,
    Bytes(&'f [u8]),
    Number(i32),
    /// Processor and process number.
    Pair(u16, u16),
}

impl<'f> Field<'f> {
    pub(super) fn of(bytes: Option<&'f [u8]>) -> Self {
        bytes.filter(|bytes| !bytes.is_empty()).map_or(Self::Nil, Self::Bytes)
    }

    pub(super) const fn is_nil(&self) -> bool {
        matches!(self, Self::Nil)
    }
}

/// Writes what displays, as it displays.
pub(super) struct Plain<'o>(pub(super) &'o mut Vec<u8>);

impl Write for Plain<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0.extend_from_slice(text.as_bytes());
        Ok(())
    }
}

pub(super) fn plain(out: &mut Vec<u8>, value: impl Display) {
    // Writing to a Vec does not fail.
    let _ = write!(Plain(out), "{value}");
}

/// Writes what displays as the value of a parameter.
struct Escaped<'o> {
    out: &'o mut Vec<u8>,
    rules: Rules,
}

impl Write for Escaped<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        escaped(self.out, text.as_bytes().iter().copied(), self.rules);
        Ok(())
    }
}

fn escaped(out: &mut Vec<u8>, value: impl IntoIterator<Item = u8>, rules: Rules) {
    for byte in value {
        if matches!(byte, b'"' | b'\\' | b']') {
            out.push(b'\\');
        }
        byte_of_text(out, byte, rules);
    }
}

fn byte_of_text(out: &mut Vec<u8>, byte: u8, rules: Rules) {
    if rules.must_escape(byte) {
        plain(out, format_args!("#{byte:03o}"));
    } else {
        out.push(byte);
    }
}

/// The text of a message.
pub(super) fn text(out: &mut Vec<u8>, text: &[u8], rules: Rules) {
    let mut rest = text;
    while let Some(at) = rest.iter().position(|byte| rules.must_escape_text(*byte)) {
        let (clean, behind) = rest.split_at(at);
        out.extend_from_slice(clean);
        if let Some((byte, behind)) = behind.split_first() {
            byte_of_text(out, *byte, rules);
            rest = behind;
        }
    }
    out.extend_from_slice(rest);
}

/// A field of the header, `-` if it is not known. Characters that it must not have are written as `?`; under strict rules it is cut
/// at `limit`.
pub(super) fn field(out: &mut Vec<u8>, field: Field<'_>, limit: usize, rules: Rules) {
    match field {
        Field::Nil => out.push(b'-'),
        Field::Number(number) => plain(out, number),
        Field::Pair(cpu, pin) => plain(out, format_args!("{cpu},{pin}")),
        Field::Bytes(bytes) => {
            let limit = if rules.is_strict { limit } else { usize::MAX };
            let bytes = bytes.iter().take(limit).map(|byte| match byte {
                b'!'..=b'~' => *byte,
                0x80.. if !rules.is_strict => *byte,
                _ => b'?',
            });
            out.extend(bytes);
        }
    }
}

/// An SD-ID or PARAM-NAME: characters that it must not have are written as `?`; under strict rules it is cut at 32 characters.
pub(super) fn name(out: &mut Vec<u8>, name: &[u8], rules: Rules) {
    let limit = if rules.is_strict { NAME_LEN } else { usize::MAX };
    let bytes = name.iter().take(limit).map(|byte| match byte {
        b'=' | b']' | b'"' | b' ' => b'?',
        b'!'..=b'~' => *byte,
        0x80.. if !rules.is_strict => *byte,
        _ => b'?',
    });
    out.extend(bytes);
}

/// A parameter whose value is any bytes; under strict rules, of a value that is not UTF-8 or has control characters, its
/// hexadecimal digits.
pub(super) fn param(
    out: &mut Vec<u8>,
    param: Name<'_>,
    value: impl Iterator<Item = u8> + Clone,
    rules: Rules,
) {
    if rules.is_strict && (!is_utf8(value.clone()) || value.clone().any(|byte| byte.is_ascii_control())) {
        return hex(out, param, value, rules);
    }
    param.write(out, "", rules);
    escaped(out, value, rules);
    out.push(b'"');
}

/// Whether bytes that come one by one are UTF-8.
fn is_utf8(bytes: impl Iterator<Item = u8>) -> bool {
    let mut bytes = bytes.peekable();
    let mut space = [0; 4];
    while let Some(first) = bytes.next() {
        if first.is_ascii() {
            continue;
        }
        let mut len = 1;
        space[0] = first;
        for slot in space.iter_mut().skip(1) {
            let Some(next) = bytes.next_if(|byte| (0x80..0xC0).contains(byte)) else { break };
            *slot = next;
            len += 1;
        }
        // One character and no more: a stray continuation byte is not taken with it.
        let one = space.get(..len).and_then(|bytes| core::str::from_utf8(bytes).ok());
        if one.is_none_or(|one| one.chars().count() != 1) {
            return false;
        }
    }
    true
}

fn hex(out: &mut Vec<u8>, param: Name<'_>, value: impl Iterator<Item = u8>, rules: Rules) {
    param.write(out, HEX, rules);
    value.for_each(|byte| plain(out, format_args!("{byte:02X}")));
    out.push(b'"');
}

/// The name of a parameter.
#[derive(Clone, Copy, Debug)]
pub(super) enum Name<'n> {
    Text(&'n [u8]),
    /// A token of this code; its name, if the dictionary has one; whose it is, if that must be said.
    Token {
        code: TokenCode,
        name: Option<&'n str>,
        ssid: Option<Ssid>,
    },
}

impl Name<'_> {
    /// Blank, name, suffix, `="`.
    ///
    /// A token without a name is called by the hexadecimal digits of its code, after its subsystem if it is not one of the
    /// event's: `TANDEM_36_01FF2706`. A token whose name is too long has the first of its letters, `-`, and the digits.
    fn write(self, out: &mut Vec<u8>, suffix: &str, rules: Rules) {
        out.push(b' ');
        match self {
            Self::Text(text) => {
                let space = if rules.is_strict { NAME_LEN - suffix.len() } else { usize::MAX };
                name(out, text.get(..space).unwrap_or(text), rules);
            }
            Self::Token { name: Some(text), .. } if text.len() + suffix.len() <= NAME_LEN => {
                name(out, text.as_bytes(), rules);
            }
            Self::Token { code, name: Some(text), .. } => {
                let space = NAME_LEN - "-01FF0001".len() - suffix.len();
                name(out, text.as_bytes().get(..space).unwrap_or_default(), rules);
                plain(out, format_args!("-{code:X}"));
            }
            Self::Token { code, name: None, ssid } => {
                if let Some(ssid) = ssid.filter(|ssid| ssid.round_trips()) {
                    // 8 + 1 + 6 letters at most, two underlines, 8 digits, the suffix: not over the limit.
                    let owner = ssid.owner_name().unwrap_or("0");
                    plain(out, format_args!("{owner}_{}_", ssid.number()));
                }
                plain(out, format_args!("{code:X}"));
            }
        }
        plain(out, suffix);
        out.extend_from_slice(b"=\"");
    }
}

/// The parameter of a token's value.
pub(super) fn value(out: &mut Vec<u8>, param: Name<'_>, item: &Item<'_>, rules: Rules) {
    let text = match item.data_type() {
        DataType::Char => Some(item.bytes()),
        _ => None,
    };
    let is_faithful = match text {
        Some(text) => {
            !rules.is_strict || core::str::from_utf8(text).is_ok() && !text.iter().any(u8::is_ascii_control)
        }
        None => item.fields().is_none() && item.has_text(),
    };
    if !is_faithful {
        param.write(out, HEX, rules);
        plain(out, Hex(item.bytes()));
        return out.push(b'"');
    }
    param.write(out, "", rules);
    match text {
        Some(text) => escaped(out, text.iter().copied(), rules),
        // Writing to a Vec does not fail.
        None => drop(write!(Escaped { out, rules }, "{}", item.text())),
    }
    out.push(b'"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn utf8_one_byte_at_a_time() {
        for bytes in [
            &b""[..],
            b"plain",
            "ä€😀".as_bytes(),
            b"\xFF",
            b"\xC3",
            b"\xC3\xA4\xA4",
            b"\xE2\x82",
            b"\xE2\x82\xAC\x80",
            b"\xF0\x9F\x98\x80\x80",
            b"\xC0\x80",
            b"\xED\xA0\x80",
            b"a\x80b",
        ] {
            assert_eq!(is_utf8(bytes.iter().copied()), core::str::from_utf8(bytes).is_ok(), "{bytes:X?}");
        }
    }

    #[test]
    fn names_keep_their_limit() {
        let rules = Rules { is_strict: true, is_one_line: true };
        let code = TokenCode::from_bits(0x01FF_0001);
        let written = |name: Name<'_>, suffix| {
            let mut out = Vec::new();
            name.write(&mut out, suffix, rules);
            String::from_utf8(out).unwrap()
        };
        let token = |name| Name::Token { code, name: Some(name), ssid: None };
        let long = "SPELL-TKN-A-NAME-OF-32-CHARACTER";
        assert_eq!(written(token(long), ""), format!(" {long}=\""));
        assert_eq!(written(token(long), HEX), " SPELL-TKN-A-NAME-OF-01FF0001_hex=\"");
        assert_eq!(written(token(&format!("{long}S")), ""), " SPELL-TKN-A-NAME-OF-32--01FF0001=\"");
        let ssid = "LONGNAME.-32768.D99".parse().unwrap();
        let unnamed = written(Name::Token { code, name: None, ssid: Some(ssid) }, HEX);
        assert_eq!(unnamed, " LONGNAME_-32768_01FF0001_hex=\"");
        assert!(unnamed.len() - 3 <= NAME_LEN);
        assert_eq!(written(Name::Text(b"a b=\"]\x7F\xE4"), ""), " a?b?????=\"");
    }
}
