//! `zems decode --format otlp`: events as OpenTelemetry log records, as lines on standard output or to a receiver.

use core::time::Duration;
use std::sync::Arc;

use clap::ValueEnum;
use ureq::http::{HeaderName, HeaderValue};
use zems::formats::Fault;
use zems::formats::otlp::{self, Writer};
use zems::site::Site;
use zems::spi::read::DecodeError;

use crate::Stop;
use crate::delivery::Circumstances;
use crate::delivery::address::Url;
use crate::delivery::http::{MOST_BYTES, Post, Record};
use crate::delivery::queue::{Queue, Settings, Words};
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
    /// Put N log records into a request, or on a line of standard output.
    #[arg(long, value_name = "N", default_value_t = 512, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) otlp_batch: u32,
    /// Send a record at the latest after this time, so that others can join it.
    #[arg(long, value_name = "MILLISECONDS", default_value_t = 1000)]
    otlp_delay: u64,
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

/// Log records on their way to a receiver.
pub(crate) struct Sender {
    writer: Writer,
    queue: Queue<Record>,
    /// The last resource.
    resource: Arc<[u8]>,
}

impl Sender {
    pub(crate) fn start(
        args: &Args,
        url: &str,
        site: &Site,
        raw: bool,
        around: Circumstances<'_>,
        report: &mut Report,
    ) -> Result<Self, Stop> {
        let url: Url = url.parse().map_err(|error| Stop::Usage(format!("--otlp-to: {error}")))?;
        let headers: Result<_, Stop> = args.otlp_header.iter().map(|text| header(text)).collect();
        let retry_for = match args.otlp_retry_for {
            Some(seconds) => Some(Duration::from_secs(seconds)),
            None => Some(RETRY_FOR).filter(|_| !around.follows),
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
            away_for: None,
            loss_note: None,
        };
        let is_compressed = args.otlp_compression == Encoding::Gzip;
        let post = Post::new(url, headers?, otlp::scope(), is_compressed, around.tls.ca.as_deref())?;
        report.serve()?;
        let queue = Queue::start(post, settings);
        report.counters().show(queue.counters());
        let writer = Writer::new(site, otlp::Encoding::Protobuf, raw);
        Ok(Self { writer, queue, resource: Arc::default() })
    }

    /// Sends the log record of a buffer.
    pub(crate) fn record(&mut self, record: &zems::describe::Record<'_>) -> Result<(), Stop> {
        let (resource, bytes) =
            self.writer.encode(record).map_err(|error: DecodeError| Stop::Usage(error.to_string()))?;
        let (resource, record) = (Self::shared(&mut self.resource, resource), bytes.to_vec());
        self.queue.send(Record { resource, record })
    }

    /// Sends the log record that stands for bytes that are not a buffer.
    pub(crate) fn fault(&mut self, fault: &Fault<'_>) -> Result<(), Stop> {
        let (resource, bytes) = self.writer.encode_fault(fault);
        let (resource, record) = (Self::shared(&mut self.resource, resource), bytes.to_vec());
        self.queue.send(Record { resource, record })
    }

    fn shared(last: &mut Arc<[u8]>, resource: &[u8]) -> Arc<[u8]> {
        if **last != *resource {
            *last = resource.into();
        }
        Arc::clone(last)
    }

    /// The output is to be written.
    pub(crate) fn flush(&mut self) -> Result<(), Stop> {
        self.queue.flush()
    }

    /// Everything is to have arrived.
    pub(crate) fn finish(&mut self) -> Result<(), Stop> {
        self.queue.finish()
    }

    /// How many log records have been handed on, and how many of them need not be sent again.
    pub(crate) fn handed_on(&self) -> (u64, u64) {
        let counters = self.queue.counters();
        (counters.handed_over(), counters.settled())
    }
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
