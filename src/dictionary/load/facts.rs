//! The `.events` language: facts about events and subsystems that DDL has no clause for. Its form is at the top of
//! `builtin/subsystems.events`.

use std::collections::BTreeSet;

use nom::Parser;
use nom::branch::alt;
use nom::combinator::{cut, opt};
use nom::sequence::{preceded, terminated};

use crate::dictionary::definitions::AdviceDefinition;
use crate::dictionary::event::{FACILITIES, Message, Presence, SEVERITIES};
use crate::text::grammar::{
    self, Expected, Parsed, expected, expecting, finish, keyword, lexeme, skip, word,
};
use crate::text::{Diagnostic, Diagnostics, Location, Source, SourceId, Span};

/// The statements of the sources of one load, in their order. Names are as written.
#[derive(Debug, Default)]
pub(super) struct Facts {
    pub(super) subsystems: Vec<SubsystemFact>,
    pub(super) events: Vec<EventFact>,
    pub(super) messages: Vec<MessageFact>,
    pub(super) aliases: Vec<AliasFact>,
    pub(super) layouts: Vec<LayoutFact>,
    pub(super) nodes: Vec<NodeFact>,
    pub(super) unnumbered: Vec<UnnumberedFact>,
    /// The sources that come with the crate, which a user's replace without a word.
    pub(super) shipped: BTreeSet<SourceId>,
}

impl Facts {
    /// Warns of what a user names twice; the later counts.
    pub(super) fn warn_of_second(&self, earlier: &Name, later: &Name, diagnostics: &mut Diagnostics) {
        self.warn(
            earlier,
            later,
            format!("{} stands here a second time; the later counts", later.text),
            diagnostics,
        );
    }

    /// Whether a word is in a shipped source.
    pub(super) fn is_shipped(&self, name: &Name) -> bool {
        self.shipped.contains(&name.at.source)
    }

    /// Warns of a later naming that takes the place of a user's earlier one.
    pub(super) fn warn(&self, earlier: &Name, later: &Name, message: String, diagnostics: &mut Diagnostics) {
        if !self.shipped.contains(&earlier.at.source) {
            let diagnostic = later.warning(message).with_secondary(earlier.at, "the first time");
            diagnostics.push(diagnostic);
        }
    }
}

/// A word of a source.
#[derive(Clone, Debug)]
pub(super) struct Name {
    pub(super) text: String,
    pub(super) at: Location,
}

#[derive(Debug)]
pub(super) struct SubsystemFact {
    pub(super) number: Name,
    pub(super) owner: Name,
    pub(super) name: Name,
    pub(super) abbreviation: Option<Name>,
}

#[derive(Debug)]
pub(super) struct EventFact {
    pub(super) event: Name,
    /// The SSID line above.
    pub(super) ssid: Option<Name>,
    pub(super) subject: Option<Name>,
    pub(super) emphasis: Option<bool>,
    pub(super) tokens: Vec<TokenFact>,
    /// ABOUT: it adds to what is said elsewhere.
    pub(super) adds: bool,
    pub(super) text: Option<String>,
    pub(super) advice: AdviceDefinition,
}

/// A token whose number its manual does not give.
#[derive(Debug)]
pub(super) struct UnnumberedFact {
    pub(super) token: Name,
    pub(super) token_type: Option<Name>,
    pub(super) description: Option<String>,
}

/// The texts that an event may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum TextKind {
    Text,
    Description,
    Cause,
    Effect,
    Recovery,
}

const TEXTS: [(&str, TextKind); 5] = [
    ("TEXT", TextKind::Text),
    ("DESCRIPTION", TextKind::Description),
    ("CAUSE", TextKind::Cause),
    ("EFFECT", TextKind::Effect),
    ("RECOVERY", TextKind::Recovery),
];

