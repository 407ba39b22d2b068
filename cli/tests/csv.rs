//! `zems decode --format csv`: whole outputs.

use std::io::Write;
use std::process::{Command, Stdio};

use zems::dictionary::Dictionary;
use zems::ems::{EventBuilder, EventHeader};
use zems::samples;
use zems::spi::{Profile, Timestamp};

/// Standard output, standard error and exit code of `zems decode --format csv` and more.
fn csv(args: &[&str], input: &[u8]) -> (String, String, i32) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_zems"))
        .args(["decode", "--format", "csv"])
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A program that refuses its arguments reads nothing.
    let _ = child.stdin.take().unwrap().write_all(input);
    let output = child.wait_with_output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (text(output.stdout), text(output.stderr), output.status.code().unwrap())
}

const HEADER: &str = "gentime,ssid,system,crtpid,eventnumber,cpu,pin,ldev,userid,text\n";

/// Event 2 of EMS with the token ZEMS-TKN-TEXT twice, and ZEMS-TKN-LDEV.
fn two_texts(first: &str, second: &str) -> Vec<u8> {
    let dictionary = Dictionary::builtin();
    let code = |name| dictionary.token_named(name).unwrap();
    let text = code("ZEMS-TKN-TEXT");
    let header = EventHeader {
        generated: "2026-11-20T23:30:00.25Z".parse().unwrap(),
        logged: Timestamp::UNSET,
        process: br"\NODE.$ZNUP",
        user: (255, 1),
        ..EventHeader::new(text.owner_ssid().unwrap(), 30000)
    };
    let mut event =
        EventBuilder::new(Vec::new(), &header, &Profile::DEFAULT, text.stored_code(), first).unwrap();
    event.put(text.stored_code(), second).unwrap();
    event.put(code("ZEMS-TKN-LDEV").stored_code(), 134_u16).unwrap();
    event.finish().unwrap()
}

#[test]
fn the_columns_of_ems_analyzer() {
    let stream =
        [samples::EVENT, &[0], samples::BKUP_FAIL, samples::COMMAND, &two_texts("a \"b\", c", "")].concat();
    let expected = "\
2024-01-01 00:00:00.000000,ACME.7.A01,\\3,$ABC,101,2,45,-1,\"255,255\",EMSTEXT -- No template and no TEXT token for event. SSID = ACME.7.A01 Event number = 101 Subject = $DISK
2026-11-20 10:15:00.123456,TANDEM.RPC.D10,\\NODE,$ZPM,8,2,45,-1,\"255,255\",Backup process in CPU 3 died because its CPU is down
,TANDEM.36.C30,,,32767,-1,-1,-1,,\"command 3, object type 13, 5 tokens\"
2026-11-20 23:30:00.250000,TANDEM.EMS.0,\\NODE,$ZNUP,30000,0,0,134,\"255,1\",\"a \"\"b\"\", c\"
";
    assert_eq!(csv(&[], &stream), (format!("{HEADER}{expected}"), String::new(), 0));
    assert_eq!(csv(&["--no-header"], &stream), (expected.to_owned(), String::new(), 0));
    assert_eq!(csv(&[], b""), (HEADER.to_owned(), String::new(), 0));
}

#[test]
fn columns_and_tokens_by_name() {
    let columns = "gentimes, logtime,NAME,subject_name,subject,emphasis,offset,length,\
                   zrpc^tkn^cpu,ZRPC-TKN-BKUP-FAIL-REASON,ZEMS-TKN-CRTPID,ZCOM-TKN-SUBJ-PROC:1,ZCOM_TKN_SUBJ_PROC:2";
    let header = "gentimes,logtime,name,subject_name,subject,emphasis,offset,length,\
                  ZRPC-TKN-CPU,ZRPC-TKN-BKUP-FAIL-REASON,ZEMS-TKN-CRTPID,ZCOM-TKN-SUBJ-PROC:1,ZCOM-TKN-SUBJ-PROC:2\n";
    let row = "2026-11-20 11:15:00,,ZRPC-EVT-BKUP-FAIL,ZCOM-TKN-SUBJ-PROC,$ZPM,true,0,186,3,its CPU is down,$ZPM,$ZPM,\n";
    let ran = csv(&["--columns", columns, "--zone", "Europe/Berlin"], samples::BKUP_FAIL);
    assert_eq!(ran, (format!("{header}{row}"), String::new(), 0));

    let numbers = csv(
        &["--columns", "name,ssid,ZRPC-TKN-BKUP-FAIL-REASON,subject_name", "--no-names"],
        samples::BKUP_FAIL,
    );
    assert_eq!(numbers.0, "name,ssid,ZRPC-TKN-BKUP-FAIL-REASON,subject_name\n,TANDEM.9001.D10,2,01FF002C\n");

    let lists = csv(&["--columns", "ZSPI-TKN-ERRLIST,ZSPI-TKN-ERROR"], samples::EVENT);
    let inside = r#"[{"name":"ZSPI-TKN-ERROR","code":"1C0EFF05","type":"ERROR","value":{"ssid":"TANDEM.52.D00","error":-8}},{"code":"0103000D","type":"CHAR","value":"abc"}]"#;
    let inside = inside.replace('"', "\"\"");
    assert_eq!(lists.0, format!("ZSPI-TKN-ERRLIST,ZSPI-TKN-ERROR\n\"{inside}\",\n"));

    let second = csv(&["--columns", "ZEMS-TKN-TEXT:2,ZEMS-TKN-TEXT"], &two_texts("one", "two"));
    assert_eq!(second.0, "ZEMS-TKN-TEXT:2,ZEMS-TKN-TEXT\ntwo,one\n");
}

#[test]
fn a_column_that_is_none_is_named() {
    for (columns, message) in [
        (
            "gentime,colour",
            "zems: --columns: there is no column \"colour\", and no token of this name; the columns are gentime, ssid, ",
        ),
        ("ZRPC-TKN-CPU:0", "zems: --columns: ZRPC-TKN-CPU:0: occurrences are counted from 1"),
        ("gentime,", "zems: --columns: there is no column \"\""),
    ] {
        let (out, err, code) = csv(&["--columns", columns], samples::BKUP_FAIL);
        assert_eq!((out.as_str(), code), ("", 2));
        assert!(err.starts_with(message), "{err}");
    }
}

#[test]
fn bytes_that_are_not_a_buffer_are_reported_on_standard_error() {
    let (out, err, code) = csv(&["--columns", "offset"], &[b"noise!", samples::BKUP_FAIL].concat());
    assert_eq!((out.as_str(), code), ("offset\n6\n", 1));
    assert!(err.contains("6 bytes skipped"), "{err}");
}

#[test]
fn formulas_are_text_when_asked() {
    let event = two_texts("=cmd|' /C calc'!A0", "-5");
    let columns = "ZEMS-TKN-TEXT,ZEMS-TKN-TEXT:2";
    let (plain, ..) = csv(&["--columns", columns], &event);
    assert_eq!(plain, "ZEMS-TKN-TEXT,ZEMS-TKN-TEXT:2\n=cmd|' /C calc'!A0,-5\n");
    let (safe, ..) = csv(&["--columns", columns, "--spreadsheet"], &event);
    assert_eq!(safe, "ZEMS-TKN-TEXT,ZEMS-TKN-TEXT:2\n'=cmd|' /C calc'!A0,-5\n");
}
