//! Limits of the filter language.

/// Bytes of one source, all that TACL and `?SOURCE` put in included: a compiled filter takes many times its source. Ours.
pub(crate) const SOURCE: usize = 4 << 20;
/// Tokens of any source; and bytes of a source for each one more. A source of tokens of one or two bytes each says nothing, and
/// would take much memory. Ours.
pub(crate) const TOKENS: usize = 4096;
/// See [`TOKENS`].
pub(crate) const BYTES_PER_TOKEN: usize = 3;
/// Characters of a name. [EMS 5-10]
pub(crate) const NAME: usize = 30;
/// Characters of a pattern of MATCH and EMSTEXTMATCH. [EMS 5-50]
pub(crate) const PATTERN: usize = 511;
/// Bytes of the largest structure a token map may have. [EMS 5-55]
pub(crate) const MAP: u32 = 4000;
/// The highest number of an occurrence. [EMS 5-11]
pub(crate) const INDEX: i128 = 1023;
/// Boolean variables of a filter. [EMS 5-30]
pub(crate) const VARIABLES: usize = 50;
/// Routing IDs of a filter. [EMS 5-33]
pub(crate) const ROUTING_IDS: usize = 255;
/// Bytes of a startup message. [EMS 5-33]
pub(crate) const STARTUP: usize = 128;

/// Statements and conditions inside each other. Ours.
pub(crate) const NESTING: usize = 100;
/// TACL expansions inside each other. Ours.
pub(crate) const EXPANSIONS: usize = 32;
/// Bytes that the expansions of one source make. Ours.
pub(crate) const EXPANDED: usize = 1 << 20;
/// Bytes that the `?SOURCE` lines of one source bring in. Ours.
pub(crate) const SOURCED: usize = 4 << 20;
/// Misspelt names for which a similar one is looked up. Ours.
pub(crate) const SUGGESTIONS: u32 = 20;
