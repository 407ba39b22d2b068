//! The template floor: the examples of the manuals by their numbers, the rules, the golden files of diagnostics.
#![allow(clippy::unwrap_used)]

#[path = "template/allocations.rs"]
mod allocations;
#[path = "template/backwards.rs"]
mod backwards;
#[path = "template/examples.rs"]
mod examples;
#[path = "template/golden.rs"]
mod golden;
#[path = "template/lists.rs"]
mod lists;
#[path = "template/oracle.rs"]
mod oracle;
#[path = "template/rules.rs"]
mod rules;
#[path = "template/site.rs"]
mod site;
