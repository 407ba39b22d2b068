//! Holds everything that is known of a site in one value: definitions, templates, node names, the time zone and the severity rules.
//!
//! A [`Site`] is built once, never changes, is cheap to clone and may be used by any number of threads. It is the only place that
//! answers what an event says, how severe it is, and who sent it; formats and programs ask it.
//!
//! ```
//! use zems::site::Site;
//!
//! let site = Site::builtin();
//! let event = site.parse(zems::samples::BKUP_FAIL)?;
//! assert_eq!(site.sentence(&event).to_string(), "Backup process in CPU 3 died because its CPU is down");
//! assert_eq!(site.severity(&event).name(), "critical");
//! # Ok::<(), zems::spi::read::DecodeError>(())
//! ```
//!
//! The flags that OVERRIDE templates give are part of an event here: [`Site::event`] and [`Site::parse`] return events that carry
//! them, and every getter, filter and format sees the overridden value.

mod level;
mod provisional;
mod sentence;
mod severity;
mod texts;

use alloc::sync::Arc;
use core::fmt::{self, Write};
use std::sync::LazyLock;

pub use level::{Level, ParseLevelError};
pub use sentence::{Header, Line, Sentence};
pub use severity::SeverityError;

use crate::dictionary::{Advice, Dictionary, EventDef, TokenDef};
use crate::ems::{Event, HeaderToken, HeaderValue, Process};
use crate::filter::{EventText, Nodes, Scratch, TemplateKey as FilterKey};
use crate::spi::read::{Buffer, DecodeError, Decoder, Token};
use crate::spi::{Profile, Ssid, Timestamp, TokenCode, TokenKey, UtcOffset, Value};
use crate::template::{NodeNames, RenderOptions, TemplateKey, TemplateSet};
use provisional::Provisional;
use severity::Severities;

/// The known facts about a site. See the [module](self).
#[derive(Clone)]
pub struct Site(Arc<Inner>);

/// Which names are used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Names {
    #[default]
    All,
    /// Only those that rest on published numbers, or on a user's own.
    Certain,
    None,
}

struct Inner {
    dictionary: Definitions,
    templates: TemplateSet,
    nodes: Vec<(i32, String)>,
    zone: Option<Box<dyn UtcOffset>>,
    severities: Severities,
    names: Names,
    provisional: LazyLock<Provisional, Box<dyn FnOnce() -> Provisional + Send + Sync>>,
    known: WellKnown,
}

enum Definitions {
    Shipped(&'static Dictionary),
    Own(Arc<Dictionary>),
}

impl Definitions {
    fn get(&self) -> &Dictionary {
        match self {
            Self::Shipped(dictionary) => dictionary,
            Self::Own(dictionary) => dictionary,
        }
    }
}

/// Tokens that say what an event is, as the dictionary has them.
#[derive(Clone, Copy, Debug, Default)]
struct WellKnown {
    /// The subsystem of lines of a system log.
    syslog: Option<Ssid>,
    syslog_host: Option<TokenCode>,
    syslog_priority: Option<TokenCode>,
}

impl WellKnown {
    fn new(dictionary: &Dictionary) -> Self {
        let code = |name| dictionary.token_named(name).map(|token| token.stored_code());
        Self {
            syslog: dictionary.ssid_named("SYSLOG-VAL-SSID"),
            syslog_host: code("SYSLOG-TKN-HOST"),
            syslog_priority: code("SYSLOG-TKN-PRI"),
        }
    }
}

static BUILTIN: LazyLock<Site> = LazyLock::new(|| SiteBuilder::new().build());

impl Site {
    /// The shipped definitions and templates, without node names, in GMT, with the built-in severities.
    #[must_use]
    pub fn builtin() -> Self {
        BUILTIN.clone()
    }

    /// Begins a site with the shipped definitions.
    #[must_use]
    pub fn builder() -> SiteBuilder {
        SiteBuilder::new()
    }

