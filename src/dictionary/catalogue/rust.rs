//! Rust source of definitions. Of a structure it has order, place and size of the fields, nothing else.

use core::fmt::{self, Write};
use std::collections::{HashMap, HashSet};

use super::{Catalogue, Entry, rust_event};
use crate::dictionary::{ConstantValue, Enumeration, Field, FieldType, Structure, Tacl};

pub(super) fn write(catalogue: &Catalogue<'_>, out: &mut impl Write) -> fmt::Result {
    let mut module =
        Module { out, constants: HashSet::new(), types: HashSet::new(), enumerations: HashMap::new() };
    writeln!(
        module.out,
        "// Made by `zems catalog --format rust` from definitions; changes here are lost.\n"
    )?;
    let entries = catalogue.entries();
    let (mut structures, mut events) = (Vec::new(), Vec::new());
    for entry in entries {
        match entry {
            // A subsystem ID needs no structure: its constant has all parts.
            Entry::Structure(structure) if catalogue.dictionary.ssid_named(structure.name()).is_none() => {
                structures.push(structure);
            }
            Entry::Event(event) => events.push(event),
            entry => module.entry(&entry)?,
        }
    }
    for event in events {
        if let Some(shape) = rust_event::Shape::new(catalogue.dictionary, event) {
            let type_name = distinct(&mut module.types, type_name(event.name()), "");
            shape.write(&type_name, module.out)?;
        }
    }
    if structures.is_empty() {
        return Ok(());
    }
    for structure in structures {
        module.structure(&structure)?;
    }
    module.out.write_str(HELPERS)
}

/// Reads and writes at places of a structure.
const HELPERS: &str = r"/// `N` bytes at an offset, if they are all there.
#[allow(dead_code)]
fn read<const N: usize>(bytes: &[u8], at: usize) -> Option<[u8; N]> {
    bytes.get(at..)?.first_chunk().copied()
}

/// Puts bytes at an offset, if there is space for them.
#[allow(dead_code)]
fn write(bytes: &mut [u8], at: usize, value: &[u8]) -> Option<()> {
    bytes.get_mut(at..)?.get_mut(..value.len())?.copy_from_slice(value);
    Some(())
}

/// The offset of an occurrence: that of the first, and index, number and distance of each OCCURS.
#[allow(dead_code)]
fn place(first: usize, occurs: &[(usize, usize, usize)]) -> Option<usize> {
    occurs.iter().try_fold(first, |at, (index, count, stride)| (index < count).then(|| at + index * stride))
}
";

struct Module<'o, W> {
    out: &'o mut W,
    /// Names of constants so far.
    constants: HashSet<String>,
    /// Names of types so far.
    types: HashSet<String>,
    /// The types of enumerations, by the names of their definitions.
    enumerations: HashMap<String, String>,
}

