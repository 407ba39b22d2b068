//! Limits of the language and of EMSTEXT, and of this implementation, so that no source and no event can exhaust
//! it.

use core::ops::RangeInclusive;

use super::{FACTOR, MEMORY};

/// Bytes of a source line that count; `?COLUMNS` takes a number from this range, its end is the default. [TS 4-2, 4-4]
pub(crate) const COLUMNS: RangeInclusive<usize> = 12..=132;
/// `?SOURCE` inside `?SOURCE`. [TS 4-6]
pub(crate) const SOURCE_DEPTH: usize = 4;
/// Characters of a version. [TS 3-7]
pub(crate) const VERSION: usize = 50;
/// Characters of a subsystem's name. [TS 3-9]
pub(crate) const SUBSYSTEM_NAME: usize = 8;
/// Characters of a DDL name. [DDL 2-2]
pub(crate) const NAME: usize = 30;
/// Bytes of a template record by the compiler's own rule, above which it splits a template. [TS B-11]
pub(crate) const RECORD: usize = 476;
/// Greatest width in an edit code. [TS 3-23]
pub(crate) const WIDTH: u64 = 99;
/// Greatest width in a DISPLAY clause that is heeded. Ours.
pub(crate) const DISPLAY_WIDTH: usize = 255;
/// Greatest occurrence number of a token. [EMS 5-11]
pub(crate) const INDEX: u64 = 1023;
/// MSG edit codes inside each other. [EMS 15-25]
pub(crate) const MSG_LEVELS: u8 = 10;

/// `?SOURCE` lines followed in one compilation. Ours.
pub(crate) const INCLUSIONS: usize = 1_000;
/// Bytes of source in one compilation, every inclusion counted: compiled templates take many times their source. Ours.
pub(crate) const SOURCE_BYTES: usize = 8 << 20;
/// Bytes of all sources of one set. Ours.
pub(crate) const ALL_SOURCE_BYTES: usize = MEMORY / FACTOR;
/// Bytes of one text: EMSTEXT counts its output in a signed word. [EMS 15-19, by the type]
pub(crate) const TEXT: usize = 32_767;
/// Work for one text: a walk over the event, as MSG edit codes and moves into lists take one each, counts one and one more
/// for every 16 tokens it looks for; a template run for MSG one and one more for every 256 operations. Ours.
pub(crate) const WORK: u32 = 2_000;
/// Steps of matching one text against one template. Ours.
pub(crate) const MATCH_STEPS: u32 = 100_000;
/// Steps of matching one text against all templates it may be made with. Ours.
pub(crate) const TEXT_STEPS: u32 = 5_000_000;
