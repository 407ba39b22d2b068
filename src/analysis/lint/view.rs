//! An event as the rules look at it.

use std::sync::Arc;

use super::{EventPlace, Names, Report};
use crate::dictionary::TokenDef;
use crate::ems::Event;
use crate::spi::read::{Token, Visit};
use crate::spi::{DataType, HeaderField, Ssid};

/// An event with the meaning of its tokens.
pub(super) struct View<'v> {
    pub(super) names: &'v Names<'v>,
    pub(super) event: Event<'v>,
    pub(super) tokens: Vec<Item<'v>>,
    pub(super) place: EventPlace,
    origin: u64,
    standard: Option<&'static str>,
}

/// A token of an event, lists before their tokens.
pub(super) struct Item<'v> {
    pub(super) token: Token<'v>,
    pub(super) def: Option<TokenDef<'v>>,
    /// Which token opens the list it is in.
    pub(super) list: Option<usize>,
    pub(super) is_subject: bool,
    pub(super) is_mark: bool,
}

impl<'v> Item<'v> {
    pub(super) fn ssid(&self) -> Ssid {
        self.token.effective_ssid()
    }

    pub(super) fn name(&self) -> &'v str {
        self.def.map_or("", |def| def.name())
    }

    /// Its name, or its code.
    pub(super) fn shown(&self) -> String {
        self.def.map_or_else(|| format!("{:X}", self.token.code()), |def| def.name().to_owned())
    }

    /// The value, of a table the first.
    pub(super) fn bytes(&self) -> &'v [u8] {
        match self.token.table() {
            Some(table) => table.items().next().map_or(&[], |first| first.bytes()),
            None => self.token.bytes(),
        }
    }

    /// A whole number, if it is one.
    pub(super) fn number(&self) -> Option<i64> {
        let bytes = self.bytes();
        match self.token.data_type() {
            DataType::Int | DataType::Enum | DataType::Boolean => {
                Some(i16::from_be_bytes(*bytes.first_chunk()?).into())
            }
            DataType::Uint => Some(u16::from_be_bytes(*bytes.first_chunk()?).into()),
            DataType::Int2 => Some(i32::from_be_bytes(*bytes.first_chunk()?).into()),
            DataType::Int4 | DataType::Timestamp => Some(i64::from_be_bytes(*bytes.first_chunk()?)),
            _ => None,
        }
    }

    /// A text, without the blanks at its end.
    pub(super) fn text(&self) -> Option<&'v str> {
        let is_text = self.token.data_type() == DataType::Char;
        is_text.then(|| core::str::from_utf8(self.bytes().trim_ascii_end()).ok())?
    }
}

impl<'v> View<'v> {
    pub(super) fn new(
        names: &'v Names<'v>,
        file: &str,
        line: Option<u64>,
        offset: u64,
        event: Event<'v>,
    ) -> Self {
        let dictionary = names.dictionary();
        let mut tokens: Vec<Item<'v>> = Vec::new();
        let mut lists = Vec::new();
        let mut is_after_mark = false;
        // Stop at tokens that cannot be read: the decoder reports them.
        for visit in event.buffer().walk().map_while(Result::ok) {
            let (token, is_list) = match visit {
                Visit::Token(token) => (token, false),
                Visit::Open(token) => (token, true),
                _ => {
                    lists.pop();
                    continue;
                }
            };
            let is_mark = token.is_subject_mark() && lists.is_empty();
            let is_subject = is_after_mark && !is_mark && !is_list && lists.is_empty();
            is_after_mark = is_mark;
            let def = dictionary.token(token.effective_ssid(), token.code());
            tokens.push(Item { token, def, list: lists.last().copied(), is_subject, is_mark });
            if is_list {
                lists.push(tokens.len() - 1);
            }
        }
        let subject = tokens.iter().find(|item| item.is_subject);
        let subject = subject.map(|item| match item.text() {
            Some(text) => text.to_owned(),
            None => item.number().map_or_else(|| item.shown(), |number| number.to_string()),
        });
        let site = names.site;
        let place = EventPlace {
            file: Arc::from(file),
            offset,
            line,
            ssid: site.event_ssid(&event).to_string(),
            number: event.number(),
            name: site.event_name(&event).map(str::to_owned),
            subject,
        };
        let standard = event.content_standard().and_then(|value| names.content(value.into()));
        Self { names, event, tokens, place, origin: offset, standard }
    }

