//! From definitions to the image that is looked up.

use alloc::collections::{BTreeMap, BTreeSet};
use std::collections::hash_map::Entry;

use super::definitions::{
    AliasDefinition, ConstantDefinition, Definitions, EnumerationDefinition, EventDefinition, OwnedConstant,
    SsidDefinition, StructureDefinition, SubsystemDefinition, TokenDefinition, TokenTypeDefinition,
};
use super::enumeration::{EnumValue, Enumeration};
use super::event::{EventDef, EventToken, Message};
use super::hash::NumberMap;
use super::image::{ImageWriter, NONE, Section, hash_name, hash_number};
use super::structure::{Digits, Field, Structure};
use super::token::{self, TokenDef};
use super::{Alias, ConstantDef, SsidDef, TokenTypeDef, hash_code, hash_event, hash_subsystem};
use crate::spi::Ssid;

/// Puts the image of a dictionary together. Frees each part as soon as it is written: the parts take more memory than the image.
pub(super) fn write(mut definitions: Definitions) -> Vec<u8> {
    let structures = core::mem::take(&mut definitions.structures);
    let mut writer = DictionaryWriter::new(structures.iter().map(|structure| structure.name.clone()));
    for enumeration in core::mem::take(&mut definitions.enumerations) {
        writer.enumeration(&enumeration);
    }
    for structure in structures {
        writer.structure(&structure);
    }
    writer.finish(definitions)
}

/// An image to which types are added one by one: all enumerations, then the structures, whose fields name them.
pub(super) struct DictionaryWriter {
    image: ImageWriter,
    names: Names,
    /// The numbers of all structures, since one may name another that comes later.
    structures: BTreeMap<String, u32>,
}

impl DictionaryWriter {
    /// For structures of these names, in the order they will come.
    pub(super) fn new(structures: impl Iterator<Item = String>) -> Self {
        let mut numbers = BTreeMap::new();
        for (name, number) in structures.zip(0..) {
            numbers.entry(name).or_insert(number);
        }
        Self { image: ImageWriter::default(), names: Names::default(), structures: numbers }
    }

    pub(super) fn enumeration(&mut self, enumeration: &EnumerationDefinition) {
        write_enumeration(&mut self.image, &mut self.names, enumeration);
    }

    /// Gives back the memory that is not in use.
    pub(super) fn shrink(&mut self) {
        self.image.shrink();
    }

    /// Reserves space for this many fields of structures.
    pub(super) fn reserve_fields(&mut self, count: usize) {
        self.image.reserve(Section::Fields, count.saturating_mul(Field::SIZE));
    }

    pub(super) fn structure(&mut self, structure: &StructureDefinition) {
        let number = |name: Option<&str>| name.and_then(|name| self.structures.get(name)).copied();
        write_structure(&mut self.image, &mut self.names, structure, |name| number(name).unwrap_or(NONE));
    }

    /// Adds all but the types, which have been added.
    pub(super) fn finish(self, definitions: Definitions) -> Vec<u8> {
        let Self { mut image, mut names, .. } = self;
        for constant in definitions.constants {
            write_constant(&mut image, &mut names, &constant);
        }
        for token_type in definitions.token_types {
            write_token_type(&mut image, &mut names, &token_type);
        }
        for ssid in definitions.ssids {
            write_ssid(&mut image, &mut names, &ssid);
        }
        write_subsystems(&mut image, &definitions.subsystems);
        write_tokens(&mut image, &mut names, definitions.tokens);
        for alias in definitions.aliases {
            write_alias(&mut image, &mut names, &alias);
        }
        write_events(&mut image, &mut names, definitions.events);
        for token in definitions.unnumbered {
            let name = image.text(&token.name);
            let [type_name, description] =
                [&token.type_name, &token.description].map(|text| image.optional_text(text.as_deref()));
            image.push_numbers(Section::Unnumbered, &[name, type_name, description].concat());
        }
        let Names { entries, numbers } = names;
        drop(numbers);
        image.hash_table(Section::NameIndex, &entries);
        drop(entries);
        image.finish()
    }
}

