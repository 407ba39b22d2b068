//! The filter floor: worked examples, diagnostics, and a naive evaluator as oracle.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, missing_docs, unreachable_pub)]

mod corpus;
#[path = "../support/diagnostics.rs"]
mod diagnostics;
mod examples;
#[path = "../support/files.rs"]
mod files;
#[path = "../support/golden.rs"]
mod golden;
mod golden_sources;
mod language;
mod model;
mod oracle;
mod random;
mod site;
mod tables;
