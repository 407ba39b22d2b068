use alloc::collections::VecDeque;
use alloc::format;
use alloc::string::ToString;
use alloc::vec::{self, Vec};

use super::ast::{Descriptor, DescriptorKind, File, Message};
use super::grammar::{self, Content, Item, LineText};
use super::{lines, markers};
use crate::text::grammar::finish;
use crate::text::limits::template as limits;
use crate::text::{Diagnostic, Diagnostics, Location, Severity, SourceId, SourceLoader, SourceMap, Span};

/// A source, with all it includes, read a MSG at a time: the messages of a large one take many times its size. Errors are
/// reported and left out.
pub(in crate::template) struct Messages<'a> {
    lines: vec::IntoIter<lines::Line>,
    sources: &'a SourceMap,
    source: SourceId,
    parser: Parser,
    is_at_end: bool,
}

impl<'a> Messages<'a> {
    /// Reads the statements before the first MSG.
    pub(in crate::template) fn new(
        source: SourceId,
        sources: &'a mut SourceMap,
        loader: &dyn SourceLoader,
    ) -> (File, Self) {
        let mut diagnostics = Diagnostics::new();
        let lines = lines::read(source, sources, loader, &mut diagnostics).into_iter();
        let parser = Parser {
            file: File::default(),
            messages: VecDeque::new(),
            has_messages: false,
            has_ssid: false,
            has_version: false,
            has_name: false,
            last: None,
            in_message: Section::None,
            diagnostics,
        };
        let mut messages = Self { lines, sources, source, parser, is_at_end: false };
        while messages.parser.messages.is_empty() && messages.line() {}
        let file = core::mem::take(&mut messages.parser.file);
        (file, messages)
    }

    /// Reads a line; `false` at the end.
    fn line(&mut self) -> bool {
        let Some(line) = self.lines.next() else {
            if !core::mem::replace(&mut self.is_at_end, true) {
                self.parser.end(self.source);
            }
            return false;
        };
        let text = self.sources.get(line.source).map_or("", |source| source.slice(line.span));
        let (code, unclosed) = lines::without_comments(text);
        let start = line.span.start;
        if let Some(at) = unclosed {
            let at = start + lines::span(at, 1).start;
            let error = Diagnostic::error(line.source, Span::new(at, at + 1), "this comment has no `}`")
                .with_hint("a comment ends on its own line");
            self.parser.diagnostics.push(error);
        }
        let code = code.trim_end();
        if !code.trim().is_empty() {
            self.parser.line(LineText { text: code, source: line.source, start });
        }
        true
    }

    /// All that was wrong.
    pub(in crate::template) fn into_diagnostics(self) -> Diagnostics {
        self.parser.diagnostics
    }
}
impl Iterator for Messages<'_> {
    type Item = Message;

    fn next(&mut self) -> Option<Message> {
        // The last one may still go on.
        while self.parser.messages.len() < 2 && self.line() {}
        self.parser.messages.pop_front()
    }
}

/// The statements in the order they must come, and whether each may occur several times. [TS 3-6]
const STATEMENTS: [(&str, bool); 9] = [
    ("VERSION", false),
    ("DICT", false),
    ("SSID", false),
    ("SSNAME", false),
    ("SHARED_SSID", false),
    ("DO_COMMON", false),
    ("FORMAT", true),
    ("DEF_ENUM", true),
    ("MSG", true),
];

struct Parser {
    /// The statements before the first MSG.
    file: File,
    /// The MSG being read, and one before it that is complete.
    messages: VecDeque<Message>,
    has_messages: bool,
    has_ssid: bool,
    has_version: bool,
    has_name: bool,
    /// The latest statement: its place in [`STATEMENTS`] and in the source.
    last: Option<(usize, Location)>,
    in_message: Section,
    diagnostics: Diagnostics,
}

/// Which part of a MSG was read last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Section {
    /// No MSG is being read.
    None,
    /// A MSG that could not be read: its lines are passed over.
    Broken,
    Head,
    Strings,
    Descriptors,
}

impl Parser {
    fn line(&mut self, line: LineText<'_>) {
        let content = match finish(grammar::line(line)) {
            Ok((_, content)) => content,
            Err(error) => {
                let span = error.span(line.text, line.start);
                self.diagnostics.push(Diagnostic::error(line.source, span, error.to_string()));
                self.skip(line);
                return;
            }
        };
        let indent = line.text.len() - line.text.trim_start().len();
        let span = lines::span(indent, line.text.trim().len());
        let place = Location::new(line.source, Span::new(line.start + span.start, line.start + span.end));
        match content {
            Content::Items(items) => {
                for item in items {
                    self.item(line.source, place, item);
                }
                return;
            }
            Content::Descriptor { number, kind } => {
                let text = line.text.trim_start();
                let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
                let digits = lines::span(0, digits).end;
                let span = Span::new(place.span.start, place.span.start + digits);
                self.descriptor(Descriptor { number, place: Location::new(line.source, span), kind });
                return;
            }
            Content::Version(version) => {
                if self.statement("VERSION", place) {
                    self.version(&version.text, version.place);
                    self.has_version = true;
                    self.file.version = Some(version);
                }
            }
            Content::Dict => {
                self.statement("DICT", place);
            }
            Content::Ssid(ssid) => {
                if self.statement("SSID", place) {
                    self.has_ssid = true;
                    self.file.ssid = Some(ssid);
                }
            }
            Content::Name(name) => {
                if self.statement("SSNAME", place) {
                    self.has_name = true;
                    self.file.name = Some(name);
                }
            }
            Content::Shared(shared) => {
                if self.statement("SHARED_SSID", place) {
                    self.file.shared = shared;
                }
            }
            Content::Common => self.file.is_common |= self.statement("DO_COMMON", place),
            Content::Format(format) => {
                if self.statement("FORMAT", place) {
                    self.file.formats.push(format);
                }
            }
            Content::Enumeration(def_enum) => {
                if self.statement("DEF_ENUM", place) {
                    self.file.enumerations.push(def_enum);
                }
            }
        }
        self.in_message = Section::None;
    }

