use super::output::Output;
use crate::spi::data_type::DataType;
use crate::spi::flt::{Flt, Flt2};
use crate::spi::names::{Crtpid, Device, Fname, Fname32, Phandle, Subvol, Transid, Username};
use crate::spi::ssid::Ssid;
use crate::spi::timestamp::Timestamp;
use crate::spi::token_code::TokenCode;
use crate::spi::value::{Boolean, ErrorToken};

/// A value that a token can be given.
///
/// Numbers, text and the types of [`crate::spi`] are values of the data types that store them, so that a number put under
/// the code of a text is refused. Slices and arrays are values of several elements. [`Raw`] is bytes for any type.
///
/// | value | data types |
/// |---|---|
/// | `&str`, `[u8]` | CHAR, BYTE, STRUCT, and types without a meaning |
/// | `bool`, [`Boolean`] | BOOLEAN |
/// | `i16` | INT, ENUM |
/// | `u16` | UINT |
/// | `i32`, `i64` | INT2, INT4 |
/// | `()` | MARK, and whatever has no value |
/// | [`Timestamp`], [`Ssid`], [`Fname`] ... | the type of that name |
pub trait Encode {
    /// Bytes of the value, without length word and pad.
    #[must_use]
    fn encoded_len(&self) -> usize;

    /// Whether values of this kind are stored so.
    #[must_use]
    fn fits(&self, kind: DataType) -> bool;

    /// Writes exactly [`Encode::encoded_len`] bytes, for which there is space.
    fn encode(&self, output: &mut impl Output);

    /// Whether the value may be no whole number of elements of a kind it fits.
    #[must_use]
    #[inline]
    fn is_raw(&self) -> bool {
        true
    }

    /// Writes a token code and then the value, for which there is space: at once, where that is one store.
    #[inline]
    fn encode_after(&self, code: [u8; 4], output: &mut impl Output) {
        output.extend(&code);
        self.encode(output);
    }
}

/// Bytes that are the value whatever the data type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_structs)]
pub struct Raw<'a>(pub &'a [u8]);

impl Encode for Raw<'_> {
    #[inline]
    fn encoded_len(&self) -> usize {
        self.0.len()
    }

    #[inline]
    fn fits(&self, _: DataType) -> bool {
        true
    }

    #[inline]
    fn encode(&self, output: &mut impl Output) {
        output.extend(self.0);
    }
}

impl<T: Encode + ?Sized> Encode for &T {
    #[inline]
    fn encoded_len(&self) -> usize {
        (**self).encoded_len()
    }

    #[inline]
    fn fits(&self, kind: DataType) -> bool {
        (**self).fits(kind)
    }

    #[inline]
    fn encode(&self, output: &mut impl Output) {
        (**self).encode(output);
    }

    #[inline]
    fn is_raw(&self) -> bool {
        (**self).is_raw()
    }

    #[inline(always)]
    fn encode_after(&self, code: [u8; 4], output: &mut impl Output) {
        (**self).encode_after(code, output);
    }
}

/// No value at all.
impl Encode for () {
    #[inline]
    fn encoded_len(&self) -> usize {
        0
    }

    #[inline]
    fn fits(&self, _: DataType) -> bool {
        true
    }

    #[inline]
    fn encode(&self, _: &mut impl Output) {}
}

impl Encode for str {
    #[inline]
    fn encoded_len(&self) -> usize {
        self.len()
    }

    #[inline]
    fn fits(&self, kind: DataType) -> bool {
        self.as_bytes().fits(kind)
    }

    #[inline]
    fn encode(&self, output: &mut impl Output) {
        output.extend(self.as_bytes());
    }

    #[inline]
    fn is_raw(&self) -> bool {
        false
    }
}

impl Encode for [u8] {
    #[inline]
    fn encoded_len(&self) -> usize {
        self.len()
    }

    #[inline]
    fn fits(&self, kind: DataType) -> bool {
        matches!(kind, DataType::Char | DataType::Byte | DataType::Struct | DataType::Unknown)
    }

    #[inline]
    fn encode(&self, output: &mut impl Output) {
        output.extend(self);
    }

    #[inline]
    fn is_raw(&self) -> bool {
        false
    }
}

impl<const N: usize> Encode for [u8; N] {
    #[inline]
    fn encoded_len(&self) -> usize {
        N
    }

