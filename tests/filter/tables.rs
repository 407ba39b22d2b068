//! Filter tables, burst filters, and several filters at once (EMS Manual 426909, section 6).

use zems::ems::{Event, EventHeader};
use zems::filter::{
    AnyFilter, BurstFilter, BurstMonitor, BurstNotice, Compiled, Compiler, FilterTable, Filters, Parameters,
    Scratch, TableSource, TooManyFilters,
};
use zems::spi::{Ssid, Timestamp};
use zems::text::SourceMap;

use super::site::*;

/// The table of EMS Manual 6-7.
pub const MANUAL_TABLE: &str = "\
?COMMENT
EMS FILTER TABLE
?EMPHASIS 1
?USER 165,168
?COMMENT
owner    subsys    event#              passval
?PASS
TANDEM   EMS       1000..1050          10
                   1100
         TMF       *                   20
         TLAM      -3                  30
                   513                 31
                   139                 32
MYSYS    15        100..500            40
YOURSYS  *                             50
";

/// The burst filter of EMS Manual 6-11.
pub const MANUAL_BURST: &str = "\
?COMMENT
Burst Detection/Suppression
?SUPPRESS
! Number of event occurrences for a burst
?N 50
?T1 60
?T2 120
?T3 30
?S 20
?L 0
";

fn read(text: &str) -> (Option<TableSource>, String) {
    let (dictionary, nodes) = (dictionary(), nodes());
    let mut sources = SourceMap::new();
    let id = sources.add("table", text.to_string()).unwrap();
    let compilation = Compiler::new(&dictionary).with_nodes(&nodes).table(&sources, id);
    let remarks = compilation.diagnostics().render(&sources);
    (compilation.into_parts().0, remarks)
}

fn table(text: &str) -> FilterTable {
    match read(text) {
        (Some(TableSource::Table(table)), remarks) if remarks.is_empty() => table,
        (_, remarks) => panic!("{remarks}"),
    }
}

fn of(owner_and_number: &str, number: i16) -> EventHeader<'static> {
    EventHeader {
        emphasis: true,
        user: (165, 168),
        ..EventHeader::new(ssid(&format!("{owner_and_number}.0")), number)
    }
}

fn judge(table: &FilterTable, header: &EventHeader<'_>) -> String {
    let bytes = event(header, |_| ());
    let event = Event::parse(&bytes).unwrap();
    let scratch = Scratch::new();
    let verdict = table.verdict(&event, &scratch);
    assert_eq!(table.explain(&event, &scratch).verdict, verdict);
    verdict.to_string()
}

#[test]
fn the_table_of_the_manual() {
    let table = table(MANUAL_TABLE);
    for (ssid, number, expected) in [
        ("TANDEM.9000", 1000, "PASS 10"),
        ("TANDEM.9000", 1050, "PASS 10"),
        ("TANDEM.9000", 1051, "FAIL"),
        ("TANDEM.9000", 1100, "PASS"),
        ("TANDEM.9004", -5, "PASS 20"),
        ("TANDEM.9031", -3, "PASS 30"),
        ("TANDEM.9031", 513, "PASS 31"),
        ("TANDEM.9031", 139, "PASS 32"),
        ("TANDEM.9031", 140, "FAIL"),
        ("TANDEM.15", 100, "FAIL"),
        ("MYSYS.15", 100, "PASS 40"),
        ("MYSYS.16", 100, "FAIL"),
        ("YOURSYS.3", 9999, "PASS 50"),
        ("OTHER.3", 100, "FAIL"),
    ] {
        assert_eq!(judge(&table, &of(ssid, number)), expected, "{ssid} {number}");
        assert_eq!(judge(&table, &EventHeader { emphasis: false, ..of(ssid, number) }), "FAIL");
        assert_eq!(judge(&table, &EventHeader { user: (165, 167), ..of(ssid, number) }), "FAIL");
    }
    let bytes = event(&of("TANDEM.9000", 1100), |_| ());
    let explanation = table.explain(&Event::parse(&bytes).unwrap(), &Scratch::new());
    assert_eq!(
        explanation.to_string(),
        "PASS by table:9:1 1100\n  table:3:1 TRUE  ?EMPHASIS 1\n  table:4:1 TRUE  ?USER 165,168"
    );
    let bytes = event(&EventHeader { user: (1, 168), ..of("TANDEM.9000", 1100) }, |_| ());
    let explanation = table.explain(&Event::parse(&bytes).unwrap(), &Scratch::new());
    assert!(explanation.to_string().starts_with("FAIL by table:4:1 ?USER 165,168\n"), "{explanation}");
}

