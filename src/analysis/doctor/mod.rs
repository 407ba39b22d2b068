//! Takes a first look at unknown data: its framing; the headers, types, subsystems and tokens without a definition; the files to get from
//! the host.

mod fetch;
mod framing;
mod headers;

use std::collections::{BTreeMap, BTreeSet};

pub use framing::{Framing, Input};
pub use headers::{FieldCheck, HeaderKind};

use crate::dictionary::{ConstantValue, Dictionary};
use crate::ems::Event;
use crate::spi::read::{Buffer, Visit};
use crate::spi::{DataType, HeaderType, Ssid, TokenCode, TypeCode};
use framing::InputState;
use headers::Headers;

/// Different things of a kind that are counted by themselves; those after them are counted together.
pub const DIFFERENT: usize = 1 << 16;

/// Looks at buffers, in memory that does not grow with their number. See the [module](self).
///
/// ```
/// use zems::analysis::doctor::{Doctor, Framing};
/// use zems::dictionary::Dictionary;
/// use zems::spi::read::Buffer;
///
/// let mut doctor = Doctor::new(Dictionary::builtin());
/// doctor.input("event.bin", Framing::BackToBack);
/// doctor.buffer(&Buffer::parse(zems::samples::EVENT)?);
/// let diagnosis = doctor.finish();
/// assert_eq!(diagnosis.headers[0].length, 32);
/// assert_eq!(diagnosis.subsystems[0].what.ssid.to_string(), "ACME.7.0");
/// assert_eq!((diagnosis.events[0].what.number, diagnosis.events[0].count), (101, 1));
/// assert!(diagnosis.fetch.iter().any(|what| what.contains("ACME.7")));
/// # Ok::<(), zems::spi::read::DecodeError>(())
/// ```
#[derive(Debug)]
pub struct Doctor<'d> {
    dictionary: &'d Dictionary,
    /// Subsystems whose number is not published.
    unpublished: BTreeSet<Ssid>,
    inputs: Vec<InputState>,
    headers: Headers,
    data_types: Counts<u8>,
    subsystems: Counts<Ssid>,
    events: Counts<(Ssid, i16)>,
    tokens: Counts<(Ssid, u32)>,
    provisional: BTreeMap<String, u64>,
    findings: BTreeMap<String, u64>,
}

/// The result of a look at the data.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Diagnosis {
    /// The inputs, and how their buffers lie.
    pub inputs: Vec<Input>,
    /// Header types and length bytes, most frequent first.
    pub headers: Vec<HeaderKind>,
    /// Data types without a meaning, with the tokens that have them.
    pub data_types: Vec<Counted<TypeCode>>,
    /// Subsystems without a name.
    pub subsystems: Vec<Counted<UnnamedSubsystem>>,
    /// Events without a definition.
    pub events: Vec<Counted<UnnamedEvent>>,
    /// Tokens without a name.
    pub tokens: Vec<Counted<UnnamedToken>>,
    /// Names in use that rest on provisional numbers: of tokens, events and subsystems.
    pub provisional: Vec<Counted<String>>,
    /// The findings about buffers that can be read.
    pub findings: Vec<Counted<String>>,
    /// The files to get from the host, a sentence each.
    pub fetch: Vec<String>,
}

/// Something, and how often it is there.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Counted<T> {
    /// The counts.
    pub what: T,
    /// How often.
    pub count: u64,
}

/// A subsystem that no definition names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct UnnamedSubsystem {
    /// Owner and number.
    pub ssid: Ssid,
}

/// An event that no definition names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct UnnamedEvent {
    /// Its subsystem.
    pub ssid: Ssid,
    /// Its number.
    pub number: i16,
}

/// A token that no definition names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct UnnamedToken {
    /// Whose it is.
    pub ssid: Ssid,
    /// Its code.
    pub code: TokenCode,
}

/// Counts of at most [`DIFFERENT`] things.
#[derive(Debug)]
struct Counts<K>(BTreeMap<K, u64>);

impl<K> Default for Counts<K> {
    fn default() -> Self {
        Self(BTreeMap::new())
    }
}

impl<K: Ord> Counts<K> {
    fn add(&mut self, what: K) {
        if let Some(count) = self.0.get_mut(&what) {
            *count += 1;
        } else if self.0.len() < DIFFERENT {
            self.0.insert(what, 1);
        }
    }

    /// The most frequent first.
    fn sorted<T>(self, what: impl Fn(K) -> T) -> Vec<Counted<T>> {
        let mut all: Vec<_> = self.0.into_iter().collect();
        all.sort_by_key(|(_, count)| core::cmp::Reverse(*count));
        all.into_iter().map(|(key, count)| Counted { what: what(key), count }).collect()
    }
}

fn add(counts: &mut BTreeMap<String, u64>, what: String) {
    if counts.len() < DIFFERENT || counts.contains_key(&what) {
        *counts.entry(what).or_default() += 1;
    }
}

