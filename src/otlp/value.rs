//! JSON values as the values of attributes, and back.

use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::common::v1::{AnyValue, ArrayValue, KeyValue, KeyValueList};
use serde_core::{Serialize, Serializer};
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

/// A value as JSON. What JSON has no form for is `null`; bytes are hexadecimal digits.
pub(super) struct AsJson<'v> {
    value: Option<&'v Value>,
    /// How much deeper values may be nested.
    room: usize,
}

impl<'v> AsJson<'v> {
    pub(super) fn new(value: Option<&'v AnyValue>) -> Self {
        Self { value: value.and_then(|value| value.value.as_ref()), room: MAX_READ }
    }

    fn inside(&self, value: Option<&'v AnyValue>) -> Self {
        let room = self.room.saturating_sub(1);
        Self { value: value.and_then(|value| value.value.as_ref()).filter(|_| room > 0), room }
    }
}

impl Serialize for AsJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.value {
            None | Some(Value::StringValueStrindex(_)) => serializer.serialize_unit(),
            Some(Value::BoolValue(boolean)) => serializer.serialize_bool(*boolean),
            Some(Value::IntValue(integer)) => serializer.serialize_i64(*integer),
            Some(Value::DoubleValue(real)) => serializer.serialize_f64(*real),
            Some(Value::StringValue(text)) => serializer.serialize_str(text),
            Some(Value::BytesValue(bytes)) => {
                let digits: String = bytes.iter().map(|byte| format!("{byte:02X}")).collect();
                serializer.serialize_str(&digits)
            }
            Some(Value::ArrayValue(array)) => {
                serializer.collect_seq(array.values.iter().map(|value| self.inside(Some(value))))
            }
            Some(Value::KvlistValue(list)) => match of_text(list) {
                Some(json) => json.serialize(serializer),
                None => {
                    let members = list.values.iter();
                    serializer
                        .collect_map(members.map(|member| (&member.key, self.inside(member.value.as_ref()))))
                }
            },
        }
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
            let any_value = AnyValue { value: any_value(value.clone()) };
            assert_eq!(serde_json::to_value(AsJson::new(Some(&any_value))).unwrap(), value);
            assert_eq!(serde_json::to_string(&AsJson::new(Some(&any_value))).unwrap(), value.to_string());
        }
    }
}
