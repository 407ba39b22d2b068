//! Raw and printed events as they are kept for comparison, in bounded memory.

use core::hash::{Hash, Hasher};
use std::collections::HashSet;
use std::hash::DefaultHasher;

use super::limits;
use super::report::EventAt;
use crate::dictionary::Dictionary;
use crate::ems::Event;
use crate::spi::read::{Buffer, Decoder, Token, Visit};
use crate::spi::{Owner, Profile, Ssid, Timestamp};
use crate::template::PrintedEvent;

/// A raw event.
#[derive(Clone, Copy, Debug)]
pub(super) struct Raw {
    pub(super) ssid: Ssid,
    /// The length byte of its header.
    pub(super) length: u8,
    source: u16,
    offset: u64,
    start: usize,
    len: usize,
}

/// A printed event. Equal lines count as one: a line may be twice in a log.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line {
    /// The printed time, in seconds of Julian time as if it were GMT.
    pub(super) second: i64,
    pub(super) class: Class,
    pub(super) number: i16,
    pub(super) emphasis: bool,
    /// The content before the period, without `\`.
    node: Text,
    /// The content after it: `$name` or `cc,ppp`.
    local: Text,
    /// The subsystem, by name or by number.
    subsystem: Text,
    text: Text,
}

/// The subsystem as both the fixed part of a buffer and a printed line give it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Class {
    owner: Owner,
    version: u16,
}

type Text = (usize, usize);

impl Raw {
    pub(super) const fn at(&self) -> EventAt {
        EventAt { source: self.source, offset: self.offset }
    }
}

#[derive(Debug, Default)]
pub(super) struct Samples {
    pub(super) raws: Vec<Raw>,
    pub(super) lines: Vec<Line>,
    /// Events and lines that were too many.
    pub(super) left_out: usize,
    bytes: Vec<u8>,
    text: String,
    seen: HashSet<u64>,
}

impl Samples {
    pub(super) fn raw(&mut self, event: &Event<'_>, source: u16, offset: u64) {
        let bytes = event.buffer().as_bytes();
        if self.raws.len() >= limits::SAMPLES || self.bytes.len() + bytes.len() > limits::BYTES {
            self.left_out += 1;
            return;
        }
        if !self.is_new(bytes) {
            return;
        }
        let start = self.bytes.len();
        self.bytes.extend_from_slice(bytes);
        let length = event.buffer().header_code().length();
        self.raws.push(Raw { ssid: event.ssid(), length, source, offset, start, len: bytes.len() });
    }

    pub(super) fn printed(&mut self, event: &PrintedEvent<'_>) {
        let Some((class, subsystem)) = class_of(event.ssid) else { return };
        let (time, text) = (event.time, longest(&event.text));
        if self.lines.len() >= limits::SAMPLES || self.text.len() + text.len() > limits::BYTES {
            self.left_out += 1;
            return;
        }
        if !self.is_new((time.0, event.process, event.emphasis, event.ssid, event.number, text)) {
            return;
        }
        let process = event.process.strip_prefix('\\').unwrap_or(event.process);
        let (node, local) = process.split_once('.').unwrap_or(("", process));
        let line = Line {
            second: time.0.div_euclid(1_000_000),
            class,
            number: event.number,
            emphasis: event.emphasis,
            node: self.keep(node),
            local: self.keep(local),
            subsystem: self.keep(subsystem),
            text: self.keep(text),
        };
        self.lines.push(line);
    }

    fn is_new(&mut self, what: impl Hash) -> bool {
        let mut hasher = DefaultHasher::new();
        what.hash(&mut hasher);
        self.seen.insert(hasher.finish())
    }

    fn keep(&mut self, text: &str) -> Text {
        let start = self.text.len();
        self.text.push_str(text);
        (start, text.len())
    }

    fn said(&self, (start, len): Text) -> &str {
        self.text.get(start..).and_then(|rest| rest.get(..len)).unwrap_or_default()
    }

    pub(super) fn node(&self, line: &Line) -> &str {
        self.said(line.node)
    }

    pub(super) fn local(&self, line: &Line) -> &str {
        self.said(line.local)
    }

    pub(super) fn subsystem(&self, line: &Line) -> &str {
        self.said(line.subsystem)
    }

    pub(super) fn text(&self, line: &Line) -> &str {
        self.said(line.text)
    }

    /// `$name` of a line whose process has a name, without the sequence number.
    pub(super) fn name(&self, line: &Line) -> Option<&str> {
        let local = self.local(line);
        let name = local.split(':').next().unwrap_or(local);
        name.starts_with('$').then_some(name)
    }

    /// Processor and process number of a line whose process has no name.
    pub(super) fn cpu_and_pin(&self, line: &Line) -> Option<(u16, u16)> {
        let (cpu, pin) = self.local(line).split_once(',')?;
        Some((cpu.parse().ok()?, pin.parse().ok()?))
    }

    pub(super) fn bytes(&self, raw: &Raw) -> &[u8] {
        self.bytes.get(raw.start..).and_then(|rest| rest.get(..raw.len)).unwrap_or_default()
    }

    /// The event's bytes after its header's token code.
    pub(super) fn header(&self, raw: &Raw) -> &[u8] {
        let rest = self.bytes(raw).get(HEADER..).unwrap_or_default();
        rest.get(..usize::from(raw.length)).unwrap_or(rest)
    }

    pub(super) fn buffer<'s>(&'s self, raw: &Raw, profile: &'s Profile) -> Option<Buffer<'s>> {
        Decoder::new(profile).parse(self.bytes(raw)).ok()
    }

    pub(super) fn class(raw: &Raw) -> Class {
        Class { owner: raw.ssid.owner(), version: raw.ssid.version().0 }
    }
}

/// Where the fields of an event's header begin.
const HEADER: usize = 28;

/// Owner and version of a printed subsystem ID, and what is between them.
pub(super) fn class_of(ssid: &str) -> Option<(Class, &str)> {
    let (owner, rest) = ssid.split_once('.')?;
    let (subsystem, version) = rest.split_once('.')?;
    let known = Ssid::parse(&format!("{owner}.0.{version}"), |_, _| None).ok()?;
    let is_subsystem = subsystem.parse::<i16>().is_ok() || Ssid::is_subsystem_name(subsystem);
    is_subsystem.then(|| (Class { owner: known.owner(), version: known.version().0 }, subsystem))
}

/// As much of a text as is compared.
fn longest(text: &str) -> &str {
    const LONGEST: usize = 4096;
    let end = (0..=text.len().min(LONGEST)).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
    text.get(..end).unwrap_or_default()
}

/// Whether a time may be that of an event: within the years 1970 to 2100.
pub(super) fn is_plausible(time: Timestamp) -> bool {
    const CENTURY: i64 = 4_102_444_800_000_000;
    time.unix_micros().is_some_and(|micros| (0..CENTURY).contains(&micros))
}

/// All tokens of an event that a list would show, in its order.
pub(super) fn in_order<'s>(dictionary: &'s Dictionary, samples: &'s Samples, raw: &Raw) -> Vec<Token<'s>> {
    let Some(buffer) = samples.buffer(raw, dictionary.profile()) else { return Vec::new() };
    let visits = buffer.walk().map_while(Result::ok);
    let tokens = visits.filter_map(|visit| match visit {
        Visit::Token(token) | Visit::Open(token) => Some(token),
        _ => None,
    });
    tokens.collect()
}
