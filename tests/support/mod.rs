//! Shared by the integration tests, the benches and the fuzz targets.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    dead_code,
    unreachable_pub
)]

pub mod chapter;
pub mod compiled;
pub mod generate;
pub mod hidden;
pub mod lint;
pub mod oracle;
pub mod procedures;
pub mod reference;
