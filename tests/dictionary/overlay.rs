//! Definitions laid over the shipped ones say the same as all compiled together.

use std::collections::BTreeSet;

use zems::dictionary::catalogue::{Catalogue, NoTexts, Pattern};
use zems::dictionary::{Dictionary, Loader};
use zems::spi::Ssid;
use zems::template::TemplateSet;
use zems::text::NoLoader;

/// Of everything one, most of it made of something shipped.
const BANK: &str = r#"
CONSTANT bank-val-owner VALUE IS "BANK".
CONSTANT bank-val-version VALUE IS VERSION "A01".
CONSTANT bank-val-ext-ssid VALUE IS "BANK.7.0".
DEF bank-val-ssid TACL SSID.
 02 z-owner   PIC X(8)      VALUE IS bank-val-owner.
 02 z-number  TYPE BINARY 16 VALUE IS 7.
 02 z-version TYPE BINARY 16 VALUE IS bank-val-version.
END
DEF bank-ddl-state TYPE ENUM BEGIN.
 89 bank-enm-open   VALUE IS 1 AS "open".
 89 bank-enm-closed VALUE IS 2 AS "closed".
END
DEF bank-ddl-place.
 02 z-branch TYPE zspi-ddl-int.
 02 z-at     TYPE ZSPI-DDL-TIMESTAMP.
 02 z-state  TYPE bank-ddl-state.
END
TOKEN-TYPE bank-typ-state VALUE IS ZSPI-TDT-ENUM DEF IS bank-ddl-state.
TOKEN-TYPE bank-typ-place VALUE IS ZSPI-TDT-STRUCT DEF IS bank-ddl-place.
TOKEN-CODE bank-tkn-state VALUE IS 1 TOKEN-TYPE IS bank-typ-state HEADING "State".
TOKEN-CODE bank-tkn-branch VALUE IS 2 TOKEN-TYPE IS ZSPI-TYP-STRING HEADING "Branch".
TOKEN-CODE bank-tkn-place VALUE IS 3 TOKEN-TYPE IS bank-typ-place.
TOKEN-CODE zrpc-tkn-ours VALUE IS 900 TOKEN-TYPE IS ZSPI-TYP-UINT.
CONSTANT bank-evt-closed VALUE IS 12.
CONSTANT zrpc-evt-ours VALUE IS 901.
"#;

fn load(sources: &[(&'static str, &'static str)]) -> Dictionary {
    let mut loader = Loader::with_builtin();
    for (name, text) in sources {
        loader.add(*name, *text).unwrap();
    }
    let loaded = loader.load(&NoLoader);
    assert!(!loaded.diagnostics.has_errors(), "{}", loaded.diagnostics.render(&loaded.sources));
    loaded.dictionary
}

/// A source of an unknown kind is worth a warning, and with a warning everything is compiled together.
const WARNED: (&str, &str) = ("notes", "nothing that is known\n");

fn lines(dictionary: &Dictionary) -> BTreeSet<String> {
    let mut text = String::new();
    Catalogue::new(dictionary, Pattern::ANY, &NoTexts).write_json(&mut text).unwrap();
    text.lines().map(str::to_owned).collect()
}

