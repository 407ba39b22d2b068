//! Writes and reads the JSON form of a buffer, one line each. See `docs/formats/json.md`.
//!
//! [`write()`] makes a line of a described buffer, [`Reader`] a buffer of a line. Keys and their order are fixed; a value without a faithful
//! form as text or number is written as `hex`, so that nothing is lost on the way.

mod parse;
mod read;
mod structure;
mod tree;
pub(crate) mod writer;

pub use read::{JsonError, Reader};
#[cfg(feature = "otlp")]
pub(crate) use {
    read::fault,
    tree::{Json, Node, Tree},
};

use serde_core::ser::{Serialize, SerializeMap, Serializer};

use super::{Fault, Format, FormatDef, Options, find};
use crate::describe::Record;
use crate::site::Site;
use crate::spi::read::{DecodeError, Finding};
use crate::template::Text;

pub(super) const JSON: FormatDef = FormatDef {
    name: "json",
    about: "One JSON object a line",
    options: &["raw", "advice", "no-names", "no-provisional", "node"],
    is_one_file: false,
    make: |site, options| Ok(Box::new(Objects::new(site, options))),
};

/// Adds the object of a buffer to `out`, without a line end.
///
/// # Errors
/// A token cannot be read; `out` is as before.
pub fn write(out: &mut Vec<u8>, record: &Record<'_>) -> Result<(), DecodeError> {
    let before = out.len();
    if writer::write(out, record).is_ok() {
        return Ok(());
    }
    out.truncate(before);
    // Only a token that cannot be read stops the serializer.
    let buffer = record.described.buffer();
    buffer.walk().find_map(Result::err).map_or(Ok(()), Err)
}

/// Adds the object that is in the place of bytes that are not a buffer.
pub fn write_fault(out: &mut Vec<u8>, fault: &Fault<'_>) {
    // The form of a fault does not fail.
    let _ = writer::write(out, fault);
}

impl Serialize for Fault<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_map(None)?;
        self.keys(&mut object)?;
        object.end()
    }
}

impl Fault<'_> {
    /// Adds the keys of the form to an object.
    pub(crate) fn keys<M: SerializeMap>(&self, object: &mut M) -> Result<(), M::Error> {
        object.serialize_entry("kind", "error")?;
        object.serialize_entry("offset", &self.offset)?;
        object.serialize_entry("length", &self.length)?;
        object.serialize_entry("error", self.error)?;
        match self.source {
            Some(source) => object.serialize_entry("source", source),
            None => Ok(()),
        }
    }
}

struct Objects {
    site: Site,
    raw: bool,
    source: bool,
    advice: bool,
    text: Text,
    findings: Vec<Finding>,
}

impl Objects {
    fn new(site: &Site, options: &Options) -> Self {
        Self {
            site: site.clone(),
            raw: options.raw,
            source: options.source,
            advice: options.advice,
            text: Text::new(),
            findings: Vec::new(),
        }
    }
}

impl Format for Objects {
    fn has_parts(&self) -> bool {
        true
    }

    fn event(&mut self, out: &mut Vec<u8>, record: &Record<'_>) -> Result<(), DecodeError> {
        find(record.described.buffer(), &mut self.findings);
        let (mut text, mut advice) = (None, None);
        if let Some(event) = record.described.event() {
            self.site.sentence_text(event, &self.site.render_options(false), &mut self.text);
            text = Some(self.text.as_str());
            advice = self.advice.then(|| record.described.site().advice(event));
        }
        let source = record.source.filter(|_| self.source);
        let findings = &self.findings;
        write(out, &Record { text, advice, findings, raw: self.raw, source, ..*record })?;
        out.push(b'\n');
        Ok(())
    }

    fn command(&mut self, out: &mut Vec<u8>, record: &Record<'_>) -> Result<(), DecodeError> {
        self.event(out, record)
    }

    fn fault(&mut self, out: &mut Vec<u8>, fault: &Fault<'_>) {
        write_fault(out, &Fault { source: fault.source.filter(|_| self.source), ..*fault });
        out.push(b'\n');
    }
}
