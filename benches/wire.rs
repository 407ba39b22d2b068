//! The token stream beside a copy of the same bytes: (a) one event of about 400 bytes and 20 tokens, (b) 100,000 mixed
//! events. After the criterion groups the ratios are printed, from rounds in which all rows take turns.
#![allow(missing_docs, clippy::unwrap_used)]

use core::hint::black_box;
use core::time::Duration;
use std::time::Instant;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use zems::ems::{Event, EventBuilder, EventHeader};
use zems::spi::read::{Buffer, TokenKey, Visit};
use zems::spi::write::{Raw, SliceOutput};
use zems::spi::{Action, Profile, Ssid, Timestamp, TokenCode, TokenNumber, TypeCode, Value, reencode};

const EVENTS: usize = 100_000;

fn code(data_type: TypeCode, length: u8, number: i16) -> TokenCode {
    TokenCode::new(data_type, length, TokenNumber(number))
}

/// About 400 bytes and 20 tokens: text, numbers, times, one foreign token, an error list.
fn typical(seed: usize, extra: usize, output: Vec<u8>) -> Vec<u8> {
    let number = i16::try_from(seed % 997).unwrap();
    let header = EventHeader {
        generated: Timestamp(212_570_827_200_000_000 + i64::from(number)),
        process: br"\NODE.$ZPM",
        ..EventHeader::new("TANDEM.9001.D10".parse().unwrap(), number)
    };
    let text = &"a text of a length that differs from one event to the next"[seed % 20..];
    let subject = code(TypeCode::CHAR, 255, 1);
    let mut event = EventBuilder::new(output, &header, &Profile::DEFAULT, subject, "$DATA01").unwrap();
    for at in 0..5_i16 {
        event.put(code(TypeCode::INT, 2, 10 + at), at).unwrap();
        event.put(code(TypeCode::ENUM, 2, 20 + at), number).unwrap();
    }
    event.put(code(TypeCode::CHAR, 255, 30), text).unwrap();
    event.put(code(TypeCode::TIMESTAMP, 8, 31), Timestamp(212_570_827_200_000_000)).unwrap();
    event.put_qualified("TANDEM.21.0".parse().unwrap(), code(TypeCode::CHAR, 255, 2), "$ZNET").unwrap();
    for at in 0..extra {
        let len = (seed * 7 + at * 13) % 40;
        event.put(code(TypeCode(99), 255, 40), Raw(&[0xAB; 40][..len])).unwrap();
    }
    event
        .list_qualified(Ssid::NULL, code(TypeCode::LIST, 255, -252), |list| {
            list.put(code(TypeCode::ENUM, 2, -249), number)?;
            list.put(code(TypeCode::CHAR, 255, 33), "file system error")
        })
        .unwrap();
    event.put(code(TypeCode::CHAR, 255, 34), "the end of the event").unwrap();
    event.finish().unwrap()
}

fn mixed() -> Vec<Vec<u8>> {
    (0..EVENTS).map(|seed| typical(seed, seed * 31 % 9, Vec::new())).collect()
}

fn walk(bytes: &[u8]) -> usize {
    Buffer::parse(bytes).unwrap().walk().map(|visit| visit.is_ok()).filter(|ok| *ok).count()
}

fn decode_all(bytes: &[u8]) -> u64 {
    let mut sum = 0_u64;
    for visit in Buffer::parse(bytes).unwrap().walk() {
        let Ok(Visit::Token(token)) = visit else { continue };
        sum += match token.value() {
            Value::Int(numbers) | Value::Enum(numbers) => {
                numbers.iter().map(|number| u64::from(number.unsigned_abs())).sum()
            }
            Value::Timestamp(times) => times.iter().map(|time| time.0.unsigned_abs()).sum(),
            Value::Char(text) => u64::try_from(text.len()).unwrap(),
            _ => 1,
        };
    }
    sum
}

fn pick_three(bytes: &[u8]) -> usize {
    let wanted = [code(TypeCode::INT, 2, 12), code(TypeCode::ENUM, 2, 24), code(TypeCode::CHAR, 255, 34)];
    let slots = Buffer::parse(bytes).unwrap().find_many(&wanted.map(TokenKey::new)).unwrap();
    slots.iter().flatten().count()
}

fn header_only(bytes: &[u8]) -> i64 {
    let event = Event::parse(bytes).unwrap();
    event.generated().unwrap().0 + i64::from(event.number().unwrap())
}

