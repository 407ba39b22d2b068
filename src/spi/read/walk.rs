use core::iter::FusedIterator;

use super::MAX_DEPTH;
use super::buffer::Buffer;
use super::error::DecodeError;
use super::token::{Level, Token};
use super::tokens::Tokens;

/// Goes over all tokens, depth first, in the order they stand. Lists are opened and closed; nothing recurses.
///
/// ```
/// use zems::spi::read::{Buffer, Visit};
///
/// let buffer = Buffer::parse(zems::samples::EVENT)?;
/// let depths = buffer.walk().filter_map(Result::ok).filter_map(|visit| match visit {
///     Visit::Token(token) | Visit::Open(token) => Some(token.depth()),
///     Visit::Close(_) => None,
/// });
/// assert!(depths.eq([0, 0, 0, 0, 0, 0, 1, 1, 0]));
/// # Ok::<(), zems::spi::read::DecodeError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Walk<'a> {
    current: Tokens<'a>,
    /// For each open list, outermost first, the level it stands in and its own offset there.
    outer: [Option<(&'a [u8; 12], usize, usize)>; MAX_DEPTH],
}

/// One step of a [`Walk`].
#[derive(Clone, Copy, Debug)]
#[allow(clippy::exhaustive_enums)]
pub enum Visit<'a> {
    /// A token that is no list.
    Token(Token<'a>),
    /// A list; its tokens follow.
    Open(Token<'a>),
    /// The end of this list.
    Close(Token<'a>),
}

impl<'a> Buffer<'a> {
    /// All tokens, those in lists too, in the order they stand.
    #[must_use]
    pub fn walk(&self) -> Walk<'a> {
        Walk { current: self.tokens(), outer: [None; MAX_DEPTH] }
    }
}

impl<'a> Walk<'a> {
    /// Goes back to the level around the one just ended.
    fn close(&mut self) -> Option<Result<Visit<'a>, DecodeError>> {
        let inner = self.current.level();
        let depth = inner.depth.checked_sub(1)?;
        let (default_ssid, start, end) = self.outer.get(depth).copied().flatten()?;
        let level = Level { default_ssid, depth, ..*inner };
        Some(Token::read(&level, start, end).map(|(list, next)| {
            self.current = Tokens::new(level, next..end);
            Visit::Close(list)
        }))
    }
}

impl<'a> Iterator for Walk<'a> {
    type Item = Result<Visit<'a>, DecodeError>;

    fn next(&mut self) -> Option<Self::Item> {
        let token = match self.current.next() {
            Some(Ok(token)) => token,
            Some(Err(error)) => {
                self.outer = [None; MAX_DEPTH];
                return Some(Err(error));
            }
            None => return self.close(),
        };
        let Some(inside) = token.tokens() else { return Some(Ok(Visit::Token(token))) };
        let level = self.current.level();
        if let Some(slot) = self.outer.get_mut(level.depth) {
            *slot = Some((level.default_ssid, token.start(), self.current.end()));
        }
        self.current = inside;
        Some(Ok(Visit::Open(token)))
    }
}

impl FusedIterator for Walk<'_> {}
