//! The first pass over a filter: TACL replaces what is in brackets and takes its comments out, file by file; then
//! EMF reads the result (EMS Manual 5-8 to 5-10, 5-44 to 5-46).
//!
//! Of TACL there is what filters use: `[NAME]`, `[#SET NAME text]`, `[#DEF NAME STRUCT LIKE ...;]`,
//! `[#SYSTEMNUMBER \NODE]`, and the calls that load definition files, which do nothing here. Each byte of the result
//! knows where it comes from.

use alloc::borrow::Cow;
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use alloc::{format, vec};
use core::ops::Range;

use super::environment::{Environment, canonical_name};
use super::messages;
use crate::dictionary::ConstantValue;
use crate::text::limits::filter as limits;
use crate::text::{Diagnostic, Diagnostics, Location, Severity, SourceId, SourceMap, Span};

/// A source as EMF sees it: the expanded texts, and the pieces of them in the order they are read.
#[derive(Debug)]
pub(super) struct Expanded {
    root: SourceId,
    pub(super) texts: Vec<ExpandedText>,
    /// Runs of whole lines: which text, and the bytes of it.
    pub(super) pieces: Vec<(usize, Range<usize>)>,
}

impl Expanded {
    /// Whether TACL has taken a comment out of these bytes of one of the texts.
    pub(super) fn has_comment(&self, text: usize, bytes: Range<usize>) -> bool {
        self.texts.get(text).is_some_and(|text| {
            let first = text.comments.partition_point(|at| *at < bytes.start);
            text.comments.get(first).is_some_and(|at| *at <= bytes.end)
        })
    }

    /// Where these bytes of one of the texts come from.
    pub(super) fn location(&self, text: usize, bytes: Range<usize>) -> Location {
        let text = self.texts.get(text);
        text.map_or(Location::new(self.root, Span::default()), |text| text.location(bytes))
    }
}

/// One file after TACL.
#[derive(Debug)]
pub(super) struct ExpandedText {
    source: SourceId,
    pub(super) text: String,
    segments: Vec<Segment>,
    /// Offsets in the expanded text where a comment of TACL's was.
    comments: Vec<usize>,
}

/// A run of expanded text and where it comes from.
#[derive(Clone, Copy, Debug)]
struct Segment {
    /// Offset in the expanded text.
    start: usize,
    origin: Span,
    /// Byte for byte from the source, not what a bracket expanded to.
    is_verbatim: bool,
}

impl ExpandedText {
    /// Where these bytes of the expanded text come from.
    fn location(&self, span: Range<usize>) -> Location {
        let last = span.end.saturating_sub(1).max(span.start);
        let place = |at: usize| {
            let after = self.segments.partition_point(|segment| segment.start <= at);
            let segment = after.checked_sub(1).and_then(|index| self.segments.get(index))?;
            if !segment.is_verbatim {
                return Some(segment.origin);
            }
            let start =
                segment.origin.start.saturating_add(offset(at - segment.start)).min(segment.origin.end);
            Some(Span::new(start, start.saturating_add(1).min(segment.origin.end)))
        };
        let (start, end) = (place(span.start), place(last));
        let span = match (start, end) {
            (Some(start), Some(end)) if span.is_empty() => Span::new(start.start, start.start.min(end.start)),
            (Some(start), Some(end)) => start.to(end),
            _ => Span::default(),
        };
        Location::new(self.source, span)
    }
}

fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// TACL as it is after the files it has read: the variables that `#SET` has given a value.
#[derive(Debug)]
pub(super) struct Tacl<'e> {
    environment: &'e Environment<'e>,
    variables: BTreeMap<String, String>,
    /// Bytes that brackets may still expand to.
    expandable: usize,
    /// Bytes of files that may still be sourced.
    sourceable: usize,
    /// Where errors have been reported: a file that is read again has them again, and is not to crowd out others.
    faulty: BTreeSet<Location>,
}

impl<'e> Tacl<'e> {
    pub(super) const fn new(environment: &'e Environment<'e>) -> Self {
        Self {
            environment,
            variables: BTreeMap::new(),
            expandable: limits::EXPANDED,
            sourceable: limits::SOURCED,
            faulty: BTreeSet::new(),
        }
    }

    /// The text of a variable the source has set.
    pub(super) fn variable(&self, name: &str) -> Option<&str> {
        self.variables.get(&canonical_name(name)).map(String::as_str)
    }

