//! Which of the shipped definitions a user's sources need.
//!
//! In the shipped DDL sources every statement begins in the first column with its keyword, and nothing else does. So a statement is a
//! run of whole lines, and what it needs are the statements that define the words in it.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use crate::dictionary::builtin;
use crate::dictionary::image::{hash_name, same_name};
use crate::dictionary::naming;

/// Words before the name of a definition.
const KEYWORDS: [&str; 7] =
    ["CONSTANT", "DEF", "DEFINITION", "RECORD", "TOKEN-CODE", "TOKEN-TYPE", "TOKEN-MAP"];

/// The statements of the shipped DDL sources, in their order.
pub(super) struct Statements {
    statements: Vec<Statement>,
    /// The last statement with a name of this hash.
    by_name: HashMap<u64, usize>,
}

struct Statement {
    name: &'static str,
    text: &'static str,
    /// An earlier one with a name of the same hash.
    earlier: Option<usize>,
}

static SHIPPED: LazyLock<Statements> = LazyLock::new(|| {
    let ddl = builtin::definitions().iter().filter(|(name, _)| name.ends_with(".ddl"));
    let mut shipped = Statements { statements: Vec::new(), by_name: HashMap::new() };
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

    /// Whether a source may define a name that is shipped. A comment that looks so counts too.
    pub(super) fn are_redefined(&self, source: &str) -> bool {
        let mut is_definition = false;
        words(source).any(|word| {
            let redefines = is_definition && self.of(word).next().is_some();
            is_definition = KEYWORDS.iter().any(|keyword| keyword.eq_ignore_ascii_case(word));
            redefines
        })
    }

    /// The statements that sources need, and those that these need: what their words name, and the subsystems of their prefixes.
    #[allow(single_use_lifetimes)] // there is no anonymous one in the place of an argument's bound yet
    pub(super) fn needed<'t>(&self, sources: impl Iterator<Item = &'t str>) -> String {
        let mut is_needed = vec![false; self.statements.len()];
        let mut open = Vec::new();
        let mut need = |number: usize, open: &mut Vec<usize>| {
            if let Some(known) = is_needed.get_mut(number).filter(|known| !**known) {
                *known = true;
                open.push(number);
            }
        };
        let mut prefixes = HashSet::new();
        for word in sources.flat_map(words).filter(|word| is_name(word)) {
            self.of(word).for_each(|number| need(number, &mut open));
            let prefix = naming::prefix(word);
            if prefixes.insert(prefix) {
                self.of(&format!("{prefix}-VAL-SSID")).for_each(|number| need(number, &mut open));
            }
        }
        while let Some(number) = open.pop() {
            let text = self.statements.get(number).map_or("", |statement| statement.text);
            for word in words(text).filter(|word| is_name(word)) {
                self.of(word).for_each(|number| need(number, &mut open));
            }
        }
        let needed = self.statements.iter().zip(is_needed).filter(|(_, is_needed)| *is_needed);
        needed.map(|(statement, _)| statement.text).collect()
    }
}

/// The name that a statement on this line defines.
fn defined(line: &'static str) -> Option<&'static str> {
    let mut words = words(line);
    let keyword = words.next().filter(|word| line.starts_with(*word))?;
    KEYWORDS.contains(&keyword).then(|| words.next())?
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    let ends = |c: char| !c.is_ascii_alphanumeric() && !matches!(c, '-' | '^' | '_');
    text.split(ends).filter(|word| !word.is_empty())
}

/// Every shipped name has more than one part.
fn is_name(word: &str) -> bool {
    word.contains(['-', '^', '_'])
}

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
        let shipped = Statements::shipped();
        let needed = shipped.needed(["token-code my^x value is 1 token-type zspi^typ^string."].into_iter());
        assert_eq!(needed.matches("TOKEN-TYPE").count(), 1, "{needed}");
        assert!(needed.contains("CONSTANT ZSPI-TDT-CHAR "), "{needed}");
        assert!(!needed.contains("ZRPC"), "{needed}");
        assert!(shipped.needed(["ZRPC-TKN-MINE"].into_iter()).contains("DEF ZRPC-VAL-SSID"));
        assert!(shipped.are_redefined("constant\n zspi_tdt_char value is 1."));
        assert!(!shipped.are_redefined("CONSTANT MY-X VALUE IS ZSPI-TDT-CHAR."));
    }
}
