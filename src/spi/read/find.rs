use core::iter::FusedIterator;

use super::bare::BareToken;
use super::buffer::Buffer;
use super::error::DecodeError;
use super::token::Token;
use super::tokens::Tokens;
use crate::spi::kind::Kind;
use crate::spi::profile::Profile;
use crate::spi::ssid::Ssid;
use crate::spi::token_code::TokenCode;

/// A token that is looked for: its code, and whose token it is.
///
/// Programs name a list by its code with length 0 and a structure by its map's code; both find what is stored for them.
/// Tokens whose number SPI owns (0 and below) mean the same in every subsystem, so their SSID is not compared; nor is the
/// version of any SSID.
///
/// ```
/// use zems::spi::{TokenCode, read::{Buffer, Wanted}};
///
/// let buffer = Buffer::parse(zems::samples::COMMAND)?;
/// let name = buffer.find(Wanted::new(TokenCode::from_bits(0x01FF_2706)))?.unwrap();
/// assert_eq!(name.bytes(), b"$SNA1");
/// # Ok::<(), zems::spi::read::DecodeError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Wanted {
    code: TokenCode,
    ssid: Option<Ssid>,
}

impl Wanted {
    /// A token qualified by the SSID in force where it stands.
    #[must_use]
    pub const fn new(code: TokenCode) -> Self {
        Self { code, ssid: None }
    }

    /// A token qualified by this SSID, in whichever form it is stored.
    #[must_use]
    pub const fn of(ssid: Ssid, code: TokenCode) -> Self {
        Self { code, ssid: Some(ssid) }
    }

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
        match (profile.kind(self.code.data_type()), token.kind()) {
            (Kind::List, Kind::List) => true,
            (Kind::Map, Kind::Struct) => token.code().is_variable(),
            (Kind::Ssctl, Kind::Mark) | (Kind::Mark, Kind::Ssctl) => {
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
    pub fn find(&self, wanted: Wanted) -> Result<Option<Token<'a>>, DecodeError> {
        self.find_all(wanted).next().transpose()
    }

    /// All such tokens of the top level.
    #[must_use]
    pub fn find_all(&self, wanted: Wanted) -> FindAll<'a> {
        self.tokens().find_all(wanted)
    }

    /// The first token of the top level for each one wanted, in one walk.
    ///
    /// ```
    /// use zems::spi::{TokenCode, Value, read::{Buffer, Wanted}};
    ///
    /// let wanted = [0x01FF_2706, 0x1708_1F40, 0x0202_0001].map(|bits| Wanted::new(TokenCode::from_bits(bits)));
    /// let [name, time, absent] = Buffer::parse(zems::samples::COMMAND)?.slots(&wanted)?;
    /// assert_eq!(name.unwrap().bytes(), b"$SNA1");
    /// assert!(matches!(time.unwrap().value(), Value::Timestamp(_)));
    /// assert!(absent.is_none());
    /// # Ok::<(), zems::spi::read::DecodeError>(())
    /// ```
    ///
    /// # Errors
    /// A token before the last one found cannot be read.
    pub fn slots<const N: usize>(&self, wanted: &[Wanted; N]) -> Result<[Option<Token<'a>>; N], DecodeError> {
        let mut slots = [None; N];
        self.fill_slots(wanted, &mut slots)?;
        Ok(slots)
    }

    /// As [`Buffer::slots`], for as many as are known at run time. Slots beyond `wanted` and those already filled are
    /// left alone.
    ///
    /// # Errors
    /// A token before the last one found cannot be read.
    pub fn fill_slots(&self, wanted: &[Wanted], slots: &mut [Option<Token<'a>>]) -> Result<(), DecodeError> {
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
    pub const fn find_all(self, wanted: Wanted) -> FindAll<'a> {
        FindAll { tokens: self, wanted }
    }
}

/// Iterator over the tokens that match a [`Wanted`].
#[derive(Clone, Debug)]
pub struct FindAll<'a> {
    tokens: Tokens<'a>,
    wanted: Wanted,
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
