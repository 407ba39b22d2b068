//! The value of a structure as an object of its fields, both ways.
//!
//! A group is an object, an item that occurs several times an array, a redefinition is left out: the item it redefines says
//! the same. Only a structure all of whose bytes lie in fields has this form.

use super::emit::{self, Items};
use super::parse::{ParseValue, hex_of, integer};
use super::write::{Fidelity, Writer, printable};
use crate::dictionary::{Dictionary, Field, FieldType, FieldValue, Structure, Tacl};
use crate::spi::{Flt, Flt2};

/// A field that redefines nothing, and the fields in it.
struct Node<'d> {
    field: Field<'d>,
    name: &'d str,
    inside: Vec<Node<'d>>,
}

/// The outermost items of a structure, if together they cover every bit of it.
fn items<'d>(def: &Structure<'d>) -> Option<Vec<Node<'d>>> {
    let fields: Vec<_> = def.fields().collect();
    let mut rest = &fields[..];
    let nodes = nodes(&mut rest, "");
    (bits(&nodes) == u64::from(def.len()) * 8).then_some(nodes)
}

/// The fields directly in the group `group`, in whose order they stand at the front of `rest`. DDL levels bound the depth.
fn nodes<'d>(rest: &mut &[Field<'d>], group: &str) -> Vec<Node<'d>> {
    let mut found = Vec::new();
    while let Some((field, behind)) = rest.split_first() {
        let inside_group = if group.is_empty() {
            Some(field.name())
        } else {
            field.name().strip_prefix(group).and_then(|name| name.strip_prefix('.'))
        };
        let Some(name) = inside_group else { break };
        *rest = behind;
        let inside = nodes(rest, field.name());
        if field.redefines().is_none() {
            found.push(Node { field: *field, name, inside });
        }
    }
    found
}

fn bits(nodes: &[Node<'_>]) -> u64 {
    let bits_of = |node: &Node<'_>| match (node.field.bit(), node.field.is_group()) {
        (Some((first, last)), _) => u64::from(last - first) + 1,
        (None, true) if u64::from(node.field.len()) * 8 == bits(&node.inside) => {
            u64::from(node.field.len()) * 8
        }
        (None, true) => 0,
        (None, false) => u64::from(node.field.len()) * 8,
    };
    nodes
        .iter()
        .map(|node| {
            let is_dense = node.field.count() <= 1 || node.field.stride() == node.field.len();
            if is_dense { bits_of(node) * u64::from(node.field.count().max(1)) } else { 0 }
        })
        .sum()
}

/// Writes the object of a structure; `false`, and nothing useful in `text`, if the definition does not cover the bytes.
pub(super) fn write(text: &mut String, def: &Structure<'_>, bytes: &[u8], writer: &Writer<'_>) -> bool {
    let Some(nodes) = items(def).filter(|_| u32::try_from(bytes.len()) == Ok(def.len())) else {
        return false;
    };
    write_nodes(text, &nodes, bytes, 0, writer);
    true
}

