use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::common::v1::InstrumentationScope;
use opentelemetry_proto::tonic::common::v1::any_value::Value as AnyValue;
use opentelemetry_proto::tonic::logs::v1::{LogRecord, ResourceLogs, ScopeLogs};
use opentelemetry_proto::tonic::resource::v1::Resource;
use prost::Message;

use super::syslog_value;
use super::value::attribute;
use crate::dictionary::Dictionary;
use crate::ems::{Event, HeaderToken, HeaderValue};
use crate::spi::Value;
use crate::spi::read::Buffer;

/// Where an event comes from: what a resource says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
#[allow(clippy::exhaustive_structs)]
pub struct Node {
    /// The name without `\`, `NODE`.
    pub name: Option<String>,
    /// The number.
    pub number: Option<i32>,
}

impl Node {
    /// The node of an event: its number, and the name in its process descriptor, or the host of the syslog message that it was. A
    /// command has none.
    #[must_use]
    pub fn of(buffer: &Buffer<'_>, dictionary: &Dictionary) -> Self {
        let Some(event) = Event::new(*buffer) else { return Self::default() };
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let name = match event.header_token(HeaderToken::NodeName) {
            Some(HeaderValue::Text(name)) => Some(text(name.strip_prefix(b"\\").unwrap_or(name))),
            _ => match syslog_value(&event, "SYSLOG-TKN-HOST", dictionary) {
                Some(Value::Char(host)) => Some(text(host)),
                _ => None,
            },
        };
        Self { name, number: event.node() }
    }

    /// What a resource says of the node.
    #[must_use]
    pub fn resource(&self) -> Resource {
        let mut attributes =
            vec![attribute("service.name", Some(AnyValue::StringValue(SERVICE_NAME.to_owned())))];
        if let Some(name) = &self.name {
            attributes.push(attribute("host.name", Some(AnyValue::StringValue(name.clone()))));
        }
        if let Some(number) = self.number {
            attributes.push(attribute("ems.node", Some(AnyValue::IntValue(number.into()))));
        }
        Resource { attributes, ..Resource::default() }
    }
}

const SERVICE_NAME: &str = "ems";

/// Log records on their way into a request, in the order they come: a resource begins whenever the node is another one.
#[derive(Clone, Debug)]
pub struct Batch {
    groups: Vec<(Node, Vec<LogRecord>)>,
    records: usize,
    bytes: usize,
    most_records: usize,
    most_bytes: usize,
}

impl Default for Batch {
    /// Full with 512 records, or 1 MB: a quarter of what receivers commonly take.
    fn default() -> Self {
        Self::new(512, 1 << 20)
    }
}

impl Batch {
    /// A batch that is full with so many records, or with records of so many bytes.
    #[must_use]
    pub const fn new(most_records: usize, most_bytes: usize) -> Self {
        Self { groups: Vec::new(), records: 0, bytes: 0, most_records, most_bytes }
    }

    /// Adds a record, full or not.
    pub fn push(&mut self, node: Node, record: LogRecord) {
        self.records += 1;
        self.bytes = self.bytes.saturating_add(record.encoded_len());
        match self.groups.last_mut().filter(|(last, _)| *last == node) {
            Some((_, records)) => records.push(record),
            None => self.groups.push((node, vec![record])),
        }
    }

    /// How many records there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.records
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.records == 0
    }

    /// Whether it is time to [`take`](Self::take) the request.
    #[must_use]
    pub const fn is_full(&self) -> bool {
        self.records >= self.most_records || self.bytes >= self.most_bytes
    }

    /// The request with all records; the batch is empty then.
    pub fn take(&mut self) -> ExportLogsServiceRequest {
        (self.records, self.bytes) = (0, 0);
        let groups = core::mem::take(&mut self.groups).into_iter();
        let resource_logs = groups.map(|(node, log_records)| ResourceLogs {
            resource: Some(node.resource()),
            scope_logs: [ScopeLogs { scope: Some(scope()), log_records, ..ScopeLogs::default() }].into(),
            ..ResourceLogs::default()
        });
        ExportLogsServiceRequest { resource_logs: resource_logs.collect() }
    }
}

fn scope() -> InstrumentationScope {
    InstrumentationScope {
        name: env!("CARGO_PKG_NAME").to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        ..InstrumentationScope::default()
    }
}
