//! Once the memory has grown, verdicts allocate nothing, whatever the filter asks for.

use core::fmt;

use allocation_counter::measure;
use zems::ems::Event;
use zems::filter::{AnyFilter, Compiled, Compiler, EventText, Filters, Parameters, Scratch, TemplateKey};
use zems::spi::{Fname, Ssid, Timestamp};
use zems::text::SourceMap;

use crate::filter::site::{self, code, dictionary, nodes, ssid};

struct Texts;

impl EventText for Texts {
    fn write_text(&self, event: &Event<'_>, key: TemplateKey, text: &mut dyn fmt::Write) -> fmt::Result {
        write!(text, "Event {} by template {}", event.number().unwrap_or(0), key.value)
    }
}

/// Every kind of condition, none of which decides.
const EVERYTHING: &str = "FILTER f (SSID(ACME^VAL^SSID, MY^TKN^1)); BEGIN SSID(ACME^VAL^SSID)
BOOLEAN v;
v := ZSPI^TKN^SSID = SSID(ACME^VAL^SSID) AND ZEMS^TKN^GENTIME > 5 AND ZEMS^TKN^USERID = (255, 254);
IF NOT v THEN PASS 1;
IF XYZ^TKN^TEXT = \"hello\" AND XYZ^TKN^CHAR8 > \"a\" AND LITERALLY(XYZ^TKN^TEXT = \"HELLO\") THEN PASS 2;
IF NOT MATCH(XYZ^TKN^TEXT, \"h*o\") OR NOT MATCH(XYZ^TKN^FILE, \"\\ABCD.$SYSTEM.*\") THEN PASS 3;
IF XYZ^TKN^RECORD.XYZ^DDL^RECORD:Z^COUNTS(0:3) <> XYZ^TKN^INTS OR XYZ^TKN^RECORD.XYZ^DDL^RECORD:Z^BIT = 7 THEN PASS 4;
IF NOT FILENAMECOMPARE(ZEMS^TKN^PROC^DESC, #\\abcd.$null*) OR XYZ^TKN^FILE <> $SYSTEM.X.Y THEN PASS 5;
IF XYZ^TKN^INTS.XYZ^DDL^RECORD:Z^KIND.<0:3> = 9 OR MY^TKN^1 <> 5 OR TOKENPRESENT(ABC^TKN^STUFF(1000)) THEN PASS 6;
BEGIN LIST(XYZ^TKN^LIST) IF ABC^TKN^STUFF(2) <> 2 THEN PASS 7; END;
IF EMSTEXTMATCH((0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,9), \"*template 8\") THEN PASS 8;
END;";

const TABLE: &str =
    "?START 00:00\n?USER 255,*\n?PROCESS $OTHER\n?PASS\nACME     7         1..200\n*        *\n";
const FAIL_TABLE: &str = "?FAIL\nACME     7         1..100\n         8         5\n";
const BURST: &str = "?SUPPRESS\n?N 30000\n";

fn loaded(source: &str) -> AnyFilter {
    let (dictionary, nodes) = (dictionary(), nodes());
    let mut sources = SourceMap::new();
    let id = sources.add("source", source.to_string()).unwrap();
    let compiled = Compiler::new(&dictionary).with_nodes(&nodes).compile(&mut sources, id).into_result();
    match compiled.unwrap_or_else(|diagnostics| panic!("{}", diagnostics.render(&sources))) {
        Compiled::Filter(filter) => {
            let mut parameters = Parameters::new();
            parameters.add("MY^TKN^1=5").unwrap();
            filter.load(&parameters, &dictionary).unwrap().into()
        }
        Compiled::Table(table) => table.into(),
        Compiled::Burst(burst) => burst.into(),
    }
}

fn event() -> Vec<u8> {
    site::event(&site::header(), |builder| {
        builder.put(code("XYZ-TKN-TEXT"), "hello").unwrap();
        builder.put(code("XYZ-TKN-CHAR8"), "goodbye.").unwrap();
        builder.put(code("XYZ-TKN-FILE"), r"\17.$SYSTEM.X.Y".parse::<Fname>().unwrap()).unwrap();
        builder.put(code("XYZ-TKN-INTS"), [1_i16, 2, 3]).unwrap();
        let mut record = [0_u8; 52];
        record[7] = 1;
        builder.put(code("XYZ-TKN-RECORD"), record).unwrap();
        builder.put_table_qualified(Ssid::NULL, code("ABC-TKN-STUFF"), [7_i16, 8]).unwrap();
        builder
            .list_qualified(Ssid::NULL, code("XYZ-TKN-LIST"), |list| {
                list.put(code("ABC-TKN-STUFF"), 1_i16)?;
                list.put_qualified(ssid("ACME.7.0"), code("ABC-TKN-STUFF"), 2_i16)
            })
            .unwrap();
    })
}

#[test]
fn verdicts_allocate_nothing() {
    let zone = |_: Timestamp| 3600;
    let scratch = || Scratch::new().with_event_text(&Texts).with_zone(&zone);
    let bytes = event();
    let filters = Filters::new([EVERYTHING, TABLE, FAIL_TABLE, BURST, EVERYTHING].map(loaded));
    let mut session = filters.session(scratch());
    let AnyFilter::Filter(filter) = loaded(EVERYTHING) else { panic!() };
    let mut space = scratch();
    let run = |session: &mut zems::filter::Session<'_, '_>, space: &mut Scratch<'_>| {
        let event = Event::parse(&bytes).unwrap();
        let judgement = session.judge(&event).unwrap();
        // All of them were asked.
        assert_eq!((judgement.verdict, judgement.filter), (zems::filter::Verdict::Fail, Some(4)));
        assert_eq!(filter.verdict(&event, space).unwrap(), zems::filter::Verdict::Fail);
    };
    run(&mut session, &mut space);
    let allocations = measure(|| (0..100).for_each(|_| run(&mut session, &mut space)));
    assert_eq!(allocations.count_total, 0);
}

#[test]
fn a_filter_on_the_header_needs_no_space() {
    let AnyFilter::Filter(filter) =
        loaded("FILTER f; BEGIN IF ZEMS^TKN^CPU = 3 AND ZEMS^TKN^EMPHASIS = 0 THEN PASS; END;")
    else {
        panic!()
    };
    let bytes = event();
    let allocations = measure(|| {
        let mut scratch = Scratch::new();
        assert!(filter.verdict(&Event::parse(&bytes).unwrap(), &mut scratch).unwrap().is_pass());
    });
    assert_eq!(allocations.count_total, 0);
}
