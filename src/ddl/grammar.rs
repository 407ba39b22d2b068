//! The sentences of the language, with nom. A parser starts at a word and leaves the input at the next one; comments,
//! commands and `;` are blanks already.

use nom::Parser;
use nom::branch::alt;
use nom::combinator::{map, opt};
use nom::multi::many0_count;
use nom::sequence::{pair, preceded};

use crate::text::grammar::{
    self, Expected, Parsed, Quoted, decimal, expected, expecting, finish, integer, lexeme, quoted, skip,
};

use super::ast::{
    Constant, Ending, EnumValue, Item, Literal, Occurs, Operand, Place, Token, TokenOccurs, TokenType, Type,
    Version, Word,
};
use super::data_type::{DdlType, Tacl, Usage};
use super::{Figurative, sql};
use crate::text::limits::ddl as limits;

/// A sentence and how it ended.
type Sentence<'s, T> = Parsed<'s, (T, Ending)>;

/// `CONSTANT` name { VALUE ... | TYPE ... } `.`; the input starts after the keyword. [DDL 4-1]
pub(super) fn constant(input: &str) -> Sentence<'_, Constant<'_>> {
    let (mut input, name) = name(input, "the name of the constant")?;
    let (mut value, mut binary) = (None, None);
    loop {
        input = match key(input) {
            (Some(Key::Value), rest) => once(&mut value, input, valued(rest))?,
            (Some(Key::Type), rest) => {
                let parsed = preceded(keyword("BINARY"), binary_type).parse_complete(rest);
                let parsed =
                    parsed.map(|(end, (bytes, _, unsigned))| (end, (bytes, unsigned, place(rest, end))));
                once(&mut binary, input, parsed)?
            }
            _ => {
                let Some(value) = value else { return expected(input, "VALUE") };
                let want = if binary.is_none() { "TYPE or `.`" } else { "." };
                let (rest, ending) = ending(input, want, |_| false)?;
                return Ok((rest, (Constant { name, value, binary }, ending)));
            }
        };
    }
}

/// `DEF` name { clause } `.`; the input starts after the keyword. [DDL 5-2]
pub(super) fn def(input: &str) -> Sentence<'_, Item<'_>> {
    let (rest, name) = name(input, "the name of the definition")?;
    clauses(rest, Item::new(1, Some(name), name.place()))
}

/// level { name | FILLER } { clause } `.` [DDL 5-24]
pub(super) fn line_item(input: &str) -> Sentence<'_, Item<'_>> {
    let (rest, number) = lexeme(blanks, decimal)(input)?;
    let level = match u8::try_from(number) {
        Ok(level) if limits::LEVELS.contains(&number) => level,
        _ => return expected(input, "a level from 02 to 49"),
    };
    let (rest, word) = name(rest, "the name of the field, or FILLER")?;
    let filler = word.text.eq_ignore_ascii_case("FILLER");
    clauses(rest, Item::new(level, (!filler).then_some(word), word.place()))
}

/// The clauses of a DEF or a line item, in any order, each at most once. A fault in one of them is noted in the item, and
/// the clauses after it are read too.
fn clauses<'s>(mut input: &'s str, mut item: Item<'s>) -> Sentence<'s, Item<'s>> {
    loop {
        let (key, rest) = key(input);
        let read = match key {
            Some(Key::Type) => once(&mut item.kind, input, data_type(rest)),
            Some(Key::Picture) => once(&mut item.picture, input, picture(rest)),
            Some(Key::Usage) => {
                once(&mut item.usage, input, preceded(opt(keyword("IS")), usage).parse_complete(rest))
            }
            Some(Key::Computational | Key::Packed | Key::Index) => once(&mut item.usage, input, usage(input)),
            Some(Key::Occurs) => once(&mut item.occurs, input, occurs(rest)),
            Some(Key::Redefines) => {
                once(&mut item.redefines, input, name(rest, "the name of the field to redefine"))
            }
            Some(Key::Tacl) => once(&mut item.tacl, input, tacl(rest)),
            Some(Key::SpiNull) => once(&mut item.null, input, operand(rest)),
            Some(Key::Value) => once(&mut item.value, input, valued(rest)),
            Some(Key::Heading) => once(&mut item.heading, input, text(rest)),
            Some(Key::Display) => once(&mut item.display, input, text(rest)),
            Some(Key::As) => once(&mut item.label, input, text(rest)),
            Some(Key::Begin) => {
                item.begin = true;
                Ok(rest)
            }
            Some(key) if is_ignored_clause(key) => ignored_clause(key, rest).map(|(rest, ())| rest),
            _ => match ending(input, "a clause or `.`", starts_line) {
                Ok((rest, ending)) => return Ok((rest, (item, ending))),
                Err(error) => Err(error),
            },
        };
        input = match finish(read.map(|rest| (rest, ()))) {
            Ok((rest, ())) => rest,
            Err(fault) => {
                let describes_size = !matches!(
                    key,
                    Some(Key::Tacl | Key::SpiNull | Key::Value | Key::Heading | Key::Display | Key::As)
                );
                if describes_size && !is_second(&fault) {
                    item.kind = Some(Type::Unknown);
                }
                // A clause that was given before is where the fault is: go on after its keyword.
                let from = if fault.at.len() == input.len() { after_token(input) } else { fault.at };
                item.faults.push(fault);
                match next_clause(input, from) {
                    Ok(next) => next,
                    Err(end) => return Ok((end, (item, Ending::Lost))),
                }
            }
        };
    }
}

