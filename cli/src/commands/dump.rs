//! `zems dump`: offset, bytes and meaning of every byte.

use core::fmt::Write as _;
use std::io::Write;

use anstyle::{AnsiColor, Style};
use zems::dictionary::TokenDef;
use zems::ems::Event;
use zems::filter::Session;
use zems::spi::read::{Buffer, Finding, Token, Visit};
use zems::spi::{HeaderField, HeaderType, Ssid, Timestamp, Value, Version};

use crate::Stop;
use crate::args::definitions::{self, Definitions};
use crate::args::select;
use crate::input::{self, Bad, Flow, Sink};
use crate::terminal::output::{self, Color};
use crate::terminal::report::Report;

/// Show every byte of buffers and what it means, nested by level.
#[derive(Debug, clap::Args)]
#[group(skip)]
#[command(
    after_help = "Examples:\n  zems dump events.bin\n  zems dump --limit 1 --color always events.bin | less -R"
)]
pub(crate) struct Args {
    /// When to use colours.
    #[arg(long, value_enum, default_value_t, value_name = "WHEN")]
    color: Color,
    /// The number of a node that filters name; repeatable.
    #[arg(long, value_name = "NAME=NUMBER", value_parser = definitions::node)]
    node: Vec<(i32, String)>,
    #[command(flatten)]
    input: input::Args,
    #[command(flatten)]
    select: select::Args,
    #[command(flatten)]
    definitions: definitions::Args,
}

pub(crate) fn run(args: &Args, report: &mut Report) -> Result<(), Stop> {
    let names = args.input.names().inputs(&args.definitions.define).inputs(args.select.files());
    names.output("-o", None).check()?;
    let definitions = args.definitions.load()?;
    let profile = definitions.dictionary().profile().clone();
    let filters = args.select.filters(&definitions, &args.definitions, &definitions.nodes(&args.node))?;
    let texts = select::Texts(&definitions);
    let mut dump = Dump {
        args,
        sessions: filters.sessions(|| select::scratch(&texts, true)),
        definitions: &definitions,
        page: Page { text: String::new(), styles: Styles::new(args.color.is_on()), depth: 0 },
        output: output::stdout(),
        repeated: None,
        shown: 0,
    };
    let ended =
        if args.select.limit == Some(0) { Ok(()) } else { args.input.read(&profile, report, &mut dump) };
    dump.output.flush()?;
    ended
}

struct Dump<'d, W> {
    args: &'d Args,
    sessions: Vec<Session<'d, 'd>>,
    definitions: &'d Definitions,
    page: Page,
    output: W,
    /// The last row of a bad region, so that a thousand like it take one line.
    repeated: Option<([u8; ROW], bool)>,
    shown: u64,
}

/// Bytes on a row.
const ROW: usize = 8;

/// The rows under construction.
struct Page {
    text: String,
    styles: Styles,
    depth: usize,
}

#[derive(Clone, Copy)]
struct Styles {
    offset: Style,
    bytes: Style,
    name: Style,
    odd: Style,
}

impl Styles {
    fn new(is_on: bool) -> Self {
        let plain = Style::new();
        if !is_on {
            return Self { offset: plain, bytes: plain, name: plain, odd: plain };
        }
        Self {
            offset: plain.dimmed(),
            bytes: AnsiColor::Cyan.on_default(),
            name: plain.bold(),
            odd: AnsiColor::Yellow.on_default(),
        }
    }
}

impl Page {
    fn heading(&mut self, title: &str) {
        let _ = writeln!(self.text, "{}{title}{:#}", self.styles.name, self.styles.name);
    }

