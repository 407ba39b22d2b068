//! Builders of columns.

use core::fmt::{self, Display, Write as _};
use std::sync::Arc;

use arrow_array::ArrayRef;
use arrow_array::builder::{
    ArrayBuilder, BooleanBuilder, FixedSizeListBuilder, Float64Builder, Int32Builder, Int64Builder,
    ListBuilder, StringBuilder, StringDictionaryBuilder, StructBuilder, TimestampMicrosecondBuilder,
    UInt8Builder,
};
use arrow_array::types::Int32Type;
use arrow_schema::{DataType, Field, Fields, TimeUnit};

use crate::spi::Timestamp;

/// Names come again and again: each is stored once.
pub(super) type NameBuilder = StringDictionaryBuilder<Int32Type>;

/// The cells of a column.
#[derive(Debug)]
pub(super) enum Cells {
    Int32(Int32Builder),
    Int64(Int64Builder),
    Real(Float64Builder),
    Boolean(BooleanBuilder),
    Time(TimestampMicrosecondBuilder),
    Text(Box<StringBuilder>),
    Name(Box<NameCells>),
    User(Box<FixedSizeListBuilder<UInt8Builder>>),
    Names(Box<ListBuilder<StringBuilder>>),
    Structs(Box<ListBuilder<StructBuilder>>),
}

/// The type of a column.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Type {
    Int32,
    Int64,
    Real,
    Boolean,
    Time,
    Text,
    Name,
    User,
    Names,
    Structs(Fields),
}

/// Dictionary-encoded texts, and working memory for the next one.
#[derive(Default)]
pub(super) struct NameCells {
    builder: NameBuilder,
    text: String,
}

impl fmt::Debug for NameCells {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NameCells").finish_non_exhaustive()
    }
}

impl NameCells {
    pub(super) fn append(&mut self, text: Option<impl Display>) {
        match text {
            Some(text) => {
                self.text.clear();
                // Writing to a String does not fail; nor does a dictionary with space for 2^31 names.
                let _ = write!(self.text, "{text}");
                let _ = self.builder.append(&self.text);
            }
            None => self.builder.append_null(),
        }
    }
}

fn names() -> DataType {
    DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8))
}

fn times() -> DataType {
    DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()))
}

fn item(data_type: DataType, is_nullable: bool) -> Arc<Field> {
    Arc::new(Field::new("item", data_type, is_nullable))
}

impl Type {
    pub(super) fn data_type(&self) -> DataType {
        match self {
            Self::Int32 => DataType::Int32,
            Self::Int64 => DataType::Int64,
            Self::Real => DataType::Float64,
            Self::Boolean => DataType::Boolean,
            Self::Time => times(),
            Self::Text => DataType::Utf8,
            Self::Name => names(),
            Self::User => DataType::FixedSizeList(item(DataType::UInt8, false), 2),
            Self::Names => DataType::List(item(DataType::Utf8, false)),
            Self::Structs(fields) => DataType::List(item(DataType::Struct(fields.clone()), false)),
        }
    }

    pub(super) fn cells(&self) -> Cells {
        match self {
            Self::Int32 => Cells::Int32(Int32Builder::new()),
            Self::Int64 => Cells::Int64(Int64Builder::new()),
            Self::Real => Cells::Real(Float64Builder::new()),
            Self::Boolean => Cells::Boolean(BooleanBuilder::new()),
            Self::Time => Cells::Time(TimestampMicrosecondBuilder::new().with_data_type(times())),
            Self::Text => Cells::Text(Box::default()),
            Self::Name => Cells::Name(Box::default()),
            Self::User => {
                let builder = FixedSizeListBuilder::new(UInt8Builder::new(), 2);
                Cells::User(Box::new(builder.with_field(item(DataType::UInt8, false))))
            }
            Self::Names => {
                let builder = ListBuilder::new(StringBuilder::new());
                Cells::Names(Box::new(builder.with_field(item(DataType::Utf8, false))))
            }
            Self::Structs(fields) => {
                let builder = ListBuilder::new(StructBuilder::from_fields(fields.clone(), 0));
                let field = item(DataType::Struct(fields.clone()), false);
                Cells::Structs(Box::new(builder.with_field(field)))
            }
        }
    }
}

