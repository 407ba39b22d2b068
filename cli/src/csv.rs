//! `zems decode --format csv`: one row an event, in the columns of EMS Analyzer or in others.
//!
//! The default columns go by the names that EMS Analyzer gives them, and stand in for what an event has not as it does: 32767 for
//! the event number, -1 for the processor, the process number and the logical device. Every other cell is then empty. EMS Analyzer's
//! `sysname` is the column `system`.
//!
//! Rows end with a line feed. A cell is in quotes when it holds a comma, a quote or a line end (RFC 4180), and is otherwise what the
//! event says: `--spreadsheet` is for programs that would run it as a formula.

use core::fmt::{Display, Write};
use std::collections::HashMap;

use serde_json::value::RawValue;
use zems::dictionary::{Dictionary, TokenDef};
use zems::ems::{Event, HeaderToken, HeaderValue};
use zems::json::Writer;
use zems::spi::read::{Buffer, Token};
use zems::spi::{Ssid, Timestamp};
use zems::template::NodeNames;

use crate::Stop;
use crate::args::definitions::Definitions;

#[derive(Debug, clap::Args)]
#[group(skip)]
#[command(next_help_heading = "CSV")]
pub(crate) struct Args {
    /// The columns, with commas between: names of columns, or of any token; NAME:2 is its second occurrence.
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    columns: Vec<String>,
    /// Put a ' before text that a spreadsheet would run as a formula.
    #[arg(long)]
    spreadsheet: bool,
}

/// The columns by name; those of the default come first, in its order.
const COLUMNS: [(&str, Column); 28] = [
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
    ("kind", Column::Kind),
    ("name", Column::Name),
    ("node", Column::Node),
    ("process", Column::Process),
    ("emphasis", Column::Emphasis),
    ("console_print", Column::ConsolePrint),
    ("suppress_display", Column::SuppressDisplay),
    ("content_standard", Column::ContentStandard),
    ("content_user", Column::ContentUser),
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
const NO_NUMBER: i16 = -1;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Column {
    Generated,
    GeneratedSeconds,
    Logged,
    LoggedSeconds,
    Kind,
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
    Subject,
    SubjectName,
    Text,
    PassValue,
    Source,
    Offset,
    Length,
}

/// What fills a column.
enum Filling<'d> {
    Column(Column),
    Header(HeaderToken),
    /// The token's occurrence on the top level that has this many before it.
    Token(TokenDef<'d>, usize),
}

/// What a row needs besides the buffer.
pub(crate) struct Context<'c> {
    /// The sentence of an event; what else is to be said of a command.
    pub(crate) text: &'c str,
    pub(crate) pass_value: Option<i16>,
    pub(crate) source: &'c str,
    pub(crate) nodes: &'c dyn NodeNames,
    /// Seconds east of GMT at a time.
    pub(crate) east: &'c dyn zems::spi::UtcOffset,
}

/// The columns of a run.
pub(crate) struct Table<'d> {
    columns: Vec<(String, Filling<'d>)>,
    definitions: &'d Definitions,
    ldev: Option<TokenDef<'d>>,
    names: bool,
    spreadsheet: bool,
}

impl<'d> Table<'d> {
    /// Without `names`, subsystems, enumerations and events show as numbers. A column that is none ends the run.
    pub(crate) fn new(args: &Args, definitions: &'d Definitions, names: bool) -> Result<Self, Stop> {
        let dictionary = definitions.dictionary();
        let columns = if args.columns.is_empty() {
            let default = COLUMNS.iter().take(DEFAULT_COLUMNS);
            default.map(|(name, column)| ((*name).to_owned(), Filling::Column(*column))).collect()
        } else {
            args.columns.iter().map(|name| column(name.trim(), dictionary)).collect::<Result<_, _>>()?
        };
        let ldev = dictionary.token_named("ZEMS-TKN-LDEV");
        Ok(Self { columns, definitions, ldev, names, spreadsheet: args.spreadsheet })
    }

    /// The first row: the names of the columns.
    pub(crate) fn header(&self, line: &mut String) {
        self.row(line, self.columns.iter().map(|(name, _)| name.clone()));
    }

    /// The row of a buffer. A command has one too: it has no event number.
    pub(crate) fn buffer(&self, line: &mut String, buffer: &Buffer<'_>, context: &Context<'_>) {
        let event = Event::new(*buffer);
        let cells = self.columns.iter().map(|(_, filling)| match filling {
            Filling::Column(column) => self.cell(*column, buffer, event.as_ref(), context),
            Filling::Header(token) => {
                let value = event.as_ref().and_then(|event| event.header_token(*token));
                value.map_or_else(String::new, |value| self.header_value(value, context))
            }
            Filling::Token(def, before) => {
                let token = occurrence(buffer, def, *before);
                token.map_or_else(String::new, |token| self.value(&token))
            }
        });
        self.row(line, cells);
    }

