//! Token types, token codes and token maps: the numbers that are used in buffers. [DDL 7-1 to 7-25]

use alloc::collections::BTreeMap;
use alloc::collections::btree_map::Entry;
use alloc::format;
use alloc::vec;
use alloc::vec::Vec;

use crate::text::Diagnostic;

use super::data_type::DdlType;
use super::names::NameId;
use super::resolve::{Reported, Resolver, as_text, positions};
use super::ssid;
use super::tables::{
    AttributeKind, FieldKind, Head, Kind, Map, NameRef, Stored, Tables, TokenOccurs, Version, find_attribute,
    index, short,
};
use super::version::version;
use super::walk::Step;
use crate::text::limits::ddl as limits;

/// Token type of every token map: ZSPI-TYP-MAP, data type 8, variable length. [DDL 7-16]
const MAP_TYPE: u16 = 0x08FF;

impl Resolver<'_> {
    pub(super) fn tokens(&mut self, source_bytes: usize) {
        for at in 0..self.tables.token_types.len() {
            if self.tables.token_types[at].head.counts() {
                match self.token_type(at) {
                    Ok(value) => self.tables.token_types[at].value = value,
                    Err(Reported) => self.tables.token_types[at].head.broken = true,
                }
            }
        }
        for at in 0..self.tables.tokens.len() {
            if self.tables.tokens[at].head.counts() {
                match self.token_code(at) {
                    Ok(code) => self.tables.tokens[at].code = code,
                    Err(Reported) => self.tables.tokens[at].head.broken = true,
                }
            }
        }
        self.distinct_numbers();
        let mut work = source_bytes.saturating_mul(limits::MAP_WORK_PER_BYTE).max(limits::MAP_WORK);
        for at in 0..self.tables.maps.len() {
            if self.tables.maps[at].head.counts() {
                let result = self.token_map(at, &mut work);
                self.tables.maps[at].head.broken = result.is_err();
            }
        }
    }

    /// A number names one token of a subsystem. [DDL426798 7-10] A token belongs to that of its SSID clause, or without one
    /// to that of the other tokens whose names begin as its own: `ZSPI-TKN-...`.
    fn distinct_numbers(&mut self) {
        let tables = &*self.tables;
        let mut first = BTreeMap::new();
        let mut twice = Vec::new();
        let tokens = tables.tokens.iter().filter(|token| token.head.counts()).map(|token| {
            let ssid = tables.token_text(token.attributes, token.attribute_count, AttributeKind::Ssid);
            (token.head, ssid, token.number)
        });
        let maps = tables.maps.iter().filter(|map| map.head.counts()).map(|map| {
            let ssid = tables.token_text(map.attributes, map.attribute_count, AttributeKind::Ssid);
            (map.head, ssid, map.number)
        });
        for (head, ssid, number) in tokens.chain(maps) {
            let name = tables.names.spelling(head.name);
            let prefix = name.split('-').next().unwrap_or(name);
            let subsystem = ssid.unwrap_or(prefix).to_ascii_uppercase();
            let number = tables.number_of(number.value);
            match first.entry((ssid.is_some(), subsystem, number)) {
                Entry::Vacant(entry) => {
                    entry.insert(head);
                }
                Entry::Occupied(entry) if !head.built_in && !entry.get().built_in => {
                    twice.push((head, *entry.get(), number));
                }
                Entry::Occupied(_) => {}
            }
        }
        for (head, earlier, number) in twice {
            let message = format!(
                "{} has the token number {number}, which {} has already",
                self.spelling(head.name),
                self.spelling(earlier.name)
            );
            let warning = Diagnostic::warning(head.source, head.at.span(), message)
                .with_secondary(earlier.location(), "the earlier token");
            self.report(warning);
        }
    }

    /// Data type times 256, plus the length: that of the DEF times OCCURS, or 255 for VARYING. [DDL 7-3]
    fn token_type(&mut self, at: usize) -> Result<u16, Reported> {
        let token_type = self.tables.token_types[at];
        let head = token_type.head;
        let data_type = self.number(&head, token_type.data_type, 0..=254, "a token data type");
        self.tables.token_types[at].head.provisional |= self.is_provisional(token_type.data_type);
        let data_type = data_type.map(|number| u8::try_from(number).unwrap_or(0));
        if let Ok(data_type) = data_type
            && !(1..=127).contains(&data_type)
        {
            let message =
                format!("data type {data_type} cannot stand in a buffer, where it lies between 1 and 127");
            let at = token_type.data_type.at.span();
            self.report(Diagnostic::warning(head.source, at, message));
        }
        let mut size = None;
        if let Some(NameRef { name, at }) = token_type.def {
            let def = self.find(&head, Kind::Def, name, at)?;
            let def = self.tables.defs[def];
            if def.head.broken {
                return Err(Reported);
            }
            size = Some(u32::from(self.tables.fields[index(def.root)].size));
        }
        let length = match (token_type.occurs, size) {
            (TokenOccurs::Varying, _) => u8::MAX,
            (TokenOccurs::Once, size) => self.token_length(&head, token_type.def, size.unwrap_or(0), 1)?,
            (TokenOccurs::Times(times), size) => {
                let number = self.number(&head, times, 0..=254, "OCCURS of a token type")?;
                if number > 0 && size.is_none() {
                    self.error(
                        &head,
                        times.at,
                        "OCCURS of a token type needs a DEF, unless it is VARYING or 0",
                    );
                    return Err(Reported);
                }
                let number = u32::try_from(number).unwrap_or(0);
                self.token_length(&head, token_type.def, size.unwrap_or(0), number)?
            }
        };
        Ok(u16::from_be_bytes([data_type?, length]))
    }

    fn token_length(
        &mut self,
        head: &Head,
        def: Option<NameRef>,
        size: u32,
        times: u32,
    ) -> Result<u8, Reported> {
        let length = size * times;
        match u8::try_from(length) {
            Ok(length) if u32::from(length) <= limits::TOKEN => Ok(length),
            _ => {
                let message =
                    format!("a token of fixed length has at most {} bytes, not {length}", limits::TOKEN);
                let at = def.map_or(head.at, |def| def.at);
                let error = Diagnostic::error(head.source, at.span(), message)
                    .with_hint("OCCURS VARYING makes a token of variable length");
                self.report(error);
                Err(Reported)
            }
        }
    }

    /// Token type in the upper half, token number in the lower. [DDL 7-11, 7-12]
    fn token_code(&mut self, index: usize) -> Result<u32, Reported> {
        let token = self.tables.tokens[index];
        let number = self.token_number(&token.head, token.number);
        let texts = self.token_texts(&token.head, token.attributes, token.attribute_count);
        let NameRef { name, at } = token.token_type;
        let of = self.find(&token.head, Kind::TokenType, name, at)?;
        let of = self.tables.token_types[of];
        let provisional = of.head.provisional || self.is_provisional(token.number);
        self.tables.tokens[index].head.provisional |= provisional;
        texts?;
        if of.head.broken {
            return Err(Reported);
        }
        Ok(u32::from(of.value) << 16 | u32::from(number?))
    }

    fn token_number(&mut self, head: &Head, number: super::tables::Operand) -> Result<u16, Reported> {
        let number = self.number(head, number, -32_768..=32_767, "a token number")?;
        Ok(i16::try_from(number).unwrap_or(0).cast_unsigned())
    }

    /// SSID, HEADING and DISPLAY.
    fn token_texts(&mut self, head: &Head, start: u32, count: u8) -> Result<(), Reported> {
        let mut result = Ok(());
        for at in positions(start, u32::from(count)) {
            let attribute = self.tables.attributes[at];
            let Ok(text) = self.text(head, attribute.operand) else {
                result = Err(Reported);
                continue;
            };
            self.tables.attributes[at].operand.value = text;
            let is_ssid = as_text(self.tables, text).is_some_and(ssid::is_external);
            if attribute.kind == AttributeKind::Ssid && !is_ssid {
                let message = "a subsystem identifier is owner.number.version, such as \"TANDEM.43.0\"";
                self.error(head, attribute.operand.at, message);
                result = Err(Reported);
            }
        }
        result
    }

    /// Finds the fields of every VERSION, and holds them against the rules. [DDL 7-14 to 7-16, 7-25]
    fn token_map(&mut self, at: usize, work: &mut usize) -> Result<(), Reported> {
        let map = self.tables.maps[at];
        let head = map.head;
        let number = self.token_number(&head, map.number).map(|_| ());
        self.tables.maps[at].head.provisional |= self.is_provisional(map.number);
        let mut result = number.and(self.token_texts(&head, map.attributes, map.attribute_count));
        let def = self.find(&head, Kind::Def, map.def.name, map.def.at);
        let Ok(def) = def else {
            self.version_numbers(&head, map);
            return Err(Reported);
        };
        if self.tables.defs[def].head.broken {
            result = Err(Reported);
        }
        if self.tables.defs[def].expanded > limits::FIELDS {
            self.version_numbers(&head, map);
            return Err(Reported);
        }
        let fields = Fields::new(self.tables, def);
        self.spend(&head, fields.steps.len(), work)?;
        // Fields that are not known may be those a VERSION names.
        let is_open = |step: &Step| self.tables.fields[step.field].kind == FieldKind::Unknown;
        let has_unknown = fields.steps.iter().any(is_open)
            || self.tables.fields[index(self.tables.defs[def].root)].kind == FieldKind::Unknown;

        let mut covered = vec![None; fields.steps.len()]; // by which VERSION
        let mut names_nothing = false;
        for version_at in positions(map.versions.0, map.versions.1) {
            let Version { first, last, version, .. } = self.tables.versions[version_at];
            let number = self.version_number(&head, version);
            let start = self.field(&head, &fields, first, has_unknown, work)?;
            let last = match last {
                Some(last) => self.field(&head, &fields, last, has_unknown, work)?,
                None => start,
            };
            let (Some(start), Some(last)) = (start, last) else {
                names_nothing = true;
                continue;
            };
            if last < start {
                self.error(
                    &head,
                    self.tables.versions[version_at].at,
                    "the second field stands before the first",
                );
                names_nothing = true;
                continue;
            }
            let end = fields.end(last);
            self.spend(&head, end - start, work)?;
            let mut again = None;
            for (position, covered) in (start..end).zip(&mut covered[start..end]) {
                if !fields.is_leaf(position) || fields.steps[position].overlay {
                    continue;
                }
                if covered.is_some() {
                    again = again.or(Some(position));
                    continue;
                }
                *covered = Some((number.unwrap_or(0), version_at));
            }
            if let Some(position) = again {
                let field = self.tables.fields[fields.steps[position].field];
                let message = format!("{} has a version already", self.spelling(field.name));
                self.error(&head, self.tables.versions[version_at].at, message);
                result = Err(Reported);
            }
            self.tables.versions[version_at].fields = (short(start), short(end));
            match number {
                Ok(number) => self.tables.versions[version_at].version.value = Stored::Version(number),
                Err(Reported) => result = Err(Reported),
            }
        }
        if names_nothing {
            result = Err(Reported);
        }

        let mut bit_byte = None; // the last byte of BIT fields and its version
        let mut missing = Vec::new();
        for (position, step) in fields.steps.iter().enumerate() {
            let field = self.tables.fields[step.field];
            if !fields.is_leaf(position) || step.overlay {
                continue;
            }
            let Some((version, version_at)) = covered[position] else {
                if field.name != NameId::NONE {
                    missing.push(field.name);
                }
                continue;
            };
            if let DdlType::Bit { width, .. } = self.tables.data(&field) {
                let (first, last) = bit_bytes(step.offset, field.first_bit, width);
                if bit_byte.is_some_and(|(byte, other)| byte == first && other != version) {
                    let name = self.spelling(field.name);
                    let message = format!("{name} shares a byte with a BIT field of another version");
                    let at = self.tables.versions[version_at].at.span();
                    let error = Diagnostic::error(head.source, at, message)
                        .with_hint("give both the same version, or put a FILLER TYPE BIT between them");
                    self.report(error);
                    result = Err(Reported);
                }
                bit_byte = Some((last, version));
            }
        }
        // A VERSION that names no field was meant for one of those without.
        if let Some(&name) = missing.first()
            && !names_nothing
            && !head.broken
        {
            let more = match missing.len() {
                1 => " has".into(),
                count => format!(" and {} more have", count - 1),
            };
            let message = format!("{}{more} neither VERSION nor NOVERSION", self.spelling(name));
            self.error(&head, head.at, message);
            return Err(Reported);
        }
        result
    }

    /// Looks at the versions of a map whose fields are not known.
    fn version_numbers(&mut self, head: &Head, map: Map) {
        for at in positions(map.versions.0, map.versions.1) {
            let operand = self.tables.versions[at].version;
            let _ = self.version_number(head, operand); // reported
        }
    }

    fn spend(&mut self, head: &Head, steps: usize, work: &mut usize) -> Result<(), Reported> {
        match work.checked_sub(steps.max(1)) {
            Some(left) => {
                *work = left;
                Ok(())
            }
            None => {
                self.error(head, head.at, "the token maps of these sources are too large together");
                Err(Reported)
            }
        }
    }

    /// 0 for NOVERSION.
    fn version_number(&mut self, head: &Head, operand: super::tables::Operand) -> Result<u16, Reported> {
        const WANT: &str =
            "a version is a letter and two digits in quotation marks, or a number from 1 to 65535";
        let value = match self.literal(head, operand)? {
            Stored::Absent => return Ok(0),
            Stored::Text(text) => version(self.tables.text(text)),
            value => {
                value.number().and_then(|number| u16::try_from(number).ok()).filter(|number| *number > 0)
            }
        };
        value.ok_or_else(|| {
            self.error(head, operand.at, WANT);
            Reported
        })
    }

    /// The position of a field named in a VERSION; an unknown name is reported, unless it may be among the fields that are
    /// not known. An error: there is no time to go on.
    fn field(
        &mut self,
        head: &Head,
        fields: &Fields,
        name: NameRef,
        has_unknown: bool,
        work: &mut usize,
    ) -> Result<Option<usize>, Reported> {
        self.spend(head, fields.steps.len(), work)?;
        match fields.find(self.tables, name.name) {
            Ok(position) => Ok(Some(position)),
            Err(Ambiguous(false)) if has_unknown => Ok(None),
            Err(Ambiguous(several)) => {
                let written = self.spelling(name.name);
                let error = if several {
                    format!("several fields are called {written}")
                } else {
                    format!("there is no field {written} in the definition of this map")
                };
                let error = Diagnostic::error(head.source, name.at.span(), error);
                self.report(match several {
                    true => error.with_hint("name the group too: group.field"),
                    false => error,
                });
                Ok(None)
            }
        }
    }
}

