//! EMSTEXT: which text an event has, and the header before it (EMS Manual 2-13, 15-19 to 15-25).

use alloc::vec::Vec;
use core::fmt::{self, Write};

use super::datetime::Moment;
use super::display::{self, Names, NodeNames, Shape, Style};
use super::layout::Layout;
use super::program::Program;
use super::render::{self, Environment, Renderer};
use super::set::{TemplateKey, TemplateSet, WellKnown};
use super::sink::{Sink, Text, Unbroken};
use super::status::Status;
use crate::dictionary::Dictionary;
use crate::ems::{Event, Process};
use crate::spi::read::{BufferShape, Token, TokenKey};
use crate::spi::{DataType, Ssid, Timestamp, TokenCode, UtcOffset};

/// The settings for the text of events: everything low in confidence about the original is here.
///
/// ```
/// use zems::template::RenderOptions;
///
/// let nodes = [(3, "NODE")];
/// let cet = |_| 3600;
/// let options = RenderOptions { nodes: Some(&nodes), zone: Some(&cet), filler: "????", ..Default::default() };
/// # let _ = options;
/// ```
#[derive(Clone, Copy, Default)]
#[allow(clippy::exhaustive_structs)]
pub struct RenderOptions<'o> {
    /// Is in the text for a token that the event has not; empty by default.
    pub filler: &'o str,
    /// Names of nodes by number, in place of those that the dictionary has. Nodes without a name show as numbers.
    pub nodes: Option<&'o dyn NodeNames>,
    /// The zone times are shown in: seconds east of GMT at a time. GMT by default.
    pub zone: Option<&'o dyn UtcOffset>,
    /// Subsystems by number even where their names are known.
    pub numbers_only: bool,
    /// The template that makes the header of every line in place of the built-in one: EMSTEXT's header-template-key.
    pub header: Option<TemplateKey>,
}

impl fmt::Debug for RenderOptions<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RenderOptions")
            .field("filler", &self.filler)
            .field("nodes", &self.nodes.is_some())
            .field("zone", &self.zone.is_some())
            .field("numbers_only", &self.numbers_only)
            .field("header", &self.header)
            .finish()
    }
}

/// The outcome for an event's text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Rendered {
    /// EMSTEXT's status words.
    pub status: Status,
    /// Where the text is from.
    pub origin: Origin,
}

/// Where the text of an event is from, in the order in which EMSTEXT looks (EMS Manual 2-13).
///
/// Before it looks: an event whose first subject is ZEMS-TKN-TEXT, or that has a SYSLOG-TKN-TEXT that is not empty, has that
/// string as its text, whatever templates there are. It is what an import makes of words that no template explains.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Origin {
    /// A format template.
    Template(TemplateKey),
    /// ZEMS-TKN-TEXT or SYSLOG-TKN-TEXT, which is the whole text.
    TextToken,
    /// The variables of a line of a system log that has no words: `name="value"` with blanks between.
    Variables,
    /// ZEMS-TKN-OPMSG, a numbered console message of the time before EMS.
    ConsoleMessage,
    /// None of these: the text says why there is none.
    Fallback,
}

impl TemplateSet {
    /// Writes the sentence of an event as one line, without header. Nothing is allocated.
    ///
    /// Whatever is missing, there is a text: the status of the result says what is not as it should be.
    ///
    /// # Errors
    /// Only those of `out`.
    pub fn render(
        &self,
        event: &Event<'_>,
        dictionary: &Dictionary,
        options: &RenderOptions<'_>,
        out: &mut (impl Write + ?Sized),
    ) -> Result<Rendered, fmt::Error> {
        self.sentence(event, dictionary, options, &mut Unbroken(out))
    }

    /// Writes header and sentence of an event as one line.
    ///
    /// # Errors
    /// Only those of `out`.
    pub fn render_line(
        &self,
        event: &Event<'_>,
        dictionary: &Dictionary,
        options: &RenderOptions<'_>,
        out: &mut (impl Write + ?Sized),
    ) -> Result<Rendered, fmt::Error> {
        let mut out = Unbroken(out);
        let header = self.header(event, dictionary, options, None, &mut out)?;
        let mut rendered = self.sentence(event, dictionary, options, &mut out)?;
        keep_first(&mut rendered.status, header);
        Ok(rendered)
    }

