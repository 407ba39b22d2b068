//! OpenTelemetry log records: what they say, and what comes back of them.

mod any;
mod corpus;
use crate::files;
use crate::support;

use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::logs::v1::{LogRecord, ResourceLogs, ScopeLogs};
use proptest::collection::vec;
use proptest::prelude::*;
use prost::Message;
use support::generate;
use zems::describe::{Described, Record};
use zems::dictionary::Dictionary;
use zems::ems::{EventBuilder, EventHeader};
use zems::formats::Fault;
use zems::formats::otlp::{AnyValue, Batch, Encoding, Logged, ReadError, Reader, Request, Writer};
use zems::samples;
use zems::site::Site;
use zems::spi::read::Buffer;
use zems::spi::write::{CommandHeader, Encoder};
use zems::spi::{Profile, Ssid, Timestamp, TokenCode};
use zems::template::TemplateSet;

/// A site without definitions and templates.
fn empty() -> Site {
    let dictionary = Dictionary::empty();
    let templates = TemplateSet::new(&dictionary);
    Site::builder().definitions(dictionary, templates).build()
}

/// The request of one buffer.
fn encoded(site: &Site, bytes: &[u8], raw: bool, encoding: Encoding) -> Vec<u8> {
    let buffer = Buffer::parse(bytes).unwrap();
    let (mut writer, mut batch) = (Writer::new(site, encoding, raw), Batch::new(encoding));
    writer.push(&mut batch, &Record::new(Described::new(site, &buffer))).unwrap();
    let mut request = Vec::new();
    batch.request(0..batch.len(), &mut request);
    request
}

/// The same, as others read it.
fn request(site: &Site, bytes: &[u8], raw: bool) -> ExportLogsServiceRequest {
    ExportLogsServiceRequest::decode(encoded(site, bytes, raw, Encoding::Protobuf).as_slice()).unwrap()
}

fn record(site: &Site, bytes: &[u8]) -> LogRecord {
    request(site, bytes, false).resource_logs.remove(0).scope_logs.remove(0).log_records.remove(0)
}

/// The result of our reader for a record of others.
fn read(site: &Site, record: &LogRecord) -> Result<Logged, ReadError> {
    let scope_logs = [ScopeLogs { log_records: [record.clone()].into(), ..ScopeLogs::default() }].into();
    let logs = ResourceLogs { scope_logs, ..ResourceLogs::default() };
    let request = ExportLogsServiceRequest { resource_logs: [logs].into() };
    let request = Request::from_protobuf(&request.encode_to_vec()).unwrap();
    let record = request.records().next().unwrap();
    Reader::new(site.dictionary()).read(&record, Timestamp::UNSET)
}

fn buffer(site: &Site, request: &Request) -> Vec<u8> {
    let record = request.records().next().unwrap();
    match Reader::new(site.dictionary()).read(&record, Timestamp::UNSET).unwrap() {
        Logged::Buffer(bytes) => bytes,
        other => panic!("{other:?}"),
    }
}

/// The buffer after a way through each of the two encodings. Others read the same of both.
fn round_trips(site: &Site, bytes: &[u8], raw: bool) -> [Vec<u8>; 2] {
    let protobuf = encoded(site, bytes, raw, Encoding::Protobuf);
    let line = String::from_utf8(encoded(site, bytes, raw, Encoding::Json)).unwrap();
    assert!(!line.contains('\n'));
    assert_eq!(ExportLogsServiceRequest::decode(protobuf.as_slice()).unwrap(), others_json(&line));
    let (protobuf, json) = (Request::from_protobuf(&protobuf).unwrap(), Request::from_json(&line).unwrap());
    assert_eq!(protobuf, json);
    [buffer(site, &protobuf), buffer(site, &json)]
}

/// A request in JSON, as others read it.
fn others_json(line: &str) -> ExportLogsServiceRequest {
    serde_json::from_str(line).unwrap()
}