    /// The bytes at `offset`, the first row with what they mean.
    fn row(&mut self, offset: u64, bytes: &[u8], meaning: &str) {
        if bytes.is_empty() {
            return;
        }
        let Styles { offset: dim, bytes: hex, .. } = self.styles;
        for (at, piece) in bytes.chunks(ROW).enumerate() {
            let at = offset + u64::try_from(at * ROW).unwrap_or(0);
            let digits: Vec<_> = piece.iter().map(|byte| format!("{byte:02X}")).collect();
            let digits = format!("{:<width$}", digits.join(" "), width = ROW * 3 - 1);
            let _ = write!(self.text, "{dim}{at:06X}{dim:#}  {hex}{digits}{hex:#}");
            if at == offset && !meaning.is_empty() {
                let _ = write!(self.text, "  {:indent$}{meaning}", "", indent = 2 * self.depth);
            }
            let end = self.text.trim_end_matches(' ').len();
            self.text.truncate(end);
            self.text.push('\n');
        }
    }

    fn finding(&mut self, finding: &Finding) {
        let odd = self.styles.odd;
        let _ = writeln!(self.text, "{odd}odd at {:06X}: {}{odd:#}", finding.offset(), finding.kind());
    }
}

impl<W: Write> Sink for Dump<'_, W> {
    fn buffer(&mut self, buffer: &Buffer<'_>, source: &str, report: &mut Report) -> Result<Flow, Stop> {
        let selected = self.args.select.selects(buffer, self.definitions, &mut self.sessions);
        selected.explain(buffer, source);
        if !selected.is_wanted {
            return Ok(Flow::Next);
        }
        if self.shown > 0 {
            self.page.text.push('\n');
        }
        let mut findings = Vec::new();
        input::find(buffer, &mut findings);
        self.header(buffer);
        self.tokens(buffer);
        findings.iter().for_each(|finding| self.page.finding(finding));
        if let Some(finding) = findings.first().filter(|_| self.args.input.strict) {
            report.bad(0, format_args!("{finding}"));
        }
        self.output.write_all(self.page.text.as_bytes())?;
        self.page.text.clear();
        self.shown += 1;
        Ok(if self.args.select.limit == Some(self.shown) { Flow::Enough } else { Flow::Next })
    }

    fn bad_bytes(&mut self, bytes: &[u8], offset: u64) -> Result<(), Stop> {
        for (at, piece) in bytes.chunks(ROW).enumerate() {
            let at = offset + u64::try_from(at * ROW).unwrap_or(0);
            match (&mut self.repeated, <[u8; ROW]>::try_from(piece)) {
                (Some((last, is_said)), Ok(row)) if *last == row => {
                    if !*is_said {
                        self.page.text.push_str("*\n");
                    }
                    *is_said = true;
                }
                (repeated, row) => {
                    *repeated = row.ok().map(|row| (row, false));
                    self.page.row(at, piece, "no buffer");
                }
            }
            if self.page.text.len() > 1 << 16 {
                self.output.write_all(self.page.text.as_bytes())?;
                self.page.text.clear();
            }
        }
        Ok(())
    }

    fn bad(&mut self, bad: &Bad) -> Result<(), Stop> {
        self.repeated = None;
        let odd = self.page.styles.odd;
        let _ =
            writeln!(self.page.text, "{odd}{} bytes at {:06X}: {}{odd:#}", bad.len, bad.offset, bad.error);
        self.output.write_all(self.page.text.as_bytes())?;
        self.page.text.clear();
        Ok(())
    }

    fn flush(&mut self) -> Result<(), Stop> {
        Ok(self.output.flush()?)
    }
}

