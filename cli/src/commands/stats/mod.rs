//! `zems stats`: what a log holds, counted.

use std::collections::BTreeMap;
use std::fmt;
use std::io::Write;
use std::path::Path;
use std::rc::Rc;

use zems::ems::Event;
use zems::filter::{Burst, BurstFilter, BurstMonitor, BurstNotice, Compiled, Compiler, Session};
use zems::site::Site;
use zems::spi::read::Buffer;
use zems::text::SourceMap;

use crate::Stop;
use crate::args::definitions::{self, Definitions, read_text};
use crate::args::select;
use crate::input::{self, Bad, Flow, Sink};
use crate::terminal::output;
use crate::terminal::report::Report;

/// Count events by subsystem, event, process and hour.
#[derive(Debug, clap::Args)]
#[group(skip)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// Say which events a burst filter would have hidden: that of FILE, or one with the default limits.
    #[arg(long, value_name = "FILE", num_args = 0..=1, default_missing_value = "", require_equals = true)]
    bursts: Option<String>,
    /// The number of a node that filters name; repeatable.
    #[arg(long, value_name = "NAME=NUMBER", value_parser = definitions::node)]
    node: Vec<(i32, String)>,
    #[command(flatten)]
    input: input::Args,
    #[command(flatten)]
    select: select::Args,
    #[command(flatten)]
    definitions: definitions::Args,
}

const EXAMPLES: &str = "\
Examples:
  zems stats events.bin
  zems stats --bursts events.bin
  zems stats --bursts=siteburst --ssid 'TANDEM.*' events.bin
  zems decode --filter siteburst --invert events.bin     every event that is hidden";

pub(crate) fn run(args: &Args, report: &mut Report) -> Result<(), Stop> {
    let names = args.input.names().inputs(&args.definitions.define).inputs(args.select.files());
    names.output("-o", None).check()?;
    let definitions = args.definitions.load()?;
    let profile = definitions.dictionary().profile().clone();
    let filters = args.select.filters(&definitions, &args.definitions, &definitions.nodes(&args.node))?;
    let monitor = match &args.bursts {
        Some(path) => Some(BurstMonitor::new(burst_filter(Path::new(path), &definitions)?)),
        None => None,
    };
    let site = definitions.into_site().build();
    let mut stats = Stats {
        args,
        site: &site,
        sessions: filters.sessions(|| site.filter_scratch()),
        monitor,
        bursts: Vec::new(),
        hiding: BTreeMap::new(),
        source: "".into(),
        hidden: 0,
        counted: 0,
        counts: Default::default(),
    };
    let ended =
        if args.select.limit == Some(0) { Ok(()) } else { args.input.read(&profile, report, &mut stats) };
    stats.write(&mut output::stdout())?;
    ended
}

/// The burst filter in a file, or, without one, the default limits.
fn burst_filter(path: &Path, definitions: &Definitions) -> Result<BurstFilter, Stop> {
    if path.as_os_str().is_empty() {
        return Ok(BurstFilter::default());
    }
    let mut sources = SourceMap::new();
    let id = sources.add(path.display().to_string(), read_text(path)?);
    let id = id.map_err(|error| Stop::Usage(error.to_string()))?;
    match select::result(Compiler::new(definitions.dictionary()).compile(&mut sources, id), &sources)? {
        Compiled::Burst(filter) => Ok(filter),
        _ => Err(Stop::Usage(format!("{}: is no burst filter", path.display()))),
    }
}

/// What is counted, in the order it is shown.
const TABLES: [&str; 4] = ["Subsystems", "Events", "Processes", "Hours (GMT)"];
/// Rows shown of a table.
const MOST: usize = 20;
/// Columns of the longest bar.
const BAR: u64 = 30;
/// Columns of a row that neither its name nor its bar takes.
const BEFORE_BAR: usize = 14;

