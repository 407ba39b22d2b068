//! The tests of the library: one program, so that it is linked once.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    dead_code,
    unreachable_pub
)]

#[cfg(feature = "tokio")]
#[path = "support/codec.rs"]
mod codec_oracle;
#[path = "support/ddl_source.rs"]
mod ddl_source;
#[path = "support/diagnostics.rs"]
mod diagnostics;
#[path = "support/files.rs"]
mod files;
#[path = "support/golden.rs"]
mod golden;
mod support;
#[path = "support/text_inputs.rs"]
mod text_inputs_oracle;

mod analysis;
#[cfg(feature = "arrow")]
mod arrow;
mod bad_input;
mod builtin_templates;
mod catalogue;
#[cfg(feature = "tokio")]
mod codec;
mod ddl;
mod dictionary;
mod exhaustive;
mod filter;
mod filter_allocations;
mod formats;
mod frames;
mod fuzz_corpus;
#[cfg(feature = "json")]
mod json_form;
mod layers;
mod lint;
#[cfg(feature = "otlp")]
mod otlp;
mod procedures;
mod shapes;
mod syslog;
mod template;
mod text_inputs;
mod wire_golden;
mod wire_properties;
mod zero_allocation;
