//! Floor 4: lines of a system log to events, and events to lines.

mod emit;
mod import;
mod line;
mod priority;
mod severity;
mod structured;
mod text;
mod time;
mod vocabulary;
mod write;

pub use import::{Imported, Importer, MessageTexts, NoTexts};
pub use line::{Form, Line};
pub use priority::Priority;
pub use severity::SeverityTable;
pub use structured::{Element, Elements, Param, ParamValue, Params, StructuredData};
pub use text::LineText;
pub use time::{Time, TimePolicy};
pub use vocabulary::MissingDefinition;
pub use write::{Framing, Style, Writer};
