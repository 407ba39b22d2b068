//! Token types, codes and maps of a header, which stand for themselves.

use std::collections::HashMap;

use super::Header;
use crate::dictionary::definitions::{Definitions, TokenDefinition, TokenTypeDefinition};
use crate::dictionary::structure::FieldType;
use crate::spi::{TokenCode, TokenNumber, TokenType, TypeCode};

impl Header {
    /// Puts the header's codes in the place of those in the definitions, and adds what these do not have. Anything that a header
    /// cannot say, such as a heading, stays. `group_len` tells the bytes of the structure of a name.
    pub(in crate::dictionary) fn merge_into(
        &self,
        definitions: &mut Definitions,
        group_len: impl Fn(&str) -> Option<u32>,
    ) {
        self.merge_token_types(&mut definitions.token_types);
        let plain_types = plain_types(definitions);
        let places: HashMap<_, _> =
            definitions.tokens.iter().enumerate().map(|(at, token)| (token.name.clone(), at)).collect();
        let mut added = Vec::new();
        for token in &self.tokens {
            let code = TokenCode::from_bits(token.value);
            let place: Option<usize> = places.get(&token.name).copied();
            match place.and_then(|at| definitions.tokens.get_mut(at)) {
                Some(known) => {
                    if known.code.token_type() != code.token_type() {
                        known.type_name = plain_types.get(&code.token_type()).cloned().unwrap_or_default();
                        (known.enumeration, known.structure) = (None, None);
                        known.field_type = FieldType::Unknown;
                        known.map_words.clear();
                    }
                    known.code = code;
                    known.is_provisional = false;
                }
                None => added.push(TokenDefinition {
                    name: token.name.clone(),
                    code,
                    type_name: plain_types.get(&code.token_type()).cloned().unwrap_or_default(),
                    ..TokenDefinition::default()
                }),
            }
        }
        for map in &self.maps {
            let [_, number, len, ..] = map.words[..] else { continue };
            let [high, low] = number.to_be_bytes();
            let code = TokenCode::new(
                TypeCode::MAP,
                TokenType::VARIABLE,
                TokenNumber(i16::from_be_bytes([high, low])),
            );
            let place: Option<usize> = places.get(&map.name).copied();
            // The structure is reported by the name that the conventions give it, and by its length.
            let structure = map.name.replacen("-MAP-", "-DDL-", 1);
            let structure = Some(structure).filter(|name| group_len(name) == Some(u32::from(len)));
            match place.and_then(|at| definitions.tokens.get_mut(at)) {
                Some(known) => {
                    known.code = code;
                    known.is_provisional = false;
                    if known.map_words != map.words {
                        known.map_words.clone_from(&map.words);
                        known.structure = structure.or_else(|| known.structure.take());
                    }
                }
                None => {
                    let type_name = structure.clone().unwrap_or_default();
                    added.push(TokenDefinition {
                        name: map.name.clone(),
                        code,
                        type_name,
                        field_type: FieldType::Group,
                        structure,
                        map_words: map.words.clone(),
                        ..TokenDefinition::default()
                    });
                }
            }
        }
        // A user's before the shipped ones.
        added.append(&mut definitions.tokens);
        definitions.tokens = added;
    }

    fn merge_token_types(&self, token_types: &mut Vec<TokenTypeDefinition>) {
        let places: HashMap<_, _> =
            token_types.iter().enumerate().map(|(at, known)| (known.name.clone(), at)).collect();
        let mut added = Vec::new();
        for token_type in &self.token_types {
            let Ok(value) = u16::try_from(token_type.value) else { continue };
            let place: Option<usize> = places.get(&token_type.name).copied();
            match place.and_then(|at| token_types.get_mut(at)) {
                Some(known) => (known.value, known.is_provisional) = (value, false),
                None => {
                    let name = token_type.name.clone();
                    added.push(TokenTypeDefinition { name, value, is_provisional: false });
                }
            }
        }
        added.append(token_types);
        *token_types = added;
    }
}

/// The names of token types by their values: of several that without an enumeration, which says least.
fn plain_types(definitions: &Definitions) -> HashMap<TokenType, String> {
    let mut types = HashMap::new();
    let is_plain = |name: &str| {
        let last = name.rsplit('-').next().unwrap_or_default();
        name.starts_with("ZSPI-TYP-") && PLAIN.contains(&last)
    };
    let (plain, other): (Vec<_>, Vec<_>) =
        definitions.token_types.iter().partition(|token_type| is_plain(&token_type.name));
    for token_type in plain.into_iter().chain(other) {
        types.entry(TokenType(token_type.value)).or_insert_with(|| token_type.name.clone());
    }
    types
}

/// Last words of the token types that are called like their data type, or like an array of it.
const PLAIN: [&str; 22] = [
    "BOOLEAN",
    "BYTE",
    "BYTESTRING",
    "CHAR",
    "STRING",
    "CRTPID",
    "DEVICE",
    "ENUM",
    "ERROR",
    "FLT",
    "FLT2",
    "FNAME",
    "FNAME32",
    "INT",
    "INT2",
    "INT4",
    "LIST",
    "MARK",
    "SSID",
    "STRUCT",
    "TIMESTAMP",
    "UINT",
];