fn encode(space: &mut [u8], text: &str) -> usize {
    let header = EventHeader { process: br"\NODE.$ZPM", ..EventHeader::new(Ssid::NULL, 8) };
    let output = SliceOutput::new(space);
    let mut event =
        EventBuilder::new(output, &header, &Profile::DEFAULT, code(TypeCode::CHAR, 255, 1), "$DATA01")
            .unwrap();
    for at in 0..8_i16 {
        event.put(code(TypeCode::INT, 2, 10 + at), at).unwrap();
        event.put(code(TypeCode::ENUM, 2, 20 + at), at).unwrap();
    }
    event.put(code(TypeCode::CHAR, 255, 30), text).unwrap();
    event.put(code(TypeCode::CHAR, 255, 34), "the end of the event").unwrap();
    event.finish().unwrap().into_written().len()
}

fn copy_tokens(bytes: &[u8], space: &mut [u8]) -> usize {
    let mut output = SliceOutput::new(space);
    reencode(&Buffer::parse(bytes).unwrap(), &mut output, |_| Action::Keep).unwrap();
    output.into_written().len()
}

type Row<'r> = (&'static str, Box<dyn FnMut() + 'r>);

fn rows<'r>(events: &'r [&'r [u8]], space: &'r core::cell::RefCell<Vec<u8>>) -> Vec<Row<'r>> {
    fn over<'r, T>(events: &'r [&'r [u8]], work: impl Fn(&[u8]) -> T + 'r) -> Box<dyn FnMut() + 'r> {
        Box::new(move || {
            for bytes in events {
                black_box(work(black_box(bytes)));
            }
        })
    }
    vec![
        ("memcpy", over(events, |bytes| space.borrow_mut()[..bytes.len()].copy_from_slice(bytes))),
        ("header only", over(events, header_only)),
        ("walk", over(events, walk)),
        ("decode all values", over(events, decode_all)),
        ("pick 3 by slots", over(events, pick_three)),
        (
            "encode into a slice",
            over(events, |bytes| {
                encode(
                    &mut space.borrow_mut(),
                    core::str::from_utf8(&bytes[260..300])
                        .unwrap_or("text of forty characters, more or less"),
                )
            }),
        ),
        ("re-encode", over(events, |bytes| copy_tokens(bytes, &mut space.borrow_mut()))),
    ]
}

fn benches(criterion: &mut Criterion) {
    let one = typical(1, 3, Vec::new());
    let tokens = Buffer::parse(&one).unwrap().walk().count();
    println!("one event: {} bytes, {tokens} steps", one.len());
    let all = mixed();
    let bytes: usize = all.iter().map(Vec::len).sum();
    let many: Vec<_> = all.iter().map(Vec::as_slice).collect();
    let space = core::cell::RefCell::new(vec![0; 4096]);
    let single = [one.as_slice()];
    for (name, events, len) in [("one event", &single[..], one.len()), ("mixed events", &many[..], bytes)] {
        let mut group = criterion.benchmark_group(name);
        group.throughput(Throughput::Bytes(u64::try_from(len).unwrap()));
        group
            .sample_size(20)
            .warm_up_time(Duration::from_millis(300))
            .measurement_time(Duration::from_secs(1));
        for (row, mut work) in rows(events, &space) {
            group.bench_function(row, |bencher| bencher.iter(&mut work));
        }
        group.finish();
        if !std::env::args().any(|arg| arg == "--test") {
            ratios(name, rows(events, &space), if events.len() == 1 { 20_000 } else { 1 });
        }
    }
}

/// All rows take turns; the best of each is compared with the first.
fn ratios(name: &str, mut rows: Vec<Row<'_>>, repeat: usize) {
    let mut best = vec![f64::INFINITY; rows.len()];
    for _ in 0..15 {
        for (best, (_, work)) in best.iter_mut().zip(&mut rows) {
            let start = Instant::now();
            (0..repeat).for_each(|_| work());
            *best = best.min(start.elapsed().as_secs_f64());
        }
    }
    println!("\n{name}, times a memcpy of the same bytes (best of 15 rounds, taking turns):");
    for (best_of_row, (row, _)) in best.iter().zip(&rows) {
        println!("  {:6.2}  {row}", best_of_row / best[0]);
    }
    println!();
}

criterion_group!(wire, benches);
criterion_main!(wire);