impl EventFact {
    fn text_mut(&mut self, kind: TextKind) -> &mut Option<String> {
        match kind {
            TextKind::Text => &mut self.text,
            TextKind::Description => &mut self.advice.description,
            TextKind::Cause => &mut self.advice.cause,
            TextKind::Effect => &mut self.advice.effect,
            TextKind::Recovery => &mut self.advice.recovery,
        }
    }
}

#[derive(Debug)]
pub(super) struct TokenFact {
    pub(super) token: Name,
    pub(super) presence: Presence,
    pub(super) within: Option<Name>,
}

#[derive(Debug)]
pub(super) struct MessageFact {
    pub(super) tag: Name,
    pub(super) event: Name,
    /// `error` or `event`.
    pub(super) kind: Option<&'static str>,
    pub(super) severity: Option<u8>,
    pub(super) facility: Option<u8>,
}

#[derive(Debug)]
pub(super) struct AliasFact {
    pub(super) alias: Name,
    pub(super) token: Name,
}

#[derive(Debug)]
pub(super) struct LayoutFact {
    pub(super) structure: Name,
    pub(super) length: u8,
    /// Fields, each with the header token it serves.
    pub(super) fields: Vec<FieldFact>,
}

#[derive(Debug)]
pub(super) struct FieldFact {
    pub(super) field: Name,
    pub(super) token: Name,
    /// Of a FLAG line: which bit of the field it is, from the most significant.
    pub(super) bit: Option<u8>,
}

#[derive(Debug)]
pub(super) struct NodeFact {
    pub(super) number: i32,
    pub(super) name: Name,
}

/// A statement, its words as parts of the line.
enum Statement<'a> {
    Subsystem {
        number: Word<'a>,
        owner: Word<'a>,
        name: Word<'a>,
        abbreviation: Option<Word<'a>>,
    },
    Ssid(Word<'a>),
    Event {
        adds: bool,
        event: Word<'a>,
        subject: Option<Word<'a>>,
        emphasis: Option<bool>,
    },
    Token {
        token: Word<'a>,
        presence: Presence,
        within: Option<Word<'a>>,
    },
    Message {
        tag: Word<'a>,
        event: Word<'a>,
        kind: Option<&'static str>,
        level: [Option<u8>; 2],
    },
    Alias {
        alias: Word<'a>,
        token: Word<'a>,
    },
    Layout {
        structure: Word<'a>,
        length: u8,
    },
    Field {
        field: Word<'a>,
        token: Word<'a>,
        bit: Option<u8>,
    },
    Node {
        number: i32,
        name: Word<'a>,
    },
    Unnumbered {
        token: Word<'a>,
        token_type: Option<Word<'a>>,
    },
    /// A paragraph of a text of the event above.
    Text {
        kind: TextKind,
        text: String,
    },
    /// More of the paragraph above.
    More(String),
}

/// A word, and how many bytes of the line are left where it begins.
#[derive(Clone, Copy)]
struct Word<'a> {
    text: &'a str,
    left: usize,
}

/// Reads a source. Lines with errors are reported and left out.
pub(super) fn read(id: SourceId, source: &Source, facts: &mut Facts, diagnostics: &mut Diagnostics) {
    let mut reader = Reader { id, ssid: None, above: Above::Nothing, text: None, facts, diagnostics };
    let mut start = 0;
    for line in source.text().split_inclusive('\n') {
        reader.line(line, start);
        start += line.len();
    }
}

struct Reader<'r> {
    id: SourceId,
    ssid: Option<Name>,
    above: Above,
    /// The text that a line with nothing but a string continues with.
    text: Option<TextKind>,
    facts: &'r mut Facts,
    diagnostics: &'r mut Diagnostics,
}

/// The line that TOKEN and FIELD lines belong to.
#[derive(PartialEq)]
enum Above {
    Nothing,
    Event,
    /// An UNNUMBERED token, which may have a DESCRIPTION.
    Token,
    Layout,
    /// A line with a fault: what belongs to it is left out too.
    Fault,
}

