//! Headers to the definition types of the DDL compiler.

use std::collections::{HashMap, HashSet};

use super::{Constant, Def, Form, Header, Literal, Member, Type};
use crate::ddl::{self, DdlType, Definer, Given, MadeOf, Part, Schema, Tacl, Value};
use crate::text::{Location, limits};

/// Defines what headers say that the definitions at hand do not.
pub(in crate::dictionary) struct Translation<'s, 'd, 'a> {
    /// The definitions at hand.
    schema: &'s Schema,
    definer: &'d mut Definer<'a>,
    /// How much more may be defined.
    space: usize,
    constants: HashMap<&'s str, &'s Literal>,
    types: HashMap<&'s str, &'s Form>,
    /// The bytes of each.
    lengths: HashMap<&'s str, u64>,
    /// Prefixes of subsystems that have an SSID structure, with its place.
    ssids: Vec<(String, Location)>,
}

impl<'s, 'd, 'a> Translation<'s, 'd, 'a> {
    pub(in crate::dictionary) fn new(schema: &'s Schema, definer: &'d mut Definer<'a>) -> Self {
        Self {
            schema,
            definer,
            space: limits::C_DEFINITIONS,
            constants: HashMap::new(),
            types: HashMap::new(),
            lengths: HashMap::new(),
            ssids: Vec::new(),
        }
    }

    /// Defines what a header says; `false` if all headers together define too much, and it was left out in part.
    #[must_use]
    pub(in crate::dictionary) fn add(&mut self, header: &'s Header) -> bool {
        for constant in &header.constants {
            self.constant(constant);
        }
        for def in &header.defs {
            self.def(def);
        }
        self.space > 0
    }

    /// Defines what follows from several headers.
    pub(in crate::dictionary) fn finish(mut self) {
        for (prefix, at) in core::mem::take(&mut self.ssids) {
            self.ssid(&prefix, at);
        }
    }

