//! The values of a line of JSON, one after the other in one vector: a value takes 24 bytes, whatever is in it, and text without
//! escapes is not copied. A map for each object would take many times the text.

use core::fmt;

use serde_core::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use super::JsonError;
use super::read::{fault, wrong};

/// Objects and arrays inside each other: 64 lists take two each, and a value in the innermost a few more.
const MAX_NESTING: usize = 256;

/// The values of a document: each before what is in it, a key before its value.
#[derive(Debug, Default)]
pub(crate) struct Tree<'l> {
    nodes: Vec<Node<'l>>,
}

#[derive(Debug)]
pub(crate) enum Node<'l> {
    Null,
    Boolean(bool),
    Signed(i64),
    Unsigned(u64),
    Real(f64),
    Text(&'l str),
    Owned(Box<str>),
    /// How many elements, and how many nodes with its own.
    Array(u32, u32),
    /// How many members, and how many nodes with its own.
    Object(u32, u32),
}

impl<'l> Tree<'l> {
    #[cfg(feature = "otlp")]
    pub(crate) fn with_capacity(values: usize) -> Self {
        Self { nodes: Vec::with_capacity(values) }
    }

    /// The only value of a line.
    pub(crate) fn parse(line: &'l str) -> Result<Self, JsonError> {
        let mut tree = Self::default();
        tree.add_json(line)?;
        Ok(tree)
    }

    /// Adds the only value of a line.
    pub(crate) fn add_json(&mut self, line: &'l str) -> Result<(), JsonError> {
        let (deepest, values) = outline(line);
        // The parser's own bound on nesting is lower than 64 lists need.
        if deepest > MAX_NESTING {
            return Err(wrong(format!("more than {MAX_NESTING} objects and arrays are nested")));
        }
        self.nodes.reserve_exact(values);
        let mut deserializer = serde_json::Deserializer::from_str(line);
        deserializer.disable_recursion_limit();
        if line.trim_ascii().is_empty() {
            return Err(wrong("there is no JSON object"));
        }
        let before = self.nodes.len();
        let read = Values(self).deserialize(&mut deserializer).map_err(|error| wrong(fault(&error)));
        let read = read.and_then(|()| {
            deserializer.end().map_err(|_| wrong("something follows the JSON object on its line"))
        });
        read.inspect_err(|_| self.nodes.truncate(before))
    }

    pub(crate) fn add(&mut self, node: Node<'l>) {
        self.nodes.push(node);
    }

    /// Begins an array or object, which [`Self::end`] ends.
    pub(crate) fn begin(&mut self) -> usize {
        self.nodes.push(Node::Null);
        self.nodes.len() - 1
    }

    /// Ends the array or object that begins at `start`, with this many elements or members.
    pub(crate) fn end(&mut self, start: usize, len: usize, is_object: bool) {
        let [len, nodes] = [len, self.nodes.len() - start].map(|n| u32::try_from(n).unwrap_or(u32::MAX));
        if let Some(node) = self.nodes.get_mut(start) {
            *node = if is_object { Node::Object(len, nodes) } else { Node::Array(len, nodes) };
        }
    }

    /// The first value.
    pub(crate) fn root(&self) -> Json<'_> {
        Json(&self.nodes)
    }
}

/// How deep objects and arrays are nested, and at most how many values and keys there are.
fn outline(line: &str) -> (usize, usize) {
    let (mut depth, mut deepest, mut in_text, mut is_escaped) = (0_usize, 0, false, false);
    let mut values = 1_usize;
    for byte in line.bytes() {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' if in_text => is_escaped = true,
            b'"' => in_text = !in_text,
            b'{' | b'[' if !in_text => {
                values += 1;
                depth += 1;
                deepest = deepest.max(depth);
            }
            b'}' | b']' if !in_text => depth = depth.saturating_sub(1),
            b',' | b':' if !in_text => values += 1,
            _ => {}
        }
    }
    (deepest, values)
}

/// A value: its node and those after it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Json<'t>(&'t [Node<'t>]);

impl<'t> Json<'t> {
    /// The number of nodes of the value, those in it included.
    fn size(self) -> usize {
        match self.0.first() {
            Some(Node::Array(_, nodes) | Node::Object(_, nodes)) => {
                usize::try_from(*nodes).unwrap_or(usize::MAX)
            }
            _ => 1,
        }
    }

    pub(crate) fn is_null(self) -> bool {
        matches!(self.0.first(), Some(Node::Null) | None)
    }

