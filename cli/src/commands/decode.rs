//! `zems decode`: buffers in, one item an event out.

use std::collections::BTreeSet;
use std::io::{IsTerminal, Write};
use std::path::PathBuf;

use clap::builder::PossibleValue;
use jiff::tz::TimeZone;
use zems::describe::{Described, Record};
use zems::filter::Session;
use zems::formats::{self, Fault, Options};
use zems::site::Site;
use zems::spi::read::{Buffer, Finding, Visit};
use zems::template::Layout;
use zems_io::Records;

use crate::Stop;
use crate::args::{config, csv, definitions, select, syslog};
use crate::commands::encode::now;
use crate::commands::threads::{self, Choice, Part, Piece, Threads, Worker};
use crate::commands::unwrap::carried;
use crate::delivery::{self, otlp, tls};
use crate::input::{self, Bad, Flow, Form, Sink};
use crate::terminal::metrics;
use crate::terminal::output::{self, Color, Output};
use crate::terminal::report::{Report, say};

/// Decode buffers: one line of text, JSON object, row or log record for each event.
#[derive(Debug, clap::Args)]
#[group(skip)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// Write events in this format.
    #[arg(long, value_parser = FormatNames, default_value = TEXT, value_name = "FORMAT")]
    format: String,
    /// Add all bytes in hexadecimal digits to JSON and OTLP, so that `encode` returns the input exactly.
    #[arg(long)]
    raw: bool,
    /// Add description, cause, effect and recovery of an event to text and JSON.
    #[arg(long)]
    advice: bool,
    /// Leave out names and labels, in JSON, CSV, OTLP, syslog, CEF, LEEF, ECS, Arrow, Parquet and explanations.
    #[arg(long)]
    no_names: bool,
    /// Use no names that rest on numbers that the vendor has not published and no definition of yours gives.
    #[arg(long)]
    no_provisional: bool,
    /// Suppress the note on provisional names.
    #[arg(long)]
    no_notes: bool,
    /// Label tokens with their headings or their DDL names, with --format tokens.
    #[arg(long, value_enum, default_value_t, value_name = "LABELS")]
    labels: Labels,
    /// Add a severity rule; repeatable, later ones win. RULE is emphasis, default, the name of an event, the name of a content standard
    /// or user content such as ZEMS-VAL-ATTN-NEEDED, or a condition of the filter language; SEVERITY is one of syslog (emergency,
    /// alert, critical, error, warning, notice, info, debug) or of OpenTelemetry (TRACE to FATAL4).
    #[arg(long, visible_alias = "otlp-severity", value_name = "RULE=SEVERITY")]
    severity: Vec<String>,
    /// Show the events inside a distributor's replies in place of the replies.
    #[arg(long)]
    unwrap: bool,
    /// Write to this file, which appears when it is complete; with --follow or --state append to it.
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    #[command(flatten)]
    threads: threads::Args,
    #[command(flatten)]
    input: input::Args,
    #[command(flatten)]
    text: TextArgs,
    #[command(flatten)]
    csv: csv::Args,
    #[command(flatten)]
    syslog: syslog::Args,
    #[command(flatten)]
    otlp: otlp::Args,
    #[command(flatten)]
    tls: tls::Args,
    #[command(flatten)]
    select: select::Args,
    #[command(flatten)]
    definitions: definitions::Args,
    #[command(flatten)]
    metrics: metrics::Args,
    #[command(flatten)]
    config: config::Args,
}

#[derive(Debug, clap::Args)]
#[group(skip)]
#[command(next_help_heading = "Text")]
pub(crate) struct TextArgs {
    /// Wrap lines at N columns; 0 disables wrapping. Default: the width of the terminal; 0 if it is narrow or the
    /// output is not a terminal.
    #[arg(long, value_name = "N")]
    width: Option<usize>,
    /// Indent continuation lines by N blanks.
    #[arg(long, value_name = "N", default_value_t = Layout::DISTRIBUTOR_INDENT)]
    indent: usize,
    /// Leave out the header: in text all but the sentence, in tokens the header tokens, in CSV the row of column
    /// names.
    #[arg(long)]
    no_header: bool,
    /// Show times in this zone: Europe/Berlin, America/New_York, or local for that of this machine.
    #[arg(long, value_name = "NAME", env = "ZEMS_ZONE", default_value = "GMT", value_parser = definitions::zone)]
    zone: TimeZone,
    /// Name a node, for messages that have only its number; repeatable.
    #[arg(long, value_name = "NAME=NUMBER", value_parser = definitions::node)]
    node: Vec<(i32, String)>,
    /// Use colours, in text and in explanations.
    #[arg(long, value_enum, default_value_t, value_name = "WHEN")]
    color: Color,
}

