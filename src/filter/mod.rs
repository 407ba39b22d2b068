//! Runs EMS filters: the filter language EMF, filter tables and burst filters. Says why an event passed or failed.
//!
//! A source is compiled once, under a [`Dictionary`](crate::dictionary::Dictionary) that says what its names mean:
//!
//! ```text
//! source -> TACL -> tokens -> statements -> checked against the definitions -> program
//! ```
//!
//! The program is a flat list of tests, each with two ways on. Header tokens are read where they are; the tokens of the
//! body that all its conditions need are found in one walk, when the first of them is asked for. A verdict allocates
//! nothing.
//!
//! ```
//! use zems::dictionary::Dictionary;
//! use zems::ems::Event;
//! use zems::filter::{Compiler, Parameters, Scratch, Verdict};
//! use zems::text::SourceMap;
//!
//! let source = "FILTER from^disk; BEGIN \
//!     IF ZEMS^TKN^EVENTNUMBER > 100 AND ZEMS^TKN^CPU = 2 THEN PASS 7; \
//! END;";
//! let mut sources = SourceMap::new();
//! let id = sources.add("disk", source)?;
//! let dictionary = Dictionary::empty();
//! let compiled = Compiler::new(&dictionary).filter(&mut sources, id).into_result().unwrap();
//! let filter = compiled.load(&Parameters::new(), &dictionary)?;
//!
//! let event = Event::parse(zems::samples::EVENT)?;
//! let mut scratch = Scratch::new();
//! assert_eq!(filter.verdict(&event, &mut scratch)?, Verdict::Pass { value: Some(7), routing: &[] });
//!
//! let why = filter.explain(&event, &mut scratch)?.to_string();
//! assert!(why.starts_with("PASS 7 by disk:1:"));
//! assert!(why.contains("ZEMS^TKN^EVENTNUMBER is 101"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! * [`Compiler`]: sources to filters, with the compiler's own messages as [`Diagnostics`](crate::text::Diagnostics);
//!   [`Compiler::expression`] for a single condition.
//! * [`CompiledFilter`], [`Parameters`], [`Filter`]: parameters are supplied when a filter is loaded.
//! * [`Verdict`], [`Explanation`], [`Branch`]: what a filter says, and why; as a list of conditions, or as a tree.
//! * [`FilterTable`], [`BurstFilter`], [`BurstMonitor`]: the other kinds.
//! * [`Filters`], [`Session`]: several at once, in order.
//!
//! Where the manuals are silent the choices are those of one place each: comparison in `value`, MATCH in `pattern`, file
//! names in `file_name`, rows and directives in `table`, bursts in `burst`.

mod ast;
mod branch;
mod burst;
mod check;
mod codegen;
mod compiled;
mod compiler;
mod destination;
mod environment;
mod explain;
mod file_name;
mod lexer;
mod messages;
mod operand;
mod parameter;
mod parser;
mod pattern;
mod plan;
mod program;
mod relation;
mod run;
mod session;
mod statement;
mod table;
mod tacl;
mod types;
mod value;
mod verdict;

pub use branch::{Branch, BranchKind};
pub use burst::{Burst, BurstFilter, BurstMonitor, BurstNotice};
pub use compiled::{CompiledFilter, Filter};
pub use compiler::{Compilation, Compiled, Compiler};
pub use destination::Destination;
pub use environment::Nodes;
pub use explain::{Decision, Excerpt, Explanation, OperandValue, Step};
pub use parameter::{LoadError, LoadErrorKind, ParameterDef, Parameters};
pub use run::{EventText, Scratch, TemplateKey};
pub use session::{AnyFilter, Filters, Judgement, Session, TooManyFilters};
pub use table::{FilterTable, TableSource};
pub use verdict::Verdict;
