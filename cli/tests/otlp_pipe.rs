//! `zems decode --format otlp`, `--otlp-to` and `zems import otlp`, as scripts and receivers see them.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};

use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::logs::v1::LogRecord;
use prost::Message;
use zems::samples;

struct Ran {
    code: i32,
    out: Vec<u8>,
    err: String,
}

fn zems(args: &[&str], input: &[u8]) -> Ran {
    let mut command = Command::new(env!("CARGO_BIN_EXE_zems"));
    for proxy in ["http_proxy", "HTTP_PROXY", "ALL_PROXY", "all_proxy"] {
        command.env_remove(proxy);
    }
    command.args(args).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_vec();
    let feed = std::thread::spawn(move || drop(stdin.write_all(&input)));
    let output = child.wait_with_output().unwrap();
    feed.join().unwrap();
    let err = String::from_utf8(output.stderr).unwrap();
    Ran { code: output.status.code().unwrap(), out: output.stdout, err }
}

fn canonical() -> Vec<u8> {
    [samples::BKUP_FAIL, samples::PID_FILE_LOCK].concat()
}

/// A line of OTLP JSON, as others read it.
fn decode_json(line: &str) -> serde_json::Result<ExportLogsServiceRequest> {
    serde_json::from_str(line)
}

fn records(request: &ExportLogsServiceRequest) -> impl Iterator<Item = &LogRecord> {
    let scopes = request.resource_logs.iter().flat_map(|resource| &resource.scope_logs);
    scopes.flat_map(|scope| &scope.log_records)
}

/// One request that a receiver got.
struct Posted {
    head: String,
    body: Vec<u8>,
}

/// A receiver that gives these answers one after the other, an empty one by hanging up, and keeps what it got.
fn receiver(answers: Vec<Vec<u8>>) -> (String, Arc<Mutex<Vec<Posted>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let posted = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&posted);
    std::thread::spawn(move || {
        for answer in answers {
            let (mut stream, _) = listener.accept().unwrap();
            if let Some(request) = read(&stream) {
                kept.lock().unwrap().push(request);
            }
            stream.write_all(&answer).unwrap();
        }
    });
    (url, posted)
}

fn read(stream: &TcpStream) -> Option<Posted> {
    let mut input = BufReader::new(stream);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if input.read_line(&mut head).unwrap() == 0 {
            return None;
        }
    }
    let length = head.to_lowercase().split("content-length: ").nth(1).unwrap().to_owned();
    let mut body = vec![0; length.split('\r').next().unwrap().parse().unwrap()];
    input.read_exact(&mut body).unwrap();
    Some(Posted { head, body })
}

fn answer(status: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    let head =
        format!("HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: {}\r\n{headers}\r\n", body.len());
    [head.as_bytes(), body].concat()
}

/// An ExportLogsServiceResponse with a partial success: the number of rejected records, and why.
fn partial(rejected: u8, message: &str) -> Vec<u8> {
    let mut inner = vec![0x08, rejected, 0x12, u8::try_from(message.len()).unwrap()];
    inner.extend(message.as_bytes());
    [&[0x0A, u8::try_from(inner.len()).unwrap()], inner.as_slice()].concat()
}

