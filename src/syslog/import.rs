use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use core::ops::Range;
use std::collections::HashMap;

use super::line::{Form, Line};
use super::priority::Priority;
use super::structured::{Param, StructuredData};
use super::text::LineText;
use super::time::TimePolicy;
use super::vocabulary::{MissingDefinition, Vocabulary};
use crate::dictionary::{Dictionary, EventDef, TokenDef};
use crate::ems::{Event, EventBuilder, EventHeader, UNKNOWN_PROCESSOR};
use crate::spi::read::Decoder;
use crate::spi::write::{EncodeError, Raw, StandardFields};
use crate::spi::{DataType, Ssid, Timestamp, TokenCode};
use crate::template::{MatchOptions, Matcher, NodeNames, Origin, RenderOptions, Scratch, TemplateSet};

/// Makes events of lines.
///
/// A line whose tag is that of a known message becomes that event, whatever its words. Its tokens come from the structured
/// data, by their headings; without structured data from the text, by the template run backwards. The sentence that the
/// template makes of them is compared with the text, and the text is kept if it is another. The fields of the line itself are
/// added as tokens of SYSLOG.1.0:
///
/// | token | what |
/// |---|---|
/// | HOST PROCESS PID TAG TIMESTAMP-TEXT | the fields of the line, each only if it is there |
/// | PRI | the PRI, and after it the explicit priority if that is another |
/// | SD-ID | the ID of the first element of the structured data |
/// | STRUCTURED-DATA | all of it, if SD-ID and the tokens of the message do not say it; `-` if the line says there is none |
/// | TEXT | the text, if it is not what the template makes of the other tokens; empty if the line has none |
/// | SEQUENCE | the number that a Cisco device counts its messages with |
///
/// A line with no tag or an unknown one is event 0 of SYSLOG.1.0 with its text. The first of PROCESS, HOST, TAG and TEXT is the subject. The event is critical if the explicit priority, else the
/// PRI, else the definition of the message says emergency, alert or critical. Its time is what [`TimePolicy`] makes of the
/// line's. Processor and process number are [`UNKNOWN_PROCESSOR`]. Nothing of a line is lost but how many blanks are between
/// its fields, a byte order mark, the length of a frame, and a host that is there a second time.
///
/// ```
/// use zems::dictionary::Dictionary;
/// use zems::ems::Event;
/// use zems::syslog::{Importer, Line, TimePolicy};
/// use zems::template::TemplateSet;
///
/// let templates = TemplateSet::builtin();
/// let mut importer = Importer::new(Dictionary::builtin(), &templates)?;
/// let line = Line::parse("h jsrpd[7]: JSRPD_PID_FILE_LOCK: Unable to lock PID file: busy");
/// let mut event = Vec::new();
/// let imported = importer.event(&line, &TimePolicy::default(), &mut event)?;
/// assert_eq!((imported.message.unwrap().number(), imported.has_text), (4, false));
///
/// let line = Line::parse("h jsrpd[7]: JSRPD_PID_FILE_LOCK: Other words");
/// event.clear();
/// let imported = importer.event(&line, &TimePolicy::default(), &mut event)?;
/// assert_eq!((imported.message.unwrap().number(), imported.has_text), (4, true));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Importer<'i> {
    dictionary: &'i Dictionary,
    templates: &'i TemplateSet,
    matcher: Matcher<'i>,
    nodes: Option<&'i (dyn NodeNames + Send + Sync)>,
    scratch: Scratch,
    vocabulary: Vocabulary,
    messages: HashMap<&'i str, Message<'i>>,
    own: Vec<OwnToken>,
    values: Vec<u8>,
    sentence: String,
}

/// A message that lines can be.
#[derive(Debug)]
struct Message<'i> {
    event: EventDef<'i>,
    /// The tokens of its variables.
    tokens: Vec<TokenDef<'i>>,
}

/// A token of the message; its value is a part of the values at hand.
#[derive(Clone, Debug)]
struct OwnToken {
    ssid: Ssid,
    code: TokenCode,
    value: Range<usize>,
}

