//! Which tokens of an event's body conditions look at, and the one walk that finds them all.

use alloc::collections::BTreeMap;
use alloc::collections::btree_map::Entry;
use alloc::vec::Vec;

use crate::ems::Event;
use crate::spi::read::{DecodeError, Token, Tokens};
use crate::spi::{Ssid, TokenCode, TokenNumber};

/// Whose token is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Qualifier {
    /// Anyone's: the number is SPI's own.
    Any,
    /// The reporting subsystem's.
    Event,
    Given(Ssid),
}

impl Qualifier {
    #[inline]
    fn admits(self, token: &Token<'_>, event: Ssid) -> bool {
        match self {
            Self::Any => true,
            // At the top level a token without an SSID is the event's.
            Self::Event if token.depth() == 0 && token.ssid().is_none() => true,
            Self::Event => token.effective_ssid().is_same_subsystem(event),
            Self::Given(ssid) => token.effective_ssid().is_same_subsystem(ssid),
        }
    }
}

/// The top level, or a list that a LIST block selects.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct ScopeId(pub(super) u32);

/// Where a body token's value is noted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct SlotId(pub(super) u32);

/// The search pattern.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    scopes: Vec<Scope>,
    keys: Vec<Key>,
    key_numbers: BTreeMap<(ScopeId, Qualifier, TokenCode), usize>,
    slots: BTreeMap<(ScopeId, Qualifier, TokenCode, u16), SlotId>,
    lists: BTreeMap<(ScopeId, Qualifier, TokenNumber), ScopeId>,
}

#[derive(Clone, Debug)]
struct Scope {
    /// Codes of keys, with the keys; once the plan is finished, in the order of [`bucket`].
    codes: Vec<(TokenCode, usize)>,
    /// Where the codes of each bucket begin, and those of the last end: most tokens are passed over by that alone.
    buckets: [u32; BUCKETS + 1],
    lists: Vec<(Qualifier, TokenNumber, ScopeId)>,
    /// Slots and lists to be found in it.
    wanted: usize,
}

const BUCKETS: usize = 64;

/// The bucket of a code, by its number.
#[inline]
fn bucket(code: TokenCode) -> usize {
    usize::from(code.number().0.cast_unsigned()) % BUCKETS
}

impl Default for Scope {
    fn default() -> Self {
        Self { codes: Vec::new(), buckets: [0; BUCKETS + 1], lists: Vec::new(), wanted: 0 }
    }
}

impl Scope {
    fn finish(&mut self) {
        self.codes.sort_unstable_by_key(|(code, key)| (bucket(*code), *code, *key));
        for (at, start) in self.buckets.iter_mut().enumerate() {
            *start = number(self.codes.partition_point(|(code, _)| bucket(*code) < at));
        }
    }

    /// The keys that a token of this code may be of.
    #[inline]
    fn keys(&self, code: TokenCode) -> impl Iterator<Item = usize> {
        let bucket = bucket(code);
        let [start, end] =
            [bucket, bucket + 1].map(|place| self.buckets.get(place).map_or(0, |start| at(*start)));
        let alike = self.codes.get(start..end).unwrap_or_default().iter();
        alike.filter(move |(known, _)| *known == code).map(|(_, key)| *key)
    }
}

/// Tokens of one code and owner in one scope.
#[derive(Clone, Debug)]
struct Key {
    qualifier: Qualifier,
    /// Occurrence number, from 1, in ascending order, and its slot.
    slots: Vec<(u16, SlotId)>,
}

impl Default for Plan {
    fn default() -> Self {
        let scopes = Vec::from([Scope::default()]);
        Self {
            scopes,
            keys: Vec::new(),
            key_numbers: BTreeMap::new(),
            slots: BTreeMap::new(),
            lists: BTreeMap::new(),
        }
    }
}

