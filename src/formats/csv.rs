//! One row an event, in the columns of EMS Analyzer or in others. See `docs/formats/csv.md`.
//!
//! The default columns go by the names that EMS Analyzer gives them, and stand in for what an event has not as it does: 32767 for
//! the event number, -1 for the processor, the process number and the logical device. Every other cell is then empty. EMS Analyzer's
//! `sysname` is the column `system`.
//!
//! Rows end with a line feed. A cell is in quotes when it holds a comma, a quote or a line end (RFC 4180), and is otherwise what the
//! event says: the option for spreadsheets is for programs that would run it as a formula.

use core::fmt::Display;
use std::io::Write as _;

use super::{CommandText, Format, FormatDef, Options, OptionsError, Utf8, show};
use crate::describe::{Hex, Item, Record};
use crate::dictionary::{Dictionary, TokenDef};
use crate::ems::{Event, HeaderToken, HeaderValue};
use crate::site::Site;
use crate::spi::read::{Buffer, DecodeError};
use crate::spi::{DataType, Ssid, Timestamp, TokenCode};
use crate::template::Text;

pub(super) const CSV: FormatDef = FormatDef {
    name: "csv",
    about: "A row in the columns of EMS Analyzer, or in those asked for",
    options: &["columns", "spreadsheet", "no-header", "no-names", "no-provisional", "zone", "node"],
    is_one_file: false,
    make: |site, options| Ok(Box::new(Rows::new(site, options)?)),
};

/// The columns by name; those of the default come first, in its order.
const COLUMNS: [(&str, Column); 29] = [
    ("gentime", Column::Generated),
    ("ssid", Column::Ssid),
    ("system", Column::System),
    ("crtpid", Column::Crtpid),
    ("eventnumber", Column::EventNumber),
    ("cpu", Column::Cpu),
    ("pin", Column::Pin),
    ("ldev", Column::Ldev),
    ("userid", Column::UserId),
    ("text", Column::Text),
    // The generation and the log time in whole seconds.
    ("gentimes", Column::GeneratedSeconds),
    ("logtime", Column::Logged),
    ("logtimes", Column::LoggedSeconds),
    ("kind", Column::DataType),
    ("name", Column::Name),
    ("node", Column::Node),
    ("process", Column::Process),
    ("emphasis", Column::Emphasis),
    ("console_print", Column::ConsolePrint),
    ("suppress_display", Column::SuppressDisplay),
    ("content_standard", Column::ContentStandard),
    ("content_user", Column::ContentUser),
    ("severity", Column::Severity),
    ("subject", Column::Subject),
    ("subject_name", Column::SubjectName),
    ("pass_value", Column::PassValue),
    ("source", Column::Source),
    ("offset", Column::Offset),
    ("length", Column::Length),
];

/// How many of the columns are there when none are asked for.
const DEFAULT_COLUMNS: usize = 10;

/// Stands for a missing event number.
const NO_EVENT_NUMBER: i16 = 32767;
/// Stands for a missing processor, process number or logical device.
const NO_NUMBER: &str = "-1";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Column {
    Generated,
    GeneratedSeconds,
    Logged,
    LoggedSeconds,
    DataType,
    Ssid,
    Name,
    System,
    Node,
    Crtpid,
    Process,
    EventNumber,
    Cpu,
    Pin,
    Ldev,
    UserId,
    Emphasis,
    ConsolePrint,
    SuppressDisplay,
    ContentStandard,
    ContentUser,
    Severity,
    Subject,
    SubjectName,
    Text,
    PassValue,
    Source,
    Offset,
    Length,
}

/// The content of a column.
#[derive(Clone, Copy, Debug)]
enum Filling {
    Column(Column),
    Header(HeaderToken),
    Token(Place),
}

/// A token on the top level: the occurrence that has this many before it.
#[derive(Clone, Copy, Debug)]
struct Place {
    code: TokenCode,
    /// Whose it is, unless SPI owns the number.
    owner: Option<Ssid>,
    before: usize,
}

impl Place {
    fn new(def: &TokenDef<'_>, before: usize) -> Self {
        let owner = def.owner_ssid().filter(|_| !def.code().number().is_shared());
        Self { code: def.stored_code(), owner, before }
    }

    fn find<'a>(&self, site: &'a Site, buffer: &Buffer<'a>) -> Option<Item<'a>> {
        let is_owner = |ssid: Ssid| self.owner.is_none_or(|owner| ssid.is_same_subsystem(owner));
        let mut found = buffer.tokens().flatten();
        let is_it = |token: &crate::spi::read::Token<'_>| {
            token.code() == self.code && is_owner(token.effective_ssid())
        };
        found.by_ref().filter(is_it).nth(self.before).map(|token| Item::new(site, token, 0))
    }
}