#[test]
fn lines_come_back_as_the_same_buffers() {
    let decoded = zems(&["decode", "--format", "otlp"], &canonical());
    assert_eq!((decoded.code, decoded.err.as_str()), (0, ""));
    let lines = String::from_utf8(decoded.out.clone()).unwrap();
    assert_eq!(lines.lines().count(), 1);
    let request = decode_json(&lines).unwrap();
    let bodies: Vec<_> = records(&request)
        .map(|record| match record.body.clone().and_then(|body| body.value) {
            Some(Value::StringValue(text)) => text,
            body => panic!("{body:?}"),
        })
        .collect();
    assert_eq!(
        bodies,
        [
            "Backup process in CPU 3 died because its CPU is down",
            "Unable to lock PID file: Resource temporarily unavailable"
        ]
    );
    assert!(records(&request).all(|record| record.observed_time_unix_nano > 1_700_000_000_000_000_000));
    // The rules of the protocol's JSON.
    for part in [
        r#""timeUnixNano":"1795169700123456000""#,
        r#""severityNumber":18"#,
        r#"{"key":"ems.number","value":{"intValue":"8"}}"#,
        r#"{"key":"host.name","value":{"stringValue":"NODE"}}"#,
        r#""eventName":"ZRPC-EVT-BKUP-FAIL""#,
        r#""scope":{"name":"zems""#,
    ] {
        assert!(lines.contains(part), "{part}\n{lines}");
    }
    let back = zems(&["import", "otlp"], &decoded.out);
    assert_eq!((back.code, back.err.as_str(), back.out), (0, "", canonical()));

    let odd = [samples::EVENT, &[0], samples::COMMAND, samples::BKUP_FAIL].concat();
    let raw = zems(&["decode", "--format", "otlp", "--raw", "--otlp-batch", "2"], &odd);
    assert_eq!(raw.out.iter().filter(|byte| **byte == b'\n').count(), 2);
    let back = zems(&["import", "otlp"], &raw.out);
    assert_eq!((back.code, back.out), (0, [samples::EVENT, samples::COMMAND, samples::BKUP_FAIL].concat()));
}

#[test]
fn protobuf_and_frames_are_distinguished() {
    let decoded = zems(&["decode", "--format", "otlp"], &canonical());
    let request = decode_json(core::str::from_utf8(&decoded.out).unwrap()).unwrap();
    let protobuf = request.encode_to_vec();
    let frame = [&u32::try_from(protobuf.len()).unwrap().to_be_bytes()[..], &protobuf].concat();
    let pretty = serde_json::from_slice::<serde_json::Value>(&decoded.out).unwrap();
    let pretty = format!("{pretty:#}\n").into_bytes();
    for (input, times) in [(protobuf.clone(), 1), (protobuf.repeat(2), 2), (frame.repeat(3), 3), (pretty, 1)]
    {
        let back = zems(&["import", "otlp"], &input);
        assert_eq!((back.code, back.err.as_str()), (0, ""));
        assert!(back.out == canonical().repeat(times));
    }
    let cut = zems(&["import", "otlp"], &frame[..frame.len() - 1]);
    assert_eq!((cut.code, cut.out.len()), (1, 0));
    assert!(cut.err.contains("standard input: request 1 at byte 0: the input ends inside it"), "{}", cut.err);
    let cut = zems(&["import", "otlp"], &protobuf[..protobuf.len() - 1]);
    assert_eq!((cut.code, cut.out.len()), (1, 0));
}

#[test]
fn records_that_are_not_events_are_kept_or_reported() {
    // Bytes that are not a buffer have a record of their own.
    let noise = zems(&["decode", "--format", "otlp"], &[b"noise!", samples::BKUP_FAIL].concat());
    assert_eq!(noise.code, 1);
    let request = decode_json(core::str::from_utf8(&noise.out).unwrap()).unwrap();
    assert_eq!(records(&request).map(|record| record.severity_number).collect::<Vec<_>>(), [17, 18]);
    let back = zems(&["import", "otlp"], &noise.out);
    assert_eq!((back.code, back.out.as_slice()), (1, samples::BKUP_FAIL));
    assert_eq!(
        back.err,
        "zems: standard input: line 1 at byte 0: log record 1: stands for 6 bytes at byte 0 that were no buffer: \
         the first word is 6E6F, not FFE4 (-28) as in every SPI buffer (at byte 0)\n\
         zems: 1 of 2 log records were bad\n"
    );

    // A record of others is its text.
    let foreign = r#"{"resourceLogs":[{"scopeLogs":[{"logRecords":[
        {"timeUnixNano":"1795169700000000000","body":{"stringValue":"disk is full"},"attributes":[{"key":"a","value":{"boolValue":true}}]}]}]}]}"#;
    let lines = format!("\n{{\"resourceSpans\":[]}}\nno json\n{}\n", foreign.replace('\n', ""));
    let imported = zems(&["import", "otlp"], lines.as_bytes());
    assert_eq!(imported.code, 1);
    assert_eq!(
        imported.err,
        "zems: standard input: line 2 at byte 1: there are no resource logs\n\
         zems: standard input: line 3 at byte 22: expected ident at column 2\n\
         zems: 1 of 1 events are of another origin: their body has become ZEMS-TKN-TEXT, what else they say the tokens of a line of \
         a system log; scopes and schema URLs are left out\n\
         zems: 2 of 3 log records were bad\n"
    );
    let line = zems(&["decode"], &imported.out).out;
    let line = String::from_utf8(line).unwrap();
    assert!(line.starts_with("26-11-20 10:15:00 ") && line.ends_with(" disk is full\n"), "{line}");
}

