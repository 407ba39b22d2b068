use super::MAX_EVENT_LEN;
use super::header::{D_SERIES_END, EventHeader};
use crate::spi::header::CONTEXT_LEN;
use crate::spi::write::{Encode, EncodeError, EncodeErrorKind, Encoder, Output};
use crate::spi::{Kind, Profile, Ssid, TokenCode, TokenNumber, Version};

/// Builds one event, subject first, as EMSINIT, EMSADDTOKENS and EMSADDSUBJECT do (EMS Manual section 15).
///
/// An event without a subject, or with a subject mark in the wrong place, cannot be built. A call that fails leaves the
/// event as it was.
///
/// ```
/// use zems::ems::{EventBuilder, EventHeader};
/// use zems::spi::{DataType, Profile, TokenCode, TokenNumber, Version};
///
/// let process = TokenCode::new(DataType::CHAR, 255, TokenNumber(1));
/// let cpu = TokenCode::new(DataType::UINT, 2, TokenNumber(2));
/// let zcom = "TANDEM.21.0".parse()?;
///
/// let header = EventHeader {
///     generated: "2026-11-20T10:15:00Z".parse()?,
///     process: br"\NODE.$ZPM",
///     emphasis: true,
///     ..EventHeader::new("TANDEM.9001.D10".parse()?, 8)
/// };
/// let mut builder = EventBuilder::of(Vec::new(), &header, &Profile::DEFAULT, zcom, process, "$ZPM")?;
/// builder.put(cpu, 3_u16)?;
/// let bytes = builder.finish()?;
/// assert_eq!(bytes.len(), 130 + 4 + (16 + 2 + 4) + (4 + 2));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct EventBuilder<'p, O> {
    writer: EventWriter<'p, O>,
}

impl<'p, O: Output> EventBuilder<'p, O> {
    /// Begins an event behind what is in `output`, with its first subject.
    ///
    /// # Errors
    /// The profile has no such layout, a header field does not fit it, the subject's value does not fit its code, or the
    /// output has no room.
    #[inline]
    pub fn new(
        output: O,
        header: &EventHeader<'_>,
        profile: &'p Profile,
        code: TokenCode,
        subject: impl Encode,
    ) -> Result<Self, EncodeError> {
        Self::of(output, header, profile, Ssid::NULL, code, subject)
    }

    /// Begins an event whose first subject is a token of this subsystem; the null SSID stands for the event's own.
    ///
    /// # Errors
    /// The profile has no such layout, a header field does not fit it, the subject's value does not fit its code, or the
    /// output has no room.
    #[inline]
    pub fn of(
        output: O,
        header: &EventHeader<'_>,
        profile: &'p Profile,
        ssid: Ssid,
        code: TokenCode,
        subject: impl Encode,
    ) -> Result<Self, EncodeError> {
        let mut builder = Self { writer: EventWriter::new(output, header, profile)? };
        match builder.subject_of(ssid, code, subject) {
            Ok(()) => Ok(builder),
            Err(error) => {
                builder.writer.encoder.abandon();
                Err(error)
            }
        }
    }

    /// Adds a further subject: mark and token (EMSADDSUBJECT).
    ///
    /// # Errors
    /// The value does not fit the code, or mark and token the event; neither is added then.
    #[inline]
    pub fn subject(&mut self, code: TokenCode, value: impl Encode) -> Result<(), EncodeError> {
        self.subject_of(Ssid::NULL, code, value)
    }

    /// Adds a further subject that is a token of this subsystem. The mark is stored in the simple form all the same.
    ///
    /// # Errors
    /// The value does not fit the code, or mark and token the event; neither is added then.
    #[inline]
    pub fn subject_of(&mut self, ssid: Ssid, code: TokenCode, value: impl Encode) -> Result<(), EncodeError> {
        self.writer.put_subject(ssid, code, value)
    }

    /// Adds a token of the event's own subsystem.
    ///
    /// # Errors
    /// The value does not fit the code or the token the event, or the code is that of a subject mark.
    #[inline]
    pub fn put(&mut self, code: TokenCode, value: impl Encode) -> Result<(), EncodeError> {
        self.put_of(Ssid::NULL, code, value)
    }

    /// Adds a token of this subsystem.
    ///
    /// # Errors
    /// The value does not fit the code or the token the event, or the code is that of a subject mark.
    #[inline]
    pub fn put_of(&mut self, ssid: Ssid, code: TokenCode, value: impl Encode) -> Result<(), EncodeError> {
        self.refuse_mark(code)?;
        self.writer.put_of(ssid, code, value)
    }

    /// Adds several values of one code as a table.
    ///
    /// # Errors
    /// A value does not fit the code, the code cannot be tabled, or the table does not fit the event.
    pub fn put_table_of<V: Encode>(
        &mut self,
        ssid: Ssid,
        code: TokenCode,
        values: impl IntoIterator<Item = V, IntoIter: Clone>,
    ) -> Result<(), EncodeError> {
        self.writer.put_table_of(ssid, code, values)
    }

