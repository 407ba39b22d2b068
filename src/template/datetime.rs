//! Edit strings of DATE and TIME, and timestamps in the parts they are made of.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use crate::spi::{Civil, Timestamp};

/// An edit string such as `yyyy-mm-dd`, `dd.mm.yy` or `hh:mi:ss.mil`: letters form parts, anything else stands for
/// itself. `mm` is the month in a DATE string, and minutes in a TIME string, as in the default `hh:mm`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct EditString {
    pub(super) pieces: Vec<Piece>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    Text(String),
    Part(Part),
}

/// A part of a date or time and the word for it. Each is shown in as many digits as its word has letters, and cut, not
/// rounded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Year,
    YearOfCentury,
    Month,
    Day,
    Hour,
    Minute,
    Second,
    Millisecond,
    Microsecond,
}

/// Words that begin with shorter ones come first.
pub(super) const PARTS: [(&str, Part); 9] = [
    ("yyyy", Part::Year),
    ("mil", Part::Millisecond),
    ("mic", Part::Microsecond),
    ("yy", Part::YearOfCentury),
    ("mm", Part::Month),
    ("dd", Part::Day),
    ("hh", Part::Hour),
    ("mi", Part::Minute),
    ("ss", Part::Second),
];

impl Part {
    pub(super) fn digits(self) -> usize {
        PARTS.iter().find(|(_, part)| *part == self).map_or(2, |(word, _)| word.len())
    }
}

/// The edit code a string belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DateOrTime {
    Date,
    Time,
}

impl DateOrTime {
    /// The edit string used where none is written.
    pub(super) const fn default_string(self) -> &'static str {
        match self {
            Self::Date => "yyyy-mm-dd",
            Self::Time => "hh:mm",
        }
    }
}

impl EditString {
    /// `None`: a letter belongs to no part, or there is no part at all.
    pub(super) fn parse(text: &str, of: DateOrTime) -> Option<Self> {
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some(next) = rest.chars().next() {
            let starts =
                |word: &str| rest.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word));
            if let Some((word, part)) = PARTS.iter().find(|(word, _)| starts(word)) {
                let is_minutes = *part == Part::Month && of == DateOrTime::Time;
                pieces.push(Piece::Part(if is_minutes { Part::Minute } else { *part }));
                rest = &rest[word.len()..];
                continue;
            }
            if next.is_alphabetic() {
                return None;
            }
            match pieces.last_mut() {
                Some(Piece::Text(text)) => text.push(next),
                _ => pieces.push(Piece::Text(String::from(next))),
            }
            rest = &rest[next.len_utf8()..];
        }
        pieces.iter().any(|piece| matches!(piece, Piece::Part(_))).then_some(Self { pieces })
    }

    pub(super) fn pieces(&self) -> &[Piece] {
        &self.pieces
    }

    pub(super) fn write(&self, out: &mut (impl fmt::Write + ?Sized), moment: &Moment) -> fmt::Result {
        for piece in &self.pieces {
            match piece {
                Piece::Text(text) => out.write_str(text)?,
                Piece::Part(part) => write!(out, "{:0width$}", moment.part(*part), width = part.digits())?,
            }
        }
        Ok(())
    }
}

/// A timestamp in parts: a date and the time of day, or for an elapsed time no date and any number of hours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Moment {
    pub(super) year: u16,
    pub(super) month: u8,
    pub(super) day: u8,
    pub(super) hour: u64,
    pub(super) minute: u8,
    pub(super) second: u8,
    pub(super) microsecond: u32,
}

impl Moment {
    /// The parts of a time, `utc_offset` seconds east of GMT. A time that is not set, and one beyond the calendar, is all
    /// zeros; the sign of an elapsed time is lost.
    pub(super) fn of(time: Timestamp, utc_offset: i32) -> Self {
        if time.is_elapsed() {
            let micros = time.0.unsigned_abs();
            let below = |modulus: u64, divisor: u64| micros / divisor % modulus;
            return Self {
                hour: micros / 3_600_000_000,
                minute: u8::try_from(below(60, 60_000_000)).unwrap_or(0),
                second: u8::try_from(below(60, 1_000_000)).unwrap_or(0),
                microsecond: u32::try_from(below(1_000_000, 1)).unwrap_or(0),
                ..Self::default()
            };
        }
        let Some(Civil { year, month, day, hour, minute, second, microsecond }) =
            time.shifted(utc_offset).civil()
        else {
            return Self::default();
        };
        Self { year, month, day, hour: hour.into(), minute, second, microsecond }
    }

    fn part(&self, part: Part) -> u64 {
        match part {
            Part::Year => self.year.into(),
            Part::YearOfCentury => (self.year % 100).into(),
            Part::Month => self.month.into(),
            Part::Day => self.day.into(),
            Part::Hour => self.hour,
            Part::Minute => self.minute.into(),
            Part::Second => self.second.into(),
            Part::Millisecond => (self.microsecond / 1000).into(),
            Part::Microsecond => (self.microsecond % 1000).into(),
        }
    }
}

/// The token lister's form: `yyyy-mm-dd hh:mm:ss.mil.mic`; a time that is not set, or elapsed, without the date.
pub(super) fn write_listed(
    out: &mut (impl fmt::Write + ?Sized),
    time: Timestamp,
    utc_offset: i32,
) -> fmt::Result {
    let moment = Moment::of(time, utc_offset);
    if moment.day != 0 {
        write!(out, "{:04}-{:02}-{:02} ", moment.year, moment.month, moment.day)?;
    }
    let (milli, micro) = (moment.microsecond / 1000, moment.microsecond % 1000);
    let Moment { hour, minute, second, .. } = moment;
    let sign = if time.is_elapsed() && time.0 < 0 { "-" } else { "" };
    write!(out, "{sign}{hour:02}:{minute:02}:{second:02}.{milli:03}.{micro:03}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edited(string: &str, of: DateOrTime, time: &str) -> String {
        let mut text = String::new();
        let time = time.parse().unwrap();
        EditString::parse(string, of).unwrap().write(&mut text, &Moment::of(time, 3600)).unwrap();
        text
    }

    #[test]
    fn parts_are_cut_not_rounded() {
        let time = "2026-11-20T23:15:09.987654Z";
        assert_eq!(edited("yyyy-mm-dd", DateOrTime::Date, time), "2026-11-21");
        assert_eq!(edited("dd.MM.yy", DateOrTime::Date, time), "21.11.26");
        assert_eq!(edited("hh:mm", DateOrTime::Time, time), "00:15");
        assert_eq!(edited("hh:mi:ss.mil,mic", DateOrTime::Time, time), "00:15:09.987,654");
        assert_eq!(edited("hh:mm", DateOrTime::Time, "90061000000"), "25:01");
        assert_eq!(edited("yy-mm-dd hh", DateOrTime::Date, "0"), "00-00-00 00");
    }

    #[test]
    fn letters_that_form_no_part_are_refused() {
        for string in ["", "--", "yyy", "hh:mm Uhr", "h", "dd.mon.yy"] {
            assert_eq!(EditString::parse(string, DateOrTime::Date), None, "{string}");
        }
    }

    #[test]
    fn listed_times() {
        for (time, text) in [
            ("1986-05-13T14:25:00Z", "1986-05-13 14:25:00.000.000"),
            ("0", "00:00:00.000.000"),
            ("-61000001", "-00:01:01.000.001"),
        ] {
            let mut listed = String::new();
            write_listed(&mut listed, time.parse().unwrap(), 0).unwrap();
            assert_eq!(listed, text);
        }
    }
}
