//! Translates headers to DDL.

use core::fmt::{self, Write};
use std::collections::{HashMap, HashSet};

use super::{Constant, Def, Form, Header, Literal, Member, Type};
use crate::ddl::{self, DdlType, Schema, Value};
use crate::text::{Diagnostics, Location, SourceId, limits};

/// Collects what headers say that the definitions at hand do not.
pub(in crate::dictionary) struct Translation<'s> {
    /// The definitions at hand.
    schema: &'s Schema,
    text: String,
    places: Places,
    constants: HashMap<&'s str, &'s Literal>,
    types: HashMap<&'s str, &'s Form>,
    /// The bytes of each.
    lengths: HashMap<&'s str, u64>,
    /// Prefixes of subsystems that have an SSID structure, with its place.
    ssids: Vec<(String, Location)>,
}

/// Where each statement of the translation comes from: its offset there, and the place in a header.
#[derive(Debug, Default)]
pub(in crate::dictionary) struct Places(Vec<(usize, Location)>);

impl<'s> Translation<'s> {
    pub(in crate::dictionary) fn new(schema: &'s Schema) -> Self {
        Self {
            schema,
            text: String::new(),
            places: Places::default(),
            constants: HashMap::new(),
            types: HashMap::new(),
            lengths: HashMap::new(),
            ssids: Vec::new(),
        }
    }

    pub(in crate::dictionary) fn add(&mut self, header: &'s Header) {
        for constant in &header.constants {
            self.constant(constant);
        }
        for def in &header.defs {
            self.def(def);
        }
    }

    /// The translation, a DDL source, and where it comes from.
    pub(in crate::dictionary) fn finish(mut self) -> (String, Places) {
        for (prefix, at) in core::mem::take(&mut self.ssids) {
            self.ssid(&prefix, at);
        }
        (self.text, self.places)
    }

    fn begin(&mut self, at: Location) {
        self.places.0.push((self.text.len(), at));
    }

    fn line(&mut self, line: fmt::Arguments<'_>) {
        let _ = writeln!(self.text, "{line}"); // a String takes everything
    }

    fn constant(&mut self, constant: &'s Constant) {
        let Constant { name, value, at } = constant;
        // Headers repeat what other headers, and the source they were made from, say.
        let is_known = self.schema.constant(name).is_some_and(|known| {
            !known.info.built_in
                && match (known.value, value) {
                    (Value::Number(known), Literal::Number(number)) => known == *number,
                    (Value::Text(known), Literal::Text(text)) => known == text,
                    _ => false,
                }
        });
        let earlier = self.constants.insert(name, value);
        if is_known || earlier == Some(value) {
            return;
        }
        self.begin(*at);
        match value {
            Literal::Number(number) => {
                let binary = match *number {
                    -0x8000..=0x7FFF => "16",
                    0x8000..=0xFFFF => "16 UNSIGNED",
                    -0x8000_0000..=0x7FFF_FFFF => "32",
                    0x8000_0000..=0xFFFF_FFFF => "32 UNSIGNED",
                    _ => "64",
                };
                self.line(format_args!("CONSTANT {name} VALUE {number} TYPE BINARY {binary}."));
            }
            Literal::Text(text) => {
                self.line(format_args!("CONSTANT {name} VALUE"));
                self.line(format_args!("\"{}\"", text.replace('"', "\"\"")));
                self.line(format_args!("."));
            }
        }
    }

