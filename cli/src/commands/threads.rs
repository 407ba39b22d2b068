//! The work of a run on several threads. Buffers are handed out in pieces of the input, and their parts of the output come back in
//! their order: what is written does not depend on the number of threads.

use core::num::NonZeroUsize;
use core::ops::Range;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{self, Scope};

use zems::spi::Profile;
use zems::spi::read::{Buffer, Decoder};

use crate::Stop;
use crate::input::Bad;

#[derive(Clone, Copy, Debug, clap::Args)]
#[group(skip)]
pub(crate) struct Args {
    /// Use N threads; the output does not depend on N. Default: as many as there are processors.
    #[arg(long, value_name = "N", value_parser = number)]
    threads: Option<NonZeroUsize>,
}

fn number(text: &str) -> Result<NonZeroUsize, String> {
    text.parse().map_err(|_| format!("`{text}` is not a number of threads: use 1 or more"))
}

impl Args {
    /// How many threads work.
    pub(crate) fn count(self) -> usize {
        let all = || thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
        self.threads.unwrap_or_else(all).get().min(MOST)
    }
}

/// Threads that are of use to anybody.
const MOST: usize = 256;
/// Bytes of input in a piece. With the output made of it, and with [`WAITING`], this bounds the memory of a thread.
const PIECE: usize = 32 << 10;
/// Pieces that a thread has: one that it works on, and one more.
const WAITING: usize = 2;

/// A piece of the input, and what was made of it.
#[derive(Debug, Default)]
pub(crate) struct Piece {
    pub(crate) source: Arc<str>,
    bytes: Vec<u8>,
    items: Vec<Item>,
    out: Vec<u8>,
    /// Subsystems with provisional names, in the order of their first events.
    pub(crate) noted: Vec<String>,
}

#[derive(Debug)]
enum Item {
    Buffer(Input),
    Bad(Bad),
    /// Bytes that are in no buffer.
    Gap {
        range: Range<usize>,
        offset: u64,
        kind: Gap,
    },
}

/// The kind of bytes that are in no buffer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Gap {
    /// A pad, or the length of a frame.
    Between(Option<u32>),
    Bad,
}

#[derive(Debug)]
struct Input {
    range: Range<usize>,
    origin: u64,
    choice: Choice,
    /// The part of the output.
    part: Option<Range<usize>>,
    is_event: bool,
}

/// Whether a buffer is selected.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Choice {
    /// The thread is to find out.
    Open,
    /// It is, with this number of a filter.
    Selected(Option<i16>),
}

/// Makes the output of buffers, on a thread of its own.
pub(crate) trait Worker {
    /// Adds the part of a buffer to `out`; `None` if the buffer is not selected, else whether it is an event.
    fn part(
        &mut self,
        buffer: &Buffer<'_>,
        source: &str,
        choice: Choice,
        out: &mut Vec<u8>,
        noted: &mut Vec<String>,
    ) -> Option<bool>;
}

