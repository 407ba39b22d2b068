//! Reading takes little memory: at most 32 bytes for each byte of the input, whatever its shape, and for every text language
//! and reader. The shapes are those that cost most: many tiny tokens, deep nesting, long lists, many short statements.

use core::fmt::Write;

use allocation_counter::measure;
use zems::dictionary::{Chapter, ChapterOptions, Dictionary, EventChapter, Loader};
use zems::filter::Compiler;
use zems::template::TemplateSet;
use zems::text::{Diagnostics, HexBlocks, NoLoader, SourceMap};

/// Bytes of each source, about.
const LEN: usize = 200_000;

thread_local! {
    /// Bytes of each source of this test, about.
    static SOURCE_LEN: core::cell::Cell<usize> = const { core::cell::Cell::new(LEN) };
}

fn source_len() -> usize {
    SOURCE_LEN.get()
}

/// The memory that any read takes.
const LEAST: u64 = 1 << 16;

/// The memory that `read` takes at its peak for this text, in bytes for each byte of it; at most 32.
fn assert_cheap<T>(what: &str, text: &str, read: impl FnOnce() -> T) {
    let mut read = Some(read);
    let mut result = None;
    let info = measure(|| result = read.take().map(|read| read()));
    drop(result);
    let len = u64::try_from(text.len()).unwrap();
    println!("{what}: {} times {len} bytes", info.bytes_max / len);
    let front: String = text.chars().take(40).collect();
    // To see all of them.
    if std::env::var_os("ZEMS_MEMORY_SHOW").is_some() {
        return println!("  {front:?}");
    }
    assert!(
        info.bytes_max <= 32 * len + LEAST,
        "{what}: {} times {len} bytes of {front:?}",
        info.bytes_max / len
    );
}

fn repeated(piece: &str) -> String {
    piece.repeat(source_len() / piece.len())
}

fn numbered(piece: impl Fn(usize) -> String) -> String {
    let mut text = String::new();
    for number in 0.. {
        if text.len() >= source_len() {
            break;
        }
        text.push_str(&piece(number));
    }
    text
}

#[test]
fn definitions() {
    for text in [
        numbered(|n| format!("CONSTANT c{n} VALUE {n}.\n")),
        numbered(|n| format!("DEF d{n} PIC X.\n")),
        numbered(|n| format!("DEF d{n}. 02 a TYPE BINARY. END\n")),
        numbered(|n| format!("TOKEN-CODE t{n} VALUE {n} TOKEN-TYPE ZSPI-TYP-INT.\n")),
        numbered(|n| format!("TOKEN-TYPE y{n} VALUE ZSPI-TDT-INT DEF d{n}.\n")),
        format!("DEF a.\n{}END", numbered(|n| format!("02 f{n} PIC X.\n"))),
        format!("DEF a TYPE ENUM BEGIN.\n{}END", numbered(|n| format!("89 v{n} VALUE {n}.\n"))),
        format!("DEF a. 02 b PIC X MUST BE {}. END", repeated("1 ")),
        repeated("x. "),
        repeated("DEF a. "),
        repeated("\n\""),
        repeated(";"),
        repeated(".\n"),
        repeated("?SECTION a\n"),
        repeated("! a comment !\n"),
        format!("DEF a PIC {}.", repeated("(")),
    ] {
        let mut loader = Loader::new();
        loader.add("a.ddl", text.clone()).unwrap();
        assert_cheap("definitions", &text, || loader.load(&NoLoader));
    }
}

