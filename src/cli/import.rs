//! `zems import`: text lines in, events out.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::PathBuf;

use jiff::tz::TimeZone;
use zems::ems::{EventBuilder, EventHeader};
use zems::json::{Extra, Writer};
use zems::spi::read::Decoder;
use zems::spi::{Ssid, Timestamp};
use zems::syslog::{Importer as LineImporter, Line, TimePolicy};
use zems::template::{ImportOptions, Importer, Matcher, PrintedLines, Scratch};

use super::Stop;
use super::definitions::{self, Definitions};
use super::input::{inputs, open};
use super::output;
use super::report::{Report, say};
use super::syslog;

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
    /// Lines of a system log: RFC 5424, BSD, every format of Junos.
    #[command(after_help = SYSLOG_EXAMPLES)]
    Syslog(SyslogArgs),
}

#[derive(Debug, clap::Args)]
#[group(skip)]
struct SyslogArgs {
    #[command(flatten)]
    text: TextArgs,
    /// The year of lines that say none. Without it: this year, or the last one if that would be more than a day ahead.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=9999))]
    year: Option<u16>,
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
enum Format {
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

const SYSLOG_EXAMPLES: &str = "\
Lines that nothing explains become event 0 of SYSLOG.1.0 with their text. Lines without a date get no time.

Examples:
  zems import syslog /var/log/messages -o events.bin
  zems import syslog --year 2025 --zone Europe/Berlin --format json junos.log";

pub(crate) fn run(args: &Args, report: &mut Report) -> Result<(), Stop> {
    report.count("lines were");
    match &args.what {
        What::Text(args) => text(args, report),
        What::Syslog(args) => lines(args, report),
    }
}

/// The lines of a printing distributor.
fn text(args: &TextArgs, report: &mut Report) -> Result<(), Stop> {
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
        let (mut input, name) = open(&path, report)?;
        let mut text = Vec::new();
        input.read_to_end(&mut text)?;
        let text = String::from_utf8_lossy(&text);
        for printed in PrintedLines::new(&text) {
            let printed = match printed {
                Ok(printed) => printed,
                Err(line) => {
                    match text_event(line, &definitions) {
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
    output.flush()?;
    if unexplained > 0 {
        say(format_args!(
            "{unexplained} of {events} events have their whole text as ZEMS-TKN-TEXT: no template explains them"
        ));
    }
    Ok(())
}

/// No line that could become an event is longer.
const LONGEST_LINE: u64 = 1 << 16;

/// The lines of a system log.
fn lines(args: &SyslogArgs, report: &mut Report) -> Result<(), Stop> {
    let SyslogArgs { text: args, year } = args;
    let definitions = args.definitions.load()?;
    let (templates, dictionary) = (&definitions.templates, definitions.dictionary());
    let mut output = match args.format {
        Format::Raw => output::binary(args.output.as_deref(), args.force)?,
        Format::Json => output::binary(args.output.as_deref(), true)?,
    };
    let matcher = Matcher::new(templates, dictionary);
    let mut texts = syslog::Texts {
        templates,
        dictionary,
        matcher: &matcher,
        zone: &args.zone,
        nodes: &args.node,
        scratch: Scratch::default(),
    };
    let east = |time: Timestamp| definitions::offset(&args.zone, time);
    let now = Timestamp::from_unix_micros(jiff::Timestamp::now().as_microsecond());
    let policy = TimePolicy { now: now.unwrap_or(Timestamp::UNSET), year: *year, zone: Some(&east) };
    let mut importer = LineImporter::new(dictionary).map_err(|error| Stop::Usage(error.to_string()))?;
    let (mut events, mut unexplained) = (0_u64, 0_u64);
    let (mut line, mut bytes) = (Vec::new(), Vec::new());
    for path in inputs(&args.files) {
        let (input, name) = open(&path, report)?;
        let mut input = BufReader::with_capacity(1 << 16, input);
        for number in 1_u64.. {
            line.clear();
            let read = Read::by_ref(&mut input).take(LONGEST_LINE).read_until(b'\n', &mut line)?;
            if read == 0 {
                break;
            }
            if u64::try_from(read) == Ok(LONGEST_LINE) && !line.ends_with(b"\n") {
                let rest = skip_line(&mut input)?;
                let len = LONGEST_LINE + rest;
                report.bad(
                    len,
                    format_args!("{name}: line {number}: {len} bytes are more than an event can hold"),
                );
                continue;
            }
            let text = line.strip_suffix(b"\n").unwrap_or(&line);
            let text = text.strip_suffix(b"\r").unwrap_or(text);
            if text.is_empty() {
                continue;
            }
            bytes.clear();
            match importer.event(&Line::parse_bytes(text), &policy, &mut texts, &mut bytes) {
                Ok(imported) => {
                    events += 1;
                    unexplained += u64::from(imported.message.is_none());
                    write(&bytes, args.format, &definitions, &mut output)?;
                    report.good();
                }
                Err(error) => report.bad(0, format_args!("{name}: line {number}: {error}")),
            }
        }
    }
    output.flush()?;
    if unexplained > 0 {
        say(format_args!(
            "{unexplained} of {events} events are SYSLOG event 0 with their text: nothing explains them"
        ));
    }
    Ok(())
}

/// Goes behind the next line end; returns how many bytes that were.
fn skip_line(input: &mut impl BufRead) -> Result<u64, Stop> {
    let mut skipped = 0;
    loop {
        let buffer = input.fill_buf()?;
        let line = buffer.iter().position(|byte| *byte == b'\n');
        let len = line.map_or(buffer.len(), |at| at + 1);
        let is_end = line.is_some() || buffer.is_empty();
        input.consume(len);
        skipped += u64::try_from(len).unwrap_or(u64::MAX);
        if is_end {
            return Ok(skipped);
        }
    }
}

fn write(
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
fn text_event(line: &str, definitions: &Definitions) -> Result<Vec<u8>, String> {
    let dictionary = definitions.dictionary();
    let text = dictionary.token_named("ZEMS-TKN-TEXT").ok_or("no definition has ZEMS-TKN-TEXT")?;
    let ems = text.ssid().ok_or("ZEMS-TKN-TEXT has no subsystem")?;
    let number = dictionary.event_named("ZEMS-EVT-WRITE-TO-0").map_or(512, |event| event.number());
    let header = EventHeader::new(ems, number);
    let event = EventBuilder::new(Vec::new(), &header, dictionary.profile(), text.code(), line);
    event.and_then(|event| event.finish()).map_err(|error| error.to_string())
}
