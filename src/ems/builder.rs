use super::MAX_EVENT_LEN;
use super::header::{D_SERIES_END, EventHeader};
use crate::spi::header::CONTEXT_LEN;
use crate::spi::write::{Encode, EncodeError, EncodeErrorKind, Encoder, Output};
use crate::spi::{DataType, Profile, Ssid, TokenCode, TokenKey, TokenNumber, Version};

/// Builds one event, subject first, as EMSINIT, EMSADDTOKENS and EMSADDSUBJECT do (EMS Manual section 15).
///
/// An event without a subject, or with a subject mark in the wrong place, cannot be built. A call that fails leaves the
/// event as it was. [`EventBuilder::relay`] is for those who pass on tokens in an order that another source gave, subject marks
/// among them.
///
/// ```
/// use zems::ems::{EventBuilder, EventHeader};
/// use zems::spi::{TypeCode, Profile, TokenCode, TokenNumber, Version};
///
/// let process = TokenCode::new(TypeCode::CHAR, 255, TokenNumber(1));
/// let cpu = TokenCode::new(TypeCode::UINT, 2, TokenNumber(2));
/// let zcom = "TANDEM.21.0".parse()?;
///
/// let header = EventHeader {
///     generated: "2026-11-20T10:15:00Z".parse()?,
///     process: br"\NODE.$ZPM",
///     emphasis: true,
///     ..EventHeader::new("TANDEM.9001.D10".parse()?, 8)
/// };
/// let mut builder = EventBuilder::qualified(Vec::new(), &header, &Profile::DEFAULT, zcom, process, "$ZPM")?;
/// builder.put(cpu, 3_u16)?;
/// let bytes = builder.finish()?;
/// assert_eq!(bytes.len(), 130 + 4 + (16 + 2 + 4) + (4 + 2));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct EventBuilder<'p, O> {
    encoder: Encoder<'p, O>,
    /// Marks come as tokens of their own.
    is_relay: bool,
    after_mark: bool,
    has_subject: bool,
    /// The lists that [`Self::end_list`] must leave open: those of [`Self::list_qualified`].
    kept_open: usize,
}

impl<'p, O: Output> EventBuilder<'p, O> {
    /// Begins an event after what is in `output`, with its first subject.
    ///
    /// # Errors
    /// The profile has no such layout, a header field does not fit it, the subject's value does not fit its code, or the
    /// output is too short.
    #[inline]
    pub fn new(
        output: O,
        header: &EventHeader<'_>,
        profile: &'p Profile,
        key: impl Into<TokenKey>,
        subject: impl Encode,
    ) -> Result<Self, EncodeError> {
        let key = key.into();
        Self::qualified(output, header, profile, key.qualifier(), key.code(), subject)
    }

    /// Begins an event whose first subject is a token of this subsystem; the null SSID stands for the event's own.
    ///
    /// # Errors
    /// The profile has no such layout, a header field does not fit it, the subject's value does not fit its code, or the
    /// output is too short.
    #[inline]
    pub fn qualified(
        output: O,
        header: &EventHeader<'_>,
        profile: &'p Profile,
        ssid: Ssid,
        code: TokenCode,
        subject: impl Encode,
    ) -> Result<Self, EncodeError> {
        let mut builder = Self::begin(header_encoder(output, header, profile)?, false);
        match builder.subject_qualified(ssid, code, subject) {
            Ok(()) => Ok(builder),
            Err(error) => {
                builder.encoder.abandon();
                Err(error)
            }
        }
    }

    /// Begins an event whose tokens come in the order of another source, subject marks as tokens among them. The rules for
    /// subjects hold as they come: a mark is at the top level, directly before a token that is neither a mark nor a list, and
    /// [`Self::finish`] wants at least one.
    ///
    /// # Errors
    /// The profile has no such layout, a header field does not fit it, or the output is too short.
    #[inline]
    pub fn relay(output: O, header: &EventHeader<'_>, profile: &'p Profile) -> Result<Self, EncodeError> {
        Ok(Self::begin(header_encoder(output, header, profile)?, true))
    }

