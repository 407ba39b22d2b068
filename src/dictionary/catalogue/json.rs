//! JSON Lines. The keys and their order are part of the command line's contract.

use core::fmt::{self, Display, Write};

use super::{Catalogue, Entry};
use crate::dictionary::{
    ConstantValue, Enumeration, EventDef, FACILITIES, Field, SEVERITIES, Structure, TokenDef,
};
use crate::spi::Ssid;

pub(super) fn write(catalogue: &Catalogue<'_>, out: &mut impl Write) -> fmt::Result {
    for entry in catalogue.entries() {
        let mut line = Line { catalogue, out: &mut *out, is_first: true };
        match entry {
            // Its number is that of an SSID, its name is in texts.
            Entry::Subsystem(_) => continue,
            Entry::Ssid(def) => {
                line.begin("ssid", def.name())?;
                line.quoted("text", def.ssid())?;
                line.key("hex")?;
                line.out.write_char('"')?;
                def.ssid().as_bytes().iter().try_for_each(|byte| write!(line.out, "{byte:02X}"))?;
                line.out.write_char('"')?;
                line.provisional(def.is_provisional())?;
            }
            Entry::Constant(constant) => {
                line.begin("constant", constant.name())?;
                match constant.value() {
                    ConstantValue::Number(number) => line.plain("value", number)?,
                    ConstantValue::Version(version) => line.plain("value", version.0)?,
                    ConstantValue::Text(text) => line.text("value", text)?,
                }
                line.plain("provisional", constant.is_provisional())?;
            }
            Entry::TokenType(token_type) => {
                line.begin("token-type", token_type.name())?;
                line.plain("value", token_type.value())?;
                line.provisional(token_type.is_provisional())?;
            }
            Entry::Token(token) => line.token(token)?,
            Entry::Map(map) => line.map(map)?,
            Entry::Unnumbered(token) => {
                line.begin("token", token.name())?;
                line.optional("type", token.type_name())?;
                line.optional("description", token.description())?;
                let missing = [Some("code"), token.type_name().is_none().then_some("type")];
                line.missing(missing.into_iter().flatten())?;
            }
            Entry::Structure(structure) => line.structure(structure)?,
            Entry::Enumeration(enumeration) => line.enumeration(enumeration)?,
            Entry::Event(event) => line.event(event)?,
            Entry::Message(event) => line.message(event)?,
        }
        line.out.write_str("}\n")?;
    }
    Ok(())
}

/// An object that is being written.
struct Line<'c, 'o, W> {
    catalogue: &'c Catalogue<'c>,
    out: &'o mut W,
    is_first: bool,
}

impl<W: Write> Line<'_, '_, W> {
    fn begin(&mut self, kind: &str, name: &str) -> fmt::Result {
        self.text("kind", kind)?;
        self.text("name", name)
    }

    fn token(&mut self, token: TokenDef<'_>) -> fmt::Result {
        self.begin("token", token.name())?;
        self.quoted("code", format_args!("{:X}", token.code()))?;
        self.text("type", token.type_name())?;
        self.ssid(token.ssid())?;
        self.optional("heading", token.heading())?;
        self.provisional(token.is_provisional())
    }

    fn map(&mut self, map: TokenDef<'_>) -> fmt::Result {
        self.begin("map", map.name())?;
        self.quoted("code", format_args!("{:X}", map.stored_code()))?;
        self.array("words", map.map_words(), |line, word| write!(line.out, "{word}"))?;
        self.text("struct", map.type_name())?;
        self.ssid(map.ssid())?;
        self.optional("heading", map.heading())?;
        self.provisional(map.is_provisional())
    }

    fn structure(&mut self, structure: Structure<'_>) -> fmt::Result {
        self.begin("struct", structure.name())?;
        self.plain("size", structure.len())?;
        self.array("fields", structure.fields(), |line, field| line.object(|line| line.field(&field)))
    }

    fn field(&mut self, field: &Field<'_>) -> fmt::Result {
        self.text("name", field.name())?;
        self.plain("offset", field.offset())?;
        self.plain("size", field.len())?;
        self.plain("count", field.count())?;
        self.quoted("type", field.field_type())?;
        match field.bit() {
            Some((first, last)) => self.plain("bit", format_args!("[{first},{last}]")),
            None => Ok(()),
        }
    }

