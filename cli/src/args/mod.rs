//! Options that several commands share, and their meaning.

pub(crate) mod config;
pub(crate) mod csv;
pub(crate) mod definitions;
pub(crate) mod effects;
pub(crate) mod select;
pub(crate) mod selection;
pub(crate) mod syslog;
