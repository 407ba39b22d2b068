//! Events to lines, and lines to events and back.

use proptest::prelude::*;
use zems::ems::{Event, EventBuilder, EventHeader};
use zems::formats::syslog::{Framing, Options, Style, Writer};
use zems::samples;
use zems::site::Site;
use zems::spi::write::Raw;
use zems::spi::{DataType, Profile, Timestamp, TokenCode, TokenNumber, TypeCode};
use zems::syslog::{Line, TimePolicy};

use super::import::{MESSAGES, data, import};
use super::texts::importer;

pub fn sentence(event: &Event<'_>) -> String {
    Site::builtin().sentence(event).to_string()
}

/// The output of a writer for an event, framing included.
fn write_bytes(writer: &Writer, bytes: &[u8]) -> Vec<u8> {
    let event = Event::parse(bytes).unwrap();
    let mut out = b"in front ".to_vec();
    writer.write(&mut out, &event, &sentence(&event)).unwrap();
    out.split_off(9)
}

fn write(writer: &Writer, bytes: &[u8]) -> String {
    String::from_utf8(write_bytes(writer, bytes)).unwrap()
}

fn writer(style: Style) -> Writer {
    framed_writer(style, Framing::Datagram)
}

fn framed_writer(style: Style, framing: Framing) -> Writer {
    Writer::new(&Site::builtin(), Options { style, framing, ..Options::default() })
}

#[track_caller]
fn comes_back(style: Style, line: &str) {
    assert_eq!(write(&writer(style), &import(line)), line);
}

#[test]
fn every_message_comes_back_in_every_style() {
    for (_, tag, pri, values, text) in MESSAGES {
        let (pri, data) = (pri.unwrap_or(29), data(values));
        let line = format!("<{pri}>1 2024-05-01T10:11:12.345Z srx-n0 jsrpd 1234 {tag} {data} {text}");
        comes_back(Style::Junos, &line);
        comes_back(Style::Rfc5424, &line);
        // Brief.
        comes_back(Style::Junos, line.strip_suffix(&format!(" {text}")).unwrap());
        comes_back(Style::Standard, &format!("May  1 10:11:12.345 2024 srx-n0 jsrpd[1234]: {tag}: {text}"));
        comes_back(Style::Bsd, &format!("<{pri}>May  1 10:11:12 srx-n0 jsrpd[1234]: {tag}: {text}"));
        let explicit = format!("%DAEMON-{}-{tag}: {text}", pri % 8);
        comes_back(Style::ExplicitPriority, &format!("May  1 10:11:12 srx-n0 jsrpd[1234]: {explicit}"));
    }
}

/// A relay, or `facility-override`, puts another priority in front than the message had where it arose.
#[test]
fn both_priorities_of_a_line_come_back() {
    let message = "May  1 10:11:12 h jsrpd[1]: %DAEMON-3-JSRPD_NOT_ROOT: Must be run as root";
    let event = import(&format!("<173>{message}"));
    assert_eq!(write(&writer(Style::ExplicitPriority), &event), message);
    assert!(
        write(&writer(Style::Bsd), &event).starts_with("<173>May  1 10:11:12 h jsrpd[1]: JSRPD_NOT_ROOT")
    );
    assert!(write(&writer(Style::Rfc5424), &event).starts_with("<173>1 "));
    let event = import(message);
    assert!(write(&writer(Style::Rfc5424), &event).starts_with("<27>1 "));
}

#[test]
fn a_standard_line_in_structured_form() {
    let line = "May  1 10:11:12.345 2024 srx-n0 jsrpd[1234]: JSRPD_PID_FILE_LOCK: Unable to lock PID file: a \"b\" [c]";
    assert_eq!(
        write(&writer(Style::Rfc5424), &import(line)),
        "<27>1 2024-05-01T10:11:12.345000Z srx-n0 jsrpd 1234 JSRPD_PID_FILE_LOCK \
         [junos@2636 error-message=\"a \\\"b\\\" [c\\]\"] Unable to lock PID file: a \"b\" [c]"
    );
    // Unknown fields are not made up.
    let line = "JSRPD_HA_CONTROL_LINK_UP: HA control link monitor status is marked up";
    assert_eq!(
        write(&writer(Style::Rfc5424), &import(line)),
        "<134>1 - - - - JSRPD_HA_CONTROL_LINK_UP [junos@2636] HA control link monitor status is marked up"
    );
    assert_eq!(write(&writer(Style::Rfc5424), &import("words only")), "<134>1 - - - - - - words only");
    assert_eq!(write(&writer(Style::Bsd), &import("words only")), "<134>- words only");
}

