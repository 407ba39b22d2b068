//! `zems import text`: the lines of a printing distributor.

use core::fmt;
use std::collections::BTreeSet;
use std::path::PathBuf;

use jiff::tz::TimeZone;
use zems::spi::Timestamp;
use zems::template::{ImportOptions, Importer, Matcher, PrintedLines};

use super::printed::{Block, Blocks};
use super::{Common, Events, LineTokens, text_event};
use crate::Stop;
use crate::args::definitions;
use crate::input::files;
use crate::input::lines::Origin;
use crate::terminal::output::Reject;
use crate::terminal::report::{Report, say};

/// Make events of the lines of a printing distributor, joining wrapped lines.
#[derive(Debug, clap::Args)]
#[group(skip)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// Read times in this zone. An hour that occurs twice is the first one.
    #[arg(long, value_name = "NAME", env = "ZEMS_ZONE", default_value = "GMT", value_parser = definitions::zone)]
    zone: TimeZone,
    /// Give the number of a node; repeatable.
    #[arg(long, value_name = "NAME=NUMBER", value_parser = definitions::node)]
    node: Vec<(i32, String)>,
    /// Collect lines that do not fit into an event in this file.
    #[arg(long, value_name = "FILE")]
    reject: Option<PathBuf>,
    #[command(flatten)]
    common: Common,
}

const EXAMPLES: &str = "\
Lines after the first line of an event belong to it, indented or not, up to an empty line or the next event.
A line before the first event, or after an empty line, becomes an event of its own.

Examples:
  zems import text operator.log -o events.bin
  zems import text --format json --zone Europe/Berlin < operator.log";

pub(crate) fn run(args: &Args, report: &mut Report) -> Result<(), Stop> {
    report.count("lines");
    args.common.names().output("--reject", args.reject.as_deref()).check()?;
    let definitions = args.common.definitions.load()?;
    let mut events = Events::new(&args.common, &definitions)?;
    events.reject = Reject::new(args.reject.as_deref(), false)?;
    let matcher = Matcher::new(definitions.templates(), definitions.dictionary());
    let east = |time: Timestamp| definitions::offset(&args.zone, time);
    let options = ImportOptions { zone: Some(&east), nodes: Some(&args.node) };
    let mut importer = Importer::new(definitions.templates(), definitions.dictionary(), &matcher, options);
    let mut unknown = UnknownSubsystems::default();
    for path in args.common.files.list(report) {
        let Some((input, name)) = files::open_text(&path, "use zems decode", report) else { continue };
        let mut blocks = Blocks::new(input);
        while let Some(block) = blocks.next(|bytes| events.reject.keep(bytes))? {
            let (line, offset, len) = (block.line, block.offset, block.len);
            let place: &dyn fmt::Display = &format!("{name}: line {line}");
            let Some(bytes) = block.bytes else {
                let origin = Origin { place, source: &name, offset, len, bytes: &[] };
                events.bad(
                    &format_args!("{len} bytes are more than an event can hold"),
                    len,
                    &origin,
                    report,
                )?;
                continue;
            };
            let text = Block::text(bytes);
            let Some(printed) = PrintedLines::after(line - 1, &text).next() else { continue };
            let made = match printed {
                Ok(printed) => {
                    let imported = importer.event(&printed);
                    if imported.as_ref().is_ok_and(|imported| imported.has_printed_ssid) {
                        unknown.note(printed.ssid, place);
                    }
                    let made = imported.map(|imported| (imported.bytes, imported.matched.is_some()));
                    made.map_err(|error| error.to_string())
                }
                Err(text) => {
                    let made = text_event(text, Timestamp::UNSET, LineTokens::default(), &definitions);
                    made.map(|bytes| (bytes, false))
                }
            };
            let made = made.as_ref().map(|(bytes, is_explained)| (bytes.as_slice(), *is_explained));
            events.put(made, &Origin { place, source: &name, offset, len, bytes }, report)?;
        }
    }
    report.check_inputs()?;
    events.finish("have their whole text as ZEMS-TKN-TEXT: no template explains them")
}

/// Subsystem IDs that no definition knows, each reported once.
#[derive(Default)]
struct UnknownSubsystems(BTreeSet<String>);

impl UnknownSubsystems {
    /// More names than any log has. Further names are not reported.
    const MOST: usize = 1000;

    fn note(&mut self, ssid: &str, place: &dyn fmt::Display) {
        if self.0.len() < Self::MOST && self.0.insert(ssid.to_owned()) {
            say(format_args!(
                "{place}: no definition knows the subsystem {ssid}: its events have the SSID 0.0.0 and keep this name \
                 (--define adds definitions)"
            ));
        }
    }
}
