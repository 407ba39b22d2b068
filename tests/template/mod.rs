//! The template floor: the examples of the manuals by their numbers, the rules, the golden files of diagnostics.

mod allocations;
mod backwards;
mod corpus;
use crate::diagnostics;
mod examples;
use crate::files;
use crate::golden;
mod golden_sources;
mod lists;
mod oracle;
mod rules;
mod site;
