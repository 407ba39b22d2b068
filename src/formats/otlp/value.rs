//! The values of attributes as JSON.

use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue, KeyValueList};
use serde_core::{Serialize, Serializer};
use serde_json::Value as Json;

use super::any::TEXT;

/// More than any decoder hands on.
const MAX_READ: usize = 256;

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
    if key == TEXT { crate::formats::json::value(text).ok() } else { None }
}
