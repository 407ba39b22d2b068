use core::fmt;

/// The kind of a source, by its content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SourceKind {
    /// The Data Definition Language.
    Ddl,
    /// A C header that the DDL compiler made from definitions.
    CHeader,
    /// Facts about events and subsystems; their form is at the top of `builtin/subsystems.events`.
    Events,
    /// A template source. A dictionary takes its SSNAME; its templates are for the layer of templates.
    Template,
    /// A source of the EMS filter language, or a filter table. It defines nothing.
    Filter,
    /// Definitions in TAL, as the DDL compiler makes them.
    Tal,
    /// Definitions in TACL, as the DDL compiler makes them, and other TACL macros.
    Tacl,
    /// Definitions in COBOL, as the DDL compiler makes them.
    Cobol,
    /// Definitions in Pascal, as the DDL compiler makes them.
    Pascal,
    /// No text.
    Binary,
    /// None of these.
    Unknown,
}

/// First words of statements, and what they show.
const DDL: [&str; 7] = ["CONSTANT", "DEF", "DEFINITION", "TOKEN-TYPE", "TOKEN-CODE", "TOKEN-MAP", "RECORD"];
const EVENTS: [&str; 12] = [
    "SUBSYSTEM",
    "SSID",
    "EVENT",
    "ABOUT",
    "TOKEN",
    "UNNUMBERED",
    "MESSAGE",
    "ALIAS",
    "NODE",
    "LAYOUT",
    "FIELD",
    "FLAG",
];
const TEMPLATE: [&str; 9] =
    ["VERSION", "DICT", "SSID", "SSNAME", "SHARED_SSID", "DO_COMMON", "FORMAT", "DEF_ENUM", "MSG"];
const C: [&str; 7] = ["typedef", "struct", "union", "enum", "static", "extern", "const"];
/// Words that come alone before declarations of Pascal.
const PASCAL: [&str; 3] = ["CONST", "TYPE", "VAR"];
/// Commands that only one language has.
const DDL_COMMANDS: [&str; 8] = ["DICT", "SETSECTION", "COLUMNS", "TAL", "COBOL", "PASCAL", "C", "FILLER"];
/// The directives of filter tables and burst filters.
pub(crate) const TABLE_DIRECTIVES: [&str; 20] = [
    "COMMENT", "PASS", "FAIL", "EMPHASIS", "USER", "START", "STOP", "STYPE", "UTYPE", "PROCESS", "NODE",
    "CPU", "PIN", "SUPPRESS", "N", "T1", "T2", "T3", "S", "L",
];
const C_DIRECTIVES: [&str; 11] =
    ["define", "pragma", "include", "ifndef", "ifdef", "if", "endif", "undef", "else", "elif", "error"];

impl SourceKind {
    /// Tells what a text is.
    ///
    /// ```
    /// use zems::dictionary::SourceKind;
    ///
    /// assert_eq!(SourceKind::of("! numbers\n?SECTION a\nCONSTANT x VALUE 1."), SourceKind::Ddl);
    /// assert_eq!(SourceKind::of("#define ZXXX_TNM_Y 1"), SourceKind::CHeader);
    /// assert_eq!(SourceKind::of("== texts\nSSID: ZXXX-VAL-SSID"), SourceKind::Template);
    /// assert_eq!(SourceKind::of("SSID ZXXX-VAL-SSID"), SourceKind::Events);
    /// ```
    #[must_use]
    pub fn of(text: &str) -> Self {
        if is_binary(text) {
            return Self::Binary;
        }
        let (mut comment, mut has_commands, mut misses) = (None, false, 0);
        for line in text.trim_start_matches('\u{feff}').lines() {
            let line = line.trim_start_matches('\x0C');
            let text = line.trim_matches(|c: char| c.is_whitespace() || matches!(c, '\0' | '\x1A'));
            // Comments that may go on over lines: those of C, and those of Pascal and TACL.
            let opened = match text {
                text if text.starts_with("/*") => Some("*/"),
                text if text.starts_with('{') && !text.starts_with("{\"") => Some("}"),
                _ => None,
            };
            if let Some(end) = comment.or(opened) {
                comment = if text.contains(end) { None } else { Some(end) };
                continue;
            }
            has_commands |= line.starts_with('?');
            match kind_of_line(line) {
                Line::DataType(kind) => return kind,
                Line::Silent => {}
                // A misspelt word is not a reason to take definitions for something else, prose is.
                Line::Other => misses += 1,
            }
            if misses == MISSES {
                return Self::Unknown;
            }
        }
        if has_commands && misses == 0 { Self::Ddl } else { Self::Unknown }
    }

