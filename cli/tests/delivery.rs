//! Receivers as they are: small limits, wrong credentials, proxies, restarts, certificates. The tests count the messages that arrive.

use core::time::Duration;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;

use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use crate::support::scratch;

/// The program, for a minute and a half at most.
pub fn zems(args: &[&str]) -> Command {
    let mut command = Command::new("timeout");
    command.args(["90", env!("CARGO_BIN_EXE_zems")]);
    for proxy in ["http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "all_proxy"] {
        command.env_remove(proxy);
    }
    command.args(args).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

pub fn said(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// A file of this many events.
pub fn events(directory: &Path, count: usize) -> String {
    let path = directory.join("events.bin").display().to_string();
    let ran = zems(&["generate", "-n", &count.to_string(), "--step", "0.01", "-o", &path]).output().unwrap();
    assert!(ran.status.success(), "{}", said(&ran));
    path
}

/// The messages that they are.
pub fn messages(events: &str, style: &str) -> Vec<String> {
    let decoded = zems(&["decode", "--format", "syslog", "--syslog-style", style, events]).output().unwrap();
    String::from_utf8(decoded.stdout).unwrap().lines().map(str::to_owned).collect()
}

/// A certificate for 127.0.0.1 that signs itself, in a file, and the server that has it.
pub fn certificate(directory: &Path) -> (String, Arc<ServerConfig>) {
    let made = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned(), "localhost".to_owned()]).unwrap();
    let path = directory.join("ca.pem").display().to_string();
    fs::write(&path, made.cert.pem()).unwrap();
    fs::write(directory.join("key.pem"), made.signing_key.serialize_pem()).unwrap();
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(made.signing_key.serialize_der()));
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let config = config.with_no_client_auth().with_single_cert(vec![made.cert.der().clone()], key).unwrap();
    (path, Arc::new(config))
}

#[derive(Debug)]
pub struct Posted {
    head: String,
    body: Vec<u8>,
}

pub fn read_request(stream: &mut impl Read) -> Option<Posted> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        if stream.read(&mut byte).unwrap_or(0) == 0 {
            return None;
        }
        head.push(byte[0]);
    }
    let head = String::from_utf8(head).unwrap();
    let length = head.to_lowercase().split("content-length: ").nth(1)?.split('\r').next()?.parse().ok()?;
    let mut body = vec![0; length];
    stream.read_exact(&mut body).ok()?;
    Some(Posted { head, body })
}

pub fn answer(status: &str, body: &[u8]) -> Vec<u8> {
    let head = format!("HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: {}\r\n\r\n", body.len());
    [head.as_bytes(), body].concat()
}

/// A receiver of OTLP that answers as it is reported, forever; what it has answered 200 to.
pub fn receiver(
    tls: Option<Arc<ServerConfig>>,
    answers: impl Fn(usize, &Posted) -> Vec<u8> + Send + 'static,
) -> (String, Arc<Mutex<Vec<Posted>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let taken = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&taken);
    thread::spawn(move || {
        for (number, stream) in listener.incoming().enumerate() {
            let stream = stream.unwrap();
            let serve = |stream: &mut dyn ReadWrite| {
                let Some(request) = read_request(&mut &mut *stream) else { return };
                let answer = answers(number, &request);
                if answer.starts_with(b"HTTP/1.1 200") {
                    kept.lock().unwrap().push(request);
                }
                let _ = stream.write_all(&answer);
                let _ = stream.flush();
            };
            match &tls {
                None => serve(&mut { stream }),
                Some(config) => {
                    let tls = ServerConnection::new(Arc::clone(config)).unwrap();
                    let mut stream = StreamOwned::new(tls, stream);
                    serve(&mut stream);
                    stream.conn.send_close_notify();
                    let _ = stream.flush();
                }
            }
        }
    });
    (address, taken)
}

trait ReadWrite: Read + Write {}
impl<S: Read + Write> ReadWrite for S {}

