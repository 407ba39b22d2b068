//! Reads a chapter of a NonStop manual: the event messages of a subsystem.
//!
//! An event begins with its number and name, `8 ZRPC-EVT-BKUP-FAIL`. These follow, in any order: its meaning; the tokens, each a
//! line with its name and then lines about it; `Tokens in Event Message` (or `Unconditional Tokens`, `Conditional Tokens`) and rows
//! `ZRPC-TKN-CPU <1> token-type ZSPI-TYP-UINT.`; `Message Text` and the text with its markers; and paragraphs that begin with
//! `Cause.`, `Effect.` and `Recovery.`.
//!
//! Such a chapter gives neither token numbers nor the number of the subsystem. The sources made of it say so: their tokens are
//! UNNUMBERED, their events ABOUT, and a system's own definitions give the numbers.

mod pages;
mod write;

use std::borrow::Cow;
use std::collections::HashSet;

use super::all_lines;
use crate::dictionary::event::Presence;
use crate::text::{Diagnostic, Diagnostics, Source, SourceId, SourceMap, Span};
use pages::PageLine;

/// A chapter of a NonStop manual: events in the order of the text.
///
/// ```
/// use zems::dictionary::EventChapter;
/// use zems::text::{Diagnostics, SourceMap};
///
/// let text = "8 ACME-EVT-FULL\nThe disk is full.\nTokens in Event Message\nACME-TKN-DISK <1> token-type ZSPI-TYP-STRING.\n\
///             Message Text\nDisk <1> is full\nRecovery. Delete files.\n";
/// let (mut sources, mut diagnostics) = (SourceMap::new(), Diagnostics::new());
/// let source = sources.add("page.txt", text)?;
/// assert!(EventChapter::is_one(text));
/// let chapter = EventChapter::parse(source, &sources, &mut diagnostics);
/// assert!(diagnostics.is_empty());
/// let event = &chapter.events[0];
/// assert_eq!((event.number, event.text.as_str(), event.recovery.as_str()), (8, "Disk <1> is full", "Delete files."));
/// assert_eq!(event.tokens[0].token_type.as_deref(), Some("ZSPI-TYP-STRING"));
/// # Ok::<(), zems::text::SourceTooLong>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct EventChapter {
    /// The common prefix of the names of all events, `ZRPC`.
    pub prefix: String,
    /// The events.
    pub events: Vec<ChapterEvent>,
}

/// An event of a chapter. A text that the chapter does not give is empty; each line of a text is a paragraph.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ChapterEvent {
    /// `ZRPC-EVT-BKUP-FAIL`.
    pub name: String,
    /// The event number.
    pub number: i16,
    /// Its meaning.
    pub description: String,
    /// The rows of its table.
    pub tokens: Vec<ChapterToken>,
    /// The text, with its markers.
    pub text: String,
    /// Why it comes.
    pub cause: String,
    /// The effect.
    pub effect: String,
    /// The action.
    pub recovery: String,
}

/// A token of an event of a chapter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ChapterToken {
    /// `ZRPC-TKN-CPU`.
    pub name: String,
    /// `ZSPI-TYP-UINT`.
    pub token_type: Option<String>,
    /// Its marker in the text, `1`.
    pub marker: Option<String>,
    /// Whether the chapter calls it unconditional or conditional.
    pub presence: Presence,
    /// The information in the chapter about it.
    pub description: String,
}

impl ChapterEvent {
    /// The token that is the subject: the one after the subject mark, else the first that is called one.
    #[must_use]
    pub fn subject(&self) -> Option<&ChapterToken> {
        let is_subject = |token: &&ChapterToken| token.name.contains("-TKN-SUBJ-");
        let mark = self.tokens.iter().position(|token| token.name == SUBJECT_MARK);
        mark.and_then(|mark| self.tokens.get(mark + 1)).or_else(|| self.tokens.iter().find(is_subject))
    }
}

const SUBJECT_MARK: &str = "ZEMS-TKN-SUBJECT-MARK";

/// The structure that a line is a part of.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Field {
    Description,
    /// About the token of this name.
    Token(String),
    Table(Presence),
    Text,
    Cause,
    Effect,
    Recovery,
    /// An event that is described a second time.
    LeftOut,
}

/// Lines that begin a part.
const TITLES: [(&str, Field); 6] = [
    ("Tokens in Event Message", Field::Table(Presence::Unstated)),
    ("Tokens in the Event Message", Field::Table(Presence::Unstated)),
    ("Unconditional Tokens", Field::Table(Presence::Required)),
    ("Conditional Tokens", Field::Table(Presence::Optional)),
    ("Message Text", Field::Text),
    ("Event Message Text", Field::Text),
];

