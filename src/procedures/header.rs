use super::Host;
use super::state::{Place, Work};
use super::status::Status;
use super::vocabulary::Special;
use crate::ems::{Event, HeaderToken, HeaderValue};
use crate::spi::header::{CHECKSUM_FLAG, field};
use crate::spi::{HeaderBit, HeaderField, Ssid};

/// The value of a header token as a program gets it: a length word before a text.
#[derive(Clone, Copy, Debug)]
pub(super) struct HeaderBytes {
    bytes: [u8; 64],
    len: usize,
}

impl HeaderBytes {
    pub(super) fn new(bytes: &[u8]) -> Self {
        let mut header = Self { bytes: [0; 64], len: bytes.len().min(64) };
        header.bytes.iter_mut().zip(bytes).for_each(|(to, from)| *to = *from);
        header
    }

    /// A value of variable length.
    pub(super) fn text(text: &[u8]) -> Self {
        let text = text.get(..62).unwrap_or(text);
        let mut header = Self { bytes: [0; 64], len: 2 + text.len() };
        let word = u16::try_from(text.len()).unwrap_or(0).to_be_bytes();
        header.bytes.iter_mut().zip(word.iter().chain(text)).for_each(|(to, from)| *to = *from);
        header
    }

    pub(super) fn bytes(&self) -> &[u8] {
        self.bytes.get(..self.len).unwrap_or_default()
    }
}

