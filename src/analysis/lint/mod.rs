//! Checks events, streams of events, definition and template sources against the published rules for producers.
//!
//! * [`RULES`] are the rules; [`Selection`] says which of them are checked.
//! * [`Linter`] takes events one after the other, and sources once; [`Linter::finish`] returns the [`Finding`]s.
//!
//! ```
//! use zems::analysis::lint::{Linter, Selection};
//! use zems::site::Site;
//!
//! let site = Site::builtin();
//! let mut linter = Linter::new(&site, Selection::default());
//! let event = site.parse(zems::samples::EVENT)?;
//! linter.event("night.ems", 0, &event);
//! let findings = linter.finish();
//! assert!(findings.iter().any(|finding| finding.rule.id == "c-series-header"));
//! # Ok::<(), zems::spi::read::DecodeError>(())
//! ```

mod event;
mod meaning;
mod releases;
mod rules;
mod sources;
mod stream;
mod view;

use std::collections::HashMap;
use std::sync::Arc;

pub use rules::{GROUPS, RULES, Rule};
pub use sources::{Files, Sources};

use crate::dictionary::Dictionary;
use crate::ems::Event;
use crate::site::Site;
use crate::spi::{Ssid, TokenCode};
use crate::text::{Location, SourceMap};
use stream::Stream;
use view::View;

/// Whether a manual demands or advises.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[allow(clippy::exhaustive_enums)]
pub enum Level {
    /// Advice or convention.
    Should,
    /// The manual says must, always or never, or the system refuses it.
    Must,
}

impl Level {
    /// `must` or `should`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Must => "must",
            Self::Should => "should",
        }
    }
}

/// Which rules are checked.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    only: Vec<&'static str>,
    off: Vec<&'static str>,
}

/// A name is that of no rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownRule(String);

impl core::fmt::Display for UnknownRule {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(
            f,
            "`{}` is neither a rule nor a number of the EMS Manual's guidelines; docs/lint.md lists them",
            self.0
        )
    }
}

impl core::error::Error for UnknownRule {}

impl Selection {
    /// Checks only the rules named so, also those that are off by default.
    ///
    /// # Errors
    /// No rule has the name or number.
    pub fn only(&mut self, name: &str) -> Result<(), UnknownRule> {
        Self::add(&mut self.only, name)
    }

    /// Leaves out the rules of this name or number.
    ///
    /// # Errors
    /// No rule has the name or number.
    pub fn off(&mut self, name: &str) -> Result<(), UnknownRule> {
        Self::add(&mut self.off, name)
    }

    fn add(names: &mut Vec<&'static str>, name: &str) -> Result<(), UnknownRule> {
        let before = names.len();
        names.extend(Rule::named(name).map(|rule| rule.id));
        if names.len() == before { Err(UnknownRule(name.to_owned())) } else { Ok(()) }
    }

    /// Whether a rule is checked.
    #[must_use]
    pub fn has(&self, rule: &Rule) -> bool {
        let is_chosen = if self.only.is_empty() { rule.is_default } else { self.only.contains(&rule.id) };
        is_chosen && !self.off.contains(&rule.id)
    }
}

/// A rule that is not followed, and where.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Finding {
    /// The rule.
    pub rule: &'static Rule,
    /// Whether the manual demands it: the rule's level, but advice that a rule gives besides is [`Level::Should`].
    pub level: Level,
    /// The place, of several equal findings the first.
    pub place: Place,
    /// The token it is about.
    pub token: Option<String>,
    /// How many equal findings there are.
    pub count: u64,
    /// The names used whose numbers are not published.
    pub provisional: Vec<String>,
    /// The expectation.
    pub expected: String,
}

/// Where a rule is not followed.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Place {
    /// An event.
    Event(EventPlace),
    /// A clause of a source, or its statement.
    Source(SourcePlace),
    /// The input as a whole.
    Input,
}

/// A place in a source.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct SourcePlace {
    /// The source.
    pub file: String,
    /// The line, from 1.
    pub line: u32,
    /// The column, from 1.
    pub column: u32,
    /// The whole line.
    pub text: String,
    /// Columns of the clause.
    pub width: usize,
}

