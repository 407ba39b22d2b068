//! A page of a NonStop manual as a source of definitions: what the page gives arrives, what it does not give is named, and
//! nothing shipped is replaced.

use proptest::prelude::*;
use zems::describe::{Described, Record};
use zems::dictionary::catalogue::{Catalogue, NoTexts, Pattern};
use zems::dictionary::{Dictionary, EventChapter, Loader};
use zems::formats::{self, Options};
use zems::site::Site;
use zems::spi::read::Buffer;
use zems::template::TemplateSet;
use zems::text::{Diagnostics, NoLoader, SourceMap};

/// In the form of 520481-003, page B-16: the page begins within event 7, and has a running head.
const PAGE: &str = include_str!("rpc-page.txt");

fn sources(page: &'static str) -> [(&'static str, String); 2] {
    let (mut sources, mut diagnostics) = (SourceMap::new(), Diagnostics::new());
    let source = sources.add("page", page).unwrap();
    let chapter = EventChapter::parse(source, &sources, &mut diagnostics);
    assert!(!diagnostics.has_errors(), "{}", diagnostics.render(&sources));
    [("own.ddl", chapter.definitions()), ("own.events", chapter.facts(true))]
}

fn load(mut loader: Loader, sources: impl IntoIterator<Item = (&'static str, String)>) -> Dictionary {
    for (name, text) in sources {
        loader.add(name, text).unwrap();
    }
    let loaded = loader.load(&NoLoader);
    assert!(loaded.diagnostics.is_empty(), "{}", loaded.diagnostics.render(&loaded.sources));
    loaded.dictionary
}

fn json(dictionary: &Dictionary, pattern: &str) -> Vec<String> {
    let mut lines = String::new();
    Catalogue::new(dictionary, Pattern::new(pattern), &NoTexts).write_json(&mut lines).unwrap();
    lines.lines().map(str::to_owned).collect()
}

#[test]
fn alone_the_page_gives_all_it_has_and_names_the_rest() {
    let dictionary = load(Loader::new(), sources(PAGE));
    let token = |name: &str, kind: &str, description: &str| {
        let description = if description.is_empty() {
            String::new()
        } else {
            format!("\"description\":\"{description}\",")
        };
        format!(
            "{{\"kind\":\"token\",\"name\":\"{name}\",\"type\":\"ZSPI-TYP-{kind}\",{description}\"missing\":[\"code\"]}}"
        )
    };
    let expected = [
        "{\"kind\":\"constant\",\"name\":\"ZRPC-EVT-BKUP-FAIL\",\"value\":8,\"provisional\":false}".to_owned(),
        token(
            "ZCOM-TKN-OBJTYPE",
            "ENUM",
            "says which type of process reported the event. It is always ZCOM-OBJ-PROC.",
        ),
        token(
            "ZEMS-TKN-EVENTNUMBER",
            "ENUM",
            "is a header token that contains the event number. Its value is ZRPC-EVT-BKUP-FAIL (8).",
        ),
        token(
            "ZEMS-TKN-SUBJECT-MARK",
            "MARK",
            "is the token before the subject token, here ZCOM-TKN-SUBJ-PROC.",
        ),
        token("ZCOM-TKN-SUBJ-PROC", "STRING", ""),
        token("ZEMS-TKN-EMPHASIS", "BOOLEAN", ""),
        token("ZRPC-TKN-CPU", "UINT", ""),
        token("ZRPC-TKN-BKUP-FAIL-REASON", "ENUM", ""),
        "{\"kind\":\"event\",\"name\":\"ZRPC-EVT-BKUP-FAIL\",\"number\":8,\"text\":\"Backup process in CPU <1> died because <2>\",\
         \"subject\":\"ZCOM-TKN-SUBJ-PROC\",\
         \"description\":\"The backup portmapper process terminated, resulting in a loss of fault tolerance.\",\
         \"missing\":[\"ssid\"]}"
            .to_owned(),
    ];
    assert_eq!(json(&dictionary, ""), expected);
    let event = dictionary.event_named("ZRPC-EVT-BKUP-FAIL").unwrap();
    assert!(!event.has_ssid() && dictionary.event(event.ssid(), 8).is_none());
    let tokens: Vec<_> = event.unnumbered_tokens().collect();
    assert_eq!(tokens, ["ZCOM-TKN-OBJTYPE", "ZRPC-TKN-CPU", "ZRPC-TKN-BKUP-FAIL-REASON"]);
}

#[test]
fn with_the_shipped_definitions_it_replaces_no_number() {
    let dictionary = load(Loader::with_builtin(), sources(PAGE));
    let shipped = Dictionary::builtin();
    for name in ["ZRPC-TKN-CPU", "ZCOM-TKN-SUBJ-PROC", "ZEMS-TKN-EVENTNUMBER"] {
        assert_eq!(json(&dictionary, name), json(shipped, name));
    }
    let event = dictionary.event_named("ZRPC-EVT-BKUP-FAIL").unwrap();
    let before = shipped.event_named("ZRPC-EVT-BKUP-FAIL").unwrap();
    assert_eq!((event.ssid(), event.emphasis(), event.has_ssid()), (before.ssid(), Some(true), true));
    assert!(
        event
            .tokens()
            .map(|(token, is_required)| (token.name(), is_required))
            .eq(before.tokens().map(|(token, is_required)| (token.name(), is_required)))
    );
    assert!(event.advice().description.unwrap().starts_with("The backup"));
}

/// A site's own texts, and those of a manual.
#[test]
fn advice_reaches_json_and_text() {
    let own = "ABOUT ZRPC-EVT-BKUP-FAIL\n  CAUSE \"CPU \"\"3\"\" failed!\"\n  CAUSE \"Or it was stopped.\"\n  RECOVERY \"Call \"\n  \"4711.\"\n";
    let all = sources(PAGE).into_iter().chain([("site.events", own.to_owned())]);
    let site = Site::builder().definitions(load(Loader::with_builtin(), all), TemplateSet::builtin()).build();
    let buffer = Buffer::parse(zems::samples::BKUP_FAIL).unwrap();
    let write = |format: &str, options: &Options| {
        let mut out = Vec::new();
        let mut format = formats::named(format).unwrap().make(&site, options).unwrap();
        format.event(&mut out, &Record::new(Described::new(&site, &buffer))).unwrap();
        String::from_utf8(out).unwrap()
    };
    let wanted = Options { advice: true, header: false, width: 40, ..Options::default() };
    let text = write("text", &wanted);
    let (_, below) = text.split_once("    Description:").unwrap();
    assert_eq!(
        below,
        " The backup portmapper\n      process terminated, resulting in a\n      loss of fault tolerance.\n    Cause: CPU \"3\" failed!\n      \
         Or it was stopped.\n    Recovery: Call 4711.\n"
    );
    assert!(!write("text", &Options::default()).contains("Cause"));
    #[cfg(feature = "json")]
    {
        let json = write("json", &wanted);
        assert!(
            json.contains("\"advice\":{\"description\":\"The backup portmapper process terminated, resulting in a loss of fault tolerance.\",\
                           \"cause\":\"CPU \\\"3\\\" failed!\\nOr it was stopped.\",\"recovery\":\"Call 4711.\"}"),
            "{json}"
        );
        assert!(!write("json", &Options::default()).contains("advice"));
        let back =
            formats::json::Reader::new(site.dictionary()).read(json.trim_end(), zems::spi::Timestamp::UNSET);
        assert_eq!(back.unwrap().as_deref(), Some(zems::samples::BKUP_FAIL));
    }
}

/// A page without an event, and any other text, is refused and never stops the reader.
#[test]
fn other_texts_are_refused() {
    let (mut sources, mut diagnostics) = (SourceMap::new(), Diagnostics::new());
    let source = sources.add("page", "Recovery. None.\n").unwrap();
    let chapter = EventChapter::parse(source, &sources, &mut diagnostics);
    assert!(chapter.events.is_empty() && diagnostics.has_errors());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever is on a page, its sources load, with the shipped definitions and alone.
    #[test]
    fn the_sources_of_any_page_load(
        lines in prop::collection::vec(
            "[0-9]{1,2} ACME-EVT-[AB]|ACME-TKN-[A-C]|ACME-TKN-[A-C] (<1> )?token-type ZSPI-TYP-(UINT|STRING)\\.|Message Text|Cause\\. .{0,20}\
             |(Unconditional Tokens|Tokens in Event Message)|Recovery|A Manual—123456-001|B-[1-3]|• ?x|\\PC{0,20}",
            0..40,
        ),
    ) {
        let (mut sources, mut diagnostics) = (SourceMap::new(), Diagnostics::new());
        let source = sources.add("page", lines.join("\n")).unwrap();
        let chapter = EventChapter::parse(source, &sources, &mut diagnostics);
        if !diagnostics.has_errors() {
            let sources = || [("own.ddl", chapter.definitions()), ("own.events", chapter.facts(true))];
            for loader in [Loader::with_builtin(), Loader::new()] {
                let dictionary = load(loader, sources());
                for event in &chapter.events {
                    let advice = dictionary.event_named(&event.name).unwrap().advice();
                    prop_assert_eq!(advice.cause.is_some(), event.cause.split_whitespace().next().is_some());
                }
            }
        }
    }
}
