//! `zems import text`: the lines of a printing distributor.

use std::path::PathBuf;

use jiff::tz::TimeZone;
use zems::spi::{Ssid, Timestamp};
use zems::template::{ImportOptions, Importer, Matcher, PrintedLines};

use super::printed::Blocks;
use super::{Events, Target, text_event};
use crate::cli::Stop;
use crate::cli::definitions;
use crate::cli::input::{inputs, open};
use crate::cli::report::Report;

/// The lines of a printing distributor, wrapped ones joined.
#[derive(Debug, clap::Args)]
#[group(skip)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    /// Files to read; none or `-` is standard input.
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
    /// The time zone the text is in.
    #[arg(long, value_name = "NAME", default_value = "GMT", value_parser = definitions::zone)]
    zone: TimeZone,
    /// The number of a node; repeatable.
    #[arg(long, value_name = "NAME=NUMBER", value_parser = definitions::node)]
    node: Vec<(i32, String)>,
    #[command(flatten)]
    target: Target,
    #[command(flatten)]
    definitions: definitions::Args,
}

const EXAMPLES: &str = "\
Examples:
  zems import text operator.log -o events.bin
  zems import text --format json --zone Europe/Berlin < operator.log";

pub(super) fn run(args: &Args, report: &mut Report) -> Result<(), Stop> {
    report.count("lines");
    let definitions = args.definitions.load()?;
    let mut events = Events::new(&args.target, &definitions)?;
    let matcher = Matcher::new(&definitions.templates, definitions.dictionary());
    let east = |time: Timestamp| definitions::offset(&args.zone, time);
    let options = ImportOptions { zone: Some(&east), nodes: Some(&args.node) };
    let mut importer = Importer::new(&definitions.templates, definitions.dictionary(), &matcher, options);
    for path in inputs(&args.files) {
        let (input, name) = open(&path, report)?;
        let mut blocks = Blocks::new(input);
        while let Some((first, text)) = blocks.next()? {
            for printed in PrintedLines::behind(first - 1, &text) {
                let made = match printed {
                    Ok(printed) => match importer.event(&printed, Ssid::NULL) {
                        Ok(imported) => Ok((imported.bytes, imported.matched.is_some())),
                        Err(error) => Err(format!("line {}: {error}", printed.line)),
                    },
                    Err(line) => match text_event(line, Timestamp::UNSET, &definitions) {
                        Ok(bytes) => Ok((bytes, false)),
                        Err(error) => Err(format!("{line:.60}: {error}")),
                    },
                };
                match made {
                    Ok((bytes, is_explained)) => {
                        events.write(&bytes, is_explained)?;
                        report.good();
                    }
                    Err(error) => report.bad(0, format_args!("{name}: {error}")),
                }
            }
        }
    }
    events.finish("have their whole text as ZEMS-TKN-TEXT: no template explains them")
}
