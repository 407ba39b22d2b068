//! Tokens, subjects and findings: columns that are lists of structs.

use core::fmt::{Display, Write as _};

use arrow_array::builder::{
    ArrayBuilder, Float64Builder, Int32Builder, Int64Builder, StringBuilder, StructBuilder,
};
use arrow_schema::{DataType, Field, Fields};

use super::cells::{NameBuilder, Quiet};
use crate::describe::{Described, Hex, Item, Scalar, Visitor};
use crate::ems::Event;
use crate::spi::read::Finding;

fn name(key: &str) -> Field {
    Field::new_dictionary(key, DataType::Int32, DataType::Utf8, true)
}

/// The struct of a token.
pub(super) fn token_fields() -> Fields {
    vec![
        name("name"),
        name("code"),
        name("ssid"),
        name("type"),
        Field::new("index", DataType::Int32, true),
        Field::new("text", DataType::Utf8, true),
        Field::new("integer", DataType::Int64, true),
        Field::new("real", DataType::Float64, true),
        Field::new("hex", DataType::Utf8, true),
    ]
    .into()
}

/// The struct of a subject.
pub(super) fn subject_fields() -> Fields {
    vec![
        name("name"),
        name("code"),
        name("ssid"),
        Field::new("token", DataType::Int32, true),
        Field::new("text", DataType::Utf8, true),
    ]
    .into()
}

/// The struct of a finding.
pub(super) fn finding_fields() -> Fields {
    vec![Field::new("offset", DataType::Int64, true), Field::new("finding", DataType::Utf8, true)].into()
}

/// Appends to the builders of a struct, from the first to the last.
struct Row<'b> {
    builder: &'b mut StructBuilder,
    at: usize,
}

impl<'b> Row<'b> {
    fn new(builder: &'b mut StructBuilder) -> Self {
        Self { builder, at: 0 }
    }

    fn next<B: ArrayBuilder>(&mut self, append: impl FnOnce(&mut B)) {
        if let Some(cells) = self.builder.field_builder::<B>(self.at) {
            append(cells);
        }
        self.at += 1;
    }

    fn name(&mut self, value: Option<impl Display>) {
        self.next(|cells: &mut NameBuilder| match value {
            Some(value) => {
                let _ = cells.append(value.to_string());
            }
            None => cells.append_null(),
        });
    }

    fn int32(&mut self, value: usize) {
        self.next(|cells: &mut Int32Builder| cells.append_option(i32::try_from(value).ok()));
    }

    fn int64(&mut self, value: Option<i64>) {
        self.next(|cells: &mut Int64Builder| cells.append_option(value));
    }

    fn real(&mut self, value: Option<f64>) {
        self.next(|cells: &mut Float64Builder| cells.append_option(value));
    }

    fn text(&mut self, value: Option<impl Display>) {
        self.next(|cells: &mut StringBuilder| match value {
            Some(value) => {
                let _ = write!(Quiet(cells), "{value}");
                cells.append_value("");
            }
            None => cells.append_null(),
        });
    }

    fn end(self) {
        self.builder.append(true);
    }
}

/// Appends every token of a buffer, with what lists and tables hold after them.
pub(super) fn tokens(rows: &mut StructBuilder, described: &Described<'_>) {
    // The buffer has been checked.
    let _ = described.visit(&mut Tokens(rows));
}

struct Tokens<'b>(&'b mut StructBuilder);

impl Tokens<'_> {
    fn row(&mut self, item: &Item<'_>, has_value: bool) {
        let mut row = Row::new(self.0);
        identify(&mut row, item);
        row.name(item.data_type().name());
        row.int32(item.index());
        let value = has_value.then_some(item).filter(|item| !item.is_mark());
        value_of(&mut row, value);
        row.end();
    }
}

fn identify(row: &mut Row<'_>, item: &Item<'_>) {
    row.name(item.name());
    row.name(Some(format_args!("{:X}", item.code())));
    row.name(item.ssid().map(|ssid| item.site().ssid(ssid)));
}

/// Text, integer, real and hex.
fn value_of(row: &mut Row<'_>, item: Option<&Item<'_>>) {
    let scalar = item.and_then(Item::scalar);
    row.text(item.filter(|item| item.has_text()).map(Item::text));
    row.int64(scalar.as_ref().and_then(Scalar::as_integer));
    row.real(match scalar {
        Some(Scalar::Real { value, .. }) => Some(value),
        _ => None,
    });
    row.text(item.filter(|item| !item.round_trips()).map(|item| Hex(item.bytes())));
}

impl Visitor for Tokens<'_> {
    fn begin_list(&mut self, list: &Item<'_>) {
        self.row(list, false);
    }

    fn value(&mut self, item: &Item<'_>) {
        self.row(item, true);
    }
}

/// Appends the subjects of an event.
pub(super) fn subjects(rows: &mut StructBuilder, described: &Described<'_>, event: &Event<'_>) {
    for subject in event.subjects().flatten() {
        let item = Item::new(described.site(), *subject.token(), subject.position());
        let mut row = Row::new(rows);
        identify(&mut row, &item);
        row.int32(item.index());
        row.text(shown(&item.first_value()));
        row.end();
    }
}

/// The text of a value; its bytes where there is none.
pub(super) fn shown(item: &Item<'_>) -> Option<String> {
    Some(if item.has_text() { item.text().to_string() } else { Hex(item.bytes()).to_string() })
}

/// Appends what is odd about a buffer.
pub(super) fn findings(rows: &mut StructBuilder, findings: &[Finding]) {
    for finding in findings {
        let mut row = Row::new(rows);
        row.int64(i64::try_from(finding.offset()).ok());
        row.text(Some(finding.kind()));
        row.end();
    }
}
