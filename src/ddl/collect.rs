//! From sentences to tables: stores what was read, builds the groups of a DEF, and checks what one sentence shows.

use alloc::collections::BTreeSet;
use alloc::format;
use alloc::vec::Vec;

use crate::text::{Diagnostic, Diagnostics, SourceId, Span};

use super::Origin;
use super::ast::{self, Item, Literal, Place, Type, Word};
use super::data_type::{self, DdlType, Usage};
use super::names::NameId;
use super::tables::{
    Attribute, AttributeKind, Constant, Def, EnumValue, Field, FieldKind, Head, Kind, Map, Mark, NONE,
    NameRef, Operand, Stored, Tables, Text, Token, TokenOccurs, TokenType, Version, index, push, short,
};
use super::version::{number_as_version, version};
use crate::text::limits::ddl as limits;

/// Takes the sentences of all sources.
pub(super) struct Collector<'a> {
    pub(super) tables: Tables,
    pub(super) diagnostics: &'a mut Diagnostics,
    context: Context,
    /// The open groups of the DEF being read, the DEF itself first.
    open: Vec<OpenGroup>,
    /// Names of the level 89 values of the DEF being read.
    value_names: BTreeSet<NameId>,
}

/// Where the sentences come from.
#[derive(Clone, Copy, Debug)]
pub(super) struct Context {
    pub(super) source: SourceId,
    pub(super) origin: Origin,
    pub(super) shared8: bool,
    /// Length of the text places count back from.
    pub(super) length: usize,
}

/// A REDEFINES names nothing it can redefine, which has been reported.
struct NotFound;

struct OpenGroup {
    level: u8,
    field: usize,
    /// The last member that redefines nothing.
    last: Option<usize>,
    /// The names of its members.
    names: BTreeSet<NameId>,
    /// It is an SQL text, whose members are known.
    is_closed: bool,
}

impl<'a> Collector<'a> {
    pub(super) fn new(diagnostics: &'a mut Diagnostics, context: Context) -> Self {
        Self {
            tables: Tables::default(),
            diagnostics,
            context,
            open: Vec::new(),
            value_names: BTreeSet::new(),
        }
    }

    pub(super) fn set_context(&mut self, context: Context) {
        self.context = context;
    }

    pub(super) fn source(&self) -> SourceId {
        self.context.source
    }

    pub(super) fn error(&mut self, place: Place, message: impl Into<alloc::borrow::Cow<'static, str>>) {
        self.diagnostics.push(Diagnostic::error(self.context.source, self.span(place), message));
    }

    pub(super) fn warning(&mut self, place: Place, message: impl Into<alloc::borrow::Cow<'static, str>>) {
        self.diagnostics.push(Diagnostic::warning(self.context.source, self.span(place), message));
    }

    pub(super) fn constant(&mut self, constant: &ast::Constant<'_>, provisional: bool) {
        let head = self.head(constant.name, provisional);
        let mut value = self.operand(&constant.value);
        let mut broken = value.is_none();
        if let Literal::Figurative(_) | Literal::Decimal(_) = constant.value.literal {
            self.error(
                constant.value.place,
                "a constant is a whole number, a string, a version or another constant",
            );
            broken = true;
        }
        if let (
            Literal::Text(_) | Literal::Plain(_) | Literal::National(_) | Literal::Version(_),
            Some((.., place)),
        ) = (constant.value.literal, constant.binary)
        {
            self.error(place, "a string or VERSION constant has no TYPE");
            broken = true;
        }
        if let Some(Operand { value: Stored::Text(text) | Stored::National(text), .. }) = value
            && !(1..=limits::STRING).contains(&self.tables.text(text).chars().count())
        {
            self.error(constant.value.place, format!("a string has 1 to {} characters", limits::STRING));
            broken = true;
        }
        let value = value.get_or_insert(Operand { value: Stored::Absent, at: head.at });
        let binary = constant.binary.map(|(bytes, unsigned, _)| (bytes, unsigned));
        let record = Constant { head: Head { broken, ..head }, value: *value, binary };
        push(&mut self.tables.constants, record);
        self.define(Kind::Constant, self.tables.constants.len() - 1);
    }