    fn cell(
        &self,
        column: Column,
        buffer: &Buffer<'_>,
        event: Option<&Event<'_>>,
        context: &Context<'_>,
    ) -> String {
        let time = |time: Option<Timestamp>, is_whole| {
            time.map_or_else(String::new, |time| civil(time, context.east, is_whole))
        };
        let or = |number: Option<u16>| number.map_or_else(|| NO_NUMBER.to_string(), |n| n.to_string());
        match column {
            Column::Generated => time(event.and_then(Event::generated), false),
            Column::GeneratedSeconds => time(event.and_then(Event::generated), true),
            Column::Logged => time(event.and_then(Event::logged), false),
            Column::LoggedSeconds => time(event.and_then(Event::logged), true),
            Column::Kind => if event.is_some() { "event" } else { "command" }.to_owned(),
            Column::Ssid => match self.definitions.dictionary().printed_ssid(buffer) {
                Some(printed) => printed.to_owned(),
                None => self.ssid(buffer.ssid()),
            },
            Column::Name => {
                let name = event.and_then(|event| {
                    self.definitions.dictionary().event(event.ssid(), event.number()?).filter(|_| self.names)
                });
                name.map_or_else(String::new, |event| event.name().to_owned())
            }
            Column::System => event.map_or_else(String::new, |event| system(event, context.nodes)),
            Column::Node => shown(event.and_then(Event::node)),
            Column::Crtpid => {
                let crtpid = event.and_then(Event::crtpid).filter(|crtpid| crtpid.has_name());
                shown(crtpid.as_ref().map(|crtpid| crtpid.name()))
            }
            Column::Process => shown(event.and_then(Event::process)),
            Column::EventNumber => {
                let number = event.and_then(Event::number);
                number.unwrap_or(NO_EVENT_NUMBER).to_string()
            }
            Column::Cpu => or(event.and_then(Event::cpu)),
            Column::Pin => or(event.and_then(Event::pin)),
            Column::Ldev => {
                let token = self.ldev.filter(|_| event.is_some()).and_then(|def| occurrence(buffer, &def, 0));
                token.map_or_else(|| NO_NUMBER.to_string(), |token| self.value(&token))
            }
            Column::UserId => {
                let user = event.and_then(Event::user);
                user.map_or_else(String::new, |(group, user)| format!("{group},{user}"))
            }
            Column::Emphasis => shown(event.and_then(|event| self.definitions.templates.emphasis(event))),
            Column::ConsolePrint => {
                shown(event.and_then(|event| self.definitions.templates.console_print(event)))
            }
            Column::SuppressDisplay => {
                shown(event.and_then(|event| self.definitions.templates.suppress_display(event)))
            }
            Column::ContentStandard => shown(event.and_then(Event::content_standard)),
            Column::ContentUser => shown(event.and_then(Event::content_user)),
            Column::Subject => {
                let subject = event.and_then(|event| event.subjects().flatten().next());
                subject.map_or_else(String::new, |subject| self.value(subject.token()))
            }
            Column::SubjectName => {
                let subject = event.and_then(|event| event.subjects().flatten().next());
                let def = subject
                    .as_ref()
                    .and_then(|subject| self.definitions.dictionary().token(subject.ssid(), subject.code()));
                match (subject, def.filter(|_| self.names)) {
                    (_, Some(def)) => def.name().to_owned(),
                    (subject, None) => subject.map_or_else(String::new, |s| format!("{:X}", s.code())),
                }
            }
            Column::Text => context.text.to_owned(),
            Column::PassValue => shown(context.pass_value),
            Column::Source => context.source.to_owned(),
            Column::Offset => buffer.origin().to_string(),
            Column::Length => buffer.len().to_string(),
        }
    }

    fn ssid(&self, ssid: Ssid) -> String {
        let known = self.definitions.dictionary().subsystem(ssid).filter(|_| self.names);
        ssid.with_name(known.map(|known| known.name())).to_string()
    }

    fn header_value(&self, value: HeaderValue<'_>, context: &Context<'_>) -> String {
        match value {
            HeaderValue::Number(number) => number.to_string(),
            HeaderValue::Boolean(boolean) => boolean.to_string(),
            HeaderValue::Timestamp(time) => civil(time, context.east, false),
            HeaderValue::Version(version) => version.to_string(),
            HeaderValue::Ssid(ssid) => self.ssid(ssid),
            HeaderValue::TokenCode(code) => format!("{code:X}"),
            HeaderValue::Crtpid(crtpid) => crtpid.to_string(),
            HeaderValue::User(group, user) => format!("{group},{user}"),
            HeaderValue::Text(text) => String::from_utf8_lossy(text).into_owned(),
            _ => String::new(),
        }
    }

    /// The value of a token as in its JSON form, text without its quotes; the label of an enumeration in place of its number.
    fn value(&self, token: &Token<'_>) -> String {
        let mut object = String::new();
        let writer = Writer::new(self.definitions.dictionary()).names(self.names);
        // All tokens have been read before.
        let _ = writer.write_token(&mut object, token);
        let members: HashMap<&str, &RawValue> = serde_json::from_str(&object).unwrap_or_default();
        let keys = ["label", "text", "value", "values", "tokens", "hex"];
        let value = keys.iter().find_map(|key| members.get(key)).map_or("", |value| value.get());
        serde_json::from_str(value).unwrap_or_else(|_| value.to_owned())
    }

