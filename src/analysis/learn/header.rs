//! Where the fields of an event's header are.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::evidence::{Reading, best, weigh};
use super::limits;
use super::listing::Listing;
use super::pairing::Pair;
use super::report::{Candidate, EventAt, Outcome, Report, Subject};
use super::samples::{Line, Samples, is_plausible};
use super::zone::{Found, Group, is_of_zone, second, time};
use crate::ems::HeaderToken;

/// A field of the header that printed lines or listings show.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Field {
    EventNumber,
    GenerationTime,
    LogTime,
    ProcessName,
    ProcessDescriptor,
    Cpu,
    Pin,
    Node,
    Emphasis,
    ConsolePrint,
    SuppressDisplay,
    UserId,
    ContentStandard,
    ContentUser,
    HeaderVersion,
}

impl Field {
    /// Its name in the report.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::EventNumber => "event-number",
            Self::GenerationTime => "generation-time",
            Self::LogTime => "log-time",
            Self::ProcessName => "process-name",
            Self::ProcessDescriptor => "process-descriptor",
            Self::Cpu => "cpu",
            Self::Pin => "pin",
            Self::Node => "node",
            Self::Emphasis => "emphasis",
            Self::ConsolePrint => "console-print",
            Self::SuppressDisplay => "suppress-display",
            Self::UserId => "user-id",
            Self::ContentStandard => "content-standard",
            Self::ContentUser => "content-user",
            Self::HeaderVersion => "header-version",
        }
    }

    /// The header token whose value it is.
    pub(super) const fn token(self) -> HeaderToken {
        match self {
            Self::EventNumber => HeaderToken::EventNumber,
            Self::GenerationTime => HeaderToken::GenTime,
            Self::LogTime => HeaderToken::LogTime,
            Self::ProcessName => HeaderToken::Crtpid,
            Self::ProcessDescriptor => HeaderToken::ProcDesc,
            Self::Cpu => HeaderToken::Cpu,
            Self::Pin => HeaderToken::Pin,
            Self::Node => HeaderToken::NodeNum,
            Self::Emphasis => HeaderToken::Emphasis,
            Self::ConsolePrint => HeaderToken::ConsolePrint,
            Self::SuppressDisplay => HeaderToken::SuppressDisplay,
            Self::UserId => HeaderToken::UserId,
            Self::ContentStandard => HeaderToken::ContentStandard,
            Self::ContentUser => HeaderToken::ContentUser,
            Self::HeaderVersion => HeaderToken::HeaderVersion,
        }
    }
}

/// A place in the header: a field, or with `bit` one bit of a byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    pub(super) offset: usize,
    pub(super) width: usize,
    pub(super) bit: Option<u8>,
}

impl Place {
    const fn bytes(offset: usize, width: usize) -> Self {
        Self { offset, width, bit: None }
    }

    fn of(self, header: &[u8]) -> Option<&[u8]> {
        header.get(self.offset..)?.get(..self.width)
    }

    fn number(self, header: &[u8]) -> Option<i64> {
        Some(self.of(header)?.iter().fold(0, |number, byte| number << 8 | i64::from(*byte)))
    }

    const fn end(self) -> usize {
        self.offset + self.width
    }

    fn candidate(self) -> Candidate {
        let byte = |number| u8::try_from(number).unwrap_or(u8::MAX);
        match self.bit {
            Some(bit) => Candidate::Bit { offset: byte(self.offset), bit },
            None => Candidate::Bytes { offset: byte(self.offset), width: byte(self.width) },
        }
    }
}

/// The result for the headers of one length byte.
#[derive(Clone, Debug)]
pub(super) struct Header {
    pub(super) length: u8,
    pub(super) fields: BTreeMap<Field, Learned>,
    outcomes: Vec<(Field, Outcome)>,
}

/// A field whose place is certain.
#[derive(Clone, Debug)]
pub(super) struct Learned {
    pub(super) place: Place,
    pub(super) events: usize,
    pub(super) of: usize,
}

