//! Describes an event, command or structure: every header field, token, list, table and field with name, label and text.
//!
//! [`Described`] gives the tokens as a tree of [`Item`]s: name, code, SSID, data type, [`elements`](Item::elements), label, text,
//! bytes, place, and whether the name is provisional and the text converts back. All output formats are written from it, so
//! they cannot differ. Nothing is allocated.
//!
//! ```
//! use zems::describe::{Described, Scalar};
//! use zems::site::Site;
//! use zems::spi::read::Buffer;
//!
//! let site = Site::builtin();
//! let buffer = Buffer::parse(zems::samples::BKUP_FAIL)?;
//! let described = Described::new(&site, &buffer);
//! let cpu = described.tokens().flatten().find(|item| item.name() == Some("ZRPC-TKN-CPU")).unwrap();
//! assert_eq!(cpu.scalar(), Some(Scalar::Unsigned(3)));
//! assert_eq!((cpu.text().to_string().as_str(), cpu.round_trips(), cpu.is_provisional()), ("3", true, true));
//! # Ok::<(), zems::spi::read::DecodeError>(())
//! ```
//!
//! [`Described::visit`] hands all of it to a [`Visitor`], in the order it is in the buffer.

mod fields;
#[cfg(feature = "serde")]
pub(crate) mod form;
mod header;
mod item;
mod record;
mod regions;
mod scalar;

pub use fields::{FieldItem, Fields};
pub use header::HeaderItem;
pub use item::{Elements, Item, ItemText, Items, Values};
pub use record::Record;
pub(crate) use regions::{MarkedSsid, mark};
pub use regions::{Region, Role};
pub use scalar::{Fidelity, Hex, Scalar, ScalarText, printable};

use crate::ems::Event;
use crate::site::Site;
use crate::spi::read::{Buffer, DecodeError, Visit};

/// A buffer with everything that is known of it. See the [module](self).
#[derive(Clone, Copy, Debug)]
pub struct Described<'a> {
    site: &'a Site,
    buffer: Buffer<'a>,
    event: Option<Event<'a>>,
}

impl<'a> Described<'a> {
    /// Describes a buffer as this site knows it.
    #[must_use]
    pub fn new(site: &'a Site, buffer: &Buffer<'a>) -> Self {
        Self { site, buffer: *buffer, event: site.event(buffer) }
    }

    /// The site.
    #[must_use]
    pub const fn site(&self) -> &'a Site {
        self.site
    }

    /// The buffer.
    #[must_use]
    pub const fn buffer(&self) -> &Buffer<'a> {
        &self.buffer
    }

    /// The event, with the flags that override templates give it; `None` for a command or response.
    #[must_use]
    pub const fn event(&self) -> Option<&Event<'a>> {
        self.event.as_ref()
    }

    /// The header tokens that the buffer has, in the order of the manuals.
    pub fn header(&self) -> impl Iterator<Item = HeaderItem<'a>> + use<'a> {
        header::items(self.site, self.buffer, self.event)
    }

    /// The tokens of the top level.
    #[must_use]
    pub fn tokens(&self) -> Items<'a> {
        Items::new(self.site, self.buffer.tokens())
    }

    /// Hands the header, then every token, list, table and field to a visitor, in order.
    ///
    /// # Errors
    /// A token cannot be read; everything before it has been visited.
    pub fn visit(&self, visitor: &mut (impl Visitor + ?Sized)) -> Result<(), DecodeError> {
        self.header().for_each(|item| visitor.header(&item));
        self.visit_tokens(visitor)
    }

    /// The same without the header.
    fn visit_tokens(&self, visitor: &mut (impl Visitor + ?Sized)) -> Result<(), DecodeError> {
        let mut indexes = [0_usize; crate::spi::read::MAX_DEPTH + 1];
        for visit in self.buffer.walk() {
            let visit = visit?;
            let (Visit::Token(token) | Visit::Open(token) | Visit::Close(token)) = visit;
            let depth = token.depth();
            let mut index = indexes.get(depth).copied().unwrap_or(0);
            if matches!(visit, Visit::Close(_)) {
                // The list has been counted when it was opened.
                visitor.end_list(&Item::new(self.site, token, index.saturating_sub(1)));
                continue;
            }
            let item = Item::new(self.site, token, index);
            index += 1;
            indexes.get_mut(depth).into_iter().for_each(|known| *known = index);
            if matches!(visit, Visit::Open(_)) {
                indexes.get_mut(depth + 1).into_iter().for_each(|inside| *inside = 0);
                visitor.begin_list(&item);
            } else if let Some(values) = item.values() {
                visitor.begin_table(&item);
                for value in values {
                    value_of(visitor, &value);
                }
                visitor.end_table(&item);
            } else {
                value_of(visitor, &item);
            }
        }
        Ok(())
    }
}

fn value_of(visitor: &mut (impl Visitor + ?Sized), item: &Item<'_>) {
    visitor.value(item);
    if let Some(fields) = item.fields() {
        fields_of(visitor, item, fields.items());
    }
}

/// The levels of a definition bound the recursion.
fn fields_of<'a>(
    visitor: &mut (impl Visitor + ?Sized),
    item: &Item<'a>,
    fields: impl Iterator<Item = FieldItem<'a>>,
) {
    for field in fields {
        for (index, place) in field.places().enumerate() {
            visitor.field(item, &field, index, &place);
            if field.is_group() {
                inside(visitor, item, &field, &place);
            }
        }
    }
}

fn inside<'a>(
    visitor: &mut (impl Visitor + ?Sized),
    item: &Item<'a>,
    group: &FieldItem<'a>,
    place: &core::ops::Range<usize>,
) {
    for field in group.items(place) {
        for (index, place) in field.places().enumerate() {
            visitor.field(item, &field, index, &place);
            if field.is_group() {
                inside(visitor, item, &field, &place);
            }
        }
    }
}

/// Sees all of a buffer, in the order it is. Every method does nothing unless it is given.
pub trait Visitor {
    /// A header token.
    fn header(&mut self, item: &HeaderItem<'_>) {
        let _ = item;
    }

    /// A list begins.
    fn begin_list(&mut self, list: &Item<'_>) {
        let _ = list;
    }

    /// A list ends.
    fn end_list(&mut self, list: &Item<'_>) {
        let _ = list;
    }

    /// A table of several values begins.
    fn begin_table(&mut self, table: &Item<'_>) {
        let _ = table;
    }

    /// A table ends.
    fn end_table(&mut self, table: &Item<'_>) {
        let _ = table;
    }

    /// A token with a value, a mark, or a value of a table.
    fn value(&mut self, item: &Item<'_>) {
        let _ = item;
    }

    /// An occurrence of a field or group of the structure that is the value of `item`; `place` is in the bytes of the item, and what
    /// a group holds follows it.
    fn field(
        &mut self,
        item: &Item<'_>,
        field: &FieldItem<'_>,
        index: usize,
        place: &core::ops::Range<usize>,
    ) {
        let _ = (item, field, index, place);
    }
}