#[test]
fn headers() {
    for text in [
        numbered(|n| format!("#define A{n} {n}\n")),
        numbered(|n| format!("#define A{n} (1+(2))\n")),
        numbered(|n| format!("typedef short a{n};\n")),
        numbered(|n| format!("typedef struct {{ short a; }} s{n};\n")),
        format!("typedef struct {{\n{}}} s;\n", numbered(|n| format!("short a{n};\n"))),
        format!("enum {{ {} z }};\n", numbered(|n| format!("a{n},"))),
        format!("#define A {}\n", repeated("(")),
        numbered(|n| format!("struct s{n}{{char a;}};")),
        numbered(|n| format!("struct s{n}{{char a[2][2],b[2];}};")),
        numbered(|n| format!("struct s{n}{{union{{char a;}}b;}};")),
        numbered(|n| format!("struct s{n}{{struct{{struct{{char a;}}b;}}c;}};")),
        numbered(|n| format!("struct s{n}{{{}}};", "char a;".repeat(100))),
        numbered(|n| format!("struct s{n}{{x y;}};")),
        numbered(|n| format!("enum e{n}{{a}};")),
        numbered(|n| format!("typedef char a{n};")),
        numbered(|n| format!("#define A{n} \"\"\n")),
        numbered(|n| format!("#define A{n} A{}\n", n.saturating_sub(1))),
        repeated("struct a{char b;};"),
        repeated("enum a{b};"),
        format!("#define A 1\n{}", repeated("#\n")),
        format!("#define A 1\n{}", repeated("a;\n")),
        format!("#define A 1\n{}", repeated("#if A\n#endif\n")),
        format!("#define A 1\n{}", repeated("#ifdef A\n")),
        format!("#define A 1\n{}", repeated("struct {")),
        format!("#define A 1\n{}", repeated("/**/")),
        format!("#define A 1\n{}", repeated(";")),
    ] {
        let mut loader = Loader::new();
        loader.add("a.h", text.clone()).unwrap();
        assert_cheap("headers", &text, || loader.load(&NoLoader));
    }
}

/// The same for the longest sources that are read: `cargo test --release --test suite memory -- --ignored`.
#[test]
#[ignore = "takes minutes"]
fn the_longest_sources() {
    let len = std::env::var("ZEMS_MEMORY_LEN").ok().and_then(|len| len.parse().ok()).unwrap_or(7_900_000);
    SOURCE_LEN.set(len);
    headers();
    SOURCE_LEN.set(len.min(4_000_000));
    filters();
    filter_tables();
    SOURCE_LEN.set(len);
    templates();
    definitions();
}

/// The memory of one load is bounded as a whole: with many sources too.
#[test]
fn many_sources_together_have_a_limit() {
    const MOST: usize = 8 << 20;
    let comment = format!("/*{}*/\n", "x".repeat(MOST / 2 - 5));
    for (count, is_refused) in [(2, false), (3, true)] {
        let mut loader = Loader::new();
        for number in 0..count {
            let text = format!("#define A{number} 1\n{comment}").chars().take(MOST / 2).collect::<String>();
            loader.add(format!("{number}.h"), text).unwrap();
        }
        let loaded = loader.load(&NoLoader);
        let said = loaded.diagnostics.render(&loaded.sources).to_string();
        assert_eq!(said.contains("the C headers are too long together"), is_refused, "{count}: {said}");
    }

    let dictionary = Dictionary::builtin();
    let mut sources = SourceMap::new();
    let mut set = TemplateSet::new(dictionary);
    let mut diagnostics = Diagnostics::new();
    let text =
        format!("VERSION: \"1\"\nSSID: ZRPC-VAL-SSID\nSSNAME: \"RPC\"\n{}", "\n".repeat(MOST / 2 - 100));
    for number in 0..3 {
        let id = sources.add(format!("{number}.tmpl"), text.clone()).unwrap();
        let listing = set.compile(dictionary, id, &mut sources, &NoLoader, &mut diagnostics);
        assert_eq!(listing.errors, usize::from(number == 2), "{}", diagnostics.render(&sources));
    }
    let said = diagnostics.render(&sources).to_string();
    assert!(said.contains("the template sources are too long together"), "{said}");
}

