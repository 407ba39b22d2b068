//! Templates run backwards.

use proptest::prelude::*;
use zems::ems::Event;
use zems::spi::Ssid;
use zems::template::{
    ImportOptions, Importer, Layout, MatchOptions, Matched, Matcher, PrintedLines, RenderOptions, Scratch,
    TemplateKey, TemplateSet, Text,
};

use super::site::{self, ABC, ABC_SOURCE, EMS, code, compile, dictionary, event, render, time};

/// The match that was found for a sentence.
#[derive(Debug, PartialEq)]
struct Found {
    key: TemplateKey,
    matched: Matched,
    is_ambiguous: bool,
    others: Vec<TemplateKey>,
}

fn find(set: &TemplateSet, text: &str) -> Option<Found> {
    find_with(set, text, &MatchOptions::default())
}

fn find_with(set: &TemplateSet, text: &str, options: &MatchOptions<'_>) -> Option<Found> {
    let dictionary = dictionary();
    let matcher = Matcher::new(set, &dictionary);
    let options = MatchOptions { ..*options };
    let found = matcher.find(text, &options, &mut Scratch::default())?;
    Some(Found {
        key: found.key(),
        matched: found.values(),
        is_ambiguous: found.is_ambiguous(),
        others: found.others().into(),
    })
}

/// One template of event 4.
fn template(strings: &str, descriptors: &str) -> TemplateSet {
    let source = format!("{ABC_SOURCE}MSG: ZEMS-TKN-EVENTNUMBER, 4\n{strings}\n{descriptors}\n");
    compile(&dictionary(), &[&source])
}

fn values(found: &Found) -> Vec<(u16, &[u8])> {
    let tokens = found.matched.tokens.iter();
    tokens.map(|token| (token.code.number().0.unsigned_abs(), token.bytes.as_slice())).collect()
}

#[test]
fn numbers_text_and_labels() {
    let set = template(
        "\"Unit <1> of <2>, <3>: <4> because <5>\"",
        "1: ZABC-TKN-FILEERR, ZI4\n2: ZABC-TKN-A, H\n3: ZABC-TKN-FLAG\n4: ZABC-TKN-TEXT\n5: ZABC-TKN-REASON",
    );
    let matched = find(&set, "Unit -012 of FF, T: a line, of text because it stopped").unwrap();
    assert_eq!(
        values(&matched),
        [
            (2, &[0xFF, 0xF4][..]),
            (6, &[0, 0xFF]),
            (14, &[0xFF, 0xFF]),
            (10, b"a line, of text"),
            (11, &[0, 2])
        ]
    );
    assert!(matched.matched.is_exact && !matched.is_ambiguous);
    assert_eq!((matched.key.ssid().to_string().as_str(), matched.key.value()), ("CUSTOMER.1.0", 4));
    // Only what the edit codes would have written is taken.
    for text in [
        "Unit 12 of FF, T: x because it stopped",
        "Unit 0012 of ff, T: x because it stopped",
        "Unit 0012 of 0FF, T: x because it stopped",
        "Unit 99999 of FF, T: x because it stopped",
        "Unit 0012 of FF, Y: x because it stopped",
        "Unit 0012 of FF, T: x because it exploded",
        "Unit 0012 of FF, T: x because 7",
    ] {
        assert_eq!(find(&set, text), None, "{text}");
    }
    // The label of the DEF says that the value has none of its own, not which it is.
    let matched = find(&set, "Unit 0012 of FF, T: x because for no known reason").unwrap();
    assert!(!matched.matched.is_exact);
}

#[test]
fn names_times_and_addresses() {
    let set = template(
        "\"<1> on <2> at <3> <4> by <5> from <6> owned by <7>.\"",
        "1: SSID(ZEMS-VAL-SSID, ZEMS-TKN-PROGRAMFILE)\n2: ZABC-TKN-DEVICE\n3: ZABC-TKN-B, DATE \"dd.mm.yyyy\"\n\
         4: ZABC-TKN-B, TIME \"hh:mi:ss.mil,mic\"\n5: ZABC-TKN-TRANSID\n6: ZABC-TKN-ADDR, IPADDR\n7: ZABC-TKN-OWNER",
    );
    let text = r"\3.$DATA.A.B on $LAPX at 20.11.2026 10:15:00.123,456 by \3(2).1.200 from 10.0.0.255 owned by CUSTOMER.ABC.J00.";
    let matched = find(&set, text).unwrap();
    assert_eq!(
        values(&matched),
        [
            (7, &b"\\\x03DATA  A       B       "[..]),
            (16, b"$LAPX   "),
            (7, &time("2026-11-20T10:15:00.123456Z").0.to_be_bytes()),
            (12, &[4, 1, 0, 0, 0, 200, 0, 2]),
            (15, &[10, 0, 0, 255]),
            (18, ABC.parse::<Ssid>().unwrap().as_bytes()),
        ]
    );
    assert!(matched.matched.is_exact);
    assert_eq!(matched.matched.tokens[0].ssid, Some(EMS.parse().unwrap()));
}

