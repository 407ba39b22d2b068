//! The text of values: the one place that knows how numbers, names and times look. Edit codes, the token lister and the
//! headers all write through it.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;
use core::fmt::{self, Write};

use super::datetime;
use crate::dictionary::{Dictionary, Enumeration, Field, FieldType};
use crate::spi::{
    Crtpid, DataType, Flt, Flt2, Fname32, Phandle, Ssid, Timestamp, TokenCode, Transid, Username, UtcOffset,
};

/// Names of nodes by number, and numbers by name.
///
/// ```
/// use zems::template::NodeNames;
///
/// let nodes = [(3, "NODE"), (221, "\\NCN")];
/// assert_eq!(nodes.name(221), Some("\\NCN"));
/// assert_eq!(nodes.number("NCN"), Some(221));
/// ```
pub trait NodeNames: Send + Sync {
    /// The name of a node, with or without its `\`.
    fn name(&self, number: i32) -> Option<&str>;

    /// The number of a node, by its name without `\`. Needed to read values from text only; nothing by default.
    fn number(&self, name: &str) -> Option<i32> {
        let _ = name;
        None
    }
}

impl<S: AsRef<str> + Send + Sync> NodeNames for [(i32, S)] {
    fn name(&self, number: i32) -> Option<&str> {
        self.iter().find(|(known, _)| *known == number).map(|(_, name)| name.as_ref())
    }

    fn number(&self, name: &str) -> Option<i32> {
        self.iter().find(|(_, known)| is_node(known, name)).map(|(number, _)| *number)
    }
}

impl<S: AsRef<str> + Send + Sync, const N: usize> NodeNames for [(i32, S); N] {
    fn name(&self, number: i32) -> Option<&str> {
        self.as_slice().name(number)
    }

    fn number(&self, name: &str) -> Option<i32> {
        self.as_slice().number(name)
    }
}

impl<S: AsRef<str> + Send + Sync> NodeNames for Vec<(i32, S)> {
    fn name(&self, number: i32) -> Option<&str> {
        self.as_slice().name(number)
    }

    fn number(&self, name: &str) -> Option<i32> {
        self.as_slice().number(name)
    }
}

impl<S: AsRef<str> + Send + Sync> NodeNames for BTreeMap<i32, S> {
    fn name(&self, number: i32) -> Option<&str> {
        self.get(&number).map(AsRef::as_ref)
    }

    fn number(&self, name: &str) -> Option<i32> {
        self.iter().find(|(_, known)| is_node(known, name)).map(|(number, _)| *number)
    }
}

/// The names that NODE lines of definitions give.
impl NodeNames for Dictionary {
    fn name(&self, number: i32) -> Option<&str> {
        self.nodes().name(number)
    }

    fn number(&self, name: &str) -> Option<i32> {
        self.nodes().number(name)
    }
}

fn is_node(known: &impl AsRef<str>, name: &str) -> bool {
    let known = known.as_ref();
    known.strip_prefix('\\').unwrap_or(known).eq_ignore_ascii_case(name)
}

/// Names of subsystems, from SSNAME statements.
pub(super) trait SubsystemNames {
    /// The text for the number in an external SSID.
    fn name(&self, ssid: Ssid) -> Option<&str>;
    /// The abbreviation of three characters.
    fn abbreviation(&self, ssid: Ssid) -> Option<&str>;
}

/// Labels of the values of an enumeration.
pub(super) trait Labels {
    fn label(&self, value: i32) -> Option<&str>;
}

impl Labels for Enumeration<'_> {
    fn label(&self, value: i32) -> Option<&str> {
        Enumeration::label(self, value)
    }
}

/// The settings for the text of a value.
#[derive(Clone, Copy)]
pub(super) struct Names<'e> {
    pub(super) nodes: Option<&'e dyn NodeNames>,
    /// `None`: numbers everywhere.
    pub(super) subsystems: Option<&'e dyn SubsystemNames>,
    /// The node of the process that reported: where names without a node are.
    pub(super) node: Option<i32>,
    /// Seconds east of GMT at a time.
    pub(super) offset: Option<&'e dyn UtcOffset>,
}