/// The fields that are certain, to compare buffers and lines by.
#[derive(Clone, Debug, Default)]
pub(super) struct Claims(Vec<(Field, Place)>);

impl Header {
    pub(super) fn claims(&self) -> Claims {
        Claims(self.fields.iter().map(|(field, learned)| (*field, learned.place)).collect())
    }

    pub(super) fn place(&self, field: Field) -> Option<Place> {
        self.fields.get(&field).map(|learned| learned.place)
    }

    /// The number of the node, if its place is known.
    pub(super) fn node(&self, header: &[u8]) -> Option<i64> {
        self.place(Field::Node)?.number(header)
    }

    pub(super) fn event_number(&self, header: &[u8]) -> Option<i16> {
        let bytes = self.place(Field::EventNumber)?.of(header)?.first_chunk()?;
        Some(i16::from_be_bytes(*bytes))
    }

    pub(super) fn report(&self, report: &mut Report) {
        for (field, outcome) in &self.outcomes {
            report.add(Subject::Header { length: self.length, field: field.name() }, outcome.clone());
        }
    }
}

impl Claims {
    /// How many known fields of a header a line agrees with, and contradicts.
    pub(super) fn count(&self, samples: &Samples, header: &[u8], line: &Line) -> (u32, u32) {
        let says =
            self.0.iter().filter_map(|(field, place)| line_says(samples, *field, *place, header, line));
        says.fold(
            (0, 0),
            |(agree, contradict), is_so| {
                if is_so { (agree + 1, contradict) } else { (agree, contradict + 1) }
            },
        )
    }
}

/// An event, and what was printed and listed for it.
#[derive(Clone, Copy)]
struct Witness<'w> {
    raw: usize,
    line: Option<&'w Line>,
    /// Seconds that the line's clock was ahead of GMT.
    zone: i64,
    listing: Option<&'w Listing>,
}

impl Witness<'_> {
    /// Whether an event agrees with a field at this place; `None` if neither its line nor its listing shows the field.
    fn says(&self, samples: &Samples, field: Field, place: Place) -> Option<bool> {
        let header = samples.header(&samples.raws[self.raw]);
        let line = self.line.and_then(|line| match field {
            Field::GenerationTime => Some(second(header, place.offset)? + self.zone == line.second),
            _ => line_says(samples, field, place, header, line),
        });
        let listing = self.listing.and_then(|listing| listing_says(field, place, header, listing));
        match (line, listing) {
            (None, None) => None,
            (line, listing) => Some(line.unwrap_or(true) && listing.unwrap_or(true)),
        }
    }

    fn flag(&self, field: Field) -> Option<bool> {
        let listed = self.listing.and_then(|listing| listing.flag(field.token()));
        listed.or_else(|| Some(self.line?.emphasis).filter(|_| field == Field::Emphasis))
    }
}

/// Whether a listing agrees with a field at this place; `None` if it does not show the field.
fn listing_says(field: Field, place: Place, header: &[u8], listing: &Listing) -> Option<bool> {
    let token = field.token();
    match field {
        Field::GenerationTime | Field::LogTime => {
            let (stored, listed) = (time(header, place.offset)?, listing.time(token)?);
            Some(if listed.0 == 0 { stored.0 == 0 } else { is_of_zone(listed.0.checked_sub(stored.0)?) })
        }
        Field::ProcessName => {
            is_name(place.of(header)?, listing.process()?.1.filter(|name| name.len() <= 6)?)
        }
        // Bytes that are not a length contradict.
        Field::ProcessDescriptor => Some(descriptor(place, header) == Some(listing.text(token)?.as_bytes())),
        Field::Emphasis | Field::ConsolePrint | Field::SuppressDisplay => {
            Some(is_on(place, header)? == listing.flag(token)?)
        }
        Field::UserId => Some(place.of(header)? == listing.user()?),
        Field::Node => {
            let listed = listing.number(token).or_else(|| listing.number(HeaderToken::System))?;
            Some(place.number(header)? == listed)
        }
        Field::EventNumber | Field::ContentStandard | Field::ContentUser | Field::HeaderVersion => {
            let stored = place.of(header)?.first_chunk()?;
            Some(i64::from(i16::from_be_bytes(*stored)) == listing.number(token)?)
        }
        Field::Cpu | Field::Pin => Some(place.number(header)? == listing.number(token)?),
    }
}

