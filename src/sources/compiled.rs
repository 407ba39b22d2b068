//! The content of a compiled file.

use core::fmt;

use super::container::{self, array, take};
use crate::dictionary::Dictionary;
use crate::template::TemplateSet;

/// Kinds of sections.
const SHIPPED: u32 = 1;
const DICTIONARY: u32 = 2;
const TEMPLATES: u32 = 3;
const INPUTS: u32 = 4;

/// The sources a file was compiled from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Inputs {
    /// Whether they were compiled together with the shipped definitions.
    pub with_builtin: bool,
    /// Macros that were defined for C headers.
    pub macros: Vec<String>,
    /// The sources in their order.
    pub sources: Vec<SourceInput>,
    /// The sources that their `?SOURCE` lines named.
    pub inclusions: Vec<Inclusion>,
}

/// A source with its name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[allow(clippy::exhaustive_structs)] // a name and a text
pub struct SourceInput {
    /// The name that diagnostics show.
    pub name: String,
    /// Its text.
    pub text: String,
}

/// The answer to a `?SOURCE` line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[allow(clippy::exhaustive_structs)] // what a loader is asked and answers
pub struct Inclusion {
    /// The name of the source with the line.
    pub including: String,
    /// The file as the line names it.
    pub file: String,
    /// The source that was found.
    pub source: SourceInput,
}

/// The content of a compiled file.
#[derive(Debug)]
#[non_exhaustive]
pub struct Compiled {
    /// The definitions of the sources. `None` if it was compiled together with other shipped definitions than those of this
    /// release: the sources have to be compiled again.
    pub dictionary: Option<Dictionary>,
    /// The templates, for that dictionary.
    pub templates: Option<TemplateSet>,
    /// The sources.
    pub inputs: Inputs,
}

impl Compiled {
    /// Whether bytes begin as a compiled file does.
    #[must_use]
    pub fn is_compiled(bytes: &[u8]) -> bool {
        container::has_magic(bytes)
    }

    /// A compiled file. `dictionary` and `templates` are what the sources make, with the shipped definitions if `inputs` says
    /// so.
    #[must_use]
    pub fn to_bytes(dictionary: &Dictionary, templates: &TemplateSet, inputs: &Inputs) -> Vec<u8> {
        container::write(&[
            (SHIPPED, &shipped()),
            (DICTIONARY, &dictionary.to_compiled()),
            (TEMPLATES, &templates.to_bytes()),
            (INPUTS, &inputs.to_bytes()),
        ])
    }

    /// Reads a compiled file.
    ///
    /// # Errors
    /// The bytes are none, of another version, or damaged.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, CompiledError> {
        let sections = container::read(bytes)?;
        let section = |kind| {
            let found = sections.iter().find(|(known, _)| *known == kind);
            found.map(|(_, bytes)| *bytes).ok_or(CompiledError::Damaged)
        };
        let inputs = Inputs::from_bytes(section(INPUTS)?).ok_or(CompiledError::Damaged)?;
        let (dictionary, templates) = (section(DICTIONARY)?, section(TEMPLATES)?);
        if section(SHIPPED)? != shipped() {
            return Ok(Self { dictionary: None, templates: None, inputs });
        }
        let dictionary = Dictionary::from_compiled(dictionary).ok_or(CompiledError::Damaged)?;
        let templates = TemplateSet::from_bytes(templates).ok_or(CompiledError::Damaged)?;
        Ok(Self { dictionary: Some(dictionary), templates: Some(templates), inputs })
    }
}

/// Tells the shipped definitions of one release from those of another, by their length and a sum of their bytes.
fn shipped() -> [u8; 16] {
    let image = Dictionary::builtin().as_bytes();
    let (words, _) = image.as_chunks();
    let sum = words
        .iter()
        .map(|word| u64::from_le_bytes(*word))
        .fold(0_u64, |sum, word| sum.rotate_left(5).wrapping_add(word));
    let len = u64::try_from(image.len()).unwrap_or(0);
    let mut key = [0; 16];
    key.iter_mut()
        .zip(len.to_le_bytes().into_iter().chain(sum.to_le_bytes()))
        .for_each(|(to, from)| *to = from);
    key
}

