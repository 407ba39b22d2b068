//! Writes structured forms as JSON at the end of a buffer: what `serde_json` writes, byte for byte, in fewer steps. Text is looked at in
//! blocks of eight bytes, because hardly any needs an escape.

use core::fmt::{self, Display, Write};

use serde_core::ser::{self, Impossible, Serialize, SerializeMap, SerializeSeq, Serializer};

use crate::spi::digits::decimal;

/// Adds the JSON text of a form.
///
/// # Errors
/// The form itself reports one; `out` ends in the middle of it.
pub(crate) fn write(out: &mut Vec<u8>, form: &(impl Serialize + ?Sized)) -> Result<(), Refused> {
    form.serialize(Json { out })
}

/// A form cannot be written: it reports so itself, or it is of a kind that no form here has.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Refused;

impl Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the form cannot be written")
    }
}

impl core::error::Error for Refused {}

impl ser::Error for Refused {
    fn custom<T: Display>(_: T) -> Self {
        Self
    }
}

struct Json<'o> {
    out: &'o mut Vec<u8>,
}

/// The members of an object or the elements of an array.
struct Members<'o> {
    out: &'o mut Vec<u8>,
    is_first: bool,
}

impl Members<'_> {
    fn separate(&mut self) {
        if !core::mem::replace(&mut self.is_first, false) {
            self.out.push(b',');
        }
    }
}

impl SerializeSeq for Members<'_> {
    type Ok = ();
    type Error = Refused;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Refused> {
        self.separate();
        value.serialize(Json { out: self.out })
    }

    fn end(self) -> Result<(), Refused> {
        self.out.push(b']');
        Ok(())
    }
}

impl SerializeMap for Members<'_> {
    type Ok = ();
    type Error = Refused;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Refused> {
        self.separate();
        // All keys are text.
        key.serialize(Json { out: self.out })
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Refused> {
        self.out.push(b':');
        value.serialize(Json { out: self.out })
    }

    fn end(self) -> Result<(), Refused> {
        self.out.push(b'}');
        Ok(())
    }
}

/// Adds a whole number.
pub(crate) fn push_integer(out: &mut Vec<u8>, number: i64) {
    if number < 0 {
        out.push(b'-');
    }
    push_unsigned(out, number.unsigned_abs());
}

/// Adds a whole number without a sign.
pub(crate) fn push_unsigned(out: &mut Vec<u8>, number: u64) {
    out.extend_from_slice(decimal(number, &mut [0; 20]));
}

/// Adds a real number. NaN and infinities, which JSON cannot write, become null.
pub(crate) fn push_real(out: &mut Vec<u8>, number: f64) {
    // Writing to a Vec does not fail.
    let _ = serde_json::to_writer(out, &number);
}

/// Adds a string.
pub(crate) fn push_str(out: &mut Vec<u8>, text: &str) {
    out.push(b'"');
    push_text(out, text);
    out.push(b'"');
}

/// Adds what displays as a string.
pub(crate) fn push_shown(out: &mut Vec<u8>, value: &(impl Display + ?Sized)) {
    out.push(b'"');
    // Writing to a Vec does not fail.
    let _ = write!(Text { out }, "{value}");
    out.push(b'"');
}

impl<'o> Serializer for Json<'o> {
    type Ok = ();
    type Error = Refused;
    type SerializeSeq = Members<'o>;
    type SerializeTuple = Impossible<(), Refused>;
    type SerializeTupleStruct = Impossible<(), Refused>;
    type SerializeTupleVariant = Impossible<(), Refused>;
    type SerializeMap = Members<'o>;
    type SerializeStruct = Impossible<(), Refused>;
    type SerializeStructVariant = Impossible<(), Refused>;

    fn serialize_bool(self, value: bool) -> Result<(), Refused> {
        self.out.extend_from_slice(if value { b"true" } else { b"false" });
        Ok(())
    }

    fn serialize_i8(self, value: i8) -> Result<(), Refused> {
        self.serialize_i64(value.into())
    }

    fn serialize_i16(self, value: i16) -> Result<(), Refused> {
        self.serialize_i64(value.into())
    }

    fn serialize_i32(self, value: i32) -> Result<(), Refused> {
        self.serialize_i64(value.into())
    }

    fn serialize_i64(self, value: i64) -> Result<(), Refused> {
        push_integer(self.out, value);
        Ok(())
    }

    fn serialize_u8(self, value: u8) -> Result<(), Refused> {
        self.serialize_u64(value.into())
    }

    fn serialize_u16(self, value: u16) -> Result<(), Refused> {
        self.serialize_u64(value.into())
    }

    fn serialize_u32(self, value: u32) -> Result<(), Refused> {
        self.serialize_u64(value.into())
    }

    fn serialize_u64(self, value: u64) -> Result<(), Refused> {
        push_unsigned(self.out, value);
        Ok(())
    }

    fn serialize_f32(self, value: f32) -> Result<(), Refused> {
        // As `serde_json` writes it: the shortest number that is the same in 32 bits.
        serde_json::to_writer(self.out, &value).map_err(|_| Refused)
    }

    fn serialize_f64(self, value: f64) -> Result<(), Refused> {
        push_real(self.out, value);
        Ok(())
    }