    /// Whether a dictionary or templates can be made of it.
    #[must_use]
    pub const fn is_definition(self) -> bool {
        matches!(self, Self::Ddl | Self::CHeader | Self::Events | Self::Template)
    }

    /// Tells what a text is, and if the text does not say, what its file's name says: files of definitions end in `DDL`.
    #[must_use]
    pub fn of_file(name: &str, text: &str) -> Self {
        const ENDS: [(&str, SourceKind); 5] = [
            ("ddl", SourceKind::Ddl),
            (".h", SourceKind::CHeader),
            (".events", SourceKind::Events),
            (".tmpl", SourceKind::Template),
            (".filter", SourceKind::Filter),
        ];
        let name = name.to_ascii_lowercase();
        let by_name = || ENDS.iter().find(|(end, _)| name.ends_with(end)).map(|(_, kind)| *kind);
        match Self::of(text) {
            Self::Unknown => by_name().unwrap_or(Self::Unknown),
            kind => kind,
        }
    }

    /// The display name of it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ddl => "DDL source",
            Self::CHeader => "C header",
            Self::Events => "event facts",
            Self::Template => "template source",
            Self::Filter => "filter source",
            Self::Tal => "TAL source",
            Self::Tacl => "TACL source",
            Self::Cobol => "COBOL source",
            Self::Pascal => "Pascal source",
            Self::Binary => "binary file",
            Self::Unknown => "unknown",
        }
    }
}

impl fmt::Display for SourceKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// Statements of no known language before a text is taken for something else.
const MISSES: u8 = 2;

/// The content of a line.
enum Line {
    DataType(SourceKind),
    /// A comment, a blank line, or a command that several languages have.
    Silent,
    /// A statement of none of the languages.
    Other,
}

/// Whether a text is a binary file: of its first characters, more than an eighth are control characters. The NULs that fill
/// a file up at its end do not count.
fn is_binary(text: &str) -> bool {
    // Neither a byte order mark nor line ends at the end say anything about the rest.
    let text = text.trim_start_matches('\u{feff}').trim_end_matches('\n');
    let text = text.trim_end_matches('\0');
    let is_odd = |c: &char| c.is_control() && !c.is_whitespace() && *c != '\x1A';
    let (all, odd) = text
        .chars()
        .take(1024)
        .fold((0, 0), |(all, odd): (u32, u32), c| (all + 1, odd + u32::from(is_odd(&c))));
    odd > all / 8
}

/// The information in the first words of a line.
fn kind_of_line(line: &str) -> Line {
    let text = line.trim_matches(|c: char| c.is_whitespace() || matches!(c, '\0' | '\x1A'));
    let begins_with = |text: &str, words: &[&str]| words.iter().any(|word| is_word(text, word));
    let is_comment = text.starts_with(['!', '*']) || text.starts_with("==") || text.starts_with("--");
    if text.is_empty() || is_comment {
        return Line::Silent;
    }
    if let Some(directive) = text.strip_prefix('#') {
        let is_c = begins_with(directive.trim_start(), &C_DIRECTIVES);
        return Line::DataType(if is_c { SourceKind::CHeader } else { SourceKind::Filter });
    }
    if let Some(command) = line.strip_prefix('?') {
        let command = command.trim_start();
        if is_tacl_command(command) {
            return Line::DataType(SourceKind::Tacl);
        }
        let kinds = [(&DDL_COMMANDS[..], SourceKind::Ddl), (&TABLE_DIRECTIVES[..], SourceKind::Filter)];
        let known = kinds.iter().find(|(words, _)| begins_with(command, words)).map(|(_, kind)| *kind);
        return known.map_or(Line::Silent, Line::DataType);
    }
    let has_colon =
        |word: &&str| text.get(word.len()..).is_some_and(|rest| rest.trim_start().starts_with(':'));
    let is_c = C.iter().any(|word| text.strip_prefix(word).is_some_and(|rest| !starts_with_name(rest)));
    let kind = if is_filter(text) {
        SourceKind::Filter
    } else if begins_with(text, &DDL) || is_spaced_token_statement(text) {
        SourceKind::Ddl
    } else if TEMPLATE.iter().filter(|word| is_word(text, word)).any(has_colon) {
        SourceKind::Template
    } else if begins_with(text, &EVENTS) && names_something(text) {
        SourceKind::Events
    } else if is_tal(text) {
        SourceKind::Tal
    } else if is_c || text.starts_with("//") {
        SourceKind::CHeader
    } else if is_cobol(text) {
        SourceKind::Cobol
    } else if begins_with(text, &PASCAL) && text.split_whitespace().count() == 1 {
        SourceKind::Pascal
    } else {
        return Line::Other;
    };
    Line::DataType(kind)
}

