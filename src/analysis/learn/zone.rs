//! Which bytes of a header may be times, and how far from GMT the printed lines are.

use core::hash::{Hash, Hasher};
use std::collections::{BTreeMap, HashMap};
use std::hash::DefaultHasher;

use super::limits;
use super::pairing::{Pair, contains_word, words};
use super::report::ZoneSpan;
use super::samples::{Class, Line, Raw, Samples, is_plausible};
use crate::spi::Timestamp;

/// Zones are whole quarters of an hour from GMT.
const QUARTER: i64 = 900;
/// From twelve hours west to fourteen east.
const ZONES: core::ops::RangeInclusive<i64> = -48..=56;
/// Votes from which on chance is not a great part of them.
const MANY: usize = 100;
/// Lines of one process in one second that are looked at.
const LINES: usize = 16;
/// Events that are tried with every zone.
const TRIED: usize = 2000;

/// The events of one length byte, and where 8 bytes of their header may be a time.
#[derive(Clone, Debug, Default)]
pub(super) struct Group {
    pub(super) raws: Vec<usize>,
    pub(super) times: Vec<usize>,
}

/// The zone of the printed lines, and the times that they show.
#[derive(Clone, Debug, Default)]
pub(super) struct Found {
    /// Seconds east of GMT: one, or two if clocks are changed for the summer. None: no zone makes lines and buffers agree.
    pub(super) zones: Vec<i64>,
    /// For each length byte the offset whose time most lines show.
    pub(super) times: BTreeMap<u8, usize>,
}

/// The events by their length byte.
pub(super) fn groups(samples: &Samples) -> BTreeMap<u8, Group> {
    let mut groups: BTreeMap<u8, Group> = BTreeMap::new();
    for (at, raw) in samples.raws.iter().enumerate() {
        groups.entry(raw.length).or_default().raws.push(at);
    }
    for (length, group) in &mut groups {
        let last = usize::from(*length).saturating_sub(8);
        let tried = spread(&group.raws);
        let count = tried.clone().count();
        group.times = (0..=last)
            .filter(|offset| {
                let times = tried.clone().filter(|raw| {
                    time(samples.header(&samples.raws[**raw]), *offset).is_some_and(is_plausible)
                });
                // A time may not be set: that of the log before an event is logged.
                times.count() >= limits::EVENTS.max(count / 10)
            })
            .collect();
    }
    groups
}

/// Whether a local time may be this many microseconds ahead of GMT: whole quarters of an hour.
pub(super) fn is_of_zone(ahead: i64) -> bool {
    let quarter = QUARTER * 1_000_000;
    ahead % quarter == 0 && ZONES.contains(&(ahead / quarter))
}

/// Up to [`TRIED`] of these, from all of them.
fn spread(raws: &[usize]) -> impl Iterator<Item = &usize> + Clone {
    raws.iter().step_by(raws.len().div_ceil(TRIED).max(1))
}

/// The time at an offset of a header.
pub(super) fn time(header: &[u8], offset: usize) -> Option<Timestamp> {
    let bytes = header.get(offset..)?.first_chunk()?;
    Some(Timestamp(i64::from_be_bytes(*bytes)))
}

/// The second at an offset of a header.
pub(super) fn second(header: &[u8], offset: usize) -> Option<i64> {
    Some(time(header, offset).filter(|time| is_plausible(*time))?.0.div_euclid(1_000_000))
}

/// Tries every zone with every time: the true ones let most buffers find a line of their subsystem and process.
pub(super) fn find(samples: &Samples, groups: &BTreeMap<u8, Group>) -> Found {
    let mut lines: HashMap<(u64, i64), Vec<usize>> = HashMap::new();
    for (at, line) in samples.lines.iter().enumerate() {
        let of_second = lines.entry((signature_of_line(samples, line), line.second)).or_default();
        if of_second.len() < LINES {
            of_second.push(at);
        }
    }
    // Votes by length byte, offset and zone.
    let mut votes: BTreeMap<(u8, usize), Vec<usize>> = BTreeMap::new();
    for (length, group) in groups {
        for offset in &group.times {
            let mut of_zones = vec![0; ZONES.count()];
            for raw in spread(&group.raws).map(|raw| &samples.raws[*raw]) {
                let Some(second) = second(samples.header(raw), *offset) else { continue };
                let (signatures, words) = (signatures(samples, raw), words(samples, raw));
                for (zone, votes) in ZONES.zip(&mut of_zones) {
                    let shown = second + zone * QUARTER;
                    let lines = signatures.iter().filter_map(|it| lines.get(&(*it, shown))).flatten();
                    *votes += lines.map(|line| vote(samples, raw, &words, *line)).max().unwrap_or(0);
                }
            }
            votes.insert((*length, *offset), of_zones);
        }
    }
    let Some(zones) = zones(&votes) else { return Found::default() };
    let mut times = BTreeMap::new();
    for length in groups.keys() {
        let of_length = votes.iter().filter(|((of, _), _)| of == length);
        let counted = of_length.map(|((_, offset), votes)| {
            let count: usize = zones.iter().filter_map(|zone| votes.get(index(*zone))).sum();
            (count, core::cmp::Reverse(*offset))
        });
        // Of two times that agree equally well the earlier place; whether it is the one is decided later.
        if let Some((count, core::cmp::Reverse(offset))) = counted.max()
            && count >= limits::EVENTS
        {
            times.insert(*length, offset);
        }
    }
    Found { zones: zones.iter().map(|zone| zone * QUARTER).collect(), times }
}

