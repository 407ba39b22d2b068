//! Errors in sources are reported at their place.

use super::load;

#[test]
fn facts_about_things_that_are_not_defined() {
    let loaded = load(&[(
        "x.events",
        "SSID NO-VAL-SSID
EVENT ZRPC-EVT-IO-ERR
SSID ZRPC-VAL-SSID
EVENT NO-EVT-X
EVENT ZRPC-VAL-SSID
EVENT ZRPC-EVT-IO-ERR SUBJECT NO-TKN-X
  TOKEN NO-TKN-Y
MESSAGE NO_SUCH EVENT NO-EVT-X
MESSAGE JSRPD_OTHER EVENT JSRPD-EVT-USAGE
ALIAS A-TKN-B FOR NO-TKN-X
LAYOUT NO-DDL-X LENGTH 8
LAYOUT ZEMS-DDL-EVTHDR-C00 LENGTH 8
LAYOUT ZEMS-DDL-EVTHDR-C00 LENGTH 40
  FIELD Z-NO SERVES ZEMS-TKN-CPU
  FIELD Z-GENTIME SERVES ZEMS-TKN-CPU
  FIELD Z-FLAGS SERVES ZEMS-TKN-EMPHASIS
  FIELD Z-SYSTEM SERVES ZEMS-TKN-NODENAME
SUBSYSTEM NO-SSN-X OWNER NO-VAL-OWNER NAME X
SUBSYSTEM ZSPI-SSN-ZRPC OWNER ZSPI-VAL-TANDEM NAME FARTOOLONG
",
    )]);
    let shown = loaded.diagnostics.render(&loaded.sources);
    let heads: Vec<_> = shown.lines().filter(|line| line.starts_with("x.events:")).collect();
    assert_eq!(
        heads,
        [
            "x.events:1:6: error: there is no definition of a subsystem ID NO-VAL-SSID",
            "x.events:4:7: error: there is no CONSTANT NO-EVT-X",
            "x.events:5:7: error: there is no CONSTANT ZRPC-VAL-SSID",
            "x.events:6:31: error: there is no token NO-TKN-X",
            "x.events:7:9: error: there is no token NO-TKN-Y",
            "x.events:8:23: error: there is no event NO-EVT-X",
            "x.events:9:27: warning: JSRPD-EVT-USAGE is the message JSRPD_USAGE already",
            "x.events:10:19: error: there is no token NO-TKN-X",
            "x.events:11:8: error: there is no structure NO-DDL-X",
            "x.events:12:8: warning: there is a layout of length 8 already; the later counts",
            "x.events:12:8: error: ZEMS-DDL-EVTHDR-C00 has 32 bytes, more than the length byte says",
            "x.events:14:9: error: ZEMS-DDL-EVTHDR-C00 has no field Z-NO",
            "x.events:15:9: error: ZEMS-TKN-CPU is served by 1 or 2 bytes, not by 8 bytes",
            "x.events:16:9: error: ZEMS-TKN-EMPHASIS is served by one bit (TYPE BIT 1)",
            "x.events:17:9: error: ZEMS-TKN-NODENAME is not a header token that a field of the event header serves",
            "x.events:18:11: error: there is no CONSTANT NO-SSN-X",
            "x.events:18:26: error: there is no CONSTANT NO-VAL-OWNER that holds the name of an owner",
            "x.events:19:52: error: the name of a subsystem is a letter and up to eight letters, digits or hyphens",
        ],
        "{shown}"
    );
}

#[test]
fn facts_stated_twice() {
    let loaded = load(&[
        (
            "a.events",
            "SSID ZRPC-VAL-SSID\nEVENT ZRPC-EVT-IO-ERR EMPHASIS TRUE\nALIAS A FOR ZRPC-TKN-CPU\nMESSAGE T EVENT ZRPC-EVT-IO-ERR\n",
        ),
        (
            "b.events",
            "SSID ZRPC-VAL-SSID\nEVENT ZRPC-EVT-IO-ERR EMPHASIS FALSE\nALIAS a FOR ZRPC-TKN-BAD-ARG\nMESSAGE T EVENT ZRPC-EVT-CONN-LOST\n",
        ),
    ]);
    let shown = loaded.diagnostics.render(&loaded.sources);
    let heads: Vec<_> =
        shown.lines().filter(|line| line.contains(": warning: ") || line.contains(": error: ")).collect();
    assert_eq!(
        heads,
        [
            "b.events:2:7: warning: ZRPC-EVT-IO-ERR stands here a second time; the later counts",
            "b.events:3:7: warning: a stands here a second time; the later counts",
            "b.events:4:9: warning: T stands here a second time; the later counts",
        ]
    );
    let dictionary = &loaded.dictionary;
    let first = dictionary.event_named("ZRPC-EVT-IO-ERR").unwrap();
    assert_eq!((first.emphasis(), first.message().is_none()), (Some(false), true));
    assert_eq!(dictionary.event_named("ZRPC-EVT-CONN-LOST").unwrap().message().unwrap().tag(), "T");
    assert_eq!(dictionary.token_named("A").unwrap().name(), "ZRPC-TKN-BAD-ARG");
}

#[test]
fn all_faults_of_all_files_come_in_one_run() {
    let loaded = load(&[
        ("a", "CONSTANT a VALUE nothing.\nDEF b TYPE c."),
        ("b.events", "EVENT\n"),
        ("c", "#define A_TYP_B 70000\n"),
    ]);
    assert!(loaded.diagnostics.has_errors());
    let files: Vec<_> = loaded
        .diagnostics
        .iter()
        .map(|it| loaded.sources.get(it.primary.location.source).unwrap().name().to_owned())
        .collect();
    assert_eq!(files, ["a", "a", "b.events", "c"], "{}", loaded.diagnostics.render(&loaded.sources));
}

#[test]
fn a_names_twice_in_ones_own_files_is_a_warning() {
    let loaded = load(&[("a", "CONSTANT acme-a VALUE 1."), ("b", "CONSTANT ACME-A VALUE 2.")]);
    assert!(!loaded.diagnostics.has_errors() && !loaded.diagnostics.is_empty());
    let shown = loaded.diagnostics.render(&loaded.sources);
    assert!(shown.starts_with("b:1:10: warning:"), "{shown}");
}

/// Fields are listed in full wherever a TYPE names a group, so a short source can have endless lists.
#[test]
fn structures_beyond_measure_are_cut() {
    let mut text = String::from("DEF a0. 02 x PIC X. 02 y REDEFINES x PIC X. END\n");
    for n in 1..=14 {
        text += &format!("DEF a{n}. 02 x TYPE a{}. 02 y REDEFINES x TYPE a{}. END\n", n - 1, n - 1);
    }
    for n in 0..200 {
        text += &format!("DEF b{n} TYPE a14.\n");
    }
    let mut loader = zems::dictionary::Loader::with_builtin();
    loader.add("big", text).unwrap();
    let loaded = loader.load(&zems::text::NoLoader);
    let fields: usize = loaded.dictionary.structures().map(|it| it.fields().count()).sum();
    assert!(fields < 60_000, "{fields}");
    let shown = loaded.diagnostics.render(&loaded.sources);
    assert!(shown.contains("are left out: there are too many of them"), "{shown}");
}