#[test]
fn the_tables_of_dsm_scm() {
    // DSM/SCM Event Management Programming Manual 3-8.
    let all =
        table("?COMMENT\nPass all DSM/SCM events\nowner    subsys    event#\n?PASS\nTANDEM   DSMSCM    *\n");
    assert_eq!(judge(&all, &of("TANDEM.9020", 7)), "PASS");
    assert_eq!(judge(&all, &of("TANDEM.9021", 7)), "FAIL");
    let some = table(
        "?COMMENT\nPass specific DSM/SCM events with pass values\nowner    subsys    event#              passval\n?PASS\n\
         TANDEM   DSMSCM    1000..1025          10\n                   2000..2095          20\n                   5000..5095          50\n",
    );
    for (number, expected) in
        [(1000, "PASS 10"), (1026, "FAIL"), (2095, "PASS 20"), (5050, "PASS 50"), (4999, "FAIL")]
    {
        assert_eq!(judge(&some, &of("TANDEM.9020", number)), expected, "{number}");
    }
}

#[test]
fn directives_test_the_header() {
    let base = of("ACME.7", 5);
    let standard = |content_standard| EventHeader { content_standard, ..base };
    let user = |content_user| EventHeader { content_user, ..base };
    let at = |time: &str| EventHeader { generated: time.parse().unwrap(), ..base };
    let named = EventHeader { process: br"\ABCD.$ZPM:9", node: 17, cpu: 3, pin: 300, ..base };
    let c_series = EventHeader { process: b"$ZPM", node: 17, layout: Some(32), ..base };
    for (directives, header, expected) in [
        ("?EMPHASIS 0", base, "FAIL"),
        ("?USER 165,*", base, "PASS"),
        ("?USER 255,*", base, "FAIL"),
        ("?STYPE 3", standard(3), "PASS"),
        ("?STYPE 3", standard(4), "FAIL"),
        ("?UTYPE -3", user(-3), "PASS"),
        ("?START 10:00", at("2026-11-20T09:59:59Z"), "FAIL"),
        ("?START 10:00", at("2026-11-20T10:00:00Z"), "PASS"),
        ("?START 10:00", at("2026-11-20T23:59:59Z"), "PASS"),
        ("?STOP 10:00", at("2026-11-20T00:00:00Z"), "PASS"),
        ("?STOP 10:00", at("2026-11-20T10:00:00Z"), "FAIL"),
        ("?START 10:00\n?STOP 10:30", at("1999-01-01T10:29:59.999Z"), "PASS"),
        ("?START 10:00\n?STOP 10:30", at("1999-01-01T10:30:00Z"), "FAIL"),
        ("?PROCESS $zpm", named, "PASS"),
        ("?PROCESS $zpm", c_series, "PASS"),
        ("?PROCESS $ZP", named, "FAIL"),
        (r"?NODE \abcd", named, "PASS"),
        (r"?NODE \ABCD", c_series, "PASS"),
        ("?NODE 17", named, "PASS"),
        (r"?NODE \COMM", named, "FAIL"),
        ("?CPU 3\n?PIN 300", named, "PASS"),
        ("?CPU 3\n?PIN 301", named, "FAIL"),
    ] {
        let table = table(&format!("{directives}\n?PASS\n*        *\n"));
        assert_eq!(judge(&table, &header), expected, "{directives}");
    }
    let by_type = table(
        "?STYPE\n?PASS\nACME     7         3..4                1\n                   5                   2\n",
    );
    assert_eq!(judge(&by_type, &standard(4)), "PASS 1");
    assert_eq!(judge(&by_type, &standard(5)), "PASS 2");
    assert_eq!(judge(&by_type, &standard(6)), "FAIL");
    let by_user_type = table("?UTYPE\n?FAIL\nACME     7         1024\n");
    assert_eq!(judge(&by_user_type, &user(1024)), "DISCARDEVENT");
    assert_eq!(judge(&by_user_type, &user(1025)), "PASS");
}

