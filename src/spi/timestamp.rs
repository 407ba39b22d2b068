use core::fmt;
use core::str::FromStr;

use super::digits::put_digits;

/// Microseconds since noon GMT of 1 January 4713 BC (Julian day 0), or an elapsed time in microseconds.
///
/// 0 stands for "not set"; a value below 10^15 (or below 0) is an elapsed time, since no event was ever dated in the
/// first 31 years of the Julian period.
///
/// ```
/// use zems::spi::Timestamp;
///
/// let new_year = Timestamp(212_570_827_200_000_000);
/// assert_eq!(new_year.to_string(), "2024-01-01T00:00:00.000000Z");
/// assert_eq!("2024-01-01T01:00:00+01:00".parse(), Ok(new_year));
/// assert_eq!(Timestamp::from_unix_micros(0).map(|t| t.0), Some(210_866_760_000_000_000));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(pub i64);

const UNIX_EPOCH: i64 = 210_866_760_000_000_000;
const FIRST_DATE: i64 = 1_000_000_000_000_000;
const MICROS_PER_DAY: i64 = 86_400_000_000;
/// Days from 1 March of year 0 (Gregorian rules carried back) to the Unix epoch.
const DAYS_TO_1970: i64 = 719_468;

impl Timestamp {
    /// No time at all.
    pub const UNSET: Self = Self(0);

    /// The time this many microseconds after 1970 began; `None` outside the range.
    #[must_use]
    pub const fn from_unix_micros(micros: i64) -> Option<Self> {
        match micros.checked_add(UNIX_EPOCH) {
            Some(julian) => Some(Self(julian)),
            None => None,
        }
    }

    /// Microseconds since 1970 began, negative before; `None` outside the range.
    #[must_use]
    pub const fn unix_micros(self) -> Option<i64> {
        self.0.checked_sub(UNIX_EPOCH)
    }

    /// The local time at this offset from GMT; east is positive, in seconds.
    #[must_use]
    pub fn shifted(self, seconds: i32) -> Self {
        Self(self.0.saturating_add(i64::from(seconds) * 1_000_000))
    }

    /// The time at which the clocks of a zone show `local`. `zone` tells how many seconds east of GMT they are at a time.
    ///
    /// Of an hour that clocks show twice, as when summer time ends, the first is taken. A time that they leave out, as when
    /// summer time begins, is counted from before.
    ///
    /// ```
    /// use zems::spi::Timestamp;
    ///
    /// let spring: Timestamp = "2026-03-29T01:00:00Z".parse()?;
    /// let berlin = |time| if time < spring { 3600 } else { 7200 };
    /// assert_eq!(Timestamp::from_local("2026-03-29T01:30:00Z".parse()?, berlin), "2026-03-29T00:30:00Z".parse()?);
    /// assert_eq!(Timestamp::from_local("2026-03-29T02:30:00Z".parse()?, berlin), "2026-03-29T01:30:00Z".parse()?);
    /// assert_eq!(Timestamp::from_local("2026-03-29T03:30:00Z".parse()?, berlin), "2026-03-29T01:30:00Z".parse()?);
    /// # Ok::<(), zems::spi::ParseTimestampError>(())
    /// ```
    #[must_use]
    pub fn from_local(local: Self, zone: impl Fn(Self) -> i32) -> Self {
        let by = |seconds: i32| local.shifted(seconds.saturating_neg());
        let before = zone(Self(local.0.saturating_sub(MICROS_PER_DAY)));
        let first = by(before);
        let offset = zone(first);
        if offset == before {
            return first;
        }
        let second = by(offset);
        if zone(second) == offset { second } else { first }
    }

    /// Whether the value is a length of time rather than a date.
    #[must_use]
    pub const fn is_elapsed(self) -> bool {
        self.0 < FIRST_DATE && self.0 != 0
    }

