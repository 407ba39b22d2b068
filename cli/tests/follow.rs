//! `--follow` and `--state`: files that grow, are rotated and cut, and runs that end and begin again.

use core::time::Duration;
use std::fs::{self, File, OpenOptions};
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;

use zems::samples;

use crate::support::{PATIENCE, scratch};

/// This many events, the first with this number as its text's last word.
fn events(first: u32, count: u32) -> Vec<u8> {
    let mut json = String::new();
    for number in first..first + count {
        json += &format!(
            "{{\"kind\":\"event\",\"ssid\":\"ACME.7.A01\",\"number\":101,\"tokens\":[{{\"name\":\"ZEMS-TKN-SUBJECT-MARK\"}},\
             {{\"name\":\"ZEMS-TKN-TEXT\",\"value\":\"event {number}\"}}]}}\n"
        );
    }
    let mut child = zems(&["encode"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let feed = thread::spawn(move || stdin.write_all(json.as_bytes()).unwrap());
    let output = child.wait_with_output().unwrap();
    feed.join().unwrap();
    assert!(output.status.success());
    output.stdout
}

fn zems(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_zems"));
    command.args(args);
    command
}

/// A run in the background, its lines as they come.
struct Run {
    child: Child,
    lines: Receiver<String>,
    faults: Receiver<String>,
}

fn lines(from: impl Read + Send + 'static) -> Receiver<String> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        for line in BufReader::new(from).lines() {
            if sender.send(line.unwrap()).is_err() {
                break;
            }
        }
    });
    receiver
}

impl Run {
    fn start(args: &[&str]) -> Self {
        let mut child = zems(args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let (lines, faults) = (lines(child.stdout.take().unwrap()), lines(child.stderr.take().unwrap()));
        Self { child, lines, faults }
    }

    fn expect(&self, wanted: impl IntoIterator<Item = u32>) {
        for number in wanted {
            assert_eq!(self.lines.recv_timeout(PATIENCE), Ok(format!("event {number}")));
        }
    }

    fn says(&self, wanted: &str) {
        loop {
            let line = self.faults.recv_timeout(PATIENCE).unwrap();
            if line.contains(wanted) {
                return;
            }
        }
    }

    fn signal(&self, signal: &str) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args([signal, &id]).status().unwrap().success());
    }

    fn stop(mut self) -> (ExitStatus, Vec<String>, Vec<String>) {
        self.signal("-TERM");
        let status = self.child.wait().unwrap();
        (status, self.lines.iter().collect(), self.faults.iter().collect())
    }
}

fn append(path: &Path, bytes: &[u8]) {
    OpenOptions::new().append(true).create(true).open(path).unwrap().write_all(bytes).unwrap();
}

fn text(path: &Path) -> String {
    path.display().to_string()
}

#[test]
fn a_growing_file_is_followed_through_rotation_and_truncation() {
    let log = scratch("grows").join("log");
    append(&log, &events(0, 3));
    let run = Run::start(&["decode", "--follow", "--no-header", &text(&log)]);
    run.expect(0..3);
    // An event that arrives in two pieces is whole when its end is there.
    let next = events(3, 2);
    append(&log, &next[..50]);
    thread::sleep(Duration::from_millis(500));
    append(&log, &next[50..]);
    run.expect(3..5);
    // Write to the old file after the rename, before the new one is there.
    let mut old = OpenOptions::new().append(true).open(&log).unwrap();
    fs::rename(&log, log.with_extension("1")).unwrap();
    old.write_all(&events(5, 1)).unwrap();
    run.expect(5..6);
    append(&log, &events(6, 2));
    run.expect(6..8);
    // Emptied without a copy: what was written since the last look may be lost, which is said.
    File::create(&log).unwrap();
    run.says("the file was emptied after it was read to byte");
    append(&log, &events(8, 1));
    run.expect(8..9);
    run.signal("-USR1");
    run.says("9 buffers good, 0 bad, 0 unknown tokens; lines may be lost");
    let (status, rest, faults) = run.stop();
    assert!(status.code() == Some(1) && rest.is_empty(), "{rest:?} {faults:?}");
    assert_eq!(faults, ["zems: 9 buffers good, 0 bad, 0 unknown tokens; lines may be lost"]);
}

