use super::event::Event;
use crate::spi::{Crtpid, HeaderType, Ssid, Timestamp, TokenCode, Version};

/// A header token of an event: a field of the header that programs, templates and filters reach like a token
/// (EMS Manual 14-4 to 14-7, SPI Programming Manual 4-31 to 4-45).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
#[non_exhaustive]
pub enum HeaderToken {
    HeaderType,
    BufferLen,
    UsedLen,
    Checksum,
    MaxFieldVersion,
    Ssid,
    LastErr,
    LastErrCode,
    EventNumber,
    GenTime,
    LogTime,
    NodeNum,
    NodeName,
    Cpu,
    Pin,
    ProcDesc,
    Crtpid,
    System,
    UserId,
    ConsolePrint,
    Emphasis,
    SuppressDisplay,
    ContentStandard,
    ContentUser,
    HeaderVersion,
}

impl HeaderToken {
    /// Every header token with its symbolic name.
    pub const ALL: [(Self, &'static str); 25] = [
        (Self::HeaderType, "ZSPI-TKN-HDRTYPE"),
        (Self::BufferLen, "ZSPI-TKN-BUFLEN"),
        (Self::UsedLen, "ZSPI-TKN-USEDLEN"),
        (Self::Checksum, "ZSPI-TKN-CHECKSUM"),
        (Self::MaxFieldVersion, "ZSPI-TKN-MAX-FIELD-VERSION"),
        (Self::Ssid, "ZSPI-TKN-SSID"),
        (Self::LastErr, "ZSPI-TKN-LASTERR"),
        (Self::LastErrCode, "ZSPI-TKN-LASTERRCODE"),
        (Self::EventNumber, "ZEMS-TKN-EVENTNUMBER"),
        (Self::GenTime, "ZEMS-TKN-GENTIME"),
        (Self::LogTime, "ZEMS-TKN-LOGTIME"),
        (Self::NodeNum, "ZEMS-TKN-NODENUM"),
        (Self::NodeName, "ZEMS-TKN-NODENAME"),
        (Self::Cpu, "ZEMS-TKN-CPU"),
        (Self::Pin, "ZEMS-TKN-PIN"),
        (Self::ProcDesc, "ZEMS-TKN-PROC-DESC"),
        (Self::Crtpid, "ZEMS-TKN-CRTPID"),
        (Self::System, "ZEMS-TKN-SYSTEM"),
        (Self::UserId, "ZEMS-TKN-USERID"),
        (Self::ConsolePrint, "ZEMS-TKN-CONSOLE-PRINT"),
        (Self::Emphasis, "ZEMS-TKN-EMPHASIS"),
        (Self::SuppressDisplay, "ZEMS-TKN-SUPPRESS-DISPLAY"),
        (Self::ContentStandard, "ZEMS-TKN-CONTENT-STANDARD"),
        (Self::ContentUser, "ZEMS-TKN-CONTENT-USER"),
        (Self::HeaderVersion, "ZEMS-TKN-EVTHDR-VSN"),
    ];

    /// The header token of this symbolic name, in upper case.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, known)| *known == name).map(|(token, _)| *token)
    }

    /// Bytes of its value as a token; `None` for text.
    #[must_use]
    #[cfg(feature = "std")]
    pub(crate) const fn len(self) -> Option<u8> {
        match self {
            Self::NodeName | Self::ProcDesc => None,
            Self::Ssid => Some(12),
            Self::GenTime | Self::LogTime | Self::Crtpid => Some(8),
            Self::LastErrCode | Self::NodeNum => Some(4),
            _ => Some(2),
        }
    }

    /// The symbolic name.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(token, _)| *token == self).map_or("", |(_, name)| name)
    }
}

/// The value of a [`HeaderToken`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
#[non_exhaustive]
pub enum HeaderValue<'a> {
    /// A number, of whichever width the header stores it in.
    Number(i64),
    Boolean(bool),
    Timestamp(Timestamp),
    Version(Version),
    Ssid(Ssid),
    TokenCode(TokenCode),
    Crtpid(Crtpid),
    /// Group and user number.
    User(u8, u8),
    Text(&'a [u8]),
}

