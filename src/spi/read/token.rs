use core::ops::Range;

use super::bare::{BareToken, END_LIST_LEN};
use super::buffer::{Buffer, Decoder};
use super::error::DecodeError;
use super::table::{self, Table};
use super::tokens::{Level, Tokens};
use crate::spi::data_type::DataType;
use crate::spi::profile::Profile;
use crate::spi::ssid::Ssid;
use crate::spi::token_code::TokenCode;
use crate::spi::value::{Element, Value};

/// One token where it is: a value, a list, or a table of several values of one code.
///
/// ```text
///   code (4) | SSID (12), if extended | length word (2), if variable | value | pad to a word
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Token<'a> {
    buffer: &'a [u8],
    profile: &'a Profile,
    origin: u64,
    code: TokenCode,
    // A buffer is shorter than 64 KiB: offsets in it fit 16 bits.
    start: u16,
    value_start: u16,
    value_end: u16,
    /// Where the SSID is that qualifies the tokens of the level stored without one.
    default_ssid: u16,
    depth: u8,
    is_extended: bool,
    shape: Shape,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    Plain,
    /// The value ends with the end-list code.
    List,
    /// Code and SSID are those of the values.
    Table,
}

/// An offset in a buffer.
#[inline(always)]
fn offset(at: usize) -> u16 {
    u16::try_from(at).unwrap_or(u16::MAX)
}

impl<'a> Token<'a> {
    /// The token of a step in `level`.
    #[inline(always)]
    pub(super) fn new(level: &Level<'a>, bare: &BareToken) -> Self {
        if bare.is_table_header(level.profile) {
            Self::table_or_plain(*level, *bare)
        } else {
            Self::plain(level, bare)
        }
    }

    #[inline(always)]
    fn plain(level: &Level<'a>, bare: &BareToken) -> Self {
        Self {
            buffer: level.buffer,
            profile: level.profile,
            origin: level.origin,
            code: bare.code(),
            start: offset(bare.start()),
            value_start: offset(bare.value().start),
            value_end: offset(bare.value().end),
            default_ssid: level.default_ssid,
            depth: level.depth,
            is_extended: bare.is_extended(),
            shape: if bare.is_list() { Shape::List } else { Shape::Plain },
        }
    }

    /// A table that is not well formed is an ordinary token.
    #[cold]
    #[inline(never)]
    fn table_or_plain(level: Level<'a>, bare: BareToken) -> Self {
        let plain = Self::plain(&level, &bare);
        if plain.is_extended {
            return plain;
        }
        let value = plain.bytes();
        let Some(table::Parts { code, is_extended, values }) = table::read(level.profile, value) else {
            return plain;
        };
        let value_start = offset(usize::from(plain.value_start) + value.len() - values.len());
        Self { code, is_extended, value_start, shape: Shape::Table, ..plain }
    }

    /// Which token it is. In a table this is the code of the values.
    #[must_use]
    #[inline]
    pub const fn code(&self) -> TokenCode {
        self.code
    }

    /// The meaning of the data type of the code under the buffer's profile.
    #[must_use]
    #[inline]
    pub const fn data_type(&self) -> DataType {
        self.profile.data_type(self.code.type_code())
    }

    /// The SSID stored with the token, `None` if it is in the simple form.
    #[must_use]
    #[inline]
    pub fn ssid(&self) -> Option<Ssid> {
        self.is_extended.then(|| self.ssid_at(self.own_ssid()))
    }

    /// Where the token's own SSID is, if it has one.
    #[inline]
    fn own_ssid(&self) -> usize {
        let header = if self.shape == Shape::Table { table::HEADER_LEN } else { 0 };
        usize::from(self.start) + header + 4
    }

    #[inline]
    fn ssid_at(&self, at: usize) -> Ssid {
        let bytes = self.buffer.get(at..).and_then(|rest| rest.first_chunk());
        bytes.map_or(Ssid::NULL, |bytes| Ssid::from_bytes(*bytes))
    }

    /// The SSID that qualifies the token: its own, else that of the innermost list that has one, else the message's.
    #[must_use]
    #[inline]
    pub fn effective_ssid(&self) -> Ssid {
        self.ssid_at(self.effective_ssid_at())
    }

    #[inline]
    fn effective_ssid_at(&self) -> usize {
        if self.is_extended { self.own_ssid() } else { usize::from(self.default_ssid) }
    }

    /// The SSID in force where the token is, for tokens without one of their own.
    #[must_use]
    #[inline]
    pub fn default_ssid(&self) -> Ssid {
        self.ssid_at(usize::from(self.default_ssid))
    }