#[test]
fn the_window_is_one_of_local_civil_time() {
    let zone = |_: Timestamp| 3600;
    let table = table("?START 10:00\n?STOP 10:30\n?PASS\n*        *\n");
    for (time, expected) in [("09:00:00", true), ("09:29:59", true), ("09:30:00", false), ("10:00:00", false)]
    {
        let header =
            EventHeader { generated: format!("2026-11-20T{time}Z").parse().unwrap(), ..of("ACME.7", 5) };
        let bytes = event(&header, |_| ());
        let verdict = table.verdict(&Event::parse(&bytes).unwrap(), &Scratch::new().with_zone(&zone));
        assert_eq!(verdict.is_pass(), expected, "{time}");
    }
}

#[test]
fn sources_are_distinguished() {
    let compile = |text: &str| {
        let dictionary = dictionary();
        let mut sources = SourceMap::new();
        let id = sources.add("source", text.to_string()).unwrap();
        match Compiler::new(&dictionary).compile(&mut sources, id).into_result() {
            Ok(Compiled::Filter(_)) => "filter",
            Ok(Compiled::Table(_)) => "table",
            Ok(Compiled::Burst(_)) => "burst",
            Err(diagnostics) => panic!("{}", diagnostics.render(&sources)),
        }
    };
    assert_eq!(compile("?NOLIST\nFILTER f; BEGIN END;"), "filter");
    assert_eq!(compile(MANUAL_TABLE), "table");
    assert_eq!(compile(MANUAL_BURST), "burst");
}

#[test]
fn the_burst_filter_of_the_manual() {
    let (Some(TableSource::Burst(burst)), remarks) = read(MANUAL_BURST) else { panic!() };
    assert_eq!(remarks, "");
    assert_eq!(
        burst,
        BurstFilter {
            events: 50,
            interval_start: 60,
            interval_end: 120,
            interval_check_end: 30,
            simultaneous_bursts: 20,
            subject_bytes: Some(0)
        }
    );
    let (Some(TableSource::Burst(defaults)), _) = read("?SUPPRESS\n?L -1\n") else { panic!() };
    assert_eq!(defaults, BurstFilter { subject_bytes: None, ..BurstFilter::default() });
}

/// An event of the stream: seconds from the start, and the value of its subject.
fn of_stream(second: i64, number: i16, subject: &str) -> Vec<u8> {
    let start: Timestamp = "2026-11-20T10:00:00Z".parse().unwrap();
    let header = EventHeader { generated: Timestamp(start.0 + second * 1_000_000), ..of("ACME.7", number) };
    let code = zems::spi::TokenCode::from_bits(0x01FF_0384);
    let profile = &zems::spi::Profile::DEFAULT;
    zems::ems::EventBuilder::new(Vec::new(), &header, profile, code, subject).unwrap().finish().unwrap()
}

/// Which events are hidden, and what is reported.
fn stream(filter: BurstFilter, events: &[(i64, i16, String)]) -> (Vec<bool>, Vec<String>) {
    let mut monitor = BurstMonitor::new(filter);
    let mut notices = Vec::new();
    let hidden = events
        .iter()
        .map(|(second, number, subject)| {
            let bytes = of_stream(*second, *number, subject);
            let tell = |notice: BurstNotice<'_>| {
                notices.push(match notice {
                    BurstNotice::Start(burst) => format!("{second}: start {} {}", burst.number, burst.hidden),
                    BurstNotice::End(burst) => format!("{second}: end {} {}", burst.number, burst.hidden),
                    _ => return,
                });
            };
            monitor.hides(&Event::parse(&bytes).unwrap(), tell).unwrap()
        })
        .collect();
    monitor.stop(|notice| {
        if let BurstNotice::Stopped(burst) = notice {
            notices.push(format!("stopped {} {}", burst.number, burst.hidden));
        }
    });
    (hidden, notices)
}

