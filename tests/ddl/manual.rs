//! The worked examples of the DDL Reference Manual and of the SPI Programming Manual, section 5.

use zems::ddl::{DdlType, SsidText, Tacl, Value};

use super::{fields, schema, with_diagnostics};

fn number(text: &str, name: &str) -> i128 {
    match schema(text).constant(name).unwrap().value {
        Value::Number(number) => number,
        other => panic!("{other:?}"),
    }
}

fn size(text: &str) -> u32 {
    schema(text).def("x").unwrap().size()
}

/// The offsets of the level-02 fields of `x`.
fn offsets(text: &str) -> Vec<u32> {
    schema(text)
        .def("x")
        .unwrap()
        .fields()
        .filter(|field| field.depth == 1)
        .map(|field| field.offset)
        .collect()
}

fn errors(text: &str) -> Vec<String> {
    let (_, diagnostics) = with_diagnostics(text);
    diagnostics
        .lines()
        .filter_map(|line| line.split_once(" error: "))
        .map(|(_, text)| text.to_owned())
        .collect()
}

// Section 1.

#[test]
fn s1_numbers() {
    for (text, value) in [("39", 39), ("-2", -2), ("+8", 8), ("-%10", -8), ("+%17", 15), ("%100", 64)] {
        assert_eq!(number(&format!("CONSTANT a VALUE IS {text}."), "a"), value);
    }
}

#[test]
fn s1_names_ignore_case_and_tell_hyphen_from_underscore() {
    let schema = schema("CONSTANT a-b VALUE 1. CONSTANT a_b VALUE 2. CONSTANT _c VALUE 3.");
    assert_eq!(schema.constant("A-B").unwrap().value, Value::Number(1));
    assert_eq!(schema.constant("A_b").unwrap().value, Value::Number(2));
    assert_eq!(schema.constant("_C").unwrap().info.name, "_c");
}

#[test]
fn s1_comments_strings_and_separators() {
    let text = "* DEF a.\n!=====!\n!***   box   ***\n\
                CONSTANT a ! one ! VALUE ! two\n IS; 'it''s ! \"no\" comment * at all';.\n\
                constant b value \"say \"\"it\"\"\". ; ; CONSTANT c VALUE N\"nat\".";
    let schema = schema(text);
    assert_eq!(schema.constant("a").unwrap().value, Value::Text("it's ! \"no\" comment * at all"));
    assert_eq!(schema.constant("b").unwrap().value, Value::Text("say \"it\""));
    assert_eq!(schema.constant("c").unwrap().value, Value::Text("nat"));
}

#[test]
fn s1_misprints_are_accepted_with_a_warning() {
    // `DEF assn-ddl-jobinfo SPI-NULL 1` [DDL 6-39] and `CONSTANT prts-obj-pin VALUE IS 3` [DDL 6-3] have no `.`.
    let (schema, diagnostics) = with_diagnostics(
        "CONSTANT prts-obj-pin VALUE IS 3\nDEF assn-ddl-jobinfo SPI-NULL 1\n 02 a TYPE BINARY 16.\nEND\n",
    );
    assert_eq!(schema.constant("prts-obj-pin").unwrap().value, Value::Number(3));
    assert_eq!(schema.def("assn-ddl-jobinfo").unwrap().size(), 2);
    assert_eq!(diagnostics.matches("warning: the `.` is missing here").count(), 2, "{diagnostics}");
    assert!(!diagnostics.contains("error"), "{diagnostics}");
}

#[test]
fn s1_token_type_with_a_blank() {
    let (schema, diagnostics) = with_diagnostics(
        "Token Type t VALUE 2 DEF zspi-ddl-int. token code c value 5 token type t. token map m value 6 def d.\n\
         version 1 for f. end def d. 02 f type binary 16. end",
    );
    assert_eq!(schema.token_code("c").unwrap().code, 0x0202_0005);
    assert_eq!(schema.token_map("m").unwrap().code, 0x08FF_0006);
    assert!(!diagnostics.contains("error"), "{diagnostics}");
}

// Section 2.

#[test]
fn s2_statements_are_skipped_by_name() {
    let schema = schema(
        "RECORD r. FILE IS $vol.sub.file KEY-SEQUENCED.\n 02 END-DATE PIC 9(6).\n KEY IS END-DATE.\nEND\n\
         OUTPUT UPDATE x. OUTPUT *. SHOW USE OF DEF $a.b. DELETE DEF a. EXIT.\nCONSTANT a VALUE 1.\n",
    );
    assert!(schema.constant("a").is_some());
    assert!(schema.def("r").is_none());
}

// Section 4.

#[test]
fn s4_constants_of_the_manual() {
    let text = r#"
CONSTANT prog-name VALUE IS "MYPROG".
CONSTANT myprog VALUE IS prog-name.
CONSTANT my-tandem-owner VALUE IS "TANDEM  ".
CONSTANT hundred VALUE IS 100.
CONSTANT double-hundred VALUE 100 TYPE BINARY 32.
CONSTANT quad-num VALUE 800000 TYPE BINARY 64.
CONSTANT zspi-val-msghdrsize VALUE 6 TYPE BINARY 16 UNSIGNED.
CONSTANT fifty-thou VALUE 50000 TYPE BINARY 16 UNSIGNED.
CONSTANT fifty-too TYPE BINARY 32 VALUE fifty-thou.
CONSTANT fifty-same VALUE fifty-thou.
constant ZSPI-VAL-HDRSIZE value is 256.
constant ZSPI-VAL-MSGCODE value is -28.
constant ZSPI-VAL-NULL-TOKENCODE value is 0 type binary 32.
constant ZSPI-VAL-VERSION value is version "D20".
"#;
    let schema = schema(text);
    let constant = |name: &str| schema.constant(name).unwrap();
    let binary = |bytes, unsigned| Some(DdlType::Binary { bytes, scale: 0, unsigned });
    assert_eq!(constant("myprog").value, Value::Text("MYPROG"));
    assert_eq!(constant("my-tandem-owner").value, Value::Text("TANDEM  "));
    assert_eq!((constant("hundred").value, constant("hundred").data), (Value::Number(100), binary(2, false)));
    assert_eq!(constant("double-hundred").data, binary(4, false));
    assert_eq!(
        (constant("quad-num").value, constant("quad-num").data),
        (Value::Number(800_000), binary(8, false))
    );
    assert_eq!(constant("zspi-val-msghdrsize").data, binary(2, true));
    assert_eq!(constant("fifty-thou").value, Value::Number(50_000));
    assert_eq!(constant("fifty-too").data, binary(4, false), "an explicit TYPE overrides");
    assert_eq!(constant("fifty-same").data, binary(2, true), "the type is inherited");
    assert_eq!(constant("zspi-val-msgcode").value, Value::Number(-28));
    assert_eq!(constant("zspi-val-null-tokencode").data, binary(4, false));
    assert_eq!(constant("zspi-val-version").value, Value::Number(17428));
    assert!(constant("zspi-val-version").is_version);
}

