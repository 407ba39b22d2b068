//! TOKEN-CODEs and TOKEN-MAPs.

use std::collections::{HashMap, HashSet};

use super::{schema, ssids_by_prefix, subsystems};
use crate::ddl::{Definition, Info, Schema, Value};
use crate::dictionary::definitions::{Definitions, TokenDefinition};
use crate::dictionary::naming;
use crate::spi::{Ssid, TokenCode};
use crate::text::{Diagnostic, Diagnostics, Severity};

/// The tokens of a schema, a user's first. The data a token's SSID text needs is in `definitions` already.
pub(super) fn tokens(
    schema: &Schema,
    definitions: &Definitions,
    diagnostics: &mut Diagnostics,
) -> Vec<TokenDefinition> {
    let mut reader = Reader {
        schema,
        names: subsystems::Names::new(definitions),
        diagnostics,
        ssids: HashMap::new(),
        provisional_types: definitions
            .token_types
            .iter()
            .filter(|token_type| token_type.is_provisional)
            .map(|token_type| token_type.name.as_str())
            .collect(),
    };
    let mut tokens = Vec::with_capacity(schema.tokens().count());
    tokens.extend(schema.tokens().filter_map(|definition| reader.token(definition)));
    tokens
}

/// Gives every token without an SSID clause the subsystem its name belongs to.
pub(super) fn set_homes(definitions: &mut Definitions) {
    let homes = ssids_by_prefix(&definitions.ssids);
    for token in definitions.tokens.iter_mut().filter(|token| token.ssid.is_none()) {
        token.home = homes.get(naming::prefix(&token.name)).copied();
    }
}

struct Reader<'r> {
    schema: &'r Schema,
    names: subsystems::Names<'r>,
    diagnostics: &'r mut Diagnostics,
    /// SSID texts seen, with what they mean.
    ssids: HashMap<&'r str, Option<Ssid>>,
    provisional_types: HashSet<&'r str>,
}

impl<'r> Reader<'r> {
    fn token(&mut self, definition: Definition<'r>) -> Option<TokenDefinition> {
        match definition {
            Definition::TokenCode(token) => {
                let token_type = self.schema.token_type(token.token_type);
                let value = schema::value_def(self.schema, token_type.and_then(|it| it.def));
                let type_name = token.token_type.to_ascii_uppercase();
                let is_provisional = self.is_provisional(token.info, Some(&type_name));
                Some(TokenDefinition {
                    name: token.info.name.to_ascii_uppercase(),
                    code: TokenCode::from_bits(token.code),
                    ssid: token.ssid.and_then(|text| self.ssid(text, token.info)),
                    home: None,
                    type_name,
                    heading: token.heading.map(str::to_owned),
                    display: token.display.map(str::to_owned),
                    field_type: value.field_type,
                    enumeration: value.enumeration,
                    structure: value.structure,
                    map_words: Vec::new(),
                    is_provisional,
                })
            }
            Definition::TokenMap(map) => {
                let value = schema::value_def(self.schema, Some(map.def));
                Some(TokenDefinition {
                    name: map.info.name.to_ascii_uppercase(),
                    code: TokenCode::from_bits(map.code),
                    ssid: map.ssid.and_then(|text| self.ssid(text, map.info)),
                    home: None,
                    type_name: map.def.to_ascii_uppercase(),
                    heading: map.heading.map(str::to_owned),
                    display: map.display.map(str::to_owned),
                    field_type: value.field_type,
                    enumeration: value.enumeration,
                    structure: value.structure,
                    map_words: map.words(),
                    is_provisional: self.is_provisional(map.info, None),
                })
            }
            _ => None,
        }
    }

    fn ssid(&mut self, text: &'r str, info: Info<'_>) -> Option<Ssid> {
        if let Some(known) = self.ssids.get(text) {
            return *known;
        }
        let parsed = self.names.parse(text);
        if let Err(error) = &parsed {
            let message = format!("the subsystem ID {text} of {} is not understood: {error}", info.name);
            let hint = "give the subsystem's number, or name it in a template source (SSNAME)";
            self.diagnostics.push(Diagnostic::new(Severity::Warning, info.location, message).with_hint(hint));
        }
        self.ssids.insert(text, parsed.ok());
        parsed.ok()
    }

    /// A shipped token marked for its number is sure as soon as a user defines that number, unless its data type is not.
    fn is_provisional(&self, info: Info<'_>, type_name: Option<&str>) -> bool {
        if !info.provisional {
            return false;
        }
        let name = info.name.to_ascii_uppercase();
        let number = name.replacen("-TKN-", "-TNM-", 1).replacen("-MAP-", "-TNM-", 1);
        let is_type_provisional = type_name.is_some_and(|name| self.provisional_types.contains(name));
        let of_user = self.schema.constant(&number).filter(|constant| !constant.info.built_in);
        !of_user.is_some_and(|constant| matches!(constant.value, Value::Number(_))) || is_type_provisional
    }
}
