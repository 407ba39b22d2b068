//! Rust source of an event: a structure of its tokens that reads and writes them where they usually are.

use core::fmt::{self, Write};
use std::collections::HashSet;

use super::rust::{KEYWORDS, distinct, words};
use crate::dictionary::{Dictionary, EventDef, TokenDef};
use crate::spi::{DataType, Ssid, TokenCode};

/// The tokens of an event at the top level, in the order in which they are written.
pub(super) struct Shape<'d> {
    event: EventDef<'d>,
    subject: Part<'d>,
    others: Vec<Part<'d>>,
}

/// One token of an event.
struct Part<'d> {
    token: TokenDef<'d>,
    name: String,
    code: TokenCode,
    /// Whose token it is, if it is not the event's subsystem's.
    ssid: Option<Ssid>,
    /// `None`: its bytes.
    element: Option<&'static str>,
    /// Whether bytes are values of its data type as they are.
    is_bytes: bool,
}

impl<'d> Shape<'d> {
    /// `None` for an event of which no subject is known: it cannot be built.
    pub(super) fn new(dictionary: &Dictionary, event: EventDef<'d>) -> Option<Self> {
        let mut names = HashSet::new();
        let mut codes = HashSet::new();
        let mut part = |token: TokenDef<'d>| {
            let code = token.stored_code();
            let kind = dictionary.profile().data_type(code.type_code());
            let is_value = !matches!(
                kind,
                DataType::Mark | DataType::List | DataType::Ssctl | DataType::Table | DataType::Map
            );
            let home = token.owner_ssid().filter(|_| !code.number().is_shared());
            if !is_value || token.header_token().is_some() || !codes.insert((home, code)) {
                return None;
            }
            let ssid = home.filter(|home| !home.is_same_subsystem(event.ssid()));
            let element = element(kind).filter(|_| kind.element_len() == Some(usize::from(code.length())));
            let is_bytes =
                matches!(kind, DataType::Char | DataType::Byte | DataType::Struct | DataType::Unknown);
            let name = distinct(&mut names, field_name(token.name()), "_");
            Some(Part { token, name, code, ssid, element, is_bytes })
        };
        let subject = part(event.subject()?)?;
        let others = event.event_tokens().filter(|token| token.within.is_none());
        let others = others.filter_map(|token| part(token.token)).collect();
        Some(Self { event, subject, others })
    }

    pub(super) fn write(&self, type_name: &str, out: &mut impl Write) -> fmt::Result {
        let Self { event, subject, others } = self;
        let (name, number) = (event.name(), event.number());
        let (ssid, generics) = (event.ssid(), if self.borrows() { "<'a>" } else { "" });
        writeln!(
            out,
            "/// The tokens of {name} at the top level. Read and written in this order they are found without a search.\n\
             #[derive(Clone, Copy, Debug, PartialEq)]\npub struct {type_name}{generics} {{\n    \
             /// {}, the subject.\n    pub {}: {},",
            subject.token.name(),
            subject.name,
            subject.kind()
        )?;
        for part in others {
            writeln!(out, "    /// {}.\n    pub {}: Option<{}>,", part.token.name(), part.name, part.kind())?;
        }
        writeln!(
            out,
            "}}\n\nimpl{generics} {type_name}{generics} {{\n    /// Whose event it is.\n    \
             pub const SSID: ::zems::spi::Ssid = {};\n    /// The event's number.\n    \
             pub const NUMBER: i16 = {number};\n",
            ssid_expression(ssid)
        )?;
        self.write_reading(out)?;
        self.write_writing(out)?;
        writeln!(out, "}}\n")
    }

    /// Whether a field is bytes of the event.
    fn borrows(&self) -> bool {
        core::iter::once(&self.subject).chain(&self.others).any(|part| part.element.is_none())
    }

    fn write_reading(&self, out: &mut impl Write) -> fmt::Result {
        let Self { subject, others, .. } = self;
        let lifetime = if self.borrows() { "'a" } else { "'_" };
        writeln!(
            out,
            "    /// The tokens of an event, wherever they stand; `None` if it has no such subject.\n    ///\n    \
             /// # Errors\n    /// A token cannot be read.\n    \
             pub fn decode(event: &::zems::ems::Event<{lifetime}>) -> Result<Option<Self>, ::zems::spi::read::DecodeError> {{\n        \
             match Self::in_order(event.buffer()) {{\n            Some(found) => Ok(Some(found)),\n            \
             None => Self::search(event.buffer()),\n        }}\n    }}\n\n    \
             #[inline]\n    \
             fn in_order(buffer: &::zems::spi::read::Buffer<{lifetime}>) -> Option<Self> {{\n        \
             if !buffer.ssid().is_same_subsystem(Self::SSID) {{\n            return None;\n        }}\n        \
             let mut tokens = buffer.sequence();\n        tokens.mark()?;\n        let found = Self {{\n            \
             {}: {}?,",
            subject.name,
            subject.take()
        )?;
        for part in others {
            writeln!(out, "            {}: {},", part.name, part.take())?;
        }
        writeln!(
            out,
            "        }};\n        tokens.is_at_end().then_some(found)\n    }}\n\n    #[cold]\n    \
             fn search(\n        buffer: &::zems::spi::read::Buffer<{lifetime}>,\n    ) -> Result<Option<Self>, ::zems::spi::read::DecodeError> {{\n        \
             let found = buffer.find_many(&["
        )?;
        let parts = || core::iter::once(subject).chain(others);
        for part in parts() {
            let wanted = match part
                .ssid
                .or_else(|| (!part.code.number().is_shared()).then(|| self.event.ssid()))
            {
                Some(ssid) => format!("qualified({}, {})", ssid_expression(ssid), code_expression(part.code)),
                None => format!("new({})", code_expression(part.code)),
            };
            writeln!(out, "            ::zems::spi::read::TokenKey::{wanted},")?;
        }
        let names: Vec<&str> = parts().map(|part| part.name.as_str()).collect();
        writeln!(
            out,
            "        ])?;\n        let [{}] = found;\n        let Some({}) = {} else {{\n            return Ok(None);\n        }};\n        \
             Ok(Some(Self {{",
            names.join(", "),
            subject.name,
            subject.first()
        )?;
        writeln!(out, "            {},", subject.name)?;
        for part in others {
            writeln!(out, "            {}: {},", part.name, part.first())?;
        }
        writeln!(out, "        }}))\n    }}\n")
    }

    fn write_writing(&self, out: &mut impl Write) -> fmt::Result {
        let Self { subject, others, .. } = self;
        writeln!(
            out,
            "    /// Writes the event into `space` and returns its length. The header says whose event it is, and which.\n    ///\n    \
             /// # Errors\n    /// A value does not fit its token, or the event `space`.\n    \
             pub fn encode(\n        &self,\n        header: &::zems::ems::EventHeader<'_>,\n        \
             profile: &::zems::spi::Profile,\n        space: &mut [u8],\n    ) -> Result<usize, ::zems::spi::write::EncodeError> {{\n        \
             if let Some(len) = self.write_in_order(header, profile, space) {{\n            return Ok(len);\n        }}\n        \
             let output = ::zems::spi::write::SliceOutput::new(space);\n        \
             Ok(self.build(header, profile, output)?.into_written().len())\n    }}\n\n    #[inline]\n    \
             fn write_in_order(\n        &self,\n        header: &::zems::ems::EventHeader<'_>,\n        \
             profile: &::zems::spi::Profile,\n        space: &mut [u8],\n    ) -> Option<usize> {{\n        \
             let mut event = ::zems::ems::SequenceWriter::new(header, profile, space)?;\n        event.mark()?;\n        \
             event.put{}?;",
            subject.arguments(&subject.put(&format!("self.{}", subject.name)))
        )?;
        for part in others {
            writeln!(
                out,
                "        if let Some(value) = self.{} {{\n            event.put{}?;\n        }}",
                part.name,
                part.arguments(&part.put("value"))
            )?;
        }
        writeln!(
            out,
            "        event.finish()\n    }}\n\n    /// Writes the event after what is in `output`.\n    ///\n    \
             /// # Errors\n    /// A value does not fit its token, or the event `output`.\n    \
             pub fn build<O: ::zems::spi::write::Output>(\n        &self,\n        header: &::zems::ems::EventHeader<'_>,\n        \
             profile: &::zems::spi::Profile,\n        output: O,\n    ) -> Result<O, ::zems::spi::write::EncodeError> {{\n        \
             let {}event = ::zems::ems::EventBuilder::qualified(\n            output,\n            header,\n            profile,\n            \
             {},\n            {},\n            {},\n        )?;",
            if others.is_empty() { "" } else { "mut " },
            subject.ssid.map_or_else(|| String::from("::zems::spi::Ssid::NULL"), ssid_expression),
            code_expression(subject.code),
            subject.put(&format!("self.{}", subject.name)),
        )?;
        for part in others {
            writeln!(
                out,
                "        if let Some(value) = self.{} {{\n            event.put{}?;\n        }}",
                part.name,
                part.arguments(&part.put("value"))
            )?;
        }
        writeln!(out, "        event.finish()\n    }}")
    }
}