/// Several fields fit (true), or none does.
struct Ambiguous(bool);

/// The fields of a definition, with TYPE followed, and their names.
struct Fields {
    steps: Vec<Step>,
    /// Key of the name of each field.
    names: Vec<NameId>,
    /// Position of the group around each field.
    parents: Vec<Option<usize>>,
}

impl Fields {
    fn new(tables: &Tables, def: usize) -> Self {
        let steps: Vec<Step> = tables.walk(def).collect();
        let names = steps.iter().map(|step| tables.names.key(tables.fields[step.field].name)).collect();
        let mut around = Vec::new();
        let parents = steps.iter().enumerate().map(|(position, step)| {
            around.truncate(usize::from(step.depth) - 1);
            let parent = around.last().copied();
            around.push(position);
            parent
        });
        let parents = parents.collect();
        Self { steps, names, parents }
    }

    /// Whether a field has no members.
    fn is_leaf(&self, position: usize) -> bool {
        let next = self.steps.get(position + 1);
        next.is_none_or(|next| next.depth <= self.steps[position].depth)
    }

    /// Position after the last member of a field.
    fn end(&self, position: usize) -> usize {
        let depth = self.steps[position].depth;
        let inside = self.steps[position + 1..].iter().take_while(|step| step.depth > depth);
        position + 1 + inside.count()
    }