#[test]
fn s4_a_value_that_does_not_fit_is_an_error() {
    let text = "CONSTANT fifty-thou VALUE 50000 TYPE BINARY 16 UNSIGNED.\n\
                CONSTANT hi-val VALUE fifty-thou TYPE BINARY 16.";
    assert_eq!(errors(text), ["the value 50000 does not fit BINARY 16, -32768 to 32767"]);
    assert_eq!(errors("CONSTANT a VALUE 40000.").len(), 1, "BINARY 16 is the default");
    assert_eq!(
        errors("CONSTANT a VALUE \"x\" TYPE BINARY 16."),
        ["a string or VERSION constant has no TYPE"]
    );
    assert_eq!(errors("CONSTANT a VALUE VERSION \"C00\" TYPE BINARY 32.").len(), 1);
    assert_eq!(errors("CONSTANT a VALUE \"\".").len(), 1, "a string has at least one character");
}

#[test]
fn s4_ranges() {
    let fits = |text: &str| errors(&format!("CONSTANT a VALUE {text}.")).is_empty();
    for text in [
        "-32768",
        "32767",
        "65535 TYPE BINARY 16 UNSIGNED",
        "-2147483648 TYPE BINARY 32",
        "4294967295 TYPE BINARY 32 UNSIGNED",
        "9223372036854775807 TYPE BINARY 64",
        "-9223372036854775808 TYPE BINARY 64",
        "18446744073709551615 TYPE BINARY 64 UNSIGNED",
    ] {
        assert!(fits(text), "{text}");
    }
    for text in [
        "-32769",
        "32768",
        "-1 TYPE BINARY 16 UNSIGNED",
        "65536 TYPE BINARY 16 UNSIGNED",
        "2147483648 TYPE BINARY 32",
        "4294967296 TYPE BINARY 32 UNSIGNED",
        "9223372036854775808 TYPE BINARY 64",
        "18446744073709551616 TYPE BINARY 64 UNSIGNED",
    ] {
        assert!(!fits(text), "{text}");
    }
    let text = "CONSTANT a VALUE 18446744073709551615 TYPE BINARY 64 UNSIGNED.";
    assert_eq!(number(text, "a"), i128::from(u64::MAX));
}

#[test]
fn s4_versions() {
    for (text, value) in
        [("C00", 17152), ("C10", 17162), ("C20", 17172), ("D20", 17428), ("G06", 18182), ("d20", 17428)]
    {
        assert_eq!(number(&format!("CONSTANT a VALUE VERSION \"{text}\"."), "a"), value);
    }
}

// Section 5.

#[test]
fn s5_sizes() {
    for (clauses, bytes) in [
        ("TYPE CHARACTER 30", 30),
        ("PIC X(10)", 10),
        ("PIC \"X(10)\"", 10),
        ("PICTURE 'A(3)'", 3),
        ("PIC N(4)", 8),
        ("PIC 9(6)", 6),
        ("PIC S9(6)", 7),
        ("PIC 9(6)S", 7),
        ("PIC T9(3)", 4),
        ("PIC T", 1),
        ("PIC 9(4)V9(2)", 6),
        ("TYPE BINARY 8", 1),
        ("TYPE BINARY", 2),
        ("TYPE BINARY 16,2 UNSIGNED", 2),
        ("TYPE BINARY 32, -9", 4),
        ("TYPE BINARY 64,18", 8),
        ("TYPE FLOAT", 4),
        ("TYPE FLOAT 32", 4),
        ("TYPE FLOAT 64", 8),
        ("TYPE COMPLEX", 8),
        ("TYPE LOGICAL", 2),
        ("TYPE LOGICAL 1", 1),
        ("TYPE LOGICAL 4", 4),
        ("TYPE ENUM", 2),
        ("PIC S9(4) COMP", 2),
        ("PIC 9(5) USAGE IS COMPUTATIONAL", 4),
        ("COMP PIC S9(10)", 8),
        ("PIC 9999 COMP-3", 3),
        ("PIC 9(6) USAGE PACKED-DECIMAL", 4),
    ] {
        assert_eq!(size(&format!("DEF x {clauses}.")), bytes, "{clauses}");
    }
}

#[test]
fn s5_word_alignment() {
    for (clauses, offset) in [
        ("PIC X", 1),
        ("PIC N", 1),
        ("PIC S9(4)", 1),
        ("PIC 9(4) COMP-3", 1),
        ("TYPE BINARY 8", 1),
        ("TYPE LOGICAL 1", 1),
        ("TYPE BINARY 16", 2),
        ("TYPE BINARY 32", 2),
        ("TYPE BINARY 64", 2),
        ("TYPE FLOAT", 2),
        ("TYPE COMPLEX", 2),
        ("TYPE LOGICAL", 2),
        ("TYPE ENUM", 2),
        ("TYPE BIT 3", 2),
        ("PIC 9(4) COMP", 2),
        ("TYPE CHARACTER 8 TACL DEVICE", 2),
    ] {
        assert_eq!(offsets(&format!("DEF x. 02 a PIC X. 02 b {clauses}. END")), [0, offset], "{clauses}");
    }
}

/// The grammar has it; no page gives its size.
#[test]
fn s5_usage_index_needs_no_picture() {
    let (schema, diagnostics) = with_diagnostics(
        "DEF x. 02 a PIC X. 02 index INDEX. 02 b USAGE IS INDEX. 02 c USAGE INDEX HEADING \"h\". END\nDEF y INDEX.",
    );
    let def = schema.def("x").unwrap();
    let offsets: Vec<_> = def.fields().map(|field| (field.offset, field.size)).collect();
    assert_eq!(offsets, [(0, 1), (2, 2), (4, 2), (6, 2)]);
    assert_eq!(def.field("b").unwrap().data.to_string(), "BINARY 16");
    assert_eq!(schema.def("y").unwrap().size(), 2);
    assert_eq!(
        diagnostics.matches("warning: the size of an INDEX is not public").count(),
        4,
        "{diagnostics}"
    );
    assert!(errors("DEF x. 02 a PIC 9 INDEX. END")[0].contains("INDEX has no PIC"));
}

