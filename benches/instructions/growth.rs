//! Twice the input takes at most 2.2 times the instructions: every entry point, with sound inputs and with those that somebody would
//! send to keep it busy.

use core::cell::RefCell;
use core::hint::black_box;
use std::sync::OnceLock;

use zems::analysis::lint::{Linter, Selection};
use zems::analysis::stats::{self, Stats};
use zems::describe::{Described, Record};
use zems::dictionary::{Chapter, ChapterOptions, Dictionary, EventChapter, Loader};
use zems::ems::Event;
use zems::filter::{Compiler, Parameters, Scratch};
use zems::formats::otlp::Request;
use zems::formats::{self, Options, input};
use zems::site::Site;
use zems::spi::read::{Buffer, Decoder, Framer, TokenKey, scan};
use zems::spi::{Action, Profile, Ssid, Timestamp, TokenCode, TokenNumber, TypeCode, reencode};
use zems::syslog::{Line, TimePolicy};
use zems::template::{ImportOptions, Importer, Matcher, TemplateSet};
use zems::text::{Diagnostics, NoLoader, SourceMap};

use crate::count;
use crate::events;
use crate::rows::{import, input_items, steps, written};

/// Twice the input may take this many times the instructions.
const MOST: f64 = 2.2;
/// Below this many instructions, memory that grows once is seen.
const FEW: u64 = 100_000;
/// The smallest input.
const SMALLEST: usize = 1024;
/// The longest buffer that all entry points are given.
const LONGEST_BUFFER: usize = 32 << 10;

/// Runs every entry point with every shape in every size, each half as long as the next.
pub fn all(largest: usize) {
    let site = Site::builtin();
    for (shape, make) in STREAMS {
        for (entry, run) in STREAM_ENTRIES {
            sizes(entry, shape, largest, make, |bytes| run(&site, bytes));
        }
    }
    for (shape, make) in BUFFERS {
        for (entry, run) in BUFFER_ENTRIES {
            sizes(entry, shape, largest.min(LONGEST_BUFFER), make, |bytes| run(&site, bytes));
        }
        for def in formats::ALL.iter().filter(|def| !def.is_one_file) {
            let format =
                RefCell::new(def.make(&site, &Options { otlp_batch: 1, ..Options::default() }).unwrap());
            let out = RefCell::new(Vec::new());
            let entry = format!("format {}", def.name);
            sizes(&entry, shape, largest.min(LONGEST_BUFFER), make, |bytes| {
                let buffer = Decoder::new(site.profile()).parse(bytes).unwrap();
                out.borrow_mut().clear();
                let record = Record::new(Described::new(&site, &buffer));
                let _ = format.borrow_mut().record(&mut out.borrow_mut(), &record);
            });
        }
    }
    for (entry, run, shapes) in TEXT_ENTRIES {
        for (shape, make) in shapes.iter().chain(TEXTS) {
            sizes(
                entry,
                shape,
                largest,
                |len| make(len).into_bytes(),
                |bytes| {
                    run(&site, core::str::from_utf8(bytes).unwrap());
                },
            );
        }
    }
}

fn sizes(entry: &str, shape: &str, largest: usize, make: impl Fn(usize) -> Vec<u8>, run: impl Fn(&[u8])) {
    let mut len = SMALLEST;
    while len <= largest {
        let bytes = make(len);
        count(&format!("{entry}\t{shape}\t{}", bytes.len()), &mut || run(black_box(&bytes)));
        len *= 2;
    }
}

/// Whether no count is too great for the one before it of the same entry point and shape.
pub fn check(counts: &[(String, u64)]) -> bool {
    let mut is_good = true;
    let mut before: Option<(&str, &str, usize, u64)> = None;
    for (name, count) in counts {
        let [entry, shape, len] = name.split('\t').collect::<Vec<_>>().try_into().unwrap();
        let len: usize = len.parse().unwrap();
        if let Some((entry_before, shape_before, len_before, count_before)) = before
            && (entry, shape) == (entry_before, shape_before)
        {
            let times = crate::ratio(u64::try_from(len).unwrap(), u64::try_from(len_before).unwrap());
            let most = crate::ratio(count_before, 1) * times * MOST / 2.0;
            if *count > FEW && crate::ratio(*count, 1) > most {
                println!(
                    "{entry}, {shape}: {count} instructions for {len} bytes and {count_before} for {len_before}: more than {MOST} times \
                     for twice the input"
                );
                is_good = false;
            }
        }
        before = Some((entry, shape, len, *count));
    }
    if is_good {
        println!("{} calls: twice the input takes at most {MOST} times the instructions", counts.len());
    }
    is_good
}