impl<W: Write> Module<'_, W> {
    fn entry(&mut self, entry: &Entry<'_>) -> fmt::Result {
        match entry {
            Entry::Ssid(def) => {
                let ssid = def.ssid();
                let value = format!("::zems::spi::Ssid::from_bytes({:?})", ssid.as_bytes());
                self.constant(def.name(), "", "::zems::spi::Ssid", &value, def.is_provisional())
            }
            Entry::Constant(constant) => {
                let (kind, value) = match constant.value() {
                    ConstantValue::Number(number) => (integer_type(number), number.to_string()),
                    ConstantValue::Version(version) => {
                        ("::zems::spi::Version", format!("::zems::spi::Version({})", version.0))
                    }
                    ConstantValue::Text(text) => ("&str", format!("{text:?}")),
                };
                self.constant(constant.name(), "", kind, &value, constant.is_provisional())
            }
            Entry::TokenType(token_type) => {
                let value = format!("::zems::spi::TokenType({})", token_type.value());
                let is_provisional = token_type.is_provisional();
                self.constant(token_type.name(), "", "::zems::spi::TokenType", &value, is_provisional)
            }
            Entry::Token(token) | Entry::Map(token) => {
                // The stored form is what goes into a buffer.
                let key = token.key();
                let code = format!("::zems::spi::TokenCode::from_bits(0x{:X})", key.code());
                let key = match key.ssid() {
                    Some(ssid) => format!(
                        "::zems::spi::TokenKey::qualified(::zems::spi::Ssid::from_bytes({:?}), {code})",
                        ssid.as_bytes()
                    ),
                    None => format!("::zems::spi::TokenKey::new({code})"),
                };
                let is_provisional = token.is_provisional();
                self.constant(token.name(), "", "::zems::spi::TokenKey", &key, is_provisional)?;
                if !token.is_map() {
                    return Ok(());
                }
                let words: Vec<_> = token.map_words().collect();
                let kind = format!("[u16; {}]", words.len());
                self.constant(token.name(), "_WORDS", &kind, &format!("{words:?}"), is_provisional)
            }
            Entry::Enumeration(enumeration) => self.enumeration(enumeration),
            // The tag of a message is no more than a name.
            _ => Ok(()),
        }
    }

    fn constant(
        &mut self,
        name: &str,
        suffix: &str,
        kind: &str,
        value: &str,
        is_provisional: bool,
    ) -> fmt::Result {
        let constant = distinct(&mut self.constants, format!("{}{suffix}", constant_name(name)), "_");
        let note = if is_provisional { ", provisional" } else { "" };
        writeln!(self.out, "/// {name}{note}.\npub const {constant}: {kind} = {value};")
    }

    fn enumeration(&mut self, enumeration: &Enumeration<'_>) -> fmt::Result {
        let type_name = distinct(&mut self.types, type_name(enumeration.name()), "");
        self.enumerations.insert(enumeration.name().to_owned(), type_name.clone());
        writeln!(
            self.out,
            "/// A value of {}. Values without a name are values too.\n\
             #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]\n\
             pub struct {type_name}(pub i16);\n\nimpl {type_name} {{",
            enumeration.name()
        )?;
        let (mut names, mut numbers) = (HashSet::new(), HashSet::new());
        let values = || enumeration.values().filter(|value| i16::try_from(value.value()).is_ok());
        for value in values() {
            let name = distinct(&mut names, constant_name(value.name()), "_");
            writeln!(self.out, "    /// {}.", in_comment(value.label()))?;
            writeln!(self.out, "    pub const {name}: Self = Self({});", value.value())?;
        }
        writeln!(
            self.out,
            "\n    /// The display name of the value.\n    #[must_use]\n    \
             pub const fn label(self) -> Option<&'static str> {{\n        match self.0 {{"
        )?;
        for value in values().filter(|value| numbers.insert(value.value())) {
            writeln!(self.out, "            {} => Some({:?}),", value.value(), value.label())?;
        }
        writeln!(self.out, "            _ => None,\n        }}\n    }}\n}}\n")
    }

    fn structure(&mut self, structure: &Structure<'_>) -> fmt::Result {
        let type_name = distinct(&mut self.types, type_name(structure.name()), "");
        let len = structure.len();
        writeln!(
            self.out,
            "/// The bytes of {name}: those of a token to read, `[u8; {len}]` to write. A field that the bytes do not reach is\n\
             /// `None`.\n#[derive(Clone, Copy, Debug, PartialEq, Eq)]\npub struct {type_name}<B>(pub B);\n\n\
             impl {type_name}<[u8; {len}]> {{\n    /// Bytes.\n    pub const LEN: usize = {len};\n    \
             /// Every field null.\n    pub const NULL: Self = Self({null:?});\n}}\n",
            name = structure.name(),
            null = null_bytes(structure),
        )?;
        let mut names = HashSet::new();
        let accessors: Vec<_> =
            structure.fields().filter_map(|field| accessor(&field, &self.enumerations, &mut names)).collect();
        if accessors.is_empty() {
            return Ok(());
        }
        if accessors.iter().any(Accessor::is_unusual) {
            self.out.write_str(UNUSUAL)?;
        }
        writeln!(self.out, "impl<B: AsRef<[u8]>> {type_name}<B> {{")?;
        for (accessor, at) in accessors.iter().zip(0..) {
            self.out.write_str(if at == 0 { "" } else { "\n" })?;
            accessor.getter(self.out)?;
        }
        self.out.write_str("}\n\n")?;
        if accessors.iter().any(Accessor::has_many_indexes) {
            self.out.write_str(UNUSUAL)?;
        }
        writeln!(self.out, "impl<B: AsRef<[u8]> + AsMut<[u8]>> {type_name}<B> {{")?;
        for (accessor, at) in accessors.iter().zip(0..) {
            self.out.write_str(if at == 0 { "" } else { "\n" })?;
            accessor.setter(self.out)?;
        }
        writeln!(self.out, "}}\n")
    }
}

