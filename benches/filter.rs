//! Filters beside handwritten Rust over the same events: a condition on the header, one on eight body tokens, and a hundred
//! filters at once. Each iteration takes 256 events from their bytes (`parse`) or as parsed before (`parsed`) to a verdict.
//! After each group is how many times as long as the handwritten code the filter takes, and how often it allocates.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, missing_docs, unreachable_pub)]

use core::hint::black_box;
use core::time::Duration;
use std::time::Instant;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use zems::ems::{Event, EventHeader};
use zems::filter::{AnyFilter, Compiler, Filter, Filters, Parameters, Scratch};
use zems::spi::read::DecodeError;
use zems::spi::{Ssid, TokenCode};
use zems::text::SourceMap;

#[path = "../tests/filter/site.rs"]
mod site;
use site::{code, dictionary, nodes, ssid};

const EVENTS: usize = 256;

fn filter(source: &str) -> Filter {
    let (dictionary, nodes) = (dictionary(), nodes());
    let mut sources = SourceMap::new();
    let id = sources.add("source", source.to_string()).unwrap();
    let compilation = Compiler::new(&dictionary).with_nodes(&nodes).filter(&mut sources, id);
    match compilation.into_result() {
        Ok(compiled) => compiled.load(&Parameters::new(), &dictionary).unwrap(),
        Err(diagnostics) => panic!("{}", diagnostics.render(&sources)),
    }
}

/// 256 events of a few subsystems, numbers and processors, each with about twenty tokens in a mixed order.
fn events() -> Vec<Vec<u8>> {
    let mut state = 0x9E37_79B9_u32;
    let mut random = move |below: u32| {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        (state >> 8) % below
    };
    (0..EVENTS)
        .map(|_| {
            let owner = ["ACME.7.A01", "TANDEM.9000.0", "TANDEM.12.0", "TANDEM.21.0"][random(4) as usize];
            let header = EventHeader {
                cpu: u16::try_from(random(8)).unwrap(),
                emphasis: random(4) == 0,
                process: br"\ABCD.$NULL:430",
                ..EventHeader::new(ssid(owner), 480 + i16::try_from(random(60)).unwrap())
            };
            let order = random(20);
            site::event(&header, |builder| {
                for token in 0..20 {
                    let acme = ssid("ACME.7.0");
                    let value = i16::try_from(random(4)).unwrap();
                    let put = match (token + order) % 20 {
                        0 => builder.put_qualified(acme, code("ABC-TKN-STUFF"), value),
                        2 => builder.put_qualified(acme, code("XYZ-TKN-UINT"), value.unsigned_abs()),
                        4 => builder.put_qualified(acme, code("XYZ-TKN-DOUBLE"), i32::from(value)),
                        6 => builder.put_qualified(acme, code("XYZ-TKN-INDEX"), value),
                        8 => builder.put_qualified(acme, code("XYZ-TKN-FLAG"), value > 0),
                        10 => builder.put_qualified(
                            acme,
                            code("XYZ-TKN-TEXT"),
                            ["idle", "Running", "stopped", "$ZPM1"][usize::from(value.unsigned_abs())],
                        ),
                        12 => builder.put_qualified(
                            acme,
                            code("XYZ-TKN-CHAR8"),
                            ["DISK0001", "TAPE0002", "disk0003", "LINE0004"]
                                [usize::from(value.unsigned_abs())],
                        ),
                        14 => builder.put_qualified(acme, code("XYZ-TKN-QUAD"), i64::from(value)),
                        other => {
                            let number = zems::spi::TokenNumber(300 + i16::try_from(other).unwrap());
                            let filler = TokenCode::new(zems::spi::TypeCode::CHAR, 255, number);
                            builder.put(
                                filler,
                                &"some other value".as_bytes()[..usize::try_from(random(16)).unwrap()],
                            )
                        }
                    };
                    put.unwrap();
                }
            })
        })
        .collect()
}

/// Prints how many times as long as `handwritten` `filter` takes. They take turns and the shortest times count, so that what
/// else the machine does makes no difference.
fn ratio(name: &str, mut handwritten: impl FnMut() -> usize, mut filter: impl FnMut() -> usize) {
    const TURNS: usize = 2000;
    let time = |run: &mut dyn FnMut() -> usize| {
        let start = Instant::now();
        for _ in 0..10 {
            black_box(run());
        }
        start.elapsed()
    };
    let (mut by_hand, mut by_filter) = (Duration::MAX, Duration::MAX);
    for _ in 0..TURNS {
        by_hand = by_hand.min(time(&mut handwritten));
        by_filter = by_filter.min(time(&mut filter));
    }
    let allocations = allocation_counter::measure(|| {
        black_box(filter());
    });
    println!(
        "{name}: {:.2} times the handwritten predicate, {} allocations in {EVENTS} events\n",
        by_filter.as_secs_f64() / by_hand.as_secs_f64(),
        allocations.count_total
    );
}

