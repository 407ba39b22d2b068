use core::fmt::Display;

use super::emit::{self, Items};
use super::structure;
use crate::dictionary::{Dictionary, TokenDef};
use crate::ems::Event;
use crate::spi::read::{Buffer, DecodeError, Finding, Token, Tokens};
use crate::spi::{Array, Element, Ssid, Timestamp, TokenCode, Value};
use std::collections::HashMap;

/// Writes buffers as JSON, with the names and labels of a dictionary.
///
/// ```
/// use zems::dictionary::Dictionary;
/// use zems::json::{Extra, Writer};
/// use zems::spi::read::Buffer;
///
/// let dictionary = Dictionary::empty();
/// let buffer = Buffer::parse(zems::samples::COMMAND)?;
/// let mut line = String::new();
/// Writer::new(&dictionary).write(&mut line, &buffer, &Extra::default())?;
/// assert!(line.starts_with(r#"{"kind":"command","ssid":"TANDEM.36.C30","command":3,"object_type":13,"#));
/// assert!(line.contains(r#"{"code":"01FF2706","type":"CHAR","value":"$SNA1"}"#));
/// assert!(line.ends_with(r#""offset":0,"length":138}"#));
/// # Ok::<(), zems::spi::read::DecodeError>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Writer<'d> {
    dictionary: &'d Dictionary,
    raw: bool,
    names: bool,
}

/// What an object says besides the buffer itself.
#[derive(Clone, Copy, Debug, Default)]
#[allow(missing_docs, clippy::exhaustive_structs)]
pub struct Extra<'e> {
    /// The sentence of the event.
    pub text: Option<&'e str>,
    /// The number a filter passed the event with.
    pub pass_value: Option<i16>,
    pub findings: &'e [Finding],
}

impl<'d> Writer<'d> {
    /// A writer with the names of this dictionary, without raw bytes.
    #[must_use]
    pub const fn new(dictionary: &'d Dictionary) -> Self {
        Self { dictionary, raw: false, names: true }
    }

    /// Adds all bytes in hexadecimal digits: of each value, of the header, of the buffer.
    #[must_use]
    pub const fn raw(self, raw: bool) -> Self {
        Self { raw, ..self }
    }

    /// Whether names and labels are written; the names of subsystems in SSIDs too.
    #[must_use]
    pub const fn names(self, names: bool) -> Self {
        Self { names, ..self }
    }

    /// Adds the object of a buffer to `line`, without a line end.
    ///
    /// # Errors
    /// A token cannot be read; `line` is as before.
    pub fn write(
        &self,
        line: &mut String,
        buffer: &Buffer<'_>,
        extra: &Extra<'_>,
    ) -> Result<(), DecodeError> {
        let before = line.len();
        let written = self.object(line, buffer, extra);
        if written.is_err() {
            line.truncate(before);
        }
        written
    }

    /// Adds the object of one token to `text`, as it stands in the `tokens` of a buffer.
    ///
    /// # Errors
    /// A token in a list cannot be read; `text` is as before.
    pub fn write_token(&self, text: &mut String, token: &Token<'_>) -> Result<(), DecodeError> {
        let before = text.len();
        let written = self.token(text, token);
        if written.is_err() {
            text.truncate(before);
        }
        written
    }

    fn object(&self, line: &mut String, buffer: &Buffer<'_>, extra: &Extra<'_>) -> Result<(), DecodeError> {
        let mut object = Items::object(line);
        match Event::new(*buffer) {
            Some(event) => {
                object.quoted("kind", "event");
                self.ssid(object.key("ssid"), buffer.ssid());
                if let Some(printed) = self.dictionary.printed_ssid(buffer) {
                    object.quoted("printed_ssid", printed);
                }
                self.event(&mut object, &event)?;
            }
            None => {
                object.quoted("kind", "command");
                self.ssid(object.key("ssid"), buffer.ssid());
                let command = buffer.command();
                let fields =
                    command.map(|c| [c.command(), c.object_type(), c.max_response()]).unwrap_or_default();
                for (key, field) in ["command", "object_type", "max_response"].iter().zip(fields) {
                    if let Some(number) = field {
                        object.plain(key, number);
                    }
                }
                if let Some(version) = command.and_then(|command| command.server_version()) {
                    object.plain("server_version", version);
                }
            }
        }
        self.tokens(object.key("tokens"), buffer.tokens())?;
        if let Some(text) = extra.text {
            object.text("text", text);
        }
        if let Some(value) = extra.pass_value {
            object.plain("pass_value", value);
        }
        if !extra.findings.is_empty() {
            let mut findings = Items::array(object.key("findings"));
            for finding in extra.findings {
                let mut entry = Items::object(findings.item());
                entry.plain("offset", finding.offset());
                entry.text("finding", &format!("{}", finding.kind()));
                entry.end();
            }
            findings.end();
        }
        if self.raw {
            object.hex("header_hex", buffer.as_bytes().get(..buffer.body().start).unwrap_or_default());
            object.hex("buffer_hex", buffer.as_bytes());
        }
        object.plain("offset", buffer.origin());
        object.plain("length", buffer.len());
        object.end();
        Ok(())
    }

