//! `zems decode`: buffers in, one item an event out.

use core::fmt::Write as _;
use std::io::Write;
use std::path::PathBuf;

use clap::ValueEnum;
use jiff::tz::TimeZone;
use zems::dictionary::Dictionary;
use zems::ems::Event;
use zems::filter::Session;
use zems::json::{Extra, Writer, write_error};
use zems::otlp::About;
use zems::spi::read::{Buffer, Finding, Visit};
use zems::template::{Layout, ListOptions, NodeNames, RenderOptions, Text, TokenLister};
use zems_io::Records;

use crate::Stop;
use crate::args::definitions::{self, Definitions};
use crate::args::select;
use crate::args::syslog;
use crate::csv;
use crate::delivery::{self, otlp, tls};
use crate::input::{self, Bad, Flow, Sink};
use crate::terminal::output::{self, Color, Output};
use crate::terminal::report::Report;

/// Decode buffers: one line of text, one JSON object, one row or one log record an event.
#[derive(Debug, clap::Args)]
#[group(skip)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// What to make of an event.
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: Format,
    /// JSON, OTLP: add all bytes in hexadecimal digits, so that `encode` gives the input back whatever it was.
    #[arg(long)]
    raw: bool,
    /// JSON, CSV, OTLP, explanations: leave out names and labels.
    #[arg(long)]
    no_names: bool,
    /// Show the events that a distributor's replies carry, not the replies.
    #[arg(long)]
    unwrap: bool,
    /// Write to this file, which appears when it is complete; with --follow or --state append to it.
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
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
}

#[derive(Debug, clap::Args)]
#[group(skip)]
#[command(next_help_heading = "Text")]
pub(crate) struct TextArgs {
    /// Columns of a line; 0 breaks none. If not given, those of the terminal, unless it is narrow; else 0.
    #[arg(long, value_name = "N")]
    width: Option<usize>,
    /// Blanks before continuation lines.
    #[arg(long, value_name = "N", default_value_t = Layout::DISTRIBUTOR_INDENT)]
    indent: usize,
    /// Text: the sentence without time, process, subsystem and number. CSV: no row with the names of the columns.
    #[arg(long)]
    no_header: bool,
    /// The time zone times are shown in: Europe/Berlin, America/New_York.
    #[arg(long, value_name = "NAME", default_value = "GMT", value_parser = definitions::zone)]
    zone: TimeZone,
    /// The name of a node, for messages that have its number; repeatable.
    #[arg(long, value_name = "NAME=NUMBER", value_parser = definitions::node)]
    node: Vec<(i32, String)>,
    /// When to use colours.
    #[arg(long, value_enum, default_value_t, value_name = "WHEN")]
    color: Color,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    /// The operator's line.
    #[default]
    Text,
    /// One JSON object a line.
    Json,
    /// The labelled list of all tokens.
    Tokens,
    /// A row in the columns of EMS Analyzer, or in those of --columns.
    Csv,
    /// A message of a system log.
    Syslog,
    /// OpenTelemetry log records, many on a line of OTLP JSON.
    Otlp,
}

const EXAMPLES: &str = "\
Examples:
  zems decode events.bin
  zems decode --width 80 --zone Europe/Berlin events.bin
  zems decode --format json events.bin | jq 'select(.emphasis) | .text'
  zems decode --define /site/zspidef --format tokens --ssid 'ACME.*' --event 100-199 events.bin
  zems decode --format csv --columns gentime,ssid,eventnumber,ZRPC-TKN-CPU,text events.bin
  zems decode --format syslog --syslog-style junos events.bin
  zems decode --syslog-to tcp://localhost:514 events.bin
  zems decode --otlp-to http://localhost:4318 events.bin
  zems decode --from hex - < dump.txt
  zems decode --follow --state events.state --format json /var/log/events.bin >> events.jsonl";

