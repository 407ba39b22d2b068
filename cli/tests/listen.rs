//! `zems listen`: many senders, killed ones, slow ones and hostile ones.

use core::time::Duration;
use std::collections::HashSet;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Instant;

use crate::delivery::{certificate, events};
use crate::support::scratch;

/// Longer than anything here takes on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// The program listening, and what it writes.
struct Listening {
    child: Child,
    out: Receiver<String>,
    err: Receiver<String>,
    address: String,
    /// Messages that came before one that was waited for.
    before: core::cell::RefCell<Vec<String>>,
}

fn lines(input: impl Read + Send + 'static) -> Receiver<String> {
    let (sender, receiver) = channel();
    thread::spawn(move || {
        for line in BufReader::new(input).lines() {
            let Ok(line) = line else { return };
            if sender.send(line).is_err() {
                return;
            }
        }
    });
    receiver
}

impl Listening {
    fn start(address: &str, args: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_zems"))
            .args(["listen", address])
            .args(args)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let (out, err) = (lines(child.stdout.take().unwrap()), lines(child.stderr.take().unwrap()));
        let mut listening =
            Self { child, out, err, address: String::new(), before: core::cell::RefCell::default() };
        let said = listening.says("listening at ");
        let address = said.split_once("listening at ").unwrap().1;
        listening.address = address.split_once("://").unwrap().1.to_owned();
        listening
    }

    /// Waits for a message.
    fn says(&self, part: &str) -> String {
        let mut before = self.before.borrow_mut();
        if let Some(at) = before.iter().position(|line| line.contains(part)) {
            return before.remove(at);
        }
        loop {
            let line = self.err.recv_timeout(PATIENCE).unwrap_or_else(|_| panic!("nothing says {part:?}"));
            if line.contains(part) {
                return line;
            }
            before.push(line);
        }
    }

    fn connect(&self) -> TcpStream {
        TcpStream::connect(&self.address).unwrap()
    }

    /// Waits for this many lines of output.
    fn wait_for(&self, count: usize) -> Vec<String> {
        (0..count).map(|_| self.out.recv_timeout(PATIENCE).unwrap()).collect()
    }

    /// Asks the program to end; its exit code, and what else it has written.
    fn stop(mut self) -> (Option<i32>, Vec<String>, Vec<String>) {
        assert!(Command::new("kill").arg(self.child.id().to_string()).status().unwrap().success());
        let begun = Instant::now();
        let status = loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                break status;
            }
            assert!(begun.elapsed() < PATIENCE, "it does not end");
            thread::sleep(Duration::from_millis(20));
        };
        (status.code(), self.out.iter().collect(), self.err.iter().collect())
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The buffers of a file, each in a frame after its length of this many bytes.
fn frames(path: &str, width: usize) -> Vec<Vec<u8>> {
    let bytes = fs::read(path).unwrap();
    let mut rest = bytes.as_slice();
    let mut frames = Vec::new();
    while !rest.is_empty() {
        let (buffer, after) =
            zems::spi::read::Decoder::new(&zems::spi::Profile::DEFAULT).parse_prefix(rest).unwrap();
        let len = u32::try_from(buffer.len()).unwrap().to_be_bytes();
        frames.push([&len[4 - width..], buffer.as_bytes()].concat());
        let is_padded = buffer.len() % 2 == 1 && !after.starts_with(&[0xFF, 0xE4]);
        rest = if is_padded { after.get(1..).unwrap_or_default() } else { after };
    }
    frames
}

/// The lines that `decode` writes.
fn decoded(path: &str, args: &[&str]) -> Vec<String> {
    let ran = Command::new(env!("CARGO_BIN_EXE_zems")).args(["decode", path]).args(args).output().unwrap();
    String::from_utf8(ran.stdout).unwrap().lines().map(str::to_owned).collect()
}

