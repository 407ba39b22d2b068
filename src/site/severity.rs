//! The severity of events: one table of rules for all formats.

use core::fmt;

use super::level::{Level, ParseLevelError};
use crate::dictionary::{ConstantValue, Dictionary, TokenDef};
use crate::ems::Event;
use crate::filter::{Compiler, Filter, Nodes, Parameters, Scratch};
use crate::text::SourceMap;

/// A row of the table: which events it covers, and their severity.
#[derive(Clone, Debug)]
pub(super) struct Rule {
    covers: Covers,
    level: Level,
}

#[derive(Clone, Debug)]
enum Covers {
    /// Critical events.
    Emphasis,
    /// Events that no other rule covers.
    Default,
    ContentStandard(i16),
    ContentUser(i16),
    /// By the event's name.
    Event(Box<str>),
    /// Events that came with this severity of syslog, or are a message that has it.
    Syslog(u8),
    Condition(Box<Filter>),
}

/// Why a rule is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SeverityError {
    /// The text is not `RULE=SEVERITY`.
    Form,
    /// The severity is in neither vocabulary.
    Level(ParseLevelError),
    /// The rule is none of those there are.
    Rule {
        /// As it was given.
        rule: Box<str>,
        /// The message of the filter language about it as a condition.
        condition: Box<str>,
    },
}

impl fmt::Display for SeverityError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Form => f.write_str("a severity is given as RULE=SEVERITY"),
            Self::Level(error) => error.fmt(f),
            Self::Rule { rule, condition } => write!(
                f,
                "unknown rule `{rule}`: expected `emphasis`, `default`, an event name, a content standard such as \
                 ZEMS-VAL-ATTN-NEEDED, or a condition of the filter language ({condition})"
            ),
        }
    }
}

impl core::error::Error for SeverityError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::Level(error) => Some(error),
            _ => None,
        }
    }
}

/// The built-in rules on contents; of the contents of users those for debugging. Their values are those of the dictionary.
const CONTENTS: [(&str, Level); 10] = [
    ("ZEMS-VAL-DATA-TRACE", Level::TRACE),
    ("ZEMS-VAL-DATA-DEBUG", Level::DEBUG),
    ("ZEMS-VAL-DATA-DIAGNOSTIC", Level::DEBUG),
    ("ZEMS-VAL-OBJECT-AVAILABLE", Level::NOTICE),
    ("ZEMS-VAL-OTHER-STATE-CHANGE", Level::NOTICE),
    ("ZEMS-VAL-ATTN-COMPLETED", Level::NOTICE),
    ("ZEMS-VAL-TRANSIENT-FAULT", Level::WARNING),
    ("ZEMS-VAL-USAGE-THRESHOLD", Level::WARNING),
    ("ZEMS-VAL-OBJECT-UNAVAILABLE", Level::ERROR),
    ("ZEMS-VAL-ATTN-NEEDED", Level::ERROR),
];

/// The rules in order: the last that covers an event decides.
#[derive(Clone, Debug)]
pub(super) struct Severities {
    /// The built-in rules on contents, then on emphasis.
    builtin: Vec<Rule>,
    given: Vec<Rule>,
    /// Of events that nothing covers.
    default: Level,
}

impl Severities {
    pub(super) fn new(dictionary: &Dictionary) -> Self {
        let contents = CONTENTS.iter().filter_map(|(name, level)| Some((content(name, dictionary)?, *level)));
        let emphasis = (Covers::Emphasis, Level::CRITICAL);
        // A content of users says less than one that EMS defines.
        let (users, standards): (Vec<_>, Vec<_>) =
            contents.partition(|(covers, _)| matches!(covers, Covers::ContentUser(_)));
        let rules = users.into_iter().chain(standards).chain([emphasis]);
        Self {
            builtin: rules.map(|(covers, level)| Rule { covers, level }).collect(),
            given: Vec::new(),
            default: Level::INFO,
        }
    }

    /// Adds a rule after those there are.
    pub(super) fn add(
        &mut self,
        rule: &str,
        level: Level,
        dictionary: &Dictionary,
        nodes: &Nodes,
    ) -> Result<(), SeverityError> {
        match covers(rule.trim(), dictionary, nodes)? {
            Covers::Default => self.default = level,
            covers => self.given.push(Rule { covers, level }),
        }
        Ok(())
    }

