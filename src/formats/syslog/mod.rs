//! Writes events as lines of a system log: RFC 5424, RFC 3164 and the formats of Junos. See `docs/formats/syslog.md`.

mod emit;

use super::{Format, FormatDef, Options as AllOptions};
use crate::describe::{Item, Record};
use crate::dictionary::EventDef;
use crate::ems::{Event, Process};
use crate::site::Site;
use crate::spi::read::{DecodeError, Token, Visit};
use crate::spi::{Ssid, Timestamp, Value};
use crate::syslog::{MONTHS, Priority, StructuredData, Time, Vocabulary, is_standard_form};
use crate::template::Text;
use emit::{Field, Name, Rules};

pub(super) const SYSLOG: FormatDef = FormatDef {
    name: "syslog",
    about: "A message of a system log",
    options: &[
        "syslog-style",
        "framing",
        "facility",
        "enterprise",
        "severity",
        "no-names",
        "no-provisional",
        "zone",
        "node",
        "max-message",
    ],
    is_one_file: false,
    make: |site, options: &AllOptions| {
        Ok(Box::new(Messages { writer: Writer::new(site, options.syslog), text: Text::new() }))
    },
};

struct Messages {
    writer: Writer,
    text: Text,
}

impl Format for Messages {
    fn has_parts(&self) -> bool {
        true
    }

    fn event(&mut self, out: &mut Vec<u8>, record: &Record<'_>) -> Result<(), DecodeError> {
        let Some(event) = record.described.event() else { return Ok(()) };
        let site = &self.writer.site;
        site.sentence_text(event, &site.render_options(true), &mut self.text);
        self.writer.write(out, event, self.text.as_str())
    }

    /// A command is not an event: no message is made of it.
    fn command(&mut self, _: &mut Vec<u8>, _: &Record<'_>) -> Result<(), DecodeError> {
        Ok(())
    }
}

/// How a line is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Style {
    /// RFC 5424 to the letter.
    #[default]
    Rfc5424,
    /// The structured-data format of Junos: RFC 5424 without its limits, so that a line comes back as it was.
    Junos,
    /// RFC 3164: PRI, `Mmm dd hh:mm:ss`, host, process, text.
    Bsd,
    /// The standard format of Junos, as in its files: like [`Style::Bsd`] without the PRI.
    Standard,
    /// The standard format of Junos with `explicit-priority`: `%DAEMON-3-` in front of the tag.
    ExplicitPriority,
    /// The form for receivers on local datagram sockets: like [`Style::Bsd`] without the host.
    Local,
}

/// How lines of a system log are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_structs)]
pub struct Options {
    /// The style.
    pub style: Style,
    /// How messages are distinguished.
    pub framing: Framing,
    /// The facility, 0 to 23, of events that say none. Greater numbers are taken for 23.
    pub facility: u8,
    /// The enterprise number of the element with an event's tokens.
    pub enterprise: u32,
}

impl Default for Options {
    /// RFC 5424, a line each, facility local0, `zems@32473`.
    fn default() -> Self {
        Self {
            style: Style::default(),
            framing: Framing::default(),
            facility: FACILITY,
            enterprise: ENTERPRISE,
        }
    }
}

/// How messages are distinguished.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Framing {
    /// A line end after each (RFC 6587, 3.4.2). Line ends inside are written as `#012` and `#015`.
    #[default]
    Newline,
    /// The length and a blank in front of each (RFC 6587, 3.4.1).
    Octets,
    /// Nothing: one message a datagram.
    Datagram,
}

