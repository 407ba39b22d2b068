//! A set of compiled templates as bytes, so that the shipped ones need not be compiled at every start.
//!
//! Everything is little-endian; lists and texts come after their lengths, cases after a byte that says which. Reading
//! trusts no length and no number: bytes that are not an image read as `None`.

use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

use super::datetime::{EditString, PARTS, Part, Piece};
use super::display::{Radix, Shape};
use super::program::{
    Action, Edit, LabelTable, MessageKey, Op, Operand, Part as FieldPart, Program, Slot, Subject, Test,
};
use super::set::{
    DefEnum, Format, Labelled, Subsystem, SubsystemName, Template, TemplateKey, TemplateSet, WellKnown,
};
use super::source::Operator;
use crate::ems::{HeaderToken, Overrides};
use crate::spi::{DataType, Ssid, TokenCode};

/// The shipped templates, compiled for the shipped dictionary.
pub(super) static SHIPPED: &[u8] = include_bytes!("../dictionary/builtin/templates.bin");

const MAGIC: [u8; 8] = *b"zemstpl1";

pub(super) fn write(set: &TemplateSet) -> Vec<u8> {
    let mut image = Vec::from(MAGIC);
    let TemplateSet {
        templates,
        formats: _,
        overrides,
        names,
        shared,
        labels,
        def_enums,
        conversions,
        procedures: _,
        codes,
        source_bytes: _,
    } = set;
    templates.store(&mut image);
    // The order of a hash table is not the same everywhere.
    let mut overrides: Vec<_> = overrides.iter().map(|(key, overrides)| (*key, *overrides)).collect();
    overrides.sort_by_key(|(key, _)| (key.owner, key.number, u32::from(key.code), key.value));
    overrides.store(&mut image);
    let mut names: Vec<_> = names.iter().map(|(subsystem, name)| (*subsystem, name.clone())).collect();
    names.sort_by_key(|(subsystem, _)| *subsystem);
    names.store(&mut image);
    let mut shared: Vec<_> = shared.iter().map(|(subsystem, ssids)| (*subsystem, ssids.clone())).collect();
    shared.sort_by_key(|(subsystem, _)| *subsystem);
    shared.store(&mut image);
    labels.store(&mut image);
    def_enums.store(&mut image);
    conversions.store(&mut image);
    codes.store(&mut image);
    image
}

/// The set in an image that is part of the program, `None` if the bytes are none.
pub(super) fn read(image: &'static [u8]) -> Option<TemplateSet> {
    load(&mut Reader { rest: image.strip_prefix(&MAGIC)?, text: |text| Cow::Borrowed(text) })
}

/// The set in an image of a file, `None` if the bytes are none.
pub(super) fn read_copied(image: &[u8]) -> Option<TemplateSet> {
    load(&mut Reader { rest: image.strip_prefix(&MAGIC)?, text: |text: &str| Cow::Owned(text.into()) })
}

fn load(image: &mut Reader<'_>) -> Option<TemplateSet> {
    let templates: Vec<Template> = Stored::load(image)?;
    let numbers = (0..).zip(&templates).map(|(at, template)| (template.key, at));
    Some(TemplateSet {
        formats: numbers.collect(),
        templates,
        overrides: Vec::load(image)?.into_iter().collect(),
        names: Vec::load(image)?.into_iter().collect(),
        shared: Vec::load(image)?.into_iter().collect(),
        labels: Stored::load(image)?,
        def_enums: Stored::load(image)?,
        conversions: Stored::load(image)?,
        procedures: Vec::new(),
        codes: Stored::load(image)?,
        source_bytes: 0,
    })
}

/// The rest to be read, and how a text of it is kept.
struct Reader<'i> {
    rest: &'i [u8],
    text: fn(&'i str) -> Cow<'static, str>,
}

impl<'i> Reader<'i> {
    fn take(&mut self, len: usize) -> Option<&'i [u8]> {
        let (taken, rest) = self.rest.split_at_checked(len)?;
        self.rest = rest;
        Some(taken)
    }

    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.take(N)?.first_chunk().copied()
    }
}