    /// A field by its name, which may be qualified by the groups directly around it. Of several the one in the fewest
    /// groups is meant.
    fn find(&self, tables: &Tables, name: NameId) -> Result<usize, Ambiguous> {
        let mut parts = tables.names.spelling(name).rsplit('.').map(|part| tables.names.find(part));
        let Some(Some(last)) = parts.next() else { return Err(Ambiguous(false)) };
        let groups: Vec<_> = parts.collect();
        let mut best = None;
        let mut several = false;
        for (position, step) in self.steps.iter().enumerate() {
            if self.names[position] != last || !self.stands_in(position, &groups) {
                continue;
            }
            match best {
                Some((_, least)) if step.depth > least => {}
                Some((_, least)) if step.depth == least => several = true,
                _ => (best, several) = (Some((position, step.depth)), false),
            }
        }
        match best {
            Some((position, _)) if !several => Ok(position),
            best => Err(Ambiguous(best.is_some())),
        }
    }

    /// Whether the groups around a field, from the inside out, have these names.
    fn stands_in(&self, position: usize, groups: &[Option<NameId>]) -> bool {
        let mut position = Some(position);
        groups.iter().all(|group| {
            position = position.and_then(|position| self.parents[position]);
            position.is_some_and(|position| Some(self.names[position]) == *group)
        })
    }
}

