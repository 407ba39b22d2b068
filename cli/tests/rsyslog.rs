//! A real receiver gets every message, unchanged, and also when it is restarted in the middle.

use core::time::Duration;
use std::collections::HashSet;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Instant;

const MESSAGES: usize = 100_000;
/// Longer than anything here takes on a busy machine.
const PATIENCE: Duration = Duration::from_secs(120);

/// Where rsyslog is installed; without it there is nothing to test with, and that is said.
fn rsyslogd() -> Option<PathBuf> {
    let paths = std::env::var_os("PATH").unwrap_or_default();
    let directories = std::env::split_paths(&paths).chain([PathBuf::from("/usr/sbin")]);
    let found = directories.map(|directory| directory.join("rsyslogd")).find(|path| path.is_file());
    if found.is_none() {
        // Not eprintln!, which the test harness keeps to itself.
        let _ = writeln!(std::io::stderr(), "SKIPPED: rsyslogd is not installed (apt-get install rsyslog)");
    }
    found
}

struct Receiver {
    program: PathBuf,
    directory: PathBuf,
    port: u16,
    running: Option<Child>,
}

impl Receiver {
    /// Every message as it came, each on a line of the file `received`. A message has been written when it has been read.
    fn new(program: PathBuf, name: &str) -> Self {
        let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let _ = fs::remove_dir_all(&directory);
        fs::create_dir_all(&directory).unwrap();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
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
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        self.running = Some(command.spawn().unwrap());
        let begun = Instant::now();
        while TcpStream::connect(("127.0.0.1", self.port)).is_err() {
            assert!(begun.elapsed() < PATIENCE, "rsyslog does not listen");
            thread::sleep(Duration::from_millis(20));
        }
    }

    fn stop(&mut self) {
        let Some(mut running) = self.running.take() else { return };
        assert!(Command::new("kill").arg(running.id().to_string()).status().unwrap().success());
        running.wait().unwrap();
    }

    fn received(&self) -> Vec<String> {
        let file = BufReader::new(File::open(self.directory.join("received")).unwrap());
        file.lines().map(Result::unwrap).collect()
    }

    fn wait_for(&self, bytes: u64) {
        let begun = Instant::now();
        while fs::metadata(self.directory.join("received")).unwrap().len() < bytes {
            assert!(begun.elapsed() < PATIENCE, "rsyslog has not written so much");
            thread::sleep(Duration::from_millis(5));
        }
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        if let Some(mut running) = self.running.take() {
            let _ = running.kill();
            let _ = running.wait();
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
    let Some(program) = rsyslogd() else { return };
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
    let Some(program) = rsyslogd() else { return };
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
