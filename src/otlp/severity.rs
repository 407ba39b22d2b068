use core::fmt;
use core::str::FromStr;
use std::collections::BTreeMap;

use super::syslog_value;
use crate::dictionary::{ConstantValue, Dictionary, SEVERITIES};
use crate::ems::Event;
use crate::spi::Value;

/// A severity number, 1 to 24: TRACE, DEBUG, INFO, WARN, ERROR, FATAL with four steps each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Severity(u8);

impl Severity {
    const NAMES: [&str; 6] = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"];

    /// The severity with this number, `None` outside 1 to 24.
    #[must_use]
    pub const fn new(number: u8) -> Option<Self> {
        if matches!(number, 1..=24) { Some(Self(number)) } else { None }
    }

    /// The severity number of the data model.
    #[must_use]
    pub const fn number(self) -> u8 {
        self.0
    }
}

/// The short name: `INFO`, `INFO2`.
impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, step) = ((self.0 - 1) / 4, (self.0 - 1) % 4);
        f.write_str(Self::NAMES.get(usize::from(name)).unwrap_or(&"FATAL"))?;
        if step == 0 { Ok(()) } else { write!(f, "{}", step + 1) }
    }
}

/// Reads a short name in any case, or a number.
impl FromStr for Severity {
    type Err = SeverityError;

    fn from_str(text: &str) -> Result<Self, SeverityError> {
        let by_number = text.parse().ok().and_then(Self::new);
        by_number
            .or_else(|| (1..=24).map(Self).find(|severity| severity.to_string().eq_ignore_ascii_case(text)))
            .ok_or_else(|| SeverityError::Severity(text.to_owned()))
    }
}

/// Why a [`SeverityTable`] does not take a row.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SeverityError {
    /// The text is no severity.
    Severity(String),
    /// The key is none of the table, and no event.
    Key(String),
}

impl fmt::Display for SeverityError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Severity(text) => {
                write!(f, "{text:?} is no severity: there are TRACE to FATAL4, and their numbers 1 to 24")
            }
            Self::Key(key) => write!(f, "severities go by {}, or by the name of an event; not by {key:?}", {
                let keys: Vec<_> = ROWS.iter().map(|(key, ..)| *key).collect();
                keys.join(", ")
            }),
        }
    }
}

impl core::error::Error for SeverityError {}

