//! A made-up site: definitions that the manual's examples need, and events to hold filters against.
#![allow(dead_code)]

use std::sync::LazyLock;

use zems::dictionary::{
    ConstantDefinition, Definitions, Dictionary, EventDefinition, FieldDefinition, FieldType, OwnedConstant,
    SsidDefinition, StructureDefinition, SubsystemDefinition, TokenDefinition,
};
use zems::ems::{EventBuilder, EventHeader};
use zems::filter::{Compilation, CompiledFilter, Compiler, Filter, Nodes, Parameters, Scratch};
use zems::spi::{Profile, Ssid, TokenCode, TokenNumber, TypeCode};
use zems::text::{Diagnostics, SourceMap};

pub const CHAR: u8 = 1;
pub const INT: u8 = 2;
pub const INT2: u8 = 3;
pub const INT4: u8 = 4;
pub const STRUCT: u8 = 7;
pub const MAP: u8 = 8;
pub const UINT: u8 = 9;
pub const BOOLEAN: u8 = 10;
pub const ENUM: u8 = 11;
pub const BYTE: u8 = 12;
pub const FNAME: u8 = 20;
pub const TIMESTAMP: u8 = 23;
pub const SSID: u8 = 24;
pub const FNAME32: u8 = 25;
pub const LIST: u8 = 37;

pub const VARIABLE: u8 = 255;

/// Tokens of the site: name, data type, length byte, number, SSID.
pub const TOKENS: &[(&str, u8, u8, i16, &str)] = &[
    ("ABC-TKN-STUFF", INT, 2, 10, "ACME.7.A01"),
    ("XYZ-TKN-INTWORD", INT, 2, 11, "ACME.7.A01"),
    ("XYZ-TKN-UINT", UINT, 2, 12, "ACME.7.A01"),
    ("XYZ-TKN-BYTE", BYTE, 1, 13, "ACME.7.A01"),
    ("XYZ-TKN-DOUBLE", INT2, 4, 14, "ACME.7.A01"),
    ("XYZ-TKN-QUAD", INT4, 8, 15, "ACME.7.A01"),
    ("XYZ-TKN-TEXT", CHAR, VARIABLE, 16, "ACME.7.A01"),
    ("XYZ-TKN-CHAR8", CHAR, 8, 17, "ACME.7.A01"),
    ("XYZ-TKN-INTS", INT, 6, 18, "ACME.7.A01"),
    ("XYZ-TKN-TIME", TIMESTAMP, 8, 19, "ACME.7.A01"),
    ("XYZ-TKN-SSID", SSID, 12, 20, "ACME.7.A01"),
    ("XYZ-TKN-FLAG", BOOLEAN, 2, 21, "ACME.7.A01"),
    ("XYZ-TKN-BYTES", BYTE, VARIABLE, 22, "ACME.7.A01"),
    ("XYZ-TKN-FILE32", FNAME32, 32, 23, "ACME.7.A01"),
    ("XYZ-TKN-FILE", FNAME, 24, 24, "ACME.7.A01"),
    ("XYZ-TKN-RECORD", STRUCT, VARIABLE, 25, "ACME.7.A01"),
    ("XYZ-TKN-FIXED", STRUCT, 8, 26, "ACME.7.A01"),
    ("XYZ-MAP-INFO", MAP, VARIABLE, 27, "ACME.7.A01"),
    ("XYZ-TKN-KEY", STRUCT, 20, 28, "ACME.7.A01"),
    ("XYZ-TKN-VALUES", INT, VARIABLE, 29, "ACME.7.A01"),
    ("XYZ-TKN-LIST", LIST, 0, 30, "ACME.7.A01"),
    ("XYZ-TKN-INDEX", ENUM, 2, 31, "ACME.7.A01"),
    ("MY-TKN-1", INT, 2, 101, "ACME.7.A01"),
    ("MY-TKN-2", INT, 2, 102, "ACME.7.A01"),
    ("MY-TKN-3", INT, 2, 103, "ACME.7.A01"),
    ("MY-TKN-STIME", TIMESTAMP, 8, 104, "ACME.7.A01"),
    ("MY-TKN-PATTERN", CHAR, VARIABLE, 105, "ACME.7.A01"),
    ("MY-TKN-NAME", CHAR, 8, 106, "ACME.7.A01"),
    ("INIT-TEMPLATE-KEY", STRUCT, 20, 107, "ACME.7.A01"),
    ("ZVPT-FLTR-EVENTTEXT", CHAR, VARIABLE, 108, "ACME.7.A01"),
    ("ZEMS-TKN-ACTION-NEEDED", BOOLEAN, 2, 2, "TANDEM.9000.0"),
    ("ZEMS-TKN-TEXT", CHAR, VARIABLE, 1, "TANDEM.9000.0"),
    ("ZEMS-TKN-SENDERID", FNAME32, 32, -1051, "0.0.0"),
    ("ZCOM-TKN-SUBJ-PROC", CHAR, VARIABLE, 1, "TANDEM.21.0"),
    ("ZFIL-TKN-FILENAME", FNAME, 24, 1, "TANDEM.9005.0"),
    ("ZFIL-TKN-OTHER", INT, 2, 2, "TANDEM.9005.0"),
    ("ZSPI-TKN-ERRLIST", LIST, 0, -252, "0.0.0"),
    ("ZSPI-TKN-ERROR", 28, 14, -251, "0.0.0"),
    ("ZSPI-TKN-RETCODE", ENUM, 2, 0, "0.0.0"),
    ("ZSPI-TKN-DATALIST", LIST, 0, -253, "0.0.0"),
];

