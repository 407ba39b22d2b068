//! OpenTelemetry log records: what they say, and what comes back of them.

mod any;
mod corpus;
use crate::files;
use crate::support;

use proptest::collection::vec;
use proptest::prelude::*;
use support::generate;
use zems::dictionary::Dictionary;
use zems::ems::{EventBuilder, EventHeader};
use zems::otlp::proto::collector::logs::v1::ExportLogsServiceRequest;
use zems::otlp::proto::common::v1::any_value::Value;
use zems::otlp::proto::logs::v1::LogRecord;
use zems::otlp::{
    About, Batch, LogReader, LogWriter, Logged, Node, SeverityTable, body_text, decode_json, decode_protobuf,
    encode_json, encode_protobuf, record_time,
};
use zems::samples;
use zems::spi::read::Buffer;
use zems::spi::write::{CommandHeader, Encoder};
use zems::spi::{Profile, Ssid, Timestamp, TokenCode};

fn record(writer: &LogWriter<'_>, bytes: &[u8]) -> LogRecord {
    writer.record(&Buffer::parse(bytes).unwrap(), &About::default()).unwrap()
}

fn request(dictionary: &Dictionary, bytes: &[u8], raw: bool) -> ExportLogsServiceRequest {
    let mut batch = Batch::default();
    let writer = LogWriter::new(dictionary).raw(raw);
    batch.push(Node::of(&Buffer::parse(bytes).unwrap(), dictionary), record(&writer, bytes));
    batch.take()
}

fn buffer(dictionary: &Dictionary, request: &ExportLogsServiceRequest) -> Vec<u8> {
    let record = &request.resource_logs[0].scope_logs[0].log_records[0];
    match LogReader::new(dictionary).read(record, Timestamp::UNSET).unwrap() {
        Logged::Buffer(bytes) => bytes,
        other => panic!("{other:?}"),
    }
}

/// The buffer after a way through each of the two encodings.
fn round_trips(dictionary: &Dictionary, bytes: &[u8], raw: bool) -> [Vec<u8>; 2] {
    let request = request(dictionary, bytes, raw);
    let protobuf = decode_protobuf(&encode_protobuf(&request)).unwrap();
    assert_eq!(protobuf, request);
    let mut line = String::new();
    encode_json(&mut line, &request);
    assert!(!line.contains('\n'));
    let json = decode_json(&line).unwrap();
    [buffer(dictionary, &protobuf), buffer(dictionary, &json)]
}

fn attribute<'r>(record: &'r LogRecord, key: &str) -> Option<&'r Value> {
    let found: Vec<_> = record.attributes.iter().filter(|attribute| attribute.key == key).collect();
    assert!(found.len() < 2, "{key} is there twice");
    found.first()?.value.as_ref()?.value.as_ref()
}

fn text(text: &str) -> Value {
    Value::StringValue(text.to_owned())
}

/// The fields of a protobuf message: number, and what it holds, by the wire format alone.
fn fields(mut bytes: &[u8]) -> Vec<(u64, Vec<u8>)> {
    fn varint(bytes: &mut &[u8]) -> u64 {
        let mut value = 0;
        for shift in (0..).step_by(7) {
            let (first, rest) = bytes.split_first().unwrap();
            *bytes = rest;
            value |= u64::from(first & 0x7F) << shift;
            if first & 0x80 == 0 {
                return value;
            }
        }
        unreachable!()
    }
    let mut fields = Vec::new();
    while !bytes.is_empty() {
        let tag = varint(&mut bytes);
        let len = match tag & 7 {
            0 => {
                fields.push((tag >> 3, varint(&mut bytes).to_le_bytes().to_vec()));
                continue;
            }
            1 => 8,
            2 => usize::try_from(varint(&mut bytes)).unwrap(),
            5 => 4,
            wire => panic!("wire type {wire}"),
        };
        let (value, rest) = bytes.split_at(len);
        fields.push((tag >> 3, value.to_vec()));
        bytes = rest;
    }
    fields
}

