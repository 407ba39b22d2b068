use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use crate::text::Location;

use super::Figurative;
use super::data_type::{DdlType, Tacl};
use super::names::NameId;
use super::resolve::{as_text, positions};
use super::tables::{
    self, AttributeKind, FieldKind, Head, Kind, NONE, Stored, Tables, find_attribute, index,
};
use super::walk::{Step, Walk};

/// The qualified names of the fields of a definition, asked for in their order.
#[derive(Default)]
pub(crate) struct Path {
    text: String,
    /// The length of the path at each depth.
    ends: Vec<usize>,
}

impl Path {
    pub(crate) fn of(&mut self, field: &Field<'_>) -> &str {
        self.ends.truncate(field.depth - 1);
        self.text.truncate(self.ends.last().copied().unwrap_or(0));
        if !self.text.is_empty() {
            self.text.push('.');
        }
        self.text.push_str(field.name);
        self.ends.push(self.text.len());
        &self.text
    }
}

/// Everything a set of sources defines, resolved: names are looked up, sizes and offsets computed.
///
/// Definitions with an error are left out, and those made of them too; of several definitions of one name only the one that counts
/// is in. Names are found in any case and shown as their definition writes them. A schema borrows nothing from the
/// sources; [`Location`]s point into the source map it was compiled from.
#[derive(Clone, Default)]
pub struct Schema {
    pub(super) tables: Tables,
}

impl fmt::Debug for Schema {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.definitions()).finish()
    }
}

/// The definitions that become a dictionary.
#[cfg(feature = "std")]
impl Schema {
    /// The constants, a user's before the built-in ones, else in the order of the sources.
    pub(crate) fn constants(&self) -> impl Iterator<Item = Constant<'_>> {
        self.own_first(&[Kind::Constant]).filter_map(|(_, at)| self.constant_at(at))
    }

    /// The DEFs in the same order.
    pub(crate) fn defs(&self) -> impl Iterator<Item = Def<'_>> {
        self.own_first(&[Kind::Def]).filter_map(|(_, at)| self.def_at(at))
    }

    /// The token types in the same order.
    pub(crate) fn token_types(&self) -> impl Iterator<Item = TokenType<'_>> {
        self.own_first(&[Kind::TokenType]).filter_map(|(_, at)| self.token_type_at(at))
    }

    /// The token codes and token maps in the same order.
    pub(crate) fn tokens(&self) -> impl Iterator<Item = Definition<'_>> {
        self.own_first(&[Kind::Token, Kind::Map]).filter_map(|(kind, at)| match kind {
            Kind::Map => self.token_map_at(at).map(Definition::TokenMap),
            _ => self.token_code_at(at).map(Definition::TokenCode),
        })
    }

    fn own_first(&self, kinds: &'static [Kind]) -> impl Iterator<Item = (Kind, usize)> {
        let of = move |built_in| {
            let is_one = move |&&(kind, at): &&(Kind, u32)| {
                kinds.contains(&kind)
                    && self
                        .tables
                        .head(kind, at)
                        .is_some_and(|head| head.counts() && head.built_in == built_in)
            };
            self.tables.order.iter().filter(is_one).map(|&(kind, at)| (kind, index(at)))
        };
        of(false).chain(of(true))
    }
}

