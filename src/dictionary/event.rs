use core::fmt;

use super::image::{NONE, Record, Section};
use super::token::TokenDef;
use crate::spi::Ssid;

/// An event's definition.
#[derive(Clone, Copy)]
pub struct EventDef<'d>(pub(super) Record<'d>);

/// The syslog side of an event: what a system-log message of this kind says about itself.
#[derive(Clone, Copy)]
pub struct Message<'d>(Record<'d>);

impl<'d> EventDef<'d> {
    pub(super) const SIZE: usize = 48;

    /// The name of the event number's CONSTANT.
    #[must_use]
    pub fn name(&self) -> &'d str {
        self.0.text(0)
    }

    /// Whose event it is.
    #[must_use]
    pub fn ssid(&self) -> Ssid {
        Ssid::from_bytes(self.0.twelve(2))
    }

    /// The event number.
    #[must_use]
    pub fn number(&self) -> i16 {
        i16::try_from(self.0.signed(5)).unwrap_or(0)
    }

    /// The token that is its first subject.
    #[must_use]
    pub fn subject(&self) -> Option<TokenDef<'d>> {
        self.0.image().record(Section::Tokens, TokenDef::SIZE, self.0.number(6)).map(TokenDef)
    }

    /// Whether the event is critical.
    #[must_use]
    pub fn emphasis(&self) -> Option<bool> {
        match self.0.number(7) {
            NONE => None,
            emphasis => Some(emphasis != 0),
        }
    }

    /// Its tokens, and whether each is always there.
    pub fn tokens(&self) -> impl Iterator<Item = (TokenDef<'d>, bool)> + Clone + use<'d> {
        let (image, first, count) = (self.0.image(), self.0.number(8), self.0.number(9));
        (first..first.saturating_add(count)).filter_map(move |number| {
            let entry = image.record(Section::EventTokens, 8, number)?;
            let token = image.record(Section::Tokens, TokenDef::SIZE, entry.number(0))?;
            Some((TokenDef(token), entry.number(1) != 0))
        })
    }

    /// The syslog message the event is.
    #[must_use]
    pub fn message(&self) -> Option<Message<'d>> {
        self.0.image().record(Section::Messages, Message::SIZE, self.0.number(10)).map(Message)
    }

    /// Whether its number is not a published one.
    #[must_use]
    pub fn is_provisional(&self) -> bool {
        self.0.number(11) != 0
    }
}

impl<'d> Message<'d> {
    pub(super) const SIZE: usize = 24;

    /// The message's tag, `JSRPD_PID_FILE_LOCK`.
    #[must_use]
    pub fn tag(&self) -> &'d str {
        self.0.text(0)
    }

    /// `error` or `event`.
    #[must_use]
    pub fn kind(&self) -> Option<&'d str> {
        self.0.optional_text(2)
    }

    /// 0 (emergency) to 7 (debug).
    #[must_use]
    pub fn severity(&self) -> Option<u8> {
        u8::try_from(self.0.number(4)).ok()
    }

    /// 0 (kernel) to 23 (local7).
    #[must_use]
    pub fn facility(&self) -> Option<u8> {
        u8::try_from(self.0.number(5)).ok()
    }
}

impl fmt::Debug for EventDef<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EventDef({} {})", self.number(), self.name())
    }
}

impl fmt::Debug for Message<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Message({})", self.tag())
    }
}
