//! Times, positions and patterns that select events.

use core::sync::atomic::{AtomicU64, Ordering};
use std::sync::OnceLock;

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use jiff::{Span, Zoned};
use zems::dictionary::Dictionary;
use zems::dictionary::catalogue::Pattern;
use zems::ems::Event;
use zems::spi::{Ssid, Timestamp, Value};

use crate::Stop;
use crate::terminal::report::say;

/// A time as it was given: what it means depends on the zone and the clock.
#[derive(Clone, Debug)]
pub(crate) struct TimeArg {
    text: String,
    form: Form,
}

#[derive(Clone, Copy, Debug)]
enum Form {
    Instant(jiff::Timestamp),
    /// Before now.
    Ago(Span),
    Civil(DateTime),
    /// Days before today, and the time of day.
    Day(i64, Time),
}

/// The forms of a time, for messages.
const FORMS: &str = "a time is written 2026-11-20T10:15:00Z, 2026-11-20, 2026-11-20 10:15, 10:15 (today), today, yesterday, now, \
                     -1h, -2d or @1767226500";

impl core::str::FromStr for TimeArg {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let form = form(text.trim()).ok_or_else(|| FORMS.to_owned())?;
        Ok(Self { text: text.to_owned(), form })
    }
}

fn form(text: &str) -> Option<Form> {
    let midnight = Time::midnight();
    match text.to_ascii_lowercase().as_str() {
        "now" => return Some(Form::Ago(Span::new())),
        "today" => return Some(Form::Day(0, midnight)),
        "yesterday" => return Some(Form::Day(1, midnight)),
        _ => {}
    }
    if let Some(seconds) = text.strip_prefix('@') {
        let (seconds, fraction) = seconds.split_once('.').unwrap_or((seconds, ""));
        let micros: i64 = format!("{fraction:0<6}").get(..6)?.parse().ok()?;
        let micros = seconds.parse::<i64>().ok()?.checked_mul(1_000_000)?.checked_add(micros)?;
        return jiff::Timestamp::from_microsecond(micros).ok().map(Form::Instant);
    }
    if let Some(ago) = text.strip_prefix('-') {
        let at = ago.find(|c: char| !c.is_ascii_digit())?;
        let (count, unit) = ago.split_at(at);
        let count = count.parse::<i64>().ok()?;
        let span = match unit {
            "s" => Span::new().try_seconds(count),
            "m" | "min" => Span::new().try_minutes(count),
            "h" => Span::new().try_hours(count),
            "d" => Span::new().try_days(count),
            "w" => Span::new().try_weeks(count),
            _ => return None,
        };
        return span.ok().map(Form::Ago);
    }
    if let Ok(instant) = text.parse::<jiff::Timestamp>() {
        return Some(Form::Instant(instant));
    }
    if let Ok(date) = text.parse::<Date>()
        && text.len() == "2026-11-20".len()
    {
        return Some(Form::Civil(date.to_datetime(midnight)));
    }
    // Without a zone of its own.
    if let Ok(time) = text.parse::<DateTime>()
        && text.contains(':')
    {
        return Some(Form::Civil(time));
    }
    let is_time = text.starts_with(|c: char| c.is_ascii_digit()) && text.contains(':');
    text.parse::<Time>().ok().filter(|_| is_time).map(|time| Form::Day(0, time))
}

impl TimeArg {
    /// The time that is meant in this zone.
    fn resolve(&self, zone: &TimeZone, now: &Zoned) -> Result<Timestamp, Stop> {
        let civil = |time: DateTime| zone.to_ambiguous_zoned(time).compatible().map(|time| time.timestamp());
        let instant = match self.form {
            Form::Instant(instant) => Ok(instant),
            Form::Ago(span) => now.checked_sub(span).map(|time| time.timestamp()),
            Form::Civil(time) => civil(time),
            Form::Day(days, time) => {
                now.date().checked_sub(Span::new().days(days)).and_then(|date| civil(date.to_datetime(time)))
            }
        };
        let time = instant.ok().and_then(|instant| Timestamp::from_unix_micros(instant.as_microsecond()));
        time.ok_or_else(|| Stop::Usage(format!("{}: there is no such time", self.text)))
    }
}

