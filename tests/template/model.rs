//! Templates and an event made from a stream of bytes, and a literal renderer that walks the template's own parts over the event's:
//! the same for proptest (`random.rs`), the fuzzer (`fuzz/fuzz_targets/template_model.rs`) and its corpus. It shares nothing with the
//! compiler and the renderer but the manual.

use core::fmt::Write as _;

use zems::ems::{Event, EventBuilder};
use zems::spi::write::{EncodeError, Raw};
use zems::spi::{Ssid, TokenCode};
use zems::template::{RenderOptions, Status, TemplateSet};

use super::choices::Choices;
use super::site::{self, ABC, ABC_SOURCE, UVW, code, shared_dictionary};

// --- The event ----------------------------------------------------------------------------------------------------

/// The values of the tokens.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Holds {
    /// Bytes of the number, and whether it has a sign.
    Number(usize, bool),
    /// A number with labels.
    Reason,
    /// Characters of the text; none: any number.
    Text(Option<usize>),
    /// Four bytes.
    Bytes,
    Flag,
    List,
}

/// Name, owner, what it holds.
type Kind = (&'static str, &'static str, Holds);

const KINDS: [Kind; 10] = [
    ("ZABC-TKN-FILEERR", ABC, Holds::Number(2, true)),
    ("ZABC-TKN-LOC", ABC, Holds::Number(2, true)),
    ("ZABC-TKN-A", ABC, Holds::Number(2, false)),
    ("ZABC-TKN-BIG", ABC, Holds::Number(8, true)),
    ("UVW-TKN-OPERATION", UVW, Holds::Number(2, true)),
    ("ZABC-TKN-REASON", ABC, Holds::Reason),
    ("ZABC-TKN-NAME", ABC, Holds::Text(Some(6))),
    ("ZABC-TKN-TEXT", ABC, Holds::Text(None)),
    ("ZABC-TKN-ADDR", ABC, Holds::Bytes),
    ("ZABC-TKN-FLAG", ABC, Holds::Flag),
];
const LISTS: [Kind; 2] =
    [("ZSPI-TKN-ERRLIST", "0.0.0", Holds::List), ("ZSPI-TKN-DATALIST", "0.0.0", Holds::List)];
/// Tokens whose values choose templates.
const KEYED: [Kind; 2] = [KINDS[0], KINDS[1]];

const NUMBERS: [i64; 10] = [0, 1, 7, 8, -1, -12, 140, 32_767, -32_768, 40_000];
const TEXTS: [&str; 5] = ["", "a", "two words", " padded ", "<not a marker>"];

#[derive(Clone, Debug)]
struct Token {
    kind: Kind,
    content: Content,
}

#[derive(Clone, Debug)]
enum Content {
    Value(Vec<u8>),
    Table(Vec<Vec<u8>>),
    List(Vec<Token>),
}

fn tokens(choices: &mut Choices<'_>, depth: usize) -> Vec<Token> {
    let count = choices.below(if depth == 0 { 10 } else { 4 });
    (0..count)
        .map(|_| {
            if depth < 3 && choices.below(5) == 0 {
                let kind = choices.one(&LISTS);
                return Token { kind, content: Content::List(tokens(choices, depth + 1)) };
            }
            let kind = choices.one(&KINDS);
            let content = if choices.below(5) == 0 {
                Content::Table((0..choices.below(4)).map(|_| value(choices, kind.2)).collect())
            } else {
                Content::Value(value(choices, kind.2))
            };
            Token { kind, content }
        })
        .collect()
}

fn value(choices: &mut Choices<'_>, holds: Holds) -> Vec<u8> {
    match holds {
        Holds::Number(size, _) => choices.one(&NUMBERS).to_be_bytes()[8 - size..].to_vec(),
        Holds::Reason => choices.one(&[0_i16, 1, 2, 3]).to_be_bytes().to_vec(),
        Holds::Flag => choices.one(&[0_i16, 1, -1]).to_be_bytes().to_vec(),
        Holds::Text(None) => choices.one(&TEXTS).as_bytes().to_vec(),
        Holds::Text(Some(len)) => {
            let mut text = choices.one(&TEXTS).as_bytes().to_vec();
            text.resize(len, b' ');
            text
        }
        Holds::Bytes => (0..4).map(|_| choices.byte()).collect(),
        Holds::List => Vec::new(),
    }
}