/// The content of a piece, in its order.
pub(crate) enum Part<'p> {
    /// The output of a buffer, and whether it is an event.
    Made(&'p [u8], bool),
    Bad(&'p Bad),
    Gap(&'p [u8], u64, Gap),
}

impl Piece {
    /// The results, in their order.
    pub(crate) fn parts(&self) -> impl Iterator<Item = Part<'_>> {
        self.items.iter().filter_map(|item| match item {
            Item::Buffer(input) => {
                Some(Part::Made(self.out.get(input.part.clone()?).unwrap_or_default(), input.is_event))
            }
            Item::Bad(bad) => Some(Part::Bad(bad)),
            Item::Gap { range, offset, kind } => {
                Some(Part::Gap(self.bytes.get(range.clone()).unwrap_or_default(), *offset, *kind))
            }
        })
    }

    fn work(&mut self, worker: &mut impl Worker, profile: &Profile) {
        let Self { source, bytes, items, out, noted } = self;
        for item in items {
            let Item::Buffer(input) = item else { continue };
            let bytes = bytes.get(input.range.clone()).unwrap_or_default();
            // It has been read before.
            let Ok(buffer) = Decoder::new(profile).at(input.origin).parse(bytes) else { continue };
            let before = out.len();
            if let Some(is_event) = worker.part(&buffer, source, input.choice, out, noted) {
                (input.part, input.is_event) = (Some(before..out.len()), is_event);
            }
        }
    }

    /// Empties the piece, keeping its memory.
    fn clear(&mut self) {
        self.bytes.clear();
        self.items.clear();
        self.out.clear();
        self.noted.clear();
    }

    fn add(&mut self, bytes: &[u8]) -> Range<usize> {
        let before = self.bytes.len();
        self.bytes.extend_from_slice(bytes);
        before..self.bytes.len()
    }
}

/// A thread: where its pieces go, and where they come back.
struct Lane {
    to: SyncSender<Piece>,
    from: Receiver<Piece>,
}

/// The threads of a run. They are started when there is more than one piece of work.
pub(crate) struct Threads<'scope, 'env, W, M> {
    scope: &'scope Scope<'scope, 'env>,
    make: &'env M,
    profile: &'env Profile,
    most: usize,
    lanes: Vec<Lane>,
    /// Works on the only piece of a short input.
    own: Option<W>,
    piece: Piece,
    spare: Vec<Piece>,
    /// Pieces handed out, and those that have come back.
    sent: usize,
    received: usize,
}

impl<'scope, 'env, W, M> Threads<'scope, 'env, W, M>
where
    W: Worker + 'scope,
    M: Fn() -> Result<W, Stop> + Sync,
{
    pub(crate) fn new(
        scope: &'scope Scope<'scope, 'env>,
        make: &'env M,
        profile: &'env Profile,
        most: usize,
    ) -> Self {
        Self {
            scope,
            make,
            profile,
            most,
            lanes: Vec::new(),
            own: None,
            piece: Piece::default(),
            spare: Vec::new(),
            sent: 0,
            received: 0,
        }
    }

    /// Adds a buffer to the piece at hand.
    pub(crate) fn buffer(&mut self, buffer: &Buffer<'_>, choice: Choice) {
        let range = self.piece.add(buffer.as_bytes());
        let input = Input { range, origin: buffer.origin(), choice, part: None, is_event: false };
        self.piece.items.push(Item::Buffer(input));
    }

    /// Adds a region that is not a buffer.
    pub(crate) fn bad(&mut self, bad: &Bad) {
        self.piece.items.push(Item::Bad(bad.clone()));
    }

    /// Adds bytes that are in no buffer.
    pub(crate) fn gap(&mut self, bytes: &[u8], offset: u64, kind: Gap) {
        let range = self.piece.add(bytes);
        self.piece.items.push(Item::Gap { range, offset, kind });
    }

    /// Whether the piece at hand is to be handed out.
    pub(crate) fn is_full(&self) -> bool {
        self.piece.bytes.len() >= PIECE || self.piece.items.len() >= PIECE / 16
    }

    /// Whether buffers of another input follow, so that the piece at hand is to be handed out.
    pub(crate) fn begins(&mut self, source: &str) -> bool {
        *self.piece.source != *source && !self.piece.items.is_empty()
    }

    /// The buffers that follow are of this input.
    pub(crate) fn set_source(&mut self, source: &str) {
        if *self.piece.source != *source {
            self.piece.source = source.into();
        }
    }

    /// Hands out the piece at hand. If a piece has to come back before, it is returned; [`Threads::keep`] takes it back.
    pub(crate) fn hand_out(&mut self) -> Result<Option<Piece>, Stop> {
        let back = if self.sent - self.received >= self.most * WAITING { self.receive()? } else { None };
        let at = self.sent % self.most;
        if at == self.lanes.len() {
            self.start();
        }
        let mut next = self.spare.pop().unwrap_or_default();
        next.source = Arc::clone(&self.piece.source);
        let piece = core::mem::replace(&mut self.piece, next);
        let lane = self.lanes.get(at).ok_or_else(ended)?;
        lane.to.send(piece).map_err(|_| ended())?;
        self.sent += 1;
        Ok(back)
    }

    /// The next piece to come back, if there is any.
    pub(crate) fn receive(&mut self) -> Result<Option<Piece>, Stop> {
        if self.received == self.sent {
            return Ok(None);
        }
        let lane = self.lanes.get(self.received % self.most).ok_or_else(ended)?;
        let piece = lane.from.recv().map_err(|_| ended())?;
        self.received += 1;
        Ok(Some(piece))
    }

    /// The piece at hand, worked on here: nothing else may be on its way.
    pub(crate) fn last(&mut self) -> Result<Option<Piece>, Stop> {
        if self.piece.items.is_empty() {
            return Ok(None);
        }
        let worker = match &mut self.own {
            Some(worker) => worker,
            own => own.insert((self.make)()?),
        };
        self.piece.work(worker, self.profile);
        let mut next = self.spare.pop().unwrap_or_default();
        next.source = Arc::clone(&self.piece.source);
        Ok(Some(core::mem::replace(&mut self.piece, next)))
    }

    /// Takes back a piece whose parts have been written.
    pub(crate) fn keep(&mut self, mut piece: Piece) {
        piece.clear();
        self.spare.push(piece);
    }

    fn start(&mut self) {
        let (to, pieces) = sync_channel::<Piece>(WAITING);
        let (back, from) = sync_channel(WAITING);
        let (make, profile) = (self.make, self.profile);
        self.scope.spawn(move || {
            // The same has been made before.
            let Ok(mut worker) = make() else { return };
            while let Ok(mut piece) = pieces.recv() {
                piece.work(&mut worker, profile);
                if back.send(piece).is_err() {
                    return;
                }
            }
        });
        self.lanes.push(Lane { to, from });
    }
}

fn ended() -> Stop {
    Stop::Usage("a thread has ended early".to_owned())
}
