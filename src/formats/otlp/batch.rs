use core::ops::Range;

use super::wire::{Encoding, Field, Message};

/// Log records on their way into requests, in the order they come, in one encoding. A resource begins whenever the node is another one.
#[derive(Clone, Debug, Default)]
pub struct Batch {
    encoding: Encoding,
    /// The records, one after the other.
    bytes: Vec<u8>,
    /// Where each record ends, and the number of its resource.
    records: Vec<(usize, usize)>,
    /// Resources, each but once in a row.
    resources: Vec<u8>,
    /// Where each resource ends.
    resource_ends: Vec<usize>,
}

const RESOURCE_LOGS: Field = Field::new(1, "resourceLogs");
const RESOURCE: Field = Field::new(1, "resource");
const SCOPE_LOGS: Field = Field::new(2, "scopeLogs");
const SCOPE: Field = Field::new(1, "scope");
const LOG_RECORDS: Field = Field::new(2, "logRecords");
const NAME: Field = Field::new(1, "name");
const VERSION: Field = Field::new(2, "version");

/// A generous size for the frames of a request and of its resources and scopes, without the records.
const FRAMES: usize = 160;

impl Batch {
    /// An empty batch.
    #[must_use]
    pub fn new(encoding: Encoding) -> Self {
        Self { encoding, ..Self::default() }
    }

    /// The encoding of the records.
    #[must_use]
    pub const fn encoding(&self) -> Encoding {
        self.encoding
    }

    /// Adds a record, both made by a [`Writer`](super::Writer) of the same encoding.
    pub fn push(&mut self, resource: &[u8], record: &[u8]) {
        if self.resource_ends.is_empty() || self.resource(self.resource_ends.len() - 1) != resource {
            self.resources.extend_from_slice(resource);
            self.resource_ends.push(self.resources.len());
        }
        self.bytes.extend_from_slice(record);
        self.records.push((self.bytes.len(), self.resource_ends.len() - 1));
    }

    fn resource(&self, number: usize) -> &[u8] {
        let end = |at: usize| self.resource_ends.get(at).copied().unwrap_or(0);
        let start = number.checked_sub(1).map_or(0, end);
        self.resources.get(start..end(number)).unwrap_or_default()
    }

    fn record(&self, number: usize) -> &[u8] {
        let end = |at: usize| self.records.get(at).map_or(0, |(end, _)| *end);
        let start = number.checked_sub(1).map_or(0, end);
        self.bytes.get(start..end(number)).unwrap_or_default()
    }

    /// How many records there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.records.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    /// At most how many bytes a request with all records has.
    #[must_use]
    pub fn size(&self) -> usize {
        // Each record has a frame of at most six bytes, each resource its own frames.
        self.bytes.len()
            + self.resources.len()
            + 6 * self.records.len()
            + FRAMES * (self.resource_ends.len() + 1)
    }

    /// Adds the request with these records to `out`: all of them, or a part of what a receiver found too large.
    pub fn request(&self, records: Range<usize>, out: &mut Vec<u8>) {
        let is_json = self.encoding == Encoding::Json;
        out.extend_from_slice(if is_json { b"{" } else { b"" });
        let mut message = Message::new(out, self.encoding);
        message.begin_items(RESOURCE_LOGS);
        let mut at = records.start;
        let end = records.end.min(self.records.len());
        while let Some((_, resource)) = self.records.get(at).filter(|_| at < end) {
            let logs = message.begin_item(RESOURCE_LOGS);
            message.made_message(RESOURCE, self.resource(*resource));
            message.begin_items(SCOPE_LOGS);
            let scope_logs = message.begin_item(SCOPE_LOGS);
            let scope = message.begin_message(SCOPE);
            write_scope(&mut message);
            message.end_message(scope);
            message.begin_items(LOG_RECORDS);
            while self.records.get(at).is_some_and(|(_, next)| next == resource && at < end) {
                message.made_item(LOG_RECORDS, self.record(at));
                at += 1;
            }
            message.end_items();
            message.end_message(scope_logs);
            message.end_items();
            message.end_message(logs);
        }
        message.end_items();
        out.extend_from_slice(if is_json { b"}" } else { b"" });
    }

    /// Forgets the first records.
    pub fn drain(&mut self, records: usize) {
        if records >= self.records.len() {
            self.bytes.clear();
            self.records.clear();
            self.resources.clear();
            self.resource_ends.clear();
            return;
        }
        let Some(cut) = records.checked_sub(1).and_then(|last| self.records.get(last)).map(|(end, _)| *end)
        else {
            return;
        };
        self.bytes.drain(..cut);
        self.records.drain(..records);
        self.records.iter_mut().for_each(|(end, _)| *end -= cut);
    }
}

fn write_scope(message: &mut Message<'_>) {
    message.text(NAME, env!("CARGO_PKG_NAME"));
    message.text(VERSION, env!("CARGO_PKG_VERSION"));
}

/// The scope of every request in protobuf, for what puts requests together itself.
#[must_use]
pub fn scope() -> Vec<u8> {
    let mut out = Vec::new();
    write_scope(&mut Message::new(&mut out, Encoding::Protobuf));
    out
}