    pub(crate) fn as_str(self) -> Option<&'t str> {
        match self.0.first()? {
            Node::Text(text) => Some(text),
            Node::Owned(text) => Some(text),
            _ => None,
        }
    }

    pub(crate) fn as_bool(self) -> Option<bool> {
        match self.0.first()? {
            Node::Boolean(boolean) => Some(*boolean),
            _ => None,
        }
    }

    /// A whole number.
    pub(crate) fn as_integer(self) -> Option<i128> {
        match self.0.first()? {
            Node::Signed(number) => Some((*number).into()),
            Node::Unsigned(number) => Some((*number).into()),
            _ => None,
        }
    }

    pub(crate) fn as_real(self) -> Option<f64> {
        match self.0.first()? {
            Node::Real(number) => Some(*number),
            Node::Signed(number) => Some(*number as f64),
            Node::Unsigned(number) => Some(*number as f64),
            _ => None,
        }
    }

    pub(crate) fn as_array(self) -> Option<Elements<'t>> {
        match self.0.split_first()? {
            (Node::Array(len, _), rest) => Some(Elements { left: *len, rest }),
            _ => None,
        }
    }

    pub(crate) fn as_object(self) -> Option<Object<'t>> {
        match self.0.split_first()? {
            (Node::Object(len, _), rest) => Some(Object { len: *len, rest }),
            _ => None,
        }
    }

    /// The member of an object.
    pub(crate) fn get(self, key: &str) -> Option<Self> {
        self.as_object()?.get(key)
    }
}

/// The elements of an array.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Elements<'t> {
    left: u32,
    rest: &'t [Node<'t>],
}

impl Elements<'_> {
    pub(crate) fn len(self) -> usize {
        usize::try_from(self.left).unwrap_or(usize::MAX)
    }
}

impl<'t> Iterator for Elements<'t> {
    type Item = Json<'t>;

    fn next(&mut self) -> Option<Json<'t>> {
        self.left = self.left.checked_sub(1)?;
        let value = Json(self.rest);
        self.rest = self.rest.get(value.size()..).unwrap_or_default();
        Some(value)
    }
}

/// An object.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Object<'t> {
    len: u32,
    rest: &'t [Node<'t>],
}

impl<'t> Object<'t> {
    /// Keys and values in the order they are written.
    pub(crate) fn members(self) -> impl Iterator<Item = (&'t str, Json<'t>)> {
        let mut parts = Elements { left: self.len.saturating_mul(2), rest: self.rest };
        core::iter::from_fn(move || {
            let key = parts.next()?.as_str()?;
            Some((key, parts.next()?))
        })
    }

    pub(crate) fn keys(self) -> impl Iterator<Item = &'t str> {
        self.members().map(|(key, _)| key)
    }

    /// The value of a key: the last, if it is written several times.
    pub(crate) fn get(self, key: &str) -> Option<Json<'t>> {
        self.members().filter(|(known, _)| *known == key).last().map(|(_, value)| value)
    }

    /// Keys and values in the order of the keys, each key once: for an object of which many keys are looked up.
    pub(crate) fn sorted(self) -> Vec<(&'t str, Json<'t>)> {
        let mut members = Vec::with_capacity(usize::try_from(self.len).unwrap_or(0));
        members.extend(self.members());
        // The last value of a key comes first.
        members.reverse();
        members.sort_by_key(|(key, _)| *key);
        members.dedup_by_key(|(key, _)| *key);
        members
    }
}

/// Reads a value into the tree.
struct Values<'t, 'l>(&'t mut Tree<'l>);

impl<'l> DeserializeSeed<'l> for Values<'_, 'l> {
    type Value = ();

    fn deserialize<D: Deserializer<'l>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'l> Visitor<'l> for Values<'_, 'l> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        self.0.add(Node::Null);
        Ok(())
    }

    fn visit_bool<E: Error>(self, boolean: bool) -> Result<(), E> {
        self.0.add(Node::Boolean(boolean));
        Ok(())
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<(), E> {
        self.0.add(Node::Signed(number));
        Ok(())
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<(), E> {
        self.0.add(Node::Unsigned(number));
        Ok(())
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<(), E> {
        self.0.add(Node::Real(number));
        Ok(())
    }

    fn visit_borrowed_str<E: Error>(self, text: &'l str) -> Result<(), E> {
        self.0.add(Node::Text(text));
        Ok(())
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<(), E> {
        self.0.add(Node::Owned(text.into()));
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'l>>(self, mut elements: A) -> Result<(), A::Error> {
        let start = self.0.begin();
        let mut len = 0;
        while elements.next_element_seed(Values(self.0))?.is_some() {
            len += 1;
        }
        self.0.end(start, len, false);
        Ok(())
    }

    fn visit_map<A: MapAccess<'l>>(self, mut members: A) -> Result<(), A::Error> {
        let start = self.0.begin();
        let mut len = 0;
        while members.next_key_seed(Values(self.0))?.is_some() {
            members.next_value_seed(Values(self.0))?;
            len += 1;
        }
        self.0.end(start, len, true);
        Ok(())
    }
}
