//! The JSON form: keys and their order, and what comes back of it.

use crate::support;

use proptest::collection::vec;
use proptest::prelude::*;
use support::generate;
use zems::describe::{Described, Record};
use zems::dictionary::{
    ConstantDefinition, Definitions, Dictionary, EnumValueDefinition, EnumerationDefinition, EventDefinition,
    FieldDefinition, FieldType, OwnedConstant, StructureDefinition, SubsystemDefinition, Tacl,
    TokenDefinition,
};
use zems::formats::json::{self, Reader};
use zems::samples;
use zems::site::Site;
use zems::spi::read::{Buffer, Finding};
use zems::spi::write::{CommandHeader, Encoder, Raw};
use zems::spi::{Profile, Ssid, Timestamp, TokenCode, Version};
use zems::template::TemplateSet;

/// A site with these definitions and no templates.
fn site(dictionary: Dictionary) -> Site {
    let templates = TemplateSet::new(&dictionary);
    Site::builder().definitions(dictionary, templates).build()
}

/// The context of a buffer that is not in it, and whether all bytes are written besides.
#[derive(Default)]
struct Extra<'a> {
    text: Option<&'a str>,
    pass_value: Option<i16>,
    findings: &'a [Finding],
    raw: bool,
}

fn write_with(site: &Site, bytes: &[u8], extra: &Extra<'_>) -> String {
    let buffer = Buffer::parse(bytes).unwrap();
    let mut record = Record::new(Described::new(site, &buffer));
    (record.text, record.pass_value, record.findings, record.raw) =
        (extra.text, extra.pass_value, extra.findings, extra.raw);
    let mut line = Vec::new();
    json::write(&mut line, &record).unwrap();
    let line = String::from_utf8(line).unwrap();
    serde_json::from_str::<serde_json::Value>(&line)
        .map(drop)
        .or_else(|error| {
            // The default bound of the parser is lower than ours; nothing else may be wrong.
            if error.to_string().contains("recursion") { Ok(()) } else { Err(error) }
        })
        .unwrap();
    line
}

fn write(site: &Site, bytes: &[u8]) -> String {
    write_with(site, bytes, &Extra::default())
}

fn write_raw(site: &Site, bytes: &[u8]) -> String {
    write_with(site, bytes, &Extra { raw: true, ..Extra::default() })
}

fn read(site: &Site, line: &str) -> Result<Vec<u8>, String> {
    let read =
        Reader::new(site.dictionary()).read(line, Timestamp::UNSET).map_err(|error| error.to_string())?;
    Ok(read.unwrap())
}

fn round_trip(site: &Site, bytes: &[u8]) -> Vec<u8> {
    read(site, &write(site, bytes)).unwrap()
}

