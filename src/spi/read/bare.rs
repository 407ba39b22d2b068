use core::hint;
use core::ops::Range;

use super::MAX_DEPTH;
use super::error::{DecodeError, DecodeErrorKind};
use super::tokens::Level;
use crate::spi::data_type::DataType;
use crate::spi::profile::Profile;
use crate::spi::ssid::Ssid;
use crate::spi::token_code::{TokenCode, TokenType};

/// A token by its code and lengths only: the least that a step from one token to the next has to know.
///
/// Offsets count from the start of the buffer. A table is a token like any other here: its code is that of the table
/// header. [`Tokens::token`](super::Tokens::token) makes a [`Token`](super::Token) of it.
///
/// ```
/// use zems::spi::read::Buffer;
///
/// let buffer = Buffer::parse(zems::samples::COMMAND)?;
/// let mut tokens = buffer.tokens();
/// while let Some(bare) = tokens.next_bare().transpose()? {
///     assert_eq!(tokens.token(&bare).bytes(), &buffer.as_bytes()[bare.value()]);
/// }
/// # Ok::<(), zems::spi::read::DecodeError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BareToken {
    code: TokenCode,
    is_extended: bool,
    is_list: bool,
    start: usize,
    value_start: usize,
    value_end: usize,
}

/// Bytes of an end-list code.
pub(super) const END_LIST_LEN: usize = 4;

impl BareToken {
    /// Reads the token at `start` of a level that ends at `end`. `None` when the step needs a closer look: see
    /// [`BareToken::look`].
    ///
    /// Both lengths are read before it is known which one counts, so that the choice costs no branch.
    #[inline(always)]
    pub(super) fn read(
        buffer: &[u8],
        profile: &Profile,
        depth: u8,
        start: usize,
        end: usize,
    ) -> Option<Self> {
        // Code and length word are there in one piece; a token of fewer bytes at the end of the buffer is looked at.
        let [a, length, c, d, high, low] = *buffer.get(start..)?.first_chunk()?;
        let bits = u32::from_be_bytes([a, length, c, d]);
        let (code, is_extended) = (TokenCode::from_bits(bits), bits >> 31 != 0);
        // A branch, unlike the choice of the length: the word after the code is then read without waiting for the code.
        let mut behind = start + 4;
        let mut word = u16::from_be_bytes([high, low]);
        if is_extended {
            rarely();
            behind += Ssid::LEN;
            word = u16::from_be_bytes(*buffer.get(behind..)?.first_chunk()?);
        }
        let is_variable = length == TokenType::VARIABLE;
        let len = hint::select_unpredictable(is_variable, usize::from(word), usize::from(length));
        let value_start = behind + 2 * usize::from(is_variable);
        let value_end = value_start + len;
        if value_end > end {
            return None;
        }
        let is_list = is_variable && profile.data_type(code.type_code()) == DataType::List;
        if is_list && (!is_closed(buffer, profile, value_start, value_end) || usize::from(depth) >= MAX_DEPTH)
        {
            return None;
        }
        Some(Self { code, is_extended, is_list, start, value_start, value_end })
    }