/// An item with a place in an image.
trait Stored: Sized {
    fn store(&self, image: &mut Vec<u8>);
    fn load(image: &mut Reader<'_>) -> Option<Self>;
}

// ---- Numbers, texts, lists

macro_rules! stored_numbers {
    ($($number:ty),*) => {$(
        impl Stored for $number {
            fn store(&self, image: &mut Vec<u8>) {
                image.extend(self.to_le_bytes());
            }

            fn load(image: &mut Reader<'_>) -> Option<Self> {
                image.array().map(Self::from_le_bytes)
            }
        }
    )*};
}

stored_numbers!(u8, u16, u32, u64, i16, i32, i64);

impl Stored for bool {
    fn store(&self, image: &mut Vec<u8>) {
        u8::from(*self).store(image);
    }

    fn load(image: &mut Reader<'_>) -> Option<Self> {
        Some(u8::load(image)? != 0)
    }
}

fn store_len(len: usize, image: &mut Vec<u8>) {
    u32::try_from(len).unwrap_or(u32::MAX).store(image);
}

fn load_len(image: &mut Reader<'_>) -> Option<usize> {
    usize::try_from(u32::load(image)?).ok()
}

impl Stored for String {
    fn store(&self, image: &mut Vec<u8>) {
        store_len(self.len(), image);
        image.extend(self.as_bytes());
    }

    fn load(image: &mut Reader<'_>) -> Option<Self> {
        Cow::load(image).map(Cow::into_owned)
    }
}

/// Text that stays where it is.
impl Stored for Cow<'static, str> {
    fn store(&self, image: &mut Vec<u8>) {
        store_len(self.len(), image);
        image.extend(self.as_bytes());
    }

    fn load(image: &mut Reader<'_>) -> Option<Self> {
        let len = load_len(image)?;
        core::str::from_utf8(image.take(len)?).ok().map(image.text)
    }
}

impl<T: Stored> Stored for Vec<T> {
    fn store(&self, image: &mut Vec<u8>) {
        store_len(self.len(), image);
        self.iter().for_each(|item| item.store(image));
    }

    fn load(image: &mut Reader<'_>) -> Option<Self> {
        let len = load_len(image)?;
        // An item takes at least one byte.
        let mut items = Self::with_capacity(len.min(image.rest.len()));
        for _ in 0..len {
            items.push(T::load(image)?);
        }
        Some(items)
    }
}

impl<T: Stored> Stored for Box<[T]> {
    fn store(&self, image: &mut Vec<u8>) {
        store_len(self.len(), image);
        self.iter().for_each(|item| item.store(image));
    }

    fn load(image: &mut Reader<'_>) -> Option<Self> {
        Vec::load(image).map(Into::into)
    }
}

impl<T: Stored> Stored for Option<T> {
    fn store(&self, image: &mut Vec<u8>) {
        self.is_some().store(image);
        self.iter().for_each(|item| item.store(image));
    }

    fn load(image: &mut Reader<'_>) -> Option<Self> {
        Some(if bool::load(image)? { Some(T::load(image)?) } else { None })
    }
}

impl<A: Stored, B: Stored> Stored for (A, B) {
    fn store(&self, image: &mut Vec<u8>) {
        self.0.store(image);
        self.1.store(image);
    }

    fn load(image: &mut Reader<'_>) -> Option<Self> {
        Some((A::load(image)?, B::load(image)?))
    }
}

/// Stores cases without contents as their places in a table.
macro_rules! stored_places {
    ($($name:ident in $table:expr;)*) => {$(
        impl Stored for $name {
            fn store(&self, image: &mut Vec<u8>) {
                store_place(self, $table, image);
            }

            fn load(image: &mut Reader<'_>) -> Option<Self> {
                load_place($table, image)
            }
        }
    )*};
}

fn store_place<T: PartialEq>(item: &T, table: impl IntoIterator<Item = T>, image: &mut Vec<u8>) {
    let place = table.into_iter().position(|known| known == *item);
    place.and_then(|place| u8::try_from(place).ok()).unwrap_or(u8::MAX).store(image);
}

fn load_place<T>(table: impl IntoIterator<Item = T>, image: &mut Reader<'_>) -> Option<T> {
    table.into_iter().nth(usize::from(u8::load(image)?))
}