impl Reader<'_> {
    fn line(&mut self, line: &str, start: usize) {
        let code = without_comment(line).trim_end();
        let text = code.trim_start();
        if text.is_empty() {
            return;
        }
        let base = start + code.len() - text.len();
        match finish(statement(text)) {
            Ok(("", statement)) => self.statement(&statement, text, base),
            Ok((rest, _)) => self.fault(Expected::new(rest, "the end of the line"), text, base),
            Err(error) => self.fault(error, text, base),
        }
    }

    fn fault(&mut self, error: Expected<'_>, text: &str, base: usize) {
        let words = ["TOKEN", "FIELD", "FLAG"].into_iter().chain(TEXTS.iter().map(|(word, _)| *word));
        let belongs =
            text.starts_with('"') || words.into_iter().any(|word| keyword(word, is_name_byte)(text).is_ok());
        if !belongs {
            self.above = Above::Fault;
        }
        let span = error.span(text, offset(base));
        self.diagnostics.push(Diagnostic::error(self.id, span, error.to_string()));
    }

    fn statement(&mut self, statement: &Statement<'_>, text: &str, base: usize) {
        let name = |word: Word<'_>| {
            let start = base + text.len() - word.left;
            let span = Span::new(offset(start), offset(start + word.text.len()));
            Name { text: word.text.to_owned(), at: Location::new(self.id, span) }
        };
        let needs = |above: &str| {
            let message = format!("this line belongs to {above} line, and there is none above it");
            Diagnostic::error(self.id, Span::new(offset(base), offset(base + text.len())), message)
        };
        let continued = core::mem::take(&mut self.text);
        match *statement {
            Statement::Subsystem { number, owner, name: called, abbreviation } => {
                self.facts.subsystems.push(SubsystemFact {
                    number: name(number),
                    owner: name(owner),
                    name: name(called),
                    abbreviation: abbreviation.map(name),
                });
                self.above = Above::Nothing;
            }
            Statement::Ssid(ssid) => {
                self.ssid = Some(name(ssid));
                self.above = Above::Nothing;
            }
            Statement::Event { adds, event, subject, emphasis } => {
                self.facts.events.push(EventFact {
                    event: name(event),
                    ssid: self.ssid.clone(),
                    subject: subject.map(name),
                    emphasis,
                    tokens: Vec::new(),
                    adds,
                    text: None,
                    advice: AdviceDefinition::default(),
                });
                self.above = Above::Event;
            }
            Statement::Token { token, presence, within } => match self.facts.events.last_mut() {
                Some(event) if self.above == Above::Event => {
                    let within = within.map(name);
                    event.tokens.push(TokenFact { token: name(token), presence, within });
                }
                _ if self.above == Above::Fault => {}
                _ => self.diagnostics.push(needs("an EVENT")),
            },
            Statement::Message { tag, event, kind, level: [severity, facility] } => {
                self.facts.messages.push(MessageFact {
                    tag: name(tag),
                    event: name(event),
                    kind,
                    severity,
                    facility,
                });
                self.above = Above::Nothing;
            }
            Statement::Alias { alias, token } => {
                self.facts.aliases.push(AliasFact { alias: name(alias), token: name(token) });
                self.above = Above::Nothing;
            }
            Statement::Layout { structure, length } => {
                let fields = Vec::new();
                self.facts.layouts.push(LayoutFact { structure: name(structure), length, fields });
                self.above = Above::Layout;
            }
            Statement::Node { number, name: called } => {
                self.facts.nodes.push(NodeFact { number, name: name(called) });
                self.above = Above::Nothing;
            }
            Statement::Unnumbered { token, token_type } => {
                let (token, token_type) = (name(token), token_type.map(name));
                self.facts.unnumbered.push(UnnumberedFact { token, token_type, description: None });
                self.above = Above::Token;
            }
            Statement::Text { kind, ref text } => match text_above(&self.above, self.facts, kind) {
                Some(all) => {
                    if !all.is_empty() {
                        all.push('\n');
                    }
                    all.push_str(text);
                    self.text = Some(kind);
                }
                None if self.above == Above::Fault => {}
                None if self.above == Above::Token => {
                    let problem =
                        "a token has a DESCRIPTION only; the other texts belong to an EVENT or ABOUT line";
                    let span = Span::new(offset(base), offset(base + text.len()));
                    self.diagnostics.push(Diagnostic::error(self.id, span, problem));
                }
                None => self.diagnostics.push(needs("an EVENT, ABOUT or UNNUMBERED")),
            },
            Statement::More(ref text) => {
                match continued.and_then(|kind| text_above(&self.above, self.facts, kind)) {
                    Some(all) => {
                        all.push_str(text);
                        self.text = continued;
                    }
                    None if self.above == Above::Fault => {}
                    None => self.diagnostics.push(needs("a TEXT, DESCRIPTION, CAUSE, EFFECT or RECOVERY")),
                }
            }
            Statement::Field { field, token, bit } => match self.facts.layouts.last_mut() {
                Some(layout) if self.above == Above::Layout => {
                    layout.fields.push(FieldFact { field: name(field), token: name(token), bit });
                }
                _ if self.above == Above::Fault => {}
                _ => self.diagnostics.push(needs("a LAYOUT")),
            },
        }
    }
}

