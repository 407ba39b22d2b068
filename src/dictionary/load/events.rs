//! Events: those that facts tell of, and those of which only the number is defined.

use core::cell::OnceCell;
use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};

use super::facts::{EventFact, Facts, Name, TokenFact};
use super::{Constants, Ssids, key, ssids_by_prefix};
use crate::dictionary::definitions::{
    AliasDefinition, Definitions, EventDefinition, EventTokenDefinition, MessageDefinition, OwnedConstant,
    UnnumberedDefinition,
};
use crate::dictionary::naming;
use crate::spi::Ssid;
use crate::text::Diagnostics;

/// Adds events, their messages, and other names of tokens.
pub(super) fn add(definitions: &mut Definitions, facts: &Facts, diagnostics: &mut Diagnostics) {
    definitions.unnumbered = unnumbered(definitions, facts);
    let constants = Constants::new(&definitions.constants);
    let mut resolver = Resolver {
        definitions,
        constants: &constants,
        ssids: Ssids::new(definitions, &constants),
        missing_ssids: HashSet::new(),
        tokens: OnceCell::new(),
        prefixes: ssids_by_prefix(&definitions.ssids),
        diagnostics,
    };
    let mut events = Vec::new();
    let mut named = HashMap::new();
    for fact in facts.events.iter().filter(|fact| !fact.adds) {
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
    for fact in facts.events.iter().filter(|fact| fact.adds) {
        let is_shipped = facts.is_shipped(&fact.event);
        resolver.about(fact, is_shipped, &mut events);
    }
    resolver.messages(facts, &mut events);
    let aliases = resolver.aliases(facts);

    definitions.events = events;
    definitions.aliases = aliases;
}

/// The names of tokens by their keys, of those without numbers too.
fn token_names(definitions: &Definitions) -> HashMap<String, &str> {
    let mut names: HashMap<_, _> =
        definitions.tokens.iter().map(|token| (key(&token.name), token.name.as_str())).collect();
    for token in &definitions.unnumbered {
        names.entry(key(&token.name)).or_insert(&token.name);
    }
    names
}

/// The tokens that no definition gives a number. Of several statements the first that has a type counts, and the first that has
/// a description.
fn unnumbered(definitions: &Definitions, facts: &Facts) -> Vec<UnnumberedDefinition> {
    if facts.unnumbered.is_empty() {
        return Vec::new();
    }
    let numbered: HashSet<_> = definitions.tokens.iter().map(|token| key(&token.name)).collect();
    let mut places = HashMap::new();
    let mut tokens: Vec<UnnumberedDefinition> = Vec::new();
    for fact in facts.unnumbered.iter().filter(|fact| !numbered.contains(&key(&fact.token.text))) {
        let name = key(&fact.token.text);
        let description = fact.description.clone();
        let type_name = fact.token_type.as_ref().map(|name| name.text.to_ascii_uppercase());
        let at = *places.entry(name.clone()).or_insert(tokens.len());
        match tokens.get_mut(at) {
            Some(token) => {
                token.type_name = token.type_name.take().or(type_name);
                token.description = token.description.take().or(description);
            }
            None => tokens.push(UnnumberedDefinition { name, type_name, description }),
        }
    }
    tokens
}

struct Resolver<'d, 'r> {
    definitions: &'d Definitions,
    constants: &'r Constants<'d>,
    ssids: Ssids<'r>,
    /// Those already reported.
    missing_ssids: HashSet<String>,
    /// Names of tokens by their keys, once a fact names one.
    tokens: OnceCell<HashMap<String, &'d str>>,
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
        Some(EventDefinition {
            name: constant.name.clone(),
            ssid,
            number,
            is_provisional: constant.is_provisional,
            ..self.said(fact)
        })
    }

    /// The information in a fact about its event, whose event it is and its number left out.
    fn said(&mut self, fact: &EventFact) -> EventDefinition {
        EventDefinition {
            subject: fact.subject.as_ref().and_then(|subject| self.token(subject)).map(str::to_owned),
            emphasis: fact.emphasis,
            tokens: fact.tokens.iter().filter_map(|token| self.event_token(token)).collect(),
            text: fact.text.clone(),
            advice: fact.advice.clone(),
            ..EventDefinition::default()
        }
    }

    /// Adds to an event: texts take the place of earlier ones, and what else is said counts if nothing has said it yet. An
    /// event that nothing has said anything about yet may be of a subsystem that is not known. The texts of a shipped source fill
    /// only gaps, since a user's may have replaced the event.
    fn about(&mut self, fact: &EventFact, is_shipped: bool, events: &mut Vec<EventDefinition>) {
        let Some((constant, number)) = self.constants.word(&fact.event, self.diagnostics) else { return };
        let said = self.said(fact);
        if let Some(event) = events.iter_mut().find(|event| key(&event.name) == key(&constant.name)) {
            event.subject = event.subject.take().or(said.subject);
            event.emphasis = event.emphasis.or(said.emphasis);
            if event.tokens.is_empty() {
                event.tokens = said.tokens;
            }
            if is_shipped {
                event.text = event.text.take().or(said.text);
                let own = core::mem::replace(&mut event.advice, said.advice);
                event.advice.update(&own);
            } else {
                event.text = said.text.or(event.text.take());
                event.advice.update(&said.advice);
            }
            return;
        }
        let ssid = match &fact.ssid {
            Some(ssid) => self.ssid(ssid),
            None => self.prefixes.get(naming::prefix(&constant.name)).copied(),
        };
        events.push(EventDefinition {
            name: constant.name.clone(),
            ssid: ssid.unwrap_or_default(),
            is_ssid_missing: ssid.is_none(),
            number,
            is_provisional: constant.is_provisional,
            ..said
        });
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
        let token = self.tokens.get_or_init(|| token_names(self.definitions)).get(&key(&name.text)).copied();
        if token.is_none() {
            self.diagnostics.push(name.error(format!("there is no token {}", name.text)));
        }
        token
    }
}