/// The events in requests.
pub fn imported(directory: &Path, posted: &[Posted]) -> Vec<u8> {
    let path = directory.join("posted").display().to_string();
    fs::write(&path, posted.iter().flat_map(|posted| posted.body.clone()).collect::<Vec<_>>()).unwrap();
    let back = zems(&["import", "otlp", &path]).output().unwrap();
    assert!(back.status.success(), "{}", said(&back));
    back.stdout
}

/// Events whose text has this many characters.
pub fn long_events(directory: &Path, count: usize, length: usize) -> String {
    let [log, path] = ["long.log", "long.bin"].map(|name| directory.join(name).display().to_string());
    let text = "y".repeat(length);
    let lines =
        (0..count).map(|number| format!("<13>1 2024-05-01T10:11:12Z h app 1 - - {number:05} {text}\n"));
    fs::write(&log, lines.collect::<String>()).unwrap();
    let ran = zems(&["import", "syslog", &log, "-o", &path]).output().unwrap();
    assert!(ran.status.success(), "{}", said(&ran));
    path
}

#[test]
fn a_request_stays_below_a_million_bytes_and_is_halved_when_it_is_refused_as_too_large() {
    let directory = scratch("otlp-413");
    let events = long_events(&directory, 300, 3500);
    for limit in [1_000_000, 40_000] {
        let (address, taken) = receiver(None, move |_, request| {
            assert!(request.body.len() < 1_000_000);
            let status = if request.body.len() < limit { "200 OK" } else { "413 Payload Too Large" };
            answer(status, b"")
        });
        let ran = zems(&["decode", "--otlp-to", &format!("http://{address}"), &events]).output().unwrap();
        assert!(ran.status.success(), "{}", said(&ran));
        assert!(said(&ran).contains("300 taken, 0 refused, 0 waiting"), "{}", said(&ran));
        let back = directory.join("back.bin").display().to_string();
        fs::write(&back, imported(&directory, &taken.lock().unwrap())).unwrap();
        assert!(messages(&back, "bsd") == messages(&events, "bsd"), "{}", said(&ran));
    }
    // One record that is too large by itself is refused and counted, and holds up nothing.
    let (address, taken) = receiver(None, |_, request| {
        answer(if request.body.len() < 1000 { "200 OK" } else { "413 Payload Too Large" }, b"")
    });
    let ran = zems(&["decode", "--otlp-to", &format!("http://{address}"), &events]).output().unwrap();
    assert_eq!(ran.status.code(), Some(1));
    assert!(said(&ran).contains("0 taken, 300 refused, 0 waiting"), "{}", said(&ran));
    assert!(taken.lock().unwrap().is_empty());
}

#[test]
fn wrong_credentials_lose_nothing() {
    for status in [
        "401 Unauthorized",
        "403 Forbidden",
        "404 Not Found",
        "307 Temporary Redirect",
        "500 Internal Server Error",
    ] {
        let directory = scratch("otlp-401");
        let events = events(&directory, 10);
        let state = directory.join("state").display().to_string();
        let (address, taken) =
            receiver(None, move |number, _| answer(if number < 2 { status } else { "200 OK" }, b"no\x1b[2J"));
        let url = format!("http://{address}");
        let args = ["decode", "--otlp-to", &url, "--otlp-retry-for", "0", "--state", &state, &events];
        let ran = zems(&args).output().unwrap();
        assert_eq!(ran.status.code(), Some(1), "{}", said(&ran));
        // How many wait depends on how many were handed over when the run gave up.
        assert!(said(&ran).contains("0 taken, 0 refused, "), "{}", said(&ran));
        let is_reported =
            ["events not taken", "events not delivered"].iter().any(|words| said(&ran).contains(words));
        assert!(is_reported, "{}", said(&ran));
        assert!(said(&ran).contains(status) && !said(&ran).contains('\x1b'), "{}", said(&ran));
        // The next run is refused once more, and tries again.
        let ran = zems(&["decode", "--otlp-to", &url, "--state", &state, &events]).output().unwrap();
        assert!(ran.status.success(), "{}", said(&ran));
        assert!(imported(&directory, &taken.lock().unwrap()) == fs::read(&events).unwrap());
    }
}