fn field(bytes: &[u8], number: u64) -> Vec<u8> {
    let mut found = fields(bytes).into_iter().filter(|(known, _)| *known == number);
    found.next().unwrap_or_else(|| panic!("no field {number}")).1
}

/// The numbers of opentelemetry/proto/logs/v1/logs.proto, common.proto, resource.proto and logs_service.proto.
#[test]
fn fields_have_the_numbers_of_the_protocol() {
    let dictionary = Dictionary::builtin();
    let buffer = Buffer::parse(samples::BKUP_FAIL).unwrap();
    let observed = "2026-11-20T10:15:02Z".parse().ok();
    let about = About { text: Some("a sentence"), observed, ..About::default() };
    let mut batch = Batch::default();
    batch.push(Node::of(&buffer, dictionary), LogWriter::new(dictionary).record(&buffer, &about).unwrap());
    let request = encode_protobuf(&batch.take());

    let resource_logs = field(&request, 1);
    let host = fields(&field(&resource_logs, 1))[1].1.clone();
    assert_eq!((field(&host, 1), field(&field(&host, 2), 1)), (b"host.name".to_vec(), b"NODE".to_vec()));
    let scope_logs = field(&resource_logs, 2);
    assert_eq!(field(&field(&scope_logs, 1), 1), b"zems");
    assert_eq!(field(&field(&scope_logs, 1), 2), env!("CARGO_PKG_VERSION").as_bytes());
    let record = field(&scope_logs, 2);
    assert_eq!(field(&record, 1), 1_795_169_700_123_456_000_u64.to_le_bytes());
    assert_eq!(field(&record, 2), 18_u64.to_le_bytes());
    assert_eq!(field(&record, 3), b"critical");
    assert_eq!(field(&field(&record, 5), 1), b"a sentence");
    assert_eq!(field(&record, 11), 1_795_169_702_000_000_000_u64.to_le_bytes());
    assert_eq!(field(&record, 12), b"ZRPC-EVT-BKUP-FAIL");
    let attributes: Vec<_> = fields(&record).into_iter().filter(|(number, _)| *number == 6).collect();
    let cpu = attributes.iter().find(|(_, attribute)| field(attribute, 1) == b"ZRPC-TKN-CPU").unwrap();
    assert_eq!(field(&field(&cpu.1, 2), 3), 3_u64.to_le_bytes());
}

#[test]
fn a_log_record_says_what_the_event_says() {
    let dictionary = Dictionary::builtin();
    let record = record(&LogWriter::new(dictionary), samples::BKUP_FAIL);
    for (key, value) in [
        ("ems.kind", text("event")),
        ("ems.ssid", text("TANDEM.RPC.D10")),
        ("ems.number", Value::IntValue(8)),
        ("ems.generated", text("2026-11-20T10:15:00.123456Z")),
        ("ems.logged", Value::IntValue(0)),
        ("ems.process", text(r"\NODE.$ZPM")),
        ("ems.emphasis", Value::BoolValue(true)),
        ("ZCOM-TKN-SUBJ-PROC", text("$ZPM")),
        ("ZRPC-TKN-CPU", Value::IntValue(3)),
        ("ZRPC-TKN-BKUP-FAIL-REASON", text("its CPU is down")),
    ] {
        assert_eq!(attribute(&record, key), Some(&value), "{key}");
    }
    assert_eq!(attribute(&record, "ZEMS-TKN-SUBJECT-MARK"), None);
    assert_eq!((record.observed_time_unix_nano, record.body), (0, None));

    let bare = LogWriter::new(dictionary).names(false);
    let unnamed = self::record(&bare, samples::BKUP_FAIL);
    assert_eq!(unnamed.event_name, "TANDEM.9001:8");
    assert!(unnamed.attributes.iter().all(|attribute| attribute.key.starts_with("ems.")));
}

