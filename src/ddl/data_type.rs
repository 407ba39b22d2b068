use core::fmt;

use crate::spi::DataType;

/// The type of a field or definition: `TYPE` and `PICTURE` clauses in one form. [DDL 6-26, 6-49 to 6-51, 6-85]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DdlType {
    /// A group: its members follow.
    Group,
    /// `CHARACTER n`, `PIC X(n)`, `PIC A(n)`: that many bytes of text.
    Character(u16),
    /// `PIC N(n)`: that many characters of two bytes.
    National(u16),
    /// `PIC 9(n)` without COMP: a number as digits, one byte each.
    Numeric {
        /// Digits, the embedded-sign digit included.
        digits: u8,
        /// Digits right of the implied decimal point.
        scale: u8,
        /// Where the sign is.
        sign: Sign,
    },
    /// `COMP-3`, `PACKED-DECIMAL`: two digits a byte, the last half byte is the sign.
    Packed {
        /// Digits.
        digits: u8,
        /// Digits right of the implied decimal point.
        scale: u8,
        /// Whether the picture has an `S`.
        signed: bool,
    },
    /// `BINARY`, and `PIC 9(n) COMP`: a big-endian number.
    Binary {
        /// 1, 2, 4 or 8.
        bytes: u8,
        /// Digits right of the implied decimal point; negative: zeros after the number.
        scale: i8,
        /// Without sign.
        unsigned: bool,
    },
    /// `FLOAT`: 4 or 8 bytes in Tandem format.
    Float(u8),
    /// `COMPLEX`: two 4-byte reals.
    Complex,
    /// `LOGICAL`: 1, 2 or 4 bytes.
    Logical(u8),
    /// `ENUM`: a signed 16-bit number with names for its values.
    Enum,
    /// `BIT n`: `n` bits of a 16-bit word.
    Bit {
        /// 1 to 16.
        width: u8,
        /// Without sign.
        unsigned: bool,
    },
}

/// The sign of a number stored as digits. [DDL426798 6-27, 6-29, 6-31]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Sign {
    /// No sign.
    None,
    /// `S` in front: a byte of its own before the digits.
    Leading,
    /// `S` after: a byte of its own after the digits.
    Trailing,
    /// `T` in front: part of the first digit.
    LeadingEmbedded,
    /// `T` after: part of the last digit.
    TrailingEmbedded,
}

impl DdlType {
    /// Bytes of one value; for `BIT` the word it lies in; `None` for a group, whose members decide.
    #[must_use]
    pub fn size(self) -> Option<u32> {
        Some(match self {
            Self::Group => return None,
            Self::Character(length) => u32::from(length),
            Self::National(characters) => 2 * u32::from(characters),
            Self::Numeric { digits, sign: Sign::Leading | Sign::Trailing, .. } => u32::from(digits) + 1,
            Self::Numeric { digits, .. } => u32::from(digits),
            Self::Packed { digits, .. } => u32::from(digits) / 2 + 1,
            Self::Binary { bytes, .. } | Self::Float(bytes) | Self::Logical(bytes) => u32::from(bytes),
            Self::Complex => 8,
            Self::Enum | Self::Bit { .. } => 2,
        })
    }

    /// Whether the value is text or digits, or a single byte, which may start on an odd byte; everything else starts
    /// on a word. [DDL H-2]
    #[must_use]
    pub const fn is_byte_aligned(self) -> bool {
        matches!(
            self,
            Self::Group
                | Self::Character(_)
                | Self::National(_)
                | Self::Numeric { .. }
                | Self::Packed { .. }
                | Self::Binary { bytes: 1, .. }
                | Self::Logical(1)
        )
    }

