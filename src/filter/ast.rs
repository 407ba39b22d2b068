//! A filter as it is written: the grammar of the EMS Manual 5-9 to 5-43 in one type per rule.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

use super::relation::Relation;

/// A run of tokens, by the numbers of its first and last.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) first: usize,
    pub(super) last: usize,
}

/// A name as written.
#[derive(Clone, Debug)]
pub(super) struct Name {
    pub(super) text: String,
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
    pub(super) ssid: Option<SsidName>,
    pub(super) token: Name,
    pub(super) index: Option<Place>,
    pub(super) is_required: bool,
    pub(super) place: Place,
}

/// A subsystem ID: the name of one, or `owner.subsystem.version`.
#[derive(Clone, Debug)]
pub(super) struct SsidName {
    pub(super) text: String,
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
        variable: Name,
        value: Box<Condition>,
    },
    Compound {
        ssid: Option<SsidName>,
        list: Option<TokenName>,
        body: Vec<Statement>,
    },
    /// `IF a THEN b ELSE IF c THEN d ELSE e` has two arms.
    If {
        arms: Vec<(Condition, Statement)>,
        otherwise: Option<Box<Statement>>,
    },
    Pass {
        value: Option<i16>,
        routing: Vec<(i128, Place)>,
    },
    Fail,
    Discard,
    Destination(Box<DestinationSource>),
}

#[derive(Debug, Default)]
pub(super) struct DestinationSource {
    pub(super) rid: Option<(i128, Place)>,
    pub(super) attributes: Vec<(Name, AttributeValue, Place)>,
}

/// The value of a DESTINATION attribute.
#[derive(Debug)]
pub(super) enum AttributeValue {
    Word(String),
    Number(i128),
    Text(String),
}

#[derive(Debug)]
pub(super) struct Condition {
    pub(super) kind: ConditionKind,
    pub(super) place: Place,
}

#[derive(Debug)]
pub(super) enum ConditionKind {
    Or(Vec<Condition>),
    And(Vec<Condition>),
    Not(Box<Condition>),
    Constant(bool),
    Variable(String),
    Compare { left: Operand, relation: Relation, right: Operand },
    Match { operand: Operand, pattern: Operand },
    Literally(Box<Condition>),
    TokenPresent(Operand),
    FileNameCompare(Operand, Operand),
    EmsTextMatch { key: Operand, pattern: Operand },
}

#[derive(Debug)]
pub(super) struct Operand {
    pub(super) kind: OperandKind,
    /// `.<first:last>`
    pub(super) bits: Option<(i128, i128)>,
    pub(super) place: Place,
}

#[derive(Debug)]
pub(super) enum OperandKind {
    Token(TokenName),
    Field(TokenName, FieldName),
    Constant(Constant),
    /// `SSID(ssid)`: owner and number only.
    SsidFunction(SsidName),
    /// `#\CN.$NULL*`, without the `#`.
    HashName(String),
}

/// `token`, `token(index)` or `SSID(ssid, token(index))`.
#[derive(Clone, Debug)]
pub(super) struct TokenName {
    pub(super) ssid: Option<SsidName>,
    pub(super) name: Name,
    pub(super) index: Option<(i128, Place)>,
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
    Integer(i128),
    Text(String),
    Ssid(String),
    FileName(String),
    List(Vec<(Constant, Place)>),
}
