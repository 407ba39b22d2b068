//! The JSON object of a difference.

use serde_core::ser::{Serialize, SerializeMap, Serializer};

use super::Change;
use super::compare::{Seen, TokenChange};
use crate::describe::Fidelity;
use crate::describe::form::{
    HexObject, OccurrenceForm, Shown, SsidForm, TableForm, TimeForm, TokensForm, ValueForm,
};
use crate::ems::HeaderValue;

impl Serialize for Change<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_map(None)?;
        object.serialize_entry("change", self.kind().name())?;
        object.serialize_entry("ssid", &SsidForm(self.described().site(), self.ssid()))?;
        if let Some(number) = self.number() {
            object.serialize_entry("number", &number)?;
        }
        if let Some(name) = self.name() {
            object.serialize_entry("name", name)?;
        }
        if let Some(subject) = self.subject() {
            object.serialize_entry("subject", &subject)?;
        }
        let (a, b) = self.offsets();
        for (key, offset) in [("a_offset", a), ("b_offset", b)] {
            if let Some(offset) = offset {
                object.serialize_entry(key, &offset)?;
            }
        }
        object.serialize_entry("tokens", self.tokens())?;
        object.end()
    }
}

impl Serialize for TokenChange<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_map(None)?;
        if let Some(name) = self.name() {
            object.serialize_entry("name", name)?;
        }
        if let Some(code) = self.code() {
            object.serialize_entry("code", &Shown(format_args!("{code:X}")))?;
        }
        for (key, text) in [("list", self.list()), ("field", self.field())] {
            if !text.is_empty() {
                object.serialize_entry(key, text)?;
            }
        }
        if self.occurrence() > 1 {
            object.serialize_entry("occurrence", &self.occurrence())?;
        }
        for (key, label_key, seen) in [("a", "a_label", self.a()), ("b", "b_label", self.b())] {
            let Some(seen) = seen else { continue };
            object.serialize_entry(key, seen)?;
            if let Some(label) = seen.label() {
                object.serialize_entry(label_key, label)?;
            }
        }
        object.end()
    }
}

/// As in the JSON form of events; a list that is in one event only is the array of its tokens.
impl Serialize for Seen<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Header(item) => match item.value() {
                HeaderValue::Number(number) => serializer.serialize_i64(number),
                HeaderValue::Boolean(value) => serializer.serialize_bool(value),
                HeaderValue::Timestamp(time) => TimeForm(time).serialize(serializer),
                _ => serializer.collect_str(item),
            },
            Self::Token(item) => match item.tokens() {
                Some(tokens) => TokensForm::new(tokens).serialize(serializer),
                None if item.values().is_some() => TableForm(*item).serialize(serializer),
                None if item.fidelity() == Fidelity::None => HexObject(item.bytes()).serialize(serializer),
                None => ValueForm(*item).serialize(serializer),
            },
            Self::Field(field, place, item) => {
                OccurrenceForm(item.site(), field, place.clone()).serialize(serializer)
            }
            Self::Bytes(bytes) => HexObject(bytes).serialize(serializer),
        }
    }
}
