//! Line rules: records, comments, directives (Template Services Manual 3-3, 4-2 to 4-6).

use alloc::borrow::Cow;
use alloc::collections::BTreeSet;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use crate::text::limits::template as limits;
use crate::text::{Diagnostic, Diagnostics, SourceId, SourceLoader, SourceMap, Span};

/// Where a line of language is, what lies beyond the last column left out.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line {
    pub(super) source: SourceId,
    pub(super) span: Span,
}

/// The lines of a source and of all it includes, in order, without directives.
pub(super) fn read(
    source: SourceId,
    sources: &mut SourceMap,
    loader: &dyn SourceLoader,
    diagnostics: &mut Diagnostics,
) -> Vec<Line> {
    let mut reader = Reader {
        sources,
        loader,
        diagnostics,
        lines: Vec::new(),
        open: Vec::new(),
        columns: *limits::COLUMNS.end(),
        inclusions: 0,
        bytes: 0,
        reported: BTreeSet::new(),
    };
    reader.enter(source, None);
    while let Some(&(source, at)) = reader.open.last() {
        match reader.line(source, at) {
            Some(next) => {
                if let Some(frame) = reader.open.iter_mut().rev().find(|frame| frame.0 == source) {
                    frame.1 = next;
                }
            }
            None => {
                reader.open.pop();
            }
        }
    }
    reader.lines
}

struct Reader<'a> {
    sources: &'a mut SourceMap,
    loader: &'a dyn SourceLoader,
    diagnostics: &'a mut Diagnostics,
    lines: Vec<Line>,
    /// The sources being read, and how far.
    open: Vec<(SourceId, usize)>,
    columns: usize,
    inclusions: usize,
    bytes: usize,
    /// Sources with text beyond the last column, which has been reported.
    reported: BTreeSet<SourceId>,
}

