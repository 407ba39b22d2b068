//! Tables for people: one for each kind of definition, columns as wide as they must be.

use core::fmt::{self, Write};

use super::{Catalogue, Entry};
use crate::dictionary::{ConstantValue, FACILITIES, Presence, SEVERITIES};
use crate::spi::Ssid;

/// The note after a number that was not published.
const PROVISIONAL: &str = "provisional";

pub(super) fn write(catalogue: &Catalogue<'_>, out: &mut impl Write) -> fmt::Result {
    let mut table = Table::default();
    for entry in catalogue.entries() {
        if table.title != title(&entry) {
            table.write(out)?;
            table = Table::titled(title(&entry));
        }
        row(catalogue, &entry, &mut table);
    }
    table.write(out)
}

const fn title(entry: &Entry<'_>) -> &'static str {
    match entry {
        Entry::Subsystem(_) => "Subsystems",
        Entry::Ssid(_) => "Subsystem IDs",
        Entry::Constant(_) => "Constants",
        Entry::TokenType(_) => "Token types",
        Entry::Token(_) | Entry::Map(_) => "Tokens",
        Entry::Unnumbered(_) => "Tokens without a number",
        Entry::Structure(_) => "Structures",
        Entry::Enumeration(_) => "Enumerations",
        Entry::Event(_) => "Events",
        Entry::Message(_) => "Syslog messages",
    }
}

fn row(catalogue: &Catalogue<'_>, entry: &Entry<'_>, table: &mut Table) {
    let note = |is_provisional| if is_provisional { PROVISIONAL } else { "" }.to_owned();
    let ssid = |ssid: Ssid| catalogue.dictionary.ssid_name(ssid).to_string();
    let name = entry.name().to_owned();
    match entry {
        Entry::Subsystem(subsystem) => {
            let abbreviation = subsystem.abbreviation().unwrap_or_default().to_owned();
            table.row([name, subsystem.ssid().to_string(), abbreviation]);
        }
        Entry::Ssid(def) => table.row([name, def.ssid().to_string(), note(def.is_provisional())]),
        Entry::Constant(constant) => {
            let value = match constant.value() {
                ConstantValue::Number(number) => number.to_string(),
                ConstantValue::Version(version) => format!("{} ({version})", version.0),
                ConstantValue::Text(text) => format!("\"{text}\""),
            };
            table.row([name, value, note(constant.is_provisional())]);
        }
        Entry::TokenType(token_type) => {
            let [data_type, length] = token_type.value().to_be_bytes();
            let parts = format!("{data_type},{length}");
            table.row([name, token_type.value().to_string(), parts, note(token_type.is_provisional())]);
        }
        Entry::Token(token) | Entry::Map(token) => {
            let code = if token.is_map() { token.stored_code() } else { token.code() };
            table.row([
                name,
                format!("{code:X}"),
                token.type_name().to_owned(),
                token.ssid().map(ssid).unwrap_or_default(),
                token.heading().unwrap_or_default().to_owned(),
                note(token.is_provisional()),
            ]);
        }
        Entry::Unnumbered(token) => {
            table.row([name, token.type_name().unwrap_or_default().to_owned()]);
            let paragraphs = token.description().into_iter().flat_map(str::lines);
            paragraphs.for_each(|paragraph| table.detail([paragraph.to_owned()]));
        }
        Entry::Structure(structure) => {
            table.row([name, format!("{} bytes", structure.len())]);
            for field in structure.fields() {
                let place = match field.bit() {
                    Some((first, last)) => format!("{}.<{first}:{last}>", field.offset()),
                    None => field.offset().to_string(),
                };
                let count = if field.count() > 1 { format!("{} x ", field.count()) } else { String::new() };
                let redefines = field.redefines().map(|it| format!("redefines {}", it.name()));
                table.detail([
                    field.name().to_owned(),
                    place,
                    format!("{count}{}", field.len()),
                    field.field_type().to_string(),
                    redefines.unwrap_or_default(),
                ]);
            }
        }
        Entry::Enumeration(enumeration) => {
            table.row([name]);
            for value in enumeration.values() {
                let label = if value.label() == value.name() { "" } else { value.label() };
                table.detail([value.name().to_owned(), value.value().to_string(), label.to_owned()]);
            }
        }
        Entry::Event(event) => {
            let emphasis = if event.emphasis() == Some(true) { "critical" } else { "" };
            table.row([
                name,
                if event.has_ssid() { ssid(event.ssid()) } else { "subsystem not known".to_owned() },
                event.number().to_string(),
                emphasis.to_owned(),
                note(event.is_provisional()),
            ]);
            let text = catalogue.texts.template(*event);
            if let Some(text) = text.or_else(|| event.printed_text().map(str::to_owned)) {
                table.detail([text]);
            }
            if let Some(subject) = event.subject_name() {
                table.detail([subject.to_owned(), "subject".to_owned()]);
            }
            for part in event.event_tokens() {
                let presence = match part.presence {
                    Presence::Required => "required",
                    Presence::Optional => "optional",
                    Presence::Internal => "internal",
                    Presence::Unstated => "",
                };
                let within = part.within.map(|list| format!("in {}", list.name())).unwrap_or_default();
                table.detail([part.token.name().to_owned(), presence.to_owned(), within]);
            }
            for name in event.unnumbered_tokens() {
                table.detail([name.to_owned(), "number not known".to_owned()]);
            }
            for (heading, text) in event.advice().texts() {
                table.detail([format!("{heading}: {}", text.replace('\n', "\n             "))]);
            }
        }
        Entry::Message(event) => {
            let Some(message) = event.message() else { return };
            let level = |names: &[&str], number: Option<u8>| {
                let name = number.and_then(|number| names.get(usize::from(number)));
                name.copied().unwrap_or_default().to_owned()
            };
            table.row([
                name,
                ssid(event.ssid()),
                event.number().to_string(),
                message.kind().unwrap_or_default().to_owned(),
                level(&SEVERITIES, message.severity()),
                level(&FACILITIES, message.facility()),
            ]);
            if let Some(text) = catalogue.texts.message(*event) {
                table.detail([text]);
            }
        }
    }
}

/// Rows, and rows of details below them; each in columns of their own.
#[derive(Default)]
struct Table {
    title: &'static str,
    rows: Vec<Row>,
}

struct Row {
    is_detail: bool,
    cells: Vec<String>,
}

impl Table {
    const fn titled(title: &'static str) -> Self {
        Self { title, rows: Vec::new() }
    }

    fn row<const N: usize>(&mut self, cells: [String; N]) {
        self.rows.push(Row { is_detail: false, cells: cells.into() });
    }

    fn detail<const N: usize>(&mut self, cells: [String; N]) {
        self.rows.push(Row { is_detail: true, cells: cells.into() });
    }

    /// Writes the table; nothing if there are no rows.
    fn write(&self, out: &mut impl Write) -> fmt::Result {
        if self.rows.is_empty() {
            return Ok(());
        }
        let widths = [false, true].map(|is_detail| {
            let mut widths = Vec::new();
            for row in self.rows.iter().filter(|row| row.is_detail == is_detail && row.cells.len() > 1) {
                widths.resize(row.cells.len().max(widths.len()), 0);
                for (width, cell) in widths.iter_mut().zip(&row.cells) {
                    *width = cell.chars().count().max(*width);
                }
            }
            widths
        });
        writeln!(out, "{}", self.title)?;
        for row in &self.rows {
            let widths = &widths[usize::from(row.is_detail)];
            let mut line = String::from(if row.is_detail { "     " } else { " " });
            for (at, cell) in row.cells.iter().enumerate() {
                let width = if row.cells.len() > 1 { widths.get(at).copied().unwrap_or(0) } else { 0 };
                write!(line, " {cell:<width$} ")?;
            }
            writeln!(out, "{}", line.trim_end())?;
        }
        writeln!(out)
    }
}
