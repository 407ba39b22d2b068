//! Buffers from bytes in any input form, in bounded memory.

use core::fmt;
use std::io::{self, Read};

use crate::spi::Profile;
use crate::spi::read::{Buffer, DecodeError, DecodeErrorKind, Decoder, Framer, Step};
use crate::text::{HexBlocks, HexError, looks_like_hex};

/// How the bytes of an input hold buffers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Form {
    /// Hexadecimal text if the first bytes look so, else raw.
    #[default]
    Auto,
    /// Back to back, those of odd length followed by a pad or not.
    Raw,
    /// Hexadecimal digits, `#` comments, a blank line between buffers.
    Hex,
    /// Frames after a 16-bit length, most significant byte first.
    Be16,
    /// Frames after a 32-bit length.
    Be32,
    /// Anything that holds buffers: memory dumps, blocks, captures. Bytes between them are not faults.
    Scan,
}

/// Bytes that may come later.
pub trait Source: Read {
    /// Whether a read would have to wait, as far as is known.
    fn would_wait(&mut self) -> bool {
        false
    }

    /// At the end: whether more may come at another time, so that an unfinished buffer is not a fault.
    fn may_grow(&self) -> bool {
        false
    }
}

/// Bytes that are all there, or block until they are.
#[derive(Debug)]
pub struct Plain<R>(R);

impl<R: Read> Read for Plain<R> {
    fn read(&mut self, space: &mut [u8]) -> io::Result<usize> {
        self.0.read(space)
    }
}

impl<R: Read> Source for Plain<R> {}

impl<S: Source + ?Sized> Source for &mut S {
    fn would_wait(&mut self) -> bool {
        (**self).would_wait()
    }

    fn may_grow(&self) -> bool {
        (**self).may_grow()
    }
}

/// Why bytes are not a buffer.
#[derive(Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// They cannot be decoded.
    Decode(DecodeError),
    /// They are not hexadecimal text.
    Hex(HexError),
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Decode(error) => error.fmt(f),
            Self::Hex(error) => error.fmt(f),
        }
    }
}

impl core::error::Error for Fault {}

/// The next item of an input. Offsets count the bytes of buffers: in hexadecimal text, those that the digits give.
#[derive(Debug)]
#[non_exhaustive]
pub enum Item<'b> {
    /// A buffer, all of whose tokens can be read.
    Buffer(Buffer<'b>),
    /// A pad after a buffer, the length before a frame, or, under [`Form::Scan`], anything else.
    Between {
        /// The bytes.
        bytes: &'b [u8],
        /// Where they are.
        offset: u64,
        /// The length that they are.
        frame: Option<u32>,
    },
    /// A piece of a region that holds no buffer.
    Bad {
        /// The bytes.
        bytes: &'b [u8],
        /// Where they are.
        offset: u64,
        /// Where the region begins.
        region: u64,
        /// Why it holds no buffer: the same for all its pieces.
        fault: &'b Fault,
        /// Whether the reason is that the input ends too early.
        is_cut: bool,
        /// Whether the region ends here.
        ends: bool,
    },
    /// The next call may have to wait for the source.
    Wait,
    /// The number of buffers that [`Buffers::next_if`] was not to hand out.
    Passed(usize),
    /// The end, inside a buffer of which this many bytes have arrived; the rest may arrive later.
    Unfinished(usize),
}

/// How much of an input is in memory.
const WINDOW: usize = 1 << 20;
/// How much is looked at to tell hexadecimal text from bytes.
const FRONT: usize = 4096;