/// The next clause or the `.` of the sentence that began before `from`; or where it is lost: at the next line item or
/// statement, or at the end.
fn next_clause<'s>(sentence: &'s str, from: &'s str) -> Result<&'s str, &'s str> {
    let before = sentence.get(..sentence.len() - from.len()).unwrap_or("");
    let mut begins_line = before.trim_end_matches([' ', '\t', '\r', ';']).ends_with('\n');
    let mut at = from;
    loop {
        let next = blanks(at);
        begins_line |= at[..at.len() - next.len()].contains('\n');
        at = next;
        if at.is_empty() || begins_line && (starts_statement(at) || starts_line(at)) {
            return Err(at);
        }
        if ends_sentence(at) || key(at).0.is_some_and(is_clause) {
            return Ok(at);
        }
        at = after_token(at);
        begins_line = false;
    }
}

/// Whether a `.` that is not part of a qualified name, a number or a file name is here.
pub(super) fn ends_sentence(text: &str) -> bool {
    match text.as_bytes() {
        [b'.', next, ..] => !next.is_ascii_alphanumeric() && !matches!(next, b'_' | b'#' | b'$' | b'*'),
        [b'.'] => true,
        _ => false,
    }
}

/// The text after one word, string or character.
pub(super) fn after_token(text: &str) -> &str {
    let in_word = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_');
    let rest = text.trim_start_matches(in_word);
    if rest.len() < text.len() {
        return rest;
    }
    match text.chars().next() {
        Some(quote @ ('"' | '\'')) => {
            let inside = &text[1..];
            match inside.find([quote, '\n']) {
                Some(end) if !inside[end..].starts_with('\n') => &inside[end + 1..],
                _ => inside,
            }
        }
        Some(c) => &text[c.len_utf8()..],
        None => text,
    }
}

fn is_clause(key: Key) -> bool {
    use Key::{
        As, Begin, Computational, Display, Heading, Index, Occurs, Packed, Picture, Redefines, SpiNull, Tacl,
        Type, Usage, Value,
    };
    is_ignored_clause(key)
        || matches!(
            key,
            As | Begin
                | Computational
                | Display
                | Heading
                | Index
                | Occurs
                | Packed
                | Picture
                | Redefines
                | SpiNull
                | Tacl
                | Type
                | Usage
                | Value
        )
}

const ONCE: &str = "a clause that was not given before";

/// Whether the fault is a clause given twice.
fn is_second(fault: &Expected<'_>) -> bool {
    fault.want == ONCE
}

/// Stores a clause; a second one of the same kind is an error at its keyword.
fn once<'s, T>(
    slot: &mut Option<T>,
    keyword: &'s str,
    parsed: Parsed<'s, T>,
) -> Result<&'s str, nom::Err<Expected<'s>>> {
    if slot.is_some() {
        return Err(nom::Err::Failure(Expected::new(keyword, ONCE)));
    }
    let (rest, clause) = parsed?;
    *slot = Some(clause);
    Ok(rest)
}