    fn def(&mut self, def: &'s Def) {
        let known = self.schema.def(&def.name);
        let length = match &def.form {
            Form::Struct(members) => self.len_of_members(members, 0),
            Form::Enum(_) => 2,
            Form::Type(Type::Named(name), _) => self.lengths.get(name.as_str()).copied().unwrap_or(0),
            Form::Type(simple, dimensions) => size(simple).saturating_mul(product(dimensions)),
        };
        self.lengths.insert(&def.name, length);
        let earlier = self.types.insert(&def.name, &def.form);
        if earlier == Some(&def.form) {
            return;
        }
        if let Some(prefix) = def.name.strip_suffix("-VAL-SSID") {
            if known.is_none_or(|known| known.ssid().is_none()) {
                self.ssids.push((prefix.to_owned(), def.at));
            }
            return;
        }
        if known.is_some_and(|known| has_form(&known, &def.form)) {
            return;
        }
        self.begin(def.at);
        match &def.form {
            Form::Struct(members) => {
                self.line(format_args!("DEF {}.", def.name));
                self.members(def, members, 2);
                self.line(format_args!("END."));
            }
            Form::Enum(values) => {
                self.line(format_args!("DEF {} TYPE ENUM SPI-NULL 255 BEGIN.", def.name));
                let known = known.and_then(|known| known.enumeration());
                let labels: HashMap<_, _> = known
                    .iter()
                    .flat_map(|known| known.values())
                    .filter_map(|known| Some((known.name.to_ascii_uppercase(), known.label?)))
                    .collect();
                for (name, value) in values {
                    self.line(format_args!(" 89 {name} VALUE {value}"));
                    if let Some(label) = labels.get(name) {
                        self.line(format_args!(" AS"));
                        self.line(format_args!("\"{}\"", label.replace('"', "\"\"")));
                    }
                    self.line(format_args!(" ."));
                }
                self.line(format_args!("END."));
            }
            Form::Type(simple, dimensions) => {
                let occurs = if *simple == Type::Char { "" } else { occurs(dimensions) };
                self.line(format_args!("DEF {} {}{occurs}.", def.name, clause(simple, dimensions, None)));
            }
        }
    }

    fn members(&mut self, def: &Def, members: &[Member], level: u8) {
        for member in members {
            self.member(def, member, level, None);
        }
    }

    /// Bytes of the members of a structure: text and single bytes anywhere, all else on a word.
    fn len_of_members(&self, members: &[Member], depth: u8) -> u64 {
        members.iter().fold(0_u64, |end, member| {
            let is_bytes = matches!(member.member_type, Type::Char | Type::Integer { bytes: 1, .. });
            let start = if is_bytes { end } else { end.saturating_add(end % 2) };
            start.saturating_add(self.len_of_member(member, depth + 1))
        })
    }

    /// Bytes of a member, as DDL lays it out.
    fn len_of_member(&self, member: &Member, depth: u8) -> u64 {
        let one = match &member.member_type {
            _ if depth > limits::C_DEPTH => 0,
            Type::Struct(members) => self.len_of_members(members, depth),
            Type::Union(members) => {
                members.iter().map(|member| self.len_of_member(member, depth + 1)).max().unwrap_or(0)
            }
            Type::Named(name) => match (self.lengths.get(name.as_str()), self.schema.def(name)) {
                (Some(length), _) => *length,
                (None, Some(def)) => u64::from(def.size()),
                (None, None) => 0,
            },
            simple => size(simple),
        };
        one.saturating_mul(product(&member.dimensions))
    }

