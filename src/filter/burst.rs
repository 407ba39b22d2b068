//! Burst filters: events that repeat too fast are hidden after the first few (EMS Manual 6-8 to 6-11, 13-28, 18-7).

use alloc::boxed::Box;
use alloc::collections::VecDeque;
use alloc::vec::Vec;
use core::fmt;
use core::hash::{Hash, Hasher};
use std::collections::HashMap;

use crate::ems::Event;
use crate::spi::read::DecodeError;
use crate::spi::{Ssid, Timestamp, TokenCode};

/// The limits of a burst filter. The defaults are the manual's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_structs)]
pub struct BurstFilter {
    /// `?N`: the number of similar events that make a burst, 2 to 32767.
    pub events: u16,
    /// `?T1`: the interval they are counted in, 1 to 3600 seconds.
    pub interval_start: u16,
    /// `?T2`: a burst ends when no similar event comes for so long, 1 to 3600 seconds.
    pub interval_end: u16,
    /// `?T3`: how often that is looked after while there are bursts, 15 to 3600 seconds.
    pub interval_check_end: u16,
    /// `?S`: the number of bursts that can be in progress at once, 2 to 128.
    pub simultaneous_bursts: u16,
    /// `?L`: bytes of the subject's value that similar events have in common, up to 254. `None` (-1): events are similar
    /// whatever their subjects; 0: the subject tokens are compared, but not their values.
    pub subject_bytes: Option<u8>,
}

impl Default for BurstFilter {
    fn default() -> Self {
        Self {
            events: 100,
            interval_start: 120,
            interval_end: 120,
            interval_check_end: 300,
            simultaneous_bursts: 6,
            subject_bytes: Some(254),
        }
    }
}

/// Kinds of events counted at once; when there are more, those known longest are forgotten.
const MAX_COUNTED: usize = 4096;
/// Bytes of a subject value that can be compared.
const MAX_SUBJECT: usize = 254;
const SECOND: i64 = 1_000_000;

/// The key of similar events: subsystem, event number and subject.
#[derive(Clone, Copy)]
struct Similarity {
    ssid: Ssid,
    number: i16,
    subject: Option<(Ssid, TokenCode)>,
    value: [u8; MAX_SUBJECT],
    value_len: u8,
}

impl Similarity {
    /// Reads up to the first subject.
    fn of(event: &Event<'_>, subject_bytes: Option<u8>) -> Result<Option<Self>, DecodeError> {
        let Some(number) = event.number() else { return Ok(None) };
        let ssid = event.ssid().without_version();
        let mut similarity = Self { ssid, number, subject: None, value: [0; MAX_SUBJECT], value_len: 0 };
        if let Some(compared) = subject_bytes
            && let Some(subject) = event.subjects().next().transpose()?
        {
            similarity.subject = Some((subject.ssid().without_version(), subject.code()));
            let value = subject.bytes();
            let len = value.len().min(usize::from(compared)).min(MAX_SUBJECT);
            similarity.value.iter_mut().zip(value.iter().take(len)).for_each(|(to, from)| *to = *from);
            similarity.value_len = u8::try_from(len).unwrap_or(0);
        }
        Ok(Some(similarity))
    }

    fn value(&self) -> &[u8] {
        self.value.get(..usize::from(self.value_len)).unwrap_or_default()
    }
}

impl PartialEq for Similarity {
    fn eq(&self, other: &Self) -> bool {
        (self.ssid, self.number, self.subject, self.value())
            == (other.ssid, other.number, other.subject, other.value())
    }
}

impl Eq for Similarity {}

impl Hash for Similarity {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.ssid, self.number, self.subject, self.value()).hash(state);
    }
}

/// A burst: what its events are, and how they went.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Burst {
    /// Which burst of its monitor it is, counted from 0 in the order they began.
    pub id: u64,
    /// Whose events, without version.
    pub ssid: Ssid,
    /// Their number.
    pub number: i16,
    /// The first subject's token, when subjects are compared.
    pub subject: Option<(Ssid, TokenCode)>,
    /// The bytes of the subject's value that are compared.
    pub subject_value: Box<[u8]>,
    /// The time of the first event counted.
    pub first: Timestamp,
    /// The time the burst was detected: ZEMS-TKN-BURST-TIME-START.
    pub detected: Timestamp,
    /// The time of the last event.
    pub last: Timestamp,
    /// Events hidden so far: ZEMS-TKN-BURST-EVTS-DELETED.
    pub hidden: u64,
}

/// The text of ZEMS-EVT-BURST-START, 538, without the distributor (EMS Manual 18-7), and the count of hidden events.
impl fmt::Display for Burst {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "EVENT BURST DETECTED FOR EVENT NO. {} OF SUBSYSTEM {}: {} hidden from {} to {}",
            self.number, self.ssid, self.hidden, self.detected, self.last
        )
    }
}

