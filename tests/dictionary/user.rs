//! A site's own definitions.

use zems::dictionary::{
    ConstantValue, Dictionary, FieldType, FieldValue, Loader, Presence, SourceKind, Tacl,
};
use zems::ems::{Event, EventBuilder, EventHeader};
use zems::spi::read::Decoder;
use zems::spi::{
    DataType, HeaderBit, HeaderField, Profile, Ssid, Timestamp, TokenCode, TokenNumber, TypeCode, Version,
};
use zems::template::{RenderOptions, TemplateSet};
use zems::text::NoLoader;

use super::{load, load_clean};

const DDL: (&str, &str) = ("bankddl", include_str!("bankddl"));
const TEMPLATES: (&str, &str) = ("banktmpl", include_str!("banktmpl"));
const EVENTS: (&str, &str) = ("bank.events", include_str!("bank.events"));

fn code(digits: &str) -> TokenCode {
    digits.parse().unwrap()
}

#[test]
fn a_private_subsystem_is_named_throughout() {
    // In whatever order a directory lists them.
    for sources in [[DDL, TEMPLATES, EVENTS], [EVENTS, TEMPLATES, DDL]] {
        let loaded = load_clean(&sources);
        let kinds: Vec<_> = loaded.inputs.iter().map(|(_, kind)| *kind).collect();
        assert!(kinds.contains(&SourceKind::Template) && kinds.contains(&SourceKind::Events));
        let dictionary = &loaded.dictionary;

        let bank = dictionary.ssid_named("bank-val-ssid").unwrap();
        assert_eq!(bank.to_string(), "BANK.7.A01");
        let subsystem = dictionary.subsystem(bank.without_version()).unwrap();
        assert_eq!((subsystem.name(), subsystem.abbreviation()), ("TELLER", Some("TLR")));
        assert_eq!(dictionary.parse_ssid("BANK.TELLER.A01"), Ok(bank));

        let reason = dictionary.token(bank, code("0B020002")).unwrap();
        assert_eq!(reason.ssid(), Some(bank.without_version()));
        assert_eq!(reason.enumeration().unwrap().label(3), Some("out of hours"));
        assert_eq!(reason.enumeration().unwrap().label(5), Some("BANK-ENM-STRIKE"));
        assert_eq!(reason.enumeration().unwrap().label(9), Some("some reason"));

        let event = dictionary.event(bank, 2).unwrap();
        assert_eq!((event.name(), event.emphasis()), ("BANK-EVT-CLOSED", Some(true)));
        assert_eq!(event.subject().unwrap().name(), "BANK-TKN-BRANCH");
        let tokens: Vec<_> = event
            .event_tokens()
            .map(|part| (part.token.name(), part.presence, part.within.map(|list| list.name())))
            .collect();
        assert_eq!(
            tokens,
            [
                ("BANK-TKN-REASON", Presence::Required, None),
                ("ZSPI-TKN-ERRLIST", Presence::Optional, None),
                ("BANK-MAP-ACCOUNT", Presence::Unstated, Some("ZSPI-TKN-ERRLIST")),
            ]
        );
        let message = event.message().unwrap();
        assert_eq!((message.tag(), message.kind()), ("BANK_CLOSED", Some("event")));
        assert_eq!((message.severity(), message.facility()), (Some(5), Some(19)));
        assert_eq!(dictionary.token_named("bank^tkn^office").unwrap().name(), "BANK-TKN-BRANCH");
    }
}

#[test]
fn a_token_without_an_ssid_belongs_to_the_subsystem_of_its_prefix() {
    let loaded = load_clean(&[DDL, TEMPLATES]);
    let bank = loaded.dictionary.ssid_named("BANK-VAL-SSID").unwrap();
    let branch = loaded.dictionary.token(bank, code("01FF0001")).unwrap();
    assert_eq!((branch.name(), branch.ssid(), branch.owner_ssid()), ("BANK-TKN-BRANCH", None, Some(bank)));
    assert!(loaded.dictionary.token("BANK.8.0".parse().unwrap(), code("01FF0001")).is_none());
}