    fn row(&self, line: &mut String, cells: impl Iterator<Item = String>) {
        for (at, mut cell) in cells.enumerate() {
            if at > 0 {
                line.push(',');
            }
            if self.spreadsheet && is_formula(&cell) {
                cell.insert(0, '\'');
            }
            if cell.contains([',', '"', '\n', '\r']) {
                cell = format!("\"{}\"", cell.replace('"', "\"\""));
            }
            line.push_str(&cell);
        }
        line.push('\n');
    }
}

/// The column of this name, or the column of a token.
fn column<'d>(name: &str, dictionary: &'d Dictionary) -> Result<(String, Filling<'d>), Stop> {
    if let Some((name, column)) = COLUMNS.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)) {
        return Ok(((*name).to_owned(), Filling::Column(*column)));
    }
    let (token, before) = match name.split_once(':') {
        Some((token, number)) => {
            match number.parse::<usize>().ok().and_then(|number| number.checked_sub(1)) {
                Some(before) => (token, before),
                None => {
                    return Err(Stop::Usage(format!("--columns: {name}: occurrences are counted from 1")));
                }
            }
        }
        None => (name, 0),
    };
    let Some(def) = dictionary.token_named(token) else {
        let known: Vec<_> = COLUMNS.iter().map(|(name, _)| *name).collect();
        return Err(Stop::Usage(format!(
            "--columns: there is no column {name:?}, and no token of this name; the columns are {}",
            known.join(", ")
        )));
    };
    let filling = def.header_token().map_or(Filling::Token(def, before), Filling::Header);
    let heading =
        if name.contains(':') { format!("{}:{}", def.name(), before + 1) } else { def.name().to_owned() };
    Ok((heading, filling))
}

/// The token of this definition on the top level that has `before` others before it.
fn occurrence<'a>(buffer: &Buffer<'a>, def: &TokenDef<'_>, before: usize) -> Option<Token<'a>> {
    let (code, home) = (def.stored_code(), def.home().filter(|_| !def.code().number().is_shared()));
    let is_it = |token: &Token<'_>| {
        token.code() == code && home.is_none_or(|home| token.effective_ssid().is_same_subsystem(home))
    };
    buffer.tokens().flatten().filter(is_it).nth(before)
}

/// A date and time as spreadsheets and databases read it. No time is an empty cell; what is no date, its number.
fn civil(time: Timestamp, east: &dyn zems::spi::UtcOffset, is_whole: bool) -> String {
    if time == Timestamp::UNSET {
        return String::new();
    }
    let Some(local) = time.shifted(if time.is_elapsed() { 0 } else { east.utc_offset(time) }).civil() else {
        return time.0.to_string();
    };
    let mut text = format!(
        "{:04}-{:02}-{:02} {:02}:{:02}:{:02}",
        local.year, local.month, local.day, local.hour, local.minute, local.second
    );
    if !is_whole {
        // Writing to a String does not fail.
        let _ = write!(text, ".{:06}", local.microsecond);
    }
    text
}

/// The node by its name: as the process descriptor says, else as `--node` says, else its number.
fn system(event: &Event<'_>, nodes: &dyn NodeNames) -> String {
    if let Some(HeaderValue::Text(name)) = event.header_token(HeaderToken::NodeName) {
        return String::from_utf8_lossy(name).into_owned();
    }
    let Some(number) = event.node() else { return String::new() };
    match nodes.name(number) {
        Some(name) => format!("\\{}", name.trim_start_matches('\\')),
        None => format!("\\{number}"),
    }
}

fn shown(value: Option<impl Display>) -> String {
    value.map_or_else(String::new, |value| value.to_string())
}

/// Whether a spreadsheet would compute the cell. A number is just a number.
fn is_formula(cell: &str) -> bool {
    cell.starts_with(['=', '+', '-', '@', '\t', '\r']) && cell.parse::<f64>().is_err()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_told_from_numbers() {
        for (cell, expected) in
            [("=1+1", true), ("@SUM(A1)", true), ("-1", false), ("-1.5e3", false), ("-A1", true), ("", false)]
        {
            assert_eq!(is_formula(cell), expected, "{cell}");
        }
    }

    #[test]
    fn times_are_local_and_may_be_none() {
        let time = "2026-11-20T23:15:00.5Z".parse().unwrap();
        assert_eq!(civil(time, &|_| 3600, false), "2026-11-21 00:15:00.500000");
        assert_eq!(civil(time, &|_| 0, true), "2026-11-20 23:15:00");
        assert_eq!(civil(Timestamp::UNSET, &|_| 3600, false), "");
        assert_eq!(civil(Timestamp(90_000_000), &|_| 3600, false), "90000000");
    }
}
