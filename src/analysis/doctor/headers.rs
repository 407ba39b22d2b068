//! Header types and length bytes, and whether the fields of events look as they should.

use std::collections::BTreeMap;

use crate::ems::Event;
use crate::spi::read::Buffer;
use crate::spi::{HeaderField, HeaderType, Profile, Timestamp};

/// Headers of one type and length byte.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct HeaderKind {
    /// The number of the header's token code: -479 is a command or response.
    pub number: i16,
    /// The length byte.
    pub length: u8,
    /// Events or commands.
    pub header_type: HeaderType,
    /// Buffers.
    pub count: u64,
    /// The letter of the layout that is known for this length byte.
    pub layout: Option<char>,
    /// Whether that layout is a shipped one, which the vendor has not published.
    pub is_provisional: bool,
    /// How the fields of that layout look.
    pub fields: Vec<FieldCheck>,
}

/// Whether a field looks as it should.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FieldCheck {
    /// The field: `generated`, `logged`, `process`, `cpu`, `pin`.
    pub field: &'static str,
    /// Events whose field looks right.
    pub good: u64,
    /// Events that have it.
    pub of: u64,
    /// The plausible values, or the values that were seen.
    pub seen: String,
}

impl FieldCheck {
    /// Whether hardly any event speaks against it.
    #[must_use]
    pub const fn is_plausible(&self) -> bool {
        20 * (self.of - self.good) <= self.of
    }
}

/// Processors of a node have lower numbers.
const CPUS: u16 = 16;
/// Process numbers are lower.
const PINS: u16 = 32_768;
/// Events of one log are not further apart: a quarter of a year.
const APART: i64 = 92 * 86_400 * 1_000_000;

/// The observations of the headers of one kind.
#[derive(Debug, Default)]
struct Seen {
    count: u64,
    events: bool,
    checks: BTreeMap<&'static str, (u64, u64)>,
    times: BTreeMap<&'static str, (i64, i64, i64)>,
}

#[derive(Debug, Default)]
pub(super) struct Headers(BTreeMap<(i16, u8), Seen>);

impl Headers {
    pub(super) fn buffer(&mut self, buffer: &Buffer<'_>) {
        let code = buffer.header_code();
        let seen = self.0.entry((code.number().0, code.length())).or_default();
        seen.count += 1;
        let Ok(event) = Event::try_from(*buffer) else { return };
        seen.events = true;
        let has = |field| event.field(field).is_some();
        if let Some(time) = event.generated() {
            seen.time("generated", time, false);
        }
        if let Some(time) = event.logged() {
            seen.time("logged", time, true);
        }
        if has(HeaderField::ProcessDescriptor) {
            let text = event.process_descriptor().unwrap_or_default();
            let is_good = text.len() <= 33 && text.iter().all(u8::is_ascii_graphic);
            seen.check("process", is_good);
        } else if let Some(crtpid) = event.crtpid() {
            // Unnamed processes have clock bits in place of a name.
            let name = crtpid.as_bytes().get(..6).unwrap_or_default();
            let is_good =
                !crtpid.has_name() || name.iter().all(|byte| byte.is_ascii_graphic() || *byte == b' ');
            seen.check("process", is_good);
        }
        if let Some(cpu) = event.cpu() {
            seen.check("cpu", cpu < CPUS);
        }
        if let Some(pin) = event.pin() {
            seen.check("pin", pin < PINS);
        }
    }

    pub(super) fn finish(self, profile: &Profile) -> Vec<HeaderKind> {
        let kinds = self.0.into_iter().map(|((number, length), seen)| {
            let layout = profile.layout(length).filter(|_| seen.events);
            HeaderKind {
                number,
                length,
                header_type: if seen.events { HeaderType::Event } else { HeaderType::Command },
                count: seen.count,
                layout: layout.map(|layout| layout.name),
                is_provisional: layout.is_some_and(|layout| layout.is_provisional),
                fields: seen.fields(),
            }
        });
        let mut kinds: Vec<_> = kinds.collect();
        kinds.sort_by_key(|kind| core::cmp::Reverse(kind.count));
        kinds
    }
}

impl Seen {
    fn check(&mut self, field: &'static str, is_good: bool) {
        let (good, of) = self.checks.entry(field).or_default();
        (*good, *of) = (*good + u64::from(is_good), *of + 1);
    }

    /// A time of this age of the world, and near the one before.
    fn time(&mut self, field: &'static str, time: Timestamp, may_be_unset: bool) {
        const CENTURY: i64 = 4_102_444_800_000_000;
        if may_be_unset && time == Timestamp::UNSET {
            return self.check(field, true);
        }
        let is_of_age = time.unix_micros().is_some_and(|micros| (0..CENTURY).contains(&micros));
        let mut is_near = true;
        if is_of_age {
            let (first, last, before) = self.times.entry(field).or_insert((time.0, time.0, time.0));
            is_near = time.0.abs_diff(*before) <= APART.unsigned_abs();
            (*first, *last, *before) = ((*first).min(time.0), (*last).max(time.0), time.0);
        }
        self.check(field, is_of_age && is_near);
    }

    fn fields(&self) -> Vec<FieldCheck> {
        let checks = self.checks.iter().map(|(field, (good, of))| {
            let seen = match (*field, self.times.get(field)) {
                (_, Some((first, last, _))) => format!("{} to {}", Timestamp(*first), Timestamp(*last)),
                ("process", _) => "printable".to_owned(),
                ("cpu", _) => format!("below {CPUS}"),
                ("pin", _) => format!("below {PINS}"),
                _ => "not a time of 1970 to 2100".to_owned(),
            };
            FieldCheck { field, good: *good, of: *of, seen }
        });
        checks.collect()
    }
}