    /// Adds a list of what `tokens` puts. If that fails, there is no list.
    ///
    /// # Errors
    /// The error of `tokens`; the list does not fit, is one too many inside each other, or holds a subject mark.
    pub fn list_of(
        &mut self,
        ssid: Ssid,
        code: TokenCode,
        tokens: impl FnOnce(&mut EventList<'_, 'p, O>) -> Result<(), EncodeError>,
    ) -> Result<(), EncodeError> {
        self.writer.encoder.list_of(ssid, code, |encoder| tokens(&mut EventList { encoder }))
    }

    /// Raises ZSPI-TKN-MAX-FIELD-VERSION to that of a structure's newest field that has a value; never lowers it.
    pub fn raise_max_field_version(&mut self, version: Version) {
        self.writer.raise_max_field_version(version);
    }

    #[inline]
    fn refuse_mark(&self, code: TokenCode) -> Result<(), EncodeError> {
        refuse_mark(&self.writer.encoder, code)
    }

    /// Bytes of the event so far.
    #[must_use]
    #[allow(clippy::len_without_is_empty)]
    pub fn len(&self) -> usize {
        self.writer.len()
    }

    /// Completes the event and gives the output back.
    ///
    /// # Errors
    /// None that a builder can run into; the result is that of [`EventWriter::finish`].
    #[inline]
    pub fn finish(self) -> Result<O, EncodeError> {
        self.writer.finish()
    }
}

/// The inside of a list in an [`EventBuilder`].
#[derive(Debug)]
pub struct EventList<'e, 'p, O> {
    encoder: &'e mut Encoder<'p, O>,
}

impl<'p, O: Output> EventList<'_, 'p, O> {
    /// Adds a token that the SSID in force qualifies.
    ///
    /// # Errors
    /// The value does not fit the code or the token the event, or the code is that of a subject mark.
    #[inline]
    pub fn put(&mut self, code: TokenCode, value: impl Encode) -> Result<(), EncodeError> {
        self.put_of(Ssid::NULL, code, value)
    }

    /// Adds a token of this subsystem.
    ///
    /// # Errors
    /// The value does not fit the code or the token the event, or the code is that of a subject mark.
    #[inline]
    pub fn put_of(&mut self, ssid: Ssid, code: TokenCode, value: impl Encode) -> Result<(), EncodeError> {
        refuse_mark(self.encoder, code)?;
        self.encoder.put_of(ssid, code, value)
    }

    /// Adds several values of one code as a table.
    ///
    /// # Errors
    /// A value does not fit the code, the code cannot be tabled, or the table does not fit the event.
    pub fn put_table_of<V: Encode>(
        &mut self,
        ssid: Ssid,
        code: TokenCode,
        values: impl IntoIterator<Item = V, IntoIter: Clone>,
    ) -> Result<(), EncodeError> {
        self.encoder.put_table_of(ssid, code, values)
    }

    /// Adds a list inside this one. If `tokens` fails, there is no list.
    ///
    /// # Errors
    /// The error of `tokens`; the list does not fit, is one too many inside each other, or holds a subject mark.
    pub fn list_of(
        &mut self,
        ssid: Ssid,
        code: TokenCode,
        tokens: impl FnOnce(&mut EventList<'_, 'p, O>) -> Result<(), EncodeError>,
    ) -> Result<(), EncodeError> {
        self.encoder.list_of(ssid, code, |encoder| tokens(&mut EventList { encoder }))
    }
}

#[inline]
fn refuse_mark<O: Output>(encoder: &Encoder<'_, O>, code: TokenCode) -> Result<(), EncodeError> {
    if encoder.profile().is_subject_mark(code) {
        Err(encoder.error(EncodeErrorKind::MisplacedMark))
    } else {
        Ok(())
    }
}

/// Writes one event from tokens that arrive in any order, marks among them, and holds them against the rules for
/// subjects as they come: a mark stands at the top level, directly before a token that is neither a mark nor a list, and
/// there is at least one.
///
/// Producers want [`EventBuilder`]; this is for those who pass on what another source ordered.
#[derive(Debug)]
pub struct EventWriter<'p, O> {
    encoder: Encoder<'p, O>,
    after_mark: bool,
    has_subject: bool,
}

