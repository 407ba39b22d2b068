//! What stands in a header: directives and declarations, comments taken out, one branch of each condition.

/// A part of a header and where it begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    /// A line that begins with `#`, without it.
    Directive(usize, &'a str),
    /// Up to a semicolon, which is not in it.
    Declaration(usize, &'a str),
}

/// The text with comments, and line ends behind a backslash, as blanks.
pub(super) fn blank_comments(text: &str) -> String {
    let mut code = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let len = match c {
            '/' if rest.starts_with("/*") => rest.find("*/").map_or(rest.len(), |end| end + 2),
            '/' if rest.starts_with("//") => rest.find('\n').unwrap_or(rest.len()),
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

/// Splits what [`blank_comments`] left.
pub(super) fn pieces(code: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut conditions = Conditions::default();
    // The declaration that is being read: its start, and how many braces are open.
    let mut open: Option<(usize, usize)> = None;
    let mut start = 0;
    for line in code.split_inclusive('\n') {
        let line_start = start;
        start += line.len();
        let text = line.trim();
        if let Some(directive) = text.strip_prefix('#') {
            if !conditions.directive(directive.trim_start()) && conditions.is_taken() {
                let at = line_start + line.len() - line.trim_start().len() + 1;
                pieces.push(Piece::Directive(at, directive));
            }
            continue;
        }
        if !conditions.is_taken() {
            continue;
        }
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
                    if let Some((from, 0)) = open {
                        pieces.push(Piece::Declaration(from, &code[from..place]));
                        open = None;
                    }
                }
                c if c.is_whitespace() => {}
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
    pieces
}

/// The conditions around a line. Of `#if ... #else` the first branch counts, unless it is for C++ or never.
#[derive(Default)]
struct Conditions {
    /// Of each: whether its branch counts, and whether one has counted.
    open: Vec<(bool, bool)>,
}

impl Conditions {
    fn is_taken(&self) -> bool {
        self.open.iter().all(|(is_taken, _)| *is_taken)
    }

    /// Takes a directive, if it is one of conditions.
    fn directive(&mut self, directive: &str) -> bool {
        let word = directive.split(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or_default();
        match word {
            "if" | "ifdef" | "ifndef" => {
                let condition = directive[word.len()..].trim();
                let is_off = condition == "0" || word != "ifndef" && condition.contains("__cplusplus");
                self.open.push((!is_off, !is_off));
            }
            "else" | "elif" => {
                if let Some((is_taken, has_counted)) = self.open.last_mut() {
                    *is_taken = !*has_counted;
                    *has_counted = true;
                }
            }
            "endif" => {
                self.open.pop();
            }
            _ => return false,
        }
        true
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
            Piece::Declaration(at, found) => {
                assert!(code[*at..].starts_with(found));
                (false, found.split_whitespace().collect::<Vec<_>>().join(" "))
            }
        };
        pieces(&code).iter().map(piece).collect()
    }

    #[test]
    fn directives_and_declarations_are_told_apart() {
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
    fn conditions_take_the_first_branch_that_is_c() {
        let found = texts(
            "#ifndef X_H\n#define X_H\n#ifdef __cplusplus\nextern \"C\" {\n#endif\n#if 0\nint no;\n#else\nint yes;\n#endif\n\
             #ifdef WIDE\nlong a;\n#else\nshort a;\n#endif\n#endif\nextern \"C\" { int in; }\nint last;",
        );
        let found: Vec<_> = found.iter().map(|(_, text)| text.as_str()).collect();
        assert_eq!(found, ["define X_H", "int yes", "long a", "int in", "int last"]);
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
