//! The columns by name.

use arrow_schema::Field;

use super::super::OptionsError;
use super::cells::{Cells, Type};
use super::tokens;
use crate::describe::{Item, Record, Scalar};
use crate::dictionary::TokenDef;
use crate::ems::Event;
use crate::site::Site;
use crate::spi::DataType;
use crate::spi::read::TokenKey;

/// A column: where its cells come from.
#[derive(Clone, Debug)]
pub(super) enum Column {
    Source,
    Ssid,
    PrintedSsid,
    Number,
    Name,
    Generated,
    Logged,
    Node,
    Process,
    Cpu,
    Pin,
    User,
    Emphasis,
    ConsolePrint,
    SuppressDisplay,
    ContentStandard,
    ContentUser,
    Layout,
    Subjects,
    Tokens,
    Text,
    Provisional,
    PassValue,
    Findings,
    Offset,
    Length,
    /// The text of the first subject; only on request.
    Subject,
    /// A token of the top level: which, how many come before it, and its type.
    Token(TokenKey, usize, Type),
}

/// The columns that are there unless others are asked for, in the order of the JSON keys.
const COLUMNS: [(&str, Column); 26] = [
    ("source", Column::Source),
    ("ssid", Column::Ssid),
    ("printed_ssid", Column::PrintedSsid),
    ("number", Column::Number),
    ("name", Column::Name),
    ("generated", Column::Generated),
    ("logged", Column::Logged),
    ("node", Column::Node),
    ("process", Column::Process),
    ("cpu", Column::Cpu),
    ("pin", Column::Pin),
    ("user", Column::User),
    ("emphasis", Column::Emphasis),
    ("console_print", Column::ConsolePrint),
    ("suppress_display", Column::SuppressDisplay),
    ("content_standard", Column::ContentStandard),
    ("content_user", Column::ContentUser),
    ("layout", Column::Layout),
    ("subjects", Column::Subjects),
    ("tokens", Column::Tokens),
    ("text", Column::Text),
    ("provisional", Column::Provisional),
    ("pass_value", Column::PassValue),
    ("findings", Column::Findings),
    ("offset", Column::Offset),
    ("length", Column::Length),
];

const SUBJECT: &str = "subject";

/// The columns of these names.
pub(super) fn resolve(site: &Site, names: &[String]) -> Result<Vec<(String, Column)>, OptionsError> {
    let asked: Vec<_> =
        names.iter().map(|name| named(site, name.trim())).collect::<Result<_, OptionsError>>()?;
    let all = COLUMNS.iter().map(|(name, column)| ((*name).to_owned(), column.clone()));
    let only_tokens = asked.iter().all(|(_, column)| matches!(column, Column::Token(..)));
    Ok(if only_tokens { all.chain(asked).collect() } else { asked })
}

fn named(site: &Site, name: &str) -> Result<(String, Column), OptionsError> {
    let known = COLUMNS.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
    if let Some((name, column)) = known {
        return Ok(((*name).to_owned(), column.clone()));
    }
    if name.eq_ignore_ascii_case(SUBJECT) {
        return Ok((SUBJECT.to_owned(), Column::Subject));
    }
    let (token, before) = match name.split_once(':') {
        Some((token, number)) => {
            let before = number.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
            let before = before.ok_or_else(|| {
                OptionsError::new("columns", format!("{name}: occurrences are counted from 1"))
            })?;
            (token, before)
        }
        None => (name, 0),
    };
    let def = site.dictionary().token_named(token).filter(|def| def.header_token().is_none());
    let Some(def) = def else {
        let known: Vec<_> = COLUMNS.iter().map(|(name, _)| *name).chain([SUBJECT]).collect();
        return Err(OptionsError::new(
            "columns",
            format!(
                "there is no column {name:?}, and no token of this name; the columns are {}",
                known.join(", ")
            ),
        ));
    };
    let name =
        if name.contains(':') { format!("{}:{}", def.name(), before + 1) } else { def.name().to_owned() };
    Ok((name, Column::Token(wanted(&def), before, type_of(site, &def))))
}

fn wanted(def: &TokenDef<'_>) -> TokenKey {
    match def.owner_ssid() {
        Some(home) => TokenKey::qualified(home, def.stored_code()),
        None => TokenKey::new(def.stored_code()),
    }
}

fn type_of(site: &Site, def: &TokenDef<'_>) -> Type {
    match site.profile().data_type(def.stored_code().type_code()) {
        DataType::Int | DataType::Enum | DataType::Uint | DataType::Byte => Type::Int32,
        DataType::Int2 | DataType::Int4 => Type::Int64,
        DataType::Flt | DataType::Flt2 => Type::Real,
        DataType::Boolean => Type::Boolean,
        DataType::Timestamp => Type::Time,
        _ => Type::Text,
    }
}

