//! The statements of a source, one after the other: reads each sentence with the grammar, hands it on, and after an error
//! continues at the next place that makes sense.

use alloc::collections::BTreeMap;
use alloc::format;

use crate::text::grammar::{Expected, Parsed, finish};
use crate::text::{Diagnostic, Diagnostics, Span, similar};

use super::ast::{Ending, Item, Place, Type};
use super::collect::{Collector, Context};
use super::data_type;
use super::grammar::{self, Key, blanks};
use super::include::{Program, Stretch};
use super::lines::Lines;
use super::tables::{Kind, Tables, index, short};
use crate::text::limits::ddl as limits;

/// Reads everything there is to read.
pub(super) fn parse(program: &Program, diagnostics: &mut Diagnostics) -> Tables {
    let Some(first) = program.stretches.first() else { return Tables::default() };
    let context = |stretch: &Stretch| Context {
        source: stretch.source,
        origin: stretch.origin,
        shared8: stretch.shared8,
        length: index(stretch.limit),
    };
    let mut collector = Collector::new(diagnostics, context(first));
    // A part of a source, known by its end, comes back after what it includes; a statement read past the include is not
    // read again.
    let mut resume = BTreeMap::new();
    let mut suggestions = 0;
    for stretch in &program.stretches {
        let Some(lines) = program.lines(stretch.source) else { continue };
        let Some(text) = lines.code.get(..index(stretch.limit)) else { continue };
        let resume = resume.entry((stretch.source, stretch.limit)).or_insert(0);
        let rest = text.get(index(stretch.start.max(*resume))..).unwrap_or("");
        collector.set_context(context(stretch));
        let mut reader = Reader { text, rest, lines, collector: &mut collector, suggestions };
        reader.statements(stretch);
        *resume = short(reader.offset());
        suggestions = reader.suggestions;
    }
    collector.tables
}

struct Reader<'s, 'c, 'a> {
    /// The source up to where statements may reach.
    text: &'s str,
    /// The rest of it.
    rest: &'s str,
    lines: &'s Lines,
    collector: &'c mut Collector<'a>,
    suggestions: u32,
}

impl<'s> Reader<'s, '_, '_> {
    fn statements(&mut self, stretch: &Stretch) {
        loop {
            self.rest = blanks(self.rest);
            let start = self.offset();
            if self.rest.is_empty() || start >= index(stretch.end) {
                return;
            }
            self.statement();
            let read = self.text.get(start..self.offset()).unwrap_or("").trim_end();
            if let Some(command) = stretch.include
                && start + read.len() > index(stretch.end)
            {
                let message =
                    "?SOURCE inside a statement; what it includes is read before the statement's end";
                let warning = Diagnostic::warning(stretch.source, command, message)
                    .with_hint("statements do not reach from one source into another");
                self.collector.diagnostics.push(warning);
            }
        }
    }

    fn statement(&mut self) {
        let (key, rest) = grammar::statement_key(self.rest);
        let is_token = matches!(key, Some(Key::TokenType | Key::TokenCode | Key::TokenMap));
        if is_token && grammar::key(self.rest).0 == Some(Key::Token) {
            let keyword = self.text_between(self.rest, rest).trim_end().len();
            let place = Place { left: self.rest.len(), length: keyword };
            self.collector.warning(place, "this keyword is written with a hyphen");
        }
        match key {
            Some(Key::Constant) => match self.sentence(rest, grammar::constant) {
                Some((constant, provisional)) => self.collector.constant(&constant, provisional),
                None => self.broken(rest, Kind::Constant),
            },
            Some(Key::Def | Key::Definition) => self.def(rest),
            Some(Key::TokenType) => match self.sentence(rest, grammar::token_type) {
                Some((token_type, provisional)) => self.collector.token_type(&token_type, provisional),
                None => self.broken(rest, Kind::TokenType),
            },
            Some(Key::TokenCode) => match self.sentence(rest, grammar::token_code) {
                Some((token, provisional)) => self.collector.token_code(&token, provisional),
                None => self.broken(rest, Kind::Token),
            },
            Some(Key::TokenMap) => self.token_map(rest),
            Some(Key::Record) => self.skip_record(rest),
            Some(Key::Output | Key::Show | Key::Delete | Key::Exit) => self.rest = after_period(rest),
            _ => self.unknown_statement(),
        }
    }