fn attribute<'r>(record: &'r LogRecord, key: &str) -> Option<&'r Value> {
    let found: Vec<_> = record.attributes.iter().filter(|attribute| attribute.key == key).collect();
    assert!(found.len() < 2, "{key} is there twice");
    found.first()?.value.as_ref()?.value.as_ref()
}

/// The same of a record that our reader has read.
fn value<'r>(record: &zems::formats::otlp::LogRecord<'r>, key: &str) -> Option<&'r AnyValue> {
    record.attributes().find(|(known, _)| *known == key).map(|(_, value)| value)
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
    let site = Site::builtin();
    let buffer = Buffer::parse(samples::BKUP_FAIL).unwrap();
    let mut record = Record::new(Described::new(&site, &buffer));
    record.observed = "2026-11-20T10:15:02Z".parse().ok();
    let (mut writer, mut batch) =
        (Writer::new(&site, Encoding::Protobuf, false), Batch::new(Encoding::Protobuf));
    writer.push(&mut batch, &record).unwrap();
    let mut request = Vec::new();
    batch.request(0..1, &mut request);

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
    assert_eq!(field(&field(&record, 5), 1), b"Backup process in CPU 3 died because its CPU is down");
    assert_eq!(field(&record, 11), 1_795_169_702_000_000_000_u64.to_le_bytes());
    assert_eq!(field(&record, 12), b"ZRPC-EVT-BKUP-FAIL");
    let attributes: Vec<_> = fields(&record).into_iter().filter(|(number, _)| *number == 6).collect();
    let cpu = attributes.iter().find(|(_, attribute)| field(attribute, 1) == b"ZRPC-TKN-CPU").unwrap();
    assert_eq!(field(&field(&cpu.1, 2), 3), 3_u64.to_le_bytes());
}

#[test]
fn a_log_record_has_the_values_of_the_event() {
    let record = record(&Site::builtin(), samples::BKUP_FAIL);
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
    assert_eq!(record.observed_time_unix_nano, 0);

    let unnamed = self::record(&Site::builder().without_names().build(), samples::BKUP_FAIL);
    assert_eq!(unnamed.event_name, "TANDEM.9001:8");
    assert!(unnamed.attributes.iter().all(|attribute| attribute.key.starts_with("ems.")));
}

#[test]
fn a_token_that_occurs_again_makes_an_array() {
    let site = Site::builtin();
    let token = site.dictionary().token_named("ZEMS-TKN-TEXT").unwrap();
    let logged = "2026-11-20T10:15:01Z".parse().unwrap();
    let header = EventHeader { logged, ..EventHeader::new(token.owner_ssid().unwrap(), 30000) };
    let mut event =
        EventBuilder::new(Vec::new(), &header, &Profile::DEFAULT, token.stored_code(), "one").unwrap();
    event.put(token.stored_code(), "two").unwrap();
    let event = event.finish().unwrap();
    let record = record(&site, &event);
    let Some(Value::ArrayValue(array)) = attribute(&record, "ZEMS-TKN-TEXT") else { panic!() };
    let values: Vec<_> = array.values.iter().filter_map(|value| value.value.clone()).collect();
    assert_eq!(values, [text("one"), text("two")]);
    // No generation time, but a log time: that is when it was observed.
    assert_eq!((record.time_unix_nano, record.observed_time_unix_nano), (0, 1_795_169_701_000_000_000));
    assert_eq!(round_trips(&site, &event, false), [event.clone(), event]);
}