    /// The meaning of names and codes.
    #[must_use]
    pub fn dictionary(&self) -> &Dictionary {
        self.0.dictionary.get()
    }

    /// The compiled templates.
    #[must_use]
    pub fn templates(&self) -> &TemplateSet {
        &self.0.templates
    }

    /// The wire profile that the definitions make.
    #[must_use]
    pub fn profile(&self) -> &Profile {
        self.dictionary().profile()
    }

    /// The names of nodes by number, and numbers by name.
    #[must_use]
    pub fn nodes(&self) -> &dyn NodeNames {
        &self.0.nodes
    }

    /// The numbers of nodes that filters name.
    #[must_use]
    pub fn node_numbers(&self) -> Nodes {
        let nodes = self.0.nodes.iter();
        nodes.filter_map(|(number, name)| Some((name.as_str(), u32::try_from(*number).ok()?))).collect()
    }

    /// The time zone that times are shown in; `None`: GMT.
    #[must_use]
    pub fn zone(&self) -> Option<&dyn UtcOffset> {
        self.0.zone.as_deref()
    }

    /// A time in the site's zone, to be shown. Elapsed times and times that are not set have no zone.
    #[must_use]
    pub fn local(&self, time: Timestamp) -> Timestamp {
        match self.zone() {
            Some(zone) if time != Timestamp::UNSET && !time.is_elapsed() => {
                time.shifted(zone.utc_offset(time))
            }
            _ => time,
        }
    }

    /// Reads the event that fills `bytes`.
    ///
    /// # Errors
    /// The bytes are not an SPI buffer, or a command or response.
    pub fn parse<'a>(&'a self, bytes: &'a [u8]) -> Result<Event<'a>, DecodeError> {
        let event = Event::try_from(Decoder::new(self.profile()).parse(bytes)?)?;
        Ok(event.with_overrides(self.0.templates.overrides(&event)))
    }