impl Names<'_> {
    /// Seconds east of GMT; elapsed times and times that are not set have no zone.
    pub(super) fn utc_offset(&self, time: Timestamp) -> i32 {
        if time == Timestamp::UNSET || time.is_elapsed() {
            return 0;
        }
        self.offset.map_or(0, |offset| offset.utc_offset(time))
    }

    /// `\name`, or `\number` for a node without a name.
    pub(super) fn write_node(&self, out: &mut (impl Write + ?Sized), number: i32) -> fmt::Result {
        match self.nodes.and_then(|nodes| nodes.name(number)) {
            Some(name) => write!(out, "\\{}", name.strip_prefix('\\').unwrap_or(name)),
            None => write!(out, "\\{number}"),
        }
    }

    /// The text of SSIDTOTEXT, blank-filled to `width` (SPI Programming Manual 3-34).
    pub(super) fn write_ssid(
        &self,
        out: &mut (impl Write + ?Sized),
        ssid: Ssid,
        width: usize,
    ) -> fmt::Result {
        let name = self.subsystems.and_then(|subsystems| subsystems.name(ssid));
        write!(out, "{:<width$}", ssid.with_name(name))
    }

    /// The abbreviation of a subsystem, `???` for one without an abbreviation.
    pub(super) fn abbreviation(&self, ssid: Ssid) -> &str {
        self.subsystems.and_then(|subsystems| subsystems.abbreviation(ssid)).unwrap_or("???")
    }

    /// A name in its internal form: 8-byte parts, the first of which may be shorter, and with `\` and a node number in
    /// front. At most `parts` of them are shown.
    pub(super) fn write_name(
        &self,
        out: &mut (impl Write + ?Sized),
        bytes: &[u8],
        parts: usize,
    ) -> fmt::Result {
        let (first, rest) = bytes.split_at_checked(8).unwrap_or((bytes, &[]));
        match first {
            [b'\\', node, name @ ..] => {
                self.write_node(out, i32::from(*node))?;
                out.write_str(".$")?;
                text(out, name.trim_ascii_end())?;
            }
            name => text(out, name.trim_ascii_end())?,
        }
        let parts = rest.chunks(8).take(parts.saturating_sub(1)).map(<[u8]>::trim_ascii_end);
        for part in parts.take_while(|part| !part.is_empty()) {
            out.write_char('.')?;
            text(out, part)?;
        }
        Ok(())
    }

    /// The name of a process, or `\node.cc,ppp` without one (Template Services Manual 2-11).
    pub(super) fn write_crtpid(&self, out: &mut (impl Write + ?Sized), crtpid: &Crtpid) -> fmt::Result {
        if crtpid.has_name() {
            let (name, _) = crtpid.as_bytes().split_at_checked(6).unwrap_or_default();
            return self.write_name(out, name, 1);
        }
        if let Some(node) = self.node {
            self.write_node(out, node)?;
            out.write_char('.')?;
        }
        write!(out, "{:02},{:03}", crtpid.cpu(), crtpid.pin())
    }

    pub(super) fn write_fname32(
        &self,
        out: &mut (impl Write + ?Sized),
        name: &Fname32,
        parts: usize,
    ) -> fmt::Result {
        let (node, local) = name.parts();
        if !node.is_empty() {
            text(out, node)?;
            out.write_char('.')?;
        }
        self.write_name(out, local.as_bytes(), parts)
    }

    /// The text of TRANSIDTOTEXT (TMF manuals 4-40).
    pub(super) fn write_transid(&self, out: &mut (impl Write + ?Sized), transid: &Transid) -> fmt::Result {
        let [node, cpu, a, b, c, d, x, y] = *transid.as_bytes();
        if let Some(node) = node.checked_sub(1) {
            self.write_node(out, i32::from(node))?;
            match u16::from_be_bytes([x, y]) {
                0 => out.write_char('.')?,
                flags => write!(out, "({flags}).")?,
            }
        }
        write!(out, "{cpu}.{}", u32::from_be_bytes([a, b, c, d]))
    }
}