/// Options that select events by what they are, where they are and when they were.
#[derive(Debug, Default, clap::Args)]
#[group(skip)]
#[command(next_help_heading = "Selection")]
pub(crate) struct Args {
    /// Select events of these subsystems: RPC, TANDEM.RPC.*, TANDEM.*, *.36.C30; repeatable.
    #[arg(long, value_name = "PATTERN")]
    ssid: Vec<String>,
    /// Select events with these numbers: 8, 1-99, -1,8,100-200; repeatable.
    #[arg(long, value_name = "N[,N-M]", value_parser = super::select::numbers, allow_hyphen_values = true)]
    event: Vec<super::select::Numbers>,
    /// Select events reported by these processes: $ZPM, \NODE.*, $Z*.
    #[arg(long, value_name = "PATTERN")]
    process: Vec<String>,
    /// Select events with a subject that matches; * and ? stand for any characters.
    #[arg(long, value_name = "PATTERN")]
    subject: Vec<String>,
    /// Select events whose text matches; without * and ?, any part of the text may match.
    #[arg(long, value_name = "PATTERN")]
    text: Vec<String>,
    /// Select the buffers at these positions in the input, counted from 1: 5, 10-20, 100-.
    #[arg(long, value_name = "N-M", value_parser = items)]
    items: Option<Items>,
    /// Select events generated at this time or later: 2026-11-20T10:15:00Z, or in the zone of --zone 2026-11-20,
    /// 2026-11-20 10:15, 10:15 (today), today, yesterday; -1h, -2d; @1767226500.
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    since: Option<TimeArg>,
    /// Select events generated before this time.
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    until: Option<TimeArg>,
    #[arg(skip)]
    times: OnceLock<(Option<Timestamp>, Option<Timestamp>)>,
    /// Buffers that have been looked at.
    #[arg(skip)]
    position: AtomicU64,
}

/// Positions, both ends included.
#[derive(Clone, Debug)]
struct Items(Vec<(u64, u64)>);

fn items(text: &str) -> Result<Items, String> {
    let wrong = |part: &str| format!("`{part}` is not a position, counted from 1, or a range such as 10-20");
    let range = |part: &str| {
        let number = |text: &str| text.trim().parse::<u64>().ok().filter(|number| *number > 0);
        let range = match part.split_once('-') {
            None => number(part).map(|number| (number, number)),
            Some((from, "")) => number(from).map(|from| (from, u64::MAX)),
            Some((from, to)) => number(from).zip(number(to)),
        };
        range.ok_or_else(|| wrong(part))
    };
    text.split(',').map(range).collect::<Result<_, _>>().map(Items)
}

impl Args {
    /// Computes the times in this zone, and warns of what can never fit.
    pub(crate) fn begin(&self, zone: &TimeZone, dictionary: &Dictionary) -> Result<(), Stop> {
        let now = jiff::Timestamp::now().to_zoned(zone.clone());
        let time = |time: &Option<TimeArg>| time.as_ref().map(|time| time.resolve(zone, &now)).transpose();
        let (since, until) = (time(&self.since)?, time(&self.until)?);
        if since.zip(until).is_some_and(|(since, until)| since >= until) {
            say(format_args!("warning: --until is not after --since: no event can match"));
        }
        let _ = self.times.set((since, until));
        for pattern in &self.ssid {
            let whole = whole_ssid(pattern);
            let name = whole.split('.').nth(1).unwrap_or_default();
            let is_name = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
            let is_number = name.parse::<i32>().is_ok();
            let is_known = || {
                dictionary.ssids().any(|ssid| {
                    let text = dictionary.ssid_name(ssid.ssid()).to_string();
                    text.split('.').nth(1).is_some_and(|known| known.eq_ignore_ascii_case(name))
                })
            };
            if is_name && !is_number && !is_known() {
                say(format_args!("warning: --ssid {pattern}: no definition knows a subsystem {name}"));
            }
        }
        let is_empty = self.event.iter().any(super::select::Numbers::has_empty_range)
            || self.items.as_ref().is_some_and(|items| items.0.iter().any(|(from, to)| from > to));
        if is_empty {
            say(format_args!(
                "warning: a range of --event or --items ends before it begins and selects nothing"
            ));
        }
        Ok(())
    }

