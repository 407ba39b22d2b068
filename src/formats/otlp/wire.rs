//! The two encodings of the protocol's messages: protobuf, and its JSON form.

use core::fmt::Display;

use crate::formats::json::writer::{push_integer, push_real, push_shown, push_str, push_unsigned};
use crate::formats::show;

/// An encoding of the protocol.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[allow(clippy::exhaustive_enums)]
pub enum Encoding {
    /// OTLP JSON: the form of OpenTelemetry's file exporter, and the body of a POST with the content type `application/json`.
    #[default]
    Json,
    /// Protobuf: the body of a POST with the content type `application/x-protobuf`.
    Protobuf,
}

/// A field of a message: its number in protobuf and its name in JSON.
#[derive(Clone, Copy, Debug)]
pub(super) struct Field {
    number: u8,
    name: &'static str,
}

impl Field {
    /// Numbers are below 16: tags have one byte.
    pub(super) const fn new(number: u8, name: &'static str) -> Self {
        Self { number, name }
    }
}

/// The wire types of protobuf that are used.
const VARINT: u8 = 0;
const FIXED64: u8 = 1;
const LENGTH: u8 = 2;

/// A message under construction at the end of `out`.
pub(super) struct Message<'o> {
    pub(super) out: &'o mut Vec<u8>,
    encoding: Encoding,
    /// Nothing is in the innermost object or array yet.
    is_first: bool,
}

/// Where the content of a message begins.
#[derive(Clone, Copy)]
#[must_use]
pub(super) struct Mark(usize);

impl<'o> Message<'o> {
    /// The fields of a message that has no frame of its own.
    pub(super) const fn new(out: &'o mut Vec<u8>, encoding: Encoding) -> Self {
        Self { out, encoding, is_first: true }
    }

    fn is_json(&self) -> bool {
        self.encoding == Encoding::Json
    }

    fn comma(&mut self) {
        if !core::mem::replace(&mut self.is_first, false) {
            self.out.push(b',');
        }
    }

    /// `"name":` or the tag.
    fn begin(&mut self, field: Field, wire_type: u8) {
        if self.is_json() {
            self.comma();
            self.out.push(b'"');
            self.out.extend_from_slice(field.name.as_bytes());
            self.out.extend_from_slice(b"\":");
        } else {
            self.out.push(field.number << 3 | wire_type);
        }
    }

    pub(super) fn begin_message(&mut self, field: Field) -> Mark {
        self.begin(field, LENGTH);
        self.open()
    }

    /// `{`, or a byte for the length.
    fn open(&mut self) -> Mark {
        self.out.push(if self.is_json() { b'{' } else { 0 });
        self.is_first = true;
        Mark(self.out.len())
    }

    pub(super) fn end_message(&mut self, mark: Mark) {
        self.is_first = false;
        if self.is_json() {
            self.out.push(b'}');
        } else {
            end_length(self.out, mark);
        }
    }

    pub(super) fn begin_items(&mut self, field: Field) {
        if self.is_json() {
            self.begin(field, LENGTH);
            self.out.push(b'[');
            self.is_first = true;
        }
    }

    /// Begins a message of a repeated field.
    pub(super) fn begin_item(&mut self, field: Field) -> Mark {
        if self.is_json() {
            self.comma();
        } else {
            self.out.push(field.number << 3 | LENGTH);
        }
        self.open()
    }

    pub(super) fn end_items(&mut self) {
        if self.is_json() {
            self.out.push(b']');
            self.is_first = false;
        }
    }

    /// Adds messages of a repeated field that have been made before, with their frames in protobuf and without in JSON.
    pub(super) fn made_item(&mut self, field: Field, bytes: &[u8]) {
        if self.is_json() {
            self.comma();
            self.out.push(b'{');
            self.out.extend_from_slice(bytes);
            self.out.push(b'}');
        } else {
            self.out.push(field.number << 3 | LENGTH);
            varint(self.out, u64::try_from(bytes.len()).unwrap_or(u64::MAX));
            self.out.extend_from_slice(bytes);
        }
    }