#[test]
fn every_form_is_followed() {
    let directory = scratch("forms");
    let buffers = [samples::EVENT, samples::BKUP_FAIL];
    let hex: String = buffers
        .iter()
        .map(|buffer| buffer.iter().map(|byte| format!("{byte:02X}")).collect::<String>() + "\n\n")
        .collect();
    let framed = |width: usize| -> Vec<u8> {
        let frame = |buffer: &&[u8]| {
            let len = u32::try_from(buffer.len()).unwrap().to_be_bytes();
            [&len[4 - width..], *buffer].concat()
        };
        buffers.iter().flat_map(frame).collect()
    };
    for (form, bytes) in [("hex", hex.into_bytes()), ("be16", framed(2)), ("be32", framed(4))] {
        let log = directory.join(form);
        let state = text(&directory.join(form).with_extension("state"));
        File::create(&log).unwrap();
        let args = ["decode", "--from", form, "--format", "json", "--follow", "--state", &state, &text(&log)];
        let run = Run::start(&args);
        let (first, rest) = bytes.split_at(bytes.len() / 2 + 3);
        append(&log, first);
        let one = run.lines.recv_timeout(PATIENCE).unwrap();
        assert!(one.contains("\"length\":183"), "{form}: {one}");
        // The second, cut in two by the end of the run, is read by the next.
        let (status, lines, faults) = run.stop();
        assert!(status.success() && lines.is_empty(), "{form}: {lines:?} {faults:?}");
        append(&log, rest);
        let run = Run::start(&args);
        let two = run.lines.recv_timeout(PATIENCE).unwrap();
        assert!(two.contains("ZRPC-EVT-BKUP-FAIL"), "{form}: {two}");
        let (status, lines, faults) = run.stop();
        assert!(status.success() && lines.is_empty(), "{form}: {lines:?} {faults:?}");
    }
}

#[test]
fn a_run_continues_after_the_last_one() {
    let directory = scratch("state");
    let (log, state) = (directory.join("log"), directory.join("state"));
    let decode = || {
        let args = ["decode", "--no-header", "--state", &text(&state), &text(&log)];
        let output = zems(&args).output().unwrap();
        (
            output.status.code().unwrap(),
            String::from_utf8(output.stdout).unwrap(),
            String::from_utf8(output.stderr).unwrap(),
        )
    };
    append(&log, &events(0, 2));
    assert_eq!(decode().1, "event 0\nevent 1\n");
    assert_eq!(decode().1, "");
    // A buffer that is not there yet in full is not a fault, and not lost.
    let next = events(2, 2);
    append(&log, &next[..next.len() - 10]);
    let (code, out, err) = decode();
    assert_eq!((code, out.as_str()), (0, "event 2\n"));
    assert!(err.contains("bytes of an unfinished buffer are left for the next run"), "{err}");
    append(&log, &next[next.len() - 10..]);
    // Rotated in between: the rest of the old file first.
    append(&log, &events(4, 1));
    fs::rename(&log, directory.join("log.1")).unwrap();
    append(&log, &events(5, 1));
    assert_eq!(decode().1, "event 3\nevent 4\nevent 5\n");
    assert_eq!(decode().1, "");
    // Cut and written anew, longer than before.
    fs::write(&log, events(6, 3)).unwrap();
    let (code, out, err) = decode();
    assert_eq!((code, out.as_str()), (1, "event 6\nevent 7\nevent 8\n"));
    assert!(err.contains("the file was emptied after it was read to byte"), "{err}");
    // A bad region is reported once.
    append(&log, b"noise noise noise");
    append(&log, &events(9, 1));
    let (code, out, _) = decode();
    assert_eq!((code, out.as_str()), (1, "event 9\n"));
    assert_eq!(decode().0, 0);
    fs::write(&state, "{}").unwrap();
    let (code, _, err) = decode();
    assert!(code == 2 && err.contains("is not a state file of zems"), "{err}");
}