/// How a field is read and written.
struct Accessor<'d> {
    field: Field<'d>,
    name: String,
    setter: String,
    form: Form,
    /// Number and distance of each OCCURS, the outermost first.
    occurs: Vec<(u32, u32)>,
}

enum Form {
    /// A number of a Rust type.
    Number(&'static str),
    /// 0 or anything else, in this many bytes.
    Boolean(&'static str),
    /// A generated enumeration.
    Enumeration(String),
    /// First and last bit, and whether the value has no sign.
    Bits(u8, u8, bool),
    /// A real in Tandem format: type, type of its bits.
    Real(&'static str, &'static str),
    /// Text, blank-filled.
    Text,
    /// Bytes as they are.
    Bytes,
}

/// `None` for groups, and for what lies in a text or an item with a type of its own.
fn accessor<'d>(
    field: &Field<'d>,
    enumerations: &HashMap<String, String>,
    names: &mut HashSet<String>,
) -> Option<Accessor<'d>> {
    let mut occurs = Vec::new();
    let mut around = Some(*field);
    while let Some(item) = around {
        if item.name() != field.name() && !item.is_group() {
            return None;
        }
        if item.count() > 1 {
            occurs.push((item.count(), item.stride()));
        }
        around = item.group();
    }
    occurs.reverse();
    let enumeration = field.enumeration().and_then(|values| enumerations.get(values.name()).cloned());
    let form = match (field.field_type(), field.len()) {
        (FieldType::Group, _) => return None,
        (FieldType::Character, _) => Form::Text,
        (FieldType::Enum | FieldType::Tacl(Tacl::Enum), 2) => {
            enumeration.map_or(Form::Number("i16"), Form::Enumeration)
        }
        (FieldType::Binary { bits, unsigned, scale: 0 }, _) => Form::Number(match (bits, unsigned) {
            (8, false) => "i8",
            (8, true) => "u8",
            (16, false) => "i16",
            (16, true) => "u16",
            (32, false) => "i32",
            (32, true) => "u32",
            (64, false) => "i64",
            (64, true) => "u64",
            _ => return None,
        }),
        (FieldType::Tacl(Tacl::Tstamp), 8) => Form::Number("i64"),
        (FieldType::Logical(1), _) => Form::Boolean("i8"),
        (FieldType::Logical(2), _) => Form::Boolean("i16"),
        (FieldType::Logical(4), _) => Form::Boolean("i32"),
        (FieldType::Bit { unsigned, .. }, _) => {
            let (first, last) = field.bit().filter(|(first, last)| first <= last && *last < 16)?;
            Form::Bits(first, last, unsigned)
        }
        (FieldType::Float(32), 4) => Form::Real("::zems::spi::Flt", "u32"),
        (FieldType::Float(64), 8) => Form::Real("::zems::spi::Flt2", "u64"),
        _ => Form::Bytes,
    };
    let mut name = words(field.name()).collect::<Vec<_>>().join("_").to_ascii_lowercase();
    if !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
        name.insert_str(0, "field_");
    }
    let is_taken = |name: &str| {
        KEYWORDS.contains(&name) || names.contains(name) || names.contains(&format!("set_{name}"))
    };
    while is_taken(&name) {
        name.push('_');
    }
    let setter = format!("set_{name}");
    names.extend([name.clone(), setter.clone()]);
    Some(Accessor { field: *field, name, setter, form, occurs })
}