#[test]
fn the_burst_of_the_manual() {
    // EMS Manual 7-6: 128 lines fail at once; 10 events are left, and the event that a burst has begun.
    let filter = BurstFilter {
        events: 10,
        interval_start: 30,
        interval_end: 60,
        subject_bytes: Some(15),
        ..BurstFilter::default()
    };
    let events: Vec<_> =
        (0..128).map(|line| (line / 10, 7, format!(r"\ABC.$LINE0001.#LU{line:02}"))).collect();
    let (hidden, notices) = stream(filter, &events);
    assert_eq!(hidden.iter().filter(|hidden| !**hidden).count(), 10);
    assert_eq!(notices, ["0: start 7 0", "stopped 7 118"]);
    // Compared whole, the names differ.
    let (hidden, notices) = stream(BurstFilter { subject_bytes: Some(254), ..filter }, &events[..100]);
    assert!(!hidden.contains(&true) && notices.is_empty());
    let (hidden, _) = stream(BurstFilter { subject_bytes: Some(0), ..filter }, &events);
    assert_eq!(hidden.iter().filter(|hidden| **hidden).count(), 118);
}

#[test]
fn bursts_begin_end_and_are_limited() {
    let filter = BurstFilter {
        events: 2,
        interval_start: 10,
        interval_end: 20,
        interval_check_end: 15,
        simultaneous_bursts: 2,
        subject_bytes: None,
    };
    let at = |second, number| (second, number, format!("$S{second}"));
    // Too slow for a burst: the second lies 11 seconds after the first.
    let (hidden, _) = stream(filter, &[at(0, 1), at(11, 1), at(22, 1)]);
    assert_eq!(hidden, [false, false, false]);
    // The check at 15 finds it 12 seconds quiet, that at 30 finds 27 seconds.
    let (hidden, notices) =
        stream(filter, &[at(0, 1), at(0, 1), at(3, 1), at(29, 2), at(31, 1), at(32, 1), at(33, 1)]);
    assert_eq!(hidden, [false, false, true, false, false, false, true]);
    assert_eq!(notices, ["0: start 1 0", "31: end 1 1", "32: start 1 0", "stopped 1 1"]);
    // Two at once are the most.
    let (hidden, notices) = stream(
        filter,
        &[at(0, 1), at(0, 1), at(0, 2), at(0, 2), at(0, 3), at(0, 3), at(0, 3), at(1, 1), at(1, 2)],
    );
    assert_eq!(hidden, [false, false, false, false, false, false, false, true, true]);
    assert_eq!(notices.len(), 4);
    // Time never runs backwards.
    let (hidden, _) = stream(filter, &[at(100, 1), at(0, 1), at(0, 1)]);
    assert_eq!(hidden, [false, false, true]);
}

#[test]
fn a_time_without_a_date_is_not_a_time() {
    // At the end of all time no check would ever find the burst over.
    let filter = BurstFilter { events: 2, ..BurstFilter::default() };
    for time in [Timestamp(i64::MAX), Timestamp(-1), Timestamp(1), Timestamp::UNSET] {
        let header = EventHeader { generated: time, logged: time, ..of("ACME.7", 1) };
        let code = zems::spi::TokenCode::from_bits(0x01FF_0384);
        let profile = &zems::spi::Profile::DEFAULT;
        let builder = zems::ems::EventBuilder::new(Vec::new(), &header, profile, code, "$S").unwrap();
        let odd = builder.finish().unwrap();
        let mut monitor = BurstMonitor::new(filter);
        for _ in 0..5 {
            assert_eq!(monitor.hides(&Event::parse(&odd).unwrap(), |_| ()), Ok(false), "{time:?}");
        }
        // Nor does it count for the events that come after it.
        let hides = |second| monitor.hides(&Event::parse(&of_stream(second, 1, "$S")).unwrap(), |_| ());
        assert_eq!([0, 200, 200, 201].map(hides), [Ok(false), Ok(false), Ok(false), Ok(true)], "{time:?}");
    }
}

