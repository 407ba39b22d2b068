//! OTLP over HTTP: batches of log records as requests to one URL.
//!
//! The answer to a request is the receiver's word for its log records: nothing of what it confirms can be lost on the way.

use core::time::Duration;
use std::io::{Read, Write as _};
use std::path::Path;
use std::sync::Arc;

use flate2::Compression;
use flate2::write::GzEncoder;
use prost::encoding::{WireType, encode_key, encode_varint};
use ureq::http::{HeaderName, HeaderValue};
use ureq::tls::{Certificate, RootCerts, TlsConfig};
use zems::formats::otlp::Response;

use crate::Stop;
use crate::delivery::address::Url;
use crate::delivery::queue::{Answer, Fault, Receiver};
use crate::delivery::tls;

/// A request is shorter: receivers and the proxies before them commonly refuse 1 MiB (nginx as installed).
pub(crate) const MOST_BYTES: usize = 1_000_000;
/// A receiver that asks for less is not asked again sooner.
const SHORTEST_RETRY_AFTER: Duration = Duration::from_millis(100);
/// A receiver that asks for more is asked again after this.
const LONGEST_RETRY_AFTER: Duration = Duration::from_secs(3600);
const ANSWER_TIMEOUT: Duration = Duration::from_secs(30);
/// Bytes of an answer that are read.
const LONGEST_ANSWER: u64 = 1 << 16;
/// Characters of an answer that are shown.
const SHOWN: usize = 300;

/// A log record in protobuf, and what it came from.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Record {
    /// `opentelemetry.proto.resource.v1.Resource`.
    pub(crate) resource: Arc<[u8]>,
    /// `opentelemetry.proto.logs.v1.LogRecord`.
    pub(crate) record: Vec<u8>,
}

/// Requests to one URL.
pub(crate) struct Post {
    agent: ureq::Agent,
    url: Url,
    headers: Vec<(HeaderName, HeaderValue)>,
    /// `opentelemetry.proto.common.v1.InstrumentationScope` of every request.
    scope: Vec<u8>,
    is_compressed: bool,
    request: Vec<u8>,
}

impl Post {
    pub(crate) fn new(
        url: Url,
        headers: Vec<(HeaderName, HeaderValue)>,
        scope: Vec<u8>,
        is_compressed: bool,
        ca: Option<&Path>,
    ) -> Result<Self, Stop> {
        let mut config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .timeout_global(Some(ANSWER_TIMEOUT))
            .user_agent(concat!("zems/", env!("CARGO_PKG_VERSION")));
        if url.is_tls {
            let roots = tls::roots(ca).map_err(|error| Stop::Usage(error.to_string()))?;
            let roots = roots.iter().map(|root| Certificate::from_der(root).to_owned()).collect();
            let tls = TlsConfig::builder()
                .root_certs(RootCerts::Specific(Arc::new(roots)))
                .unversioned_rustls_crypto_provider(tls::provider());
            config = config.tls_config(tls.build());
        }
        let agent = config.build().into();
        Ok(Self { agent, url, headers, scope, is_compressed, request: Vec::new() })
    }

    /// Puts `ExportLogsServiceRequest` together: a resource begins whenever it differs from that of the record before.
    fn assemble(&mut self, records: &[Record]) {
        const RESOURCE_LOGS: u32 = 1;
        const RESOURCE: u32 = 1;
        const SCOPE_LOGS: u32 = 2;
        const SCOPE: u32 = 1;
        const LOG_RECORDS: u32 = 2;
        self.request.clear();
        for group in records.chunk_by(|one, other| one.resource == other.resource) {
            let Some(first) = group.first() else { continue };
            let logs: usize = group.iter().map(|record| field_len(record.record.len())).sum();
            let scope_logs = field_len(self.scope.len()) + logs;
            let resource_logs = field_len(first.resource.len()) + field_len(scope_logs);
            begin(&mut self.request, RESOURCE_LOGS, resource_logs);
            field(&mut self.request, RESOURCE, &first.resource);
            begin(&mut self.request, SCOPE_LOGS, scope_logs);
            field(&mut self.request, SCOPE, &self.scope);
            group.iter().for_each(|record| field(&mut self.request, LOG_RECORDS, &record.record));
        }
    }

    fn post(&self, bytes: &[u8]) -> Result<Answer, Fault> {
        let mut request = self.agent.post(&self.url.address).header("Content-Type", "application/x-protobuf");
        if self.is_compressed {
            request = request.header("Content-Encoding", "gzip");
        }
        let is_authorized = self.headers.iter().any(|(name, _)| name == "authorization");
        if let Some(authorization) = self.url.authorization.as_ref().filter(|_| !is_authorized) {
            request = request.header("Authorization", authorization);
        }
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        let mut response = match request.send(bytes) {
            Ok(response) => response,
            Err(error @ (ureq::Error::Http(_) | ureq::Error::BadUri(_))) => {
                return Err(Fault::Refused(error.to_string()));
            }
            Err(error) => return Err(Fault::Later(readable(error.to_string().as_bytes()), None)),
        };
        let status = response.status();
        let after = response.headers().get("retry-after").and_then(|after| retry_after(after.to_str().ok()?));
        // A longer answer is as good as its front.
        let body = front(response.body_mut().as_reader(), LONGEST_ANSWER);
        let reason = match readable(&body) {
            message if message.is_empty() => status.to_string(),
            message => format!("{status}: {message}"),
        };
        match status.as_u16() {
            // The status alone says that the records are taken: sent again for an answer that cannot be read, they would be sent
            // forever.
            200..=299 => {
                let response = Response::from_protobuf(&body).unwrap_or_default();
                let message = readable(response.message.as_bytes());
                Ok(Answer { refused: response.rejected, message, is_doubtful: false })
            }
            413 => Err(Fault::TooLarge(reason)),
            status if is_about_the_records(status) => Err(Fault::Refused(reason)),
            _ => Err(Fault::Later(reason, after)),
        }
    }
}