impl<'p, O: Output> EventWriter<'p, O> {
    /// Begins an event behind what is in `output`.
    ///
    /// # Errors
    /// The profile has no such layout, a header field does not fit it, or the output has no room.
    #[inline]
    pub fn new(output: O, header: &EventHeader<'_>, profile: &'p Profile) -> Result<Self, EncodeError> {
        let at_header = |kind| EncodeError::new(kind, 28);
        let layout = header.layout_in(profile).map_err(at_header)?;
        let number = profile.event_header;
        let mut whole = [0; D_SERIES_END + CONTEXT_LEN];
        if header.encode_d_series(layout, number, &mut whole).is_some() {
            let bytes = if header.standard.context {
                &whole[..]
            } else {
                whole.get(..D_SERIES_END).unwrap_or_default()
            };
            return Ok(Self::begin(Encoder::with_whole_header(
                output,
                &header.standard,
                number,
                bytes,
                profile,
            )?));
        }
        let mut room = [0; 255];
        let room = room.get_mut(..usize::from(layout.length)).unwrap_or_default();
        header.encode(layout, room).map_err(at_header)?;
        Ok(Self::begin(Encoder::new(output, &header.standard, profile.event_header, room, profile)?))
    }

    /// Begins an event with a header given as bytes: everything before the first token. Only the used length and the last
    /// token's offset are written anew.
    ///
    /// # Errors
    /// The bytes are no event header, or one with the checksum flag on; the output has no room.
    pub fn with_header_bytes(output: O, bytes: &[u8], profile: &'p Profile) -> Result<Self, EncodeError> {
        let encoder = Encoder::with_header_bytes(output, bytes, profile)?;
        if encoder.header_number() == TokenNumber::CMDHDR {
            let error = EncodeError::new(EncodeErrorKind::Header, 24);
            encoder.abandon();
            return Err(error);
        }
        Ok(Self::begin(encoder))
    }

    #[inline]
    fn begin(mut encoder: Encoder<'p, O>) -> Self {
        encoder.limit(MAX_EVENT_LEN);
        Self { encoder, after_mark: false, has_subject: false }
    }

    /// Puts the mark and a subject of this subsystem.
    ///
    /// # Errors
    /// The value does not fit the code, or mark and token the event; neither is written then.
    #[inline]
    pub fn put_subject(
        &mut self,
        ssid: Ssid,
        code: TokenCode,
        value: impl Encode,
    ) -> Result<(), EncodeError> {
        refuse_mark(&self.encoder, code)?;
        let profile = self.encoder.profile();
        let Some(mark) = profile.data_type(Kind::Mark) else {
            return Err(self.encoder.error(EncodeErrorKind::NoDataType { kind: Kind::Mark }));
        };
        let mark = TokenCode::new(mark, 0, profile.subject_mark.number);
        let before = self.encoder.mark();
        let was_after_mark = self.after_mark;
        let put = self.put_of(Ssid::NULL, mark, ()).and_then(|()| self.put_of(ssid, code, value));
        if put.is_err() {
            self.encoder.take_back(before);
            self.after_mark = was_after_mark;
        }
        put
    }

    /// Puts a token of this subsystem; the null SSID stands for the one in force.
    ///
    /// # Errors
    /// The value does not fit the code, the token the event, or a mark its place.
    #[inline]
    pub fn put_of(&mut self, ssid: Ssid, code: TokenCode, value: impl Encode) -> Result<(), EncodeError> {
        let is_mark = self.encoder.profile().is_subject_mark(code);
        if is_mark && (self.after_mark || self.encoder.depth() > 0) {
            return Err(self.encoder.error(EncodeErrorKind::MisplacedMark));
        }
        self.encoder.put_of(ssid, code, value)?;
        self.has_subject |= self.after_mark;
        self.after_mark = is_mark;
        Ok(())
    }

    /// Puts several values of one code as a table; behind a mark the first of them is the subject.
    ///
    /// # Errors
    /// A value does not fit the code, the code cannot be tabled, or the table does not fit the event.
    pub fn put_table_of<V: Encode>(
        &mut self,
        ssid: Ssid,
        code: TokenCode,
        values: impl IntoIterator<Item = V, IntoIter: Clone>,
    ) -> Result<(), EncodeError> {
        let values = values.into_iter();
        if self.after_mark && values.clone().next().is_none() {
            return Err(self.encoder.error(EncodeErrorKind::MisplacedMark));
        }
        self.encoder.put_table_of(ssid, code, values)?;
        self.has_subject |= self.after_mark;
        self.after_mark = false;
        Ok(())
    }

    /// Opens a list of this subsystem; the next puts go into it.
    ///
    /// # Errors
    /// The code is no list's, a mark stands before it, or there is no room for it.
    pub fn begin_list(&mut self, ssid: Ssid, code: TokenCode) -> Result<(), EncodeError> {
        if self.after_mark {
            return Err(self.encoder.error(EncodeErrorKind::MisplacedMark));
        }
        self.encoder.begin_list(ssid, code)
    }

    /// Closes the innermost open list.
    ///
    /// # Errors
    /// No list is open.
    pub fn end_list(&mut self) -> Result<(), EncodeError> {
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
    /// The event has no subject, the last token is a mark, or a list is open.
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