/// Measures a filter and a predicate, both from bytes and from parsed events. They must agree.
fn beside(
    criterion: &mut Criterion,
    name: &str,
    filter: &Filter,
    predicate: impl Fn(&Event<'_>) -> Result<bool, DecodeError>,
) {
    let bytes = events();
    let parsed: Vec<Event<'_>> = bytes.iter().map(|bytes| Event::parse(bytes).unwrap()).collect();
    let mut scratch = Scratch::new();
    let passed = parsed.iter().filter(|event| predicate(event).unwrap()).count();
    for event in &parsed {
        assert_eq!(filter.verdict(event, &mut scratch).unwrap().is_pass(), predicate(event).unwrap());
    }
    assert!(passed > 0 && passed < EVENTS, "{passed}");

    let mut group = criterion.benchmark_group(name);
    group.throughput(Throughput::Elements(EVENTS as u64));
    group.bench_function(BenchmarkId::new("handwritten", "parse"), |bencher| {
        bencher.iter(|| {
            bytes.iter().filter(|bytes| predicate(&Event::parse(black_box(bytes)).unwrap()).unwrap()).count()
        });
    });
    group.bench_function(BenchmarkId::new("filter", "parse"), |bencher| {
        bencher.iter(|| {
            let passes = |bytes: &&Vec<u8>| {
                filter.verdict(&Event::parse(black_box(bytes)).unwrap(), &mut scratch).unwrap().is_pass()
            };
            bytes.iter().filter(passes).count()
        });
    });
    group.bench_function(BenchmarkId::new("handwritten", "parsed"), |bencher| {
        bencher.iter(|| parsed.iter().filter(|event| predicate(black_box(event)).unwrap()).count());
    });
    group.bench_function(BenchmarkId::new("filter", "parsed"), |bencher| {
        bencher.iter(|| {
            parsed
                .iter()
                .filter(|event| filter.verdict(black_box(event), &mut scratch).unwrap().is_pass())
                .count()
        });
    });
    group.finish();
    ratio(
        &format!("{name}, parsed"),
        || parsed.iter().filter(|event| predicate(black_box(event)).unwrap()).count(),
        || {
            let passes =
                |event: &&Event<'_>| filter.verdict(black_box(event), &mut scratch).unwrap().is_pass();
            parsed.iter().filter(passes).count()
        },
    );
    ratio(
        &format!("{name}, parse"),
        || bytes.iter().filter(|bytes| predicate(&Event::parse(black_box(bytes)).unwrap()).unwrap()).count(),
        || {
            let passes = |bytes: &&Vec<u8>| {
                filter.verdict(&Event::parse(black_box(bytes)).unwrap(), &mut scratch).unwrap().is_pass()
            };
            bytes.iter().filter(passes).count()
        },
    );
}

fn header(criterion: &mut Criterion) {
    let filter = filter(
        "FILTER f; BEGIN
        IF ZSPI^TKN^SSID = SSID(TANDEM.12.0) AND ZEMS^TKN^EVENTNUMBER >= 500 AND ZEMS^TKN^EVENTNUMBER < 520
            AND (ZEMS^TKN^EMPHASIS = -1 OR ZEMS^TKN^PIN = 0) AND ZEMS^TKN^CPU <> 3 THEN PASS;
        END;",
    );
    let twelve = ssid("TANDEM.12.0");
    beside(criterion, "header", &filter, |event| {
        Ok(event.ssid().is_same_subsystem(twelve)
            && event.number().is_some_and(|number| (500..520).contains(&number))
            && (event.emphasis() == Some(true) || event.pin() == Some(0))
            && event.cpu().is_some_and(|cpu| cpu != 3))
    });
}

fn eight_operands(criterion: &mut Criterion) {
    let filter = filter(
        "FILTER f; BEGIN SSID(ACME^VAL^SSID)
        IF (ABC^TKN^STUFF <> 3 OR XYZ^TKN^UINT = 1) AND XYZ^TKN^DOUBLE >= 0 AND XYZ^TKN^INDEX < 3
            AND (XYZ^TKN^FLAG = -1 OR XYZ^TKN^TEXT = \"RUNNING\" OR MATCH(XYZ^TKN^CHAR8, \"DISK*\"))
            AND XYZ^TKN^QUAD <= 2 THEN PASS;
        END;",
    );
    let names = [
        "ABC-TKN-STUFF",
        "XYZ-TKN-UINT",
        "XYZ-TKN-DOUBLE",
        "XYZ-TKN-INDEX",
        "XYZ-TKN-FLAG",
        "XYZ-TKN-TEXT",
        "XYZ-TKN-CHAR8",
        "XYZ-TKN-QUAD",
    ];
    let [stuff, uint, double, index, flag, text, char8, quad] = names.map(|name| u32::from(code(name)));
    let acme = ssid("ACME.7.0");
    beside(criterion, "eight operands", &filter, |event| {
        let mut values: [Option<&[u8]>; 8] = [None; 8];
        let mut missing = 8;
        for token in event.tokens() {
            let token = token?;
            let slot = match u32::from(token.code()) {
                code if code == stuff => 0,
                code if code == uint => 1,
                code if code == double => 2,
                code if code == index => 3,
                code if code == flag => 4,
                code if code == text => 5,
                code if code == char8 => 6,
                code if code == quad => 7,
                _ => continue,
            };
            if values[slot].is_none() && token.effective_ssid().is_same_subsystem(acme) {
                values[slot] = Some(token.bytes());
                missing -= 1;
                if missing == 0 {
                    break;
                }
            }
        }
        let word = |slot: usize| {
            values[slot].and_then(|bytes| bytes.first_chunk()).map(|bytes| i16::from_be_bytes(*bytes))
        };
        let double = values[2].and_then(|bytes| bytes.first_chunk()).map(|bytes| i32::from_be_bytes(*bytes));
        let quad = values[7].and_then(|bytes| bytes.first_chunk()).map(|bytes| i64::from_be_bytes(*bytes));
        Ok((word(0).is_some_and(|word| word != 3) || word(1) == Some(1))
            && double.is_some_and(|double| double >= 0)
            && word(3).is_some_and(|word| word < 3)
            && (word(4) == Some(-1)
                || values[5].is_some_and(|text| text.trim_ascii_end().eq_ignore_ascii_case(b"running"))
                || values[6].is_some_and(|text| {
                    text.get(..4).is_some_and(|text| text.eq_ignore_ascii_case(b"disk"))
                }))
            && quad.is_some_and(|quad| quad <= 2))
    });
}

fn hundred_filters(criterion: &mut Criterion) {
    // Subsystem, event number, and the value of a body token, for each of the hundred.
    let wanted: Vec<(Ssid, i16, i16)> = (0..100_i16)
        .map(|at| {
            (
                ssid(["ACME.7.0", "TANDEM.9000.0", "TANDEM.12.0"][usize::try_from(at % 3).unwrap()]),
                480 + at / 2,
                at % 4,
            )
        })
        .collect();
    let filters = Filters::new(wanted.iter().map(|(ssid, number, value)| {
        AnyFilter::from(filter(&format!(
            "FILTER f; BEGIN IF ZSPI^TKN^SSID = SSID({ssid}) AND ZEMS^TKN^EVENTNUMBER = {number} \
             AND SSID(ACME.7.0, ABC^TKN^STUFF) = {value} THEN PASS; END;"
        )))
    }));
    let (stuff, acme) = (code("ABC-TKN-STUFF"), ssid("ACME.7.0"));
    let predicate = |event: &Event<'_>| -> Result<bool, DecodeError> {
        let mut value = None;
        for token in event.tokens() {
            let token = token?;
            if token.code() == stuff && token.effective_ssid().is_same_subsystem(acme) {
                value = token.bytes().first_chunk().map(|bytes| i16::from_be_bytes(*bytes));
                break;
            }
        }
        Ok(wanted.iter().any(|(ssid, number, wanted)| {
            event.ssid().is_same_subsystem(*ssid) && event.number() == Some(*number) && value == Some(*wanted)
        }))
    };
    let bytes = events();
    let mut session = filters.session(Scratch::new());
    for bytes in &bytes {
        let event = Event::parse(bytes).unwrap();
        assert_eq!(session.judge(&event).unwrap().verdict.is_pass(), predicate(&event).unwrap());
    }
    let mut group = criterion.benchmark_group("hundred filters");
    group.throughput(Throughput::Elements(EVENTS as u64));
    group.bench_function(BenchmarkId::new("handwritten", "parse"), |bencher| {
        bencher.iter(|| {
            bytes.iter().filter(|bytes| predicate(&Event::parse(black_box(bytes)).unwrap()).unwrap()).count()
        });
    });
    group.bench_function(BenchmarkId::new("filters", "parse"), |bencher| {
        bencher.iter(|| {
            let passes = |bytes: &&Vec<u8>| {
                session.judge(&Event::parse(black_box(bytes)).unwrap()).unwrap().verdict.is_pass()
            };
            bytes.iter().filter(passes).count()
        });
    });
    group.finish();
    ratio(
        "hundred filters, parse",
        || bytes.iter().filter(|bytes| predicate(&Event::parse(black_box(bytes)).unwrap()).unwrap()).count(),
        || {
            let passes = |bytes: &&Vec<u8>| {
                session.judge(&Event::parse(black_box(bytes)).unwrap()).unwrap().verdict.is_pass()
            };
            bytes.iter().filter(passes).count()
        },
    );
}

criterion_group!(benches, header, eight_operands, hundred_filters);
criterion_main!(benches);