#[test]
fn a_token_that_occurs_again_makes_an_array() {
    let dictionary = Dictionary::builtin();
    let token = dictionary.token_named("ZEMS-TKN-TEXT").unwrap();
    let logged = "2026-11-20T10:15:01Z".parse().unwrap();
    let header = EventHeader { logged, ..EventHeader::new(token.home().unwrap(), 30000) };
    let mut event =
        EventBuilder::new(Vec::new(), &header, &Profile::DEFAULT, token.stored_code(), "one").unwrap();
    event.put(token.stored_code(), "two").unwrap();
    let event = event.finish().unwrap();
    let record = record(&LogWriter::new(dictionary), &event);
    let Some(Value::ArrayValue(array)) = attribute(&record, "ZEMS-TKN-TEXT") else { panic!() };
    let values: Vec<_> = array.values.iter().filter_map(|value| value.value.clone()).collect();
    assert_eq!(values, [text("one"), text("two")]);
    // No generation time, but a log time: that is when it was observed.
    assert_eq!((record.time_unix_nano, record.observed_time_unix_nano), (0, 1_795_169_701_000_000_000));
    assert_eq!(round_trips(dictionary, &event, false), [event.clone(), event]);
}

#[test]
fn severity_is_by_syslog_then_emphasis_then_content() {
    let dictionary = Dictionary::builtin();
    let severity = |table: &SeverityTable, bytes: &[u8]| {
        let record = record(&LogWriter::new(dictionary).severities(table.clone()), bytes);
        (record.severity_number, record.severity_text)
    };
    let event = |header: &EventHeader<'_>, pri: Option<u16>| {
        let subject = dictionary.token_named("SYSLOG-TKN-TAG").unwrap();
        let (ssid, code) = (subject.home().unwrap(), subject.stored_code());
        let mut event = EventBuilder::of(Vec::new(), header, &Profile::DEFAULT, ssid, code, "x").unwrap();
        if let Some(pri) = pri {
            let token = dictionary.token_named("SYSLOG-TKN-PRI").unwrap();
            event.put_of(ssid, token.stored_code(), pri).unwrap();
        }
        event.finish().unwrap()
    };
    let default = SeverityTable::default();
    let header = EventHeader::new("ACME.7.A01".parse().unwrap(), 1);
    // Appendix B of the OpenTelemetry logs data model.
    let syslog = [21, 19, 18, 17, 13, 10, 9, 5];
    let names = ["emergency", "alert", "critical", "error", "warning", "notice", "info", "debug"];
    for (pri, (number, name)) in (24..).zip(syslog.into_iter().zip(names)) {
        let critical = EventHeader { emphasis: true, ..header };
        assert_eq!(severity(&default, &event(&critical, Some(pri))), (number, name.to_owned()));
    }
    assert_eq!(severity(&default, samples::PID_FILE_LOCK), (17, "error".to_owned()), "by its definition");
    assert_eq!(severity(&default, samples::BKUP_FAIL), (18, "critical".to_owned()));
    assert_eq!(severity(&default, &event(&header, None)), (9, "info".to_owned()));
    let constant = |name| match dictionary.constant(name).unwrap().value() {
        zems::dictionary::ConstantValue::Number(number) => i16::try_from(number).unwrap(),
        _ => panic!("{name}"),
    };
    for (name, expected) in [
        ("ZEMS-VAL-TRANSIENT-FAULT", (13, "warning")),
        ("ZEMS-VAL-OBJECT-UNAVAILABLE", (17, "error")),
        ("ZEMS-VAL-OBJECT-AVAILABLE", (10, "notice")),
        ("ZEMS-VAL-OTHER-STATE-CHANGE", (10, "notice")),
        ("ZEMS-VAL-ATTN-NEEDED", (17, "error")),
        ("ZEMS-VAL-ATTN-COMPLETED", (10, "notice")),
        ("ZEMS-VAL-USAGE-THRESHOLD", (13, "warning")),
    ] {
        let header = EventHeader { content_standard: constant(name), ..header };
        assert_eq!(severity(&default, &event(&header, None)), (expected.0, expected.1.to_owned()), "{name}");
    }
    let header = EventHeader { content_user: constant("ZEMS-VAL-DATA-TRACE"), ..header };
    assert_eq!(severity(&default, &event(&header, None)), (1, "trace".to_owned()));

    let mut table = SeverityTable::default();
    table.set("Emphasis", "FATAL".parse().unwrap(), dictionary).unwrap();
    assert_eq!(severity(&table, samples::BKUP_FAIL), (21, "critical".to_owned()));
    table.set("ZRPC-EVT-BKUP-FAIL", "WARN3".parse().unwrap(), dictionary).unwrap();
    assert_eq!(severity(&table, samples::BKUP_FAIL), (15, "WARN3".to_owned()));
    assert!(table.set("ZRPC-EVT-NONE", "WARN".parse().unwrap(), dictionary).is_err());
}

