//! Every name once: an interner whose lookups ignore case and whose worst case stays logarithmic.

use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use super::tables::push;

/// One spelling of a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct NameId(pub(super) u32);

impl NameId {
    /// No name: the item is a FILLER.
    pub(super) const NONE: Self = Self(u32::MAX);

    pub(super) fn index(self) -> usize {
        usize::try_from(self.0).unwrap_or(usize::MAX)
    }
}

/// Slots looked at before the ordered maps take over. Crafted names cannot make a lookup slower than that.
const PROBES: usize = 24;

const EMPTY: u32 = u32::MAX;

/// All spellings of all names. Spellings that differ in case only share a [`Names::key`].
#[derive(Clone, Debug, Default)]
pub(super) struct Names {
    text: String,
    entries: Vec<Entry>,
    /// Open addressing by the hash of the folded name; equal names of different case lie in one probe sequence.
    slots: Vec<u32>,
    /// Spellings that found no place within [`PROBES`] slots.
    overflow: BTreeMap<Box<str>, u32>,
    /// Keys, by folded name, of spellings in `overflow`.
    overflow_keys: BTreeMap<Box<str>, u32>,
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    start: u32,
    length: u32,
    key: NameId,
}

impl Names {
    /// The id of this spelling.
    pub(super) fn intern(&mut self, name: &str) -> NameId {
        if (self.entries.len() + 1) * 2 > self.slots.len() {
            self.grow();
        }
        let mut key = None;
        for at in self.probe(name) {
            match self.slots.get(at).copied() {
                Some(EMPTY) | None => {
                    let id = self.push(name, key);
                    if let Some(slot) = self.slots.get_mut(at) {
                        *slot = id.0;
                    }
                    return id;
                }
                Some(id) => {
                    let spelling = self.spelling(NameId(id));
                    if spelling == name {
                        return NameId(id);
                    }
                    if key.is_none() && spelling.eq_ignore_ascii_case(name) {
                        key = Some(self.key(NameId(id)));
                    }
                }
            }
        }
        if let Some(&id) = self.overflow.get(name) {
            return NameId(id);
        }
        let folded = name.to_ascii_uppercase();
        let key = key.or_else(|| self.overflow_keys.get(folded.as_str()).copied().map(NameId));
        let id = self.push(name, key);
        self.overflow.insert(name.into(), id.0);
        if key.is_none() {
            self.overflow_keys.insert(folded.into(), id.0);
        }
        id
    }

    /// The key of a name in any case, if it was ever interned.
    pub(super) fn find(&self, name: &str) -> Option<NameId> {
        for at in self.probe(name) {
            match self.slots.get(at).copied() {
                Some(EMPTY) | None => return None,
                Some(id) if self.spelling(NameId(id)).eq_ignore_ascii_case(name) => {
                    return Some(self.key(NameId(id)));
                }
                Some(_) => {}
            }
        }
        self.overflow_keys.get(name.to_ascii_uppercase().as_str()).copied().map(NameId)
    }

    /// The first spelling of the same name: equal for names that differ in case only.
    pub(super) fn key(&self, id: NameId) -> NameId {
        self.entries.get(id.index()).map_or(id, |entry| entry.key)
    }

    /// The name as written.
    pub(super) fn spelling(&self, id: NameId) -> &str {
        let range = |entry: &Entry| {
            let start = usize::try_from(entry.start).ok()?;
            self.text.get(start..start + usize::try_from(entry.length).ok()?)
        };
        self.entries.get(id.index()).and_then(range).unwrap_or("FILLER")
    }

    pub(super) fn shrink(&mut self) {
        self.text.shrink_to_fit();
        self.entries.shrink_to_fit();
    }

    fn push(&mut self, name: &str, key: Option<NameId>) -> NameId {
        let count = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
        let id = NameId(count(self.entries.len()));
        let entry =
            Entry { start: count(self.text.len()), length: count(name.len()), key: key.unwrap_or(id) };
        if self.text.capacity() - self.text.len() < name.len() {
            self.text.reserve_exact(self.text.len() / 4 + name.len());
        }
        self.text.push_str(name);
        push(&mut self.entries, entry);
        id
    }

