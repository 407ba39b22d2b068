//! The messages of the protocol, read from JSON in one pass.
//!
//! The crate of the messages can do that too; but it copies a value before it looks what is in it, at every level of values
//! inside each other. The parser bounds how deep they nest.

use core::fmt;
use core::marker::PhantomData;

use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::common::v1::{
    AnyValue, ArrayValue, InstrumentationScope, KeyValue, KeyValueList,
};
use opentelemetry_proto::tonic::logs::v1::{LogRecord, ResourceLogs, ScopeLogs};
use opentelemetry_proto::tonic::resource::v1::Resource;
use serde_core::de::value::MapDeserializer;
use serde_core::de::{Deserialize, Deserializer, Error, IgnoredAny, MapAccess, Visitor};
use std::borrow::Cow;

pub(super) fn request(text: &str) -> Result<ExportLogsServiceRequest, serde_json::Error> {
    serde_json::from_str(text).map(|Object(request)| request)
}

/// What is an object in JSON.
trait Message: Default {
    /// The member that must be there.
    const NEEDED: Option<&'static str> = None;

    /// Takes the value of a member, in any case.
    fn member<'de, M: MapAccess<'de>>(&mut self, key: &str, value: Member<'_, M>) -> Result<(), M::Error>;
}

impl Message for ExportLogsServiceRequest {
    fn member<'de, M: MapAccess<'de>>(&mut self, key: &str, value: Member<'_, M>) -> Result<(), M::Error> {
        match key {
            "resourceLogs" => self.resource_logs = value.messages()?,
            _ => value.ignore()?,
        }
        Ok(())
    }
}

impl Message for ResourceLogs {
    fn member<'de, M: MapAccess<'de>>(&mut self, key: &str, value: Member<'_, M>) -> Result<(), M::Error> {
        match key {
            "resource" => self.resource = value.message()?,
            "scopeLogs" => self.scope_logs = value.messages()?,
            "schemaUrl" => self.schema_url = value.take()?,
            _ => value.ignore()?,
        }
        Ok(())
    }
}

impl Message for Resource {
    fn member<'de, M: MapAccess<'de>>(&mut self, key: &str, value: Member<'_, M>) -> Result<(), M::Error> {
        match key {
            "attributes" => self.attributes = value.messages()?,
            "droppedAttributesCount" => self.dropped_attributes_count = value.integer()?,
            "entityRefs" => self.entity_refs = value.take()?,
            _ => value.ignore()?,
        }
        Ok(())
    }
}

impl Message for ScopeLogs {
    fn member<'de, M: MapAccess<'de>>(&mut self, key: &str, value: Member<'_, M>) -> Result<(), M::Error> {
        match key {
            "scope" => self.scope = value.message()?,
            "logRecords" => self.log_records = value.messages()?,
            "schemaUrl" => self.schema_url = value.take()?,
            _ => value.ignore()?,
        }
        Ok(())
    }
}

impl Message for InstrumentationScope {
    fn member<'de, M: MapAccess<'de>>(&mut self, key: &str, value: Member<'_, M>) -> Result<(), M::Error> {
        match key {
            "name" => self.name = value.take()?,
            "version" => self.version = value.take()?,
            "attributes" => self.attributes = value.messages()?,
            "droppedAttributesCount" => self.dropped_attributes_count = value.integer()?,
            _ => value.ignore()?,
        }
        Ok(())
    }
}

impl Message for LogRecord {
    fn member<'de, M: MapAccess<'de>>(&mut self, key: &str, value: Member<'_, M>) -> Result<(), M::Error> {
        match key {
            "timeUnixNano" => self.time_unix_nano = value.integer()?,
            "observedTimeUnixNano" => self.observed_time_unix_nano = value.integer()?,
            "severityNumber" => self.severity_number = value.integer()?,
            "severityText" => self.severity_text = value.take()?,
            "body" => self.body = value.message()?,
            "attributes" => self.attributes = value.messages()?,
            "droppedAttributesCount" => self.dropped_attributes_count = value.integer()?,
            "flags" => self.flags = value.integer()?,
            "traceId" => self.trace_id = value.text_of::<Self>("traceId")?.trace_id,
            "spanId" => self.span_id = value.text_of::<Self>("spanId")?.span_id,
            "eventName" => self.event_name = value.take()?,
            _ => value.ignore()?,
        }
        Ok(())
    }
}

impl Message for KeyValue {
    const NEEDED: Option<&'static str> = Some("key");

