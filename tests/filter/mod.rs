//! The filter module: worked examples, diagnostics, and a naive evaluator as oracle.

use crate::choices;
mod corpus;
use crate::diagnostics;
mod examples;
use crate::files;
use crate::golden;
mod golden_sources;
mod language;
mod model;
mod oracle;
mod random;
pub(crate) mod site;
mod tables;
