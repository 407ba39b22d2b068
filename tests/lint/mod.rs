//! Every rule of `lint`: a case in which it fires, and one in which it does not.

mod event_rules;
mod source_rules;
mod table;

use std::collections::BTreeSet;

use zems::analysis::lint::{Files, Finding, Linter, RULES, Selection, Sources};
use zems::ems::{Event, EventBuilder, EventHeader};
use zems::site::Site;
use zems::spi::write::{EncodeError, Encoder, Raw};
use zems::spi::{DataType, Flt, Profile, Ssid, Timestamp, TokenCode};
use zems::text::NoLoader;

pub const DDL: &str = include_str!("acme.ddl");
pub const TEMPLATES: &str = include_str!("acme.tmpl");
pub const EVENTS: &str = include_str!("acme.events");

pub fn files(sources: &[(&str, &str)]) -> Vec<(String, String)> {
    sources.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
}

pub fn acme() -> Sources {
    let checked = files(&[("acmeddl", DDL), ("acme.tmpl", TEMPLATES), ("acme.events", EVENTS)]);
    let sources = Sources::read(&Files { checked, ..Files::default() }, &NoLoader).unwrap();
    let shown = sources.diagnostics().render(sources.map());
    assert!(!sources.diagnostics().has_errors(), "{shown}");
    sources
}

/// A value of a token.
#[derive(Clone, Copy)]
pub enum V<'a> {
    Text(&'a str),
    Int(i64),
    Real(f64),
    Bytes(&'a [u8]),
}

/// A token of an event, by name.
#[derive(Clone)]
pub enum T<'a> {
    Token(&'a str, V<'a>),
    Subject(&'a str, V<'a>),
    Mark,
    Code(Option<&'a str>, u32, &'a [u8]),
    List(&'a str, Vec<T<'a>>),
}

pub fn token<'a>(name: &'a str, value: V<'a>) -> T<'a> {
    T::Token(name, value)
}

/// An event of ACME, well made until it is changed.
pub struct E<'a> {
    pub header: EventHeader<'a>,
    pub tokens: Vec<T<'a>>,
    pub buffer_len: u16,
}

pub const NOON: i64 = 212_600_000_000_000_000;
pub const SECOND: i64 = 1_000_000;

impl<'a> E<'a> {
    /// The event ACME-EVT-OPENED, with the subject and tokens it is described with.
    pub fn new() -> Self {
        let mut event = Self::of("ACME.7.A01", 1);
        event.tokens =
            vec![T::Subject("ACME-TKN-DISK", V::Text(r"\N.$DATA")), token("ACME-TKN-COUNT", V::Int(3))];
        event
    }

    pub fn of(ssid: &str, number: i16) -> Self {
        let header = EventHeader {
            generated: Timestamp(NOON),
            process: br"\N.$ACME",
            node: 1,
            cpu: 1,
            pin: 2,
            ..EventHeader::new(ssid.parse().unwrap(), number)
        };
        Self { header, tokens: vec![T::Subject("ACME-TKN-DISK", V::Text(r"\N.$DATA"))], buffer_len: 4024 }
    }

    /// A standard event of this kind.
    pub fn standard(content: i16) -> Self {
        let mut event = Self::of("ACME.7.A01", 4);
        event.header.content_standard = content;
        event.tokens = vec![T::Subject("ACME-TKN-DISK", V::Text(r"\N.$PROC.#DATA"))];
        event
    }

    pub fn with(mut self, tokens: impl IntoIterator<Item = T<'a>>) -> Self {
        self.tokens.extend(tokens);
        self
    }

    pub fn tokens(mut self, tokens: impl IntoIterator<Item = T<'a>>) -> Self {
        self.tokens = tokens.into_iter().collect();
        self
    }