fn is_on(place: Place, header: &[u8]) -> Option<bool> {
    Some(place.of(header)?.first()? & (0x80 >> place.bit?) != 0)
}

/// Whether a field is this name, filled with blanks.
fn is_name(stored: &[u8], name: &str) -> Option<bool> {
    let (start, rest) = stored.split_at_checked(name.len())?;
    Some(start == name.as_bytes() && rest.iter().all(|byte| *byte == b' '))
}

/// The text of a descriptor, which follows its length.
fn descriptor(place: Place, header: &[u8]) -> Option<&[u8]> {
    let (len, text) = header.get(place.offset..)?.split_first_chunk()?;
    text.get(..usize::from(u16::from_be_bytes(*len)))
}

/// Whether a line agrees with a field at this place; `None` if it does not show the field, or its time, which is compared before.
fn line_says(samples: &Samples, field: Field, place: Place, header: &[u8], line: &Line) -> Option<bool> {
    match field {
        Field::EventNumber => Some(place.of(header) == Some(&line.number.to_be_bytes()[..])),
        Field::ProcessName => is_name(place.of(header)?, samples.name(line).filter(|name| name.len() <= 6)?),
        Field::ProcessDescriptor => descriptor_says(samples, place, header, line),
        Field::Cpu => Some(place.number(header) == Some(samples.cpu_and_pin(line)?.0.into())),
        Field::Pin => Some(place.number(header) == Some(samples.cpu_and_pin(line)?.1.into())),
        Field::Emphasis => Some(is_on(place, header)? == line.emphasis),
        _ => None,
    }
}

/// A length word and the process as it was printed, its node included or not.
fn descriptor_says(samples: &Samples, place: Place, header: &[u8], line: &Line) -> Option<bool> {
    let Some(stored) = descriptor(place, header) else { return Some(false) };
    if stored.is_empty() && samples.name(line).is_none() {
        // An event without a descriptor shows processor and process number.
        return None;
    }
    let stored = core::str::from_utf8(stored).unwrap_or_default();
    let is_same = match stored.strip_prefix('\\').and_then(|rest| rest.split_once('.')) {
        Some((node, local)) => node == samples.node(line) && local == samples.local(line),
        None => stored == samples.local(line),
    };
    Some(is_same)
}

/// Learns the headers of each length byte from lines and listings. `listed` are raw events with their listings.
pub(super) fn learn(
    samples: &Samples,
    groups: &BTreeMap<u8, Group>,
    found: &Found,
    pairs: &[Pair],
    listed: &[(usize, &Listing)],
) -> Vec<Header> {
    let mut by_raw: BTreeMap<usize, Witness<'_>> = BTreeMap::new();
    for Pair { raw, line, zone } in pairs {
        let line = Some(&samples.lines[*line]);
        by_raw.insert(*raw, Witness { raw: *raw, line, zone: *zone, listing: None });
    }
    for (raw, listing) in listed {
        let nothing = Witness { raw: *raw, line: None, zone: 0, listing: None };
        by_raw.entry(*raw).or_insert(nothing).listing = Some(listing);
    }
    let mut by_length: BTreeMap<u8, Vec<Witness<'_>>> = BTreeMap::new();
    for (raw, witness) in by_raw {
        by_length.entry(samples.raws[raw].length).or_default().push(witness);
    }
    let headers = groups.iter().filter_map(|(length, group)| {
        let witnesses = by_length.get(length).map_or(&[][..], Vec::as_slice);
        if !found.times.contains_key(length) && witnesses.is_empty() {
            return None;
        }
        let mut learner = Learner {
            samples,
            group,
            witnesses,
            len: usize::from(*length),
            taken: vec![false; usize::from(*length)],
            header: Header { length: *length, fields: BTreeMap::new(), outcomes: Vec::new() },
        };
        learner.times();
        learner.event_number();
        learner.process();
        learner.cpu_and_pin();
        for flag in [Field::Emphasis, Field::ConsolePrint, Field::SuppressDisplay] {
            learner.flag(flag);
        }
        learner.node();
        for field in [Field::UserId, Field::ContentStandard, Field::ContentUser, Field::HeaderVersion] {
            learner.listed_only(field);
        }
        learner.header.outcomes.sort_by_key(|(field, _)| *field);
        Some(learner.header)
    });
    headers.collect()
}

