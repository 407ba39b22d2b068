//! Line rules: what of a source is language, what is comment, and what is a command. [DDL 2-12, 2-18]
//!
//! The result holds a copy of the source in which everything that is not language is blank, so that the grammar sees
//! only language and every offset stays what it was.

use alloc::string::String;
use alloc::vec::Vec;

use crate::text::{Diagnostic, Diagnostics, SourceId, Span};

use crate::text::limits::ddl as limits;

/// A source after the line rules.
#[derive(Debug)]
pub(super) struct Lines {
    /// The source, same length, with comments, command lines and text beyond the last column blanked.
    pub(super) code: String,
    /// The commands that matter here, in order.
    pub(super) commands: Vec<Command>,
    /// Comments that say `provisional`.
    pub(super) provisional: Vec<Provisional>,
}

/// A command, and where its line starts.
#[derive(Debug)]
pub(super) struct Command {
    pub(super) line: u32,
    pub(super) span: Span,
    pub(super) kind: CommandKind,
}

#[derive(Debug)]
pub(super) enum CommandKind {
    /// `?SECTION name`.
    Section { name: Span },
    /// `?SOURCE file (section, ...)`; no sections: the whole file. `columns` is the number in force.
    Source { file: Span, sections: Vec<Span>, columns: u64 },
    /// `?FIELDALIGN_SHARED8` (on) and its opposite.
    Shared8(bool),
}

/// A `! provisional` comment.
#[derive(Clone, Copy, Debug)]
pub(super) struct Provisional {
    line: u32,
    at: u32,
}

impl Lines {
    /// Whether a `! provisional` comment is inside `span` or after it on its last line.
    pub(super) fn is_provisional(&self, span: Span) -> bool {
        let next = self.provisional.partition_point(|comment| comment.at < span.start);
        self.provisional.get(next).is_some_and(|comment| comment.line <= span.end)
    }
}

/// Applies the line rules to a source. `columns` is the number of significant columns it begins with.
pub(super) fn read(source: SourceId, text: &str, columns: u64, diagnostics: &mut Diagnostics) -> Lines {
    let mut columns = columns;
    let mut reader = LineReader {
        source,
        text,
        lines: Lines {
            code: String::with_capacity(text.len()),
            commands: Vec::new(),
            provisional: Vec::new(),
        },
        open_source: false,
        cut_reported: false,
        diagnostics,
    };
    let mut start = 0;
    for (number, line) in text.split_inclusive('\n').enumerate() {
        let content = line.strip_suffix('\n').unwrap_or(line);
        let content = content.strip_suffix('\r').unwrap_or(content);
        let mark = if number == 0 && line.starts_with('\u{FEFF}') { '\u{FEFF}'.len_utf8() } else { 0 };
        // A form feed is for printers, and takes no column.
        let mark = mark + (content.len() - mark - content[mark..].trim_start_matches('\x0C').len());
        reader.line(start, start + mark, &content[mark..], &mut columns);
        start += line.len();
        reader.blank_to(start);
    }
    reader.lines
}

struct LineReader<'a> {
    source: SourceId,
    text: &'a str,
    lines: Lines,
    /// The last command is a `?SOURCE` whose list of sections is not closed.
    open_source: bool,
    cut_reported: bool,
    diagnostics: &'a mut Diagnostics,
}

