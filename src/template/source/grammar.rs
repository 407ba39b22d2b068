//! Parses one line: a statement, the items of a MSG, or one edit descriptor. [TS 3-6, 3-17]

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

use nom::Parser;
use nom::branch::alt;
use nom::combinator::{cut, opt};
use nom::multi::separated_list1;
use nom::sequence::{delimited, preceded, terminated};

use super::ast::{
    Constant, DefEnum, DescriptorKind, EditArgument, EditCode, FieldIndex, FieldPart, FieldPath, Format,
    Operator, Override, Reference, SubsystemName, TokenName, Word,
};
use super::markers;
use crate::text::grammar::{self, Parsed, Quoted, expected, expecting, keyword, quoted, skip, symbol};
use crate::text::{Location, SourceId, Span};

/// A line of language, for offsets: the text, and where it starts in its source.
#[derive(Clone, Copy)]
pub(super) struct LineText<'a> {
    pub(super) text: &'a str,
    pub(super) source: SourceId,
    pub(super) start: u32,
}

impl LineText<'_> {
    /// The place of `part`, which is what is left of the line from the part's start on, cut to `len` bytes.
    fn place(&self, from: &str, len: usize) -> Location {
        let offset = |at: usize| self.start.saturating_add(u32::try_from(at).unwrap_or(u32::MAX));
        let at = self.text.len().saturating_sub(from.len());
        Location::new(self.source, Span::new(offset(at), offset(at + len)))
    }

    fn word(&self, from: &str, text: &str) -> Word {
        Word { text: text.into(), place: self.place(from, text.len()) }
    }
}

/// The content of a line.
#[derive(Debug)]
pub(super) enum Content<'a> {
    Version(Word),
    /// DICT: read, without effect.
    Dict,
    Ssid(Word),
    Name(SubsystemName),
    Shared(Vec<Word>),
    Common,
    Format(Format),
    Enumeration(DefEnum),
    Items(Vec<Item<'a>>),
    Descriptor {
        number: u8,
        kind: DescriptorKind,
    },
}

/// A complete item of a MSG.
#[derive(Debug)]
pub(super) enum Item<'a> {
    Head { token: Word, value: Constant, is_resident: bool },
    Override(Override),
    String { raw: Quoted<'a>, place: Location },
}

/// Reads a line up to its end.
pub(super) fn line<'a>(line: LineText<'a>) -> Parsed<'a, Content<'a>> {
    let input = blanks(line.text);
    let (rest, content) = match input.as_bytes().first() {
        Some(b'0'..=b'9') => descriptor(line, input)?,
        Some(b'"') => items(line, input)?,
        _ if is_word("OVERRIDE", input) || input.starts_with(',') => items(line, input)?,
        _ => statement(line, input)?,
    };
    if rest.is_empty() { Ok((rest, content)) } else { failed(rest, "the end of the line") }
}

fn statement<'a>(line: LineText<'a>, input: &'a str) -> Parsed<'a, Content<'a>> {
    let statement = |word| terminated(lexeme(keyword(word, is_name_byte)), cut(lexeme(symbol(":"))));
    let word = |want| move |input| word(line, want, input);
    expecting(
        "a statement: VERSION, DICT, SSID, SSNAME, SHARED_SSID, DO_COMMON, FORMAT, DEF_ENUM or MSG",
        alt((
            preceded(statement("VERSION"), cut(|input| string(line, input))).map(Content::Version),
            preceded(statement("DICT"), cut(subvolume)).map(|()| Content::Dict),
            preceded(statement("SSID"), cut(word("the name of a subsystem ID"))).map(Content::Ssid),
            preceded(statement("SSNAME"), cut(|input| subsystem_name(line, input))),
            preceded(
                statement("SHARED_SSID"),
                cut(separated_list1(lexeme(symbol(",")), word("the name of a subsystem ID"))),
            )
            .map(Content::Shared),
            statement("DO_COMMON").map(|_| Content::Common),
            preceded(statement("FORMAT"), cut(|input| format(line, input))),
            preceded(statement("DEF_ENUM"), cut(|input| def_enum(line, input))),
            preceded(statement("MSG"), cut(|input| message(line, input))),
        )),
    )
    .parse_complete(input)
}

/// Where a dictionary is: `$DATA.ABC`, with a node in front or without a volume, or a DEFINE. It has no effect here.
fn subvolume(input: &str) -> Parsed<'_, ()> {
    let end = input.find(char::is_whitespace).unwrap_or(input.len());
    if end == 0 { expected(input, "the subvolume of a dictionary") } else { Ok((blanks(&input[end..]), ())) }
}