    /// Expands a source and the files it names in `?SOURCE` lines.
    pub(super) fn read(
        &mut self,
        sources: &mut SourceMap,
        id: SourceId,
        diagnostics: &mut Diagnostics,
    ) -> Expanded {
        let mut expanded = Expanded { root: id, texts: Vec::new(), pieces: Vec::new() };
        expanded.texts.push(self.expand(sources, id, diagnostics));
        // The files being read, innermost last: which text, and how far it is read.
        let mut open = vec![(0_usize, 0_usize)];
        while let Some((text, from)) = open.last_mut() {
            let index = *text;
            let Some(file) = expanded.texts.get(index) else { break };
            let start = *from;
            let Some(line) = next_directive(&file.text, start) else {
                expanded.pieces.push((index, start..file.text.len()));
                open.pop();
                continue;
            };
            *from = line.end;
            expanded.pieces.push((index, start..line.start));
            let location = file.location(line.clone());
            let directive = file.text.get(line).unwrap_or_default().trim();
            let Some(name) = self.directive(directive, location, diagnostics) else { continue };
            let is_open = |id| {
                open.iter().any(|(text, _)| expanded.texts.get(*text).is_some_and(|file| file.source == id))
            };
            let Some(included) = self.load(sources, location, &name, diagnostics) else { continue };
            if is_open(included) || open.len() >= limits::EXPANSIONS {
                let error = Diagnostic::new(Severity::Error, location, messages::NESTED_TOO_DEEP)
                    .with_label("this file is being read already, or too many files are");
                self.report(error, diagnostics);
                continue;
            }
            let length = sources.get(included).map_or(0, |source| source.text().len());
            let Some(left) = self.sourceable.checked_sub(length) else {
                let error = Diagnostic::new(Severity::Error, location, messages::TOO_LARGE)
                    .with_label(format!("more than {} bytes of sourced files", limits::SOURCED));
                self.report(error, diagnostics);
                return expanded;
            };
            self.sourceable = left;
            expanded.texts.push(self.expand(sources, included, diagnostics));
            open.push((expanded.texts.len() - 1, 0));
        }
        expanded
    }

    /// Obeys a directive line; the name of the file to read if it is `?SOURCE`.
    fn directive(&mut self, line: &str, location: Location, diagnostics: &mut Diagnostics) -> Option<String> {
        let words = line.trim_start_matches('?').trim();
        let (keyword, rest) = words.split_once(char::is_whitespace).unwrap_or((words, ""));
        let rest = rest.trim();
        let error = |message: String| Diagnostic::new(Severity::Error, location, message);
        match keyword.to_ascii_uppercase().as_str() {
            "LIST" | "NOLIST" => None,
            "SOURCE" if !rest.is_empty() => Some(rest.to_string()),
            "SOURCE" => {
                self.report(error("?SOURCE needs the name of a file".to_string()), diagnostics);
                None
            }
            _ => {
                let error = error(format!("?{keyword} is not a directive of the filter language"))
                    .with_hint("the directives are ?LIST, ?NOLIST and ?SOURCE; those of filter tables stand in filter tables");
                self.report(error, diagnostics);
                None
            }
        }
    }

    fn load(
        &mut self,
        sources: &mut SourceMap,
        location: Location,
        name: &str,
        diagnostics: &mut Diagnostics,
    ) -> Option<SourceId> {
        let including = sources.get(location.source).map_or("", |source| source.name()).to_string();
        let cannot = || Diagnostic::new(Severity::Error, location, messages::CANT_SOURCE);
        let Some((full_name, text)) = self.environment.loader.load(&including, name) else {
            let reason = self.environment.loader.refusal(&including, name);
            let label = reason.unwrap_or_else(|| "there is no such file".to_string());
            self.report(cannot().with_label(label), diagnostics);
            return None;
        };
        if let Some(known) = sources.find(&full_name) {
            return Some(known);
        }
        match sources.add(full_name, text) {
            Ok(id) => Some(id),
            Err(error) => {
                self.report(cannot().with_label(error.to_string()), diagnostics);
                None
            }
        }
    }

