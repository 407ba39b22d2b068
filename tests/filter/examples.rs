//! The worked examples of the EMS Manual, section 5.

use super::site::*;
use zems::ems::{Event, EventHeader};
use zems::filter::{Compiler, EventText, Parameters, Scratch, TemplateKey};
use zems::spi::write::Raw;
use zems::spi::{Fname, Ssid};
use zems::text::SourceMap;

const ZEMS: &str = "TANDEM.9000.0";

fn with_cpu(cpu: u16) -> Vec<u8> {
    event(&EventHeader { cpu, ..header() }, |_| ())
}

fn with_emphasis(emphasis: bool) -> Vec<u8> {
    event(&EventHeader { emphasis, ..header() }, |_| ())
}

fn of_subsystem(text: &str, number: i16) -> Vec<u8> {
    event(&EventHeader { cpu: 1, ..EventHeader::new(ssid(text), number) }, |_| ())
}

#[test]
fn example_1_header_test() {
    let source = "FILTER f; BEGIN IF ZEMS^TKN^CPU = 3 THEN PASS; END;";
    assert_eq!(verdict(source, &with_cpu(3)), "PASS");
    assert_eq!(verdict(source, &with_cpu(4)), "FAIL");
}

#[test]
fn example_2_emphasis() {
    let source = "FILTER critical; BEGIN IF ZEMS^TKN^EMPHASIS = [ZSPI^VAL^TRUE] THEN PASS; END;";
    assert_eq!(verdict(source, &with_emphasis(true)), "PASS");
    assert_eq!(verdict(source, &with_emphasis(false)), "FAIL");
}

#[test]
fn example_3_index() {
    let stuff = |values: &[i16]| {
        event(&header(), |builder| {
            values.iter().for_each(|value| builder.put(code("ABC-TKN-STUFF"), *value).unwrap());
        })
    };
    let condition = "ABC^TKN^STUFF(3) = 5";
    assert!(holds(condition, &stuff(&[1, 2, 5])));
    assert!(!holds(condition, &stuff(&[5, 5, 4, 5])));
    assert!(!holds(condition, &stuff(&[5, 5])));
    assert!(!holds("ABC^TKN^STUFF(3) <> 5", &stuff(&[5, 5])));
    // Each value of a table is an occurrence.
    let table = event(&header(), |builder| {
        builder.put(code("ABC-TKN-STUFF"), 1_i16).unwrap();
        builder.put_table_qualified(Ssid::NULL, code("ABC-TKN-STUFF"), [2_i16, 5, 6]).unwrap();
    });
    assert!(holds("ABC^TKN^STUFF(3) = 5 AND ABC^TKN^STUFF(4) = 6 AND ABC^TKN^STUFF = 1", &table));
    assert!(!holds("TOKENPRESENT(ABC^TKN^STUFF(5))", &table));
}

#[test]
fn example_4_qualification() {
    let qualified =
        "FILTER f; BEGIN IF SSID ( ZEMS^VAL^SSID, ZEMS^TKN^ACTION^NEEDED ) = [ZSPI^VAL^TRUE] THEN PASS; END;";
    let unqualified = "FILTER f; BEGIN IF ZEMS^TKN^ACTION^NEEDED = [ZSPI^VAL^TRUE] THEN PASS; END;";
    let needed = event(&header(), |builder| {
        builder.put_qualified(ssid(ZEMS), code("ZEMS-TKN-ACTION-NEEDED"), true).unwrap();
    });
    // A token of the reporting subsystem's own with the same code.
    let own = event(&header(), |builder| builder.put(code("ZEMS-TKN-ACTION-NEEDED"), true).unwrap());
    assert_eq!(verdict(qualified, &needed), "PASS");
    assert_eq!(verdict(qualified, &own), "FAIL");
    assert_eq!(verdict(unqualified, &needed), "FAIL");
    assert_eq!(verdict(unqualified, &own), "PASS", "the false positive the manual warns of");
    assert!(filter_with(qualified, &[]).1.as_slice().is_empty());
    assert_eq!(
        remarks(unqualified),
        "test:1:20: warning: ZEMS^TKN^ACTION^NEEDED is a token of TANDEM.EMS.0, but is looked for under the reporting subsystem\n\
         1 | FILTER f; BEGIN IF ZEMS^TKN^ACTION^NEEDED = [ZSPI^VAL^TRUE] THEN PASS; END;\n  \
           |                    ^^^^^^^^^^^^^^^^^^^^^^\n  \
           = hint: the number may mean something else there: write SSID(TANDEM.EMS.0, ZEMS^TKN^ACTION^NEEDED), or test \
         ZSPI^TKN^SSID = SSID(TANDEM.EMS.0) if that subsystem's own events are meant\n"
    );
}

