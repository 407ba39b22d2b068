use core::iter::FusedIterator;
use core::ops::Range;

use super::error::DecodeError;
use super::token::{Level, Token};

/// The tokens of one level in the order they stand, lists unopened.
///
/// Ends after the first error: behind it nothing is certain any more.
#[derive(Clone, Debug)]
pub struct Tokens<'a> {
    level: Level<'a>,
    position: usize,
    end: usize,
}

impl<'a> Tokens<'a> {
    pub(super) fn new(level: Level<'a>, range: Range<usize>) -> Self {
        Self { level, position: range.start, end: range.end }
    }

    /// Offset in the buffer of the token that comes next.
    #[must_use]
    pub const fn position(&self) -> usize {
        self.position
    }

    pub(super) const fn level(&self) -> &Level<'a> {
        &self.level
    }

    pub(super) const fn end(&self) -> usize {
        self.end
    }
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Result<Token<'a>, DecodeError>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        // A pad counted in the length of the level moves the position past its end.
        if self.position >= self.end {
            return None;
        }
        match Token::read(&self.level, self.position, self.end) {
            Ok((token, next)) => {
                self.position = next;
                Some(Ok(token))
            }
            Err(error) => {
                self.position = self.end;
                Some(Err(error))
            }
        }
    }
}

impl FusedIterator for Tokens<'_> {}
