#[cfg(feature = "alloc")]
use alloc::vec::Vec;

use super::MAX_DEPTH;
use super::error::{EncodeError, EncodeErrorKind};
use super::header::{self, CommandHeader, StandardFields};
use super::output::Output;
use super::value::Encode;
use crate::spi::data_type::DataType;
use crate::spi::header::{CONTEXT_LEN, USED_LEN_BASE, field};
use crate::spi::profile::Profile;
use crate::spi::ssid::Ssid;
use crate::spi::token_code::{TokenCode, TokenNumber, TokenType, TypeCode};
use crate::spi::token_key::TokenKey;
use crate::spi::version::Version;

/// Writes one SPI buffer, token after token.
///
/// A put either happens completely or, with an error, leaves the buffer as it was. Pads, length words, end-list codes and
/// the header's lengths are the encoder's business. Until [`Encoder::finish`] the header is not complete.
///
/// ```
/// use zems::spi::{TypeCode, Profile, TokenCode, TokenNumber};
/// use zems::spi::read::Buffer;
/// use zems::spi::write::{CommandHeader, Encoder};
///
/// let name = TokenCode::new(TypeCode::CHAR, 255, TokenNumber(1));
/// let cpu = TokenCode::new(TypeCode::UINT, 2, TokenNumber(2));
/// let list = TokenCode::new(TypeCode::LIST, 255, TokenNumber(-253));
///
/// let header = CommandHeader::new("ACME.7.A01".parse()?, 3);
/// let mut encoder = Encoder::command(Vec::new(), &header, &Profile::DEFAULT)?;
/// encoder.put(name, "$DISK")?;
/// encoder.list(list, |list| list.put(cpu, 3_u16))?;
/// let bytes = encoder.finish()?;
///
/// assert_eq!(bytes.len(), 56 + 4 + 2 + 5 + 1 + 4 + 2 + (4 + 2) + 4);
/// assert_eq!(Buffer::parse(&bytes)?.tokens().count(), 2);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// The exact length is known before anything is written: do the same with [`Measure`](super::Measure) as the output, or
/// add up [`token_len`].
#[derive(Debug)]
pub struct Encoder<'p, O> {
    output: O,
    profile: &'p Profile,
    /// Length of the output where the buffer begins.
    base: usize,
    declared: u16,
    max_len: usize,
    header_number: TokenNumber,
    max_field_version: Version,
    context: Option<usize>,
    /// Offset of the code of the last token put, 0 = none.
    last_token: usize,
    /// The SSID in force.
    default_ssid: Ssid,
    lists: Lists,
    depth: usize,
}

/// A list that is open.
#[derive(Clone, Copy, Debug, Default)]
struct OpenList {
    /// Offset of the first byte after its length word.
    start: u16,
    /// The SSID in force around it.
    around: Ssid,
}

/// The open lists. Most encoders never nest deep, and an encoder is moved when it is made: what is rarely needed is kept
/// out of it where there is a heap.
#[derive(Debug, Default)]
struct Lists {
    outer: [OpenList; Lists::OUTER],
    #[cfg(feature = "alloc")]
    inner: Vec<OpenList>,
    #[cfg(not(feature = "alloc"))]
    inner: Inner,
}

#[cfg(not(feature = "alloc"))]
#[derive(Debug)]
struct Inner([OpenList; MAX_DEPTH - Lists::OUTER]);

#[cfg(not(feature = "alloc"))]
impl Default for Inner {
    fn default() -> Self {
        Self([OpenList { start: 0, around: Ssid::NULL }; MAX_DEPTH - Lists::OUTER])
    }
}

impl Lists {
    const OUTER: usize = 2;

    fn set(&mut self, depth: usize, list: OpenList) {
        match depth.checked_sub(Self::OUTER) {
            None => self.outer.iter_mut().skip(depth).take(1).for_each(|slot| *slot = list),
            Some(depth) => self.set_inner(depth, list),
        }
    }

