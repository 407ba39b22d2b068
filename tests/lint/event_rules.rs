//! Rules on events and on streams of them.

use zems::spi::{Ssid, Timestamp, Version};

use super::{E, NOON, SECOND, T, V, acme, events, token};

/// A stream in which the rule fires, and one in which it does not.
type Case<'a> = (&'static str, Vec<E<'a>>, Vec<E<'a>>);

const TEXT: &str = "ZEMS-TKN-TEXT";
const NEEDED: &str = "ZEMS-TKN-ACTION-NEEDED";
const ID: &str = "ZEMS-TKN-ACTION-ID";
const SEVERITY: &str = "ZEMS-TKN-ISO-SEVERITY";
const REASON: &str = "ZEMS-TKN-CHANGE-REASON";
const MANAGER: &str = "ZEMS-TKN-NAME-MANAGER";
const UNDERLYING: &str = "ZEMS-TKN-UNDERLYING-OBJ-NAME";
const TRANSIENT: i16 = 1;
const UNAVAILABLE: i16 = 2;
const AVAILABLE: i16 = 3;
const ATTENTION: i16 = 5;
const COMPLETED: i16 = 6;
const USAGE: i16 = 7;
/// Reasons of the shipped definitions.
const UNDERLYING_UP: i64 = 2;
const NORMAL: i64 = 4;
const INTERNAL: i64 = 5;
const UNDERLYING_FAILED: i64 = 6;

fn subject<'a>(text: &'a str) -> T<'a> {
    T::Subject("ACME-TKN-DISK", V::Text(text))
}

fn int(name: &str, value: i64) -> T<'_> {
    token(name, V::Int(value))
}

fn states(reason: i64) -> [T<'static>; 3] {
    [int("ZEMS-TKN-STATE-CURRENT", 1024), int("ZEMS-TKN-STATE-PREVIOUS", 1025), int(REASON, reason)]
}

fn request(seconds: i64, id: i64, needed: i64, object: &str) -> E<'_> {
    E::new().tokens([subject(object), int(NEEDED, needed), int(ID, id)]).at(seconds)
}

fn usage(high: f64, low: f64) -> E<'static> {
    E::standard(USAGE).with([
        token("ZEMS-TKN-UTIL-LEVEL-CURR", V::Real(50.0)),
        token("ZEMS-TKN-UTIL-CONFIG-HI", V::Real(high)),
        token("ZEMS-TKN-UTIL-CONFIG-LOW", V::Real(low)),
        int("ZEMS-TKN-UTIL-UNIT", 1024),
    ])
}

fn severe(value: i64, emphasis: bool) -> E<'static> {
    E::new().with([int(SEVERITY, value)]).header(|header| header.emphasis = emphasis)
}

