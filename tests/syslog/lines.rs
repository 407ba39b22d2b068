//! Reading one line: every real line of the manuals and of public logs, and what is malformed.

use zems::spi::Timestamp;
use zems::syslog::{Form, Line, StructuredData, Time, TimePolicy};

/// The information in a line, `-` where it does not: form, PRI, explicit priority, time, host, process, pid, tag, structured data.
fn said(line: &str) -> String {
    let bytes = Line::parse_bytes(line.as_bytes());
    let line = Line::parse(line);
    let text = |field: Option<&str>| field.unwrap_or("-").to_owned();
    let priority =
        |priority: Option<zems::syslog::Priority>| priority.map_or("-".into(), |p| p.pri().to_string());
    let said = [
        format!("{:?}", line.form()),
        priority(line.priority()),
        priority(line.explicit_priority()),
        text(line.time_text()),
        text(line.host()),
        text(line.process()),
        text(line.pid()),
        text(line.tag()),
        text(line.structured_data().map(|data| data.as_written())),
    ];
    // Bytes are read as text is.
    assert_eq!(bytes.form(), line.form());
    assert_eq!((bytes.priority(), bytes.time()), (line.priority(), line.time()));
    assert_eq!(bytes.message(), line.message().as_bytes());
    for (bytes, text) in [
        (bytes.time_text(), line.time_text()),
        (bytes.host(), line.host()),
        (bytes.process(), line.process()),
        (bytes.pid(), line.pid()),
        (bytes.tag(), line.tag()),
        (bytes.service(), line.service()),
        (
            bytes.structured_data().map(|data| data.as_written()),
            line.structured_data().map(|data| data.as_written()),
        ),
    ] {
        assert_eq!(bytes, text.map(str::as_bytes));
    }
    said.join("|")
}

#[track_caller]
fn check(line: &str, expected: &str, message: &str) {
    assert_eq!(said(line), expected, "{line}");
    assert_eq!(Line::parse(line).message(), message, "{line}");
}

#[test]
fn jsrpd_lines_seen_in_public() {
    let state = "SRG[1]:HA state transitioned [BACKUP -->ACTIVE] Reason: [Manual failover at Peer]";
    check(
        &format!("srx1600-2 jsrpd[10035]: JSRPD_HA_SRG_STATE_CHANGE: {state}"),
        "Undated|-|-|-|srx1600-2|jsrpd|10035|JSRPD_HA_SRG_STATE_CHANGE|-",
        state,
    );
    check(
        "11:38:03.451  srx1600-1 jsrpd[10031]: JSRPD_BFD_STATE_DOWN: HA peer BFD is down",
        "Standard|-|-|11:38:03.451|srx1600-1|jsrpd|10031|JSRPD_BFD_STATE_DOWN|-",
        "HA peer BFD is down",
    );
    check(
        "11:38:04.101  srx1600-1 jsrpd[10031]: JSRPD_ICD_BFD_STATE_DOWN: HA peer ICD BFD is down",
        "Standard|-|-|11:38:04.101|srx1600-1|jsrpd|10031|JSRPD_ICD_BFD_STATE_DOWN|-",
        "HA peer ICD BFD is down",
    );
    let state =
        "SRG[1]:HA state transitioned [BACKUP -->ACTIVE] Reason: [Split Brain Prevention logic result]";
    check(
        &format!("11:38:08.495  srx1600-1 jsrpd[10031]: JSRPD_HA_SRG_STATE_CHANGE: {state}"),
        "Standard|-|-|11:38:08.495|srx1600-1|jsrpd|10031|JSRPD_HA_SRG_STATE_CHANGE|-",
        state,
    );
    check(
        "JSRPD_HA_CONTROL_LINK_UP: HA control link monitor status is marked up",
        "Tagged|-|-|-|-|-|-|JSRPD_HA_CONTROL_LINK_UP|-",
        "HA control link monitor status is marked up",
    );
    let time =
        Line::parse("11:38:03.451  srx1600-1 jsrpd[10031]: JSRPD_BFD_STATE_DOWN: down").time().unwrap();
    assert_eq!((time.hour, time.minute, time.second, time.microsecond), (11, 38, 3, 451_000));
    assert_eq!((time.year, time.date, time.utc_offset), (None, None, None));
}