type Bytes = fn(usize) -> Vec<u8>;
type Text = fn(usize) -> String;
type Run<T> = fn(&Site, &T);

/// Streams of buffers, sound and not.
const STREAMS: &[(&str, Bytes)] = &[
    ("sound events", events::stream),
    ("zeros", |len| vec![0; len]),
    ("FF everywhere", |len| vec![0xFF; len]),
    ("message codes", |len| [0xFF, 0xE4].repeat(len / 2)),
    ("headers written into each other", |len| {
        include_bytes!("../../tests/data/overlapping-headers.bin").iter().copied().cycle().take(len).collect()
    }),
    ("a header every two bytes", |len| zems::samples::EVENT[..60].repeat(len / 60 + 1)),
    ("events without their ends", |len| {
        zems::samples::EVENT[..100].iter().copied().cycle().take(len).collect()
    }),
    ("long buffers that are cut", |len| {
        let mut header = zems::samples::EVENT[..120].to_vec();
        header[USED_LEN].copy_from_slice(&[0xFF, 0xF0]);
        header.iter().copied().cycle().take(len).collect()
    }),
    ("digits", |len| b"FFE4 0001 ".iter().copied().cycle().take(len).collect()),
    ("one long line of digits", |len| vec![b'0'; len]),
];

const STREAM_ENTRIES: &[(&str, Run<[u8]>)] = &[
    ("Framer::step", |_, bytes| {
        black_box(steps(bytes));
    }),
    ("Framer::skim", |_, bytes| skim(bytes)),
    ("scan", |_, bytes| {
        black_box(scan(bytes, &Profile::DEFAULT).count());
    }),
    ("input raw", |_, bytes| {
        black_box(input_items(bytes, input::Form::Raw));
    }),
    ("input hex", |_, bytes| {
        black_box(input_items(bytes, input::Form::Hex));
    }),
    ("input be16", |_, bytes| {
        black_box(input_items(bytes, input::Form::Be16));
    }),
    ("input be32", |_, bytes| {
        black_box(input_items(bytes, input::Form::Be32));
    }),
    ("input scan", |_, bytes| {
        black_box(input_items(bytes, input::Form::Scan));
    }),
    ("stats", |site, bytes| {
        let mut stats = Stats::new(site, stats::Options::default());
        scan(bytes, &Profile::DEFAULT).for_each(|buffer| stats.count(&buffer, "input"));
    }),
    ("lint", |site, bytes| {
        let mut linter = Linter::new(site, Selection::default());
        for buffer in scan(bytes, &Profile::DEFAULT) {
            if let Ok(event) = Event::try_from(buffer) {
                linter.event("input", buffer.origin(), &event);
            }
        }
        black_box(linter.finish());
    }),
    ("OTLP protobuf", |_, bytes| {
        let _ = black_box(Request::from_protobuf(bytes));
    }),
    ("compiled dictionary", |_, bytes| {
        let _ = black_box(Dictionary::from_compiled(bytes));
    }),
    ("compiled templates", |_, bytes| {
        black_box(TemplateSet::from_bytes(bytes));
    }),
];

/// Goes over all bytes by their headers, and past what is none.
fn skim(bytes: &[u8]) {
    use zems::spi::read::Step;
    let mut framer = Framer::new(&Profile::DEFAULT);
    let (mut rest, mut found) = (bytes, Vec::new());
    loop {
        found.clear();
        let len = framer.skim(rest, |buffer| buffer.command().is_some(), &mut found);
        rest = &rest[len..];
        let len = match framer.step_if(rest, true, |_| false) {
            Step::Buffer(buffer) => buffer.len(),
            Step::Bad { len, .. } => len,
            Step::Pad => 1,
            Step::Length { width, .. } => width,
            Step::More | Step::End => return,
        };
        rest = &rest[len..];
    }
}

/// The length that a buffer may have.
const BUFFER_LEN: core::ops::Range<usize> = 2..4;
/// The used length of a buffer, less the bytes up to its own end.
const USED_LEN: core::ops::Range<usize> = 4..6;

const CHAR: TokenCode = TokenCode::new(TypeCode::CHAR, 255, TokenNumber(1));
const LIST: TokenCode = TokenCode::new(TypeCode::LIST, 255, TokenNumber(-252));

