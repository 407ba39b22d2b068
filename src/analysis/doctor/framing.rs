//! How the buffers of an input lie: back to back, in frames, or in blocks.

use crate::spi::read::Buffer;

/// How an input holds its buffers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
#[non_exhaustive]
pub enum Framing {
    /// Hexadecimal text, a block for each buffer.
    Hex,
    /// One after the other.
    BackToBack,
    /// After a 16-bit length.
    Be16,
    /// After a 32-bit length.
    Be32,
    /// With other bytes in between.
    Scattered,
}

impl Framing {
    /// The word for it: `hex`, `raw`, `be16`, `be32`, `scan`, as `--from` names it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Hex => "hex",
            Self::BackToBack => "raw",
            Self::Be16 => "be16",
            Self::Be32 => "be32",
            Self::Scattered => "scan",
        }
    }
}

/// An input, and how its buffers lie.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Input {
    /// Its name.
    pub name: String,
    /// How it holds its buffers, as far as can be seen.
    pub framing: Framing,
    /// Buffers.
    pub buffers: u64,
    /// Bytes of them.
    pub buffer_bytes: u64,
    /// Single bytes after buffers of odd length.
    pub pads: u64,
    /// Pieces between buffers.
    pub gaps: u64,
    /// Bytes of them.
    pub gap_bytes: u64,
    /// Bytes from one large gap to the next, if that is always a multiple of the same number: the size of a block.
    pub block: Option<u64>,
}

#[derive(Debug)]
pub(super) struct InputState {
    input: Input,
    /// Where the last buffer ends.
    end: u64,
    is_odd: bool,
    /// The bytes before the next buffer: how many, where they end, and the last of them.
    gap: u64,
    gap_end: u64,
    last: [u8; 4],
    /// Gaps that are the length of the buffer after them, in 16 and in 32 bits.
    lengths: [u64; 2],
    /// Where gaps end, and how long they are.
    ends: Vec<(u64, u64)>,
}

/// Gaps that are looked at for a period.
const GAPS: usize = 1 << 16;
/// A block has more bytes.
const SMALLEST_BLOCK: u64 = 128;
/// Gaps that have to agree on a period.
const ENOUGH: usize = 3;

impl InputState {
    pub(super) fn new(name: &str, framing: Framing) -> Self {
        let input = Input {
            name: name.to_owned(),
            framing,
            buffers: 0,
            buffer_bytes: 0,
            pads: 0,
            gaps: 0,
            gap_bytes: 0,
            block: None,
        };
        let (lengths, ends) = ([0; 2], Vec::new());
        Self { input, end: 0, is_odd: false, gap: 0, gap_end: 0, last: [0; 4], lengths, ends }
    }

    pub(super) fn between(&mut self, bytes: &[u8], offset: u64) {
        let len = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        self.gap += len;
        self.gap_end = offset.saturating_add(len);
        for byte in bytes.iter().skip(bytes.len().saturating_sub(4)) {
            self.last.rotate_left(1);
            self.last[3] = *byte;
        }
    }

    pub(super) fn buffer(&mut self, buffer: &Buffer<'_>) {
        let (start, len) = (buffer.origin(), u64::try_from(buffer.len()).unwrap_or(u64::MAX));
        let input = &mut self.input;
        let is_pad = self.is_odd && start == self.end + 1;
        if self.gap > 0 && self.gap_end == start {
            input.gaps += 1;
            input.gap_bytes += self.gap;
            let [a, b, c, d] = self.last;
            if self.gap == 2 {
                self.lengths[0] += u64::from(u64::from(u16::from_be_bytes([c, d])) == len);
            } else if self.gap == 4 {
                self.lengths[1] += u64::from(u64::from(u32::from_be_bytes([a, b, c, d])) == len);
            }
            if self.ends.len() < GAPS {
                self.ends.push((start, self.gap));
            }
        } else if is_pad {
            input.pads += 1;
        }
        input.buffers += 1;
        input.buffer_bytes += len;
        self.end = start.saturating_add(len);
        self.is_odd = len % 2 == 1;
        self.gap = 0;
    }

    pub(super) fn finish(self) -> Input {
        let Self { mut input, gap, lengths: [short, long], ends, .. } = self;
        if gap > 0 {
            input.gaps += 1;
            input.gap_bytes += gap;
        }
        let most = |count: u64| count >= 2.max(input.buffers / 2);
        if matches!(input.framing, Framing::BackToBack | Framing::Scattered) {
            input.block = period(&ends);
            input.framing = match input.block {
                Some(_) => Framing::Scattered,
                None if most(long) => Framing::Be32,
                None if most(short) => Framing::Be16,
                None if input.gap_bytes > 0 => Framing::Scattered,
                None => Framing::BackToBack,
            };
        }
        input
    }
}

/// The number of which all distances between the gaps that are not a mere record headers are multiples.
fn period(ends: &[(u64, u64)]) -> Option<u64> {
    // A gap of one length before most buffers is what each record begins with.
    let mut lengths: Vec<u64> = ends.iter().map(|(_, len)| *len).collect();
    lengths.sort_unstable();
    let usual = lengths
        .chunk_by(|a, b| a == b)
        .max_by_key(|same| same.len())
        .filter(|same| 2 * same.len() > lengths.len());
    let usual = usual.and_then(|same| same.first().copied());
    let large: Vec<u64> = ends.iter().filter(|(_, len)| Some(*len) != usual).map(|(end, _)| *end).collect();
    common_distance(&large)
}

fn common_distance(ends: &[u64]) -> Option<u64> {
    let distances = ends.iter().zip(ends.iter().skip(1)).map(|(a, b)| b - a);
    let common = distances.fold(0, greatest_common_divisor);
    (ends.len() > ENOUGH && common >= SMALLEST_BLOCK).then_some(common)
}

fn greatest_common_divisor(mut a: u64, mut b: u64) -> u64 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_period_of_blocks_is_seen_past_record_headers() {
        let blocks = [(4096 + 22, 300), (2 * 4096 + 22, 17), (4 * 4096 + 22, 44), (5 * 4096 + 22, 45)];
        assert_eq!(period(&blocks), Some(4096));
        let with_records: Vec<_> = (0..40).map(|record| (22 + 100 * record, 2)).chain(blocks).collect();
        assert_eq!(period(&with_records), Some(4096));
        assert_eq!(period(&[(10, 1), (25, 2), (31, 3), (77, 4), (90, 5)]), None);
        assert_eq!(period(&blocks[..2]), None);
    }
}