/// Stores structures as their fields, in the order given here. Fields after a semicolon are not stored; they begin empty.
macro_rules! stored_structures {
    ($($name:ident { $($field:ident),* $(; $($empty:ident),*)? })*) => {$(
        impl Stored for $name {
            fn store(&self, image: &mut Vec<u8>) {
                let Self { $($field,)* $($($empty: _,)*)? } = self;
                $($field.store(image);)*
            }

            fn load(image: &mut Reader<'_>) -> Option<Self> {
                Some(Self { $($field: Stored::load(image)?,)* $($($empty: Default::default(),)*)? })
            }
        }
    )*};
}

/// Stores a case as its number and its contents. `else`: a number for all other cases, which have no contents, with their table.
macro_rules! stored_cases {
    ($($name:ident {
        $($number:literal => $case:ident $(($($item:ident),*))? $({ $($field:ident),* })?,)*
        $(else $others:literal => $table:expr,)?
    })*) => {$(
        impl Stored for $name {
            fn store(&self, image: &mut Vec<u8>) {
                match self {
                    $(Self::$case $(($($item),*))? $({ $($field),* })? => {
                        image.push($number);
                        $($($item.store(image);)*)?
                        $($($field.store(image);)*)?
                    })*
                    $(other => {
                        image.push($others);
                        store_place(other, $table, image);
                    })?
                }
            }

            fn load(image: &mut Reader<'_>) -> Option<Self> {
                Some(match u8::load(image)? {
                    $($number => {
                        $($(let $item = Stored::load(image)?;)*)?
                        $($(let $field = Stored::load(image)?;)*)?
                        Self::$case $(($($item),*))? $({ $($field),* })?
                    })*
                    $($others => load_place($table, image)?,)?
                    _ => return None,
                })
            }
        }
    )*};
}

// ---- The vocabulary of SPI and EMS

impl Stored for Ssid {
    fn store(&self, image: &mut Vec<u8>) {
        image.extend(self.as_bytes());
    }

    fn load(image: &mut Reader<'_>) -> Option<Self> {
        image.array().map(Self::from_bytes)
    }
}

impl Stored for TokenCode {
    fn store(&self, image: &mut Vec<u8>) {
        u32::from(*self).store(image);
    }

    fn load(image: &mut Reader<'_>) -> Option<Self> {
        u32::load(image).map(Self::from_bits)
    }
}

// ---- Programs

const RADIXES: [Radix; 4] = [Radix::Binary, Radix::Octal, Radix::Decimal, Radix::Hexadecimal];
const OPERATORS: [Operator; 6] = [
    Operator::Less,
    Operator::Equal,
    Operator::Greater,
    Operator::LessOrEqual,
    Operator::GreaterOrEqual,
    Operator::NotEqual,
];
/// The shapes without contents, after the three with.
const SHAPES: [Shape; 16] = [
    Shape::Text,
    Shape::Kind(DataType::Flt),
    Shape::Kind(DataType::Flt2),
    Shape::Kind(DataType::Timestamp),
    Shape::Kind(DataType::Ssid),
    Shape::Kind(DataType::Error),
    Shape::Kind(DataType::TokenCode),
    Shape::Kind(DataType::Fname),
    Shape::Kind(DataType::Fname32),
    Shape::Kind(DataType::Subvol),
    Shape::Kind(DataType::Device),
    Shape::Kind(DataType::Crtpid),
    Shape::Kind(DataType::Username),
    Shape::Kind(DataType::Phandle),
    Shape::Kind(DataType::Transid),
    Shape::Bytes,
];
/// The actions without contents, after those with.
const ACTIONS: [Action; 11] = [
    Action::Truth,
    Action::Plain,
    Action::Subvolume,
    Action::System,
    Action::IpAddress,
    Action::Heading,
    Action::NextValue,
    Action::Enter,
    Action::Leave,
    Action::Position,
    Action::Front,
];

stored_places! {
    HeaderToken in HeaderToken::ALL.map(|(token, _)| token);
    Operator in OPERATORS;
    Part in PARTS.map(|(_, part)| part);
    Radix in RADIXES;
}