#[test]
fn each_hidden_event_is_reported_with_its_burst() {
    let filter =
        BurstFilter { events: 2, interval_end: 20, interval_check_end: 15, ..BurstFilter::default() };
    let mut monitor = BurstMonitor::new(filter);
    let mut told = Vec::new();
    for (second, number) in
        [(0, 1), (0, 1), (0, 1), (0, 2), (0, 2), (1, 2), (1, 1), (90, 1), (90, 1), (91, 1)]
    {
        let bytes = of_stream(second, number, "$S");
        let tell = |notice: BurstNotice<'_>| {
            if let BurstNotice::Hidden(burst) = notice {
                told.push((second, burst.id, burst.hidden));
            }
        };
        monitor.hides(&Event::parse(&bytes).unwrap(), tell).unwrap();
    }
    assert_eq!(told, [(0, 0, 1), (1, 1, 1), (1, 0, 2), (91, 2, 1)]);
}

#[test]
fn a_flood_of_different_events_forgets_the_oldest() {
    let filter = BurstFilter { events: 2, subject_bytes: Some(254), ..BurstFilter::default() };
    let mut events: Vec<_> = (0..5000).map(|number| (0, 1, format!("$S{number}"))).collect();
    events.extend([(0, 1, "$S0".to_string()), (0, 1, "$S4999".to_string()), (0, 1, "$S4999".to_string())]);
    let (hidden, _) = stream(filter, &events);
    // $S0 is forgotten, $S4999 is not.
    assert_eq!(&hidden[5000..], [false, false, true]);
}

fn loaded(source: &str) -> AnyFilter {
    let (dictionary, nodes) = (dictionary(), nodes());
    let mut sources = SourceMap::new();
    let id = sources.add("source", source.to_string()).unwrap();
    match Compiler::new(&dictionary).with_nodes(&nodes).compile(&mut sources, id).into_result().unwrap() {
        Compiled::Filter(filter) => filter.load(&Parameters::new(), &dictionary).unwrap().into(),
        Compiled::Table(table) => table.into(),
        Compiled::Burst(burst) => burst.into(),
    }
}

fn together(filters: &[&str], events: &[Vec<u8>]) -> Vec<String> {
    let filters = Filters::new(filters.iter().map(|source| loaded(source)));
    let (mut judge, mut explain) = (filters.session(Scratch::new()), filters.session(Scratch::new()));
    events
        .iter()
        .map(|bytes| {
            let event = Event::parse(bytes).unwrap();
            let judgement = judge.judge(&event).unwrap();
            let (explained, explanations) = explain.explain(&event).unwrap();
            assert_eq!(judgement, explained);
            assert_eq!(explanations.last().unwrap().verdict, judgement.verdict);
            let by = judgement.filter.map_or("-".to_string(), |filter| filter.to_string());
            format!("{} by {by}", judgement.verdict)
        })
        .collect()
}