impl SourcePlace {
    fn new(sources: &SourceMap, location: Location) -> Self {
        let Some(source) = sources.get(location.source) else { return Self::default() };
        let position = source.position(location.span.start);
        let (_, text) = source.line(location.span.start);
        let width =
            source.slice(location.span).lines().next().map_or(1, |clause| clause.chars().count().max(1));
        Self {
            file: source.name().to_owned(),
            line: position.line,
            column: position.column,
            text: text.to_owned(),
            width,
        }
    }
}

/// An event as findings name it.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct EventPlace {
    /// The input it is in.
    pub file: Arc<str>,
    /// Offset in that input: of the token, or of the event. In JSON Lines, of the object.
    pub offset: u64,
    /// The line of the event, from 1, if the input is JSON Lines.
    pub line: Option<u64>,
    /// Its subsystem ID, as text.
    pub ssid: String,
    /// Its number.
    pub number: Option<i16>,
    /// Its name.
    pub name: Option<String>,
    /// Its first subject.
    pub subject: Option<String>,
}

/// Equal findings are counted: the same rule, subsystem, number and token. Beyond this many different ones each is kept.
const MAX_KEYS: usize = 65_536;

/// Checks events and sources.
#[derive(Debug)]
pub struct Linter<'s> {
    names: Names<'s>,
    report: Report,
    stream: Stream,
}

/// Rule, subsystem, event number and token.
type FindingKey = (&'static str, Ssid, Option<i16>, Option<String>);

/// Findings as they come.
#[derive(Debug, Default)]
struct Report {
    selection: Selection,
    findings: Vec<Finding>,
    keys: HashMap<FindingKey, usize>,
}

impl Report {
    fn is_on(&self, id: &str) -> bool {
        Rule::of(id).is_some_and(|rule| self.selection.has(rule))
    }

    fn add(&mut self, id: &str, place: Place, detail: &str, token: Option<&str>, provisional: Vec<String>) {
        let Some(rule) = Rule::of(id).filter(|rule| self.selection.has(rule)) else { return };
        let expected = if detail.is_empty() {
            rule.requirement.to_owned()
        } else {
            format!("{}: {detail}", rule.requirement)
        };
        let token = token.map(str::to_owned);
        self.findings.push(Finding {
            rule,
            level: rule.level,
            place,
            token,
            count: 1,
            provisional,
            expected,
        });
    }

    /// Adds advice that a rule gives beside what it demands.
    fn advise(&mut self, id: &str, place: Place, detail: &str, token: Option<&str>) {
        let before = self.findings.len();
        self.add(id, place, detail, token, Vec::new());
        self.findings.iter_mut().skip(before).for_each(|finding| finding.level = Level::Should);
    }

    /// Adds a finding about an event, or counts it.
    fn add_event(
        &mut self,
        id: &str,
        ssid: Ssid,
        place: EventPlace,
        detail: &str,
        token: Option<&str>,
        provisional: Vec<String>,
    ) {
        let Some(rule) = Rule::of(id).filter(|rule| self.selection.has(rule)) else { return };
        let key = (rule.id, ssid.without_version(), place.number, token.map(str::to_owned));
        if let Some(at) = self.keys.get(&key)
            && let Some(known) = self.findings.get_mut(*at)
        {
            known.count += 1;
            return;
        }
        if self.keys.len() < MAX_KEYS {
            self.keys.insert(key, self.findings.len());
        }
        self.add(id, Place::Event(place), detail, token, provisional);
    }
}

/// The questions of the rules to the definitions.
#[derive(Debug)]
struct Names<'s> {
    site: &'s Site,
    /// Codes and names by subsystem and token number; numbers that SPI owns have the null SSID.
    by_number: HashMap<(Ssid, i16), Vec<(TokenCode, String)>>,
    /// Subsystems of which an event, a token is defined.
    with_events: Vec<Ssid>,
    with_tokens: Vec<Ssid>,
    /// The values of ZEMS-TKN-CONTENT-STANDARD.
    null_content: Option<i64>,
    contents: Vec<(i64, &'static str)>,
}

impl<'s> Names<'s> {
    fn new(site: &'s Site) -> Self {
        let dictionary = site.dictionary();
        let mut names = Self {
            site,
            by_number: HashMap::new(),
            with_events: Vec::new(),
            with_tokens: Vec::new(),
            null_content: None,
            contents: Vec::new(),
        };
        names.null_content = names.constant("ZEMS-VAL-NULL");
        let contents = view::CONTENTS.iter().filter_map(|name| Some((names.constant(name)?, *name)));
        names.contents = contents.collect();
        let note = |known: &mut Vec<Ssid>, ssid: Ssid| {
            if !known.iter().any(|other| other.is_same_subsystem(ssid)) {
                known.push(ssid);
            }
        };
        for token in dictionary.tokens() {
            let number = token.code().number();
            let home = if number.is_shared() { Some(Ssid::NULL) } else { token.owner_ssid() };
            if let Some(home) = home {
                let key = (home.without_version(), number.0);
                names.by_number.entry(key).or_default().push((token.stored_code(), token.name().to_owned()));
                note(&mut names.with_tokens, home);
            }
        }
        for event in dictionary.events() {
            note(&mut names.with_events, event.ssid());
        }
        names
    }

    fn dictionary(&self) -> &'s Dictionary {
        self.site.dictionary()
    }

    fn constant(&self, name: &str) -> Option<i64> {
        match self.dictionary().constant(name)?.value() {
            crate::dictionary::ConstantValue::Number(number) => i64::try_from(number).ok(),
            _ => None,
        }
    }

    /// The standard content of this value: `None` is none, an empty name one that EMS does not know.
    fn content(&self, value: i64) -> Option<&'static str> {
        if value == self.null_content? {
            return None;
        }
        Some(self.contents.iter().find(|(known, _)| *known == value).map_or("", |(_, name)| name))
    }

    fn has_events(&self, ssid: Ssid) -> bool {
        self.with_events.iter().any(|known| known.is_same_subsystem(ssid))
    }

    fn has_tokens(&self, ssid: Ssid) -> bool {
        self.with_tokens.iter().any(|known| known.is_same_subsystem(ssid))
    }

    /// Those of the names whose numbers are not published.
    fn provisional(&self, names: &[&str]) -> Vec<String> {
        let dictionary = self.dictionary();
        let is_provisional = |name: &&&str| {
            dictionary.token_named(name).is_some_and(|token| token.is_provisional())
                || dictionary.constant(name).is_some_and(|constant| constant.is_provisional())
        };
        names.iter().filter(is_provisional).map(|name| (**name).to_owned()).collect()
    }
}

