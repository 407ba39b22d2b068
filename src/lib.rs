//! Reads, builds, names and renders the event buffers of HPE (Tandem) NonStop systems.
#![cfg_attr(not(feature = "std"), no_std)]

#[cfg(feature = "alloc")]
extern crate alloc;

#[cfg(feature = "alloc")]
pub mod ddl;
#[cfg(feature = "std")]
pub mod dictionary;
pub mod ems;
#[cfg(feature = "std")]
pub mod filter;
#[cfg(feature = "json")]
pub mod json;
pub mod samples;
pub mod spi;
#[cfg(feature = "std")]
pub mod template;
#[cfg(feature = "alloc")]
pub mod text;
