//! Rules of the filter language (EMS Manual 426909, section 5), one at a time.

use zems::ems::{Event, EventHeader};
use zems::filter::{Compiler, Filter, Filters, Parameters, Scratch, Verdict};
use zems::spi::write::Raw;
use zems::spi::{Fname, Fname32, Ssid};
use zems::text::SourceMap;

use super::site::*;

fn record(bytes: &[u8]) -> Vec<u8> {
    event(&header(), |builder| builder.put(code("XYZ-TKN-RECORD"), Raw(bytes)).unwrap())
}

/// The structure of the site, filled.
fn full() -> [u8; 52] {
    let mut bytes = [0; 52];
    bytes[..2].copy_from_slice(&(-5_i16).to_be_bytes());
    bytes[2..6].copy_from_slice(b"Ab  ");
    bytes[6..14].copy_from_slice(&[0, 1, 0, 2, 0, 3, 0xFF, 0xFF]);
    bytes[14..22].copy_from_slice(&[0, 10, 7, 8, 0, 20, 9, 6]);
    // Bits 4 to 6 are 101.
    bytes[22..24].copy_from_slice(&0x0A00_u16.to_be_bytes());
    bytes[24..48].copy_from_slice(b"$SYSTEM SYS00   OSIMAGE ");
    bytes[48] = 200;
    bytes
}

#[test]
fn fields_by_name_index_and_bit() {
    let event = record(&full());
    for (condition, expected) in [
        ("XYZ^TKN^RECORD.XYZ^DDL^RECORD:Z^KIND = -5", true),
        ("xyz^tkn^record.xyz^ddl^record:z^name = \"AB\"", true),
        ("XYZ^TKN^RECORD.XYZ^DDL^RECORD:Z^COUNTS = 1", true),
        ("XYZ^TKN^RECORD.XYZ^DDL^RECORD:Z^COUNTS(3) = 65535", true),
        ("XYZ^TKN^RECORD.XYZ^DDL^RECORD:Z^ITEM(1):Z^A = 20", true),
        ("XYZ^TKN^RECORD.XYZ^DDL^RECORD:Z^ITEM(1):Z^B(1) = 6", true),
        ("XYZ^TKN^RECORD.XYZ^DDL^RECORD:Z^ITEM(0):Z^B(1) = 8", true),
        ("XYZ^TKN^RECORD.XYZ^DDL^RECORD:Z^B = 7", true),
        ("XYZ^TKN^RECORD.XYZ^DDL^RECORD:Z^BIT = 5", true),
        ("XYZ^TKN^RECORD.XYZ^DDL^RECORD:Z^BITS.<4:6> = 5", true),
        ("XYZ^TKN^RECORD.XYZ^DDL^RECORD:Z^FILES = $system.sys00.osimage", true),
        ("MATCH(XYZ^TKN^RECORD.XYZ^DDL^RECORD:Z^FILES, \"$SYSTEM.*.OS*\")", true),
        ("MATCH(XYZ^TKN^RECORD.XYZ^DDL^RECORD:Z^NAME, \"?b\")", true),
        ("XYZ^TKN^RECORD.XYZ^DDL^RECORD:Z^BYTE > 199", true),
        ("TOKENPRESENT(XYZ^TKN^RECORD.XYZ^DDL^RECORD:Z^BYTE)", true),
        ("TOKENPRESENT(XYZ^TKN^RECORD(2).XYZ^DDL^RECORD:Z^BYTE)", false),
    ] {
        assert_eq!(holds(condition, &event), expected, "{condition}");
    }
}

#[test]
fn a_field_that_an_older_structure_lacks_is_missing() {
    // EMS Manual 5-25.
    let short = record(&full()[..23]);
    assert!(holds("XYZ^TKN^RECORD.XYZ^DDL^RECORD:Z^ITEM(1):Z^A = 20", &short));
    for condition in [
        "XYZ^TKN^RECORD.XYZ^DDL^RECORD:Z^BITS = 0",
        "XYZ^TKN^RECORD.XYZ^DDL^RECORD:Z^BITS <> 0",
        "TOKENPRESENT(XYZ^TKN^RECORD.XYZ^DDL^RECORD:Z^BYTE)",
        "MATCH(XYZ^TKN^RECORD.XYZ^DDL^RECORD:Z^FILES, \"*\")",
    ] {
        assert!(!holds(condition, &short), "{condition}");
    }
}

