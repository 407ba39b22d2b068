use super::buffer::{Buffer, Decoder};
use super::error::{DecodeError, DecodeErrorKind};
use crate::spi::header;
use crate::spi::profile::Profile;

/// Takes a stream of buffers apart: one behind the other, those of odd length optionally padded to a word.
///
/// The caller holds the bytes and decides how many to have in memory; the framer only looks at what it is shown. A fault
/// never ends the stream: what cannot be read up to the next plausible header is handed out as bad, so that every byte
/// is accounted for.
///
/// ```
/// use zems::spi::{Profile, read::{Framer, Step}};
///
/// let input = [zems::samples::COMMAND, b"noise", zems::samples::EVENT].concat();
/// let mut framer = Framer::new(&Profile::DEFAULT);
/// let mut seen = Vec::new();
/// let mut rest = &input[..];
/// loop {
///     match framer.step(rest, true) {
///         Step::Buffer(buffer) => { seen.push(buffer.len()); rest = &rest[buffer.len()..] }
///         Step::Bad { len, .. } => { seen.push(len); rest = &rest[len..] }
///         Step::Pad => rest = &rest[1..],
///         Step::Length { width, .. } => rest = &rest[width..],
///         Step::More | Step::End => break,
///     }
/// }
/// assert_eq!(seen, [138, 5, 183]);
/// ```
#[derive(Clone, Debug)]
pub struct Framer<'p> {
    pub(super) profile: &'p Profile,
    /// Offset in the stream of the first byte of the next step.
    pub(super) offset: u64,
    /// The fault whose bytes are being handed out.
    pub(super) fault: Option<DecodeError>,
    /// Whether the byte before was the last of a buffer and a pad may follow.
    pub(super) may_pad: bool,
    /// Bytes of the length before each frame; 0 without frames.
    pub(super) width: usize,
    /// Bytes left in the frame at hand, all of which have been shown.
    pub(super) left: usize,
}

/// What stands at the front of the bytes shown to [`Framer::step`].
#[derive(Clone, Copy, Debug)]
#[allow(clippy::exhaustive_enums)]
pub enum Step<'a> {
    /// A buffer, all of whose tokens can be read. The next step begins behind it.
    Buffer(Buffer<'a>),
    /// Bytes that are no buffer. The next step begins behind them.
    Bad {
        /// How many bytes.
        len: usize,
        /// Why they are none: the fault at the start of the bad region, the same for all its parts.
        error: DecodeError,
        /// Whether the region ends here; if not, the next step gives more of it.
        ends: bool,
    },
    /// A pad between two buffers. The next step begins one byte on.
    Pad,
    /// The length before a frame. The next step begins after its bytes.
    Length {
        /// Bytes of the length itself, two or four.
        width: usize,
        /// Bytes that it says the frame has. A frame of length 0 is nothing.
        frame: u32,
    },
    /// More input is needed to tell; call again with a longer slice from the same place.
    More,
    /// There is nothing left.
    End,
}

impl<'p> Framer<'p> {
    /// Bytes no buffer, with the length before it, is longer than: a step that is shown as many never answers [`Step::More`].
    pub const LOOK_AHEAD: usize = Self::LONGEST + size_of::<u32>();
    /// Bytes no buffer is longer than.
    pub(super) const LONGEST: usize = 65_536 + header::USED_LEN_BASE;

    /// A framer at the start of a stream.
    #[must_use]
    pub const fn new(profile: &'p Profile) -> Self {
        Self { profile, offset: 0, fault: None, may_pad: false, width: 0, left: 0 }
    }

    /// The same, for a stream whose first byte stands at `offset` of a larger input.
    #[must_use]
    pub const fn at(self, offset: u64) -> Self {
        Self { offset, ..self }
    }

    /// Offset in the stream of the first byte that the next step is to be shown.
    #[must_use]
    pub const fn offset(&self) -> u64 {
        self.offset
    }

