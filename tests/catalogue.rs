//! The shipped definitions: their sources are without fault, and the image compiled in is made of them; and what is written
//! of definitions. `BLESS=1 cargo test catalogue` makes the image and the expected files anew; read the difference
//! before you commit it.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use zems::dictionary::catalogue::{Catalogue, NoTexts, Pattern, Texts};
use zems::dictionary::{Dictionary, EventDef, Loader, builtin};
use zems::spi::{DataType, Value};
use zems::template::TemplateSet;
use zems::text::{Diagnostics, NoLoader, SourceMap};

/// The output of `write_rust` for the definitions of RPC, compiled with the tests.
#[allow(unreachable_pub, dead_code)]
pub(crate) mod zrpc {
    include!("catalogue/zrpc.rs");
}

const IMAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/dictionary/builtin/catalogue.bin");
const TEMPLATES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/dictionary/builtin/templates.bin");

#[test]
fn the_image_is_that_of_the_sources() {
    let loaded = Loader::with_builtin().load(&NoLoader);
    assert!(loaded.diagnostics.is_empty(), "{}", loaded.diagnostics.render(&loaded.sources));
    let image = loaded.dictionary.as_bytes();
    if is_blessing() {
        fs::write(IMAGE, image).unwrap();
        return;
    }
    let is_same = Dictionary::builtin().as_bytes() == image;
    assert!(is_same, "the sources have changed: run BLESS=1 cargo test catalogue");
    assert_eq!(Dictionary::builtin().profile(), loaded.dictionary.profile());
}

#[test]
fn the_image_of_templates_is_that_of_the_sources() {
    let dictionary = Loader::with_builtin().load(&NoLoader).dictionary;
    let (mut set, mut sources, mut diagnostics) =
        (TemplateSet::new(&dictionary), SourceMap::new(), Diagnostics::new());
    for (name, text) in builtin::templates() {
        let source = sources.add(*name, *text).unwrap();
        set.compile(&dictionary, source, &mut sources, &NoLoader, &mut diagnostics);
    }
    assert!(!diagnostics.has_errors(), "{}", diagnostics.render(&sources));
    let image = set.to_bytes();
    if is_blessing() {
        fs::write(TEMPLATES, image).unwrap();
        return;
    }
    let is_same = TemplateSet::builtin().to_bytes() == image;
    assert!(is_same, "the sources have changed: run BLESS=1 cargo test catalogue");
    let keys = |set: &TemplateSet| set.templates().map(|template| template.key()).collect::<Vec<_>>();
    assert_eq!(keys(&TemplateSet::builtin()), keys(&set));
}

fn is_blessing() -> bool {
    env::var_os("BLESS").is_some_and(|bless| bless == "1")
}

/// Compares with the file `name` beside this one.
fn is_as_expected(name: &str, found: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/catalogue").join(name);
    if is_blessing() {
        fs::write(&path, found).unwrap();
    }
    let expected = fs::read_to_string(&path).unwrap_or_default();
    assert!(found == expected, "{} is not what is written now:\n{found}", path.display());
}

/// Texts as a set of templates has them.
struct Words;

impl Texts for Words {
    fn template(&self, event: EventDef<'_>) -> Option<String> {
        (event.name() == "BANK-EVT-CLOSED").then(|| "Branch <1> \"closed\"".into())
    }

    fn message(&self, event: EventDef<'_>) -> Option<String> {
        self.template(event).map(|text| text.replace("<1>", "<branch>"))
    }
}

fn bank() -> Dictionary {
    let mut loader = Loader::with_builtin();
    loader.add("bankddl", include_str!("dictionary/bankddl")).unwrap();
    loader.add("bank.events", include_str!("dictionary/bank.events")).unwrap();
    loader.add("banktmpl", include_str!("dictionary/banktmpl")).unwrap();
    let loaded = loader.load(&NoLoader);
    assert!(loaded.diagnostics.is_empty(), "{}", loaded.diagnostics.render(&loaded.sources));
    loaded.dictionary
}

#[test]
fn json_lines_have_their_kinds_and_keys() {
    let dictionary = bank();
    let mut lines = String::new();
    Catalogue::new(&dictionary, Pattern::new("bank"), &Words).write_json(&mut lines).unwrap();
    is_as_expected("bank.jsonl", &lines);
}