#[cfg(feature = "std")]
impl<'a> HeaderValue<'a> {
    /// The `len` bytes that a token of this value has: those of the event, or written into `buffer`.
    pub(crate) fn bytes<'v>(self, len: u8, buffer: &'v mut [u8; Ssid::LEN]) -> Option<&'v [u8]>
    where
        'a: 'v,
    {
        let number = match self {
            Self::Text(text) => return Some(text),
            Self::Number(number) => number,
            Self::Boolean(value) => -i64::from(value),
            Self::Timestamp(time) => time.0,
            Self::Version(version) => version.0.into(),
            Self::TokenCode(code) => u32::from(code).into(),
            Self::User(group, user) => i64::from(u16::from_be_bytes([group, user])),
            Self::Ssid(ssid) => {
                *buffer = *ssid.as_bytes();
                return Some(buffer);
            }
            Self::Crtpid(crtpid) => {
                let start = buffer.first_chunk_mut()?;
                *start = *crtpid.as_bytes();
                return Some(start);
            }
        };
        let start = buffer.first_chunk_mut()?;
        *start = number.to_be_bytes();
        start.get(start.len().checked_sub(usize::from(len))?..)
    }
}

impl<'a> Event<'a> {
    /// The value of a header token, `None` if this event's header has no such field.
    #[must_use]
    pub fn header_token(&self, token: HeaderToken) -> Option<HeaderValue<'a>> {
        let standard = self.buffer().standard();
        let number = |value| HeaderValue::Number(value);
        Some(match token {
            HeaderToken::HeaderType => number(i64::from(self.buffer().header_type() == HeaderType::Event)),
            HeaderToken::BufferLen => number(i64::from(standard.buffer_len())),
            HeaderToken::UsedLen => number(i64::try_from(self.buffer().len()).ok()?),
            HeaderToken::Checksum => HeaderValue::Boolean(standard.has_checksum()),
            HeaderToken::MaxFieldVersion => HeaderValue::Version(standard.max_field_version()),
            HeaderToken::Ssid => HeaderValue::Ssid(self.ssid()),
            HeaderToken::LastErr => {
                number(self.buffer().context().map_or(0, |context| context.last_error().into()))
            }
            HeaderToken::LastErrCode => HeaderValue::TokenCode(
                self.buffer().context().map_or_else(TokenCode::default, |c| c.last_error_code()),
            ),
            HeaderToken::EventNumber => number(self.number()?.into()),
            HeaderToken::GenTime => HeaderValue::Timestamp(self.generated()?),
            HeaderToken::LogTime => HeaderValue::Timestamp(self.logged()?),
            HeaderToken::NodeNum | HeaderToken::System => number(self.node()?.into()),
            HeaderToken::NodeName => HeaderValue::Text(node_name(self.process_descriptor()?)?),
            HeaderToken::Cpu => number(self.cpu()?.into()),
            HeaderToken::Pin => number(self.pin()?.into()),
            HeaderToken::ProcDesc => HeaderValue::Text(self.process_descriptor()?),
            HeaderToken::Crtpid => HeaderValue::Crtpid(self.crtpid()?),
            HeaderToken::UserId => self.user().map(|(group, user)| HeaderValue::User(group, user))?,
            HeaderToken::ConsolePrint => HeaderValue::Boolean(self.console_print()?),
            HeaderToken::Emphasis => HeaderValue::Boolean(self.emphasis()?),
            HeaderToken::SuppressDisplay => HeaderValue::Boolean(self.suppress_display()?),
            HeaderToken::ContentStandard => number(self.content_standard()?.into()),
            HeaderToken::ContentUser => number(self.content_user()?.into()),
            HeaderToken::HeaderVersion => number(self.header_version()?.into()),
        })
    }
}

/// ZEMS-TKN-NODENAME is the front of ZEMS-TKN-PROC-DESC: `\` and all before the first period.
fn node_name(descriptor: &[u8]) -> Option<&[u8]> {
    let end = descriptor.iter().position(|byte| *byte == b'.')?;
    descriptor.get(..end).filter(|name| name.starts_with(b"\\"))
}