/// A dictionary with one of everything that JSON shows.
fn dictionary() -> Dictionary {
    let rpc: Ssid = "TANDEM.9001.D10".parse().unwrap();
    let mut definitions = Definitions::default();
    definitions.subsystems.push(SubsystemDefinition { ssid: rpc, name: "RPC".into(), abbreviation: None });
    definitions.enumerations.push(EnumerationDefinition {
        name: "ZRPC-DDL-REASON".into(),
        default_label: None,
        values: [EnumValueDefinition {
            name: "ZRPC-ENM-ABENDED".into(),
            value: 1,
            label: Some("it abended".into()),
            ..EnumValueDefinition::default()
        }]
        .into(),
    });
    let field = |name: &str, offset, len, field_type| FieldDefinition {
        name: name.into(),
        offset,
        len,
        count: 1,
        stride: len,
        field_type,
        ..FieldDefinition::default()
    };
    definitions.structures.push(StructureDefinition {
        is_provisional: false,
        name: "ZRPC-DDL-PLACE".into(),
        len: 20,
        fields: [
            field("Z-NAME", 0, 4, FieldType::Character),
            FieldDefinition { redefines: Some("Z-NAME".into()), ..field("Z-WORDS", 0, 4, FieldType::Group) },
            field("Z-WORDS.Z-WORD", 0, 4, FieldType::Binary { bits: 32, unsigned: false, scale: 0 }),
            FieldDefinition { count: 2, stride: 4, ..field("Z-PAIR", 4, 4, FieldType::Group) },
            field("Z-PAIR.Z-A", 4, 2, FieldType::Binary { bits: 16, unsigned: true, scale: 0 }),
            field("Z-PAIR.Z-B", 6, 2, FieldType::Enum),
            FieldDefinition {
                bit: Some((0, 3)),
                ..field("Z-HIGH", 12, 2, FieldType::Bit { bits: 4, unsigned: true })
            },
            FieldDefinition {
                bit: Some((4, 15)),
                ..field("Z-LOW", 12, 2, FieldType::Bit { bits: 12, unsigned: false })
            },
            field("Z-ON", 14, 2, FieldType::Logical(2)),
            field("Z-REAL", 16, 4, FieldType::Float(32)),
        ]
        .into(),
    });
    definitions.structures.push(StructureDefinition {
        is_provisional: false,
        name: "ZRPC-DDL-HOLE".into(),
        len: 4,
        fields: [field("Z-BYTE", 0, 1, FieldType::Tacl(Tacl::Enum))].into(),
    });
    let token = |name: &str, bits: u32| TokenDefinition {
        name: name.into(),
        code: TokenCode::from_bits(bits),
        ssid: Some(rpc),
        ..TokenDefinition::default()
    };
    definitions.tokens = [
        TokenDefinition {
            ssid: Some("TANDEM.21.0".parse().unwrap()),
            ..token("ZCOM-TKN-SUBJ-PROC", 0x01FF_0001)
        },
        TokenDefinition { ssid: Some(Ssid::NULL), ..token("ZEMS-TKN-SUBJECT-MARK", 0x1F00_FBF0) },
        token("ZRPC-TKN-CPU", 0x0902_0001),
        TokenDefinition {
            enumeration: Some("ZRPC-DDL-REASON".into()),
            ..token("ZRPC-TKN-REASON", 0x0B02_0002)
        },
        TokenDefinition {
            structure: Some("ZRPC-DDL-PLACE".into()),
            map_words: [2303, 3, 20, 0x4301, 0x0820, 1, 0x4405, 0x0CFF].into(),
            ..token("ZRPC-MAP-PLACE", 0x08FF_0003)
        },
        TokenDefinition { structure: Some("ZRPC-DDL-HOLE".into()), ..token("ZRPC-MAP-HOLE", 0x08FF_0004) },
    ]
    .into();
    definitions.events.push(EventDefinition {
        name: "ZRPC-EVT-BKUP-FAIL".into(),
        ssid: rpc,
        number: 8,
        ..EventDefinition::default()
    });
    definitions.constants.push(ConstantDefinition {
        name: "ZRPC-EVT-BKUP-FAIL".into(),
        value: OwnedConstant::Number(8),
        is_provisional: false,
    });
    Dictionary::new(&definitions)
}