    pub fn header(mut self, change: impl FnOnce(&mut EventHeader<'a>)) -> Self {
        change(&mut self.header);
        self
    }

    pub fn at(self, seconds: i64) -> Self {
        self.header(|header| header.generated = Timestamp(NOON + seconds * SECOND))
    }

    pub fn bytes(&self, site: &Site) -> Vec<u8> {
        let profile = site.profile();
        let mark = TokenCode::from_bits(0x0202_0001);
        let builder = EventBuilder::new(Vec::new(), &self.header, profile, mark, 0_i16).unwrap();
        let mut bytes = builder.finish().unwrap();
        let body = zems::spi::read::Buffer::parse(&bytes).unwrap().body().start;
        bytes.truncate(body);
        bytes[2..4].copy_from_slice(&self.buffer_len.to_be_bytes());
        let mut encoder = Encoder::with_header_bytes(Vec::new(), &bytes, profile).unwrap();
        for token in &self.tokens {
            put(&mut encoder, site, profile, token).unwrap();
        }
        encoder.finish().unwrap()
    }
}

fn put(
    encoder: &mut Encoder<'_, Vec<u8>>,
    site: &Site,
    profile: &Profile,
    token: &T<'_>,
) -> Result<(), EncodeError> {
    let named = |name: &str| {
        let def = site.dictionary().token_named(name).unwrap_or_else(|| panic!("{name} is not defined"));
        let home =
            if def.stored_code().number().is_shared() { Ssid::NULL } else { def.owner_ssid().unwrap() };
        (home, def.stored_code())
    };
    let mark = TokenCode::new(profile.type_code(DataType::Mark).unwrap(), 0, profile.subject_mark.number);
    match token {
        T::Mark => encoder.put(mark, ()),
        T::Subject(name, value) => {
            encoder.put(mark, ())?;
            put(encoder, site, profile, &T::Token(name, *value))
        }
        T::Token(name, value) => {
            let (home, code) = named(name);
            let len = usize::from(code.length());
            let bytes = match *value {
                V::Text(text) => text.as_bytes().to_vec(),
                V::Int(number) => number.to_be_bytes()[8 - len..].to_vec(),
                V::Real(number) => Flt::try_from(number).unwrap().to_bits().to_be_bytes().to_vec(),
                V::Bytes(bytes) => bytes.to_vec(),
            };
            encoder.put_qualified(home, code, Raw(&bytes))
        }
        T::Code(owner, bits, bytes) => {
            let owner = owner.map_or(Ssid::NULL, |owner| owner.parse().unwrap());
            encoder.put_qualified(owner, TokenCode::from_bits(*bits), Raw(bytes))
        }
        T::List(name, tokens) => {
            let (home, code) = named(name);
            encoder.list_qualified(home, code, |encoder| {
                tokens.iter().try_for_each(|token| put(encoder, site, profile, token))
            })
        }
    }
}

pub fn selection(rule: &str) -> Selection {
    let mut selection = Selection::default();
    selection.only(rule).unwrap();
    selection
}

/// The findings of one rule in a stream of events.
pub fn events(site: &Site, rule: &str, stream: &[E<'_>]) -> Vec<Finding> {
    let mut linter = Linter::new(site, selection(rule));
    let mut offset = 0;
    for event in stream {
        let bytes = event.bytes(site);
        let event = site.parse(&bytes).unwrap();
        linter.event("night.bin", offset, &event);
        offset += u64::try_from(bytes.len()).unwrap();
    }
    linter.finish()
}

pub fn all(site: &Site, event: &E<'_>) -> BTreeSet<&'static str> {
    let bytes = event.bytes(site);
    let event: Event<'_> = site.parse(&bytes).unwrap();
    let mut linter = Linter::new(site, Selection::default());
    linter.event("night.bin", 0, &event);
    linter.finish().iter().map(|finding| finding.rule.id).collect()
}

/// The rules that have cases are all the rules.
#[test]
fn every_rule_has_its_cases() {
    let cases: BTreeSet<&str> =
        event_rules::RULES_TESTED.iter().chain(source_rules::RULES_TESTED).copied().collect();
    let rules: BTreeSet<&str> = RULES.iter().map(|rule| rule.id).collect();
    assert_eq!(rules.difference(&cases).collect::<Vec<_>>(), Vec::<&&str>::new(), "rules without a case");
    assert_eq!(cases.difference(&rules).collect::<Vec<_>>(), Vec::<&&str>::new(), "cases without a rule");
    // A rule on events and on sources has cases of both.
    for rule in RULES {
        for on in rule.on.split(' ') {
            let is_on_events = on.contains(['E', 'S']);
            let tested = if is_on_events { event_rules::RULES_TESTED } else { source_rules::RULES_TESTED };
            assert!(tested.contains(&rule.id), "{} has no case on {on}", rule.id);
        }
    }
}

/// Of a subsystem without definitions there is one finding in a run; of one with definitions of another kind too.
#[test]
fn a_subsystem_without_definitions_is_named_once() {
    let sources = acme();
    let found = |rule: &str, stream: &[E<'_>]| -> Vec<(u64, String)> {
        events(sources.site(), rule, stream)
            .into_iter()
            .map(|finding| (finding.count, finding.expected))
            .collect()
    };
    let other = |number| E::of("OTHER.9.0", number);
    let unknown = found("event-undefined", &[other(1), other(2), E::new()]);
    let [(2, expected)] = unknown.as_slice() else { panic!("{unknown:?}") };
    assert!(expected.ends_with("nothing is defined of this subsystem"), "{expected}");
    // A token of another subsystem, stored with its SSID.
    let foreign = |number: u32| E::new().with([T::Code(Some("OTHER.9.0"), 0x0202_0000 | number, &[0, 1])]);
    let unknown = found("token-undefined", &[foreign(1), foreign(2)]);
    let [(2, expected)] = unknown.as_slice() else { panic!("{unknown:?}") };
    assert!(expected.ends_with("no token of OTHER.9.0 is defined"), "{expected}");
    // A negative number has a definition too, but for the common events of the vendor's subsystems.
    assert_eq!(found("event-undefined", &[E::of("ACME.7.A01", -5)]).len(), 1);
    assert_eq!(found("event-undefined", &[E::of("TANDEM.9000.D20", -3)]).len(), 0);
}

/// An event that follows all rules has no finding, and sources that do have none.
#[test]
fn what_follows_the_rules_has_no_finding() {
    let sources = acme();
    assert_eq!(all(sources.site(), &E::new()), BTreeSet::new());
    let mut linter = Linter::new(sources.site(), Selection::default());
    linter.sources(&sources);
    let findings: Vec<String> =
        linter.finish().iter().map(|finding| format!("{}: {}", finding.rule.id, finding.expected)).collect();
    assert_eq!(findings, Vec::<String>::new());
}

#[test]
fn equal_findings_are_counted() {
    let sources = acme();
    let late = |at| E::new().header(|header| header.generated = Timestamp(at));
    let findings = events(sources.site(), "time-implausible", &[late(0), late(0), late(NOON)]);
    assert_eq!(findings.iter().map(|finding| finding.count).collect::<Vec<_>>(), [2]);
}

#[test]
fn a_number_of_the_vendor_names_several_rules() {
    let mut selection = Selection::default();
    selection.only("ems-con-121").unwrap();
    let chosen: Vec<&str> = RULES.iter().filter(|rule| selection.has(rule)).map(|rule| rule.id).collect();
    assert_eq!(chosen, ["state-repeated", "oscillation", "burst", "info-flood"]);
    selection.off("burst").unwrap();
    assert!(!RULES.iter().any(|rule| rule.id == "burst" && selection.has(rule)));
    assert!(selection.off("EMS-NOT-999").unwrap_err().to_string().contains("EMS-NOT-999"));
    assert!(!RULES.iter().any(|rule| rule.id == "content-untyped" && Selection::default().has(rule)));
}