    /// Writes an event as a printing distributor does: header and sentence, laid out in lines. `text` is working memory,
    /// and holds the whole text afterwards.
    ///
    /// ```
    /// use zems::dictionary::Dictionary;
    /// use zems::template::{Layout, RenderOptions, TemplateSet, Text};
    ///
    /// let dictionary = Dictionary::empty();
    /// let event = zems::ems::Event::parse(zems::samples::EVENT)?;
    /// let (mut text, mut lines) = (Text::new(), String::new());
    /// let layout = Layout::distributor(80);
    /// TemplateSet::new(&dictionary)
    ///     .print(&event, &dictionary, &RenderOptions::default(), &layout, &mut text, &mut lines)?;
    /// assert_eq!(
    ///     lines,
    ///     "24-01-01 00:00:00 \\3.$ABC  ACME.7.A01              000101 EMSTEXT -- No template\n\
    ///      \u{20}                                   and no TEXT token for event. SSID =\n\
    ///      \u{20}                                   ACME.7.A01 Event number = 101 Subject =\n\
    ///      \u{20}                                   $DISK"
    /// );
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// Only those of `out`.
    pub fn print(
        &self,
        event: &Event<'_>,
        dictionary: &Dictionary,
        options: &RenderOptions<'_>,
        layout: &Layout,
        text: &mut Text,
        out: &mut (impl Write + ?Sized),
    ) -> Result<Rendered, fmt::Error> {
        let (mut rendered, _) = self.emstext(event, dictionary, options, text)?;
        if !layout.write(text, out)? {
            rendered.status.note(Status::NO_ROOM);
        }
        Ok(rendered)
    }

    /// EMSTEXT: puts header and sentence into `text`, from which [`Layout::rows`] takes the lines. Returns how many
    /// columns the header has too, which is EMSTEXT's own default for the indent.
    ///
    /// # Errors
    /// None; the result is that of the other ways to write a text.
    pub fn emstext(
        &self,
        event: &Event<'_>,
        dictionary: &Dictionary,
        options: &RenderOptions<'_>,
        text: &mut Text,
    ) -> Result<(Rendered, usize), fmt::Error> {
        text.clear();
        let header = self.header(event, dictionary, options, None, text)?;
        let columns = text.as_str().chars().count();
        let mut rendered = self.sentence(event, dictionary, options, text)?;
        keep_first(&mut rendered.status, header);
        Ok((rendered, columns))
    }

    /// Puts the sentence alone into `text`, with its preferred breaks.
    ///
    /// # Errors
    /// None; the result is that of the other ways to write a text.
    pub fn sentence_text(
        &self,
        event: &Event<'_>,
        dictionary: &Dictionary,
        options: &RenderOptions<'_>,
        text: &mut Text,
    ) -> Result<Rendered, fmt::Error> {
        text.clear();
        self.sentence(event, dictionary, options, text)
    }

    /// Writes the header of an event alone, up to the sentence. `ssid` is shown in place of the event's own.
    ///
    /// # Errors
    /// Only those of `out`.
    pub fn render_header(
        &self,
        event: &Event<'_>,
        dictionary: &Dictionary,
        options: &RenderOptions<'_>,
        ssid: Option<&str>,
        out: &mut (impl Write + ?Sized),
    ) -> fmt::Result {
        self.header(event, dictionary, options, ssid, &mut Unbroken(out)).map(drop)
    }

    /// Writes the text of an event as if it had no template: ZEMS-TKN-TEXT, or what says that there is none.
    ///
    /// # Errors
    /// Only those of `out`.
    pub fn render_without_template(
        &self,
        event: &Event<'_>,
        dictionary: &Dictionary,
        options: &RenderOptions<'_>,
        out: &mut (impl Write + ?Sized),
    ) -> Result<Rendered, fmt::Error> {
        self.without_template(event, &self.environment(event, dictionary, options), &mut Unbroken(out))
    }

