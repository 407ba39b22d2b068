use core::ops::Range;

use byteorder::{BigEndian, ByteOrder};

use super::error::{DecodeError, DecodeErrorKind};
use super::tokens::{Level, Tokens};
use crate::spi::header::{self, Context, HeaderType, StandardPart, field};
use crate::spi::profile::Profile;
use crate::spi::ssid::Ssid;
use crate::spi::token_code::{TokenCode, TokenNumber, TypeCode};

/// One SPI buffer, read in place: a command, a response or an event message.
///
/// ```text
///   0               24                                                     used length
///   standard part  | specialized part | context part, if any | tokens ... |
/// ```
///
/// Parsing looks at the header and the lengths only, so it takes the same time for every buffer. The tokens themselves are
/// read when they are visited.
///
/// ```
/// use zems::spi::{HeaderType, read::Buffer};
///
/// let buffer = Buffer::parse(zems::samples::COMMAND)?;
/// assert_eq!(buffer.header_type(), HeaderType::Command);
/// assert_eq!(buffer.tokens().count(), 5);
/// assert_eq!(buffer.body(), 56..138);
/// # Ok::<(), zems::spi::read::DecodeError>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Buffer<'a> {
    bytes: &'a [u8],
    profile: &'a Profile,
    origin: u64,
    specialized_end: usize,
    body: usize,
    header_type: HeaderType,
}

/// Reads buffers under a profile other than the default, or out of the middle of a larger input.
#[derive(Clone, Copy, Debug)]
pub struct Decoder<'p> {
    profile: &'p Profile,
    origin: u64,
}

impl Default for Decoder<'_> {
    fn default() -> Self {
        Self::new(&Profile::DEFAULT)
    }
}

impl<'a> Decoder<'a> {
    /// Reads under this profile.
    #[must_use]
    #[inline]
    pub const fn new(profile: &'a Profile) -> Self {
        Self { profile, origin: 0 }
    }

    /// Counts offsets from `origin`, the place of the first byte in the input it was taken from.
    #[must_use]
    #[inline]
    pub const fn at(self, origin: u64) -> Self {
        Self { origin, ..self }
    }