#[test]
fn s5_every_clause_is_read() {
    let schema = schema(
        "CONSTANT head VALUE \"From/constant\".\n\
         DEF x HEADING head LN \"DE\" DISPLAY \"A10\" HELP \"nothing\" EXTERNAL.\n\
          02 a PIC X(4) UPSHIFT JUSTIFIED RIGHT MUST BE \"AAAA\" THROUGH \"CCCC\", \"X\" NULL \"-\" VALUE IS SPACES.\n\
          02 b TYPE CHARACTER 2 EDIT-PIC \"XX\" HEADING 'B''s' AS \"bee\" KEYTAG \"bb\" DUPLICATES NOT ALLOWED.\n\
          02 c TYPE BINARY 16 MUST BE 1 THRU 5 SPI-NULL %377 VALUE ALL \"x\" NOT SQLNULLABLE.\n\
          02 d TYPE BINARY 16,2 VALUE 1.25 SQLNULLABLE.\n\
          02 n TYPE BINARY 16 OCCURS 3 TIMES INDEXED BY ix.\n\
          88 cond VALUE 1, 2 THRU 5.\n\
          66 r RENAMES a THRU b.\n\
         END",
    );
    let def = schema.def("x").unwrap();
    assert_eq!(def.heading(), Some("From/constant"));
    assert_eq!(def.display(), Some("A10"));
    let field = |name: &str| def.field(name).unwrap();
    assert_eq!(field("a").value, Some(Value::Figurative(zems::ddl::Figurative::Spaces)));
    assert_eq!((field("b").heading, field("b").otherwise), (Some("B's"), Some("bee")));
    assert_eq!((field("c").null, field("c").value), (255, Some(Value::Text("x"))));
    assert_eq!(field("d").value, Some(Value::Text("1.25")));
    assert_eq!(field("n").count, 3);
}

#[test]
fn s5_level_rules() {
    // Levels need not be consecutive; a group holds all items with a larger level.
    let schema = schema("DEF x. 05 a. 10 b PIC X. 10 c. 49 d PIC X. 07 e PIC X. 05 f PIC X. END");
    assert_eq!(
        fields(schema.def("x").unwrap()),
        ["a 0 3", "a.b 0 1", "a.c 1 1", "a.c.d 1 1", "a.e 2 1", "f 3 1"]
    );
    assert_eq!(
        errors("DEF x. 02 a TYPE zspi-ddl-int-pair. 03 b PIC X. END"),
        ["a has a PIC or TYPE, so no items with a larger level can follow it"]
    );
    assert_eq!(errors("DEF x. 02 a. 02 b PIC X. END"), ["a has neither PIC nor TYPE, nor members"]);
    assert_eq!(errors("DEF x. 01 a PIC X. END"), ["expected a level from 02 to 49, found `01`"]);
    assert_eq!(errors("DEF x. 50 a PIC X. END"), ["expected a level from 02 to 49, found `50`"]);
}

#[test]
fn s5_occurs() {
    let schema = schema(
        "CONSTANT three VALUE 3. DEF x. 02 a OCCURS three TIMES. 03 b TYPE BINARY 32 OCCURS 2 TIMES. 02 c PIC X. END",
    );
    assert_eq!(fields(schema.def("x").unwrap()), ["a 0 8 x3", "a.b 0 4 x2", "c 24 1"]);
    assert_eq!(errors("DEF x. 02 a PIC X OCCURS 0 TIMES. END"), ["OCCURS takes a number from 1 to 32767"]);
    assert_eq!(
        errors("DEF x PIC X OCCURS 2 TIMES."),
        ["OCCURS belongs to a line item, not to the DEF itself"]
    );
    assert_eq!(
        errors("DEF x. 02 a PIC X OCCURS 0 TO 9 TIMES DEPENDING ON b. 02 b TYPE BINARY 16. END"),
        ["there is no field b before this one to depend on"]
    );
}

/// SPI 4-8: storage is for the most there can be.
#[test]
fn s5_occurs_depending_on() {
    let schema = schema("");
    let def = schema.def("ZSPI-DDL-HEADER").unwrap();
    assert_eq!(def.size(), 100);
    let filler = def.field("z-filler").unwrap();
    assert_eq!((filler.offset, filler.count, filler.least_count), (6, 94, 0));
    assert_eq!(filler.depending_on, Some("Z-OCCURS"));
}

#[test]
fn s5_redefines_rules() {
    let errors = |text: &str| errors(&format!("DEF x. {text} END")).join("; ");
    assert_eq!(errors("02 a PIC X(2). 02 b REDEFINES a TYPE BINARY 16. 02 c REDEFINES a PIC X."), "");
    assert_eq!(
        errors("02 a PIC X(2). 02 b PIC X. 02 c REDEFINES a PIC X."),
        "a redefinition must directly follow what it redefines; the item before is b"
    );
    assert_eq!(errors("02 a REDEFINES b PIC X."), "there is no b before it in this group");
    assert_eq!(
        errors("02 a PIC X. 02 b REDEFINES a PIC X(2)."),
        "b has 2 bytes, more than the 1 of a, which it redefines"
    );
    assert_eq!(
        errors("02 g. 05 a PIC X. 04 b REDEFINES a PIC X."),
        "a has level 05, so this item must have it too"
    );
    assert_eq!(errors("02 a PIC X. 02 FILLER REDEFINES a PIC X."), "a FILLER cannot redefine a");
}

#[test]
fn s5_tacl_lengths() {
    let lengths = [
        (Tacl::Crtpid, "CRTPID", 8),
        (Tacl::Device, "DEVICE", 8),
        (Tacl::Enum, "ENUM", 2),
        (Tacl::Fname, "FNAME", 24),
        (Tacl::Fname32, "FNAME32", 32),
        (Tacl::Phandle, "PHANDLE", 20),
        (Tacl::Ssid, "SSID", 12),
        (Tacl::Subvol, "SUBVOL", 16),
        (Tacl::Transid, "TRANSID", 8),
        (Tacl::Tstamp, "TSTAMP", 8),
        (Tacl::Username, "USERNAME", 16),
    ];
    assert_eq!(Tacl::ALL, lengths.map(|(tacl, ..)| tacl));
    for (tacl, name, bytes) in lengths {
        assert_eq!((Tacl::named(name), tacl.name(), tacl.size()), (Some(tacl), name, bytes));
        let schema = schema(&format!("DEF x TYPE CHARACTER {bytes} TACL {name}. DEF y TYPE x."));
        assert_eq!(schema.def("y").unwrap().tacl(), Some(tacl), "a referring item inherits it");
        let errors = errors(&format!("DEF x TYPE CHARACTER {} TACL {name}.", bytes + 1));
        assert_eq!(errors, [format!("x has {} bytes, but TACL {name} has {bytes}", bytes + 1)]);
    }
    // Each occurrence; the outermost wins.
    let schema = schema(
        "DEF x. 02 a TYPE ZSPI-DDL-CHAR8 TACL DEVICE OCCURS 2 TIMES. 02 b TYPE ZSPI-DDL-DEVICE TACL TRANSID. END",
    );
    let def = schema.def("x").unwrap();
    assert_eq!(def.field("a").unwrap().tacl, Some(Tacl::Device));
    assert_eq!(def.field("b").unwrap().tacl, Some(Tacl::Transid));
}

