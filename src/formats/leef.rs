//! QRadar Log Event Extended Format, version 2.0. See `docs/formats/leef.md`.

use core::fmt::{self, Display, Write};

use super::cef::{PRODUCT, VENDOR, unix_millis};
use super::{Format, FormatDef, Utf8};
use crate::describe::{Item, Record};
use crate::ems::Event;
use crate::site::Site;
use crate::spi::read::DecodeError;
use crate::template::Text;

pub(super) const LEEF: FormatDef = FormatDef {
    name: "leef",
    about: "QRadar Log Event Extended Format, a line an event",
    options: &["severity", "node", "no-names", "no-provisional"],
    is_one_file: false,
    make: |site, _| Ok(Box::new(Leef { site: site.clone(), text: Text::new() })),
};

/// The severities of LEEF, 1 to 10, by those of syslog.
const SEVERITIES: [u8; 8] = [10, 9, 8, 7, 5, 4, 3, 1];

struct Leef {
    site: Site,
    text: Text,
}

impl Format for Leef {
    fn has_parts(&self) -> bool {
        true
    }

    fn event(&mut self, out: &mut Vec<u8>, record: &Record<'_>) -> Result<(), DecodeError> {
        let Some(event) = record.described.event() else { return Ok(()) };
        let site = &self.site;
        site.sentence_text(event, &site.render_options(false), &mut self.text);
        // Writing to a Vec does not fail.
        let _ = self.line(out, event, record);
        Ok(())
    }

    /// A command is not an event.
    fn command(&mut self, _: &mut Vec<u8>, _: &Record<'_>) -> Result<(), DecodeError> {
        Ok(())
    }
}

impl Leef {
    fn line(&self, out: &mut Vec<u8>, event: &Event<'_>, record: &Record<'_>) -> fmt::Result {
        let site = &self.site;
        write!(Utf8(out), "LEEF:2.0|{VENDOR}|{PRODUCT}|{}|", event.ssid().version())?;
        write!(Utf8(out), "{}|x09|", event.number().unwrap_or(0))?;
        let mut attributes = Attributes { out, is_first: true };
        if let Some(millis) = event.generated().and_then(unix_millis) {
            attributes.put("devTime", millis)?;
        }
        let severity = SEVERITIES.get(usize::from(site.severity(event).syslog()));
        attributes.put("sev", severity.copied().unwrap_or(1))?;
        attributes.put("cat", site.event_ssid(event))?;
        attributes.put("eventName", site.event_id(event))?;
        if let Some(name) = site.node_name(event) {
            attributes.put("identHostName", String::from_utf8_lossy(name))?;
        }
        if let Some((group, user)) = event.user() {
            attributes.put("usrName", format_args!("{group},{user}"))?;
        }
        if let Some(process) = site.process(event) {
            attributes.put("process", process)?;
        }
        let numbers = [
            ("cpu", event.cpu().map(i32::from)),
            ("pin", event.pin().map(i32::from)),
            ("node", event.node()),
        ];
        for (key, number) in numbers {
            if let Some(number) = number {
                attributes.put(key, number)?;
            }
        }
        if let Some(subject) = site.subject(event) {
            attributes.put("subject", Item::new(site, subject, 0).first_value().text())?;
        }
        // The first token of each name; a second attribute of a name would replace it.
        let mut earlier = 0;
        for item in record.described.tokens().flatten() {
            let is_repeated =
                record.described.tokens().flatten().take(earlier).any(|other| other.name() == item.name());
            earlier = (earlier + 1).min(MOST_TOKENS);
            if let Some(name) =
                item.name().filter(|_| !is_repeated && !item.is_mark() && !item.token().is_list())
            {
                attributes.token(name, &item.first_value())?;
            }
        }
        attributes.put("msg", self.text.as_str())?;
        out.push(b'\n');
        Ok(())
    }
}

/// The most tokens that are searched for one of the same name; in an event with more, names may repeat.
const MOST_TOKENS: usize = 64;

/// `key=value` with tabs between.
struct Attributes<'o> {
    out: &'o mut Vec<u8>,
    is_first: bool,
}

impl Attributes<'_> {
    /// A control character of a value, the delimiter with them, is a blank.
    fn put(&mut self, key: impl Display, value: impl Display) -> fmt::Result {
        if !core::mem::replace(&mut self.is_first, false) {
            self.out.push(b'\t');
        }
        write!(Utf8(self.out), "{key}=")?;
        write!(Plain(self.out), "{value}")
    }

    fn token(&mut self, name: &str, item: &Item<'_>) -> fmt::Result {
        match item.label() {
            Some(label) => self.put(name, label),
            None => self.put(name, item.text()),
        }
    }
}

struct Plain<'o>(&'o mut Vec<u8>);

impl Write for Plain<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for (at, piece) in text.split(char::is_control).enumerate() {
            self.0.extend_from_slice(if at > 0 { b" " } else { b"" });
            self.0.extend_from_slice(piece.as_bytes());
        }
        Ok(())
    }
}