#[test]
fn every_form_on_every_socket_gives_the_output_of_decode() {
    let directory = scratch("listen-forms");
    let path = events(&directory, 200);
    let expected = decoded(&path, &[]);
    for (form, width) in [("raw", 0), ("be16", 2), ("be32", 4)] {
        let listening = Listening::start("tcp://127.0.0.1:0", &["--from", form]);
        let mut stream = listening.connect();
        if width == 0 {
            stream.write_all(&fs::read(&path).unwrap()).unwrap();
        } else {
            stream.write_all(&frames(&path, width).concat()).unwrap();
        }
        // The events are there while the connection stays.
        assert!(listening.wait_for(200) == expected);
        drop(stream);
        let (code, rest, said) = listening.stop();
        assert_eq!((code, rest.len()), (Some(0), 0), "{said:?}");
        assert!(said.iter().any(|line| line.contains("200 buffers good, 0 bad")), "{said:?}");
    }
    #[cfg(unix)]
    {
        let socket = directory.join("socket");
        let address = format!("unix://{}", socket.display());
        let listening = Listening::start(&address, &["--event", "8"]);
        let mut stream = std::os::unix::net::UnixStream::connect(&socket).unwrap();
        stream.write_all(&fs::read(&path).unwrap()).unwrap();
        drop(stream);
        let expected = decoded(&path, &["--event", "8"]);
        assert!(listening.wait_for(expected.len()) == expected);
        assert_eq!(listening.stop().0, Some(0));
        assert!(!socket.exists());
        // The socket that a killed run left does not prevent a start.
        drop(std::os::unix::net::UnixListener::bind(&socket).unwrap());
        assert_eq!(Listening::start(&address, &[]).stop().0, Some(0));
    }
}

#[test]
fn tls_needs_a_certificate() {
    let directory = scratch("listen-tls");
    let path = events(&directory, 100);
    let (certificate, _) = certificate(&directory);
    let key = directory.join("key.pem").display().to_string();
    let args = ["--tls-cert", &certificate, "--tls-key", &key, "--from", "be32"];
    let listening = Listening::start("tls://127.0.0.1:0", &args);
    let mut roots = rustls::RootCertStore::empty();
    use rustls::pki_types::pem::PemObject;
    roots.add(rustls::pki_types::CertificateDer::from_pem_file(&certificate).unwrap()).unwrap();
    let provider = std::sync::Arc::new(rustls::crypto::ring::default_provider());
    let config =
        rustls::ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let config = std::sync::Arc::new(config.with_root_certificates(roots).with_no_client_auth());
    let client = rustls::ClientConnection::new(config, "localhost".try_into().unwrap()).unwrap();
    let mut stream = rustls::StreamOwned::new(client, listening.connect());
    stream.write_all(&frames(&path, 4).concat()).unwrap();
    stream.conn.send_close_notify();
    stream.flush().unwrap();
    assert!(listening.wait_for(100) == decoded(&path, &[]));
    // A peer without TLS.
    listening.connect().write_all(b"GET / HTTP/1.0\r\n\r\n").unwrap();
    listening.says("disconnected: ");
    drop(stream);
    assert_eq!(listening.stop().0, Some(0));
    for (address, args) in [
        ("tls://127.0.0.1:0", &[][..]),
        ("tcp://127.0.0.1:0", &args),
        ("tcp://127.0.0.1", &[]),
        ("127.0.0.1:0", &[]),
        ("tcp://127.0.0.1:0", &["--from", "hex"]),
        ("tcp://127.0.0.1:0", &["--follow"]),
        ("tcp://127.0.0.1:0", &["tcp://127.0.0.1:0"]),
    ] {
        let ran =
            Command::new(env!("CARGO_BIN_EXE_zems")).args(["listen", address]).args(args).output().unwrap();
        assert_eq!(ran.status.code(), Some(2), "{address} {args:?} {}", String::from_utf8_lossy(&ran.stderr));
    }
}