const CONSTANTS: &[(&str, i64)] = &[
    ("ZSPI-VAL-TRUE", -1),
    ("ZSPI-VAL-FALSE", 0),
    ("ZSPI-SSN-ZEMS", 9000),
    ("ZEMS-VAL-VERSION", 0),
    ("ZSPI-SSN-ZTMF", 9004),
    ("ZTMF-VAL-VERSION", 17152),
    ("ZSPI-SSN-ZDNS", 9019),
    ("ZDNS-EVT-CHECKPOINT-FAIL", 4),
    ("ZDNS-EVT-TRAP", 9),
    ("MYNUM", 7),
    ("MYVER", 16641),
];

pub fn definitions() -> Definitions {
    let mut definitions = Definitions::default();
    definitions.tokens = TOKENS
        .iter()
        .map(|(name, data_type, length, number, ssid)| TokenDefinition {
            name: (*name).to_string(),
            code: TokenCode::new(TypeCode(*data_type), *length, TokenNumber(*number)),
            ssid: Some(ssid.parse().unwrap()),
            ..TokenDefinition::default()
        })
        .collect();
    let texts =
        [("ZSPI-VAL-TANDEM", "TANDEM  "), ("MYORG", "ACME"), ("ZEMS-VAL-EXTERNAL-SSID", "TANDEM.EMS.0")];
    definitions.constants = CONSTANTS
        .iter()
        .map(|(name, value)| (*name, OwnedConstant::Number(i128::from(*value))))
        .chain(texts.map(|(name, text)| (name, OwnedConstant::Text(text.to_string()))))
        .map(|(name, value)| ConstantDefinition { name: name.to_string(), value, is_provisional: false })
        .collect();
    definitions.ssids = [
        ("ZEMS-VAL-SSID", "TANDEM.9000.0"),
        ("ZFIL-VAL-SSID", "TANDEM.9005.0"),
        ("ZEXP-VAL-SSID", "TANDEM.9011.17428"),
        ("ACME-VAL-SSID", "ACME.7.A01"),
    ]
    .map(|(name, ssid)| SsidDefinition {
        name: name.to_string(),
        ssid: ssid.parse().unwrap(),
        is_provisional: false,
    })
    .into();
    definitions.subsystems = [
        ("EMS", 9000),
        ("PATHWAY", 8),
        ("TMF", 9004),
        ("DNS", 9019),
        ("TLAM", 9031),
        ("DSMSCM", 9020),
        ("EXPAND", 9011),
    ]
    .map(|(name, number)| SubsystemDefinition {
        ssid: format!("TANDEM.{number}.0").parse().unwrap(),
        name: name.to_string(),
        abbreviation: None,
    })
    .into();
    definitions.events = vec![EventDefinition {
        name: "ZTMF-EVT-ABORT".to_string(),
        ssid: "TANDEM.9004.0".parse().unwrap(),
        number: 12,
        ..EventDefinition::default()
    }];
    definitions.structures = vec![record()];
    definitions
}

