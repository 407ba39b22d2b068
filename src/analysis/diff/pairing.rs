//! Which event of A is which of B.
//!
//! A block of each input is in memory. `imara-diff` aligns the two by their keys; its heuristics keep that near to linear. What it
//! leaves over pairs by key, in order, if it is within the window. Then the blocks are cut at a pair near their middle, so that what
//! stands before the cut has had a window of positions and more to pair with, and the rest goes on into the next block.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, VecDeque};

use imara_diff::{Algorithm, Diff, Token};

use super::process::stable;
use crate::ems::Event;
use crate::site::Site;

/// An event in memory.
#[derive(Debug)]
pub(super) struct Held {
    pub(super) bytes: Vec<u8>,
    pub(super) offset: u64,
    /// Events with the same key pair.
    pub(super) key: Vec<u8>,
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

/// What is in memory of an input.
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

/// What can be said of two blocks.
#[derive(Debug)]
pub(super) struct Pairing {
    /// The events before the cut in the order to report them: those of A, of B, or a pair.
    pub(super) order: Vec<(Option<usize>, Option<usize>)>,
}

impl Pairing {
    pub(super) fn new(a: &Block, b: &Block, window: usize) -> Self {
        let (mut keys_a, mut keys_b, count) = interned(a, b);
        if !(a.is_ended && b.is_ended) {
            // The blocks do not end at the same place of their inputs: their ends must not be taken for a common one.
            keys_a.push(Token(count));
            keys_b.push(Token(count.saturating_add(1)));
        }
        let mut diff = Diff::default();
        diff.compute_with(Algorithm::Myers, &keys_a, &keys_b, count.saturating_add(2));
        let aligned = aligned(&diff, keys_a.len(), keys_b.len());
        let (cut_a, cut_b) = cut(&aligned, a, b);
        let mut of_a: Vec<Option<usize>> = vec![None; keys_a.len()];
        let mut of_b: Vec<Option<usize>> = vec![None; keys_b.len()];
        let mut pair = |at_a: usize, at_b: usize| {
            of_a.get_mut(at_a).into_iter().for_each(|pair| *pair = Some(at_b));
            of_b.get_mut(at_b).into_iter().for_each(|pair| *pair = Some(at_a));
        };
        aligned.iter().for_each(|(at_a, at_b)| pair(*at_a, *at_b));
        displaced(&aligned, &keys_a, &keys_b, window)
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

/// A number for each key.
fn interned(a: &Block, b: &Block) -> (Vec<Token>, Vec<Token>, u32) {
    let mut numbers: HashMap<&[u8], u32> = HashMap::new();
    let mut keys = [Vec::new(), Vec::new()];
    for (block, keys) in [a, b].into_iter().zip(&mut keys) {
        for held in &block.events {
            let next = u32::try_from(numbers.len()).unwrap_or(u32::MAX);
            keys.push(Token(*numbers.entry(&held.key).or_insert(next)));
        }
    }
    let [keys_a, keys_b] = keys;
    (keys_a, keys_b, u32::try_from(numbers.len()).unwrap_or(u32::MAX))
}

/// The pairs of an alignment.
fn aligned(diff: &Diff, len_a: usize, len_b: usize) -> Vec<(usize, usize)> {
    let number = |at: u32| usize::try_from(at).unwrap_or(usize::MAX);
    let (mut at_a, mut at_b) = (0, 0);
    let mut pairs = Vec::new();
    for hunk in diff.hunks() {
        pairs.extend((at_a..number(hunk.before.start)).zip(at_b..));
        (at_a, at_b) = (number(hunk.before.end), number(hunk.after.end));
    }
    pairs.extend((at_a..len_a).zip(at_b..len_b));
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

/// What no alignment can pair, because it stands at another place: by key, in order, within the window.
fn displaced(
    aligned: &[(usize, usize)],
    keys_a: &[Token],
    keys_b: &[Token],
    window: usize,
) -> Vec<(usize, usize)> {
    // Of each key, what is left over in A: its place there, and where it would stand in B.
    let mut left: HashMap<u32, VecDeque<(usize, usize)>> = HashMap::new();
    let mut anchors = aligned.iter().peekable();
    let mut last = (0, 0);
    for (at, key) in keys_a.iter().enumerate() {
        match anchors.next_if(|(anchor, _)| *anchor == at) {
            Some((at_a, at_b)) => last = (at_a + 1, at_b + 1),
            None => left.entry(key.0).or_default().push_back((at, last.1 + (at - last.0))),
        }
    }
    let mut anchors = aligned.iter().peekable();
    let mut pairs = Vec::new();
    for (at, key) in keys_b.iter().enumerate() {
        if anchors.next_if(|(_, anchor)| *anchor == at).is_some() {
            continue;
        }
        let Entry::Occupied(mut waiting) = left.entry(key.0) else { continue };
        // What stands too far before this one stands too far before all that follow.
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