#[test]
fn s5_enumerations() {
    let text = r#"
CONSTANT prts-obj-bolt VALUE IS 1.
CONSTANT prts-obj-nut VALUE IS 2.
DEF prts-ddl-object-type TYPE ENUM BEGIN AS "Miscellaneous".
 89 prts-enm-bolt VALUE IS prts-obj-bolt AS "Bolt".
 89 prts-enm-nut VALUE IS prts-obj-nut AS "Nut".
END.
DEF status TYPE ENUM BEGIN.
 89 no-error.             ! 0
 89 read-error VALUE 3.
 89 write-error.          ! 4
END.
DEF x. 02 a TYPE status. 02 b TYPE ENUM. 89 low VALUE -32768. 89 high VALUE 32767. 02 c TYPE BIT 3 ENUM status. END
"#;
    let schema = schema(text);
    let object = schema.def("prts-ddl-object-type").unwrap();
    let labels: Vec<_> = object.enumeration().unwrap().values().map(|v| (v.name, v.value, v.label)).collect();
    assert_eq!(labels, [("prts-enm-bolt", 1, Some("Bolt")), ("prts-enm-nut", 2, Some("Nut"))]);
    assert_eq!(object.otherwise(), Some("Miscellaneous"));
    assert_eq!(object.enumeration().unwrap().otherwise(), Some("Miscellaneous"));

    let status = schema.def("status").unwrap().enumeration().unwrap();
    assert_eq!(status.values().map(|value| value.value).collect::<Vec<_>>(), [0, 3, 4]);
    assert_eq!(status.find(3).unwrap().name, "read-error");
    assert!(status.find(1).is_none());

    let x = schema.def("x").unwrap();
    assert_eq!(x.field("a").unwrap().enumeration.unwrap().values().len(), 3);
    assert_eq!(x.field("a").unwrap().enumeration.unwrap().def(), Some("status"));
    assert_eq!(x.field("b").unwrap().enumeration.unwrap().def(), None);
    assert_eq!(x.field("b").unwrap().enumeration.unwrap().find(32767).unwrap().name, "high");
    assert_eq!(x.field("c").unwrap().enumeration.unwrap().values().len(), 3);
}

#[test]
fn s5_enumeration_rules() {
    let errors = |values: &str| errors(&format!("DEF x TYPE ENUM BEGIN. {values} END")).join("; ");
    assert_eq!(errors("89 a VALUE 5. 89 b VALUE 5."), "b has the value 5, which another name has already");
    assert_eq!(errors("89 a VALUE 32767. 89 b."), "the value after 32767 does not fit an enumeration");
    assert_eq!(
        errors("89 a VALUE 32768."),
        "the value of an enumeration lies between -32768 and 32767, not 32768"
    );
}

#[test]
fn s5_spi_null_is_inherited() {
    let schema = schema(
        r#"
DEF assn-ddl-jobcode SPI-NULL 0.
 02 prefix TYPE BINARY 16.                ! 0 (inherited)
 02 code   TYPE BINARY 16.                ! 0
END
DEF assn-ddl-jobinfo.
 02 jobcode  TYPE assn-ddl-jobcode.       ! 0 (inherited)
 02 priority TYPE BINARY 16 SPI-NULL 1.   ! 1
 02 location TYPE BINARY 16.              ! 255 (default)
END
DEF assn-ddl-jobinfo-groups.
 02 jobinfo-1 TYPE assn-ddl-jobinfo.              ! 0,0,1,255 as above
 02 jobinfo-2 TYPE assn-ddl-jobinfo SPI-NULL 2.   ! all 2
END
"#,
    );
    let nulls = |def: &str| -> Vec<u8> {
        let fields = schema.def(def).unwrap().fields();
        fields.filter(|field| field.data != DdlType::Group).map(|field| field.null).collect()
    };
    assert_eq!(nulls("assn-ddl-jobcode"), [0, 0]);
    assert_eq!(nulls("assn-ddl-jobinfo"), [0, 0, 1, 255]);
    assert_eq!(nulls("assn-ddl-jobinfo-groups"), [0, 0, 1, 255, 2, 2, 2, 2]);
}

#[test]
fn s5_spi_null_values() {
    let null = |clause: &str| {
        schema(&format!("CONSTANT q VALUE \"?\". DEF x PIC X {clause}.")).def("x").unwrap().null()
    };
    assert_eq!(null(""), 255);
    assert_eq!(null("SPI-NULL \" \""), 32);
    assert_eq!(null("SPI-NULL \"X\""), 88);
    assert_eq!(null("SPI-NULL 0"), 0);
    assert_eq!(null("SPI-NULL q"), 63);
    let message = ["SPI-NULL is one character or a number from 0 to 255"];
    assert_eq!(errors("DEF x PIC X SPI-NULL 256."), message);
    assert_eq!(errors("DEF x PIC X SPI-NULL \"ab\"."), message);
    assert_eq!(errors("DEF x. 02 a TYPE BIT 4 SPI-NULL 0. END"), ["the SPI-NULL of a BIT field must be 255"]);
    assert_eq!(
        errors("DEF x SPI-NULL 0. 02 a PIC X SPI-NULL 1. END"),
        ["a has the SPI-NULL of its group, and cannot have its own"]
    );
}

// Section 6.

#[test]
fn s6_2_text_groups_may_start_on_an_odd_byte() {
    let schema = schema(
        "def a.  02 b type character 1.  02 c type character 1.  02 d type character 1.  end.\n\
         def e type character 1.\n\
         def f.\n 02 g type binary 16.\n 02 h.\n  03 i type e.\n  03 j type a.\n 02 k type character 1.\n \
         02 l type binary 16.\nend.",
    );
    assert_eq!(schema.def("a").unwrap().size(), 3);
    assert_eq!(schema.def("f").unwrap().size(), 10);
    assert_eq!(
        fields(schema.def("f").unwrap()),
        ["g 0 2", "h 2 4", "h.i 2 1", "h.j 3 3", "h.j.b 3 1", "h.j.c 4 1", "h.j.d 5 1", "k 6 1", "l 8 2"]
    );
}

#[test]
fn s6_2_the_filler_goes_before_what_is_redefined() {
    // (a): even if that is the first in its group; then the group itself starts on a word (c).
    let schema =
        schema("DEF x. 02 a PIC X. 02 g. 03 b PIC X(2). 03 c REDEFINES b TYPE BINARY 16. 02 d PIC X. END");
    assert_eq!(fields(schema.def("x").unwrap()), ["a 0 1", "g 2 2", "g.b 2 2", "g.c 2 2", "d 4 1"]);
}

#[test]
fn s6_2_odd_arrays_of_words_have_an_even_stride() {
    // (d), and its consequence for an odd TYPE.
    let schema = schema(
        "DEF x. 02 a OCCURS 2 TIMES. 03 b TYPE BINARY 16. 03 c PIC X. 02 d PIC X. END\n\
         DEF y. 02 a TYPE ZSPI-DDL-CHAR5 OCCURS 3 TIMES. 02 b PIC X. END\n\
         DEF z. 02 a PIC X(3) OCCURS 3 TIMES. 02 b TYPE BINARY 16. END",
    );
    assert_eq!(fields(schema.def("x").unwrap()), ["a 0 4 x2", "a.b 0 2", "a.c 2 1", "d 8 1"]);
    assert_eq!(schema.def("y").unwrap().field("b").unwrap().offset, 18);
    assert_eq!(schema.def("z").unwrap().field("b").unwrap().offset, 10);
}

