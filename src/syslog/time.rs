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
    /// Minutes east of UTC.
    pub utc_offset: Option<i16>,
}

impl Time {
    /// Reads a time that fills the text, in any form that lines are seen with:
    ///
    /// * RFC 3339, also with a blank before the hour or the offset, an offset without its colon or its minutes, a zone
    ///   abbreviation, or none of them;
    /// * `MMM DD HH:MM:SS`, a year before the month, after the day or at the end, an offset or zone abbreviation at the end;
    /// * `HH:MM:SS`, without a date;
    /// * seconds since 1970, ten digits and a fraction.
    ///
    /// A second may have a fraction, after a point or a comma. A day of the week may be in front of a date.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        let (time, end) = read_time(bytes, 0)?;
        (end == bytes.len()).then_some(time)
    }
}

/// The defaults for the parts of a time that a line does not give. The library has no clock: the caller says what time it
/// is.
///
/// * No year: `year`, else the latest year that has the day and puts the line at most one day ahead of `now`. Without either,
///   and on 29 February if `year` has none, the time is not known.
/// * No zone: `zone`, as [`Timestamp::from_local`] does it where clocks are changed; else GMT.
/// * No date, or no time at all: the time is not known, and an event has [`Timestamp::UNSET`]. The words of the line stay
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

/// 29 February is in at least one of this many years in a row.
const LEAP_YEARS_APART: u16 = 8;