    fn serialize_char(self, value: char) -> Result<(), Refused> {
        self.serialize_str(value.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, text: &str) -> Result<(), Refused> {
        push_str(self.out, text);
        Ok(())
    }

    fn collect_str<T: Display + ?Sized>(self, value: &T) -> Result<(), Refused> {
        push_shown(self.out, value);
        Ok(())
    }

    fn serialize_bytes(self, _: &[u8]) -> Result<(), Refused> {
        Err(Refused)
    }

    fn serialize_none(self) -> Result<(), Refused> {
        self.serialize_unit()
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Refused> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), Refused> {
        self.out.extend_from_slice(b"null");
        Ok(())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), Refused> {
        self.serialize_unit()
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result<(), Refused> {
        self.serialize_str(variant)
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
        _: &T,
    ) -> Result<(), Refused> {
        Err(Refused)
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Members<'o>, Refused> {
        self.out.push(b'[');
        Ok(Members { out: self.out, is_first: true })
    }

    fn serialize_tuple(self, _: usize) -> Result<Impossible<(), Refused>, Refused> {
        Err(Refused)
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Impossible<(), Refused>, Refused> {
        Err(Refused)
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Impossible<(), Refused>, Refused> {
        Err(Refused)
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Members<'o>, Refused> {
        self.out.push(b'{');
        Ok(Members { out: self.out, is_first: true })
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Impossible<(), Refused>, Refused> {
        Err(Refused)
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Impossible<(), Refused>, Refused> {
        Err(Refused)
    }
}

/// The inside of a JSON string.
struct Text<'o> {
    out: &'o mut Vec<u8>,
}

impl Write for Text<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        push_text(self.out, text);
        Ok(())
    }
}

/// Adds text with the escapes of JSON.
#[inline]
fn push_text(out: &mut Vec<u8>, text: &str) {
    if is_plain(text.as_bytes()) {
        out.extend_from_slice(text.as_bytes());
    } else {
        push_escaped(out, text.as_bytes());
    }
}

/// Whether nothing in a text needs an escape: no control character, quotation mark or backslash.
#[inline]
fn is_plain(text: &[u8]) -> bool {
    // The bytes after the last whole block are in a block that begins inside it.
    if let (Some(first), Some(last)) = (text.first_chunk(), text.last_chunk()) {
        let (blocks, _) = text.get(8..).unwrap_or_default().as_chunks::<8>();
        let ends = is_plain_block(*first) & is_plain_block(*last);
        return blocks.iter().fold(ends, |is, block| is & is_plain_block(*block));
    }
    if let (Some([a, b, c, d]), Some([e, f, g, h])) = (text.first_chunk(), text.last_chunk()) {
        return is_plain_block([*a, *b, *c, *d, *e, *f, *g, *h]);
    }
    text.iter().all(|byte| *byte >= b' ' && *byte != b'"' && *byte != b'\\')
}

/// The same for eight bytes at once. In each byte the top bit is what counts.
#[inline]
const fn is_plain_block(block: [u8; 8]) -> bool {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const TOPS: u64 = 0x8080_8080_8080_8080;
    let block = u64::from_le_bytes(block);
    let quotes = block ^ (ONES * 0x22);
    let backslashes = block ^ (ONES * 0x5C);
    // `x - 1` sets the top bit of a byte that is zero, `x - 32` of one below 32; a borrow reaches only bytes above one that counts.
    let found = block.wrapping_sub(ONES * 0x20) & !block
        | quotes.wrapping_sub(ONES) & !quotes
        | backslashes.wrapping_sub(ONES) & !backslashes;
    found & TOPS == 0
}

#[cold]
fn push_escaped(out: &mut Vec<u8>, text: &[u8]) {
    for byte in text {
        let escape: &[u8] = match byte {
            b'"' => b"\\\"",
            b'\\' => b"\\\\",
            b'\n' => b"\\n",
            b'\r' => b"\\r",
            b'\t' => b"\\t",
            0x08 => b"\\b",
            0x0C => b"\\f",
            0..=0x1F => {
                const DIGITS: &[u8; 16] = b"0123456789abcdef";
                let digit = |at: u8| DIGITS.get(usize::from(at)).copied().unwrap_or(b'0');
                out.extend_from_slice(&[b'\\', b'u', b'0', b'0', digit(byte >> 4), digit(byte & 15)]);
                continue;
            }
            byte => {
                out.push(*byte);
                continue;
            }
        };
        out.extend_from_slice(escape);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn same(form: &(impl Serialize + ?Sized)) {
        let mut out = Vec::new();
        write(&mut out, form).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), serde_json::to_string(form).unwrap());
    }

    #[test]
    fn every_byte_at_every_place_of_a_block() {
        for len in 0..20 {
            for at in 0..len {
                for byte in 0..0x80 {
                    let mut text = vec![b'a'; len];
                    text[at] = byte;
                    same(core::str::from_utf8(&text).unwrap());
                }
            }
        }
    }

    proptest! {
        #[test]
        fn text_and_numbers_are_those_of_serde_json(
            text in any::<String>(),
            texts in proptest::collection::btree_map(".*", proptest::option::of("[ -~\u{0}-\u{1f}é漢]*"), 0..5),
            numbers in proptest::collection::vec(any::<i64>(), 0..5),
            real in any::<f64>(),
            is in any::<bool>(),
        ) {
            same(&text);
            same(&texts);
            same(&numbers);
            same(&real);
            same(&is);
        }
    }
}
