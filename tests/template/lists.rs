//! The token lister (EMS Manual 426909, section 20).

use std::sync::Arc;

use zems::dictionary::{Definitions, Dictionary, FieldDefinition, FieldType, TokenDefinition};
use zems::ems::{EventBuilder, EventHeader};
use zems::spi::read::Buffer;
use zems::spi::write::{Raw, StandardFields};
use zems::spi::{Profile, Ssid, TokenCode, TokenNumber, TypeCode};
use zems::template::{
    ConversionError, ListError, ListOptions, Printable, Radix, RenderOptions, TemplateSet, TokenLister,
    TypeOverride,
};

use super::site::{self, ABC, EMS, UVW, code, dictionary, event, structure, time};

fn list_with(dictionary: &Dictionary, set: &TemplateSet, options: ListOptions, bytes: &[u8]) -> String {
    let nodes = [(221, "NCN"), (3, "NODE")];
    let render = RenderOptions { nodes: Some(&nodes), ..RenderOptions::default() };
    let lister = TokenLister::new(options, dictionary, set, render).unwrap();
    let mut list = String::new();
    lister.list(&Buffer::parse(bytes).unwrap(), &mut list).unwrap();
    list
}

fn list(options: ListOptions, bytes: &[u8]) -> String {
    let dictionary = dictionary();
    list_with(&dictionary, &TemplateSet::new(&dictionary), options, bytes)
}

/// Without the header.
fn body() -> ListOptions {
    ListOptions { header: false, ..ListOptions::default() }
}

#[test]
fn t_20_a_file_was_rotated() {
    let header = EventHeader {
        standard: StandardFields { buffer_len: 1000, ..StandardFields::new(EMS.parse().unwrap()) },
        generated: time("1986-05-13T14:25:00Z"),
        user: (165, 82),
        node: 221,
        cpu: 2,
        pin: 94,
        layout: Some(32),
        ..EventHeader::new(EMS.parse().unwrap(), 520)
    };
    let collector = code("ZEMS-TKN-COLLECTOR");
    let mut builder = EventBuilder::new(Vec::new(), &header, &Profile::DEFAULT, collector, 0_i16).unwrap();
    let file: zems::spi::Fname = "$VOLUME.SUBVOL.FNAME".parse().unwrap();
    builder.put(code("ZEMS-TKN-PURGEDLOGFILE"), file).unwrap();
    let mut bytes = builder.finish().unwrap();
    // The current token, in the context part, is the first.
    bytes[72..74].copy_from_slice(&80_u16.to_be_bytes());

    let source =
        "VERSION: \"1\"\nSSID: ZEMS-VAL-SSID\nSSNAME: \"EMS\"\nMSG: ZEMS-TKN-EVENTNUMBER, 1\n\"x\"\n";
    let dictionary = dictionary();
    let set = site::compile(&dictionary, &[source]);
    let list = list_with(&dictionary, &set, ListOptions::default(), &bytes);
    // The manual's copy has lost its columns: compared with each run of blanks made one.
    let collapsed: Vec<String> =
        list.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
    assert_eq!(
        collapsed,
        [
            "Header Type: 1",
            "Checksum: F",
            "Last Error: 0",
            "Last Error Tkncode: (0,0,0)",
            "Max Field Version: 0",
            "SSID: TANDEM.EMS.C20",
            "Used Byte Length: 118",
            "Buffer Byte Length: 1000",
            "Console Print: F",
            "CPU: 2",
            "Crtpid: \\NCN.02,094",
            "Emphasis: F",
            "Event Number: 520",
            "Generation Timestamp: 1986-05-13 14:25:00.000.000",
            "Logged Timestamp: 00:00:00.000.000",
            "PIN: 94",
            "Suppress Display: F",
            "System Number: 221",
            "Userid: 165 82",
            "Subject Mark:*",
            "Collector: 0",
            "Purged Logfile:- $VOLUME.SUBVOL.FNAME",
        ]
    );
    assert_eq!(list.lines().next(), Some("Header Type:               1"));
    assert_eq!(list.lines().last(), Some("Purged Logfile:-           $VOLUME.SUBVOL.FNAME"));

    // A value that is too long continues in the next line.
    let narrow = ListOptions { token_label: 20, field_label: 10, width: 45, ..ListOptions::default() };
    let narrow = list_with(&dictionary, &set, narrow, &bytes);
    assert!(
        narrow.contains(
            "Generation Timestamp:  1986-05-13 14:25:00.00\n\
             \u{20}                      0.000\n"
        ),
        "{narrow}"
    );
}

