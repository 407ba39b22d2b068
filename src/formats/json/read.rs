use core::fmt;

use super::parse::{self, LONGEST, ParseValue, Ranged, integer, ranged};
use super::tree::{Elements, Json, Object, Tree};
use crate::dictionary::{Dictionary, TokenDef};
use crate::ems::{EventBuilder, EventHeader, MAX_EVENT_LEN};
use crate::spi::read::Decoder;
use crate::spi::write::{CommandHeader, EncodeError, EncodeErrorKind, Encoder, Raw, StandardFields};
use crate::spi::{DataType, HeaderType, Profile, Ssid, Timestamp, TokenCode, Version};
use crate::text::similar;

/// Makes buffers of JSON lines, with the names of a dictionary.
///
/// ```
/// use zems::dictionary::Dictionary;
/// use zems::formats::json::Reader;
/// use zems::spi::{Timestamp, read::Buffer};
///
/// let dictionary = Dictionary::empty();
/// let line = r#"{"kind":"command","ssid":"ACME.7.A01","command":3,
///                "tokens":[{"code":"01FF0001","value":"$DISK"}]}"#;
/// let bytes = Reader::new(&dictionary).read(line, Timestamp::UNSET)?.unwrap();
/// assert_eq!(Buffer::parse(&bytes)?.tokens().next().unwrap()?.bytes(), b"$DISK");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Reader<'d> {
    dictionary: &'d Dictionary,
}

/// Why a line is not a buffer: what is wrong, and with which token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JsonError {
    /// The tokens around the fault, outermost first.
    tokens: Vec<String>,
    message: String,
}

impl fmt::Display for JsonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.tokens.iter().try_for_each(|token| write!(f, "{token}: "))?;
        f.write_str(&self.message)
    }
}

impl core::error::Error for JsonError {}

impl<'d> Reader<'d> {
    /// A reader with the names of this dictionary.
    #[must_use]
    pub const fn new(dictionary: &'d Dictionary) -> Self {
        Self { dictionary }
    }

    /// The buffer of one line. `None` for an object of kind `error`, which stands for what was no buffer.
    ///
    /// An event without `generated` gets the time `now`.
    ///
    /// # Errors
    /// The line is not a JSON object of this form, a name is not known, a value does not fit its token, or the rules for
    /// events forbid it.
    pub fn read(&self, line: &str, now: Timestamp) -> Result<Option<Vec<u8>>, JsonError> {
        let tree = Tree::parse(line)?;
        let object = tree.root().as_object().ok_or_else(|| wrong("the line is not a JSON object"))?;
        self.read_object(object, now, 0)
    }

    /// The same of an object that has been read already. An event without `cpu` or `pin` gets `processor`.
    pub(crate) fn read_object(
        &self,
        object: Object<'_>,
        now: Timestamp,
        processor: u16,
    ) -> Result<Option<Vec<u8>>, JsonError> {
        if object.get("kind").and_then(Json::as_str) == Some("error") {
            return Ok(None);
        }
        if let Some(bytes) = object.get("buffer_hex") {
            return parse::hex(bytes)
                .map(Some)
                .map_err(|_| wrong("\"buffer_hex\" must be pairs of hexadecimal digits"));
        }
        let (mut target, is_event) = match object.get("kind").and_then(Json::as_str) {
            Some("event") => {
                known_keys(object, &[KEYS, EVENT_KEYS], "event")?;
                (self.event(object, now, processor)?, true)
            }
            Some("command") => {
                known_keys(object, &[KEYS, COMMAND_KEYS], "command")?;
                (self.command(object)?, false)
            }
            Some(kind) => {
                return Err(wrong(format!("\"kind\" is {kind:?}, not event, command or error")));
            }
            None => return Err(wrong("the object has no \"kind\"")),
        };
        if let Some(tokens) = object.get("tokens") {
            let tokens = tokens.as_array().ok_or_else(|| wrong("\"tokens\" must be an array"))?;
            self.tokens(&mut target, tokens)?;
        }
        let bytes = target.finish().map_err(|error| wrong(error.to_string()))?;
        self.check(&bytes, is_event)?;
        Ok(Some(bytes))
    }