/// With `--state`, events that have not arrived at the receiver are kept, and the next run begins with them.
#[test]
fn what_was_not_delivered_is_sent_by_the_next_run() {
    let directory = scratch("listen-state");
    let path = events(&directory, 30);
    let state = directory.join("listen.state").display().to_string();
    // A port at which nobody listens yet.
    let receiver = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let to = format!("tcp://{receiver}");
    let args = ["--syslog-to", &to, "--framing", "newline", "--state", &state];
    let listening = Listening::start("tcp://127.0.0.1:0", &args);
    listening.connect().write_all(&fs::read(&path).unwrap()).unwrap();
    let begun = Instant::now();
    while fs::metadata(&state).unwrap().len() < fs::metadata(&path).unwrap().len() {
        assert!(begun.elapsed() < PATIENCE, "nothing is kept");
        thread::sleep(Duration::from_millis(20));
    }
    // Another run may not have the state.
    let another = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_zems"));
        command.args(["listen", "tcp://127.0.0.1:0", "--state", &state]).output().unwrap()
    };
    let ran = another();
    assert_eq!(ran.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&ran.stderr).contains("is in use by process"), "{ran:?}");
    assert_ne!(listening.stop().0, Some(0), "nothing was delivered");

    let listener = std::net::TcpListener::bind(receiver).unwrap();
    let received = channel();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let sender = received.0.clone();
            thread::spawn(move || {
                BufReader::new(stream.unwrap())
                    .lines()
                    .map_while(Result::ok)
                    .try_for_each(|line| sender.send(line))
            });
        }
    });
    let take = |count: usize| -> Vec<String> {
        (0..count).map(|_| received.1.recv_timeout(PATIENCE).unwrap()).collect()
    };
    let listening = Listening::start("tcp://127.0.0.1:0", &args);
    let expected = crate::delivery::messages(&path, "rfc5424");
    assert_eq!(expected.len(), 30);
    let kept = take(30);
    listening.says("30 buffers of an earlier run were handed on");
    // New ones come after those that were kept.
    listening.connect().write_all(&fs::read(&path).unwrap()).unwrap();
    let new = take(30);
    assert_eq!(listening.stop().0, Some(0));
    assert_eq!((kept, new), (expected.clone(), expected));
    // Everything has arrived: a third run has nothing to send.
    let listening = Listening::start("tcp://127.0.0.1:0", &args);
    assert_eq!(listening.stop().0, Some(0));
    assert!(received.1.try_recv().is_err());
    fs::write(&state, "other").unwrap();
    let ran = another();
    assert_eq!(ran.status.code(), Some(2), "{ran:?}");
}