/// Writes events as lines of a system log.
///
/// An event made of a line (it is a message of the dictionary, one of SYSLOG.1.0, or has a token of SYSLOG.1.0) is written
/// from those tokens, and what is absent is `-`; see [`Importer`](crate::syslog::Importer). Its text is SYSLOG-TKN-TEXT, else the
/// sentence. An event of JUNIPER that came without structured data gets an element `junos@2636`.
///
/// Any other event is written so:
///
/// | field | what |
/// |---|---|
/// | PRI | the facility set here; the severity by the rules of the [site](crate::site) |
/// | TIMESTAMP | generation time, GMT, microseconds; `-` if not set |
/// | HOSTNAME | node of the process, else the node's name if known, else its number |
/// | APP-NAME | process name |
/// | PROCID | processor and process number: `2,45` |
/// | MSGID | name of the event, else its number |
/// | structured data | one element `zems@32473`: `ssid`, `number`, then every token by its name, in order |
/// | MSG | the sentence |
///
/// In the element, a token's value is its text: numbers in digits, several elements with blanks between them, times in
/// RFC 3339, names in their external form. A value without a faithful text, such as a structure, is in hexadecimal
/// digits under the name with `_hex` after it. A mark has the empty value. Repeated tokens, and the values of a table,
/// are repeated parameters. A list is a parameter with the value `{`, its tokens, and the parameter again with `}`. A name
/// over 32 characters is cut and gets its code after it; a token without a name is its code in hexadecimal digits, in
/// front its subsystem if it is not the event's: `TANDEM_36_01FF2706`.
///
/// Under [`Style::Rfc5424`] host, process, process ID and tag are cut at 255, 48, 128 and 32 characters, what is not printable
/// ASCII in them is `?`, and a text that is UTF-8 but not ASCII has the byte order mark in front that the RFC asks for. Control
/// characters, which receivers may change, are written as `#012` in the text; a value with one is in hexadecimal digits.
///
/// ```
/// use zems::formats::syslog::{Options, Writer};
/// use zems::site::Site;
///
/// let site = Site::builtin();
/// let event = site.parse(zems::samples::PID_FILE_LOCK)?;
/// let mut line = Vec::new();
/// Writer::new(&site, Options::default()).write(&mut line, &event, "Unable to lock PID file: no")?;
/// let line = String::from_utf8(line)?;
/// assert!(line.starts_with("<27>1 2026-11-20T10:16:00.000000Z "));
/// assert!(line.ends_with("] Unable to lock PID file: no\n"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Writer {
    site: Site,
    vocabulary: Option<Vocabulary>,
    options: Options,
}

/// The enterprise number that RFC 5612 keeps for documentation.
const ENTERPRISE: u32 = 32473;

/// local0: events of another system, apart from the daemons of the host that logs them.
const FACILITY: u8 = 16;

/// The information in a line, wherever it comes from.
struct Fields<'a> {
    priority: Priority,
    /// The priority of the message where it arose.
    explicit: Priority,
    time_text: Option<&'a [u8]>,
    generated: Timestamp,
    host: Field<'a>,
    process: Field<'a>,
    pid: Field<'a>,
    tag: Field<'a>,
    text: &'a [u8],
}

/// The tokens of SYSLOG.1.0 in an event.
#[derive(Clone, Copy, Default)]
struct Carried<'a> {
    is_any: bool,
    tag: Option<&'a [u8]>,
    host: Option<&'a [u8]>,
    process: Option<&'a [u8]>,
    pid: Option<&'a [u8]>,
    priority: Option<Priority>,
    explicit: Option<Priority>,
    data_id: Option<&'a [u8]>,
    time_text: Option<&'a [u8]>,
    text: Option<&'a [u8]>,
    data: Option<&'a [u8]>,
    /// There are tokens of another subsystem, marks left out.
    has_own: bool,
}

impl Writer {
    /// A writer with the names, node names, zone and severities of a site.
    #[must_use]
    pub fn new(site: &Site, options: Options) -> Self {
        let options = Options { facility: options.facility.min(23), ..options };
        Self { site: site.clone(), vocabulary: Vocabulary::of(site.dictionary()).ok(), options }
    }

