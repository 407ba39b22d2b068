//! Structured data (RFC 5424, 6.3): elements of an ID and parameters.

use alloc::borrow::Cow;
use core::fmt;
use core::iter::FusedIterator;

use super::text::{LineText, Unescaped, find, find_name_end};

/// The structured data of a line: one or more elements, `[id name="value" ...]`.
///
/// ```
/// use zems::syslog::StructuredData;
///
/// let data = StructuredData::parse(r#"[junos@2636.1.1.1.2.18 username="re\"gress"][x@1]"#).unwrap();
/// let element = data.elements().next().unwrap();
/// assert_eq!(element.id(), "junos@2636.1.1.1.2.18");
/// let param = element.params().next().unwrap();
/// assert_eq!((param.name(), param.value().as_written()), ("username", r#"re\"gress"#));
/// assert_eq!(param.value().to_string(), r#"re"gress"#);
/// ```
#[derive(Debug)]
pub struct StructuredData<'a, T: ?Sized = str> {
    text: &'a T,
    /// The end of the first element. Most data has no other.
    first_end: usize,
}

/// One element of structured data.
#[derive(Debug)]
pub struct Element<'a, T: ?Sized = str> {
    id: &'a T,
    /// The structured data, and where in it the parameters begin.
    text: &'a T,
    at: usize,
}

/// A parameter of an element.
#[derive(Debug)]
pub struct Param<'a, T: ?Sized = str> {
    name: &'a T,
    value: ParamValue<'a, T>,
}

/// The value of a parameter.
#[derive(Debug)]
pub struct ParamValue<'a, T: ?Sized = str>(&'a T);

/// Iterator over the elements of structured data.
#[derive(Debug)]
pub struct Elements<'a, T: ?Sized = str> {
    text: &'a T,
    /// Where the next element begins.
    at: usize,
    /// The end of the next element, if it is known.
    end: Option<usize>,
}

/// Iterator over the parameters of an element.
#[derive(Debug)]
pub struct Params<'a, T: ?Sized = str> {
    text: &'a T,
    /// Where the blank before the next parameter is; the last is followed by the bracket.
    at: usize,
}

impl<'a> StructuredData<'a> {
    /// Reads structured data that fills the text; `None` if it is malformed.
    #[must_use]
    pub fn parse(text: &'a str) -> Option<Self> {
        Self::read(text)
    }
}

impl<'a> StructuredData<'a, [u8]> {
    /// Reads structured data that fills the bytes; `None` if it is malformed.
    #[must_use]
    pub fn parse_bytes(bytes: &'a [u8]) -> Option<Self> {
        Self::read(bytes)
    }
}

impl<'a, T: LineText + ?Sized> StructuredData<'a, T> {
    fn read(text: &'a T) -> Option<Self> {
        let (first_end, end) = read_data(text.as_line_bytes(), 0)?;
        (end == text.as_line_bytes().len()).then_some(Self { text, first_end })
    }

    /// Of text that [`read_data`] has been through.
    #[inline]
    pub(super) const fn checked(text: &'a T, first_end: usize) -> Self {
        Self { text, first_end }
    }

    /// The text as it is in the line, brackets included.
    #[must_use]
    pub const fn as_written(&self) -> &'a T {
        self.text
    }

    /// The elements in order.
    #[must_use]
    pub const fn elements(&self) -> Elements<'a, T> {
        Elements { text: self.text, at: 0, end: Some(self.first_end) }
    }
}

impl<'a, T: LineText + ?Sized> Element<'a, T> {
    /// The SD-ID, `junos@2636.1.1.1.2.18`.
    #[must_use]
    pub const fn id(&self) -> &'a T {
        self.id
    }

    /// The parameters in order.
    #[must_use]
    pub const fn params(&self) -> Params<'a, T> {
        Params { text: self.text, at: self.at }
    }
}

impl<'a, T: LineText + ?Sized> Param<'a, T> {
    /// The PARAM-NAME.
    #[must_use]
    pub const fn name(&self) -> &'a T {
        self.name
    }

    /// The PARAM-VALUE.
    #[must_use]
    pub const fn value(&self) -> ParamValue<'a, T> {
        self.value
    }
}

impl<'a, T: LineText + ?Sized> ParamValue<'a, T> {
    /// The content between the quotes, escapes included.
    #[must_use]
    pub const fn as_written(&self) -> &'a T {
        self.0
    }

    /// The value itself. It is copied only if something in it is escaped.
    #[must_use]
    pub fn unescaped(&self) -> Cow<'a, T> {
        self.0.unescaped()
    }

    /// The bytes of the value itself.
    pub(crate) fn bytes(&self) -> Unescaped<'a> {
        Unescaped(self.0.as_line_bytes())
    }

    /// Whether everything that must be escaped is, and nothing else.
    pub(super) fn is_canonical(&self) -> bool {
        let mut rest = self.0.as_line_bytes();
        loop {
            rest = match rest {
                [b'\\', b'"' | b'\\' | b']', rest @ ..] => rest,
                [b'\\' | b'"' | b']', ..] => return false,
                [_, rest @ ..] => rest,
                [] => return true,
            };
        }
    }
}

