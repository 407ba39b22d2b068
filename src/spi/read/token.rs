use core::ops::Range;

use super::MAX_DEPTH;
use super::buffer::{Buffer, Decoder};
use super::error::{DecodeError, DecodeErrorKind};
use super::table::{self, Table};
use super::tokens::Tokens;
use crate::spi::kind::Kind;
use crate::spi::profile::Profile;
use crate::spi::ssid::Ssid;
use crate::spi::token_code::TokenCode;
use crate::spi::value::Value;

/// One token where it stands: a value, a list, or a table of several values of one code.
///
/// ```text
///   code (4) | SSID (12), if extended | length word (2), if variable | value | pad to a word
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Token<'a> {
    level: Level<'a>,
    code: TokenCode,
    ssid: Option<&'a [u8; Ssid::LEN]>,
    value: &'a [u8],
    start: usize,
    shape: Shape,
}

/// What all tokens of one level have in common.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Level<'a> {
    /// The whole buffer, so that offsets are offsets in it.
    pub(crate) buffer: &'a [u8],
    pub(crate) profile: &'a Profile,
    pub(crate) origin: u64,
    /// Qualifies the tokens stored without an SSID.
    pub(crate) default_ssid: &'a [u8; Ssid::LEN],
    /// How many lists the level is in.
    pub(crate) depth: usize,
}

impl Level<'_> {
    pub(crate) fn absolute(&self, at: usize) -> u64 {
        self.origin.saturating_add(u64::try_from(at).unwrap_or(u64::MAX))
    }

    #[cold]
    fn error(&self, kind: DecodeErrorKind, at: usize) -> DecodeError {
        DecodeError::new(kind, self.absolute(at))
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    Plain,
    /// The value ends with the end-list code.
    List,
    /// The code and SSID are those of the values.
    Table {
        count: u16,
    },
}

/// Bytes of an end-list code.
const END_LIST_LEN: usize = 4;

impl<'a> Token<'a> {
    /// Reads the token at `start`; the level ends at `end`. Returns it with the offset of the next token code.
    #[inline]
    pub(super) fn read(level: &Level<'a>, start: usize, end: usize) -> Result<(Self, usize), DecodeError> {
        let rest = level.buffer.get(start..end).unwrap_or_default();
        let Some((bits, mut rest)) = rest.split_first_chunk() else {
            let have = u8::try_from(rest.len()).unwrap_or(u8::MAX);
            return Err(level.error(DecodeErrorKind::ShortTokenCode { have }, start));
        };
        let bits = u32::from_be_bytes(*bits);
        let code = TokenCode::from_bits(bits);
        let mut ssid = None;
        if bits >> 31 != 0 {
            let Some((qualifier, behind)) = rest.split_first_chunk() else {
                let have = u8::try_from(rest.len()).unwrap_or(u8::MAX);
                return Err(level.error(DecodeErrorKind::ShortSsid { have }, start));
            };
            (ssid, rest) = (Some(qualifier), behind);
        }
        // Both lengths are at hand before it is known which one counts: the choice costs no branch.
        let word = rest.first_chunk().map(|word| usize::from(u16::from_be_bytes(*word)));
        let is_variable = code.is_variable();
        let (len, skip) = if is_variable { (word.unwrap_or(0), 2) } else { (usize::from(code.length()), 0) };
        let value = rest.get(skip..).unwrap_or_default().get(..len);
        let Some(value) = value.filter(|_| !is_variable || word.is_some()) else {
            return Err(Self::beyond_end(level, code, word, rest, start, end));
        };
        let next = end - rest.len() + skip + len;
        let next = next + (next & 1);
        let plain = Self { level: *level, code, ssid, value, start, shape: Shape::Plain };
        match level.profile.kind(code.data_type()) {
            Kind::List | Kind::Table if is_variable => plain.into_compound().map(|token| (token, next)),
            _ => Ok((plain, next)),
        }
    }