#[test]
fn standard_lines_of_the_manuals() {
    check(
        "Jul 24 17:43:28 router1 mgd[4163]: UI_CFG_AUDIT_SET_SECRET: User 'admin' set: [system radius-server 1.2.3.4 secret]",
        "Standard|-|-|Jul 24 17:43:28|router1|mgd|4163|UI_CFG_AUDIT_SET_SECRET|-",
        "User 'admin' set: [system radius-server 1.2.3.4 secret]",
    );
    check(
        "Feb 27 02:33:49 bm-a mgd[6520]: UI_DBASE_LOGIN_EVENT: User 'security-officer' entering configuration mode",
        "Standard|-|-|Feb 27 02:33:49|bm-a|mgd|6520|UI_DBASE_LOGIN_EVENT|-",
        "User 'security-officer' entering configuration mode",
    );
    check(
        "Dec 19 13:22:41.959 mxhost chassisd[5290]: CHASSISD_IFDEV_DETACH_FPC: ifdev_detach_fpc(0)",
        "Standard|-|-|Dec 19 13:22:41.959|mxhost|chassisd|5290|CHASSISD_IFDEV_DETACH_FPC|-",
        "ifdev_detach_fpc(0)",
    );
    check(
        "<101>Jun 6 15:18:03 host01 xntpd[2130]: kernel time sync enabled 2001",
        "Standard|101|-|Jun 6 15:18:03|host01|xntpd|2130|-|-",
        "kernel time sync enabled 2001",
    );
}

