//! Counts over time in bounded memory.

use crate::spi::Timestamp;

/// How long an interval is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs)]
#[non_exhaustive]
pub enum Interval {
    Minute,
    #[default]
    Hour,
    Day,
}

impl Interval {
    /// In microseconds.
    #[must_use]
    pub const fn micros(self) -> i64 {
        match self {
            Self::Minute => 60_000_000,
            Self::Hour => 3_600_000_000,
            Self::Day => 86_400_000_000,
        }
    }

    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Minute => "minute",
            Self::Hour => "hour",
            Self::Day => "day",
        }
    }

    const fn longer(self) -> Option<Self> {
        match self {
            Self::Minute => Some(Self::Hour),
            Self::Hour => Some(Self::Day),
            Self::Day => None,
        }
    }
}

/// Intervals of a log that are kept at once.
const INTERVALS: usize = 1 << 16;

/// The counts of a whole log, by intervals that begin on the hour, minute or day of its zone.
#[derive(Clone, Debug, Default)]
pub struct Timeline {
    interval: Interval,
    /// Number of the interval, and count; sorted.
    counts: std::collections::BTreeMap<i64, u64>,
    outside: u64,
}

impl Timeline {
    pub(super) fn new(interval: Interval) -> Self {
        Self { interval, ..Self::default() }
    }

    pub(super) fn count(&mut self, local: Timestamp) {
        let number = self.number(local);
        if self.counts.len() >= INTERVALS && !self.counts.contains_key(&number) {
            return self.make_space(local);
        }
        *self.counts.entry(number).or_default() += 1;
    }

    /// Counts a time that needs one interval too many, in longer ones if there are such.
    fn make_space(&mut self, local: Timestamp) {
        let Some(longer) = self.interval.longer() else {
            self.outside += 1;
            return;
        };
        let times = longer.micros() / self.interval.micros();
        let counts = core::mem::take(&mut self.counts);

        for (number, count) in counts {
            *self.counts.entry(number.div_euclid(times)).or_default() += count;
        }
        self.interval = longer;
        self.count(local);
    }

    fn number(&self, local: Timestamp) -> i64 {
        since_midnight(local).div_euclid(self.interval.micros())
    }

    /// The intervals are this long: longer than wanted if there would have been too many.
    #[must_use]
    pub const fn interval(&self) -> Interval {
        self.interval
    }

    /// Events that are in none of the intervals, which are too many even by the day.
    #[must_use]
    pub const fn outside(&self) -> u64 {
        self.outside
    }

    /// Where each interval that has events begins, in the zone of the log, and how many.
    #[must_use]
    pub fn counts(&self) -> impl ExactSizeIterator<Item = (Timestamp, u64)> + DoubleEndedIterator + Clone {
        let micros = self.interval.micros();
        self.counts.iter().map(move |(number, count)| (begin(*number, micros), *count))
    }
}

/// Places of a [`Series`].
const PLACES: i64 = 64;

/// The counts of one kind of events: at most 64 places of the same width, which doubles when they do not suffice.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Series {
    /// In microseconds; 0: nothing has been counted.
    width: i64,
    /// Number of the place, and count; sorted.
    counts: Vec<(i64, u64)>,
}

impl Series {
    pub(super) fn count(&mut self, interval: Interval, local: Timestamp) {
        if self.width == 0 {
            self.width = interval.micros();
        }
        loop {
            let number = since_midnight(local).div_euclid(self.width);
            let first = self.counts.first().map_or(number, |(first, _)| (*first).min(number));
            let last = self.counts.last().map_or(number, |(last, _)| (*last).max(number));
            if last - first < PLACES {
                match self.counts.binary_search_by_key(&number, |(number, _)| *number) {
                    Ok(at) => self.counts[at].1 += 1,
                    Err(at) => self.counts.insert(at, (number, 1)),
                }
                return;
            }
            self.width *= 2;
            let mut wider: Vec<(i64, u64)> = Vec::with_capacity(self.counts.len());
            for (number, count) in self.counts.drain(..) {
                let number = number.div_euclid(2);
                match wider.last_mut() {
                    Some((last, counted)) if *last == number => *counted += count,
                    _ => wider.push((number, count)),
                }
            }
            self.counts = wider;
        }
    }

    /// The counts over a range of time, in the places of another series whose width is not smaller.
    #[must_use]
    pub fn over(&self, scale: Scale) -> Vec<u64> {
        let mut counts = vec![0; scale.places];
        for (number, count) in &self.counts {
            let place = number.saturating_mul(self.width).div_euclid(scale.width) - scale.first;
            if let Some(place) = usize::try_from(place).ok().and_then(|place| counts.get_mut(place)) {
                *place += count;
            }
        }
        counts
    }
}