fn put(event: &mut EventBuilder<'_, Vec<u8>>, token: &Token) -> Result<(), EncodeError> {
    let (ssid, code) = stored(token.kind);
    match &token.content {
        Content::Value(bytes) => event.put_qualified(ssid, code, Raw(bytes)),
        Content::Table(values) => {
            event.put_table_qualified(ssid, code, values.iter().map(|bytes| Raw(bytes)))
        }
        Content::List(inside) => event
            .list_qualified(ssid, code, |list| inside.iter().try_for_each(|token| put_inside(list, token))),
    }
}

fn put_inside(list: &mut EventBuilder<'_, Vec<u8>>, token: &Token) -> Result<(), EncodeError> {
    let (ssid, code) = stored(token.kind);
    match &token.content {
        Content::Value(bytes) => list.put_qualified(ssid, code, Raw(bytes)),
        Content::Table(values) => list.put_table_qualified(ssid, code, values.iter().map(|bytes| Raw(bytes))),
        Content::List(inside) => list
            .list_qualified(ssid, code, |list| inside.iter().try_for_each(|token| put_inside(list, token))),
    }
}

fn stored((name, owner, _): Kind) -> (Ssid, TokenCode) {
    (owner.parse().unwrap(), code(name))
}

// --- The template -------------------------------------------------------------------------------------------------

