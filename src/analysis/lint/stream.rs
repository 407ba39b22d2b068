//! Sections 6 and 8 over a stream of events. Memory is bounded: the oldest keys are forgotten.

use core::hash::{Hash, Hasher};
use std::collections::{HashMap, VecDeque};
use std::hash::DefaultHasher;

use super::meaning::float;
use super::view::View;
use super::{EventPlace, Place, Report};

/// Open requests that are kept.
const MAX_REQUESTS: usize = 10_000;
/// Keys of like events that are kept, of each kind.
const MAX_KEYS: usize = 50_000;
const SECOND: i64 = 1_000_000;
/// An equal event so soon is a repetition, in microseconds.
const REPEATED_WITHIN: i64 = 600 * SECOND;
/// A request may be issued again after so long.
const REQUEST_AGAIN: i64 = 60 * SECOND;
/// This many changes within this time are an oscillation.
const CHANGES: usize = 5;
const CHANGES_WITHIN: i64 = 60 * SECOND;
/// This many like events within this time are a burst: the defaults of burst filters (EMS Manual 6-9).
const BURST: usize = 100;
const BURST_WITHIN: i64 = 100 * SECOND;
/// This many subjects within this time have one cause.
const SUBJECTS: usize = 10;
const SUBJECTS_WITHIN: i64 = SECOND;
/// More like events of no consequence than this in a day.
const INFORMATION: usize = 24;
const DAY: i64 = 86_400 * SECOND;

/// The key by which events are alike: subsystem, number, first subject, node.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Key(Vec<u8>);

/// A map that forgets the keys that came first.
struct Bounded<V> {
    values: HashMap<Key, V>,
    order: VecDeque<Key>,
    max: usize,
    forgotten: u64,
}

impl<V> Bounded<V> {
    fn new(max: usize) -> Self {
        Self { values: HashMap::new(), order: VecDeque::new(), max, forgotten: 0 }
    }

    fn insert(&mut self, key: Key, value: V) -> Option<V> {
        if !self.values.contains_key(&key) {
            self.order.push_back(key.clone());
            while self.values.len() >= self.max {
                let Some(oldest) = self.order.pop_front() else { break };
                self.forgotten += u64::from(self.values.remove(&oldest).is_some());
            }
        }
        // Keys that were removed are in the order still; it stays bounded.
        if self.order.len() > 2 * self.max {
            let values = &self.values;
            self.order.retain(|key| values.contains_key(key));
        }
        self.values.insert(key, value)
    }

    fn entry(&mut self, key: &Key) -> Option<&mut V> {
        self.values.get_mut(key)
    }
}

/// A request that has not been completed.
struct Request {
    place: EventPlace,
    at: i64,
}

/// The state of the stream.
pub(super) struct Stream {
    requests: Bounded<Request>,
    /// Of each family of requests, how many are open and a subject of one.
    families: Bounded<(u64, String)>,
    repeated: Bounded<(u64, i64)>,
    down: Bounded<()>,
    states: Bounded<Vec<u8>>,
    changes: Bounded<(bool, VecDeque<i64>)>,
    bursts: Bounded<VecDeque<i64>>,
    causes: Bounded<VecDeque<(i64, u64)>>,
    information: Bounded<VecDeque<i64>>,
    last: i64,
}

impl core::fmt::Debug for Stream {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Stream").field("requests", &self.requests.values.len()).finish_non_exhaustive()
    }
}

impl Default for Stream {
    fn default() -> Self {
        Self {
            requests: Bounded::new(MAX_REQUESTS),
            families: Bounded::new(MAX_REQUESTS),
            repeated: Bounded::new(MAX_KEYS),
            down: Bounded::new(MAX_KEYS),
            states: Bounded::new(MAX_KEYS),
            changes: Bounded::new(MAX_KEYS),
            bursts: Bounded::new(MAX_KEYS),
            causes: Bounded::new(MAX_KEYS),
            information: Bounded::new(MAX_KEYS),
            last: 0,
        }
    }
}

/// Subsystem and node of an event.
fn origin(view: &View<'_>) -> Vec<u8> {
    let mut key = view.event.ssid().without_version().as_bytes().to_vec();
    key.extend(view.event.node().unwrap_or(0).to_be_bytes());
    key
}

/// Code, subsystem and value of the first subject.
fn subject(view: &View<'_>) -> Vec<u8> {
    let mut key = Vec::new();
    if let Some(subject) = view.subject() {
        key.extend(u32::from(subject.token.code()).to_be_bytes());
        key.extend(subject.ssid().without_version().as_bytes());
        key.extend(subject.bytes());
    }
    key
}

fn key(parts: &[&[u8]]) -> Key {
    Key(parts.concat())
}

/// Adds a time and forgets those too old; how many are left.
fn within(times: &mut VecDeque<i64>, now: i64, span: i64, most: usize) -> usize {
    times.push_back(now);
    while times.len() > most || times.front().is_some_and(|first| now.saturating_sub(*first) > span) {
        times.pop_front();
    }
    times.len()
}