pub(crate) fn run(args: &Args, report: &mut Report) -> Result<(), Stop> {
    let names = args.input.names().inputs(&args.definitions.define).inputs(args.select.files());
    names.output("-o", args.output.as_deref()).check()?;
    args.input.hold()?;
    let definitions = args.definitions.load()?;
    let profile = definitions.dictionary().profile().clone();
    let named = definitions.nodes(&args.text.node);
    let filters = args.select.filters(&definitions, &args.definitions, &named)?;
    let texts = select::Texts(&definitions);
    let zone = |time| definitions::offset(&args.text.zone, time);
    let sessions = filters.sessions(|| select::scratch(&texts, !args.no_names).with_zone(&zone));
    // On a narrow terminal little is left behind the indent: it breaks the lines better itself.
    let terminal = || output::terminal_width().filter(|columns| *columns / 2 >= args.text.indent);
    let width = args.text.width.or_else(terminal).unwrap_or(0);
    let nodes = |node| NodeNames::name(&named, node);
    let form = match args.form()? {
        Format::Text => Form::Text,
        Format::Json => Form::Json,
        Format::Tokens => Form::Tokens,
        Format::Csv => Form::Csv(csv::Table::new(&args.csv, &definitions, !args.no_names)?),
        Format::Syslog => Form::Syslog(Box::new(syslog::Output::new(
            &args.syslog,
            &definitions,
            &zone,
            &nodes,
            &args.tls,
            report,
        )?)),
        Format::Otlp => {
            let nodes = &named;
            let output = otlp::Output::new(
                &args.otlp,
                &definitions,
                nodes,
                !args.no_names,
                args.raw,
                delivery::Circumstances { tls: &args.tls, follows: args.input.follows() },
                report,
            )?;
            Form::Otlp(Box::new(output))
        }
    };
    let mut decode = Decode {
        args,
        form,
        sessions,
        definitions: &definitions,
        nodes: &named,
        zone: &zone,
        layout: Layout { width, lines: 0, indent: args.text.indent },
        is_colored: args.text.color.is_on(),
        output: if args.input.grows() {
            Output::growing(args.output.as_deref(), Records::Lines)?
        } else {
            Output::new(args.output.as_deref())?
        },
        text: Text::new(),
        line: String::new(),
        findings: Vec::new(),
        pass_value: None,
        shown: 0,
    };
    if let Form::Csv(table) = &decode.form
        && !args.text.no_header
    {
        table.header(&mut decode.line);
        decode.output.write_all(decode.line.as_bytes())?;
    }
    let ended =
        if args.select.limit == Some(0) { Ok(()) } else { args.input.read(&profile, report, &mut decode) };
    decode.output.flush()?;
    ended?;
    decode.output.finish()
}

impl Args {
    /// What is to be made of an event: what a receiver that is named wants, else what is said.
    fn form(&self) -> Result<Format, Stop> {
        let wrong = |problem: &str| Err(Stop::Usage(problem.to_owned()));
        let is_tls = |to: &Option<String>| {
            to.as_deref().is_some_and(|to| to.starts_with("https://") || to.starts_with("tls://"))
        };
        if self.tls.ca.is_some() && !is_tls(&self.otlp.otlp_to) && !is_tls(&self.syslog.syslog_to) {
            return wrong("--ca needs a receiver with TLS: --otlp-to https://HOST or --syslog-to tls://HOST");
        }
        match (self.format, &self.otlp.otlp_to, &self.syslog.syslog_to) {
            (format, None, None) => Ok(format),
            (Format::Text | Format::Otlp, Some(_), None) => Ok(Format::Otlp),
            (Format::Text | Format::Syslog, None, Some(_)) => Ok(Format::Syslog),
            (_, Some(_), Some(_)) => wrong("one receiver a run: --otlp-to or --syslog-to"),
            (_, Some(_), None) => wrong("--otlp-to sends log records, and nothing else"),
            (_, None, Some(_)) => wrong("--syslog-to sends messages of a system log, and nothing else"),
        }
    }
}

/// A form that events are shown in, with what it needs.
enum Form<'d> {
    Text,
    Json,
    Tokens,
    Csv(csv::Table<'d>),
    Syslog(Box<syslog::Output<'d>>),
    Otlp(Box<otlp::Output<'d>>),
}

struct Decode<'d> {
    args: &'d Args,
    form: Form<'d>,
    sessions: Vec<Session<'d, 'd>>,
    /// The number a filter passed the event at hand with.
    pass_value: Option<i16>,
    definitions: &'d Definitions,
    nodes: &'d Vec<(i32, String)>,
    /// That of the options: seconds east of GMT at a time.
    zone: &'d dyn zems::spi::UtcOffset,
    layout: Layout,
    is_colored: bool,
    output: Output,
    text: Text,
    line: String,
    findings: Vec<Finding>,
    shown: u64,
}

impl Sink for Decode<'_> {
    fn buffer(&mut self, buffer: &Buffer<'_>, source: &str, report: &mut Report) -> Result<Flow, Stop> {
        if report.is_service() {
            report.counters().add_unknown_tokens(unknown_tokens(buffer, self.definitions.dictionary()));
        }
        let inner = if self.args.unwrap { carried(buffer) } else { Vec::new() };
        if inner.is_empty() {
            return self.item(buffer, source, report);
        }
        for event in &inner {
            if self.item(event, source, report)? == Flow::Enough {
                return Ok(Flow::Enough);
            }
        }
        Ok(Flow::Next)
    }

    fn bad(&mut self, bad: &Bad) -> Result<(), Stop> {
        self.line.clear();
        match &mut self.form {
            Form::Json => {
                write_error(&mut self.line, bad.offset, bad.len, &bad.error);
                self.line.push('\n');
            }
            Form::Otlp(output) => output.bad(&mut self.line, bad)?,
            _ => {}
        }
        Ok(self.output.write_all(self.line.as_bytes())?)
    }

    fn flush(&mut self) -> Result<(), Stop> {
        if let Form::Otlp(output) = &mut self.form {
            self.line.clear();
            output.flush(&mut self.line)?;
            self.output.write_all(self.line.as_bytes())?;
        }
        Ok(self.output.flush()?)
    }

    fn finish(&mut self) -> Result<(), Stop> {
        self.flush()?;
        match &mut self.form {
            Form::Otlp(output) => output.finish(),
            Form::Syslog(output) => output.finish(),
            _ => Ok(()),
        }
    }

    fn handed_on(&self) -> (u64, u64) {
        match &self.form {
            Form::Otlp(output) => output.handed_on(),
            Form::Syslog(output) => output.handed_on(),
            _ => (0, 0),
        }
    }
}