#[test]
fn the_samples_come_back() {
    for dictionary in [Dictionary::builtin(), &Dictionary::empty()] {
        for bytes in [samples::BKUP_FAIL, samples::PID_FILE_LOCK] {
            assert_eq!(round_trips(dictionary, bytes, false), [bytes, bytes]);
        }
        // These two are not canonical.
        for bytes in [samples::EVENT, samples::COMMAND] {
            assert_eq!(round_trips(dictionary, bytes, true), [bytes, bytes]);
        }
    }
}

#[test]
fn lists_nest_to_64_in_both_encodings() {
    let mut encoder =
        Encoder::command(Vec::new(), &CommandHeader::new(Ssid::NULL, 1), &Profile::DEFAULT).unwrap();
    for _ in 0..64 {
        encoder.begin_list(Ssid::NULL, TokenCode::from_bits(0x25FF_0001)).unwrap();
    }
    encoder.put(TokenCode::from_bits(0x0202_0002), -5_i16).unwrap();
    for _ in 0..64 {
        encoder.end_list().unwrap();
    }
    let bytes = encoder.finish().unwrap();
    let dictionary = Dictionary::empty();
    let [protobuf, json] = round_trips(&dictionary, &bytes, false);
    assert!(protobuf == bytes && json == bytes);
}

#[test]
fn a_batch_keeps_the_order_and_its_bounds() {
    let node = |number| Node { name: None, number: Some(number) };
    let mut batch = Batch::new(4, 1 << 20);
    for (number, name) in [(1, "a"), (1, "b"), (2, "c"), (1, "d")] {
        assert!(!batch.is_full());
        batch.push(node(number), LogRecord { event_name: name.to_owned(), ..LogRecord::default() });
    }
    assert!(batch.is_full() && batch.len() == 4);
    let request = batch.take();
    assert!(batch.is_empty() && !batch.is_full());
    let names = |logs: &zems::otlp::proto::logs::v1::ResourceLogs| {
        logs.scope_logs[0].log_records.iter().map(|record| record.event_name.clone()).collect::<String>()
    };
    assert_eq!(request.resource_logs.iter().map(names).collect::<Vec<_>>(), ["ab", "c", "d"]);
    let mut small = Batch::new(1000, 10);
    small.push(node(1), LogRecord { event_name: "longer than ten bytes".to_owned(), ..LogRecord::default() });
    assert!(small.is_full());
}

