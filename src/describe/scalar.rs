//! One element of a value: the only place that knows what the bytes of a data type mean to outputs.

use core::fmt;

use crate::dictionary::{Field, FieldType, FieldValue};
use crate::site::Site;
use crate::spi::{
    Crtpid, DataType, Device, Flt, Flt2, Fname, Fname32, Phandle, Ssid, Subvol, Timestamp, Transid, Username,
    Value,
};

/// One element of a value.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Scalar<'a> {
    /// Text in one-byte characters.
    Text(&'a [u8]),
    /// A whole number with a sign, as wide as its data type.
    Integer(i64),
    /// A whole number without a sign.
    Unsigned(u64),
    /// A number with implied decimal places: `value` * 10 ^ -`scale`.
    Decimal {
        /// The number without its decimal point.
        value: i128,
        /// How many decimal places there are; negative: how many zeros follow.
        scale: i8,
        /// Whether it is stored as a binary number, and not as digits.
        is_binary: bool,
    },
    /// A logical value. Any word but 0 is true; `is_canonical` if the word is 0 or -1.
    #[allow(missing_docs)]
    Boolean { value: bool, is_canonical: bool },
    /// A real number: the shortest that converts back to the same bits, if `is_exact`.
    #[allow(missing_docs)]
    Real { value: f64, is_exact: bool },
    /// Two reals: real part, imaginary part.
    Complex(f64, f64),
    /// A time.
    Time(Timestamp),
    /// A subsystem.
    Ssid(Ssid),
    /// An error number of a subsystem.
    #[allow(missing_docs)]
    Error { ssid: Ssid, error: i16 },
    /// A token code, all its 32 bits.
    TokenCode(u32),
    /// A file name.
    Fname(Fname),
    /// A file name with a node name.
    Fname32(Fname32),
    /// A subvolume.
    Subvol(Subvol),
    /// A device.
    Device(Device),
    /// A process by name, processor and process number.
    Crtpid(Crtpid),
    /// A user by names.
    Username(Username),
    /// A process handle.
    Phandle(Phandle),
    /// A transaction.
    Transid(Transid),
    /// Bytes that no definition explains, or that do not fit their data type.
    Bytes(&'a [u8]),
}

/// How much of a value its structured form (JSON, OTLP) says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[allow(clippy::exhaustive_enums)]
pub enum Fidelity {
    /// The form gives the same bytes back.
    Exact,
    /// People can read it; the bytes are needed besides.
    Reading,
    /// There is no form but the bytes.
    None,
}

impl<'a> Scalar<'a> {
    /// The element of this data type in its bytes; a byte of text by itself is a text of one character.
    #[must_use]
    pub fn read(kind: DataType, bytes: &'a [u8]) -> Self {
        fn of<const N: usize>(bytes: &[u8]) -> [u8; N] {
            bytes.first_chunk().copied().unwrap_or([0; N])
        }
        if kind.element_len().is_some_and(|len| kind != DataType::Char && len != bytes.len()) {
            return Self::Bytes(bytes);
        }
        match kind {
            DataType::Char => Self::Text(bytes),
            DataType::Byte => Self::Unsigned(bytes.first().copied().unwrap_or(0).into()),
            DataType::Int | DataType::Enum => Self::Integer(i16::from_be_bytes(of(bytes)).into()),
            DataType::Uint => Self::Unsigned(u16::from_be_bytes(of(bytes)).into()),
            DataType::Int2 => Self::Integer(i32::from_be_bytes(of(bytes)).into()),
            DataType::Int4 => Self::Integer(i64::from_be_bytes(of(bytes))),
            DataType::Boolean => Self::logical(i16::from_be_bytes(of(bytes)).into()),
            DataType::Flt => Self::flt(Flt::from_bits(u32::from_be_bytes(of(bytes)))),
            DataType::Flt2 => {
                let real = Flt2::from_bits(u64::from_be_bytes(of(bytes)));
                Self::Real { value: real.to_f64(), is_exact: Flt2::try_from(real.to_f64()) == Ok(real) }
            }
            DataType::Timestamp => Self::Time(Timestamp(i64::from_be_bytes(of(bytes)))),
            DataType::Ssid => Self::Ssid(Ssid::from_bytes(of(bytes))),
            DataType::Error => {
                let (ssid, error) = bytes.split_at_checked(Ssid::LEN).unwrap_or_default();
                Self::Error { ssid: Ssid::from_bytes(of(ssid)), error: i16::from_be_bytes(of(error)) }
            }
            DataType::TokenCode => Self::TokenCode(u32::from_be_bytes(of(bytes))),
            DataType::Fname => Self::Fname(Fname::from_bytes(of(bytes))),
            DataType::Fname32 => Self::Fname32(Fname32::from_bytes(of(bytes))),
            DataType::Subvol => Self::Subvol(Subvol::from_bytes(of(bytes))),
            DataType::Device => Self::Device(Device::from_bytes(of(bytes))),
            DataType::Crtpid => Self::Crtpid(Crtpid::from_bytes(of(bytes))),
            DataType::Username => Self::Username(Username::from_bytes(of(bytes))),
            DataType::Phandle => Self::Phandle(Phandle::from_bytes(of(bytes))),
            DataType::Transid => Self::Transid(Transid::from_bytes(of(bytes))),
            DataType::Unknown
            | DataType::Mark
            | DataType::List
            | DataType::Ssctl
            | DataType::Struct
            | DataType::Map
            | DataType::Table => Self::Bytes(bytes),
        }
    }

    /// One occurrence of a field of a structure.
    #[must_use]
    pub fn of_field(field: &Field<'_>, bytes: &'a [u8]) -> Self {
        // A number in digits is the text of its digits: that converts back, whatever its sign is.
        if field.field_type() == FieldType::NumericDisplay {
            return Self::Text(bytes);
        }
        match field.read(bytes) {
            FieldValue::Text(text) => Self::Text(text),
            FieldValue::Number(number) => Self::number(number),
            FieldValue::Decimal { value, scale } => {
                Self::Decimal { value, scale, is_binary: field.field_type() != FieldType::PackedDecimal }
            }
            FieldValue::Logical(word) => Self::logical(word),
            FieldValue::Complex(real, imaginary) => Self::Complex(real.to_f64(), imaginary.to_f64()),
            FieldValue::Value(Value::Raw(bytes)) => Self::Bytes(bytes),
            FieldValue::Value(_) => match field.field_type() {
                FieldType::Tacl(tacl) => Self::read(tacl.data_type(), bytes),
                FieldType::Float(32) => Self::read(DataType::Flt, bytes),
                _ => Self::read(DataType::Flt2, bytes),
            },
            _ => Self::Bytes(bytes),
        }
    }

    fn number(number: i128) -> Self {
        match (i64::try_from(number), u64::try_from(number)) {
            (Ok(number), _) => Self::Integer(number),
            (_, Ok(number)) => Self::Unsigned(number),
            _ => Self::Decimal { value: number, scale: 0, is_binary: true },
        }
    }

    const fn logical(word: i128) -> Self {
        Self::Boolean { value: word != 0, is_canonical: matches!(word, 0 | -1) }
    }

    fn flt(real: Flt) -> Self {
        let value = real.to_f64();
        let is_same = |value: f64| Flt::try_from(value) == Ok(real);
        Self::Real { value: shortest(value, is_same), is_exact: is_same(value) }
    }

    /// The element as a whole number, for labels and comparisons.
    #[must_use]
    pub fn as_integer(&self) -> Option<i64> {
        match *self {
            Self::Integer(number) => Some(number),
            Self::Unsigned(number) => i64::try_from(number).ok(),
            Self::Boolean { value, .. } => Some(-i64::from(value)),
            _ => None,
        }
    }

    /// How much of the element its structured form says.
    #[must_use]
    pub fn fidelity(&self) -> Fidelity {
        let of = |is_exact, otherwise| if is_exact { Fidelity::Exact } else { otherwise };
        match self {
            Self::Integer(_)
            | Self::Unsigned(_)
            | Self::Time(_)
            | Self::Error { .. }
            | Self::TokenCode(_) => Fidelity::Exact,
            Self::Text(text) => of(printable(text).is_some(), Fidelity::None),
            Self::Decimal { value, is_binary, .. } => {
                let fits = i64::try_from(*value).is_ok() || u64::try_from(*value).is_ok();
                of(*is_binary && fits, Fidelity::None)
            }
            Self::Boolean { is_canonical, .. } => of(*is_canonical, Fidelity::Reading),
            Self::Real { is_exact, .. } => of(*is_exact, Fidelity::Reading),
            Self::Ssid(ssid) => of(ssid.round_trips(), Fidelity::None),
            Self::Fname(name) => of(name.round_trips(), Fidelity::None),
            Self::Fname32(name) => of(name.round_trips(), Fidelity::None),
            Self::Subvol(name) => of(name.round_trips(), Fidelity::None),
            Self::Device(name) => of(name.round_trips(), Fidelity::None),
            Self::Username(name) => of(name.round_trips(), Fidelity::None),
            Self::Crtpid(id) => of(id.has_name(), Fidelity::None),
            Self::Complex(..) | Self::Phandle(_) | Self::Transid(_) | Self::Bytes(_) => Fidelity::None,
        }
    }

    /// Whether there is a text that says what the element is; otherwise there are only bytes.
    #[must_use]
    pub fn has_text(&self) -> bool {
        match self {
            Self::Ssid(ssid) | Self::Error { ssid, .. } => ssid.round_trips(),
            Self::Fname(name) => name.round_trips(),
            Self::Fname32(name) => name.round_trips(),
            Self::Subvol(name) => name.round_trips(),
            Self::Device(name) => name.round_trips(),
            Self::Username(name) => name.round_trips(),
            Self::Bytes(_) => false,
            _ => true,
        }
    }

    /// The text of the element, with the names of a site.
    #[must_use]
    pub const fn text<'s>(&'s self, site: &'s Site) -> ScalarText<'s> {
        ScalarText { scalar: self, site }
    }
}

/// The number with the fewest digits that is still the same.
fn shortest(value: f64, is_same: impl Fn(f64) -> bool) -> f64 {
    let mut digits = [0; 32];
    (0..9)
        .find_map(|precision| {
            let mut text = Short { bytes: &mut digits, len: 0 };
            fmt::write(&mut text, format_args!("{value:.precision$e}")).ok()?;
            let short = core::str::from_utf8(text.bytes.get(..text.len)?).ok()?.parse().ok()?;
            is_same(short).then_some(short)
        })
        .unwrap_or(value)
}

/// A text of a few characters.
struct Short<'b> {
    bytes: &'b mut [u8; 32],
    len: usize,
}