/// The records by name, and where each name was first given in each section.
#[derive(Default)]
struct Names {
    entries: Vec<(u64, u32)>,
    /// By section and hash of the name.
    numbers: NumberMap<Named>,
}

/// The first record of a name, and how many bytes the records beside it have.
#[derive(Clone, Copy)]
struct Named {
    number: u32,
    size: usize,
}

impl Names {
    /// Notes the name of the record that comes next in a section.
    fn add(&mut self, image: &ImageWriter, section: Section, size: usize, name: &str) {
        let number = image.count(section, size);
        let hash = hash_name(name) ^ hash_number(section as u64);
        if let Entry::Vacant(entry) = self.numbers.entry(hash) {
            entry.insert(Named { number, size });
            self.entries.push((hash, number));
        }
    }

    fn number(&self, image: &ImageWriter, section: Section, name: Option<&str>) -> u32 {
        let number = name.and_then(|name| {
            let named = self.numbers.get(&(hash_name(name) ^ hash_number(section as u64)))?;
            let found = image.name(section, named.size, named.number);
            found.eq_ignore_ascii_case(name.as_bytes()).then_some(named.number)
        });
        number.unwrap_or(NONE)
    }
}

fn write_enumeration(image: &mut ImageWriter, names: &mut Names, enumeration: &EnumerationDefinition) {
    let first = image.count(Section::EnumValues, EnumValue::SIZE);
    for value in &enumeration.values {
        let [name, name_len] = image.text(&value.name);
        let [label, constant] =
            [&value.label, &value.constant].map(|text| image.optional_text(text.as_deref()));
        let number = u32::from_le_bytes(value.value.to_le_bytes());
        let columns = [name, name_len, label[0], label[1], number, constant[0], constant[1]];
        image.push_numbers(Section::EnumValues, &columns);
    }
    names.add(image, Section::Enumerations, Enumeration::SIZE, &enumeration.name);
    let [name, name_len] = image.text(&enumeration.name);
    let label = image.optional_text(enumeration.default_label.as_deref());
    let count = image.count(Section::EnumValues, EnumValue::SIZE) - first;
    image.push_numbers(Section::Enumerations, &[name, name_len, label[0], label[1], first, count]);
}

/// `structures` finds the number of a structure, which may be one of the next.
fn write_structure(
    image: &mut ImageWriter,
    names: &mut Names,
    structure: &StructureDefinition,
    structures: impl Fn(Option<&str>) -> u32,
) {
    let first = image.count(Section::Fields, Field::SIZE);
    let mut numbers = BTreeMap::new();
    for (field, number) in structure.fields.iter().zip(first..) {
        let redefined = field.redefines.as_deref().and_then(|target| numbers.get(target));
        let group = field.name.rsplit_once('.').and_then(|(group, _)| numbers.get(group));
        let [name, name_len] = image.text(&field.name);
        let [heading, display] =
            [&field.heading, &field.display].map(|text| image.optional_text(text.as_deref()));
        let bit = field.bit.map_or(0, |(first, last)| u32::from_le_bytes([first, last, 1, 0]));
        image.push_numbers(
            Section::Fields,
            &[
                name,
                name_len,
                field.offset,
                field.len,
                field.count,
                field.stride,
                field.field_type.pack(),
                redefined.copied().unwrap_or(NONE),
                bit,
                u32::from(field.null),
                field.version.map_or(0, |version| u32::from(version.0)),
                heading[0],
                heading[1],
                display[0],
                display[1],
                names.number(image, Section::Enumerations, field.enumeration.as_deref()),
                field.digits.map_or(NONE, Digits::pack),
                group.copied().unwrap_or(NONE),
                structures(field.structure.as_deref()),
            ],
        );
        numbers.insert(field.name.as_str(), number);
    }
    names.add(image, Section::Structures, Structure::SIZE, &structure.name);
    let [name, name_len] = image.text(&structure.name);
    let count = image.count(Section::Fields, Field::SIZE) - first;
    image.push_numbers(Section::Structures, &[name, name_len, structure.len, first, count]);
}

