//! `--threads` and `--merge`: neither the order nor any byte depends on the number of threads, and inputs become one stream.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use zems::ems::{EventBuilder, EventHeader};
use zems::spi::{Profile, Timestamp, TokenCode};

fn zems(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_zems")).args(args).env_remove("COLUMNS").output().unwrap()
}

fn scratch(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&path);
    fs::create_dir_all(&path).unwrap();
    path
}

/// Several pieces of work for each of seven threads, some of it damaged.
fn damaged(directory: &Path) -> String {
    let path = directory.join("damaged.bin");
    let path = path.to_str().unwrap();
    let made = zems(&["generate", "-n", "1500", "--seed", "5", "--damaged", "5", "-o", path]);
    assert!(made.status.success());
    // Commands, a pad, and a run of bytes that are nothing.
    let mut bytes = fs::read(path).unwrap();
    bytes.extend(zems::samples::COMMAND);
    bytes.extend(zems::samples::EVENT);
    bytes.extend([0; 5000]);
    bytes.extend(zems::samples::BKUP_FAIL);
    fs::write(path, bytes).unwrap();
    path.to_owned()
}

/// Runs with several numbers of threads, and compares with one thread.
fn same(args: &[&str]) {
    let run = |threads: &str| zems(&[args, &["--threads", threads]].concat());
    let one = run("1");
    for threads in ["2", "3", "7"] {
        let several = run(threads);
        assert_eq!(several.status.code(), one.status.code(), "{args:?} {threads}");
        assert_eq!(
            String::from_utf8_lossy(&several.stderr),
            String::from_utf8_lossy(&one.stderr),
            "{args:?} {threads}"
        );
        assert!(several.stdout == one.stdout, "{args:?} {threads}: another output");
    }
}

/// OTLP has the time of observation of an event without a log time: that may differ.
fn has_clock(format: &str) -> bool {
    format == "otlp"
}

#[test]
fn no_format_depends_on_the_number_of_threads() {
    let directory = scratch("threads-formats");
    let input = damaged(&directory);
    for format in zems::formats::ALL {
        if format.is_one_file || format.name == "dump" || has_clock(format.name) {
            continue;
        }
        same(&["decode", "--format", format.name, &input]);
    }
    same(&["dump", &input]);
}

/// The times of observation apart, lines, batches and records are the same.
#[test]
fn otlp_batches_do_not_depend_on_the_number_of_threads() {
    let directory = scratch("threads-otlp");
    let input = damaged(&directory);
    let lines = |threads: &str| {
        let run = zems(&["decode", "--format", "otlp", "--otlp-batch", "100", "--threads", threads, &input]);
        assert_eq!(run.status.code(), Some(1));
        let text = String::from_utf8(run.stdout).unwrap();
        let parts = text.split("\"observedTimeUnixNano\":\"");
        parts.map(|part| part.split_once('"').map_or(part, |(_, rest)| rest).to_owned()).collect::<Vec<_>>()
    };
    let one = lines("1");
    assert!(one.len() > 1500, "{}", one.len());
    assert!(lines("3") == one, "other records");
}

#[test]
fn no_selection_depends_on_the_number_of_threads() {
    let directory = scratch("threads-selections");
    let input = damaged(&directory);
    for selection in [
        &["--ssid", "RPC"][..],
        &["--event", "1-50"],
        &["--where", "ZEMS^TKN^EMPHASIS = -1", "--invert"],
        &["--items", "700-1100"],
        &["--limit", "650"],
        &["--strict"],
        &["--text", "died"],
        &["--since", "1990-01-01", "--process", "*.$A*"],
        &["--where", "ZEMS^TKN^CPU < 5", "--explain", "--limit", "50"],
        &["--no-header", "--width", "60"],
        &["--from", "scan"],
    ] {
        same(&[&["decode", &input], selection].concat());
    }
    // Two inputs, one of which is not there, in two places of the command line.
    let missing = directory.join("missing");
    same(&["decode", "--format", "json", &input, missing.to_str().unwrap(), &input]);
}

