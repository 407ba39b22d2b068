//! Reads, builds, names and renders the event buffers of HPE (Tandem) NonStop systems.
//!
//! On a NonStop host every subsystem reports events as binary SPI/EMS buffers: a header, then typed tokens, a subject announced by
//! a mark, and a sentence that a template makes of the tokens. This crate does all of that on any machine.
//!
//! Decode a buffer to its sentence:
//!
#![cfg_attr(feature = "std", doc = "```")]
#![cfg_attr(not(feature = "std"), doc = "```ignore")]
//! use zems::dictionary::{Dictionary, builtin};
//! use zems::ems::Event;
//! use zems::template::{RenderOptions, TemplateSet};
//! use zems::text::{Diagnostics, NoLoader, SourceMap};
//!
//! let dictionary = Dictionary::builtin();
//! let mut templates = TemplateSet::new(dictionary);
//! let (mut sources, mut diagnostics) = (SourceMap::new(), Diagnostics::new());
//! for (name, text) in builtin::templates() {
//!     let source = sources.add(*name, *text)?;
//!     templates.compile(dictionary, source, &mut sources, &NoLoader, &mut diagnostics);
//! }
//!
//! let event = Event::parse(zems::samples::BKUP_FAIL)?;
//! let mut text = String::new();
//! templates.render(&event, dictionary, &RenderOptions::default(), &mut text)?;
//! assert_eq!(text, "Backup process in CPU 3 died because its CPU is down");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Build one, and read it back:
//!
//! ```
//! use zems::ems::{Event, EventBuilder, EventHeader};
//! use zems::spi::write::SliceOutput;
//! use zems::spi::{DataType, Profile, TokenCode, TokenNumber, Value};
//!
//! const DISK: TokenCode = TokenCode::new(DataType::CHAR, 255, TokenNumber(10));
//! const STATUS: TokenCode = TokenCode::new(DataType::INT, 2, TokenNumber(11));
//!
//! let mut room = [0; 4024];
//! let header = EventHeader { emphasis: true, ..EventHeader::new("ACME.7.A01".parse()?, 101) };
//! let output = SliceOutput::new(&mut room);
//! let mut builder = EventBuilder::new(output, &header, &Profile::DEFAULT, DISK, "$DATA01")?;
//! builder.put(STATUS, -2_i16)?;
//! let bytes = builder.finish()?.into_written();
//!
//! let event = Event::parse(bytes)?;
//! assert_eq!((event.number(), event.emphasis()), (Some(101), Some(true)));
//! let status = event.tokens().last().unwrap()?;
//! assert!(matches!(status.value(), Value::Int(numbers) if numbers.single() == Some(-2)));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Rooms
//!
//! | room | what it is | needs |
//! |---|---|---|
//! | [`spi`] | the token stream of any SPI buffer, read and written | nothing |
//! | [`ems`] | event messages | nothing; owned events `alloc` |
//! | [`samples`] | buffers to try things on | nothing |
//! | `text`, `ddl` | diagnostics, and the definition language | `alloc` |
//! | `dictionary` | what names and codes mean | `std` |
//! | [`procedures`] | the SPI and EMS procedures, call by call | nothing |
//! | `template`, `filter` | sentences, and verdicts | `std` |
//! | `syslog` | lines of a system log, both ways | `std` |
//! | `json` | the JSON form | `json` |
//! | `codec` | buffers on asynchronous streams | `tokio` |
//! | `otlp` | OpenTelemetry log records | `otlp` |
//! | `analysis` | what many events say: layouts and numbers learnt from them | `std` |
//!
//! Without features the crate is `no_std` and depends on `bytes`, `byteorder` and `nom` alone; reading uses no heap. The feature `std` is
//! on by default. The program `zems` is the package `zems-cli`.
#![cfg_attr(not(feature = "std"), no_std)]
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
pub mod filter;
#[cfg(feature = "std")]
pub mod formats;
#[cfg(feature = "json")]
pub mod json;
#[cfg(feature = "otlp")]
pub mod otlp;
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

#[cfg(all(doctest, feature = "std"))]
#[doc = include_str!("../README.md")]
struct Readme;