#[test]
fn templates() {
    let dictionary = Dictionary::builtin();
    let head = "VERSION: \"1\"\nSSID: ZRPC-VAL-SSID\nSSNAME: \"RPC\"\n\n";
    for body in [
        numbered(|n| format!("MSG: ZEMS-TKN-EVENTNUMBER, {n}\n\"text <1>\"\n1: ZRPC-TKN-CPU\n")),
        numbered(|_| "MSG: ZEMS-TKN-EVENTNUMBER, 5\n\"text <1>\"\n1: ZRPC-TKN-CPU\n".to_owned()),
        numbered(|n| format!("MSG: ZEMS-TKN-EVENTNUMBER, {n} \"\"\n")),
        numbered(|n| format!("MSG:ZEMS-TKN-EVENTNUMBER,{n}\nOVERRIDE ZEMS-TKN-EMPHASIS -1\n")),
        format!("MSG: ZEMS-TKN-EVENTNUMBER, 5\n{}1: ZRPC-TKN-CPU\n", repeated("\"<1><1><1><1>\"\n")),
        format!("MSG: ZEMS-TKN-EVENTNUMBER, 5\n{}1: ZRPC-TKN-CPU\n", repeated("\"a\"\n")),
        format!("MSG: ZEMS-TKN-EVENTNUMBER, 5\n\"a\"\n{}", repeated("1:A\n")),
        repeated("DEF_ENUM: ZRPC-TKN-CPU AS A\n"),
        repeated("FORMAT: A WITH B\n"),
        repeated("{}\n"),
        repeated("x\n"),
        repeated("\"\n"),
    ] {
        let text = format!("{head}{body}");
        let mut sources = SourceMap::new();
        let id = sources.add("a.tmpl", text.clone()).unwrap();
        let mut set = TemplateSet::new(dictionary);
        let mut diagnostics = Diagnostics::new();
        assert_cheap("templates", &text, || {
            set.compile(dictionary, id, &mut sources, &NoLoader, &mut diagnostics)
        });
    }
}

#[test]
fn filters() {
    let dictionary = Dictionary::builtin();
    let within = |body: String| format!("FILTER f;\nBEGIN\n{body}\nEND;\n");
    let chain = |n: usize| format!("ZEMS^TKN^EVENTNUMBER = {n}\nOR ");
    for text in [
        within(numbered(|n| format!("IF ZEMS^TKN^EVENTNUMBER = {n} THEN PASS 5;\n"))),
        within(numbered(|n| format!("IF ZEMS^TKN^CPU = {n} THEN PASS;\n"))),
        within(format!("IF {}FALSE THEN PASS;", numbered(chain))),
        within(format!("IF {}FALSE THEN PASS;", numbered(|n| format!("MATCH(ZEMS^TKN^TEXT,\"{n}*\") OR ")))),
        within(format!("BOOLEAN a;\nIF {}a THEN PASS;", repeated("a OR "))),
        within(format!("BOOLEAN a;\n{}", repeated("a:=a;"))),
        // As many words and symbols as a filter of its length may have.
        within(format!("BOOLEAN a;\n{}", repeated("a:=a;       "))),
        within(format!("BOOLEAN a;\nIF {}a THEN PASS;", repeated("a OR  "))),
        within(format!("BOOLEAN a;\n{}", repeated("IF a THEN FAIL;"))),
        within(format!("IF {}TRUE THEN FAIL;", repeated("1=1 AND     "))),
        within(format!("IF {}TRUE THEN FAIL;", repeated("A=B AND     "))),
        within(format!("IF {}TRUE THEN FAIL;", repeated("NOT (TRUE) OR  "))),
        within(format!("PASS 1 ({}1);", repeated("1,    "))),
        within(repeated("FAIL; ")),
        within(repeated("FAIL;")),
        within(repeated("IF TRUE THEN FAIL;")),
        within(repeated("[#PUSH a] ")),
        within(format!("PASS 1 ({}1);", repeated("1,"))),
        within(format!("IF ZEMS^TKN^USERID = ({}1) THEN PASS;", repeated("1,"))),
        within(repeated("== a comment\n")),
        within(repeated("{}")),
        repeated("<"),
        repeated("a "),
        repeated("1 "),
        repeated("\"\"\n"),
        repeated(";"),
        repeated("("),
    ] {
        let mut sources = SourceMap::new();
        let id = sources.add("a.emf", text.clone()).unwrap();
        assert_cheap("filters", &text, || Compiler::new(dictionary).filter(&mut sources, id));
    }
}