    /// The event in a buffer, with the flags that override templates give it; `None` for a command or response.
    #[must_use]
    #[inline]
    pub fn event<'a>(&self, buffer: &Buffer<'a>) -> Option<Event<'a>> {
        let event = Event::try_from(*buffer).ok()?;
        Some(event.with_overrides(self.0.templates.overrides(&event)))
    }

    // ---- What an event says

    /// The sentence of an event, on one line, in the site's zone.
    #[must_use]
    pub const fn sentence<'s>(&'s self, event: &Event<'s>) -> Sentence<'s> {
        Sentence::new(self, *event)
    }

    /// The header before the sentence: time, process, `*` on a critical event, subsystem, number.
    #[must_use]
    pub const fn header<'s>(&'s self, event: &Event<'s>) -> Header<'s> {
        Header::new(self, *event)
    }

    /// Header and sentence on one line.
    #[must_use]
    pub const fn line<'s>(&'s self, event: &Event<'s>) -> Line<'s> {
        Line::new(self, *event)
    }

    /// Whether an event is critical: by its override template, else by its header.
    #[must_use]
    pub fn emphasis(&self, event: &Event<'_>) -> Option<bool> {
        self.0.templates.emphasis(event)
    }

    /// Whether an event is for the console: by its override template, else by its header.
    #[must_use]
    pub fn console_print(&self, event: &Event<'_>) -> Option<bool> {
        self.0.templates.console_print(event)
    }

    /// Whether an event is kept off displays: by its override template, else by its header.
    #[must_use]
    pub fn suppress_display(&self, event: &Event<'_>) -> Option<bool> {
        self.0.templates.suppress_display(event)
    }

    /// How severe an event is. Of the rules that cover it the last decides; from the first to the last:
    ///
    /// 1. every event: info;
    /// 2. its content-user: ZEMS-VAL-DATA-TRACE TRACE, -DATA-DEBUG and -DATA-DIAGNOSTIC debug;
    /// 3. its content-standard: ZEMS-VAL-OBJECT-UNAVAILABLE and -ATTN-NEEDED error, -TRANSIENT-FAULT and -USAGE-THRESHOLD warning,
    ///    -OBJECT-AVAILABLE, -OTHER-STATE-CHANGE and -ATTN-COMPLETED notice;
    /// 4. ZEMS-TKN-EMPHASIS, as overridden: critical;
    /// 5. the severity of the syslog message that it is by its definition, or of the line that it was;
    /// 6. the rules given to [`SiteBuilder::severity`], in their order.
    #[must_use]
    pub fn severity(&self, event: &Event<'_>) -> Level {
        let emphasis = self.emphasis(event);
        let event = event.with_overrides(crate::ems::Overrides { emphasis, ..event.overrides() });
        let def = event.number().and_then(|number| self.dictionary().event(event.ssid(), number));
        let said = self.priority(&event).map(|priority| priority % 8);
        let said = said.or_else(|| def.and_then(|def| def.message()?.severity()));
        self.0.severities.level(&event, def.as_ref().map(EventDef::name), said, || self.filter_scratch())
    }

    /// The name of an event, if it has a definition.
    #[must_use]
    pub fn event_name(&self, event: &Event<'_>) -> Option<&str> {
        self.event_def(event).map(|def| def.name())
    }

    /// The definition of an event, unless its name is not to be used.
    #[must_use]
    pub fn event_def(&self, event: &Event<'_>) -> Option<EventDef<'_>> {
        let def = self.dictionary().event(event.ssid(), event.number()?)?;
        self.is_used(|| self.is_provisional_event(&def)).then_some(def)
    }

    /// The advice about an event: its description, cause, effect and recovery.
    #[must_use]
    pub fn advice(&self, event: &Event<'_>) -> Advice<'_> {
        self.event_def(event).map_or_else(Advice::default, |def| def.advice())
    }

    /// The definition of a token, unless its name is not to be used.
    #[must_use]
    pub fn token(&self, ssid: Ssid, code: TokenCode) -> Option<TokenDef<'_>> {
        let def = self.dictionary().token(ssid, code)?;
        self.is_used(|| def.is_provisional()).then_some(def)
    }

    /// The key that finds and puts the token of this name. Look a name up once and keep the key.
    ///
    /// ```
    /// let site = zems::site::Site::builtin();
    /// let cpu = site.token_key("ZRPC-TKN-CPU").unwrap();
    /// let event = site.parse(zems::samples::BKUP_FAIL)?;
    /// assert_eq!(event.buffer().value::<u16>(cpu)?, Some(3));
    /// # Ok::<(), zems::spi::read::DecodeError>(())
    /// ```
    #[must_use]
    pub fn token_key(&self, name: &str) -> Option<TokenKey> {
        self.dictionary().token_named(name).map(|token| token.key())
    }

    /// The name of a subsystem, unless it is not to be used.
    #[must_use]
    pub fn subsystem(&self, ssid: Ssid) -> Option<&str> {
        let known = self.dictionary().subsystem(ssid)?;
        self.is_used(|| self.is_provisional_subsystem(ssid)).then_some(known.name())
    }

    /// The external text of an SSID, with the name of its subsystem: `TANDEM.RPC.D10`.
    #[must_use]
    pub fn ssid(&self, ssid: Ssid) -> SsidText<'_> {
        SsidText { ssid, name: self.subsystem(ssid), printed: None }
    }

    /// Whose event it is, as text. An event that was printed with a subsystem that no definition knows keeps that name.
    #[must_use]
    pub fn event_ssid<'s>(&'s self, event: &Event<'s>) -> SsidText<'s> {
        SsidText { printed: self.printed_ssid(event), ..self.ssid(event.ssid()) }
    }

    /// The subsystem ID as it was printed, of an event whose subsystem no definition knew when it was imported.
    #[must_use]
    pub fn printed_ssid<'a>(&self, event: &Event<'a>) -> Option<&'a str> {
        self.dictionary().printed_ssid(event.buffer())
    }

    /// The name of an event: by its definition, else its subsystem and number, `ACME.7:101`.
    #[must_use]
    pub fn event_id<'s>(&'s self, event: &Event<'s>) -> EventId<'s> {
        EventId { name: self.event_name(event), ssid: self.event_ssid(event), number: event.number() }
    }

    /// The process that reported an event.
    #[must_use]
    pub fn process<'a>(&self, event: &Event<'a>) -> Option<Process<'a>> {
        event.process()
    }

    /// The name of an event's node, without `\`: as its process descriptor says, else as the site names the number, else the host
    /// of the message that it was.
    #[must_use]
    pub fn node_name<'s>(&'s self, event: &Event<'s>) -> Option<&'s [u8]> {
        if let Some(HeaderValue::Text(name)) = event.header_token(HeaderToken::NodeName) {
            return Some(name.strip_prefix(b"\\").unwrap_or(name));
        }
        if let Some(host) = self.syslog_bytes(event, self.0.known.syslog_host) {
            return Some(host);
        }
        let name = event.node().and_then(|node| self.nodes().name(node))?;
        Some(name.trim_start_matches('\\').as_bytes())
    }

    /// Whether the node number of an event is a fact: an event made of a line that names no node has the number 0.
    pub(crate) fn knows_node(event: &Event<'_>) -> bool {
        event.node() != Some(0)
            || match event.process() {
                Some(Process::Descriptor(text)) => text.starts_with(b"\\"),
                Some(Process::Crtpid { .. }) => true,
                None => event.cpu().is_some(),
            }
    }

    /// The first subject of an event.
    #[must_use]
    pub fn subject<'a>(&self, event: &Event<'a>) -> Option<Token<'a>> {
        event.subjects().flatten().next().map(|subject| *subject.token())
    }

    /// Facility and severity of the line of a system log that the event was.
    #[must_use]
    pub fn priority(&self, event: &Event<'_>) -> Option<u8> {
        let (ssid, code) = (self.0.known.syslog?, self.0.known.syslog_priority?);
        let token = event.buffer().find(TokenKey::qualified(ssid, code)).ok()??;
        let Value::Uint(numbers) = token.value() else { return None };
        u8::try_from(numbers.only()?).ok().filter(|priority| *priority < 192)
    }

    fn syslog_bytes<'a>(&self, event: &Event<'a>, code: Option<TokenCode>) -> Option<&'a [u8]> {
        let token = event.buffer().find(TokenKey::qualified(self.0.known.syslog?, code?)).ok()??;
        Some(token.bytes()).filter(|bytes| !bytes.is_empty())
    }

    // ---- For other parts

    /// Working memory for filters over the site's events, with its texts, names and zone.
    #[must_use]
    pub fn filter_scratch(&self) -> Scratch<'_> {
        let mut scratch = Scratch::new().with_event_text(self);
        if self.0.names != Names::None {
            scratch = scratch.with_names(self.dictionary());
        }
        match self.zone() {
            Some(zone) => scratch.with_zone(zone),
            None => scratch,
        }
    }

    /// The settings for the texts of events, for code that renders templates itself. `local`: in the site's zone, else in GMT.
    #[must_use]
    pub fn render_options(&self, local: bool) -> RenderOptions<'_> {
        RenderOptions {
            nodes: Some(self.nodes()),
            zone: self.zone().filter(|_| local),
            ..RenderOptions::default()
        }
    }

    /// Whether a name is used, if it is provisional or not.
    fn is_used(&self, is_provisional: impl FnOnce() -> bool) -> bool {
        match self.0.names {
            Names::All => true,
            Names::Certain => !is_provisional(),
            Names::None => false,
        }
    }

    /// Whether names and labels are used at all.
    #[must_use]
    pub fn has_names(&self) -> bool {
        self.0.names != Names::None
    }

    /// Whether names are used that rest on unpublished numbers.
    #[must_use]
    pub fn uses_provisional(&self) -> bool {
        self.0.names != Names::Certain
    }
}