/// The format of a run that says nothing else.
const TEXT: &str = "text";
/// The items for receivers of log records and of messages.
const OTLP: &str = "otlp";
const SYSLOG: &str = "syslog";
/// Has a command of its own.
const DUMP: &str = "dump";

/// The names of the formats.
#[derive(Clone, Debug)]
struct FormatNames;

impl clap::builder::TypedValueParser for FormatNames {
    type Value = String;

    fn parse_ref(
        &self,
        command: &clap::Command,
        argument: Option<&clap::Arg>,
        value: &std::ffi::OsStr,
    ) -> Result<String, clap::Error> {
        let names = formats::ALL.iter().map(|format| format.name).filter(|name| *name != DUMP);
        clap::builder::PossibleValuesParser::new(names).parse_ref(command, argument, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        let formats = formats::ALL.iter().filter(|format| format.name != DUMP);
        Some(Box::new(formats.map(|format| PossibleValue::new(format.name).help(format.about))))
    }
}

/// The labels of tokens and fields in a list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
enum Labels {
    /// By their HEADING, those without one by their name.
    #[default]
    Headings,
    /// By their name.
    Names,
}

const EXAMPLES: &str = "\
Examples:
  zems decode events.bin
  zems decode --width 80 --zone Europe/Berlin events.bin
  zems decode --format json events.bin | jq 'select(.emphasis) | .text'
  zems decode --define /site/zspidef --format tokens --ssid 'ACME.*' events.bin
  zems decode --format csv --columns gentime,ssid,ZRPC-TKN-CPU,text events.bin
  zems decode --format syslog --syslog-style junos events.bin
  zems decode --syslog-to tcp://localhost:514 events.bin
  zems decode --otlp-to http://localhost:4318 events.bin
  zems decode --from hex - < dump.txt
  zems decode --follow --state events.state --format json -o out.jsonl log.bin";

pub(crate) fn run(args: &Args, report: &mut Report) -> Result<(), Stop> {
    let names = args.input.names().inputs(&args.definitions.paths()).inputs(args.select.files());
    names.output("-o", args.output.as_deref()).check()?;
    args.input.hold()?;
    if args.metrics.is_wanted() && !args.input.follows() {
        return Err(Stop::Usage("--metrics has no effect without --follow".to_owned()));
    }
    args.metrics.serve(report.counters())?;
    let definitions = args.definitions.load()?;
    args.select.begin(&args.text.zone, definitions.dictionary())?;
    let profile = definitions.dictionary().profile().clone();
    let filters =
        args.select.filters(&definitions, &args.definitions, &definitions.nodes(&args.text.node))?;
    let site = args.site(definitions)?;
    let sessions = filters.sessions(|| site.filter_scratch());
    let name = args.form()?;
    if formats::named(name).is_some_and(|format| format.is_one_file) {
        if args.input.grows() {
            return Err(Stop::Usage(format!(
                "--format {name} writes a file that cannot be continued: it does not go with --follow or --state"
            )));
        }
        if args.output.as_deref().is_none_or(|path| path.as_os_str() == "-") {
            return Err(Stop::Usage(format!("--format {name} writes a file: give its name with -o")));
        }
    }
    let options = args.options(name);
    if options.color && formats::named(name).is_some_and(|format| format.options.contains(&"color")) {
        output::let_colors_pass();
    }
    let around = delivery::Circumstances { tls: &args.tls, follows: args.input.follows() };
    let target = match (&args.otlp.otlp_to, name) {
        (Some(url), _) => Target::LogRecords(Box::new(otlp::Sender::start(
            &args.otlp, url, &site, args.raw, around, report,
        )?)),
        (None, SYSLOG) => {
            Target::Messages(Box::new(syslog::Output::new(&args.syslog, &site, around, report)?))
        }
        (None, name) => {
            let format = formats::named(name).map(|format| format.make(&site, &options));
            let format = format.ok_or_else(|| Stop::Usage(format!("there is no format {name}")))?;
            Target::Format(format.map_err(|error| Stop::Usage(format!("--{error}")))?)
        }
    };
    let mut decode = Decode {
        args,
        site: &site,
        target,
        sessions,
        screen: if args.unwrap { None } else { args.select.screen(&filters, &site) },
        notes: Notes::new(args),
        output: if args.input.grows() {
            Output::growing(args.output.as_deref(), Records::Lines)?
        } else {
            Output::new(args.output.as_deref())?
        },
        source: String::new(),
        line: Vec::new(),
        findings: Vec::new(),
        shown: 0,
    };
    if let Target::Format(format) = &mut decode.target {
        format.begin(&mut decode.line);
    }
    decode.write()?;
    let ended = if args.select.limit == Some(0) {
        Ok(())
    } else if let Some(options) = decode.parts(&options) {
        let is_in_order = args.select.is_in_order(&filters);
        let make = || {
            let format = formats::named(name).and_then(|format| format.make(&site, &options).ok());
            let sessions = filters.sessions(|| site.filter_scratch());
            let format = format.ok_or_else(|| Stop::Usage(format!("there is no format {name}")))?;
            Ok(Maker { args, site: &site, sessions, format, notes: Notes::new(args).is_on })
        };
        std::thread::scope(|scope| {
            let threads = Threads::new(scope, &make, &profile, args.threads.count());
            let mut apart = Apart { decode: &mut decode, threads, is_in_order, source: String::new() };
            args.input.read(&profile, report, &mut apart)
        })
    } else {
        args.input.read(&profile, report, &mut decode)
    };
    decode.output.flush()?;
    ended?;
    decode.notes.say();
    decode.output.finish()
}

impl Args {
    /// The same, but buffers come over connections.
    pub(crate) fn listening(self, connections: input::listen::Args) -> Self {
        Self { input: self.input.listening(connections), ..self }
    }

