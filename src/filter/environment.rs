//! The environment of a compilation: definitions, files, nodes; and names as they are spelled.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use crate::dictionary::Dictionary;
use crate::text::SourceLoader;

/// The environment of a compilation.
#[derive(Clone, Copy)]
pub(super) struct Environment<'c> {
    pub(super) dictionary: &'c Dictionary,
    pub(super) loader: &'c dyn SourceLoader,
    pub(super) nodes: &'c Nodes,
}

/// The numbers of nodes by name, which buffers hold and sources write by name.
///
/// ```
/// use zems::filter::Nodes;
///
/// let nodes: Nodes = [("ABCD", 17)].into_iter().collect();
/// assert_eq!(nodes.number("abcd"), Some(17));
/// assert_eq!(nodes.name(17), Some("ABCD"));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Nodes {
    numbers: BTreeMap<String, u32>,
    names: BTreeMap<u32, String>,
}

impl Nodes {
    /// No nodes.
    #[must_use]
    pub const fn new() -> Self {
        Self { numbers: BTreeMap::new(), names: BTreeMap::new() }
    }

    /// Adds a node; its name with or without `\`.
    pub fn add(&mut self, name: &str, number: u32) {
        let name = name.strip_prefix('\\').unwrap_or(name).to_ascii_uppercase();
        self.names.insert(number, name.clone());
        self.numbers.insert(name, number);
    }

    /// The number of a node, its name without `\` and in any case.
    #[must_use]
    pub fn number(&self, name: &str) -> Option<u32> {
        // Without an allocation: filters ask this while they run.
        self.numbers.get(name).copied().or_else(|| {
            let mut numbers = self.numbers.iter();
            numbers.find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, number)| *number)
        })
    }

    /// The name of a node, without `\`, in upper case.
    #[must_use]
    pub fn name(&self, number: u32) -> Option<&str> {
        self.names.get(&number).map(String::as_str)
    }
}

pub(super) static NO_NODES: Nodes = Nodes::new();

impl<N: AsRef<str>> FromIterator<(N, u32)> for Nodes {
    fn from_iter<I: IntoIterator<Item = (N, u32)>>(nodes: I) -> Self {
        let mut all = Self::new();
        nodes.into_iter().for_each(|(name, number)| all.add(name.as_ref(), number));
        all
    }
}

/// A name as TACL spells it: upper case, with `^` where DDL has `-`.
pub(super) fn canonical_name(name: &str) -> String {
    name.chars().map(|c| if c == '-' { '^' } else { c.to_ascii_uppercase() }).collect()
}

/// A name as DDL spells it: upper case, with `-`.
pub(super) fn ddl_name(name: &str) -> String {
    name.chars().map(|c| if matches!(c, '^' | '_') { '-' } else { c.to_ascii_uppercase() }).collect()
}

/// One line of a source for people: blanks made single, and cut where it grows long.
pub(super) fn excerpt(text: &str) -> String {
    const LONGEST: usize = 100;
    let mut words: Vec<&str> = Vec::new();
    let mut len = 0;
    for word in text.split_whitespace() {
        len += word.len() + 1;
        words.push(word);
        if len > LONGEST {
            break;
        }
    }
    let line = words.join(" ");
    match line.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{} ...", line.get(..end).unwrap_or_default().trim_end()),
        None => line,
    }
}
