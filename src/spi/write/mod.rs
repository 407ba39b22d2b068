//! Writes buffers. Shares the vocabulary with [`read`](super::read), and no code.
//!
//! An [`Encoder`] puts tokens after each other into an [`Output`]: a `Vec<u8>`, a `BytesMut`, a caller's slice, or
//! [`Measure`], which only counts. Every put either happens completely or leaves the output as it was.

mod encoder;
mod error;
mod header;
mod output;
mod value;

pub use encoder::{Encoder, token_len};
pub use error::{EncodeError, EncodeErrorKind};
pub(crate) use header::CONTEXT_PART;
pub use header::{CommandHeader, StandardFields};
pub use output::{Measure, Output, SliceOutput};
pub use value::{Encode, Raw};

/// How many lists may be nested.
pub const MAX_DEPTH: usize = 64;