/// A run that was killed leaves what it had taken.
#[cfg(unix)]
#[test]
fn a_killed_run_leaves_what_has_not_arrived() {
    let directory = scratch("listen-killed");
    let path = events(&directory, 5);
    let state = directory.join("listen.state").display().to_string();
    let receiver = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let to = format!("tcp://{receiver}");
    let mut listening = Listening::start("tcp://127.0.0.1:0", &["--syslog-to", &to, "--state", &state]);
    listening.connect().write_all(&fs::read(&path).unwrap()).unwrap();
    let begun = Instant::now();
    while fs::metadata(&state).unwrap().len() < fs::metadata(&path).unwrap().len() {
        assert!(begun.elapsed() < PATIENCE, "nothing is kept");
        thread::sleep(Duration::from_millis(20));
    }
    listening.child.kill().unwrap();
    listening.child.wait().unwrap();
    // It goes to another output now.
    let listening = Listening::start("tcp://127.0.0.1:0", &["--format", "json", "--state", &state]);
    let lines = listening.wait_for(5);
    assert!(lines.iter().all(|line| line.contains(r#""source":"tcp://127.0.0.1:"#)), "{lines:?}");
    assert_eq!(listening.stop().0, Some(0));
    assert_eq!(fs::metadata(&state).unwrap().len(), 16, "everything is written");
}

/// 5,000 connections at once, each with an event of its own now and one later.
#[test]
fn five_thousand_connections_at_once_lose_nothing() {
    const MOST: usize = 5000;
    let _ = rlimit::increase_nofile_limit(12_000);
    let available = usize::try_from(rlimit::getrlimit(rlimit::Resource::NOFILE).unwrap().0).unwrap();
    let count = MOST.min(available.saturating_sub(200));
    if count < MOST {
        let _ = writeln!(
            std::io::stderr(),
            "SKIPPED in part: {count} connections, the system allows no more files"
        );
    }
    let directory = scratch("listen-5000");
    let path = events(&directory, 2 * count);
    let frames = frames(&path, 4);
    let mut expected = decoded(&path, &[]);
    let out = directory.join("out").display().to_string();
    let listening = Listening::start("tcp://127.0.0.1:0", &["--from", "be32", "-o", &out]);
    let mut streams: Vec<_> = (0..count).map(|_| listening.connect()).collect();
    for (at, stream) in streams.iter_mut().enumerate() {
        // All but the last bytes.
        let frame = &frames[at];
        stream.write_all(&frame[..frame.len() - 5]).unwrap();
    }
    let resident = memory(listening.child.id());
    for (at, stream) in streams.iter_mut().enumerate() {
        let frame = &frames[at];
        stream.write_all(&frame[frame.len() - 5..]).unwrap();
        stream.write_all(&frames[count + at]).unwrap();
    }
    drop(streams);
    let (code, _, said) = listening.stop();
    assert_eq!(code, Some(0), "{said:?}");
    let mut received: Vec<_> = fs::read_to_string(&out).unwrap().lines().map(str::to_owned).collect();
    received.sort();
    expected.sort();
    assert_eq!(received.len(), expected.len());
    assert!(received == expected);
    assert!(resident < 512 << 20, "{resident} bytes resident");
}

/// Bytes of memory of a process.
fn memory(process: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    resident.map_or(0, |text| text.trim().trim_end_matches(" kB").trim().parse::<u64>().unwrap() * 1024)
}

/// Senders are killed at any moment: every buffer that was sent whole arrives, once, and the cut ones are faults.
#[test]
fn killed_senders_lose_nothing_that_they_sent() {
    let directory = scratch("listen-killed");
    let path = events(&directory, 4000);
    let frames = frames(&path, 4);
    let expected = decoded(&path, &[]);
    let listening = Listening::start("tcp://127.0.0.1:0", &["--from", "be32"]);
    let mut sent = HashSet::new();
    let mut cut = 0;
    let mut killed = Vec::new();
    for (sender, part) in frames.chunks(100).enumerate() {
        // Do as the system does for a process that is killed: end the connection at any place.
        let mut stream = listening.connect();
        let bytes = part.concat();
        let end = (sender * 7919 + 13) % bytes.len();
        stream.write_all(&bytes[..end]).unwrap();
        let mut at = 0;
        for (number, frame) in part.iter().enumerate() {
            at += frame.len();
            if at <= end {
                sent.insert(sender * 100 + number);
            } else {
                cut += usize::from(at - frame.len() < end);
                break;
            }
        }
        killed.push(stream);
        if sender % 3 == 0 {
            killed.clear();
        }
    }
    drop(killed);
    let mut received = listening.wait_for(sent.len());
    let (code, rest, said) = listening.stop();
    assert!(rest.is_empty());
    assert_eq!(code, Some(i32::from(cut > 0)), "{said:?}");
    assert!(
        said.iter().any(|line| line.contains(&format!("{} buffers good, {cut} bad", sent.len()))),
        "{said:?}"
    );
    let mut wanted: Vec<_> = sent.iter().map(|at| expected[*at].clone()).collect();
    received.sort();
    wanted.sort();
    assert!(received == wanted);
}

#[test]
fn slow_and_hostile_peers_are_disconnected_and_disturb_nobody() {
    let directory = scratch("listen-hostile");
    let path = events(&directory, 100);
    let frames = frames(&path, 4);
    let args = ["--from", "be32", "--buffer-timeout", "1", "--max-connections", "4"];
    let listening = Listening::start("tcp://127.0.0.1:0", &args);
    let mut good = listening.connect();
    good.write_all(&frames[..50].concat()).unwrap();
    listening.wait_for(50);
    // One that does not finish its buffer, byte by byte.
    let mut slow = listening.connect();
    let dribble = frames[0].clone();
    thread::spawn(move || {
        for byte in dribble {
            if slow.write_all(&[byte]).is_err() {
                return;
            }
            thread::sleep(Duration::from_millis(50));
        }
    });
    assert!(listening.says("disconnected").contains("a buffer was not finished in time"));
    // One that sends noise without end.
    let mut hostile = listening.connect();
    let begun = Instant::now();
    while hostile.write_all(&[b'x'; 1 << 16]).is_ok() {
        assert!(begun.elapsed() < PATIENCE);
    }
    assert!(listening.says("disconnected").contains("that holds no buffer"));
    // One that sends many small faults.
    let mut hostile = listening.connect();
    let fault = [&[0, 0, 0, 5][..], b"noise"].concat();
    let begun = Instant::now();
    while hostile.write_all(&fault.repeat(10)).is_ok() {
        assert!(begun.elapsed() < PATIENCE);
    }
    let _ = listening.says("disconnected");
    // More than may be.
    let many: Vec<_> = (0..10).map(|_| listening.connect()).collect();
    listening.says("too many connections");
    drop(many);
    good.write_all(&frames[50..].concat()).unwrap();
    listening.wait_for(50);
    drop(good);
    assert_eq!(listening.stop().0, Some(1));
}

/// When the run is asked to end, what is on its way is still read.
#[test]
fn the_end_is_graceful() {
    let directory = scratch("listen-end");
    let path = events(&directory, 20_000);
    let bytes = fs::read(&path).unwrap();
    let out = directory.join("out").display().to_string();
    let listening = Listening::start("tcp://127.0.0.1:0", &["-o", &out]);
    let mut stream = listening.connect();
    let writer = thread::spawn(move || {
        stream.write_all(&bytes).unwrap();
        // It stays connected.
        thread::sleep(Duration::from_secs(2));
    });
    let begun = Instant::now();
    while fs::metadata(&out).map_or(0, |metadata| metadata.len()) == 0 {
        assert!(begun.elapsed() < PATIENCE);
        thread::sleep(Duration::from_millis(5));
    }
    let (code, _, said) = listening.stop();
    assert_eq!(code, Some(0), "{said:?}");
    writer.join().unwrap();
    assert_eq!(fs::read_to_string(&out).unwrap().lines().count(), 20_000, "{said:?}");
}

#[test]
fn options_come_from_a_file_and_counters_are_served() {
    let directory = scratch("listen-config");
    let path = events(&directory, 50);
    let config = directory.join("zems.toml").display().to_string();
    fs::write(&config, "# options\nformat = \"json\"\nno-names = true\nfrom = \"be16\"\nmetrics = \"127.0.0.1:0\"\nnode = [\"\\\\A=1\", \"\\\\B=2\"]\nevent = \"8-9\"\n").unwrap();
    let listening = Listening::start("tcp://127.0.0.1:0", &["--config", &config, "--from", "be32"]);
    let metrics = listening.says("metrics at ");
    let address = metrics.split_once("http://").unwrap().1.trim_end_matches("/metrics").to_owned();
    let mut stream = listening.connect();
    stream.write_all(&frames(&path, 4).concat()).unwrap();
    let expected = decoded(&path, &["--format", "json", "--no-names", "--event", "8-9"]);
    let received = listening.wait_for(expected.len());
    // Every event names its connection; offsets are those of the connection.
    assert!(received.iter().all(|line| line.contains(",\"source\":\"tcp://127.0.0.1:")));
    let without = |line: &String| {
        let end = line.find(",\"source\"").or_else(|| line.find(",\"offset\"")).unwrap();
        line[..end].to_owned()
    };
    assert_eq!(
        received.iter().map(without).collect::<Vec<_>>(),
        expected.iter().map(without).collect::<Vec<_>>()
    );
    let ask = |path: &str| {
        let mut stream = TcpStream::connect(&address).unwrap();
        write!(stream, "GET {path} HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    };
    let begun = Instant::now();
    let answer = loop {
        let answer = ask("/metrics");
        if answer.contains("zems_buffers_good_total 50\n") || begun.elapsed() > PATIENCE {
            break answer;
        }
    };
    for part in [
        "Content-Type: application/openmetrics-text; version=1.0.0; charset=utf-8\r\n",
        "\nzems_buffers_good_total 50\n",
        "\nzems_buffers_bad_total 0\n",
        "\n# TYPE zems_connections gauge\n",
        "\nzems_connections 1\n",
        "\n# EOF\n",
    ] {
        assert!(answer.contains(part), "{part}: {answer}");
    }
    assert!(ask("/none").starts_with("HTTP/1.1 404 "));
    drop(stream);
    assert_eq!(listening.stop().0, Some(0));

    for (text, part) in [
        ("fromat = \"json\"", "fromat is not an option of listen"),
        ("strict = 1", "strict is true or false"),
        ("format = \"jsn\"", "jsn"),
        ("format = ", "zems.toml:1:10: string values must be quoted"),
        ("format = {a = 1}", "takes a text, a number, or a list of them"),
    ] {
        fs::write(&config, text).unwrap();
        let ran = Command::new(env!("CARGO_BIN_EXE_zems"))
            .args(["listen", "tcp://127.0.0.1:0", "--config", &config])
            .output()
            .unwrap();
        assert_eq!(ran.status.code(), Some(2), "{text}");
        assert!(
            String::from_utf8_lossy(&ran.stderr).contains(part),
            "{}",
            String::from_utf8_lossy(&ran.stderr)
        );
    }
    fs::write(&config, "format = \"json\"\n").unwrap();
    assert!(decoded(&path, &["--config", &config])[0].starts_with('{'));
    let missing = Path::new(&config).with_extension("none").display().to_string();
    let ran = Command::new(env!("CARGO_BIN_EXE_zems"))
        .args(["decode", &path, "--config", &missing])
        .output()
        .unwrap();
    assert_eq!(ran.status.code(), Some(2));
}

/// The rate of events over 5,000 connections, compared with that of `decode` from a file. `ZEMS` names the program to measure.
#[test]
#[ignore = "a measurement: ZEMS=target/release/zems cargo test -p zems-cli --test program rate_with_5000 -- --ignored --nocapture"]
fn rate_with_5000_connections() {
    const CONNECTIONS: usize = 5000;
    const EVENTS: usize = 200;
    let program = std::env::var("ZEMS").unwrap_or_else(|_| env!("CARGO_BIN_EXE_zems").to_owned());
    assert!(rlimit::increase_nofile_limit(6000).unwrap() >= 6000, "too few open files are allowed");
    let directory = scratch("listen-rate");
    let one = fs::read(events(&directory, EVENTS)).unwrap();
    let all = directory.join("all.bin");
    fs::write(&all, one.repeat(CONNECTIONS)).unwrap();
    let start = |args: &[&str], output: &str| {
        let mut command = Command::new(&program);
        command.args(args).args(["--format", "json", "-o"]).arg(directory.join(output));
        command.stdin(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap()
    };
    let mut ratios = Vec::new();
    for _ in 0..3 {
        let begun = Instant::now();
        assert!(start(&["decode", all.to_str().unwrap()], "decoded").wait().unwrap().success());
        let decoded = begun.elapsed();
        let mut child = start(
            &["listen", "tcp://127.0.0.1:0", "--limit", &(CONNECTIONS * EVENTS).to_string()],
            "listened",
        );
        let err = lines(child.stderr.take().unwrap());
        let said = err.iter().find(|line| line.contains("listening at ")).unwrap();
        let address = said.split_once("tcp://").unwrap().1.to_owned();
        let mut streams: Vec<_> = (0..CONNECTIONS).map(|_| TcpStream::connect(&address).unwrap()).collect();
        let begun = Instant::now();
        thread::scope(|scope| {
            for part in streams.chunks_mut(CONNECTIONS.div_ceil(4)) {
                let one = &one;
                scope.spawn(move || {
                    for piece in one.chunks(8192) {
                        part.iter_mut().for_each(|stream| stream.write_all(piece).unwrap());
                    }
                });
            }
        });
        drop(streams);
        assert!(child.wait().unwrap().success());
        let listened = begun.elapsed();
        let [lines_decoded, lines_listened] = ["decoded", "listened"].map(|name| {
            fs::read(directory.join(name)).unwrap().iter().filter(|byte| **byte == b'\n').count()
        });
        assert_eq!((lines_decoded, lines_listened), (CONNECTIONS * EVENTS, CONNECTIONS * EVENTS));
        let ratio = decoded.as_secs_f64() / listened.as_secs_f64();
        println!("decode {decoded:.2?}, listen {listened:.2?}: {ratio:.2}");
        ratios.push(ratio);
    }
    ratios.sort_by(f64::total_cmp);
    assert!(ratios[1] >= 0.3, "{ratios:?}");
}