impl Inputs {
    fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = vec![u8::from(self.with_builtin)];
        put_number(&mut bytes, self.macros.len());
        self.macros.iter().for_each(|name| put_text(&mut bytes, name));
        put_number(&mut bytes, self.sources.len());
        self.sources.iter().for_each(|source| source.put(&mut bytes));
        put_number(&mut bytes, self.inclusions.len());
        for Inclusion { including, file, source } in &self.inclusions {
            put_text(&mut bytes, including);
            put_text(&mut bytes, file);
            source.put(&mut bytes);
        }
        bytes
    }

    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let mut rest = bytes;
        let [with_builtin] = array(&mut rest)?;
        let mut inputs = Self { with_builtin: with_builtin != 0, ..Self::default() };
        for _ in 0..number(&mut rest)? {
            inputs.macros.push(text(&mut rest)?);
        }
        for _ in 0..number(&mut rest)? {
            inputs.sources.push(SourceInput::take(&mut rest)?);
        }
        for _ in 0..number(&mut rest)? {
            let (including, file) = (text(&mut rest)?, text(&mut rest)?);
            inputs.inclusions.push(Inclusion { including, file, source: SourceInput::take(&mut rest)? });
        }
        rest.is_empty().then_some(inputs)
    }
}

impl SourceInput {
    fn put(&self, bytes: &mut Vec<u8>) {
        put_text(bytes, &self.name);
        put_text(bytes, &self.text);
    }

    fn take(rest: &mut &[u8]) -> Option<Self> {
        Some(Self { name: text(rest)?, text: text(rest)? })
    }
}

fn put_number(bytes: &mut Vec<u8>, number: usize) {
    bytes.extend(u32::try_from(number).unwrap_or(0).to_le_bytes());
}

fn put_text(bytes: &mut Vec<u8>, text: &str) {
    put_number(bytes, text.len());
    bytes.extend(text.as_bytes());
}

fn number(rest: &mut &[u8]) -> Option<u32> {
    array(rest).map(u32::from_le_bytes)
}

fn text(rest: &mut &[u8]) -> Option<String> {
    let len = usize::try_from(number(rest)?).ok()?;
    Some(core::str::from_utf8(take(rest, len)?).ok()?.to_owned())
}

/// Why bytes are not a compiled definitions of this release.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CompiledError {
    /// They do not begin as a compiled file does.
    NotCompiled,
    /// They are of another version.
    Version {
        /// The version of the file.
        found: u32,
        /// The version that is read.
        known: u32,
    },
    /// They are cut short or changed.
    Damaged,
}

impl fmt::Display for CompiledError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotCompiled => f.write_str("the file holds no compiled definitions"),
            Self::Version { found, known } => {
                write!(f, "the compiled definitions have version {found}, this program reads version {known}")
            }
            Self::Damaged => {
                f.write_str("the compiled definitions are damaged: the checksum or a length is wrong")
            }
        }
    }
}

impl core::error::Error for CompiledError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_comes_back() {
        let source = |name: &str| SourceInput { name: name.into(), text: format!("text of {name}") };
        let inputs = Inputs {
            with_builtin: true,
            macros: vec!["A".into()],
            sources: vec![source("a"), source("b")],
            inclusions: vec![Inclusion { including: "a".into(), file: "C".into(), source: source("c") }],
        };
        let templates = TemplateSet::builtin();
        let file = Compiled::to_bytes(Dictionary::builtin(), &templates, &inputs);
        let back = Compiled::from_bytes(&file).unwrap();
        assert_eq!(back.inputs, inputs);
        assert_eq!(back.dictionary.unwrap().as_bytes(), Dictionary::builtin().as_bytes());
        assert_eq!(back.templates.unwrap().to_bytes(), templates.to_bytes());
    }
}