impl Schema {
    /// All definitions in the order of the sources.
    pub fn definitions(&self) -> impl Iterator<Item = Definition<'_>> + Clone {
        let counts = |&&(kind, at): &&(Kind, u32)| self.tables.head(kind, at).is_some_and(Head::counts);
        self.tables.order.iter().filter(counts).filter_map(|&(kind, at)| {
            let at = index(at);
            Some(match kind {
                Kind::Constant => Definition::Constant(self.constant_at(at)?),
                Kind::Def => Definition::Def(self.def_at(at)?),
                Kind::TokenType => Definition::TokenType(self.token_type_at(at)?),
                Kind::Token => Definition::TokenCode(self.token_code_at(at)?),
                Kind::Map => Definition::TokenMap(self.token_map_at(at)?),
            })
        })
    }

    /// The CONSTANT of this name.
    #[must_use]
    pub fn constant(&self, name: &str) -> Option<Constant<'_>> {
        self.constant_at(self.find(Kind::Constant, name)?)
    }

    /// The DEF of this name.
    #[must_use]
    pub fn def(&self, name: &str) -> Option<Def<'_>> {
        self.def_at(self.find(Kind::Def, name)?)
    }

    /// The TOKEN-TYPE of this name.
    #[must_use]
    pub fn token_type(&self, name: &str) -> Option<TokenType<'_>> {
        self.token_type_at(self.find(Kind::TokenType, name)?)
    }

    /// The TOKEN-CODE of this name.
    #[must_use]
    pub fn token_code(&self, name: &str) -> Option<TokenCode<'_>> {
        self.token_code_at(self.find(Kind::Token, name)?)
    }

    /// The TOKEN-MAP of this name.
    #[must_use]
    pub fn token_map(&self, name: &str) -> Option<TokenMap<'_>> {
        self.token_map_at(self.find(Kind::Map, name)?)
    }

    fn find(&self, kind: Kind, name: &str) -> Option<usize> {
        let at = self.tables.find(kind, self.tables.names.find(name)?)?;
        let head = self.tables.head(kind, u32::try_from(at).ok()?)?;
        head.counts().then_some(at)
    }

    fn constant_at(&self, at: usize) -> Option<Constant<'_>> {
        let constant = self.tables.constants.get(at)?;
        Some(Constant {
            info: self.info(&constant.head),
            value: self.value(constant.value.value)?,
            data: constant.binary.map(|(bytes, unsigned)| DdlType::Binary { bytes, scale: 0, unsigned }),
            is_version: matches!(constant.value.value, Stored::Version(_)),
        })
    }

    fn def_at(&self, at: usize) -> Option<Def<'_>> {
        let def = self.tables.defs.get(at)?;
        let root = self.tables.fields.get(index(def.root))?;
        Some(Def { info: self.info(&def.head), schema: self, at, def, root })
    }

    fn token_type_at(&self, at: usize) -> Option<TokenType<'_>> {
        let token_type = self.tables.token_types.get(at)?;
        let [data_type, length] = token_type.value.to_be_bytes();
        Some(TokenType {
            info: self.info(&token_type.head),
            value: token_type.value,
            data_type,
            length,
            def: token_type.def.map(|def| self.defined_name(Kind::Def, def.name)),
        })
    }

    fn token_code_at(&self, at: usize) -> Option<TokenCode<'_>> {
        let token = self.tables.tokens.get(at)?;
        let text = |kind| self.tables.token_text(token.attributes, token.attribute_count, kind);
        let [data_type, length, n0, n1] = token.code.to_be_bytes();
        Some(TokenCode {
            info: self.info(&token.head),
            code: token.code,
            data_type,
            length,
            number: i16::from_be_bytes([n0, n1]),
            token_type: self.defined_name(Kind::TokenType, token.token_type.name),
            ssid: text(AttributeKind::Ssid),
            heading: text(AttributeKind::Heading),
            display: text(AttributeKind::Display),
        })
    }

    fn token_map_at(&self, at: usize) -> Option<TokenMap<'_>> {
        let map = self.tables.maps.get(at)?;
        let text = |kind| self.tables.token_text(map.attributes, map.attribute_count, kind);
        Some(TokenMap {
            info: self.info(&map.head),
            code: self.tables.map_code(map),
            number: self.tables.map_number(map),
            def: self.defined_name(Kind::Def, map.def.name),
            ssid: text(AttributeKind::Ssid),
            heading: text(AttributeKind::Heading),
            display: text(AttributeKind::Display),
            schema: self,
            map,
        })
    }

    fn info(&self, head: &Head) -> Info<'_> {
        Info {
            name: self.tables.names.spelling(head.name),
            location: head.location(),
            provisional: head.provisional,
            built_in: head.built_in,
        }
    }

    /// A name as its definition writes it, not as this reference does.
    fn defined_name(&self, kind: Kind, name: NameId) -> &str {
        let defined =
            self.tables.find(kind, name).and_then(|at| self.tables.head(kind, u32::try_from(at).ok()?));
        self.tables.names.spelling(defined.map_or(name, |head| head.name))
    }

    fn value(&self, value: Stored) -> Option<Value<'_>> {
        Some(match value {
            Stored::Text(text) | Stored::National(text) => Value::Text(self.tables.text(text)),
            Stored::Figurative(figurative) => Value::Figurative(figurative),
            value => Value::Number(value.number()?),
        })
    }

    fn enumeration(&self, field: &tables::Field) -> Option<Enumeration<'_>> {
        let values = |field: &tables::Field| match self.tables.attribute(field, AttributeKind::Values)?.value
        {
            Stored::Values(first, count) => Some((first, count)),
            _ => None,
        };
        // BIT n ENUM def takes the values of that definition.
        let of_bits = |field: &tables::Field| {
            let Stored::Name(def) = self.tables.attribute(field, AttributeKind::BitEnum)?.value else {
                return None;
            };
            let def =
                self.tables.defs.get(self.tables.find(Kind::Def, def)?).filter(|def| def.head.counts())?;
            let root = self.tables.fields.get(index(def.root))?;
            Some(*root)
        };
        let mut of = *field;
        if let Some(root) = self.tables.made_of(field, of_bits) {
            of = root;
        }
        let owner = self.tables.made_of(&of, |field| values(field).map(|_| *field))?;
        let (first, count) = values(&owner)?;
        Some(Enumeration {
            schema: self,
            values: self.tables.values.get(positions(first, count))?,
            def: (owner.level == 1).then(|| self.tables.names.spelling(owner.name)),
            otherwise: self.field_text(&of, AttributeKind::Label),
        })
    }

    /// A text clause of a field, or of the definition it is made of.
    fn field_text(&self, field: &tables::Field, kind: AttributeKind) -> Option<&str> {
        let text = |field: &tables::Field| self.tables.attribute(field, kind);
        self.tables.made_of(field, text).and_then(|operand| as_text(&self.tables, operand.value))
    }

    fn field<'s>(&'s self, step: &Step) -> Option<Field<'s>> {
        let field = self.tables.fields.get(step.field)?;
        let data = self.tables.data(field);
        let names = &self.tables.names;
        let attribute = |kind| self.tables.attribute(field, kind).map(|operand| operand.value);
        let own = |kind| {
            find_attribute(self.tables.attributes(field.attributes, field.attribute_count), kind)
                .map(|operand| operand.value)
        };
        let name_of = |at: u32| self.tables.fields.get(index(at)).map(|field| names.spelling(field.name));
        Some(Field {
            name: names.spelling(field.name),
            is_filler: field.name == NameId::NONE,
            depth: usize::from(step.depth),
            data,
            type_name: match field.kind {
                FieldKind::Def(def) => {
                    self.tables.defs.get(index(def)).map(|def| names.spelling(def.head.name))
                }
                _ => None,
            },
            offset: step.offset,
            size: u32::from(field.size),
            count: u32::from(field.count),
            bits: match data {
                DdlType::Bit { width, .. } => Some((field.first_bit, field.first_bit + width.max(1) - 1)),
                _ => None,
            },
            is_array: field.has_occurs,
            least_count: match own(AttributeKind::Minimum) {
                Some(value) => value.number().and_then(|number| u32::try_from(number).ok()).unwrap_or(0),
                None => u32::from(field.count),
            },
            depending_on: match own(AttributeKind::Depending) {
                Some(Stored::Name(name)) => Some(names.spelling(name)),
                _ => None,
            },
            null: step.null.or_else(|| self.tables.made_of(field, |field| field.null)).unwrap_or(255),
            redefines: (field.redefines != NONE).then(|| name_of(field.redefines)).flatten(),
            is_overlay: step.overlay,
            tacl: self.tables.made_of(field, |field| field.tacl),
            value: attribute(AttributeKind::Value)
                .or_else(|| attribute(AttributeKind::Fill))
                .and_then(|value| self.value(value)),
            heading: self.field_text(field, AttributeKind::Heading),
            display: self.field_text(field, AttributeKind::Display),
            otherwise: self.field_text(field, AttributeKind::Label),
            provisional: field.provisional,
            enumeration: self.enumeration(field),
        })
    }
}