fn common(number: i16, tokens: impl IntoIterator<Item = T<'static>>) -> E<'static> {
    E::of("TANDEM.21.D20", number).tokens([T::Subject("ZCOM-TKN-SUBJ-PROC", V::Text("$ZPM"))]).with(tokens)
}

#[allow(clippy::too_many_lines)]
fn cases() -> Vec<Case<'static>> {
    let good = || vec![E::new()];
    let mut long = E::new();
    long.buffer_len = u16::MAX;
    let text = "x".repeat(4000).leak();
    let bel = |emphasis| {
        vec![E::new().with([token(TEXT, V::Text("down\u{7}"))]).header(|header| header.emphasis = emphasis)]
    };
    let owner = |owner: &[u8; 8]| {
        vec![E::new().header(|header| header.standard.ssid = Ssid::new(*owner, 7, Version(0)))]
    };
    let spot = |version| {
        let mut event = E::new().with([token("ACME-MAP-SPOT", V::Bytes(&[0, 1, 0, 2]))]);
        event.header.standard.max_field_version = Version(version);
        vec![event]
    };
    let c_series = |layout| vec![E::new().header(|header| header.layout = Some(layout))];
    let process =
        |text: &'static [u8], pin| vec![E::new().header(|header| (header.process, header.pin) = (text, pin))];
    let error = T::Token("ZSPI-TKN-ERROR", V::Bytes(&[0; 14]));
    let spread = |count: i64, step: i64, object: fn(i64) -> &'static str| -> Vec<E<'static>> {
        (0..count)
            .map(|at| E::new().tokens([subject(object(at)), int("ACME-TKN-COUNT", at)]).at(at * step))
            .collect()
    };
    let objects = |at: i64| -> &'static str { format!(r"\N.$DATA{at}").leak() };
    let one = |_: i64| -> &'static str { r"\N.$DATA" };
    let updown = |contents: &[(i16, i64)]| -> Vec<E<'static>> {
        contents.iter().map(|(content, at)| E::standard(*content).with(states(NORMAL)).at(*at)).collect()
    };
    let near = |count: i64| -> Vec<E<'static>> {
        (0..count)
            .map(|at| {
                E::new()
                    .tokens([subject(objects(at))])
                    .header(|header| header.generated = Timestamp(NOON + at))
            })
            .collect()
    };
    vec![
        ("event-too-long", vec![long.with([token(TEXT, V::Text(text))])], good()),
        ("subject-missing", vec![E::new().tokens([int("ACME-TKN-COUNT", 1)])], good()),
        (
            "subject-mark-misplaced",
            vec![E::new().with([T::List("ZSPI-TKN-ERRLIST", vec![T::Mark, error.clone()])])],
            good(),
        ),
        ("subject-empty", vec![E::new().tokens([subject("   ")])], good()),
        ("type-length", vec![E::new().with([T::Code(None, 0x2D02_0014, &[0, 1])])], good()),
        (
            "token-number-range",
            vec![E::new().with([T::Code(None, 0x0202_270F, &[0, 1])])],
            vec![E::new().with([T::Code(None, 0x0202_270E, &[0, 1])])],
        ),
        ("field-version-low", spot(0x4101), spot(0x4102)),
        ("owner-form", owner(b"7CME    "), owner(b"ACME    ")),
        ("identity-split", process(br"\N.01,003", 2), process(br"\N.01,002", 2)),
        (
            "errlist-without-error",
            vec![E::new().with([T::List("ZSPI-TKN-ERRLIST", vec![int("ACME-TKN-COUNT", 1)])])],
            vec![E::new().with([T::List("ZSPI-TKN-ERRLIST", vec![error.clone()])])],
        ),
        ("bel-without-emphasis", bel(false), bel(true)),
        (
            "untokenized-text",
            vec![E::of("TANDEM.9000.D20", 512).with([token(TEXT, V::Text("a line"))])],
            vec![E::of("TANDEM.9000.D20", 513)],
        ),
        ("c-series-header", c_series(32), c_series(82)),
        (
            "time-implausible",
            vec![E::new().header(|header| header.logged = Timestamp(NOON - 61 * SECOND))],
            vec![E::new().header(|header| header.logged = Timestamp(NOON - 59 * SECOND))],
        ),
        ("event-undefined", vec![E::of("ACME.7.A01", 99)], good()),
        ("event-number-zero", vec![E::of("ACME.7.A01", 0)], good()),
        ("token-undefined", vec![E::new().with([T::Code(None, 0x0202_0063, &[0, 1])])], good()),
        ("token-type-differs", vec![E::new().with([T::Code(None, 0x0902_000B, &[0, 1])])], good()),
        (
            "enum-no-label",
            // An enumeration with AS labels every value; this one is the vendor's.
            vec![E::new().with([int(REASON, 99)])],
            vec![E::new().with([int(REASON, NORMAL)])],
        ),
        ("required-token-missing", vec![E::new().tokens([subject("x")])], good()),
        (
            "token-undocumented",
            vec![E::new().with([token("ACME-TKN-OTHER", V::Text("x"))])],
            vec![E::new().with([int("ACME-TKN-MODE", 1)])],
        ),
        ("subject-other-token", vec![E::new().tokens([T::Subject("ACME-TKN-OTHER", V::Text("x"))])], good()),
        ("emphasis-other", vec![E::new().header(|header| header.emphasis = true)], good()),
        ("subject-is-reporter", vec![E::new().tokens([subject(r"\N.$ACME")])], good()),
        (
            "subject-is-program",
            vec![E::new().tokens([T::Subject("ACME-TKN-PROG-FILE", V::Text("$SYS.ACME.PROG"))])],
            vec![E::new().tokens([T::Subject("ACME-TKN-PROG-FILE", V::Text("$SYS"))])],
        ),
        (
            "subject-not-text",
            vec![E::of("ACME.7.A01", 99).tokens([T::Subject("ACME-TKN-COUNT", V::Int(1))])],
            vec![E::new().tokens([T::Subject("ACME-TKN-COUNT", V::Int(1))])],
        ),
        (
            "subject-unqualified",
            vec![E::standard(AVAILABLE).tokens([subject("$DATA")])],
            vec![E::new().tokens([subject("$DATA")])],
        ),
        (
            "subjects-of-two-kinds",
            vec![E::standard(AVAILABLE).with([T::Subject("ACME-TKN-OTHER", V::Text("x"))])],
            vec![E::standard(AVAILABLE).with([subject("x")])],
        ),
        (
            "manager-form",
            vec![E::new().with([token(MANAGER, V::Text("$MGR"))])],
            vec![E::new().with([token(MANAGER, V::Text(r"\N.$MGR"))])],
        ),
        (
            "manager-missing",
            vec![E::standard(AVAILABLE).tokens([subject(r"\N.DATA")])],
            vec![E::standard(AVAILABLE).tokens([subject(r"\N.DATA"), token(MANAGER, V::Text(r"\N.$MGR"))])],
        ),
        (
            "manager-old-token",
            vec![E::standard(AVAILABLE).with([token("ZCOM-TKN-XMGR", V::Text("$MGR"))])],
            vec![E::new().with([token("ZCOM-TKN-XMGR", V::Text("$MGR"))])],
        ),
        ("severity-missing", vec![E::new().header(|header| header.emphasis = true)], vec![severe(1, true)]),
        ("severity-unknown", vec![severe(9, false)], vec![severe(5, false)]),
        ("emphasis-missing", vec![severe(2, false)], vec![severe(2, true)]),
        ("emphasis-unfit", vec![severe(4, true)], vec![severe(4, false)]),
        (
            "cleared-unfit",
            vec![E::standard(UNAVAILABLE).with([int(SEVERITY, 5)])],
            vec![E::standard(AVAILABLE).with([int(SEVERITY, 5)])],
        ),
        (
            "trace-displayed",
            vec![E::new().header(|header| header.content_user = 2)],
            vec![E::new().header(|header| (header.content_user, header.suppress_display) = (2, true))],
        ),
        (
            "hidden-but-urgent",
            vec![E::new().header(|header| (header.emphasis, header.suppress_display) = (true, true))],
            vec![E::new().header(|header| header.suppress_display = true)],
        ),
        ("action-id-missing", vec![E::new().with([int(NEEDED, -1)])], vec![request(0, 0, -1, "x")]),
        (
            "action-needed-missing",
            vec![E::new().with([int(ID, 0)])],
            vec![E::standard(COMPLETED).with([int(ID, 0)])],
        ),
        (
            "action-subject-count",
            vec![request(0, 0, -1, "x").with([subject("y")])],
            vec![request(0, 0, -1, "x")],
        ),
        (
            "action-subject-differs",
            vec![request(0, 4, -1, "x"), request(1, 4, 0, "y")],
            vec![request(0, 4, -1, "x"), request(1, 4, 0, "x")],
        ),
        ("action-open", vec![request(0, 4, -1, "x")], vec![request(0, 4, -1, "x"), request(1, 4, 0, "x")]),
        ("action-unasked", vec![request(1, 4, 0, "y")], vec![request(0, 4, -1, "y"), request(1, 4, 0, "y")]),
        ("content-unknown", vec![E::standard(9)], vec![E::standard(USAGE)]),
        (
            "content-user-low",
            vec![E::new().header(|header| header.content_user = 1023)],
            vec![E::new().header(|header| header.content_user = 1024)],
        ),
        (
            "private-value-low",
            vec![E::new().with([int("ZEMS-TKN-STATE-CURRENT", 7)])],
            vec![E::new().with([int("ZEMS-TKN-STATE-CURRENT", 1024), int(REASON, NORMAL)])],
        ),
        ("content-untyped", good(), vec![E::new().header(|header| header.content_user = 2000)]),
        (
            "std-token-missing",
            vec![E::standard(TRANSIENT)],
            vec![E::standard(TRANSIENT).with([int("ZEMS-TKN-TXFAULT-TYPE", 1024)])],
        ),
        (
            "std-reason-unfit",
            vec![E::standard(UNAVAILABLE).with([int(REASON, UNDERLYING_UP)])],
            vec![E::standard(AVAILABLE).with([int(REASON, UNDERLYING_UP)])],
        ),
        (
            "std-underlying",
            vec![E::standard(UNAVAILABLE).with([int(REASON, UNDERLYING_FAILED)])],
            vec![
                E::standard(UNAVAILABLE)
                    .with([int(REASON, UNDERLYING_FAILED), token(UNDERLYING, V::Text("$X"))]),
            ],
        ),
        (
            "std-symptom",
            vec![E::standard(UNAVAILABLE).with([int(REASON, INTERNAL)])],
            vec![
                E::standard(UNAVAILABLE)
                    .with([int(REASON, INTERNAL), token("ZEMS-TKN-SYMPTOM-STRING", V::Text("s"))]),
            ],
        ),
        (
            "std-action-value",
            vec![E::standard(ATTENTION).with([int(NEEDED, 0), int(ID, 0)])],
            vec![E::standard(ATTENTION).with([int(NEEDED, -1), int(ID, 0)])],
        ),
        (
            "std-usage-first",
            vec![usage(90.0, 10.0).with([token("ZEMS-TKN-UTIL-LEVEL-PREV", V::Real(1.0))])],
            vec![usage(90.0, 10.0)],
        ),
        ("std-usage-order", vec![usage(10.0, 90.0)], vec![usage(90.0, 10.0)]),
        (
            "std-batch-zero",
            vec![E::standard(AVAILABLE).with([int("ZEMS-TKN-BATCHJOB-ID", 0)])],
            vec![E::standard(AVAILABLE).with([int("ZEMS-TKN-BATCHJOB-ID", 7)])],
        ),
        (
            "std-text-token",
            vec![E::standard(AVAILABLE).with([token(TEXT, V::Text("words"))])],
            vec![E::new().with([token(TEXT, V::Text("words"))])],
        ),
        (
            "zcom-token-missing",
            vec![common(-1, [])],
            vec![common(
                -1,
                [int("ZCOM-TKN-OLD-CPU", 1), int("ZCOM-TKN-NEW-CPU", 2), int("ZCOM-TKN-CPU-SWITCH-CAUSE", 1)],
            )],
        ),
        (
            "zcom-critical",
            vec![common(-2, []).header(|header| header.emphasis = true)],
            vec![common(-4, []).header(|header| header.emphasis = true)],
        ),
        ("repeated", vec![E::new(), E::new().at(599)], vec![E::new(), E::new().at(601)]),
        (
            "state-repeated",
            updown(&[(UNAVAILABLE, 0), (UNAVAILABLE, 5)]),
            updown(&[(UNAVAILABLE, 0), (AVAILABLE, 1), (UNAVAILABLE, 5)]),
        ),
        (
            "oscillation",
            updown(&[
                (AVAILABLE, 0),
                (UNAVAILABLE, 1),
                (AVAILABLE, 2),
                (UNAVAILABLE, 3),
                (AVAILABLE, 4),
                (UNAVAILABLE, 5),
            ]),
            updown(&[
                (AVAILABLE, 0),
                (UNAVAILABLE, 40),
                (AVAILABLE, 80),
                (UNAVAILABLE, 120),
                (AVAILABLE, 160),
                (UNAVAILABLE, 200),
            ]),
        ),
        ("burst", spread(100, 1, one), spread(100, 2, one)),
        ("one-cause-many", near(10), near(9)),
        ("info-flood", spread(25, 600, one), spread(24, 600, one)),
        (
            "template-missing",
            vec![E::of("ACME.7.A01", 99)],
            vec![E::of("ACME.7.A01", 99).with([token(TEXT, V::Text("words"))])],
        ),
        (
            "subject-not-shown",
            vec![E::new().tokens([
                T::Subject("ACME-TKN-OTHER", V::Text("hidden")),
                token("ACME-TKN-DISK", V::Text("x")),
            ])],
            good(),
        ),
        ("text-gap", vec![E::new().tokens([subject("x")])], good()),
        (
            "text-too-long",
            vec![E::new().tokens([subject("word ".repeat(170).leak())])],
            vec![E::new().tokens([subject("word ".repeat(100).leak())])],
        ),
        ("text-unprintable", vec![E::new().tokens([subject("a\u{1}b")])], good()),
        ("std-template-cut", vec![E::standard(AVAILABLE).with(states(UNDERLYING_UP))], good()),
        (
            "std-template-needless",
            vec![E::standard(AVAILABLE).with(states(UNDERLYING_UP))],
            vec![E::standard(AVAILABLE).with(states(UNDERLYING_UP)).with([int("ACME-TKN-COUNT", 1)])],
        ),
    ]
}

