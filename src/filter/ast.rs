//! A filter as it is written: the grammar of the EMS Manual 5-9 to 5-43 in one type per rule.

use alloc::boxed::Box;
use alloc::vec::Vec;

use super::relation::Relation;

/// A run of tokens, by the numbers of its first and last.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Place {
    first: u32,
    last: u32,
}

impl Place {
    pub(super) fn new(first: usize, last: usize) -> Self {
        // A source has fewer tokens than bytes, and those fit.
        let number = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        Self { first: number(first), last: number(last) }
    }

    pub(super) fn first(self) -> usize {
        usize::try_from(self.first).unwrap_or(usize::MAX)
    }

    pub(super) fn last(self) -> usize {
        usize::try_from(self.last).unwrap_or(usize::MAX)
    }
}

/// A name as written.
#[derive(Clone, Debug)]
pub(super) struct Name {
    pub(super) text: Box<str>,
    pub(super) place: Place,
}

/// `FILTER name (parameters); BEGIN ... END;`
#[derive(Debug)]
pub(super) struct FilterSource {
    pub(super) name: Option<Name>,
    pub(super) parameters: Vec<Parameter>,
    pub(super) variables: Vec<Name>,
    /// The outermost BEGIN.
    pub(super) body: Statement,
    /// The END of the body, where a filter that falls off stops.
    pub(super) end: Place,
}

#[derive(Debug)]
pub(super) struct Parameter {
    pub(super) ssid: Option<Box<SsidName>>,
    pub(super) token: Name,
    pub(super) index: Option<Place>,
    pub(super) is_required: bool,
    pub(super) place: Place,
}

/// A subsystem ID: the name of one, or `owner.subsystem.version`.
#[derive(Clone, Debug)]
pub(super) struct SsidName {
    pub(super) text: Box<str>,
    pub(super) is_constant: bool,
    pub(super) place: Place,
}

#[derive(Debug)]
pub(super) struct Statement {
    pub(super) kind: StatementKind,
    pub(super) place: Place,
}

#[derive(Debug)]
pub(super) enum StatementKind {
    Assign {
        variable: Box<Name>,
        value: Box<Condition>,
    },
    Compound(Box<Compound>),
    /// `IF a THEN b ELSE IF c THEN d ELSE e` has two arms.
    If {
        arms: Box<[(Condition, Statement)]>,
        otherwise: Option<Box<Statement>>,
    },
    Pass {
        value: Option<i16>,
        routing: Box<[(i128, Place)]>,
    },
    Fail,
    Discard,
    Destination(Box<DestinationSource>),
}

/// `BEGIN SSID (ssid) LIST (list) statements END`.
#[derive(Debug)]
pub(super) struct Compound {
    pub(super) ssid: Option<SsidName>,
    pub(super) list: Option<TokenName>,
    pub(super) body: Vec<Statement>,
}

#[derive(Debug, Default)]
pub(super) struct DestinationSource {
    pub(super) rid: Option<(i128, Place)>,
    pub(super) attributes: Vec<(Name, AttributeValue, Place)>,
}

/// The value of a DESTINATION attribute.
#[derive(Debug)]
pub(super) enum AttributeValue {
    Word(Box<str>),
    Number(i128),
    Text(Box<str>),
}

#[derive(Debug)]
pub(super) struct Condition {
    pub(super) kind: ConditionKind,
    pub(super) place: Place,
}

#[derive(Debug)]
pub(super) enum ConditionKind {
    Or(Box<[Condition]>),
    And(Box<[Condition]>),
    Not(Box<Condition>),
    Constant(bool),
    Variable(Box<str>),
    Compare(Box<Comparison>),
    /// The operand and the pattern.
    Match(Box<(Operand, Operand)>),
    Literally(Box<Condition>),
    TokenPresent(Box<Operand>),
    FileNameCompare(Box<(Operand, Operand)>),
    /// The key and the pattern.
    EmsTextMatch(Box<(Operand, Operand)>),
}

#[derive(Debug)]
pub(super) struct Comparison {
    pub(super) left: Operand,
    pub(super) relation: Relation,
    pub(super) right: Operand,
}

#[derive(Debug)]
pub(super) struct Operand {
    pub(super) kind: OperandKind,
    /// `.<first:last>`
    pub(super) bits: Option<Box<(i128, i128)>>,
    pub(super) place: Place,
}

#[derive(Debug)]
pub(super) enum OperandKind {
    Token(Box<TokenName>),
    Field(Box<(TokenName, FieldName)>),
    Constant(Constant),
    /// `SSID(ssid)`: owner and number only.
    SsidFunction(Box<SsidName>),
    /// `#\CN.$NULL*`, without the `#`.
    HashName(Box<str>),
}

/// `token`, `token(index)` or `SSID(ssid, token(index))`.
#[derive(Clone, Debug)]
pub(super) struct TokenName {
    pub(super) ssid: Option<Box<SsidName>>,
    pub(super) name: Name,
    pub(super) index: Option<Box<(i128, Place)>>,
}

/// `.struct:field(i):field(j)(a:b)`.
#[derive(Clone, Debug)]
pub(super) struct FieldName {
    pub(super) structure: Name,
    pub(super) fields: Vec<(Name, Option<i128>)>,
    pub(super) range: Option<(i128, i128)>,
}

#[derive(Debug)]
pub(super) enum Constant {
    Integer(i64),
    Text(Box<str>),
    Ssid(Box<str>),
    FileName(Box<str>),
    List(Box<[(Constant, Place)]>),
}