    /// The header: that of the template in the options, else
    /// `yy-mm-dd hh:mm:ss \node.process`, `*` on a critical event, the SSID in 23 columns, the event number in 6.
    fn header<S: Sink>(
        &self,
        event: &Event<'_>,
        dictionary: &Dictionary,
        options: &RenderOptions<'_>,
        ssid: Option<&str>,
        out: &mut S,
    ) -> Result<Status, fmt::Error> {
        let environment = self.environment(event, dictionary, options);
        if let Some(program) = options.header.and_then(|key| self.format(key)) {
            let mut renderer = Renderer::new(&environment, event, out);
            renderer.run(program, 0)?;
            return Ok(renderer.status);
        }
        let names = environment.names;
        let time = event.generated().unwrap_or(Timestamp::UNSET);
        let Moment { year, month, day, hour, minute, second, .. } = Moment::of(time, names.utc_offset(time));
        let year = year % 100;
        write!(out, "{year:02}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02} ")?;
        write_process(out, event, &names)?;
        out.write_str(if self.emphasis(event) == Some(true) { "* " } else { "  " })?;
        match ssid.or_else(|| dictionary.printed_ssid(event.buffer())) {
            Some(ssid) => write!(out, "{ssid:23}")?,
            None => names.write_ssid(out, event.ssid(), 23)?,
        }
        match event.number() {
            Some(number) => write!(out, " {number:06} ")?,
            None => out.write_str(" ?????? ")?,
        }
        Ok(Status::NORMAL)
    }

    fn sentence<S: Sink>(
        &self,
        event: &Event<'_>,
        dictionary: &Dictionary,
        options: &RenderOptions<'_>,
        out: &mut S,
    ) -> Result<Rendered, fmt::Error> {
        let environment = self.environment(event, dictionary, options);
        let found = self.search(event, |key| self.format(key).map(|program| (key, program)));
        if let Some((key, program)) = found {
            let mut renderer = Renderer::new(&environment, event, out);
            if let Some(run) = renderer.run_known(program) {
                run?;
                return Ok(Rendered { status: renderer.status, origin: Origin::Template(key) });
            }
        }
        let line = self.line_words(event);
        if let Some(words) = self.text_subject(event).or(line.text.filter(|text| !text.is_empty())) {
            display::text(out, words)?;
            return Ok(Rendered { status: Status::NORMAL, origin: Origin::TextToken });
        }
        let variables = line.text.and(line.data);
        if let Some(variables) = variables.filter(|_| line.is_unknown) {
            return write_variables(out, variables);
        }
        if let Some((key, program)) = found {
            if line.text.is_none() && line.data.is_none() {
                program.sentences.learn(|| self.sentence_shape(event, program));
            }
            let mut renderer = Renderer::new(&environment, event, out);
            renderer.run(program, 0)?;
            return Ok(Rendered { status: renderer.status, origin: Origin::Template(key) });
        }
        if let Some(variables) = variables {
            return write_variables(out, variables);
        }
        self.without_template(event, &environment, out)
    }

    fn without_template<S: Sink>(
        &self,
        event: &Event<'_>,
        environment: &Environment<'_>,
        out: &mut S,
    ) -> Result<Rendered, fmt::Error> {
        let text = |token| self.find(event, token);
        let (status, origin, token) = match (text(self.codes.text), text(self.codes.operator_message)) {
            (Ok(Some(token)), _) => (Status::NORMAL, Origin::TextToken, Some(token)),
            (Ok(None), Ok(Some(token))) => (Status::NORMAL, Origin::ConsoleMessage, Some(token)),
            (Ok(None), Ok(None)) => (Status::NO_TEMPLATE, Origin::Fallback, None),
            _ => (Status::UNREADABLE_TOKEN, Origin::Fallback, None),
        };
        let Some(token) = token else {
            write_fallback(out, status, event, &environment.names)?;
            return Ok(Rendered { status, origin });
        };
        let bytes = match token.table() {
            Some(table) => table.items().next().map_or(&[][..], |item| item.bytes()),
            None => token.bytes(),
        };
        display::text(out, bytes)?;
        Ok(Rendered { status, origin })
    }

    /// The shape of an event that has none of the tokens that come before a template.
    #[cold]
    fn sentence_shape(&self, event: &Event<'_>, program: &Program) -> Option<BufferShape> {
        let WellKnown { text, line_text, line_data, .. } = &self.codes;
        // Whether such a token is the subject depends on what marks the profile takes for those of subjects.
        if event.tokens().flatten().any(|token| text.is_some_and(|(text, _)| token.code() == text)) {
            return None;
        }
        let codes: Vec<TokenCode> =
            [text, line_text, line_data].into_iter().flatten().map(|(code, _)| *code).collect();
        render::shape_without(event, program, &codes)
    }

