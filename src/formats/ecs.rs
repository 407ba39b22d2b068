//! Elastic Common Schema: one JSON object a line, with the keys that ECS loggers write. See `docs/formats/ecs.md`.

use core::cell::RefCell;
use core::fmt::Display;

use serde_core::ser::{Serialize, SerializeMap, Serializer};

use super::{Format, FormatDef};
use crate::describe::form::named;
use crate::describe::{Item, Record};
use crate::ems::Event;
use crate::site::Site;
use crate::spi::Timestamp;
use crate::spi::read::DecodeError;
use crate::template::Text;

pub(super) const ECS: FormatDef = FormatDef {
    name: "ecs",
    about: "Elastic Common Schema, one JSON object a line",
    options: &["severity", "node", "no-names", "no-provisional"],
    is_one_file: false,
    make: |site, options| {
        Ok(Box::new(Ecs {
            site: site.clone(),
            source: options.source,
            text: Text::new(),
            names: RefCell::default(),
        }))
    },
};

/// The version of the schema.
const VERSION: &str = "8.17.0";

struct Ecs {
    site: Site,
    source: bool,
    text: Text,
    /// Working memory: which tokens have a name.
    names: RefCell<Vec<usize>>,
}

impl Format for Ecs {
    fn has_parts(&self) -> bool {
        true
    }

    fn event(&mut self, out: &mut Vec<u8>, record: &Record<'_>) -> Result<(), DecodeError> {
        let Some(event) = record.described.event() else { return Ok(()) };
        let site = &self.site;
        site.sentence_text(event, &site.render_options(false), &mut self.text);
        let record = Record { source: record.source.filter(|_| self.source), ..*record };
        let object = Object { site, event, record: &record, text: self.text.as_str(), names: &self.names };
        if super::json::writer::write(out, &object).is_err() {
            // Only a token that cannot be read stops the serializer.
            return record.described.buffer().walk().find_map(Result::err).map_or(Ok(()), Err);
        }
        out.push(b'\n');
        Ok(())
    }

    /// A command is not an event.
    fn command(&mut self, _: &mut Vec<u8>, _: &Record<'_>) -> Result<(), DecodeError> {
        Ok(())
    }
}

struct Object<'a> {
    site: &'a Site,
    event: &'a Event<'a>,
    record: &'a Record<'a>,
    text: &'a str,
    names: &'a RefCell<Vec<usize>>,
}

/// Text that is made when it is written.
struct Shown<T>(T);

impl<T: Display> Serialize for Shown<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

/// The tokens by name.
struct Tokens<'a>(&'a Record<'a>, &'a RefCell<Vec<usize>>);

impl Serialize for Tokens<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_map(None)?;
        named(self.0, &mut self.1.borrow_mut(), &mut object)?;
        object.end()
    }
}

impl Serialize for Object<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { site, event, record, text, names } = *self;
        let is_time = |time: &Timestamp| time.civil().is_some();
        let (generated, logged) = (event.generated().filter(is_time), event.logged().filter(is_time));
        let level = site.severity(event);
        let mut object = serializer.serialize_map(None)?;
        if let Some(time) = generated.or(logged).or(record.observed) {
            object.serialize_entry("@timestamp", &Shown(time))?;
        }
        object.serialize_entry("log.level", level.name())?;
        object.serialize_entry("message", text)?;
        object.serialize_entry("ecs.version", VERSION)?;
        object.serialize_entry("event.kind", "event")?;
        object.serialize_entry("event.dataset", "nonstop.ems")?;
        if let Some(number) = event.number() {
            object.serialize_entry("event.code", &Shown(number))?;
        }
        object.serialize_entry("event.action", &Shown(site.event_id(event)))?;
        object.serialize_entry("event.provider", &Shown(site.event_ssid(event)))?;
        object.serialize_entry("event.severity", &level.number())?;
        if let Some(logged) = logged {
            object.serialize_entry("event.created", &Shown(logged))?;
        }
        if let Some(name) = site.node_name(event) {
            object.serialize_entry("host.name", &*String::from_utf8_lossy(name))?;
        }
        if let Some(process) = site.process(event) {
            object.serialize_entry("process.name", &Shown(process))?;
        }
        if let Some(pin) = event.pin() {
            object.serialize_entry("process.pid", &pin)?;
        }
        if let Some((group, user)) = event.user() {
            object.serialize_entry("user.id", &Shown(format_args!("{group},{user}")))?;
        }
        if let Some(node) = event.node() {
            object.serialize_entry("nonstop.node", &node)?;
        }
        if let Some(cpu) = event.cpu() {
            object.serialize_entry("nonstop.cpu", &cpu)?;
        }
        if let Some(emphasis) = site.emphasis(event) {
            object.serialize_entry("nonstop.emphasis", &emphasis)?;
        }
        if let Some(subject) = site.subject(event) {
            object.serialize_entry(
                "nonstop.subject",
                &Shown(Item::new(site, subject, 0).first_value().text()),
            )?;
        }
        object.serialize_entry("nonstop.tokens", &Tokens(record, names))?;
        if let Some(source) = record.source {
            object.serialize_entry("log.file.path", source)?;
        }
        object.end()
    }
}