#[test]
fn severity_is_by_syslog_then_emphasis_then_content() {
    let dictionary = Dictionary::builtin();
    let severity = |site: &Site, bytes: &[u8]| {
        let record = record(site, bytes);
        (record.severity_number, record.severity_text)
    };
    let event = |header: &EventHeader<'_>, pri: Option<u16>| {
        let subject = dictionary.token_named("SYSLOG-TKN-TAG").unwrap();
        let (ssid, code) = (subject.owner_ssid().unwrap(), subject.stored_code());
        let mut event =
            EventBuilder::qualified(Vec::new(), header, &Profile::DEFAULT, ssid, code, "x").unwrap();
        if let Some(pri) = pri {
            let token = dictionary.token_named("SYSLOG-TKN-PRI").unwrap();
            event.put_qualified(ssid, token.stored_code(), pri).unwrap();
        }
        event.finish().unwrap()
    };
    let default = Site::builtin();
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
    assert_eq!(severity(&default, &event(&header, None)), (1, "TRACE".to_owned()));

    let site = Site::builder().severity("Emphasis=FATAL").unwrap();
    assert_eq!(severity(&site.build(), samples::BKUP_FAIL), (21, "FATAL".to_owned()));
    let site =
        Site::builder().severity("Emphasis=FATAL").unwrap().severity("ZRPC-EVT-BKUP-FAIL=WARN3").unwrap();
    assert_eq!(severity(&site.build(), samples::BKUP_FAIL), (15, "WARN3".to_owned()));
    assert!(Site::builder().severity("ZRPC-EVT-NONE=WARN").is_err());
}

