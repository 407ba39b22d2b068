//! The fields of a structure, in the tree of its DEF.
//!
//! A redefinition is left out: the item it redefines says the same.

use core::fmt;
use core::ops::Range;

use super::scalar::{Fidelity, Scalar};
use crate::dictionary::{Field, Structure};

/// A structure in bytes: its items, as far as the bytes reach.
#[derive(Clone, Copy)]
pub struct Fields<'a> {
    structure: Structure<'a>,
    bytes: &'a [u8],
}

impl fmt::Debug for Fields<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Fields({} of {} bytes)", self.structure.name(), self.bytes.len())
    }
}

impl<'a> Fields<'a> {
    pub(super) const fn new(structure: Structure<'a>, bytes: &'a [u8]) -> Self {
        Self { structure, bytes }
    }

    /// The definition.
    #[must_use]
    pub const fn structure(&self) -> Structure<'a> {
        self.structure
    }

    /// The outermost items whose bytes are all there.
    pub fn items(&self) -> impl Iterator<Item = FieldItem<'a>> + Clone + use<'a> {
        items(self.structure.members(), self.bytes, 0)
    }

    /// Whether the items say every byte: none is missing, none follows, and what no item covers is zero.
    #[must_use]
    pub fn is_covered(&self) -> bool {
        if u32::try_from(self.bytes.len()) != Ok(self.structure.len()) {
            return false;
        }
        let mut gaps = Gaps { bytes: self.bytes, at: 0, bits: None };
        self.items().all(|item| item.fills(&mut gaps)) && gaps.close(self.bytes.len())
    }

    /// How much of the structure its form says: all of it, what its items say, or nothing, if none of its items is there.
    #[must_use]
    pub fn fidelity(&self) -> Fidelity {
        match self.items().next() {
            None => Fidelity::None,
            Some(_) if self.is_covered() => Fidelity::Exact,
            Some(_) => Fidelity::Reading,
        }
    }
}

/// The members of a group whose first occurrence at least is in `bytes`.
fn items<'a>(
    members: impl Iterator<Item = Field<'a>> + Clone,
    bytes: &'a [u8],
    shift: usize,
) -> impl Iterator<Item = FieldItem<'a>> + Clone {
    let items = members.filter(|field| field.redefines().is_none());
    items.map(move |field| FieldItem { field, bytes, shift }).filter(FieldItem::is_there)
}

/// An item of a structure: a field or a group.
#[derive(Clone, Copy, Debug)]
pub struct FieldItem<'a> {
    field: Field<'a>,
    /// Those of the whole structure.
    bytes: &'a [u8],
    /// How far after its place in the definition it is, in an occurrence of its group.
    shift: usize,
}

impl<'a> FieldItem<'a> {
    /// Its definition.
    #[must_use]
    pub const fn field(&self) -> Field<'a> {
        self.field
    }

    /// The name in its group: what follows the last period.
    #[must_use]
    pub fn name(&self) -> &'a str {
        let name = self.field.name();
        name.rsplit('.').next().unwrap_or(name)
    }

    /// Whether it occurs several times.
    #[must_use]
    pub fn is_array(&self) -> bool {
        self.field.count() > 1
    }

    /// Where its first occurrence begins.
    #[must_use]
    pub fn start(&self) -> usize {
        usize::try_from(self.field.offset()).unwrap_or(usize::MAX).saturating_add(self.shift)
    }

    /// Where its occurrences are in the structure, as far as the bytes reach.
    pub fn places(&self) -> impl Iterator<Item = Range<usize>> + Clone + use<'a> {
        let number = |number: u32| usize::try_from(number).unwrap_or(usize::MAX);
        let (len, stride) = (number(self.field.len()), number(self.field.stride()));
        let start = number(self.field.offset()).saturating_add(self.shift);
        let end = self.bytes.len();
        (0..number(self.field.count().max(1)))
            .map(move |at| start.saturating_add(at.saturating_mul(stride)))
            .map(move |start| start..start.saturating_add(len))
            .take_while(move |place| place.end <= end)
    }

    /// The items of the group that begins at `place`; none for a field.
    pub fn items(&self, place: &Range<usize>) -> impl Iterator<Item = FieldItem<'a>> + Clone + use<'a> {
        let offset = usize::try_from(self.field.offset()).unwrap_or(usize::MAX);
        items(self.field.members(), self.bytes, place.start.saturating_sub(offset))
    }

    /// Whether it is a group.
    #[must_use]
    pub fn is_group(&self) -> bool {
        self.field.is_group()
    }

    /// The bytes of an occurrence.
    #[must_use]
    pub fn bytes(&self, place: &Range<usize>) -> &'a [u8] {
        self.bytes.get(place.clone()).unwrap_or_default()
    }

    /// The value of an occurrence of a field.
    #[must_use]
    pub fn scalar(&self, place: &Range<usize>) -> Scalar<'a> {
        Scalar::of_field(&self.field, self.bytes(place))
    }

    /// The name of the value of an occurrence.
    #[must_use]
    pub fn label(&self, place: &Range<usize>) -> Option<&'a str> {
        let values = self.field.enumeration()?;
        values.label(i32::try_from(self.scalar(place).as_integer()?).ok()?)
    }

    /// Whether at least the first occurrence has all its bytes, or a group its first.
    fn is_there(&self) -> bool {
        if !self.is_group() {
            return self.places().next().is_some();
        }
        let offset = usize::try_from(self.field.offset()).unwrap_or(usize::MAX);
        let place = offset.saturating_add(self.shift);
        self.items(&(place..place)).next().is_some()
    }

    /// Goes over the bytes of all occurrences, in order.
    fn fills(&self, gaps: &mut Gaps<'_>) -> bool {
        let is_whole =
            self.places().count() == usize::try_from(self.field.count().max(1)).unwrap_or(usize::MAX);
        is_whole
            && self.places().all(|place| match self.field.bit() {
                Some(bit) => gaps.bits(&place, bit),
                None if self.is_group() => self.items(&place).all(|item| item.fills(gaps)),
                None => gaps.pass(&place),
            })
    }
}

/// Looks at the bytes between fields: they must be zero.
struct Gaps<'b> {
    bytes: &'b [u8],
    at: usize,
    /// A word of bit fields, and its bits that belong to one of them.
    bits: Option<(usize, u16)>,
}

impl Gaps<'_> {
    fn close(&mut self, start: usize) -> bool {
        if let Some((word, own)) = self.bits.take() {
            let stored = self.bytes.get(word..).and_then(|rest| rest.first_chunk());
            if stored.is_none_or(|stored| u16::from_be_bytes(*stored) & !own != 0) {
                return false;
            }
        }
        let is_zero = self.bytes.get(self.at..start).unwrap_or_default().iter().all(|byte| *byte == 0);
        self.at = self.at.max(start);
        is_zero
    }

    fn pass(&mut self, place: &Range<usize>) -> bool {
        let is_zero = self.close(place.start);
        self.at = self.at.max(place.end);
        is_zero
    }

    fn bits(&mut self, place: &Range<usize>, (first, last): (u8, u8)) -> bool {
        let own = u16::MAX >> first.min(15) & u16::MAX << (15 - last.min(15));
        if let Some((word, known)) = &mut self.bits
            && *word == place.start
        {
            *known |= own;
            return true;
        }
        let is_zero = self.pass(place);
        self.bits = Some((place.start, own));
        is_zero
    }
}
