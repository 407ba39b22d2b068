//! Buffers in frames: each after a length of two or four bytes.
//!
//! A wrong length loses at most its own buffer. A frame whose bytes are not buffers from its start to its end is bad up to
//! the next length that is followed by the header of a buffer of that length.

use super::buffer::Decoder;
use super::error::{DecodeError, DecodeErrorKind};
use super::frames::{Framer, Step, may_become_whole};
use crate::spi::header;
use crate::spi::profile::Profile;

impl<'p> Framer<'p> {
    /// A framer at the start of a stream of frames, each after a 16-bit length, most significant byte first.
    ///
    /// ```
    /// use zems::spi::{Profile, read::{Framer, Step}};
    ///
    /// let input = [&[0, 138], zems::samples::COMMAND].concat();
    /// let mut framer = Framer::be16(&Profile::DEFAULT);
    /// assert!(matches!(framer.step(&input, true), Step::Length { width: 2, frame: 138 }));
    /// assert!(matches!(framer.step(&input[2..], true), Step::Buffer(buffer) if buffer.origin() == 2));
    /// ```
    #[must_use]
    pub const fn be16(profile: &'p Profile) -> Self {
        Self::new(profile).framed_by(size_of::<u16>())
    }

    /// The same with 32-bit lengths.
    #[must_use]
    pub const fn be32(profile: &'p Profile) -> Self {
        Self::new(profile).framed_by(size_of::<u32>())
    }

    pub(super) fn framed<'a>(&mut self, bytes: &'a [u8], at_end: bool) -> Step<'a>
    where
        'p: 'a,
    {
        if self.left > 0 {
            // All of the frame has been seen, so that there is an answer.
            let frame = bytes.get(..self.left).unwrap_or(bytes);
            let before = self.offset;
            let step = self.unframed(frame, true, |_| true);
            if let Step::Bad { error, .. } = step {
                // The frame's length is certain: nothing inside it is taken for a buffer of the stream.
                (self.offset, self.left) = (before, 0);
                return self.bad(frame.len(), error, true);
            }
            let taken = usize::try_from(self.offset - before).unwrap_or(0);
            self.left = self.left.saturating_sub(taken);
            return step;
        }
        if let Some(error) = self.fault {
            return self.skip_to_next_frame(bytes, error, at_end);
        }
        let Some((length, content)) = split_length(bytes, self.width) else {
            return match bytes.len() {
                _ if !at_end => Step::More,
                0 => Step::End,
                have => {
                    let have = u8::try_from(have).unwrap_or(u8::MAX);
                    let error = self.error(DecodeErrorKind::ShortFrameLength { have });
                    self.bad(bytes.len(), error, true)
                }
            };
        };
        match self.check_frame(length, content, at_end) {
            Some(Ok(())) => self.left = usize::try_from(length).unwrap_or(0),
            Some(Err(kind)) => self.fault = Some(self.error(kind)),
            None => return Step::More,
        }
        self.advance(self.width);
        Step::Length { width: self.width, frame: length }
    }

    /// Whether the frame is buffers from its start to its end, the last followed by a pad or not. `None`: that is not to be
    /// seen yet.
    fn check_frame(&self, length: u32, content: &[u8], at_end: bool) -> Option<Result<(), DecodeErrorKind>> {
        if length == 0 {
            return Some(Ok(()));
        }
        let Some(len) = usize::try_from(length).ok().filter(|len| *len <= Self::LONGEST) else {
            return Some(Err(DecodeErrorKind::FrameTooLong { length }));
        };
        let Some(mut rest) = content.get(..len) else {
            let have = u16::try_from(content.len()).unwrap_or(u16::MAX);
            return at_end.then_some(Err(DecodeErrorKind::FrameCut { length, have }));
        };
        let mut used = 0;
        while !rest.is_empty() {
            match Decoder::new(self.profile).parse_prefix(rest) {
                Ok((buffer, after)) => {
                    used += buffer.len();
                    rest = match after {
                        [_] if buffer.len() % 2 == 1 => &[],
                        [_, 0xFF, 0xE4, ..] if buffer.len() % 2 == 1 && !after.starts_with(&[0xFF, 0xE4]) => {
                            after.get(1..).unwrap_or_default()
                        }
                        after => after,
                    };
                }
                Err(error) if used == 0 => return Some(Err(error.kind())),
                Err(_) => {
                    let used = u16::try_from(used).unwrap_or(u16::MAX);
                    return Some(Err(DecodeErrorKind::FrameLength { length, used }));
                }
            }
        }
        // The length may be one too great, and the pad the first byte of the next length: that is seen as soon as more is.
        let last_is_pad = used + 1 == len;
        if last_is_pad && self.is_frame(content.get(used..)) && !self.is_frame(content.get(len..)) {
            let used = u16::try_from(used).unwrap_or(u16::MAX);
            return Some(Err(DecodeErrorKind::FrameLength { length, used }));
        }
        Some(Ok(()))
    }

    /// Whether a length is here, followed by the header of a buffer of that length.
    fn is_frame(&self, bytes: Option<&[u8]>) -> bool {
        let Some((length, content)) = bytes.and_then(|bytes| split_length(bytes, self.width)) else {
            return false;
        };
        let used = match Decoder::new(self.profile).parse_prefix(content) {
            Ok((buffer, _)) => buffer.len(),
            Err(error) => match error.kind() {
                DecodeErrorKind::Truncated { used, .. } => usize::from(used),
                _ => return false,
            },
        };
        usize::try_from(length).is_ok_and(|length| length == used || length == used + used % 2)
    }

    /// Hands out bad bytes up to the next length that is followed by the header of a buffer of that length.
    fn skip_to_next_frame<'a>(&mut self, bytes: &'a [u8], error: DecodeError, at_end: bool) -> Step<'a> {
        let [first, second] = header::MESSAGE_CODE.to_be_bytes();
        let mut at = self.width;
        loop {
            let rest = bytes.get(at..).unwrap_or_default();
            let Some(found) = rest.iter().position(|byte| *byte == first) else {
                // The last bytes may be a length whose frame is not in sight yet.
                let len = if at_end { bytes.len() } else { bytes.len().saturating_sub(self.width) };
                return self.bad(len, error, at_end);
            };
            at += found;
            let candidate = bytes.get(at..).unwrap_or_default();
            if candidate.get(1).is_some_and(|byte| *byte != second) {
                at += 1;
                continue;
            }
            let start = at - self.width;
            let said = split_length(bytes.get(start..).unwrap_or_default(), self.width);
            let said = said.and_then(|(length, _)| usize::try_from(length).ok()).unwrap_or(0);
            match Decoder::new(self.profile).parse_prefix(candidate) {
                Ok((buffer, _)) if said == buffer.len() || said == buffer.len() + buffer.len() % 2 => {
                    return self.bad(start, error, true);
                }
                // A longer look will tell; what is certain is handed out before.
                Err(fault) if !at_end && candidate.len() < Self::LONGEST && may_become_whole(fault) => {
                    return self.bad(start, error, false);
                }
                _ => at += 1,
            }
        }
    }

    fn error(&self, kind: DecodeErrorKind) -> DecodeError {
        DecodeError::new(kind, self.offset)
    }
}

/// A length at the front, and what follows it.
fn split_length(bytes: &[u8], width: usize) -> Option<(u32, &[u8])> {
    let (length, rest) = bytes.split_at_checked(width)?;
    Some((length.iter().fold(0, |sum, byte| sum << 8 | u32::from(*byte)), rest))
}