#[test]
fn s6_2_zspi_text_is_word_aligned_and_odd_groups_stay_odd() {
    let schema = schema(
        "DEF x. 02 a TYPE ZSPI-DDL-CHAR3. 02 b TYPE ZSPI-DDL-CHAR5. 02 c TYPE ZSPI-DDL-CHAR. 02 d TYPE ZSPI-DDL-BYTE. END",
    );
    let x = schema.def("x").unwrap();
    let offsets: Vec<u32> = x.fields().filter(|field| field.depth == 1).map(|field| field.offset).collect();
    assert_eq!((offsets.as_slice(), x.size()), (&[0, 4, 9, 10][..], 11));
    assert_eq!(
        fields(schema.def("ZSPI-DDL-CHAR5").unwrap()),
        ["Z-C 0 5", "Z-S 0 5", "Z-S.Z-I 0 2 x2", "Z-S.FILLER 4 1", "Z-B 0 1 x5"]
    );
    assert_eq!(schema.def("ZSPI-DDL-CHAR5").unwrap().size(), 5);
}

#[test]
fn s6_3_bit_fields() {
    let bits = |widths: &[u8]| -> Vec<String> {
        let items: String =
            widths.iter().enumerate().map(|(n, width)| format!(" 02 b{n} TYPE BIT {width}.")).collect();
        let schema = schema(&format!("DEF x.{items} END"));
        let def = schema.def("x").unwrap();
        fields(def).into_iter().chain([format!("{}", def.size())]).collect()
    };
    assert_eq!(bits(&[5, 3, 7]), ["b0 0 2 bits 0..4", "b1 0 2 bits 5..7", "b2 0 2 bits 8..14", "2"]);
    assert_eq!(bits(&[4, 8, 6]), ["b0 0 2 bits 0..3", "b1 0 2 bits 4..11", "b2 2 2 bits 0..5", "4"]);
    assert_eq!(
        bits(&[8, 3, 2, 10, 1]),
        [
            "b0 0 2 bits 0..7",
            "b1 0 2 bits 8..10",
            "b2 0 2 bits 11..12",
            "b3 2 2 bits 0..9",
            "b4 2 2 bits 10..10",
            "4"
        ]
    );
    assert_eq!(bits(&[16, 1]), ["b0 0 2 bits 0..15", "b1 2 2 bits 0..0", "4"]);
}

#[test]
fn s6_3_bit_fields_after_text() {
    let schema = schema(BIT_EX_C);
    let def = schema.def("bit-ddl-ex-c").unwrap();
    assert_eq!(def.size(), 12);
    assert_eq!(
        fields(def),
        [
            "char-3 0 3",
            "bits-8 4 2 bits 0..7",
            "bits-3 4 2 bits 8..10",
            "FILLER 6 2 bits 0..9",
            "bits-2 6 2 bits 10..11",
            "bits-5 8 2 bits 0..4",
            "FILLER 8 2 bits 5..8",
            "bits-4 8 2 bits 9..12",
            "bits-7 10 2 bits 0..6",
        ]
    );
}

#[test]
fn s6_3_bits_and_others_do_not_share_a_word() {
    let schema = schema(
        "DEF x. 02 a TYPE BIT 4. 02 b PIC X. 02 c TYPE BIT 4. 02 g. 03 d TYPE BIT 1. 02 e TYPE BIT 1. END",
    );
    assert_eq!(
        fields(schema.def("x").unwrap()),
        ["a 0 2 bits 0..3", "b 2 1", "c 4 2 bits 0..3", "g 6 2", "g.d 6 2 bits 0..0", "e 8 2 bits 0..0"]
    );
}

#[test]
fn s6_4_shared8() {
    let schema = schema(
        "?FIELDALIGN_SHARED8\n\
         def a.  02 b type character 1.  02 c type character 1.  02 d type character 1.  end.\n\
         def e type character 1.\n\
         def f.\n 02 g type binary 16.\n 02 h.\n  03 i type e.\n  03 j type a.\n 02 k type character 1.\n \
         02 l type binary 16.\nend.\n\
         def m. 02 n pic x. 02 o type binary 64. 02 p type binary 32. end\n\
         def q. 02 r pic x. 02 s type m. 02 t type ZSPI-DDL-INT2. end",
    );
    assert_eq!(schema.def("a").unwrap().size(), 4);
    let f = schema.def("f").unwrap();
    assert_eq!(f.size(), 12);
    assert_eq!(
        fields(f),
        ["g 0 2", "h 2 6", "h.i 2 1", "h.j 4 4", "h.j.b 4 1", "h.j.c 5 1", "h.j.d 6 1", "k 8 1", "l 10 2"]
    );
    assert_eq!(fields(schema.def("m").unwrap()), ["n 0 1", "o 8 8", "p 16 4"]);
    assert_eq!(schema.def("m").unwrap().size(), 24);
    assert_eq!(
        fields(schema.def("q").unwrap()),
        ["r 0 1", "s 8 24", "s.n 8 1", "s.o 16 8", "s.p 24 4", "t 32 4"]
    );
    assert_eq!(schema.def("q").unwrap().size(), 40);
}

// Section 7.

#[test]
fn s7_token_types() {
    let schema = schema(
        "TOKEN-TYPE assn-typ-status VALUE IS zspi-tdt-int DEF IS zspi-ddl-int.\n\
         TOKEN-TYPE assn-typ-variable-token VALUE zspi-tdt-int2 OCCURS VARYING\n DEF IS assn-ddl-variable-token.\n\
         DEF assn-ddl-variable-token.\n 02 size TYPE BINARY 16.\n \
         02 data-table TYPE BINARY 32 OCCURS 1 TO 100 TIMES DEPENDING ON size.\nEND\n\
         DEF uvw-ddl-triple. 02 i TYPE zspi-ddl-int OCCURS 3 TIMES. END\n\
         TOKEN-TYPE uvw-typ-triple VALUE IS zspi-tdt-int DEF IS uvw-ddl-triple.\n\
         TOKEN-TYPE ATMX-TYP-ATMNAME VALUE IS ZSPI-TDT-CHAR DEF IS ATMX-DDL-ATMNAME.\n\
         DEF ATMX-DDL-ATMNAME TYPE ZSPI-DDL-CHAR16.\n\
         TOKEN-TYPE ATMX-TYP-ATMLOC VALUE IS ZSPI-TDT-STRUCT DEF IS ATMX-DDL-ATMLOC.\n\
         DEF ATMX-DDL-ATMLOC. 02 a TYPE ZSPI-DDL-CHAR16. 02 b TYPE ZSPI-DDL-CHAR16. 02 c TYPE ZSPI-DDL-CHAR16. END\n\
         TOKEN-TYPE mark VALUE 31 OCCURS 0 TIMES.\n\
         CONSTANT four VALUE 4.\n\
         TOKEN-TYPE four-ints VALUE 2 DEF zspi-ddl-int OCCURS four TIMES.\n\
         TOKEN-TYPE bytes VALUE 12 OCCURS VARYING.",
    );
    let value = |name: &str| schema.token_type(name).unwrap().value;
    assert_eq!(value("ZSPI-TYP-INT"), 514);
    assert_eq!(value("assn-typ-status"), 514);
    assert_eq!(value("assn-typ-variable-token"), 1023);
    assert_eq!(value("uvw-typ-triple"), 2 * 256 + 6);
    assert_eq!(value("ATMX-TYP-ATMNAME"), 256 + 16);
    assert_eq!(value("ATMX-TYP-ATMLOC"), 7 * 256 + 48);
    assert_eq!(value("mark"), 31 * 256);
    assert_eq!(value("four-ints"), 2 * 256 + 8);
    assert_eq!(value("bytes"), 12 * 256 + 255);
    assert_eq!(schema.token_type("mark").unwrap().def, None);
    assert_eq!(schema.token_type("uvw-typ-triple").unwrap().def, Some("uvw-ddl-triple"));
}