    /// Notes that something of this name was meant, so that what refers to it is not reported too.
    pub(super) fn broken(&mut self, kind: Kind, name: Word<'_>) {
        let head = Head { broken: true, ..self.head(name, false) };
        let absent = Operand { value: Stored::Absent, at: head.at };
        let nothing = NameRef { name: NameId::NONE, at: head.at };
        let at = match kind {
            Kind::Constant => {
                push(&mut self.tables.constants, Constant { head, value: absent, binary: None });
                self.tables.constants.len()
            }
            Kind::Def => {
                let item = Item::new(1, Some(name), name.place());
                self.begin_def(&item, false);
                self.open.clear();
                if let Some(def) = self.tables.defs.last_mut() {
                    def.head.broken = true;
                }
                return;
            }
            Kind::TokenType => {
                let occurs = TokenOccurs::Once;
                push(
                    &mut self.tables.token_types,
                    TokenType { head, data_type: absent, def: None, occurs, value: 0 },
                );
                self.tables.token_types.len()
            }
            Kind::Token => {
                let (attributes, attribute_count) = (0, 0);
                let token =
                    Token { head, number: absent, token_type: nothing, attributes, attribute_count, code: 0 };
                push(&mut self.tables.tokens, token);
                self.tables.tokens.len()
            }
            Kind::Map => {
                let (attributes, attribute_count, versions) = (0, 0, (0, 0));
                push(
                    &mut self.tables.maps,
                    Map { head, number: absent, def: nothing, attributes, attribute_count, versions },
                );
                self.tables.maps.len()
            }
        };
        self.define(kind, at - 1);
    }

    /// A DEF up to its first `.`.
    pub(super) fn begin_def(&mut self, item: &Item<'_>, provisional: bool) {
        let Some(name) = item.name else { return };
        let head = self.head(name, provisional);
        let root = short(self.tables.fields.len());
        let shared8 = self.context.shared8;
        push(&mut self.tables.defs, Def { head, root, shared8, depth: 0, expanded: 0, ssid: None });
        self.define(Kind::Def, self.tables.defs.len() - 1);
        self.open.clear();
        self.value_names.clear();
        for (clause, place) in [
            ("REDEFINES", item.redefines.map(|word| word.place())),
            ("OCCURS", item.occurs.map(|occurs| occurs.maximum.place)),
        ] {
            if let Some(place) = place {
                self.error(place, format!("{clause} belongs to a line item, not to the DEF itself"));
                self.break_def();
            }
        }
        self.field(&Item { redefines: None, occurs: None, ..item.clone() }, name, provisional);
    }

    /// A line item of the open DEF.
    pub(super) fn line_item(&mut self, item: &Item<'_>, provisional: bool) {
        self.close_groups(item.level);
        let name = item.name.unwrap_or(Word { text: "FILLER", left: item.place.left });
        if let Some((parent, is_closed)) = self.open.last().map(|group| (group.field, group.is_closed))
            && let Some(field) = self.tables.fields.get(parent)
            && (field.kind != FieldKind::Data(DdlType::Group) || is_closed)
        {
            let parent = self.tables.names.spelling(field.name);
            let message =
                format!("{parent} has a PIC or TYPE, so no items with a larger level can follow it");
            // Once is enough for a DEF: its other items are in the same wrong place.
            if self.tables.defs.last().is_some_and(|def| !def.head.broken) {
                self.error(item.place, message);
            }
            self.break_def();
        }
        self.field(item, name, provisional);
    }

