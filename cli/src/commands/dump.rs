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
use crate::commands::threads::{self, Choice, Part, Piece, Threads, Worker};
use crate::input::{self, Bad, Flow, Sink};
use crate::terminal::output::{self, Color};
use crate::terminal::report::Report;

/// Show every byte of buffers and its meaning, nested by level. `?` marks a name that rests on a number that the
/// vendor has not published.
#[derive(Debug, clap::Args)]
#[group(skip)]
#[command(
    after_help = "Examples:\n  zems dump events.bin\n  zems dump --limit 1 --color always events.bin | less -R"
)]
pub(crate) struct Args {
    /// Use colours.
    #[arg(long, value_enum, default_value_t, value_name = "WHEN")]
    color: Color,
    /// Give the number of a node that filters name; repeatable.
    #[arg(long, value_name = "NAME=NUMBER", value_parser = definitions::node)]
    node: Vec<(i32, String)>,
    /// Use no names that rest on numbers that the vendor has not published.
    #[arg(long)]
    no_provisional: bool,
    /// Show times in this zone: Europe/Berlin, America/New_York, or local for that of this machine.
    #[arg(long, value_name = "NAME", env = "ZEMS_ZONE", default_value = "GMT", value_parser = definitions::zone)]
    zone: TimeZone,
    #[command(flatten)]
    threads: threads::Args,
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
    if options.color {
        output::let_colors_pass();
    }
    let format = || {
        let format = formats::named("dump").map(|format| format.make(&site, &options));
        format.and_then(Result::ok).ok_or_else(|| Stop::Usage("there is no format dump".to_owned()))
    };
    let sessions = || filters.sessions(|| site.filter_scratch());
    let mut dump = Dump {
        args,
        site: &site,
        sessions: sessions(),
        format: format()?,
        output: output::stdout(),
        out: Vec::new(),
        shown: 0,
    };
    let is_one =
        args.threads.count() == 1 || args.input.grows() || args.input.strict || args.select.explains();
    let ended = if args.select.limit == Some(0) {
        Ok(())
    } else if is_one {
        args.input.read(&profile, report, &mut dump)
    } else {
        let is_in_order = args.select.is_in_order(&filters);
        let make = || Ok(Maker { args, site: &site, sessions: sessions(), format: format()? });
        std::thread::scope(|scope| {
            let threads = Threads::new(scope, &make, &profile, args.threads.count());
            let mut apart = Apart { dump: &mut dump, threads, is_in_order };
            args.input.read(&profile, report, &mut apart)
        })
    };
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

/// Makes the output of buffers on a thread of its own.
struct Maker<'d> {
    args: &'d Args,
    site: &'d Site,
    sessions: Vec<Session<'d, 'd>>,
    format: Box<dyn Format>,
}

impl Worker for Maker<'_> {
    fn part(
        &mut self,
        buffer: &Buffer<'_>,
        _: &str,
        choice: Choice,
        out: &mut Vec<u8>,
        _: &mut Vec<String>,
    ) -> Option<bool> {
        if matches!(choice, Choice::Open)
            && !self.args.select.selects(buffer, self.site, &mut self.sessions).is_wanted
        {
            return None;
        }
        // All tokens have been read before.
        let _ = self.format.part(out, &Record::new(Described::new(self.site, buffer)));
        Some(true)
    }
}

/// Dumps on several threads.
struct Apart<'a, 'd, 'scope, 'env, W, M> {
    dump: &'a mut Dump<'d, W>,
    threads: Threads<'scope, 'env, Maker<'env>, M>,
    /// Buffers are selected here, in their order.
    is_in_order: bool,
}

impl<'env, W: Write, M> Apart<'_, '_, '_, 'env, W, M>
where
    M: Fn() -> Result<Maker<'env>, Stop> + Sync,
{
    fn hand_out_if_full(&mut self) -> Result<(), Stop> {
        if !self.threads.is_full() {
            return Ok(());
        }
        let back = self.threads.hand_out()?;
        self.write(back)
    }

    /// Writes everything so far.
    fn drain(&mut self) -> Result<(), Stop> {
        while let Some(piece) = self.threads.receive()? {
            self.write(Some(piece))?;
        }
        let last = self.threads.last()?;
        self.write(last)
    }

    fn write(&mut self, piece: Option<Piece>) -> Result<(), Stop> {
        let Some(piece) = piece else { return Ok(()) };
        let dump = &mut *self.dump;
        for part in piece.parts() {
            match part {
                Part::Made(made, _) => dump.format.join(&mut dump.out, made),
                Part::Bad(bad) => dump.bad(bad)?,
                Part::Gap(bytes, offset, threads::Gap::Between(frame)) => {
                    dump.between(bytes, offset, frame)?;
                }
                Part::Gap(bytes, offset, threads::Gap::Bad) => dump.bad_bytes(bytes, offset)?,
            }
        }
        dump.write()?;
        self.threads.keep(piece);
        Ok(())
    }
}

impl<'env, W: Write, M> Sink for Apart<'_, '_, '_, 'env, W, M>
where
    M: Fn() -> Result<Maker<'env>, Stop> + Sync,
{
    fn buffer(&mut self, buffer: &Buffer<'_>, _: &str, _: &mut Report) -> Result<Flow, Stop> {
        let Dump { args, site, sessions, .. } = self.dump;
        let choice = if self.is_in_order {
            let selected = args.select.selects(buffer, site, sessions);
            if !selected.is_wanted {
                return Ok(Flow::Next);
            }
            Choice::Selected(selected.pass_value)
        } else {
            Choice::Open
        };
        self.threads.buffer(buffer, choice);
        self.hand_out_if_full()?;
        self.dump.shown += 1;
        let limit = self.dump.args.select.limit;
        Ok(if limit == Some(self.dump.shown) { Flow::Enough } else { Flow::Next })
    }

    fn between(&mut self, bytes: &[u8], offset: u64, frame: Option<u32>) -> Result<(), Stop> {
        self.threads.gap(bytes, offset, threads::Gap::Between(frame));
        self.hand_out_if_full()
    }

    fn bad_bytes(&mut self, bytes: &[u8], offset: u64) -> Result<(), Stop> {
        self.threads.gap(bytes, offset, threads::Gap::Bad);
        self.hand_out_if_full()
    }

    fn bad(&mut self, bad: &Bad) -> Result<(), Stop> {
        self.threads.bad(bad);
        self.hand_out_if_full()
    }

    fn catch_up(&mut self) -> Result<(), Stop> {
        if output::is_shared() { self.drain() } else { Ok(()) }
    }

    fn flush(&mut self) -> Result<(), Stop> {
        self.drain()?;
        self.dump.flush()
    }
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
        selected.explain(buffer, source, self.args.color);
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