/// Severity, host, trace, names and attributes of a record of another producer are kept.
#[test]
fn a_record_of_another_producer_keeps_what_it_says() {
    let record = r#"{"resourceLogs":[{"resource":{"attributes":[{"key":"host.name","value":{"stringValue":"web1"}},
        {"key":"service.name","value":{"stringValue":"shop"}}]},"scopeLogs":[{"logRecords":[{"timeUnixNano":"1795169700000000000",
        "severityNumber":18,"severityText":"Err","traceId":"5B8EFFF798038103D269B633813FC60C","spanId":"EEE19B7EC3C1B174",
        "eventName":"order","body":{"stringValue":"no"},"attributes":[{"key":"n","value":{"intValue":"10"}},
        {"key":"q] x","value":{"stringValue":"a\"b"}},{"key":"","value":{"boolValue":true}}]}]}]}]}"#;
    let record = record.replace('\n', "");
    let request = decode_json(&record).unwrap();
    let protobuf = request.encode_to_vec();
    for input in [record.as_bytes(), &protobuf] {
        let events = zems(&["import", "otlp"], input);
        assert_eq!(events.code, 0, "{}", events.err);
        let line = zems(&["decode", "--format", "syslog"], &events.out);
        assert_eq!(
            core::str::from_utf8(&line.out).unwrap(),
            "<10>1 2026-11-20T10:15:00.000000Z web1 - - - [otlp@32473 event.name=\"order\" severity.text=\"Err\" \
             trace.id=\"5B8EFFF798038103D269B633813FC60C\" span.id=\"EEE19B7EC3C1B174\" n=\"10\" q__x=\"a\\\"b\" _=\"true\" \
             service.name=\"shop\"] no\n"
        );
        let json = zems(&["decode", "--format", "json"], &events.out);
        let json = core::str::from_utf8(&json.out).unwrap();
        assert!(json.contains("\"emphasis\":true") && !json.contains("\"cpu\""), "{json}");
    }
    // Attributes that do not fit an event are left out, and counted.
    let long = record.replace("a\\\"b", &"y".repeat(5000));
    let events = zems(&["import", "otlp"], long.as_bytes());
    assert!(
        events.err.contains("1 of them are too long for an event with their attributes"),
        "{}",
        events.err
    );
    assert!(zems(&["decode"], &events.out).out.ends_with(b" no\n"));
}

/// A processor and process number that a printed line does not say stay unknown on the way through OTLP.
#[test]
fn what_is_not_known_is_not_known_after_otlp() {
    let line = b"26-01-02 03:04:05 \\N.$X  TANDEM.RPC.D10          000500 disk text\n";
    let events = zems(&["import", "text"], line).out;
    let records = zems(&["decode", "--format", "otlp"], &events).out;
    assert!(!core::str::from_utf8(&records).unwrap().contains("\"ems.cpu\""));
    assert!(zems(&["import", "otlp"], &records).out == events);
}

#[test]
fn a_request_that_is_too_long_is_reported_with_the_limit() {
    let request = zems(&["decode", "--format", "otlp"], &canonical()).out;
    let request = decode_json(core::str::from_utf8(&request).unwrap()).unwrap().encode_to_vec();
    let frame = |len: usize| [&u32::try_from(len).unwrap().to_be_bytes()[..], &request].concat();
    let cut = zems(&["import", "otlp", "--from", "be32"], &[frame(request.len()), frame(1 << 29)].concat());
    assert_eq!((cut.code, cut.out), (1, canonical()));
    let at = request.len() + 4;
    let told = format!(
        "zems: standard input: request 2 at byte {at}: the request is 536870912 bytes long; the limit is 33554432\n\
         zems: 1 of 3 log records were bad, {at} bytes skipped\n"
    );
    assert_eq!(cut.err, told);
}