/// The parts of every definition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Info<'s> {
    /// The name, as its definition writes it.
    pub name: &'s str,
    /// Where the name is.
    pub location: Location,
    /// Whether a comment `! provisional` is on its line, or on that of a constant its number is made of: the number is
    /// not published.
    pub provisional: bool,
    /// Whether the source is one of ours.
    pub built_in: bool,
}

/// One definition of a [`Schema`].
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Definition<'s> {
    /// CONSTANT.
    Constant(Constant<'s>),
    /// DEF: a structure, an elementary type, an enumeration or an SSID.
    Def(Def<'s>),
    /// TOKEN-TYPE.
    TokenType(TokenType<'s>),
    /// TOKEN-CODE.
    TokenCode(TokenCode<'s>),
    /// TOKEN-MAP.
    TokenMap(TokenMap<'s>),
}

impl<'s> Definition<'s> {
    /// Name, place and marks.
    #[must_use]
    pub fn info(&self) -> Info<'s> {
        match self {
            Self::Constant(definition) => definition.info,
            Self::Def(definition) => definition.info,
            Self::TokenType(definition) => definition.info,
            Self::TokenCode(definition) => definition.info,
            Self::TokenMap(definition) => definition.info,
        }
    }
}

/// The value of a constant, or the initial value of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Value<'s> {
    /// A number; a version is its number.
    Number(i128),
    /// A string, doubled quotation marks single; of a field also a number with a decimal point, as written.
    Text(&'s str),
    /// A word such as SPACES. Fields only.
    Figurative(Figurative),
}

/// A CONSTANT. [DDL 4-1]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Constant<'s> {
    /// Name, place and marks.
    pub info: Info<'s>,
    /// Its value.
    pub value: Value<'s>,
    /// The type of a number; `None` for a string.
    pub data: Option<DdlType>,
    /// Whether it was given as `VERSION "C00"`.
    pub is_version: bool,
}

/// A DEF. [DDL 5-2]
#[derive(Clone, Copy)]
pub struct Def<'s> {
    /// Name, place and marks.
    pub info: Info<'s>,
    schema: &'s Schema,
    at: usize,
    def: &'s tables::Def,
    root: &'s tables::Field,
}

impl fmt::Debug for Def<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Def")
            .field("info", &self.info)
            .field("size", &self.size())
            .field("data", &self.data())
            .finish()
    }
}