#[test]
fn event_numbers_are_events_without_more_being_said() {
    let loaded = load_clean(&[DDL, TEMPLATES]);
    let bank = loaded.dictionary.ssid_named("BANK-VAL-SSID").unwrap();
    let names: Vec<_> = (1..=2).map(|number| loaded.dictionary.event(bank, number).unwrap().name()).collect();
    assert_eq!(names, ["BANK-EVT-OPENED", "BANK-EVT-CLOSED"]);
    assert!(loaded.dictionary.event_named("BANK-EVT-SHUT").is_none(), "a second name of one number");
    assert!(loaded.dictionary.event_named("BANK-EVT-LARGE").is_none());
}

#[test]
fn an_ssid_text_may_use_the_prefix_where_no_name_is_known() {
    let loaded = load_clean(&[(
        "x",
        "
        CONSTANT zabc-val-owner VALUE \"ABC\".
        DEF zabc-val-ssid TACL SSID.
         02 o PIC X(8) VALUE zabc-val-owner. 02 n TYPE BINARY 16 VALUE 4. 02 v TYPE BINARY 16 VALUE 0.
        END
        TOKEN-CODE zabc-tkn-x VALUE 1 TOKEN-TYPE ZSPI-TYP-INT SSID \"ABC.ABC.0\".
    ",
    )]);
    assert_eq!(loaded.dictionary.token_named("ZABC-TKN-X").unwrap().ssid(), Some("ABC.4.0".parse().unwrap()));
    let loaded = load(&[("x", "TOKEN-CODE a-tkn-x VALUE 1 TOKEN-TYPE ZSPI-TYP-INT SSID \"ABC.DEF.0\".")]);
    let shown = loaded.diagnostics.render(&loaded.sources);
    assert!(
        shown.starts_with("x:1:12: warning: the subsystem ID ABC.DEF.0 of a-tkn-x is not understood"),
        "{shown}"
    );
    assert_eq!(loaded.dictionary.token_named("A-TKN-X").unwrap().ssid(), None);
}

#[test]
fn fields_are_read_at_their_place() {
    let loaded = load_clean(&[DDL, TEMPLATES]);
    let map = loaded.dictionary.token_named("BANK-MAP-ACCOUNT").unwrap();
    assert_eq!((map.code(), map.stored_code()), (code("08FF0003"), code("07FF0003")));
    let account = map.structure().unwrap();
    assert_eq!((account.name(), account.len()), ("BANK-DDL-ACCOUNT", 28));
    let mut bytes = Vec::new();
    bytes.extend(1234_i32.to_be_bytes());
    bytes.extend(b"SMITH   ");
    bytes.extend(3_i16.to_be_bytes());
    bytes.extend([0b1000_0101, 0, 0b0111_1111, 0xFF]);
    bytes.extend((-19_950_i32).to_be_bytes());
    bytes.extend([1, 2, 3, 4, 0, 0]);
    let value = |name: &str, indexes: &[u32]| account.field(name).unwrap().value(&bytes, indexes);

    assert_eq!(value("number", &[]), Some(FieldValue::Number(1234)));
    assert_eq!(value("holder", &[]), Some(FieldValue::Text(b"SMITH   ")));
    assert_eq!(
        value("holder.z-s.z-i", &[1]),
        Some(FieldValue::Number(i128::from(u16::from_be_bytes(*b"IT"))))
    );
    assert_eq!(value("reason", &[]).unwrap().as_number(), Some(3));
    assert_eq!(value("blocked", &[0]), Some(FieldValue::Number(1)));
    assert_eq!(
        (value("level", &[0]), value("level", &[1])),
        (Some(FieldValue::Number(5)), Some(FieldValue::Number(127)))
    );
    assert_eq!(value("flags.level", &[2]), None);
    assert_eq!(value("balance", &[]), Some(FieldValue::Decimal { value: -19950, scale: 2 }));
    assert_eq!(value("visits", &[1, 0]), Some(FieldValue::Number(3)));
    assert_eq!(value("visits", &[1]), Some(FieldValue::Number(2)));
    assert_eq!(value("visits", &[1, 1, 1]), None);

    let visits = account.field("visits").unwrap();
    assert_eq!((visits.null(), visits.count(), visits.group().unwrap().name()), (0, 2, "DAY"));
    assert!(visits.is_null(&bytes[visits.place(&[2, 1]).unwrap()]));
    assert_eq!(visits.version(), None);
    assert_eq!(account.field("balance").unwrap().version(), Some(Version(0x4102)));
    assert_eq!(account.field("holder").unwrap().structure().unwrap().name(), "ZSPI-DDL-CHAR8");
    assert_eq!(account.field("reason").unwrap().enumeration().unwrap().name(), "BANK-DDL-REASON");
    assert_eq!(map.newest_version(&bytes), Version(0x4102));
}

