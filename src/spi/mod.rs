//! Reads and writes the token stream of any SPI buffer.
//!
//! A buffer is `standard part | specialized part | context part (may be absent) | tokens` (SPI Programming Manual,
//! appendix C). [`read`] looks at one without copying, [`mod@write`] makes one, [`reencode()`] does both at once;
//! they share the vocabulary of this module and nothing else.
//!
//! Reading needs neither a heap nor `std`. Whatever the vendor has not published is in [`Profile`].
//!
//! ```
//! use zems::spi::{Value, read::Buffer};
//!
//! let bytes = zems::samples::COMMAND;
//! let buffer = Buffer::parse(bytes)?;
//! assert_eq!(buffer.ssid().to_string(), "TANDEM.36.C30");
//! let first = buffer.tokens().next().unwrap()?;
//! assert_eq!(first.value(), Value::Char(b"$SNA1"));
//! # Ok::<(), zems::spi::read::DecodeError>(())
//! ```

#![warn(
    clippy::indexing_slicing,
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss
)]

mod data_type;
pub(crate) mod digits;
mod flt;
pub(crate) mod header;
mod names;
mod profile;
pub mod read;
mod reencode;
mod ssid;
mod timestamp;
mod token_code;
mod token_key;
mod value;
mod version;
pub mod write;

pub use data_type::DataType;
pub use flt::{Flt, Flt2, FltRangeError};
pub use header::{Context, HeaderType, Position, StandardPart};
pub use names::{Crtpid, Device, Fname, Fname32, NameError, Phandle, Subvol, Transid, Username};
pub use profile::{HeaderBit, HeaderField, HeaderLayout, Profile, SubjectMark};
pub use reencode::{Action, ReencodeError, reencode};
pub use ssid::{Owner, ParseSsidError, Ssid, SsidName};
pub use timestamp::{Civil, ParseTimestampError, Timestamp, UtcOffset};
pub use token_code::{ParseTokenCodeError, TokenCode, TokenNumber, TokenType, TypeCode};
pub use token_key::TokenKey;
pub use value::{Array, Boolean, Element, ErrorToken, Value};
pub use version::{ParseVersionError, Version};