    /// The site that the options describe.
    fn site(&self, definitions: definitions::Definitions) -> Result<Site, Stop> {
        let mut site = definitions.into_site();
        for (number, name) in &self.text.node {
            site = site.node(*number, name.as_str());
        }
        let zone = self.text.zone.clone();
        if zone != TimeZone::UTC {
            site = site.zone(move |time| definitions::offset(&zone, time));
        }
        for rule in &self.severity {
            site = site.severity(rule).map_err(|error| Stop::Usage(format!("--severity: {error}")))?;
        }
        if self.no_provisional {
            site = site.without_provisional();
        }
        if self.no_names {
            site = site.without_names();
        }
        Ok(site.build())
    }

    fn options(&self, format: &str) -> Options {
        // On a narrow terminal little is left after the indent: it breaks the lines better itself.
        let terminal = || output::terminal_width().filter(|columns| *columns / 2 >= self.text.indent);
        let width = self.text.width.or_else(|| terminal().filter(|_| format == TEXT)).unwrap_or(0);
        Options {
            raw: self.raw,
            advice: self.advice,
            source: self.input.are_several(),
            header: !self.text.no_header,
            width,
            indent: self.text.indent,
            ddl_names: self.labels == Labels::Names,
            color: self.text.color.is_on(),
            columns: self.csv.columns.clone(),
            spreadsheet: self.csv.spreadsheet,
            otlp_batch: usize::try_from(self.otlp.otlp_batch).unwrap_or(usize::MAX),
            ..Options::default()
        }
    }
}

impl Args {
    /// The format of an event: that of the receiver, else the option.
    fn form(&self) -> Result<&str, Stop> {
        let wrong = |problem: &str| Err(Stop::Usage(problem.to_owned()));
        let is_tls = |to: &Option<String>| {
            to.as_deref().is_some_and(|to| to.starts_with("https://") || to.starts_with("tls://"))
        };
        if self.tls.ca.is_some() && !is_tls(&self.otlp.otlp_to) && !is_tls(&self.syslog.syslog_to) {
            return wrong("--ca needs a receiver with TLS: --otlp-to https://HOST or --syslog-to tls://HOST");
        }
        match (self.format.as_str(), &self.otlp.otlp_to, &self.syslog.syslog_to) {
            (format, None, None) => Ok(format),
            (TEXT | OTLP, Some(_), None) => Ok(OTLP),
            (TEXT | SYSLOG, None, Some(_)) => Ok(SYSLOG),
            (_, Some(_), Some(_)) => wrong("a run has one receiver: give --otlp-to or --syslog-to, not both"),
            (_, Some(_), None) => wrong("--otlp-to sends log records, and nothing else"),
            (_, None, Some(_)) => wrong("--syslog-to sends messages of a system log, and nothing else"),
        }
    }
}

/// Receives the records.
enum Target {
    /// Standard output.
    Format(Box<dyn formats::Format>),
    /// Standard output or a receiver.
    Messages(Box<syslog::Output>),
    /// A receiver.
    LogRecords(Box<otlp::Sender>),
}

struct Decode<'d> {
    args: &'d Args,
    site: &'d Site,
    target: Target,
    sessions: Vec<Session<'d, 'd>>,
    /// Excludes buffers by their headers.
    screen: Option<select::Screen<'d>>,
    notes: Notes,
    output: Output,
    /// The name of the input that is being read.
    source: String,
    line: Vec<u8>,
    findings: Vec<Finding>,
    shown: u64,
}

