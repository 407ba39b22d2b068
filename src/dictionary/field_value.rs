use super::structure::{Digits, FieldType, Sign};
use crate::spi::{Array, DataType, Flt, Value};

/// The value of a field of a structure.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum FieldValue<'a> {
    /// Text, its blanks too.
    Text(&'a [u8]),
    /// A whole number: binary, bits, an enumeration, or digits.
    Number(i128),
    /// A number with implied decimal places: `value` * 10 ^ -`scale`.
    Decimal {
        /// The number without its decimal point.
        value: i128,
        /// How many decimal places there are; negative: how many zeros follow.
        scale: i8,
    },
    /// A logical word: 0 is false, anything else true.
    Logical(i128),
    /// Two reals: real part, imaginary part.
    Complex(Flt, Flt),
    /// Shared with the data types of tokens: reals, names, times, identifiers.
    Value(Value<'a>),
    /// The bytes of a group, of national text, of a number in digits that are none, and of what no definition explains.
    Bytes(&'a [u8]),
}

impl<'a> FieldValue<'a> {
    /// The value of a field of this type in the bytes of one occurrence. `bit` is the first and last bit of a bit field.
    pub(super) fn read(
        field_type: FieldType,
        bit: Option<(u8, u8)>,
        digits: Option<Digits>,
        bytes: &'a [u8],
    ) -> Self {
        match field_type {
            FieldType::Character => Self::Text(bytes),
            FieldType::Binary { unsigned, scale, .. } => scaled(integer(bytes, unsigned), scale),
            FieldType::Enum => Self::Number(integer(bytes, false)),
            FieldType::Tacl(tacl) => Self::Value(Value::new(tacl.data_type(), bytes)),
            FieldType::Logical(_) => Self::Logical(integer(bytes, false)),
            FieldType::Bit { unsigned, .. } => match bit {
                Some(place) => Self::Number(bits(integer(bytes, true), place, unsigned)),
                None => Self::Bytes(bytes),
            },
            FieldType::Float(32) => Self::Value(Value::new(DataType::Flt, bytes)),
            FieldType::Float(_) => Self::Value(Value::new(DataType::Flt2, bytes)),
            FieldType::Complex => {
                let parts = Array::new(bytes).and_then(|parts| parts.get(0).zip(parts.get(1)));
                parts.map_or(Self::Bytes(bytes), |(real, imaginary)| Self::Complex(real, imaginary))
            }
            FieldType::NumericDisplay => digits
                .and_then(|digits| Some(decimal(display(bytes, digits.sign)?, digits)))
                .unwrap_or(Self::Bytes(bytes)),
            FieldType::PackedDecimal => {
                digits.and_then(|digits| Some(decimal(packed(bytes)?, digits))).unwrap_or(Self::Bytes(bytes))
            }
            FieldType::Group | FieldType::National | FieldType::Unknown => Self::Bytes(bytes),
        }
    }

    /// The value as a whole number, if it is one.
    #[must_use]
    pub fn as_number(&self) -> Option<i128> {
        match self {
            Self::Number(number) | Self::Logical(number) => Some(*number),
            Self::Value(Value::Enum(numbers)) => numbers.only().map(i128::from),
            _ => None,
        }
    }
}

/// A big-endian number.
fn integer(bytes: &[u8], unsigned: bool) -> i128 {
    let is_negative = !unsigned && bytes.first().is_some_and(|first| *first >= 0x80);
    bytes.iter().fold(if is_negative { -1 } else { 0 }, |sum: i128, byte| sum << 8 | i128::from(*byte))
}

/// The bits `first` to `last` of a 16-bit word, counted from the most significant.
fn bits(word: i128, (first, last): (u8, u8), unsigned: bool) -> i128 {
    let width = u32::from(last.saturating_sub(first)) + 1;
    let field = word >> (15 - last.min(15)) & ((1 << width) - 1);
    if !unsigned && field >> (width - 1) & 1 == 1 { field - (1 << width) } else { field }
}

fn scaled<'a>(value: i128, scale: i8) -> FieldValue<'a> {
    if scale == 0 { FieldValue::Number(value) } else { FieldValue::Decimal { value, scale } }
}

fn decimal<'a>(value: i128, digits: Digits) -> FieldValue<'a> {
    scaled(value, i8::try_from(digits.scale).unwrap_or(i8::MAX))
}

/// A number in ASCII digits, the sign in a byte of its own, or as the topmost bit of a digit.
fn display(bytes: &[u8], sign: Sign) -> Option<i128> {
    let (sign_byte, digits) = match sign {
        Sign::Leading => bytes.split_first().map(|(sign, digits)| (*sign, digits))?,
        Sign::Trailing => bytes.split_last().map(|(sign, digits)| (*sign, digits))?,
        Sign::None | Sign::LeadingEmbedded | Sign::TrailingEmbedded => (b'+', bytes),
    };
    let embedded = match sign {
        Sign::LeadingEmbedded => digits.first(),
        Sign::TrailingEmbedded => digits.last(),
        _ => None,
    };
    let has_bit = embedded.is_some_and(|digit| digit & 0x80 != 0);
    let value = digits.iter().try_fold(0_i128, |sum, byte| {
        let digit = if has_bit && Some(byte) == embedded { byte & 0x7F } else { *byte };
        digit.is_ascii_digit().then(|| sum.checked_mul(10)?.checked_add(i128::from(digit - b'0'))).flatten()
    })?;
    match sign_byte {
        b'-' => Some(-value),
        b'+' | b' ' => Some(if has_bit { -value } else { value }),
        _ => None,
    }
}

/// Two digits a byte; the last half byte is the sign, D for minus.
fn packed(bytes: &[u8]) -> Option<i128> {
    let mut halves = bytes.iter().flat_map(|byte| [byte >> 4, byte & 0xF]);
    let sign = halves.next_back()?;
    let value = halves.try_fold(0_i128, |sum, digit| {
        (digit <= 9).then(|| sum.checked_mul(10)?.checked_add(i128::from(digit))).flatten()
    })?;
    match sign {
        0xA | 0xC | 0xE | 0xF => Some(value),
        0xB | 0xD => Some(-value),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(field_type: FieldType, bytes: &[u8]) -> FieldValue<'_> {
        FieldValue::read(field_type, None, None, bytes)
    }

    #[test]
    fn numbers_have_their_sign_and_scale() {
        let binary = |bits, unsigned, scale| FieldType::Binary { bits, unsigned, scale };
        assert_eq!(read(binary(16, false, 0), &[0xFF, 0xFE]), FieldValue::Number(-2));
        assert_eq!(read(binary(16, true, 0), &[0xFF, 0xFE]), FieldValue::Number(65534));
        assert_eq!(read(binary(64, true, 0), &[0xFF; 8]), FieldValue::Number(u64::MAX.into()));
        let price = FieldValue::Decimal { value: 1995, scale: 2 };
        assert_eq!(read(binary(32, false, 2), &[0, 0, 7, 0xCB]), price);
        assert_eq!(read(FieldType::Logical(2), &[0xFF, 0xFF]), FieldValue::Logical(-1));
    }

    #[test]
    fn digits_are_read_with_every_kind_of_sign() {
        let read = |field_type, sign, bytes| {
            let digits = Digits { digits: 4, scale: 0, sign };
            FieldValue::read(field_type, None, Some(digits), bytes)
        };
        let display = FieldType::NumericDisplay;
        assert_eq!(read(display, Sign::None, b"0042"), FieldValue::Number(42));
        assert_eq!(read(display, Sign::Leading, b"-0042"), FieldValue::Number(-42));
        assert_eq!(read(display, Sign::Trailing, b"0042+"), FieldValue::Number(42));
        assert_eq!(read(display, Sign::TrailingEmbedded, b"004\xB2"), FieldValue::Number(-42));
        assert_eq!(read(display, Sign::LeadingEmbedded, b"0042"), FieldValue::Number(42));
        assert_eq!(read(display, Sign::None, b"00 2"), FieldValue::Bytes(b"00 2"));
        let packed = FieldType::PackedDecimal;
        assert_eq!(read(packed, Sign::Trailing, &[0x00, 0x04, 0x2D]), FieldValue::Number(-42));
        assert_eq!(read(packed, Sign::Trailing, &[0x00, 0x0A, 0x2D]), FieldValue::Bytes(&[0x00, 0x0A, 0x2D]));
    }

    #[test]
    fn bits_are_counted_from_the_most_significant() {
        let read = |bit, unsigned| {
            let field_type = FieldType::Bit { bits: 0, unsigned };
            FieldValue::read(field_type, Some(bit), None, &[0b1010_0000, 0b0000_0001]).as_number()
        };
        assert_eq!(read((0, 2), true), Some(5));
        assert_eq!(read((0, 2), false), Some(-3));
        assert_eq!(read((15, 15), true), Some(1));
        assert_eq!(read((0, 15), false), Some(-24575));
    }
}
