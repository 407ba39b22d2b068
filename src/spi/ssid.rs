use core::fmt;
use core::str::FromStr;

use byteorder::{BigEndian, ByteOrder};

use super::digits::decimal;
use super::version::Version;

/// A subsystem identifier: owner, number, version (SPI Programming Manual 2-45, 4-49).
///
/// ```text
///   0        8        10        12
///   owner   | number | version |
///   8 ASCII |  int   | letter, number
/// ```
///
/// Two identifiers name the same subsystem when owner and number agree; the version tells releases apart and is left out
/// of every search: see [`Ssid::is_same_subsystem`].
///
/// ```
/// use zems::spi::{Ssid, Version};
///
/// let zcom = Ssid::new(*b"TANDEM  ", 21, Version(0));
/// assert_eq!(zcom.to_string(), "TANDEM.21.0");
/// assert_eq!("TANDEM.21.0".parse(), Ok(zcom));
/// assert!(zcom.is_same_subsystem("TANDEM.21.D20".parse()?));
/// # Ok::<(), zems::spi::ParseSsidError>(())
/// ```
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ssid([u8; Ssid::LEN]);

/// The owner field: up to 8 letters, digits and hyphens, blank-filled.
pub type Owner = [u8; 8];

impl Ssid {
    /// Bytes of an SSID.
    pub const LEN: usize = 12;
    /// Twelve zero bytes, `0.0.0`: no particular subsystem.
    pub const NULL: Self = Self([0; Self::LEN]);

    /// Composes an SSID.
    #[must_use]
    #[inline]
    pub const fn new(owner: Owner, number: i16, version: Version) -> Self {
        let [a, b, c, d, e, f, g, h] = owner;
        let [i, j] = number.to_be_bytes();
        let [k, l] = version.0.to_be_bytes();
        Self([a, b, c, d, e, f, g, h, i, j, k, l])
    }

    /// The SSID with these bytes.
    #[must_use]
    #[inline]
    pub const fn from_bytes(bytes: [u8; Self::LEN]) -> Self {
        Self(bytes)
    }

    /// The bytes as stored.
    #[must_use]
    #[inline]
    pub const fn as_bytes(&self) -> &[u8; Self::LEN] {
        &self.0
    }

    /// The owner field, blanks included.
    #[must_use]
    #[inline]
    pub const fn owner(self) -> Owner {
        let [a, b, c, d, e, f, g, h, ..] = self.0;
        [a, b, c, d, e, f, g, h]
    }

    /// The owner without its blanks, if it keeps the rules for owners: a letter, then letters, digits and hyphens.
    #[must_use]
    pub fn owner_name(&self) -> Option<&str> {
        let (owner, _) = self.0.split_at_checked(8)?;
        let name = owner.trim_ascii_end();
        let is_name = is_name(name, 8) && owner.iter().skip(name.len()).all(|byte| *byte == b' ');
        if is_name { core::str::from_utf8(name).ok() } else { None }
    }

    /// The subsystem number.
    #[must_use]
    #[inline]
    pub const fn number(self) -> i16 {
        let [.., high, low, _, _] = self.0;
        i16::from_be_bytes([high, low])
    }

    /// The subsystem's version.
    #[must_use]
    #[inline]
    pub const fn version(self) -> Version {
        let [.., high, low] = self.0;
        Version(u16::from_be_bytes([high, low]))
    }

    /// The same subsystem without its version.
    #[must_use]
    #[inline]
    pub const fn without_version(self) -> Self {
        Self::new(self.owner(), self.number(), Version(0))
    }

    /// Whether owner and number agree.
    #[must_use]
    #[inline]
    pub fn is_same_subsystem(self, other: Self) -> bool {
        BigEndian::read_u64(&self.0) == BigEndian::read_u64(&other.0) && self.number() == other.number()
    }

    /// Whether the external text says everything the bytes say.
    #[must_use]
    #[inline]
    pub fn round_trips(self) -> bool {
        self == Self::NULL || self.owner_name().is_some()
    }

    /// Whether a subsystem can be called so: a letter, then up to eight letters, digits and hyphens. The manuals allow one
    /// character less, and print SAFEGUARD.
    #[must_use]
    pub fn is_subsystem_name(name: &str) -> bool {
        is_name(name.as_bytes(), 9)
    }

