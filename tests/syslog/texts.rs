//! The shipped templates as an importer and a writer of lines use them.

use std::sync::LazyLock;

use zems::dictionary::{Dictionary, builtin};
use zems::ems::Event;
use zems::spi::{Ssid, TokenCode};
use zems::syslog::MessageTexts;
use zems::template::{MatchOptions, Matcher, RenderOptions, Scratch, TemplateSet};
use zems::text::{Diagnostics, NoLoader, SourceMap};

/// The shipped templates.
pub static SET: LazyLock<TemplateSet> = LazyLock::new(|| {
    let dictionary = Dictionary::builtin();
    let mut set = TemplateSet::new(dictionary);
    let (mut sources, mut diagnostics) = (SourceMap::new(), Diagnostics::new());
    for (name, text) in builtin::templates() {
        let source = sources.add(*name, *text).unwrap();
        set.compile(dictionary, source, &mut sources, &NoLoader, &mut diagnostics);
    }
    set
});

static MATCHER: LazyLock<Matcher<'static>> = LazyLock::new(|| Matcher::new(&SET, Dictionary::builtin()));

/// Templates, both ways.
pub struct Texts {
    set: &'static TemplateSet,
    matcher: &'static Matcher<'static>,
    scratch: Scratch,
}

impl Texts {
    pub fn shipped() -> Self {
        Self { set: &SET, matcher: &MATCHER, scratch: Scratch::default() }
    }
}

impl MessageTexts for Texts {
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
