//! The exhaustive tests, all cases of them: built with optimisation by `cargo test --profile exhaustive --test exhaustive`.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    dead_code,
    unreachable_pub
)]

mod exhaustive;
#[path = "support/generate.rs"]
pub mod generate;

mod support {
    pub use super::generate;
}
