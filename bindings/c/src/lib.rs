//! The C library of zems. `zems.h` is made from this crate; `docs/c.md` says how to use it.
//!
//! # Safety
//!
//! Every function has the same contract, which its documentation adds to where it must:
//!
//! * A pointer to a handle comes from this library, and its handle has not been freed. NULL is refused with
//!   [`ZemsCode::Argument`], never read.
//! * A pointer with a length is to that many bytes that can be read, for the time of the call; with length 0 it may be NULL.
//! * A `const char *` is to bytes that end with a NUL.
//! * A pointer to which a result is written is aligned, and to memory that can be written.
//! * A handle that is not `const` is used by one thread at a time. Sites and events may be read by any number.
//!
//! No panic crosses the border: it becomes [`ZemsCode::Internal`].

mod border;
mod builder;
mod error;
mod event;
mod filter;
mod procedures;
mod reader;
mod site;
mod token;

pub use builder::*;
pub use error::{ZemsCode, ZemsError};
pub use event::*;
pub use filter::*;
pub use procedures::*;
pub use reader::*;
pub use site::*;
pub use token::*;

pub use border::{ZemsSsid, ZemsText, zems_string_free, zems_version};
pub use error::{
    zems_error_code, zems_error_free, zems_error_length, zems_error_message, zems_error_offset,
    zems_error_status,
};
