use core::iter::FusedIterator;

use super::bare::BareToken;
use super::buffer::Buffer;
use super::error::DecodeError;
use super::token::Token;
use super::tokens::Tokens;
use crate::spi::data_type::DataType;
use crate::spi::profile::Profile;
pub use crate::spi::token_key::TokenKey;
use crate::spi::value::Element;

impl TokenKey {
    /// Whether `token` is such a token.
    #[must_use]
    #[inline]
    pub fn matches(&self, token: &Token<'_>) -> bool {
        let code = token.code();
        (code == self.code || code.number() == self.code.number() && self.is_stored_as(token))
            && (code.number().is_shared() || {
                let qualifier = self.ssid.unwrap_or_else(|| token.default_ssid());
                token.effective_ssid().is_same_subsystem(qualifier)
            })
    }

    /// Whether the token of a step may be such a token: most are not, which is seen without making a [`Token`] of them.
    #[inline(always)]
    fn may_match(&self, bare: &BareToken, profile: &Profile) -> bool {
        bare.code().number() == self.code.number() || bare.is_table_header(profile)
    }

    /// LIST of length 0 is stored with length 255, MAP as STRUCT; a mark may have been declared as SSCTL.
    #[cold]
    fn is_stored_as(&self, token: &Token<'_>) -> bool {
        let profile = token.profile();
        match (profile.data_type(self.code.type_code()), token.data_type()) {
            (DataType::List, DataType::List) => true,
            (DataType::Map, DataType::Struct) => token.code().is_variable(),
            (DataType::Ssctl, DataType::Mark) | (DataType::Mark, DataType::Ssctl) => {
                self.code.length() == 0 && token.code().length() == 0
            }
            _ => false,
        }
    }
}

impl<'a> Buffer<'a> {
    /// The first such token of the top level.
    ///
    /// # Errors
    /// The tokens before it cannot be read.
    pub fn find(&self, wanted: TokenKey) -> Result<Option<Token<'a>>, DecodeError> {
        self.find_all(wanted).next().transpose()
    }

    /// All such tokens of the top level.
    #[must_use]
    pub fn find_all(&self, wanted: TokenKey) -> FindAll<'a> {
        self.tokens().find_all(wanted)
    }

    /// The value of the first such token of the top level, or the first of its table: `None` if there is no such token, or its value
    /// is not a single element of this type.
    ///
    /// ```
    /// use zems::spi::{Timestamp, TokenCode, TokenKey, read::Buffer};
    ///
    /// let time = TokenKey::new(TokenCode::from_bits(0x1708_1F40));
    /// let buffer = Buffer::parse(zems::samples::COMMAND)?;
    /// assert!(buffer.value::<Timestamp>(time)?.is_some() && buffer.value::<i16>(time)?.is_none());
    /// # Ok::<(), zems::spi::read::DecodeError>(())
    /// ```
    ///
    /// # Errors
    /// The tokens before it cannot be read.
    pub fn value<T: Element>(&self, key: TokenKey) -> Result<Option<T>, DecodeError> {
        Ok(self.find(key)?.and_then(|token| token.first()))
    }

    /// The bytes of the value of the first such token of the top level; of a table those of its first value.
    ///
    /// # Errors
    /// The tokens before it cannot be read.
    pub fn bytes(&self, key: TokenKey) -> Result<Option<&'a [u8]>, DecodeError> {
        Ok(self.find(key)?.map(|token| token.first_bytes()))
    }

    /// The same as text: `None` too if the bytes are not UTF-8.
    ///
    /// # Errors
    /// The tokens before it cannot be read.
    pub fn text(&self, key: TokenKey) -> Result<Option<&'a str>, DecodeError> {
        Ok(self.bytes(key)?.and_then(|bytes| core::str::from_utf8(bytes).ok()))
    }

    /// The first token of the top level for each one wanted, in one walk.
    ///
    /// ```
    /// use zems::spi::{TokenCode, Value, read::{Buffer, TokenKey}};
    ///
    /// let wanted = [0x01FF_2706, 0x1708_1F40, 0x0202_0001].map(|bits| TokenKey::new(TokenCode::from_bits(bits)));
    /// let [name, time, absent] = Buffer::parse(zems::samples::COMMAND)?.find_many(&wanted)?;
    /// assert_eq!(name.unwrap().bytes(), b"$SNA1");
    /// assert!(matches!(time.unwrap().value(), Value::Timestamp(_)));
    /// assert!(absent.is_none());
    /// # Ok::<(), zems::spi::read::DecodeError>(())
    /// ```
    ///
    /// # Errors
    /// A token before the last one found cannot be read.
    pub fn find_many<const N: usize>(
        &self,
        wanted: &[TokenKey; N],
    ) -> Result<[Option<Token<'a>>; N], DecodeError> {
        let mut slots = [None; N];
        self.find_into(wanted, &mut slots)?;
        Ok(slots)
    }

    /// As [`Buffer::find_many`], for as many as are known at run time. Slots beyond `wanted` and those already filled are
    /// left alone.
    ///
    /// # Errors
    /// A token before the last one found cannot be read.
    pub fn find_into(&self, wanted: &[TokenKey], slots: &mut [Option<Token<'a>>]) -> Result<(), DecodeError> {
        let mut missing = slots.iter().zip(wanted).filter(|(slot, _)| slot.is_none()).count();
        let mut tokens = self.tokens();
        let profile = self.profile();
        while missing > 0
            && let Some(bare) = tokens.next_bare().transpose()?
        {
            for (slot, wanted) in slots.iter_mut().zip(wanted) {
                if wanted.may_match(&bare, profile) && slot.is_none() {
                    let token = tokens.token(&bare);
                    if wanted.matches(&token) {
                        *slot = Some(token);
                        missing -= 1;
                    }
                }
            }
        }
        Ok(())
    }
}

impl<'a> Tokens<'a> {
    /// All such tokens of the rest of this level.
    #[must_use]
    pub const fn find_all(self, wanted: TokenKey) -> FindAll<'a> {
        FindAll { tokens: self, wanted }
    }
}

/// Iterator over the tokens that match a [`TokenKey`].
#[derive(Clone, Debug)]
pub struct FindAll<'a> {
    tokens: Tokens<'a>,
    wanted: TokenKey,
}

impl<'a> Iterator for FindAll<'a> {
    type Item = Result<Token<'a>, DecodeError>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        let Self { tokens, wanted } = self;
        let profile = tokens.level().profile;
        loop {
            let bare = match tokens.next_bare()? {
                Ok(bare) => bare,
                Err(error) => return Some(Err(error)),
            };
            if wanted.may_match(&bare, profile) {
                let token = tokens.token(&bare);
                if wanted.matches(&token) {
                    return Some(Ok(token));
                }
            }
        }
    }
}

impl FusedIterator for FindAll<'_> {}
