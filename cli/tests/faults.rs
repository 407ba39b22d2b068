//! Streams under fault: inputs that stall and are cut, outputs that close, block and fill up, receivers of every bad habit, signals
//! and kills at random moments. After a clean end every event has arrived exactly once, after a kill at least once, and none was
//! invented.

use core::time::Duration;
use std::collections::BTreeMap;
use std::fs;
use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;

use crate::delivery::{Posted, answer, imported, read_request, said, zems};
use crate::support::scratch;

/// A file of this many events, whose texts are `number 0`, `number 1` ...
fn numbered(directory: &Path, count: u32) -> String {
    let [log, events] = ["numbers.log", "numbers.bin"].map(|name| directory.join(name).display().to_string());
    let lines = (0..count).map(|number| format!("<13>1 2024-01-01T00:00:00Z h p 1 - - number {number}\n"));
    fs::write(&log, lines.collect::<String>()).unwrap();
    let ran = zems(&["import", "syslog", &log, "-o", &events]).output().unwrap();
    assert!(ran.status.success(), "{}", said(&ran));
    events
}

/// How often each number is the text of a line or an object.
fn numbers(text: &str) -> BTreeMap<u32, u32> {
    let mut found = BTreeMap::new();
    for line in text.lines().filter(|line| line.contains("number ")) {
        let digits = line.split("number ").nth(1).unwrap().chars().take_while(char::is_ascii_digit);
        *found.entry(digits.collect::<String>().parse().unwrap()).or_default() += 1;
    }
    found
}

fn assert_each_once(found: &BTreeMap<u32, u32>, count: u32, what: &str) {
    let expected: BTreeMap<_, _> = (0..count).map(|number| (number, 1)).collect();
    let wrong: Vec<_> =
        found.iter().filter(|(number, times)| **times != 1 || **number >= count).take(9).collect();
    assert!(*found == expected, "{what}: {} of {count}, wrong: {wrong:?}", found.len());
}

/// Numbers that look random, the same each time.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }
}

/// Bytes come in pieces of any size, with pauses, and end inside an event.
#[test]
fn an_input_that_stalls_and_is_cut() {
    const COUNT: u32 = 300;
    let directory = scratch("faults/stalls");
    let bytes = fs::read(numbered(&directory, COUNT)).unwrap();
    for (form, cut) in [("raw", 0), ("raw", 7), ("auto", 40)] {
        let mut child =
            zems(&["decode", "--format", "json", "--from", form, "-"]).stdin(Stdio::piped()).spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let input = bytes[..bytes.len() - cut].to_vec();
        let writer = thread::spawn(move || {
            let mut random = Random(0x9E37_79B9_7F4A_7C15);
            let mut rest = input.as_slice();
            while !rest.is_empty() {
                let len = usize::try_from(random.below(900) + 1).unwrap().min(rest.len());
                stdin.write_all(&rest[..len]).unwrap();
                rest = &rest[len..];
                if random.below(8) == 0 {
                    thread::sleep(Duration::from_millis(random.below(40)));
                }
            }
        });
        let ran = child.wait_with_output().unwrap();
        writer.join().unwrap();
        let text = String::from_utf8(ran.stdout.clone()).unwrap();
        let whole = COUNT - u32::from(cut > 0);
        assert_each_once(&numbers(&text), whole, form);
        assert_eq!(text.matches("\"kind\":\"error\"").count(), usize::from(cut > 0), "{text}");
        assert_eq!(ran.status.code(), Some(i32::from(cut > 0)), "{}", said(&ran));
    }
}