#[test]
#[cfg(unix)]
fn another_spelling_is_the_same_file() {
    let directory = scratch("spellings").canonicalize().unwrap();
    fs::create_dir(directory.join("logs")).unwrap();
    std::os::unix::fs::symlink("logs", directory.join("link")).unwrap();
    let decode = |path: &str| {
        let args = ["decode", "--no-header", "--state", "state", path];
        String::from_utf8(zems(&args).current_dir(&directory).output().unwrap().stdout).unwrap()
    };
    let absolute = text(&directory.join("logs/log"));
    let spellings = ["logs/log", "./logs/log", "link/log", "logs/../logs/log", &absolute];
    for (at, path) in (0..).zip(spellings) {
        append(&directory.join("logs/log"), &events(at, 1));
        assert_eq!(decode(path), format!("event {at}\n"), "{path}");
    }
    // A state of a version that kept the path as typed.
    let state = fs::read_to_string(directory.join("state")).unwrap();
    fs::write(directory.join("state"), state.replace(&absolute, "logs/log")).unwrap();
    assert_eq!(decode("logs/log"), "");
    // The target of a link may change: that is a rotation, and the run continues to read by the name of the link.
    let now = directory.join("now");
    let link = |to: &str| {
        let _ = fs::remove_file(&now);
        std::os::unix::fs::symlink(to, &now).unwrap();
    };
    append(&directory.join("log.1"), &events(0, 2));
    link("log.1");
    assert_eq!(decode("now"), "event 0\nevent 1\n");
    append(&directory.join("log.1"), &events(2, 1));
    append(&directory.join("log.2"), &events(3, 1));
    link("log.2");
    assert_eq!(decode("./now"), "event 2\nevent 3\n");
    // A name like those that rotation gives is read once all the same.
    thread::sleep(Duration::from_millis(20));
    append(&directory.join("now.3"), &events(4, 1));
    link("now.3");
    assert_eq!(decode("now"), "event 4\n");
}

