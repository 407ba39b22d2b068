//! A real receiver gets every message, unchanged, and also when it is restarted in the middle.

use core::time::Duration;
use std::collections::HashSet;
use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::Instant;

use crate::support::{PATIENCE, Running, free_port, installed, scratch};

const MESSAGES: usize = 100_000;

struct Receiver {
    program: PathBuf,
    directory: PathBuf,
    port: u16,
    running: Option<Running>,
}

impl Receiver {
    /// Every message as it came, each on a line of the file `received`. A message has been written when it has been read.
    fn new(program: PathBuf, name: &str) -> Self {
        let directory = scratch(name);
        let port = free_port();
        let at = directory.display();
        let configuration = format!(
            r#"global(workDirectory="{at}" maxMessageSize="64k" parser.escapeControlCharactersOnReceive="off")
main_queue(queue.type="Direct")
module(load="imtcp")
template(name="raw" type="string" string="%rawmsg%\n")
input(type="imtcp" address="127.0.0.1" port="{port}")
action(type="omfile" file="{at}/received" template="raw")
"#
        );
        fs::write(directory.join("rsyslog.conf"), configuration).unwrap();
        File::create(directory.join("received")).unwrap();
        Self { program, directory, port, running: None }
    }

    fn start(&mut self) {
        let mut command = Command::new(&self.program);
        command.arg("-n").arg("-f").arg(self.directory.join("rsyslog.conf"));
        command.arg("-i").arg(self.directory.join("pid"));
        self.running = Some(Running::listening(&mut command, self.port));
    }

    fn stop(&mut self) {
        self.running = None;
    }

    fn received(&self) -> Vec<String> {
        let file = BufReader::new(File::open(self.directory.join("received")).unwrap());
        file.lines().map(Result::unwrap).collect()
    }

    fn wait_for(&self, bytes: u64) {
        let begun = Instant::now();
        while fs::metadata(self.directory.join("received")).unwrap().len() < bytes {
            assert!(begun.elapsed() < PATIENCE, "rsyslog has not written enough");
            thread::sleep(Duration::from_millis(5));
        }
    }
}

fn zems(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_zems"));
    command.args(args).stdin(Stdio::null());
    command
}

/// Events in a file, and the messages they are.
fn events(directory: &Path) -> (String, Vec<String>) {
    let events = directory.join("events.bin").display().to_string();
    let count = MESSAGES.to_string();
    assert!(zems(&["generate", "-n", &count, "--step", "0.01", "-o", &events]).status().unwrap().success());
    let decoded = zems(&["decode", "--format", "syslog", &events]).output().unwrap();
    let messages: Vec<_> = String::from_utf8(decoded.stdout).unwrap().lines().map(str::to_owned).collect();
    assert_eq!(messages.len(), MESSAGES);
    (events, messages)
}

#[test]
fn rsyslog_gets_every_message_unchanged_and_in_order() {
    let Some(program) = installed("rsyslogd", "rsyslog") else { return };
    let mut receiver = Receiver::new(program, "rsyslog-order");
    let (events, messages) = events(&receiver.directory);
    receiver.start();
    let to = format!("tcp://127.0.0.1:{}", receiver.port);
    let sent = zems(&["decode", "--format", "syslog", "--syslog-to", &to, &events]).output().unwrap();
    let said = String::from_utf8(sent.stderr).unwrap();
    assert!(sent.status.success() && sent.stdout.is_empty(), "{said}");
    assert!(said.contains(&format!("{MESSAGES} sent, 0 waiting, 0 connections lost")), "{said}");
    receiver.stop();
    let received = receiver.received();
    assert_eq!(received.len(), messages.len());
    let first_other = received.iter().zip(&messages).find(|(received, sent)| received != sent);
    assert_eq!(first_other, None);
}

#[test]
fn a_restart_of_rsyslog_loses_nothing() {
    let Some(program) = installed("rsyslogd", "rsyslog") else { return };
    let mut receiver = Receiver::new(program, "rsyslog-restart");
    let (events, messages) = events(&receiver.directory);
    // Nobody listens when sending begins.
    let to = format!("tcp://127.0.0.1:{}", receiver.port);
    let args = ["decode", "--format", "syslog", "--syslog-to", &to, &events];
    let sender = zems(&args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    thread::sleep(Duration::from_millis(300));
    receiver.start();
    let total: u64 = messages.iter().map(|message| u64::try_from(message.len() + 1).unwrap()).sum();
    for tenths in [3, 6] {
        receiver.wait_for(total / 10 * tenths);
        receiver.stop();
        thread::sleep(Duration::from_millis(300));
        receiver.start();
    }
    let sent = sender.wait_with_output().unwrap();
    let said = String::from_utf8(sent.stderr).unwrap();
    assert!(sent.status.success(), "{said}");
    assert!(said.contains("connection lost"), "the restarts went unnoticed: {said}");
    receiver.stop();
    let received: HashSet<_> = receiver.received().into_iter().collect();
    let wanted: HashSet<_> = messages.into_iter().collect();
    let missing: Vec<_> = wanted.difference(&received).take(3).collect();
    let foreign: Vec<_> = received.difference(&wanted).take(3).collect();
    assert!(missing.is_empty() && foreign.is_empty(), "missing {missing:?}\nforeign {foreign:?}\n{said}");
}