    /// Whether what was built is of the kind that the line says: a `header_hex` may be of another.
    fn check(&self, bytes: &[u8], is_event: bool) -> Result<(), JsonError> {
        let built =
            Decoder::new(self.dictionary.profile()).parse(bytes).map_err(|error| wrong(error.to_string()))?;
        let is_built = built.header_type() == HeaderType::Event;
        if is_built != is_event {
            let [said, found] =
                [is_event, is_built].map(|is_event| if is_event { "event" } else { "command" });
            return Err(wrong(format!(
                "\"header_hex\" is the header of a buffer of kind {found}, but \"kind\" is {said}"
            )));
        }
        if is_event && bytes.len() > usize::from(MAX_EVENT_LEN) {
            let len = bytes.len();
            return Err(wrong(format!("the event is {len} bytes long; the limit is {MAX_EVENT_LEN}")));
        }
        Ok(())
    }

    fn event(&self, object: Object<'_>, now: Timestamp, processor: u16) -> Result<Target<'d>, JsonError> {
        let profile = self.dictionary.profile();
        if let Some(bytes) = header_bytes(object)? {
            let writer = EventBuilder::relay_with_header(Vec::new(), &bytes, profile);
            return writer.map(Target::Event).map_err(|error| wrong(error.to_string()));
        }
        let process = object.get("process").filter(|process| !process.is_null());
        let process =
            process.map_or(Ok(""), |process| process.as_str().ok_or_else(|| must_be("process", "text")))?;
        if let Some(odd) = process.chars().find(|c| !matches!(c, ' '..='~')) {
            return Err(must_be("process", &format!("printable ASCII, not {odd:?}")));
        }
        let ssid = self.ssid(object)?;
        let number = match (object.get("number"), object.get("name").and_then(Json::as_str)) {
            (Some(_), _) => self.number(object, "number")?.unwrap_or(0),
            (None, Some(name)) => match self.dictionary.event_named(name) {
                Some(event) => event.number(),
                None => return Err(wrong(format!("no definition has an event {name}"))),
            },
            (None, None) => return Err(wrong("an event needs a \"number\" or a known \"name\"")),
        };
        let header = EventHeader {
            generated: time(object, "generated")?.unwrap_or(now),
            logged: time(object, "logged")?.unwrap_or(Timestamp::UNSET),
            user: user(object)?,
            node: self.number(object, "node")?.unwrap_or(0),
            process: process.as_bytes(),
            cpu: self.number(object, "cpu")?.unwrap_or(processor),
            pin: self.number(object, "pin")?.unwrap_or(processor),
            emphasis: flag(object, "emphasis")?,
            console_print: flag(object, "console_print")?,
            suppress_display: flag(object, "suppress_display")?,
            content_standard: self.number(object, "content_standard")?.unwrap_or(0),
            content_user: self.number(object, "content_user")?.unwrap_or(0),
            layout: layout(object, profile)?,
            ..EventHeader::new(ssid, number)
        };
        EventBuilder::relay(Vec::new(), &header, profile).map(Target::Event).map_err(|error| {
            wrong(misfit(&header, profile, error.kind()).unwrap_or_else(|| error.to_string()))
        })
    }

    fn command(&self, object: Object<'_>) -> Result<Target<'d>, JsonError> {
        let profile = self.dictionary.profile();
        let encoder = if let Some(bytes) = header_bytes(object)? {
            Encoder::with_header_bytes(Vec::new(), &bytes, profile)
        } else {
            let header = CommandHeader {
                standard: StandardFields::new(self.ssid(object)?),
                command: self.number(object, "command")?.unwrap_or(-1),
                object_type: self.number(object, "object_type")?.unwrap_or(0),
                max_response: self.number(object, "max_response")?.unwrap_or(0),
                server_version: self.number(object, "server_version")?.unwrap_or(0),
            };
            Encoder::command(Vec::new(), &header, profile)
        };
        encoder.map(Target::Command).map_err(|error| wrong(error.to_string()))
    }

    fn ssid(&self, object: Object<'_>) -> Result<Ssid, JsonError> {
        let text = object.get("ssid").ok_or_else(|| wrong("the object has no \"ssid\""))?;
        parse::ssid(text, self.dictionary).map_err(|problem| wrong(format!("\"ssid\": {problem}")))
    }

    fn number<T: Ranged>(&self, object: Object<'_>, key: &str) -> Result<Option<T>, JsonError> {
        let Some(value) = object.get(key).filter(|value| !value.is_null()) else { return Ok(None) };
        let number = integer(value).and_then(ranged);
        number.map(Some).map_err(|problem| wrong(format!("\"{key}\": {problem}")))
    }

    /// The encoder's bound on nested lists bounds the recursion.
    fn tokens(&self, target: &mut Target<'_>, tokens: Elements<'_>) -> Result<(), JsonError> {
        for (at, token) in tokens.enumerate() {
            self.token(target, token).map_err(|mut error| {
                let name = token.get("name").or_else(|| token.get("code")).and_then(Json::as_str);
                let name = name.map_or_else(String::new, |name| format!(" ({name})"));
                error.tokens.insert(0, format!("token {at}{name}"));
                error
            })?;
        }
        Ok(())
    }

    fn token(&self, target: &mut Target<'_>, token: Json<'_>) -> Result<(), JsonError> {
        let object = token.as_object().ok_or_else(|| wrong("a token must be an object"))?;
        known_keys(object, &[TOKEN_KEYS], "token")?;
        let (code, mut ssid) = self.code(object)?;
        if let Some(explicit) = object.get("ssid") {
            ssid = parse::ssid(explicit, self.dictionary)
                .map_err(|problem| wrong(format!("\"ssid\": {problem}")))?;
        }
        let kind = self.dictionary.profile().data_type(code.type_code());
        let effective = if ssid == Ssid::NULL { target.default_ssid() } else { ssid };
        let def = self.dictionary.token(effective, code);
        let failed = |error: EncodeError| wrong(error.to_string());
        if kind == DataType::List && code.is_variable() {
            let inside = object.get("tokens").and_then(Json::as_array);
            let inside = inside.ok_or_else(|| wrong("a list needs an array \"tokens\""))?;
            target.begin_list(ssid, code).map_err(failed)?;
            self.tokens(target, inside)?;
            return target.end_list().map_err(failed);
        }
        let parsed = |value: Json<'_>| parse::value(value, code, kind, def, self.dictionary);
        let problem = |problem: ParseValue| wrong(problem.to_string());
        if let Some(values) = object.get("values") {
            let values = values.as_array().ok_or_else(|| must_be("values", "an array"))?;
            let mut all = Vec::new();
            let mut len = 0;
            for value in values {
                let value = parsed(value).map_err(problem)?;
                len += value.len();
                all.push(value);
                if len > LONGEST || all.len() > LONGEST {
                    return Err(wrong(ParseValue::TooMany.to_string()));
                }
            }
            return target.put_table(ssid, code, &all, def).map_err(failed);
        }
        let bytes = match (object.get("hex"), object.get("value")) {
            (Some(hex), _) => parse::hex(hex).map_err(problem)?,
            (None, Some(value)) => parsed(value).map_err(problem)?,
            (None, None) if code.length() == 0 || kind == DataType::Mark => Vec::new(),
            (None, None) => return Err(wrong("the token has neither \"value\" nor \"hex\"")),
        };
        target.put(ssid, code, &bytes, def).map_err(failed)
    }

    /// The code of a token, and the SSID that its name brings: a code says all by itself.
    fn code(&self, object: Object<'_>) -> Result<(TokenCode, Ssid), JsonError> {
        if let Some(code) = object.get("code") {
            let code = code.as_str().ok_or_else(|| must_be("code", "text"))?;
            return code
                .parse()
                .map(|code| (code, Ssid::NULL))
                .map_err(|error| wrong(format!("\"code\": {error}")));
        }
        let name = object.get("name").and_then(Json::as_str);
        let name = name.ok_or_else(|| wrong("a token needs a \"code\" or a \"name\""))?;
        match self.dictionary.token_named(name) {
            Some(def) => Ok((def.stored_code(), def.ssid().unwrap_or(Ssid::NULL))),
            None => Err(wrong("no definition has a token of this name: give its \"code\"")),
        }
    }
}

/// The keys of events and commands; those from `text` on are written for readers only.
const KEYS: &[&str] = &[
    "kind",
    "ssid",
    "tokens",
    "header_hex",
    "buffer_hex",
    "text",
    "label",
    "offset",
    "length",
    "source",
    "findings",
    "pass_value",
    "provisional",
    "printed_ssid",
    "advice",
];
/// Those of events besides; `subjects` is written for readers only.
const EVENT_KEYS: &[&str] = &[
    "number",
    "name",
    "generated",
    "logged",
    "node",
    "process",
    "cpu",
    "pin",
    "user",
    "emphasis",
    "console_print",
    "suppress_display",
    "stored",
    "content_standard",
    "content_user",
    "layout",
    "subjects",
];
/// Those of commands besides.
const COMMAND_KEYS: &[&str] = &["command", "object_type", "max_response", "server_version"];
/// Those of tokens; `type`, `text` and `label` are written for readers only.
const TOKEN_KEYS: &[&str] =
    &["name", "code", "ssid", "type", "value", "values", "tokens", "hex", "text", "label", "advice"];

/// Refuses a key that means nothing: what it was to say would be lost.
fn known_keys(object: Object<'_>, known: &[&[&str]], of: &str) -> Result<(), JsonError> {
    let all = || known.iter().flat_map(|keys| keys.iter().copied());
    let Some(unknown) = object.keys().find(|key| all().all(|known| known != *key)) else {
        return Ok(());
    };
    Err(wrong(match similar(unknown, all()) {
        Some(near) => {
            format!("\"{unknown}\" is not a key of an object of kind {of}; did you mean \"{near}\"?")
        }
        None => format!("\"{unknown}\" is not a key of an object of kind {of}"),
    }))
}

fn header_bytes(object: Object<'_>) -> Result<Option<Vec<u8>>, JsonError> {
    let Some(bytes) = object.get("header_hex") else { return Ok(None) };
    parse::hex(bytes).map(Some).map_err(|_| wrong("\"header_hex\" must be pairs of hexadecimal digits"))
}

/// `None` if the key is not there; `null` is the unset time.
fn time(object: Object<'_>, key: &str) -> Result<Option<Timestamp>, JsonError> {
    match object.get(key) {
        None => Ok(None),
        Some(value) if value.is_null() => Ok(Some(Timestamp::UNSET)),
        Some(value) => {
            parse::timestamp(value).map(Some).map_err(|problem| wrong(format!("\"{key}\": {problem}")))
        }
    }
}

fn user(object: Object<'_>) -> Result<(u8, u8), JsonError> {
    let Some(user) = object.get("user").filter(|user| !user.is_null()) else { return Ok((0, 0)) };
    let wrong = || must_be("user", "two numbers from 0 to 255, [group,user]");
    let mut elements = user.as_array().filter(|elements| elements.len() == 2).ok_or_else(wrong)?;
    let (Some(group), Some(user)) = (elements.next(), elements.next()) else { return Err(wrong()) };
    let byte = |value| integer(value).and_then(ranged).map_err(|_| wrong());
    Ok((byte(group)?, byte(user)?))
}

/// A flag as it is stored: what an override template says of it is not what a buffer holds.
fn flag(object: Object<'_>, key: &str) -> Result<bool, JsonError> {
    let stored = object.get("stored").and_then(|stored| stored.get(key));
    let Some(value) = stored.or_else(|| object.get(key)).filter(|value| !value.is_null()) else {
        return Ok(false);
    };
    value.as_bool().ok_or_else(|| must_be(key, "true or false"))
}

/// The length byte of the header layout that goes by this letter, or that length byte itself.
fn layout(object: Object<'_>, profile: &Profile) -> Result<Option<u8>, JsonError> {
    let Some(value) = object.get("layout").filter(|value| !value.is_null()) else { return Ok(None) };
    match value.as_str() {
        Some(name) => {
            let known = profile.layouts().find(|layout| name.chars().eq([layout.name]));
            known.map(|layout| Some(layout.length)).ok_or_else(|| {
                let names: Vec<_> = profile.layouts().map(|layout| layout.name.to_string()).collect();
                wrong(format!("no event-header layout goes by \"{name}\"; there are {}", names.join(", ")))
            })
        }
        None => {
            let length = integer(value).and_then(ranged);
            length.map(Some).map_err(|_| must_be("layout", "a letter, or a length byte from 0 to 255"))
        }
    }
}

/// Names the key whose value the header layout cannot hold.
fn misfit(header: &EventHeader<'_>, profile: &Profile, kind: EncodeErrorKind) -> Option<String> {
    if !matches!(kind, EncodeErrorKind::HeaderField { .. }) {
        return None;
    }
    let layout = match header.layout {
        Some(length) => profile.layout(length),
        None => profile.layouts().next(),
    }?;
    let (key, takes) = header.misfit(layout)?;
    let name = layout.name;
    Some(format!("\"{key}\" does not fit the header layout {name}, which {takes}"))
}

/// Where the tokens go.
enum Target<'p> {
    Event(EventBuilder<'p, Vec<u8>>),
    Command(Encoder<'p, Vec<u8>>),
}

impl Target<'_> {
    fn put(
        &mut self,
        ssid: Ssid,
        code: TokenCode,
        bytes: &[u8],
        def: Option<TokenDef<'_>>,
    ) -> Result<(), EncodeError> {
        match self {
            Self::Event(writer) => writer.put_qualified(ssid, code, Raw(bytes))?,
            Self::Command(encoder) => encoder.put_qualified(ssid, code, Raw(bytes))?,
        }
        self.raise_max_field_version(bytes, def);
        Ok(())
    }

    fn put_table(
        &mut self,
        ssid: Ssid,
        code: TokenCode,
        values: &[Vec<u8>],
        def: Option<TokenDef<'_>>,
    ) -> Result<(), EncodeError> {
        let raw = values.iter().map(|value| Raw(value));
        match self {
            Self::Event(writer) => writer.put_table_qualified(ssid, code, raw)?,
            Self::Command(encoder) => encoder.put_table_qualified(ssid, code, raw)?,
        }
        values.iter().for_each(|value| self.raise_max_field_version(value, def));
        Ok(())
    }

    fn raise_max_field_version(&mut self, bytes: &[u8], def: Option<TokenDef<'_>>) {
        let version = def.map_or(Version(0), |def| def.newest_version(bytes));
        match self {
            Self::Event(writer) => writer.raise_max_field_version(version),
            Self::Command(encoder) => encoder.raise_max_field_version(version),
        }
    }

    fn begin_list(&mut self, ssid: Ssid, code: TokenCode) -> Result<(), EncodeError> {
        match self {
            Self::Event(writer) => writer.begin_list(ssid, code),
            Self::Command(encoder) => encoder.begin_list(ssid, code),
        }
    }

    fn end_list(&mut self) -> Result<(), EncodeError> {
        match self {
            Self::Event(writer) => writer.end_list(),
            Self::Command(encoder) => encoder.end_list(),
        }
    }

    fn default_ssid(&self) -> Ssid {
        match self {
            Self::Event(writer) => writer.default_ssid(),
            Self::Command(encoder) => encoder.default_ssid(),
        }
    }

    fn finish(self) -> Result<Vec<u8>, EncodeError> {
        match self {
            Self::Event(writer) => writer.finish(),
            Self::Command(encoder) => encoder.finish(),
        }
    }
}

/// The faults of the syntax. JSON that is one line of a file is reported its column only: its own line 1 would be taken for that
/// of the file.
pub(crate) fn fault(error: &serde_json::Error) -> String {
    let text = error.to_string();
    match text.strip_suffix(&format!(" at line 1 column {}", error.column())) {
        Some(problem) => format!("{problem} at column {}", error.column()),
        None => text,
    }
}

pub(super) fn wrong(message: impl Into<String>) -> JsonError {
    JsonError { tokens: Vec::new(), message: message.into() }
}

fn must_be(key: &str, wanted: &str) -> JsonError {
    wrong(format!("\"{}\" must be {wanted}", key.to_owned()))
}