/// How much a line counts as that of a buffer: its number has to be in the header, and it shows words of the body or not.
fn vote(samples: &Samples, raw: &Raw, words: &[String], line: usize) -> usize {
    let line = &samples.lines[line];
    let number = line.number.to_be_bytes();
    if !samples.header(raw).windows(2).any(|word| word == number) {
        return 0;
    }
    let text = samples.text(line);
    if words.iter().any(|word| word.len() >= 3 && contains_word(text, word)) { 4 } else { 1 }
}

fn index(zone: i64) -> usize {
    usize::try_from(zone - ZONES.start()).unwrap_or(usize::MAX)
}

/// The zone with by far the most votes, and a second one an hour or half an hour away if clocks were changed.
fn zones(votes: &BTreeMap<(u8, usize), Vec<usize>>) -> Option<Vec<i64>> {
    // Each length byte counts with its best time.
    let mut best: BTreeMap<u8, &Vec<usize>> = BTreeMap::new();
    for ((length, _), of_zones) in votes {
        let known = best.entry(*length).or_insert(of_zones);
        if of_zones.iter().max() > known.iter().max() {
            *known = of_zones;
        }
    }
    let sum: Vec<usize> =
        (0..ZONES.count()).map(|zone| best.values().filter_map(|votes| votes.get(zone)).sum()).collect();
    let by_votes = ZONES.zip(&sum).max_by_key(|(zone, votes)| (**votes, core::cmp::Reverse(zone.abs())));
    let (first, most) = by_votes.map(|(zone, votes)| (zone, *votes))?;
    let is_summer = |zone: i64| matches!((zone - first).abs(), 2 | 4);
    let background = ZONES.zip(&sum).filter(|(zone, _)| *zone != first && !is_summer(*zone));
    let background = background.map(|(_, votes)| *votes).max().unwrap_or(0);
    // By chance a zone among a hundred gets a few votes, and another nearly as many.
    let is_clear = if most < MANY { most >= 3 * (background + 1) } else { most > 2 * background };
    if most < limits::EVENTS || !is_clear {
        return None;
    }
    let second = ZONES.zip(&sum).filter(|(zone, _)| is_summer(*zone)).max_by_key(|(_, votes)| **votes);
    let second = second.filter(|(_, votes)| **votes >= limits::EVENTS.max(3 * background).max(most / 20));
    Some([first].into_iter().chain(second.map(|(zone, _)| zone)).collect())
}

/// The information in a line that a buffer can be asked for without knowing its layout: whose event it is, and the name of the process.
fn signature_of_line(samples: &Samples, line: &Line) -> u64 {
    signature(line.class, samples.name(line).unwrap_or_default().as_bytes())
}

/// The signatures of the lines that a buffer may have been printed as.
pub(super) fn signatures(samples: &Samples, raw: &Raw) -> Vec<u64> {
    let class = Samples::class(raw);
    let mut found = vec![signature(class, &[])];
    found.extend(process_names(samples.header(raw)).map(|name| signature(class, name)));
    found
}

fn signature(class: Class, name: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    (class, name).hash(&mut hasher);
    hasher.finish()
}

/// Everything in a header that looks like the name of a process: `$`, a letter, letters and digits.
pub(super) fn process_names(header: &[u8]) -> impl Iterator<Item = &[u8]> {
    let starts = header.iter().enumerate().filter(|(_, byte)| **byte == b'$').map(|(at, _)| at);
    starts.filter_map(|at| {
        let name = header.get(at..)?;
        // Five at most: what is after a full field is not a part of the name.
        let letters = name.iter().skip(1).take(5).take_while(|byte| byte.is_ascii_alphanumeric()).count();
        name.get(..=letters).filter(|name| name.get(1).is_some_and(u8::is_ascii_alphabetic))
    })
}

impl Found {
    /// When the printed lines are how far from GMT.
    pub(super) fn spans(&self, samples: &Samples, pairs: &[Pair]) -> Vec<ZoneSpan> {
        let spans = self.zones.iter().map(|zone| {
            let of_zone = pairs.iter().filter(|pair| pair.zone == *zone);
            let shown = of_zone.map(|pair| samples.lines[pair.line].second - pair.zone);
            let (mut first, mut last, mut events) = (i64::MAX, i64::MIN, 0);
            for second in shown {
                (first, last, events) = (first.min(second), last.max(second), events + 1);
            }
            let time = |second: i64| Timestamp(second.saturating_mul(1_000_000));
            ZoneSpan {
                seconds_east: i32::try_from(*zone).unwrap_or(0),
                events,
                first: time(first),
                last: time(last),
            }
        });
        spans.filter(|span| span.events > 0).collect()
    }
}
