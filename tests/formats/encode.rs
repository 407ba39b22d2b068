//! From the JSON form to buffers and back.

use zems::formats::Options;
use zems::site::Site;

use super::{built, shown, site};

#[test]
fn unknown_names_are_refused_with_a_similar_one() {
    let site = Site::builtin();
    let event = |rest: &str| format!(r#"{{"kind":"event","ssid":"TANDEM.RPC.D10","number":8,{rest}}}"#);
    let subject = r#"{"name":"ZEMS-TKN-SUBJECT-MARK"},{"name":"ZCOM-TKN-SUBJ-PROC","value":"$Z"}"#;
    for (rest, parts) in [
        (r#""tokns":[]"#.to_owned(), &["\"tokns\"", "did you mean \"tokens\""][..]),
        (format!(r#""emphasys":true,"tokens":[{subject}]"#), &["\"emphasys\"", "did you mean \"emphasis\""]),
        (
            r#""tokens":[{"name":"ZEMS-TKN-SUBJECT-MARK"},{"name":"ZCOM-TKN-SUBJ-PROC","value":"$Z","valeu":3}]"#.into(),
            &["token 1 (ZCOM-TKN-SUBJ-PROC)", "\"valeu\"", "did you mean \"value\""],
        ),
        (
            format!(r#""tokens":[{subject},{{"name":"ZRPC-TKN-CPU","value":70000}}]"#),
            &["token 2 (ZRPC-TKN-CPU)", "0 to 65535"],
        ),
        (format!(r#""tokens":[{subject},{{"name":"ZRPC-TKN-CPU","value":"abc"}}]"#), &["a whole number"]),
        (format!(r#""cpu":70000,"tokens":[{subject}]"#), &["\"cpu\"", "0 to 65535"]),
        (format!(r#""process":"\\N.$ä","tokens":[{subject}]"#), &["\"process\"", "printable ASCII"]),
    ] {
        let error = built(&site, &event(&rest)).unwrap_err();
        for part in parts {
            assert!(error.contains(part), "{error} has no {part}");
        }
    }
    let read = |rest: &str| built(&site, &event(rest));
    let plain = read(&format!(r#""tokens":[{subject}]"#)).unwrap();
    let ignored = format!(
        r#""text":"x","label":1,"offset":2,"length":3,"source":"s","findings":[],"pass_value":4,"provisional":[],"printed_ssid":"a","advice":{{}},"subjects":[],"tokens":[{subject}]"#
    );
    assert_eq!(read(&ignored).unwrap(), plain);
}

#[test]
fn a_header_is_of_the_kind_the_line_says() {
    let site = Site::builtin();
    let raw = Options { raw: true, ..Options::default() };
    let line = shown(&site, "json", &raw, zems::samples::BKUP_FAIL);
    let mut object: serde_json::Value = serde_json::from_str(&line).unwrap();
    object.as_object_mut().unwrap().remove("buffer_hex");
    assert_eq!(built(&site, &object.to_string()).unwrap(), zems::samples::BKUP_FAIL);
    let line = format!(r#"{{"kind":"command","header_hex":{},"tokens":[]}}"#, object["header_hex"]);
    let error = built(&site, &line).unwrap_err();
    assert!(error.contains("kind event") && error.contains("is command"), "{error}");
}

/// The lines stand for token codes with their top bit, marks of variable length, and headers of the C series.
#[test]
fn odd_values_come_back() {
    let site = Site::builtin();
    for line in [
        r#"{"kind":"event","ssid":"ACME.7.A01","number":101,"generated":"2024-01-01T00:00:00.000000Z","node":3,"process":"\\N.$ABC","cpu":2,"pin":45,"tokens":[{"code":"1F00FBF0"},{"code":"01FF000A","value":"$DISK"},{"code":"1D040014","value":"81FF0001"},{"code":"1D080015","hex":"01FF000181FF0001"},{"code":"1D040016","values":[{"hex":"81FF0001"},"01FF0001"]}]}"#,
        r#"{"kind":"event","ssid":"ACME.7.A01","number":101,"generated":"2024-01-01T00:00:00.000000Z","tokens":[{"code":"1F00FBF0"},{"code":"01FF000A","value":"$DISK"},{"code":"1FFF1770","hex":""}]}"#,
        r#"{"kind":"event","ssid":"ACME.7.A01","number":101,"layout":"C","generated":"2024-01-01T00:00:00.000000Z","process":"$ABC","tokens":[{"code":"1F00FBF0"},{"code":"01FF000A","value":"$DISK"},{"code":"05040001","value":0.1}]}"#,
    ] {
        let bytes = built(&site, line).unwrap();
        let again = shown(&site, "json", &Options::default(), &bytes);
        assert_eq!(built(&site, &again).unwrap(), bytes, "{again}");
        assert!(
            !line.contains("81FF0001") || again.contains(r#""value":["01FF0001","81FF0001"]"#),
            "{again}"
        );
        assert!(!line.contains("0.1") || again.contains(r#""value":0.1}"#), "{again}");
    }
}

const ACCOUNT: &str = "\
?SECTION ACCOUNT
DEF ACCT-VAL-SSID TACL SSID.
 02 Z-FILLER TYPE CHARACTER 8 VALUE IS \"ACME    \".
 02 Z-OWNER REDEFINES Z-FILLER TYPE CHARACTER 8.
 02 Z-NUMBER TYPE BINARY 16 VALUE IS 77.
 02 Z-VERSION TYPE BINARY 16 UNSIGNED VALUE IS 0.
END.
DEF ACCT-DDL-ACCOUNT.
 02 BRANCH TYPE BINARY 16.
 02 NUMBER TYPE CHARACTER 11.
 02 FILLER TYPE CHARACTER 1.
 02 KIND TYPE BINARY 16.
END.
TOKEN-TYPE ACCT-TYP-ACCOUNT VALUE IS ZSPI-TDT-STRUCT DEF IS ACCT-DDL-ACCOUNT.
TOKEN-CODE ACCT-TKN-ACCOUNT VALUE IS 5 TOKEN-TYPE IS ACCT-TYP-ACCOUNT SSID \"ACME.77.0\".
";

#[test]
fn structures_with_fillers_and_of_other_lengths() {
    let site = site(&[("account", ACCOUNT)], &[]).build();
    let line = |token: &str| {
        format!(
            r#"{{"kind":"event","ssid":"ACME.77.0","number":1,"generated":"2024-01-01T00:00:00.000000Z","tokens":[{{"name":"ZEMS-TKN-SUBJECT-MARK"}},{{"code":"01FF000A","value":"$D"}},{token}]}}"#
        )
    };
    let given = line(r#"{"name":"ACCT-TKN-ACCOUNT","value":{"BRANCH":7,"NUMBER":"12345678901","KIND":3}}"#);
    let bytes = built(&site, &given).unwrap();
    let again = shown(&site, "json", &Options::default(), &bytes);
    assert!(again.contains(r#""value":{"BRANCH":7,"NUMBER":"12345678901","KIND":3}}"#), "{again}");
    assert_eq!(built(&site, &again).unwrap(), bytes);
    // A filler that is not zero, a structure that ends early, one that continues: fields and bytes.
    for (hex, value) in [
        ("00073132333435363738393031FF0003", r#"{"BRANCH":7,"NUMBER":"12345678901","KIND":3}"#),
        ("00073132333435363738393031", r#"{"BRANCH":7,"NUMBER":"12345678901"}"#),
        ("0007", r#"{"BRANCH":7}"#),
    ] {
        let padded = format!("{hex:0<32}");
        let structure = if hex.len() == 32 { hex } else { padded.as_str() };
        let code = format!("07{:02X}0005", hex.len() / 2);
        let bytes = built(&site, &line(&format!(r#"{{"code":"{code}","hex":"{hex}"}}"#))).unwrap();
        let again = shown(&site, "json", &Options::default(), &bytes);
        assert_eq!(built(&site, &again).unwrap(), bytes, "{again}");
        if structure == hex {
            assert!(again.contains(&format!(r#""value":{value},"hex":"{hex}""#)), "{again}");
        }
    }
}

#[test]
fn override_is_shown_and_the_stored_flag_comes_back() {
    let template = "VERSION: \"1\"\nSSID: ZRPC-VAL-SSID\nMSG: ZEMS-TKN-EVENTNUMBER, ZRPC-EVT-BKUP-FAIL\n\
                    OVERRIDE ZEMS-TKN-EMPHASIS ZSPI-VAL-FALSE\n";
    let site = site(&[], &[("override", template)]).build();
    let line = shown(&site, "json", &Options::default(), zems::samples::BKUP_FAIL);
    assert!(line.contains(r#""emphasis":false"#) && line.contains(r#""stored":{"emphasis":true}"#), "{line}");
    assert_eq!(built(&site, &line).unwrap(), zems::samples::BKUP_FAIL);
}

#[test]
fn text_that_is_not_ascii_is_text_where_people_read() {
    let site = Site::builtin();
    let line = r#"{"kind":"event","ssid":"TANDEM.RPC.D10","number":8,"generated":"2024-01-01T00:00:00.000000Z","tokens":[{"name":"ZEMS-TKN-SUBJECT-MARK"},{"name":"ZCOM-TKN-SUBJ-PROC","hex":"47C3BC"}]}"#;
    let bytes = built(&site, line).unwrap();
    let csv = Options { columns: ["ZCOM-TKN-SUBJ-PROC".into()].into(), header: false, ..Options::default() };
    assert_eq!(shown(&site, "csv", &csv, &bytes), "Gü\n");
    let otlp = shown(&site, "otlp", &Options::default(), &bytes);
    assert!(otlp.contains(r#"{"key":"ZCOM-TKN-SUBJ-PROC","value":{"stringValue":"Gü"}}"#), "{otlp}");
    let json = shown(&site, "json", &Options::default(), &bytes);
    assert!(json.contains(r#""hex":"47C3BC""#), "{json}");
}
