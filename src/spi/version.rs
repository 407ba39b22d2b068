use core::fmt;
use core::str::FromStr;

/// A release version word: letter in the high byte, number in the low one; 0 = none (SPI Programming Manual 2-45).
///
/// ```
/// use zems::spi::Version;
///
/// assert_eq!("C00".parse(), Ok(Version(17152)));
/// assert_eq!(Version(17428).to_string(), "D20");
/// assert_eq!(Version(0).to_string(), "0");
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version(pub u16);

impl Version {
    /// Letter and number, when the word is made so.
    pub(super) const fn parts(self) -> Option<(u8, u8)> {
        match self.0.to_be_bytes() {
            [letter @ b'A'..=b'Z', number @ 0..=99] => Some((letter, number)),
            _ => None,
        }
    }
}

/// Letter and two digits when the word is made so, else the number in decimal.
impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.parts() {
            Some((letter, number)) => write!(f, "{}{number:02}", char::from(letter)),
            None => write!(f, "{}", self.0),
        }
    }
}

impl FromStr for Version {
    type Err = ParseVersionError;

    fn from_str(text: &str) -> Result<Self, ParseVersionError> {
        match text.as_bytes() {
            [letter, tens @ b'0'..=b'9', ones @ b'0'..=b'9'] if letter.is_ascii_alphabetic() => {
                let number = (tens - b'0') * 10 + (ones - b'0');
                Ok(Self(u16::from_be_bytes([letter.to_ascii_uppercase(), number])))
            }
            [b'0'..=b'9', ..] => text.parse().map(Self).map_err(|_| ParseVersionError),
            _ => Err(ParseVersionError),
        }
    }
}

/// A text is not a version: a letter and two digits, or 0 to 65535.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParseVersionError;

impl fmt::Display for ParseVersionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a version is a letter and two digits (D20) or a number from 0 to 65535")
    }
}

impl core::error::Error for ParseVersionError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_survives_its_text() {
        for word in 0..=u16::MAX {
            let mut text = String::new();
            fmt::write(&mut text, format_args!("{}", Version(word))).unwrap();
            assert_eq!(text.parse(), Ok(Version(word)), "{text}");
        }
    }

    #[test]
    fn refuses_text_that_is_not_a_version() {
        for text in ["", "D", "D2", "D200", "-1", "65536", "+5", "1D0"] {
            assert_eq!(text.parse::<Version>(), Err(ParseVersionError), "{text}");
        }
    }
}
