//! JSON values as the values of attributes, and back.

use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::common::v1::{AnyValue, ArrayValue, KeyValue, KeyValueList};
use serde_json::Value as Json;

/// How deep objects and arrays may be nested in the value of an attribute. An object takes three messages inside each other,
/// and protobuf decoders stop at 100; it takes four JSON values inside each other, and JSON decoders stop at 128.
pub const MAX_NESTING: usize = 24;

/// The only key of what stands for a value nested too deep.
const TEXT: &str = "json";

/// More than any decoder hands on.
const MAX_READ: usize = 256;

pub(super) fn attribute(key: impl Into<String>, value: Option<Value>) -> KeyValue {
    KeyValue { key: key.into(), value: Some(AnyValue { value }), ..KeyValue::default() }
}

/// The value of a JSON value; `null` is no value.
pub(super) fn any_value(json: Json) -> Option<Value> {
    nested(json, MAX_NESTING)
}

fn nested(json: Json, room: usize) -> Option<Value> {
    let inside = room.checked_sub(1);
    Some(match (json, inside) {
        (Json::Null, _) => return None,
        (Json::Bool(boolean), _) => Value::BoolValue(boolean),
        (Json::String(text), _) => Value::StringValue(text),
        (Json::Number(number), _) => match (number.as_i64(), number.as_f64()) {
            (Some(integer), _) => Value::IntValue(integer),
            (None, Some(real)) if number.is_f64() => Value::DoubleValue(real),
            _ => text_of(&Json::Number(number)),
        },
        (Json::Array(values), Some(room)) => Value::ArrayValue(ArrayValue {
            values: values.into_iter().map(|value| AnyValue { value: nested(value, room) }).collect(),
        }),
        (Json::Object(members), Some(room)) => Value::KvlistValue(KeyValueList {
            values: members.into_iter().map(|(key, value)| attribute(key, nested(value, room))).collect(),
        }),
        (deep, None) => text_of(&deep),
    })
}

/// A value as its JSON text.
fn text_of(json: &Json) -> Value {
    let text = Value::StringValue(json.to_string());
    Value::KvlistValue(KeyValueList { values: [attribute(TEXT, Some(text))].into() })
}

/// The JSON value of a value. What JSON has no form for is `null`; bytes are hexadecimal digits.
pub(super) fn json(value: Option<&AnyValue>) -> Json {
    nested_json(value, MAX_READ)
}

fn nested_json(value: Option<&AnyValue>, room: usize) -> Json {
    let Some(inside) = room.checked_sub(1) else { return Json::Null };
    match value.and_then(|value| value.value.as_ref()) {
        None | Some(Value::StringValueStrindex(_)) => Json::Null,
        Some(Value::BoolValue(boolean)) => Json::from(*boolean),
        Some(Value::IntValue(integer)) => Json::from(*integer),
        Some(Value::DoubleValue(real)) => Json::from(*real),
        Some(Value::StringValue(string)) => Json::from(string.as_str()),
        Some(Value::BytesValue(bytes)) => {
            Json::String(bytes.iter().map(|byte| format!("{byte:02X}")).collect())
        }
        Some(Value::ArrayValue(array)) => {
            array.values.iter().map(|value| nested_json(Some(value), inside)).collect()
        }
        Some(Value::KvlistValue(list)) => of_text(list).unwrap_or_else(|| {
            let members = list.values.iter();
            members.map(|member| (member.key.clone(), nested_json(member.value.as_ref(), inside))).collect()
        }),
    }
}

/// The value that a list stands for if it was nested too deep.
fn of_text(list: &KeyValueList) -> Option<Json> {
    let [KeyValue { key, value: Some(AnyValue { value: Some(Value::StringValue(text)) }), .. }] =
        list.values.as_slice()
    else {
        return None;
    };
    if key == TEXT { crate::json::value(text).ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_come_back() {
        let deep = format!("{}[1]{}", "[{\"a\":".repeat(60), "}]".repeat(60));
        for text in [
            "null",
            "true",
            "-9223372036854775808",
            "18446744073709551615",
            "0.1",
            "-0.0",
            "1e300",
            r#""\u0000ä\"\\""#,
            "[]",
            "{}",
            r#"{"a":[1,2.5,{"b":null}],"json":1}"#,
            &deep,
        ] {
            let value = crate::json::value(text).unwrap();
            assert_eq!(json(Some(&AnyValue { value: any_value(value.clone()) })), value);
        }
    }
}