fn subsystem_name<'a>(line: LineText<'a>, input: &'a str) -> Parsed<'a, Content<'a>> {
    let string = move |input| string(line, input);
    (string, opt(preceded(lexeme(symbol(",")), cut(string))))
        .map(|(name, abbreviation)| Content::Name(SubsystemName { name, abbreviation }))
        .parse_complete(input)
}

fn format<'a>(line: LineText<'a>, input: &'a str) -> Parsed<'a, Content<'a>> {
    let def = move |input| word(line, "the name of a DEF", input);
    let procedure = move |input| word(line, "the name of a procedure", input);
    (terminated(def, lexeme(keyword("WITH", is_name_byte))), procedure)
        .map(|(def, procedure)| Content::Format(Format { def, procedure }))
        .parse_complete(input)
}

fn def_enum<'a>(line: LineText<'a>, input: &'a str) -> Parsed<'a, Content<'a>> {
    let name = move |input| word(line, "the name of an ENUM DEF", input);
    let keyword = |word| lexeme(keyword(word, is_name_byte));
    // One box of the manual prints `AS ENUM name`; a DEF cannot be called ENUM.
    let names = separated_list1(lexeme(symbol(",")), name);
    (|input| reference(line, input), keyword("AS"), opt(keyword("ENUM")), names)
        .map(|(token, _, _, enumerations)| Content::Enumeration(DefEnum { token, enumerations }))
        .parse_complete(input)
}

/// The rest of a MSG line, and the items that follow it.
fn message<'a>(line: LineText<'a>, input: &'a str) -> Parsed<'a, Content<'a>> {
    let (rest, token) = word(line, "the name of a token", input)?;
    let (rest, _) = lexeme(symbol(","))(rest)?;
    let (rest, value) = constant(line, rest)?;
    let (rest, resident) = opt(lexeme(keyword("RESIDENT", is_name_byte))).parse_complete(rest)?;
    let (rest, content) = items(line, rest)?;
    let mut all = Vec::from([Item::Head { token, value, is_resident: resident.is_some() }]);
    if let Content::Items(items) = content {
        all.extend(items);
    }
    Ok((rest, Content::Items(all)))
}

/// Override options with commas between them, and strings.
fn items<'a>(line: LineText<'a>, input: &'a str) -> Parsed<'a, Content<'a>> {
    let mut items = Vec::new();
    let mut rest = input;
    loop {
        // The comma may end one line or begin the next.
        (rest, _) = opt(lexeme(symbol(","))).parse_complete(rest)?;
        if rest.starts_with('"') {
            let (behind, raw) = lexeme(quoted(b'"'))(rest)?;
            // After the opening quotation mark.
            let place = line.place(&rest[1..], raw.raw.len());
            items.push(Item::String { raw, place });
            rest = behind;
        } else if is_word("OVERRIDE", rest) {
            let (behind, option) = override_option(line, rest)?;
            items.push(Item::Override(option));
            rest = behind;
        } else if rest.is_empty() {
            return Ok((rest, Content::Items(items)));
        } else {
            return failed(rest, "OVERRIDE or a string");
        }
    }
}

fn override_option<'a>(line: LineText<'a>, input: &'a str) -> Parsed<'a, Override> {
    let token = move |input| word(line, "the name of a token", input);
    preceded(lexeme(keyword("OVERRIDE", is_name_byte)), cut((token, |input| constant(line, input))))
        .map(|(token, value)| Override { token, value })
        .parse_complete(input)
}

fn descriptor<'a>(line: LineText<'a>, input: &'a str) -> Parsed<'a, Content<'a>> {
    let digits = &input[..input.len() - skip(input, |byte| byte.is_ascii_digit()).len()];
    let Some(number) = markers::number(digits) else { return failed(input, "one or two digits") };
    let (rest, _) = lexeme(symbol(":"))(blanks(&input[digits.len()..])).map_err(into_failure)?;
    let (rest, kind) = descriptor_kind(line, rest).map_err(into_failure)?;
    Ok((rest, Content::Descriptor { number, kind }))
}

