//! `zems import`: what others write in, events or definitions out; one file a kind of input.

mod catalog;
mod otlp;
pub(crate) mod printed;
mod syslog;
mod text;

use core::fmt;
use std::io::Write;
use std::path::PathBuf;

use zems::describe::{Described, Record};
use zems::ems::{EventBuilder, EventHeader, UNKNOWN_PROCESSOR};
use zems::formats::{self, Fault, json};
use zems::site::Site;
use zems::spi::Timestamp;
use zems::spi::read::Decoder;
use zems_io::Records;

use crate::Stop;
use crate::args::definitions::{self, Definitions};
use crate::input::files::Files;
use crate::input::lines::Origin;
use crate::terminal::output::{Names, Output, Reject};
use crate::terminal::report::{Report, say};

/// Make events of text lines and of log records, and definitions of documentation.
#[derive(Debug, clap::Args)]
#[group(skip)]
pub(crate) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    Text(text::Args),
    Syslog(syslog::Args),
    Otlp(otlp::Args),
    Catalog(catalog::Args),
}

pub(crate) fn run(args: &Args, report: &mut Report) -> Result<(), Stop> {
    match &args.what {
        What::Text(args) => text::run(args, report),
        What::Syslog(args) => syslog::run(args, report),
        What::Otlp(args) => otlp::run(args, report),
        What::Catalog(args) => catalog::run(args),
    }
}

/// Where events come from and go, whatever they are made of.
#[derive(Debug, clap::Args)]
#[group(skip)]
struct Common {
    #[command(flatten)]
    files: Files,
    /// Write the events to this file. Default: standard output.
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Write to a terminal anyway.
    #[arg(long)]
    force: bool,
    /// Write this form.
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: Format,
    #[command(flatten)]
    definitions: definitions::Args,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// Buffers, one after the other.
    #[default]
    Raw,
    /// One JSON object a line. Its `offset` is where the line stood that the event was made of, or the request that held the
    /// log record.
    Json,
}

impl Common {
    fn may_be_shown(&self) -> bool {
        self.force || self.format == Format::Json
    }

    /// The files that are read and written, for [`Names::check`].
    fn names(&self) -> Names {
        Names::default()
            .inputs(&self.files.named())
            .inputs(&self.definitions.paths())
            .output("-o", self.output.as_deref())
    }
}

/// Writes events, and counts them.
struct Events<'d> {
    definitions: &'d Definitions,
    format: Format,
    output: Output,
    /// For [`Format::Json`].
    objects: Option<(Site, Box<dyn formats::Format>)>,
    line: Vec<u8>,
    count: u64,
    /// Whether objects name their input: there may be several.
    names_source: bool,
    /// Those that no definition explains.
    unexplained: u64,
    reject: Reject,
}

impl<'d> Events<'d> {
    fn new(common: &Common, definitions: &'d Definitions) -> Result<Self, Stop> {
        let output = Output::new(common.output.as_deref())?.refuse_terminal(common.may_be_shown())?;
        Ok(Self::to(output, common, definitions))
    }

    /// The next run of a series: what the earlier ones have written stays.
    fn going_on(common: &Common, definitions: &'d Definitions) -> Result<Self, Stop> {
        let records = match common.format {
            Format::Raw => Records::Buffers,
            Format::Json => Records::Lines,
        };
        let output = Output::growing(common.output.as_deref(), records)?;
        let output = output.refuse_terminal(common.may_be_shown())?;
        Ok(Self::to(output, common, definitions))
    }

    fn to(output: Output, common: &Common, definitions: &'d Definitions) -> Self {
        let (format, reject) = (common.format, Reject::default());
        let objects = (format == Format::Json).then(|| definitions.to_site().build()).and_then(|site| {
            let objects = formats::named("json")?
                .make(
                    &site,
                    &formats::Options { source: common.files.are_several(), ..formats::Options::default() },
                )
                .ok()?;
            Some((site, objects))
        });
        let names_source = common.files.are_several();
        Self {
            definitions,
            format,
            output,
            objects,
            line: Vec::new(),
            count: 0,
            names_source,
            unexplained: 0,
            reject,
        }
    }