#[test]
fn example_5_constants() {
    let file: Fname = r"\3.$PUBS.ANY.NAME".parse().unwrap();
    let local: Fname = "$SYSTEM.X.Y".parse().unwrap();
    let event = event(&header(), |builder| {
        builder.put(code("XYZ-TKN-TEXT"), "pqrstuvw").unwrap();
        builder.put(code("XYZ-TKN-SSID"), ssid("QUIRKS.2.51")).unwrap();
        builder.put(code("XYZ-TKN-FILE"), file).unwrap();
        builder.put(code("XYZ-TKN-FILE"), local).unwrap();
        builder.put(code("XYZ-TKN-BYTES"), [3_u8, 4, 95, 8]).unwrap();
    });
    assert!(holds(r#"XYZ^TKN^TEXT = "pqrstuvw""#, &event));
    assert!(holds("XYZ^TKN^SSID = QUIRKS.2.51", &event));
    assert!(!holds("XYZ^TKN^SSID = QUIRKS.2.52", &event));
    assert!(!holds("XYZ^TKN^SSID = TANDEM.EMS.D20", &event));
    assert!(holds(r"XYZ^TKN^FILE = \comm.$pubs.any.name", &event));
    assert!(!holds(r"XYZ^TKN^FILE = $pubs.any.name", &event));
    assert!(holds("XYZ^TKN^FILE(2) = $SYSTEM.X.Y", &event));
    assert!(holds("XYZ^TKN^BYTES = (3, 4, 95, 8)", &event));
    assert!(holds("XYZ^TKN^BYTES < (3, 4, 95, 9)", &event));
    assert!(holds("XYZ^TKN^BYTES <> (3, 5)", &event));
    for (illegal, message) in
        [("Y", "Expected a valid token: variable does not exist"), ("any.name", "variable does not exist")]
    {
        let remarks = remarks(&format!("FILTER f; BEGIN IF XYZ^TKN^FILE = {illegal} THEN PASS; END;"));
        assert!(remarks.contains(message), "{remarks}");
    }
    for illegal in ["$SYSTEM", "$SYSTEM.Y", r"\nowhere.$A.B.C", "$VOLUMENAME.X.Y"] {
        let (compilation, _) =
            compile(&format!("FILTER f; BEGIN IF XYZ^TKN^FILE = {illegal} THEN PASS; END;"));
        assert_eq!(compilation.completion_code(), 2, "{illegal}");
    }
}

#[test]
fn example_6_bits() {
    let source = "FILTER f; BEGIN IF XYZ^TKN^INTWORD.<12:15> = 15 THEN PASS 1; END;";
    let word = |value: i16| event(&header(), |builder| builder.put(code("XYZ-TKN-INTWORD"), value).unwrap());
    assert_eq!(verdict(source, &word(0x700F)), "PASS 1");
    assert_eq!(verdict(source, &word(-1)), "PASS 1");
    assert_eq!(verdict(source, &word(14)), "FAIL");
    assert_eq!(verdict(source, &plain()), "FAIL");
    // The signs of greater and equal run together.
    assert!(holds("XYZ^TKN^INTWORD.<0:0>=1", &word(-1)));
}

#[test]
fn example_7_case() {
    for condition in [
        r#""abc" = "ABC" AND "ABC" = "AbC" AND "abc" = "AbC""#,
        r#""This is IT" = "This is it""#,
        r#"LITERALLY ( "This is IT" = "This is IT")"#,
        r#"LITERALLY ( "This is IT" <> "This is it")"#,
        r#"NOT LITERALLY ( "This is IT" = "This is it")"#,
        r#"LITERALLY ( "a" = "a" AND ("b" = "B" OR "c" <> "C")) AND "c" = "C""#,
    ] {
        assert!(holds(condition, &plain()), "{condition}");
    }
}

#[test]
fn example_8_local_events() {
    let source = r"FILTER forward^only^local^events;
BEGIN
IF ZEMS^TKN^SYSTEM = [#SYSTEMNUMBER \ABCD] THEN
PASS
ELSE
FAIL;
END;
";
    assert_eq!(verdict(source, &plain()), "PASS");
    let far = event(&EventHeader { node: 18, ..header() }, |_| ());
    assert_eq!(verdict(source, &far), "FAIL");
    assert!(remarks(&source.replace("ABCD", "XYZ")).contains("The number of node \\XYZ is not known"));
}

#[test]
fn example_9_default_ssid() {
    let source = "[#SET ZEMS^VAL^SSID
[ZSPI^VAL^TANDEM].[ZSPI^SSN^ZEMS].[ZEMS^VAL^VERSION] ]
FILTER ftest;
BEGIN SSID ( ZEMS^VAL^SSID ) -- EMS is default subsystem ID
IF ZEMS^TKN^ACTION^NEEDED = [ZSPI^VAL^TRUE] THEN PASS;
END; -- End of filter specification
";
    let needed = |needed: bool| {
        event(&header(), |builder| {
            builder.put_qualified(ssid(ZEMS), code("ZEMS-TKN-ACTION-NEEDED"), needed).unwrap();
        })
    };
    assert_eq!(verdict(source, &needed(true)), "PASS");
    assert_eq!(verdict(source, &needed(false)), "FAIL");
    assert_eq!(
        verdict(source, &event(&header(), |b| b.put(code("ZEMS-TKN-ACTION-NEEDED"), true).unwrap())),
        "FAIL"
    );
    assert_eq!(remarks(source), "");
}

#[test]
fn example_10_event_list() {
    let source = "[ #SET ZDNS^VAL^SSID [ZSPI^VAL^TANDEM].[ZSPI^SSN^ZDNS].0 ]
FILTER DNS^NonStop;
BEGIN
IF ZSPI^TKN^SSID = SSID ( ZDNS^VAL^SSID ) AND
( ZEMS^TKN^EVENTNUMBER = [ZDNS^EVT^CHECKPOINT^FAIL] OR
ZEMS^TKN^EVENTNUMBER = [ZDNS^EVT^TRAP] ) THEN
PASS;
END;
";
    for (ssid, number, expected) in [
        ("TANDEM.9019.D20", 4, "PASS"),
        ("TANDEM.9019.0", 9, "PASS"),
        ("TANDEM.9019.D20", 5, "FAIL"),
        ("TANDEM.9018.D20", 4, "FAIL"),
        ("ACME.9019.D20", 4, "FAIL"),
    ] {
        assert_eq!(verdict(source, &of_subsystem(ssid, number)), expected, "{ssid} {number}");
    }
}

#[test]
fn example_11_parameters() {
    let set = "[#DEF myssid STRUCT LIKE ZSPI^DDL^SSID;][#SET myssid ACME.7.A01]";
    let plain = plain();
    let verdict =
        |source: &str, parameters: &[&str]| verdict_with(&format!("{set}\n{source}"), parameters, &plain);
    for declaration in ["SSID(myssid, MY^TKN^1)", "SSID(myssid, MY^TKN^1) OPTIONAL"] {
        let source = format!(
            "FILTER f ( {declaration} ); BEGIN IF MY^TKN^1 = 5 THEN PASS ELSE IF TOKENPRESENT(MY^TKN^1) THEN PASS 2; END;"
        );
        assert_eq!(verdict(&source, &["MY^TKN^1=5"]), "PASS");
        assert_eq!(verdict(&source, &["my-tkn-1=6"]), "PASS 2");
        assert_eq!(verdict(&source, &[]), "FAIL");
    }
    let required = "FILTER h ( SSID(myssid, MY^TKN^3) REQUIRED ); BEGIN IF MY^TKN^3 > 131 THEN PASS 1; END;";
    assert_eq!(verdict(required, &["MY^TKN^3=132"]), "PASS 1");
    assert_eq!(verdict(required, &["MY^TKN^3=131"]), "FAIL");
    let (compilation, _) = compile(&format!("{set}\n{required}"));
    let compiled = compilation.into_result().unwrap();
    let error = compiled.load(&Parameters::new(), &dictionary()).unwrap_err();
    assert!(error.to_string().starts_with("error 1022"), "{error}");
    assert_eq!(compiled.parameters().len(), 1);

    let ptest = "[ #DEF myssid STRUCT LIKE ZSPI^DDL^SSID; ]
[ #SET myssid [myorg].[mynum].[myver] ]
FILTER ptest( SSID ( myssid, MY^TKN^STIME ) OPTIONAL );
BEGIN
IF TOKENPRESENT ( MY^TKN^STIME) THEN
BEGIN IF ZEMS^TKN^GENTIME >= MY^TKN^STIME THEN PASS; END;
END;
";
    assert_eq!(verdict_with(ptest, &["MY^TKN^STIME=2026-11-20T00:00:00Z"], &plain), "PASS");
    assert_eq!(verdict_with(ptest, &["MY^TKN^STIME=2026-11-21T00:00:00Z"], &plain), "FAIL");
    assert_eq!(verdict_with(ptest, &[], &plain), "FAIL");
}

#[test]
fn example_12_variables() {
    let source = "FILTER atest;
BEGIN
BOOLEAN cflag, vflag;
cflag := ZEMS^TKN^EMPHASIS <> 0; -- Critical event
IF cflag AND NOT vflag THEN PASS; -- Tests flags
END;
";
    assert_eq!(verdict(source, &with_emphasis(true)), "PASS");
    assert_eq!(verdict(source, &with_emphasis(false)), "FAIL");
    // Without a known header there is no EMPHASIS: cflag is FALSE.
    assert_eq!(verdict(source, &unknown_header()), "FAIL");
}

/// An event whose header has a length that no layout is known for.
fn unknown_header() -> Vec<u8> {
    let mut bytes = plain();
    let header = usize::from(bytes[25]);
    bytes[25] = u8::try_from(header + 2).unwrap();
    bytes.splice(28 + header..28 + header, [0, 0]);
    let used = u16::from_be_bytes([bytes[4], bytes[5]]) + 2;
    bytes[4..6].copy_from_slice(&used.to_be_bytes());
    bytes
}

#[test]
fn example_13_semicolons() {
    let source = "FILTER f; BEGIN BOOLEAN flag2; flag2 := ZEMS^TKN^CPU = 3; \
        IF flag2 THEN BEGIN PASS 2; END ELSE BEGIN PASS 3; END; END;";
    assert_eq!(verdict(source, &with_cpu(3)), "PASS 2");
    assert_eq!(verdict(source, &with_cpu(4)), "PASS 3");
    let wrong = source.replace("END ELSE", "END; ELSE");
    assert!(remarks(&wrong).contains("no semicolon stands before ELSE"), "{}", remarks(&wrong));
}

#[test]
fn example_14_pass_values() {
    let source =
        "FILTER f; BEGIN BOOLEAN qflag; qflag := ZEMS^TKN^CPU = 3; IF qflag THEN PASS 1 ELSE PASS -1; END";
    assert_eq!(verdict(source, &with_cpu(3)), "PASS 1");
    assert_eq!(verdict(source, &with_cpu(4)), "PASS -1");
}

#[test]
fn example_15_discard_and_implicit_fail() {
    let source = "FILTER f; BEGIN BOOLEAN fflag, qflag; fflag := ZEMS^TKN^CPU = 1; qflag := ZEMS^TKN^CPU = 2; \
        IF fflag THEN DISCARDEVENT; IF qflag THEN PASS; END;";
    assert_eq!(verdict(source, &with_cpu(1)), "DISCARDEVENT");
    assert_eq!(verdict(source, &with_cpu(2)), "PASS");
    assert_eq!(verdict(source, &with_cpu(3)), "FAIL");
}

#[test]
fn example_16_file_pattern() {
    let source = "FILTER f; BEGIN SSID(ZFIL^VAL^SSID) IF MATCH (ZFIL^TKN^FILENAME, \"$SYSTEM.SYSTEM.*\") THEN PASS; END;";
    let file = |name: &str| {
        let name: Fname = name.parse().unwrap();
        event(&header(), |builder| {
            builder.put_qualified(ssid("TANDEM.9005.0"), code("ZFIL-TKN-FILENAME"), name).unwrap();
        })
    };
    assert_eq!(verdict(source, &file("$SYSTEM.SYSTEM.TACL")), "PASS");
    assert_eq!(verdict(source, &file("$SYSTEM.SYS00.TACL")), "FAIL");
    assert_eq!(verdict(source, &plain()), "FAIL");
}

#[test]
fn example_17_subsystem_guard() {
    let source = "[#SET ZPWY^VAL^SSID TANDEM.PATHWAY.C00]\n\
        FILTER f; BEGIN IF NOT ( ZSPI^TKN^SSID = SSID(ZPWY^VAL^SSID) ) THEN FAIL; PASS; END;";
    assert_eq!(verdict(source, &of_subsystem("TANDEM.8.D30", 1)), "PASS");
    assert_eq!(verdict(source, &of_subsystem("TANDEM.9.D30", 1)), "FAIL");
}

#[test]
fn example_18_subsystem_filter() {
    let source = "[ #set ZPWY^VAL^SSID TANDEM.PATHWAY.C00 ]\n\
        FILTER f; BEGIN IF ZSPI^TKN^SSID = SSID(ZPWY^VAL^SSID) THEN PASS; END;";
    assert_eq!(verdict(source, &of_subsystem("TANDEM.8.C00", 1)), "PASS");
    assert_eq!(verdict(source, &of_subsystem("TANDEM.9000.C00", 1)), "FAIL");
    let lower =
        "FILTER expand^messages; BEGIN IF zspi^tkn^ssid = SSID(zexp^val^ssid) THEN PASS ELSE FAIL; END;";
    assert_eq!(verdict(lower, &of_subsystem("TANDEM.9011.0", 1)), "PASS");
    assert_eq!(verdict(lower, &of_subsystem("TANDEM.9012.0", 1)), "FAIL");
}

#[test]
fn example_19_process_instance() {
    let process =
        |process: &'static str| event(&EventHeader { process: process.as_bytes(), ..header() }, |_| ());
    let any = r"FILENAMECOMPARE (ZEMS^TKN^PROC^DESC, #\cn.$null*)";
    let one = r"FILENAMECOMPARE (ZEMS^TKN^PROC^DESC, #\cn.$null:430*)";
    for (name, is_any, is_one) in [
        (r"\CN.$NULL:430", true, true),
        (r"\CN.$NULL:431", true, false),
        (r"\CN.$NULL", true, false),
        (r"\CN.$NULLS:430", false, false),
        (r"\AN.$NULL:430", false, false),
        (r"\CN.$ZPM", false, false),
    ] {
        let event = process(name);
        assert_eq!((holds(any, &event), holds(one, &event)), (is_any, is_one), "{name}");
    }
    assert!(!holds(any, &unknown_header()));
}

#[test]
fn example_20_lists() {
    let source = "FILTER f; BEGIN
BEGIN SSID(ZFIL^VAL^SSID) LIST (SSID(ZFIL^VAL^SSID,ZSPI^TKN^ERRLIST))
  IF ZFIL^TKN^OTHER = 7 THEN PASS 1;
  IF NOT TOKENPRESENT(ZFIL^TKN^OTHER) THEN PASS 2;
END;
IF SSID(ZFIL^VAL^SSID, ZFIL^TKN^OTHER) = 7 THEN PASS 3;
END;";
    let zfil = ssid("TANDEM.9005.0");
    let other = code("ZFIL-TKN-OTHER");
    let list = |owner: Ssid, value: Option<i16>| {
        event(&header(), |builder| {
            builder
                .list_qualified(owner, code("ZSPI-TKN-ERRLIST"), |list| match value {
                    Some(value) => list.put_qualified(zfil, other, value),
                    None => Ok(()),
                })
                .unwrap();
        })
    };
    assert_eq!(verdict(source, &list(zfil, Some(7))), "PASS 1");
    assert_eq!(verdict(source, &list(zfil, Some(8))), "FAIL");
    assert_eq!(verdict(source, &list(zfil, None)), "PASS 2");
    // The list is another subsystem's: the block is skipped, and what is in it is not at the top level.
    assert_eq!(verdict(source, &list(Ssid::NULL, Some(7))), "FAIL");
    assert_eq!(
        verdict(source, &event(&header(), |builder| builder.put_qualified(zfil, other, 7_i16).unwrap())),
        "PASS 3"
    );
}

#[test]
fn example_21_destination() {
    let source = "FILTER f; BEGIN
DESTINATION
RID 1,
TYPE PROCESS,
NAME =_fault_analyzer,
FORMAT OFF,
OBJECT =_ANALYZER_OBJ,
STARTUP 'type x',
CPU 5;
IF ZEMS^TKN^EMPHASIS = -1 THEN PASS 9 (1, 1) ELSE PASS 2 1;
END;";
    let (compilation, _) = compile(source);
    let compiled = compilation.into_result().unwrap();
    let [destination] = compiled.destinations() else { panic!() };
    assert_eq!((destination.rid, destination.kind.as_str(), destination.is_formatted), (1, "PROCESS", false));
    assert_eq!(
        (destination.name.as_str(), destination.object.as_deref()),
        ("=_fault_analyzer", Some("=_ANALYZER_OBJ"))
    );
    assert_eq!((destination.startup.as_deref(), destination.cpu), (Some("type x"), Some(5)));
    assert_eq!(verdict(source, &with_emphasis(true)), "PASS 9 (1, 1)");
    assert_eq!(verdict(source, &with_emphasis(false)), "PASS 2 (1)");
}

/// Prints the number and the key.
struct Texts;

impl EventText for Texts {
    fn write_text(
        &self,
        event: &Event<'_>,
        key: TemplateKey,
        text: &mut dyn core::fmt::Write,
    ) -> core::fmt::Result {
        if key.value == 99 {
            return Err(core::fmt::Error);
        }
        write!(text, "Event {} by template {} of {}", event.number().unwrap_or(0), key.value, key.ssid)
    }
}

#[test]
fn example_22_text_match() {
    let source = "FILTER f (init^template^key, zvpt^fltr^eventtext); BEGIN \
        IF EMSTEXTMATCH (init^template^key, zvpt^fltr^eventtext) THEN PASS; END;";
    let key = |value: u8| format!("INIT^TEMPLATE^KEY=0x54414E44454D20200008000000000000000000{value:02X}");
    let passes = |key: &str, pattern: &str, scratch: &mut Scratch<'_>| {
        let (filter, _) = filter_with(source, &[key, &format!("ZVPT^FLTR^EVENTTEXT={pattern}")]);
        let bytes = plain();
        filter.verdict(&Event::parse(&bytes).unwrap(), scratch).unwrap().is_pass()
    };
    let mut scratch = Scratch::new().with_event_text(&Texts);
    assert!(passes(&key(1), "event 101 *", &mut scratch));
    assert!(passes(&key(2), "*template 2 of TANDEM.8.0", &mut scratch));
    assert!(!passes(&key(1), "event 102 *", &mut scratch));
    assert!(!passes(&key(99), "*", &mut scratch), "no text");
    assert!(!passes(&key(1), "*", &mut Scratch::new()), "nobody makes texts");

    let literal = "FILTER f; BEGIN IF EMSTEXTMATCH ((84,65,78,68,69,77,32,32,0,8,0,0, 0,0,0,0, 0,0,0,3), \
        \"*template 3*\") THEN PASS; END;";
    let (filter, _) = filter_with(literal, &[]);
    let bytes = plain();
    assert!(filter.verdict(&Event::parse(&bytes).unwrap(), &mut scratch).unwrap().is_pass());

    // The manual's other example calls a TACL macro, which nothing here can run.
    let macro_call = "FILTER f; BEGIN IF EMSTEXTMATCH (([InsertCommas[zems^ddl^inittemplate]]),zems^tkn^text) THEN PASS; END;";
    assert!(remarks(macro_call).contains("TACL macros and routines are not run"));
}

#[test]
fn example_23_user_array_type() {
    let ints =
        |values: [i16; 3]| event(&header(), |builder| builder.put(code("XYZ-TKN-INTS"), values).unwrap());
    let condition = "XYZ^TKN^INTS > XYZ^TKN^INTS(2)";
    let pair = |one: [i16; 3], two: [i16; 3]| {
        event(&header(), |builder| {
            builder.put(code("XYZ-TKN-INTS"), one).unwrap();
            builder.put(code("XYZ-TKN-INTS"), two).unwrap();
        })
    };
    assert!(holds(condition, &pair([1, 2, 3], [1, 2, 2])));
    assert!(holds(condition, &pair([1, -2, 3], [1, -3, 9])));
    assert!(!holds(condition, &pair([1, 2, 3], [1, 2, 3])));
    // Only the first element has a counterpart.
    assert!(holds("XYZ^TKN^INTS = -7", &ints([-7, 8, 9])));
}

#[test]
fn missing_values() {
    // MATCH, EMS Manual section 5.
    let event = plain();
    for (condition, expected) in [
        ("ABC^TKN^STUFF = 5", false),
        ("ABC^TKN^STUFF <> 5", false),
        ("ABC^TKN^STUFF = XYZ^TKN^UINT", false),
        ("ABC^TKN^STUFF <> XYZ^TKN^UINT", false),
        ("NOT ( ABC^TKN^STUFF = 5 )", true),
        ("MATCH(XYZ^TKN^TEXT, \"*\")", false),
        ("NOT MATCH(XYZ^TKN^TEXT, \"*\")", true),
        ("TOKENPRESENT(ABC^TKN^STUFF)", false),
        ("ABC^TKN^STUFF < 5 OR ABC^TKN^STUFF >= 5", false),
    ] {
        assert_eq!(holds(condition, &event), expected, "{condition}");
    }
}

#[test]
fn the_expression_of_the_issue() {
    let source = r#"ZEMS^TKN^EMPHASIS = [ZSPI^VAL^TRUE] AND MATCH(ZCOM^TKN^SUBJ^PROC, "$ZPM*")"#;
    let hyphens = source.replace('^', "-");
    let proc = |name: &str, emphasis| {
        event(&EventHeader { emphasis, ..header() }, |builder| {
            builder.put_qualified(ssid("TANDEM.21.0"), code("ZCOM-TKN-SUBJ-PROC"), name).unwrap();
        })
    };
    for source in [source, &hyphens] {
        let mut sources = SourceMap::new();
        let id = sources.add("--where", source.to_string()).unwrap();
        let dictionary = dictionary();
        let compilation = Compiler::new(&dictionary).expression(&mut sources, id);
        assert_eq!(compilation.diagnostics().render(&sources), "");
        let filter = compilation.into_result().unwrap().load(&Parameters::new(), &dictionary).unwrap();
        let passes = |bytes: &[u8]| {
            filter.verdict(&Event::parse(bytes).unwrap(), &mut Scratch::new()).unwrap().is_pass()
        };
        assert!(passes(&proc("$zpm1", true)));
        assert!(!passes(&proc("$ZPM", false)));
        assert!(!passes(&proc("$ABC", true)));
    }
}

#[test]
fn tacl_set_up_is_a_no_op() {
    // EMS Manual 5-45.
    let source = "#PUSH dummy
#LOAD /KEEP 1, LOADED dummy/ $SYSTEM.ZSPIDEF.ZSPITACL
  #LOAD /KEEP 1, LOADED dummy/ $SYSTEM.ZSPIDEF.ZEMSTACL
#POP dummy
#SET ZTMF^VAL^SSID [ZSPI^VAL^TANDEM].[ZSPI^SSN^ZTMF].[ZTMF^VAL^VERSION]
?LIST
?NOLIST
== a comment of TACL's, with a \" in it
FILTER f; { another } BEGIN -- and EMF's
IF ZSPI^TKN^SSID = ZTMF^VAL^SSID AND &
   ZEMS^TKN^EVENTNUMBER = [ZTMF^EVT^ABORT] AND \"~[a~] ~~ ~== ~{~}\" = \"~[A~] ~~ ~== ~{~}\" THEN PASS
END";
    assert_eq!(verdict(source, &of_subsystem("TANDEM.9004.C00", 12)), "PASS");
    assert_eq!(verdict(source, &of_subsystem("TANDEM.9004.0", 12)), "FAIL");
}

#[test]
fn raw_values_of_odd_lengths_are_read_as_far_as_they_go() {
    let odd =
        |bytes: &[u8]| event(&header(), |builder| builder.put(code("XYZ-TKN-TEXT"), Raw(bytes)).unwrap());
    assert!(holds("XYZ^TKN^TEXT = \"\"", &odd(b"")));
    assert!(holds("XYZ^TKN^TEXT = \"a\"", &odd(b"A   ")));
}
