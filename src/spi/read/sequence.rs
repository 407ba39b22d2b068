use super::buffer::Buffer;
use crate::spi::data_type::DataType;
use crate::spi::profile::Profile;
use crate::spi::ssid::Ssid;
use crate::spi::token_code::TokenCode;
use crate::spi::value::Element;

/// Takes tokens in the order in which one producer writes them: the shape of an event of one kind.
///
/// Each call verifies the whole code where the token should be and moves after the token, or answers `None` and stays.
/// Nothing is searched: with codes that are constants, this is as fast as reading a structure by hand. If in the end
/// [`Sequence::is_at_end`], then every token of the buffer was one of those asked for, once and in this order; else the
/// order is another one, and [`Buffer::find_many`] finds what there is. The structures that `zems catalog --format rust`
/// makes do both.
///
/// ```
/// use zems::spi::{TokenCode, read::Buffer};
///
/// let mut sequence = Buffer::parse(zems::samples::COMMAND)?.sequence();
/// let name = sequence.bytes(TokenCode::from_bits(0x01FF_2706));
/// assert_eq!(name, Some(&b"$SNA1"[..]));
/// assert!(!sequence.is_at_end());
/// # Ok::<(), zems::spi::read::DecodeError>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Sequence<'a> {
    bytes: &'a [u8],
    profile: &'a Profile,
    position: usize,
}

impl<'a> Buffer<'a> {
    /// The tokens of the top level, to be taken in an expected order.
    #[must_use]
    #[inline]
    pub fn sequence(&self) -> Sequence<'a> {
        Sequence { bytes: self.as_bytes(), profile: self.profile(), position: self.body().start }
    }
}

/// Bytes of owner and number, by which subsystems are distinguished.
const SUBSYSTEM_LEN: usize = 10;

impl<'a> Sequence<'a> {
    /// A subject mark.
    #[inline(always)]
    pub fn mark(&mut self) -> Option<()> {
        let bits = u32::from_be_bytes(*self.rest()?.first_chunk()?);
        if bits >> 31 != 0 || !self.profile.is_subject_mark(TokenCode::from_bits(bits)) {
            return None;
        }
        self.position += 4;
        Some(())
    }

    /// The value of a token of the message's own subsystem.
    #[inline(always)]
    pub fn value<T: Element>(&mut self, code: TokenCode) -> Option<T> {
        let before = self.position;
        let value = self.bytes(code)?;
        self.element(value, before)
    }

    /// The value of a token of another subsystem.
    #[inline(always)]
    pub fn value_of<T: Element>(&mut self, ssid: Ssid, code: TokenCode) -> Option<T> {
        let before = self.position;
        let value = self.bytes_of(ssid, code)?;
        self.element(value, before)
    }

    #[inline(always)]
    fn element<T: Element>(&mut self, value: &[u8], before: usize) -> Option<T> {
        if value.len() == T::LEN {
            return Some(T::read(value));
        }
        self.position = before;
        None
    }

    /// The bytes of a token of the message's own subsystem.
    #[inline(always)]
    pub fn bytes(&mut self, code: TokenCode) -> Option<&'a [u8]> {
        let (stored, rest) = self.rest()?.split_first_chunk()?;
        if u32::from_be_bytes(*stored) != u32::from(code) {
            return None;
        }
        self.take(code, 4, rest)
    }

    /// The bytes of a token of another subsystem.
    #[inline(always)]
    pub fn bytes_of(&mut self, ssid: Ssid, code: TokenCode) -> Option<&'a [u8]> {
        let (stored, rest) = self.rest()?.split_first_chunk()?;
        let (qualifier, rest) = rest.split_first_chunk::<{ Ssid::LEN }>()?;
        let (subsystem, expected) =
            (qualifier.first_chunk::<SUBSYSTEM_LEN>()?, ssid.as_bytes().first_chunk::<SUBSYSTEM_LEN>()?);
        if *stored != code.to_be_bytes(true) || subsystem != expected {
            return None;
        }
        self.take(code, 4 + Ssid::LEN, rest)
    }

    /// Whether all tokens have been taken.
    #[must_use]
    #[inline(always)]
    pub const fn is_at_end(&self) -> bool {
        self.position >= self.bytes.len()
    }

    #[inline(always)]
    fn rest(&self) -> Option<&'a [u8]> {
        self.bytes.get(self.position..)
    }

    /// The value in `rest`, which is `behind` bytes after the position.
    #[inline(always)]
    fn take(&mut self, code: TokenCode, behind: usize, rest: &'a [u8]) -> Option<&'a [u8]> {
        let (value, len) = if code.is_variable() {
            // Lists and tables are more than their bytes.
            if matches!(self.profile.data_type(code.type_code()), DataType::List | DataType::Table) {
                return None;
            }
            let (len, rest) = rest.split_first_chunk()?;
            let len = usize::from(u16::from_be_bytes(*len));
            (rest.get(..len)?, 2 + len)
        } else {
            let len = usize::from(code.length());
            (rest.get(..len)?, len)
        };
        let next = self.position + behind + len;
        self.position = next + (next & 1);
        Some(value)
    }
}