#[test]
fn an_event_has_its_keys_in_this_order() {
    let site = site(dictionary());
    let bytes = read(&site, r#"{"kind":"event","ssid":"TANDEM.RPC.D10","name":"ZRPC-EVT-BKUP-FAIL",
        "generated":"2026-11-20T10:15:00.123456Z","process":"\\NODE.$ZPM","node":3,"cpu":2,"pin":45,"user":[255,255],"emphasis":true,
        "tokens":[{"name":"ZEMS-TKN-SUBJECT-MARK"},{"name":"ZCOM-TKN-SUBJ-PROC","value":"$ZPM"},
                  {"name":"ZRPC-TKN-CPU","value":3},{"name":"ZRPC-TKN-REASON","value":"it abended"},{"code":"25FFFF04","tokens":[]}]}"#).unwrap();
    let line = write(&site, &bytes);
    assert_eq!(
        line,
        concat!(
            r#"{"kind":"event","ssid":"TANDEM.RPC.D10","number":8,"name":"ZRPC-EVT-BKUP-FAIL","#,
            r#""generated":"2026-11-20T10:15:00.123456Z","logged":null,"node":3,"process":"\\NODE.$ZPM","cpu":2,"pin":45,"user":[255,255],"#,
            r#""emphasis":true,"console_print":false,"suppress_display":false,"content_standard":0,"content_user":0,"layout":"D","#,
            r#""subjects":[{"name":"ZCOM-TKN-SUBJ-PROC","code":"01FF0001","ssid":"TANDEM.21.0","token":1,"index":1,"value":"$ZPM"}],"#,
            r#""tokens":[{"name":"ZEMS-TKN-SUBJECT-MARK","code":"1F00FBF0","type":"MARK"},"#,
            r#"{"name":"ZCOM-TKN-SUBJ-PROC","code":"01FF0001","ssid":"TANDEM.21.0","type":"CHAR","value":"$ZPM"},"#,
            r#"{"name":"ZRPC-TKN-CPU","code":"09020001","type":"UINT","value":3},"#,
            r#"{"name":"ZRPC-TKN-REASON","code":"0B020002","type":"ENUM","value":1,"label":"it abended"},"#,
            r#"{"code":"25FFFF04","type":"LIST","tokens":[]}],"provisional":["layout"],"offset":0,"length":178}"#
        )
    );
    assert_eq!(read(&site, &line).unwrap(), bytes);
    let templates = TemplateSet::new(&dictionary());
    let nameless = Site::builder().definitions(dictionary(), templates).without_names().build();
    let nameless = write(&nameless, &bytes);
    assert!(
        nameless.contains(r#""ssid":"TANDEM.9001.D10","number":8,"generated""#) && !nameless.contains("ZRPC")
    );
    let empty = self::site(Dictionary::empty());
    assert_eq!(read(&empty, &nameless).unwrap(), bytes);
}

#[test]
fn values_take_the_form_of_their_type() {
    let site = site(dictionary());
    let mut encoder = Encoder::command(
        Vec::new(),
        &CommandHeader::new("TANDEM.9001.0".parse().unwrap(), 1),
        &Profile::DEFAULT,
    )
    .unwrap();
    let tokens: [(u32, &[u8], &str); 32] = [
        (0x0108_0001, b"text    ", r#""type":"CHAR","value":"text    ""#),
        (0x01FF_0009, b"", r#""type":"CHAR","value":"""#),
        (0x01FF_0009, b"a\nb", r#""type":"CHAR","hex":"610A62""#),
        (0x01FF_0009, "é\"".as_bytes(), r#""type":"CHAR","hex":"C3A922""#),
        (0x0202_0001, &[0xFF, 0xFE], r#""type":"INT","value":-2"#),
        (0x0204_0001, &[0, 1, 0, 2], r#""type":"INT","value":[1,2]"#),
        (0x02FF_0001, &[], r#""type":"INT","value":[]"#),
        (0x0304_0001, &[0x80, 0, 0, 0], r#""type":"INT2","value":-2147483648"#),
        (0x0408_0001, &[0x80, 0, 0, 0, 0, 0, 0, 0], r#""type":"INT4","value":-9223372036854775808"#),
        (0x0504_0001, &[0x40, 0, 1, 0], r#""type":"FLT","value":1.5"#),
        (0x0608_0001, &[0, 0, 0, 0, 0, 0, 3, 0], r#""type":"FLT2","value":1.0,"hex":"0000000000000300""#),
        (0x0902_0001, &[0xFF, 0xFF], r#""type":"UINT","value":65535"#),
        (0x0A02_0001, &[0xFF, 0xFF], r#""type":"BOOLEAN","value":true"#),
        (0x0A02_0001, &[0, 5], r#""type":"BOOLEAN","value":true,"hex":"0005""#),
        (0x0A04_0001, &[0, 0, 0xFF, 0xFF], r#""type":"BOOLEAN","value":[false,true]"#),
        (0x0B02_0002, &[0, 1], r#""type":"ENUM","value":1,"label":"it abended""#),
        (0x0C01_0001, &[200], r#""type":"BYTE","value":200"#),
        (0x0C02_0001, &[1, 2], r#""type":"BYTE","value":[1,2]"#),
        (0x1418_0001, b"$SYSTEM SYS00   OSIMAGE ", r#""type":"FNAME","value":"$SYSTEM.SYS00.OSIMAGE""#),
        (
            0x1418_0001,
            b"no name                 ",
            r#""type":"FNAME","hex":"6E6F206E616D6520202020202020202020202020202020 20""#,
        ),
        (0x1508_0001, b"$ABC  \x02\x2D", r#""type":"CRTPID","value":{"name":"$ABC","cpu":2,"pin":45}"#),
        (0x1608_0001, b"$LAPX   ", r#""type":"DEVICE","value":"$LAPX""#),
        (
            0x1708_0001,
            &212_570_827_200_000_000_i64.to_be_bytes(),
            r#""type":"TIMESTAMP","value":"2024-01-01T00:00:00.000000Z""#,
        ),
        (0x1708_0001, &90_000_000_i64.to_be_bytes(), r#""type":"TIMESTAMP","value":90000000"#),
        (0x180C_0001, b"TANDEM  \x23\x29D\x0A", r#""type":"SSID","value":"TANDEM.RPC.D10""#),
        (0x1A10_0001, b"$DATA   APP     ", r#""type":"SUBVOL","value":"$DATA.APP""#),
        (0x1B10_0001, b"SUPER   OPER    ", r#""type":"USERNAME","value":"SUPER.OPER""#),
        (
            0x1C0E_0001,
            b"TANDEM  \x00\x34D\x00\xFF\xF8",
            r#""type":"ERROR","value":{"ssid":"TANDEM.52.D00","error":-8}"#,
        ),
        (0x1D04_0001, &[1, 0xFF, 0, 1], r#""type":"TOKENCODE","value":"01FF0001""#),
        (0x1D04_0001, &[0x81, 0xFF, 0, 1], r#""type":"TOKENCODE","value":"81FF0001""#),
        (
            0x1E08_0001,
            &[4, 1, 0, 0, 0, 200, 0, 0],
            r#""type":"TRANSID","hex":"04010000 00C80000","text":"\\3.1.200""#,
        ),
        (0x6303_0001, b"abc", r#""code":"63030001","hex":"616263""#),
    ];
    for (bits, bytes, _) in tokens {
        encoder.put(TokenCode::from_bits(bits), Raw(bytes)).unwrap();
    }
    let bytes = encoder.finish().unwrap();
    let line = write(&site, &bytes);
    for (_, _, form) in tokens {
        let form = form.replace("20 20", "2020").replace("0000 00", "000000");
        assert!(line.contains(&format!("{form}}}")), "{form}\n{line}");
    }
    assert_eq!(read(&site, &line).unwrap(), bytes);
}

#[test]
fn structures_are_objects_of_their_fields() {
    let site = site(dictionary());
    let mut encoder = Encoder::command(
        Vec::new(),
        &CommandHeader::new("TANDEM.9001.0".parse().unwrap(), 1),
        &Profile::DEFAULT,
    )
    .unwrap();
    let place = b"$A  \x00\x01\xFF\xFE\x00\x02\x00\x03\xA0\x01\xFF\xFF\x40\x00\x01\x00";
    encoder.put(TokenCode::from_bits(0x07FF_0003), place).unwrap();
    encoder.put(TokenCode::from_bits(0x07FF_0004), b"\0\x01zz").unwrap();
    encoder.put(TokenCode::from_bits(0x07FF_0003), &place[..18]).unwrap();
    encoder.raise_max_field_version(Version(0x4405));
    let bytes = encoder.finish().unwrap();
    let line = write(&site, &bytes);
    let form = concat!(
        r#""type":"STRUCT","value":{"Z-NAME":"$A  ","Z-PAIR":[{"Z-A":1,"Z-B":-2},{"Z-A":2,"Z-B":3}],"#,
        r#""Z-HIGH":10,"Z-LOW":1,"Z-ON":true,"Z-REAL":1.5}}"#
    );
    assert!(line.contains(form), "{line}");
    assert!(
        line.contains(r#""name":"ZRPC-MAP-HOLE","code":"07FF0004","type":"STRUCT","value":{"Z-BYTE":{"hex":"00"}},"hex":"00017A7A"}"#),
        "{line}"
    );
    let too_short = concat!(
        r#""value":{"Z-NAME":"$A  ","Z-PAIR":[{"Z-A":1,"Z-B":-2},{"Z-A":2,"Z-B":3}],"Z-HIGH":10,"Z-LOW":1,"#,
        r#""Z-ON":true},"hex":"244120200001FFFE00020003A001FFFF4000"}"#
    );
    assert!(line.contains(too_short), "{line}");
    assert_eq!(
        line.matches("\"hex\"").count(),
        3,
        "the hole and its field, and the structure that is too short"
    );
    assert_eq!(read(&site, &line).unwrap(), bytes);
    for (from, to, error) in [
        (r#""Z-A":1,"#, "", "token 0 (ZRPC-MAP-PLACE): Z-PAIR: Z-A is missing"),
        (
            r#""Z-HIGH":10"#,
            r#""Z-HIGH":16"#,
            "token 0 (ZRPC-MAP-PLACE): Z-HIGH: the number is out of the range of its data type, 0 to 15",
        ),
        (r#""Z-LOW":1"#, r#""Z-LAW":1"#, "token 0 (ZRPC-MAP-PLACE): Z-LAW is not a field of the structure"),
        (
            r#""$A  ""#,
            r#""$ABCD""#,
            "token 0 (ZRPC-MAP-PLACE): Z-NAME: the text is longer than the 4 bytes of its data type",
        ),
    ] {
        assert_eq!(read(&site, &line.replacen(from, to, 1)).unwrap_err(), error);
    }
}

#[test]
fn tables_findings_and_raw_bytes() {
    let site = site(dictionary());
    let mut encoder =
        Encoder::command(Vec::new(), &CommandHeader::new(Ssid::NULL, 1), &Profile::DEFAULT).unwrap();
    encoder.put_table(TokenCode::from_bits(0x01FF_0001), ["a", "", "b\u{1}"]).unwrap();
    encoder.put_table(TokenCode::from_bits(0x0A02_0001), [Raw(&[0, 0]), Raw(&[0, 7])]).unwrap();
    encoder.put_table(TokenCode::from_bits(0x0202_0001), [0_i16; 0]).unwrap();
    encoder.put(TokenCode::from_bits(0x2700_0004), Raw(&[])).unwrap();
    let bytes = encoder.finish().unwrap();
    let mut findings = Vec::new();
    let buffer = Buffer::parse(&bytes).unwrap();
    buffer.check(|finding| findings.push(finding)).unwrap();
    let extra = Extra { text: Some("it \"says\""), pass_value: Some(5), findings: &findings, raw: true };
    let line = write_with(&site, &bytes, &extra);
    for form in [
        r#"{"code":"01FF0001","type":"CHAR","values":["a","",{"hex":"6201"}]}"#,
        r#"{"code":"0A020001","type":"BOOLEAN","values":[false,{"hex":"0007"}]}"#,
        r#"{"code":"02020001","type":"INT","values":[]}"#,
        r#"{"code":"27000004","type":"SSCTL","hex":""}"#,
        r#""text":"it \"says\"","pass_value":5,"findings":[{"offset":106,"finding":"this end-list code closes no list"}],"header_hex":"FFE4"#,
    ] {
        assert!(line.contains(form), "{form}\n{line}");
    }
    assert_eq!(round_trip(&site, &bytes), bytes);
    assert_eq!(read(&site, &line).unwrap(), bytes);
}

#[test]
fn the_buffer_itself_wins_then_its_header() {
    let site = site(Dictionary::empty());
    let line = write_raw(&site, samples::EVENT);
    assert_eq!(read(&site, &line).unwrap(), samples::EVENT);
    let mut object: serde_json::Value = serde_json::from_str(&line).unwrap();
    object.as_object_mut().unwrap().remove("buffer_hex");
    assert_eq!(read(&site, &object.to_string()).unwrap(), samples::EVENT, "a foreign header version is kept");
    object["tokens"].as_array_mut().unwrap().pop();
    let shorter = read(&site, &object.to_string()).unwrap();
    assert_eq!((shorter.len(), shorter[5], shorter[79]), (174, 174 - 6, 170));
    object["tokens"][1]["hex"] = "244142".into();
    assert_eq!(&read(&site, &object.to_string()).unwrap()[88..93], b"\0\x03$AB", "hex wins over value");
}

#[test]
fn refusals_name_the_token_and_the_limit() {
    let site = site(dictionary());
    let event = |tokens: &str| {
        format!(r#"{{"kind":"event","ssid":"TANDEM.RPC.D10","number":1,"tokens":[{tokens}]}}"#)
    };
    let mark = r#"{"code":"1F00FBF0"}"#;
    let subject = r#"{"code":"01FF0001","value":"$A"}"#;
    let list = r#"{"code":"25FFFF04","tokens":[{"code":"1F00FBF0"}]}"#;
    let long = format!(r#"{{"code":"01FF0001","value":"{}"}}"#, "x".repeat(4000));
    for (line, error) in [
        ("", "there is no JSON object"),
        ("[]", "the line is not a JSON object"),
        ("{} {}", "something follows the JSON object on its line"),
        (r#"{"kind":"event""#, "EOF while parsing an object at column 15"),
        (r#"{"kind":"evnt"}"#, r#""kind" is "evnt", not event, command or error"#),
        (r#"{"ssid":"TANDEM.RPC.D10"}"#, r#"the object has no "kind""#),
        (r#"{"kind":"event","number":1}"#, r#"the object has no "ssid""#),
        (
            r#"{"kind":"event","ssid":"TANDEM.XYZ.0","number":1}"#,
            "\"ssid\": no definition gives the number of the subsystem named in this subsystem ID",
        ),
        (r#"{"kind":"event","ssid":"TANDEM.RPC.0"}"#, r#"an event needs a "number" or a known "name""#),
        (
            r#"{"kind":"event","ssid":"TANDEM.RPC.0","number":40000}"#,
            r#""number": the number is out of the range of its data type, -32768 to 32767"#,
        ),
        (
            r#"{"kind":"event","ssid":"TANDEM.RPC.0","number":1,"layout":"E"}"#,
            "no event-header layout goes by \"E\"; there are D, C",
        ),
        (
            r#"{"kind":"event","ssid":"TANDEM.RPC.0","number":1,"layout":40}"#,
            "no event-header layout has the length byte 40 (at byte 28 of the buffer)",
        ),
        (
            r#"{"kind":"event","ssid":"TANDEM.RPC.0","number":1,"user":[1,256]}"#,
            "\"user\" must be two numbers from 0 to 255, [group,user]",
        ),
        (&event(subject), "an event needs a subject (at byte 138 of the buffer)"),
        (
            &event(mark),
            "a subject mark must be directly before its subject, outside of all lists (at byte 134 of the buffer)",
        ),
        (
            &event(&format!("{mark},{mark},{subject}")),
            "token 1 (1F00FBF0): a subject mark must be directly before its subject, outside of all lists (at byte 134 of the buffer)",
        ),
        (
            &event(&format!("{mark},{subject},{list}")),
            "token 2 (25FFFF04): token 0 (1F00FBF0): a subject mark must be directly before its subject, outside of all lists (at byte 148 of the buffer)",
        ),
        (
            &event(&format!("{mark},{subject},{long}")),
            "token 2 (01FF0001): the buffer would be 4148 bytes long, above its declared length of 4024 (at byte 142 of the buffer)",
        ),
        (
            &event(r#"{"name":"ZRPC-TKN-NONE","value":1}"#),
            "token 0 (ZRPC-TKN-NONE): no definition has a token of this name: give its \"code\"",
        ),
        (&event(r#"{"value":1}"#), r#"token 0: a token needs a "code" or a "name""#),
        (
            &event(r#"{"code":"8B020001","value":1}"#),
            r#"token 0 (8B020001): "code": a token code is eight hexadecimal digits, at most 7FFFFFFF, or (data type,length,number)"#,
        ),
        (&event(r#"{"code":"0B020001"}"#), r#"token 0 (0B020001): the token has neither "value" nor "hex""#),
        (
            &event(r#"{"code":"0B020001","value":40000}"#),
            "token 0 (0B020001): the number is out of the range of its data type, -32768 to 32767",
        ),
        (
            &event(r#"{"code":"0B020001","value":1.5}"#),
            "token 0 (0B020001): the value must be a whole number",
        ),
        (
            &event(r#"{"code":"0B020002","value":"it fell"}"#),
            "token 0 (0B020002): no value of the enumeration has the name or label \"it fell\"",
        ),
        (
            &event(r#"{"code":"01030001","value":"abcd"}"#),
            "token 0 (01030001): the text is longer than the 3 bytes of its data type",
        ),
        (
            &event(r#"{"code":"0B020001","hex":"0"}"#),
            "token 0 (0B020001): \"hex\" must be pairs of hexadecimal digits",
        ),
        (
            &event(r#"{"code":"0B020001","hex":"00"}"#),
            "token 0 (0B020001): the value has 1 bytes, but the token code says 2 (at byte 130 of the buffer)",
        ),
        (&event(r#"{"code":"25FF0001"}"#), "token 0 (25FF0001): a list needs an array \"tokens\""),
        (
            &event(r#"{"code":"1D040001","value":"zz"}"#),
            "token 0 (1D040001): the value must be a token code of eight hexadecimal digits",
        ),
    ] {
        assert_eq!(read(&site, line).unwrap_err(), error, "{line}");
    }
    let mut checksum = samples::EVENT[..80].to_vec();
    checksum[22] = 0x80;
    let digits: String = checksum.iter().map(|byte| format!("{byte:02X}")).collect();
    let line = format!(r#"{{"kind":"event","header_hex":"{digits}","tokens":[{mark},{subject}]}}"#);
    assert!(read(&site, &line).unwrap_err().contains("checksum"));
    assert_eq!(
        Reader::new(site.dictionary()).read(r#"{"kind":"error","offset":0}"#, Timestamp::UNSET),
        Ok(None)
    );
}

#[test]
fn short_text_is_padded_and_names_qualify() {
    let site = site(dictionary());
    let bytes = read(&site, r#"{"kind":"command","ssid":"TANDEM.21.0","tokens":[
        {"code":"01050001","value":"ab"},{"name":"ZCOM-TKN-SUBJ-PROC","value":"x"},{"name":"zrpc^tkn^cpu","value":1},
        {"code":"09020001","ssid":"TANDEM.21.D20","value":2},{"name":"ZZZ","code":"09020002","value":3}]}"#).unwrap();
    let tokens: Vec<_> = Buffer::parse(&bytes).unwrap().tokens().map(Result::unwrap).collect();
    assert_eq!(tokens[0].bytes(), b"ab   ");
    let ssids: Vec<_> = tokens.iter().map(|token| token.ssid().map(|ssid| ssid.to_string())).collect();
    assert_eq!(ssids, [None, None, Some("TANDEM.9001.0".to_owned()), None, None]);
}

#[test]
fn sixty_four_lists_come_back() {
    let mut encoder =
        Encoder::command(Vec::new(), &CommandHeader::new(Ssid::NULL, 1), &Profile::DEFAULT).unwrap();
    for _ in 0..64 {
        encoder.begin_list(Ssid::NULL, TokenCode::from_bits(0x25FF_FF04)).unwrap();
    }
    encoder.put(TokenCode::from_bits(0x0204_0001), [1_i16, 2]).unwrap();
    while encoder.depth() > 0 {
        encoder.end_list().unwrap();
    }
    let bytes = encoder.finish().unwrap();
    let empty = site(Dictionary::empty());
    assert_eq!(round_trip(&empty, &bytes), bytes);
    let line = write(&empty, &bytes);
    let deeper = line.replacen(r#""tokens":["#, r#""tokens":[{"code":"25FF0001","tokens":["#, 1).replacen(
        r#"],"offset"#,
        r#"]}],"offset"#,
        1,
    );
    assert!(read(&empty, &deeper).unwrap_err().contains("more than 64 lists"));
    let bottomless = format!(r#"{{"kind":"command","x":{}"#, "[".repeat(1_000_000));
    assert!(read(&empty, &bottomless).unwrap_err().contains("nested"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// Every buffer a builder writes comes back without raw bytes.
    #[test]
    fn canonical_buffers_come_back(bytes in vec(any::<u8>(), 0..1500)) {
        let (event, empty) = (generate::event(&bytes), site(Dictionary::empty()));
        prop_assert_eq!(&round_trip(&empty, &event), &event);
        prop_assert_eq!(&round_trip(&site(dictionary()), &event), &event);
    }

    /// Every decodable buffer comes back with them, and with its header alone.
    #[test]
    fn any_buffer_comes_back_raw(bytes in vec(any::<u8>(), 0..1500)) {
        let ((buffer, _), empty) = (generate::command(&bytes), site(Dictionary::empty()));
        let line = write_raw(&empty, &buffer);
        prop_assert_eq!(&read(&empty, &line).unwrap(), &buffer);
        let header_only = line.split(r#","buffer_hex""#).next().unwrap().to_owned() + "}";
        prop_assert_eq!(&read(&empty, &header_only).unwrap(), &buffer);
    }

    /// Any text is read or refused.
    #[test]
    fn any_line_is_read_or_refused(line in r#"[{}\[\]",:a-z0-9\\ ]{0,80}"#) {
        let empty = site(Dictionary::empty());
        let _ = Reader::new(empty.dictionary()).read(&line, Timestamp::UNSET);
    }
}
