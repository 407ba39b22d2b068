use crate::{
    events,
    harness::{Bench, Row, chunk},
};
use core::hint::black_box;
use serde::{Deserialize, Serialize};
use zems::{
    describe::{Described, Record},
    formats::json,
    site::Site,
    spi::read::Buffer,
};

/// The keys of the product's line, in its order, ready to be written.
#[derive(Serialize, Deserialize)]
struct Line {
    kind: String,
    ssid: String,
    number: i16,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    generated: Option<String>,
    logged: Option<String>,
    node: i32,
    process: String,
    cpu: u16,
    pin: u16,
    user: [u8; 2],
    emphasis: bool,
    console_print: bool,
    suppress_display: bool,
    content_standard: i16,
    content_user: i16,
    layout: String,
    subjects: Vec<Token>,
    tokens: Vec<Token>,
    #[serde(skip_serializing_if = "Option::is_none")]
    provisional: Option<Vec<String>>,
    offset: u64,
    length: u64,
}

#[derive(Serialize, Deserialize)]
struct Token {
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    code: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    ssid: Option<String>,
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    kind: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    index: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    label: Option<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Value {
    Boolean(bool),
    Number(i64),
    Text(String),
}

pub fn run(bench: &mut Bench) {
    const PARTS: usize = 8;
    let site = Site::builtin();
    let write = |line: &mut Vec<u8>, bytes: &[u8]| {
        let buffer = Buffer::parse(bytes).unwrap();
        json::write(line, &Record::new(Described::new(&site, &buffer))).unwrap();
    };
    let events: Vec<Vec<u8>> = events::recs().iter().map(|r| events::build(&r.borrow(), Vec::new())).collect();
    let lines: Vec<Vec<u8>> = events
        .iter()
        .map(|event| {
            let mut line = Vec::new();
            write(&mut line, event);
            line
        })
        .collect();
    let ready: Vec<Line> = lines.iter().map(|line| serde_json::from_slice(line).unwrap()).collect();
    for (ready, line) in ready.iter().zip(&lines) {
        assert_eq!(&serde_json::to_vec(ready).unwrap(), line);
        assert_eq!(&sonic_rs::to_vec(ready).unwrap(), line);
    }
    println!("\nlines of {} B on average", lines.iter().map(Vec::len).sum::<usize>() / lines.len());
    let (mut a, mut b, mut c) = (Vec::new(), Vec::new(), Vec::new());
    let rows: Vec<Row<'_>> = vec![
        (
            "ours: buffer to line",
            Box::new(|part| {
                for event in chunk(&events, part, PARTS) {
                    a.clear();
                    write(&mut a, black_box(event));
                    black_box(&a);
                }
            }),
        ),
        (
            "sonic-rs from a ready struct",
            Box::new(|part| {
                for line in chunk(&ready, part, PARTS) {
                    b.clear();
                    sonic_rs::to_writer(&mut b, black_box(line)).unwrap();
                    black_box(&b);
                }
            }),
        ),
        (
            "serde_json from a ready struct",
            Box::new(|part| {
                for line in chunk(&ready, part, PARTS) {
                    c.clear();
                    serde_json::to_writer(&mut c, black_box(line)).unwrap();
                    black_box(&c);
                }
            }),
        ),
        (
            "sonic-rs: line to struct",
            Box::new(|part| {
                for line in chunk(&lines, part, PARTS) {
                    black_box(sonic_rs::from_slice::<Line>(black_box(line)).unwrap());
                }
            }),
        ),
    ];
    let times = bench.table("JSON line", (events.len(), "event"), PARTS, rows);
    bench.claim("buffer to JSON line", &times, "ours: buffer to line", "sonic-rs from a ready struct", 0.9);
}
