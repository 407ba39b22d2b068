use core::fmt;
use core::pin::Pin;
use core::task::{Context, Poll, ready};
use std::io;

use bytes::Bytes;
use futures_core::Stream;
use tokio::io::AsyncRead;
use tokio_util::codec::FramedRead;

use super::decode::{Codec, Item};
use crate::ems::EventBuf;
use crate::spi::read::DecodeError;

/// The events of a stream. A fault is an error, and the events after it follow.
///
/// ```
/// use futures_util::StreamExt;
/// use zems::codec::{Codec, Events};
///
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// let mut events = Events::new(zems::samples::EVENT, Codec::raw());
/// assert_eq!(events.next().await.unwrap()?.bytes(), zems::samples::EVENT);
/// assert!(events.next().await.is_none());
/// # Ok::<(), zems::codec::Fault>(())
/// # }).unwrap();
/// ```
#[derive(Debug)]
pub struct Events<R> {
    items: FramedRead<R, Codec>,
    is_over: bool,
}

/// An item of the stream that is not an event.
#[derive(Debug)]
#[non_exhaustive]
pub enum Fault {
    /// Bytes that are not a buffer.
    Bad {
        /// Offset in the stream of the first byte.
        offset: u64,
        /// The bytes: the region, or a part of a long one.
        bytes: Bytes,
        /// The fault at the start of the region.
        error: DecodeError,
    },
    /// A command or response.
    Command {
        /// Offset in the stream of its first byte.
        offset: u64,
        /// The buffer.
        bytes: Bytes,
    },
    /// The stream failed. Nothing follows.
    Io(io::Error),
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bad { offset, bytes, error } => {
                write!(f, "{} bytes at byte {offset} are not a buffer: {error}", bytes.len())
            }
            Self::Command { offset, .. } => {
                write!(f, "the buffer at byte {offset} is a command or response, not an event")
            }
            Self::Io(error) => error.fmt(f),
        }
    }
}

impl core::error::Error for Fault {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::Bad { error, .. } => Some(error),
            Self::Command { .. } => None,
            Self::Io(error) => Some(error),
        }
    }
}

impl<R: AsyncRead> Events<R> {
    /// The events of a reader that has them in the form of this codec.
    pub fn new(reader: R, codec: Codec) -> Self {
        Self { items: FramedRead::new(reader, codec), is_over: false }
    }
}

impl<R: AsyncRead + Unpin> Stream for Events<R> {
    type Item = Result<EventBuf, Fault>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.is_over {
            return Poll::Ready(None);
        }
        loop {
            return Poll::Ready(match ready!(Pin::new(&mut self.items).poll_next(context)) {
                Some(Ok(Item::Event { event, .. })) => Some(Ok(event)),
                Some(Ok(Item::Command { offset, bytes })) => Some(Err(Fault::Command { offset, bytes })),
                // The end of a region that has been handed out.
                Some(Ok(Item::Bad { bytes, .. })) if bytes.is_empty() => continue,
                Some(Ok(Item::Bad { offset, bytes, error, .. })) => {
                    Some(Err(Fault::Bad { offset, bytes, error }))
                }
                Some(Err(error)) => {
                    self.is_over = true;
                    Some(Err(Fault::Io(error)))
                }
                None => None,
            });
        }
    }
}
