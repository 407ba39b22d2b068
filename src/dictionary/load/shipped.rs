//! Which of the shipped definitions a user's sources need.
//!
//! In the shipped DDL sources every statement begins in the first column with its keyword, and nothing else does. So a statement is a
//! run of whole lines, and what it needs are the statements that define the words in it.

use std::collections::{BTreeSet, HashSet};

use super::kind::SourceKind;
use crate::dictionary::builtin;
use crate::dictionary::image::{hash_name, same_name};
use crate::dictionary::naming;

/// Words before the name of a definition.
const KEYWORDS: [&str; 7] =
    ["CONSTANT", "DEF", "DEFINITION", "RECORD", "TOKEN-CODE", "TOKEN-TYPE", "TOKEN-MAP"];

/// The end of the name of a DEF that holds the SSID of the subsystem of the prefix before it.
const SSID: &str = "-VAL-SSID";

/// An index of the shipped DDL sources. A start would take twice as long if it was made then.
///
/// ```text
/// 32 bytes                  a bit for each letter that a name begins with, in either case
/// 32 bytes                  the same for the second character of a name
/// 20 bytes each, ascending  hash of a name (u64) | its source (u32) | where its statement begins and ends there (u32, u32)
/// ```
///
/// Numbers are little-endian. The test `the_index_of_the_catalogue_is_that_of_the_sources` makes it.
static INDEX: &[u8] = include_bytes!("../builtin/statements.bin");

const LETTERS: usize = 32;
const ROW: usize = 20;

/// For each byte, whether it is among some.
type Bytes = [bool; 256];

/// The statements of the shipped DDL sources, by the hashes of their names.
#[derive(Clone, Copy)]
pub(super) struct Statements {
    /// The characters that names begin with: the vendor's with Z and a letter, a site's do not.
    first: Bytes,
    second: Bytes,
    rows: &'static [[u8; ROW]],
}

/// The place of a statement in the shipped sources: source, start, end.
type Place = (usize, usize, usize);

impl Statements {
    pub(super) fn shipped() -> Self {
        Self::of_index(INDEX)
    }

    fn of_index(index: &'static [u8]) -> Self {
        let (first, rest) = index.split_at_checked(LETTERS).unwrap_or_default();
        let (second, rows) = rest.split_at_checked(LETTERS).unwrap_or_default();
        Self { first: bytes_of(first), second: bytes_of(second), rows: rows.as_chunks().0 }
    }

    /// The statements that define a name.
    fn of<'s>(&'s self, name: &'s str) -> impl Iterator<Item = Place> + 's {
        let hash = hash_name(name);
        let first = self.rows.partition_point(|row| row_of(row).0 < hash);
        let rows = self.rows.iter().skip(first).map(row_of).take_while(move |(found, _)| *found == hash);
        let is_it = |place: &Place| defined(text_of(*place)).is_some_and(|known| same_name(known, name));
        rows.map(|(_, place)| place).filter(is_it)
    }

    /// The statements that sources need, and those that these need: what their words name, and the subsystems of their prefixes.
    /// `None` if a DDL source may define a name that is shipped; a comment that looks so counts too.
    #[allow(single_use_lifetimes)] // there is no anonymous one in the place of an argument's bound yet
    pub(super) fn needed<'t>(&self, sources: impl Iterator<Item = (SourceKind, &'t str)>) -> Option<String> {
        let mut needed = BTreeSet::new();
        let mut open = Vec::new();
        let mut need = |place: Place, open: &mut Vec<Place>| {
            if needed.insert(place) {
                open.push(place);
            }
        };
        let mut prefixes = HashSet::new();
        for (kind, text) in sources {
            for (start, word) in self.candidates(text) {
                for place in self.of(word) {
                    if kind == SourceKind::Ddl && last_word(text.get(..start)?).is_some_and(is_keyword) {
                        return None;
                    }
                    need(place, &mut open);
                }
                let prefix = naming::prefix(word);
                if prefixes.insert(prefix) {
                    self.of(&format!("{prefix}{SSID}")).for_each(|place| need(place, &mut open));
                }
            }
        }
        while let Some(place) = open.pop() {
            for (_, word) in self.candidates(text_of(place)) {
                self.of(word).for_each(|place| need(place, &mut open));
            }
        }
        Some(needed.into_iter().map(text_of).collect())
    }

    /// The words that may be shipped names, and where they begin.
    fn candidates<'t>(&self, text: &'t str) -> impl Iterator<Item = (usize, &'t str)> {
        let is_among = |bytes: &Bytes, byte: u8| bytes[usize::from(byte)];
        let mut at = 0;
        core::iter::from_fn(move || {
            loop {
                let rest = text.as_bytes().get(at..)?;
                let start = at + rest.iter().position(|byte| is_among(&self.first, *byte))?;
                let word = text.as_bytes().get(start..)?;
                let before = start.checked_sub(1).and_then(|before| text.as_bytes().get(before));
                let is_begin = !before.is_some_and(|byte| is_part(*byte));
                at = start + 1;
                if is_begin && word.get(1).is_some_and(|byte| is_among(&self.second, *byte)) {
                    let len = word.iter().position(|byte| !is_part(*byte)).unwrap_or(word.len());
                    at = start + len;
                    let word = text.get(start..at)?;
                    if is_name(word) {
                        return Some((start, word));
                    }
                }
            }
        })
    }
}