impl TimePolicy<'_> {
    /// When that was; `None` if it cannot be known.
    #[must_use]
    pub fn timestamp(&self, time: &Time) -> Option<Timestamp> {
        if let Some(year) = time.year.or(self.year) {
            return self.in_year(time, year);
        }
        let now = (self.now != Timestamp::UNSET).then_some(self.now)?;
        let next_year = self.local(now).civil()?.year.checked_add(1)?;
        let latest = now.0.saturating_add(DAY);
        let mut years = (0..LEAP_YEARS_APART + 2).filter_map(|back| next_year.checked_sub(back));
        years.find_map(|year| self.in_year(time, year).filter(|then| then.0 <= latest))
    }

    fn in_year(&self, time: &Time, year: u16) -> Option<Timestamp> {
        let (month, day) = time.date?;
        let Time { hour, minute, second, microsecond, .. } = *time;
        let local = Civil { year, month, day, hour, minute, second, microsecond }.timestamp()?;
        Some(match (time.utc_offset, self.zone) {
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

/// The months as they are written in lines.
pub(crate) const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// The days of the week in front of dates.
const WEEKDAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

/// Zone abbreviations, in minutes east of GMT. Those that several countries use are of the United States, as in RFC 2822.
const ZONES: [(&str, i16); 30] = [
    ("UTC", 0),
    ("GMT", 0),
    ("UT", 0),
    ("WET", 0),
    ("WEST", 60),
    ("BST", 60),
    ("CET", 60),
    ("MET", 60),
    ("MEZ", 60),
    ("CEST", 120),
    ("MEST", 120),
    ("MESZ", 120),
    ("EET", 120),
    ("EEST", 180),
    ("MSK", 180),
    ("EST", -300),
    ("EDT", -240),
    ("CST", -360),
    ("CDT", -300),
    ("MST", -420),
    ("MDT", -360),
    ("PST", -480),
    ("PDT", -420),
    ("IST", 330),
    ("SGT", 480),
    ("HKT", 480),
    ("JST", 540),
    ("KST", 540),
    ("AEST", 600),
    ("AEDT", 660),
];

/// A time in any of the forms, and where it ends.
#[inline]
pub(super) fn read_time(text: &[u8], at: usize) -> Option<(Time, usize)> {
    match (text.get(at)?, text.get(at + 2)?) {
        (b'0'..=b'9', b':') => read_clock(text, at),
        (b'0'..=b'9', _) => {
            read_rfc3339(text, at).or_else(|| read_year_first(text, at)).or_else(|| read_unix(text, at))
        }
        _ => read_bsd(text, at).or_else(|| read_bsd_or_date(text, weekday_end(text, at)?)),
    }
}

/// The place after `Wed ` or `Wed, `.
fn weekday_end(text: &[u8], at: usize) -> Option<usize> {
    let name: &[u8; 3] = text.get(at..)?.first_chunk()?;
    WEEKDAYS.iter().find(|day| day.as_bytes().eq_ignore_ascii_case(name))?;
    match text.get(at + 3..)? {
        [b' ', ..] => Some(at + 4),
        [b',', b' ', ..] => Some(at + 5),
        _ => None,
    }
}

fn read_bsd_or_date(text: &[u8], at: usize) -> Option<(Time, usize)> {
    read_bsd(text, at).or_else(|| read_rfc3339(text, at))
}

/// `2007-02-15T09:17:15.719Z`; a blank may be before the hour or the offset, the offset be without its colon, a zone
/// abbreviation, or missing.
#[inline(always)]
pub(super) fn read_rfc3339(text: &[u8], at: usize) -> Option<(Time, usize)> {
    let front: &[u8; 11] = text.get(at..)?.first_chunk()?;
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2, b'T' | b't' | b' '] = *front else { return None };
    let [century, of_century, month, day] = pairs([[y1, y2], [y3, y4], [m1, m2], [d1, d2]])?;
    let year = u16::from(century) * 100 + u16::from(of_century);
    let (time, end) = read_clock(text, at + 11)?;
    let (utc_offset, end) = match text.get(end..)? {
        [b'Z' | b'z', ..] => (Some(0), end + 1),
        [sign @ (b'+' | b'-'), h1, h2, b':', m1 @ b'0'..=b'9', m2, ..] => {
            (Some(offset(*sign, [*h1, *h2, *m1, *m2])?), end + 6)
        }
        [b'+' | b'-', ..] => {
            let (utc_offset, end) = read_offset(text, end)?;
            (Some(utc_offset), end)
        }
        _ => read_zone(text, end).map_or((None, end), |(utc_offset, end)| (Some(utc_offset), end)),
    };
    let is_date = (1..=12).contains(&month) && (1..=31).contains(&day);
    is_date.then_some((Time { year: Some(year), date: Some((month, day)), utc_offset, ..time }, end))
}

/// ` +02:00`, ` +0200`, ` CEST`, ` GMT+2`, ` TZ-6`: a zone after a blank, and its end.
#[inline]
fn read_zone(text: &[u8], at: usize) -> Option<(i16, usize)> {
    match text.get(at..at + 2)? {
        [b' ', b'+' | b'-'] => read_offset(text, at + 1).filter(|(_, end)| *end > at + 4),
        [b' ', b'A'..=b'Z'] => read_abbreviation(text, at + 1),
        _ => None,
    }
}

#[cold]
fn read_abbreviation(text: &[u8], at: usize) -> Option<(i16, usize)> {
    let rest = text.get(at..)?;
    let len = rest.iter().take_while(|byte| byte.is_ascii_uppercase()).count();
    let (name, end) = (rest.get(..len)?, at + len);
    if matches!(name, b"GMT" | b"UTC" | b"TZ")
        && let Some(sign @ (b'+' | b'-')) = text.get(end)
    {
        if let Some(offset) = read_offset(text, end) {
            return Some(offset);
        }
        let hours = two_digits(b'0', *text.get(end + 1)?)?;
        let minutes = i16::from(hours) * 60;
        let is_alone = is_boundary(text, end + 2);
        return is_alone.then_some((if *sign == b'-' { -minutes } else { minutes }, end + 2));
    }
    let (_, utc_offset) = ZONES.iter().find(|(known, _)| known.as_bytes() == name)?;
    is_boundary(text, end).then_some((*utc_offset, end))
}

/// `+02:00`, `+0200` or `+02`, with nothing glued to it but a colon.
fn read_offset(text: &[u8], at: usize) -> Option<(i16, usize)> {
    let (utc_offset, end) = match *text.get(at..)? {
        [sign @ (b'+' | b'-'), h1, h2, b':', m1 @ b'0'..=b'9', m2, ..] => {
            (offset(sign, [h1, h2, m1, m2])?, at + 6)
        }
        [sign @ (b'+' | b'-'), h1, h2, m1 @ b'0'..=b'9', m2, ..] => (offset(sign, [h1, h2, m1, m2])?, at + 5),
        [sign @ (b'+' | b'-'), h1, h2, ..] => (offset(sign, [h1, h2, b'0', b'0'])?, at + 3),
        _ => return None,
    };
    is_boundary(text, end).then_some((utc_offset, end))
}

fn is_boundary(text: &[u8], at: usize) -> bool {
    match text.get(at) {
        None | Some(b' ') => true,
        Some(b':') => matches!(text.get(at + 1), None | Some(b' ')),
        Some(_) => false,
    }
}

/// `1990 Oct 22 10:52:01`.
fn read_year_first(text: &[u8], at: usize) -> Option<(Time, usize)> {
    let year = read_year(text, at)?;
    let (time, end) = read_bsd(text, at + 5)?;
    time.year.is_none().then_some((Time { year: Some(year), ..time }, end))
}

/// `1714551072.345`: seconds since 1970. Without a fraction it may be any number.
fn read_unix(text: &[u8], at: usize) -> Option<(Time, usize)> {
    let digits: &[u8; 10] = text.get(at..)?.first_chunk()?;
    if !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let seconds = digits.iter().fold(0_i64, |sum, digit| sum * 10 + i64::from(digit - b'0'));
    let (microsecond, end) = read_fraction(text, at + 10);
    if end == at + 10 {
        return None;
    }
    let micros = seconds * 1_000_000 + i64::from(microsecond);
    let Civil { year, month, day, hour, minute, second, microsecond } =
        Timestamp::from_unix_micros(micros)?.civil()?;
    let (year, date, utc_offset) = (Some(year), Some((month, day)), Some(0));
    Some((Time { year, date, hour, minute, second, microsecond, utc_offset }, end))
}

/// `Aug 21 12:36:30.401 2006`, all after the seconds optional, or `Aug 21 2006 12:36:30`; a zone may follow, or be before
/// the year at the end.
pub(super) fn read_bsd(text: &[u8], at: usize) -> Option<(Time, usize)> {
    let name: &[u8; 3] = text.get(at..)?.first_chunk()?;
    let month = MONTHS.iter().position(|month| month.as_bytes().eq_ignore_ascii_case(name))?;
    let (day, end) = match text.get(at + 3..)? {
        [b' ', b' ', d, b' ', ..] => (two_digits(b'0', *d)?, at + 7),
        [b' ', d, b' ', ..] => (two_digits(b'0', *d)?, at + 6),
        [b' ', d1, d2, b' ', ..] => (two_digits(*d1, *d2)?, at + 7),
        _ => return None,
    };
    let (mut year, end) = match read_year(text, end) {
        Some(year) if text.get(end + 4) == Some(&b' ') => (Some(year), end + 5),
        _ => (None, end),
    };
    let (time, mut end) = read_clock(text, end)?;
    let mut utc_offset = None;
    for _ in 0..2 {
        if year.is_none()
            && text.get(end) == Some(&b' ')
            && let Some(last) = read_year(text, end + 1)
        {
            (year, end) = (Some(last), end + 5);
        } else if utc_offset.is_none()
            && let Some((zone, zone_end)) = read_zone(text, end)
        {
            (utc_offset, end) = (Some(zone), zone_end);
        }
    }
    let month = u8::try_from(month + 1).ok()?;
    (1..=31).contains(&day).then_some((Time { year, date: Some((month, day)), utc_offset, ..time }, end))
}

/// Whether a time is one that Junos writes in a standard line, spelled as Junos does.
pub(crate) fn is_standard_form(text: &[u8]) -> bool {
    let is_spelled = MONTHS.iter().any(|month| text.starts_with(month.as_bytes()));
    let read = read_bsd(text, 0).filter(|(_, end)| *end == text.len());
    is_spelled && read.is_some_and(|(time, _)| time.utc_offset.is_none()) && !text.contains(&b',')
}

/// Four digits by themselves that can be the year of a line.
fn read_year(text: &[u8], at: usize) -> Option<u16> {
    let [y1, y2, y3, y4]: [u8; 4] = *text.get(at..)?.first_chunk()?;
    let year = u16::from(two_digits(y1, y2)?) * 100 + u16::from(two_digits(y3, y4)?);
    let stands_alone = is_boundary(text, at + 4);
    ((1970..2200).contains(&year) && stands_alone).then_some(year)
}

/// `12:36:30`, and a fraction.
#[inline(always)]
fn read_clock(text: &[u8], at: usize) -> Option<(Time, usize)> {
    let front: &[u8; 8] = text.get(at..)?.first_chunk()?;
    let [h1, h2, b':', m1, m2, b':', s1, s2] = *front else { return None };
    let [hour, minute, second] = pairs([[h1, h2], [m1, m2], [s1, s2]])?;
    if hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let (microsecond, end) = read_fraction(text, at + 8);
    Some((Time { hour, minute, second, microsecond, ..Time::default() }, end))
}

/// Digits of a second after a point or comma, of which six count, and their end.
#[inline(always)]
fn read_fraction(text: &[u8], at: usize) -> (u32, usize) {
    let is_fraction = matches!(text.get(at..at + 2), Some([b'.' | b',', b'0'..=b'9']));
    if !is_fraction {
        return (0, at);
    }
    let (mut microsecond, mut weight, mut end) = (0, 100_000, at + 1);
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
    (microsecond, end)
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
    let utc_offset = i16::from(hours) * 60 + i16::from(minutes);
    (hours < 24 && minutes < 60).then_some(if sign == b'-' { -utc_offset } else { utc_offset })
}
