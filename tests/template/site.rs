//! The definitions of an imaginary site, and events of it: enough for every example of the template manuals.
#![allow(clippy::unwrap_used, dead_code, unreachable_pub)] // each test, bench and fuzz target uses a part

use std::sync::LazyLock;

use zems::dictionary::{
    ConstantDefinition, Definitions, Dictionary, EnumValueDefinition, EnumerationDefinition, FieldDefinition,
    FieldType, OwnedConstant, SsidDefinition, StructureDefinition, TokenDefinition,
};
use zems::ems::{EventBuilder, EventHeader};
use zems::spi::write::EncodeError;
use zems::spi::{Profile, Ssid, Timestamp, TokenCode, TokenNumber, TypeCode};
use zems::template::{Listing, RenderOptions, Rendered, TemplateSet};
use zems::text::{Diagnostics, NoLoader, SourceMap};

/// Provisional data types.
pub const BOOLEAN: TypeCode = TypeCode(10);
pub const BYTE: TypeCode = TypeCode(12);
pub const CRTPID: TypeCode = TypeCode(21);
pub const DEVICE: TypeCode = TypeCode(22);

const VARIABLE: u8 = 255;

/// Name, data type, length, number, SSID, and a heading if there is one.
type TokenRow = (&'static str, TypeCode, u8, i16, &'static str, &'static str);

const NULL: &str = "0.0.0";
pub const EMS: &str = "TANDEM.9000.C20";
pub const ABC: &str = "CUSTOMER.1.J00";
pub const CMK: &str = "TANDEM.83.0";
pub const UVW: &str = "TANDEM.300.D00";

pub const TOKENS: [TokenRow; 66] = [
    ("ZSPI-TKN-HDRTYPE", TypeCode::UINT, 2, -511, NULL, "Header Type"),
    ("ZSPI-TKN-CHECKSUM", BOOLEAN, 2, -509, NULL, "Checksum"),
    ("ZSPI-TKN-LASTERR", TypeCode::ENUM, 2, -507, NULL, "Last Error"),
    ("ZSPI-TKN-LASTERRCODE", TypeCode::TOKENCODE, 4, -506, NULL, "Last Error Tkncode"),
    ("ZSPI-TKN-MAX-FIELD-VERSION", TypeCode::UINT, 2, -508, NULL, "Max Field Version"),
    ("ZSPI-TKN-SSID", TypeCode::SSID, 12, -505, NULL, "SSID"),
    ("ZSPI-TKN-USEDLEN", TypeCode::UINT, 2, -504, NULL, "Used Byte Length"),
    ("ZSPI-TKN-BUFLEN", TypeCode::UINT, 2, -510, NULL, "Buffer Byte Length"),
    ("ZSPI-TKN-ENDLIST", TypeCode::SSCTL, 0, -254, NULL, ""),
    ("ZSPI-TKN-ERRLIST", TypeCode::LIST, 0, -252, NULL, "Error List"),
    ("ZSPI-TKN-DATALIST", TypeCode::LIST, 0, -253, NULL, "Data List"),
    ("ZSPI-TKN-ERROR", TypeCode::ERROR, 14, -251, NULL, "Error"),
    ("ZSPI-TKN-RETCODE", TypeCode::ENUM, 2, 0, NULL, "Return Code"),
    ("ZSPI-TKN-NEXTTOKEN", TypeCode::TOKENCODE, 4, -443, NULL, ""),
    ("ZSPI-TKN-INITIAL-POSITION", BOOLEAN, 2, -438, NULL, ""),
    ("ZEMS-TKN-EVENTNUMBER", TypeCode::ENUM, 2, -1001, NULL, "Event Number"),
    ("ZEMS-TKN-GENTIME", TypeCode::TIMESTAMP, 8, -1002, NULL, "Generation Timestamp"),
    ("ZEMS-TKN-LOGTIME", TypeCode::TIMESTAMP, 8, -1003, NULL, "Logged Timestamp"),
    ("ZEMS-TKN-NODENUM", TypeCode::INT2, 4, -1004, NULL, "Node Number"),
    ("ZEMS-TKN-NODENAME", TypeCode::CHAR, VARIABLE, -1005, NULL, "Node Name"),
    ("ZEMS-TKN-CPU", TypeCode::UINT, 2, -1006, NULL, "CPU"),
    ("ZEMS-TKN-PIN", TypeCode::UINT, 2, -1007, NULL, "PIN"),
    ("ZEMS-TKN-PROC-DESC", TypeCode::CHAR, VARIABLE, -1008, NULL, "Process Descriptor"),
    ("ZEMS-TKN-CRTPID", CRTPID, 8, -1009, NULL, "Crtpid"),
    ("ZEMS-TKN-SYSTEM", TypeCode::UINT, 2, -1010, NULL, "System Number"),
    ("ZEMS-TKN-USERID", BYTE, 2, -1011, NULL, "Userid"),
    ("ZEMS-TKN-CONSOLE-PRINT", BOOLEAN, 2, -1012, NULL, "Console Print"),
    ("ZEMS-TKN-EMPHASIS", BOOLEAN, 2, -1013, NULL, "Emphasis"),
    ("ZEMS-TKN-SUPPRESS-DISPLAY", BOOLEAN, 2, -1014, NULL, "Suppress Display"),
    ("ZEMS-TKN-CONTENT-STANDARD", TypeCode::ENUM, 2, -1015, NULL, "Content Standard"),
    ("ZEMS-TKN-CONTENT-USER", TypeCode::ENUM, 2, -1016, NULL, "Content User"),
    ("ZEMS-TKN-EVTHDR-VSN", TypeCode::ENUM, 2, -1017, NULL, "Event Header Version"),
    ("ZEMS-TKN-SUBJECT-MARK", TypeCode::MARK, 0, -1040, NULL, "Subject Mark"),
    ("ZEMS-TKN-TEXT", TypeCode::CHAR, VARIABLE, 1, EMS, "Text"),
    ("ZEMS-TKN-OPMSG", TypeCode::STRUCT, VARIABLE, 2, EMS, ""),
    ("ZEMS-TKN-COLLECTOR", TypeCode::ENUM, 2, 3, EMS, "Collector"),
    ("ZEMS-TKN-PURGEDLOGFILE", TypeCode::FNAME, 24, 4, EMS, "Purged Logfile"),
    ("ZEMS-TKN-NEWPROCESS-CPU", TypeCode::INT, 2, 5, EMS, ""),
    ("ZEMS-TKN-NEWPROCESS-PRIORITY", TypeCode::INT, 2, 6, EMS, ""),
    ("ZEMS-TKN-PROGRAMFILE", TypeCode::FNAME, 24, 7, EMS, ""),
    ("ZEMS-TKN-CHANGE-REASON", TypeCode::ENUM, 2, 8, EMS, ""),
    ("ZEMS-TKN-STATE-PREVIOUS", TypeCode::ENUM, 2, 9, EMS, ""),
    ("ZEMS-TKN-STATE-CURRENT", TypeCode::ENUM, 2, 10, EMS, ""),
    ("ZEMS-TKN-NAME-MANAGER", TypeCode::CHAR, VARIABLE, 11, EMS, ""),
    ("ZEMS-TKN-BATCHJOB-ID", TypeCode::UINT, 2, 12, EMS, ""),
    ("ZCMK-TKN-FSERR", TypeCode::INT, 2, 1, CMK, ""),
    ("UVW-TKN-OPERATION", TypeCode::INT, 2, 1, UVW, "Operation"),
    ("ZABC-TKN-STATUS", TypeCode::ENUM, 2, 1, ABC, "Status"),
    ("ZABC-TKN-FILEERR", TypeCode::INT, 2, 2, ABC, "File Error"),
    ("ZABC-TKN-EQUIP", TypeCode::INT, 2, 3, ABC, ""),
    ("ZABC-TKN-LOC", TypeCode::INT, 2, 4, ABC, ""),
    ("ZABC-MAP-INFO", TypeCode::MAP, VARIABLE, 5, ABC, "Information"),
    ("ZABC-TKN-A", TypeCode::UINT, 2, 6, ABC, ""),
    ("ZABC-TKN-B", TypeCode::TIMESTAMP, 8, 7, ABC, "When"),
    ("ZABC-TKN-TWOWORDS", TypeCode::UINT, 4, 8, ABC, ""),
    ("ZABC-TKN-NAME", TypeCode::CHAR, 6, 9, ABC, "Name"),
    ("ZABC-TKN-TEXT", TypeCode::CHAR, VARIABLE, 10, ABC, "Line"),
    ("ZABC-TKN-REASON", TypeCode::ENUM, 2, 11, ABC, "Reason"),
    ("ZABC-TKN-TRANSID", TypeCode::TRANSID, 8, 12, ABC, "Transid"),
    ("ZABC-TKN-BIG", TypeCode::INT4, 8, 13, ABC, "Big"),
    ("ZABC-TKN-FLAG", BOOLEAN, 2, 14, ABC, "Flag"),
    ("ZABC-TKN-ADDR", BYTE, 4, 15, ABC, "Address"),
    ("ZABC-TKN-DEVICE", DEVICE, 8, 16, ABC, "Device"),
    ("ZABC-TKN-FILE32", TypeCode::FNAME32, 32, 17, ABC, "File"),
    ("ZABC-TKN-OWNER", TypeCode::SSID, 12, 18, ABC, "Owner"),
    ("ZABC-TKN-LEVEL", TypeCode::FLT, 4, 19, ABC, "Level"),
];

const CONSTANTS: [(&str, i64); 14] = [
    ("ZEMS-EVT-BACKUP-CREATED", 519),
    ("ZEMS-EVT-DEVTYPE", 521),
    ("ZEMS-VAL-OBJECT-AVAILABLE", 3),
    ("ZSPI-VAL-TRUE", -1),
    ("ZSPI-VAL-FALSE", 0),
    ("ZABC-EVT-BACKUP-CREATED", 1),
    ("ZABC-EVT-PROCESS-TERMINATED", 2),
    ("ZABC-EVT-EQUIP-MAINTENANCE", 3),
    ("ZABC-EVT-A", 4),
    ("ZABC-EVT-B", 5),
    ("ZABC-EVT-C", 6),
    ("ZABC-EVT-D", 7),
    ("ZABC-EVT-NEGATIVE", -7),
    ("ZABC-VAL-LIMIT", 100),
];

/// The definitions, for those who want to add some.
pub fn definitions() -> Definitions {
    let mut site = Definitions::default();
    for (name, ssid) in [
        ("ZEMS-VAL-SSID", EMS),
        ("ZABC-VAL-SSID", ABC),
        ("ZCMK-VAL-SSID", CMK),
        ("UVW-VAL-SSID", UVW),
        ("ZSPI-VAL-NULL-SSID", NULL),
        ("ZTPS-VAL-SSID", "TANDEM.8.D00"),
    ] {
        site.ssids.push(SsidDefinition {
            name: name.into(),
            ssid: ssid.parse().unwrap(),
            is_provisional: false,
        });
    }
    for (name, value) in CONSTANTS {
        let value = OwnedConstant::Number(value.into());
        site.constants.push(ConstantDefinition { name: name.into(), value, is_provisional: false });
    }
    site.constants.push(ConstantDefinition {
        name: "ZABC-VAL-NAME".into(),
        value: OwnedConstant::Text("a text".into()),
        is_provisional: false,
    });
    for (name, data_type, length, number, ssid, heading) in TOKENS {
        site.tokens.push(TokenDefinition {
            name: name.into(),
            code: TokenCode::new(data_type, length, TokenNumber(number)),
            ssid: Some(ssid.parse().unwrap()),
            heading: (!heading.is_empty()).then(|| heading.into()),
            enumeration: (name == "ZABC-TKN-REASON").then(|| "ZABC-DDL-REASON".into()),
            structure: match name {
                "ZABC-MAP-INFO" => Some("ZABC-DDL-INFO".into()),
                "ZSPI-TKN-ERROR" => Some("ZSPI-DDL-ERROR".into()),
                _ => None,
            },
            ..TokenDefinition::default()
        });
    }
    enumeration(
        &mut site,
        "ZABC-DDL-REASON",
        Some("for no known reason"),
        &[(1, "it abended"), (2, "it stopped")],
    );
    enumeration(&mut site, "ZABC-DDL-RETCODE", None, &[(0, "good"), (100, "bad")]);
    enumeration(&mut site, "ZABC-DDL-MORE", None, &[(100, "worse"), (200, "worst")]);
    structure(
        &mut site,
        "ZABC-DDL-INFO",
        20,
        &[
            ("EQUIP", 0, 2, 1, binary(16)),
            ("LOC", 2, 2, 1, binary(16)),
            ("NAMES", 4, 4, 2, FieldType::Character),
            ("SPAN", 12, 4, 2, FieldType::Group),
            ("SPAN.LOW", 12, 2, 1, binary(16)),
            ("SPAN.HIGH", 14, 2, 1, binary(16)),
        ],
    );
    structure(&mut site, "BYTESTRUCT", 4, &[("B", 0, 1, 4, binary(8))]);
    structure(
        &mut site,
        "ZSPI-DDL-ERROR",
        14,
        &[
            ("Z-SSID", 0, 12, 1, FieldType::Tacl(zems::dictionary::Tacl::Ssid)),
            ("Z-ERROR", 12, 2, 1, binary(16)),
        ],
    );
    structure(
        &mut site,
        "TWICE",
        4,
        &[
            ("G", 0, 2, 1, FieldType::Group),
            ("G.X", 0, 2, 1, binary(16)),
            ("H", 2, 2, 1, FieldType::Group),
            ("H.X", 2, 2, 1, binary(16)),
        ],
    );
    site
}

pub fn dictionary() -> Dictionary {
    Dictionary::new(&definitions())
}

/// The same, made once: a fuzz target runs thousands of times a second.
pub fn shared_dictionary() -> &'static Dictionary {
    static MADE: LazyLock<Dictionary> = LazyLock::new(dictionary);
    &MADE
}