pub const RULES_TESTED: &[&str] = &super::table::ON_EVENTS;

#[test]
fn each_rule_fires_and_does_not() {
    let sources = acme();
    let mut faults = Vec::new();
    let cases = cases();
    for (rule, fires, does_not) in &cases {
        if events(sources.site(), rule, fires).is_empty() {
            faults.push(format!("{rule} does not fire"));
        }
        for finding in events(sources.site(), rule, does_not) {
            faults.push(format!("{rule} fires: {}", finding.expected));
        }
    }
    assert_eq!(faults, Vec::<String>::new());
    let names: Vec<&str> = cases.iter().map(|(rule, ..)| *rule).collect();
    assert_eq!(names, super::table::ON_EVENTS);
}

/// Of two subsystem states the common event -3 says which is new.
#[test]
fn a_state_that_is_the_former_one_is_repeated() {
    let sources = acme();
    let state = |value| common(-3, [int("ZCOM-TKN-OBJSTATE", value)]);
    assert_eq!(events(sources.site(), "state-repeated", &[state(1), state(1)]).len(), 1);
    assert_eq!(events(sources.site(), "state-repeated", &[state(1), state(2)]).len(), 0);
}

/// A finding names the event, the token and what rests on numbers that are not published.
#[test]
fn a_finding_says_where() {
    let sources = acme();
    let stream = [E::new(), severe(9, false)];
    let findings = events(sources.site(), "severity-unknown", &stream);
    let [finding] = findings.as_slice() else { panic!("{findings:?}") };
    let zems::analysis::lint::Place::Event(place) = &finding.place else { panic!("{finding:?}") };
    let first = u64::try_from(E::new().bytes(sources.site()).len()).unwrap();
    assert!(place.offset > first && place.offset < 2 * first + 40);
    assert_eq!(
        (place.ssid.as_str(), place.number, place.name.as_deref()),
        ("ACME.ACME.A01", Some(1), Some("ACME-EVT-OPENED"))
    );
    assert_eq!((finding.token.as_deref(), place.subject.as_deref()), (Some(SEVERITY), Some(r"\N.$DATA")));
    assert!(finding.provisional.iter().any(|name| name == SEVERITY));
}

