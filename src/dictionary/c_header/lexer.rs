//! The content in a header: directives and declarations, comments taken out, and of each condition the branch that holds.

use std::collections::{BTreeMap, BTreeSet};

use crate::text::limits;

/// A part of a header and where it begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    /// A line that begins with `#`, without it.
    Directive(usize, &'a str),
    /// Up to a semicolon, which is not in it.
    Declaration(usize, &'a str),
}

/// The text with comments, and line ends after a backslash, as blanks.
pub(super) fn blank_comments(text: &str) -> String {
    let mut code = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let len = match c {
            '/' if rest.starts_with("/*") => rest.find("*/").map_or(rest.len(), |end| end + 2),
            '/' if rest.starts_with("//") => rest.find('\n').unwrap_or(rest.len()),
            // A byte order mark.
            '\u{FEFF}' => c.len_utf8(),
            '\\' if rest.starts_with("\\\n") => 2,
            '\\' if rest.starts_with("\\\r\n") => 3,
            '"' | '\'' => {
                let len = quoted_len(rest, c);
                code.push_str(&rest[..len]);
                rest = &rest[len..];
                continue;
            }
            c => {
                code.push(c);
                rest = &rest[c.len_utf8()..];
                continue;
            }
        };
        let is_comment = c == '/';
        for byte in rest[..len].bytes() {
            code.push(if is_comment && byte == b'\n' { '\n' } else { ' ' });
        }
        rest = &rest[len..];
    }
    code
}