impl Reader<'_> {
    /// Reads the line at `start`; returns where the next one starts.
    fn line(&mut self, source: SourceId, start: usize) -> Option<usize> {
        let text = self.sources.get(source)?.text();
        let mut beyond = None;
        let rest = text.get(start..).filter(|rest| !rest.is_empty())?;
        let line = rest.split_inclusive('\n').next().unwrap_or(rest);
        let next = start + line.len();
        let line = line.trim_end_matches(['\n', '\r']);
        let mark = if start == 0 && line.starts_with('\u{FEFF}') { '\u{FEFF}'.len_utf8() } else { 0 };
        // A form feed is for printers, and takes no column.
        let mark = mark + (line.len() - mark - line[mark..].trim_start_matches('\x0C').len());
        // Ctrl-Z and NUL end and fill files of other systems.
        let line = line.trim_end_matches(['\0', '\x1A']);
        let mark = mark.min(line.len());
        let (start, mut line) = (start + mark, &line[mark..]);
        if line.len() > self.columns {
            let mut end = self.columns;
            while !line.is_char_boundary(end) {
                end -= 1;
            }
            let code = without_comments(line).0;
            let ignored = code.get(end..).unwrap_or_default().trim_end().len();
            if !code.get(end..).unwrap_or_default().trim().is_empty() {
                beyond = Some(span(start + end, ignored));
            }
            line = &line[..end];
        }
        if let Some(directive) = line.strip_prefix('?') {
            let directive = directive.to_string();
            self.directive(source, start + 1, &directive);
        } else if !line.trim().is_empty() {
            self.lines.push(Line { source, span: span(start, line.len()) });
        }
        // Once is enough for a source.
        if let Some(beyond) = beyond.filter(|_| self.reported.insert(source)) {
            self.warn(source, beyond, format!("text beyond column {} is ignored", self.columns));
        }
        Some(next)
    }

    fn directive(&mut self, source: SourceId, start: usize, text: &str) {
        let mut words = words(text);
        let Some((at, name)) = words.next() else {
            self.error(source, span(start, 0), "expected the name of a directive");
            return;
        };
        let name_span = span(start + at, name.len());
        if name.eq_ignore_ascii_case("COLUMNS") {
            let (at, number) = words.next().unwrap_or((text.len(), ""));
            match number.parse() {
                Ok(columns) if limits::COLUMNS.contains(&columns) => self.columns = columns,
                _ => {
                    let message = "?COLUMNS takes a number from 12 to 132; it is ignored";
                    self.warn(source, span(start + at, number.len()), message.into());
                }
            }
        } else if name.eq_ignore_ascii_case("SOURCE") {
            match words.next() {
                Some((at, file)) => self.include(source, span(start + at, file.len()), file),
                None => self.error(source, span(start + text.len(), 0), "expected the name of a file"),
            }
        } else {
            self.warn(source, name_span, format!("unknown directive ?{name} is ignored"));
        }
        if let Some((at, _)) = words.next() {
            let rest = text.len() - at;
            self.warn(source, span(start + at, rest), "this is ignored".into());
        }
    }

    fn include(&mut self, including: SourceId, file: Span, name: &str) {
        if self.open.len() > limits::SOURCE_DEPTH {
            let message = format!("?SOURCE is nested more than {} deep", limits::SOURCE_DEPTH);
            self.diagnostics.push(Diagnostic::error(including, file, message));
            return;
        }
        let including_name = self.sources.get(including).map_or("", |source| source.name());
        let Some((full_name, text)) = self.loader.load(including_name, name) else {
            let error = match self.loader.refusal(including_name, name) {
                Some(reason) => Diagnostic::error(including, file, format!("{name} is not opened: {reason}")),
                None => Diagnostic::error(including, file, format!("cannot find {name}"))
                    .with_hint("the file is looked for beside this one and in the include directories"),
            };
            self.diagnostics.push(error);
            return;
        };
        let source = match self.sources.find(&full_name) {
            Some(source) => source,
            None => match self.sources.add(full_name, text) {
                Ok(source) => source,
                Err(error) => {
                    self.diagnostics.push(Diagnostic::error(including, file, error.to_string()));
                    return;
                }
            },
        };
        if self.open.iter().any(|(open, _)| *open == source) {
            self.diagnostics.push(Diagnostic::error(including, file, format!("{name} includes itself")));
            return;
        }
        self.enter(source, Some((including, file)));
    }

    fn enter(&mut self, source: SourceId, by: Option<(SourceId, Span)>) {
        self.inclusions += 1;
        self.bytes += self.sources.get(source).map_or(0, |source| source.text().len());
        if self.inclusions > limits::INCLUSIONS || self.bytes > limits::SOURCE_BYTES {
            let (source, span) = by.unwrap_or((source, Span::at(0)));
            self.error(source, span, "the source is too long with all it includes");
        } else {
            self.open.push((source, 0));
        }
    }

    fn error(&mut self, source: SourceId, span: Span, message: &'static str) {
        self.diagnostics.push(Diagnostic::error(source, span, message));
    }

    fn warn(&mut self, source: SourceId, span: Span, message: String) {
        self.diagnostics.push(Diagnostic::warning(source, span, message));
    }
}

/// The words of a line, with their offsets.
fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut rest = text;
    core::iter::from_fn(move || {
        let word = rest.trim_start();
        let end = word.find(char::is_whitespace).unwrap_or(word.len());
        let (word, behind) = word.split_at(end);
        rest = behind;
        (!word.is_empty()).then(|| (text.len() - rest.len() - word.len(), word))
    })
}

/// A line with its comments made blank: `==` to the end of the line, and `{...}`. Inside a string both are text. An open
/// comment reaches to the end of its line; its offset is returned too.
pub(super) fn without_comments(line: &str) -> (Cow<'_, str>, Option<usize>) {
    let mut code = Cow::Borrowed(line);
    let mut unclosed = None;
    let bytes = line.as_bytes();
    let mut at = 0;
    while let Some(found) =
        bytes.get(at..).and_then(|rest| rest.iter().position(|byte| matches!(byte, b'"' | b'=' | b'{')))
    {
        let mark = at + found;
        let close = |delimiter: u8| {
            let rest = bytes.get(mark + 1..).unwrap_or_default();
            rest.iter().position(|byte| *byte == delimiter).map(|length| mark + 1 + length + 1)
        };
        match bytes.get(mark) {
            Some(b'"') => at = close(b'"').unwrap_or(bytes.len()),
            Some(b'=') if bytes.get(mark + 1) != Some(&b'=') => at = mark + 1,
            Some(b'=') => {
                code.to_mut().truncate(mark);
                return (code, unclosed);
            }
            _ => {
                let close = close(b'}');
                if close.is_none() {
                    unclosed = Some(mark);
                }
                at = close.unwrap_or(bytes.len());
                code.to_mut().replace_range(mark..at, &" ".repeat(at - mark));
            }
        }
    }
    (code, unclosed)
}

