//! A filter and an event made from a stream of bytes, and a naive evaluator that walks the filter's tree over the event's:
//! the same for proptest (`random.rs`), the fuzzer (`fuzz/fuzz_targets/verdict.rs`) and its corpus. It shares nothing with
//! the compiler but the manual.

use core::fmt::Write as _;
use std::collections::BTreeMap;

use zems::ems::{Event, EventHeader};
use zems::filter::{Compiler, Filters, Parameters, Scratch, Verdict};
use zems::spi::write::{EncodeError, Raw};
use zems::spi::{Fname, Ssid, Timestamp};
use zems::text::SourceMap;

use super::choices::Choices;
use super::site::{self, Builder, code, nodes, shared_dictionary};

// --- The event ----------------------------------------------------------------------------------------------------

const SSIDS: [&str; 4] = ["0.0.0", "ACME.7.A01", "TANDEM.9000.0", "TANDEM.9005.0"];
const OWN: &str = "ACME.7.A01";

/// The values of the tokens of the site, in the terms of the manual's Table 5-2.
#[derive(Clone, Copy, PartialEq)]
enum Holds {
    /// Bytes of an element, whether signed, and how many elements; 0 = any number.
    Numbers(usize, bool, usize),
    Text(Option<usize>),
    File,
    Record,
    List,
}

const TOKENS: [(&str, Holds); 18] = [
    ("ABC-TKN-STUFF", Holds::Numbers(2, true, 1)),
    ("XYZ-TKN-UINT", Holds::Numbers(2, false, 1)),
    ("XYZ-TKN-BYTE", Holds::Numbers(1, false, 1)),
    ("XYZ-TKN-DOUBLE", Holds::Numbers(4, true, 1)),
    ("XYZ-TKN-QUAD", Holds::Numbers(8, true, 1)),
    ("XYZ-TKN-TIME", Holds::Numbers(8, false, 1)),
    ("XYZ-TKN-FLAG", Holds::Numbers(2, true, 1)),
    ("ZSPI-TKN-RETCODE", Holds::Numbers(2, true, 1)),
    ("ZFIL-TKN-OTHER", Holds::Numbers(2, true, 1)),
    ("XYZ-TKN-INTS", Holds::Numbers(2, true, 3)),
    ("XYZ-TKN-SSID", Holds::Numbers(2, false, 6)),
    ("XYZ-TKN-VALUES", Holds::Numbers(2, true, 0)),
    ("XYZ-TKN-TEXT", Holds::Text(None)),
    ("XYZ-TKN-CHAR8", Holds::Text(Some(8))),
    ("XYZ-TKN-FILE", Holds::File),
    ("XYZ-TKN-RECORD", Holds::Record),
    ("XYZ-TKN-LIST", Holds::List),
    ("ZSPI-TKN-ERRLIST", Holds::List),
];

const NUMBERS: [i64; 12] = [0, 1, -1, 2, 5, 255, 256, -128, 32767, 65535, -32768, 4_294_967_295];
const TEXTS: [&str; 8] = ["", "a", "A", "aB", "ab ", "$SYS", "abcdefgh", " a"];
const FILES: [&str; 5] = ["$A.B.C", r"\17.$A.B.C", r"\3.$A.B.C", "$A.B.D", "$SYSTEM.X.Y"];

#[derive(Clone, Debug)]
struct Token {
    /// 0 = stored without an SSID.
    ssid: usize,
    name: &'static str,
    content: Content,
}

#[derive(Clone, Debug)]
enum Content {
    Value(Vec<u8>),
    Table(Vec<Vec<u8>>),
    List(Vec<Token>),
}

struct Model {
    number: i16,
    cpu: u16,
    emphasis: bool,
    generated: i64,
    user: (u8, u8),
    tokens: Vec<Token>,
}

impl Model {
    fn new(choices: &mut Choices<'_>) -> Self {
        Self {
            number: i16::try_from(choices.one(&[1, -1, 2, 5, 256])).unwrap(),
            cpu: choices.one(&[0, 1, 3, 255, 256]),
            emphasis: choices.flag(),
            generated: choices.one(&[0, 1, -1, i64::MAX]),
            user: (choices.byte(), choices.byte()),
            tokens: tokens(choices, 0),
        }
    }

    fn bytes(&self) -> Result<Vec<u8>, EncodeError> {
        let header = EventHeader {
            number: self.number,
            cpu: self.cpu,
            emphasis: self.emphasis,
            generated: Timestamp(self.generated),
            user: self.user,
            ..site::header()
        };
        let mut result = Ok(());
        let bytes = site::event(&header, |builder| {
            result = self.tokens.iter().try_for_each(|token| put(builder, token));
        });
        result.map(|()| bytes)
    }
}

