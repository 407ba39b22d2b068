//! Makes events of lines of a system log (RFC 5424, RFC 3164, the formats of Junos).
//!
//! ```
//! use zems::dictionary::Dictionary;
//! use zems::syslog::{Importer, Line, TimePolicy};
//! use zems::template::TemplateSet;
//!
//! let text = "<27>1 2024-05-01T10:11:12.345Z srx-n0 jsrpd 1234 JSRPD_PID_FILE_LOCK \
//!             [junos@2636.1.1.1.2.28 error-message=\"Resource busy\"] Unable to lock PID file: Resource busy";
//! let dictionary = Dictionary::builtin();
//! let templates = TemplateSet::builtin();
//! let mut importer = Importer::new(dictionary, &templates)?;
//! let mut bytes = Vec::new();
//! let made = importer.event(&Line::parse(text), &TimePolicy::default(), &mut bytes)?;
//! assert_eq!(made.message.unwrap().name(), "JSRPD-EVT-PID-FILE-LOCK");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! * [`Line`]: one line in any form, read in place; reading never fails. [`StructuredData`], [`Priority`], [`Time`] are its
//!   parts.
//! * [`Importer`]: lines to events; what a time does not say is for [`TimePolicy`].
//!
//! [`formats::syslog`](crate::formats::syslog) writes events as such lines.
//!
//! Where manuals and RFCs are silent the choices are those of one place each: times in [`TimePolicy`], what becomes of a
//! line in [`Importer`].

mod import;
mod line;
mod priority;
mod structured;
mod text;
mod time;
mod vocabulary;

pub use import::{Imported, Importer};
pub use line::{Form, Line, frame_len, split_frames};
pub use priority::Priority;
pub use structured::{Element, Elements, Param, ParamValue, Params, StructuredData};
pub use text::LineText;
pub(crate) use time::{MONTHS, is_standard_form};
pub use time::{Time, TimePolicy};
pub use vocabulary::MissingDefinition;
pub(crate) use vocabulary::Vocabulary;
