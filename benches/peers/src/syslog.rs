use crate::harness::{Bench, Row};
use core::hint::black_box;
use syslog_loose::Variant;
use zems::syslog::{Line, TimePolicy};
const LINES: [&str; 6] = [
    "<27>1 2024-05-01T10:11:12.345Z srx-n0 jsrpd 1234 JSRPD_PID_FILE_LOCK [junos@2636.1.1.1.2.28 error-message=\"Resource temporarily unavailable\"] Unable to lock PID file: Resource temporarily unavailable",
    "<24>1 2024-05-01T10:11:13.001Z srx-n0 jsrpd 1234 JSRPD_DAEMONIZE_FAILED [junos@2636.1.1.1.2.28 error-message=\"Cannot allocate memory\"] Aborting, unable to run in the background as a daemon: Cannot allocate memory",
    "<25>1 2025-06-21T10:41:35.000+02:00 test-trd-fw1 jsrpd 32881 JSRPD_HA_SRG_STATE_CHANGE [junos@2636.1.1.1.2.129 srg-id=\"7\" old-state=\"BACKUP\" new-state=\"INELIGIBLE\" reason=\"Control plane down\"] SRG[7]:HA state transitioned [BACKUP -->INELIGIBLE] Reason: [Control plane down]",
    "<27>1 2024-05-01T10:11:14.900Z srx-n0 jsrpd 1234 JSRPD_NOT_ROOT [junos@2636.1.1.1.2.28] Must be run as root",
    "<134>1 2026-01-02T03:04:05.123456Z host.example app 77 ID47 - a plain message without structured data",
    "<165>1 2026-10-11T22:14:15.003Z mymachine.example evntslog - ID47 [exampleSDID@32473 iut=\"3\" eventSource=\"Appl\\\"ication\" eventID=\"1011\"][examplePriority@32473 class=\"high\"] An application event log entry",
];
fn ours(line: &str, time: bool) -> usize {
    let line = Line::parse(line);
    let mut sum = usize::from(line.priority().unwrap().pri()) + line.message().len();
    for f in [line.host(), line.process(), line.pid(), line.tag()] {
        sum += f.map_or(0, str::len);
    }
    if time {
        sum += TimePolicy::default().timestamp(&line.time().unwrap()).unwrap().0 as usize & 0xff;
    } else {
        sum += line.time_text().map_or(0, str::len);
    }
    if let Some(sd) = line.structured_data() {
        for e in sd.elements() {
            sum += e.id().len();
            for p in e.params() {
                sum += p.name().len() + p.value().as_written().len();
            }
        }
    }
    sum
}
fn loose(line: &str) -> usize {
    let l = syslog_loose::parse_message(line, Variant::RFC5424);
    let mut sum = l.facility.unwrap() as usize + l.severity.unwrap() as usize + l.msg.len();
    for f in [l.hostname, l.appname, l.msgid] {
        sum += f.map_or(0, str::len);
    }
    sum += l.timestamp.map_or(0, |t| t.timestamp() as usize & 0xff);
    for e in &l.structured_data {
        sum += e.id.len();
        sum += e.params.iter().map(|(n, v)| n.len() + v.len()).sum::<usize>();
    }
    sum
}
pub fn run(bench: &mut Bench) {
    // same content?
    for l in LINES {
        let (a, b) = (Line::parse(l), syslog_loose::parse_message(l, Variant::RFC5424));
        assert_eq!((a.host(), a.process()), (b.hostname, b.appname));
        assert_eq!(a.message(), b.msg);
        let micro = b.timestamp.unwrap().timestamp_micros();
        let ours = TimePolicy::default().timestamp(&a.time().unwrap()).unwrap().to_string();
        assert_eq!(
            ours[..19],
            chrono::DateTime::from_timestamp_micros(micro).unwrap().format("%Y-%m-%dT%H:%M:%S").to_string()
                [..19],
            "{ours}"
        );
        let n = a.structured_data().map_or(0, |s| s.elements().map(|e| e.params().count()).sum::<usize>());
        assert_eq!(n, b.structured_data.iter().map(|e| e.params.len()).sum::<usize>());
    }
    let rows: Vec<Row<'_>> = vec![
        (
            "syslog_loose 0.23",
            Box::new(|_c| {
                for l in LINES {
                    black_box(loose(black_box(l)));
                }
            }),
        ),
        (
            "ours, timestamp included",
            Box::new(|_c| {
                for l in LINES {
                    black_box(ours(black_box(l), true));
                }
            }),
        ),
        (
            "ours, timestamp as text",
            Box::new(|_c| {
                for l in LINES {
                    black_box(ours(black_box(l), false));
                }
            }),
        ),
    ];
    bench.table("RFC 5424 line", (LINES.len(), "line"), 1, rows);
}