#[test]
fn a_relation_holds_of_slices_when_it_holds_of_every_pair() {
    // EMS Manual 5-24.
    let counts = "XYZ^TKN^RECORD.XYZ^DDL^RECORD:Z^COUNTS";
    let event = record(&full());
    for (condition, expected) in [
        (format!("{counts}(0:2) = {counts}(0:2)"), true),
        (format!("{counts}(0:1) < {counts}(1:2)"), true),
        (format!("{counts}(0:2) <> {counts}(1:3)"), true),
        (format!("{counts}(0:2) <> {counts}(0:3)"), false),
        (format!("{counts}(0:3) >= (1, 2, 3)"), true),
        (format!("{counts}(0:3) > (1, 1, 1)"), false),
        // The shorter has one member.
        (format!("{counts}(0:3) = 1"), true),
        (format!("NOT {counts}(1:3) = 1"), true),
        (format!("{counts}(0:2) < XYZ^TKN^INTS"), false),
    ] {
        assert_eq!(holds(&condition, &event), expected, "{condition}");
    }
    // As much of the array as the structure has.
    assert!(!holds(&format!("{counts}(0:3) = (1, 2, 9)"), &record(&full()[..12])));
    assert!(holds(&format!("{counts}(0:3) = (1, 2, 9)"), &record(&full()[..10])));
    assert!(holds(&format!("{counts}(0:3) = (1, 9)"), &record(&full()[..8])));
    assert!(!holds(&format!("{counts}(0:3) = (1, 9)"), &record(&full()[..7])));
}

#[test]
fn widths_signs_and_composites() {
    let event = event(&EventHeader { user: (255, 254), ..header() }, |builder| {
        builder.put(code("XYZ-TKN-UINT"), 65535_u16).unwrap();
        builder.put(code("XYZ-TKN-INTWORD"), -1_i16).unwrap();
        builder.put(code("XYZ-TKN-BYTE"), [255_u8]).unwrap();
        builder.put(code("XYZ-TKN-DOUBLE"), 65535_i32).unwrap();
        builder.put(code("XYZ-TKN-QUAD"), i64::MIN).unwrap();
        builder.put(code("XYZ-TKN-TIME"), Raw(&[0xFF; 8])).unwrap();
        builder.put(code("XYZ-TKN-FLAG"), true).unwrap();
        builder.put(code("XYZ-TKN-VALUES"), Raw(&[])).unwrap();
    });
    for (condition, expected) in [
        ("XYZ^TKN^UINT = XYZ^TKN^DOUBLE", true),
        ("XYZ^TKN^UINT = XYZ^TKN^INTWORD", false),
        ("XYZ^TKN^UINT > XYZ^TKN^INTWORD", true),
        ("XYZ^TKN^BYTE = 255", true),
        ("XYZ^TKN^QUAD = -9223372036854775808", true),
        ("XYZ^TKN^TIME > 9223372036854775807", true),
        ("XYZ^TKN^FLAG = [ZSPI^VAL^TRUE]", true),
        ("-1 = XYZ^TKN^FLAG", true),
        ("5 > XYZ^TKN^INTWORD", true),
        ("ZEMS^TKN^USERID = (255, 254)", true),
        ("ZEMS^TKN^USERID = (255)", true),
        ("ZEMS^TKN^USERID < (255, 255)", true),
        ("ZEMS^TKN^PIN.<8:15> = 45", true),
        ("XYZ^TKN^VALUES = 0", false),
        ("XYZ^TKN^VALUES <> 0", false),
        ("TOKENPRESENT(XYZ^TKN^VALUES)", true),
        ("ZSPI^TKN^SSID = ACME.7.A01", true),
        ("ZSPI^TKN^SSID = ACME.7.A02", false),
        ("ZSPI^TKN^SSID = SSID(ACME.7.A02)", true),
        ("SSID(ACME.7.0) <> SSID(ACME^VAL^SSID)", false),
        ("ZSPI^TKN^SSID = ACME^VAL^SSID", true),
        ("ZEMS^TKN^NODENAME = \"\\abcd\"", true),
        ("MATCH(ZEMS^TKN^PROC^DESC, \"\\abcd.$null:*\")", true),
    ] {
        assert_eq!(holds(condition, &event), expected, "{condition}");
    }
}

