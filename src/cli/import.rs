//! `zems import`: operators' text lines, and the log records of others, in; events out.

use std::io::Write;
use std::path::PathBuf;

use jiff::tz::TimeZone;
use zems::ems::{EventBuilder, EventHeader};
use zems::json::{Extra, Writer};
use zems::spi::read::Decoder;
use zems::spi::{Ssid, Timestamp};
use zems::template::{ImportOptions, Importer, Matcher, PrintedLines};

use super::Stop;
use super::chapter;
use super::definitions::{self, Definitions};
use super::import_otlp;
use super::input::{inputs, open};
use super::output;
use super::printed::Blocks;
use super::report::{Report, say};

/// Make events of text, by matching message templates backwards.
#[derive(Debug, clap::Args)]
#[group(skip)]
pub(crate) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// The lines of a printing distributor, wrapped ones joined.
    #[command(after_help = EXAMPLES)]
    Text(TextArgs),
    Catalog(chapter::Args),
    /// OpenTelemetry log records, as `decode --format otlp` writes and sends them; those of others become their text.
    #[command(after_help = import_otlp::EXAMPLES)]
    Otlp(import_otlp::Args),
}

#[derive(Debug, clap::Args)]
#[group(skip)]
struct TextArgs {
    /// Files to read; none or `-` is standard input.
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
    #[command(flatten)]
    definitions: definitions::Args,
    /// Where the events go; standard output if not given.
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Write to a terminal all the same.
    #[arg(long)]
    force: bool,
    /// What to write.
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: Format,
    /// The time zone the text is in.
    #[arg(long, value_name = "NAME", default_value = "GMT", value_parser = definitions::zone)]
    zone: TimeZone,
    /// The number of a node; repeatable.
    #[arg(long, value_name = "NAME=NUMBER", value_parser = definitions::node)]
    node: Vec<(i32, String)>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Format {
    /// Buffers, one behind the other.
    #[default]
    Raw,
    /// One JSON object a line.
    Json,
}

const EXAMPLES: &str = "\
Examples:
  zems import text operator.log -o events.bin
  zems import text --format json --zone Europe/Berlin < operator.log";

pub(crate) fn run(args: &Args, report: &mut Report) -> Result<(), Stop> {
    match &args.what {
        What::Text(args) => text(args, report),
        What::Catalog(args) => chapter::run(args),
        What::Otlp(args) => import_otlp::run(args, report),
    }
}

fn text(args: &TextArgs, report: &mut Report) -> Result<(), Stop> {
    report.count("lines");
    let definitions = args.definitions.load()?;
    let mut output = match args.format {
        Format::Raw => output::binary(args.output.as_deref(), args.force)?,
        Format::Json => output::binary(args.output.as_deref(), true)?,
    };
    let matcher = Matcher::new(&definitions.templates, definitions.dictionary());
    let east = |time: Timestamp| definitions::offset(&args.zone, time);
    let options = ImportOptions { zone: Some(&east), nodes: Some(&args.node) };
    let mut importer = Importer::new(&definitions.templates, definitions.dictionary(), &matcher, options);
    let (mut events, mut unexplained) = (0_u64, 0_u64);
    for path in inputs(&args.files) {
        let (input, name) = open(&path, report)?;
        let mut blocks = Blocks::new(input);
        while let Some((first, text)) = blocks.next()? {
            for printed in PrintedLines::behind(first - 1, &text) {
                let printed = match printed {
                    Ok(printed) => printed,
                    Err(line) => {
                        match text_event(line, Timestamp::UNSET, &definitions) {
                            Ok(bytes) => {
                                events += 1;
                                unexplained += 1;
                                write(&bytes, args.format, &definitions, &mut output)?;
                                report.good();
                            }
                            Err(error) => report.bad(0, format_args!("{name}: {line:.60}: {error}")),
                        }
                        continue;
                    }
                };
                match importer.event(&printed, Ssid::NULL) {
                    Ok(imported) => {
                        events += 1;
                        unexplained += u64::from(imported.matched.is_none());
                        write(&imported.bytes, args.format, &definitions, &mut output)?;
                        report.good();
                    }
                    Err(error) => report.bad(0, format_args!("{name}: line {}: {error}", printed.line)),
                }
            }
        }
    }
    output.flush()?;
    if unexplained > 0 {
        say(format_args!(
            "{unexplained} of {events} events have their whole text as ZEMS-TKN-TEXT: no template explains them"
        ));
    }
    Ok(())
}

pub(super) fn write(
    bytes: &[u8],
    format: Format,
    definitions: &Definitions,
    output: &mut dyn Write,
) -> Result<(), Stop> {
    if format == Format::Raw {
        return Ok(output.write_all(bytes)?);
    }
    let dictionary = definitions.dictionary();
    let mut line = String::new();
    // The buffer has just been built.
    if let Ok(buffer) = Decoder::new(dictionary.profile()).parse(bytes) {
        let _ = Writer::new(dictionary).write(&mut line, &buffer, &Extra::default());
    }
    line.push('\n');
    Ok(output.write_all(line.as_bytes())?)
}

/// The event of a line that no printed event begins: what a collector makes of text written to it, ZEMS-EVT-WRITE-TO-0 (EMS
/// Manual 20-6), with the line as its subject and whole text.
pub(super) fn text_event(
    line: &str,
    generated: Timestamp,
    definitions: &Definitions,
) -> Result<Vec<u8>, String> {
    let dictionary = definitions.dictionary();
    let text = dictionary.token_named("ZEMS-TKN-TEXT").ok_or("no definition has ZEMS-TKN-TEXT")?;
    let ems = text.ssid().ok_or("ZEMS-TKN-TEXT has no subsystem")?;
    let number = dictionary.event_named("ZEMS-EVT-WRITE-TO-0").map_or(512, |event| event.number());
    let header = EventHeader { generated, ..EventHeader::new(ems, number) };
    let event = EventBuilder::new(Vec::new(), &header, dictionary.profile(), text.code(), line);
    event.and_then(|event| event.finish()).map_err(|error| error.to_string())
}