/// Text of an event: UTF-8 where it is, `?` for any other byte, for control characters and for those that end a line or a
/// paragraph.
#[inline]
pub(super) fn text(out: &mut (impl Write + ?Sized), bytes: &[u8]) -> fmt::Result {
    let is_plain = bytes.iter().fold(true, |plain, byte| plain & (b' '..=b'~').contains(byte));
    if is_plain && let Ok(text) = core::str::from_utf8(bytes) {
        return out.write_str(text);
    }
    odd_text(out, bytes)
}

#[cold]
fn odd_text(out: &mut (impl Write + ?Sized), bytes: &[u8]) -> fmt::Result {
    for chunk in bytes.utf8_chunks() {
        for character in chunk.valid().chars() {
            let is_shown = !character.is_control() && !matches!(character, '\u{2028}' | '\u{2029}');
            out.write_char(if is_shown { character } else { '?' })?;
        }
        for _ in chunk.invalid() {
            out.write_char('?')?;
        }
    }
    Ok(())
}

/// The base of a number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[allow(clippy::exhaustive_enums)]
pub enum Radix {
    /// Base 2.
    Binary,
    /// Base 8.
    Octal,
    /// Base 10.
    #[default]
    Decimal,
    /// Base 16, with upper-case digits.
    Hexadecimal,
}

/// A whole number of up to 64 bits, in the width it is stored in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Number {
    bits: u64,
    width: u32,
    signed: bool,
}

impl Number {
    /// The number in the first (at most eight) bytes.
    #[inline]
    pub(super) fn from_be(bytes: &[u8], signed: bool) -> Self {
        let bytes = bytes.get(..8).unwrap_or(bytes);
        let bits = match *bytes {
            [a, b] => u64::from(u16::from_be_bytes([a, b])),
            [a, b, c, d] => u64::from(u32::from_be_bytes([a, b, c, d])),
            _ => bytes.iter().fold(0, |bits, byte| bits << 8 | u64::from(*byte)),
        };
        Self { bits, width: 8 * u32::try_from(bytes.len()).unwrap_or(8), signed }
    }

    /// The bits `first` to `last`, counted from the most significant, of a 16-bit word.
    pub(super) fn bit_field(word: u16, first: u8, last: u8, signed: bool) -> Self {
        let width = u32::from(last.min(15).saturating_sub(first.min(15))) + 1;
        let bits = u64::from(word) >> (15 - u32::from(last.min(15))) & ((1 << width) - 1);
        Self { bits, width, signed }
    }

    /// The value of a signed number, or of an unsigned one below 2^63.
    #[inline]
    pub(super) fn value(self) -> i64 {
        let unused = 64 - self.width.clamp(1, 64);
        let shifted = i64::from_ne_bytes((self.bits << unused).to_ne_bytes());
        if self.signed { shifted >> unused } else { i64::from_ne_bytes(self.bits.to_ne_bytes()) }
    }

    /// Writes the number, at least `width` characters long. Negative numbers have a sign in base 10 and are two's
    /// complement, in their own width, in the other bases.
    pub(super) fn write(
        self,
        out: &mut (impl Write + ?Sized),
        radix: Radix,
        width: usize,
        zeros: bool,
    ) -> fmt::Result {
        let mut space = [0; 64];
        let is_negative = radix == Radix::Decimal && self.signed && self.value() < 0;
        let magnitude = if is_negative { self.value().unsigned_abs() } else { self.bits };
        let digits = digits(magnitude, radix, &mut space);
        if width == 0 && !is_negative {
            return out.write_str(digits);
        }
        let missing = width.saturating_sub(digits.len() + usize::from(is_negative));
        if !zeros {
            fill(out, ' ', missing)?;
        }
        if is_negative {
            out.write_char('-')?;
        }
        if zeros {
            fill(out, '0', missing)?;
        }
        out.write_str(digits)
    }
}

