//! The memory that a request may take. A message without content is two bytes in protobuf and three in JSON, but a hundred in
//! memory: a request that consists of such messages is refused.

use core::cell::Cell;

use super::model::{KeyValue, Record, ResourceLogs, ScopeLogs};
use super::read::OtlpError;
use crate::text::limits;

/// Bytes that messages may take for each byte of a request. A vector that grows takes three times as many for a moment, and
/// [`limits::FACTOR`] is the most.
const PER_BYTE: usize = limits::FACTOR / 3;
/// Bytes that messages may take in any request.
const LEAST: usize = 1 << 16;

/// Bytes that messages may still take.
pub(super) struct Budget(Cell<usize>);

impl Budget {
    /// For a request of this many bytes.
    pub(super) fn of(len: usize) -> Self {
        let bytes = len.saturating_mul(PER_BYTE).saturating_add(LEAST);
        Self(Cell::new(bytes.min(limits::MEMORY.saturating_sub(len) / 2)))
    }

    /// Takes the bytes of a message.
    pub(super) fn charge(&self, bytes: usize) -> Result<(), &'static str> {
        let left = self.0.get().checked_sub(bytes).ok_or(
            "the request has too many messages without content, or takes more than 256 MiB of memory: send smaller ones",
        )?;
        self.0.set(left);
        Ok(())
    }
}

/// Refuses a request in OTLP JSON that takes too much memory.
pub(super) fn check_json(text: &str) -> Result<(), OtlpError> {
    // Resource and scope logs, resources, scopes and records are objects in no more than three others.
    const DEEPEST_RECORD: usize = 4;
    let record = size_of::<Record>().max(size_of::<ScopeLogs>()).max(size_of::<ResourceLogs>());
    let budget = Budget::of(text.len());
    let (mut depth, mut in_text, mut is_escaped) = (0_usize, false, false);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' if in_text => is_escaped = true,
            b'"' => in_text = !in_text,
            b'{' if !in_text => {
                depth += 1;
                let size = if depth <= DEEPEST_RECORD { record } else { size_of::<KeyValue>() };
                budget.charge(size).map_err(|error| OtlpError::new(format!("{error} (at byte {at})")))?;
            }
            b'}' if !in_text => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    Ok(())
}
