//! Makes definitions of message documentation: a chapter of the Junos System Log Messages Reference, and, in [`nonstop`], one
//! of a NonStop manual.
//!
//! A chapter lists the messages of one prefix. Each entry is the message's tag on a line of its own, then fields, each a line
//! with the field's name and lines with what it says: System Log Message, Description, Type, Severity, Facility, and any number
//! of Cause and Action. The name and the beginning of the text may also share a line, with a colon or two blanks between
//! them, as `help syslog` and older editions print them.
//!
//! Print shows variables in italics, which plain text has lost. These words are taken for variables:
//!
//! * a name in angle brackets, `<error-message>`;
//! * what [`ChapterOptions::variables`] names for the message, also where it is glued to a word before it;
//! * one lower-case word in single quotation marks, `'username'`;
//! * any lower-case word with a hyphen, `error-message`, also after `0x`, that is not in [`ChapterOptions::literals`] and is not in
//!   square brackets, as the option `[-d debug-level]` of a usage line does.

pub(super) mod nonstop;
mod write;

use std::borrow::Cow;
use std::collections::HashSet;

use super::event::{FACILITIES, Message, SEVERITIES};
use crate::text::{Diagnostic, Diagnostics, Source, SourceId, SourceMap, Span};

/// The options for a chapter.
#[derive(Clone, Debug)]
#[allow(clippy::exhaustive_structs)]
pub struct ChapterOptions<'o> {
    /// Owner of the subsystem that the messages become, at most eight characters.
    pub owner: &'o str,
    /// Number of that subsystem; each prefix of an owner needs its own.
    pub number: i16,
    /// Whether the sources have description, causes and actions.
    pub describes: bool,
    /// Words that are variables of a message: its tag, and the word.
    pub variables: &'o [(&'o str, &'o str)],
    /// Words with a hyphen that are not variables.
    pub literals: &'o [&'o str],
}

impl Default for ChapterOptions<'_> {
    fn default() -> Self {
        Self { owner: "JUNIPER", number: 1, describes: true, variables: &[], literals: &[] }
    }
}

/// A chapter: the messages of one prefix, in the order of the text.
///
/// ```
/// use zems::dictionary::{Chapter, ChapterOptions};
/// use zems::text::{Diagnostics, SourceMap};
///
/// let text = "ACME_DISK_FULL\nSystem Log Message\nVolume volume-name is full\nType\nError: An error occurred\n\
///             Severity\ncritical\nFacility\nLOG_DAEMON\n";
/// let (mut sources, mut diagnostics) = (SourceMap::new(), Diagnostics::new());
/// let source = sources.add("acme.txt", text)?;
/// let options = ChapterOptions { owner: "ACME", ..ChapterOptions::default() };
/// let chapter = Chapter::parse(source, &sources, &options, &mut diagnostics);
/// assert!(!diagnostics.has_errors());
/// assert_eq!(chapter.prefix, "ACME");
/// assert!(chapter.templates(&options).contains("\"Volume <1> is full\"\n1: ACME-TKN-VOLUME-NAME\n"));
/// # Ok::<(), zems::text::SourceTooLong>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Chapter {
    /// The common prefix of all tags, without the underscore.
    pub prefix: String,
    /// The messages; their events are numbered in this order, from 1.
    pub messages: Vec<ChapterMessage>,
}

/// An entry of a chapter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ChapterMessage {
    /// `JSRPD_PID_FILE_LOCK`.
    pub tag: String,
    /// The message's text and the variables in it.
    pub text: Vec<TextPart>,
    /// Its meaning, in the words of the chapter.
    pub description: String,
    /// `error` or `event`.
    pub kind: Option<&'static str>,
    /// 0 (emergency) to 7 (debug).
    pub severity: Option<u8>,
    /// 0 (kernel) to 23 (local7).
    pub facility: Option<u8>,
    /// Why it may have come, each Cause field by itself.
    pub causes: Vec<String>,
    /// The actions, each Action field alone.
    pub actions: Vec<String>,
}

