use alloc::boxed::Box;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use crate::text::Location;

/// A word of the source and its place: a name that is looked up later, or a text.
#[derive(Clone, Debug)]
pub(in crate::template) struct Word {
    pub(in crate::template) text: String,
    pub(in crate::template) place: Location,
}

/// The statements of a template source before the first MSG.
#[derive(Debug, Default)]
pub(in crate::template) struct File {
    pub(in crate::template) version: Option<Word>,
    pub(in crate::template) ssid: Option<Word>,
    pub(in crate::template) name: Option<SubsystemName>,
    pub(in crate::template) shared: Vec<Word>,
    /// DO_COMMON.
    pub(in crate::template) is_common: bool,
    pub(in crate::template) formats: Vec<Format>,
    pub(in crate::template) enumerations: Vec<DefEnum>,
}

/// SSNAME: name and abbreviation.
#[derive(Debug)]
pub(in crate::template) struct SubsystemName {
    pub(in crate::template) name: Word,
    pub(in crate::template) abbreviation: Option<Word>,
}

/// FORMAT: a DEF and the procedure that converts it.
#[derive(Debug)]
pub(in crate::template) struct Format {
    pub(in crate::template) def: Word,
    pub(in crate::template) procedure: Word,
}

/// DEF_ENUM.
#[derive(Debug)]
pub(in crate::template) struct DefEnum {
    pub(in crate::template) token: Reference,
    pub(in crate::template) enumerations: Vec<Word>,
}

/// MSG.
#[derive(Debug)]
pub(in crate::template) struct Message {
    /// The MSG line.
    pub(in crate::template) place: Location,
    pub(in crate::template) token: Word,
    pub(in crate::template) value: Constant,
    pub(in crate::template) is_resident: bool,
    pub(in crate::template) overrides: Vec<Override>,
    /// The text of the strings, all of them one after the other; empty without a string.
    pub(in crate::template) pieces: Vec<Piece>,
    pub(in crate::template) has_strings: bool,
    pub(in crate::template) descriptors: Vec<Descriptor>,
}

/// OVERRIDE.
#[derive(Debug)]
pub(in crate::template) struct Override {
    pub(in crate::template) token: Word,
    pub(in crate::template) value: Constant,
}

/// A stretch of a template string.
#[derive(Debug)]
pub(in crate::template) enum Piece {
    Text(String),
    /// `<nn>`.
    Edit(u8, Location),
    /// `<*CR>`.
    Break,
    /// `<*IF nn>`.
    If(u8, Location),
    /// `<*ELSE>`.
    Else(Location),
    /// `<*ENDIF>`.
    EndIf(Location),
}

/// An edit descriptor.
#[derive(Debug)]
pub(in crate::template) struct Descriptor {
    pub(in crate::template) number: u8,
    /// The number's place.
    pub(in crate::template) place: Location,
    pub(in crate::template) kind: DescriptorKind,
}

#[derive(Debug)]
pub(in crate::template) enum DescriptorKind {
    Edit {
        reference: Reference,
        code: Option<EditCode>,
    },
    Present {
        negated: bool,
        reference: Reference,
    },
    Compare {
        negated: bool,
        reference: Reference,
        operator: Operator,
        constant: Constant,
    },
    /// One that could not be read, which has been reported.
    Broken,
}

/// A token, or a field of one.
#[derive(Debug)]
pub(in crate::template) struct Reference {
    pub(in crate::template) token: TokenName,
    pub(in crate::template) field: Option<Box<FieldPath>>,
}

/// `token`, `token(index)`, `SSID ( ssid, token(index) )`.
#[derive(Debug)]
pub(in crate::template) struct TokenName {
    pub(in crate::template) ssid: Option<Box<Word>>,
    pub(in crate::template) name: Word,
    /// Occurrence, from 1.
    pub(in crate::template) index: Option<(u64, Location)>,
}

/// `struct.part(index).part(range)`.
#[derive(Debug)]
pub(in crate::template) struct FieldPath {
    pub(in crate::template) structure: Word,
    pub(in crate::template) parts: Vec<FieldPart>,
}

#[derive(Debug)]
pub(in crate::template) struct FieldPart {
    pub(in crate::template) name: Word,
    pub(in crate::template) index: Option<FieldIndex>,
}

/// `(n)` or `(n:m)`, from 0.
#[derive(Clone, Copy, Debug)]
pub(in crate::template) struct FieldIndex {
    pub(in crate::template) first: u64,
    pub(in crate::template) last: Option<u64>,
    pub(in crate::template) place: Location,
}

/// An edit code as written.
#[derive(Debug)]
pub(in crate::template) struct EditCode {
    /// Letters and width together: `ZI2`.
    pub(in crate::template) word: Word,
    pub(in crate::template) argument: Option<EditArgument>,
}

#[derive(Debug)]
pub(in crate::template) enum EditArgument {
    /// The string of DATE and TIME.
    String(Word),
    /// The key of MSG.
    Key(TokenName),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::template) enum Operator {
    Less,
    Equal,
    Greater,
    LessOrEqual,
    GreaterOrEqual,
    NotEqual,
}

/// A number, or the name of one: a constant, a token, a value of an enumeration (`enum.value`).
#[derive(Debug)]
pub(in crate::template) enum Constant {
    Number(i128, Location),
    Name(Word),
}

impl Constant {
    pub(in crate::template) const fn place(&self) -> Location {
        match self {
            Self::Number(_, place) => *place,
            Self::Name(word) => word.place,
        }
    }
}

impl Message {
    /// The strings one after the other, as a source has them but for doubled quotation marks.
    pub(in crate::template) fn strings(&self) -> String {
        let mut strings = String::new();
        for piece in &self.pieces {
            match piece {
                Piece::Text(text) => strings.push_str(&text.replace('<', "<<")),
                Piece::Edit(number, _) => strings.push_str(&format!("<{number}>")),
                Piece::Break => strings.push_str("<*CR>"),
                Piece::If(number, _) => strings.push_str(&format!("<*IF {number}>")),
                Piece::Else(_) => strings.push_str("<*ELSE>"),
                Piece::EndIf(_) => strings.push_str("<*ENDIF>"),
            }
        }
        strings
    }
}

impl Descriptor {
    pub(in crate::template) const fn reference(&self) -> Option<&Reference> {
        match &self.kind {
            DescriptorKind::Edit { reference, .. }
            | DescriptorKind::Present { reference, .. }
            | DescriptorKind::Compare { reference, .. } => Some(reference),
            DescriptorKind::Broken => None,
        }
    }

    /// Whether its edit code is MSG.
    pub(in crate::template) fn is_message(&self) -> bool {
        match &self.kind {
            DescriptorKind::Edit { code: Some(code), .. } => code.word.text.eq_ignore_ascii_case("MSG"),
            _ => false,
        }
    }
}
