//! Which event of A is which of B.
//!
//! A block of each input is in memory. Runs of events that are the same in all that is compared are anchors: where events repeat
//! themselves, only these show where a run of them is new. Events that are once in each block are found first, whatever is
//! between them. `imara-diff` aligns what is between the anchors by keys; its heuristics keep that near to linear. Events that
//! it leaves over pair by key, in order, if it is within the window. Then the blocks are cut at a pair near their middle, so
//! that what is before the cut has had a window of positions and more to pair with, and the rest continues into the next block.

use core::hash::{Hash, Hasher};
use std::collections::hash_map::{DefaultHasher, Entry};
use std::collections::{HashMap, VecDeque};

use imara_diff::{Algorithm, Diff, Token};

use super::ignore::Ignored;
use super::process::stable;
use crate::ems::Event;
use crate::site::Site;
use crate::spi::read::Visit;

/// An event in memory.
#[derive(Debug)]
pub(super) struct Held {
    pub(super) bytes: Vec<u8>,
    pub(super) offset: u64,
    /// Events with the same key pair.
    pub(super) key: Vec<u8>,
    /// Events with the same key and the same content do not differ, but for the header and fields that are left out.
    pub(super) content: u64,
}

/// A sum of the tokens that are compared.
pub(super) fn content(site: &Site, event: &Event<'_>, ignored: &Ignored) -> u64 {
    let mut sum = DefaultHasher::new();
    for visit in event.buffer().walk().map_while(Result::ok) {
        let (Visit::Token(token) | Visit::Open(token) | Visit::Close(token)) = visit;
        let ssid = token.effective_ssid();
        let name = site.token(ssid, token.code()).map(|def| def.name());
        if ignored.token(name, token.code(), "") {
            continue;
        }
        (ssid.without_version().as_bytes(), u32::from(token.code())).hash(&mut sum);
        match visit {
            Visit::Token(_) => stable(token.bytes()).for_each(|byte| sum.write_u8(byte)),
            Visit::Open(_) => 1_u8.hash(&mut sum),
            Visit::Close(_) => 2_u8.hash(&mut sum),
        }
    }
    sum.finish()
}

/// Subsystem without version, number, and main subject.
pub(super) fn key(site: &Site, event: &Event<'_>) -> Vec<u8> {
    let mut key = event.ssid().without_version().as_bytes().to_vec();
    key.extend(event.number().map_or([0; 3], |number| {
        let [high, low] = number.to_be_bytes();
        [1, high, low]
    }));
    if let Some(subject) = site.subject(event) {
        let value = subject
            .table()
            .and_then(|table| table.items().next())
            .map_or(subject.bytes(), |first| first.bytes());
        key.extend(u32::from(subject.code()).to_be_bytes());
        key.extend(subject.effective_ssid().without_version().as_bytes());
        key.extend(stable(value));
    }
    key
}

/// The part of an input that is in memory.
#[derive(Debug, Default)]
pub(super) struct Block {
    pub(super) events: VecDeque<Held>,
    pub(super) bytes: usize,
    pub(super) is_ended: bool,
}

impl Block {
    pub(super) fn push(&mut self, held: Held) {
        self.bytes = self.bytes.saturating_add(held.bytes.len());
        self.events.push_back(held);
    }

    /// Takes events out, by their places.
    pub(super) fn remove(&mut self, places: impl Iterator<Item = usize>) {
        let mut is_out = vec![false; self.events.len()];
        places.for_each(|at| is_out.get_mut(at).into_iter().for_each(|is_out| *is_out = true));
        let mut is_out = is_out.into_iter();
        self.events.retain(|_| !is_out.next().unwrap_or(false));
        self.bytes = self.events.iter().map(|held| held.bytes.len()).sum();
    }

    /// How many events a cut may take: about half, and at the end all.
    fn half(&self) -> usize {
        if self.is_ended { self.events.len() } else { self.events.len().div_ceil(2) }
    }
}

/// The relation of two blocks.
#[derive(Debug)]
pub(super) struct Pairing {
    /// The events before the cut in the order to report them: those of A, of B, or a pair.
    pub(super) order: Vec<(Option<usize>, Option<usize>)>,
}