impl Host<'_> {
    /// # Errors
    /// [`Status::MISTKN`]: this header has no such field.
    pub(super) fn header_value(&self, work: &Work<'_, '_>, special: Special) -> Result<HeaderBytes, Status> {
        let buffer = work.buffer()?;
        let word = |word: [u8; 2]| HeaderBytes::new(&word);
        let command = buffer.command().ok_or(Status::MISTKN);
        let token = match special {
            Special::Command => {
                return command?.command().map(|value| word(value.to_be_bytes())).ok_or(Status::MISTKN);
            }
            Special::ObjectType => {
                return command?.object_type().map(|value| word(value.to_be_bytes())).ok_or(Status::MISTKN);
            }
            Special::MaxResp => {
                return command?.max_response().map(|value| word(value.to_be_bytes())).ok_or(Status::MISTKN);
            }
            Special::ServerVersion => {
                return command?
                    .server_version()
                    .map(|value| word(value.to_be_bytes()))
                    .ok_or(Status::MISTKN);
            }
            Special::Header(token) => token,
            _ => return Err(Status::ILLPARM),
        };
        let standard = buffer.standard();
        let boolean = |is_true: bool| word(if is_true { [0xFF; 2] } else { [0; 2] });
        Ok(match token {
            HeaderToken::HeaderType => word([0, u8::from(work.is_event())]),
            HeaderToken::BufferLen => word(standard.buffer_len().to_be_bytes()),
            HeaderToken::UsedLen => word(u16::try_from(work.used()).unwrap_or(u16::MAX).to_be_bytes()),
            HeaderToken::Checksum => boolean(standard.has_checksum()),
            HeaderToken::MaxFieldVersion => word(standard.max_field_version().0.to_be_bytes()),
            HeaderToken::Ssid => HeaderBytes::new(standard.ssid().as_bytes()),
            HeaderToken::LastErr => {
                word(buffer.context().map_or(0, |context| context.last_error()).to_be_bytes())
            }
            HeaderToken::LastErrCode => HeaderBytes::new(
                &buffer
                    .context()
                    .map(|context| context.last_error_code())
                    .unwrap_or_default()
                    .to_be_bytes(false),
            ),
            token => {
                let event = Event::try_from(buffer).map_err(|_| Status::MISTKN)?;
                event_value(&event, token).ok_or(Status::MISTKN)?
            }
        })
    }

    /// Sets a header token. The value begins with its length word if it is a text.
    ///
    /// # Errors
    /// [`Status::ILLPARM`]: the token cannot be set. [`Status::MISTKN`]: this header has no such field.
    pub(super) fn set_header(
        &self,
        work: &mut Work<'_, '_>,
        special: Special,
        value: Option<&[u8]>,
    ) -> Result<(), Status> {
        let is_settable = match special {
            Special::MaxResp | Special::ServerVersion => true,
            Special::Header(token) => !matches!(
                token,
                HeaderToken::HeaderType
                    | HeaderToken::UsedLen
                    | HeaderToken::Ssid
                    | HeaderToken::LastErr
                    | HeaderToken::LastErrCode
                    | HeaderToken::NodeName
                    | HeaderToken::HeaderVersion
            ),
            _ => false,
        };
        if !is_settable {
            return Err(Status::ILLPARM);
        }
        let value = value.ok_or(Status::MISPARM)?;
        let word = || value.first_chunk().map(|word| u16::from_be_bytes(*word)).ok_or(Status::BADADDR);
        match special {
            Special::MaxResp | Special::ServerVersion => {
                let at = field::SPECIALIZED + if special == Special::MaxResp { 4 } else { 6 };
                self.header_value(work, special)?;
                work.set_word(at, word()?);
                Ok(())
            }
            Special::Header(HeaderToken::BufferLen) => set_buffer_len(work, word()?),
            Special::Header(HeaderToken::Checksum) => {
                if word()? != 0 {
                    return Err(Status::NOTIMP);
                }
                work.set_word(field::FLAGS.start, work.word(field::FLAGS.start) & !CHECKSUM_FLAG);
                work.set_word(field::CHECKSUM.start, 0);
                Ok(())
            }
            Special::Header(HeaderToken::MaxFieldVersion) => {
                raise_max_field_version(work, word()?);
                Ok(())
            }
            Special::Header(token) => self.set_event_field(work, token, value),
            _ => Err(Status::ILLPARM),
        }
    }

    fn set_event_field(
        &self,
        work: &mut Work<'_, '_>,
        token: HeaderToken,
        value: &[u8],
    ) -> Result<(), Status> {
        let layout = {
            let event = Event::try_from(work.buffer()?).map_err(|_| Status::MISTKN)?;
            *event.layout().ok_or(Status::MISTKN)?
        };
        let place = |field: HeaderField| {
            let (offset, len) = layout.place(field).ok_or(Status::MISTKN)?;
            Ok::<_, Status>((field::SPECIALIZED + offset, len))
        };
        let part = |from: usize, len: usize| value.get(from..from + len).ok_or(Status::BADADDR);
        let flag = match token {
            HeaderToken::ConsolePrint => Some(layout.console_print),
            HeaderToken::Emphasis => Some(layout.emphasis),
            HeaderToken::SuppressDisplay => Some(layout.suppress_display),
            _ => None,
        };
        if let Some(bit) = flag {
            let bit = bit.ok_or(Status::MISTKN)?;
            let at = field::SPECIALIZED + usize::from(bit.offset);
            let is_true = part(0, 2)? != [0; 2];
            let mut byte = [*work.buffer()?.as_bytes().get(at).ok_or(Status::INVBUF)?];
            HeaderBit::new(0, bit.bit).set(&mut byte, is_true);
            return work.write(at, &byte);
        }
        let one = match token {
            HeaderToken::EventNumber => HeaderField::EventNumber,
            HeaderToken::GenTime => HeaderField::GenerationTime,
            HeaderToken::LogTime => HeaderField::LogTime,
            HeaderToken::NodeNum => HeaderField::NodeNumber,
            HeaderToken::System => HeaderField::System,
            HeaderToken::ContentStandard => HeaderField::ContentStandard,
            HeaderToken::ContentUser => HeaderField::ContentUser,
            HeaderToken::Cpu if layout.place(HeaderField::Cpu).is_some() => HeaderField::Cpu,
            HeaderToken::Pin if layout.place(HeaderField::Pin).is_some() => HeaderField::Pin,
            HeaderToken::Cpu | HeaderToken::Pin => {
                let field =
                    if token == HeaderToken::Cpu { HeaderField::CrtpidCpu } else { HeaderField::CrtpidPin };
                let ([0, byte], at) = (part(0, 2)?, place(field)?.0) else { return Err(Status::ILLPARM) };
                let byte = *byte;
                return work.write(at, &[byte]);
            }
            HeaderToken::UserId => {
                let (group, user) = (place(HeaderField::Group)?.0, place(HeaderField::User)?.0);
                work.write(group, part(0, 1)?)?;
                return work.write(user, part(1, 1)?);
            }
            HeaderToken::Crtpid => {
                let name = place(HeaderField::CrtpidName)?.0;
                let (cpu, pin) = (place(HeaderField::CrtpidCpu)?.0, place(HeaderField::CrtpidPin)?.0);
                let (parts, cpu_value, pin_value) = (part(0, 6)?, part(6, 1)?, part(7, 1)?);
                work.write(name, parts)?;
                work.write(cpu, cpu_value)?;
                return work.write(pin, pin_value);
            }
            HeaderToken::ProcDesc => {
                let (at, len) = place(HeaderField::ProcessDescriptor)?;
                let text_len = usize::from(u16::from_be_bytes([
                    *part(0, 1)?.first().unwrap_or(&0),
                    *part(1, 1)?.first().unwrap_or(&0),
                ]));
                let text = part(2, text_len)?;
                if text_len + 2 > len || text_len > MAX_DESCRIPTOR_LEN {
                    return Err(Status::ILLPARM);
                }
                for at in at..at + len {
                    work.write(at, &[0])?;
                }
                work.write(at, part(0, 2)?)?;
                return work.write(at + 2, text);
            }
            _ => return Err(Status::ILLPARM),
        };
        let (at, len) = place(one)?;
        work.write(at, part(0, len)?)
    }
}