    /// The text of an event whose first subject is ZEMS-TKN-TEXT.
    fn text_subject<'a>(&self, event: &Event<'a>) -> Option<&'a [u8]> {
        let (code, ssid) = self.codes.text?;
        let subject = event.subjects().next()?.ok()?;
        let is_text =
            subject.code() == code && ssid.is_none_or(|ssid| subject.ssid().is_same_subsystem(ssid));
        is_text.then(|| subject.bytes())
    }

    /// The parts of a system log line in the event made of it.
    fn line_words<'a>(&self, event: &Event<'a>) -> LineWords<'a> {
        let (Some((text, Some(ssid))), Some((data, _))) = (self.codes.line_text, self.codes.line_data) else {
            return LineWords::default();
        };
        let found =
            event.buffer().find_many(&[TokenKey::qualified(ssid, text), TokenKey::qualified(ssid, data)]);
        let [text, data] = found.unwrap_or_default().map(|token| token.map(|token| token.bytes()));
        LineWords { text, data, is_unknown: event.ssid().is_same_subsystem(ssid) }
    }

    fn find<'a>(
        &self,
        event: &Event<'a>,
        token: Option<(TokenCode, Option<Ssid>)>,
    ) -> Result<Option<Token<'a>>, crate::spi::read::DecodeError> {
        let Some((code, ssid)) = token else { return Ok(None) };
        // Not shared: a token of the same code that is the event's own subsystem's is another one.
        let wanted = ssid.map_or(TokenKey::new(code), |ssid| TokenKey::qualified(ssid, code));
        event.buffer().find(wanted)
    }

    fn environment<'e>(
        &'e self,
        event: &Event<'_>,
        dictionary: &'e Dictionary,
        options: &'e RenderOptions<'_>,
    ) -> Environment<'e> {
        Environment {
            set: self,
            dictionary,
            names: Names {
                nodes: options.nodes.or(Some(dictionary)),
                subsystems: if options.numbers_only { None } else { Some(self) },
                node: event.node(),
                offset: options.zone,
            },
            filler: options.filler,
        }
    }
}

/// Writes text of an event as sentences show it: UTF-8 where it is, `?` for any other byte and for control characters.
///
/// # Errors
/// Only those of `out`.
pub fn write_text(out: &mut (impl Write + ?Sized), bytes: &[u8]) -> fmt::Result {
    display::text(out, bytes)
}

/// SYSLOG-TKN-TEXT and SYSLOG-TKN-STRUCTURED-DATA of an event.
#[derive(Default)]
struct LineWords<'a> {
    text: Option<&'a [u8]>,
    data: Option<&'a [u8]>,
    /// Of no known message.
    is_unknown: bool,
}

/// The parameters of all elements of structured data (RFC 5424, 6.3), as they are, with blanks between.
fn write_variables<S: Sink>(out: &mut S, data: &[u8]) -> Result<Rendered, fmt::Error> {
    let mut rest = data;
    let mut is_first = true;
    while let [b'[', element @ ..] = rest {
        let id_end = element.iter().position(|byte| matches!(byte, b' ' | b']')).unwrap_or(element.len());
        let (mut end, mut is_quoted) = (id_end, false);
        while let Some(byte) = element.get(end) {
            match byte {
                b'"' => is_quoted = !is_quoted,
                b'\\' if is_quoted => end += 1,
                b']' if !is_quoted => break,
                _ => {}
            }
            end += 1;
        }
        let params = element.get(id_end..end.min(element.len())).unwrap_or_default().trim_ascii();
        if !params.is_empty() {
            out.write_str(if is_first { "" } else { " " })?;
            display::text(out, params)?;
            is_first = false;
        }
        rest = element.get(end + 1..).unwrap_or_default();
    }
    Ok(Rendered { status: Status::NORMAL, origin: Origin::Variables })
}

fn keep_first(status: &mut Status, earlier: Status) {
    let later = core::mem::replace(status, earlier);
    status.note(later);
}