#[test]
fn t_21_structures() {
    let mut site = site::definitions();
    structure(
        &mut site,
        "ZABC-DDL-INFO",
        16,
        &[
            ("LBL-FLD-1", 0, 2, 1, BINARY),
            ("LBL-FLD-2", 2, 2, 1, BINARY),
            ("LBL-GRP", 4, 4, 2, FieldType::Group),
            ("LBL-GRP.LBL-FLD-3", 4, 2, 1, BINARY),
            ("LBL-GRP.LBL-FLD-4", 6, 2, 1, BINARY),
            ("LBL-FLD-6", 12, 2, 2, BINARY),
        ],
    );
    // Of two structures of one name the first is found.
    site.structures.rotate_right(1);
    let dictionary = Dictionary::new(&site);
    let set = TemplateSet::new(&dictionary);
    let words = [1_u16, 2, 31, 41, 32, 42, 6, 7].map(u16::to_be_bytes).concat();
    let bytes = event(1, |event| event.put(code("ZABC-MAP-INFO"), Raw(&words)));
    let beside = ListOptions { token_label: 20, field_label: 10, ..body() };
    assert_eq!(
        list_with(&dictionary, &set, beside, &bytes),
        "Subject Mark:\n\
         Line:                  $ZABC\n\
         Information:-          LBL-FLD-1  1\n\
         \u{20}                      LBL-FLD-2  2\n\
         \u{20}                      LBL-GRP(0)\n\
         \u{20}                        LBL-FLD-3  31\n\
         \u{20}                        LBL-FLD-4  41\n\
         \u{20}                      LBL-GRP(1)\n\
         \u{20}                        LBL-FLD-3  32\n\
         \u{20}                        LBL-FLD-4  42\n\
         \u{20}                      LBL-FLD-6  6 7\n"
    );
    let below = ListOptions { token_label: 20, field_label: 0, ..body() };
    assert_eq!(
        list_with(&dictionary, &set, below, &bytes).lines().skip(2).collect::<Vec<_>>(),
        [
            "Information:-",
            "              LBL-FLD-1 1",
            "              LBL-FLD-2 2",
            "             LBL-GRP(0)",
            "                LBL-FLD-3 31",
            "                LBL-FLD-4 41",
            "             LBL-GRP(1)",
            "                LBL-FLD-3 32",
            "                LBL-FLD-4 42",
            "              LBL-FLD-6 6 7",
        ]
    );
}

const BINARY: FieldType = FieldType::Binary { bits: 16, unsigned: false, scale: 0 };