impl Pairing {
    pub(super) fn new(a: &Block, b: &Block, window: usize) -> Self {
        let (keys_a, keys_b) = (keys(a), keys(b));
        // The blocks do not end at the same place of their inputs: their ends must not be taken for a common one.
        let is_cut = !(a.is_ended && b.is_ended);
        let aligned = aligned(a, b, &keys_a, &keys_b, is_cut);
        let (cut_a, cut_b) = cut(&aligned, a, b);
        let mut of_a: Vec<Option<usize>> = vec![None; keys_a.len()];
        let mut of_b: Vec<Option<usize>> = vec![None; keys_b.len()];
        let mut pair = |at_a: usize, at_b: usize| {
            of_a.get_mut(at_a).into_iter().for_each(|pair| *pair = Some(at_b));
            of_b.get_mut(at_b).into_iter().for_each(|pair| *pair = Some(at_a));
        };
        aligned.iter().for_each(|(at_a, at_b)| pair(*at_a, *at_b));
        // Events that the other block has not reached yet have no place in it.
        let (next_a, next_b) = aligned.last().map_or((0, 0), |(at_a, at_b)| (at_a + 1, at_b + 1));
        let reached = |from: usize, len: usize, other: &Block, next: usize, other_len: usize| {
            if other.is_ended { len } else { len.min(from + other_len.saturating_sub(next)) }
        };
        let reached_a = reached(next_a, keys_a.len(), b, next_b, keys_b.len());
        let reached_b = reached(next_b, keys_b.len(), a, next_a, keys_a.len());
        let (shown_a, shown_b) = (keys_a.get(..reached_a), keys_b.get(..reached_b));
        displaced(&aligned, shown_a.unwrap_or_default(), shown_b.unwrap_or_default(), window)
            .into_iter()
            .filter(|(at_a, at_b)| *at_a < cut_a || *at_b < cut_b)
            .for_each(|(at_a, at_b)| pair(at_a, at_b));

        let mut order = Vec::new();
        let mut at_b = 0;
        let mut only_b = |order: &mut Vec<_>, until: usize| {
            while at_b < until {
                match of_b.get(at_b).copied().flatten() {
                    None => order.push((None, Some(at_b))),
                    // Displaced, and its event of A is after the cut.
                    Some(at_a) if at_a >= cut_a => order.push((Some(at_a), Some(at_b))),
                    Some(_) => {}
                }
                at_b += 1;
            }
        };
        let mut anchors = aligned.iter().peekable();
        for at_a in 0..cut_a {
            if let Some((_, at_b)) = anchors.next_if(|(anchor, _)| *anchor == at_a) {
                only_b(&mut order, (*at_b).min(cut_b));
            }
            order.push((Some(at_a), of_a.get(at_a).copied().flatten()));
        }
        only_b(&mut order, cut_b);
        Self { order }
    }
}

fn keys(block: &Block) -> Vec<&[u8]> {
    block.events.iter().map(|held| &held.key[..]).collect()
}

/// This many events that follow each other must be the same for a place to count as the same. Fewer may be the same by chance,
/// and pair in order as any others do.
const ANCHOR: usize = 8;

/// The pairs that are in the same order in both blocks.
fn aligned(a: &Block, b: &Block, keys_a: &[&[u8]], keys_b: &[&[u8]], is_cut: bool) -> Vec<(usize, usize)> {
    let contents = |block: &Block| block.events.iter().map(|held| held.content).collect::<Vec<_>>();
    let (contents_a, contents_b) = (contents(a), contents(b));
    let is_same = |(at_a, at_b): &(usize, usize)| keys_a.get(*at_a) == keys_b.get(*at_b);
    let mut same = through(&unique(&contents_a, &contents_b), &contents_a, &contents_b, is_cut);
    same.retain(is_same);
    let runs = same.chunk_by(|one, next| next.0 == one.0 + 1 && next.1 == one.1 + 1);
    let anchors: Vec<(usize, usize)> = runs.filter(|run| run.len() >= ANCHOR).flatten().copied().collect();
    through(&anchors, keys_a, keys_b, is_cut)
}

/// The pairs of an alignment that has these pairs in it.
fn through<T: Copy + Eq + Hash>(
    anchors: &[(usize, usize)],
    a: &[T],
    b: &[T],
    is_cut: bool,
) -> Vec<(usize, usize)> {
    let mut pairs = Vec::new();
    let (mut from_a, mut from_b) = (0, 0);
    let mut between = |pairs: &mut Vec<_>, until_a: usize, until_b: usize, is_cut| {
        let part_a = a.get(from_a..until_a).unwrap_or_default();
        let part_b = b.get(from_b..until_b).unwrap_or_default();
        pairs.extend(align(part_a, part_b, is_cut).iter().map(|(at_a, at_b)| (at_a + from_a, at_b + from_b)));
        (from_a, from_b) = (until_a + 1, until_b + 1);
    };
    for (at_a, at_b) in anchors {
        between(&mut pairs, *at_a, *at_b, false);
        pairs.push((*at_a, *at_b));
    }
    between(&mut pairs, a.len(), b.len(), is_cut);
    pairs
}

