//! Other people's readers on the same messages: `syslog_rfc5424`, which is strict, and `syslog_loose`.

use std::collections::BTreeMap;

use proptest::prelude::*;
use syslog_loose::{Protocol, Variant};
use zems::ems::Event;
use zems::formats::syslog::{Framing, Options, Writer};
use zems::site::Site;
use zems::spi::Timestamp;
use zems::syslog::{Form, Line, TimePolicy};

use super::import::import;
use super::write::{structured_line, structured_line_of};

/// Elements by ID, parameters by name; of repeated ones the last.
type Data = BTreeMap<String, BTreeMap<String, String>>;

/// The information in a message, in the terms of all three readers.
#[derive(Debug, PartialEq)]
struct Said {
    pri: Option<u8>,
    /// Microseconds since 1970.
    time: Option<i64>,
    host: Option<String>,
    process: Option<String>,
    pid: Option<String>,
    tag: Option<String>,
    data: Data,
    message: String,
}

fn ours(line: &str) -> Said {
    let line = Line::parse(line);
    assert_eq!(line.form(), Form::Structured);
    let owned = |field: Option<&str>| field.map(str::to_owned);
    let mut data = Data::new();
    for element in line.structured_data().into_iter().flat_map(|data| data.elements()) {
        let params = data.entry(element.id().to_owned()).or_default();
        for param in element.params() {
            let value = param.value().to_string();
            assert_eq!(value, param.value().unescaped());
            params.insert(param.name().to_owned(), value);
        }
    }
    let policy = TimePolicy::default();
    Said {
        pri: line.priority().map(|priority| priority.pri()),
        time: line.time().map(|time| policy.timestamp(&time).unwrap().unix_micros().unwrap()),
        host: owned(line.host()),
        process: owned(line.process()),
        pid: owned(line.pid()),
        tag: owned(line.tag()),
        data,
        message: line.message().to_owned(),
    }
}

fn strict(line: &str) -> Said {
    let read = syslog_rfc5424::parse_message(line).unwrap_or_else(|error| panic!("{error}: {line}"));
    assert_eq!(read.version, 1);
    let nanos = read.timestamp_nanos.map_or(0, i64::from);
    Said {
        pri: Some(read.facility as u8 * 8 + read.severity as u8),
        time: read.timestamp.map(|seconds| seconds * 1_000_000 + nanos / 1_000),
        host: read.hostname,
        process: read.appname,
        pid: read.procid.map(|pid| match pid {
            syslog_rfc5424::message::ProcId::PID(number) => number.to_string(),
            syslog_rfc5424::message::ProcId::Name(name) => name,
        }),
        tag: read.msgid,
        data: read.sd.iter().map(|(id, params)| (id.clone(), params.clone())).collect(),
        message: read.msg.trim_start_matches('\u{FEFF}').to_owned(),
    }
}

fn loose(line: &str) -> Said {
    let read = syslog_loose::parse_message(line, Variant::RFC5424);
    assert_eq!(read.protocol, Protocol::RFC5424(1), "{line}");
    let owned = |field: Option<&str>| field.map(str::to_owned);
    let mut data = Data::new();
    for element in &read.structured_data {
        let params = data.entry(element.id.to_owned()).or_default();
        params.extend(element.params().map(|(name, value)| ((*name).to_owned(), value)));
    }
    let pri =
        read.facility.zip(read.severity).map(|(facility, severity)| facility as u8 * 8 + severity as u8);
    Said {
        pri,
        time: read.timestamp.map(|time| time.timestamp_micros()),
        host: owned(read.hostname),
        process: owned(read.appname),
        pid: read.procid.map(|pid| pid.to_string()),
        tag: owned(read.msgid),
        data,
        message: read.msg.trim_start_matches('\u{FEFF}').to_owned(),
    }
}

fn written(line: &str) -> String {
    let bytes = import(line);
    let event = Event::parse(&bytes).unwrap();
    let options = Options { framing: Framing::Datagram, ..Options::default() };
    let writer = Writer::new(&Site::builtin(), options);
    let mut out = Vec::new();
    writer.write(&mut out, &event, &super::write::sentence(&event)).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn the_examples_of_the_rfc() {
    for line in [
        "<34>1 2003-10-11T22:14:15.003Z mymachine.example.com su - ID47 - \u{FEFF}'su root' failed for lonvick on /dev/pts/8",
        "<165>1 2003-08-24T05:14:15.000003-07:00 192.0.2.1 myproc 8710 - - %% It's time to make the do-nuts.",
        "<165>1 2003-10-11T22:14:15.003Z mymachine.example.com evntslog - ID47 [exampleSDID@32473 iut=\"3\" \
         eventSource=\"Application\" eventID=\"1011\"] \u{FEFF}An application event log entry...",
        "<165>1 2003-10-11T22:14:15.003Z mymachine.example.com evntslog - ID47 [exampleSDID@32473 iut=\"3\" \
         eventSource=\"Application\" eventID=\"1011\"][examplePriority@32473 class=\"high\"]",
    ] {
        assert_eq!(ours(line), strict(line), "{line}");
        assert_eq!(ours(line), loose(line), "{line}");
    }
}

#[test]
fn bsd_lines_as_the_loose_reader_reads_them() {
    let zone = Some(chrono::Utc);
    for line in [
        "<34>Oct 11 22:14:15 mymachine su: 'su root' failed for lonvick on /dev/pts/8",
        "<101>Jun  6 15:18:03 host01 xntpd[2130]: kernel time sync enabled 2001",
        "<27>May  1 10:11:12 srx-n0 jsrpd[1234]: JSRPD_NOT_ROOT: Must be run as root",
    ] {
        let theirs = syslog_loose::parse_message_with_year_tz(line, |_| 2024, zone, Variant::RFC3164);
        let read = Line::parse(line);
        let policy = TimePolicy { year: Some(2024), ..TimePolicy::default() };
        let time = policy.timestamp(&read.time().unwrap()).and_then(Timestamp::unix_micros);
        assert_eq!(theirs.timestamp.map(|time| time.timestamp_micros()), time, "{line}");
        assert_eq!((theirs.hostname, theirs.appname), (read.host(), read.process()), "{line}");
        assert_eq!(theirs.procid.map(|pid| pid.to_string()).as_deref(), read.pid(), "{line}");
        // The tag is text to that reader.
        assert!(theirs.msg.ends_with(read.message()), "{line}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn what_we_write_is_read_by_the_strict_reader(line in structured_line()) {
        let written = written(&line);
        let mut ours = ours(&written);
        // It takes a process ID that is a number for the number, +0 for 0.
        let number = ours.pid.as_ref().and_then(|pid| pid.parse::<i32>().ok());
        ours.pid = number.map(|number| number.to_string()).or(ours.pid);
        prop_assert_eq!(ours, strict(&written), "{}", written);
    }

    // It takes a line with a colon in a field for a BSD line, and the blanks off the ends of a text.
    #[test]
    fn what_we_write_is_read_by_the_loose_reader(line in structured_line_of("-|[a-zA-Z][a-zA-Z0-9._/-]{0,12}".boxed())) {
        let written = written(&line);
        let (mut ours, mut loose) = (ours(&written), loose(&written));
        for said in [&mut ours, &mut loose] {
            said.message = said.message.trim().to_owned();
        }
        prop_assert_eq!(ours, loose, "{}", written);
    }
}