/// An event of about this length with a body of `tokens`, each of which gets its number.
fn event(len: usize, mut put: impl FnMut(&mut Vec<u8>, u16)) -> Vec<u8> {
    let mut body = Vec::new();
    let mut number = 0;
    while body.len() + 200 < len {
        put(&mut body, number);
        number += 1;
    }
    let mut bytes = zems::ems::EventBuilder::new(
        Vec::new(),
        &zems::ems::EventHeader::new("TANDEM.9001.D10".parse().unwrap(), 8),
        &Profile::DEFAULT,
        CHAR,
        "$ZPM",
    )
    .unwrap()
    .finish()
    .unwrap();
    bytes.extend_from_slice(&body);
    let used = u16::try_from(bytes.len() - USED_LEN.end).unwrap();
    bytes[BUFFER_LEN].copy_from_slice(&u16::MAX.to_be_bytes());
    bytes[USED_LEN].copy_from_slice(&used.to_be_bytes());
    bytes
}

fn token(out: &mut Vec<u8>, code: TokenCode, value: &[u8]) {
    out.extend_from_slice(&code.to_be_bytes(false));
    if code.is_variable() {
        out.extend_from_slice(&u16::try_from(value.len()).unwrap().to_be_bytes());
    }
    out.extend_from_slice(value);
    out.resize(out.len().next_multiple_of(2), 0);
}

/// Single buffers.
const BUFFERS: &[(&str, Bytes)] = &[
    ("texts", |len| event(len, |body, _| token(body, CHAR, b"a text"))),
    ("one code", |len| {
        event(len, |body, _| token(body, TokenCode::new(TypeCode::INT, 2, TokenNumber(1)), &[0, 1]))
    }),
    ("as many codes", |len| {
        event(len, |body, number| {
            let number = TokenNumber(i16::try_from(number % 32_000).unwrap());
            token(body, TokenCode::new(TypeCode::INT, 2, number), &[0, 1]);
        })
    }),
    ("subject marks", |len| {
        event(len, |body, number| {
            if number % 2 == 0 {
                token(body, TokenCode::new(TypeCode::MARK, 0, TokenNumber(-1040)), &[]);
            } else {
                token(body, CHAR, b"$ZPM");
            }
        })
    }),
    ("one long text", |len| {
        event(len, |body, number| {
            if number == 0 {
                token(body, CHAR, &b"\"\\\n\x00\xE9".repeat((len - 300) / 5));
            } else {
                token(body, CHAR, b"");
            }
        })
    }),
    ("unknown types", |len| {
        event(len, |body, _| token(body, TokenCode::new(TypeCode(99), 255, TokenNumber(5)), &[0xAB; 33]))
    }),
];

const BUFFER_ENTRIES: &[(&str, Run<[u8]>)] = &[
    ("walk", |_, bytes| {
        black_box(Buffer::parse(bytes).unwrap().walk().count());
    }),
    ("check", |_, bytes| {
        let _ = black_box(Buffer::parse(bytes).unwrap().check(|_| {}));
        if let Ok(event) = Event::parse(bytes) {
            let _ = event.check(|_| {});
        }
    }),
    ("find", |_, bytes| {
        let wanted = TokenKey::qualified(Ssid::NULL, TokenCode::from_bits(0x01FF_7FFF));
        let _ = black_box(Buffer::parse(bytes).unwrap().find(wanted));
        let _ = black_box(Buffer::parse(bytes).unwrap().find_many(&[wanted, TokenKey::new(LIST)]));
    }),
    ("subjects", |_, bytes| {
        if let Ok(event) = Event::parse(bytes) {
            black_box(event.subjects().count());
        }
    }),
    ("reencode", |_, bytes| {
        let mut output = Vec::new();
        let _ = reencode(&Buffer::parse(bytes).unwrap(), &mut output, |_| Action::Keep);
        black_box(output);
    }),
    ("sentence", |site, bytes| {
        if let Ok(event) = Event::parse(bytes) {
            black_box(site.sentence(&event).to_string());
        }
    }),
    ("regions", |site, bytes| {
        let buffer = Buffer::parse(bytes).unwrap();
        let mut regions = 0;
        let _ = Described::new(site, &buffer).regions(&mut |_| regions += 1);
        black_box(regions);
    }),
    ("verdict", |site, bytes| {
        thread_local! {
            static FILTER: OnceLock<zems::filter::Filter> = const { OnceLock::new() };
        }
        let Ok(event) = Event::parse(bytes) else { return };
        FILTER.with(|filter| {
            let filter = filter.get_or_init(|| {
                let mut sources = SourceMap::new();
                let text = "TOKENPRESENT(ZCOM^TKN^SUBJ^PROC) OR ZRPC^TKN^CPU = 3".to_owned();
                let id = sources.add("condition", text).unwrap();
                let compiled = Compiler::new(site.dictionary()).expression(&mut sources, id).into_result();
                compiled.unwrap().load(&Parameters::new(), site.dictionary()).unwrap()
            });
            let _ = black_box(filter.verdict(&event, &mut Scratch::new()));
        });
    }),
];

