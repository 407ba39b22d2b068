//! `zems dump`: offset, bytes and meaning of every byte.

use std::io::Write;

use jiff::tz::TimeZone;
use zems::describe::{Described, Record};
use zems::filter::Session;
use zems::formats::{self, Fault, Format, Gap, GapKind, Options};
use zems::site::Site;
use zems::spi::read::{Buffer, Finding};

use crate::Stop;
use crate::args::{definitions, select};
use crate::input::{self, Bad, Flow, Sink};
use crate::terminal::output::{self, Color};
use crate::terminal::report::Report;

/// Show every byte of buffers and what it means, nested by level. A name that rests on a number which the vendor has not published
/// is marked with ?.
#[derive(Debug, clap::Args)]
#[group(skip)]
#[command(
    after_help = "Examples:\n  zems dump events.bin\n  zems dump --limit 1 --color always events.bin | less -R"
)]
pub(crate) struct Args {
    /// When to use colours.
    #[arg(long, value_enum, default_value_t, value_name = "WHEN")]
    color: Color,
    /// The number of a node that filters name; repeatable.
    #[arg(long, value_name = "NAME=NUMBER", value_parser = definitions::node)]
    node: Vec<(i32, String)>,
    /// Use no names that rest on numbers which the vendor has not published.
    #[arg(long)]
    no_provisional: bool,
    /// The time zone of times: Europe/Berlin, America/New_York, local for that of this machine.
    #[arg(long, value_name = "NAME", env = "ZEMS_ZONE", default_value = "GMT", value_parser = definitions::zone)]
    zone: TimeZone,
    #[command(flatten)]
    input: input::Args,
    #[command(flatten)]
    select: select::Args,
    #[command(flatten)]
    definitions: definitions::Args,
}

pub(crate) fn run(args: &Args, report: &mut Report) -> Result<(), Stop> {
    let names = args.input.names().inputs(&args.definitions.paths()).inputs(args.select.files());
    names.output("-o", None).check()?;
    let definitions = args.definitions.load()?;
    args.select.begin(&args.zone, definitions.dictionary())?;
    let profile = definitions.dictionary().profile().clone();
    let filters = args.select.filters(&definitions, &args.definitions, &definitions.nodes(&args.node))?;
    let site = definitions.into_site();
    let site = if args.no_provisional { site.without_provisional() } else { site }.build();
    let options = Options { color: args.color.is_on(), ..Options::default() };
    let format = formats::named("dump").map(|format| format.make(&site, &options));
    let format =
        format.and_then(Result::ok).ok_or_else(|| Stop::Usage("there is no format dump".to_owned()))?;
    let sessions = filters.sessions(|| site.filter_scratch());
    let mut dump =
        Dump { args, site: &site, sessions, format, output: output::stdout(), out: Vec::new(), shown: 0 };
    let ended =
        if args.select.limit == Some(0) { Ok(()) } else { args.input.read(&profile, report, &mut dump) };
    dump.output.flush()?;
    ended
}

struct Dump<'d, W> {
    args: &'d Args,
    site: &'d Site,
    sessions: Vec<Session<'d, 'd>>,
    format: Box<dyn Format>,
    output: W,
    out: Vec<u8>,
    shown: u64,
}

impl<W: Write> Dump<'_, W> {
    fn write(&mut self) -> Result<(), Stop> {
        self.output.write_all(&self.out)?;
        self.out.clear();
        Ok(())
    }
}

impl<W: Write> Sink for Dump<'_, W> {
    fn buffer(&mut self, buffer: &Buffer<'_>, source: &str, report: &mut Report) -> Result<Flow, Stop> {
        let selected = self.args.select.selects(buffer, self.site, &mut self.sessions);
        selected.explain(buffer, source);
        if !selected.is_wanted {
            return Ok(Flow::Next);
        }
        // All tokens have been read before.
        let _ = self.format.record(&mut self.out, &Record::new(Described::new(self.site, buffer)));
        if self.args.input.strict {
            let mut findings: Vec<Finding> = Vec::new();
            input::find(buffer, &mut findings);
            if let Some(finding) = findings.first() {
                report.bad(0, format_args!("{finding}"));
            }
        }
        self.write()?;
        self.shown += 1;
        Ok(if self.args.select.limit == Some(self.shown) { Flow::Enough } else { Flow::Next })
    }

    fn between(&mut self, bytes: &[u8], offset: u64, frame: Option<u32>) -> Result<(), Stop> {
        let kind = if frame.is_some() { GapKind::FrameLength } else { GapKind::Pad };
        self.format.gap(&mut self.out, &Gap { bytes, offset, kind });
        self.write()
    }

    fn bad_bytes(&mut self, bytes: &[u8], offset: u64) -> Result<(), Stop> {
        self.format.gap(&mut self.out, &Gap { bytes, offset, kind: GapKind::Bad });
        self.write()
    }

    fn bad(&mut self, bad: &Bad) -> Result<(), Stop> {
        let Bad { offset, len, error, .. } = bad;
        let fault = Fault { offset: *offset, length: *len, error, source: None, observed: None };
        self.format.fault(&mut self.out, &fault);
        self.write()
    }

    fn flush(&mut self) -> Result<(), Stop> {
        Ok(self.output.flush()?)
    }
}
