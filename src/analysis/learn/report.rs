//! The results as data: for people, and for programs.

use core::fmt;

use crate::spi::Timestamp;

/// The result for how much.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Report {
    /// Raw events that were looked at; equal ones count as one.
    pub events: usize,
    /// Printed events that were looked at; equal ones count as one.
    pub lines: usize,
    /// Buffers whose line was found.
    pub pairs: usize,
    /// Events and lines that were too many: [`limits::SAMPLES`](super::limits::SAMPLES).
    pub left_out: usize,
    /// How far from GMT the printed lines are.
    pub zone: Vec<ZoneSpan>,
    /// Everything that was asked, with its outcome.
    pub items: Vec<Item>,
}

/// A time in which the clock of the printed lines was so far ahead of GMT.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ZoneSpan {
    /// Seconds east of GMT.
    pub seconds_east: i32,
    /// Events that show it.
    pub events: usize,
    /// The first of them, in GMT.
    pub first: Timestamp,
    /// The last of them.
    pub last: Timestamp,
}

/// A question, and what the events answer.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Item {
    /// The question.
    pub subject: Subject,
    /// The answer.
    pub outcome: Outcome,
}

/// The question.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs)]
#[non_exhaustive]
pub enum Subject {
    /// A field of the headers of one length byte, by the header token it serves: `event-number`, `emphasis`, ...
    Header { length: u8, field: &'static str },
    /// The number of the subsystem of this owner and name.
    Subsystem { owner: String, name: String },
    /// The number of the node of this name.
    Node { name: String },
    /// The number or code of a token.
    Token { name: String },
    /// The name of a value of a token.
    Value { token: String, value: i64 },
}

/// The answers of the events.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// All events agree but those named, and no other reading explains as many.
    Learned {
        /// The result.
        answer: Candidate,
        /// Events that agree.
        events: usize,
        /// Events that say something about it.
        of: usize,
        /// The choice where the data leaves several readings that are the same in every event.
        note: Option<String>,
        /// Where some of the events are that do not agree.
        contradicted_by: Vec<EventAt>,
    },
    /// Several readings explain the events equally well, or too few say anything. Nothing is written.
    Ambiguous {
        /// The readings, as many as are shown.
        candidates: Vec<Candidate>,
        /// How many there are.
        count: usize,
        /// The decision by the data.
        decides: String,
    },
    /// No reading explains the events. Nothing is written.
    Contradicted {
        /// The reading that comes nearest.
        candidate: Candidate,
        /// Where some of the events are that contradict it.
        by: Vec<EventAt>,
    },
}

/// Where a raw event is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_structs)]
pub struct EventAt {
    /// The number of its input, as it was given.
    pub source: u16,
    /// Its offset there.
    pub offset: u64,
}

/// One reading.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs)]
#[non_exhaustive]
pub enum Candidate {
    /// Bytes of the header, from the first after its token code (offset 28 of the buffer).
    Bytes { offset: u8, width: u8 },
    /// A bit of a byte of the header, 0 being the most significant.
    Bit { offset: u8, bit: u8 },
    /// A number.
    Number(i64),
    /// A token code, with its subsystem if it is stored qualified.
    Code { code: String, ssid: Option<String> },
    /// A name.
    Name(String),
}

impl Report {
    /// Adds a question and its answer.
    pub(super) fn add(&mut self, subject: Subject, outcome: Outcome) {
        self.items.push(Item { subject, outcome });
    }

    /// The items that were learnt.
    pub fn learned(&self) -> impl Iterator<Item = &Item> {
        self.items.iter().filter(|item| matches!(item.outcome, Outcome::Learned { .. }))
    }

    /// The result for a subject.
    #[must_use]
    pub fn answer(&self, subject: &Subject) -> Option<&Candidate> {
        let item = self.items.iter().find(|item| item.subject == *subject)?;
        match &item.outcome {
            Outcome::Learned { answer, .. } => Some(answer),
            _ => None,
        }
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Header { length, field } => write!(f, "header {length}: {field}"),
            Self::Subsystem { owner, name } => write!(f, "subsystem {owner}.{name}"),
            Self::Node { name } => write!(f, "node \\{name}"),
            Self::Token { name } => write!(f, "token {name}"),
            Self::Value { token, value } => write!(f, "value {value} of {token}"),
        }
    }
}

impl fmt::Display for Candidate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bytes { offset, width: 1 } => write!(f, "byte {offset}"),
            Self::Bytes { offset, width } => {
                write!(f, "bytes {offset} to {}", u16::from(*offset) + u16::from(*width) - 1)
            }
            Self::Bit { offset, bit } => write!(f, "bit {bit} of byte {offset}"),
            Self::Number(number) => number.fmt(f),
            Self::Code { code, ssid: Some(ssid) } => write!(f, "{code} of {ssid}"),
            Self::Code { code, ssid: None } => f.write_str(code),
            Self::Name(name) => f.write_str(name),
        }
    }
}