/// A piece of a message's text.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_enums)]
pub enum TextPart {
    /// As it is.
    Literal(String),
    /// The name of a variable.
    Variable(String),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum FieldName {
    Message,
    Description,
    Type,
    Severity,
    Facility,
    Cause,
    Action,
    /// The tag again, as `help syslog` prints it.
    Name,
    /// A short form of the description, in `help syslog` only.
    Help,
}

const FIELDS: [(&str, FieldName); 10] = [
    ("System Log Message", FieldName::Message),
    ("Message", FieldName::Message),
    ("Description", FieldName::Description),
    ("Type", FieldName::Type),
    ("Severity", FieldName::Severity),
    ("Facility", FieldName::Facility),
    ("Cause", FieldName::Cause),
    ("Action", FieldName::Action),
    ("Name", FieldName::Name),
    ("Help", FieldName::Help),
];

/// Names of facilities that Junos has and syslog has not, and their numbers (JUNIPER-SYSLOG-MIB; System Log Messages
/// Reference, table of facilities).
const JUNOS_FACILITIES: [(&str, u8); 11] = [
    ("kernel", 0),
    ("authorization", 4),
    ("security", 13),
    ("console", 14),
    ("dfc", 17),
    ("external", 18),
    ("firewall", 19),
    ("pfe", 20),
    ("conflict", 21),
    ("change", 22),
    ("interact", 23),
];

impl Chapter {
    /// Reads a chapter. Entries with errors are reported, and the others read; lines before the first entry are the
    /// chapter's title and introduction.
    #[must_use]
    pub fn parse(
        source: SourceId,
        sources: &SourceMap,
        options: &ChapterOptions<'_>,
        diagnostics: &mut Diagnostics,
    ) -> Self {
        let Some(text) = sources.get(source).map(Source::text) else { return Self::default() };
        let (chapter, entry, tags) = (Self::default(), None, HashSet::new());
        let mut reader = Reader { source, options, diagnostics, chapter, entry, tags };
        let mut lines = without_page_feet(all_lines(text)).into_iter().peekable();
        while let Some(line) = lines.next() {
            let is_followed = lines
                .peek()
                .and_then(|next| field(next.text))
                .is_some_and(|(name, _)| matches!(name, FieldName::Message | FieldName::Name));
            match field(line.text) {
                _ if is_tag(line.text) && is_followed => reader.begin(line),
                // `help syslog` begins an entry with its Name.
                Some((FieldName::Name, tag)) if is_tag(tag) => reader.name(line, tag),
                Some((name, rest)) => reader.field(line, name, rest),
                None => reader.more(line),
            }
        }
        reader.end();
        if reader.chapter.messages.is_empty() && !reader.diagnostics.has_errors() {
            let problem = "there is no message: an entry is a tag such as JSRPD_NOT_ROOT, then a line System Log Message";
            reader.diagnostics.push(Diagnostic::error(source, Span::at(0), problem));
        }
        reader.chapter
    }

    /// The subsystem number a chapter gets that is given none: 1 for JSRPD, whose definitions are shipped under it; for
    /// another prefix a number from 1000 to 8999 made of its letters, always the same, so that chapters do not clash.
    #[must_use]
    pub fn usual_number(&self) -> i16 {
        if self.prefix == "JSRPD" {
            return 1;
        }
        // FNV-1a.
        let hash = self
            .prefix
            .bytes()
            .fold(0x811C_9DC5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
        i16::try_from(1000 + hash % 8000).unwrap_or(1000)
    }
}

/// The names of the variables of messages, in the order they are first used.
fn variables<'m>(messages: impl IntoIterator<Item = &'m ChapterMessage>) -> Vec<&'m str> {
    let mut names = Vec::new();
    let mut known = HashSet::new();
    for part in messages.into_iter().flat_map(|message| &message.text) {
        if let TextPart::Variable(name) = part
            && known.insert(name)
        {
            names.push(name.as_str());
        }
    }
    names
}

