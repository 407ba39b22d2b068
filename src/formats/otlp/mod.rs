//! Writes events as OpenTelemetry log records, and reads them. See `docs/formats/otlp.md`.
//!
//! [`Writer`] makes a log record of a described buffer, in either encoding of the protocol; [`Batch`] makes requests of log records;
//! [`Request`] and [`Reader`] make buffers of requests.
//!
//! # What goes where
//!
//! | log record | from |
//! |---|---|
//! | `time_unix_nano` | the generation time; 0 when it is not a time after 1970 began |
//! | `observed_time_unix_nano` | the log time, else the time that the caller gives |
//! | `severity_number`, `severity_text` | [`Site::severity`] |
//! | `body` | the sentence |
//! | `event_name` | the event's name, else its subsystem and number: `ACME.7:101` |
//! | attributes `ems.*` | every key of the [JSON form](super::json) but `text`: `ems.kind`, `ems.ssid`, `ems.number`, `ems.tokens`, ... |
//! | attributes by token name | the value of every token of the top level whose name is known, marks and lists left out |
//!
//! An attribute by token name holds the label of an enumeration, the text where there is one, else the value, else its bytes as
//! `hex:` and hexadecimal digits. A token that occurs more than once has an array.
//!
//! The attributes `ems.*` are the whole event: objects are key-value lists, arrays arrays, numbers integers or doubles. Two
//! things differ from the JSON form. A time that is not set, `null` there, is the number 0. And whatever is nested deeper
//! than [`MAX_NESTING`] is as a key-value list with the one key `json`, whose value is its JSON text: decoders of
//! both encodings refuse messages that nest much deeper, lists of tokens nest to 64.
//!
//! The resource is the node: `service.name` is `ems`, `host.name` the name of the node without its `\` (of the host, for a message
//! that came as syslog), `ems.node` the number of the node. The scope is `zems` and its version.
//!
//! ```
//! use zems::describe::{Described, Record};
//! use zems::formats::otlp::{Batch, Encoding, Logged, Reader, Request, Writer};
//! use zems::site::Site;
//! use zems::spi::{Timestamp, read::Buffer};
//!
//! let site = Site::builtin();
//! let buffer = Buffer::parse(zems::samples::BKUP_FAIL)?;
//! let mut writer = Writer::new(&site, Encoding::Protobuf, false);
//! let mut batch = Batch::new(Encoding::Protobuf);
//! writer.push(&mut batch, &Record::new(Described::new(&site, &buffer)))?;
//! let mut bytes = Vec::new();
//! batch.request(0..batch.len(), &mut bytes);
//!
//! let request = Request::from_protobuf(&bytes)?;
//! let record = request.records().next().unwrap();
//! assert_eq!((record.event_name(), record.severity_text()), ("ZRPC-EVT-BKUP-FAIL", "critical"));
//! let read = Reader::new(site.dictionary()).read(&record, Timestamp::UNSET)?;
//! assert_eq!(read, Logged::Buffer(zems::samples::BKUP_FAIL.to_vec()));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod any;
mod batch;
mod budget;
mod model;
mod parse;
mod protobuf;
mod read;
mod wire;

pub use batch::{Batch, scope};
pub use model::AnyValue;
pub use read::{LogRecord, Logged, OtlpError, ReadError, Reader, Request, Response};
pub use wire::Encoding;

use super::{Fault, Format, FormatDef, Options, find};
use crate::describe::Record;
use crate::describe::form::named;
use crate::ems::Event;
use crate::site::Site;
use crate::spi::Timestamp;
use crate::spi::read::{DecodeError, Finding};
use crate::template::Text;
use any::{Attributes, attribute, text_value};
use wire::{Field, Message};

/// Is before the keys of the JSON form.
const PREFIX: &str = "ems.";

/// How deep objects and arrays may be nested in the value of an attribute. An object takes three messages inside each other,
/// and protobuf decoders stop at 100; it takes four JSON values inside each other, and JSON decoders stop at 128.
pub const MAX_NESTING: usize = 24;

const SERVICE_NAME: &str = "ems";

const TIME: Field = Field::new(1, "timeUnixNano");
const SEVERITY_NUMBER: Field = Field::new(2, "severityNumber");
const SEVERITY_TEXT: Field = Field::new(3, "severityText");
const BODY: Field = Field::new(5, "body");
const ATTRIBUTES: Field = Field::new(6, "attributes");
const OBSERVED_TIME: Field = Field::new(11, "observedTimeUnixNano");
const EVENT_NAME: Field = Field::new(12, "eventName");
/// Those of a resource.
const RESOURCE_ATTRIBUTES: Field = Field::new(1, "attributes");

/// ERROR: the severity of what stands for bytes that are not a buffer.
const FAULT_SEVERITY: u8 = 17;