/// The result for a line.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Imported<'i> {
    /// The message it is; `None`: of no known message, so that the event is number 0 of SYSLOG.1.0.
    pub message: Option<EventDef<'i>>,
    /// The text is not what a template makes of the other tokens: the event has it as SYSLOG-TKN-TEXT.
    pub has_text: bool,
}

/// The inputs of an event in addition to the line.
struct Parts<'p> {
    header: EventHeader<'p>,
    own: &'p [OwnToken],
    values: &'p [u8],
    /// The structured data, word for word.
    data: Option<&'p [u8]>,
    text: Option<&'p [u8]>,
}

impl<'i> Importer<'i> {
    /// An importer for the messages of a dictionary, whose texts are those of templates made for it.
    ///
    /// # Errors
    /// The dictionary does not define the tokens of SYSLOG.1.0.
    pub fn new(dictionary: &'i Dictionary, templates: &'i TemplateSet) -> Result<Self, MissingDefinition> {
        let vocabulary = Vocabulary::of(dictionary)?;
        let mut of_subsystem: HashMap<Ssid, Vec<TokenDef<'i>>> = HashMap::new();
        for token in dictionary.tokens() {
            if let Some(ssid) = token.ssid() {
                of_subsystem.entry(ssid.without_version()).or_default().push(token);
            }
        }
        let mut messages = HashMap::new();
        for event in dictionary.events() {
            let Some(message) = event.message() else { continue };
            let shared = of_subsystem.get(&event.ssid().without_version()).map(Vec::as_slice);
            let listed = event.tokens().map(|(token, _)| token);
            let tokens = listed.chain(shared.unwrap_or_default().iter().copied()).collect();
            messages.insert(message.tag(), Message { event, tokens });
        }
        let (own, values, sentence) = (Vec::new(), Vec::new(), String::new());
        let (matcher, scratch) = (Matcher::new(templates, dictionary), Scratch::default());
        let (nodes, templates) = (None, templates);
        Ok(Self {
            dictionary,
            templates,
            matcher,
            nodes,
            scratch,
            vocabulary,
            messages,
            own,
            values,
            sentence,
        })
    }

    /// Names of nodes, as the texts show them.
    #[must_use]
    pub fn with_nodes(self, nodes: &'i (dyn NodeNames + Send + Sync)) -> Self {
        Self { nodes: Some(nodes), ..self }
    }

