//! Numbers of tokens: the subject mark, ZEMS-TKN-TEXT, and those whose values a known template prints.

use std::collections::{BTreeMap, HashSet};

use super::limits;
use super::pairing::Pair;
use super::report::{Candidate, EventAt, Outcome, Report, Subject};
use super::samples::{Line, Raw, Samples};
use crate::dictionary::Dictionary;
use crate::spi::read::Token;
use crate::spi::{DataType, Ssid, Timestamp, TokenCode};
use crate::template::{MatchOptions, Matcher, NodeNames, Scratch, TemplateSet};

/// A token whose number is certain.
#[derive(Clone, Debug)]
pub(super) struct Numbered {
    pub(super) name: String,
    pub(super) code: TokenCode,
    /// Whose token it is, if it is stored qualified.
    pub(super) ssid: Option<Ssid>,
    pub(super) events: usize,
    pub(super) of: usize,
}

/// A token as it is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Stored {
    code: u32,
    ssid: Option<Ssid>,
}

impl Stored {
    fn of(token: &Token<'_>) -> Self {
        Self { code: token.code().into(), ssid: token.ssid().map(Ssid::without_version) }
    }

    fn candidate(self) -> Candidate {
        let ssid = self.ssid.map(|ssid| ssid.to_string());
        Candidate::Code { code: TokenCode::from_bits(self.code).to_string(), ssid }
    }
}

/// Pairs whose sentence is compared with the templates.
const SENTENCES: usize = 20_000;

pub(super) fn learn(
    dictionary: &Dictionary,
    templates: &TemplateSet,
    samples: &Samples,
    pairs: &[Pair],
    report: &mut Report,
) -> Vec<Numbered> {
    let mut learned = Vec::new();
    learned.extend(subject_mark(dictionary, samples, report));
    learned.extend(text(dictionary, samples, pairs, report));
    learned.extend(shown(dictionary, templates, samples, pairs, report));
    learned
}

fn top_level<'s>(dictionary: &'s Dictionary, samples: &'s Samples, raw: &Raw) -> Vec<Token<'s>> {
    let buffer = samples.buffer(raw, dictionary.profile());
    let tokens = buffer.map(|buffer| buffer.tokens().map_while(Result::ok).collect());
    tokens.unwrap_or_default()
}

/// The first token of every event is the mark of its first subject.
fn subject_mark(dictionary: &Dictionary, samples: &Samples, report: &mut Report) -> Option<Numbered> {
    const NAME: &str = "ZEMS-TKN-SUBJECT-MARK";
    let mut counts: BTreeMap<u32, Vec<EventAt>> = BTreeMap::new();
    for raw in &samples.raws {
        let Some(buffer) = samples.buffer(raw, dictionary.profile()) else { continue };
        let Some(Ok(first)) = buffer.tokens().next() else { continue };
        if first.data_type() == DataType::Mark && first.code().length() == 0 {
            counts.entry(first.code().into()).or_default().push(raw.at());
        }
    }
    let of = samples.raws.len();
    let (code, events) =
        counts.iter().max_by_key(|(_, raws)| raws.len()).map(|(code, raws)| (*code, raws.len()))?;
    let subject = Subject::Token { name: NAME.to_owned() };
    let code = TokenCode::from_bits(code);
    let answer = Candidate::Number(code.number().0.into());
    let with_mark: usize = counts.values().map(Vec::len).sum();
    if events < limits::EVENTS {
        let decides = "more raw events".to_owned();
        report.add(subject, Outcome::Ambiguous { candidates: vec![answer], count: 1, decides });
        return None;
    }
    let others = counts.iter().filter(|(other, _)| **other != u32::from(code)).flat_map(|(_, raws)| raws);
    let by: Vec<EventAt> = others.take(8).copied().collect();
    if (with_mark - events) * limits::CONTRADICTED > with_mark {
        report.add(subject, Outcome::Contradicted { candidate: answer, by });
        return None;
    }
    let outcome = Outcome::Learned { answer, events, of, note: None, contradicted_by: by };
    report.add(subject, outcome);
    Some(Numbered { name: NAME.to_owned(), code, ssid: None, events, of })
}