#[test]
fn records_of_others_are_foreign_and_faults_are_told() {
    let dictionary = Dictionary::builtin();
    let reader = LogReader::new(dictionary);
    let line = r#"{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"timeUnixNano":"1544712660300000000","severityNumber":10,
        "traceId":"5B8EFFF798038103D269B633813FC60C","spanId":"EEE19B7EC3C1B174","body":{"stringValue":"Example log record"},
        "attributes":[{"key":"int.attribute","value":{"intValue":"10"}},{"key":"none","value":{}},{"key":"bytes","value":{"bytesValue":"AAH/"}}],
        "unknownField":[1,{}]},
        {"body":{"kvlistValue":{"values":[{"key":"z","value":{"bytesValue":"AAH/"}},{"key":"a","value":{"arrayValue":{"values":[{"doubleValue":1.5},{}]}}}]}}},
        {"attributes":[{"key":"ems.kind","value":{"stringValue":"event"}}]}]}]}]}"#;
    let request = decode_json(line).unwrap();
    let [foreign, structured, broken] = request.resource_logs[0].scope_logs[0].log_records.as_slice() else {
        panic!()
    };
    assert_eq!(reader.read(foreign, Timestamp::UNSET), Ok(Logged::Foreign));
    assert_eq!(body_text(foreign), "Example log record");
    assert_eq!(record_time(foreign).unwrap().to_string(), "2018-12-13T14:51:00.300000Z");
    assert_eq!(attribute(foreign, "bytes"), Some(&Value::BytesValue(vec![0, 1, 255])));
    assert_eq!(body_text(structured), r#"{"z":"0001FF","a":[1.5,null]}"#);
    assert_eq!(record_time(structured), None);
    let error = reader.read(broken, Timestamp::UNSET).unwrap_err().to_string();
    assert_eq!(error, "the object has no \"ssid\"");
    let error = LogWriter::new(dictionary).error(7, 3, "no header", None);
    assert_eq!(
        reader.read(&error, Timestamp::UNSET),
        Ok(Logged::Error { offset: 7, length: 3, error: "no header".to_owned() })
    );
    assert!(decode_protobuf(b"\x0A\xFF").is_err());
    for (json, fault) in [
        ("[]", "invalid type: sequence, expected a JSON object at column 0"),
        (r#"{"resourceLogs":{}}"#, "invalid type: map, expected a sequence at column 16"),
        (r#"{"resourceLogs":[]} {}"#, "trailing characters at column 21"),
        (
            r#"{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"attributes":[{}]}]}]}]}"#,
            "missing field `key` at column 63",
        ),
        (
            r#"{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"timeUnixNano":"x"}]}]}]}"#,
            "invalid digit found in string at column 65",
        ),
        (
            r#"{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"flags":4294967296}]}]}]}"#,
            "4294967296 is out of range at column 66",
        ),
        (
            r#"{"resourceLogs":[{"resource":{"attributes":[{"key":"a","value":{"bytesValue":"!"}}]}}]}"#,
            "Invalid symbol 33, offset 0. at column 81",
        ),
    ] {
        assert_eq!(decode_json(json).unwrap_err().to_string(), fault, "{json}");
    }
}

/// The rules of proto3's JSON: `null` is nothing, numbers may be text, members that are not known are left out, and the last of
/// the values of an attribute counts.
#[test]
fn json_is_read_by_the_rules_of_the_protocol() {
    let line = r#"{"new":[{"a":[]}],"resourceLogs":[{"resource":null,"schemaUrl":"u","scopeLogs":[{"schema\u0055rl":"v","scope":
        {"name":"n","version":null,"droppedAttributesCount":"3"},"logRecords":[{"timeUnixNano":12,"observedTimeUnixNano":"13",
        "severityNumber":"9","flags":"1","traceId":"5b8efff798038103d269b633813fc60c","spanId":null,"eventName":"e",
        "body":{"stringValue":null},"attributes":[{"value":null,"key":"a"},
        {"key":"b","value":{"stringValue":"x","intValue":null,"newValue":{},"doubleValue":"-Infinity"}},
        {"key":"c","value":{"doubleValue":-7}},{"key":"d","value":{"intValue":-9223372036854775808}}]}]}]}]}"#;
    let request = decode_json(line).unwrap();
    let logs = &request.resource_logs[0];
    let scope_logs = &logs.scope_logs[0];
    let (scope, record) = (scope_logs.scope.clone().unwrap(), &scope_logs.log_records[0]);
    assert_eq!((&logs.resource, logs.schema_url.as_str(), scope_logs.schema_url.as_str()), (&None, "u", "v"));
    assert_eq!((scope.name.as_str(), scope.version.as_str(), scope.dropped_attributes_count), ("n", "", 3));
    assert_eq!((record.time_unix_nano, record.observed_time_unix_nano), (12, 13));
    assert_eq!((record.severity_number, record.flags, record.event_name.as_str()), (9, 1, "e"));
    assert_eq!((record.trace_id[..2].to_vec(), record.trace_id.len()), (vec![0x5B, 0x8E], 16));
    assert_eq!((&record.span_id, body_text(record)), (&Vec::new(), String::new()));
    assert_eq!(attribute(record, "a"), None);
    assert_eq!(attribute(record, "b"), Some(&Value::DoubleValue(f64::NEG_INFINITY)));
    assert_eq!(attribute(record, "c"), Some(&Value::DoubleValue(-7.0)));
    assert_eq!(attribute(record, "d"), Some(&Value::IntValue(i64::MIN)));
}