    /// A level 89 of the last item.
    pub(super) fn enum_value(&mut self, value: &ast::EnumValue<'_>, provisional: bool) {
        let name = self.name(value.name);
        let label =
            value.label.and_then(|label| self.operand(&label)).map_or(Stored::Absent, |label| label.value);
        let at = self.mark(value.name.place());
        if !self.value_names.insert(self.tables.names.key(name)) {
            let message = format!("{} is a value of this definition already", value.name.text);
            self.warning(value.name.place(), message);
        }
        let explicit = match value.value {
            None => Some(Operand { value: Stored::Absent, at }),
            Some(operand) => self.operand(&operand),
        };
        let Some(explicit) = explicit else { return self.break_def() };
        let first = short(self.tables.values.len());
        let constant = NameId::NONE;
        push(&mut self.tables.values, EnumValue { name, at, provisional, value: explicit, constant, label });
        let Some(field) = self.tables.fields.last_mut() else { return };
        let has_values = field.attribute_count > 0
            && self.tables.attributes.last().is_some_and(|last| last.kind == AttributeKind::Values);
        if has_values {
            if let Some(Attribute { operand: Operand { value: Stored::Values(_, count), .. }, .. }) =
                self.tables.attributes.last_mut()
            {
                *count += 1;
            }
        } else {
            if field.attribute_count == 0 {
                field.attributes = short(self.tables.attributes.len());
            }
            field.attribute_count += 1;
            let operand = Operand { value: Stored::Values(first, 1), at };
            push(&mut self.tables.attributes, Attribute { kind: AttributeKind::Values, operand });
        }
    }

    /// The end of the open DEF, although it has no END.
    pub(super) fn end_def_without_end(&mut self, place: Place) {
        self.error(place, "this definition has no END");
        let is_empty = self.open.first().is_some_and(|def| def.field + 1 == self.tables.fields.len());
        if is_empty {
            self.break_def();
        }
        self.end_def();
    }

    /// The end of the open DEF.
    pub(super) fn end_def(&mut self) {
        self.close_groups(0);
    }

    /// The open DEF is not what its author meant.
    pub(super) fn break_def(&mut self) {
        if let Some(def) = self.tables.defs.last_mut() {
            def.head.broken = true;
        }
    }

    pub(super) fn token_type(&mut self, token_type: &ast::TokenType<'_>, provisional: bool) {
        let head = self.head(token_type.name, provisional);
        let data_type = self.operand(&token_type.value);
        let def = token_type.def.map(|def| self.name_ref(def));
        let occurs = match token_type.occurs {
            None => Some(TokenOccurs::Once),
            Some(ast::TokenOccurs::Varying) => Some(TokenOccurs::Varying),
            Some(ast::TokenOccurs::Times(times)) => self.operand(&times).map(TokenOccurs::Times),
        };
        let (Some(data_type), Some(occurs)) = (data_type, occurs) else {
            return self.broken(Kind::TokenType, token_type.name);
        };
        push(&mut self.tables.token_types, TokenType { head, data_type, def, occurs, value: 0 });
        self.define(Kind::TokenType, self.tables.token_types.len() - 1);
    }

    pub(super) fn token_code(&mut self, token: &ast::Token<'_>, provisional: bool) {
        let head = self.head(token.name, provisional);
        let token_type = self.name_ref(token.of);
        let (attributes, attribute_count) = self.token_attributes(token);
        let Some(number) = self.operand(&token.value) else { return self.broken(Kind::Token, token.name) };
        push(
            &mut self.tables.tokens,
            Token { head, number, token_type, attributes, attribute_count, code: 0 },
        );
        self.define(Kind::Token, self.tables.tokens.len() - 1);
    }

    /// A TOKEN-MAP up to its first `.`.
    pub(super) fn token_map(&mut self, token: &ast::Token<'_>, provisional: bool) {
        let head = self.head(token.name, provisional);
        let def = self.name_ref(token.of);
        let (attributes, attribute_count) = self.token_attributes(token);
        let versions = (short(self.tables.versions.len()), 0);
        let Some(number) = self.operand(&token.value) else { return self.broken(Kind::Map, token.name) };
        push(&mut self.tables.maps, Map { head, number, def, attributes, attribute_count, versions });
        self.define(Kind::Map, self.tables.maps.len() - 1);
    }

    /// VERSION or NOVERSION of the last TOKEN-MAP.
    pub(super) fn version(&mut self, version: &ast::Version<'_>) {
        let at = self.mark(version.place);
        let number = match version.version {
            None => Some(Operand { value: Stored::Absent, at }),
            Some(operand) => match operand.literal {
                // `VERSION "C00"` has the form of a string here.
                Literal::Text(text) => {
                    let literal = Literal::Version(text);
                    self.operand(&ast::Operand { literal, ..operand })
                }
                _ => self.operand(&operand),
            },
        };
        let Some(number) = number else { return self.break_map() };
        let first = self.name_ref(version.first);
        let last = version.last.map(|last| self.name_ref(last));
        push(&mut self.tables.versions, Version { at, version: number, first, last, fields: (0, 0) });
        if let Some(map) = self.tables.maps.last_mut() {
            map.versions.1 += 1;
        }
    }

