//! What the text languages and the loaders of their sources bound, so that no source can exhaust the machine. The limits of
//! one language are in its own module; those of the manuals cite their page, the others are ours.
//!
//! A source takes at most [`SOURCE`] bytes and its compilation at most 32 times its size, so one source takes at most
//! 256 MiB.

pub(crate) mod ddl;
pub(crate) mod filter;
pub(crate) mod template;

/// Bytes of one source of any language.
pub const SOURCE: usize = 8 << 20;

/// Bytes of all sources of one load.
pub const SOURCES: usize = 64 << 20;

/// Bytes of a file of compiled definitions.
pub const COMPILED: usize = 128 << 20;

/// Structures inside structures in a C header.
pub(crate) const C_DEPTH: u8 = 48;