fn write_constant(image: &mut ImageWriter, names: &mut Names, constant: &ConstantDefinition) {
    names.add(image, Section::Constants, ConstantDef::SIZE, &constant.name);
    let [name, name_len] = image.text(&constant.name);
    let [tag, low, high] = match &constant.value {
        OwnedConstant::Text(text) => {
            let [start, len] = image.text(text);
            [0, start, len]
        }
        OwnedConstant::Version(version) => [1, u32::from(version.0), 0],
        OwnedConstant::Number(number) => {
            // Numbers are of 64 bits; those beyond the signed ones have a tag of their own.
            let (tag, bytes) = match i64::try_from(*number) {
                Ok(number) => (2, number.to_le_bytes()),
                Err(_) => (3, u64::try_from(*number).unwrap_or(u64::MAX).to_le_bytes()),
            };
            let [a, b, c, d, e, f, g, h] = bytes;
            [tag, u32::from_le_bytes([a, b, c, d]), u32::from_le_bytes([e, f, g, h])]
        }
    };
    let columns = [name, name_len, tag, low, high, u32::from(constant.is_provisional)];
    image.push_numbers(Section::Constants, &columns);
}

fn write_token_type(image: &mut ImageWriter, names: &mut Names, token_type: &TokenTypeDefinition) {
    names.add(image, Section::TokenTypes, TokenTypeDef::SIZE, &token_type.name);
    let [name, name_len] = image.text(&token_type.name);
    let columns = [name, name_len, u32::from(token_type.value), u32::from(token_type.is_provisional)];
    image.push_numbers(Section::TokenTypes, &columns);
}

fn write_ssid(image: &mut ImageWriter, names: &mut Names, def: &SsidDefinition) {
    names.add(image, Section::Ssids, SsidDef::SIZE, &def.name);
    let name = image.text(&def.name);
    image.push_numbers(Section::Ssids, &name);
    image.push(Section::Ssids, def.ssid.as_bytes());
    image.push_numbers(Section::Ssids, &[u32::from(def.is_provisional)]);
}

fn write_subsystems(image: &mut ImageWriter, subsystems: &[SubsystemDefinition]) {
    let mut numbers = Vec::new();
    for (subsystem, number) in subsystems.iter().zip(0_u32..) {
        let name = image.text(&subsystem.name);
        let abbreviation = image.optional_text(subsystem.abbreviation.as_deref());
        image.push_numbers(Section::Subsystems, &name);
        image.push_numbers(Section::Subsystems, &abbreviation);
        image.push(Section::Subsystems, subsystem.ssid.as_bytes());
        let hash = hash_subsystem(subsystem.ssid);
        numbers.push((false, subsystem.ssid.without_version(), hash, number));
    }
    write_index(image, Section::SubsystemIndex, numbers);
}

fn write_tokens(image: &mut ImageWriter, names: &mut Names, tokens: Vec<TokenDefinition>) {
    let mut codes = Vec::new();
    for (token, number) in tokens.into_iter().zip(0..) {
        names.add(image, Section::Tokens, TokenDef::SIZE, &token.name);
        let [name, type_name] = [&token.name, &token.type_name].map(|text| image.text(text));
        let [heading, display] =
            [&token.heading, &token.display].map(|text| image.optional_text(text.as_deref()));
        let home = token.ssid.or(token.home).unwrap_or_default();
        let first_word = image.count(Section::MapWords, 2);
        token.map_words.iter().for_each(|word| image.push(Section::MapWords, &word.to_le_bytes()));
        let columns = [name[0], name[1], token.code.into(), TokenDef::flags(&token)];
        image.push_numbers(Section::Tokens, &columns);
        image.push(Section::Tokens, home.as_bytes());
        image.push_numbers(
            Section::Tokens,
            &[
                type_name[0],
                type_name[1],
                heading[0],
                heading[1],
                display[0],
                display[1],
                token.field_type.pack(),
                names.number(image, Section::Enumerations, token.enumeration.as_deref()),
                names.number(image, Section::Structures, token.structure.as_deref()),
                first_word,
                u32::try_from(token.map_words.len()).unwrap_or(0),
            ],
        );
        let code = token::stored(token.code);
        let owner = if code.number().is_shared() { Ssid::NULL } else { home.without_version() };
        codes.push((token.is_provisional, (owner, code), hash_code(home, code), number));
    }
    write_index(image, Section::CodeIndex, codes);
}