impl Plan {
    /// The slot of this occurrence of a token.
    pub(super) fn slot(
        &mut self,
        scope: ScopeId,
        qualifier: Qualifier,
        code: TokenCode,
        index: u16,
    ) -> SlotId {
        let next = SlotId(number(self.slots.len()));
        let slot = *self.slots.entry((scope, qualifier, code, index)).or_insert(next);
        if slot != next {
            return slot;
        }
        let key = match self.key_numbers.entry((scope, qualifier, code)) {
            Entry::Occupied(known) => *known.get(),
            Entry::Vacant(vacant) => {
                let key = *vacant.insert(self.keys.len());
                self.keys.push(Key { qualifier, slots: Vec::new() });
                if let Some(scope) = self.scopes.get_mut(at(scope.0)) {
                    scope.codes.push((code, key));
                }
                key
            }
        };
        if let Some(key) = self.keys.get_mut(key) {
            let place = key.slots.partition_point(|(known, _)| *known < index);
            key.slots.insert(place, (index, slot));
        }
        if let Some(scope) = self.scopes.get_mut(at(scope.0)) {
            scope.wanted += 1;
        }
        slot
    }

    /// The scope of the first list of this owner and number in another.
    pub(super) fn list(&mut self, outer: ScopeId, qualifier: Qualifier, list: TokenNumber) -> ScopeId {
        let next = ScopeId(number(self.scopes.len()));
        let scope = *self.lists.entry((outer, qualifier, list)).or_insert(next);
        if scope == next {
            self.scopes.push(Scope::default());
            if let Some(outer) = self.scopes.get_mut(at(outer.0)) {
                outer.lists.push((qualifier, list, scope));
                outer.wanted += 1;
            }
        }
        scope
    }

    /// Makes the plan ready for [`Plan::fill`].
    pub(super) fn finish(&mut self) {
        self.scopes.iter_mut().for_each(Scope::finish);
    }

    /// Takes another plan in; what its slots and scopes are called here.
    pub(super) fn take_in(&mut self, other: &Self) -> Moved {
        let mut scopes = BTreeMap::from([(ScopeId::default(), ScopeId::default())]);
        // A list's scope is numbered after the one around it.
        let mut lists: Vec<_> =
            other.lists.iter().map(|((outer, q, list), scope)| (*scope, *outer, *q, *list)).collect();
        lists.sort();
        for (scope, outer, qualifier, list) in lists {
            let outer = scopes.get(&outer).copied().unwrap_or_default();
            scopes.insert(scope, self.list(outer, qualifier, list));
        }
        let slots = other.slots.iter().map(|((scope, qualifier, code, index), slot)| {
            let scope = scopes.get(scope).copied().unwrap_or_default();
            (*slot, self.slot(scope, *qualifier, *code, *index))
        });
        Moved { slots: slots.collect(), scopes }
    }

    /// Finds everything wanted. Slots of what is not there stay empty.
    pub(super) fn fill(&self, event: &Event<'_>, slots: &mut Slots) -> Result<(), DecodeError> {
        slots.reset(self);
        self.fill_scope(ScopeId::default(), event.tokens(), event.ssid(), slots)
    }

    /// As deep as LIST blocks are nested in the filter, at most.
    fn fill_scope(
        &self,
        scope: ScopeId,
        mut tokens: Tokens<'_>,
        event: Ssid,
        slots: &mut Slots,
    ) -> Result<(), DecodeError> {
        let Some(scope) = self.scopes.get(at(scope.0)) else { return Ok(()) };
        let mut wanted = scope.wanted;
        let profile = tokens.profile();
        while wanted > 0
            && let Some(bare) = tokens.next_bare().transpose()?
        {
            let is_wanted = scope.keys(bare.code()).next().is_some()
                || bare.is_table_header(profile)
                || bare.is_list() && !scope.lists.is_empty();
            if !is_wanted {
                continue;
            }
            let token = tokens.token(&bare);
            let code = token.code();
            for key in scope.keys(code) {
                if let Some(definition) = self.keys.get(key)
                    && definition.qualifier.admits(&token, event)
                {
                    wanted -= slots.note(key, &definition.slots, &token);
                }
            }
            if scope.lists.is_empty() {
                continue;
            }
            let Some(inside) = token.tokens() else { continue };
            for (qualifier, list, inner) in &scope.lists {
                let is_it = *list == code.number() && qualifier.admits(&token, event);
                if is_it && slots.find_list(*inner) {
                    wanted -= 1;
                    self.fill_scope(*inner, inside.clone(), event, slots)?;
                }
            }
        }
        Ok(())
    }
}