/// `TYPE` after the keyword. [DDL 6-49 to 6-51, 6-71, 6-85]
fn data_type(input: &str) -> Parsed<'_, Type<'_>> {
    let (key, rest) = key(input);
    let data = |(rest, data)| (rest, Type::Data(data));
    match key {
        Some(Key::Character) => {
            let (end, length) = lexeme(blanks, decimal)(rest)?;
            match u16::try_from(length) {
                Ok(length) if length > 0 && u32::from(length) <= limits::DEFINITION => {
                    Ok((end, Type::Data(DdlType::Character(length))))
                }
                _ => expected(rest, "a length from 1 to 32767"),
            }
        }
        Some(Key::Binary) => binary_type(rest)
            .map(|(rest, (bytes, scale, unsigned))| data((rest, DdlType::Binary { bytes, scale, unsigned }))),
        Some(Key::Float) => width(rest, 4, &[(32, 4), (64, 8)], "32 or 64")
            .map(|(rest, bytes)| data((rest, DdlType::Float(bytes)))),
        Some(Key::Complex) => Ok(data((rest, DdlType::Complex))),
        Some(Key::Logical) => width(rest, 2, &[(1, 1), (2, 2), (4, 4)], "1, 2 or 4")
            .map(|(rest, bytes)| data((rest, DdlType::Logical(bytes)))),
        Some(Key::Enum) => Ok(data((rest, DdlType::Enum))),
        Some(Key::Bit) => {
            let (end, bits) = lexeme(blanks, decimal)(rest)?;
            let width = match u8::try_from(bits) {
                Ok(width @ 1..=16) => width,
                _ => return expected(rest, "a number of bits from 1 to 16"),
            };
            let (end, unsigned) = opt(keyword("UNSIGNED")).parse_complete(end)?;
            let data = DdlType::Bit { width, unsigned: unsigned.is_some() };
            match self::key(end) {
                (Some(Key::Enum), rest) => name(rest, "the name of an ENUM definition")
                    .map(|(rest, def)| (rest, Type::BitEnum(data, def))),
                _ => Ok((end, Type::Data(data))),
            }
        }
        Some(Key::Sql) => sql::data_type(rest),
        _ if input.starts_with('*') => {
            Ok((blanks(&input[1..]), Type::Same(Place { left: input.len(), length: 1 })))
        }
        _ => map(|input| name(input, "a data type, the name of a definition, or `*`"), Type::Def)
            .parse_complete(input),
    }
}

/// `BINARY` after the keyword: bytes, scale, unsigned. [DDL 6-50]
fn binary_type(input: &str) -> Parsed<'_, (u8, i8, bool)> {
    let (mut rest, bytes) = width(input, 2, &[(8, 1), (16, 2), (32, 4), (64, 8)], "8, 16, 32 or 64")?;
    let mut scale = 0;
    if bytes > 1
        && let Some(number) = rest.strip_prefix(',')
    {
        let number = blanks(number);
        let limit = match bytes {
            2 => 4,
            4 => 9,
            _ => 18,
        };
        let (end, digits) = lexeme(blanks, integer)(number)?;
        scale = match i8::try_from(digits) {
            Ok(scale) if scale.abs() <= limit => scale,
            _ => return expected(number, "a scale of at most 4, 9 or 18 digits for BINARY 16, 32 or 64"),
        };
        rest = end;
    }
    let (rest, unsigned) = opt(keyword("UNSIGNED")).parse_complete(rest)?;
    Ok((rest, (bytes, scale, unsigned.is_some())))
}

/// An optional number out of a table.
fn width<'s>(input: &'s str, default: u8, table: &[(u64, u8)], want: &'static str) -> Parsed<'s, u8> {
    if !input.starts_with(|c: char| c.is_ascii_digit()) {
        return Ok((input, default));
    }
    let (rest, number) = lexeme(blanks, decimal)(input)?;
    match table.iter().find(|(known, _)| *known == number) {
        Some(&(_, bytes)) => Ok((rest, bytes)),
        None => expected(input, want),
    }
}

/// `PICTURE` after the keyword: the picture without its quotation marks. [DDL 6-26]
fn picture(input: &str) -> Parsed<'_, Word<'_>> {
    if input.starts_with(['"', '\'']) {
        let (rest, picture) = alt((quoted(b'"'), quoted(b'\''))).parse_complete(input)?;
        return Ok((blanks(rest), Word { text: picture.raw, left: input.len() - 1 }));
    }
    let rest = skip(input, |byte| byte.is_ascii_alphanumeric() || matches!(byte, b'(' | b')'));
    match input.len() - rest.len() {
        0 => expected(input, "a picture such as X(8)"),
        length => Ok((blanks(rest), Word { text: &input[..length], left: input.len() })),
    }
}