/// Texts that no language has.
const TEXTS: &[(&str, Text)] = &[
    ("line ends", |len| "\n".repeat(len)),
    ("blanks", |len| " ".repeat(len)),
    ("one word", |len| "a".repeat(len)),
    ("words", |len| "a ".repeat(len / 2)),
    ("opening brackets", |len| "(".repeat(len)),
    ("opening lists", |len| "[".repeat(len)),
    ("opening braces", |len| "{\"a\":".repeat(len / 5)),
    ("quotes", |len| "\"".repeat(len)),
    ("semicolons", |len| ";\n".repeat(len / 2)),
    ("question marks", |len| "?a\n".repeat(len / 3)),
    ("commas", |len| ",".repeat(len)),
];

fn lines(line: &str, len: usize) -> String {
    line.repeat(len / line.len() + 1)
}

type Shapes = &'static [(&'static str, Text)];

const TEXT_ENTRIES: &[(&str, Run<str>, Shapes)] = &[
    (
        "JSON",
        |site, text| {
            let reader = formats::json::Reader::new(site.dictionary());
            for line in text.lines() {
                let _ = black_box(reader.read(line, Timestamp::UNSET));
            }
        },
        &[
            ("events", |len| lines(&of_samples("json"), len)),
            ("one event of many tokens", |len| {
                let token = r#"{"code":"02020001","type":"INT","value":1},"#;
                let tokens = lines(token, len.min(48 << 10) / 10);
                let tokens = tokens.trim_end_matches(',');
                format!(r#"{{"kind":"event","ssid":"TANDEM.9001.D10","number":8,"tokens":[{tokens}]}}"#)
            }),
            ("one key many times", |len| format!("{{{}\"kind\":\"event\"}}", r#""x":1,"#.repeat(len / 6))),
        ],
    ),
    (
        "OTLP JSON",
        |_, text| {
            for line in text.lines() {
                let _ = black_box(Request::from_json(line));
            }
        },
        &[("requests", |len| lines(&of_samples("otlp"), len))],
    ),
    (
        "printed text",
        |_, text| {
            static SET: OnceLock<TemplateSet> = OnceLock::new();
            static MATCHER: OnceLock<Matcher<'static>> = OnceLock::new();
            thread_local! {
                static IMPORTER: RefCell<Importer<'static>> = RefCell::new({
                    let set = SET.get_or_init(TemplateSet::builtin);
                    let matcher = MATCHER.get_or_init(|| Matcher::new(set, Dictionary::builtin()));
                    Importer::new(set, Dictionary::builtin(), matcher, ImportOptions::default())
                });
            }
            IMPORTER.with_borrow_mut(|importer| black_box(import(importer, text)));
        },
        &[
            ("sentences", |len| lines(&of_samples("text"), len)),
            ("one long sentence", |len| {
                let text = of_samples("text");
                format!("{} {}\n", text.lines().next().unwrap(), "died because ".repeat(len / 13))
            }),
        ],
    ),
    (
        "syslog",
        |site, text| {
            static SET: OnceLock<TemplateSet> = OnceLock::new();
            let set = SET.get_or_init(TemplateSet::builtin);
            thread_local! {
                static IMPORTER: RefCell<Option<zems::syslog::Importer<'static>>> = const { RefCell::new(None) };
            }
            let _ = site;
            IMPORTER.with_borrow_mut(|importer| {
                let importer = importer
                    .get_or_insert_with(|| zems::syslog::Importer::new(Dictionary::builtin(), set).unwrap());
                let mut out = Vec::new();
                for line in text.lines() {
                    out.clear();
                    let _ = black_box(importer.event(&Line::parse(line), &TimePolicy::default(), &mut out));
                }
            });
        },
        &[
            ("lines", |len| lines(include_str!("../../samples/junos.log"), len)),
            ("structured data", |len| {
                format!("<165>1 2026-11-20T10:15:00Z h a 1 I [x@1 {}] t\n", "k=\"v\" ".repeat(len / 6))
            }),
        ],
    ),
    (
        "DDL",
        |_, text| load("source.ddl", text),
        &[
            ("constants", |len| many(len, |at| format!("CONSTANT c{at} VALUE {at}.\n"))),
            ("chains of constants", |len| many(len, |at| format!("CONSTANT c{at} VALUE c{}.\n", at + 1))),
            ("structures", |len| many(len, |at| format!("DEF d{at}.\n02 a PIC X.\n02 b PIC 9.\nEND\n"))),
            ("one long structure", |len| {
                format!("DEF d.\n{}END\n", many(len, |at| format!("02 f{at} PIC X.\n")))
            }),
            ("faults", |len| lines("DEF a TYPE b.\n02 c PIC Q.\n", len)),
        ],
    ),
    (
        "templates",
        |_, text| load("source.tmpl", text),
        &[
            ("messages", |len| {
                many(len, |at| {
                    format!("MSG: ZEMS-TKN-EVENTNUMBER, {}\n\"A text <1>\"\n1: ZEMS-TKN-CPU\n", at % 30_000)
                })
            }),
            ("faults", |len| lines("MSG: NO-SUCH-TOKEN, 4\n\"A <1\n1:\n", len)),
        ],
    ),
    (
        "C header",
        |_, text| load("source.h", text),
        &[
            ("constants", |len| many(len, |at| format!("#define C_{at} {at}\n"))),
            ("structures", |len| {
                many(len, |at| format!("typedef struct s{at} {{ short a; char b[8]; }} t{at};\n"))
            }),
            ("conditions", |len| lines("#ifdef A\n", len)),
        ],
    ),
    (
        "event metadata",
        |_, text| load("source.events", text),
        &[("events", |len| {
            many(len, |at| format!("EVENT E-{at} NUMBER {}\n TOKEN ZEMS-TKN-CPU\n", at % 30_000))
        })],
    ),
    (
        "filter",
        |site, text| {
            let mut sources = SourceMap::new();
            let Ok(id) = sources.add("filter", text.to_owned()) else { return };
            black_box(Compiler::new(site.dictionary()).compile(&mut sources, id));
        },
        &[
            ("conditions", |len| {
                format!("FILTER f; BEGIN {} END;", lines("IF ZEMS^TKN^CPU = 1 THEN PASS;\n", len))
            }),
            ("one long condition", |len| {
                format!("FILTER f; BEGIN IF {} TRUE THEN PASS; END;", lines("ZEMS^TKN^CPU = 1 OR\n", len))
            }),
            ("faults", |len| lines("IF NOSUCH^TOKEN = ( THEN PASS 99999;\n", len)),
        ],
    ),
    (
        "chapters",
        |_, text| {
            let (mut sources, mut diagnostics) = (SourceMap::new(), Diagnostics::new());
            let Ok(source) = sources.add("chapter", text.to_owned()) else { return };
            let options = ChapterOptions::default();
            black_box(Chapter::parse(source, &sources, &options, &mut diagnostics).definitions(&options));
            black_box(EventChapter::parse(source, &sources, &mut Diagnostics::new()).definitions());
        },
        &[
            ("messages", |len| {
                many(len, |at| format!("TAG_{at}\nSystem Log Message  a <b>\nDescription  c\nType  Error\n"))
            }),
            ("events", |len| {
                many(len, |at| format!("{at}: EVT-{at}\nA <1> text\nCause. c\nEffect. e\nRecovery. r\n"))
            }),
        ],
    ),
];

/// Loads a source of definitions beside the shipped ones.
fn load(name: &'static str, text: &str) {
    let mut loader = Loader::new();
    if loader.add(name, text.to_owned()).is_ok() {
        black_box(loader.load(&NoLoader));
    }
}

/// Lines with a number, at least `len` bytes of them.
fn many(len: usize, line: impl Fn(usize) -> String) -> String {
    let mut text = String::new();
    let mut at = 0;
    while text.len() < len {
        text += &line(at);
        at += 1;
    }
    text
}

/// The output of a format for two samples.
fn of_samples(format: &str) -> String {
    let samples = [zems::samples::BKUP_FAIL, zems::samples::PID_FILE_LOCK];
    let buffers = samples.map(|bytes| Buffer::parse(bytes).unwrap());
    written(&Site::builtin(), format, &Options::default(), &buffers)
}
