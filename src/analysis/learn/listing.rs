//! Token listings: what SPI_BUFFER_FORMATNEXT_ and the analyzers built on it show (Template Services Manual 2-8 to 2-11).
//!
//! A line is a label, a colon, and a value; the subsystem of a qualified token stands on the line before, or before the label. The n-th
//! token of a list is the n-th of its buffer.

use std::collections::{BTreeMap, HashMap};

use super::header::Header;
use super::limits;
use super::report::{Candidate, Outcome, Report, Subject};
use super::samples::{Class, Raw, Samples};
use super::tokens::in_order;
use crate::dictionary::Dictionary;
use crate::ems::HeaderToken;
use crate::spi::read::Token;
use crate::spi::{Kind, Ssid, TokenCode};

/// The list of one event.
#[derive(Clone, Debug, Default)]
pub(super) struct Listing {
    header: BTreeMap<&'static str, String>,
    tokens: Vec<Listed>,
}

/// A token of a list.
#[derive(Clone, Debug)]
struct Listed {
    label: String,
    value: String,
}

/// A token whose code is certain.
#[derive(Clone, Debug)]
pub(super) struct Named {
    pub(super) name: String,
    pub(super) code: TokenCode,
    /// Whose token it is.
    pub(super) ssid: Ssid,
    /// Names of its values, each with the events that show it.
    pub(super) values: Vec<(i64, String, usize)>,
    pub(super) events: usize,
    pub(super) of: usize,
}

/// Reads lists. A new one begins with ZSPI-TKN-HDRTYPE, or after an empty line.
pub(super) fn read(text: &str) -> Vec<Listing> {
    let mut listings = Vec::new();
    let mut listing = Listing::default();
    for line in text.lines() {
        let line = line.trim_end();
        let code = line.trim_start();
        if code.is_empty() {
            take(&mut listing, &mut listings);
            continue;
        }
        let Some((label, value)) = labelled(code) else {
            // The buffer says whose token the next is.
            if !is_ssid(code) {
                continue_value(&mut listing, code);
            }
            continue;
        };
        // The subsystem may stand before the label, on the same line.
        let label = match label.rsplit_once(' ') {
            Some((before, label)) if is_ssid(before.trim()) => label,
            _ => label,
        };
        let value = value.trim_start_matches(['*', '-']).trim();
        if label == "ZSPI-TKN-HDRTYPE" {
            take(&mut listing, &mut listings);
        }
        match HeaderToken::ALL.iter().find(|(_, name)| *name == label) {
            Some((_, name)) if listing.tokens.is_empty() => {
                listing.header.insert(name, value.to_owned());
            }
            _ => listing.tokens.push(Listed { label: label.to_owned(), value: value.to_owned() }),
        }
    }
    take(&mut listing, &mut listings);
    listings
}

fn take(listing: &mut Listing, listings: &mut Vec<Listing>) {
    let done = core::mem::take(listing);
    if !done.tokens.is_empty() || !done.header.is_empty() {
        listings.push(done);
    }
}

/// Label and value of a line that begins with a label.
fn labelled(line: &str) -> Option<(&str, &str)> {
    let (label, value) = line.split_once(':')?;
    let is_follow_up = !value.is_empty() && !value.starts_with([' ', '*', '-']);
    (!is_follow_up && !label.is_empty()).then_some((label.trim_end(), value))
}

fn is_ssid(text: &str) -> bool {
    Ssid::parse(text, |_, _| Some(0)).is_ok()
}

/// A value that is too long for its line, or stands below a label that is.
fn continue_value(listing: &mut Listing, text: &str) {
    let last = match listing.tokens.last_mut() {
        Some(token) => Some(&mut token.value),
        None => listing.header.values_mut().last(),
    };
    if let Some(value) = last {
        if !value.is_empty() {
            value.push(' ');
        }
        value.push_str(text);
    }
}

/// What a list says of each token it names.
#[derive(Default)]
struct Seen {
    codes: BTreeMap<(u32, Ssid), usize>,
    values: BTreeMap<i64, BTreeMap<String, usize>>,
    events: usize,
}

