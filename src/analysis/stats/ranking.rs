//! Names counted in bounded memory.

use std::collections::HashMap;

/// Names that are kept at once.
const NAMES: usize = 8192;

/// Counts by name, of any number of names. When there are too many, those counted least are forgotten: a count may then be too low,
/// by [`Self::shortfall`] at most.
#[derive(Clone, Debug)]
pub struct Ranking<T> {
    entries: HashMap<String, Counted<T>>,
    shortfall: u64,
}

/// How often a name came, and what else is kept of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[allow(clippy::exhaustive_structs)] // a count and a value
pub struct Counted<T> {
    /// How often it came.
    pub count: u64,
    /// The kept part.
    pub kept: T,
}

impl<T> Default for Ranking<T> {
    fn default() -> Self {
        Self { entries: HashMap::new(), shortfall: 0 }
    }
}

impl<T: Default> Ranking<T> {
    /// Counts a name; `note` sees what is kept of it.
    pub(super) fn count(&mut self, name: &str, note: impl FnOnce(&mut T)) {
        if let Some(known) = self.entries.get_mut(name) {
            known.count += 1;
            note(&mut known.kept);
            return;
        }
        if self.entries.len() >= NAMES {
            self.forget();
        }
        let mut counted = Counted { count: 1, kept: T::default() };
        note(&mut counted.kept);
        self.entries.insert(name.to_owned(), counted);
    }

    /// Forgets the half that was counted least. Enough names come again before the next time, so that a name costs little.
    fn forget(&mut self) {
        let mut counts: Vec<u64> = self.entries.values().map(|counted| counted.count).collect();
        let (_, median, _) = counts.select_nth_unstable(NAMES / 2);
        let most = *median;
        // Of equals as many as it takes: which ones is all the same.
        let mut to_go = NAMES / 2;
        self.entries.retain(|_, counted| {
            let stays = counted.count > most || to_go == 0;
            to_go -= usize::from(!stays);
            stays
        });
        // A name that comes back may have lost this much, each time it was forgotten.
        self.shortfall += most;
    }

    /// How much too low a count may be; 0: all are exact.
    #[must_use]
    pub const fn shortfall(&self) -> u64 {
        self.shortfall
    }

    /// How many names are kept.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether nothing was counted.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The names, those counted most first, equals by name.
    #[must_use]
    pub fn rows(&self) -> Vec<(&str, &Counted<T>)> {
        let mut rows: Vec<_> = self.entries.iter().map(|(name, counted)| (name.as_str(), counted)).collect();
        rows.sort_by(|(a, most), (b, least)| least.count.cmp(&most.count).then(a.cmp(b)));
        rows
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Frequent items stay, however many others come between, and no count is off by more than it says.
    #[test]
    fn memory_is_bounded_and_counts_are_nearly_right() {
        let mut ranking = Ranking::<u64>::default();
        for number in 0..100_000 {
            ranking.count(&format!("once {number}"), |_| ());
            ranking.count("often", |seen| *seen += 1);
            if number % 3 == 0 {
                ranking.count("less", |_| ());
            }
        }
        assert!(ranking.len() <= NAMES && ranking.shortfall() > 0);
        let rows = ranking.rows();
        let find = |name| rows.iter().find(|(known, _)| *known == name).map(|(_, counted)| counted.count);
        assert_eq!((rows[0].0, find("often"), rows[0].1.kept), ("often", Some(100_000), 100_000));
        let less = find("less").unwrap();
        assert!(less <= 33_334 && less + ranking.shortfall() >= 33_334);
    }
}
