//! The values of attributes: any structured form, written in either encoding of the protocol.

use core::fmt::Display;

use serde_core::ser::{Impossible, Serialize, SerializeMap, SerializeSeq, SerializeTuple, Serializer};

use super::MAX_NESTING;
use super::wire::{Field, Mark, Message};
use crate::formats::json::writer::Refused;

/// Adds an attribute to those of a repeated field.
pub(super) fn attribute(
    message: &mut Message<'_>,
    field: Field,
    key: impl Display,
    value: &(impl Serialize + ?Sized),
) {
    let mark = message.begin_item(field);
    message.shown(KEY, &key);
    let inside = message.begin_message(VALUE);
    any_value(message, value, MAX_NESTING);
    message.end_message(inside);
    message.end_message(mark);
}

/// Fills a message with a value that is text.
pub(super) fn text_value(message: &mut Message<'_>, text: &(impl Display + ?Sized)) {
    message.shown(STRING, text);
}

/// Fills a message with a value; `levels` is how much deeper values may be nested.
fn any_value(message: &mut Message<'_>, value: &(impl Serialize + ?Sized), levels: usize) {
    if levels == 0
        && let Ok(text) = serde_json::to_string(value)
        && text.starts_with(['{', '['])
    {
        return json_value(message, &text);
    }
    // The forms of described events do not fail: their tokens have been read.
    let _ = value.serialize(Any { message, text: STRING, prefix: "", levels });
}

/// Fills a message with what stands for a JSON value: its text.
fn json_value(message: &mut Message<'_>, text: &str) {
    let list = message.begin_message(LIST);
    message.begin_items(VALUES);
    let member = message.begin_item(VALUES);
    message.text(KEY, TEXT);
    let value = message.begin_message(VALUE);
    message.text(STRING, text);
    message.end_message(value);
    message.end_message(member);
    message.end_items();
    message.end_message(list);
}

const KEY: Field = Field::new(1, "key");
const VALUE: Field = Field::new(2, "value");
const STRING: Field = Field::new(1, "stringValue");
const BOOL: Field = Field::new(2, "boolValue");
const INT: Field = Field::new(3, "intValue");
const DOUBLE: Field = Field::new(4, "doubleValue");
const ARRAY: Field = Field::new(5, "arrayValue");
const LIST: Field = Field::new(6, "kvlistValue");
const VALUES: Field = Field::new(1, "values");

/// The only key of what stands for a value nested too deep, or a number too great.
pub(super) const TEXT: &str = "json";

/// Writes a value into an AnyValue.
struct Any<'m, 'o> {
    message: &'m mut Message<'o>,
    /// The field for text.
    text: Field,
    /// Is before text.
    prefix: &'static str,
    /// How much deeper values may be nested.
    levels: usize,
}

macro_rules! integers {
    ($($name:ident $type:ty),*) => {$(
        fn $name(self, value: $type) -> Result<(), Refused> {
            self.serialize_i64(value.into())
        }
    )*};
}

impl<'m, 'o> Serializer for Any<'m, 'o> {
    type Ok = ();
    type Error = Refused;
    type SerializeSeq = Elements<'m, 'o>;
    type SerializeTuple = Elements<'m, 'o>;
    type SerializeTupleStruct = Impossible<(), Refused>;
    type SerializeTupleVariant = Impossible<(), Refused>;
    type SerializeMap = Members<'m, 'o>;
    type SerializeStruct = Impossible<(), Refused>;
    type SerializeStructVariant = Impossible<(), Refused>;

    integers!(serialize_i8 i8, serialize_i16 i16, serialize_i32 i32, serialize_u8 u8, serialize_u16 u16, serialize_u32 u32);

    fn serialize_bool(self, value: bool) -> Result<(), Refused> {
        self.message.boolean(BOOL, value);
        Ok(())
    }

    fn serialize_i64(self, value: i64) -> Result<(), Refused> {
        self.message.integer(INT, value);
        Ok(())
    }

    fn serialize_u64(self, value: u64) -> Result<(), Refused> {
        match i64::try_from(value) {
            Ok(value) => self.serialize_i64(value),
            Err(_) => {
                json_value(self.message, &value.to_string());
                Ok(())
            }
        }
    }

    fn serialize_f32(self, value: f32) -> Result<(), Refused> {
        self.serialize_f64(value.into())
    }

    fn serialize_f64(self, value: f64) -> Result<(), Refused> {
        self.message.real(DOUBLE, value);
        Ok(())
    }