impl Accessor<'_> {
    /// Whether its name promises something else to a reader of Rust, as `len` and `from_date` do.
    fn is_unusual(&self) -> bool {
        const NAMES: [&str; 8] = ["len", "new", "clone", "as_ref", "as_mut", "borrow", "deref", "is_empty"];
        const STARTS: [&str; 5] = ["from_", "into_", "to_", "as_", "is_"];
        NAMES.contains(&self.name.as_str())
            || STARTS.iter().any(|start| self.name.starts_with(start))
            || self.has_many_indexes()
    }

    fn has_many_indexes(&self) -> bool {
        self.occurs.len() > 5
    }

    fn getter(&self, out: &mut impl Write) -> fmt::Result {
        let (name, at, len) = (&self.name, self.place(), self.field.len());
        let read = format!("read(self.0.as_ref(), {at})");
        let (kind, body) = match &self.form {
            Form::Number(number) => (*number, format!("{read}.map({number}::from_be_bytes)")),
            Form::Boolean(number) => {
                ("bool", format!("{read}.map(|word| {number}::from_be_bytes(word) != 0)"))
            }
            Form::Enumeration(name) => {
                (name.as_str(), format!("{read}.map(|word| {name}(i16::from_be_bytes(word)))"))
            }
            Form::Bits(first, last, unsigned) => {
                let (number, behind) = (bits_type(*unsigned), 15 - (last - first));
                let (up, down) = (shift("<<", *first), shift(">>", behind));
                let body = match (*first, behind) {
                    (0, 0) => format!("{read}.map({number}::from_be_bytes)"),
                    _ => format!("{read}.map(|word| {number}::from_be_bytes(word){up}{down})"),
                };
                (number, body)
            }
            Form::Real(real, bits) => {
                (*real, format!("{read}.map(|bits| {real}::from_bits({bits}::from_be_bytes(bits)))"))
            }
            Form::Text | Form::Bytes => ("&[u8]", format!("self.0.as_ref().get({at}..)?.get(..{len})")),
        };
        writeln!(
            out,
            "    /// {}.\n    #[must_use]\n    pub fn {name}(&self{}) -> Option<{kind}> {{\n        {body}\n    }}",
            self.field.name(),
            self.parameters(),
        )
    }

    fn setter(&self, out: &mut impl Write) -> fmt::Result {
        let (setter, at, len) = (&self.setter, self.place(), self.field.len());
        let write = |value: &str| format!("write(self.0.as_mut(), {at}, {value})");
        let array = format!("[u8; {len}]");
        let (kind, body) = match &self.form {
            Form::Number(number) => (*number, write("&value.to_be_bytes()")),
            Form::Boolean(number) => {
                ("bool", write(&format!("&(if value {{ -1_{number} }} else {{ 0 }}).to_be_bytes()")))
            }
            Form::Enumeration(name) => (name.as_str(), write("&value.0.to_be_bytes()")),
            Form::Bits(first, last, unsigned) => {
                let left = 15 - (last - first);
                let (up, down) = (shift("<<", left), shift(">>", *first));
                // All 16 bits hold every value, and leave nothing of the word.
                let body = if left == 0 {
                    write("&value.to_be_bytes()")
                } else {
                    format!(
                        "if value << {left} >> {left} != value {{\n            return None;\n        }}\n        \
                         let own = u16::MAX{up}{down};\n        \
                         let bits = u16::from_be_bytes(value.to_be_bytes()){up}{down};\n        \
                         let rest = u16::from_be_bytes(read(self.0.as_ref(), {at})?) & !own;\n        {}",
                        write("&(rest | bits).to_be_bytes()")
                    )
                };
                (bits_type(*unsigned), body)
            }
            Form::Real(real, _) => (*real, write("&value.to_bits().to_be_bytes()")),
            Form::Text => {
                let body = format!(
                    "let mut text = [b' '; {len}];\n        \
                     text.get_mut(..value.len())?.copy_from_slice(value.as_bytes());\n        {}",
                    write("&text")
                );
                ("&str", body)
            }
            Form::Bytes => (array.as_str(), write("&value")),
        };
        writeln!(
            out,
            "    /// Sets {}; `None` if the value or the field does not fit.\n    \
             pub fn {setter}(&mut self{}, value: {kind}) -> Option<()> {{\n        {body}\n    }}",
            self.field.name(),
            self.parameters(),
        )
    }

    /// One index for each OCCURS.
    fn parameters(&self) -> String {
        (0..self.occurs.len()).map(|at| format!(", index_{at}: usize")).collect()
    }

    fn place(&self) -> String {
        if self.occurs.is_empty() {
            return self.field.offset().to_string();
        }
        let occurs: Vec<_> = self
            .occurs
            .iter()
            .enumerate()
            .map(|(at, (count, stride))| format!("(index_{at}, {count}, {stride})"))
            .collect();
        format!("place({}, &[{}])?", self.field.offset(), occurs.join(", "))
    }
}

/// The bytes of a structure whose every field is null; what is in no field has the default, 255.
fn null_bytes(structure: &Structure<'_>) -> Vec<u8> {
    let mut bytes = vec![u8::MAX; usize::try_from(structure.len()).unwrap_or(0)];
    for field in structure.fields().filter(|field| !field.is_group() && !is_overlay(field)) {
        fill(&mut bytes, &field);
    }
    bytes
}