    /// The multiple a field starts at under `?FIELDALIGN_SHARED8`: its own width. [DDL426798 H-3]
    pub(super) const fn width(self) -> u8 {
        match self {
            Self::Group
            | Self::Character(_)
            | Self::National(_)
            | Self::Numeric { .. }
            | Self::Packed { .. } => 1,
            Self::Binary { bytes, .. } | Self::Float(bytes) | Self::Logical(bytes) => bytes,
            Self::Complex => 4,
            Self::Enum | Self::Bit { .. } => 2,
        }
    }
}

impl fmt::Display for DdlType {
    /// The `TYPE` that means the same, without the length of text: `BINARY 16 UNSIGNED`, `CHARACTER`, `BIT 4`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Group => f.write_str("GROUP"),
            Self::Character(_) => f.write_str("CHARACTER"),
            Self::National(_) => f.write_str("NATIONAL"),
            Self::Numeric { .. } => f.write_str("NUMERIC"),
            Self::Packed { .. } => f.write_str("PACKED-DECIMAL"),
            Self::Binary { bytes, scale, unsigned } => {
                write!(f, "BINARY {}", u32::from(bytes) * 8)?;
                if scale != 0 {
                    write!(f, ",{scale}")?;
                }
                f.write_str(if unsigned { " UNSIGNED" } else { "" })
            }
            Self::Float(bytes) => write!(f, "FLOAT {}", u32::from(bytes) * 8),
            Self::Complex => f.write_str("COMPLEX"),
            Self::Logical(bytes) => write!(f, "LOGICAL {bytes}"),
            Self::Enum => f.write_str("ENUM"),
            Self::Bit { width, unsigned } => {
                write!(f, "BIT {width}{}", if unsigned { " UNSIGNED" } else { "" })
            }
        }
    }
}

/// A TACL type, which says how to show a field and how long it is. [DDL 6-45, 6-46]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Tacl {
    /// Process name or clock words, CPU and PIN.
    Crtpid,
    /// Device name.
    Device,
    /// Enumeration.
    Enum,
    /// File name.
    Fname,
    /// File name with node name.
    Fname32,
    /// Process handle.
    Phandle,
    /// Subsystem identifier.
    Ssid,
    /// Subvolume name.
    Subvol,
    /// Transaction identifier.
    Transid,
    /// Timestamp.
    Tstamp,
    /// Group and user name.
    Username,
}

impl Tacl {
    /// Every TACL type with its name and the data type whose values have the same bytes.
    const TABLE: [(Self, &'static str, DataType); 11] = [
        (Self::Crtpid, "CRTPID", DataType::Crtpid),
        (Self::Device, "DEVICE", DataType::Device),
        (Self::Enum, "ENUM", DataType::Enum),
        (Self::Fname, "FNAME", DataType::Fname),
        (Self::Fname32, "FNAME32", DataType::Fname32),
        (Self::Phandle, "PHANDLE", DataType::Phandle),
        (Self::Ssid, "SSID", DataType::Ssid),
        (Self::Subvol, "SUBVOL", DataType::Subvol),
        (Self::Transid, "TRANSID", DataType::Transid),
        (Self::Tstamp, "TSTAMP", DataType::Timestamp),
        (Self::Username, "USERNAME", DataType::Username),
    ];

    /// Every TACL type.
    pub const ALL: [Self; 11] = {
        let mut all = [Self::Enum; 11];
        let mut at = 0;
        while at < all.len() {
            all[at] = Self::TABLE[at].0;
            at += 1;
        }
        all
    };

    fn line(self) -> (Self, &'static str, DataType) {
        let line = Self::TABLE.into_iter().find(|(tacl, ..)| *tacl == self);
        line.unwrap_or((self, "", DataType::Unknown))
    }

    /// The type of this name, in any case.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::TABLE.iter().find(|(_, known, _)| known.eq_ignore_ascii_case(name)).map(|&(tacl, ..)| tacl)
    }

    /// The data type whose values have the same bytes.
    #[must_use]
    pub fn data_type(self) -> DataType {
        self.line().2
    }