/// ```text
/// 0 Z-KIND int, 2 Z-NAME char 4, 6 Z-COUNTS uint OCCURS 4, 14 Z-ITEM OCCURS 2 { Z-A int, Z-B byte OCCURS 2 }, 22 Z-BITS,
/// 24 Z-FILES fname, 48 Z-BYTE byte, 49 Z-ODD int
/// ```
fn record() -> StructureDefinition {
    let unsigned = |bits| FieldType::Binary { bits, unsigned: true, scale: 0 };
    let field = |name: &str, offset, len, count, stride, field_type| FieldDefinition {
        name: name.to_string(),
        offset,
        len,
        count,
        stride,
        field_type,
        ..FieldDefinition::default()
    };
    let int = FieldType::Binary { bits: 16, unsigned: false, scale: 0 };
    StructureDefinition {
        is_provisional: false,
        name: "XYZ-DDL-RECORD".to_string(),
        len: 52,
        fields: vec![
            field("Z-KIND", 0, 2, 1, 2, int),
            field("Z-NAME", 2, 4, 1, 4, FieldType::Character),
            field("Z-COUNTS", 6, 2, 4, 2, unsigned(16)),
            field("Z-ITEM", 14, 4, 2, 4, FieldType::Group),
            field("Z-ITEM.Z-A", 14, 2, 1, 2, int),
            field("Z-ITEM.Z-B", 16, 1, 2, 1, unsigned(8)),
            field("Z-BITS", 22, 2, 1, 2, unsigned(16)),
            FieldDefinition {
                redefines: Some("Z-BITS".to_string()),
                bit: Some((4, 6)),
                ..field("Z-BIT", 22, 2, 1, 2, FieldType::Bit { bits: 3, unsigned: true })
            },
            field("Z-FILES", 24, 24, 1, 24, FieldType::Tacl(zems::dictionary::Tacl::Fname)),
            field("Z-BYTE", 48, 1, 1, 1, unsigned(8)),
            field("Z-ODD", 49, 2, 1, 2, int),
            field("Z-PACKED", 51, 1, 1, 1, FieldType::PackedDecimal),
        ],
    }
}

pub fn dictionary() -> Dictionary {
    Dictionary::new(&definitions())
}

/// The same, made once: a fuzz target runs thousands of times a second.
pub fn shared_dictionary() -> &'static Dictionary {
    static MADE: LazyLock<Dictionary> = LazyLock::new(dictionary);
    &MADE
}

pub fn nodes() -> Nodes {
    [("ABCD", 17), ("COMM", 3), ("CN", 3)].into_iter().collect()
}

/// The token of the site with this name.
pub fn code(name: &str) -> TokenCode {
    let (_, data_type, length, number, _) = TOKENS.iter().find(|(known, ..)| *known == name).unwrap();
    let length = if *data_type == LIST { VARIABLE } else { *length };
    let data_type = if *data_type == MAP { STRUCT } else { *data_type };
    TokenCode::new(TypeCode(data_type), length, TokenNumber(*number))
}

