//! The template module: the examples of the manuals by their numbers, the rules, the golden files of diagnostics.

mod allocations;
mod backwards;
use crate::choices;
mod corpus;
use crate::diagnostics;
mod examples;
use crate::files;
use crate::golden;
mod golden_sources;
mod known;
mod lists;
mod model;
mod oracle;
mod random;
mod rules;
mod site;