/// Sources are shorter than 4 GiB.
pub(super) fn span(start: usize, len: usize) -> Span {
    let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    Span::new(offset(start), offset(start.saturating_add(len)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_become_blank_outside_strings() {
        for (line, code) in [
            ("MSG: a, 1 == why", "MSG: a, 1 "),
            ("{one} 1: a {two}, I", "      1: a      , I"),
            ("\"a == b {c}\" == d", "\"a == b {c}\" "),
            ("\"a\"\"==\"\"b\"", "\"a\"\"==\"\"b\""),
            ("21: a = 1", "21: a = 1"),
            ("21: a >= 1 { ä }", "21: a >= 1       "),
        ] {
            assert_eq!(without_comments(line), (code.into(), None));
        }
        assert_eq!(without_comments("1: a {b"), ("1: a   ".into(), Some(5)));
        assert_eq!(without_comments("{").1, Some(0));
    }

    fn read_all(texts: &[(&str, &str)]) -> (Vec<String>, String) {
        let mut sources = SourceMap::new();
        let first = sources.add("main", String::from(texts[0].1)).unwrap();
        let loader = |_: &str, name: &str| {
            let known = texts.iter().find(|(known, _)| *known == name);
            known.map(|(name, text)| (String::from(*name), String::from(*text)))
        };
        let mut diagnostics = Diagnostics::new();
        let lines = read(first, &mut sources, &loader, &mut diagnostics);
        let lines =
            lines.iter().map(|line| sources.get(line.source).unwrap().slice(line.span).into()).collect();
        (lines, diagnostics.render(&sources))
    }

    #[test]
    fn columns_hold_in_and_after_an_included_source() {
        let (lines, diagnostics) = read_all(&[
            ("main", "123456789012345\n?SOURCE b\n123456789012345\n?COLUMNS 3\n"),
            ("b", "?COLUMNS 12\n1234567890ä45\n"),
        ]);
        assert_eq!(lines, ["123456789012345", "1234567890ä", "123456789012"]);
        assert!(diagnostics.contains("main:4:10: warning: ?COLUMNS takes"), "{diagnostics}");
        assert!(
            diagnostics.starts_with("b:2:12: warning: text beyond column 12 is ignored"),
            "{diagnostics}"
        );
    }

    #[test]
    fn four_levels_of_sources_and_no_more() {
        let (lines, diagnostics) = read_all(&[
            ("main", "?SOURCE 1\n0"),
            ("1", "?SOURCE 2\r\n1"),
            ("2", "?SOURCE 3\n2"),
            ("3", "?SOURCE 4\n3"),
            ("4", "?SOURCE 5\n4"),
            ("5", "5"),
        ]);
        assert_eq!(lines, ["4", "3", "2", "1", "0"]);
        assert!(diagnostics.starts_with("4:1:9: error: ?SOURCE is nested more than 4 deep"), "{diagnostics}");
    }

    #[test]
    fn a_source_cannot_include_itself_nor_grow_without_bound() {
        let (_, diagnostics) =
            read_all(&[("main", "?SOURCE b"), ("b", "?SOURCE main2"), ("main2", "?SOURCE b")]);
        assert!(diagnostics.starts_with("main2:1:9: error: b includes itself"), "{diagnostics}");
        let many = "?SOURCE b\n".repeat(200);
        let more = "?SOURCE c\n".repeat(200);
        let (lines, diagnostics) = read_all(&[("main", &many), ("b", &more), ("c", "x\n")]);
        assert!(lines.len() < 1000 && diagnostics.contains("too long with all it includes"));
    }
}