#[test]
fn objects_say_where_their_request_stood() {
    let noise =
        zems(&["decode", "--format", "otlp", "--otlp-batch", "1"], &[&canonical(), &b"noise!"[..]].concat());
    let lines = String::from_utf8(noise.out).unwrap();
    let input = format!("{lines}{{]\n");
    let objects = zems(&["import", "otlp", "--format", "json"], input.as_bytes());
    assert_eq!(objects.code, 1);
    let objects = String::from_utf8(objects.out).unwrap();
    let mut start = 0;
    let all: Vec<serde_json::Value> =
        objects.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    for (line, object) in input.split_inclusive('\n').zip(&all) {
        assert_eq!(object["offset"], start, "{object}");
        if object["kind"] == "error" {
            assert_eq!(object["length"], line.len(), "{object}");
        }
        start += line.len();
    }
    let kinds: Vec<_> = all.iter().filter_map(|object| object["kind"].as_str()).collect();
    assert_eq!(kinds, ["event", "event", "error", "error"]);
}

#[test]
fn a_receiver_that_is_busy_gets_everything_in_the_end() {
    let (url, posted) = receiver(vec![
        answer("503 Service Unavailable", "Retry-After: 0\r\n", b""),
        answer("503 Service Unavailable", "", b""),
        Vec::new(),
        answer("200 OK", "", b""),
        answer("200 OK", "", b""),
    ]);
    let args =
        ["decode", "--otlp-to", &url, "--otlp-batch", "2", "--otlp-header", "Authorization=Bearer xyz"];
    let ran = zems(&args, &[&canonical(), samples::BKUP_FAIL].concat());
    assert_eq!((ran.code, ran.out.as_slice()), (0, &b""[..]), "{}", ran.err);
    assert_eq!(ran.err.matches("2 events wait, next try in").count(), 3, "{}", ran.err);
    assert!(ran.err.contains("/v1/logs: 503 Service Unavailable; 2 events wait, next try in 0.1 s"));

    let posted = posted.lock().unwrap();
    assert_eq!(posted.len(), 5);
    for request in posted.iter() {
        assert!(request.head.starts_with("POST /v1/logs HTTP/1.1\r\n"), "{}", request.head);
        let head = request.head.to_lowercase();
        for part in
            ["content-type: application/x-protobuf\r\n", "authorization: bearer xyz\r\n", "user-agent: zems/"]
        {
            assert!(head.contains(part), "{part} {head}");
        }
    }
    let names = |posted: &Posted| {
        let request = ExportLogsServiceRequest::decode(posted.body.as_slice()).unwrap();
        records(&request).map(|record| record.event_name.clone()).collect::<Vec<_>>()
    };
    let first = ["ZRPC-EVT-BKUP-FAIL", "JSRPD-EVT-PID-FILE-LOCK"];
    for request in &posted[..4] {
        assert_eq!(names(request), first);
    }
    assert_eq!(names(&posted[4]), ["ZRPC-EVT-BKUP-FAIL"]);
    let all = [posted[3].body.clone(), posted[4].body.clone()].concat();
    assert!(zems(&["import", "otlp"], &all).out == [&canonical(), samples::BKUP_FAIL].concat());
}

#[test]
fn a_record_does_not_wait_for_the_end_of_the_input() {
    let (url, posted) = receiver(vec![answer("200 OK", "", b"")]);
    let mut child = Command::new(env!("CARGO_BIN_EXE_zems"))
        .args(["decode", "--otlp-to", &url, "--otlp-delay", "20"])
        .env_remove("http_proxy")
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(&canonical()).unwrap();
    for _ in 0..500 {
        if !posted.lock().unwrap().is_empty() {
            break;
        }
        std::thread::sleep(core::time::Duration::from_millis(20));
    }
    assert_eq!(posted.lock().unwrap().len(), 1);
    drop(stdin);
    assert!(child.wait().unwrap().success());
}