    /// The last TOKEN-MAP is not what its author meant.
    pub(super) fn break_map(&mut self) {
        if let Some(map) = self.tables.maps.last_mut() {
            map.head.broken = true;
        }
    }

    fn token_attributes(&mut self, token: &ast::Token<'_>) -> (u32, u8) {
        if let Some(place) = token.spaced {
            self.warning(place, "this keyword is written with a hyphen");
        }
        let start = self.tables.attributes.len();
        self.attribute(AttributeKind::Ssid, token.ssid);
        self.attribute(AttributeKind::Heading, token.heading);
        self.attribute(AttributeKind::Display, token.display);
        self.attributes_since(start)
    }

    /// Adds a field to the open DEF, its groups being closed already.
    fn field(&mut self, item: &Item<'_>, name: Word<'_>, provisional: bool) {
        let at = self.mark(name.place());
        let mut kind = self.field_kind(item, name);
        let type_distance = match item.kind {
            Some(Type::Def(def)) => self.mark(def.place()).distance(at),
            _ => 0,
        };
        let place = short(self.tables.fields.len());
        let name_id = match item.name {
            Some(name) => self.name(name),
            None => NameId::NONE,
        };
        let redefines = match item.redefines {
            Some(target) => match self.redefined(item, target) {
                Ok(redefined) => short(redefined),
                // How much it may hold is not known, so neither is what follows from its size.
                Err(NotFound) => {
                    kind = FieldKind::Unknown;
                    NONE
                }
            },
            None => NONE,
        };

        let start = self.tables.attributes.len();
        let null = item.null.and_then(|null| self.null(null));
        let count = match item.occurs {
            None => 1,
            Some(occurs) => self.occurs(&occurs),
        };
        let value = if item.value.is_some_and(|value| value.fills) {
            AttributeKind::Fill
        } else {
            AttributeKind::Value
        };
        self.attribute(value, item.value);
        self.attribute(AttributeKind::Heading, item.heading);
        self.attribute(AttributeKind::Display, item.display);
        self.attribute(AttributeKind::Label, item.label);
        if let Some(Type::BitEnum(_, def)) = item.kind {
            let NameRef { name, at } = self.name_ref(def);
            let operand = Operand { value: Stored::Name(name), at };
            push(&mut self.tables.attributes, Attribute { kind: AttributeKind::BitEnum, operand });
        }
        let (attributes, attribute_count) = self.attributes_since(start);

        if let Some(value) = item.value {
            if redefines != NONE {
                self.warning(value.place, "VALUE of an item that redefines another has no meaning");
            } else if item.occurs.is_some() {
                self.warning(value.place, "VALUE of an item that OCCURS has no meaning");
            }
        }
        if item.name.is_none() && item.level > 1 {
            let clauses = [("HEADING", item.heading), ("DISPLAY", item.display)];
            for (clause, operand) in clauses {
                if let Some(operand) = operand {
                    self.warning(operand.place, format!("{clause} of a FILLER has no meaning"));
                }
            }
        }

        push(
            &mut self.tables.fields,
            Field {
                name: name_id,
                at,
                level: item.level,
                kind,
                tacl: item.tacl,
                null,
                provisional,
                has_occurs: item.occurs.is_some(),
                count,
                offset: 0,
                size: 0,
                align: 1,
                first_bit: 0,
                type_distance,
                end: place + 1,
                redefines,
                attributes,
                attribute_count,
            },
        );
        if redefines == NONE
            && let Some(parent) = self.open.last_mut()
        {
            parent.last = Some(index(place));
        }
        self.distinct_field(name_id, at);
        self.open.push(OpenGroup {
            level: item.level,
            field: index(place),
            last: None,
            names: BTreeSet::new(),
            is_closed: false,
        });
        if let Some(Type::Varying(text)) = item.kind {
            self.varying(item, text);
        }
    }