#[test]
fn real_lines_come_back() {
    for line in [
        "<165>1 2007-02-15T09:17:15.719Z router1 mgd 3046 UI_DBASE_LOGOUT_EVENT [junos@2636.1.1.1.2.18 \
         username=\"regress\"] User 'regress' exiting configuration mode",
        "<165>1 2007-02-15T09:17:15.719Z router1 mgd 3046 UI_DBASE_LOGOUT_EVENT [junos@2636.1.1.1.2.18 \
         username=\"regress\"]",
        "<37>1 2026-07-06T03:50:42.589Z vsrx-ci sshd - SSHD_LOGIN_FAILED [junos@2636.1.1.1.2.129 \
         username=\"baduser\" source-address=\"198.51.100.148\"] Login failed for user 'baduser' from host \
         '198.51.100.148'",
        "<27>1 2021-08-07T23:21:59.055+07:00 HHT9402.PECD.MX2020.02_RE0 rpd 4625 JTASK_SCHED_SLIP \
         [junos@2636.1.1.1.2.93 duration=\"28\" user-seconds=\"0\" user-microseconds=\"0\" system-seconds=\"0\" \
         system-microseconds=\"0\"]",
        "<27>1 2023-07-04T12:22:36.461+10:00 AC004-PR-VPN01-DMZ kmd 9812 - - IKE negotiation failed with error",
        "<38>1 2026-07-06T03:50:42.590Z vsrx-ci sshd 4139 - - Failed password for baduser from 198.51.100.148",
        "<13>1 - - - - - -",
    ] {
        comes_back(Style::Junos, line);
        // A brief line has no text in its own style only.
        if !line.ends_with("\"]") {
            comes_back(Style::Rfc5424, line);
        }
    }
    for line in [
        "<101>Jun 6 15:18:03 host01 xntpd[2130]: kernel time sync enabled 2001",
        "<34>Oct 11 22:14:15 mymachine su: 'su root' failed for lonvick on /dev/pts/8",
        "<13>Feb  5 17:32:18 10.0.0.99 Use the BFG!",
    ] {
        comes_back(Style::Bsd, line);
    }
    // The missing field is there again.
    let line = "<14>1 2016-12-06T11:38:19.818+02:00 csp RT_FLOW: APPTRACK_SESSION_CLOSE [junos@2636.1 reason=\"TCP RST\"]";
    assert_eq!(write(&writer(Style::Junos), &import(line)), line.replace("FLOW: A", "FLOW - A"));
}

#[test]
fn events_of_ems() {
    assert_eq!(
        write(&writer(Style::Rfc5424), samples::BKUP_FAIL),
        "<130>1 2026-11-20T10:15:00.123456Z NODE $ZPM 2,45 ZRPC-EVT-BKUP-FAIL \
         [zems@32473 ssid=\"TANDEM.RPC.D10\" number=\"8\" ZEMS-TKN-SUBJECT-MARK=\"\" ZCOM-TKN-SUBJ-PROC=\"$ZPM\" \
         ZCOM-TKN-OBJTYPE=\"30\" ZRPC-TKN-CPU=\"3\" ZRPC-TKN-BKUP-FAIL-REASON=\"2\"] \
         Backup process in CPU 3 died because its CPU is down"
    );
    let bytes = write(&writer(Style::Bsd), samples::BKUP_FAIL);
    assert_eq!(
        bytes,
        "<130>Nov 20 10:15:00 NODE $ZPM[2,45]: ZRPC-EVT-BKUP-FAIL: \
         Backup process in CPU 3 died because its CPU is down"
    );
    let berlin = |_: Timestamp| 3600;
    let site = Site::builder().node(3, "HAMBURG").zone(berlin).build();
    let options = Options { facility: 3, enterprise: 99, framing: Framing::Datagram, ..Options::default() };
    let other = Writer::new(&site, options);
    assert!(write(&other, samples::BKUP_FAIL).contains("<26>1 2026-11-20T10:15:00.123456Z NODE $ZPM"));
    assert!(write(&other, samples::BKUP_FAIL).contains("[zems@99 "));
    let other = Writer::new(&site, Options { style: Style::Bsd, ..options });
    assert!(write(&other, samples::BKUP_FAIL).contains(">Nov 20 11:15:00 NODE"));
}

