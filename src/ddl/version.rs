use core::fmt;

/// The number of a version such as `C00`: ASCII code of the letter, in upper case, times 256, plus the two digits.
/// [DDL426798 4-2; SPI 2-45]
pub(super) fn version(text: &str) -> Option<u16> {
    match text.as_bytes() {
        [letter, tens @ b'0'..=b'9', units @ b'0'..=b'9'] if letter.is_ascii_alphabetic() => {
            let digits = (tens - b'0') * 10 + (units - b'0');
            Some(u16::from_be_bytes([letter.to_ascii_uppercase(), digits]))
        }
        _ => None,
    }
}

/// The number of a version that is written as blanks and digits, as generated sources have it: `"  1"`.
pub(super) fn number_as_version(text: &str) -> Option<u16> {
    let digits = text.trim_matches(' ');
    let is_number = digits.bytes().all(|byte| byte.is_ascii_digit());
    digits.parse().ok().filter(|_| is_number && text.starts_with(' ') && text.len() <= 6)
}

/// A version word in external form: `C00` if it is one, else the number; nothing (0) is `0`. [SPI 3-34]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct VersionText(pub(super) u16);

impl fmt::Display for VersionText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.to_be_bytes() {
            [letter @ b'A'..=b'Z', digits @ 0..=99] => write!(f, "{}{digits:02}", char::from(letter)),
            _ => write!(f, "{}", self.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use super::*;

    /// Values printed in the DDL Reference Manual (VERSION clause) and in SPI sources.
    #[test]
    fn versions_of_the_manuals() {
        for (text, number) in [("C00", 17152), ("C10", 17162), ("c20", 17172), ("D20", 17428), ("G06", 18182)]
        {
            assert_eq!(version(text), Some(number));
            assert_eq!(VersionText(number).to_string(), text.to_uppercase());
        }
        for text in ["", "C0", "C000", "000", "C0a", "Ä0"] {
            assert_eq!(version(text), None, "{text}");
        }
        assert_eq!((number_as_version("  1"), number_as_version(" 12")), (Some(1), Some(12)));
        assert_eq!((number_as_version("001"), number_as_version("   ")), (None, None));
        assert_eq!(VersionText(10000).to_string(), "10000");
        assert_eq!(VersionText(0).to_string(), "0");
    }
}