/// Something a [`BurstMonitor`] has to tell.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum BurstNotice<'b> {
    /// A burst begins: ZEMS-EVT-BURST-START, 538. The event at hand is the last that passes.
    Start(&'b Burst),
    /// The event at hand is hidden by this burst.
    Hidden(&'b Burst),
    /// A burst is over: ZEMS-EVT-BURST-END, 539, for want of events.
    End(&'b Burst),
    /// The monitor stops while the burst continues: 539 with reason ZEMS-VAL-BDS-DISABLED.
    Stopped(&'b Burst),
}

/// A burst filter at work on a stream of events.
///
/// The first N similar events within T1 seconds pass, the counting beginning anew with the first event after that time;
/// what follows is hidden until the burst ends. Time is that of the events: the log time, else the generation time, and it
/// never runs backwards. An event without a number, or without a time that is a date, is never in a burst.
///
/// ```
/// use zems::ems::Event;
/// use zems::filter::{BurstFilter, BurstMonitor};
///
/// let mut monitor = BurstMonitor::new(BurstFilter { events: 2, ..BurstFilter::default() });
/// let event = Event::parse(zems::samples::EVENT)?;
/// let hidden = (0..5).filter(|_| monitor.hides(&event, |_| ()).unwrap_or(false)).count();
/// assert_eq!(hidden, 3);
/// # Ok::<(), zems::spi::read::DecodeError>(())
/// ```
pub struct BurstMonitor {
    filter: BurstFilter,
    /// Similar events not yet a burst: the time of the first, and how many.
    counted: HashMap<Similarity, (i64, u16)>,
    /// The kinds counted in the order they came up. Some may have become bursts since.
    order: VecDeque<Similarity>,
    bursts: Vec<(Similarity, Burst)>,
    /// Bursts that have begun so far.
    begun: u64,
    now: i64,
    next_check: i64,
}

impl BurstMonitor {
    /// A monitor that has seen nothing. All the memory it ever needs is taken here.
    #[must_use]
    pub fn new(filter: BurstFilter) -> Self {
        Self {
            filter,
            counted: HashMap::with_capacity(MAX_COUNTED),
            order: VecDeque::with_capacity(MAX_COUNTED),
            bursts: Vec::with_capacity(usize::from(filter.simultaneous_bursts)),
            begun: 0,
            now: 0,
            next_check: 0,
        }
    }

    /// Whether the next event of the stream is hidden by a burst. `notice` hears of bursts that begin, hide it and end.
    ///
    /// # Errors
    /// The tokens up to the first subject cannot be read.
    pub fn hides(
        &mut self,
        event: &Event<'_>,
        mut notice: impl FnMut(BurstNotice<'_>),
    ) -> Result<bool, DecodeError> {
        let Some(similarity) = Similarity::of(event, self.filter.subject_bytes)? else { return Ok(false) };
        // One that is not a date would stop the clock for all that come after it.
        let is_date = |time: &Timestamp| time.civil().is_some();
        let Some(time) = event.logged().filter(is_date).or_else(|| event.generated().filter(is_date)) else {
            return Ok(false);
        };
        self.now = self.now.max(time.0);
        self.end_bursts(&mut notice);
        let now = Timestamp(self.now);
        if let Some((_, burst)) = self.bursts.iter_mut().find(|(known, _)| *known == similarity) {
            burst.last = now;
            burst.hidden += 1;
            notice(BurstNotice::Hidden(burst));
            return Ok(true);
        }
        let Some((first, count)) = self.count(similarity) else { return Ok(false) };
        let is_burst = count >= self.filter.events;
        if is_burst && self.bursts.len() < usize::from(self.filter.simultaneous_bursts) {
            self.counted.remove(&similarity);
            if self.bursts.is_empty() {
                self.next_check = self.now.saturating_add(seconds(self.filter.interval_check_end));
            }
            let burst = Burst {
                id: self.begun,
                ssid: similarity.ssid,
                number: similarity.number,
                subject: similarity.subject,
                subject_value: similarity.value().into(),
                first: Timestamp(first),
                detected: now,
                last: now,
                hidden: 0,
            };
            self.begun += 1;
            notice(BurstNotice::Start(&burst));
            self.bursts.push((similarity, burst));
        }
        Ok(false)
    }

    /// Stops: every burst that is under way is reported.
    pub fn stop(self, mut notice: impl FnMut(BurstNotice<'_>)) {
        self.bursts.iter().for_each(|(_, burst)| notice(BurstNotice::Stopped(burst)));
    }

    /// Counts an event: the time of the first of its kind in the interval, and how many there are.
    fn count(&mut self, similarity: Similarity) -> Option<(i64, u16)> {
        let (now, interval) = (self.now, seconds(self.filter.interval_start));
        if let Some((first, count)) = self.counted.get_mut(&similarity) {
            if now.saturating_sub(*first) > interval {
                (*first, *count) = (now, 1);
            } else {
                *count = count.saturating_add(1);
            }
            return Some((*first, *count));
        }
        while self.order.len() >= MAX_COUNTED {
            let longest_known = self.order.pop_front()?;
            self.counted.remove(&longest_known);
        }
        self.order.push_back(similarity);
        self.counted.insert(similarity, (now, 1));
        Some((now, 1))
    }

    /// Runs the checks that were due up to now. A burst with no event for T2 seconds at the time of a check is over.
    fn end_bursts(&mut self, notice: &mut impl FnMut(BurstNotice<'_>)) {
        let quiet = seconds(self.filter.interval_end);
        while !self.bursts.is_empty() && self.next_check <= self.now {
            let check = self.next_check;
            self.bursts.retain(|(_, burst)| {
                let is_over = check.saturating_sub(burst.last.0) >= quiet;
                if is_over {
                    notice(BurstNotice::End(burst));
                }
                !is_over
            });
            self.next_check = check.saturating_add(seconds(self.filter.interval_check_end).max(SECOND));
        }
    }
}

impl fmt::Debug for BurstMonitor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BurstMonitor").field("filter", &self.filter).finish_non_exhaustive()
    }
}

fn seconds(seconds: u16) -> i64 {
    i64::from(seconds) * SECOND
}