impl Part<'_> {
    fn kind(&self) -> &'static str {
        self.element.unwrap_or("&'a [u8]")
    }

    /// The token in its place.
    fn take(&self) -> String {
        let (method, code) =
            (if self.element.is_some() { "value" } else { "bytes" }, code_expression(self.code));
        match self.ssid {
            Some(ssid) => format!("tokens.{method}_of({}, {code})", ssid_expression(ssid)),
            None => format!("tokens.{method}({code})"),
        }
    }

    /// The token in its slot.
    fn first(&self) -> String {
        let name = &self.name;
        if self.element.is_some() {
            format!("{name}.and_then(|token| token.first())")
        } else {
            format!("{name}.map(|token| token.first_bytes())")
        }
    }

    /// The replacement of a value.
    fn put(&self, value: &str) -> String {
        if self.element.is_some() || self.is_bytes {
            value.to_owned()
        } else {
            format!("::zems::spi::write::Raw({value})")
        }
    }

    fn arguments(&self, value: &str) -> String {
        let code = code_expression(self.code);
        match self.ssid {
            Some(ssid) => format!("_qualified({}, {code}, {value})", ssid_expression(ssid)),
            None => format!("({code}, {value})"),
        }
    }
}

/// The Rust type of one element.
const fn element(kind: DataType) -> Option<&'static str> {
    Some(match kind {
        DataType::Int | DataType::Enum => "i16",
        DataType::Uint => "u16",
        DataType::Int2 => "i32",
        DataType::Int4 => "i64",
        DataType::Boolean => "::zems::spi::Boolean",
        DataType::Timestamp => "::zems::spi::Timestamp",
        DataType::Ssid => "::zems::spi::Ssid",
        DataType::Error => "::zems::spi::ErrorToken",
        DataType::Fname => "::zems::spi::Fname",
        DataType::Fname32 => "::zems::spi::Fname32",
        DataType::Subvol => "::zems::spi::Subvol",
        DataType::Device => "::zems::spi::Device",
        DataType::Crtpid => "::zems::spi::Crtpid",
        DataType::Username => "::zems::spi::Username",
        DataType::Phandle => "::zems::spi::Phandle",
        DataType::Transid => "::zems::spi::Transid",
        _ => return None,
    })
}

fn code_expression(code: TokenCode) -> String {
    format!("::zems::spi::TokenCode::from_bits(0x{code:X})")
}

fn ssid_expression(ssid: Ssid) -> String {
    format!("::zems::spi::Ssid::from_bytes({:?})", ssid.as_bytes())
}

/// `ZRPC-TKN-CPU` is `zrpc_tkn_cpu`.
fn field_name(name: &str) -> String {
    let mut name = words(name).collect::<Vec<_>>().join("_").to_ascii_lowercase();
    if !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
        name.insert_str(0, "token_");
    }
    if KEYWORDS.contains(&name.as_str()) {
        name.push('_');
    }
    name
}
