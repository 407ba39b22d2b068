//! Which of the shipped definitions a user's sources need.
//!
//! In the shipped DDL sources every statement begins in the first column with its keyword, and nothing else does. So a statement is a
//! run of whole lines, and what it needs are the statements that define the words in it.

use std::collections::HashSet;
use std::sync::LazyLock;

use super::kind::SourceKind;
use crate::dictionary::builtin;
use crate::dictionary::hash::NumberMap;
use crate::dictionary::image::{hash_name, same_name};
use crate::dictionary::naming;

/// Words before the name of a definition.
const KEYWORDS: [&str; 7] =
    ["CONSTANT", "DEF", "DEFINITION", "RECORD", "TOKEN-CODE", "TOKEN-TYPE", "TOKEN-MAP"];

/// The statements of the shipped DDL sources, in their order.
pub(super) struct Statements {
    statements: Vec<Statement>,
    /// The last statement with a name of this hash.
    by_name: NumberMap<usize>,
    /// The letters that names begin with, in upper case: the vendor's begin with Z, a site's do not.
    letters: [bool; 256],
}

struct Statement {
    name: &'static str,
    text: &'static str,
    /// An earlier one with a name of the same hash.
    earlier: Option<usize>,
}

/// The end of the name of a DEF that holds the SSID of the subsystem of the prefix before it.
const SSID: &str = "-VAL-SSID";

static SHIPPED: LazyLock<Statements> = LazyLock::new(|| {
    let ddl = builtin::definitions().iter().filter(|(name, _)| name.ends_with(".ddl"));
    let mut shipped =
        Statements { statements: Vec::new(), by_name: NumberMap::default(), letters: [false; 256] };
    ddl.for_each(|(_, text)| shipped.add(text));
    shipped
});

impl Statements {
    pub(super) fn shipped() -> &'static Self {
        &SHIPPED
    }

    fn add(&mut self, source: &'static str) {
        let mut open: Option<(&'static str, usize)> = None;
        let mut at = 0;
        for line in source.split_inclusive('\n') {
            let name = defined(line);
            if name.is_some() || line.starts_with('?') {
                if let Some((name, start)) = open.take() {
                    self.push(name, source.get(start..at).unwrap_or_default());
                }
                open = name.map(|name| (name, at));
            }
            at += line.len();
        }
        if let Some((name, start)) = open {
            self.push(name, source.get(start..).unwrap_or_default());
        }
    }

    fn push(&mut self, name: &'static str, text: &'static str) {
        if let Some(place) = name.bytes().next().and_then(|letter| self.letters.get_mut(usize::from(letter)))
        {
            *place = true;
        }
        let earlier = self.by_name.insert(hash_name(name), self.statements.len());
        self.statements.push(Statement { name, text, earlier });
    }

    /// The numbers of the statements that define a name.
    fn of<'s>(&'s self, name: &'s str) -> impl Iterator<Item = usize> + 's {
        let mut next = self.by_name.get(&hash_name(name)).copied();
        let all = core::iter::from_fn(move || {
            let number = next?;
            next = self.statements.get(number)?.earlier;
            Some(number)
        });
        all.filter(|number| self.statements.get(*number).is_some_and(|known| same_name(known.name, name)))
    }

    /// The statements that sources need, and those that these need: what their words name, and the subsystems of their prefixes.
    /// `None` if a DDL source may define a name that is shipped; a comment that looks so counts too.
    #[allow(single_use_lifetimes)] // there is no anonymous one in the place of an argument's bound yet
    pub(super) fn needed<'t>(&self, sources: impl Iterator<Item = (SourceKind, &'t str)>) -> Option<String> {
        let mut is_needed = vec![false; self.statements.len()];
        let mut open = Vec::new();
        let mut need = |number: usize, open: &mut Vec<usize>| {
            if let Some(known) = is_needed.get_mut(number).filter(|known| !**known) {
                *known = true;
                open.push(number);
            }
        };
        let mut prefixes = HashSet::new();
        for (kind, text) in sources {
            let mut is_definition = false;
            for word in words(text) {
                let may_define = is_definition && kind == SourceKind::Ddl;
                is_definition = is_keyword(word);
                if !self.may_have(word) || !is_name(word) {
                    continue;
                }
                for number in self.of(word) {
                    if may_define {
                        return None;
                    }
                    need(number, &mut open);
                }
                let prefix = naming::prefix(word);
                if prefixes.insert(prefix) {
                    self.of(&format!("{prefix}{SSID}")).for_each(|number| need(number, &mut open));
                }
            }
        }
        while let Some(number) = open.pop() {
            let text = self.statements.get(number).map_or("", |statement| statement.text);
            for word in words(text).filter(|word| is_name(word)) {
                self.of(word).for_each(|number| need(number, &mut open));
            }
        }
        let needed = self.statements.iter().zip(is_needed).filter(|(_, is_needed)| *is_needed);
        Some(needed.map(|(statement, _)| statement.text).collect())
    }

    /// Whether a shipped name has the first letter of a word.
    fn may_have(&self, word: &str) -> bool {
        let letter = word.bytes().next().map_or(0, |letter| letter.to_ascii_uppercase());
        self.letters.get(usize::from(letter)).is_some_and(|known| *known)
    }
}

