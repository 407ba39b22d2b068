//! Compiles the Data Definition Language: constants, structures, enumerations, token types, token codes and token maps, from the
//! definition sources of a system (the files of `ZSPIDEF`, and a subsystem's own) to numbers, offsets and names.
//!
//! [`compile`] reads any number of sources, in any order, with what they `?SOURCE`, and gives a [`Schema`] and
//! [`Diagnostics`]. It continues after errors; what has one is left out of the schema. Numbers in
//! brackets, such as [DDL 6-21], are pages of the *Data Definition Language Reference Manual* (529431-004; where DDL426798
//! is said, of its older edition) and of the *SPI Programming Manual*.
//!
//! ```
//! use zems::ddl::{self, Input, SsidText};
//! use zems::text::{NoLoader, SourceMap};
//!
//! let mut sources = SourceMap::new();
//! let file = sources.add("zpwyddl", r#"
//! * Subsystem identifier of Pathway.
//! CONSTANT zspi-val-tandem  VALUE IS "TANDEM  ".
//! CONSTANT zspi-ssn-zpwy    VALUE IS 8.
//! CONSTANT zpwy-val-version VALUE IS VERSION "C00".
//! DEF ZPWY-VAL-SSID TACL SSID.
//!  02 Z-FILLER  TYPE CHARACTER 8 VALUE IS ZSPI-VAL-TANDEM.
//!  02 Z-OWNER   REDEFINES Z-FILLER PIC X(8).
//!  02 Z-NUMBER  TYPE BINARY 16   VALUE IS ZSPI-SSN-ZPWY.
//!  02 Z-VERSION TYPE BINARY 16   VALUE IS ZPWY-VAL-VERSION.
//! END
//! "#)?;
//!
//! let (schema, diagnostics) = ddl::compile(&mut sources, &[Input::user(file)], &NoLoader);
//! assert!(!diagnostics.has_errors(), "{}", diagnostics.render(&sources));
//!
//! let def = schema.def("zpwy-val-ssid").unwrap();
//! assert_eq!(def.ssid().map(|ssid| SsidText(ssid).to_string()).as_deref(), Some("TANDEM.8.C00"));
//! let fields: Vec<_> = def.qualified_fields().map(|(name, field)| (name, field.offset, field.size)).collect();
//! assert_eq!(fields[2], ("Z-NUMBER".to_string(), 8, 2));
//! # Ok::<(), zems::text::SourceTooLong>(())
//! ```
//!
//! # The way of a source
//! `lines` blanks what is not language; `include` follows `?SOURCE` and picks sections; `grammar` reads one sentence at a
//! time into the `ast`, and `parse` goes from one to the next; `collect` stores them in `tables`; `resolve`, `layout`,
//! `tokens` and `ssid` compute what they mean; `schema` shows it.

mod ast;
mod collect;
mod data_type;
#[cfg(feature = "std")]
mod define;
mod grammar;
mod include;
mod layout;
mod lines;
mod names;
mod parse;
mod resolve;
mod schema;
mod sql;
mod ssid;
mod tables;
mod tokens;
mod value;
mod version;
mod walk;

#[cfg(feature = "std")]
pub(crate) use define::{Definer, Given, MadeOf, Part};

pub use data_type::{DdlType, Sign, Tacl};
#[cfg(feature = "std")]
pub(crate) use schema::Path;
pub use schema::{
    Constant, Def, Definition, EnumValue, Enumeration, Field, Fields, Info, Schema, TokenCode, TokenMap,
    TokenType, Value,
};
pub use ssid::SsidText;

use crate::text::{Diagnostics, SourceId, SourceLoader, SourceMap};
use tables::Tables;

/// A source to compile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Input {
    /// The source.
    pub source: SourceId,
    /// Whose it is, and what it includes.
    pub origin: Origin,
}

impl Input {
    /// A source of a user.
    #[must_use]
    pub const fn user(source: SourceId) -> Self {
        Self { source, origin: Origin::User }
    }

    /// A source that comes with the program.
    #[must_use]
    pub const fn built_in(source: SourceId) -> Self {
        Self { source, origin: Origin::BuiltIn }
    }
}

/// Whose definitions they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_enums)] // ours or not ours
pub enum Origin {
    /// They come with the program; a user's definition of the same name replaces them without a word, whatever the order.
    BuiltIn,
    /// A user's. The later of two of the same name counts, with a warning.
    User,
}

/// A word that stands for a value. [DDL 6-71]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Figurative {
    /// LOW-VALUE, LOW-VALUES: bytes 0.
    LowValues,
    /// HIGH-VALUE, HIGH-VALUES: bytes 255.
    HighValues,
    /// QUOTE, QUOTES: quotation marks.
    Quotes,
    /// SPACE, SPACES: blanks.
    Spaces,
    /// ZERO, ZEROS, ZEROES: the number 0, or digits 0.
    Zeros,
}

/// Compiles sources into one schema.
///
/// The sources may refer to each other in any order. Each part of a source is read once, where it is first asked for, be it
/// as an input or by `?SOURCE`; what `loader` finds is added to `sources`. The diagnostics are sorted by source and place.
#[must_use]
pub fn compile(
    sources: &mut SourceMap,
    inputs: &[Input],
    loader: &dyn SourceLoader,
) -> (Schema, Diagnostics) {
    let mut diagnostics = Diagnostics::new();
    let tables = read(sources, inputs, loader, &mut diagnostics);
    resolved(tables, sources, diagnostics)
}

/// Compiles sources together with definitions of another language, which `define` makes; it is shown what the sources alone say.
/// `first` is the first source of that language.
#[cfg(feature = "std")]
pub(crate) fn compile_with(
    sources: &mut SourceMap,
    inputs: &[Input],
    loader: &dyn SourceLoader,
    first: SourceId,
    define: impl FnOnce(&Schema, &mut Definer<'_>),
) -> (Schema, Diagnostics) {
    let mut diagnostics = Diagnostics::new();
    let tables = read(sources, inputs, loader, &mut diagnostics);
    let (known, _) = resolved(tables.clone(), sources, Diagnostics::new());
    let mut definer = Definer::new(tables, first, &mut diagnostics);
    define(&known, &mut definer);
    let tables = definer.finish();
    drop(known);
    resolved(tables, sources, diagnostics)
}

fn read(
    sources: &mut SourceMap,
    inputs: &[Input],
    loader: &dyn SourceLoader,
    diagnostics: &mut Diagnostics,
) -> Tables {
    let program = include::expand(sources, inputs, loader, diagnostics);
    parse::parse(&program, diagnostics)
}

fn resolved(mut tables: Tables, sources: &SourceMap, mut diagnostics: Diagnostics) -> (Schema, Diagnostics) {
    let bytes = sources.iter().map(|(_, source)| source.text().len()).sum();
    resolve::resolve(&mut tables, bytes, &mut diagnostics);
    tables.shrink();
    diagnostics.sort();
    (Schema { tables }, diagnostics)
}
