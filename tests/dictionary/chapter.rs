//! Message documentation as a source of definitions.

use std::fs;
use std::path::Path;

use proptest::prelude::*;
use zems::dictionary::{Chapter, ChapterOptions, Dictionary, Loader, builtin};
use zems::template::{RenderOptions, TemplateSet};
use zems::text::{Diagnostics, NoLoader, SourceMap};

/// The nine messages in the form of the reference.
const JSRPD: &str = include_str!("jsrpd-chapter.txt");

fn parse(text: impl Into<String>, options: &ChapterOptions<'_>) -> (Chapter, String) {
    let (mut sources, mut diagnostics) = (SourceMap::new(), Diagnostics::new());
    let source = sources.add("chapter", text.into()).unwrap();
    let chapter = Chapter::parse(source, &sources, options, &mut diagnostics);
    (chapter, diagnostics.render(&sources).to_string())
}

/// `BLESS=1` writes the shipped sources anew.
#[test]
fn the_shipped_sources_are_what_the_chapter_becomes() {
    let options = ChapterOptions { describes: false, ..ChapterOptions::default() };
    let (chapter, faults) = parse(JSRPD, &options);
    assert_eq!((chapter.messages.len(), faults.as_str()), (9, ""));
    let made = [
        ("jsrpd.ddl", chapter.definitions(&options)),
        ("jsrpd.events", chapter.facts(&options)),
        ("jsrpd.tmpl", chapter.templates(&options)),
    ];
    for (name, text) in made {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/dictionary/builtin").join(name);
        if std::env::var_os("BLESS").is_some_and(|bless| bless == "1") {
            fs::write(&path, &text).unwrap();
        }
        assert!(
            fs::read_to_string(&path).unwrap() == text,
            "{name} is not what the chapter becomes:\n{text}"
        );
        let shipped = builtin::definitions().iter().chain(builtin::templates());
        assert_eq!(shipped.filter(|(shipped, _)| *shipped == name).count(), 1, "{name}");
    }
}

/// The sources of a chapter, loaded as a user's own, with their templates.
fn load(chapter: &Chapter, options: &ChapterOptions<'_>) -> (Dictionary, TemplateSet) {
    let mut loader = Loader::with_builtin();
    loader.add("own.ddl", chapter.definitions(options)).unwrap();
    loader.add("own.events", chapter.facts(options)).unwrap();
    let mut loaded = loader.load(&NoLoader);
    let mut templates = TemplateSet::new(&loaded.dictionary);
    let source = loaded.sources.add("own.tmpl", chapter.templates(options)).unwrap();
    templates.compile(&loaded.dictionary, source, &mut loaded.sources, &NoLoader, &mut loaded.diagnostics);
    let faults = loaded.diagnostics.render(&loaded.sources).to_string();
    // Tags make longer names than the language allows.
    let is_only_length = |line: &str| !line.contains(": warning: ") || line.contains("characters");
    assert!(!loaded.diagnostics.has_errors() && faults.lines().all(is_only_length), "{faults}");
    (loaded.dictionary, templates)
}

/// The text of a message with these variables.
fn sentence(
    dictionary: &Dictionary,
    templates: &TemplateSet,
    number: i16,
    values: &[(&str, &str)],
) -> String {
    use zems::ems::{Event, EventBuilder, EventHeader};

    let ssid = dictionary.parse_ssid("ACME.ACME.0").unwrap();
    let header = EventHeader::new(ssid, number);
    let process = dictionary.token_named("SYSLOG-TKN-PROCESS").unwrap();
    let (home, code) = (process.ssid().unwrap(), process.stored_code());
    let mut event =
        EventBuilder::qualified(Vec::new(), &header, dictionary.profile(), home, code, "acmed").unwrap();
    for (name, value) in values {
        event.put(dictionary.token_named(name).unwrap().stored_code(), *value).unwrap();
    }
    let bytes = event.finish().unwrap();
    let buffer = zems::spi::read::Decoder::new(dictionary.profile()).parse(&bytes).unwrap();
    let mut text = String::new();
    templates
        .render(&Event::try_from(buffer).unwrap(), dictionary, &RenderOptions::default(), &mut text)
        .unwrap();
    text
}

#[test]
fn a_chapter_of_ones_own_is_loaded_with_its_awkward_texts() {
    let options = ChapterOptions { owner: "ACME", number: 3, ..ChapterOptions::default() };
    let long = "word ".repeat(60);
    let text = format!(
        "ACME_QUOTE\nSystem Log Message\n\"<disk-name>\" < 5 << of disk-name: {{x}} == 100%\nDescription\nWhat! it \"says\".\nSeverity\n\
         alert\nACME_LONG\nSystem Log Message\n{long}<very-long-name>.\nCause\nA cause\nCause\nAnother ! cause\nAction\nNone\n"
    );
    let (chapter, faults) = parse(text, &options);
    assert_eq!(faults, "");
    let (dictionary, templates) = load(&chapter, &options);
    assert_eq!(dictionary.event_named("ACME-EVT-QUOTE").unwrap().emphasis(), Some(true));
    let disk = [("ACME-TKN-DISK-NAME", "$DATA")];
    assert_eq!(sentence(&dictionary, &templates, 1, &disk), "\"$DATA\" < 5 << of $DATA: {x} == 100%");
    let long_name = [("ACME-TKN-VERY-LONG-NAME", "x")];
    assert_eq!(sentence(&dictionary, &templates, 2, &long_name), format!("{long}x."));
}

