//! Maps whose keys are hashes already.

use core::hash::{BuildHasher, Hasher};
use std::collections::HashMap;
use std::collections::hash_map::RandomState;
use std::sync::LazyLock;

use super::image::hash_number;

/// A map by hashes of names or texts.
pub(super) type NumberMap<V, K = u64> = HashMap<K, V, Keyed>;

/// Mixes a number with a secret of this process: whoever writes a source can choose hashes, not their places in a map.
#[derive(Clone, Copy)]
pub(super) struct Keyed(u64);

impl Default for Keyed {
    fn default() -> Self {
        static SECRET: LazyLock<u64> = LazyLock::new(|| RandomState::new().hash_one(0));
        Self(*SECRET)
    }
}

impl BuildHasher for Keyed {
    type Hasher = NumberHasher;

    fn build_hasher(&self) -> NumberHasher {
        NumberHasher(self.0)
    }
}

pub(super) struct NumberHasher(u64);

impl Hasher for NumberHasher {
    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.write_u64(u64::from(*byte)));
    }

    fn write_u32(&mut self, number: u32) {
        self.write_u64(u64::from(number));
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = hash_number(self.0 ^ number);
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_found_again() {
        let mut map = NumberMap::default();
        for number in 0..1000_u64 {
            map.insert(number << 32, number);
        }
        assert!((0..1000).all(|number| map.get(&(number << 32)) == Some(&number)));
        assert_eq!(map.get(&1), None);
    }
}
