//! The options of lines of a system log, read (`import syslog`) and written (`--format syslog`).

use core::time::Duration;

use clap::ValueEnum;
use zems::describe::Record;
use zems::formats::syslog::{Framing, Style};
use zems::formats::{Format, Options};
use zems::site::Site;
use zems::syslog::Priority;

use crate::Stop;
use crate::delivery::Circumstances;
use crate::delivery::address::Address;
use crate::delivery::queue::Queue;
use crate::delivery::{syslog, tls};
use crate::terminal::report::{Report, say};

/// How lines of a system log are written.
#[derive(Debug, clap::Args)]
#[group(skip)]
#[command(next_help_heading = "Syslog")]
pub(crate) struct Args {
    /// Write lines in this form. Default: rfc5424; to a local socket, local.
    #[arg(long, value_enum, value_name = "STYLE")]
    syslog_style: Option<StyleArg>,
    /// Send to this receiver and write no output: tcp://HOST:PORT, tls://HOST:PORT, udp://HOST:PORT, unix:///PATH.
    /// The receiver may be slow, or down for a time: messages wait, and zems stops reading. The run ends when
    /// everything has arrived, or after --syslog-retry-for. The default port is 514, with TLS 6514. Over UDP, zems can only detect that no receiver is listening. See docs/delivery.md for
    /// what each of them guarantees.
    // Parsed later: a message about wrong usage would show a password.
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) syslog_to: Option<String>,
    /// Stop with exit code 1 if the receiver cannot be reached for SECONDS. Default: 60; with --follow, never.
    #[arg(long, value_name = "SECONDS", requires = "syslog_to")]
    syslog_retry_for: Option<u64>,
    /// Separate messages by their length (octets) or by newlines. Default: octets over TCP and TLS, newline
    /// elsewhere. A datagram is one message.
    #[arg(long, value_enum, value_name = "FRAMING")]
    framing: Option<FramingArg>,
    /// Warn about messages longer than N bytes: rsyslog, as installed, splits those longer than 8192.
    #[arg(long, value_name = "N", default_value_t = 8192)]
    max_message: usize,
    /// Use this facility for events without one: a name, a code of Junos, or a number.
    #[arg(long, value_name = "NAME", default_value = "local0", value_parser = facility)]
    facility: u8,
    /// Write this enterprise number in the structured data of EMS events.
    #[arg(long, value_name = "N", default_value_t = 32473)]
    enterprise: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum StyleArg {
    /// RFC 5424 to the letter.
    Rfc5424,
    /// Structured data as Junos writes it: what was read comes back as it was.
    Junos,
    /// RFC 3164.
    Bsd,
    /// RFC 3164 without a host, which receivers on local sockets expect.
    Local,
    /// The standard format of Junos, without PRI.
    Standard,
    /// The standard format of Junos with explicit priority.
    Explicit,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum FramingArg {
    /// One a line; line ends inside become #012.
    Newline,
    /// The length and a blank in front of each.
    Octets,
}

fn facility(name: &str) -> Result<u8, String> {
    Priority::facility_named(name).ok_or_else(|| {
        format!("`{name}` is not a facility: use a name such as daemon or local0, or a number from 0 to 23")
    })
}

/// How long a run that ends at the end of its input tries to reach a receiver.
const AWAY_FOR: Duration = Duration::from_secs(60);

/// Where messages go.
pub(crate) struct Output {
    format: Box<dyn Format>,
    options: Options,
    queue: Option<Queue<Vec<u8>>>,
    message: Vec<u8>,
    most_bytes: usize,
    /// Messages over that.
    too_long: u64,
    /// Commands and responses, which no message can be made of.
    left_out: u64,
}

impl Output {
    /// An output for these options.
    pub(crate) fn new(
        args: &Args,
        site: &Site,
        around: Circumstances<'_>,
        report: &mut Report,
    ) -> Result<Self, Stop> {
        let address = args.syslog_to.as_deref().map(str::parse::<Address>).transpose();
        let address = address.map_err(|error| Stop::Usage(format!("--syslog-to: {error}")))?;
        let is_local = matches!(address, Some(Address::Unix(_)));
        let style = match args.syslog_style {
            None if is_local => Style::Local,
            None | Some(StyleArg::Rfc5424) => Style::Rfc5424,
            Some(StyleArg::Junos) => Style::Junos,
            Some(StyleArg::Bsd) => Style::Bsd,
            Some(StyleArg::Local) => Style::Local,
            Some(StyleArg::Standard) => Style::Standard,
            Some(StyleArg::Explicit) => Style::ExplicitPriority,
        };
        let framing = match (args.framing, &address) {
            (Some(FramingArg::Newline), _) | (None, None | Some(Address::Unix(_))) => Framing::Newline,
            (Some(FramingArg::Octets), _) | (None, Some(_)) => Framing::Octets,
        };
        let (queue, framing) = match address {
            Some(address) => {
                let roots = || tls::roots(around.tls.ca.as_deref()).and_then(tls::client);
                let tls = matches!(address, Address::Tls(..)).then(roots).transpose();
                let tls = tls.map_err(|error| Stop::Usage(error.to_string()))?;
                report.serve()?;
                let away_for = match args.syslog_retry_for {
                    Some(seconds) => Some(Duration::from_secs(seconds)),
                    None => Some(AWAY_FOR).filter(|_| !around.follows),
                };
                let queue = syslog::start(address, framing, tls, away_for);
                report.counters().show(queue.counters());
                // The sender counts the octets, unless it finds that there is no stream, but a socket for datagrams.
                (Some(queue), if framing == Framing::Octets { Framing::Datagram } else { framing })
            }
            None => (None, framing),
        };
        let options = zems::formats::syslog::Options {
            style,
            framing,
            facility: args.facility,
            enterprise: args.enterprise,
        };
        let options = Options { syslog: options, ..Options::default() };
        let format = zems::formats::named("syslog").map(|format| format.make(site, &options));
        let format =
            format.and_then(Result::ok).ok_or_else(|| Stop::Usage("there is no format syslog".to_owned()))?;
        Ok(Self {
            format,
            options,
            queue,
            message: Vec::new(),
            most_bytes: args.max_message,
            too_long: 0,
            left_out: 0,
        })
    }

    /// The options of the format, if the messages are written and not sent.
    pub(crate) fn options(&self) -> Option<&Options> {
        self.queue.is_none().then_some(&self.options)
    }

    /// Sends the message of an event, which has been read before; or returns it to be written.
    pub(crate) fn record(&mut self, record: &Record<'_>) -> Result<&[u8], Stop> {
        self.message.clear();
        if record.described.event().is_none() {
            self.left_out += 1;
            return Ok(&[]);
        }
        // A token that cannot be read has been reported with the buffer.
        let _ = self.format.record(&mut self.message, record);
        self.note_len();
        if let Some(queue) = &mut self.queue {
            queue.send(core::mem::take(&mut self.message))?;
            return Ok(&[]);
        }
        Ok(&self.message)
    }

    /// Adds a message that was made with [`Output::options`]; that of a command is empty.
    pub(crate) fn join(&mut self, out: &mut Vec<u8>, message: &[u8], is_event: bool) {
        if !is_event {
            self.left_out += 1;
            return;
        }
        self.message.clear();
        self.message.extend_from_slice(message);
        self.note_len();
        out.extend_from_slice(message);
    }

    /// Says that the message may be too long.
    fn note_len(&mut self) {
        let len = self.message.strip_suffix(b"\n").unwrap_or(&self.message).len();
        if len > self.most_bytes {
            if self.too_long == 0 {
                say(format_args!(
                    "warning: a message has {len} bytes: a receiver may cut or split messages of more than {} (--max-message)",
                    self.most_bytes
                ));
            }
            self.too_long += 1;
        }
    }

    /// Waits until everything has arrived.
    pub(crate) fn finish(&mut self) -> Result<(), Stop> {
        if self.left_out > 0 {
            say(format_args!(
                "{} commands and responses are not events: no message was made of them",
                self.left_out
            ));
            self.left_out = 0;
        }
        if self.too_long > 1 {
            say(format_args!("warning: {} messages have more than {} bytes", self.too_long, self.most_bytes));
            self.too_long = 0;
        }
        self.queue.as_mut().map_or(Ok(()), Queue::finish)
    }

    /// Messages handed on, and those that have arrived for certain.
    pub(crate) fn handed_on(&self) -> (u64, u64) {
        let counters = self.queue.as_ref().map(Queue::counters);
        counters.map_or((0, 0), |counters| (counters.handed_over(), counters.settled()))
    }
}