#[test]
fn names_of_files_in_both_forms() {
    let file = |name: &str| name.parse::<Fname>().unwrap();
    let event = event(&header(), |builder| {
        builder.put(code("XYZ-TKN-FILE"), file("$SYSTEM.X.Y")).unwrap();
        builder.put(code("XYZ-TKN-FILE"), file(r"\17.$SYSTEM.X.Y")).unwrap();
        builder.put(code("XYZ-TKN-FILE"), file(r"\3.$SYSTEM.X.Y")).unwrap();
        builder.put(code("XYZ-TKN-FILE32"), r"\COMM.$SYSTEM.X.Y".parse::<Fname32>().unwrap()).unwrap();
    });
    for (condition, expected) in [
        ("XYZ^TKN^FILE = XYZ^TKN^FILE(2)", true),
        ("XYZ^TKN^FILE <> XYZ^TKN^FILE(3)", true),
        (r"XYZ^TKN^FILE = \ABCD.$system.x.y", true),
        (r"XYZ^TKN^FILE(3) = \comm.$system.x.y", true),
        ("XYZ^TKN^FILE > $SYSTEM.X.X", true),
        (r#"MATCH(XYZ^TKN^FILE(2), "\ABCD.$SYSTEM.*")"#, true),
        (r#"MATCH(XYZ^TKN^FILE(2), "$SYSTEM.*")"#, false),
        ("FILENAMECOMPARE(XYZ^TKN^FILE, XYZ^TKN^FILE(2))", true),
        ("FILENAMECOMPARE(XYZ^TKN^FILE, XYZ^TKN^FILE(3))", false),
        ("FILENAMECOMPARE(XYZ^TKN^FILE32, XYZ^TKN^FILE(3))", true),
        (r"FILENAMECOMPARE($system.x.y, #\abcd.$system*)", true),
        (r#"FILENAMECOMPARE("\abcd.$system.x.y", XYZ^TKN^FILE)"#, true),
    ] {
        assert_eq!(holds(condition, &event), expected, "{condition}");
    }
}

#[test]
fn precedence_and_short_circuit() {
    let event = plain();
    for (condition, expected) in [
        ("TRUE OR FALSE AND FALSE", true),
        ("NOT FALSE AND FALSE", false),
        ("NOT (FALSE AND FALSE)", true),
        ("NOT NOT TRUE", true),
        ("NOT NOT NOT 1 = 1", false),
        ("1 = 2 OR 3 < 4 AND 5 >= 5", true),
        ("(1 = 1)", true),
        ("((((1 = 1))))", true),
        ("(3, 4) = (3, 4) AND ((5) = (5))", true),
        ("(TANDEM.EMS.D20) <> ((1, 2), 3)", true),
        ("LITERALLY(1 = 1)", true),
    ] {
        assert_eq!(holds(condition, &event), expected, "{condition}");
    }
    // A filter reads only what it needs: a damaged body does not disturb it.
    let mut damaged = event.clone();
    let last = damaged.len() - 7;
    damaged[last..].copy_from_slice(&[0xFF; 7]);
    let judge = |source: &str| {
        let event = Event::parse(&damaged).unwrap();
        filter_with(source, &[]).0.verdict(&event, &mut Scratch::new()).map(|verdict| verdict.to_string())
    };
    let header_first = "FILTER f; BEGIN IF ZEMS^TKN^CPU = 3 OR ABC^TKN^STUFF = 5 THEN PASS; END;";
    assert_eq!(judge(header_first), Ok("PASS".to_string()));
    assert!(judge(&header_first.replace("= 3", "= 4")).is_err());
}

#[test]
fn scopes_of_the_default_ssid() {
    let zems = ssid("TANDEM.9000.0");
    let needed = code("ZEMS-TKN-ACTION-NEEDED");
    let event = event(&header(), |builder| {
        builder.put_qualified(zems, needed, true).unwrap();
        builder.put(needed, false).unwrap();
    });
    let source = "FILTER f; BEGIN SSID(ZEMS^VAL^SSID)
        BEGIN -- a plain BEGIN leaves the default as it is
            IF NOT ZEMS^TKN^ACTION^NEEDED = -1 THEN PASS 1;
        END;
        BEGIN SSID(0.0.0)
            IF NOT ZEMS^TKN^ACTION^NEEDED = 0 THEN PASS 2;
            IF NOT SSID(TANDEM.EMS.0, ZEMS^TKN^ACTION^NEEDED) = -1 THEN PASS 3;
            IF NOT SSID(ACME.7.0, ZEMS^TKN^ACTION^NEEDED(1)) = 0 THEN PASS 4;
        END;
        IF ZEMS^TKN^ACTION^NEEDED = -1 AND SSID(0.0.0, ZEMS^TKN^ACTION^NEEDED) = 0 THEN PASS 0;
    END;";
    assert_eq!(verdict(source, &event), "PASS 0");
}

#[test]
fn lists_in_lists_and_outside() {
    let zfil = ssid("TANDEM.9005.0");
    let (outer, inner, value) = (code("XYZ-TKN-LIST"), code("ZSPI-TKN-ERRLIST"), code("ABC-TKN-STUFF"));
    let event = event(&header(), |builder| {
        builder
            .list_qualified(Ssid::NULL, outer, |list| {
                list.put(value, 1_i16)?;
                list.list_qualified(zfil, inner, |list| {
                    list.put(code("ZFIL-TKN-OTHER"), 2_i16)?;
                    list.put_qualified(ssid("ACME.7.0"), value, 3_i16)?;
                    list.put(code("ZSPI-TKN-RETCODE"), 4_i16)
                })?;
                list.put(value, 5_i16)
            })
            .unwrap();
        builder.list_qualified(Ssid::NULL, outer, |list| list.put(value, 6_i16)).unwrap();
        builder.put(value, 7_i16).unwrap();
    });
    let source = "FILTER f; BEGIN
        IF ABC^TKN^STUFF <> 7 OR TOKENPRESENT(ABC^TKN^STUFF(2)) OR TOKENPRESENT(ZSPI^TKN^RETCODE) THEN FAIL;
        BEGIN LIST(XYZ^TKN^LIST)
            IF NOT (ABC^TKN^STUFF = 1 AND ABC^TKN^STUFF(2) = 5) OR TOKENPRESENT(ABC^TKN^STUFF(3)) THEN FAIL;
            BEGIN LIST(SSID(ZFIL^VAL^SSID, ZSPI^TKN^ERRLIST))
                IF ABC^TKN^STUFF = 3 AND SSID(ZFIL^VAL^SSID, ZFIL^TKN^OTHER) = 2 AND ZSPI^TKN^RETCODE = 4
                    AND TOKENPRESENT(ZEMS^TKN^CPU) THEN PASS 1;
            END;
            BEGIN LIST(SSID(0.0.0, ZSPI^TKN^ERRLIST)) PASS 2; END;
        END;
    END;";
    assert_eq!(verdict(source, &event), "PASS 1");
    // The list is not one of the top level.
    let top =
        "FILTER f; BEGIN BEGIN LIST(SSID(ZFIL^VAL^SSID, ZSPI^TKN^ERRLIST)) PASS; END; DISCARDEVENT; END;";
    assert_eq!(verdict(top, &event), "DISCARDEVENT");
    assert!(holds("TOKENPRESENT(XYZ^TKN^LIST(2)) AND NOT TOKENPRESENT(XYZ^TKN^LIST(3))", &event));
}

#[test]
fn statements_stop_where_they_say() {
    let event = plain();
    for (body, expected) in [
        ("", "FAIL"),
        (";;", "FAIL"),
        ("PASS 0", "PASS 0"),
        ("PASS -32768", "PASS -32768"),
        ("PASS-1", "PASS -1"),
        ("BEGIN END; BEGIN BEGIN DISCARDEVENT END END; PASS", "DISCARDEVENT"),
        ("IF 1 = 2 THEN PASS 1 ELSE IF 1 = 1 THEN PASS 2 ELSE PASS 3", "PASS 2"),
        ("IF 1 = 2 THEN PASS 1 ELSE IF 2 = 1 THEN PASS 2 ELSE PASS 3", "PASS 3"),
        ("IF 1 = 1 THEN IF 1 = 2 THEN PASS 1 ELSE PASS 2", "PASS 2"),
        ("IF 1 = 2 THEN IF 1 = 1 THEN PASS 1 ELSE PASS 2", "FAIL"),
    ] {
        assert_eq!(verdict(&format!("FILTER f; BEGIN {body} END"), &event), expected, "{body}");
    }
    let variables = "FILTER f; BEGIN BOOLEAN a, b; BOOLEAN c; a := TRUE; b := NOT c; a := a AND NOT b; c := TRUE; \
        IF NOT a AND b AND c THEN PASS; END;";
    assert_eq!(verdict(variables, &event), "PASS");
}

#[test]
fn variables_are_false_again_for_the_next_event() {
    let (filter, _) = filter_with(
        "FILTER f; BEGIN BOOLEAN v; IF v THEN PASS 1; IF ABC^TKN^STUFF = 1 THEN v := TRUE; IF v THEN PASS 2; END;",
        &[],
    );
    let one = event(&header(), |builder| builder.put(code("ABC-TKN-STUFF"), 1_i16).unwrap());
    let mut scratch = Scratch::new();
    for (bytes, expected) in
        [(one.clone(), "PASS 2"), (one.clone(), "PASS 2"), (plain(), "FAIL"), (one, "PASS 2")]
    {
        let event = Event::parse(&bytes).unwrap();
        assert_eq!(filter.verdict(&event, &mut scratch).unwrap().to_string(), expected);
    }
}

#[test]
fn parameters_of_every_kind() {
    let event = event(&header(), |builder| {
        builder.put(code("XYZ-TKN-TEXT"), "hello").unwrap();
        builder.put(code("XYZ-TKN-INTS"), [1_i16, 2, 3]).unwrap();
    });
    let passes = |token: &str, condition: &str, values: &[&str]| {
        let values: Vec<String> = values.iter().map(|value| format!("{token}={value}")).collect();
        let values: Vec<&str> = values.iter().map(String::as_str).collect();
        let source = format!("FILTER f (SSID(ACME^VAL^SSID, {token})); BEGIN IF {condition} THEN PASS; END;");
        verdict_with(&source, &values, &event) == "PASS"
    };
    assert!(passes(
        "MY^TKN^1",
        "MY^TKN^1 = 5 AND MY^TKN^1(2) = 6 AND NOT TOKENPRESENT(MY^TKN^1(3))",
        &["5", "6"]
    ));
    assert!(passes("MY^TKN^PATTERN", "XYZ^TKN^TEXT = MY^TKN^PATTERN", &["HELLO "]));
    assert!(passes("MY^TKN^NAME", "XYZ^TKN^TEXT = MY^TKN^NAME AND MATCH(MY^TKN^NAME, \"h*o\")", &["Hello"]));
    assert!(passes("XYZ^TKN^INTS", "XYZ^TKN^INTS = 1 AND XYZ^TKN^INTS(1) = 1", &["1,2,3"]));
    assert!(passes("XYZ^TKN^FLAG", "XYZ^TKN^FLAG = -1", &["true"]));
    assert!(passes("XYZ^TKN^SSID", "XYZ^TKN^SSID = TANDEM.EMS.D20", &["tandem.ems.d20"]));
    assert!(passes("XYZ^TKN^FILE", "XYZ^TKN^FILE = $A.B.C", &["$a.b.c"]));
    // A node by name, as in the source.
    assert!(passes("XYZ^TKN^FILE", r"XYZ^TKN^FILE = \ABCD.$A.B.C", &[r"\abcd.$a.b.c"]));
    assert!(passes("XYZ^TKN^FILE", r"XYZ^TKN^FILE = \ABCD.$A.B.C", &[r"\17.$a.b.c"]));
    assert!(passes("XYZ^TKN^RECORD", "XYZ^TKN^RECORD.XYZ^DDL^RECORD:Z^KIND = 258", &["0x0102"]));
    // A name declared as a parameter is never a token of the event.
    assert!(!passes("XYZ^TKN^TEXT", "TOKENPRESENT(XYZ^TKN^TEXT)", &[]));

    for (token, value, message) in [
        ("MY^TKN^1", "x", "takes signed numbers of 16 bits"),
        ("MY^TKN^1", "32768", "takes signed numbers of 16 bits"),
        ("MY^TKN^1", "1,2", "takes 2 bytes, not 4"),
        ("MY^TKN^NAME", "too long for 8", "takes 8 bytes, not 14"),
        ("XYZ^TKN^FILE", "nothing", "beginning with $"),
        ("MY^TKN^STIME", "yesterday", "takes a time such as"),
        ("XYZ^TKN^RECORD", "1", "0x and hexadecimal digits"),
    ] {
        let source = format!("FILTER f ({token}); BEGIN END;");
        let compiled = compile(&source).0.into_result().unwrap();
        let mut parameters = Parameters::new();
        parameters.add(&format!("{token}={value}")).unwrap();
        let error = compiled.load(&parameters, &dictionary()).unwrap_err().to_string();
        assert!(error.contains(message), "{error}");
    }
    assert!(Parameters::new().add("no value").is_err());
}

#[test]
fn sources_may_come_in_files() {
    let files = |_including: &str, name: &str| {
        let text = match name {
            "body" => "IF ZEMS^TKN^CPU = [LIMIT] THEN PASS 3;\n?SOURCE more\n",
            "more" => "PASS 4; -- last",
            "loop" => "?SOURCE loop\n",
            _ => return None,
        };
        Some((name.to_string(), text.to_string()))
    };
    let compile = |text: &str| {
        let dictionary = dictionary();
        let mut sources = SourceMap::new();
        let id = sources.add("main", text.to_string()).unwrap();
        let compilation = Compiler::new(&dictionary).with_loader(&files).filter(&mut sources, id);
        let remarks = compilation.diagnostics().render(&sources);
        (compilation.into_result().ok(), remarks)
    };
    // A whole file is expanded before what it sources is read.
    let (filter, remarks) = compile("[#SET limit 4]FILTER f; BEGIN\n?SOURCE body\nEND;[#SET limit 3]");
    assert_eq!(remarks, "");
    let filter = filter.unwrap().load(&Parameters::new(), &dictionary()).unwrap();
    let bytes = plain();
    let event = Event::parse(&bytes).unwrap();
    let explanation = filter.explain(&event, &mut Scratch::new()).unwrap().to_string();
    assert!(
        explanation.starts_with("PASS 3 by body:1:32 PASS 3\n  body:1:4 TRUE  ZEMS^TKN^CPU = [LIMIT]"),
        "{explanation}"
    );
    let (_, remarks) = compile("FILTER f; BEGIN\n?SOURCE loop\nEND;");
    assert!(remarks.contains("loop:1:1: error: Nested too deep"), "{remarks}");
    let (_, remarks) = compile("FILTER f; BEGIN\n?SOURCE nowhere\nEND;");
    assert!(remarks.contains("main:2:1: error: Can't source file, error 11 on open"), "{remarks}");
}

#[test]
fn explanations_name_the_statement_the_values_and_what_was_missing() {
    let (filter, _) = filter_with(
        "FILTER f;\nBEGIN SSID(ACME^VAL^SSID)\nBOOLEAN v;\n  IF ZSPI^TKN^SSID = SSID(TANDEM.EMS.0) OR\n     ABC^TKN^STUFF(3) = 5 THEN PASS 1;\n\
         v := ZEMS^TKN^GENTIME > 0;\n  IF v AND MATCH(XYZ^TKN^TEXT, \"he*\") AND XYZ^TKN^INTS >= XYZ^TKN^INTS\n\
         AND NOT ABC^TKN^STUFF(3) = 5 THEN PASS 5\nEND",
        &[],
    );
    let bytes = event(&header(), |builder| {
        builder.put(code("XYZ-TKN-TEXT"), "Hello\u{1}").unwrap();
        builder.put(code("XYZ-TKN-INTS"), [1_i16, 2, 3]).unwrap();
    });
    let event = Event::parse(&bytes).unwrap();
    let explanation = filter.explain(&event, &mut Scratch::new()).unwrap();
    assert_eq!(
        explanation.to_string(),
        "PASS 5 by test:8:35 PASS 5
  test:4:6 FALSE ZSPI^TKN^SSID = SSID(TANDEM.EMS.0) (ZSPI^TKN^SSID is ACME.7.A01)
  test:5:6 FALSE ABC^TKN^STUFF(3) = 5 (ABC^TKN^STUFF(3) is missing)
  test:6:6 TRUE  ZEMS^TKN^GENTIME > 0 (ZEMS^TKN^GENTIME is 212661929700000000 (2026-11-20T10:15:00.000000Z))
  test:6:1 TRUE  v := ZEMS^TKN^GENTIME > 0 (V is TRUE)
  test:7:6 TRUE  v
  test:7:12 TRUE  MATCH(XYZ^TKN^TEXT, \"he*\") (XYZ^TKN^TEXT is \"Hello?\")
  test:7:43 TRUE  XYZ^TKN^INTS >= XYZ^TKN^INTS (XYZ^TKN^INTS is (1, 2, 3), XYZ^TKN^INTS is (1, 2, 3))
  test:8:9 FALSE ABC^TKN^STUFF(3) = 5 (ABC^TKN^STUFF(3) is missing)"
    );
    assert_eq!(explanation.missing(), ["ABC^TKN^STUFF(3)"]);
    assert_eq!(explanation.verdict, Verdict::Pass { value: Some(5), routing: &[] });
}

#[test]
fn explanations_name_subsystems_and_show_list_blocks_whole() {
    let source = "FILTER f; BEGIN\nIF ZSPI^TKN^SSID = SSID(ACME.7.0) THEN BEGIN END;\n\
        BEGIN LIST(SSID(ACME^VAL^SSID, ZSPI^TKN^ERRLIST)) FAIL; END;\n\
        BEGIN LIST(ZSPI^TKN^ERRLIST) FAIL; END;\nEND;";
    let (filter, _) = filter_with(source, &[]);
    let dictionary = dictionary();
    let ems = dictionary.parse_ssid("TANDEM.EMS.D20").unwrap();
    let bytes = event(&EventHeader::new(ems, 1), |_| ());
    let event = Event::parse(&bytes).unwrap();
    let explain = |scratch: &mut Scratch<'_>| filter.explain(&event, scratch).unwrap().to_string();
    let explanation = explain(&mut Scratch::new().with_names(&dictionary));
    for step in [
        "test:2:4 FALSE ZSPI^TKN^SSID = SSID(ACME.7.0) (ZSPI^TKN^SSID is TANDEM.EMS.D20)",
        "test:3:1 FALSE BEGIN LIST(SSID(ACME^VAL^SSID, ZSPI^TKN^ERRLIST))\n",
        "test:4:1 FALSE BEGIN LIST(ZSPI^TKN^ERRLIST)",
    ] {
        assert!(explanation.contains(step), "{step}\n{explanation}");
    }
    assert!(explain(&mut Scratch::new()).contains(&format!("(ZSPI^TKN^SSID is {ems})")));
}

#[test]
fn explanations_show_all_of_a_slice() {
    let (filter, _) = filter_with(
        "FILTER f; BEGIN SSID(ACME^VAL^SSID) IF XYZ^TKN^RECORD.XYZ^DDL^RECORD:Z^COUNTS(0:2) = (1, 2, 4) THEN PASS; END",
        &[],
    );
    let bytes = record(&full());
    let event = Event::parse(&bytes).unwrap();
    let explanation = filter.explain(&event, &mut Scratch::new()).unwrap();
    assert_eq!(explanation.steps[0].operands[0].value.as_deref(), Some("(1, 2, 3)"));
    // The third pair is not equal.
    assert_eq!(explanation.verdict, Verdict::Fail);
}

#[test]
fn filters_are_shared_between_threads() {
    fn is_shared<T: Send + Sync + 'static>() {}
    is_shared::<Filter>();
    is_shared::<Filters>();
    let (filter, _) = filter_with("FILTER f; BEGIN IF ABC^TKN^STUFF = 5 THEN PASS; END;", &[]);
    let bytes = event(&header(), |builder| builder.put(code("ABC-TKN-STUFF"), 5_i16).unwrap());
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let event = Event::parse(&bytes).unwrap();
                assert!(filter.verdict(&event, &mut Scratch::new()).unwrap().is_pass());
            });
        }
    });
}

