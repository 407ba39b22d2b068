//! The grammar of directives and declarations, as far as generated headers use C.

use nom::Parser;
use nom::branch::alt;
use nom::combinator::{cut, opt};
use nom::multi::{many0, separated_list0};
use nom::sequence::{delimited, preceded, terminated};

use super::{Form, Member, Type, ddl_name, def_name};
use crate::text::Span;
use crate::text::grammar::{
    Expected, Parsed, expected, expecting, finish, keyword, lexeme, skip, symbol, word,
};
use crate::text::limits;

pub(super) enum Directive<'a> {
    Define(Define<'a>),
    /// `#pragma section name`.
    Section(&'a str),
    /// `#pragma fieldalign shared8 name`.
    Shared8(&'a str),
}

/// `#define name value`.
pub(super) struct Define<'a> {
    pub(super) name: &'a str,
    /// Bytes of the directive from the name on.
    pub(super) left: usize,
    pub(super) value: Value<'a>,
}

#[derive(Clone, Debug)]
pub(super) enum Value<'a> {
    Number(i128),
    Text(String),
    Macro(&'a str),
}

pub(super) enum Declaration<'a> {
    /// `typedef struct ... name`, `enum name {...}`.
    Type { name: Option<Placed<'a>>, form: Form },
    /// `static int name[] = {...}`.
    Map { name: Placed<'a>, words: Vec<i128> },
}

/// A name and where it begins in the source.
#[derive(Clone, Copy)]
pub(super) struct Placed<'a> {
    pub(super) text: &'a str,
    pub(super) start: usize,
}

/// Reads a directive, without its `#`; `None` if it says nothing about definitions.
pub(super) fn directive(text: &str) -> Option<Directive<'_>> {
    let section = preceded((key("pragma"), key("section")), name).map(Directive::Section);
    let shared8 = preceded((key("pragma"), key("fieldalign"), key("shared8")), name).map(Directive::Shared8);
    let mut directive = preceded(skip_blanks, alt((define, section, shared8)));
    finish(directive.parse_complete(text)).ok().map(|(_, directive)| directive)
}

fn define(input: &str) -> Parsed<'_, Directive<'_>> {
    let (at, _) = key("define")(input)?;
    let (rest, name) = bare_name(at)?;
    // A parenthesis that follows at once makes it a function.
    if rest.starts_with('(') {
        return expected(rest, "a value");
    }
    let text = lexeme(blanks, c_string).map(Value::Text);
    let value = alt((lexeme(blanks, integer).map(Value::Number), text, self::name.map(Value::Macro)));
    let value = alt((delimited(sign("("), lexeme(blanks, integer).map(Value::Number), sign(")")), value));
    let (rest, value) = terminated(value, end).parse_complete(blanks(rest))?;
    Ok((rest, Directive::Define(Define { name, left: at.len(), value })))
}

/// Reads a declaration, without its semicolon, that begins at `start`. `None` if it defines nothing we know.
pub(super) fn declaration(start: usize, text: &str) -> Result<Option<Declaration<'_>>, Expected<'_>> {
    let context = Context { start, len: text.len() };
    let is_type = ["typedef", "struct", "union", "enum"].iter().any(|word| key(word)(text).is_ok());
    if !is_type {
        return Ok(map(text, context).ok().map(|(_, map)| map));
    }
    match finish(type_declaration(text, context)) {
        Ok((_, declaration)) => Ok(Some(declaration)),
        // Forward declarations, pointers, functions: nothing is defined.
        Err(_) if !text.contains('{') => Ok(None),
        Err(error) => Err(error),
    }
}

/// Turns a rest of the text into a place in the source.
#[derive(Clone, Copy)]
struct Context {
    start: usize,
    len: usize,
}

impl Context {
    fn place(self, rest: &str) -> usize {
        self.start + self.len - rest.len()
    }
}

