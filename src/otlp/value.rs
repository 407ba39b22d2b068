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

/// Adds the JSON text of a value. What JSON has no form for is `null`; bytes are hexadecimal digits.
pub(super) fn write(text: &mut String, value: &AnyValue) {
    write_nested(text, value, MAX_READ);
}

fn write_nested(text: &mut String, value: &AnyValue, room: usize) {
    let Some(inside) = room.checked_sub(1) else { return text.push_str("null") };
    match &value.value {
        None | Some(Value::StringValueStrindex(_)) => text.push_str("null"),
        Some(Value::BoolValue(boolean)) => text.push_str(if *boolean { "true" } else { "false" }),
        Some(Value::IntValue(integer)) => text.push_str(&integer.to_string()),
        Some(Value::DoubleValue(real)) => text.push_str(&Json::from(*real).to_string()),
        Some(Value::StringValue(string)) => write_text(text, string),
        Some(Value::BytesValue(bytes)) => {
            let digits: String = bytes.iter().map(|byte| format!("{byte:02X}")).collect();
            write_text(text, &digits);
        }
        Some(Value::ArrayValue(array)) => {
            text.push('[');
            for (at, value) in array.values.iter().enumerate() {
                if at > 0 {
                    text.push(',');
                }
                write_nested(text, value, inside);
            }
            text.push(']');
        }
        Some(Value::KvlistValue(list)) => match json_text(list) {
            Some(json) => text.push_str(json),
            None => {
                text.push('{');
                for (at, member) in list.values.iter().enumerate() {
                    if at > 0 {
                        text.push(',');
                    }
                    write_text(text, &member.key);
                    text.push(':');
                    write_nested(text, member.value.as_ref().unwrap_or(&AnyValue { value: None }), inside);
                }
                text.push('}');
            }
        },
    }
}

/// The text in a list that stands for a value nested too deep.
fn json_text(list: &KeyValueList) -> Option<&str> {
    let [KeyValue { key, value: Some(AnyValue { value: Some(Value::StringValue(json)) }), .. }] =
        list.values.as_slice()
    else {
        return None;
    };
    (key == TEXT).then_some(json)
}

pub(super) fn write_text(text: &mut String, string: &str) {
    text.push_str(&Json::from(string).to_string());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_come_back() {
        let deep = format!("{}[1]{}", "[{\"a\":".repeat(60), "}]".repeat(60));
        for json in [
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
            let mut deserializer = serde_json::Deserializer::from_str(json);
            deserializer.disable_recursion_limit();
            let value: Json = deserializer.into_iter().next().unwrap().unwrap();
            let mut text = String::new();
            write(&mut text, &AnyValue { value: any_value(value.clone()) });
            assert_eq!(text, value.to_string());
        }
    }
}