    /// The bytes of the value, without length word and pad. Of a list: its tokens and the end-list code; of a table: the
    /// values after the code.
    #[must_use]
    #[inline]
    pub fn bytes(&self) -> &'a [u8] {
        self.buffer.get(usize::from(self.value_start)..usize::from(self.value_end)).unwrap_or_default()
    }

    /// The value as its data type says. A list is [`Value::Raw`] here; see [`Token::tokens`] and [`Token::table`].
    #[must_use]
    #[inline]
    pub fn value(&self) -> Value<'a> {
        match self.shape {
            Shape::Plain => Value::new(self.data_type(), self.bytes()),
            Shape::List | Shape::Table => Value::Raw(self.bytes()),
        }
    }

    /// The bytes of the value; of a table those of its first value.
    #[must_use]
    #[inline]
    pub fn first_bytes(&self) -> &'a [u8] {
        match self.table() {
            Some(table) => table.items().next().map_or(&[], |first| first.bytes()),
            None => self.bytes(),
        }
    }

    /// The value, or the first of a table, if it is a single element of this type.
    ///
    /// ```
    /// use zems::spi::{Timestamp, TokenCode, read::{Buffer, TokenKey}};
    ///
    /// let time = TokenKey::new(TokenCode::from_bits(0x1708_1F40));
    /// let time = Buffer::parse(zems::samples::COMMAND)?.find(time)?.unwrap();
    /// assert!(time.first::<Timestamp>().is_some() && time.first::<i16>().is_none());
    /// # Ok::<(), zems::spi::read::DecodeError>(())
    /// ```
    #[must_use]
    #[inline]
    pub fn first<T: Element>(&self) -> Option<T> {
        let bytes = self.first_bytes();
        (bytes.len() == T::LEN).then(|| T::read(bytes))
    }

    /// The values of a table, `None` for a single value or a list.
    #[must_use]
    #[inline]
    pub fn table(&self) -> Option<Table<'a>> {
        if self.shape != Shape::Table {
            return None;
        }
        let count = self.buffer.get(self.start() + table::COUNT_AT..)?.first_chunk()?;
        let count = u16::from_be_bytes(*count);
        Some(Table::new(self.code, self.data_type(), count, self.bytes(), self.value_offset()))
    }

    /// Whether the token opens a list.
    #[must_use]
    #[inline]
    pub fn is_list(&self) -> bool {
        self.shape == Shape::List
    }

    /// The tokens of a list, `None` for any other token.
    #[must_use]
    #[inline]
    pub fn tokens(&self) -> Option<Tokens<'a>> {
        if !self.is_list() {
            return None;
        }
        let level = Level {
            buffer: self.buffer,
            profile: self.profile,
            origin: self.origin,
            default_ssid: offset(self.effective_ssid_at()),
            depth: self.depth + 1,
        };
        Some(Tokens::new(level, self.value_offset()..self.end() - END_LIST_LEN))
    }

    /// The number field of a list's end-list code, where the list's length should be.
    #[must_use]
    pub fn end_list_number(&self) -> Option<u16> {
        let [.., high, low] = *self.bytes().last_chunk::<END_LIST_LEN>()?;
        self.is_list().then(|| u16::from_be_bytes([high, low]))
    }

    /// Whether the token is a mark that announces a subject, by the buffer's profile.
    #[must_use]
    pub fn is_subject_mark(&self) -> bool {
        self.profile.is_subject_mark(self.code)
    }

    /// The profile the token is read under.
    #[must_use]
    #[inline]
    pub const fn profile(&self) -> &'a Profile {
        self.profile
    }

    /// How many lists the token is in.
    #[must_use]
    #[inline]
    pub fn depth(&self) -> usize {
        usize::from(self.depth)
    }

    /// The token's bytes in the input: from its code to the end of its value, without pad.
    #[must_use]
    #[inline]
    pub fn range(&self) -> Range<u64> {
        self.absolute(self.start)..self.absolute(self.value_end)
    }

    fn absolute(&self, at: u16) -> u64 {
        self.origin.saturating_add(u64::from(at))
    }

    /// The token's bytes from its code to the end of its value, without pad.
    #[must_use]
    #[inline]
    pub fn raw(&self) -> &'a [u8] {
        self.buffer.get(self.start()..self.end()).unwrap_or_default()
    }

    /// Offset of the token's code in its buffer.
    #[must_use]
    #[inline]
    pub fn start(&self) -> usize {
        usize::from(self.start)
    }

    /// Offset of the end of the value in its buffer.
    #[must_use]
    #[inline]
    pub fn end(&self) -> usize {
        usize::from(self.value_end)
    }

    /// Offset in its buffer of what [`Token::bytes`] returns.
    #[must_use]
    #[inline]
    pub fn value_offset(&self) -> usize {
        usize::from(self.value_start)
    }

    /// The SPI buffer that is the value of this token, as in a distributor's reply (EMS Manual 17-9).
    ///
    /// # Errors
    /// The value is not an SPI buffer; offsets are those in the input.
    pub fn nested(&self) -> Result<Buffer<'a>, DecodeError> {
        Decoder::new(self.profile).at(self.absolute(self.value_start)).parse(self.bytes())
    }

    /// Whether this is an end-list code that closes no list: SSCTL, length 0, simple form.
    pub(super) fn is_stray_end_list(&self) -> bool {
        self.data_type() == DataType::Ssctl && self.code.length() == 0 && !self.is_extended
    }

    /// Whether the code says list or table but the token is read as an ordinary one.
    pub(super) fn is_malformed(&self) -> Option<DataType> {
        let kind = self.data_type();
        (self.shape == Shape::Plain && matches!(kind, DataType::List | DataType::Table)).then_some(kind)
    }
}
