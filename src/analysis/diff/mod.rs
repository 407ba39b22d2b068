//! Compares two streams of events: which events are only in one, and which tokens of the others differ.
//!
//! Events pair by subsystem (not its version), event number and main subject, in order. An event that is at another place
//! still pairs, if it is no more than a [window](Differ::window) of positions away. The tokens of a pair are compared by
//! subsystem and code, the n-th occurrence with the n-th; lists are compared inside, structures field by field. A run of
//! 8 events or more that are the same in all of this is the same run, wherever it is. See `docs/diff.md` for what is
//! ignored.
//!
//! ```
//! use zems::analysis::diff::{Differ, Input};
//! use zems::site::Site;
//! use zems::samples::{BKUP_FAIL, EVENT};
//!
//! let site = Site::builtin();
//! let mut old = [BKUP_FAIL].into_iter();
//! let mut new = [BKUP_FAIL, EVENT].into_iter();
//! let mut names = Vec::new();
//! let counts = Differ::new(&site).run::<()>(
//!     |input| Ok(match input { Input::A => old.next(), Input::B => new.next() }.map(|bytes| (bytes.to_vec(), 0))),
//!     |change| { names.push((change.kind().name(), change.number())); Ok(()) },
//! ).unwrap();
//! assert_eq!(names, [("added", Some(101))]);
//! assert_eq!((counts.added, counts.removed, counts.changed), (1, 0, 0));
//! ```

mod compare;
mod form;
mod ignore;
mod pairing;
mod process;

pub use compare::{Seen, TokenChange};

use crate::describe::{Described, Hex};
use crate::ems::Event;
use crate::site::Site;
use crate::spi::Ssid;
use crate::spi::read::Decoder;

use ignore::Ignored;
use pairing::{Block, Held, Pairing};

/// The largest distance between the positions of two events that pair.
pub const WINDOW: usize = 1000;
/// The widest window.
pub const MAX_WINDOW: usize = 1_000_000;
/// Events of each input that are looked at together; the window may need more. A run of new events that is longer than this
/// makes the comparison lose its place.
const BLOCK: usize = 65_536;
/// Bytes of each input that are held; fewer events are looked at together when they are long.
const BLOCK_BYTES: usize = 64 << 20;

/// One of the two inputs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_enums)]
pub enum Input {
    /// The first.
    A,
    /// The second.
    B,
}

/// The change of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_enums)]
pub enum Kind {
    /// It is only in B.
    Added,
    /// It is only in A.
    Removed,
    /// It is in both, with other tokens.
    Changed,
}

impl Kind {
    /// `added`, `removed` or `changed`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Removed => "removed",
            Self::Changed => "changed",
        }
    }
}

/// How many events differ, and how many were looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Counts {
    /// Events only in B.
    pub added: u64,
    /// Events only in A.
    pub removed: u64,
    /// Events in both that differ.
    pub changed: u64,
    /// Events in both that do not differ.
    pub same: u64,
    /// Buffers that are commands or responses, which are not compared.
    pub other: u64,
}

impl Counts {
    /// Whether nothing differs.
    #[must_use]
    pub const fn are_equal(&self) -> bool {
        self.added == 0 && self.removed == 0 && self.changed == 0
    }
}

/// A difference: an event, and those of its tokens that differ. It serializes as an object of `zems diff --format json`.
#[derive(Debug)]
pub struct Change<'a> {
    kind: Kind,
    /// The event in A, if it is there, else in B.
    described: Described<'a>,
    offsets: (Option<u64>, Option<u64>),
    tokens: Vec<TokenChange<'a>>,
}

impl<'a> Change<'a> {
    /// The outcome.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        self.kind
    }

    /// The event as it is in A, or in B if it is only there.
    #[must_use]
    pub const fn described(&self) -> &Described<'a> {
        &self.described
    }

    fn event(&self) -> Option<&Event<'a>> {
        self.described.event()
    }

    /// The subsystem.
    #[must_use]
    pub fn ssid(&self) -> Ssid {
        self.described.buffer().ssid()
    }

    /// The event number, if the header has a known layout.
    #[must_use]
    pub fn number(&self) -> Option<i16> {
        self.event()?.number()
    }

    /// The name of the event, if it has a definition.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.described.site().event_name(self.event()?)
    }

    /// The text of the main subject.
    #[must_use]
    pub fn subject(&self) -> Option<String> {
        let position = self.event()?.subjects().flatten().next()?.position();
        let item = self.described.tokens().nth(position)?.ok()?.first_value();
        let text = if item.has_text() { item.text().to_string() } else { Hex(item.bytes()).to_string() };
        Some(text.trim_end_matches(' ').to_owned())
    }

    /// Where the event is in A and in B.
    #[must_use]
    pub const fn offsets(&self) -> (Option<u64>, Option<u64>) {
        self.offsets
    }

    /// The tokens that differ; of an event that is in one input only, all that are not ignored.
    #[must_use]
    pub fn tokens(&self) -> &[TokenChange<'a>] {
        &self.tokens
    }
}