#[test]
fn an_overlay_equals_all_sources_together() {
    let (overlay, whole) = (load(&[("bankddl", BANK)]), load(&[("bankddl", BANK), WARNED]));
    assert!(overlay.extends_builtin() && !whole.extends_builtin());
    let (of_overlay, of_whole) = (lines(&overlay), lines(&whole));
    let only = |a: &BTreeSet<String>, b: &BTreeSet<String>| a.difference(b).cloned().collect::<Vec<_>>();
    assert_eq!(only(&of_overlay, &of_whole), Vec::<String>::new());
    assert_eq!(only(&of_whole, &of_overlay), Vec::<String>::new());
    assert!(of_overlay.len() > lines(Dictionary::builtin()).len());
    assert!(overlay.as_bytes().len() < 20_000, "{} bytes", overlay.as_bytes().len());
    assert_eq!(overlay.profile(), whole.profile());

    for dictionary in [&overlay, &whole] {
        let bank: Ssid = dictionary.ssid_named("BANK-VAL-SSID").unwrap();
        let rpc = dictionary.ssid_named("ZRPC-VAL-SSID").unwrap();
        assert_eq!(dictionary.event(bank, 12).unwrap().name(), "BANK-EVT-CLOSED");
        assert_eq!(dictionary.event(rpc, 901).unwrap().name(), "ZRPC-EVT-OURS");
        assert_eq!(dictionary.event(rpc, 8).unwrap().name(), "ZRPC-EVT-BKUP-FAIL");
        let ours = dictionary.token_named("zrpc^tkn^ours").unwrap();
        assert_eq!(ours.owner_ssid(), Some(rpc));
        assert_eq!(dictionary.token(rpc, ours.stored_code()).unwrap().name(), "ZRPC-TKN-OURS");
        let state = dictionary.token_named("BANK-TKN-STATE").unwrap();
        assert_eq!(state.enumeration().unwrap().values().count(), 2);
        let place = dictionary.token_named("BANK-TKN-PLACE").unwrap().structure().unwrap();
        assert_eq!(place.members().count(), 3);
        assert_eq!(dictionary.token_named("ZRPC-TKN-CPU").unwrap().heading(), Some("CPU"));
    }
    let count = |name: &str| overlay.structures().filter(|known| known.name() == name).count();
    assert_eq!((count("ZSPI-DDL-TIMESTAMP"), count("BANK-DDL-PLACE")), (whole_count(&whole), 1));

    let templates = [TemplateSet::with_builtin(&overlay), TemplateSet::with_builtin(&whole)];
    let event = zems::ems::Event::parse(zems::samples::BKUP_FAIL).unwrap();
    for (templates, dictionary) in templates.iter().zip([&overlay, &whole]) {
        let mut text = String::new();
        templates.render(&event, dictionary, &Default::default(), &mut text).unwrap();
        assert_eq!(text, "Backup process in CPU 3 died because its CPU is down");
    }

    let back = Dictionary::from_compiled(&overlay.to_compiled()).unwrap();
    assert!(back.extends_builtin());
    assert_eq!(lines(&back), of_overlay);
}

fn whole_count(whole: &Dictionary) -> usize {
    whole.structures().filter(|known| known.name() == "ZSPI-DDL-TIMESTAMP").count()
}

/// A change of a shipped definition reaches everything that is made of it.
#[test]
fn what_changes_the_shipped_is_compiled_with_it() {
    for source in [
        "CONSTANT zspi-tdt-enum VALUE IS 77.\n",
        "CONSTANT bank-val-x VALUE IS 1.\nTOKEN-TYPE\n ZSPI-TYP-UINT VALUE IS ZSPI-TDT-INT2 DEF IS ZSPI-DDL-INT2.\n",
        "CONSTANT zrpc-evt-other VALUE IS 8.\n",
    ] {
        assert!(!load(&[("ours", source)]).extends_builtin(), "{source}");
    }
    let changed = load(&[("ours", "CONSTANT zspi-tdt-enum VALUE IS 77.\n")]);
    let reason = changed.token_named("ZRPC-TKN-BKUP-FAIL-REASON").unwrap();
    assert_eq!(reason.stored_code().type_code(), zems::spi::TypeCode(77));
    assert!(Loader::with_builtin().load(&NoLoader).dictionary.as_bytes() == Dictionary::builtin().as_bytes());
}

/// An included file is not seen before it is compiled: with it, everything is compiled together.
#[test]
fn inclusions_are_compiled_with_the_shipped() {
    struct Files;
    impl zems::text::SourceLoader for Files {
        fn load(&self, _: &str, name: &str) -> Option<(String, String)> {
            (name == "MORE").then(|| ("more".to_owned(), "CONSTANT zspi-tdt-enum VALUE IS 77.\n".to_owned()))
        }
    }
    let load = |text: &'static str| {
        let mut loader = Loader::with_builtin();
        loader.add("ours", text).unwrap();
        loader.load(&Files).dictionary
    };
    assert!(load("?SOURCE ZSPIDDL\nCONSTANT bank-val-x VALUE IS ZSPI-TDT-ENUM.\n").extends_builtin());
    let changed = load("?SOURCE MORE\nCONSTANT bank-val-x VALUE IS ZSPI-TDT-ENUM.\n");
    assert!(!changed.extends_builtin());
    let value = changed.constant("BANK-VAL-X").unwrap().value();
    assert_eq!(value, zems::dictionary::ConstantValue::Number(77));
}
