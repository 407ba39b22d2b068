//! Verdicts of filters on events.

use super::program::{End, Outcome, Program, Target};

/// The verdict of a filter on an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_enums)] // every caller must decide about every verdict
pub enum Verdict<'f> {
    /// Accepted.
    Pass {
        /// The number after PASS, or of the row of a filter table.
        value: Option<i16>,
        /// The routing IDs after PASS.
        routing: &'f [u8],
    },
    /// Not accepted here; the next filter is asked.
    Fail,
    /// Rejected, whatever other filters would say.
    Discard,
}

impl Verdict<'_> {
    /// Whether the event is accepted.
    #[must_use]
    pub const fn is_pass(&self) -> bool {
        matches!(self, Self::Pass { .. })
    }

    /// The pass value, if there is one.
    #[must_use]
    pub const fn value(&self) -> Option<i16> {
        match self {
            Self::Pass { value, .. } => *value,
            _ => None,
        }
    }
}

/// The verdict at an end of a program.
#[inline]
pub(super) fn verdict(program: &Program, end: Target) -> Verdict<'_> {
    match end {
        Target::Pass(end) => match usize::try_from(end).ok().and_then(|end| program.ends.get(end)) {
            Some(End { outcome: Outcome::Pass { value, routing }, .. }) => {
                Verdict::Pass { value: *value, routing }
            }
            _ => Verdict::Fail,
        },
        Target::Discard(_) => Verdict::Discard,
        Target::Fail(_) | Target::Node(_) => Verdict::Fail,
    }
}