#[test]
fn a_token_is_found_by_its_other_names() {
    let found = |pattern: &'static str| {
        let catalogue = Catalogue::new(Dictionary::builtin(), Pattern::new(pattern), &NoTexts);
        catalogue.entries().map(|entry| entry.name()).collect::<Vec<_>>()
    };
    assert_eq!(found("ZCOM-TKN-CAUSE-CPU-SWITCH"), ["ZCOM-TKN-CPU-SWITCH-CAUSE"]);
    assert_eq!(found("zcom^tkn^subj^process"), ["ZCOM-TKN-SUBJ-PROC"]);
    assert_eq!(found("ZCOM-TKN-CPU-SWITCH-CAUSE"), ["ZCOM-TKN-CPU-SWITCH-CAUSE"]);
    assert!(found("ZCOM-TKN-NO-SUCH").is_empty());
}

#[test]
fn every_line_of_the_shipped_catalogue_is_json() {
    let mut lines = String::new();
    Catalogue::new(Dictionary::builtin(), Pattern::ANY, &NoTexts).write_json(&mut lines).unwrap();
    let mut kinds = std::collections::BTreeMap::new();
    for line in lines.lines() {
        let object: serde_json::Value = serde_json::from_str(line).unwrap();
        *kinds.entry(object["kind"].as_str().unwrap().to_owned()).or_insert(0) += 1;
    }
    let known: Vec<_> = kinds.keys().map(String::as_str).collect();
    assert_eq!(
        known,
        ["constant", "enum", "event", "map", "ssid", "struct", "syslog", "token", "token-type"]
    );
    assert_eq!(kinds["syslog"], 14);
    assert!(lines.contains(r#"{"kind":"constant","name":"ZSPI-TDT-INT","value":2,"provisional":false}"#));
    assert!(
        lines.contains(
            r#"{"kind":"constant","name":"ZSPI-VAL-TANDEM","value":"TANDEM  ","provisional":false}"#
        )
    );
}

#[test]
fn an_owner_against_the_rules_makes_no_bad_json() {
    let mut loader = Loader::new();
    let text = "DEF x-val-ssid TACL SSID. 02 o PIC X(8) VALUE \"A\\\"\"B\". 02 n TYPE BINARY 16 VALUE 1. 02 v TYPE BINARY 16 VALUE 0. END";
    loader.add("xddl", text).unwrap();
    let dictionary = loader.load(&NoLoader).dictionary;
    let mut lines = String::new();
    Catalogue::new(&dictionary, Pattern::ANY, &NoTexts).write_json(&mut lines).unwrap();
    let ssid: serde_json::Value = serde_json::from_str(lines.lines().next().unwrap()).unwrap();
    assert_eq!(ssid["text"], "A\\\"B.1.0");
}

#[test]
fn tables_are_for_people() {
    let dictionary = bank();
    let mut tables = String::new();
    Catalogue::new(&dictionary, Pattern::new("bank"), &Words).write_tables(&mut tables).unwrap();
    Catalogue::new(&dictionary, Pattern::new("zrpc-???-cpu*"), &NoTexts).write_tables(&mut tables).unwrap();
    Catalogue::new(&dictionary, Pattern::new("TELLER"), &NoTexts).write_tables(&mut tables).unwrap();
    is_as_expected("bank.txt", &tables);
}

#[test]
fn rust_source_is_that_of_the_definitions() {
    let mut source = String::new();
    Catalogue::new(Dictionary::builtin(), Pattern::new("zrpc*"), &NoTexts).write_rust(&mut source).unwrap();
    is_as_expected("zrpc.rs", &source);
}

#[test]
fn names_at_compile_time_mean_what_the_dictionary_says() {
    let dictionary = Dictionary::builtin();
    assert_eq!(Some(zrpc::ZRPC_VAL_SSID), dictionary.ssid_named("ZRPC-VAL-SSID"));
    let map = dictionary.token(zrpc::ZRPC_VAL_SSID, zrpc::ZRPC_MAP_RECV_INFO.code()).unwrap();
    assert!(map.map_words().eq(zrpc::ZRPC_MAP_RECV_INFO_WORDS));
    assert_eq!(
        dictionary.event(zrpc::ZRPC_VAL_SSID, zrpc::ZRPC_EVT_BKUP_FAIL).unwrap().name(),
        "ZRPC-EVT-BKUP-FAIL"
    );
    assert_eq!(zrpc::ZrpcDdlBkupFailReason::ZRPC_ENM_BKUP_CPU_DOWN.label(), Some("its CPU is down"));
    assert_eq!(zrpc::ZrpcDdlBkupFailReason(99).label(), None);

    let mut info = zrpc::ZrpcDdlRecvInfo::NULL;
    let structure = map.structure().unwrap();
    for field in structure.fields().filter(|field| !field.is_group()) {
        assert!(field.is_null(field.bytes(&info.0, 0).unwrap()), "{}", field.name());
    }
    info.set_znode(-7).unwrap();
    info.set_zpin(45).unwrap();
    info.set_ziotype(zrpc::ZrpcDdlIotype::ZRPC_ENM_IO_WRITE).unwrap();
    info.set_zpaid_z_byte(1, 200).unwrap();
    assert_eq!(info.set_zpaid_z_byte(2, 1), None);
    let value = |name: &str| structure.field(name).unwrap().value(&info.0, &[]).unwrap().as_number();
    assert_eq!((value("ZNODE"), value("ZPIN"), value("ZIOTYPE")), (Some(-7), Some(45), Some(1)));
    assert_eq!(Value::new(DataType::Byte, &info.0[10..]), Value::Byte(&[0, 200]));

    let short = zrpc::ZrpcDdlRecvInfo(&info.0[..8]);
    assert_eq!((short.znode(), short.zpin(), short.ziotype()), (Some(-7), Some(45), None));
}

/// All that is shipped, and structures with everything a field can be, as crates of their own.
#[test]
fn what_is_written_compiles() {
    let mut loader = Loader::new();
    let everything = "
        DEF x-ddl-e TYPE ENUM BEGIN. 89 x-enm-a VALUE -1 AS \"a \"\"quoted\"\" one\". 89 x-enm-b. END
        DEF x-ddl-all.
         02 type PIC X(3). 02 self TYPE BINARY 8. 02 set-type TYPE BINARY 8 UNSIGNED.
         02 a TYPE BINARY 64 UNSIGNED. 02 b TYPE BINARY 32,2. 02 c TYPE FLOAT 64 OCCURS 2 TIMES.
         02 d TYPE LOGICAL 4. 02 e TYPE x-ddl-e OCCURS 3 TIMES. 02 f PIC 9(4). 02 g PIC S9(5) COMP-3.
         02 h OCCURS 2 TIMES. 03 i OCCURS 3 TIMES. 04 j TYPE BIT 3. 04 k TYPE BIT 13 UNSIGNED. 04 fn PIC N(2).
         02 l TYPE COMPLEX. 02 m REDEFINES l PIC X(8). 02 n TYPE FLOAT. 02 o TYPE ENUM.
        END
        DEF x-ddl-filler. 02 FILLER PIC X(2). END
        DEF option TYPE ENUM BEGIN. 89 none. END
        DEF _9x. 02 _a PIC X. 02 o TYPE option. END
        CONSTANT x-val-big VALUE -9000000000 TYPE BINARY 64.
        CONSTANT x-val-text VALUE \"a\"\"b\\c\".
    ";
    loader.add("everything", everything).unwrap();
    loader.add("rust-names", include_str!("catalogue/rust-names.ddl")).unwrap();
    let unusual = "
        DEF y-ddl-names.
         02 from-date TYPE BINARY 16. 02 to-date TYPE BINARY 16. 02 into-x PIC X. 02 as-x PIC X. 02 is-x PIC X.
         02 len TYPE BINARY 16. 02 new PIC X. 02 clone PIC X. 02 next PIC X. 02 default PIC X. 02 not PIC X.
         02 whole TYPE BIT 16 UNSIGNED. 02 sign TYPE BIT 16. 02 p OCCURS 2 TIMES. 03 p OCCURS 2 TIMES.
         04 p OCCURS 2 TIMES. 05 p OCCURS 2 TIMES. 06 p OCCURS 2 TIMES. 07 p TYPE BIT 4 OCCURS 1 TIMES.
        END
        DEF y-ddl_names. 02 a PIC X. END
        DEF as-ref. 02 a PIC X. END
        DEF b. 02 a PIC X. END
        DEF y-ddl-labels TYPE ENUM BEGIN. 89 a AS \"a\ttab \u{202e}and more\". 89 b AS \"- a list\". END
    "
    .replace("07 p TYPE BIT 4 OCCURS 1 TIMES", "07 p OCCURS 2 TIMES. 08 q TYPE BINARY 16");
    loader.add("unusual", unusual).unwrap();
    let loaded = loader.load(&NoLoader);
    assert!(!loaded.diagnostics.has_errors(), "{}", loaded.diagnostics.render(&loaded.sources));
    compile("everything", &loaded.dictionary);
    compile("shipped", Dictionary::builtin());
}

/// `A-B` and `A_B` are two names in DDL. Both are written.
#[test]
fn names_that_clash_in_rust_are_numbered() {
    let mut loader = Loader::with_builtin();
    loader.add("rust-names", include_str!("catalogue/rust-names.ddl")).unwrap();
    loader.add("structures", "DEF KWQ-T. 02 a PIC X. END DEF KWQ_T. 02 a PIC X(2). END").unwrap();
    let loaded = loader.load(&NoLoader);
    assert!(!loaded.diagnostics.has_errors(), "{}", loaded.diagnostics.render(&loaded.sources));
    let mut source = String::new();
    Catalogue::new(&loaded.dictionary, Pattern::new("kwq"), &NoTexts).write_rust(&mut source).unwrap();
    for line in [
        "/// KWQ-A-B.\npub const KWQ_A_B: i16 = 1;",
        "/// KWQ_A_B.\npub const KWQ_A_B_2: i16 = 2;",
        "pub const KWQ_MIN: i64 = -9223372036854775808;",
        "pub const KWQ_MAX: u64 = 18446744073709551615;",
        "pub fn a_b(&self)",
        "pub fn a_b_(&self)",
        "pub struct KwqT<B>(pub B);",
        "pub struct KwqT2<B>(pub B);",
    ] {
        assert!(source.contains(line), "{line}\n{source}");
    }
}

/// Unsigned numbers of 64 bits are listed, beyond the signed ones too.
#[test]
fn constants_of_64_bits() {
    let mut loader = Loader::with_builtin();
    loader
        .add(
            "big",
            "CONSTANT A1 TYPE BINARY 64 UNSIGNED VALUE IS 18446744073709551615.
             CONSTANT A2 TYPE BINARY 64 UNSIGNED VALUE IS 9223372036854775808.
             CONSTANT A3 TYPE BINARY 64 VALUE IS -9223372036854775808.",
        )
        .unwrap();
    let loaded = loader.load(&NoLoader);
    let mut json = String::new();
    Catalogue::new(&loaded.dictionary, Pattern::new("A?"), &NoTexts).write_json(&mut json).unwrap();
    for (name, value) in
        [("A1", "18446744073709551615"), ("A2", "9223372036854775808"), ("A3", "-9223372036854775808")]
    {
        assert!(json.contains(&format!("\"name\":\"{name}\",\"value\":{value}")), "{json}");
    }
}

fn compile(name: &str, dictionary: &Dictionary) {
    let mut source = String::from("#![deny(warnings, missing_docs, clippy::all)]\n//! Names.\n");
    Catalogue::new(dictionary, Pattern::ANY, &NoTexts).write_rust(&mut source).unwrap();
    let directory = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
    let path = directory.join(format!("{name}.rs"));
    fs::write(&path, &source).unwrap();
    // The crate as it was built for this test.
    let deps = env::current_exe().unwrap().parent().unwrap().to_path_buf();
    let built = fs::read_dir(&deps).unwrap().map(|entry| entry.unwrap().path()).filter(|path| {
        let file = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        file.starts_with("libzems-") && file.ends_with(".rlib")
    });
    let built = built.max_by_key(|path| fs::metadata(path).unwrap().modified().unwrap()).unwrap();
    // Clippy compiles as well, and says more. Without it at least the compiler looks.
    let clippy = Command::new("clippy-driver").arg("--version").output();
    let compiler = match clippy {
        Ok(output) if output.status.success() => "clippy-driver".into(),
        _ => env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()),
    };
    let output = Command::new(compiler)
        .args(["--edition", "2024", "--crate-type", "lib", "--emit", "metadata", "--out-dir"])
        .arg(&directory)
        .arg("-L")
        .arg(format!("dependency={}", deps.display()))
        .arg("--extern")
        .arg(format!("zems={}", built.display()))
        .arg(&path)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