impl Stream {
    pub(super) fn event(&mut self, view: &View<'_>, report: &mut Report) {
        let event = &view.event;
        let time = |time: Option<crate::spi::Timestamp>| time.map_or(0, |time| time.0);
        let now = match time(event.generated()) {
            0 => time(event.logged()),
            generated => generated,
        };
        self.last = self.last.max(now);
        let (origin, subject) = (origin(view), subject(view));
        let number = event.number().unwrap_or(0).to_be_bytes();
        let like = key(&[&origin, &number, &subject]);
        self.request(view, now, &origin, &subject, report);
        self.repetition(view, now, &like, report);
        self.state(view, now, &origin, &subject, report);
        self.rate(view, now, &like, &origin, &number, &subject, report);
    }

    /// action-subject-differs, action-unasked, and the requests that stay open.
    fn request(&mut self, view: &View<'_>, now: i64, origin: &[u8], subject: &[u8], report: &mut Report) {
        let is_needed = view.is_true("ZEMS-TKN-ACTION-NEEDED");
        let is_completed = view.standard() == Some("ZEMS-VAL-ATTN-COMPLETED")
            || view.has("ZEMS-TKN-ACTION-NEEDED") && !is_needed;
        if !is_needed && !is_completed {
            return;
        }
        let id = view.number_of("ZEMS-TKN-ACTION-ID").unwrap_or(0);
        let family = key(&[origin, &id.to_be_bytes()]);
        let request = key(&[&family.0, subject]);
        if is_needed {
            let open = Request { place: view.place.clone(), at: now };
            let shown = view.place.subject.clone().unwrap_or_else(|| "none".to_owned());
            if self.requests.insert(request, open).is_none() {
                let count = self.families.entry(&family).map_or(0, |(count, _)| *count);
                self.families.insert(family, (count + 1, shown));
            }
            return;
        }
        if self.requests.values.remove(&request).is_some() {
            if let Some((count, _)) = self.families.entry(&family) {
                *count = count.saturating_sub(1);
            }
            return;
        }
        let names = &["ZEMS-TKN-ACTION-NEEDED", "ZEMS-TKN-ACTION-ID"];
        match self.families.entry(&family).filter(|(count, _)| id != 0 && *count > 0) {
            Some((_, shown)) => {
                view.hit(report, "action-subject-differs", &format!("the request has {shown}"), None, names);
            }
            None => view.hit(report, "action-unasked", "", None, names),
        }
    }

    fn repetition(&mut self, view: &View<'_>, now: i64, like: &Key, report: &mut Report) {
        let mut hasher = DefaultHasher::new();
        let buffer = view.event.buffer();
        buffer.as_bytes().get(buffer.body()).unwrap_or_default().hash(&mut hasher);
        (view.event.emphasis(), view.event.content_standard(), view.event.content_user()).hash(&mut hasher);
        let tokens = hasher.finish();
        let Some((other, before)) = self.repeated.insert(like.clone(), (tokens, now)) else { return };
        let passed = now.saturating_sub(before);
        let is_again = view.is_true("ZEMS-TKN-ACTION-NEEDED") && passed >= REQUEST_AGAIN;
        if other == tokens && (0..=REPEATED_WITHIN).contains(&passed) && !is_again {
            view.hit(report, "repeated", &format!("again after {} seconds", passed / SECOND), None, &[]);
        }
    }

    fn state(&mut self, view: &View<'_>, now: i64, origin: &[u8], subject: &[u8], report: &mut Report) {
        let object = key(&[origin, subject]);
        let standard = view.standard();
        let is_up = match standard {
            Some("ZEMS-VAL-OBJECT-UNAVAILABLE") => {
                if self.down.insert(object.clone(), ()).is_some() {
                    view.hit(
                        report,
                        "state-repeated",
                        "no report that it was up",
                        None,
                        &["ZEMS-VAL-OBJECT-UNAVAILABLE"],
                    );
                }
                Some(false)
            }
            Some("ZEMS-VAL-OBJECT-AVAILABLE") => {
                self.down.values.remove(&object);
                Some(true)
            }
            Some("ZEMS-VAL-USAGE-THRESHOLD") => {
                let mark = |name| view.token(name).and_then(float);
                let (level, high, low) = (
                    mark("ZEMS-TKN-UTIL-LEVEL-CURR"),
                    mark("ZEMS-TKN-UTIL-CONFIG-HI"),
                    mark("ZEMS-TKN-UTIL-CONFIG-LOW"),
                );
                match (level, high, low) {
                    (Some(level), Some(high), _) if level >= high => Some(true),
                    (Some(level), _, Some(low)) if level <= low => Some(false),
                    _ => None,
                }
            }
            _ => None,
        };
        if view.event.number() == Some(-3)
            && let Some(state) = view.token("ZCOM-TKN-OBJSTATE")
            && let Some(before) = self.states.insert(object.clone(), state.bytes().to_vec())
            && before == state.bytes()
        {
            view.hit(report, "state-repeated", "the state is the former one", None, &["ZCOM-TKN-OBJSTATE"]);
        }
        let Some(is_up) = is_up else { return };
        let kind = if standard == Some("ZEMS-VAL-USAGE-THRESHOLD") { b"u" } else { b"s" };
        let object = key(&[&object.0, kind]);
        let Some((before, times)) = self.changes.entry(&object) else {
            self.changes.insert(object, (is_up, VecDeque::new()));
            return;
        };
        if *before == is_up {
            return;
        }
        *before = is_up;
        if within(times, now, CHANGES_WITHIN, CHANGES) >= CHANGES {
            times.clear();
            view.hit(report, "oscillation", &format!("{CHANGES} changes within a minute"), None, &[]);
        }
    }

