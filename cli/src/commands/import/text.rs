//! `zems import text`: the lines of a printing distributor.

use std::path::PathBuf;

use jiff::tz::TimeZone;
use zems::spi::{Ssid, Timestamp};
use zems::template::{ImportOptions, Importer, Matcher, PrintedLines};

use super::printed::Blocks;
use super::{Common, Events, text_event};
use crate::Stop;
use crate::args::definitions;
use crate::input::lines::Origin;
use crate::input::{inputs, open};
use crate::terminal::output::Reject;
use crate::terminal::report::Report;

/// The lines of a printing distributor, wrapped ones joined.
#[derive(Debug, clap::Args)]
#[group(skip)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// The time zone the text is in. Of an hour that comes twice the first is taken.
    #[arg(long, value_name = "NAME", default_value = "GMT", value_parser = definitions::zone)]
    zone: TimeZone,
    /// The number of a node; repeatable.
    #[arg(long, value_name = "NAME=NUMBER", value_parser = definitions::node)]
    node: Vec<(i32, String)>,
    /// Collect lines that no event can hold in this file.
    #[arg(long, value_name = "FILE")]
    reject: Option<PathBuf>,
    #[command(flatten)]
    common: Common,
}

const EXAMPLES: &str = "\
Examples:
  zems import text operator.log -o events.bin
  zems import text --format json --zone Europe/Berlin < operator.log";

pub(crate) fn run(args: &Args, report: &mut Report) -> Result<(), Stop> {
    report.count("lines");
    let definitions = args.common.definitions.load()?;
    let mut events = Events::new(&args.common, &definitions)?;
    events.reject = Reject::new(args.reject.as_deref(), false)?;
    let matcher = Matcher::new(&definitions.templates, definitions.dictionary());
    let east = |time: Timestamp| definitions::offset(&args.zone, time);
    let options = ImportOptions { zone: Some(&east), nodes: Some(&args.node) };
    let mut importer = Importer::new(&definitions.templates, definitions.dictionary(), &matcher, options);
    for path in inputs(&args.common.files) {
        let (input, name) = open(&path, report)?;
        let mut blocks = Blocks::new(input);
        while let Some(block) = blocks.next()? {
            let (text, mut starts) = (block.text(), block.starts());
            let mut lines = PrintedLines::behind(block.line - 1, &text);
            while let Some(printed) = lines.next() {
                let (line, made) = match printed {
                    Ok(printed) => {
                        let imported = importer.event(&printed, Ssid::NULL);
                        let made = imported.map(|imported| (imported.bytes, imported.matched.is_some()));
                        (printed.line, made.map_err(|error| error.to_string()))
                    }
                    Err(text) => {
                        let made = text_event(text, Timestamp::UNSET, &definitions);
                        (lines.line(), made.map(|bytes| (bytes, false)))
                    }
                };
                let offset = starts.of(line);
                let len = starts.of(lines.line() + 1) - offset;
                let made = made.as_ref().map(|(bytes, is_explained)| (bytes.as_slice(), *is_explained));
                let place = &format_args!("{name}: line {line}");
                events.put(made, &Origin { place, offset, len, bytes: block.at(offset, len) }, report)?;
            }
        }
    }
    events.finish("have their whole text as ZEMS-TKN-TEXT: no template explains them")
}
