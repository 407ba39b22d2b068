//! The events that a distributor's reply carries (EMS Manual 17-9).

use zems::dictionary::Dictionary;
use zems::ems::Event;
use zems::spi::read::{Buffer, Decoder, Token, Visit};

use crate::input::Bad;

/// The value of an event token: an event, or bytes that are none.
pub(crate) type Carried<'a> = Result<Buffer<'a>, Bad>;

/// The events in the event tokens of a command buffer, single or in tables, in lists too. Empty for an event, and for a reply without
/// such tokens.
///
/// A token is one by its name. Its number may differ on the system that the buffer is of: so any other token whose value is a
/// whole event counts too.
pub(crate) fn carried<'a>(buffer: &Buffer<'a>, dictionary: &Dictionary) -> Vec<Carried<'a>> {
    if Event::try_from(*buffer).is_ok() {
        return Vec::new();
    }
    let named = dictionary.token_named("ZEMS-TKN-EVENT");
    let is_named = |token: &Token<'_>| {
        named.as_ref().is_some_and(|named| {
            let (ssid, of) = (token.effective_ssid(), named.ssid());
            let is_its = of.is_none_or(|of| (of.owner(), of.number()) == (ssid.owner(), ssid.number()));
            named.code().number() == token.code().number() && is_its
        })
    };
    let mut carried = Vec::new();
    for visit in buffer.walk() {
        let Ok(Visit::Token(token)) = visit else { continue };
        let mut value = |offset: usize, bytes: &'a [u8]| {
            let offset = buffer.origin().saturating_add(u64::try_from(offset).unwrap_or(u64::MAX));
            match event(buffer, offset, bytes) {
                Ok(event) => carried.push(Ok(event)),
                Err(error) if is_named(&token) => {
                    let len = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
                    carried.push(Err(Bad { offset, len, error: format!("carried by the reply: {error}") }));
                }
                Err(_) => {}
            }
        };
        match token.table() {
            Some(table) => table.items().for_each(|item| value(item.value_offset(), item.bytes())),
            None => value(token.value_offset(), token.bytes()),
        }
    }
    carried
}

/// All of the bytes as one event.
fn event<'a>(reply: &Buffer<'a>, offset: u64, bytes: &'a [u8]) -> Result<Buffer<'a>, String> {
    let buffer = Decoder::new(reply.profile()).at(offset).parse(bytes).map_err(|error| error.to_string())?;
    buffer.walk().try_for_each(|visit| visit.map(drop)).map_err(|error| error.to_string())?;
    if Event::try_from(buffer).is_err() {
        return Err("the buffer is a command or response, not an event".to_owned());
    }
    Ok(buffer)
}