fn tokens(choices: &mut Choices<'_>, depth: usize) -> Vec<Token> {
    let count = choices.below(if depth == 0 { 12 } else { 4 });
    (0..count)
        .map(|_| {
            let is_list = choices.below(4) == 0;
            let (name, holds) = if is_list { choices.one(&TOKENS[16..]) } else { choices.one(&TOKENS) };
            let ssid = choices.below(2 * SSIDS.len()).saturating_sub(SSIDS.len());
            let content = match holds {
                Holds::List if depth < 3 => Content::List(tokens(choices, depth + 1)),
                Holds::List => Content::List(Vec::new()),
                _ if choices.below(6) == 0 => {
                    Content::Table((0..choices.below(4)).map(|_| value(choices, holds)).collect())
                }
                _ => Content::Value(value(choices, holds)),
            };
            Token { ssid, name, content }
        })
        .collect()
}

fn value(choices: &mut Choices<'_>, holds: Holds) -> Vec<u8> {
    match holds {
        // An SSID, so that comparisons with constants have a chance.
        Holds::Numbers(2, false, 6) => ssid(choices.below(SSIDS.len())).as_bytes().to_vec(),
        Holds::Numbers(size, _, count) => {
            let count = if count == 0 { choices.below(4) } else { count };
            (0..count).flat_map(|_| choices.one(&NUMBERS).to_be_bytes()[8 - size..].to_vec()).collect()
        }
        Holds::Text(None) => choices.one(&TEXTS).as_bytes().to_vec(),
        Holds::Text(Some(len)) => {
            let mut text = choices.one(&TEXTS).as_bytes().to_vec();
            text.resize(len, b' ');
            text
        }
        Holds::File => choices.one(&FILES).parse::<Fname>().unwrap().as_bytes().to_vec(),
        Holds::Record => {
            let mut bytes: Vec<u8> = (0..24).map(|_| choices.one(&[0, 1, 2, 5, 255, b'a', b'A'])).collect();
            bytes.extend_from_slice(choices.one(&FILES).parse::<Fname>().unwrap().as_bytes());
            bytes.push(choices.byte());
            bytes.truncate(choices.one(&[49, 48, 30, 24, 13, 12, 8, 6, 1, 0]));
            bytes
        }
        Holds::List => Vec::new(),
    }
}

fn ssid(number: usize) -> Ssid {
    site::ssid(SSIDS[number])
}

fn put(builder: &mut Builder, token: &Token) -> Result<(), EncodeError> {
    let (ssid, code) = (ssid(token.ssid), code(token.name));
    match &token.content {
        Content::Value(bytes) => builder.put_qualified(ssid, code, Raw(bytes)),
        Content::Table(values) => {
            builder.put_table_qualified(ssid, code, values.iter().map(|bytes| Raw(bytes)))
        }
        Content::List(inside) => builder
            .list_qualified(ssid, code, |list| inside.iter().try_for_each(|token| put_in_list(list, token))),
    }
}

fn put_in_list(
    list: &mut zems::ems::EventBuilder<'static, Vec<u8>>,
    token: &Token,
) -> Result<(), EncodeError> {
    let (ssid, code) = (ssid(token.ssid), code(token.name));
    match &token.content {
        Content::Value(bytes) => list.put_qualified(ssid, code, Raw(bytes)),
        Content::Table(values) => list.put_table_qualified(ssid, code, values.iter().map(|bytes| Raw(bytes))),
        Content::List(inside) => list
            .list_qualified(ssid, code, |list| inside.iter().try_for_each(|token| put_in_list(list, token))),
    }
}

// --- The filter ---------------------------------------------------------------------------------------------------

const VARIABLES: usize = 4;
const RELATIONS: [&str; 6] = ["=", "<>", "<", "<=", ">", ">="];

