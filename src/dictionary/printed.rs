//! Subsystem IDs that were printed and that no definition knows.

use core::fmt;

use super::Dictionary;
use crate::spi::read::{Buffer, TokenKey};
use crate::spi::{Ssid, SsidName};

/// Whose buffer it is, as text: see [`Dictionary::buffer_ssid`].
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum BufferSsid<'s> {
    /// As it was printed; the buffer has the SSID 0.0.0.
    Printed(&'s str),
    /// With the name of its subsystem.
    Named(SsidName<'s>),
}

impl fmt::Display for BufferSsid<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Printed(text) => f.pad(text),
            Self::Named(name) => name.fmt(f),
        }
    }
}

impl Dictionary {
    /// The subsystem ID as it was printed, of an event made of a printed line whose subsystem no definition knew: it has the
    /// SSID 0.0.0 and the token SYSLOG-TKN-SSID.
    #[must_use]
    pub fn printed_ssid<'a>(&self, buffer: &Buffer<'a>) -> Option<&'a str> {
        if buffer.ssid() != Ssid::NULL {
            return None;
        }
        let token = self.token_named("SYSLOG-TKN-SSID")?;
        let found = buffer.find(TokenKey::qualified(token.ssid()?, token.stored_code())).ok()??;
        let text = core::str::from_utf8(found.bytes()).ok()?;
        Some(text).filter(|text| !text.is_empty() && !text.chars().any(char::is_control))
    }

    /// Whose buffer it is: as it was printed, else its SSID with the name of its subsystem. Everything that shows, counts or
    /// selects by subsystem ID uses this text.
    #[must_use]
    pub fn buffer_ssid<'s>(&'s self, buffer: &Buffer<'s>) -> BufferSsid<'s> {
        match self.printed_ssid(buffer) {
            Some(text) => BufferSsid::Printed(text),
            None => BufferSsid::Named(self.ssid_name(buffer.ssid())),
        }
    }
}