impl<'s> Def<'s> {
    /// Its length in bytes.
    #[must_use]
    pub fn size(&self) -> u32 {
        u32::from(self.root.size)
    }

    /// Its type; [`DdlType::Group`] if it has [`Self::fields`].
    #[must_use]
    pub fn data(&self) -> DdlType {
        self.schema.tables.data(self.root)
    }

    /// The definition named in its TYPE clause.
    #[must_use]
    pub fn type_name(&self) -> Option<&'s str> {
        match self.root.kind {
            FieldKind::Def(def) => {
                let def = self.schema.tables.defs.get(index(def))?;
                Some(self.schema.tables.names.spelling(def.head.name))
            }
            _ => None,
        }
    }

    /// Its fields, groups before their members, with the members of every TYPE; offsets count from the start of the
    /// definition. Fillers of the compiler are not listed: they are where nothing is.
    #[must_use]
    pub fn fields(&self) -> Fields<'s> {
        Fields { schema: self.schema, walk: self.schema.tables.walk(self.at) }
    }

    /// The fields with their names joined by `.` to those of their groups: `Z-SSID.Z-OWNER`.
    pub fn qualified_fields(&self) -> impl Iterator<Item = (String, Field<'s>)> + use<'s> {
        let mut path = Path::default();
        self.fields().map(move |field| (path.of(&field).to_owned(), field))
    }

    /// The field of this qualified name, in any case.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<Field<'s>> {
        self.qualified_fields().find(|(path, _)| path.eq_ignore_ascii_case(name)).map(|(_, field)| field)
    }

    /// The values of an enumeration (level 89), its own or those of its TYPE.
    #[must_use]
    pub fn enumeration(&self) -> Option<Enumeration<'s>> {
        self.schema.enumeration(self.root)
    }

    /// Its TACL type, its own or that of its TYPE.
    #[must_use]
    pub fn tacl(&self) -> Option<Tacl> {
        self.schema.tables.made_of(self.root, |field| field.tacl)
    }

    /// The byte that fills an absent value; of a group see its fields. [DDL 6-38]
    #[must_use]
    pub fn null(&self) -> u8 {
        self.schema.tables.made_of(self.root, |field| field.null).unwrap_or(255)
    }

    /// HEADING, its own or that of its TYPE.
    #[must_use]
    pub fn heading(&self) -> Option<&'s str> {
        self.schema.field_text(self.root, AttributeKind::Heading)
    }

    /// DISPLAY: an edit code.
    #[must_use]
    pub fn display(&self) -> Option<&'s str> {
        self.schema.field_text(self.root, AttributeKind::Display)
    }

    /// AS: the text for values of an enumeration that match no level 89.
    #[must_use]
    pub fn otherwise(&self) -> Option<&'s str> {
        self.schema.field_text(self.root, AttributeKind::Label)
    }

    /// The subsystem identifier the definition holds in its VALUE clauses, if it is one of those. [SPI 2-46]
    /// [`SsidText`](super::SsidText) writes it in external form.
    #[must_use]
    pub fn ssid(&self) -> Option<[u8; 12]> {
        self.def.ssid
    }
}