#[test]
fn a_token_of_another_release_is_read_as_far_as_it_reaches() {
    let loaded = load_clean(&[DDL, TEMPLATES]);
    let account = loaded.dictionary.structure_named("BANK-DDL-ACCOUNT").unwrap();
    let long = [1; 100];
    let readable = |bytes: &[u8]| {
        let fields = account.fields().filter(|field| !field.is_group());
        fields.filter(|field| field.value(bytes, &[]).is_some()).count()
    };
    let all = account.fields().filter(|field| !field.is_group()).count();
    assert_eq!(readable(&long), all);
    assert_eq!(readable(&long[..28]), all);
    assert_eq!((readable(&long[..27]), readable(&[])), (all, 0), "the first of three days ends before");
    assert!(readable(&long[..14]) < all);
    let number = account.field("number").unwrap();
    assert_eq!((number.value(&long[..4], &[]).is_some(), number.value(&long[..3], &[])), (true, None));
}

#[test]
fn bits_are_null_by_themselves() {
    let loaded = load_clean(&[DDL, TEMPLATES]);
    let account = loaded.dictionary.structure_named("BANK-DDL-ACCOUNT").unwrap();
    let level = account.field("level").unwrap();
    assert_eq!(
        (level.bit(), level.offset(), level.field_type()),
        (Some((1, 7)), 14, FieldType::Bit { bits: 7, unsigned: true })
    );
    assert!(level.is_null(&[0x7F, 0x00]) && !level.is_null(&[0x7E, 0xFF]));
}

/// docs/definitions.md: a user replaces a provisional number by loading his own system's definition files.
#[test]
fn a_users_number_reaches_everything_made_of_it() {
    let loaded = load_clean(&[(
        "zspiddl",
        "CONSTANT ZSPI-TDT-BOOLEAN VALUE IS 13.
         CONSTANT ZSPI-TNM-EVTHDR VALUE IS -470.
         CONSTANT ZSPI-TNM-TBLHDR VALUE IS -460.
         CONSTANT ZEMS-TNM-SUBJECT-MARK VALUE IS -600.
         CONSTANT ZEMS-TNM-EOFSTOP VALUE IS 77.
         CONSTANT ZSPI-SSN-ZEMS VALUE IS 12.
         CONSTANT ZRPC-TNM-CPU VALUE IS 7.",
    )]);
    let dictionary = &loaded.dictionary;
    let profile = dictionary.profile();
    assert_eq!(profile.data_type(TypeCode(13)), DataType::Boolean);
    assert_eq!(profile.data_type(TypeCode(10)), DataType::Unknown);
    assert_eq!((profile.event_header, profile.table_header), (TokenNumber(-470), TokenNumber(-460)));
    assert_eq!((profile.subject_mark.number, profile.subject_mark.any), (TokenNumber(-600), true));

    let boolean = dictionary.token_type("ZSPI-TYP-BOOLEAN").unwrap();
    assert_eq!((boolean.value(), boolean.is_provisional()), (13 << 8 | 2, false));
    let ems: Ssid = "TANDEM.12.0".parse().unwrap();
    assert_eq!(dictionary.parse_ssid("TANDEM.EMS.0"), Ok(ems));
    assert_eq!(dictionary.ssid_named("ZEMS-VAL-SSID"), Some(ems));
    let stop = dictionary.token(ems, code("0D02004D")).unwrap();
    assert_eq!((stop.name(), stop.ssid(), stop.is_provisional()), ("ZEMS-TKN-EOFSTOP", Some(ems), false));
    assert_eq!(dictionary.event(ems, 512).unwrap().name(), "ZEMS-EVT-WRITE-TO-0");

    // CREATE-ERR (7) is a number of ours only; the one that is known is found. Both are named still.
    let rpc = dictionary.ssid_named("ZRPC-VAL-SSID").unwrap();
    let cpu = dictionary.token(rpc, code("09020007")).unwrap();
    assert_eq!((cpu.name(), cpu.is_provisional()), ("ZRPC-TKN-CPU", false));
    assert!(dictionary.token_named("ZRPC-TKN-CREATE-ERR").unwrap().is_provisional());

    let shipped = Dictionary::builtin();
    assert!(shipped.token_type("ZSPI-TYP-BOOLEAN").unwrap().is_provisional());
    assert!(shipped.constant("ZEMS-TNM-EOFSTOP").unwrap().is_provisional());
    assert!(!dictionary.constant("ZEMS-TNM-EOFSTOP").unwrap().is_provisional());
}

