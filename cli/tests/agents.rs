//! The recipes of docs/agents.md, with the agents themselves: every event arrives once.

use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value as Json;

use crate::support::{Running, installed, lines_of, scratch};

const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/agents.md");

/// The configuration that the page shows, with its directory replaced.
fn configuration(language: &str, directory: &Path) -> String {
    let page = fs::read_to_string(PAGE).unwrap();
    let (_, block) = page.split_once(&format!("```{language}\n")).unwrap();
    let (block, _) = block.split_once("```").unwrap();
    assert!(block.contains("/var/spool/zems"));
    block.replace("/var/spool/zems", directory.to_str().unwrap())
}

fn zems(directory: &Path, arguments: &[&str]) -> Vec<u8> {
    let output =
        Command::new(env!("CARGO_BIN_EXE_zems")).args(arguments).current_dir(directory).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

fn counted(lines: impl IntoIterator<Item = String>) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    lines.into_iter().for_each(|line| *counts.entry(line).or_default() += 1);
    counts
}

#[test]
fn rsyslog_follows_the_file() {
    let Some(program) = installed("rsyslogd", "rsyslog") else { return };
    let directory = scratch("agent-rsyslog");
    let at = directory.display();
    let settings = format!("global(workDirectory=\"{at}\" maxMessageSize=\"64k\")\n");
    fs::write(directory.join("rsyslog.conf"), settings + &configuration("rsyslog", &directory)).unwrap();
    let start = || {
        let mut command = Command::new(&program);
        command.arg("-n").arg("-f").arg(directory.join("rsyslog.conf")).arg("-i").arg(directory.join("pid"));
        Running::spawn(command.stdout(Stdio::null()))
    };
    let mut input = OpenOptions::new().create(true).append(true).open(directory.join("events.bin")).unwrap();
    let mut wanted = Vec::new();
    // The agent is stopped and started again between the runs.
    for (round, seed) in ["3", "4", "5"].into_iter().enumerate() {
        input.write_all(&zems(&directory, &["generate", "-n", "300", "--seed", seed])).unwrap();
        let running = start();
        zems(
            &directory,
            &["decode", "--state", "events.state", "--format", "json", "-o", "events.jsonl", "events.bin"],
        );
        let received = lines_of(&directory.join("events.log"), 300 * (round + 1));
        drop(running);
        assert_eq!(received.len(), 300 * (round + 1));
    }
    for line in fs::read_to_string(directory.join("events.jsonl")).unwrap().lines() {
        let event: Json = serde_json::from_str(line).unwrap();
        let text = |key: &str| event[key].as_str().unwrap().to_owned();
        wanted.push(format!("{} {} {} {}", text("generated"), text("ssid"), event["number"], text("text")));
    }
    assert_eq!(wanted.len(), 900);
    assert_eq!(counted(lines_of(&directory.join("events.log"), 900)), counted(wanted));
}

#[test]
fn vector_runs_the_program() {
    let Some(program) = installed("vector", "vector") else { return };
    let directory = scratch("agent-vector");
    fs::write(directory.join("events.bin"), zems(&directory, &["generate", "-n", "300"])).unwrap();
    fs::write(directory.join("zems.toml"), configuration("toml", &directory)).unwrap();
    let output = fs::File::create(directory.join("out.jsonl")).unwrap();
    let paths = std::env::var("PATH").unwrap_or_default();
    let own = Path::new(env!("CARGO_BIN_EXE_zems")).parent().unwrap().display().to_string();
    let mut command = Command::new(program);
    command.arg("--config").arg(directory.join("zems.toml")).env("PATH", format!("{own}:{paths}"));
    let running = Running::spawn(command.stdout(output));
    let received = lines_of(&directory.join("out.jsonl"), 300);
    drop(running);
    assert_eq!(received.len(), 300);
}