#[test]
fn several_filters_in_order() {
    // Several filters, EMS Manual 6-2 and 13-50, row by row.
    let pass_5 =
        "FILTER a; BEGIN IF ABC^TKN^STUFF = 5 THEN PASS 5; IF ABC^TKN^STUFF = 6 THEN DISCARDEVENT; END;";
    let pass_table = "?PASS\nACME     7         101                 1\n";
    let fail_table = "?FAIL\nACME     7         102\n";
    let burst = "?SUPPRESS\n?N 2\n?L -1\n";
    let make = |number: i16, stuff: i16| {
        event(&EventHeader { number, ..header() }, |builder| {
            builder.put(code("ABC-TKN-STUFF"), stuff).unwrap();
        })
    };
    let one = |filters: &[&str], number, stuff| together(filters, &[make(number, stuff)]).remove(0);

    assert_eq!(one(&[], 101, 5), "PASS by -");
    assert_eq!(one(&[pass_5], 101, 5), "PASS 5 by 0");
    assert_eq!(one(&[pass_5], 101, 7), "FAIL by 0");
    assert_eq!(one(&[pass_5, pass_table], 101, 5), "PASS 5 by 0");
    assert_eq!(one(&[pass_5, pass_table], 101, 7), "PASS 1 by 1");
    assert_eq!(one(&[pass_5, pass_table], 101, 6), "DISCARDEVENT by 0");
    assert_eq!(one(&[pass_table, pass_5], 100, 7), "FAIL by 1");
    assert_eq!(one(&[pass_table, pass_5], 101, 6), "PASS 1 by 0");
    assert_eq!(one(&[pass_table], 100, 7), "FAIL by 0");
    assert_eq!(one(&[fail_table], 102, 7), "DISCARDEVENT by 0");
    assert_eq!(one(&[fail_table], 101, 7), "PASS by 0");
    assert_eq!(one(&[fail_table, pass_5], 101, 7), "FAIL by 1");
    assert_eq!(one(&[fail_table, pass_5], 102, 5), "DISCARDEVENT by 0");
    assert_eq!(one(&[pass_5, fail_table], 102, 5), "PASS 5 by 0");

    let three = [make(101, 7), make(101, 7), make(101, 7)];
    assert_eq!(together(&[burst], &three), ["PASS by 0", "PASS by 0", "DISCARDEVENT by 0"]);
    assert_eq!(together(&[burst, pass_table], &three), ["PASS 1 by 1", "PASS 1 by 1", "DISCARDEVENT by 0"]);
    // An event that an earlier filter passes never reaches the burst filter.
    assert_eq!(together(&[pass_table, burst], &three), ["PASS 1 by 0", "PASS 1 by 0", "PASS 1 by 0"]);
}

#[test]
fn filters_share_one_walk_without_mixing_their_operands() {
    let lists = |value: &str| {
        format!(
            "FILTER f; BEGIN IF XYZ^TKN^UINT({value}) = {value} THEN PASS {value}; \
             BEGIN LIST(XYZ^TKN^LIST) IF ABC^TKN^STUFF({value}) = {value} THEN PASS 1{value}; END; END;"
        )
    };
    let filters: Vec<String> = (1..=4).map(|value| lists(&value.to_string())).collect();
    let filters: Vec<&str> = filters.iter().map(String::as_str).collect();
    let make = |uints: &[u16], stuffs: &[i16]| {
        event(&header(), |builder| {
            uints.iter().for_each(|value| builder.put(code("XYZ-TKN-UINT"), *value).unwrap());
            builder
                .list_qualified(Ssid::NULL, code("XYZ-TKN-LIST"), |list| {
                    stuffs.iter().try_for_each(|value| list.put(code("ABC-TKN-STUFF"), *value))
                })
                .unwrap();
        })
    };
    let events = [
        make(&[9, 9, 3, 9], &[]),
        make(&[], &[0, 2]),
        make(&[0, 0, 0, 4], &[1]),
        make(&[0, 0, 0, 4], &[0, 0, 0, 4]),
        make(&[], &[]),
    ];
    assert_eq!(
        together(&filters, &events),
        ["PASS 3 by 2", "PASS 12 by 1", "PASS 11 by 0", "PASS 4 by 3", "FAIL by 3"]
    );
}

#[test]
fn a_process_takes_ten_filters() {
    let one = loaded("FILTER f; BEGIN END;");
    let burst = loaded(MANUAL_BURST);
    let many = |count| vec![one.clone(); count];
    assert_eq!(Filters::compatible(many(10)).unwrap().len(), 10);
    assert_eq!(Filters::compatible(many(11)).unwrap_err(), TooManyFilters::Filters { found: 11 });
    assert_eq!(
        Filters::compatible([burst.clone(), burst]).unwrap_err(),
        TooManyFilters::BurstFilters { found: 2 }
    );
    assert_eq!(Filters::new(many(100)).len(), 100);
    assert!(Filters::default().is_empty());
}
