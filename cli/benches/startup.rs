//! What one start of the program costs: `zems decode` of one event, from start to exit, beside a Rust program that says hello.
//!
//! The program is linked in another way for users than for the other benchmarks, so this one wants their profile:
//! `cargo bench --profile release --bench startup`.
#![allow(clippy::unwrap_used)]

use core::time::Duration;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;
use std::{env, fs};

const RUNS: usize = 500;
/// At most so many times the start of the other program.
const WANTED: f64 = 1.6;

fn main() {
    // `cargo bench -- --test` only looks whether benchmarks run.
    let is_test = env::args().any(|argument| argument == "--test");
    let runs = if is_test { 3 } else { RUNS };
    let sample = concat!(env!("CARGO_MANIFEST_DIR"), "/../samples/pid-file-lock.bin");
    let mut hello = Command::new(hello());
    let mut decode = Command::new(env!("CARGO_BIN_EXE_zems"));
    decode.args(["decode", sample]);
    let mut version = Command::new(env!("CARGO_BIN_EXE_zems"));
    version.arg("--version");

    // In turns, so that whatever else the machine does falls upon all of them.
    let mut times = [const { Vec::<Duration>::new() }; 3];
    for _ in 0..runs {
        for (times, command) in times.iter_mut().zip([&mut hello, &mut version, &mut decode]) {
            times.push(time(command));
        }
    }
    let [hello, version, decode] = times.map(|mut times| {
        times.sort();
        times[times.len() / 2]
    });
    let ratio = |time: Duration| time.as_secs_f64() / hello.as_secs_f64();
    println!("hello, world              {hello:>10.1?}");
    println!("zems --version            {version:>10.1?}  {:.2} x", ratio(version));
    println!("zems decode of one event  {decode:>10.1?}  {:.2} x, wanted {WANTED}", ratio(decode));
}

/// From start to exit.
fn time(command: &mut Command) -> Duration {
    let start = Instant::now();
    let status = command.stdin(Stdio::null()).stdout(Stdio::null()).status().unwrap();
    let time = start.elapsed();
    assert!(status.success());
    time
}

/// Compiles the other program.
fn hello() -> PathBuf {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let (source, program) = (directory.join("hello.rs"), directory.join("hello"));
    fs::write(&source, "fn main() {\n    println!(\"Hello, world!\");\n}\n").unwrap();
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let status = Command::new(rustc).arg("-O").arg(&source).arg("-o").arg(&program).status().unwrap();
    assert!(status.success());
    program
}