    fn event(&self, object: &mut Items<'_>, event: &Event<'_>) -> Result<(), DecodeError> {
        if let Some(number) = event.number() {
            object.plain("number", number);
            let def = self.dictionary.event(event.ssid(), number).filter(|_| self.names);
            if let Some(def) = def {
                object.text("name", def.name());
            }
        }
        for (key, time) in [("generated", event.generated()), ("logged", event.logged())] {
            match time {
                Some(Timestamp::UNSET) => object.plain(key, "null"),
                Some(time) => timestamp(object.key(key), time),
                None => {}
            }
        }
        if let Some(node) = event.node() {
            object.plain("node", node);
        }
        if let Some(process) = event.process() {
            object.text("process", &format!("{process}"));
        }
        for (key, number) in [("cpu", event.cpu()), ("pin", event.pin())] {
            if let Some(number) = number {
                object.plain(key, number);
            }
        }
        if let Some((group, user)) = event.user() {
            object.plain("user", format_args!("[{group},{user}]"));
        }
        for (key, flag) in [
            ("emphasis", event.emphasis()),
            ("console_print", event.console_print()),
            ("suppress_display", event.suppress_display()),
        ] {
            if let Some(flag) = flag {
                object.plain(key, flag);
            }
        }
        for (key, content) in
            [("content_standard", event.content_standard()), ("content_user", event.content_user())]
        {
            if let Some(content) = content {
                object.plain(key, content);
            }
        }
        match event.layout() {
            Some(layout) => object.quoted("layout", layout.name),
            None => object.plain("layout", event.buffer().header_code().length()),
        }
        self.subjects(object.key("subjects"), event)
    }

    fn subjects(&self, text: &mut String, event: &Event<'_>) -> Result<(), DecodeError> {
        let mut subjects = event.subjects().peekable();
        let mut array = Items::array(text);
        let mut occurrences: HashMap<(TokenCode, Ssid), usize> = HashMap::new();
        for (position, token) in event.tokens().enumerate() {
            let token = token?;
            let occurrence =
                occurrences.entry((token.code(), token.effective_ssid().without_version())).or_default();
            *occurrence += 1;
            if subjects.next_if(|subject| subject.as_ref().is_ok_and(|s| s.position() == position)).is_some()
            {
                self.subject(array.item(), &token, position, *occurrence);
            }
        }
        array.end();
        Ok(())
    }

    fn subject(&self, text: &mut String, token: &Token<'_>, position: usize, index: usize) {
        let mut object = Items::object(text);
        let def = self.identify(&mut object, token);
        object.plain("token", position);
        object.plain("index", index);
        let first = token.table().and_then(|table| table.items().next());
        let (value, bytes) =
            first.map_or((token.value(), token.bytes()), |item| (item.value(), item.bytes()));
        self.value(&mut object, def, &value, bytes);
        object.end();
    }

    fn tokens(&self, text: &mut String, tokens: Tokens<'_>) -> Result<(), DecodeError> {
        let mut array = Items::array(text);
        for token in tokens {
            self.token(array.item(), &token?)?;
        }
        array.end();
        Ok(())
    }

    /// Lists nest as deep as the reader of buffers allows, and no deeper.
    fn token(&self, text: &mut String, token: &Token<'_>) -> Result<(), DecodeError> {
        let mut object = Items::object(text);
        let def = self.identify(&mut object, token);
        match (token.code().data_type().0, token.kind().name()) {
            (_, Some(name)) => object.quoted("type", name),
            (0, None) => object.quoted("type", "UNDEF"),
            _ => {}
        }
        if let Some(inside) = token.tokens() {
            self.tokens(object.key("tokens"), inside)?;
        } else if let Some(table) = token.table() {
            let mut values = Items::array(object.key("values"));
            for item in table.items() {
                let text = values.item();
                let before = text.len();
                if self.value_of(text, def, &item.value()) != Fidelity::Exact {
                    text.truncate(before);
                    let mut object = Items::object(text);
                    object.hex("hex", item.bytes());
                    object.end();
                }
            }
            values.end();
        } else {
            self.value(&mut object, def, &token.value(), token.bytes());
        }
        object.end();
        Ok(())
    }