    #[allow(clippy::too_many_arguments)]
    fn rate(
        &mut self,
        view: &View<'_>,
        now: i64,
        like: &Key,
        origin: &[u8],
        number: &[u8],
        subject: &[u8],
        report: &mut Report,
    ) {
        let is_full = |times: &mut Bounded<VecDeque<i64>>, span, most: usize| match times.entry(like) {
            Some(known) => {
                let is_full = within(known, now, span, most) >= most;
                if is_full {
                    known.clear();
                }
                is_full
            }
            None => {
                times.insert(like.clone(), VecDeque::from([now]));
                false
            }
        };
        if is_full(&mut self.bursts, BURST_WITHIN, BURST) {
            let detail = format!("{BURST} like events within {} seconds", BURST_WITHIN / SECOND);
            view.hit(report, "burst", &detail, None, &[]);
        }
        // The start and end of a burst, as EMS reports them, say how many more there were.
        let burst_end = view.names.constant("ZEMS-EVT-BURST-END");
        let ems = view.names.dictionary().ssid_named("ZEMS-VAL-SSID");
        let is_ems = ems.is_some_and(|ems| ems.is_same_subsystem(view.event.ssid()));
        if is_ems && burst_end.is_some() && view.event.number().map(i64::from) == burst_end {
            let dropped = view.number_of("ZEMS-TKN-BURST-EVTS-DELETED");
            let dropped = dropped.map_or_else(String::new, |count| format!(" of which {count} were dropped"));
            view.hit(
                report,
                "burst",
                &format!("EMS reports a burst{dropped}"),
                None,
                &["ZEMS-EVT-BURST-END"],
            );
        }
        let is_information = !view.has("ZEMS-TKN-ISO-SEVERITY")
            && view.event.emphasis() == Some(false)
            && !view.has("ZEMS-TKN-ACTION-NEEDED")
            && !view.is_standard();
        if is_information && is_full(&mut self.information, DAY, INFORMATION + 1) {
            view.hit(report, "info-flood", &format!("more than {INFORMATION} in a day"), None, &[]);
        }
        let reason: &[u8] = view.token("ZEMS-TKN-CHANGE-REASON").map_or(b"", |item| item.bytes());
        let underlying: &[u8] = view.token("ZEMS-TKN-UNDERLYING-OBJ-NAME").map_or(b"", |item| item.bytes());
        let process = view.process().unwrap_or_default();
        let cause = key(&[origin, number, process.as_bytes(), b"|", reason, b"|", underlying]);
        let mut hasher = DefaultHasher::new();
        subject.hash(&mut hasher);
        let subject = hasher.finish();
        if self.causes.entry(&cause).is_none() {
            self.causes.insert(cause.clone(), VecDeque::new());
        }
        let Some(known) = self.causes.entry(&cause) else { return };
        while known.len() >= SUBJECTS
            || known.front().is_some_and(|(first, _)| now.saturating_sub(*first) > SUBJECTS_WITHIN)
        {
            known.pop_front();
        }
        if known.iter().all(|(_, other)| *other != subject) {
            known.push_back((now, subject));
        }
        if known.len() >= SUBJECTS {
            known.clear();
            view.hit(report, "one-cause-many", &format!("{SUBJECTS} subjects within a second"), None, &[]);
        }
    }

    /// action-open.
    pub(super) fn finish(&mut self, report: &mut Report) {
        let mut open: Vec<Request> = self.requests.values.drain().map(|(_, request)| request).collect();
        open.sort_by(|one, other| {
            (&one.place.file, one.place.offset).cmp(&(&other.place.file, other.place.offset))
        });
        for request in open {
            let age = self.last.saturating_sub(request.at).max(0) / SECOND;
            let detail = format!("open for {age} seconds at the end of the input");
            report.add("action-open", Place::Event(request.place), &detail, None, Vec::new());
        }
        if self.requests.forgotten > 0 {
            let detail = format!("{} of the oldest requests were forgotten", self.requests.forgotten);
            report.add("action-open", Place::Input, &detail, None, Vec::new());
        }
    }
}
