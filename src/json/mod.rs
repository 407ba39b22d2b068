//! Floor 4: the JSON form of a buffer, both ways, one line each.
//!
//! [`Writer`] makes a line of a buffer, [`Reader`] a buffer of a line. Keys and their order are fixed; what has no faithful
//! form as text or number is written as `hex`, so that nothing is lost on the way.

mod emit;
mod parse;
mod read;
mod structure;
mod write;

pub use read::{JsonError, Reader};
#[cfg(feature = "otlp")]
pub(crate) use read::{fault, value};
pub use write::{Extra, Writer, write_error};