    /// Name, code and SSID of a token.
    fn identify(&self, object: &mut Items<'_>, token: &Token<'_>) -> Option<TokenDef<'d>> {
        let def = self.dictionary.token(token.effective_ssid(), token.code()).filter(|_| self.names);
        if let Some(def) = def {
            object.text("name", def.name());
        }
        object.quoted("code", format_args!("{:X}", token.code()));
        if let Some(ssid) = token.ssid() {
            self.ssid(object.key("ssid"), ssid);
        }
        def
    }

    /// `value`, or `hex` where that would lose something, and what is said about it.
    fn value(&self, object: &mut Items<'_>, def: Option<TokenDef<'d>>, value: &Value<'_>, bytes: &[u8]) {
        if *value == Value::Mark {
            return;
        }
        let before = object.text.len();
        let fidelity = self.value_of(object.key("value"), def, value);
        if fidelity == Fidelity::None {
            object.text.truncate(before);
            // A mark or the like has nothing to show.
            object.hex("hex", bytes);
        } else if fidelity == Fidelity::Reading || self.raw {
            object.hex("hex", bytes);
        }
        let reading = match value {
            Value::Phandle(handles) => handles.single().map(|handle| handle.to_string()),
            Value::Transid(ids) => ids.single().map(|id| id.to_string()),
            _ => None,
        };
        if let Some(text) = reading {
            object.text("text", &text);
        }
        let number = match value {
            Value::Enum(numbers) | Value::Int(numbers) => numbers.single().map(i32::from),
            Value::Uint(numbers) => numbers.single().map(i32::from),
            Value::Byte([number]) => Some(i32::from(*number)),
            Value::Boolean(booleans) => booleans.single().map(|boolean| i32::from(boolean.word())),
            _ => None,
        };
        let label = def.and_then(|def| def.enumeration()).zip(number).and_then(|(e, number)| e.label(number));
        if let Some(label) = label {
            object.text("label", label);
        }
    }

    pub(super) fn value_of(
        &self,
        text: &mut String,
        def: Option<TokenDef<'d>>,
        value: &Value<'_>,
    ) -> Fidelity {
        match value {
            Value::Char(bytes) => match printable(bytes) {
                Some(value) => {
                    emit::escaped(text, value);
                    Fidelity::Exact
                }
                None => Fidelity::None,
            },
            Value::Byte([number]) => number_of(text, number),
            Value::Byte(bytes) => {
                let mut array = Items::array(text);
                bytes.iter().for_each(|byte| emit::plain(array.item(), byte));
                array.end();
                Fidelity::Exact
            }
            Value::Int(numbers) | Value::Enum(numbers) => elements(text, numbers, number_of),
            Value::Uint(numbers) => elements(text, numbers, number_of),
            Value::Int2(numbers) => elements(text, numbers, number_of),
            Value::Int4(numbers) => elements(text, numbers, number_of),
            Value::Boolean(booleans) => elements(text, booleans, |text, boolean| {
                emit::plain(text, boolean.is_true());
                if matches!(boolean.word(), 0 | -1) { Fidelity::Exact } else { Fidelity::Reading }
            }),
            Value::Flt(reals) => elements(text, reals, |text, real| {
                number_of(text, &Real(real.to_f64()));
                exact_if(crate::spi::Flt::try_from(real.to_f64()) == Ok(*real))
            }),
            Value::Flt2(reals) => elements(text, reals, |text, real| {
                number_of(text, &Real(real.to_f64()));
                exact_if(crate::spi::Flt2::try_from(real.to_f64()) == Ok(*real))
            }),
            Value::Timestamp(times) => elements(text, times, |text, time| {
                timestamp(text, *time);
                Fidelity::Exact
            }),
            Value::TokenCode(codes) => {
                match codes.as_bytes().chunks(4).any(|code| code.first() >= Some(&0x80)) {
                    true => Fidelity::None,
                    false => elements(text, codes, |text, code| {
                        emit::quoted(text, format_args!("{code:X}"));
                        Fidelity::Exact
                    }),
                }
            }
            Value::Ssid(ssids) => elements(text, ssids, |text, ssid| {
                self.ssid(text, *ssid);
                if ssid.has_text() { Fidelity::Exact } else { Fidelity::None }
            }),
            Value::Error(errors) => elements(text, errors, |text, error| {
                let mut object = Items::object(text);
                self.ssid(object.key("ssid"), error.ssid);
                object.plain("error", error.error);
                object.end();
                Fidelity::Exact
            }),
            Value::Fname(names) => elements(text, names, |text, name| name_of(text, name, name.has_text())),
            Value::Fname32(names) => elements(text, names, |text, name| name_of(text, name, name.has_text())),
            Value::Subvol(names) => elements(text, names, |text, name| name_of(text, name, name.has_text())),
            Value::Device(names) => elements(text, names, |text, name| name_of(text, name, name.has_text())),
            Value::Username(names) => {
                elements(text, names, |text, name| name_of(text, name, name.has_text()))
            }
            Value::Crtpid(ids) => elements(text, ids, |text, id| {
                let mut object = Items::object(text);
                object.text("name", &format!("{}", id.name()));
                object.plain("cpu", id.cpu());
                object.plain("pin", id.pin());
                object.end();
                if id.has_name() { Fidelity::Exact } else { Fidelity::None }
            }),
            Value::Struct(bytes) => match def.and_then(|def| def.structure()) {
                Some(def) if structure::write(text, &def, bytes, self) => Fidelity::Exact,
                _ => Fidelity::None,
            },
            Value::Phandle(_) | Value::Transid(_) | Value::Mark | Value::Raw(_) => Fidelity::None,
        }
    }

    /// The external text, with the subsystem's name if one is known; `{"hex":...}` when there is no such text.
    pub(super) fn ssid(&self, text: &mut String, ssid: Ssid) {
        if !ssid.has_text() {
            let mut object = Items::object(text);
            object.hex("hex", ssid.as_bytes());
            return object.end();
        }
        let subsystem = self.dictionary.subsystem(ssid).filter(|_| self.names);
        emit::quoted(text, ssid.with_name(subsystem.map(|known| known.name())));
    }
}