    fn serialize_char(self, value: char) -> Result<(), Refused> {
        self.serialize_str(value.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, value: &str) -> Result<(), Refused> {
        if self.prefix.is_empty() {
            self.message.text(self.text, value);
        } else {
            self.message.shown(self.text, &format_args!("{}{value}", self.prefix));
        }
        Ok(())
    }

    fn collect_str<T: Display + ?Sized>(self, value: &T) -> Result<(), Refused> {
        self.message.shown(self.text, value);
        Ok(())
    }

    fn serialize_bytes(self, _: &[u8]) -> Result<(), Refused> {
        Err(Refused)
    }

    fn serialize_none(self) -> Result<(), Refused> {
        Ok(())
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Refused> {
        value.serialize(self)
    }

    /// There is no value for nothing. A time of a header that is not set is the number 0.
    fn serialize_unit(self) -> Result<(), Refused> {
        if self.levels == MAX_NESTING { self.serialize_i64(0) } else { Ok(()) }
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), Refused> {
        Ok(())
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, name: &'static str) -> Result<(), Refused> {
        self.serialize_str(name)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<(), Refused> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        value: &T,
    ) -> Result<(), Refused> {
        value.serialize(self)
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Elements<'m, 'o>, Refused> {
        let mark = self.message.begin_message(ARRAY);
        self.message.begin_items(VALUES);
        Ok(Elements { message: self.message, levels: self.levels.saturating_sub(1), mark })
    }

    fn serialize_tuple(self, len: usize) -> Result<Elements<'m, 'o>, Refused> {
        self.serialize_seq(Some(len))
    }

    fn serialize_tuple_struct(
        self,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleStruct, Refused> {
        Err(Refused)
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleVariant, Refused> {
        Err(Refused)
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Members<'m, 'o>, Refused> {
        let mark = self.message.begin_message(LIST);
        self.message.begin_items(VALUES);
        Ok(Members { message: self.message, levels: self.levels.saturating_sub(1), mark, member: None })
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Self::SerializeStruct, Refused> {
        Err(Refused)
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeStructVariant, Refused> {
        Err(Refused)
    }
}

/// An array under construction.
pub(super) struct Elements<'m, 'o> {
    message: &'m mut Message<'o>,
    levels: usize,
    mark: Mark,
}

impl SerializeSeq for Elements<'_, '_> {
    type Ok = ();
    type Error = Refused;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Refused> {
        let mark = self.message.begin_item(VALUES);
        any_value(self.message, value, self.levels);
        self.message.end_message(mark);
        Ok(())
    }

    fn end(self) -> Result<(), Refused> {
        self.message.end_items();
        self.message.end_message(self.mark);
        Ok(())
    }
}

impl SerializeTuple for Elements<'_, '_> {
    type Ok = ();
    type Error = Refused;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Refused> {
        SerializeSeq::serialize_element(self, value)
    }

    fn end(self) -> Result<(), Refused> {
        SerializeSeq::end(self)
    }
}

/// An object under construction.
pub(super) struct Members<'m, 'o> {
    message: &'m mut Message<'o>,
    levels: usize,
    mark: Mark,
    /// The member whose key has been written.
    member: Option<Mark>,
}

impl SerializeMap for Members<'_, '_> {
    type Ok = ();
    type Error = Refused;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Refused> {
        self.member = Some(self.message.begin_item(VALUES));
        key.serialize(Any { message: self.message, text: KEY, prefix: "", levels: 0 })
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Refused> {
        let inside = self.message.begin_message(VALUE);
        any_value(self.message, value, self.levels);
        self.message.end_message(inside);
        self.member.take().into_iter().for_each(|member| self.message.end_message(member));
        Ok(())
    }

    fn end(self) -> Result<(), Refused> {
        self.message.end_items();
        self.message.end_message(self.mark);
        Ok(())
    }
}

/// Writes the members of an object as attributes, each key after a prefix.
pub(super) struct Attributes<'m, 'o> {
    pub(super) message: &'m mut Message<'o>,
    pub(super) field: Field,
    pub(super) prefix: &'static str,
    pub(super) open: Option<Mark>,
}

impl SerializeMap for Attributes<'_, '_> {
    type Ok = ();
    type Error = Refused;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Refused> {
        self.open = Some(self.message.begin_item(self.field));
        key.serialize(Any { message: self.message, text: KEY, prefix: self.prefix, levels: 0 })
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Refused> {
        let inside = self.message.begin_message(VALUE);
        any_value(self.message, value, MAX_NESTING);
        self.message.end_message(inside);
        self.open.take().into_iter().for_each(|open| self.message.end_message(open));
        Ok(())
    }

    fn end(self) -> Result<(), Refused> {
        Ok(())
    }
}