fn descriptor_kind<'a>(line: LineText<'a>, input: &'a str) -> Parsed<'a, DescriptorKind> {
    let (rest, not) = opt(lexeme(keyword("NOT", is_name_byte))).parse_complete(input)?;
    let negated = not.is_some();
    if is_word("TOKENPRESENT", rest) {
        let (rest, _) = lexeme(keyword("TOKENPRESENT", is_name_byte))(rest)?;
        let (rest, reference) =
            delimited(lexeme(symbol("(")), |input| reference(line, input), lexeme(symbol(")")))
                .parse_complete(rest)?;
        return Ok((rest, DescriptorKind::Present { negated, reference }));
    }
    let (rest, reference) = reference(line, rest)?;
    if negated || rest.starts_with(['<', '=', '>']) {
        let (rest, operator) = operator(rest)?;
        let (rest, constant) = constant(line, rest)?;
        return Ok((rest, DescriptorKind::Compare { negated, reference, operator, constant }));
    }
    // The manual's own standard templates leave the comma out now and then.
    let (rest, comma) = opt(lexeme(symbol(","))).parse_complete(rest)?;
    if rest.is_empty() && comma.is_none() {
        return Ok((rest, DescriptorKind::Edit { reference, code: None }));
    }
    let (rest, code) = edit_code(line, rest)?;
    Ok((rest, DescriptorKind::Edit { reference, code: Some(code) }))
}

fn operator(input: &str) -> Parsed<'_, Operator> {
    let symbols = [
        ("<=", Operator::LessOrEqual),
        (">=", Operator::GreaterOrEqual),
        ("<>", Operator::NotEqual),
        ("<", Operator::Less),
        ("=", Operator::Equal),
        (">", Operator::Greater),
    ];
    let found = symbols
        .iter()
        .find_map(|(symbol, operator)| input.strip_prefix(symbol).map(|rest| (blanks(rest), *operator)));
    found.map_or_else(|| failed(input, "a comparison: `<` `=` `>` `<=` `>=` `<>`"), Ok)
}

fn edit_code<'a>(line: LineText<'a>, input: &'a str) -> Parsed<'a, EditCode> {
    let (rest, word) = word(line, "an edit code", input)?;
    if rest.starts_with('"') {
        let (rest, text) = string(line, rest)?;
        return Ok((rest, EditCode { word, argument: Some(EditArgument::String(text)) }));
    }
    let (rest, key) =
        opt(delimited(lexeme(symbol("(")), cut(|input| token_name(line, input)), cut(lexeme(symbol(")")))))
            .parse_complete(rest)?;
    Ok((rest, EditCode { word, argument: key.map(EditArgument::Key) }))
}

/// A token or a field of one.
fn reference<'a>(line: LineText<'a>, input: &'a str) -> Parsed<'a, Reference> {
    let (mut rest, token) = token_name(line, input)?;
    if !rest.starts_with('.') {
        return Ok((rest, Reference { token, field: None }));
    }
    let structure;
    (rest, structure) = word(line, "the name of a structure", blanks(&rest[1..]))?;
    let mut parts = Vec::new();
    while let Some(behind) = rest.strip_prefix('.') {
        let name;
        (rest, name) = word(line, "the name of a field", blanks(behind))?;
        let index;
        (rest, index) = opt(|input| field_index(line, input)).parse_complete(rest)?;
        parts.push(FieldPart { name, index });
    }
    Ok((rest, Reference { token, field: Some(Box::new(FieldPath { structure, parts })) }))
}

fn field_index<'a>(line: LineText<'a>, input: &'a str) -> Parsed<'a, FieldIndex> {
    let index = || lexeme(grammar::decimal);
    let (rest, (first, last)) = delimited(
        lexeme(symbol("(")),
        cut((index(), opt(preceded(lexeme(symbol(":")), index())))),
        cut(lexeme(symbol(")"))),
    )
    .parse_complete(input)?;
    let len = input.len() - rest.len();
    Ok((rest, FieldIndex { first, last, place: line.place(input, len) }))
}

fn token_name<'a>(line: LineText<'a>, input: &'a str) -> Parsed<'a, TokenName> {
    let (after_ssid, is_qualified) = opt(lexeme(keyword("SSID", is_name_byte))).parse_complete(input)?;
    if is_qualified.is_some() && after_ssid.starts_with('(') {
        let (rest, _) = lexeme(symbol("("))(after_ssid)?;
        let (rest, ssid) = word(line, "the name of a subsystem ID", rest).map_err(into_failure)?;
        let (rest, _) = lexeme(symbol(","))(rest).map_err(into_failure)?;
        let (rest, (name, index)) = indexed_token(line, rest).map_err(into_failure)?;
        let (rest, _) = lexeme(symbol(")"))(rest).map_err(into_failure)?;
        return Ok((rest, TokenName { ssid: Some(Box::new(ssid)), name, index }));
    }
    let (rest, (name, index)) = indexed_token(line, input)?;
    Ok((rest, TokenName { ssid: None, name, index }))
}