impl<'d> Decode<'d> {
    fn item(&mut self, buffer: &Buffer<'_>, source: &str, report: &mut Report) -> Result<Flow, Stop> {
        let selected = self.args.select.selects(buffer, self.definitions, &mut self.sessions);
        selected.explain(buffer, source);
        if !selected.is_wanted {
            return Ok(Flow::Next);
        }
        self.pass_value = selected.pass_value;
        self.line.clear();
        self.find(buffer, source, report);
        match self.form {
            Form::Text => self.text(buffer),
            Form::Json => self.json(buffer),
            Form::Tokens => self.tokens(buffer),
            Form::Csv(_) => self.csv(buffer, source),
            Form::Syslog(_) => self.syslog(buffer)?,
            Form::Otlp(_) => self.otlp(buffer)?,
        }
        self.output.write_all(self.line.as_bytes())?;
        self.shown += 1;
        Ok(if self.args.select.limit == Some(self.shown) { Flow::Enough } else { Flow::Next })
    }

    /// What is odd about the buffer, for a form that says it; with `--strict` that is a fault.
    fn find(&mut self, buffer: &Buffer<'_>, source: &str, report: &mut Report) {
        self.findings.clear();
        if !self.args.input.strict && !matches!(self.form, Form::Json | Form::Otlp(_)) {
            return;
        }
        input::find(buffer, &mut self.findings);
        if self.args.input.strict {
            let item = report.next_item();
            if let Some(finding) = self.findings.first() {
                let (offset, kind) = (finding.offset(), finding.kind());
                report.bad(0, format_args!("{source}: item {item} at byte {offset}: {kind}"));
            }
        }
    }

    fn text(&mut self, buffer: &Buffer<'_>) {
        let Some(event) = Event::new(*buffer) else {
            let ssid = self.definitions.dictionary().ssid_name(buffer.ssid());
            self.line = format!("{ssid} {}\n", command(buffer));
            return;
        };
        let (templates, dictionary) = (&self.definitions.templates, self.definitions.dictionary());
        let header = if self.args.text.no_header {
            self.sentence(&event, &self.options());
            0
        } else {
            let written = templates.emstext(&event, dictionary, &self.options(), &mut self.text);
            written.map_or(0, |(_, columns)| columns)
        };
        // Writing to a String does not fail.
        let _ = self.layout.write(&self.text, &mut self.line);
        if self.is_colored {
            self.color(header, templates.emphasis(&event) == Some(true));
        }
        self.line.push('\n');
    }

