//! Reads, builds, names and renders the event buffers of HPE (Tandem) NonStop systems.
//!
//! On a NonStop host every subsystem reports events as binary SPI/EMS buffers: a header, then typed tokens, a subject announced by
//! a mark. A template makes a sentence of the tokens. This crate does all of that on any machine. It does no input or output, reads no
//! clock, and has no unsafe code; no input makes it panic.
//!
//! # From bytes to a sentence
//!
//! A `Site` holds definitions, templates, node names, time zone and severity rules:
//!
#![cfg_attr(feature = "std", doc = "```")]
#![cfg_attr(not(feature = "std"), doc = "```ignore")]
//! use zems::site::Site;
//!
//! let site = Site::builtin();
//! let event = site.parse(zems::samples::BKUP_FAIL)?;
//! assert_eq!(site.sentence(&event).to_string(), "Backup process in CPU 3 died because its CPU is down");
//! assert_eq!(site.severity(&event).name(), "critical");
//! # Ok::<(), zems::Error>(())
//! ```
//!
//! # Recipes
//!
//! | to | use |
//! |---|---|
//! | read header fields, subjects and tokens of one event | [`ems::Event`] |
//! | split a stream or a file into buffers, past damage | [`spi::read::Framer`]; on tokio `codec` |
//! | keep an event, send it to another thread | `ems::EventBuf` |
//! | build an event | [`ems::EventBuilder`]; typed structures: `zems catalog --format rust` |
//! | copy a buffer and change some tokens | [`spi::reencode()`] |
//! | load definitions of your own | `dictionary::Loader`, `sources::Compiled` |
//! | get the sentence, the severity, the name of an event | `site::Site` |
//! | get names, labels and texts of all tokens | `describe::Described` |
//! | write JSON, CSV, syslog, OTLP, CEF, LEEF, ECS, Arrow | `formats` |
//! | run an EMF filter, a filter table, a burst filter | `filter` |
//! | make events of syslog lines or printed text | `syslog`, `template` |
//! | carry over a program that calls SSPUT and EMSGET | [`procedures`] |
//!
//! Build an event without a heap, and read it back:
//!
//! ```
//! use zems::ems::{Event, EventBuilder, EventHeader};
//! use zems::spi::write::SliceOutput;
//! use zems::spi::{Profile, TokenCode, TokenNumber, TypeCode, Value};
//!
//! const DISK: TokenCode = TokenCode::new(TypeCode::CHAR, 255, TokenNumber(10));
//! const STATUS: TokenCode = TokenCode::new(TypeCode::INT, 2, TokenNumber(11));
//!
//! let mut memory = [0; 4024];
//! let header = EventHeader { emphasis: true, ..EventHeader::new("ACME.7.A01".parse()?, 101) };
//! let output = SliceOutput::new(&mut memory);
//! let mut builder = EventBuilder::new(output, &header, &Profile::DEFAULT, DISK, "$DATA01")?;
//! builder.put(STATUS, -2_i16)?;
//! let bytes = builder.finish()?.into_written();
//!
//! let event = Event::parse(bytes)?;
//! assert_eq!((event.number(), event.emphasis()), (Some(101), Some(true)));
//! let status = event.tokens().last().unwrap()?;
//! assert!(matches!(status.value(), Value::Int(numbers) if numbers.only() == Some(-2)));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Complete programs are in `examples`, the guide is in `docs`.
//!
//! # Features
//!
//! | feature | adds | default |
//! |---|---|---|
//! | (none) | [`spi`], [`ems`], [`procedures`], [`samples`]: `no_std`, no heap; depends on bytes, byteorder and nom | |
//! | `alloc` | `text`, `ddl`, owned events, growing buffers | yes, by `std` |
//! | `std` | `dictionary`, `site`, `describe`, `formats`, `template`, `filter`, `syslog`, `sources`, `analysis` | yes |
//! | `serde` | `Serialize` for described events | |
//! | `json` | the JSON form both ways, ECS | |
//! | `otlp` | OpenTelemetry log records both ways | |
//! | `arrow`, `parquet` | columns | |
//! | `diff` | `analysis::diff` | |
//! | `tokio` | `codec` | |
//!
//! The command `zems` is the package `zems-cli`.
// The tests run on a host, whatever the crate is built without.
#![cfg_attr(all(not(feature = "std"), not(test)), no_std)]
// The documentation says of every item which feature it needs.
#![cfg_attr(docsrs, feature(doc_cfg))]
#![forbid(unsafe_code)]

#[cfg(feature = "alloc")]
extern crate alloc;

#[cfg(feature = "std")]
pub mod analysis;
#[cfg(feature = "tokio")]
pub mod codec;
#[cfg(feature = "alloc")]
pub mod ddl;
#[cfg(feature = "std")]
pub mod describe;
#[cfg(feature = "std")]
pub mod dictionary;
pub mod ems;
#[cfg(feature = "std")]
mod error;
#[cfg(feature = "std")]
pub mod filter;
#[cfg(feature = "std")]
pub mod formats;
pub mod procedures;
pub mod samples;
#[cfg(feature = "std")]
pub mod site;
#[cfg(feature = "std")]
pub mod sources;
pub mod spi;
#[cfg(feature = "std")]
pub mod syslog;
#[cfg(feature = "std")]
pub mod template;
#[cfg(feature = "alloc")]
pub mod text;

#[cfg(feature = "std")]
pub use error::Error;