    #[cfg(feature = "alloc")]
    #[cold]
    fn set_inner(&mut self, depth: usize, list: OpenList) {
        if self.inner.len() <= depth {
            self.inner.resize(depth + 1, OpenList::default());
        }
        self.inner.iter_mut().skip(depth).take(1).for_each(|slot| *slot = list);
    }

    #[cfg(not(feature = "alloc"))]
    #[cold]
    fn set_inner(&mut self, depth: usize, list: OpenList) {
        self.inner.0.iter_mut().skip(depth).take(1).for_each(|slot| *slot = list);
    }

    fn at(&self, depth: usize) -> OpenList {
        #[cfg(feature = "alloc")]
        let inner = &self.inner[..];
        #[cfg(not(feature = "alloc"))]
        let inner = &self.inner.0[..];
        let list = match depth.checked_sub(Self::OUTER) {
            None => self.outer.get(depth),
            Some(depth) => inner.get(depth),
        };
        list.copied().unwrap_or_default()
    }
}

/// A state of an [`Encoder`].
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mark {
    len: usize,
    depth: usize,
    last_token: usize,
    default_ssid: Ssid,
}

/// Bytes a token takes, from its code to the end of its value, without pad.
///
/// ```
/// use zems::spi::{TypeCode, TokenCode, TokenNumber, write::token_len};
///
/// let text = TokenCode::new(TypeCode::CHAR, 255, TokenNumber(1));
/// assert_eq!(token_len(text, false, 5), 4 + 2 + 5);
/// assert_eq!(token_len(text, true, 5), 4 + 12 + 2 + 5);
/// ```
#[must_use]
pub const fn token_len(code: TokenCode, is_extended: bool, value_len: usize) -> usize {
    let qualifier = if is_extended { Ssid::LEN } else { 0 };
    let length_word = if code.is_variable() { 2 } else { 0 };
    4 + qualifier + length_word + value_len
}

const END_LIST_LEN: usize = 4;
/// Bytes that tokens are expected to take: an output that grows makes space for them at once.
const TOKENS_LEN: usize = 384;
/// Length word, count and code of a table, before an SSID and the values.
const TABLE_FIELDS_LEN: usize = 2 + 2 + 4;

impl<'p, O: Output> Encoder<'p, O> {
    /// Begins a command or response after what is in `output`.
    ///
    /// # Errors
    /// The header alone is longer than the declared length, or the output is too short for it.
    pub fn command(output: O, header: &CommandHeader, profile: &'p Profile) -> Result<Self, EncodeError> {
        Self::new(output, &header.standard, TokenNumber::CMDHDR, &header.specialized(), profile)
    }

    /// Begins a buffer with any specialized part: the number of its token code and the fields after the code.
    ///
    /// # Errors
    /// The fields are more than 255 bytes, the header alone is longer than the declared length, or the output is too short
    /// for it.
    pub fn new(
        output: O,
        standard: &StandardFields,
        number: TokenNumber,
        specialized: &[u8],
        profile: &'p Profile,
    ) -> Result<Self, EncodeError> {
        let length =
            u8::try_from(specialized.len()).map_err(|_| EncodeError::new(EncodeErrorKind::Header, 28))?;
        let code = TokenCode::new(TypeCode::STRUCT, length, number);
        let base = output.len();
        let mut encoder = Self::begin(output, base, standard.ssid, standard.buffer_len, profile);
        encoder.header_number = number;
        encoder.max_field_version = standard.max_field_version;
        let pad = specialized.len() % 2;
        let context = if standard.context { CONTEXT_LEN } else { 0 };
        encoder.reserve(field::SPECIALIZED + specialized.len() + pad + context)?;
        encoder.output.extend(&standard.encode(code));
        encoder.output.extend(specialized);
        encoder.output.extend([0].get(..pad).unwrap_or_default());
        if standard.context {
            encoder.context = Some(encoder.len());
            encoder.output.extend(&header::CONTEXT_PART);
        }
        encoder.output.expect(TOKENS_LEN);
        Ok(encoder)
    }

