//! The information in the program when something is wrong: every command of `messages.txt` prints what that file shows.
//!
//! The file is for reading as a whole: a message names what is wrong, where, and what to do. `BLESS=1 cargo test -p zems-cli --test
//! program messages` rewrites it.

use core::fmt::Write;
use std::fs;
use std::path::Path;

use super::docs::{Step, run};

const FILE: &str = "cli/tests/messages.txt";

/// The lines of the file that are not output: headings, empty lines and commands.
fn frame(text: &str) -> Vec<&str> {
    let is_frame = |line: &&str| line.is_empty() || line.starts_with("# ") || line.starts_with("$ ");
    text.lines().filter(is_frame).collect()
}

#[test]
fn messages_say_what_is_wrong_where_and_what_to_do() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(FILE);
    let golden = fs::read_to_string(&path).unwrap();
    let frame = frame(&golden);
    let commands = frame.iter().filter_map(|line| line.strip_prefix("$ "));
    let steps: Vec<_> =
        commands.map(|command| Step { line: 0, command: command.to_owned(), shown: None }).collect();
    let mut ran = run(Path::new(FILE), &steps).into_iter();
    let mut seen = String::new();
    for line in frame {
        writeln!(seen, "{line}").unwrap();
        if line.starts_with("$ ") {
            let (code, output) = ran.next().unwrap();
            // Empty lines are for the frame.
            for line in output.lines().filter(|line| !line.is_empty()) {
                writeln!(seen, "  {line}").unwrap();
            }
            if code != 0 {
                writeln!(seen, "  exit code {code}").unwrap();
            }
        }
    }
    if std::env::var_os("BLESS").is_some() {
        fs::write(&path, &seen).unwrap();
        return;
    }
    for (seen, golden) in seen.lines().zip(golden.lines()) {
        assert_eq!(seen, golden, "BLESS=1 rewrites {FILE}");
    }
    assert_eq!(seen.lines().count(), golden.lines().count());
    let messages = seen.lines().filter(|line| {
        line.starts_with("  zems: ")
            || line.contains(": error: ")
            || line.contains(": warning: ")
            || line.starts_with("  error: ")
    });
    assert!(messages.count() >= 150);
}
