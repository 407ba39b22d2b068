use core::fmt;
use core::ops::Range;

use super::fields::Fields;
use super::scalar::{Fidelity, Scalar};
use crate::dictionary::TokenDef;
use crate::site::Site;
use crate::spi::read::{DecodeError, TableItems, Token, Tokens};
use crate::spi::{DataType, Ssid, TokenCode};

/// A token, or one value of a table, and everything that is known of it.
#[derive(Clone, Copy, Debug)]
pub struct Item<'a> {
    site: &'a Site,
    token: Token<'a>,
    def: Option<TokenDef<'a>>,
    /// The bytes of the value.
    bytes: &'a [u8],
    /// Where they begin in the buffer.
    start: usize,
    index: usize,
    is_value: bool,
}

impl<'a> Item<'a> {
    /// A token of a buffer; `index` is its place in its level.
    #[must_use]
    pub fn new(site: &'a Site, token: Token<'a>, index: usize) -> Self {
        let def = site.token(token.effective_ssid(), token.code());
        let (bytes, start) = (token.bytes(), token.value_offset());
        Self { site, token, def, bytes, start, index, is_value: false }
    }

    /// The site that describes it.
    #[must_use]
    pub const fn site(&self) -> &'a Site {
        self.site
    }

    /// The token, for what is not asked here.
    #[must_use]
    pub const fn token(&self) -> &Token<'a> {
        &self.token
    }

    /// Its definition.
    #[must_use]
    pub const fn definition(&self) -> Option<TokenDef<'a>> {
        self.def
    }

    /// The symbolic name.
    #[must_use]
    pub fn name(&self) -> Option<&'a str> {
        self.def.map(|def| def.name())
    }

    /// The code, as it is stored less the extended bit.
    #[must_use]
    pub const fn code(&self) -> TokenCode {
        self.token.code()
    }

    /// The SSID stored with it.
    #[must_use]
    pub fn ssid(&self) -> Option<Ssid> {
        self.token.ssid()
    }

    /// The meaning of its data types under the profile of the buffer.
    #[must_use]
    pub const fn data_type(&self) -> DataType {
        self.token.data_type()
    }

    /// The bytes of the value, without length word and pad.
    #[must_use]
    pub const fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// Where the bytes of the value are in the input.
    #[must_use]
    pub fn range(&self) -> Range<u64> {
        let absolute = |at: usize| {
            let token = self.token.range().start;
            token.saturating_add(u64::try_from(at.saturating_sub(self.token.start())).unwrap_or(u64::MAX))
        };
        absolute(self.start)..absolute(self.start.saturating_add(self.bytes.len()))
    }

    /// Its place in its level, or among the values of its table, from 0.
    #[must_use]
    pub const fn index(&self) -> usize {
        self.index
    }

    /// Whether it is a mark, and so has no value.
    #[must_use]
    pub fn is_mark(&self) -> bool {
        self.data_type() == DataType::Mark && self.bytes.is_empty()
    }

    /// The tokens of a list.
    #[must_use]
    pub fn tokens(&self) -> Option<Items<'a>> {
        self.token.tokens().map(|tokens| Items::new(self.site, tokens))
    }

    /// The values of a table.
    #[must_use]
    pub fn values(&self) -> Option<Values<'a>> {
        let table = self.token.table().filter(|_| !self.is_value)?;
        Some(Values { table: *self, items: table.items(), index: 0 })
    }

    /// The value that counts for a subject: of a table the first, if there is one; else the token's own.
    #[must_use]
    pub fn first_value(&self) -> Self {
        self.values().and_then(|mut values| values.next()).unwrap_or(*self)
    }

    /// The fields, if it is a structure whose definition is known.
    #[must_use]
    pub fn fields(&self) -> Option<Fields<'a>> {
        let structure = self.def.filter(|_| matches!(self.data_type(), DataType::Struct))?.structure()?;
        Some(Fields::new(structure, self.bytes))
    }

    /// The elements of the value.
    #[must_use]
    pub fn elements(&self) -> Elements<'a> {
        Elements::new(self.data_type(), self.bytes)
    }

    /// The only element, if there is just one.
    #[must_use]
    pub fn scalar(&self) -> Option<Scalar<'a>> {
        let mut elements = self.elements();
        elements.next().filter(|_| elements.next().is_none())
    }

    /// The name of the value, if it is one of an enumeration.
    #[must_use]
    pub fn label(&self) -> Option<&'a str> {
        self.labelled().map(|(_, label)| label)
    }

    /// The number that has a label, and the label.
    pub(super) fn labelled(&self) -> Option<(i32, &'a str)> {
        let values = self.def?.enumeration()?;
        let number = match self.data_type() {
            // The word of a BOOLEAN that is true is any but 0.
            DataType::Boolean => {
                i32::from(i16::from_be_bytes(*self.bytes.first_chunk().filter(|_| self.bytes.len() == 2)?))
            }
            DataType::Int | DataType::Enum | DataType::Uint | DataType::Byte => {
                self.scalar()?.as_integer().and_then(|number| i32::try_from(number).ok())?
            }
            _ => return None,
        };
        Some((number, values.label(number)?))
    }

    /// Whether the name rests on a number that the vendor has not published and no user file has given.
    #[must_use]
    pub fn is_provisional(&self) -> bool {
        self.def.is_some_and(|def| def.is_provisional())
    }

    /// The label, if it rests on such a number.
    #[must_use]
    pub fn provisional_label(&self) -> Option<&'a str> {
        let (value, label) = self.labelled()?;
        self.is_provisional_label(value).then_some(label)
    }

    /// Whether the label of this value rests on such a number.
    pub(super) fn is_provisional_label(&self, value: i32) -> bool {
        self.def.is_some_and(|def| self.site.is_provisional_label(&def, value))
    }

    /// How much of the value its structured form says.
    #[must_use]
    pub fn fidelity(&self) -> Fidelity {
        if let Some(fields) = self.fields() {
            return fields.fidelity();
        }
        self.elements().map(|element| element.fidelity()).max().unwrap_or(Fidelity::Exact)
    }

    /// Whether the structured form of the value gives the same bytes back.
    #[must_use]
    pub fn round_trips(&self) -> bool {
        self.fidelity() == Fidelity::Exact
    }

    /// Whether every element has a text; otherwise only its bytes say what it is.
    #[must_use]
    pub fn has_text(&self) -> bool {
        self.elements().all(|element| element.has_text())
    }

    /// The text of the value: its elements with blanks between them.
    #[must_use]
    pub const fn text(&self) -> ItemText<'a> {
        ItemText { item: *self }
    }
}

