//! No input forges a line in any output: an event whose every text, name and number of bytes holds line ends and the sequences that
//! steer a terminal has as many lines in every form as one that holds letters.

use zems::describe::{Described, Record};
use zems::ems::{EventBuilder, EventHeader};
use zems::formats::{self, Fault, Options, syslog};
use zems::site::Site;
use zems::spi::read::Decoder;
use zems::spi::write::Raw;
use zems::spi::{DataType, Ssid, TokenCode, TokenNumber, TypeCode, Version};

/// The marker that is in every text, and its replacements, byte for byte.
const PLAIN: &[u8; 6] = b"QZQZQZ";
const HOSTILE: [&[u8; 6]; 7] = [
    b"\r\n\x0B\x0C\x1B\x07",
    b"\n\n\n\n\n\n",
    "\u{85}\u{2028}\n".as_bytes().first_chunk().unwrap(),
    "\u{2029}\u{85}\r".as_bytes().first_chunk().unwrap(),
    b"\x1B[2J\n\x9B",
    b"\x1B]0;\x07\n",
    b"\x08\x7F\0\n\r\n",
];

/// Bytes of a value of this many.
fn filled(len: usize) -> Vec<u8> {
    PLAIN.iter().copied().cycle().take(len).collect()
}

/// Events with every token of the shipped definitions and every data type, of a subsystem and a process with such names.
fn events(site: &Site) -> Vec<Vec<u8>> {
    let dictionary = site.dictionary();
    let mut tokens: Vec<(Ssid, TokenCode)> =
        dictionary.tokens().map(|token| (token.ssid().unwrap_or(Ssid::NULL), token.stored_code())).collect();
    for data_type in 0..=127 {
        for length in [255, 6, 8, 12, 24, 32] {
            tokens.push((Ssid::NULL, TokenCode::new(TypeCode(data_type), length, TokenNumber(700))));
        }
    }
    let kinds = [DataType::List, DataType::Mark, DataType::Table, DataType::Ssctl];
    tokens.retain(|(_, code)| !kinds.contains(&site.profile().data_type(code.type_code())));
    let ours = Ssid::new(*b"QZQZQZ  ", 7, Version(0));
    let known = [
        ours,
        "TANDEM.9001.0".parse().unwrap(),
        "SYSLOG.1.0".parse().unwrap(),
        "JUNIPER.1.0".parse().unwrap(),
    ];
    let subject = TokenCode::from_bits(0x01FF_000A);
    let (mut events, mut put) = (Vec::new(), 0);
    for ssid in known {
        for tokens in tokens.chunks(25) {
            let header =
                EventHeader { process: b"\\QZQZQZ.$QZQZQZ", emphasis: true, ..EventHeader::new(ssid, 8) };
            let mut event =
                EventBuilder::new(Vec::new(), &header, site.profile(), subject, "QZQZQZ").unwrap();
            for (owner, code) in tokens {
                // Values are of any length, but for those that consist of elements.
                let lens = [24, 42, 20].into_iter().filter(|_| code.is_variable());
                let lens = lens.chain(Some(code.length().into()).filter(|_| !code.is_variable()));
                let mut puts = lens.map(|len| event.put_qualified(*owner, *code, Raw(&filled(len))));
                put += usize::from(puts.any(|put| put.is_ok()));
            }
            events.push(event.finish().unwrap());
        }
    }
    assert!(put > 500, "{put} tokens");
    events
}

fn replaced(bytes: &[u8], with: &[u8; 6]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    let mut at = 0;
    while at + PLAIN.len() <= bytes.len() {
        if bytes[at..].starts_with(PLAIN) {
            bytes[at..at + PLAIN.len()].copy_from_slice(with);
        }
        at += 1;
    }
    bytes
}

