//! Options that several commands share, and their meaning.

pub(crate) mod config;
pub(crate) mod csv;
pub(crate) mod definitions;
pub(crate) mod select;
pub(crate) mod syslog;