type Index = Option<(u64, Location)>;

fn indexed_token<'a>(line: LineText<'a>, input: &'a str) -> Parsed<'a, (Word, Index)> {
    let (rest, name) = word(line, "the name of a token", input)?;
    let number = delimited(lexeme(symbol("(")), cut(lexeme(grammar::decimal)), cut(lexeme(symbol(")"))));
    let (behind, index) = opt(number).parse_complete(rest)?;
    Ok((behind, (name, index.map(|index| (index, line.place(rest, rest.len() - behind.len()))))))
}

/// A number or a name, the latter perhaps of a value inside an enumeration: `enum.value`.
fn constant<'a>(line: LineText<'a>, input: &'a str) -> Parsed<'a, Constant> {
    if input.starts_with(['+', '-', '%']) || input.starts_with(|first: char| first.is_ascii_digit()) {
        let (rest, number) = match based(input) {
            Some(found) => found,
            None => grammar::integer(input)?,
        };
        let place = line.place(input, input.len() - rest.len());
        return Ok((blanks(rest), Constant::Number(number, place)));
    }
    let (rest, mut name) = word(line, "a number or a name", input)?;
    let Some(behind) = rest.strip_prefix('.') else { return Ok((rest, Constant::Name(name))) };
    let (rest, value) = word(line, "the name of a value", blanks(behind))?;
    name.text.push('.');
    name.text.push_str(&value.text);
    name.place.span = name.place.span.to(value.place.span);
    Ok((rest, Constant::Name(name)))
}

/// `%H` and hexadecimal digits, or `%B` and binary ones, with a sign in front or without; `%` alone is octal.
fn based(input: &str) -> Option<(&str, i128)> {
    let unsigned = input.strip_prefix(['+', '-']).unwrap_or(input);
    let (base, behind) = unsigned.split_at_checked(2)?;
    let radix = match base {
        "%H" | "%h" => 16,
        "%B" | "%b" => 2,
        _ => return None,
    };
    let rest = skip(behind, |byte| byte.is_ascii_alphanumeric());
    let value = i128::from(u64::from_str_radix(&behind[..behind.len() - rest.len()], radix).ok()?);
    let value = if input.starts_with('-') { -value } else { value };
    (value >= i128::from(i64::MIN)).then_some((rest, value))
}

/// A run of characters that is not punctuation here. Whether it is a good name is for the compiler to say.
fn word<'a>(line: LineText<'a>, want: &'static str, input: &'a str) -> Parsed<'a, Word> {
    let is_end =
        |c: char| c.is_whitespace() || matches!(c, '.' | ',' | ':' | '(' | ')' | '"' | '<' | '=' | '>');
    let end = input.find(is_end).unwrap_or(input.len());
    if end == 0 {
        return expected(input, want);
    }
    let (text, rest) = input.split_at(end);
    Ok((blanks(rest), line.word(input, text)))
}

/// A string in quotation marks, kept as typed but for doubled marks.
fn string<'a>(line: LineText<'a>, input: &'a str) -> Parsed<'a, Word> {
    let (rest, quoted) = quoted(b'"')(input)?;
    let text = String::from(quoted.text());
    let place = line.place(&input[1..], quoted.raw.len());
    Ok((blanks(rest), Word { text, place }))
}

fn is_word(word: &'static str, input: &str) -> bool {
    keyword(word, is_name_byte)(input).is_ok()
}

fn lexeme<'a, P>(parser: P) -> impl FnMut(&'a str) -> Parsed<'a, P::Output>
where
    P: Parser<&'a str, Error = grammar::Expected<'a>>,
{
    grammar::lexeme(blanks, parser)
}

fn blanks(input: &str) -> &str {
    input.trim_start()
}

fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'^')
}

fn failed<'a, O>(at: &'a str, want: &'static str) -> Parsed<'a, O> {
    Err(nom::Err::Failure(grammar::Expected::new(at, want)))
}

fn into_failure(error: nom::Err<grammar::Expected<'_>>) -> nom::Err<grammar::Expected<'_>> {
    match error {
        nom::Err::Error(error) => nom::Err::Failure(error),
        other => other,
    }
}