/// The text of the value of an [`Item`].
#[derive(Clone, Copy, Debug)]
pub struct ItemText<'a> {
    item: Item<'a>,
}

impl fmt::Display for ItemText<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, element) in self.item.elements().enumerate() {
            f.write_str(if at > 0 { " " } else { "" })?;
            element.text(self.item.site).fmt(f)?;
        }
        Ok(())
    }
}

/// The tokens of one level, in order.
#[derive(Clone, Debug)]
pub struct Items<'a> {
    site: &'a Site,
    tokens: Tokens<'a>,
    index: usize,
}

impl<'a> Items<'a> {
    pub(super) const fn new(site: &'a Site, tokens: Tokens<'a>) -> Self {
        Self { site, tokens, index: 0 }
    }
}

impl<'a> Iterator for Items<'a> {
    type Item = Result<Item<'a>, DecodeError>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        let token = self.tokens.next()?;
        let index = self.index;
        self.index += 1;
        Some(token.map(|token| Item::new(self.site, token, index)))
    }
}

/// The values of a table, in order.
#[derive(Clone, Debug)]
pub struct Values<'a> {
    table: Item<'a>,
    items: TableItems<'a>,
    index: usize,
}

impl<'a> Iterator for Values<'a> {
    type Item = Item<'a>;

    fn next(&mut self) -> Option<Item<'a>> {
        let item = self.items.next()?;
        let index = self.index;
        self.index += 1;
        Some(Item { bytes: item.bytes(), start: item.value_offset(), index, is_value: true, ..self.table })
    }
}

/// The elements of a value, in order. A text is one element; so are the bytes of a value that is not a whole number of elements.
#[derive(Clone, Copy, Debug)]
pub struct Elements<'a> {
    kind: DataType,
    rest: &'a [u8],
    /// Bytes of an element; 0: all there are, once.
    len: usize,
    is_array: bool,
    is_done: bool,
}

impl<'a> Elements<'a> {
    /// The elements of a value of this data type.
    #[must_use]
    pub fn new(kind: DataType, bytes: &'a [u8]) -> Self {
        let len = kind.element_len().filter(|len| kind != DataType::Char && bytes.len().is_multiple_of(*len));
        let is_array = len.is_some_and(|len| bytes.len() != len);
        Self {
            kind,
            rest: bytes,
            len: len.unwrap_or(0),
            is_array,
            is_done: is_array && bytes.is_empty() || kind == DataType::Mark && bytes.is_empty(),
        }
    }

    /// Whether there are several elements, or none.
    #[must_use]
    pub const fn is_array(&self) -> bool {
        self.is_array
    }
}

impl<'a> Iterator for Elements<'a> {
    type Item = Scalar<'a>;

    #[inline]
    fn next(&mut self) -> Option<Scalar<'a>> {
        if self.is_done {
            return None;
        }
        let len = if self.len == 0 { self.rest.len() } else { self.len };
        let (element, rest) = self.rest.split_at_checked(len)?;
        self.rest = rest;
        self.is_done = rest.is_empty();
        Some(Scalar::read(self.kind, element))
    }
}
