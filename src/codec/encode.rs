use core::fmt;
use std::io;

use bytes::{BufMut, BytesMut};
use tokio_util::codec::Encoder;

use super::decode::{Codec, Length};
use crate::ems::EventBuf;
use crate::spi::read::Buffer;

/// Why a buffer cannot be put on a stream.
#[derive(Debug)]
#[non_exhaustive]
pub enum EncodeError {
    /// It is longer than the length of its frame can say.
    TooLong {
        /// The bytes of the buffer.
        len: usize,
        /// The bytes that a frame can have.
        limit: usize,
    },
    /// The stream below failed.
    Io(io::Error),
}

impl fmt::Display for EncodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong { len, limit } => {
                write!(f, "the buffer has {len} bytes; a frame has at most {limit}")
            }
            Self::Io(error) => error.fmt(f),
        }
    }
}

impl core::error::Error for EncodeError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::TooLong { .. } => None,
            Self::Io(error) => Some(error),
        }
    }
}

impl From<io::Error> for EncodeError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl Codec {
    fn put(&self, bytes: &[u8], to: &mut BytesMut) -> Result<(), EncodeError> {
        let len = bytes.len();
        to.reserve(size_of::<u32>() + len);
        match self.length {
            Length::None => {}
            Length::Be16 => {
                let limit = usize::from(u16::MAX);
                to.put_u16(u16::try_from(len).map_err(|_| EncodeError::TooLong { len, limit })?);
            }
            Length::Be32 => {
                let limit = usize::try_from(u32::MAX).unwrap_or(usize::MAX);
                to.put_u32(u32::try_from(len).map_err(|_| EncodeError::TooLong { len, limit })?);
            }
        }
        to.put_slice(bytes);
        Ok(())
    }
}

impl Encoder<EventBuf> for Codec {
    type Error = EncodeError;

    fn encode(&mut self, event: EventBuf, to: &mut BytesMut) -> Result<(), EncodeError> {
        self.put(event.bytes(), to)
    }
}

impl Encoder<&EventBuf> for Codec {
    type Error = EncodeError;

    fn encode(&mut self, event: &EventBuf, to: &mut BytesMut) -> Result<(), EncodeError> {
        self.put(event.bytes(), to)
    }
}

impl Encoder<Buffer<'_>> for Codec {
    type Error = EncodeError;

    fn encode(&mut self, buffer: Buffer<'_>, to: &mut BytesMut) -> Result<(), EncodeError> {
        self.put(buffer.as_bytes(), to)
    }
}