    /// Passes over a line that could not be read, and over what depends on it.
    fn skip(&mut self, line: LineText<'_>) {
        let text = line.text.trim_start();
        if text.get(..3).is_some_and(|word| word.eq_ignore_ascii_case("MSG")) {
            self.in_message = Section::Broken;
            return;
        }
        let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        if let Some(number) = text.get(..digits).and_then(markers::number) {
            let indent = line.text.len() - text.len();
            let Span { start, end } = lines::span(indent, digits);
            let place = Location::new(line.source, Span::new(line.start + start, line.start + end));
            self.descriptor(Descriptor { number, place, kind: DescriptorKind::Broken });
        }
    }

    /// Holds a statement against the order of statements; `false`: it is a second one of its kind.
    fn statement(&mut self, name: &'static str, place: Location) -> bool {
        let Some(order) = STATEMENTS.iter().position(|(known, _)| *known == name) else { return false };
        let may_repeat = STATEMENTS.get(order).is_some_and(|(_, may_repeat)| *may_repeat);
        let word = Location::new(
            place.source,
            Span::new(place.span.start, place.span.start + lines::span(0, name.len()).end),
        );
        let error = |message| Diagnostic::new(Severity::Error, word, message);
        match self.last {
            Some((last, before)) if last > order => {
                let later = STATEMENTS.get(last).map_or("", |(name, _)| name);
                self.diagnostics.push(
                    error(format!("{name} must stand before {later}"))
                        .with_secondary(before, format!("{later} is here")),
                );
                return false;
            }
            Some((last, before)) if last == order && !may_repeat => {
                let error = error(format!("there is a second {name}"));
                self.diagnostics.push(error.with_secondary(before, "the first is here"));
                return false;
            }
            _ => {}
        }
        self.last = Some((order, word));
        true
    }

    fn version(&mut self, version: &str, place: Location) {
        if version.chars().count() > limits::VERSION {
            let message = format!("a version has at most {} characters", limits::VERSION);
            self.diagnostics.push(Diagnostic::error(place.source, place.span, message));
        }
    }

    fn item(&mut self, source: SourceId, line: Location, item: Item<'_>) {
        match item {
            Item::Head { token, value, is_resident } => {
                self.statement("MSG", line);
                let end = value.place().span.end;
                self.has_messages = true;
                self.messages.push_back(Message {
                    place: Location::new(source, Span::new(line.span.start, end)),
                    token,
                    value,
                    is_resident,
                    overrides: Vec::new(),
                    pieces: Vec::new(),
                    has_strings: false,
                    descriptors: Vec::new(),
                });
                self.in_message = Section::Head;
            }
            Item::Override(option) => {
                if let Some(message) = self.enter(Section::Head, option.token.place) {
                    message.overrides.push(option);
                }
            }
            Item::String { raw, place } => {
                let mut found = Diagnostics::new();
                if let Some(message) = self.enter(Section::Strings, place) {
                    message.has_strings = true;
                    markers::scan(raw.raw, source, place.span.start, &mut message.pieces, &mut found);
                }
                self.diagnostics.extend(found);
            }
        }
    }

    fn descriptor(&mut self, descriptor: Descriptor) {
        let Some(message) = self.enter(Section::Descriptors, descriptor.place) else { return };
        let first = message.descriptors.iter().find(|known| known.number == descriptor.number);
        let Some(first) = first.map(|first| first.place) else {
            message.descriptors.push(descriptor);
            return;
        };
        let message = format!("there is a second edit descriptor {}", descriptor.number);
        let error = Diagnostic::new(Severity::Error, descriptor.place, message);
        self.diagnostics.push(error.with_secondary(first, "the first is here"));
    }

    /// Continues to a part of the MSG being read; `None`: there is no MSG, or the part comes too late.
    fn enter(&mut self, section: Section, place: Location) -> Option<&mut Message> {
        let wrong = match self.in_message {
            Section::Broken => return None,
            Section::None => "this belongs to a MSG, but there is none before it",
            Section::Descriptors if section < Section::Descriptors => {
                "strings and OVERRIDE stand before the edit descriptors"
            }
            Section::Strings if section < Section::Strings => "OVERRIDE stands before the strings",
            _ => {
                self.in_message = section;
                return self.messages.back_mut();
            }
        };
        self.diagnostics.push(Diagnostic::new(Severity::Error, place, wrong));
        None
    }

    /// The statements that a source must have. [TS 3-6]
    fn end(&mut self, source: SourceId) {
        let at = Location::new(source, Span::at(0));
        if !self.has_ssid && !self.diagnostics.has_errors() {
            let error = Diagnostic::new(Severity::Error, at, "there is no SSID statement");
            self.diagnostics.push(error.with_hint("it says whose templates these are: SSID: ZABC-VAL-SSID"));
        }
        let required = [("VERSION", self.has_version), ("SSNAME", self.has_name), ("MSG", self.has_messages)];
        for (statement, is_present) in required {
            if !is_present && !self.diagnostics.has_errors() {
                let message = format!("there is no {statement} statement");
                self.diagnostics.push(Diagnostic::new(Severity::Warning, at, message));
            }
        }
    }
}