    /// Whether buffers are selected by anything that their headers say, and none by its position.
    pub(crate) fn is_by_header(&self) -> bool {
        let by_event = !self.event.is_empty() || self.since.is_some() || self.until.is_some();
        self.items.is_none() && (by_event || !self.ssid.is_empty())
    }

    /// Whether positions count.
    pub(crate) const fn is_by_position(&self) -> bool {
        self.items.is_some()
    }

    /// Whether subsystems are selected.
    pub(crate) const fn has_subsystems(&self) -> bool {
        !self.ssid.is_empty()
    }

    /// Whether one of the patterns of subsystems fits.
    pub(crate) fn subsystem_fits(&self, fits: impl Fn(&str) -> bool) -> bool {
        self.ssid.is_empty() || self.ssid.iter().any(|pattern| fits(pattern))
    }

    /// Whether number and time fit.
    pub(crate) fn header_fits(&self, event: Option<&Event<'_>>) -> bool {
        let (since, until) = self.times.get().copied().unwrap_or_default();
        if self.event.is_empty() && since.is_none() && until.is_none() {
            return true;
        }
        let Some(event) = event else { return false };
        let time_fits = |fits: &dyn Fn(Timestamp) -> bool| event.generated().is_some_and(fits);
        (self.event.is_empty()
            || event.number().is_some_and(|number| self.event.iter().any(|numbers| numbers.contain(number))))
            && since.is_none_or(|since| time_fits(&|time| time >= since))
            && until.is_none_or(|until| time_fits(&|time| time < until))
    }