/// Places of the same width that cover a range of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Scale {
    /// The width of a place in microseconds.
    pub width: i64,
    first: i64,
    /// How many places there are.
    pub places: usize,
}

impl Scale {
    /// At most this many places that cover all intervals of a log, each as wide as the interval, or twice, four times ... that. A
    /// [`Series`] has no more than 64.
    #[must_use]
    pub fn of(timeline: &Timeline, wanted: Interval, most: usize) -> Option<Self> {
        let micros = timeline.interval.micros();
        let (first, last) = (timeline.counts.keys().next()?, timeline.counts.keys().next_back()?);
        let (first, last) = (first.saturating_mul(micros), (last + 1).saturating_mul(micros) - 1);
        let most = i64::try_from(most).unwrap_or(i64::MAX).max(1);
        let mut width = wanted.micros();
        loop {
            let (begin, end) = (first.div_euclid(width), last.div_euclid(width));
            if end - begin < most {
                let places = usize::try_from(end - begin + 1).unwrap_or(1);
                return Some(Self { width, first: begin, places });
            }
            width *= 2;
        }
    }

    /// Where a place begins, in the zone of the log.
    #[must_use]
    pub fn begin(&self, place: usize) -> Timestamp {
        begin(self.first.saturating_add(i64::try_from(place).unwrap_or(0)), self.width)
    }

    /// The counts of a log in these places.
    #[must_use]
    pub fn counts(&self, timeline: &Timeline) -> Vec<u64> {
        let micros = timeline.interval.micros();
        let counts = timeline.counts.iter().map(|(number, count)| (*number, *count)).collect();
        Series { width: micros, counts }.over(*self)
    }
}

/// Timestamps count from noon, days begin at midnight.
const NOON: i64 = 43_200_000_000;

const fn since_midnight(time: Timestamp) -> i64 {
    time.0.saturating_add(NOON)
}

const fn begin(number: i64, width: i64) -> Timestamp {
    Timestamp(number.saturating_mul(width).saturating_sub(NOON))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn intervals_begin_on_the_hour_and_at_midnight() {
        for (interval, begin) in [
            (Interval::Minute, "2026-11-20T10:15:00Z"),
            (Interval::Hour, "2026-11-20T10:00:00Z"),
            (Interval::Day, "2026-11-20T00:00:00Z"),
        ] {
            let mut timeline = Timeline::new(interval);
            timeline.count(at("2026-11-20T10:15:59.9Z"));
            timeline.count(at("2026-11-20T10:15:00Z"));
            assert!(timeline.counts().eq([(at(begin), 2)]));
        }
    }

    #[test]
    fn a_long_log_gets_longer_intervals() {
        let mut timeline = Timeline::new(Interval::Minute);
        let start = at("2000-01-01T00:00:00Z").0;
        for minute in 0..INTERVALS + 10 {
            timeline.count(Timestamp(start + i64::try_from(minute).unwrap() * 60_000_000));
        }
        assert_eq!((timeline.interval(), timeline.outside()), (Interval::Hour, 0));
        assert_eq!(timeline.counts().map(|(_, count)| count).sum::<u64>(), 65_546);
        assert_eq!(timeline.counts().next(), Some((Timestamp(start), 60)));
        let mut days = Timeline::new(Interval::Day);
        for day in 0..INTERVALS + 3 {
            days.count(Timestamp(start + i64::try_from(day).unwrap() * 86_400_000_000));
        }
        assert_eq!((days.interval(), days.outside()), (Interval::Day, 3));
    }

    /// A series of few places says the same as the log, in any order of the events.
    #[test]
    fn series_keep_all_counts() {
        let start = at("2026-11-20T00:00:00Z").0;
        let times: Vec<_> = (0..500_i64).map(|n| Timestamp(start + n * n % 1009 * 3_600_000_000)).collect();
        let (mut timeline, mut series) = (Timeline::new(Interval::Hour), Series::default());
        for time in &times {
            timeline.count(*time);
            series.count(Interval::Hour, *time);
        }
        for most in [1, 7, 40, 64] {
            let scale = Scale::of(&timeline, Interval::Hour, most).unwrap();
            assert!(scale.places <= most);
            assert_eq!(series.over(scale), scale.counts(&timeline));
            assert_eq!(series.over(scale).iter().sum::<u64>(), 500);
            assert!(scale.begin(0) <= times[0] && times[0].0 - scale.begin(0).0 < scale.width);
        }
    }
}