#[test]
fn structured_lines_of_the_manuals_and_of_public_logs() {
    let message = "User 'regress' exiting configuration mode";
    let front = "<165>1 2007-02-15T09:17:15.719Z router1 mgd 3046 UI_DBASE_LOGOUT_EVENT ";
    let data = r#"[junos@2636.1.1.1.2.18 username="regress"]"#;
    let expected =
        format!("Structured|165|-|2007-02-15T09:17:15.719Z|router1|mgd|3046|UI_DBASE_LOGOUT_EVENT|{data}");
    check(&format!("{front}{data} {message}"), &expected, message);
    // Brief: no text.
    check(&format!("{front}{data}"), &expected, "");
    // As the manual prints a local time.
    check(
        &format!(
            "<165>1 2007-02-15T09:17:15.719 -08:00 router1 mgd 3046 UI_DBASE_LOGOUT_EVENT {data} {message}"
        ),
        &expected.replace("719Z", "719 -08:00"),
        message,
    );

    let data = r#"[junos@2636.1.1.1.2.129 username="baduser" source-address="198.51.100.148"]"#;
    check(
        &format!(
            "<37>1 2026-07-06T03:50:42.589Z vsrx-ci sshd - SSHD_LOGIN_FAILED {data} \
             Login failed for user 'baduser' from host '198.51.100.148'"
        ),
        &format!("Structured|37|-|2026-07-06T03:50:42.589Z|vsrx-ci|sshd|-|SSHD_LOGIN_FAILED|{data}"),
        "Login failed for user 'baduser' from host '198.51.100.148'",
    );
    let data = "[junos@2636.1.1.1.2.93 duration=\"28\" user-seconds=\"0\" user-microseconds=\"0\" \
                system-seconds=\"0\" system-microseconds=\"0\"]";
    check(
        &format!(
            "<27>1 2021-08-07T23:21:59.055+07:00 HHT9402.PECD.MX2020.02_RE0 rpd 4625 JTASK_SCHED_SLIP {data}"
        ),
        &format!(
            "Structured|27|-|2021-08-07T23:21:59.055+07:00|HHT9402.PECD.MX2020.02_RE0|rpd|4625|JTASK_SCHED_SLIP|{data}"
        ),
        "",
    );
    let message = "IKE negotiation failed with error: Timed out. IKE Version: 1, VPN: IPSEC-HORSEFACTS-TUN1-PROD-VPN \
                   Gateway: IKE-HORSEFACTS-TUN1-GW, Local: 10.11.22.444/500, Remote: 198.1.124.8/500, \
                   Local IKE-ID: Not-Available, Remote IKE-ID: Not-Available, VR-ID: 5: Role: Initiator";
    check(
        &format!("<27>1 2023-07-04T12:22:36.461+10:00 AC004-PR-VPN01-DMZ kmd 9812 - - {message}"),
        "Structured|27|-|2023-07-04T12:22:36.461+10:00|AC004-PR-VPN01-DMZ|kmd|9812|-|-",
        message,
    );
    check(
        "<38>1 2026-07-06T03:50:42.590Z vsrx-ci sshd 4139 - - Failed password for baduser from 198.51.100.148 port \
         59308 ssh2",
        "Structured|38|-|2026-07-06T03:50:42.590Z|vsrx-ci|sshd|4139|-|-",
        "Failed password for baduser from 198.51.100.148 port 59308 ssh2",
    );
    let data = r#"[junos@2636.1.1.1.2.39 source-address="1.2.3.4" source-port="56639"]"#;
    let front = "<14>1 2014-05-01T08:26:51.179Z fw01 RT_FLOW - RT_FLOW_SESSION_DENY ";
    let expected = "Structured|14|-|2014-05-01T08:26:51.179Z|fw01|RT_FLOW|-|RT_FLOW_SESSION_DENY|";
    check(&format!("{front}{data}"), &format!("{expected}{data}"), "");
    // As printed, with dots where parameters were left out: malformed, and so text.
    let elided = data.replace(']', " ...]");
    check(&format!("{front}{elided}"), &format!("{expected}-"), &elided);
}

#[test]
fn a_line_without_the_field_of_the_process_id() {
    let data = r#"[junos@2636.1.1.1.2.26 reason="TCP RST"]"#;
    let expected = format!(
        "StructuredWithoutPid|14|-|2016-12-06T11:38:19.818+02:00|csp-ucpe-bglr51|RT_FLOW|-|APPTRACK_SESSION_CLOSE|{data}"
    );
    let front = "<14>1 2016-12-06T11:38:19.818+02:00 csp-ucpe-bglr51";
    check(&format!("{front} RT_FLOW: APPTRACK_SESSION_CLOSE {data}"), &expected, "");
    check(&format!("{front} RT_FLOW APPTRACK_SESSION_CLOSE {data} text"), &expected, "text");
    // As printed, and cut short by a datagram.
    for cut in [&data.replace(']', " ...]"), &data[..data.len() - 2], "["] {
        let line = format!("{front} RT_FLOW: APPTRACK_SESSION_CLOSE {cut}");
        check(&line, &expected.replace(data, "-"), cut);
    }
}

