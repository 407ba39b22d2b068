//! Reads buffers in place. Nothing here allocates, recurses or needs `std`.
//!
//! * [`Buffer::parse`] checks the header; [`Decoder`] does so with another profile or at an offset in a larger input.
//! * [`Tokens`] goes over one level, [`Walk`] over all, [`Buffer::find`] and [`Buffer::find_many`] pick what is wanted.
//! * [`Tokens::next_bare`] and [`Buffer::walk_bare`] give codes and lengths only; [`Sequence`] takes tokens in an expected
//!   order.
//! * [`Buffer::check`] goes through everything once and tells what is odd about bytes that can still be read.
//! * [`Framer`] takes a stream of buffers apart and finds the next one after a fault; [`scan`] finds buffers in anything.
//!
//! Every iterator is `Iterator<Item = Result<..>>`, `Clone`, and ends after its first error. Every error and every token
//! knows its absolute offset.

mod bare;
mod buffer;
mod check;
mod error;
mod find;
mod frames;
mod prefixed;
mod scan;
mod sequence;
#[cfg(feature = "std")]
mod shape;
#[cfg(feature = "alloc")]
mod skim;
mod table;
mod token;
mod tokens;
mod walk;

pub use bare::BareToken;
pub use buffer::{Buffer, Command, Decoder};
pub(crate) use check::check_visit;
pub use check::{Finding, FindingKind};
pub use error::{DecodeError, DecodeErrorKind};
pub use find::{FindAll, TokenKey};
pub use frames::{Framer, Step};
pub use scan::{Scan, scan};
pub use sequence::Sequence;
#[cfg(feature = "std")]
pub(crate) use shape::BufferShape;
pub use table::{Table, TableItem, TableItems};
pub use token::Token;
pub use tokens::Tokens;
pub use walk::{BareVisit, Visit, Walk};

/// How many lists may be nested.
pub const MAX_DEPTH: usize = 64;
