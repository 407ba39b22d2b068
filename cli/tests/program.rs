//! The tests of the program: one test program, so that it is linked once.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    dead_code,
    unreachable_pub
)]

mod cli;
#[cfg(feature = "columnar")]
mod columnar;
mod csv;
mod delivery;
mod diff;
mod files;
mod follow;
mod language;
mod learn;
mod lint;
mod listen;
mod night;
mod otlp_pipe;
mod receivers;
mod rotation;
mod rsyslog;
