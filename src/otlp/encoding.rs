use core::fmt;

use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use prost::Message;

use super::parse;
use crate::json;

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
/// a POST with the content type `application/json`. Integers of 64 bits are text, enumerations numbers, bytes base 64. A real number
/// that is not finite is left out.
pub fn encode_json(line: &mut String, request: &ExportLogsServiceRequest) {
    // Keys are text: there is nothing to fail.
    line.push_str(&serde_json::to_string(request).unwrap_or_default());
}

/// Reads a request in OTLP JSON. Members that the protocol does not have are left out.
///
/// # Errors
/// The text is none.
pub fn decode_json(line: &str) -> Result<ExportLogsServiceRequest, OtlpError> {
    parse::request(line).map_err(|error| OtlpError(json::fault(&error)))
}
