use core::fmt;

use crate::dictionary::Dictionary;
use crate::spi::{Ssid, TokenCode};

/// The tokens of SYSLOG.1.0, as the dictionary has them: what a line itself carries.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Vocabulary {
    pub(crate) ssid: Ssid,
    pub(crate) tag: TokenCode,
    pub(crate) host: TokenCode,
    pub(crate) process: TokenCode,
    pub(crate) pid: TokenCode,
    pub(crate) priority: TokenCode,
    /// The first SD-ID.
    pub(crate) data_id: TokenCode,
    pub(crate) time_text: TokenCode,
    /// The text of the message, if it is not what the template makes of the other tokens.
    pub(crate) text: TokenCode,
    /// The structured data as the line has it, if the other tokens do not say it; `-`: none, though the line has the field.
    pub(crate) data: TokenCode,
    /// The number in front of the time, as Cisco devices write it.
    pub(crate) sequence: TokenCode,
    /// The subsystem ID of a printed line: the one token that no line of a system log carries.
    pub(crate) printed_ssid: TokenCode,
}

impl Vocabulary {
    pub(crate) fn of(dictionary: &Dictionary) -> Result<Self, MissingDefinition> {
        let missing = |name| MissingDefinition { name };
        let code = |name| dictionary.token_named(name).map(|token| token.stored_code()).ok_or(missing(name));
        Ok(Self {
            ssid: dictionary.ssid_named("SYSLOG-VAL-SSID").ok_or(missing("SYSLOG-VAL-SSID"))?,
            tag: code("SYSLOG-TKN-TAG")?,
            host: code("SYSLOG-TKN-HOST")?,
            process: code("SYSLOG-TKN-PROCESS")?,
            pid: code("SYSLOG-TKN-PID")?,
            priority: code("SYSLOG-TKN-PRI")?,
            data_id: code("SYSLOG-TKN-SD-ID")?,
            time_text: code("SYSLOG-TKN-TIMESTAMP-TEXT")?,
            text: code("SYSLOG-TKN-TEXT")?,
            data: code("SYSLOG-TKN-STRUCTURED-DATA")?,
            sequence: code("SYSLOG-TKN-SEQUENCE")?,
            printed_ssid: code("SYSLOG-TKN-SSID")?,
        })
    }
}

/// A dictionary lacks a definition that events made of lines need.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MissingDefinition {
    name: &'static str,
}

impl MissingDefinition {
    /// The name that has no definition.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }
}

impl fmt::Display for MissingDefinition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no definition has {}: the shipped syslog.ddl is needed, or one like it", self.name)
    }
}

impl core::error::Error for MissingDefinition {}
