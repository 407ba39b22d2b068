use core::fmt;

use opentelemetry_proto::tonic::collector::logs::v1::{ExportLogsServiceRequest, ExportLogsServiceResponse};
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::logs::v1::LogRecord as Proto;
use prost::Message;
use serde_json::Value as Json;

use super::value::AsJson;
use super::{PREFIX, parse};
use crate::dictionary::Dictionary;
use crate::formats::json::{self, JsonError, Reader as JsonReader};
use crate::spi::Timestamp;

/// Why bytes or text are not a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OtlpError(String);

impl fmt::Display for OtlpError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl core::error::Error for OtlpError {}

/// A request that has been read.
#[derive(Clone, Debug, PartialEq)]
pub struct Request(ExportLogsServiceRequest);

impl Request {
    /// Reads a request in protobuf. Several requests back to back are one.
    ///
    /// # Errors
    /// The bytes are none.
    pub fn from_protobuf(bytes: &[u8]) -> Result<Self, OtlpError> {
        ExportLogsServiceRequest::decode(bytes).map(Self).map_err(|error| OtlpError(error.to_string()))
    }

    /// Reads a request in OTLP JSON. Members that the protocol does not have are left out.
    ///
    /// # Errors
    /// The text is none.
    pub fn from_json(text: &str) -> Result<Self, OtlpError> {
        parse::request(text).map(Self).map_err(|error| OtlpError(json::fault(&error)))
    }

    /// Whether it has no resource logs: what is not a request may be read as such.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.resource_logs.is_empty()
    }

    /// The log records of all resources, in order.
    pub fn records(&self) -> impl Iterator<Item = LogRecord<'_>> {
        let scopes = self.0.resource_logs.iter().flat_map(|resource| &resource.scope_logs);
        scopes.flat_map(|scope| &scope.log_records).map(LogRecord)
    }
}

/// What a receiver answers.
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
        let response =
            ExportLogsServiceResponse::decode(bytes).map_err(|error| OtlpError(error.to_string()))?;
        let partial = response.partial_success.unwrap_or_default();
        Ok(Self {
            rejected: u64::try_from(partial.rejected_log_records).unwrap_or(0),
            message: partial.error_message,
        })
    }
}

/// A log record of a [`Request`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LogRecord<'r>(&'r Proto);

impl<'r> LogRecord<'r> {
    /// Its time in whole microseconds; `None` if it has none.
    #[must_use]
    pub fn time(&self) -> Option<Timestamp> {
        let nanos = Some(self.0.time_unix_nano).filter(|nanos| *nanos != 0)?;
        i64::try_from(nanos / 1000).ok().and_then(Timestamp::from_unix_micros)
    }

    /// Its body as text: itself, or the JSON of what is not text.
    #[must_use]
    pub fn body_text(&self) -> String {
        match self.0.body.as_ref().map(|body| &body.value) {
            None | Some(None) => String::new(),
            Some(Some(Value::StringValue(text))) => text.clone(),
            Some(Some(_)) => serde_json::to_string(&AsJson::new(self.0.body.as_ref())).unwrap_or_default(),
        }
    }

    /// The name of the event.
    #[must_use]
    pub fn event_name(&self) -> &'r str {
        &self.0.event_name
    }

    /// The severity number, 0 if there is none.
    #[must_use]
    pub const fn severity_number(&self) -> i32 {
        self.0.severity_number
    }

    /// The text of the severity.
    #[must_use]
    pub fn severity_text(&self) -> &'r str {
        &self.0.severity_text
    }
}

/// Makes buffers of log records that a [`Writer`](super::Writer) made.
#[derive(Clone, Copy, Debug)]
pub struct Reader<'d> {
    json: JsonReader<'d>,
}

/// What a log record is.
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
    /// An event without `ems.generated` gets the time of the record, and without that the time `now`.
    ///
    /// # Errors
    /// The attributes `ems.*` are no object of the JSON form.
    pub fn read(&self, record: &LogRecord<'_>, now: Timestamp) -> Result<Logged, ReadError> {
        let members = record.0.attributes.iter().filter_map(|attribute| {
            let key = attribute.key.strip_prefix(PREFIX)?;
            // Keys are text: there is nothing to fail.
            Some((key.to_owned(), serde_json::to_value(AsJson::new(attribute.value.as_ref())).ok()?))
        });
        let object: serde_json::Map<_, _> = members.collect();
        if !object.contains_key("kind") {
            return Ok(Logged::Foreign);
        }
        let time = record.time().unwrap_or(now);
        if let Some(bytes) = self.json.read_object(&object, time).map_err(ReadError)? {
            return Ok(Logged::Buffer(bytes));
        }
        let number = |key| object.get(key).and_then(Json::as_u64).unwrap_or(0);
        let error = object.get("error").and_then(Json::as_str).unwrap_or_default().to_owned();
        Ok(Logged::Error { offset: number("offset"), length: number("length"), error })
    }
}