    #[inline]
    fn fits(&self, kind: DataType) -> bool {
        self.as_slice().fits(kind)
    }

    #[inline]
    fn encode(&self, output: &mut impl Output) {
        output.extend(self);
    }
}

macro_rules! encode {
    ($($type:ty, $kinds:pat, $bytes:expr;)*) => {$(
        impl Encode for $type {
            #[inline]
            fn encoded_len(&self) -> usize {
                $bytes(self).len()
            }

            #[inline]
            fn fits(&self, kind: DataType) -> bool {
                matches!(kind, $kinds)
            }

            #[inline]
            fn encode(&self, output: &mut impl Output) {
                output.extend(&$bytes(self)[..]);
            }

            #[inline]
            fn is_raw(&self) -> bool {
                false
            }

            #[inline(always)]
            fn encode_after(&self, code: [u8; 4], output: &mut impl Output) {
                token(code, $bytes(self), output);
            }
        }

        impl Encode for [$type] {
            #[inline]
            fn encoded_len(&self) -> usize {
                self.iter().map(Encode::encoded_len).sum()
            }

            #[inline]
            fn fits(&self, kind: DataType) -> bool {
                matches!(kind, $kinds)
            }

            fn encode(&self, output: &mut impl Output) {
                for element in self {
                    element.encode(output);
                }
            }
        }

        impl<const N: usize> Encode for [$type; N] {
            #[inline]
            fn encoded_len(&self) -> usize {
                self.as_slice().encoded_len()
            }

            #[inline]
            fn fits(&self, kind: DataType) -> bool {
                self.as_slice().fits(kind)
            }

            fn encode(&self, output: &mut impl Output) {
                self.as_slice().encode(output);
            }
        }
    )*};
}

encode! {
    i16, DataType::Int | DataType::Enum, |value: &i16| value.to_be_bytes();
    u16, DataType::Uint, |value: &u16| value.to_be_bytes();
    i32, DataType::Int2, |value: &i32| value.to_be_bytes();
    i64, DataType::Int4, |value: &i64| value.to_be_bytes();
    bool, DataType::Boolean, |value: &bool| Boolean::from(*value).word().to_be_bytes();
    Boolean, DataType::Boolean, |value: &Boolean| value.word().to_be_bytes();
    Flt, DataType::Flt, |value: &Flt| value.to_bits().to_be_bytes();
    Flt2, DataType::Flt2, |value: &Flt2| value.to_bits().to_be_bytes();
    Timestamp, DataType::Timestamp, |value: &Timestamp| value.0.to_be_bytes();
    TokenCode, DataType::TokenCode, |value: &TokenCode| value.to_be_bytes(false);
    Ssid, DataType::Ssid, |value: &Ssid| *value.as_bytes();
    ErrorToken, DataType::Error, error_bytes;
    Fname, DataType::Fname, |value: &Fname| *value.as_bytes();
    Fname32, DataType::Fname32, |value: &Fname32| *value.as_bytes();
    Subvol, DataType::Subvol, |value: &Subvol| *value.as_bytes();
    Device, DataType::Device, |value: &Device| *value.as_bytes();
    Crtpid, DataType::Crtpid, |value: &Crtpid| *value.as_bytes();
    Username, DataType::Username, |value: &Username| *value.as_bytes();
    Phandle, DataType::Phandle, |value: &Phandle| *value.as_bytes();
    Transid, DataType::Transid, |value: &Transid| *value.as_bytes();
}

/// Writes code and value: short values in one store.
#[inline(always)]
fn token<const N: usize>(code: [u8; 4], value: [u8; N], output: &mut impl Output) {
    let [a, b, c, d] = code;
    match value[..] {
        [e, f] => output.extend(&[a, b, c, d, e, f]),
        [e, f, g, h] => output.extend(&[a, b, c, d, e, f, g, h]),
        [e, f, g, h, i, j, k, l] => output.extend(&[a, b, c, d, e, f, g, h, i, j, k, l]),
        _ => {
            output.extend(&code);
            output.extend(&value);
        }
    }
}

fn error_bytes(value: &ErrorToken) -> [u8; 14] {
    let mut bytes = [0; 14];
    let parts = value.ssid.as_bytes().iter().copied().chain(value.error.to_be_bytes());
    bytes.iter_mut().zip(parts).for_each(|(to, from)| *to = from);
    bytes
}