/// Without the shipped definitions a chapter brings what it is made of.
#[test]
fn a_chapter_is_loaded_alone_and_gives_advice() {
    let options = ChapterOptions { owner: "ACME", number: 3, ..ChapterOptions::default() };
    let text = "ACME_ONE\nSystem Log Message\nOne is error-message\nDescription\nIt \"broke\"!\nAction\nMend it.\nAction\nOr not.\n\
                ACME_TWO\nSystem Log Message\nTwo\nDescription\nIt stopped.\nCause\nA switch.\n";
    let (chapter, faults) = parse(text, &options);
    assert_eq!(faults, "");
    let mut loader = Loader::new();
    loader.add("own.ddl", chapter.definitions(&options)).unwrap();
    loader.add("own.events", chapter.facts(&options)).unwrap();
    // To write an event, the layout of its header has to be known.
    loader.add("header.ddl", "DEF OWN-H. 02 N PIC X(2). 02 T PIC X(8). END").unwrap();
    let layout =
        "LAYOUT OWN-H LENGTH 10\n FIELD N SERVES ZEMS-TKN-EVENTNUMBER\n FIELD T SERVES ZEMS-TKN-GENTIME\n";
    loader.add("header.events", layout).unwrap();
    let mut loaded = loader.load(&NoLoader);
    let mut templates = TemplateSet::new(&loaded.dictionary);
    let source = loaded.sources.add("own.tmpl", chapter.templates(&options)).unwrap();
    templates.compile(&loaded.dictionary, source, &mut loaded.sources, &NoLoader, &mut loaded.diagnostics);
    assert!(loaded.diagnostics.is_empty(), "{}", loaded.diagnostics.render(&loaded.sources));
    let values = [("ACME-TKN-ERROR-MESSAGE", "so")];
    assert_eq!(sentence(&loaded.dictionary, &templates, 1, &values), "One is so");
    let advice = |name| loaded.dictionary.event_named(name).unwrap().advice();
    let (one, two) = (advice("ACME-EVT-ONE"), advice("ACME-EVT-TWO"));
    assert_eq!((one.description, one.cause), (None, Some("It \"broke\"!")));
    assert_eq!(one.recovery, Some("Mend it.\nOr not."));
    assert_eq!((two.description, two.cause, two.recovery), (Some("It stopped."), Some("A switch."), None));
}

/// A fault in the layout of a document, or worse, is read as fast as it is long.
#[test]
fn words_of_any_length_are_read_in_time() {
    let begun = crate::clock::CpuTime::start();
    for word in ["a", "a-", "<a", "[a", "<"] {
        let text = format!("A_ONE\nSystem Log Message\n{}\nSeverity\nerror\n", word.repeat(300_000));
        let variables = [("A_ONE", "peer"), ("A_ONE", "a-b")];
        let options = ChapterOptions { variables: &variables, ..ChapterOptions::default() };
        assert_eq!(parse(text, &options).0.messages.len(), 1);
    }
    assert!(begun.elapsed().as_secs() < 10, "{:?}", begun.elapsed());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever a text says, its sources load, and the sentence is the text with its variables in place.
    #[test]
    fn every_text_comes_back(words in prop::collection::vec("[ -~]{1,12}|[a-z]{1,4}-[a-z]{1,4}|<[a-z]{1,6}>", 1..20)) {
        let options = ChapterOptions { owner: "ACME", number: 3, ..ChapterOptions::default() };
        let text = words.join(" ").split_whitespace().collect::<Vec<_>>().join(" ");
        // A line that is the name of a field, or has one in front, is not text.
        let text = format!("- {text}");
        let (chapter, faults) = parse(format!("ACME_X\nSystem Log Message\n{text}\nSeverity\nerror\n"), &options);
        prop_assert_eq!(faults, "");
        let (dictionary, templates) = load(&chapter, &options);
        let mut wanted = String::new();
        let mut values = std::collections::BTreeMap::new();
        for part in &chapter.messages[0].text {
            match part {
                zems::dictionary::TextPart::Literal(literal) => wanted += literal,
                zems::dictionary::TextPart::Variable(name) => {
                    let token = format!("ACME-TKN-{}", name.to_ascii_uppercase());
                    let value = format!("[{token}]");
                    wanted += &value;
                    values.insert(token, value);
                }
            }
        }
        let values: Vec<_> = values.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        prop_assert_eq!(sentence(&dictionary, &templates, 1, &values), wanted);
    }

    #[test]
    fn any_text_is_read(text in "(\\PC{0,20}|A_[A-Z]|System Log Message|Severity|error|<[a-z]|\\[|\n){0,60}") {
        let (chapter, _) = parse(text, &ChapterOptions::default());
        let options = ChapterOptions::default();
        let _ = (chapter.definitions(&options), chapter.facts(&options), chapter.templates(&options));
    }
}