stored_structures! {
    Program { ops, text, slots, edits, tests, strings, keys; shapes, sentences }
    Slot { code, stored, index, ssid, is_qualified }
    Subject { operand, shape, len, part }
    FieldPart { offset, len, count, stride, structure_len }
    MessageKey { code, ssid }
    Edit { subject, action }
    Test { subject, negated, comparison }
    EditString { pieces }
}

stored_cases! {
    Op {
        0 => Text { start, len },
        1 => Break,
        2 => Edit(edit),
        3 => Unless { test, target },
        4 => Jump { target },
    }
    Operand {
        0 => Slot(slot),
        1 => Header(token, len),
        2 => Next,
    }
    Shape {
        0 => Integer { len, signed },
        1 => Logical { len },
        2 => Bits { first, last, signed },
        else 3 => SHAPES,
    }
    Action {
        0 => Number { radix, zeros, width },
        1 => Text { width },
        2 => Label(labels),
        3 => Moment(string),
        4 => Message(key),
        5 => Ssid { width },
        6 => Abbreviation { width },
        else 7 => ACTIONS,
    }
    Piece {
        0 => Text(text),
        1 => Part(part),
    }
}

// ---- What a set has besides programs

stored_structures! {
    Template { key, program, strings, is_resident }
    TemplateKey { owner, number, code, value }
    Subsystem { owner, number }
    Overrides { emphasis, console_print, suppress_display }
    SubsystemName { name, abbreviation, is_installed }
    LabelTable { entries, default }
    DefEnum { subsystem, of, labels }
    Format { subsystem, def, procedure }
    WellKnown { event_number, content_standard, text, operator_message, ems, line_text, line_data }
}

stored_cases! {
    Labelled {
        0 => Token(code),
        1 => Field(structure, field),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let written = write(&TemplateSet::builtin());
        assert!(written == SHIPPED);
        assert_eq!(read(written.clone().leak()).map(|set| write(&set)), Some(written));
    }

    /// Every case of every enumeration has a place of its own.
    #[test]
    fn every_case_comes_back() {
        fn back<T: Stored + PartialEq + core::fmt::Debug + Clone>(items: &[T]) {
            for item in items {
                let mut image = Vec::new();
                item.store(&mut image);
                let image: &'static [u8] = image.leak();
                let read = |rest| Reader { rest, text: |text| Cow::Borrowed(text) };
                let mut reader = read(image);
                assert_eq!(T::load(&mut reader).as_ref(), Some(item));
                assert!(reader.rest.is_empty());
                assert_eq!(T::load(&mut read(&image[..image.len() - 1])), None);
            }
        }
        back(&SHAPES);
        back(&DataType::ALL.map(Shape::of_kind));
        back(&[
            Shape::Integer { len: 4, signed: true },
            Shape::Logical { len: 2 },
            Shape::Bits { first: 1, last: 3, signed: false },
        ]);
        back(&ACTIONS);
        back(&RADIXES.map(|radix| Action::Number { radix, zeros: true, width: 4 }));
        back(&[
            Action::Text { width: 9 },
            Action::Label(7),
            Action::Moment(2),
            Action::Message(1),
            Action::Ssid { width: 3 },
            Action::Abbreviation { width: 5 },
        ]);
        back(&OPERATORS);
        back(&HeaderToken::ALL.map(|(token, _)| Operand::Header(token, 2)));
        back(&[Operand::Slot(99), Operand::Next]);
        back(&[
            Op::Text { start: 1, len: 2 },
            Op::Break,
            Op::Edit(3),
            Op::Unless { test: 1, target: 9 },
            Op::Jump { target: 8 },
        ]);
        back(&PARTS.map(|(_, part)| Piece::Part(part)));
        back(&[Piece::Text(": ".into())]);
        back(&[Labelled::Token(TokenCode::from_bits(7)), Labelled::Field("A".into(), "B.C".into())]);
        back(&[Some(-1_i64), None]);
    }

    #[test]
    fn bytes_that_are_not_an_image_are_refused() {
        assert!(read(&[]).is_none());
        assert!(read(b"zemscat1").is_none());
        for end in (0..SHIPPED.len()).step_by(17) {
            assert!(read(&SHIPPED[..end]).is_none(), "{end}");
        }
        let mut long = Vec::from(MAGIC);
        long.extend(u32::MAX.to_le_bytes());
        assert!(read(long.leak()).is_none());
    }
}