/// Whoever reads closes the pipe, reads slowly, or has no more space.
#[test]
fn outputs_that_close_block_and_fill_up() {
    const COUNT: u32 = 3000;
    let directory = scratch("faults/outputs");
    let events = numbered(&directory, COUNT);
    for format in ["text", "json", "csv", "syslog", "otlp"] {
        let mut child = zems(&["decode", "--format", format, &events]).spawn().unwrap();
        let mut front = [0; 100];
        child.stdout.take().unwrap().read_exact(&mut front).unwrap();
        let ran = child.wait_with_output().unwrap();
        assert_eq!((ran.status.code(), said(&ran).as_str()), (Some(0), ""), "{format}");
        let full = fs::File::options().write(true).open("/dev/full").unwrap();
        let ran = zems(&["decode", "--format", format, &events]).stdout(full).output().unwrap();
        assert!(
            ran.status.code() == Some(2) && said(&ran).contains("No space left"),
            "{format}: {}",
            said(&ran)
        );
    }
    let mut child = zems(&["decode", "--format", "json", &events]).spawn().unwrap();
    let mut stdout = child.stdout.take().unwrap();
    let mut text = Vec::new();
    for _ in 0..50 {
        let mut piece = [0; 37];
        stdout.read_exact(&mut piece).unwrap();
        text.extend(piece);
        thread::sleep(Duration::from_millis(10));
    }
    stdout.read_to_end(&mut text).unwrap();
    assert!(child.wait().unwrap().success());
    assert_each_once(&numbers(core::str::from_utf8(&text).unwrap()), COUNT, "slow");
}

/// The faults of a receiver on its first connections; later ones work.
type Habit = fn(&mut TcpStream);