    /// The severity of an event. `name` is that of its definition; `said` is the severity of syslog that the event came with or
    /// that its message has.
    pub(super) fn level<'s>(
        &self,
        event: &Event<'_>,
        name: Option<&str>,
        said: Option<u8>,
        scratch: impl Fn() -> Scratch<'s>,
    ) -> Level {
        let covers = |rule: &&Rule| match &rule.covers {
            Covers::Emphasis => event.emphasis() == Some(true),
            Covers::Default => true,
            Covers::ContentStandard(value) => event.content_standard() == Some(*value),
            Covers::ContentUser(value) => event.content_user() == Some(*value),
            Covers::Event(event) => name.is_some_and(|name| name.eq_ignore_ascii_case(event)),
            Covers::Syslog(severity) => said == Some(*severity),
            Covers::Condition(filter) => {
                filter.verdict(event, &mut scratch()).is_ok_and(|verdict| verdict.is_pass())
            }
        };
        let level = |rules: &[Rule]| rules.iter().rev().find(covers).map(|rule| rule.level);
        level(&self.given)
            .or_else(|| said.and_then(Level::from_syslog))
            .or_else(|| level(&self.builtin))
            .unwrap_or(self.default)
    }
}

/// Splits `RULE=SEVERITY` at the last `=`: a condition has others.
pub(super) fn split(text: &str) -> Result<(&str, Level), SeverityError> {
    let (rule, level) = text.rsplit_once('=').ok_or(SeverityError::Form)?;
    Ok((rule.trim(), level.trim().parse().map_err(SeverityError::Level)?))
}

fn covers(rule: &str, dictionary: &Dictionary, nodes: &Nodes) -> Result<Covers, SeverityError> {
    let is = |name: &str| rule.eq_ignore_ascii_case(name);
    if is("emphasis") {
        return Ok(Covers::Emphasis);
    }
    if is("default") || is("other") {
        return Ok(Covers::Default);
    }
    if let Some(severity) = (0..).zip(crate::dictionary::SEVERITIES).find(|(_, name)| is(name)) {
        return Ok(Covers::Syslog(severity.0));
    }
    if let Some(event) = dictionary.event_named(rule) {
        return Ok(Covers::Event(event.name().into()));
    }
    if let Some(content) = content(rule, dictionary) {
        return Ok(content);
    }
    condition(rule, dictionary, nodes)
        .map(|filter| Covers::Condition(Box::new(filter)))
        .map_err(|condition| SeverityError::Rule { rule: rule.into(), condition: condition.into() })
}

/// A value of ZEMS-TKN-CONTENT-STANDARD or ZEMS-TKN-CONTENT-USER by the name of its constant. 0 is the content of an event that
/// has none.
fn content(name: &str, dictionary: &Dictionary) -> Option<Covers> {
    let of = |token: &str| {
        let values = dictionary.token_named(token).as_ref().and_then(TokenDef::enumeration)?;
        let is_it = |constant: &str| constant.eq_ignore_ascii_case(name);
        let value =
            values.values().find(|value| value.constant().is_some_and(is_it) || is_it(value.name()))?;
        i16::try_from(value.value()).ok().filter(|value| *value != 0)
    };
    if let Some(value) = of("ZEMS-TKN-CONTENT-STANDARD") {
        return Some(Covers::ContentStandard(value));
    }
    if let Some(value) = of("ZEMS-TKN-CONTENT-USER") {
        return Some(Covers::ContentUser(value));
    }
    // A site's own EMS definitions may have the constants alone.
    let (_, known) = CONTENTS.iter().enumerate().find(|(_, (known, _))| known.eq_ignore_ascii_case(name))?;
    let ConstantValue::Number(value) = dictionary.constant(known.0)?.value() else { return None };
    let value = i16::try_from(value).ok().filter(|value| *value != 0)?;
    Some(if known.0.contains("-DATA-") { Covers::ContentUser(value) } else { Covers::ContentStandard(value) })
}

