use super::get::{Found, Parameters, fill, set_count};
use super::header::{HeaderBytes, check_owner, raise_max_field_version};
use super::map::TokenMap;
use super::state::{Level, Work, raw, stored_len};
use super::status::Status;
use super::vocabulary::Special;
use super::{Host, TokenId};
use crate::ems::{Event, EventBuilder, EventHeader, HeaderToken, MAX_EVENT_LEN, Overrides};
use crate::spi::write::{Measure, Output, Raw, SliceOutput, StandardFields};
use crate::spi::{DataType, HeaderField, Ssid, Timestamp, TokenCode};

/// One triplet of EMSADDTOKENS: a token, its value, and the value's length.
#[derive(Clone, Copy, Debug)]
#[allow(clippy::exhaustive_structs)]
pub struct AddedToken<'a> {
    /// The token code, or the map for EMSADDTOKENMAPS.
    pub token_id: TokenId<'a>,
    /// The value. Without `length`, a value of variable length begins with its length word.
    pub data: Option<&'a [u8]>,
    /// Bytes of a value of variable length; ignored for others.
    pub length: Option<u16>,
}

impl<'a> AddedToken<'a> {
    /// A token whose value has its length word, or a fixed length.
    #[must_use]
    pub const fn new(token_id: TokenId<'a>, data: &'a [u8]) -> Self {
        Self { token_id, data: Some(data), length: None }
    }
}

/// The most triplets of one EMSADDTOKENS.
const MAX_ADDED: usize = 4;