    /// Two fields of one name in one group: only the first can be named.
    fn distinct_field(&mut self, name: NameId, at: Mark) {
        let key = self.tables.names.key(name);
        let Some(parent) = self.open.last_mut() else { return };
        if name != NameId::NONE && !parent.names.insert(key) {
            let message = format!("{} is a field of this group already", self.tables.names.spelling(name));
            self.diagnostics.push(Diagnostic::warning(self.context.source, at.span(), message));
        }
    }

    /// The members of an SQL text of varying length: its length, and as much text as there can be.
    fn varying(&mut self, item: &Item<'_>, text: DdlType) {
        let length = DdlType::Binary { bytes: 2, scale: 0, unsigned: false };
        for (name, data) in [("LEN", length), ("VAL", text)] {
            let word = Word { text: name, left: item.place.left };
            let mut member = Item::new(item.level.saturating_add(1), Some(word), item.place);
            member.kind = Some(Type::Data(data));
            self.close_groups(member.level);
            self.field(&member, word, false);
        }
        self.close_groups(item.level.saturating_add(1));
        if let Some(group) = self.open.last_mut() {
            group.is_closed = true;
        }
    }

    fn field_kind(&mut self, item: &Item<'_>, name: Word<'_>) -> FieldKind {
        if let (Some(picture), Some(kind)) = (item.picture, item.kind)
            && kind != Type::Unknown
        {
            self.error(picture.place(), "PIC and TYPE exclude each other");
            self.break_def();
        }
        match (item.kind, item.picture) {
            (Some(Type::Data(data) | Type::BitEnum(data, _)), _) => FieldKind::Data(data),
            (Some(Type::Varying(_)), _) => FieldKind::Data(DdlType::Group),
            (Some(Type::Unknown), _) => FieldKind::Unknown,
            (Some(Type::Def(def)), _) => FieldKind::Named(self.tables.names.intern(def.text)),
            (Some(Type::Same(place)), _) => {
                if item.level == 1 {
                    self.error(
                        place,
                        "`*` means the definition of the item's own name: a DEF cannot be made of itself",
                    );
                    self.break_def();
                }
                FieldKind::Named(self.tables.names.intern(name.text))
            }
            (None, Some(picture)) => match data_type::picture(picture.text, item.usage) {
                Ok(data) => FieldKind::Data(data),
                Err(reason) => {
                    self.error(picture.place(), format!("this picture is not understood: {reason}"));
                    self.break_def();
                    FieldKind::Unknown
                }
            },
            (None, None) => {
                if item.usage == Some(Usage::Index) {
                    self.warning(item.place, "the size of an INDEX is not public; it is taken for BINARY 16");
                    return FieldKind::Data(data_type::INDEX);
                }
                if item.usage.is_some() {
                    self.error(item.place, "COMP and the like need a PIC");
                    self.break_def();
                    return FieldKind::Unknown;
                }
                FieldKind::Data(DdlType::Group)
            }
        }
    }

    /// The field a REDEFINES names: the last of the group that redefines nothing. [DDL426798 6-32]
    fn redefined(&mut self, item: &Item<'_>, target: Word<'_>) -> Result<usize, NotFound> {
        let last = self.open.last().and_then(|group| group.last);
        let field = last.and_then(|last| self.tables.fields.get(last)).copied();
        let wrong = match field {
            Some(field) if self.tables.names.spelling(field.name).eq_ignore_ascii_case(target.text) => {
                if item.name.is_none() {
                    Some(format!("a FILLER cannot redefine {}", target.text))
                } else if field.level != item.level {
                    Some(format!(
                        "{} has level {:02}, so this item must have it too",
                        target.text, field.level
                    ))
                } else {
                    None
                }
            }
            Some(field) => Some(format!(
                "a redefinition must directly follow what it redefines; the item before is {}",
                self.tables.names.spelling(field.name)
            )),
            None => Some(format!("there is no {} before it in this group", target.text)),
        };
        if let Some(message) = wrong {
            self.error(target.place(), message);
            self.break_def();
            return Err(NotFound);
        }
        last.ok_or(NotFound)
    }

