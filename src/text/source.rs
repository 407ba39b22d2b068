use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use super::{Span, limits};

/// Names one source of a [`SourceMap`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourceId(u32);

/// The sources of one compilation, each with the name diagnostics show.
#[derive(Clone, Debug, Default)]
pub struct SourceMap {
    sources: Vec<Source>,
    /// Bytes of all of them.
    bytes: usize,
}

impl SourceMap {
    /// No sources yet.
    #[must_use]
    pub const fn new() -> Self {
        Self { sources: Vec::new(), bytes: 0 }
    }

    /// Adds a source. Text compiled into the program (`&'static str`) is borrowed, a `String` is taken over.
    ///
    /// # Errors
    /// The text is longer than [`limits::SOURCE`], or all of them together than [`limits::SOURCES`].
    pub fn add(
        &mut self,
        name: impl Into<Cow<'static, str>>,
        text: impl Into<Cow<'static, str>>,
    ) -> Result<SourceId, SourceTooLong> {
        let (name, text) = (name.into(), text.into());
        if text.len() > limits::SOURCE {
            return Err(SourceTooLong { name, limit: limits::SOURCE });
        }
        let bytes = self.bytes.saturating_add(text.len());
        match u32::try_from(self.sources.len()) {
            Ok(id) if bytes <= limits::SOURCES => {
                self.sources.push(Source { name, text });
                self.bytes = bytes;
                Ok(SourceId(id))
            }
            _ => Err(SourceTooLong { name, limit: limits::SOURCES }),
        }
    }

    /// Forgets the sources that were added after the first `len`: for those who try something with more of them.
    #[cfg(feature = "std")]
    pub(crate) fn truncate(&mut self, len: usize) {
        let forgotten = self.sources.get(len..).unwrap_or_default();
        self.bytes -= forgotten.iter().map(|source| source.text.len()).sum::<usize>();
        self.sources.truncate(len);
    }

    /// The source of this id; `None` if the id belongs to another map.
    #[must_use]
    pub fn get(&self, id: SourceId) -> Option<&Source> {
        self.sources.get(usize::try_from(id.0).ok()?)
    }

    /// All sources in the order they were added.
    pub fn iter(&self) -> impl Iterator<Item = (SourceId, &Source)> {
        (0..).map(SourceId).zip(&self.sources)
    }

    /// The first source of this name. Upper and lower case differ.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<SourceId> {
        self.iter().find(|(_, source)| source.name == name).map(|(id, _)| id)
    }
}

/// One named text.
#[derive(Clone, Debug)]
pub struct Source {
    name: Cow<'static, str>,
    text: Cow<'static, str>,
}

impl Source {
    /// The name diagnostics show, usually a path.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The whole text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text of a span; empty if the span does not lie on this source's character boundaries.
    #[must_use]
    pub fn slice(&self, span: Span) -> &str {
        self.text.get(span.range()).unwrap_or("")
    }

    /// Line and column of a byte offset. An offset past the end counts as the end. Takes time in proportion to the
    /// offset: it is meant for the few places a person is reported about.
    #[must_use]
    pub fn position(&self, offset: u32) -> Position {
        let before = self.before(offset);
        let line = before.bytes().filter(|&byte| byte == b'\n').count();
        let column = before[line_start(before)..].chars().count();
        let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX).saturating_add(1);
        Position { line: count(line), column: count(column) }
    }

    /// The line that holds a byte offset: where it starts, and its text without the line end.
    #[must_use]
    pub fn line(&self, offset: u32) -> (u32, &str) {
        let start = line_start(self.before(offset));
        let rest = &self.text[start..];
        let line = rest.split('\n').next().unwrap_or(rest);
        (u32::try_from(start).unwrap_or(u32::MAX), line.strip_suffix('\r').unwrap_or(line))
    }

    /// The text before an offset, moved back to a character boundary.
    fn before(&self, offset: u32) -> &str {
        let mut end = Span::at(offset).range().end.min(self.text.len());
        while !self.text.is_char_boundary(end) {
            end -= 1;
        }
        &self.text[..end]
    }
}

fn line_start(before: &str) -> usize {
    before.rfind('\n').map_or(0, |newline| newline + 1)
}

/// Line and column of a place, both counted from 1; a column is a character, not a byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// The line.
    pub line: u32,
    /// The character in the line.
    pub column: u32,
}

impl fmt::Display for Position {
    /// `line:column`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.line, self.column)
    }
}

/// A source that is longer than a source may be, or with which all of them together are.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SourceTooLong {
    /// The name the source would have had.
    pub name: Cow<'static, str>,
    /// [`limits::SOURCE`], or [`limits::SOURCES`] for all sources together.
    pub limit: usize,
}

impl fmt::Display for SourceTooLong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let limit = self.limit >> 20;
        match self.limit {
            limits::SOURCE => {
                write!(f, "{}: the source is too long: at most {limit} MiB are read", self.name)
            }
            _ => write!(f, "{}: the sources are too long: at most {limit} MiB are read in all", self.name),
        }
    }
}

impl core::error::Error for SourceTooLong {}

/// Finds the text a `?SOURCE` line names. Implemented by the caller, who knows about files.
///
/// A command line looks beside the including file, then in its include directories, drops a `$VOLUME.SUBVOLUME.`
/// prefix and ignores case.
pub trait SourceLoader {
    /// The file `name` as written in the source called `including`: its full name (equal names are the same source,
    /// and the name diagnostics show) and its text; `None` if there is no such file.
    fn load(&self, including: &str, name: &str) -> Option<(String, String)>;

    /// Why [`Self::load`] does not open a file, although there may be one: a sentence without a full stop. `None` if there is
    /// just no such file.
    fn refusal(&self, including: &str, name: &str) -> Option<String> {
        let _ = (including, name);
        None
    }
}

/// Finds nothing: every `?SOURCE` line is an error.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoLoader;

impl SourceLoader for NoLoader {
    fn load(&self, _including: &str, _name: &str) -> Option<(String, String)> {
        None
    }
}

impl<F> SourceLoader for F
where
    F: Fn(&str, &str) -> Option<(String, String)>,
{
    fn load(&self, including: &str, name: &str) -> Option<(String, String)> {
        self(including, name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(text: &'static str) -> Source {
        Source { name: "s".into(), text: text.into() }
    }

    #[test]
    fn columns_count_characters() {
        let source = source("ab\r\n\täö x\nlast");
        let x = u32::try_from(source.text().find('x').unwrap()).unwrap();
        assert_eq!(source.position(x), Position { line: 2, column: 5 });
        assert_eq!(source.line(x), (4, "\täö x"));
        assert_eq!(source.position(0), Position { line: 1, column: 1 });
        assert_eq!(source.line(0), (0, "ab"));
    }

    #[test]
    fn offsets_inside_characters_and_past_the_end() {
        let source = source("ä\nb");
        assert_eq!(source.position(1), Position { line: 1, column: 1 });
        assert_eq!(source.position(99), Position { line: 2, column: 2 });
        assert_eq!(source.line(99), (3, "b"));
        assert_eq!(source.slice(Span::new(1, 2)), "");
    }

    #[test]
    fn sources_are_found_by_name() {
        let mut map = SourceMap::new();
        let a = map.add("a", "1").unwrap();
        let b = map.add(String::from("b"), String::from("2")).unwrap();
        assert_eq!(map.find("b"), Some(b));
        assert_eq!(map.find("c"), None);
        assert_eq!(map.get(a).unwrap().text(), "1");
        assert_eq!(map.iter().count(), 2);
    }
}