#[derive(Clone, Debug)]
enum Statement {
    Assign(usize, Condition),
    Compound { ssid: Option<usize>, list: Option<(usize, &'static str)>, body: Vec<Statement> },
    If(Condition, Box<Statement>, Option<Box<Statement>>),
    Pass(Option<i16>),
    Fail,
    Discard,
}

#[derive(Clone, Debug)]
enum Condition {
    Or(Vec<Condition>),
    And(Vec<Condition>),
    Not(Box<Condition>),
    Literally(Box<Condition>),
    Constant(bool),
    Variable(usize),
    Compare(Operand, &'static str, Operand),
    Match(Operand, &'static str),
    Present(Operand),
}

#[derive(Clone, Debug)]
enum Operand {
    Token(Reference),
    Field(Reference, Field),
    Header(&'static str),
    Parameter(usize),
    Number(i64),
    Bytes(Vec<u8>),
    Text(&'static str),
    File(&'static str),
    /// Whole, or owner and number only.
    Ssid(usize, bool),
    Bits(Box<Operand>, usize, usize),
}

#[derive(Clone, Debug)]
struct Reference {
    /// `SSID(...)` around it.
    ssid: Option<usize>,
    name: &'static str,
    index: usize,
}

/// A field of the record: as written, offset, and for numbers size, sign and, in a slice, how many.
#[derive(Clone, Debug)]
struct Field {
    text: String,
    offset: usize,
    kind: FieldKind,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum FieldKind {
    Number {
        size: usize,
        is_signed: bool,
        slice: Option<usize>,
    },
    /// Bits of a word.
    Bit(usize, usize),
    Text(usize),
    File,
}

/// Statements that set variables, and at the end one PASS for each state these can be in.
fn body(choices: &mut Choices<'_>) -> Vec<Statement> {
    let mut body: Vec<_> = (0..2 + choices.below(8)).map(|_| statement(choices, 0)).collect();
    body.push(outcome(0, 0));
    body
}

fn outcome(variable: usize, value: i16) -> Statement {
    if variable == VARIABLES {
        return Statement::Pass(Some(value));
    }
    let [no, yes] = [0, 1].map(|bit| Box::new(outcome(variable + 1, 2 * value + bit)));
    Statement::If(Condition::Variable(variable), yes, Some(no))
}

fn statement(choices: &mut Choices<'_>, depth: usize) -> Statement {
    match choices.below(if depth > 4 { 10 } else { 20 }) {
        // Few, or nothing would be left to see.
        0 if depth > 1 => {
            if choices.flag() {
                Statement::Fail
            } else {
                Statement::Discard
            }
        }
        1 if depth > 1 => Statement::Pass(choices.flag().then(|| 1000 + i16::from(choices.byte()))),
        0..10 => Statement::Assign(choices.below(VARIABLES), condition(choices, depth)),
        10..15 => Statement::Compound {
            ssid: choices.flag().then(|| choices.below(SSIDS.len())),
            list: (choices.below(3) > 0)
                .then(|| (choices.below(SSIDS.len()), choices.one(&["XYZ-TKN-LIST", "ZSPI-TKN-ERRLIST"]))),
            body: (0..1 + choices.below(3)).map(|_| statement(choices, depth + 1)).collect(),
        },
        _ => {
            let condition = condition(choices, depth);
            let then = Box::new(statement(choices, depth + 1));
            let otherwise = choices.flag().then(|| Box::new(statement(choices, depth + 1)));
            Statement::If(condition, then, otherwise)
        }
    }
}

fn condition(choices: &mut Choices<'_>, depth: usize) -> Condition {
    match choices.below(if depth > 5 { 10 } else { 16 }) {
        0 => Condition::Constant(choices.flag()),
        1 => Condition::Variable(choices.below(VARIABLES)),
        2 => Condition::Present(operand_there(choices)),
        3 => Condition::Match(
            text_or_file(choices),
            choices.one(&["*", "a*", "?", "*B?", "$*.C", r"\ABCD.*", "A?"]),
        ),
        4 | 5 => Condition::Compare(text(choices), choices.one(&RELATIONS), text(choices)),
        6 => Condition::Compare(file(choices), choices.one(&RELATIONS), file(choices)),
        // Comparisons that have a fast form.
        7 => {
            let header = Operand::Header(choices.one(&["EVENTNUMBER", "CPU", "EMPHASIS", "GENTIME"]));
            let number = Operand::Number(choices.one(&[0, 1, -1, 2, 3, 255, 256]));
            let [left, right] = if choices.flag() { [header, number] } else { [number, header] };
            Condition::Compare(left, choices.one(&RELATIONS), right)
        }
        8..10 => Condition::Compare(numbers(choices), choices.one(&RELATIONS), numbers(choices)),
        10 => Condition::Not(Box::new(condition(choices, depth + 1))),
        11 => Condition::Literally(Box::new(condition(choices, depth + 1))),
        kind => {
            let terms = (0..2 + choices.below(2)).map(|_| condition(choices, depth + 1)).collect();
            if kind < 14 { Condition::And(terms) } else { Condition::Or(terms) }
        }
    }
}

fn reference(choices: &mut Choices<'_>, holds: impl Fn(Holds) -> bool) -> Reference {
    let names: Vec<_> = TOKENS.iter().filter(|(_, held)| holds(*held)).map(|(name, _)| *name).collect();
    Reference {
        ssid: (choices.below(3) == 0).then(|| choices.below(SSIDS.len())),
        name: choices.one(&names),
        index: choices.one(&[1, 1, 1, 2, 3]),
    }
}

fn record(choices: &mut Choices<'_>) -> Reference {
    reference(choices, |holds| holds == Holds::Record)
}

fn number_field(choices: &mut Choices<'_>) -> Field {
    let number = |size, is_signed| FieldKind::Number { size, is_signed, slice: None };
    let (i, j) = (choices.below(2), choices.below(2));
    let (text, offset, kind) = match choices.below(7) {
        0 => ("Z^KIND".to_string(), 0, number(2, true)),
        1 => (format!("Z^COUNTS({i})"), 6 + 2 * i, number(2, false)),
        2 => (format!("Z^ITEM({i}):Z^A"), 14 + 4 * i, number(2, true)),
        3 => (format!("Z^ITEM({i}):Z^B({j})"), 16 + 4 * i + j, number(1, false)),
        4 => ("Z^BIT".to_string(), 22, FieldKind::Bit(4, 6)),
        5 => {
            let (first, count) = (choices.below(3), 1 + choices.below(2));
            let kind = FieldKind::Number { size: 2, is_signed: false, slice: Some(count) };
            (format!("Z^COUNTS({first}:{})", first + count - 1), 6 + 2 * first, kind)
        }
        _ => ("Z^BYTE".to_string(), 48, number(1, false)),
    };
    Field { text, offset, kind }
}

fn numbers(choices: &mut Choices<'_>) -> Operand {
    let is_number = |holds| matches!(holds, Holds::Numbers(..));
    match choices.below(9) {
        0 | 1 => Operand::Token(reference(choices, is_number)),
        2 => Operand::Field(record(choices), number_field(choices)),
        3 => Operand::Header(choices.one(&["EVENTNUMBER", "CPU", "EMPHASIS", "GENTIME", "USERID", "SSID"])),
        4 => Operand::Parameter(1 + choices.below(2)),
        5 => Operand::Bytes((0..1 + choices.below(3)).map(|_| choices.one(&[0, 1, 5, 255])).collect()),
        6 => Operand::Ssid(1 + choices.below(SSIDS.len() - 1), choices.flag()),
        7 => {
            let is_single = |holds| matches!(holds, Holds::Numbers(_, _, 1));
            let (inner, bits) = match choices.below(3) {
                0 => (Operand::Header(choices.one(&["EVENTNUMBER", "CPU", "EMPHASIS"])), 16),
                1 => (Operand::Header("GENTIME"), 64),
                _ => {
                    let reference = reference(choices, is_single);
                    let Some((_, Holds::Numbers(size, ..))) =
                        TOKENS.iter().find(|(name, _)| *name == reference.name)
                    else {
                        unreachable!()
                    };
                    (Operand::Token(reference), size * 8)
                }
            };
            let first = choices.below(bits);
            let last = first + choices.below(bits - first);
            Operand::Bits(Box::new(inner), first, last)
        }
        _ => Operand::Number(choices.one(&NUMBERS)),
    }
}

fn text(choices: &mut Choices<'_>) -> Operand {
    match choices.below(5) {
        0 | 1 => Operand::Token(reference(choices, |holds| matches!(holds, Holds::Text(_)))),
        2 => {
            let field = Field { text: "Z^NAME".to_string(), offset: 2, kind: FieldKind::Text(4) };
            Operand::Field(record(choices), field)
        }
        3 => Operand::Header(choices.one(&["NODENAME", "PROC^DESC"])),
        _ => Operand::Text(choices.one(&TEXTS)),
    }
}

fn file(choices: &mut Choices<'_>) -> Operand {
    match choices.below(4) {
        0 | 1 => Operand::Token(reference(choices, |holds| holds == Holds::File)),
        2 => {
            let field = Field { text: "Z^FILES".to_string(), offset: 24, kind: FieldKind::File };
            Operand::Field(record(choices), field)
        }
        _ => Operand::File(choices.one(&FILES)),
    }
}

fn text_or_file(choices: &mut Choices<'_>) -> Operand {
    if choices.flag() { text(choices) } else { file(choices) }
}

fn operand_there(choices: &mut Choices<'_>) -> Operand {
    match choices.below(4) {
        0 => Operand::Header(choices.one(&["CPU", "NODENAME"])),
        1 => Operand::Parameter(1 + choices.below(2)),
        2 => Operand::Field(record(choices), number_field(choices)),
        _ => Operand::Token(reference(choices, |_| true)),
    }
}

// --- The filter as source -----------------------------------------------------------------------------------------

fn show_statement(statement: &Statement, out: &mut String) {
    match statement {
        Statement::Assign(variable, value) => {
            let _ = write!(out, "v{variable} := ");
            show_condition(value, out);
        }
        Statement::Compound { ssid, list, body } => {
            out.push_str("BEGIN ");
            if let Some(ssid) = ssid {
                let _ = write!(out, "SSID({}) ", SSIDS[*ssid]);
            }
            if let Some((ssid, name)) = list {
                let _ = write!(out, "LIST(SSID({}, {})) ", SSIDS[*ssid], name.replace('-', "^"));
            }
            show_statements(body, out);
            out.push_str("END");
        }
        Statement::If(condition, then, otherwise) => {
            out.push_str("IF ");
            show_condition(condition, out);
            out.push_str(" THEN\nBEGIN ");
            show_statement(then, out);
            out.push_str(" END");
            if let Some(otherwise) = otherwise {
                out.push_str(" ELSE\n");
                show_statement(otherwise, out);
            }
        }
        Statement::Pass(Some(value)) => {
            let _ = write!(out, "PASS {value}");
        }
        Statement::Pass(None) => out.push_str("PASS"),
        Statement::Fail => out.push_str("FAIL"),
        Statement::Discard => out.push_str("DISCARDEVENT"),
    }
}

fn show_statements(statements: &[Statement], out: &mut String) {
    for statement in statements {
        show_statement(statement, out);
        out.push_str(";\n");
    }
}

fn show_condition(condition: &Condition, out: &mut String) {
    let mut all = |terms: &[Condition], operator: &str| {
        for (at, term) in terms.iter().enumerate() {
            out.push_str(if at == 0 { "(" } else { operator });
            show_condition(term, out);
        }
        out.push(')');
    };
    match condition {
        Condition::Or(terms) => all(terms, " OR "),
        Condition::And(terms) => all(terms, " AND "),
        Condition::Not(inner) => {
            out.push_str("NOT ");
            show_condition(inner, out);
        }
        Condition::Literally(inner) => {
            out.push_str("LITERALLY(");
            show_condition(inner, out);
            out.push(')');
        }
        Condition::Constant(value) => out.push_str(if *value { "TRUE" } else { "FALSE" }),
        Condition::Variable(variable) => {
            let _ = write!(out, "v{variable}");
        }
        Condition::Compare(left, relation, right) => {
            let _ = write!(out, "{} {relation} {}", show_operand(left), show_operand(right));
        }
        Condition::Match(operand, pattern) => {
            let _ = write!(out, "MATCH({}, \"{pattern}\")", show_operand(operand));
        }
        Condition::Present(operand) => {
            let _ = write!(out, "TOKENPRESENT({})", show_operand(operand));
        }
    }
}

fn show_operand(operand: &Operand) -> String {
    match operand {
        Operand::Token(reference) => show_reference(reference),
        Operand::Field(reference, field) => {
            format!("{}.XYZ^DDL^RECORD:{}", show_reference(reference), field.text)
        }
        Operand::Header("SSID") => "ZSPI^TKN^SSID".to_string(),
        Operand::Header(name) => format!("ZEMS^TKN^{name}"),
        Operand::Parameter(index) => format!("MY^TKN^1({index})"),
        Operand::Number(number) => number.to_string(),
        Operand::Bytes(bytes) => {
            format!("({})", bytes.iter().map(u8::to_string).collect::<Vec<_>>().join(", "))
        }
        Operand::Text(text) => format!("\"{text}\""),
        Operand::File(name) => (*name).to_string(),
        Operand::Ssid(number, true) => SSIDS[*number].to_string(),
        Operand::Ssid(number, false) => format!("SSID({})", SSIDS[*number]),
        Operand::Bits(inner, first, last) => format!("{}.<{first}:{last}>", show_operand(inner)),
    }
}

fn show_reference(reference: &Reference) -> String {
    let index = if reference.index == 1 { String::new() } else { format!("({})", reference.index) };
    let name = reference.name.replace('-', "^");
    match reference.ssid {
        Some(ssid) => format!("SSID({}, {name}{index})", SSIDS[ssid]),
        None => format!("{name}{index}"),
    }
}

// --- The verdict --------------------------------------------------------------------------------------------------

/// The value of an operand.
enum Value {
    Missing,
    Numbers(Vec<i128>),
    /// The members of a slice.
    Slice(Vec<i128>),
    Text(Vec<u8>, bool),
    File(Vec<u8>),
}

struct Evaluator<'m> {
    model: &'m Model,
    parameters: Vec<i128>,
    variables: [bool; VARIABLES],
    /// The tokens of the level and the SSID that qualifies those stored without one.
    level: (Vec<Token>, Ssid),
    default: Ssid,
}

impl Evaluator<'_> {
    /// `Some` when a statement has decided.
    fn statement(&mut self, statement: &Statement) -> Option<Verdict<'static>> {
        match statement {
            Statement::Assign(variable, value) => {
                self.variables[*variable] = self.condition(value, false);
                None
            }
            Statement::Compound { ssid: default, list, body } => {
                let outer = (self.default, self.level.clone());
                if let Some(default) = default {
                    self.default = ssid(*default);
                }
                let mut is_there = true;
                if let Some((owner, name)) = list {
                    let owner = if *owner == 0 { site::ssid(OWN) } else { ssid(*owner) };
                    let found = self.level.0.iter().find_map(|token| match &token.content {
                        Content::List(inside)
                            if token.name == *name && self.effective(token).is_same_subsystem(owner) =>
                        {
                            Some((inside.clone(), self.effective(token)))
                        }
                        _ => None,
                    });
                    is_there = found.is_some();
                    self.level = found.unwrap_or_else(|| self.level.clone());
                }
                let decided =
                    if is_there { body.iter().find_map(|statement| self.statement(statement)) } else { None };
                (self.default, self.level) = outer;
                decided
            }
            Statement::If(condition, then, otherwise) => {
                if self.condition(condition, false) {
                    self.statement(then)
                } else {
                    otherwise.as_ref().and_then(|otherwise| self.statement(otherwise))
                }
            }
            Statement::Pass(value) => Some(Verdict::Pass { value: *value, routing: &[] }),
            Statement::Fail => Some(Verdict::Fail),
            Statement::Discard => Some(Verdict::Discard),
        }
    }

    fn effective(&self, token: &Token) -> Ssid {
        if token.ssid == 0 { self.level.1 } else { ssid(token.ssid) }
    }

    fn condition(&self, condition: &Condition, is_literal: bool) -> bool {
        match condition {
            Condition::Or(terms) => terms.iter().any(|term| self.condition(term, is_literal)),
            Condition::And(terms) => terms.iter().all(|term| self.condition(term, is_literal)),
            Condition::Not(inner) => !self.condition(inner, is_literal),
            Condition::Literally(inner) => self.condition(inner, true),
            Condition::Constant(value) => *value,
            Condition::Variable(variable) => self.variables[*variable],
            Condition::Present(operand) => match operand {
                Operand::Token(reference) => self.bytes(reference).is_some(),
                operand => !matches!(self.value(operand), Value::Missing),
            },
            Condition::Match(operand, pattern) => match self.value(operand) {
                Value::Text(text, is_fixed) => {
                    let text = if is_fixed { trimmed(&text) } else { &text };
                    matches(&fold(pattern.as_bytes(), is_literal), &fold(text, is_literal))
                }
                Value::File(name) => matches(
                    &fold(pattern.as_bytes(), is_literal),
                    &fold(external(&name).as_bytes(), is_literal),
                ),
                _ => false,
            },
            Condition::Compare(left, relation, right) => {
                compare(self.value(left), relation, self.value(right), is_literal)
            }
        }
    }

    fn bytes(&self, reference: &Reference) -> Option<Vec<u8>> {
        let owner = match reference.ssid {
            Some(given) => ssid(given),
            None => self.default,
        };
        let owner = if owner == Ssid::NULL { site::ssid(OWN) } else { owner };
        let is_shared = reference.name == "ZSPI-TKN-RETCODE";
        let alike = self.level.0.iter().filter(|token| {
            token.name == reference.name && (is_shared || self.effective(token).is_same_subsystem(owner))
        });
        let mut occurrences = alike.flat_map(|token| match &token.content {
            Content::Value(bytes) => vec![bytes.clone()],
            Content::Table(values) => values.clone(),
            Content::List(_) => vec![Vec::new()],
        });
        occurrences.nth(reference.index - 1)
    }

    fn value(&self, operand: &Operand) -> Value {
        match operand {
            Operand::Token(reference) => match self.bytes(reference) {
                None => Value::Missing,
                Some(bytes) => match TOKENS.iter().find(|(name, _)| *name == reference.name).unwrap().1 {
                    Holds::Numbers(size, is_signed, _) => Value::Numbers(elements(&bytes, size, is_signed)),
                    Holds::Text(fixed) => Value::Text(bytes, fixed.is_some()),
                    Holds::File => Value::File(bytes),
                    Holds::Record | Holds::List => Value::Missing,
                },
            },
            Operand::Field(reference, field) => {
                let bytes =
                    self.bytes(reference).and_then(|bytes| bytes.get(field.offset..).map(<[u8]>::to_vec));
                let front =
                    |len: usize| bytes.as_ref().and_then(|bytes| bytes.get(..len)).map(<[u8]>::to_vec);
                let value = match field.kind {
                    FieldKind::Number { size, is_signed, slice: None } => {
                        front(size).map(|bytes| Value::Numbers(elements(&bytes, size, is_signed)))
                    }
                    FieldKind::Number { size, is_signed, slice: Some(count) } => front(size).map(|_| {
                        let bytes = bytes.as_ref().unwrap();
                        Value::Slice(elements(&bytes[..bytes.len().min(count * size)], size, is_signed))
                    }),
                    FieldKind::Bit(first, last) => front(2).map(|bytes| {
                        Value::Numbers(vec![bits(elements(&bytes, 2, false)[0], 16, first, last)])
                    }),
                    FieldKind::Text(len) => front(len).map(|bytes| Value::Text(bytes, true)),
                    FieldKind::File => front(24).map(Value::File),
                };
                value.unwrap_or(Value::Missing)
            }
            Operand::Header(name) => match *name {
                "EVENTNUMBER" => Value::Numbers(vec![self.model.number.into()]),
                "CPU" => Value::Numbers(vec![self.model.cpu.into()]),
                "EMPHASIS" => Value::Numbers(vec![-i128::from(self.model.emphasis)]),
                "GENTIME" => {
                    Value::Numbers(vec![u64::from_be_bytes(self.model.generated.to_be_bytes()).into()])
                }
                "USERID" => Value::Numbers(vec![self.model.user.0.into(), self.model.user.1.into()]),
                "SSID" => Value::Numbers(elements(site::ssid(OWN).as_bytes(), 2, false)),
                "NODENAME" => Value::Text(br"\ABCD".to_vec(), false),
                _ => Value::Text(br"\ABCD.$NULL:430".to_vec(), false),
            },
            Operand::Parameter(index) => {
                self.parameters.get(index - 1).map_or(Value::Missing, |value| Value::Numbers(vec![*value]))
            }
            Operand::Number(number) => Value::Numbers(vec![(*number).into()]),
            Operand::Bytes(bytes) => Value::Numbers(bytes.iter().map(|byte| i128::from(*byte)).collect()),
            Operand::Text(text) => Value::Text(text.as_bytes().to_vec(), false),
            Operand::File(name) => Value::File(name.parse::<Fname>().unwrap().as_bytes().to_vec()),
            Operand::Ssid(number, is_whole) => {
                let len = if *is_whole { 12 } else { 10 };
                Value::Numbers(elements(&ssid(*number).as_bytes()[..len], 2, false))
            }
            Operand::Bits(inner, first, last) => {
                let width = match &**inner {
                    Operand::Header("GENTIME") => 64,
                    Operand::Header(_) => 16,
                    Operand::Token(reference) => {
                        match TOKENS.iter().find(|(name, _)| *name == reference.name) {
                            Some((_, Holds::Numbers(size, ..))) => size * 8,
                            _ => unreachable!(),
                        }
                    }
                    _ => unreachable!(),
                };
                match self.value(inner) {
                    Value::Numbers(numbers) => Value::Numbers(vec![bits(numbers[0], width, *first, *last)]),
                    _ => Value::Missing,
                }
            }
        }
    }
}

fn elements(bytes: &[u8], size: usize, is_signed: bool) -> Vec<i128> {
    bytes
        .chunks_exact(size)
        .map(|element| {
            let number = element.iter().fold(0_i128, |number, byte| number * 256 + i128::from(*byte));
            let half = 1_i128 << (8 * size - 1);
            if is_signed && number >= half { number - 2 * half } else { number }
        })
        .collect()
}

fn bits(number: i128, width: usize, first: usize, last: usize) -> i128 {
    let text: String =
        (0..width).map(|bit| if number >> (width - 1 - bit) & 1 == 1 { '1' } else { '0' }).collect();
    i128::from_str_radix(&text[first..=last], 2).unwrap()
}

fn holds<T: Ord>(left: &T, relation: &str, right: &T) -> bool {
    match relation {
        "=" => left == right,
        "<>" => left != right,
        "<" => left < right,
        "<=" => left <= right,
        ">" => left > right,
        _ => left >= right,
    }
}

fn compare(left: Value, relation: &str, right: Value, is_literal: bool) -> bool {
    match (left, right) {
        (Value::Numbers(left), Value::Numbers(right)) => {
            let common = left.len().min(right.len());
            common > 0 && holds(&left[..common].to_vec(), relation, &right[..common].to_vec())
        }
        (Value::Slice(left) | Value::Numbers(left), Value::Slice(right))
        | (Value::Slice(left), Value::Numbers(right)) => {
            let mut pairs = left.iter().zip(&right).peekable();
            pairs.peek().is_some() && pairs.all(|(left, right)| holds(left, relation, right))
        }
        (Value::Text(left, _), Value::Text(right, _)) => compare_text(left, relation, right, is_literal),
        (Value::File(left), Value::File(right)) => match relation {
            "=" | "<>" => holds(&whole_name(&left), relation, &whole_name(&right)),
            _ => compare_text(left, relation, right, is_literal),
        },
        _ => false,
    }
}

fn compare_text(mut left: Vec<u8>, relation: &str, mut right: Vec<u8>, is_literal: bool) -> bool {
    let len = left.len().max(right.len());
    left.resize(len, b' ');
    right.resize(len, b' ');
    holds(&fold(&left, is_literal), relation, &fold(&right, is_literal))
}

fn fold(text: &[u8], is_literal: bool) -> Vec<u8> {
    if is_literal { text.to_vec() } else { text.to_ascii_uppercase() }
}

fn trimmed(text: &[u8]) -> &[u8] {
    &text[..text.len() - text.iter().rev().take_while(|byte| **byte == b' ').count()]
}

/// Node, volume and the rest; what is written without a node is on the event's.
fn whole_name(name: &[u8]) -> (u8, Vec<u8>, Vec<u8>) {
    let (node, volume) = if name[0] == b'\\' { (name[1], &name[2..8]) } else { (17, &name[1..8]) };
    (node, trimmed(volume).to_vec(), name[8..].to_vec())
}

fn external(name: &[u8]) -> String {
    let text = Fname::from_bytes(name.try_into().unwrap()).to_string();
    text.replace(r"\17.", r"\ABCD.").replace(r"\3.", r"\CN.")
}

fn matches(pattern: &[u8], text: &[u8]) -> bool {
    match (pattern, text) {
        ([], _) => text.is_empty(),
        ([b'*', rest @ ..], _) => (0..=text.len()).any(|at| matches(rest, &text[at..])),
        ([b'?', rest @ ..], [_, text @ ..]) => matches(rest, text),
        ([one, rest @ ..], [other, text @ ..]) => one == other && matches(rest, text),
        _ => false,
    }
}

// --- Together -----------------------------------------------------------------------------------------------------

/// Makes a filter and three events, and compares what the filter says with what its tree says.
pub fn check(data: &[u8]) {
    // Neither uses the other's bytes up.
    let (first, second) = data.split_at(data.len() / 2);
    let mut choices = Choices(first);
    let parameters: Vec<i64> = (0..choices.below(3)).map(|_| choices.one(&[0, 5, -1])).collect();
    let body = body(&mut choices);
    let mut choices = Choices(second);
    let models: Vec<Model> = (0..3).map(|_| Model::new(&mut choices)).collect();

    let mut source = "FILTER f (SSID(ACME.7.0, MY^TKN^1));\nBEGIN\nBOOLEAN v0, v1, v2, v3;\n".to_string();
    show_statements(&body, &mut source);
    source.push_str("END;\n");

    let (dictionary, nodes) = (shared_dictionary(), nodes());
    let mut sources = SourceMap::new();
    let id = sources.add("random", source.clone()).unwrap();
    let compilation = Compiler::new(dictionary).with_nodes(&nodes).filter(&mut sources, id);
    let compiled = match compilation.into_result() {
        Ok(compiled) => compiled,
        Err(diagnostics) => panic!("{source}\n{}", diagnostics.render(&sources)),
    };
    let mut values = Parameters::new();
    parameters.iter().for_each(|value| values.add(&format!("MY^TKN^1={value}")).unwrap());
    let filter = compiled.load(&values, dictionary).unwrap();
    let twice = Filters::new([filter.clone().into(), filter.clone().into()]);
    let mut session = twice.session(Scratch::new());
    let mut scratch = Scratch::new();

    for model in &models {
        let Ok(bytes) = model.bytes() else { continue };
        let mut evaluator = Evaluator {
            model,
            parameters: parameters.iter().map(|value| i128::from(*value)).collect(),
            variables: [false; VARIABLES],
            level: (model.tokens.clone(), site::ssid(OWN)),
            default: Ssid::NULL,
        };
        let expected =
            body.iter().find_map(|statement| evaluator.statement(statement)).unwrap_or(Verdict::Fail);
        let event = Event::parse(&bytes).unwrap();
        let explanation = filter.explain(&event, &mut scratch).unwrap();
        let verdict = filter.verdict(&event, &mut scratch).unwrap();
        assert_eq!(verdict, expected, "{source}\n{:#?}\n{explanation}", model.tokens);
        assert_eq!(explanation.verdict, expected, "{source}");
        assert_eq!(session.judge(&event).unwrap().verdict, expected, "{source}");
    }
}

/// How often each verdict comes up, to see that the making is not one-sided.
pub fn tally(seeds: impl Iterator<Item = Vec<u8>>) -> BTreeMap<&'static str, usize> {
    let mut tally = BTreeMap::new();
    for seed in seeds {
        let mut choices = Choices(&seed);
        let model = Model::new(&mut choices);
        let evaluator = Evaluator {
            model: &model,
            parameters: vec![5],
            variables: [false; VARIABLES],
            level: (model.tokens.clone(), site::ssid(OWN)),
            default: Ssid::NULL,
        };
        let condition = condition(&mut choices, 0);
        let what = match (&condition, evaluator.condition(&condition, false)) {
            (Condition::Compare(..), true) => "comparison TRUE",
            (Condition::Compare(..), false) => "comparison FALSE",
            (_, true) => "other TRUE",
            (_, false) => "other FALSE",
        };
        *tally.entry(what).or_insert(0) += 1;
    }
    tally
}