impl Column {
    pub(super) fn field(&self, name: &str) -> Field {
        Field::new(name, self.cell_type().data_type(), true)
    }

    pub(super) fn cells(&self) -> Cells {
        self.cell_type().cells()
    }

    fn cell_type(&self) -> Type {
        match self {
            Self::Source | Self::Ssid | Self::PrintedSsid | Self::Name | Self::Process | Self::Layout => {
                Type::Name
            }
            Self::Number
            | Self::Node
            | Self::Cpu
            | Self::Pin
            | Self::ContentStandard
            | Self::ContentUser
            | Self::PassValue
            | Self::Length => Type::Int32,
            Self::Offset => Type::Int64,
            Self::Generated | Self::Logged => Type::Time,
            Self::User => Type::User,
            Self::Emphasis | Self::ConsolePrint | Self::SuppressDisplay => Type::Boolean,
            Self::Subjects => Type::Structs(tokens::subject_fields()),
            Self::Tokens => Type::Structs(tokens::token_fields()),
            Self::Findings => Type::Structs(tokens::finding_fields()),
            Self::Text | Self::Subject => Type::Text,
            Self::Provisional => Type::Names,
            Self::Token(_, _, token_type) => token_type.clone(),
        }
    }

    /// Adds the cell of an event.
    pub(super) fn append(&self, cells: &mut Cells, record: &Record<'_>, event: &Event<'_>) {
        let described = &record.described;
        let site = described.site();
        match self {
            Self::Source => cells.text(record.source),
            Self::Ssid => cells.text(Some(site.event_ssid(event))),
            Self::PrintedSsid => cells.text(site.printed_ssid(event)),
            Self::Number => cells.int(event.number().map(i64::from)),
            Self::Name => cells.text(site.event_name(event)),
            Self::Generated => cells.time(event.generated()),
            Self::Logged => cells.time(event.logged()),
            Self::Node => cells.int(event.node().map(i64::from)),
            Self::Process => cells.text(site.process(event)),
            Self::Cpu => cells.int(event.cpu().map(i64::from)),
            Self::Pin => cells.int(event.pin().map(i64::from)),
            Self::User => cells.user(event.user()),
            Self::Emphasis => cells.boolean(event.emphasis()),
            Self::ConsolePrint => cells.boolean(event.console_print()),
            Self::SuppressDisplay => cells.boolean(event.suppress_display()),
            Self::ContentStandard => cells.int(event.content_standard().map(i64::from)),
            Self::ContentUser => cells.int(event.content_user().map(i64::from)),
            Self::Layout => match event.layout() {
                Some(layout) => cells.text(Some(layout.name)),
                None => cells.text(Some(described.buffer().header_code().length())),
            },
            Self::Subjects => cells.structs(|rows| tokens::subjects(rows, described, event)),
            Self::Tokens => cells.structs(|rows| tokens::tokens(rows, described)),
            Self::Text => cells.text(record.text),
            Self::Provisional => cells.names(|each| {
                let mut seen = Vec::new();
                described.provisional(record.text.is_some(), &mut |name| {
                    if !seen.iter().any(|known| known == name) {
                        seen.push(name.to_owned());
                        each(name);
                    }
                });
            }),
            Self::PassValue => cells.int(record.pass_value.map(i64::from)),
            Self::Findings => cells.structs(|rows| tokens::findings(rows, record.findings)),
            Self::Offset => cells.int(i64::try_from(described.buffer().origin()).ok()),
            Self::Length => cells.int(i64::try_from(described.buffer().len()).ok()),
            Self::Subject => {
                let subject = site.subject(event);
                cells.text(subject.and_then(|token| tokens::shown(&Item::new(site, token, 0).first_value())));
            }
            Self::Token(wanted, before, _) => {
                let token = described.buffer().find_all(*wanted).flatten().nth(*before);
                token_cell(cells, token.map(|token| Item::new(site, token, 0).first_value()));
            }
        }
    }
}

/// The value of a token: of several elements the first.
fn token_cell(cells: &mut Cells, item: Option<Item<'_>>) {
    let Some(item) = item else { return cells.null() };
    let first = item.elements().next();
    match (&*cells, first) {
        (Cells::Int32(_) | Cells::Int64(_), Some(scalar)) => cells.int(scalar.as_integer()),
        (Cells::Real(_), Some(Scalar::Real { value, .. })) => cells.real(Some(value)),
        (Cells::Boolean(_), Some(Scalar::Boolean { value, .. })) => cells.boolean(Some(value)),
        (Cells::Time(_), Some(Scalar::Time(time))) => cells.time(Some(time)),
        (Cells::Text(_), _) => cells.text(tokens::shown(&item)),
        _ => cells.null(),
    }
}