/// The message of a receiver is shown as one line of plain characters, whatever it is.
#[test]
fn an_answer_forges_no_message() {
    let directory = scratch("otlp-400");
    let events = events(&directory, 10);
    let body = "no\x1b[2J\r\nzems: all is well\u{202e}\u{2028}\u{9b}31m\0";
    let (address, _) = receiver(None, move |_, _| answer("400 Bad Request", body.as_bytes()));
    let ran = zems(&["decode", "--otlp-to", &format!("http://{address}"), &events]).output().unwrap();
    assert_eq!(ran.status.code(), Some(1), "{}", said(&ran));
    let said = said(&ran);
    assert!(
        said.contains("0 taken, 10 refused, 0 waiting") && said.contains("400 Bad Request: no"),
        "{said}"
    );
    assert!(!said.lines().any(|line| line.starts_with("zems: all")), "{said}");
    assert!(
        !said.chars().any(|c| c.is_control() && c != '\n' || matches!(c, '\u{202e}' | '\u{2028}')),
        "{said:?}"
    );
}

#[test]
fn credentials_are_sent_and_never_shown() {
    let directory = scratch("otlp-password");
    let events = events(&directory, 3);
    let (address, taken) = receiver(None, |number, _| {
        answer(if number == 0 { "503 Service Unavailable" } else { "200 OK" }, b"")
    });
    let url = format!("http://joe:s3cr%65t@{address}/v1/logs?token=s3cret");
    let ran = zems(&["decode", "--otlp-to", &url, &events]).output().unwrap();
    assert!(ran.status.success(), "{}", said(&ran));
    assert!(said(&ran).contains("503") && !said(&ran).contains("s3cr"), "{}", said(&ran));
    let taken = taken.lock().unwrap();
    // "joe:s3cret"
    assert!(
        taken[0].head.to_lowercase().contains("authorization: basic am9lonmzy3jlda=="),
        "{}",
        taken[0].head
    );
    assert!(taken[0].head.starts_with("POST /v1/logs?token=s3cret HTTP/1.1"), "{}", taken[0].head);
    for args in [
        ["--otlp-to", "http://joe:s3cret@localhost:99999"],
        ["--otlp-to", "http://joe:s3cret@localhost:4318x"],
        ["--otlp-to", "joe:s3cret@localhost"],
        ["--syslog-to", "tcp://joe:s3cret@localhost:514"],
        ["--syslog-to", "joe:s3cret@localhost:514"],
    ] {
        let ran = zems(&[&["decode", &events][..], &args].concat()).output().unwrap();
        assert_eq!(ran.status.code(), Some(2), "{}", said(&ran));
        assert!(!said(&ran).contains("s3cret"), "{}", said(&ran));
    }
    for header in ["Authorization: Bearer s3cret", "a b=s3cret", "a=s3\u{1}s3cret"] {
        let args = ["decode", "--otlp-to", "http://127.0.0.1:9", "--otlp-header", header, &events];
        let ran = zems(&args).output().unwrap();
        assert_eq!(ran.status.code(), Some(2), "{header}: {}", said(&ran));
        assert!(!said(&ran).contains("s3cret"), "{}", said(&ran));
    }
}

