//! A format of your own: `key=value` lines, as logfmt has them, written like the formats that ship with zems.
//!
//! ```sh
//! cargo run --example custom_format
//! ```

use std::io::Write;

use zems::describe::{Described, Record};
use zems::formats::Format;
use zems::site::Site;
use zems::spi::read::{Buffer, DecodeError};

/// Writes a line for each event.
#[derive(Debug)]
pub struct Logfmt {
    site: Site,
}

impl Format for Logfmt {
    fn event(&mut self, out: &mut Vec<u8>, record: &Record<'_>) -> Result<(), DecodeError> {
        let described = &record.described;
        let Some(event) = described.event() else { return Ok(()) };
        let site = &self.site;
        // Writing to a vector cannot fail.
        let _ = write!(out, "event={} severity={}", site.event_id(event), site.severity(event).name());
        for item in described.tokens() {
            let item = item?;
            // Marks and lists have no value of their own; tokens without a definition have no name.
            if let (Some(name), Some(_)) = (item.name(), item.scalar()) {
                let text = item.label().map_or_else(|| item.text().to_string(), str::to_owned);
                let _ = write!(out, " {name}={text:?}");
            }
        }
        let _ = writeln!(out, " msg={:?}", site.sentence(event).to_string());
        Ok(())
    }

    /// Commands have no line.
    fn command(&mut self, _: &mut Vec<u8>, _: &Record<'_>) -> Result<(), DecodeError> {
        Ok(())
    }
}

/// The line of one buffer.
///
/// # Errors
///
/// The bytes are not a buffer.
pub fn line(bytes: &[u8]) -> Result<String, DecodeError> {
    let site = Site::builtin();
    let mut format = Logfmt { site: site.clone() };
    let mut out = Vec::new();
    format.event(&mut out, &Record::new(Described::new(&site, &Buffer::parse(bytes)?)))?;
    Ok(String::from_utf8_lossy(&out).into_owned())
}

fn main() -> Result<(), DecodeError> {
    print!("{}", line(zems::samples::BKUP_FAIL)?);
    Ok(())
}