    /// SPI-NULL: one byte, or a constant to be looked up. [DDL 6-38]
    fn null(&mut self, null: ast::Operand<'_>) -> Option<u8> {
        let operand = self.operand(&null)?;
        if let Stored::Name(_) = operand.value {
            push(&mut self.tables.attributes, Attribute { kind: AttributeKind::Null, operand });
            return None;
        }
        let byte = null_byte(operand.value, &self.tables);
        if byte.is_none() {
            self.error(null.place, NULL_RANGE);
            self.break_def();
        }
        byte
    }

    /// OCCURS: how often at most. [DDL 6-21]
    fn occurs(&mut self, occurs: &ast::Occurs<'_>) -> u16 {
        if let Some(depending) = occurs.depending {
            let NameRef { name, at } = self.name_ref(depending);
            let operand = Operand { value: Stored::Name(name), at };
            push(&mut self.tables.attributes, Attribute { kind: AttributeKind::Depending, operand });
        }
        self.attribute(AttributeKind::Minimum, occurs.minimum);
        let Some(operand) = self.operand(&occurs.maximum) else { return 1 };
        match operand.value {
            Stored::Name(_) => {
                push(&mut self.tables.attributes, Attribute { kind: AttributeKind::Occurs, operand });
                1
            }
            value => occurs_count(value).unwrap_or_else(|| {
                self.error(occurs.maximum.place, OCCURS_RANGE);
                self.break_def();
                1
            }),
        }
    }

    /// Closes the groups whose level is at least this one.
    fn close_groups(&mut self, level: u8) {
        let end = short(self.tables.fields.len());
        while let Some(group) = self.open.last().filter(|group| group.level >= level) {
            let (at, is_empty) = (group.field, short(group.field) + 1 == end);
            self.open.pop();
            let Some(field) = self.tables.fields.get_mut(at) else { continue };
            field.end = end;
            let field = *field;
            if field.kind != FieldKind::Data(DdlType::Group) {
                continue;
            }
            let message = match (is_empty, field.level) {
                (true, 1) => {
                    format!("{} has neither PIC, TYPE nor fields", self.tables.names.spelling(field.name))
                }
                (true, _) => {
                    format!(
                        "{} has neither PIC nor TYPE, nor members",
                        self.tables.names.spelling(field.name)
                    )
                }
                (false, _) if field.name == NameId::NONE => "a FILLER cannot be a group".into(),
                _ => continue,
            };
            // A DEF with errors among its items may have lost its fields to them.
            let silent = field.level == 1 && self.tables.defs.last().is_some_and(|def| def.head.broken);
            if !silent {
                self.diagnostics.push(Diagnostic::error(self.context.source, field.at.span(), message));
            }
            self.break_def();
        }
    }

    fn attribute(&mut self, kind: AttributeKind, operand: Option<ast::Operand<'_>>) {
        if let Some(operand) = operand.and_then(|operand| self.operand(&operand)) {
            push(&mut self.tables.attributes, Attribute { kind, operand });
        }
    }

    fn attributes_since(&self, start: usize) -> (u32, u8) {
        let count = self.tables.attributes.len() - start;
        (short(start), u8::try_from(count).unwrap_or(u8::MAX)) // at most one of each kind
    }

    /// `None`: there was an error in it, which has been reported.
    fn operand(&mut self, operand: &ast::Operand<'_>) -> Option<Operand> {
        let value = match operand.literal {
            Literal::Number(number) => match i64::try_from(number) {
                Ok(number) => Stored::Number(number),
                Err(_) => Stored::Large(u64::try_from(number).unwrap_or(u64::MAX)), // the grammar reads 64 bits
            },
            Literal::Decimal(text) => Stored::Text(self.text(text)),
            Literal::Text(quoted) => Stored::Text(self.text(&quoted.text())),
            Literal::Plain(text) => Stored::Text(self.text(text)),
            Literal::National(quoted) => Stored::National(self.text(&quoted.text())),
            Literal::Version(quoted) => match version(&quoted.text()) {
                Some(number) => Stored::Version(number),
                None if number_as_version(&quoted.text()).is_some() => {
                    let number = number_as_version(&quoted.text()).unwrap_or(0);
                    let message = format!("this version has no letter; it is taken for the number {number}");
                    self.warning(operand.place, message);
                    Stored::Version(number)
                }
                None => {
                    self.error(operand.place, "a version is a letter and two digits, such as \"C00\"");
                    return None;
                }
            },
            Literal::Name(name) => Stored::Name(self.tables.names.intern(name)),
            Literal::Figurative(figurative) => Stored::Figurative(figurative),
        };
        Some(Operand { value, at: self.mark(operand.place) })
    }