impl fmt::Debug for Site {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Site")
            .field("dictionary", self.dictionary())
            .field("templates", &self.0.templates)
            .field("nodes", &self.0.nodes)
            .field("zone", &self.0.zone.is_some())
            .field("names", &self.0.names)
            .finish_non_exhaustive()
    }
}

/// The texts that EMSTEXTMATCH compares with are in GMT: a filter has the same verdict wherever it runs.
impl EventText for Site {
    fn write_text(&self, event: &Event<'_>, key: FilterKey, text: &mut dyn Write) -> fmt::Result {
        let header = (key != FilterKey::default()).then(|| TemplateKey::new(key.ssid, key.code, key.value));
        let options = RenderOptions { header, ..self.render_options(false) };
        self.write_line(event, &options, text)
    }
}

/// The external text of an SSID. See [`Site::ssid`].
#[derive(Clone, Copy, Debug)]
pub struct SsidText<'s> {
    ssid: Ssid,
    name: Option<&'s str>,
    printed: Option<&'s str>,
}

impl SsidText<'_> {
    /// The SSID.
    #[must_use]
    pub const fn ssid(&self) -> Ssid {
        self.ssid
    }

    /// Whether the text says everything that the SSID says.
    #[must_use]
    pub fn round_trips(&self) -> bool {
        self.ssid.round_trips()
    }
}

