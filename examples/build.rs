//! Builds an event, and writes its bytes to a file.
//!
//! ```sh
//! cargo run --example build -- disk.bin
//! zems dump disk.bin
//! ```

use core::error::Error;

use zems::ems::{EventBuilder, EventHeader};
use zems::spi::{Profile, Ssid, Timestamp, TokenCode, TokenNumber, TypeCode};

// The tokens of our subsystem: type, length in bytes (255: the value has its own length), number.
const DISK: TokenCode = TokenCode::new(TypeCode::CHAR, 255, TokenNumber(10));
const FREE_PERCENT: TokenCode = TokenCode::new(TypeCode::INT, 2, TokenNumber(11));
const VOLUMES: TokenCode = TokenCode::new(TypeCode::LIST, 255, TokenNumber(12));
const VOLUME: TokenCode = TokenCode::new(TypeCode::CHAR, 8, TokenNumber(13));

fn main() -> Result<(), Box<dyn Error>> {
    let Some(path) = std::env::args().nth(1) else {
        eprintln!("usage: build FILE");
        std::process::exit(2);
    };
    std::fs::write(path, disk_nearly_full("$DATA01", 3, &["ACCTS   ", "LOGS    "])?)?;
    Ok(())
}

/// Event 101 of ACME.7: a disk is nearly full.
///
/// # Errors
///
/// A value that the builder refuses.
pub fn disk_nearly_full(disk: &str, free: i16, volumes: &[&str]) -> Result<Vec<u8>, Box<dyn Error>> {
    let header = EventHeader {
        emphasis: true,
        generated: Timestamp::from_unix_micros(1_795_169_700_000_000)
            .ok_or("a time outside of the years 1 to 9999")?,
        ..EventHeader::new("ACME.7.A01".parse()?, 101)
    };
    // The builder begins with the subject: an event without one cannot be built.
    let mut event = EventBuilder::new(Vec::new(), &header, &Profile::DEFAULT, DISK, disk)?;
    // A value of the wrong type or length is an error, and changes nothing.
    event.put(FREE_PERCENT, free)?;
    // `Ssid::NULL`: the tokens are those of the event's own subsystem.
    event.list_qualified(Ssid::NULL, VOLUMES, |list| {
        volumes.iter().try_for_each(|volume| list.put(VOLUME, *volume))
    })?;
    Ok(event.finish()?)
}