/// [DDL426798 6-74]
fn usage(input: &str) -> Parsed<'_, Usage> {
    match key(input) {
        (Some(Key::Computational), rest) => Ok((rest, Usage::Computational)),
        (Some(Key::Packed), rest) => Ok((rest, Usage::Packed)),
        (Some(Key::Index), rest) => Ok((rest, Usage::Index)),
        _ => expected(input, "COMP, COMP-3, PACKED-DECIMAL or INDEX"),
    }
}

/// `OCCURS` after the keyword. [DDL 6-21]
fn occurs(input: &str) -> Parsed<'_, Occurs<'_>> {
    let (mut rest, mut maximum) = operand(input)?;
    let mut minimum = None;
    if let (Some(Key::To), behind) = key(rest) {
        minimum = Some(maximum);
        (rest, maximum) = operand(behind)?;
    }
    (rest, _) = opt(keyword("TIMES")).parse_complete(rest)?;
    let mut depending = None;
    if minimum.is_some() {
        let (behind, _) = pair(keyword("DEPENDING"), opt(keyword("ON"))).parse_complete(rest)?;
        let (behind, field) = field_name(behind)?;
        (rest, depending) = (behind, Some(field));
    }
    if let (Some(Key::Indexed), behind) = key(rest) {
        let (behind, _) = opt(keyword("BY")).parse_complete(behind)?;
        (rest, _) = name(behind, "the name of the index")?;
    }
    Ok((rest, Occurs { minimum, maximum, depending }))
}

/// [DDL 6-45]
fn tacl(input: &str) -> Parsed<'_, Tacl> {
    const WANT: &str =
        "a TACL type: CRTPID DEVICE ENUM FNAME FNAME32 PHANDLE SSID SUBVOL TRANSID TSTAMP or USERNAME";
    let (rest, word) = name(input, WANT)?;
    match Tacl::named(word.text) {
        Some(tacl) => Ok((rest, tacl)),
        None => expected(input, WANT),
    }
}

/// Clauses without meaning here. [DDL 6-1]
fn is_ignored_clause(key: Key) -> bool {
    matches!(
        key,
        Key::EditPic
            | Key::External
            | Key::Help
            | Key::Justified
            | Key::Keytag
            | Key::Must
            | Key::Not
            | Key::Null
            | Key::SqlNull
            | Key::Upshift
    )
}

/// Reads over such a clause, after its keyword.
fn ignored_clause(key: Key, input: &str) -> Parsed<'_, ()> {
    match key {
        Key::EditPic | Key::Help => text(input).map(|(rest, _)| (rest, ())),
        Key::Justified => opt(keyword("RIGHT")).parse_complete(input).map(|(rest, _)| (rest, ())),
        Key::Null => operand(input).map(|(rest, _)| (rest, ())),
        Key::Not => keyword("SQLNULLABLE").parse_complete(input).map(|(rest, _)| (rest, ())),
        Key::Keytag => {
            let (rest, _) = operand(input)?;
            let duplicates = (keyword("DUPLICATES"), opt(keyword("NOT")), opt(keyword("ALLOWED")));
            opt(duplicates).parse_complete(rest).map(|(rest, _)| (rest, ()))
        }
        Key::Must => {
            let (mut rest, _) = preceded(opt(keyword("BE")), operand).parse_complete(input)?;
            loop {
                rest = match self::key(rest) {
                    (Some(Key::Through), behind) => operand(behind)?.0,
                    (Some(_), _) => return Ok((rest, ())),
                    (None, _) => match preceded(opt(lexeme(blanks, grammar::symbol(","))), operand)
                        .parse_complete(rest)
                    {
                        Ok((behind, _)) => behind,
                        Err(_) => return Ok((rest, ())),
                    },
                };
            }
        }
        _ => Ok((input, ())),
    }
}

/// `89` name [ VALUE ... ] [ AS ... ] `.`; the input starts at the level. [DDL 6-85]
pub(super) fn enum_value(input: &str) -> Sentence<'_, EnumValue<'_>> {
    let (rest, _) = lexeme(blanks, decimal)(input)?;
    let (mut input, name) = name(rest, "the name of the value")?;
    let (mut value, mut label) = (None, None);
    loop {
        input = match key(input) {
            (Some(Key::Value), rest) => once(&mut value, input, valued(rest))?,
            (Some(Key::As), rest) => once(&mut label, input, text(rest))?,
            _ => {
                let (rest, ending) = ending(input, "VALUE, AS or `.`", starts_line)?;
                return Ok((rest, (EnumValue { name, value, label }, ending)));
            }
        };
    }
}

