//! The rows whose instructions are held against figures: small, and the same in every run.

use core::hint::black_box;

use zems::analysis::stats::{self, Stats};
use zems::describe::{Described, Record};
use zems::ems::{Event, EventBuilder, EventHeader};
use zems::filter::{Compiler, Filter, Parameters, Scratch};
use zems::formats::otlp::Request;
use zems::formats::{self, Options, input};
use zems::samples;
use zems::site::Site;
use zems::spi::read::{Buffer, Framer, Step, TokenKey, Visit};
use zems::spi::write::SliceOutput;
use zems::spi::{Action, Profile, Timestamp, Value, reencode};
use zems::syslog::{Line, TimePolicy};
use zems::template::{ImportOptions, Importer, Matcher, PrintedLines, TemplateSet};
use zems::text::SourceMap;

use crate::count;
use crate::events::{self, LAST, NUMBER, STATE, SUBJECT, TEXT};

#[allow(dead_code, missing_docs)]
mod bank {
    include!("../../examples/generated/bank.rs");
}

pub fn all() {
    let events = events::all(64);
    let buffers: Vec<_> = events.iter().map(|bytes| Buffer::parse(bytes).unwrap()).collect();
    let site = Site::builtin();
    reading(&events, &buffers);
    typed();
    writing(&events);
    rendering(&site, &buffers);
    filters(&site, &buffers);
    streams();
    for def in formats::ALL.iter().filter(|def| !def.is_one_file) {
        format(&site, def, &buffers);
    }
    night(&site, &buffers);
    reading_text(&site, &buffers);
}

