//! The body tokens of the event as `zems catalog --format rust` writes them for a definition.

use zems::ems::{Event, EventHeader, SequenceWriter};
use zems::spi::read::{Buffer, DecodeError, TokenKey};
use zems::spi::{Profile, Timestamp};

use crate::events::{COUNT, ERRORS, FILE, MESSAGE, STARTED, STATE, SUBJECT, TOTAL, VOLUME};
use crate::model::{RecBytes, RecRef};

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tokens<'a> {
    pub subject: &'a [u8],
    pub count: Option<i16>,
    pub state: Option<i16>,
    pub errors: Option<i32>,
    pub total: Option<i64>,
    pub started: Option<Timestamp>,
    pub volume: Option<&'a [u8]>,
    pub file: Option<&'a [u8]>,
    pub message: Option<&'a [u8]>,
}

impl<'a> Tokens<'a> {
    #[inline]
    pub fn decode(event: &Event<'a>) -> Result<Option<Self>, DecodeError> {
        match Self::in_order(event.buffer()) {
            Some(found) => Ok(Some(found)),
            None => Self::search(event.buffer()),
        }
    }

    #[inline]
    fn in_order(buffer: &Buffer<'a>) -> Option<Self> {
        let mut tokens = buffer.sequence();
        tokens.mark()?;
        let found = Self {
            subject: tokens.bytes(SUBJECT)?,
            count: tokens.value(COUNT),
            state: tokens.value(STATE),
            errors: tokens.value(ERRORS),
            total: tokens.value(TOTAL),
            started: tokens.value(STARTED),
            volume: tokens.bytes(VOLUME),
            file: tokens.bytes(FILE),
            message: tokens.bytes(MESSAGE),
        };
        tokens.is_at_end().then_some(found)
    }

    #[cold]
    fn search(buffer: &Buffer<'a>) -> Result<Option<Self>, DecodeError> {
        let found = buffer.find_many(&[
            TokenKey::new(SUBJECT),
            TokenKey::new(COUNT),
            TokenKey::new(STATE),
            TokenKey::new(ERRORS),
            TokenKey::new(TOTAL),
            TokenKey::new(STARTED),
            TokenKey::new(VOLUME),
            TokenKey::new(FILE),
            TokenKey::new(MESSAGE),
        ])?;
        let [subject, count, state, errors, total, started, volume, file, message] = found;
        let Some(subject) = subject.map(|token| token.first_bytes()) else { return Ok(None) };
        Ok(Some(Self {
            subject,
            count: count.and_then(|token| token.first()),
            state: state.and_then(|token| token.first()),
            errors: errors.and_then(|token| token.first()),
            total: total.and_then(|token| token.first()),
            started: started.and_then(|token| token.first()),
            volume: volume.map(|token| token.first_bytes()),
            file: file.map(|token| token.first_bytes()),
            message: message.map(|token| token.first_bytes()),
        }))
    }

    #[inline]
    pub fn encode(&self, header: &EventHeader<'_>, space: &mut [u8]) -> Option<usize> {
        let mut event = SequenceWriter::new(header, &Profile::DEFAULT, space)?;
        event.mark()?;
        event.put(SUBJECT, self.subject)?;
        if let Some(value) = self.count {
            event.put(COUNT, value)?;
        }
        if let Some(value) = self.state {
            event.put(STATE, value)?;
        }
        if let Some(value) = self.errors {
            event.put(ERRORS, value)?;
        }
        if let Some(value) = self.total {
            event.put(TOTAL, value)?;
        }
        if let Some(value) = self.started {
            event.put(STARTED, value)?;
        }
        if let Some(value) = self.volume {
            event.put(VOLUME, value)?;
        }
        if let Some(value) = self.file {
            event.put(FILE, value)?;
        }
        if let Some(value) = self.message {
            event.put(MESSAGE, value)?;
        }
        event.finish()
    }
}

/// All 29 values.
#[inline(never)]
pub fn decode(bytes: &[u8]) -> Option<RecBytes<'_>> {
    let event = Event::parse(bytes).ok()?;
    let mut rec = RecBytes::default();
    crate::decode::header(&event, &mut rec)?;
    let tokens = Tokens::decode(&event).ok()??;
    rec.subject = tokens.subject;
    rec.count = tokens.count?;
    rec.state = tokens.state?;
    rec.errors = tokens.errors?;
    rec.total = tokens.total?;
    rec.started = tokens.started?.0;
    rec.volume = tokens.volume?;
    rec.file = tokens.file?;
    rec.message = tokens.message?;
    Some(rec)
}

#[inline(never)]
pub fn encode(rec: &RecRef<'_>, space: &mut [u8]) -> Option<usize> {
    let tokens = Tokens {
        subject: rec.subject.as_bytes(),
        count: Some(rec.count),
        state: Some(rec.state),
        errors: Some(rec.errors),
        total: Some(rec.total),
        started: Some(Timestamp(rec.started)),
        volume: Some(rec.volume.as_bytes()),
        file: Some(rec.file.as_bytes()),
        message: Some(rec.message.as_bytes()),
    };
    tokens.encode(&crate::events::header(rec), space)
}
