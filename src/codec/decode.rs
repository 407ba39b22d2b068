use alloc::sync::Arc;
use std::io;

use bytes::{Buf, Bytes, BytesMut};
use tokio_util::codec::Decoder;

use crate::ems::{Event, EventBuf};
use crate::spi::Profile;
use crate::spi::read::{DecodeError, Framer, Step};

/// Takes buffers from a stream of bytes, and puts them on one.
///
/// The three forms are those of the program's `--from`: buffers one after the other, or each in a frame after its length.
#[derive(Clone, Debug)]
pub struct Codec {
    framer: Framer<'static>,
    profile: Option<Arc<Profile>>,
    pub(super) length: Length,
}

/// The bytes before each buffer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Length {
    None,
    Be16,
    Be32,
}

/// An item of a stream that a [`Codec`] decodes.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Item {
    /// An event.
    Event {
        /// Offset in the stream of its first byte.
        offset: u64,
        /// The event, all of whose tokens can be read.
        event: EventBuf,
    },
    /// A command or response.
    Command {
        /// Offset in the stream of its first byte.
        offset: u64,
        /// The buffer, all of whose tokens can be read.
        bytes: Bytes,
    },
    /// Bytes that are not a buffer.
    Bad {
        /// Offset in the stream of the first byte.
        offset: u64,
        /// The bytes.
        bytes: Bytes,
        /// The fault at the start of the region, the same for all its parts.
        error: DecodeError,
        /// Whether the region ends here. If not, the next item has more of it.
        ends: bool,
    },
}

impl Item {
    /// The bytes.
    #[must_use]
    pub const fn bytes(&self) -> &Bytes {
        match self {
            Self::Event { event, .. } => event.bytes(),
            Self::Command { bytes, .. } | Self::Bad { bytes, .. } => bytes,
        }
    }

    /// Offset in the stream of the first byte.
    #[must_use]
    pub const fn offset(&self) -> u64 {
        match self {
            Self::Event { offset, .. } | Self::Command { offset, .. } | Self::Bad { offset, .. } => *offset,
        }
    }
}

impl Codec {
    /// Buffers one after the other, those of odd length optionally padded to a word.
    #[must_use]
    pub const fn raw() -> Self {
        Self { framer: Framer::new(&Profile::DEFAULT), profile: None, length: Length::None }
    }

    /// Frames after a 16-bit length, most significant byte first.
    #[must_use]
    pub const fn be16() -> Self {
        Self { framer: Framer::be16(&Profile::DEFAULT), profile: None, length: Length::Be16 }
    }

    /// Frames after a 32-bit length, most significant byte first.
    #[must_use]
    pub const fn be32() -> Self {
        Self { framer: Framer::be32(&Profile::DEFAULT), profile: None, length: Length::Be32 }
    }

    /// A codec under this profile, at the start of a stream. A profile that is loaded when the program starts can live in a
    /// `LazyLock`, or be leaked.
    #[must_use]
    pub fn with_profile(self, profile: &'static Profile) -> Self {
        let framer = match self.length {
            Length::None => Framer::new(profile),
            Length::Be16 => Framer::be16(profile),
            Length::Be32 => Framer::be32(profile),
        };
        Self { framer, profile: Some(Arc::new(profile.clone())), ..self }
    }

    fn step(&mut self, source: &mut BytesMut, at_end: bool) -> Option<Item> {
        loop {
            let offset = self.framer.offset();
            match self.framer.step(source, at_end) {
                Step::Buffer(buffer) => {
                    let (len, is_event) = (buffer.len(), Event::try_from(buffer).is_ok());
                    return Some(self.buffer(offset, source.split_to(len).freeze(), is_event));
                }
                Step::Bad { len, error, ends } => {
                    return Some(Item::Bad { offset, bytes: source.split_to(len).freeze(), error, ends });
                }
                Step::Pad => source.advance(1),
                Step::Length { width, .. } => source.advance(width),
                Step::More | Step::End => return None,
            }
        }
    }

    fn buffer(&self, offset: u64, bytes: Bytes, is_event: bool) -> Item {
        let event = match &self.profile {
            _ if !is_event => None,
            None => EventBuf::parse(bytes.clone()).ok(),
            Some(profile) => EventBuf::parse_with(bytes.clone(), Arc::clone(profile)).ok(),
        };
        event.map_or(Item::Command { offset, bytes }, |event| Item::Event { offset, event })
    }
}

impl Decoder for Codec {
    type Item = Item;
    /// Faults are items; an error is one of the stream below.
    type Error = io::Error;

    fn decode(&mut self, source: &mut BytesMut) -> io::Result<Option<Item>> {
        Ok(self.step(source, false))
    }

    fn decode_eof(&mut self, source: &mut BytesMut) -> io::Result<Option<Item>> {
        Ok(self.step(source, true))
    }
}
