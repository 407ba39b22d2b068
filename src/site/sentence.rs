//! The texts of events.

use core::fmt::{self, Write};

use super::Site;
use crate::ems::Event;
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
        if self.is_plain(event) {
            let _ = self.templates().sentence_text(event, self.dictionary(), options, text);
        } else {
            let _ = self.write_sentence(event, options, text);
        }
    }

    /// Writes header and sentence of an event into `text`; returns the columns of the header.
    pub fn line_text(&self, event: &Event<'_>, options: &RenderOptions<'_>, text: &mut Text) -> usize {
        if self.is_plain(event) {
            let written = self.templates().emstext(event, self.dictionary(), options, text);
            return written.map_or(0, |(_, columns)| columns);
        }
        text.clear();
        let _ = self.write_header(event, options, text);
        let columns = text.as_str().chars().count();
        let _ = self.write_sentence(event, options, text);
        columns
    }

    /// Whether the text of an event is just what the templates make of it.
    fn is_plain(&self, event: &Event<'_>) -> bool {
        self.uses_provisional() && self.printed_ssid(event).is_none()
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
        if !self.uses_provisional() && self.is_provisional_sentence(event) {
            let options = self.certain(event, options);
            self.templates().render_without_template(event, self.dictionary(), &options, out).map(drop)
        } else {
            self.templates().render(event, self.dictionary(), options, out).map(drop)
        }
    }

    pub(super) fn write_header(
        &self,
        event: &Event<'_>,
        options: &RenderOptions<'_>,
        out: &mut (impl Write + ?Sized),
    ) -> fmt::Result {
        let options = self.certain(event, options);
        self.templates().render_header(event, self.dictionary(), &options, self.printed_ssid(event), out)
    }

    /// The options under which the text of an event has no provisional name of a subsystem, if it must not.
    fn certain<'o>(&self, event: &Event<'_>, options: &RenderOptions<'o>) -> RenderOptions<'o> {
        let numbers_only = !self.uses_provisional() && self.is_provisional_subsystem(event.ssid());
        RenderOptions { numbers_only: options.numbers_only || numbers_only, ..*options }
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
}
