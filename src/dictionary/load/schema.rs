//! From the schema of the DDL compiler to the plain data a dictionary is made of.

use std::collections::{BTreeMap, BTreeSet};

use super::key;
use crate::ddl::{self, DdlType, Def, Definition, Schema, Value};
use crate::dictionary::definitions::{
    ConstantDefinition, EnumValueDefinition, EnumerationDefinition, FieldDefinition, OwnedConstant,
    SsidDefinition, StructureDefinition, TokenTypeDefinition,
};
use crate::dictionary::structure::{Digits, FieldType, Sign};
use crate::dictionary::write::DictionaryWriter;
use crate::spi::{Ssid, Version};
use crate::text::{Diagnostic, Diagnostics, Severity};

/// Fields listed whatever the size of the sources; see [`BYTES_PER_FIELD`].
const LEAST_FIELDS: usize = 40_000;
/// A TYPE that names a group lists its fields once more, so short sources could have endless lists. Beyond one field for so
/// many bytes of source, far more than real ones have, fields are left out.
const BYTES_PER_FIELD: usize = 16;

pub(super) fn constants(schema: &Schema) -> Vec<ConstantDefinition> {
    let constants = schema.constants().filter_map(|constant| {
        let value = match constant.value {
            Value::Text(text) => OwnedConstant::Text(text.to_owned()),
            Value::Number(number) if constant.is_version => {
                OwnedConstant::Version(Version(u16::try_from(number).ok()?))
            }
            Value::Number(number) => OwnedConstant::Number(number),
            _ => return None,
        };
        let name = constant.info.name.to_ascii_uppercase();
        Some(ConstantDefinition { name, value, is_provisional: constant.info.provisional })
    });
    let mut found = Vec::with_capacity(schema.constants().count());
    found.extend(constants);
    found
}

pub(super) fn token_types(schema: &Schema) -> Vec<TokenTypeDefinition> {
    // A type marked for its data type is sure as soon as a user says the data type's number.
    let user_types: BTreeSet<_> = schema
        .constants()
        .filter(|constant| !constant.info.built_in && starts_with(constant.info.name, "ZSPI-TDT-"))
        .filter_map(|constant| match constant.value {
            Value::Number(number) => u8::try_from(number).ok(),
            _ => None,
        })
        .collect();
    let types = schema.token_types().map(|token_type| TokenTypeDefinition {
        name: token_type.info.name.to_ascii_uppercase(),
        value: token_type.value,
        is_provisional: token_type.info.provisional && !user_types.contains(&token_type.data_type),
    });
    types.collect()
}

pub(super) fn ssids(schema: &Schema) -> Vec<SsidDefinition> {
    let ssids = schema.defs().filter_map(|def| {
        let ssid = Ssid::from_bytes(def.ssid()?);
        let name = def.info.name.to_ascii_uppercase();
        Some(SsidDefinition { name, ssid, is_provisional: def.info.provisional })
    });
    ssids.collect()
}

/// Writes enumerations and structures, one by one: all of them together would take several times the memory of their
/// sources. Of structures too long to list the fields are left out, with a warning.
///
/// Returns the writer, and the structures of the names in `kept`, which are keys. A shipped structure of a name in `confirmed` is
/// not provisional: a user has said that it is so.
pub(super) fn types(
    schema: &Schema,
    source_len: usize,
    kept: &BTreeSet<String>,
    confirmed: &BTreeSet<String>,
    diagnostics: &mut Diagnostics,
) -> (DictionaryWriter, Vec<StructureDefinition>) {
    let groups = schema.defs().filter(|def| def.data() == DdlType::Group);
    let mut writer = DictionaryWriter::new(groups.map(|def| def.info.name.to_ascii_uppercase()));
    let versions = map_versions(schema);
    // A structure refers to enumerations by their numbers, so these are written first.
    let mut types = Types::new(schema, source_len, &versions);
    let mut fields = 0;
    for def in schema.defs() {
        fields += types.enumerations(&def, |enumeration| writer.enumeration(&enumeration));
    }
    writer.reserve_fields(fields);
    let mut structures = Vec::new();
    let mut types = Types::new(schema, source_len, &versions);
    for def in schema.defs() {
        let Some(structure) = types.structure(&def, diagnostics) else { continue };
        writer.structure(&structure);
        let name = key(&structure.name);
        if kept.contains(&name) {
            let is_confirmed = def.info.built_in && confirmed.contains(&name);
            structures.push(StructureDefinition {
                is_provisional: structure.is_provisional && !is_confirmed,
                ..structure
            });
        }
    }
    writer.shrink();
    (writer, structures)
}

/// The elements of a value by the DEF of its token type.
pub(super) struct ValueDef {
    pub(super) field_type: FieldType,
    /// The DEF, if it lists values.
    pub(super) enumeration: Option<String>,
    /// The DEF, if it is a group.
    pub(super) structure: Option<String>,
}

