//! `zems lint`: what it reads, what it writes, how it ends.

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

const DDL: &str = include_str!("../../tests/lint/acme.ddl");
const TEMPLATES: &str = include_str!("../../tests/lint/acme.tmpl");
const EVENTS: &str = include_str!("../../tests/lint/acme.events");

struct Directory(PathBuf);

impl Directory {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("zems-lint-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        let directory = Self(path);
        for (file, text) in [("acmeddl", DDL), ("acme.tmpl", TEMPLATES), ("acme.events", EVENTS)] {
            directory.write(file, text.as_bytes());
        }
        directory
    }

    fn write(&self, name: &str, bytes: &[u8]) -> String {
        let path = self.0.join(name);
        std::fs::write(&path, bytes).unwrap();
        path.display().to_string()
    }

    fn path(&self, name: &str) -> String {
        self.0.join(name).display().to_string()
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn lint(args: &[&str], input: &[u8]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_zems"))
        .arg("lint")
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let _ = child.stdin.take().unwrap().write_all(input);
    child.wait_with_output().unwrap()
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn code(output: &Output) -> Option<i32> {
    output.status.code()
}

#[test]
fn sources_that_follow_the_rules_end_well() {
    let directory = Directory::new("good");
    let output = lint(
        &[&directory.path("acmeddl"), &directory.path("acme.tmpl"), &directory.path("acme.events")],
        b"",
    );
    assert_eq!((code(&output), out(&output).as_str()), (Some(0), ""), "{output:?}");
    let output = lint(&[&directory.path(".")], b"");
    assert_eq!((code(&output), out(&output).as_str()), (Some(0), ""), "a directory: {output:?}");
}

#[test]
fn a_finding_in_a_source_has_its_place_and_a_caret() {
    let directory = Directory::new("source");
    let bad = DDL.replace("CONSTANT ACME-EVT-CLOSED VALUE IS 2.", "CONSTANT ACME-EVT-CLOSED VALUE IS 1.");
    let ddl = directory.write("acmeddl", bad.as_bytes());
    let output = lint(&["--rule", "event-number-twice", &ddl], b"");
    let text = out(&output);
    assert!(text.starts_with(&format!("{ddl}:11:10: must: ")), "{text}");
    assert!(
        text.contains("[event-number-twice]") && text.contains("\n             ^^^^^^^^^^^^^^^\n"),
        "{text}"
    );
    assert!(text.contains("EMS Manual 8-7, 10-15, 9-12. Give each event its own number."), "{text}");
    assert_eq!(code(&output), Some(1));
    let output = lint(&["--rule", "event-number-twice", "--format", "json", &ddl], b"");
    let finding: serde_json::Value = serde_json::from_str(&out(&output)).unwrap();
    assert_eq!(
        (&finding["kind"], &finding["rule"], &finding["level"]),
        (&"finding".into(), &"event-number-twice".into(), &"must".into())
    );
    assert_eq!(
        (&finding["line"], &finding["column"], &finding["file"]),
        (&11.into(), &10.into(), &ddl.into())
    );
    assert!(finding["offset"].is_null() && finding["manual"].is_string() && finding["remedy"].is_string());
}

#[test]
fn events_and_sources_are_distinguished_by_content() {
    let directory = Directory::new("events");
    let bytes = directory.write("night", zems::samples::EVENT);
    let hex = zems::samples::EVENT.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let text = directory.write("dump", hex.as_bytes());
    let framed: Vec<u8> = [&[0, 183][..], zems::samples::EVENT].concat();
    let frames = directory.write("frames", &framed);
    for args in [vec![bytes.as_str()], vec![text.as_str()], vec!["--from", "be16", frames.as_str()]] {
        let output =
            lint(&[&["--rule", "c-series-header", "--format", "json"], args.as_slice()].concat(), b"");
        let finding: serde_json::Value = serde_json::from_str(&out(&output)).unwrap();
        assert_eq!(
            (&finding["ssid"], &finding["number"], &finding["subject"]),
            (&"ACME.7.A01".into(), &101.into(), &"$DISK".into())
        );
        assert_eq!((&finding["count"], code(&output)), (&1.into(), Some(0)), "advice does not fail the run");
    }
    let output = lint(&["--rule", "c-series-header"], zems::samples::EVENT);
    assert!(out(&output).contains("standard input: byte 0: should: "), "{output:?}");
    let output = lint(&["-"], DDL.as_bytes());
    assert!(out(&output).is_empty() && code(&output) == Some(0), "{output:?}");
    // Sources are the definitions of the events beside them.
    let output = lint(&["--rule", "event-undefined", &directory.path("acmeddl"), &bytes], b"");
    assert!(
        out(&output).contains("[event-undefined]") && !out(&output).contains("nothing is defined"),
        "{output:?}"
    );
}

/// JSON Lines are checked as the buffers they stand for; a finding names the line.
#[test]
fn json_lines_are_events_too() {
    let directory = Directory::new("json");
    let events: Vec<u8> = [zems::samples::EVENT, zems::samples::BKUP_FAIL].concat();
    let bytes = directory.write("night", &events);
    let decode =
        Command::new(env!("CARGO_BIN_EXE_zems")).args(["decode", "--format", "json", &bytes]).output();
    let lines = decode.unwrap().stdout;
    let json = directory.write("night.jsonl", &lines);
    let findings = |output: &Output| -> Vec<serde_json::Value> {
        out(output).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    };
    let of_bytes = findings(&lint(&["--format", "json", &bytes], b""));
    let of_lines = findings(&lint(&["--format", "json", &json], b""));
    assert!(of_bytes.len() > 2, "{of_bytes:?}");
    let without_place = |found: &[serde_json::Value]| -> Vec<serde_json::Value> {
        let mut found = found.to_vec();
        for finding in &mut found {
            for key in ["file", "offset", "line"] {
                finding.as_object_mut().unwrap().remove(key);
            }
        }
        found
    };
    assert_eq!(without_place(&of_lines), without_place(&of_bytes));
    let second = u64::try_from(lines.iter().position(|byte| *byte == b'\n').unwrap() + 1).unwrap();
    for finding in &of_lines {
        let place = (finding["line"].as_u64().unwrap(), finding["offset"].as_u64().unwrap());
        assert!([(1, 0), (2, second)].contains(&place), "{finding}");
    }
    // The same from standard input, and packed.
    let output = lint(&["--rule", "c-series-header"], &lines);
    assert!(out(&output).starts_with("standard input:1: should: "), "{output:?}");
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(&lines).unwrap();
    let packed = directory.write("night.jsonl.gz", &packed.finish().unwrap());
    let output = lint(&["--rule", "c-series-header", &packed], b"");
    assert!(out(&output).starts_with(&format!("{packed}:1: should: ")), "{output:?}");
    // A line without an event is named, and the others are checked.
    let damaged = [b"{\"kind\":\"event\",\"sid\":1}\n", &lines[..]].concat();
    let output = lint(&["--rule", "c-series-header"], &damaged);
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(errors.contains("line 1") && errors.contains("sid") && code(&output) == Some(1), "{output:?}");
    assert!(out(&output).starts_with("standard input:2: should: "), "{output:?}");
}

#[test]
fn rules_are_chosen_by_name_and_number() {
    let directory = Directory::new("choice");
    let file = directory.write("night", zems::samples::EVENT);
    let all = out(&lint(&["--format", "json", &file], b"")).lines().count();
    let less = out(&lint(&["--off", "c-series-header", "--format", "json", &file], b"")).lines().count();
    assert_eq!(less, all - 1);
    let output = lint(&["--rule", "EMS-CON-121", &file], b"");
    assert_eq!((code(&output), out(&output).as_str()), (Some(0), ""));
    for option in ["--rule", "--off"] {
        let output = lint(&[option, "no-such-rule", &file], b"");
        assert_eq!(code(&output), Some(2));
        assert!(String::from_utf8_lossy(&output.stderr).contains("no-such-rule"));
    }
}

#[test]
fn an_input_that_cannot_be_read_is_named() {
    let directory = Directory::new("missing");
    let file = directory.write("night", zems::samples::COMMAND);
    let output = lint(&[&directory.path("nowhere"), &file], b"");
    assert_eq!(code(&output), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("nowhere"), "{output:?}");
    let damaged = directory.write("damaged", &zems::samples::EVENT[..100]);
    let output = lint(&[&damaged], b"");
    assert_eq!(code(&output), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("damaged"), "{output:?}");
}

#[test]
fn an_earlier_release_is_compared() {
    let directory = Directory::new("against");
    let later = Directory::new("later");
    let changed = DDL.replace("CONSTANT ACME-TNM-COUNT VALUE IS 11.", "CONSTANT ACME-TNM-COUNT VALUE IS 18.");
    let ddl = later.write("acmeddl", changed.as_bytes());
    let args = ["--rule", "EMS-SUS-131", "--against", &directory.path("."), &ddl];
    let output = lint(&args, b"");
    assert!(
        out(&output).contains("ACME-TNM-COUNT was 11") && out(&output).contains("ACME-TKN-COUNT was"),
        "{output:?}"
    );
    let same =
        lint(&["--rule", "EMS-SUS-131", "--against", &directory.path("."), &directory.path("acmeddl")], b"");
    assert_eq!(out(&same), "", "{same:?}");
}

/// Definitions in the compiled form are taken like their sources, those that `?SOURCE` included too.
#[test]
fn compiled_definitions_are_taken() {
    let directory = Directory::new("compiled");
    let extra = directory.write("acmeinc", b"CONSTANT acme-evt-extra VALUE 90.\n");
    let outer = directory.write("acmeout", b"?SOURCE acmeinc\n");
    let compiled = directory.path("site.zdef");
    let status = Command::new(env!("CARGO_BIN_EXE_zems"))
        .args(["compile", &directory.path("acmeddl"), &directory.path("acme.tmpl"), &outer, "-o", &compiled])
        .status()
        .unwrap();
    assert!(status.success());
    let events = directory.path("acme.events");
    let with_sources = lint(
        &[
            "--format",
            "json",
            "--define",
            &directory.path("acmeddl"),
            "--define",
            &directory.path("acme.tmpl"),
            "--define",
            &outer,
            &events,
        ],
        b"",
    );
    // The compiled file has what was included.
    std::fs::remove_file(extra).unwrap();
    let with_compiled = lint(&["--format", "json", "--define", &compiled, &events], b"");
    assert_eq!(out(&with_compiled), out(&with_sources));
    assert_eq!(with_compiled.status.code(), with_sources.status.code(), "{with_compiled:?}");

    let mut damaged = std::fs::read(&compiled).unwrap();
    let at = damaged.len() / 2;
    damaged[at] ^= 1;
    let damaged = directory.write("damaged.zdef", &damaged);
    let output = lint(&["--define", &damaged, &events], b"");
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    assert!(String::from_utf8_lossy(&output.stderr).contains("damaged.zdef"), "{output:?}");
}