impl Host<'_> {
    /// EMSINIT: writes the header of an event into a buffer, the subject mark and the first subject (EMS Manual 15-17).
    ///
    /// `timestamp` is the generation time; [`Host::now`] if it is omitted.
    ///
    /// # Errors
    /// The status of the call. The buffer is as before.
    #[allow(clippy::too_many_arguments)]
    pub fn emsinit(
        &self,
        buffer: &mut [u8],
        buffer_length: u16,
        generating_ssid: &Ssid,
        event_number: i16,
        subject_token_code: TokenCode,
        subject_value: Option<&[u8]>,
        subject_length: Option<u16>,
        subject_ssid: Option<&Ssid>,
        timestamp: Option<Timestamp>,
    ) -> Result<(), Status> {
        let token_id = TokenId::Code(subject_token_code);
        self.emsinitmap(
            buffer,
            buffer_length,
            generating_ssid,
            event_number,
            token_id,
            subject_value,
            subject_length,
            subject_ssid,
            timestamp,
        )
    }

    /// EMSINITMAP: EMSINIT whose subject may be a structure named by a token map.
    ///
    /// # Errors
    /// The status of the call. The buffer is as before.
    #[allow(clippy::too_many_arguments)]
    pub fn emsinitmap(
        &self,
        buffer: &mut [u8],
        buffer_length: u16,
        generating_ssid: &Ssid,
        event_number: i16,
        subject_token_id: TokenId<'_>,
        subject_value: Option<&[u8]>,
        subject_length: Option<u16>,
        subject_ssid: Option<&Ssid>,
        timestamp: Option<Timestamp>,
    ) -> Result<(), Status> {
        if buffer_length > MAX_EVENT_LEN {
            return Err(Status::BUF_TOO_LARGE);
        }
        let buffer = buffer.get_mut(..usize::from(buffer_length)).ok_or(Status::BADADDR)?;
        check_owner(*generating_ssid)?;
        let ssid = subject_ssid.copied().unwrap_or(Ssid::NULL);
        if ssid != Ssid::NULL {
            check_owner(ssid)?;
        }
        let subject = self.subject(subject_token_id, subject_value, subject_length)?;
        let header = EventHeader {
            standard: StandardFields { buffer_len: buffer_length, ..StandardFields::new(*generating_ssid) },
            generated: timestamp.unwrap_or(self.now),
            user: self.reporter.user,
            node: self.reporter.node,
            process: self.reporter.process,
            cpu: self.reporter.cpu,
            pin: self.reporter.pin,
            layout: self.layout,
            ..EventHeader::new(*generating_ssid, event_number)
        };
        self.write_event(Measure::default(), &header, ssid, &subject)?;
        self.write_event(SliceOutput::new(buffer), &header, ssid, &subject)
    }

    fn write_event(
        &self,
        output: impl Output,
        header: &EventHeader<'_>,
        ssid: Ssid,
        subject: &Given<'_>,
    ) -> Result<(), Status> {
        let mut writer = EventBuilder::relay(output, header, self.profile)?;
        writer.subject_qualified(ssid, subject.code, Raw(subject.bytes))?;
        writer.raise_max_field_version(subject.newest_version());
        writer.finish()?;
        Ok(())
    }

    /// A subject's code and bytes.
    fn subject<'v>(
        &self,
        token_id: TokenId<'v>,
        value: Option<&'v [u8]>,
        length: Option<u16>,
    ) -> Result<Given<'v>, Status> {
        let given = self.given(token_id, value, length)?;
        let is_special = self.vocabulary.special(given.code.number()).is_some();
        let kind = self.profile.data_type(given.code.type_code());
        if is_special
            || matches!(kind, DataType::List | DataType::Ssctl)
            || self.profile.is_subject_mark(given.code)
        {
            return Err(Status::ILLPARM);
        }
        Ok(given)
    }

    /// The bytes of a value whose length is given beside it, in it, or by its type.
    fn given<'v>(
        &self,
        token_id: TokenId<'v>,
        value: Option<&'v [u8]>,
        length: Option<u16>,
    ) -> Result<Given<'v>, Status> {
        let map = self.map(token_id)?;
        let code = map.map_or(token_id.code(), |map| map.stored_code());
        let len = match (map, length) {
            (Some(map), _) => Some(map.len()),
            (None, length)
                if code.is_variable() && self.profile.data_type(code.type_code()) != DataType::List =>
            {
                length.map(usize::from)
            }
            (None, _) if code.is_variable() => Some(0),
            (None, _) => Some(usize::from(code.length())),
        };
        let bytes = match (value, len) {
            (_, Some(0)) => &[],
            (Some(value), Some(len)) => value.get(..len).ok_or(Status::BADADDR)?,
            (Some(value), None) => {
                let (word, rest) = value.split_first_chunk().ok_or(Status::BADADDR)?;
                rest.get(..usize::from(u16::from_be_bytes(*word))).ok_or(Status::BADADDR)?
            }
            (None, _) => return Err(Status::MISPARM),
        };
        Ok(Given { code, bytes, map })
    }

    /// EMSADDSUBJECT: adds a subject mark and a further subject (EMS Manual 15-8).
    ///
    /// # Errors
    /// The status of the call. Neither token is added.
    pub fn emsaddsubject(
        &self,
        buffer: &mut [u8],
        subject_token_code: TokenCode,
        subject_value: Option<&[u8]>,
        subject_length: Option<u16>,
        ssid: Option<&Ssid>,
    ) -> Result<(), Status> {
        self.emsaddsubjectmap(buffer, TokenId::Code(subject_token_code), subject_value, subject_length, ssid)
    }

    /// EMSADDSUBJECTMAP: EMSADDSUBJECT whose subject may be a structure named by a token map.
    ///
    /// # Errors
    /// The status of the call. Neither token is added.
    pub fn emsaddsubjectmap(
        &self,
        buffer: &mut [u8],
        subject_token_id: TokenId<'_>,
        subject_value: Option<&[u8]>,
        subject_length: Option<u16>,
        ssid: Option<&Ssid>,
    ) -> Result<(), Status> {
        self.call(buffer, subject_token_id.code(), |work| {
            check_event(work)?;
            let subject = self.subject(subject_token_id, subject_value, subject_length)?;
            let ssid = checked(ssid)?;
            if work.last_list() != 0 {
                return Err(Status::ILLPARM);
            }
            let data_type = self.profile.type_code(DataType::Mark).ok_or(Status::INTERR)?;
            let mark = TokenCode::new(data_type, 0, self.profile.subject_mark.number);
            let before = (work.used(), work.last_token(), work.last_list());
            work.append(|encoder| encoder.put_qualified(Ssid::NULL, mark, ()))?;
            if let Err(status) =
                work.append(|encoder| encoder.put_qualified(ssid, subject.code, raw(subject.bytes)))
            {
                work.take_back(before);
                return Err(status);
            }
            raise_max_field_version(work, subject.newest_version().0);
            Ok(())
        })
    }

    /// EMSADDTOKENS: adds one to four tokens, or sets header tokens (EMS Manual 15-10). One subsystem ID qualifies all of
    /// them.
    ///
    /// # Errors
    /// The status of the first token that fails; those before it have been added. A token map fails with
    /// [`Status::ILLTKN`].
    pub fn emsaddtokens(
        &self,
        buffer: &mut [u8],
        ssid: Option<&Ssid>,
        tokens: &[AddedToken<'_>],
    ) -> Result<(), Status> {
        for token in tokens {
            if matches!(token.token_id, TokenId::Map(_)) {
                return self.call(buffer, token.token_id.code(), |_| Err(Status::ILLTKN));
            }
        }
        self.emsaddtokenmaps(buffer, ssid, tokens)
    }

    /// EMSADDTOKENMAPS: EMSADDTOKENS for token codes and token maps.
    ///
    /// # Errors
    /// The status of the first token that fails; those before it have been added.
    pub fn emsaddtokenmaps(
        &self,
        buffer: &mut [u8],
        ssid: Option<&Ssid>,
        tokens: &[AddedToken<'_>],
    ) -> Result<(), Status> {
        let Some(first) = tokens.first() else {
            return self.call(buffer, TokenCode::default(), |_| Err(Status::MISPARM));
        };
        if tokens.len() > MAX_ADDED {
            return self.call(buffer, first.token_id.code(), |_| Err(Status::ILLPARM));
        }
        for token in tokens {
            self.call(buffer, token.token_id.code(), |work| self.add(work, ssid, token))?;
        }
        Ok(())
    }

    fn add(
        &self,
        work: &mut Work<'_, '_>,
        ssid: Option<&Ssid>,
        token: &AddedToken<'_>,
    ) -> Result<(), Status> {
        check_event(work)?;
        let AddedToken { token_id, data, length } = *token;
        if let TokenId::Code(code) = token_id {
            let special = self.vocabulary.special(code.number());
            let is_list = self.profile.data_type(code.type_code()) == DataType::List;
            if special == Some(Special::Header(HeaderToken::ProcDesc)) {
                let given = self.given(token_id, data, length)?;
                return self.put(work, token_id, Some(HeaderBytes::text(given.bytes).bytes()), None, ssid);
            }
            if special.is_some() || is_list {
                return self.put(work, token_id, data, None, ssid);
            }
        }
        let given = self.given(token_id, data, length)?;
        if work.has_checksum() {
            return Err(Status::NOTIMP);
        }
        let ssid = checked(ssid)?;
        if self.profile.data_type(given.code.type_code()) == DataType::Ssctl {
            return Err(Status::ILLPARM);
        }
        work.append(|encoder| encoder.put_qualified(ssid, given.code, raw(given.bytes)))?;
        raise_max_field_version(work, given.newest_version().0);
        Ok(())
    }

    /// EMSGET: SSGET for events, with the pseudo tokens of EMS (EMS Manual 15-12 to 15-17). `overrides` are the values that
    /// the system's templates give to header tokens.
    ///
    /// # Errors
    /// The status of the call. The pointers are as before.
    #[allow(clippy::too_many_arguments)]
    pub fn emsget(
        &self,
        buffer: &mut [u8],
        token_id: TokenId<'_>,
        value: Option<&mut [u8]>,
        index: Option<i16>,
        count: Option<&mut u16>,
        ssid: Option<&mut Ssid>,
        overrides: &Overrides,
    ) -> Result<(), Status> {
        let parameters = Parameters { value: value.into(), index, count, ssid };
        self.call(buffer, token_id.code(), |work| {
            check_event(work)?;
            self.get_of_event(work, token_id, parameters, overrides)
        })
    }

    /// The number of bytes that [`emsget`](Self::emsget) with these parameters writes into its value. The pointers and the
    /// last error are as before.
    ///
    /// # Errors
    /// The status that the call would return for any reason other than its value.
    pub fn emsget_len(
        &self,
        buffer: &mut [u8],
        token_id: TokenId<'_>,
        index: Option<i16>,
        count: u16,
        ssid: Option<&Ssid>,
        overrides: &Overrides,
    ) -> Result<usize, Status> {
        self.measured(buffer, token_id, index, count, ssid, |work, parameters| {
            check_event(work)?;
            self.get_of_event(work, token_id, parameters, overrides)
        })
    }

    /// EMSGETTKN: EMSGET for a token code given by value.
    ///
    /// # Errors
    /// The status of the call.
    #[allow(clippy::too_many_arguments)]
    pub fn emsgettkn(
        &self,
        buffer: &mut [u8],
        token_code: TokenCode,
        value: Option<&mut [u8]>,
        index: Option<i16>,
        count: Option<&mut u16>,
        ssid: Option<&mut Ssid>,
        overrides: &Overrides,
    ) -> Result<(), Status> {
        self.emsget(buffer, TokenId::Code(token_code), value, index, count, ssid, overrides)
    }

    fn get_of_event(
        &self,
        work: &mut Work<'_, '_>,
        token_id: TokenId<'_>,
        parameters: Parameters<'_>,
        overrides: &Overrides,
    ) -> Result<(), Status> {
        let TokenId::Code(code) = token_id else { return self.get(work, token_id, parameters) };
        let index = usize::try_from(parameters.index.unwrap_or(0)).map_err(|_| Status::ILLPARM)?;
        if work.has_checksum() {
            return self.get(work, token_id, parameters);
        }
        match self.vocabulary.special(code.number()) {
            Some(Special::Subject) => self.subject_code(work, index, parameters),
            Some(operation @ (Special::Count | Special::Len | Special::Addr | Special::Offset)) => {
                let named = parameters.value.given().and_then(|value| value.first_chunk());
                let named = named.map(|bits| TokenCode::from_bits(u32::from_be_bytes(*bits)));
                match named.and_then(|named| self.vocabulary.special(named.number())) {
                    Some(Special::Subject) => self.measure_subject(work, operation, index, parameters),
                    Some(Special::SenderId | Special::XSenderId | Special::XSenderIdPd | Special::D00) => {
                        Err(Status::NOTIMP)
                    }
                    _ => self.get(work, token_id, parameters),
                }
            }
            Some(Special::Header(token)) if index <= 1 && overrides.value(token).is_some() => {
                let is_true = overrides.value(token) == Some(true);
                // An event without the field has no value to override.
                self.header_value(work, Special::Header(token))?;
                fill(parameters.value, if is_true { &[0xFF; 2] } else { &[0; 2] })?;
                set_count(parameters.count, 1);
                Ok(())
            }
            Some(
                special @ (Special::SenderId | Special::XSenderId | Special::XSenderIdPd | Special::D00),
            ) => {
                if index > 1 {
                    return Err(Status::ILLPARM);
                }
                let event = Event::try_from(work.buffer()?).map_err(|_| Status::INVBUF)?;
                let sender = sender(&event, special).ok_or(Status::MISTKN)?;
                if !sender.bytes().is_empty() {
                    fill(parameters.value, sender.bytes())?;
                }
                set_count(parameters.count, 1);
                Ok(())
            }
            _ => self.get(work, token_id, parameters),
        }
    }

    /// ZEMS-TKN-SUBJECT: the code of a subject in the value, which occurrence of it in the count, and its subsystem ID.
    fn subject_code(
        &self,
        work: &mut Work<'_, '_>,
        index: usize,
        parameters: Parameters<'_>,
    ) -> Result<(), Status> {
        let level = top_level(work)?;
        let after = if index == 0 { work.place().current } else { 0 };
        let found = subjects(work, &level).filter(|found| found.is_ok_and(|found| found.entry.start > after));
        let found = found.into_iter().nth(index.saturating_sub(1)).ok_or(Status::MISTKN)??;
        let mut occurrence = 1;
        for entry in work.entries(&level, level.start) {
            let entry = entry?;
            if entry.start >= found.entry.start {
                break;
            }
            if entry.code == found.entry.code && entry.ssid.is_same_subsystem(found.entry.ssid) {
                occurrence += entry.values;
            }
        }
        let occurrence = u16::try_from(occurrence).map_err(|_| Status::NOTIMP)?;
        fill(parameters.value, &found.entry.code.to_be_bytes(false))?;
        work.set_place(found.entry.place(&found.level, 1).unread())?;
        set_count(parameters.count, occurrence);
        if let Some(ssid) = parameters.ssid {
            *ssid = found.entry.ssid;
        }
        Ok(())
    }

    /// COUNT of ZEMS-TKN-SUBJECT is the number of subjects, LEN the length of one.
    fn measure_subject(
        &self,
        work: &Work<'_, '_>,
        operation: Special,
        index: usize,
        parameters: Parameters<'_>,
    ) -> Result<(), Status> {
        let level = top_level(work)?;
        let result = parameters.count.ok_or(Status::MISPARM)?;
        let measured = match operation {
            Special::Count if index == 1 => subjects(work, &level).filter(Result::is_ok).count(),
            Special::Len if index > 0 => {
                let found = subjects(work, &level).nth(index - 1).ok_or(Status::MISTKN)??;
                let value = work.value(&found.level, &found.entry, found.index)?;
                stored_len(found.entry.code, value.len())
            }
            Special::Count | Special::Len => return Err(Status::ILLPARM),
            _ => return Err(Status::NOTIMP),
        };
        *result = u16::try_from(measured).map_err(|_| Status::NOTIMP)?;
        Ok(())
    }
}

/// A token as a caller gives it.
#[derive(Clone, Copy, Debug)]
struct Given<'v> {
    code: TokenCode,
    bytes: &'v [u8],
    map: Option<TokenMap<'v>>,
}