/// The text of the event or token above.
fn text_above<'f>(above: &Above, facts: &'f mut Facts, kind: TextKind) -> Option<&'f mut String> {
    let text = match (above, kind) {
        (Above::Event, _) => facts.events.last_mut()?.text_mut(kind),
        (Above::Token, TextKind::Description) => &mut facts.unnumbered.last_mut()?.description,
        _ => return None,
    };
    Some(text.get_or_insert_default())
}

fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

fn statement(input: &str) -> Parsed<'_, Statement<'_>> {
    expecting(
        "SUBSYSTEM, SSID, EVENT, ABOUT, TOKEN, TEXT, DESCRIPTION, CAUSE, EFFECT, RECOVERY, UNNUMBERED, MESSAGE, ALIAS, NODE, \
         LAYOUT, FIELD or FLAG",
        alt((
            subsystem, ssid, event, token, text, more, unnumbered, message, alias, node, layout, field, flag,
        )),
    )
    .parse_complete(input)
}

fn subsystem(input: &str) -> Parsed<'_, Statement<'_>> {
    let parts = (name, after("OWNER", name), after("NAME", name), opt(after("ABBREVIATION", name)));
    after("SUBSYSTEM", cut(parts))
        .map(|(number, owner, name, abbreviation)| Statement::Subsystem { number, owner, name, abbreviation })
        .parse_complete(input)
}

fn ssid(input: &str) -> Parsed<'_, Statement<'_>> {
    after("SSID", cut(name)).map(Statement::Ssid).parse_complete(input)
}

fn event(input: &str) -> Parsed<'_, Statement<'_>> {
    let truth = expecting("TRUE or FALSE", alt((key("TRUE").map(|_| true), key("FALSE").map(|_| false))));
    let parts = (name, opt(after("SUBJECT", cut(name))), opt(after("EMPHASIS", cut(truth))));
    let (rest, adds) =
        alt((key("EVENT").map(|_| false), key("ABOUT").map(|_| true))).parse_complete(input)?;
    cut(parts)
        .map(|(event, subject, emphasis)| Statement::Event { adds, event, subject, emphasis })
        .parse_complete(rest)
}

fn text(input: &str) -> Parsed<'_, Statement<'_>> {
    let found = TEXTS.iter().find_map(|(word, kind)| Some((key(word)(input).ok()?.0, *kind)));
    let Some((rest, kind)) = found else { return expected(input, "a text") };
    cut(string).map(|text| Statement::Text { kind, text }).parse_complete(rest)
}

fn more(input: &str) -> Parsed<'_, Statement<'_>> {
    if !input.starts_with('"') {
        return expected(input, "a string");
    }
    cut(string).map(Statement::More).parse_complete(input)
}