#[test]
fn s7_token_type_rules() {
    let (schema, diagnostics) = with_diagnostics("TOKEN-TYPE t VALUE 200 DEF zspi-ddl-int.");
    assert_eq!(schema.token_type("t").unwrap().value, 200 * 256 + 2);
    assert!(diagnostics.contains("warning: data type 200 cannot stand in a buffer"), "{diagnostics}");
    assert_eq!(errors("TOKEN-TYPE t VALUE 255 DEF zspi-ddl-int.").len(), 1);
    assert_eq!(
        errors("DEF long PIC X(255). TOKEN-TYPE t VALUE 1 DEF long."),
        ["a token of fixed length has at most 254 bytes, not 255"]
    );
    assert_eq!(errors("DEF most PIC X(254). TOKEN-TYPE t VALUE 1 DEF most."), [""; 0]);
    assert_eq!(errors("TOKEN-TYPE t VALUE 1 OCCURS 2 TIMES.").len(), 1);
    assert_eq!(errors("TOKEN-TYPE t VALUE 1."), ["expected DEF or OCCURS, found `.`"]);
}

// Section 8.

#[test]
fn s8_token_codes() {
    let schema = schema(
        "TOKEN-CODE assn-tkn-my-status VALUE IS 101 TOKEN-TYPE IS zspi-typ-enum.\n\
         TOKEN-CODE assn-tkn-stat-reply VALUE IS 102 TOKEN-TYPE IS zspi-typ-enum.\n\
         token-code ZSPI-TKN-ADDR value ZSPI-TNM-ADDR token-type ZSPI-TYP-TOKENCODE\n \
           ssid ZSPI-VAL-NULL-EXT-SSID heading \"Token_address\".\n\
         token-code ZSPI-TKN-BUFLEN value ZSPI-TNM-BUFLEN token-type ZSPI-TYP-UINT\n \
           ssid ZSPI-VAL-NULL-EXT-SSID heading \"Buffer_byte_length\".\n\
         token-code ZSPI-TKN-SSID value ZSPI-TNM-SSID token-type ZSPI-TYP-SSID\n \
           ssid ZSPI-VAL-NULL-EXT-SSID heading \"SSID\".\n\
         TOKEN-CODE t VALUE 1 TOKEN-TYPE ZSPI-TYP-INT SSID \"TANDEM.XYZ.0\" DISPLAY \"I5\".",
    );
    let code = |name: &str| schema.token_code(name).unwrap().code;
    assert_eq!(code("assn-tkn-my-status"), 184_680_549);
    assert_eq!(code("assn-tkn-my-status"), 11 << 24 | 2 << 16 | 101);
    assert_eq!(code("assn-tkn-stat-reply"), 184_680_550);
    // Negative numbers are masked to 16 bits.
    assert_eq!(code("ZSPI-TKN-SSID") & 0xFFFF, 0xFE07);
    let token = schema.token_code("zspi-tkn-ssid").unwrap();
    assert_eq!((token.number, token.data_type, token.length), (-505, 17, 12));
    assert_eq!((token.ssid, token.heading), (Some("0.0.0"), Some("SSID")));
    assert_eq!(token.token_type, "ZSPI-TYP-SSID");
    assert_eq!(schema.token_code("t").unwrap().display, Some("I5"));
}

#[test]
fn s8_token_code_rules() {
    assert_eq!(
        errors("TOKEN-CODE t VALUE 40000 TOKEN-TYPE ZSPI-TYP-INT."),
        ["a token number lies between -32768 and 32767, not 40000"]
    );
    let (schema, diagnostics) =
        with_diagnostics("TOKEN-CODE t VALUE 1 TOKEN-TYPE ZSPI-TYP-INT SSID \"TANDEM\".");
    assert!(schema.token_code("t").is_none(), "a token with a wrong SSID is rejected");
    assert!(diagnostics.contains("a subsystem identifier is owner.number.version"), "{diagnostics}");
}

// Section 9.

const JOBINFO: &str = r#"
DEF assn-ddl-jobinfo.
 02 jnumber TYPE zspi-ddl-int.
 02 priority TYPE zspi-ddl-int.
 02 location TYPE zspi-ddl-char8 SPI-NULL "X".
END.
CONSTANT assn-tnm-jobinfo VALUE IS 3.
TOKEN-MAP jobinfo-map VALUE IS assn-tnm-jobinfo DEF is assn-ddl-jobinfo.
 VERSION "C00" FOR jnumber THRU location.
END
"#;

const BITS_Y: &str = r#"
DEF bits-layout-y.   02 y-1 Type BIT 4.  02 y-2 Type BIT 8.  02 y-3 Type BIT 6.  END
TOKEN-MAP map-bits-y VALUE is 32740 DEF is bits-layout-y.
 VERSION 10000 FOR y-1 THRU y-2.
 VERSION 15000 FOR y-3.
END.
"#;

const BIT_EX_C: &str = r#"
DEF bit-ddl-ex-c.
 02 char-3 Type CHARACTER 3 SPI-NULL 255.
 02 bits-8 Type BIT 8.   02 bits-3 Type BIT 3.   02 FILLER Type BIT 10.
 02 bits-2 Type BIT 2.   02 bits-5 Type BIT 5.   02 FILLER Type BIT 4.
 02 bits-4 Type BIT 4.   02 bits-7 Type BIT 7.
END.
TOKEN-MAP bit-map-ex-c VALUE 111 DEF bit-ddl-ex-c.
 VERSION "C00" FOR char-3 THRU bits-3.
 VERSION "C10" FOR bits-2.
 VERSION "C20" FOR bits-5 THRU bits-4.
 NOVERSION FOR bits-7.
END.
"#;

/// BITS-X: 5, 3, 7 bits. The manual prints C00 in the array where the source says D40: a misprint.
const BITS_X: &str = r#"
DEF bits-layout-x.   02 x-1 Type BIT 5.  02 x-2 Type BIT 3.  02 x-3 Type BIT 7.  END
TOKEN-MAP map-bits-x VALUE is 1 DEF is bits-layout-x.
 VERSION "C00" FOR x-1 THRU x-3.