fn condition(text: &str, dictionary: &Dictionary, nodes: &Nodes) -> Result<Filter, String> {
    let mut sources = SourceMap::new();
    let id = sources.add("severity", text.to_owned()).map_err(|error| error.to_string())?;
    let (filter, diagnostics) =
        Compiler::new(dictionary).with_nodes(nodes).expression(&mut sources, id).into_parts();
    let Some(filter) = filter else {
        let first = diagnostics.iter().next().map(|diagnostic| diagnostic.message.to_string());
        return Err(first.unwrap_or_else(|| "not a condition".to_owned()));
    };
    filter.load(&Parameters::new(), dictionary).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use crate::ems::{EventBuilder, EventHeader, Overrides};
    use crate::site::{Site, SiteBuilder};
    use crate::spi::{TokenCode, TokenNumber, TypeCode};

    /// The severity of an event with this number, content-standard, content-user and emphasis under rules.
    fn severity(rules: &[&str], number: i16, standard: i16, user: i16, emphasis: bool) -> String {
        let builder = rules.iter().fold(SiteBuilder::new(), |site, rule| site.severity(rule).unwrap());
        let site = builder.build();
        let header = EventHeader {
            content_standard: standard,
            content_user: user,
            emphasis,
            cpu: 3,
            ..EventHeader::new(site.dictionary().parse_ssid("TANDEM.RPC.D10").unwrap(), number)
        };
        let code = TokenCode::new(TypeCode::CHAR, 255, TokenNumber(10));
        let builder = EventBuilder::new(Vec::new(), &header, site.profile(), code, "$ZPM").unwrap();
        let bytes = builder.finish().unwrap();
        site.severity(&site.parse(&bytes).unwrap()).name().to_owned()
    }

    #[test]
    fn later_rules_win_and_default_is_for_the_rest() {
        let value = |name: &str| match Site::builtin().dictionary().constant(name).unwrap().value() {
            crate::dictionary::ConstantValue::Number(number) => i16::try_from(number).unwrap(),
            _ => unreachable!(),
        };
        let (needed, trace) = (value("ZEMS-VAL-ATTN-NEEDED"), value("ZEMS-VAL-DATA-TRACE"));
        for (rules, number, standard, user, emphasis, expected) in [
            (&[][..], 8, 0, 0, false, "info"),
            (&[], 8, 0, 0, true, "critical"),
            (&[], 8, needed, trace, false, "error"),
            (&[], 8, 0, trace, false, "TRACE"),
            (&["default=debug"], 8, 0, 0, false, "debug"),
            (&["other=DEBUG2"], 8, 0, 0, false, "DEBUG2"),
            (&["default=alert"], 8, 0, 0, true, "critical"),
            (&["emphasis=alert"], 8, 0, 0, true, "alert"),
            (&["zems-val-attn-needed=notice"], 8, needed, 0, true, "notice"),
            (&["ZRPC-EVT-BKUP-FAIL=alert"], 8, 0, 0, false, "alert"),
            (&["ZRPC-EVT-BKUP-FAIL=alert"], 3, 8, 0, false, "info"),
            (&["ZRPC-EVT-BKUP-FAIL=alert", "emphasis=warn3"], 8, 0, 0, true, "WARN3"),
            (&["ZEMS^TKN^CPU = 3=emergency"], 8, 0, 0, true, "emergency"),
            (&["ZEMS^TKN^CPU = 4=emergency"], 8, 0, 0, false, "info"),
        ] {
            let found = severity(rules, number, standard, user, emphasis);
            assert_eq!(found, expected, "{rules:?} {number} {standard} {user} {emphasis}");
        }
    }

    #[test]
    fn other_rules_are_refused() {
        let refused = |rule| SiteBuilder::new().severity(rule).err().map(|error| error.to_string());
        assert!(refused("emphsis=alert").unwrap().starts_with("unknown rule `emphsis`: expected `emphasis`"));
        // Any other constant of the dictionary is not a content.
        assert!(refused("ZRPC-VAL-BACKUP=alert").unwrap().starts_with("unknown rule `ZRPC-VAL-BACKUP`"));
        assert!(refused("emphasis=severe").unwrap().starts_with("\"severe\" is not a severity"));
        assert_eq!(refused("emphasis").unwrap(), "a severity is given as RULE=SEVERITY");
    }

    #[test]
    fn overridden_emphasis_counts() {
        let site = Site::builtin();
        let event = site.parse(crate::samples::BKUP_FAIL).unwrap();
        assert_eq!(site.severity(&event).name(), "critical");
        let calm = event.with_overrides(Overrides { emphasis: Some(false), ..Overrides::default() });
        assert_eq!(site.severity(&calm).name(), "info");
    }
}