/// The names of columns, for help: those of the default first.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Columns;

impl Columns {
    /// Every column, in order.
    pub fn names() -> impl Iterator<Item = &'static str> {
        COLUMNS.iter().map(|(name, _)| *name)
    }
}

struct Rows {
    site: Site,
    columns: Vec<(String, Filling)>,
    ldev: Option<Place>,
    header: bool,
    spreadsheet: bool,
    text: Text,
    cell: Vec<u8>,
}

impl Rows {
    fn new(site: &Site, options: &Options) -> Result<Self, OptionsError> {
        let dictionary = site.dictionary();
        let columns = if options.columns.is_empty() {
            let source = COLUMNS.iter().filter(|(_, column)| options.source && *column == Column::Source);
            let default = COLUMNS.iter().take(DEFAULT_COLUMNS).chain(source);
            default.map(|(name, column)| ((*name).to_owned(), Filling::Column(*column))).collect()
        } else {
            options.columns.iter().map(|name| column(name.trim(), dictionary)).collect::<Result<_, _>>()?
        };
        let ldev = dictionary.token_named("ZEMS-TKN-LDEV").map(|def| Place::new(&def, 0));
        Ok(Self {
            site: site.clone(),
            columns,
            ldev,
            header: options.header,
            spreadsheet: options.spreadsheet,
            text: Text::new(),
            cell: Vec::new(),
        })
    }

    /// The information in a row of a column, in `cell`.
    fn fill(&mut self, cell: &mut Vec<u8>, filling: Filling, record: &Record<'_>) {
        let (event, buffer) = (record.described.event(), record.described.buffer());
        match filling {
            Filling::Column(column) => self.column(cell, column, record),
            Filling::Header(token) => {
                if let Some(value) = event.and_then(|event| event.header_token(token)) {
                    self.header_value(cell, value);
                }
            }
            Filling::Token(place) => {
                if let Some(item) = place.find(&self.site, buffer) {
                    value(cell, &item);
                }
            }
        }
    }

    fn column(&mut self, cell: &mut Vec<u8>, column: Column, record: &Record<'_>) {
        let (event, buffer, site) = (record.described.event(), record.described.buffer(), &self.site);
        let number = |cell: &mut Vec<u8>, number: Option<u16>| match number {
            Some(number) => show(cell, number),
            None => cell.extend_from_slice(NO_NUMBER.as_bytes()),
        };
        match column {
            Column::Generated => civil(cell, site, event.and_then(Event::generated), false),
            Column::GeneratedSeconds => civil(cell, site, event.and_then(Event::generated), true),
            Column::Logged => civil(cell, site, event.and_then(Event::logged), false),
            Column::LoggedSeconds => civil(cell, site, event.and_then(Event::logged), true),
            Column::DataType => show(cell, if event.is_some() { "event" } else { "command" }),
            Column::Ssid => match event {
                Some(event) => show(cell, site.event_ssid(event)),
                None => show(cell, site.ssid(buffer.ssid())),
            },
            Column::Name => some(cell, event.and_then(|event| site.event_name(event))),
            Column::System => {
                let is_named = event.is_some_and(|event| event.header_token(HeaderToken::NodeName).is_some());
                let node = event.filter(|event| Site::knows_node(event)).and_then(Event::node);
                match node.filter(|_| !is_named) {
                    Some(node) => match site.nodes().name(node) {
                        Some(name) => show(cell, format_args!("\\{}", name.trim_start_matches('\\'))),
                        None => show(cell, format_args!("\\{node}")),
                    },
                    None => {
                        if let Some(HeaderValue::Text(name)) =
                            event.and_then(|event| event.header_token(HeaderToken::NodeName))
                        {
                            text(cell, name);
                        }
                    }
                }
            }
            Column::Node => some(cell, event.and_then(Event::node)),
            Column::Crtpid => {
                let crtpid = event.and_then(Event::crtpid).filter(|crtpid| crtpid.has_name());
                some(cell, crtpid.as_ref().map(|crtpid| crtpid.name()));
            }
            Column::Process => some(cell, event.and_then(|event| site.process(event))),
            Column::EventNumber => show(cell, event.and_then(Event::number).unwrap_or(NO_EVENT_NUMBER)),
            Column::Cpu => number(cell, event.and_then(Event::cpu)),
            Column::Pin => number(cell, event.and_then(Event::pin)),
            Column::Ldev => {
                let place = self.ldev.filter(|_| event.is_some());
                match place.and_then(|place| place.find(site, buffer)) {
                    Some(item) => value(cell, &item),
                    None => number(cell, None),
                }
            }
            Column::UserId => {
                if let Some((group, user)) = event.and_then(Event::user) {
                    show(cell, format_args!("{group},{user}"));
                }
            }
            Column::Emphasis => some(cell, event.and_then(|event| site.emphasis(event))),
            Column::ConsolePrint => some(cell, event.and_then(|event| site.console_print(event))),
            Column::SuppressDisplay => some(cell, event.and_then(|event| site.suppress_display(event))),
            Column::ContentStandard => some(cell, event.and_then(Event::content_standard)),
            Column::ContentUser => some(cell, event.and_then(Event::content_user)),
            Column::Severity => some(cell, event.map(|event| site.severity(event))),
            Column::Subject => {
                if let Some(subject) = event.and_then(|event| site.subject(event)) {
                    value(cell, &Item::new(site, subject, 0));
                }
            }
            Column::SubjectName => {
                if let Some(subject) = event.and_then(|event| site.subject(event)) {
                    match site.token(subject.effective_ssid(), subject.code()) {
                        Some(def) => show(cell, def.name()),
                        None => show(cell, format_args!("{:X}", subject.code())),
                    }
                }
            }
            Column::Text => {
                if let Some(event) = event {
                    site.sentence_text(event, &site.render_options(true), &mut self.text);
                    show(cell, self.text.as_str());
                } else {
                    show(cell, CommandText(buffer));
                }
            }
            Column::PassValue => some(cell, record.pass_value),
            Column::Source => text(cell, record.source.unwrap_or_default().as_bytes()),
            Column::Offset => show(cell, buffer.origin()),
            Column::Length => show(cell, buffer.len()),
        }
    }