    fn member(&mut self, def: &Def, member: &Member, level: u8, redefines: Option<&str>) {
        let redefined = redefines;
        self.begin(Location::new(def.at.source, member.at));
        let is_filler = member.name.as_deref().is_none_or(|name| name.starts_with("FILLER-"));
        let name = match member.name.as_deref() {
            Some(name) if !is_filler || !is_simple(&member.member_type) => name,
            _ => "FILLER",
        };
        let redefines = match redefines {
            Some(target) if name != "FILLER" => format!(" REDEFINES {target}"),
            _ => String::new(),
        };
        // The dimensions of text begin with those of an array of texts.
        let (arrays, _) = text_split(&member.member_type, &member.dimensions);
        let (outer, inner) = match arrays.split_last() {
            Some((last, outer)) => (outer, Some(last)),
            None => (arrays, None),
        };
        let mut level = level;
        let mut name = name.to_owned();
        let mut redefines = redefines;
        for (number, size) in outer.iter().enumerate() {
            self.line(format_args!(" {level:02} {name}{redefines} OCCURS {size} TIMES."));
            level = level.saturating_add(1);
            redefines.clear();
            name = format!("ROW-{}", number + 1);
        }
        let occurs = inner.map_or(String::new(), |size| format!(" OCCURS {size} TIMES"));
        match &member.member_type {
            Type::Struct(members) => {
                self.line(format_args!(" {level:02} {name}{redefines}{occurs}."));
                self.members(def, members, level.saturating_add(1));
            }
            Type::Union(members) => {
                // Its members have names enough. The largest is what the others redefine, so that they fit.
                let named = members.iter().filter(|member| member.name.is_some());
                let sizes = named.map(|member| (self.len_of_member(member, 0), member));
                let largest = sizes.reduce(|best, it| if it.0 > best.0 { it } else { best });
                let Some((_, largest)) = largest else { return };
                self.member(def, largest, level, redefined);
                let target = redefined.map_or_else(|| largest.name.clone(), |target| Some(target.to_owned()));
                for member in members.iter().filter(|member| !core::ptr::eq(*member, largest)) {
                    self.member(def, member, level, target.as_deref());
                }
            }
            simple => {
                let clause = clause(simple, &member.dimensions, member.bits);
                self.line(format_args!(" {level:02} {name}{redefines} {clause}{occurs}."));
            }
        }
    }

    /// The idiom of an SSID definition, of the constants that make one.
    fn ssid(&mut self, prefix: &str, at: Location) {
        let has = |name: &str| self.constants.contains_key(name) || self.schema.constant(name).is_some();
        let number = format!("ZSPI-SSN-{prefix}");
        if !has(&number) {
            return;
        }
        let owner = if has("ZSPI-VAL-TANDEM") { "ZSPI-VAL-TANDEM" } else { "\"TANDEM  \"" };
        let version = format!("{prefix}-VAL-VERSION");
        let version = if has(&version) { version.as_str() } else { "0" };
        self.begin(at);
        self.line(format_args!("DEF {prefix}-VAL-SSID TACL SSID."));
        self.line(format_args!(" 02 Z-OWNER PIC X(8) VALUE IS {owner}."));
        self.line(format_args!(" 02 Z-NUMBER TYPE BINARY 16 VALUE IS {number}."));
        self.line(format_args!(" 02 Z-VERSION TYPE BINARY 16 UNSIGNED VALUE IS {version}."));
        self.line(format_args!("END."));
    }
}

impl Places {
    /// The diagnostics about a translation, moved to the headers it comes from.
    pub(in crate::dictionary) fn in_headers(
        &self,
        translation: SourceId,
        diagnostics: Diagnostics,
    ) -> Diagnostics {
        let in_header = |location: Location| {
            if location.source != translation {
                return location;
            }
            let offset = location.span.range().start;
            let after = self.0.partition_point(|(start, _)| *start <= offset);
            after.checked_sub(1).and_then(|at| self.0.get(at)).map_or(location, |(_, place)| *place)
        };
        let mut moved = Diagnostics::new();
        for mut diagnostic in diagnostics {
            diagnostic.primary.location = in_header(diagnostic.primary.location);
            for label in &mut diagnostic.secondary {
                label.location = in_header(label.location);
            }
            moved.push(diagnostic);
        }
        moved
    }
}

/// Whether a type is one of C's own, so that its member can be a FILLER.
const fn is_simple(member_type: &Type) -> bool {
    matches!(member_type, Type::Char | Type::Integer { .. } | Type::Float(_))
}

/// The dimensions of an array, and the length of a text.
fn text_split<'m>(member_type: &Type, dimensions: &'m [u64]) -> (&'m [u64], u64) {
    match (member_type, dimensions.split_last()) {
        (Type::Char, Some((len, arrays))) => (arrays, *len),
        _ => (dimensions, 1),
    }
}

fn occurs(dimensions: &[u64]) -> &'static str {
    // A definition of one item has no OCCURS; a type of several numbers does not come from DDL.
    if dimensions.is_empty() { "" } else { " OCCURS" }
}