    /// Date and time in GMT, when the value is a date in the years 1 to 9999.
    #[must_use]
    pub fn civil(self) -> Option<Civil> {
        if self.0 < FIRST_DATE {
            return None;
        }
        let unix = self.unix_micros()?;
        let micros = unix.rem_euclid(MICROS_PER_DAY);
        let (year, month, day) = date_of(unix.div_euclid(MICROS_PER_DAY));
        let field = |divisor: i64, modulus: i64| u32::try_from(micros / divisor % modulus).ok();
        (1..=9999).contains(&year).then_some(Civil {
            year: u16::try_from(year).ok()?,
            month,
            day,
            hour: u8::try_from(field(3_600_000_000, 24)?).ok()?,
            minute: u8::try_from(field(60_000_000, 60)?).ok()?,
            second: u8::try_from(field(1_000_000, 60)?).ok()?,
            microsecond: field(1, 1_000_000)?,
        })
    }
}

/// A date and a time of day; what zone they are in is for the holder to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs)]
pub struct Civil {
    pub year: u16,
    pub month: u8,
    pub day: u8,
    pub hour: u8,
    pub minute: u8,
    pub second: u8,
    pub microsecond: u32,
}

impl Civil {
    /// The timestamp, taken as GMT; `None` when a field is out of its range (a leap second is the next one).
    #[must_use]
    pub fn timestamp(self) -> Option<Timestamp> {
        let valid = (1..=9999).contains(&self.year)
            && (1..=12).contains(&self.month)
            && (1..=days_in(self.year, self.month)).contains(&self.day)
            && self.hour < 24
            && self.minute < 60
            && self.second <= 60
            && self.microsecond < 1_000_000;
        if !valid {
            return None;
        }
        let seconds = (days_to(self) * 24 + i64::from(self.hour)) * 3600
            + i64::from(self.minute) * 60
            + i64::from(self.second);
        Timestamp::from_unix_micros(seconds * 1_000_000 + i64::from(self.microsecond))
    }
}

/// Year, month and day of a day number counted from 1970, by 400-year cycles of 146,097 days that begin in March.
fn date_of(day: i64) -> (i64, u8, u8) {
    let day = day + DAYS_TO_1970;
    let cycle = day.div_euclid(146_097);
    let of_cycle = day.rem_euclid(146_097);
    let year = (of_cycle - of_cycle / 1_460 + of_cycle / 36_524 - of_cycle / 146_096) / 365;
    let of_year = of_cycle - (365 * year + year / 4 - year / 100);
    let march_month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * march_month + 2) / 5 + 1;
    let month = if march_month < 10 { march_month + 3 } else { march_month - 9 };
    let year = year + cycle * 400 + i64::from(month <= 2);
    (year, u8::try_from(month).unwrap_or(1), u8::try_from(day).unwrap_or(1))
}

fn days_to(date: Civil) -> i64 {
    let month = i64::from(date.month);
    let year = i64::from(date.year) - i64::from(month <= 2);
    let of_cycle = year.rem_euclid(400);
    let march_month = if month > 2 { month - 3 } else { month + 9 };
    let of_year = (153 * march_month + 2) / 5 + i64::from(date.day) - 1;
    year.div_euclid(400) * 146_097 + of_cycle * 365 + of_cycle / 4 - of_cycle / 100 + of_year - DAYS_TO_1970
}

fn days_in(year: u16, month: u8) -> u8 {
    let is_leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        2 => 28 + u8::from(is_leap),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

impl Timestamp {
    /// RFC 3339 with microseconds in GMT, of a date in the years 1 to 9999.
    #[inline]
    pub(crate) fn rfc3339(self) -> Option<[u8; 27]> {
        let Civil { year, month, day, hour, minute, second, microsecond } = self.civil()?;
        let mut text = *b"0000-00-00T00:00:00.000000Z";
        for (at, len, number) in [
            (0, 4, year.into()),
            (5, 2, month.into()),
            (8, 2, day.into()),
            (11, 2, hour.into()),
            (14, 2, minute.into()),
            (17, 2, second.into()),
            (20, 6, microsecond),
        ] {
            put_digits(text.get_mut(at..at + len).unwrap_or_default(), number);
        }
        Some(text)
    }
}

/// RFC 3339 with microseconds in GMT; a value that is not a date in the years 1 to 9999 prints as a plain number.
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.rfc3339() {
            Some(text) => f.write_str(core::str::from_utf8(&text).unwrap_or_default()),
            None => write!(f, "{}", self.0),
        }
    }
}