pub(super) fn fill(out: &mut (impl Write + ?Sized), character: char, count: usize) -> fmt::Result {
    const BLANKS: &str = "                                                                ";
    if character != ' ' {
        return (0..count).try_for_each(|_| out.write_char(character));
    }
    let mut left = count;
    while left > 0 {
        let piece = BLANKS.get(..left).unwrap_or(BLANKS);
        out.write_str(piece)?;
        left -= piece.len();
    }
    Ok(())
}

/// Writes the digits of a number at the end of `space`.
#[inline]
fn digits(value: u64, radix: Radix, space: &mut [u8; 64]) -> &str {
    match radix {
        Radix::Decimal => digits_to::<10>(value, space),
        Radix::Binary => digits_to::<2>(value, space),
        Radix::Octal => digits_to::<8>(value, space),
        Radix::Hexadecimal => digits_to::<16>(value, space),
    }
}

/// A base known here divides without a division.
fn digits_to<const BASE: u64>(mut value: u64, space: &mut [u8; 64]) -> &str {
    let mut start = space.len();
    for place in space.iter_mut().rev() {
        let digit = u8::try_from(value % BASE).unwrap_or(0);
        *place = digit + if digit < 10 { b'0' } else { b'A' - 10 };
        start -= 1;
        value /= BASE;
        if value == 0 {
            break;
        }
    }
    space.get(start..).and_then(|digits| core::str::from_utf8(digits).ok()).unwrap_or("")
}

/// The kind of one element of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    Text,
    Integer {
        len: u8,
        signed: bool,
    },
    Logical {
        len: u8,
    },
    Bits {
        first: u8,
        last: u8,
        signed: bool,
    },
    /// Every other data type whose elements have a text.
    Kind(DataType),
    /// Structures, and whatever has no text of its own: bytes.
    Bytes,
}

impl Shape {
    /// The shape of a token's elements.
    pub(super) const fn of_kind(kind: DataType) -> Self {
        match kind {
            DataType::Char => Self::Text,
            DataType::Byte => Self::Integer { len: 1, signed: false },
            DataType::Int | DataType::Enum => Self::Integer { len: 2, signed: true },
            DataType::Uint => Self::Integer { len: 2, signed: false },
            DataType::Int2 => Self::Integer { len: 4, signed: true },
            DataType::Int4 => Self::Integer { len: 8, signed: true },
            DataType::Boolean => Self::Logical { len: 2 },
            DataType::Unknown
            | DataType::Mark
            | DataType::List
            | DataType::Ssctl
            | DataType::Struct
            | DataType::Map
            | DataType::Table => Self::Bytes,
            kind => Self::Kind(kind),
        }
    }

    /// The shape of a field, and the data type a token of its kind would have (Template Services Manual 2-15, 2-16).
    pub(super) fn of_field(field: &Field<'_>) -> (Self, DataType) {
        if let Some((first, last)) = field.bit() {
            let unsigned = matches!(field.field_type(), FieldType::Bit { unsigned: true, .. });
            let kind = if unsigned { DataType::Uint } else { DataType::Int };
            return (Self::Bits { first, last, signed: !unsigned }, kind);
        }
        let kind = match field.field_type() {
            FieldType::Binary { bits, unsigned, .. } => {
                let kind = match (bits, unsigned) {
                    (8, _) => DataType::Byte,
                    (16, false) => DataType::Int,
                    (16, true) => DataType::Uint,
                    (32, _) => DataType::Int2,
                    _ => DataType::Int4,
                };
                return (Self::Integer { len: bits / 8, signed: !unsigned }, kind);
            }
            FieldType::Logical(len) => return (Self::Logical { len }, DataType::Boolean),
            FieldType::Character | FieldType::NumericDisplay => DataType::Char,
            FieldType::Enum => DataType::Enum,
            FieldType::Tacl(tacl) => tacl.data_type(),
            FieldType::Group => DataType::Struct,
            // The manual shows these as arrays of bytes: FLOAT, COMPLEX, packed decimals.
            _ => return (Self::Bytes, DataType::Unknown),
        };
        (Self::of_kind(kind), kind)
    }