    /// Looks at the front of `bytes`; `at_end` says that nothing follows them in the stream.
    ///
    /// Each step is shown the bytes behind those of the step before.
    pub fn step<'a>(&mut self, bytes: &'a [u8], at_end: bool) -> Step<'a>
    where
        'p: 'a,
    {
        if self.width > 0 { self.framed(bytes, at_end) } else { self.unframed(bytes, at_end) }
    }

    /// A step in a stream, or in a frame, of buffers only.
    pub(super) fn unframed<'a>(&mut self, bytes: &'a [u8], at_end: bool) -> Step<'a>
    where
        'p: 'a,
    {
        if bytes.is_empty() {
            return match self.fault {
                // The region went to the end of what was shown before, and there is no more.
                Some(error) if at_end => self.bad(0, error, true),
                _ if at_end => Step::End,
                _ => Step::More,
            };
        }
        if self.fault.is_some() {
            return self.skip(bytes, 0, at_end);
        }
        if self.may_pad {
            match self.pad(bytes, at_end) {
                Some(true) => {
                    self.may_pad = false;
                    self.offset = self.offset.saturating_add(1);
                    return Step::Pad;
                }
                Some(false) => self.may_pad = false,
                None => return Step::More,
            }
        }
        let fault = match self.decode(bytes) {
            Ok(buffer) => {
                self.may_pad = buffer.len() % 2 == 1;
                self.advance(buffer.len());
                return Step::Buffer(buffer);
            }
            Err(error) if !at_end && bytes.len() < Self::LOOK_AHEAD && may_become_whole(error) => {
                return Step::More;
            }
            Err(error) => error,
        };
        self.fault = Some(fault);
        self.skip(bytes, 1, at_end)
    }

    /// Whether the first byte is a pad; `None` if that is not to be seen yet.
    fn pad(&self, bytes: &[u8], at_end: bool) -> Option<bool> {
        match bytes {
            [0xFF, 0xE4, ..] => Some(false),
            [_, 0xFF, 0xE4, ..] => Some(true),
            [_] if at_end => Some(true),
            [_] | [_, 0xFF] if !at_end => None,
            _ => Some(false),
        }
    }

    fn decode<'a>(&self, bytes: &'a [u8]) -> Result<Buffer<'a>, DecodeError>
    where
        'p: 'a,
    {
        let (buffer, _) = Decoder::new(self.profile).at(self.offset).parse_prefix(bytes)?;
        buffer.walk_bare(|_| {})?;
        Ok(buffer)
    }

    /// Hands out bad bytes up to the next plausible header at `from` or behind it.
    fn skip<'a>(&mut self, bytes: &'a [u8], from: usize, at_end: bool) -> Step<'a> {
        let Some(error) = self.fault else { return Step::More };
        let [first, second] = header::MESSAGE_CODE.to_be_bytes();
        let mut at = from;
        loop {
            let rest = bytes.get(at..).unwrap_or_default();
            let Some(found) = rest.iter().position(|byte| *byte == first) else {
                return self.bad(bytes.len(), error, at_end);
            };
            at += found;
            let candidate = bytes.get(at..).unwrap_or_default();
            if candidate.get(1).is_some_and(|byte| *byte != second) {
                at += 1;
                continue;
            }
            match Decoder::new(self.profile).parse_prefix(candidate) {
                Ok(_) => return self.bad(at, error, true),
                // A longer look will tell; what is certain is handed out before.
                Err(fault) if !at_end && candidate.len() < Self::LOOK_AHEAD && may_become_whole(fault) => {
                    return self.bad(at, error, false);
                }
                Err(_) => at += 1,
            }
        }
    }

    pub(super) fn bad<'a>(&mut self, len: usize, error: DecodeError, ends: bool) -> Step<'a> {
        if len == 0 && !ends {
            return Step::More;
        }
        if ends {
            self.fault = None;
        }
        self.advance(len);
        Step::Bad { len, error, ends }
    }

    pub(super) fn advance(&mut self, len: usize) {
        self.offset = self.offset.saturating_add(u64::try_from(len).unwrap_or(u64::MAX));
    }
}

/// Whether the fault is only that the input ends too early.
pub(super) fn may_become_whole(error: DecodeError) -> bool {
    matches!(error.kind(), DecodeErrorKind::ShortHeader { .. } | DecodeErrorKind::Truncated { .. })
}