    /// Expands one file.
    fn expand(&mut self, sources: &SourceMap, id: SourceId, diagnostics: &mut Diagnostics) -> ExpandedText {
        let text = sources.get(id).map_or("", |source| source.text());
        let mut expansion = Expansion {
            tacl: self,
            diagnostics,
            text,
            out: ExpandedText {
                source: id,
                text: String::with_capacity(text.len()),
                segments: Vec::new(),
                comments: Vec::new(),
            },
            frames: Vec::new(),
            stop: None,
        };
        expansion.run();
        expansion.out
    }

    /// Reports an error, unless one has been reported of the same place.
    fn report(&mut self, error: Diagnostic, diagnostics: &mut Diagnostics) {
        if self.faulty.insert(error.primary.location) {
            diagnostics.push(error);
        }
    }

    fn charge(&mut self, bytes: usize) -> bool {
        match self.expandable.checked_sub(bytes) {
            Some(left) => {
                self.expandable = left;
                true
            }
            None => false,
        }
    }

    /// The text that replaces a bracket, or a line that begins with `#`.
    fn call(&mut self, text: &str, has_inner: bool) -> Result<Cow<'static, str>, Refusal> {
        let text = text.trim();
        let Some(call) = text.strip_prefix('#') else {
            // A name that is put together, or a call of a macro: neither is what filters use brackets for.
            return if has_inner { Err(Refusal::macros()) } else { self.value_of(text).map(Cow::Owned) };
        };
        let end = call.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(call.len());
        let (builtin, argument) = call.split_at_checked(end).unwrap_or((call, ""));
        match builtin.to_ascii_uppercase().as_str() {
            "PUSH" | "POP" | "LOAD" => Ok(Cow::Borrowed("")),
            "SET" => self.set(argument.trim()),
            "DEF" => self.def(argument.trim()),
            "SYSTEMNUMBER" => self.system_number(argument.trim()).map(Cow::Owned),
            _ => Err(Refusal::new(
                format!("TACL's #{builtin} is not supported"),
                "supported are [NAME], #SET, #DEF ... STRUCT LIKE, #SYSTEMNUMBER, #PUSH, #POP and #LOAD",
            )),
        }
    }

    fn set(&mut self, argument: &str) -> Result<Cow<'static, str>, Refusal> {
        let (name, value) = argument.split_once(char::is_whitespace).unwrap_or((argument, ""));
        if !is_tacl_name(name) {
            return Err(Refusal::new(
                "TACL's #SET needs the name of a variable and its text".to_string(),
                "for example [#SET ZTMF^VAL^SSID TANDEM.TMF.0]",
            ));
        }
        self.variables.insert(canonical_name(name), value.trim().to_string());
        Ok(Cow::Borrowed(""))
    }

    /// `NAME STRUCT LIKE ZSPI^DDL^SSID;`: the variable holds a null SSID until it is set.
    fn def(&mut self, argument: &str) -> Result<Cow<'static, str>, Refusal> {
        let mut words = argument.trim_end_matches(';').split_whitespace();
        let (Some(name), Some(structure), Some(like), Some(model), None) =
            (words.next(), words.next(), words.next(), words.next(), words.next())
        else {
            return Err(Refusal::def());
        };
        let is_like = structure.eq_ignore_ascii_case("STRUCT") && like.eq_ignore_ascii_case("LIKE");
        if !is_like || !is_tacl_name(name) || canonical_name(model) != "ZSPI^DDL^SSID" {
            return Err(Refusal::def());
        }
        self.variables.insert(canonical_name(name), "0.0.0".to_string());
        Ok(Cow::Borrowed(""))
    }

    fn system_number(&self, argument: &str) -> Result<String, Refusal> {
        let number = argument.strip_prefix('\\').and_then(|name| self.environment.nodes.number(name));
        number.map(|number| number.to_string()).ok_or_else(|| {
            Refusal::new(format!("The number of node {argument} is not known"), "give it: --node NAME=NUMBER")
        })
    }

    fn value_of(&self, name: &str) -> Result<String, Refusal> {
        if !is_tacl_name(name) {
            return Err(Refusal::macros());
        }
        if let Some(value) = self.variable(name) {
            return Ok(value.to_string());
        }
        let dictionary = self.environment.dictionary;
        let constant = dictionary.constant(name).map(|constant| match constant.value() {
            ConstantValue::Number(number) => number.to_string(),
            ConstantValue::Text(text) => text.to_string(),
            ConstantValue::Version(version) => version.0.to_string(),
        });
        constant
            .or_else(|| dictionary.event_named(name).map(|event| event.number().to_string()))
            .or_else(|| dictionary.token_named(name).map(|token| u32::from(token.code()).to_string()))
            .or_else(|| dictionary.ssid_named(name).map(|ssid| ssid.to_string()))
            .ok_or_else(|| {
                Refusal::new(
                    format!("TACL knows no variable {name}"),
                    "set it in the source with [#SET NAME text], or give the file that defines it",
                )
            })
    }
}