/// Whether the field, or a group around it, redefines another.
fn is_overlay(field: &Field<'_>) -> bool {
    let mut around = Some(*field);
    while let Some(item) = around {
        if item.redefines().is_some() {
            return true;
        }
        around = item.group();
    }
    false
}

/// Fills every occurrence of a field with its null byte.
fn fill(bytes: &mut [u8], field: &Field<'_>) {
    let mut starts = vec![field.offset()];
    let mut around = Some(*field);
    while let Some(item) = around {
        if item.count() > 1 {
            starts = (0..item.count())
                .flat_map(|index| {
                    starts.iter().map(move |start| start.saturating_add(index.saturating_mul(item.stride())))
                })
                .take(bytes.len())
                .collect();
        }
        around = item.group();
    }
    for start in starts {
        let range = usize::try_from(start).unwrap_or(usize::MAX)..;
        let place = bytes.get_mut(range).and_then(|rest| rest.get_mut(..usize::try_from(field.len()).ok()?));
        if let Some(place) = place {
            place.fill(field.null());
        }
    }
}

/// Names are those of the definitions, whatever Rust would call such a function.
const UNUSUAL: &str = "#[allow(clippy::len_without_is_empty, clippy::new_ret_no_self, clippy::should_implement_trait)]\n\
                       #[allow(clippy::too_many_arguments, clippy::wrong_self_convention)]\n";

/// A name that is not taken: itself, else with the first number from 2 on that makes it so. Names that differ in DDL, where
/// `A-B` and `A_B` are two, may be one in Rust.
pub(super) fn distinct(taken: &mut HashSet<String>, name: String, separator: &str) -> String {
    let mut found = name.clone();
    let mut number = 2;
    while !taken.insert(found.clone()) {
        found = format!("{name}{separator}{number}");
        number += 1;
    }
    found
}

/// Text for a comment: on one line, and nothing in it that turns the text around.
fn in_comment(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() || !c.is_ascii() && !c.is_alphanumeric() { ' ' } else { c })
        .collect()
}

/// A shift, unless it is by nothing.
fn shift(operator: &str, by: u8) -> String {
    if by == 0 { String::new() } else { format!(" {operator} {by}") }
}

const fn bits_type(unsigned: bool) -> &'static str {
    if unsigned { "u16" } else { "i16" }
}

const fn integer_type(number: i128) -> &'static str {
    match number {
        0x8000_0000_0000_0000..=0xFFFF_FFFF_FFFF_FFFF => "u64",
        -0x8000..=0x7FFF => "i16",
        0x8000..=0xFFFF => "u16",
        -0x8000_0000..=0x7FFF_FFFF => "i32",
        _ => "i64",
    }
}

/// `ZRPC-TKN-CPU` is `ZRPC_TKN_CPU`.
fn constant_name(name: &str) -> String {
    let name = name.replace(['-', '.', '^'], "_").to_ascii_uppercase();
    // `_` and `__` are not names of constants.
    if name.trim_matches('_').is_empty() { format!("UNDERSCORE{name}") } else { name }
}

/// `ZRPC-DDL-RECV-INFO` is `ZrpcDdlRecvInfo`. A name that is a keyword of Rust, or not a name of Rust, gets `Def` in front.
fn type_name(name: &str) -> String {
    let name: String = words(name)
        .flat_map(|word| {
            let (first, rest) = word.split_at(word.char_indices().nth(1).map_or(word.len(), |(at, _)| at));
            [first.to_ascii_uppercase(), rest.to_ascii_lowercase()]
        })
        .collect();
    let is_own = ["AsMut", "AsRef", "B", "Option", "Some", "None", "Self"].contains(&name.as_str());
    if is_own || !name.starts_with(|c: char| c.is_ascii_alphabetic()) { format!("Def{name}") } else { name }
}

/// The words of a name of the DDL.
pub(super) fn words(name: &str) -> impl Iterator<Item = &str> {
    name.split(['-', '_', '.', '^']).filter(|word| !word.is_empty())
}

/// Words that are not names of functions.
pub(super) const KEYWORDS: [&str; 51] = [
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate", "do", "dyn",
    "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop",
    "macro", "match", "mod", "move", "mut", "override", "priv", "pub", "ref", "return", "self", "static",
    "struct", "super", "trait", "true", "try", "type", "typeof", "unsafe", "unsized", "use", "virtual",
    "where", "while", "yield",
];