impl<W> Dump<'_, W> {
    fn header(&mut self, buffer: &Buffer<'_>) {
        let (kind, ssid) = (buffer.header_type(), self.ssid(buffer.ssid()));
        let (len, origin) = (buffer.len(), buffer.origin());
        let title = match Event::new(*buffer).and_then(|event| event.number()) {
            Some(number) => {
                let name = self.definitions.dictionary().event(buffer.ssid(), number);
                let name = name.map_or_else(String::new, |event| format!(" {}", event.name()));
                format!("event {ssid} {number}{name}, {len} bytes at {origin}")
            }
            None if kind == HeaderType::Event => format!("event {ssid}, {len} bytes at {origin}"),
            None => format!("command {ssid}, {len} bytes at {origin}"),
        };
        self.page.heading(&title);
        let standard = buffer.standard();
        let (used, declared) = (buffer.len(), standard.buffer_len());
        let flags = match (standard.flags(), standard.has_checksum()) {
            (0, _) => "no flags".to_owned(),
            (flags, true) => format!("flags {flags:04X}: checksum"),
            (flags, false) => format!("flags {flags:04X}"),
        };
        for (range, meaning) in [
            (0..2, format!("message code {}", standard.message_code())),
            (2..4, format!("declared length {declared}")),
            (4..6, format!("used length {used}, less 6")),
            (6..18, format!("SSID {ssid}")),
            (18..20, format!("checksum {:04X}", standard.checksum())),
            (20..22, format!("maximum field version {}", standard.max_field_version())),
            (22..24, flags),
            (24..28, format!("{kind:?} header, {} bytes", buffer.header_code().length())),
        ] {
            self.bytes(buffer, range, &meaning);
        }
        self.specialized(buffer);
        let specialized_end = 28 + buffer.specialized().len();
        let Some(context) = buffer.context() else {
            return self.bytes(buffer, specialized_end..buffer.body().start, "pad");
        };
        let start = specialized_end.next_multiple_of(2);
        self.bytes(buffer, specialized_end..start, "pad");
        let position = context.position();
        for (range, meaning) in [
            (0..4, "context part".to_owned()),
            (4..6, format!("last error {}", context.last_error())),
            (6..10, format!("last error code {}", context.last_error_code())),
            (10..12, format!("position: list {}", at_or_none(position.list))),
            (12..14, format!("position: token {}", at_or_none(position.current))),
            (14..16, format!("position: index {}", position.index)),
            (16..18, format!("open list {}", at_or_none(context.last_list()))),
            (18..20, format!("last token {}", at_or_none(context.last_token()))),
        ] {
            self.bytes(buffer, start + range.start..start + range.end, &meaning);
        }
        self.bytes(buffer, start + 20..buffer.body().start, "rest of the context part");
    }

    fn specialized(&mut self, buffer: &Buffer<'_>) {
        const BASE: usize = 28;
        let end = BASE + buffer.specialized().len();
        let mut places = Vec::new();
        if let Some(command) = buffer.command() {
            let shown = |number: Option<i16>| number.map_or_else(String::new, |number| number.to_string());
            places.push((0, 2, format!("command {}", shown(command.command()))));
            places.push((2, 2, format!("object type {}", shown(command.object_type()))));
            places.push((4, 2, format!("maximum responses {}", shown(command.max_response()))));
            let version = command.server_version().map_or_else(String::new, |v| Version(v).to_string());
            places.push((6, 2, format!("server version {version}")));
        }
        if let Some(event) = Event::new(*buffer)
            && let Some(layout) = event.layout()
        {
            for field in HeaderField::ALL {
                if let Some((offset, len)) = layout.place(field) {
                    places.push((offset, len, field_meaning(&event, field)));
                }
            }
        }
        places.sort_by_key(|(offset, ..)| *offset);
        let mut at = BASE;
        for (offset, len, meaning) in places {
            let (start, stop) = ((BASE + offset).clamp(at, end), (BASE + offset + len).clamp(at, end));
            self.bytes(buffer, at..start, "no known field");
            self.bytes(buffer, start..stop, &meaning);
            at = stop;
        }
        self.bytes(buffer, at..end, "no known field");
    }

    fn tokens(&mut self, buffer: &Buffer<'_>) {
        let bytes = buffer.as_bytes();
        let mut at = buffer.body().start;
        for visit in buffer.walk() {
            let (start, token) = match visit {
                Ok(Visit::Token(token) | Visit::Open(token)) => (token.start(), token),
                Ok(Visit::Close(list)) => (list.end().saturating_sub(4), list),
                Err(_) => return,
            };
            self.bytes(buffer, at..start, "pad");
            at = match visit {
                Ok(Visit::Close(_)) => {
                    self.page.depth = token.depth();
                    self.bytes(buffer, start..token.end(), "end of the list");
                    token.end()
                }
                Ok(Visit::Open(_)) => {
                    self.code(buffer, &token);
                    self.bytes(
                        buffer,
                        token.value_offset() - 2..token.value_offset(),
                        &format!("{} bytes", token.bytes().len()),
                    );
                    self.page.depth = token.depth() + 1;
                    token.value_offset()
                }
                _ => {
                    self.value(buffer, &token);
                    token.end()
                }
            };
        }
        self.page.depth = 0;
        self.bytes(buffer, at..bytes.len(), "pad, counted in the used length");
    }

    /// Code and SSID of a token, up to its length word.
    fn code(&mut self, buffer: &Buffer<'_>, token: &Token<'_>) -> Option<TokenDef<'_>> {
        let def = self.definitions.dictionary().token(token.effective_ssid(), token.code());
        let name = def.map_or_else(|| token.code().to_string(), |def| def.name().to_owned());
        let kind = token.kind().name().map_or_else(String::new, |kind| format!(" {kind}"));
        let code = token.code();
        let length =
            if code.is_variable() { "variable".to_owned() } else { format!("{} bytes", code.length()) };
        let style = self.page.styles.name;
        let meaning = format!("{style}{name}{style:#}{kind} {}, {length}", code.number().0);
        let at = if token.table().is_some() {
            let start = token.start();
            self.bytes(buffer, start..start + 4, "table header");
            self.bytes(buffer, start + 4..start + 6, "bytes of the table");
            let count = token.table().map_or(0, |table| table.len());
            self.bytes(buffer, start + 6..start + 8, &format!("{count} values of"));
            start + 8
        } else {
            token.start()
        };
        self.bytes(buffer, at..at + 4, &meaning);
        if let Some(ssid) = token.ssid() {
            let ssid = format!("of {}", self.ssid(ssid));
            self.bytes(buffer, at + 4..at + 16, &ssid);
        }
        self.definitions.dictionary().token(token.effective_ssid(), token.code())
    }

    fn value(&mut self, buffer: &Buffer<'_>, token: &Token<'_>) {
        self.code(buffer, token);
        let Some(table) = token.table() else {
            let start = token.value_offset();
            if token.code().is_variable() {
                self.bytes(buffer, start - 2..start, &format!("{} bytes", token.bytes().len()));
            }
            let meaning = self.meaning(token, &token.value());
            self.page.depth += 1;
            self.bytes(buffer, start..token.end(), &meaning);
            self.page.depth -= 1;
            return;
        };
        self.page.depth += 1;
        let mut at = token.value_offset();
        for item in table.items() {
            let start = item.value_offset();
            let front = if token.code().is_variable() { start - 2 } else { start };
            self.bytes(buffer, at..front, "pad");
            self.bytes(buffer, front..start, &format!("{} bytes", item.bytes().len()));
            at = start + item.bytes().len();
            let meaning = self.meaning(token, &item.value());
            self.bytes(buffer, start..at, &meaning);
        }
        self.page.depth -= 1;
    }

    fn meaning(&self, token: &Token<'_>, value: &Value<'_>) -> String {
        let label = |number: i32| {
            let def = self.definitions.dictionary().token(token.effective_ssid(), token.code());
            def.and_then(|def| def.enumeration()).and_then(|values| values.label(number)).map(str::to_owned)
        };
        let shown = match value {
            Value::Char(bytes) => format!("{:?}", String::from_utf8_lossy(bytes)),
            Value::Byte(bytes) => joined(bytes.iter()),
            Value::Int(numbers) => joined(numbers.iter()),
            Value::Enum(numbers) => joined(numbers.iter().map(|number| match label(number.into()) {
                Some(label) => format!("{number} ({label})"),
                None => number.to_string(),
            })),
            Value::Uint(numbers) => joined(numbers.iter()),
            Value::Int2(numbers) => joined(numbers.iter()),
            Value::Int4(numbers) => joined(numbers.iter()),
            Value::Boolean(booleans) => joined(booleans.iter().map(|boolean| boolean.is_true())),
            Value::Flt(reals) => joined(reals.iter().map(|real| real.to_f64())),
            Value::Flt2(reals) => joined(reals.iter().map(|real| real.to_f64())),
            Value::Timestamp(times) => joined(times.iter().map(shown_time)),
            Value::Ssid(ssids) => joined(ssids.iter().map(|ssid| self.ssid(ssid))),
            Value::Error(errors) => {
                joined(errors.iter().map(|e| format!("error {} of {}", e.error, self.ssid(e.ssid))))
            }
            Value::TokenCode(codes) => joined(codes.iter()),
            Value::Fname(names) => joined(names.iter()),
            Value::Fname32(names) => joined(names.iter()),
            Value::Subvol(names) => joined(names.iter()),
            Value::Device(names) => joined(names.iter()),
            Value::Crtpid(ids) => joined(ids.iter()),
            Value::Username(names) => joined(names.iter()),
            Value::Phandle(handles) => joined(handles.iter()),
            Value::Transid(ids) => joined(ids.iter()),
            Value::Struct(_) => "structure".to_owned(),
            Value::Mark => String::new(),
            _ => "value".to_owned(),
        };
        // A text is one row's remark, whatever its bytes.
        shown.chars().map(|c| if c.is_control() { '?' } else { c }).collect()
    }

    fn bytes(&mut self, buffer: &Buffer<'_>, range: core::ops::Range<usize>, meaning: &str) {
        let offset = buffer.origin() + u64::try_from(range.start).unwrap_or(0);
        self.page.row(offset, buffer.as_bytes().get(range).unwrap_or_default(), meaning);
    }

    fn ssid(&self, ssid: Ssid) -> String {
        self.definitions.dictionary().ssid_name(ssid).to_string()
    }
}

