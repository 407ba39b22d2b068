//! Offset, bytes and meaning of every byte, nested by level. It shows the stored bytes; a name that rests on a number which the vendor
//! has not published is marked with `?`.

use core::fmt::{self, Write};

use super::{Fault, Format, FormatDef, Gap, GapKind, Options, find, show};
use crate::describe::{Item, Record, Scalar};
use crate::dictionary::TokenDef;
use crate::ems::Event;
use crate::site::Site;
use crate::spi::read::{Buffer, DecodeError, Finding, Token, Visit};
use crate::spi::{HeaderField, HeaderType, Kind, Ssid, Timestamp, Version};

pub(super) const DUMP: FormatDef = FormatDef {
    name: "dump",
    about: "Offset, bytes and meaning of every byte",
    options: &["color", "no-provisional", "no-names"],
    is_one_file: false,
    make: |site, options: &Options| Ok(Box::new(Dump::new(site, options))),
};

struct Dump {
    site: Site,
    page: Page,
    findings: Vec<Finding>,
    /// The last row of a bad region, so that a thousand like it take one line.
    repeated: Option<([u8; ROW], bool)>,
    is_first: bool,
}

/// Bytes on a row.
const ROW: usize = 8;

/// The rows under construction.
struct Page {
    text: String,
    styles: Styles,
    depth: usize,
}

/// Terminal codes before the parts of a row, and behind them.
#[derive(Clone, Copy)]
struct Styles {
    offset: &'static str,
    bytes: &'static str,
    name: &'static str,
    odd: &'static str,
    end: &'static str,
}

impl Styles {
    const fn new(is_on: bool) -> Self {
        if !is_on {
            return Self { offset: "", bytes: "", name: "", odd: "", end: "" };
        }
        Self { offset: "\x1B[2m", bytes: "\x1B[36m", name: "\x1B[1m", odd: "\x1B[33m", end: "\x1B[0m" }
    }
}

impl Page {
    fn heading(&mut self, title: &str) {
        let Styles { name, end, .. } = self.styles;
        let _ = writeln!(self.text, "{name}{title}{end}");
    }

    /// The bytes at `offset`, the first row with what they mean.
    fn row(&mut self, offset: u64, bytes: &[u8], meaning: &str) {
        let Styles { offset: dim, bytes: hex, end, .. } = self.styles;
        for (at, piece) in bytes.chunks(ROW).enumerate() {
            let at = offset + u64::try_from(at * ROW).unwrap_or(0);
            let _ = write!(self.text, "{dim}{at:06X}{end}  {hex}");
            for (at, byte) in piece.iter().enumerate() {
                let _ = write!(self.text, "{}{byte:02X}", if at > 0 { " " } else { "" });
            }
            let _ = write!(self.text, "{:width$}{end}", "", width = 3 * (ROW - piece.len()));
            if at == offset && !meaning.is_empty() {
                let _ = write!(self.text, "  {:indent$}{meaning}", "", indent = 2 * self.depth);
            }
            let end = self.text.trim_end_matches(' ').len();
            self.text.truncate(end);
            self.text.push('\n');
        }
    }

    fn finding(&mut self, finding: &Finding) {
        let Styles { odd, end, .. } = self.styles;
        let _ = writeln!(self.text, "{odd}odd at {:06X}: {}{end}", finding.offset(), finding.kind());
    }

    fn take(&mut self, out: &mut Vec<u8>) {
        out.extend_from_slice(self.text.as_bytes());
        self.text.clear();
    }
}

impl Format for Dump {
    fn event(&mut self, out: &mut Vec<u8>, record: &Record<'_>) -> Result<(), DecodeError> {
        let buffer = record.described.buffer();
        if !core::mem::replace(&mut self.is_first, false) {
            self.page.text.push('\n');
        }
        find(buffer, &mut self.findings);
        self.header(buffer);
        let tokens = self.tokens(buffer);
        self.findings.iter().for_each(|finding| self.page.finding(finding));
        self.page.take(out);
        tokens
    }

    fn command(&mut self, out: &mut Vec<u8>, record: &Record<'_>) -> Result<(), DecodeError> {
        self.event(out, record)
    }

    fn gap(&mut self, out: &mut Vec<u8>, gap: &Gap<'_>) {
        match gap.kind {
            GapKind::Pad => self.page.row(gap.offset, gap.bytes, "pad between buffers"),
            GapKind::FrameLength => {
                let length = gap.bytes.iter().fold(0_u64, |sum, byte| sum << 8 | u64::from(*byte));
                self.page.row(gap.offset, gap.bytes, &format!("length of the frame: {length}"));
            }
            GapKind::Bad => self.bad(gap.bytes, gap.offset),
        }
        self.page.take(out);
    }

    fn fault(&mut self, out: &mut Vec<u8>, fault: &Fault<'_>) {
        self.repeated = None;
        let Styles { odd, end, .. } = self.page.styles;
        let Fault { length, offset, error, .. } = fault;
        show(out, format_args!("{odd}{length} bytes at {offset:06X}: {error}{end}\n"));
    }
}

impl Dump {
    fn new(site: &Site, options: &Options) -> Self {
        Self {
            site: site.clone(),
            page: Page { text: String::new(), styles: Styles::new(options.color), depth: 0 },
            findings: Vec::new(),
            repeated: None,
            is_first: true,
        }
    }

