//! Procedures of a site that make texts of structures.

use alloc::sync::Arc;
use core::fmt::{self, Write};

/// A procedure that a FORMAT statement names: writes the text of a value of its DEF, or refuses it, in which case the
/// value is shown as if there were no procedure (Template Services Manual 2-19 to 2-24).
pub type Conversion = Arc<dyn Fn(&[u8], &mut dyn Write) -> Result<(), ConversionError> + Send + Sync>;

/// Why a [`Conversion`] gave no text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ConversionError {
    /// The value is not one the procedure knows: its status -2.
    BadValue,
    /// The text could not be written.
    Write,
}

impl From<fmt::Error> for ConversionError {
    fn from(_: fmt::Error) -> Self {
        Self::Write
    }
}

impl fmt::Display for ConversionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::BadValue => "the procedure does not know this value",
            Self::Write => "the text could not be written",
        })
    }
}

impl core::error::Error for ConversionError {}