const fn binary(bits: u8) -> FieldType {
    FieldType::Binary { bits, unsigned: bits == 8, scale: 0 }
}

pub fn enumeration(site: &mut Definitions, name: &str, default: Option<&str>, values: &[(i32, &str)]) {
    site.enumerations.push(EnumerationDefinition {
        name: name.into(),
        default_label: default.map(Into::into),
        values: values
            .iter()
            .map(|(value, label)| EnumValueDefinition {
                name: format!("{name}-{value}"),
                value: *value,
                label: Some((*label).into()),
                ..EnumValueDefinition::default()
            })
            .collect(),
    });
}

/// Fields: name, offset, bytes, occurrences, type.
pub fn structure(site: &mut Definitions, name: &str, len: u32, fields: &[(&str, u32, u32, u32, FieldType)]) {
    site.structures.push(StructureDefinition {
        is_provisional: false,
        name: name.into(),
        len,
        fields: fields
            .iter()
            .map(|(name, offset, len, count, field_type)| FieldDefinition {
                name: (*name).into(),
                offset: *offset,
                len: *len,
                count: *count,
                stride: *len,
                field_type: *field_type,
                ..FieldDefinition::default()
            })
            .collect(),
    });
}

/// The code of a token of [`TOKENS`], as buffers store it.
pub fn code(name: &str) -> TokenCode {
    shared_dictionary().token_named(name).unwrap().stored_code()
}