/// A token by its name, and which of several.
#[derive(Clone, Copy, Debug)]
struct Wanted {
    kind: Kind,
    occurrence: usize,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Edit {
    None,
    /// The letter, whether zeros fill, and the width; 0: none.
    Number(char, bool, usize),
    /// The width of a text; 0: none.
    Text(usize),
    Label,
    Message,
}

#[derive(Clone, Copy, Debug)]
enum Test {
    Present(Wanted),
    Compare(Wanted, &'static str, i64),
}

#[derive(Clone, Debug)]
enum Part {
    Text(&'static str),
    Slot(Wanted, Edit),
    /// Moves into a list.
    Enter(Kind),
    /// Moves out of it.
    Leave,
    If {
        is_not: bool,
        test: Test,
        then: Vec<Part>,
        otherwise: Vec<Part>,
    },
}

/// A template for a value of a token.
struct Message {
    key: (Kind, i16),
    parts: Vec<Part>,
}

const LITERALS: [&str; 6] = ["a", " in ", "<", "50% > 40%", ", file ", "<<*IF"];
const OPERATORS: [&str; 6] = ["<", "=", ">", "<=", ">=", "<>"];

fn parts(choices: &mut Choices<'_>, depth: usize, is_message: bool) -> Vec<Part> {
    let count = choices.below(if depth == 0 { 8 } else { 4 });
    (0..count)
        .map(|_| match choices.below(8) {
            0 | 1 => Part::Text(choices.one(&LITERALS)),
            2 if depth < 4 => Part::If {
                is_not: choices.flag(),
                test: test(choices),
                then: parts(choices, depth + 1, is_message),
                otherwise: parts(choices, depth + 1, is_message),
            },
            3 if !is_message => Part::Enter(choices.one(&LISTS)),
            4 if !is_message => Part::Leave,
            _ => slot(choices),
        })
        .collect()
}

fn wanted(choices: &mut Choices<'_>, kinds: &[Kind]) -> Wanted {
    Wanted { kind: choices.one(kinds), occurrence: choices.one(&[1, 1, 1, 2, 3]) }
}

fn slot(choices: &mut Choices<'_>) -> Part {
    let wanted = wanted(choices, &KINDS);
    let edit = match wanted.kind.2 {
        _ if choices.flag() => Edit::None,
        Holds::Number(2, true) if KEYED.contains(&wanted.kind) && choices.flag() => Edit::Message,
        Holds::Number(..) => {
            let (letter, fills) = (choices.one(&['I', 'B', 'O', 'H']), choices.flag());
            // Zeros need a width.
            Edit::Number(letter, fills, choices.one(if fills { &[1, 5, 20] } else { &[0, 1, 5] }))
        }
        Holds::Reason => choices.one(&[Edit::Label, Edit::Number('I', false, 0), Edit::Number('I', true, 4)]),
        Holds::Text(_) => Edit::Text(choices.one(&[0, 3, 12])),
        Holds::Bytes => Edit::Number('H', false, 0),
        Holds::Flag | Holds::List => Edit::None,
    };
    Part::Slot(wanted, edit)
}

fn test(choices: &mut Choices<'_>) -> Test {
    if choices.flag() {
        return Test::Present(wanted(choices, &KINDS));
    }
    Test::Compare(wanted(choices, &KINDS[..3]), choices.one(&OPERATORS), choices.one(&[0, 1, 7, -1, 32_767]))
}

/// Writes the strings of a template, one a line, and notes its descriptors. `None`: there are too many.
fn write(parts: &[Part], strings: &mut String, descriptors: &mut Vec<String>) -> Option<()> {
    for part in parts {
        match part {
            Part::Text(text) => writeln!(strings, "\"{}\"", text.replace('<', "<<")).ok()?,
            Part::Slot(wanted, edit) => {
                let number = describe(descriptors, format!("{}{}", show(*wanted), show_edit(*edit)))?;
                writeln!(strings, "\"<{number}>\"").ok()?;
            }
            Part::Enter((name, ..)) => {
                let number = describe(descriptors, (*name).to_owned())?;
                writeln!(strings, "\"<{number}>\"").ok()?;
            }
            Part::Leave => {
                let number = describe(descriptors, "ZSPI-TKN-ENDLIST".to_owned())?;
                writeln!(strings, "\"<{number}>\"").ok()?;
            }
            Part::If { is_not, test, then, otherwise } => {
                let test = match test {
                    Test::Present(wanted) => format!("TOKENPRESENT({})", show(*wanted)),
                    Test::Compare(wanted, operator, number) => {
                        format!("{} {operator} {number}", show(*wanted))
                    }
                };
                let number = describe(descriptors, format!("{}{test}", if *is_not { "NOT " } else { "" }))?;
                writeln!(strings, "\"<*IF {number}>\"").ok()?;
                write(then, strings, descriptors)?;
                if !otherwise.is_empty() {
                    strings.push_str("\"<*ELSE>\"\n");
                    write(otherwise, strings, descriptors)?;
                }
                strings.push_str("\"<*ENDIF>\"\n");
            }
        }
    }
    Some(())
}

/// The number of one more descriptor: at most 90.
fn describe(descriptors: &mut Vec<String>, text: String) -> Option<usize> {
    descriptors.push(text);
    Some(descriptors.len()).filter(|count| *count <= 90)
}

fn show(Wanted { kind: (name, owner, _), occurrence }: Wanted) -> String {
    let name = if occurrence == 1 { name.to_owned() } else { format!("{name}({occurrence})") };
    if owner == UVW { format!("SSID(UVW-VAL-SSID, {name})") } else { name }
}

fn show_edit(edit: Edit) -> String {
    match edit {
        Edit::None => String::new(),
        Edit::Number(letter, fills, width) => {
            format!(", {}{letter}{}", if fills { "Z" } else { "" }, show_width(width))
        }
        Edit::Text(width) => format!(", A{}", show_width(width)),
        Edit::Label => ", ENUM".to_owned(),
        Edit::Message => ", MSG".to_owned(),
    }
}

fn show_width(width: usize) -> String {
    if width == 0 { String::new() } else { width.to_string() }
}

// --- The literal renderer -----------------------------------------------------------------------------------------

struct Renderer<'m> {
    messages: &'m [Message],
    /// The tokens of each level, outermost first.
    levels: Vec<&'m [Token]>,
    text: String,
    is_missing: bool,
}

impl<'m> Renderer<'m> {
    fn parts(&mut self, parts: &[Part]) {
        for part in parts {
            match part {
                Part::Text(text) => self.text.push_str(text),
                Part::Slot(wanted, edit) => match self.find(*wanted) {
                    Some(value) => self.value(wanted.kind, value, *edit),
                    None => self.is_missing = true,
                },
                Part::Enter(kind) => {
                    let found = (0..self.levels.len()).rev().find_map(|level| {
                        let list = self.levels[level].iter().find_map(|token| match &token.content {
                            Content::List(inside) if token.kind == *kind => Some(inside.as_slice()),
                            _ => None,
                        })?;
                        Some((level, list))
                    });
                    match found {
                        Some((level, list)) => {
                            self.levels.truncate(level + 1);
                            self.levels.push(list);
                        }
                        None => self.is_missing = true,
                    }
                }
                Part::Leave => {
                    if self.levels.len() > 1 {
                        self.levels.pop();
                    }
                }
                Part::If { is_not, test, then, otherwise } => {
                    let holds = match test {
                        Test::Present(wanted) => self.find(*wanted).is_some() != *is_not,
                        // A comparison with what is not there is false, with NOT or without.
                        Test::Compare(wanted, operator, with) => self.find(*wanted).is_some_and(|value| {
                            relates(number(wanted.kind.2, value), operator, i128::from(*with)) != *is_not
                        }),
                    };
                    self.parts(if holds { then } else { otherwise });
                }
            }
        }
    }