#[test]
fn waits_may_be_as_long_as_numbers_go() {
    let (url, posted) = receiver(vec![
        answer("503 Service Unavailable", "Retry-After: 0\r\n", b""),
        answer("200 OK", "", b""),
    ]);
    let longest = u64::MAX.to_string();
    let ran = zems(
        &["decode", "--otlp-to", &url, "--otlp-delay", &longest, "--otlp-retry-for", &longest],
        &canonical(),
    );
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert_eq!(posted.lock().unwrap().len(), 2);
}

#[test]
fn what_a_receiver_refuses_is_counted() {
    let (url, _) = receiver(vec![
        answer("400 Bad Request", "", b"\x08\x03\x12\x0Dno such field"),
        answer("200 OK", "", &partial(1, "too old")),
        answer("200 OK", "", &partial(0, "deprecated")),
    ]);
    let ran = zems(&["decode", "--otlp-to", &url, "--otlp-batch", "2"], &canonical().repeat(3));
    assert_eq!(ran.code, 1);
    let url = format!("{url}/v1/logs");
    assert_eq!(
        ran.err,
        format!(
            "zems: {url}: events refused: 400 Bad Request: no such field\n\
             zems: {url}: 1 of 2 events refused: too old\n\
             zems: {url}: deprecated\n\
             zems: 6 buffers good, 0 bad, 0 unknown tokens; 3 taken, 3 refused, 0 waiting\n\
             zems: {url}: 3 of 6 events not delivered\n"
        )
    );
}

#[test]
fn a_receiver_that_is_not_there_is_given_up_when_asked() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let ran = zems(&["decode", "--otlp-to", &url, "--otlp-retry-for", "1"], &canonical());
    assert_eq!(ran.code, 1);
    assert!(
        ran.err.contains("given up: ") && ran.err.ends_with("2 of 2 events not delivered\n"),
        "{}",
        ran.err
    );
}

#[test]
fn what_did_not_arrive_is_sent_by_the_next_run() {
    let directory = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("otlp-state");
    let _ = std::fs::remove_dir_all(&directory);
    std::fs::create_dir_all(&directory).unwrap();
    let [events, state] = ["events.bin", "state"].map(|name| directory.join(name).display().to_string());
    std::fs::write(&events, canonical()).unwrap();
    let run = |url: &str| {
        zems(&["decode", "--otlp-to", url, "--otlp-retry-for", "0", "--state", &state, &events], b"")
    };
    let nobody = run("http://127.0.0.1:9");
    assert_eq!(nobody.code, 1);
    assert!(nobody.err.contains("0 taken, 0 refused, 2 waiting"), "{}", nobody.err);
    let (url, posted) = receiver(vec![answer("200 OK", "", b"")]);
    let sent = run(&url);
    assert_eq!(sent.code, 0, "{}", sent.err);
    assert!(sent.err.contains("2 taken, 0 refused, 0 waiting"), "{}", sent.err);
    assert_eq!(run("http://127.0.0.1:9").code, 0, "there is nothing left to send");
    let posted = posted.lock().unwrap();
    assert_eq!(records(&ExportLogsServiceRequest::decode(posted[0].body.as_slice()).unwrap()).count(), 2);
}

#[test]
fn wrong_usage_is_reported() {
    for (args, part) in [
        (&["--otlp-to", "h:4318"][..], "http://HOST:4318"),
        (&["--otlp-to", "http://h", "--format", "json"], "--otlp-to sends log records"),
        (&["--otlp-header", "a=b"], "--otlp-to"),
        (&["--format", "otlp", "--otlp-severity", "emphsis=FATAL"], "unknown rule `emphsis`"),
        (&["--format", "otlp", "--otlp-severity", "emphasis=loud"], "is not a severity"),
    ] {
        let ran = zems(&[&["decode"], args].concat(), samples::BKUP_FAIL);
        assert_eq!((ran.code, ran.out.as_slice()), (2, &b""[..]));
        assert!(ran.err.contains(part), "{part}: {}", ran.err);
    }
    let louder =
        zems(&["decode", "--format", "otlp", "--otlp-severity", "emphasis=FATAL"], samples::BKUP_FAIL);
    assert!(String::from_utf8(louder.out).unwrap().contains(r#""severityNumber":21"#));
}