pub(super) const OTLP: FormatDef = FormatDef {
    name: "otlp",
    about: "OpenTelemetry log records, many on a line of OTLP JSON",
    options: &["raw", "no-names", "no-provisional", "node", "severity", "otlp-batch"],
    is_one_file: false,
    make: |site, options| Ok(Box::new(Lines::new(site, options))),
};

/// Makes log records of buffers: see [the mapping](self#what-goes-where).
#[derive(Clone, Debug)]
pub struct Writer {
    site: Site,
    encoding: Encoding,
    raw: bool,
    source: bool,
    text: Text,
    findings: Vec<Finding>,
    resource: Vec<u8>,
    record: Vec<u8>,
    names: Vec<usize>,
}

impl Writer {
    /// A writer with the names and severities of a site. `raw`: with all bytes in hexadecimal digits besides, as in the JSON form;
    /// every buffer comes back as it was then.
    #[must_use]
    pub fn new(site: &Site, encoding: Encoding, raw: bool) -> Self {
        Self {
            site: site.clone(),
            encoding,
            raw,
            source: false,
            text: Text::new(),
            findings: Vec::new(),
            resource: Vec::new(),
            record: Vec::new(),
            names: Vec::new(),
        }
    }

    /// Names the input of a record, if it has one: `ems.source`.
    #[must_use]
    pub fn with_source(self, source: bool) -> Self {
        Self { source, ..self }
    }

    /// Adds the log record of a buffer to a batch.
    ///
    /// # Errors
    /// A token cannot be read; nothing is added.
    pub fn push(&mut self, batch: &mut Batch, record: &Record<'_>) -> Result<(), DecodeError> {
        let (resource, record) = self.encode(record)?;
        batch.push(resource, record);
        Ok(())
    }

    /// Adds the log record that stands for bytes that are not a buffer.
    pub fn push_fault(&mut self, batch: &mut Batch, fault: &Fault<'_>) {
        let (resource, record) = self.encode_fault(fault);
        batch.push(resource, record);
    }

    /// The resource and the log record of a buffer: the contents of both messages.
    ///
    /// # Errors
    /// A token cannot be read.
    pub fn encode(&mut self, record: &Record<'_>) -> Result<(&[u8], &[u8]), DecodeError> {
        // Tokens that cannot be read are found before anything is written.
        if let Some(error) = record.described.buffer().walk().find_map(Result::err) {
            return Err(error);
        }
        let (mut resource, mut bytes) =
            (core::mem::take(&mut self.resource), core::mem::take(&mut self.record));
        resource.clear();
        bytes.clear();
        self.resource(&mut resource, record.described.event());
        self.log_record(&mut bytes, record);
        (self.resource, self.record) = (resource, bytes);
        Ok((&self.resource, &self.record))
    }

    /// The same of what stands for bytes that are not a buffer.
    pub fn encode_fault(&mut self, fault: &Fault<'_>) -> (&[u8], &[u8]) {
        let mut resource = core::mem::take(&mut self.resource);
        resource.clear();
        self.resource(&mut resource, None);
        self.resource = resource;
        self.record.clear();
        let mut message = Message::new(&mut self.record, self.encoding);
        if let Some(observed) = fault.observed {
            message.fixed64(OBSERVED_TIME, unix_nanos(observed));
        }
        message.enumeration(SEVERITY_NUMBER, FAULT_SEVERITY);
        message.text(SEVERITY_TEXT, "error");
        let body = message.begin_message(BODY);
        text_value(&mut message, fault.error);
        message.end_message(body);
        message.begin_items(ATTRIBUTES);
        let mut attributes =
            Attributes { message: &mut message, field: ATTRIBUTES, prefix: PREFIX, open: None };
        // Writing to a Vec does not fail.
        let fault = Fault { source: fault.source.filter(|_| self.source), ..*fault };
        let _ = fault.keys(&mut attributes);
        message.end_items();
        (&self.resource, &self.record)
    }

    /// The node: its number, and its name.
    fn resource(&self, out: &mut Vec<u8>, event: Option<&Event<'_>>) {
        let mut message = Message::new(out, self.encoding);
        message.begin_items(RESOURCE_ATTRIBUTES);
        attribute(&mut message, RESOURCE_ATTRIBUTES, "service.name", SERVICE_NAME);
        if let Some(name) = event.and_then(|event| self.site.node_name(event)) {
            let name = String::from_utf8_lossy(name);
            attribute(&mut message, RESOURCE_ATTRIBUTES, "host.name", &*name);
        }
        if let Some(number) = event.and_then(Event::node) {
            attribute(&mut message, RESOURCE_ATTRIBUTES, "ems.node", &number);
        }
        message.end_items();
    }