    fn enumeration(&mut self, enumeration: Enumeration<'_>) -> fmt::Result {
        self.begin("enum", enumeration.name())?;
        self.array("values", enumeration.values(), |line, value| {
            line.object(|line| {
                line.text("name", value.name())?;
                line.plain("value", value.value())?;
                line.text("label", value.label())
            })
        })
    }

    fn event(&mut self, event: EventDef<'_>) -> fmt::Result {
        self.begin("event", event.name())?;
        let template = self.catalogue.texts.template(event);
        let text = template.as_deref().or(event.printed_text());
        self.ssid(event.has_ssid().then_some(event.ssid()))?;
        self.plain("number", event.number())?;
        self.optional("text", text)?;
        self.optional("subject", event.subject_name())?;
        if let Some(emphasis) = event.emphasis() {
            self.plain("emphasis", emphasis)?;
        }
        for (heading, text) in event.advice().texts() {
            self.text(&heading.to_ascii_lowercase(), text)?;
        }
        if !event.has_ssid() {
            // Its page may leave these out too: list them as missing.
            let missing = [
                Some("ssid"),
                text.is_none().then_some("text"),
                event.subject_name().is_none().then_some("subject"),
            ];
            self.missing(missing.into_iter().flatten())?;
        }
        self.provisional(event.is_provisional())
    }

    /// Names what is not known.
    fn missing(&mut self, keys: impl Iterator<Item = &'static str>) -> fmt::Result {
        self.array("missing", keys, |line, key| write!(line.out, "\"{key}\""))
    }

    fn message(&mut self, event: EventDef<'_>) -> fmt::Result {
        let Some(message) = event.message() else { return Ok(()) };
        let name = |names: &[&'static str], number: Option<u8>| {
            number.and_then(|number| names.get(usize::from(number)).copied())
        };
        self.text("kind", "syslog")?;
        self.text("tag", message.tag())?;
        self.plain("event", event.number())?;
        self.optional("text", self.catalogue.texts.message(event).as_deref())?;
        self.optional("type", message.kind())?;
        self.optional("severity", name(&SEVERITIES, message.severity()))?;
        self.optional("facility", name(&FACILITIES, message.facility()))
    }

    /// The external text, with the name of the subsystem if it has one.
    fn ssid(&mut self, ssid: Option<Ssid>) -> fmt::Result {
        let Some(ssid) = ssid else { return Ok(()) };
        self.quoted("ssid", self.catalogue.dictionary.ssid_name(ssid))
    }

    /// Says so if it is; constants say it always.
    fn provisional(&mut self, is_provisional: bool) -> fmt::Result {
        if is_provisional { self.plain("provisional", true) } else { Ok(()) }
    }

    fn optional(&mut self, key: &str, text: Option<&str>) -> fmt::Result {
        text.map_or(Ok(()), |text| self.text(key, text))
    }

    fn plain(&mut self, key: &str, value: impl Display) -> fmt::Result {
        self.key(key)?;
        write!(self.out, "{value}")
    }

    fn quoted(&mut self, key: &str, value: impl Display) -> fmt::Result {
        self.text(key, &value.to_string())
    }

    fn text(&mut self, key: &str, text: &str) -> fmt::Result {
        self.key(key)?;
        self.out.write_char('"')?;
        for c in text.chars() {
            match c {
                '"' | '\\' => write!(self.out, "\\{c}")?,
                '\n' => self.out.write_str("\\n")?,
                '\t' => self.out.write_str("\\t")?,
                c if c.is_control() => write!(self.out, "\\u{:04x}", u32::from(c))?,
                c => self.out.write_char(c)?,
            }
        }
        self.out.write_char('"')
    }

    fn array<T>(
        &mut self,
        key: &str,
        items: impl Iterator<Item = T>,
        mut write: impl FnMut(&mut Self, T) -> fmt::Result,
    ) -> fmt::Result {
        self.key(key)?;
        self.out.write_char('[')?;
        for (at, item) in items.enumerate() {
            if at > 0 {
                self.out.write_char(',')?;
            }
            write(self, item)?;
        }
        self.out.write_char(']')
    }

    fn object(&mut self, write: impl FnOnce(&mut Self) -> fmt::Result) -> fmt::Result {
        self.is_first = true;
        write(self)?;
        self.out.write_char('}')
    }

    fn key(&mut self, key: &str) -> fmt::Result {
        let before = if core::mem::take(&mut self.is_first) { '{' } else { ',' };
        write!(self.out, "{before}\"{key}\":")
    }
}