fn type_declaration(input: &str, context: Context) -> Parsed<'_, Declaration<'_>> {
    let (rest, is_typedef) = opt(key("typedef")).parse_complete(input)?;
    if let (rest, Some(_)) = opt(key("enum")).parse_complete(rest)? {
        let (rest, tag) = opt(|at| placed(at, context)).parse_complete(rest)?;
        let (rest, values) = enumerators(rest)?;
        let (rest, name) = opt(|at| placed(at, context)).parse_complete(rest)?;
        let (rest, ()) = end(rest)?;
        let name = name.filter(|_| is_typedef.is_some()).or(tag);
        return Ok((rest, Declaration::Type { name, form: Form::Enum(values) }));
    }
    if let (rest, Some(_)) = opt(key("union")).parse_complete(rest)? {
        let (rest, tag) = opt(|at| placed(at, context)).parse_complete(rest)?;
        let (rest, members) = members(rest, context, 1)?;
        let (rest, name) = opt(|at| placed(at, context)).parse_complete(rest)?;
        let (rest, ()) = cut(end).parse_complete(rest)?;
        let name = name.filter(|_| is_typedef.is_some()).or(tag);
        let place = u32::try_from(context.start).unwrap_or(u32::MAX);
        let union = Member {
            name: None,
            member_type: Type::Union(members),
            dimensions: Vec::new(),
            bits: None,
            at: Span::at(place),
        };
        return Ok((rest, Declaration::Type { name, form: Form::Struct(Vec::from([union])) }));
    }
    let (rest, tag) = match structure_tag(rest, context) {
        Ok((rest, tag)) => (rest, tag),
        Err(_) => {
            // `typedef short zspi_ddl_int_def`.
            let (rest, simple) = simple_type(rest)?;
            let (rest, name) = placed(rest, context)?;
            let (rest, dimensions) = terminated(dimensions, end).parse_complete(rest)?;
            return Ok((rest, Declaration::Type { name: Some(name), form: Form::Type(simple, dimensions) }));
        }
    };
    let (rest, members) = members(rest, context, 1)?;
    let (rest, name) = opt(|at| placed(at, context)).parse_complete(rest)?;
    let (rest, ()) = cut(end).parse_complete(rest)?;
    let name = name.filter(|_| is_typedef.is_some()).or(tag);
    Ok((rest, Declaration::Type { name, form: Form::Struct(members) }))
}

/// `struct`, `struct tag`.
fn structure_tag(input: &str, context: Context) -> Parsed<'_, Option<Placed<'_>>> {
    let (rest, _) = key("struct")(input)?;
    opt(|at| placed(at, context)).parse_complete(rest)
}

fn enumerators(input: &str) -> Parsed<'_, Vec<(String, i128)>> {
    let inside = input.split('}').next().unwrap_or(input);
    if inside.matches(',').count() > limits::C_MEMBERS {
        return Err(nom::Err::Failure(Expected::new(input, "at most 4096 values in an enumeration")));
    }
    let enumerator = (name, opt(preceded(sign("="), cut(lexeme(blanks, integer)))));
    let list = terminated(separated_list0(sign(","), enumerator), opt(sign(",")));
    let (rest, list) = delimited(sign("{"), list, cut(sign("}"))).parse_complete(input)?;
    let mut next = 0;
    let values = list.into_iter().filter_map(|(name, value)| {
        let value = value.unwrap_or(next);
        next = value + 1;
        Some((ddl_name(name)?, value))
    });
    Ok((rest, values.collect()))
}

/// `{ member; member; }`.
fn members(input: &str, context: Context, depth: u8) -> Parsed<'_, Vec<Member>> {
    if depth > limits::C_DEPTH {
        return Err(nom::Err::Failure(Expected::new(input, "fewer structures in each other")));
    }
    let (mut rest, _) = cut(sign("{")).parse_complete(input)?;
    let mut members = Vec::new();
    loop {
        if let Ok((behind, _)) = sign("}")(rest) {
            // Most structures are small, and there may be many.
            members.shrink_to_fit();
            return Ok((behind, members));
        }
        let (behind, member_type) = cut(|at| member_type(at, context, depth)).parse_complete(rest)?;
        let declarator = |at| declarator(at, context, &member_type);
        let declarators = terminated(separated_list0(sign(","), declarator), cut(sign(";")));
        let (behind, found) = { declarators }.parse_complete(behind)?;
        members.extend(found);
        if members.len() > limits::C_MEMBERS {
            return Err(nom::Err::Failure(Expected::new(rest, "at most 4096 members in a structure")));
        }
        rest = behind;
    }
}

