//! Headers generated from definitions.

use zems::dictionary::{Dictionary, FieldType, Loader, SourceKind};
use zems::spi::{DataType, TypeCode};
use zems::text::NoLoader;

use super::{load, load_clean};

const HEADER: (&str, &str) = ("zmxoc.h", include_str!("zmxoc.h"));

#[test]
fn a_header_defines_a_subsystem() {
    let loaded = load(&[HEADER]);
    assert_eq!(loaded.inputs[0].1, SourceKind::CHeader);
    let shown = loaded.diagnostics.render(&loaded.sources);
    assert_eq!(
        shown,
        "zmxoc.h:24:9: warning: ZMXO_TNM_DS_STOPPING is defined twice; the later definition counts\n\
         24 | #define ZMXO_TNM_DS_STOPPING              2037\n   \
         |         ^^^^^^^^^^^^^^^^^^^^\n   \
         = zmxoc.h:23:9: the earlier definition\n"
    );
    let dictionary = &loaded.dictionary;
    let zmxo = dictionary.ssid_named("ZMXO-VAL-SSID").unwrap();
    assert_eq!(zmxo.to_string(), "TANDEM.231.G10");
    assert_eq!(
        dictionary.constant("ZMXO-TNM-DS-STOPPING").unwrap().value(),
        zems::dictionary::ConstantValue::Number(2037)
    );
    assert_eq!(dictionary.event(zmxo, 21001).unwrap().name(), "ZMXO-EVT-STARTED");

    // SPI Programming Manual, appendix A: STRING 2011, INT 3001.
    let text = dictionary.token(zmxo, "01FF07DB".parse().unwrap()).unwrap();
    assert_eq!(
        (text.name(), text.type_name(), text.ssid()),
        ("ZMXO-TKN-ERROR-TEXT", "ZSPI-TYP-STRING", None)
    );
    let count = dictionary.token(zmxo, "02020BB9".parse().unwrap()).unwrap();
    assert_eq!((count.name(), count.type_name()), ("ZMXO-TKN-COUNT", "ZSPI-TYP-INT"));

    // A number in a header reaches what the shipped definitions make of it.
    assert_eq!(dictionary.profile().data_type(TypeCode(13)), DataType::Boolean);
    assert_eq!(dictionary.token_type("ZSPI-TYP-BOOLEAN").unwrap().value(), 13 << 8 | 2);
}

#[test]
fn structures_and_enumerations_are_read() {
    let loaded = load(&[HEADER]);
    let dictionary = &loaded.dictionary;
    let states = dictionary.enumeration_named("ZMXO-DDL-STATE").unwrap();
    assert!(states.values().map(|value| (value.name(), value.value())).eq([
        ("ZMXO-ENM-DOWN", 0),
        ("ZMXO-ENM-UP", 1),
        ("ZMXO-ENM-PAUSED", 7)
    ]));
    let place = dictionary.structure_named("ZMXO-DDL-PLACE").unwrap();
    let fields: Vec<_> =
        place.fields().map(|field| (field.name(), field.offset(), field.len(), field.count())).collect();
    assert_eq!(
        fields,
        [
            ("Z-KIND", 0, 1, 1),
            ("Z-STATE", 2, 2, 1),
            ("Z-NAMES", 4, 6, 2),
            ("Z-BITS", 16, 2, 1),
            ("Z-BITS.Z-HIGH", 16, 2, 1),
            ("Z-BITS.Z-LOW", 16, 2, 1),
            ("Z-NUMBER", 18, 4, 1),
            ("Z-WORDS", 18, 4, 1),
            ("Z-WORDS.Z-WORD", 18, 2, 2),
        ]
    );
    assert_eq!(place.len(), 22);
    assert_eq!(place.field("Z-LOW").unwrap().bit(), Some((4, 11)));
    assert_eq!(place.field("Z-WORDS").unwrap().redefines().unwrap().name(), "Z-NUMBER");
    assert_eq!(place.field("Z-NAMES").unwrap().field_type(), FieldType::Character);
    assert_eq!(place.field("Z-STATE").unwrap().enumeration().unwrap().name(), "ZMXO-DDL-STATE");

    let map = dictionary.token_named("ZMXO-MAP-WHOLE").unwrap();
    assert_eq!(u32::from(map.code()), 0x08FF_000A);
    assert!(map.map_words().eq([2303, 10, 22, 18186, 5887]));
    assert!(dictionary.token_named("ZMXO-MAP-PLACE").is_none(), "an expression is not a number");
}