/// Two lines that every source begins with.
pub const ABC_SOURCE: &str = "VERSION: \"test\"\nSSID: ZABC-VAL-SSID\nSSNAME: \"ABC\"\n";

pub fn compile(dictionary: &Dictionary, sources: &[&str]) -> TemplateSet {
    let mut set = TemplateSet::new(dictionary);
    for source in sources {
        let (listing, diagnostics) = add(&mut set, dictionary, source);
        assert_eq!(listing.errors, 0, "{diagnostics}");
    }
    set
}

pub fn add(set: &mut TemplateSet, dictionary: &Dictionary, source: &str) -> (Listing, String) {
    let mut sources = SourceMap::new();
    let id = sources.add("stmpl", source.to_owned()).unwrap();
    let mut diagnostics = Diagnostics::new();
    let listing = set.compile(dictionary, id, &mut sources, &NoLoader, &mut diagnostics);
    (listing, diagnostics.render(&sources))
}

pub fn render(set: &TemplateSet, event: &[u8]) -> (String, Rendered) {
    let mut text = String::new();
    let event = zems::ems::Event::parse(event).unwrap();
    let rendered = set.render(&event, &dictionary(), &RenderOptions::default(), &mut text).unwrap();
    (text, rendered)
}

/// An event of ABC with this number, and these tokens after its subject `$ZABC`.
pub fn event(
    number: i16,
    tokens: impl FnOnce(&mut EventBuilder<'_, Vec<u8>>) -> Result<(), EncodeError>,
) -> Vec<u8> {
    event_of(ABC, number, tokens)
}

pub fn event_of(
    ssid: &str,
    number: i16,
    tokens: impl FnOnce(&mut EventBuilder<'_, Vec<u8>>) -> Result<(), EncodeError>,
) -> Vec<u8> {
    let header = EventHeader {
        generated: "2026-11-20T10:15:00.123456Z".parse().unwrap(),
        node: 3,
        process: br"\NODE.$ZABC",
        cpu: 2,
        pin: 45,
        ..EventHeader::new(ssid.parse().unwrap(), number)
    };
    build(&header, tokens)
}

pub fn build(
    header: &EventHeader<'_>,
    tokens: impl FnOnce(&mut EventBuilder<'_, Vec<u8>>) -> Result<(), EncodeError>,
) -> Vec<u8> {
    let abc: Ssid = ABC.parse().unwrap();
    let subject = code("ZABC-TKN-TEXT");
    let mut builder =
        EventBuilder::qualified(Vec::new(), header, &Profile::DEFAULT, abc, subject, "$ZABC").unwrap();
    tokens(&mut builder).unwrap();
    builder.finish().unwrap()
}

pub fn time(text: &str) -> Timestamp {
    text.parse().unwrap()
}