#[test]
fn a_port_that_is_none_is_refused() {
    for to in [
        ["--otlp-to", "http://localhost:99999"],
        ["--otlp-to", "http://localhost:0"],
        ["--otlp-to", "https://localhost:x"],
        ["--syslog-to", "tcp://localhost:99999"],
        ["--syslog-to", "tls://localhost:0"],
        ["--syslog-to", "udp://localhost:+514"],
    ] {
        let ran = zems(&[&["decode", "none"][..], &to].concat()).output().unwrap();
        assert_eq!(ran.status.code(), Some(2), "{to:?} {}", said(&ran));
        assert!(said(&ran).contains(to[0]), "{}", said(&ran));
    }
}

#[test]
fn a_large_answer_is_an_answer() {
    let directory = scratch("otlp-large");
    let events = events(&directory, 10);
    let (address, taken) = receiver(None, |_, _| answer("200 OK", &vec![b'x'; 8 << 20]));
    let ran = zems(&["decode", "--otlp-to", &format!("http://{address}"), &events]).output().unwrap();
    assert!(ran.status.success(), "{}", said(&ran));
    assert_eq!(taken.lock().unwrap().len(), 1);
}

#[test]
fn requests_are_compressed() {
    let directory = scratch("otlp-gzip");
    let events = events(&directory, 1000);
    let (address, taken) = receiver(None, |_, _| answer("200 OK", b""));
    let args = ["decode", "--otlp-to", &format!("http://{address}"), "--otlp-compression", "gzip", &events];
    let ran = zems(&args).output().unwrap();
    assert!(ran.status.success(), "{}", said(&ran));
    let mut taken = taken.lock().unwrap();
    for request in taken.iter_mut() {
        assert!(request.head.to_lowercase().contains("content-encoding: gzip\r\n"), "{}", request.head);
        let mut body = Vec::new();
        flate2::read::GzDecoder::new(request.body.as_slice()).read_to_end(&mut body).unwrap();
        assert!(body.len() > request.body.len());
        request.body = body;
    }
    assert!(imported(&directory, &taken) == fs::read(&events).unwrap());
}

#[test]
fn otlp_over_tls_needs_a_known_authority() {
    let directory = scratch("otlp-tls");
    let events = events(&directory, 1000);
    let (ca, config) = certificate(&directory);
    let (address, taken) = receiver(Some(config), |_, _| answer("200 OK", b""));
    let url = format!("https://{address}");
    let ran = zems(&["decode", "--otlp-to", &url, "--ca", &ca, &events]).output().unwrap();
    assert!(ran.status.success(), "{}", said(&ran));
    assert!(imported(&directory, &taken.lock().unwrap()) == fs::read(&events).unwrap());
    // Another authority; as good as that of the system.
    let other = scratch("otlp-tls-other");
    let (other, _) = certificate(&other);
    let args = ["decode", "--otlp-to", &url, "--ca", &other, "--otlp-retry-for", "0", &events];
    let ran = zems(&args).output().unwrap();
    assert_eq!(ran.status.code(), Some(1), "{}", said(&ran));
    assert!(said(&ran).contains("certificate"), "{}", said(&ran));
}

#[test]
fn authorities_that_cannot_be_used_are_refused() {
    let directory = scratch("tls-ca");
    let empty = directory.join("empty").display().to_string();
    fs::write(&empty, "no certificate\n").unwrap();
    for (to, ca) in [
        (["--otlp-to", "https://127.0.0.1:9"], empty.as_str()),
        (["--syslog-to", "tls://127.0.0.1:9"], "/none/such"),
        (["--otlp-to", "http://127.0.0.1:9"], &empty),
        (["--syslog-to", "tcp://127.0.0.1:9"], &empty),
    ] {
        let ran = zems(&[&["decode", "--ca", ca][..], &to].concat()).output().unwrap();
        assert_eq!(ran.status.code(), Some(2), "{}", said(&ran));
        assert!(said(&ran).contains("--ca"), "{}", said(&ran));
    }
}

