//! The sources that a chapter becomes.

use core::fmt::Write as _;
use std::collections::HashMap;

use super::{Chapter, ChapterMessage, ChapterOptions, TextPart, variables};
use crate::dictionary::event::{FACILITIES, SEVERITIES};

/// Columns of the strings that quote the chapter.
const WIDTH: usize = 110;
/// Characters of one string in a template.
const STRING: usize = 100;

impl Chapter {
    /// The definition (DDL) source: subsystem, event numbers, tokens.
    #[must_use]
    pub fn definitions(&self, options: &ChapterOptions<'_>) -> String {
        let (prefix, owner, number) = (&self.prefix, options.owner, options.number);
        let variables = variables(&self.messages);
        let names = self.messages.iter().map(|message| self.event(message).len());
        let widest =
            names.chain(variables.iter().map(|name| self.named("TNM", name).len())).max().unwrap_or(0);
        let mut out = format!(
            "! {prefix}: system log messages as events of the subsystem {owner}.{prefix}.0.\n\
             !\n\
             ! Made from the chapter of the message reference by `zems import catalog`: events in the order of the chapter, each\n\
             ! variable of a text a string token whose heading is its name, as it also stands in structured data.\n\
             ! Type, severity and facility are in the .events source, the texts in the template source.\n\
             \n\
             ?SOURCE ZSPIDDL\n\
             ?SOURCE ZEMSDDL\n\
             ?SOURCE SYSLOGDDL\n\
             \n\
             ?SECTION {prefix}-VAL\n\
             CONSTANT {prefix}-VAL-OWNER VALUE IS \"{owner:<8}\".\n\
             CONSTANT {owner}-SSN-{prefix} VALUE IS {number}.\n\
             CONSTANT {prefix}-VAL-VERSION VALUE IS 0.\n\
             CONSTANT {prefix}-VAL-EXT-SSID VALUE IS \"{owner}.{prefix}.0\".\n\
             DEF {prefix}-VAL-SSID TACL SSID.\n \
              02 Z-FILLER TYPE CHARACTER 8 VALUE IS {prefix}-VAL-OWNER.\n \
              02 Z-OWNER REDEFINES Z-FILLER TYPE ZSPI-DDL-CHAR8.\n \
              02 Z-NUMBER TYPE ZSPI-DDL-INT VALUE IS {owner}-SSN-{prefix}.\n \
              02 Z-VERSION TYPE ZSPI-DDL-UINT VALUE IS {prefix}-VAL-VERSION.\n\
             END.\n\
             \n\
             ?SECTION {prefix}-EVT\n"
        );
        // Writing to a String does not fail.
        for (message, number) in self.messages.iter().zip(1..) {
            let _ = writeln!(out, "CONSTANT {:<widest$} VALUE IS {number}.", self.event(message));
        }
        if variables.is_empty() {
            return out;
        }
        let _ = writeln!(out, "\n?SECTION {prefix}-TNM");
        for (name, number) in variables.iter().zip(1..) {
            let _ = writeln!(out, "CONSTANT {:<widest$} VALUE IS {number}.", self.named("TNM", name));
        }
        let _ = writeln!(out, "\n?SECTION {prefix}-TKN");
        for name in &variables {
            let (token, value) = (self.token(name), self.named("TNM", name));
            let _ = writeln!(
                out,
                "TOKEN-CODE {token}\n           VALUE IS {value}\n           TOKEN-TYPE IS ZSPI-TYP-STRING \
                 SSID {prefix}-VAL-EXT-SSID\n           HEADING \"{name}\"."
            );
        }
        out
    }

    /// The facts (`.events`) that definitions have no clause for: subjects, tokens, type, severity and facility.
    #[must_use]
    pub fn facts(&self, options: &ChapterOptions<'_>) -> String {
        let (prefix, owner) = (&self.prefix, options.owner);
        let mut out = format!(
            "! {prefix}: type, severity and facility of the system log messages.\n\
             !\n\
             ! Made from the chapter of the message reference by `zems import catalog`. TOKEN lines give the variables of the\n\
             ! text; what the line itself carries comes as tokens of SYSLOG.1.0. Emphasis: emergency, alert and critical.\n\
             \n\
             SUBSYSTEM {owner}-SSN-{prefix} OWNER {prefix}-VAL-OWNER NAME {prefix}\n\
             \n\
             SSID {prefix}-VAL-SSID\n"
        );
        for message in &self.messages {
            let event = self.event(message);
            let _ = write!(out, "EVENT {event} SUBJECT SYSLOG-TKN-PROCESS");
            if let Some(severity) = message.severity {
                let _ = write!(out, " EMPHASIS {}", if severity <= 2 { "TRUE" } else { "FALSE" });
            }
            out.push('\n');
            for name in message.variables() {
                let _ = writeln!(out, "  TOKEN {} REQUIRED", self.token(name));
            }
            if options.describes {
                advise(&mut out, message);
            }
        }
        out.push('\n');
        for message in &self.messages {
            let _ = write!(out, "MESSAGE {} EVENT {}", message.tag, self.event(message));
            let severity = message.severity.and_then(|number| SEVERITIES.get(usize::from(number)));
            let facility = message.facility.and_then(|number| FACILITIES.get(usize::from(number)));
            let words =
                [("TYPE", message.kind), ("SEVERITY", severity.copied()), ("FACILITY", facility.copied())];
            for (key, word) in words {
                if let Some(word) = word {
                    let _ = write!(out, " {key} {}", word.to_ascii_uppercase());
                }
            }
            out.push('\n');
        }
        out
    }