/// The name that a statement on this line defines.
fn defined(line: &'static str) -> Option<&'static str> {
    if !line.starts_with(|c: char| c.is_ascii_uppercase()) {
        return None;
    }
    let mut words = words(line);
    let keyword = words.next().filter(|word| line.starts_with(*word))?;
    KEYWORDS.contains(&keyword).then(|| words.next())?
}

fn is_keyword(word: &str) -> bool {
    matches!(word.as_bytes(), [b'C' | b'D' | b'R' | b'T' | b'c' | b'd' | b'r' | b't', ..])
        && KEYWORDS.iter().any(|keyword| keyword.eq_ignore_ascii_case(word))
}

/// The words of a text: letters, digits, `-`, `^` and `_`.
fn words(text: &str) -> Words<'_> {
    Words { text, at: 0 }
}

struct Words<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Iterator for Words<'t> {
    type Item = &'t str;

    fn next(&mut self) -> Option<&'t str> {
        let is_part = |byte: &u8| CLASSES[usize::from(*byte)] != OTHER;
        let rest = self.text.as_bytes().get(self.at..)?;
        let start = rest.iter().position(is_part)?;
        let word = rest.get(start..)?;
        let len = word.iter().position(|byte| !is_part(byte)).unwrap_or(word.len());
        let start = self.at + start;
        self.at = start + len;
        self.text.get(start..self.at)
    }
}

/// Every shipped name has more than one part.
fn is_name(word: &str) -> bool {
    word.bytes().any(|byte| CLASSES[usize::from(byte)] == JOINT)
}

const OTHER: u8 = 0;
const PART: u8 = 1;
const JOINT: u8 = 2;

/// Whether each byte is a part of a word, and whether it joins the parts of a name.
const CLASSES: [u8; 256] = {
    let mut classes = [OTHER; 256];
    let mut byte = 0_u8;
    loop {
        classes[byte as usize] = match byte {
            b'-' | b'^' | b'_' => JOINT,
            _ if byte.is_ascii_alphanumeric() => PART,
            _ => OTHER,
        };
        if byte == u8::MAX {
            break classes;
        }
        byte += 1;
    }
};

#[cfg(test)]
mod tests {
    use super::*;

    /// The statements are those that the compiler finds.
    #[test]
    fn statements_are_those_of_the_sources() {
        let shipped = Statements::shipped();
        let found = |keyword: &str| {
            let count = shipped.statements.iter().filter(|known| known.text.starts_with(keyword)).count();
            assert!(count > 0, "{keyword}");
            count
        };
        let dictionary = crate::dictionary::Dictionary::builtin();
        assert_eq!(found("CONSTANT "), dictionary.constants().count());
        assert_eq!(found("TOKEN-TYPE "), dictionary.token_types().count());
        assert_eq!(found("TOKEN-CODE ") + found("TOKEN-MAP "), dictionary.tokens().count());
        assert!(shipped.statements.iter().all(|known| is_name(known.name)));
    }

    #[test]
    fn what_is_needed_is_whole() {
        let needed = |text| Statements::shipped().needed([(SourceKind::Ddl, text)].into_iter());
        let needed_by_mine = needed("ZRPC-TKN-MINE").unwrap();
        assert!(needed_by_mine.contains("DEF ZRPC-VAL-SSID"));
        assert_eq!(needed("constant\n zspi_tdt_char value is 1."), None);
        assert!(needed("CONSTANT MY-X VALUE IS ZSPI-TDT-CHAR.").is_some());
        let needed = needed("token-code my^x value is 1 token-type is zspi^typ^string.").unwrap();
        assert_eq!(needed.matches("TOKEN-TYPE").count(), 1, "{needed}");
        assert!(needed.contains("CONSTANT ZSPI-TDT-CHAR "), "{needed}");
        assert!(!needed.contains("ZRPC"), "{needed}");
    }
}