    /// Reads one sentence from `rest` on. After an error: reports it and is where reading can go on.
    fn sentence<T>(
        &mut self,
        rest: &'s str,
        parser: impl Fn(&'s str) -> Parsed<'s, (T, Ending)>,
    ) -> Option<(T, bool)> {
        let start = short(self.text.len() - rest.len());
        match finish(parser(rest)) {
            Ok((behind, (sentence, ending))) => {
                let end = short(self.text.len() - behind.len());
                let read = self.text.get(index(start)..index(end)).unwrap_or("").trim_end();
                let end = start + short(read.len());
                self.rest = behind;
                if ending == Ending::Missing {
                    let message = "the `.` is missing here";
                    self.collector.diagnostics.push(Diagnostic::warning(
                        self.collector.source(),
                        Span::at(end),
                        message,
                    ));
                }
                Some((sentence, self.lines.is_provisional(Span::new(start, end))))
            }
            Err(error) => {
                self.report(&error);
                self.rest = self.recover(error.at);
                None
            }
        }
    }

    /// A DEF with its line items up to END. [DDL 5-2]
    fn def(&mut self, rest: &'s str) {
        let Some((item, provisional)) = self.sentence(rest, grammar::def) else {
            self.broken(rest, Kind::Def);
            self.skip_body();
            return;
        };
        let name = rest;
        self.collector.begin_def(&item, provisional);
        self.faults(&item);
        let single =
            item.kind.is_some() || item.picture.is_some() || item.usage == Some(data_type::Usage::Index);
        let mut has_values = false;
        loop {
            match self.level() {
                Some(Level::Value) => {
                    if single && !item.begin && !has_values {
                        let place = Place { left: self.rest.len(), length: 2 };
                        self.collector.warning(place, "a DEF with level 89 has BEGIN before its first `.`");
                    }
                    has_values = true;
                    match self.sentence(self.rest, grammar::enum_value) {
                        Some((value, provisional)) => self.collector.enum_value(&value, provisional),
                        None => self.collector.break_def(),
                    }
                }
                Some(Level::Skipped) => {
                    has_values = true;
                    self.rest = after_period(self.rest);
                }
                Some(Level::Item) => match self.sentence(self.rest, grammar::line_item) {
                    Some((item, provisional)) => {
                        self.collector.line_item(&item, provisional);
                        self.faults(&item);
                    }
                    None => self.collector.break_def(),
                },
                None => {
                    let (key, behind) = grammar::key(self.rest);
                    let needs_end = !single || item.begin;
                    let may_end = needs_end || has_values || item.kind == Some(Type::Unknown);
                    if key == Some(Key::End) && may_end {
                        self.rest = blanks(behind.strip_prefix('.').unwrap_or(behind));
                    } else if !needs_end {
                        // A single field is complete without END.
                    } else if self.rest.is_empty() || grammar::starts_statement(self.rest) {
                        self.collector.end_def_without_end(self.place_of_name(name));
                        return;
                    } else {
                        self.report(&Expected::new(self.rest, "a level number or END"));
                        self.collector.break_def();
                        self.rest = self.recover(self.rest);
                        continue;
                    }
                    self.collector.end_def();
                    return;
                }
            }
        }
    }

    /// TOKEN-MAP with its versions up to END. [DDL 7-14]
    fn token_map(&mut self, rest: &'s str) {
        let name = rest;
        let known = match self.sentence(rest, grammar::token_map) {
            Some((map, provisional)) => {
                self.collector.token_map(&map, provisional);
                true
            }
            None => {
                self.broken(rest, Kind::Map);
                false
            }
        };
        loop {
            let (key, behind) = grammar::key(self.rest);
            match key {
                Some(Key::End) => {
                    self.rest = blanks(behind.strip_prefix('.').unwrap_or(behind));
                    return;
                }
                Some(Key::Version | Key::NoVersion) => match self.sentence(self.rest, grammar::version) {
                    Some((version, _)) if known => self.collector.version(&version),
                    Some(_) => {}
                    None => self.collector.break_map(),
                },
                _ if !known => return,
                _ if self.rest.is_empty() || grammar::starts_statement(self.rest) => {
                    self.collector.error(self.place_of_name(name), "this token map has no END");
                    return;
                }
                _ => {
                    self.report(&Expected::new(self.rest, "VERSION, NOVERSION or END"));
                    self.collector.break_map();
                    self.rest = self.recover(self.rest);
                }
            }
        }
    }

    /// RECORD ... END: the description of a file, which says nothing about events. [DDL 2-17]
    fn skip_record(&mut self, rest: &'s str) {
        let mut at = rest;
        while !at.is_empty() {
            if let (Some(Key::End), behind) = grammar::key(at) {
                self.rest = blanks(behind.strip_prefix('.').unwrap_or(behind));
                return;
            }
            at = after_word(at);
        }
        self.collector.error(self.place_of_name(rest), "this record has no END");
        self.rest = at;
    }

    fn unknown_statement(&mut self) {
        let rest = self.rest;
        if self.level().is_some() {
            self.report(&Expected::new(rest, "a statement: this line belongs to no definition"));
            self.skip_body();
            return;
        }
        if let (Some(Key::End), behind) = grammar::key(rest) {
            self.report(&Expected::new(rest, "a statement: this END belongs to no definition"));
            self.rest = blanks(behind.strip_prefix('.').unwrap_or(behind));
            return;
        }
        self.report(&Expected::new(rest, "a statement: CONSTANT, DEF, TOKEN-TYPE, TOKEN-CODE or TOKEN-MAP"));
        self.rest = self.recover(rest);
        self.skip_body(); // of a misspelt DEF
    }

    /// The lines up to the next statement, and the END of a definition whose beginning was wrong.
    fn skip_body(&mut self) {
        while self.level().is_some() {
            let behind = after_period(self.rest);
            if behind.len() == self.rest.len() {
                return;
            }
            self.rest = behind;
        }
        if let (Some(Key::End), behind) = grammar::key(self.rest) {
            self.rest = blanks(behind.strip_prefix('.').unwrap_or(behind));
        }
    }

    /// The level number the next line begins with.
    fn level(&self) -> Option<Level> {
        let digits = self.rest.len() - self.rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        match &self.rest[..digits] {
            "" => None,
            "89" => Some(Level::Value),
            "88" | "66" => Some(Level::Skipped),
            _ => Some(Level::Item),
        }
    }

    /// Notes the name after the keyword of a statement that was not understood.
    fn broken(&mut self, rest: &'s str, kind: Kind) {
        if let Ok((_, name)) = grammar::name(rest, "") {
            self.collector.broken(kind, name);
        }
    }

    /// Where the name of a definition is, for a message about the whole of it.
    fn place_of_name(&self, rest: &'s str) -> Place {
        match grammar::name(rest, "") {
            Ok((_, name)) => name.place(),
            Err(_) => Place { left: rest.len(), length: 0 },
        }
    }

    /// Reports the clauses of an item that were not understood.
    fn faults(&mut self, item: &Item<'s>) {
        for fault in &item.faults {
            self.report(fault);
            self.collector.break_def();
        }
    }

    fn report(&mut self, error: &Expected<'s>) {
        let at = short(error.offset(self.text));
        let found = error.found();
        let message = match found {
            "" if error.at.trim_start().is_empty() => format!("{error}, found the end of the text"),
            "" => format!("{error}"),
            found if found.len() > 40 => format!("{error}"),
            found => format!("{error}, found `{found}`"),
        };
        let span = Span::new(at, at + short(found.len()));
        let mut diagnostic = Diagnostic::error(self.collector.source(), span, message);
        let wants_keyword = error.want.starts_with(|c: char| c.is_ascii_uppercase())
            || error.want.starts_with("a clause or")
            || error.want.starts_with("a statement");
        if wants_keyword && !found.is_empty() && self.suggestions < limits::SUGGESTIONS {
            self.suggestions += 1;
            if let Some(keyword) = similar(found, grammar::keywords()) {
                diagnostic = diagnostic.with_hint(format!("did you mean {keyword}?"));
            }
        }
        self.collector.diagnostics.push(diagnostic);
    }

    /// Where to go on after an error at `at`: after the next `.`, or at a line that begins with a statement, a level
    /// number or END.
    fn recover(&self, at: &'s str) -> &'s str {
        let before = self.text.get(..self.text.len() - at.len()).unwrap_or("");
        let before = before.trim_end_matches([' ', '\t', '\r', ';']);
        // The sentence itself must not begin again.
        let mut begins_line = (before.is_empty() || before.ends_with('\n')) && at.len() < self.rest.len();
        let mut at = at;
        loop {
            let next = blanks(at);
            begins_line |= at.len() > next.len() && at[..at.len() - next.len()].contains('\n');
            at = next;
            if at.is_empty() || begins_line && (grammar::starts_statement(at) || grammar::starts_line(at)) {
                return at;
            }
            if grammar::ends_sentence(at) {
                return blanks(&at[1..]);
            }
            at = grammar::after_token(at);
            begins_line = false;
        }
    }

    fn offset(&self) -> usize {
        self.text.len() - self.rest.len()
    }

    fn text_between(&self, start: &'s str, end: &'s str) -> &'s str {
        self.text.get(self.text.len() - start.len()..self.text.len() - end.len()).unwrap_or("")
    }
}

enum Level {
    Item,
    /// 89.
    Value,
    /// 88 and 66, which mean something to COBOL only.
    Skipped,
}

/// The text after the next `.` that ends a sentence.
fn after_period(text: &str) -> &str {
    let mut at = text;
    while !at.is_empty() {
        if grammar::ends_sentence(at) {
            return blanks(&at[1..]);
        }
        at = after_word(at);
    }
    at
}

/// The text after one word, string or character, and the blanks after that.
fn after_word(text: &str) -> &str {
    blanks(grammar::after_token(text))
}
