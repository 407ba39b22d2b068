//! Provides the base of all text languages of the crate: places in source text, diagnostics as data, and building blocks of
//! grammars.
//!
//! * [`Span`], [`Location`]: byte ranges in one source, and in one of several.
//! * [`SourceMap`]: the named sources of one compilation; turns offsets into lines and columns.
//! * [`SourceLoader`]: how a language asks for the file named by a `?SOURCE` line. Nothing here reads files.
//! * [`Diagnostic`], [`Diagnostics`]: what is wrong, where, what was expected, what to do. Plain data: a command line
//!   draws them as it likes, [`Diagnostic::render`] writes them as plain text.
//! * [`grammar`]: nom building blocks and their one error type, [`grammar::Expected`].
//!
//! ```
//! use zems::text::{Diagnostic, SourceMap, Span};
//!
//! let mut sources = SourceMap::new();
//! let id = sources.add("zpwyddl", "CONSTANT a VALUE 1.\nCONSTANT b VALU 2.\n")?;
//! let diagnostic = Diagnostic::error(id, Span::new(31, 35), "expected VALUE").with_hint("VALUE is short of an E");
//! assert_eq!(
//!     diagnostic.render(&sources).to_string(),
//!     "zpwyddl:2:12: error: expected VALUE\n\
//!      2 | CONSTANT b VALU 2.\n\
//!      \u{20} |            ^^^^\n\
//!      \u{20} = hint: VALUE is short of an E\n"
//! );
//! # Ok::<(), zems::text::SourceTooLong>(())
//! ```

mod diagnostic;
mod escape;
pub mod grammar;
mod hex;
pub mod limits;
mod similar;
mod source;
mod span;

pub(crate) use similar::similar;

pub use diagnostic::{Diagnostic, Diagnostics, Label, Rendered, Severity};
pub use escape::{Escaped, escaped, is_unsafe};
pub use hex::{HexBlock, HexBlocks, HexError, looks_like_hex};
pub use source::{NoLoader, Position, Source, SourceId, SourceLoader, SourceMap, SourceTooLong};
pub use span::{Location, Span};