struct Stats<'d> {
    args: &'d Args,
    site: &'d Site,
    sessions: Vec<Session<'d, 'd>>,
    monitor: Option<BurstMonitor>,
    /// Bursts that are over, and where the events stand that they hid.
    bursts: Vec<(Burst, Option<Places>)>,
    /// The same of bursts under way, by their number.
    hiding: BTreeMap<u64, Places>,
    /// The input at hand.
    source: Rc<str>,
    hidden: u64,
    counted: u64,
    counts: [BTreeMap<String, u64>; TABLES.len()],
}

/// Where a buffer stands in the input.
#[derive(Clone, Debug)]
struct Place {
    source: Rc<str>,
    offset: u64,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "byte {} of {}", self.offset, self.source)
    }
}

/// Where the first and the last event stand that a burst hid.
#[derive(Clone, Debug)]
struct Places {
    first: Place,
    last: Place,
}

impl Sink for Stats<'_> {
    fn buffer(&mut self, buffer: &Buffer<'_>, source: &str, _: &mut Report) -> Result<Flow, Stop> {
        let selected = self.args.select.selects(buffer, self.site, &mut self.sessions);
        selected.explain(buffer, source);
        if !selected.is_wanted {
            return Ok(Flow::Next);
        }
        self.counted += 1;
        let dictionary = self.site.dictionary();
        let ssid = dictionary.buffer_ssid(buffer).to_string();
        let keys = match self.site.event(buffer) {
            Some(event) => {
                self.burst(&event, source);
                let number = event.number();
                let name = number.and_then(|number| dictionary.event(event.ssid(), number));
                let number = number.map_or_else(|| "?".to_owned(), |number| number.to_string());
                let name = name.map_or_else(String::new, |event| format!(" {}", event.name()));
                let hour = event.generated().filter(|time| time.civil().is_some());
                [
                    Some(ssid.clone()),
                    Some(format!("{ssid} {number}{name}")),
                    event.process().map(|process| process.to_string()),
                    hour.map(|time| {
                        time.to_string().chars().take(13).map(|c| if c == 'T' { ' ' } else { c }).collect()
                    }),
                ]
            }
            None => [Some(ssid.clone()), Some(format!("{ssid} command")), None, None],
        };
        for (counts, key) in self.counts.iter_mut().zip(keys) {
            if let Some(key) = key {
                *counts.entry(key).or_default() += 1;
            }
        }
        Ok(if self.args.select.limit == Some(self.counted) { Flow::Enough } else { Flow::Next })
    }

    fn bad(&mut self, _: &Bad) -> Result<(), Stop> {
        Ok(())
    }
}

