//! One file for each command.

pub(crate) mod catalog;
pub(crate) mod check;
pub(crate) mod compile;
pub(crate) mod decode;
pub(crate) mod diff;
pub(crate) mod doctor;
pub(crate) mod dump;
pub(crate) mod encode;
pub(crate) mod generate;
pub(crate) mod import;
pub(crate) mod learn;
pub(crate) mod lint;
pub(crate) mod listen;
pub(crate) mod stats;
pub(crate) mod threads;
pub(crate) mod unwrap;
