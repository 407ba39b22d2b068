//! Writes events in every output format, from the [described](crate::describe) event: one file for each format.
//!
//! A [`Format`] adds bytes to a `Vec<u8>` that the caller keeps from event to event; once its working memory has grown, it allocates
//! nothing. [`ALL`] is the table of the formats: a new one is a file here and a line there.
//!
//! ```
//! # #[cfg(feature = "json")] {
//! use zems::describe::{Described, Record};
//! use zems::formats::{self, Options};
//! use zems::site::Site;
//! use zems::spi::read::Buffer;
//!
//! let site = Site::builtin();
//! let mut json = formats::named("json").unwrap().make(&site, &Options::default())?;
//! let buffer = Buffer::parse(zems::samples::BKUP_FAIL)?;
//! let mut out = Vec::new();
//! json.event(&mut out, &Record::new(Described::new(&site, &buffer)))?;
//! assert!(out.starts_with(br#"{"kind":"event","ssid":"TANDEM.RPC.D10","number":8,"name":"ZRPC-EVT-BKUP-FAIL","#));
//! # }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! [`input`] goes the other way: bytes in any input form (raw, hexadecimal, framed, scanned) to buffers.

#[cfg(feature = "arrow")]
pub mod arrow;
mod cef;
mod csv;
mod dump;
#[cfg(feature = "json")]
mod ecs;
pub mod input;
#[cfg(feature = "json")]
pub mod json;
mod leef;
#[cfg(feature = "otlp")]
pub mod otlp;
pub mod syslog;
mod text;
mod tokens;

use core::fmt;

pub use csv::Columns;

use crate::describe::Record;
use crate::site::Site;
use crate::spi::read::{Buffer, DecodeError, Finding};
use crate::template::Layout;

/// Writes events, commands and faults as they come.
pub trait Format: Send {
    /// Writes what is before the first event.
    fn begin(&mut self, out: &mut Vec<u8>) {
        let _ = out;
    }

    /// Writes an event.
    ///
    /// # Errors
    /// A token cannot be read; `out` is as before.
    fn event(&mut self, out: &mut Vec<u8>, record: &Record<'_>) -> Result<(), DecodeError>;

    /// Writes a command or response.
    ///
    /// # Errors
    /// A token cannot be read; `out` is as before.
    fn command(&mut self, out: &mut Vec<u8>, record: &Record<'_>) -> Result<(), DecodeError>;

    /// Sees bytes that are in no buffer, as they come.
    fn gap(&mut self, out: &mut Vec<u8>, gap: &Gap<'_>) {
        let _ = (out, gap);
    }

    /// Writes what is in the place of bytes that are not a buffer, once all of them have come.
    fn fault(&mut self, out: &mut Vec<u8>, fault: &Fault<'_>) {
        let _ = (out, fault);
    }

    /// Writes what has been held back until now.
    fn flush(&mut self, out: &mut Vec<u8>) {
        let _ = out;
    }

    /// Writes what is after the last event.
    fn end(&mut self, out: &mut Vec<u8>) {
        self.flush(out);
    }

    /// Whether records can be encoded apart, by several instances with the same site and options, and put together by one of them:
    /// see [`Format::part`] and [`Format::join`].
    fn has_parts(&self) -> bool {
        false
    }

    /// Encodes an event, command or response without regard to those before it, for [`Format::join`]. The parts of a stream may be
    /// made by as many instances as there are threads.
    ///
    /// # Errors
    /// A token cannot be read; `part` is as before.
    fn part(&mut self, part: &mut Vec<u8>, record: &Record<'_>) -> Result<(), DecodeError> {
        self.record(part, record)
    }

    /// Writes a record of which another instance has made the part: the output is that of [`Format::record`].
    fn join(&mut self, out: &mut Vec<u8>, part: &[u8]) {
        out.extend_from_slice(part);
    }

    /// Writes an event, command or response.
    ///
    /// # Errors
    /// A token cannot be read; `out` is as before.
    fn record(&mut self, out: &mut Vec<u8>, record: &Record<'_>) -> Result<(), DecodeError> {
        let before = out.len();
        let written = match record.described.event() {
            Some(_) => self.event(out, record),
            None => self.command(out, record),
        };
        if written.is_err() {
            out.truncate(before);
        }
        written
    }
}

/// Bytes between buffers.
#[derive(Clone, Copy, Debug)]
#[allow(clippy::exhaustive_structs)]
pub struct Gap<'g> {
    /// The bytes.
    pub bytes: &'g [u8],
    /// Where they are in the input.
    pub offset: u64,
    /// Their kind.
    pub kind: GapKind,
}

/// The kind of bytes between buffers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum GapKind {
    /// The pad after a buffer of odd length.
    Pad,
    /// The length before a frame.
    FrameLength,
    /// A piece of a region that is not a buffer; a [`Fault`] follows its last piece.
    Bad,
}

/// A region that is not a buffer.
#[derive(Clone, Copy, Debug)]
#[allow(clippy::exhaustive_structs)]
pub struct Fault<'f> {
    /// Where it begins in the input.
    pub offset: u64,
    /// Its length in bytes.
    pub length: u64,
    /// Why it is not one.
    pub error: &'f str,
    /// The input it is in, if there are several.
    pub source: Option<&'f str>,
    /// When it came by.
    pub observed: Option<crate::spi::Timestamp>,
}

