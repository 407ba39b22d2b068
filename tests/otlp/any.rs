//! What must hold for any bytes whatever. The fuzzer (`fuzz/fuzz_targets/otlp.rs`) runs it on its inputs, `corpus.rs` on those
//! it has kept.

use zems::dictionary::Dictionary;
use zems::otlp::proto::collector::logs::v1::ExportLogsServiceRequest;
use zems::otlp::proto::common::v1::any_value::Value;
use zems::otlp::proto::common::v1::{AnyValue, KeyValue};
use zems::otlp::proto::logs::v1::LogRecord;
use zems::otlp::{
    About, LogReader, LogWriter, Logged, body_text, decode_json, decode_protobuf, encode_json,
    encode_protobuf, record_time,
};
use zems::spi::Timestamp;
use zems::spi::read::Buffer;

/// The input as a request, in both encodings.
pub fn check(input: &[u8]) {
    if let Ok(request) = decode_protobuf(input) {
        let bytes = encode_protobuf(&request);
        assert_eq!(encode_protobuf(&decode_protobuf(&bytes).unwrap()), bytes);
        check_request(request);
    }
    let text = core::str::from_utf8(input).ok();
    if let Some(request) = text.and_then(|text| decode_json(text).ok()) {
        check_request(request);
    }
}

fn check_request(mut request: ExportLogsServiceRequest) {
    records(&mut request).for_each(|record| check_record(record));
    without_form_in_json(&mut request);
    let mut line = String::new();
    encode_json(&mut line, &request);
    assert!(!line.contains('\n'));
    match decode_json(&line) {
        Ok(read) => assert_eq!(encode_protobuf(&read), encode_protobuf(&request), "{line}"),
        Err(error) => is_too_deep(&error.to_string()),
    }
    match decode_protobuf(&encode_protobuf(&request)) {
        Ok(read) => assert_eq!(read, request),
        Err(error) => is_too_deep(&error.to_string()),
    }
}

/// The decoders bound how deep messages nest, each in its own way.
fn is_too_deep(error: &str) {
    assert!(error.contains("recursion limit"), "{error}");
}

fn check_record(record: &LogRecord) {
    let _ = (body_text(record), record_time(record));
    let reader = LogReader::new(Dictionary::builtin());
    let Ok(Logged::Buffer(bytes)) = reader.read(record, Timestamp::UNSET) else { return };
    // Given as such, bytes may be anything.
    let is_given = record.attributes.iter().any(|attribute| attribute.key.ends_with("_hex"));
    let buffer = match Buffer::parse(&bytes) {
        Ok(buffer) => buffer,
        Err(error) => return assert!(is_given, "{error}"),
    };
    let writer = LogWriter::new(Dictionary::builtin()).raw(true);
    match writer.record(&buffer, &About::default()) {
        Ok(again) => assert_eq!(reader.read(&again, Timestamp::UNSET), Ok(Logged::Buffer(bytes))),
        Err(error) => assert!(is_given, "{error}"),
    }
}

fn records(request: &mut ExportLogsServiceRequest) -> impl Iterator<Item = &mut LogRecord> {
    let scopes = request.resource_logs.iter_mut().flat_map(|resource| &mut resource.scope_logs);
    scopes.flat_map(|scope| &mut scope.log_records)
}

/// Takes the numbers away that JSON has no form for.
fn without_form_in_json(request: &mut ExportLogsServiceRequest) {
    for logs in &mut request.resource_logs {
        logs.resource.iter_mut().for_each(|resource| finite_members(&mut resource.attributes));
        let scopes = logs.scope_logs.iter_mut().filter_map(|logs| logs.scope.as_mut());
        scopes.for_each(|scope| finite_members(&mut scope.attributes));
    }
    for record in records(request) {
        finite_members(&mut record.attributes);
        record.body.iter_mut().for_each(finite);
    }
}

fn finite_members(members: &mut [KeyValue]) {
    members.iter_mut().filter_map(|member| member.value.as_mut()).for_each(finite);
}

fn finite(value: &mut AnyValue) {
    match &mut value.value {
        Some(Value::DoubleValue(real)) if !real.is_finite() => value.value = None,
        Some(Value::ArrayValue(array)) => array.values.iter_mut().for_each(finite),
        Some(Value::KvlistValue(list)) => finite_members(&mut list.values),
        _ => {}
    }
}
