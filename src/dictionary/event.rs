use core::fmt;

use super::definitions::EventDefinition;
use super::image::{NONE, Record, Section};
use super::token::TokenDef;
use crate::spi::Ssid;

/// An event's definition.
#[derive(Clone, Copy)]
pub struct EventDef<'d>(pub(super) Record<'d>);

/// The syslog side of an event: what a system-log message of this kind says about itself.
#[derive(Clone, Copy)]
pub struct Message<'d>(Record<'d>);

/// A token of an event's definition.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct EventToken<'d> {
    /// The token.
    pub token: TokenDef<'d>,
    /// Whether it is always there.
    pub presence: Presence,
    /// The list it is in; `None`: at the top level.
    pub within: Option<TokenDef<'d>>,
}

/// Whether a token is always in its event. The manuals call it unconditional or conditional.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Presence {
    /// It occurs; the manuals say no more.
    #[default]
    Unstated,
    /// Unconditional.
    Required,
    /// Conditional.
    Optional,
    /// The vendor's own.
    Internal,
}

const PRESENCES: [Presence; 4] =
    [Presence::Unstated, Presence::Required, Presence::Optional, Presence::Internal];

impl Presence {
    /// One column of a record.
    pub(super) fn pack(self) -> u32 {
        PRESENCES.iter().zip(0..).find(|(known, _)| **known == self).map_or(0, |(_, at)| at)
    }
}

impl EventToken<'_> {
    pub(super) const SIZE: usize = 20;
}

/// The texts of a manual or a site about an event. Each line of a text is a paragraph.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Advice<'d> {
    /// The outcome.
    pub description: Option<&'d str>,
    /// Why.
    pub cause: Option<&'d str>,
    /// The effect.
    pub effect: Option<&'d str>,
    /// The action.
    pub recovery: Option<&'d str>,
}

impl<'d> Advice<'d> {
    /// The texts there are, each with its heading.
    pub fn texts(&self) -> impl Iterator<Item = (&'static str, &'d str)> + use<'d> {
        let texts = [
            ("Description", self.description),
            ("Cause", self.cause),
            ("Effect", self.effect),
            ("Recovery", self.recovery),
        ];
        texts.into_iter().filter_map(|(heading, text)| Some((heading, text?)))
    }

    /// Whether nothing is said.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// A token that a manual names and gives no number.
#[derive(Clone, Copy)]
pub struct UnnumberedToken<'d>(pub(super) Record<'d>);

impl<'d> UnnumberedToken<'d> {
    pub(super) const SIZE: usize = 24;

    /// The symbolic name.
    #[must_use]
    pub fn name(&self) -> &'d str {
        self.0.text(0)
    }

    /// The name of its TOKEN-TYPE.
    #[must_use]
    pub fn type_name(&self) -> Option<&'d str> {
        self.0.optional_text(2)
    }

    /// The description in the manual; each line is a paragraph.
    #[must_use]
    pub fn description(&self) -> Option<&'d str> {
        self.0.optional_text(4)
    }
}

impl fmt::Debug for UnnumberedToken<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "UnnumberedToken({})", self.name())
    }
}

const IS_PROVISIONAL: u32 = 1;
const IS_SSID_MISSING: u32 = 2;

impl<'d> EventDef<'d> {
    pub(super) const SIZE: usize = 96;

    pub(super) fn flags(event: &EventDefinition) -> u32 {
        let flags = [(event.is_provisional, IS_PROVISIONAL), (event.is_ssid_missing, IS_SSID_MISSING)];
        flags.iter().filter(|(is_set, _)| *is_set).map(|(_, flag)| flag).sum()
    }