fn joined(items: impl Iterator<Item = impl ToString>) -> String {
    items.map(|item| item.to_string()).collect::<Vec<_>>().join(", ")
}

fn at_or_none(offset: u16) -> String {
    if offset == 0 { "none".to_owned() } else { format!("at {offset}") }
}

fn shown_time(time: Timestamp) -> String {
    if time == Timestamp::UNSET {
        "not set".to_owned()
    } else if time.is_elapsed() {
        format!("{} microseconds", time.0)
    } else {
        time.to_string()
    }
}

fn field_meaning(event: &Event<'_>, field: HeaderField) -> String {
    let bytes = event.field(field).unwrap_or_default();
    let number = || bytes.iter().fold(0_u64, |sum, byte| sum << 8 | u64::from(*byte));
    let time = |time: Option<Timestamp>| time.map_or_else(String::new, shown_time);
    match field {
        HeaderField::EventNumber => {
            event.number().map_or_else(String::new, |number| format!("event number {number}"))
        }
        HeaderField::GenerationTime => format!("generated {}", time(event.generated())),
        HeaderField::LogTime => format!("logged {}", time(event.logged())),
        HeaderField::Group => format!("group {}", number()),
        HeaderField::User => format!("user {}", number()),
        HeaderField::System => format!("system {}", number()),
        HeaderField::CrtpidName => format!("process {:?}", String::from_utf8_lossy(bytes)),
        HeaderField::CrtpidCpu | HeaderField::Cpu => format!("processor {}", number()),
        HeaderField::CrtpidPin | HeaderField::Pin => format!("process number {}", number()),
        HeaderField::Flags => {
            let on = [
                ("console print", event.console_print()),
                ("emphasis", event.emphasis()),
                ("suppress display", event.suppress_display()),
            ];
            let on: Vec<_> =
                on.iter().filter(|(_, is_on)| *is_on == Some(true)).map(|(name, _)| *name).collect();
            if on.is_empty() { "no flags".to_owned() } else { on.join(", ") }
        }
        HeaderField::HeaderVersion => format!("header version {}", number()),
        HeaderField::ContentStandard => format!("standard content {}", number()),
        HeaderField::ContentUser => format!("user content {}", number()),
        HeaderField::NodeNumber => event.node().map_or_else(String::new, |node| format!("node {node}")),
        HeaderField::ProcessDescriptor => match event.process_descriptor() {
            Some(text) => format!("process descriptor {:?}", String::from_utf8_lossy(text)),
            None => "process descriptor".to_owned(),
        },
        _ => "header field".to_owned(),
    }
}
