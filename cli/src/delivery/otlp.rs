//! `zems decode --format otlp`: events as OpenTelemetry log records, as lines on standard output or to a receiver.
//!
//! A receiver gets protobuf over HTTP from a thread of its own. A request that the receiver cannot take now is kept and sent again,
//! after the time it asks for or after longer and longer pauses, and meanwhile reading stops when enough waits: no event is dropped.
//! What it refuses for good is counted and told, and makes the exit code 1.

use core::hash::BuildHasher;
use core::sync::atomic::{AtomicU64, Ordering};
use core::time::Duration;
use std::collections::HashSet;
use std::fmt;
use std::hash::RandomState;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread::{self, JoinHandle};
use std::time::Instant;

use prost::Message as _;
use ureq::http::{HeaderName, HeaderValue, Uri};
use zems::otlp::proto::collector::logs::v1::ExportLogsServiceResponse;
use zems::otlp::proto::logs::v1::LogRecord;
use zems::otlp::{About, Batch, LogWriter, Node, Severity, SeverityTable, encode_json, encode_protobuf};
use zems::spi::read::{Buffer, DecodeError};
use zems::template::NodeNames;

use crate::Stop;
use crate::args::definitions::Definitions;
use crate::commands::encode::now;
use crate::delivery::background;
use crate::input::Bad;
use crate::terminal::report::{Report, say};

#[derive(Debug, clap::Args)]
#[group(skip)]
#[command(next_help_heading = "OTLP")]
pub(crate) struct Args {
    /// Send to this receiver, with protobuf over HTTP, and write nothing: http://HOST:4318. The path is /v1/logs if there is none.
    #[arg(long, value_name = "URL", value_parser = url)]
    pub(crate) otlp_to: Option<String>,
    /// A header of every request: Authorization=Bearer xyz; repeatable.
    #[arg(long, value_name = "NAME=VALUE", value_parser = header, requires = "otlp_to")]
    otlp_header: Vec<(HeaderName, HeaderValue)>,
    /// Give up on a receiver that takes nothing for so long; without it, try for ever.
    #[arg(long, value_name = "SECONDS", requires = "otlp_to")]
    otlp_retry_for: Option<u64>,
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

/// A request or line is not much longer.
const MOST_BYTES: usize = 1 << 20;
/// Records that wait for the thread that sends.
const QUEUE: usize = 1024;
const FIRST_PAUSE: Duration = Duration::from_millis(500);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);
/// A receiver that asks for less is not asked again sooner.
const SHORTEST_RETRY_AFTER: Duration = Duration::from_millis(100);
/// A receiver that asks for more is asked again after this.
const LONGEST_RETRY_AFTER: Duration = Duration::from_secs(3600);
const ANSWER_TIMEOUT: Duration = Duration::from_secs(30);
const LONGEST_ANSWER: u64 = 1 << 20;
/// Characters of an answer that are shown.
const SHOWN: usize = 300;

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
    Receiver(Sender),
}

impl<'d> Output<'d> {
    pub(crate) fn new(
        args: &Args,
        definitions: &'d Definitions,
        nodes: &'d [(i32, String)],
        names: bool,
        raw: bool,
        report: &mut Report,
    ) -> Result<Self, Stop> {
        let mut severities = SeverityTable::default();
        for (key, severity) in &args.otlp_severity {
            let set = severities.set(key, *severity, definitions.dictionary());
            set.map_err(|error| Stop::Usage(format!("--otlp-severity: {error}")))?;
        }
        let writer = LogWriter::new(definitions.dictionary()).names(names).raw(raw).severities(severities);
        let batch = Batch::new(usize::try_from(args.otlp_batch).unwrap_or(usize::MAX), MOST_BYTES);
        let destination = match &args.otlp_to {
            Some(url) => {
                report.serve()?;
                let sender = Sender::start(args, url.clone(), batch);
                report.counters().show(&sender.progress);
                Destination::Receiver(sender)
            }
            None => Destination::Lines(batch),
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
            Destination::Receiver(sender) => sender.hand_over(Item::Flush),
        }
    }