    /// Texts as people want them.
    fn options(&self) -> RenderOptions<'d> {
        RenderOptions { zone: Some(self.zone), ..self.in_gmt() }
    }

    /// Texts for programs: the times in them are the same wherever they are made.
    fn in_gmt(&self) -> RenderOptions<'d> {
        RenderOptions { nodes: Some(self.nodes), ..RenderOptions::default() }
    }

    fn sentence(&mut self, event: &Event<'_>, options: &RenderOptions<'_>) {
        let (templates, dictionary) = (&self.definitions.templates, self.definitions.dictionary());
        // Writing to a String does not fail.
        let _ = templates.sentence_text(event, dictionary, options, &mut self.text);
    }

    /// The sentence of an event, or what there is to say about another buffer.
    fn describe(&mut self, buffer: &Buffer<'_>, options: &RenderOptions<'_>) {
        if let Some(event) = Event::new(*buffer) {
            return self.sentence(&event, options);
        }
        self.text.clear();
        let _ = self.text.write_str(&command(buffer));
    }

    /// Dims the header; shows a critical event in red.
    fn color(&mut self, header: usize, is_critical: bool) {
        let dim = anstyle::Style::new().dimmed();
        let sentence =
            if is_critical { anstyle::AnsiColor::Red.on_default().bold() } else { anstyle::Style::new() };
        let end = self.line.char_indices().nth(header).map_or(self.line.len(), |(at, _)| at);
        // A narrow page breaks the header itself: then there is no telling its parts.
        let end = if self.line.get(..end).is_some_and(|header| header.contains('\n')) { 0 } else { end };
        let (header, rest) = self.line.split_at(end);
        self.line = format!("{dim}{header}{dim:#}{sentence}{rest}{sentence:#}");
    }

    fn json(&mut self, buffer: &Buffer<'_>) {
        let event = Event::new(*buffer);
        if let Some(event) = &event {
            self.sentence(event, &self.in_gmt());
        }
        let text = event.is_some().then_some(self.text.as_str());
        let extra = Extra { text, pass_value: self.pass_value, findings: &self.findings };
        let writer = Writer::new(self.definitions.dictionary()).raw(self.args.raw).names(!self.args.no_names);
        // All tokens have been read before.
        let _ = writer.write(&mut self.line, buffer, &extra);
        self.line.push('\n');
    }

    fn tokens(&mut self, buffer: &Buffer<'_>) {
        let options = ListOptions { ddl_names: true, ..ListOptions::default() };
        let (templates, dictionary) = (&self.definitions.templates, self.definitions.dictionary());
        if self.shown > 0 {
            self.line.push('\n');
        }
        if let Ok(lister) = TokenLister::new(options, dictionary, templates, self.options()) {
            let _ = lister.list(buffer, &mut self.line);
        }
    }

    fn csv(&mut self, buffer: &Buffer<'_>, source: &str) {
        self.describe(buffer, &self.options());
        let Form::Csv(table) = &self.form else { return };
        let (text, pass_value) = (self.text.as_str(), self.pass_value);
        let context = csv::Context { text, pass_value, source, nodes: self.nodes, east: self.zone };
        table.buffer(&mut self.line, buffer, &context);
    }

    fn syslog(&mut self, buffer: &Buffer<'_>) -> Result<(), Stop> {
        let event = Event::new(*buffer);
        if let Some(event) = &event {
            self.sentence(event, &self.options());
        }
        let Form::Syslog(output) = &mut self.form else { return Ok(()) };
        let Some(event) = event else {
            output.leave_out();
            return Ok(());
        };
        Ok(self.output.write_all(output.event(&event, self.text.as_str())?)?)
    }

    fn otlp(&mut self, buffer: &Buffer<'_>) -> Result<(), Stop> {
        self.describe(buffer, &self.in_gmt());
        let Form::Otlp(output) = &mut self.form else { return Ok(()) };
        let about = About {
            text: Some(self.text.as_str()),
            emphasis: Event::new(*buffer).and_then(|event| self.definitions.templates.emphasis(&event)),
            pass_value: self.pass_value,
            findings: &self.findings,
            ..About::default()
        };
        output.buffer(&mut self.line, buffer, &about)
    }
}

/// How many tokens of a buffer no definition knows.
fn unknown_tokens(buffer: &Buffer<'_>, dictionary: &Dictionary) -> u64 {
    let is_unknown = |visit: &Result<Visit<'_>, _>| match visit {
        Ok(Visit::Token(token)) => dictionary.token(token.effective_ssid(), token.code()).is_none(),
        _ => false,
    };
    u64::try_from(buffer.walk().filter(is_unknown).count()).unwrap_or(u64::MAX)
}

/// What there is to say about a buffer that is no event.
fn command(buffer: &Buffer<'_>) -> String {
    let number = |number: Option<i16>| number.map_or_else(|| "?".to_owned(), |number| number.to_string());
    let (command, object) = buffer.command().map(|c| (c.command(), c.object_type())).unwrap_or_default();
    let tokens = buffer.tokens().count();
    format!("command {}, object type {}, {tokens} tokens", number(command), number(object))
}

/// The events that tokens of this buffer carry whole, as a distributor's reply does.
fn carried<'a>(buffer: &Buffer<'a>) -> Vec<Buffer<'a>> {
    let tokens = buffer.walk().filter_map(|visit| match visit {
        Ok(Visit::Token(token)) => Some(token),
        _ => None,
    });
    let events = tokens.filter_map(|token| token.nested().ok()).filter(|inner| Event::new(*inner).is_some());
    events.filter(|inner| inner.check(|_| {}).is_ok()).collect()
}