/// A text that is the whole sentence of events of several kinds, and is qualified with a subsystem that is not theirs.
fn text(dictionary: &Dictionary, samples: &Samples, pairs: &[Pair], report: &mut Report) -> Option<Numbered> {
    const NAME: &str = "ZEMS-TKN-TEXT";
    #[derive(Default)]
    struct Seen<'s> {
        events: usize,
        texts: HashSet<&'s str>,
        kinds: HashSet<(Ssid, i16)>,
        /// A definition says that the token is one of such an event.
        is_defined: bool,
    }
    let is_text_of = |line: &Line, raw: &Raw| {
        let number = dictionary.subsystem_number(raw.ssid.owner_name()?, samples.subsystem(line))?;
        let ssid = Ssid::new(raw.ssid.owner(), number, raw.ssid.version());
        let event = dictionary.event(ssid, line.number)?;
        event.tokens().any(|(token, _)| token.name() == NAME).then_some(())
    };
    let mut seen: BTreeMap<Stored, Seen<'_>> = BTreeMap::new();
    for pair in pairs {
        let (raw, line) = (&samples.raws[pair.raw], &samples.lines[pair.line]);
        let text = samples.text(line);
        for token in top_level(dictionary, samples, raw) {
            let is_foreign = token.ssid().is_some_and(|ssid| !ssid.is_same_subsystem(raw.ssid));
            // In EMS's own events it is not qualified.
            let is_of_ems =
                samples.subsystem(line) == "EMS" && token.effective_ssid().is_same_subsystem(raw.ssid);
            if token.data_type() != DataType::Char
                || !(is_foreign || is_of_ems)
                || !is_sentence(token.bytes(), text)
            {
                continue;
            }
            let whose = token.effective_ssid().without_version();
            let stored = Stored { code: token.code().into(), ssid: Some(whose) };
            let seen = seen.entry(stored).or_default();
            seen.events += 1;
            seen.is_defined |= is_of_ems && is_text_of(line, raw).is_some();
            if seen.texts.len() < 16 {
                seen.texts.insert(text);
            }
            if seen.kinds.len() < 16 {
                seen.kinds.insert((raw.ssid.without_version(), line.number));
            }
        }
    }
    let enough = |seen: &Seen<'_>| {
        seen.events >= limits::EVENTS && seen.texts.len() >= 2 && (seen.kinds.len() >= 2 || seen.is_defined)
    };
    let subject = Subject::Token { name: NAME.to_owned() };
    let good: Vec<_> = seen.iter().filter(|(_, seen)| enough(seen)).collect();
    if let [(stored, seen)] = good.as_slice() {
        let events = seen.events;
        let outcome = Outcome::Learned {
            answer: stored.candidate(),
            events,
            of: events,
            note: None,
            contradicted_by: Vec::new(),
        };
        report.add(subject, outcome);
        let code = TokenCode::from_bits(stored.code);
        return Some(Numbered { name: NAME.to_owned(), code, ssid: stored.ssid, events, of: events });
    }
    if !seen.is_empty() {
        let candidates: Vec<_> = seen.keys().take(8).map(|stored| stored.candidate()).collect();
        let decides = "events of several subsystems or numbers whose whole text is this token".to_owned();
        report.add(subject, Outcome::Ambiguous { candidates, count: seen.len(), decides });
    }
    None
}

/// Whether a text is a printed sentence, but for blanks that printing may have lost.
fn is_sentence(bytes: &[u8], text: &str) -> bool {
    let Ok(value) = core::str::from_utf8(bytes) else { return false };
    let words = |text: &'_ str| {
        text.split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect::<Vec<_>>()
    };
    value.len().abs_diff(text.len()) <= 16 && !value.trim().is_empty() && words(value) == words(text)
}

