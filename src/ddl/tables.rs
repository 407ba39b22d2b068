//! The definitions of the sources in compact form: the memory a schema takes stays near the size of its sources.
//!
//! Names are interned, texts lie in one string, fields in one list, and clauses few fields have in a list of their own.
//! A field of TYPE `x` refers to the definition `x`; its members are not copied.

use alloc::string::String;
use alloc::vec::Vec;

use crate::text::{Location, SourceId, Span};

use super::Figurative;
use super::data_type::{DdlType, Tacl};
use super::names::{NameId, Names};

/// No index.
pub(super) const NONE: u32 = u32::MAX;

#[derive(Clone, Debug, Default)]
pub(super) struct Tables {
    pub(super) names: Names,
    pub(super) texts: String,
    /// All definitions in the order of the sources, replaced ones included.
    pub(super) order: Vec<(Kind, u32)>,
    pub(super) constants: Vec<Constant>,
    pub(super) defs: Vec<Def>,
    pub(super) fields: Vec<Field>,
    pub(super) attributes: Vec<Attribute>,
    pub(super) values: Vec<EnumValue>,
    pub(super) token_types: Vec<TokenType>,
    pub(super) tokens: Vec<Token>,
    pub(super) maps: Vec<Map>,
    pub(super) versions: Vec<Version>,
    /// By the key of a name: index into `slots`.
    slot_of: Vec<u32>,
    /// By kind: index of the definition of that name that counts.
    slots: Vec<[u32; 5]>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Constant,
    Def,
    TokenType,
    Token,
    Map,
}

/// The parts of every definition.
#[derive(Clone, Copy, Debug)]
pub(super) struct Head {
    pub(super) name: NameId,
    pub(super) at: Mark,
    pub(super) source: SourceId,
    pub(super) provisional: bool,
    /// It has an error, or what it is made of has one.
    pub(super) broken: bool,
    /// Another definition of the same name counts.
    pub(super) replaced: bool,
    pub(super) built_in: bool,
}

impl Head {
    pub(super) fn location(&self) -> Location {
        Location::new(self.source, self.at.span())
    }

    /// Whether the definition is part of the result.
    pub(super) fn counts(&self) -> bool {
        !self.broken && !self.replaced
    }
}

/// A span in the source of the definition. Names and literals are short; a longer span is cut.
#[derive(Clone, Copy, Debug)]
pub(super) struct Mark {
    start: u32,
    length: u16,
}

impl Mark {
    pub(super) fn new(start: u32, length: usize) -> Self {
        Self { start, length: u16::try_from(length).unwrap_or(u16::MAX) }
    }

    /// The mark of the word at this distance, in bytes.
    pub(super) fn further(self, distance: u16, length: usize) -> Self {
        Self::new(self.start.saturating_add(u32::from(distance)), length)
    }

    /// How many bytes this mark is after another.
    pub(super) fn distance(self, other: Self) -> u16 {
        u16::try_from(self.start.saturating_sub(other.start)).unwrap_or(0)
    }

    pub(super) fn span(self) -> Span {
        Span::new(self.start, self.start.saturating_add(u32::from(self.length)))
    }
}

/// A literal, or a name that resolution replaces by the literal it stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stored {
    Absent,
    Number(i64),
    /// Beyond `i64`.
    Large(u64),
    Version(u16),
    Text(Text),
    National(Text),
    Figurative(Figurative),
    Name(NameId),
    /// Values of an enumeration: the first, and how many.
    Values(u32, u32),
}

impl Stored {
    /// The number, if it is one.
    pub(super) fn number(self) -> Option<i128> {
        match self {
            Self::Number(number) => Some(number.into()),
            Self::Large(number) => Some(number.into()),
            Self::Version(number) => Some(number.into()),
            _ => None,
        }
    }
}

/// A slice of [`Tables::texts`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Text {
    pub(super) start: u32,
    pub(super) length: u32,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Operand {
    pub(super) value: Stored,
    pub(super) at: Mark,
}