#[test]
fn deep_and_long_sources_end() {
    let deep = |depth: usize| {
        let (open, close) = ("(".repeat(depth), ")".repeat(depth));
        format!("FILTER f; BEGIN IF {open}1 = 1{close} THEN PASS; END;")
    };
    assert_eq!(verdict(&deep(90), &plain()), "PASS");
    assert!(remarks(&deep(101)).contains("Nested too deep"));
    // As many tokens as bytes: they are counted, and not looked at.
    assert!(remarks(&deep(100_000)).contains("too many words and symbols for its length"));
    let begins = format!("FILTER f; {}", "BEGIN ".repeat(100_000));
    assert!(remarks(&begins).contains("Nested too deep"));
    let arms: String =
        (0..20_000).map(|number| format!("IF ZEMS^TKN^EVENTNUMBER = {number} THEN FAIL ELSE\n")).collect();
    assert_eq!(verdict(&format!("FILTER f; BEGIN {arms} PASS END;"), &plain()), "FAIL");
    let nots = "NOT ".repeat(100_001);
    assert!(!holds(&format!("{nots} 1 = 1"), &plain()));
    let terms = "ABC^TKN^STUFF(1023) = 1 OR ".repeat(20_000);
    assert!(holds(&format!("{terms} 1 = 1"), &plain()));
}

