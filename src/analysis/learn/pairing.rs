//! Which printed line belongs to which buffer.

use std::collections::{BTreeMap, HashMap};

use super::header::Claims;
use super::limits;
use super::samples::{Class, Line, Raw, Samples};
use super::zone::{Found, Group, process_names, second};
use crate::spi::read::Visit;
use crate::spi::{DataType, Profile};

/// A buffer and the line that was printed for it, by their numbers among the samples.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Pair {
    pub(super) raw: usize,
    pub(super) line: usize,
    /// Seconds that the line's clock was ahead of GMT.
    pub(super) zone: i64,
}

#[derive(Clone, Copy)]
struct Edge {
    pair: Pair,
    /// How much of the line is in the buffer.
    weight: u32,
}

/// Rounds in which pairs that leave no choice are taken out, so that others have no choice left.
const ROUNDS: usize = 4;

/// Pairs buffers with lines of the same subsystem and second. `claims` are what is known of header fields by now. A buffer that fits
/// several lines equally well, or a line that fits several buffers, is left alone.
pub(super) fn pair(
    samples: &Samples,
    groups: &BTreeMap<u8, Group>,
    found: &Found,
    claims: &BTreeMap<u8, Claims>,
) -> Vec<Pair> {
    let mut lines: HashMap<(Class, i64), Vec<usize>> = HashMap::new();
    for (at, line) in samples.lines.iter().enumerate() {
        lines.entry((line.class, line.second)).or_default().push(at);
    }
    let mut edges = Vec::new();
    for (length, group) in groups {
        let Some(offset) = found.times.get(length) else { continue };
        let claims = claims.get(length);
        for raw in &group.raws {
            edges_of(samples, *raw, *offset, found, &lines, claims, &mut edges);
        }
    }
    let mut pairs = Vec::new();
    for _ in 0..ROUNDS {
        let sure = without_choice(&edges);
        if sure.is_empty() {
            break;
        }
        let mut raws = vec![false; samples.raws.len()];
        let mut taken = vec![false; samples.lines.len()];
        for pair in &sure {
            (raws[pair.raw], taken[pair.line]) = (true, true);
        }
        edges.retain(|edge| !raws[edge.pair.raw] && !taken[edge.pair.line]);
        pairs.extend(sure);
    }
    pairs.sort_by_key(|pair| pair.raw);
    pairs
}

fn edges_of(
    samples: &Samples,
    at: usize,
    offset: usize,
    found: &Found,
    lines: &HashMap<(Class, i64), Vec<usize>>,
    claims: Option<&Claims>,
    edges: &mut Vec<Edge>,
) {
    let raw = &samples.raws[at];
    let header = samples.header(raw);
    let Some(second) = second(header, offset) else { return };
    let before = edges.len();
    for zone in &found.zones {
        let Some(candidates) = lines.get(&(Samples::class(raw), second + zone)) else { continue };
        if candidates.len() > limits::CANDIDATES {
            continue;
        }
        for line in candidates {
            if let Some(weight) = fits(samples, raw, &samples.lines[*line], claims) {
                edges.push(Edge { pair: Pair { raw: at, line: *line, zone: *zone }, weight });
            }
        }
    }
    if edges.len() == before {
        return;
    }
    let words = words(samples, raw);
    for edge in edges.iter_mut().skip(before) {
        let text = samples.text(&samples.lines[edge.pair.line]);
        edge.weight +=
            words.iter().filter(|word| contains_word(text, word)).map(|word| weight_of(word)).sum::<u32>();
    }
}

fn weight_of(word: &str) -> u32 {
    u32::try_from(word.len().min(8)).unwrap_or(8)
}

/// How much a buffer and a line have in common in their headers; `None`: they contradict each other.
fn fits(samples: &Samples, raw: &Raw, line: &Line, claims: Option<&Claims>) -> Option<u32> {
    /// The weight of a known field against words of the text.
    const KNOWN: u32 = 32;
    let header = samples.header(raw);
    if samples.subsystem(line).parse::<i16>().is_ok_and(|number| number != raw.ssid.number()) {
        return None;
    }
    if let Some(name) = samples.name(line)
        && !process_names(header).any(|known| known == name.as_bytes())
    {
        return None;
    }
    let number = line.number.to_be_bytes();
    if !header.windows(2).any(|word| word == number) {
        return None;
    }
    let Some(claims) = claims else { return Some(0) };
    let (agree, contradict) = claims.count(samples, header, line);
    // A single field may be wrong: a reading that does not hold must come out.
    (contradict <= 1).then_some(KNOWN * agree)
}

/// The pairs of which both sides have no other choice as good.
fn without_choice(edges: &[Edge]) -> Vec<Pair> {
    /// The best weight, and whether one edge alone has it.
    #[derive(Clone, Copy, Default)]
    struct Best {
        weight: u32,
        count: u32,
    }
    fn note(best: &mut Best, weight: u32) {
        if best.count == 0 || weight > best.weight {
            *best = Best { weight, count: 1 };
        } else if weight == best.weight {
            best.count += 1;
        }
    }
    let (mut raws, mut lines): (HashMap<usize, Best>, HashMap<usize, Best>) = Default::default();
    for Edge { pair, weight } in edges {
        note(raws.entry(pair.raw).or_default(), *weight);
        note(lines.entry(pair.line).or_default(), *weight);
    }
    let is_best =
        |best: Option<&Best>, weight| best.is_some_and(|best| best.weight == weight && best.count == 1);
    let sure = edges.iter().filter(|Edge { pair, weight }| {
        is_best(raws.get(&pair.raw), *weight) && is_best(lines.get(&pair.line), *weight)
    });
    sure.map(|edge| edge.pair).collect()
}

/// The parts of a buffer's body that its line may show: texts, and numbers of two digits and more.
pub(super) fn words(samples: &Samples, raw: &Raw) -> Vec<String> {
    const WORDS: usize = 64;
    let mut words = Vec::new();
    let Some(buffer) = samples.buffer(raw, &Profile::DEFAULT) else { return words };
    for visit in buffer.walk().map_while(Result::ok) {
        let Visit::Token(token) = visit else { continue };
        if words.len() >= WORDS {
            break;
        }
        match (token.data_type(), token.bytes()) {
            (DataType::Char, bytes) => {
                let text = core::str::from_utf8(bytes).unwrap_or_default().trim();
                if text.len() >= 2 && text.len() <= 128 {
                    words.push(text.to_owned());
                }
            }
            (DataType::Int | DataType::Uint | DataType::Enum, [a, b]) => {
                words.push(i16::from_be_bytes([*a, *b]).to_string());
            }
            (DataType::Int2, [a, b, c, d]) => words.push(i32::from_be_bytes([*a, *b, *c, *d]).to_string()),
            _ => {}
        }
    }
    words
}

/// Whether a text has a word, not as a part of a longer number or name.
pub(super) fn contains_word(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, found)| {
        let is_part = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
        let (before, after) = (at.checked_sub(1), at + found.len());
        !is_part(before.and_then(|at| text.as_bytes().get(at))) && !is_part(text.as_bytes().get(after))
    })
}