    fn header_value(&self, cell: &mut Vec<u8>, value: HeaderValue<'_>) {
        match value {
            HeaderValue::Number(number) => show(cell, number),
            HeaderValue::Boolean(boolean) => show(cell, boolean),
            HeaderValue::Timestamp(time) => civil(cell, &self.site, Some(time), false),
            HeaderValue::Version(version) => show(cell, version),
            HeaderValue::Ssid(ssid) => show(cell, self.site.ssid(ssid)),
            HeaderValue::TokenCode(code) => show(cell, format_args!("{code:X}")),
            HeaderValue::Crtpid(crtpid) => show(cell, crtpid),
            HeaderValue::User(group, user) => show(cell, format_args!("{group},{user}")),
            HeaderValue::Text(bytes) => text(cell, bytes),
        }
    }

    /// Adds a cell to a row.
    fn cell(&self, out: &mut Vec<u8>, cell: &[u8], at: usize) {
        if at > 0 {
            out.push(b',');
        }
        let apostrophe: &[u8] = if self.spreadsheet && is_formula(cell) { b"'" } else { b"" };
        if !cell.iter().any(|byte| matches!(byte, b',' | b'"' | b'\n' | b'\r')) {
            out.extend_from_slice(apostrophe);
            return out.extend_from_slice(cell);
        }
        out.push(b'"');
        out.extend_from_slice(apostrophe);
        for (at, piece) in cell.split(|byte| *byte == b'"').enumerate() {
            out.extend_from_slice(if at > 0 { b"\"\"" } else { b"" });
            out.extend_from_slice(piece);
        }
        out.push(b'"');
    }
}

impl Format for Rows {
    fn has_parts(&self) -> bool {
        true
    }

    fn begin(&mut self, out: &mut Vec<u8>) {
        if self.header {
            for (at, (name, _)) in self.columns.iter().enumerate() {
                self.cell(out, name.as_bytes(), at);
            }
            out.push(b'\n');
        }
    }

    fn event(&mut self, out: &mut Vec<u8>, record: &Record<'_>) -> Result<(), DecodeError> {
        let mut cell = core::mem::take(&mut self.cell);
        for at in 0..self.columns.len() {
            cell.clear();
            if let Some((_, filling)) = self.columns.get(at) {
                let filling = *filling;
                self.fill(&mut cell, filling, record);
            }
            self.cell(out, &cell, at);
        }
        self.cell = cell;
        out.push(b'\n');
        Ok(())
    }

    fn command(&mut self, out: &mut Vec<u8>, record: &Record<'_>) -> Result<(), DecodeError> {
        self.event(out, record)
    }
}