pub fn ssid(text: &str) -> Ssid {
    text.parse().unwrap()
}

/// A header of the reporting subsystem ACME.7, event 101, from processor 3.
pub fn header() -> EventHeader<'static> {
    EventHeader {
        cpu: 3,
        pin: 45,
        node: 17,
        user: (255, 254),
        process: br"\ABCD.$NULL:430",
        generated: "2026-11-20T10:15:00Z".parse().unwrap(),
        ..EventHeader::new(ssid("ACME.7.A01"), 101)
    }
}

pub type Builder = EventBuilder<'static, Vec<u8>>;

/// An event with this header and a subject that no filter here asks for, and what `tokens` puts.
pub fn event(header: &EventHeader<'_>, tokens: impl FnOnce(&mut Builder)) -> Vec<u8> {
    let subject = TokenCode::new(TypeCode::CHAR, VARIABLE, TokenNumber(900));
    let mut builder = EventBuilder::new(Vec::new(), header, &Profile::DEFAULT, subject, "$SUBJ").unwrap();
    tokens(&mut builder);
    builder.finish().unwrap()
}

pub fn plain() -> Vec<u8> {
    event(&header(), |_| ())
}

pub fn compile(source: &str) -> (Compilation<CompiledFilter>, SourceMap) {
    let (dictionary, nodes) = (dictionary(), nodes());
    let mut sources = SourceMap::new();
    let id = sources.add("test", source.to_string()).unwrap();
    (Compiler::new(&dictionary).with_nodes(&nodes).filter(&mut sources, id), sources)
}

/// Compiles what must compile without errors; warnings are given back.
pub fn filter_with(source: &str, parameters: &[&str]) -> (Filter, Diagnostics) {
    let (compilation, sources) = compile(source);
    let (compiled, diagnostics) = compilation.into_parts();
    let Some(compiled) = compiled else { panic!("{}", diagnostics.render(&sources)) };
    let mut values = Parameters::new();
    parameters.iter().for_each(|text| values.add(text).unwrap());
    (compiled.load(&values, &dictionary()).unwrap(), diagnostics)
}

/// The verdict of a filter on an event, in words.
pub fn verdict_with(source: &str, parameters: &[&str], event: &[u8]) -> String {
    let (filter, _) = filter_with(source, parameters);
    let event = zems::ems::Event::parse(event).unwrap();
    let mut scratch = Scratch::new();
    let verdict = filter.verdict(&event, &mut scratch).unwrap();
    let explanation = filter.explain(&event, &mut scratch).unwrap();
    assert_eq!(explanation.verdict, verdict, "{explanation}");
    verdict.to_string()
}

pub fn verdict(source: &str, event: &[u8]) -> String {
    verdict_with(source, &[], event)
}

/// Whether a condition holds, as a filter and as an expression.
pub fn holds(condition: &str, event: &[u8]) -> bool {
    let source = format!("FILTER f; BEGIN IF {condition} THEN PASS; END;");
    let is_pass = verdict(&source, event) == "PASS";
    let mut sources = SourceMap::new();
    let id = sources.add("where", condition.to_string()).unwrap();
    let (dictionary, nodes) = (dictionary(), nodes());
    let compilation = Compiler::new(&dictionary).with_nodes(&nodes).expression(&mut sources, id);
    let filter = match compilation.into_result() {
        Ok(compiled) => compiled.load(&Parameters::new(), &dictionary).unwrap(),
        Err(diagnostics) => panic!("{}", diagnostics.render(&sources)),
    };
    let event = zems::ems::Event::parse(event).unwrap();
    assert_eq!(filter.verdict(&event, &mut Scratch::new()).unwrap().is_pass(), is_pass, "{condition}");
    is_pass
}

/// The diagnostics of a source that must not compile without them.
pub fn remarks(source: &str) -> String {
    let (compilation, sources) = compile(source);
    compilation.diagnostics().render(&sources)
}