fn written(site: &Site, format: &formats::FormatDef, options: &Options, bytes: &[u8], name: &str) -> Vec<u8> {
    let buffer = Decoder::new(site.profile()).parse(bytes).unwrap();
    let mut format = format.make(site, options).unwrap();
    let mut out = Vec::new();
    let mut record = Record::new(Described::new(site, &buffer));
    record.source = Some(name);
    format.record(&mut out, &record).unwrap();
    format.fault(&mut out, &Fault { offset: 1, length: 2, error: name, source: Some(name), observed: None });
    format.end(&mut out);
    out
}

/// Line ends as programs see them, and for forms that people read as a terminal or an editor does.
fn lines(out: &[u8], is_for_people: bool) -> usize {
    let text = String::from_utf8_lossy(out);
    let ends = |c: &char| {
        matches!(c, '\n' | '\r')
            || is_for_people && matches!(c, '\x0B' | '\x0C' | '\u{85}' | '\u{2028}' | '\u{2029}')
    };
    text.chars().filter(ends).count()
}

#[test]
fn no_input_forges_a_line() {
    let site = Site::builtin();
    let mut variants = Vec::new();
    for format in formats::ALL.iter().filter(|format| !format.is_one_file && format.name != "arrow") {
        let with = |options: Options| (format, Options { source: true, ..options });
        variants.push(with(Options::default()));
        variants.push(with(Options {
            raw: true,
            advice: true,
            header: false,
            ddl_names: true,
            width: 0,
            ..Options::default()
        }));
        if format.name == "csv" {
            let columns =
                ["text", "process", "ssid", "ZEMS-TKN-TEXT", "SYSLOG-TKN-TEXT", "tokens", "subject"];
            let columns = columns.into_iter().filter(|name| {
                let options = Options { columns: vec![(*name).to_owned()], ..Options::default() };
                format.make(&site, &options).is_ok()
            });
            variants
                .push(with(Options { columns: columns.map(str::to_owned).collect(), ..Options::default() }));
        }
        if format.name == "syslog" {
            for style in [
                syslog::Style::Rfc5424,
                syslog::Style::Junos,
                syslog::Style::Bsd,
                syslog::Style::Standard,
                syslog::Style::ExplicitPriority,
                syslog::Style::Local,
            ] {
                let mut options = Options::default();
                options.syslog.style = style;
                variants.push(with(options));
            }
        }
    }
    let mut seen = 0;
    for event in events(&site) {
        for (format, options) in &variants {
            let is_for_people = matches!(format.name, "text" | "tokens" | "dump");
            let plain = written(&site, format, options, &event, "QZQZQZ");
            for hostile in HOSTILE {
                let bytes = replaced(&event, hostile);
                let name = String::from_utf8_lossy(hostile).into_owned();
                let out = written(&site, format, options, &bytes, &name);
                assert_eq!(
                    lines(&out, is_for_people),
                    lines(&plain, is_for_people),
                    "{} {:?}:\n{}",
                    format.name,
                    options.syslog.style,
                    out.escape_ascii()
                );
                // Parameters of syslog keep what RFC 5424 allows, so that they come back; the program escapes it for a terminal.
                assert!(
                    format.name == "syslog" || !out.contains(&0x1B),
                    "{}: {}",
                    format.name,
                    out.escape_ascii()
                );
                seen += 1;
            }
        }
    }
    assert!(seen > 1000, "{seen}");
}

/// Where lines are broken, all but the first begin with blanks, as no line of another event does.
#[test]
fn no_input_forges_the_front_of_a_broken_line() {
    let site = Site::builtin();
    let options = Options { width: 60, ..Options::default() };
    for event in events(&site) {
        for hostile in HOSTILE {
            let out =
                written(&site, formats::named("text").unwrap(), &options, &replaced(&event, hostile), "x");
            let text = String::from_utf8(out).unwrap();
            let ends = |c: char| matches!(c, '\r' | '\x0B' | '\x0C' | '\u{85}' | '\u{2028}' | '\u{2029}');
            assert!(!text.contains(ends), "{text:?}");
            assert!(text.lines().skip(1).all(|line| line.starts_with("    ")), "{text}");
        }
    }
}
