//! The messages of the protocol, read from JSON in one pass.
//!
//! Nothing is copied before it is known what it is. The parser bounds how deep values nest.

use core::fmt;
use core::marker::PhantomData;

use base64::Engine;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use serde_core::de::{Deserialize, Deserializer, Error, IgnoredAny, MapAccess, Visitor};
use std::borrow::Cow;

use super::model::{AnyValue, Export, KeyValue, Record, ResourceLogs, ScopeLogs};

pub(super) fn request(text: &str) -> Result<Export, serde_json::Error> {
    serde_json::from_str(text).map(|Object(request)| request)
}

/// With padding and without it.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// A JSON object.
trait Message: Default {
    /// The member that must be there.
    const NEEDED: Option<&'static str> = None;

    /// Takes the value of a member, in any case.
    fn member<'de, M: MapAccess<'de>>(&mut self, key: &str, value: Member<'_, M>) -> Result<(), M::Error>;
}

impl Message for Export {
    fn member<'de, M: MapAccess<'de>>(&mut self, key: &str, value: Member<'_, M>) -> Result<(), M::Error> {
        match key {
            "resourceLogs" => self.resources = value.messages()?,
            _ => value.ignore()?,
        }
        Ok(())
    }
}

impl Message for ResourceLogs {
    fn member<'de, M: MapAccess<'de>>(&mut self, key: &str, value: Member<'_, M>) -> Result<(), M::Error> {
        match key {
            "resource" => {
                self.attributes =
                    value.message()?.map(|Attributes(attributes)| attributes).unwrap_or_default();
            }
            "scopeLogs" => self.scopes = value.messages()?,
            _ => value.ignore()?,
        }
        Ok(())
    }
}

/// A resource.
#[derive(Default)]
struct Attributes(Vec<KeyValue>);

impl Message for Attributes {
    fn member<'de, M: MapAccess<'de>>(&mut self, key: &str, value: Member<'_, M>) -> Result<(), M::Error> {
        match key {
            "attributes" => self.0 = value.messages()?,
            _ => value.ignore()?,
        }
        Ok(())
    }
}

impl Message for ScopeLogs {
    fn member<'de, M: MapAccess<'de>>(&mut self, key: &str, value: Member<'_, M>) -> Result<(), M::Error> {
        match key {
            "logRecords" => self.records = value.messages()?,
            _ => value.ignore()?,
        }
        Ok(())
    }
}

impl Message for Record {
    fn member<'de, M: MapAccess<'de>>(&mut self, key: &str, value: Member<'_, M>) -> Result<(), M::Error> {
        match key {
            "timeUnixNano" => self.time = value.integer()?,
            "observedTimeUnixNano" => self.observed = value.integer()?,
            "severityNumber" => self.severity_number = value.integer()?,
            "severityText" => self.severity_text = value.take()?,
            "body" => self.body = value.message()?.unwrap_or_default(),
            "attributes" => self.attributes = value.messages()?,
            "eventName" => self.event_name = value.take()?,
            "traceId" => self.set_trace(value.take()?, |trace| &mut trace.trace_id),
            "spanId" => self.set_trace(value.take()?, |trace| &mut trace.span_id),
            // Not used, but a number that is out of range is a fault of the record.
            "flags" | "droppedAttributesCount" => value.integer::<u32>().map(drop)?,
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
            "value" => self.value = value.message()?.unwrap_or_default(),
            _ => value.ignore()?,
        }
        Ok(())
    }
}

impl Message for AnyValue {
    fn member<'de, M: MapAccess<'de>>(&mut self, key: &str, value: Member<'_, M>) -> Result<(), M::Error> {
        let read = match key {
            "stringValue" => value.optional()?.map(Self::Text),
            "boolValue" => value.optional()?.map(Self::Bool),
            "intValue" => value.optional()?.map(|Integer(integer)| Self::Int(integer)),
            "doubleValue" => value.optional()?.map(|Real(real)| Self::Double(real)),
            "arrayValue" => value.message()?.map(|Values(values)| Self::Array(values)),
            "kvlistValue" => value.message()?.map(|Members(members)| Self::Map(members)),
            "bytesValue" => value.optional()?.map(|Base64(bytes)| Self::Bytes(bytes)),
            _ => return value.ignore(),
        };
        if let Some(read) = read {
            *self = read;
        }
        Ok(())
    }
}

#[derive(Default)]
struct Values(Vec<AnyValue>);

impl Message for Values {
    fn member<'de, M: MapAccess<'de>>(&mut self, key: &str, value: Member<'_, M>) -> Result<(), M::Error> {
        match key {
            "values" => self.0 = value.messages()?,
            _ => value.ignore()?,
        }
        Ok(())
    }
}

#[derive(Default)]
struct Members(Vec<(String, AnyValue)>);

impl Message for Members {
    fn member<'de, M: MapAccess<'de>>(&mut self, key: &str, value: Member<'_, M>) -> Result<(), M::Error> {
        match key {
            "values" => {
                let members: Vec<KeyValue> = value.messages()?;
                self.0 = members.into_iter().map(|member| (member.key, member.value)).collect();
            }
            _ => value.ignore()?,
        }
        Ok(())
    }
}

/// Bytes as text, in either alphabet of base 64.
struct Base64(Vec<u8>);

impl<'de> Deserialize<'de> for Base64 {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?.replace('-', "+").replace('_', "/");
        BASE64.decode(text).map(Self).map_err(D::Error::custom)
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