    /// Everything is to have arrived; what is still in a batch for standard output is for [`flush`](Self::flush).
    pub(crate) fn finish(&mut self) -> Result<(), Stop> {
        match &mut self.destination {
            Destination::Lines(_) => Ok(()),
            Destination::Receiver(sender) => sender.finish(),
        }
    }

    /// How many log records have been handed on, and how many of them need not be sent again.
    pub(crate) fn handed_on(&self) -> (u64, u64) {
        match &self.destination {
            Destination::Lines(_) => (0, 0),
            Destination::Receiver(sender) => (sender.progress.handed_over(), sender.progress.answered()),
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
            Destination::Receiver(sender) => sender.hand_over(Item::Record(node, Box::new(record))),
        }
    }
}

fn write_line(line: &mut String, batch: &mut Batch) {
    if !batch.is_empty() {
        encode_json(line, &batch.take());
        line.push('\n');
    }
}

#[derive(PartialEq)]
enum Item {
    Record(Node, Box<LogRecord>),
    /// Nothing more comes for now.
    Flush,
}

/// How far sending is.
#[derive(Debug, Default)]
struct Progress {
    handed_over: AtomicU64,
    taken: AtomicU64,
    refused: AtomicU64,
}

impl Progress {
    fn handed_over(&self) -> u64 {
        self.handed_over.load(Ordering::Relaxed)
    }

    /// Records that the receiver has taken, or will never take.
    fn answered(&self) -> u64 {
        self.taken.load(Ordering::Acquire) + self.refused.load(Ordering::Acquire)
    }

    fn answer(&self, taken: u64, refused: u64) {
        self.taken.fetch_add(taken, Ordering::Release);
        self.refused.fetch_add(refused, Ordering::Release);
    }
}

impl fmt::Display for Progress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [taken, refused] = [&self.taken, &self.refused].map(|count| count.load(Ordering::Acquire));
        let waiting = self.handed_over().saturating_sub(taken + refused);
        write!(f, "{taken} taken, {refused} refused, {waiting} waiting")
    }
}

/// Sends in the background.
struct Sender {
    url: String,
    queue: Option<SyncSender<Item>>,
    worker: Option<JoinHandle<()>>,
    progress: Arc<Progress>,
}

impl Sender {
    fn start(args: &Args, url: String, batch: Batch) -> Self {
        let (queue, items) = sync_channel(QUEUE);
        let progress = Arc::new(Progress::default());
        let worker = Worker {
            post: Post::new(url.clone(), args.otlp_header.clone()),
            url: url.clone(),
            items,
            batch,
            delay: Duration::from_millis(args.otlp_delay),
            retry_for: args.otlp_retry_for.map(Duration::from_secs),
            progress: Arc::clone(&progress),
            said: HashSet::new(),
        };
        let worker = thread::spawn(move || worker.run());
        Self { url, queue: Some(queue), worker: Some(worker), progress }
    }

    /// Waits while too much waits.
    fn hand_over(&mut self, item: Item) -> Result<(), Stop> {
        let Some(queue) = &self.queue else { return Ok(()) };
        let count = u64::from(matches!(item, Item::Record(..)));
        self.progress.handed_over.fetch_add(count, Ordering::Relaxed);
        if background::hand_over(queue, item) { Ok(()) } else { Err(self.failed()) }
    }

    fn finish(&mut self) -> Result<(), Stop> {
        self.queue = None;
        if !self.worker.take().is_none_or(background::join) {
            return Err(self.failed());
        }
        let taken = self.progress.taken.load(Ordering::Acquire);
        if taken == self.progress.handed_over() { Ok(()) } else { Err(self.failed()) }
    }

    fn failed(&self) -> Stop {
        let all = self.progress.handed_over();
        let left = all.saturating_sub(self.progress.taken.load(Ordering::Acquire));
        Stop::Undelivered(format!("{}: {left} of {all} events not taken", self.url))
    }
}

struct Worker {
    post: Post,
    url: String,
    items: Receiver<Item>,
    batch: Batch,
    delay: Duration,
    retry_for: Option<Duration>,
    progress: Arc<Progress>,
    /// Reasons that have been told.
    said: HashSet<String>,
}