/// `\node.process`. A descriptor that names no node, and the processes of a C-series header, are of the node that reports.
fn write_process<S: Sink>(out: &mut S, event: &Event<'_>, names: &Names<'_>) -> fmt::Result {
    // Node 0 without a name is what a printed line leaves that names no node.
    let node =
        names.node.filter(|node| *node != 0 || names.nodes.is_some_and(|nodes| nodes.name(0).is_some()));
    let node = |out: &mut S| match node {
        Some(node) => names.write_node(out, node).and_then(|()| out.write_char('.')),
        None => Ok(()),
    };
    match event.process() {
        Some(Process::Descriptor(text)) => {
            if !text.starts_with(b"\\") {
                node(out)?;
            }
            display::text(out, text)
        }
        Some(Process::Crtpid { crtpid, .. }) => {
            if crtpid.has_name() && !crtpid.as_bytes().starts_with(b"\\") {
                node(out)?;
            }
            names.write_crtpid(out, &crtpid)
        }
        None => {
            node(out)?;
            match event.cpu().zip(event.pin()) {
                Some((cpu, pin)) => write!(out, "{cpu:02},{pin:03}"),
                None => out.write_str("?"),
            }
        }
    }
}

/// The texts for events that have none (Operator Messages Manual, chapter 31).
fn write_fallback<S: Sink>(out: &mut S, status: Status, event: &Event<'_>, names: &Names<'_>) -> fmt::Result {
    match status.extended() {
        (0, 0) => out.write_str("EMSTEXT -- No template and no TEXT token for event.")?,
        (first, second) => write!(out, "EMSTEXT error ({first},{second}) prevented display of event.")?,
    }
    write_identity(out, event, names)
}

/// ` SSID = ... Event number = ... Subject = ...`, the last left out if there is no subject of a type that can be shown.
fn write_identity<S: Write + ?Sized>(out: &mut S, event: &Event<'_>, names: &Names<'_>) -> fmt::Result {
    out.write_str(" SSID = ")?;
    names.write_ssid(out, event.ssid(), 0)?;
    match event.number() {
        Some(number) => write!(out, " Event number = {number}")?,
        None => out.write_str(" Event number = ?")?,
    }
    let Some(Ok(subject)) = event.subjects().next() else { return Ok(()) };
    let shape = match subject.token().data_type() {
        DataType::Error => Shape::Bytes,
        kind => Shape::of_kind(kind),
    };
    if shape == Shape::Bytes {
        return Ok(());
    }
    out.write_str(" Subject = ")?;
    let style = Style { names: *names, radix: display::Radix::Decimal, is_listing: false };
    style.write(out, shape, subject.bytes(), None)
}

/// EMSTEXT's text for bytes that are not an event: up to 60 words in hexadecimal digits (Operator Messages Manual,
/// chapter 31).
///
/// ```
/// let mut text = String::new();
/// let status = zems::template::write_bad_buffer(&[0xFF, 0xE4, 0x01], &mut text)?;
/// assert_eq!(text, "EMSTEXT -- Bad event buffer: FFE4 01");
/// assert_eq!(status.simple(), (11, 0));
/// # Ok::<(), core::fmt::Error>(())
/// ```
///
/// # Errors
/// Only those of `out`.
pub fn write_bad_buffer(bytes: &[u8], out: &mut (impl Write + ?Sized)) -> Result<Status, fmt::Error> {
    out.write_str("EMSTEXT -- Bad event buffer:")?;
    for word in bytes.chunks(2).take(60) {
        out.write_char(' ')?;
        word.iter().try_for_each(|byte| write!(out, "{byte:02X}"))?;
    }
    Ok(Status::BAD_BUFFER)
}

/// EMSTEXT's text when the templates cannot be had: status, what happened, file and reason, then what is known of the
/// event (EMS Manual 2-13). `is_open_error` tells `File open error` from `File error`.
///
/// # Errors
/// Only those of `out`.
pub fn write_template_file_error(
    status: Status,
    is_open_error: bool,
    file: &str,
    reason: &str,
    event: &Event<'_>,
    out: &mut (impl Write + ?Sized),
) -> fmt::Result {
    let (first, second) = status.extended();
    let kind = if is_open_error { "File open error" } else { "File error" };
    write!(out, "EMSTEXT error ({first},{second}) {kind} {file} {reason}.")?;
    let names = Names { nodes: None, subsystems: None, node: event.node(), offset: None };
    write_identity(out, event, &names)
}