/// Makes the output of buffers on a thread of its own.
struct Maker<'d> {
    args: &'d Args,
    site: &'d Site,
    sessions: Vec<Session<'d, 'd>>,
    format: Box<dyn formats::Format>,
    notes: bool,
}

impl Worker for Maker<'_> {
    fn part(
        &mut self,
        buffer: &Buffer<'_>,
        source: &str,
        choice: Choice,
        out: &mut Vec<u8>,
        noted: &mut Vec<String>,
    ) -> Option<bool> {
        let pass_value = match choice {
            Choice::Selected(value) => value,
            Choice::Open => {
                let selected = self.args.select.selects(buffer, self.site, &mut self.sessions);
                if !selected.is_wanted {
                    return None;
                }
                selected.pass_value
            }
        };
        let mut record = Record::new(Described::new(self.site, buffer));
        record.pass_value = pass_value;
        record.source = Some(source);
        record.observed = Some(now());
        if self.notes
            && let Some(name) = provisional_subsystem(&record)
            && !noted.contains(&name)
        {
            noted.push(name);
        }
        // All tokens have been read before.
        let _ = self.format.part(out, &record);
        Some(record.described.event().is_some())
    }
}

/// Decodes on several threads.
struct Apart<'a, 'd, 'scope, 'env, M> {
    decode: &'a mut Decode<'d>,
    threads: Threads<'scope, 'env, Maker<'env>, M>,
    /// Buffers are selected here, in their order.
    is_in_order: bool,
    /// The name of the input that is being read.
    source: String,
}

impl<'env, M> Apart<'_, '_, '_, 'env, M>
where
    M: Fn() -> Result<Maker<'env>, Stop> + Sync,
{
    fn hand_out(&mut self) -> Result<(), Stop> {
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
        self.decode.join(&piece)?;
        self.threads.keep(piece);
        Ok(())
    }
}

impl<'env, M> Sink for Apart<'_, '_, '_, 'env, M>
where
    M: Fn() -> Result<Maker<'env>, Stop> + Sync,
{
    fn buffer(&mut self, buffer: &Buffer<'_>, source: &str, _: &mut Report) -> Result<Flow, Stop> {
        let Decode { args, site, sessions, .. } = self.decode;
        let choice = if self.is_in_order {
            let selected = args.select.selects(buffer, site, sessions);
            if !selected.is_wanted {
                return Ok(Flow::Next);
            }
            Choice::Selected(selected.pass_value)
        } else {
            Choice::Open
        };
        if self.threads.begins(source) {
            self.hand_out()?;
        }
        self.threads.set_source(source);
        self.threads.buffer(buffer, choice);
        if self.threads.is_full() {
            self.hand_out()?;
        }
        self.decode.shown += 1;
        let limit = self.decode.args.select.limit;
        Ok(if limit == Some(self.decode.shown) { Flow::Enough } else { Flow::Next })
    }

    fn input(&mut self, name: &str, _: Form) {
        name.clone_into(&mut self.source);
    }

    fn bad(&mut self, bad: &Bad) -> Result<(), Stop> {
        if self.threads.begins(&self.source) {
            self.hand_out()?;
        }
        self.threads.set_source(&self.source);
        self.threads.bad(bad);
        if self.threads.is_full() { self.hand_out() } else { Ok(()) }
    }

    fn screens(&self) -> bool {
        self.decode.screens()
    }

    fn may_want(&self, buffer: &Buffer<'_>) -> bool {
        self.decode.may_want(buffer)
    }

    fn catch_up(&mut self) -> Result<(), Stop> {
        if output::is_shared() { self.drain() } else { Ok(()) }
    }

    fn flush(&mut self) -> Result<(), Stop> {
        self.drain()?;
        self.decode.flush()
    }

    fn finish(&mut self) -> Result<(), Stop> {
        self.drain()?;
        self.decode.finish()
    }
}