/// Reads RFC 3339 (`T`, `t` or a blank between date and time, any fraction cut to microseconds, `Z` or an offset) or a
/// plain number of microseconds.
impl FromStr for Timestamp {
    type Err = ParseTimestampError;

    fn from_str(text: &str) -> Result<Self, ParseTimestampError> {
        if let Ok(micros) = text.parse() {
            return Ok(Self(micros));
        }
        rfc3339(text.as_bytes()).ok_or(ParseTimestampError)
    }
}

fn rfc3339(text: &[u8]) -> Option<Timestamp> {
    let (date, rest) = text.split_at_checked(10)?;
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = *date else { return None };
    let (b'T' | b't' | b' ', rest) = rest.split_first()? else { return None };
    let (time, mut rest) = rest.split_at_checked(8)?;
    let [h1, h2, b':', n1, n2, b':', s1, s2] = *time else { return None };
    let mut microsecond = 0;
    if let Some((b'.', fraction)) = rest.split_first() {
        let digits = fraction.iter().take_while(|byte| byte.is_ascii_digit()).count();
        if digits == 0 {
            return None;
        }
        let padded =
            fraction.iter().take(digits.min(6)).chain(core::iter::repeat_n(&b'0', 6 - digits.min(6)));
        microsecond = padded.fold(0, |sum, digit| sum * 10 + u32::from(digit - b'0'));
        rest = fraction.get(digits..)?;
    }
    let offset_minutes = match *rest {
        [b'Z' | b'z'] => 0,
        [sign @ (b'+' | b'-'), h1, h2, b':', m1, m2] => {
            let (hours, minutes) = (number(&[h1, h2])?, number(&[m1, m2])?);
            if hours > 23 || minutes > 59 {
                return None;
            }
            let minutes = i64::from(hours) * 60 + i64::from(minutes);
            if sign == b'-' { -minutes } else { minutes }
        }
        _ => return None,
    };
    let byte = |digits: &[u8]| number(digits).and_then(|value| u8::try_from(value).ok());
    let civil = Civil {
        year: number(&[y1, y2, y3, y4])?,
        month: byte(&[m1, m2])?,
        day: byte(&[d1, d2])?,
        hour: byte(&[h1, h2])?,
        minute: byte(&[n1, n2])?,
        second: byte(&[s1, s2])?,
        microsecond,
    };
    let local = civil.timestamp()?;
    Some(Timestamp(local.0 - offset_minutes * 60_000_000))
}

fn number(digits: &[u8]) -> Option<u16> {
    digits.iter().try_fold(0, |sum, digit| digit.is_ascii_digit().then(|| sum * 10 + u16::from(digit - b'0')))
}

/// A text is neither an RFC 3339 time nor a number of microseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParseTimestampError;

impl fmt::Display for ParseTimestampError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a time is written 2026-11-20T10:15:00.123456Z, or as a number of microseconds")
    }
}

impl core::error::Error for ParseTimestampError {}

/// A time zone: how far its local time is ahead of GMT.
///
/// ```
/// use zems::spi::{Timestamp, UtcOffset};
///
/// let cet = |_: Timestamp| 3600;
/// assert_eq!(cet.utc_offset(Timestamp::UNSET), 3600);
/// ```
pub trait UtcOffset: Send + Sync {
    /// Seconds east of GMT at this time.
    fn utc_offset(&self, time: Timestamp) -> i32;
}

