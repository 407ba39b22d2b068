use core::fmt;

use super::scalar::Scalar;
use crate::ems::{Event, HeaderToken, HeaderValue};
use crate::site::Site;
use crate::spi::read::Buffer;
use crate::spi::{Ssid, TokenCode, Version};

/// A header token of a buffer: a field of its header that programs reach like a token.
#[derive(Clone, Copy, Debug)]
pub struct HeaderItem<'a> {
    site: &'a Site,
    name: &'static str,
    value: HeaderValue<'a>,
    stored: HeaderValue<'a>,
    is_provisional: bool,
}

/// The header tokens of commands and responses besides those of every SPI buffer.
const COMMAND: [&str; 4] =
    ["ZSPI-TKN-COMMAND", "ZSPI-TKN-OBJECT-TYPE", "ZSPI-TKN-MAXRESP", "ZSPI-TKN-SERVER-VERSION"];

pub(super) fn items<'a>(
    site: &'a Site,
    buffer: Buffer<'a>,
    event: Option<Event<'a>>,
) -> impl Iterator<Item = HeaderItem<'a>> + use<'a> {
    let layout = event.as_ref().is_some_and(|event| site.is_provisional_layout(event));
    let of_event = event.into_iter().flat_map(move |event| {
        HeaderToken::ALL.into_iter().filter_map(move |(token, name)| {
            let (value, stored) = (event.header_token(token)?, event.stored().header_token(token)?);
            Some(HeaderItem {
                site,
                name,
                value,
                stored,
                is_provisional: layout && !is_of_every_buffer(token),
            })
        })
    });
    let of_command = event.is_none().then(|| command(site, buffer)).into_iter().flatten();
    of_event.chain(of_command)
}

fn command<'a>(site: &'a Site, buffer: Buffer<'a>) -> impl Iterator<Item = HeaderItem<'a>> + use<'a> {
    let (standard, context) = (buffer.standard(), buffer.context());
    let number = |number: i64| HeaderValue::Number(number);
    let common = [
        ("ZSPI-TKN-HDRTYPE", number(0)),
        ("ZSPI-TKN-BUFLEN", number(standard.buffer_len().into())),
        ("ZSPI-TKN-USEDLEN", number(i64::try_from(buffer.len()).unwrap_or(0))),
        ("ZSPI-TKN-CHECKSUM", HeaderValue::Boolean(standard.has_checksum())),
        ("ZSPI-TKN-MAX-FIELD-VERSION", HeaderValue::Version(standard.max_field_version())),
        ("ZSPI-TKN-SSID", HeaderValue::Ssid(buffer.ssid())),
        ("ZSPI-TKN-LASTERR", number(context.map_or(0, |context| context.last_error().into()))),
        (
            "ZSPI-TKN-LASTERRCODE",
            HeaderValue::TokenCode(
                context.map_or_else(TokenCode::default, |context| context.last_error_code()),
            ),
        ),
    ];
    let own = buffer.command().map(|command| {
        [
            command.command().map(i64::from),
            command.object_type().map(i64::from),
            command.max_response().map(i64::from),
            command.server_version().map(i64::from),
        ]
    });
    let own = COMMAND.into_iter().zip(own.into_iter().flatten());
    let own = own.filter_map(move |(name, value)| Some((name, number(value?))));
    let items = common.into_iter().chain(own);
    items.map(move |(name, value)| HeaderItem { site, name, value, stored: value, is_provisional: false })
}

/// Whether a header token is in the part of the header that every SPI buffer has; its place is published.
const fn is_of_every_buffer(token: HeaderToken) -> bool {
    matches!(
        token,
        HeaderToken::HeaderType
            | HeaderToken::BufferLen
            | HeaderToken::UsedLen
            | HeaderToken::Checksum
            | HeaderToken::MaxFieldVersion
            | HeaderToken::Ssid
            | HeaderToken::LastErr
            | HeaderToken::LastErrCode
    )
}

impl<'a> HeaderItem<'a> {
    /// The symbolic name.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// The value, as overridden.
    #[must_use]
    pub const fn value(&self) -> HeaderValue<'a> {
        self.value
    }

    /// The value in the bytes.
    #[must_use]
    pub const fn stored(&self) -> HeaderValue<'a> {
        self.stored
    }

    /// Whether its place in the header has not been published.
    #[must_use]
    pub const fn is_provisional(&self) -> bool {
        self.is_provisional
    }

    /// The name of the value, if it is one of an enumeration.
    #[must_use]
    pub fn label(&self) -> Option<&'a str> {
        let HeaderValue::Number(number) = self.value else { return None };
        let def = self.site.dictionary().token_named(self.name).filter(|_| self.site.has_names())?;
        def.enumeration()?.label(i32::try_from(number).ok()?)
    }
}

/// The text of the value.
impl fmt::Display for HeaderItem<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scalar = match self.value {
            HeaderValue::Number(number) => Scalar::Integer(number),
            HeaderValue::Boolean(value) => Scalar::Boolean { value, is_canonical: true },
            HeaderValue::Timestamp(time) => Scalar::Time(time),
            HeaderValue::Version(version) => return Version::fmt(&version, f),
            HeaderValue::Ssid(ssid) => Scalar::Ssid(Ssid::from_bytes(*ssid.as_bytes())),
            HeaderValue::TokenCode(code) => Scalar::TokenCode(code.into()),
            HeaderValue::Crtpid(crtpid) => Scalar::Crtpid(crtpid),
            HeaderValue::User(group, user) => return write!(f, "{group},{user}"),
            HeaderValue::Text(text) => Scalar::Text(text),
        };
        scalar.text(self.site).fmt(f)
    }
}