    /// As [`Self::relay`], with a header given as bytes: everything before the first token. Only the used length and the last
    /// token's offset are written anew.
    ///
    /// # Errors
    /// The bytes are not an event header, or one with the checksum flag on; the output is too short.
    pub fn relay_with_header(output: O, bytes: &[u8], profile: &'p Profile) -> Result<Self, EncodeError> {
        let encoder = Encoder::with_header_bytes(output, bytes, profile)?;
        if encoder.header_number() == TokenNumber::CMDHDR {
            let error = EncodeError::new(EncodeErrorKind::Header, 24);
            encoder.abandon();
            return Err(error);
        }
        Ok(Self::begin(encoder, true))
    }

    #[inline]
    fn begin(mut encoder: Encoder<'p, O>, is_relay: bool) -> Self {
        encoder.limit(MAX_EVENT_LEN);
        Self { encoder, is_relay, after_mark: false, has_subject: false, kept_open: 0 }
    }

    /// Adds a further subject: mark and token (EMSADDSUBJECT).
    ///
    /// # Errors
    /// The value does not fit the code, or mark and token the event; neither is added then.
    #[inline]
    pub fn subject(&mut self, key: impl Into<TokenKey>, value: impl Encode) -> Result<(), EncodeError> {
        let key = key.into();
        self.subject_qualified(key.qualifier(), key.code(), value)
    }

    /// Adds a further subject that is a token of this subsystem. The mark is stored in the simple form all the same.
    ///
    /// # Errors
    /// The value does not fit the code, or mark and token the event; neither is added then.
    #[inline]
    pub fn subject_qualified(
        &mut self,
        ssid: Ssid,
        code: TokenCode,
        value: impl Encode,
    ) -> Result<(), EncodeError> {
        let profile = self.encoder.profile();
        if profile.is_subject_mark(code) {
            return Err(self.encoder.error(EncodeErrorKind::MisplacedMark));
        }
        let Some(mark) = profile.type_code(DataType::Mark) else {
            return Err(self.encoder.error(EncodeErrorKind::NoDataType { kind: DataType::Mark }));
        };
        let mark = TokenCode::new(mark, 0, profile.subject_mark.number);
        let before = self.encoder.mark();
        let was_after_mark = self.after_mark;
        let put = self.put_mark(Ssid::NULL, mark, ()).and_then(|()| self.put_value(ssid, code, value));
        if put.is_err() {
            self.encoder.take_back(before);
            self.after_mark = was_after_mark;
        }
        put
    }

    /// Adds a token. A [`TokenKey`] says whose it is; a token that is given by its code is one of the event's own subsystem, or
    /// in a list of the subsystem of the list.
    ///
    /// # Errors
    /// The value does not fit the code, the token the event, or a subject mark its place; in an event that is not a
    /// [relay](Self::relay) only [`Self::subject`] puts marks.
    #[inline(always)]
    pub fn put(&mut self, key: impl Into<TokenKey>, value: impl Encode) -> Result<(), EncodeError> {
        let key = key.into();
        if key.ssid().is_some() || self.encoder.profile().is_subject_mark(key.code()) {
            return self.put_qualified(key.qualifier(), key.code(), value);
        }
        self.encoder.put_stored(None, key.code(), value)?;
        self.has_subject |= self.after_mark;
        self.after_mark = false;
        Ok(())
    }

    /// Adds a token of this subsystem; the null SSID stands for the one in force.
    ///
    /// # Errors
    /// The value does not fit the code, the token the event, or a subject mark its place; in an event that is not a
    /// [relay](Self::relay) only [`Self::subject`] puts marks.
    #[inline]
    pub fn put_qualified(
        &mut self,
        ssid: Ssid,
        code: TokenCode,
        value: impl Encode,
    ) -> Result<(), EncodeError> {
        if !self.encoder.profile().is_subject_mark(code) {
            return self.put_value(ssid, code, value);
        }
        if !self.is_relay {
            return Err(self.encoder.error(EncodeErrorKind::MisplacedMark));
        }
        self.put_mark(ssid, code, value)
    }