END.
"#;

fn words(text: &str, map: &str) -> Vec<u16> {
    schema(text).token_map(map).unwrap().words()
}

#[test]
fn s9_1_jobinfo() {
    assert_eq!(words(JOBINFO, "jobinfo-map"), [2303, 3, 12, 17152, 1024, 2136]);
    let schema = schema(JOBINFO);
    let map = schema.token_map("JOBINFO-MAP").unwrap();
    assert_eq!(map.code, 150_929_411);
    assert_eq!(schema.def(map.def).unwrap().size(), 12);
    let versions: Vec<_> =
        map.fields().filter(|(field, _)| field.depth == 1).map(|(f, v)| (f.name, v)).collect();
    assert_eq!(versions, [("jnumber", 17152), ("priority", 17152), ("location", 17152)]);
}

#[test]
fn s9_1_bits_y() {
    assert_eq!(words(BITS_Y, "map-bits-y"), [2303, 32740, 4, 10000, 767, 1, 15000, 511, 1, 0, 511]);
}

#[test]
fn s9_1_bit_ex_c() {
    assert_eq!(
        words(BIT_EX_C, "bit-map-ex-c"),
        [
            2303, 111, 12, 17152, 1023, 1, 0, 511, 1, 17152, 767, 1, 0, 511, 1, 17162, 511, 1, 17172, 767, 1,
            0, 767
        ]
    );
}

#[test]
fn s9_1_bits_x() {
    assert_eq!(words(BITS_X, "map-bits-x"), [2303, 1, 2, 17152, 767]);
    assert_eq!(words(&BITS_X.replace("C00", "D40"), "map-bits-x"), [2303, 1, 2, 17448, 767]);
}

#[test]
fn s9_maps_of_arrays_fillers_and_long_runs() {
    // A group that repeats, with a filler of the compiler in each occurrence; a user FILLER outside every VERSION.
    let text = "DEF d. 02 g OCCURS 2 TIMES. 03 a TYPE BINARY 16 SPI-NULL 0. 03 b PIC X SPI-NULL 1. 02 FILLER PIC X.\n\
                02 c PIC X(300). END\n\
                TOKEN-MAP m VALUE -1 DEF d. VERSION 5 FOR g. NONVERSION FOR c. END";
    let null = |length: u16, null: u16| length << 8 | null;
    assert_eq!(
        words(text, "m"),
        [
            2303,
            0xFFFF,
            309,
            5,
            null(2, 0),
            null(1, 1),
            1,
            0,
            null(1, 255),
            1,
            5,
            null(2, 0),
            null(1, 1),
            1,
            0,
            // filler of the compiler, user FILLER, and 300 bytes: 302 in two runs
            null(255, 255),
            null(47, 255),
        ]
    );
}

#[test]
fn s9_version_rules() {
    let errors = |versions: &str| {
        errors(&format!(
            "DEF d. 02 a PIC X. 02 g. 03 b PIC X. 03 c PIC X. 02 h. 03 b PIC X. END\n\
             TOKEN-MAP m VALUE 1 DEF d. {versions} END"
        ))
        .join("; ")
    };
    assert_eq!(errors("VERSION 1 FOR a THRU h."), "");
    assert_eq!(errors("VERSION 1 FOR a. VERSION 2 FOR g. NOVERSION FOR h.b."), "");
    assert_eq!(errors("VERSION \"C00\" FOR a THROUGH g.c. VERSION ZSPI-TDT-INT FOR h."), "");
    assert_eq!(errors("VERSION 1 FOR a."), "b and 2 more have neither VERSION nor NOVERSION");
    assert_eq!(errors("VERSION 1 FOR a THRU h. VERSION 2 FOR c."), "c has a version already");
    assert_eq!(errors("VERSION 1 FOR b."), "several fields are called b");
    assert_eq!(errors("VERSION 1 FOR z."), "there is no field z in the definition of this map");
    assert_eq!(errors("VERSION 1 FOR h THRU a."), "the second field stands before the first");
    assert_eq!(
        errors("VERSION 0 FOR a THRU h."),
        "a version is a letter and two digits in quotation marks, or a number from 1 to 65535"
    );
    assert_eq!(errors("VERSION \"C0\" FOR a."), "a version is a letter and two digits, such as \"C00\"");
}

#[test]
fn s9_bits_of_one_byte_share_a_version() {
    let text = BITS_Y.replace("y-1 THRU y-2", "y-1").replace("FOR y-3", "FOR y-2 THRU y-3");
    assert_eq!(errors(&text), ["y-2 shares a byte with a BIT field of another version"]);
}

// Section 10.

#[test]
fn s10_ssid_of_two_files() {
    let text = r#"
CONSTANT zspi-ssn-zpwy VALUE IS 8.
CONSTANT zpwy-val-version VALUE IS VERSION "C00".
DEFINITION ZPWY-VAL-SSID TACL SSID.
 02 Z-FILLER TYPE CHARACTER 8 VALUE IS ZSPI-VAL-TANDEM.
 02 Z-OWNER REDEFINES Z-FILLER TYPE ZSPI-DDL-CHAR8.
 02 Z-NUMBER TYPE ZSPI-DDL-INT VALUE IS ZSPI-SSN-ZPWY.
 02 Z-VERSION TYPE ZSPI-DDL-INT VALUE IS ZPWY-VAL-VERSION.
END
"#;
    let schema = schema(text);
    let ssid = schema.def("zpwy-val-ssid").unwrap().ssid().unwrap();
    assert_eq!(ssid, [0x54, 0x41, 0x4E, 0x44, 0x45, 0x4D, 0x20, 0x20, 0x00, 0x08, 0x43, 0x00]);
    assert_eq!(SsidText(ssid).to_string(), "TANDEM.8.C00");
    assert_eq!(schema.def("ZSPI-DDL-SSID").unwrap().ssid(), None, "a type without values is none");
}

#[test]
fn s10_ssid_variants() {
    // Field names Z-NUM and Z-VSN, number or version typed INT or UINT, no redefinition, no TACL clause.
    let schema = schema(
        "def ZSCP-VAL-SSID. 02 Z-OWNER type ZSPI-DDL-CHAR8 value is ZSPI-VAL-TANDEM.\n\
         02 Z-NUM type ZSPI-DDL-UINT value is 25. 02 Z-VSN type ZSPI-DDL-UINT value is version \"D20\". end",
    );
    let ssid = schema.def("ZSCP-VAL-SSID").unwrap().ssid().unwrap();
    assert_eq!(&ssid, b"TANDEM  \x00\x19\x44\x14");
    assert_eq!(SsidText(ssid).to_string(), "TANDEM.25.D20");
}