#[derive(Clone, Copy, Debug)]
struct Line<'t> {
    text: &'t str,
    at: u32,
    /// A form feed is before it.
    begins_page: bool,
}

impl Line<'_> {
    fn span(&self) -> Span {
        Span::new(self.at, self.at.saturating_add(u32::try_from(self.text.len()).unwrap_or(u32::MAX)))
    }
}

impl Line<'_> {
    /// The offset of what is left of the line.
    fn offset_of(&self, rest: &str) -> u32 {
        let passed = self.text.len().saturating_sub(rest.len());
        self.at.saturating_add(u32::try_from(passed).unwrap_or(u32::MAX))
    }
}

/// The lines that say something, without the blanks around them.
fn lines(text: &str) -> impl Iterator<Item = Line<'_>> {
    let (mut at, mut begins_page) = (0, false);
    text.split_inclusive('\n').filter_map(move |line| {
        let blanks = line.len() - line.trim_start().len();
        begins_page |= line.contains('\x0C');
        // A source fits 32 bits.
        let begin = u32::try_from(at + blanks).unwrap_or(u32::MAX);
        let trimmed = Line { text: line.trim(), at: begin, begins_page };
        at += line.len();
        // The form feed may be on a line of its own.
        if trimmed.text.is_empty() {
            return None;
        }
        begins_page = false;
        Some(trimmed)
    })
}

/// A field that a line begins, and what follows on the line.
fn field(line: &str) -> Option<(FieldName, &str)> {
    FIELDS.iter().find_map(|(name, field)| {
        let rest = line.strip_prefix(name)?;
        let apart = rest.is_empty() || rest.starts_with([':', '\t']) || rest.starts_with("  ");
        apart.then(|| (*field, rest.trim_start_matches(':').trim()))
    })
}

/// Capital letters and digits, in at least two words joined by underscores.
fn is_tag(line: &str) -> bool {
    let is_word = |word: &str| {
        !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
    };
    line.starts_with(|c: char| c.is_ascii_uppercase()) && line.contains('_') && line.split('_').all(is_word)
}

struct Reader<'r> {
    source: SourceId,
    options: &'r ChapterOptions<'r>,
    diagnostics: &'r mut Diagnostics,
    chapter: Chapter,
    entry: Option<Entry>,
    /// Of the messages so far.
    tags: HashSet<String>,
}

struct Entry {
    tag: Span,
    message: ChapterMessage,
    text: String,
    text_at: Option<Span>,
    field: Option<FieldName>,
}