#[test]
fn explicit_priority_and_every_time_format() {
    for (time, year, microsecond) in [
        ("Aug 21 12:36:30", None, 0),
        ("Aug 21 12:36:30.401", None, 401_000),
        ("Aug 21 12:36:30 2006", Some(2006), 0),
        ("Aug 21 12:36:30.401 2006", Some(2006), 401_000),
        ("Aug 21 2006 12:36:30", Some(2006), 0),
    ] {
        check(
            &format!("{time} router1 jsrpd[99]: %DAEMON-3-JSRPD_NOT_ROOT: Must be run as root"),
            &format!("Standard|-|27|{time}|router1|jsrpd|99|JSRPD_NOT_ROOT|-"),
            "Must be run as root",
        );
        let read = Time::parse(time).unwrap();
        assert_eq!((read.year, read.date, read.microsecond), (year, Some((8, 21)), microsecond));
        assert_eq!((read.hour, read.minute, read.second, read.utc_offset), (12, 36, 30, None));
    }
    check(
        "<27>Aug  1 12:36:30 router1 /kernel: %KERN-6: some words",
        "Standard|27|6|Aug  1 12:36:30|router1|/kernel|-|-|-",
        "some words",
    );
    check(
        "Aug  1 12:36:30 router1 pfed: %PFE-5-ANYTHING: some words",
        "Standard|-|165|Aug  1 12:36:30|router1|pfed|-|ANYTHING|-",
        "some words",
    );
    // A facility that Junos does not have is text.
    check(
        "Aug  1 12:36:30 router1 pfed: %NOTHING-5-ANYTHING: some words",
        "Standard|-|-|Aug  1 12:36:30|router1|pfed|-|-|-",
        "%NOTHING-5-ANYTHING: some words",
    );
    check(
        "2023-07-04T12:22:36.461+10:00 r1 RT_FLOW: RT_FLOW_SESSION_DENY: session denied",
        "Standard|-|-|2023-07-04T12:22:36.461+10:00|r1|RT_FLOW|-|RT_FLOW_SESSION_DENY|-",
        "session denied",
    );
    check(
        "Aug  1 12:36:30 r1 JSRPD_NOT_ROOT: x",
        "Standard|-|-|Aug  1 12:36:30|r1|-|-|JSRPD_NOT_ROOT|-",
        "x",
    );
}

#[test]
fn bsd_lines() {
    check(
        "<34>Oct 11 22:14:15 mymachine su: 'su root' failed for lonvick on /dev/pts/8",
        "Standard|34|-|Oct 11 22:14:15|mymachine|su|-|-|-",
        "'su root' failed for lonvick on /dev/pts/8",
    );
    check(
        "<13>Feb  5 17:32:18 10.0.0.99 Use the BFG!",
        "Standard|13|-|Feb  5 17:32:18|10.0.0.99|-|-|-|-",
        "Use the BFG!",
    );
    check("<13>Feb  5 17:32:18 su[5]: to root", "Standard|13|-|Feb  5 17:32:18|-|su|5|-|-", "to root");
    check(
        "Feb  5 17:32:18 last message repeated 2 times",
        "Standard|-|-|Feb  5 17:32:18|-|-|-|-|-",
        "last message repeated 2 times",
    );
    check("<13>no time at all", "Message|13|-|-|-|-|-|-|-", "no time at all");
    check("<013>zeros", "Message|-|-|-|-|-|-|-|-", "<013>zeros");
    check("<192>too much", "Message|-|-|-|-|-|-|-|-", "<192>too much");
    check("", "Message|-|-|-|-|-|-|-|-", "");
    check("Feb 5 17:32:18", "Standard|-|-|Feb 5 17:32:18|-|-|-|-|-", "");
    check("Feb 32 17:32:18 host x", "Message|-|-|-|-|-|-|-|-", "Feb 32 17:32:18 host x");
    check("Feb 5 24:32:18 host x", "Message|-|-|-|-|-|-|-|-", "Feb 5 24:32:18 host x");
    check("note: this is prose [1]: really", "Message|-|-|-|-|-|-|-|-", "note: this is prose [1]: really");
}

