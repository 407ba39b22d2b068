//! `zems decode --format otlp`: events as OpenTelemetry log records, as lines on standard output or to a receiver.

use core::time::Duration;
use std::sync::Arc;

use clap::ValueEnum;
use prost::Message;
use ureq::http::{HeaderName, HeaderValue};
use zems::otlp::proto::logs::v1::LogRecord;
use zems::otlp::{About, Batch, LogWriter, Node, Severity, SeverityTable, encode_json};
use zems::spi::read::{Buffer, DecodeError};
use zems::template::NodeNames;

use crate::Stop;
use crate::args::definitions::Definitions;
use crate::commands::encode::now;
use crate::delivery::Circumstances;
use crate::delivery::address::Url;
use crate::delivery::http::{MOST_BYTES, Post, Record};
use crate::delivery::queue::{Queue, Settings, Words};
use crate::input::Bad;
use crate::terminal::report::Report;

#[derive(Debug, clap::Args)]
#[group(skip)]
#[command(next_help_heading = "OTLP")]
pub(crate) struct Args {
    /// Send to this receiver, with protobuf over HTTP, and write nothing: http://HOST:4318 or https://HOST:4318. The default path
    /// is /v1/logs.
    // Parsed later: a message about wrong usage would show the password.
    #[arg(long, value_name = "URL")]
    pub(crate) otlp_to: Option<String>,
    /// Add a header to every request: Authorization=Bearer xyz; repeatable.
    #[arg(long, value_name = "NAME=VALUE", requires = "otlp_to")]
    otlp_header: Vec<String>,
    /// Stop with exit code 1 after SECONDS without success. Default: 60; with --follow, never.
    #[arg(long, value_name = "SECONDS", requires = "otlp_to")]
    otlp_retry_for: Option<u64>,
    /// Compress requests.
    #[arg(long, value_enum, default_value_t, value_name = "ENCODING", requires = "otlp_to")]
    otlp_compression: Encoding,
    /// Log records in a request, or on a line of standard output.
    #[arg(long, value_name = "N", default_value_t = 512, value_parser = clap::value_parser!(u32).range(1..))]
    otlp_batch: u32,
    /// How long a record waits for others before it is sent.
    #[arg(long, value_name = "MILLISECONDS", default_value_t = 1000)]
    otlp_delay: u64,
    /// The severity of events: emphasis=FATAL, ZEMS-VAL-ATTN-NEEDED=WARN, an event's name=ERROR2; repeatable.
    #[arg(long, value_name = "KEY=SEVERITY", value_parser = severity)]
    otlp_severity: Vec<(String, Severity)>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Encoding {
    #[default]
    None,
    Gzip,
}

const FIRST_PAUSE: Duration = Duration::from_millis(500);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);
/// How long a run that ends at the end of its input tries without success.
const RETRY_FOR: Duration = Duration::from_secs(60);

/// Where log records go.
pub(crate) struct Output<'d> {
    writer: LogWriter<'d>,
    definitions: &'d Definitions,
    nodes: &'d [(i32, String)],
    destination: Destination,
}

enum Destination {
    /// Lines of standard output.
    Lines(Batch),
    Receiver(Box<Sender>),
}

impl<'d> Output<'d> {
    pub(crate) fn new(
        args: &Args,
        definitions: &'d Definitions,
        nodes: &'d [(i32, String)],
        names: bool,
        raw: bool,
        circumstances: Circumstances<'_>,
        report: &mut Report,
    ) -> Result<Self, Stop> {
        let mut severities = SeverityTable::default();
        for (key, severity) in &args.otlp_severity {
            let set = severities.set(key, *severity, definitions.dictionary());
            set.map_err(|error| Stop::Usage(format!("--otlp-severity: {error}")))?;
        }
        let writer = LogWriter::new(definitions.dictionary()).names(names).raw(raw).severities(severities);
        let destination = match &args.otlp_to {
            Some(url) => {
                let sender = Sender::start(args, url, circumstances)?;
                report.serve()?;
                report.counters().show(sender.queue.counters());
                Destination::Receiver(Box::new(sender))
            }
            None => Destination::Lines(Batch::new(
                usize::try_from(args.otlp_batch).unwrap_or(usize::MAX),
                MOST_BYTES,
            )),
        };
        Ok(Self { writer, definitions, nodes, destination })
    }

    /// The log record of a buffer. What is to be written is added to `line`.
    pub(crate) fn buffer(
        &mut self,
        line: &mut String,
        buffer: &Buffer<'_>,
        about: &About<'_>,
    ) -> Result<(), Stop> {
        let record = self.writer.record(buffer, &About { observed: Some(now()), ..*about });
        // All tokens have been read before.
        let record = record.map_err(|error: DecodeError| Stop::Usage(error.to_string()))?;
        let mut node = Node::of(buffer, self.definitions.dictionary());
        if let (None, Some(number)) = (&node.name, node.number) {
            node.name = self.nodes.name(number).map(|name| name.trim_start_matches('\\').to_owned());
        }
        self.push(line, node, record)
    }

