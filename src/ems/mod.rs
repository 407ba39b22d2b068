//! Reads and builds event messages, the SPI buffers in which subsystems report events (EMS Manual 426909-005).
//!
//! * [`Event`] is a view of one: its header fields, its subjects, its tokens.
//! * [`EventBuf`] owns one, cheap to clone and to send to another thread.
//! * [`EventBuilder`] makes one, as EMSINIT, EMSADDTOKENS and EMSADDSUBJECT do; [`EventBuilder::relay`] does so for tokens in
//!   the order of another source.
//!
//! ```
//! use zems::ems::{EventBuilder, EventBuf, EventHeader};
//! use zems::spi::{TypeCode, Profile, TokenCode, TokenNumber};
//!
//! let disk = TokenCode::new(TypeCode::CHAR, 255, TokenNumber(10));
//! let status = TokenCode::new(TypeCode::INT, 2, TokenNumber(11));
//!
//! let header = EventHeader::new("ACME.7.A01".parse()?, 101);
//! let mut builder = EventBuilder::new(Vec::new(), &header, &Profile::DEFAULT, disk, "$DISK")?;
//! builder.put(status, -2_i16)?;
//! let event = EventBuf::parse(builder.finish()?.into())?;
//!
//! assert_eq!(event.event().number(), Some(101));
//! let subject = event.event().subjects().next().unwrap()?;
//! assert_eq!(subject.bytes(), b"$DISK");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#![warn(
    clippy::indexing_slicing,
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss
)]

mod builder;
mod event;
#[cfg(feature = "alloc")]
mod event_buf;
mod header;
mod header_token;
mod sequence;
mod subject;

pub use builder::EventBuilder;
pub use event::{Event, Overrides, Process};
#[cfg(feature = "alloc")]
pub use event_buf::EventBuf;
pub use header::EventHeader;
pub use header_token::{HeaderToken, HeaderValue};
pub use sequence::SequenceWriter;
pub use subject::{Subject, Subjects};

/// The processor or process number of an event whose source did not say it (printed lines do not always), as ZEMS-TKN-CPU and
/// ZEMS-TKN-PIN hold it.
pub const UNKNOWN_PROCESSOR: u16 = u16::MAX;

/// The longest event in bytes: ZEMS-VAL-EVT-BUFLEN (EMS Manual 14-3).
pub const MAX_EVENT_LEN: u16 = 4024;
