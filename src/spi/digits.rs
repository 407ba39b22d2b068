//! Decimal digits without the formatting machinery.

/// Fills `place` with the last digits of a number.
#[inline(always)]
pub(crate) fn put_digits(place: &mut [u8], mut number: u32) {
    for place in place.iter_mut().rev() {
        *place = b'0' + u8::try_from(number % 10).unwrap_or(0);
        number /= 10;
    }
}

/// The digits of a number, which are put at the end of `place`.
#[inline]
pub(crate) fn decimal(mut number: u64, place: &mut [u8; 20]) -> &[u8] {
    let mut at = place.len();
    for digit in place.iter_mut().rev() {
        *digit = b'0' + u8::try_from(number % 10).unwrap_or(0);
        number /= 10;
        at -= 1;
        if number == 0 {
            break;
        }
    }
    place.get(at..).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_every_length() {
        for power in 0..64 {
            for number in [(1_u64 << power) - 1, 1 << power, (1 << power) + 1, 10_u64.pow(power % 20)] {
                assert_eq!(decimal(number, &mut [0; 20]), number.to_string().as_bytes());
            }
        }
        assert_eq!(decimal(u64::MAX, &mut [0; 20]), u64::MAX.to_string().as_bytes());
        let mut place = [0; 4];
        put_digits(&mut place, 12_034);
        assert_eq!(&place, b"2034");
    }
}