/// The value itself; bytes that are not UTF-8 show as U+FFFD.
impl<T: LineText + ?Sized> fmt::Display for ParamValue<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = self.0.as_line_bytes();
        let mut clean = 0;
        while let Some(at) = find(bytes, clean, [b'\\']) {
            let is_escape = matches!(bytes.get(at + 1), Some(b'"' | b'\\' | b']'));
            let end = if is_escape { at } else { at + 1 };
            self.0.part(clean..end).write_text(f)?;
            clean = at + 1;
            if is_escape {
                // The escaped character is text, even if it is a backslash.
                self.0.part(clean..clean + 1).write_text(f)?;
                clean += 1;
            }
        }
        self.0.part(clean..bytes.len()).write_text(f)
    }
}

impl<'a, T: LineText + ?Sized> Iterator for Elements<'a, T> {
    type Item = Element<'a, T>;

    #[inline]
    fn next(&mut self) -> Option<Element<'a, T>> {
        let (text, bytes, at) = (self.text, self.text.as_line_bytes(), self.at);
        self.at = match self.end.take() {
            Some(end) => end,
            None => read_element(bytes, at)?,
        };
        let id_end = find(bytes, at + 1, [b' ', b']'])?;
        Some(Element { id: text.part(at + 1..id_end), text, at: id_end })
    }
}

impl<T: LineText + ?Sized> FusedIterator for Elements<'_, T> {}

impl<'a, T: LineText + ?Sized> Iterator for Params<'a, T> {
    type Item = Param<'a, T>;

    #[inline]
    fn next(&mut self) -> Option<Param<'a, T>> {
        let (text, bytes, at) = (self.text, self.text.as_line_bytes(), self.at);
        if bytes.get(at) != Some(&b' ') {
            return None;
        }
        // All of it has been read before: nothing else can be here.
        let name_end = find(bytes, at + 1, [b'='])?;
        self.at = read_value(bytes, name_end + 2)?;
        let value = ParamValue(text.part(name_end + 2..self.at - 1));
        Some(Param { name: text.part(at + 1..name_end), value })
    }
}

impl<T: LineText + ?Sized> FusedIterator for Params<'_, T> {}

macro_rules! copy {
    ($($type:ident)*) => {$(
        impl<T: ?Sized> Clone for $type<'_, T> {
            fn clone(&self) -> Self {
                *self
            }
        }

        impl<T: ?Sized> Copy for $type<'_, T> {}
    )*};
}

copy!(StructuredData Element Param ParamValue);

impl<T: ?Sized> Clone for Elements<'_, T> {
    fn clone(&self) -> Self {
        Self { text: self.text, at: self.at, end: self.end }
    }
}

impl<T: ?Sized> Clone for Params<'_, T> {
    fn clone(&self) -> Self {
        Self { text: self.text, at: self.at }
    }
}

/// The ends of the first and of all of the elements that are at `at`; there is at least one.
#[inline(always)]
pub(super) fn read_data(bytes: &[u8], at: usize) -> Option<(usize, usize)> {
    let first_end = read_element(bytes, at)?;
    let mut end = first_end;
    while bytes.get(end) == Some(&b'[') {
        end = read_element(bytes, end)?;
    }
    Some((first_end, end))
}

#[inline]
fn read_element(bytes: &[u8], at: usize) -> Option<usize> {
    if bytes.get(at) != Some(&b'[') {
        return None;
    }
    let mut end = find_name_end(bytes, at + 1)?;
    if end == at + 1 {
        return None;
    }
    loop {
        match bytes.get(end)? {
            b']' => return Some(end + 1),
            b' ' => (_, end) = read_param(bytes, end)?,
            _ => return None,
        }
    }
}

/// The blank, name and quoted value at `at`: where the name ends, and where all ends.
#[inline(always)]
fn read_param(bytes: &[u8], at: usize) -> Option<(usize, usize)> {
    let name_end = find_name_end(bytes, at + 1)?;
    let is_param = name_end > at + 1 && bytes.get(name_end..name_end + 2) == Some(b"=\"");
    if !is_param {
        return None;
    }
    Some((name_end, read_value(bytes, name_end + 2)?))
}

/// The place after the quote that ends a value.
#[inline(always)]
fn read_value(bytes: &[u8], mut at: usize) -> Option<usize> {
    loop {
        at = find(bytes, at, [b'"', b'\\'])?;
        if bytes.get(at) == Some(&b'"') {
            return Some(at + 1);
        }
        // A backslash and what it escapes; of other characters than a quote it makes no difference.
        at += 2;
    }
}
