#[cfg(feature = "alloc")]
use alloc::vec::Vec;

use super::buffer::{Buffer, Decoder};
use super::error::{DecodeError, DecodeErrorKind};
#[cfg(feature = "alloc")]
use super::skim::{self, Skimmed};
use crate::spi::header::{self, field};
use crate::spi::profile::Profile;

/// Takes a stream of buffers apart: one after the other, those of odd length optionally padded to a word.
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
    /// Bytes walked in vain up to `offset`, less what has been passed since: see [`Framer::can_afford`].
    debt: usize,
    /// Whether the last [`Framer::skim`] came to a fault so soon that the other cursors went in vain.
    #[cfg(feature = "alloc")]
    is_careful: bool,
    /// Buffers that the last [`Framer::skim`] went over.
    #[cfg(feature = "alloc")]
    skimmed: usize,
    /// The debt before the buffer handed out last.
    debt_before: usize,
    /// Whether the bytes of the fault begin at `offset`.
    is_refused: bool,
}

/// Bytes that may be walked in vain for each byte passed.
const VAIN_WALKS: usize = 4;
/// Bytes that may be walked in vain at once: as many of the longest buffers as are walked for each byte passed.
const MAX_DEBT: usize = VAIN_WALKS * Framer::LOOK_AHEAD;

