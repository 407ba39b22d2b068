//! Standard output and standard error: results, messages, counts, progress, signals.

pub(crate) mod escape;
pub(crate) mod metrics;
pub(crate) mod named;
pub(crate) mod output;
pub(crate) mod progress;
pub(crate) mod report;
pub(crate) mod shown;
pub(crate) mod signals;