impl Given<'_> {
    fn newest_version(&self) -> crate::spi::Version {
        self.map.map_or_else(Default::default, |map| map.newest_version(self.bytes))
    }
}

fn check_event(work: &Work<'_, '_>) -> Result<(), Status> {
    if work.is_event() { Ok(()) } else { Err(Status::INVBUF) }
}

/// The SSID of a parameter, NULL if it is omitted.
fn checked(ssid: Option<&Ssid>) -> Result<Ssid, Status> {
    let ssid = ssid.copied().unwrap_or(Ssid::NULL);
    if ssid != Ssid::NULL {
        check_owner(ssid)?;
    }
    Ok(ssid)
}

/// Subjects are outside of lists, and inside a list only the list is visible.
fn top_level(work: &Work<'_, '_>) -> Result<Level, Status> {
    if work.place().list == 0 { work.level(0) } else { Err(Status::MISTKN) }
}

/// The tokens directly after subject marks.
fn subjects<'a>(
    work: &'a Work<'_, '_>,
    level: &Level,
) -> impl Iterator<Item = Result<Found, Status>> + use<'a> {
    let level = *level;
    let mut is_after_mark = false;
    work.entries(&level, level.start).filter_map(move |entry| {
        let entry = match entry {
            Ok(entry) => entry,
            Err(status) => return Some(Err(status)),
        };
        let is_mark = !entry.is_table && work.profile.is_subject_mark(entry.code);
        let was_after_mark = core::mem::replace(&mut is_after_mark, is_mark);
        (was_after_mark && !is_mark && !entry.is_list).then_some(Ok(Found { level, entry, index: 1 }))
    })
}

