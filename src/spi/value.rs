use core::fmt;
use core::iter::FusedIterator;
use core::marker::PhantomData;

use byteorder::{BigEndian, ByteOrder};

use super::data_type::DataType;
use super::flt::{Flt, Flt2};
use super::names::{Crtpid, Device, Fname, Fname32, Phandle, Subvol, Transid, Username};
use super::ssid::Ssid;
use super::timestamp::Timestamp;
use super::token_code::TokenCode;

/// The bytes of one value, seen as its data type says.
///
/// Nothing is copied; arrays read their elements when asked. A value whose length is not a whole number of elements, and
/// one of a type that no definition explains, is [`Value::Raw`].
///
/// ```
/// use zems::spi::{DataType, Value};
///
/// let Value::Int(numbers) = Value::new(DataType::Int, &[0xFF, 0xFE, 0, 3]) else { panic!() };
/// assert!(numbers.iter().eq([-2, 3]));
/// assert_eq!(Value::new(DataType::Int, &[1, 2, 3]), Value::Raw(&[1, 2, 3]));
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[allow(missing_docs)]
#[non_exhaustive]
pub enum Value<'a> {
    /// Text, or anything else in one-byte characters.
    Char(&'a [u8]),
    Byte(&'a [u8]),
    Int(Array<'a, i16>),
    Int2(Array<'a, i32>),
    Int4(Array<'a, i64>),
    Uint(Array<'a, u16>),
    Enum(Array<'a, i16>),
    Boolean(Array<'a, Boolean>),
    Flt(Array<'a, Flt>),
    Flt2(Array<'a, Flt2>),
    Timestamp(Array<'a, Timestamp>),
    Ssid(Array<'a, Ssid>),
    Error(Array<'a, ErrorToken>),
    TokenCode(Array<'a, TokenCode>),
    Fname(Array<'a, Fname>),
    Fname32(Array<'a, Fname32>),
    Subvol(Array<'a, Subvol>),
    Device(Array<'a, Device>),
    Crtpid(Array<'a, Crtpid>),
    Username(Array<'a, Username>),
    Phandle(Array<'a, Phandle>),
    Transid(Array<'a, Transid>),
    /// The bytes of a structure; its DEF says what they hold.
    Struct(&'a [u8]),
    /// A mark without a value.
    Mark,
    /// Bytes of no known meaning, or of one that does not fit them.
    Raw(&'a [u8]),
}

impl<'a> Value<'a> {
    /// Sees `bytes` as a value of this kind.
    #[must_use]
    #[inline]
    pub fn new(kind: DataType, bytes: &'a [u8]) -> Self {
        fn array<'a, T: Element>(bytes: &'a [u8], value: fn(Array<'a, T>) -> Value<'a>) -> Value<'a> {
            Array::new(bytes).map_or(Value::Raw(bytes), value)
        }
        match kind {
            DataType::Char => Self::Char(bytes),
            DataType::Byte => Self::Byte(bytes),
            DataType::Int => array(bytes, Self::Int),
            DataType::Int2 => array(bytes, Self::Int2),
            DataType::Int4 => array(bytes, Self::Int4),
            DataType::Uint => array(bytes, Self::Uint),
            DataType::Enum => array(bytes, Self::Enum),
            DataType::Boolean => array(bytes, Self::Boolean),
            DataType::Flt => array(bytes, Self::Flt),
            DataType::Flt2 => array(bytes, Self::Flt2),
            DataType::Timestamp => array(bytes, Self::Timestamp),
            DataType::Ssid => array(bytes, Self::Ssid),
            DataType::Error => array(bytes, Self::Error),
            DataType::TokenCode => array(bytes, Self::TokenCode),
            DataType::Fname => array(bytes, Self::Fname),
            DataType::Fname32 => array(bytes, Self::Fname32),
            DataType::Subvol => array(bytes, Self::Subvol),
            DataType::Device => array(bytes, Self::Device),
            DataType::Crtpid => array(bytes, Self::Crtpid),
            DataType::Username => array(bytes, Self::Username),
            DataType::Phandle => array(bytes, Self::Phandle),
            DataType::Transid => array(bytes, Self::Transid),
            DataType::Struct => Self::Struct(bytes),
            DataType::Mark if bytes.is_empty() => Self::Mark,
            DataType::Mark
            | DataType::List
            | DataType::Ssctl
            | DataType::Map
            | DataType::Table
            | DataType::Unknown => Self::Raw(bytes),
        }
    }
}

/// A fixed-size thing that values are made of.
pub trait Element: Copy {
    /// Bytes of one element.
    const LEN: usize;

    /// The element in exactly [`Self::LEN`] bytes.
    #[must_use]
    fn read(bytes: &[u8]) -> Self;
}

/// One or more elements of a value, read when asked for.
#[derive(Clone, Copy)]
pub struct Array<'a, T> {
    bytes: &'a [u8],
    element: PhantomData<T>,
}

impl<'a, T: Element> Array<'a, T> {
    /// `None` when `bytes` is not a whole number of elements.
    #[must_use]
    #[inline]
    pub fn new(bytes: &'a [u8]) -> Option<Self> {
        bytes.len().is_multiple_of(T::LEN).then_some(Self { bytes, element: PhantomData })
    }

    /// How many elements there are.
    #[must_use]
    #[inline]
    pub const fn len(&self) -> usize {
        self.bytes.len() / T::LEN
    }

    /// Whether there is no element.
    #[must_use]
    #[inline]
    pub const fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// The bytes of all elements.
    #[must_use]
    #[inline]
    pub const fn as_bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// Element `index`, from 0.
    #[must_use]
    #[inline]
    pub fn get(&self, index: usize) -> Option<T> {
        let start = index.checked_mul(T::LEN)?;
        self.bytes.get(start..)?.get(..T::LEN).map(T::read)
    }

    /// The only element, when there is just one.
    #[must_use]
    #[inline]
    pub fn only(&self) -> Option<T> {
        (self.bytes.len() == T::LEN).then(|| T::read(self.bytes))
    }

    /// The elements in order.
    pub fn iter(
        &self,
    ) -> impl ExactSizeIterator<Item = T> + DoubleEndedIterator + FusedIterator + Clone + use<'a, T> {
        self.bytes.chunks_exact(T::LEN).map(T::read)
    }
}

impl<T: Element + fmt::Debug> fmt::Debug for Array<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

impl<T> PartialEq for Array<'_, T> {
    fn eq(&self, other: &Self) -> bool {
        self.bytes == other.bytes
    }
}

/// A logical value: false is 0, anything else is true; -1 is what is written for true (EMS Manual 3-3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Boolean(i16);

impl Boolean {
    /// 0.
    pub const FALSE: Self = Self(0);
    /// -1.
    pub const TRUE: Self = Self(-1);

    /// Whether the word is not 0.
    #[must_use]
    #[inline]
    pub const fn is_true(self) -> bool {
        self.0 != 0
    }

    /// The word as stored.
    #[must_use]
    #[inline]
    pub const fn word(self) -> i16 {
        self.0
    }
}

impl From<bool> for Boolean {
    fn from(value: bool) -> Self {
        if value { Self::TRUE } else { Self::FALSE }
    }
}

/// The number of an error and the subsystem it belongs to: ZSPI-DDL-ERROR (SPI Programming Manual 2-48).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(clippy::exhaustive_structs)]
pub struct ErrorToken {
    /// Whose error it is.
    pub ssid: Ssid,
    /// The error number.
    pub error: i16,
}

/// Fits `bytes` into an array: exact for the lengths `Element::read` is called with.
fn exactly<const N: usize>(bytes: &[u8]) -> [u8; N] {
    bytes.first_chunk().copied().unwrap_or([0; N])
}

macro_rules! elements {
    ($($type:ty, $len:expr, $read:expr;)*) => {$(
        impl Element for $type {
            const LEN: usize = $len;

            #[inline]
            fn read(bytes: &[u8]) -> Self {
                $read(bytes)
            }
        }
    )*};
}

elements! {
    u8, 1, |bytes: &[u8]| bytes.first().copied().unwrap_or(0);
    i16, 2, BigEndian::read_i16;
    u16, 2, BigEndian::read_u16;
    i32, 4, BigEndian::read_i32;
    i64, 8, BigEndian::read_i64;
    Boolean, 2, |bytes| Self(BigEndian::read_i16(bytes));
    Flt, 4, |bytes| Self::from_bits(BigEndian::read_u32(bytes));
    Flt2, 8, |bytes| Self::from_bits(BigEndian::read_u64(bytes));
    Timestamp, 8, |bytes| Self(BigEndian::read_i64(bytes));
    TokenCode, 4, |bytes| Self::from_bits(BigEndian::read_u32(bytes));
    Ssid, Ssid::LEN, |bytes| Self::from_bytes(exactly(bytes));
    ErrorToken, 14, |bytes| Self { ssid: Ssid::from_bytes(exactly(bytes)), error: i16::from_be_bytes(last_word(bytes)) };
    Fname, Fname::LEN, |bytes| Self::from_bytes(exactly(bytes));
    Fname32, Fname32::LEN, |bytes| Self::from_bytes(exactly(bytes));
    Subvol, Subvol::LEN, |bytes| Self::from_bytes(exactly(bytes));
    Device, Device::LEN, |bytes| Self::from_bytes(exactly(bytes));
    Crtpid, Crtpid::LEN, |bytes| Self::from_bytes(exactly(bytes));
    Username, Username::LEN, |bytes| Self::from_bytes(exactly(bytes));
    Phandle, Phandle::LEN, |bytes| Self::from_bytes(exactly(bytes));
    Transid, Transid::LEN, |bytes| Self::from_bytes(exactly(bytes));
}

fn last_word(bytes: &[u8]) -> [u8; 2] {
    bytes.last_chunk().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrays_read_their_elements() {
        let array = Array::<u16>::new(&[0, 1, 0xFF, 0xFF]).unwrap();
        assert_eq!((array.len(), array.get(1), array.get(2), array.only()), (2, Some(65535), None, None));
        assert!(array.get(usize::MAX).is_none());
        assert!(Array::<u16>::new(&[]).unwrap().is_empty());
        assert_eq!(Array::<i64>::new(&[0; 8]).unwrap().only(), Some(0));
    }

    #[test]
    fn an_error_is_an_ssid_and_a_number() {
        let bytes = *b"TANDEM  \x00\x34D\x00\xFF\xF8";
        let Value::Error(errors) = Value::new(DataType::Error, &bytes) else { unreachable!() };
        let error = errors.only().unwrap();
        assert_eq!((error.ssid.to_string().as_str(), error.error), ("TANDEM.52.D00", -8));
    }

    #[test]
    fn every_element_size_is_the_kinds() {
        fn size<'a, T: Element>(_: fn(Array<'a, T>) -> Value<'a>) -> Option<usize> {
            Some(T::LEN)
        }
        for (kind, len) in [
            (DataType::Int, size(Value::Int)),
            (DataType::Uint, size(Value::Uint)),
            (DataType::Enum, size(Value::Enum)),
            (DataType::Boolean, size(Value::Boolean)),
            (DataType::Int2, size(Value::Int2)),
            (DataType::Int4, size(Value::Int4)),
            (DataType::Flt, size(Value::Flt)),
            (DataType::Flt2, size(Value::Flt2)),
            (DataType::Timestamp, size(Value::Timestamp)),
            (DataType::Ssid, size(Value::Ssid)),
            (DataType::Error, size(Value::Error)),
            (DataType::TokenCode, size(Value::TokenCode)),
            (DataType::Fname, size(Value::Fname)),
            (DataType::Fname32, size(Value::Fname32)),
            (DataType::Subvol, size(Value::Subvol)),
            (DataType::Device, size(Value::Device)),
            (DataType::Crtpid, size(Value::Crtpid)),
            (DataType::Username, size(Value::Username)),
            (DataType::Phandle, size(Value::Phandle)),
            (DataType::Transid, size(Value::Transid)),
        ] {
            assert_eq!(kind.element_len(), len, "{kind:?}");
        }
    }
}
