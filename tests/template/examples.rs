//! The worked examples of the DSM Template Services Manual 427187.

use zems::spi::write::Raw;
use zems::spi::{Fname, Ssid};
use zems::template::Origin;

use super::site::{self, ABC_SOURCE, CMK, EMS, code, compile, dictionary, event, event_of, render};

fn mini_ems(number: i16, program: &str) -> Vec<u8> {
    event_of(EMS, number, |event| {
        event.put(code("ZEMS-TKN-NEWPROCESS-CPU"), 9_i16)?;
        event.put(code("ZEMS-TKN-NEWPROCESS-PRIORITY"), 140_i16)?;
        event.put(code("ZEMS-TKN-PROGRAMFILE"), program.parse::<Fname>().unwrap())
    })
}

#[test]
fn t_1_default_edit_codes() {
    let set = compile(
        &dictionary(),
        &[r#"
VERSION: "Mini EMS - 8 April 1989"
SSID: ZEMS-VAL-SSID
SSNAME: "EMS"
MSG: ZEMS-TKN-EVENTNUMBER, ZEMS-EVT-BACKUP-CREATED
"EMS: Created backup in CPU <1>,"
" priority <2>, program file <3>"
1: ZEMS-TKN-NEWPROCESS-CPU
2: ZEMS-TKN-NEWPROCESS-PRIORITY
3: ZEMS-TKN-PROGRAMFILE
"#],
    );
    let (text, rendered) = render(&set, &mini_ems(519, "$SYSTEM.SYSTEM.EMSDIST"));
    assert_eq!(text, "EMS: Created backup in CPU 9, priority 140, program file $SYSTEM.SYSTEM.EMSDIST");
    assert!(rendered.status.is_normal() && matches!(rendered.origin, Origin::Template(_)));
}

#[test]
fn t_2_override_and_edit_codes() {
    let set = compile(
        &dictionary(),
        &[r#"
VERSION: "Mini EMS - 8 April 1989"
SSID: ZEMS-VAL-SSID
SSNAME: "EMS"
MSG: ZEMS-TKN-EVENTNUMBER, ZEMS-EVT-BACKUP-CREATED
OVERRIDE ZEMS-TKN-EMPHASIS ZSPI-VAL-TRUE
"EMS: Created backup in CPU <1>,"
" priority <2>, program file <3>"
1: ZEMS-TKN-NEWPROCESS-CPU, ZI2
2: ZEMS-TKN-NEWPROCESS-PRIORITY, O
3: ZEMS-TKN-PROGRAMFILE
"#],
    );
    let bytes = mini_ems(519, "$SYSTEM.SYSTEM.EMSCOL");
    let (text, _) = render(&set, &bytes);
    assert_eq!(text, "EMS: Created backup in CPU 09, priority 214, program file $SYSTEM.SYSTEM.EMSCOL");
    let event = zems::ems::Event::parse(&bytes).unwrap();
    assert_eq!((event.emphasis(), set.emphasis(&event)), (Some(false), Some(true)));
    assert_eq!((set.console_print(&event), set.suppress_display(&event)), (Some(false), Some(false)));
}

#[test]
fn t_3_override_only() {
    let dictionary = dictionary();
    let mut set = zems::template::TemplateSet::new(&dictionary);
    let source = "VERSION: \"1\"\nSSID: ZEMS-VAL-SSID\nSSNAME: \"EMS\"\n\
                  MSG: ZEMS-TKN-EVENTNUMBER, ZEMS-EVT-DEVTYPE\nOVERRIDE ZEMS-TKN-EMPHASIS ZSPI-VAL-TRUE\n";
    let (listing, diagnostics) = site::add(&mut set, &dictionary, source);
    assert_eq!((listing.format_templates, listing.override_templates), (0, 1), "{diagnostics}");
    let bytes = event_of(EMS, 521, |_| Ok(()));
    assert_eq!(set.emphasis(&zems::ems::Event::parse(&bytes).unwrap()), Some(true));
    assert_eq!(render(&set, &bytes).1.origin, Origin::Fallback);
}

#[test]
fn t_4_spacing() {
    let source = format!(
        "{ABC_SOURCE}MSG: ZEMS-TKN-EVENTNUMBER, ZABC-EVT-BACKUP-CREATED\n\
         \"XYZ: Unit running <1> RPM at <2>\"\n1: ZABC-TKN-A, I\n2: ZABC-TKN-B, TIME\n"
    );
    let set = compile(&dictionary(), &[&source]);
    let bytes = event(1, |event| {
        event.put(code("ZABC-TKN-A"), 15000_u16)?;
        event.put(code("ZABC-TKN-B"), site::time("2026-11-20T23:59:00Z"))
    });
    assert_eq!(render(&set, &bytes).0, "XYZ: Unit running 15000 RPM at 23:59");
}

const TERMINATED: &str = r#"
MSG: ZEMS-TKN-EVENTNUMBER, ZABC-EVT-PROCESS-TERMINATED
"ABC: Process terminated < 1>."
1: ZABC-TKN-STATUS, MSG
MSG: ZABC-TKN-STATUS, 0
"successfully"
MSG: ZABC-TKN-STATUS, 1
"with undefined externals"
MSG: ZABC-TKN-STATUS, 2
"because insufficient storage was allocated"
MSG: ZABC-TKN-STATUS, 3
"because file-error on $RECEIVE. Error: < 1> (< 2>)"
1: ZABC-TKN-FILEERR
2: ZABC-TKN-FILEERR, MSG ( SSID ( ZCMK-VAL-SSID, ZCMK-TKN-FSERR))
"#;

fn terminated(status: i16) -> String {
    let cmk = "VERSION: \"1\"\nSSID: ZCMK-VAL-SSID\nMSG: ZCMK-TKN-FSERR, 11\n\"x\"\n";
    let set = compile(&dictionary(), &[&format!("{ABC_SOURCE}{TERMINATED}"), cmk]);
    let bytes = event(2, |event| {
        event.put(code("ZABC-TKN-STATUS"), status)?;
        event.put(code("ZABC-TKN-FILEERR"), 11_i16)
    });
    render(&set, &bytes).0
}

#[test]
fn t_5_a_value_with_a_template() {
    assert_eq!(terminated(2), "ABC: Process terminated because insufficient storage was allocated.");
}

#[test]
fn t_6_another_value() {
    assert_eq!(terminated(0), "ABC: Process terminated successfully.");
}

#[test]
fn t_7_a_template_in_a_template_in_a_template() {
    assert_eq!(terminated(3), "ABC: Process terminated because file-error on $RECEIVE. Error: 11 (x).");
}

#[test]
fn t_8_a_value_without_a_template() {
    assert_eq!(terminated(4), "ABC: Process terminated 4.");
}

#[test]
fn t_9_structure_fields() {
    let source = format!(
        r#"{ABC_SOURCE}
MSG: ZABC-TKN-EQUIP, 1
"air conditioning "
MSG: ZABC-TKN-EQUIP, 2
"laser printer "
MSG: ZABC-TKN-LOC, 1
"Engineering Building, Room 905"
MSG: ZABC-TKN-LOC, 3
"Headquarters Annex, Room 60"
MSG: ZEMS-TKN-EVENTNUMBER, ZABC-EVT-EQUIP-MAINTENANCE
"Maintenance needed on <1> at <2>."
1: ZABC-MAP-INFO.ZABC-DDL-INFO.EQUIP, MSG (ZABC-TKN-EQUIP)
2: ZABC-MAP-INFO.ZABC-DDL-INFO.LOC, MSG (ZABC-TKN-LOC)
"#
    );
    let set = compile(&dictionary(), &[&source]);
    let bytes = event(3, |event| event.put(code("ZABC-MAP-INFO"), &[0_u8, 1, 0, 3][..]));
    let (text, _) = render(&set, &bytes);
    assert_eq!(text, "Maintenance needed on air conditioning  at Headquarters Annex, Room 60.");
    // The manual breaks the line where the two blanks are.
    let mut whole = zems::template::Text::new();
    core::fmt::Write::write_str(&mut whole, &text).unwrap();
    let mut lines = String::new();
    zems::template::Layout { width: 40, lines: 0, indent: 0 }.write(&whole, &mut lines).unwrap();
    assert_eq!(lines, "Maintenance needed on air conditioning\nat Headquarters Annex, Room 60.");
}

/// The width of I5 does not count: ENUM has no fixed width.
#[test]
fn t_14_an_enum_token_with_its_default_code() {
    let source = "VERSION: \"TXXXXG07 - 4AUG98\"\nSSID: ZTPS-VAL-SSID\nSSNAME: \"TPS\", \"TPS\"\n\
                  MSG: zems-tkn-eventnumber, 123\n\"Takeover<1>\"\n1:zems-tkn-eventnumber\n";
    let set = compile(&dictionary(), &[source]);
    assert_eq!(render(&set, &event_of("TANDEM.8.D00", 123, |_| Ok(()))).0, "Takeover123");
}

fn owner_source(name: &str, code: &str) -> String {
    format!(
        "VERSION: \"1\"\nSSID: ZTPS-VAL-SSID\nSSNAME: {name}\nMSG: ZEMS-TKN-EVENTNUMBER, 1\n\"[<1>]\"\n\
         1: SSID(ZABC-VAL-SSID, ZABC-TKN-OWNER), {code}\n"
    )
}

fn owner(name: &str, code: &str, owner: &str) -> String {
    let set = compile(&dictionary(), &[&owner_source(name, code)]);
    let bytes = event_of("TANDEM.8.D00", 1, |event| {
        let (abc, owner) = (site::ABC.parse::<Ssid>().unwrap(), owner.parse::<Ssid>().unwrap());
        event.put_qualified(abc, site::code("ZABC-TKN-OWNER"), owner)
    });
    render(&set, &bytes).0
}

#[test]
fn t_15_a_width_that_is_too_small() {
    assert_eq!(owner("\"PATHWAY\"", "SSID16", "TANDEM.8.D00"), "[TANDEM.PATHWAY.D00]");
    assert_eq!(owner("\"PATHWAY\"", "SSID20", "TANDEM.8.D00"), "[TANDEM.PATHWAY.D00  ]");
}

#[test]
fn t_16_names_and_abbreviations_of_subsystems() {
    assert_eq!(owner("\"PATHWAY\"", "SSID", "TANDEM.8.C00"), "[TANDEM.PATHWAY.C00]");
    assert_eq!(owner("\"PATHWAY\", \"PWY\"", "SSIDABBR", "TANDEM.8.C00"), "[PWY]");
    assert_eq!(owner("\"PATHWAY\"", "SSIDABBR", "TANDEM.8.C00"), "[???]");
    assert_eq!(owner("\"PATHWAY\"", "SSIDABBR5", "TANDEM.8.C00"), "[???  ]");
    assert_eq!(owner("\"PATHWAY\"", "SSID", "TANDEM.94.0"), "[TANDEM.94.0]");
}

#[test]
fn t_17_text_is_filled_with_blanks() {
    let source = format!(
        "{ABC_SOURCE}MSG: ZEMS-TKN-EVENTNUMBER, 4\n\"<1>|<2>|\"\n1: ZABC-TKN-NAME, A10\n2: ZABC-TKN-NAME\n"
    );
    let set = compile(&dictionary(), &[&source]);
    let bytes = event(4, |event| event.put(code("ZABC-TKN-NAME"), "ABCDEF"));
    assert_eq!(render(&set, &bytes).0, "ABCDEF    |ABCDEF|");
}

#[test]
fn t_18_a_structure_laid_over_a_token() {
    let source = format!(
        "{ABC_SOURCE}MSG: ZEMS-TKN-EVENTNUMBER, 5\n\"<1>: <2>\"\n\
         1: ZABC-TKN-TWOWORDS.BYTESTRUCT.B(0)\n2: ZABC-TKN-TWOWORDS.BYTESTRUCT.B(1:3)\n"
    );
    let set = compile(&dictionary(), &[&source]);
    let bytes = event(5, |event| event.put(code("ZABC-TKN-TWOWORDS"), Raw(&[7, 8, 9, 250])));
    assert_eq!(render(&set, &bytes).0, "7: 8 9 250");
}

/// The standard template as printed, but for the tokens the imaginary site names otherwise.
const OBJECT_AVAILABLE: &str = r#"
VERSION: "standard"
SSID: ZEMS-VAL-SSID
SSNAME: "EMS"
MSG: ZEMS-TKN-CONTENT-STANDARD, ZEMS-VAL-OBJECT-AVAILABLE
"Object available <31><32> - <31><33>"
", event number: <1>"
", reason: <2>"
", previous state: <3>"
", current state: <4>"
"<*IF 21>, manager: <11><*ENDIF>"
"<*IF 22>, batch ID: <12><*ENDIF>"
"<*IF 23>, user content: <13><*ENDIF>"
1:ZEMS-TKN-EVENTNUMBER
2:ZEMS-TKN-CHANGE-REASON, ENUM
3:ZEMS-TKN-STATE-PREVIOUS ENUM
4:ZEMS-TKN-STATE-CURRENT ENUM
11:ZEMS-TKN-NAME-MANAGER
12:ZEMS-TKN-BATCHJOB-ID
13:ZEMS-TKN-CONTENT-USER, ENUM
21:TOKENPRESENT(ZEMS-TKN-NAME-MANAGER)
22:TOKENPRESENT(ZEMS-TKN-BATCHJOB-ID)
23:TOKENPRESENT(ZEMS-TKN-CONTENT-USER)
31:ZEMS-TKN-SUBJECT-MARK
32:ZSPI-TKN-NEXTTOKEN, TOKENHEADING
33:ZSPI-TKN-NEXTTOKEN, TOKENVALUE
"#;

#[test]
fn t_19_a_standard_event() {
    let set = compile(&dictionary(), &[OBJECT_AVAILABLE]);
    let header = |content_user| zems::ems::EventHeader {
        content_standard: 3,
        content_user,
        ..zems::ems::EventHeader::new(site::ABC.parse().unwrap(), 77)
    };
    let ems: Ssid = EMS.parse().unwrap();
    let bytes = site::build(&header(0), |event| {
        event.put_qualified(ems, code("ZEMS-TKN-CHANGE-REASON"), 2_i16)?;
        event.put_qualified(ems, code("ZEMS-TKN-STATE-PREVIOUS"), 5_i16)?;
        event.put_qualified(ems, code("ZEMS-TKN-STATE-CURRENT"), 6_i16)
    });
    let (text, rendered) = render(&set, &bytes);
    assert_eq!(
        text,
        "Object available Line - $ZABC, event number: 77, reason: 2, previous state: 5, current state: 6"
    );
    assert!(rendered.status.is_normal());
    let bytes = site::build(&header(1024), |event| {
        event.put_qualified(ems, code("ZEMS-TKN-CHANGE-REASON"), 2_i16)?;
        event.put_qualified(ems, code("ZEMS-TKN-STATE-PREVIOUS"), 5_i16)?;
        event.put_qualified(ems, code("ZEMS-TKN-STATE-CURRENT"), 6_i16)?;
        event.put_qualified(ems, code("ZEMS-TKN-NAME-MANAGER"), "$MGR")?;
        event.put_qualified(ems, code("ZEMS-TKN-BATCHJOB-ID"), 12_u16)
    });
    assert_eq!(
        render(&set, &bytes).0,
        "Object available Line - $ZABC, event number: 77, reason: 2, previous state: 5, current state: 6, \
         manager: $MGR, batch ID: 12, user content: 1024"
    );
}

#[test]
fn t_23_the_installers_line() {
    let listing = zems::template::Listing {
        ssid: "TEST.1.0".parse().unwrap(),
        name: Some("TFMT1".into()),
        abbreviation: Some("T01".into()),
        version: "test v1".into(),
        format_templates: 1,
        ..Default::default()
    };
    let compiled = site::time("1999-06-07T11:02:00Z");
    assert_eq!(
        listing.group(compiled),
        "TEST.TFMT1 (1) (T01) - formatting version: test v1 (07 JUN 99 11:02)"
    );
}

#[test]
fn t_24_a_minimal_source() {
    let dictionary = dictionary();
    let mut set = zems::template::TemplateSet::new(&dictionary);
    let source = "VERSION: \"UC4 NSK agent Version 8.00A002 0040 AAD\"\nDICT:    $DATA01.UC4DICT\n\
                  SSID:    ZABC-VAL-SSID\nSSNAME:  \"UC4\" , \"UC4\"\nMSG:    ZSPI-TKN-RETCODE,0\n\"DUMMY\"\n";
    let (listing, diagnostics) = site::add(&mut set, &dictionary, source);
    assert_eq!(diagnostics, "");
    // TS 5-11: five templates; the fifth, of field information, is not counted by the listing.
    assert_eq!((listing.format_templates, listing.override_templates, listing.special_templates), (1, 0, 3));
}

/// EMS 18-7: the skeleton's variables are ours.
#[test]
fn t_26_burst_detected() {
    let source = "VERSION: \"1\"\nSSID: ZEMS-VAL-SSID\nSSNAME: \"EMS\"\nMSG: ZEMS-TKN-EVENTNUMBER, 538\n\
                  \"EMS: EVENT BURST DETECTED FOR EVENT NO. <1> OF SUBSYSTEM <2>, BY DISTRIBUTOR <3>\"\n\
                  1: SSID(ZABC-VAL-SSID, ZABC-TKN-A)\n2: SSID(ZABC-VAL-SSID, ZABC-TKN-OWNER)\n\
                  3: ZEMS-TKN-PROC-DESC\n";
    let set = compile(&dictionary(), &[source]);
    let abc: Ssid = site::ABC.parse().unwrap();
    let bytes = event_of(EMS, 538, |event| {
        event.put_qualified(abc, code("ZABC-TKN-A"), 1007_u16)?;
        event.put_qualified(abc, code("ZABC-TKN-OWNER"), CMK.parse::<Ssid>().unwrap())
    });
    assert_eq!(
        render(&set, &bytes).0,
        r"EMS: EVENT BURST DETECTED FOR EVENT NO. 1007 OF SUBSYSTEM TANDEM.83.0, BY DISTRIBUTOR \NODE.$ZABC"
    );
}