/// The information in the header about the process that reported the event.
fn sender(event: &Event<'_>, special: Special) -> Option<HeaderBytes> {
    let descriptor = event.process_descriptor().unwrap_or_default();
    let crtpid = event.crtpid();
    match special {
        Special::D00 => {
            let is_later = event.layout()?.place(HeaderField::HeaderVersion).is_some();
            is_later.then(|| HeaderBytes::new(&[]))
        }
        Special::XSenderId => {
            let mut bytes = [0; 8];
            let parts = event.node()?.to_be_bytes().into_iter();
            let parts = parts.chain(event.cpu()?.to_be_bytes()).chain(event.pin()?.to_be_bytes());
            bytes.iter_mut().zip(parts).for_each(|(to, from)| *to = from);
            Some(HeaderBytes::text(&bytes))
        }
        Special::XSenderIdPd if !descriptor.is_empty() => Some(HeaderBytes::text(descriptor)),
        Special::XSenderIdPd => {
            let name = crtpid.filter(|crtpid| crtpid.has_name())?;
            Some(HeaderBytes::text(name.as_bytes().get(..6)?.trim_ascii_end()))
        }
        Special::SenderId => {
            let (node, name) = match descriptor.iter().position(|byte| *byte == b'.') {
                Some(at) => (descriptor.get(..at)?, descriptor.get(at + 1..)?),
                None => (&b"\\"[..], descriptor),
            };
            let name = name.split(|byte| *byte == b':').next()?;
            let own = crtpid.map(|crtpid| *crtpid.as_bytes());
            let name = if name.is_empty() { own.as_ref()?.get(..6)?.trim_ascii_end() } else { name };
            if !name.starts_with(b"$") || name.len() > 8 || node.len() > 8 {
                return None;
            }
            let mut file = [b' '; 32];
            let (system, process) = file.split_at_mut(8);
            system.iter_mut().zip(node).for_each(|(to, from)| *to = *from);
            process.iter_mut().zip(name).for_each(|(to, from)| *to = *from);
            Some(HeaderBytes::new(&file))
        }
        _ => None,
    }
}