impl LineReader<'_> {
    fn line(&mut self, line: usize, start: usize, content: &str, columns: &mut u64) {
        let content = self.cut(start, content, *columns);
        if let Some(commands) = content.strip_prefix('?') {
            let mut scanner = CommandScanner { rest: commands, end: start + content.len() };
            self.commands(line, &mut scanner, columns);
            return;
        }
        self.open_source = false;
        if content.starts_with('*') {
            return;
        }
        // Comments begin with `!` outside strings and end with `!` or the line.
        let bytes = content.as_bytes();
        let mut at = 0;
        while let Some(skipped) = bytes[at..].iter().position(|byte| matches!(byte, b'!' | b'"' | b'\'')) {
            let mark = at + skipped;
            let close = bytes[mark + 1..].iter().position(|&byte| byte == bytes[mark]);
            let end = close.map_or(bytes.len(), |length| mark + 1 + length + 1);
            if bytes[mark] == b'!' {
                self.keep(start + at, &content[at..mark]);
                let comment = content[mark..end].trim_matches('!').trim_start();
                if starts_with_word(comment, "provisional") {
                    self.lines.provisional.push(Provisional { line: offset(line), at: offset(start + mark) });
                }
            } else {
                self.keep(start + at, &content[at..end]);
            }
            at = end;
        }
        self.keep(start + at, &content[at..]);
    }

    /// The line without what lies beyond the last column.
    fn cut<'c>(&mut self, start: usize, content: &'c str, columns: u64) -> &'c str {
        let columns = usize::try_from(columns).unwrap_or(usize::MAX);
        if content.len() <= columns {
            return content;
        }
        let Some((end, _)) = content.char_indices().nth(columns) else { return content };
        let (content, beyond) = content.split_at(end);
        let comment = content.starts_with('*') || content.contains('!');
        if !comment && !beyond.trim().is_empty() && !self.cut_reported {
            self.cut_reported = true;
            let span = Span::new(offset(start + end), offset(start + end + beyond.trim_end().len()));
            self.warn(span, alloc::format!("text beyond column {columns} is ignored"));
        }
        content
    }

    /// Copies language text; what lies before it and was not copied becomes blank.
    fn keep(&mut self, start: usize, text: &str) {
        self.blank_to(start);
        self.lines.code.push_str(text);
    }

    fn blank_to(&mut self, offset: usize) {
        const BLANKS: &str = "                                                                ";
        let mut missing = offset.saturating_sub(self.lines.code.len());
        // Line ends stay, so that the grammar can tell where a line begins.
        let ends_line = missing > 0 && self.text.as_bytes().get(offset - 1) == Some(&b'\n');
        missing -= usize::from(ends_line);
        while missing > 0 {
            let step = missing.min(BLANKS.len());
            self.lines.code.push_str(&BLANKS[..step]);
            missing -= step;
        }
        if ends_line {
            self.lines.code.push('\n');
        }
    }

    fn warn(&mut self, span: Span, message: impl Into<alloc::borrow::Cow<'static, str>>) {
        self.diagnostics.push(Diagnostic::warning(self.source, span, message));
    }

    fn error(&mut self, span: Span, message: &'static str) {
        self.diagnostics.push(Diagnostic::error(self.source, span, message));
    }

    fn commands(&mut self, line: usize, scanner: &mut CommandScanner<'_>, columns: &mut u64) {
        if self.open_source {
            self.sections(scanner);
        }
        loop {
            scanner.separators();
            let (name, span) = scanner.word();
            if name.is_empty() {
                let (argument, span) = scanner.argument();
                if argument.is_empty() {
                    return;
                }
                self.error(span, "expected the name of a command");
                continue;
            }
            let is = |known: &str| name.eq_ignore_ascii_case(known);
            let push = |reader: &mut Self, kind| {
                reader.lines.commands.push(Command { line: offset(line), span, kind });
            };
            if is("SECTION") {
                match scanner.word() {
                    ("", at) => self.error(at, "expected the name of the section"),
                    (_, name) => push(self, CommandKind::Section { name }),
                }
            } else if is("SOURCE") {
                match scanner.file() {
                    ("", at) => {
                        self.error(at, "expected the name of a file");
                        scanner.argument();
                    }
                    (_, file) => {
                        push(self, CommandKind::Source { file, sections: Vec::new(), columns: *columns });
                        self.open_source = scanner.symbol('(');
                        if self.open_source {
                            self.sections(scanner);
                        }
                    }
                }
                continue; // a second command may follow without a comma
            } else if is("COLUMNS") {
                let (number, span) = scanner.word();
                match number.parse() {
                    Ok(number) if limits::COLUMNS.contains(&number) => *columns = number,
                    _ => self.error(span, "?COLUMNS takes a number from 12 to 132"),
                }
            } else if is("FILLER") {
                if let ("0", span) = scanner.word() {
                    let message = "the algorithm of ?FILLER 0 is not known; that of ?FILLER 1 is used";
                    self.warn(span, message);
                }
            } else if is("FIELDALIGN_SHARED8") || is("NOFIELDALIGN_SHARED8") {
                push(self, CommandKind::Shared8(is("FIELDALIGN_SHARED8")));
            } else if !is_ignored(name) {
                self.warn(span, alloc::format!("unknown command ?{} is ignored", name.to_ascii_uppercase()));
            }
            scanner.argument();
        }
    }

    /// Reads names of sections up to `)`; a list that is not closed continues in the next `?` line.
    fn sections(&mut self, scanner: &mut CommandScanner<'_>) {
        loop {
            scanner.separators();
            if scanner.symbol(')') {
                self.open_source = false;
                return;
            }
            let (name, span) = scanner.word();
            if name.is_empty() {
                let (text, span) = scanner.argument();
                if !text.is_empty() {
                    self.open_source = false;
                    self.error(span, "expected the name of a section, `,` or `)`");
                }
                return;
            }
            if let Some(Command { kind: CommandKind::Source { sections, .. }, .. }) =
                self.lines.commands.last_mut()
            {
                sections.push(span);
            }
        }
    }
}

