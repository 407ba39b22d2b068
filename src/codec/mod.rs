//! Reads and writes buffers on asynchronous streams: a [`tokio_util::codec`] in both directions, and a `Stream` of events (feature `tokio`).
//!
//! [`Codec`] takes a stream of bytes apart into [`Item`]s: events, other buffers, and regions that hold no buffer. A fault never
//! ends the stream. Every byte lies in exactly one item, pads and lengths of frames excepted. The codec holds at most
//! [`Framer::LOOK_AHEAD`](crate::spi::read::Framer::LOOK_AHEAD) bytes, whatever it is sent. [`Events`] is for programs that want
//! events only, and faults as errors.
//!
//! ```
//! use futures_util::StreamExt;
//! use tokio_util::codec::FramedRead;
//! use zems::codec::{Codec, Item};
//!
//! # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
//! let input = [zems::samples::EVENT, b"noise", zems::samples::BKUP_FAIL].concat();
//! let mut items = FramedRead::new(input.as_slice(), Codec::raw());
//! while let Some(item) = items.next().await {
//!     match item.unwrap() {
//!         Item::Event { event, .. } => println!("event {:?}", event.event().number()),
//!         Item::Bad { bytes, error, .. } => println!("{} bytes are not a buffer: {error}", bytes.len()),
//!         _ => {}
//!     }
//! }
//! # });
//! ```

mod decode;
mod encode;
mod events;

pub use decode::{Codec, Item};
pub use encode::EncodeError;
pub use events::{Events, Fault};