impl fmt::Display for SsidText<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.printed {
            Some(printed) => f.pad(printed),
            None => self.ssid.with_name(self.name).fmt(f),
        }
    }
}

/// A name for a kind of events. See [`Site::event_id`].
#[derive(Clone, Copy, Debug)]
pub struct EventId<'s> {
    name: Option<&'s str>,
    ssid: SsidText<'s>,
    number: Option<i16>,
}

impl fmt::Display for EventId<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.name, self.number) {
            (Some(name), _) => f.write_str(name),
            (None, Some(number)) => {
                write!(WithoutVersion { out: f, held: [0; HELD], len: 0 }, "{}", self.ssid)?;
                write!(f, ":{number}")
            }
            (None, None) => Ok(()),
        }
    }
}

/// Writes the text of an SSID without its last period and what follows it: the version. That part is held back.
struct WithoutVersion<'f, 'g> {
    out: &'f mut fmt::Formatter<'g>,
    held: [u8; HELD],
    len: usize,
}

/// A version is shorter.
const HELD: usize = 8;

impl Write for WithoutVersion<'_, '_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for character in text.chars() {
            if self.len > 0 && (character == '.' || self.len >= HELD) {
                let held = self.held.get(..self.len).and_then(|held| core::str::from_utf8(held).ok());
                self.out.write_str(held.unwrap_or_default())?;
                self.len = 0;
            }
            match self.held.get_mut(self.len) {
                Some(place) if character == '.' || self.len > 0 && character.is_ascii() => {
                    *place = u8::try_from(character).unwrap_or(b'?');
                    self.len += 1;
                }
                _ => self.out.write_char(character)?,
            }
        }
        Ok(())
    }
}

/// Builds a [`Site`].
///
/// ```
/// use zems::site::Site;
/// use zems::spi::Timestamp;
///
/// let site = Site::builder()
///     .node(3, "NODE")
///     .zone(|_: Timestamp| 3600)
///     .severity("emphasis=alert")?
///     .severity("ZEMS^TKN^CPU > 8 = warning")?
///     .build();
/// let event = site.parse(zems::samples::BKUP_FAIL)?;
/// assert_eq!(site.severity(&event).name(), "alert");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct SiteBuilder {
    dictionary: Definitions,
    templates: Option<TemplateSet>,
    nodes: Vec<(i32, String)>,
    zone: Option<Box<dyn UtcOffset>>,
    severities: Severities,
    names: Names,
}

impl Default for SiteBuilder {
    fn default() -> Self {
        Self::new()
    }
}

impl SiteBuilder {
    /// A site with the shipped definitions.
    #[must_use]
    pub fn new() -> Self {
        Self {
            dictionary: Definitions::Shipped(Dictionary::builtin()),
            templates: None,
            nodes: Vec::new(),
            zone: None,
            severities: Severities::new(Dictionary::builtin()),
            names: Names::default(),
        }
    }

