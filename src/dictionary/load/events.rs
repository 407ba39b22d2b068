//! Events: those that facts tell of, and those of which only the number is defined.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};

use super::facts::{EventFact, Facts, Name, TokenFact};
use super::{Constants, Ssids, key, ssids_by_prefix};
use crate::dictionary::definitions::{
    AliasDefinition, Definitions, EventDefinition, EventTokenDefinition, MessageDefinition, OwnedConstant,
};
use crate::dictionary::naming;
use crate::spi::Ssid;
use crate::text::Diagnostics;

/// Adds events, their messages, and other names of tokens.
pub(super) fn add(definitions: &mut Definitions, facts: &Facts, diagnostics: &mut Diagnostics) {
    let constants = Constants::new(&definitions.constants);
    let mut resolver = Resolver {
        definitions,
        constants: &constants,
        ssids: Ssids::new(definitions, &constants),
        missing_ssids: HashSet::new(),
        tokens: definitions.tokens.iter().map(|token| (key(&token.name), token.name.as_str())).collect(),
        prefixes: ssids_by_prefix(&definitions.ssids),
        diagnostics,
    };
    let mut events = Vec::new();
    let mut named = HashMap::new();
    for fact in &facts.events {
        let Some(event) = resolver.event(fact) else { continue };
        let earlier = named.insert(event.name.clone(), (&fact.event, events.len()));
        match earlier.and_then(|(name, at)| Some((name, events.get_mut(at)?, at))) {
            Some((name, place, at)) => {
                facts.warn_of_second(name, &fact.event, resolver.diagnostics);
                *place = event;
                named.insert(place.name.clone(), (&fact.event, at));
            }
            None => events.push(event),
        }
    }
    events.extend(resolver.unstated(&events));
    resolver.messages(facts, &mut events);
    let aliases = resolver.aliases(facts);

    definitions.events = events;
    definitions.aliases = aliases;
}

struct Resolver<'d, 'r> {
    definitions: &'d Definitions,
    constants: &'r Constants<'d>,
    ssids: Ssids<'r>,
    /// Those already reported.
    missing_ssids: HashSet<String>,
    /// Names of tokens by their keys.
    tokens: HashMap<String, &'d str>,
    prefixes: HashMap<&'d str, Ssid>,
    diagnostics: &'r mut Diagnostics,
}

impl<'d> Resolver<'d, '_> {
    fn event(&mut self, fact: &EventFact) -> Option<EventDefinition> {
        let (constant, number) = self.constants.word(&fact.event, self.diagnostics)?;
        let ssid = match &fact.ssid {
            Some(ssid) => self.ssid(ssid)?,
            None => match self.prefixes.get(naming::prefix(&constant.name)) {
                Some(ssid) => *ssid,
                None => {
                    self.diagnostics.push(fact.event.error("an SSID line must stand above the first EVENT"));
                    return None;
                }
            },
        };
        let subject = fact.subject.as_ref().and_then(|subject| self.token(subject)).map(str::to_owned);
        let tokens = fact.tokens.iter().filter_map(|token| self.event_token(token)).collect();
        Some(EventDefinition {
            name: constant.name.clone(),
            ssid,
            number,
            subject,
            emphasis: fact.emphasis,
            tokens,
            message: None,
            is_provisional: constant.is_provisional,
        })
    }

    fn event_token(&mut self, fact: &TokenFact) -> Option<EventTokenDefinition> {
        let within = fact.within.as_ref().and_then(|list| self.token(list)).map(str::to_owned);
        let name = self.token(&fact.token)?.to_owned();
        Some(EventTokenDefinition { name, presence: fact.presence, within })
    }

    /// Events whose number a constant `XXXX-EVT-...` gives and nothing else is said of: those of a user's own definitions.
    /// Of several names for one number only a stated one, or else the first, is an event.
    fn unstated(&self, stated: &[EventDefinition]) -> Vec<EventDefinition> {
        let of = |event: &EventDefinition| (event.ssid.without_version(), event.number);
        let mut known: HashSet<_> = stated.iter().map(of).collect();
        let events = self.definitions.constants.iter().filter_map(|constant| {
            let OwnedConstant::Number(number) = constant.value else { return None };
            let (prefix, kind) = naming::parts(&constant.name);
            kind.filter(|kind| *kind == "EVT")?;
            let event = EventDefinition {
                name: constant.name.clone(),
                ssid: *self.prefixes.get(prefix)?,
                number: i16::try_from(number).ok()?,
                is_provisional: constant.is_provisional,
                ..EventDefinition::default()
            };
            known.insert(of(&event)).then_some(event)
        });
        events.collect()
    }

    fn messages(&mut self, facts: &Facts, events: &mut [EventDefinition]) {
        let mut places: HashMap<_, _> =
            events.iter_mut().map(|event| (key(&event.name), &mut event.message)).collect();
        let mut tags = HashMap::new();
        for fact in &facts.messages {
            let event = key(&fact.event.text);
            if let Some((earlier, of)) = tags.insert(key(&fact.tag.text), (&fact.tag, event.clone())) {
                facts.warn_of_second(earlier, &fact.tag, self.diagnostics);
                if let Some(place) = places.get_mut(&of) {
                    **place = None;
                }
            }
            let Some(place) = places.get_mut(&event) else {
                let problem = format!("there is no event {}", fact.event.text);
                self.diagnostics.push(fact.event.error(problem));
                continue;
            };
            if let Some(earlier) = place {
                let problem = format!("{} is the message {} already", fact.event.text, earlier.tag);
                self.diagnostics.push(fact.event.warning(problem));
            }
            **place = Some(MessageDefinition {
                tag: fact.tag.text.clone(),
                kind: fact.kind.map(str::to_owned),
                severity: fact.severity,
                facility: fact.facility,
            });
        }
    }

    /// Other names of tokens, the latest first.
    fn aliases(&mut self, facts: &Facts) -> Vec<AliasDefinition> {
        let mut known: HashMap<_, &Name> = HashMap::new();
        let mut aliases = Vec::new();
        for fact in facts.aliases.iter().rev() {
            let Some(token) = self.token(&fact.token) else { continue };
            match known.entry(key(&fact.alias.text)) {
                Entry::Occupied(later) => {
                    facts.warn_of_second(&fact.alias, later.get(), self.diagnostics);
                }
                Entry::Vacant(entry) => {
                    let name = entry.key().clone();
                    entry.insert(&fact.alias);
                    aliases.push(AliasDefinition { name, token: token.to_owned() });
                }
            }
        }
        aliases
    }

    fn ssid(&mut self, name: &Name) -> Option<Ssid> {
        let ssid = self.ssids.get(&name.text);
        if ssid.is_none() && self.missing_ssids.insert(name.text.clone()) {
            let problem = format!("there is no definition of a subsystem ID {}", name.text);
            self.diagnostics.push(name.error(problem));
        }
        ssid
    }

    fn token(&mut self, name: &Name) -> Option<&'d str> {
        let token = self.tokens.get(&key(&name.text)).copied();
        if token.is_none() {
            self.diagnostics.push(name.error(format!("there is no token {}", name.text)));
        }
        token
    }
}