#[test]
fn of_two_tokens_with_one_code_the_published_one_is_found() {
    let loaded = load_clean(&[(
        "zcomddl",
        "CONSTANT zcom-tnm-true-one VALUE 44.
         TOKEN-CODE zcom-tkn-true-one VALUE zcom-tnm-true-one TOKEN-TYPE ZSPI-TYP-STRING SSID \"TANDEM.21.0\".",
    )]);
    let zcom = "TANDEM.21.0".parse().unwrap();
    assert_eq!(loaded.dictionary.token(zcom, code("01FF002C")).unwrap().name(), "ZCOM-TKN-TRUE-ONE");
    assert_eq!(Dictionary::builtin().token(zcom, code("01FF002C")).unwrap().name(), "ZCOM-TKN-SUBJ-PROC");
}

/// A header in which nothing is where the shipped layouts have it: odd offsets, name, cpu and pin apart, one byte of flags.
#[test]
fn every_header_field_is_bound_by_itself() {
    let loaded = load_clean(&[
        (
            "siteddl",
            "DEF site-ddl-evthdr-s.
              02 node PIC X(1). 02 made PIC X(8). 02 filler PIC X(2). 02 pin PIC X(1).
              02 name PIC X(6). 02 number PIC X(2). 02 flags PIC X(1). 02 cpu PIC X(2).
             END",
        ),
        (
            "site.events",
            "NODE 7 NAME SYSA
             NODE 9 NAME SYSB
             LAYOUT site-ddl-evthdr-s LENGTH 24
               FIELD node SERVES ZEMS-TKN-NODENUM
               FIELD made SERVES ZEMS-TKN-GENTIME
               FIELD pin SERVES ZEMS-TKN-PIN
               FIELD name SERVES ZEMS-TKN-CRTPID
               FIELD number SERVES ZEMS-TKN-EVENTNUMBER
               FLAG flags BIT 6 SERVES ZEMS-TKN-EMPHASIS
               FIELD cpu SERVES ZEMS-TKN-CPU",
        ),
    ]);
    let dictionary = &loaded.dictionary;
    let layout = dictionary.profile().layout(24).unwrap();
    assert_eq!(
        (layout.place(HeaderField::Flags), layout.emphasis),
        (Some((20, 1)), Some(HeaderBit::new(20, 6)))
    );
    assert!(!layout.is_provisional);
    assert_eq!(dictionary.nodes(), [(9, "SYSB".to_owned()), (7, "SYSA".to_owned())]);

    let subject = TokenCode::new(TypeCode::CHAR, 255, TokenNumber(1));
    let header = EventHeader {
        generated: Timestamp(210_866_760_000_000_000),
        node: 7,
        process: b"$ZPM",
        cpu: 300,
        pin: 4,
        emphasis: true,
        layout: Some(24),
        ..EventHeader::new("ACME.7.A01".parse().unwrap(), -2)
    };
    let build = |header| EventBuilder::new(Vec::new(), header, dictionary.profile(), subject, "x");
    let bytes = build(&header).unwrap().finish().unwrap();
    let buffer = Decoder::new(dictionary.profile()).parse(&bytes).unwrap();
    let event = Event::try_from(buffer).unwrap();
    assert_eq!(
        (event.number(), event.node(), event.generated()),
        (Some(-2), Some(7), Some(header.generated))
    );
    assert_eq!((event.cpu(), event.pin(), event.emphasis()), (Some(300), Some(4), Some(true)));
    assert_eq!((event.logged(), event.console_print()), (None, None));
    assert_eq!(event.process().unwrap().to_string(), "$ZPM");
    let (mut line, set) = (String::new(), TemplateSet::new(dictionary));
    set.render_line(&event, dictionary, &RenderOptions::default(), &mut line).unwrap();
    assert!(line.starts_with(r"70-01-01 00:00:00 \SYSA.$ZPM* ACME.7.A01              -00002 "), "{line}");
    // A byte does not hold this node, and no other field of the header does.
    assert!(build(&EventHeader { node: 256, ..header }).is_err());
}