/// Receives messages on each connection until there is no more; returns all bytes of all connections.
fn sent_to(
    args: &[&str],
    scheme: &str,
    mut serve: impl FnMut(TcpStream, usize) -> Vec<u8> + Send + 'static,
) -> (Output, Vec<Vec<u8>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("{scheme}://{}", listener.local_addr().unwrap());
    let all = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&all);
    thread::spawn(move || {
        for (number, stream) in listener.incoming().enumerate() {
            let bytes = serve(stream.unwrap(), number);
            kept.lock().unwrap().push(bytes);
        }
    });
    let ran = zems(&[&["decode", "--framing", "newline", "--syslog-to", &address], args].concat())
        .output()
        .unwrap();
    let all = core::mem::take(&mut *all.lock().unwrap());
    (ran, all)
}

/// The whole lines of connections.
pub fn lines(connections: &[Vec<u8>]) -> Vec<String> {
    let mut lines = Vec::new();
    for bytes in connections {
        let whole = bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        lines.extend(core::str::from_utf8(&bytes[..whole]).unwrap().lines().map(str::to_owned));
    }
    lines
}

pub fn assert_none_is_missing(mut received: Vec<String>, mut messages: Vec<String>, said: &str) {
    for list in [&mut received, &mut messages] {
        list.sort();
        list.dedup();
    }
    assert_eq!(received.len(), messages.len(), "{said}");
    assert!(received == messages, "{said}");
}

#[test]
fn a_receiver_that_closes_every_200_kb_gets_everything() {
    let directory = scratch("syslog-200");
    let events = events(&directory, 5000);
    let (ran, connections) = sent_to(&[&events], "tcp", |stream, _| {
        let mut bytes = Vec::new();
        stream.take(200_000).read_to_end(&mut bytes).unwrap();
        bytes
    });
    assert!(ran.status.success(), "{}", said(&ran));
    let received = lines(&connections);
    assert!(received.len() < 5000 * 3, "{} messages for 5000: {}", received.len(), said(&ran));
    assert_none_is_missing(received, messages(&events, "rfc5424"), &said(&ran));
}

/// A proxy takes what its receiver will never read, and ends the stream when the receiver is gone.
#[test]
fn the_end_that_a_proxy_makes_confirms_nothing() {
    let directory = scratch("syslog-proxy");
    let events = events(&directory, 5000);
    let (ran, connections) = sent_to(&[&events], "tcp", |mut stream, number| {
        let mut bytes = Vec::new();
        if number % 2 == 1 || number > 6 {
            stream.read_to_end(&mut bytes).unwrap();
            return bytes;
        }
        // The receiver gets the front; the proxy holds the rest, ends the stream, and reads what comes until its own end.
        let mut front = Vec::new();
        Read::by_ref(&mut stream).take(50_000).read_to_end(&mut front).unwrap();
        thread::sleep(Duration::from_millis(20));
        stream.shutdown(Shutdown::Write).unwrap();
        stream.set_read_timeout(Some(Duration::from_millis(300))).unwrap();
        let _ = stream.read_to_end(&mut bytes);
        front
    });
    assert!(ran.status.success(), "{}", said(&ran));
    assert!(said(&ran).contains("confirms nothing"), "{}", said(&ran));
    assert_none_is_missing(lines(&connections), messages(&events, "rfc5424"), &said(&ran));
}

/// A proxy that cannot reach its receiver, or whose receiver goes away at the last moment, ends the stream some time after the sender
/// has ended it.
#[test]
fn an_end_that_comes_late_confirms_nothing() {
    let directory = scratch("syslog-late");
    let events = events(&directory, 3000);
    let (ran, connections) = sent_to(&[&events], "tcp", |mut stream, number| {
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).unwrap();
        if number < 3 {
            thread::sleep(Duration::from_millis(400));
            bytes.truncate(10_000 * number);
        }
        bytes
    });
    assert!(ran.status.success(), "{}", said(&ran));
    assert!(said(&ran).matches("is sent again").count() >= 3, "{}", said(&ran));
    assert!(said(&ran).contains("3000 sent, 0 waiting, 0 connections lost"), "{}", said(&ran));
    assert_none_is_missing(lines(&connections), messages(&events, "rfc5424"), &said(&ran));
}

