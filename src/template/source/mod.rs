//! Parses template sources to a syntax tree.
//!
//! [`lines`] applies the line rules and directives, [`grammar`] reads what is on one line, [`parse`] puts the lines of
//! a source together. Names are looked up later, by the compiler.

mod ast;
mod grammar;
mod lines;
mod markers;
mod parse;

pub(super) use ast::*;
pub(super) use parse::Messages;
