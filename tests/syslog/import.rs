//! Lines to events: which event, and every token of it.

use core::cell::RefCell;

use zems::dictionary::Dictionary;
use zems::ems::Event;
use zems::spi::{Timestamp, Value};
use zems::syslog::{Importer, Line, TimePolicy};
use zems::template::TemplateSet;

use super::texts::importer;

/// Number, tag, PRI by the catalogue, values of the variables, text.
type Message = (i16, &'static str, Option<u8>, &'static [(&'static str, &'static str)], &'static str);

/// The nine messages of the chapter and the five found elsewhere.
pub const MESSAGES: [Message; 14] = [
    (
        1,
        "JSRPD_DAEMONIZE_FAILED",
        Some(24),
        &[("error-message", "No such process")],
        "Aborting, unable to run in the background as a daemon: No such process",
    ),
    (2, "JSRPD_DUPLICATE", Some(27), &[], "Another copy of this program is running"),
    (3, "JSRPD_NOT_ROOT", Some(27), &[], "Must be run as root"),
    (
        4,
        "JSRPD_PID_FILE_LOCK",
        Some(27),
        &[("error-message", "Resource temporarily unavailable")],
        "Unable to lock PID file: Resource temporarily unavailable",
    ),
    (
        5,
        "JSRPD_PID_FILE_UPDATE",
        Some(27),
        &[("error-message", "No space left on device")],
        "Unable to update process PID file: No space left on device",
    ),
    (
        6,
        "JSRPD_SOCKET_CREATION_FAILURE",
        Some(27),
        &[("error-message", "Too many open files")],
        "Socket creation (server) failed unexpectedly Too many open files.",
    ),
    (
        7,
        "JSRPD_SOCKET_LISTEN_FAILURE",
        Some(27),
        &[("error-message", "Address already in use")],
        "Socket listen (server) failed unexpectedly. Address already in use",
    ),
    (
        8,
        "JSRPD_SOCKET_RECV_HB_FAILURE",
        Some(27),
        &[("error-message", "Connection reset by peer")],
        "Socket reception of heartbeat from failed unexpectedly Connection reset by peer.",
    ),
    (9, "JSRPD_USAGE", Some(27), &[], "Usage: jsrpd [-C] [-N] [-X] [-d debug-level] [-l] [-v]"),
    (
        10,
        "JSRPD_NODE_STATE_CHANGE",
        Some(27),
        &[("chassis-id", "0"), ("state", "secondary"), ("reason", "control link failure")],
        "Node0 secondary due to control link failure",
    ),
    (
        11,
        "JSRPD_HA_SRG_STATE_CHANGE",
        Some(25),
        &[
            ("srg-id", "1"),
            ("old-state", "BACKUP"),
            ("new-state", "ACTIVE"),
            ("reason", "Manual failover at Peer"),
        ],
        "SRG[1]:HA state transitioned [BACKUP -->ACTIVE] Reason: [Manual failover at Peer]",
    ),
    (12, "JSRPD_BFD_STATE_DOWN", None, &[], "HA peer BFD is down"),
    (13, "JSRPD_ICD_BFD_STATE_DOWN", None, &[], "HA peer ICD BFD is down"),
    (14, "JSRPD_HA_CONTROL_LINK_UP", None, &[], "HA control link monitor status is marked up"),
];

/// The structured data of a message.
pub fn data(values: &[(&str, &str)]) -> String {
    let values = values.iter().map(|(name, value)| format!(" {name}=\"{value}\""));
    format!("[junos@2636.1.1.1.2.28{}]", values.collect::<String>())
}

/// The kind of an event and its tokens, subject first.
fn tokens(bytes: &[u8]) -> Vec<String> {
    let dictionary = Dictionary::builtin();
    let event = Event::parse(bytes).unwrap();
    event.check(|finding| panic!("{finding:?}")).unwrap();
    let ssid = event.ssid();
    let name = dictionary.subsystem(ssid).map(|known| known.name());
    let mut said = vec![format!("{} {}", ssid.with_name(name), event.number().unwrap())];
    for token in event.tokens() {
        let token = token.unwrap();
        let name = dictionary.token(token.effective_ssid(), token.code()).unwrap().name();
        let value = match token.value() {
            Value::Mark => continue,
            Value::Char(text) => String::from_utf8_lossy(text).into_owned(),
            Value::Uint(number) => number.only().unwrap().to_string(),
            value => panic!("{value:?}"),
        };
        said.push(format!("{} {value}", name.replace("SYSLOG-TKN-", "").replace("JSRPD-TKN-", ":")));
    }
    said
}

fn import_bytes(line: &[u8]) -> (Vec<u8>, bool) {
    thread_local! {
        // An importer is made of all templates.
        static IMPORTER: RefCell<Importer<'static>> = RefCell::new(importer());
    }
    let policy = TimePolicy { now: "2026-11-21T12:00:00Z".parse().unwrap(), ..TimePolicy::default() };
    let mut bytes = b"in front".to_vec();
    let line = Line::parse_bytes(line);
    let imported = IMPORTER.with_borrow_mut(|importer| importer.event(&line, &policy, &mut bytes)).unwrap();
    assert!(bytes.starts_with(b"in front"));
    let bytes = bytes.split_off(8);
    assert_eq!(imported.message.is_some(), Event::parse(&bytes).unwrap().number() != Some(0));
    (bytes, imported.has_text)
}

pub fn import(line: &str) -> Vec<u8> {
    import_bytes(line.as_bytes()).0
}

#[track_caller]
fn check(line: &str, expected: &[&str]) {
    assert_eq!(tokens(&import(line)), expected, "{line}");
}

#[test]
fn every_message_from_structured_data_and_from_its_text() {
    for (number, tag, pri, values, text) in MESSAGES {
        let mut expected =
            vec![format!("JUNIPER.JSRPD.0 {number}"), "PROCESS jsrpd".into(), "HOST srx-n0".into()];
        expected.push(format!("TAG {tag}"));
        let own = values.iter().map(|(name, value)| format!(":{} {value}", name.to_uppercase()));

        let mut of_text = expected.clone();
        of_text.extend(["PID 1234".into(), "TIMESTAMP-TEXT May  1 10:11:12".into()]);
        of_text.extend(own.clone());
        let (bytes, has_text) =
            import_bytes(format!("May  1 10:11:12 srx-n0 jsrpd[1234]: {tag}: {text}").as_bytes());
        assert_eq!((tokens(&bytes), has_text), (of_text, false));
        let event = Event::parse(&bytes).unwrap();
        // By the definition of the message, as the line says nothing.
        assert_eq!(event.emphasis(), Some(pri.is_some_and(|pri| pri % 8 <= 2)), "{tag}");
        assert_eq!(event.generated().unwrap().to_string(), "2026-05-01T10:11:12.000000Z");
        assert_eq!(event.process_descriptor(), Some(&b"jsrpd"[..]));

        let pri = pri.unwrap_or(29);
        let mut of_data = expected;
        of_data.extend([
            format!("PRI {pri}"),
            "PID 1234".into(),
            "TIMESTAMP-TEXT 2024-05-01T10:11:12.345Z".into(),
        ]);
        of_data.push("SD-ID junos@2636.1.1.1.2.28".into());
        of_data.extend(own);
        let line =
            format!("<{pri}>1 2024-05-01T10:11:12.345Z srx-n0 jsrpd 1234 {tag} {} {text}", data(values));
        let (bytes, has_text) = import_bytes(line.as_bytes());
        assert_eq!((tokens(&bytes), has_text), (of_data, false));
        assert_eq!(Event::parse(&bytes).unwrap().emphasis(), Some(pri % 8 <= 2));
    }
}

#[test]
fn a_brief_line_has_an_empty_text() {
    check(
        "<27>1 2024-05-01T10:11:12.345Z srx-n0 jsrpd 1234 JSRPD_PID_FILE_LOCK [junos@2636 error-message=\"x\"]",
        &[
            "JUNIPER.JSRPD.0 4",
            "PROCESS jsrpd",
            "HOST srx-n0",
            "TAG JSRPD_PID_FILE_LOCK",
            "TEXT ",
            "PRI 27",
            "PID 1234",
            "TIMESTAMP-TEXT 2024-05-01T10:11:12.345Z",
            "SD-ID junos@2636",
            ":ERROR-MESSAGE x",
        ],
    );
}

#[test]
fn what_the_tokens_do_not_say_is_kept() {
    let line = |data: &str, text: &str| format!("<27>1 - - jsrpd - JSRPD_PID_FILE_LOCK {data} {text}");
    let front = ["JUNIPER.JSRPD.0 4", "PROCESS jsrpd", "TAG JSRPD_PID_FILE_LOCK"];
    let told = "Unable to lock PID file: x";
    // Another text than the template makes.
    check(
        &line("[junos@2636 error-message=\"x\"]", "Other words"),
        &[&front[..], &["TEXT Other words", "PRI 27", "SD-ID junos@2636", ":ERROR-MESSAGE x"]].concat(),
    );
    // Parameters and elements nobody defines, and spellings that nobody would write.
    for data in [
        "[junos@2636 error-message=\"x\" other=\"y\"]",
        "[junos@2636 other=\"y\" error-message=\"x\"]",
        "[junos@2636 error-message=\"x\"][y@1]",
    ] {
        let kept = format!("STRUCTURED-DATA {data}");
        let expected = [&front[..], &["PRI 27", "SD-ID junos@2636", &kept, ":ERROR-MESSAGE x"]].concat();
        check(&line(data, told), &expected);
    }
    let data = r#"[junos@2636 error-message="\x]"]"#;
    check(
        &line(data, r"Unable to lock PID file: \x]"),
        &[
            &front[..],
            &["PRI 27", "SD-ID junos@2636", &format!("STRUCTURED-DATA {data}"), r":ERROR-MESSAGE \x]"],
        ]
        .concat(),
    );
    // A value with everything that is escaped.
    check(
        &line(r#"[junos@2636 error-message="\"\\\]"]"#, r#"Unable to lock PID file: "\]"#),
        &[&front[..], &["PRI 27", "SD-ID junos@2636", r#":ERROR-MESSAGE "\]"#]].concat(),
    );
    // Values that are in the text only.
    check(
        &line("[junos@2636]", told),
        &[&front[..], &["PRI 27", "SD-ID junos@2636", "STRUCTURED-DATA [junos@2636]", ":ERROR-MESSAGE x"]]
            .concat(),
    );
    check(&line("-", told), &[&front[..], &["PRI 27", "STRUCTURED-DATA -", ":ERROR-MESSAGE x"]].concat());
    // Another priority in the text than in front.
    check(
        "<13>May  1 10:11:12 h jsrpd[1]: %DAEMON-3-JSRPD_NOT_ROOT: Must be run as root",
        &[
            "JUNIPER.JSRPD.0 3",
            "PROCESS jsrpd",
            "HOST h",
            "TAG JSRPD_NOT_ROOT",
            "PRI 13",
            "PRI 27",
            "PID 1",
            "TIMESTAMP-TEXT May  1 10:11:12",
        ],
    );
}

/// A later release says it in other words: it is that message all the same, as severe as its definition says.
#[test]
fn a_known_tag_with_other_words_is_that_message() {
    let line = "May  1 10:11:12 h jsrpd[1]: JSRPD_DAEMONIZE_FAILED: Cannot run in the background";
    let (bytes, has_text) = import_bytes(line.as_bytes());
    let expected = [
        "JUNIPER.JSRPD.0 1",
        "PROCESS jsrpd",
        "HOST h",
        "TAG JSRPD_DAEMONIZE_FAILED",
        "TEXT Cannot run in the background",
        "PID 1",
        "TIMESTAMP-TEXT May  1 10:11:12",
    ];
    assert_eq!((tokens(&bytes), has_text), (expected.map(str::to_owned).to_vec(), true));
    let event = Event::parse(&bytes).unwrap();
    assert_eq!((event.emphasis(), event.cpu(), event.pin()), (Some(true), None, None));
    assert_eq!(super::write::sentence(&event), "Cannot run in the background");
    // Half of the words are those of the template: what they would say is not taken for what the line says.
    check(
        "h jsrpd[1]: JSRPD_HA_SRG_STATE_CHANGE: SRG[1]:HA state transitioned [A -->B] Reason: [c] and more",
        &[
            "JUNIPER.JSRPD.0 11",
            "PROCESS jsrpd",
            "HOST h",
            "TAG JSRPD_HA_SRG_STATE_CHANGE",
            "TEXT SRG[1]:HA state transitioned [A -->B] Reason: [c] and more",
            "PID 1",
        ],
    );
}

#[test]
fn what_is_not_explained_is_event_0_with_its_text() {
    check(
        "May  1 10:11:12 h jsrpd[1]: JSRPD_NOT_GOD: Must be run as god",
        &[
            "SYSLOG.1.0 0",
            "PROCESS jsrpd",
            "HOST h",
            "TAG JSRPD_NOT_GOD",
            "TEXT Must be run as god",
            "PID 1",
            "TIMESTAMP-TEXT May  1 10:11:12",
        ],
    );
    check(
        "<37>1 2026-07-06T03:50:42.589Z vsrx-ci sshd - SSHD_LOGIN_FAILED [junos@2636.1.1.1.2.129 username=\"b\"] failed",
        &[
            "SYSLOG.1.0 0",
            "PROCESS sshd",
            "HOST vsrx-ci",
            "TAG SSHD_LOGIN_FAILED",
            "TEXT failed",
            "PRI 37",
            "TIMESTAMP-TEXT 2026-07-06T03:50:42.589Z",
            "SD-ID junos@2636.1.1.1.2.129",
            "STRUCTURED-DATA [junos@2636.1.1.1.2.129 username=\"b\"]",
        ],
    );
    check(
        "<13>May  1 10:11:12 h words",
        &["SYSLOG.1.0 0", "HOST h", "TEXT words", "PRI 13", "TIMESTAMP-TEXT May  1 10:11:12"],
    );
    check("UI_COMMIT: words", &["SYSLOG.1.0 0", "TAG UI_COMMIT", "TEXT words"]);
    check("words", &["SYSLOG.1.0 0", "TEXT words"]);
    check("", &["SYSLOG.1.0 0", "TEXT "]);
    let (bytes, has_text) = import_bytes(b"w\xFF\x00\nords");
    assert!(has_text && bytes.windows(8).any(|bytes| bytes == b"w\xFF\x00\nords"));
}

/// By the explicit priority, else by the PRI; what the catalogue says of the message does not count then.
#[test]
fn emergency_alert_and_critical_are_emphasized() {
    for severity in 0..8_u8 {
        for line in [
            format!("<{}>May  1 10:11:12 h jsrpd[1]: JSRPD_NOT_ROOT: Must be run as root", 24 + severity),
            format!("<{}>1 - h su 1 - - words", 16 * 8 + severity),
            format!("<30>May  1 10:11:12 h jsrpd: %DAEMON-{severity}-JSRPD_NOT_ROOT: Must be run as root"),
        ] {
            let event = import(&line);
            let emphasis = Event::parse(&event).unwrap().emphasis();
            assert_eq!(emphasis, Some(severity <= 2), "{line}");
        }
    }
}

#[test]
fn times_that_are_not_known_are_not_set() {
    for line in
        ["11:38:03.451  h jsrpd[10031]: JSRPD_BFD_STATE_DOWN: HA peer BFD is down", "h jsrpd[1]: x", "x"]
    {
        assert_eq!(Event::parse(&import(line)).unwrap().generated(), Some(Timestamp::UNSET));
    }
}

#[test]
fn without_texts_the_structured_data_is_read_all_the_same() {
    let templates = TemplateSet::new(Dictionary::builtin());
    let mut importer = Importer::new(Dictionary::builtin(), &templates).unwrap();
    let mut bytes = Vec::new();
    let line =
        "<27>1 - - jsrpd - JSRPD_PID_FILE_LOCK [junos@2636 error-message=\"x\"] Unable to lock PID file: x";
    let imported = importer.event(&Line::parse(line), &TimePolicy::default(), &mut bytes).unwrap();
    assert_eq!((imported.message.unwrap().number(), imported.has_text), (4, true));
    assert!(tokens(&bytes).contains(&":ERROR-MESSAGE x".to_owned()));
}

#[test]
fn a_line_longer_than_an_event_is_refused() {
    let mut importer = importer();
    let mut bytes = b"in front".to_vec();
    let line = "x".repeat(4_000);
    let error = importer.event(&Line::parse(&line), &TimePolicy::default(), &mut bytes).unwrap_err();
    assert!(error.to_string().contains("4024"), "{error}");
    assert_eq!(bytes, b"in front");
    assert!(
        Importer::new(&Dictionary::empty(), &TemplateSet::default())
            .unwrap_err()
            .to_string()
            .contains("SYSLOG-VAL-SSID")
    );
}
