//! Reports on a log: counts, rates, first and last times of each kind of event, new kinds, subjects, processes and bursts. Memory is
//! bounded, whatever the log.
//!
//! ```
//! use zems::analysis::stats::{Options, Stats};
//! use zems::site::Site;
//! use zems::spi::read::Buffer;
//!
//! let site = Site::builtin();
//! let mut stats = Stats::new(&site, Options::default());
//! let buffer = Buffer::parse(zems::samples::BKUP_FAIL)?;
//! (0..3).for_each(|_| stats.count(&buffer, "a log"));
//! let night = stats.finish();
//! assert_eq!((night.events, night.critical), (3, 3));
//! let (name, kind) = night.kinds.rows()[0];
//! assert_eq!((name, kind.count), ("TANDEM.RPC.D10 8 ZRPC-EVT-BKUP-FAIL", 3));
//! assert_eq!(night.subjects.rows()[0].0, "$ZPM");
//! # Ok::<(), zems::spi::read::DecodeError>(())
//! ```

mod bursts;
mod ranking;
mod series;

use core::fmt::Write as _;
use std::collections::BTreeMap;

pub use bursts::{BurstAt, Bursts, Place};
pub use ranking::{Counted, Ranking};
pub use series::{Interval, Scale, Series, Timeline};

use crate::describe::Described;
use crate::ems::Event;
use crate::filter::BurstFilter;
use crate::site::Site;
use crate::spi::read::Buffer;
use crate::spi::{Ssid, Timestamp};

/// The counts, and how.
#[derive(Clone, Debug, Default)]
#[allow(clippy::exhaustive_structs)]
pub struct Options {
    /// The intervals of the rates.
    pub by: Interval,
    /// The kind of a burst.
    pub burst: BurstFilter,
    /// The kinds of events of another night; those that are not among them are new.
    pub baseline: Option<Baseline>,
}

/// The kinds of events of a night: subsystem without version, and number.
#[derive(Clone, Debug, Default)]
pub struct Baseline {
    kinds: BTreeMap<(Ssid, i16), u64>,
    is_full: bool,
}

/// Kinds of events of a baseline.
const KINDS: usize = 1 << 16;
/// Characters of a subject that are shown.
const SUBJECT: usize = 80;

impl Baseline {
    /// Counts a buffer, if it is an event.
    pub fn count(&mut self, site: &Site, buffer: &Buffer<'_>) {
        let Some(kind) = site.event(buffer).as_ref().and_then(kind) else { return };
        if self.kinds.len() >= KINDS && !self.kinds.contains_key(&kind) {
            self.is_full = true;
            return;
        }
        *self.kinds.entry(kind).or_default() += 1;
    }

    /// Whether there were more kinds than are kept: then it is not known which are new.
    #[must_use]
    pub const fn is_full(&self) -> bool {
        self.is_full
    }

    /// How many events there were.
    #[must_use]
    pub fn events(&self) -> u64 {
        self.kinds.values().sum()
    }
}

fn kind(event: &Event<'_>) -> Option<(Ssid, i16)> {
    Some((event.ssid().without_version(), event.number()?))
}

/// The record of a kind of events.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct DataType {
    /// The subsystem, as text.
    pub ssid: String,
    /// Whether it is an event: else a command or response.
    pub is_event: bool,
    /// The event number; `None` for a command, and for an event without one.
    pub number: Option<i16>,
    /// The name of the event.
    pub name: Option<String>,
    /// When the first came, by generation time.
    pub first: Option<Timestamp>,
    /// When the last came.
    pub last: Option<Timestamp>,
    /// How many were critical.
    pub critical: u64,
    /// How many came when.
    pub series: Series,
    /// How many there were in the baseline, if there is one.
    pub before: Option<u64>,
}

impl DataType {
    /// Whether there were none in the baseline.
    #[must_use]
    pub fn is_new(&self) -> bool {
        self.before == Some(0)
    }
}

/// Counts the events of a log. See the [module](self).
pub struct Stats<'s> {
    site: &'s Site,
    options: Options,
    night: Night,
    bursts: bursts::Monitor,
    /// Kinds of the baseline that have not come yet.
    missing: BTreeMap<(Ssid, i16), u64>,
    name: String,
    /// The subsystem of the buffer at hand.
    ssid: String,
}

/// The content of a log.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Night {
    /// Buffers.
    pub buffers: u64,
    /// Those that are events.
    pub events: u64,
    /// Those that are critical.
    pub critical: u64,
    /// The earliest time.
    pub first: Option<Timestamp>,
    /// The latest time.
    pub last: Option<Timestamp>,
    /// The intervals that were asked for.
    pub by: Interval,
    /// Events by time.
    pub timeline: Timeline,
    /// Buffers by subsystem.
    pub subsystems: Ranking<()>,
    /// Buffers by kind: subsystem, number and name.
    pub kinds: Ranking<DataType>,
    /// Events by process.
    pub processes: Ranking<()>,
    /// Events by their first subject; kept: the name of its token.
    pub subjects: Ranking<String>,
    /// Events that repeat too fast.
    pub bursts: Bursts,
    /// With a baseline: kinds that came then and not now, by SSID, number and how often.
    pub gone: Option<Vec<(Ssid, i16, u64)>>,
}

