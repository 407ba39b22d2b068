//! The cost of one start of the program: `zems decode` of one event, from start to exit, beside a Rust program that says hello.
//!
//! Besides, the same with definitions of a site: 100 KB of DDL, and the same compiled (`zems compile`).
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
/// The most times the start of the other program.
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
    let [ddl, compiled] = definitions();
    let defined = |file: &Path| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_zems"));
        command.arg("decode").arg("--define").arg(file).arg(sample);
        command
    };
    let (mut with_ddl, mut with_compiled) = (defined(&ddl), defined(&compiled));

    // In turns, so that whatever else the machine does falls upon all of them.
    let mut times = [const { Vec::<Duration>::new() }; 5];
    for _ in 0..runs {
        let commands = [&mut hello, &mut version, &mut decode, &mut with_ddl, &mut with_compiled];
        for (times, command) in times.iter_mut().zip(commands) {
            times.push(time(command));
        }
    }
    let [hello, version, decode, with_ddl, with_compiled] = times.map(|mut times| {
        times.sort();
        times[times.len() / 2]
    });
    let ratio = |time: Duration| time.as_secs_f64() / hello.as_secs_f64();
    println!("hello, world              {hello:>10.1?}");
    println!("zems --version            {version:>10.1?}  {:.2} x", ratio(version));
    println!("zems decode of one event  {decode:>10.1?}  {:.2} x, wanted {WANTED}", ratio(decode));
    for (what, time, wanted) in [("100 KB of DDL", with_ddl, 3.0), ("the same compiled", with_compiled, 1.3)]
    {
        let ratio = time.as_secs_f64() / decode.as_secs_f64();
        println!("with {what:<20} {time:>10.1?}  {ratio:.2} x the start without, wanted {wanted}");
    }
}

/// From start to exit.
fn time(command: &mut Command) -> Duration {
    let start = Instant::now();
    let status = command.stdin(Stdio::null()).stdout(Stdio::null()).status().unwrap();
    let time = start.elapsed();
    assert!(status.success());
    time
}

/// A file of 100 KB of DDL as sites have them, and the same compiled.
fn definitions() -> [PathBuf; 2] {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let [source, compiled] = ["site.ddl", "site.zdef"].map(|name| directory.join(name));
    let mut text = String::new();
    for number in 1.. {
        text += &format!(
            "CONSTANT ACME-TNM-FIELD-{number} VALUE IS {number}.\n\
             DEF ACME-DDL-STATE-{number} TYPE ENUM BEGIN.\n \
             89 ACME-ENM-A-{number} VALUE IS 1 AS \"the first state\".\n \
             89 ACME-ENM-B-{number} VALUE IS 2 AS \"the second state\".\nEND.\n\
             DEF ACME-DDL-INFO-{number}.\n \
             02 Z-NUMBER-{number} TYPE BINARY 16.\n \
             02 Z-NAME-{number} PIC X(16).\n \
             02 Z-COUNTS-{number} TYPE BINARY 32 OCCURS 4 TIMES.\nEND.\n\
             TOKEN-CODE ACME-TKN-FIELD-{number} VALUE IS ACME-TNM-FIELD-{number} \
             TOKEN-TYPE IS ZSPI-TYP-UINT HEADING \"Field {number}\".\n"
        );
        if text.len() >= 100_000 {
            break;
        }
    }
    fs::write(&source, text).unwrap();
    let mut compile = Command::new(env!("CARGO_BIN_EXE_zems"));
    assert!(compile.arg("compile").arg(&source).arg("-o").arg(&compiled).status().unwrap().success());
    [source, compiled]
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
