use byteorder::{BigEndian, ByteOrder};

use super::ssid::Ssid;
use super::token_code::TokenCode;
use super::version::Version;

/// Byte ranges of the standard part, the first 24 bytes of every SPI buffer (ZSPI^DDL^STDHDR^DEF, SPI Programming
/// Manual C-2).
///
/// ```text
///   0         2        4        6        14       16        18     20            22      24
///   msgcode  | buflen | occurs | owner  | number | version | xsum | max version | flags |
/// ```
pub(crate) mod field {
    use core::ops::Range;

    pub(crate) const MESSAGE_CODE: Range<usize> = 0..2;
    pub(crate) const BUFFER_LEN: Range<usize> = 2..4;
    pub(crate) const OCCURS: Range<usize> = 4..6;
    pub(crate) const SSID: Range<usize> = 6..18;
    /// Where the SSID begins.
    pub(crate) const SSID_AT: u16 = 6;
    pub(crate) const CHECKSUM: Range<usize> = 18..20;
    pub(crate) const MAX_FIELD_VERSION: Range<usize> = 20..22;
    pub(crate) const FLAGS: Range<usize> = 22..24;
    /// The token code of the specialized part.
    pub(crate) const HEADER_CODE: Range<usize> = 24..28;
    /// Where the specialized part's own fields begin.
    pub(crate) const SPECIALIZED: usize = 28;
}

/// First word of every SPI message: ZSPI-VAL-MSGCODE.
pub(crate) const MESSAGE_CODE: u16 = 0xFFE4;
/// Bytes of [`field::OCCURS`] and all before it: the used length is the number stored there and these.
pub(crate) const USED_LEN_BASE: usize = 6;
/// Bytes of a context part, its token code included.
pub(crate) const CONTEXT_LEN: usize = 20;
/// The least that a context part's length byte says.
pub(crate) const CONTEXT_FIELDS_LEN: u8 = 16;
/// Z-FLAGS bit that says the buffer carries a checksum.
pub(crate) const CHECKSUM_FLAG: u16 = 0x8000;

/// The kind of buffer by its specialized part: ZSPI-TKN-HDRTYPE.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum HeaderType {
    /// ZSPI-VAL-CMDHDR, 0: a command or a response.
    Command,
    /// ZSPI-VAL-EVTHDR, 1: an event message.
    Event,
}

/// The standard part of a buffer's header, read in place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StandardPart<'a>(&'a [u8; 24]);

impl<'a> StandardPart<'a> {
    /// Bytes of the standard part.
    pub const LEN: usize = 24;

    #[inline]
    pub(crate) const fn new(bytes: &'a [u8; 24]) -> Self {
        Self(bytes)
    }

    /// Z-MSGCODE; -28 in every SPI buffer.
    #[must_use]
    #[inline]
    pub fn message_code(&self) -> i16 {
        BigEndian::read_i16(&self.0[field::MESSAGE_CODE])
    }

    /// Z-BUFLEN: the declared length in bytes, what the buffer may grow to.
    #[must_use]
    #[inline]
    pub fn buffer_len(&self) -> u16 {
        BigEndian::read_u16(&self.0[field::BUFFER_LEN])
    }

    /// ZSPI-TKN-USEDLEN: bytes from the start to the end of the last value.
    #[must_use]
    #[inline]
    pub fn used_len(&self) -> usize {
        usize::from(BigEndian::read_u16(&self.0[field::OCCURS])) + USED_LEN_BASE
    }

    /// ZSPI-TKN-SSID: whose message it is.
    #[must_use]
    #[inline]
    pub fn ssid(&self) -> Ssid {
        Ssid::from_bytes(*self.ssid_bytes())
    }

    #[inline]
    pub(crate) fn ssid_bytes(&self) -> &'a [u8; Ssid::LEN] {
        self.0[field::SSID].first_chunk().unwrap_or(Ssid::NULL.as_bytes())
    }

    /// Z-XSUM. How it is computed is not published; it is kept as found.
    #[must_use]
    #[inline]
    pub fn checksum(&self) -> u16 {
        BigEndian::read_u16(&self.0[field::CHECKSUM])
    }

    /// ZSPI-TKN-MAX-FIELD-VERSION: the newest version among the fields of structures in the buffer.
    #[must_use]
    #[inline]
    pub fn max_field_version(&self) -> Version {
        Version(BigEndian::read_u16(&self.0[field::MAX_FIELD_VERSION]))
    }

    /// Z-FLAGS: checksum flag 0x8000, SPI version 0x000F.
    #[must_use]
    #[inline]
    pub fn flags(&self) -> u16 {
        BigEndian::read_u16(&self.0[field::FLAGS])
    }

    /// Whether the buffer carries a checksum: ZSPI-TKN-CHECKSUM.
    #[must_use]
    #[inline]
    pub fn has_checksum(&self) -> bool {
        self.flags() & CHECKSUM_FLAG != 0
    }
}

/// The context part: what the last calls of the SPI procedures left after (ZSPI^DDL^CONTEXT^HDR^DEF, SPI Programming
/// Manual C-4). Offsets count from the start of the buffer and point at token codes; 0 = none.
///
/// ```text
///   0      4          6               10     12        14      16         18          20
///   code  | last err | last err code | list | current | index | last list | last token |
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Context<'a>(&'a [u8; CONTEXT_LEN]);

/// The current position: Z-POS.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(clippy::exhaustive_structs)]
pub struct Position {
    /// Offset of the list the position is in, 0 = none.
    pub list: u16,
    /// Offset of the current token, 0 = before the first.
    pub current: u16,
    /// The current index, probably of a value in a table.
    pub index: u16,
}

impl<'a> Context<'a> {
    #[inline]
    pub(crate) const fn new(bytes: &'a [u8; CONTEXT_LEN]) -> Self {
        Self(bytes)
    }

    /// Z-LASTERR: the last status other than 0.
    #[must_use]
    #[inline]
    pub fn last_error(&self) -> i16 {
        BigEndian::read_i16(&self.0[4..6])
    }

    /// Z-LASTERRCODE: the token code used in the call that failed.
    #[must_use]
    #[inline]
    pub fn last_error_code(&self) -> TokenCode {
        TokenCode::from_bits(BigEndian::read_u32(&self.0[6..10]))
    }

    /// Z-POS: where the last get stopped.
    #[must_use]
    #[inline]
    pub fn position(&self) -> Position {
        let [.., a, b, c, d, e, f, _, _, _, _] = *self.0;
        let word = |high, low| u16::from_be_bytes([high, low]);
        Position { list: word(a, b), current: word(c, d), index: word(e, f) }
    }

    /// Z-LASTLIST: offset of the list that puts go to.
    #[must_use]
    #[inline]
    pub fn last_list(&self) -> u16 {
        BigEndian::read_u16(&self.0[16..18])
    }

    /// Z-LASTTOKEN: offset of the last token put.
    #[must_use]
    #[inline]
    pub fn last_token(&self) -> u16 {
        BigEndian::read_u16(&self.0[18..20])
    }
}