/// Finds the buffer of each list, and what the lists say of the tokens they name.
pub(super) fn learn(
    dictionary: &Dictionary,
    samples: &Samples,
    headers: &[Header],
    listings: &[Listing],
    report: &mut Report,
) -> Vec<Named> {
    let by_length: BTreeMap<u8, &Header> = headers.iter().map(|header| (header.length, header)).collect();
    let mut raws: HashMap<(Class, usize), Vec<&Raw>> = HashMap::new();
    if !listings.is_empty() {
        for raw in &samples.raws {
            raws.entry((Samples::class(raw), samples.bytes(raw).len())).or_default().push(raw);
        }
    }
    let mut seen: BTreeMap<String, Seen> = BTreeMap::new();
    for listing in listings {
        let Some(key) = listing.key() else { continue };
        let candidates = raws.get(&key).map_or(&[][..], Vec::as_slice);
        let fits = candidates.iter().take(limits::CANDIDATES * 16).filter_map(|raw| {
            let tokens = in_order(dictionary, samples, raw);
            listing.fits(raw, samples, by_length.get(&raw.length).copied(), &tokens).then_some(tokens)
        });
        let fits: Vec<_> = fits.take(2).collect();
        if let [tokens] = fits.as_slice() {
            for (listed, token) in listing.tokens.iter().zip(tokens) {
                note(dictionary, listed, token, &mut seen);
            }
        }
    }
    seen.into_iter().filter_map(|(name, seen)| decide(name, seen, report)).collect()
}

impl Listing {
    /// Subsystem and used length.
    fn key(&self) -> Option<(Class, usize)> {
        let (class, _) = super::samples::class_of(self.header.get("ZSPI-TKN-SSID")?)?;
        Some((class, self.header.get("ZSPI-TKN-USEDLEN")?.parse().ok()?))
    }

    /// Whether a list may be that of a buffer: as many tokens, the same texts and numbers, and the event number.
    fn fits(&self, raw: &Raw, samples: &Samples, known: Option<&Header>, tokens: &[Token<'_>]) -> bool {
        if tokens.len() != self.tokens.len() {
            return false;
        }
        let header = samples.header(raw);
        let number = self.header.get("ZEMS-TKN-EVENTNUMBER").and_then(|number| number.parse::<i16>().ok());
        let is_event = number.is_none_or(|number| {
            known.and_then(|known| known.event_number(header)).map_or_else(
                || header.windows(2).any(|word| word == number.to_be_bytes()),
                |known| known == number,
            )
        });
        is_event
            && tokens.iter().zip(&self.tokens).all(|(token, listed)| match (token.kind(), token.bytes()) {
                (Kind::Char, bytes) => {
                    let text = core::str::from_utf8(bytes).unwrap_or_default().trim();
                    let is_plain = text.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ');
                    let joined = |text: &str| text.split_whitespace().collect::<String>();
                    !is_plain || token.table().is_some() || joined(text) == joined(&listed.value)
                }
                (Kind::Int | Kind::Enum, [a, b]) => number_of(&listed.value)
                    .is_none_or(|(number, _)| number == i64::from(i16::from_be_bytes([*a, *b]))),
                (Kind::Uint, [a, b]) => number_of(&listed.value)
                    .is_none_or(|(number, _)| number == i64::from(u16::from_be_bytes([*a, *b]))),
                _ => true,
            })
    }
}

/// The number of `3` or of `label (3)`, and the label.
fn number_of(value: &str) -> Option<(i64, Option<&str>)> {
    if let Ok(number) = value.parse() {
        return Some((number, None));
    }
    let (label, number) = value.strip_suffix(')')?.rsplit_once('(')?;
    Some((number.parse().ok()?, Some(label.trim_end()).filter(|label| !label.is_empty())))
}

fn note(dictionary: &Dictionary, listed: &Listed, token: &Token<'_>, seen: &mut BTreeMap<String, Seen>) {
    let Some(name) = name_of(dictionary, &listed.label) else { return };
    let seen = seen.entry(name).or_default();
    seen.events += 1;
    let ssid = token.effective_ssid().without_version();
    *seen.codes.entry((token.code().into(), ssid)).or_default() += 1;
    if matches!(token.kind(), Kind::Enum | Kind::Int | Kind::Uint)
        && let Some((value, Some(label))) = number_of(&listed.value)
        && !label.contains(char::is_control)
    {
        *seen.values.entry(value).or_default().entry(label.to_owned()).or_default() += 1;
    }
}

/// The name that a label is, or the one token that has it as its HEADING.
fn name_of(dictionary: &Dictionary, label: &str) -> Option<String> {
    let is_name = ["-TKN-", "-MAP-"].iter().any(|part| label.contains(part))
        && label.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'-');
    if is_name {
        return Some(label.to_owned());
    }
    let mut with_heading = dictionary
        .tokens()
        .filter(|token| token.heading().is_some_and(|heading| heading.chars().take(40).eq(label.chars())));
    let only = with_heading.next()?;
    with_heading.next().is_none().then(|| only.name().to_owned())
}

