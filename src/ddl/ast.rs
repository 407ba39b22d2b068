//! Reads one sentence (up to its `.`) at a time, borrowed from the source.

use alloc::vec::Vec;

use crate::text::grammar::{Expected, Quoted};

use super::data_type::{DdlType, Tacl, Usage};

/// A place in the text under the grammar: how many bytes are left from here to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) left: usize,
    pub(super) length: usize,
}

/// A name, or a name of a field qualified with `.`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Word<'s> {
    pub(super) text: &'s str,
    pub(super) left: usize,
}

impl Word<'_> {
    pub(super) fn place(&self) -> Place {
        Place { left: self.left, length: self.text.len() }
    }
}

/// A literal, or the name of a constant that stands for one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Operand<'s> {
    pub(super) literal: Literal<'s>,
    pub(super) place: Place,
    /// `ALL` literal: it is repeated.
    pub(super) fills: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Literal<'s> {
    Number(i128),
    /// A number with a decimal point, as written.
    Decimal(&'s str),
    Text(Quoted<'s>),
    /// A text of another language, as it is.
    #[cfg_attr(not(feature = "std"), allow(dead_code))] // only C headers have it
    Plain(&'s str),
    National(Quoted<'s>),
    /// `VERSION "C00"`.
    Version(Quoted<'s>),
    Name(&'s str),
    /// `SPACES` and the like.
    Figurative(super::Figurative),
}

/// How a sentence ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    Period,
    /// The next statement or line item begins without it.
    Missing,
    /// It was looked for after a fault that is known already.
    Lost,
}

impl<'s> Item<'s> {
    pub(super) fn new(level: u8, name: Option<Word<'s>>, place: Place) -> Self {
        Self {
            level,
            name,
            place,
            picture: None,
            kind: None,
            usage: None,
            occurs: None,
            redefines: None,
            tacl: None,
            null: None,
            value: None,
            heading: None,
            display: None,
            label: None,
            begin: false,
            faults: Vec::new(),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Constant<'s> {
    pub(super) name: Word<'s>,
    pub(super) value: Operand<'s>,
    /// `TYPE BINARY ...`: bytes, unsigned.
    pub(super) binary: Option<(u8, bool, Place)>,
}

/// A DEF up to its first `.`, or a line item.
#[derive(Clone, Debug)]
pub(super) struct Item<'s> {
    /// 1 for a DEF.
    pub(super) level: u8,
    /// `None` for FILLER.
    pub(super) name: Option<Word<'s>>,
    pub(super) place: Place,
    pub(super) picture: Option<Word<'s>>,
    pub(super) kind: Option<Type<'s>>,
    pub(super) usage: Option<Usage>,
    pub(super) occurs: Option<Occurs<'s>>,
    pub(super) redefines: Option<Word<'s>>,
    pub(super) tacl: Option<Tacl>,
    pub(super) null: Option<Operand<'s>>,
    pub(super) value: Option<Operand<'s>>,
    pub(super) heading: Option<Operand<'s>>,
    pub(super) display: Option<Operand<'s>>,
    pub(super) label: Option<Operand<'s>>,
    pub(super) begin: bool,
    /// Clauses that were not understood.
    pub(super) faults: Vec<Expected<'s>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Type<'s> {
    Data(DdlType),
    /// `BIT n ENUM def`.
    BitEnum(DdlType, Word<'s>),
    Def(Word<'s>),
    /// `TYPE *`: the DEF of the item's own name.
    Same(Place),
    /// `SQL VARCHAR n` and `SQL NCHAR VARYING n`: a length and `n` bytes of text.
    Varying(DdlType),
    /// It was not understood.
    Unknown,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Occurs<'s> {
    /// Of `OCCURS minimum TO maximum TIMES`.
    pub(super) minimum: Option<Operand<'s>>,
    pub(super) maximum: Operand<'s>,
    pub(super) depending: Option<Word<'s>>,
}

/// Level 89.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct EnumValue<'s> {
    pub(super) name: Word<'s>,
    pub(super) value: Option<Operand<'s>>,
    pub(super) label: Option<Operand<'s>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct TokenType<'s> {
    pub(super) name: Word<'s>,
    pub(super) value: Operand<'s>,
    pub(super) def: Option<Word<'s>>,
    pub(super) occurs: Option<TokenOccurs<'s>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TokenOccurs<'s> {
    Varying,
    Times(Operand<'s>),
}

/// TOKEN-CODE, and TOKEN-MAP up to its first `.`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Token<'s> {
    pub(super) name: Word<'s>,
    pub(super) value: Operand<'s>,
    /// The TOKEN-TYPE of a code, the DEF of a map.
    pub(super) of: Word<'s>,
    pub(super) ssid: Option<Operand<'s>>,
    pub(super) heading: Option<Operand<'s>>,
    pub(super) display: Option<Operand<'s>>,
    /// Where `TOKEN TYPE` was written for `TOKEN-TYPE`.
    pub(super) spaced: Option<Place>,
}

/// `VERSION v FOR a THRU b.` and `NOVERSION FOR a.` of a TOKEN-MAP.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Version<'s> {
    /// `None`: NOVERSION.
    pub(super) version: Option<Operand<'s>>,
    pub(super) first: Word<'s>,
    pub(super) last: Option<Word<'s>>,
    pub(super) place: Place,
}