impl fmt::Write for Short<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let end = self.len + text.len();
        self.bytes.get_mut(self.len..end).ok_or(fmt::Error)?.copy_from_slice(text.as_bytes());
        self.len = end;
        Ok(())
    }
}

/// The bytes as text, if all of them are printable ASCII.
#[must_use]
pub fn printable(bytes: &[u8]) -> Option<&str> {
    let is_printable = bytes.iter().fold(true, |is, byte| is & (b' '..=b'~').contains(byte));
    if is_printable { core::str::from_utf8(bytes).ok() } else { None }
}

/// The text of a [`Scalar`]: numbers in digits, times in RFC 3339, names in their external form. Text is UTF-8 where it is, and `?`
/// for any other byte and for control characters; bytes without meaning are hexadecimal digits.
#[derive(Clone, Copy, Debug)]
pub struct ScalarText<'s> {
    scalar: &'s Scalar<'s>,
    site: &'s Site,
}

impl fmt::Display for ScalarText<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.scalar {
            Scalar::Text(text) => crate::template::write_text(f, text),
            Scalar::Integer(number) => number.fmt(f),
            Scalar::Unsigned(number) => number.fmt(f),
            Scalar::Decimal { value, scale, .. } => write_decimal(f, *value, *scale),
            Scalar::Boolean { value, .. } => value.fmt(f),
            Scalar::Real { value, .. } => value.fmt(f),
            Scalar::Complex(real, imaginary) => write!(f, "{real} {imaginary}"),
            Scalar::Time(time) => time.fmt(f),
            Scalar::Ssid(ssid) => self.site.ssid(*ssid).fmt(f),
            Scalar::Error { ssid, error } => write!(f, "{} {error}", self.site.ssid(*ssid)),
            Scalar::TokenCode(code) => write!(f, "{code:08X}"),
            Scalar::Fname(name) => name.fmt(f),
            Scalar::Fname32(name) => name.fmt(f),
            Scalar::Subvol(name) => name.fmt(f),
            Scalar::Device(name) => name.fmt(f),
            Scalar::Username(name) => name.fmt(f),
            Scalar::Crtpid(id) => id.fmt(f),
            Scalar::Phandle(handle) => handle.fmt(f),
            Scalar::Transid(id) => id.fmt(f),
            Scalar::Bytes(bytes) => Hex(bytes).fmt(f),
        }
    }
}