/// Looks at the DEF of a token type, or of a token map.
pub(super) fn value_def(schema: &Schema, def: Option<&str>) -> ValueDef {
    let Some(def) = def.and_then(|def| schema.def(def)) else {
        return ValueDef { field_type: FieldType::Unknown, enumeration: None, structure: None };
    };
    let (field_type, _) = field_type(def.data(), def.tacl(), || is_text_group(&def));
    let name = || def.info.name.to_ascii_uppercase();
    ValueDef {
        field_type,
        enumeration: def.enumeration().map(|_| name()),
        structure: (def.data() == DdlType::Group).then(name),
    }
}

struct Types<'s> {
    schema: &'s Schema,
    versions: &'s BTreeMap<String, Vec<u16>>,
    /// How many more fields may be listed.
    fields_left: usize,
    /// Whether a DEF is a group that stands for a text.
    text_groups: BTreeMap<&'s str, bool>,
}

impl<'s> Types<'s> {
    fn new(schema: &'s Schema, source_len: usize, versions: &'s BTreeMap<String, Vec<u16>>) -> Self {
        let fields_left = LEAST_FIELDS.max(source_len / BYTES_PER_FIELD);
        Self { schema, versions, fields_left, text_groups: BTreeMap::new() }
    }

    /// Makes the enumerations of a DEF and of its fields. Returns how many fields its structure lists.
    fn enumerations(&mut self, def: &Def<'s>, mut make: impl FnMut(EnumerationDefinition)) -> usize {
        if let Some(values) = def.enumeration() {
            make(enumeration(def.info.name.to_ascii_uppercase(), values));
        }
        let mut count = 0;
        let listed = self.each_field(def, |types, _, path, field| {
            count += 1;
            if let Some(values) = field.enumeration.filter(|values| types.enumeration_def(values).is_none()) {
                make(enumeration(enumeration_name(def.info.name, path), values));
            }
        });
        listed.map_or(0, |()| count)
    }

    /// The structure of a DEF, if it is a group.
    fn structure(&mut self, def: &Def<'s>, diagnostics: &mut Diagnostics) -> Option<StructureDefinition> {
        if def.data() != DdlType::Group {
            return None;
        }
        let name = def.info.name.to_ascii_uppercase();
        let versions = self.versions.get(name.as_str()).map_or(&[][..], Vec::as_slice);
        let fields = self.fields(def, versions).unwrap_or_else(|| {
            let message = format!("the fields of {name} are left out: there are too many of them");
            diagnostics.push(Diagnostic::new(Severity::Warning, def.info.location, message));
            Vec::new()
        });
        Some(StructureDefinition { name, len: def.size(), fields, is_provisional: def.info.provisional })
    }

