//! Runs templates backwards: from a sentence to the tokens it was made from.
//!
//! [`machine`] matches one program against one text, [`decode`] reads values from their text, [`tokens`] puts the tokens
//! together; [`Matcher`] tries thousands of templates through one automaton over their literals. [`printed`] reads the
//! lines of a printing distributor, [`import`] makes events of them.

mod decode;
mod import;
mod machine;
mod matcher;
mod printed;
mod tokens;

pub use import::{ImportOptions, Imported, Importer};
pub use matcher::{Explanation, MatchOptions, Matched, Matcher, Scratch};
pub use printed::{PrintedEvent, PrintedLines};
pub use tokens::MatchedToken;