    /// Adds a finding. `token` is what it is about, `names` are the names the rule used.
    pub(super) fn hit(
        &self,
        report: &mut Report,
        id: &str,
        detail: &str,
        token: Option<&Item<'_>>,
        names: &[&str],
    ) {
        if !report.is_on(id) {
            return;
        }
        let mut place = self.place.clone();
        let shown = token.map(Item::shown);
        if let Some(item) = token
            && place.line.is_none()
        {
            let at = item.token.range().start.saturating_sub(self.event.buffer().origin());
            place.offset = self.origin.saturating_add(at);
        }
        let mut used = names.to_vec();
        if let Some(item) = token.filter(|item| item.def.is_some()) {
            used.push(item.name());
        }
        used.dedup();
        let mut provisional = self.names.provisional(&used);
        if self.names.site.is_provisional_subsystem(self.event.ssid()) {
            provisional.push("ssid".to_owned());
        }
        report.add_event(id, self.event.ssid(), place, detail, shown.as_deref(), provisional);
    }

    /// The same for a token that is missing, by name.
    pub(super) fn miss(&self, report: &mut Report, id: &str, token: &str) {
        if report.is_on(id) {
            let provisional = self.names.provisional(&[token]);
            let detail = format!("{token} is missing");
            report.add_event(id, self.event.ssid(), self.place.clone(), &detail, Some(token), provisional);
        }
    }

    pub(super) fn owner(&self) -> String {
        self.event.ssid().owner_name().unwrap_or_default().to_owned()
    }

    /// An event that an import made.
    pub(super) fn is_imported(&self) -> bool {
        matches!(self.owner().as_str(), "SYSLOG" | "JUNIPER")
    }

    pub(super) fn top(&self) -> impl Iterator<Item = &Item<'v>> {
        self.tokens.iter().filter(|item| item.list.is_none() && !item.is_mark)
    }

    /// The first token of this name outside of lists.
    pub(super) fn token(&self, name: &str) -> Option<&Item<'v>> {
        self.top().find(|item| item.name() == name)
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.token(name).is_some()
    }

    pub(super) fn number_of(&self, name: &str) -> Option<i64> {
        self.token(name)?.number()
    }

    pub(super) fn is_true(&self, name: &str) -> bool {
        self.number_of(name).is_some_and(|value| value != 0)
    }

    pub(super) fn subjects(&self) -> impl Iterator<Item = &Item<'v>> {
        self.tokens.iter().filter(|item| item.is_subject)
    }

    pub(super) fn subject(&self) -> Option<&Item<'v>> {
        self.subjects().next()
    }

    /// Whether the value of a token is that of one of these constants.
    pub(super) fn is_one_of(&self, value: i64, constants: &[&str]) -> bool {
        constants.iter().any(|name| self.names.constant(name) == Some(value))
    }

    /// The name of the standard content, if the event is a standard one; empty if it is none of them.
    pub(super) const fn standard(&self) -> Option<&'static str> {
        self.standard
    }

    pub(super) fn is_standard(&self) -> bool {
        self.standard().is_some()
    }

    /// A header later than that of the C series.
    pub(super) fn is_later(&self) -> Option<bool> {
        self.event.layout().map(|layout| layout.place(HeaderField::ContentStandard).is_some())
    }

    /// The name of the reporting process, without its node and sequence number.
    pub(super) fn process(&self) -> Option<String> {
        let text = self.event.process()?.to_string();
        let name = text.rsplit('.').next()?.split(':').next()?;
        name.starts_with('$').then(|| name.to_owned())
    }
}

/// The values of ZEMS-TKN-CONTENT-STANDARD beside ZEMS-VAL-NULL.
pub(super) const CONTENTS: [&str; 7] = [
    "ZEMS-VAL-TRANSIENT-FAULT",
    "ZEMS-VAL-OBJECT-UNAVAILABLE",
    "ZEMS-VAL-OBJECT-AVAILABLE",
    "ZEMS-VAL-OTHER-STATE-CHANGE",
    "ZEMS-VAL-ATTN-NEEDED",
    "ZEMS-VAL-ATTN-COMPLETED",
    "ZEMS-VAL-USAGE-THRESHOLD",
];