    fn log_record(&mut self, out: &mut Vec<u8>, record: &Record<'_>) {
        let described = &record.described;
        find(described.buffer(), &mut self.findings);
        let event = described.event();
        let mut message = Message::new(out, self.encoding);
        let generated = event.and_then(Event::generated).map_or(0, unix_nanos);
        let logged = event.and_then(Event::logged).map_or(0, unix_nanos);
        let observed = if logged > 0 { logged } else { record.observed.map_or(0, unix_nanos) };
        for (field, time) in [(TIME, generated), (OBSERVED_TIME, observed)] {
            if time > 0 {
                message.fixed64(field, time);
            }
        }
        let body = if let Some(event) = event {
            let level = self.site.severity(event);
            message.enumeration(SEVERITY_NUMBER, level.number());
            message.text(SEVERITY_TEXT, level.name());
            self.site.sentence_text(event, &self.site.render_options(false), &mut self.text);
            let body = message.begin_message(BODY);
            text_value(&mut message, self.text.as_str());
            body
        } else {
            let body = message.begin_message(BODY);
            text_value(&mut message, &super::CommandText(described.buffer()));
            body
        };
        message.end_message(body);
        message.begin_items(ATTRIBUTES);
        let text = event.map(|_| self.text.as_str());
        let source = record.source.filter(|_| self.source);
        let record = Record { text, findings: &self.findings, raw: self.raw, source, ..*record };
        let mut attributes =
            Attributes { message: &mut message, field: ATTRIBUTES, prefix: PREFIX, open: None };
        // Writing to a Vec does not fail, and all tokens have been read.
        let _ = record.keys(&mut attributes, false);
        let mut attributes = Attributes { message: &mut message, field: ATTRIBUTES, prefix: "", open: None };
        let _ = named(&record, &mut self.names, &mut attributes);
        message.end_items();
        if let Some(event) = event.filter(|event| event.number().is_some()) {
            message.shown(EVENT_NAME, &self.site.event_id(event));
        }
    }
}

/// Nanoseconds since 1970 began; 0 for what is not a time since then.
fn unix_nanos(time: Timestamp) -> u64 {
    let micros = if time.is_elapsed() { None } else { time.unix_micros() };
    micros.and_then(|micros| u64::try_from(micros).ok()?.checked_mul(1000)).unwrap_or(0)
}

/// Requests as lines of OTLP JSON.
struct Lines {
    writer: Writer,
    batch: Batch,
    most: usize,
}

/// A request is not longer: receivers and proxies commonly take 1 MB.
pub const MOST_BYTES: usize = 1_000_000;

impl Lines {
    fn new(site: &Site, options: &Options) -> Self {
        let writer = Writer::new(site, Encoding::Json, options.raw).with_source(options.source);
        Self { writer, batch: Batch::new(Encoding::Json), most: options.otlp_batch.max(1) }
    }

    /// Writes what is there before a record that there would be too much with, and after one that fills it.
    fn write_if(&mut self, out: &mut Vec<u8>, is_last: bool) {
        if self.batch.is_empty() {
            return;
        }
        if is_last || self.batch.len() >= self.most || self.batch.size() >= MOST_BYTES / 2 {
            self.batch.request(0..self.batch.len(), out);
            out.push(b'\n');
            self.batch.drain(usize::MAX);
        }
    }
}

impl Format for Lines {
    fn event(&mut self, out: &mut Vec<u8>, record: &Record<'_>) -> Result<(), DecodeError> {
        self.writer.push(&mut self.batch, record)?;
        self.write_if(out, false);
        Ok(())
    }

    fn command(&mut self, out: &mut Vec<u8>, record: &Record<'_>) -> Result<(), DecodeError> {
        self.event(out, record)
    }

    fn has_parts(&self) -> bool {
        true
    }

    /// The length of the resource, the resource, the log record.
    fn part(&mut self, part: &mut Vec<u8>, record: &Record<'_>) -> Result<(), DecodeError> {
        let (resource, record) = self.writer.encode(record)?;
        part.extend_from_slice(&resource.len().to_ne_bytes());
        part.extend_from_slice(resource);
        part.extend_from_slice(record);
        Ok(())
    }

    fn join(&mut self, out: &mut Vec<u8>, part: &[u8]) {
        let Some((len, rest)) = part.split_first_chunk() else { return };
        let Some((resource, record)) = rest.split_at_checked(usize::from_ne_bytes(*len)) else { return };
        self.batch.push(resource, record);
        self.write_if(out, false);
    }

    fn fault(&mut self, out: &mut Vec<u8>, fault: &Fault<'_>) {
        self.writer.push_fault(&mut self.batch, fault);
        self.write_if(out, false);
    }

    fn flush(&mut self, out: &mut Vec<u8>) {
        self.write_if(out, true);
    }
}
