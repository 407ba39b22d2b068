//! The shipped templates as an importer and a writer of lines use them.

use zems::dictionary::{Dictionary, builtin};
use zems::ems::Event;
use zems::spi::{Ssid, TokenCode};
use zems::syslog::MessageTexts;
use zems::template::{MatchOptions, Matcher, RenderOptions, Scratch, TemplateSet};
use zems::text::{Diagnostics, NoLoader, SourceMap};

/// The shipped templates.
pub fn templates() -> TemplateSet {
    let dictionary = Dictionary::builtin();
    let mut set = TemplateSet::new(dictionary);
    let (mut sources, mut diagnostics) = (SourceMap::new(), Diagnostics::new());
    for (name, text) in builtin::templates() {
        let source = sources.add(*name, *text).unwrap();
        set.compile(dictionary, source, &mut sources, &NoLoader, &mut diagnostics);
    }
    set
}

/// Templates, both ways.
pub struct Texts<'t> {
    set: &'t TemplateSet,
    matcher: &'t Matcher<'t>,
    scratch: Scratch,
}

impl<'t> Texts<'t> {
    pub fn new(set: &'t TemplateSet, matcher: &'t Matcher<'t>) -> Self {
        Self { set, matcher, scratch: Scratch::default() }
    }
}

impl MessageTexts for Texts<'_> {
    fn tokens(
        &mut self,
        ssid: Ssid,
        number: i16,
        text: &str,
        put: &mut dyn FnMut(Ssid, TokenCode, &[u8]),
    ) -> bool {
        let found = self.matcher.explain(ssid, number, text, &MatchOptions::default(), &mut self.scratch);
        let Some(found) = found else { return false };
        for token in found.values().tokens {
            put(token.ssid.unwrap_or(ssid), token.code, &token.bytes);
        }
        true
    }

    fn sentence(&mut self, event: &Event<'_>, text: &mut String) -> bool {
        self.set.render(event, Dictionary::builtin(), &RenderOptions::default(), text).is_ok()
    }
}
