//! Files: what is read and written, what is refused, what stays whole.

use core::time::Duration;
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::thread;
use std::time::Instant;

use zems::samples;

fn scratch(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("files").join(name);
    let _ = fs::remove_dir_all(&path);
    fs::create_dir_all(&path).unwrap();
    path
}

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
    let directory = scratch("same");
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
    // What is redirected is an input or an output too.
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

    let directory = scratch("whole");
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
    let directory = scratch("cut");
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
    let directory = scratch("packed");
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
    let directory = scratch("directories");
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
    let directory = scratch("unwrap");
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
    let directory = scratch("selected");
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
        (&["--event", "9-8"], "nothing is in it"),
        (&["--items", "3-2"], "nothing is in it"),
        (&["--since", "today", "--until", "yesterday"], "no time is"),
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
    let directory = scratch("effects");
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
    let directory = scratch("environment");
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
    let directory = scratch("messages");
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
    let directory = scratch("pages");
    assert!(zems(&directory, &["man", "pages"]).status.success());
    for page in ["zems.1", "zems-decode.1", "zems-import.1", "zems-import-syslog.1", "zems-stats.1"] {
        assert!(fs::read_to_string(directory.join("pages").join(page)).unwrap().contains(".TH"), "{page}");
    }
}

#[test]
fn a_state_has_one_holder() {
    let directory = scratch("holder");
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