    #[cold]
    fn beyond_end(
        level: &Level<'a>,
        code: TokenCode,
        word: Option<usize>,
        rest: &[u8],
        start: usize,
        end: usize,
    ) -> DecodeError {
        let (length, have) = match (code.is_variable(), word) {
            (true, None) => return level.error(DecodeErrorKind::ShortLengthWord, end - rest.len()),
            (true, Some(word)) => (word, rest.len().saturating_sub(2)),
            (false, _) => (usize::from(code.length()), rest.len()),
        };
        let length = u16::try_from(length).unwrap_or(u16::MAX);
        let have = u16::try_from(have).unwrap_or(u16::MAX);
        let is_list = code.is_variable() && level.profile.kind(code.data_type()) == Kind::List;
        if is_list {
            level.error(DecodeErrorKind::ListTooLong { length, have }, start)
        } else {
            level.error(DecodeErrorKind::ValueTooLong { length, have }, start)
        }
    }

    /// A list that is closed, a table that is well formed; a table that is not stays an ordinary token.
    fn into_compound(self) -> Result<Self, DecodeError> {
        if self.kind() == Kind::Table {
            let Some(table::Parts { code, ssid, count, values }) =
                table::read(&self.level, self.ssid, self.value)
            else {
                return Ok(self);
            };
            return Ok(Self { code, ssid, value: values, shape: Shape::Table { count }, ..self });
        }
        let closes = self.value_offset() % 2 == self.value.len() % 2
            && self.value.last_chunk().is_some_and(|code| is_end_list(&self.level, *code));
        if !closes {
            let length = u16::try_from(self.value.len()).unwrap_or(u16::MAX);
            return Err(self.level.error(DecodeErrorKind::UnclosedList { length }, self.start));
        }
        if self.level.depth >= MAX_DEPTH {
            return Err(self.level.error(DecodeErrorKind::TooDeep, self.start));
        }
        Ok(Self { shape: Shape::List, ..self })
    }

    /// Which token it is. In a table this is the code of the values.
    #[must_use]
    pub const fn code(&self) -> TokenCode {
        self.code
    }