/// Reads an input buffer by buffer. Every byte is in exactly one item.
///
/// ```
/// use zems::formats::input::{Buffers, Form, Item};
///
/// let input = [zems::samples::COMMAND, b"noise", zems::samples::EVENT].concat();
/// let mut buffers = Buffers::new(&input[..], Form::Auto, &zems::spi::Profile::DEFAULT);
/// let mut seen = Vec::new();
/// while let Some(item) = buffers.next()? {
///     match item {
///         Item::Buffer(buffer) => seen.push((buffer.origin(), buffer.len())),
///         Item::Bad { offset, bytes, .. } => seen.push((offset, bytes.len())),
///         _ => {}
///     }
/// }
/// assert_eq!(seen, [(0, 138), (138, 5), (143, 183)]);
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct Buffers<'p, S> {
    source: S,
    profile: &'p Profile,
    form: Form,
    window: Vec<u8>,
    start: usize,
    end: usize,
    at_end: bool,
    framer: Framer<'p>,
    /// The last bad region.
    region: Option<Region>,
    hex: Hex,
    /// The frame at hand: where its length begins, and where it ends.
    frame: Option<(u64, u64)>,
    has_waited: bool,
    is_over: bool,
    screen: Screen,
}

/// Found by [`Buffers::next_if`] and not handed out yet.
#[derive(Debug, Default)]
struct Screen {
    /// Where the block begins in the window, and in the input.
    window: usize,
    origin: u64,
    /// Where wanted buffers begin in the block, in order, and how many of them have been handed out.
    found: Vec<usize>,
    taken: usize,
    /// Buffers of the block that are not wanted.
    passed: usize,
    /// Up to here every buffer is looked at as a whole.
    whole_until: u64,
}

/// A region that holds no buffer.
#[derive(Debug)]
struct Region {
    begin: u64,
    fault: Fault,
    is_over: bool,
}

/// The state of reading hexadecimal text.
#[derive(Debug, Default)]
struct Hex {
    blocks: HexBlocks,
    /// The bytes of the block that has ended, and how many of them have been handed out.
    block: Vec<u8>,
    taken: usize,
    is_framed: bool,
    /// The fault of the block that has ended.
    fault: Option<HexError>,
    /// Bytes of text in the block at hand, and before it.
    in_block: u64,
    before: u64,
    is_ended: bool,
}

impl<'p, R: Read> Buffers<'p, Plain<R>> {
    /// Reads all of `input`.
    #[must_use]
    pub fn new(input: R, form: Form, profile: &'p Profile) -> Self {
        Self::at(Plain(input), form, profile, 0)
    }
}

impl<'p, S: Source> Buffers<'p, S> {
    /// Reads a source that begins at `offset` of a larger input.
    #[must_use]
    pub fn at(source: S, form: Form, profile: &'p Profile, offset: u64) -> Self {
        let framer = match form {
            Form::Hex => Framer::new(profile),
            Form::Auto | Form::Raw | Form::Scan => Framer::new(profile).at(offset),
            Form::Be16 => Framer::be16(profile).at(offset),
            Form::Be32 => Framer::be32(profile).at(offset),
        };
        Self {
            source,
            profile,
            form,
            window: Vec::new(),
            start: 0,
            end: 0,
            at_end: false,
            framer,
            region: None,
            hex: Hex { before: offset, ..Hex::default() },
            frame: None,
            has_waited: false,
            is_over: false,
            screen: Screen::default(),
        }
    }

    /// Where in the input reading could begin again: everything before it has been handed out. In hexadecimal text this is
    /// a place in the text.
    #[must_use]
    pub fn position(&self) -> u64 {
        match self.frame {
            _ if self.form == Form::Hex => self.hex.before,
            Some((begin, end)) if self.framer.offset() < end => begin,
            _ => self.framer.offset(),
        }
    }

    /// The source.
    pub fn source(&mut self) -> &mut S {
        &mut self.source
    }

    /// The form of the input; [`Form::Auto`] until it is known.
    #[must_use]
    pub const fn form(&self) -> Form {
        self.form
    }