#[test]
fn times_are_read_in_the_zone_they_are_shown_in() {
    let set = template("\"At <1>.\"", "1: ZABC-TKN-B, TIME");
    let cet = |_| 3600;
    let options =
        MatchOptions { zone: Some(&cet), day: Some(time("2026-11-20T23:30:00Z")), ..Default::default() };
    let matched = find_with(&set, "At 00:15.", &options).unwrap();
    assert_eq!(matched.matched.tokens[0].bytes, time("2026-11-20T23:15:00Z").0.to_be_bytes());
    assert!(!matched.matched.is_exact);
    // Without a day there is no telling.
    assert_eq!(find(&set, "At 00:15."), None);
}

#[test]
fn times_in_fields() {
    use zems::dictionary::{Dictionary, FieldType, Tacl};
    let mut definitions = site::definitions();
    let times = FieldType::Tacl(Tacl::Tstamp);
    let number = FieldType::Binary { bits: 16, unsigned: false, scale: 0 };
    let fields = [("KIND", 0, 2, 1, number), ("BEGUN", 2, 8, 1, times), ("DONE", 10, 8, 1, times)];
    site::structure(&mut definitions, "ZABC-DDL-TIMES", 18, &fields);
    let dictionary = Dictionary::new(&definitions);
    let source = format!(
        "{ABC_SOURCE}MSG: ZEMS-TKN-EVENTNUMBER, 4\n\"Begun at <2> on <1>, done on <3> at <4>, kind <5>.\"\n\
         1: ZABC-MAP-INFO.ZABC-DDL-TIMES.BEGUN, DATE\n2: ZABC-MAP-INFO.ZABC-DDL-TIMES.BEGUN, TIME \"hh:mi:ss.mil.mic\"\n\
         3: ZABC-MAP-INFO.ZABC-DDL-TIMES.DONE, DATE\n4: ZABC-MAP-INFO.ZABC-DDL-TIMES.DONE, TIME\n\
         5: ZABC-MAP-INFO.ZABC-DDL-TIMES.KIND\n"
    );
    let set = compile(&dictionary, &[&source]);
    let matcher = Matcher::new(&set, &dictionary);
    let (begun, done) = (time("2026-11-20T10:15:00.123456Z"), time("2026-11-21T07:08:00Z"));
    let info = [&7_i16.to_be_bytes()[..], &begun.0.to_be_bytes(), &done.0.to_be_bytes()].concat();
    let bytes = event(4, |event| event.put(code("ZABC-MAP-INFO"), zems::spi::write::Raw(&info)));
    let (sentence, _) = render(&set, &bytes);
    assert_eq!(sentence, "Begun at 10:15:00.123.456 on 2026-11-20, done on 2026-11-21 at 07:08, kind 7.");
    let found = matcher.find(&sentence, &MatchOptions::default(), &mut Scratch::default()).unwrap().values();
    let [token] = found.tokens.as_slice() else { unreachable!("{found:?}") };
    assert_eq!((token.bytes.as_slice(), found.is_exact), (info.as_slice(), false));
}

