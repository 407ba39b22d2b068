//! The tests of the library: one program, so that it is linked once.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    dead_code,
    unreachable_pub
)]

#[path = "support/choices.rs"]
mod choices;
#[path = "support/clock.rs"]
mod clock;
#[cfg(feature = "tokio")]
#[path = "support/codec.rs"]
mod codec_oracle;
#[cfg(feature = "arrow")]
#[path = "support/columns.rs"]
mod columns_oracle;
#[path = "support/ddl_source.rs"]
mod ddl_source;
#[path = "support/diagnostics.rs"]
mod diagnostics;
#[path = "support/entries.rs"]
mod entries_oracle;
#[path = "support/files.rs"]
mod files;
#[cfg(feature = "otlp")]
#[path = "support/formats.rs"]
mod formats_oracle;
#[path = "support/golden.rs"]
mod golden;
#[cfg(feature = "json")]
#[path = "support/json_in.rs"]
mod json_oracle;
#[path = "support/stats.rs"]
mod stats_oracle;
mod support;
#[path = "support/text_inputs.rs"]
mod text_inputs_oracle;

mod analysis;
mod api;
#[cfg(feature = "arrow")]
mod arrow;
mod bad_input;
mod builtin_templates;
mod catalogue;
#[cfg(feature = "tokio")]
mod codec;
mod ddl;
mod dictionary;
mod examples;
mod exhaustive;
mod filter;
mod filter_allocations;
mod formats;
mod frames;
mod fuzz_corpus;
mod getters;
#[cfg(feature = "json")]
mod json_form;
mod layers;
mod lint;
mod memory;
#[cfg(feature = "otlp")]
mod otlp;
mod procedures;
mod promises;
mod shapes;
mod syslog;
mod template;
mod text_inputs;
mod wire_golden;
mod wire_properties;
mod zero_allocation;
