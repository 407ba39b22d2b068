use core::iter::FusedIterator;

use crate::spi::data_type::DataType;
use crate::spi::profile::Profile;
use crate::spi::ssid::Ssid;
use crate::spi::token_code::TokenCode;
use crate::spi::value::Value;

/// Bytes before the token code of the values: header code, byte length, count.
pub(super) const HEADER_LEN: usize = 8;
/// Where the count is, from the header code on.
pub(super) const COUNT_AT: usize = 6;

/// Several values of one token code, stored once after a table header (ZSPI^DDL^TBLHDR^DEF, SPI Programming Manual
/// C-6).
///
/// ```text
///   0            4             6       8                     12 or 24
///   header code | byte length | count | code of the values | value | value | ...
/// ```
///
/// Text of a fixed length is packed; every other value begins at a word.
#[derive(Clone, Copy, Debug)]
pub struct Table<'a> {
    code: TokenCode,
    kind: DataType,
    count: u16,
    values: &'a [u8],
    offset: usize,
}

/// The parts of a table after its length word.
pub(super) struct Parts<'a> {
    pub(super) code: TokenCode,
    pub(super) is_extended: bool,
    pub(super) values: &'a [u8],
}

/// Reads what follows the length word of a table header, if all of it fits together.
///
/// Values without bytes are refused, since their count would be bounded by nothing.
pub(super) fn read<'a>(profile: &Profile, bytes: &'a [u8]) -> Option<Parts<'a>> {
    let (count, rest) = bytes.split_first_chunk()?;
    let (bits, rest) = rest.split_first_chunk()?;
    let (count, bits) = (u16::from_be_bytes(*count), u32::from_be_bytes(*bits));
    let is_extended = bits >> 31 != 0;
    let values = if is_extended { rest.get(Ssid::LEN..)? } else { rest };
    let code = TokenCode::from_bits(bits);
    let kind = profile.data_type(code.type_code());
    if matches!(kind, DataType::List | DataType::Table) || code.length() == 0 {
        return None;
    }
    let parts = Parts { code, is_extended, values };
    let mut items = TableItems { code, kind, left: count, values, offset: 0 };
    if !code.is_variable() {
        // All of one size: no need to look at each.
        let len = usize::from(code.length());
        let expected = match usize::from(count).checked_sub(1) {
            Some(but_one) => but_one * items.stride(len) + len,
            None => 0,
        };
        return (values.len() == expected).then_some(parts);
    }
    while items.left > 0 {
        items.next()?;
    }
    items.values.is_empty().then_some(parts)
}

impl<'a> Table<'a> {
    pub(super) const fn new(
        code: TokenCode,
        kind: DataType,
        count: u16,
        values: &'a [u8],
        offset: usize,
    ) -> Self {
        Self { code, kind, count, values, offset }
    }

    /// How many values there are.
    #[must_use]
    pub fn len(&self) -> usize {
        usize::from(self.count)
    }

    /// Whether the table holds no value.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The values in order.
    #[must_use]
    pub const fn items(&self) -> TableItems<'a> {
        TableItems {
            code: self.code,
            kind: self.kind,
            left: self.count,
            values: self.values,
            offset: self.offset,
        }
    }
}

/// One value of a [`Table`].
#[derive(Clone, Copy, Debug)]
pub struct TableItem<'a> {
    kind: DataType,
    bytes: &'a [u8],
    offset: usize,
}

impl<'a> TableItem<'a> {
    /// The bytes of the value, without length word and pad.
    #[must_use]
    pub const fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// The value as its data type says.
    #[must_use]
    pub fn value(&self) -> Value<'a> {
        Value::new(self.kind, self.bytes)
    }

    /// Offset in the buffer of what [`TableItem::bytes`] returns.
    #[must_use]
    pub const fn value_offset(&self) -> usize {
        self.offset
    }
}

/// Iterator over the values of a [`Table`].
#[derive(Clone, Debug)]
pub struct TableItems<'a> {
    code: TokenCode,
    kind: DataType,
    left: u16,
    values: &'a [u8],
    offset: usize,
}

impl TableItems<'_> {
    /// Bytes from the start of one value to the start of the next.
    fn stride(&self, len: usize) -> usize {
        if self.kind.is_string() && !self.code.is_variable() { len } else { len.next_multiple_of(2) }
    }
}

impl<'a> Iterator for TableItems<'a> {
    type Item = TableItem<'a>;

    fn next(&mut self) -> Option<TableItem<'a>> {
        self.left = self.left.checked_sub(1)?;
        let (len, skip) = if self.code.is_variable() {
            (usize::from(u16::from_be_bytes(*self.values.first_chunk()?)), 2)
        } else {
            (usize::from(self.code.length()), 0)
        };
        let bytes = self.values.get(skip..)?.get(..len)?;
        let item = TableItem { kind: self.kind, bytes, offset: self.offset + skip };
        // The last value has no pad after it.
        let step = skip + if self.left == 0 { len } else { self.stride(len) };
        self.values = self.values.get(step..)?;
        self.offset += step;
        Some(item)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (0, Some(usize::from(self.left)))
    }
}

impl FusedIterator for TableItems<'_> {}