/// What a receiver made of a request.
enum Answer {
    /// All taken but so many records, and what it has to say.
    Taken { but: u64, message: String },
    /// It will not take it.
    Refused(String),
    /// It could not take it now, and says when to ask again.
    Later(String, Option<Duration>),
}

/// The receiver takes nothing for too long.
struct GivenUp;

impl Worker {
    fn run(mut self) {
        let mut due: Option<Instant> = None;
        loop {
            let item = match due {
                None => self.items.recv().map_err(|_| RecvTimeoutError::Disconnected),
                Some(due) => self.items.recv_timeout(due.saturating_duration_since(Instant::now())),
            };
            let is_last = item == Err(RecvTimeoutError::Disconnected);
            if let Ok(Item::Record(node, record)) = item {
                self.batch.push(node, *record);
                due = due.or_else(|| Instant::now().checked_add(self.delay));
                if !self.batch.is_full() {
                    continue;
                }
            }
            due = None;
            if self.send().is_err() || is_last {
                return;
            }
        }
    }

    /// Sends the batch until it is taken or refused.
    fn send(&mut self) -> Result<(), GivenUp> {
        if self.batch.is_empty() {
            return Ok(());
        }
        let count = u64::try_from(self.batch.len()).unwrap_or(u64::MAX);
        let bytes = encode_protobuf(&self.batch.take());
        let end = self.retry_for.and_then(|limit| Instant::now().checked_add(limit));
        let mut pause = FIRST_PAUSE;
        loop {
            match self.post.send(&bytes) {
                Answer::Taken { but, message } => {
                    let refused = but.min(count);
                    self.progress.answer(count - refused, refused);
                    if refused > 0 {
                        say(format_args!("{}: {refused} of {count} events refused: {message}", self.url));
                    } else if !message.is_empty() {
                        self.say_once(message);
                    }
                    return Ok(());
                }
                Answer::Refused(reason) => {
                    self.progress.answer(0, count);
                    self.say_once(format!("events refused: {reason}"));
                    return Ok(());
                }
                Answer::Later(reason, after) => {
                    let wait = after.unwrap_or_else(|| jitter(pause));
                    let seconds = wait.as_secs_f32();
                    say(format_args!(
                        "{}: {reason}; {count} events wait, next try in {seconds:.1} s",
                        self.url
                    ));
                    pause = LONGEST_PAUSE.min(pause * 2);
                    let left =
                        end.map_or(wait, |end| end.saturating_duration_since(Instant::now()).min(wait));
                    if !background::sleep(left) || left < wait {
                        self.say_once(format!("given up: {reason}"));
                        return Err(GivenUp);
                    }
                }
            }
        }
    }

    fn say_once(&mut self, message: String) {
        if self.said.insert(message.clone()) {
            say(format_args!("{}: {message}", self.url));
        }
    }
}

/// Between half of a pause and all of it, so that not all senders come back at once.
fn jitter(pause: Duration) -> Duration {
    let random = RandomState::new().hash_one(pause) % 1000;
    pause / 2 + pause * u32::try_from(random).unwrap_or(0) / 2000
}

/// Requests to one URL.
struct Post {
    agent: ureq::Agent,
    url: String,
    headers: Vec<(HeaderName, HeaderValue)>,
}

impl Post {
    fn new(url: String, headers: Vec<(HeaderName, HeaderValue)>) -> Self {
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .timeout_global(Some(ANSWER_TIMEOUT))
            .user_agent(concat!("zems/", env!("CARGO_PKG_VERSION")));
        Self { agent: config.build().into(), url, headers }
    }