/// The content at the front of the bytes shown to [`Framer::step`].
#[derive(Clone, Copy, Debug)]
#[allow(clippy::exhaustive_enums)]
pub enum Step<'a> {
    /// A buffer, all of whose tokens can be read. The next step begins after it.
    Buffer(Buffer<'a>),
    /// Bytes that are not a buffer. The next step begins after them.
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
    pub const LOOK_AHEAD: usize = Self::LONGEST + size_of::<u32>() + field::SPECIALIZED;
    /// Bytes no buffer is longer than.
    pub(super) const LONGEST: usize = 65_536 + header::USED_LEN_BASE;

    /// The most bytes that [`Framer::skim`] goes over at once.
    #[cfg(feature = "alloc")]
    pub const BLOCK: usize = 1 << 20;

    /// A framer at the start of a stream.
    #[must_use]
    pub const fn new(profile: &'p Profile) -> Self {
        Self {
            profile,
            offset: 0,
            fault: None,
            may_pad: false,
            width: 0,
            left: 0,
            debt: 0,
            #[cfg(feature = "alloc")]
            is_careful: false,
            #[cfg(feature = "alloc")]
            skimmed: 0,
            debt_before: 0,
            is_refused: false,
        }
    }

    /// The same, for a stream of frames, each after a length of this many bytes.
    pub(super) const fn framed_by(mut self, width: usize) -> Self {
        self.width = width;
        self
    }

    /// The same, for a stream whose first byte is at `offset` of a larger input.
    #[must_use]
    pub const fn at(self, offset: u64) -> Self {
        Self { offset, ..self }
    }

    /// Offset in the stream of the first byte that the next step is to be shown.
    #[must_use]
    pub const fn offset(&self) -> u64 {
        self.offset
    }

    /// Goes over whole buffers at the front of `bytes` by their headers alone, with several cursors at once, and adds to
    /// `found` where those that `is_wanted` begin, in order. Returns how many bytes it has gone over, at most
    /// [`Framer::BLOCK`] and possibly none: the next step begins after them.
    ///
    /// One cursor waits for the length of each buffer before it can look at the next; eight wait at the same time. They
    /// begin where headers seem to be, and what they have found counts only if the one before arrives just there.
    /// `is_wanted` may therefore be asked about buffers that are not gone over, and in any order.
    ///
    /// As with [`Framer::step_if`], the tokens of the buffers are not looked at. Walk those that are found, and hand one
    /// that cannot be read to [`Framer::refuse`].
    ///
    /// ```
    /// use zems::ems::Event;
    /// use zems::spi::{Profile, read::{Buffer, Framer}};
    ///
    /// let input = [zems::samples::COMMAND, zems::samples::EVENT].concat();
    /// let mut framer = Framer::new(&Profile::DEFAULT);
    /// let mut found = Vec::new();
    /// let len = framer.skim(&input, |buffer| Event::try_from(*buffer).is_ok(), &mut found);
    /// assert_eq!((len, &found[..]), (input.len(), &[zems::samples::COMMAND.len()][..]));
    /// # Ok::<(), zems::spi::read::DecodeError>(())
    /// ```
    #[cfg(feature = "alloc")]
    pub fn skim<'a>(
        &mut self,
        bytes: &'a [u8],
        is_wanted: impl FnMut(&Buffer<'a>) -> bool,
        found: &mut Vec<usize>,
    ) -> usize
    where
        'p: 'a,
    {
        self.skimmed = 0;
        if self.fault.is_some() || self.may_pad || self.width > 0 {
            return 0;
        }
        let block = bytes.get(..Self::BLOCK).unwrap_or(bytes);
        let decoder = Decoder::new(self.profile).at(self.offset);
        let Skimmed { len, count, may_pad } = skim::skim(decoder, block, self.is_careful, is_wanted, found);
        // One cursor looks at nothing in vain. Several continue when there have been no faults for a while.
        self.is_careful = len < block.len() && len < Self::BLOCK / 4;
        // Count the debt of a buffer in the block from the start of the block: rather too much than too little.
        self.debt_before = self.debt;
        self.advance(len);
        self.may_pad = may_pad;
        self.skimmed = count;
        len
    }

    /// How many buffers the last [`Framer::skim`] went over.
    #[cfg(feature = "alloc")]
    #[must_use]
    pub const fn skimmed(&self) -> usize {
        self.skimmed
    }

    /// Looks at the front of `bytes`; `at_end` says that nothing follows them in the stream.
    ///
    /// Each step is shown the bytes after those of the step before.
    pub fn step<'a>(&mut self, bytes: &'a [u8], at_end: bool) -> Step<'a>
    where
        'p: 'a,
    {
        self.step_if(bytes, at_end, |_| true)
    }

    /// As [`Framer::step`], but only the tokens of a buffer that `is_wanted` are looked at: the others are handed out by
    /// their headers alone, which is several times faster. That one of their tokens cannot be read goes unnoticed, and
    /// so do buffers that would have been found after it. In a stream of frames all buffers are walked.
    ///
    /// A consumer that walks every buffer anyway wants none and says what it has found with [`Framer::refuse`].
    ///
    /// ```
    /// use zems::spi::{Profile, read::{Framer, Step}};
    ///
    /// let input = [zems::samples::COMMAND, zems::samples::EVENT].concat();
    /// let mut framer = Framer::new(&Profile::DEFAULT);
    /// let mut rest = &input[..];
    /// let mut wanted = 0;
    /// while let Step::Buffer(buffer) = framer.step_if(rest, true, |buffer| {
    ///     let is_wanted = buffer.command().is_none();
    ///     wanted += usize::from(is_wanted);
    ///     is_wanted
    /// }) {
    ///     rest = &rest[buffer.len()..];
    /// }
    /// assert_eq!(wanted, 1);
    /// ```
    pub fn step_if<'a>(
        &mut self,
        bytes: &'a [u8],
        at_end: bool,
        is_wanted: impl FnOnce(&Buffer<'a>) -> bool,
    ) -> Step<'a>
    where
        'p: 'a,
    {
        if self.width == 0 {
            return self.unframed(bytes, at_end, is_wanted);
        }
        let step = self.framed(bytes, at_end);
        if let Step::Buffer(buffer) = &step {
            is_wanted(buffer);
        }
        step
    }

    /// A step in a stream, or in a frame, of buffers only.
    pub(super) fn unframed<'a>(
        &mut self,
        bytes: &'a [u8],
        at_end: bool,
        is_wanted: impl FnOnce(&Buffer<'a>) -> bool,
    ) -> Step<'a>
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
            // The first byte is that of the fault, unless some of the region has been handed out.
            return self.skip(bytes, usize::from(self.is_refused), at_end);
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
        let fault = match self.decode(bytes, at_end, is_wanted) {
            Ok(None) => return Step::More,
            Ok(Some(buffer)) => {
                self.may_pad = buffer.len() % 2 == 1;
                self.debt_before = self.debt;
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

    /// Takes back the buffer that the step before has handed out, or one that [`Framer::skim`] has found and all after
    /// it: one of its tokens cannot be read. The next step is shown the bytes from that buffer on again, and hands out as bad what [`Framer::step`] would have.
    pub fn refuse(&mut self, buffer: &Buffer<'_>, error: DecodeError) {
        // The buffers of frames have been walked.
        if self.width > 0 {
            return;
        }
        self.offset = buffer.origin();
        self.may_pad = false;
        self.fault = Some(error);
        self.is_refused = true;
        self.debt = self.debt_before;
        self.owe(error);
    }

    /// The buffer at the front; `None` if it takes more input to tell whether it is one.
    fn decode<'a>(
        &mut self,
        bytes: &'a [u8],
        at_end: bool,
        is_wanted: impl FnOnce(&Buffer<'a>) -> bool,
    ) -> Result<Option<Buffer<'a>>, DecodeError>
    where
        'p: 'a,
    {
        let decoder = Decoder::new(self.profile).at(self.offset);
        let (buffer, behind) = decoder.parse_prefix(bytes)?;
        let follower = Follower::of(&buffer, behind, at_end);
        if follower == Follower::Unseen && Cut::of(&buffer, bytes, at_end) != Cut::No {
            return Ok(None);
        }
        let is_walked = is_wanted(&buffer);
        if is_walked {
            self.walk(&buffer)?;
        }
        // After the walk: what it has refused is not worth another look.
        let cut = if follower == Follower::Other { Cut::of(&buffer, bytes, at_end) } else { Cut::No };
        match cut {
            Cut::No => {}
            Cut::Unseen => return Ok(None),
            Cut::At(have) => {
                if !is_walked {
                    self.walk(&buffer)?;
                }
                self.debt = self.debt.saturating_add(buffer.len());
                let offset = self.offset.saturating_add(u64::try_from(have).unwrap_or(u64::MAX));
                let [used, have] = [buffer.len(), have].map(|len| u16::try_from(len).unwrap_or(u16::MAX));
                return Err(DecodeError::new(DecodeErrorKind::CutShort { used, have }, offset));
            }
        }
        Ok(Some(buffer))
    }

    /// Whether all tokens can be read.
    fn walk(&mut self, buffer: &Buffer<'_>) -> Result<(), DecodeError> {
        buffer.walk_bare(|_| {}).inspect_err(|error| self.owe(*error))
    }

    /// A walk from here has ended with this error.
    #[cold]
    fn owe(&mut self, error: DecodeError) {
        let walked = error.offset().saturating_sub(self.offset);
        self.debt = self.debt.saturating_add(usize::try_from(walked).unwrap_or(usize::MAX));
    }

    /// Whether the buffer of a plausible header `ahead` bytes on may be walked. Headers may be written into each other so
    /// that every few bytes another long buffer seems to begin, all of which are walked for nothing: beyond what a
    /// damaged stream ever asks for, a header is passed over, and counts as bad like the bytes around it, until enough
    /// bytes have been passed. A short buffer can be afforded soon.
    fn can_afford(&self, ahead: usize, used_len: usize) -> bool {
        let debt = self.debt.saturating_sub(ahead.saturating_mul(VAIN_WALKS));
        debt.saturating_add(used_len) <= MAX_DEBT
    }

    /// Hands out bad bytes up to the next plausible header at `from` or after it.
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
                Ok((buffer, _)) if self.can_afford(at, buffer.len()) => return self.bad(at, error, true),
                Ok(_) => at += 1,
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
        self.is_refused = false;
        self.advance(len);
        Step::Bad { len, error, ends }
    }

    pub(super) fn advance(&mut self, len: usize) {
        self.offset = self.offset.saturating_add(u64::try_from(len).unwrap_or(u64::MAX));
        self.debt = self.debt.saturating_sub(len.saturating_mul(VAIN_WALKS));
    }
}