    /// The log record that stands for bytes that are no buffer.
    pub(crate) fn bad(&mut self, line: &mut String, bad: &Bad) -> Result<(), Stop> {
        let record = self.writer.error(bad.offset, bad.len, &bad.error, Some(now()));
        self.push(line, Node::default(), record)
    }

    /// What has been made is to go out.
    pub(crate) fn flush(&mut self, line: &mut String) -> Result<(), Stop> {
        match &mut self.destination {
            Destination::Lines(batch) => {
                write_line(line, batch);
                Ok(())
            }
            Destination::Receiver(sender) => sender.queue.flush(),
        }
    }

    /// Everything is to have arrived; what is still in a batch for standard output is for [`flush`](Self::flush).
    pub(crate) fn finish(&mut self) -> Result<(), Stop> {
        match &mut self.destination {
            Destination::Lines(_) => Ok(()),
            Destination::Receiver(sender) => sender.queue.finish(),
        }
    }

    /// How many log records have been handed on, and how many of them need not be sent again.
    pub(crate) fn handed_on(&self) -> (u64, u64) {
        match &self.destination {
            Destination::Lines(_) => (0, 0),
            Destination::Receiver(sender) => {
                let counters = sender.queue.counters();
                (counters.handed_over(), counters.settled())
            }
        }
    }

    fn push(&mut self, line: &mut String, node: Node, record: LogRecord) -> Result<(), Stop> {
        match &mut self.destination {
            Destination::Lines(batch) => {
                batch.push(node, record);
                if batch.is_full() {
                    write_line(line, batch);
                }
                Ok(())
            }
            Destination::Receiver(sender) => sender.send(node, &record),
        }
    }
}

fn write_line(line: &mut String, batch: &mut Batch) {
    if !batch.is_empty() {
        encode_json(line, &batch.take());
        line.push('\n');
    }
}

/// Log records on their way to a receiver.
struct Sender {
    queue: Queue<Record>,
    /// The last node, and what a resource says of it.
    resource: (Node, Arc<[u8]>),
}

impl Sender {
    fn start(args: &Args, url: &str, circumstances: Circumstances<'_>) -> Result<Self, Stop> {
        let Circumstances { tls, follows } = circumstances;
        let url: Url = url.parse().map_err(|error| Stop::Usage(format!("--otlp-to: {error}")))?;
        let headers: Result<_, Stop> = args.otlp_header.iter().map(|text| header(text)).collect();
        let retry_for = match args.otlp_retry_for {
            Some(seconds) => Some(Duration::from_secs(seconds)),
            None => Some(RETRY_FOR).filter(|_| !follows),
        };
        let settings = Settings {
            name: url.name.clone(),
            words: Words::Events,
            items: usize::try_from(args.otlp_batch).unwrap_or(usize::MAX),
            bytes: MOST_BYTES - 1,
            quiet: Duration::MAX,
            delay: Duration::from_millis(args.otlp_delay),
            first_pause: FIRST_PAUSE,
            longest_pause: LONGEST_PAUSE,
            retry_for,
        };
        let is_compressed = args.otlp_compression == Encoding::Gzip;
        let post = Post::new(url, headers?, scope(), is_compressed, tls.ca.as_deref())?;
        let node = Node::default();
        let resource = node.resource().encode_to_vec().into();
        Ok(Self { queue: Queue::start(post, settings), resource: (node, resource) })
    }

    fn send(&mut self, node: Node, record: &LogRecord) -> Result<(), Stop> {
        if node != self.resource.0 {
            let resource = node.resource().encode_to_vec().into();
            self.resource = (node, resource);
        }
        self.queue.send(Record { resource: Arc::clone(&self.resource.1), record: record.encode_to_vec() })
    }
}

/// The scope of every request, in protobuf.
fn scope() -> Vec<u8> {
    let mut batch = Batch::default();
    batch.push(Node::default(), LogRecord::default());
    let request = batch.take();
    let scopes = request.resource_logs.iter().flat_map(|resource| &resource.scope_logs);
    scopes.filter_map(|logs| logs.scope.as_ref()).map(Message::encode_to_vec).next().unwrap_or_default()
}

fn header(text: &str) -> Result<(HeaderName, HeaderValue), Stop> {
    // The text may hold a password: no message shows it.
    let wrong = |what: &str| Stop::Usage(format!("--otlp-header: {what}"));
    let (name, value) = text.split_once('=').ok_or_else(|| wrong("a header is given as NAME=VALUE"))?;
    let name = name.trim();
    let parsed =
        name.parse::<HeaderName>().map_err(|_| wrong("the part before = is not the name of a header"))?;
    let value = value.trim().parse::<HeaderValue>();
    let value =
        value.map_err(|_| wrong(&format!("the value of {name} has characters that no header may have")))?;
    Ok((parsed, value))
}

fn severity(text: &str) -> Result<(String, Severity), String> {
    let (key, severity) = text.split_once('=').ok_or("a severity is given as KEY=SEVERITY")?;
    let severity = severity.trim().parse().map_err(|error: zems::otlp::SeverityError| error.to_string())?;
    Ok((key.trim().to_owned(), severity))
}
