//! `zems decode`: buffers in, one item an event out.

use std::io::Write;

use clap::ValueEnum;
use jiff::tz::TimeZone;
use zems::ems::Event;
use zems::filter::Session;
use zems::json::{Extra, Writer, write_error};
use zems::spi::read::{Buffer, Finding, Visit};
use zems::template::{Layout, ListOptions, RenderOptions, Text, TokenLister};

use super::Stop;
use super::definitions::{self, Definitions};
use super::input::{self, Bad, Flow, Sink};
use super::output::{self, Color};
use super::report::{Report, say};
use super::select;
use super::syslog::{self, MessageWriter};

/// Decode buffers: one line of text, or one JSON object, an event.
#[derive(Debug, clap::Args)]
#[group(skip)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    #[command(flatten)]
    input: input::Args,
    #[command(flatten)]
    definitions: definitions::Args,
    /// What to make of an event.
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: Format,
    /// JSON: add all bytes in hexadecimal digits, so that `encode` gives the input back whatever it was.
    #[arg(long)]
    raw: bool,
    /// JSON: leave out names and labels.
    #[arg(long)]
    no_names: bool,
    /// Show the events that a distributor's replies carry, not the replies.
    #[arg(long)]
    unwrap: bool,
    #[command(flatten)]
    text: TextArgs,
    #[command(flatten)]
    syslog: syslog::Args,
    #[command(flatten)]
    select: select::Args,
}

#[derive(Debug, clap::Args)]
#[group(skip)]
#[command(next_help_heading = "Text")]
pub(crate) struct TextArgs {
    /// Columns of a line; 0 breaks none. A terminal's width, else 0, if not given.
    #[arg(long, value_name = "N")]
    width: Option<usize>,
    /// Blanks before continuation lines.
    #[arg(long, value_name = "N", default_value_t = Layout::DISTRIBUTOR_INDENT)]
    indent: usize,
    /// The sentence without time, process, subsystem and number.
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
    /// A message of a system log; commands and responses are left out.
    Syslog,
}

const EXAMPLES: &str = "\
Examples:
  zems decode events.bin
  zems decode --width 80 --zone Europe/Berlin events.bin
  zems decode --format json events.bin | jq 'select(.emphasis) | .text'
  zems decode --define /site/zspidef --format tokens --ssid 'ACME.*' --event 100-199 events.bin
  zems decode --format syslog --syslog-style junos events.bin
  zems decode --from hex - < dump.txt";

pub(crate) fn run(args: &Args, report: &mut Report) -> Result<(), Stop> {
    let definitions = args.definitions.load()?;
    let profile = definitions.dictionary().profile().clone();
    let filters = args.select.filters(&definitions, &args.definitions, &args.text.node)?;
    let texts = select::Texts(&definitions);
    let zone = |time| definitions::offset(&args.text.zone, time);
    let session = filters.as_ref().map(|filters| filters.session(select::scratch(&texts).with_zone(&zone)));
    let nodes = |node| zems::template::NodeNames::name(&args.text.node, node);
    let messages = MessageWriter::new(&args.syslog, &definitions, &zone, &nodes)?;
    let is_terminal = std::io::IsTerminal::is_terminal(&std::io::stdout());
    let width = args.text.width.unwrap_or_else(|| if is_terminal { terminal_width() } else { 0 });
    let mut decode = Decode {
        args,
        session,
        definitions: &definitions,
        layout: Layout { width, lines: 0, indent: args.text.indent },
        is_colored: args.text.color.is_on(),
        output: output::stdout(),
        messages,
        message: Vec::new(),
        text: Text::new(),
        line: String::new(),
        findings: Vec::new(),
        pass_value: None,
        shown: 0,
    };
    let ended =
        if args.select.limit == Some(0) { Ok(()) } else { args.input.read(&profile, report, &mut decode) };
    decode.output.flush()?;
    ended
}

/// What the environment says a terminal's width is, or 80.
fn terminal_width() -> usize {
    std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok()).unwrap_or(80)
}

struct Decode<'d, W> {
    args: &'d Args,
    session: Option<Session<'d, 'd>>,
    /// The number a filter passed the event at hand with.
    pass_value: Option<i16>,
    definitions: &'d Definitions,
    layout: Layout,
    is_colored: bool,
    output: W,
    messages: MessageWriter<'d>,
    message: Vec<u8>,
    text: Text,
    line: String,
    findings: Vec<Finding>,
    shown: u64,
}

impl<W: Write> Sink for Decode<'_, W> {
    fn buffer(&mut self, buffer: &Buffer<'_>, source: &str, report: &mut Report) -> Result<Flow, Stop> {
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
        if self.args.format == Format::Json {
            self.line.clear();
            write_error(&mut self.line, bad.offset, bad.len, &bad.error);
            self.line.push('\n');
            self.output.write_all(self.line.as_bytes())?;
        }
        Ok(())
    }
}