    /// The next item. `None`: there is nothing left.
    ///
    /// # Errors
    ///
    /// The source cannot be read.
    // An iterator cannot lend its items.
    #[allow(clippy::should_implement_trait)]
    pub fn next(&mut self) -> io::Result<Option<Item<'_>>> {
        if self.is_over {
            return Ok(None);
        }
        if self.window.is_empty() {
            self.window = vec![0; WINDOW];
        }
        if self.form == Form::Auto && self.end == 0 && !self.at_end && !self.read()? {
            return Ok(Some(Item::Wait));
        }
        self.tell_form();
        if self.form == Form::Hex {
            return self.next_in_hex();
        }
        // A step that is shown enough always has an answer; else a copy is asked whether it has one.
        while !self.at_end && self.end - self.start < Framer::LOOK_AHEAD {
            if !matches!(self.framer.clone().step(self.shown(), false), Step::More) {
                break;
            }
            if !self.read()? {
                return Ok(Some(Item::Wait));
            }
        }
        let left = self.end - self.start;
        if self.at_end && self.source.may_grow() && self.region.as_ref().is_none_or(|region| region.is_over) {
            // A buffer that is cut off now may be whole later.
            let mut framer = self.framer.clone();
            let mut step = framer.step(self.shown(), true);
            if let Step::Length { width, .. } = step {
                step = framer.step(self.shown().get(width..).unwrap_or_default(), true);
            }
            if left > 0 && matches!(step, Step::Bad { error, .. } if is_cut(error)) {
                self.is_over = true;
                return Ok(Some(Item::Unfinished(left)));
            }
        }
        let Self { framer, window, start, end, at_end, region, is_over, frame: at, form, .. } = self;
        let offset = framer.offset();
        let shown = window.get(*start..*end).unwrap_or_default();
        let item = match framer.step(shown, *at_end) {
            Step::More | Step::End => {
                *is_over = true;
                return Ok(None);
            }
            Step::Buffer(buffer) => Item::Buffer(buffer),
            Step::Pad => Item::Between { bytes: shown.get(..1).unwrap_or_default(), offset, frame: None },
            Step::Length { width, frame } => {
                *at = Some((offset, framer.offset().saturating_add(u64::from(frame))));
                Item::Between { bytes: shown.get(..width).unwrap_or_default(), offset, frame: Some(frame) }
            }
            Step::Bad { len, error, ends } => {
                let bytes = shown.get(..len).unwrap_or_default();
                *at = None;
                if *form == Form::Scan {
                    Item::Between { bytes, offset, frame: None }
                } else {
                    bad(region, bytes, offset, Fault::Decode(error), ends)
                }
            }
        };
        *start += usize::try_from(framer.offset() - offset).unwrap_or(0);
        Ok(Some(item))
    }

    /// The next item, but of raw input only buffers that `is_wanted`, by their headers: the others are passed over by their headers
    /// alone, several times faster, and counted as [`Item::Passed`]. That one of their tokens cannot be read goes unnoticed. A buffer
    /// that is not wanted may be handed out all the same, and `is_wanted` may be asked in any order, also about what is not a buffer.
    ///
    /// ```
    /// use zems::formats::input::{Buffers, Form, Item};
    ///
    /// let input = [zems::samples::COMMAND, zems::samples::EVENT].concat();
    /// let mut buffers = Buffers::new(&input[..], Form::Raw, &zems::spi::Profile::DEFAULT);
    /// let (mut wanted, mut passed) = (0, 0);
    /// while let Some(item) = buffers.next_if(&mut |buffer| buffer.command().is_none())? {
    ///     match item {
    ///         Item::Passed(count) => passed += count,
    ///         Item::Buffer(_) => wanted += 1,
    ///         _ => {}
    ///     }
    /// }
    /// assert_eq!(wanted + passed, 2);
    /// # Ok::<(), std::io::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// The source cannot be read.
    pub fn next_if(
        &mut self,
        is_wanted: &mut dyn FnMut(&Buffer<'_>) -> bool,
    ) -> io::Result<Option<Item<'_>>> {
        if self.screen.taken == self.screen.found.len() && self.screen.passed == 0 {
            self.skim(is_wanted);
        }
        if let Some(at) = self.screen.found.get(self.screen.taken).copied() {
            self.screen.taken += 1;
            let origin = self.screen.origin.saturating_add(u64::try_from(at).unwrap_or(u64::MAX));
            let bytes = self.window.get(self.screen.window + at..).unwrap_or_default();
            // It has been read before.
            let parsed = Decoder::new(self.profile).at(origin).parse_prefix(bytes);
            return Ok(parsed.ok().map(|(buffer, _)| Item::Buffer(buffer)));
        }
        if self.screen.passed > 0 {
            return Ok(Some(Item::Passed(core::mem::take(&mut self.screen.passed))));
        }
        self.next()
    }

    /// Goes over what is in memory by the headers, as far as all of it is sound.
    fn skim(&mut self, is_wanted: &mut dyn FnMut(&Buffer<'_>) -> bool) {
        let Self { screen, framer, window, start, end, profile, form, .. } = self;
        screen.found.clear();
        (screen.taken, screen.passed) = (0, 0);
        if *form != Form::Raw || framer.offset() < screen.whole_until {
            return;
        }
        let shown = window.get(*start..*end).unwrap_or_default();
        let before = framer.clone();
        let len = framer.skim(shown, is_wanted, &mut screen.found);
        let can_be_read = |at: &usize| {
            let bytes = shown.get(*at..).unwrap_or_default();
            Decoder::new(profile)
                .parse_prefix(bytes)
                .is_ok_and(|(buffer, _)| buffer.walk_bare(|_| {}).is_ok())
        };
        if !screen.found.iter().all(can_be_read) {
            // The step decides what follows a damaged buffer.
            screen.found.clear();
            screen.whole_until = framer.offset();
            *framer = before;
            return;
        }
        (screen.window, screen.origin) = (*start, before.offset());
        screen.passed = framer.skimmed().saturating_sub(screen.found.len());
        *start += len;
    }

    /// Tells the form of the input by its first bytes, which are read for that.
    ///
    /// # Errors
    ///
    /// The source cannot be read.
    pub fn resolve(&mut self) -> io::Result<Form> {
        if self.form == Form::Auto {
            if self.window.is_empty() {
                self.window = vec![0; WINDOW];
            }
            while self.end == 0 && !self.at_end {
                self.read()?;
            }
            self.tell_form();
        }
        Ok(self.form)
    }

    fn tell_form(&mut self) {
        if self.form != Form::Auto {
            return;
        }
        let front = self.shown();
        let is_hex = looks_like_hex(front.get(..FRONT).unwrap_or(front));
        self.form = if is_hex { Form::Hex } else { Form::Raw };
        if is_hex {
            self.framer = Framer::new(self.profile);
        }
    }

    fn shown(&self) -> &[u8] {
        self.window.get(self.start..self.end).unwrap_or_default()
    }

    /// Reads more. `false`: that would have to wait, which is to be said first.
    fn read(&mut self) -> io::Result<bool> {
        if !self.has_waited && self.source.would_wait() {
            self.has_waited = true;
            return Ok(false);
        }
        self.has_waited = false;
        self.window.copy_within(self.start..self.end, 0);
        (self.start, self.end) = (0, self.end - self.start);
        loop {
            match self.source.read(self.window.get_mut(self.end..).unwrap_or_default()) {
                Ok(count) => {
                    self.end += count;
                    self.at_end = count == 0;
                    return Ok(true);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }

    fn next_in_hex(&mut self) -> io::Result<Option<Item<'_>>> {
        while self.hex.taken == self.hex.block.len() && self.hex.fault.is_none() {
            if self.hex.is_framed {
                // The block before has been handed out.
                self.hex.before += core::mem::take(&mut self.hex.in_block);
                self.hex.is_framed = false;
            }
            if self.hex.is_ended {
                self.is_over = true;
                return Ok(None);
            }
            match self.next_line()? {
                Line::Taken => {}
                Line::Wait => return Ok(Some(Item::Wait)),
                Line::Unfinished => {
                    self.is_over = true;
                    let len = usize::try_from(self.hex.in_block).unwrap_or(usize::MAX);
                    return Ok((len > 0).then_some(Item::Unfinished(len)));
                }
            }
        }
        let Self { framer, hex, region, profile, .. } = self;
        if !hex.is_framed {
            hex.is_framed = true;
            *framer = Framer::new(profile).at(framer.offset());
        }
        let offset = framer.offset();
        let shown = hex.block.get(hex.taken..).unwrap_or_default();
        if let Some(fault) = hex.fault.take() {
            let len = u64::try_from(shown.len()).unwrap_or(0);
            hex.taken = hex.block.len();
            *framer = Framer::new(profile).at(offset + len);
            return Ok(Some(bad(region, shown, offset, Fault::Hex(fault), true)));
        }
        let item = match framer.step(shown, true) {
            Step::More | Step::End => return Ok(None),
            Step::Buffer(buffer) => Item::Buffer(buffer),
            Step::Pad | Step::Length { .. } => {
                Item::Between { bytes: shown.get(..1).unwrap_or_default(), offset, frame: None }
            }
            Step::Bad { len, error, ends } => {
                bad(region, shown.get(..len).unwrap_or_default(), offset, Fault::Decode(error), ends)
            }
        };
        hex.taken += usize::try_from(framer.offset() - offset).unwrap_or(0);
        Ok(Some(item))
    }

    /// Takes a line of hexadecimal text, or a piece of one that is longer than the window.
    fn next_line(&mut self) -> io::Result<Line> {
        let (piece, has_end) = loop {
            let shown = self.shown();
            if let Some(at) = shown.iter().position(|byte| *byte == b'\n') {
                break (at + 1, true);
            }
            if self.at_end || shown.len() == WINDOW {
                break (shown.len(), false);
            }
            if !self.read()? {
                return Ok(Line::Wait);
            }
        };
        if self.at_end && !has_end && self.source.may_grow() {
            self.hex.in_block += u64::try_from(piece).unwrap_or(0);
            return Ok(Line::Unfinished);
        }
        let Self { hex, window, start, at_end, .. } = self;
        let line = window.get(*start..*start + piece).unwrap_or_default();
        hex.in_block += u64::try_from(piece).unwrap_or(0);
        *start += piece;
        let mut ended = None;
        if !has_end && !*at_end {
            // A line that is longer than the window, a comment most likely.
            hex.blocks.piece(line);
        } else if piece > 0 {
            ended = hex.blocks.line(line.strip_suffix(b"\n").unwrap_or(line));
        }
        if ended.is_none() && *at_end && !has_end {
            hex.is_ended = true;
            ended = hex.blocks.end();
        }
        if let Some(block) = ended {
            (hex.block, hex.fault, hex.taken) = (block.bytes, block.fault, 0);
        }
        Ok(Line::Taken)
    }
}

enum Line {
    Taken,
    Wait,
    Unfinished,
}

/// The input ends too early.
fn is_cut(error: DecodeError) -> bool {
    matches!(
        error.kind(),
        DecodeErrorKind::ShortHeader { .. }
            | DecodeErrorKind::Truncated { .. }
            | DecodeErrorKind::ShortFrameLength { .. }
            | DecodeErrorKind::FrameCut { .. }
    )
}

/// A piece of a bad region, which begins with it unless one is under way.
fn bad<'b>(
    region: &'b mut Option<Region>,
    bytes: &'b [u8],
    offset: u64,
    fault: Fault,
    ends: bool,
) -> Item<'b> {
    if region.as_ref().is_some_and(|region| region.is_over) {
        *region = None;
    }
    let region = region.get_or_insert(Region { begin: offset, fault, is_over: false });
    region.is_over = ends;
    let is_cut = matches!(&region.fault, Fault::Decode(error) if is_cut(*error));
    Item::Bad { bytes, offset, region: region.begin, fault: &region.fault, is_cut, ends }
}