fn write_alias(image: &mut ImageWriter, names: &mut Names, alias: &AliasDefinition) {
    names.add(image, Section::Aliases, Alias::SIZE, &alias.name);
    let [name, name_len] = image.text(&alias.name);
    let token = names.number(image, Section::Tokens, Some(&alias.token));
    image.push_numbers(Section::Aliases, &[name, name_len, token]);
}

fn write_events(image: &mut ImageWriter, names: &mut Names, events: Vec<EventDefinition>) {
    let mut numbers = Vec::new();
    for (event, number) in events.into_iter().zip(0..) {
        names.add(image, Section::Events, EventDef::SIZE, &event.name);
        let key = (event.ssid.without_version(), event.number);
        if !event.is_ssid_missing {
            numbers.push((event.is_provisional, key, hash_event(event.ssid, event.number), number));
        }
        let first = image.count(Section::EventTokens, EventToken::SIZE);
        for token in &event.tokens {
            let [number, within] = [Some(token.name.as_str()), token.within.as_deref()]
                .map(|name| names.number(image, Section::Tokens, name));
            // A token that is not in its section has its name here.
            let name = image.optional_text((number == NONE).then_some(token.name.as_str()));
            let numbers = [number, token.presence.pack(), within, name[0], name[1]];
            image.push_numbers(Section::EventTokens, &numbers);
        }
        let message = event.message.as_ref().map_or(NONE, |message| {
            let record = image.count(Section::Messages, Message::SIZE);
            let (tag, kind) = (image.text(&message.tag), image.optional_text(message.kind.as_deref()));
            let [severity, facility] =
                [message.severity, message.facility].map(|n| n.map_or(NONE, u32::from));
            image.push_numbers(Section::Messages, &[tag[0], tag[1], kind[0], kind[1], severity, facility]);
            record
        });
        let subject = names.number(image, Section::Tokens, event.subject.as_deref());
        let advice = &event.advice;
        let texts = [
            event.subject.as_ref().filter(|_| subject == NONE),
            event.text.as_ref(),
            advice.description.as_ref(),
            advice.cause.as_ref(),
            advice.effect.as_ref(),
            advice.recovery.as_ref(),
        ];
        let texts = texts.map(|text| image.optional_text(text.map(String::as_str)));
        let name = image.text(&event.name);
        image.push_numbers(Section::Events, &name);
        image.push(Section::Events, event.ssid.as_bytes());
        image.push_numbers(
            Section::Events,
            &[
                u32::from_le_bytes(i32::from(event.number).to_le_bytes()),
                subject,
                event.emphasis.map_or(NONE, u32::from),
                first,
                u32::try_from(event.tokens.len()).unwrap_or(0),
                message,
                EventDef::flags(&event),
            ],
        );
        image.push_numbers(Section::Events, texts.as_flattened());
    }
    write_index(image, Section::EventIndex, numbers);
}

/// Writes the hash table of records by their keys: whether it is provisional, key, hash, number. Of several with one key a
/// published one is found before a provisional one, and else the first.
fn write_index<K: Ord>(image: &mut ImageWriter, section: Section, mut records: Vec<(bool, K, u64, u32)>) {
    records.sort_by_key(|(is_provisional, ..)| *is_provisional);
    let mut known = BTreeSet::new();
    let entries: Vec<_> = records
        .into_iter()
        .filter_map(|(_, key, hash, number)| known.insert(key).then_some((hash, number)))
        .collect();
    image.hash_table(section, &entries);
}
