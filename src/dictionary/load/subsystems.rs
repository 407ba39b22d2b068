//! Names of subsystems, and SSIDs that use the names.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};

use super::facts::Facts;
use super::template::SubsystemName;
use super::{Constants, Ssids};
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
    let ssids = Ssids::new(definitions, &constants);
    // The version of a subsystem is that of its SSID definition, if it has one.
    let versions: HashMap<_, _> =
        definitions.ssids.iter().rev().map(|def| (def.ssid.without_version(), def.ssid)).collect();
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
        let ssid = Ssid::new(owner, number, Version(0));
        let subsystem = SubsystemDefinition {
            ssid: versions.get(&ssid).copied().unwrap_or(ssid),
            name: fact.name.text.clone(),
            abbreviation: fact.abbreviation.as_ref().map(|name| name.text.clone()),
        };
        subsystems.push(subsystem);
    }
    for name in templates {
        // A DEF that is missing, or a name against the rules, is for the compiler of templates to report.
        let Some(ssid) = ssids.get(&name.ssid.text) else { continue };
        if Ssid::is_subsystem_name(&name.name) {
            let SubsystemName { name, abbreviation, .. } = name;
            subsystems.push(SubsystemDefinition { ssid, name, abbreviation });
        }
    }
    latest(subsystems)
}

/// The names of subsystems in external SSIDs, by owner and name.
pub(super) struct Names<'d>(HashMap<(&'d str, &'d str), i16>);

impl<'d> Names<'d> {
    /// Names first, then abbreviations, and, as a last resort, prefixes of definitions with and without their `Z`.
    pub(super) fn new(definitions: &'d Definitions) -> Self {
        let mut numbers = HashMap::new();
        let mut add = |ssid: &'d Ssid, name: &'d str| {
            if let Some(owner) = ssid.owner_name() {
                numbers.entry((owner, name)).or_insert(ssid.number());
            }
        };
        definitions.subsystems.iter().for_each(|known| add(&known.ssid, &known.name));
        for known in &definitions.subsystems {
            known.abbreviation.iter().for_each(|abbreviation| add(&known.ssid, abbreviation));
        }
        for def in &definitions.ssids {
            let Some(prefix) = def.name.strip_suffix("-VAL-SSID") else { continue };
            add(&def.ssid, prefix);
            prefix.strip_prefix('Z').into_iter().for_each(|prefix| add(&def.ssid, prefix));
        }
        Self(numbers)
    }

    /// Reads an external SSID, its subsystem by number or by name.
    pub(super) fn parse(&self, text: &str) -> Result<Ssid, ParseSsidError> {
        Ssid::parse(text, |owner, name| {
            let folded = name.to_ascii_uppercase();
            self.0.get(&(owner, name)).or_else(|| self.0.get(&(owner, folded.as_str()))).copied()
        })
    }
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

fn owner_field(text: &str) -> Option<[u8; 8]> {
    let mut field = [b' '; 8];
    let name = text.trim_ascii_end().as_bytes();
    field.get_mut(..name.len())?.copy_from_slice(name);
    Ssid::new(field, 0, Version(0)).round_trips().then_some(field)
}