    /// Begins a buffer with a whole header: the standard part, a specialized part of even length, and a context part if
    /// `standard` asks for one.
    #[inline]
    pub(crate) fn with_whole_header(
        output: O,
        standard: &StandardFields,
        number: TokenNumber,
        bytes: &[u8],
        profile: &'p Profile,
    ) -> Result<Self, EncodeError> {
        let base = output.len();
        let mut encoder = Self::begin(output, base, standard.ssid, standard.buffer_len, profile);
        encoder.header_number = number;
        encoder.max_field_version = standard.max_field_version;
        encoder.reserve(bytes.len())?;
        encoder.output.extend(bytes);
        encoder.context = standard.context.then_some(bytes.len() - CONTEXT_LEN);
        encoder.output.expect(TOKENS_LEN);
        Ok(encoder)
    }

    /// Begins a buffer with a header given as bytes: everything before the first token. Only the used length and the last
    /// token's offset are written anew.
    ///
    /// # Errors
    /// The bytes are not a header, or one with the checksum flag on; the output is too short.
    pub fn with_header_bytes(output: O, bytes: &[u8], profile: &'p Profile) -> Result<Self, EncodeError> {
        if header::parts(bytes, profile).is_some_and(|header| header.has_checksum) {
            return Err(EncodeError::new(EncodeErrorKind::Checksum, field::FLAGS.start));
        }
        Self::copy_header(output, profile, bytes, bytes.len())
    }

    /// Begins a copy of the buffer in `bytes`, whose first token is at `body`.
    pub(crate) fn copy_header(
        output: O,
        profile: &'p Profile,
        bytes: &[u8],
        body: usize,
    ) -> Result<Self, EncodeError> {
        let bytes = bytes.get(..body).unwrap_or_default();
        let given = header::parts(bytes, profile).ok_or(EncodeError::new(EncodeErrorKind::Header, 0))?;
        let base = output.len();
        let mut encoder = Self::begin(output, base, given.ssid, given.buffer_len, profile);
        encoder.reserve(bytes.len())?;
        encoder.output.extend(bytes);
        encoder.context = given.context;
        encoder.header_number = given.number;
        encoder.max_field_version = given.max_field_version;
        Ok(encoder)
    }

    /// Continues with a buffer that fills `output`, at a level where `ssid` is in force. The header is the caller's business:
    /// take the buffer back with [`Encoder::suspend`].
    pub(crate) fn resume(output: O, ssid: Ssid, declared: u16, profile: &'p Profile) -> Self {
        Self::begin(output, 0, ssid, declared, profile)
    }

    /// The length of the buffer and the offset of the last token put.
    pub(crate) fn suspend(self) -> (usize, usize) {
        (self.len(), self.last_token)
    }

    #[inline]
    fn begin(output: O, base: usize, ssid: Ssid, declared: u16, profile: &'p Profile) -> Self {
        Self {
            output,
            profile,
            base,
            declared,
            max_len: usize::from(declared),
            header_number: TokenNumber::CMDHDR,
            max_field_version: Version(0),
            context: None,
            last_token: 0,
            default_ssid: ssid,
            lists: Lists::default(),
            depth: 0,
        }
    }

    /// Holds the buffer below its declared length.
    pub(crate) fn limit(&mut self, max_len: u16) {
        self.max_len = self.max_len.min(usize::from(max_len));
    }

    /// Bytes of the buffer so far, header included.
    #[must_use]
    #[allow(clippy::len_without_is_empty)]
    #[inline]
    pub fn len(&self) -> usize {
        self.output.len() - self.base
    }

    /// How many lists are open.
    #[must_use]
    #[inline]
    pub const fn depth(&self) -> usize {
        self.depth
    }

