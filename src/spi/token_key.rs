use super::ssid::Ssid;
use super::token_code::TokenCode;

/// Which token is looked for, or put: its code, and whose token it is.
///
/// Programs name a list by its code with length 0 and a structure by its map's code; both find what is stored for them.
/// Tokens whose number SPI owns (0 and below) mean the same in every subsystem, so their SSID is not compared; nor is the
/// version of any SSID. [`Site::token_key`](crate::site::Site::token_key) makes one of a name, once.
///
/// ```
/// use zems::spi::{TokenCode, TokenKey, read::Buffer};
///
/// let buffer = Buffer::parse(zems::samples::COMMAND)?;
/// let name = buffer.find(TokenKey::new(TokenCode::from_bits(0x01FF_2706)))?.unwrap();
/// assert_eq!(name.bytes(), b"$SNA1");
/// # Ok::<(), zems::spi::read::DecodeError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TokenKey {
    pub(super) code: TokenCode,
    pub(super) ssid: Option<Ssid>,
}

impl TokenKey {
    /// A token qualified by the SSID in force where it is.
    #[must_use]
    #[inline]
    pub const fn new(code: TokenCode) -> Self {
        Self { code, ssid: None }
    }

    /// A token qualified by this SSID, in whichever form it is stored.
    #[must_use]
    #[inline]
    pub const fn qualified(ssid: Ssid, code: TokenCode) -> Self {
        Self { code, ssid: Some(ssid) }
    }

    /// The code.
    #[must_use]
    #[inline]
    pub const fn code(&self) -> TokenCode {
        self.code
    }

    /// Whose token it is; `None`: that of the SSID in force.
    #[must_use]
    #[inline]
    pub const fn ssid(&self) -> Option<Ssid> {
        self.ssid
    }

    /// The SSID that qualifies it where it is put; the null SSID stands for the one in force.
    #[inline]
    pub(crate) fn qualifier(&self) -> Ssid {
        self.ssid.unwrap_or(Ssid::NULL)
    }
}

/// A token that the SSID in force qualifies.
impl From<TokenCode> for TokenKey {
    #[inline]
    fn from(code: TokenCode) -> Self {
        Self::new(code)
    }
}
