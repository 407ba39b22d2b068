//! `zems import syslog`: lines of a system log.

use std::io::Write;
use std::path::PathBuf;

use jiff::tz::TimeZone;
use zems::spi::Timestamp;
use zems::syslog::{Importer, Line, TimePolicy, frame_len, split_frames};

use super::{Common, Events};
use crate::Stop;
use crate::args::definitions;
use crate::input::follow;
use crate::input::lines::{self, LineSink, Origin};
use crate::terminal::output::Reject;
use crate::terminal::report::{Report, say};

/// Make events of lines of a system log: RFC 5424, BSD, every format of Junos.
#[derive(Debug, clap::Args)]
#[group(skip)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// Read times without a zone in this zone. An hour that occurs twice is the first one.
    #[arg(long, value_name = "NAME", env = "ZEMS_ZONE", default_value = "GMT", value_parser = definitions::zone)]
    zone: TimeZone,
    /// Use this year for lines without one. Default: this year, or last year if the time would be more than a day
    /// ahead.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=9999))]
    year: Option<u16>,
    /// Give the number of a node; repeatable.
    #[arg(long, value_name = "NAME=NUMBER", value_parser = definitions::node)]
    node: Vec<(i32, String)>,
    /// Collect lines that do not fit into an event in this file.
    #[arg(long, value_name = "FILE")]
    reject: Option<PathBuf>,
    #[command(flatten)]
    common: Common,
    #[command(flatten)]
    follow: follow::Args,
}

const EXAMPLES: &str = "\
A line whose tag no definition knows becomes event 0 of SYSLOG.1.0 with its text. A line without a date gets no time.
Octet-counted frames (LENGTH <PRI>...) are split. Zone abbreviations are those of RFC 2822 and of Europe, Asia and Australia.

Examples:
  zems import syslog /var/log/messages -o events.bin
  zems import syslog --year 2025 --zone Europe/Berlin --format json junos.log
  zems import syslog --follow --state junos.state /var/log/junos.log |
      zems decode --follow --otlp-to http://localhost:4318";

pub(crate) fn run(args: &Args, report: &mut Report) -> Result<(), Stop> {
    report.count("lines");
    args.common
        .names()
        .output("--reject", args.reject.as_deref())
        .output("--state", args.follow.state.as_deref())
        .output("--state", args.follow.state.as_deref().map(zems_io::lock_of).as_deref())
        .check()?;
    args.follow.check(&args.common.files.named())?;
    args.follow.hold()?;
    let definitions = args.common.definitions.load()?;
    let (templates, dictionary) = (definitions.templates(), definitions.dictionary());
    let mut events = if args.follow.is_service() {
        Events::going_on(&args.common, &definitions)?
    } else {
        Events::new(&args.common, &definitions)?
    };
    events.reject = Reject::new(args.reject.as_deref(), args.follow.is_service())?;
    let east = |time: Timestamp| definitions::offset(&args.zone, time);
    let policy = TimePolicy { now: Timestamp::UNSET, year: args.year, zone: Some(&east) };
    let importer = Importer::new(dictionary, templates).map_err(|error| Stop::Usage(error.to_string()))?;
    let importer = importer.with_nodes(&args.node);
    let mut import = Import { importer, policy, events, bytes: Vec::new(), own_words: 0 };
    lines::read(&args.common.files, &args.follow, report, &mut import)?;
    let (count, all) = (import.own_words, import.events.count);
    import.events.finish("are SYSLOG event 0 with their text: no definition knows their tag")?;
    if count > 0 {
        say(format_args!(
            "{count} of {all} events keep their text: the template of their message has other words"
        ));
    }
    Ok(())
}

struct Import<'i> {
    importer: Importer<'i>,
    policy: TimePolicy<'i>,
    events: Events<'i>,
    bytes: Vec<u8>,
    /// Events of known messages whose text their template does not explain.
    own_words: u64,
}

fn length(frame: &[u8]) -> u64 {
    u64::try_from(frame.len()).unwrap_or(u64::MAX)
}

impl LineSink for Import<'_> {
    fn frame_len(&self, front: &[u8]) -> Option<usize> {
        frame_len(front)
    }

    fn line(&mut self, line: &[u8], origin: &Origin<'_>, report: &mut Report) -> Result<(), Stop> {
        // A run may last beyond the end of a year.
        let line_len = line.len();
        let now = Timestamp::from_unix_micros(jiff::Timestamp::now().as_microsecond());
        let policy = TimePolicy { now: now.unwrap_or(Timestamp::UNSET), ..self.policy };
        let mut start = 0;
        for frame in split_frames(line) {
            self.bytes.clear();
            let line = Line::parse_bytes(frame);
            let imported = self.importer.event(&line, &policy, &mut self.bytes);
            let made = imported.map(|imported| {
                let is_known = imported.message.is_some();
                self.own_words += u64::from(is_known && imported.has_text && !line.message().is_empty());
                (self.bytes.as_slice(), is_known)
            });
            let is_all = frame.len() == line_len;
            let offset = origin.offset + start;
            let (len, bytes) = if is_all { (origin.len, origin.bytes) } else { (length(frame), frame) };
            self.events.put(made, &Origin { offset, len, bytes, ..*origin }, report)?;
            start += length(frame);
        }
        Ok(())
    }

    fn piece(&mut self, bytes: &[u8]) -> Result<(), Stop> {
        self.events.reject.keep(bytes)
    }

    fn too_long(&mut self, origin: &Origin<'_>, report: &mut Report) -> Result<(), Stop> {
        let len = origin.len;
        self.events.bad(&format_args!("{len} bytes are more than an event can hold"), len, origin, report)
    }

    fn flush(&mut self) -> Result<(), Stop> {
        Ok(self.events.output.flush()?)
    }
}
