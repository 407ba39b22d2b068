//! The bytes of a structure given as an object of its fields. A group is an object, an item that occurs several times an array; a
//! redefinition is left out, and fillers are zero.

use core::ops::Range;

use super::parse::{ParseValue, hex_of, integer};
use super::tree::Json;
use crate::dictionary::{Dictionary, Field, FieldType, Structure, Tacl};
use crate::spi::{Flt, Flt2};

/// The bytes of a structure given as an object.
pub(super) fn read(
    value: Json<'_>,
    def: &Structure<'_>,
    dictionary: &Dictionary,
) -> Result<Vec<u8>, ParseValue> {
    let mut bytes = vec![0; usize::try_from(def.len()).map_err(|_| ParseValue::Uncovered)?];
    if !bytes.is_empty() && def.members().next().is_none() {
        return Err(ParseValue::Uncovered);
    }
    read_items(value, def.members(), &mut bytes, 0, dictionary)?;
    Ok(bytes)
}

/// The name in its group.
fn simple<'d>(field: &Field<'d>) -> &'d str {
    field.name().rsplit('.').next().unwrap_or_default()
}

#[allow(single_use_lifetimes)] // there is no anonymous one here yet
fn read_items<'d>(
    value: Json<'_>,
    members: impl Iterator<Item = Field<'d>> + Clone,
    bytes: &mut [u8],
    shift: usize,
    dictionary: &Dictionary,
) -> Result<(), ParseValue> {
    let object = value.as_object().ok_or(ParseValue::Type("an object of fields"))?.sorted();
    let get = |name: &str| {
        let at = object.binary_search_by_key(&name, |(key, _)| *key).ok()?;
        object.get(at).map(|(_, value)| *value)
    };
    let members = members.filter(|field| field.redefines().is_none());
    // A name that is misspelt is missing too; the spelling says more.
    let unknown = |missing: Option<&str>| {
        let mut keys = object.iter().map(|(key, _)| *key);
        match keys.find(|key| !members.clone().any(|field| simple(&field) == *key)) {
            Some(key) => ParseValue::Field(key.into(), "is not a field of the structure"),
            None => ParseValue::Field(missing.unwrap_or_default().into(), "is missing"),
        }
    };
    // Every member is looked up: if none is missing and there are as many, there is no other.
    let mut found = 0;
    for field in members.clone() {
        let name = simple(&field);
        let value = get(name).ok_or_else(|| unknown(Some(name)))?;
        found += 1;
        if field.count() <= 1 {
            read_occurrence(value, &field, bytes, shift, dictionary)?;
            continue;
        }
        let [count, stride] =
            [field.count(), field.stride()].map(|n| usize::try_from(n).unwrap_or(usize::MAX));
        let values = value.as_array().filter(|values| values.len() == count);
        let values =
            values.ok_or_else(|| ParseValue::Field(name.into(), "needs an array of as many as it occurs"))?;
        for (at, value) in values.enumerate() {
            let shift = at.saturating_mul(stride).saturating_add(shift);
            read_occurrence(value, &field, bytes, shift, dictionary)?;
        }
    }
    if found == object.len() { Ok(()) } else { Err(unknown(None)) }
}

fn place(field: &Field<'_>, shift: usize) -> Option<Range<usize>> {
    let start = usize::try_from(field.offset()).ok()?.checked_add(shift)?;
    Some(start..start.checked_add(usize::try_from(field.len()).ok()?)?)
}

fn read_occurrence(
    value: Json<'_>,
    field: &Field<'_>,
    bytes: &mut [u8],
    shift: usize,
    dictionary: &Dictionary,
) -> Result<(), ParseValue> {
    if field.is_group() {
        return read_group(value, field, bytes, shift, dictionary);
    }
    let name = simple(field);
    let len = usize::try_from(field.len()).unwrap_or(usize::MAX);
    let place = place(field, shift).and_then(|place| bytes.get_mut(place)).ok_or(ParseValue::Uncovered)?;
    let named = |problem: ParseValue| problem.inside(name);
    if let Some((first, last)) = field.bit() {
        let unsigned = matches!(field.field_type(), FieldType::Bit { unsigned: true, .. });
        return put_bits(place, value, first, last, unsigned).map_err(named);
    }
    let read = match hex_of(value) {
        Some(hex) => hex?,
        None => read_item(value, field, len, dictionary).map_err(named)?,
    };
    if read.len() != len {
        return Err(ParseValue::Field(name.into(), "has not the length of its field"));
    }
    place.copy_from_slice(&read);
    Ok(())
}

/// The levels of a definition bound the recursion.
fn read_group(
    value: Json<'_>,
    group: &Field<'_>,
    bytes: &mut [u8],
    shift: usize,
    dictionary: &Dictionary,
) -> Result<(), ParseValue> {
    read_items(value, group.members(), bytes, shift, dictionary)
        .map_err(|problem| problem.inside(simple(group)))
}

fn read_item(
    value: Json<'_>,
    field: &Field<'_>,
    len: usize,
    dictionary: &Dictionary,
) -> Result<Vec<u8>, ParseValue> {
    let sized = |number: i128, unsigned: bool| {
        let bits = u32::try_from(len * 8).unwrap_or(u32::MAX);
        let range = if unsigned { 0..=(1 << bits) - 1 } else { -(1 << (bits - 1))..=(1 << (bits - 1)) - 1 };
        let limits = ParseValue::Range(*range.start(), *range.end());
        let number = if range.contains(&number) { Ok(number) } else { Err(limits) };
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
            let real = value.as_real().ok_or(ParseValue::Type("a number"))?;
            let out_of_range = ParseValue::form::<crate::spi::FltRangeError>;
            Ok(match bits {
                32 => Flt::try_from(real).map_err(out_of_range)?.to_bits().to_be_bytes().to_vec(),
                _ => Flt2::try_from(real).map_err(out_of_range)?.to_bits().to_be_bytes().to_vec(),
            })
        }
        FieldType::Tacl(tacl) => super::parse::element(value, tacl.data_type(), None, dictionary),
        _ => Err(ParseValue::Type("an object with \"hex\"")),
    }
}

fn put_bits(
    place: &mut [u8],
    value: Json<'_>,
    first: u8,
    last: u8,
    unsigned: bool,
) -> Result<(), ParseValue> {
    let width = u32::from(last.saturating_sub(first)) + 1;
    let number = integer(value)?;
    let range = if unsigned { 0..=(1 << width) - 1 } else { -(1 << (width - 1))..=(1 << (width - 1)) - 1 };
    let word = place.first_chunk_mut::<2>().filter(|_| range.contains(&number));
    let word = word.ok_or(ParseValue::Range(*range.start(), *range.end()))?;
    let bits = u16::try_from(number & ((1 << width) - 1)).unwrap_or(0) << (15 - last.min(15));
    *word = (u16::from_be_bytes(*word) | bits).to_be_bytes();
    Ok(())
}