/// Reads the words of a command line.
struct CommandScanner<'a> {
    rest: &'a str,
    /// Offset of the end of the line.
    end: usize,
}

impl<'a> CommandScanner<'a> {
    fn blanks(&mut self) {
        self.rest = self.rest.trim_start();
    }

    fn separators(&mut self) {
        self.rest = self.rest.trim_start_matches(|c: char| c.is_whitespace() || c == ',' || c == ';');
    }

    fn symbol(&mut self, symbol: char) -> bool {
        self.blanks();
        let rest = self.rest.strip_prefix(symbol);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn word(&mut self) -> (&'a str, Span) {
        self.take(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
    }

    fn file(&mut self) -> (&'a str, Span) {
        self.take(|c| !c.is_whitespace() && !matches!(c, ',' | '(' | ')' | ';'))
    }

    /// The rest up to the next comma outside parentheses and strings.
    fn argument(&mut self) -> (&'a str, Span) {
        let (mut depth, mut string) = (0_u32, None);
        self.take(|c| {
            match (c, string) {
                ('"' | '\'', None) => string = Some(c),
                (c, Some(delimiter)) if c == delimiter => string = None,
                ('(', None) => depth += 1,
                (')', None) => depth = depth.saturating_sub(1),
                _ => {}
            }
            string.is_some() || depth > 0 || c != ','
        })
    }

    fn take(&mut self, mut class: impl FnMut(char) -> bool) -> (&'a str, Span) {
        self.blanks();
        let length = self.rest.find(|c| !class(c)).unwrap_or(self.rest.len());
        let (taken, rest) = self.rest.split_at(length);
        let taken = taken.trim_end();
        let start = self.end - self.rest.len();
        self.rest = rest;
        (taken, Span::new(offset(start), offset(start + taken.len())))
    }
}

/// Whether the text is this word, perhaps with other words after it.
fn starts_with_word(text: &str, word: &str) -> bool {
    text.split_at_checked(word.len()).is_some_and(|(start, rest)| {
        start.eq_ignore_ascii_case(word) && !rest.starts_with(|c: char| c.is_alphanumeric())
    })
}

/// Sources are shorter than 4 GiB.
fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// Commands of the DDL compiler that change its listings, its outputs or its dictionary, and nothing here; a name may
/// have `NO` in front.
fn is_ignored(name: &str) -> bool {
    const KNOWN: [&str; 62] = [
        "ANSICOBOL",
        "C",
        "C00CALIGN",
        "CCHECK",
        "CDEFINEUPPER",
        "CFIELDALIGN_MATCHED2",
        "CIFDEF",
        "CLISTIN",
        "CLISTOUT",
        "CLISTOUTDETAIL",
        "COBCHECK",
        "COBLEV",
        "COBOL",
        "COLUMNS",
        "COMMENTS",
        "CPRAGMA",
        "CTOKENMAP_ASDEFINE",
        "CUNDEF",
        "C_DECIMAL",
        "C_MATCH_HISTORIC_TAL",
        "DEFLIST",
        "DEPLIST",
        "DICT",
        "DICTN",
        "DICTR",
        "DO_PTAL",
        "EDIT",
        "ERRORS",
        "EXPANDC",
        "FORCHECK",
        "FORTRAN",
        "FUP",
        "HELP",
        "LINECOUNT",
        "LIST",
        "NEWFUP_FILEFORMAT",
        "OUT",
        "OUTPUT_SENSITIVE",
        "PAGE",
        "PASCAL",
        "PASCALBOUND",
        "PASCALCHECK",
        "PASCALNAMEDVARIANT",
        "REPORT",
        "RESET",
        "SAVE",
        "SETCOBOL85",
        "SETLOCALE",
        "SETSECTION",
        "SPACING",
        "SQLNULL",
        "TACL",
        "TAL",
        "TALALLOCATE",
        "TALBOUND",
        "TALCHECK",
        "TALUNDERSCORE",
        "TEDIT",
        "TIMESTAMP",
        "VALUES",
        "WARN",
        "WARNINGS",
    ];
    let name = name.to_ascii_uppercase();
    let positive = name.strip_prefix("NO").unwrap_or(&name);
    KNOWN.binary_search(&name.as_str()).is_ok() || KNOWN.binary_search(&positive).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::SourceMap;

    fn lines(text: &str) -> (Lines, String) {
        let mut sources = SourceMap::new();
        let source = sources.add("s", String::from(text)).unwrap();
        let mut diagnostics = Diagnostics::new();
        let lines = read(source, text, 132, &mut diagnostics);
        assert_eq!(lines.code.len(), text.len());
        (lines, diagnostics.render(&sources))
    }

    #[test]
    fn known_commands_are_sorted() {
        // `is_ignored` searches by halves.
        assert!(
            is_ignored("ANSICOBOL") && is_ignored("NOLIST") && is_ignored("warnings") && is_ignored("DICT")
        );
        assert!(!is_ignored("SORCE"));
    }

    /// Lines and comments: DDL Reference Manual, chapter 2.
    #[test]
    fn comments_and_commands_become_blank() {
        let text = "*a comment\n!=====!\nDEF a! one ! TYPE 'it''s !' ! two\n?LIST\n * not a comment\r\n\"open ! string\n";
        let (lines, diagnostics) = lines(text);
        assert_eq!(diagnostics, "");
        assert_eq!(
            lines.code,
            "          \n       \nDEF a        TYPE 'it''s !'      \n     \n * not a comment \n\"open ! string\n"
        );
    }

    #[test]
    fn non_ascii_comments_keep_offsets() {
        let (lines, _) = lines("\u{FEFF}A ! ä ! B\n* ü\nC");
        assert_eq!(lines.code, "   A        B\n    \nC");
    }

    #[test]
    fn text_beyond_the_columns_is_ignored() {
        let (lines, diagnostics) =
            lines("?COLUMNS 12\nDEF a TYPE BINARY 32\nDEF b ! c TYPE\n?COLUMNS 132\nDEF a TYPE BINARY");
        assert_eq!(
            lines.code,
            "           \nDEF a TYPE B        \nDEF b         \n            \nDEF a TYPE BINARY"
        );
        assert!(diagnostics.contains("s:2:13: warning: text beyond column 12 is ignored"), "{diagnostics}");
    }

    #[test]
    fn provisional_comments_belong_to_their_line() {
        let text =
            "A. ! provisional\nB.\nC. D. ! PROVISIONAL: by us !\n* ! provisional\nE. ! provisionally\n";
        let (lines, _) = lines(text);
        let is = |needle: &str| {
            let start = text.find(needle).map(offset).unwrap();
            lines.is_provisional(Span::new(start, start + 2))
        };
        assert_eq!(["A.", "B.", "C.", "D.", "E."].map(is), [true, false, true, true, false]);
    }

    #[test]
    fn commands_are_read() {
        let text = "?SECTION one\n?LIST, SOURCE $vol.sub.file (a, b,\n? c), SETSECTION x\n?source other\n?FIELDALIGN_SHARED8\n";
        let (lines, diagnostics) = lines(text);
        assert_eq!(diagnostics, "");
        let slice = |span: &Span| &text[span.range()];
        let mut found = Vec::new();
        for command in &lines.commands {
            match &command.kind {
                CommandKind::Section { name } => found.push(alloc::format!("section {}", slice(name))),
                CommandKind::Source { file, sections, .. } => {
                    let sections: Vec<&str> = sections.iter().map(slice).collect();
                    found.push(alloc::format!("source {} {sections:?}", slice(file)));
                }
                CommandKind::Shared8(on) => found.push(alloc::format!("shared8 {on}")),
            }
        }
        assert_eq!(
            found,
            ["section one", "source $vol.sub.file [\"a\", \"b\", \"c\"]", "source other []", "shared8 true"]
        );
    }

    #[test]
    fn wrong_commands_are_reported() {
        let (_, diagnostics) =
            lines("?COLUMNS 5\n?SECTION\n?SOURCE (a)\n?FILLER 0\n?SORCE x\n?SOURCE f (a ! b)\n?%\n");
        let messages: Vec<&str> = diagnostics.lines().filter(|line| line.starts_with("s:")).collect();
        assert_eq!(
            messages,
            [
                "s:1:10: error: ?COLUMNS takes a number from 12 to 132",
                "s:2:9: error: expected the name of the section",
                "s:3:9: error: expected the name of a file",
                "s:4:9: warning: the algorithm of ?FILLER 0 is not known; that of ?FILLER 1 is used",
                "s:5:2: warning: unknown command ?SORCE is ignored",
                "s:6:14: error: expected the name of a section, `,` or `)`",
                "s:7:2: error: expected the name of a command",
            ]
        );
    }
}