/// Whether a status refuses these log records. Every other one is about the address, the credentials or the state of the
/// receiver: the records can be sent when that is mended, so none of them may be dropped.
const fn is_about_the_records(status: u16) -> bool {
    matches!(status, 400 | 406 | 409 | 410 | 411 | 412 | 414..=418 | 422 | 431)
}

impl Receiver for Post {
    type Item = Record;

    fn len(record: &Record) -> usize {
        // As if every record had a resource of its own.
        field_len(record.record.len()) + field_len(record.resource.len()) + OVERHEAD
    }

    fn confirm(&mut self, records: &[Record]) -> Result<Answer, Fault> {
        self.assemble(records);
        let compressed;
        let bytes = if self.is_compressed {
            let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
            // Writing to a vector does not fail.
            let written = encoder.write_all(&self.request).and_then(|()| encoder.finish());
            compressed = written.map_err(|error| Fault::Refused(error.to_string()))?;
            &compressed
        } else {
            &self.request
        };
        if bytes.len() >= MOST_BYTES && records.len() > 1 {
            return Err(Fault::TooLarge(format!("a request of {} bytes", bytes.len())));
        }
        self.post(bytes)
    }
}

/// The scope, and the headers of the messages that hold it.
const OVERHEAD: usize = 64;

fn varint_len(number: usize) -> usize {
    prost::encoding::encoded_len_varint(u64::try_from(number).unwrap_or(u64::MAX))
}

/// The length of a field with this many bytes. The numbers of all fields here take one byte.
fn field_len(bytes: usize) -> usize {
    1 + varint_len(bytes) + bytes
}

fn begin(to: &mut Vec<u8>, number: u32, len: usize) {
    encode_key(number, WireType::LengthDelimited, to);
    encode_varint(u64::try_from(len).unwrap_or(u64::MAX), to);
}

fn field(to: &mut Vec<u8>, number: u32, bytes: &[u8]) {
    begin(to, number, bytes.len());
    to.extend_from_slice(bytes);
}

/// The values that this many bytes can hold.
fn front(input: impl Read, most: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    // Keep the bytes that were read before a fault.
    let _ = input.take(most).read_to_end(&mut bytes);
    bytes
}

/// A number of seconds, or a date.
fn retry_after(text: &str) -> Option<Duration> {
    let by_date = || {
        let date = jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(text.trim()).ok()?;
        let left = date.duration_since(jiff::Timestamp::now());
        Some(Duration::try_from(left).unwrap_or(Duration::ZERO))
    };
    let after = text.trim().parse().ok().map(Duration::from_secs).or_else(by_date)?;
    Some(after.clamp(SHORTEST_RETRY_AFTER, LONGEST_RETRY_AFTER))
}

/// The readable part of an answer, which is text or a message with a text in it.
fn readable(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(body);
    let printable = text.chars().map(|c| if is_shown(c) { c } else { ' ' });
    let printable: String = printable.take(SHOWN).collect();
    printable.trim().to_owned()
}

/// Whether a character shows as itself and changes nothing around it.
fn is_shown(c: char) -> bool {
    !c.is_control()
        && !matches!(c, '\u{AD}' | '\u{61C}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFD}' | '\u{E0000}'..='\u{E0FFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_as_long_as_asked() {
        assert_eq!(retry_after("7"), Some(Duration::from_secs(7)));
        assert_eq!(retry_after("99999999"), Some(LONGEST_RETRY_AFTER));
        assert_eq!(retry_after("Sun, 06 Nov 1994 08:49:37 GMT"), Some(SHORTEST_RETRY_AFTER));
        assert_eq!(retry_after("Fri, 31 Dec 2100 23:59:59 GMT"), Some(LONGEST_RETRY_AFTER));
        assert_eq!(retry_after("soon"), None);
    }

    #[test]
    fn an_answer_cannot_reach_the_terminal() {
        assert_eq!(readable("a\x1b[2Jb\u{202e}c\u{2028}d\u{e0041}\n".as_bytes()), "a [2Jb c d");
    }

    #[test]
    fn the_estimate_of_a_request_is_not_too_small() {
        let resources: [Arc<[u8]>; 2] = [Arc::from(vec![1; 40]), Arc::from(vec![2; 40])];
        let url = "http://h".parse().unwrap();
        let mut post = Post::new(url, Vec::new(), vec![3; 30], false, None).unwrap();
        for len in [0, 100, 127, 128, 20_000] {
            let record =
                |at: usize| Record { resource: Arc::clone(&resources[at % 2]), record: vec![0; len] };
            let records: Vec<_> = (0..50).map(record).collect();
            post.assemble(&records);
            let estimate: usize = records.iter().map(Post::len).sum();
            assert!(post.request.len() <= estimate, "{} {estimate}", post.request.len());
        }
    }
}