/// How severe an event is. The first of these that applies decides:
///
/// 1. a row for the event's name;
/// 2. the severity in its `SYSLOG-TKN-PRI`, else that of the syslog message it is by its definition;
/// 3. `emphasis`, if it is critical;
/// 4. its content-standard, then its content-user, if there is a row for it;
/// 5. `other`.
///
/// | key | severity | text |
/// |---|---|---|
/// | `emergency` | FATAL, 21 | as the key |
/// | `alert` | ERROR3, 19 | as the key |
/// | `critical` | ERROR2, 18 | as the key |
/// | `error` | ERROR, 17 | as the key |
/// | `warning` | WARN, 13 | as the key |
/// | `notice` | INFO2, 10 | as the key |
/// | `info` | INFO, 9 | as the key |
/// | `debug` | DEBUG, 5 | as the key |
/// | `emphasis` | ERROR2, 18 | `critical` |
/// | `ZEMS-VAL-OBJECT-UNAVAILABLE`, `ZEMS-VAL-ATTN-NEEDED` | ERROR, 17 | `error` |
/// | `ZEMS-VAL-TRANSIENT-FAULT`, `ZEMS-VAL-USAGE-THRESHOLD` | WARN, 13 | `warning` |
/// | `ZEMS-VAL-OBJECT-AVAILABLE`, `ZEMS-VAL-OTHER-STATE-CHANGE`, `ZEMS-VAL-ATTN-COMPLETED` | INFO2, 10 | `notice` |
/// | `ZEMS-VAL-DATA-DIAGNOSTIC`, `ZEMS-VAL-DATA-DEBUG` | DEBUG, 5 | `debug` |
/// | `ZEMS-VAL-DATA-TRACE` | TRACE, 1 | `trace` |
/// | `other` | INFO, 9 | `info` |
///
/// The first eight are the syslog column of the data model's appendix B. A row that is set keeps its text; a row for an
/// event has the name of its severity.
///
/// ```
/// use zems::dictionary::Dictionary;
/// use zems::otlp::SeverityTable;
///
/// let mut table = SeverityTable::default();
/// table.set("emphasis", "FATAL".parse()?, Dictionary::builtin())?;
/// table.set("ZRPC-EVT-BKUP-FAIL", "warn2".parse()?, Dictionary::builtin())?;
/// assert!(table.set("emphsis", "FATAL".parse()?, Dictionary::builtin()).is_err());
/// # Ok::<(), zems::otlp::SeverityError>(())
/// ```
#[derive(Clone, Debug)]
pub struct SeverityTable {
    rows: [(Severity, &'static str); ROWS.len()],
    events: BTreeMap<String, Severity>,
}

const EMPHASIS: &str = "emphasis";
const OTHER: &str = "other";
const OTHER_ROW: (Severity, &str) = (Severity(9), "info");

/// Key, severity, text.
const ROWS: [(&str, Severity, &str); 20] = [
    ("emergency", Severity(21), "emergency"),
    ("alert", Severity(19), "alert"),
    ("critical", Severity(18), "critical"),
    ("error", Severity(17), "error"),
    ("warning", Severity(13), "warning"),
    ("notice", Severity(10), "notice"),
    ("info", Severity(9), "info"),
    ("debug", Severity(5), "debug"),
    (EMPHASIS, Severity(18), "critical"),
    ("ZEMS-VAL-TRANSIENT-FAULT", Severity(13), "warning"),
    ("ZEMS-VAL-OBJECT-UNAVAILABLE", Severity(17), "error"),
    ("ZEMS-VAL-OBJECT-AVAILABLE", Severity(10), "notice"),
    ("ZEMS-VAL-OTHER-STATE-CHANGE", Severity(10), "notice"),
    ("ZEMS-VAL-ATTN-NEEDED", Severity(17), "error"),
    ("ZEMS-VAL-ATTN-COMPLETED", Severity(10), "notice"),
    ("ZEMS-VAL-USAGE-THRESHOLD", Severity(13), "warning"),
    ("ZEMS-VAL-DATA-TRACE", Severity(1), "trace"),
    ("ZEMS-VAL-DATA-DEBUG", Severity(5), "debug"),
    ("ZEMS-VAL-DATA-DIAGNOSTIC", Severity(5), "debug"),
    (OTHER, OTHER_ROW.0, OTHER_ROW.1),
];

/// Where the values of content-standard and content-user stand among the rows.
const CONTENT_STANDARD: core::ops::Range<usize> = 9..16;
const CONTENT_USER: core::ops::Range<usize> = 16..19;

impl Default for SeverityTable {
    fn default() -> Self {
        Self { rows: ROWS.map(|(_, severity, text)| (severity, text)), events: BTreeMap::new() }
    }
}

impl SeverityTable {
    /// Sets a row: a key of the table, or the name of an event.
    ///
    /// # Errors
    /// The key is neither.
    pub fn set(
        &mut self,
        key: &str,
        severity: Severity,
        dictionary: &Dictionary,
    ) -> Result<(), SeverityError> {
        if let Some(at) = ROWS.iter().position(|(known, ..)| known.eq_ignore_ascii_case(key))
            && let Some(row) = self.rows.get_mut(at)
        {
            row.0 = severity;
            return Ok(());
        }
        let event = dictionary.event_named(key).ok_or_else(|| SeverityError::Key(key.to_owned()))?;
        self.events.insert(event.name().to_owned(), severity);
        Ok(())
    }

    /// The severity of an event and its text. `emphasis` is what is known of it besides the event's header.
    #[must_use]
    pub fn severity(
        &self,
        event: &Event<'_>,
        emphasis: Option<bool>,
        dictionary: &Dictionary,
    ) -> (Severity, String) {
        let def = event.number().and_then(|number| dictionary.event(event.ssid(), number));
        if let Some(severity) = def.and_then(|def| self.events.get(def.name())) {
            return (*severity, severity.to_string());
        }
        let syslog = priority(event, dictionary)
            .map(|priority| priority % 8)
            .or_else(|| def.and_then(|def| def.message()?.severity()).map(u16::from));
        let is_critical = emphasis.or_else(|| event.emphasis()) == Some(true);
        let key = match syslog.and_then(|severity| SEVERITIES.get(usize::from(severity))) {
            Some(name) => name,
            None if is_critical => EMPHASIS,
            None => content(event, dictionary).unwrap_or(OTHER),
        };
        let row = ROWS.iter().position(|(known, ..)| *known == key).and_then(|at| self.rows.get(at));
        let (severity, text) = row.copied().unwrap_or(OTHER_ROW);
        (severity, text.to_owned())
    }
}

/// The number in SYSLOG-TKN-PRI: facility times 8 plus severity.
fn priority(event: &Event<'_>, dictionary: &Dictionary) -> Option<u16> {
    match syslog_value(event, "SYSLOG-TKN-PRI", dictionary) {
        Some(Value::Uint(numbers)) => numbers.single(),
        _ => None,
    }
}

/// The row of the event's content-standard or content-user.
fn content(event: &Event<'_>, dictionary: &Dictionary) -> Option<&'static str> {
    let row = |value: Option<i16>, range: core::ops::Range<usize>| {
        let value = value.filter(|value| *value != 0)?;
        let mut keys = ROWS.get(range)?.iter().map(|(key, ..)| *key);
        keys.find(|key| {
            dictionary.constant(key).is_some_and(|known| known.value() == ConstantValue::Number(value.into()))
        })
    };
    row(event.content_standard(), CONTENT_STANDARD).or_else(|| row(event.content_user(), CONTENT_USER))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_numbers_are_severities() {
        let names: Vec<_> = (1..=24).map(|number| Severity::new(number).unwrap().to_string()).collect();
        assert_eq!(
            names.join(" "),
            "TRACE TRACE2 TRACE3 TRACE4 DEBUG DEBUG2 DEBUG3 DEBUG4 INFO INFO2 INFO3 INFO4 \
             WARN WARN2 WARN3 WARN4 ERROR ERROR2 ERROR3 ERROR4 FATAL FATAL2 FATAL3 FATAL4"
        );
        for (number, name) in (1..).zip(&names) {
            assert_eq!(name.to_lowercase().parse(), Ok(Severity(number)));
            assert_eq!(number.to_string().parse(), Ok(Severity(number)));
        }
        assert!("0".parse::<Severity>().is_err() && "25".parse::<Severity>().is_err());
        assert!("INFO1".parse::<Severity>().is_err());
    }

    #[test]
    fn the_content_rows_are_constants() {
        let dictionary = Dictionary::builtin();
        for (key, ..) in &ROWS[CONTENT_STANDARD.start..CONTENT_USER.end] {
            assert!(dictionary.constant(key).is_some(), "{key}");
        }
        for name in SEVERITIES {
            assert!(ROWS.iter().any(|(key, ..)| *key == name), "{name}");
        }
    }
}