    /// Bytes a field of this type must have.
    #[must_use]
    pub fn size(self) -> u32 {
        self.data_type().element_len().and_then(|len| u32::try_from(len).ok()).unwrap_or(0)
    }

    /// The name as the TACL clause writes it.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.line().1
    }
}

/// How numbers are stored by a PICTURE. [DDL426798 6-74, 6-75]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Usage {
    /// COMP, COMPUTATIONAL: binary.
    Computational,
    /// COMP-3, PACKED-DECIMAL.
    Packed,
    /// INDEX: the number of an element of an array, without a PICTURE.
    Index,
}

/// How INDEX is stored. No page tells; a number of 16 bits holds the number of every element a definition can have.
pub(super) const INDEX: DdlType = DdlType::Binary { bytes: 2, scale: 0, unsigned: false };

/// The type a PICTURE means, quotation marks removed. [DDL 6-26; DDL426798 6-27 to 6-31]
///
/// `X`, `A` and mixtures of them with `9` are text, `N` national text, `9` digits; `S` or `T` at one end is the sign,
/// `V` the decimal point; any symbol may have a count in parentheses.
pub(super) fn picture(picture: &str, usage: Option<Usage>) -> Result<DdlType, &'static str> {
    let mut text = 0_u32; // X, A
    let mut nines = 0_u32;
    let mut national = 0_u32;
    let mut scale = None; // digits after V
    let mut sign = Sign::None;
    let mut symbols = 0_u32;

    let mut rest = picture;
    while let Some(symbol) = rest.chars().next() {
        rest = &rest[symbol.len_utf8()..];
        let mut count = 1;
        if let Some(open) = rest.strip_prefix('(') {
            let (digits, behind) = open.split_once(')').ok_or("a `)` is missing")?;
            let is_count =
                (1..=5).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
            count = digits
                .parse()
                .ok()
                .filter(|&count| is_count && count > 0)
                .ok_or("a count has 1 to 5 digits")?;
            rest = behind;
        }
        symbols += 1;
        match symbol.to_ascii_uppercase() {
            'X' | 'A' => text = text.saturating_add(count),
            'N' => national = national.saturating_add(count),
            '9' => {
                nines = nines.saturating_add(count);
                scale = scale.map(|scale: u32| scale.saturating_add(count));
            }
            'V' if count == 1 && scale.is_none() => scale = Some(0),
            found @ ('S' | 'T') if count == 1 && sign == Sign::None => {
                sign = match (found, symbols == 1) {
                    ('S', true) => Sign::Leading,
                    ('S', false) if rest.is_empty() => Sign::Trailing,
                    ('T', true) => Sign::LeadingEmbedded,
                    ('T', false) if rest.is_empty() => Sign::TrailingEmbedded,
                    _ => return Err("`S` and `T` stand at one end"),
                };
            }
            'V' | 'S' | 'T' => return Err("`V` and the sign stand once"),
            _ => return Err("a picture is made of X A N 9 S T V"),
        }
    }

    let embedded = matches!(sign, Sign::LeadingEmbedded | Sign::TrailingEmbedded);
    let plain = sign == Sign::None && scale.is_none();
    if text > 0 && national == 0 && plain && usage.is_none() {
        let length = u16::try_from(text.saturating_add(nines)).map_err(|_| TOO_LONG)?;
        return Ok(DdlType::Character(length));
    }
    if national > 0 && text == 0 && nines == 0 && plain && usage.is_none() {
        return Ok(DdlType::National(u16::try_from(national).map_err(|_| TOO_LONG)?));
    }
    if text > 0 || national > 0 {
        return Err("text has no sign, no decimal point and no COMP, and N stands alone");
    }
    let digits = nines.saturating_add(u32::from(embedded));
    if digits == 0 {
        return Err("there is no X, A, N or 9 in it");
    }
    let digits =
        u8::try_from(digits).ok().filter(|&digits| digits <= 18).ok_or("a number has at most 18 digits")?;
    if digits > 10 && sign == Sign::None && usage == Some(Usage::Computational) {
        return Err("a COMP number of more than 10 digits needs S");
    }
    let scale = u8::try_from(scale.unwrap_or(0)).unwrap_or(u8::MAX); // at most `digits`
    match usage {
        None => Ok(DdlType::Numeric { digits, scale, sign }),
        Some(_) if embedded => Err("`T` does not go with COMP"),
        Some(Usage::Index) => Err("INDEX has no PIC"),
        Some(Usage::Packed) => Ok(DdlType::Packed { digits, scale, signed: sign != Sign::None }),
        Some(Usage::Computational) => {
            let bytes = match digits {
                0..=4 => 2,
                5..=9 => 4,
                _ => 8,
            };
            let scale = i8::try_from(scale).unwrap_or(i8::MAX);
            Ok(DdlType::Binary { bytes, scale, unsigned: sign == Sign::None })
        }
    }
}

