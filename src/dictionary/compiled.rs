//! A dictionary as bytes: its section of a compiled file.
//!
//! ```text
//!   overlay (1) | kinds (128) | numbers | layouts | nodes | image
//! ```

use std::borrow::Cow;

use super::Dictionary;
use super::image::{Image, MAGIC, NONE, Section};
use super::structure::Field;
use crate::spi::{
    DataType, HeaderBit, HeaderField, HeaderLayout, Profile, SubjectMark, TokenNumber, TypeCode,
};

/// Groups inside groups, as DDL bounds them.
const NESTING: usize = 64;

impl Dictionary {
    /// The dictionary as bytes that [`from_compiled`](Self::from_compiled) reads. Their form is our own and may change.
    #[must_use]
    pub fn to_compiled(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.image.len() + 512);
        bytes.push(u8::from(self.is_overlay));
        let profile = &self.profile;
        for number in 0..128 {
            let kind = profile.data_type(TypeCode(number));
            let at = DataType::ALL.iter().position(|known| *known == kind).unwrap_or(0);
            bytes.push(u8::try_from(at).unwrap_or(0));
        }
        for number in [profile.event_header, profile.table_header, profile.subject_mark.number] {
            bytes.extend(number.0.to_le_bytes());
        }
        bytes.push(u8::from(profile.subject_mark.any));
        bytes.push(u8::try_from(profile.layouts().count()).unwrap_or(0));
        for layout in profile.layouts() {
            bytes.extend(u32::from(layout.name).to_le_bytes());
            bytes.push(layout.length);
            bytes.push(u8::from(layout.is_provisional));
            for flag in [layout.console_print, layout.emphasis, layout.suppress_display] {
                bytes.extend(flag.map_or([u8::MAX; 2], |flag| [flag.offset, flag.bit]));
            }
            for field in HeaderField::ALL {
                let (offset, len) = layout.place(field).unwrap_or((usize::from(u8::MAX), 0));
                bytes.extend([offset, len].map(|number| u8::try_from(number).unwrap_or(u8::MAX)));
            }
        }
        bytes.extend(u32::try_from(self.nodes.len()).unwrap_or(0).to_le_bytes());
        for (number, name) in &self.nodes {
            bytes.extend(number.to_le_bytes());
            bytes.extend(u32::try_from(name.len()).unwrap_or(0).to_le_bytes());
            bytes.extend(name.as_bytes());
        }
        bytes.extend(self.image.iter());
        bytes
    }

    /// Reads what [`to_compiled`](Self::to_compiled) has written; `None` if the bytes are nothing of the kind. Nothing in them
    /// is trusted: a place that does not exist, or a group that holds itself, makes them so.
    #[must_use]
    pub fn from_compiled(bytes: &[u8]) -> Option<Self> {
        let mut rest = bytes;
        let [is_overlay] = array(&mut rest).filter(|[flag]| *flag < 2)?;
        let is_overlay = is_overlay != 0;
        let mut profile = Profile::DEFAULT;
        for (number, at) in (0..128).zip(take(&mut rest, 128)?) {
            let kind = *DataType::ALL.get(usize::from(*at))?;
            if profile.data_type(TypeCode(number)) != kind {
                profile.set_data_type(TypeCode(number), kind);
            }
        }
        let number = |rest: &mut &[u8]| array(rest).map(|bytes| TokenNumber(i16::from_le_bytes(bytes)));
        profile.event_header = number(&mut rest)?;
        profile.table_header = number(&mut rest)?;
        let mark = number(&mut rest)?;
        let [any, layouts] = array(&mut rest)?;
        profile.subject_mark = SubjectMark { number: mark, any: any != 0 };
        let mut known = Vec::new();
        for _ in 0..layouts {
            let name = char::from_u32(u32::from_le_bytes(array(&mut rest)?))?;
            let [length, is_provisional] = array(&mut rest)?;
            let mut layout = HeaderLayout::new(name, length);
            layout.is_provisional = is_provisional != 0;
            for flag in [&mut layout.console_print, &mut layout.emphasis, &mut layout.suppress_display] {
                *flag = match array(&mut rest)? {
                    [u8::MAX, u8::MAX] => None,
                    [offset, bit] if offset < length && bit < 8 => Some(HeaderBit::new(offset, bit)),
                    _ => return None,
                };
            }
            for field in HeaderField::ALL {
                let [offset, len] = array(&mut rest)?;
                if len == 0 {
                    continue;
                }
                // A header has `length` bytes.
                if u16::from(offset) + u16::from(len) > u16::from(length) {
                    return None;
                }
                layout = layout.with(field, offset, len);
            }
            known.push(layout);
        }
        if !profile.set_layouts(&known) {
            return None;
        }
        let count = u32::from_le_bytes(array(&mut rest)?);
        let mut nodes = Vec::new();
        for _ in 0..count {
            let number = i32::from_le_bytes(array(&mut rest)?);
            let len = usize::try_from(u32::from_le_bytes(array(&mut rest)?)).ok()?;
            nodes.push((number, core::str::from_utf8(take(&mut rest, len)?).ok()?.to_owned()));
        }
        is_sound(rest).then(|| Self { image: Cow::Owned(rest.to_vec()), profile, nodes, is_overlay })
    }
}

/// Whether an image can be looked things up in: its sections are in it, and no group of a structure holds itself.
fn is_sound(bytes: &[u8]) -> bool {
    if !bytes.starts_with(&MAGIC) {
        return false;
    }
    let image = Image::new(bytes);
    if !image.has_all_sections() {
        return false;
    }
    (0..image.count(Section::Fields, Field::SIZE)).all(|number| {
        let Some(record) = image.record(Section::Fields, Field::SIZE, number) else { return false };
        let stands_before = |column| record.number(column) == NONE || record.number(column) < number;
        stands_before(Field::GROUP)
            && stands_before(Field::REDEFINES)
            && record.text(0).bytes().filter(|byte| *byte == b'.').count() <= NESTING
    })
}

fn take<'b>(rest: &mut &'b [u8], len: usize) -> Option<&'b [u8]> {
    let (taken, behind) = rest.split_at_checked(len)?;
    *rest = behind;
    Some(taken)
}

fn array<const N: usize>(rest: &mut &[u8]) -> Option<[u8; N]> {
    take(rest, N)?.first_chunk().copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_dictionary_comes_back() {
        let shipped = Dictionary::builtin();
        let bytes = shipped.to_compiled();
        let back = Dictionary::from_compiled(&bytes).unwrap();
        assert_eq!(back.as_bytes(), shipped.as_bytes());
        assert_eq!((back.profile(), back.nodes()), (shipped.profile(), shipped.nodes()));
        for len in [0, 1, 127, 128, 200, bytes.len() / 2, bytes.len() - 1] {
            assert!(Dictionary::from_compiled(&bytes[..len]).is_none(), "{len}");
        }
    }
}