impl<W: Write> Decode<'_, W> {
    fn item(&mut self, buffer: &Buffer<'_>, source: &str, report: &mut Report) -> Result<Flow, Stop> {
        let selected = self.args.select.selects(buffer, self.definitions, &mut self.session);
        if let Some(explanation) = &selected.explanation {
            let offset = buffer.origin();
            say(format_args!("{source}: event at byte {offset}: {explanation}"));
        }
        if !selected.is_wanted {
            return Ok(Flow::Next);
        }
        self.pass_value = selected.pass_value;
        self.line.clear();
        self.find(buffer, source, report);
        match self.args.format {
            Format::Text => self.text(buffer),
            Format::Json => self.json(buffer),
            Format::Tokens => self.tokens(buffer),
            Format::Syslog => self.syslog(buffer)?,
        }
        self.output.write_all(self.line.as_bytes())?;
        self.shown += 1;
        Ok(if self.args.select.limit == Some(self.shown) { Flow::Enough } else { Flow::Next })
    }

    /// What is odd about the buffer; with `--strict` that is a fault.
    fn find(&mut self, buffer: &Buffer<'_>, source: &str, report: &mut Report) {
        self.findings.clear();
        let findings = &mut self.findings;
        // All tokens have been read before: the framer hands out no others.
        let _ = match Event::new(*buffer) {
            Some(event) => event.check(|finding| findings.push(finding)),
            None => buffer.check(|finding| findings.push(finding)),
        };
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
            let ssid = self.ssid(buffer);
            let number =
                |number: Option<i16>| number.map_or_else(|| "?".to_owned(), |number| number.to_string());
            let (command, object) =
                buffer.command().map(|c| (c.command(), c.object_type())).unwrap_or_default();
            let tokens = buffer.tokens().count();
            let (command, object) = (number(command), number(object));
            self.line = format!("{ssid} command {command}, object type {object}, {tokens} tokens\n");
            return;
        };
        let zone = &self.args.text.zone;
        let east = |time| definitions::offset(zone, time);
        let nodes = &self.args.text.node;
        let options = RenderOptions { nodes: Some(nodes), zone: Some(&east), ..RenderOptions::default() };
        let (templates, dictionary) = (&self.definitions.templates, self.definitions.dictionary());
        // Writing to a String does not fail.
        let header = if self.args.text.no_header {
            let _ = templates.sentence_text(&event, dictionary, &options, &mut self.text);
            0
        } else {
            templates.emstext(&event, dictionary, &options, &mut self.text).map_or(0, |(_, columns)| columns)
        };
        let _ = self.layout.write(&self.text, &mut self.line);
        if self.is_colored {
            self.color(header, templates.emphasis(&event) == Some(true));
        }
        self.line.push('\n');
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
        let text = Event::new(*buffer).map(|event| {
            let options = RenderOptions { nodes: Some(&self.args.text.node), ..RenderOptions::default() };
            let (templates, dictionary) = (&self.definitions.templates, self.definitions.dictionary());
            let _ = templates.sentence_text(&event, dictionary, &options, &mut self.text);
            self.text.as_str()
        });
        let extra = Extra { text, pass_value: self.pass_value, findings: &self.findings };
        let writer = Writer::new(self.definitions.dictionary()).raw(self.args.raw).names(!self.args.no_names);
        // All tokens have been read before.
        let _ = writer.write(&mut self.line, buffer, &extra);
        self.line.push('\n');
    }

    fn tokens(&mut self, buffer: &Buffer<'_>) {
        let zone = &self.args.text.zone;
        let east = |time| definitions::offset(zone, time);
        let render = RenderOptions {
            nodes: Some(&self.args.text.node),
            zone: Some(&east),
            ..RenderOptions::default()
        };
        let options = ListOptions { ddl_names: true, ..ListOptions::default() };
        let (templates, dictionary) = (&self.definitions.templates, self.definitions.dictionary());
        if self.shown > 0 {
            self.line.push('\n');
        }
        if let Ok(lister) = TokenLister::new(options, dictionary, templates, render) {
            let _ = lister.list(buffer, &mut self.line);
        }
    }

    fn syslog(&mut self, buffer: &Buffer<'_>) -> Result<(), Stop> {
        let Some(event) = Event::new(*buffer) else { return Ok(()) };
        let east = |time| definitions::offset(&self.args.text.zone, time);
        let options = RenderOptions {
            nodes: Some(&self.args.text.node),
            zone: Some(&east),
            ..RenderOptions::default()
        };
        let (templates, dictionary) = (&self.definitions.templates, self.definitions.dictionary());
        let _ = templates.sentence_text(&event, dictionary, &options, &mut self.text);
        self.message.clear();
        self.messages.write(&mut self.message, &event, self.text.as_str());
        Ok(self.output.write_all(&self.message)?)
    }

    fn ssid(&self, buffer: &Buffer<'_>) -> String {
        let ssid = buffer.ssid();
        let name = self.definitions.dictionary().subsystem(ssid).map(|known| known.name());
        ssid.with_name(name).to_string()
    }
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