/// The longest process descriptor in bytes.
const MAX_DESCRIPTOR_LEN: usize = 33;

/// Sets Z-BUFLEN, also to less than the used length: the calls after it fail then.
///
/// # Errors
/// [`Status::NOSPACE`]: the length is below the used length.
pub(super) fn set_buffer_len(work: &mut Work<'_, '_>, len: u16) -> Result<(), Status> {
    work.set_word(field::BUFFER_LEN.start, len);
    if usize::from(len) < work.used() { Err(Status::NOSPACE) } else { Ok(()) }
}

pub(super) fn raise_max_field_version(work: &mut Work<'_, '_>, version: u16) {
    let at = field::MAX_FIELD_VERSION.start;
    work.set_word(at, work.word(at).max(version));
}

/// RESET-BUFFER: declares a length, clears the last error, and goes to the start.
pub(super) fn reset_buffer(work: &mut Work<'_, '_>, len: u16) -> Result<(), Status> {
    set_buffer_len(work, len)?;
    work.save_error(Status::OK, crate::spi::TokenCode::default());
    work.set_place(Place::default())?;
    // A list that is still open has to be ended.
    if work.put_level().is_err() {
        work.set_last_list(0);
    }
    work.set_last_token(0);
    Ok(())
}

fn event_value(event: &Event<'_>, token: HeaderToken) -> Option<HeaderBytes> {
    Some(match event.header_token(token)? {
        HeaderValue::Number(number) => {
            let bytes = number.to_be_bytes();
            let len = if token == HeaderToken::NodeNum { 4 } else { 2 };
            HeaderBytes::new(bytes.get(bytes.len() - len..)?)
        }
        HeaderValue::Boolean(is_true) => HeaderBytes::new(if is_true { &[0xFF; 2] } else { &[0; 2] }),
        HeaderValue::Timestamp(time) => HeaderBytes::new(&time.0.to_be_bytes()),
        HeaderValue::Version(version) => HeaderBytes::new(&version.0.to_be_bytes()),
        HeaderValue::Ssid(ssid) => HeaderBytes::new(ssid.as_bytes()),
        HeaderValue::TokenCode(code) => HeaderBytes::new(&code.to_be_bytes(false)),
        HeaderValue::Crtpid(crtpid) => HeaderBytes::new(crtpid.as_bytes()),
        HeaderValue::User(group, user) => HeaderBytes::new(&[group, user]),
        HeaderValue::Text(text) => HeaderBytes::text(text),
    })
}

/// Letter first, then letters, digits and hyphens, at the left, padded with blanks.
///
/// # Errors
/// [`Status::BADSSID`]
pub(super) fn check_owner(ssid: Ssid) -> Result<(), Status> {
    if ssid.owner_name().is_some() { Ok(()) } else { Err(Status::BADSSID) }
}