#[test]
fn s10_ssid_rules() {
    let errors = |owner: &str, number: &str| {
        errors(&format!(
            "def X-VAL-SSID tacl ssid. 02 o type character 8 value {owner}. 02 n type binary 16 {number}. 02 v type binary 16. end"
        ))
    };
    assert_eq!(
        errors("\"TANDEM\"", "value 1"),
        ["the values of X-VAL-SSID are an owner, a subsystem number and a version"]
    );
    let text = "def X-VAL-SSID tacl ssid. 02 o type character 8 value 5. 02 n type binary 16 value 1. 02 v type binary 16 value 0. end";
    assert_eq!(
        crate::ddl::manual::errors(text),
        ["the owner of a subsystem is a string of 1 to 8 characters without blanks"]
    );
}

// Section 12.

#[test]
fn s12_reference_sizes() {
    let schema = schema("");
    for (name, size) in [
        ("ZSPI-DDL-BOOLEAN", 2),
        ("ZSPI-DDL-BYTE", 1),
        ("ZSPI-DDL-BYTE-PAIR", 2),
        ("ZSPI-DDL-CHAR", 1),
        ("ZSPI-DDL-CHAR-PAIR", 2),
        ("ZSPI-DDL-CHAR3", 3),
        ("ZSPI-DDL-INT", 2),
        ("ZSPI-DDL-INT2", 4),
        ("ZSPI-DDL-INT-PAIR", 4),
        ("ZSPI-DDL-ENUM", 2),
        ("ZSPI-DDL-DEVICE", 8),
        ("ZSPI-DDL-FNAME32", 32),
        ("ZSPI-DDL-CRTPID", 8),
        ("ZSPI-DDL-SSID", 12),
        ("ZSPI-DDL-ERROR", 14),
        ("ZSPI-DDL-PARM-ERR", 8),
        ("ZFUP-DDL-PART-RENAME-OPTS", 18),
    ] {
        assert_eq!(schema.def(name).unwrap().size(), size, "{name}");
    }
}

#[test]
fn s12_reference_offsets() {
    let schema = schema("");
    let offsets = |name: &str| -> Vec<u32> {
        schema
            .def(name)
            .unwrap()
            .fields()
            .filter(|field| field.depth == 1)
            .map(|field| field.offset)
            .collect()
    };
    assert_eq!(offsets("ZFUP-DDL-PART-RENAME-OPTS"), [0, 2, 10, 14]);
    assert_eq!(offsets("ZSPI-DDL-SSID"), [0, 8, 10]);
    assert_eq!(offsets("ZSPI-DDL-ERROR"), [0, 12]);
    assert_eq!(offsets("ZSPI-DDL-PARM-ERR"), [0, 4, 6]);
    assert_eq!(offsets("ZSPI-DDL-CRTPID"), [0, 0, 6, 6]);
    let crtpid = schema.def("ZSPI-DDL-CRTPID").unwrap();
    let null = |name: &str| crtpid.field(name).unwrap().null;
    assert_eq!((null("z-pid.z-cpu"), null("z-procname.z-c"), null("z-cpupin")), (32, 32, 0));
    let error = schema.def("ZSPI-DDL-ERROR").unwrap();
    assert_eq!(error.field("Z-ERROR").unwrap().null, 0, "its own overrides that of ZSPI-DDL-ENUM");
    assert_eq!(error.field("Z-ERROR").unwrap().tacl, Some(Tacl::Enum));
}

#[test]
fn s12_plain_data_definitions() {
    let schema = schema(
        "DEF company-name TYPE CHARACTER 30 NULL 0 .\nDEF custnum PIC 9(6) HEADING \"Customer/Number\" .\n\
         DEF name-struct. 02 FILLER PIC X(10). 02 FILLER PIC X(6). 02 FILLER PIC X(24). 02 FILLER PIC 9(6). END\n\
         DEF ZBAT-DDL-NETBATCH-NAME TYPE CHARACTER 24.\n\
         DEF x. 02 ZCLASSES Occurs 8 times. 03 ZCLASSNAME Type ZBAT-DDL-NETBATCH-NAME. 03 FILLER Type ZSPI-DDL-INT. END",
    );
    assert_eq!(schema.def("company-name").unwrap().size(), 30);
    assert_eq!(schema.def("custnum").unwrap().heading(), Some("Customer/Number"));
    assert_eq!(schema.def("name-struct").unwrap().size(), 46);
    assert_eq!(schema.def("x").unwrap().size(), 8 * 26);
}

// Choices where the manuals are silent: docs/definitions.md.

#[test]
fn decisions_a_later_definition_wins() {
    let (schema, diagnostics) =
        with_diagnostics("CONSTANT a VALUE 1.\nCONSTANT A VALUE 2.\nCONSTANT zspi-tdt-int VALUE 3.");
    assert_eq!(schema.constant("a").unwrap().value, Value::Number(2));
    assert_eq!(schema.constant("a").unwrap().info.name, "A");
    assert!(diagnostics.contains("ddl:2:10: warning: A was defined before"), "{diagnostics}");
    // A user's definition replaces a built-in one silently, and what is made of it follows.
    assert!(!diagnostics.contains("zspi-tdt-int"), "{diagnostics}");
    assert_eq!(schema.token_type("ZSPI-TYP-INT").unwrap().value, 3 * 256 + 2);
    assert!(!schema.constant("zspi-tdt-int").unwrap().info.built_in);
    assert_eq!(schema.definitions().filter(|d| d.info().name.eq_ignore_ascii_case("a")).count(), 1);
}

#[test]
fn decisions_provisional_marks() {
    let schema = schema(
        "CONSTANT a VALUE 1. ! provisional\nCONSTANT b\n VALUE 2. ! provisional: ours\nCONSTANT c VALUE 3.\n\
         DEF e TYPE ENUM BEGIN.\n 89 x. ! provisional !\n 89 y.\nEND\n\
         TOKEN-CODE t VALUE d TOKEN-TYPE zspi-typ-int. CONSTANT d VALUE a.\nTOKEN-TYPE ty VALUE a OCCURS 0 TIMES.\n\
         TOKEN-CODE u VALUE c TOKEN-TYPE ty. TOKEN-CODE v VALUE c TOKEN-TYPE zspi-typ-int.\n\
         DEF s-val-ssid. 02 o PIC X(8) VALUE \"O\". 02 n TYPE BINARY 16 VALUE b. 02 v TYPE BINARY 16 VALUE 0. END",
    );
    // A definition that uses a provisional number is provisional too.
    assert!(schema.constant("d").unwrap().info.provisional);
    let token = |name: &str| schema.token_code(name).unwrap().info.provisional;
    assert_eq!([token("t"), token("u"), token("v")], [true, true, false]);
    assert!(schema.def("s-val-ssid").unwrap().info.provisional);

    let provisional = |name: &str| schema.constant(name).unwrap().info.provisional;
    assert_eq!([provisional("a"), provisional("b"), provisional("c")], [true, true, false]);
    let values = schema.def("e").unwrap().enumeration().unwrap();
    assert_eq!(values.values().map(|value| value.provisional).collect::<Vec<_>>(), [true, false]);
    assert!(!schema.def("e").unwrap().info.provisional);
    assert!(schema.constant("ZSPI-TNM-ADDR").unwrap().info.provisional);
}