/// `TOKEN-TYPE` after the keyword. [DDL 7-3]
pub(super) fn token_type(input: &str) -> Sentence<'_, TokenType<'_>> {
    let (mut input, name) = name(input, "the name of the token type")?;
    let (mut value, mut def, mut occurs) = (None, None, None);
    loop {
        input = match key(input) {
            (Some(Key::Value), rest) => once(&mut value, input, valued(rest))?,
            (Some(Key::Def), rest) if def.is_none() => {
                once(&mut def, input, is_name(rest, "the name of a definition"))?
            }
            (Some(Key::Occurs), rest) => once(&mut occurs, input, token_occurs(rest))?,
            _ => {
                let Some(value) = value else { return expected(input, "VALUE") };
                if def.is_none() && occurs.is_none() {
                    return expected(input, "DEF or OCCURS");
                }
                let (rest, ending) = ending(input, "DEF, OCCURS or `.`", |_| false)?;
                return Ok((rest, (TokenType { name, value, def, occurs }, ending)));
            }
        };
    }
}

fn token_occurs(input: &str) -> Parsed<'_, TokenOccurs<'_>> {
    if let (Some(Key::Varying), rest) = key(input) {
        return Ok((rest, TokenOccurs::Varying));
    }
    let (rest, times) = expecting("VARYING or a number", operand).parse_complete(input)?;
    let (rest, _) = opt(keyword("TIMES")).parse_complete(rest)?;
    Ok((rest, TokenOccurs::Times(times)))
}

/// `TOKEN-CODE` after the keyword. [DDL 7-9]
pub(super) fn token_code(input: &str) -> Sentence<'_, Token<'_>> {
    token(input, Key::TokenType, "TOKEN-TYPE", |_| false)
}

/// `TOKEN-MAP` after the keyword, up to its first `.`. [DDL 7-14]
pub(super) fn token_map(input: &str) -> Sentence<'_, Token<'_>> {
    token(input, Key::Def, "DEF", |next| {
        matches!(key(next).0, Some(Key::Version | Key::NoVersion | Key::End))
    })
}

fn token<'s>(
    input: &'s str,
    of_key: Key,
    of_word: &'static str,
    ends: fn(&str) -> bool,
) -> Sentence<'s, Token<'s>> {
    let (mut input, name) = name(input, "the name of the token")?;
    let (mut value, mut of) = (None, None);
    let (mut ssid, mut heading, mut display) = (None, None, None);
    let mut spaced = None;
    loop {
        let (key, rest) = statement_key(input);
        if key == Some(of_key) && self::key(input).0 == Some(Key::Token) {
            spaced = Some(place(input, rest));
        }
        input = match key {
            Some(Key::Value) => once(&mut value, input, valued(rest))?,
            Some(Key::Ssid) => once(&mut ssid, input, text(rest))?,
            Some(Key::Heading) => once(&mut heading, input, text(rest))?,
            Some(Key::Display) => once(&mut display, input, text(rest))?,
            Some(key) if key == of_key && !(of.is_some() && key == Key::Def) => {
                once(&mut of, input, is_name(rest, "the name of a definition"))?
            }
            _ => {
                let Some(value) = value else { return expected(input, "VALUE") };
                let Some(of) = of else { return expected(input, of_word) };
                let (rest, ending) = ending(input, "SSID, HEADING, DISPLAY or `.`", ends)?;
                return Ok((rest, (Token { name, value, of, ssid, heading, display, spaced }, ending)));
            }
        };
    }
}

/// { VERSION v | NOVERSION } FOR a [ THRU b ] `.` [DDL 7-14]
pub(super) fn version(input: &str) -> Sentence<'_, Version<'_>> {
    let (mut rest, version) = match key(input) {
        (Some(Key::Version), rest) => operand(rest).map(|(rest, version)| (rest, Some(version)))?,
        (Some(Key::NoVersion), rest) => (rest, None),
        _ => return expected(input, "VERSION, NOVERSION or END"),
    };
    (rest, _) = keyword("FOR").parse_complete(rest)?;
    let (mut rest, first) = field_name(rest)?;
    let mut last = None;
    if let (Some(Key::Through), behind) = key(rest) {
        let (behind, field) = field_name(behind)?;
        (rest, last) = (behind, Some(field));
    }
    let place = place(input, rest);
    let want = if last.is_none() { "THRU or `.`" } else { "." };
    let (rest, ending) =
        ending(rest, want, |next| matches!(key(next).0, Some(Key::Version | Key::NoVersion | Key::End)))?;
    Ok((rest, (Version { version, first, last, place }, ending)))
}