/// Compares two streams of events. See the [module](self).
#[derive(Debug)]
pub struct Differ<'s> {
    site: &'s Site,
    ignored: Ignored,
    window: usize,
}

impl<'s> Differ<'s> {
    /// Compares with the names and labels of this site.
    #[must_use]
    pub fn new(site: &'s Site) -> Self {
        Self { site, ignored: Ignored::default(), window: WINDOW }
    }

    /// The largest distance between the positions of two events that pair: 0 to [`MAX_WINDOW`].
    #[must_use]
    pub fn window(self, positions: usize) -> Self {
        Self { window: positions.min(MAX_WINDOW), ..self }
    }

    /// Leaves out a token: its name, its code in 8 digits, or `TOKEN.FIELD` for a field of a structure. Whether this is the name of
    /// something; an unknown name is left out too.
    pub fn ignore(&mut self, name: &str) -> bool {
        self.ignored.add(name, self.site)
    }

    /// Compares the buffers that `next` gives, each with its offset, and hands every difference to `report`, in order.
    ///
    /// At most two blocks of 64 MiB, or of 65,536 events (four windows, if that is more), are in memory.
    ///
    /// # Errors
    /// Those of `next` and of `report`.
    pub fn run<E>(
        &self,
        mut next: impl FnMut(Input) -> Result<Option<(Vec<u8>, u64)>, E>,
        mut report: impl FnMut(&Change<'_>) -> Result<(), E>,
    ) -> Result<Counts, E> {
        let mut counts = Counts::default();
        let (mut a, mut b) = (Block::default(), Block::default());
        loop {
            for (input, block) in [(Input::A, &mut a), (Input::B, &mut b)] {
                while !block.is_ended && !self.is_full(block) {
                    match next(input)? {
                        None => block.is_ended = true,
                        Some((bytes, offset)) => match self.hold(bytes, offset) {
                            Some(held) => block.push(held),
                            None => counts.other += 1,
                        },
                    }
                }
            }
            if a.events.is_empty() && b.events.is_empty() {
                return Ok(counts);
            }
            let pairing = Pairing::new(&a, &b, self.window);
            for (at_a, at_b) in &pairing.order {
                let in_a = at_a.and_then(|at| a.events.get(at));
                let in_b = at_b.and_then(|at| b.events.get(at));
                self.compare(in_a, in_b, &mut counts, &mut report)?;
            }
            let (of_a, of_b): (Vec<_>, Vec<_>) = pairing.order.into_iter().unzip();
            a.remove(of_a.into_iter().flatten());
            b.remove(of_b.into_iter().flatten());
        }
    }

    fn is_full(&self, block: &Block) -> bool {
        block.events.len() >= BLOCK.max(4 * self.window) || block.bytes >= BLOCK_BYTES
    }

    /// An event with what it pairs by; `None` for a command or response.
    fn hold(&self, bytes: Vec<u8>, offset: u64) -> Option<Held> {
        let buffer = Decoder::new(self.site.profile()).parse(&bytes).ok()?;
        let event = self.site.event(&buffer)?;
        let key = pairing::key(self.site, &event);
        let content = pairing::content(self.site, &event, &self.ignored);
        Some(Held { bytes, offset, key, content })
    }

    fn compare<E>(
        &self,
        a: Option<&Held>,
        b: Option<&Held>,
        counts: &mut Counts,
        report: &mut impl FnMut(&Change<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        let parse = |held| parse(self.site, held);
        let (in_a, in_b) = (a.and_then(parse), b.and_then(parse));
        let tokens = compare::compare(in_a.as_ref(), in_b.as_ref(), &self.ignored);
        let (kind, count, described) = match (in_a, in_b) {
            (Some(_), Some(_)) if tokens.is_empty() => {
                counts.same += 1;
                return Ok(());
            }
            (Some(in_a), Some(_)) => (Kind::Changed, &mut counts.changed, in_a),
            (Some(in_a), None) => (Kind::Removed, &mut counts.removed, in_a),
            (None, Some(in_b)) => (Kind::Added, &mut counts.added, in_b),
            (None, None) => return Ok(()),
        };
        *count += 1;
        report(&Change { kind, described, offsets: (a.map(|a| a.offset), b.map(|b| b.offset)), tokens })
    }
}

/// A buffer that was parsed before.
fn parse<'a>(site: &'a Site, held: &'a Held) -> Option<Described<'a>> {
    let buffer = Decoder::new(site.profile()).at(held.offset).parse(&held.bytes).ok()?;
    Some(Described::new(site, &buffer))
}