    #[inline]
    fn put_mark(&mut self, ssid: Ssid, code: TokenCode, value: impl Encode) -> Result<(), EncodeError> {
        if self.after_mark || self.encoder.depth() > 0 {
            return Err(self.encoder.error(EncodeErrorKind::MisplacedMark));
        }
        self.encoder.put_qualified(ssid, code, value)?;
        self.after_mark = true;
        Ok(())
    }

    #[inline]
    fn put_value(&mut self, ssid: Ssid, code: TokenCode, value: impl Encode) -> Result<(), EncodeError> {
        self.encoder.put_qualified(ssid, code, value)?;
        self.has_subject |= self.after_mark;
        self.after_mark = false;
        Ok(())
    }

    /// Adds several values of one code as a table; after a mark the first of them is the subject.
    ///
    /// # Errors
    /// A value does not fit the code, the code cannot be tabled, or the table does not fit the event.
    pub fn put_table_qualified<V: Encode>(
        &mut self,
        ssid: Ssid,
        code: TokenCode,
        values: impl IntoIterator<Item = V, IntoIter: Clone>,
    ) -> Result<(), EncodeError> {
        let values = values.into_iter();
        if self.after_mark && values.clone().next().is_none() {
            return Err(self.encoder.error(EncodeErrorKind::MisplacedMark));
        }
        self.encoder.put_table_qualified(ssid, code, values)?;
        self.has_subject |= self.after_mark;
        self.after_mark = false;
        Ok(())
    }

    /// Adds a list of the tokens that `tokens` puts. If that fails, there is no list.
    ///
    /// # Errors
    /// The error of `tokens`; the list does not fit, is one too many inside each other, follows a mark or has one.
    pub fn list_qualified(
        &mut self,
        ssid: Ssid,
        code: TokenCode,
        tokens: impl FnOnce(&mut Self) -> Result<(), EncodeError>,
    ) -> Result<(), EncodeError> {
        let (before, depth, kept_open) = (self.encoder.mark(), self.encoder.depth(), self.kept_open);
        self.begin_list(ssid, code)?;
        self.kept_open = self.encoder.depth();
        let put = tokens(self);
        self.kept_open = kept_open;
        let put = put.and_then(|()| {
            while self.encoder.depth() > depth {
                self.encoder.end_list()?;
            }
            Ok(())
        });
        if put.is_err() {
            self.encoder.take_back(before);
        }
        put
    }

    /// Opens a list of this subsystem; the next puts go into it.
    ///
    /// # Errors
    /// The code is not a list's, a mark is before it, or there is no space for it.
    pub fn begin_list(&mut self, ssid: Ssid, code: TokenCode) -> Result<(), EncodeError> {
        if self.after_mark {
            return Err(self.encoder.error(EncodeErrorKind::MisplacedMark));
        }
        self.encoder.begin_list(ssid, code)
    }

    /// Closes the innermost list that [`Self::begin_list`] has opened.
    ///
    /// # Errors
    /// No such list is open.
    pub fn end_list(&mut self) -> Result<(), EncodeError> {
        if self.encoder.depth() <= self.kept_open {
            return Err(self.encoder.error(EncodeErrorKind::NoOpenList));
        }
        self.encoder.end_list()
    }

    /// Raises ZSPI-TKN-MAX-FIELD-VERSION to that of a structure's newest field that has a value; never lowers it.
    pub fn raise_max_field_version(&mut self, version: Version) {
        self.encoder.raise_max_field_version(version);
    }

    /// The SSID that qualifies a token put here without one.
    #[must_use]
    pub fn default_ssid(&self) -> Ssid {
        self.encoder.default_ssid()
    }

    /// Bytes of the event so far.
    #[must_use]
    #[allow(clippy::len_without_is_empty)]
    pub fn len(&self) -> usize {
        self.encoder.len()
    }

    /// Completes the event and gives the output back.
    ///
    /// # Errors
    /// A list is open. A [relay](Self::relay) has no subject, or its last token is a mark.
    #[inline]
    pub fn finish(self) -> Result<O, EncodeError> {
        if self.after_mark {
            return Err(self.encoder.error(EncodeErrorKind::MisplacedMark));
        }
        if !self.has_subject {
            return Err(self.encoder.error(EncodeErrorKind::NoSubject));
        }
        self.encoder.finish()
    }
}

