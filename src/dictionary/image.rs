//! A dictionary's facts in one run of bytes, ready to be looked up where they lie.
//!
//! The shipped catalogue is such an image, made when the definition sources change and compiled into the program, so that
//! nothing is parsed at start; a user's definitions become one in memory. Records have fixed sizes and name each other by
//! number; texts are shared. Everything is little-endian.
//!
//! ```text
//!   magic | (offset, bytes) of each section | section | section | ...
//! ```
//!
//! Reading never trusts a number: one that points nowhere reads as nothing.

use super::hash::NumberMap;

pub(super) const MAGIC: [u8; 8] = *b"zemscat2";

/// The sections of an image, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Section {
    Text,
    Tokens,
    Enumerations,
    EnumValues,
    Structures,
    Fields,
    Constants,
    TokenTypes,
    Ssids,
    Subsystems,
    Events,
    EventTokens,
    Messages,
    Aliases,
    MapWords,
    Unnumbered,
    CodeIndex,
    NameIndex,
    EventIndex,
    SubsystemIndex,
}

impl Section {
    pub(super) const COUNT: usize = 20;
}

/// Marks the absence of a record.
pub(super) const NONE: u32 = u32::MAX;

/// Bytes of an image and where its sections are.
#[derive(Clone, Copy)]
pub(super) struct Image<'d>(&'d [u8]);

impl<'d> Image<'d> {
    pub(super) const fn new(bytes: &'d [u8]) -> Self {
        Self(bytes)
    }

    #[inline]
    pub(super) fn section(&self, section: Section) -> &'d [u8] {
        let entry = MAGIC.len() + 8 * section as usize;
        let (offset, len) = (index(word(self.0, entry)), index(word(self.0, entry + 4)));
        self.0.get(offset..).and_then(|rest| rest.get(..len)).unwrap_or_default()
    }

    /// Whether every section lies in the image.
    pub(super) fn has_all_sections(&self) -> bool {
        (0..Section::COUNT).all(|number| {
            let entry = MAGIC.len() + 8 * number;
            let [offset, len] = [entry, entry + 4].map(|at| index(word(self.0, at)));
            offset.checked_add(len).is_some_and(|end| end <= self.0.len())
        })
    }

    /// How many records of `size` bytes a section has.
    pub(super) fn count(&self, section: Section, size: usize) -> u32 {
        u32::try_from(self.section(section).len() / size).unwrap_or(0)
    }

    /// Record `number` of a section, `None` if there is none.
    #[inline]
    pub(super) fn record(&self, section: Section, size: usize, number: u32) -> Option<Record<'d>> {
        let start = index(number).checked_mul(size)?;
        let bytes = self.section(section).get(start..)?.get(..size)?;
        Some(Record { image: *self, bytes })
    }

    /// All records of a section.
    pub(super) fn records(self, section: Section, size: usize) -> impl Iterator<Item = Record<'d>> {
        (0..self.count(section, size)).map_while(move |number| self.record(section, size, number))
    }

    fn text(&self, start: u32, len: u32) -> &'d str {
        let bytes = self.section(Section::Text).get(index(start)..).and_then(|rest| rest.get(..index(len)));
        bytes.and_then(|bytes| core::str::from_utf8(bytes).ok()).unwrap_or_default()
    }

    /// Goes through the places of a hash table in which `key` may be; each holds a record's number plus one.
    pub(super) fn probe(&self, section: Section, hash: u64) -> impl Iterator<Item = u32> + use<'d> {
        let table = self.section(section);
        let places = table.len() / 4;
        let start = usize::try_from(hash >> 32).unwrap_or(0) & places.wrapping_sub(1);
        (0..places)
            .map(move |step| word(table, 4 * ((start + step) & (places - 1))))
            .map_while(|entry| entry.checked_sub(1))
    }
}

/// One record of an image.
#[derive(Clone, Copy)]
pub(super) struct Record<'d> {
    image: Image<'d>,
    bytes: &'d [u8],
}

impl<'d> Record<'d> {
    pub(super) const fn image(&self) -> Image<'d> {
        self.image
    }

    /// The 32-bit number in column `column`; [`NONE`] after the last one.
    #[inline]
    pub(super) fn number(&self, column: usize) -> u32 {
        word(self.bytes, 4 * column)
    }

    pub(super) fn signed(&self, column: usize) -> i32 {
        i32::from_le_bytes(self.number(column).to_le_bytes())
    }

    /// The text in columns `column` and the next.
    pub(super) fn text(&self, column: usize) -> &'d str {
        self.image.text(self.number(column), self.number(column + 1))
    }

    /// The text in columns `column` and the next, `None` for an absent one.
    pub(super) fn optional_text(&self, column: usize) -> Option<&'d str> {
        (self.number(column) != NONE).then(|| self.text(column))
    }

    /// Twelve bytes in columns `column` to `column + 2`.
    pub(super) fn twelve(&self, column: usize) -> [u8; 12] {
        self.bytes.get(4 * column..).and_then(|rest| rest.first_chunk()).copied().unwrap_or_default()
    }
}

/// Puts an image together.
#[derive(Default)]
pub(super) struct ImageWriter {
    sections: [Vec<u8>; Section::COUNT],
    /// Where a text whose hash ends so is in the section of texts.
    texts: NumberMap<u32, u32>,
}

impl ImageWriter {
    /// Reserves exactly this many more bytes in a section.
    pub(super) fn reserve(&mut self, section: Section, bytes: usize) {
        self.sections[section as usize].reserve_exact(bytes);
    }