#[test]
fn filter_tables() {
    let dictionary = Dictionary::builtin();
    for text in [
        format!("?TABLE PASS\n{}", numbered(|n| format!("TANDEM.RPC.*, {n}\n"))),
        format!("?TABLE PASS\n{}", repeated("*,1\n")),
        format!("?TABLE PASS\n{}", repeated("x\n")),
        format!("?TABLE PASS\n{}", repeated("?\n")),
    ] {
        let mut sources = SourceMap::new();
        let id = sources.add("a.tbl", text.clone()).unwrap();
        assert_cheap("tables", &text, || Compiler::new(dictionary).table(&sources, id));
    }
}

#[test]
fn chapters() {
    for text in [
        numbered(|n| format!("JSRPD_A{n}\nSystem Log Message\ntext {n}\nDescription x.\n\n")),
        numbered(|n| format!("{n:06}\n\nZRPC-EVT-A{n} text\n\n")),
        repeated("a\n"),
        repeated("<a> "),
    ] {
        let mut sources = SourceMap::new();
        let id = sources.add("a.txt", text.clone()).unwrap();
        let options = ChapterOptions::default();
        assert_cheap("chapters", &text, || Chapter::parse(id, &sources, &options, &mut Diagnostics::new()));
        assert_cheap("chapters of NonStop manuals", &text, || {
            EventChapter::parse(id, &sources, &mut Diagnostics::new())
        });
    }
}

#[test]
fn hexadecimal_text() {
    for text in [
        repeated("00\n"),
        repeated("F"),
        repeated("0\n\n"),
        repeated("# a comment\n"),
        repeated("00000000: 00\n"),
        // A region that `*` repeats to a megabyte: what a text may ask for is bounded as a whole.
        numbered(|_| "000000 00\n*\n100000\n\n".to_owned()),
    ] {
        let mut most = 0;
        let mut blocks = HexBlocks::new();
        let mut repeated = 0;
        for line in text.lines() {
            let mut block = None;
            let info = measure(|| block = blocks.line(line.as_bytes()));
            most = most.max(info.bytes_max);
            repeated += block.map_or(0, |block| block.bytes.len());
        }
        assert!(repeated <= HexBlocks::LONGEST + text.len(), "{repeated} bytes");
    }
    let text = repeated("F");
    let mut blocks = HexBlocks::new();
    assert_cheap("hexadecimal text", &text, || blocks.line(text.as_bytes()));
}

#[cfg(feature = "json")]
#[test]
fn json() {
    let reader = zems::formats::json::Reader::new(Dictionary::builtin());
    let token = |value: String| {
        format!(
            "{{\"kind\":\"event\",\"ssid\":\"ACME.7.A01\",\"number\":1,\"tokens\":\
             [{{\"name\":\"ZEMS-TKN-SUBJECT-MARK\"}},{value}]}}"
        )
    };
    let list = |piece: &str| format!("[{}{piece}]", repeated(&format!("{piece},")));
    for text in [
        token(format!("{{\"code\":\"02FF0001\",\"value\":{}}}", list("1"))),
        token(format!("{{\"code\":\"02020001\",\"values\":{}}}", list("1"))),
        token(format!("{{\"code\":\"01FF0001\",\"values\":{}}}", list("\"\""))),
        token(list("1")),
        token(list("{}").replace(['[', ']'], "")),
        token(list("{\"\":1}").replace(['[', ']'], "")),
        token(format!("{{{}\"a\":1}}", repeated("\"\":1,"))),
        token(list("[]")),
        token(list("[[[]]]")),
        token(list("\"\\n\"")),
        token(format!("{{\"code\":\"01FF0001\",\"value\":\"{}\"}}", repeated("\\n"))),
        list("{}"),
        repeated("["),
        repeated("\""),
    ] {
        assert_cheap("JSON", &text, || reader.read(&text, zems::spi::Timestamp::UNSET));
    }
}

