//! Layer 7: what is to be learnt from many events.
//!
//! * [`learn`]: layouts and numbers that the vendor has not published, from the same events in raw and in printed form.

pub mod learn;