/// `?SECTION name TEXT`, and the other forms of a TACL variable; `?TACL MACRO`. In DDL a section has a name only.
fn is_tacl_command(command: &str) -> bool {
    const FORMS: [&str; 7] = ["TEXT", "STRUCT", "MACRO", "ROUTINE", "ALIAS", "DELTA", "DIRECTORY"];
    let mut words = command.split_whitespace();
    let form = match words.next() {
        Some(first) if first.eq_ignore_ascii_case("SECTION") => words.nth(1),
        Some(first) if first.eq_ignore_ascii_case("TACL") => words.next(),
        _ => None,
    };
    form.is_some_and(|form| FORMS.iter().any(|known| form.eq_ignore_ascii_case(known)))
}

/// `LITERAL name = 1;`, `DEFINE name = ...#;`, `STRUCT name(*);`: declarations of TAL.
fn is_tal(text: &str) -> bool {
    let assigns = text.contains('=');
    (is_word(text, "LITERAL") || is_word(text, "DEFINE")) && assigns
        || is_word(text, "STRUCT") && (text.contains('^') || text.contains("(*)"))
        || ["PROC", "NAME", "BLOCK"].iter().any(|word| is_word(text, word)) && text.ends_with(';')
}

/// Level 01 or 77, and the divisions of a program.
fn is_cobol(text: &str) -> bool {
    let level = text.strip_prefix("01").or_else(|| text.strip_prefix("77"));
    let is_item = level.is_some_and(|rest| {
        rest.starts_with(char::is_whitespace)
            && rest.trim_start().starts_with(|c: char| c.is_ascii_alphabetic())
    });
    is_item || text.to_ascii_uppercase().ends_with(" DIVISION.")
}

/// Whether the second word is a name as definitions have them, and no word of a sentence.
fn names_something(text: &str) -> bool {
    let second = text.split_whitespace().nth(1).unwrap_or_default();
    second.contains(['-', '_', '^', '\\'])
        || !second.is_empty() && !second.contains(|c: char| c.is_lowercase()) && !second.ends_with(['.', ','])
}

/// `FILTER name`, a TACL function, or the title of a filter table.
fn is_filter(line: &str) -> bool {
    line.starts_with('[') || is_word(line, "FILTER") || starts_with_ignoring_case(line, "EMS FILTER TABLE")
}

/// `TOKEN TYPE`, `TOKEN CODE`, `TOKEN MAP`: the misprint that DDL accepts.
fn is_spaced_token_statement(line: &str) -> bool {
    let mut words = line.split_whitespace();
    let second = words.next().filter(|word| word.eq_ignore_ascii_case("TOKEN")).and_then(|_| words.next());
    second.is_some_and(|word| ["TYPE", "CODE", "MAP"].iter().any(|known| word.eq_ignore_ascii_case(known)))
}

pub(super) fn is_word(line: &str, word: &str) -> bool {
    starts_with_ignoring_case(line, word)
        && line.get(word.len()..).is_some_and(|rest| !starts_with_name(rest))
}

fn starts_with_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '^'))
}

