use core::fmt;

/// A 32-bit real in Tandem format: sign, 22 fraction bits after a hidden 1, 9 exponent bits with excess 256.
///
/// All bits zero is 0. The value is `(-1)^sign * 1.fraction * 2^(exponent - 256)`; every one is an `f64` exactly.
///
/// ```
/// use zems::spi::Flt;
///
/// let half = Flt::from_bits(0x0000_00FF);
/// assert_eq!(half.to_f64(), 0.5);
/// assert_eq!(Flt::try_from(0.5), Ok(half));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Flt(u32);

/// A 64-bit real in Tandem format: sign, 54 fraction bits after a hidden 1, 9 exponent bits with excess 256.
///
/// It has two bits more than an `f64`; [`Flt2::to_f64`] rounds to the nearest one, ties to even.
///
/// ```
/// use zems::spi::Flt2;
///
/// let third = Flt2::try_from(1.0 / 3.0)?;
/// assert_eq!(third.to_f64(), 1.0 / 3.0);
/// # Ok::<(), zems::spi::FltRangeError>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Flt2(u64);

const EXPONENT_BITS: u32 = 9;
const EXPONENT_MASK: u64 = 0x1FF;
const EXPONENT_EXCESS: i32 = 256;
const F64_FRACTION_BITS: u32 = 52;
const F64_EXCESS: i32 = 1023;

impl Flt {
    const FRACTION_BITS: u32 = 22;

    /// The real with these bits.
    #[must_use]
    pub const fn from_bits(bits: u32) -> Self {
        Self(bits)
    }

    /// The bits as stored.
    #[must_use]
    pub const fn to_bits(self) -> u32 {
        self.0
    }

    /// The value.
    #[must_use]
    pub fn to_f64(self) -> f64 {
        to_f64(u64::from(self.0), Self::FRACTION_BITS)
    }
}

impl Flt2 {
    const FRACTION_BITS: u32 = 54;

    /// The real with these bits.
    #[must_use]
    pub const fn from_bits(bits: u64) -> Self {
        Self(bits)
    }

    /// The bits as stored.
    #[must_use]
    pub const fn to_bits(self) -> u64 {
        self.0
    }

    /// The value, or the `f64` nearest to it.
    #[must_use]
    pub fn to_f64(self) -> f64 {
        to_f64(self.0, Self::FRACTION_BITS)
    }
}

/// Rounds to the nearest value, ties to even.
impl TryFrom<f64> for Flt {
    type Error = FltRangeError;

    fn try_from(value: f64) -> Result<Self, FltRangeError> {
        from_f64(value, Self::FRACTION_BITS)
            .and_then(|bits| u32::try_from(bits).ok())
            .map(Self)
            .ok_or(FltRangeError)
    }
}

/// Exact for every `f64` in range.
impl TryFrom<f64> for Flt2 {
    type Error = FltRangeError;

    fn try_from(value: f64) -> Result<Self, FltRangeError> {
        from_f64(value, Self::FRACTION_BITS).map(Self).ok_or(FltRangeError)
    }
}

/// The number does not fit: infinite, not a number, or outside about 1e-77 to 1e77.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FltRangeError;

impl fmt::Display for FltRangeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the number is outside the range of Tandem floating point")
    }
}

impl core::error::Error for FltRangeError {}

fn to_f64(bits: u64, fraction_bits: u32) -> f64 {
    if bits == 0 {
        return 0.0;
    }
    let sign = bits >> (fraction_bits + EXPONENT_BITS) & 1;
    let fraction = bits >> EXPONENT_BITS & ((1 << fraction_bits) - 1);
    let exponent = i32::try_from(bits & EXPONENT_MASK).unwrap_or(0) - EXPONENT_EXCESS;
    // Adding the fraction to the exponent field lets a carry out of rounding raise the exponent.
    let aligned = round_to(fraction, fraction_bits, F64_FRACTION_BITS);
    let biased = u64::try_from(exponent + F64_EXCESS).unwrap_or(0);
    f64::from_bits(sign << 63 | ((biased << F64_FRACTION_BITS) + aligned))
}

