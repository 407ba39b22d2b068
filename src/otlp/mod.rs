//! Floor 5: events as OpenTelemetry log records, both ways.
//!
//! [`LogWriter`] makes a log record of a buffer, [`Batch`] requests of log records, [`LogReader`] buffers of log records. The messages
//! are those of `opentelemetry-proto`, re-exported as [`proto`]; [`encode_protobuf`], [`encode_json`] and their twins are the two
//! encodings of the protocol.
//!
//! # What goes where
//!
//! | log record | from |
//! |---|---|
//! | `time_unix_nano` | the generation time; 0 when it is no time after 1970 began |
//! | `observed_time_unix_nano` | the log time, else the time that the caller gives |
//! | `severity_number`, `severity_text` | [`SeverityTable`] |
//! | `body` | the sentence, which the caller gives |
//! | `event_name` | the event's name, else its subsystem and number: `ACME.7:101` |
//! | attributes `ems.*` | every key of the [JSON form](crate::json) but `text`: `ems.kind`, `ems.ssid`, `ems.number`, `ems.tokens`, ... |
//! | attributes by token name | the value of every token of the top level whose name is known, marks and lists left out |
//!
//! An attribute by token name holds the label of an enumeration, the text for reading where there is one, else the value, else its
//! bytes in hexadecimal digits. A token that occurs more than once has an array.
//!
//! The attributes `ems.*` are the whole event: objects are key-value lists, arrays arrays, numbers integers or doubles. Two
//! things differ from the JSON form. A time that is not set, `null` there, is the number 0. And whatever is nested deeper
//! than [`MAX_NESTING`] stands as a key-value list with the one key `json`, whose value is its JSON text: decoders of
//! both encodings refuse messages that nest much deeper, lists of tokens nest to 64.
//!
//! The resource is the node: `service.name` is `ems`, `host.name` the name of the node without its `\` (of the host, for a message
//! that came as syslog), `ems.node` the number of the node. The scope is `zems` and its version.
//!
//! ```
//! use zems::dictionary::Dictionary;
//! use zems::otlp::{About, Batch, LogReader, LogWriter, Logged, Node, decode_protobuf, encode_protobuf};
//! use zems::spi::{Timestamp, read::Buffer};
//!
//! let dictionary = Dictionary::builtin();
//! let buffer = Buffer::parse(zems::samples::BKUP_FAIL)?;
//! let text = Some("Backup process in CPU 3 died because its CPU is down");
//! let record = LogWriter::new(dictionary).record(&buffer, &About { text, ..About::default() })?;
//! assert_eq!((record.event_name.as_str(), record.severity_text.as_str()), ("ZRPC-EVT-BKUP-FAIL", "critical"));
//!
//! let mut batch = Batch::default();
//! batch.push(Node::of(&buffer, dictionary), record);
//! let bytes = encode_protobuf(&batch.take());
//!
//! let request = decode_protobuf(&bytes)?;
//! let record = &request.resource_logs[0].scope_logs[0].log_records[0];
//! let read = LogReader::new(dictionary).read(record, Timestamp::UNSET)?;
//! assert_eq!(read, Logged::Buffer(zems::samples::BKUP_FAIL.to_vec()));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod batch;
mod encoding;
mod parse;
mod read;
mod severity;
mod value;
mod write;

pub use batch::{Batch, Node};
pub use encoding::{OtlpError, decode_json, decode_protobuf, encode_json, encode_protobuf};
pub use opentelemetry_proto::tonic as proto;
pub use read::{LogReader, Logged, ReadError, body_text, record_time};
pub use severity::{Severity, SeverityError, SeverityTable};
pub use value::MAX_NESTING;
pub use write::{About, LogWriter};

use crate::dictionary::Dictionary;
use crate::ems::Event;
use crate::spi::Value;
use crate::spi::read::Wanted;

/// Stands before the keys of the JSON form.
const PREFIX: &str = "ems.";

/// What the event of a syslog message says in the token of this name.
fn syslog_value<'a>(event: &Event<'a>, token: &str, dictionary: &Dictionary) -> Option<Value<'a>> {
    let def = dictionary.token_named(token)?;
    let token = event.buffer().find(Wanted::of(def.home()?, def.stored_code()));
    token.ok().flatten().map(|token| token.value())
}