impl Reader<'_> {
    fn begin(&mut self, line: Line<'_>) {
        self.end();
        let message = ChapterMessage { tag: line.text.to_owned(), ..ChapterMessage::default() };
        let (text, text_at, field) = (String::new(), None, None);
        self.entry = Some(Entry { tag: line.span(), message, text, text_at, field });
    }

    fn name(&mut self, line: Line<'_>, tag: &str) {
        if self.entry.as_ref().is_none_or(|entry| entry.message.tag != tag) {
            let at = line.offset_of(tag);
            self.begin(Line { text: tag, at, begins_page: false });
        }
    }

    fn field(&mut self, line: Line<'_>, field: FieldName, rest: &str) {
        let Some(entry) = &mut self.entry else { return };
        entry.field = Some(field);
        match field {
            FieldName::Message if entry.text_at.is_some() => {
                self.warn(line.span(), "the message has its text already; this one is left out");
                if let Some(entry) = &mut self.entry {
                    entry.field = Some(FieldName::Help);
                }
                return;
            }
            FieldName::Message => entry.text_at = Some(line.span()),
            FieldName::Cause => entry.message.causes.push(String::new()),
            FieldName::Action => entry.message.actions.push(String::new()),
            _ => {}
        }
        if !rest.is_empty() {
            let at = line.offset_of(rest);
            let end = rest.len();
            let rest = line.text.get(line.text.len() - end..).unwrap_or_default();
            self.more(Line { text: rest, at, begins_page: false });
        }
    }

    fn more(&mut self, line: Line<'_>) {
        let Some(entry) = &mut self.entry else { return };
        let message = &mut entry.message;
        match entry.field {
            Some(FieldName::Message) => join(&mut entry.text, line.text),
            Some(FieldName::Description) => join(&mut message.description, line.text),
            Some(FieldName::Cause) => {
                message.causes.last_mut().into_iter().for_each(|text| join(text, line.text));
            }
            Some(FieldName::Action) => {
                message.actions.last_mut().into_iter().for_each(|text| join(text, line.text));
            }
            Some(FieldName::Type) => self.kind(line),
            Some(FieldName::Severity) => self.severity(line),
            Some(FieldName::Facility) => self.facility(line),
            Some(FieldName::Name | FieldName::Help) => {}
            None => {
                self.warn(line.span(), "this stands before the first field of its message and is left out");
            }
        }
    }

    fn kind(&mut self, line: Line<'_>) {
        let word = line.text.split([':', ' ']).next().unwrap_or_default();
        let known = [Message::ERROR, Message::EVENT].into_iter().find(|kind| kind.eq_ignore_ascii_case(word));
        match (known, &mut self.entry) {
            (Some(kind), Some(entry)) => entry.message.kind = Some(kind),
            _ => self.warn(line.span(), "a type begins with Error or with Event; the message gets none"),
        }
    }

    fn severity(&mut self, line: Line<'_>) {
        // Abbreviations are those of the configuration language and of syslog.h.
        const ALSO: [(&str, u8); 5] =
            [("emerg", 0), ("crit", 2), ("err", 3), ("warn", 4), ("informational", 6)];
        let word = line.text.to_ascii_lowercase();
        let word = word.strip_prefix("log_").unwrap_or(&word);
        match (number(word, &SEVERITIES, &ALSO), &mut self.entry) {
            (Some(severity), Some(entry)) => entry.message.severity = Some(severity),
            _ => {
                self.error(
                    line.span(),
                    "this is not a severity",
                    format!("one of {}", SEVERITIES.join(", ")),
                );
            }
        }
    }

    fn facility(&mut self, line: Line<'_>) {
        let word = line.text.to_ascii_lowercase();
        let word = word.strip_prefix("log_").unwrap_or(&word);
        match (number(word, &FACILITIES, &JUNOS_FACILITIES), &mut self.entry) {
            (Some(facility), Some(entry)) => entry.message.facility = Some(facility),
            _ => self.error(
                line.span(),
                "this is not a facility",
                "LOG_DAEMON, or another name of syslog.h or of Junos with LOG_ before it".to_owned(),
            ),
        }
    }

    fn end(&mut self) {
        let Some(mut entry) = self.entry.take() else { return };
        if entry.text.is_empty() {
            self.error(
                entry.text_at.unwrap_or(entry.tag),
                "the message has no text",
                "its text stands below the line System Log Message".to_owned(),
            );
            return;
        }
        let prefix = entry.message.tag.split('_').next().unwrap_or_default();
        if self.chapter.prefix.is_empty() {
            prefix.clone_into(&mut self.chapter.prefix);
        }
        if prefix != self.chapter.prefix {
            let hint =
                format!("the chapter is about {}: another prefix is another chapter", self.chapter.prefix);
            self.error(entry.tag, "the message has another prefix than the first", hint);
            return;
        }
        if !self.tags.insert(entry.message.tag.clone()) {
            self.warn(entry.tag, "the message is described a second time; the first one stays");
            return;
        }
        entry.message.text = self.parts(&entry.message.tag, &entry.text);
        self.chapter.messages.push(entry.message);
    }

    /// Text and variables.
    fn parts(&self, tag: &str, text: &str) -> Vec<TextPart> {
        let mut named: Vec<_> =
            self.options.variables.iter().filter(|(of, _)| *of == tag).map(|(_, name)| *name).collect();
        named.sort_by_key(|name| core::cmp::Reverse(name.len()));
        let mut parts = Vec::new();
        let mut literal = String::new();
        let (mut rest, mut in_brackets, mut is_inside_word) = (text, false, false);
        while let Some(first) = rest.chars().next() {
            let named = named.iter().copied().find(|name| is_named(name, rest, is_inside_word));
            let variable = bracketed(rest).or_else(|| named.map(|name| (name, name.len()))).or_else(|| {
                // Looked at once for every word: there may be one of any length.
                let word = if in_brackets || is_inside_word {
                    None
                } else if literal.ends_with('\'') {
                    quoted_word(rest).or_else(|| hyphenated(rest))
                } else {
                    hyphenated(rest)
                }?;
                (!self.options.literals.contains(&word)).then_some((word, word.len()))
            });
            if let Some((name, len)) = variable {
                if !literal.is_empty() {
                    parts.push(TextPart::Literal(core::mem::take(&mut literal)));
                }
                parts.push(TextPart::Variable(name.to_owned()));
                rest = rest.get(len..).unwrap_or_default();
                is_inside_word = false;
                continue;
            }
            match first {
                '[' => in_brackets = true,
                ']' => in_brackets = false,
                _ => {}
            }
            // A number in hexadecimal has its prefix in the text.
            let after_prefix = first == 'x' && literal.ends_with('0') && !ends_in_word(&literal);
            is_inside_word = is_of_word(first) && !after_prefix;
            literal.push(if first.is_control() { ' ' } else { first });
            rest = rest.get(first.len_utf8()..).unwrap_or_default();
        }
        if !literal.is_empty() {
            parts.push(TextPart::Literal(literal));
        }
        parts
    }

    fn warn(&mut self, span: Span, problem: impl Into<Cow<'static, str>>) {
        self.diagnostics.push(Diagnostic::warning(self.source, span, problem));
    }

    fn error(&mut self, span: Span, problem: &'static str, hint: String) {
        self.diagnostics.push(Diagnostic::error(self.source, span, problem).with_hint(hint));
    }
}

