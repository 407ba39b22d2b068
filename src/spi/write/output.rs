#[cfg(feature = "alloc")]
use alloc::vec::Vec;

use bytes::BytesMut;

use super::error::EncodeErrorKind;

/// Where an [`Encoder`](super::Encoder) writes: after what is there already.
pub trait Output {
    /// Bytes in the output.
    fn len(&self) -> usize;

    /// Whether nothing is in the output.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Makes sure that `count` bytes can be added.
    ///
    /// # Errors
    /// There is no space for them.
    fn reserve(&mut self, count: usize) -> Result<(), EncodeErrorKind>;

    /// Says that about `count` bytes more will come, so that an output that grows does so once.
    fn expect(&mut self, _count: usize) {}

    /// Adds bytes, for which space has been reserved.
    fn extend(&mut self, bytes: &[u8]);

    /// Writes over two bytes at `at`.
    fn patch(&mut self, at: usize, word: [u8; 2]);

    /// Takes back everything after the first `len` bytes.
    fn truncate(&mut self, len: usize);
}

#[cfg(feature = "alloc")]
impl Output for Vec<u8> {
    #[inline]
    fn len(&self) -> usize {
        self.len()
    }

    #[inline]
    fn reserve(&mut self, count: usize) -> Result<(), EncodeErrorKind> {
        self.reserve(count);
        Ok(())
    }

    #[inline]
    fn expect(&mut self, count: usize) {
        self.reserve(count);
    }

    #[inline]
    fn extend(&mut self, bytes: &[u8]) {
        self.extend_from_slice(bytes);
    }

    fn patch(&mut self, at: usize, word: [u8; 2]) {
        patch(self, at, word);
    }

    #[inline]
    fn truncate(&mut self, len: usize) {
        self.truncate(len);
    }
}

impl Output for BytesMut {
    #[inline]
    fn len(&self) -> usize {
        self.len()
    }

    #[inline]
    fn reserve(&mut self, count: usize) -> Result<(), EncodeErrorKind> {
        self.reserve(count);
        Ok(())
    }

    #[inline]
    fn expect(&mut self, count: usize) {
        self.reserve(count);
    }

    #[inline]
    fn extend(&mut self, bytes: &[u8]) {
        self.extend_from_slice(bytes);
    }

    fn patch(&mut self, at: usize, word: [u8; 2]) {
        patch(self, at, word);
    }

    #[inline]
    fn truncate(&mut self, len: usize) {
        self.truncate(len);
    }
}

impl<O: Output> Output for &mut O {
    #[inline]
    fn len(&self) -> usize {
        (**self).len()
    }

    #[inline]
    fn reserve(&mut self, count: usize) -> Result<(), EncodeErrorKind> {
        (**self).reserve(count)
    }

    #[inline]
    fn expect(&mut self, count: usize) {
        (**self).expect(count);
    }

    #[inline]
    fn extend(&mut self, bytes: &[u8]) {
        (**self).extend(bytes);
    }

    fn patch(&mut self, at: usize, word: [u8; 2]) {
        (**self).patch(at, word);
    }

    #[inline]
    fn truncate(&mut self, len: usize) {
        (**self).truncate(len);
    }
}

/// The front of a caller's slice.
///
/// ```
/// use zems::spi::write::{Output, SliceOutput};
///
/// let mut space = [0; 4];
/// let mut output = SliceOutput::new(&mut space);
/// assert!(output.reserve(3).is_ok());
/// output.extend(b"abc");
/// assert!(output.reserve(2).is_err());
/// assert_eq!(output.into_written(), b"abc");
/// ```
#[derive(Debug)]
pub struct SliceOutput<'b> {
    space: &'b mut [u8],
    len: usize,
}

impl<'b> SliceOutput<'b> {
    /// Writes into `space` from its start.
    #[must_use]
    pub const fn new(space: &'b mut [u8]) -> Self {
        Self { space, len: 0 }
    }

    /// Continues after the first `len` bytes of `space`, which were written before.
    pub(crate) fn resume(space: &'b mut [u8], len: usize) -> Self {
        let len = len.min(space.len());
        Self { space, len }
    }

    /// Writes into `space` after the `len` bytes that are there already.
    #[inline]
    pub(crate) const fn new_after(space: &'b mut [u8], len: usize) -> Self {
        Self { space, len }
    }

    /// Comes to a word boundary with a zero, without a branch on where it is. Returns the byte that was after the last one.
    #[inline(always)]
    pub(crate) fn pad(&mut self) -> u8 {
        let Some(pad) = self.space.get_mut(self.len) else { return 0 };
        let (before, is_odd) = (*pad, self.len & 1 == 1);
        // All zeros at an odd place, which is a pad; all ones elsewhere.
        *pad &= u8::from(is_odd).wrapping_sub(1);
        self.len += usize::from(is_odd);
        before
    }

    /// Takes back a pad: the byte was there before.
    #[inline(always)]
    pub(crate) fn unpad(&mut self, byte: u8) {
        self.len -= 1;
        if let Some(pad) = self.space.get_mut(self.len) {
            *pad = byte;
        }
    }

    /// The bytes written.
    #[must_use]
    pub fn into_written(self) -> &'b mut [u8] {
        self.space.get_mut(..self.len).unwrap_or_default()
    }
}

impl Output for SliceOutput<'_> {
    #[inline]
    fn len(&self) -> usize {
        self.len
    }

    #[inline(always)]
    fn reserve(&mut self, count: usize) -> Result<(), EncodeErrorKind> {
        let have = self.space.len() - self.len;
        if count <= have {
            return Ok(());
        }
        Err(no_space(count, have))
    }

    #[inline(always)]
    fn extend(&mut self, bytes: &[u8]) {
        let end = self.len.saturating_add(bytes.len());
        if let Some(space) = self.space.get_mut(self.len..end) {
            space.copy_from_slice(bytes);
            self.len = end;
        }
    }

    #[inline(always)]
    fn patch(&mut self, at: usize, word: [u8; 2]) {
        patch(self.space, at, word);
    }

    #[inline]
    fn truncate(&mut self, len: usize) {
        self.len = self.len.min(len);
    }
}

#[cold]
fn no_space(need: usize, have: usize) -> EncodeErrorKind {
    let [need, have] = [need, have].map(|bytes| u32::try_from(bytes).unwrap_or(u32::MAX));
    EncodeErrorKind::NoSpace { need, have }
}

/// Counts what would be written: the exact length of a buffer before there is one.
#[derive(Clone, Copy, Debug, Default)]
pub struct Measure {
    len: usize,
}

impl Output for Measure {
    #[inline]
    fn len(&self) -> usize {
        self.len
    }

    #[inline]
    fn reserve(&mut self, _: usize) -> Result<(), EncodeErrorKind> {
        Ok(())
    }

    #[inline]
    fn extend(&mut self, bytes: &[u8]) {
        self.len = self.len.saturating_add(bytes.len());
    }

    fn patch(&mut self, _: usize, _: [u8; 2]) {}

    #[inline]
    fn truncate(&mut self, len: usize) {
        self.len = self.len.min(len);
    }
}

#[inline]
fn patch(bytes: &mut [u8], at: usize, word: [u8; 2]) {
    if let Some(place) = bytes.get_mut(at..).and_then(|rest| rest.first_chunk_mut()) {
        *place = word;
    }
}