/// A reference by name.
#[derive(Clone, Copy, Debug)]
pub(super) struct NameRef {
    pub(super) name: NameId,
    pub(super) at: Mark,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Constant {
    pub(super) head: Head,
    pub(super) value: Operand,
    /// `TYPE BINARY`: bytes and unsigned. Absent until resolved if the constant inherits it.
    pub(super) binary: Option<(u8, bool)>,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Def {
    pub(super) head: Head,
    /// Index of the field that stands for the definition itself; its members follow.
    pub(super) root: u32,
    /// Layout mode: natural alignment.
    pub(super) shared8: bool,
    /// Groups inside groups, followed through TYPE.
    pub(super) depth: u8,
    /// Fields after every TYPE has been followed.
    pub(super) expanded: u32,
    /// 12 bytes of an SSID definition.
    pub(super) ssid: Option<[u8; 12]>,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Field {
    pub(super) name: NameId,
    pub(super) at: Mark,
    pub(super) level: u8,
    pub(super) kind: FieldKind,
    pub(super) tacl: Option<Tacl>,
    /// Its own SPI-NULL.
    pub(super) null: Option<u8>,
    pub(super) provisional: bool,
    pub(super) has_occurs: bool,
    /// Occurrences, the most there can be.
    pub(super) count: u16,
    /// From the start of the DEF.
    pub(super) offset: u16,
    /// Of one occurrence.
    pub(super) size: u16,
    /// 0 once measured: the size is not known.
    pub(super) align: u8,
    /// Of a BIT field, from the most significant bit of its word.
    pub(super) first_bit: u8,
    /// From the start of its name to that of its TYPE.
    pub(super) type_distance: u16,
    /// Index after the last member.
    pub(super) end: u32,
    /// Index of the field it redefines.
    pub(super) redefines: u32,
    /// Its entries in [`Tables::attributes`].
    pub(super) attributes: u32,
    pub(super) attribute_count: u8,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FieldKind {
    Data(DdlType),
    /// TYPE, not yet resolved.
    Named(NameId),
    /// TYPE: index of the definition.
    Def(u32),
    /// Not known: its clauses have a fault, or its TYPE is not defined.
    Unknown,
}

/// A clause of a field or token that few have.
#[derive(Clone, Copy, Debug)]
pub(super) struct Attribute {
    pub(super) kind: AttributeKind,
    pub(super) operand: Operand,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum AttributeKind {
    Null,
    Value,
    /// `VALUE ALL`: a literal that is repeated.
    Fill,
    Heading,
    Display,
    /// AS.
    Label,
    Ssid,
    /// OCCURS, until resolved.
    Occurs,
    /// OCCURS minimum TO.
    Minimum,
    /// DEPENDING ON: the field, perhaps qualified.
    Depending,
    /// Level 89.
    Values,
    /// BIT n ENUM: the definition.
    BitEnum,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct EnumValue {
    pub(super) name: NameId,
    pub(super) at: Mark,
    pub(super) provisional: bool,
    /// A number once resolved.
    pub(super) value: Operand,
    /// The constant that was named in its place.
    pub(super) constant: NameId,
    pub(super) label: Stored,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct TokenType {
    pub(super) head: Head,
    pub(super) data_type: Operand,
    pub(super) def: Option<NameRef>,
    pub(super) occurs: TokenOccurs,
    /// Data type * 256 + length, once resolved.
    pub(super) value: u16,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum TokenOccurs {
    Once,
    Varying,
    Times(Operand),
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Token {
    pub(super) head: Head,
    pub(super) number: Operand,
    pub(super) token_type: NameRef,
    pub(super) attributes: u32,
    pub(super) attribute_count: u8,
    /// Once resolved.
    pub(super) code: u32,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Map {
    pub(super) head: Head,
    pub(super) number: Operand,
    pub(super) def: NameRef,
    pub(super) attributes: u32,
    pub(super) attribute_count: u8,
    /// Its entries in [`Tables::versions`], and how many.
    pub(super) versions: (u32, u32),
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Version {
    pub(super) at: Mark,
    /// Absent: NOVERSION.
    pub(super) version: Operand,
    pub(super) first: NameRef,
    pub(super) last: Option<NameRef>,
    /// Positions of the fields meant, in the order of [`super::Def::fields`], once resolved: `start..end`.
    pub(super) fields: (u32, u32),
}

impl Tables {
    /// The definition of this kind that counts for a name, broken or not.
    pub(super) fn find(&self, kind: Kind, name: NameId) -> Option<usize> {
        let slot = *self.slot_of.get(self.names.key(name).index())?;
        let index = *self.slots.get(index(slot))?.get(kind_index(kind))?;
        (index != NONE).then(|| self::index(index))
    }

    /// Where the definition of this kind that counts for a name is noted.
    pub(super) fn slot(&mut self, kind: Kind, name: NameId) -> &mut u32 {
        let key = self.names.key(name).index();
        while self.slot_of.len() <= key {
            push(&mut self.slot_of, NONE);
        }
        if self.slot_of[key] == NONE {
            self.slot_of[key] = short(self.slots.len());
            push(&mut self.slots, [NONE; 5]);
        }
        &mut self.slots[index(self.slot_of[key])][kind_index(kind)]
    }

    pub(super) fn head(&self, kind: Kind, at: u32) -> Option<&Head> {
        let at = index(at);
        match kind {
            Kind::Constant => self.constants.get(at).map(|definition| &definition.head),
            Kind::Def => self.defs.get(at).map(|definition| &definition.head),
            Kind::TokenType => self.token_types.get(at).map(|definition| &definition.head),
            Kind::Token => self.tokens.get(at).map(|definition| &definition.head),
            Kind::Map => self.maps.get(at).map(|definition| &definition.head),
        }
    }

    pub(super) fn head_mut(&mut self, kind: Kind, at: u32) -> Option<&mut Head> {
        let at = index(at);
        match kind {
            Kind::Constant => self.constants.get_mut(at).map(|definition| &mut definition.head),
            Kind::Def => self.defs.get_mut(at).map(|definition| &mut definition.head),
            Kind::TokenType => self.token_types.get_mut(at).map(|definition| &mut definition.head),
            Kind::Token => self.tokens.get_mut(at).map(|definition| &mut definition.head),
            Kind::Map => self.maps.get_mut(at).map(|definition| &mut definition.head),
        }
    }

    pub(super) fn text(&self, text: Text) -> &str {
        self.texts.get(index(text.start)..index(text.start) + index(text.length)).unwrap_or("")
    }

    pub(super) fn attributes(&self, start: u32, count: u8) -> &[Attribute] {
        self.attributes.get(index(start)..index(start) + usize::from(count)).unwrap_or(&[])
    }

    pub(super) fn attribute(&self, field: &Field, kind: AttributeKind) -> Option<Operand> {
        find_attribute(self.attributes(field.attributes, field.attribute_count), kind)
    }

    /// Gives back what the vectors reserved.
    pub(super) fn shrink(&mut self) {
        self.names.shrink();
        self.texts.shrink_to_fit();
        self.order.shrink_to_fit();
        self.constants.shrink_to_fit();
        self.defs.shrink_to_fit();
        self.fields.shrink_to_fit();
        self.attributes.shrink_to_fit();
        self.values.shrink_to_fit();
        self.token_types.shrink_to_fit();
        self.tokens.shrink_to_fit();
        self.maps.shrink_to_fit();
        self.versions.shrink_to_fit();
        self.slot_of.shrink_to_fit();
        self.slots.shrink_to_fit();
    }
}

pub(super) fn find_attribute(attributes: &[Attribute], kind: AttributeKind) -> Option<Operand> {
    attributes.iter().find(|attribute| attribute.kind == kind).map(|attribute| attribute.operand)
}

fn kind_index(kind: Kind) -> usize {
    match kind {
        Kind::Constant => 0,
        Kind::Def => 1,
        Kind::TokenType => 2,
        Kind::Token => 3,
        Kind::Map => 4,
    }
}

/// A stored index as one to use.
pub(super) fn index(short: u32) -> usize {
    usize::try_from(short).unwrap_or(usize::MAX)
}

/// An index to store. Sources are shorter than 4 GiB, and what they define has at least a byte of source each.
pub(super) fn short(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(NONE)
}

/// Adds to a list that grows by a quarter at a time: many lists grow together here, and doubling would reserve as much
/// again as all of them hold.
pub(super) fn push<T>(list: &mut Vec<T>, item: T) {
    if list.len() == list.capacity() {
        list.reserve_exact(list.len() / 4 + 16);
    }
    list.push(item);
}