impl Sink for Decode<'_> {
    fn screens(&self) -> bool {
        self.screen.is_some()
    }

    fn may_want(&self, buffer: &Buffer<'_>) -> bool {
        self.screen.as_ref().is_none_or(|screen| screen.may_want(buffer))
    }

    fn input(&mut self, name: &str, _: Form) {
        name.clone_into(&mut self.source);
    }

    fn buffer(&mut self, buffer: &Buffer<'_>, source: &str, report: &mut Report) -> Result<Flow, Stop> {
        if report.is_service() {
            report.counters().add_unknown_tokens(unknown_tokens(buffer, self.site));
        }
        let inner = if self.args.unwrap { carried(buffer, self.site.dictionary()) } else { Vec::new() };
        if inner.is_empty() {
            return self.item(buffer, source, report);
        }
        for value in &inner {
            match value {
                Ok(event) => {
                    if self.item(event, source, report)? == Flow::Enough {
                        return Ok(Flow::Enough);
                    }
                }
                Err(bad) => {
                    let (item, Bad { offset, len, error, .. }) = (report.next_item(), bad);
                    report.bad(
                        *len,
                        format_args!("{source}: item {item} at byte {offset}, {len} bytes skipped: {error}"),
                    );
                    self.bad(bad)?;
                }
            }
        }
        Ok(Flow::Next)
    }

    fn bad(&mut self, bad: &Bad) -> Result<(), Stop> {
        let Bad { offset, len, error, .. } = bad;
        let source = self.args.input.are_several().then_some(self.source.as_str());
        let fault = Fault { offset: *offset, length: *len, error, source, observed: Some(now()) };
        match &mut self.target {
            Target::Format(format) => format.fault(&mut self.line, &fault),
            Target::Messages(_) => {}
            Target::LogRecords(sender) => sender.fault(&fault)?,
        }
        self.write()
    }

    fn flush(&mut self) -> Result<(), Stop> {
        match &mut self.target {
            Target::Format(format) => format.flush(&mut self.line),
            Target::Messages(_) => {}
            Target::LogRecords(sender) => sender.flush()?,
        }
        self.write()?;
        Ok(self.output.flush()?)
    }

    fn finish(&mut self) -> Result<(), Stop> {
        self.flush()?;
        match &mut self.target {
            Target::Format(format) => format.end(&mut self.line),
            Target::Messages(output) => output.finish()?,
            Target::LogRecords(sender) => sender.finish()?,
        }
        self.write()
    }

    fn handed_on(&self) -> (u64, u64) {
        match &self.target {
            Target::Format(_) => (0, 0),
            Target::Messages(output) => output.handed_on(),
            Target::LogRecords(sender) => sender.handed_on(),
        }
    }
}