/// The pairs of items that are once in each sequence: the most that are in the same order in both (patience sorting). However
/// long a run of other items is, these show where it is.
fn unique<T: Copy + Eq + Hash>(a: &[T], b: &[T]) -> Vec<(usize, usize)> {
    /// Where an item is; `None` if it is there more than once.
    type Place = Option<Option<usize>>;
    let mut places: HashMap<T, [Place; 2]> = HashMap::new();
    for (side, items) in [a, b].into_iter().enumerate() {
        for (at, item) in items.iter().enumerate() {
            if let Some(place) = places.entry(*item).or_default().get_mut(side) {
                *place = Some(if place.is_none() { Some(at) } else { None });
            }
        }
    }
    let mut pairs: Vec<(usize, usize)> =
        places.into_values().filter_map(|[of_a, of_b]| of_a.flatten().zip(of_b.flatten())).collect();
    pairs.sort_unstable();
    // Of each length, the pair that ends the run of that length with the lowest place in B; of each pair, the one before it.
    let mut ends: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = Vec::with_capacity(pairs.len());
    for (at, (_, at_b)) in pairs.iter().enumerate() {
        let len = ends.partition_point(|end| pairs.get(*end).is_some_and(|(_, other)| other < at_b));
        before.push(len.checked_sub(1).and_then(|last| ends.get(last).copied()));
        match ends.get_mut(len) {
            Some(end) => *end = at,
            None => ends.push(at),
        }
    }
    let mut last = ends.last().copied();
    let mut longest = Vec::with_capacity(ends.len());
    while let Some(at) = last {
        longest.extend(pairs.get(at).copied());
        last = before.get(at).copied().flatten();
    }
    longest.reverse();
    longest
}

/// The pairs of an alignment of two sequences.
fn align<T: Copy + Eq + Hash>(a: &[T], b: &[T], is_cut: bool) -> Vec<(usize, usize)> {
    if a.is_empty() || b.is_empty() {
        return Vec::new();
    }
    let mut numbers: HashMap<T, u32> = HashMap::new();
    let [mut of_a, mut of_b] = [a, b].map(|sequence| {
        let number = |item: &T| {
            let next = u32::try_from(numbers.len()).unwrap_or(u32::MAX);
            Token(*numbers.entry(*item).or_insert(next))
        };
        sequence.iter().map(number).collect::<Vec<_>>()
    });
    let count = u32::try_from(numbers.len()).unwrap_or(u32::MAX);
    if is_cut {
        of_a.push(Token(count));
        of_b.push(Token(count.saturating_add(1)));
    }
    let mut diff = Diff::default();
    diff.compute_with(Algorithm::Myers, &of_a, &of_b, count.saturating_add(2));
    let number = |at: u32| usize::try_from(at).unwrap_or(usize::MAX);
    let (mut at_a, mut at_b) = (0, 0);
    let mut pairs = Vec::new();
    for hunk in diff.hunks() {
        pairs.extend((at_a..number(hunk.before.start)).zip(at_b..));
        (at_a, at_b) = (number(hunk.before.end), number(hunk.after.end));
    }
    pairs.extend((at_a..of_a.len()).zip(at_b..of_b.len()));
    pairs
}

/// How much of each block is settled: up to the last pair in the first halves; else up to the first pair there is; else the halves.
fn cut(aligned: &[(usize, usize)], a: &Block, b: &Block) -> (usize, usize) {
    let (half_a, half_b) = (a.half(), b.half());
    if a.is_ended && b.is_ended {
        return (half_a, half_b);
    }
    let inside = aligned.iter().take_while(|(at_a, at_b)| *at_a < half_a && *at_b < half_b).last();
    let pair = inside.or(aligned.first());
    pair.map_or((half_a, half_b), |(at_a, at_b)| (at_a + 1, at_b + 1))
}

/// Events that no alignment can pair, because it is at another place: by key, in order, within the window.
fn displaced(
    aligned: &[(usize, usize)],
    keys_a: &[&[u8]],
    keys_b: &[&[u8]],
    window: usize,
) -> Vec<(usize, usize)> {
    // Of each key, what is left over in A: its place there, and where it would be in B.
    let mut left: HashMap<&[u8], VecDeque<(usize, usize)>> = HashMap::new();
    let mut anchors = aligned.iter().peekable();
    let mut last = (0, 0);
    for (at, key) in keys_a.iter().enumerate() {
        match anchors.next_if(|(anchor, _)| *anchor == at) {
            Some((at_a, at_b)) => last = (at_a + 1, at_b + 1),
            None => left.entry(*key).or_default().push_back((at, last.1 + (at - last.0))),
        }
    }
    let mut anchors = aligned.iter().peekable();
    let mut pairs = Vec::new();
    for (at, key) in keys_b.iter().enumerate() {
        if anchors.next_if(|(_, anchor)| *anchor == at).is_some() {
            continue;
        }
        let Entry::Occupied(mut waiting) = left.entry(*key) else { continue };
        // An event too far before this one is too far before all that follow.
        while waiting.get().front().is_some_and(|(_, place)| place.saturating_add(window) < at) {
            waiting.get_mut().pop_front();
        }
        if let Some((at_a, _)) =
            waiting.get().front().copied().filter(|(_, place)| *place <= at.saturating_add(window))
        {
            waiting.get_mut().pop_front();
            pairs.push((at_a, at));
        }
    }
    pairs
}
