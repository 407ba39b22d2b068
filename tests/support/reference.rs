//! A second decoder, written with nom from the format's description and nothing else: slow, recursive, literal. It shares no
//! code with the library, so that the two check each other.

use nom::IResult;
use nom::Parser;
use nom::bytes::complete::take;
use nom::number::complete::{be_i16, be_u8, be_u16};

type Input<'a> = &'a [u8];

#[derive(Clone, Debug, PartialEq)]
pub struct Buffer {
    pub is_event: bool,
    pub has_context: bool,
    pub body: usize,
    pub used: usize,
    pub tokens: Vec<Token>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Token {
    pub start: usize,
    pub code: u32,
    pub ssid: Option<Vec<u8>>,
    pub effective: Vec<u8>,
    pub content: Content,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Content {
    Value(Vec<u8>),
    List(Vec<Token>),
    Table(Vec<Vec<u8>>),
}

const STRUCT: u8 = 7;
const LIST: u8 = 37;
const TABLE: u8 = 38;
const CONTROL: u8 = 39;
const STRINGS: [u8; 2] = [1, 12];

/// Decodes the buffer at the front of `bytes`; `None` if there is none.
pub fn decode(bytes: &[u8]) -> Option<Buffer> {
    let (_, (code, declared, occurs)) = front(bytes).ok()?;
    let used = usize::from(occurs) + 6;
    if code != -28 || used > usize::from(declared) || bytes.len() < used || bytes.len() < 28 {
        return None;
    }
    let bytes = &bytes[..used];
    let ssid = bytes.get(6..18)?.to_vec();
    let [kind, length, high, low] = *bytes.get(24..28)?.first_chunk()?;
    let number = i16::from_be_bytes([high, low]);
    if kind != STRUCT || !(-480..=-449).contains(&number) || number == -477 {
        return None;
    }
    let mut at = 28 + usize::from(length);
    let mut end = at;
    if at > used {
        return None;
    }
    at += at % 2;
    let context =
        bytes.get(at..at + 4).filter(|code| code[0] == STRUCT && code[1] >= 16 && code[2..] == [0xFE, 0x46]);
    if let Some(code) = context {
        at += 4 + usize::from(code[1]);
        end = at;
        at += at % 2;
    }
    if end > used {
        return None;
    }
    let body = at.min(used);
    let tokens = level(bytes, body, used, &ssid, 0)?;
    Some(Buffer { is_event: number != -479, has_context: context.is_some(), body, used, tokens })
}

/// The tokens between `at` and `end`, each at a word.
fn level(bytes: &[u8], mut at: usize, end: usize, default: &[u8], depth: usize) -> Option<Vec<Token>> {
    let mut tokens = Vec::new();
    while at < end {
        let (next, token) = token(bytes, at, end, default, depth)?;
        tokens.push(token);
        at = next + next % 2;
    }
    Some(tokens)
}

fn token(bytes: &[u8], start: usize, end: usize, default: &[u8], depth: usize) -> Option<(usize, Token)> {
    let input = &bytes[start..end];
    let (rest, (first, length, number)) = code(input).ok()?;
    let (rest, ssid) = qualifier(rest, first).ok()?;
    let (rest, value) = value(rest, length).ok()?;
    let (kind, is_variable) = (first & 0x7F, length == 255);
    let code = u32::from_be_bytes([kind, length, number.to_be_bytes()[0], number.to_be_bytes()[1]]);
    let effective = ssid.unwrap_or(default).to_vec();
    let next = end - rest.len();
    let plain = Token {
        start,
        code,
        ssid: ssid.map(<[u8]>::to_vec),
        effective: effective.clone(),
        content: Content::Value(value.to_vec()),
    };
    if kind == LIST && is_variable {
        // The end-list code is at a word, and the list holds at least it.
        let close = next.checked_sub(4).filter(|close| *close >= next - value.len() && close % 2 == 0)?;
        if bytes[close..close + 2] != [CONTROL, 0] || depth == 64 {
            return None;
        }
        let inside = level(bytes, next - value.len(), close, &effective, depth + 1)?;
        return Some((next, Token { content: Content::List(inside), ..plain }));
    }
    if kind == TABLE
        && is_variable
        && ssid.is_none()
        && let Some((code, ssid, values)) = table(value)
    {
        let effective = ssid.clone().unwrap_or_else(|| default.to_vec());
        return Some((next, Token { start, code, ssid, effective, content: Content::Table(values) }));
    }
    Some((next, plain))
}

fn front(input: Input<'_>) -> IResult<Input<'_>, (i16, u16, u16)> {
    (be_i16, be_u16, be_u16).parse_complete(input)
}

fn code(input: Input<'_>) -> IResult<Input<'_>, (u8, u8, u16)> {
    (be_u8, be_u8, be_u16).parse_complete(input)
}

fn table_front(input: Input<'_>) -> IResult<Input<'_>, (u16, u8, u8, u16)> {
    (be_u16, be_u8, be_u8, be_u16).parse_complete(input)
}

fn qualifier(input: Input<'_>, first: u8) -> IResult<Input<'_>, Option<&[u8]>> {
    if first & 0x80 == 0 {
        return Ok((input, None));
    }
    take(12_usize).map(Some).parse_complete(input)
}

fn value(input: Input<'_>, length: u8) -> IResult<Input<'_>, &[u8]> {
    if length < 255 {
        return take(length).parse_complete(input);
    }
    let (input, length) = be_u16(input)?;
    take(length).parse_complete(input)
}

type Table = (u32, Option<Vec<u8>>, Vec<Vec<u8>>);

/// Count, code of the values, values: all of them and nothing after.
fn table(bytes: &[u8]) -> Option<Table> {
    let (rest, (count, first, length, number)) = table_front(bytes).ok()?;
    let (mut rest, ssid) = qualifier(rest, first).ok()?;
    let kind = first & 0x7F;
    if kind == LIST || kind == TABLE || length == 0 {
        return None;
    }
    let mut values = Vec::new();
    for at in 0..count {
        let (behind, bytes) = value(rest, length).ok()?;
        values.push(bytes.to_vec());
        rest = behind;
        let is_packed = STRINGS.contains(&kind) && length < 255;
        if !is_packed && bytes.len() % 2 == 1 && at + 1 < count {
            rest = rest.get(1..)?;
        }
    }
    let code = u32::from_be_bytes([kind, length, number.to_be_bytes()[0], number.to_be_bytes()[1]]);
    rest.is_empty().then(|| (code, ssid.map(<[u8]>::to_vec), values))
}