impl<'s> Linter<'s> {
    /// Checks under the definitions and templates of a site.
    #[must_use]
    pub fn new(site: &'s Site, selection: Selection) -> Self {
        let report = Report { selection, ..Report::default() };
        Self { names: Names::new(site), report, stream: Stream::default() }
    }

    /// Checks an event by itself and as the next one of the stream. `offset` is the place of its first byte in the input.
    pub fn event(&mut self, file: &str, offset: u64, event: &Event<'_>) {
        self.event_at(file, None, offset, event);
    }

    /// The same for an event of JSON Lines: `line` is that of its object, from 1, and `offset` the object's first byte.
    pub fn event_in_line(&mut self, file: &str, line: u64, offset: u64, event: &Event<'_>) {
        self.event_at(file, Some(line), offset, event);
    }

    fn event_at(&mut self, file: &str, line: Option<u64>, offset: u64, event: &Event<'_>) {
        let event = event.with_overrides(self.names.site.templates().overrides(event));
        let view = View::new(&self.names, file, line, offset, event);
        event::check(&view, &mut self.report);
        if !view.is_imported() {
            meaning::check(&view, &mut self.report);
            self.stream.event(&view, &mut self.report);
        }
        event::check_text(&view, &mut self.report);
    }

    /// Checks definition sources, template sources and event metadata that were loaded together.
    pub fn sources(&mut self, sources: &Sources) {
        sources::check(sources, &mut self.report);
    }

    /// Checks sources against an earlier state of them.
    pub fn releases(&mut self, earlier: &Sources, later: &Sources) {
        releases::check(earlier, later, &mut self.report);
    }

    /// Ends the input: requests that are still open are reported. Findings are in the order of the input.
    #[must_use]
    pub fn finish(mut self) -> Vec<Finding> {
        self.stream.finish(&mut self.report);
        self.report.findings
    }
}
