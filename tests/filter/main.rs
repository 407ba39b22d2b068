//! The filter floor: worked examples, diagnostics, and a naive evaluator as oracle.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, missing_docs, unreachable_pub)]

mod examples;
mod golden;
mod language;
mod site;
mod tables;
