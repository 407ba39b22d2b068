//! Files: what is read and written, what is refused, what stays whole.

use core::time::Duration;
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::thread;
use std::time::Instant;

use zems::samples;

use crate::support::scratch;

fn case(name: &str) -> String {
    format!("{}/tests/files/{name}", env!("CARGO_MANIFEST_DIR"))
}

fn command(directory: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_zems"));
    command.args(args).current_dir(directory).stdin(Stdio::null());
    command.env_remove("ZEMS_DEFINE").env_remove("ZEMS_ZONE").env_remove("NO_COLOR");
    command
}

fn zems(directory: &Path, args: &[&str]) -> Output {
    command(directory, args).output().unwrap()
}

fn err(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn out(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn an_output_that_is_an_input_is_refused() {
    let directory = scratch("files/same");
    let bytes = samples::EVENT.repeat(3);
    for name in ["x", "y"] {
        fs::write(directory.join(name), &bytes).unwrap();
    }
    fs::hard_link(directory.join("x"), directory.join("hard")).unwrap();
    std::os::unix::fs::symlink("x", directory.join("link")).unwrap();
    std::os::unix::fs::symlink("later", directory.join("dangling")).unwrap();
    for args in [
        &["decode", "x", "-o", "x"][..],
        &["decode", "x", "-o", "hard"],
        &["decode", "x", "-o", "link"],
        &["decode", "link", "-o", "./x"],
        &["decode", "y", "x", "--reject", "x"],
        &["decode", "x", "--state", "x"],
        &["decode", "x", "-o", "new", "--reject", "new"],
        &["decode", "x", "-o", "new", "--reject", "./new"],
        &["decode", "x", "-o", "later", "--reject", "dangling"],
        &["decode", "y", "-o", "s", "--state", "s"],
        &["decode", "y", "--reject", "-"],
        &["dump", "x", "--reject", "x"],
        &["stats", "x", "--reject", "hard"],
        &["encode", "x", "-o", "x"],
        &["import", "syslog", "x", "-o", "x"],
        &["import", "syslog", "x", "--reject", "x"],
        &["import", "syslog", "x", "--state", "link"],
        &["import", "text", "x", "-o", "hard"],
        &["import", "otlp", "x", "-o", "x"],
        &["decode", "y", "--define", "x", "-o", "x"],
    ] {
        let ran = zems(&directory, args);
        assert_eq!(ran.status.code(), Some(2), "{args:?}: {}", err(&ran));
        assert_eq!(fs::read(directory.join("x")).unwrap(), bytes, "{args:?}");
        assert!(!directory.join("new").exists() && !directory.join("later").exists(), "{args:?}");
    }
    // A redirected file is an input or an output too.
    let input = fs::File::open(directory.join("x")).unwrap();
    let ran = command(&directory, &["decode", "-o", "x"]).stdin(input).output().unwrap();
    assert_eq!(ran.status.code(), Some(2), "{}", err(&ran));
    let output = OpenOptions::new().append(true).open(directory.join("x")).unwrap();
    let ran = command(&directory, &["decode", "x"]).stdout(output).output().unwrap();
    assert_eq!(ran.status.code(), Some(2), "{}", err(&ran));
    assert_eq!(fs::read(directory.join("x")).unwrap(), bytes);
    // A device may be used for everything.
    assert!(zems(&directory, &["decode", "x", "-o", "/dev/null", "--reject", "/dev/null"]).status.success());
}

#[test]
fn an_output_is_whole_or_the_old_one() {
    use std::os::unix::fs::PermissionsExt;

    let directory = scratch("files/whole");
    let place = directory.join("out");
    fs::write(&place, "old").unwrap();
    fs::set_permissions(&place, fs::Permissions::from_mode(0o640)).unwrap();
    std::os::unix::fs::symlink("out", directory.join("link")).unwrap();
    fs::write(directory.join("x"), samples::EVENT).unwrap();
    let names = || {
        let mut names: Vec<_> = fs::read_dir(&directory)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    };
    // Nothing could be read: nothing is written.
    let ran = zems(&directory, &["decode", "missing", "-o", "out"]);
    assert_eq!((ran.status.code(), fs::read(&place).unwrap()), (Some(2), b"old".to_vec()));
    let ran = zems(&directory, &["import", "syslog", "missing", "-o", "out"]);
    assert_eq!((ran.status.code(), fs::read(&place).unwrap()), (Some(2), b"old".to_vec()));
    // A signal in the middle: the old file stays, and nothing else.
    for signal in ["-INT", "-TERM", "-KILL"] {
        let mut child = command(&directory, &["decode", "-", "-o", "out"])
            .stdin(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut stdin = child.stdin.take().unwrap();
        stdin.write_all(&samples::EVENT.repeat(2000)).unwrap();
        let begun = Instant::now();
        while names().len() == 3 && begun.elapsed() < Duration::from_secs(30) {
            thread::sleep(Duration::from_millis(10));
        }
        thread::sleep(Duration::from_millis(100));
        Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap();
        child.wait().unwrap();
        assert_eq!(fs::read(&place).unwrap(), b"old", "{signal}");
        if signal != "-KILL" {
            assert_eq!(names(), ["link", "out", "x"], "{signal}");
        }
    }
    // One input is missing: the others are read, and the result is there.
    let ran = zems(&directory, &["decode", "--format", "json", "missing", "x", "-o", "link"]);
    assert_eq!(ran.status.code(), Some(1));
    assert!(
        err(&ran).contains("zems: missing: No such file") && err(&ran).contains("1 of 2 inputs"),
        "{}",
        err(&ran)
    );
    assert!(fs::read_to_string(&place).unwrap().starts_with("{\"kind\":\"event\""));
    assert_eq!(fs::metadata(&place).unwrap().permissions().mode() & 0o777, 0o640);
    assert!(fs::symlink_metadata(directory.join("link")).unwrap().is_symlink());
    // A protected file stays.
    let ran = zems(&directory, &["encode", "x", "-o", "out"]);
    assert!(
        ran.status.code() == Some(2) && err(&ran).contains("is event buffers, not text"),
        "{}",
        err(&ran)
    );
}

#[test]
fn an_unfinished_record_at_the_end_of_an_output_is_cut_off() {
    let directory = scratch("files/cut");
    let log = directory.join("log");
    let line = |number: u32| format!("<13>1 2024-01-01T00:00:00Z h p {number} - - message number {number}\n");
    for format in ["raw", "json"] {
        let [output, state] = [format!("out.{format}"), format!("state.{format}")];
        fs::write(&log, line(1)).unwrap();
        let args = ["import", "syslog", "--format", format, "--state", &state, "-o", &output, "log"];
        assert!(zems(&directory, &args).status.success());
        let whole = fs::read(directory.join(&output)).unwrap();
        // As a full disk leaves it.
        let half = [&whole[..], &whole[..whole.len() / 2]].concat();
        let half = half.strip_suffix(b"\n").unwrap_or(&half);
        fs::write(directory.join(&output), half).unwrap();
        OpenOptions::new().append(true).open(&log).unwrap().write_all(line(2).as_bytes()).unwrap();
        let ran = zems(&directory, &args);
        assert!(ran.status.success() && err(&ran).contains("unfinished record"), "{}", err(&ran));
        let now = fs::read(directory.join(&output)).unwrap();
        assert!(now.starts_with(&whole));
        let read = if format == "raw" {
            out(&zems(&directory, &["decode", "--no-header", &output]))
        } else {
            String::from_utf8(now).unwrap()
        };
        let lines: Vec<_> = read.lines().collect();
        assert!(lines.len() == 2 && lines[1].contains("message number 2"), "{read}");
    }
}

#[test]
fn compressed_and_wide_text_is_read() {
    let directory = scratch("files/packed");
    for name in ["bom.hex", "u16.hex", "ev.bin.gz"] {
        let ran = zems(&directory, &["decode", "--no-header", &case(name)]);
        assert!(ran.status.success() && !ran.stdout.is_empty(), "{name}: {}", err(&ran));
        assert!(ran.stderr.is_empty(), "{name}: {}", err(&ran));
    }
    let ran = zems(&directory, &["import", "syslog", "--format", "json", &case("junos.log.gz")]);
    assert!(ran.status.success() && out(&ran).contains("JSRPD-EVT-"), "{}", err(&ran));
    // Lines in UTF-16; buffers given to an importer; a picture; a damaged gzip file beside a good one.
    let utf16: Vec<u8> =
        "<13>1 - h p 1 - - gr\u{FC}\u{DF}e\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    fs::write(directory.join("wide.log"), [b"\xFF\xFE".to_vec(), utf16].concat()).unwrap();
    let ran = zems(&directory, &["import", "syslog", "--format", "json", "wide.log"]);
    assert!(out(&ran).contains("gr\u{FC}\u{DF}e"), "{} {}", out(&ran), err(&ran));
    fs::write(directory.join("events"), samples::EVENT).unwrap();
    fs::write(directory.join("picture"), b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06")
        .unwrap();
    let gz = fs::read(case("junos.log.gz")).unwrap();
    fs::write(directory.join("cut.gz"), &gz[..gz.len() / 2]).unwrap();
    for (name, wanted) in
        [("events", "use zems decode"), ("picture", "is binary data"), ("cut.gz", "gzip data is damaged")]
    {
        for command in ["syslog", "text"] {
            let ran = zems(&directory, &["import", command, "--format", "json", name, "wide.log"]);
            assert_eq!(ran.status.code(), Some(1), "{name}: {}", err(&ran));
            assert!(err(&ran).contains(wanted), "{name}: {}", err(&ran));
            assert!(out(&ran).contains("gr\u{FC}\u{DF}e"), "{name}");
        }
    }
}

#[test]
fn directories_are_read_file_by_file() {
    let directory = scratch("files/directories");
    fs::create_dir_all(directory.join("in/deeper")).unwrap();
    for (name, bytes) in
        [("in/b", samples::BKUP_FAIL), ("in/a", samples::EVENT), ("in/deeper/c", samples::PID_FILE_LOCK)]
    {
        fs::write(directory.join(name), bytes).unwrap();
    }
    fs::write(directory.join("in/.hidden"), "no event").unwrap();
    let count = |args: &[&str]| {
        let ran = zems(&directory, &[&["decode", "--no-header"], args].concat());
        assert!(ran.status.success(), "{}", err(&ran));
        out(&ran).lines().count()
    };
    assert_eq!((count(&["in"]), count(&["--recursive", "in"]), count(&["in/a", "in/deeper"])), (2, 3, 2));
}

#[test]
fn replies_are_unwrapped_without_a_loss() {
    let directory = scratch("files/unwrap");
    let run = |name: &str| {
        let ran = zems(&directory, &["decode", "--unwrap", "--format", "json", &case(name)]);
        let kinds: Vec<_> =
            out(&ran).lines().map(|line| line.split('"').nth(3).unwrap_or_default().to_owned()).collect();
        (ran.status.code(), kinds.join(" "))
    };
    assert_eq!(run("unwrap-pad.hex"), (Some(1), "error".to_owned()));
    assert_eq!(run("unwrap-only-damaged.hex").0, Some(1));
    assert!(run("unwrap-only-damaged.hex").1.contains("error"));
    let (code, kinds) = run("unwrap-damaged.hex");
    assert!(code == Some(1) && kinds.contains("event") && kinds.contains("error"), "{kinds}");
    let (code, kinds) = run("unwrap-outer-event.hex");
    assert!(code == Some(0) && kinds.contains("event"), "{kinds}");
}

#[test]
fn what_is_selected() {
    let directory = scratch("files/selected");
    let bytes = [samples::BKUP_FAIL, samples::EVENT, samples::COMMAND, samples::PID_FILE_LOCK].concat();
    fs::write(directory.join("x"), bytes).unwrap();
    let all = zems(&directory, &["decode", "x"]);
    assert_eq!(out(&all).lines().count(), 4);
    let lines = |args: &[&str]| {
        let ran = zems(&directory, &[&["decode", "x"], args].concat());
        assert_eq!(ran.status.code(), Some(0), "{args:?} {}", err(&ran));
        (out(&ran).lines().count(), err(&ran))
    };
    for (args, count) in [
        (&["--ssid", "RPC"][..], 1),
        (&["--ssid", "rpc", "--ssid", "JUNIPER.*"], 2),
        (&["--event", "8", "--event", "4"], 2),
        (&["--process", "$ZPM"], 1),
        (&["--process", "\\node.$z*"], 1),
        (&["--subject", "$ZPM"], 1),
        (&["--text", "died"], 1),
        (&["--text", "backup*down"], 1),
        (&["--text", "backup"], 1),
        (&["--items", "2-3"], 2),
        (&["--items", "4-"], 1),
        (&["--since", "2026-11-20 11:15", "--until", "2026-11-20T10:15:01Z", "--zone", "Europe/Berlin"], 1),
        (&["--since", "2027-01-01 00:00", "--zone", "Europe/Berlin"], 0),
    ] {
        assert_eq!(lines(args), (count, String::new()), "{args:?}");
    }
    for (args, wanted) in [
        (&["--ssid", "NOSUCH"][..], "no definition knows a subsystem NOSUCH"),
        (&["--event", "9-8"], "selects nothing"),
        (&["--items", "3-2"], "selects nothing"),
        (&["--since", "today", "--until", "yesterday"], "--until is not after --since"),
    ] {
        let (count, said) = lines(args);
        assert!(count == 0 && said.contains("warning") && said.contains(wanted), "{args:?}: {said}");
    }
    let ran =
        command(&directory, &["decode", "x", "--items", "1"]).env("ZEMS_ZONE", "Europe/Berlin").output();
    assert!(out(&ran.unwrap()).starts_with("26-11-20 11:15:00 "));
}

#[test]
fn options_without_an_effect_are_refused() {
    let directory = scratch("files/effects");
    fs::write(directory.join("x"), samples::EVENT).unwrap();
    for (args, wanted) in [
        (&["--columns", "ssid"][..], "--columns has no effect with --format text; it needs csv"),
        (&["--format", "json", "--width", "80"], "--width has no effect with --format json"),
        (&["--raw"], "--raw has no effect with --format text"),
        (&["--syslog-style", "bsd"], "it needs syslog"),
        (&["--format", "csv", "--indent", "3"], "--indent has no effect"),
        (&["--param", "A=1"], "--param"),
    ] {
        let ran = zems(&directory, &[&["decode", "x"], args].concat());
        assert!(ran.status.code() == Some(2) && err(&ran).contains(wanted), "{args:?}: {}", err(&ran));
    }
}

#[test]
fn definitions_of_the_environment_come_first() {
    let directory = scratch("files/environment");
    for (name, value) in [("a", 1), ("b", 2)] {
        fs::write(directory.join(name), format!("CONSTANT own-number VALUE {value}.\n")).unwrap();
    }
    let run = |args: &[&str]| {
        let args = [&["catalog", "own-number", "--format", "json"], args].concat();
        let ran = command(&directory, &args).env("ZEMS_DEFINE", "a").output().unwrap();
        assert!(ran.status.success(), "{}", err(&ran));
        out(&ran)
    };
    assert!(run(&[]).contains("\"value\":1"));
    assert!(run(&["--define", "b"]).contains("\"value\":2"));
}

#[test]
fn messages_are_escaped_and_in_order() {
    let directory = scratch("files/messages");
    let ran = zems(&directory, &["decode", "a\x1b[2J\u{202E}\nzems: forged"]);
    assert_eq!(err(&ran).lines().count(), 1, "{}", err(&ran));
    assert!(err(&ran).contains("a\\x1b[2J\\u{202e}\\nzems: forged: No such file"), "{}", err(&ran));
    // One file for both: a message is where its fault is.
    fs::write(directory.join("x"), [samples::EVENT, b"noise", samples::EVENT].concat()).unwrap();
    let both = fs::File::create(directory.join("both")).unwrap();
    let mut child = command(&directory, &["decode", "--format", "json", "x"])
        .stdout(both.try_clone().unwrap())
        .stderr(both)
        .spawn()
        .unwrap();
    child.wait().unwrap();
    let both = fs::read_to_string(directory.join("both")).unwrap();
    let kinds: Vec<_> = both.lines().map(|line| line.get(..14).unwrap()).collect();
    assert_eq!(kinds[0], "{\"kind\":\"event", "{both}");
    assert_eq!(kinds[1], "zems: x: item ", "{both}");
}

#[test]
fn every_command_has_a_manual_page() {
    let directory = scratch("files/pages");
    assert!(zems(&directory, &["man", "pages"]).status.success());
    for page in ["zems.1", "zems-decode.1", "zems-import.1", "zems-import-syslog.1", "zems-stats.1"] {
        assert!(fs::read_to_string(directory.join("pages").join(page)).unwrap().contains(".TH"), "{page}");
    }
}

#[test]
fn a_state_has_one_holder() {
    let directory = scratch("files/holder");
    fs::write(directory.join("log"), samples::EVENT).unwrap();
    let args = ["decode", "--follow", "--state", "state", "-o", "out", "log"];
    let mut first = command(&directory, &args).stderr(Stdio::null()).spawn().unwrap();
    let begun = Instant::now();
    while !directory.join("state").exists() && begun.elapsed() < Duration::from_secs(30) {
        thread::sleep(Duration::from_millis(20));
    }
    let before = fs::read(directory.join("out")).unwrap();
    let ran = zems(&directory, &["decode", "--state", "state", "-o", "out", "log"]);
    first.kill().unwrap();
    first.wait().unwrap();
    assert_eq!(ran.status.code(), Some(2));
    assert!(err(&ran).contains(&format!("state: is in use by process {}", first.id())), "{}", err(&ran));
    assert_eq!(fs::read(directory.join("out")).unwrap(), before);
    assert!(zems(&directory, &["decode", "--state", "state", "log"]).status.success());
}

/// A matrix: each format with each option that some format takes into account. Either the output is another one, or the option is
/// refused, and the message names the formats that take it.
#[test]
fn each_option_changes_what_each_format_writes_or_is_refused() {
    const TEMPLATE: &str = "VERSION: \"X\"\nSSID: ZRPC-VAL-SSID\nSSNAME: \"RPC\"\nMSG: ZEMS-TKN-EVENTNUMBER, 8\n\
        \"CPU <1> at <2> in <3>, and so on up to the end of a line that is longer than 60 columns\"\n\
        1: ZRPC-TKN-CPU\n2: ZEMS-TKN-GENTIME, TIME \"hh:mi\"\n3: ZEMS-TKN-NODENUM, SYSTEM\n";
    const OPTIONS: [(&str, &[&str]); 19] = [
        ("raw", &["--raw"]),
        ("advice", &["--advice"]),
        ("no-names", &["--no-names"]),
        ("no-provisional", &["--no-provisional"]),
        ("labels", &["--labels", "names"]),
        ("severity", &["--severity", "emphasis=debug"]),
        ("width", &["--width", "60"]),
        ("indent", &["--width", "60", "--indent", "9"]),
        ("no-header", &["--no-header"]),
        ("zone", &["--zone", "Asia/Tokyo"]),
        ("node", &["--node", "QQ=3"]),
        ("color", &["--color", "always"]),
        ("columns", &["--columns", "ssid,text"]),
        ("spreadsheet", &["--spreadsheet"]),
        ("syslog-style", &["--syslog-style", "bsd"]),
        ("framing", &["--framing", "octets"]),
        ("max-message", &["--max-message", "10"]),
        ("facility", &["--facility", "daemon"]),
        ("enterprise", &["--enterprise", "7"]),
    ];
    const FORMATS: [&str; 11] =
        ["text", "json", "tokens", "csv", "syslog", "otlp", "cef", "leef", "ecs", "arrow", "parquet"];
    let directory = scratch("files/matrix");
    fs::write(directory.join("site.tmpl"), TEMPLATE).unwrap();
    fs::write(directory.join("raw.bin"), samples::BKUP_FAIL).unwrap();
    // A node without a name, and a text that a spreadsheet would run.
    let json = out(&zems(&directory, &["decode", "--format", "json", "--no-names", "raw.bin"]));
    let (before, rest) = json.split_once("\"process\":\"").unwrap();
    let json = format!("{before}\"process\":\"$ZPM{}", &rest[rest.find('"').unwrap()..]);
    fs::write(directory.join("one.json"), &json).unwrap();
    assert!(zems(&directory, &["encode", "one.json", "-o", "one.bin"]).status.success());
    let long = "and words ".repeat(12);
    fs::write(directory.join("two.log"), format!("<13>1 2024-05-01T10:11:12Z h app 1 - - =1+1 {long}\n"))
        .unwrap();
    fs::write(directory.join("site.events"), "ABOUT ZRPC-EVT-BKUP-FAIL\n  CAUSE \"The CPU failed.\"\n")
        .unwrap();
    assert!(zems(&directory, &["import", "syslog", "two.log", "-o", "two.bin"]).status.success());
    let events = ["one.bin", "two.bin"].map(|name| fs::read(directory.join(name)).unwrap()).concat();
    fs::write(directory.join("x"), events).unwrap();
    let run = |format: &str, more: &[&str]| {
        let _ = fs::remove_file(directory.join("o"));
        let args = [
            "decode",
            "--define",
            "site.tmpl",
            "--define",
            "site.events",
            "--format",
            format,
            "x",
            "-o",
            "o",
        ];
        let ran = zems(&directory, &[&args, more].concat());
        let text = fs::read(directory.join("o")).unwrap_or_default();
        let text = String::from_utf8_lossy(&text).into_owned();
        // The clock's value in OTLP.
        let text: Vec<_> = text
            .split("\"observedTimeUnixNano\":\"")
            .map(|part| part.trim_start_matches(|c: char| c.is_ascii_digit()).to_owned())
            .collect();
        (ran.status.code(), text.concat(), err(&ran))
    };
    let mut wrong = Vec::new();
    for format in FORMATS {
        let plain = run(format, &[]);
        assert!(plain.0 == Some(0) && !plain.1.is_empty(), "{format}: {}", plain.2);
        let before_indent = (format == "text").then(|| run(format, &["--width", "60"]));
        for (name, args) in OPTIONS {
            let (code, text, said) = run(format, args);
            let base = before_indent.as_ref().filter(|_| name == "indent").unwrap_or(&plain);
            let is_refused = code == Some(2)
                && said.contains(" has no effect with --format ")
                && said.contains("it needs ");
            let has_effect = code == Some(0) && (text != base.1 || said != base.2);
            if is_refused == has_effect {
                wrong.push(format!("{format} {name}: {code:?} {said}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Options that need another one, or the absence of another one.
#[test]
fn options_that_need_others_are_refused_without_them() {
    let directory = scratch("files/needs");
    fs::write(directory.join("x"), samples::EVENT).unwrap();
    fs::create_dir(directory.join("d")).unwrap();
    for (args, wanted) in [
        (&["decode", "x", "--invert"][..], "--invert has no effect without --filter or --where or --ssid"),
        (&["decode", "x", "--compatible"], "--compatible has no effect without --filter"),
        (&["decode", "x", "--include", "d"], "--include has no effect without --define"),
        (&["decode", "x", "--c-define", "A"], "--c-define has no effect without --define"),
        (&["decode", "x", "--recursive"], "none of the inputs is a directory"),
        (&["decode", "x", "--metrics", "127.0.0.1:0"], "--metrics has no effect without --follow"),
        (&["decode", "x", "--ca", "x"], "--ca has no effect without --otlp-to or --syslog-to"),
        (&["decode", "x", "--otlp-delay", "5"], "--otlp-delay has no effect without --otlp-to"),
        (
            &["decode", "x", "--syslog-to", "udp://127.0.0.1:9", "-o", "y"],
            "--output has no effect with --syslog-to",
        ),
        (
            &["decode", "x", "--format", "json", "--no-notes"],
            "--no-notes has no effect with --format json; it needs text",
        ),
        (&["listen", "tcp://127.0.0.1:0", "--recursive"], "--recursive has no effect with this command"),
        (
            &["listen", "tcp://127.0.0.1:0", "--width", "60", "--format", "json"],
            "--width has no effect with --format json",
        ),
        (&["dump", "x", "--node", "A=1"], "--node has no effect without --filter or --where"),
        (&["stats", "x", "--node", "A=1"], "--node has no effect without --filter or --where"),
        (&["encode", "x", "--force", "-o", "y"], "--force has no effect with --output"),
        (&["import", "text", "x", "--recursive"], "none of the inputs is a directory"),
        (&["generate", "--include", "d"], "--include has no effect without --define"),
        (
            &["doctor", "x", "--format", "json", "--top", "3"],
            "--top has no effect with --format json; it needs text",
        ),
    ] {
        let ran = zems(&directory, args);
        assert!(ran.status.code() == Some(2) && err(&ran).contains(wanted), "{args:?}: {}", err(&ran));
        assert!(!directory.join("y").exists(), "{args:?}");
    }
    for args in [
        &["decode", "x", "--invert", "--event", "1"][..],
        &["decode", "d", "x", "--recursive"],
        &["decode", "x", "--format", "json", "--zone", "Asia/Tokyo", "--since", "today"],
        &["dump", "x", "--node", "A=1", "--where", "TRUE"],
    ] {
        let ran = zems(&directory, args);
        assert!(!err(&ran).contains("has no effect"), "{args:?}: {}", err(&ran));
    }
}

/// On a terminal diagnostics and explanations are coloured, unless the environment says that they are not to be.
#[test]
#[cfg(unix)]
fn diagnostics_and_explanations_are_coloured_on_a_terminal() {
    let directory = scratch("files/colours");
    fs::write(directory.join("x"), samples::BKUP_FAIL).unwrap();
    fs::write(directory.join("bad.ddl"), "CONSTANT a VALUE.\n").unwrap();
    let has_script = Command::new("script").arg("--version").output().is_ok();
    if !has_script {
        eprintln!("SKIPPED: there is no script(1) (apt-get install bsdutils)");
        return;
    }
    let explain = "decode x --where ZEMS^TKN^EVENTNUMBER=8 --explain --format json -o o";
    let on_terminal = |args: &str, environment: &[(&str, &str)]| {
        let mut command = Command::new("script");
        command.args(["-qec", &format!("{} {args}", env!("CARGO_BIN_EXE_zems")), "/dev/null"]);
        // In CI a dumb terminal is taken for a log that shows colours.
        for name in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "CI"] {
            command.env_remove(name);
        }
        command.env("TERM", "xterm").envs(environment.iter().copied());
        out(&command.current_dir(&directory).stdin(Stdio::null()).output().unwrap())
    };
    for args in ["check bad.ddl", explain, "decode x --where ZSPI^NONE=3"] {
        assert!(on_terminal(args, &[]).contains("\x1b["), "{args}: {:?}", on_terminal(args, &[]));
        for plain in [("NO_COLOR", "1"), ("CLICOLOR", "0"), ("TERM", "dumb")] {
            let shown = on_terminal(args, &[plain]);
            assert!(!shown.is_empty() && !shown.contains('\x1b'), "{args} {plain:?}: {shown:?}");
        }
    }
    let never = on_terminal(&format!("{explain} --color never"), &[]);
    assert!(never.contains("PASS") && !never.contains('\x1b'), "{never:?}");
    // Elsewhere they are not, unless that is asked for.
    let args: Vec<_> = explain.split(' ').collect();
    let plain = zems(&directory, &args);
    assert!(err(&plain).contains("PASS") && !err(&plain).contains('\x1b'), "{:?}", err(&plain));
    let always = zems(&directory, &[&args[..], &["--color", "always"]].concat());
    assert!(err(&always).contains("\x1b[1m\x1b[32mPASS\x1b[0m"), "{:?}", err(&always));
    let forced = command(&directory, &["check", "bad.ddl"]).env("CLICOLOR_FORCE", "1").output().unwrap();
    assert!(out(&forced).contains("\x1b["), "{:?}", out(&forced));
    // Control characters of a source are shown escaped.
    fs::write(directory.join("bad.ddl"), "CONSTANT a\x1b[2J\u{202E} VALUE.\n").unwrap();
    for args in ["check bad.ddl", "decode x --define bad.ddl"] {
        let shown = on_terminal(args, &[("NO_COLOR", "1")]);
        assert!(shown.contains("expected VALUE"), "{args}: {shown:?}");
        assert!(!shown.contains(['\x1b', '\u{202E}']), "{args}: {shown:?}");
    }
}

/// Colours on a terminal are the program's own: those in the input are escaped, in every format. An input with nothing in it is
/// reported there.
#[test]
#[cfg(unix)]
fn a_terminal_gets_no_colours_of_the_input_and_hears_of_an_empty_one() {
    let directory = scratch("terminal");
    fs::write(directory.join("empty"), "").unwrap();
    let hostile = "<13>1 2026-01-01T00:00:00Z h app 1 - [x@1 a=\"\x1b[31mred\"] \x1b[31mtext\x1b[0m\n";
    fs::write(directory.join("log"), hostile).unwrap();
    assert!(zems(&directory, &["import", "syslog", "log", "-o", "events"]).status.success());
    if Command::new("script").arg("--version").output().is_err() {
        eprintln!("SKIPPED: there is no script(1) (apt-get install bsdutils)");
        return;
    }
    let on_terminal = |args: &str| {
        let mut command = Command::new("script");
        command.args(["-qec", &format!("{} {args}", env!("CARGO_BIN_EXE_zems")), "/dev/null"]);
        for name in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "CI"] {
            command.env_remove(name);
        }
        out(&command.env("TERM", "xterm").current_dir(&directory).stdin(Stdio::null()).output().unwrap())
    };
    for format in ["text", "json", "tokens", "csv", "syslog", "otlp", "cef", "leef", "ecs"] {
        let shown = on_terminal(&format!("decode --format {format} events"));
        assert!(shown.contains("text"), "{format}: {shown:?}");
        assert!(!shown.contains("\x1b[31m"), "{format}: {shown:?}");
    }
    for args in ["dump events", "import syslog log --format json"] {
        let shown = on_terminal(args);
        assert!(shown.contains("app") && !shown.contains("\x1b[31m"), "{args}: {shown:?}");
    }
    assert!(on_terminal("decode events").contains("\x1b[2m"), "the header of a line is dimmed");
    for (args, said) in [
        ("decode empty", "zems: the input has no buffers"),
        ("decode empty empty", "zems: the inputs have no buffers"),
        ("import syslog empty -o x", "zems: the input has no lines"),
    ] {
        assert_eq!(on_terminal(args).trim_end(), said, "{args}");
    }
    assert_eq!(err(&zems(&directory, &["decode", "empty"])), "");
}

/// With several inputs JSON, CSV and OTLP name the one that an object is of; faults too.
#[test]
fn several_inputs_are_named() {
    let directory = scratch("several");
    fs::write(directory.join("a"), samples::BKUP_FAIL).unwrap();
    fs::write(directory.join("b"), [samples::EVENT, b"noise!"].concat()).unwrap();
    let lines = |args: &[&str]| out(&zems(&directory, args)).lines().map(str::to_owned).collect::<Vec<_>>();
    let json = lines(&["decode", "--format", "json", "a", "b"]);
    let sources: Vec<_> = json
        .iter()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()["source"].to_string())
        .collect();
    assert_eq!(sources, ["\"a\"", "\"b\"", "\"b\""], "{json:?}");
    assert!(json[2].contains("\"kind\":\"error\""), "{json:?}");
    let csv = lines(&["decode", "--format", "csv", "a", "b"]);
    let last: Vec<_> = csv.iter().map(|line| line.rsplit(',').next().unwrap()).collect();
    assert_eq!(last, ["source", "a", "b"]);
    let otlp = lines(&["decode", "--format", "otlp", "a", "b"]).concat();
    for name in ["a", "b"] {
        let attribute = format!("{{\"key\":\"ems.source\",\"value\":{{\"stringValue\":\"{name}\"}}}}");
        assert!(otlp.contains(&attribute), "{otlp}");
    }
    // One input needs no name.
    for (format, name) in [("json", "\"source\""), ("csv", ",source"), ("otlp", "ems.source")] {
        assert!(!lines(&["decode", "--format", format, "a"]).concat().contains(name), "{format}");
    }
    fs::write(directory.join("log"), "<13>1 2026-01-01T00:00:00Z h app 1 - - one\n").unwrap();
    fs::write(directory.join("more"), "<13>1 2026-01-01T00:00:00Z h app 1 - - two\n").unwrap();
    let imported = lines(&["import", "syslog", "--format", "json", "log", "more"]);
    assert!(imported[0].contains("\"source\":\"log\"") && imported[1].contains("\"source\":\"more\""));
    assert!(!lines(&["import", "syslog", "--format", "json", "log"]).concat().contains("\"source\""));
}