/// Messages come where they belong when they go the same way as the output.
#[cfg(unix)]
#[test]
fn messages_keep_their_places_among_the_output() {
    let directory = scratch("threads-shared");
    let input = damaged(&directory);
    let run = |threads: &str| {
        let line = format!("'{}' decode --threads {threads} '{input}' 2>&1", env!("CARGO_BIN_EXE_zems"));
        Command::new("sh").args(["-c", &line]).output().unwrap().stdout
    };
    let one = run("1");
    assert!(one.windows(8).any(|window| window == b"skipped:"));
    assert!(run("3") == one, "other places");
}

#[test]
fn a_number_of_threads_is_positive() {
    for wrong in ["0", "-1", "x", "1.5", ""] {
        let option = format!("--threads={wrong}");
        let run = zems(&["decode", &option, "nothing"]);
        let err = String::from_utf8(run.stderr).unwrap();
        assert_eq!(run.status.code(), Some(2), "{wrong}: {err}");
        assert!(err.contains("is not a number of threads: use 1 or more"), "{wrong}: {err}");
    }
}

/// Events of one process at these seconds.
fn log(process: &str, seconds: &[i64]) -> Vec<u8> {
    let mut log = Vec::new();
    for second in seconds {
        let header = EventHeader {
            generated: Timestamp(212_570_827_200_000_000 + second * 1_000_000),
            process: process.as_bytes(),
            ..EventHeader::new("TANDEM.9001.D10".parse().unwrap(), i16::try_from(*second).unwrap())
        };
        let subject = TokenCode::from_bits(0x01FF_0001);
        let event = EventBuilder::new(Vec::new(), &header, &Profile::DEFAULT, subject, "$X").unwrap();
        log.extend(event.finish().unwrap());
    }
    log
}

/// The number of each event, and who reported it.
fn merged(directory: &Path, logs: &[Vec<u8>], options: &[&str]) -> (Vec<String>, String, Option<i32>) {
    let paths: Vec<String> =
        (0..logs.len()).map(|at| directory.join(format!("{at}.bin")).to_str().unwrap().to_owned()).collect();
    for (path, log) in paths.iter().zip(logs) {
        fs::write(path, log).unwrap();
    }
    let mut args =
        vec!["decode", "--merge", "--format", "csv", "--no-header", "--columns", "eventnumber,process"];
    args.extend(options);
    args.extend(paths.iter().map(String::as_str));
    let run = zems(&args);
    let out = String::from_utf8(run.stdout).unwrap();
    let rows = out.lines().map(|line| line.replace("\\N.$", "").replace(',', "")).collect();
    (rows, String::from_utf8(run.stderr).unwrap(), run.status.code())
}

#[test]
fn inputs_are_merged_by_generation_time() {
    let directory = scratch("merge");
    let a = log(r"\N.$A", &[1, 4, 3, 20, 40]);
    let b = log(r"\N.$B", &[2, 3, 30, 31]);
    let (rows, err, code) = merged(&directory, &[a.clone(), b.clone()], &[]);
    assert_eq!((err.as_str(), code), ("", Some(0)));
    assert_eq!(rows, ["1A", "2B", "3A", "3B", "4A", "20A", "30B", "31B", "40A"]);
    // The same for each number of threads, and with the inputs the other way round.
    let (again, ..) = merged(&directory, &[a.clone(), b.clone()], &["--threads", "3"]);
    assert_eq!(again, rows);
    let (turned, ..) = merged(&directory, &[b, a], &[]);
    assert_eq!(turned, ["1A", "2B", "3B", "3A", "4A", "20A", "30B", "31B", "40A"]);
}