#[test]
fn lines_of_a_system_log_are_followed() {
    let directory = scratch("lines");
    let (log, state) = (directory.join("messages"), text(&directory.join("state")));
    let line =
        |pid: u32| format!("<27>May  1 10:11:12 srx-n0 jsrpd[{pid}]: JSRPD_NOT_ROOT: Must be run as root\n");
    let log_path = text(&log);
    let args =
        ["import", "syslog", "--format", "json", "--year", "2024", "--follow", "--state", &state, &log_path];
    append(&log, line(1).as_bytes());
    let run = Run::start(&args);
    let pid = |pid: u32| {
        format!(
            "\"name\":\"SYSLOG-TKN-PID\",\"code\":\"01FF0004\",\"ssid\":\"SYSLOG.1.0\",\"type\":\"CHAR\",\"value\":\"{pid}\""
        )
    };
    let expect = |run: &Run, number: u32, offset: usize| {
        let event = run.lines.recv_timeout(PATIENCE).unwrap();
        assert!(event.contains(&pid(number)) && event.contains("JSRPD-EVT-NOT-ROOT"), "{event}");
        assert!(event.contains(&format!(r#","offset":{offset},"#)), "{event}");
    };
    expect(&run, 1, 0);
    fs::rename(&log, directory.join("messages.1")).unwrap();
    append(&log, line(2).as_bytes());
    expect(&run, 2, 0);
    // A line that is being written when the run ends is left for the next.
    append(&log, &line(3).as_bytes()[..20]);
    thread::sleep(Duration::from_millis(500));
    let (status, rest, faults) = run.stop();
    assert!(status.success() && rest.is_empty(), "{rest:?} {faults:?}");
    append(&log, &line(3).as_bytes()[20..]);
    append(&log, &[[b'x'; 5_000].as_slice(), b"\n"].concat());
    let run = Run::start(&args);
    expect(&run, 3, line(2).len());
    let bad = run.lines.recv_timeout(PATIENCE).unwrap();
    let at = line(2).len() + line(3).len();
    assert!(bad.starts_with(&format!(r#"{{"kind":"error","offset":{at},"length":5001,"#)), "{bad}");
    let (status, rest, faults) = run.stop();
    assert!(status.code() == Some(1) && rest.is_empty(), "{rest:?}");
    assert!(faults[0].starts_with(&format!("zems: {log_path}: line at byte {at}: ")), "{faults:?}");
    assert_eq!(faults[1..], ["zems: 1 lines good, 1 bad, 0 unknown tokens"]);
}

/// The lines that a run has imported, by the numbers that the texts of its lines end in.
fn numbers(json: &str) -> Vec<u32> {
    let number = |line: &str| {
        let (_, behind) = line.split_once("\"value\":\"number ").unwrap();
        behind.split_once('"').unwrap().0.parse().unwrap()
    };
    json.lines().filter(|line| line.starts_with("{\"kind\":\"event\"")).map(number).collect()
}

fn numbered(numbers: core::ops::Range<u32>) -> String {
    numbers.map(|number| format!("number {number}\n")).collect()
}

/// A run of `import syslog` with a state, to the end of what is there.
fn import(log: &Path) -> (Vec<u32>, String) {
    let state = text(&log.with_file_name("state"));
    let ran =
        zems(&["import", "syslog", "--format", "json", "--state", &state, &text(log)]).output().unwrap();
    (numbers(&String::from_utf8(ran.stdout).unwrap()), String::from_utf8(ran.stderr).unwrap())
}

#[test]
fn files_that_were_rotated_more_than_once_are_all_read() {
    let directory = scratch("rotated");
    let log = directory.join("log");
    let rotate = |from: &str, to: &str| fs::rename(directory.join(from), directory.join(to)).unwrap();
    let append_bytes = |bytes: &[u8]| append(&log, bytes);
    // Times of files that are written one directly after the other may be the same.
    let append = |numbers| {
        thread::sleep(Duration::from_millis(20));
        append(&log, numbered(numbers).as_bytes());
    };
    append(0..1);
    rotate("log", "log.2");
    append(1..2);
    assert_eq!(import(&log).0, [1]);
    append(2..4);
    rotate("log", "log-20261121");
    append(4..6);
    append_bytes(&[b'x'; 5000]);
    append_bytes(b"\n");
    rotate("log", "log.1");
    append(6..7);
    fs::write(directory.join("log.0.gz"), "not lines").unwrap();
    fs::write(directory.join("logs.1"), numbered(7..8)).unwrap();
    let (numbers, said) = import(&log);
    assert_eq!(numbers, [2, 3, 4, 5, 6]);
    assert!(said.contains("log.1: line 3: "), "{said}");
    assert!(
        said.contains("log.0.gz: was rotated before it was read, and is skipped: its name says"),
        "{said}"
    );
    assert!(import(&log).0.is_empty());
}

#[test]
fn a_file_that_was_copied_and_emptied_is_read_to_its_end() {
    let directory = scratch("copied");
    let log = directory.join("log");
    append(&log, numbered(0..50).as_bytes());
    assert_eq!(import(&log).0.len(), 50);
    append(&log, numbered(50..60).as_bytes());
    fs::copy(&log, directory.join("log.1")).unwrap();
    File::create(&log).unwrap();
    append(&log, numbered(60..61).as_bytes());
    assert_eq!(import(&log).0, (50..61).collect::<Vec<_>>());
}

/// Whoever takes the events may be slow: reading waits with it, and the file is rotated in the meantime.
#[test]
fn rotations_during_a_wait_lose_nothing() {
    const MANY: u32 = 40_000;
    let directory = scratch("waits");
    let log = directory.join("log");
    append(&log, numbered(0..MANY).as_bytes());
    let mut child = zems(&["import", "syslog", "--format", "json", "--follow", &text(&log)])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut out = BufReader::new(child.stdout.take().unwrap()).lines();
    assert!(out.next().unwrap().unwrap().contains("number 0"));
    for (number, to) in [(MANY, "log.2"), (MANY + 1, "log.1")] {
        fs::rename(&log, directory.join(to)).unwrap();
        thread::sleep(Duration::from_millis(20));
        append(&log, numbered(number..number + 1).as_bytes());
    }
    for number in 1..MANY + 2 {
        let line = out.next().unwrap().unwrap();
        assert_eq!(numbers(&line), [number]);
    }
    assert!(Command::new("kill").arg(child.id().to_string()).status().unwrap().success());
    assert!(child.wait().unwrap().success());
}

#[test]
fn a_killed_run_leaves_nothing_out() {
    const MANY: u32 = 20_000;
    let directory = scratch("killed");
    let (log, state) = (directory.join("log"), text(&directory.join("state")));
    let args = ["import", "syslog", "--format", "json", "--follow", "--state", &state, &text(&log)];
    let mut all = Vec::new();
    for round in 0..3 {
        let mut run = Run::start(&args);
        append(&log, numbered(round * MANY..(round + 1) * MANY).as_bytes());
        // Some of it arrives, then the run is gone.
        all.push(run.lines.recv_timeout(PATIENCE).unwrap());
        thread::sleep(Duration::from_millis(700));
        run.child.kill().unwrap();
        run.child.wait().unwrap();
        all.extend(run.lines.iter().filter(|line| line.ends_with('}')));
    }
    let (rest, said) = import(&log);
    let mut numbers: Vec<_> = all.iter().flat_map(|line| numbers(line)).chain(rest).collect();
    numbers.sort_unstable();
    numbers.dedup();
    assert!(numbers == (0..3 * MANY).collect::<Vec<_>>(), "{} of {}: {said}", numbers.len(), 3 * MANY);
}

#[test]
fn what_a_pipe_has_at_its_end_is_not_left_out() {
    let run = |args: &[&str], input: &[u8]| {
        let mut child =
            zems(args).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(input).unwrap();
        let ran = child.wait_with_output().unwrap();
        (ran.status.code(), ran.stdout.len(), String::from_utf8(ran.stderr).unwrap())
    };
    let (code, events, said) = run(&["import", "syslog", "--follow"], b"a line without its end");
    assert!(code == Some(0) && events > 100 && said.contains("1 lines good"), "{said}");
    let (code, lines, said) = run(&["decode", "--follow"], &samples::EVENT[..150]);
    assert!(code == Some(1) && lines == 0 && said.contains("the input ends after 150"), "{said}");
}

#[test]
fn a_line_too_long_that_is_being_written_is_one_line() {
    let log = scratch("too-long").join("log");
    append(&log, &[b'x'; 100_000]);
    assert!(import(&log).0.is_empty());
    append(&log, b"and its end\nnumber 1\n");
    let (numbers, said) = import(&log);
    assert_eq!(numbers, [1]);
    assert!(said.contains("line 1: 100012 bytes are more than an event can hold"), "{said}");
}

#[test]
fn inputs_that_cannot_be_followed_are_refused() {
    for (args, wanted) in [
        (vec!["decode", "--follow", "a", "b"], "--follow reads one file"),
        (vec!["decode", "--state", "s", "-"], "--state is for files"),
        (vec!["decode", "--state", "/none/such/s", "samples/event.bin"], "/none/such/s"),
        (vec!["decode", "--state", "s", "/none/such"], "/none/such: No such file"),
    ] {
        let directory = scratch("cannot");
        fs::create_dir_all(directory.join("samples")).unwrap();
        fs::write(directory.join("samples/event.bin"), samples::EVENT).unwrap();
        let output = zems(&args).current_dir(&directory).stdin(Stdio::null()).output().unwrap();
        let err = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.code() == Some(2) && err.contains(wanted), "{args:?}: {err}");
    }
}

#[test]
fn a_run_that_sends_ends_on_request_without_a_receiver_or_input() {
    // A port that nobody listens on: it was bound a moment ago.
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let to = format!("tcp://127.0.0.1:{port}");
    let mut child = zems(&["decode", "--syslog-to", &to])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(&events(0, 2)).unwrap();
    let (out, faults) = (lines(child.stdout.take().unwrap()), lines(child.stderr.take().unwrap()));
    let run = Run { child, lines: out, faults };
    run.says("trying on");
    let (status, rest, faults) = run.stop();
    assert_eq!((status.code(), rest.len()), (Some(1), 0), "{faults:?}");
    let counters = "zems: 2 buffers good, 0 bad, 0 unknown tokens; 0 sent, 2 waiting, 0 connections lost";
    assert_eq!(faults, [counters, &format!("zems: {to}: 2 messages have not been delivered")]);
    drop(stdin);
}

#[test]
fn a_later_run_keeps_the_output_of_the_first() {
    let directory = scratch("appends");
    let [log, out, state] = ["log", "out", "state"].map(|name| directory.join(name));
    let args =
        ["import", "syslog", "--state", &text(&state), "-o", &text(&out), &text(&log)].map(str::to_owned);
    let mut expected = Vec::new();
    for line in ["JSRPD_NOT_ROOT: Must be run as root\n", "JSRPD_BFD_STATE_DOWN: HA peer BFD is down\n"] {
        append(&log, line.as_bytes());
        let ran = Command::new(env!("CARGO_BIN_EXE_zems")).args(&args).status().unwrap();
        assert!(ran.success());
        let now = fs::read(&out).unwrap();
        assert!(now.len() > expected.len() && now.starts_with(&expected));
        expected = now;
    }
}

#[test]
fn no_state_is_kept_of_a_named_pipe() {
    let directory = scratch("fifo");
    let fifo = directory.join("fifo");
    assert!(Command::new("mkfifo").arg(&fifo).status().unwrap().success());
    let state = text(&directory.join("state"));
    for command in [&["decode"][..], &["import", "syslog"]] {
        let ran = zems(command).args(["--state", &state, &text(&fifo)]).output().unwrap();
        assert_eq!(ran.status.code(), Some(2));
        assert!(String::from_utf8_lossy(&ran.stderr).contains("--state is for files"));
    }
}

#[test]
fn a_missing_file_and_a_directory_are_reported_by_name() {
    let directory = scratch("missing");
    let run = Run::start(&["decode", "--follow", "--no-header", &text(&directory.join("log"))]);
    run.says("log: is not there; waiting for it");
    append(&directory.join("log"), &events(0, 1));
    run.expect(0..1);
    assert!(run.stop().0.success());
    let ran = zems(&["import", "syslog", "--follow", &text(&directory)]).output().unwrap();
    assert_eq!(ran.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&ran.stderr).contains(&text(&directory)));
}

/// Receivers that close at once, that never read, that talk without end: the run ends soon after SIGTERM, with what did not
/// arrive counted, and has not shouted.
#[test]
fn no_receiver_keeps_a_run_from_its_end() {
    use std::net::{TcpListener, TcpStream};

    let behaviours: [fn(TcpStream); 3] = [
        drop,
        |_stream| thread::sleep(PATIENCE),
        |mut stream| while stream.write_all(&[b'x'; 4096]).is_ok() {},
    ];
    let log = scratch("receivers").join("log");
    append(&log, &events(0, 1));
    let runs = behaviours.map(|behave| {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("tcp://{}", listener.local_addr().unwrap());
        thread::spawn(move || {
            for stream in listener.incoming() {
                thread::spawn(move || behave(stream.unwrap()));
            }
        });
        Run::start(&["decode", "--syslog-to", &address, &text(&log)])
    });
    thread::sleep(Duration::from_secs(2));
    for run in &runs {
        run.signal("-TERM");
    }
    let told = std::time::Instant::now();
    for mut run in runs {
        let status = run.child.wait().unwrap();
        assert!(told.elapsed() < Duration::from_secs(15), "{:?}", told.elapsed());
        let faults: Vec<_> = run.faults.iter().collect();
        assert_eq!(status.code(), Some(1), "{faults:?}");
        assert!(faults.len() < 20 && faults.last().unwrap().contains("1 messages have not been delivered"));
    }
}

/// A state says what has arrived, not what has been read: a run that was killed while its receiver was away is made up for.
#[test]
fn what_a_killed_run_has_not_delivered_the_next_sends() {
    use std::net::TcpListener;

    let directory = scratch("undelivered");
    let [log, state] = ["log", "state"].map(|name| directory.join(name));
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let local = listener.local_addr().unwrap();
    let to = format!("tcp://{local}");
    let (log_path, state_path) = (text(&log), text(&state));
    let args = ["decode", "--syslog-to", &to, "--framing", "newline", "--state", &state_path, &log_path];
    let receive = |listener: &TcpListener| {
        let received: Vec<_> =
            BufReader::new(listener.accept().unwrap().0).lines().map(Result::unwrap).collect();
        received.iter().map(|line| line.rsplit_once(' ').unwrap().1.parse().unwrap()).collect::<Vec<u32>>()
    };
    append(&log, &events(0, 2));
    let run = Run::start(&args);
    assert_eq!(receive(&listener), [0, 1]);
    run.says("2 sent, 0 waiting");
    drop(listener);
    let sent = fs::read(&state).unwrap();
    append(&log, &events(2, 3));
    let mut run = Run::start(&[&args[..], &["--follow"]].concat());
    run.says("trying on");
    thread::sleep(Duration::from_millis(1500));
    run.signal("-USR1");
    run.says("0 sent, 3 waiting");
    run.child.kill().unwrap();
    run.child.wait().unwrap();
    assert_eq!(fs::read(&state).unwrap(), sent);
    let listener = TcpListener::bind(local).unwrap();
    let run = Run::start(&args);
    assert_eq!(receive(&listener), [2, 3, 4]);
    run.says("3 sent, 0 waiting");
}

/// A receiver that reads, perhaps, and does not close; and one that takes no more.
#[test]
fn a_slow_receiver_is_reported() {
    use std::net::TcpListener;
    use std::os::unix::net::UnixListener;

    let directory = scratch("slow");
    let [few, many, socket] = ["few", "many", "socket"].map(|name| directory.join(name));
    fs::write(&few, events(0, 1)).unwrap();
    assert!(zems(&["generate", "-n", "5000", "-o", &text(&many)]).status().unwrap().success());
    let tcp = TcpListener::bind("127.0.0.1:0").unwrap();
    let _unix = UnixListener::bind(&socket).unwrap();
    let decode = |to: &str, log: &Path| Run::start(&["decode", "--syslog-to", to, &text(log)]);
    let runs = [
        (decode(&format!("tcp://{}", tcp.local_addr().unwrap()), &few), "has not closed the connection"),
        (decode(&format!("unix://{}", text(&socket)), &many), "has read nothing"),
    ];
    for (mut run, wanted) in runs {
        run.says(wanted);
        run.child.kill().unwrap();
        run.child.wait().unwrap();
    }
}