/// The options of the formats; each looks at what concerns it. See [`FormatDef::options`].
#[derive(Clone, Debug)]
#[allow(clippy::exhaustive_structs, clippy::struct_excessive_bools)]
pub struct Options {
    /// JSON, OTLP: all bytes in hexadecimal digits besides, so that the buffer comes back as it is.
    pub raw: bool,
    /// JSON, OTLP, ECS: the name of the input, if the record has it.
    pub source: bool,
    /// JSON, text: what the definitions say about the event beside its text.
    pub advice: bool,
    /// Text: time, process, subsystem and number before the sentence; tokens: the header tokens; CSV: the names of the columns.
    pub header: bool,
    /// Text, tokens: the columns of a line; 0: no limit.
    pub width: usize,
    /// Text: blanks before continuation lines.
    pub indent: usize,
    /// Tokens: names of the DDL as labels even where there is a HEADING.
    pub ddl_names: bool,
    /// Text, dump: colours of a terminal.
    pub color: bool,
    /// CSV: the names of the columns; none: those of EMS Analyzer.
    pub columns: Vec<String>,
    /// CSV: text that a spreadsheet would run as a formula gets a `'` in front.
    pub spreadsheet: bool,
    /// Lines of a system log.
    pub syslog: syslog::Options,
    /// OTLP: log records on a line.
    pub otlp_batch: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            raw: false,
            source: false,
            advice: false,
            header: true,
            width: 0,
            indent: Layout::DISTRIBUTOR_INDENT,
            ddl_names: false,
            color: false,
            columns: Vec::new(),
            spreadsheet: false,
            syslog: syslog::Options::default(),
            otlp_batch: 512,
        }
    }
}

/// An option that a format cannot work with: its name, as in [`FormatDef::options`], and what is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OptionsError {
    option: &'static str,
    message: String,
}

impl OptionsError {
    fn new(option: &'static str, message: impl Into<String>) -> Self {
        Self { option, message: message.into() }
    }
}

impl fmt::Display for OptionsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.option, self.message)
    }
}

impl core::error::Error for OptionsError {}

/// Makes a format for a site.
type Make = fn(&Site, &Options) -> Result<Box<dyn Format>, OptionsError>;

/// An output format: its name, and how one is made.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct FormatDef {
    /// The name that options and programs use.
    pub name: &'static str,
    /// One line of help.
    pub about: &'static str,
    /// The options it takes into account, by the names of the command line without their dashes.
    pub options: &'static [&'static str],
    /// Whether its output is one file that is complete only at its end, and not records one after the other.
    pub is_one_file: bool,
    make: Make,
}

impl FormatDef {
    /// Makes the format for a site.
    ///
    /// # Errors
    /// The options name something that is not known, or contradict each other.
    pub fn make(&self, site: &Site, options: &Options) -> Result<Box<dyn Format>, OptionsError> {
        (self.make)(site, options)
    }
}

/// Every format.
pub const ALL: &[FormatDef] = &[
    text::TEXT,
    #[cfg(feature = "json")]
    json::JSON,
    tokens::TOKENS,
    csv::CSV,
    syslog::SYSLOG,
    #[cfg(feature = "otlp")]
    otlp::OTLP,
    cef::CEF,
    leef::LEEF,
    #[cfg(feature = "json")]
    ecs::ECS,
    dump::DUMP,
    #[cfg(feature = "arrow")]
    arrow::ARROW,
    #[cfg(feature = "parquet")]
    arrow::PARQUET,
];

/// The format of this name.
#[must_use]
pub fn named(name: &str) -> Option<&'static FormatDef> {
    ALL.iter().find(|format| format.name == name)
}

/// Appends what is odd about a buffer.
pub(crate) fn find(buffer: &Buffer<'_>, findings: &mut Vec<Finding>) {
    findings.clear();
    // A token that cannot be read ends the search; writing it tells.
    let _ = match crate::ems::Event::try_from(*buffer) {
        Ok(event) => event.check(|finding| findings.push(finding)),
        Err(_) => buffer.check(|finding| findings.push(finding)),
    };
}

/// Writes text to bytes; writing to a `Vec` does not fail.
pub(crate) struct Utf8<'o>(pub(crate) &'o mut Vec<u8>);

impl fmt::Write for Utf8<'_> {
    #[inline]
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0.extend_from_slice(text.as_bytes());
        Ok(())
    }
}

/// Adds what displays.
pub(crate) fn show(out: &mut Vec<u8>, value: impl fmt::Display) {
    let _ = fmt::write(&mut Utf8(out), format_args!("{value}"));
}

/// The text of a command or response in place of a sentence.
pub(crate) struct CommandText<'b>(pub(crate) &'b Buffer<'b>);

impl fmt::Display for CommandText<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (command, object) = self.0.command().map(|c| (c.command(), c.object_type())).unwrap_or_default();
        for (before, number) in [("command ", command), (", object type ", object)] {
            match number {
                Some(number) => write!(f, "{before}{number}")?,
                None => write!(f, "{before}?")?,
            }
        }
        write!(f, ", {} tokens", self.0.tokens().count())
    }
}
