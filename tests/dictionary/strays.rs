//! Sources as other systems leave them: line ends of Windows, a Ctrl-Z at the end, NULs that fill the last block, form feeds before
//! lines. None of them changes what a source says.

use zems::dictionary::{Chapter, ChapterOptions, Dictionary, Loader};
use zems::template::TemplateSet;
use zems::text::{Diagnostics, NoLoader, SourceMap};

/// The source in each of these forms.
fn forms(text: &str) -> [(&'static str, String); 6] {
    let pages = |text: &str| {
        text.split_inclusive('\n')
            .enumerate()
            .map(|(at, line)| if at % 7 == 3 { format!("\x0C{line}") } else { line.to_owned() })
            .collect::<String>()
    };
    [
        ("CRLF", text.replace('\n', "\r\n")),
        ("Ctrl-Z", format!("{text}\x1A")),
        ("Ctrl-Z on a line", format!("{text}\x1A\n")),
        ("NULs", format!("{text}{}", "\0".repeat(300))),
        ("form feeds", pages(text)),
        ("a byte order mark", format!("\u{FEFF}{text}")),
    ]
}

fn dictionary(name: &str, text: String) -> Dictionary {
    let mut loader = Loader::with_builtin();
    loader.add(name.to_owned(), text).unwrap();
    let loaded = loader.load(&NoLoader);
    assert!(!loaded.diagnostics.has_errors(), "{}", loaded.diagnostics.render(&loaded.sources));
    loaded.dictionary
}

#[test]
fn a_c_header_says_the_same() {
    let text = include_str!("zmxoc.h");
    let said = |text: String| {
        let dictionary = dictionary("zmxoc.h", text);
        let tokens =
            dictionary.tokens().map(|token| format!("{} {} {:?}", token.name(), token.code(), token.ssid()));
        let structures = dictionary.structures().map(|it| format!("{} {}", it.name(), it.len()));
        tokens.chain(structures).collect::<Vec<_>>()
    };
    let plain = said(text.to_owned());
    assert!(plain.iter().any(|line| line.starts_with("ZMXO-TKN-ERROR-TEXT ")));
    for (form, text) in forms(text) {
        assert_eq!(said(text), plain, "{form}");
    }
}

#[test]
fn definitions_say_the_same() {
    let text = include_str!("bankddl");
    let plain = dictionary("bankddl", text.to_owned());
    for (form, text) in forms(text) {
        assert!(dictionary("bankddl", text).as_bytes() == plain.as_bytes(), "{form}");
    }
}

#[test]
fn templates_say_the_same() {
    let bank = dictionary("bankddl", include_str!("bankddl").to_owned());
    let compiled = |text: String| {
        let (mut sources, mut diagnostics) = (SourceMap::new(), Diagnostics::new());
        let source = sources.add("banktmpl", text).unwrap();
        let mut set = TemplateSet::new(&bank);
        set.compile(&bank, source, &mut sources, &NoLoader, &mut diagnostics);
        assert!(!diagnostics.has_errors(), "{}", diagnostics.render(&sources));
        set.to_bytes()
    };
    let text = include_str!("banktmpl");
    let plain = compiled(text.to_owned());
    for (form, text) in forms(text) {
        assert!(compiled(text) == plain, "{form}");
    }
}

/// The template that the installation of a product wants beside its definitions: its key is the prefix of names, no token.
#[test]
fn a_template_for_no_token_is_left_out() {
    let compiled = |key: &str| {
        let dictionary = Dictionary::builtin();
        let (mut sources, mut diagnostics) = (SourceMap::new(), Diagnostics::new());
        let text = format!("VERSION: \"1\"\nSSID: ZRPC-VAL-SSID\nSSNAME: \"RPC\"\nMSG: {key},0\n\"NONE\"\n");
        let source = sources.add("t", text).unwrap();
        let mut set = TemplateSet::new(dictionary);
        let listing = set.compile(dictionary, source, &mut sources, &NoLoader, &mut diagnostics);
        (listing.errors, listing.warnings, listing.format_templates, diagnostics.render(&sources).to_string())
    };
    let (errors, warnings, templates, faults) = compiled("ZSPI-TKN");
    assert_eq!((errors, warnings, templates), (0, 1, 0), "{faults}");
    assert!(
        faults.starts_with("t:4:6: warning: ZSPI-TKN is not a token: no event has this template"),
        "{faults}"
    );
    assert_eq!(compiled("ZSPI-TKM").0, 1);
}

/// Page headers between the lines of a chapter are not part of it; long lines are read whole.
#[test]
fn chapters_are_read_across_pages() {
    let long = "word ".repeat(60);
    let text = format!(
        "A_ONE\nSystem Log Message\nLost <peer> with signal SIG<name> at 0x<offset> of 'user-name'\n\
         Copyright \u{A9} 2020, Example Networks, Inc.\n17\n\x0CSystem Log Messages Reference\n\
         Description\n{long}\nSeverity\nerror\n\
         18 | System Log Messages Reference\n\x0C\
         A_TWO\nSystem Log Message\n{long}end\nSeverity\nnotice\n"
    );
    let (mut sources, mut diagnostics) = (SourceMap::new(), Diagnostics::new());
    let source = sources.add("chapter", text).unwrap();
    let options = ChapterOptions { owner: "ACME", number: 3, ..ChapterOptions::default() };
    let chapter = Chapter::parse(source, &sources, &options, &mut diagnostics);
    let faults = diagnostics.render(&sources).to_string();
    assert_eq!(chapter.messages.len(), 2, "{faults}");
    assert_eq!(chapter.messages[0].description, long.trim());
    let [definitions, facts, templates] =
        [chapter.definitions(&options), chapter.facts(&options), chapter.templates(&options)];
    for made in [&definitions, &facts, &templates] {
        assert!(!made.contains("Copyright") && !made.contains("Reference"), "{made}");
        assert!(made.lines().all(|line| line.len() <= 132), "{made}");
    }
    // The sources load, and the sentences are those of the chapter.
    let mut loader = Loader::with_builtin();
    loader.add("own.ddl", definitions).unwrap();
    loader.add("own.events", facts).unwrap();
    let mut loaded = loader.load(&NoLoader);
    let mut set = TemplateSet::new(&loaded.dictionary);
    let source = loaded.sources.add("own.tmpl", templates).unwrap();
    set.compile(&loaded.dictionary, source, &mut loaded.sources, &NoLoader, &mut loaded.diagnostics);
    let faults = loaded.diagnostics.render(&loaded.sources).to_string();
    assert!(!loaded.diagnostics.has_errors(), "{faults}");
    let strings: Vec<_> = set.templates().map(|template| template.strings().to_owned()).collect();
    assert!(
        strings.iter().any(|text| text.starts_with("Lost <")
            && text.contains("signal SIG<")
            && text.contains("at 0x<")),
        "{strings:?}"
    );
    assert!(strings.iter().any(|text| *text == format!("{long}end")), "{strings:?}");
}
