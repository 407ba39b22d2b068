//! Limits of the language, and of this reader, so that no source can exhaust it.

/// Characters of a name. [DDL 2-2]
pub(crate) const NAME: usize = 30;
/// Characters of a string constant. [DDL 2-5]
pub(crate) const STRING: usize = 130;
/// Bytes of a definition. [DDL 5-2]
pub(crate) const DEFINITION: u32 = 32_767;
/// Smallest and largest `?COLUMNS`; the largest is the default. [DDL 9-29]
pub(crate) const COLUMNS: core::ops::RangeInclusive<u64> = 12..=132;
/// Levels of line items. [DDL 5-24]
pub(crate) const LEVELS: core::ops::RangeInclusive<u64> = 2..=49;
/// Bytes of a token of fixed length: 255 means variable. [DDL 7-3]
pub(crate) const TOKEN: u32 = 254;

/// Groups inside groups, by levels and by TYPE together. Ours.
pub(crate) const NESTING: u8 = 64;
/// Fields of a definition after every TYPE has been followed. A definition has at most 32,767 bytes, but REDEFINES could
/// double the number of fields at every level of reference. Ours.
pub(crate) const FIELDS: u32 = 40_000;
/// `?SOURCE` inside `?SOURCE`. Ours.
pub(crate) const INCLUDES: usize = 32;
/// Sources in one compilation. Ours.
pub(crate) const SOURCES: usize = 4_096;
/// Fields visited, per byte of source, to check the token maps of one compilation; and the least that is allowed
/// whatever the source. Far beyond what real maps need. Ours.
pub(crate) const MAP_WORK_PER_BYTE: usize = 64;
/// See [`MAP_WORK_PER_BYTE`].
pub(crate) const MAP_WORK: usize = 4_000_000;
/// Members of an SSID definition: three values and what redefines them; more is something else. Ours.
pub(crate) const LARGEST_SSID: usize = 64;
/// Misspelt names for which a similar one is looked up. Ours.
pub(crate) const SUGGESTIONS: u32 = 20;