    /// What the data type of the code means under the buffer's profile.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        self.level.profile.kind(self.code.data_type())
    }

    /// The SSID stored with the token, `None` if it is in the simple form.
    #[must_use]
    pub fn ssid(&self) -> Option<Ssid> {
        self.ssid.map(|bytes| Ssid::from_bytes(*bytes))
    }

    /// The SSID that qualifies the token: its own, else that of the innermost list that has one, else the message's.
    #[must_use]
    pub fn effective_ssid(&self) -> Ssid {
        Ssid::from_bytes(*self.effective_ssid_bytes())
    }

    fn effective_ssid_bytes(&self) -> &'a [u8; Ssid::LEN] {
        self.ssid.unwrap_or(self.level.default_ssid)
    }

    /// The SSID in force where the token stands, for tokens without one of their own.
    #[must_use]
    pub const fn default_ssid(&self) -> Ssid {
        Ssid::from_bytes(*self.level.default_ssid)
    }

    /// The bytes of the value, without length word and pad. Of a list: its tokens and the end-list code; of a table: the
    /// values behind the code.
    #[must_use]
    pub const fn bytes(&self) -> &'a [u8] {
        self.value
    }

    /// The value as its data type says. A list is [`Value::Raw`] here; see [`Token::tokens`] and [`Token::table`].
    #[must_use]
    pub fn value(&self) -> Value<'a> {
        match self.shape {
            Shape::Plain => Value::new(self.kind(), self.value),
            Shape::List | Shape::Table { .. } => Value::Raw(self.value),
        }
    }

    /// The values of a table, `None` for a single value or a list.
    #[must_use]
    pub fn table(&self) -> Option<Table<'a>> {
        match self.shape {
            Shape::Table { count } => {
                Some(Table::new(self.code, self.kind(), count, self.value, self.value_offset()))
            }
            Shape::Plain | Shape::List => None,
        }
    }

    /// Whether the token opens a list.
    #[must_use]
    pub fn is_list(&self) -> bool {
        self.shape == Shape::List
    }

    /// The tokens of a list, `None` for any other token.
    #[must_use]
    pub fn tokens(&self) -> Option<Tokens<'a>> {
        if !self.is_list() {
            return None;
        }
        let level =
            Level { default_ssid: self.effective_ssid_bytes(), depth: self.level.depth + 1, ..self.level };
        let start = self.value_offset();
        Some(Tokens::new(level, start..start + self.value.len() - END_LIST_LEN))
    }

    /// The number field of a list's end-list code, where the list's length should stand.
    #[must_use]
    pub fn end_list_number(&self) -> Option<u16> {
        let [.., high, low] = *self.value.last_chunk::<END_LIST_LEN>()?;
        self.is_list().then(|| u16::from_be_bytes([high, low]))
    }

    /// Whether the token is a mark that announces a subject, by the buffer's profile.
    #[must_use]
    pub fn is_subject_mark(&self) -> bool {
        self.level.profile.is_subject_mark(self.code)
    }

    /// The profile the token is read under.
    #[must_use]
    pub const fn profile(&self) -> &'a Profile {
        self.level.profile
    }

    /// How many lists the token is in.
    #[must_use]
    pub const fn depth(&self) -> usize {
        self.level.depth
    }

    /// The token's bytes in the input: from its code to the end of its value, without pad.
    #[must_use]
    pub fn range(&self) -> Range<u64> {
        self.level.absolute(self.start)..self.level.absolute(self.end())
    }

    /// The token's bytes from its code to the end of its value, without pad.
    #[must_use]
    pub fn raw(&self) -> &'a [u8] {
        self.level.buffer.get(self.start..self.end()).unwrap_or_default()
    }

    /// Offset of the token's code in its buffer.
    #[must_use]
    pub const fn start(&self) -> usize {
        self.start
    }

    /// Offset of the end of the value in its buffer.
    #[must_use]
    pub fn end(&self) -> usize {
        self.value_offset() + self.value.len()
    }

    /// Offset in its buffer of what [`Token::bytes`] returns.
    #[must_use]
    pub fn value_offset(&self) -> usize {
        let qualifier = if self.ssid.is_some() { Ssid::LEN } else { 0 };
        match self.shape {
            Shape::Table { .. } => self.start + table::HEADER_LEN + 4 + qualifier,
            Shape::Plain | Shape::List => {
                self.start + 4 + qualifier + 2 * usize::from(self.code.is_variable())
            }
        }
    }

    /// The SPI buffer that is the value of this token, as in a distributor's reply (EMS Manual 17-9).
    ///
    /// # Errors
    /// The value is no SPI buffer; offsets are those in the input.
    pub fn nested(&self) -> Result<Buffer<'a>, DecodeError> {
        Decoder::new(self.level.profile).at(self.level.absolute(self.value_offset())).parse(self.value)
    }

    /// Whether this is an end-list code that closes no list: SSCTL, length 0, simple form.
    pub(super) fn is_stray_end_list(&self) -> bool {
        self.kind() == Kind::Ssctl && self.code.length() == 0 && self.ssid.is_none()
    }

    /// Whether the code says list or table but the token is read as an ordinary one.
    pub(super) fn is_malformed(&self) -> Option<Kind> {
        let kind = self.kind();
        (self.shape == Shape::Plain && matches!(kind, Kind::List | Kind::Table)).then_some(kind)
    }
}

/// An end-list code: SSCTL, length 0, simple form, whatever its number (SPI Programming Manual C-11).
fn is_end_list(level: &Level<'_>, code: [u8; 4]) -> bool {
    let bits = u32::from_be_bytes(code);
    let code = TokenCode::from_bits(bits);
    bits >> 31 == 0 && code.length() == 0 && level.profile.kind(code.data_type()) == Kind::Ssctl
}
