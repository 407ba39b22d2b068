use core::fmt;

/// What a source is, by its content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SourceKind {
    /// The Data Definition Language.
    Ddl,
    /// A C header that the DDL compiler made from definitions.
    CHeader,
    /// Facts about events and subsystems; their form stands at the top of `builtin/subsystems.events`.
    Events,
    /// A template source. A dictionary takes its SSNAME; its templates are for another floor.
    Template,
    /// A source of the EMS filter language, or a filter table. It defines nothing.
    Filter,
    /// None of these.
    Unknown,
}

/// First words of statements, and what they show.
const DDL: [&str; 7] = ["CONSTANT", "DEF", "DEFINITION", "TOKEN-TYPE", "TOKEN-CODE", "TOKEN-MAP", "RECORD"];
const EVENTS: [&str; 10] =
    ["SUBSYSTEM", "SSID", "EVENT", "TOKEN", "MESSAGE", "ALIAS", "NODE", "LAYOUT", "FIELD", "FLAG"];
const TEMPLATE: [&str; 9] =
    ["VERSION", "DICT", "SSID", "SSNAME", "SHARED_SSID", "DO_COMMON", "FORMAT", "DEF_ENUM", "MSG"];
const C: [&str; 7] = ["typedef", "struct", "union", "enum", "static", "extern", "const"];
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
        let (mut in_comment, mut has_commands) = (false, false);
        for line in text.trim_start_matches('\u{feff}').lines() {
            let starts_comment = line.trim_start().starts_with("/*");
            if in_comment || starts_comment {
                in_comment = !line.contains("*/");
                continue;
            }
            has_commands |= line.starts_with('?');
            if let Some(kind) = kind_of_line(line) {
                return kind;
            }
        }
        if has_commands { Self::Ddl } else { Self::Unknown }
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

    /// What people call it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ddl => "DDL source",
            Self::CHeader => "C header",
            Self::Events => "event facts",
            Self::Template => "template source",
            Self::Filter => "filter source",
            Self::Unknown => "unknown",
        }
    }
}

impl fmt::Display for SourceKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// What the first word of a line shows, if anything.
fn kind_of_line(line: &str) -> Option<SourceKind> {
    let text = line.trim();
    let begins_with = |text: &str, words: &[&str]| words.iter().any(|word| is_word(text, word));
    if text.starts_with(['!']) || line.starts_with('*') || text.starts_with("==") || text.starts_with("--") {
        return None;
    }
    if let Some(directive) = text.strip_prefix('#') {
        let is_c = begins_with(directive.trim_start(), &C_DIRECTIVES);
        return Some(if is_c { SourceKind::CHeader } else { SourceKind::Filter });
    }
    if let Some(command) = line.strip_prefix('?') {
        let command = command.trim_start();
        let kinds = [(&DDL_COMMANDS[..], SourceKind::Ddl), (&TABLE_DIRECTIVES[..], SourceKind::Filter)];
        return kinds.iter().find(|(words, _)| begins_with(command, words)).map(|(_, kind)| *kind);
    }
    if is_filter(text) {
        return Some(SourceKind::Filter);
    }
    if begins_with(text, &DDL) || is_spaced_token_statement(text) {
        return Some(SourceKind::Ddl);
    }
    let has_colon =
        |word: &&str| text.get(word.len()..).is_some_and(|rest| rest.trim_start().starts_with(':'));
    if TEMPLATE.iter().filter(|word| is_word(text, word)).any(has_colon) {
        return Some(SourceKind::Template);
    }
    if begins_with(text, &EVENTS) {
        return Some(SourceKind::Events);
    }
    let is_c = C.iter().any(|word| text.strip_prefix(word).is_some_and(|rest| !starts_with_name(rest)));
    (is_c || text.starts_with("//")).then_some(SourceKind::CHeader)
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