#[test]
fn services_on_a_pic() {
    let message = "(FPC Slot 5, PIC Slot 0) {ss1}[FWNAT]: proto 6 (TCP) ASP_SFW_CREATE_ACCEPT_FLOW: accepted";
    let line = format!("Oct 27 11:22:33 {message}");
    check(&line, "Service|-|-|Oct 27 11:22:33|-|-|-|ASP_SFW_CREATE_ACCEPT_FLOW|-", message);
    assert_eq!(Line::parse(&line).service(), Some("(FPC Slot 5, PIC Slot 0) {ss1}[FWNAT]"));
    let message = "{ss1} [IDS]: ASP_IDS_RULE_MATCH: matched";
    check(
        &format!("Oct 27 11:22:33 router1 {message}"),
        "Service|-|-|Oct 27 11:22:33|router1|-|-|ASP_IDS_RULE_MATCH|-",
        message,
    );
}

#[test]
fn the_node_of_junos_evolved() {
    let node = |line| Line::parse(line).node();
    assert_eq!(node("Oct 27 11:22:33 ptxhost-re0 mgd[1]: UI_COMMIT: x"), Some("re0"));
    assert_eq!(node("Oct 27 11:22:33 ptxhost re0-mgd[1]: UI_COMMIT: x"), Some("re0"));
    assert_eq!(node("Oct 27 11:22:33 ptxhost mgd-re1[1]: UI_COMMIT: x"), Some("re1"));
    assert_eq!(node("Oct 27 11:22:33 ptx-remote mgd[1]: UI_COMMIT: x"), None);
}

#[test]
fn malformed_structured_data_is_text() {
    for data in [
        "[",
        "[]",
        "[ a=\"b\"]",
        "[x",
        "[x a]",
        "[x a=b]",
        "[x a=\"b]",
        "[x a=\"b\\\"]",
        "[x a=\"b\"",
        "[x a=\"b\" ]",
        "[x =\"b\"]",
        "[x a=\"b\"]y",
        "[x a=\"b\"][",
        "x",
    ] {
        let line = format!("<13>1 2024-05-01T10:11:12Z h p 1 M {data}");
        let read = Line::parse(&line);
        assert_eq!(read.form(), Form::Structured, "{data}");
        assert!(read.structured_data().is_none(), "{data}");
        assert_eq!(read.message(), data);
        assert!(StructuredData::parse(data).is_none(), "{data}");
    }
    for data in ["[x]", "[x][y]", r#"[x a=""]"#, r#"[x a="]" b="\"\\\]"][y c="["]"#] {
        let line = format!("<13>1 2024-05-01T10:11:12Z h p 1 M {data} m");
        assert_eq!(Line::parse(&line).structured_data().unwrap().as_written(), data);
        assert_eq!(Line::parse(&line).message(), "m");
    }
}

#[test]
fn fields_that_are_missing_or_doubled() {
    // A header that is none: all after the PRI is message.
    for line in [
        "<13>1 ",
        "<13>1 2024-05-01T10:11:12Z",
        "<13>1 2024-05-01T10:11:12Z h",
        "<13>1 2024-05-01T10:11:12Z  p 1 M -",
        "<13>2 2024-05-01T10:11:12Z h p 1 M -",
        "<13>1 2024-13-01T10:11:12Z h p 1 M -",
        "<13>1 2024-05-01T10:11:12+99:99 h p 1 M -",
    ] {
        let read = Line::parse(line);
        assert_eq!((read.form(), read.message()), (Form::Message, &line[4..]), "{line}");
    }
    let nothing = Line::parse("<13>1 - - - - - -");
    assert_eq!(nothing.form(), Form::Structured);
    assert_eq!((nothing.time(), nothing.host(), nothing.process()), (None, None, None));
    assert_eq!((nothing.pid(), nothing.tag(), nothing.message()), (None, None, ""));
    // Without structured data the rest is text.
    let line = Line::parse("<13>1 2024-05-01T10:11:12Z h p 1 M text only");
    assert_eq!((line.tag(), line.message()), (Some("M"), "text only"));
}