    fn grow(&mut self) {
        let size = (self.slots.len() * 2).max(256);
        self.slots.clear();
        self.slots.resize(size, EMPTY);
        self.overflow.clear();
        self.overflow_keys.clear();
        // In order of ids, so that a key stays in front of its other spellings.
        for (id, entry) in (0_u32..).zip(&self.entries) {
            let name = self.spelling(NameId(id));
            let place = self.probe(name).find(|&at| self.slots.get(at) == Some(&EMPTY));
            match place {
                Some(at) => self.slots[at] = id,
                None => {
                    let (spelling, folded) = (name.into(), name.to_ascii_uppercase().into());
                    self.overflow.insert(spelling, id);
                    if entry.key == NameId(id) {
                        self.overflow_keys.insert(folded, id);
                    }
                }
            }
        }
    }

    /// The slots a name may be in. The table's size is a power of two.
    fn probe(&self, name: &str) -> impl Iterator<Item = usize> + use<> {
        let mask = self.slots.len().wrapping_sub(1);
        let start = usize::try_from(hash(name) & 0xFFFF_FFFF).unwrap_or(0);
        (0..PROBES.min(self.slots.len())).map(move |step| start.wrapping_add(step) & mask)
    }
}

/// Multiplies eight bytes at a time. Setting bit 5 folds the case of letters, and of the other bytes of a name moves
/// only `_`, to a byte no name has.
fn hash(name: &str) -> u64 {
    const FOLD: u64 = 0x2020_2020_2020_2020;
    const FACTOR: u64 = 0x9E37_79B9_7F4A_7C15;
    let mix = |hash: u64, word: u64| (hash.rotate_left(5) ^ (word | FOLD)).wrapping_mul(FACTOR);
    let (words, rest) = name.as_bytes().as_chunks::<8>();
    let hash = words.iter().fold(0, |hash, &word| mix(hash, u64::from_le_bytes(word)));
    let tail = rest.iter().fold(0, |tail: u64, &byte| tail << 8 | u64::from(byte));
    let hash = mix(hash, tail);
    hash ^ hash >> 32
}

#[cfg(test)]
mod tests {
    use alloc::format;

    use super::*;

    #[test]
    fn spellings_share_a_key() {
        let mut names = Names::default();
        let lower = names.intern("zspi-ddl-int");
        let upper = names.intern("ZSPI-DDL-INT");
        let other = names.intern("ZSPI_DDL-INT");
        assert_ne!(lower, upper);
        assert_eq!(names.key(lower), names.key(upper));
        assert_ne!(names.key(lower), names.key(other), "`_` and `-` differ");
        assert_eq!(names.intern("zspi-ddl-int"), lower);
        assert_eq!(names.spelling(upper), "ZSPI-DDL-INT");
        assert_eq!(names.find("Zspi-Ddl-Int"), Some(lower));
        assert_eq!(names.find("X"), None);
        assert_eq!(names.spelling(NameId::NONE), "FILLER");
    }

    #[test]
    fn many_names_survive_growth() {
        let mut names = Names::default();
        let ids: Vec<NameId> = (0..5000).map(|n| names.intern(&format!("name-{n}"))).collect();
        for (n, &id) in ids.iter().enumerate() {
            assert_eq!(names.intern(&format!("name-{n}")), id);
            assert_eq!(names.find(&format!("NAME-{n}")), Some(id));
        }
        assert_eq!(names.entries.len(), 5000);
    }

    #[test]
    fn spellings_of_one_name_beyond_the_probes_keep_their_key() {
        // Every spelling has the same hash: all but the first few land in the ordered maps.
        let mut names = Names::default();
        let spell = |bits: u32| -> String {
            (0..10).map(|bit| if bits >> bit & 1 == 1 { 'A' } else { 'a' }).collect()
        };
        let ids: Vec<NameId> = (0..1024).map(|bits| names.intern(&spell(bits))).collect();
        for (bits, &id) in (0..).zip(&ids) {
            assert_eq!(names.intern(&spell(bits)), id);
            assert_eq!(names.key(id), ids[0]);
        }
        assert_eq!(names.find("AaAaAaAaAa"), Some(ids[0]));
        assert!(names.overflow.len() > 900);
    }
}
