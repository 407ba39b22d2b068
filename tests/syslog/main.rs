//! Lines of a system log, both ways.
#![cfg(feature = "std")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, missing_docs, unreachable_pub)]

mod allocations;
mod any;
mod corpus;
#[path = "../support/files.rs"]
mod files;
mod import;
mod lines;
mod oracle;
mod texts;
mod write;
