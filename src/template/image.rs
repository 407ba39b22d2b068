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
    Action, Edit, LabelTable, MessageKey, Op, Operand, Part as FieldPart, Program, Shapes, Slot, Subject,
    Test,
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

/// Stores a case without contents as its place in a table.
fn store_place<T: PartialEq>(item: &T, table: impl IntoIterator<Item = T>, image: &mut Vec<u8>) {
    let place = table.into_iter().position(|known| known == *item);
    place.and_then(|place| u8::try_from(place).ok()).unwrap_or(u8::MAX).store(image);
}

fn load_place<T>(table: impl IntoIterator<Item = T>, image: &mut Reader<'_>) -> Option<T> {
    table.into_iter().nth(usize::from(u8::load(image)?))
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

impl Stored for HeaderToken {
    fn store(&self, image: &mut Vec<u8>) {
        store_place(self, Self::ALL.map(|(token, _)| token), image);
    }

    fn load(image: &mut Reader<'_>) -> Option<Self> {
        load_place(Self::ALL.map(|(token, _)| token), image)
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

impl Stored for Program {
    fn store(&self, image: &mut Vec<u8>) {
        let Self { ops, text, slots, edits, tests, strings, keys, shapes: _, sentences: _ } = self;
        ops.store(image);
        text.store(image);
        slots.store(image);
        edits.store(image);
        tests.store(image);
        strings.store(image);
        keys.store(image);
    }

    fn load(image: &mut Reader<'_>) -> Option<Self> {
        Some(Self {
            ops: Stored::load(image)?,
            text: Stored::load(image)?,
            slots: Stored::load(image)?,
            edits: Stored::load(image)?,
            tests: Stored::load(image)?,
            strings: Stored::load(image)?,
            keys: Stored::load(image)?,
            shapes: Shapes::default(),
            sentences: Shapes::default(),
        })
    }
}

impl Stored for Op {
    fn store(&self, image: &mut Vec<u8>) {
        match *self {
            Self::Text { start, len } => (0_u8, (start, len)).store(image),
            Self::Break => 1_u8.store(image),
            Self::Edit(edit) => (2_u8, edit).store(image),
            Self::Unless { test, target } => (3_u8, (test, target)).store(image),
            Self::Jump { target } => (4_u8, target).store(image),
        }
    }

    fn load(image: &mut Reader<'_>) -> Option<Self> {
        Some(match u8::load(image)? {
            0 => Self::Text { start: Stored::load(image)?, len: Stored::load(image)? },
            1 => Self::Break,
            2 => Self::Edit(Stored::load(image)?),
            3 => Self::Unless { test: Stored::load(image)?, target: Stored::load(image)? },
            4 => Self::Jump { target: Stored::load(image)? },
            _ => return None,
        })
    }
}

impl Stored for Slot {
    fn store(&self, image: &mut Vec<u8>) {
        let Self { code, stored, index, ssid, is_qualified } = self;
        code.store(image);
        stored.store(image);
        index.store(image);
        ssid.store(image);
        is_qualified.store(image);
    }

    fn load(image: &mut Reader<'_>) -> Option<Self> {
        Some(Self {
            code: Stored::load(image)?,
            stored: Stored::load(image)?,
            index: Stored::load(image)?,
            ssid: Stored::load(image)?,
            is_qualified: Stored::load(image)?,
        })
    }
}

impl Stored for Subject {
    fn store(&self, image: &mut Vec<u8>) {
        let Self { operand, shape, len, part } = self;
        operand.store(image);
        shape.store(image);
        len.store(image);
        part.store(image);
    }

    fn load(image: &mut Reader<'_>) -> Option<Self> {
        Some(Self {
            operand: Stored::load(image)?,
            shape: Stored::load(image)?,
            len: Stored::load(image)?,
            part: Stored::load(image)?,
        })
    }
}

impl Stored for Operand {
    fn store(&self, image: &mut Vec<u8>) {
        match *self {
            Self::Slot(slot) => (0_u8, slot).store(image),
            Self::Header(token, len) => (1_u8, (token, len)).store(image),
            Self::Next => 2_u8.store(image),
        }
    }

    fn load(image: &mut Reader<'_>) -> Option<Self> {
        Some(match u8::load(image)? {
            0 => Self::Slot(Stored::load(image)?),
            1 => Self::Header(Stored::load(image)?, Stored::load(image)?),
            2 => Self::Next,
            _ => return None,
        })
    }
}

impl Stored for Shape {
    fn store(&self, image: &mut Vec<u8>) {
        match *self {
            Self::Integer { len, signed } => (0_u8, (len, signed)).store(image),
            Self::Logical { len } => (1_u8, len).store(image),
            Self::Bits { first, last, signed } => (2_u8, ((first, last), signed)).store(image),
            ref shape => {
                3_u8.store(image);
                store_place(shape, SHAPES, image);
            }
        }
    }

    fn load(image: &mut Reader<'_>) -> Option<Self> {
        Some(match u8::load(image)? {
            0 => Self::Integer { len: Stored::load(image)?, signed: Stored::load(image)? },
            1 => Self::Logical { len: Stored::load(image)? },
            2 => {
                let ((first, last), signed) = Stored::load(image)?;
                Self::Bits { first, last, signed }
            }
            3 => load_place(SHAPES, image)?,
            _ => return None,
        })
    }
}

impl Stored for FieldPart {
    fn store(&self, image: &mut Vec<u8>) {
        let Self { offset, len, count, stride, structure_len } = self;
        [offset, len, count, stride, structure_len].iter().for_each(|number| number.store(image));
    }

    fn load(image: &mut Reader<'_>) -> Option<Self> {
        Some(Self {
            offset: Stored::load(image)?,
            len: Stored::load(image)?,
            count: Stored::load(image)?,
            stride: Stored::load(image)?,
            structure_len: Stored::load(image)?,
        })
    }
}

impl Stored for MessageKey {
    fn store(&self, image: &mut Vec<u8>) {
        let Self { code, ssid } = self;
        code.store(image);
        ssid.store(image);
    }

    fn load(image: &mut Reader<'_>) -> Option<Self> {
        Some(Self { code: Stored::load(image)?, ssid: Stored::load(image)? })
    }
}

impl Stored for Edit {
    fn store(&self, image: &mut Vec<u8>) {
        let Self { subject, action } = self;
        subject.store(image);
        action.store(image);
    }

    fn load(image: &mut Reader<'_>) -> Option<Self> {
        Some(Self { subject: Stored::load(image)?, action: Stored::load(image)? })
    }
}

impl Stored for Action {
    fn store(&self, image: &mut Vec<u8>) {
        match *self {
            Self::Number { radix, zeros, width } => {
                0_u8.store(image);
                store_place(&radix, RADIXES, image);
                (zeros, width).store(image);
            }
            Self::Text { width } => (1_u8, width).store(image),
            Self::Label(labels) => (2_u8, labels).store(image),
            Self::Moment(string) => (3_u8, string).store(image),
            Self::Message(key) => (4_u8, key).store(image),
            Self::Ssid { width } => (5_u8, width).store(image),
            Self::Abbreviation { width } => (6_u8, width).store(image),
            ref action => {
                7_u8.store(image);
                store_place(action, ACTIONS, image);
            }
        }
    }

    fn load(image: &mut Reader<'_>) -> Option<Self> {
        Some(match u8::load(image)? {
            0 => {
                let radix = load_place(RADIXES, image)?;
                Self::Number { radix, zeros: Stored::load(image)?, width: Stored::load(image)? }
            }
            1 => Self::Text { width: Stored::load(image)? },
            2 => Self::Label(Stored::load(image)?),
            3 => Self::Moment(Stored::load(image)?),
            4 => Self::Message(Stored::load(image)?),
            5 => Self::Ssid { width: Stored::load(image)? },
            6 => Self::Abbreviation { width: Stored::load(image)? },
            7 => load_place(ACTIONS, image)?,
            _ => return None,
        })
    }
}

impl Stored for Test {
    fn store(&self, image: &mut Vec<u8>) {
        let Self { subject, negated, comparison } = self;
        subject.store(image);
        negated.store(image);
        comparison.store(image);
    }

    fn load(image: &mut Reader<'_>) -> Option<Self> {
        Some(Self {
            subject: Stored::load(image)?,
            negated: Stored::load(image)?,
            comparison: Stored::load(image)?,
        })
    }
}

impl Stored for Operator {
    fn store(&self, image: &mut Vec<u8>) {
        store_place(self, OPERATORS, image);
    }

    fn load(image: &mut Reader<'_>) -> Option<Self> {
        load_place(OPERATORS, image)
    }
}

impl Stored for EditString {
    fn store(&self, image: &mut Vec<u8>) {
        let Self { pieces } = self;
        pieces.store(image);
    }

    fn load(image: &mut Reader<'_>) -> Option<Self> {
        Some(Self { pieces: Stored::load(image)? })
    }
}

impl Stored for Piece {
    fn store(&self, image: &mut Vec<u8>) {
        match self {
            Self::Text(text) => {
                0_u8.store(image);
                text.store(image);
            }
            Self::Part(part) => (1_u8, *part).store(image),
        }
    }

    fn load(image: &mut Reader<'_>) -> Option<Self> {
        Some(match u8::load(image)? {
            0 => Self::Text(Stored::load(image)?),
            1 => Self::Part(Stored::load(image)?),
            _ => return None,
        })
    }
}

impl Stored for Part {
    fn store(&self, image: &mut Vec<u8>) {
        store_place(self, PARTS.map(|(_, part)| part), image);
    }

    fn load(image: &mut Reader<'_>) -> Option<Self> {
        load_place(PARTS.map(|(_, part)| part), image)
    }
}

// ---- What a set has besides programs

impl Stored for Template {
    fn store(&self, image: &mut Vec<u8>) {
        let Self { key, program, strings, is_resident } = self;
        key.store(image);
        program.store(image);
        strings.store(image);
        is_resident.store(image);
    }

    fn load(image: &mut Reader<'_>) -> Option<Self> {
        Some(Self {
            key: Stored::load(image)?,
            program: Stored::load(image)?,
            strings: Stored::load(image)?,
            is_resident: Stored::load(image)?,
        })
    }
}

impl Stored for TemplateKey {
    fn store(&self, image: &mut Vec<u8>) {
        let Self { owner, number, code, value } = self;
        owner.store(image);
        number.store(image);
        code.store(image);
        value.store(image);
    }

    fn load(image: &mut Reader<'_>) -> Option<Self> {
        Some(Self {
            owner: Stored::load(image)?,
            number: Stored::load(image)?,
            code: Stored::load(image)?,
            value: Stored::load(image)?,
        })
    }
}

impl Stored for Subsystem {
    fn store(&self, image: &mut Vec<u8>) {
        (self.owner, self.number).store(image);
    }

    fn load(image: &mut Reader<'_>) -> Option<Self> {
        Some(Self { owner: Stored::load(image)?, number: Stored::load(image)? })
    }
}

impl Stored for Overrides {
    fn store(&self, image: &mut Vec<u8>) {
        let Self { emphasis, console_print, suppress_display } = self;
        [emphasis, console_print, suppress_display].iter().for_each(|value| value.store(image));
    }

    fn load(image: &mut Reader<'_>) -> Option<Self> {
        Some(Self {
            emphasis: Stored::load(image)?,
            console_print: Stored::load(image)?,
            suppress_display: Stored::load(image)?,
        })
    }
}

impl Stored for SubsystemName {
    fn store(&self, image: &mut Vec<u8>) {
        let Self { name, abbreviation, is_installed } = self;
        name.store(image);
        abbreviation.store(image);
        is_installed.store(image);
    }

    fn load(image: &mut Reader<'_>) -> Option<Self> {
        Some(Self {
            name: Stored::load(image)?,
            abbreviation: Stored::load(image)?,
            is_installed: Stored::load(image)?,
        })
    }
}

impl Stored for LabelTable {
    fn store(&self, image: &mut Vec<u8>) {
        let Self { entries, default } = self;
        entries.store(image);
        default.store(image);
    }

    fn load(image: &mut Reader<'_>) -> Option<Self> {
        Some(Self { entries: Stored::load(image)?, default: Stored::load(image)? })
    }
}

impl Stored for DefEnum {
    fn store(&self, image: &mut Vec<u8>) {
        let Self { subsystem, of, labels } = self;
        subsystem.store(image);
        of.store(image);
        labels.store(image);
    }

    fn load(image: &mut Reader<'_>) -> Option<Self> {
        Some(Self { subsystem: Stored::load(image)?, of: Stored::load(image)?, labels: Stored::load(image)? })
    }
}

impl Stored for Labelled {
    fn store(&self, image: &mut Vec<u8>) {
        match self {
            Self::Token(code) => (0_u8, *code).store(image),
            Self::Field(structure, field) => {
                1_u8.store(image);
                structure.store(image);
                field.store(image);
            }
        }
    }

    fn load(image: &mut Reader<'_>) -> Option<Self> {
        Some(match u8::load(image)? {
            0 => Self::Token(Stored::load(image)?),
            1 => Self::Field(Stored::load(image)?, Stored::load(image)?),
            _ => return None,
        })
    }
}

impl Stored for Format {
    fn store(&self, image: &mut Vec<u8>) {
        let Self { subsystem, def, procedure } = self;
        subsystem.store(image);
        def.store(image);
        procedure.store(image);
    }

    fn load(image: &mut Reader<'_>) -> Option<Self> {
        Some(Self {
            subsystem: Stored::load(image)?,
            def: Stored::load(image)?,
            procedure: Stored::load(image)?,
        })
    }
}

impl Stored for WellKnown {
    fn store(&self, image: &mut Vec<u8>) {
        let Self { event_number, content_standard, text, operator_message, ems, line_text, line_data } = self;
        event_number.store(image);
        content_standard.store(image);
        text.store(image);
        operator_message.store(image);
        ems.store(image);
        line_text.store(image);
        line_data.store(image);
    }

    fn load(image: &mut Reader<'_>) -> Option<Self> {
        Some(Self {
            event_number: Stored::load(image)?,
            content_standard: Stored::load(image)?,
            text: Stored::load(image)?,
            operator_message: Stored::load(image)?,
            ems: Stored::load(image)?,
            line_text: Stored::load(image)?,
            line_data: Stored::load(image)?,
        })
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