/// The bytes whose bits are set.
fn bytes_of(bits: &[u8]) -> Bytes {
    core::array::from_fn(|byte| bits.get(byte / 8).is_some_and(|bits| bits & 1 << (byte % 8) != 0))
}

/// The parts of a row: hash and place.
fn row_of(row: &[u8; ROW]) -> (u64, Place) {
    let [hash @ .., a, b, c, d, e, f, g, h, i, j, k, l] = *row;
    let number = |bytes: [u8; 4]| usize::try_from(u32::from_le_bytes(bytes)).unwrap_or(usize::MAX);
    (u64::from_le_bytes(hash), (number([a, b, c, d]), number([e, f, g, h]), number([i, j, k, l])))
}

fn text_of((source, start, end): Place) -> &'static str {
    builtin::definitions().get(source).and_then(|(_, text)| text.get(start..end)).unwrap_or_default()
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

/// The last word of a text.
fn last_word(text: &str) -> Option<&str> {
    let end = 1 + text.bytes().rposition(is_part)?;
    let start = text.get(..end)?.bytes().rposition(|byte| !is_part(byte)).map_or(0, |before| before + 1);
    text.get(start..end)
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
        let rest = self.text.as_bytes().get(self.at..)?;
        let start = rest.iter().position(|byte| is_part(*byte))?;
        let word = rest.get(start..)?;
        let len = word.iter().position(|byte| !is_part(*byte)).unwrap_or(word.len());
        let start = self.at + start;
        self.at = start + len;
        self.text.get(start..self.at)
    }
}

fn is_part(byte: u8) -> bool {
    CLASSES[usize::from(byte)] != OTHER
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

    /// The statements of a source: where they begin and end.
    fn statements(source: &'static str) -> Vec<(usize, usize)> {
        let mut found = Vec::new();
        let mut open = None;
        let mut at = 0;
        for line in source.split_inclusive('\n') {
            let is_statement = defined(line).is_some();
            if is_statement || line.starts_with('?') {
                found.extend(open.take().map(|start| (start, at)));
                open = is_statement.then_some(at);
            }
            at += line.len();
        }
        found.extend(open.map(|start| (start, source.len())));
        found
    }

    fn index() -> Vec<u8> {
        let (mut first, mut second) = ([0_u8; LETTERS], [0_u8; LETTERS]);
        let mut rows = BTreeSet::new();
        for (number, (name, text)) in builtin::definitions().iter().enumerate() {
            for (start, end) in statements(text).into_iter().filter(|_| name.ends_with(".ddl")) {
                let name = defined(&text[start..end]).unwrap();
                assert!(is_name(name), "{name}");
                for (letters, letter) in [&mut first, &mut second].into_iter().zip(name.bytes()) {
                    assert!(letter.is_ascii_alphabetic(), "{name}");
                    for letter in [letter.to_ascii_lowercase(), letter.to_ascii_uppercase()] {
                        letters[usize::from(letter / 8)] |= 1 << (letter % 8);
                    }
                }
                rows.insert((hash_name(name), number, start, end));
            }
        }
        let mut index = [first, second].concat();
        for (hash, number, start, end) in rows {
            index.extend(hash.to_le_bytes());
            for place in [number, start, end] {
                index.extend(u32::try_from(place).unwrap().to_le_bytes());
            }
        }
        index
    }

    #[test]
    fn the_index_of_the_catalogue_is_that_of_the_sources() {
        let index = index();
        if std::env::var_os("BLESS").is_some_and(|bless| bless == "1") {
            let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/dictionary/builtin/statements.bin");
            std::fs::write(path, &index).unwrap();
            return;
        }
        assert!(index == INDEX, "the sources have changed: run BLESS=1 cargo test catalogue");
    }

    /// The statements are those that the compiler finds.
    #[test]
    fn statements_are_those_of_the_sources() {
        let shipped = Statements::shipped();
        let found = |keyword: &str| {
            let places = shipped.rows.iter().map(|row| row_of(row).1);
            let count = places.filter(|place| text_of(*place).starts_with(keyword)).count();
            assert!(count > 0, "{keyword}");
            count
        };
        let dictionary = crate::dictionary::Dictionary::builtin();
        assert_eq!(found("CONSTANT "), dictionary.constants().count());
        assert_eq!(found("TOKEN-TYPE "), dictionary.token_types().count());
        assert_eq!(found("TOKEN-CODE ") + found("TOKEN-MAP "), dictionary.tokens().count());
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
