use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt::{self, Write as _};

use super::{Location, Source, SourceId, SourceMap, Span, escaped, is_unsafe};

/// How bad it is. Errors sort before warnings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(clippy::exhaustive_enums)] // every front end must decide about every severity
pub enum Severity {
    /// The text means nothing, or not what it should; what it defines may be missing from the result.
    Error,
    /// The text was understood, and probably is a mistake.
    Warning,
    /// Worth knowing.
    Note,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
        })
    }
}

/// A remark about a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// The place.
    pub location: Location,
    /// The remark; may be empty at a primary place.
    pub text: Cow<'static, str>,
}

/// One thing to tell the author of a source: lower-case sentence without a full stop, place, and what helps.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Diagnostic {
    /// How bad it is.
    pub severity: Severity,
    /// The number the original compiler gives it, if it has numbered messages.
    pub code: Option<u16>,
    /// The fault.
    pub message: Cow<'static, str>,
    /// Where.
    pub primary: Label,
    /// Other places that matter, such as an earlier definition.
    pub secondary: Vec<Label>,
    /// The remedy.
    pub hint: Option<Box<str>>,
}

impl Diagnostic {
    /// An error at a place.
    #[must_use]
    pub fn error(source: SourceId, span: Span, message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Severity::Error, Location::new(source, span), message)
    }

    /// A warning at a place.
    #[must_use]
    pub fn warning(source: SourceId, span: Span, message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Severity::Warning, Location::new(source, span), message)
    }

    /// A diagnostic without label, code and hint.
    #[must_use]
    pub fn new(severity: Severity, location: Location, message: impl Into<Cow<'static, str>>) -> Self {
        Self {
            severity,
            code: None,
            message: message.into(),
            primary: Label { location, text: Cow::Borrowed("") },
            secondary: Vec::new(),
            hint: None,
        }
    }

    /// Adds the original compiler's message number.
    #[must_use]
    pub fn with_code(mut self, code: u16) -> Self {
        self.code = Some(code);
        self
    }

    /// Adds the remark drawn beside the caret.
    #[must_use]
    pub fn with_label(mut self, text: impl Into<Cow<'static, str>>) -> Self {
        self.primary.text = text.into();
        self
    }

    /// Adds a remark about another place.
    #[must_use]
    pub fn with_secondary(mut self, location: Location, text: impl Into<Cow<'static, str>>) -> Self {
        self.secondary.push(Label { location, text: text.into() });
        self
    }

    /// Adds what to do about it.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<Box<str>>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Whether it is an error.
    #[must_use]
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }

    /// The diagnostic as plain text: `file:line:column: error: message`, the line, a caret, other places, the hint;
    /// every line ends with a line end.
    #[must_use]
    pub const fn render<'a>(&'a self, sources: &'a SourceMap) -> Rendered<'a> {
        Rendered { diagnostic: self, sources }
    }
}

/// The diagnostics of one run, in the order they were found. Their number is bounded, so that a wrong file cannot
/// drown the reader: what comes after the limit is counted, not kept, except that the first error is always kept.
#[derive(Clone, Debug)]
pub struct Diagnostics {
    list: Vec<Diagnostic>,
    limit: usize,
    omitted: usize,
    errors: usize,
}

impl Default for Diagnostics {
    fn default() -> Self {
        Self::new()
    }
}

impl Diagnostics {
    /// Diagnostics kept unless another limit is given.
    pub const LIMIT: usize = 500;

    /// An empty list that keeps [`Self::LIMIT`] diagnostics.
    #[must_use]
    pub const fn new() -> Self {
        Self::with_limit(Self::LIMIT)
    }

    /// An empty list that keeps at most `limit` diagnostics.
    #[must_use]
    pub const fn with_limit(limit: usize) -> Self {
        Self { list: Vec::new(), limit, omitted: 0, errors: 0 }
    }