    /// The same step one length at a time: near the end of the level, and to say what is wrong.
    #[cold]
    #[inline(never)]
    pub(super) fn look(level: Level<'_>, start: usize, end: usize) -> Result<Self, DecodeError> {
        let rest = level.buffer.get(start..end).unwrap_or_default();
        let Some((bits, mut rest)) = rest.split_first_chunk() else {
            let have = u8::try_from(rest.len()).unwrap_or(u8::MAX);
            return Err(level.error(DecodeErrorKind::ShortTokenCode { have }, start));
        };
        let bits = u32::from_be_bytes(*bits);
        let (code, is_extended) = (TokenCode::from_bits(bits), bits >> 31 != 0);
        if is_extended {
            let Some((_, behind)) = rest.split_at_checked(Ssid::LEN) else {
                let have = u8::try_from(rest.len()).unwrap_or(u8::MAX);
                return Err(level.error(DecodeErrorKind::ShortSsid { have }, start));
            };
            rest = behind;
        }
        let mut len = usize::from(code.length());
        if code.is_variable() {
            let Some((word, behind)) = rest.split_first_chunk() else {
                return Err(level.error(DecodeErrorKind::ShortLengthWord, end - rest.len()));
            };
            (len, rest) = (usize::from(u16::from_be_bytes(*word)), behind);
        }
        let is_list = code.is_variable() && level.profile.data_type(code.type_code()) == DataType::List;
        let length = u16::try_from(len).unwrap_or(u16::MAX);
        if len > rest.len() {
            let have = u16::try_from(rest.len()).unwrap_or(u16::MAX);
            return Err(level.error(
                if is_list {
                    DecodeErrorKind::ListTooLong { length, have }
                } else {
                    DecodeErrorKind::ValueTooLong { length, have }
                },
                start,
            ));
        }
        let value_start = end - rest.len();
        let token = Self { code, is_extended, is_list, start, value_start, value_end: value_start + len };
        if is_list && !is_closed(level.buffer, level.profile, value_start, token.value_end) {
            return Err(level.error(DecodeErrorKind::UnclosedList { length }, start));
        }
        if is_list && usize::from(level.depth) >= MAX_DEPTH {
            return Err(level.error(DecodeErrorKind::TooDeep, start));
        }
        Ok(token)
    }

    /// The token, part by part.
    #[inline(always)]
    pub(super) const fn copy(&self) -> Self {
        let Self { code, is_extended, is_list, start, value_start, value_end } = *self;
        Self { code, is_extended, is_list, start, value_start, value_end }
    }

    /// The code stored.
    #[must_use]
    #[inline]
    pub const fn code(&self) -> TokenCode {
        self.code
    }

    /// Whether an SSID is stored with the code.
    #[must_use]
    #[inline]
    pub const fn is_extended(&self) -> bool {
        self.is_extended
    }

    /// Whether the token opens a list.
    #[must_use]
    #[inline]
    pub const fn is_list(&self) -> bool {
        self.is_list
    }

    /// Whether the code is that of a table header. The code of the values follows it, if the table is well formed.
    #[must_use]
    #[inline]
    pub const fn is_table_header(&self, profile: &Profile) -> bool {
        self.code.is_variable() && matches!(profile.data_type(self.code.type_code()), DataType::Table)
    }

    /// Offset of the code.
    #[must_use]
    #[inline]
    pub const fn start(&self) -> usize {
        self.start
    }

    /// Where the value is, without length word and pad. Of a list: its tokens and the end-list code; of a table:
    /// all that follows the length word.
    #[must_use]
    #[inline]
    pub const fn value(&self) -> Range<usize> {
        self.value_start..self.value_end
    }

    /// Offset of the next token code of the level, which may lie at or just after its end.
    #[must_use]
    #[inline]
    #[allow(clippy::should_implement_trait)]
    pub const fn next(&self) -> usize {
        self.value_end + (self.value_end & 1)
    }

    /// Where the tokens of a list are.
    pub(super) const fn inside(&self) -> Range<usize> {
        self.value_start..self.value_end - END_LIST_LEN
    }
}

/// Whether an end-list code is at a word at the end of a value: SSCTL, length 0, simple form, whatever its number (SPI
/// Programming Manual C-11).
#[inline]
fn is_closed(buffer: &[u8], profile: &Profile, start: usize, end: usize) -> bool {
    let code = buffer.get(start..end).and_then(|value| value.last_chunk());
    code.is_some_and(|code| {
        let bits = u32::from_be_bytes(*code);
        let code = TokenCode::from_bits(bits);
        end.is_multiple_of(2)
            && bits >> 31 == 0
            && code.length() == 0
            && profile.data_type(code.type_code()) == DataType::Ssctl
    })
}

/// Marks a branch that is not taken as a rule.
#[cold]
const fn rarely() {}
