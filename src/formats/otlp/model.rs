//! Messages of the protocol that have been read: what buffers are made of, and no more.

use core::fmt;

use serde_core::{Serialize, Serializer};
use serde_json::value::RawValue;

use crate::formats::json::{Node, Tree};

/// The resources of a request, their log records, and what they say.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Export {
    pub(super) resources: Vec<ResourceLogs>,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct ResourceLogs {
    pub(super) attributes: Vec<KeyValue>,
    pub(super) scopes: Vec<ScopeLogs>,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct ScopeLogs {
    pub(super) records: Vec<Record>,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Record {
    pub(super) time: u64,
    pub(super) observed: u64,
    pub(super) severity_number: i32,
    pub(super) severity_text: String,
    pub(super) event_name: String,
    pub(super) trace: Option<Box<Trace>>,
    pub(super) body: AnyValue,
    pub(super) attributes: Vec<KeyValue>,
}

impl Record {
    /// Keeps an identifier, if there is one.
    pub(super) fn set_trace(&mut self, id: String, place: fn(&mut Trace) -> &mut String) {
        if !id.is_empty() {
            *place(self.trace.get_or_insert_default()) = id;
        }
    }
}

/// The request that a record belongs to, in hexadecimal digits.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Trace {
    pub(super) trace_id: String,
    pub(super) span_id: String,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct KeyValue {
    pub(super) key: String,
    pub(super) value: AnyValue,
}

/// The value of an attribute or body of a log record (`opentelemetry.proto.common.v1.AnyValue`).
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub enum AnyValue {
    /// No value.
    #[default]
    Empty,
    /// Text.
    Text(String),
    /// True or false.
    Bool(bool),
    /// An integer.
    Int(i64),
    /// A real number.
    Double(f64),
    /// Bytes.
    Bytes(Vec<u8>),
    /// Values in order.
    Array(Vec<Self>),
    /// Keys and values in order; a key may occur more than once.
    Map(Vec<(String, Self)>),
}

/// Values nested deeper are `null`: more than any decoder hands on.
pub(super) const MAX_READ: usize = 256;

/// The JSON text of the value. Numbers without a JSON form are `null`; bytes are hexadecimal digits.
impl fmt::Display for AnyValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&serde_json::to_string(&AsJson::new(self)).map_err(|_| fmt::Error)?)
    }
}

/// A value as JSON.
pub(super) struct AsJson<'v> {
    value: &'v AnyValue,
    /// How much deeper values may be nested.
    levels: usize,
}

impl<'v> AsJson<'v> {
    pub(super) const fn new(value: &'v AnyValue) -> Self {
        Self { value, levels: MAX_READ }
    }

    fn inside(&self, value: &'v AnyValue) -> Self {
        let levels = self.levels.saturating_sub(1);
        Self { value: if levels > 0 { value } else { &AnyValue::Empty }, levels }
    }
}

impl Serialize for AsJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.value {
            AnyValue::Empty => serializer.serialize_unit(),
            AnyValue::Text(text) => serializer.serialize_str(text),
            AnyValue::Bool(boolean) => serializer.serialize_bool(*boolean),
            AnyValue::Int(integer) => serializer.serialize_i64(*integer),
            AnyValue::Double(real) => serializer.serialize_f64(*real),
            AnyValue::Bytes(bytes) => serializer.collect_str(&crate::describe::Hex(bytes)),
            AnyValue::Array(values) => serializer.collect_seq(values.iter().map(|value| self.inside(value))),
            AnyValue::Map(members) => match of_text(members).and_then(|text| serde_json::from_str(text).ok())
            {
                Some(json) => <&RawValue as Serialize>::serialize(&json, serializer),
                None => serializer.collect_map(members.iter().map(|(key, value)| (key, self.inside(value)))),
            },
        }
    }
}

impl AnyValue {
    /// How many values and keys [`Self::add_to`] adds; a text that stands for a value counts as one.
    pub(super) fn nodes(&self, depth: usize) -> usize {
        let inside = depth.saturating_sub(1);
        1 + match self {
            Self::Array(values) if depth > 0 => values.iter().map(|value| value.nodes(inside)).sum(),
            Self::Map(members) if depth > 0 => members.iter().map(|(_, value)| 1 + value.nodes(inside)).sum(),
            _ => 0,
        }
    }

    /// Adds the value to a tree, as [`AsJson`] writes it, with values nested at most `depth` deep.
    pub(super) fn add_to<'v>(&'v self, tree: &mut Tree<'v>, depth: usize) {
        let inside = depth.saturating_sub(1);
        tree.add(match self {
            _ if depth == 0 => Node::Null,
            Self::Empty => Node::Null,
            Self::Text(text) => Node::Text(text),
            Self::Bool(boolean) => Node::Boolean(*boolean),
            Self::Int(integer) => Node::Signed(*integer),
            Self::Double(real) => Node::Real(*real),
            Self::Bytes(bytes) => Node::Owned(crate::describe::Hex(bytes).to_string().into()),
            Self::Array(values) => {
                let start = tree.begin();
                values.iter().for_each(|value| value.add_to(tree, inside));
                return tree.end(start, values.len(), false);
            }
            Self::Map(members) => {
                if of_text(members).is_some_and(|text| tree.add_json(text).is_ok()) {
                    return;
                }
                let start = tree.begin();
                for (key, value) in members {
                    tree.add(Node::Text(key));
                    value.add_to(tree, inside);
                }
                return tree.end(start, members.len(), true);
            }
        });
    }
}

/// The JSON text that a list stands for if it was nested too deep.
fn of_text(members: &[(String, AnyValue)]) -> Option<&str> {
    match members {
        [(key, AnyValue::Text(text))] if key == super::any::TEXT => Some(text),
        _ => None,
    }
}