    /// Reads a buffer that fills `bytes`.
    ///
    /// # Errors
    /// The header is not an SPI header, the lengths in it contradict each other or `bytes`, or bytes follow the buffer.
    #[inline(always)]
    pub fn parse(self, bytes: &'a [u8]) -> Result<Buffer<'a>, DecodeError> {
        let parts = self.measure(bytes)?;
        if parts.used_len == bytes.len() {
            return Ok(self.buffer(bytes, &parts));
        }
        let count = u32::try_from(bytes.len() - parts.used_len).unwrap_or(u32::MAX);
        Err(self.error(DecodeErrorKind::TrailingBytes { count }, parts.used_len))
    }

    /// Reads the buffer at the front of `bytes` and returns it with the bytes after it.
    ///
    /// # Errors
    /// The header is not an SPI header, or the lengths in it contradict each other or `bytes`.
    #[inline(always)]
    pub fn parse_prefix(self, bytes: &'a [u8]) -> Result<(Buffer<'a>, &'a [u8]), DecodeError> {
        let parts = self.measure(bytes)?;
        let (bytes, rest) = bytes.split_at_checked(parts.used_len).unwrap_or_default();
        Ok((self.buffer(bytes, &parts), rest))
    }

    /// As [`Decoder::parse_prefix`], for bytes that are `at` bytes after the decoder's origin.
    #[cfg(feature = "alloc")]
    #[inline(always)]
    pub(super) fn parse_prefix_at(
        self,
        bytes: &'a [u8],
        at: usize,
    ) -> Result<(Buffer<'a>, &'a [u8]), DecodeError> {
        self.at(self.origin.saturating_add(u64::try_from(at).unwrap_or(u64::MAX))).parse_prefix(bytes)
    }

    #[inline(always)]
    fn buffer(self, bytes: &'a [u8], parts: &Parts) -> Buffer<'a> {
        let Self { profile, origin } = self;
        let Parts { specialized_end, body, header_type, .. } = *parts;
        Buffer { bytes, profile, origin, specialized_end, body, header_type }
    }

    /// Looks at the header and at the lengths in it.
    #[inline(always)]
    pub(super) fn measure(self, bytes: &[u8]) -> Result<Parts, DecodeError> {
        if let Some((word, _)) = bytes.split_first_chunk()
            && u16::from_be_bytes(*word) != header::MESSAGE_CODE
        {
            return Err(self.error(DecodeErrorKind::MessageCode { found: u16::from_be_bytes(*word) }, 0));
        }
        let Some(front) = bytes.first_chunk::<{ field::SPECIALIZED }>() else {
            let have = u16::try_from(bytes.len()).unwrap_or(u16::MAX);
            return Err(self.error(DecodeErrorKind::ShortHeader { have }, bytes.len()));
        };
        let [.., a, b, c, d] = *front;
        let bits = u32::from_be_bytes([a, b, c, d]);
        let (code, extended) = (TokenCode::from_bits(bits), bits >> 31 != 0);
        let Some(header_type) = self.header_type(code).filter(|_| !extended) else {
            return Err(self.error(DecodeErrorKind::HeaderCode { code, extended }, field::HEADER_CODE.start));
        };
        let [_, _, a, b, c, d, ..] = *front;
        let (declared, occurs) = (u16::from_be_bytes([a, b]), u16::from_be_bytes([c, d]));
        let used_len = usize::from(occurs) + header::USED_LEN_BASE;
        let specialized_end = field::SPECIALIZED + usize::from(code.length());
        if used_len < specialized_end {
            let used = u32::try_from(used_len).unwrap_or(u32::MAX);
            let header = u16::try_from(specialized_end).unwrap_or(u16::MAX);
            return Err(self.error(DecodeErrorKind::UsedLengthShort { used, header }, field::OCCURS.start));
        }
        // Above the declared length a buffer is bad whatever follows; up to it, a longer input may make it whole.
        if used_len > usize::from(declared) {
            let used = u32::try_from(used_len).unwrap_or(u32::MAX);
            return Err(self.error(DecodeErrorKind::UsedLengthLong { used, declared }, field::OCCURS.start));
        }
        let Some(whole) = bytes.get(..used_len) else {
            let [used, have] = [used_len, bytes.len()].map(|len| u16::try_from(len).unwrap_or(u16::MAX));
            return Err(self.error(DecodeErrorKind::Truncated { used, have }, bytes.len()));
        };
        let header_end = header_end(whole, specialized_end);
        if used_len < header_end {
            let used = u32::try_from(used_len).unwrap_or(u32::MAX);
            let header = u16::try_from(header_end).unwrap_or(u16::MAX);
            return Err(self.error(DecodeErrorKind::UsedLengthShort { used, header }, field::OCCURS.start));
        }
        let body = header_end.next_multiple_of(2).min(used_len);
        Ok(Parts { used_len, specialized_end, body, header_type })
    }

    #[inline]
    fn header_type(&self, code: TokenCode) -> Option<HeaderType> {
        let number = code.number();
        if code.type_code() != TypeCode::STRUCT
            || !number.is_header_type()
            || number == self.profile.table_header
        {
            None
        } else if number == TokenNumber::CMDHDR {
            Some(HeaderType::Command)
        } else {
            Some(HeaderType::Event)
        }
    }

    #[cold]
    #[inline(never)]
    fn error(self, kind: DecodeErrorKind, at: usize) -> DecodeError {
        DecodeError::new(kind, self.origin.saturating_add(u64::try_from(at).unwrap_or(u64::MAX)))
    }
}

/// The lengths in a header.
#[derive(Clone, Copy)]
pub(super) struct Parts {
    pub(super) used_len: usize,
    specialized_end: usize,
    body: usize,
    header_type: HeaderType,
}

/// The end of the last header part: the context part if there is one, else the specialized part.
#[inline]
fn header_end(bytes: &[u8], specialized_end: usize) -> usize {
    let context = specialized_end.next_multiple_of(2);
    match bytes.get(context..).and_then(|rest| rest.first_chunk()) {
        Some(code) if is_context_code(*code) => context + 4 + usize::from(code[1]),
        _ => specialized_end,
    }
}

/// STRUCT, 16 bytes or more, number -442. No token of a body can have that number.
#[inline]
fn is_context_code(code: [u8; 4]) -> bool {
    let code = u32::from_be_bytes(code);
    let (extended, code) = (code >> 31 != 0, TokenCode::from_bits(code));
    !extended
        && code.type_code() == TypeCode::STRUCT
        && code.number() == TokenNumber::POSITION
        && code.length() >= header::CONTEXT_FIELDS_LEN
}

impl<'a> Buffer<'a> {
    /// Reads a buffer that fills `bytes`, under the default profile.
    ///
    /// # Errors
    /// The header is not an SPI header, the lengths in it contradict each other or `bytes`, or bytes follow the buffer.
    #[inline(always)]
    pub fn parse(bytes: &'a [u8]) -> Result<Self, DecodeError> {
        Decoder::default().parse(bytes)
    }

    /// Reads the buffer at the front of `bytes`, under the default profile, and returns it with the bytes after it.
    ///
    /// # Errors
    /// The header is not an SPI header, or the lengths in it contradict each other or `bytes`.
    #[inline(always)]
    pub fn parse_prefix(bytes: &'a [u8]) -> Result<(Self, &'a [u8]), DecodeError> {
        Decoder::default().parse_prefix(bytes)
    }

    /// The whole buffer, as long as its used length.
    #[must_use]
    #[inline]
    pub const fn as_bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// The used length in bytes.
    #[must_use]
    #[allow(clippy::len_without_is_empty)]
    #[inline]
    pub const fn len(&self) -> usize {
        self.bytes.len()
    }

    /// The offset of the buffer's first byte in the input.
    #[must_use]
    #[inline]
    pub const fn origin(&self) -> u64 {
        self.origin
    }

    /// The profile the buffer is read under.
    #[must_use]
    #[inline]
    pub const fn profile(&self) -> &'a Profile {
        self.profile
    }

    /// Whether it is an event, or a command or response.
    #[must_use]
    #[inline]
    pub const fn header_type(&self) -> HeaderType {
        self.header_type
    }

    /// The fields every SPI buffer begins with.
    #[must_use]
    #[inline]
    pub fn standard(&self) -> StandardPart<'a> {
        StandardPart::new(self.bytes.first_chunk().unwrap_or(&[0; StandardPart::LEN]))
    }