/// First and last byte a BIT field touches.
fn bit_bytes(offset: u32, first_bit: u8, width: u8) -> (u32, u32) {
    let last_bit = first_bit + width.max(1) - 1;
    (offset + u32::from(first_bit / 8), offset + u32::from(last_bit / 8))
}

impl Tables {
    /// Code and DEF of a resolved map.
    pub(super) fn map_code(&self, map: &Map) -> u32 {
        u32::from(MAP_TYPE) << 16 | u32::from(self.map_number(map).cast_unsigned())
    }

    pub(super) fn map_number(&self, map: &Map) -> i16 {
        self.number_of(map.number.value)
    }

    /// The number an operand stands for in a resolved schema.
    pub(super) fn number_of(&self, value: Stored) -> i16 {
        let value = match value {
            Stored::Name(name) => {
                let constant = self.find(Kind::Constant, name).and_then(|at| self.constants.get(at));
                constant.map_or(Stored::Absent, |constant| constant.value.value)
            }
            value => value,
        };
        value.number().and_then(|number| i16::try_from(number).ok()).unwrap_or(0)
    }

    /// The version of each field of a resolved map, in the order of [`Tables::walk`]; 0 for NOVERSION and for FILLERs
    /// no VERSION names, with whether one does.
    pub(super) fn map_versions(&self, map: &Map, fields: usize) -> Vec<(u16, bool)> {
        let mut versions = vec![(0, false); fields];
        for version in self.versions.get(positions(map.versions.0, map.versions.1)).unwrap_or(&[]) {
            let Stored::Version(number) = version.version.value else { continue };
            let fields = index(version.fields.0)..index(version.fields.1);
            if let Some(fields) = versions.get_mut(fields) {
                fields.fill((number, true));
            }
        }
        versions
    }

