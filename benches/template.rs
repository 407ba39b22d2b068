//! Templates: compile, render, match; each beside what one would write by hand. Ratios count, not nanoseconds: after the
//! criterion groups they are printed, from rounds in which all rows take turns.
#![allow(clippy::unwrap_used)]

use core::fmt::Write;
use core::hint::black_box;
use std::time::Instant;

use aho_corasick::AhoCorasick;
use criterion::{Criterion, criterion_group, criterion_main};
use zems::ems::Event;
use zems::spi::read::TokenKey;
use zems::spi::{Value, read::Buffer};
use zems::template::{MatchOptions, Matcher, RenderOptions, Scratch, TemplateSet};

#[path = "../tests/template/site.rs"]
mod site;
use site::{ABC_SOURCE, code, compile, dictionary, event};

const SENTENCE: &str = "MSG: ZEMS-TKN-EVENTNUMBER, 4\n\"Backup process in CPU <1> died because <2>\"\n\
                        1: ZABC-TKN-A\n2: ZABC-TKN-REASON, ENUM\n";

/// An event of nine tokens, those of the sentence the last.
fn sample() -> Vec<u8> {
    event(4, |event| {
        event.put(code("ZABC-TKN-FILEERR"), 11_i16)?;
        event.put(code("ZABC-TKN-EQUIP"), 1_i16)?;
        event.put(code("ZABC-TKN-LOC"), 3_i16)?;
        event.put(code("ZABC-TKN-NAME"), "ABCDEF")?;
        event.put(code("ZABC-TKN-FLAG"), true)?;
        event.put(code("ZABC-TKN-A"), 3_u16)?;
        event.put(code("ZABC-TKN-REASON"), 1_i16)
    })
}

fn rendering(criterion: &mut Criterion) {
    let dictionary = dictionary();
    let set = compile(&dictionary, &[&format!("{ABC_SOURCE}{SENTENCE}")]);
    let bytes = sample();
    let event = Event::parse(&bytes).unwrap();
    let options = RenderOptions::default();
    let mut out = String::with_capacity(200);
    let label = |reason: i16| match reason {
        1 => "it abended",
        2 => "it stopped",
        _ => "for no known reason",
    };
    let wanted = ["ZABC-TKN-A", "ZABC-TKN-REASON"].map(|name| TokenKey::new(code(name)));

    let mut group = criterion.benchmark_group("render");
    group.bench_function("format! from ready values", |bench| {
        bench.iter(|| {
            let (cpu, reason) = black_box((3_u16, 1_i16));
            format!("Backup process in CPU {cpu} died because {}", label(reason))
        });
    });
    group.bench_function("write! from ready values", |bench| {
        bench.iter(|| {
            out.clear();
            let (cpu, reason) = black_box((3_u16, 1_i16));
            write!(out, "Backup process in CPU {cpu} died because {}", label(reason)).unwrap();
            black_box(&out);
        });
    });
    group.bench_function("write! by hand from the event", |bench| {
        bench.iter(|| {
            out.clear();
            by_hand(black_box(event.buffer()), &wanted, label, &mut out);
            black_box(&out);
        });
    });
    group.bench_function("template from the event", |bench| {
        bench.iter(|| {
            out.clear();
            set.render(black_box(&event), &dictionary, &options, &mut out).unwrap();
            black_box(&out);
        });
    });
    group.bench_function("template with header from the event", |bench| {
        bench.iter(|| {
            out.clear();
            set.render_line(black_box(&event), &dictionary, &options, &mut out).unwrap();
            black_box(&out);
        });
    });
    group.finish();

    let (mut written, mut rendered) = (String::with_capacity(200), String::with_capacity(200));
    let rows: [Row<'_>; 2] = [
        (
            "write! by hand from the event",
            Box::new(|| {
                written.clear();
                by_hand(black_box(event.buffer()), &wanted, label, &mut written);
                black_box(&written);
            }),
        ),
        (
            "template from the event, wanted 1.5",
            Box::new(|| {
                rendered.clear();
                set.render(black_box(&event), &dictionary, &options, &mut rendered).unwrap();
                black_box(&rendered);
            }),
        ),
    ];
    ratios(rows, 20_000);
}

/// Something to be timed, and what it is called.
type Row<'r> = (&'static str, Box<dyn FnMut() + 'r>);