/// Imported lines answer to the form and the text only.
#[test]
fn an_imported_line_has_no_duties() {
    let sources = acme();
    let line = E::of("SYSLOG.1.0", 0);
    assert_eq!(events(sources.site(), "event-number-zero", &[line]).len(), 0);
    let line = E::of("SYSLOG.1.0", 0).tokens([int("ACME-TKN-COUNT", 1)]);
    assert_eq!(events(sources.site(), "subject-missing", &[line]).len(), 1);
}

/// However many requests there are, memory is bounded, and it is said which were forgotten.
#[test]
fn the_oldest_requests_are_forgotten() {
    let sources = acme();
    let stream: Vec<E<'_>> = (0..10_003).map(|at| request(at, 0, -1, format!("x{at}").leak())).collect();
    let findings = events(sources.site(), "action-open", &stream);
    assert_eq!(findings.len(), 10_001);
    assert!(findings.last().unwrap().expected.contains("3 of the oldest requests were forgotten"));
}

/// Any change of a byte leaves an event that can be checked, or none.
#[test]
fn damaged_events_can_be_checked() {
    for sample in [zems::samples::BKUP_FAIL, zems::samples::EVENT, zems::samples::PID_FILE_LOCK] {
        for at in 0..sample.len() {
            let mut bytes = sample.to_vec();
            bytes[at] ^= 0x55;
            crate::support::lint::lint(&bytes);
        }
    }
}