#[test]
fn tacl_cannot_be_made_to_explode() {
    let doubling: String = (1..40).map(|n| format!("[#SET v{n} [v{0}][v{0}]]\n", n - 1)).collect();
    let bomb = format!("[#SET v0 0123456789]{doubling}FILTER f; BEGIN END;");
    assert!(remarks(&bomb).contains("Source is too large once TACL has expanded it"));
    assert!(remarks(&"[".repeat(100_000)).contains("Nested too deep"));
    // Each file sources the next twice.
    let files = |_including: &str, name: &str| {
        let next = name.parse::<u32>().ok().filter(|number| *number < 30)? + 1;
        Some((name.to_string(), format!("?SOURCE {next}\n?SOURCE {next}\n{}\n", "-".repeat(500))))
    };
    let dictionary = dictionary();
    let mut sources = SourceMap::new();
    let id = sources.add("main", "?SOURCE 1\n".to_string()).unwrap();
    let compilation = Compiler::new(&dictionary).with_loader(&files).filter(&mut sources, id);
    let remarks = compilation.diagnostics().render(&sources);
    assert!(remarks.contains("bytes of sourced files"), "{remarks}");
    // A fault in a file is reported once, however often the file is read.
    assert_eq!(remarks.matches("error 11 on open").count(), 2, "{remarks}");
}