#[test]
fn conditions_and_nested_templates() {
    let source = format!(
        "{ABC_SOURCE}\
         MSG: ZEMS-TKN-EVENTNUMBER, 4\n\"Ended <1><*IF 20>, error <2><*ELSE> well<*ENDIF><*IF 21> (all of them)<*ENDIF>.\"\n\
         1: ZABC-TKN-STATUS, MSG\n2: ZABC-TKN-FILEERR\n20: TOKENPRESENT(ZABC-TKN-FILEERR)\n21: ZABC-TKN-A = 100\n\
         MSG: ZABC-TKN-STATUS, 1\n\"on its own\"\nMSG: ZABC-TKN-STATUS, 2\n\"by <1>\"\n1: ZABC-TKN-TEXT\n"
    );
    let set = compile(&dictionary(), &[&source]);
    let matched = find(&set, "Ended on its own well.").unwrap();
    assert_eq!(values(&matched), [(1, &[0, 1][..])]);
    let matched = find(&set, "Ended by $ZPM, error 11 (all of them).").unwrap();
    assert_eq!(values(&matched), [(1, &[0, 2][..]), (10, b"$ZPM"), (2, &[0, 11]), (6, &[0, 100])]);
    assert!(matched.matched.is_exact);
    // A number stands for a value without a template only.
    assert_eq!(values(&find(&set, "Ended 7 well.").unwrap()), [(1, &[0, 7][..])]);
    assert_eq!(find(&set, "Ended 1 well."), None);
    assert_eq!(find(&set, "Ended on its own."), None);
}

#[test]
fn structures_and_lists() {
    let set = template(
        "\"<1> to <2> failed <10>with <3>\"",
        "1: ZABC-MAP-INFO.ZABC-DDL-INFO.LOC\n2: ZABC-MAP-INFO.ZABC-DDL-INFO.SPAN(1).HIGH\n\
         3: ZSPI-TKN-RETCODE\n10: ZSPI-TKN-ERRLIST",
    );
    let matched = find(&set, "5 to -6 failed with 100").unwrap();
    assert_eq!(matched.matched.tokens[0].bytes, [&[0, 0, 0, 5][..], &[0; 14], &[0xFF, 0xFA]].concat());
    assert_eq!(matched.matched.tokens[1].lists, [(None, code("ZSPI-TKN-ERRLIST"))]);
    assert!(!matched.matched.is_exact);
}

#[test]
fn ambiguity_is_reported() {
    let set = template("\"Move <1> to <2>\"", "1: ZABC-TKN-TEXT\n2: SSID(ZEMS-VAL-SSID, ZEMS-TKN-TEXT)");
    let matched = find(&set, "Move a to b to c").unwrap();
    assert_eq!((matched.is_ambiguous, values(&matched)), (true, vec![(10, &b"a"[..]), (1, b"b to c")]));
    assert!(!find(&set, "Move a to b").unwrap().is_ambiguous);
    // The same token twice must have the same value.
    let set = template("\"<1> is <1>\"", "1: ZABC-TKN-TEXT");
    assert_eq!(values(&find(&set, "a is b is a is b").unwrap()), [(10, &b"a is b"[..])]);
    assert_eq!(find(&set, "a is b"), None);

    let source = format!(
        "{ABC_SOURCE}MSG: ZEMS-TKN-EVENTNUMBER, 1\n\"<1> started\"\n1: ZABC-TKN-TEXT\n\
         MSG: ZEMS-TKN-EVENTNUMBER, 2\n\"Process <1> started\"\n1: ZABC-TKN-TEXT\n\
         MSG: ZEMS-TKN-EVENTNUMBER, 3\n\"<1>\"\n1: ZABC-TKN-TEXT\n"
    );
    let set = compile(&dictionary(), &[&source]);
    let matched = find(&set, "Process $A started").unwrap();
    assert_eq!((matched.key.value(), matched.others.len(), matched.others[0].value()), (2, 1, 1));
    assert_eq!(find(&set, "$A started").unwrap().others, []);
    // A template without text of its own explains nothing.
    assert_eq!(find(&set, "whatever"), None);
}

/// The budget of the matcher: free texts side by side have very many ways.
#[test]
fn many_ways_end() {
    let strings = format!("{}\"!\"", "\"<1><2><3><1><2><3>\"\n".repeat(8));
    let set = template(
        &strings,
        "1: ZABC-TKN-TEXT\n2: SSID(ZEMS-VAL-SSID, ZEMS-TKN-TEXT)\n3: SSID(ZEMS-VAL-SSID, ZEMS-TKN-NAME-MANAGER)",
    );
    let text = format!("{}!", "ab".repeat(2000));
    let start = crate::clock::CpuTime::start();
    assert!(find(&set, &text).is_none_or(|matched| matched.is_ambiguous));
    assert!(start.elapsed().as_secs() < 5, "{:?}", start.elapsed());
}

const LOG: &str = "MSG: ZEMS-TKN-EVENTNUMBER, 4\n\"Backup of <1> in CPU <2> died because <3>, and nobody knows  why\"\n\
                   1: ZABC-TKN-TEXT\n2: ZABC-TKN-A\n3: ZABC-TKN-REASON, ENUM\n\
                   MSG: ZEMS-TKN-EVENTNUMBER, 5\n\"Nothing to say\"\n";

