use core::fmt;

use super::buffer::Buffer;
use super::error::DecodeError;
use super::walk::Visit;
use crate::spi::data_type::DataType;
use crate::spi::header::{HeaderType, field};

/// Something odd about bytes that can be read all the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Finding {
    kind: FindingKind,
    offset: u64,
}

impl Finding {
    pub(crate) const fn new(kind: FindingKind, offset: u64) -> Self {
        Self { kind, offset }
    }

    /// The finding.
    #[must_use]
    pub const fn kind(self) -> FindingKind {
        self.kind
    }

    /// The byte at which it is odd, counted from the start of the input.
    #[must_use]
    pub const fn offset(self) -> u64 {
        self.offset
    }
}

/// The finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FindingKind {
    /// The header type is in the range for headers, but it is neither a command's nor the profile's for events.
    HeaderNumber {
        /// The number found.
        number: i16,
    },
    /// The buffer says that it carries a checksum; how to verify it is not published.
    Checksum,
    /// The number of an end-list code is not the length of its list.
    EndListNumber {
        /// The number found.
        found: u16,
        /// The list's length in bytes.
        length: u16,
    },
    /// An end-list code closes no list; it is listed as an ordinary token.
    StrayEndList,
    /// A list code has a fixed length; it is read as an ordinary token.
    FixedLengthList {
        /// The length byte.
        length: u8,
    },
    /// A table header does not fit what follows it; it is read as an ordinary token.
    MalformedTable,
    /// An event has no subject.
    NoSubject,
    /// A subject mark is the last token of its level.
    MarkAtEnd,
    /// A subject mark is followed by another.
    MarkBeforeMark,
    /// A subject mark is followed by a list.
    MarkBeforeList,
    /// A subject mark is inside a list.
    MarkInList,
}

impl fmt::Display for FindingKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::HeaderNumber { number } => write!(f, "header type {number} is taken for that of an event"),
            Self::Checksum => f.write_str("the checksum flag is on; the checksum is kept, not verified"),
            Self::EndListNumber { found, length } => {
                write!(f, "the end-list code says {found}, but its list is {length} bytes long")
            }
            Self::StrayEndList => f.write_str("this end-list code closes no list"),
            Self::FixedLengthList { length } => {
                write!(f, "a list code with length byte {length} instead of 255 opens no list")
            }
            Self::MalformedTable => f.write_str("the table header does not fit what follows it"),
            Self::NoSubject => f.write_str("the event has no subject"),
            Self::MarkAtEnd => f.write_str("no token follows this subject mark"),
            Self::MarkBeforeMark => {
                f.write_str("another mark follows this subject mark instead of a subject")
            }
            Self::MarkBeforeList => f.write_str("a list follows this subject mark instead of a subject"),
            Self::MarkInList => f.write_str("this subject mark stands inside a list"),
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (at byte {})", self.kind, self.offset)
    }
}

impl Buffer<'_> {
    /// Goes through the whole buffer once and reports what is odd, in the order it is.
    ///
    /// The rules for subjects belong to events; [`Event::check`](crate::ems::Event::check) knows them too.
    ///
    /// # Errors
    /// A token cannot be read. Findings before it have been reported.
    pub fn check(&self, mut report: impl FnMut(Finding)) -> Result<(), DecodeError> {
        self.check_header(&mut report);
        self.walk().try_for_each(|visit| visit.map(|visit| check_visit(&visit, &mut report)))
    }

    pub(crate) fn check_header(&self, report: &mut impl FnMut(Finding)) {
        let mut odd = |kind, at: usize| {
            report(Finding::new(kind, self.origin().saturating_add(u64::try_from(at).unwrap_or(0))));
        };
        if self.standard().has_checksum() {
            odd(FindingKind::Checksum, field::FLAGS.start);
        }
        let number = self.header_code().number();
        if self.header_type() == HeaderType::Event && number != self.profile().event_header {
            odd(FindingKind::HeaderNumber { number: number.0 }, field::HEADER_CODE.start);
        }
    }
}

pub(crate) fn check_visit(visit: &Visit<'_>, report: &mut impl FnMut(Finding)) {
    match visit {
        Visit::Token(token) => {
            let kind = match token.is_malformed() {
                Some(DataType::Table) => FindingKind::MalformedTable,
                Some(_) => FindingKind::FixedLengthList { length: token.code().length() },
                None if token.is_stray_end_list() => FindingKind::StrayEndList,
                None => return,
            };
            report(Finding::new(kind, token.range().start));
        }
        Visit::Open(_) => {}
        Visit::Close(list) => {
            let length = u16::try_from(list.bytes().len()).unwrap_or(u16::MAX);
            if let Some(found) = list.end_list_number().filter(|found| *found != length) {
                let offset = list.range().end.saturating_sub(4);
                report(Finding::new(FindingKind::EndListNumber { found, length }, offset));
            }
        }
    }
}