/// The new numbers of slots and scopes of a plan that was taken in.
#[derive(Debug)]
pub(super) struct Moved {
    slots: BTreeMap<SlotId, SlotId>,
    scopes: BTreeMap<ScopeId, ScopeId>,
}

impl Moved {
    pub(super) fn slot(&self, slot: SlotId) -> SlotId {
        self.slots.get(&slot).copied().unwrap_or(slot)
    }

    pub(super) fn scope(&self, scope: ScopeId) -> ScopeId {
        self.scopes.get(&scope).copied().unwrap_or(scope)
    }
}

/// The values found in one event: where they are in its bytes.
#[derive(Clone, Debug, Default)]
pub(super) struct Slots {
    places: Vec<Option<(u32, u32)>>,
    /// Occurrences passed, by key.
    seen: Vec<usize>,
    lists: Vec<bool>,
}

impl Slots {
    /// Empties everything; grows only when a plan is larger than all before.
    fn reset(&mut self, plan: &Plan) {
        self.places.clear();
        self.places.resize(plan.slots.len(), None);
        self.seen.clear();
        self.seen.resize(plan.keys.len(), 0);
        self.lists.clear();
        self.lists.resize(plan.scopes.len(), false);
    }

    /// The bytes of a value in those of its event.
    #[inline]
    pub(super) fn bytes<'e>(&self, slot: SlotId, event: &Event<'e>) -> Option<&'e [u8]> {
        let (start, len) = self.places.get(at(slot.0)).copied().flatten()?;
        event.buffer().as_bytes().get(at(start)..)?.get(..at(len))
    }

    /// Whether a list is in the event.
    pub(super) fn has_list(&self, scope: ScopeId) -> bool {
        self.lists.get(at(scope.0)).copied().unwrap_or(false)
    }

    /// Notes that a list is found; `false` if one was found before.
    fn find_list(&mut self, scope: ScopeId) -> bool {
        match self.lists.get_mut(at(scope.0)) {
            Some(found) if !*found => {
                *found = true;
                true
            }
            _ => false,
        }
    }

    /// Notes the occurrences in a token that are wanted, and how many they are. Each value of a table is one.
    #[inline]
    fn note(&mut self, key: usize, wanted: &[(u16, SlotId)], token: &Token<'_>) -> usize {
        let Some(seen) = self.seen.get_mut(key) else { return 0 };
        if token.table().is_some() {
            return self.note_table(key, wanted, token);
        }
        *seen += 1;
        let index = *seen;
        let is_it = |(wanted, _): &&(u16, SlotId)| usize::from(*wanted) == index;
        let found = match wanted {
            [only] => Some(only).filter(is_it),
            many => many.get(many.partition_point(|(wanted, _)| usize::from(*wanted) < index)).filter(is_it),
        };
        let Some((_, slot)) = found else { return 0 };
        self.place(*slot, token.value_offset(), token.bytes().len());
        1
    }

    #[cold]
    fn note_table(&mut self, key: usize, wanted: &[(u16, SlotId)], token: &Token<'_>) -> usize {
        let (Some(seen), Some(table)) = (self.seen.get_mut(key), token.table()) else { return 0 };
        let before = *seen;
        *seen += table.len();
        let mut found = 0;
        let first = wanted.partition_point(|(index, _)| usize::from(*index) <= before);
        let mut left = wanted.iter().skip(first).peekable();
        for (number, item) in (before + 1..).zip(table.items()) {
            let Some((index, slot)) = left.peek() else { break };
            if usize::from(*index) == number {
                self.place(*slot, item.value_offset(), item.bytes().len());
                left.next();
                found += 1;
            }
        }
        found
    }

    fn place(&mut self, slot: SlotId, start: usize, len: usize) {
        if let Some(place) = self.places.get_mut(at(slot.0)) {
            *place = Some((number(start), number(len)));
        }
    }
}

fn at(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

/// Lengths and counts here lie far below 2^32: a buffer has at most 65,541 bytes, and a source 4 GiB.
fn number(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}