/// A text in quotation marks; two of them are one in the text.
fn string(input: &str) -> Parsed<'_, String> {
    let Some(mut rest) = input.strip_prefix('"') else {
        return expected(input, "a string in quotation marks");
    };
    let mut text = String::new();
    loop {
        let Some((before, after)) = rest.split_once('"') else {
            return expected("", "the quotation mark that ends the string");
        };
        text.push_str(before);
        match after.strip_prefix('"') {
            Some(after) => {
                text.push('"');
                rest = after;
            }
            None => return Ok((blanks(after), text)),
        }
    }
}

fn unnumbered(input: &str) -> Parsed<'_, Statement<'_>> {
    after("UNNUMBERED", cut((name, opt(after("TYPE", cut(name))))))
        .map(|(token, token_type)| Statement::Unnumbered { token, token_type })
        .parse_complete(input)
}

/// A line up to its comment. An exclamation mark inside a string begins none.
fn without_comment(line: &str) -> &str {
    let mut in_string = false;
    let end = line.find(|c| {
        in_string ^= c == '"';
        c == '!' && !in_string
    });
    end.and_then(|end| line.get(..end)).unwrap_or(line)
}

fn token(input: &str) -> Parsed<'_, Statement<'_>> {
    let presence = alt((
        key("REQUIRED").map(|_| Presence::Required),
        key("OPTIONAL").map(|_| Presence::Optional),
        key("INTERNAL").map(|_| Presence::Internal),
    ));
    let parts = (name, opt(presence), opt(after("WITHIN", cut(name))));
    after("TOKEN", cut(parts))
        .map(|(token, presence, within)| Statement::Token {
            token,
            presence: presence.unwrap_or_default(),
            within,
        })
        .parse_complete(input)
}

fn message(input: &str) -> Parsed<'_, Statement<'_>> {
    let kind = expecting(
        "ERROR or EVENT",
        alt((key("ERROR").map(|_| Message::ERROR), key("EVENT").map(|_| Message::EVENT))),
    );
    let level = (
        opt(after("SEVERITY", cut(one_of("a severity, EMERGENCY to DEBUG", &SEVERITIES)))),
        opt(after("FACILITY", cut(one_of("a facility such as DAEMON or LOCAL7", &FACILITIES)))),
    );
    let parts = (name, after("EVENT", name), opt(after("TYPE", cut(kind))), level);
    after("MESSAGE", cut(parts))
        .map(|(tag, event, kind, (severity, facility))| Statement::Message {
            tag,
            event,
            kind,
            level: [severity, facility],
        })
        .parse_complete(input)
}

fn alias(input: &str) -> Parsed<'_, Statement<'_>> {
    after("ALIAS", cut((name, after("FOR", name))))
        .map(|(alias, token)| Statement::Alias { alias, token })
        .parse_complete(input)
}

fn layout(input: &str) -> Parsed<'_, Statement<'_>> {
    after("LAYOUT", cut((name, after("LENGTH", length))))
        .map(|(structure, length)| Statement::Layout { structure, length })
        .parse_complete(input)
}

fn field(input: &str) -> Parsed<'_, Statement<'_>> {
    after("FIELD", cut((name, after("SERVES", name))))
        .map(|(field, token)| Statement::Field { field, token, bit: None })
        .parse_complete(input)
}

fn flag(input: &str) -> Parsed<'_, Statement<'_>> {
    let bit = bounded("a bit, 0 to 15 from the most significant", 15);
    after("FLAG", cut((name, after("BIT", bit), after("SERVES", name))))
        .map(|(field, bit, token)| Statement::Field { field, token, bit: u8::try_from(bit).ok() })
        .parse_complete(input)
}

fn node(input: &str) -> Parsed<'_, Statement<'_>> {
    let number = bounded("a node number, 0 to 2147483647", i32::MAX);
    after("NODE", cut((number, after("NAME", name))))
        .map(|(number, name)| Statement::Node { number, name })
        .parse_complete(input)
}