/// Words that begin a part, a period after them.
const RUN_INS: [(&str, Field); 3] =
    [("Cause", Field::Cause), ("Effect", Field::Effect), ("Recovery", Field::Recovery)];

impl EventChapter {
    /// Whether a text is such a chapter: a line has the number and the name of an event.
    #[must_use]
    pub fn is_one(text: &str) -> bool {
        text.lines().any(|line| heading(line.trim()).is_some())
    }

    /// Reads a chapter, or a page of one. Events with errors are reported, and the others read.
    #[must_use]
    pub fn parse(source: SourceId, sources: &SourceMap, diagnostics: &mut Diagnostics) -> Self {
        let Some(text) = sources.get(source).map(Source::text) else { return Self::default() };
        let lines = pages::without_furniture(&all_lines(text));
        let chapter = Self::default();
        let mut reader = Reader {
            source,
            diagnostics,
            chapter,
            entry: None,
            row: String::new(),
            row_at: Span::at(0),
            names: HashSet::new(),
        };
        let mut is_before = false;
        for (at, line) in lines.iter().enumerate() {
            match heading(line.text) {
                Some((number, name)) => {
                    let rest = lines.get(at + 1..).unwrap_or_default();
                    if !reader.is_running_head(line, rest) {
                        reader.begin(line, number, name);
                    }
                }
                None if reader.entry.is_some() => reader.line(line),
                None if !is_before => {
                    is_before = true;
                    let problem = "this belongs to an event that begins before these pages; it is left out";
                    reader.warn(line.span(), problem);
                }
                None => {}
            }
        }
        reader.end();
        if reader.chapter.events.is_empty() && !reader.diagnostics.has_errors() {
            let problem = "there is no event: one begins with its number and name, 8 ZRPC-EVT-BKUP-FAIL";
            reader.diagnostics.push(Diagnostic::error(source, Span::at(0), problem));
        }
        reader.chapter
    }
}

/// The number and the name of an event.
fn heading(line: &str) -> Option<(i16, &str)> {
    let (number, name) = line.split_once([' ', '\t'])?;
    let number = number.strip_suffix([':', '.']).unwrap_or(number);
    let name = name.trim();
    // A name that ends with a hyphen continues in the next line: it is in a sentence.
    (is_symbol(name) && name.contains("-EVT-") && !name.ends_with('-')).then_some(())?;
    Some((number.parse().ok()?, name))
}

fn is_token_name(word: &str) -> bool {
    is_symbol(word) && (word.contains("-TKN-") || word.contains("-MAP-"))
}

/// Capital letters, digits and hyphens.
fn is_symbol(word: &str) -> bool {
    let is_of_symbol = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'-';
    word.starts_with(|c: char| c.is_ascii_uppercase()) && word.bytes().all(is_of_symbol)
}

/// The part that a line begins, and what of it is on the line.
fn part(line: &str) -> Option<(Field, &str)> {
    if let Some((_, field)) = TITLES.iter().find(|(title, _)| title.eq_ignore_ascii_case(line)) {
        return Some((field.clone(), ""));
    }
    RUN_INS.iter().find_map(|(word, field)| {
        let rest = line.strip_prefix(word)?;
        let text = rest.strip_prefix(['.', ':']).filter(|text| text.is_empty() || text.starts_with(' '));
        Some((field.clone(), text.or_else(|| rest.is_empty().then_some(""))?.trim_start()))
    })
}

struct Reader<'r> {
    source: SourceId,
    diagnostics: &'r mut Diagnostics,
    chapter: EventChapter,
    entry: Option<Entry>,
    /// The row of a table that is not complete yet.
    row: String,
    /// Where the row begins.
    row_at: Span,
    /// Of the events so far.
    names: HashSet<String>,
}

struct Entry {
    event: ChapterEvent,
    field: Field,
    /// The statements about tokens, by their names.
    about: Vec<(String, String)>,
}