    /// Adds the event of a line to `output`.
    ///
    /// # Errors
    /// The event would be longer than events may be; nothing is added then.
    pub fn event<T: LineText + ?Sized>(
        &mut self,
        line: &Line<'_, T>,
        policy: &TimePolicy<'_>,
        output: &mut Vec<u8>,
    ) -> Result<Imported<'i>, EncodeError> {
        let before = output.len();
        let made = self.make(line, policy, output);
        if made.is_err() {
            output.truncate(before);
        }
        made
    }

    fn make<T: LineText + ?Sized>(
        &mut self,
        line: &Line<'_, T>,
        policy: &TimePolicy<'_>,
        output: &mut Vec<u8>,
    ) -> Result<Imported<'i>, EncodeError> {
        let before = output.len();
        let message = line.tag().and_then(|tag| core::str::from_utf8(tag.as_line_bytes()).ok());
        let message = message.and_then(|tag| self.messages.get(tag));
        let process = line.process().map(LineText::as_line_bytes).unwrap_or_default();
        let header = EventHeader {
            generated: line.time().and_then(|time| policy.timestamp(&time)).unwrap_or(Timestamp::UNSET),
            // A longer name is in its token only.
            process: if process.len() <= 33 { process } else { &[] },
            cpu: UNKNOWN_PROCESSOR,
            pin: UNKNOWN_PROCESSOR,
            emphasis: is_critical(line, message.map(|message| message.event)),
            ..EventHeader::new(self.vocabulary.ssid, 0)
        };
        let text = line.message().as_line_bytes();
        let written = line.structured_data().map(|data| data.as_written().as_line_bytes());
        let profile = self.dictionary.profile();
        if let Some(Message { event, tokens }) = message {
            let ssid = event.ssid();
            let header =
                EventHeader { standard: StandardFields::new(ssid), number: event.number(), ..header };
            self.own.clear();
            self.values.clear();
            let mut data = match (line.structured_data(), line.form()) {
                (Some(data), _) => {
                    let says_all =
                        own_tokens(data, tokens, &mut self.own, &mut self.values, |code: TokenCode| {
                            profile.data_type(code.type_code())
                        });
                    if says_all { None } else { written }
                }
                (None, Form::Structured) => Some(&b"-"[..]),
                (None, _) => None,
            };
            let data_said = data;
            let is_of_text = self.own.is_empty() && !text.is_empty();
            if is_of_text && let Ok(text) = core::str::from_utf8(text) {
                let options = MatchOptions {
                    zone: policy.zone,
                    nodes: self.nodes.map(|nodes| -> &dyn NodeNames { nodes }),
                    ..MatchOptions::default()
                };
                let found = self.matcher.explain(ssid, event.number(), text, &options, &mut self.scratch);
                let tokens = found.map(|found| found.values().tokens).unwrap_or_default();
                // Tokens in lists have no place in a message.
                if tokens.iter().all(|token| token.lists.is_empty()) {
                    for token in tokens {
                        let start = self.values.len();
                        self.values.extend_from_slice(&token.bytes);
                        let value = start..self.values.len();
                        self.own.push(OwnToken { ssid: token.ssid.unwrap_or(ssid), code: token.code, value });
                    }
                }
                // Tokens that were not in the structured data would be written into it.
                if !self.own.is_empty() {
                    data = data.or(written);
                }
            }
            let parts = Parts { header, own: &self.own, values: &self.values, data, text: None };
            self.build(line, &parts, output)?;
            let made = Decoder::new(profile).parse(output.get(before..).unwrap_or_default());
            let options = RenderOptions {
                zone: policy.zone,
                nodes: self.nodes.map(|nodes| -> &dyn NodeNames { nodes }),
                ..RenderOptions::default()
            };
            self.sentence.clear();
            let rendered = made.and_then(Event::try_from).ok().and_then(|made| {
                self.templates.render(&made, self.dictionary, &options, &mut self.sentence).ok()
            });
            let is_of_template =
                matches!(rendered.map(|rendered| rendered.origin), Some(Origin::Template(_)));
            if is_of_template && self.sentence.as_bytes() == text {
                return Ok(Imported { message: Some(*event), has_text: false });
            }
            output.truncate(before);
            // Values read from words that the template does not explain may be wrong.
            let own = if is_of_text { &[][..] } else { &self.own };
            let parts = Parts { header, own, values: &self.values, data: data_said, text: Some(text) };
            self.build(line, &parts, output)?;
            return Ok(Imported { message: Some(*event), has_text: true });
        }
        let parts = Parts { header, own: &[], values: &[], data: written, text: Some(text) };
        self.build(line, &parts, output)?;
        Ok(Imported { message: None, has_text: true })
    }

    /// The event: its subject, what the line carries, the tokens of the message, what is kept word for word.
    fn build<T: LineText + ?Sized>(
        &self,
        line: &Line<'_, T>,
        parts: &Parts<'_>,
        output: &mut Vec<u8>,
    ) -> Result<(), EncodeError> {
        let Vocabulary {
            ssid,
            tag,
            host,
            process,
            pid,
            priority,
            data_id,
            time_text,
            text,
            data,
            sequence,
            ..
        } = self.vocabulary;
        let first_id = line.structured_data().and_then(|data| data.elements().next()).map(|first| first.id());
        let bytes = |field: Option<_>| field.map(T::as_line_bytes);
        let subjects = [
            (process, bytes(line.process())),
            (host, bytes(line.host())),
            (tag, bytes(line.tag())),
            (text, parts.text),
        ];
        let others = [
            (pid, bytes(line.pid())),
            (time_text, bytes(line.time_text())),
            (data_id, bytes(first_id)),
            (data, parts.data),
            (sequence, bytes(line.sequence())),
        ];
        let mut writer = EventBuilder::relay(output, &parts.header, self.dictionary.profile())?;
        let mut has_subject = false;
        for (code, value) in subjects {
            let Some(value) = value else { continue };
            if has_subject {
                writer.put_qualified(ssid, code, value)?;
            } else {
                writer.subject_qualified(ssid, code, value)?;
            }
            has_subject = true;
        }
        for pri in priorities(line).into_iter().flatten() {
            writer.put_qualified(ssid, priority, u16::from(pri.pri()))?;
        }
        for (code, value) in others {
            if let Some(value) = value {
                writer.put_qualified(ssid, code, value)?;
            }
        }
        for own in parts.own {
            let value = parts.values.get(own.value.clone()).unwrap_or_default();
            writer.put_qualified(own.ssid, own.code, Raw(value))?;
        }
        writer.finish().map(drop)
    }
}