#[test]
fn flags_are_bits_of_a_byte_or_a_word() {
    let ddl = ("siteddl", "DEF s-ddl-h-s. 02 four PIC X(4). 02 one PIC X(1). END");
    for (line, problem) in [
        ("FLAG four BIT 1 SERVES ZEMS-TKN-EMPHASIS", "FOUR has 4 bytes: flags are bits of 1 or 2 bytes"),
        ("FLAG one BIT 8 SERVES ZEMS-TKN-EMPHASIS", "ONE has 1 bytes: flags are bits of 1 or 2 bytes"),
        ("FLAG one BIT 16 SERVES ZEMS-TKN-EMPHASIS", "a bit, 0 to 15 from the most significant"),
        ("FLAG one BIT 0 SERVES ZEMS-TKN-CPU", "ZEMS-TKN-CPU is not a flag of the event header"),
    ] {
        let mut loader = Loader::with_builtin();
        loader.add(ddl.0, ddl.1).unwrap();
        loader.add("site.events", format!("LAYOUT s-ddl-h-s LENGTH 5\n{line}\n")).unwrap();
        let loaded = loader.load(&NoLoader);
        let shown = loaded.diagnostics.render(&loaded.sources);
        assert!(shown.contains(problem), "{line}: {shown}");
    }
}

#[test]
fn flags_may_be_in_several_words() {
    let loaded = load_clean(&[
        (
            "siteddl",
            "DEF s-ddl-h-s. 02 num PIC X(2). 02 one PIC X(2). 02 made PIC X(8). 02 two PIC X(1). END",
        ),
        (
            "site.events",
            "LAYOUT s-ddl-h-s LENGTH 13
               FIELD num SERVES ZEMS-TKN-EVENTNUMBER
               FIELD made SERVES ZEMS-TKN-GENTIME
               FLAG one BIT 9 SERVES ZEMS-TKN-EMPHASIS
               FLAG two BIT 0 SERVES ZEMS-TKN-SUPPRESS-DISPLAY
               FLAG one BIT 0 SERVES ZEMS-TKN-CONSOLE-PRINT",
        ),
    ]);
    let profile = loaded.dictionary.profile();
    for (emphasis, suppress_display, console_print) in
        [(true, false, false), (false, true, false), (false, false, true), (true, true, true)]
    {
        let ssid = "ACME.7.A01".parse().unwrap();
        let header = EventHeader {
            emphasis,
            suppress_display,
            console_print,
            layout: Some(13),
            ..EventHeader::new(ssid, 3)
        };
        let subject = TokenCode::new(TypeCode::CHAR, 255, TokenNumber(1));
        let bytes = EventBuilder::new(Vec::new(), &header, profile, subject, "x").unwrap().finish().unwrap();
        let word = |is_on, bit| if is_on { bit } else { 0 };
        assert_eq!(bytes[30..32], [word(console_print, 0x80), word(emphasis, 0x40)]);
        assert_eq!(bytes[40], word(suppress_display, 0x80));
        let event = Event::try_from(Decoder::new(profile).parse(&bytes).unwrap()).unwrap();
        assert_eq!(
            (event.emphasis(), event.suppress_display(), event.console_print()),
            (Some(emphasis), Some(suppress_display), Some(console_print))
        );
        let compiled = Dictionary::from_compiled(&loaded.dictionary.to_compiled()).unwrap();
        assert_eq!(compiled.profile(), profile);
    }
}