/// Tokens whose values a known template prints: the stored token that has the printed value in all events.
fn shown(
    dictionary: &Dictionary,
    templates: &TemplateSet,
    samples: &Samples,
    pairs: &[Pair],
    report: &mut Report,
) -> Vec<Numbered> {
    #[derive(Default)]
    struct Shown {
        events: usize,
        values: HashSet<Vec<u8>>,
        stored: BTreeMap<Stored, usize>,
    }
    let matcher = Matcher::new(templates, dictionary);
    let mut scratch = Scratch::default();
    let mut tokens: BTreeMap<String, Shown> = BTreeMap::new();
    let step = pairs.len().div_ceil(SENTENCES).max(1);
    for pair in pairs.iter().step_by(step) {
        let (raw, line) = (&samples.raws[pair.raw], &samples.lines[pair.line]);
        let name = samples.subsystem(line);
        let Some(owner) = raw.ssid.owner_name() else { continue };
        let number = name.parse().ok().or_else(|| dictionary.subsystem_number(owner, name));
        let Some(number) = number else { continue };
        let ssid = Ssid::new(raw.ssid.owner(), number, raw.ssid.version());
        let zone = i32::try_from(pair.zone).unwrap_or(0);
        let east = |_: Timestamp| zone;
        let options = MatchOptions {
            zone: Some(&east),
            nodes: Some(dictionary as &dyn NodeNames),
            day: Some(Timestamp((line.second - pair.zone).saturating_mul(1_000_000))),
            printed: true,
        };
        let explained = matcher.explain(ssid, line.number, samples.text(line), &options, &mut scratch);
        let Some(explained) = explained.filter(|found| !found.is_ambiguous()) else { continue };
        let stored = top_level(dictionary, samples, raw);
        for said in explained.values().tokens {
            let home = said.ssid.unwrap_or(ssid);
            let Some(token) = dictionary.token(home, said.code).filter(|_| said.lists.is_empty()) else {
                continue;
            };
            if said.index != 1 || token.structure().is_some() || said.bytes.is_empty() {
                continue;
            }
            let shown = tokens.entry(token.name().to_owned()).or_default();
            shown.events += 1;
            if shown.values.len() < 16 {
                shown.values.insert(said.bytes.clone());
            }
            let own = |other: &Token<'_>| {
                let code = other.code();
                let stored_by = other.effective_ssid();
                (code.type_code(), code.length()) == (said.code.type_code(), said.code.length())
                    // The number of another subsystem may be one that is not known.
                    && said.ssid.map_or(stored_by.is_same_subsystem(raw.ssid), |ssid| ssid.owner() == stored_by.owner())
                    && same_value(other.data_type(), other.bytes(), &said.bytes)
            };
            let mut once = HashSet::new();
            for other in stored.iter().filter(|other| own(other)) {
                let stored = Stored::of(other);
                if once.insert(u32::from(other.code())) {
                    *shown.stored.entry(stored).or_default() += 1;
                }
            }
        }
    }
    let mut learned = Vec::new();
    for (name, Shown { events, values, stored }) in tokens {
        let most = stored.values().copied().max().unwrap_or(0);
        let best: Vec<_> =
            stored.iter().filter(|(_, count)| **count == most).map(|(stored, _)| *stored).collect();
        let subject = Subject::Token { name: name.clone() };
        let is_enough = most >= limits::EVENTS && values.len() >= 2;
        let outcome = match best.as_slice() {
            [only] if is_enough && (events - most) * limits::CONTRADICTED <= events => {
                let code = TokenCode::from_bits(only.code);
                learned.push(Numbered { name, code, ssid: only.ssid, events: most, of: events });
                Outcome::Learned {
                    answer: only.candidate(),
                    events: most,
                    of: events,
                    note: None,
                    contradicted_by: Vec::new(),
                }
            }
            _ => Outcome::Ambiguous {
                candidates: best.iter().take(8).map(|stored| stored.candidate()).collect(),
                count: best.len(),
                decides: "events whose sentence shows other values of this token".to_owned(),
            },
        };
        report.add(subject, outcome);
    }
    learned
}

/// Whether a stored value is the one that was read from a sentence; blanks at the end of a text are not printed.
fn same_value(kind: DataType, stored: &[u8], said: &[u8]) -> bool {
    if kind == DataType::Char { stored.trim_ascii_end() == said.trim_ascii_end() } else { stored == said }
}
