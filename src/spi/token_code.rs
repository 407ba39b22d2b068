use core::fmt;
use core::str::FromStr;

/// The 32-bit name of a token: data type, length byte, token number (SPI Programming Manual C-5).
///
/// ```text
///   bit 31       30..24        23..16        15..0
///   extended | data type | length byte | token number
/// ```
///
/// The extended bit says how one token is *stored*, not which token it is, so it is never set here.
///
/// ```
/// use zems::spi::{TypeCode, TokenCode, TokenNumber};
///
/// let cpu = TokenCode::new(TypeCode::UINT, 2, TokenNumber(1));
/// assert_eq!(u32::from(cpu), 0x0902_0001);
/// assert_eq!(cpu.to_string(), "(9,2,1)");
/// assert_eq!("(9,2,1)".parse(), Ok(cpu));
/// assert_eq!(format!("{cpu:X}"), "09020001");
/// assert_eq!("09020001".parse(), Ok(cpu));
/// ```
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TokenCode(u32);

const EXTENDED: u32 = 0x8000_0000;

impl TokenCode {
    /// Composes a code. `length` is 0 to 254 bytes, or [`TokenType::VARIABLE`].
    #[must_use]
    #[inline]
    pub const fn new(data_type: TypeCode, length: u8, number: TokenNumber) -> Self {
        let [high, low] = number.0.to_be_bytes();
        Self(u32::from_be_bytes([data_type.0 & 0x7F, length, high, low]))
    }

    /// The code in these bits, the extended bit taken off.
    #[must_use]
    #[inline]
    pub const fn from_bits(bits: u32) -> Self {
        Self(bits & !EXTENDED)
    }

    /// The meaning of the value's bytes.
    #[must_use]
    #[inline]
    pub const fn type_code(self) -> TypeCode {
        let [data_type, ..] = self.0.to_be_bytes();
        TypeCode(data_type)
    }

    /// The value's length in bytes, or [`TokenType::VARIABLE`].
    #[must_use]
    #[inline]
    pub const fn length(self) -> u8 {
        let [_, length, ..] = self.0.to_be_bytes();
        length
    }

    /// Whether the value stores its own length in front.
    #[must_use]
    #[inline]
    pub const fn is_variable(self) -> bool {
        self.length() == TokenType::VARIABLE
    }

    /// Data type and length byte together.
    #[must_use]
    #[inline]
    pub const fn token_type(self) -> TokenType {
        let [data_type, length, ..] = self.0.to_be_bytes();
        TokenType(u16::from_be_bytes([data_type, length]))
    }

    /// The token number; -512 to 0 belong to SPI, 1 to 9998 to subsystems.
    #[must_use]
    #[inline]
    pub const fn number(self) -> TokenNumber {
        let [.., high, low] = self.0.to_be_bytes();
        TokenNumber(i16::from_be_bytes([high, low]))
    }

    /// The four bytes as stored, with or without the extended bit.
    #[must_use]
    #[inline]
    pub const fn to_be_bytes(self, extended: bool) -> [u8; 4] {
        (if extended { self.0 | EXTENDED } else { self.0 }).to_be_bytes()
    }
}

impl From<TokenCode> for u32 {
    fn from(code: TokenCode) -> Self {
        code.0
    }
}

/// The form the token lister gives an unknown token: `(data type,length,number)` (Template Services Manual 2-10).
impl fmt::Display for TokenCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "({},{},{})", self.type_code().0, self.length(), self.number().0)
    }
}

impl fmt::Debug for TokenCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TokenCode{self}")
    }
}

/// Always eight digits.
impl fmt::UpperHex for TokenCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:08X}", self.0)
    }
}

/// Reads `(data type,length,number)`, as [`Display`](fmt::Display) writes it, or eight hexadecimal digits, as
/// [`UpperHex`](fmt::UpperHex) does.
impl FromStr for TokenCode {
    type Err = ParseTokenCodeError;

    fn from_str(text: &str) -> Result<Self, ParseTokenCodeError> {
        if let Some(parts) = text.strip_prefix('(').and_then(|text| text.strip_suffix(')')) {
            return parse_parts(parts).ok_or(ParseTokenCodeError);
        }
        if text.len() != 8 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(ParseTokenCodeError);
        }
        let bits = u32::from_str_radix(text, 16).map_err(|_| ParseTokenCodeError)?;
        if bits & EXTENDED != 0 {
            return Err(ParseTokenCodeError);
        }
        Ok(Self(bits))
    }
}

/// Data type, length and number, with commas between.
fn parse_parts(text: &str) -> Option<TokenCode> {
    let mut parts = text.split(',');
    let (data_type, length, number) = (parts.next()?, parts.next()?, parts.next()?);
    // The standard library reads `+5` too.
    if parts.next().is_some() || text.contains('+') {
        return None;
    }
    let data_type = data_type.parse().ok().filter(|data_type| *data_type <= 0x7F)?;
    let number = TokenNumber(number.parse().ok()?);
    Some(TokenCode::new(TypeCode(data_type), length.parse().ok()?, number))
}

