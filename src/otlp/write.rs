use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::common::v1::{AnyValue, ArrayValue, KeyValue};
use opentelemetry_proto::tonic::logs::v1::LogRecord;
use serde_json::Value as Json;
use std::collections::HashMap;

use super::PREFIX;
use super::severity::SeverityTable;
use super::value::{any_value, attribute};
use crate::dictionary::Dictionary;
use crate::ems::Event;
use crate::json::{Extra, Writer, write_error};
use crate::spi::read::{Buffer, DecodeError, Finding};
use crate::spi::{Ssid, Timestamp};

/// Makes log records of buffers, with the names and labels of a dictionary: see [the mapping](super#what-goes-where).
#[derive(Clone, Debug)]
pub struct LogWriter<'d> {
    dictionary: &'d Dictionary,
    json: Writer<'d>,
    names: bool,
    severities: SeverityTable,
}

/// What a log record says besides the buffer itself.
#[derive(Clone, Copy, Debug, Default)]
#[allow(clippy::exhaustive_structs)]
pub struct About<'e> {
    /// The sentence: the body.
    pub text: Option<&'e str>,
    /// When the event came by, for one without a log time.
    pub observed: Option<Timestamp>,
    /// Whether it is critical, where more is known than its header says.
    pub emphasis: Option<bool>,
    /// The number a filter passed the event with: `ems.pass_value`.
    pub pass_value: Option<i16>,
    /// What is odd about the buffer: `ems.findings`.
    pub findings: &'e [Finding],
}

impl<'d> LogWriter<'d> {
    /// A writer with the names of this dictionary, without raw bytes.
    #[must_use]
    pub fn new(dictionary: &'d Dictionary) -> Self {
        Self { dictionary, json: Writer::new(dictionary), names: true, severities: SeverityTable::default() }
    }

    /// Adds all bytes in hexadecimal digits, as in the JSON form: every buffer comes back as it was then.
    #[must_use]
    pub fn raw(self, raw: bool) -> Self {
        Self { json: self.json.raw(raw), ..self }
    }

    /// Whether names and labels are written, and with them the attributes by token name.
    #[must_use]
    pub fn names(self, names: bool) -> Self {
        Self { json: self.json.names(names), names, ..self }
    }

    /// Other severities than the default.
    #[must_use]
    pub fn severities(self, severities: SeverityTable) -> Self {
        Self { severities, ..self }
    }

    /// The log record of a buffer.
    ///
    /// # Errors
    /// A token cannot be read.
    pub fn record(&self, buffer: &Buffer<'_>, about: &About<'_>) -> Result<LogRecord, DecodeError> {
        let mut line = String::new();
        let extra = Extra { text: None, pass_value: about.pass_value, findings: about.findings };
        self.json.write(&mut line, buffer, &extra)?;
        let mut record = LogRecord {
            body: about.text.map(|text| AnyValue { value: Some(Value::StringValue(text.to_owned())) }),
            observed_time_unix_nano: about.observed.map_or(0, unix_nanos),
            ..LogRecord::default()
        };
        if let Some(event) = Event::new(*buffer) {
            record.time_unix_nano = event.generated().map_or(0, unix_nanos);
            if let logged @ 1.. = event.logged().map_or(0, unix_nanos) {
                record.observed_time_unix_nano = logged;
            }
            let (severity, text) = self.severities.severity(&event, about.emphasis, self.dictionary);
            record.severity_number = severity.number().into();
            record.severity_text = text;
            record.event_name = self.event_name(&event);
        }
        record.attributes = attributes(&line);
        Ok(record)
    }

    /// The log record that stands for bytes that are no buffer.
    #[must_use]
    pub fn error(&self, offset: u64, length: u64, error: &str, observed: Option<Timestamp>) -> LogRecord {
        let mut line = String::new();
        write_error(&mut line, offset, length, error);
        LogRecord {
            observed_time_unix_nano: observed.map_or(0, unix_nanos),
            severity_number: 17,
            severity_text: "error".to_owned(),
            body: Some(AnyValue { value: Some(Value::StringValue(error.to_owned())) }),
            attributes: attributes(&line),
            ..LogRecord::default()
        }
    }

    fn event_name(&self, event: &Event<'_>) -> String {
        let Some(number) = event.number() else { return String::new() };
        if let Some(def) = self.dictionary.event(event.ssid(), number).filter(|_| self.names) {
            return def.name().to_owned();
        }
        let ssid: Ssid = event.ssid();
        let name = self.dictionary.subsystem(ssid).filter(|_| self.names);
        let text = match self.dictionary.printed_ssid(event.buffer()) {
            Some(printed) => printed.to_owned(),
            None => ssid.with_name(name.map(|known| known.name())).to_string(),
        };
        let subsystem = text.rsplit_once('.').map_or(text.as_str(), |(subsystem, _)| subsystem);
        format!("{subsystem}:{number}")
    }
}

/// Nanoseconds since 1970 began; 0 for what is no time since then.
fn unix_nanos(time: Timestamp) -> u64 {
    let micros = if time.is_elapsed() { None } else { time.unix_micros() };
    micros.and_then(|micros| u64::try_from(micros).ok()?.checked_mul(1000)).unwrap_or(0)
}

/// The attributes of an object of the JSON form.
fn attributes(line: &str) -> Vec<KeyValue> {
    let Ok(Json::Object(object)) = crate::json::value(line) else { return Vec::new() };
    let tokens = object.get("tokens").and_then(Json::as_array).map_or(&[][..], Vec::as_slice);
    let named = named(tokens);
    let mut attributes = Vec::with_capacity(object.len() + named.len());
    for (key, value) in object {
        let value = match (key.as_str(), value) {
            ("generated" | "logged", Json::Null) => Json::from(0),
            (_, value) => value,
        };
        attributes.push(attribute(format!("{PREFIX}{key}"), any_value(value)));
    }
    attributes.extend(named);
    attributes
}

/// One attribute for each name among tokens.
fn named(tokens: &[Json]) -> Vec<KeyValue> {
    let mut names: Vec<&str> = Vec::new();
    let mut values: HashMap<&str, Vec<Json>> = HashMap::new();
    for token in tokens {
        let Some(name) = token.get("name").and_then(Json::as_str) else { continue };
        let keys = ["label", "text", "value", "values", "hex"];
        let Some(value) = keys.iter().find_map(|key| token.get(key)) else { continue };
        let of_name = values.entry(name).or_default();
        if of_name.is_empty() {
            names.push(name);
        }
        of_name.push(value.clone());
    }
    let attribute_of = |name: &str| {
        let mut values = values.remove(name).unwrap_or_default();
        let value = match values.len() {
            1 => values.pop().and_then(any_value),
            _ => Some(Value::ArrayValue(ArrayValue {
                values: values.into_iter().map(|value| AnyValue { value: any_value(value) }).collect(),
            })),
        };
        attribute(name, value)
    };
    names.into_iter().map(attribute_of).collect()
}