impl Stats<'_> {
    fn burst(&mut self, event: &Event<'_>, source: &str) {
        let Some(monitor) = &mut self.monitor else { return };
        if *self.source != *source {
            self.source = source.into();
        }
        let (bursts, hiding) = (&mut self.bursts, &mut self.hiding);
        let here = || Place { source: Rc::clone(&self.source), offset: event.buffer().origin() };
        // The tokens of the buffer have been read before.
        let is_hidden = monitor.hides(event, |notice| match notice {
            BurstNotice::Hidden(burst) => {
                let places = hiding.entry(burst.id).or_insert_with(|| Places { first: here(), last: here() });
                places.last = here();
            }
            BurstNotice::End(burst) => bursts.push((burst.clone(), hiding.remove(&burst.id))),
            _ => {}
        });
        self.hidden += u64::from(is_hidden == Ok(true));
    }

    fn write(&mut self, output: &mut impl Write) -> Result<(), Stop> {
        let events = if self.counted == 1 { "buffer" } else { "buffers" };
        writeln!(output, "{} {events}", self.counted)?;
        let columns = output::terminal_width().unwrap_or(usize::MAX);
        for (number, (title, counts)) in TABLES.iter().zip(&self.counts).enumerate() {
            if counts.is_empty() {
                continue;
            }
            writeln!(output, "\n{title}")?;
            let mut rows: Vec<_> = counts.iter().collect();
            // Hours in their order, all else by number.
            if number + 1 < TABLES.len() {
                rows.sort_by(|(a, most), (b, least)| least.cmp(most).then(a.cmp(b)));
            }
            let most = counts.values().copied().max().unwrap_or(1);
            let width = rows.iter().take(MOST).map(|(key, _)| key.chars().count()).max().unwrap_or(0);
            // On a terminal a bar ends where the line does.
            let room = columns.saturating_sub(width.saturating_add(BEFORE_BAR));
            let longest = u64::try_from(room).unwrap_or(BAR).min(BAR);
            for (key, count) in rows.iter().take(MOST) {
                let bar = u128::from(**count) * u128::from(longest);
                let bar = "#".repeat(usize::try_from(bar.div_ceil(most.into())).unwrap_or(0));
                writeln!(output, "{}", format!("  {key:<width$}  {count:>8}  {bar}").trim_end())?;
            }
            if rows.len() > MOST {
                writeln!(output, "  and {} more", rows.len() - MOST)?;
            }
        }
        if let Some(monitor) = self.monitor.take() {
            let (bursts, hiding) = (&mut self.bursts, &mut self.hiding);
            monitor.stop(|notice| {
                if let BurstNotice::Stopped(burst) = notice {
                    bursts.push((burst.clone(), hiding.remove(&burst.id)));
                }
            });
            self.write_bursts(output)?;
        }
        Ok(output.flush()?)
    }

    /// Which events a burst filter would have hidden: of each burst whose they are, how many, when, and where they stand in
    /// the input.
    fn write_bursts(&self, output: &mut impl Write) -> Result<(), Stop> {
        let bursts = if self.bursts.len() == 1 { "burst" } else { "bursts" };
        let events = if self.hidden == 1 { "event" } else { "events" };
        writeln!(output, "\nBursts\n  {} {bursts}, {} {events} hidden", self.bursts.len(), self.hidden)?;
        let mut rows: Vec<_> = self.bursts.iter().collect();
        rows.sort_by_key(|(burst, _)| core::cmp::Reverse(burst.hidden));
        let dictionary = self.site.dictionary();
        for (burst, places) in rows.iter().take(MOST) {
            let ssid = dictionary.ssid_name(burst.ssid).to_string();
            // The events of a burst may be of any version.
            let subsystem = ssid.rsplit_once('.').map_or(&*ssid, |(subsystem, _)| subsystem);
            write!(output, "  {:>8}  {subsystem} {}", burst.hidden, burst.number)?;
            if let Some(event) = dictionary.event(burst.ssid, burst.number) {
                write!(output, " {}", event.name())?;
            }
            if let Some((owner, code)) = burst.subject {
                let name = dictionary.token(owner, code).map(|token| token.name().to_owned());
                write!(output, ", subject {}", name.unwrap_or_else(|| code.to_string()))?;
                if !burst.subject_value.is_empty() {
                    write!(output, " {}", shown(&burst.subject_value))?;
                }
            }
            writeln!(output, "\n            after {}, the last {}", burst.detected, burst.last)?;
            match places {
                Some(Places { first, last })
                    if first.source == last.source && first.offset == last.offset =>
                {
                    writeln!(output, "            at {first}")?;
                }
                Some(Places { first, last }) => writeln!(output, "            from {first} to {last}")?,
                None => {}
            }
        }
        if rows.len() > MOST {
            writeln!(output, "  and {} more", rows.len() - MOST)?;
        }
        Ok(())
    }
}

/// A subject's value: text as such, else hexadecimal digits.
fn shown(value: &[u8]) -> String {
    match core::str::from_utf8(value) {
        Ok(text) if !text.chars().any(char::is_control) => format!("\"{}\"", text.trim_end()),
        _ => value.iter().map(|byte| format!("{byte:02X}")).collect(),
    }
}
