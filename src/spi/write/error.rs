use core::fmt;

use crate::spi::data_type::DataType;

/// Why something cannot be written, and where in the buffer it would have been.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EncodeError {
    kind: EncodeErrorKind,
    offset: u32,
}

impl EncodeError {
    #[cold]
    pub(crate) fn new(kind: EncodeErrorKind, offset: usize) -> Self {
        Self { kind, offset: u32::try_from(offset).unwrap_or(u32::MAX) }
    }

    /// The fault.
    #[must_use]
    pub const fn kind(self) -> EncodeErrorKind {
        self.kind
    }

    /// Offset in the buffer at which the refused part would have begun.
    #[must_use]
    pub const fn offset(self) -> u32 {
        self.offset
    }
}

/// The fault of the value to be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum EncodeErrorKind {
    /// The output is too short (ZSPI-ERR-NOSPACE).
    NoSpace {
        /// Bytes needed.
        need: u32,
        /// Bytes left.
        have: u32,
    },
    /// The buffer would be longer than its declared length (ZSPI-ERR-NOSPACE).
    BufferFull {
        /// Used length it would have.
        used: u32,
        /// Declared length, Z-BUFLEN.
        declared: u16,
    },
    /// The event would be longer than events may be (ZSPI-ERR-BUF-TOO-LARGE).
    EventTooLong {
        /// Used length it would have.
        used: u32,
    },
    /// The value does not have the length the token code says.
    Length {
        /// Bytes the code asks for.
        expected: u8,
        /// Bytes given.
        found: u32,
    },
    /// The value's length is not a whole number of elements of its data type (ZSPI-ERR-ILLTKN).
    Elements {
        /// Bytes of one element.
        element: u8,
        /// Bytes given.
        found: u32,
    },
    /// The value is longer than the 65,535 bytes a length word can say.
    ValueTooLong {
        /// Bytes given.
        found: u32,
    },
    /// The value is of another type than the token code says.
    Type {
        /// The information in the token code.
        expected: DataType,
    },
    /// A list cannot be put as a value, nor a value as a list.
    NotAList,
    /// A table of this token code cannot be recognised in its bytes: it has no value bytes, or is itself a list or a table.
    NotATable,
    /// No data type of the profile has this meaning.
    NoDataType {
        /// The meaning.
        kind: DataType,
    },
    /// More than [`MAX_DEPTH`](super::MAX_DEPTH) lists would be nested.
    TooDeep,
    /// An end of a list with no list open (ZSPI-ERR-MISTKN).
    NoOpenList,
    /// The buffer is finished while a list is open.
    OpenList,
    /// The bytes given for a header are none, or one of another kind.
    Header,
    /// A checksum is asked for; how it is computed is not published.
    Checksum,
    /// The profile has no event-header layout for this length byte.
    NoLayout {
        /// The length byte.
        length: u8,
    },
    /// A header field does not fit its place in the layout.
    HeaderField {
        /// Bytes given.
        found: u32,
        /// Bytes there are.
        space: u8,
    },
    /// An event without a subject.
    NoSubject,
    /// A subject mark that is not directly before its subject at the top level.
    MisplacedMark,
}

impl fmt::Display for EncodeErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::NoSpace { need, have } => write!(f, "{need} bytes are needed, but the output has space for {have}"),
            Self::BufferFull { used, declared } => {
                write!(f, "the buffer would be {used} bytes long, above its declared length of {declared}")
            }
            Self::EventTooLong { used } => {
                write!(f, "the event would be {used} bytes long; an event has at most 4024")
            }
            Self::Length { expected, found } => {
                write!(f, "the value has {found} bytes, but the token code says {expected}")
            }
            Self::Elements { element, found } => {
                write!(f, "the value has {found} bytes, which is not a multiple of the {element} bytes of its data type")
            }
            Self::ValueTooLong { found } => write!(f, "the value has {found} bytes; at most 65535 can be stored"),
            Self::Type { expected } => {
                write!(f, "the value is no {}, as the token code says", expected.name().unwrap_or("value of that type"))
            }
            Self::NotAList => f.write_str("a list has tokens, not a value; anything else has a value"),
            Self::NotATable => {
                f.write_str("values of this token code cannot be stored as a table: it has no bytes, or is a list or table")
            }
            Self::NoDataType { kind } => {
                write!(f, "the profile has no data type for {}", kind.name().unwrap_or("this kind of value"))
            }
            Self::TooDeep => write!(f, "more than {} lists would be nested", super::MAX_DEPTH),
            Self::NoOpenList => f.write_str("the end of a list, but no list is open"),
            Self::OpenList => f.write_str("a list is still open"),
            Self::Header => f.write_str("the bytes given for the header are not a header of this kind"),
            Self::Checksum => {
                f.write_str("the checksum flag is on, and how to compute the checksum is not published")
            }
            Self::NoLayout { length: 0 } => f.write_str(
                "no layout of the event header is known: give definitions that have one (a LAYOUT statement)",
            ),
            Self::NoLayout { length } => write!(f, "no event-header layout has the length byte {length}"),
            Self::HeaderField { found, space } => {
                write!(f, "a header field of {found} bytes is given, but its place has {space}")
            }
            Self::NoSubject => f.write_str("an event needs a subject"),
            Self::MisplacedMark => {
                f.write_str("a subject mark must be directly before its subject, outside of all lists")
            }
        }
    }
}

impl fmt::Display for EncodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (at byte {} of the buffer)", self.kind, self.offset)
    }
}

impl core::error::Error for EncodeError {}
