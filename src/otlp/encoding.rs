use core::fmt;

use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::common::v1::{
    AnyValue, ArrayValue, InstrumentationScope, KeyValue, KeyValueList,
};
use opentelemetry_proto::tonic::logs::v1::{LogRecord, ResourceLogs, ScopeLogs};
use opentelemetry_proto::tonic::resource::v1::Resource;
use prost::Message;
use serde_json::Value as Json;
use serde_json::value::RawValue;
use std::collections::HashMap;

/// Why bytes or text are no request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OtlpError(String);

impl fmt::Display for OtlpError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl core::error::Error for OtlpError {}

/// The request in protobuf: the body of a POST to `/v1/logs` with the content type `application/x-protobuf`.
#[must_use]
pub fn encode_protobuf(request: &ExportLogsServiceRequest) -> Vec<u8> {
    request.encode_to_vec()
}

/// Reads a request in protobuf. Several requests back to back are one.
///
/// # Errors
/// The bytes are none.
pub fn decode_protobuf(bytes: &[u8]) -> Result<ExportLogsServiceRequest, OtlpError> {
    ExportLogsServiceRequest::decode(bytes).map_err(|error| OtlpError(error.to_string()))
}

/// Adds the request as one line of OTLP JSON to `line`, without a line end: the form of OpenTelemetry's file exporter, and the body of
/// a POST with the content type `application/json`. Integers of 64 bits are text, enumerations numbers, bytes base 64.
pub fn encode_json(line: &mut String, request: &ExportLogsServiceRequest) {
    // Keys are text, and no number is infinite: there is nothing to fail.
    line.push_str(&serde_json::to_string(request).unwrap_or_default());
}

/// Reads a request in OTLP JSON.
///
/// # Errors
/// The text is none.
pub fn decode_json(line: &str) -> Result<ExportLogsServiceRequest, OtlpError> {
    request(line).map_err(OtlpError)
}

// The messages could be read by `serde` as they are; but at every level of nested values it would copy all that is inside.
// So it reads what has no values in it, and the values are taken apart here, one record after the other. The parser bounds how
// deep they nest.

type Object = serde_json::Map<String, Json>;
type Members<'t> = HashMap<String, &'t RawValue>;

fn request(text: &str) -> Result<ExportLogsServiceRequest, String> {
    let resource_logs = elements(&members(text)?, "resourceLogs")?.into_iter().map(resource_logs);
    Ok(ExportLogsServiceRequest { resource_logs: resource_logs.collect::<Result<_, _>>()? })
}

fn resource_logs(text: &RawValue) -> Result<ResourceLogs, String> {
    let members = members(text.get())?;
    let scope_logs = elements(&members, "scopeLogs")?.into_iter().map(scope_logs);
    Ok(ResourceLogs {
        resource: value(&members, "resource")?.map(resource).transpose()?,
        scope_logs: scope_logs.collect::<Result<_, _>>()?,
        schema_url: schema_url(&members)?,
    })
}

fn scope_logs(text: &RawValue) -> Result<ScopeLogs, String> {
    let members = members(text.get())?;
    let records = elements(&members, "logRecords")?.into_iter();
    let log_records = records.map(|record| log_record(serde_json::from_str(record.get()).map_err(wrong)?));
    Ok(ScopeLogs {
        scope: value(&members, "scope")?.map(scope).transpose()?,
        log_records: log_records.collect::<Result<_, _>>()?,
        schema_url: schema_url(&members)?,
    })
}

fn members(text: &str) -> Result<Members<'_>, String> {
    // Only faults of the whole text have a place in it.
    serde_json::from_str(text)
        .map_err(|error| if error.is_data() { NO_OBJECT.to_owned() } else { wrong(error) })
}

/// The elements of an array; `null` has none.
fn elements<'t>(members: &Members<'t>, key: &str) -> Result<Vec<&'t RawValue>, String> {
    let Some(array) = members.get(key) else { return Ok(Vec::new()) };
    let elements: Result<Option<_>, _> = serde_json::from_str(array.get());
    elements.map(Option::unwrap_or_default).map_err(|_| must_be_array(key))
}