    /// The template source: the texts.
    #[must_use]
    pub fn templates(&self, options: &ChapterOptions<'_>) -> String {
        let (prefix, owner) = (&self.prefix, options.owner);
        let mut out = format!(
            "== {prefix}: the texts of the system log messages.\n\
             ==\n\
             == Made from the chapter of the message reference by `zems import catalog`.\n\
             \n\
             VERSION: \"{owner} {prefix}\"\n\
             SSID: {prefix}-VAL-SSID\n\
             SSNAME: \"{prefix}\"\n"
        );
        for message in &self.messages {
            let _ = writeln!(out, "\nMSG: ZEMS-TKN-EVENTNUMBER, {}", self.event(message));
            let mut text = String::new();
            let names = message.variables();
            let numbers: HashMap<_, _> = names.iter().copied().zip(1..).collect();
            for part in &message.text {
                match part {
                    TextPart::Literal(literal) => text += literal,
                    TextPart::Variable(name) => {
                        let number = numbers.get(name.as_str()).unwrap_or(&0);
                        let _ = write!(text, "\0{number}\0");
                    }
                }
            }
            strings(&mut out, &text);
            for name in names {
                let number = numbers.get(name).unwrap_or(&0);
                let _ = writeln!(out, "{number}: {}", self.token(name));
            }
        }
        out
    }

    fn event(&self, message: &ChapterMessage) -> String {
        let name = message.tag.get(self.prefix.len() + 1..).unwrap_or_default();
        self.named("EVT", name)
    }

    fn token(&self, variable: &str) -> String {
        self.named("TKN", variable)
    }

    fn named(&self, kind: &str, name: &str) -> String {
        let name = name.to_ascii_uppercase().replace('_', "-");
        format!("{}-{kind}-{name}", self.prefix)
    }
}

impl ChapterMessage {
    /// The names of the variables, each once.
    fn variables(&self) -> Vec<&str> {
        variables([self])
    }
}

/// The strings of a template: quotes and brackets written twice, markers between null characters in brackets, no string long.
fn strings(out: &mut String, text: &str) {
    let mut open = 0;
    let mut in_marker = false;
    for c in text.chars() {
        if open == 0 || (open >= STRING && !in_marker) {
            out.push_str(if open == 0 { "\"" } else { "\"\n\"" });
            open = 1;
        }
        open += 1;
        match c {
            '\0' => {
                out.push(if in_marker { '>' } else { '<' });
                in_marker = !in_marker;
            }
            '"' | '<' => out.extend([c, c]),
            c => out.push(c),
        }
    }
    out.push_str("\"\n");
}

/// The information in the chapter about a message. Where it gives no cause, its description is the cause.
fn advise(out: &mut String, message: &ChapterMessage) {
    let description = Some(&message.description).filter(|text| !text.is_empty());
    if !message.causes.is_empty() {
        description.into_iter().for_each(|text| paragraph(out, "DESCRIPTION", text));
    }
    let description = description.filter(|_| message.causes.is_empty());
    description.into_iter().chain(&message.causes).for_each(|text| paragraph(out, "CAUSE", text));
    message.actions.iter().for_each(|text| paragraph(out, "RECOVERY", text));
}

/// A paragraph of a text of an event, in strings that are not long. Control characters become blanks, as line ends do: with many
/// of them a source would be a binary file.
pub(super) fn paragraph(out: &mut String, keyword: &str, text: &str) {
    let mut line = String::new();
    let mut before = keyword.to_owned();
    let words = text.split(|c: char| c.is_whitespace() || c.is_control());
    for word in words.filter(|word| !word.is_empty()) {
        if line.len() + word.len() > WIDTH && !line.is_empty() {
            let _ = writeln!(out, "  {before} \"{line}\"");
            line.clear();
            before = " ".repeat(keyword.len());
        }
        line += &word.replace('"', "\"\"");
        line.push(' ');
    }
    if !line.is_empty() {
        let _ = writeln!(out, "  {before} \"{}\"", line.trim_end());
    }
}