fn decide(name: String, seen: Seen, report: &mut Report) -> Option<Named> {
    let Seen { codes, values, events: of } = seen;
    let ((code, ssid), events) =
        codes.iter().max_by_key(|(_, count)| **count).map(|(code, count)| (*code, *count))?;
    let subject = Subject::Token { name: name.clone() };
    let answer = |code| {
        let code = TokenCode::from_bits(code).to_string();
        Candidate::Code { code, ssid: Some(ssid.to_string()) }
    };
    if events < limits::EVENTS {
        let decides = "more listings of events that have this token".to_owned();
        let candidates = codes.keys().take(8).map(|(code, _)| answer(*code)).collect();
        report.add(subject, Outcome::Ambiguous { candidates, count: codes.len(), decides });
        return None;
    }
    if (of - events) * limits::CONTRADICTED > of {
        report.add(subject, Outcome::Contradicted { candidate: answer(code), by: Vec::new() });
        return None;
    }
    let outcome =
        Outcome::Learned { answer: answer(code), events, of, note: None, contradicted_by: Vec::new() };
    report.add(subject, outcome);
    let mut named = Vec::new();
    for (value, labels) in values {
        let subject = Subject::Value { token: name.clone(), value };
        let all: usize = labels.values().sum();
        let Some((label, events)) = labels.iter().max_by_key(|(_, count)| **count) else { continue };
        let candidate = Candidate::Name(label.clone());
        if *events < limits::EVENTS || *events < all {
            let decides = "more listings that show this value".to_owned();
            let candidates = labels.keys().take(8).cloned().map(Candidate::Name).collect();
            report.add(subject, Outcome::Ambiguous { candidates, count: labels.len(), decides });
            continue;
        }
        named.push((value, label.clone(), *events));
        let outcome = Outcome::Learned {
            answer: candidate,
            events: *events,
            of: all,
            note: None,
            contradicted_by: Vec::new(),
        };
        report.add(subject, outcome);
    }
    Some(Named { name, code: TokenCode::from_bits(code), ssid, values: named, events, of })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_read_with_its_subsystems() {
        let listings = read(
            "ZSPI-TKN-HDRTYPE:          1\n\
             ZSPI-TKN-MAX-FIELD-VERSION:\n\
             \u{20}                          0\n\
             ZSPI-TKN-SSID:             TANDEM.RPC.D10\n\
             ZSPI-TKN-USEDLEN:          186\n\
             ZEMS-TKN-SUBJECT-MARK:\n\
             TANDEM.21.0\n\
             ZCOM-TKN-SUBJ-PROC:        $ZPM\n\
             TANDEM.21.0 ZCOM-TKN-OBJTYPE:    PROC (30)\n\
             ZRPC-TKN-BKUP-FAIL-REASON:-\n\
             \u{20}                          its CPU is down (2)\n\
             ZSPI-TKN-HDRTYPE:          1\n",
        );
        assert_eq!(listings.len(), 2);
        let tokens: Vec<_> =
            listings[0].tokens.iter().map(|token| (token.label.as_str(), token.value.as_str())).collect();
        assert_eq!(
            tokens,
            [
                ("ZEMS-TKN-SUBJECT-MARK", ""),
                ("ZCOM-TKN-SUBJ-PROC", "$ZPM"),
                ("ZCOM-TKN-OBJTYPE", "PROC (30)"),
                ("ZRPC-TKN-BKUP-FAIL-REASON", "its CPU is down (2)")
            ]
        );
        assert_eq!(listings[0].header["ZSPI-TKN-MAX-FIELD-VERSION"], "0");
        assert_eq!(number_of("its CPU is down (2)"), Some((2, Some("its CPU is down"))));
        assert_eq!(number_of("-4"), Some((-4, None)));
    }
}