    /// Takes these definitions and templates in place of the shipped ones. Severities that have been given are forgotten: their
    /// names may mean something else now.
    #[must_use]
    pub fn definitions(self, dictionary: impl Into<Arc<Dictionary>>, templates: TemplateSet) -> Self {
        let dictionary = dictionary.into();
        Self {
            severities: Severities::new(&dictionary),
            dictionary: Definitions::Own(dictionary),
            templates: Some(templates),
            ..self
        }
    }

    /// Names a node, with or without its `\`.
    #[must_use]
    pub fn node(mut self, number: i32, name: impl Into<String>) -> Self {
        self.nodes.push((number, name.into()));
        self
    }

    /// Shows times in this zone.
    #[must_use]
    pub fn zone(self, zone: impl UtcOffset + 'static) -> Self {
        Self { zone: Some(Box::new(zone)), ..self }
    }

    /// Adds a severity rule after those there are, `RULE=SEVERITY`. A rule is `emphasis`, `default` (or `other`), the name of an
    /// event, the name of a content standard or user content, a severity of syslog that events came with, or a condition of the
    /// filter language; a severity is one of the eight of syslog or of the 24 levels of OpenTelemetry: see [`Level`].
    ///
    /// # Errors
    /// The rule or the severity is none of these. Give definitions and nodes first.
    pub fn severity(self, rule: &str) -> Result<Self, SeverityError> {
        let (rule, level) = severity::split(rule)?;
        self.severity_level(rule, level)
    }

    /// The same with the severity as a value.
    ///
    /// # Errors
    /// The rule is not known.
    pub fn severity_level(mut self, rule: &str, level: Level) -> Result<Self, SeverityError> {
        let nodes = self.nodes.iter();
        let nodes: Nodes =
            nodes.filter_map(|(n, name)| Some((name.as_str(), u32::try_from(*n).ok()?))).collect();
        self.severities.add(rule, level, self.dictionary.get(), &nodes)?;
        Ok(self)
    }

    /// Uses no names and labels in the formats for programs, only codes and numbers.
    #[must_use]
    pub fn without_names(self) -> Self {
        Self { names: Names::None, ..self }
    }

    /// Uses no names that rest on numbers which the vendor has not published and no user file has given.
    #[must_use]
    pub fn without_provisional(self) -> Self {
        Self { names: if self.names == Names::None { Names::None } else { Names::Certain }, ..self }
    }

    /// The site.
    #[must_use]
    pub fn build(self) -> Site {
        let Self { dictionary, templates, mut nodes, zone, severities, names } = self;
        // Those of NODE lines after those given, which count.
        nodes.extend(dictionary.get().nodes().iter().cloned());
        let templates = templates.unwrap_or_else(TemplateSet::builtin);
        let known = WellKnown::new(dictionary.get());
        let of: Definitions = match &dictionary {
            Definitions::Shipped(shipped) => Definitions::Shipped(shipped),
            Definitions::Own(own) => Definitions::Own(Arc::clone(own)),
        };
        let make: Box<dyn FnOnce() -> Provisional + Send + Sync> =
            Box::new(move || Provisional::new(of.get()));
        let provisional = LazyLock::new(make);
        Site(Arc::new(Inner { dictionary, templates, nodes, zone, severities, names, provisional, known }))
    }
}

impl fmt::Debug for SiteBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SiteBuilder")
            .field("nodes", &self.nodes)
            .field("zone", &self.zone.is_some())
            .field("names", &self.names)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_site_crosses_threads() {
        fn is_send_and_sync<T: Send + Sync + 'static>() {}
        is_send_and_sync::<Site>();
        fn is_send<T: Send>(_: &T) {}
        let site = Site::builtin();
        let filters = crate::filter::Filters::default();
        is_send(&filters.session(site.filter_scratch()));
    }
}