    /// The words SSNULL and SSPUT take: map type, number, length, first version, then runs of bytes that share version
    /// and null value. [DDL 7-18 to 7-24]
    ///
    /// Byte by byte: fillers of the compiler, and FILLERs no VERSION names, have version 0 and null 255; what redefines
    /// counts as what it redefines. A run has at most 255 bytes; a longer one continues in a second run.
    pub(super) fn map_words(&self, map: &Map) -> Vec<u16> {
        let def = self.find(Kind::Def, map.def.name);
        let Some(root) = def.and_then(|def| self.fields.get(index(self.defs[def].root))) else {
            return Vec::new();
        };
        let steps: Vec<Step> = def.map(|def| self.walk(def).collect()).unwrap_or_default();
        let versions = self.map_versions(map, steps.len());
        let mut bytes = vec![(0_u16, 255_u8); usize::from(root.size)];

        // Members before their groups, so that a group can repeat what it holds.
        for (position, step) in steps.iter().enumerate().rev() {
            if step.overlay {
                continue;
            }
            let field = self.fields[step.field];
            let is_group = steps.get(position + 1).is_some_and(|next| next.depth > step.depth);
            let (version, named) = versions[position]; // version 0 if not named
            let start = index(step.offset);
            let size = usize::from(field.size);
            if is_group {
                for occurrence in 1..usize::from(field.count) {
                    let end = (start + size).min(bytes.len());
                    let target = start + occurrence * size;
                    if target + (end - start) <= bytes.len() {
                        bytes.copy_within(start..end, target);
                    }
                }
            } else if let DdlType::Bit { width, .. } = self.data(&field) {
                let (first, last) = bit_bytes(step.offset, field.first_bit, width);
                if let Some(bytes) = bytes.get_mut(index(first)..=index(last)).filter(|_| named) {
                    bytes.fill((version, 255));
                }
            } else if let Some(bytes) = bytes.get_mut(start..start + size * usize::from(field.count)) {
                let null = step.null.or_else(|| self.made_of(&field, |field| field.null)).unwrap_or(255);
                bytes.fill((version, null));
            }
        }

        let first_version = bytes.first().map_or(0, |(version, _)| *version);
        let mut words = vec![MAP_TYPE, self.map_number(map).cast_unsigned(), root.size, first_version];
        let mut current = first_version;
        for run in bytes.chunk_by(|a, b| a == b) {
            let (version, null) = run[0];
            if version != current {
                words.extend([1, version]);
                current = version;
            }
            for part in run.chunks(255) {
                let length = u8::try_from(part.len()).unwrap_or(u8::MAX);
                words.push(u16::from_be_bytes([length, null]));
            }
        }
        words
    }

    /// A text clause of a token.
    pub(super) fn token_text(&self, start: u32, count: u8, kind: AttributeKind) -> Option<&str> {
        as_text(self, find_attribute(self.attributes(start, count), kind)?.value)
    }
}