/// The layout of a site's own file is a fact, though it be the shipped one; a file that says `! provisional` is not.
#[test]
fn a_site_confirms_the_shipped_layout() {
    let layout = |files: &[(&'static str, &'static str)]| {
        let loaded = load_clean(files);
        *loaded.dictionary.profile().layout(32).unwrap()
    };
    let def = "DEF ZEMS-DDL-EVTHDR-C00.
        02 Z-EVENTNUMBER PIC X(2). 02 Z-GENTIME PIC X(8). 02 Z-LOGTIME PIC X(8). 02 Z-USERID PIC X(2).
        02 Z-SYSTEM PIC X(2). 02 Z-CRTPID. 03 Z-NAME PIC X(6). 03 Z-CPU PIC X(1). 03 Z-PIN PIC X(1).
        02 Z-FLAG-BITS. 03 Z-CONSOLE-PRINT TYPE BIT 1. 03 Z-EMPHASIS TYPE BIT 1.
        03 Z-SUPPRESS-DISPLAY TYPE BIT 1. 03 FILLER TYPE BIT 13. END";
    let bound = "LAYOUT ZEMS-DDL-EVTHDR-C00 LENGTH 32
        FIELD Z-EVENTNUMBER SERVES ZEMS-TKN-EVENTNUMBER";
    let unsure = "DEF ZEMS-DDL-EVTHDR-C00. ! provisional
        02 Z-EVENTNUMBER PIC X(2). 02 FILLER PIC X(30). END";
    let shipped = layout(&[]);
    assert!(shipped.is_provisional);
    let mut confirmed = shipped;
    confirmed.is_provisional = false;
    assert_eq!(layout(&[("emsddl", def)]), confirmed);
    assert!(!layout(&[("ems.events", bound)]).is_provisional);
    assert!(layout(&[("emsddl", unsure), ("ems.events", bound)]).is_provisional);
}

#[test]
fn header_layouts_come_from_definitions() {
    let loaded = load_clean(&[
        (
            "emsddl",
            "DEF acme-ddl-evthdr-e00.
              02 flags. 03 filler TYPE BIT 4. 03 critical TYPE BIT 1. 03 filler TYPE BIT 11.
              02 number TYPE BINARY 16. 02 who TYPE ZSPI-DDL-CRTPID. 02 made TYPE BINARY 64.
              02 text. 03 len TYPE BINARY 16. 03 data PIC X(20).
             END",
        ),
        (
            "ems.events",
            "LAYOUT acme-ddl-evthdr-e00 LENGTH 44
               FIELD flags.critical SERVES ZEMS-TKN-EMPHASIS
               FIELD number SERVES zems^tkn^eventnumber
               FIELD who SERVES ZEMS-TKN-CRTPID
               FIELD made SERVES ZEMS-TKN-GENTIME
               FIELD text SERVES ZEMS-TKN-PROC-DESC",
        ),
    ]);
    let profile = loaded.dictionary.profile();
    let layout = profile.layout(44).unwrap();
    assert_eq!((layout.name, layout.emphasis, layout.console_print), ('E', Some(HeaderBit::new(0, 4)), None));
    assert_eq!(layout.place(HeaderField::Flags), Some((0, 2)));
    assert_eq!(layout.place(HeaderField::EventNumber), Some((2, 2)));
    assert_eq!(layout.place(HeaderField::CrtpidPin), Some((11, 1)));
    assert_eq!(layout.place(HeaderField::GenerationTime), Some((12, 8)));
    assert_eq!(layout.place(HeaderField::ProcessDescriptor), Some((20, 22)));
    assert_eq!(layout.place(HeaderField::LogTime), None);
    assert!(profile.layout(82).is_some() && profile.layout(32).is_some());
}