    /// The value of a token: of the innermost level that has this many.
    fn find(&self, Wanted { kind, occurrence }: Wanted) -> Option<&'m [u8]> {
        self.levels.iter().rev().find_map(|tokens| {
            let values =
                tokens.iter().filter(|token| token.kind == kind).flat_map(|token| match &token.content {
                    Content::Value(bytes) => core::slice::from_ref(bytes),
                    Content::Table(values) => values.as_slice(),
                    Content::List(_) => &[],
                });
            values.map(Vec::as_slice).nth(occurrence - 1)
        })
    }

    fn value(&mut self, kind: Kind, value: &[u8], edit: Edit) {
        match (edit, kind.2) {
            (Edit::Message, holds) => {
                let value = number(holds, value);
                let messages = self.messages;
                match messages
                    .iter()
                    .find(|message| message.key.0 == kind && i128::from(message.key.1) == value)
                {
                    Some(message) => self.parts(&message.parts),
                    None => write!(self.text, "{value}").unwrap(),
                }
            }
            (Edit::Number(letter, fills, width), holds) => {
                let elements: Vec<String> = match holds {
                    Holds::Bytes => {
                        value.iter().map(|byte| edited(i128::from(*byte), 1, letter, fills, width)).collect()
                    }
                    _ => vec![edited(number(holds, value), value.len(), letter, fills, width)],
                };
                self.text.push_str(&elements.join(" "));
            }
            (Edit::Text(width), _) => {
                write!(self.text, "{:width$}", String::from_utf8(value.to_vec()).unwrap()).unwrap();
            }
            (Edit::Label | Edit::None, Holds::Reason) => {
                let label = match number(Holds::Reason, value) {
                    1 => "it abended",
                    2 => "it stopped",
                    _ => "for no known reason",
                };
                self.text.push_str(label);
            }
            (_, Holds::Text(_)) => self.text.push_str(core::str::from_utf8(value).unwrap()),
            (_, Holds::Bytes) => {
                let numbers: Vec<String> = value.iter().map(u8::to_string).collect();
                self.text.push_str(&numbers.join(" "));
            }
            (_, Holds::Flag) => self.text.push(if value.iter().any(|byte| *byte != 0) { 'T' } else { 'F' }),
            (_, holds) => write!(self.text, "{}", number(holds, value)).unwrap(),
        }
    }
}

fn number(holds: Holds, value: &[u8]) -> i128 {
    let bits = value.iter().fold(0_i128, |bits, byte| bits << 8 | i128::from(*byte));
    let is_signed = !matches!(holds, Holds::Number(_, false) | Holds::Bytes);
    let top = 1_i128 << (8 * value.len());
    if is_signed && bits >= top / 2 { bits - top } else { bits }
}

/// A number under an edit code: digits of the two's complement but for decimal ones, filled on the left.
fn edited(number: i128, size: usize, letter: char, fills: bool, width: usize) -> String {
    let bits = number & ((1_i128 << (8 * size)) - 1);
    let (sign, digits) = match letter {
        'I' => (if number < 0 { "-" } else { "" }, number.unsigned_abs().to_string()),
        'B' => ("", format!("{bits:b}")),
        'O' => ("", format!("{bits:o}")),
        _ => ("", format!("{bits:X}")),
    };
    if fills {
        format!("{sign}{digits:0>0$}", width.saturating_sub(sign.len()))
    } else {
        format!("{:>width$}", format!("{sign}{digits}"))
    }
}

fn relates(left: i128, operator: &str, right: i128) -> bool {
    match operator {
        "<" => left < right,
        "=" => left == right,
        ">" => left > right,
        "<=" => left <= right,
        ">=" => left >= right,
        _ => left != right,
    }
}

// --- The comparison -----------------------------------------------------------------------------------------------

/// The compiled template says of the event what its parts say.
pub fn check(data: &[u8]) {
    let _ = compare(data);
}

/// The same. Returns the text, and whether a token of it is missing; `None` if there is nothing to compare.
pub fn compare(data: &[u8]) -> Option<(String, bool)> {
    // Neither uses the other's bytes up.
    let (first, second) = data.split_at(data.len() / 2);
    let mut choices = Choices(first);
    let mut messages: Vec<Message> = Vec::new();
    for _ in 0..choices.below(3) {
        let key = (choices.one(&KEYED), choices.one(&[0, 1, 7, -1]));
        if messages.iter().all(|message| message.key != key) {
            messages.push(Message { key, parts: parts(&mut choices, 2, true) });
        }
    }
    // Templates that show each other come to an end at ten levels, which has tests of its own.
    let is_message = |part: &Part| matches!(part, Part::Slot(_, Edit::Message));
    messages.iter_mut().for_each(|message| without(&mut message.parts, &is_message));
    let main = parts(&mut choices, 0, false);
    let mut tokens = tokens(&mut Choices(second), 0);
    // The subject of every event here.
    let subject = Token { kind: KINDS[7], content: Content::Value(b"$ZABC".to_vec()) };
    let mut source = ABC_SOURCE.to_owned();
    let templates = messages
        .iter()
        .map(|message| (format!("{}, {}", message.key.0.0, message.key.1), &message.parts))
        .chain([("ZEMS-TKN-EVENTNUMBER, 4".to_owned(), &main)]);
    for (key, parts) in templates {
        let (mut strings, mut descriptors) = (String::new(), Vec::new());
        write(parts, &mut strings, &mut descriptors)?;
        // A template has a string.
        writeln!(source, "MSG: {key}\n\"\"\n{strings}").unwrap();
        for (descriptor, number) in descriptors.iter().zip(1..) {
            writeln!(source, "{number}: {descriptor}").unwrap();
        }
    }

    let dictionary = shared_dictionary();
    let mut set = TemplateSet::new(dictionary);
    let (listing, remarks) = site::add(&mut set, dictionary, &source);
    assert_eq!(listing.errors, 0, "{source}\n{remarks}");
    let mut put_all = Ok(());
    let bytes = site::event(4, |event| {
        put_all = tokens.iter().try_for_each(|token| put(event, token));
        Ok(())
    });
    put_all.ok()?;
    tokens.insert(0, subject);

    let mut expected =
        Renderer { messages: &messages, levels: vec![&tokens], text: String::new(), is_missing: false };
    expected.parts(&main);
    let mut text = String::new();
    let event = Event::parse(&bytes).unwrap();
    let rendered = set.render(&event, dictionary, &RenderOptions::default(), &mut text).unwrap();
    assert_eq!(text, expected.text, "{source}\n{tokens:#?}");
    assert_eq!(rendered.status == Status::MISSING_TOKEN, expected.is_missing, "{source}\n{tokens:#?}");
    // A set that was saved and loaded gives the same text.
    let loaded = TemplateSet::from_bytes(&set.to_bytes()).unwrap();
    text.clear();
    loaded.render(&event, dictionary, &RenderOptions::default(), &mut text).unwrap();
    assert_eq!(text, expected.text);
    Some((text, expected.is_missing))
}

fn without(parts: &mut Vec<Part>, is_unwanted: &impl Fn(&Part) -> bool) {
    parts.retain(|part| !is_unwanted(part));
    for part in parts {
        if let Part::If { then, otherwise, .. } = part {
            without(then, is_unwanted);
            without(otherwise, is_unwanted);
        }
    }
}