    /// Adds one event as a framed message to `output`. `sentence` is the text that its template makes.
    ///
    /// # Errors
    /// A token cannot be read; `output` is as before.
    pub fn write(&self, output: &mut Vec<u8>, event: &Event<'_>, sentence: &str) -> Result<(), DecodeError> {
        let start = output.len();
        let written = self.message(output, event, sentence);
        if written.is_err() {
            output.truncate(start);
            return written;
        }
        match self.options.framing {
            Framing::Newline => output.push(b'\n'),
            Framing::Octets => {
                // Written after the message, then moved to its front.
                let len = output.len() - start;
                let end = output.len();
                emit::plain(output, format_args!("{len} "));
                let prefix = output.len() - end;
                if let Some(message) = output.get_mut(start..) {
                    message.rotate_right(prefix);
                }
            }
            Framing::Datagram => {}
        }
        Ok(())
    }

    fn message(&self, out: &mut Vec<u8>, event: &Event<'_>, sentence: &str) -> Result<(), DecodeError> {
        let site = &self.site;
        let rules = Rules {
            is_strict: self.options.style == Style::Rfc5424,
            is_one_line: self.options.framing == Framing::Newline,
        };
        let def = event.number().and_then(|number| site.dictionary().event(event.ssid(), number));
        let carried = self.carried(event)?;
        let is_of_line = carried.is_any || def.is_some_and(|def| def.message().is_some());
        let fields = if is_of_line {
            self.fields_of_line(event, def, &carried, sentence)
        } else {
            self.fields_of_event(event, sentence)
        };
        match self.options.style {
            Style::Rfc5424 | Style::Junos => {
                self.header(out, &fields, rules);
                if is_of_line {
                    self.data_of_line(out, event, &carried, rules)?;
                } else {
                    self.data_of_event(out, event, rules)?;
                }
                if !fields.text.is_empty() {
                    out.push(b' ');
                    let mark = "\u{FEFF}".as_bytes();
                    let is_marked = rules.is_strict && !fields.text.is_ascii();
                    // A text that begins with a mark of its own would lose it to the next reader.
                    if is_marked && core::str::from_utf8(fields.text).is_ok() || fields.text.starts_with(mark)
                    {
                        out.extend_from_slice(mark);
                    }
                    emit::text(out, fields.text, rules);
                }
            }
            Style::Bsd | Style::Standard | Style::ExplicitPriority | Style::Local => {
                self.standard(out, &fields, rules);
            }
        }
        Ok(())
    }