/// Bytes of a string or character, its quotation marks included; it ends with its line at the latest.
fn quoted_len(text: &str, quote: char) -> usize {
    let mut is_escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            '\n' => return at,
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            c if c == quote => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// Takes the directives out of what [`blank_comments`] left, and the branches of conditions that do not count; returns the
/// rest with blanks in their places, and the directives that count, each with its offset, without its `#`.
pub(super) fn directives<'c>(code: &'c str, macros: &BTreeSet<String>) -> (String, Vec<(usize, &'c str)>) {
    let mut rest = String::with_capacity(code.len());
    let mut found = Vec::new();
    let mut conditions = Conditions::new(macros);
    let mut start = 0;
    for line in code.split_inclusive('\n') {
        let line_start = start;
        start += line.len();
        let directive = line.trim().strip_prefix('#');
        if let Some(directive) = directive
            && !conditions.directive(directive.trim_start())
            && conditions.is_taken()
        {
            conditions.define(directive.trim_start());
            // No other directives say anything.
            if directive.trim_start().starts_with("define") || directive.trim_start().starts_with("pragma") {
                let at = line_start + line.len() - line.trim_start().len() + 1;
                found.push((at, directive));
            }
        }
        if directive.is_none() && conditions.is_taken() {
            rest.push_str(line);
        } else {
            rest.extend(line.bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' }));
        }
    }
    (rest, found)
}

/// Splits what [`directives`] left into declarations, and puts the directives between them. `None`: there are more declarations
/// or members than a header of this length may have.
pub(super) fn pieces<'a>(code: &'a str, directives: &[(usize, &'a str)]) -> Option<Vec<Piece<'a>>> {
    let mut semicolons = limits::C_DECLARATIONS + code.len() / limits::C_BYTES_PER_SEMICOLON;
    let most = directives.len() + limits::C_DECLARATIONS + code.len() / limits::C_BYTES_PER_DECLARATION;
    let mut pieces: Vec<_> = directives.iter().map(|(at, text)| Piece::Directive(*at, text)).collect();
    // The declaration that is being read: its start, and how many braces are open.
    let mut open: Option<(usize, usize)> = None;
    let mut start = 0;
    for line in code.split_inclusive('\n') {
        let line_start = start;
        start += line.len();
        let mut quote_end = 0;
        for (at, c) in line.char_indices() {
            if at < quote_end {
                continue;
            }
            let place = line_start + at;
            match c {
                '"' | '\'' => {
                    quote_end = at + quoted_len(&line[at..], c);
                    open.get_or_insert((place, 0));
                }
                '{' => match open {
                    // `extern "C" {`: what is in it counts as if it were not.
                    Some((from, 0)) if code[from..place].trim_start().starts_with("extern") => open = None,
                    Some((from, depth)) => open = Some((from, depth + 1)),
                    None => open = Some((place, 1)),
                },
                '}' => open = open.and_then(|(from, depth)| Some((from, depth.checked_sub(1)?))),
                ';' => {
                    semicolons = semicolons.checked_sub(1)?;
                    if let Some((from, 0)) = open {
                        if pieces.len() == most {
                            return None;
                        }
                        pieces.push(Piece::Declaration(from, &code[from..place]));
                        open = None;
                    }
                }
                c if c.is_whitespace() || matches!(c, '\0' | '\x1A') => {}
                _ => {
                    open.get_or_insert((place, 0));
                }
            }
        }
    }
    // A declaration that never ends is one with a fault.
    if let Some((from, _)) = open {
        pieces.push(Piece::Declaration(from, code[from..].trim_end()));
    }
    // A directive inside a declaration counts before it.
    pieces.sort_by_key(|piece| match piece {
        Piece::Directive(at, _) => *at,
        Piece::Declaration(at, text) => at + text.len(),
    });
    Some(pieces)
}

/// The conditions around a line, and the macros they ask for.
struct Conditions {
    /// Of each: whether its branch counts, and whether one has counted.
    open: Vec<(bool, bool)>,
    /// The macros that are defined, with their numbers if they have one.
    macros: BTreeMap<String, Option<i128>>,
}

impl Conditions {
    fn new(macros: &BTreeSet<String>) -> Self {
        Self { open: Vec::new(), macros: macros.iter().map(|name| (name.clone(), Some(1))).collect() }
    }

    fn is_taken(&self) -> bool {
        self.open.iter().all(|(is_taken, _)| *is_taken)
    }

    /// Takes a directive, if it is one of conditions.
    fn directive(&mut self, directive: &str) -> bool {
        let word = directive.split(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or_default();
        let condition = directive[word.len()..].trim();
        let name = condition.split(|c: char| !is_name(c)).next().unwrap_or_default();
        match word {
            "if" | "ifdef" | "ifndef" => {
                let holds = match word {
                    "ifdef" => self.macros.contains_key(name),
                    "ifndef" => !self.macros.contains_key(name),
                    _ => self.holds(condition),
                };
                self.open.push((holds, holds));
            }
            "else" | "elif" => {
                let holds = word == "else" || self.holds(condition);
                if let Some((is_taken, has_counted)) = self.open.last_mut() {
                    *is_taken = !*has_counted && holds;
                    *has_counted |= *is_taken;
                }
            }
            "endif" => {
                self.open.pop();
            }
            _ => return false,
        }
        true
    }

    /// Notes what `#define` and `#undef` say.
    fn define(&mut self, directive: &str) {
        let mut words = directive.split_whitespace();
        let (word, rest) = (words.next(), words.next().unwrap_or_default());
        let name = rest.split(|c: char| !is_name(c)).next().unwrap_or_default();
        match word {
            Some("define") => {
                let value = words.next().and_then(super::grammar::number);
                self.macros.insert(name.to_owned(), value);
            }
            Some("undef") => {
                self.macros.remove(name);
            }
            _ => {}
        }
    }

    /// Whether the condition of `#if` holds. One that is not understood does: its first branch counts.
    fn holds(&self, condition: &str) -> bool {
        let mut expression = Expression { rest: condition, macros: &self.macros, depth: 0 };
        let value = expression.value(0);
        value.filter(|_| expression.rest.trim().is_empty()).is_none_or(|value| value != 0)
    }
}

fn is_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

/// The expression of `#if`: numbers, macros, `defined`, and the operators that headers use.
struct Expression<'a> {
    rest: &'a str,
    macros: &'a BTreeMap<String, Option<i128>>,
    depth: u8,
}

impl<'a> Expression<'a> {
    /// Binary operators with their ranks; the longer before those they begin with.
    const OPERATORS: [(&'static str, u8); 8] =
        [("||", 1), ("&&", 2), ("==", 3), ("!=", 3), ("<=", 4), (">=", 4), ("<", 4), (">", 4)];

    /// The value of the operators of at least this rank. `None` if it is not understood.
    fn value(&mut self, rank: u8) -> Option<i128> {
        self.depth = self.depth.checked_add(1).filter(|depth| *depth < limits::C_DEPTH)?;
        let mut left = self.operand()?;
        loop {
            self.rest = self.rest.trim_start();
            let known = Self::OPERATORS.iter().find(|(sign, _)| self.rest.starts_with(sign));
            let Some((sign, own)) = known.filter(|(_, own)| *own >= rank) else { break };
            self.rest = &self.rest[sign.len()..];
            let right = self.value(own + 1)?;
            left = i128::from(match *sign {
                "||" => left != 0 || right != 0,
                "&&" => left != 0 && right != 0,
                "==" => left == right,
                "!=" => left != right,
                "<=" => left <= right,
                ">=" => left >= right,
                "<" => left < right,
                _ => left > right,
            });
        }
        self.depth -= 1;
        Some(left)
    }

    fn operand(&mut self) -> Option<i128> {
        self.rest = self.rest.trim_start();
        let mut negations = 0_u32;
        while let Some(rest) = self.rest.strip_prefix('!').filter(|rest| !rest.starts_with('=')) {
            self.rest = rest.trim_start();
            negations += 1;
        }
        let value = match self.rest.strip_prefix('(') {
            Some(rest) => {
                self.rest = rest;
                let value = self.value(0)?;
                self.rest = self.rest.trim_start().strip_prefix(')')?;
                value
            }
            None => match self.word()? {
                "defined" => {
                    let rest = self.rest.trim_start();
                    let is_open = rest.starts_with('(');
                    self.rest = rest.strip_prefix('(').unwrap_or(rest).trim_start();
                    let name = self.word()?;
                    if is_open {
                        self.rest = self.rest.trim_start().strip_prefix(')')?;
                    }
                    i128::from(self.macros.contains_key(name))
                }
                word if word.starts_with(|c: char| c.is_ascii_digit()) => super::grammar::number(word)?,
                // A macro without a number, and one that is not defined, count as 0.
                name => self.macros.get(name).copied().flatten().unwrap_or(0),
            },
        };
        Some(match negations {
            0 => value,
            count => i128::from((value == 0) == (count % 2 == 1)),
        })
    }

    fn word(&mut self) -> Option<&'a str> {
        let end = self.rest.find(|c: char| !is_name(c)).unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest;
        (!word.is_empty()).then_some(word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Vec<(bool, String)> {
        let code = blank_comments(text);
        assert_eq!(code.len(), text.len());
        let piece = |piece: &Piece<'_>| match piece {
            Piece::Directive(at, found) => {
                assert!(code[*at..].starts_with(found));
                (true, found.split_whitespace().collect::<Vec<_>>().join(" "))
            }
            Piece::Declaration(_, found) => (false, found.split_whitespace().collect::<Vec<_>>().join(" ")),
        };
        let (rest, found) = directives(&code, &BTreeSet::new());
        assert_eq!(rest.len(), text.len());
        pieces(&rest, &found).unwrap().iter().map(piece).collect()
    }

    #[test]
    fn directives_and_declarations_are_distinguished() {
        let found = texts(
            "/* a;\n b */ #define A 1 // one\n # define B \\\n 2\ntypedef struct x {\n short a; /* ; */ char b[2]; } x_def ;int\nf();",
        );
        let expected = [
            (true, "define A 1"),
            (true, "define B 2"),
            (false, "typedef struct x { short a; char b[2]; } x_def"),
            (false, "int f()"),
        ];
        assert_eq!(found, expected.map(|(is_directive, text)| (is_directive, text.to_owned())));
    }

    #[test]
    fn conditions_take_the_branch_that_holds() {
        let found = texts(
            "#ifndef X_H\n#define X_H\n#ifdef __cplusplus\nextern \"C\" {\n#endif\n#if 0\nint no;\n#else\nint yes;\n#endif\n\
             #ifdef WIDE\nlong a;\n#else\nshort a;\n#endif\n#endif\nextern \"C\" { int in; }\nint last;",
        );
        let found: Vec<_> = found.iter().map(|(_, text)| text.as_str()).collect();
        assert_eq!(found, ["define X_H", "int yes", "short a", "int in", "int last"]);
        let found = texts(
            "#define A 2\n#define B\n#if A >= 2 && defined(B) && !defined C\nint one;\n#elif 1\nint two;\n#else\nint three;\n#endif\n\
             #undef B\n#ifdef B\nint four;\n#elif (A == 3) || D\nint five;\n#else\nint six;\n#endif\n#if who knows?\nint seven;\n#endif\n\
             struct s {\n short a;\n#ifdef B\n short b;\n#endif\n short c;\n};",
        );
        let found: Vec<_> = found.iter().filter(|(is_directive, _)| !is_directive).collect();
        let found: Vec<_> = found.iter().map(|(_, text)| text.as_str()).collect();
        assert_eq!(found, ["int one", "int six", "int seven", "struct s { short a; short c; }"]);
    }

    #[test]
    fn quotation_marks_hide_what_is_in_them() {
        let found = texts(
            "#define A \"/* no comment */ \\\" ;\"\nchar b = ';', c[] = \"}\";\nchar open = \"\nint d;",
        );
        assert_eq!(found.len(), 3);
        assert_eq!(found[0].1, "define A \"/* no comment */ \\\" ;\"");
    }
}