#[cfg(feature = "otlp")]
#[test]
fn otlp() {
    use zems::formats::otlp::{Reader, Request};

    fn message(field: u8, content: &[u8]) -> Vec<u8> {
        let mut bytes = vec![field << 3 | 2];
        let mut len = content.len();
        while len > 127 {
            bytes.push(u8::try_from(len & 127 | 128).unwrap());
            len >>= 7;
        }
        bytes.push(u8::try_from(len).unwrap());
        bytes.extend_from_slice(content);
        bytes
    }
    let many = |piece: &[u8]| piece.repeat(LEN / piece.len());
    let record = |content: &[u8]| message(1, &message(2, &message(2, content)));
    let ours = |value: &[u8]| {
        let kind = [message(1, b"ems.kind"), message(2, &message(1, b"event"))].concat();
        let value = [message(1, b"ems.tokens"), message(2, value)].concat();
        record(&[message(6, &kind), message(6, &value)].concat())
    };
    let reader = Reader::new(Dictionary::builtin());
    let mut refused = 0;
    for bytes in [
        many(&message(1, b"")),
        message(1, &many(&message(2, b""))),
        message(1, &message(2, &many(&message(2, b"")))),
        record(&many(&message(6, b""))),
        record(&many(&message(6, &[message(1, b"a"), message(2, &[0x18, 1])].concat()))),
        ours(&message(5, &many(&message(1, b"")))),
        ours(&message(5, &many(&message(1, &[0x18, 1])))),
        ours(&message(6, &many(&message(1, b"")))),
        ours(&message(6, &many(&message(1, &[message(1, b"a"), message(2, &[0x18, 1])].concat())))),
    ] {
        let len = u64::try_from(bytes.len()).unwrap();
        let info = measure(|| match Request::from_protobuf(&bytes) {
            Ok(request) => {
                request.records().for_each(|record| drop(reader.read(&record, zems::spi::Timestamp::UNSET)));
            }
            Err(error) => {
                assert!(error.to_string().contains("without content"), "{error}");
                refused += 1;
            }
        });
        println!("protobuf: {} times {len} bytes", info.bytes_max / len);
        assert!(info.bytes_max <= 32 * len + 4 * LEAST, "{} times {len} bytes", info.bytes_max / len);
    }
    // Those that consist of something are read.
    assert_eq!(refused, 6);

    let list = |piece: &str| format!("[{}{piece}]", repeated(&format!("{piece},")));
    let records =
        |records: String| format!("{{\"resourceLogs\":[{{\"scopeLogs\":[{{\"logRecords\":{records}}}]}}]}}");
    let attributes = |attributes: String| records(format!("[{{\"attributes\":{attributes}}}]"));
    let ours = |value: String| {
        attributes(format!(
            "[{{\"key\":\"ems.kind\",\"value\":{{\"stringValue\":\"event\"}}}},\
             {{\"key\":\"ems.tokens\",\"value\":{{\"arrayValue\":{{\"values\":{value}}}}}}}]"
        ))
    };
    for text in [
        format!("{{\"resourceLogs\":{}}}", list("{}")),
        records(list("{}")),
        records(list("{\"a\":1}")),
        attributes(list("{\"key\":\"\"}")),
        ours(list("{}")),
        ours(list("{\"intValue\":1}")),
        ours(list("{\"arrayValue\":{\"values\":[]}}")),
    ] {
        assert_cheap("OTLP JSON", &text, || {
            let request = Request::from_json(&text);
            let records = request.iter().flat_map(Request::records);
            records.map(|record| drop(reader.read(&record, zems::spi::Timestamp::UNSET))).count()
        });
    }
}

#[test]
fn lines_of_a_system_log() {
    use zems::syslog::{Importer, Line, TimePolicy};

    let set = TemplateSet::builtin();
    let mut importer = Importer::new(Dictionary::builtin(), &set).unwrap();
    let mut text = String::new();
    for shape in ["<13>1 - - - - - ", "<13>1 - - - - - [a ", "Jan  1 00:00:00 h a: ", "JSRPD_", "a[", ""] {
        for piece in ["x", "a=\"\" ", "[a b=\"c\"]", "\\", "\"", "]", "<", ": "] {
            text.clear();
            write!(text, "{shape}{}", repeated(piece)).unwrap();
            assert_cheap("a line of a system log", &text, || {
                let mut bytes = Vec::new();
                importer
                    .event(&Line::parse_bytes(text.as_bytes()), &TimePolicy::default(), &mut bytes)
                    .is_ok()
            });
        }
    }
}
