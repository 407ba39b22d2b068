//! How much is looked at, and how much evidence is enough.

/// Events that have to support whatever is claimed.
pub const EVENTS: usize = 3;
/// Raw events, and printed ones, that are looked at; those after them are counted.
pub const SAMPLES: usize = 1 << 18;
/// Bytes of raw events, and of printed text, that are kept.
pub const BYTES: usize = 1 << 25;
/// Lines of one subsystem in one second that a buffer is compared with; busier seconds are left out.
pub const CANDIDATES: usize = 64;
/// One event in this many may contradict a reading: a line may have been paired with the wrong buffer.
pub const CONTRADICTED: usize = 50;
/// Events of each node that have to tell it apart if several readings do.
pub const NODE_EVENTS: usize = 10;
