//! The library beside its peers: one process, all rows of a table taking turns in every round, best and median kept, and every
//! result checked equal before it is timed.
//!
//! `cargo bench --bench peers` runs all tables, `-- --quick` in under two minutes; words after `--` pick tables. It prints
//! Markdown and writes `target/peers.json`: what the library claims of each path, and whether the claim is met.
//!
//! To add a row, push it to the `rows` of a table; to add a claim, call [`Bench::claim`] with the names of two rows. A
//! table of its own is one more file with a `run(&mut Bench)`.
#![allow(
    clippy::unwrap_used,
    clippy::type_complexity,
    clippy::cast_lossless,
    clippy::large_types_passed_by_value
)]

mod decode;
mod encode;
mod events;
mod filter;
mod harness;
mod json;
mod model;
mod scan;
mod syslog;
mod text;
mod typed;
mod walk;

use harness::Bench;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let mut bench = Bench::new(arguments.iter().any(|argument| argument == "--quick"));
    let wanted: Vec<&String> = arguments.iter().filter(|argument| !argument.starts_with("--")).collect();
    let tables: [(&str, fn(&mut Bench)); 8] = [
        ("walk", walk::run),
        ("decode", decode::run),
        ("encode", encode::run),
        ("text", text::run),
        ("filter", filter::run),
        ("scan", scan::run),
        ("json", json::run),
        ("syslog", syslog::run),
    ];
    for (name, run) in tables {
        if wanted.is_empty() || wanted.iter().any(|word| *word == name) {
            run(&mut bench);
        }
    }
    bench.finish();
}
