//! Sets the limits of the text languages and of the loaders of their sources, so that no source can exhaust the machine. The limits of
//! one language are in its own module; those of the manuals cite their page, the others are ours.
//!
//! A source takes at most [`SOURCE`] bytes and its compilation at most [`FACTOR`] times its size, so one source takes at
//! most [`MEMORY`]. All sources of one load together take no more either: DDL takes less than four times its size, and there
//! is a limit for all template sources, all filters and all C headers together.

pub(crate) mod ddl;
#[cfg(feature = "std")]
pub(crate) mod filter;
#[cfg(feature = "std")]
pub(crate) mod template;

/// Bytes of memory for each byte of what is read, at most.
pub const FACTOR: usize = 32;

/// Bytes of memory for what is read at once, at most.
pub const MEMORY: usize = 256 << 20;

/// Bytes of one source of any language.
pub const SOURCE: usize = 8 << 20;

/// Bytes of all sources of one load.
pub const SOURCES: usize = 64 << 20;

/// Bytes of a file of compiled definitions.
pub const COMPILED: usize = 128 << 20;

/// Bytes of all C headers of one load.
#[cfg(feature = "std")]
pub(crate) const C_HEADERS: usize = MEMORY / FACTOR;
/// Constants, fields and values that all C headers of one load define.
#[cfg(feature = "std")]
pub(crate) const C_DEFINITIONS: usize = 400_000;
/// Declarations, and semicolons, of any C header. Generated headers have fewer for their length than the next two say.
#[cfg(feature = "std")]
pub(crate) const C_DECLARATIONS: usize = 256;
/// Bytes of a header for each declaration more.
#[cfg(feature = "std")]
pub(crate) const C_BYTES_PER_DECLARATION: usize = 40;
/// Bytes of a header for each semicolon more: members have one too.
#[cfg(feature = "std")]
pub(crate) const C_BYTES_PER_SEMICOLON: usize = 12;
/// Structures inside structures in a C header.
#[cfg(feature = "std")]
pub(crate) const C_DEPTH: u8 = 48;
/// Members of a structure in a C header.
#[cfg(feature = "std")]
pub(crate) const C_MEMBERS: usize = 4_096;