/// Whether the fault is only that the input ends too early.
pub(super) fn may_become_whole(error: DecodeError) -> bool {
    matches!(error.kind(), DecodeErrorKind::ShortHeader { .. } | DecodeErrorKind::Truncated { .. })
}

/// The content after a buffer.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Follower {
    /// Another buffer, or the end of the stream; before either a pad if the buffer is of odd length.
    Sound,
    /// Not to be seen yet.
    Unseen,
    /// Something else.
    Other,
}

impl Follower {
    #[inline(always)]
    pub(super) fn of(buffer: &Buffer<'_>, behind: &[u8], at_end: bool) -> Self {
        let is_odd = buffer.len() % 2 == 1;
        match behind {
            [0xFF, 0xE4, ..] => Self::Sound,
            [_, 0xFF, 0xE4, ..] if is_odd => Self::Sound,
            [] if at_end => Self::Sound,
            [_] if at_end && is_odd => Self::Sound,
            [] | [0xFF] if !at_end => Self::Unseen,
            [_] | [_, 0xFF] if !at_end && is_odd => Self::Unseen,
            _ => Self::Other,
        }
    }
}

/// Whether another buffer begins in a buffer and ends after it. No sound value holds such a header: an event inside an event
/// ends inside it. If no buffer follows either, the record was cut short, or its length is too great, and it has taken bytes
/// of the next.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Cut {
    No,
    /// The other one begins here.
    At(usize),
    /// Not to be seen yet.
    Unseen,
}

impl Cut {
    /// `bytes` begin with those of the buffer. A header of which the buffer has taken the first byte only is not looked for: an
    /// event may well end with FF, and must not have to wait for the next one.
    pub(super) fn of(buffer: &Buffer<'_>, bytes: &[u8], at_end: bool) -> Self {
        let code = header::MESSAGE_CODE.to_be_bytes();
        let mut at = 1;
        while let Some(found) =
            buffer.as_bytes().get(at..).and_then(|rest| rest.windows(2).position(|pair| pair == code))
        {
            at += found;
            match Decoder::new(buffer.profile()).measure(bytes.get(at..).unwrap_or_default()) {
                Ok(parts) if at + parts.used_len > buffer.len() => return Self::At(at),
                Err(error) => match error.kind() {
                    DecodeErrorKind::Truncated { .. } => return Self::At(at),
                    DecodeErrorKind::ShortHeader { .. } if !at_end => return Self::Unseen,
                    _ => {}
                },
                Ok(_) => {}
            }
            at += 1;
        }
        Self::No
    }
}
