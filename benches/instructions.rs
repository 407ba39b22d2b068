//! Instruction counts, which are the same on a busy machine: rows against committed figures, and growth with the size of the input.
//!
//! The program runs itself under valgrind's callgrind:
//!
//! ```text
//! cargo bench --profile exhaustive -p zems --bench instructions --features json,otlp
//! ```
//!
//! It fails if a row takes over 5 % more instructions than `instructions/figures.tsv` says for this version of rustc, or if twice
//! an input takes more than 2.2 times the instructions. After `--`: `--record` writes the figures of this version, `--rows` and
//! `--growth` run one half, `--long` takes inputs of up to 16 MiB instead of 128 KiB, `--show` prints every count.
#![allow(missing_docs, unreachable_pub, clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

#[path = "instructions/events.rs"]
mod events;
#[path = "instructions/growth.rs"]
mod growth;
#[path = "instructions/rows.rs"]
mod rows;

use core::fmt::Write as _;
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::{env, fs};

/// A row may take this much more than its figure.
const TOLERANCE: f64 = 1.05;
/// The same if there are only figures of another rustc.
const OTHER_RUSTC: f64 = 1.25;
/// The command that records new figures.
const RECORD: &str =
    "cargo bench --profile exhaustive -p zems --bench instructions --features json,otlp -- --record";

/// The name of the function whose instructions count, as callgrind shows it.
const COUNTED: &str = "instructions::instructions_counted_here";

/// Only instructions in here count. It has a result, so that the work is called and not jumped to: callgrind would not see it end.
#[inline(never)]
fn instructions_counted_here(work: &mut dyn FnMut()) -> u32 {
    work();
    core::hint::black_box(1)
}

/// Counts the instructions of `work`, the second time that it runs; without valgrind it only runs.
fn count(name: &str, work: &mut dyn FnMut()) {
    work();
    println!("{name}");
    core::hint::black_box(instructions_counted_here(work));
}

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let has = |option: &str| arguments.iter().any(|argument| argument == option);
    let (is_growth, largest) = (has("--growth"), if has("--long") { 16 << 20 } else { 128 << 10 });
    if has("--inside") {
        if is_growth {
            growth::all(largest);
        } else {
            rows::all();
        }
        return ExitCode::SUCCESS;
    }
    // `cargo bench -- --test` asks whether it runs at all.
    if has("--test") {
        rows::all();
        growth::all(2048);
        return ExitCode::SUCCESS;
    }
    if !cfg!(target_arch = "x86_64") || Command::new("valgrind").arg("--version").output().is_err() {
        println!("note: instructions are counted by valgrind on x86-64 only: skipped");
        return ExitCode::SUCCESS;
    }
    let mut is_good = true;
    if !is_growth {
        let counts = inside(&["--rows"]);
        if has("--show") {
            counts.iter().for_each(|(name, count)| println!("{count:>12}  {name}"));
        }
        is_good &= if has("--record") { record(&counts) } else { compare(&counts) };
    }
    if !has("--rows") && !has("--record") {
        let long = if has("--long") { "--long" } else { "" };
        let counts = inside(&["--growth", long]);
        if has("--show") {
            counts.iter().for_each(|(name, count)| println!("{count:>12}  {name}"));
        }
        is_good &= growth::check(&counts);
    }
    if is_good { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Runs a half of this program under callgrind: the names that it prints, each with its count.
fn inside(options: &[&str]) -> Vec<(String, u64)> {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let out = directory.join(format!("callgrind.{}", std::process::id()));
    let program = env::current_exe().unwrap();
    let output = Command::new("valgrind")
        .args(["--quiet", "--tool=callgrind", "--combine-dumps=yes"])
        .arg(format!("--callgrind-out-file={}", out.display()))
        .arg(format!("--toggle-collect={COUNTED}"))
        .arg(format!("--dump-after={COUNTED}"))
        .arg(program)
        .arg("--inside")
        .args(options)
        .stderr(Stdio::inherit())
        .output()
        .unwrap();
    assert!(output.status.success(), "the program fails under valgrind");
    let names: Vec<String> = output.stdout.lines().map(Result::unwrap).collect();
    // One part for each call, and one for the end of the program.
    let mut counts: Vec<u64> = Vec::new();
    for line in BufReader::new(fs::File::open(&out).unwrap()).split(b'\n') {
        if let Some(count) = line.unwrap().strip_prefix(b"totals: ") {
            counts.push(String::from_utf8_lossy(count).trim().parse().unwrap());
        }
    }
    fs::remove_file(&out).unwrap();
    assert!(counts.len() >= names.len(), "{} counts of {} calls", counts.len(), names.len());
    names.into_iter().zip(counts).collect()
}

fn figures_file() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/instructions/figures.tsv")
}