fn join(text: &mut String, line: &str) {
    if !text.is_empty() {
        text.push(' ');
    }
    text.push_str(line);
}

fn number(word: &str, names: &[&str], also: &[(&str, u8)]) -> Option<u8> {
    let also = also.iter().find(|(name, _)| *name == word).map(|(_, number)| *number);
    also.or_else(|| names.iter().position(|name| *name == word).and_then(|at| u8::try_from(at).ok()))
}

const fn is_of_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '-' || c == '_'
}

/// `<name>`, and its length with the brackets.
fn bracketed(text: &str) -> Option<(&str, usize)> {
    let inside = text.strip_prefix('<')?;
    let (name, behind) = inside.split_at(inside.find(|c| !is_of_word(c))?);
    let is_part = |part: &str| !part.is_empty();
    (behind.starts_with('>') && name.split(['-', '_']).all(is_part)).then_some((name, name.len() + 2))
}

/// Whether a name is here; one without a hyphen only as a word of its own.
fn is_named(name: &str, text: &str, is_inside_word: bool) -> bool {
    let behind = text.strip_prefix(name).map(|rest| rest.chars().next());
    behind.is_some_and(|next| !next.is_some_and(is_of_word)) && (!is_inside_word || name.contains('-'))
}

/// Whether the `0` at the end of a text is part of a longer word.
fn ends_in_word(text: &str) -> bool {
    text.strip_suffix('0').is_some_and(|rest| rest.ends_with(is_of_word))
}