    /// The name of the event number's CONSTANT.
    #[must_use]
    pub fn name(&self) -> &'d str {
        self.0.text(0)
    }

    /// Whose event it is; the null SSID if that is not known.
    #[must_use]
    pub fn ssid(&self) -> Ssid {
        Ssid::from_bytes(self.0.twelve(2))
    }

    /// Whether it is known whose event it is.
    #[must_use]
    pub fn has_ssid(&self) -> bool {
        self.0.number(11) & IS_SSID_MISSING == 0
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

    /// The name of that token, also if its number is not known.
    #[must_use]
    pub fn subject_name(&self) -> Option<&'d str> {
        self.subject().map(|token| token.name()).or_else(|| self.0.optional_text(12))
    }

    /// Whether the event is critical.
    #[must_use]
    pub fn emphasis(&self) -> Option<bool> {
        match self.0.number(7) {
            NONE => None,
            emphasis => Some(emphasis != 0),
        }
    }

    /// Its tokens beside the header tokens, the subject mark and the subject, and whether each is always there.
    pub fn tokens(&self) -> impl Iterator<Item = (TokenDef<'d>, bool)> + Clone + use<'d> {
        self.event_tokens().map(|token| (token.token, token.presence == Presence::Required))
    }

    /// Its tokens beside the header tokens, the subject mark and the subject, in the order of the manual's box.
    pub fn event_tokens(&self) -> impl Iterator<Item = EventToken<'d>> + Clone + use<'d> {
        let (image, first, count) = (self.0.image(), self.0.number(8), self.0.number(9));
        let token = move |number| image.record(Section::Tokens, TokenDef::SIZE, number).map(TokenDef);
        (first..first.saturating_add(count)).filter_map(move |number| {
            let entry = image.record(Section::EventTokens, EventToken::SIZE, number)?;
            let presence = usize::try_from(entry.number(1)).ok().and_then(|at| PRESENCES.get(at).copied());
            Some(EventToken {
                token: token(entry.number(0))?,
                presence: presence.unwrap_or_default(),
                within: token(entry.number(2)),
            })
        })
    }

    /// The names of those of its tokens whose numbers are not known.
    pub fn unnumbered_tokens(&self) -> impl Iterator<Item = &'d str> + use<'d> {
        let (image, first, count) = (self.0.image(), self.0.number(8), self.0.number(9));
        (first..first.saturating_add(count)).filter_map(move |number| {
            image.record(Section::EventTokens, EventToken::SIZE, number)?.optional_text(3)
        })
    }

    /// The text as a manual prints it, with its markers: `Backup process in CPU <1> died`. The text that an event shows comes from its
    /// template.
    #[must_use]
    pub fn printed_text(&self) -> Option<&'d str> {
        self.0.optional_text(14)
    }

    /// The advice about it.
    #[must_use]
    pub fn advice(&self) -> Advice<'d> {
        let [description, cause, effect, recovery] =
            [16, 18, 20, 22].map(|column| self.0.optional_text(column));
        Advice { description, cause, effect, recovery }
    }

    /// The syslog message the event is.
    #[must_use]
    pub fn message(&self) -> Option<Message<'d>> {
        self.0.image().record(Section::Messages, Message::SIZE, self.0.number(10)).map(Message)
    }

    /// Whether its number is not a published one.
    #[must_use]
    pub fn is_provisional(&self) -> bool {
        self.0.number(11) & IS_PROVISIONAL != 0
    }
}

/// The severities of syslog by their numbers (RFC 5424, 6.2.1).
pub const SEVERITIES: [&str; 8] =
    ["emergency", "alert", "critical", "error", "warning", "notice", "info", "debug"];

/// The facilities of syslog by their numbers (RFC 5424, 6.2.1).
pub const FACILITIES: [&str; 24] = [
    "kern", "user", "mail", "daemon", "auth", "syslog", "lpr", "news", "uucp", "cron", "authpriv", "ftp",
    "ntp", "audit", "alert", "clock", "local0", "local1", "local2", "local3", "local4", "local5", "local6",
    "local7",
];

impl<'d> Message<'d> {
    /// The [kind](Self::kind) of an error or failure.
    pub const ERROR: &'static str = "error";
    /// The [kind](Self::kind) of something that happened.
    pub const EVENT: &'static str = "event";

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