fn from_f64(value: f64, fraction_bits: u32) -> Option<u64> {
    if value == 0.0 {
        return Some(0);
    }
    let bits = value.to_bits();
    let exponent = i32::try_from(bits >> F64_FRACTION_BITS & 0x7FF).ok()? - F64_EXCESS;
    // Infinities, NaN and subnormal numbers fall outside the range checked at the end.
    let fraction = bits & ((1 << F64_FRACTION_BITS) - 1);
    let aligned = round_to(fraction, F64_FRACTION_BITS, fraction_bits);
    let carry = aligned >> fraction_bits;
    let exponent = exponent + i32::try_from(carry).ok()?;
    let biased = u64::try_from(exponent + EXPONENT_EXCESS).ok().filter(|biased| *biased <= EXPONENT_MASK)?;
    let stored = (bits >> 63) << (fraction_bits + EXPONENT_BITS)
        | (aligned & ((1 << fraction_bits) - 1)) << EXPONENT_BITS
        | biased;
    // All bits zero means 0, so 2^-256 itself has no form.
    (stored != 0).then_some(stored)
}

/// A fraction of `from` bits in `to` bits: exact when there are more, nearest with ties to even when there are fewer.
/// The result may be `1 << to`: the carry.
fn round_to(fraction: u64, from: u32, to: u32) -> u64 {
    let Some(dropped) = from.checked_sub(to).filter(|dropped| *dropped > 0) else {
        return fraction << (to - from);
    };
    let kept = fraction >> dropped;
    let rest = fraction & ((1 << dropped) - 1);
    let half = 1 << (dropped - 1);
    kept + u64::from(rest > half || rest == half && kept & 1 == 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn known_values() {
        for (bits, value) in [
            (0, 0.0),
            (0x0000_0100, 1.0),
            (0x8000_0100, -1.0),
            (0x4000_0100, 1.5),
            (0x0000_0101, 2.0),
            (0x4800_0106, 100.0),
        ] {
            assert_eq!(Flt::from_bits(bits).to_f64(), value);
            assert_eq!(Flt::try_from(value), Ok(Flt::from_bits(bits)));
        }
        assert_eq!(Flt2::try_from(1.5), Ok(Flt2::from_bits(0x4000_0000_0000_0100)));
    }

    #[test]
    fn the_ends_of_the_range() {
        let largest = Flt::from_bits(0x7FFF_FFFF).to_f64();
        assert!((1.157e77..1.158e77).contains(&largest), "{largest}");
        let smallest = Flt::from_bits(0x0000_0200).to_f64();
        assert!((8.63e-78..8.64e-78).contains(&smallest), "{smallest}");
        for value in [f64::INFINITY, f64::NAN, 1e78, 1e-78, f64::MAX, f64::MIN_POSITIVE, 5e-324] {
            assert_eq!(Flt::try_from(value), Err(FltRangeError), "{value}");
            assert_eq!(Flt2::try_from(value), Err(FltRangeError), "{value}");
        }
        assert_eq!(Flt::try_from(2f64.powi(-256)), Err(FltRangeError));
        assert_eq!(Flt::try_from(-(2f64.powi(-256))), Ok(Flt::from_bits(0x8000_0000)));
    }

    #[test]
    fn two_bits_more_than_an_f64_are_rounded_to_even() {
        let one = |fraction: u64| Flt2::from_bits(fraction << 9 | 0x100).to_f64();
        assert_eq!(one(1), 1.0);
        assert_eq!(one(2), 1.0);
        assert_eq!(one(3), 1.0 + f64::EPSILON);
        assert_eq!(one(6), 1.0 + 2.0 * f64::EPSILON);
        assert_eq!(one((1 << 54) - 1), 2.0);
    }

    proptest! {
        #[test]
        fn every_flt_comes_back(bits: u32) {
            prop_assert_eq!(Flt::try_from(Flt::from_bits(bits).to_f64()), Ok(Flt::from_bits(bits)));
        }

        #[test]
        fn every_f64_in_range_is_a_flt2(fraction in 0u64..1 << 52, exponent in -255i32..=255, negative: bool) {
            let value = f64::from_bits(
                u64::from(negative) << 63 | u64::try_from(exponent + 1023).unwrap() << 52 | fraction,
            );
            prop_assert_eq!(Flt2::try_from(value).map(Flt2::to_f64), Ok(value));
        }
    }
}