    fn send(&self, bytes: &[u8]) -> Answer {
        let mut request = self.agent.post(&self.url).header("Content-Type", "application/x-protobuf");
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        let mut response = match request.send(bytes) {
            Ok(response) => response,
            Err(error @ (ureq::Error::Http(_) | ureq::Error::BadUri(_))) => {
                return Answer::Refused(error.to_string());
            }
            Err(error) => return Answer::Later(error.to_string(), None),
        };
        let status = response.status();
        let after = response.headers().get("retry-after").and_then(|after| retry_after(after.to_str().ok()?));
        let body = response.body_mut().with_config().limit(LONGEST_ANSWER).read_to_vec();
        match (status.as_u16(), body) {
            // Taken or not? Sent twice is better than lost.
            (200..=299, Err(error)) => Answer::Later(error.to_string(), None),
            (200..=299, Ok(body)) => {
                let response = ExportLogsServiceResponse::decode(body.as_slice()).unwrap_or_default();
                let partial = response.partial_success.unwrap_or_default();
                Answer::Taken {
                    but: u64::try_from(partial.rejected_log_records).unwrap_or(0),
                    message: partial.error_message,
                }
            }
            (429 | 502 | 503 | 504, _) => Answer::Later(status.to_string(), after),
            (_, body) => Answer::Refused(match readable(&body.unwrap_or_default()) {
                message if message.is_empty() => status.to_string(),
                message => format!("{status}: {message}"),
            }),
        }
    }
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

/// What a person can read of an answer, which is text or a message with a text in it.
fn readable(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(body);
    let printable = text.chars().map(|c| if c.is_control() || c == '\u{FFFD}' { ' ' } else { c });
    let printable: String = printable.take(SHOWN).collect();
    printable.trim().to_owned()
}

fn url(text: &str) -> Result<String, String> {
    let uri: Uri = text.parse().map_err(|error| format!("{error}"))?;
    match uri.scheme_str() {
        Some("http") => {}
        Some("https") => {
            return Err(
                "there is no TLS here: send to a collector nearby that has it, with http://".to_owned()
            );
        }
        _ => return Err("a receiver is given as http://HOST:4318".to_owned()),
    }
    let has_path = uri.path_and_query().is_some_and(|path| path.as_str() != "/");
    Ok(if has_path { text.to_owned() } else { format!("{}/v1/logs", text.trim_end_matches('/')) })
}

fn header(text: &str) -> Result<(HeaderName, HeaderValue), String> {
    let (name, value) = text.split_once('=').ok_or("a header is given as NAME=VALUE")?;
    let name = name.trim().parse::<HeaderName>().map_err(|error| error.to_string())?;
    let value = value.trim().parse::<HeaderValue>().map_err(|error| error.to_string())?;
    Ok((name, value))
}

fn severity(text: &str) -> Result<(String, Severity), String> {
    let (key, severity) = text.split_once('=').ok_or("a severity is given as KEY=SEVERITY")?;
    let severity = severity.trim().parse().map_err(|error: zems::otlp::SeverityError| error.to_string())?;
    Ok((key.trim().to_owned(), severity))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn receivers_have_a_path() {
        for (text, expected) in [
            ("http://localhost:4318", "http://localhost:4318/v1/logs"),
            ("http://localhost:4318/", "http://localhost:4318/v1/logs"),
            ("http://[::1]:4318", "http://[::1]:4318/v1/logs"),
            ("http://h/otlp/v1/logs?x=1", "http://h/otlp/v1/logs?x=1"),
        ] {
            assert_eq!(url(text).as_deref(), Ok(expected));
        }
        for text in ["https://h:4318", "h:4318", "ftp://h", "", "http://"] {
            assert!(url(text).is_err(), "{text}");
        }
    }

    #[test]
    fn waits_as_long_as_asked() {
        assert_eq!(retry_after("7"), Some(Duration::from_secs(7)));
        assert_eq!(retry_after("99999999"), Some(LONGEST_RETRY_AFTER));
        assert_eq!(retry_after("Sun, 06 Nov 1994 08:49:37 GMT"), Some(SHORTEST_RETRY_AFTER));
        assert_eq!(retry_after("Fri, 31 Dec 2100 23:59:59 GMT"), Some(LONGEST_RETRY_AFTER));
        assert_eq!(retry_after("soon"), None);
        for _ in 0..100 {
            let wait = jitter(FIRST_PAUSE);
            assert!(wait >= FIRST_PAUSE / 2 && wait <= FIRST_PAUSE, "{wait:?}");
        }
    }
}
