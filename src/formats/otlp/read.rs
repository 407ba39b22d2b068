use core::fmt;

use super::model::{AnyValue, Export, MAX_READ, Record as Model, ResourceLogs};
use super::{PREFIX, budget, parse, protobuf};
use crate::dictionary::Dictionary;
use crate::ems::UNKNOWN_PROCESSOR;
use crate::formats::json::{self, Json, JsonError, Node, Reader as JsonReader, Tree};
use crate::spi::Timestamp;

/// Why bytes or text are not a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OtlpError(String);

impl OtlpError {
    pub(super) fn new(message: impl Into<String>) -> Self {
        Self(message.into())
    }
}

impl fmt::Display for OtlpError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl core::error::Error for OtlpError {}

/// A request that has been read.
#[derive(Clone, Debug, PartialEq)]
pub struct Request(Export);

impl Request {
    /// Reads a request in protobuf. Several requests back to back are one.
    ///
    /// # Errors
    /// The bytes are none, or take more than 32 times their size or 256 MiB in memory.
    pub fn from_protobuf(bytes: &[u8]) -> Result<Self, OtlpError> {
        protobuf::request(bytes).map(Self)
    }

    /// Reads a request in OTLP JSON. Members that the protocol does not have are left out.
    ///
    /// # Errors
    /// The text is none, or takes more than 32 times its size or 256 MiB in memory.
    pub fn from_json(text: &str) -> Result<Self, OtlpError> {
        budget::check_json(text)?;
        parse::request(text).map(Self).map_err(|error| OtlpError(json::fault(&error)))
    }

    /// Whether it has no resource logs: what is not a request may be read as such.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.resources.is_empty()
    }

    /// The log records of all resources, in order.
    pub fn records(&self) -> impl Iterator<Item = LogRecord<'_>> {
        let record = |resource| move |model| LogRecord { model, resource };
        self.0.resources.iter().flat_map(move |resource| {
            resource.scopes.iter().flat_map(|scope| &scope.records).map(record(resource))
        })
    }
}

/// The answer of a receiver.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[allow(clippy::exhaustive_structs)]
pub struct Response {
    /// How many log records it has not taken.
    pub rejected: u64,
    /// Why, or a warning.
    pub message: String,
}

impl Response {
    /// Reads an answer in protobuf.
    ///
    /// # Errors
    /// The bytes are none.
    pub fn from_protobuf(bytes: &[u8]) -> Result<Self, OtlpError> {
        protobuf::response(bytes)
    }
}

/// A log record of a [`Request`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LogRecord<'r> {
    model: &'r Model,
    resource: &'r ResourceLogs,
}

impl<'r> LogRecord<'r> {
    /// Its time in whole microseconds; `None` if it has none.
    #[must_use]
    pub fn time(&self) -> Option<Timestamp> {
        let nanos = Some(self.model.time).filter(|nanos| *nanos != 0)?;
        i64::try_from(nanos / 1000).ok().and_then(Timestamp::from_unix_micros)
    }

    /// Its body as text: itself, or the JSON of what is not text.
    #[must_use]
    pub fn body_text(&self) -> String {
        match &self.model.body {
            AnyValue::Empty => String::new(),
            AnyValue::Text(text) => text.clone(),
            value => value.to_string(),
        }
    }

    /// Its body.
    #[must_use]
    pub const fn body(&self) -> &'r AnyValue {
        &self.model.body
    }

    /// Its attributes in order; a key may occur more than once.
    pub fn attributes(&self) -> impl Iterator<Item = (&'r str, &'r AnyValue)> + use<'r> {
        self.model.attributes.iter().map(|attribute| (attribute.key.as_str(), &attribute.value))
    }

    /// The attributes of its resource in order.
    pub fn resource_attributes(&self) -> impl Iterator<Item = (&'r str, &'r AnyValue)> + use<'r> {
        self.resource.attributes.iter().map(|attribute| (attribute.key.as_str(), &attribute.value))
    }

    /// The trace and the span that it belongs to, in hexadecimal digits; empty if it does not say.
    #[must_use]
    pub fn trace(&self) -> (&'r str, &'r str) {
        self.model.trace.as_ref().map_or(("", ""), |trace| (&trace.trace_id, &trace.span_id))
    }

    /// The nanoseconds since 1970 at which it was observed, 0 if it does not say.
    #[must_use]
    pub const fn observed_unix_nanos(&self) -> u64 {
        self.model.observed
    }

    /// The name of the event.
    #[must_use]
    pub fn event_name(&self) -> &'r str {
        &self.model.event_name
    }

    /// The severity number, 0 if there is none.
    #[must_use]
    pub const fn severity_number(&self) -> i32 {
        self.model.severity_number
    }

    /// The text of the severity.
    #[must_use]
    pub fn severity_text(&self) -> &'r str {
        &self.model.severity_text
    }
}

/// Makes buffers of log records that a [`Writer`](super::Writer) made.
#[derive(Clone, Copy, Debug)]
pub struct Reader<'d> {
    json: JsonReader<'d>,
}

/// The kind of a log record.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_enums)]
pub enum Logged {
    /// A buffer: an event or a command.
    Buffer(Vec<u8>),
    /// It stands for bytes that were no buffer.
    #[allow(missing_docs)]
    Error { offset: u64, length: u64, error: String },
    /// It is of another origin: there are no attributes `ems.*`.
    Foreign,
}

/// Why a log record with the attributes of a buffer is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadError(JsonError);

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl core::error::Error for ReadError {}

impl<'d> Reader<'d> {
    /// A reader with the names of this dictionary.
    #[must_use]
    pub const fn new(dictionary: &'d Dictionary) -> Self {
        Self { json: JsonReader::new(dictionary) }
    }

    /// The buffer of a log record.
    ///
    /// An event without `ems.generated` gets the time of the record, and without that the time `now`. Without `ems.cpu` or
    /// `ems.pin` that number is not known: a writer leaves out what it does not know.
    ///
    /// # Errors
    /// The attributes `ems.*` are not object of the JSON form.
    pub fn read(&self, record: &LogRecord<'_>, now: Timestamp) -> Result<Logged, ReadError> {
        let own = || record.model.attributes.iter().filter(|attribute| attribute.key.starts_with(PREFIX));
        let values: usize = own().map(|attribute| 1 + attribute.value.nodes(MAX_READ)).sum();
        let mut tree = Tree::with_capacity(1 + values);
        let start = tree.begin();
        let mut len = 0;
        for attribute in own() {
            if let Some(key) = attribute.key.strip_prefix(PREFIX) {
                tree.add(Node::Text(key));
                attribute.value.add_to(&mut tree, MAX_READ);
                len += 1;
            }
        }
        tree.end(start, len, true);
        let Some(object) = tree.root().as_object().filter(|object| object.get("kind").is_some()) else {
            return Ok(Logged::Foreign);
        };
        let time = record.time().unwrap_or(now);
        if let Some(bytes) = self.json.read_object(object, time, UNKNOWN_PROCESSOR).map_err(ReadError)? {
            return Ok(Logged::Buffer(bytes));
        }
        let number = |key| {
            let number = object.get(key).and_then(Json::as_integer);
            number.and_then(|number| u64::try_from(number).ok()).unwrap_or(0)
        };
        let error = object.get("error").and_then(Json::as_str).unwrap_or_default().to_owned();
        Ok(Logged::Error { offset: number("offset"), length: number("length"), error })
    }
}
