//! Makes the sentence that an operator reads (DSM Template Services Manual 427187-004; EMSTEXT of the EMS Manual).
//!
//! * [`TemplateSet`] holds compiled template sources and writes the text of any event.
//! * [`Layout`] breaks a text into lines as EMSTEXT does.
//! * [`TokenLister`] writes the labelled list of all tokens, as the SPI_BUFFER_FORMAT procedures do.
//! * [`Matcher`] runs templates backwards: from a sentence to the tokens it was made from.

mod compile;
mod conversion;
mod datetime;
mod display;
mod edit;
mod emstext;
mod image;
mod layout;
mod lister;
mod matching;
mod outline;
mod program;
mod render;
mod set;
mod sink;
mod source;
mod status;

pub use conversion::{Conversion, ConversionError};
pub use display::{NodeNames, Radix};
pub use emstext::{Origin, RenderOptions, Rendered, write_bad_buffer, write_template_file_error, write_text};
pub use layout::{Layout, Row, Rows};
pub use lister::{ListError, ListOptions, Printable, TokenLister, TypeOverride};
pub use matching::{
    Explanation, ImportOptions, Imported, Importer, MatchOptions, Matched, MatchedToken, Matcher,
    PrintedEvent, PrintedLines, Scratch,
};
pub use outline::{Outline, OutlineEnum, OutlineMessage, OutlineToken};
pub use set::{Listing, TemplateInfo, TemplateKey, TemplatePiece, TemplateSet};
pub use sink::Text;
pub use status::Status;
