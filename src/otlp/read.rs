use core::fmt;

use opentelemetry_proto::tonic::common::v1::AnyValue;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::logs::v1::LogRecord;

use super::PREFIX;
use super::value::{write, write_text};
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
    Error,
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
        let kind = format!("{PREFIX}kind");
        if !record.attributes.iter().any(|attribute| attribute.key == kind) {
            return Ok(Logged::Foreign);
        }
        let mut line = String::from("{");
        for attribute in &record.attributes {
            let Some(key) = attribute.key.strip_prefix(PREFIX) else { continue };
            if line.len() > 1 {
                line.push(',');
            }
            write_text(&mut line, key);
            line.push(':');
            write(&mut line, attribute.value.as_ref().unwrap_or(&AnyValue { value: None }));
        }
        line.push('}');
        let time = record_time(record).unwrap_or(now);
        let read = self.json.read(&line, time).map_err(ReadError)?;
        Ok(read.map_or(Logged::Error, Logged::Buffer))
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
    match record.body.as_ref() {
        None => String::new(),
        Some(body) => match &body.value {
            Some(Value::StringValue(text)) => text.clone(),
            None => String::new(),
            Some(_) => {
                let mut text = String::new();
                write(&mut text, body);
                text
            }
        },
    }
}