/// A whole lower-case word that a quotation mark follows.
fn quoted_word(text: &str) -> Option<&str> {
    let end = text.find(|c| !is_of_word(c))?;
    let (word, behind) = text.split_at(end);
    let is_part = |part: &str| {
        !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    };
    let begins = word.starts_with(|c: char| c.is_ascii_lowercase());
    (begins && behind.starts_with('\'') && word.split(['-', '_']).all(is_part)).then_some(word)
}

/// The lines of a text, in a vector that does not grow: one that does takes three times as much.
fn all_lines(text: &str) -> Vec<Line<'_>> {
    let mut all = Vec::with_capacity(lines(text).count());
    all.extend(lines(text));
    all
}

/// The lines without those that printing puts at the foot and the head of a page: a copyright, a page number, the title of
/// the book or of the chapter with a page number.
fn without_page_feet(all: Vec<Line<'_>>) -> Vec<Line<'_>> {
    let titles: HashSet<&str> = all.iter().filter_map(|line| running_title(line.text)).collect();
    let mut kept = Vec::with_capacity(all.len());
    for (at, line) in all.iter().enumerate() {
        // A number alone is one of a page only beside another line of this kind, or where a page begins or ends.
        let beside = [at.checked_sub(1), Some(at + 1)].into_iter().flatten().filter_map(|at| all.get(at));
        let begins_page = |line: &&Line<'_>| line.begins_page;
        let is_between = line.begins_page || all.get(at + 1).as_ref().is_some_and(begins_page);
        let is_foot = is_running_title(line.text)
            // The other page may have the title without a number.
            || titles.contains(line.text)
            || is_page_number(line.text)
                && (is_between || beside.into_iter().any(|line| is_running_title(line.text)));
        if !is_foot {
            kept.push(*line);
        }
    }
    kept
}

/// The title of a line that has one and the number of a page.
fn running_title(line: &str) -> Option<&str> {
    let line = line.trim();
    let first = line.split_whitespace().next()?;
    let last = line.split_whitespace().last()?;
    let title = match () {
        () if !is_running_title(line) || line.contains("Copyright") => return None,
        () if is_page_number(first) => line.strip_prefix(first)?,
        () => line.strip_suffix(last)?,
    };
    Some(title.trim_matches([' ', '\t', '|', '\u{2022}', '-'])).filter(|title| !title.is_empty())
}

fn is_running_title(line: &str) -> bool {
    let words: Vec<_> = line.split_whitespace().collect();
    let [first, .., last] = words[..] else { return false };
    let has_number = is_page_number(first) || is_page_number(last);
    let is_copyright = line.contains("Copyright")
        && (line.contains('\u{a9}') || line.contains("(c)") || line.contains("(C)"));
    let is_title = line.contains("System Log Messages")
        || line.contains("Messages Reference")
        || line.starts_with("Chapter ");
    is_copyright || has_number && is_title
}

/// Digits, or the small Roman numerals of an introduction.
fn is_page_number(word: &str) -> bool {
    let is_roman = |word: &str| word.bytes().all(|byte| matches!(byte, b'i' | b'v' | b'x' | b'l'));
    (1..=5).contains(&word.len()) && (word.bytes().all(|byte| byte.is_ascii_digit()) || is_roman(word))
}

/// A whole lower-case word with a hyphen inside.
fn hyphenated(text: &str) -> Option<&str> {
    let word = text.get(..text.find(|c| !is_of_word(c)).unwrap_or(text.len()))?;
    let is_part = |part: &str| {
        !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    };
    let begins = word.starts_with(|c: char| c.is_ascii_lowercase());
    (begins && word.contains('-') && word.split('-').all(is_part)).then_some(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &'static str, options: &ChapterOptions<'_>) -> (Chapter, String) {
        let (mut sources, mut diagnostics) = (SourceMap::new(), Diagnostics::new());
        let source = sources.add("chapter", text).unwrap();
        let chapter = Chapter::parse(source, &sources, options, &mut diagnostics);
        (chapter, diagnostics.render(&sources).to_string())
    }

    fn shown(message: &ChapterMessage) -> String {
        let part = |part: &TextPart| match part {
            TextPart::Literal(text) => text.clone(),
            TextPart::Variable(name) => format!("<{name}>"),
        };
        message.text.iter().map(part).collect()
    }

    #[test]
    fn causes_and_actions_repeat_and_text_may_share_a_line() {
        let text = "A_ONE\nSystem Log Message  Lost peer-name\nDescription: it went\naway\nType: Event: x\nSeverity\tnotice\n\
                    Cause\nfirst\nCause\nsecond,\n with more\nAction\nnone\nFacility\nLOG_PFE\n";
        let (chapter, faults) = parse(text, &ChapterOptions::default());
        assert_eq!(faults, "");
        let message = &chapter.messages[0];
        assert_eq!(shown(message), "Lost <peer-name>");
        assert_eq!(message.description, "it went away");
        assert_eq!((message.kind, message.severity, message.facility), (Some("event"), Some(5), Some(20)));
        assert_eq!(
            (&message.causes[..], &message.actions[..]),
            (&["first".into(), "second, with more".into()][..], &["none".into()][..])
        );
    }

    #[test]
    fn what_help_syslog_prints_is_an_entry() {
        let text = "Name:          A_ONE\nMessage:       Lost <peer>\nHelp:          short\nDescription:   Long\n\
                    Type:          Error: x\nSeverity:      error\n\nName: A_TWO\nMessage: Two\nSeverity: warning\n";
        let (chapter, faults) = parse(text, &ChapterOptions::default());
        assert_eq!(faults, "");
        let all: Vec<_> = chapter.messages.iter().map(|m| (m.tag.as_str(), shown(m), m.severity)).collect();
        assert_eq!(all, [("A_ONE", "Lost <peer>".into(), Some(3)), ("A_TWO", "Two".into(), Some(4))]);
    }

    #[test]
    fn variables_are_distinguished_from_text() {
        let options = ChapterOptions {
            variables: &[("A_ONE", "chassis-id"), ("A_ONE", "state"), ("A_ONE", "reason")],
            literals: &["non-root"],
            ..ChapterOptions::default()
        };
        let text = "A_ONE\nSystem Log Message\nNodechassis-id state due to reason, restated\n\
                    A_TWO\nSystem Log Message\nUsage: x [-d debug-level], non-root user-name state a-B -c d- IPv4-x <b>\n";
        let (chapter, faults) = parse(text, &options);
        assert_eq!(faults, "");
        assert_eq!(shown(&chapter.messages[0]), "Node<chassis-id> <state> due to <reason>, restated");
        assert_eq!(
            shown(&chapter.messages[1]),
            "Usage: x [-d debug-level], non-root <user-name> state a-B -c d- IPv4-x <b>"
        );
    }

    #[test]
    fn faults_name_their_place() {
        let text = "A_ONE\nSystem Log Message\nSeverity\nworse\nB_TWO\nSystem Log Message\nx\nFacility\nLOG_NONE\n\
                    B_TWO\nSystem Log Message\ny\nType\nOther\nC_THREE\nSystem Log Message\nz\n";
        let (chapter, faults) = parse(text, &ChapterOptions::default());
        assert_eq!(chapter.messages.len(), 1);
        let heads: Vec<_> = faults.lines().filter(|line| line.starts_with("chapter:")).collect();
        assert_eq!(
            heads,
            [
                "chapter:4:1: error: this is not a severity",
                "chapter:2:1: error: the message has no text",
                "chapter:9:1: error: this is not a facility",
                "chapter:14:1: warning: a type begins with Error or with Event; the message gets none",
                "chapter:10:1: warning: the message is described a second time; the first one stays",
                "chapter:15:1: error: the message has another prefix than the first",
            ]
        );
        let (_, faults) = parse("nothing\n", &ChapterOptions::default());
        assert!(faults.starts_with("chapter:1:1: error: there is no message"), "{faults}");
    }
}
