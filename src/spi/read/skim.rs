//! Goes over a block of buffers by their headers alone, with several cursors.

use alloc::vec::Vec;

use super::buffer::{Buffer, Decoder};
use super::frames::{Cut, Follower};
use crate::spi::header::MESSAGE_CODE;

/// The part that has been walked.
pub(super) struct Skimmed {
    pub(super) len: usize,
    /// Buffers in it.
    pub(super) count: usize,
    /// Whether the last buffer is of odd length, and what follows does not say yet whether that is a pad.
    pub(super) may_pad: bool,
}

/// As many as it takes to be no longer waiting for memory.
const CURSORS: usize = 8;
/// A part of a block for each cursor is worth it from here on.
const MIN_PART: usize = 4096;

/// One cursor and its part of the block.
#[derive(Clone, Copy, Default)]
struct Cursor {
    at: usize,
    end: usize,
    /// Buffers that it has gone over.
    count: usize,
    may_pad: bool,
    is_stuck: bool,
}

/// Adds where wanted buffers begin to `found`, in order.
pub(super) fn skim<'a>(
    decoder: Decoder<'a>,
    block: &'a [u8],
    is_careful: bool,
    mut is_wanted: impl FnMut(&Buffer<'a>) -> bool,
    found: &mut Vec<usize>,
) -> Skimmed {
    let before = found.len();
    let mut cursors = cut(decoder, block, if is_careful { 1 } else { CURSORS });
    let mut is_moving = true;
    while is_moving {
        is_moving = false;
        for cursor in &mut cursors {
            if cursor.at < cursor.end && !cursor.is_stuck {
                is_moving = true;
                let start = cursor.at;
                if let Some(buffer) = cursor.step(decoder, block)
                    && is_wanted(&buffer)
                {
                    found.push(start);
                }
            }
        }
    }
    // The buffers that a cursor found count if the cursors before it have reached the place where it began.
    let mut reached = Skimmed { len: 0, count: 0, may_pad: false };
    let mut counts_to = 0;
    for cursor in cursors {
        let count = reached.count + cursor.count;
        reached = Skimmed { len: cursor.at, count, may_pad: cursor.may_pad };
        counts_to = cursor.end;
        if cursor.at != cursor.end {
            break;
        }
    }
    if let Some(found_here) = found.get_mut(before..) {
        found_here.sort_unstable();
        let kept = found_here.partition_point(|start| *start < counts_to);
        found.truncate(before + kept);
    }
    reached
}

impl Cursor {
    /// The buffer at the cursor, which moves after it and its pad.
    #[inline(always)]
    fn step<'a>(&mut self, decoder: Decoder<'a>, block: &'a [u8]) -> Option<Buffer<'a>> {
        let rest = block.get(self.at..)?;
        let Ok((buffer, behind)) = decoder.parse_prefix_at(rest, self.at) else {
            self.is_stuck = true;
            return None;
        };
        // One that may have taken bytes of the next is for the step to judge.
        if Follower::of(&buffer, behind, false) != Follower::Sound && Cut::of(&buffer, rest, false) != Cut::No
        {
            self.is_stuck = true;
            return None;
        }
        self.at += buffer.len();
        self.count += 1;
        if buffer.len() % 2 == 1 {
            let [first, second] = MESSAGE_CODE.to_be_bytes();
            match behind {
                [a, b, ..] if [*a, *b] == [first, second] => {}
                [_, a, b, ..] if [*a, *b] == [first, second] => self.at += 1,
                _ => (self.may_pad, self.is_stuck) = (true, true),
            }
        }
        Some(buffer)
    }
}

/// Cuts the block into at most this many parts, each of which seems to begin with a buffer.
fn cut(decoder: Decoder<'_>, block: &[u8], parts: usize) -> [Cursor; CURSORS] {
    let part = (block.len() / CURSORS).max(MIN_PART);
    let mut cursors = [Cursor { at: block.len(), end: block.len(), ..Cursor::default() }; CURSORS];
    let mut start = 0;
    for (cursor, next) in cursors.iter_mut().zip(1..) {
        let end = if next < parts { plausible(decoder, block, part.saturating_mul(next)) } else { None };
        let end = end.unwrap_or(block.len());
        (cursor.at, cursor.end) = (start, end);
        if end == block.len() {
            break;
        }
        start = end;
    }
    cursors
}

/// The first place from `from` on where a header seems to be.
fn plausible(decoder: Decoder<'_>, block: &[u8], from: usize) -> Option<usize> {
    let mut at = from;
    loop {
        let rest = block.get(at..)?;
        let code = MESSAGE_CODE.to_be_bytes();
        at += rest.windows(code.len()).position(|word| word == code)?;
        if decoder.parse_prefix(block.get(at..)?).is_ok() {
            return Some(at);
        }
        at += 1;
    }
}
