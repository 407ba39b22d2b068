//! Lists the definitions of a dictionary: as JSON Lines, as tables for people, as Rust source.
//!
//! ```
//! use zems::dictionary::Dictionary;
//! use zems::dictionary::catalogue::{Catalogue, NoTexts, Pattern};
//!
//! let catalogue = Catalogue::new(Dictionary::builtin(), Pattern::new("ZRPC-TKN-CPU"), &NoTexts);
//! let mut lines = String::new();
//! catalogue.write_json(&mut lines)?;
//! assert_eq!(
//!     lines,
//!     "{\"kind\":\"token\",\"name\":\"ZRPC-TKN-CPU\",\"code\":\"09020008\",\"type\":\"ZSPI-TYP-UINT\",\
//!      \"ssid\":\"TANDEM.RPC.0\",\"heading\":\"CPU\",\"provisional\":true}\n"
//! );
//! # Ok::<(), core::fmt::Error>(())
//! ```

mod json;
mod pattern;
mod rust;
mod rust_event;
mod tables;

use core::fmt;
use std::collections::BTreeSet;

pub use pattern::Pattern;

use super::{
    ConstantDef, Dictionary, Enumeration, EventDef, SsidDef, Structure, Subsystem, TokenDef, TokenTypeDef,
    UnnumberedToken,
};

/// The definitions of a dictionary that a pattern selects.
#[derive(Clone, Copy)]
pub struct Catalogue<'d> {
    dictionary: &'d Dictionary,
    pattern: Pattern<'d>,
    texts: &'d dyn Texts,
}

/// The texts of events, which a dictionary does not have: templates make them.
pub trait Texts {
    /// The strings of an event's template, one after the other, with their markers: `Backup process in CPU <1> died`.
    fn template(&self, event: EventDef<'_>) -> Option<String>;

    /// The text of the event's syslog message, with the names of its variables: `Unable to lock PID file: <error-message>`.
    fn message(&self, event: EventDef<'_>) -> Option<String>;
}

/// No texts are known.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoTexts;

impl Texts for NoTexts {
    fn template(&self, _event: EventDef<'_>) -> Option<String> {
        None
    }

    fn message(&self, _event: EventDef<'_>) -> Option<String> {
        None
    }
}

/// One definition.
#[derive(Clone, Copy, Debug)]
#[allow(missing_docs)]
#[non_exhaustive]
pub enum Entry<'d> {
    Subsystem(Subsystem<'d>),
    Ssid(SsidDef<'d>),
    Constant(ConstantDef<'d>),
    TokenType(TokenTypeDef<'d>),
    Token(TokenDef<'d>),
    /// A TOKEN-MAP.
    Map(TokenDef<'d>),
    /// A token whose number is not known.
    Unnumbered(UnnumberedToken<'d>),
    Structure(Structure<'d>),
    Enumeration(Enumeration<'d>),
    Event(EventDef<'d>),
    /// The syslog side of an event.
    Message(EventDef<'d>),
}

impl<'d> Entry<'d> {
    /// The name; of a message its tag.
    #[must_use]
    pub fn name(&self) -> &'d str {
        match self {
            Self::Subsystem(subsystem) => subsystem.name(),
            Self::Ssid(def) => def.name(),
            Self::Constant(constant) => constant.name(),
            Self::TokenType(token_type) => token_type.name(),
            Self::Token(token) | Self::Map(token) => token.name(),
            Self::Unnumbered(token) => token.name(),
            Self::Structure(structure) => structure.name(),
            Self::Enumeration(enumeration) => enumeration.name(),
            Self::Event(event) => event.name(),
            Self::Message(event) => event.message().map_or("", |message| message.tag()),
        }
    }
}

impl<'d> Catalogue<'d> {
    /// The definitions whose name the pattern fits.
    #[must_use]
    pub const fn new(dictionary: &'d Dictionary, pattern: Pattern<'d>, texts: &'d dyn Texts) -> Self {
        Self { dictionary, pattern, texts }
    }

    /// The definitions: kind by kind, each in the order of the sources, a user's before the shipped ones. A token is found by
    /// its other names, too.
    pub fn entries(&self) -> impl Iterator<Item = Entry<'d>> {
        let dictionary = self.dictionary;
        let token =
            |token: TokenDef<'d>| if token.is_map() { Entry::Map(token) } else { Entry::Token(token) };
        let pattern = self.pattern;
        let aliases = dictionary.aliases().filter(|alias| pattern.fits(alias.name()));
        let by_alias: BTreeSet<&str> =
            aliases.filter_map(|alias| alias.token()).map(|token| token.name()).collect();
        let fits = move |entry: &Entry<'d>| {
            let is_token = matches!(entry, Entry::Token(_) | Entry::Map(_));
            pattern.fits(entry.name()) || is_token && by_alias.contains(entry.name())
        };
        dictionary
            .subsystems()
            .map(Entry::Subsystem)
            .chain(dictionary.ssids().map(Entry::Ssid))
            .chain(dictionary.constants().map(Entry::Constant))
            .chain(dictionary.token_types().map(Entry::TokenType))
            .chain(dictionary.tokens().map(token))
            .chain(dictionary.unnumbered_tokens().map(Entry::Unnumbered))
            .chain(dictionary.structures().map(Entry::Structure))
            .chain(dictionary.enumerations().map(Entry::Enumeration))
            .chain(dictionary.events().map(Entry::Event))
            .chain(dictionary.events().filter(|event| event.message().is_some()).map(Entry::Message))
            .filter(fits)
    }

    /// Writes one JSON object a line: kinds and keys of `zems catalog --format json`.
    ///
    /// # Errors
    /// `out` takes no more.
    pub fn write_json(&self, out: &mut impl fmt::Write) -> fmt::Result {
        json::write(self, out)
    }

    /// Writes tables for people to read, one for each kind of definition.
    ///
    /// # Errors
    /// `out` takes no more.
    pub fn write_tables(&self, out: &mut impl fmt::Write) -> fmt::Result {
        tables::write(self, out)
    }

    /// Writes Rust source: a module of constants, enumerations and structure views under the names of the definitions, for
    /// producers and consumers of events that want their names at compile time. It needs this crate and nothing else.
    ///
    /// # Errors
    /// `out` takes no more.
    pub fn write_rust(&self, out: &mut impl fmt::Write) -> fmt::Result {
        rust::write(self, out)
    }
}

impl fmt::Debug for Catalogue<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.entries()).finish()
    }
}