#[test]
fn printed_lines_become_events_again() {
    let dictionary = dictionary();
    let set = compile(&dictionary, &[&format!("{ABC_SOURCE}{LOG}")]);
    let matcher = Matcher::new(&set, &dictionary);
    let nodes = [(3, "NODE")];
    let options = RenderOptions { nodes: Some(&nodes), ..RenderOptions::default() };
    let events = [
        event(4, |event| {
            event.put(code("ZABC-TKN-A"), 3_u16)?;
            event.put(code("ZABC-TKN-REASON"), 1_i16)
        }),
        event(5, |_| Ok(())),
        event(6, |_| Ok(())),
    ];
    let mut log = String::new();
    for bytes in &events {
        let (event, mut text) = (Event::parse(bytes).unwrap(), Text::new());
        set.print(&event, &dictionary, &options, &Layout::distributor(72), &mut text, &mut log).unwrap();
        log.push('\n');
    }
    assert!(log.lines().count() > 5, "{log}");
    let mut importer = Importer::new(
        &set,
        &dictionary,
        &matcher,
        ImportOptions { nodes: Some(&nodes), ..Default::default() },
    );
    let read: Vec<_> =
        PrintedLines::new(&log).map(|printed| importer.event(&printed.unwrap()).unwrap()).collect();
    assert_eq!(read.len(), 3);
    for (imported, original) in read.iter().zip(&events) {
        let (read, original) = (Event::parse(&imported.bytes).unwrap(), Event::parse(original).unwrap());
        assert_eq!((read.ssid(), read.number()), (original.ssid(), original.number()));
        assert_eq!(read.generated(), Some(time("2026-11-20T10:15:00Z")));
        assert_eq!(read.process_descriptor(), original.process_descriptor());
    }
    let said = |at: usize| render(&set, &read[at].bytes).0;
    assert_eq!(said(0), "Backup of $ZABC in CPU 3 died because it abended, and nobody knows  why");
    assert!(read[0].matched.as_ref().is_some_and(|matched| matched.tokens.len() == 3));
    assert_eq!(said(1), "Nothing to say");
    assert!(read[1].matched.is_some());
    // No template: the text is kept whole.
    assert!(read[2].matched.is_none());
    assert!(
        said(2).starts_with("EMSTEXT -- No template and no TEXT token for event. SSID = CUSTOMER.ABC.J00")
    );
}

#[test]
fn what_no_template_explains_is_kept() {
    let dictionary = dictionary();
    let set = compile(&dictionary, &[&format!("{ABC_SOURCE}{LOG}")]);
    let matcher = Matcher::new(&set, &dictionary);
    let mut importer = Importer::new(&set, &dictionary, &matcher, ImportOptions::default());
    let log = "96-10-03 15:09:51 \\NET.$FTI1* TANDEM.MHS.G01          000023 $ZL1 \n\
               \u{20}       MR.\\NET.MRGRP1 $RL11: OSI resource\n        on call APS_ASSOC\n";
    let printed = PrintedLines::new(log).next().unwrap().unwrap();
    let imported = importer.event(&printed).unwrap();
    let event = Event::parse(&imported.bytes).unwrap();
    assert_eq!((event.ssid(), event.number(), imported.has_printed_ssid), (Ssid::NULL, Some(23), true));
    assert_eq!((event.emphasis(), imported.matched.is_none()), (Some(true), true));
    assert_eq!(render(&set, &imported.bytes).0, r"$ZL1 MR.\NET.MRGRP1 $RL11: OSI resource on call APS_ASSOC");
}