    /// Gives back the memory that is not in use.
    pub(super) fn shrink(&mut self) {
        self.sections.iter_mut().for_each(Vec::shrink_to_fit);
    }

    /// Adds bytes to a section.
    pub(super) fn push(&mut self, section: Section, bytes: &[u8]) {
        self.sections[section as usize].extend_from_slice(bytes);
    }

    /// Adds 32-bit numbers to a section.
    pub(super) fn push_numbers(&mut self, section: Section, numbers: &[u32]) {
        numbers.iter().for_each(|number| self.push(section, &number.to_le_bytes()));
    }

    /// How many records of `size` bytes a section has so far.
    pub(super) fn count(&self, section: Section, size: usize) -> u32 {
        u32::try_from(self.sections[section as usize].len() / size).unwrap_or(NONE)
    }

    /// Stores a text once; returns its two columns.
    pub(super) fn text(&mut self, text: &str) -> [u32; 2] {
        let [low, ..] = hash_halves(hash_bytes(text.bytes()));
        let len = u32::try_from(text.len()).unwrap_or(0);
        let known = self.texts.get(&low).map(|start| [*start, len]);
        known.filter(|place| self.text_at(*place) == text.as_bytes()).unwrap_or_else(|| {
            let place = [self.count(Section::Text, 1), len];
            self.push(Section::Text, text.as_bytes());
            self.texts.insert(low, place[0]);
            place
        })
    }

    /// The name in the first two columns of a record.
    pub(super) fn name(&self, section: Section, size: usize, number: u32) -> &[u8] {
        let start = index(number).saturating_mul(size);
        let record = self.sections[section as usize].get(start..).unwrap_or_default();
        self.text_at([word(record, 0), word(record, 4)])
    }

    fn text_at(&self, [start, len]: [u32; 2]) -> &[u8] {
        let texts = &self.sections[Section::Text as usize];
        texts.get(index(start)..).and_then(|rest| rest.get(..index(len))).unwrap_or_default()
    }

    pub(super) fn optional_text(&mut self, text: Option<&str>) -> [u32; 2] {
        text.map_or([NONE, 0], |text| self.text(text))
    }

    /// Fills a hash table with record numbers by their hashes, at most half full. Of equal keys the one given first is found.
    pub(super) fn hash_table(&mut self, section: Section, entries: &[(u64, u32)]) {
        let places = (2 * entries.len()).next_power_of_two().max(1);
        let mut table = vec![0_u32; places];
        for (hash, number) in entries {
            let mut place = usize::try_from(hash >> 32).unwrap_or(0) & (places - 1);
            while table[place] != 0 {
                place = (place + 1) & (places - 1);
            }
            table[place] = number.saturating_add(1);
        }
        self.push_numbers(section, &table);
    }

    pub(super) fn finish(self) -> Vec<u8> {
        let mut offset = MAGIC.len() + 8 * Section::COUNT;
        let lens = self.sections.iter().map(|section| section.len().next_multiple_of(4));
        let mut bytes = Vec::with_capacity(offset + lens.sum::<usize>());
        bytes.extend(MAGIC);
        for section in &self.sections {
            for number in [offset, section.len()] {
                bytes.extend(u32::try_from(number).unwrap_or(0).to_le_bytes());
            }
            offset += section.len().next_multiple_of(4);
        }
        for section in self.sections {
            bytes.extend(section);
            bytes.resize(bytes.len().next_multiple_of(4), 0);
        }
        bytes
    }
}

#[inline]
fn word(bytes: &[u8], at: usize) -> u32 {
    bytes.get(at..).and_then(|rest| rest.first_chunk()).map_or(NONE, |word| u32::from_le_bytes(*word))
}

#[inline]
fn index(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

/// Multiply and fold: quick, and good enough for keys nobody chooses to collide.
#[inline]
pub(super) fn hash_number(key: u64) -> u64 {
    let product = u128::from(key ^ 0x9E37_79B9_7F4A_7C15) * 0xD6E8_FEB8_6659_FD93;
    let [.., low] =
        [product >> 64, product].map(|half| u64::try_from(half & u128::from(u64::MAX)).unwrap_or(0));
    low ^ u64::try_from(product >> 64).unwrap_or(0)
}

fn hash_halves(hash: u64) -> [u32; 2] {
    let [a, b, c, d, e, f, g, h] = hash.to_le_bytes();
    [[a, b, c, d], [e, f, g, h]].map(u32::from_le_bytes)
}

/// A name's hash, in which case, `^` and `_` for `-` make no difference.
#[inline]
pub(super) fn hash_name(name: &str) -> u64 {
    hash_bytes(name.bytes().map(fold))
}

#[inline]
fn hash_bytes(bytes: impl Iterator<Item = u8>) -> u64 {
    let sum = bytes.fold(0xCBF2_9CE4_8422_2325, |hash: u64, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01B3)
    });
    hash_number(sum)
}

/// Whether two names are the same, in which case, `^` and `_` for `-` make no difference.
#[inline]
pub(super) fn same_name(a: &str, b: &str) -> bool {
    a.len() == b.len() && (a == b || a.bytes().map(fold).eq(b.bytes().map(fold)))
}

#[inline]
fn fold(byte: u8) -> u8 {
    match byte {
        b'^' | b'_' => b'-',
        byte => byte.to_ascii_uppercase(),
    }
}