fn member_type(input: &str, context: Context, depth: u8) -> Parsed<'_, Type> {
    for (word, make) in [("struct", Type::Struct as fn(Vec<Member>) -> Type), ("union", Type::Union)] {
        let Ok((rest, _)) = key(word)(input) else { continue };
        let (rest, tag) = opt(name).parse_complete(rest)?;
        return match tag {
            Some(tag) if !rest.starts_with('{') => match def_name(tag) {
                Some(name) => Ok((rest, Type::Named(name))),
                None => expected(input, "a type"),
            },
            _ => members(rest, context, depth + 1).map(|(rest, members)| (rest, make(members))),
        };
    }
    expecting("a type", simple_type).parse_complete(input)
}

/// A type without braces.
fn simple_type(input: &str) -> Parsed<'_, Type> {
    const BASIC: [&str; 9] =
        ["unsigned", "signed", "char", "short", "int", "long", "float", "double", "const"];
    let basic = alt(BASIC.map(key));
    let (rest, words) = many0(basic).parse_complete(input)?;
    let has = |word| words.contains(&word);
    let unsigned = has("unsigned");
    let integer = |bytes| Type::Integer { bytes, unsigned };
    let longs = words.iter().filter(|word| **word == "long").count();
    let simple = match words.iter().find(|word| !matches!(**word, "unsigned" | "signed" | "const")) {
        Some(&"char") if unsigned || has("signed") => integer(1),
        Some(&"char") => Type::Char,
        Some(&"float") => Type::Float(4),
        Some(&"double") => Type::Float(8),
        _ if longs > 1 => integer(8),
        _ if longs == 1 => integer(4),
        _ if has("short") => integer(2),
        // Headers write `int` for 32 bits, since compilers do.
        Some(_) => integer(4),
        None if unsigned || has("signed") => integer(4),
        None => {
            let (rest, name) = name(rest)?;
            let integer = |bytes, unsigned| Type::Integer { bytes, unsigned };
            let named = match name {
                "int8_t" => integer(1, false),
                "uint8_t" => integer(1, true),
                "int16_t" | "__int16_t" => integer(2, false),
                "uint16_t" | "__uint16_t" => integer(2, true),
                "int32_t" | "__int32_t" => integer(4, false),
                "uint32_t" | "__uint32_t" => integer(4, true),
                "int64_t" | "__int64_t" => integer(8, false),
                "uint64_t" | "__uint64_t" => integer(8, true),
                name => match def_name(name) {
                    Some(name) => Type::Named(name),
                    None => return expected(input, "a type"),
                },
            };
            return Ok((rest, named));
        }
    };
    Ok((rest, simple))
}

/// `name`, `name[8]`, `name : 4`, `: 4`.
fn declarator<'a>(input: &'a str, context: Context, member_type: &Type) -> Parsed<'a, Member> {
    let (rest, found) = opt(name).parse_complete(input)?;
    let (rest, dimensions) = dimensions(rest)?;
    let (rest, bits) = opt(preceded(sign(":"), cut(lexeme(blanks, integer)))).parse_complete(rest)?;
    let bits = match bits {
        Some(bits) => match u8::try_from(bits).ok().filter(|bits| (1..=16).contains(bits)) {
            Some(bits) => Some(bits),
            None => return Err(nom::Err::Failure(Expected::new(input, "1 to 16 bits"))),
        },
        None => None,
    };
    if found.is_none() && bits.is_none() {
        return expected(input, "a name");
    }
    let at = [context.place(input), context.place(input) + found.map_or(1, str::len)];
    let [from, to] = at.map(|at| u32::try_from(at).unwrap_or(u32::MAX));
    let name = found.and_then(ddl_name);
    let member_type = member_type.clone();
    Ok((rest, Member { name, member_type, dimensions, bits, at: Span::new(from, to) }))
}