/// `[ IS ]` operand
fn valued(input: &str) -> Parsed<'_, Operand<'_>> {
    preceded(opt(keyword("IS")), operand).parse_complete(input)
}

/// `[ IS ]` name
fn is_name<'s>(input: &'s str, want: &'static str) -> Parsed<'s, Word<'s>> {
    let (rest, _) = opt(keyword("IS")).parse_complete(input)?;
    name(rest, want)
}

/// A string or the name of a constant, then any number of `LN "locale"`.
fn text(input: &str) -> Parsed<'_, Operand<'_>> {
    let (rest, text) = operand(input)?;
    match text.literal {
        Literal::Text(_) | Literal::National(_) | Literal::Name(_) => Ok((rest, text)),
        _ => expected(input, "a string or the name of a constant"),
    }
}

/// A literal or the name of a constant, then any number of `LN "locale"`. [DDL 2-5, 2-6]
fn operand(input: &str) -> Parsed<'_, Operand<'_>> {
    let fills = key(input).0 == Some(Key::All);
    let (rest, literal) = literal(input)?;
    let place = place(input, rest);
    let (rest, _) = many0_count(pair(keyword("LN"), lexeme(blanks, string))).parse_complete(blanks(rest))?;
    Ok((rest, Operand { literal, place, fills }))
}

fn literal(input: &str) -> Parsed<'_, Literal<'_>> {
    match input.as_bytes() {
        [b'"' | b'\'', ..] => map(string, Literal::Text).parse_complete(input),
        [b'n' | b'N', b'"' | b'\'', ..] => map(string, Literal::National).parse_complete(&input[1..]),
        [b'0'..=b'9' | b'+' | b'-' | b'%', ..] => number(input),
        _ => {
            let (rest, word) = word(input, "a number, a string or the name of a constant")?;
            match known(word) {
                Some(Key::Version) => map(string, Literal::Version).parse_complete(blanks(rest)),
                Some(Key::All) => {
                    alt((map(string, Literal::Text), expecting("a string or a number", number)))
                        .parse_complete(blanks(rest))
                }
                Some(Key::Space) => Ok((rest, Literal::Figurative(Figurative::Spaces))),
                Some(Key::Zero) => Ok((rest, Literal::Figurative(Figurative::Zeros))),
                Some(Key::Quote) => Ok((rest, Literal::Figurative(Figurative::Quotes))),
                Some(Key::LowValue) => Ok((rest, Literal::Figurative(Figurative::LowValues))),
                Some(Key::HighValue) => Ok((rest, Literal::Figurative(Figurative::HighValues))),
                _ if begins_statement(word) => {
                    expected(input, "a number, a string or the name of a constant")
                }
                _ => Ok((rest, Literal::Name(word))),
            }
        }
    }
}

/// A whole number, or one with a decimal point.
fn number(input: &str) -> Parsed<'_, Literal<'_>> {
    let (rest, number) = integer(input)?;
    match rest.as_bytes() {
        [byte, ..] if is_name_byte(*byte) => expected(input, "a number"),
        [b'.', b'0'..=b'9', ..] => {
            let rest = skip(&rest[1..], |byte| byte.is_ascii_digit());
            Ok((rest, Literal::Decimal(&input[..input.len() - rest.len()])))
        }
        _ => Ok((rest, Literal::Number(number))),
    }
}

fn string(input: &str) -> Parsed<'_, Quoted<'_>> {
    alt((quoted(b'"'), quoted(b'\''))).parse_complete(input)
}

/// A name as a word of its own.
pub(super) fn name<'s>(input: &'s str, want: &'static str) -> Parsed<'s, Word<'s>> {
    let (rest, text) = word(input, want)?;
    if begins_statement(text) {
        return expected(input, want);
    }
    Ok((blanks(rest), Word { text, left: input.len() }))
}

/// The name of a field, perhaps qualified: `group.group.field`, without blanks. [DDL 2-2]
fn field_name(input: &str) -> Parsed<'_, Word<'_>> {
    let (mut rest, _) = word(input, "the name of a field")?;
    while let Some((behind, _)) = rest.strip_prefix('.').and_then(|part| word(part, "").ok()) {
        rest = behind;
    }
    Ok((blanks(rest), Word { text: &input[..input.len() - rest.len()], left: input.len() }))
}