/// It closes its half when the first bytes have come, and reads on: of what comes after that nothing is known.
#[test]
fn a_receiver_that_half_closes_in_the_middle_confirms_nothing() {
    let directory = scratch("syslog-half-middle");
    let events = events(&directory, 3000);
    let (ran, connections) = sent_to(&[&events], "tcp", |mut stream, number| {
        let mut bytes = Vec::new();
        if number < 3 {
            Read::by_ref(&mut stream).take(50_000).read_to_end(&mut bytes).unwrap();
            stream.shutdown(Shutdown::Write).unwrap();
            // It is read, and lost.
            let _ = stream.read_to_end(&mut Vec::new());
            return bytes;
        }
        stream.read_to_end(&mut bytes).unwrap();
        bytes
    });
    assert!(ran.status.success(), "{}", said(&ran));
    assert!(said(&ran).contains("3 connections lost"), "{}", said(&ran));
    assert!(said(&ran).matches("a proxy in front of the receiver can drop").count() == 1, "{}", said(&ran));
    assert_none_is_missing(lines(&connections), messages(&events, "rfc5424"), &said(&ran));
}

/// Its end comes with the connection: nothing can be known of what it reads.
#[test]
fn a_receiver_that_half_closes_at_once_confirms_nothing() {
    let directory = scratch("syslog-half");
    let events = events(&directory, 10);
    let state = directory.join("state").display().to_string();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("tcp://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            stream.shutdown(Shutdown::Write).unwrap();
            let _ = stream.read_to_end(&mut Vec::new());
        }
    });
    let mut child = zems(&["decode", "--syslog-to", &address, "--state", &state, &events]).spawn().unwrap();
    let stderr = BufReader::new(child.stderr.take().unwrap());
    let mut said = Vec::new();
    for line in stderr.lines().map(Result::unwrap) {
        if said.is_empty() {
            assert!(line.contains("confirms nothing; 0 sent, 10 waiting"), "{line}");
            assert!(Command::new("kill").arg(child.id().to_string()).status().unwrap().success());
        }
        said.push(line);
    }
    assert_eq!(child.wait().unwrap().code(), Some(1));
    assert!(said.last().unwrap().ends_with("10 messages have not been delivered"), "{said:?}");
    let again = zems(&["decode", "--state", &state, &events]).output().unwrap();
    assert_eq!(again.stdout.iter().filter(|byte| **byte == b'\n').count(), 10, "the state has moved");
}

#[test]
fn syslog_over_tls_gets_everything_across_lost_connections() {
    let directory = scratch("syslog-tls");
    let events = events(&directory, 5000);
    let (ca, config) = certificate(&directory);
    let (ran, connections) = sent_to(&["--ca", &ca, &events], "tls", move |stream, number| {
        let tls = ServerConnection::new(Arc::clone(&config)).unwrap();
        let mut stream = StreamOwned::new(tls, stream);
        let mut bytes = Vec::new();
        if number % 3 == 0 {
            let _ = Read::by_ref(&mut stream).take(100_000).read_to_end(&mut bytes);
            return bytes;
        }
        stream.read_to_end(&mut bytes).unwrap();
        stream.conn.send_close_notify();
        let _ = stream.flush();
        bytes
    });
    assert!(ran.status.success(), "{}", said(&ran));
    assert!(said(&ran).contains("connection lost"), "{}", said(&ran));
    assert_none_is_missing(lines(&connections), messages(&events, "rfc5424"), &said(&ran));
}

