//! ArcSight Common Event Format, version 0 (CEF Implementation Standard, revision 26). See `docs/formats/cef.md`.

use core::fmt::{self, Display, Write};

use super::{Format, FormatDef, Utf8};
use crate::describe::{Item, Record};
use crate::ems::Event;
use crate::site::{Level, Site};
use crate::spi::Timestamp;
use crate::spi::read::DecodeError;
use crate::template::Text;

pub(super) const CEF: FormatDef = FormatDef {
    name: "cef",
    about: "ArcSight Common Event Format, a line an event",
    options: &["severity", "node", "no-names", "no-provisional"],
    is_one_file: false,
    make: |site, _| Ok(Box::new(Cef { site: site.clone(), text: Text::new() })),
};

/// Device vendor and product of the header.
pub(super) const VENDOR: &str = "HPE";
pub(super) const PRODUCT: &str = "NonStop EMS";

/// The severities of CEF, 0 to 10, by those of syslog: 0 to 3 are low, 4 to 6 medium, 7 and 8 high, 9 and 10 very high.
const SEVERITIES: [u8; 8] = [10, 9, 8, 7, 5, 3, 2, 0];

struct Cef {
    site: Site,
    text: Text,
}

impl Format for Cef {
    fn has_parts(&self) -> bool {
        true
    }

    fn event(&mut self, out: &mut Vec<u8>, record: &Record<'_>) -> Result<(), DecodeError> {
        let Some(event) = record.described.event() else { return Ok(()) };
        let site = &self.site;
        site.sentence_text(event, &site.render_options(false), &mut self.text);
        // Writing to a Vec does not fail.
        let _ = self.line(out, event);
        Ok(())
    }

    /// A command is not an event.
    fn command(&mut self, _: &mut Vec<u8>, _: &Record<'_>) -> Result<(), DecodeError> {
        Ok(())
    }
}

impl Cef {
    fn line(&self, out: &mut Vec<u8>, event: &Event<'_>) -> fmt::Result {
        let site = &self.site;
        write!(Utf8(out), "CEF:0|{VENDOR}|{PRODUCT}|")?;
        field(out, event.ssid().version())?;
        match event.number() {
            Some(number) => write!(Utf8(out), "|{number}|")?,
            None => out.extend_from_slice(b"|0|"),
        }
        field(out, site.event_id(event))?;
        write!(Utf8(out), "|{}|", severity(site.severity(event)))?;
        let mut extension = Extension { out, is_first: true };
        if let Some(millis) = event.generated().and_then(unix_millis) {
            extension.put("rt", millis)?;
        }
        extension.put("cat", site.event_ssid(event))?;
        if let Some(name) = site.node_name(event) {
            extension.put("dvchost", String::from_utf8_lossy(name))?;
        }
        if let Some(process) = site.process(event) {
            extension.put("deviceProcessName", process)?;
        }
        if let Some((group, user)) = event.user() {
            extension.put("suid", format_args!("{group},{user}"))?;
        }
        let numbers = [
            ("cpu", event.cpu().map(i32::from)),
            ("pin", event.pin().map(i32::from)),
            ("node", event.node()),
        ];
        for (at, (label, number)) in (1..).zip(numbers) {
            if let Some(number) = number {
                extension.put(format_args!("cn{at}"), number)?;
                extension.put(format_args!("cn{at}Label"), label)?;
            }
        }
        if let Some(subject) = site.subject(event) {
            let item = Item::new(site, subject, 0);
            extension.put("cs1", item.first_value().text())?;
            extension.put("cs1Label", item.name().unwrap_or("subject"))?;
        }
        extension.put("msg", self.text.as_str())?;
        out.push(b'\n');
        Ok(())
    }
}

fn severity(level: Level) -> u8 {
    SEVERITIES.get(usize::from(level.syslog())).copied().unwrap_or(0)
}

/// Milliseconds since 1970 began; `None` for what is not a time since then.
pub(super) fn unix_millis(time: Timestamp) -> Option<i64> {
    let micros = if time.is_elapsed() { None } else { time.unix_micros() };
    micros.filter(|micros| *micros >= 0).map(|micros| micros / 1000)
}

/// A field of the header: `|` and `\` get a backslash, control characters are blanks.
fn field(out: &mut Vec<u8>, value: impl Display) -> fmt::Result {
    write!(Escaped { out, escaped: ['|', '\\'] }, "{value}")
}

/// `key=value` with blanks between.
struct Extension<'o> {
    out: &'o mut Vec<u8>,
    is_first: bool,
}

impl Extension<'_> {
    /// In a value `=` and `\` get a backslash; a line end is `\n`, any other control character a blank.
    fn put(&mut self, key: impl Display, value: impl Display) -> fmt::Result {
        if !core::mem::replace(&mut self.is_first, false) {
            self.out.push(b' ');
        }
        write!(Utf8(self.out), "{key}=")?;
        write!(Escaped { out: self.out, escaped: ['=', '\\'] }, "{value}")
    }
}

struct Escaped<'o> {
    out: &'o mut Vec<u8>,
    escaped: [char; 2],
}

impl Write for Escaped<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let mut rest = text;
        while let Some(at) = rest.find(|c: char| c.is_control() || self.escaped.contains(&c)) {
            let (clean, behind) = rest.split_at_checked(at).unwrap_or((rest, ""));
            self.out.extend_from_slice(clean.as_bytes());
            let mut characters = behind.chars();
            match characters.next() {
                Some(odd) if self.escaped.contains(&odd) => {
                    self.out.push(b'\\');
                    Utf8(self.out).write_char(odd)?;
                }
                Some('\n') if self.escaped.contains(&'=') => self.out.extend_from_slice(b"\\n"),
                _ => self.out.push(b' '),
            }
            rest = characters.as_str();
        }
        self.out.extend_from_slice(rest.as_bytes());
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_those_of_the_standard() {
        let mut out = Vec::new();
        field(&mut out, "a|b\\c=d\ne").unwrap();
        let mut extension = Extension { out: &mut out, is_first: true };
        extension.put("k", "a|b\\c=d\ne\tf\u{7F}").unwrap();
        extension.put("l", "x").unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), "a\\|b\\\\c=d ek=a|b\\\\c\\=d\\ne f  l=x");
    }
}
