use super::buffer::Buffer;
use super::frames::{Framer, Step};
use crate::spi::profile::Profile;

/// The buffers in bytes that hold anything else too: a memory dump, the blocks of a file, a capture of a network. See [`scan`].
#[derive(Clone, Debug)]
pub struct Scan<'a> {
    framer: Framer<'a>,
    rest: &'a [u8],
}

/// Finds the buffers in any bytes. Bytes between them are not faults.
///
/// Only a buffer all of whose tokens can be read up to its used length is one. Its [`origin`](Buffer::origin) is its offset in `bytes`.
///
/// ```
/// use zems::spi::{Profile, read::scan};
///
/// let dump = [&[0xFF, 0xE4, 0, 1], zems::samples::EVENT, b"heap", &zems::samples::COMMAND[..90]].concat();
/// let found: Vec<_> = scan(&dump, &Profile::DEFAULT).map(|buffer| (buffer.origin(), buffer.len())).collect();
/// assert_eq!(found, [(4, 183)]);
/// ```
#[must_use]
pub const fn scan<'a>(bytes: &'a [u8], profile: &'a Profile) -> Scan<'a> {
    Scan { framer: Framer::new(profile), rest: bytes }
}

impl<'a> Iterator for Scan<'a> {
    type Item = Buffer<'a>;

    fn next(&mut self) -> Option<Buffer<'a>> {
        loop {
            let len = match self.framer.step(self.rest, true) {
                Step::Buffer(buffer) => {
                    self.rest = self.rest.get(buffer.len()..).unwrap_or_default();
                    return Some(buffer);
                }
                Step::Bad { len, .. } => len,
                Step::Pad => 1,
                Step::Length { width, .. } => width,
                Step::More | Step::End => return None,
            };
            self.rest = self.rest.get(len..).unwrap_or_default();
        }
    }
}
