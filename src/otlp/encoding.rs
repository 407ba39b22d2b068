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
    let value = serde_json::from_str(line).map_err(|error| OtlpError(error.to_string()))?;
    request(value).map_err(OtlpError)
}

// The messages could be read by `serde` as they are; but at every level of nested values it would copy all that is inside.
// So it reads what has no values in it, and the values are taken apart here. The parser has bounded how deep they nest.

type Object = serde_json::Map<String, Json>;

fn request(json: Json) -> Result<ExportLogsServiceRequest, String> {
    let resource_logs = array(&mut object(json)?, "resourceLogs")?.into_iter().map(resource_logs);
    Ok(ExportLogsServiceRequest { resource_logs: resource_logs.collect::<Result<_, _>>()? })
}

fn resource_logs(json: Json) -> Result<ResourceLogs, String> {
    let mut members = object(json)?;
    let resource = member(&mut members, "resource").map(resource).transpose()?;
    let scope_logs = array(&mut members, "scopeLogs")?.into_iter().map(scope_logs);
    let scope_logs = scope_logs.collect::<Result<_, _>>()?;
    let rest: ResourceLogs = serde_json::from_value(Json::Object(members)).map_err(wrong)?;
    Ok(ResourceLogs { resource, scope_logs, ..rest })
}

fn resource(json: Json) -> Result<Resource, String> {
    let mut members = object(json)?;
    let attributes = attributes(&mut members, "attributes")?;
    let rest: Resource = serde_json::from_value(Json::Object(members)).map_err(wrong)?;
    Ok(Resource { attributes, ..rest })
}

fn scope_logs(json: Json) -> Result<ScopeLogs, String> {
    let mut members = object(json)?;
    let scope = member(&mut members, "scope").map(scope).transpose()?;
    let log_records = array(&mut members, "logRecords")?.into_iter().map(log_record);
    let log_records = log_records.collect::<Result<_, _>>()?;
    let rest: ScopeLogs = serde_json::from_value(Json::Object(members)).map_err(wrong)?;
    Ok(ScopeLogs { scope, log_records, ..rest })
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
    let mut members = object(json)?;
    let Some(Json::String(key)) = member(&mut members, "key") else {
        return Err("an attribute needs a \"key\" that is text".to_owned());
    };
    let value = member(&mut members, "value").map(any_value).transpose()?;
    Ok(KeyValue { key, value, ..KeyValue::default() })
}

fn any_value(json: Json) -> Result<AnyValue, String> {
    let mut members = object(json)?;
    let value = if let Some(Json::String(text)) = members.get_mut("stringValue") {
        Value::StringValue(core::mem::take(text))
    } else if let Some(array_value) = member(&mut members, "arrayValue") {
        let values = array(&mut object(array_value)?, "values")?.into_iter().map(any_value);
        Value::ArrayValue(ArrayValue { values: values.collect::<Result<_, _>>()? })
    } else if let Some(list) = member(&mut members, "kvlistValue") {
        Value::KvlistValue(KeyValueList { values: attributes(&mut object(list)?, "values")? })
    } else {
        return serde_json::from_value(Json::Object(members)).map_err(wrong);
    };
    Ok(AnyValue { value: Some(value) })
}

fn object(json: Json) -> Result<Object, String> {
    match json {
        Json::Object(members) => Ok(members),
        _ => Err("there is something else where a JSON object belongs".to_owned()),
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
        Some(_) => Err(format!("\"{key}\" must be an array")),
    }
}

fn wrong(error: serde_json::Error) -> String {
    error.to_string()
}