    /// Bytes of one element; `None`: a value is one element.
    pub(super) const fn element_len(self) -> Option<usize> {
        Some(match self {
            Self::Text | Self::Bytes => return None,
            Self::Integer { len, .. } | Self::Logical { len } => match len {
                2 => 2,
                4 => 4,
                8 => 8,
                _ => 1,
            },
            Self::Bits { .. } => 2,
            Self::Kind(kind) => return kind.element_len(),
        })
    }

    /// The number in an element, if it is one: integers, logicals, bits, token codes, and the bytes of text.
    pub(super) fn number(self, element: &[u8]) -> Option<Number> {
        Some(match self {
            Self::Integer { signed, .. } => Number::from_be(element, signed),
            Self::Logical { .. } => Number::from_be(element, true),
            Self::Bits { first, last, signed } => {
                Number::bit_field(u16::from_be_bytes(*element.first_chunk()?), first, last, signed)
            }
            Self::Kind(DataType::TokenCode) | Self::Text => Number::from_be(element, false),
            _ => return None,
        })
    }
}

/// How values are written where no edit code says.
#[derive(Clone, Copy)]
pub(super) struct Style<'e> {
    pub(super) names: Names<'e>,
    pub(super) radix: Radix,
    /// The token lister's ways: `STOPPED (2)` for a label, floating point as an array of bytes.
    pub(super) is_listing: bool,
}