/// The blanks at the end of a text of fixed length may be where a line ends.
#[test]
fn blanks_of_a_fixed_text_that_a_line_break_took() {
    let dictionary = dictionary();
    let set = compile(
        &dictionary,
        &[&format!(
            "{ABC_SOURCE}MSG: ZEMS-TKN-EVENTNUMBER, 4\n\"<1>: <2> started\"\n1: ZABC-TKN-TEXT\n2: ZABC-TKN-NAME\n"
        )],
    );
    let matcher = Matcher::new(&set, &dictionary);
    let bytes = event(4, |event| event.put(code("ZABC-TKN-NAME"), "AB    "));
    let (event, mut text, mut importer) = (
        Event::parse(&bytes).unwrap(),
        Text::new(),
        Importer::new(&set, &dictionary, &matcher, ImportOptions::default()),
    );
    for width in 36..140 {
        let mut log = String::new();
        set.print(
            &event,
            &dictionary,
            &RenderOptions::default(),
            &Layout::distributor(width),
            &mut text,
            &mut log,
        )
        .unwrap();
        let Some(Ok(printed)) = PrintedLines::new(&log).next() else { continue };
        let imported = importer.event(&printed).unwrap();
        if imported.matched.is_none() {
            // A word longer than a line is cut into pieces.
            assert!(width < 50, "{log}");
            continue;
        }
        assert_eq!(render(&set, &imported.bytes).0, "$ZABC: AB     started", "{log}");
    }
}

/// A site's template may be for event 0 of the common set: an event whose subsystem is not known is not its.
#[test]
fn a_subsystem_that_no_definition_knows_keeps_its_name() {
    let dictionary = zems::dictionary::Dictionary::builtin();
    let set = TemplateSet::builtin();
    let matcher = Matcher::new(&set, dictionary);
    let mut importer = Importer::new(&set, dictionary, &matcher, ImportOptions::default());
    let log = "2026-01-02 03:04:05 \\N.$X  TANDEM.NSKCOM.H01       000500 one\ntwo: three\n";
    let printed = PrintedLines::new(log).next().unwrap().unwrap();
    let imported = importer.event(&printed).unwrap();
    let event = Event::parse(&imported.bytes).unwrap();
    assert_eq!(dictionary.printed_ssid(event.buffer()), Some("TANDEM.NSKCOM.H01"));
    assert_eq!(dictionary.buffer_ssid(event.buffer()).to_string(), "TANDEM.NSKCOM.H01");
    assert_eq!((event.cpu(), event.pin(), event.node(), event.user()), (None, None, Some(0), Some((0, 0))));
    let mut line = String::new();
    set.render_line(&event, dictionary, &RenderOptions::default(), &mut line).unwrap();
    assert_eq!(line, "26-01-02 03:04:05 \\N.$X  TANDEM.NSKCOM.H01       000500 one two: three");
    // The line that is written is read as the same event.
    let printed = PrintedLines::new(&line).next().unwrap().unwrap();
    assert_eq!(importer.event(&printed).unwrap().bytes, imported.bytes);
}

/// A known event whose words its template does not explain prints the words that were read.
#[test]
fn words_that_the_template_does_not_explain_are_printed() {
    let dictionary = zems::dictionary::Dictionary::builtin();
    let set = TemplateSet::builtin();
    let matcher = Matcher::new(&set, dictionary);
    let mut importer = Importer::new(&set, dictionary, &matcher, ImportOptions::default());
    for process in ["\\SYS1.$ZRPC", "$ZRPC", "?", "02,171"] {
        let line = format!(
            "92-11-30 08:43:42 {process}  TANDEM.RPC.D10          000008 Backup process in CPU 3 was lost"
        );
        let printed = PrintedLines::new(&line).next().unwrap().unwrap();
        let imported = importer.event(&printed).unwrap();
        assert!(imported.matched.is_none());
        let event = Event::parse(&imported.bytes).unwrap();
        let mut again = String::new();
        set.render_line(&event, dictionary, &RenderOptions::default(), &mut again).unwrap();
        assert_eq!(again, line);
    }
}