fn dimensions(input: &str) -> Parsed<'_, Vec<u64>> {
    let size = delimited(sign("["), cut(lexeme(blanks, crate::text::grammar::decimal)), cut(sign("]")));
    many0(size).parse_complete(input)
}

/// `static short name[] = { 2303, 3, 12, 17152 }`, perhaps with other words in front.
fn map(input: &str, context: Context) -> Parsed<'_, Declaration<'_>> {
    let storage = many0(alt((key("static"), key("const"), key("extern"))));
    let (rest, _) = (storage, simple_type).parse_complete(input)?;
    let (rest, name) = placed(rest, context)?;
    let size = (sign("["), opt(lexeme(blanks, integer)), sign("]"), sign("="));
    let list = terminated(separated_list0(sign(","), lexeme(blanks, integer)), opt(sign(",")));
    let (rest, words) = preceded(size, delimited(sign("{"), list, (sign("}"), end))).parse_complete(rest)?;
    Ok((rest, Declaration::Map { name, words }))
}

/// A whole number.
pub(super) fn number(text: &str) -> Option<i128> {
    integer(text).ok().filter(|(rest, _)| rest.is_empty()).map(|(_, number)| number)
}

/// A number in decimal, octal or hexadecimal, with any suffix.
fn integer(input: &str) -> Parsed<'_, i128> {
    let (negative, digits) = match input.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, input),
    };
    let rest = skip(digits, |byte| byte.is_ascii_alphanumeric());
    let literal = digits[..digits.len() - rest.len()].trim_end_matches(['u', 'U', 'l', 'L']);
    let value = match literal.strip_prefix("0x").or_else(|| literal.strip_prefix("0X")) {
        Some(hex) => i128::from_str_radix(hex, 16),
        None if literal.len() > 1 && literal.starts_with('0') => i128::from_str_radix(literal, 8),
        None => literal.parse(),
    };
    match value {
        Ok(value) if value <= i128::from(u64::MAX) && !literal.starts_with(['+', '-']) => {
            Ok((rest, if negative { -value } else { value }))
        }
        _ => expected(input, "a number"),
    }
}

/// A string with the usual escapes.
fn c_string(input: &str) -> Parsed<'_, String> {
    let Some(mut rest) = input.strip_prefix('"') else { return expected(input, "a string") };
    let mut text = String::new();
    loop {
        let mut chars = rest.chars();
        match chars.next() {
            Some('"') => return Ok((chars.as_str(), text)),
            Some('\\') => match chars.next() {
                Some(c @ ('"' | '\\' | '\'')) => text.push(c),
                _ => return expected(rest, "a plain character"),
            },
            Some('\n') | None => return expected(rest, "\""),
            Some(c) => text.push(c),
        }
        rest = chars.as_str();
    }
}

fn placed(input: &str, context: Context) -> Parsed<'_, Placed<'_>> {
    name.map(|text| Placed { text, start: context.place(input) }).parse_complete(input)
}

fn name(input: &str) -> Parsed<'_, &str> {
    lexeme(blanks, bare_name).parse_complete(input)
}

fn bare_name(input: &str) -> Parsed<'_, &str> {
    word("a name", |byte| byte.is_ascii_alphabetic() || byte == b'_', is_name_byte)(input)
}

fn key<'a>(word: &'static str) -> impl FnMut(&'a str) -> Parsed<'a, &'a str> {
    // C knows its words in lower case only.
    lexeme(blanks, move |input: &'a str| match keyword(word, is_name_byte)(input) {
        Ok((rest, found)) if found == word => Ok((rest, found)),
        _ => expected(input, word),
    })
}

fn sign<'a>(sign: &'static str) -> impl FnMut(&'a str) -> Parsed<'a, &'a str> {
    lexeme(blanks, symbol(sign))
}

fn end(input: &str) -> Parsed<'_, ()> {
    if input.is_empty() { Ok((input, ())) } else { expected(input, "the end of the declaration") }
}

fn skip_blanks(input: &str) -> Parsed<'_, ()> {
    Ok((blanks(input), ()))
}

fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

fn blanks(input: &str) -> &str {
    skip(input, |byte| byte.is_ascii_whitespace() || matches!(byte, 0 | 0x1A))
}