const TOO_LONG: &str = "it is longer than a definition may be";

#[cfg(test)]
mod tests {
    use super::*;

    /// The sizes of TYPE and PICTURE clauses in the DDL Reference Manual, chapter 6.
    #[test]
    fn sizes_of_pictures() {
        for (text, usage, size) in [
            ("X(10)", None, 10),
            ("XXXXXXXXXX", None, 10),
            ("AAX(4)9(4)", None, 10),
            ("x", None, 1),
            ("N(4)", None, 8),
            ("9(6)", None, 6),
            ("S9(6)", None, 7),
            ("9(6)S", None, 7),
            ("T9(6)", None, 7),
            ("9(6)T", None, 7),
            ("T", None, 1),
            ("9(4)V99", None, 6),
            ("S9(4)", Some(Usage::Computational), 2),
            ("9", Some(Usage::Computational), 2),
            ("9(5)", Some(Usage::Computational), 4),
            ("S9(9)", Some(Usage::Computational), 4),
            ("9(10)", Some(Usage::Computational), 8),
            ("S9(18)", Some(Usage::Computational), 8),
            ("9(16)", None, 16),
            ("9999", Some(Usage::Packed), 3),
        ] {
            assert_eq!(picture(text, usage).unwrap().size(), Some(size), "{text}");
        }
        let enumeration = DdlType::Binary { bytes: 2, scale: 0, unsigned: false };
        assert_eq!(picture("s9(4)", Some(Usage::Computational)), Ok(enumeration));
        assert_eq!(
            picture("S9(4)V9(2)", None),
            Ok(DdlType::Numeric { digits: 6, scale: 2, sign: Sign::Leading })
        );
    }

    #[test]
    fn wrong_pictures() {
        for (text, usage) in [
            ("", None),
            ("X(", None),
            ("X()", None),
            ("X(0)", None),
            ("X(123456)", None),
            ("X(99999)", None),
            ("9(11)", Some(Usage::Computational)),
            ("S9(19)", Some(Usage::Computational)),
            ("9S9", None),
            ("SS9", None),
            ("9V9V9", None),
            ("XS", None),
            ("XN", None),
            ("X", Some(Usage::Packed)),
            ("T9", Some(Usage::Computational)),
            ("V", None),
            ("Z9", None),
            ("ä", None),
        ] {
            assert!(picture(text, usage).is_err(), "{text}");
        }
    }

    #[test]
    fn types_print_as_the_clause_writes_them() {
        use alloc::string::ToString;
        let binary = |bytes, scale, unsigned| DdlType::Binary { bytes, scale, unsigned };
        assert_eq!(binary(2, 0, true).to_string(), "BINARY 16 UNSIGNED");
        assert_eq!(binary(4, -2, false).to_string(), "BINARY 32,-2");
        assert_eq!(DdlType::Bit { width: 4, unsigned: false }.to_string(), "BIT 4");
    }
}
