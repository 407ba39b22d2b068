use core::fmt;

use crate::spi::{Civil, Timestamp, UtcOffset};

/// The time of a line, as far as the line says it.
///
/// BSD and Junos standard lines say neither year nor zone; some real lines have lost their date too.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs)]
#[non_exhaustive]
pub struct Time {
    pub year: Option<u16>,
    /// Month, 1 to 12, and day, 1 to 31.
    pub date: Option<(u8, u8)>,
    pub hour: u8,
    pub minute: u8,
    pub second: u8,
    pub microsecond: u32,
    /// Minutes east of GMT.
    pub east: Option<i16>,
}

impl Time {
    /// Reads a time that fills the text: RFC 3339 (a blank before the offset, or no offset, is taken too), `MMM DD
    /// HH:MM:SS` with a fraction behind the seconds and a year behind that or before the hour, or `HH:MM:SS` alone.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        let (time, end) = read_time(bytes, 0)?;
        (end == bytes.len()).then_some(time)
    }
}

/// What to take for the parts of a time that a line does not say. The library has no clock: the caller says what time it
/// is.
///
/// * No year: `year`, else the year of `now`, or the one before if that puts the line more than a day ahead of `now`.
///   Without either, and on 29 February if the year has none, the time is not known.
/// * No zone: `zone`, as [`Timestamp::from_local`] does it where clocks are changed; else GMT.
/// * No date, or no time at all: the time is not known, and an event has [`Timestamp::UNSET`]. What the line said stays
///   in the event as SYSLOG-TKN-TIMESTAMP-TEXT.
#[derive(Clone, Copy, Default)]
#[allow(clippy::exhaustive_structs)]
pub struct TimePolicy<'p> {
    /// The time at which the lines are read; [`Timestamp::UNSET`]: not known.
    pub now: Timestamp,
    /// The year of times that say none.
    pub year: Option<u16>,
    /// The zone of times that say none: seconds east of GMT at a time.
    pub zone: Option<&'p dyn UtcOffset>,
}

const DAY: i64 = 86_400_000_000;

impl TimePolicy<'_> {
    /// When that was; `None` if it cannot be known.
    #[must_use]
    pub fn timestamp(&self, time: &Time) -> Option<Timestamp> {
        if let Some(year) = time.year.or(self.year) {
            return self.in_year(time, year);
        }
        let now = (self.now != Timestamp::UNSET).then_some(self.now)?;
        let year = self.local(now).civil()?.year;
        let this_year = self.in_year(time, year);
        if this_year.is_some_and(|then| then.0 <= now.0.saturating_add(DAY)) {
            return this_year;
        }
        // Ahead, or a 29 February that this year does not have.
        self.in_year(time, year.checked_sub(1)?)
    }

    fn in_year(&self, time: &Time, year: u16) -> Option<Timestamp> {
        let (month, day) = time.date?;
        let Time { hour, minute, second, microsecond, .. } = *time;
        let local = Civil { year, month, day, hour, minute, second, microsecond }.timestamp()?;
        Some(match (time.east, self.zone) {
            (Some(minutes), _) => local.shifted(-60 * i32::from(minutes)),
            (None, Some(zone)) => Timestamp::from_local(local, |time| zone.utc_offset(time)),
            (None, None) => local,
        })
    }

    fn local(&self, time: Timestamp) -> Timestamp {
        time.shifted(self.zone.map_or(0, |zone| zone.utc_offset(time)))
    }
}

impl fmt::Debug for TimePolicy<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TimePolicy")
            .field("now", &self.now)
            .field("year", &self.year)
            .field("zone", &self.zone.is_some())
            .finish()
    }
}

/// The months as they stand in lines.
pub(super) const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// A time in any of the forms, and where it ends.
#[inline]
pub(super) fn read_time(text: &[u8], at: usize) -> Option<(Time, usize)> {
    match (text.get(at)?, text.get(at + 2)?) {
        (b'0'..=b'9', b':') => read_clock(text, at),
        (b'0'..=b'9', _) => read_rfc3339(text, at),
        _ => read_bsd(text, at),
    }
}

/// `2007-02-15T09:17:15.719Z`; a blank may stand before the offset, or the offset be missing.
#[inline(always)]
pub(super) fn read_rfc3339(text: &[u8], at: usize) -> Option<(Time, usize)> {
    let front: &[u8; 11] = text.get(at..)?.first_chunk()?;
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2, b'T' | b't'] = *front else { return None };
    let [century, of_century, month, day] = pairs([[y1, y2], [y3, y4], [m1, m2], [d1, d2]])?;
    let year = u16::from(century) * 100 + u16::from(of_century);
    let (time, end) = read_clock(text, at + 11)?;
    let (east, end) = match text.get(end..)? {
        [b'Z' | b'z', ..] => (Some(0), end + 1),
        [b' ', sign @ (b'+' | b'-'), h1, h2, b':', m1, m2, ..] => {
            (Some(offset(*sign, [*h1, *h2, *m1, *m2])?), end + 7)
        }
        [sign @ (b'+' | b'-'), h1, h2, b':', m1, m2, ..] => {
            (Some(offset(*sign, [*h1, *h2, *m1, *m2])?), end + 6)
        }
        _ => (None, end),
    };
    let is_date = (1..=12).contains(&month) && (1..=31).contains(&day);
    is_date.then_some((Time { year: Some(year), date: Some((month, day)), east, ..time }, end))
}

