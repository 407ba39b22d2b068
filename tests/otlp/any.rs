//! The properties that hold for any bytes. The fuzzer (`fuzz/fuzz_targets/otlp.rs`) runs it on its inputs, `corpus.rs` on those
//! it has kept.

use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::common::v1::{AnyValue as Proto, KeyValue};
use prost::Message;
use zems::describe::{Described, Record};
use zems::formats::otlp::{AnyValue, Batch, Encoding, LogRecord, Logged, Reader, Request, Writer};
use zems::site::Site;
use zems::spi::Timestamp;
use zems::spi::read::Buffer;

/// The input as a request, in both encodings.
pub fn check(input: &[u8]) {
    let ours = Request::from_protobuf(input);
    // A request that the other library reads is read here too, with the same content.
    if let Ok(theirs) = ExportLogsServiceRequest::decode(input) {
        match &ours {
            Ok(ours) => same(ours, &theirs),
            Err(error) => assert!(error.to_string().contains("group"), "{error}"),
        }
    }
    if let Ok(request) = &ours {
        request.records().for_each(|record| check_record(&record));
    }
    let text = core::str::from_utf8(input).ok();
    if let Some(request) = text.and_then(|text| Request::from_json(text).ok()) {
        request.records().for_each(|record| check_record(&record));
    }
}

fn same(ours: &Request, theirs: &ExportLogsServiceRequest) {
    let scopes = theirs.resource_logs.iter().flat_map(|resource| &resource.scope_logs);
    let theirs: Vec<_> = scopes.flat_map(|scope| &scope.log_records).collect();
    assert_eq!(ours.records().count(), theirs.len());
    for (ours, theirs) in ours.records().zip(theirs) {
        assert_eq!(ours.event_name(), theirs.event_name);
        assert_eq!(ours.severity_text(), theirs.severity_text);
        assert_eq!(ours.severity_number(), theirs.severity_number);
        assert_eq!(ours.observed_unix_nanos(), theirs.observed_time_unix_nano);
        same_value(ours.body(), theirs.body.as_ref());
        assert_eq!(ours.attributes().count(), theirs.attributes.len());
        for ((key, value), theirs) in ours.attributes().zip(&theirs.attributes) {
            assert_eq!(key, theirs.key);
            same_value(value, theirs.value.as_ref());
        }
    }
}

fn same_value(ours: &AnyValue, theirs: Option<&Proto>) {
    match (ours, theirs.and_then(|value| value.value.as_ref())) {
        // An index into a table of strings, which only profiles have.
        (AnyValue::Empty, None | Some(Value::StringValueStrindex(_))) => {}
        (AnyValue::Text(ours), Some(Value::StringValue(theirs))) => assert_eq!(ours, theirs),
        (AnyValue::Bool(ours), Some(Value::BoolValue(theirs))) => assert_eq!(ours, theirs),
        (AnyValue::Int(ours), Some(Value::IntValue(theirs))) => assert_eq!(ours, theirs),
        (AnyValue::Double(ours), Some(Value::DoubleValue(theirs))) => {
            assert_eq!(ours.to_bits(), theirs.to_bits());
        }
        (AnyValue::Bytes(ours), Some(Value::BytesValue(theirs))) => assert_eq!(ours, theirs),
        (AnyValue::Array(ours), Some(Value::ArrayValue(theirs))) => {
            assert_eq!(ours.len(), theirs.values.len());
            ours.iter().zip(&theirs.values).for_each(|(ours, theirs)| same_value(ours, Some(theirs)));
        }
        (AnyValue::Map(ours), Some(Value::KvlistValue(theirs))) => {
            assert_eq!(ours.len(), theirs.values.len());
            for ((key, ours), KeyValue { key: their_key, value, .. }) in ours.iter().zip(&theirs.values) {
                assert_eq!(key, their_key);
                same_value(ours, value.as_ref());
            }
        }
        (ours, theirs) => panic!("{ours:?} is not {theirs:?}"),
    }
}

fn check_record(record: &LogRecord<'_>) {
    let _ = (record.body_text(), record.time());
    let site = Site::builtin();
    let reader = Reader::new(site.dictionary());
    let Ok(Logged::Buffer(bytes)) = reader.read(record, Timestamp::UNSET) else { return };
    // Given as such, bytes may be anything.
    let is_given = record.attributes().any(|(key, _)| key.ends_with("_hex"));
    let buffer = match Buffer::parse(&bytes) {
        Ok(buffer) => buffer,
        Err(error) => return assert!(is_given, "{error}"),
    };
    for encoding in [Encoding::Json, Encoding::Protobuf] {
        let (mut writer, mut batch) = (Writer::new(&site, encoding, true), Batch::new(encoding));
        if let Err(error) = writer.push(&mut batch, &Record::new(Described::new(&site, &buffer))) {
            return assert!(is_given, "{error}");
        }
        let mut request = Vec::new();
        batch.request(0..1, &mut request);
        let again = match encoding {
            Encoding::Protobuf => {
                assert!(ExportLogsServiceRequest::decode(request.as_slice()).is_ok());
                Request::from_protobuf(&request).unwrap()
            }
            Encoding::Json => {
                let text = core::str::from_utf8(&request).unwrap();
                assert!(!text.contains('\n'));
                Request::from_json(text).unwrap()
            }
        };
        let again = again.records().next().unwrap();
        assert_eq!(reader.read(&again, Timestamp::UNSET), Ok(Logged::Buffer(bytes.clone())));
    }
}
