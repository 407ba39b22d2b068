use core::fmt;
use core::str::FromStr;

use crate::dictionary::SEVERITIES;

/// How severe an event is: one of the eight severities of syslog, or one of the 24 levels of OpenTelemetry.
///
/// | syslog | OpenTelemetry | levels read as this severity |
/// |---|---|---|
/// | emergency, 0 | FATAL, 21 | FATAL to FATAL4 |
/// | alert, 1 | ERROR3, 19 | ERROR3, ERROR4 |
/// | critical, 2 | ERROR2, 18 | ERROR2 |
/// | error, 3 | ERROR, 17 | ERROR |
/// | warning, 4 | WARN, 13 | WARN to WARN4 |
/// | notice, 5 | INFO2, 10 | INFO2 to INFO4 |
/// | info, 6 | INFO, 9 | INFO |
/// | debug, 7 | DEBUG, 5 | TRACE to DEBUG4 |
///
/// The first two columns are the table of OpenTelemetry's log data model, appendix B.
///
/// ```
/// use zems::site::Level;
///
/// let level: Level = "alert".parse()?;
/// assert_eq!((level.syslog(), level.number(), level.name()), (1, 19, "alert"));
/// let level: Level = "warn2".parse()?;
/// assert_eq!((level.syslog(), level.number(), level.name()), (4, 14, "WARN2"));
/// # Ok::<(), zems::site::ParseLevelError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Level {
    number: u8,
    /// The severity of syslog whose name it goes by; otherwise it goes by its level.
    syslog: Option<u8>,
}

/// The short names of the levels by their numbers, from 1.
const NAMES: [&str; 24] = [
    "TRACE", "TRACE2", "TRACE3", "TRACE4", "DEBUG", "DEBUG2", "DEBUG3", "DEBUG4", "INFO", "INFO2", "INFO3",
    "INFO4", "WARN", "WARN2", "WARN3", "WARN4", "ERROR", "ERROR2", "ERROR3", "ERROR4", "FATAL", "FATAL2",
    "FATAL3", "FATAL4",
];

/// The levels of the severities of syslog by their numbers.
const OF_SYSLOG: [u8; 8] = [21, 19, 18, 17, 13, 10, 9, 5];

impl Level {
    pub(super) const CRITICAL: Self = Self::of(2);
    pub(super) const ERROR: Self = Self::of(3);
    pub(super) const WARNING: Self = Self::of(4);
    pub(super) const NOTICE: Self = Self::of(5);
    pub(super) const INFO: Self = Self::of(6);
    pub(super) const DEBUG: Self = Self::of(7);
    pub(super) const TRACE: Self = Self { number: 1, syslog: None };

    const fn of(severity: u8) -> Self {
        let [emergency, alert, critical, error, warning, notice, info, debug] = OF_SYSLOG;
        let number = match severity {
            0 => emergency,
            1 => alert,
            2 => critical,
            3 => error,
            4 => warning,
            5 => notice,
            6 => info,
            _ => debug,
        };
        Self { number, syslog: Some(severity) }
    }

    /// The level of a severity of syslog, 0 (emergency) to 7 (debug).
    #[must_use]
    pub const fn from_syslog(severity: u8) -> Option<Self> {
        if severity < 8 { Some(Self::of(severity)) } else { None }
    }

    /// The level with this severity number of OpenTelemetry, 1 to 24.
    #[must_use]
    pub const fn from_number(number: u8) -> Option<Self> {
        if matches!(number, 1..=24) { Some(Self { number, syslog: None }) } else { None }
    }

    /// The severity number of OpenTelemetry, 1 to 24.
    #[must_use]
    pub const fn number(self) -> u8 {
        self.number
    }

    /// The severity of syslog, 0 (emergency) to 7 (debug).
    #[must_use]
    pub const fn syslog(self) -> u8 {
        match (self.syslog, self.number) {
            (Some(severity), _) => severity,
            (None, ..=8) => 7,
            (None, 9) => 6,
            (None, ..=12) => 5,
            (None, ..=16) => 4,
            (None, 17) => 3,
            (None, 18) => 2,
            (None, 19 | 20) => 1,
            (None, _) => 0,
        }
    }

    /// The name it was given by: `alert`, or `ERROR3`.
    #[must_use]
    pub fn name(self) -> &'static str {
        let name = match self.syslog {
            Some(severity) => SEVERITIES.get(usize::from(severity)),
            None => NAMES.get(usize::from(self.number.saturating_sub(1))),
        };
        name.copied().unwrap_or_default()
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Debug for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Level({})", self.name())
    }
}

/// Other names of the severities of syslog (RFC 5424 and syslog.conf).
const OTHER_NAMES: [(&str, u8); 5] =
    [("emerg", 0), ("panic", 0), ("crit", 2), ("err", 3), ("informational", 6)];

/// Reads a severity of syslog or a level of OpenTelemetry by its name, in any case. `warn` and `error` are in both
/// vocabularies for the same level; written in capitals they keep the name of the level.
impl FromStr for Level {
    type Err = ParseLevelError;

    fn from_str(text: &str) -> Result<Self, ParseLevelError> {
        let named = |name: &str| name.eq_ignore_ascii_case(text);
        if let Some(at) = SEVERITIES.iter().position(|name| *name == text) {
            return Ok(Self::of(u8::try_from(at).unwrap_or(7)));
        }
        if let Some((_, number)) = NAMES.iter().zip(1..).find(|(name, _)| named(name)) {
            return Ok(Self { number, syslog: None });
        }
        let severity = SEVERITIES.iter().zip(0..).find(|(name, _)| named(name)).map(|(_, at)| at);
        let other = || OTHER_NAMES.iter().find(|(name, _)| named(name)).map(|(_, at)| *at);
        severity.or_else(other).map(Self::of).ok_or_else(|| ParseLevelError(text.into()))
    }
}

/// A text is not a severity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseLevelError(Box<str>);

impl fmt::Display for ParseLevelError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:?} is not a severity: use one of {}, or a level from TRACE to FATAL4",
            self.0,
            SEVERITIES.join(", ")
        )
    }
}

impl core::error::Error for ParseLevelError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_vocabularies_are_read_and_map_onto_each_other() {
        for (severity, name) in (0..).zip(SEVERITIES) {
            let level: Level = name.parse().unwrap();
            assert_eq!((level.syslog(), level.name()), (severity, name));
            let by_number = Level::from_number(level.number()).unwrap();
            assert_eq!(by_number.syslog(), severity, "the way back of {name}");
        }
        for (number, name) in (1..).zip(NAMES) {
            let level: Level = name.parse().unwrap();
            assert_eq!((level.number(), level.name()), (number, name));
        }
        assert_eq!("error".parse::<Level>().unwrap().number(), "ERROR".parse::<Level>().unwrap().number());
        for text in ["", "INFO1", "fatal5", "25", "3", "severe"] {
            assert!(text.parse::<Level>().is_err(), "{text}");
        }
    }
}
