//! The tests of the program: one test program, so that it is linked once.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    dead_code,
    unreachable_pub
)]

mod agents;
mod cli;
#[cfg(feature = "columnar")]
mod columnar;
mod csv;
mod delivery;
mod diff;
mod docs;
mod faults;
mod files;
mod follow;
mod help;
mod language;
mod learn;
mod lint;
mod listen;
mod memory;
mod messages;
mod night;
mod otlp_pipe;
mod prose;
mod receivers;
mod rotation;
mod rsyslog;
mod schema;
mod siem;
mod support;
mod threads;