/// A number from 0 to `limit`, and a blank after it.
fn bounded<'a>(want: &'static str, limit: i32) -> impl FnMut(&'a str) -> Parsed<'a, i32> {
    move |input| {
        let (rest, number) = terminated(grammar::decimal, blank_or_end).parse_complete(input)?;
        match i32::try_from(number) {
            Ok(number) if (0..=limit).contains(&number) => Ok((blanks(rest), number)),
            _ => Err(nom::Err::Failure(Expected::new(input, want))),
        }
    }
}

/// A keyword and what follows it.
fn after<'a, P>(
    word: &'static str,
    parser: P,
) -> impl Parser<&'a str, Output = P::Output, Error = Expected<'a>>
where
    P: Parser<&'a str, Error = Expected<'a>>,
{
    preceded(key(word), parser)
}

fn key<'a>(word: &'static str) -> impl FnMut(&'a str) -> Parsed<'a, &'a str> {
    lexeme(blanks, keyword(word, is_name_byte))
}

fn name(input: &str) -> Parsed<'_, Word<'_>> {
    let left = input.len();
    let word = word("a name", |byte| byte.is_ascii_alphanumeric() || byte == b'_', is_name_byte);
    lexeme(blanks, word).map(|text| Word { text, left }).parse_complete(input)
}

/// The length byte of an event header: 0 to 254, 255 being a length of its own.
fn length(input: &str) -> Parsed<'_, u8> {
    let (rest, number) = terminated(grammar::decimal, blank_or_end).parse_complete(input)?;
    match u8::try_from(number) {
        Ok(number) if number < u8::MAX => Ok((blanks(rest), number)),
        _ => Err(nom::Err::Failure(Expected::new(input, "a length byte, 0 to 254"))),
    }
}

fn blank_or_end(input: &str) -> Parsed<'_, ()> {
    if input.is_empty() || blanks(input).len() < input.len() {
        Ok((input, ()))
    } else {
        expected(input, "a blank")
    }
}

/// The position in a list of names.
fn one_of<'a>(want: &'static str, names: &'static [&'static str]) -> impl FnMut(&'a str) -> Parsed<'a, u8> {
    move |input| {
        let (rest, word) = name(input).map_err(|_| nom::Err::Error(Expected::new(input, want)))?;
        let at = names.iter().position(|known| known.eq_ignore_ascii_case(word.text));
        match at.and_then(|at| u8::try_from(at).ok()) {
            Some(at) => Ok((rest, at)),
            None => expected(input, want),
        }
    }
}

fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'^' | b'.')
}

