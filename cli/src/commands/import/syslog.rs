//! `zems import syslog`: lines of a system log.

use std::path::PathBuf;

use jiff::tz::TimeZone;
use zems::spi::Timestamp;
use zems::syslog::{Importer, Line, TimePolicy};
use zems::template::{Matcher, Scratch};

use super::{Common, Events};
use crate::Stop;
use crate::args::definitions;
use crate::args::syslog::Texts;
use crate::input::follow;
use crate::input::lines::{self, LineSink, Origin};
use crate::terminal::output::Reject;
use crate::terminal::report::Report;

/// Lines of a system log: RFC 5424, BSD, every format of Junos.
#[derive(Debug, clap::Args)]
#[group(skip)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// The time zone of lines that say none. Of an hour that comes twice the first is taken.
    #[arg(long, value_name = "NAME", default_value = "GMT", value_parser = definitions::zone)]
    zone: TimeZone,
    /// The year of lines that say none. Without it: this year, or the last one if that would be more than a day ahead.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=9999))]
    year: Option<u16>,
    /// The number of a node; repeatable.
    #[arg(long, value_name = "NAME=NUMBER", value_parser = definitions::node)]
    node: Vec<(i32, String)>,
    /// Collect lines that no event can hold in this file.
    #[arg(long, value_name = "FILE")]
    reject: Option<PathBuf>,
    #[command(flatten)]
    common: Common,
    #[command(flatten)]
    follow: follow::Args,
}

const EXAMPLES: &str = "\
Lines that nothing explains become event 0 of SYSLOG.1.0 with their text. Lines without a date get no time.

Examples:
  zems import syslog /var/log/messages -o events.bin
  zems import syslog --year 2025 --zone Europe/Berlin --format json junos.log
  zems import syslog --follow --state junos.state /var/log/junos.log | zems decode --follow --otlp-to http://localhost:4318";

pub(crate) fn run(args: &Args, report: &mut Report) -> Result<(), Stop> {
    report.count("lines");
    let definitions = args.common.definitions.load()?;
    let (templates, dictionary) = (&definitions.templates, definitions.dictionary());
    let mut events = match args.follow.state {
        Some(_) => Events::going_on(&args.common, &definitions)?,
        None => Events::new(&args.common, &definitions)?,
    };
    events.reject = Reject::new(args.reject.as_deref(), args.follow.is_service())?;
    let matcher = Matcher::new(templates, dictionary);
    let (zone, nodes, scratch) = (&args.zone, &args.node, Scratch::default());
    let texts = Texts { templates, dictionary, matcher: &matcher, zone, nodes, scratch };
    let east = |time: Timestamp| definitions::offset(zone, time);
    let policy = TimePolicy { now: Timestamp::UNSET, year: args.year, zone: Some(&east) };
    let importer = Importer::new(dictionary).map_err(|error| Stop::Usage(error.to_string()))?;
    let mut import = Import { importer, texts, policy, events, bytes: Vec::new() };
    lines::read(&args.common.files, &args.follow, report, &mut import)?;
    import.events.finish("are SYSLOG event 0 with their text: nothing explains them")
}

struct Import<'i> {
    importer: Importer<'i>,
    texts: Texts<'i>,
    policy: TimePolicy<'i>,
    events: Events<'i>,
    bytes: Vec<u8>,
}

impl LineSink for Import<'_> {
    fn line(&mut self, line: &[u8], origin: &Origin<'_>, report: &mut Report) -> Result<(), Stop> {
        self.bytes.clear();
        // A run may last beyond the end of a year.
        let now = Timestamp::from_unix_micros(jiff::Timestamp::now().as_microsecond());
        let policy = TimePolicy { now: now.unwrap_or(Timestamp::UNSET), ..self.policy };
        let line = Line::parse_bytes(line);
        let imported = self.importer.event(&line, &policy, &mut self.texts, &mut self.bytes);
        let made = imported.map(|imported| (self.bytes.as_slice(), imported.message.is_some()));
        self.events.put(made, origin, report)
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