impl fmt::Debug for Importer<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Importer({} messages)", self.messages.len())
    }
}

/// The PRI, and the explicit priority if that is another.
fn priorities<T: LineText + ?Sized>(line: &Line<'_, T>) -> [Option<Priority>; 2] {
    let (pri, explicit) = (line.priority(), line.explicit_priority());
    if pri == explicit { [pri, None] } else { [pri, explicit] }
}

fn is_critical<T: LineText + ?Sized>(line: &Line<'_, T>, event: Option<EventDef<'_>>) -> bool {
    match line.explicit_priority().or(line.priority()) {
        Some(priority) => priority.is_critical(),
        None => {
            let severity = event.and_then(|event| event.message()).and_then(|message| message.severity());
            severity.is_some_and(|severity| severity <= 2)
        }
    }
}

/// Makes tokens of the parameters. Returns whether the tokens and the first SD-ID say everything.
fn own_tokens<T: LineText + ?Sized>(
    data: StructuredData<'_, T>,
    known: &[TokenDef<'_>],
    own: &mut Vec<OwnToken>,
    values: &mut Vec<u8>,
    kind: impl Fn(TokenCode) -> DataType,
) -> bool {
    let is_name = |id: &[u8]| id.iter().all(u8::is_ascii_graphic);
    let mut says_all = data.elements().nth(1).is_none()
        && data.elements().all(|element| is_name(element.id().as_line_bytes()));
    for param in data.elements().take(1).flat_map(|element| element.params()) {
        let name = param.name().as_line_bytes();
        let token =
            known.iter().find(|token| token.heading().is_some_and(|heading| heading.as_bytes() == name));
        let start = values.len();
        match token {
            Some(token) if encode(kind(token.stored_code()), token.stored_code(), &param, values) => {
                let ssid = token.ssid().unwrap_or(Ssid::NULL);
                own.push(OwnToken { ssid, code: token.stored_code(), value: start..values.len() });
                says_all &= param.value().is_canonical();
            }
            _ => says_all = false,
        }
    }
    says_all
}

/// Adds the bytes of a value that its text says exactly; `false` if the token cannot have such a value.
fn encode<T: LineText + ?Sized>(
    kind: DataType,
    code: TokenCode,
    param: &Param<'_, T>,
    values: &mut Vec<u8>,
) -> bool {
    let start = values.len();
    let number = || {
        let text = core::str::from_utf8(param.value().as_written().as_line_bytes()).ok()?;
        // A sign or zeros that a number would not be written with are text.
        let is_plain = text == "0" || !text.trim_start_matches('-').starts_with(['0', '+']);
        text.parse::<i64>().ok().filter(|_| is_plain && text != "-0")
    };
    let put = match kind {
        DataType::Char => {
            values.extend(param.value().bytes());
            let len = values.len() - start;
            code.is_variable() && len <= usize::from(u16::MAX) || len == usize::from(code.length())
        }
        DataType::Int | DataType::Enum => number()
            .and_then(|number| i16::try_from(number).ok())
            .map(|number| values.extend_from_slice(&number.to_be_bytes()))
            .is_some(),
        DataType::Uint => number()
            .and_then(|number| u16::try_from(number).ok())
            .map(|number| values.extend_from_slice(&number.to_be_bytes()))
            .is_some(),
        DataType::Int2 => number()
            .and_then(|number| i32::try_from(number).ok())
            .map(|number| values.extend_from_slice(&number.to_be_bytes()))
            .is_some(),
        DataType::Int4 => number().map(|number| values.extend_from_slice(&number.to_be_bytes())).is_some(),
        _ => false,
    };
    if !put {
        values.truncate(start);
    }
    put
}