/// `Aug 21 12:36:30.401 2006`, all behind the seconds optional, or `Aug 21 2006 12:36:30`.
pub(super) fn read_bsd(text: &[u8], at: usize) -> Option<(Time, usize)> {
    let name: &[u8; 3] = text.get(at..)?.first_chunk()?;
    let month = MONTHS.iter().position(|month| month.as_bytes() == name)?;
    let (day, end) = match text.get(at + 3..)? {
        [b' ', b' ', d, b' ', ..] => (two_digits(b'0', *d)?, at + 7),
        [b' ', d, b' ', ..] => (two_digits(b'0', *d)?, at + 6),
        [b' ', d1, d2, b' ', ..] => (two_digits(*d1, *d2)?, at + 7),
        _ => return None,
    };
    let (year, end) = match read_year(text, end) {
        Some(year) if text.get(end + 4) == Some(&b' ') => (Some(year), end + 5),
        _ => (None, end),
    };
    let (time, end) = read_clock(text, end)?;
    let (year, end) = match (year, text.get(end)) {
        (None, Some(b' ')) => match read_year(text, end + 1) {
            Some(year) => (Some(year), end + 5),
            None => (None, end),
        },
        _ => (year, end),
    };
    let month = u8::try_from(month + 1).ok()?;
    (1..=31).contains(&day).then_some((Time { year, date: Some((month, day)), ..time }, end))
}

/// Four digits by themselves that can be the year of a line.
fn read_year(text: &[u8], at: usize) -> Option<u16> {
    let [y1, y2, y3, y4]: [u8; 4] = *text.get(at..)?.first_chunk()?;
    let year = u16::from(two_digits(y1, y2)?) * 100 + u16::from(two_digits(y3, y4)?);
    let stands_alone = matches!(text.get(at + 4), None | Some(b' '));
    ((1970..2200).contains(&year) && stands_alone).then_some(year)
}

/// `12:36:30`, and digits of a second behind a point, of which six count.
#[inline(always)]
fn read_clock(text: &[u8], at: usize) -> Option<(Time, usize)> {
    let front: &[u8; 8] = text.get(at..)?.first_chunk()?;
    let [h1, h2, b':', m1, m2, b':', s1, s2] = *front else { return None };
    let [hour, minute, second] = pairs([[h1, h2], [m1, m2], [s1, s2]])?;
    if hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let mut end = at + 8;
    let mut microsecond = 0;
    if text.get(end) == Some(&b'.') && text.get(end + 1).is_some_and(u8::is_ascii_digit) {
        end += 1;
        let mut weight = 100_000;
        // Most have three digits.
        if let Some([a @ b'0'..=b'9', b @ b'0'..=b'9', c @ b'0'..=b'9']) = text.get(end..end + 3) {
            microsecond =
                u32::from(a - b'0') * 100_000 + u32::from(b - b'0') * 10_000 + u32::from(c - b'0') * 1_000;
            (weight, end) = (100, end + 3);
        }
        while let Some(digit) = text.get(end).filter(|byte| byte.is_ascii_digit()) {
            microsecond += u32::from(digit - b'0') * weight;
            weight /= 10;
            end += 1;
        }
    }
    Some((Time { hour, minute, second, microsecond, ..Time::default() }, end))
}

/// Numbers of two digits each, all of them looked at before the first is found wanting.
#[inline(always)]
fn pairs<const N: usize>(digits: [[u8; 2]; N]) -> Option<[u8; N]> {
    // A loop, because the `map` of arrays is not inlined.
    let mut values = [0; N];
    let mut is_number = true;
    for (value, [tens, ones]) in values.iter_mut().zip(digits) {
        let (tens, ones) = (tens.wrapping_sub(b'0'), ones.wrapping_sub(b'0'));
        is_number &= (tens < 10) & (ones < 10);
        *value = tens.wrapping_mul(10).wrapping_add(ones);
    }
    is_number.then_some(values)
}

#[inline]
fn two_digits(tens: u8, ones: u8) -> Option<u8> {
    let (tens, ones) = (tens.wrapping_sub(b'0'), ones.wrapping_sub(b'0'));
    (tens < 10 && ones < 10).then(|| tens * 10 + ones)
}

fn offset(sign: u8, [h1, h2, m1, m2]: [u8; 4]) -> Option<i16> {
    let (hours, minutes) = (two_digits(h1, h2)?, two_digits(m1, m2)?);
    let east = i16::from(hours) * 60 + i16::from(minutes);
    (hours < 24 && minutes < 60).then_some(if sign == b'-' { -east } else { east })
}
