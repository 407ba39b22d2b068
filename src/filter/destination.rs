use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;

use super::ast::{AttributeValue, DestinationSource, Place};
use super::messages;
use crate::text::Location;
use crate::text::limits::filter as limits;

/// A DESTINATION statement: where a printing distributor routes events (EMS Manual 5-33). Kept for whoever asks; nothing
/// here acts on it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs)]
#[non_exhaustive]
pub struct Destination {
    /// The routing ID that PASS statements name, 1 to 255.
    pub rid: u8,
    /// TYPE: what it is, for people.
    pub kind: String,
    /// NAME: a file, process or DEFINE.
    pub name: String,
    /// FORMAT: display text rather than the raw event.
    pub is_formatted: bool,
    pub record_len: Option<u16>,
    pub indent: Option<u16>,
    /// OBJECT: the program file of a process to start.
    pub object: Option<String>,
    pub in_file: Option<String>,
    pub out_file: Option<String>,
    pub startup: Option<String>,
    pub priority: Option<u16>,
    pub cpu: Option<u16>,
    /// Seconds.
    pub timeout: Option<u32>,
    /// Where it is.
    pub location: Option<Location>,
}

/// The statement on one line, attributes that have their default left out.
impl fmt::Display for Destination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { rid, kind, name, .. } = self;
        write!(f, "DESTINATION RID {rid}, TYPE {kind}, NAME {name}")?;
        if !self.is_formatted {
            f.write_str(", FORMAT OFF")?;
        }
        let mut texts =
            [("OBJECT", &self.object), ("IN", &self.in_file), ("OUT", &self.out_file)].into_iter();
        texts.try_for_each(|(keyword, text)| match text {
            Some(text) => write!(f, ", {keyword} {text}"),
            None => Ok(()),
        })?;
        if let Some(startup) = &self.startup {
            write!(f, ", STARTUP \"{startup}\"")?;
        }
        let numbers = [
            ("RECLEN", self.record_len.map(u32::from)),
            ("INDENT", self.indent.map(u32::from)),
            ("PRI", self.priority.map(u32::from)),
            ("CPU", self.cpu.map(u32::from)),
            ("TIMEOUT", self.timeout),
        ];
        numbers.into_iter().try_for_each(|(keyword, number)| match number {
            Some(number) => write!(f, ", {keyword} {number}"),
            None => Ok(()),
        })
    }
}

/// A fault: where, what, advice.
type Fault = (Place, &'static str, &'static str);

/// Reads the attributes; what is wrong with them besides.
pub(super) fn read(
    source: &DestinationSource,
    statement: Place,
    location: Location,
) -> (Option<Destination>, Vec<Fault>) {
    const TYPES: [&str; 6] = ["PROCESS", "DISK", "PRINTER", "PRIMCOL", "ALTCOL", "CONSOLE"];
    let mut faults = Vec::new();
    let mut destination =
        Destination { is_formatted: true, location: Some(location), ..Destination::default() };
    let mut needs_object = None;
    for (name, value, place) in &source.attributes {
        let mut fault = |hint| faults.push((*place, messages::SYNTAX, hint));
        let keyword = name.text.to_ascii_uppercase();
        if matches!(keyword.as_str(), "IN" | "OUT" | "STARTUP" | "PRI" | "CPU") {
            needs_object = needs_object.or(Some(*place));
        }
        match (keyword.as_str(), value) {
            ("TYPE", AttributeValue::Word(word)) => {
                destination.kind = word.to_ascii_uppercase();
                if !TYPES.contains(&destination.kind.as_str()) {
                    fault("TYPE is PROCESS, DISK, PRINTER, PRIMCOL, ALTCOL or CONSOLE");
                }
            }
            ("NAME", AttributeValue::Word(word)) => {
                destination.name = word.to_string();
                if !word.starts_with(['$', '\\', '=']) {
                    fault("the name of a destination begins with $, \\ or =");
                }
            }
            ("FORMAT", AttributeValue::Word(word)) => {
                destination.is_formatted = !word.eq_ignore_ascii_case("OFF");
                if destination.is_formatted && !word.eq_ignore_ascii_case("ON") {
                    fault("FORMAT is ON or OFF");
                }
            }
            ("OBJECT", AttributeValue::Word(word)) => destination.object = Some(word.to_string()),
            ("IN", AttributeValue::Word(word)) => destination.in_file = Some(word.to_string()),
            ("OUT", AttributeValue::Word(word)) => destination.out_file = Some(word.to_string()),
            ("STARTUP", AttributeValue::Text(text)) => {
                if text.chars().count() > limits::STARTUP {
                    faults.push((*place, messages::STARTUP_TOO_BIG, "it has at most 128 characters"));
                }
                destination.startup = Some(text.to_string());
            }
            ("RECLEN" | "INDENT" | "PRI" | "CPU", AttributeValue::Number(number)) => {
                let number = u16::try_from(*number).ok();
                if number.is_none() {
                    fault("the number lies between 0 and 65535");
                }
                match keyword.as_str() {
                    "RECLEN" => destination.record_len = number,
                    "INDENT" => destination.indent = number,
                    "PRI" => destination.priority = number,
                    _ => destination.cpu = number,
                }
            }
            ("TIMEOUT", AttributeValue::Number(number)) => {
                destination.timeout = u32::try_from(*number).ok();
                if destination.timeout.is_none() {
                    fault("a time is a number of seconds");
                }
            }
            _ => fault("no attribute of a destination, or not with a value of this kind"),
        }
    }
    match source.rid {
        Some((rid, place)) => match u8::try_from(rid) {
            Ok(rid) if rid > 0 => destination.rid = rid,
            _ => faults.push((place, messages::RID_RANGE, "")),
        },
        None => faults.push((statement, messages::RID_MISSING, "")),
    }
    if destination.kind.is_empty() {
        faults.push((statement, messages::TYPE_MISSING, ""));
    }
    if destination.name.is_empty() {
        faults.push((statement, messages::NAME_MISSING, ""));
    }
    if let (Some(place), None) = (needs_object, &destination.object) {
        faults.push((place, messages::MUST_HAVE_OBJECT, ""));
    }
    let is_known = source.rid.is_some();
    (is_known.then_some(destination), faults)
}
