//! Whatever a file holds, it is read or refused.

use proptest::collection::vec;
use proptest::prelude::*;
use zems::dictionary::catalogue::{Catalogue, NoTexts, Pattern};
use zems::dictionary::{Loader, builtin};
use zems::text::NoLoader;

const SOURCES: [&str; 5] = [
    include_str!("bankddl"),
    include_str!("bank.events"),
    include_str!("banktmpl"),
    include_str!("zmxoc.h"),
    "#define A_TKN_B 1\nstruct a { union { char b[2][3]; struct { short c:3, :13; } d[2]; } u_b; e_def f; } ;\nenum g { h = -1, i };\n",
];

/// Lines of all sources, some of them cut or joined.
fn mixture() -> impl Strategy<Value = String> {
    let lines: Vec<&'static str> = SOURCES
        .iter()
        .copied()
        .chain(builtin::definitions().iter().map(|(_, text)| *text))
        .flat_map(str::lines)
        .collect();
    let piece = (0..lines.len(), 0..100_usize, any::<bool>()).prop_map(move |(at, cut, is_cut)| {
        let line = lines[at];
        let end = if is_cut { cut.min(line.len()) } else { line.len() };
        let end = (0..=end).rev().find(|end| line.is_char_boundary(*end)).unwrap_or(0);
        if is_cut { line[..end].to_owned() } else { format!("{line}\n") }
    });
    vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

/// A source with some characters changed.
fn damaged() -> impl Strategy<Value = String> {
    let change = (
        any::<prop::sample::Index>(),
        prop::sample::select("{}();:[]=#*/\\\"'.!?-_ \n09Az".chars().collect::<Vec<_>>()),
    );
    (0..SOURCES.len(), vec(change, 0..6)).prop_map(|(at, changes)| {
        let mut text: Vec<char> = SOURCES[at].chars().collect();
        for (place, c) in changes {
            let place = place.index(text.len());
            text[place] = c;
        }
        text.into_iter().collect()
    })
}

fn read(texts: [String; 2]) {
    let mut loader = Loader::with_builtin();
    let [a, b] = texts;
    loader.add("a.h", a).unwrap();
    loader.add("bddl", b).unwrap();
    let loaded = loader.load(&NoLoader);
    let shown = loaded.diagnostics.render(&loaded.sources);
    assert!(!shown.contains("definitions of the C headers"), "{shown}");
    for diagnostic in &loaded.diagnostics {
        let source = loaded.sources.get(diagnostic.primary.location.source).unwrap();
        assert!(diagnostic.primary.location.span.range().end <= source.text().len(), "{shown}");
    }
    for structure in loaded.dictionary.structures() {
        let bytes = vec![0; usize::try_from(structure.len()).unwrap()];
        for field in structure.fields() {
            assert!(field.value(&bytes, &[]).is_some(), "{} of {}", field.name(), structure.name());
        }
    }
    let mut lines = String::new();
    let catalogue = Catalogue::new(&loaded.dictionary, Pattern::new("*"), &NoTexts);
    catalogue.write_json(&mut lines).unwrap();
    for line in lines.lines() {
        assert!(serde_json::from_str::<serde_json::Value>(line).is_ok(), "{line}");
    }
    catalogue.write_rust(&mut lines).unwrap();
    catalogue.write_tables(&mut lines).unwrap();
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn mixtures_of_sources(a in mixture(), b in mixture()) {
        read([a, b]);
    }

    #[test]
    fn damaged_sources(a in damaged(), b in damaged()) {
        read([a, b]);
    }

    #[test]
    fn any_characters(a in any::<String>(), b in any::<String>()) {
        read([a, b]);
    }
}