/// The characters of a name. [DDL 2-2]
fn word<'s>(input: &'s str, want: &'static str) -> Parsed<'s, &'s str> {
    grammar::word(want, |byte| byte.is_ascii_alphabetic() || byte == b'_', is_name_byte)(input)
}

fn keyword<'s>(word: &'static str) -> impl Parser<&'s str, Output = &'s str, Error = Expected<'s>> {
    lexeme(blanks, grammar::keyword(word, is_name_byte))
}

fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')
}

/// The input without blanks in front.
pub(super) fn blanks(input: &str) -> &str {
    skip(input, |byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | b'\x0C' | b'\x1A' | b'\0' | b';'))
}

fn place(start: &str, end: &str) -> Place {
    Place { left: start.len(), length: start.len() - end.len() }
}

/// The `.` of a sentence; or nothing, where the text ends, a statement begins, or `begins` sees what may follow.
fn ending<'s>(input: &'s str, want: &'static str, begins: impl Fn(&str) -> bool) -> Parsed<'s, Ending> {
    match input.strip_prefix('.') {
        Some(rest) => Ok((blanks(rest), Ending::Period)),
        None if input.is_empty() || starts_statement(input) || begins(input) => Ok((input, Ending::Missing)),
        None => expected(input, want),
    }
}

/// Whether the word begins a definition, and so cannot be a name. Without this a forgotten name would swallow the
/// keyword after it.
fn begins_statement(word: &str) -> bool {
    use Key::{Constant, Def, Definition, TokenCode, TokenMap, TokenType};
    matches!(word.as_bytes(), [b'c' | b'C' | b'd' | b'D' | b't' | b'T', ..])
        && matches!(known(word), Some(Constant | Def | Definition | TokenType | TokenCode | TokenMap))
}

/// Whether a statement begins here.
pub(super) fn starts_statement(input: &str) -> bool {
    use Key::{
        Constant, Def, Definition, Delete, Exit, Output, Record, Show, TokenCode, TokenMap, TokenType,
    };
    matches!(
        statement_key(input).0,
        Some(
            Constant
                | Def
                | Definition
                | TokenType
                | TokenCode
                | TokenMap
                | Record
                | Output
                | Show
                | Delete
                | Exit
        )
    )
}

/// Whether a line item or the end of a definition begins here.
pub(super) fn starts_line(input: &str) -> bool {
    input.starts_with(|c: char| c.is_ascii_digit()) || key(input).0 == Some(Key::End)
}

/// The keyword the input begins with, if it is one, and the input after it.
pub(super) fn key(input: &str) -> (Option<Key>, &str) {
    match word(input, "") {
        Ok((rest, word)) => match known(word) {
            Some(key) => (Some(key), blanks(rest)),
            None => (None, input),
        },
        Err(_) => (None, input),
    }
}

/// The same, `TOKEN TYPE`, `TOKEN CODE` and `TOKEN MAP` (misprints in the manuals) counting as one word.
pub(super) fn statement_key(input: &str) -> (Option<Key>, &str) {
    let (first, rest) = key(input);
    if first != Some(Key::Token) {
        return (first, rest);
    }
    match word(rest, "") {
        Ok((behind, word)) if word.eq_ignore_ascii_case("TYPE") => (Some(Key::TokenType), blanks(behind)),
        Ok((behind, word)) if word.eq_ignore_ascii_case("CODE") => (Some(Key::TokenCode), blanks(behind)),
        Ok((behind, word)) if word.eq_ignore_ascii_case("MAP") => (Some(Key::TokenMap), blanks(behind)),
        _ => (None, input),
    }
}

/// The keywords, for suggestions.
pub(super) fn keywords() -> impl Iterator<Item = &'static str> {
    KEYWORDS.iter().map(|(keyword, _)| *keyword)
}

fn known(word: &str) -> Option<Key> {
    let letter = word.as_bytes().first()?.to_ascii_uppercase().checked_sub(b'A')?;
    let (start, end) = (FIRST.get(usize::from(letter))?, FIRST.get(usize::from(letter) + 1)?);
    let keywords = KEYWORDS.get(*start..*end)?;
    keywords.iter().find(|(keyword, _)| keyword.eq_ignore_ascii_case(word)).map(|&(_, key)| key)
}

/// Where the keywords of each letter begin in [`KEYWORDS`], and where those of the last one end.
const FIRST: [usize; 27] = {
    let mut first = [0; 27];
    let mut at = 0;
    while at < KEYWORDS.len() {
        let letter = KEYWORDS[at].0.as_bytes()[0] - b'A';
        at += 1;
        let mut next = letter as usize + 1;
        while next < first.len() {
            first[next] = at;
            next += 1;
        }
    }
    first
};