/// The version of rustc, then row and figure.
fn figures() -> Vec<(String, String, u64)> {
    let text = fs::read_to_string(figures_file()).unwrap_or_default();
    text.lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| {
            let [rustc, row, count] = line.split('\t').collect::<Vec<_>>().try_into().unwrap();
            (rustc.to_owned(), row.to_owned(), count.parse().unwrap())
        })
        .collect()
}

fn rustc() -> String {
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let version = Command::new(rustc).arg("--version").output().unwrap().stdout;
    String::from_utf8(version).unwrap().trim().to_owned()
}

/// Writes the figures of this rustc in place of those before.
fn record(counts: &[(String, u64)]) -> bool {
    let rustc = rustc();
    let mut text = "# Instructions of each row by the version of rustc. Made by:\n".to_owned();
    writeln!(text, "# {RECORD}").unwrap();
    let kept = figures().into_iter().filter(|(version, ..)| *version != rustc);
    let new = counts.iter().map(|(name, count)| (rustc.clone(), name.clone(), *count));
    for (version, name, count) in kept.chain(new) {
        writeln!(text, "{version}\t{name}\t{count}").unwrap();
    }
    fs::write(figures_file(), text).unwrap();
    println!("{} figures of {rustc} are recorded", counts.len());
    true
}

/// Compares with the figures; says which rows are slower.
fn compare(counts: &[(String, u64)]) -> bool {
    let (figures, rustc) = (figures(), rustc());
    let Some((newest, ..)) = figures.last() else {
        println!("there are no figures; record them: {RECORD}");
        return false;
    };
    let has_own = figures.iter().any(|(version, ..)| *version == rustc);
    let (version, tolerance) = if has_own { (&rustc, TOLERANCE) } else { (newest, OTHER_RUSTC) };
    if !has_own {
        println!(
            "note: there are no figures of {rustc}; those of {version} count, with 25 % more. To record them: {RECORD}"
        );
    }
    let mut known: BTreeMap<&str, u64> = figures
        .iter()
        .filter(|(of, ..)| of == version)
        .map(|(_, name, count)| (name.as_str(), *count))
        .collect();
    let (mut is_good, mut quicker) = (true, 0);
    for (name, count) in counts {
        let Some(figure) = known.remove(name.as_str()) else {
            println!("{name}: {count} instructions, and no figure");
            is_good = false;
            continue;
        };
        let ratio = ratio(*count, figure);
        quicker += usize::from(ratio < 1.0 / TOLERANCE);
        if ratio > tolerance {
            println!(
                "{name}: {count} instructions, {:+.1} % against {figure} of {version}",
                (ratio - 1.0) * 100.0
            );
            is_good = false;
        }
    }
    for name in known.keys() {
        println!("{name}: a figure without a row");
        is_good = false;
    }
    if quicker > 0 {
        println!("note: {quicker} rows take over 5 % less than their figures. To record them: {RECORD}");
    }
    if is_good {
        println!("{} rows take no more instructions than they did", counts.len());
    } else {
        println!("If that is meant to be, record new figures: {RECORD}");
    }
    is_good
}

#[allow(clippy::cast_precision_loss)]
fn ratio(count: u64, of: u64) -> f64 {
    count as f64 / of as f64
}