#[test]
fn bytes_that_are_not_text() {
    let line = b"<13>Feb  5 17:32:18 h\xFFst su[1]: \xFE\x00\x07";
    let line = Line::parse_bytes(line);
    assert_eq!((line.host(), line.process()), (Some(&b"h\xFFst"[..]), Some(&b"su"[..])));
    assert_eq!(line.message(), b"\xFE\x00\x07");
    let line = Line::parse_bytes(b"<13>1 - - - - - [x a=\"\xFF\\\"\"] m");
    let value = line.structured_data().unwrap().elements().next().unwrap().params().next().unwrap().value();
    assert_eq!((&*value.unescaped(), value.to_string().as_str()), (&b"\xFF\""[..], "\u{FFFD}\""));
}

#[test]
fn years_and_zones_that_a_line_does_not_say() {
    let at = |text: &str| text.parse::<Timestamp>().unwrap();
    let read = |text: &str, policy: &TimePolicy<'_>| policy.timestamp(&Time::parse(text).unwrap());
    let policy = TimePolicy { now: at("2026-01-02T00:00:00Z"), ..TimePolicy::default() };
    assert_eq!(read("Jan  2 10:00:00", &policy), Some(at("2026-01-02T10:00:00Z")));
    assert_eq!(read("Jan  3 00:00:00", &policy), Some(at("2026-01-03T00:00:00Z")));
    // More than a day ahead.
    assert_eq!(read("Jan  3 00:00:01", &policy), Some(at("2025-01-03T00:00:01Z")));
    assert_eq!(read("Dec 31 23:59:59.5", &policy), Some(at("2025-12-31T23:59:59.5Z")));
    assert_eq!(read("Dec 31 23:59:59 2019", &policy), Some(at("2019-12-31T23:59:59Z")));
    // The latest year that had the day.
    assert_eq!(read("Feb 29 00:00:00", &policy), Some(at("2024-02-29T00:00:00Z")));
    // A clock ahead of ours around New Year.
    let old_year = TimePolicy { now: at("2025-12-31T23:59:58Z"), ..policy };
    assert_eq!(read("Jan  1 00:00:01", &old_year), Some(at("2026-01-01T00:00:01Z")));
    assert_eq!(read("Jan  2 00:00:01", &old_year), Some(at("2025-01-02T00:00:01Z")));
    let next_day = TimePolicy { now: at("2025-01-01T00:00:00Z"), ..policy };
    assert_eq!(read("Feb 29 00:00:00", &next_day), Some(at("2024-02-29T00:00:00Z")));
    // The information in the caller wins.
    let of_2024 = TimePolicy { year: Some(2024), ..policy };
    assert_eq!(read("Feb 29 00:00:00", &of_2024), Some(at("2024-02-29T00:00:00Z")));
    // Nothing is guessed.
    assert_eq!(read("Jan  2 10:00:00", &TimePolicy::default()), None);
    assert_eq!(read("11:38:03.451", &policy), None);

    let zone = |time: Timestamp| if time < at("2026-03-29T01:00:00Z") { 3600 } else { 7200 };
    let local = TimePolicy { now: at("2026-12-31T23:30:00Z"), zone: Some(&zone), year: None };
    assert_eq!(
        read("Mar 29 01:30:00", &TimePolicy { year: Some(2026), ..local }),
        Some(at("2026-03-29T00:30:00Z"))
    );
    assert_eq!(
        read("Mar 29 03:30:00", &TimePolicy { year: Some(2026), ..local }),
        Some(at("2026-03-29T01:30:00Z"))
    );
    // It is next year already where the line was written.
    assert_eq!(read("Jan  1 00:30:00", &local), Some(at("2026-12-31T22:30:00Z")));
    assert_eq!(read("2024-05-01T12:00:00", &local), Some(at("2024-05-01T11:00:00Z")));
    assert_eq!(read("2024-05-01T12:00:00+02:00", &local), Some(at("2024-05-01T10:00:00Z")));
    assert_eq!(read("2024-05-01T12:00:00.7 -08:30", &local), Some(at("2024-05-01T20:30:00.7Z")));
}
