use core::fmt::{self, Write};

use super::Host;
use crate::spi::{ParseSsidError, Ssid};

/// The two words of status that SSIDTOTEXT and TEXTTOSSID return (SPI Programming Manual 3-34, 3-36).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(clippy::exhaustive_structs)]
pub struct TextStatus(pub i16, pub i16);

impl TextStatus {
    /// No error.
    pub const OK: Self = Self(0, 0);
    /// A parameter is missing, or too short for the text.
    pub const MISSING: Self = Self(0, 29);
    /// The subsystem ID, or the text of one, is not valid.
    pub const INVALID: Self = Self(4, 0);
    /// No definition has the subsystem's name.
    pub const NAME_NOT_FOUND: Self = Self(5, 0);
    /// Several subsystems have the name.
    pub const NAME_AMBIGUOUS: Self = Self(6, 0);
}

/// The number a subsystem's name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_enums)]
pub enum NameLookup {
    /// The number.
    Number(i16),
    /// No subsystem of this owner has the name.
    Unknown,
    /// Several have it.
    Ambiguous,
}

/// Names of subsystems: on a host, what its template file says.
pub trait SubsystemNames: fmt::Debug + Sync {
    /// The name of a subsystem.
    fn name(&self, ssid: Ssid) -> Option<&str>;

    /// The number of the owner's subsystem of this name.
    fn number(&self, owner: &str, name: &str) -> NameLookup;
}

/// No names: subsystems have their numbers.
impl SubsystemNames for () {
    fn name(&self, _: Ssid) -> Option<&str> {
        None
    }

    fn number(&self, _: &str, _: &str) -> NameLookup {
        NameLookup::Unknown
    }
}

#[cfg(feature = "std")]
impl SubsystemNames for crate::dictionary::Dictionary {
    fn name(&self, ssid: Ssid) -> Option<&str> {
        self.subsystem(ssid).map(|subsystem| subsystem.name())
    }

    fn number(&self, owner: &str, name: &str) -> NameLookup {
        self.subsystem_number(owner, name).map_or(NameLookup::Unknown, NameLookup::Number)
    }
}

/// Writes into a slice.
struct Chars<'c> {
    chars: &'c mut [u8],
    len: usize,
}

impl Write for Chars<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let end = self.len + text.len();
        self.chars.get_mut(self.len..end).ok_or(fmt::Error)?.copy_from_slice(text.as_bytes());
        self.len = end;
        Ok(())
    }
}

impl Host<'_> {
    /// SSIDTOTEXT: writes the external form of a subsystem ID; returns its length in bytes, at most 24, and 0 after an error.
    ///
    /// ```
    /// use zems::procedures::{Host, TextStatus};
    ///
    /// let mut chars = [0; 24];
    /// let (len, status) = Host::default().ssidtotext(&"TANDEM.36.C30".parse()?, &mut chars);
    /// assert_eq!((&chars[..len], status), (&b"TANDEM.36.C30"[..], TextStatus::OK));
    /// # Ok::<(), zems::spi::ParseSsidError>(())
    /// ```
    pub fn ssidtotext(&self, ssid: &Ssid, chars: &mut [u8]) -> (usize, TextStatus) {
        if *ssid != Ssid::NULL && ssid.owner_name().is_none() {
            return (0, TextStatus::INVALID);
        }
        let mut output = Chars { chars, len: 0 };
        match write!(output, "{}", ssid.with_name(self.names.name(*ssid))) {
            Ok(()) => (output.len, TextStatus::OK),
            Err(fmt::Error) => (0, TextStatus::MISSING),
        }
    }

    /// TEXTTOSSID: reads the external form of a subsystem ID from the first byte on, and ends before the first byte that
    /// cannot be part of one. Returns the number of bytes read, 0 after an error.
    ///
    /// ```
    /// use zems::procedures::{Host, TextStatus};
    ///
    /// let (len, ssid, status) = Host::default().texttossid(b"TANDEM.94.0 and more");
    /// assert_eq!((len, ssid.to_string().as_str(), status), (11, "TANDEM.94.0", TextStatus::OK));
    /// ```
    #[must_use]
    pub fn texttossid(&self, chars: &[u8]) -> (usize, Ssid, TextStatus) {
        let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-');
        let len = chars.iter().take_while(|byte| is_part(byte)).count();
        let text = chars.get(..len).and_then(|text| core::str::from_utf8(text).ok()).unwrap_or_default();
        let mut is_ambiguous = false;
        let parsed = Ssid::parse(text, |owner, name| match self.names.number(owner, name) {
            NameLookup::Number(number) => Some(number),
            NameLookup::Unknown => None,
            NameLookup::Ambiguous => {
                is_ambiguous = true;
                None
            }
        });
        match parsed {
            // The one number that the external form has no place for.
            Ok(ssid) if ssid.number() == i16::MIN => (0, Ssid::NULL, TextStatus::INVALID),
            Ok(ssid) => (len, ssid, TextStatus::OK),
            Err(ParseSsidError::UnknownName) if is_ambiguous => (0, Ssid::NULL, TextStatus::NAME_AMBIGUOUS),
            Err(ParseSsidError::UnknownName) => (0, Ssid::NULL, TextStatus::NAME_NOT_FOUND),
            Err(_) => (0, Ssid::NULL, TextStatus::INVALID),
        }
    }
}