/// How much of a value its JSON form says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fidelity {
    /// The same bytes come back.
    Exact,
    /// People can read it, but the bytes are needed besides.
    Reading,
    /// Nothing that could be read back has been written.
    None,
}

fn exact_if(is_exact: bool) -> Fidelity {
    if is_exact { Fidelity::Exact } else { Fidelity::Reading }
}

/// One element by itself, several or none as an array. An element without a faithful form makes the whole hexadecimal.
fn elements<T: Element>(
    text: &mut String,
    elements: &Array<'_, T>,
    mut write: impl FnMut(&mut String, &T) -> Fidelity,
) -> Fidelity {
    if let Some(single) = elements.single() {
        return write(text, &single);
    }
    let mut fidelity = Fidelity::Exact;
    let mut array = Items::array(text);
    for element in elements.iter() {
        match write(array.item(), &element) {
            Fidelity::Exact => {}
            Fidelity::Reading => fidelity = Fidelity::Reading,
            Fidelity::None => return Fidelity::None,
        }
    }
    array.end();
    fidelity
}

pub(super) fn number_of(text: &mut String, number: &impl Display) -> Fidelity {
    emit::plain(text, number);
    Fidelity::Exact
}

fn name_of(text: &mut String, name: impl Display, has_text: bool) -> Fidelity {
    if !has_text {
        return Fidelity::None;
    }
    emit::escaped(text, &format!("{name}"));
    Fidelity::Exact
}

/// The shortest number that reads back as the same.
struct Real(f64);

impl Display for Real {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "{:?}", self.0)
    }
}

pub(super) fn timestamp(text: &mut String, time: Timestamp) {
    if time.civil().is_some() { emit::quoted(text, time) } else { emit::plain(text, time) }
}

/// The bytes as text, if all of them are printable ASCII.
pub(super) fn printable(bytes: &[u8]) -> Option<&str> {
    let is_printable = bytes.iter().all(|byte| (b' '..=b'~').contains(byte));
    core::str::from_utf8(bytes).ok().filter(|_| is_printable)
}

/// Adds the object that stands in the place of bytes that are no buffer.
pub fn write_error(line: &mut String, offset: u64, length: u64, error: &str) {
    let mut object = Items::object(line);
    object.quoted("kind", "error");
    object.plain("offset", offset);
    object.plain("length", length);
    object.text("error", error);
    object.end();
}