impl Reader<'_> {
    /// Whether a heading is the running head of a page: that of the event that continues there, or of the first that begins there,
    /// in which case its own heading follows and what is between is about the event before.
    fn is_running_head(&self, line: &PageLine<'_>, rest: &[PageLine<'_>]) -> bool {
        if !line.begins_page {
            return false;
        }
        if let Some(entry) = &self.entry
            && heading(line.text) == Some((entry.event.number, &entry.event.name))
        {
            return true;
        }
        let ends = |line: &&PageLine<'_>| heading(line.text).is_some() || is_table(line.text);
        let next = rest.iter().find(ends);
        next.is_some_and(|next| heading(next.text) == heading(line.text) && !next.begins_page)
    }

    fn begin(&mut self, line: &PageLine<'_>, number: i16, name: &str) {
        self.end();
        let mut field = Field::Description;
        let (prefix, _) = name.split_once("-EVT-").unwrap_or((name, ""));
        if self.chapter.prefix.is_empty() {
            prefix.clone_into(&mut self.chapter.prefix);
        }
        if prefix != self.chapter.prefix {
            let hint =
                format!("the chapter is about {}: another prefix is another chapter", self.chapter.prefix);
            let problem = "the event has another prefix than the first";
            self.diagnostics.push(Diagnostic::error(self.source, line.span(), problem).with_hint(hint));
            field = Field::LeftOut;
        } else if !self.names.insert(name.to_owned()) {
            self.warn(line.span(), "the event is described a second time; the first one stays");
            field = Field::LeftOut;
        }
        let event = ChapterEvent { name: name.to_owned(), number, ..ChapterEvent::default() };
        self.entry = Some(Entry { event, field, about: Vec::new() });
    }

    fn line(&mut self, line: &PageLine<'_>) {
        let Some(entry) = &mut self.entry else { return };
        if entry.field == Field::LeftOut {
            return;
        }
        if let Some((field, text)) = part(line.text) {
            self.end_row();
            let Some(entry) = &mut self.entry else { return };
            entry.field = field;
            if !text.is_empty() {
                self.text(text, line.span());
            }
            return;
        }
        // The name of a token on a line by itself begins what is said about it.
        let may_begin = matches!(entry.field, Field::Description | Field::Token(_) | Field::Text);
        if may_begin && is_token_name(line.text) {
            entry.field = Field::Token(line.text.to_owned());
            entry.about.push((line.text.to_owned(), String::new()));
            return;
        }
        self.text(line.text, line.span());
    }

    fn text(&mut self, line: &str, span: Span) {
        let Some(entry) = &mut self.entry else { return };
        let event = &mut entry.event;
        let text = match &entry.field {
            Field::Description => &mut event.description,
            Field::Text => &mut event.text,
            Field::Cause => &mut event.cause,
            Field::Effect => &mut event.effect,
            Field::Recovery => &mut event.recovery,
            Field::Token(_) => match entry.about.last_mut() {
                Some((_, text)) => text,
                None => return,
            },
            Field::Table(_) => return self.row(line, span),
            Field::LeftOut => return,
        };
        join(text, line);
    }

    /// A row of a table, or more of one.
    fn row(&mut self, line: &str, span: Span) {
        let first = line.split_whitespace().next().unwrap_or_default();
        let goes_on = self.row.ends_with('-') || self.row.ends_with("token-type");
        if is_token_name(first.trim_end_matches(['.', ','])) && !goes_on {
            self.end_row();
            line.clone_into(&mut self.row);
            self.row_at = span;
        } else if self.row.is_empty() {
            self.warn(span, "this is not a token of the table; it is left out");
        } else {
            join(&mut self.row, line);
        }
    }

    fn end_row(&mut self) {
        let row = core::mem::take(&mut self.row);
        let mut words = row.split_whitespace();
        let Some(name) = words.next().map(|name| name.trim_end_matches(['.', ','])) else { return };
        // The word joined to a name that ended with a hyphen need not be the rest of it.
        if !is_token_name(name) || name.ends_with('-') {
            self.warn(self.row_at, "the name of this token is not whole; the row is left out");
            return;
        }
        let Some(Entry { event, field: Field::Table(presence), .. }) = &mut self.entry else { return };
        let mut token =
            ChapterToken { name: name.to_owned(), presence: *presence, ..ChapterToken::default() };
        while let Some(word) = words.next() {
            if let Some(marker) = word.strip_prefix('<').and_then(|word| word.strip_suffix('>'))
                && !marker.contains(char::is_control)
            {
                token.marker = Some(marker.to_owned());
            } else if word.eq_ignore_ascii_case("token-type") {
                let name = words.next().map(|word| word.trim_end_matches(['.', ',']));
                token.token_type = name.filter(|name| is_symbol(name)).map(str::to_owned);
            }
        }
        event.tokens.push(token);
    }

    fn end(&mut self) {
        self.end_row();
        let Some(Entry { mut event, field, about }) = self.entry.take() else { return };
        if field == Field::LeftOut {
            return;
        }
        for (name, text) in about {
            match event.tokens.iter_mut().find(|token| token.name == name) {
                Some(token) => token.description = text,
                // The table may be on a page that is not here.
                None => {
                    event.tokens.push(ChapterToken { name, description: text, ..ChapterToken::default() });
                }
            }
        }
        self.chapter.events.push(event);
    }

    fn warn(&mut self, span: Span, problem: impl Into<Cow<'static, str>>) {
        self.diagnostics.push(Diagnostic::warning(self.source, span, problem));
    }
}