/// Why TACL cannot expand something.
struct Refusal {
    message: String,
    hint: &'static str,
}

impl Refusal {
    const fn new(message: String, hint: &'static str) -> Self {
        Self { message, hint }
    }

    fn macros() -> Self {
        Self::new(
            "Only a name or one of a few # calls can stand in brackets here".to_string(),
            "TACL macros and routines are not run; write what the bracket would expand to",
        )
    }

    fn def() -> Self {
        Self::new(
            "TACL's #DEF is understood here only for subsystem IDs".to_string(),
            "write [#DEF NAME STRUCT LIKE ZSPI^DDL^SSID;]",
        )
    }
}

/// Whether something would be in the place of a bracket with this text.
fn has_value(text: &str) -> bool {
    const CALL: &str = "#SYSTEMNUMBER";
    let is_system_number =
        text.split_at_checked(CALL.len()).is_some_and(|(call, _)| call.eq_ignore_ascii_case(CALL));
    !text.starts_with('#') || is_system_number
}

fn is_tacl_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'^' | b'-'))
}

/// The next line from `start` on (the beginning of a line) that has `?` in column 1, line end included.
fn next_directive(text: &str, start: usize) -> Option<Range<usize>> {
    let rest = text.get(start..)?;
    let at = if rest.starts_with('?') { 0 } else { rest.find("\n?")? + 1 };
    let line = rest.get(at..)?;
    let end = line.find('\n').map_or(line.len(), |newline| newline + 1);
    Some(start + at..start + at + end)
}

/// One file on its way through TACL.
struct Expansion<'x, 'e, 't> {
    tacl: &'x mut Tacl<'e>,
    diagnostics: &'x mut Diagnostics,
    text: &'t str,
    out: ExpandedText,
    /// The brackets that are open, innermost last.
    frames: Vec<Frame>,
    /// Why the rest of the file is not looked at.
    stop: Option<&'static str>,
}

struct Frame {
    start: usize,
    text: String,
    /// Something in it was in brackets itself.
    has_inner: bool,
    /// No bracket, but a line that begins with `#`.
    is_line: bool,
}