/// The TYPE clause of a type without braces.
fn clause(simple: &Type, dimensions: &[u64], bits: Option<u8>) -> String {
    let sign = |unsigned| if unsigned { " UNSIGNED" } else { "" };
    match (simple, bits) {
        (Type::Integer { unsigned, .. }, Some(bits)) => format!("TYPE BIT {bits}{}", sign(*unsigned)),
        (Type::Char, _) => format!("TYPE CHARACTER {}", text_split(simple, dimensions).1),
        (Type::Integer { bytes, unsigned }, None) => {
            format!("TYPE BINARY {}{}", u32::from(*bytes) * 8, sign(*unsigned))
        }
        (Type::Float(bytes), _) => format!("TYPE FLOAT {}", u32::from(*bytes) * 8),
        (Type::Named(name), _) => format!("TYPE {name}"),
        (Type::Struct(_) | Type::Union(_), _) => String::new(),
    }
}

/// A field, for comparing: depth, name, bytes in all or occurrences, type.
type Outline = (usize, String, u64, Option<String>);

/// Whether a definition says at least what a header does: the same fields of the same lengths, or the same values.
fn has_form(known: &ddl::Def<'_>, form: &Form) -> bool {
    match form {
        Form::Struct(members) => {
            let mut outline = Vec::new();
            outline_of_members(members, 1, &mut outline);
            known.data() == DdlType::Group && outline_of_def(known) == outline
        }
        Form::Enum(values) => known.enumeration().is_some_and(|known| {
            let known: HashSet<_> = known
                .values()
                .map(|value| (value.name.to_ascii_uppercase(), i128::from(value.value)))
                .collect();
            known.len() == values.len() && values.iter().all(|value| known.contains(value))
        }),
        Form::Type(simple, dimensions) => match simple {
            Type::Named(name) => known.type_name().is_some_and(|known| known.eq_ignore_ascii_case(name)),
            simple => u64::from(known.size()) == size(simple).saturating_mul(product(dimensions)),
        },
    }
}

fn outline_of_members(members: &[Member], depth: usize, outline: &mut Vec<Outline>) {
    for member in members {
        let is_filler = member.name.as_deref().is_none_or(|name| name.starts_with("FILLER-"));
        let name = member.name.clone().unwrap_or_default();
        let count = product(&member.dimensions);
        match &member.member_type {
            // Its own name is C's.
            Type::Union(members) => outline_of_members(members, depth, outline),
            Type::Struct(members) => {
                outline.push((depth, name, count, None));
                outline_of_members(members, depth + 1, outline);
            }
            _ if is_filler => {}
            Type::Named(type_name) => outline.push((depth, name, count, Some(type_name.clone()))),
            simple => {
                let len = match member.bits {
                    Some(bits) => u64::from(bits),
                    None => size(simple).saturating_mul(count),
                };
                outline.push((depth, name, len, None));
            }
        }
    }
}

fn outline_of_def(def: &ddl::Def<'_>) -> Vec<Outline> {
    let mut outline = Vec::new();
    let mut typed_depth = None;
    for field in def.fields() {
        if typed_depth.is_some_and(|depth| field.depth > depth) {
            continue;
        }
        typed_depth = field.type_name.map(|_| field.depth);
        if field.is_filler {
            continue;
        }
        let name = field.name.to_ascii_uppercase();
        let count = u64::from(field.count);
        outline.push(match (field.type_name, field.data) {
            (Some(type_name), _) => (field.depth, name, count, Some(type_name.to_ascii_uppercase())),
            (None, DdlType::Group) => (field.depth, name, count, None),
            (None, DdlType::Bit { width, .. }) => (field.depth, name, u64::from(width), None),
            (None, _) => (field.depth, name, u64::from(field.size).saturating_mul(count), None),
        });
    }
    outline
}

fn product(dimensions: &[u64]) -> u64 {
    dimensions.iter().fold(1, |product: u64, size| product.saturating_mul(*size))
}

/// Bytes of a type of C's own.
fn size(simple: &Type) -> u64 {
    match simple {
        Type::Char => 1,
        Type::Integer { bytes, .. } | Type::Float(bytes) => u64::from(*bytes),
        _ => 0,
    }
}