impl Decode<'_> {
    /// The options of the format with which several threads can make the output.
    fn parts(&self, options: &Options) -> Option<Options> {
        let args = self.args;
        let is_one = args.threads.count() == 1
            || args.input.grows()
            || args.input.strict
            || args.unwrap
            || args.select.explains();
        if is_one {
            return None;
        }
        match &self.target {
            Target::Format(format) => format.has_parts().then(|| options.clone()),
            Target::Messages(output) => output.options().cloned(),
            Target::LogRecords(_) => None,
        }
    }

    /// Writes what a thread has made.
    fn join(&mut self, piece: &Piece) -> Result<(), Stop> {
        for name in &piece.noted {
            self.notes.add(name);
        }
        piece.source.as_ref().clone_into(&mut self.source);
        for part in piece.parts() {
            match part {
                Part::Made(made, is_event) => match &mut self.target {
                    Target::Format(format) => format.join(&mut self.line, made),
                    Target::Messages(output) => {
                        output.join(&mut self.line, made, is_event);
                        self.write()?;
                    }
                    Target::LogRecords(_) => {}
                },
                Part::Bad(bad) => self.bad(bad)?,
                Part::Gap(..) => {}
            }
        }
        self.write()
    }

    fn item(&mut self, buffer: &Buffer<'_>, source: &str, report: &mut Report) -> Result<Flow, Stop> {
        let selected = self.args.select.selects(buffer, self.site, &mut self.sessions);
        selected.explain(buffer, source, self.args.text.color);
        if !selected.is_wanted {
            return Ok(Flow::Next);
        }
        if self.args.input.strict {
            self.find(buffer, source, report);
        }
        let mut record = Record::new(Described::new(self.site, buffer));
        record.pass_value = selected.pass_value;
        record.source = Some(source);
        record.observed = Some(now());
        self.notes.record(&record);
        match &mut self.target {
            // All tokens have been read before.
            Target::Format(format) => drop(format.record(&mut self.line, &record)),
            Target::Messages(output) => {
                let message = output.record(&record)?;
                self.output.write_all(message)?;
            }
            Target::LogRecords(sender) => sender.record(&record)?,
        }
        self.write()?;
        self.shown += 1;
        Ok(if self.args.select.limit == Some(self.shown) { Flow::Enough } else { Flow::Next })
    }

    /// With `--strict` what is odd about a buffer is a fault.
    fn find(&mut self, buffer: &Buffer<'_>, source: &str, report: &mut Report) {
        self.findings.clear();
        input::find(buffer, &mut self.findings);
        let item = report.next_item();
        if let Some(finding) = self.findings.first() {
            let (offset, kind) = (finding.offset(), finding.kind());
            report.bad(0, format_args!("{source}: item {item} at byte {offset}: {kind}"));
        }
    }

    fn write(&mut self) -> Result<(), Stop> {
        self.output.write_all(&self.line)?;
        self.line.clear();
        Ok(())
    }
}

/// Subsystems whose names rest on numbers that the vendor has not published, for the note at the end.
#[derive(Default)]
struct Notes {
    is_on: bool,
    subsystems: BTreeSet<String>,
    others: bool,
}

impl Notes {
    /// Programs read what their formats say; a note is for the person at a terminal.
    fn new(args: &Args) -> Self {
        let is_wanted = args.format == TEXT && !args.no_notes && !args.no_provisional;
        let is_on = is_wanted && std::io::stderr().is_terminal();
        Self { is_on, ..Self::default() }
    }

    fn record(&mut self, record: &Record<'_>) {
        if !self.is_on || self.subsystems.len() >= MOST_SUBSYSTEMS && self.others {
            return;
        }
        if let Some(name) = provisional_subsystem(record) {
            self.add(&name);
        }
    }

    fn add(&mut self, name: &str) {
        if self.subsystems.contains(name) {
            return;
        }
        if self.subsystems.len() < MOST_SUBSYSTEMS {
            self.subsystems.insert(name.to_owned());
        } else {
            self.others = true;
        }
    }

    fn say(&self) {
        if self.subsystems.is_empty() {
            return;
        }
        let names: Vec<&str> = self.subsystems.iter().map(String::as_str).collect();
        let others = if self.others { " and others" } else { "" };
        say(format_args!(
            "note: names of {}{others} rest on provisional numbers: the vendor has not published them. Give your system's own \
             definition files with --define, or let `zems learn` work them out (--no-provisional, --no-notes)",
            names.join(", ")
        ));
    }
}

/// The subsystem of a record in which provisional names are used.
fn provisional_subsystem(record: &Record<'_>) -> Option<String> {
    let (site, ssid) = (record.described.site(), record.described.buffer().ssid());
    let mut is_any = false;
    record.described.provisional(true, &mut |name| is_any |= name != "layout");
    site.subsystem(ssid).filter(|_| is_any).map(str::to_owned)
}

/// Subsystems that a note names.
const MOST_SUBSYSTEMS: usize = 8;

/// How many tokens of a buffer no definition knows.
fn unknown_tokens(buffer: &Buffer<'_>, site: &Site) -> u64 {
    let dictionary = site.dictionary();
    let is_unknown = |visit: &Result<Visit<'_>, _>| match visit {
        Ok(Visit::Token(token)) => dictionary.token(token.effective_ssid(), token.code()).is_none(),
        _ => false,
    };
    u64::try_from(buffer.walk().filter(is_unknown).count()).unwrap_or(u64::MAX)
}
