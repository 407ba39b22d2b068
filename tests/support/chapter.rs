//! The oracle of chapters of message documentation.

use zems::dictionary::{Chapter, ChapterOptions, EventChapter, Loader};
use zems::text::{Diagnostics, NoLoader, SourceMap};

/// Reads any bytes as chapters of both layouts. A chapter of a NonStop manual without errors becomes sources that load alone, with
/// every event, number and text in place.
pub fn any(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes).into_owned();
    let (mut sources, mut diagnostics) = (SourceMap::new(), Diagnostics::new());
    let Ok(source) = sources.add("chapter", text) else { return };
    let options = ChapterOptions::default();
    let chapter = Chapter::parse(source, &sources, &options, &mut diagnostics);
    let _ = (chapter.definitions(&options), chapter.facts(&options), chapter.templates(&options));
    let mut diagnostics = Diagnostics::new();
    let chapter = EventChapter::parse(source, &sources, &mut diagnostics);
    let _ = diagnostics.render(&sources).to_string();
    if diagnostics.has_errors() {
        return;
    }
    let mut loader = Loader::new();
    let added = [loader.add("x.ddl", chapter.definitions()), loader.add("x.events", chapter.facts(true))];
    if added.iter().any(Result::is_err) {
        return;
    }
    let loaded = loader.load(&NoLoader);
    // A name may be longer than the language allows.
    let is_long = chapter.events.iter().any(|event| event.name.len() > 30)
        || chapter.events.iter().flat_map(|event| &event.tokens).any(|token| token.name.len() > 30);
    if is_long {
        return;
    }
    assert!(!loaded.diagnostics.has_errors(), "{}", loaded.diagnostics.render(&loaded.sources));
    for event in &chapter.events {
        let def = loaded.dictionary.event_named(&event.name).unwrap();
        assert_eq!(def.number(), event.number);
        let is_blank = |c: char| c.is_whitespace() || c.is_control();
        let words =
            |text: &str| text.split(is_blank).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
        assert_eq!(words(def.printed_text().unwrap_or_default()), words(&event.text));
        assert_eq!(words(def.advice().recovery.unwrap_or_default()), words(&event.recovery));
    }
}