    /// The profile the buffer is written under.
    #[must_use]
    #[inline]
    pub const fn profile(&self) -> &'p Profile {
        self.profile
    }

    /// The SSID that qualifies a token put here without one.
    #[must_use]
    pub const fn default_ssid(&self) -> Ssid {
        self.default_ssid
    }

    /// Puts a token. A [`TokenKey`] says whose it is; a token that is given by its code is one of the SSID in force.
    ///
    /// # Errors
    /// The value does not fit the code, or the token the buffer.
    #[inline(always)]
    pub fn put(&mut self, key: impl Into<TokenKey>, value: impl Encode) -> Result<(), EncodeError> {
        let key = key.into();
        match key.ssid() {
            None => self.put_stored(None, key.code(), value),
            Some(ssid) => self.put_qualified(ssid, key.code(), value),
        }
    }

    /// Puts a token of this subsystem. It is stored with the SSID, version 0, unless the SSID in force says as much; the
    /// null SSID stands for the one in force.
    ///
    /// # Errors
    /// The value does not fit the code, or the token the buffer.
    #[inline]
    pub fn put_qualified(
        &mut self,
        ssid: Ssid,
        code: TokenCode,
        value: impl Encode,
    ) -> Result<(), EncodeError> {
        self.put_stored(self.qualifier(ssid), code, value)
    }

    /// Puts a token with this SSID, or in the simple form.
    #[inline(always)]
    pub(crate) fn put_stored(
        &mut self,
        qualifier: Option<Ssid>,
        code: TokenCode,
        value: impl Encode,
    ) -> Result<(), EncodeError> {
        let value_len = value.encoded_len();
        let kind = self.profile.data_type(code.type_code());
        let is_variable = code.is_variable();
        if !value.fits(kind) || is_variable && kind == DataType::List {
            return Err(self.refuse(kind, value.fits(kind)));
        }
        // Values other than raw bytes are whole elements of the kinds they fit.
        if value.is_raw() || is_variable || value_len != usize::from(code.length()) {
            self.check_len(code, kind, value_len)?;
        }
        let start = self.begin_token(token_len(code, qualifier.is_some(), value_len))?;
        if is_variable {
            self.output_code(code, qualifier);
            self.output.extend(&word(value_len));
            value.encode(&mut self.output);
        } else if qualifier.is_some() {
            self.output_code(code, qualifier);
            value.encode(&mut self.output);
        } else {
            value.encode_after(code.to_be_bytes(false), &mut self.output);
        }
        self.last_token = start;
        Ok(())
    }

    #[cold]
    fn refuse(&self, expected: DataType, fits: bool) -> EncodeError {
        self.error(if fits { EncodeErrorKind::NotAList } else { EncodeErrorKind::Type { expected } })
    }

    #[inline]
    fn check_len(&self, code: TokenCode, kind: DataType, value_len: usize) -> Result<(), EncodeError> {
        let found = u32::try_from(value_len).unwrap_or(u32::MAX);
        if code.is_variable() {
            if value_len > usize::from(u16::MAX) {
                return Err(self.error(EncodeErrorKind::ValueTooLong { found }));
            }
        } else if value_len != usize::from(code.length()) {
            return Err(self.error(EncodeErrorKind::Length { expected: code.length(), found }));
        }
        match kind.element_len() {
            Some(element @ 2..) if !value_len.is_multiple_of(element) => {
                let element = u8::try_from(element).unwrap_or(u8::MAX);
                Err(self.error(EncodeErrorKind::Elements { element, found }))
            }
            _ => Ok(()),
        }
    }

    /// Puts several values of one code as a table (SPI Programming Manual C-6), however many they are.
    ///
    /// # Errors
    /// A value does not fit the code, the code cannot be tabled, or the table does not fit the buffer.
    pub fn put_table<V: Encode>(
        &mut self,
        key: impl Into<TokenKey>,
        values: impl IntoIterator<Item = V, IntoIter: Clone>,
    ) -> Result<(), EncodeError> {
        let key = key.into();
        self.put_table_qualified(key.qualifier(), key.code(), values)
    }

    /// Puts several values of one code of this subsystem as a table.
    ///
    /// # Errors
    /// A value does not fit the code, the code cannot be tabled, or the table does not fit the buffer.
    pub fn put_table_qualified<V: Encode>(
        &mut self,
        ssid: Ssid,
        code: TokenCode,
        values: impl IntoIterator<Item = V, IntoIter: Clone>,
    ) -> Result<(), EncodeError> {
        let values = values.into_iter();
        let kind = self.profile.data_type(code.type_code());
        if matches!(kind, DataType::List | DataType::Table) || code.length() == 0 {
            return Err(self.error(EncodeErrorKind::NotATable));
        }
        let Some(table) = self.profile.type_code(DataType::Table) else {
            return Err(self.error(EncodeErrorKind::NoDataType { kind: DataType::Table }));
        };
        let is_packed = kind.is_string() && !code.is_variable();
        let (mut count, mut len) = (0_usize, 0_usize);
        for value in values.clone() {
            if !value.fits(kind) {
                return Err(self.error(EncodeErrorKind::Type { expected: kind }));
            }
            self.check_len(code, kind, value.encoded_len())?;
            if !is_packed {
                len = len.next_multiple_of(2);
            }
            len = len.saturating_add(value.encoded_len() + 2 * usize::from(code.is_variable()));
            count += 1;
        }
        let qualifier = self.qualifier(ssid);
        let fields = TABLE_FIELDS_LEN + if qualifier.is_some() { Ssid::LEN } else { 0 };
        let found = u32::try_from(len.max(count)).unwrap_or(u32::MAX);
        let byte_len = u16::try_from(fields - 2 + len).ok().filter(|_| u16::try_from(count).is_ok());
        let Some(byte_len) = byte_len else {
            return Err(self.error(EncodeErrorKind::ValueTooLong { found }));
        };
        let start = self.begin_token(4 + fields + len)?;
        let header = TokenCode::new(table, TokenType::VARIABLE, self.profile.table_header);
        self.output.extend(&header.to_be_bytes(false));
        self.output.extend(&byte_len.to_be_bytes());
        self.output.extend(&word(count));
        self.output_code(code, qualifier);
        for value in values {
            if !is_packed {
                self.pad();
            }
            if code.is_variable() {
                self.output.extend(&word(value.encoded_len()));
            }
            value.encode(&mut self.output);
        }
        self.last_token = start;
        Ok(())
    }

    /// Puts a list of what `tokens` puts. If that fails, there is no list.
    ///
    /// # Errors
    /// The error of `tokens`; the list does not fit, or is one too many inside each other.
    pub fn list<E: From<EncodeError>>(
        &mut self,
        code: TokenCode,
        tokens: impl FnOnce(&mut Self) -> Result<(), E>,
    ) -> Result<(), E> {
        self.list_qualified(Ssid::NULL, code, tokens)
    }

    /// Puts a list of this subsystem; its SSID is the default for the tokens in it.
    ///
    /// # Errors
    /// The error of `tokens`; the list does not fit, or is one too many inside each other.
    pub fn list_qualified<E: From<EncodeError>>(
        &mut self,
        ssid: Ssid,
        code: TokenCode,
        tokens: impl FnOnce(&mut Self) -> Result<(), E>,
    ) -> Result<(), E> {
        let before = self.mark();
        self.begin_list(ssid, code)?;
        let put = tokens(self).and_then(|()| {
            while self.depth > before.depth {
                self.end_list()?;
            }
            Ok(())
        });
        if put.is_err() {
            self.take_back(before);
        }
        put
    }

    /// Opens a list of this subsystem (the null SSID: of the one in force); the next puts go into it.
    ///
    /// # Errors
    /// The code is not a list's, there is no space for the list's own 10 bytes, or it is one too many inside each other.
    pub fn begin_list(&mut self, ssid: Ssid, code: TokenCode) -> Result<(), EncodeError> {
        if self.profile.data_type(code.type_code()) != DataType::List {
            return Err(self.error(EncodeErrorKind::NotAList));
        }
        if self.depth >= MAX_DEPTH {
            return Err(self.error(EncodeErrorKind::TooDeep));
        }
        let stored = TokenCode::new(code.type_code(), TokenType::VARIABLE, code.number());
        let qualifier = self.qualifier(ssid);
        let inside = if ssid == Ssid::NULL { self.default_ssid() } else { ssid };
        let len = token_len(stored, qualifier.is_some(), 0);
        self.begin_token(len + END_LIST_LEN)?;
        self.output_code(stored, qualifier);
        self.output.extend(&[0; 2]);
        self.open_list(inside);
        Ok(())
    }

    /// The length word of a list has just been written.
    fn open_list(&mut self, inside: Ssid) {
        self.lists.set(
            self.depth,
            OpenList { start: u16::try_from(self.len()).unwrap_or(u16::MAX), around: self.default_ssid },
        );
        self.depth += 1;
        self.default_ssid = inside;
    }

    /// Closes the innermost open list.
    ///
    /// # Errors
    /// No list is open. Space is never lacking: every put leaves enough to close what is open.
    pub fn end_list(&mut self) -> Result<(), EncodeError> {
        let Some(control) = self.profile.type_code(DataType::Ssctl) else {
            return Err(self.error(EncodeErrorKind::NoDataType { kind: DataType::Ssctl }));
        };
        self.close_list(|len| {
            let [high, low] = len;
            [control.0, 0, high, low]
        })
    }

    /// Writes the end-list code that `code` makes of the list's length.
    fn close_list(&mut self, code: impl FnOnce([u8; 2]) -> [u8; END_LIST_LEN]) -> Result<(), EncodeError> {
        let Some(depth) = self.depth.checked_sub(1) else {
            return Err(self.error(EncodeErrorKind::NoOpenList));
        };
        self.pad();
        self.last_token = self.len();
        let OpenList { start, around } = self.lists.at(depth);
        let start = usize::from(start);
        let len = word(self.len() + END_LIST_LEN - start);
        self.output.extend(&code(len));
        self.output.patch(self.base + start - 2, len);
        self.depth = depth;
        self.default_ssid = around;
        Ok(())
    }

    /// Where the buffer is, to come back to if what follows fails.
    #[inline]
    pub(crate) fn mark(&self) -> Mark {
        let Self { depth, last_token, default_ssid, .. } = *self;
        Mark { len: self.output.len(), depth, last_token, default_ssid }
    }

    /// Takes back everything put since.
    pub(crate) fn take_back(&mut self, mark: Mark) {
        self.output.truncate(mark.len);
        (self.depth, self.last_token, self.default_ssid) = (mark.depth, mark.last_token, mark.default_ssid);
    }

    /// Raises ZSPI-TKN-MAX-FIELD-VERSION to that of a structure's newest field that has a value; never lowers it.
    pub fn raise_max_field_version(&mut self, version: Version) {
        if version > self.max_field_version {
            self.max_field_version = version;
            self.output.patch(self.base + field::MAX_FIELD_VERSION.start, version.0.to_be_bytes());
        }
    }

    /// The number of the header's token code.
    pub(crate) const fn header_number(&self) -> TokenNumber {
        self.header_number
    }

    /// Takes back the whole buffer.
    pub(crate) fn abandon(mut self) {
        self.output.truncate(self.base);
    }

    /// Completes the header and gives the output back.
    ///
    /// # Errors
    /// A list is open.
    #[inline]
    pub fn finish(mut self) -> Result<O, EncodeError> {
        if self.depth > 0 {
            return Err(self.error(EncodeErrorKind::OpenList));
        }
        self.output.patch(self.base + field::OCCURS.start, word(self.len() - USED_LEN_BASE));
        if let Some(context) = self.context {
            self.output.patch(self.base + context + CONTEXT_LEN - 2, word(self.last_token));
        }
        Ok(self.output)
    }

    /// Adds a token as it is elsewhere.
    pub(crate) fn copy_token(&mut self, raw: &[u8], pad: u8) -> Result<(), EncodeError> {
        self.reserve(self.len() % 2 + raw.len())?;
        self.pad_with(pad)?;
        self.last_token = self.len();
        self.output.extend(raw);
        Ok(())
    }

    /// Opens a list with its code, SSID and length word as they are elsewhere.
    pub(crate) fn copy_begin_list(&mut self, code: &[u8], inside: Ssid, pad: u8) -> Result<(), EncodeError> {
        self.reserve(self.len() % 2 + code.len() + END_LIST_LEN)?;
        self.pad_with(pad)?;
        self.output.extend(code);
        self.open_list(inside);
        Ok(())
    }

    /// Closes the innermost open list. `code` ended a list of `len` bytes elsewhere: it is kept if this one is as long.
    pub(crate) fn copy_end_list(
        &mut self,
        code: [u8; END_LIST_LEN],
        len: usize,
        pad: u8,
    ) -> Result<(), EncodeError> {
        self.pad_with(pad)?;
        let [data_type, length, ..] = code;
        self.close_list(|new_len| {
            let [high, low] = new_len;
            if new_len == word(len) { code } else { [data_type, length, high, low] }
        })
    }

    /// Comes to a word boundary with this byte.
    pub(crate) fn pad_with(&mut self, pad: u8) -> Result<(), EncodeError> {
        if self.len() % 2 == 1 {
            self.reserve(1)?;
            self.output.extend(&[pad]);
        }
        Ok(())
    }

    /// Clears the context part's position and last list, which point to where something else is now.
    pub(crate) fn clear_position(&mut self) {
        let Some(context) = self.context else { return };
        for at in (context + 10..context + CONTEXT_LEN - 2).step_by(2) {
            self.output.patch(self.base + at, [0; 2]);
        }
    }

    /// The SSID to store with a token, `None` for the simple form.
    #[inline]
    fn qualifier(&self, ssid: Ssid) -> Option<Ssid> {
        let is_default = ssid == Ssid::NULL || ssid.is_same_subsystem(self.default_ssid());
        (!is_default).then(|| ssid.without_version())
    }

    /// Makes space for a token of `len` bytes and is at a word; returns the offset of its code.
    #[inline(always)]
    fn begin_token(&mut self, len: usize) -> Result<usize, EncodeError> {
        let pad = self.len() % 2;
        self.reserve(pad + len)?;
        self.pad();
        Ok(self.len())
    }

    /// Makes space for `len` bytes and for the end of every open list.
    #[inline(always)]
    fn reserve(&mut self, len: usize) -> Result<(), EncodeError> {
        let used = self.len() + len;
        let closing = if self.depth == 0 { 0 } else { used % 2 + self.depth * END_LIST_LEN };
        if used + closing > self.max_len {
            return Err(self.too_long(used + closing));
        }
        self.output.reserve(len + closing).map_err(|kind| self.error(kind))
    }

    #[cold]
    fn too_long(&self, used: usize) -> EncodeError {
        let is_declared = used > usize::from(self.declared);
        let used = u32::try_from(used).unwrap_or(u32::MAX);
        self.error(if is_declared {
            EncodeErrorKind::BufferFull { used, declared: self.declared }
        } else {
            EncodeErrorKind::EventTooLong { used }
        })
    }

    #[inline(always)]
    fn output_code(&mut self, code: TokenCode, qualifier: Option<Ssid>) {
        self.output.extend(&code.to_be_bytes(qualifier.is_some()));
        if let Some(ssid) = qualifier {
            self.output.extend(ssid.as_bytes());
        }
    }

    #[inline(always)]
    fn pad(&mut self) {
        if self.len() % 2 == 1 {
            self.output.extend(&[0]);
        }
    }

    #[cold]
    pub(crate) fn error(&self, kind: EncodeErrorKind) -> EncodeError {
        EncodeError::new(kind, self.len())
    }
}

/// A length that is known to fit a word.
#[inline]
fn word(len: usize) -> [u8; 2] {
    u16::try_from(len).unwrap_or(u16::MAX).to_be_bytes()
}
