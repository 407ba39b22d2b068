//! Analyses many events: compares them, checks them, reports on them, and learns unknown layouts from them.
//!
//! * `diff`: two streams of events compared, token by token (feature `diff`).
//! * [`doctor`]: a first look at unknown data, and what to get from the host.
//! * [`stats`]: the report of a night: rates, kinds, subjects, what is new, bursts.
//! * [`learn`]: layouts and numbers that the vendor has not published, from the same events in raw and in printed form.
//! * [`lint`]: checks events and sources against the published rules for producers.

#[cfg(feature = "diff")]
pub mod diff;
pub mod doctor;
pub mod learn;
pub mod lint;
pub mod stats;