fn write_decimal(f: &mut fmt::Formatter<'_>, value: i128, scale: i8) -> fmt::Result {
    let places = usize::from(scale.unsigned_abs());
    if scale <= 0 {
        return write!(f, "{value}{:0<places$}", "");
    }
    let unit = 10_i128.checked_pow(places.try_into().unwrap_or(u32::MAX)).unwrap_or(i128::MAX);
    let sign = if value < 0 { "-" } else { "" };
    let (whole, rest) = ((value / unit).unsigned_abs(), (value % unit).unsigned_abs());
    write!(f, "{sign}{whole}.{rest:0places$}")
}

/// Bytes in upper-case hexadecimal digits.
#[derive(Clone, Copy, Debug)]
pub struct Hex<'b>(pub &'b [u8]);

impl fmt::Display for Hex<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut block = [0; 128];
        for bytes in self.0.chunks(block.len() / 2) {
            f.write_str(hex_digits(bytes, &mut block))?;
        }
        Ok(())
    }
}

/// Writes two digits for each byte into `space`, as far as it goes.
pub(super) fn hex_digits<'r>(bytes: &[u8], space: &'r mut [u8]) -> &'r str {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    for (place, byte) in space.chunks_exact_mut(2).zip(bytes) {
        let digits = [usize::from(byte >> 4), usize::from(byte & 15)].map(|digit| DIGITS.get(digit));
        place.iter_mut().zip(digits.into_iter().flatten()).for_each(|(to, from)| *to = *from);
    }
    let digits = space.get(..2 * bytes.len()).unwrap_or_default();
    core::str::from_utf8(digits).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_real_is_shortest() {
        for text in ["0.1", "1.5", "-3.25", "1e10", "123456.0", "0.0"] {
            let value: f64 = text.parse().unwrap();
            let real = Flt::try_from(value).unwrap();
            let Scalar::Real { value: found, is_exact } = Scalar::flt(real) else { unreachable!() };
            assert_eq!((found, is_exact), (value, true), "{text}");
        }
    }

    #[test]
    fn token_codes_keep_their_top_bit() {
        let site = Site::builtin();
        let code = Scalar::read(DataType::TokenCode, &[0x81, 0xFF, 0, 1]);
        assert_eq!(code.text(&site).to_string(), "81FF0001");
    }

    #[test]
    fn every_kind_with_elements_is_read() {
        for kind in DataType::ALL {
            let Some(len) = kind.element_len() else { continue };
            assert!(!matches!(Scalar::read(kind, &vec![0; len]), Scalar::Bytes(_)), "{kind:?}");
        }
    }

    #[test]
    fn decimals_and_digits() {
        let site = Site::builtin();
        let text = |value, scale| Scalar::Decimal { value, scale, is_binary: true }.text(&site).to_string();
        assert_eq!(
            (text(-1995, 2), text(5, 3), text(7, -2)),
            ("-19.95".into(), "0.005".into(), "700".into())
        );
        let bytes: Vec<u8> = (0..=255).collect();
        let expected: String = bytes.iter().map(|byte| format!("{byte:02X}")).collect();
        assert_eq!(Hex(&bytes).to_string(), expected);
    }
}