/// An event of no known subsystem with one of everything.
fn anything(header: &EventHeader<'_>) -> Vec<u8> {
    let code = |data_type, length, number| TokenCode::new(data_type, length, TokenNumber(number));
    let mut event = EventBuilder::new(
        Vec::new(),
        header,
        &Profile::DEFAULT,
        code(TypeCode::CHAR, 255, 1),
        "a \"b\" \\ ]",
    )
    .unwrap();
    event.put(code(TypeCode::INT, 4, 2), &[-1_i16, 7][..]).unwrap();
    event.put(code(TypeCode::CHAR, 255, 3), &b"\xFF\x01"[..]).unwrap();
    event.put(code(TypeCode::CHAR, 255, 3), "again").unwrap();
    event.put(code(TypeCode::STRUCT, 3, 4), Raw(b"\x01\x02\x03")).unwrap();
    event
        .put_qualified(
            "TANDEM.36.0".parse().unwrap(),
            code(Profile::DEFAULT.type_code(DataType::Boolean).unwrap(), 2, 5),
            true,
        )
        .unwrap();
    event
        .list_qualified("TANDEM.36.0".parse().unwrap(), code(TypeCode::LIST, 255, 6), |list| {
            list.put(code(TypeCode::UINT, 2, 7), 9_u16)
        })
        .unwrap();
    event.put_table_qualified(zems::spi::Ssid::NULL, code(TypeCode::UINT, 2, 8), [1_u16, 2]).unwrap();
    event.finish().unwrap()
}

#[test]
fn every_kind_of_token_is_in_the_structured_data() {
    let header =
        EventHeader { node: 5, cpu: 1, pin: 2, ..EventHeader::new("ACME.7.A01".parse().unwrap(), -3) };
    let bytes = anything(&header);
    let event = Event::parse(&bytes).unwrap();
    let mut out = Vec::new();
    writer(Style::Rfc5424).write(&mut out, &event, "text").unwrap();
    let line = String::from_utf8(out).unwrap();
    let mark = "1F00FBF0=\"\"";
    let line = line.replace("ZEMS-TKN-SUBJECT-MARK=\"\"", mark);
    assert_eq!(
        line,
        format!(
            "<134>1 - 5 - 1,2 -3 [zems@32473 ssid=\"ACME.7.A01\" number=\"-3\" {mark} 01FF0001=\"a \\\"b\\\" \\\\ \\]\" \
             02040002=\"-1 7\" 01FF0003_hex=\"FF01\" 01FF0003=\"again\" 07030004_hex=\"010203\" \
             TANDEM_36_0A020005=\"true\" TANDEM_36_25FF0006=\"{{\" TANDEM_36_09020007=\"9\" \
             TANDEM_36_25FF0006=\"}}\" 09020008=\"1\" 09020008=\"2\"] text"
        )
    );
    let read = Line::parse(&line);
    let first = read.structured_data().unwrap().elements().next().unwrap();
    assert_eq!(first.params().nth(3).unwrap().value().to_string(), "a \"b\" \\ ]");
}

#[test]
fn severities_are_those_of_the_table() {
    let site = Site::builtin();
    let content = |name| match site.dictionary().constant(name).unwrap().value() {
        zems::dictionary::ConstantValue::Number(number) => i16::try_from(number).unwrap(),
        _ => panic!("{name}"),
    };
    let pri = |writer: &Writer, emphasis, content_standard| {
        let ssid = "ACME.7.A01".parse().unwrap();
        let bytes = anything(&EventHeader { emphasis, content_standard, ..EventHeader::new(ssid, 1) });
        let mut out = Vec::new();
        writer.write(&mut out, &Event::parse(&bytes).unwrap(), "").unwrap();
        Line::parse_bytes(&out).priority().unwrap()
    };
    let shipped = writer(Style::Rfc5424);
    for (emphasis, name, severity) in [
        (false, "ZEMS-VAL-NULL", 6),
        (true, "ZEMS-VAL-NULL", 2),
        (true, "ZEMS-VAL-ATTN-COMPLETED", 2),
        (false, "ZEMS-VAL-ATTN-COMPLETED", 5),
        (false, "ZEMS-VAL-ATTN-NEEDED", 3),
        (false, "ZEMS-VAL-USAGE-THRESHOLD", 4),
    ] {
        let priority = pri(&shipped, emphasis, content(name));
        assert_eq!((priority.facility(), priority.severity()), (16, severity), "{name}");
    }
    let mut own = Site::builder();
    for rule in ["emphasis=debug", "ZEMS-VAL-ATTN-NEEDED=alert", "default=debug"] {
        own = own.severity(rule).unwrap();
    }
    let own = Writer::new(&own.build(), Options::default());
    assert_eq!(pri(&own, true, content("ZEMS-VAL-ATTN-NEEDED")).severity(), 1);
    assert_eq!(pri(&own, true, 0).severity(), 7);
}

