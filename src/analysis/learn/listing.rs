//! Token listings: what SPI_BUFFER_FORMATNEXT_ and the analyzers built on it show (Template Services Manual 2-8 to 2-11).
//!
//! A line is a label, a colon, and a value; the subsystem of a qualified token is on the line before, or before the label. The n-th
//! token of a list is the n-th of its buffer.

use std::collections::{BTreeMap, HashMap};

use super::limits;
use super::report::{Candidate, Outcome, Report, Subject};
use super::samples::{Class, Raw, Samples, in_order};
use super::zone::is_of_zone;
use crate::dictionary::Dictionary;
use crate::ems::HeaderToken;
use crate::spi::read::Token;
use crate::spi::{DataType, Ssid, Timestamp, TokenCode};

/// The list of one event.
#[derive(Clone, Debug, Default)]
pub(super) struct Listing {
    header: BTreeMap<&'static str, String>,
    /// The header token of the last line.
    last: &'static str,
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

/// Labels of header tokens that the manual prints (Template Services Manual 2-11).
const HEADINGS: [(&str, HeaderToken); 19] = [
    ("Header Type", HeaderToken::HeaderType),
    ("Checksum", HeaderToken::Checksum),
    ("Last Error", HeaderToken::LastErr),
    ("Last Error Tkncode", HeaderToken::LastErrCode),
    ("Max Field Version", HeaderToken::MaxFieldVersion),
    ("SSID", HeaderToken::Ssid),
    ("Used Byte Length", HeaderToken::UsedLen),
    ("Buffer Byte Length", HeaderToken::BufferLen),
    ("Console Print", HeaderToken::ConsolePrint),
    ("CPU", HeaderToken::Cpu),
    ("Crtpid", HeaderToken::Crtpid),
    ("Emphasis", HeaderToken::Emphasis),
    ("Event Number", HeaderToken::EventNumber),
    ("Generation Timestamp", HeaderToken::GenTime),
    ("Logged Timestamp", HeaderToken::LogTime),
    ("PIN", HeaderToken::Pin),
    ("Suppress Display", HeaderToken::SuppressDisplay),
    ("System Number", HeaderToken::System),
    ("Userid", HeaderToken::UserId),
];

/// The header token that a label names: by its name, or by its HEADING.
fn header_token(dictionary: &Dictionary, label: &str) -> Option<HeaderToken> {
    let heading = HEADINGS.iter().find(|(heading, _)| heading.eq_ignore_ascii_case(label));
    HeaderToken::from_name(label)
        .or_else(|| heading.map(|(_, token)| *token))
        .or_else(|| HeaderToken::from_name(&name_of(dictionary, label)?))
}

/// Reads lists. A new one begins with ZSPI-TKN-HDRTYPE, or after an empty line.
pub(super) fn read(dictionary: &Dictionary, text: &str) -> Vec<Listing> {
    let mut listings = Vec::new();
    let mut listing = Listing::default();
    // Labels come again in every list.
    let mut known: HashMap<&str, Option<HeaderToken>> = HashMap::new();
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
        // The subsystem may be before the label, on the same line.
        let label = match label.rsplit_once(' ') {
            Some((before, label)) if is_ssid(before.trim()) => label,
            _ => label,
        };
        let value = value.trim_start_matches(['*', '-']).trim();
        let token = match known.get(label) {
            Some(token) => *token,
            None => {
                let token = header_token(dictionary, label);
                known.insert(label, token);
                token
            }
        };
        if token == Some(HeaderToken::HeaderType) {
            take(&mut listing, &mut listings);
        }
        match token {
            Some(token) if listing.tokens.is_empty() => {
                listing.header.insert(token.name(), value.to_owned());
                listing.last = token.name();
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

/// A value that is too long for its line, or is below a label that is.
fn continue_value(listing: &mut Listing, text: &str) {
    let last = match listing.tokens.last_mut() {
        Some(token) => Some(&mut token.value),
        None => listing.header.get_mut(listing.last),
    };
    if let Some(value) = last {
        if !value.is_empty() {
            value.push(' ');
        }
        value.push_str(text);
    }
}

/// The information in a list of each token it names.
#[derive(Default)]
struct Seen {
    codes: BTreeMap<(u32, Ssid), usize>,
    values: BTreeMap<i64, BTreeMap<String, usize>>,
    events: usize,
}

/// Finds the raw event of each list; `known` gives event numbers whose place is certain. A list that fits several is left alone.
pub(super) fn pair<'l>(
    dictionary: &Dictionary,
    samples: &Samples,
    known: impl Fn(&Raw) -> Option<i16>,
    listings: &'l [Listing],
) -> Vec<(usize, &'l Listing)> {
    let mut raws: HashMap<(Class, usize), Vec<usize>> = HashMap::new();
    if !listings.is_empty() {
        for (at, raw) in samples.raws.iter().enumerate() {
            raws.entry((Samples::class(raw), samples.bytes(raw).len())).or_default().push(at);
        }
    }
    let pairs = listings.iter().filter_map(|listing| {
        let candidates = raws.get(&listing.key()?)?;
        let mut fits = candidates.iter().take(limits::CANDIDATES * 16).filter(|at| {
            let raw = &samples.raws[**at];
            listing.has_times_of(samples.header(raw))
                && listing.fits(raw, samples, known(raw), &in_order(dictionary, samples, raw))
        });
        let only = fits.next()?;
        fits.next().is_none().then_some((*only, listing))
    });
    pairs.collect()
}

/// Learns the tokens that lists name.
pub(super) fn learn(
    dictionary: &Dictionary,
    samples: &Samples,
    pairs: &[(usize, &Listing)],
    report: &mut Report,
) -> Vec<Named> {
    let mut seen: BTreeMap<String, Seen> = BTreeMap::new();
    for (raw, listing) in pairs {
        let tokens = in_order(dictionary, samples, &samples.raws[*raw]);
        for (listed, token) in listing.tokens.iter().zip(&tokens) {
            note(dictionary, listed, token, &mut seen);
        }
    }
    seen.into_iter().filter_map(|(name, seen)| decide(name, seen, report)).collect()
}

impl Listing {
    /// The text of a header token.
    pub(super) fn text(&self, token: HeaderToken) -> Option<&str> {
        self.header.get(token.name()).map(String::as_str)
    }

    pub(super) fn number(&self, token: HeaderToken) -> Option<i64> {
        Some(number_of(self.text(token)?)?.0)
    }

    /// `T` or `F`.
    pub(super) fn flag(&self, token: HeaderToken) -> Option<bool> {
        match self.text(token)? {
            "T" => Some(true),
            "F" => Some(false),
            _ => None,
        }
    }

    /// A time, as if the clock showed GMT: `1986-05-13 14:25:00.000.000`, which may be cut into lines.
    pub(super) fn time(&self, token: HeaderToken) -> Option<Timestamp> {
        let text: String = self.text(token)?.split_whitespace().collect();
        if text == "00:00:00.000.000" {
            return Some(Timestamp::UNSET);
        }
        let (day, clock) = (text.get(..10)?, text.get(10..)?);
        let (clock, micros) = clock.rsplit_once('.')?;
        format!("{day}T{clock}{micros}Z").parse().ok()
    }

    /// Group and user.
    pub(super) fn user(&self) -> Option<[u8; 2]> {
        let mut numbers = self.text(HeaderToken::UserId)?.split_whitespace().map(str::parse);
        let (group, user) = (numbers.next()?.ok()?, numbers.next()?.ok()?);
        numbers.next().is_none().then_some([group, user])
    }

    /// The node of ZEMS-TKN-CRTPID, and the name of its process, which it may lack.
    pub(super) fn process(&self) -> Option<(&str, Option<&str>)> {
        let text = self.text(HeaderToken::Crtpid)?;
        let (node, local) =
            text.strip_prefix('\\').and_then(|rest| rest.split_once('.')).unwrap_or(("", text));
        Some((node, Some(local).filter(|local| local.starts_with('$'))))
    }

    /// The subsystem, by name or by number.
    pub(super) fn subsystem(&self) -> Option<&str> {
        Some(super::samples::class_of(self.text(HeaderToken::Ssid)?)?.1)
    }

    /// Whether a header has the generation time in some place, in some zone; `true` if the list does not show it.
    fn has_times_of(&self, header: &[u8]) -> bool {
        let Some(listed) = self.time(HeaderToken::GenTime).filter(|time| *time != Timestamp::UNSET) else {
            return true;
        };
        let mut stored =
            header.windows(8).filter_map(|bytes| Some(i64::from_be_bytes(*bytes.first_chunk()?)));
        stored.any(|stored| listed.0.checked_sub(stored).is_some_and(is_of_zone))
    }

    /// Subsystem and used length.
    fn key(&self) -> Option<(Class, usize)> {
        let (class, _) = super::samples::class_of(self.header.get("ZSPI-TKN-SSID")?)?;
        Some((class, self.header.get("ZSPI-TKN-USEDLEN")?.parse().ok()?))
    }

    /// Whether a list may be that of a buffer: as many tokens, the same texts and numbers, and the event number.
    fn fits(&self, raw: &Raw, samples: &Samples, known: Option<i16>, tokens: &[Token<'_>]) -> bool {
        if tokens.len() != self.tokens.len() {
            return false;
        }
        let header = samples.header(raw);
        let number = self.header.get("ZEMS-TKN-EVENTNUMBER").and_then(|number| number.parse::<i16>().ok());
        let is_event = number.is_none_or(|number| {
            known.map_or_else(
                || header.windows(2).any(|word| word == number.to_be_bytes()),
                |known| known == number,
            )
        });
        is_event
            && tokens.iter().zip(&self.tokens).all(|(token, listed)| {
                match (token.data_type(), token.bytes()) {
                    (DataType::Char, bytes) => {
                        let text = core::str::from_utf8(bytes).unwrap_or_default().trim();
                        let is_plain = text.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ');
                        let joined = |text: &str| text.split_whitespace().collect::<String>();
                        !is_plain || token.table().is_some() || joined(text) == joined(&listed.value)
                    }
                    (DataType::Int | DataType::Enum, [a, b]) => number_of(&listed.value)
                        .is_none_or(|(number, _)| number == i64::from(i16::from_be_bytes([*a, *b]))),
                    (DataType::Uint, [a, b]) => number_of(&listed.value)
                        .is_none_or(|(number, _)| number == i64::from(u16::from_be_bytes([*a, *b]))),
                    _ => true,
                }
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
    if matches!(token.data_type(), DataType::Enum | DataType::Int | DataType::Uint)
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
        let dictionary = Dictionary::empty();
        let listings = read(
            &dictionary,
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
        let listings = read(
            &dictionary,
            "Header Type: 1\nSSID: TANDEM.EMS.C20\nCrtpid: \\NCN.02,094\nEmphasis: F\nEvent Number: 520\n\
             Generation Timestamp: 1986-05-13 14:25:00.00\n0.001\nLogged Timestamp: 00:00:00.000.000\n\
             Userid: 165 82\nSubject Mark:*\n",
        );
        let [list] = listings.as_slice() else { panic!("{listings:?}") };
        assert_eq!(list.time(HeaderToken::GenTime), "1986-05-13T14:25:00.000001Z".parse().ok());
        assert_eq!(list.time(HeaderToken::LogTime), Some(Timestamp::UNSET));
        assert_eq!((list.user(), list.process()), (Some([165, 82]), Some(("NCN", None))));
        assert_eq!(
            (list.flag(HeaderToken::Emphasis), list.number(HeaderToken::EventNumber)),
            (Some(false), Some(520))
        );
        assert_eq!((list.subsystem(), list.tokens.len()), (Some("EMS"), 1));
        assert_eq!(number_of("its CPU is down (2)"), Some((2, Some("its CPU is down"))));
        assert_eq!(number_of("-4"), Some((-4, None)));
    }
}