/// A text is not a token code: neither `(data type,length,number)` nor eight hexadecimal digits below `80000000`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParseTokenCodeError;

impl fmt::Display for ParseTokenCodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "a token code is eight hexadecimal digits, at most 7FFFFFFF, or (data type,length,number)",
        )
    }
}

impl core::error::Error for ParseTokenCodeError {}

/// A data type number, 0 to 127: ZSPI-TDT-... (SPI Programming Manual 4-12 to 4-18).
///
/// The constants are the published numbers. BOOLEAN, BYTE, CRTPID, DEVICE and SSTBL are not published; what number they
/// have on a given system is said by its [`Profile`](super::Profile).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TypeCode(pub u8);

/// A token type: data type and length byte, ZSPI-TYP-... (SPI Programming Manual 4-18 to 4-27).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TokenType(pub u16);

impl TokenType {
    /// The length byte of values that store their own length: ZSPI-TLN-VARIABLE.
    pub const VARIABLE: u8 = 255;

    /// The code of the token of this type with this number.
    #[must_use]
    #[inline]
    pub const fn code(self, number: TokenNumber) -> TokenCode {
        let [data_type, length] = self.0.to_be_bytes();
        TokenCode::new(TypeCode(data_type), length, number)
    }
}

/// A token number: ZSPI-TNM-... and the like.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TokenNumber(pub i16);

impl TokenNumber {
    /// Opens the specialized part of a command or response (seen in a real buffer).
    pub const CMDHDR: Self = Self(-479);
    /// Opens the context part; also the number of ZSPI-TKN-POSITION.
    pub const POSITION: Self = Self(-442);
    /// ZSPI-TKN-ENDLIST as programs name it. In a buffer the list's length is in its place.
    pub const ENDLIST: Self = Self(-254);
    /// ZSPI-TKN-ERRLIST.
    pub const ERRLIST: Self = Self(-252);
    /// ZSPI-TKN-ERROR.
    pub const ERROR: Self = Self(-251);
    /// ZSPI-TKN-RETCODE.
    pub const RETCODE: Self = Self(0);

    /// Whether the number names a part of a header: ZSPI-VAL-TNM-HDR (-480) up to, not including, ZSPI-VAL-TNM-GBF (-448).
    #[must_use]
    #[inline]
    pub const fn is_header_type(self) -> bool {
        self.0 >= -480 && self.0 < -448
    }

    /// Whether SPI owns the number, so that it means the same in every subsystem.
    #[must_use]
    #[inline]
    pub const fn is_shared(self) -> bool {
        self.0 <= 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Check values printed in the SPI Programming Manual 427506, section 2 and appendix A.
    #[test]
    fn composes_the_printed_codes() {
        let code =
            |data_type, length, number| u32::from(TokenCode::new(data_type, length, TokenNumber(number)));
        assert_eq!(code(TypeCode::ENUM, 2, 101), 184_680_549);
        assert_eq!(code(TypeCode::CHAR, 255, 2011), 33_490_907);
        assert_eq!(code(TypeCode::INT, 2, 3001), 33_688_505);
        assert_eq!(code(TypeCode::TOKENCODE, 4, -506), 0x1D04_FE06);
        assert_eq!(TokenCode::from_bits(0x8902_0001), TokenCode::from_bits(0x0902_0001));
    }

    /// Every data type and length byte, with the numbers at every edge.
    #[test]
    fn every_code_survives_its_text() {
        for top in 0..=0x7FFF_u32 {
            for number in [0, 1, 9998, 0x7FFF, 0x8000, 0xFE06, 0xFFFF] {
                let code = TokenCode::from_bits(top << 16 | number);
                let mut text = super::super::ssid::Text::<24>::default();
                fmt::Write::write_fmt(&mut text, format_args!("{code}")).unwrap();
                assert_eq!(text.as_str().parse(), Ok(code));
            }
        }
        for text in [
            "()",
            "(1,2)",
            "(1,2,3,4)",
            "(128,2,3)",
            "(1,256,3)",
            "(1,2,32768)",
            "(+1,2,3)",
            "(1, 2,3)",
            "(1,2,3",
        ] {
            assert_eq!(text.parse::<TokenCode>(), Err(ParseTokenCodeError), "{text}");
        }
    }

    #[test]
    fn reads_only_eight_digits() {
        assert_eq!("0b020065".parse(), Ok(TokenCode::from_bits(0x0B02_0065)));
        for text in ["", "0B02006", "0B0200655", "+B020065", "8B020065", "0B02006G"] {
            assert_eq!(text.parse::<TokenCode>(), Err(ParseTokenCodeError), "{text}");
        }
    }
}
