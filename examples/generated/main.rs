//! Types generated from your definitions: an event becomes a structure, and back.
//!
//! `bank.rs` is made by
//!
//! ```sh
//! zems catalog --define samples/bank/definitions --format rust 'bank*' > examples/generated/bank.rs
//! cargo run --example generated
//! ```

use core::error::Error;

use zems::ems::{Event, EventHeader};
use zems::spi::Profile;

// In your project: `mod bank;`. The tests of this project include this file from elsewhere.
#[rustfmt::skip]
#[allow(dead_code, missing_docs, unreachable_pub, clippy::all)]
#[path = "bank.rs"]
mod bank;

use bank::{BankDdlReason, BankEvtClosed};

fn main() -> Result<(), Box<dyn Error>> {
    println!("{}", round_trip()?);
    Ok(())
}

/// Builds an event from a structure, and reads it back.
///
/// # Errors
///
/// The buffer is too small.
///
/// # Panics
///
/// The event that is read is not the one that was built.
pub fn round_trip() -> Result<String, Box<dyn Error>> {
    let closed =
        BankEvtClosed { bank_tkn_branch: b"Nydegg", bank_tkn_reason: Some(BankDdlReason::BANK_ENM_HOURS.0) };
    let header = EventHeader::new(BankEvtClosed::SSID, BankEvtClosed::NUMBER);
    let mut memory = [0; 4024];
    let length = closed.encode(&header, &Profile::DEFAULT, &mut memory)?;

    let event = Event::parse(&memory[..length])?;
    let read = BankEvtClosed::decode(&event)?.ok_or("another event")?;
    assert_eq!(read, closed);
    let reason = read.bank_tkn_reason.and_then(|value| BankDdlReason(value).label()).unwrap_or("?");
    Ok(format!("branch {} closed: {reason}", String::from_utf8_lossy(read.bank_tkn_branch)))
}