    fn fields_of_line<'a>(
        &'a self,
        event: &Event<'a>,
        def: Option<EventDef<'a>>,
        carried: &Carried<'a>,
        sentence: &'a str,
    ) -> Fields<'a> {
        let message = def.and_then(|def| def.message());
        let of_message = message.and_then(|message| message.facility());
        let facility =
            carried.priority.map(Priority::facility).or(of_message).unwrap_or(self.options.facility);
        let severity = self.site.severity(event).syslog();
        let priority = Priority::new(facility, severity).unwrap_or(Priority::UNKNOWN);
        // Only Junos itself leaves the text out where the line had none.
        let text = carried.text.filter(|text| !text.is_empty() || self.options.style == Style::Junos);
        Fields {
            priority,
            explicit: carried.explicit.unwrap_or(priority),
            time_text: carried.time_text,
            generated: event.generated().unwrap_or(Timestamp::UNSET),
            host: Field::of(carried.host),
            process: Field::of(carried.process),
            pid: Field::of(carried.pid),
            tag: Field::of(carried.tag.or(message.map(|message| message.tag().as_bytes()))),
            text: text.unwrap_or(sentence.as_bytes()),
        }
    }

    fn fields_of_event<'a>(&'a self, event: &Event<'a>, sentence: &'a str) -> Fields<'a> {
        let site = &self.site;
        let severity = site.severity(event).syslog();
        let priority = Priority::new(self.options.facility, severity).unwrap_or(Priority::UNKNOWN);
        let (node, process) = match event.process() {
            Some(Process::Descriptor(text)) => match text.strip_prefix(b"\\") {
                Some(rest) => match rest.iter().position(|byte| *byte == b'.') {
                    Some(dot) => (rest.get(..dot), rest.get(dot + 1..)),
                    None => (None, Some(text)),
                },
                None => (None, Some(text)),
            },
            _ => (None, None),
        };
        // A number is not the name of a node, though it may be in its place.
        let node = node.filter(|node| !node.iter().all(u8::is_ascii_digit));
        let named = event.node().and_then(|node| site.nodes().name(node));
        let named = named.map(|name| name.trim_start_matches('\\').as_bytes());
        let numbered = event.node().filter(|_| Site::knows_node(event)).map_or(Field::Nil, Field::Number);
        let process = match (Field::of(process), event.process()) {
            (Field::Nil, Some(Process::Crtpid { .. })) => {
                match event.field(crate::spi::HeaderField::CrtpidName) {
                    Some(name) => Field::of(Some(name.trim_ascii_end())),
                    None => Field::Nil,
                }
            }
            (process, _) => process,
        };
        Fields {
            priority,
            explicit: priority,
            time_text: None,
            generated: event.generated().unwrap_or(Timestamp::UNSET),
            host: node.or(named).map_or(numbered, Field::Bytes),
            process,
            pid: event.cpu().zip(event.pin()).map_or(Field::Nil, |(cpu, pin)| Field::Pair(cpu, pin)),
            tag: match (site.event_name(event), event.number()) {
                (Some(name), _) => Field::Bytes(name.as_bytes()),
                (None, Some(number)) => Field::Number(number.into()),
                (None, None) => Field::Nil,
            },
            text: sentence.as_bytes(),
        }
    }

    /// PRI to MSGID, and the blank after it.
    fn header(&self, out: &mut Vec<u8>, fields: &Fields<'_>, rules: Rules) {
        emit::plain(out, format_args!("<{}>1 ", fields.priority.pri()));
        let as_written = fields.time_text.filter(|text| is_strict_time(text));
        match (as_written, fields.generated.civil()) {
            (Some(text), _) => out.extend_from_slice(text),
            (None, Some(_)) => emit::plain(out, fields.generated),
            (None, None) => out.push(b'-'),
        }
        for (field, limit) in [(fields.host, 255), (fields.process, 48), (fields.pid, 128), (fields.tag, 32)]
        {
            out.push(b' ');
            emit::field(out, field, limit, rules);
        }
        out.push(b' ');
    }

    /// A whole line in the shape of RFC 3164.
    fn standard(&self, out: &mut Vec<u8>, fields: &Fields<'_>, rules: Rules) {
        if matches!(self.options.style, Style::Bsd | Style::Local) {
            emit::plain(out, format_args!("<{}>", fields.priority.pri()));
        }
        // If that time cannot be determined, only the line's own words are kept. A receiver of local messages knows one form.
        let is_known = fields.generated.civil().is_some();
        let as_written = fields.time_text.filter(|text| !is_known || is_standard_form(text));
        let as_written = as_written.filter(|_| self.options.style != Style::Local);
        match (as_written, self.site.local(fields.generated).civil()) {
            (Some(text), _) => emit::text(out, text, rules),
            (None, Some(time)) => {
                let month = MONTHS.get(usize::from(time.month) - 1).copied().unwrap_or_default();
                let (day, hour, minute, second) = (time.day, time.hour, time.minute, time.second);
                emit::plain(out, format_args!("{month} {day:2} {hour:02}:{minute:02}:{second:02}"));
            }
            (None, None) => {}
        }
        if as_written.is_some() || is_known {
            out.push(b' ');
        }
        if self.options.style != Style::Local {
            emit::field(out, fields.host, 255, rules);
            out.push(b' ');
        }
        if !fields.process.is_nil() {
            emit::field(out, fields.process, 48, rules);
            if !fields.pid.is_nil() {
                out.push(b'[');
                emit::field(out, fields.pid, 128, rules);
                out.push(b']');
            }
            out.extend_from_slice(b": ");
        }
        if self.options.style == Style::ExplicitPriority {
            let explicit = fields.explicit;
            let end = if fields.tag.is_nil() { ": " } else { "-" };
            emit::plain(out, format_args!("%{}-{}{end}", explicit.facility_code(), explicit.severity()));
        }
        if !fields.tag.is_nil() {
            emit::field(out, fields.tag, 32, rules);
            out.extend_from_slice(b": ");
        }
        emit::text(out, fields.text, rules);
    }

    /// The values of the tokens of SYSLOG.1.0; of a token that is there twice the first, of PRI the second too.
    fn carried<'a>(&self, event: &Event<'a>) -> Result<Carried<'a>, DecodeError> {
        let mut carried = Carried::default();
        let Some(known) = &self.vocabulary else { return Ok(carried) };
        carried.is_any = event.ssid().is_same_subsystem(known.ssid);
        for token in event.tokens() {
            let token = token?;
            if !token.effective_ssid().is_same_subsystem(known.ssid) || token.is_subject_mark() {
                carried.has_own |= !token.is_subject_mark();
                continue;
            }
            let code = token.code();
            if code == known.printed_ssid {
                continue;
            }
            carried.is_any = true;
            if code == known.priority {
                let number = match token.value() {
                    Value::Uint(number) => number.only(),
                    _ => None,
                };
                let priority =
                    number.and_then(|number| u8::try_from(number).ok()).and_then(Priority::from_pri);
                match carried.priority {
                    None => carried.priority = priority,
                    Some(_) => carried.explicit = carried.explicit.or(priority),
                }
                continue;
            }
            let slots = [
                (known.tag, &mut carried.tag),
                (known.host, &mut carried.host),
                (known.process, &mut carried.process),
                (known.pid, &mut carried.pid),
                (known.data_id, &mut carried.data_id),
                (known.time_text, &mut carried.time_text),
                (known.text, &mut carried.text),
                (known.data, &mut carried.data),
            ];
            if let Some((_, slot)) = slots.into_iter().find(|(slot, _)| *slot == code) {
                slot.get_or_insert(token.bytes());
            }
        }
        Ok(carried)
    }

    /// The structured data of an event that was a line.
    fn data_of_line(
        &self,
        out: &mut Vec<u8>,
        event: &Event<'_>,
        carried: &Carried<'_>,
        rules: Rules,
    ) -> Result<(), DecodeError> {
        match carried.data {
            Some(b"-") => {
                out.push(b'-');
                return Ok(());
            }
            Some(data) => {
                if let Some(data) = StructuredData::parse_bytes(data) {
                    as_read(out, data, rules);
                    return Ok(());
                }
            }
            None => {}
        }
        match carried.data_id {
            Some(id) => {
                out.push(b'[');
                emit::name(out, id, rules);
            }
            None if event.ssid().owner_name() == Some("JUNIPER") => out.extend_from_slice(b"[junos@2636"),
            None if carried.has_own => emit::plain(out, format_args!("[zems@{}", self.options.enterprise)),
            None => {
                out.push(b'-');
                return Ok(());
            }
        }
        self.params(out, event, true, rules)?;
        out.push(b']');
        Ok(())
    }

    /// The element with all tokens of an event.
    fn data_of_event(&self, out: &mut Vec<u8>, event: &Event<'_>, rules: Rules) -> Result<(), DecodeError> {
        let ssid = event.ssid();
        emit::plain(out, format_args!("[zems@{}", self.options.enterprise));
        if ssid.round_trips() {
            emit::plain(out, format_args!(" ssid=\"{}\"", self.site.event_ssid(event)));
        } else {
            emit::param(out, Name::Text(b"ssid_hex"), HexDigits::new(ssid.as_bytes()), rules);
        }
        if let Some(number) = event.number() {
            emit::plain(out, format_args!(" number=\"{number}\""));
        }
        self.params(out, event, false, rules)?;
        out.push(b']');
        Ok(())
    }

    /// The tokens as parameters. Of an event that was a line: those of its message, by their headings.
    fn params(
        &self,
        out: &mut Vec<u8>,
        event: &Event<'_>,
        is_of_line: bool,
        rules: Rules,
    ) -> Result<(), DecodeError> {
        let of_line = self.vocabulary.as_ref().map(|known| known.ssid);
        let is_left_out = |token: &Token<'_>| {
            let is_carried = of_line.is_some_and(|ssid| token.effective_ssid().is_same_subsystem(ssid));
            is_of_line && token.depth() == 0 && (token.is_subject_mark() || is_carried)
        };
        for visit in event.buffer().walk() {
            let visit = visit?;
            let (Visit::Token(token) | Visit::Open(token) | Visit::Close(token)) = &visit;
            if is_left_out(token) {
                continue;
            }
            let name = self.name(event.ssid(), token, is_of_line);
            match visit {
                Visit::Open(_) => emit::param(out, name, [b'{'].into_iter(), rules),
                Visit::Close(_) => emit::param(out, name, [b'}'].into_iter(), rules),
                Visit::Token(token) => {
                    let item = Item::new(&self.site, token, 0);
                    match item.values() {
                        Some(values) => values.for_each(|value| emit::value(out, name, &value, rules)),
                        None => emit::value(out, name, &item, rules),
                    }
                }
            }
        }
        Ok(())
    }

    fn name(&self, event: Ssid, token: &Token<'_>, by_heading: bool) -> Name<'_> {
        let ssid = token.effective_ssid();
        let def = self.site.token(ssid, token.code());
        let heading =
            def.and_then(|def| def.heading()).filter(|_| by_heading && ssid.is_same_subsystem(event));
        if let Some(heading) = heading {
            return Name::Text(heading.as_bytes());
        }
        Name::Token {
            code: token.code(),
            name: def.map(|def| def.name()),
            ssid: (!ssid.is_same_subsystem(event)).then_some(ssid.without_version()),
        }
    }
}