fn starts_with_ignoring_case(line: &str, start: &str) -> bool {
    line.get(..start.len()).is_some_and(|found| found.eq_ignore_ascii_case(start))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dictionary::builtin;

    #[test]
    fn the_shipped_sources_are_what_their_names_say() {
        for (name, text) in builtin::definitions().iter().chain(builtin::templates()) {
            let kind = match name.rsplit_once('.') {
                Some((_, "ddl")) => SourceKind::Ddl,
                Some((_, "events")) => SourceKind::Events,
                _ => SourceKind::Template,
            };
            assert_eq!(SourceKind::of(text), kind, "{name}");
        }
    }

    #[test]
    fn the_first_line_that_says_something_decides() {
        for (text, kind) in [
            ("", SourceKind::Unknown),
            ("! only\n* comments\n== here", SourceKind::Unknown),
            ("?DICT $data.defs!\nDEF x.", SourceKind::Ddl),
            ("?LIST\n* a comment\n  def abc.\n", SourceKind::Ddl),
            ("token type x value 1.", SourceKind::Ddl),
            ("TOKEN X-TKN-Y REQUIRED", SourceKind::Events),
            ("token-code x value 1 token-type y.", SourceKind::Ddl),
            ("/* Created\n   CONSTANT by DDL */\n#pragma section x", SourceKind::CHeader),
            ("typedef struct __x {", SourceKind::CHeader),
            ("# pragma nolist", SourceKind::CHeader),
            ("#SET x 1", SourceKind::Filter),
            ("version : \"x\"", SourceKind::Template),
            ("== a filter\nFILTER critical;\nBEGIN", SourceKind::Filter),
            ("-- a filter\nfilter f (x);", SourceKind::Filter),
            ("[#DEF ssid STRUCT LIKE ZSPI^DDL^SSID;]", SourceKind::Filter),
            ("EMS FILTER TABLE", SourceKind::Filter),
            ("EVENT X-EVT-Y SUBJECT X-TKN-Z", SourceKind::Events),
            ("?SECTION a\n?SOURCE b", SourceKind::Ddl),
            ("CONSTNAT a VALUE 1.\nCONSTANT b VALUE 2.", SourceKind::Ddl),
            ("structure of things", SourceKind::Unknown),
            ("{\"kind\":\"event\"}", SourceKind::Unknown),
            ("! made by DDL\n?Section ACN^SSN\nLiteral ACN^SSN = 77;", SourceKind::Tal),
            ("?Section a\nStruct ACN^VAL^SSID^def (*) ?Nolist;", SourceKind::Tal),
            ("?Section ACN^SSN Text\n== a constant\n77", SourceKind::Tacl),
            ("?TACL MACRO\n#FRAME", SourceKind::Tacl),
            ("* a comment\n 01  ACN-SSN    NATIVE-2 VALUE IS 77.", SourceKind::Cobol),
            ("{ a comment }\n?Section CONSTANTS\nCONST\n  ACN_SSN = 77;", SourceKind::Pascal),
            ("These are our files.\nThey came by tape.\nEVENT numbers are in eventddl.", SourceKind::Unknown),
            ("Event numbers of the year", SourceKind::Unknown),
            ("\u{1}\u{2}\u{0}\u{3}CONSTANT\u{0}\u{1}", SourceKind::Binary),
            ("CONSTANT a VALUE 1.\n\0\0\0\0\0\0\0\0", SourceKind::Ddl),
            ("\u{c}?SECTION a\n\u{c}CONSTANT a VALUE 1.\n\u{1a}", SourceKind::Ddl),
        ] {
            assert_eq!(SourceKind::of(text), kind, "{text}");
        }
    }

    #[test]
    fn the_name_of_a_file_helps_where_its_text_does_not() {
        assert_eq!(SourceKind::of_file("$DATA.DEFS.ACMEDDL", "CONSTNAT a VALUE 1."), SourceKind::Ddl);
        assert_eq!(SourceKind::of_file("acmeddl", "#define A 1"), SourceKind::CHeader);
        assert_eq!(SourceKind::of_file("README", "Definitions"), SourceKind::Unknown);
    }
}