    fn bad(&mut self, bytes: &[u8], offset: u64) {
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
        }
    }

    fn header(&mut self, buffer: &Buffer<'_>) {
        let (kind, ssid) = (buffer.header_type(), self.ssid(buffer.ssid()));
        let (len, origin) = (buffer.len(), buffer.origin());
        let title = match Event::new(*buffer).and_then(|event| event.number()) {
            Some(number) => {
                let def = Event::new(*buffer).and_then(|event| {
                    let def = self.site.event_def(&event)?;
                    Some((def.name().to_owned(), mark(self.site.is_provisional_event(&def))))
                });
                let name = def.map_or_else(String::new, |(name, mark)| format!(" {name}{mark}"));
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

    fn tokens(&mut self, buffer: &Buffer<'_>) -> Result<(), DecodeError> {
        let bytes = buffer.as_bytes();
        let mut at = buffer.body().start;
        for visit in buffer.walk() {
            if let Err(error) = visit {
                self.page.depth = 0;
                return Err(error);
            }
            let (start, token) = match visit {
                Ok(Visit::Token(token) | Visit::Open(token)) => (token.start(), token),
                Ok(Visit::Close(list)) => (list.end().saturating_sub(4), list),
                Err(error) => return Err(error),
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
        Ok(())
    }

    /// Code and SSID of a token, up to its length word.
    fn code(&mut self, buffer: &Buffer<'_>, token: &Token<'_>) {
        let def = self.site.token(token.effective_ssid(), token.code());
        let name = def.map_or_else(|| token.code().to_string(), |def| def.name().to_owned());
        let mark = mark(def.as_ref().is_some_and(TokenDef::is_provisional));
        let kind = token.kind().name().map_or_else(String::new, |kind| format!(" {kind}"));
        let code = token.code();
        let length =
            if code.is_variable() { "variable".to_owned() } else { format!("{} bytes", code.length()) };
        let Styles { name: style, end, .. } = self.page.styles;
        let meaning = format!("{style}{name}{mark}{end}{kind} {}, {length}", code.number().0);
        let at = if let Some(table) = token.table() {
            let start = token.start();
            self.bytes(buffer, start..start + 4, "table header");
            self.bytes(buffer, start + 4..start + 6, "bytes of the table");
            self.bytes(buffer, start + 6..start + 8, &format!("{} values of", table.len()));
            start + 8
        } else {
            token.start()
        };
        self.bytes(buffer, at..at + 4, &meaning);
        if let Some(ssid) = token.ssid() {
            let ssid = format!("of {}", self.ssid(ssid));
            self.bytes(buffer, at + 4..at + 16, &ssid);
        }
    }

    fn value(&mut self, buffer: &Buffer<'_>, token: &Token<'_>) {
        self.code(buffer, token);
        let site = self.site.clone();
        let item = Item::new(&site, *token, 0);
        let Some(values) = item.values() else {
            let start = token.value_offset();
            if token.code().is_variable() {
                self.bytes(buffer, start - 2..start, &format!("{} bytes", token.bytes().len()));
            }
            self.page.depth += 1;
            self.bytes(buffer, start..token.end(), &Meaning(&item).to_string());
            self.page.depth -= 1;
            return;
        };
        self.page.depth += 1;
        let mut at = token.value_offset();
        for value in values {
            let range = value.range();
            let [start, end] = [range.start, range.end]
                .map(|at| usize::try_from(at.saturating_sub(buffer.origin())).unwrap_or(usize::MAX));
            let front = if token.code().is_variable() { start - 2 } else { start };
            self.bytes(buffer, at..front, "pad");
            self.bytes(buffer, front..start, &format!("{} bytes", value.bytes().len()));
            at = end;
            self.bytes(buffer, start..at, &Meaning(&value).to_string());
        }
        self.page.depth -= 1;
    }

    fn bytes(&mut self, buffer: &Buffer<'_>, range: core::ops::Range<usize>, meaning: &str) {
        let offset = buffer.origin() + u64::try_from(range.start).unwrap_or(0);
        self.page.row(offset, buffer.as_bytes().get(range).unwrap_or_default(), meaning);
    }

    fn ssid(&self, ssid: Ssid) -> String {
        let is_named = self.site.subsystem(ssid).is_some();
        format!("{}{}", self.site.ssid(ssid), mark(is_named && self.site.is_provisional_subsystem(ssid)))
    }
}

/// Behind a name that rests on an unpublished number.
const fn mark(is_provisional: bool) -> &'static str {
    if is_provisional { "?" } else { "" }
}

/// What the bytes of a value mean: a remark on one row, whatever they are.
struct Meaning<'i, 'a>(&'i Item<'a>);

impl fmt::Display for Meaning<'_, '_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(item) = self;
        let site = item.site();
        for (at, scalar) in item.elements().enumerate() {
            f.write_str(if at > 0 { ", " } else { "" })?;
            match scalar {
                Scalar::Text(text) => {
                    let shown = format!("{:?}", String::from_utf8_lossy(text));
                    shown.chars().try_for_each(|c| f.write_char(if c.is_control() { '?' } else { c }))?;
                }
                Scalar::Time(time) => f.write_str(&shown_time(time))?,
                Scalar::Error { ssid, error } => write!(f, "error {error} of {}", site.ssid(ssid))?,
                Scalar::TokenCode(code) => {
                    write!(f, "{}", crate::spi::TokenCode::from_bits(code))?;
                    f.write_str(if code >> 31 == 1 { " extended" } else { "" })?;
                }
                Scalar::Bytes(_) if item.kind() == Kind::Struct => f.write_str("structure")?,
                Scalar::Bytes(_) => f.write_str("value")?,
                scalar => {
                    write!(f, "{}", scalar.text(site))?;
                    if item.kind() == Kind::Enum
                        && let Some(number) =
                            scalar.as_integer().and_then(|number| i32::try_from(number).ok())
                        && let Some(def) = item.definition()
                        && let Some(label) = def.enumeration().and_then(|values| values.label(number))
                    {
                        write!(f, " ({label}{})", mark(site.is_provisional_label(&def, number)))?;
                    }
                }
            }
        }
        Ok(())
    }
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
    }
}