/// The column of this name, or the column of a token.
fn column(name: &str, dictionary: &Dictionary) -> Result<(String, Filling), OptionsError> {
    if let Some((name, column)) = COLUMNS.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)) {
        return Ok(((*name).to_owned(), Filling::Column(*column)));
    }
    let (token, before) = match name.split_once(':') {
        Some((token, number)) => {
            match number.parse::<usize>().ok().and_then(|number| number.checked_sub(1)) {
                Some(before) => (token, before),
                None => {
                    return Err(OptionsError::new(
                        "columns",
                        format!("{name}: occurrences are counted from 1"),
                    ));
                }
            }
        }
        None => (name, 0),
    };
    let Some(def) = dictionary.token_named(token) else {
        let known: Vec<_> = Columns::names().collect();
        return Err(OptionsError::new(
            "columns",
            format!(
                "there is no column {name:?}, and no token of this name; the columns are {}",
                known.join(", ")
            ),
        ));
    };
    let filling = def.header_token().map_or(Filling::Token(Place::new(&def, before)), Filling::Header);
    let heading =
        if name.contains(':') { format!("{}:{}", def.name(), before + 1) } else { def.name().to_owned() };
    Ok((heading, filling))
}

/// The value of a token: its label; its text; what has several parts as in its JSON form; else its bytes, marked as such.
pub(super) fn value(cell: &mut Vec<u8>, item: &Item<'_>) {
    if let Some(label) = item.label() {
        return show(cell, label);
    }
    if item.is_mark() {
        return;
    }
    let is_single = item.tokens().is_none() && item.values().is_none() && item.fields().is_none();
    if is_single && item.data_type() == DataType::Char {
        return text(cell, item.bytes());
    }
    match item.scalar().filter(|_| is_single) {
        Some(crate::describe::Scalar::Crtpid(_) | crate::describe::Scalar::Error { .. }) | None => {
            compound(cell, item);
        }
        Some(scalar) if scalar.has_text() => show(cell, scalar.text(item.site())),
        Some(_) => show(cell, format_args!("hex:{}", Hex(item.bytes()))),
    }
}

/// A value with several parts, in the form of JSON.
fn compound(cell: &mut Vec<u8>, item: &Item<'_>) {
    #[cfg(feature = "json")]
    {
        use crate::describe::Fidelity;
        use crate::describe::form::{TableForm, TokensForm, ValueForm};
        use crate::formats::json::writer::write;
        // All tokens have been read before.
        if let Some(tokens) = item.tokens() {
            let _ = write(cell, &TokensForm::new(tokens));
            return;
        }
        if item.values().is_some() {
            let _ = write(cell, &TableForm(*item));
            return;
        }
        if item.fidelity() != Fidelity::None {
            let _ = write(cell, &ValueForm(*item));
            return;
        }
    }
    let _ = write!(cell, "hex:{}", Hex(item.bytes()));
}

/// Text as sentences show it.
fn text(cell: &mut Vec<u8>, bytes: &[u8]) {
    // Writing to a Vec does not fail.
    let _ = crate::template::write_text(&mut Utf8(cell), bytes);
}

fn some(cell: &mut Vec<u8>, value: Option<impl Display>) {
    value.into_iter().for_each(|value| show(cell, value));
}

/// A date and time as spreadsheets and databases read it. No time is an empty cell; what is not a date, its number.
fn civil(cell: &mut Vec<u8>, site: &Site, time: Option<Timestamp>, is_whole: bool) {
    let Some(time) = time.filter(|time| *time != Timestamp::UNSET) else { return };
    let Some(local) = site.local(time).civil() else { return show(cell, time.0) };
    let (year, month, day) = (local.year, local.month, local.day);
    let (hour, minute, second) = (local.hour, local.minute, local.second);
    show(cell, format_args!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}"));
    if !is_whole {
        show(cell, format_args!(".{:06}", local.microsecond));
    }
}

/// Whether a spreadsheet would compute the cell. A number is just a number.
fn is_formula(cell: &[u8]) -> bool {
    let is_number = || core::str::from_utf8(cell).is_ok_and(|cell| cell.parse::<f64>().is_ok());
    matches!(cell.first(), Some(b'=' | b'+' | b'-' | b'@' | b'\t' | b'\r')) && !is_number()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_distinguished_from_numbers() {
        for (cell, expected) in
            [("=1+1", true), ("@SUM(A1)", true), ("-1", false), ("-1.5e3", false), ("-A1", true), ("", false)]
        {
            assert_eq!(is_formula(cell.as_bytes()), expected, "{cell}");
        }
    }

    #[test]
    fn times_are_local_and_may_be_none() {
        let shown = |zone: i32, time, is_whole| {
            let mut cell = Vec::new();
            civil(&mut cell, &Site::builder().zone(move |_| zone).build(), Some(time), is_whole);
            String::from_utf8(cell).unwrap()
        };
        let time = "2026-11-20T23:15:00.5Z".parse().unwrap();
        assert_eq!(shown(3600, time, false), "2026-11-21 00:15:00.500000");
        assert_eq!(shown(0, time, true), "2026-11-20 23:15:00");
        assert_eq!(shown(3600, Timestamp::UNSET, false), "");
        assert_eq!(shown(3600, Timestamp(90_000_000), false), "90000000");
    }
}
