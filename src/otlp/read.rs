use core::fmt;

use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::logs::v1::LogRecord;
use serde_json::Value as Json;

use super::PREFIX;
use super::value::AsJson;
use crate::dictionary::Dictionary;
use crate::json::{JsonError, Reader};
use crate::spi::Timestamp;

/// Makes buffers of log records that a [`LogWriter`](super::LogWriter) made.
#[derive(Clone, Copy, Debug)]
pub struct LogReader<'d> {
    json: Reader<'d>,
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

impl<'d> LogReader<'d> {
    /// A reader with the names of this dictionary.
    #[must_use]
    pub const fn new(dictionary: &'d Dictionary) -> Self {
        Self { json: Reader::new(dictionary) }
    }

    /// The buffer of a log record.
    ///
    /// An event without `ems.generated` gets the time of the record, and without that the time `now`.
    ///
    /// # Errors
    /// The attributes `ems.*` are no object of the JSON form.
    pub fn read(&self, record: &LogRecord, now: Timestamp) -> Result<Logged, ReadError> {
        let members = record.attributes.iter().filter_map(|attribute| {
            let key = attribute.key.strip_prefix(PREFIX)?;
            // Keys are text: there is nothing to fail.
            Some((key.to_owned(), serde_json::to_value(AsJson::new(attribute.value.as_ref())).ok()?))
        });
        let object: serde_json::Map<_, _> = members.collect();
        if !object.contains_key("kind") {
            return Ok(Logged::Foreign);
        }
        let time = record_time(record).unwrap_or(now);
        if let Some(bytes) = self.json.read_object(&object, time).map_err(ReadError)? {
            return Ok(Logged::Buffer(bytes));
        }
        let number = |key| object.get(key).and_then(Json::as_u64).unwrap_or(0);
        let error = object.get("error").and_then(Json::as_str).unwrap_or_default().to_owned();
        Ok(Logged::Error { offset: number("offset"), length: number("length"), error })
    }
}

/// The time of a log record, in whole microseconds; `None` if it has none.
#[must_use]
pub fn record_time(record: &LogRecord) -> Option<Timestamp> {
    let nanos = Some(record.time_unix_nano).filter(|nanos| *nanos != 0)?;
    i64::try_from(nanos / 1000).ok().and_then(Timestamp::from_unix_micros)
}

/// The body of a log record as text: itself, or the JSON of what is no text.
#[must_use]
pub fn body_text(record: &LogRecord) -> String {
    match record.body.as_ref().map(|body| &body.value) {
        None | Some(None) => String::new(),
        Some(Some(Value::StringValue(text))) => text.clone(),
        Some(Some(_)) => serde_json::to_string(&AsJson::new(record.body.as_ref())).unwrap_or_default(),
    }
}