/// A field of a definition. [DDL 5-24]
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Field<'s> {
    /// Its name; `FILLER` for a filler.
    pub name: &'s str,
    /// Whether it is a FILLER of the source.
    pub is_filler: bool,
    /// 1 for a member of the definition, 2 for a member of such a group, and so on.
    pub depth: usize,
    /// Its type, TYPE followed; [`DdlType::Group`] if its members are next.
    pub data: DdlType,
    /// The definition named in its TYPE clause.
    pub type_name: Option<&'s str>,
    /// First byte (of the first occurrence), from the start of the definition. Of a BIT field: of its word.
    pub offset: u32,
    /// Bytes of one occurrence, a filler of the compiler after it included; the next one follows directly.
    pub size: u32,
    /// Occurrences, the most there can be; 1 without OCCURS.
    pub count: u32,
    /// First and last bit of a BIT field in its word, counted from the most significant.
    pub bits: Option<(u8, u8)>,
    /// Whether it has an OCCURS clause.
    pub is_array: bool,
    /// The fewest occurrences of OCCURS DEPENDING ON; else [`Self::count`].
    pub least_count: u32,
    /// The field that says how often it occurs, perhaps qualified.
    pub depending_on: Option<&'s str>,
    /// The byte that fills the field while it is absent. [DDL 6-38]
    pub null: u8,
    /// The field it redefines.
    pub redefines: Option<&'s str>,
    /// Whether it, or a group around it, redefines another field.
    pub is_overlay: bool,
    /// Its TACL type, or that of its TYPE.
    pub tacl: Option<Tacl>,
    /// Its initial value.
    pub value: Option<Value<'s>>,
    /// HEADING, its own or that of its TYPE.
    pub heading: Option<&'s str>,
    /// DISPLAY, its own or that of its TYPE: an edit code.
    pub display: Option<&'s str>,
    /// AS, its own or that of its TYPE: the text for values of an enumeration that match no level 89.
    pub otherwise: Option<&'s str>,
    /// Whether a comment `! provisional` is on its line, or on that of the constant in its VALUE.
    pub provisional: bool,
    /// The values of an enumeration.
    pub enumeration: Option<Enumeration<'s>>,
}

/// The fields of a definition; see [`Def::fields`].
#[derive(Clone)]
pub struct Fields<'s> {
    schema: &'s Schema,
    walk: Walk<'s>,
}

impl fmt::Debug for Fields<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.clone()).finish()
    }
}

impl<'s> Iterator for Fields<'s> {
    type Item = Field<'s>;

    fn next(&mut self) -> Option<Field<'s>> {
        let step = self.walk.next()?;
        self.schema.field(&step)
    }
}

/// The named values of an enumeration. [DDL 6-85]
#[derive(Clone, Copy)]
pub struct Enumeration<'s> {
    schema: &'s Schema,
    values: &'s [tables::EnumValue],
    def: Option<&'s str>,
    otherwise: Option<&'s str>,
}

impl fmt::Debug for Enumeration<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.values()).finish()
    }
}