    /// Hands over the fields of a group, without fillers and what is in them, each with its number among all and its qualified name;
    /// `None` if there are too many.
    fn each_field(
        &mut self,
        def: &Def<'s>,
        mut field_of: impl FnMut(&mut Self, usize, &str, ddl::Field<'s>),
    ) -> Option<()> {
        if def.data() != DdlType::Group {
            return Some(());
        }
        let (mut path, mut filler_depth) = (ddl::Path::default(), None);
        for (at, field) in def.fields().enumerate() {
            self.fields_left = self.fields_left.checked_sub(1)?;
            let name = path.of(&field);
            if filler_depth.is_some_and(|depth| field.depth > depth) {
                continue;
            }
            filler_depth = field.is_filler.then_some(field.depth);
            if !field.is_filler {
                field_of(self, at, name, field);
            }
        }
        Some(())
    }

    /// The fields of a DEF; `None` if there are too many.
    fn fields(&mut self, def: &Def<'s>, versions: &[u16]) -> Option<Vec<FieldDefinition>> {
        let mut fields = Vec::new();
        self.each_field(def, |types, at, path, field| {
            let name = path.to_ascii_uppercase();
            let is_text = || field.type_name.is_some_and(|def| types.is_text_group(def));
            let (field_type, digits) = field_type(field.data, field.tacl, is_text);
            let redefines = field.redefines.map(|target| match name.rsplit_once('.') {
                Some((group, _)) => format!("{group}.{}", target.to_ascii_uppercase()),
                None => target.to_ascii_uppercase(),
            });
            let enumeration = field.enumeration.map(|values| match types.enumeration_def(&values) {
                Some(def) => def.to_ascii_uppercase(),
                None => enumeration_name(def.info.name, path),
            });
            let version = versions.get(at).copied().filter(|version| *version != 0);
            fields.push(FieldDefinition {
                offset: field.offset,
                len: types.element_len(&field),
                count: field.count,
                stride: field.size,
                field_type,
                digits,
                redefines,
                bit: field.bits,
                null: field.null,
                version: version.map(Version),
                heading: field.heading.map(str::to_owned),
                display: field.display.map(str::to_owned),
                enumeration,
                structure: field
                    .type_name
                    .filter(|_| field.data == DdlType::Group)
                    .map(str::to_ascii_uppercase),
                name,
            });
        })?;
        Some(fields)
    }

    /// Bytes of one occurrence. A filler of the compiler that makes the next one start on a word is not part of it.
    fn element_len(&self, field: &ddl::Field<'s>) -> u32 {
        let made_of = field.type_name.filter(|_| field.is_array);
        let len = field.data.size().or_else(|| Some(self.schema.def(made_of?)?.size()));
        len.unwrap_or(field.size)
    }

    /// The DEF whose enumeration the values of a field are.
    fn enumeration_def(&self, values: &ddl::Enumeration<'s>) -> Option<&'s str> {
        values.def().filter(|name| {
            let known = self.schema.def(name).and_then(|def| def.enumeration());
            known.is_some_and(|known| known.otherwise() == values.otherwise())
        })
    }

    fn is_text_group(&mut self, def: &'s str) -> bool {
        let schema = self.schema;
        *self.text_groups.entry(def).or_insert_with(|| schema.def(def).is_some_and(|def| is_text_group(&def)))
    }
}

/// The versions of the fields of every DEF that a TOKEN-MAP names, by the first that does; in upper case.
fn map_versions(schema: &Schema) -> BTreeMap<String, Vec<u16>> {
    let mut versions = BTreeMap::new();
    for definition in schema.tokens() {
        if let Definition::TokenMap(map) = definition {
            let of_map = || map.fields().map(|(_, version)| version).collect();
            versions.entry(map.def.to_ascii_uppercase()).or_insert_with(of_map);
        }
    }
    versions
}

/// The name of the enumeration of a field that has values of its own.
fn enumeration_name(def: &str, path: &str) -> String {
    format!("{def}.{path}").to_ascii_uppercase()
}

fn enumeration(name: String, enumeration: ddl::Enumeration<'_>) -> EnumerationDefinition {
    let values = enumeration.values().map(|value| EnumValueDefinition {
        name: value.name.to_ascii_uppercase(),
        value: i32::from(value.value),
        label: value.label.map(str::to_owned),
        constant: value.constant.map(str::to_ascii_uppercase),
    });
    EnumerationDefinition {
        name,
        default_label: enumeration.otherwise().map(str::to_owned),
        values: values.collect(),
    }
}

/// Whether a group is a text with other views of its bytes, as ZSPI-DDL-CHAR8 and its like are: one text covers it all, and
/// everything else redefines that.
fn is_text_group(def: &Def<'_>) -> bool {
    let mut base = def.fields().filter(|field| field.depth == 1 && !field.is_overlay);
    let covers_all = |field: ddl::Field<'_>| {
        matches!(field.data, DdlType::Character(len) if u32::from(len) == def.size()) && !field.is_array
    };
    base.next().is_some_and(covers_all) && base.next().is_none()
}

fn field_type(
    data: DdlType,
    tacl: Option<ddl::Tacl>,
    is_text_group: impl FnOnce() -> bool,
) -> (FieldType, Option<Digits>) {
    if let Some(tacl) = tacl {
        return (FieldType::Tacl(tacl), None);
    }
    let field_type = match data {
        DdlType::Group if is_text_group() => FieldType::Character,
        DdlType::Group => FieldType::Group,
        DdlType::Character(_) => FieldType::Character,
        DdlType::National(_) => FieldType::National,
        DdlType::Numeric { digits, scale, sign } => {
            let sign = match sign {
                ddl::Sign::Leading => Sign::Leading,
                ddl::Sign::Trailing => Sign::Trailing,
                ddl::Sign::LeadingEmbedded => Sign::LeadingEmbedded,
                ddl::Sign::TrailingEmbedded => Sign::TrailingEmbedded,
                _ => Sign::None,
            };
            return (FieldType::NumericDisplay, Some(Digits { digits, scale, sign }));
        }
        DdlType::Packed { digits, scale, signed } => {
            let sign = if signed { Sign::Trailing } else { Sign::None };
            return (FieldType::PackedDecimal, Some(Digits { digits, scale, sign }));
        }
        DdlType::Binary { bytes, scale, unsigned } => {
            FieldType::Binary { bits: bytes.saturating_mul(8), unsigned, scale }
        }
        DdlType::Float(bytes) => FieldType::Float(bytes.saturating_mul(8)),
        DdlType::Complex => FieldType::Complex,
        DdlType::Logical(bytes) => FieldType::Logical(bytes),
        DdlType::Enum => FieldType::Enum,
        DdlType::Bit { width, unsigned } => FieldType::Bit { bits: width, unsigned },
    };
    (field_type, None)
}

fn starts_with(name: &str, start: &str) -> bool {
    name.get(..start.len()).is_some_and(|found| found.eq_ignore_ascii_case(start))
}

/// The bytes of the group of this name.
pub(super) fn group_len(schema: &Schema, name: &str) -> Option<u32> {
    schema.def(name).filter(|def| def.data() == DdlType::Group).map(|def| def.size())
}