    fn member<'de, M: MapAccess<'de>>(&mut self, key: &str, value: Member<'_, M>) -> Result<(), M::Error> {
        match key {
            "key" => self.key = value.0.next_value()?,
            "value" => self.value = value.message()?,
            "keyStrindex" => self.key_strindex = value.integer()?,
            _ => value.ignore()?,
        }
        Ok(())
    }
}

impl Message for AnyValue {
    fn member<'de, M: MapAccess<'de>>(&mut self, key: &str, value: Member<'_, M>) -> Result<(), M::Error> {
        let read = match key {
            "stringValue" => value.optional()?.map(Value::StringValue),
            "boolValue" => value.optional()?.map(Value::BoolValue),
            "intValue" => value.optional()?.map(|Integer(integer)| Value::IntValue(integer)),
            "doubleValue" => value.optional()?.map(|Real(real)| Value::DoubleValue(real)),
            "arrayValue" => value.message()?.map(Value::ArrayValue),
            "kvlistValue" => value.message()?.map(Value::KvlistValue),
            "bytesValue" => value.text_of::<Self>("bytesValue")?.value,
            "stringValueStrindex" => {
                value.optional()?.map(|Integer(index)| Value::StringValueStrindex(index))
            }
            _ => return value.ignore(),
        };
        self.value = read.or(self.value.take());
        Ok(())
    }
}

impl Message for ArrayValue {
    fn member<'de, M: MapAccess<'de>>(&mut self, key: &str, value: Member<'_, M>) -> Result<(), M::Error> {
        match key {
            "values" => self.values = value.messages()?,
            _ => value.ignore()?,
        }
        Ok(())
    }
}

impl Message for KeyValueList {
    fn member<'de, M: MapAccess<'de>>(&mut self, key: &str, value: Member<'_, M>) -> Result<(), M::Error> {
        match key {
            "values" => self.values = value.messages()?,
            _ => value.ignore()?,
        }
        Ok(())
    }
}

/// The value of a member that is being read. `null` is as if the member were not there.
struct Member<'m, M>(&'m mut M);

impl<'de, M: MapAccess<'de>> Member<'_, M> {
    fn optional<T: Deserialize<'de>>(self) -> Result<Option<T>, M::Error> {
        self.0.next_value()
    }

    fn take<T: Deserialize<'de> + Default>(self) -> Result<T, M::Error> {
        Ok(self.optional()?.unwrap_or_default())
    }

    fn integer<T: TryFrom<i128> + Default>(self) -> Result<T, M::Error> {
        Ok(self.optional()?.map_or_else(T::default, |Integer(integer)| integer))
    }

    fn message<T: Message>(self) -> Result<Option<T>, M::Error> {
        Ok(self.optional()?.map(|Object(message)| message))
    }

    fn messages<T: Message>(self) -> Result<Vec<T>, M::Error> {
        let messages: Vec<Object<T>> = self.take()?;
        Ok(messages.into_iter().map(|Object(message)| message).collect())
    }

    /// A message with this member, bytes as text: those the crate of the messages decodes.
    fn text_of<T: Deserialize<'de> + Default>(self, key: &'static str) -> Result<T, M::Error> {
        let Some(text) = self.optional::<String>()? else { return Ok(T::default()) };
        T::deserialize(MapDeserializer::new(core::iter::once((key, text))))
    }

    fn ignore(self) -> Result<(), M::Error> {
        self.0.next_value::<IgnoredAny>().map(drop)
    }
}

struct Object<T>(T);

impl<'de, T: Message> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ObjectVisitor(PhantomData)).map(Self)
    }
}

struct ObjectVisitor<T>(PhantomData<T>);

impl<'de, T: Message> Visitor<'de> for ObjectVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<T, M::Error> {
        let mut message = T::default();
        let mut needed = T::NEEDED;
        while let Some(Key(key)) = map.next_key()? {
            needed = needed.filter(|needed| *needed != key);
            message.member(&key, Member(&mut map))?;
        }
        needed.map_or(Ok(message), |needed| Err(Error::missing_field(needed)))
    }
}

/// A key, which is not copied if nothing in it is escaped.
struct Key<'de>(Cow<'de, str>);

impl<'de> Deserialize<'de> for Key<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(KeyVisitor)
    }
}

struct KeyVisitor;

impl<'de> Visitor<'de> for KeyVisitor {
    type Value = Key<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_borrowed_str<E: Error>(self, key: &'de str) -> Result<Key<'de>, E> {
        Ok(Key(Cow::Borrowed(key)))
    }

    fn visit_str<E: Error>(self, key: &str) -> Result<Key<'de>, E> {
        Ok(Key(Cow::Owned(key.to_owned())))
    }
}

/// An integer, as number or as text.
struct Integer<T>(T);

impl<'de, T: TryFrom<i128>> Deserialize<'de> for Integer<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let integer = deserializer.deserialize_any(IntegerVisitor)?;
        let in_range = T::try_from(integer).map(Self);
        in_range.map_err(|_| D::Error::custom(format_args!("{integer} is out of range")))
    }
}

struct IntegerVisitor;

impl Visitor<'_> for IntegerVisitor {
    type Value = i128;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an integer, or text that is one")
    }

    fn visit_u64<E: Error>(self, integer: u64) -> Result<i128, E> {
        Ok(integer.into())
    }

    fn visit_i64<E: Error>(self, integer: i64) -> Result<i128, E> {
        Ok(integer.into())
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<i128, E> {
        text.parse().map_err(E::custom)
    }
}

/// A real number, as number or as text: `NaN` and `Infinity` are text.
struct Real(f64);

impl<'de> Deserialize<'de> for Real {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(RealVisitor).map(Self)
    }
}

struct RealVisitor;

impl Visitor<'_> for RealVisitor {
    type Value = f64;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number, or text that is one")
    }

    fn visit_f64<E: Error>(self, real: f64) -> Result<f64, E> {
        Ok(real)
    }

    fn visit_u64<E: Error>(self, integer: u64) -> Result<f64, E> {
        Ok(integer as f64)
    }

    fn visit_i64<E: Error>(self, integer: i64) -> Result<f64, E> {
        Ok(integer as f64)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<f64, E> {
        text.parse().map_err(E::custom)
    }
}
