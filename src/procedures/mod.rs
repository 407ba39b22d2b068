//! Provides the SPI and EMS procedures, call by call, for programs that are carried over from a NonStop host or checked against one.
//!
//! A [`Host`] holds what the procedures know of their system. Its methods have the names, the parameters and the order of
//! parameters of the procedures, and return their [`Status`]. A parameter that a program may omit is an `Option`. All state
//! is in the caller's buffer: the position, the list that is being built, and the last error are in the context part
//! (SPI Programming Manual C-4), so a buffer can be handed from one program to another at any time.
//!
//! | procedure | here |
//! |---|---|
//! | SSINIT | [`Host::ssinit`] |
//! | SSNULL | [`ssnull`] |
//! | SSPUT, SSPUTTKN | [`Host::ssput`], [`Host::ssputtkn`] |
//! | SSGET, SSGETTKN | [`Host::ssget`], [`Host::ssgettkn`] |
//! | SSMOVE, SSMOVETKN | [`Host::ssmove`], [`Host::ssmovetkn`] |
//! | SSIDTOTEXT, TEXTTOSSID | [`Host::ssidtotext`], [`Host::texttossid`] |
//! | EMSINIT, EMSINITMAP | [`Host::emsinit`], [`Host::emsinitmap`] |
//! | EMSADDSUBJECT, EMSADDSUBJECTMAP | [`Host::emsaddsubject`], [`Host::emsaddsubjectmap`] |
//! | EMSADDTOKENS, EMSADDTOKENMAPS | [`Host::emsaddtokens`], [`Host::emsaddtokenmaps`] |
//! | EMSGET, EMSGETTKN | [`Host::emsget`], [`Host::emsgettkn`] |
//!
//! ```
//! use zems::procedures::{Host, Initial, Status, TokenId};
//! use zems::spi::{TypeCode, TokenCode, TokenNumber};
//!
//! let host = Host::default();
//! let name = TokenId::Code(TokenCode::new(TypeCode::CHAR, 255, TokenNumber(1)));
//! let mut buffer = [0; 1024];
//! host.ssinit(&mut buffer, 1024, &"ACME.7.A01".parse()?, 0, &Initial { command: 3, ..Initial::default() })?;
//! host.ssput(&mut buffer, name, Some(b"\x00\x05$DISK"), None, None)?;
//!
//! let mut value = [0; 32];
//! host.ssget(&mut buffer, name, Some(&mut value), None, None, None)?;
//! assert_eq!(&value[..7], b"\x00\x05$DISK");
//! let again = host.ssget(&mut buffer, name, Some(&mut value), None, None, None);
//! assert_eq!(again, Err(Status::MISTKN));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
#![doc = include_str!("../../docs/procedures.md")]
#![warn(
    clippy::indexing_slicing,
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss
)]

mod edit;
mod ems;
mod get;
mod header;
mod init;
mod map;
mod move_tokens;
mod put;
mod state;
mod status;
mod text;
mod vocabulary;

pub use crate::ems::Overrides;
pub use ems::AddedToken;
pub use init::{Initial, ssnull};
pub use map::TokenMap;
pub use status::Status;
pub use text::{NameLookup, SubsystemNames, TextStatus};
pub use vocabulary::{Special, Vocabulary};

use crate::spi::{Profile, Timestamp, TokenCode};
use state::Work;

/// The facts about the system that the procedures run on.
#[derive(Clone, Copy, Debug)]
#[allow(clippy::exhaustive_structs)]
pub struct Host<'a> {
    /// Data types and header layouts.
    pub profile: &'a Profile,
    /// Token numbers of the special operations and header tokens.
    pub vocabulary: &'a Vocabulary,
    /// The process that reports events.
    pub reporter: Reporter<'a>,
    /// The time of an event that EMSINIT is given none for.
    pub now: Timestamp,
    /// The length byte of the header layout that EMSINIT writes; `None` = the profile's first.
    pub layout: Option<u8>,
    /// Names of subsystems for SSIDTOTEXT and TEXTTOSSID; `()` knows none.
    pub names: &'a dyn SubsystemNames,
}

/// The process that calls EMSINIT.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(clippy::exhaustive_structs)]
pub struct Reporter<'a> {
    /// ZEMS-TKN-NODENUM.
    pub node: i32,
    /// ZEMS-TKN-PROC-DESC: `\NODE.$NAME:sequence`.
    pub process: &'a [u8],
    /// ZEMS-TKN-CPU.
    pub cpu: u16,
    /// ZEMS-TKN-PIN.
    pub pin: u16,
    /// ZEMS-TKN-USERID: group and user number.
    pub user: (u8, u8),
}

impl Default for Host<'_> {
    fn default() -> Self {
        Self {
            profile: &Profile::DEFAULT,
            vocabulary: &Vocabulary::DEFAULT,
            reporter: Reporter::default(),
            now: Timestamp::UNSET,
            layout: None,
            names: &(),
        }
    }
}

/// A token code, or the words of a token map: the parameter `token-id`.
///
/// Procedures whose name ends in TKN, and EMSINIT, EMSADDSUBJECT and EMSADDTOKENS, take a code only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_enums)]
pub enum TokenId<'w> {
    /// A token code.
    Code(TokenCode),
    /// A token map, see [`TokenMap`]. The words are checked by the call.
    Map(&'w [u16]),
}

impl From<TokenCode> for TokenId<'_> {
    fn from(code: TokenCode) -> Self {
        Self::Code(code)
    }
}

impl TokenId<'_> {
    /// The code that is saved when the call fails; of a map, MAP, 255 and its number.
    fn code(&self) -> TokenCode {
        match *self {
            Self::Code(code) => code,
            Self::Map(words) => {
                let word = |at: usize| words.get(at).copied().unwrap_or_default().to_be_bytes();
                let ([a, b], [c, d]) = (word(0), word(1));
                TokenCode::from_bits(u32::from_be_bytes([a, b, c, d]))
            }
        }
    }
}

impl Host<'_> {
    /// Runs one call on a buffer and saves its status there, unless the buffer is the fault.
    fn call<T>(
        &self,
        buffer: &mut [u8],
        code: TokenCode,
        call: impl FnOnce(&mut Work<'_, '_>) -> Result<T, Status>,
    ) -> Result<T, Status> {
        let mut work = Work::open(buffer, self.profile)?;
        let result = call(&mut work);
        if let Err(status) = result
            && status != Status::INVBUF
        {
            work.save_error(status, code);
        }
        result
    }
}