/// Structured data as it was read; under strict rules spelled anew.
fn as_read(out: &mut Vec<u8>, data: StructuredData<'_, [u8]>, rules: Rules) {
    if !rules.is_strict {
        return emit::text(out, data.as_written(), rules);
    }
    for element in data.elements() {
        out.push(b'[');
        emit::name(out, element.id(), rules);
        for param in element.params() {
            emit::param(out, Name::Text(param.name()), param.value().bytes(), rules);
        }
        out.push(b']');
    }
}

/// The hexadecimal digits of bytes.
#[derive(Clone)]
struct HexDigits<'b> {
    bytes: core::slice::Iter<'b, u8>,
    low: Option<u8>,
}

impl<'b> HexDigits<'b> {
    fn new(bytes: &'b [u8]) -> Self {
        Self { bytes: bytes.iter(), low: None }
    }
}

impl Iterator for HexDigits<'_> {
    type Item = u8;

    fn next(&mut self) -> Option<u8> {
        let digit = |number: u8| if number < 10 { b'0' + number } else { b'A' + number - 10 };
        if let Some(low) = self.low.take() {
            return Some(digit(low));
        }
        let byte = self.bytes.next()?;
        self.low = Some(byte & 15);
        Some(digit(byte >> 4))
    }
}

/// Whether a time is written as RFC 5424 wants it: capital letters, at most six digits of a second, no leap second, an
/// offset.
fn is_strict_time(text: &[u8]) -> bool {
    let Some(time) = core::str::from_utf8(text).ok().and_then(Time::parse) else { return false };
    let digits = text.get(20..).unwrap_or_default().iter().take_while(|byte| byte.is_ascii_digit()).count();
    text.get(10) == Some(&b'T')
        && time.utc_offset.is_some()
        && time.second < 60
        && digits <= 6
        && !text.iter().any(|byte| matches!(byte, b' ' | b'z' | b','))
        && (text.ends_with(b"Z") || text.iter().rev().nth(2) == Some(&b':'))
}
