//! The template floor: the examples of the manuals by their numbers, the rules, the golden files of diagnostics.
#![allow(clippy::unwrap_used)]

#[path = "template/allocations.rs"]
mod allocations;
#[path = "template/backwards.rs"]
mod backwards;
#[path = "template/corpus.rs"]
mod corpus;
#[path = "support/diagnostics.rs"]
mod diagnostics;
#[path = "template/examples.rs"]
mod examples;
#[path = "support/files.rs"]
mod files;
#[path = "support/golden.rs"]
mod golden;
#[path = "template/golden_sources.rs"]
mod golden_sources;
#[path = "template/lists.rs"]
mod lists;
#[path = "template/oracle.rs"]
mod oracle;
#[path = "template/rules.rs"]
mod rules;
#[path = "template/site.rs"]
mod site;
