use core::fmt;

use crate::spi::token_code::TokenCode;

/// Why bytes are not an SPI buffer, or no longer one, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DecodeError {
    kind: DecodeErrorKind,
    offset: u64,
}

impl DecodeError {
    #[cold]
    pub(crate) const fn new(kind: DecodeErrorKind, offset: u64) -> Self {
        Self { kind, offset }
    }

    /// The fault.
    #[must_use]
    pub const fn kind(self) -> DecodeErrorKind {
        self.kind
    }

    /// The byte at which it is wrong, counted from the start of the input.
    #[must_use]
    pub const fn offset(self) -> u64 {
        self.offset
    }
}

/// The faults of the bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DecodeErrorKind {
    /// Fewer bytes than a header has.
    ShortHeader {
        /// Bytes at hand.
        have: u16,
    },
    /// The first word is not -28.
    MessageCode {
        /// The first word.
        found: u16,
    },
    /// The used length does not even hold the header.
    UsedLengthShort {
        /// Used length in bytes.
        used: u32,
        /// End of the header in bytes.
        header: u16,
    },
    /// The used length is above the declared buffer length.
    UsedLengthLong {
        /// Used length in bytes.
        used: u32,
        /// Declared length in bytes.
        declared: u16,
    },
    /// The input ends before the used length does.
    Truncated {
        /// Used length in bytes.
        used: u16,
        /// Bytes at hand.
        have: u16,
    },
    /// Another buffer begins before the used length ends, and ends after it.
    CutShort {
        /// Used length in bytes.
        used: u16,
        /// Bytes before the other buffer.
        have: u16,
    },
    /// The specialized part does not begin with a header's token code.
    HeaderCode {
        /// The token code found.
        code: TokenCode,
        /// Whether its extended bit is set.
        extended: bool,
    },
    /// Bytes follow the buffer.
    TrailingBytes {
        /// How many.
        count: u32,
    },
    /// There are one to three bytes in the place of a token code.
    ShortTokenCode {
        /// Bytes left in the level.
        have: u8,
    },
    /// The level ends inside the SSID of an extended token code.
    ShortSsid {
        /// Bytes left in the level.
        have: u8,
    },
    /// The level ends before the length word of a variable value.
    ShortLengthWord,
    /// The value reaches beyond the end of its level.
    ValueTooLong {
        /// Bytes the value is said to have.
        length: u16,
        /// Bytes left in the level.
        have: u16,
    },
    /// The list reaches beyond the end of its level.
    ListTooLong {
        /// Bytes the list is said to have.
        length: u16,
        /// Bytes left in the level.
        have: u16,
    },
    /// No end-list code is at the end of the list.
    UnclosedList {
        /// Bytes the list is said to have.
        length: u16,
    },
    /// More than [`MAX_DEPTH`](super::MAX_DEPTH) lists are nested.
    TooDeep,
    /// The input ends inside the length of a frame.
    ShortFrameLength {
        /// Bytes at hand.
        have: u8,
    },
    /// The input ends before the frame does.
    FrameCut {
        /// Bytes the frame is said to have.
        length: u32,
        /// Bytes at hand; of more than 65,535 that number.
        have: u16,
    },
    /// The frame is longer than any buffer.
    FrameTooLong {
        /// Bytes the frame is said to have.
        length: u32,
    },
    /// The frame is not as long as the buffer in it.
    FrameLength {
        /// Bytes the frame is said to have.
        length: u32,
        /// Used length of its buffer in bytes; of more than 65,535 that number.
        used: u16,
    },
}

impl fmt::Display for DecodeErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::ShortHeader { have } => write!(f, "{have} bytes are too few for the 28 of an SPI header"),
            Self::MessageCode { found } => {
                write!(f, "the first word is {found:04X}, not FFE4 (-28) as in every SPI buffer")
            }
            Self::UsedLengthShort { used, header } => {
                write!(f, "the used length of {used} bytes ends inside the header of {header}")
            }
            Self::UsedLengthLong { used, declared } => {
                write!(f, "the used length of {used} bytes is above the declared buffer length of {declared}")
            }
            Self::Truncated { used, have } => {
                write!(f, "the buffer is {used} bytes long, but the input ends after {have}")
            }
            Self::CutShort { used, have } => {
                write!(f, "the buffer is {used} bytes long, but another one begins after {have}")
            }
            Self::HeaderCode { code, extended } => {
                let bytes = u32::from_be_bytes(code.to_be_bytes(extended));
                write!(f, "token code {bytes:08X} opens neither a command header nor an event header")
            }
            Self::TrailingBytes { count } => write!(f, "{count} bytes follow the end of the buffer"),
            Self::ShortTokenCode { have } => {
                write!(f, "a token code needs 4 bytes, but only {have} are left")
            }
            Self::ShortSsid { have } => {
                write!(f, "an extended token code needs a 12-byte SSID, but only {have} bytes are left")
            }
            Self::ShortLengthWord => {
                f.write_str("a variable value needs a length word, but its level ends here")
            }
            Self::ValueTooLong { length, have } => {
                write!(f, "the value is {length} bytes long, but its level ends after {have}")
            }
            Self::ListTooLong { length, have } => {
                write!(f, "the list is {length} bytes long, but its level ends after {have}")
            }
            Self::UnclosedList { length } => {
                write!(f, "no end-list code stands at the end of the list of {length} bytes")
            }
            Self::TooDeep => write!(f, "more than {} lists are nested", super::MAX_DEPTH),
            Self::ShortFrameLength { .. } => f.write_str("the input ends inside the length of a frame"),
            Self::FrameCut { length, have } => {
                write!(f, "the frame is {length} bytes long, but the input ends after {have}")
            }
            Self::FrameTooLong { length } => {
                write!(f, "the frame is {length} bytes long, longer than any buffer")
            }
            Self::FrameLength { length, used } => {
                write!(f, "the frame is {length} bytes long, but the buffer in it {used}")
            }
        }
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (at byte {})", self.kind, self.offset)
    }
}

impl core::error::Error for DecodeError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_two_words() {
        assert_eq!(size_of::<DecodeError>(), 16);
    }
}
