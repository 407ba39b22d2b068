//! Saves the definitions of a site in one compiled file, and loads it.
//!
//! A [`Compiled`] holds what the sources of a site define: the dictionary, the templates, and the sources themselves, so that
//! they can be combined with others, or compiled again by another release. [`Compiled::to_bytes`] makes the file;
//! [`Compiled::from_bytes`] reads it back and trusts none of its bytes.
//!
//! ```
//! use zems::dictionary::Dictionary;
//! use zems::sources::{Compiled, Inputs};
//! use zems::template::TemplateSet;
//!
//! let dictionary = Dictionary::builtin();
//! let file = Compiled::to_bytes(dictionary, &TemplateSet::builtin(), &Inputs::default());
//! assert!(Compiled::is_compiled(&file));
//! let compiled = Compiled::from_bytes(&file)?;
//! assert_eq!(compiled.dictionary.unwrap().tokens().count(), dictionary.tokens().count());
//! # Ok::<(), zems::sources::CompiledError>(())
//! ```

mod compiled;
mod container;

pub use compiled::{Compiled, CompiledError, Inclusion, Inputs, SourceInput};