fn blanks(input: &str) -> &str {
    skip(input, |byte| matches!(byte, b' ' | b'\t'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::SourceMap;

    fn facts(text: &'static str) -> (Facts, String) {
        let mut sources = SourceMap::new();
        let id = sources.add("x.events", text).unwrap();
        let (mut facts, mut diagnostics) = (Facts::default(), Diagnostics::new());
        read(id, sources.get(id).unwrap(), &mut facts, &mut diagnostics);
        (facts, diagnostics.render(&sources))
    }

    #[test]
    fn every_statement_is_read() {
        let (facts, diagnostics) = facts(
            "SUBSYSTEM A-SSN-B OWNER A-VAL-OWNER NAME Bank ABBREVIATION BNK ! our own\n\
             ssid B-VAL-SSID\n\
             event B-EVT-X subject B-TKN-S emphasis true\n\
             \ttoken B-TKN-A required within B-TKN-L\r\n\
             token B-TKN-C\n\
             MESSAGE B_X EVENT B-EVT-X TYPE EVENT SEVERITY NOTICE FACILITY LOCAL7\n\
             ALIAS B-TKN-D FOR B-TKN-C\n\
             LAYOUT B-DDL-H LENGTH 32\n\
             FIELD A.B SERVES ZEMS-TKN-CPU\n\
             FLAG A.C BIT 6 SERVES ZEMS-TKN-EMPHASIS\n\
             NODE 254 NAME SYSA\n\
             UNNUMBERED B-TKN-N TYPE ZSPI-TYP-UINT\n\
             UNNUMBERED B-TKN-M ! of no known type\n\
             ABOUT B-EVT-X\n  CAUSE \"It broke! \" ! a comment\n  \"\"\"Quite\"\" so.\"\n  CAUSE \"Or not.\"\n  TEXT \"<1>\"\n",
        );
        let about = &facts.events[1];
        assert!(about.adds && !facts.events[0].adds);
        assert_eq!(about.advice.cause.as_deref(), Some("It broke! \"Quite\" so.\nOr not."));
        assert_eq!((about.text.as_deref(), about.advice.effect.as_deref()), (Some("<1>"), None));
        assert_eq!(facts.unnumbered[0].token_type.as_ref().unwrap().text, "ZSPI-TYP-UINT");
        assert_eq!((facts.unnumbered[1].token.text.as_str(), facts.unnumbered.len()), ("B-TKN-M", 2));
        assert_eq!(diagnostics, "");
        assert_eq!(facts.subsystems[0].abbreviation.as_ref().unwrap().text, "BNK");
        let event = &facts.events[0];
        assert_eq!((event.ssid.as_ref().unwrap().text.as_str(), event.emphasis), ("B-VAL-SSID", Some(true)));
        assert_eq!(event.tokens.len(), 2);
        assert_eq!(event.tokens[0].within.as_ref().unwrap().text, "B-TKN-L");
        let message = &facts.messages[0];
        assert_eq!((message.kind, message.severity, message.facility), (Some("event"), Some(5), Some(23)));
        assert_eq!((facts.layouts[0].length, facts.layouts[0].fields.len()), (32, 2));
        assert_eq!(facts.layouts[0].fields[1].bit, Some(6));
        assert_eq!((facts.nodes[0].number, facts.nodes[0].name.text.as_str()), (254, "SYSA"));
    }

    #[test]
    fn faults_are_shown_where_they_are() {
        let (facts, diagnostics) = facts(
            "EVNT X\nTOKEN Y\nEVENT X EMPHASIS YES\n  TOKEN Z\nEVENT\nLAYOUT X LENGTH 255\nEVENT X SUBJECT Y Z\n\
             MESSAGE T EVENT X SEVERITY BAD\nSUBSYSTEM X OWNER Y NAME\nSSID A\nFIELD X SERVES Y\n\
             CAUSE \"x\"\nABOUT X\nEFFECT \"x\nTOKEN Z\n\"x\"\n",
        );
        assert_eq!(facts.events.len(), 1);
        let heads: Vec<_> = diagnostics.lines().filter(|line| line.starts_with("x.events")).collect();
        assert_eq!(
            heads,
            [
                "x.events:1:1: error: expected SUBSYSTEM, SSID, EVENT, ABOUT, TOKEN, TEXT, DESCRIPTION, CAUSE, EFFECT, RECOVERY, \
                 UNNUMBERED, MESSAGE, ALIAS, NODE, LAYOUT, FIELD or FLAG",
                "x.events:3:18: error: expected TRUE or FALSE",
                "x.events:5:6: error: expected a name",
                "x.events:6:17: error: expected a length byte, 0 to 254",
                "x.events:7:19: error: expected the end of the line",
                "x.events:8:28: error: expected a severity, EMERGENCY to DEBUG",
                "x.events:9:25: error: expected a name",
                "x.events:11:1: error: this line belongs to a LAYOUT line, and there is none above it",
                "x.events:12:1: error: this line belongs to an EVENT, ABOUT or UNNUMBERED line, and there is none above it",
                "x.events:14:10: error: expected the quotation mark that ends the string",
                "x.events:16:1: error: this line belongs to a TEXT, DESCRIPTION, CAUSE, EFFECT or RECOVERY line, and there is none above it",
            ]
        );
    }
}