#[test]
fn a_header_keeps_what_it_cannot_say() {
    let loaded = load_clean(&[(
        "zrpcc",
        "#define ZRPC_TKN_BKUP_FAIL_REASON 0x0B020063LU
         #pragma section zrpc_ddl_bkup_fail_reason
         enum { zrpc_enm_bkup_abended = 11, zrpc_enm_bkup_cpu_down = 12, zrpc_enm_bkup_stopped = 13 };
         typedef short zrpc_ddl_bkup_fail_reason_def;
         typedef struct __zrpc_ddl_recv_info { zspi_ddl_int2_def znode; zspi_ddl_uint_def zcpu; zspi_ddl_uint_def zpin;
           zrpc_ddl_iotype_def ziotype; zspi_ddl_userid_def zpaid; } zrpc_ddl_recv_info_def;
         typedef struct __zspi_ddl_char_pair { union { char z_c[2]; struct { short z_i; } z_s; char z_b[2]; } u_z_c; } zspi_ddl_char_pair_def;
        ",
    )]);
    let dictionary = &loaded.dictionary;
    let reason = dictionary.token_named("ZRPC-TKN-BKUP-FAIL-REASON").unwrap();
    assert_eq!((u32::from(reason.code()), reason.heading()), (0x0B02_0063, Some("Backup_failure_reason")));
    assert!(!reason.is_provisional() && reason.ssid().is_some());
    assert_eq!(reason.enumeration().unwrap().label(12), Some("its CPU is down"));
    let shipped = Dictionary::builtin().structure_named("ZSPI-DDL-CHAR-PAIR").unwrap();
    let kept = dictionary.structure_named("ZSPI-DDL-CHAR-PAIR").unwrap();
    assert_eq!(kept.field("Z-C").unwrap().null(), shipped.field("Z-C").unwrap().null());
    let info = dictionary.structure_named("ZRPC-DDL-RECV-INFO").unwrap();
    assert_eq!(
        info.field("ZNODE").unwrap().version().map(|version| version.to_string()).as_deref(),
        Some("D10")
    );
}

#[test]
fn a_structure_of_another_form_replaces_the_shipped_one() {
    let loaded = load_clean(&[(
        "zrpcc.h",
        "typedef struct __zrpc_ddl_recv_info { zspi_ddl_int2_def znode; zspi_ddl_uint_def zcpu; } zrpc_ddl_recv_info_def;",
    )]);
    let info = loaded.dictionary.structure_named("ZRPC-DDL-RECV-INFO").unwrap();
    assert_eq!((info.len(), info.fields().count()), (6, 2));
}

#[test]
fn a_header_and_the_source_it_was_made_from_agree() {
    load_clean(&[
        ("acmeddl", "CONSTANT acme-tnm-x VALUE 1. CONSTANT acme-val-text VALUE \"a\"\"b\"."),
        ("acmec", "#define ACME_TNM_X 1\n#define ACME_VAL_TEXT \"a\\\"b\""),
        ("otherc", "#define ACME_TNM_X 1"),
    ]);
}

#[test]
fn faults_are_shown_in_the_header() {
    let loaded = load(&[(
        "acmec.h",
        "#define ACME_TKN_X 99999999999LU\ntypedef struct acme {\n  short a;\n  nosuch_def b;\n} acme_def;\n\
         struct broken {\n  short 5;\n};\nenum { a = 1, };\n#define ACME_TNM_LONG_NAME_THAT_DDL_HAS_NOT 1\n\
         #pragma fieldalign shared8 __acme_ddl_wide\nstruct __acme_ddl_wide { long long a; };\n\
         typedef struct acme_ddl_open { short a;\n",
    )]);
    let shown = loaded.diagnostics.render(&loaded.sources);
    let heads: Vec<_> = shown.lines().filter(|line| line.starts_with("acmec.h:")).collect();
    assert_eq!(
        heads,
        [
            "acmec.h:1:9: error: a token code is a number from 0 to 2147483647",
            "acmec.h:4:14: warning: the definition NOSUCH is not defined",
            "acmec.h:7:9: error: expected `;`",
            "acmec.h:10:9: warning: a name has at most 30 characters",
            "acmec.h:12:8: warning: __acme_ddl_wide is left out: its fields are aligned as in no DDL",
            "acmec.h:13:40: error: expected a type",
        ],
        "{shown}"
    );
}

/// No text is made of a header: the sources are those that were given, and words of DDL mean nothing in it.
#[test]
fn a_header_is_not_put_into_ddl() {
    let count = |loaded: &zems::dictionary::Loaded| loaded.sources.iter().count();
    let loaded = load_clean(&[(
        "zac.h",
        "#define ZA_VAL_TEXT \"say \\\"x\\\".\"\ntypedef struct __complex { short def; short end; } complex_def;\n\
         typedef struct __za_ddl_words { short value; complex_def occurs[2]; } za_ddl_words_def;\n",
    )]);
    assert_eq!(count(&loaded), count(&load(&[])) + 1);
    let words = loaded.dictionary.structure_named("ZA-DDL-WORDS").unwrap();
    assert_eq!((words.len(), words.field("OCCURS").unwrap().len()), (10, 4));
    let text = loaded.dictionary.constant("ZA-VAL-TEXT").unwrap().value();
    assert_eq!(text, zems::dictionary::ConstantValue::Text("say \"x\"."));
}

/// Structures, unions and parentheses inside each other, by far more than the stack would hold: errors in place, and no more.
#[test]
fn depth_beyond_the_limit_is_a_fault() {
    let depth = 50_000;
    let nested = |open: &str, close: &str| {
        format!("#define ZA_B 1\n{}short a;{}\n", open.repeat(depth), close.repeat(depth))
    };
    for text in [
        nested("struct s { ", " } x;"),
        nested("union { ", " } x;"),
        format!("#define ZA_B 1\n#if {}1{}\n#define ZA_C 2\n#endif\n", "(".repeat(depth), ")".repeat(depth)),
        format!("#define ZA_B 1\n#if {}1\n#define ZA_C 2\n#endif\n", "!".repeat(depth)),
        format!("#define ZA_B {}1{}\n", "(".repeat(depth), ")".repeat(depth)),
        format!("#define ZA_B 1\n{}", "#if 1\n".repeat(depth)),
    ] {
        let mut loader = Loader::new();
        loader.add("za.h", text).unwrap();
        let loaded = loader.load(&NoLoader);
        assert!(loaded.diagnostics.as_slice().len() < 1000);
    }
}
