//! What subsystems are called, and SSIDs that use the names.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};

use super::facts::Facts;
use super::template::SubsystemName;
use super::{Constants, ssid_of};
use crate::dictionary::definitions::{Definitions, OwnedConstant, SubsystemDefinition};
use crate::spi::{ParseSsidError, Ssid, Version};
use crate::text::Diagnostics;

/// The subsystems that SUBSYSTEM lines and template sources name, the later naming first.
pub(super) fn subsystems(
    definitions: &Definitions,
    facts: &Facts,
    templates: impl Iterator<Item = SubsystemName>,
    diagnostics: &mut Diagnostics,
) -> Vec<SubsystemDefinition> {
    let constants = Constants::new(&definitions.constants);
    let mut subsystems = Vec::new();
    for fact in &facts.subsystems {
        let number = constants.word(&fact.number, diagnostics);
        let owner = match constants.get(&fact.owner.text).map(|owner| &owner.value) {
            Some(OwnedConstant::Text(text)) => owner_field(text),
            _ => None,
        };
        if owner.is_none() {
            let problem = format!("there is no CONSTANT {} that holds the name of an owner", fact.owner.text);
            diagnostics.push(fact.owner.error(problem));
        }
        if !Ssid::is_subsystem_name(&fact.name.text) {
            diagnostics.push(
                fact.name
                    .error("the name of a subsystem is a letter and up to eight letters, digits or hyphens"),
            );
            continue;
        }
        let (Some((_, number)), Some(owner)) = (number, owner) else { continue };
        let subsystem = SubsystemDefinition {
            ssid: with_version(Ssid::new(owner, number, Version(0)), definitions),
            name: fact.name.text.clone(),
            abbreviation: fact.abbreviation.as_ref().map(|name| name.text.clone()),
        };
        subsystems.push(subsystem);
    }
    for name in templates {
        // A DEF that is missing, or a name against the rules, is for the compiler of templates to report.
        let Some(ssid) = ssid_of(&name.ssid.text, definitions, &constants) else { continue };
        if Ssid::is_subsystem_name(&name.name) {
            let SubsystemName { name, abbreviation, .. } = name;
            subsystems.push(SubsystemDefinition { ssid, name, abbreviation });
        }
    }
    latest(subsystems)
}

/// Reads an external SSID: its subsystem by number, by name, by abbreviation, or, as a last resort, by the prefix of its
/// definitions, with or without a `Z`.
pub(super) fn parse(text: &str, definitions: &Definitions) -> Result<Ssid, ParseSsidError> {
    Ssid::parse(text, |owner, name| {
        let owned = |ssid: &Ssid| ssid.owner_name() == Some(owner);
        let named = definitions.subsystems.iter().filter(|known| owned(&known.ssid));
        let by_name = named.clone().find(|known| known.name == name);
        let by_abbreviation = || named.clone().find(|known| known.abbreviation.as_deref() == Some(name));
        let by_prefix = || {
            let is_it = |def_name: &str| {
                let prefix = def_name.strip_suffix("-VAL-SSID").unwrap_or_default();
                prefix.eq_ignore_ascii_case(name)
                    || prefix.strip_prefix('Z').is_some_and(|prefix| prefix.eq_ignore_ascii_case(name))
            };
            let def = definitions.ssids.iter().find(|def| owned(&def.ssid) && is_it(&def.name));
            def.map(|def| def.ssid)
        };
        let ssid = by_name.or_else(by_abbreviation).map(|known| known.ssid).or_else(by_prefix);
        ssid.map(Ssid::number)
    })
}

/// The last of those with one number, and of those with one name, the latest first. A name without an abbreviation keeps
/// the one it had.
fn latest(subsystems: Vec<SubsystemDefinition>) -> Vec<SubsystemDefinition> {
    let mut kept: Vec<SubsystemDefinition> = Vec::new();
    let (mut numbers, mut names) = (HashMap::new(), HashSet::new());
    for subsystem in subsystems.into_iter().rev() {
        match numbers.entry(subsystem.ssid.without_version()) {
            Entry::Vacant(entry) => {
                if names.insert((subsystem.ssid.owner(), subsystem.name.clone())) {
                    entry.insert(kept.len());
                    kept.push(subsystem);
                }
            }
            Entry::Occupied(entry) => {
                let later = kept.get_mut(*entry.get()).filter(|later| later.name == subsystem.name);
                if let Some(later) = later.filter(|later| later.abbreviation.is_none()) {
                    later.abbreviation = subsystem.abbreviation;
                }
            }
        }
    }
    kept
}

/// The version of the subsystem's own SSID definition, if it has one.
fn with_version(ssid: Ssid, definitions: &Definitions) -> Ssid {
    let def = definitions.ssids.iter().find(|def| def.ssid.is_same_subsystem(ssid));
    def.map_or(ssid, |def| def.ssid)
}

fn owner_field(text: &str) -> Option<[u8; 8]> {
    let mut field = [b' '; 8];
    let name = text.trim_ascii_end().as_bytes();
    field.get_mut(..name.len())?.copy_from_slice(name);
    Ssid::new(field, 0, Version(0)).has_text().then_some(field)
}