    fn text(&mut self, text: &str) -> Text {
        let start = short(self.tables.texts.len());
        self.tables.texts.push_str(text);
        Text { start, length: short(text.len()) }
    }

    fn name_ref(&mut self, word: Word<'_>) -> NameRef {
        NameRef { name: self.tables.names.intern(word.text), at: self.mark(word.place()) }
    }

    /// A name that is defined here. [DDL 2-2]
    fn name(&mut self, word: Word<'_>) -> NameId {
        // The vendor has published names that are longer.
        if word.text.len() > limits::NAME && self.context.origin == Origin::User {
            self.warning(word.place(), format!("a name has at most {} characters", limits::NAME));
        }
        if word.text.ends_with('-') {
            self.error(word.place(), "a name does not end with a hyphen");
        }
        self.tables.names.intern(word.text)
    }

    fn head(&mut self, word: Word<'_>, provisional: bool) -> Head {
        Head {
            name: self.name(word),
            at: self.mark(word.place()),
            source: self.context.source,
            provisional,
            broken: false,
            replaced: false,
            built_in: self.context.origin == Origin::BuiltIn,
        }
    }

    /// Makes a definition the one that counts: the last of its name, and rather a user's than a built-in one.
    fn define(&mut self, kind: Kind, at: usize) {
        let at = short(at);
        push(&mut self.tables.order, (kind, at));
        let Some(new) = self.tables.head(kind, at).copied() else { return };
        let slot = self.tables.slot(kind, new.name);
        let earlier_at = *slot;
        *slot = at;
        if earlier_at == NONE {
            return;
        }
        let Some(earlier) = self.tables.head(kind, earlier_at).copied() else { return };
        let (hidden, warn) = match (earlier.built_in, new.built_in) {
            (true, false) => (earlier_at, false),
            (false, true) => {
                *self.tables.slot(kind, new.name) = earlier_at;
                (at, false)
            }
            _ => (earlier_at, true),
        };
        if let Some(head) = self.tables.head_mut(kind, hidden) {
            head.replaced = true;
        }
        if warn {
            let name = self.tables.names.spelling(new.name);
            let message = format!("{name} was defined before; this definition replaces the earlier one");
            let Head { source, at, .. } = new;
            self.diagnostics.push(
                Diagnostic::warning(source, at.span(), message)
                    .with_secondary(earlier.location(), "the earlier definition"),
            );
        }
    }

    fn mark(&self, place: Place) -> Mark {
        Mark::new(self.span(place).start, place.length)
    }

    fn span(&self, place: Place) -> Span {
        let start = short(self.context.length.saturating_sub(place.left));
        Span::new(start, start.saturating_add(short(place.length)))
    }
}

pub(super) const NULL_RANGE: &str = "SPI-NULL is one character or a number from 0 to 255";
pub(super) const OCCURS_RANGE: &str = "OCCURS takes a number from 1 to 32767";

/// The byte an SPI-NULL stands for.
pub(super) fn null_byte(value: Stored, tables: &Tables) -> Option<u8> {
    match value {
        Stored::Text(text) => match tables.text(text).as_bytes() {
            [byte] => Some(*byte),
            _ => None,
        },
        value => value.number().and_then(|number| u8::try_from(number).ok()),
    }
}

/// How often an OCCURS repeats.
pub(super) fn occurs_count(value: Stored) -> Option<u16> {
    let count = value.number().and_then(|number| u16::try_from(number).ok())?;
    (count > 0 && u32::from(count) <= limits::DEFINITION).then_some(count)
}
