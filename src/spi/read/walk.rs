use core::iter::FusedIterator;

use super::MAX_DEPTH;
use super::bare::BareToken;
use super::buffer::Buffer;
use super::error::DecodeError;
use super::token::Token;
use super::tokens::{Level, Tokens};

/// Goes over all tokens, depth first, in order. Lists are opened and closed; nothing recurses.
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
    /// The open lists, outermost first; most buffers have none.
    open: Option<[Open; MAX_DEPTH]>,
}

/// An open list: the level it is in, and where.
#[derive(Clone, Copy, Debug, Default)]
struct Open {
    default_ssid: u16,
    start: u16,
    /// The end of the level around it.
    end: u16,
}

/// One step of a [`Walk`].
#[derive(Clone, Copy, Debug)]
#[allow(clippy::exhaustive_enums)]
pub enum Visit<'a> {
    /// A token that is not a list.
    Token(Token<'a>),
    /// A list; its tokens follow.
    Open(Token<'a>),
    /// The end of this list.
    Close(Token<'a>),
}

/// One step of [`Buffer::walk_bare`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_enums)]
pub enum BareVisit {
    /// A token that is not a list.
    Token(BareToken),
    /// A list; its tokens follow.
    Open(BareToken),
    /// The end of this list.
    Close(BareToken),
}

impl<'a> Buffer<'a> {
    /// All tokens, those in lists too, in order.
    #[must_use]
    #[inline]
    pub fn walk(&self) -> Walk<'a> {
        Walk { current: self.tokens(), open: None }
    }

    /// Shows all tokens, those in lists too, by their codes and lengths only: the fastest way over a whole buffer.
    ///
    /// ```
    /// use zems::spi::read::{Buffer, BareVisit};
    ///
    /// let buffer = Buffer::parse(zems::samples::EVENT)?;
    /// let (mut tokens, mut lists) = (0, 0);
    /// buffer.walk_bare(|visit| match visit {
    ///     BareVisit::Token(_) => tokens += 1,
    ///     BareVisit::Open(_) => lists += 1,
    ///     BareVisit::Close(_) => {}
    /// })?;
    /// assert_eq!((tokens, lists), (8, 1));
    /// # Ok::<(), zems::spi::read::DecodeError>(())
    /// ```
    ///
    /// # Errors
    /// A token cannot be read; those before it have been shown.
    #[inline]
    pub fn walk_bare(&self, mut show: impl FnMut(BareVisit)) -> Result<(), DecodeError> {
        let level = self.level();
        let (mut position, end) = (self.body().start, self.len());
        while position < end {
            let token = level.step(position, end)?;
            if token.is_list() {
                walk_list(level, token, &mut show)?;
            } else {
                show(BareVisit::Token(token));
            }
            position = token.next();
        }
        Ok(())
    }
}

/// Shows a list of the top level and all in it.
#[inline]
fn walk_list(
    mut level: Level<'_>,
    outermost: BareToken,
    show: &mut impl FnMut(BareVisit),
) -> Result<(), DecodeError> {
    // Where each list around the innermost is.
    let mut around = [0_u16; MAX_DEPTH];
    let mut list = outermost;
    show(BareVisit::Open(list));
    level.depth = 1;
    let mut position = list.inside().start;
    loop {
        let end = list.inside().end;
        if position < end {
            let token = level.step(position, end)?;
            if !token.is_list() {
                show(BareVisit::Token(token));
                position = token.next();
                continue;
            }
            around
                .iter_mut()
                .skip(usize::from(level.depth))
                .take(1)
                .for_each(|slot| *slot = u16::try_from(list.start()).unwrap_or(u16::MAX));
            show(BareVisit::Open(token));
            list = token;
            position = list.inside().start;
            level.depth += 1;
            continue;
        }
        show(BareVisit::Close(list));
        position = list.next();
        level.depth -= 1;
        if level.depth == 0 {
            return Ok(());
        }
        let start = around.get(usize::from(level.depth)).copied().unwrap_or_default();
        // Read once already, as a list of the level around it.
        let outer = Level { depth: level.depth - 1, ..level };
        list = outer.step(usize::from(start), level.buffer.len())?;
    }
}

impl<'a> Walk<'a> {
    /// Opens a list of the current level.
    #[inline]
    fn enter(&mut self, list: &Token<'a>, inside: Tokens<'a>) {
        let level = self.current.level();
        let open = self.open.get_or_insert_with(|| [Open::default(); MAX_DEPTH]);
        if let Some(slot) = open.get_mut(usize::from(level.depth)) {
            let [start, end] =
                [list.start(), self.current.end()].map(|at| u16::try_from(at).unwrap_or(u16::MAX));
            *slot = Open { default_ssid: level.default_ssid, start, end };
        }
        self.current = inside;
    }

    /// Goes back to the level around the one just ended.
    fn close(&mut self) -> Option<Result<Visit<'a>, DecodeError>> {
        let inner = self.current.level();
        let depth = inner.depth.checked_sub(1)?;
        let Open { default_ssid, start, end } = self.open.as_ref()?.get(usize::from(depth)).copied()?;
        let level = Level { default_ssid, depth, ..*inner };
        let end = usize::from(end);
        Some(level.step(usize::from(start), end).map(|bare| {
            self.current = Tokens::new(level, bare.next()..end);
            Visit::Close(Token::new(&level, &bare))
        }))
    }
}

impl<'a> Iterator for Walk<'a> {
    type Item = Result<Visit<'a>, DecodeError>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        let token = match self.current.next() {
            Some(Ok(token)) => token,
            Some(Err(error)) => {
                self.open = None;
                return Some(Err(error));
            }
            None => return self.close(),
        };
        let Some(inside) = token.tokens() else { return Some(Ok(Visit::Token(token))) };
        self.enter(&token, inside);
        Some(Ok(Visit::Open(token)))
    }
}

impl FusedIterator for Walk<'_> {}