struct Learner<'l> {
    samples: &'l Samples,
    group: &'l Group,
    witnesses: &'l [Witness<'l>],
    len: usize,
    /// Bytes that belong to a field that is certain.
    taken: Vec<bool>,
    header: Header,
}

impl Learner<'_> {
    fn header_of(&self, raw: usize) -> &[u8] {
        self.samples.header(&self.samples.raws[raw])
    }

    /// All places of this width that no certain field or flag touches.
    fn places(&self, width: usize) -> Vec<Place> {
        let flags = self.header.fields.values().filter(|it| it.place.bit.is_some()).map(|it| it.place.offset);
        let flags: Vec<_> = flags.collect();
        let has_flag = |offset: usize| flags.iter().any(|flag| (offset..offset + width).contains(flag));
        self.free(width).filter(|place| !has_flag(place.offset)).collect()
    }

    /// All places of this width that no certain field touches; flags may be there.
    fn free(&self, width: usize) -> impl Iterator<Item = Place> {
        let free = move |offset: &usize| {
            self.taken.get(*offset..*offset + width).is_some_and(|it| !it.contains(&true))
        };
        (0..self.len).filter(free).map(move |offset| Place::bytes(offset, width))
    }

    fn weigh(&self, field: Field, places: Vec<Place>) -> Vec<Reading<Place>> {
        let readings = weigh(
            places,
            self.witnesses,
            |witness| witness.raw,
            |place, witness| witness.says(self.samples, field, *place),
        );
        best(readings)
    }

    /// How many values of a field the listings show; of more than two only that.
    fn values(&self, field: Field) -> usize {
        let mut first = None;
        for listing in self.witnesses.iter().filter_map(|witness| witness.listing) {
            let value = listing.text(field.token());
            match (first, value) {
                (_, None) => {}
                (None, Some(_)) => first = value,
                (Some(known), Some(other)) if known == other => {}
                (Some(_), Some(_)) => return 2,
            }
        }
        usize::from(first.is_some())
    }

    fn claim(&mut self, field: Field, reading: &Reading<Place>, note: Option<String>) {
        let place = reading.what;
        for taken in self.taken.iter_mut().skip(place.offset).take(place.width) {
            // The other bits of a byte of flags are free.
            *taken = *taken || place.bit.is_none();
        }
        let learned = Learned { place, events: reading.agree, of: reading.events() };
        self.header.fields.insert(field, learned);
        let outcome = Outcome::Learned {
            answer: place.candidate(),
            events: reading.agree,
            of: reading.events(),
            note,
            contradicted_by: self.offsets(&reading.against),
        };
        self.header.outcomes.push((field, outcome));
    }

    fn offsets(&self, raws: &[usize]) -> Vec<EventAt> {
        raws.iter().map(|raw| self.samples.raws[*raw].at()).collect()
    }

    fn ambiguous(&mut self, field: Field, places: &[Place], decides: &str) {
        const SHOWN: usize = 8;
        let outcome = Outcome::Ambiguous {
            candidates: places.iter().take(SHOWN).map(|place| place.candidate()).collect(),
            count: places.len(),
            decides: decides.to_owned(),
        };
        self.header.outcomes.push((field, outcome));
    }

    /// Claims the only reading, or says why there is none. `true`: it was claimed.
    fn decide(&mut self, field: Field, readings: &[Reading<Place>], none: &str, several: &str) -> bool {
        match readings {
            [] => self.ambiguous(field, &[], none),
            [only] if only.holds() => {
                self.claim(field, only, None);
                return true;
            }
            [nearest, ..] if !nearest.holds() => {
                let outcome = Outcome::Contradicted {
                    candidate: nearest.what.candidate(),
                    by: self.offsets(&nearest.against),
                };
                self.header.outcomes.push((field, outcome));
            }
            several_readings => {
                let places: Vec<_> = several_readings.iter().map(|reading| reading.what).collect();
                self.ambiguous(field, &places, several);
            }
        }
        false
    }

    /// The generation time is the one that was printed; another time that is never earlier is that of the log.
    fn times(&mut self) {
        const BOTH: &str = "events that were logged in another second than they were generated in";
        let places: Vec<_> = self.group.times.iter().map(|offset| Place::bytes(*offset, 8)).collect();
        let mut readings = self.weigh(Field::GenerationTime, places);
        if readings.len() > 1 {
            // An event is generated before it is logged.
            let earliest = readings.iter().position(|one| {
                readings.iter().all(|other| {
                    one.what == other.what || self.is_later(other.what.offset, one.what.offset).is_some()
                })
            });
            if let Some(earliest) = earliest {
                readings = vec![readings.swap_remove(earliest)];
            }
        }
        if !self.decide(Field::GenerationTime, &readings, "printed lines that a buffer belongs to", BOTH) {
            return;
        }
        let Some(generated) = self.header.place(Field::GenerationTime) else { return };
        // By chance bytes look like a time in some events; a field does in all, or is not set.
        let others = self.group.times.iter().copied().filter(|offset| *offset != generated.offset);
        let others: Vec<_> = others.filter(|offset| self.is_always_time(*offset)).collect();
        let places = others.iter().map(|offset| Place::bytes(*offset, 8)).collect();
        if let [only] = self.weigh(Field::LogTime, places).as_slice()
            && only.holds()
        {
            return self.claim(Field::LogTime, only, None);
        }
        let later: Vec<_> = others
            .iter()
            .filter_map(|offset| Some((*offset, self.is_later(*offset, generated.offset)?)))
            .collect();
        match later.as_slice() {
            [(offset, events)] if others.len() == 1 => {
                let what = Place::bytes(*offset, 8);
                let reading = Reading { what, agree: *events, contradict: 0, against: Vec::new() };
                let note = "a time that is never before the generation time, and often after it".to_owned();
                self.claim(Field::LogTime, &reading, Some(note));
            }
            _ => {
                let places: Vec<_> = others.iter().map(|offset| Place::bytes(*offset, 8)).collect();
                self.ambiguous(
                    Field::LogTime,
                    &places,
                    "events that have been logged, and listings that show their log time",
                );
            }
        }
    }

    fn is_always_time(&self, offset: usize) -> bool {
        let mut times = self.group.raws.iter().map(|raw| time(self.header_of(*raw), offset));
        times.all(|time| time.is_some_and(|time| time.0 == 0 || is_plausible(time)))
    }

    /// How many events have a time at `later` after that at `earlier`; `None` if one has it before, or if they are too few.
    fn is_later(&self, later: usize, earlier: usize) -> Option<usize> {
        let mut after = 0;
        for raw in &self.group.raws {
            let header = self.header_of(*raw);
            let times = time(header, earlier).zip(time(header, later))?;
            match times {
                (_, later) if later.0 == 0 => {}
                (earlier, later) if is_plausible(later) && later >= earlier => {
                    after += usize::from(later > earlier);
                }
                _ => return None,
            }
        }
        (after >= limits::EVENTS).then_some(after)
    }

    fn event_number(&mut self) {
        let readings = self.weigh(Field::EventNumber, self.places(2));
        let none = "printed lines that a buffer belongs to";
        self.decide(Field::EventNumber, &readings, none, "events with other numbers");
    }

    fn process(&mut self) {
        let named = "events of processes that have a name";
        let descriptors: Vec<_> = self.places(2);
        let descriptors = self.weigh(Field::ProcessDescriptor, descriptors);
        if let [only] = descriptors.as_slice()
            && only.holds()
        {
            // It ends where the longest one that was seen does.
            let lens = self
                .witnesses
                .iter()
                .filter_map(|witness| Place::bytes(only.what.offset, 2).number(self.header_of(witness.raw)));
            let longest =
                lens.filter_map(|len| usize::try_from(len).ok()).filter(|len| *len <= LONGEST).max();
            let width = (2 + longest.unwrap_or(0)).min(self.len - only.what.offset);
            let what = Place::bytes(only.what.offset, width);
            self.claim(Field::ProcessDescriptor, &Reading { what, ..only.clone() }, None);
        } else if !descriptors.is_empty() {
            self.decide(Field::ProcessDescriptor, &descriptors, named, "events of other processes");
        }
        let names = self.weigh(Field::ProcessName, self.places(6));
        if !names.is_empty() || self.header.place(Field::ProcessDescriptor).is_none() {
            self.decide(Field::ProcessName, &names, named, "events of other processes");
        }
    }

    fn cpu_and_pin(&mut self) {
        for field in [Field::Cpu, Field::Pin] {
            let places = [self.places(2), self.places(1)].concat();
            let mut readings = one_width(self.weigh(field, places));
            // The two bytes after a CRTPID's name are its processor and process number (SPI Programming Manual C-4): where a header
            // says both twice, the other place is that of ZEMS-TKN-CPU and ZEMS-TKN-PIN.
            let after_name = self
                .header
                .place(Field::ProcessName)
                .map(|name| name.end() + usize::from(field == Field::Pin));
            if readings.len() == 2 {
                let is_of_crtpid = |place: Place| place.width == 1 && Some(place.offset) == after_name;
                readings.retain(|(reading, _)| !is_of_crtpid(reading.what));
            }
            let none = "events of processes without a name, whose lines show processor and process number";
            let several = "events of unnamed processes in other processors, with other process numbers";
            if let [(reading, note)] = readings.as_slice()
                && reading.holds()
            {
                self.claim(field, reading, note.clone());
            } else {
                let readings: Vec<_> = readings.into_iter().map(|(reading, _)| reading).collect();
                self.decide(field, &readings, none, several);
            }
        }
    }

    /// A bit that is on in the events whose line has `*`, or whose listing has `T`.
    fn flag(&mut self, field: Field) {
        let shown = self.witnesses.iter().filter_map(|witness| witness.flag(field));
        let (on, off): (Vec<_>, Vec<_>) = shown.partition(|is_on| *is_on);
        let is_emphasis = field == Field::Emphasis;
        if on.is_empty() && off.is_empty() && !is_emphasis {
            return;
        }
        let bits = |place: Place| (0..8).map(move |bit| Place { bit: Some(bit), ..place });
        if on.len() < limits::EVENTS || off.len() < limits::EVENTS {
            let decides = if is_emphasis {
                "three events with `*` before the subsystem and three without"
            } else {
                "listings of three events that have the flag, and of three that do not"
            };
            self.ambiguous(field, &[], decides);
            return;
        }
        // A bit that is another flag is not this one too.
        let taken: Vec<_> =
            self.header.fields.values().filter_map(|it| Some((it.place.offset, it.place.bit?))).collect();
        let is_free = |place: &Place| place.bit.is_some_and(|bit| !taken.contains(&(place.offset, bit)));
        let places = self.free(1).flat_map(bits).filter(is_free).collect();
        let readings = self.weigh(field, places);
        let (none, several) = if is_emphasis {
            (
                "events whose `*` a bit of the header shows",
                "critical events, and others, that differ in these bits",
            )
        } else {
            ("listings of events that have the flag in their header", "events that differ in these bits")
        };
        self.decide(field, &readings, none, several);
    }

    /// A field of two bytes that lines do not show.
    fn listed_only(&mut self, field: Field) {
        let values = self.values(field);
        if values == 0 {
            return;
        }
        let readings = self.weigh(field, self.places(2));
        let several = "listings that show other values of it";
        if values < 2 {
            let places: Vec<_> = readings.iter().map(|reading| reading.what).collect();
            return self.ambiguous(field, &places, several);
        }
        self.decide(field, &readings, "listings of events whose header holds it", several);
    }

    /// The number of the node: the same in all events of a node, another in those of others.
    fn node(&mut self) {
        let samples = self.samples;
        let shown = "events of other nodes, or more of these";
        if self.values(Field::Node).max(self.listed_systems()) > 1 {
            let places = [4, 2, 1].into_iter().flat_map(|width| self.places(width)).collect();
            let readings = one_width(self.weigh(Field::Node, places));
            let mut readings: Vec<_> = readings.into_iter().map(|(reading, _)| reading).collect();
            readings.sort_by_key(|reading| (core::cmp::Reverse(reading.what.width), reading.what.offset));
            if let [first, ..] = readings.as_slice()
                && first.holds()
                && (readings.len() == 1 || first.agree >= limits::NODE_EVENTS)
            {
                let same = readings.len() - 1;
                let note = (same > 0).then(|| format!("the same as {same} other places in every event"));
                return self.claim(Field::Node, first, note);
            }
        }
        let mut by_name: HashMap<&str, Vec<usize>> = HashMap::new();
        for (raw, line) in self.witnesses.iter().filter_map(|it| Some((it.raw, it.line?))) {
            let name = samples.node(line);
            if !name.is_empty() {
                by_name.entry(name).or_default().push(raw);
            }
        }
        by_name.retain(|_, raws| raws.len() >= limits::EVENTS);
        let mut nodes: Vec<_> = by_name.into_iter().collect();
        nodes.sort_unstable_by_key(|(name, _)| *name);
        nodes.truncate(NODES);
        let fewest = nodes.iter().map(|(_, raws)| raws.len()).min().unwrap_or(0);
        if nodes.len() < 2 {
            self.ambiguous(Field::Node, &[], "three events each of two nodes and more");
            return;
        }
        let widths = [4, 2, 1];
        let places = widths.into_iter().flat_map(|width| self.places(width));
        let told: Vec<_> = places.filter_map(|place| self.tells_apart(place, &nodes)).collect();
        let told = one_width_of_nodes(told);
        match told.as_slice() {
            [] => self.ambiguous(
                Field::Node,
                &[],
                "a header that holds the node: none of these does, or events of other nodes",
            ),
            [only] => self.claim(Field::Node, only, None),
            // Each of them prints the same in every event.
            [first, ..] if fewest >= limits::NODE_EVENTS => {
                let note = format!("the same as {} other places in every event", told.len() - 1);
                self.claim(Field::Node, first, Some(note));
            }
            several => {
                let places: Vec<_> = several.iter().map(|reading| reading.what).collect();
                self.ambiguous(Field::Node, &places, shown);
            }
        }
    }

    /// How many values of ZEMS-TKN-SYSTEM the listings show, which hold no ZEMS-TKN-NODENUM; 2 for more.
    fn listed_systems(&self) -> usize {
        let listings = self.witnesses.iter().filter_map(|witness| witness.listing);
        let listings = listings.filter(|listing| listing.text(HeaderToken::NodeNum).is_none());
        let systems: BTreeSet<_> =
            listings.filter_map(|listing| listing.number(HeaderToken::System)).collect();
        systems.len().min(2)
    }

    /// Whether the number at a place is the same in (almost) all events of a node, and no two nodes have the same.
    ///
    /// With it comes the greatest number.
    fn tells_apart(&self, place: Place, nodes: &[(&str, Vec<usize>)]) -> Option<(Reading<Place>, i64)> {
        let mut reading = Reading { what: place, agree: 0, contradict: 0, against: Vec::new() };
        let (mut numbers, mut names) = (Vec::new(), Vec::new());
        for (name, raws) in nodes {
            let own = self.usual(place, raws)?;
            let printed_number = name.parse::<i64>().ok();
            // A node may be printed by its number in some lines and by its name in others.
            let is_other = match printed_number {
                Some(number) => number != own,
                None => names.contains(&own),
            };
            if is_other || i32::try_from(own).is_err() {
                return None;
            }
            numbers.push(own);
            if printed_number.is_none() {
                names.push(own);
            }
            for raw in raws {
                if place.number(self.header_of(*raw)) == Some(own) {
                    reading.agree += 1;
                } else {
                    reading.contradict += 1;
                    reading.against.push(*raw);
                    if reading.contradict > raws.len() / 10 {
                        return None;
                    }
                }
            }
        }
        let (least, greatest) = (numbers.iter().copied().min()?, numbers.into_iter().max()?);
        (reading.holds() && least < greatest).then_some((reading, greatest))
    }

    /// The bytes that most of the first events of a node have at a place.
    fn usual(&self, place: Place, raws: &[usize]) -> Option<i64> {
        const FIRST: usize = 15;
        let numbers = raws.iter().take(FIRST).filter_map(|raw| place.number(self.header_of(*raw)));
        let numbers: Vec<_> = numbers.collect();
        let most = numbers.iter().max_by_key(|number| numbers.iter().filter(|it| it == number).count())?;
        Some(*most)
    }
}

