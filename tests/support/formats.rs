//! The properties of any bytes in the output formats: each says what the others say, and what can be read back is the same buffer.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, dead_code, unreachable_pub)]

use std::sync::OnceLock;

use serde_json::Value;
use zems::describe::{Described, Record};
use zems::formats::otlp::{Logged, Reader, Request};
use zems::formats::{self, Format, Options, json};
use zems::site::Site;
use zems::spi::Timestamp;
use zems::spi::read::{Buffer, Framer, Step};

/// Columns that JSON and OTLP have too.
const COLUMNS: &str = "eventnumber,cpu,pin,kind,name,emphasis,severity,text,offset,length";

/// Every buffer among the bytes, in every format. A buffer whose event has one token that cannot be read is refused by all.
pub fn formats(bytes: &[u8]) {
    static SITE: OnceLock<Site> = OnceLock::new();
    let site = SITE.get_or_init(Site::builtin);
    let (mut framer, mut rest) = (Framer::new(site.profile()), bytes);
    loop {
        let len = match framer.step(rest, true) {
            Step::Buffer(buffer) => {
                every_format_writes(site, &buffer);
                they_agree(site, &buffer);
                they_come_back(site, &buffer);
                buffer.len()
            }
            Step::Bad { len, .. } => len,
            Step::Pad => 1,
            Step::Length { width, .. } => width,
            Step::More | Step::End => break,
        };
        rest = &rest[len..];
    }
}

fn written(site: &Site, name: &str, options: &Options, buffer: &Buffer<'_>) -> Vec<u8> {
    let mut format: Box<dyn Format + '_> = formats::named(name).unwrap().make(site, options).unwrap();
    let mut out = Vec::new();
    format.record(&mut out, &Record::new(Described::new(site, buffer))).unwrap();
    format.end(&mut out);
    out
}

/// Formats of lines are text without control characters but the line end.
fn every_format_writes(site: &Site, buffer: &Buffer<'_>) {
    for format in formats::ALL.iter().filter(|format| !format.is_one_file && format.name != "arrow") {
        let out = written(site, format.name, &Options::default(), buffer);
        let text = String::from_utf8(out).unwrap_or_else(|error| panic!("{}: {error}", format.name));
        let odd = text.chars().find(|c| c.is_control() && !matches!(c, '\n' | '\t'));
        // A cell of CSV is what the event says, in quotes.
        assert!(odd.is_none() || format.name == "csv", "{}: {odd:?} in {text:?}", format.name);
    }
}

/// JSON, OTLP and CSV say the same of an event.
fn they_agree(site: &Site, buffer: &Buffer<'_>) {
    let plain = Options::default();
    let line = |name: &str| String::from_utf8(written(site, name, &plain, buffer)).unwrap();
    let json: Value = serde_json::from_str(&line("json")).unwrap();
    let columns = COLUMNS.split(',').map(str::to_owned).collect();
    let options = Options { columns, header: false, ..Options::default() };
    let cells = cells(&String::from_utf8(written(site, "csv", &options, buffer)).unwrap());
    if json["kind"] != "event" {
        return;
    }
    let cell = |name: &str| cells[COLUMNS.split(',').position(|known| known == name).unwrap()].as_str();
    let otlp: Value = serde_json::from_str(&line("otlp")).unwrap();
    let record = &otlp["resourceLogs"][0]["scopeLogs"][0]["logRecords"][0];
    let ecs: Value = serde_json::from_str(&line("ecs")).unwrap();

    let text = json["text"].as_str().unwrap();
    assert_eq!(cell("text"), text);
    assert_eq!(record["body"]["stringValue"], text);
    assert_eq!(ecs["message"], text);
    assert_eq!(cell("kind"), "event");
    assert_eq!(record["severityText"], cell("severity"));
    assert_eq!(ecs["log.level"], cell("severity"));
    if let Some(number) = json["number"].as_i64() {
        assert_eq!(cell("eventnumber"), number.to_string());
        assert_eq!(ecs["event.code"], number.to_string());
    }
    if let Some(emphasis) = json["emphasis"].as_bool() {
        assert_eq!(cell("emphasis"), emphasis.to_string());
        assert_eq!(ecs["nonstop.emphasis"], emphasis);
    }
    if let Some(name) = json["name"].as_str() {
        assert_eq!(cell("name"), name);
        assert_eq!(record["eventName"], name);
    }
    for name in ["cpu", "pin"] {
        if let Some(number) = json[name].as_i64() {
            assert_eq!(cell(name), number.to_string());
        }
    }
    assert_eq!(cell("offset"), buffer.origin().to_string());
    assert_eq!(cell("length"), buffer.len().to_string());
}

/// The cells of one row (RFC 4180).
fn cells(row: &str) -> Vec<String> {
    let (mut cells, mut cell, mut is_quoted) = (Vec::new(), String::new(), false);
    let row = row.strip_suffix('\n').unwrap();
    let mut characters = row.chars().peekable();
    while let Some(c) = characters.next() {
        match c {
            '"' if is_quoted && characters.peek() == Some(&'"') => {
                characters.next();
                cell.push('"');
            }
            '"' => is_quoted = !is_quoted,
            ',' if !is_quoted => cells.push(core::mem::take(&mut cell)),
            c => {
                assert!(is_quoted || c != '\n', "{row:?}");
                cell.push(c);
            }
        }
    }
    assert!(!is_quoted, "{row:?}");
    cells.push(cell);
    cells
}

/// With the buffer in them, JSON and OTLP in both encodings give it back to the byte.
fn they_come_back(site: &Site, buffer: &Buffer<'_>) {
    let raw = Options { raw: true, ..Options::default() };
    let line = String::from_utf8(written(site, "json", &raw, buffer)).unwrap();
    let made = json::Reader::new(site.dictionary()).read(&line, Timestamp::UNSET).unwrap();
    assert_eq!(made.as_deref(), Some(buffer.as_bytes()), "{line}");
    let line = String::from_utf8(written(site, "otlp", &raw, buffer)).unwrap();
    let request = Request::from_json(&line).unwrap();
    let record = request.records().next().unwrap();
    match Reader::new(site.dictionary()).read(&record, Timestamp::UNSET).unwrap() {
        Logged::Buffer(bytes) => assert_eq!(bytes, buffer.as_bytes(), "{line}"),
        other => panic!("{other:?}"),
    }
}