impl Style<'_> {
    /// Writes the elements of a value with a blank between them, by the data type's rule (Template Services Manual 2-13).
    pub(super) fn write(
        &self,
        out: &mut (impl Write + ?Sized),
        shape: Shape,
        bytes: &[u8],
        labels: Option<&dyn Labels>,
    ) -> fmt::Result {
        match shape.element_len() {
            None if shape == Shape::Text => text(out, bytes),
            None => self.write_bytes(out, bytes),
            Some(len) if bytes.len().is_multiple_of(len) => {
                separated(out, bytes.chunks_exact(len), |out, element| {
                    self.write_element(out, shape, element, labels)
                })
            }
            Some(_) => self.write_bytes(out, bytes),
        }
    }

    /// An array of 8-bit numbers.
    pub(super) fn write_bytes(&self, out: &mut (impl Write + ?Sized), bytes: &[u8]) -> fmt::Result {
        separated(out, bytes.chunks(1), |out, byte| {
            Number::from_be(byte, false).write(out, self.radix, 0, false)
        })
    }

    fn write_element(
        &self,
        out: &mut (impl Write + ?Sized),
        shape: Shape,
        element: &[u8],
        labels: Option<&dyn Labels>,
    ) -> fmt::Result {
        match shape {
            Shape::Integer { .. } | Shape::Bits { .. } => {
                let Some(number) = shape.number(element) else { return Ok(()) };
                let label = labels.zip(i32::try_from(number.value()).ok());
                let Some(label) = label.and_then(|(labels, value)| labels.label(value)) else {
                    return number.write(out, self.radix, 0, false);
                };
                out.write_str(label)?;
                if !self.is_listing {
                    return Ok(());
                }
                out.write_str(" (")?;
                number.write(out, self.radix, 0, false)?;
                out.write_char(')')
            }
            Shape::Logical { .. } => out.write_char(truth(element)),
            Shape::Kind(kind) => self.write_kind(out, kind, element),
            Shape::Text | Shape::Bytes => text(out, element),
        }
    }

    fn write_kind(&self, out: &mut (impl Write + ?Sized), kind: DataType, element: &[u8]) -> fmt::Result {
        let names = &self.names;
        match kind {
            DataType::Flt | DataType::Flt2 if self.is_listing => self.write_bytes(out, element),
            DataType::Flt => match element.first_chunk() {
                Some(bits) => write!(out, "{}", Flt::from_bits(u32::from_be_bytes(*bits)).to_f64()),
                None => Ok(()),
            },
            DataType::Flt2 => match element.first_chunk() {
                Some(bits) => write!(out, "{}", Flt2::from_bits(u64::from_be_bytes(*bits)).to_f64()),
                None => Ok(()),
            },
            DataType::Timestamp => {
                let time = timestamp(element);
                datetime::write_listed(out, time, names.utc_offset(time))
            }
            DataType::Ssid => names.write_ssid(out, ssid(element), 0),
            DataType::Error => {
                names.write_ssid(out, ssid(element), 0)?;
                out.write_char(' ')?;
                Number::from_be(element.get(Ssid::LEN..).unwrap_or_default(), true)
                    .write(out, self.radix, 0, false)
            }
            DataType::TokenCode => {
                let bits = element.first_chunk().map_or(0, |bits| u32::from_be_bytes(*bits));
                write!(out, "{}", TokenCode::from_bits(bits))
            }
            DataType::Fname => names.write_name(out, element, 3),
            DataType::Subvol => names.write_name(out, element, 2),
            DataType::Device => names.write_name(out, element, 1),
            DataType::Fname32 => {
                fixed(out, element, |out, bytes| names.write_fname32(out, &Fname32::from_bytes(bytes), 3))
            }
            DataType::Crtpid => {
                fixed(out, element, |out, bytes| names.write_crtpid(out, &Crtpid::from_bytes(bytes)))
            }
            DataType::Transid => {
                fixed(out, element, |out, bytes| names.write_transid(out, &Transid::from_bytes(bytes)))
            }
            DataType::Username => {
                fixed(out, element, |out, bytes| write!(out, "{}", Username::from_bytes(bytes)))
            }
            DataType::Phandle => {
                fixed(out, element, |out, bytes| write!(out, "{}", Phandle::from_bytes(bytes)))
            }
            // Those with a shape of their own, and those without a text.
            DataType::Char
            | DataType::Byte
            | DataType::Int
            | DataType::Int2
            | DataType::Int4
            | DataType::Uint
            | DataType::Enum
            | DataType::Boolean
            | DataType::Unknown
            | DataType::Mark
            | DataType::List
            | DataType::Ssctl
            | DataType::Struct
            | DataType::Map
            | DataType::Table => text(out, element),
        }
    }
}

/// Writes items with one blank between them.
pub(super) fn separated<W: Write + ?Sized, T>(
    out: &mut W,
    items: impl Iterator<Item = T>,
    mut write: impl FnMut(&mut W, T) -> fmt::Result,
) -> fmt::Result {
    for (at, item) in items.enumerate() {
        if at > 0 {
            out.write_char(' ')?;
        }
        write(out, item)?;
    }
    Ok(())
}

fn fixed<W: Write + ?Sized, const N: usize>(
    out: &mut W,
    element: &[u8],
    write: impl FnOnce(&mut W, [u8; N]) -> fmt::Result,
) -> fmt::Result {
    element.first_chunk().map_or(Ok(()), |bytes| write(out, *bytes))
}

/// `T` for any word that is not zero.
pub(super) fn truth(element: &[u8]) -> char {
    if element.iter().any(|byte| *byte != 0) { 'T' } else { 'F' }
}

pub(super) fn timestamp(element: &[u8]) -> Timestamp {
    Timestamp(element.first_chunk().map_or(0, |bytes| i64::from_be_bytes(*bytes)))
}

pub(super) fn ssid(element: &[u8]) -> Ssid {
    element.first_chunk().map_or(Ssid::NULL, |bytes| Ssid::from_bytes(*bytes))
}

#[cfg(test)]
mod tests {
    use alloc::string::String;

    use super::*;