    /// Adds a message that has been made before.
    pub(super) fn made_message(&mut self, field: Field, bytes: &[u8]) {
        if self.is_json() {
            self.begin(field, LENGTH);
            self.is_first = true;
        }
        self.made_item(field, bytes);
    }

    pub(super) fn text(&mut self, field: Field, text: &str) {
        self.begin(field, LENGTH);
        if self.is_json() {
            push_str(self.out, text);
        } else {
            varint(self.out, u64::try_from(text.len()).unwrap_or(u64::MAX));
            self.out.extend_from_slice(text.as_bytes());
        }
    }

    /// Text that is made where it is.
    pub(super) fn shown(&mut self, field: Field, text: &(impl Display + ?Sized)) {
        self.begin(field, LENGTH);
        if self.is_json() {
            push_shown(self.out, text);
        } else {
            self.out.push(0);
            let mark = Mark(self.out.len());
            show(self.out, text);
            end_length(self.out, mark);
        }
    }

    pub(super) fn boolean(&mut self, field: Field, value: bool) {
        self.begin(field, VARINT);
        if self.is_json() {
            self.out.extend_from_slice(if value { b"true" } else { b"false" });
        } else {
            self.out.push(u8::from(value));
        }
    }

    /// A number of 64 bits, which is text in JSON.
    pub(super) fn integer(&mut self, field: Field, value: i64) {
        self.begin(field, VARINT);
        if self.is_json() {
            self.out.push(b'"');
            push_integer(self.out, value);
            self.out.push(b'"');
        } else {
            varint(self.out, u64::from_ne_bytes(value.to_ne_bytes()));
        }
    }

    /// The number of an enumeration.
    pub(super) fn enumeration(&mut self, field: Field, value: u8) {
        self.begin(field, VARINT);
        if self.is_json() {
            push_unsigned(self.out, value.into());
        } else {
            varint(self.out, value.into());
        }
    }

    /// A number of 64 bits that always takes eight bytes.
    pub(super) fn fixed64(&mut self, field: Field, value: u64) {
        self.begin(field, FIXED64);
        if self.is_json() {
            self.out.push(b'"');
            push_unsigned(self.out, value);
            self.out.push(b'"');
        } else {
            self.out.extend_from_slice(&value.to_le_bytes());
        }
    }

    pub(super) fn real(&mut self, field: Field, value: f64) {
        self.begin(field, FIXED64);
        if self.is_json() {
            push_real(self.out, value);
        } else {
            self.out.extend_from_slice(&value.to_le_bytes());
        }
    }
}

fn varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(low_bits(value) | 0x80);
        value >>= 7;
    }
    out.push(low_bits(value));
}

/// The seven lowest bits.
fn low_bits(value: u64) -> u8 {
    u8::try_from(value & 0x7F).unwrap_or(0)
}

/// Puts the length of what follows the mark into the byte before it, and moves it if that takes more.
fn end_length(out: &mut Vec<u8>, Mark(start): Mark) {
    let len = out.len().saturating_sub(start);
    if let (Ok(short @ ..0x80), Some(place)) = (u8::try_from(len), out.get_mut(start.saturating_sub(1))) {
        *place = short;
        return;
    }
    let mut length = [0; 10];
    let mut size = 0;
    let mut rest = u64::try_from(len).unwrap_or(u64::MAX);
    for place in &mut length {
        size += 1;
        *place = low_bits(rest);
        rest >>= 7;
        if rest == 0 {
            break;
        }
        *place |= 0x80;
    }
    out.splice(start.saturating_sub(1)..start, length.into_iter().take(size));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_of_every_size() {
        for len in [0, 1, 127, 128, 300, 16_383, 16_384, 70_000] {
            let mut out = vec![9];
            let mut message = Message::new(&mut out, Encoding::Protobuf);
            let mark = message.begin_message(Field::new(1, "a"));
            message.out.extend(core::iter::repeat_n(7, len));
            message.end_message(mark);
            let mut expected = vec![9, 0x0A];
            varint(&mut expected, len.try_into().unwrap());
            expected.extend(core::iter::repeat_n(7, len));
            assert_eq!(out, expected, "{len}");
        }
    }
}