#[test]
fn late_events_are_written_where_they_come_and_counted() {
    let directory = scratch("merge-late");
    let a = log(r"\N.$A", &[1, 50, 51, 5, 60]);
    let b = log(r"\N.$B", &[2, 52, 100]);
    let (rows, err, code) = merged(&directory, &[a.clone(), b.clone()], &["--merge-window", "1"]);
    assert_eq!(code, Some(0));
    assert_eq!(rows.len(), 8);
    let at = |row: &str| rows.iter().position(|other| other == row).unwrap();
    assert!(at("5A") > at("2B") && at("1A") == 0 && at("60A") < at("100B"), "{rows:?}");
    assert_eq!(err, "zems: 1 event came more than 1 s late: written out of order (--merge-window)\n");
    // A window that is wide enough puts it in order.
    let (rows, err, _) = merged(&directory, &[a, b], &["--merge-window", "60"]);
    assert_eq!((rows[2].as_str(), err.as_str()), ("5A", ""));
}

#[test]
fn damage_keeps_its_input_when_inputs_are_merged() {
    let directory = scratch("merge-damage");
    let a = [log(r"\N.$A", &[1]), b"noise".to_vec(), log(r"\N.$A", &[5])].concat();
    let b = [log(r"\N.$B", &[2]), b"other noise".to_vec(), log(r"\N.$B", &[4])].concat();
    let (rows, err, code) = merged(&directory, &[a, b], &[]);
    assert_eq!((rows, code), (["1A", "2B", "4B", "5A"].map(str::to_owned).to_vec(), Some(1)), "{err}");
    assert!(err.contains("0.bin: item 2 at byte") && err.contains(", 5 bytes skipped"), "{err}");
    assert!(err.contains("1.bin: item 4 at byte") && err.contains(", 11 bytes skipped"), "{err}");
    let state = directory.join("state");
    let run = zems(&["decode", "--merge", "--state", state.to_str().unwrap(), "0.bin"]);
    assert_eq!(run.status.code(), Some(2));
    assert!(String::from_utf8(run.stderr).unwrap().contains("--merge is for inputs that are complete"));
}

/// Events that headers exclude are not looked at; nothing else changes.
#[test]
fn a_selection_by_headers_selects_what_the_whole_selection_does() {
    let directory = scratch("screen");
    let path = directory.join("events.bin");
    let path = path.to_str().unwrap();
    assert!(zems(&["generate", "-n", "3000", "--seed", "9", "-o", path]).status.success());
    let run = |options: &[&str]| {
        let run = zems(&[&["decode", "--format", "json", path], options].concat());
        assert_eq!((run.status.code(), run.stderr), (Some(0), Vec::new()), "{options:?}");
        run.stdout
    };
    let all = String::from_utf8(run(&[])).unwrap();
    let objects: Vec<(&str, serde_json::Value)> =
        all.lines().map(|line| (line, serde_json::from_str(line).unwrap())).collect();
    let number = |event: &serde_json::Value| event["number"].as_i64().unwrap();
    type Fits<'f> = &'f dyn Fn(&serde_json::Value) -> bool;
    let rows: [(&[&str], Fits<'_>); 5] = [
        (&["--event", "8"], &|event| number(event) == 8),
        (&["--where", "ZEMS^TKN^EVENTNUMBER = 8 OR ZEMS^TKN^CPU = 3"], &|event| {
            number(event) == 8 || event["cpu"] == 3
        }),
        (&["--where", "ZEMS^TKN^EMPHASIS = -1"], &|event| event["emphasis"] == true),
        (&["--ssid", "RPC", "--where", "ZEMS^TKN^CPU < 9"], &|event| {
            event["ssid"].as_str().unwrap().contains(".RPC.") && event["cpu"].as_i64().unwrap() < 9
        }),
        (&["--since", "2100-01-01"], &|_| false),
    ];
    for (options, fits) in rows {
        let expected: String =
            objects.iter().filter(|(_, event)| fits(event)).map(|(line, _)| format!("{line}\n")).collect();
        assert!(run(options) == expected.as_bytes(), "{options:?}");
    }
}
