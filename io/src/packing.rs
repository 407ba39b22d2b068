//! gzip and zstd, recognised by content.

use std::io::{self, BufRead, BufReader, Read};

use flate2::bufread::GzDecoder;
use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};

/// How a file is compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Packing {
    /// gzip (RFC 1952), any number of members.
    Gzip,
    /// Zstandard (RFC 8878), any number of frames.
    Zstd,
}

/// Bytes at the front that tell.
pub(crate) const MAGIC_LEN: usize = 4;

/// How a file that begins so is compressed, if it is.
#[must_use]
pub fn packing(front: &[u8]) -> Option<Packing> {
    match front {
        [0x1F, 0x8B, 0x08, ..] => Some(Packing::Gzip),
        [0x28, 0xB5, 0x2F, 0xFD, ..] | [0x50..=0x5F, 0x2A, 0x4D, 0x18, ..] => Some(Packing::Zstd),
        _ => None,
    }
}

/// The content of compressed bytes.
pub fn unpacked<'r>(packing: Packing, input: impl Read + Send + 'r) -> Box<dyn Read + Send + 'r> {
    let input = BufReader::with_capacity(1 << 16, input);
    match packing {
        Packing::Gzip => Box::new(Gzip::Between(Some(input), false)),
        Packing::Zstd => Box::new(Zstd::new(input)),
    }
}

/// Members one after the other; zeros after the last, as tapes have them, are nothing.
enum Gzip<R: BufRead> {
    Member(GzDecoder<R>),
    /// The flag: a member has been read.
    Between(Option<R>, bool),
}

impl<R: BufRead> Read for Gzip<R> {
    fn read(&mut self, space: &mut [u8]) -> io::Result<usize> {
        if space.is_empty() {
            return Ok(0);
        }
        loop {
            match self {
                Self::Member(member) => {
                    let count = member.read(space).map_err(|error| damaged("gzip", &error))?;
                    if count > 0 {
                        return Ok(count);
                    }
                    let Self::Member(member) = core::mem::replace(self, Self::Between(None, true)) else {
                        return Ok(0);
                    };
                    *self = Self::Between(Some(member.into_inner()), true);
                }
                Self::Between(input, is_later) => {
                    let Some(mut reader) = input.take() else { return Ok(0) };
                    if *is_later && !more(&mut reader, "gzip", |first| first == 0x1F)? {
                        return Ok(0);
                    }
                    *self = Self::Member(GzDecoder::new(reader));
                }
            }
        }
    }
}

/// Frames one after the other, and frames that are to be skipped.
struct Zstd<R: BufRead> {
    input: R,
    decoder: FrameDecoder,
    is_in_frame: bool,
    /// A frame has been read.
    is_later: bool,
}

impl<R: BufRead> Zstd<R> {
    fn new(input: R) -> Self {
        Self { input, decoder: FrameDecoder::new(), is_in_frame: false, is_later: false }
    }

    /// Goes to the start of the next frame. `false`: there is none.
    fn next_frame(&mut self) -> io::Result<bool> {
        loop {
            let starts = |first| matches!(first, 0x28 | 0x50..=0x5F);
            if self.is_later && !more(&mut self.input, "zstd", starts)? {
                return Ok(false);
            }
            self.is_later = true;
            match self.decoder.init(&mut self.input) {
                Ok(()) => return Ok(true),
                Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame {
                    length,
                    ..
                })) => {
                    let length = u64::from(length);
                    if io::copy(&mut (&mut self.input).take(length), &mut io::sink())? < length {
                        return Err(damaged("zstd", &"the file ends inside a frame"));
                    }
                }
                Err(error) => return Err(damaged("zstd", &error)),
            }
        }
    }
}

impl<R: BufRead> Read for Zstd<R> {
    fn read(&mut self, space: &mut [u8]) -> io::Result<usize> {
        if space.is_empty() {
            return Ok(0);
        }
        loop {
            if !self.is_in_frame && !self.next_frame()? {
                return Ok(0);
            }
            self.is_in_frame = true;
            while self.decoder.can_collect() == 0 && !self.decoder.is_finished() {
                let decoded =
                    self.decoder.decode_blocks(&mut self.input, BlockDecodingStrategy::UptoBlocks(1));
                decoded.map_err(|error| damaged("zstd", &error))?;
            }
            let count = self.decoder.read(space)?;
            if count > 0 {
                return Ok(count);
            }
            let said = self.decoder.get_checksum_from_data();
            if said.is_some() && said != self.decoder.get_calculated_checksum() {
                return Err(damaged("zstd", &"the checksum does not match"));
            }
            self.is_in_frame = false;
        }
    }
}

/// Whether there is another member; zeros up to the end are none.
fn more(input: &mut impl BufRead, name: &str, starts: impl Fn(u8) -> bool) -> io::Result<bool> {
    loop {
        let buffer = input.fill_buf()?;
        match buffer.first() {
            None => return Ok(false),
            Some(0) => {
                let zeros = buffer.iter().take_while(|byte| **byte == 0).count();
                input.consume(zeros);
            }
            Some(first) if starts(*first) => return Ok(true),
            Some(_) => return Err(damaged(name, &"there are other bytes after the compressed data")),
        }
    }
}

fn damaged(name: &str, error: &dyn core::fmt::Display) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("the {name} data is damaged or cut off: {error}"))
}