impl<'s> Enumeration<'s> {
    /// The values in the order of the source.
    #[must_use]
    pub fn values(&self) -> impl ExactSizeIterator<Item = EnumValue<'s>> + use<'s> {
        let schema = self.schema;
        self.values.iter().map(move |value| EnumValue {
            name: schema.tables.names.spelling(value.name),
            value: schema.tables.number_of(value.value.value),
            constant: (value.constant != NameId::NONE).then(|| schema.tables.names.spelling(value.constant)),
            label: as_text(&schema.tables, value.label),
            provisional: value.provisional,
        })
    }

    /// The definition that lists the values; `None` if a field does so itself.
    #[must_use]
    pub fn def(&self) -> Option<&'s str> {
        self.def
    }

    /// The first value of this number.
    #[must_use]
    pub fn find(&self, value: i16) -> Option<EnumValue<'s>> {
        self.values().find(|known| known.value == value)
    }

    /// AS of the enumeration itself: the text for values that have no name.
    #[must_use]
    pub fn otherwise(&self) -> Option<&'s str> {
        self.otherwise
    }
}

/// Level 89. [DDL 6-85]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct EnumValue<'s> {
    /// Its name.
    pub name: &'s str,
    /// Its value.
    pub value: i16,
    /// The constant its VALUE clause names.
    pub constant: Option<&'s str>,
    /// Its AS string; without one the name is shown.
    pub label: Option<&'s str>,
    /// Whether a comment `! provisional` is on its line, or on that of its constant.
    pub provisional: bool,
}

/// A TOKEN-TYPE. [DDL 7-3]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TokenType<'s> {
    /// Name, place and marks.
    pub info: Info<'s>,
    /// Data type times 256, plus length.
    pub value: u16,
    /// The token data type.
    pub data_type: u8,
    /// Bytes of the value; 255: variable.
    pub length: u8,
    /// The definition of the value.
    pub def: Option<&'s str>,
}

/// A TOKEN-CODE. [DDL 7-9]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TokenCode<'s> {
    /// Name, place and marks.
    pub info: Info<'s>,
    /// Data type, length and number in one.
    pub code: u32,
    /// The token data type.
    pub data_type: u8,
    /// Bytes of the value; 255: variable.
    pub length: u8,
    /// The token number.
    pub number: i16,
    /// Name of the token type.
    pub token_type: &'s str,
    /// SSID clause: a subsystem identifier in external form.
    pub ssid: Option<&'s str>,
    /// HEADING. Without one the name is shown; DSM shows 40 characters.
    pub heading: Option<&'s str>,
    /// DISPLAY: an edit code.
    pub display: Option<&'s str>,
}

/// A TOKEN-MAP: an extensible structured token. [DDL 7-14]
#[derive(Clone, Copy)]
#[non_exhaustive]
pub struct TokenMap<'s> {
    /// Name, place and marks.
    pub info: Info<'s>,
    /// Type (8), length (255) and number in one.
    pub code: u32,
    /// The token number.
    pub number: i16,
    /// Name of the definition of its value.
    pub def: &'s str,
    /// SSID clause: a subsystem identifier in external form.
    pub ssid: Option<&'s str>,
    /// HEADING.
    pub heading: Option<&'s str>,
    /// DISPLAY: an edit code.
    pub display: Option<&'s str>,
    schema: &'s Schema,
    map: &'s tables::Map,
}

impl fmt::Debug for TokenMap<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenMap")
            .field("info", &self.info)
            .field("code", &self.code)
            .field("def", &self.def)
            .finish()
    }
}

impl<'s> TokenMap<'s> {
    /// The words the SPI procedures take as a token map: type, number, length, first version, then runs of bytes with the
    /// same version and null value. [DDL 7-18 to 7-24]
    #[must_use]
    pub fn words(&self) -> Vec<u16> {
        self.schema.tables.map_words(self.map)
    }

    /// The fields of its definition, each with the version it came with: 0 for NOVERSION, for groups whose members differ,
    /// and for FILLERs no VERSION names.
    pub fn fields(&self) -> impl Iterator<Item = (Field<'s>, u16)> + use<'s> {
        let def = self.schema.def(self.def);
        let fields = def.map(|def| def.fields().count()).unwrap_or(0);
        let versions = self.schema.tables.map_versions(self.map, fields);
        def.into_iter()
            .flat_map(|def| def.fields())
            .zip(versions)
            .map(|(field, (version, _))| (field, version))
    }
}
