//! The filter floor: worked examples, diagnostics, and a naive evaluator as oracle.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, missing_docs, unreachable_pub)]

mod corpus;
mod examples;
mod golden;
mod language;
mod model;
mod oracle;
mod random;
mod site;
mod tables;
