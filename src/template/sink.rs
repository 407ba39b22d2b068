use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

/// Where a text goes: a [`fmt::Write`] that may want to know the preferred places for line breaks.
pub(super) trait Sink: fmt::Write {
    /// `<*CR>`: a line had best be broken here, if it must be broken.
    fn preferred_break(&mut self) {}
}

/// A sink that breaks no lines.
pub(super) struct Unbroken<'a, W: ?Sized>(pub(super) &'a mut W);

impl<W: fmt::Write + ?Sized> fmt::Write for Unbroken<'_, W> {
    #[inline]
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0.write_str(text)
    }
}

impl<W: fmt::Write + ?Sized> Sink for Unbroken<'_, W> {}

/// A whole text before it is laid out in lines, with the places `<*CR>` marks. Kept from one event to the next, it
/// allocates no more than the longest text needs.
///
/// ```
/// use core::fmt::Write;
/// use zems::template::{Layout, Text};
///
/// let mut text = Text::new();
/// text.write_str("one two three")?;
/// let mut lines = String::new();
/// Layout { width: 8, indent: 2, lines: 0 }.write(&text, &mut lines)?;
/// assert_eq!(lines, "one two\n  three");
/// # Ok::<(), core::fmt::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Text {
    text: String,
    /// Byte offsets, in order.
    breaks: Vec<usize>,
}

impl Text {
    /// An empty text.
    #[must_use]
    pub const fn new() -> Self {
        Self { text: String::new(), breaks: Vec::new() }
    }

    /// The text as one line.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The byte offsets at which a line had best be broken, in ascending order.
    #[must_use]
    pub fn breaks(&self) -> &[usize] {
        &self.breaks
    }

    /// Empties the text and keeps its memory.
    pub fn clear(&mut self) {
        self.text.clear();
        self.breaks.clear();
    }
}

impl fmt::Write for Text {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.text.push_str(text);
        Ok(())
    }
}

impl Sink for Text {
    fn preferred_break(&mut self) {
        if self.breaks.last() != Some(&self.text.len()) {
            self.breaks.push(self.text.len());
        }
    }
}