impl<'d> Doctor<'d> {
    /// A look with these definitions.
    #[must_use]
    pub fn new(dictionary: &'d Dictionary) -> Self {
        let numbers = dictionary.constants().filter(|it| it.is_provisional() && it.name().contains("-SSN-"));
        let numbers: Vec<_> = numbers.map(|it| it.value()).collect();
        let of_defs = dictionary.ssids().filter(|def| def.is_provisional()).map(|def| def.ssid());
        let named = dictionary.subsystems().map(|subsystem| subsystem.ssid());
        let by_number = named.filter(|ssid| numbers.contains(&ConstantValue::Number(ssid.number().into())));
        let unpublished = of_defs.chain(by_number).map(Ssid::without_version).collect();
        Self {
            dictionary,
            unpublished,
            inputs: Vec::new(),
            headers: Headers::default(),
            data_types: Counts::default(),
            subsystems: Counts::default(),
            events: Counts::default(),
            tokens: Counts::default(),
            provisional: BTreeMap::new(),
            findings: BTreeMap::new(),
        }
    }

    /// Begins an input, which is read as buffers in this framing.
    pub fn input(&mut self, name: &str, framing: Framing) {
        self.inputs.push(InputState::new(name, framing));
    }

    /// Takes bytes at `offset` of the input that are not a buffer.
    pub fn between(&mut self, bytes: &[u8], offset: u64) {
        if let Some(input) = self.inputs.last_mut() {
            input.between(bytes, offset);
        }
    }

    /// Takes the next buffer of the input.
    pub fn buffer(&mut self, buffer: &Buffer<'_>) {
        if let Some(input) = self.inputs.last_mut() {
            input.buffer(buffer);
        }
        let dictionary = self.dictionary;
        let findings = &mut self.findings;
        let mut odd = |finding: crate::spi::read::Finding| add(findings, finding.kind().to_string());
        // Note the oddities before a fault; a buffer that was handed on has no fault.
        let _ = match Event::try_from(*buffer) {
            Ok(event) => event.check(&mut odd),
            Err(_) => buffer.check(&mut odd),
        };
        self.headers.buffer(buffer);
        self.subsystem(buffer.ssid());
        if buffer.header_type() == HeaderType::Event
            && let Some(number) = Event::try_from(*buffer).ok().and_then(|event| event.number())
        {
            match dictionary.event(buffer.ssid(), number) {
                Some(event) if event.is_provisional() => add(&mut self.provisional, event.name().to_owned()),
                Some(_) => {}
                None => self.events.add((buffer.ssid().without_version(), number)),
            }
        }
        for visit in buffer.walk().map_while(Result::ok) {
            let (Visit::Token(token) | Visit::Open(token)) = visit else { continue };
            let code = token.code();
            if token.data_type() == DataType::Unknown {
                self.data_types.add(code.type_code().0);
            }
            if let Some(ssid) = token.ssid() {
                self.subsystem(ssid);
            }
            let home =
                if code.number().is_shared() { Ssid::NULL } else { token.effective_ssid().without_version() };
            match dictionary.token(home, code) {
                Some(known) if known.is_provisional() => add(&mut self.provisional, known.name().to_owned()),
                Some(_) => {}
                None if buffer.profile().is_subject_mark(code) => {}
                None => self.tokens.add((home, code.into())),
            }
        }
    }

    fn is_syslog(&self, ssid: Ssid) -> bool {
        let own = self.dictionary.ssid_named("SYSLOG-VAL-SSID");
        own.is_some_and(|own| own.owner() == ssid.owner() && own.number() == ssid.number())
    }

    fn subsystem(&mut self, ssid: Ssid) {
        let ssid = ssid.without_version();
        match self.dictionary.subsystem(ssid) {
            // The tokens of imported lines of a system log are defined here: no host has more about them.
            None if self.is_syslog(ssid) => {}
            None => self.subsystems.add(ssid),
            Some(known) if self.unpublished.contains(&ssid) => {
                let owner = ssid.owner_name().unwrap_or_default();
                add(&mut self.provisional, format!("{owner}.{}", known.name()));
            }
            Some(_) => {}
        }
    }

    /// The findings.
    #[must_use]
    pub fn finish(self) -> Diagnosis {
        let Self {
            dictionary,
            unpublished: _,
            inputs,
            headers,
            data_types,
            subsystems,
            events,
            tokens,
            provisional,
            findings,
        } = self;
        let mut diagnosis = Diagnosis {
            inputs: inputs.into_iter().map(InputState::finish).collect(),
            headers: headers.finish(dictionary.profile()),
            data_types: data_types.sorted(TypeCode),
            subsystems: subsystems.sorted(|ssid| UnnamedSubsystem { ssid }),
            events: events.sorted(|(ssid, number)| UnnamedEvent { ssid, number }),
            tokens: tokens.sorted(|(ssid, code)| UnnamedToken { ssid, code: TokenCode::from_bits(code) }),
            provisional: Counts(provisional).sorted(|name| name),
            findings: Counts(findings).sorted(|finding| finding),
            fetch: Vec::new(),
        };
        diagnosis.fetch = fetch::list(&diagnosis);
        diagnosis
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_host_is_asked_for_the_tokens_of_log_lines() {
        let mut doctor = Doctor::new(Dictionary::builtin());
        doctor.input("pid-file-lock.bin", Framing::BackToBack);
        let event = Buffer::parse(crate::samples::PID_FILE_LOCK).unwrap();
        let owners: Vec<_> =
            event.tokens().flatten().filter_map(|token| Some(token.ssid()?.owner())).collect();
        assert!(owners.contains(b"SYSLOG  "));
        doctor.buffer(&event);
        let diagnosis = doctor.finish();
        assert!(
            diagnosis.subsystems.is_empty() && !diagnosis.fetch.iter().any(|what| what.contains("SYSLOG"))
        );
    }
}