#[test]
fn framing() {
    let bytes = import("<13>1 - h p - - - two words");
    let framed = |framing| write(&framed_writer(Style::Rfc5424, framing), &bytes);
    assert_eq!(framed(Framing::Newline), "<13>1 - h p - - - two words\n");
    assert_eq!(framed(Framing::Octets), "27 <13>1 - h p - - - two words");
    assert_eq!(framed(Framing::Datagram), "<13>1 - h p - - - two words");
    // A line end inside ends no message.
    let bytes = import("<13>1 - h p - - [x@1 a=\"1\n2\"] two\r\nlines");
    let framed = |framing| write(&framed_writer(Style::Junos, framing), &bytes);
    assert_eq!(framed(Framing::Newline), "<13>1 - h p - - [x@1 a=\"1#0122\"] two#015#012lines\n");
    assert_eq!(framed(Framing::Octets), "40 <13>1 - h p - - [x@1 a=\"1\n2\"] two\r\nlines");
    // Control characters are nothing that receivers have to keep.
    let framed = |framing| write(&framed_writer(Style::Rfc5424, framing), &bytes);
    assert_eq!(framed(Framing::Newline), "<13>1 - h p - - [x@1 a_hex=\"310A32\"] two#015#012lines\n");
    assert_eq!(framed(Framing::Octets), "53 <13>1 - h p - - [x@1 a_hex=\"310A32\"] two#015#012lines");
}

#[test]
fn strict_lines_keep_the_limits_of_the_rfc() {
    let long = "x".repeat(300);
    let line = format!("<13>1 - {long} {long} {long} {long} [{long} {long}=\"v\"] m");
    let strict = write(&writer(Style::Rfc5424), &import(&line));
    let cut = |len| "x".repeat(len);
    assert_eq!(
        strict,
        format!(
            "<13>1 - {} {} {} {} [{} {}=\"v\"] m",
            cut(255),
            cut(48),
            cut(128),
            cut(32),
            cut(32),
            cut(32)
        )
    );
    comes_back(Style::Junos, &line);
    let line = "<13>1 - hö\u{7f}st p - - - grün";
    assert_eq!(write(&writer(Style::Rfc5424), &import(line)), "<13>1 - h???st p - - - \u{FEFF}grün");
    assert_eq!(write(&writer(Style::Junos), &import(line)), line.replace('\u{7f}', "?"));
    // The mark is read again.
    let marked = "<13>1 - h p - - - \u{FEFF}grün";
    assert_eq!(Line::parse(marked).message(), "grün");
    comes_back(Style::Rfc5424, marked);
    // A time that the RFC does not allow is that of the event.
    for time in
        ["2024-05-01T10:11:12.1234567Z", "2024-05-01T11:11:12.123456 +01:00", "2024-05-01t10:11:12.123456z"]
    {
        let line = format!("<13>1 {time} h p - - - m");
        let written = write(&writer(Style::Rfc5424), &import(&line));
        assert_eq!(written, "<13>1 2024-05-01T10:11:12.123456Z h p - - - m");
    }
}

#[test]
fn a_brief_line_has_its_sentence_in_every_other_style() {
    let front = "<27>1 2024-05-01T10:11:12.345Z h jsrpd 7 ";
    let brief = format!("{front}JSRPD_PID_FILE_LOCK [junos@2636.1.1.1.2.28 error-message=\"x\"]");
    let unknown = format!(
        "{front}ACME_LINK_DOWN [junos@2636.1.1.1.2.28 name=\"xe-0/0/1\" state=\"a]\\\"b\"][x c=\"d\"]"
    );
    let variables = r#"name="xe-0/0/1" state="a]\"b" c="d""#;
    for (line, text) in [(brief, "Unable to lock PID file: x"), (unknown, variables)] {
        let event = import(&line);
        assert_eq!(sentence(&Event::parse(&event).unwrap()), text);
        assert_eq!(write(&writer(Style::Junos), &event), line);
        for style in [Style::Rfc5424, Style::Bsd, Style::Standard, Style::ExplicitPriority] {
            let written = write(&writer(style), &event);
            assert!(written.ends_with(&format!(" {text}")), "{written}");
        }
    }
}

#[test]
fn bytes_that_are_not_text_come_back() {
    let line = b"<13>1 - h p - - [x@1 a=\"\xFF\"] m\xFE\x00";
    let mut importer = importer();
    let mut bytes = Vec::new();
    importer.event(&Line::parse_bytes(line), &TimePolicy::default(), &mut bytes).unwrap();
    assert_eq!(write_bytes(&writer(Style::Junos), &bytes), line);
    let strict = b"<13>1 - h p - - [x@1 a_hex=\"FF\"] m\xFE#000";
    assert_eq!(write_bytes(&writer(Style::Rfc5424), &bytes), strict);
}