impl<'s> Stats<'s> {
    /// Nothing has been counted.
    #[must_use]
    pub fn new(site: &'s Site, options: Options) -> Self {
        let night = Night { by: options.by, timeline: Timeline::new(options.by), ..Night::default() };
        let bursts = bursts::Monitor::new(options.burst);
        let missing = options.baseline.as_ref().map(|baseline| baseline.kinds.clone()).unwrap_or_default();
        Self { site, options, night, bursts, missing, name: String::new(), ssid: String::new() }
    }

    /// Counts a buffer of an input.
    pub fn count(&mut self, buffer: &Buffer<'_>, source: &str) {
        self.night.buffers += 1;
        let event = self.site.event(buffer);
        self.ssid.clear();
        // Writing to a String does not fail.
        let _ = match &event {
            Some(event) => write!(self.ssid, "{}", self.site.event_ssid(event)),
            None => write!(self.ssid, "{}", self.site.ssid(buffer.ssid())),
        };
        self.night.subsystems.count(&self.ssid, |()| ());
        let Some(event) = event else {
            self.name(None, Some("command"));
            let Self { night, name, ssid, .. } = self;
            night.kinds.count(name, |kind| ssid.clone_into(&mut kind.ssid));
            return;
        };
        self.bursts.event(&event, source);
        self.night.events += 1;
        let is_critical = self.site.emphasis(&event) == Some(true);
        self.night.critical += u64::from(is_critical);
        let is_date = |time: &Timestamp| time.civil().is_some();
        let time = event.generated().filter(is_date).or_else(|| event.logged().filter(is_date));
        let local = time.map(|time| self.site.local(time)).filter(is_date);
        let range = |first: &mut Option<Timestamp>, last: &mut Option<Timestamp>| {
            if let Some(time) = time {
                *first = Some(first.map_or(time, |first| first.min(time)));
                *last = Some(last.map_or(time, |last| last.max(time)));
            }
        };
        range(&mut self.night.first, &mut self.night.last);
        if let Some(local) = local {
            self.night.timeline.count(local);
        }
        let key = kind(&event);
        let before = match (&self.options.baseline, key) {
            (Some(baseline), Some(key)) => Some(baseline.kinds.get(&key).copied().unwrap_or(0)),
            _ => None,
        };
        if let Some(key) = key {
            self.missing.remove(&key);
        }
        let (number, name) = (event.number(), self.site.event_name(&event));
        self.name(number, name);
        let by = self.options.by;
        let ssid = &self.ssid;
        self.night.kinds.count(&self.name, |kind| {
            if kind.ssid.is_empty() {
                ssid.clone_into(&mut kind.ssid);
                (kind.is_event, kind.number, kind.before) = (true, number, before);
                kind.name = name.map(str::to_owned);
            }
            kind.critical += u64::from(is_critical);
            range(&mut kind.first, &mut kind.last);
            local.into_iter().for_each(|local| kind.series.count(by, local));
        });
        if let Some(process) = self.site.process(&event) {
            self.name.clear();
            let _ = write!(self.name, "{process}");
            self.night.processes.count(&self.name, |()| ());
        }
        self.subject(buffer);
    }

    /// The name of a kind.
    fn name(&mut self, number: Option<i16>, name: Option<&str>) {
        self.name.clear();
        self.name.push_str(&self.ssid);
        // Writing to a String does not fail.
        let _ = match (number, name) {
            (Some(number), Some(name)) => write!(self.name, " {number} {name}"),
            (Some(number), None) => write!(self.name, " {number}"),
            (None, Some(name)) => write!(self.name, " {name}"),
            (None, None) => write!(self.name, " ?"),
        };
    }

    /// Counts the first subject.
    fn subject(&mut self, buffer: &Buffer<'_>) {
        let described = Described::new(self.site, buffer);
        let mut is_subject = false;
        for item in described.tokens().flatten() {
            if is_subject {
                self.name.clear();
                let _ = write!(Short(&mut self.name, SUBJECT), "{}", item.text());
                let trimmed = self.name.trim_end();
                self.night.subjects.count(if trimmed.is_empty() { "(empty)" } else { trimmed }, |token| {
                    if token.is_empty()
                        && let Some(name) = item.name()
                    {
                        name.clone_into(token);
                    }
                });
                return;
            }
            is_subject = item.is_mark();
        }
    }

    /// The counts.
    #[must_use]
    pub fn finish(self) -> Night {
        let gone = self.options.baseline.is_some().then(|| {
            let mut gone: Vec<_> =
                self.missing.into_iter().map(|((ssid, number), count)| (ssid, number, count)).collect();
            gone.sort_by_key(|(_, _, count)| core::cmp::Reverse(*count));
            gone
        });
        Night { bursts: self.bursts.finish(), gone, ..self.night }
    }
}

impl core::fmt::Debug for Stats<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Stats").field("buffers", &self.night.buffers).finish_non_exhaustive()
    }
}

/// Takes this many characters, and then no more.
struct Short<'t>(&'t mut String, usize);

impl core::fmt::Write for Short<'_> {
    fn write_str(&mut self, text: &str) -> core::fmt::Result {
        for c in text.chars() {
            match self.1.checked_sub(1) {
                Some(left) => {
                    self.0.push(c);
                    self.1 = left;
                }
                None => {
                    if !self.0.ends_with('…') {
                        self.0.push('…');
                    }
                    return Err(core::fmt::Error);
                }
            }
        }
        Ok(())
    }
}