    /// The external text with `name` in the place of the number (what SSIDTOTEXT gives for a known subsystem).
    #[must_use]
    #[inline]
    pub const fn with_name(self, name: Option<&str>) -> SsidName<'_> {
        SsidName { ssid: self, name }
    }

    /// Reads the external text. `number_of` finds the number of a subsystem written by its name.
    ///
    /// # Errors
    /// The text is not `owner.subsystem.version`, or `number_of` does not know the name.
    pub fn parse(
        text: &str,
        number_of: impl FnOnce(&str, &str) -> Option<i16>,
    ) -> Result<Self, ParseSsidError> {
        let mut parts = text.split('.');
        let (Some(owner), Some(subsystem), Some(version), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(ParseSsidError::Parts);
        };
        let version: Version = version.parse().map_err(|_| ParseSsidError::Version)?;
        if !owner.is_empty() && owner.bytes().all(|byte| byte == b'0') {
            let is_null = subsystem.parse() == Ok(0_i16) && version == Version(0);
            return if is_null { Ok(Self::NULL) } else { Err(ParseSsidError::Owner) };
        }
        if !is_name(owner.as_bytes(), 8) {
            return Err(ParseSsidError::Owner);
        }
        let number = if Self::is_subsystem_name(subsystem) {
            number_of(owner, subsystem).ok_or(ParseSsidError::UnknownName)?
        } else if subsystem.starts_with('+') {
            return Err(ParseSsidError::Number);
        } else {
            subsystem.parse().map_err(|_| ParseSsidError::Number)?
        };
        let mut field = [b' '; 8];
        for (to, from) in field.iter_mut().zip(owner.bytes()) {
            *to = from;
        }
        Ok(Self::new(field, number, version))
    }
}

/// Letters, digits and hyphens, the first a letter.
fn is_name(name: &[u8], longest: usize) -> bool {
    name.len() <= longest
        && name.first().is_some_and(u8::is_ascii_alphabetic)
        && name.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'-')
}

/// `owner.number.version`; bytes of an owner that breaks the rules print as `?`.
impl fmt::Display for Ssid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.with_name(None).fmt(f)
    }
}

impl fmt::Debug for Ssid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Ssid({self})")
    }
}

/// Reads `owner.number.version`. For a text with a subsystem's name use [`Ssid::parse`].
impl FromStr for Ssid {
    type Err = ParseSsidError;

    fn from_str(text: &str) -> Result<Self, ParseSsidError> {
        Self::parse(text, |_, _| None)
    }
}

/// An [`Ssid`] and the name of its subsystem, for printing.
#[derive(Clone, Copy, Debug)]
pub struct SsidName<'a> {
    ssid: Ssid,
    name: Option<&'a str>,
}

impl SsidName<'_> {
    /// The text: 8 + 1 + 9 + 1 + 5 characters at most.
    pub(crate) fn text(&self) -> Text<24> {
        let mut text = Text::default();
        if self.ssid == Ssid::NULL {
            text.push(b"0.0.0");
            return text;
        }
        match self.ssid.owner_name() {
            Some(owner) => text.push(owner.as_bytes()),
            None => {
                let shown = |byte: &u8| if byte.is_ascii_graphic() { *byte } else { b'?' };
                self.ssid.owner().trim_ascii_end().iter().for_each(|byte| text.push(&[shown(byte)]));
            }
        }
        text.push(b".");
        match self.name {
            Some(name) => {
                let end = name.char_indices().nth(9).map_or(name.len(), |(end, _)| end);
                text.push(name.get(..end).unwrap_or_default().as_bytes());
            }
            None => text.push_number(self.ssid.number().into()),
        }
        text.push(b".");
        match self.ssid.version().parts() {
            Some((letter, number)) => text.push(&[letter, b'0' + number / 10, b'0' + number % 10]),
            None => text.push_number(self.ssid.version().0.into()),
        }
        text
    }
}

impl fmt::Display for SsidName<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.text().as_str())
    }
}

/// A short text on the stack.
pub(crate) struct Text<const N: usize> {
    bytes: [u8; N],
    len: usize,
}

impl<const N: usize> Default for Text<N> {
    fn default() -> Self {
        Self { bytes: [0; N], len: 0 }
    }
}

impl<const N: usize> Text<N> {
    #[inline]
    pub(crate) fn as_str(&self) -> &str {
        self.bytes.get(..self.len).and_then(|bytes| core::str::from_utf8(bytes).ok()).unwrap_or_default()
    }

    /// Adds bytes of text, if there is still space for all of them.
    #[inline]
    fn push(&mut self, text: &[u8]) {
        let end = self.len.saturating_add(text.len());
        if let Some(place) = self.bytes.get_mut(self.len..end) {
            place.copy_from_slice(text);
            self.len = end;
        }
    }