/// A field of a header.
fn field() -> impl Strategy<Value = String> {
    prop_oneof![Just("-".to_owned()), "[!-~]{1,12}"]
}

fn tag(field: BoxedStrategy<String>) -> impl Strategy<Value = String> {
    let known = (0..MESSAGES.len()).prop_map(|at| MESSAGES[at].1.to_owned());
    prop_oneof![3 => known, 1 => "[A-Z]{2,5}_[A-Z]{1,8}", 1 => field]
}

/// A value as it is spelled, and another way.
fn value() -> impl Strategy<Value = String> {
    let spelled = "[ -~äß€\t]{0,12}"
        .prop_map(|text| text.replace('\\', r"\\").replace('"', "\\\"").replace(']', r"\]"));
    prop_oneof![4 => spelled, 1 => r#"([a-z\]]|\\[a-z])*"#]
}

fn structured_data() -> impl Strategy<Value = String> {
    let names =
        ["error-message", "srg-id", "old-state", "new-state", "reason", "chassis-id", "state", "other"];
    let param = ((0..names.len()).prop_map(move |at| names[at]), value());
    let id = prop_oneof![Just("junos@2636.1.1.1.2.28".to_owned()), "[a-z]{1,5}@[0-9]{1,5}"];
    let element = (id, proptest::collection::vec(param, 0..5)).prop_map(|(id, params)| {
        let params: String = params.iter().map(|(name, value)| format!(" {name}=\"{value}\"")).collect();
        format!("[{id}{params}]")
    });
    prop_oneof![
        1 => Just("-".to_owned()),
        4 => proptest::collection::vec(element, 1..3).prop_map(|elements| elements.concat()),
    ]
}

fn message() -> impl Strategy<Value = String> {
    let known = (0..MESSAGES.len()).prop_map(|at| MESSAGES[at].4.to_owned());
    prop_oneof![1 => Just(String::new()), 2 => known, 3 => "[!-~€\t][ -~€\t]{0,30}"]
}

fn time() -> impl Strategy<Value = String> {
    let offset = prop_oneof![Just("Z".to_owned()), Just("+05:30".into()), Just("-08:00".into())];
    let time = (1970_u16..2100, 1_u8..13, 1_u8..29, 0_u8..24, 0_u8..60, 0_u32..1_000_000, 1_usize..7, offset);
    let time = time.prop_map(|(year, month, day, hour, minute, micros, digits, offset)| {
        let fraction = &format!("{micros:06}")[..digits];
        format!("{year}-{month:02}-{day:02}T{hour:02}:{minute:02}:{minute:02}.{fraction}{offset}")
    });
    prop_oneof![1 => Just("-".to_owned()), 4 => time]
}

/// A line in the structured form, as Junos and anything else that keeps the RFC would spell it.
pub fn structured_line() -> impl Strategy<Value = String> {
    structured_line_of(field().boxed())
}

/// The same with these fields in its header.
pub fn structured_line_of(field: BoxedStrategy<String>) -> impl Strategy<Value = String> {
    let header = (0_u8..192, time(), field.clone(), field.clone(), field.clone(), tag(field));
    (header, structured_data(), message()).prop_map(
        |((pri, time, host, process, pid, tag), data, message)| {
            let blank = if message.is_empty() { "" } else { " " };
            // `TAG [` in the place of the ID is the mark of a line that lacks it.
            let pid = if tag.starts_with('[') { "-".to_owned() } else { pid };
            format!("<{pri}>1 {time} {host} {process} {pid} {tag} {data}{blank}{message}")
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn every_structured_line_comes_back(line in structured_line()) {
        prop_assert_eq!(write(&writer(Style::Junos), &import(&line)), line);
    }

    #[test]
    fn what_is_written_of_any_line_reads_the_same(line in "[ -~]{0,60}|<[0-9]{1,3}>(1 )?[ -~]{0,60}|[A-Z][a-z]{2} [0-9]{1,2} 10:11:12 [ -~]{0,40}") {
        let bytes = import(&line);
        let again = import(&write(&writer(Style::Rfc5424), &bytes));
        let texts = |bytes: &[u8]| {
            let written = write(&writer(Style::Rfc5424), bytes);
            Line::parse(&written).message().to_owned()
        };
        prop_assert_eq!(texts(&bytes), texts(&again));
    }
}