/// Whoever ends a TCP connection in between cannot end a stream of TLS.
#[test]
fn a_stream_of_tls_that_was_cut_confirms_nothing() {
    let directory = scratch("syslog-tls-cut");
    let events = events(&directory, 10);
    let (ca, config) = certificate(&directory);
    let (ran, connections) = sent_to(&["--ca", &ca, &events], "tls", move |stream, number| {
        let tls = ServerConnection::new(Arc::clone(&config)).unwrap();
        let mut stream = StreamOwned::new(tls, stream);
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).unwrap();
        if number == 0 {
            return Vec::new();
        }
        stream.conn.send_close_notify();
        let _ = stream.flush();
        bytes
    });
    assert!(ran.status.success(), "{}", said(&ran));
    assert!(said(&ran).contains("1 connections lost"), "{}", said(&ran));
    assert_eq!(lines(&connections), messages(&events, "rfc5424"));
}

#[test]
fn long_messages_bring_a_warning() {
    let directory = scratch("syslog-long");
    let events = long_events(&directory, 3, 3500);
    for (args, count) in [(&["--max-message", "3000"][..], 2), (&["--max-message", "100000"], 0), (&[], 0)] {
        let ran = zems(&[&["decode", "--format", "syslog", &events], args].concat()).output().unwrap();
        assert!(ran.status.success());
        assert_eq!(said(&ran).matches("warning: ").count(), count, "{}", said(&ran));
    }
}

#[test]
#[cfg(unix)]
fn local_sockets_get_the_local_style() {
    use std::os::unix::net::{UnixDatagram, UnixListener};

    let directory = scratch("syslog-local");
    let events = events(&directory, 20);
    let expected = messages(&events, "local");
    assert!(
        expected.iter().all(|line| line.starts_with('<') && line.contains(">Jan  1 00:00:")),
        "{expected:?}"
    );
    assert!(expected.iter().any(|line| line.contains(":00 $WTZJJ[0,3]: ")), "{expected:?}");
    let path = directory.join("datagrams");
    let socket = UnixDatagram::bind(&path).unwrap();
    let ran =
        zems(&["decode", "--syslog-to", &format!("unix://{}", path.display()), &events]).spawn().unwrap();
    for line in &expected {
        let mut bytes = [0; 9000];
        let count = socket.recv(&mut bytes).unwrap();
        assert_eq!(core::str::from_utf8(&bytes[..count]).unwrap(), line);
    }
    assert!(ran.wait_with_output().unwrap().status.success());

    let path = directory.join("stream");
    let listener = UnixListener::bind(&path).unwrap();
    let ran =
        zems(&["decode", "--syslog-to", &format!("unix://{}", path.display()), &events]).spawn().unwrap();
    let mut bytes = Vec::new();
    listener.accept().unwrap().0.read_to_end(&mut bytes).unwrap();
    assert!(ran.wait_with_output().unwrap().status.success());
    assert_eq!(lines(&[bytes]), expected);
}

/// A receiver that cannot be reached ends a run that does not follow; the state does not move.
#[test]
fn a_receiver_of_messages_that_is_not_there_is_given_up() {
    let directory = scratch("given-up");
    let [state, events] = ["state", "events.bin"].map(|name| directory.join(name).display().to_string());
    fs::write(&events, zems::samples::BKUP_FAIL).unwrap();
    let socket = format!("unix://{}", directory.join("nosuch").display());
    for address in ["tcp://127.0.0.1:1", socket.as_str()] {
        let args = ["decode", "--syslog-to", address, "--syslog-retry-for", "1", "--state", &state, &events];
        let ran = zems(&args).output().unwrap();
        assert_eq!(ran.status.code(), Some(1), "{}", said(&ran));
        assert!(said(&ran).contains("given up: "), "{}", said(&ran));
        assert!(said(&ran).contains("1 messages have not been delivered"), "{}", said(&ran));
        let again = zems(&["decode", "--state", &state, "--format", "json", &events]).output().unwrap();
        assert!(!again.stdout.is_empty(), "the state has not moved");
        fs::remove_file(&state).unwrap();
    }
}
