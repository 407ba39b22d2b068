use alloc::vec::Vec;

use crate::dictionary::{ConstantValue, Dictionary};
use crate::ems::Event;

/// Which severity an EMS event has in a system log.
///
/// | event | severity |
/// |---|---|
/// | ZEMS-TKN-EMPHASIS is true | critical |
/// | content standard OBJECT-UNAVAILABLE, ATTN-NEEDED | error |
/// | content standard TRANSIENT-FAULT, USAGE-THRESHOLD | warning |
/// | content standard OBJECT-AVAILABLE, OTHER-STATE-CHANGE, ATTN-COMPLETED | notice |
/// | any other | info |
///
/// The first that holds counts. The choice is ours; every row can be replaced.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_structs)]
pub struct SeverityTable {
    /// Of critical events; `None`: their content standard decides.
    pub emphasis: Option<u8>,
    /// By ZEMS-TKN-CONTENT-STANDARD; of several rows with one value the last counts.
    pub content_standard: Vec<(i16, u8)>,
    /// Of all others.
    pub otherwise: u8,
}

/// The severities of the standard contents. Their values have not been published: they are those of the dictionary.
const STANDARD: [(&str, u8); 7] = [
    ("ZEMS-VAL-OBJECT-UNAVAILABLE", 3),
    ("ZEMS-VAL-ATTN-NEEDED", 3),
    ("ZEMS-VAL-TRANSIENT-FAULT", 4),
    ("ZEMS-VAL-USAGE-THRESHOLD", 4),
    ("ZEMS-VAL-OBJECT-AVAILABLE", 5),
    ("ZEMS-VAL-OTHER-STATE-CHANGE", 5),
    ("ZEMS-VAL-ATTN-COMPLETED", 5),
];

impl SeverityTable {
    /// The table above, with the values of a dictionary.
    #[must_use]
    pub fn new(dictionary: &Dictionary) -> Self {
        let known = |(name, severity)| Some((Self::content_named(dictionary, name)?, severity));
        Self {
            emphasis: Some(2),
            content_standard: STANDARD.into_iter().filter_map(known).collect(),
            otherwise: 6,
        }
    }

    /// The value of a content standard by the name of its constant.
    #[must_use]
    pub fn content_named(dictionary: &Dictionary, name: &str) -> Option<i16> {
        match dictionary.constant(name)?.value() {
            ConstantValue::Number(number) => i16::try_from(number).ok(),
            _ => None,
        }
    }

    /// The severity of an event, 0 (emergency) to 7 (debug).
    #[must_use]
    pub fn severity(&self, event: &Event<'_>) -> u8 {
        if let Some(severity) = self.emphasis.filter(|_| event.emphasis() == Some(true)) {
            return severity.min(7);
        }
        let content = event.content_standard();
        let row = self.content_standard.iter().rev().find(|(value, _)| Some(*value) == content);
        row.map_or(self.otherwise, |(_, severity)| *severity).min(7)
    }
}
