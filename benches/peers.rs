//! Runs the package in `benches/peers`: the library beside its peers.
//!
//! The peers are 200 crates that nothing else needs. They are a package of their own, outside the workspace, so that neither a
//! test nor a check of the workspace compiles them; its build is kept in `target/peers`.
//!
//! `cargo bench --bench peers` runs all tables, `-- --quick` in under two minutes, `-- --lto` with link-time optimization;
//! words after `--` pick tables: `-- walk decode`.
#![allow(missing_docs)]

use core::iter;
use std::env;
use std::path::Path;
use std::process::{Command, ExitCode};

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).filter(|argument| argument != "--bench").collect();
    // `cargo bench -- --test` asks every bench whether it runs at all.
    if arguments.iter().any(|argument| argument == "--test") {
        return ExitCode::SUCCESS;
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (options, arguments): (Vec<String>, Vec<String>) =
        arguments.into_iter().partition(|argument| argument == "--lto");
    let profile = if options.is_empty() { "bench" } else { "lto" };
    let status = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(["bench", "--bench", "peers", "--profile", profile])
        .arg("--manifest-path")
        .arg(root.join("benches/peers/Cargo.toml"))
        .arg("--target-dir")
        .arg(root.join("target/peers"))
        .args(iter::once("--".to_owned()).chain(arguments))
        .status();
    match status {
        Ok(status) if status.success() => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("cannot start cargo: {error}");
            ExitCode::FAILURE
        }
    }
}