#[test]
fn an_event_without_its_time_has_that_of_the_record() {
    let dictionary = Dictionary::builtin();
    let mut record = record(&LogWriter::new(dictionary), samples::BKUP_FAIL);
    record.attributes.retain(|attribute| attribute.key != "ems.generated");
    let read = LogReader::new(dictionary).read(&record, Timestamp::UNSET);
    assert_eq!(read, Ok(Logged::Buffer(samples::BKUP_FAIL.to_vec())));
}

/// Values nested as deep as JSON decoders go are not copied once a level.
#[test]
fn depth_costs_no_memory() {
    let leaf = vec![r#"{"intValue":"1"}"#; 20_000].join(",");
    let most = |depth: usize| {
        let (open, close) = (r#"{"arrayValue":{"values":["#.repeat(depth), "]}}".repeat(depth));
        let body = format!(r#"{{"body":{open}{leaf}{close}}}"#);
        let line = format!(r#"{{"resourceLogs":[{{"scopeLogs":[{{"logRecords":[{body}]}}]}}]}}"#);
        let mut request = None;
        let info = allocation_counter::measure(|| request = decode_json(&line).ok());
        assert!(request.is_some());
        info.bytes_max
    };
    let (shallow, deep) = (most(1), most(38));
    assert!(deep < shallow + shallow / 10, "{deep} bytes, {shallow} when shallow");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    /// Every buffer a builder writes comes back without raw bytes.
    #[test]
    fn canonical_buffers_come_back(bytes in vec(any::<u8>(), 0..1000)) {
        let event = generate::event(&bytes);
        for dictionary in [&Dictionary::empty(), Dictionary::builtin()] {
            for back in round_trips(dictionary, &event, false) {
                prop_assert_eq!(&back, &event);
            }
        }
    }

    /// Every decodable buffer comes back with them, lists and tables of any depth included.
    #[test]
    fn any_buffer_comes_back_raw(bytes in vec(any::<u8>(), 0..1000)) {
        let (command, _) = generate::command(&bytes);
        for back in round_trips(Dictionary::builtin(), &command, true) {
            prop_assert_eq!(&back, &command);
        }
    }

    /// Any bytes and any text are read or refused.
    #[test]
    fn any_input_is_read_or_refused(bytes in vec(any::<u8>(), 0..300), at in 0..2000_usize, byte in any::<u8>()) {
        let dictionary = Dictionary::builtin();
        let _ = decode_protobuf(&bytes);
        let _ = decode_json(&String::from_utf8_lossy(&bytes));
        let mut damaged = encode_protobuf(&request(dictionary, samples::BKUP_FAIL, true));
        let at = at % damaged.len();
        damaged[at] = byte;
        let Ok(request) = decode_protobuf(&damaged) else { return Ok(()) };
        let reader = LogReader::new(dictionary);
        let scopes = request.resource_logs.iter().flat_map(|resource| &resource.scope_logs);
        for record in scopes.flat_map(|scope| &scope.log_records) {
            let _ = (reader.read(record, Timestamp::UNSET), body_text(record), record_time(record));
        }
    }
}
