//! Files for zems: what the program and the bindings share, and the library, which does no input or output, leaves to them.
//!
//! * [`open`] opens a file or standard input and unpacks gzip and zstd, which are recognised by content; [`Unpacked`] says
//!   what the content is and reads UTF-16 as text.
//! * [`files`] lists the files of directories.
//! * [`Definitions`] loads definitions from files and directories, or from memory; `?SOURCE` reads files of the directories given
//!   only.
//! * [`Buffers`] reads event buffers in any input form, with every region that holds none, by offset.
//! * [`Follower`] reads a log that grows and is rotated, and continues where the last run stopped ([`State`]).
//! * [`WholeFile`] is an output file that appears complete or not at all; [`append`] continues one, without an unfinished
//!   last record.
//! * [`Target`] tells whether two names lead to the same file, also if it does not exist yet.

mod content;
mod definitions;
mod files;
#[cfg(feature = "follow")]
mod follow;
mod identity;
mod open;
mod output;
mod packing;
mod utf16;

pub use content::{Content, is_text};
pub use definitions::{
    Definitions, DefinitionsError, Included, LoadedDefinitions, SourceBytes, SourceFile, SourceFinder,
    source_files, source_text,
};
pub use files::{Listed, files};
#[cfg(feature = "follow")]
pub use follow::{Follower, Known, Notice, Options, Started, State, lock, lock_of};
pub use identity::{Identity, Target};
pub use open::{Unpacked, open, read_text, text, unpack};
pub use output::{Records, WholeFile, append, is_replaceable, remove_unfinished};
pub use packing::{Packing, packing, unpacked};
pub use zems::formats::input::{Buffers, Fault, Form, Item, Plain, Source};