/// An encoder that has written the header.
#[inline]
fn header_encoder<'p, O: Output>(
    output: O,
    header: &EventHeader<'_>,
    profile: &'p Profile,
) -> Result<Encoder<'p, O>, EncodeError> {
    let at_header = |kind| EncodeError::new(kind, 28);
    let layout = header.layout_in(profile).map_err(at_header)?;
    let number = profile.event_header;
    let mut whole = [0; D_SERIES_END + CONTEXT_LEN];
    if header.encode_d_series(layout, number, &mut whole).is_some() {
        let bytes =
            if header.standard.context { &whole[..] } else { whole.get(..D_SERIES_END).unwrap_or_default() };
        return Encoder::with_whole_header(output, &header.standard, number, bytes, profile);
    }
    let mut fields = [0; 255];
    let fields = fields.get_mut(..usize::from(layout.length)).unwrap_or_default();
    header.encode(layout, fields).map_err(at_header)?;
    Encoder::new(output, &header.standard, profile.event_header, fields, profile)
}

#[cfg(all(test, feature = "alloc"))]
mod tests {
    use alloc::vec::Vec;

    use super::*;
    use crate::spi::TypeCode;

    const TEXT: TokenCode = TokenCode::new(TypeCode::CHAR, 255, TokenNumber(10));
    const LIST: TokenCode = TokenCode::new(TypeCode::LIST, 0, TokenNumber(11));
    const MARK: TokenCode = TokenCode::new(TypeCode::MARK, 0, Profile::DEFAULT.subject_mark.number);

    fn header() -> EventHeader<'static> {
        EventHeader::new(Ssid::new(*b"ACME    ", 7, Version(0x4101)), 101)
    }

    #[allow(clippy::unwrap_used)]
    fn kind(result: Result<(), EncodeError>) -> EncodeErrorKind {
        result.unwrap_err().kind()
    }

    #[test]
    fn marks_come_with_their_subject_but_in_a_relay() {
        let mut event = EventBuilder::new(Vec::new(), &header(), &Profile::DEFAULT, TEXT, "$A").unwrap();
        assert_eq!(kind(event.put(MARK, ())), EncodeErrorKind::MisplacedMark);
        event.put(TEXT, "b").unwrap();
        let mut relay = EventBuilder::relay(Vec::new(), &header(), &Profile::DEFAULT).unwrap();
        relay.put(MARK, ()).unwrap();
        assert_eq!(kind(relay.put(MARK, ())), EncodeErrorKind::MisplacedMark);
        assert_eq!(kind(relay.begin_list(Ssid::NULL, LIST)), EncodeErrorKind::MisplacedMark);
        relay.put(TEXT, "$A").unwrap();
        relay.put(TEXT, "b").unwrap();
        assert_eq!(relay.finish().unwrap(), event.finish().unwrap());
        let empty = EventBuilder::relay(Vec::new(), &header(), &Profile::DEFAULT).unwrap();
        assert_eq!(empty.finish().unwrap_err().kind(), EncodeErrorKind::NoSubject);
    }

    #[test]
    fn a_list_ends_where_it_began_and_fails_as_a_whole() {
        let mut event = EventBuilder::new(Vec::new(), &header(), &Profile::DEFAULT, TEXT, "$A").unwrap();
        let before = event.len();
        let failed = event.list_qualified(Ssid::NULL, LIST, |event| {
            event.put(TEXT, "inside")?;
            event.subject(TEXT, "$B")
        });
        assert_eq!((kind(failed), event.len()), (EncodeErrorKind::MisplacedMark, before));
        let escaped = event.list_qualified(Ssid::NULL, LIST, |event| event.end_list());
        assert_eq!((kind(escaped), event.len()), (EncodeErrorKind::NoOpenList, before));
        event
            .list_qualified(Ssid::NULL, LIST, |event| {
                event.begin_list(Ssid::NULL, LIST)?;
                event.put(TEXT, "deep")?;
                event.end_list()?;
                event.begin_list(Ssid::NULL, LIST)
            })
            .unwrap();
        event.subject(TEXT, "$B").unwrap();
        event.finish().unwrap();
    }
}