    /// Writes the result of an import: an event, and whether a definition explains it. Anything that could not become an event is reported.
    fn put<E: fmt::Display>(
        &mut self,
        made: Result<(&[u8], bool), E>,
        origin: &Origin<'_>,
        report: &mut Report,
    ) -> Result<(), Stop> {
        match made {
            Ok((bytes, is_explained)) => {
                self.count += 1;
                self.unexplained += u64::from(!is_explained);
                self.event(bytes, origin)?;
                report.good();
                Ok(())
            }
            Err(error) => self.bad(&error, 0, origin, report),
        }
    }

    /// Reports the input that could not become an event, and how many of its bytes were not read.
    fn bad(
        &mut self,
        error: &dyn fmt::Display,
        skipped: u64,
        origin: &Origin<'_>,
        report: &mut Report,
    ) -> Result<(), Stop> {
        report.bad(skipped, format_args!("{}: {error}", origin.place));
        self.reject.keep(origin.bytes)?;
        if self.format == Format::Raw {
            return Ok(());
        }
        let mut line = Vec::new();
        let error = error.to_string();
        let source = self.names_source.then_some(origin.source);
        let fault =
            Fault { offset: origin.offset, length: origin.len, error: &error, source, observed: None };
        json::write_fault(&mut line, &fault);
        line.push(b'\n');
        Ok(self.output.write_all(&line)?)
    }

    fn event(&mut self, bytes: &[u8], origin: &Origin<'_>) -> Result<(), Stop> {
        if self.format == Format::Raw {
            return Ok(self.output.write_all(bytes)?);
        }
        self.line.clear();
        // The buffer has just been built.
        if let Some((site, objects)) = &mut self.objects
            && let Ok(buffer) = Decoder::new(site.profile()).at(origin.offset).parse(bytes)
        {
            let mut record = Record::new(Described::new(site, &buffer));
            record.source = Some(origin.source);
            let _ = objects.record(&mut self.line, &record);
        }
        Ok(self.output.write_all(&self.line)?)
    }

    /// Everything goes out; `what` says what has become of the events that nothing explains.
    fn finish(mut self, what: &str) -> Result<(), Stop> {
        self.output.finish()?;
        self.reject.finish()?;
        if self.unexplained > 0 {
            say(format_args!("{} of {} events {what}", self.unexplained, self.count));
        }
        Ok(())
    }
}

/// Facts about a text besides it, for the tokens that lines of a system log have.
#[derive(Clone, Copy, Debug, Default)]
struct LineTokens<'a> {
    host: Option<&'a str>,
    priority: Option<u16>,
    structured_data: Option<&'a [u8]>,
}

/// The event of a line that no printed event begins: what a collector makes of text written to it, ZEMS-EVT-WRITE-TO-0 (EMS
/// Manual 20-6), with the line as its subject and whole text.
fn text_event(
    line: &str,
    generated: Timestamp,
    tokens: LineTokens<'_>,
    definitions: &Definitions,
) -> Result<Vec<u8>, String> {
    let dictionary = definitions.dictionary();
    let text = dictionary.token_named("ZEMS-TKN-TEXT").ok_or("no definition has ZEMS-TKN-TEXT")?;
    let ems = text.ssid().ok_or("ZEMS-TKN-TEXT has no subsystem")?;
    let number = dictionary.event_named("ZEMS-EVT-WRITE-TO-0").map_or(512, |event| event.number());
    let header = EventHeader {
        generated,
        // Which process wrote the line is not known.
        cpu: UNKNOWN_PROCESSOR,
        pin: UNKNOWN_PROCESSOR,
        // Emergency, alert or critical.
        emphasis: tokens.priority.is_some_and(|priority| priority % 8 <= 2),
        ..EventHeader::new(ems, number)
    };
    let token = |name| dictionary.token_named(name).and_then(|def| Some((def.ssid()?, def.code())));
    let made = EventBuilder::new(Vec::new(), &header, dictionary.profile(), text.code(), line);
    let made = made.and_then(|mut event| {
        if let (Some(host), Some((ssid, code))) = (tokens.host, token("SYSLOG-TKN-HOST")) {
            event.put_qualified(ssid, code, host)?;
        }
        if let (Some(priority), Some((ssid, code))) = (tokens.priority, token("SYSLOG-TKN-PRI")) {
            event.put_qualified(ssid, code, priority)?;
        }
        if let (Some(data), Some((ssid, code))) =
            (tokens.structured_data, token("SYSLOG-TKN-STRUCTURED-DATA"))
        {
            event.put_qualified(ssid, code, data)?;
        }
        event.finish()
    });
    made.map_err(|error| error.to_string())
}