    /// Adds one.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        let first_error = diagnostic.is_error() && self.errors == 0;
        self.errors += usize::from(diagnostic.is_error());
        if self.list.len() < self.limit || first_error {
            self.list.push(diagnostic);
        } else {
            self.omitted += 1;
        }
    }

    /// Whether any is an error, kept or not.
    #[must_use]
    pub const fn has_errors(&self) -> bool {
        self.errors != 0
    }

    /// How many errors there were, kept or not.
    #[must_use]
    pub const fn error_count(&self) -> usize {
        self.errors
    }

    /// How many were left out because of the limit.
    #[must_use]
    pub const fn omitted(&self) -> usize {
        self.omitted
    }

    /// Whether there is nothing to tell.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Sorts by place: sources in the order they were added, then by offset. Equal places keep their order.
    pub fn sort(&mut self) {
        self.list.sort_by_key(|diagnostic| diagnostic.primary.location);
    }

    /// The diagnostics kept.
    #[must_use]
    pub fn as_slice(&self) -> &[Diagnostic] {
        &self.list
    }

    /// The diagnostics kept, one by one.
    pub fn iter(&self) -> core::slice::Iter<'_, Diagnostic> {
        self.list.iter()
    }

    /// All of them as plain text, with a last line that counts what was left out.
    #[must_use]
    pub fn render(&self, sources: &SourceMap) -> String {
        let mut text = String::new();
        for diagnostic in &self.list {
            let _ = write!(text, "{}", diagnostic.render(sources)); // a String takes everything
        }
        if self.omitted > 0 {
            let _ = writeln!(text, "... and {} more", self.omitted);
        }
        text
    }
}

impl IntoIterator for Diagnostics {
    type Item = Diagnostic;
    type IntoIter = alloc::vec::IntoIter<Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.list.into_iter()
    }
}

impl<'a> IntoIterator for &'a Diagnostics {
    type Item = &'a Diagnostic;
    type IntoIter = core::slice::Iter<'a, Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.list.iter()
    }
}

impl Extend<Diagnostic> for Diagnostics {
    fn extend<I: IntoIterator<Item = Diagnostic>>(&mut self, diagnostics: I) {
        for diagnostic in diagnostics {
            self.push(diagnostic);
        }
    }
}

/// A [`Diagnostic`] that prints itself as plain text; see [`Diagnostic::render`].
#[derive(Clone, Copy, Debug)]
pub struct Rendered<'a> {
    diagnostic: &'a Diagnostic,
    sources: &'a SourceMap,
}

impl fmt::Display for Rendered<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Diagnostic { severity, code, message, primary, secondary, hint } = self.diagnostic;
        let place = |f: &mut fmt::Formatter<'_>, location: Location| match self.sources.get(location.source) {
            Some(source) => {
                write!(f, "{}:{}", escaped(source.name()), source.position(location.span.start))
            }
            None => f.write_str("?"),
        };
        place(f, primary.location)?;
        match code {
            Some(code) => writeln!(f, ": {severity} {code}: {}", escaped(message))?,
            None => writeln!(f, ": {severity}: {}", escaped(message))?,
        }
        let margin = match self.sources.get(primary.location.source) {
            Some(source) => write_line(f, source, primary)?,
            None => 1,
        };
        for label in secondary {
            write!(f, "{:margin$} = ", "")?;
            place(f, label.location)?;
            writeln!(f, ": {}", escaped(&label.text))?;
        }
        match hint {
            Some(hint) => writeln!(f, "{:margin$} = hint: {}", "", escaped(hint)),
            None => Ok(()),
        }
    }
}

/// Screen columns of a line that are shown at most; a longer line is cut on both sides of the caret.
const SHOWN: usize = 160;

/// Writes the source line and the caret line; returns the width of the line number.
fn write_line(f: &mut fmt::Formatter<'_>, source: &Source, label: &Label) -> Result<usize, fmt::Error> {
    let span = label.location.span;
    let (line_start, line) = source.line(span.start);
    let first = usize::try_from(span.start.saturating_sub(line_start)).unwrap_or(usize::MAX).min(line.len());
    let last = first.saturating_add(span.range().len()).min(line.len());

    let number = source.position(span.start).line;
    let margin = number.checked_ilog10().map_or(1, |digits| digits + 1);
    let margin = usize::try_from(margin).unwrap_or(1);

    // A window of the line: whole if it is short, else around the caret.
    let mut window = 0..line.len();
    if line.len() > SHOWN {
        window = first.saturating_sub(SHOWN / 2)..first.saturating_add(SHOWN / 2).min(line.len());
        while !line.is_char_boundary(window.start) {
            window.start -= 1;
        }
        while !line.is_char_boundary(window.end) {
            window.end += 1;
        }
    }

    let mut shown = String::new();
    let (mut indent, mut carets) = (0, 0);
    if window.start > 0 {
        shown.push_str("...");
        indent = 3;
    }
    for (at, character) in line[window.clone()].char_indices() {
        let at = at + window.start;
        let width = match character {
            '\t' => {
                shown.push_str("    ");
                4
            }
            character if is_unsafe(character) => {
                shown.push('?');
                1
            }
            character => {
                shown.push(character);
                screen_columns(character)
            }
        };
        if at < first {
            indent += width;
        } else if at < last {
            carets += width;
        }
    }
    if window.end < line.len() {
        shown.push_str("...");
    }
    writeln!(f, "{number} | {}", shown.trim_end())?;
    write!(f, "{:margin$} | {:indent$}{:^<carets$}", "", "", "", carets = carets.max(1))?;
    match &*label.text {
        "" => f.write_char('\n')?,
        text => writeln!(f, " {}", escaped(text))?,
    }
    Ok(margin)
}