/// T-22: a version word by a procedure of the program's own; what it refuses is shown without it.
#[test]
fn t_22_a_conversion_procedure() {
    let mut site = site::definitions();
    structure(&mut site, "ABC-DDL-VERSION", 2, &[("Z-VERSION", 0, 2, 1, BINARY)]);
    let token = site.tokens.iter_mut().find(|token| token.name == "ZABC-MAP-INFO").unwrap();
    token.structure = Some("ABC-DDL-VERSION".into());
    let dictionary = Dictionary::new(&site);
    let mut set = TemplateSet::new(&dictionary);
    let source = "VERSION: \"1\"\nSSID: ZABC-VAL-SSID\nSSNAME: \"ABC\"\n\
                  FORMAT: abc-ddl-version WITH ABC^VERSION\nMSG: ZEMS-TKN-EVENTNUMBER, 1\n\"x\"\n";
    let (listing, diagnostics) = site::add(&mut set, &dictionary, source);
    assert_eq!((listing.errors, listing.warnings), (0, 1));
    assert!(diagnostics.contains("the procedure ABC^VERSION is not here"), "{diagnostics}");

    let mut set = TemplateSet::new(&dictionary);
    set.add_procedure(
        "abc^version",
        Arc::new(|value, out| match value {
            [letter @ b'A'..=b'Z', number @ 0..=99] => {
                write!(out, "{}{number:02}", char::from(*letter))?;
                Ok(())
            }
            _ => Err(ConversionError::BadValue),
        }),
    );
    let (_, diagnostics) = site::add(&mut set, &dictionary, source);
    assert_eq!(diagnostics, "");
    let shown = |word: [u8; 2]| {
        let bytes = event(1, |event| event.put(code("ZABC-MAP-INFO"), Raw(&word)));
        let list = list_with(&dictionary, &set, body(), &bytes);
        list.lines().nth(2).unwrap().split_whitespace().skip(1).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(shown([0x44, 0x14]), "D20");
    assert_eq!(shown([0x44, 100]), "Z-VERSION 17508");
}

#[test]
fn lists_are_shifted_and_foreign_tokens_show_their_subsystem() {
    let uvw: Ssid = UVW.parse().unwrap();
    let bytes = event(1, |event| {
        event.put_qualified(uvw, code("UVW-TKN-OPERATION"), 5_i16)?;
        event.list_qualified(Ssid::NULL, code("ZSPI-TKN-ERRLIST"), |list| {
            list.put(code("ZSPI-TKN-RETCODE"), -8_i16)?;
            list.list_qualified(Ssid::NULL, code("ZSPI-TKN-DATALIST"), |list| {
                list.put(code("ZABC-TKN-A"), 1_u16)
            })
        })?;
        event.put(TokenCode::from_bits(0x0202_0BB8), 3_i16)?;
        event.put(TokenCode::from_bits(0x07FF_0BB9), Raw(&[1, 2, 255]))
    });
    assert_eq!(
        list(body(), &bytes),
        "Subject Mark:\n\
         Line:                      $ZABC\n\
         TANDEM.300.0 Operation:    5\n\
         Error List:\n\
         \u{20} Return Code:               -8\n\
         \u{20} Data List:\n\
         \u{20}   ZABC-TKN-A:                1\n\
         (2,2,3000):                3\n\
         (7,255,3001):-             1 2 255\n"
    );
    // The subsystem ID needs a line of its own when the label is longer.
    let names = ListOptions { ddl_names: true, token_label: 20, ..body() };
    assert!(list(names, &bytes).contains("\nTANDEM.300.0\nUVW-TKN-OPERATION:     5\n"));
}

#[test]
fn bases_displays_and_overridden_types() {
    let mut site = site::definitions();
    for (name, display) in [("ZABC-TKN-A", "Z6.4"), ("ZABC-TKN-NAME", "A8"), ("ZABC-TKN-FILEERR", "I4")] {
        let token = site.tokens.iter_mut().find(|token| token.name == name).unwrap();
        token.display = Some(display.into());
    }
    let dictionary = Dictionary::new(&site);
    let set = TemplateSet::new(&dictionary);
    let bytes = event(1, |event| {
        event.put(code("ZABC-TKN-A"), 255_u16)?;
        event.put(code("ZABC-TKN-NAME"), "A\u{7}B C ")?;
        event.put(code("ZABC-TKN-FILEERR"), 11_i16)?;
        event.put(code("ZABC-TKN-REASON"), 2_i16)?;
        event.put(code("ZABC-TKN-REASON"), 9_i16)?;
        event.put(code("ZABC-TKN-ADDR"), Raw(&[10, 0, 0, 255]))?;
        event.put(code("ZABC-TKN-LEVEL"), zems::spi::Flt::try_from(0.5).unwrap())
    });
    let values = |options: ListOptions| {
        let list = list_with(&dictionary, &set, ListOptions { header: false, ..options }, &bytes);
        let values = list.lines().skip(2).map(|line| line.get(27..).unwrap_or("").to_owned());
        values.collect::<Vec<_>>()
    };
    assert_eq!(
        values(ListOptions::default()),
        [
            "0000FF",
            "A?007B C",
            "  11",
            "it stopped (2)",
            "for no known reason (9)",
            "10 0 0 255",
            "0 0 0 255"
        ]
    );
    assert_eq!(
        values(ListOptions { radix: Radix::Hexadecimal, ..ListOptions::default() })[2..6],
        ["  11", "it stopped (2)", "for no known reason (9)", "A 0 0 FF"]
    );
    assert_eq!(
        values(ListOptions { radix: Radix::Octal, forces_radix: true, ..ListOptions::default() })[..3],
        ["377", "A?007B C", "13"]
    );
    assert_eq!(
        values(ListOptions { type_override: TypeOverride::Numbers, ..ListOptions::default() })[1..4],
        ["65 7 66 32 67 32", "  11", "2"]
    );
    assert_eq!(
        values(ListOptions { type_override: TypeOverride::Text, ..ListOptions::default() })[2..4],
        ["?000?011", "?000?002"]
    );
    assert_eq!(values(ListOptions { printable: Printable::All, ..ListOptions::default() })[1], "A\u{7}B C");
}

/// type-override leaves out the DISPLAY codes of the other kind only, and shows everything in its own way.
#[test]
fn displays_of_overridden_types() {
    let mut site = site::definitions();
    for (name, display) in [("ZABC-TKN-NAME", "Z2.1"), ("ZABC-TKN-FILEERR", "A9"), ("ZABC-TKN-A", "I4")] {
        let token = site.tokens.iter_mut().find(|token| token.name == name).unwrap();
        token.display = Some(display.into());
    }
    let dictionary = Dictionary::new(&site);
    let set = TemplateSet::new(&dictionary);
    let bytes = event(1, |event| {
        event.put(code("ZABC-TKN-NAME"), "A\u{7}B C ")?;
        event.put(code("ZABC-TKN-FILEERR"), 0x4142_i16)?;
        event.put(code("ZABC-TKN-A"), 0x4344_u16)?;
        event.put(code("ZABC-TKN-FLAG"), true)?;
        event.put(code("ZABC-TKN-REASON"), 2_i16)?;
        event.put(code("ZABC-TKN-DEVICE"), Raw(b"$LAPX   "))
    });
    let values = |type_override: TypeOverride| {
        let list = list_with(&dictionary, &set, ListOptions { type_override, ..body() }, &bytes);
        let values = list.lines().skip(2).map(|line| line.get(27..).unwrap_or("").to_owned());
        values.collect::<Vec<_>>()
    };
    let hexadecimal = "41 07 42 20 43 20";
    assert_eq!(
        values(TypeOverride::Declared),
        [hexadecimal, "16706", "17220", "T", "it stopped (2)", "$LAPX"]
    );
    assert_eq!(
        values(TypeOverride::Numbers),
        [hexadecimal, "16706", "17220", "-1", "2", "36 76 65 80 88 32 32 32"]
    );
    assert_eq!(values(TypeOverride::Text), ["A?007B C", "AB", "CD", "?255?255", "?000?002", "$LAPX"]);
}

#[test]
fn printable_characters() {
    let bytes = event(1, |event| event.put(code("ZABC-TKN-TEXT"), Raw(b" ~\x7F\xFC\x1F")));
    for (printable, shown) in [
        (Printable::Ascii, " ~?127?252?031"),
        (Printable::Latin1, " ~\u{7F}\u{FC}?031"),
        (Printable::All, " ~\u{7F}\u{FC}\u{1F}"),
    ] {
        let list = list(ListOptions { printable, ..body() }, &bytes);
        assert!(list.ends_with(&format!("Line:-                     {shown}\n")), "{list}");
    }
}

/// ERROR and USERNAME are shown field by field, and as numbers of 8 bits where there is no DEF.
#[test]
fn errors_and_user_names_are_structures() {
    let mut site = site::definitions();
    let username = FieldType::Tacl(zems::dictionary::Tacl::Username);
    let names = [("GROUP", 0, 8, 1, FieldType::Character), ("USER", 8, 8, 1, FieldType::Character)];
    structure(&mut site, "ZABC-DDL-USER", 16, &names);
    structure(
        &mut site,
        "ZABC-DDL-ENTRY",
        18,
        &[
            ("N", 0, 2, 1, BINARY),
            ("WHO", 2, 16, 1, username),
            ("WHO.GROUP", 2, 8, 1, FieldType::Character),
            ("WHO.USER", 10, 8, 1, FieldType::Character),
        ],
    );
    for (name, number, data_type, len, structure) in [
        ("ZABC-TKN-USER", 30, TypeCode::USERNAME, 16, "ZABC-DDL-USER"),
        ("ZABC-TKN-ENTRY", 31, TypeCode::STRUCT, 18, "ZABC-DDL-ENTRY"),
        ("ZABC-TKN-BARE-USER", 32, TypeCode::USERNAME, 16, ""),
        ("ZABC-TKN-BARE-ERROR", 33, TypeCode::ERROR, 14, ""),
    ] {
        site.tokens.push(TokenDefinition {
            name: name.into(),
            code: TokenCode::new(data_type, len, TokenNumber(number)),
            ssid: Some(ABC.parse().unwrap()),
            structure: (!structure.is_empty()).then(|| structure.into()),
            ..TokenDefinition::default()
        });
    }
    let dictionary = Dictionary::new(&site);
    let set = TemplateSet::new(&dictionary);
    let code = |name: &str| dictionary.token_named(name).unwrap().stored_code();
    let error = [UVW.parse::<Ssid>().unwrap().as_bytes().as_slice(), &[0xFF, 0xF8]].concat();
    let bytes = event(1, |event| {
        event.put(code("ZSPI-TKN-ERROR"), Raw(&error))?;
        event.put(code("ZABC-TKN-USER"), Raw(b"SUPER   OPER    "))?;
        event.put(code("ZABC-TKN-ENTRY"), Raw(b"\x00\x05SUPER   OPER    "))?;
        event.put(code("ZABC-TKN-BARE-USER"), Raw(b"SUPER   OPER    "))?;
        event.put(code("ZABC-TKN-BARE-ERROR"), Raw(&error))
    });
    let list = list_with(&dictionary, &set, ListOptions { field_label: 10, ..body() }, &bytes);
    assert_eq!(
        list.lines().skip(2).collect::<Vec<_>>().join("\n"),
        "Error:                     Z-SSID     TANDEM.300.D00\n\
         \u{20}                          Z-ERROR    -8\n\
         ZABC-TKN-USER:             GROUP      SUPER\n\
         \u{20}                          USER       OPER\n\
         ZABC-TKN-ENTRY:            N          5\n\
         \u{20}                          WHO\n\
         \u{20}                            GROUP      SUPER\n\
         \u{20}                            USER       OPER\n\
         ZABC-TKN-BARE-USER:        83 85 80 69 82 32 32 32 79 80 69 82 32 32 32 32\n\
         ZABC-TKN-BARE-ERROR:-      84 65 78 68 69 77 32 32 1 44 68 0 255 248"
    );
}

#[test]
fn hidden_tokens_redefinitions_and_overrides() {
    let mut site: Definitions = site::definitions();
    let token = site.tokens.iter_mut().find(|token| token.name == "ZABC-TKN-A").unwrap();
    token.heading = Some(String::new());
    let info = site.structures.iter_mut().find(|known| known.name == "ZABC-DDL-INFO").unwrap();
    info.fields.push(FieldDefinition {
        name: "OTHER".into(),
        len: 4,
        count: 1,
        stride: 4,
        field_type: FieldType::Character,
        redefines: Some("EQUIP".into()),
        ..FieldDefinition::default()
    });
    let dictionary = Dictionary::new(&site);
    let source = "VERSION: \"1\"\nSSID: ZABC-VAL-SSID\nSSNAME: \"ABC\"\nMSG: ZEMS-TKN-EVENTNUMBER, 1\n\
                  OVERRIDE ZEMS-TKN-EMPHASIS ZSPI-VAL-TRUE, OVERRIDE ZEMS-TKN-CONSOLE-PRINT 1\n";
    let set = site::compile(&dictionary, &[source]);
    let bytes = event(1, |event| {
        event.put(code("ZABC-TKN-A"), 255_u16)?;
        event.put(code("ZABC-MAP-INFO"), Raw(b"ABCD"))
    });
    let plain = list_with(&dictionary, &set, ListOptions::default(), &bytes);
    assert!(!plain.contains("255") && !plain.contains("OTHER"), "{plain}");
    assert!(plain.contains("Emphasis:                  T") && plain.contains("Console Print:             T"));
    let options =
        ListOptions { hidden: true, redefinitions: true, buffer_values_only: true, ..ListOptions::default() };
    let all = list_with(&dictionary, &set, options, &bytes);
    assert!(all.contains("ZABC-TKN-A:                255\n"), "{all}");
    assert!(all.contains("OTHER                    ABCD\n"), "{all}");
    assert!(all.contains("Emphasis:                  F"), "{all}");
}

#[test]
fn tables_are_listed_value_by_value() {
    let abc: Ssid = ABC.parse().unwrap();
    let bytes = event(1, |event| event.put_table_qualified(abc, code("ZABC-TKN-FILEERR"), [1_i16, 2, 3]));
    let list = list(body(), &bytes);
    let expected =
        "File Error:-               1\nFile Error:-               2\nFile Error:-               3\n";
    assert!(list.ends_with(expected), "{list}");
}

#[test]
fn a_command_has_a_header_too() {
    let list = list(ListOptions::default(), zems::samples::COMMAND);
    assert!(list.starts_with("Header Type:               0\n"), "{list}");
    assert!(list.contains("ZSPI-TKN-OBJECT-TYPE:"), "{list}");
}

#[test]
fn label_columns_are_checked() {
    let dictionary = dictionary();
    let set = TemplateSet::new(&dictionary);
    for (token_label, field_label, width, good) in [
        (20, 10, 45, true),
        (20, 10, 44, false),
        (19, 10, 0, false),
        (20, 9, 0, false),
        (20, 0, 35, true),
        (usize::MAX, 10, 80, false),
    ] {
        let options = ListOptions { token_label, field_label, width, ..ListOptions::default() };
        let lister = TokenLister::new(options, &dictionary, &set, RenderOptions::default());
        assert_eq!(lister.map(drop).err(), (!good).then_some(ListError::Options));
    }
}