fn reading(events: &[Vec<u8>], buffers: &[Buffer<'_>]) {
    count("parse", &mut || {
        for bytes in events {
            black_box(Buffer::parse(black_box(bytes)).unwrap());
        }
    });
    count("walk: codes and lengths", &mut || {
        for buffer in buffers {
            let mut sum = 0;
            black_box(buffer).walk_bare(|_| sum += 1).unwrap();
            black_box(sum);
        }
    });
    count("walk: tokens", &mut || {
        for buffer in buffers {
            black_box(black_box(buffer).walk().filter(Result::is_ok).count());
        }
    });
    count("decode: every value", &mut || {
        for buffer in buffers {
            let mut sum = 0_i64;
            for visit in black_box(buffer).walk() {
                let Ok(Visit::Token(token)) = visit else { continue };
                sum = sum.wrapping_add(match token.value() {
                    Value::Int(numbers) | Value::Enum(numbers) => numbers.iter().map(i64::from).sum(),
                    Value::Timestamp(times) => times.iter().map(|time| time.0).sum(),
                    Value::Char(text) => i64::try_from(text.len()).unwrap(),
                    _ => 1,
                });
            }
            black_box(sum);
        }
    });
    let wanted = [NUMBER, STATE, LAST].map(TokenKey::new);
    count("pick three", &mut || {
        for buffer in buffers {
            black_box(black_box(buffer).find_many(&wanted).unwrap());
        }
    });
    count("header fields", &mut || {
        for event in buffers.iter().filter_map(|buffer| Event::try_from(*buffer).ok()) {
            let event = black_box(event);
            black_box((event.number(), event.generated(), event.cpu(), event.emphasis(), event.process()));
        }
    });
    count("check", &mut || {
        for buffer in buffers {
            let mut findings = 0;
            black_box(buffer).check(|_| findings += 1).unwrap();
            black_box(findings);
        }
    });
}

fn typed() {
    let header = EventHeader {
        process: br"\NODE.$BANK",
        ..EventHeader::new(bank::BankEvtOpened::SSID, bank::BankEvtOpened::NUMBER)
    };
    let value = bank::BankEvtOpened { bank_tkn_branch: b"MAIN STREET", bank_tkn_tills: Some(7) };
    let mut space = [0; 512];
    let len = value.encode(&header, &Profile::DEFAULT, &mut space).unwrap();
    let bytes = space[..len].to_vec();
    count("typed decode", &mut || {
        for _ in 0..64 {
            let event = Event::parse(black_box(&bytes)).unwrap();
            black_box(bank::BankEvtOpened::decode(&event).unwrap());
        }
    });
    count("typed encode", &mut || {
        for _ in 0..64 {
            black_box(black_box(&value).encode(&header, &Profile::DEFAULT, &mut space).unwrap());
        }
    });
}

fn writing(events: &[Vec<u8>]) {
    let header =
        EventHeader { process: br"\NODE.$ZPM", ..EventHeader::new("TANDEM.9001.D10".parse().unwrap(), 8) };
    let mut space = vec![0; 8192];
    count("generic encode", &mut || {
        for at in 0..64_i16 {
            let output = SliceOutput::new(&mut space);
            let mut event =
                EventBuilder::new(output, black_box(&header), &Profile::DEFAULT, SUBJECT, "$DATA01").unwrap();
            for _ in 0..8 {
                event.put(NUMBER, at).unwrap();
                event.put(STATE, at).unwrap();
            }
            event.put(TEXT, "text of forty characters, more or less").unwrap();
            event.put(LAST, "the end of the event").unwrap();
            black_box(event.finish().unwrap().into_written().len());
        }
    });
    count("re-encode", &mut || {
        for bytes in events {
            let mut output = SliceOutput::new(&mut space);
            reencode(&Buffer::parse(black_box(bytes)).unwrap(), &mut output, |_| Action::Keep).unwrap();
            black_box(output.into_written().len());
        }
    });
}

fn rendering(site: &Site, buffers: &[Buffer<'_>]) {
    let events: Vec<_> = buffers.iter().filter_map(|buffer| site.event(buffer)).collect();
    let mut text = zems::template::Text::new();
    count("render", &mut || {
        for event in &events {
            site.sentence_text(black_box(event), &site.render_options(false), &mut text);
            black_box(text.as_str());
        }
    });
}

fn filter(site: &Site, condition: &str) -> Filter {
    let mut sources = SourceMap::new();
    let id = sources.add("condition", condition.to_owned()).unwrap();
    let compilation = Compiler::new(site.dictionary()).expression(&mut sources, id);
    match compilation.into_result() {
        Ok(compiled) => compiled.load(&Parameters::new(), site.dictionary()).unwrap(),
        Err(diagnostics) => panic!("{}", diagnostics.render(&sources)),
    }
}

fn filters(site: &Site, buffers: &[Buffer<'_>]) {
    let events: Vec<_> = buffers.iter().filter_map(|buffer| site.event(buffer)).collect();
    for (name, condition) in [
        ("filter: header", "ZEMS^TKN^EVENTNUMBER = 8 AND ZEMS^TKN^CPU < 4 AND ZEMS^TKN^EMPHASIS = -1"),
        ("filter: body", "ZRPC^TKN^CPU = 3 OR ZCOM^TKN^SUBJ^PROC = \"$ZPM\""),
    ] {
        let filter = filter(site, condition);
        let mut scratch = Scratch::new();
        count(name, &mut || {
            for event in &events {
                black_box(filter.verdict(black_box(event), &mut scratch).unwrap());
            }
        });
    }
}

fn streams() {
    let stream = events::stream(32 << 10);
    count("framer: step", &mut || {
        black_box(steps(black_box(&stream)));
    });
    let mut found = Vec::new();
    count("framer: skim", &mut || {
        let mut framer = Framer::new(&Profile::DEFAULT);
        found.clear();
        black_box(framer.skim(black_box(&stream), |buffer| buffer.command().is_some(), &mut found));
    });
    count("input: raw", &mut || {
        black_box(input_items(black_box(&stream), input::Form::Raw));
    });
    let mut hex = String::new();
    for byte in &stream {
        hex.push_str(&format!("{byte:02X}"));
    }
    count("input: hexadecimal text", &mut || {
        black_box(input_items(black_box(hex.as_bytes()), input::Form::Hex));
    });
}

/// How many steps a framer takes.
pub fn steps(bytes: &[u8]) -> usize {
    let mut framer = Framer::new(&Profile::DEFAULT);
    let (mut rest, mut steps) = (bytes, 0);
    loop {
        let len = match framer.step(rest, true) {
            Step::Buffer(buffer) => buffer.len(),
            Step::Bad { len, .. } => len,
            Step::Pad => 1,
            Step::Length { width, .. } => width,
            Step::More | Step::End => return steps,
        };
        rest = &rest[len..];
        steps += 1;
    }
}

/// How many items an input has.
pub fn input_items(bytes: &[u8], form: input::Form) -> usize {
    let mut buffers = input::Buffers::new(bytes, form, &Profile::DEFAULT);
    let mut items = 0;
    while buffers.next().unwrap().is_some() {
        items += 1;
    }
    items
}

fn format(site: &Site, def: &formats::FormatDef, buffers: &[Buffer<'_>]) {
    let mut format = def.make(site, &Options { otlp_batch: 16, ..Options::default() }).unwrap();
    let mut out = Vec::new();
    count(&format!("format: {}", def.name), &mut || {
        out.clear();
        for buffer in buffers {
            format.record(&mut out, &Record::new(Described::new(site, black_box(buffer)))).unwrap();
        }
        format.flush(&mut out);
        black_box(&out);
    });
}

fn night(site: &Site, buffers: &[Buffer<'_>]) {
    let mut stats = Stats::new(site, stats::Options::default());
    count("stats", &mut || {
        for buffer in buffers {
            stats.count(black_box(buffer), "input");
        }
    });
}

/// The output of a format for the events.
pub fn written(site: &Site, name: &str, options: &Options, buffers: &[Buffer<'_>]) -> String {
    let mut format = formats::named(name).unwrap().make(site, options).unwrap();
    let mut out = Vec::new();
    for buffer in buffers {
        format.record(&mut out, &Record::new(Described::new(site, buffer))).unwrap();
    }
    format.end(&mut out);
    String::from_utf8(out).unwrap()
}

fn reading_text(site: &Site, buffers: &[Buffer<'_>]) {
    let json = written(site, "json", &Options::default(), buffers);
    let reader = formats::json::Reader::new(site.dictionary());
    count("read: JSON", &mut || {
        for line in json.lines() {
            let _ = black_box(reader.read(black_box(line), Timestamp::UNSET));
        }
    });
    let otlp = written(site, "otlp", &Options::default(), buffers);
    count("read: OTLP", &mut || {
        for line in otlp.lines() {
            black_box(Request::from_json(black_box(line)).unwrap());
        }
    });
    let (set, dictionary) = (TemplateSet::builtin(), site.dictionary());
    let matcher = Matcher::new(&set, dictionary);
    let samples = [samples::BKUP_FAIL, samples::PID_FILE_LOCK].map(|bytes| Buffer::parse(bytes).unwrap());
    let printed = written(site, "text", &Options::default(), &samples).repeat(16);
    let mut importer = Importer::new(&set, dictionary, &matcher, ImportOptions::default());
    count("read: printed text", &mut || {
        black_box(import(&mut importer, black_box(&printed)));
    });
    let lines = include_str!("../../samples/junos.log");
    let mut importer = zems::syslog::Importer::new(dictionary, &set).unwrap();
    let mut out = Vec::new();
    count("read: syslog", &mut || {
        for line in lines.lines() {
            out.clear();
            let _ = importer.event(&Line::parse(black_box(line)), &TimePolicy::default(), &mut out);
            black_box(&out);
        }
    });
}

/// How many events printed lines become.
pub fn import(importer: &mut Importer<'_>, text: &str) -> usize {
    let lines = PrintedLines::new(text);
    let mut events = 0;
    for found in lines {
        events += usize::from(found.is_ok_and(|printed| importer.event(&printed).is_ok()));
    }
    events
}