#[test]
fn a_value_goes_by_its_name_its_constant_and_its_label() {
    let object_types = Dictionary::builtin().enumeration_named("ZCOM-DDL-OBJTYPE").unwrap();
    let by_constant = object_types.value_named("ZCOM-OBJ-PROC").unwrap();
    let value = object_types.value(by_constant).unwrap();
    assert_eq!(value.constant(), Some("ZCOM-OBJ-PROC"));
    assert_eq!(object_types.value_named(value.name()), Some(by_constant));
    assert_eq!(object_types.value_named(value.label()), Some(by_constant));
    assert_eq!(
        object_types.value_named("ZCOM-VAL-HW"),
        None,
        "a constant of the same value, but of something else"
    );
}

#[test]
fn texts_with_other_views_are_texts() {
    let ssid = Dictionary::builtin().structure_named("ZSPI-DDL-SSID").unwrap();
    let owner = ssid.field("Z-OWNER").unwrap();
    assert_eq!((owner.field_type(), owner.len(), owner.offset()), (FieldType::Character, 8, 0));
    assert_eq!(ssid.field("Z-OWNER.Z-B").unwrap().count(), 8);
    let error = Dictionary::builtin().structure_named("ZSPI-DDL-ERROR").unwrap();
    assert_eq!(error.field("Z-SSID").unwrap().field_type(), FieldType::Tacl(Tacl::Ssid));
    assert_eq!(error.field("Z-ERROR").unwrap().field_type(), FieldType::Tacl(Tacl::Enum));
}

#[test]
fn without_the_shipped_definitions_only_the_site_speaks() {
    let mut loader = Loader::new();
    loader.add("x", "CONSTANT a VALUE 1. CONSTANT b VALUE \"two\".").unwrap();
    let loaded = loader.load(&NoLoader);
    assert!(loaded.diagnostics.is_empty());
    assert_eq!(loaded.dictionary.constants().count(), 2);
    assert_eq!(loaded.dictionary.constant("B").unwrap().value(), ConstantValue::Text("two"));
    // Nobody has said how the headers of events are laid out.
    assert_eq!(loaded.dictionary.profile(), &Profile::WITHOUT_LAYOUTS);
}

#[test]
fn a_users_definitions_replace_the_shipped_ones_by_name() {
    let loaded = load_clean(&[
        ("zrpcddl", "DEF ZRPC-DDL-RECV-INFO. 02 ZNODE TYPE BINARY 64. END"),
        (
            "zrpc.events",
            "SSID ZRPC-VAL-SSID\nEVENT ZRPC-EVT-BKUP-FAIL EMPHASIS FALSE\nSUBSYSTEM ZSPI-SSN-ZRPC OWNER ZSPI-VAL-TANDEM NAME ONCRPC",
        ),
    ]);
    let dictionary = &loaded.dictionary;
    assert_eq!(dictionary.structure_named("ZRPC-DDL-RECV-INFO").unwrap().len(), 8);
    let event = dictionary.event_named("ZRPC-EVT-BKUP-FAIL").unwrap();
    assert_eq!((event.emphasis(), event.subject().is_none(), event.tokens().count()), (Some(false), true, 0));
    assert_eq!(dictionary.subsystem(event.ssid()).unwrap().name(), "ONCRPC");
    assert_eq!(dictionary.subsystem_number("TANDEM", "RPC"), None);
    assert_eq!(dictionary.event_named("ZRPC-EVT-CONN-LOST").unwrap().emphasis(), Some(false));
}