proptest! {
    /// A sentence of a template without ambiguity gives its tokens back.
    #[test]
    fn render_then_match(
        number: i16,
        unsigned: u16,
        reason in 1_i16..=2,
        flag: bool,
        big: i64,
        name in "[A-Z][A-Z0-9 ]{5}",
        text in "[a-z ]{0,30}",
        file in "[A-Z][A-Z0-9]{0,6}",
        micros in 211_000_000_000_000_000_i64..214_000_000_000_000_000,
        address: [u8; 4],
    ) {
        let set = template(
            "\"<1>|<2>|<3>|<4>|<5>|<6>|<7>|<8>|<9> <10>|<11>|\"",
            "1: ZABC-TKN-FILEERR\n2: ZABC-TKN-A, ZO8\n3: ZABC-TKN-REASON\n4: ZABC-TKN-FLAG\n5: ZABC-TKN-BIG, I22\n\
             6: ZABC-TKN-NAME, A9\n7: ZABC-TKN-TEXT\n8: SSID(ZEMS-VAL-SSID, ZEMS-TKN-PROGRAMFILE)\n\
             9: ZABC-TKN-B, DATE\n10: ZABC-TKN-B, TIME \"hh:mi:ss.mil.mic\"\n11: ZABC-TKN-ADDR, IPADDR",
        );
        let file: zems::spi::Fname = format!("$DATA.{file}.{file}").parse().unwrap();
        let ems: Ssid = EMS.parse().unwrap();
        let bytes = event(4, |event| {
            event.put(code("ZABC-TKN-FILEERR"), number)?;
            event.put(code("ZABC-TKN-A"), unsigned)?;
            event.put(code("ZABC-TKN-REASON"), reason)?;
            event.put(code("ZABC-TKN-FLAG"), flag)?;
            event.put(code("ZABC-TKN-BIG"), big)?;
            event.put(code("ZABC-TKN-NAME"), name.as_str())?;
            event.put_qualified(ems, code("ZEMS-TKN-PROGRAMFILE"), file)?;
            event.put(code("ZABC-TKN-B"), zems::spi::Timestamp(micros))?;
            event.put(code("ZABC-TKN-ADDR"), zems::spi::write::Raw(&address))
        });
        // The subject is the first ZABC-TKN-TEXT.
        let (sentence, rendered) = render(&set, &bytes);
        prop_assert!(rendered.status.is_normal());
        let sentence = sentence.replace("|$ZABC|", &format!("|{text}|"));
        let matched = find(&set, &sentence).unwrap();
        prop_assert!(matched.matched.is_exact && !matched.is_ambiguous, "{sentence}\n{matched:?}");
        let expected: [&[u8]; 10] = [
            &number.to_be_bytes(),
            &unsigned.to_be_bytes(),
            &reason.to_be_bytes(),
            if flag { &[0xFF, 0xFF] } else { &[0, 0] },
            &big.to_be_bytes(),
            name.as_bytes(),
            text.as_bytes(),
            file.as_bytes(),
            &micros.to_be_bytes(),
            &address,
        ];
        prop_assert!(matched.matched.tokens.iter().map(|token| token.bytes.as_slice()).eq(expected), "{matched:?}");
    }

    /// Any text may be tried against any template.
    #[test]
    fn any_text_ends(text in "[a-zA-Z0-9 $.,:<>|-]{0,80}", printed: bool) {
        let set = template(
            "\"<1><2> <3><*CR>  <4><*IF 20><5><*ELSE>x<*ENDIF>\"",
            "1: ZABC-TKN-FILEERR\n2: ZABC-TKN-TEXT\n3: ZABC-TKN-NAME\n4: ZABC-TKN-REASON\n5: ZABC-TKN-OWNER\n\
             20: ZABC-TKN-A > 5",
        );
        let dictionary = dictionary();
        let matcher = Matcher::new(&set, &dictionary);
        let options = MatchOptions { printed, ..MatchOptions::default() };
        let _ = matcher.find(&text, &options, &mut Scratch::default());
        let _ = matcher.explain(ABC.parse().unwrap(), 4, &text, &options, &mut Scratch::default());
    }
}

/// Many long templates, each of which fits in many ways that all contradict themselves: what is tried is bounded for the
/// text, not only for each template, and counts by its length.
#[test]
fn a_text_that_fits_many_templates_takes_no_longer() {
    let mut source = String::from(ABC_SOURCE);
    let strings = "\"<1>,<1>,<1>,<1>,<1>,<1>,<1>,<1>,<1>,<1>,\"\n".repeat(30);
    for number in 1..=200 {
        source.push_str(&format!(
            "MSG: ZEMS-TKN-EVENTNUMBER, {number}\n{strings}\"<2> <3> <2>\"\n\
             1: ZABC-TKN-TEXT\n2: ZABC-TKN-TEXT(2)\n3: ZABC-TKN-TEXT(3)\n"
        ));
    }
    let set = compile(&dictionary(), &[&source]);
    let prefix = "a,".repeat(300);
    let start = crate::clock::CpuTime::start();
    assert_eq!(find(&set, &(prefix.clone() + &"b ".repeat(300) + "c")), None);
    assert!(start.elapsed().as_secs() < 10);
    // Those that were not tried may fit too.
    let found = find(&set, &(prefix + "b c b")).unwrap();
    assert!(found.is_ambiguous && found.others.len() < 199);
}