impl Cells {
    pub(super) fn int(&mut self, number: Option<i64>) {
        match self {
            Self::Int32(cells) => cells.append_option(number.and_then(|number| i32::try_from(number).ok())),
            Self::Int64(cells) => cells.append_option(number),
            _ => self.null(),
        }
    }

    pub(super) fn real(&mut self, number: Option<f64>) {
        match self {
            Self::Real(cells) => cells.append_option(number),
            _ => self.null(),
        }
    }

    pub(super) fn boolean(&mut self, value: Option<bool>) {
        match self {
            Self::Boolean(cells) => cells.append_option(value),
            _ => self.null(),
        }
    }

    /// An instant. Other times (not set, elapsed) are null.
    pub(super) fn time(&mut self, time: Option<Timestamp>) {
        match self {
            Self::Time(cells) => cells.append_option(time.and_then(unix_microseconds)),
            _ => self.null(),
        }
    }

    pub(super) fn text(&mut self, text: Option<impl Display>) {
        match (self, text) {
            (Self::Text(cells), Some(text)) => {
                let _ = write!(Quiet(cells), "{text}");
                cells.append_value("");
            }
            (Self::Name(cells), text) => cells.append(text),
            (cells, _) => cells.null(),
        }
    }

    pub(super) fn user(&mut self, user: Option<(u8, u8)>) {
        let Self::User(cells) = self else { return self.null() };
        let (group, member) = user.unwrap_or_default();
        cells.values().append_slice(&[group, member]);
        cells.append(user.is_some());
    }

    /// Texts that are handed to the given function's argument one by one.
    pub(super) fn names(&mut self, each: impl FnOnce(&mut dyn FnMut(&str))) {
        let Self::Names(cells) = self else { return self.null() };
        each(&mut |name| cells.values().append_value(name));
        cells.append(true);
    }

    /// Rows of structs.
    pub(super) fn structs(&mut self, fill: impl FnOnce(&mut StructBuilder)) {
        let Self::Structs(cells) = self else { return self.null() };
        fill(cells.values());
        cells.append(true);
    }

    pub(super) fn null(&mut self) {
        match self {
            Self::Int32(cells) => cells.append_null(),
            Self::Int64(cells) => cells.append_null(),
            Self::Real(cells) => cells.append_null(),
            Self::Boolean(cells) => cells.append_null(),
            Self::Time(cells) => cells.append_null(),
            Self::Text(cells) => cells.append_null(),
            Self::Name(cells) => cells.builder.append_null(),
            Self::User(cells) => {
                cells.values().append_slice(&[0, 0]);
                cells.append(false);
            }
            Self::Names(cells) => cells.append_null(),
            Self::Structs(cells) => cells.append_null(),
        }
    }

    pub(super) fn finish(&mut self) -> ArrayRef {
        match self {
            Self::Int32(cells) => ArrayBuilder::finish(cells),
            Self::Int64(cells) => ArrayBuilder::finish(cells),
            Self::Real(cells) => ArrayBuilder::finish(cells),
            Self::Boolean(cells) => ArrayBuilder::finish(cells),
            Self::Time(cells) => ArrayBuilder::finish(cells),
            Self::Text(cells) => ArrayBuilder::finish(&mut **cells),
            Self::Name(cells) => ArrayBuilder::finish(&mut cells.builder),
            Self::User(cells) => ArrayBuilder::finish(&mut **cells),
            Self::Names(cells) => ArrayBuilder::finish(&mut **cells),
            Self::Structs(cells) => ArrayBuilder::finish(&mut **cells),
        }
    }
}

/// Microseconds since 1970 of a time that is one.
fn unix_microseconds(time: Timestamp) -> Option<i64> {
    time.unix_micros().filter(|_| time != Timestamp::UNSET && !time.is_elapsed() && time.civil().is_some())
}

/// Writes into the value that a builder is making.
pub(super) struct Quiet<'b>(pub(super) &'b mut StringBuilder);

impl fmt::Write for Quiet<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        fmt::Write::write_str(self.0, text)
    }
}