const HABITS: [(&str, Habit); 9] = [
    // With bytes unread the system answers with a reset.
    ("reset", |_| {}),
    ("half-close", |stream| {
        stream.shutdown(Shutdown::Write).unwrap();
        let _ = stream.read_to_end(&mut Vec::new());
    }),
    ("reads and closes", |stream| drop(stream.read(&mut [0; 5000]))),
    ("never reads", |_| thread::sleep(Duration::from_millis(700))),
    ("garbage", |stream| {
        let _ = stream.read(&mut [0; 500]);
        let _ = stream.write_all(b"\x00\xFF\x1b[2J this is no HTTP\r\n\r\n");
    }),
    ("half a head", |stream| {
        let _ = stream.read(&mut [0; 500]);
        let _ = stream.write_all(b"HTTP/1.1 200 O");
    }),
    ("impossible length", |stream| {
        let _ = read_request(stream);
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n");
    }),
    ("wrong status", |stream| {
        let _ = read_request(stream);
        let _ = stream.write_all(b"HTTP/1.1 999 Odd\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    }),
    ("a redirect", |stream| {
        let _ = read_request(stream);
        let _ = stream.write_all(b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    }),
];

/// OTLP has answers, so what is taken is taken once.
#[test]
fn receivers_of_log_records_with_bad_habits_get_each_event_once() {
    const COUNT: u32 = 200;
    let directory = scratch("faults/otlp-habits");
    let events = numbered(&directory, COUNT);
    let runs = HABITS.map(|(name, habit)| {
        let (events, directory) =
            (events.clone(), scratch(&format!("faults/otlp-{}", name.replace(' ', "-"))));
        thread::spawn(move || {
            let listener = TcpListener::bind("127.0.0.1:0").unwrap();
            let url = format!("http://{}", listener.local_addr().unwrap());
            let taken = Arc::new(Mutex::new(Vec::<Posted>::new()));
            let kept = Arc::clone(&taken);
            thread::spawn(move || {
                for (number, stream) in listener.incoming().enumerate() {
                    let mut stream = stream.unwrap();
                    if number < 2 {
                        habit(&mut stream);
                    } else if let Some(request) = read_request(&mut stream) {
                        kept.lock().unwrap().push(request);
                        let _ = stream.write_all(&answer("200 OK", b""));
                    }
                }
            });
            let ran = zems(&["decode", "--otlp-to", &url, &events]).output().unwrap();
            assert!(ran.status.success(), "{name}: {}", said(&ran));
            assert!(said(&ran).contains("200 taken, 0 refused, 0 waiting"), "{name}: {}", said(&ran));
            assert!(!said(&ran).contains('\x1b'), "{name}: {:?}", said(&ran));
            let back = directory.join("back.bin");
            fs::write(&back, imported(&directory, &taken.lock().unwrap())).unwrap();
            let text = zems(&["decode", "--no-header", &back.display().to_string()]).output().unwrap();
            assert_each_once(&numbers(&String::from_utf8(text.stdout).unwrap()), COUNT, name);
        })
    });
    for run in runs {
        run.join().unwrap();
    }
}

/// Syslog has none: everything arrives, nothing is invented, and what may come twice was reported.
#[test]
fn receivers_of_messages_with_bad_habits_get_every_event() {
    const COUNT: u32 = 2000;
    let events = numbered(&scratch("faults/syslog-habits"), COUNT);
    let runs = HABITS[..6].iter().map(|(name, habit)| {
        let events = events.clone();
        thread::spawn(move || {
            let listener = TcpListener::bind("127.0.0.1:0").unwrap();
            let to = format!("tcp://{}", listener.local_addr().unwrap());
            let all = Arc::new(Mutex::new(String::new()));
            let kept = Arc::clone(&all);
            thread::spawn(move || {
                for (number, stream) in listener.incoming().enumerate() {
                    let mut stream = stream.unwrap();
                    if number < 2 {
                        habit(&mut stream);
                        continue;
                    }
                    let mut bytes = Vec::new();
                    let _ = stream.read_to_end(&mut bytes);
                    kept.lock().unwrap().push_str(core::str::from_utf8(&bytes).unwrap());
                }
            });
            let ran =
                zems(&["decode", "--framing", "newline", "--syslog-to", &to, &events]).output().unwrap();
            assert!(ran.status.success(), "{name}: {}", said(&ran));
            let found = numbers(&all.lock().unwrap());
            assert!(found.keys().copied().eq(0..COUNT), "{name}: {} of {COUNT}: {}", found.len(), said(&ran));
        })
    });
    for run in runs.collect::<Vec<_>>() {
        run.join().unwrap();
    }
}

/// Runs that are ended by a signal at any moment, one after the other, until one comes to the end of the input. Those that may end in
/// good order repeat nothing; a killed one may repeat what it has not noted.
#[test]
#[cfg(unix)]
fn signals_at_random_moments_lose_and_invent_nothing() {
    const COUNT: u32 = 5_000;
    let directory = scratch("faults/signals");
    let events = numbered(&directory, COUNT);
    for (signal, is_orderly) in [("-TERM", true), ("-INT", true), ("-KILL", false)] {
        let [state, output] =
            ["state", "out"].map(|name| directory.join(format!("{name}{signal}")).display().to_string());
        let mut random = Random(0x2545_F491_4F6C_DD1D);
        let mut ended = 0;
        for run in 0_u64.. {
            assert!(run < 500, "{signal}: no progress in {run} runs");
            let args = ["decode", "--format", "json", "--state", &state, "-o", &output, &events];
            let mut child = Command::new(env!("CARGO_BIN_EXE_zems"))
                .args(args)
                .stdin(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .unwrap();
            // On a busy machine the first runs end before they have begun.
            thread::sleep(Duration::from_millis(random.below(100 + 20 * run)));
            let _ =
                Command::new("kill").args([signal, &child.id().to_string()]).stderr(Stdio::null()).status();
            let status = child.wait().unwrap();
            ended += u32::from(status.code().is_none());
            // The end was reached, by a run that the signal was too late for, or by its predecessor.
            let found = numbers(&fs::read_to_string(&output).unwrap_or_default());
            if status.success() && found.len() >= usize::try_from(COUNT).unwrap() {
                break;
            }
        }
        let ran = zems(&["decode", "--format", "json", "--state", &state, "-o", &output, &events])
            .output()
            .unwrap();
        assert!(ran.status.success(), "{signal}: {}", said(&ran));
        let text = fs::read_to_string(&output).unwrap();
        let found = numbers(&text);
        if is_orderly {
            assert_each_once(&found, COUNT, signal);
        }
        assert!(found.keys().copied().eq(0..COUNT), "{signal}: {} of {COUNT}", found.len());
        assert!(is_orderly || ended > 0, "{signal}: no run was killed");
        // Whole records only.
        assert!(
            text.ends_with("}\n") && text.lines().all(|line| line.starts_with('{') && line.ends_with('}')),
            "{signal}"
        );
    }
}
