use core::ops::ControlFlow;

use super::{Described, Item, Visitor};
use crate::dictionary::Advice;
use crate::spi::Timestamp;
use crate::spi::read::Finding;

/// A described buffer, and what else there is to say of it: what a format writes.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Record<'a> {
    /// The buffer.
    pub described: Described<'a>,
    /// The sentence of an event.
    pub text: Option<&'a str>,
    /// The number a filter passed the event with.
    pub pass_value: Option<i16>,
    /// The findings about the buffer.
    pub findings: &'a [Finding],
    /// The input it is from, if there are several.
    pub source: Option<&'a str>,
    /// When the buffer came by, for formats that want it of an event without a log time.
    pub observed: Option<Timestamp>,
    /// The advice about the event, if wanted.
    pub advice: Option<Advice<'a>>,
    /// Whether all bytes are written in hexadecimal digits besides.
    pub raw: bool,
}

impl<'a> Record<'a> {
    /// A record that says nothing besides the buffer itself.
    #[must_use]
    pub const fn new(described: Described<'a>) -> Self {
        Self {
            described,
            text: None,
            pass_value: None,
            findings: &[],
            source: None,
            observed: None,
            advice: None,
            raw: false,
        }
    }
}

impl<'a> Described<'a> {
    /// Names, one by one and maybe more than once, what rests on numbers that the vendor has not published and no user file has given:
    /// names of tokens and events and labels that are used, `ssid` for the name of the subsystem, `layout` for the values of header
    /// fields, and, if there `is_text`, `text` for the sentence.
    pub fn provisional(&self, is_text: bool, name: &mut dyn FnMut(&str)) {
        let _ = self.provisional_besides_tokens(is_text, &mut |found| {
            name(found);
            ControlFlow::Continue(())
        });
        // A token that cannot be read ends the list; the format says so.
        let _ = self.visit_tokens(&mut Names { name });
    }

    /// The same without names and labels of tokens, up to the name after which nothing more is wanted.
    pub(crate) fn provisional_besides_tokens(
        &self,
        is_text: bool,
        name: &mut dyn FnMut(&'a str) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let site = self.site();
        if let Some(event) = self.event() {
            if let Some(def) = site.event_def(event).filter(|def| def.is_provisional()) {
                name(def.name())?;
            }
            if site.is_provisional_layout(event) {
                name("layout")?;
            }
            if is_text && site.uses_provisional() && site.is_provisional_sentence(event) {
                name("text")?;
            }
        }
        if site.subsystem(self.buffer().ssid()).is_some()
            && site.is_provisional_subsystem(self.buffer().ssid())
        {
            name("ssid")?;
        }
        ControlFlow::Continue(())
    }
}

struct Names<'n> {
    name: &'n mut dyn FnMut(&str),
}

impl Names<'_> {
    fn item(&mut self, item: &Item<'_>) {
        if let Some(name) = item.name().filter(|_| item.is_provisional()) {
            (self.name)(name);
        }
    }
}

impl Visitor for Names<'_> {
    fn begin_list(&mut self, list: &Item<'_>) {
        self.item(list);
    }

    fn begin_table(&mut self, table: &Item<'_>) {
        self.item(table);
    }

    fn value(&mut self, item: &Item<'_>) {
        if item.index() == 0 || item.token().table().is_none() {
            self.item(item);
        }
        if let Some(label) = item.provisional_label() {
            (self.name)(label);
        }
    }
}