/// Sources made to take long: were any of them read, checked or run in quadratic time, it would be minutes.
#[test]
fn hostile_sources_take_time_in_proportion() {
    // Each source is a little shorter than a filter may be.
    const MANY: usize = 12_000;
    let timed = |what: &str, run: &dyn Fn()| {
        let start = crate::clock::CpuTime::start();
        run();
        let seconds = start.elapsed().as_secs_f64();
        assert!(seconds < 20.0, "{what}: {seconds} s");
    };
    timed("parameters", &|| {
        let set: String = (0..MANY).map(|n| format!("[#SET P^{n} {}]", 0x0202_4000 + n)).collect();
        let names: Vec<String> = (0..MANY).map(|n| format!("P^{n}")).collect();
        let uses: String = names.iter().map(|name| format!("IF {name} = 1 THEN PASS 2;\n")).collect();
        let source = format!("{set}FILTER f ({}); BEGIN {uses} END;", names.join(","));
        let (compilation, sources) = compile(&source);
        assert_eq!(compilation.diagnostics().render(&sources), "");
        let mut parameters = Parameters::new();
        names.iter().for_each(|name| parameters.add(&format!("{name}=0")).unwrap());
        parameters.add(&format!("P^{}=1", MANY - 1)).unwrap();
        let filter = compilation.into_result().unwrap().load(&parameters, &dictionary()).unwrap();
        let bytes = plain();
        let verdict = filter.verdict(&Event::parse(&bytes).unwrap(), &mut Scratch::new()).unwrap();
        assert_eq!(verdict, Verdict::Fail);
    });
    timed("one long line", &|| {
        let statements = "v   :=   ABC^TKN^STUFF   =   5;  ".repeat(MANY);
        assert_eq!(
            verdict(&format!("FILTER f; BEGIN BOOLEAN v; {statements} PASS 3; END;"), &plain()),
            "PASS 3"
        );
    });
    timed("guards and tokens without a subsystem", &|| {
        let one = |n: usize| {
            format!(
                "ZSPI^TKN^SSID = SSID(ACME{}.{}.0) AND ZEMS^TKN^ACTION^NEEDED = -1 OR\n",
                n / 60_000,
                n % 60_000
            )
        };
        let terms: String = (0..MANY).map(one).collect();
        assert_eq!(verdict(&format!("FILTER f; BEGIN IF {terms} TRUE THEN PASS; END;"), &plain()), "PASS");
    });
    timed("destinations", &|| {
        let many: String =
            (0..MANY).map(|n| format!("DESTINATION RID {}, TYPE DISK, NAME $A;\n", n % 255 + 1)).collect();
        let ids = vec!["255"; MANY].join(",");
        let remarks = remarks(&format!("FILTER f; BEGIN {many} PASS 1 ({ids}); END;"));
        assert!(remarks.contains("Too many RIDs"), "{remarks}");
    });
    timed("faults", &|| {
        let many = "IF NOSUCH^TOKEN = ( THEN PASS 99999 (300); ".repeat(MANY);
        assert!(remarks(&format!("FILTER f; BEGIN {many} END;")).contains(" more\n"));
    });
    timed("asterisks", &|| {
        let text = "a".repeat(3000);
        let bytes = event(&header(), |builder| builder.put(code("XYZ-TKN-TEXT"), text.as_str()).unwrap());
        let pattern = "*a".repeat(255);
        let conditions = format!("MATCH(XYZ^TKN^TEXT, \"{pattern}b\") OR ").repeat(200);
        assert!(!holds(&format!("{conditions} FALSE"), &bytes));
        let tail = format!("*{}b*", "a".repeat(500));
        assert!(!holds(&format!("MATCH(XYZ^TKN^TEXT, \"{tail}\")"), &bytes));
    });
    let long = format!("FILTER f; BEGIN IF MATCH(XYZ^TKN^TEXT, \"{}\") THEN PASS; END;", "*?".repeat(MANY));
    assert!(remarks(&long).contains("too long for a MATCH operand"), "{}", remarks(&long));
}
