//! Lines of a system log, both ways.

mod allocations;
mod any;
mod corpus;
use crate::files;
mod import;
mod lines;
mod oracle;
mod shapes;
mod texts;
mod write;