/// All rows take turns; the best of each is compared with the first.
fn ratios<const N: usize>(mut rows: [Row<'_>; N], repeat: usize) {
    if std::env::args().any(|argument| argument == "--test") {
        return;
    }
    let mut best = [f64::INFINITY; N];
    for _ in 0..25 {
        for (best, (_, work)) in best.iter_mut().zip(&mut rows) {
            let start = Instant::now();
            (0..repeat).for_each(|_| work());
            *best = best.min(start.elapsed().as_secs_f64());
        }
    }
    println!("\nBest of 25 rounds, taking turns:");
    for (best_of_row, (row, _)) in best.iter().zip(&rows) {
        println!("  {:6.2} x  {row}", best_of_row / best[0]);
    }
    println!();
}

/// The code of a programmer who has an event and this one sentence to print.
fn by_hand(
    buffer: &Buffer<'_>,
    wanted: &[TokenKey; 2],
    label: impl Fn(i16) -> &'static str,
    out: &mut String,
) {
    let [cpu, reason] = buffer.find_many(wanted).unwrap().map(|token| token.unwrap().value());
    let (Value::Uint(cpu), Value::Enum(reason)) = (cpu, reason) else { unreachable!() };
    let (cpu, reason) = (cpu.only().unwrap(), reason.only().unwrap());
    write!(out, "Backup process in CPU {cpu} died because {}", label(reason)).unwrap();
}

fn compiling(criterion: &mut Criterion) {
    let dictionary = dictionary();
    let mut source = String::from(ABC_SOURCE);
    for number in 1..=1000 {
        write!(
            source,
            "MSG: ZEMS-TKN-EVENTNUMBER, {number}\n\"Unit {number} in CPU <1> died because <2>\"\n\
             1: ZABC-TKN-A\n2: ZABC-TKN-REASON, ENUM\n"
        )
        .unwrap();
    }
    let mut group = criterion.benchmark_group("compile");
    group.throughput(criterion::Throughput::Bytes(u64::try_from(source.len()).unwrap()));
    group.bench_function("1,000 templates", |bench| {
        bench.iter(|| {
            let mut set = TemplateSet::new(&dictionary);
            site::add(&mut set, &dictionary, &source)
        });
    });
    group.finish();
}

/// Five thousand templates, and a sentence of each fifth one.
fn corpus() -> (String, Vec<String>) {
    let objects = ["Line", "Disk volume", "Process pair", "Link handler", "Terminal", "Server class", "File"];
    let happenings = [
        "went down",
        "was stopped by the operator",
        "abended",
        "was switched to its backup",
        "exceeded its limit",
        "could not be opened",
        "lost its path",
        "was restarted",
    ];
    let (mut source, mut lines) = (String::from(ABC_SOURCE), Vec::new());
    for number in 1..=5000_usize {
        let object = objects[number % objects.len()];
        let happening = happenings[number % happenings.len()];
        let unit = number / 56;
        write!(
            source,
            "MSG: ZEMS-TKN-EVENTNUMBER, {number}\n\"{object} <1> {happening} in unit {unit}, CPU <2>: <3>\"\n\
             1: ZABC-TKN-TEXT\n2: ZABC-TKN-A\n3: ZABC-TKN-REASON, ENUM\n"
        )
        .unwrap();
        if number % 5 == 0 {
            lines.push(format!(
                "{object} $L{number} {happening} in unit {unit}, CPU {}: it stopped",
                number % 16
            ));
        }
    }
    (source, lines)
}

fn matching(criterion: &mut Criterion) {
    let dictionary = dictionary();
    let (source, lines) = corpus();
    let set = compile(&dictionary, &[&source]);
    let matcher = Matcher::new(&set, &dictionary);
    let literals: Vec<&str> = matcher.literals().collect();
    let automaton = AhoCorasick::new(&literals).unwrap();
    let (options, mut scratch) = (MatchOptions::default(), Scratch::default());
    let explained = lines.iter().filter(|line| matcher.find(line, &options, &mut scratch).is_some()).count();
    assert_eq!(explained, lines.len());

    let mut group = criterion.benchmark_group("match 1,000 lines against 5,000 templates");
    group.throughput(criterion::Throughput::Bytes(lines.iter().map(|line| line.len() as u64).sum()));
    group.bench_function("bare search for the literals", |bench| {
        bench.iter(|| lines.iter().map(|line| automaton.find_iter(line).count()).sum::<usize>());
    });
    group.bench_function("bare search, overlapping", |bench| {
        bench.iter(|| lines.iter().map(|line| automaton.find_overlapping_iter(line).count()).sum::<usize>());
    });
    group.bench_function("matcher", |bench| {
        bench.iter(|| lines.iter().filter_map(|line| matcher.find(line, &options, &mut scratch)).count());
    });
    group.bench_function("matcher, values too", |bench| {
        bench.iter(|| {
            let found = lines.iter().filter_map(|line| matcher.find(line, &options, &mut scratch));
            found.map(|found| found.values().tokens.len()).sum::<usize>()
        });
    });
    group.finish();

    let rows: [Row<'_>; 2] = [
        (
            "bare search for the literals",
            Box::new(|| {
                let found = lines.iter().map(|line| automaton.find_iter(line).count());
                black_box(found.sum::<usize>());
            }),
        ),
        (
            "matcher, wanted 3",
            Box::new(|| {
                let found = lines.iter().filter_map(|line| matcher.find(line, &options, &mut scratch));
                black_box(found.count());
            }),
        ),
    ];
    ratios(rows, 20);

    criterion.bench_function("matcher of 5,000 templates, made", |bench| {
        bench.iter(|| Matcher::new(&set, &dictionary));
    });
}

criterion_group!(benches, rendering, compiling, matching);
criterion_main!(benches);
