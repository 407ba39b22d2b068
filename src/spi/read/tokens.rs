use core::iter::FusedIterator;
use core::ops::Range;

use super::bare::BareToken;
use super::error::{DecodeError, DecodeErrorKind};
use super::token::Token;
use crate::spi::profile::Profile;

/// The tokens of one level in order, lists unopened.
///
/// Ends after the first error: after it nothing is certain any more.
#[derive(Clone, Debug)]
pub struct Tokens<'a> {
    level: Level<'a>,
    position: usize,
    end: usize,
}

/// The common properties of all tokens of one level.
#[derive(Clone, Copy, Debug)]
pub(super) struct Level<'a> {
    /// The whole buffer, so that offsets are offsets in it.
    pub(super) buffer: &'a [u8],
    pub(super) profile: &'a Profile,
    pub(super) origin: u64,
    /// Where the SSID is that qualifies the tokens stored without one.
    pub(super) default_ssid: u16,
    /// How many lists the level is in.
    pub(super) depth: u8,
}

impl Level<'_> {
    #[cold]
    #[inline(never)]
    pub(super) fn error(self, kind: DecodeErrorKind, at: usize) -> DecodeError {
        DecodeError::new(kind, self.origin.saturating_add(u64::try_from(at).unwrap_or(u64::MAX)))
    }

    /// The token at `start`; the level ends at `end`.
    #[inline(always)]
    pub(super) fn step(&self, start: usize, end: usize) -> Result<BareToken, DecodeError> {
        match BareToken::read(self.buffer, self.profile, self.depth, start, end) {
            Some(bare) => Ok(bare),
            // Part by part, and the level by value: else the quick way, too, would go through memory.
            None => {
                let looked = BareToken::look(*self, start, end)?;
                Ok(looked.copy())
            }
        }
    }
}

impl<'a> Tokens<'a> {
    #[inline]
    pub(super) fn new(level: Level<'a>, range: Range<usize>) -> Self {
        Self { level, position: range.start, end: range.end }
    }

    /// Offset in the buffer of the token that comes next.
    #[must_use]
    pub const fn position(&self) -> usize {
        self.position
    }

    /// The profile the tokens are read under.
    #[must_use]
    #[inline]
    pub const fn profile(&self) -> &'a Profile {
        self.level.profile
    }

    pub(super) const fn level(&self) -> &Level<'a> {
        &self.level
    }

    pub(super) const fn end(&self) -> usize {
        self.end
    }

    /// The next token by its code and lengths only: as [`Tokens::next`](Iterator::next), for those who look at few
    /// tokens closely.
    #[inline(always)]
    pub fn next_bare(&mut self) -> Option<Result<BareToken, DecodeError>> {
        // A pad counted in the length of the level moves the position past its end.
        if self.position >= self.end {
            return None;
        }
        let step = self.level.step(self.position, self.end);
        self.position = match &step {
            Ok(bare) => bare.next(),
            Err(_) => self.end,
        };
        Some(step)
    }

    /// The token of a step that [`Tokens::next_bare`] of this level has made.
    #[must_use]
    #[inline]
    pub fn token(&self, bare: &BareToken) -> Token<'a> {
        Token::new(&self.level, bare)
    }
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Result<Token<'a>, DecodeError>;

    // Inlined, so that what the caller does not ask of a token is not made.
    #[inline(always)]
    fn next(&mut self) -> Option<Self::Item> {
        match self.next_bare()? {
            Ok(bare) => Some(Ok(self.token(&bare))),
            Err(error) => Some(Err(error)),
        }
    }
}

impl FusedIterator for Tokens<'_> {}
