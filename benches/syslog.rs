//! Lines of a system log: ours beside `syslog_loose` on structured lines of Junos; events made of lines, and lines of events.
//! After the criterion groups the ratios are printed, from rounds in which all rows take turns.
#![allow(missing_docs, clippy::unwrap_used, unreachable_pub)]

use core::hint::black_box;
use core::time::Duration;
use std::time::Instant;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use syslog_loose::Variant;
use zems::dictionary::Dictionary;
use zems::ems::Event;
use zems::formats::syslog::{Options, Writer};
use zems::site::Site;
use zems::syslog::{Importer, Line, TimePolicy};
use zems::template::TemplateSet;

#[path = "../tests/syslog/texts.rs"]
mod texts;
use texts::SET;

/// Structured lines of jsrpd; the last has no variables.
const LINES: [&str; 4] = [
    "<27>1 2024-05-01T10:11:12.345Z srx-n0 jsrpd 1234 JSRPD_PID_FILE_LOCK [junos@2636.1.1.1.2.28 \
     error-message=\"Resource temporarily unavailable\"] Unable to lock PID file: Resource temporarily unavailable",
    "<24>1 2024-05-01T10:11:13.001Z srx-n0 jsrpd 1234 JSRPD_DAEMONIZE_FAILED [junos@2636.1.1.1.2.28 \
     error-message=\"Cannot allocate memory\"] Aborting, unable to run in the background as a daemon: Cannot allocate \
     memory",
    "<25>1 2025-06-21T10:41:35.000+02:00 test-trd-fw1 jsrpd 32881 JSRPD_HA_SRG_STATE_CHANGE [junos@2636.1.1.1.2.129 \
     srg-id=\"7\" old-state=\"BACKUP\" new-state=\"INELIGIBLE\" reason=\"Control plane down\"] SRG[7]:HA state \
     transitioned [BACKUP -->INELIGIBLE] Reason: [Control plane down]",
    "<27>1 2024-05-01T10:11:14.900Z srx-n0 jsrpd 1234 JSRPD_NOT_ROOT [junos@2636.1.1.1.2.28] Must be run as root",
];

/// Reads a line, looks at every field and at every parameter with its value as it is written; with `more` at the value
/// itself, and at the timestamp of the time.
fn ours(line: &str, more: bool) -> usize {
    let line = Line::parse(line);
    let mut sum = usize::from(line.priority().unwrap().pri()) + line.message().len();
    for field in [line.host(), line.process(), line.pid(), line.tag(), line.time_text()] {
        sum += field.map_or(0, str::len);
    }
    sum += usize::from(line.time().unwrap().second);
    if more {
        let time = TimePolicy::default().timestamp(&line.time().unwrap()).unwrap();
        sum += usize::from(time.0.to_ne_bytes()[0]);
    }
    for element in line.structured_data().unwrap().elements() {
        sum += element.id().len();
        for param in element.params() {
            let value = param.value();
            let len = if more { value.unescaped().len() } else { value.as_written().len() };
            sum += param.name().len() + len;
        }
    }
    sum
}

/// The same with the other reader.
fn loose(line: &str) -> usize {
    let line = syslog_loose::parse_message(line, Variant::RFC5424);
    let mut sum = line.facility.unwrap() as usize + line.severity.unwrap() as usize + line.msg.len();
    for field in [line.hostname, line.appname, line.msgid] {
        sum += field.map_or(0, str::len);
    }
    sum += line.procid.map_or(0, |pid| size_of_val(&pid));
    sum += line.timestamp.map_or(0, |time| size_of_val(&time));
    for element in &line.structured_data {
        sum += element.id.len();
        // Values as they are written: `params()` of that reader would copy each.
        sum += element.params.iter().map(|(name, value)| name.len() + value.len()).sum::<usize>();
    }
    sum
}

type Row<'r> = (&'static str, Box<dyn FnMut() + 'r>);

/// The work of the rows, each over all lines.
fn rows<'r>(importer: &'r mut [Importer<'static>; 2], events: &'r [Vec<u8>]) -> Vec<Row<'r>> {
    let [bare, with_texts] = importer;
    let (mut space, mut other_space, mut text) = (Vec::new(), Vec::new(), String::new());
    let writer = Writer::new(&Site::builtin(), Options::default());
    let mut out = Vec::new();
    vec![
        (
            "syslog_loose 0.23, parse",
            Box::new(|| {
                LINES.iter().for_each(|line| {
                    black_box(loose(black_box(line)));
                });
            }),
        ),
        (
            "ours, parse",
            Box::new(|| {
                LINES.iter().for_each(|line| {
                    black_box(ours(black_box(line), false));
                });
            }),
        ),
        (
            "ours, parse, timestamps and unescaped values too",
            Box::new(|| {
                LINES.iter().for_each(|line| {
                    black_box(ours(black_box(line), true));
                });
            }),
        ),
        (
            "import: line to event, texts not checked",
            Box::new(move || {
                for line in LINES {
                    space.clear();
                    let line = Line::parse(black_box(line));
                    bare.event(&line, &TimePolicy::default(), &mut space).unwrap();
                }
            }),
        ),
        (
            "import: line to event, texts checked by templates",
            Box::new(move || {
                for line in LINES {
                    other_space.clear();
                    let line = Line::parse(black_box(line));
                    with_texts.event(&line, &TimePolicy::default(), &mut other_space).unwrap();
                }
            }),
        ),
        (
            "write: event to line, its sentence too",
            Box::new(move || {
                for bytes in events {
                    let event = Event::parse(black_box(bytes)).unwrap();
                    text.clear();
                    out.clear();
                    SET.render(&event, Dictionary::builtin(), &Default::default(), &mut text).unwrap();
                    writer.write(&mut out, &event, &text).unwrap();
                }
            }),
        ),
    ]
}

fn benches(criterion: &mut Criterion) {
    let dictionary = Dictionary::builtin();
    let none: &'static TemplateSet = Box::leak(Box::new(TemplateSet::new(dictionary)));
    let mut importer = [Importer::new(dictionary, none).unwrap(), texts::importer()];
    let events: Vec<Vec<u8>> = LINES
        .iter()
        .map(|line| {
            let mut bytes = Vec::new();
            let imported = importer[1].event(&Line::parse(line), &TimePolicy::default(), &mut bytes).unwrap();
            assert!(imported.message.is_some() && !imported.has_text);
            bytes
        })
        .collect();
    let bytes: usize = LINES.iter().map(|line| line.len()).sum();
    let mut group = criterion.benchmark_group("four structured lines");
    group
        .throughput(Throughput::Bytes(bytes.try_into().unwrap()))
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_secs(1));
    for (name, mut work) in rows(&mut importer, &events) {
        group.bench_function(name, |bencher| bencher.iter(&mut work));
    }
    group.finish();
    ratios(rows(&mut importer, &events));
}

/// All rows take turns; the best of each is compared with the first.
fn ratios(mut rows: Vec<Row<'_>>) {
    let mut best = vec![f64::INFINITY; rows.len()];
    for _ in 0..15 {
        for (best, (_, work)) in best.iter_mut().zip(&mut rows) {
            let start = Instant::now();
            (0..5_000).for_each(|_| work());
            *best = best.min(start.elapsed().as_secs_f64());
        }
    }
    println!(
        "\nfour structured lines of Junos: how many times as fast as syslog_loose parses them (best of 15 rounds, taking turns):"
    );
    for (best_of_row, (row, _)) in best.iter().zip(&rows) {
        println!("  {:6.2}  {row}", best[0] / best_of_row);
    }
    println!();
}

criterion_group!(syslog, benches);
criterion_main!(syslog);