impl<F: Fn(Timestamp) -> i32 + Send + Sync> UtcOffset for F {
    fn utc_offset(&self, time: Timestamp) -> i32 {
        self(time)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_written_as_its_fields_are() {
        for step in 0..20_000_i64 {
            let time = Timestamp(
                step.wrapping_mul(0x9E37_79B9_7F4A_7C15_u64.cast_signed())
                    .rem_euclid(400_000_000_000_000_000),
            );
            let expected = match time.civil() {
                Some(Civil { year, month, day, hour, minute, second, microsecond }) => format!(
                    "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{microsecond:06}Z"
                ),
                None => time.0.to_string(),
            };
            assert_eq!(time.to_string(), expected);
        }
    }

    #[test]
    fn prints_known_dates() {
        for (micros, text) in [
            (UNIX_EPOCH, "1970-01-01T00:00:00.000000Z"),
            (212_570_827_200_000_000, "2024-01-01T00:00:00.000000Z"),
            (UNIX_EPOCH - 1, "1969-12-31T23:59:59.999999Z"),
            (UNIX_EPOCH + 951_782_400_000_000, "2000-02-29T00:00:00.000000Z"),
            (0, "0"),
            (90_000_000, "90000000"),
            (-5, "-5"),
            (i64::MAX, "9223372036854775807"),
        ] {
            assert_eq!(Timestamp(micros).to_string(), text);
            assert_eq!(text.parse(), Ok(Timestamp(micros)));
        }
    }

    #[test]
    fn every_day_of_the_calendar_comes_back() {
        let first = Civil { year: 1, month: 1, day: 1, hour: 0, minute: 0, second: 0, microsecond: 0 };
        let mut time = first.timestamp().unwrap();
        let mut days = 0;
        while let Some(civil) = time.civil() {
            assert_eq!(civil.timestamp(), Some(time));
            time.0 += MICROS_PER_DAY;
            days += 1;
        }
        assert_eq!(days, 3_652_059);
    }

    #[test]
    fn local_times_east_and_west_in_summer_and_in_winter() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let (spring, autumn) = (at("2026-03-29T01:00:00Z"), at("2026-10-25T01:00:00Z"));
        let hour = 3_600_000_000;
        for winter in [-11, -5, 0, 1, 13] {
            let zone = |time| 3600 * if (spring..autumn).contains(&time) { winter + 1 } else { winter };
            // Every quarter of an hour for three days around both changes of the clocks.
            for change in [spring, autumn] {
                for quarter in -144..144 {
                    let time = Timestamp(change.0 + quarter * hour / 4);
                    let is_second = change == autumn && (0..4).contains(&quarter);
                    let expected = if is_second { Timestamp(time.0 - hour) } else { time };
                    assert_eq!(
                        Timestamp::from_local(time.shifted(zone(time)), zone),
                        expected,
                        "{time} {winter}"
                    );
                }
            }
            let left_out = |minutes: i64| Timestamp(spring.shifted(winter * 3600).0 + minutes * 60_000_000);
            for minutes in 0..60 {
                let expected = Timestamp(spring.0 + minutes * 60_000_000);
                assert_eq!(Timestamp::from_local(left_out(minutes), zone), expected);
            }
        }
        assert_eq!(Timestamp::from_local(Timestamp(i64::MAX), |_| i32::MIN), Timestamp(i64::MAX));
        assert_eq!(
            Timestamp::from_local(Timestamp(i64::MIN), |_| i32::MIN).0,
            i64::MIN + 2_147_483_647_000_000
        );
    }

    #[test]
    fn reads_offsets_and_fractions() {
        let expected = Timestamp(212_570_827_200_500_000);
        for text in
            ["2024-01-01T00:00:00.5Z", "2023-12-31 19:00:00.5000009-05:00", "2024-01-01t02:30:00.50+02:30"]
        {
            assert_eq!(text.parse(), Ok(expected), "{text}");
        }
    }

    #[test]
    fn refuses_impossible_times() {
        for text in [
            "",
            "2024-01-01",
            "2024-02-30T00:00:00Z",
            "2023-02-29T00:00:00Z",
            "2024-13-01T00:00:00Z",
            "2024-01-01T24:00:00Z",
            "2024-01-01T00:00:00",
            "2024-01-01T00:00:00.Z",
            "2024-01-01T00:00:00+24:00",
            "0000-01-01T00:00:00Z",
            "2024-01-01T00:00:00Zx",
        ] {
            assert_eq!(text.parse::<Timestamp>(), Err(ParseTimestampError), "{text}");
        }
    }
}