/// A process descriptor has up to 33 bytes.
const LONGEST: usize = 64;
/// Nodes that are distinguished.
const NODES: usize = 64;

/// Readings of a number by the last byte: of a word whose high byte is always 0 and its low byte, the width of the shipped layouts'
/// field is taken, a word, if it is at an even offset.
fn one_width(readings: Vec<Reading<Place>>) -> Vec<(Reading<Place>, Option<String>)> {
    let mut by_end: BTreeMap<usize, Vec<Reading<Place>>> = BTreeMap::new();
    for reading in readings {
        by_end.entry(reading.what.end()).or_default().push(reading);
    }
    let chosen = by_end.into_values().filter_map(|mut same| {
        same.sort_by_key(|reading| {
            let Place { offset, width, .. } = reading.what;
            (width > 1 && offset % 2 == 1, core::cmp::Reverse(width))
        });
        let is_open = same.len() > 1;
        let note = is_open.then(|| "the high byte is always 0: the width is open".to_owned());
        Some((same.into_iter().next()?, note))
    });
    chosen.collect()
}

/// Readings of a node number by the last byte, the widest at an even offset whose high bytes are 0 if there is one; the widest first.
fn one_width_of_nodes(readings: Vec<(Reading<Place>, i64)>) -> Vec<Reading<Place>> {
    let least = readings.iter().map(|(reading, _)| reading.contradict).min().unwrap_or(0);
    let mut by_end: BTreeMap<usize, Vec<(Reading<Place>, i64)>> = BTreeMap::new();
    for (reading, greatest) in readings {
        if reading.contradict == least {
            by_end.entry(reading.what.end()).or_default().push((reading, greatest));
        }
    }
    let chosen = by_end.into_values().filter_map(|mut same| {
        same.sort_by_key(|(reading, greatest)| {
            let Place { offset, width, .. } = reading.what;
            (*greatest > 255, width > 1 && offset % 2 == 1, core::cmp::Reverse(width))
        });
        same.into_iter().next().map(|(reading, _)| reading)
    });
    let mut chosen: Vec<_> = chosen.collect();
    chosen.sort_unstable_by_key(|reading| (core::cmp::Reverse(reading.what.width), reading.what.offset));
    chosen
}
