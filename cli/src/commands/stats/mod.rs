//! `zems stats`: the report of a night.

mod csv;
mod html;
mod json;
mod text;

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use jiff::tz::TimeZone;
use zems::analysis::stats::{Baseline, Interval, Night, Options, Stats};
use zems::filter::{BurstFilter, Compiled, Compiler, Session};
use zems::site::Site;
use zems::spi::Timestamp;
use zems::spi::read::Buffer;
use zems::text::SourceMap;

use crate::Stop;
use crate::args::definitions::{self, Definitions, read_text};
use crate::args::select;
use crate::input::{self, Bad, Flow, Form, Sink};
use crate::terminal::output::{self, Color, Output};
use crate::terminal::report::{Report, say};

/// Report on a log: counts by subsystem, event, process and subject, rates, first and last events, bursts, what is new.
#[derive(Debug, clap::Args)]
#[group(skip)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// Report in this format.
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: Format,
    /// Also write the report to this file, as one HTML page with charts, without scripts or network access.
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    /// Compare with another log: events whose subsystem and number do not occur in it are new. Selections do not apply to it;
    /// repeatable.
    #[arg(long, value_name = "FILE")]
    baseline: Vec<PathBuf>,
    /// Show N rows of each table; of intervals, the busiest.
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..))]
    top: u32,
    /// Count rates by this interval.
    #[arg(long, value_enum, default_value_t, value_name = "INTERVAL")]
    by: By,
    /// Report the events that a burst filter would have hidden: that of FILE, or one with the default limits. Without
    /// this option bursts by the default limits are reported if there are any.
    #[arg(long, value_name = "FILE", num_args = 0..=1, default_missing_value = "", require_equals = true)]
    bursts: Option<String>,
    /// Give the number of a node that filters name; repeatable.
    #[arg(long, value_name = "NAME=NUMBER", value_parser = definitions::node)]
    node: Vec<(i32, String)>,
    /// Show times in this zone: Europe/Berlin, America/New_York, or local for that of this machine.
    #[arg(long, value_name = "NAME", env = "ZEMS_ZONE", default_value = "GMT", value_parser = definitions::zone)]
    zone: TimeZone,
    #[command(flatten)]
    input: input::Args,
    #[command(flatten)]
    select: select::Args,
    #[command(flatten)]
    definitions: definitions::Args,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Tables for people.
    #[default]
    Text,
    /// One JSON object a line.
    Json,
    /// Rows with the kind of each in the first column.
    Csv,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum By {
    Minute,
    #[default]
    Hour,
    Day,
}

const EXAMPLES: &str = "\
Examples:
  zems stats events.bin
  zems stats --by minute --zone Europe/Berlin --top 10 events.bin
  zems stats --baseline last-week.bin --html night.html events.bin
  zems stats --format json events.bin | jq 'select(.kind == \"event\")'
  zems stats --bursts=siteburst --ssid 'TANDEM.*' events.bin
  zems decode --filter siteburst --invert events.bin     every hidden event";

pub(crate) fn run(args: &Args, report: &mut Report) -> Result<(), Stop> {
    let names = args.input.names().inputs(&args.definitions.paths()).inputs(args.select.files());
    names.inputs(&args.baseline).output("--html", args.html.as_deref()).check()?;
    let definitions = args.definitions.load()?;
    args.select.begin(&args.zone, definitions.dictionary())?;
    let profile = definitions.dictionary().profile().clone();
    let filters = args.select.filters(&definitions, &args.definitions, &definitions.nodes(&args.node))?;
    let burst = match args.bursts.as_deref() {
        Some("") | None => BurstFilter::default(),
        Some(path) => burst_filter(Path::new(path), &definitions)?,
    };
    let mut site = definitions.into_site();
    for (number, name) in &args.node {
        site = site.node(*number, name.as_str());
    }
    if args.zone != TimeZone::UTC {
        let zone = args.zone.clone();
        site = site.zone(move |time| definitions::offset(&zone, time));
    }
    let site = site.build();
    let baseline = if args.baseline.is_empty() {
        None
    } else {
        let mut earlier = Earlier { site: &site, baseline: Baseline::default() };
        input::Args::of(&args.baseline, Form::Auto).read(&profile, report, &mut earlier)?;
        if earlier.baseline.is_full() {
            say(format_args!(
                "the baseline has too many kinds of events: some that are called new may be in it"
            ));
        }
        Some(earlier.baseline)
    };
    let by = match args.by {
        By::Minute => Interval::Minute,
        By::Hour => Interval::Hour,
        By::Day => Interval::Day,
    };
    let mut count = Count {
        args,
        site: &site,
        sessions: filters.sessions(|| site.filter_scratch()),
        stats: Stats::new(&site, Options { by, burst, baseline }),
        counted: 0,
    };
    let ended =
        if args.select.limit == Some(0) { Ok(()) } else { args.input.read(&profile, report, &mut count) };
    let night = count.stats.finish();
    let shown = Shown {
        night: &night,
        site: &site,
        zone: zone_name(&args.zone),
        top: usize::try_from(args.top).unwrap_or(usize::MAX),
        has_bursts: args.bursts.is_some() || night.bursts.count > 0,
    };
    let mut output = output::stdout();
    match args.format {
        Format::Text => text::write(&shown, &mut output)?,
        Format::Json => json::write(&shown, &mut output)?,
        Format::Csv => csv::write(&shown, &mut output)?,
    }
    output.flush()?;
    if let Some(path) = &args.html {
        let mut output = Output::new(Some(path))?;
        output.write_all(html::page(&shown).as_bytes())?;
        output.finish()?;
    }
    ended
}

