//! The texts of events.

use core::fmt::{self, Write};

use super::Site;
use crate::ems::Event;
use crate::spi::read::{Token, Wanted};
use crate::template::{Layout, RenderOptions, Text};

macro_rules! text {
    ($(#[$doc:meta])* $name:ident, $write:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug)]
        pub struct $name<'s> {
            site: &'s Site,
            event: Event<'s>,
            is_local: bool,
        }

        impl<'s> $name<'s> {
            pub(super) const fn new(site: &'s Site, event: Event<'s>) -> Self {
                Self { site, event, is_local: true }
            }

            /// The same with its times in GMT, as formats for programs want it.
            #[must_use]
            pub const fn in_gmt(self) -> Self {
                Self { is_local: false, ..self }
            }
        }

        impl fmt::Display for $name<'_> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.site.$write(&self.event, &self.site.render_options(self.is_local), f)
            }
        }
    };
}

text! {
    /// The sentence of an event. See [`Site::sentence`].
    Sentence, write_sentence
}

text! {
    /// The header before the sentence of an event. See [`Site::header`].
    Header, write_header
}

text! {
    /// Header and sentence of an event. See [`Site::line`].
    Line, write_line
}

impl Site {
    /// Writes the sentence of an event into `text`, with its preferred line breaks; nothing is allocated once `text` has grown.
    pub fn sentence_text(&self, event: &Event<'_>, options: &RenderOptions<'_>, text: &mut Text) {
        text.clear();
        let _ = match self.own_text(event) {
            Some(bytes) => crate::template::write_text(text, bytes),
            None => self.templates().sentence_text(event, self.dictionary(), options, text).map(drop),
        };
    }

    /// Writes header and sentence of an event into `text`; returns the columns of the header.
    pub fn line_text(&self, event: &Event<'_>, options: &RenderOptions<'_>, text: &mut Text) -> usize {
        let Some(bytes) = self.own_text(event) else {
            let written = self.templates().emstext(event, self.dictionary(), options, text);
            return written.map_or(0, |(_, columns)| columns);
        };
        text.clear();
        let _ = self.write_header(event, options, text);
        let columns = text.as_str().chars().count();
        let _ = crate::template::write_text(text, bytes);
        columns
    }

    /// Writes header and sentence as a printing distributor does, laid out in lines; `text` is working memory.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn print(
        &self,
        event: &Event<'_>,
        layout: &Layout,
        text: &mut Text,
        out: &mut (impl Write + ?Sized),
    ) -> fmt::Result {
        self.line_text(event, &self.render_options(true), text);
        layout.write(text, out).map(drop)
    }

    pub(super) fn write_sentence(
        &self,
        event: &Event<'_>,
        options: &RenderOptions<'_>,
        out: &mut (impl Write + ?Sized),
    ) -> fmt::Result {
        match self.own_text(event) {
            Some(bytes) => crate::template::write_text(out, bytes),
            None => self.templates().render(event, self.dictionary(), options, out).map(drop),
        }
    }

    pub(super) fn write_header(
        &self,
        event: &Event<'_>,
        options: &RenderOptions<'_>,
        out: &mut (impl Write + ?Sized),
    ) -> fmt::Result {
        self.templates().render_header(event, self.dictionary(), options, self.printed_ssid(event), out)
    }

    pub(super) fn write_line(
        &self,
        event: &Event<'_>,
        options: &RenderOptions<'_>,
        out: &mut (impl Write + ?Sized),
    ) -> fmt::Result {
        self.write_header(event, options, out)?;
        self.write_sentence(event, options, out)
    }

    /// What an import keeps of words that no template explains: SYSLOG-TKN-TEXT, or ZEMS-TKN-TEXT as the first subject. It is the
    /// whole sentence, whatever templates there are.
    fn own_text<'a>(&self, event: &Event<'a>) -> Option<&'a [u8]> {
        let (text, syslog_text) = self.parts();
        if let Some((ssid, code)) = text
            && let Some(subject) = self.subject(event)
            && subject.code() == code
            && subject.effective_ssid().is_same_subsystem(ssid)
        {
            return Some(first_bytes(&subject));
        }
        let (ssid, code) = syslog_text?;
        let token = event.buffer().find(Wanted::of(ssid, code)).ok()??;
        Some(first_bytes(&token)).filter(|bytes| !bytes.is_empty())
    }
}

/// The bytes of a token, of a table those of its first value.
fn first_bytes<'a>(token: &Token<'a>) -> &'a [u8] {
    match token.table() {
        Some(table) => table.items().next().map_or(&[], |item| item.bytes()),
        None => token.bytes(),
    }
}