    /// Whether a buffer fits. `ssid` and `text` are asked for only if needed.
    pub(crate) fn fits(
        &self,
        event: Option<&Event<'_>>,
        ssid: impl Fn(&str) -> bool,
        text: impl Fn(&Event<'_>) -> String,
    ) -> bool {
        let position = self.position.fetch_add(1, Ordering::Relaxed) + 1;
        let is_at = |items: &Items| items.0.iter().any(|(from, to)| (*from..=*to).contains(&position));
        if !self.items.as_ref().is_none_or(is_at) {
            return false;
        }
        if !self.subsystem_fits(ssid) || !self.header_fits(event) {
            return false;
        }
        let asks_event = ![&self.process, &self.subject, &self.text].into_iter().all(Vec::is_empty);
        let Some(event) = event else { return !asks_event };
        let any = |patterns: &[String], fits: &dyn Fn(&str) -> bool| {
            patterns.is_empty() || patterns.iter().any(|pattern| fits(pattern))
        };
        any(&self.process, &|pattern| process_fits(pattern, event))
            && any(&self.subject, &|pattern| subject_fits(pattern, event))
            && (self.text.is_empty() || {
                let text = text(event);
                any(&self.text, &|pattern| Pattern::new(pattern).fits(&text))
            })
    }
}

/// With the node or without it.
fn process_fits(pattern: &str, event: &Event<'_>) -> bool {
    let Some(process) = event.process().map(|process| process.to_string()) else { return false };
    let pattern = Pattern::whole(pattern);
    let name = process.split_once('.').map_or(&*process, |(_, name)| name);
    pattern.fits(&process) || pattern.fits(name)
}

fn subject_fits(pattern: &str, event: &Event<'_>) -> bool {
    let pattern = Pattern::whole(pattern);
    event
        .subjects()
        .flatten()
        .any(|subject| pattern.fits(value_text(subject.value()).trim_end_matches([' ', '\0'])))
}

/// A value as people write it; bytes without a meaning in hexadecimal digits.
fn value_text(value: Value<'_>) -> String {
    fn joined<T: ToString>(values: impl Iterator<Item = T>) -> String {
        values.map(|value| value.to_string()).collect::<Vec<_>>().join(" ")
    }
    match value {
        Value::Char(text) => String::from_utf8_lossy(text).into_owned(),
        Value::Byte(bytes) => joined(bytes.iter()),
        Value::Int(values) | Value::Enum(values) => joined(values.iter()),
        Value::Int2(values) => joined(values.iter()),
        Value::Int4(values) => joined(values.iter()),
        Value::Uint(values) => joined(values.iter()),
        Value::Timestamp(values) => joined(values.iter()),
        Value::Ssid(values) => joined(values.iter()),
        Value::Fname(values) => joined(values.iter()),
        Value::Fname32(values) => joined(values.iter()),
        Value::Subvol(values) => joined(values.iter()),
        Value::Device(values) => joined(values.iter()),
        Value::Crtpid(values) => joined(values.iter()),
        Value::Username(values) => joined(values.iter()),
        Value::Struct(bytes) | Value::Raw(bytes) => bytes.iter().map(|byte| format!("{byte:02X}")).collect(),
        _ => String::new(),
    }
}

/// `RPC` stands for `*.RPC.*`.
pub(crate) fn whole_ssid(pattern: &str) -> String {
    if pattern.contains(['.', '*']) { pattern.to_owned() } else { format!("*.{pattern}.*") }
}

/// Whether an SSID fits a pattern, with its subsystem's name or with its number.
pub(crate) fn ssid_fits(pattern: &str, ssid: Ssid, dictionary: &Dictionary) -> bool {
    let pattern = whole_ssid(pattern);
    let pattern = Pattern::whole(&pattern);
    pattern.fits(&dictionary.ssid_name(ssid).to_string()) || pattern.fits(&ssid.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str, zone: &str) -> String {
        let zone = TimeZone::get(zone).unwrap();
        let now = "2026-11-30T12:00:00Z".parse::<jiff::Timestamp>().unwrap().to_zoned(zone.clone());
        text.parse::<TimeArg>().unwrap().resolve(&zone, &now).map_err(|_| ()).unwrap().to_string()
    }

    #[test]
    fn times_are_in_the_zone() {
        for (text, zone, expected) in [
            ("2026-11-20", "UTC", "2026-11-20T00:00:00.000000Z"),
            ("2026-11-20", "Europe/Berlin", "2026-11-19T23:00:00.000000Z"),
            ("2026-11-20 10:15", "Europe/Berlin", "2026-11-20T09:15:00.000000Z"),
            ("2026-11-20T10:15:00", "UTC", "2026-11-20T10:15:00.000000Z"),
            ("2026-11-20T10:15:00.5Z", "Europe/Berlin", "2026-11-20T10:15:00.500000Z"),
            ("2026-11-20T10:15:00+02:00", "UTC", "2026-11-20T08:15:00.000000Z"),
            ("10:15", "Europe/Berlin", "2026-11-30T09:15:00.000000Z"),
            ("today", "Europe/Berlin", "2026-11-29T23:00:00.000000Z"),
            ("yesterday", "UTC", "2026-11-29T00:00:00.000000Z"),
            ("-1h", "Europe/Berlin", "2026-11-30T11:00:00.000000Z"),
            ("-2d", "UTC", "2026-11-28T12:00:00.000000Z"),
            ("@1767226500", "Europe/Berlin", "2026-01-01T00:15:00.000000Z"),
        ] {
            assert_eq!(at(text, zone), expected, "{text} {zone}");
        }
        for text in ["", "tomorrow", "2026-13-01", "25:00", "-1y", "-h", "@x", "8"] {
            assert!(text.parse::<TimeArg>().is_err(), "{text}");
        }
    }

    #[test]
    fn items_are_ranges() {
        assert_eq!(items("5,10-20,100-").unwrap().0, [(5, 5), (10, 20), (100, u64::MAX)]);
        assert!(items("0").is_err() && items("x").is_err() && items("-5").is_err());
    }
}