    #[inline]
    fn push_number(&mut self, number: i32) {
        if number < 0 {
            self.push(b"-");
        }
        self.push(decimal(number.unsigned_abs().into(), &mut [0; 20]));
    }
}

impl<const N: usize> fmt::Write for Text<N> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let end = self.len.checked_add(text.len()).ok_or(fmt::Error)?;
        let space = self.bytes.get_mut(self.len..end).ok_or(fmt::Error)?;
        space.copy_from_slice(text.as_bytes());
        self.len = end;
        Ok(())
    }
}

/// Why a text is not an SSID.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ParseSsidError {
    /// Not three parts with periods between them.
    Parts,
    /// The owner is not a letter with up to seven letters, digits or hyphens.
    Owner,
    /// The subsystem is neither a name nor a number from -32768 to 32767.
    Number,
    /// The subsystem's name is not known here.
    UnknownName,
    /// The version is neither a letter with two digits nor a number from 0 to 65535.
    Version,
}

impl fmt::Display for ParseSsidError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Parts => "a subsystem ID is written owner.subsystem.version",
            Self::Owner => {
                "the owner of a subsystem ID is a letter and up to seven letters, digits or hyphens"
            }
            Self::Number => "the subsystem number of a subsystem ID lies between -32768 and 32767",
            Self::UnknownName => "no definition gives the number of the subsystem named in this subsystem ID",
            Self::Version => {
                "the version of a subsystem ID is a letter and two digits, or a number from 0 to 65535"
            }
        })
    }
}

impl core::error::Error for ParseSsidError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_and_reads_external_forms() {
        for text in ["TANDEM.36.C30", "TANDEM.-5.0", "HP.52.0", "ACME.7.A01", "a-b.1.65535", "0.0.0"] {
            let ssid: Ssid = text.parse().unwrap();
            assert_eq!(ssid.to_string(), text);
            assert!(ssid.round_trips());
        }
        assert_eq!("000.0.000".parse(), Ok(Ssid::NULL));
        assert_eq!(format!("[{:<15}]", "HP.52.0".parse::<Ssid>().unwrap()), "[HP.52.0        ]");
    }

    #[test]
    fn names_stand_for_numbers() {
        let named =
            Ssid::parse("TANDEM.RPC.D10", |owner, name| (owner == "TANDEM" && name == "RPC").then_some(9001))
                .unwrap();
        assert_eq!(named.number(), 9001);
        assert_eq!(named.with_name(Some("RPC")).to_string(), "TANDEM.RPC.D10");
        let longest =
            Ssid::parse("TANDEMXX.SAFEGUARD.65535", |_, name| (name == "SAFEGUARD").then_some(9010));
        assert_eq!(longest.unwrap().with_name(Some("SAFEGUARD")).to_string(), "TANDEMXX.SAFEGUARD.65535");
        assert_eq!(Ssid::parse("TANDEM.SAFEGUARDS.0", |_, _| Some(1)), Err(ParseSsidError::Number));
        assert_eq!("TANDEM.RPC.D10".parse::<Ssid>(), Err(ParseSsidError::UnknownName));
    }

    #[test]
    fn says_what_is_wrong() {
        for (text, error) in [
            ("", ParseSsidError::Parts),
            ("TANDEM.1", ParseSsidError::Parts),
            ("TANDEM.1.0.0", ParseSsidError::Parts),
            ("TANDEMXXX.1.0", ParseSsidError::Owner),
            ("1T.1.0", ParseSsidError::Owner),
            ("0.1.0", ParseSsidError::Owner),
            (".1.0", ParseSsidError::Owner),
            ("TANDEM.32768.0", ParseSsidError::Number),
            ("TANDEM.+1.0", ParseSsidError::Number),
            ("TANDEM.1.X", ParseSsidError::Version),
        ] {
            assert_eq!(text.parse::<Ssid>(), Err(error), "{text}");
        }
    }

    #[test]
    fn an_owner_against_the_rules_has_no_text() {
        for owner in [*b" TANDEM ", *b"TAN DEM ", *b"TANDEM\0\0", *b"\0\0\0\0\0\0\0\0", *b"9ANDEM  "] {
            assert!(!Ssid::new(owner, 1, Version(0)).round_trips(), "{owner:?}");
        }
        assert_eq!(Ssid::new([0xFF; 8], -1, Version(65535)).to_string(), "????????.-1.65535");
    }
}