/// Keywords that begin a statement, a clause, or a part of one. They are keywords by position only: elsewhere each is a
/// name like any other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Key {
    All,
    As,
    Begin,
    Binary,
    Bit,
    Character,
    Complex,
    Computational,
    Constant,
    Def,
    Definition,
    Delete,
    Display,
    EditPic,
    End,
    Enum,
    Exit,
    External,
    Float,
    Heading,
    Help,
    HighValue,
    Index,
    Indexed,
    Justified,
    Keytag,
    Logical,
    LowValue,
    Must,
    NoVersion,
    Not,
    Null,
    Occurs,
    Output,
    Packed,
    Picture,
    Quote,
    Record,
    Redefines,
    Show,
    Space,
    SpiNull,
    Sql,
    SqlNull,
    Ssid,
    Tacl,
    Through,
    To,
    Token,
    TokenCode,
    TokenMap,
    TokenType,
    Type,
    Upshift,
    Usage,
    Value,
    Varying,
    Version,
    Zero,
}

/// Sorted by their first letters, as [`FIRST`] needs them.
const KEYWORDS: [(&str, Key); 74] = [
    ("ALL", Key::All),
    ("AS", Key::As),
    ("BEGIN", Key::Begin),
    ("BINARY", Key::Binary),
    ("BIT", Key::Bit),
    ("CHARACTER", Key::Character),
    ("COMP", Key::Computational),
    ("COMP-3", Key::Packed),
    ("COMPLEX", Key::Complex),
    ("COMPUTATIONAL", Key::Computational),
    ("COMPUTATIONAL-3", Key::Packed),
    ("CONSTANT", Key::Constant),
    ("DEF", Key::Def),
    ("DEFINITION", Key::Definition),
    ("DELETE", Key::Delete),
    ("DISPLAY", Key::Display),
    ("EDIT-PIC", Key::EditPic),
    ("END", Key::End),
    ("ENUM", Key::Enum),
    ("EXIT", Key::Exit),
    ("EXTERNAL", Key::External),
    ("FLOAT", Key::Float),
    ("HEADING", Key::Heading),
    ("HELP", Key::Help),
    ("HIGH-VALUE", Key::HighValue),
    ("HIGH-VALUES", Key::HighValue),
    ("INDEX", Key::Index),
    ("INDEXED", Key::Indexed),
    ("JUST", Key::Justified),
    ("JUSTIFIED", Key::Justified),
    ("KEYTAG", Key::Keytag),
    ("LOGICAL", Key::Logical),
    ("LOW-VALUE", Key::LowValue),
    ("LOW-VALUES", Key::LowValue),
    ("MUST", Key::Must),
    ("NONVERSION", Key::NoVersion),
    ("NOT", Key::Not),
    ("NOVERSION", Key::NoVersion),
    ("NULL", Key::Null),
    ("OCCURS", Key::Occurs),
    ("OUTPUT", Key::Output),
    ("PACKED-DECIMAL", Key::Packed),
    ("PIC", Key::Picture),
    ("PICTURE", Key::Picture),
    ("QUOTE", Key::Quote),
    ("QUOTES", Key::Quote),
    ("RECORD", Key::Record),
    ("REDEFINES", Key::Redefines),
    ("SHOW", Key::Show),
    ("SPACE", Key::Space),
    ("SPACES", Key::Space),
    ("SPI-NULL", Key::SpiNull),
    ("SQL", Key::Sql),
    ("SQLNULL", Key::SqlNull),
    ("SQLNULLABLE", Key::SqlNull),
    ("SSID", Key::Ssid),
    ("TACL", Key::Tacl),
    ("THROUGH", Key::Through),
    ("THRU", Key::Through),
    ("TO", Key::To),
    ("TOKEN", Key::Token),
    ("TOKEN-CODE", Key::TokenCode),
    ("TOKEN-MAP", Key::TokenMap),
    ("TOKEN-TYPE", Key::TokenType),
    ("TYPE", Key::Type),
    ("UPSHIFT", Key::Upshift),
    ("USAGE", Key::Usage),
    ("VALUE", Key::Value),
    ("VALUES", Key::Value),
    ("VARYING", Key::Varying),
    ("VERSION", Key::Version),
    ("ZERO", Key::Zero),
    ("ZEROES", Key::Zero),
    ("ZEROS", Key::Zero),
];