/// The value of a member; `null` is none.
fn value(members: &Members<'_>, key: &str) -> Result<Option<Json>, String> {
    members.get(key).map_or(Ok(None), |value| serde_json::from_str(value.get()).map_err(wrong))
}

fn schema_url(members: &Members<'_>) -> Result<String, String> {
    match value(members, "schemaUrl")? {
        None => Ok(String::new()),
        Some(url) => serde_json::from_value(url).map_err(wrong),
    }
}

fn resource(json: Json) -> Result<Resource, String> {
    let mut members = object(json)?;
    let attributes = attributes(&mut members, "attributes")?;
    let rest: Resource = serde_json::from_value(Json::Object(members)).map_err(wrong)?;
    Ok(Resource { attributes, ..rest })
}

fn scope(json: Json) -> Result<InstrumentationScope, String> {
    let mut members = object(json)?;
    let attributes = attributes(&mut members, "attributes")?;
    let rest: InstrumentationScope = serde_json::from_value(Json::Object(members)).map_err(wrong)?;
    Ok(InstrumentationScope { attributes, ..rest })
}

fn log_record(json: Json) -> Result<LogRecord, String> {
    let mut members = object(json)?;
    let body = member(&mut members, "body").map(any_value).transpose()?;
    let attributes = attributes(&mut members, "attributes")?;
    let rest: LogRecord = serde_json::from_value(Json::Object(members)).map_err(wrong)?;
    Ok(LogRecord { body, attributes, ..rest })
}

fn attributes(members: &mut Object, key: &str) -> Result<Vec<KeyValue>, String> {
    array(members, key)?.into_iter().map(attribute).collect()
}

fn attribute(json: Json) -> Result<KeyValue, String> {
    let mut attribute = KeyValue::default();
    let mut has_key = false;
    for (name, member) in object(json)? {
        match (name.as_str(), member) {
            ("key", Json::String(key)) => (attribute.key, has_key) = (key, true),
            ("value", Json::Null) => {}
            ("value", value) => attribute.value = Some(any_value(value)?),
            _ => {}
        }
    }
    if has_key { Ok(attribute) } else { Err("an attribute needs a \"key\" that is text".to_owned()) }
}

fn any_value(json: Json) -> Result<AnyValue, String> {
    let mut value = None;
    for (name, member) in object(json)? {
        value = match (name.as_str(), member) {
            (_, Json::Null) => continue,
            ("stringValue", Json::String(text)) => Some(Value::StringValue(text)),
            ("boolValue", Json::Bool(boolean)) => Some(Value::BoolValue(boolean)),
            ("arrayValue", array_value) => {
                let values = array(&mut object(array_value)?, "values")?.into_iter().map(any_value);
                Some(Value::ArrayValue(ArrayValue { values: values.collect::<Result<_, _>>()? }))
            }
            ("kvlistValue", list) => {
                Some(Value::KvlistValue(KeyValueList { values: attributes(&mut object(list)?, "values")? }))
            }
            // Numbers in their two forms, and base 64.
            (_, other) => {
                let object = Object::from_iter([(name, other)]);
                let known: AnyValue = serde_json::from_value(Json::Object(object)).map_err(wrong)?;
                known.value.or(value)
            }
        };
    }
    Ok(AnyValue { value })
}

fn object(json: Json) -> Result<Object, String> {
    match json {
        Json::Object(members) => Ok(members),
        _ => Err(NO_OBJECT.to_owned()),
    }
}

/// Takes a member out; `null` is none.
fn member(members: &mut Object, key: &str) -> Option<Json> {
    members.remove(key).filter(|value| !value.is_null())
}

fn array(members: &mut Object, key: &str) -> Result<Vec<Json>, String> {
    match member(members, key) {
        None => Ok(Vec::new()),
        Some(Json::Array(values)) => Ok(values),
        Some(_) => Err(must_be_array(key)),
    }
}

const NO_OBJECT: &str = "there is something else where a JSON object belongs";

fn must_be_array(key: &str) -> String {
    format!("\"{key}\" must be an array")
}

fn wrong(error: serde_json::Error) -> String {
    error.to_string()
}