fn write_nodes(text: &mut String, nodes: &[Node<'_>], bytes: &[u8], shift: usize, writer: &Writer<'_>) {
    let mut object = Items::object(text);
    for node in nodes {
        let text = object.key(node.name);
        if node.field.count() <= 1 {
            write_node(text, node, bytes, shift, writer);
            continue;
        }
        let mut array = Items::array(text);
        for at in occurrences(node) {
            write_node(array.item(), node, bytes, shift + at, writer);
        }
        array.end();
    }
    object.end();
}

/// Where each occurrence begins, counted from the first.
fn occurrences(node: &Node<'_>) -> impl Iterator<Item = usize> {
    let stride = usize::try_from(node.field.stride()).unwrap_or(0);
    (0..usize::try_from(node.field.count()).unwrap_or(0)).map(move |at| at * stride)
}

fn write_node(text: &mut String, node: &Node<'_>, bytes: &[u8], shift: usize, writer: &Writer<'_>) {
    if node.field.is_group() {
        return write_nodes(text, &node.inside, bytes, shift, writer);
    }
    let bytes = place(node, shift).and_then(|place| bytes.get(place)).unwrap_or_default();
    let before = text.len();
    if !write_item(text, &node.field, bytes, writer) {
        text.truncate(before);
        let mut object = Items::object(text);
        object.hex("hex", bytes);
        object.end();
    }
}

fn place(node: &Node<'_>, shift: usize) -> Option<core::ops::Range<usize>> {
    let start = usize::try_from(node.field.offset()).ok()?.checked_add(shift)?;
    Some(start..start.checked_add(usize::try_from(node.field.len()).ok()?)?)
}

fn write_item(text: &mut String, field: &Field<'_>, bytes: &[u8], writer: &Writer<'_>) -> bool {
    if field.field_type() == FieldType::NumericDisplay {
        return write_text(text, bytes);
    }
    match field.read(bytes) {
        FieldValue::Text(value) => return write_text(text, value),
        FieldValue::Number(number) | FieldValue::Decimal { value: number, .. }
            if field.field_type() != FieldType::PackedDecimal =>
        {
            emit::plain(text, number);
        }
        FieldValue::Logical(0) => text.push_str("false"),
        FieldValue::Logical(-1) => text.push_str("true"),
        FieldValue::Value(value) => return writer.value_of(text, None, &value) == Fidelity::Exact,
        _ => return false,
    }
    true
}

fn write_text(text: &mut String, bytes: &[u8]) -> bool {
    let value = printable(bytes);
    value.inspect(|value| emit::escaped(text, value)).is_some()
}

/// The bytes of a structure given as an object.
pub(super) fn read(
    value: &serde_json::Value,
    def: &Structure<'_>,
    dictionary: &Dictionary,
) -> Result<Vec<u8>, ParseValue> {
    let nodes = items(def).ok_or(ParseValue::Uncovered)?;
    let mut bytes = vec![0; usize::try_from(def.len()).map_err(|_| ParseValue::Uncovered)?];
    read_nodes(value, &nodes, &mut bytes, 0, dictionary)?;
    Ok(bytes)
}

fn read_nodes(
    value: &serde_json::Value,
    nodes: &[Node<'_>],
    bytes: &mut [u8],
    shift: usize,
    dictionary: &Dictionary,
) -> Result<(), ParseValue> {
    let object = value.as_object().ok_or(ParseValue::Type("an object of fields"))?;
    if let Some(unknown) = object.keys().find(|key| !nodes.iter().any(|node| node.name == key.as_str())) {
        return Err(ParseValue::Field(unknown.clone(), "is no field of the structure"));
    }
    for node in nodes {
        let value = object.get(node.name);
        let value = value.ok_or_else(|| ParseValue::Field(node.name.into(), "is missing"))?;
        if node.field.count() <= 1 {
            read_node(value, node, bytes, shift, dictionary)?;
            continue;
        }
        let count = usize::try_from(node.field.count()).unwrap_or(usize::MAX);
        let values = value.as_array().filter(|values| values.len() == count);
        let values = values
            .ok_or_else(|| ParseValue::Field(node.name.into(), "needs an array of as many as it occurs"))?;
        for (value, at) in values.iter().zip(occurrences(node)) {
            read_node(value, node, bytes, shift + at, dictionary)?;
        }
    }
    Ok(())
}

fn read_node(
    value: &serde_json::Value,
    node: &Node<'_>,
    bytes: &mut [u8],
    shift: usize,
    dictionary: &Dictionary,
) -> Result<(), ParseValue> {
    if node.field.is_group() {
        return read_nodes(value, &node.inside, bytes, shift, dictionary);
    }
    let len = usize::try_from(node.field.len()).unwrap_or(usize::MAX);
    let place = place(node, shift).and_then(|place| bytes.get_mut(place)).ok_or(ParseValue::Uncovered)?;
    let named = |problem: ParseValue| problem.inside(node.name);
    if let Some((first, last)) = node.field.bit() {
        let unsigned = matches!(node.field.field_type(), FieldType::Bit { unsigned: true, .. });
        return put_bits(place, value, first, last, unsigned).map_err(named);
    }
    let read = match hex_of(value) {
        Some(hex) => hex?,
        None => read_item(value, &node.field, len, dictionary).map_err(named)?,
    };
    if read.len() != len {
        return Err(ParseValue::Field(node.name.into(), "has not the length of its field"));
    }
    place.copy_from_slice(&read);
    Ok(())
}

fn read_item(
    value: &serde_json::Value,
    field: &Field<'_>,
    len: usize,
    dictionary: &Dictionary,
) -> Result<Vec<u8>, ParseValue> {
    let sized = |number: i128, unsigned: bool| {
        let bits = u32::try_from(len * 8).unwrap_or(u32::MAX);
        let range = if unsigned { 0..=(1 << bits) - 1 } else { -(1 << (bits - 1))..=(1 << (bits - 1)) - 1 };
        let number = if range.contains(&number) { Ok(number) } else { Err(ParseValue::Range) };
        number.map(|number| number.to_be_bytes()[16 - len..].to_vec())
    };
    match field.field_type() {
        FieldType::Character | FieldType::NumericDisplay => {
            let text = value.as_str().ok_or(ParseValue::Type("text"))?;
            if text.len() > len {
                return Err(ParseValue::TooLong(len));
            }
            let mut bytes = text.as_bytes().to_vec();
            bytes.resize(len, b' ');
            Ok(bytes)
        }
        FieldType::Binary { unsigned, .. } => sized(integer(value)?, unsigned),
        FieldType::Enum | FieldType::Tacl(Tacl::Enum) => {
            let labelled = value.as_str().zip(field.enumeration()).and_then(|(name, e)| e.value_named(name));
            sized(labelled.map_or_else(|| integer(value), |number| Ok(i128::from(number)))?, false)
        }
        FieldType::Logical(_) => {
            sized(if value.as_bool().ok_or(ParseValue::Type("true or false"))? { -1 } else { 0 }, false)
        }
        FieldType::Float(bits) => {
            let real = value.as_f64().ok_or(ParseValue::Type("a number"))?;
            let out_of_range = |_| ParseValue::Range;
            Ok(match bits {
                32 => Flt::try_from(real).map_err(out_of_range)?.to_bits().to_be_bytes().to_vec(),
                _ => Flt2::try_from(real).map_err(out_of_range)?.to_bits().to_be_bytes().to_vec(),
            })
        }
        FieldType::Tacl(tacl) => super::parse::element(value, tacl.kind(), None, dictionary),
        _ => Err(ParseValue::Type("an object with \"hex\"")),
    }
}

fn put_bits(
    place: &mut [u8],
    value: &serde_json::Value,
    first: u8,
    last: u8,
    unsigned: bool,
) -> Result<(), ParseValue> {
    let width = u32::from(last.saturating_sub(first)) + 1;
    let number = integer(value)?;
    let range = if unsigned { 0..=(1 << width) - 1 } else { -(1 << (width - 1))..=(1 << (width - 1)) - 1 };
    let word = place.first_chunk_mut::<2>().filter(|_| range.contains(&number)).ok_or(ParseValue::Range)?;
    let bits =
        u16::try_from(number & ((1 << width) - 1)).map_err(|_| ParseValue::Range)? << (15 - last.min(15));
    *word = (u16::from_be_bytes(*word) | bits).to_be_bytes();
    Ok(())
}