#[test]
fn the_samples_come_back() {
    for site in [Site::builtin(), empty()] {
        for bytes in [samples::BKUP_FAIL, samples::PID_FILE_LOCK] {
            assert_eq!(round_trips(&site, bytes, false), [bytes, bytes]);
        }
        // These two are not canonical.
        for bytes in [samples::EVENT, samples::COMMAND] {
            assert_eq!(round_trips(&site, bytes, true), [bytes, bytes]);
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
    let [protobuf, json] = round_trips(&empty(), &bytes, false);
    assert!(protobuf == bytes && json == bytes);
}

/// Values in each other: some are read, more are refused, and as many as fit into a message end with an error too, not with the stack.
#[test]
fn depth_beyond_the_limit_is_refused() {
    // An array of one value (fields 5 and 1), in the body (5) of a record.
    let protobuf = |depth: usize| {
        let mut bytes = vec![0x10, 0x01];
        let wrap = |bytes: &mut Vec<u8>, tag: u8| {
            let mut len = bytes.len();
            let mut outer = vec![tag];
            while len > 0x7F {
                outer.push(u8::try_from(len & 0x7F).unwrap() | 0x80);
                len >>= 7;
            }
            outer.push(u8::try_from(len).unwrap());
            outer.append(bytes);
            *bytes = outer;
        };
        for _ in 0..depth {
            wrap(&mut bytes, 0x0A);
            wrap(&mut bytes, 0x2A);
        }
        [0x2A, 0x12, 0x12, 0x0A].iter().for_each(|tag| wrap(&mut bytes, *tag));
        bytes
    };
    assert!(Request::from_protobuf(&protobuf(40)).is_ok());
    for depth in [100, 3000] {
        let error = Request::from_protobuf(&protobuf(depth)).unwrap_err().to_string();
        assert!(error.contains("more than 100 messages are nested"), "{depth}: {error}");
    }
    let json = |depth: usize| {
        let (open, close) = (r#"{"arrayValue":{"values":["#.repeat(depth), "]}}".repeat(depth));
        let body = format!(r#"{{"body":{open}{{"boolValue":true}}{close}}}"#);
        Request::from_json(&format!(r#"{{"resourceLogs":[{{"scopeLogs":[{{"logRecords":[{body}]}}]}}]}}"#))
    };
    assert!(json(30).is_ok());
    for depth in [100, 100_000] {
        let error = json(depth).unwrap_err().to_string();
        assert!(error.contains("recursion limit"), "{depth}: {error}");
    }
}

#[test]
fn a_batch_keeps_the_order_and_its_bounds() {
    let site = Site::builtin();
    let mut writer = Writer::new(&site, Encoding::Protobuf, false);
    let mut batch = Batch::new(Encoding::Protobuf);
    for (node, number) in [(1, 11), (1, 12), (2, 13), (1, 14)] {
        let header = EventHeader { node, ..EventHeader::new("ACME.7.A01".parse().unwrap(), number) };
        let code = TokenCode::from_bits(0x01FF_0001);
        let event = EventBuilder::new(Vec::new(), &header, &Profile::DEFAULT, code, "x").unwrap();
        let event = event.finish().unwrap();
        let buffer = Buffer::parse(&event).unwrap();
        writer.push(&mut batch, &Record::new(Described::new(&site, &buffer))).unwrap();
    }
    assert_eq!(batch.len(), 4);
    let names = |logs: &ResourceLogs| {
        let records = logs.scope_logs[0].log_records.iter();
        records.map(|record| record.event_name.rsplit(':').next().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let part = |batch: &Batch, records: core::ops::Range<usize>| {
        let (mut request, most) = (Vec::new(), batch.size());
        batch.request(records, &mut request);
        assert!(request.len() <= most, "{} bytes, at most {most}", request.len());
        let request = ExportLogsServiceRequest::decode(request.as_slice()).unwrap();
        request.resource_logs.iter().map(names).collect::<Vec<_>>()
    };
    assert_eq!(part(&batch, 0..4), [vec!["11", "12"], vec!["13"], vec!["14"]]);
    assert_eq!(part(&batch, 1..3), [["12"], ["13"]]);
    batch.drain(3);
    assert_eq!(part(&batch, 0..9), [["14"]]);
    batch.drain(1);
    assert!(batch.is_empty());
}

#[test]
fn records_of_others_are_foreign_and_faults_are_reported() {
    let site = Site::builtin();
    let reader = Reader::new(site.dictionary());
    let line = r#"{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"timeUnixNano":"1544712660300000000","severityNumber":10,
        "traceId":"5B8EFFF798038103D269B633813FC60C","spanId":"EEE19B7EC3C1B174","body":{"stringValue":"Example log record"},
        "attributes":[{"key":"int.attribute","value":{"intValue":"10"}},{"key":"none","value":{}},{"key":"bytes","value":{"bytesValue":"AAH/"}}],
        "unknownField":[1,{}]},
        {"body":{"kvlistValue":{"values":[{"key":"z","value":{"bytesValue":"AAH/"}},{"key":"a","value":{"arrayValue":{"values":[{"doubleValue":1.5},{}]}}}]}}},
        {"attributes":[{"key":"ems.kind","value":{"stringValue":"event"}}]}]}]}]}"#;
    let request = Request::from_json(line).unwrap();
    let records: Vec<_> = request.records().collect();
    let [foreign, structured, broken] = records.as_slice() else { panic!() };
    assert_eq!(reader.read(foreign, Timestamp::UNSET), Ok(Logged::Foreign));
    assert_eq!(foreign.body_text(), "Example log record");
    assert_eq!(foreign.time().unwrap().to_string(), "2018-12-13T14:51:00.300000Z");
    assert_eq!(value(foreign, "bytes"), Some(&AnyValue::Bytes(vec![0, 1, 255])));
    assert_eq!(structured.body_text(), r#"{"z":"0001FF","a":[1.5,null]}"#);
    assert_eq!(structured.time(), None);
    let error = reader.read(broken, Timestamp::UNSET).unwrap_err().to_string();
    assert_eq!(error, "the object has no \"ssid\"");
    let fault = Fault { offset: 7, length: 3, error: "no header", source: None, observed: None };
    let (mut writer, mut batch) = (Writer::new(&site, Encoding::Json, false), Batch::new(Encoding::Json));
    writer.push_fault(&mut batch, &fault);
    let mut line = Vec::new();
    batch.request(0..1, &mut line);
    let request = Request::from_json(core::str::from_utf8(&line).unwrap()).unwrap();
    assert_eq!(
        reader.read(&request.records().next().unwrap(), Timestamp::UNSET),
        Ok(Logged::Error { offset: 7, length: 3, error: "no header".to_owned() })
    );
    for (bytes, fault) in [
        (&b"\x0A\xFF"[..], "the message ends inside a field (at byte 2)"),
        (
            b"\x0A\x05\x12\x02ab",
            "the field has a length of 5 bytes, and the message ends after 4 (at byte 2)",
        ),
        (
            b"\x0A\x04\x12\x02\x12\x05",
            "the field has a length of 5 bytes, and the message ends after 0 (at byte 6)",
        ),
        (b"\x0B", "the field is a group or has no wire type of proto3 (at byte 0)"),
        (b"\x08\x01", "the field must have a length (at byte 0)"),
        (b"\x0A\x06\x12\x04\x12\x02\x08\x01", "the field must be 64 bits wide (at byte 6)"),
        (b"\x0A\x07\x12\x05\x12\x03\x1A\x01\xFF", "the text is not UTF-8 (at byte 8)"),
        (b"\x0A\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x02", "the number does not fit 64 bits (at byte 1)"),
    ] {
        assert_eq!(Request::from_protobuf(bytes).unwrap_err().to_string(), fault, "{bytes:?}");
    }
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
        assert_eq!(Request::from_json(json).unwrap_err().to_string(), fault, "{json}");
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
    let request = Request::from_json(line).unwrap();
    let record = request.records().next().unwrap();
    assert_eq!((record.time().unwrap().unix_micros(), record.observed_unix_nanos()), (Some(0), 13));
    assert_eq!((record.severity_number(), record.event_name()), (9, "e"));
    assert_eq!(record.body_text(), "");
    assert_eq!(value(&record, "a"), Some(&AnyValue::Empty));
    assert_eq!(value(&record, "b"), Some(&AnyValue::Double(f64::NEG_INFINITY)));
    assert_eq!(value(&record, "c"), Some(&AnyValue::Double(-7.0)));
    assert_eq!(value(&record, "d"), Some(&AnyValue::Int(i64::MIN)));
}

#[test]
fn an_event_without_its_time_has_that_of_the_record() {
    let site = Site::builtin();
    let mut record = record(&site, samples::BKUP_FAIL);
    record.attributes.retain(|attribute| attribute.key != "ems.generated");
    let read = read(&site, &record);
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
        let info = allocation_counter::measure(|| request = Request::from_json(&line).ok());
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
        for site in [empty(), Site::builtin()] {
            for back in round_trips(&site, &event, false) {
                prop_assert_eq!(&back, &event);
            }
        }
    }

    /// Every decodable buffer comes back with them, lists and tables of any depth included.
    #[test]
    fn any_buffer_comes_back_raw(bytes in vec(any::<u8>(), 0..1000)) {
        let (command, _) = generate::command(&bytes);
        for back in round_trips(&Site::builtin(), &command, true) {
            prop_assert_eq!(&back, &command);
        }
    }

    /// Any bytes and any text are read or refused.
    #[test]
    fn any_input_is_read_or_refused(bytes in vec(any::<u8>(), 0..300), at in 0..2000_usize, byte in any::<u8>()) {
        let site = Site::builtin();
        let _ = Request::from_protobuf(&bytes);
        let _ = Request::from_json(&String::from_utf8_lossy(&bytes));
        let mut damaged = encoded(&site, samples::BKUP_FAIL, true, Encoding::Protobuf);
        let at = at % damaged.len();
        damaged[at] = byte;
        let Ok(request) = Request::from_protobuf(&damaged) else { return Ok(()) };
        let reader = Reader::new(site.dictionary());
        for record in request.records() {
            let _ = (reader.read(&record, Timestamp::UNSET), record.body_text(), record.time());
        }
    }
}