    /// The SSID of the message, default for its tokens.
    #[must_use]
    #[inline]
    pub fn ssid(&self) -> Ssid {
        self.standard().ssid()
    }

    /// The token code that opens the specialized part.
    #[must_use]
    #[inline]
    pub fn header_code(&self) -> TokenCode {
        TokenCode::from_bits(self.bytes.get(field::HEADER_CODE).map_or(0, BigEndian::read_u32))
    }

    /// The fields of the specialized part, without its token code.
    #[must_use]
    #[inline]
    pub fn specialized(&self) -> &'a [u8] {
        self.bytes.get(field::SPECIALIZED..self.specialized_end).unwrap_or_default()
    }

    /// The fields of a command or response, `None` for an event.
    #[must_use]
    pub fn command(&self) -> Option<Command<'a>> {
        (self.header_type == HeaderType::Command).then(|| Command(self.specialized()))
    }

    /// The context part, if the buffer has one.
    #[must_use]
    #[inline]
    pub fn context(&self) -> Option<Context<'a>> {
        let at = self.specialized_end.next_multiple_of(2);
        let bytes = self.bytes.get(at..self.body)?.first_chunk()?;
        Some(Context::new(bytes))
    }

    /// Where the tokens are in [`Buffer::as_bytes`].
    #[must_use]
    #[inline]
    pub fn body(&self) -> Range<usize> {
        self.body..self.bytes.len()
    }

    /// The tokens of one level from an offset on, for a caller that keeps its place between calls. `ssid_at` is the offset
    /// of the SSID in force on the level, `depth` the number of lists it is in.
    pub(crate) fn tokens_in(&self, range: Range<usize>, ssid_at: u16, depth: u8) -> Tokens<'a> {
        let level = Level {
            buffer: self.bytes,
            profile: self.profile,
            origin: self.origin,
            default_ssid: ssid_at,
            depth,
        };
        Tokens::new(level, range)
    }

    /// The tokens of the top level, lists unopened.
    #[must_use]
    #[inline]
    pub fn tokens(&self) -> Tokens<'a> {
        Tokens::new(self.level(), self.body())
    }

    /// The common properties of the tokens of the top level.
    #[inline]
    pub(super) fn level(&self) -> Level<'a> {
        Level {
            buffer: self.bytes,
            profile: self.profile,
            origin: self.origin,
            default_ssid: field::SSID_AT,
            depth: 0,
        }
    }
}

/// The header fields of a command or response (ZSPI^DDL^CMDHDR^DEF, SPI Programming Manual C-3). A field that a shorter
/// header lacks is `None`.
#[derive(Clone, Copy, Debug)]
pub struct Command<'a>(&'a [u8]);

impl Command<'_> {
    /// ZSPI-TKN-COMMAND; -1 is not a command.
    #[must_use]
    pub fn command(&self) -> Option<i16> {
        self.word(0).map(i16::from_be_bytes)
    }

    /// ZSPI-TKN-OBJECT-TYPE; 0 is none.
    #[must_use]
    pub fn object_type(&self) -> Option<i16> {
        self.word(2).map(i16::from_be_bytes)
    }

    /// ZSPI-TKN-MAXRESP: 0 = one response without a list, n = up to n in lists, -1 = as many as fit.
    #[must_use]
    pub fn max_response(&self) -> Option<i16> {
        self.word(4).map(i16::from_be_bytes)
    }

    /// ZSPI-TKN-SERVER-VERSION; 0 is none.
    #[must_use]
    pub fn server_version(&self) -> Option<u16> {
        self.word(6).map(u16::from_be_bytes)
    }

    fn word(&self, at: usize) -> Option<[u8; 2]> {
        self.0.get(at..)?.first_chunk().copied()
    }
}