    fn has_space(&mut self) -> bool {
        self.space = self.space.saturating_sub(1);
        self.space > 0
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
        if is_known || earlier == Some(value) || !self.has_space() {
            return;
        }
        match value {
            Literal::Number(number) => {
                let binary = match *number {
                    -0x8000..=0x7FFF => (2, false),
                    0x8000..=0xFFFF => (2, true),
                    -0x8000_0000..=0x7FFF_FFFF => (4, false),
                    0x8000_0000..=0xFFFF_FFFF => (4, true),
                    _ => (8, false),
                };
                self.definer.constant(name, Given::Number(*number), Some(binary), *at);
            }
            Literal::Text(text) => self.definer.constant(name, Given::Text(text), None, *at),
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
        if known.is_some_and(|known| has_form(&known, &def.form)) || !self.has_space() {
            return;
        }
        let of = |made_of| Part::new(1, Some(&def.name), made_of);
        match &def.form {
            Form::Struct(members) => {
                self.definer.def(&of(MadeOf::Group), def.at);
                for member in members {
                    self.member(def, member, 2, None);
                }
            }
            Form::Enum(values) => {
                // A header does not say the null value; this one is not a value of an enumeration.
                let enumeration = Part { null: Some(255), ..of(MadeOf::Data(DdlType::Enum)) };
                self.definer.def(&enumeration, def.at);
                let known = known.and_then(|known| known.enumeration());
                let labels: HashMap<_, _> = known
                    .iter()
                    .flat_map(|known| known.values())
                    .filter_map(|known| Some((known.name.to_ascii_uppercase(), known.label?)))
                    .collect();
                for (name, value) in values {
                    if self.has_space() {
                        self.definer.value(name, *value, labels.get(name).copied(), def.at);
                    }
                }
            }
            Form::Type(simple, dimensions) => {
                // A definition of one item has no OCCURS: several numbers are an error.
                let (arrays, _) = text_split(simple, dimensions);
                let occurs = arrays.first().copied().filter(|_| *simple != Type::Char);
                let part = Part { occurs, ..of(made_of(simple, dimensions, None)) };
                self.definer.def(&part, def.at);
            }
        }
        self.definer.end();
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
        let at = Location::new(def.at.source, member.at);
        let is_filler = member.name.as_deref().is_none_or(|name| name.starts_with("FILLER-"));
        let mut name = member
            .name
            .as_deref()
            .filter(|name| *name != "FILLER" && (!is_filler || !is_simple(&member.member_type)));
        let mut target = redefines.filter(|_| name.is_some());
        // The dimensions of text begin with those of an array of texts.
        let (arrays, _) = text_split(&member.member_type, &member.dimensions);
        let (outer, inner) = match arrays.split_last() {
            Some((last, outer)) => (outer, Some(*last)),
            None => (arrays, None),
        };
        let mut level = level;
        let mut row;
        for (number, size) in outer.iter().enumerate() {
            if !self.has_space() {
                return;
            }
            let group = Part::new(level, name, MadeOf::Group);
            self.definer.part(&Part { occurs: Some(*size), redefines: target.take(), ..group }, at);
            level = level.saturating_add(1);
            row = format!("ROW-{}", number + 1);
            name = Some(&row);
        }
        match &member.member_type {
            Type::Struct(members) if self.has_space() => {
                let group = Part::new(level, name, MadeOf::Group);
                self.definer.part(&Part { occurs: inner, redefines: target, ..group }, at);
                for member in members {
                    self.member(def, member, level.saturating_add(1), None);
                }
            }
            Type::Union(members) => {
                // Its members have names enough. The largest is what the others redefine, so that they fit.
                let named = members.iter().filter(|member| member.name.is_some());
                let sizes = named.map(|member| (self.len_of_member(member, 0), member));
                let largest = sizes.reduce(|best, it| if it.0 > best.0 { it } else { best });
                let Some((_, largest)) = largest else { return };
                self.member(def, largest, level, redefines);
                let target = redefines.or(largest.name.as_deref());
                for member in members.iter().filter(|member| !core::ptr::eq(*member, largest)) {
                    self.member(def, member, level, target);
                }
            }
            simple if self.has_space() => {
                let part = Part::new(level, name, made_of(simple, &member.dimensions, member.bits));
                self.definer.part(&Part { occurs: inner, redefines: target, ..part }, at);
            }
            _ => {}
        }
    }

    /// The idiom of an SSID definition, of the constants that make one.
    fn ssid(&mut self, prefix: &str, at: Location) {
        let has = |name: &str| self.constants.contains_key(name) || self.schema.constant(name).is_some();
        let number = format!("ZSPI-SSN-{prefix}");
        if !has(&number) {
            return;
        }
        let owner =
            if has("ZSPI-VAL-TANDEM") { Given::Constant("ZSPI-VAL-TANDEM") } else { Given::Text("TANDEM  ") };
        let version = format!("{prefix}-VAL-VERSION");
        let version = if has(&version) { Given::Constant(&version) } else { Given::Number(0) };
        let word = |unsigned| DdlType::Binary { bytes: 2, scale: 0, unsigned };
        let name = format!("{prefix}-VAL-SSID");
        let group = Part::new(1, Some(&name), MadeOf::Group);
        self.definer.def(&Part { tacl: Some(Tacl::Ssid), ..group }, at);
        for (name, data, value) in [
            ("Z-OWNER", DdlType::Character(8), owner),
            ("Z-NUMBER", word(false), Given::Constant(&number)),
            ("Z-VERSION", word(true), version),
        ] {
            let field = Part::new(2, Some(name), MadeOf::Data(data));
            self.definer.part(&Part { value: Some(value), ..field }, at);
        }
        self.definer.end();
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

/// The content of a type without braces.
fn made_of<'m>(simple: &'m Type, dimensions: &[u64], bits: Option<u8>) -> MadeOf<'m> {
    MadeOf::Data(match (simple, bits) {
        (Type::Integer { unsigned, .. }, Some(width)) => DdlType::Bit { width, unsigned: *unsigned },
        (Type::Integer { bytes, unsigned }, None) => {
            DdlType::Binary { bytes: *bytes, scale: 0, unsigned: *unsigned }
        }
        // 0 is reported, as is any other length that a text cannot have.
        (Type::Char, _) => {
            DdlType::Character(u16::try_from(text_split(simple, dimensions).1).unwrap_or_default())
        }
        (Type::Float(bytes), _) => DdlType::Float(*bytes),
        (Type::Named(name), _) => return MadeOf::Def(name),
        (Type::Struct(_) | Type::Union(_), _) => DdlType::Group,
    })
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