/// How many screen columns a character takes, near enough to put a caret under it: two for the East Asian and emoji
/// blocks, none for combining marks and joiners, else one.
fn screen_columns(character: char) -> usize {
    match u32::from(character) {
        0x0300..=0x036F | 0x200B..=0x200F | 0x20D0..=0x20FF | 0xFE00..=0xFE0F => 0,
        0x1100..=0x115F
        | 0x2E80..=0x303E
        | 0x3041..=0xA4CF
        | 0xAC00..=0xD7A3
        | 0xF900..=0xFAFF
        | 0xFE30..=0xFE6F
        | 0xFF00..=0xFF60
        | 0xFFE0..=0xFFE6
        | 0x1F300..=0x1FAFF
        | 0x20000..=0x3FFFD => 2,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use super::*;

    fn rendered(
        text: &'static str,
        needle: &str,
        diagnostic: impl Fn(SourceId, Span) -> Diagnostic,
    ) -> String {
        let mut sources = SourceMap::new();
        let id = sources.add("file", text).unwrap();
        let start = text.find(needle).unwrap();
        let span = Span::new(u32::try_from(start).unwrap(), u32::try_from(start + needle.len()).unwrap());
        diagnostic(id, span).render(&sources).to_string()
    }

    #[test]
    fn tabs_and_wide_characters_keep_the_caret_in_place() {
        let error = |id, span| Diagnostic::error(id, span, "wrong").with_label("here");
        assert_eq!(
            rendered("\tä 漢 x1 y", "x1", error),
            "file:1:6: error: wrong\n1 |     ä 漢 x1 y\n  |          ^^ here\n"
        );
    }

    #[test]
    fn a_span_over_several_lines_is_drawn_to_the_end_of_its_first() {
        let error = |id, span| Diagnostic::warning(id, span, "wrong").with_code(17);
        assert_eq!(
            rendered("one\r\ntwo three\nfour", "three\nfour", error),
            "file:2:5: warning 17: wrong\n2 | two three\n  |     ^^^^^\n"
        );
    }

    #[test]
    fn control_characters_are_not_sent_to_the_screen() {
        let error = |id, span| Diagnostic::error(id, span, "wrong");
        assert_eq!(rendered("\u{1b}[2J x", "x", error), "file:1:6: error: wrong\n1 | ?[2J x\n  |      ^\n");
    }

    #[test]
    fn long_lines_are_cut_around_the_caret() {
        let text: &'static str = String::leak("ö".repeat(500) + "X" + &"ö".repeat(500));
        let drawn = rendered(text, "X", |id, span| Diagnostic::error(id, span, "wrong"));
        let lines: Vec<&str> = drawn.lines().collect();
        assert!(lines[1].starts_with("1 | ...ö") && lines[1].ends_with("ö..."), "{drawn}");
        let column = |line: &str, mark: char| line.chars().position(|c| c == mark);
        assert_eq!(column(lines[1], 'X'), column(lines[2], '^'));
        assert!(lines[1].chars().count() < SHOWN + 12);
    }

    #[test]
    fn the_end_of_the_text_has_a_caret_too() {
        let mut sources = SourceMap::new();
        let id = sources.add("file", "DEF a").unwrap();
        let error = Diagnostic::error(id, Span::at(5), "expected `.`");
        assert_eq!(
            error.render(&sources).to_string(),
            "file:1:6: error: expected `.`\n1 | DEF a\n  |      ^\n"
        );
    }

    #[test]
    fn the_first_error_is_kept_past_the_limit() {
        let mut sources = SourceMap::new();
        let id = sources.add("file", "x").unwrap();
        let mut list = Diagnostics::with_limit(2);
        for _ in 0..4 {
            list.push(Diagnostic::warning(id, Span::at(0), "w"));
        }
        list.push(Diagnostic::error(id, Span::at(0), "e"));
        list.push(Diagnostic::error(id, Span::at(0), "f"));
        assert_eq!((list.as_slice().len(), list.omitted(), list.error_count()), (3, 3, 2));
        assert!(list.has_errors());
        assert!(list.render(&sources).ends_with("... and 3 more\n"));
    }
}