fn is_table(line: &str) -> bool {
    matches!(part(line), Some((Field::Table(_) | Field::Text, _)))
}

/// Adds a line to a text. A bullet begins a paragraph; a symbol that the end of the line has divided after a hyphen is put together.
fn join(text: &mut String, line: &str) {
    let (is_bullet, rest) = match line.strip_prefix(['•', '·']) {
        Some(rest) => (true, rest.trim_start()),
        None => (false, line),
    };
    if is_bullet && !text.is_empty() {
        text.push('\n');
    }
    if is_bullet {
        text.push_str("• ");
    }
    let last = text.split_whitespace().next_back().unwrap_or_default();
    let is_divided = last.len() > 1
        && last.ends_with('-')
        && is_symbol(last.trim_start_matches(['(', '<', '"']))
        && rest.starts_with(|c: char| c.is_ascii_uppercase());
    if !is_divided && !text.is_empty() && !text.ends_with([' ', '\n']) {
        text.push(' ');
    }
    text.push_str(rest);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &'static str) -> (EventChapter, String) {
        let (mut sources, mut diagnostics) = (SourceMap::new(), Diagnostics::new());
        let source = sources.add("page", text).unwrap();
        let chapter = EventChapter::parse(source, &sources, &mut diagnostics);
        let heads = diagnostics.render(&sources);
        (chapter, heads.lines().filter(|line| line.starts_with("page:")).collect::<Vec<_>>().join("\n"))
    }

    /// Pages with running heads: that of the event that continues, and that of the first that begins.
    #[test]
    fn pages_are_put_together() {
        let (chapter, faults) = parse(
            "A Manual\nACME Events\nA Manual—123456-001\nB-1\n1 ACME-EVT-ONE\n1 ACME-EVT-ONE\nOne.\nTokens in Event Message\n\
             ACME-TKN-\nLONG <1> token-type\nZSPI-TYP-INT.\nACME-MAP-M, def ACME-DDL-M.\nConditional Tokens\n\
             ACME-TKN-C token-type ZSPI-TYP-INT2.\nMessage Text\nOne\nof <1>\nEffect. It goes\n\
             ACME Events\nA Manual—123456-001\nB-2\n2 ACME-EVT-TWO\non. See ACME-EVT-\nTWO.\nRecovery. Either:\n•\nwait, or\n• call.\n\
             2 ACME-EVT-TWO\nTwo.\nACME Events\nA Manual—123456-001\nB-3\n2 ACME-EVT-TWO\nStill two.\nMessage Text\nTwo\nCause\nNone.\n",
        );
        assert_eq!(faults, "");
        let [one, two] = &chapter.events[..] else { panic!("{chapter:?}") };
        assert_eq!((one.description.as_str(), one.text.as_str()), ("One.", "One of <1>"));
        assert_eq!(one.effect, "It goes on. See ACME-EVT-TWO.");
        assert_eq!(one.recovery, "Either:\n• wait, or\n• call.");
        let tokens: Vec<_> =
            one.tokens.iter().map(|it| (it.name.as_str(), it.token_type.as_deref(), it.presence)).collect();
        assert_eq!(
            tokens,
            [
                ("ACME-TKN-LONG", Some("ZSPI-TYP-INT"), Presence::Unstated),
                ("ACME-MAP-M", None, Presence::Unstated),
                ("ACME-TKN-C", Some("ZSPI-TYP-INT2"), Presence::Optional),
            ]
        );
        assert_eq!(one.tokens[0].marker.as_deref(), Some("1"));
        assert_eq!((two.description.as_str(), two.text.as_str()), ("Two. Still two.", "Two"));
        assert_eq!((two.cause.as_str(), two.recovery.as_str()), ("None.", ""));
    }

    #[test]
    fn faults_are_reported() {
        let (chapter, faults) = parse(
            "Some text\n-1 ACME-EVT-ONE\nTokens in Event Message\nnothing\n2 OTHER-EVT-X\nx\n-1 ACME-EVT-ONE\nagain\n",
        );
        assert_eq!((chapter.events.len(), chapter.events[0].number), (1, -1));
        assert_eq!(
            faults.lines().collect::<Vec<_>>(),
            [
                "page:1:1: warning: this belongs to an event that begins before these pages; it is left out",
                "page:4:1: warning: this is not a token of the table; it is left out",
                "page:5:1: error: the event has another prefix than the first",
                "page:7:1: warning: the event is described a second time; the first one stays",
            ]
        );
        assert!(parse("nothing\n").1.contains("error: there is no event"));
        assert!(!EventChapter::is_one("8 of them\nJSRPD_NOT_ROOT\n99999 ACME-EVT-ONE\n"));
    }
}