    const PLAIN: Style<'static> = Style {
        names: Names { nodes: None, subsystems: None, node: None, offset: None },
        radix: Radix::Decimal,
        is_listing: false,
    };

    fn number(value: i16, radix: Radix, width: usize, zeros: bool) -> String {
        let mut out = String::new();
        Number::from_be(&value.to_be_bytes(), true).write(&mut out, radix, width, zeros).unwrap();
        out
    }

    #[test]
    fn numbers_are_filled_and_never_cut() {
        assert_eq!(number(140, Radix::Octal, 0, false), "214");
        assert_eq!(number(9, Radix::Decimal, 2, true), "09");
        assert_eq!(number(-12, Radix::Decimal, 5, true), "-0012");
        assert_eq!(number(-12, Radix::Decimal, 5, false), "  -12");
        assert_eq!(number(-12, Radix::Decimal, 1, true), "-12");
        assert_eq!(number(-1, Radix::Hexadecimal, 0, false), "FFFF");
        assert_eq!(number(5, Radix::Binary, 8, true), "00000101");
        assert_eq!(number(i16::MIN, Radix::Decimal, 0, false), "-32768");
        assert_eq!(Number::from_be(&[0xFF; 8], false).value(), -1);
        let mut out = String::new();
        Number::from_be(&[0xFF; 8], false).write(&mut out, Radix::Decimal, 0, false).unwrap();
        assert_eq!(out, "18446744073709551615");
    }

    #[test]
    fn bits_are_counted_from_the_most_significant() {
        assert_eq!(Number::bit_field(0b0110_0000_0000_0000, 1, 2, false).value(), 3);
        assert_eq!(Number::bit_field(0b0110_0000_0000_0000, 1, 2, true).value(), -1);
        assert_eq!(Number::bit_field(0x8001, 15, 15, false).value(), 1);
    }

    #[test]
    fn odd_bytes_become_question_marks() {
        for (bytes, shown) in [
            (&b"abc "[..], "abc "),
            ("Gr\u{fc}\u{df}e".as_bytes(), "Gr\u{fc}\u{df}e"),
            (b"a\xFFb\x07", "a?b?"),
            (b"\xE2\x82", "??"),
            ("a\u{85}b".as_bytes(), "a?b"),
        ] {
            let mut out = String::new();
            text(&mut out, bytes).unwrap();
            assert_eq!(out, shown);
        }
    }

    #[test]
    fn names_carry_their_node() {
        let nodes = [(3, "NODE")];
        let style = Style { names: Names { nodes: Some(&nodes), node: Some(3), ..PLAIN.names }, ..PLAIN };
        for (shape, bytes, shown) in [
            (Shape::Kind(DataType::Fname), &b"\\\x03DATA  APP             "[..], r"\NODE.$DATA.APP"),
            (Shape::Kind(DataType::Fname), b"\\\x04DATA  APP     FILE    ", r"\4.$DATA.APP.FILE"),
            (Shape::Kind(DataType::Fname32), b"\\NCN    $DATA   APP             ", r"\NCN.$DATA.APP"),
            (Shape::Kind(DataType::Subvol), b"$DATA   APP     ", "$DATA.APP"),
            (Shape::Kind(DataType::Crtpid), &[0, 1, 2, 3, 4, 5, 2, 94], r"\NODE.02,094"),
            (Shape::Kind(DataType::Crtpid), b"$ABC  \x02\x2D", "$ABC"),
            (Shape::Kind(DataType::Transid), &[4, 1, 0, 0, 0, 200, 0, 2], r"\NODE(2).1.200"),
            (Shape::Integer { len: 1, signed: false }, &[165, 82], "165 82"),
            (Shape::Integer { len: 2, signed: true }, &[1, 2, 3], "1 2 3"),
            (Shape::Logical { len: 2 }, &[0xFF, 0xFF, 0, 0], "T F"),
            (Shape::Kind(DataType::Flt), &[0, 0, 0, 0xFF], "0.5"),
        ] {
            let mut out = String::new();
            style.write(&mut out, shape, bytes, None).unwrap();
            assert_eq!(out, shown);
        }
    }
}