/// The burst filter in a file.
fn burst_filter(path: &Path, definitions: &Definitions) -> Result<BurstFilter, Stop> {
    let mut sources = SourceMap::new();
    let id = sources.add(path.display().to_string(), read_text(path)?);
    let id = id.map_err(|error| Stop::Usage(error.to_string()))?;
    match select::result(Compiler::new(definitions.dictionary()).compile(&mut sources, id), &sources)? {
        Compiled::Burst(filter) => Ok(filter),
        _ => Err(Stop::Usage(format!("{}: the file is not a burst filter", path.display()))),
    }
}

/// The name of a zone as it is shown.
fn zone_name(zone: &TimeZone) -> String {
    match zone.iana_name() {
        Some("UTC" | "Etc/UTC" | "Etc/Unknown") => "GMT".to_owned(),
        Some(name) => name.to_owned(),
        None => zone.to_fixed_offset().map_or_else(|_| "local".to_owned(), |offset| offset.to_string()),
    }
}

struct Count<'d> {
    args: &'d Args,
    site: &'d Site,
    sessions: Vec<Session<'d, 'd>>,
    stats: Stats<'d>,
    counted: u64,
}

impl Sink for Count<'_> {
    fn buffer(&mut self, buffer: &Buffer<'_>, source: &str, _: &mut Report) -> Result<Flow, Stop> {
        let selected = self.args.select.selects(buffer, self.site, &mut self.sessions);
        selected.explain(buffer, source, Color::Auto);
        if !selected.is_wanted {
            return Ok(Flow::Next);
        }
        self.counted += 1;
        self.stats.count(buffer, source);
        Ok(if self.args.select.limit == Some(self.counted) { Flow::Enough } else { Flow::Next })
    }

    fn bad(&mut self, _: &Bad) -> Result<(), Stop> {
        Ok(())
    }
}

/// Reads the log that is compared with.
struct Earlier<'d> {
    site: &'d Site,
    baseline: Baseline,
}

impl Sink for Earlier<'_> {
    fn buffer(&mut self, buffer: &Buffer<'_>, _: &str, _: &mut Report) -> Result<Flow, Stop> {
        self.baseline.count(self.site, buffer);
        Ok(Flow::Next)
    }

    fn bad(&mut self, _: &Bad) -> Result<(), Stop> {
        Ok(())
    }
}

/// The selection and form of the output.
struct Shown<'d> {
    night: &'d Night,
    site: &'d Site,
    /// The name of the zone.
    zone: String,
    /// Rows of a table.
    top: usize,
    has_bursts: bool,
}

impl Shown<'_> {
    /// A time in the zone, to the second.
    fn time(&self, time: Timestamp) -> String {
        let text = self.site.local(time).to_string();
        text.get(..19).unwrap_or(&text).replace('T', " ")
    }

    /// An interval by its beginning, no longer than it must be.
    fn interval(&self, begin: Timestamp) -> String {
        let text = begin.to_string().replace('T', " ");
        let len = match self.night.timeline.interval() {
            Interval::Minute => 16,
            Interval::Hour => 13,
            _ => 10,
        };
        text.get(..len).unwrap_or(&text).to_owned()
    }

    /// A kind of events by its SSID, whatever the version, and number: `TANDEM.RPC 8 ZRPC-EVT-BKUP-FAIL`.
    fn kind(&self, ssid: zems::spi::Ssid, number: i16) -> String {
        let text = self.site.ssid(ssid).to_string();
        let subsystem = text.rsplit_once('.').map_or(&*text, |(subsystem, _)| subsystem);
        match self.site.dictionary().event(ssid, number) {
            Some(event) => format!("{subsystem} {number} {}", event.name()),
            None => format!("{subsystem} {number}"),
        }
    }

    /// The subject of a burst: its token and its value.
    fn subject(&self, burst: &zems::filter::Burst) -> Option<String> {
        let (owner, code) = burst.subject?;
        let token = self.site.token(owner, code);
        let mut text = token.map_or_else(|| code.to_string(), |token| token.name().to_owned());
        if !burst.subject_value.is_empty() {
            text = format!("{text} {}", value(&burst.subject_value));
        }
        Some(text)
    }

    /// The intervals that are shown, in their order: the busiest.
    fn busiest(&self) -> Vec<(Timestamp, u64)> {
        let mut rows: Vec<_> = self.night.timeline.counts().collect();
        if rows.len() > self.top {
            rows.sort_by_key(|(begin, count)| (core::cmp::Reverse(*count), *begin));
            rows.truncate(self.top);
            rows.sort();
        }
        rows
    }
}

/// A subject's value: text as such, else hexadecimal digits.
fn value(bytes: &[u8]) -> String {
    match core::str::from_utf8(bytes) {
        Ok(text) if !text.chars().any(char::is_control) => format!("\"{}\"", text.trim_end()),
        _ => bytes.iter().map(|byte| format!("{byte:02X}")).collect(),
    }
}

/// `1 event`, `2 events`.
fn number(count: u64, one: &str) -> String {
    format!("{count} {one}{}", if count == 1 { "" } else { "s" })
}

/// A place of a count in `steps` steps: 0 for none, the last for the most.
fn step(count: u64, most: u64, steps: usize) -> usize {
    let steps_wide = u128::try_from(steps).unwrap_or(1);
    let place = (u128::from(count) * steps_wide).div_ceil(u128::from(most.max(1)));
    usize::try_from(place).unwrap_or(steps).min(steps)
}