impl Expansion<'_, '_, '_> {
    fn run(&mut self) {
        let mut at = 0;
        let mut at_line_start = true;
        while let Some(rest) = self.text.get(at..).filter(|rest| !rest.is_empty()) {
            let bytes = rest.as_bytes();
            let len = match bytes {
                [b'~', ..] => self.escape(at, rest),
                [b'{', ..] => {
                    self.out.comments.push(self.out.text.len());
                    let end = rest.find(['}', '\n']).unwrap_or(rest.len());
                    end + usize::from(bytes.get(end) == Some(&b'}'))
                }
                [b'=', b'=', ..] => {
                    self.out.comments.push(self.out.text.len());
                    rest.find('\n').unwrap_or(rest.len())
                }
                [b'&', ..] => continued(rest).unwrap_or_else(|| self.emit(at, 1)),
                [b'[', ..] => self.open(at, false),
                [b']', ..] => self.close(at),
                [b'\n', ..] => {
                    if self.frames.last().is_some_and(|frame| frame.is_line) {
                        self.end_frame(at);
                    }
                    self.emit(at, 1)
                }
                [b'#', letter, ..]
                    if at_line_start && self.frames.is_empty() && letter.is_ascii_alphabetic() =>
                {
                    self.open(at, true);
                    self.emit(at, 1)
                }
                _ => {
                    let run = bytes.iter().skip(1).position(|byte| is_special(*byte));
                    self.emit(at, run.map_or(bytes.len(), |run| run + 1))
                }
            };
            if let Some(message) = self.stop {
                let hint = "brackets nest up to 32 deep, and expand to 1 MiB in all";
                return self.error(at..at + 1, message.to_string(), hint);
            }
            let (done, _) = bytes.split_at_checked(len).unwrap_or((bytes, &[]));
            at_line_start =
                done == b"\n" || at_line_start && done.iter().all(|byte| byte.is_ascii_whitespace());
            at += len;
        }
        if self.frames.last().is_some_and(|frame| frame.is_line) {
            self.end_frame(at);
        }
        if let Some(frame) = self.frames.first() {
            let bracket = frame.start..frame.start + 1;
            self.error(bracket, "This bracket is not closed in its file".to_string(), "close it with ]");
        }
    }

    /// Passes bytes of the source on as they are.
    fn emit(&mut self, start: usize, len: usize) -> usize {
        let Some(text) = self.text.get(start..start + len) else { return len };
        match self.frames.last_mut() {
            Some(frame) => {
                if self.tacl.charge(len) {
                    frame.text.push_str(text);
                } else {
                    self.stop = Some(messages::TOO_LARGE);
                }
            }
            None => {
                let follows = self.out.segments.last().is_some_and(|last| {
                    last.is_verbatim
                        && last.origin.range().start + (self.out.text.len() - last.start) == start
                });
                if !follows {
                    let origin = span(start..self.text.len());
                    self.out.segments.push(Segment { start: self.out.text.len(), origin, is_verbatim: true });
                }
                self.out.text.push_str(text);
            }
        }
        len
    }

    /// `~` takes its special meaning from what follows and goes (EMS Manual 5-9).
    fn escape(&mut self, at: usize, rest: &str) -> usize {
        let escaped = match rest.as_bytes() {
            [_, b'=', b'=', ..] => 2,
            [_, b'[' | b']' | b'{' | b'}' | b'|' | b'~', ..] => 1,
            _ => return self.emit(at, 1),
        };
        1 + self.emit(at + 1, escaped)
    }

    fn open(&mut self, at: usize, is_line: bool) -> usize {
        if self.frames.len() >= limits::EXPANSIONS {
            self.stop = Some(messages::NESTED_TOO_DEEP);
        }
        self.frames.push(Frame { start: at, text: String::new(), has_inner: false, is_line });
        1
    }

    fn close(&mut self, at: usize) -> usize {
        if self.frames.last().is_some_and(|frame| !frame.is_line) {
            self.end_frame(at + 1);
        } else {
            self.error(
                at..at + 1,
                "No bracket is open here".to_string(),
                "write ~] for the character itself",
            );
        }
        1
    }

    /// Puts what the innermost open bracket expands to in its place.
    fn end_frame(&mut self, end: usize) {
        let Some(frame) = self.frames.pop() else { return };
        if let Some(outer) = self.frames.last_mut() {
            outer.has_inner = true;
        }
        let replacement = match self.tacl.call(&frame.text, frame.has_inner) {
            Ok(text) => text,
            Err(refusal) => {
                self.error(frame.start..end, refusal.message, refusal.hint);
                // 0 stands for the value of a name or a node, so that what is around it is judged by itself.
                Cow::Borrowed(if has_value(frame.text.trim()) { "0" } else { "" })
            }
        };
        let is_before_period = self.text.get(end..).is_some_and(|rest| rest.starts_with('.'));
        let replacement = if is_before_period { replacement.trim_end() } else { &replacement };
        if !self.tacl.charge(replacement.len()) {
            self.stop = Some(messages::TOO_LARGE);
            return;
        }
        if replacement.is_empty() {
            return;
        }
        match self.frames.last_mut() {
            Some(outer) => outer.text.push_str(replacement),
            None => {
                let segment = Segment {
                    start: self.out.text.len(),
                    origin: span(frame.start..end),
                    is_verbatim: false,
                };
                self.out.segments.push(segment);
                self.out.text.push_str(replacement);
            }
        }
    }

    fn error(&mut self, place: Range<usize>, message: String, hint: &'static str) {
        let error = Diagnostic::error(self.out.source, span(place), message).with_hint(hint);
        self.tacl.report(error, self.diagnostics);
    }
}

const fn is_special(byte: u8) -> bool {
    matches!(byte, b'~' | b'{' | b'=' | b'&' | b'[' | b']' | b'\n' | b'#')
}

fn span(range: Range<usize>) -> Span {
    Span::new(offset(range.start), offset(range.end))
}

/// The length of an `&` at the end of a line, line end included.
fn continued(rest: &str) -> Option<usize> {
    let line = rest.split_inclusive('\n').next()?;
    let is_last = line.ends_with('\n') && line.strip_prefix('&')?.trim().is_empty();
    is_last.then_some(line.len())
}
