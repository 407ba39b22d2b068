//! Definitions, templates and filters as sites have them, given to the program.

use std::fs;
use std::process::Command;

use crate::support::scratch;

struct Ran {
    code: i32,
    out: String,
    err: String,
}

fn zems(args: &[&str]) -> Ran {
    let mut command = Command::new(env!("CARGO_BIN_EXE_zems"));
    command.args(args).current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/language"));
    let output = command.env_remove("COLUMNS").env_remove("ZEMS_DEFINE").output().unwrap();
    Ran {
        code: output.status.code().unwrap(),
        out: String::from_utf8_lossy(&output.stdout).into_owned(),
        err: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

const EVENT: &str = "../../../samples/bkup-fail.bin";

#[test]
fn a_copied_subvolume_is_a_directory_of_definitions() {
    let ran = zems(&["decode", "--define", "zspidef", EVENT]);
    assert_eq!((ran.code, ran.out.lines().count()), (0, 1), "{}", ran.err);
    for (file, kind) in
        [("ZPMPCOB", "COBOL"), ("ZPMPPAS", "Pascal"), ("ZPMPTACL", "TACL"), ("ZPMPTAL", "TAL")]
    {
        let line = format!("zems: zspidef/{file}: is a {kind} source, not a definition; it is left out");
        assert!(ran.err.lines().any(|shown| shown == line), "{}", ran.err);
        let named = zems(&["decode", "--define", &format!("zspidef/{file}"), EVENT]);
        assert_eq!((named.code, named.out.as_str()), (2, ""), "{}", named.err);
    }
    let listed = zems(&["catalog", "--define", "zspidef", "--format", "json", "pmp-tkn-port"]);
    assert!(listed.out.contains("\"code\":\"03040005\""), "{}", listed.out);
}

#[test]
fn sources_stay_in_their_directories() {
    let inside = scratch("language/inside");
    let outside = scratch("language/outside");
    fs::write(outside.join("secret"), "CONSTANT secret VALUE 1.\n").unwrap();
    let source = inside.join("source.ddl");
    let secret = outside.join("secret").display().to_string();
    std::os::unix::fs::symlink(outside.join("secret"), inside.join("link")).unwrap();
    fs::write(inside.join("beside"), "CONSTANT beside VALUE 2.\n").unwrap();
    for (name, is_opened) in
        [("../language-outside/secret", false), (secret.as_str(), false), ("link", false), ("BESIDE", true)]
    {
        fs::write(&source, format!("?SOURCE {name}\nCONSTANT a VALUE 1.\n")).unwrap();
        let ran = zems(&["check", &source.display().to_string()]);
        assert_eq!(ran.code, if is_opened { 0 } else { 2 }, "{name}: {}{}", ran.out, ran.err);
        assert_eq!(ran.out.contains("is not opened"), !is_opened, "{name}: {}", ran.out);
        assert!(!ran.out.contains("CONSTANT secret"), "{}", ran.out);
    }
}

#[test]
fn a_source_without_end_is_not_read_to_its_end() {
    let ran = zems(&["decode", "--define", "/dev/zero", EVENT]);
    assert_eq!((ran.code, ran.out.as_str()), (2, ""));
    assert!(ran.err.contains("/dev/zero: is longer than 8388608 bytes"), "{}", ran.err);
}

#[test]
fn c_headers_follow_their_conditions() {
    let size = |args: &[&str]| {
        let all = [&["catalog", "--format", "json", "pmp*", "--define"], args].concat();
        let ran = zems(&all);
        assert_eq!(ran.code, 0, "{}", ran.err);
        ran.out
    };
    assert!(size(&["ifdef.h"]).contains("\"name\":\"PMP-A\",\"size\":4"));
    assert!(size(&["ifdef.h", "--c-define", "PMP_MORE"]).contains("\"name\":\"PMP-A\",\"size\":6"));
    assert!(size(&["union.h"]).contains("\"name\":\"PMP-B\",\"size\":12"));
    assert!(size(&["branches.h"]).contains("\"code\":\"01FF0002\""));
    assert!(size(&["branches.h", "--c-define", "PMP_ALT"]).contains("\"code\":\"01FF0001\""));
}

#[test]
fn filters_reach_fields_of_header_tokens() {
    let ran = zems(&["decode", "--format", "json", "--filter", "header-field.emf", "filter-events.bin"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    let passed: Vec<_> =
        ["812", "255"].map(|value| ran.out.matches(&format!("\"pass_value\":{value}")).count()).into();
    assert_eq!(passed, [2, 2], "{}", ran.out);
    let wrong = zems(&["decode", "--where", "ZEMS^TKN^CUP = 1", "filter-events.bin"]);
    assert_eq!(wrong.code, 2);
    assert!(wrong.err.contains("did you mean ZEMS^TKN^CPU?"), "{}", wrong.err);
}

#[test]
fn text_beyond_the_last_column_is_reported() {
    let ran = zems(&["check", "--define", "dsk.ddl", "long-line.tmpl"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(
        ran.out.contains("long-line.tmpl:5:133: warning: text beyond column 132 is ignored"),
        "{}",
        ran.out
    );
    assert!(ran.out.contains("Warnings: 1"), "{}", ran.out);
}

#[test]
fn the_pad_of_an_odd_text_is_not_part_of_it() {
    let event = scratch("language/odd").join("event.bin").display().to_string();
    assert_eq!(zems(&["encode", "--define", "payddl", "odd.json", "-o", &event]).code, 0);
    let ran = zems(&["decode", "--define", "payddl", "--define", "odd.tmpl", "--no-header", &event]);
    assert_eq!((ran.code, ran.out.as_str()), (0, "[ABCDE] [ABCDE] [FGH] [ABCDE ABCDE]\n"), "{}", ran.err);
}

#[test]
fn a_version_without_a_letter_is_a_number() {
    let ran = zems(&["check", "version.ddl"]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    assert!(
        ran.out.contains("warning: this version has no letter; it is taken for the number 1"),
        "{}",
        ran.out
    );
}

#[test]
fn imported_chapters_load() {
    let directory = scratch("language/chapters");
    let path = directory.display().to_string();
    for (chapter, lines) in [
        ("long-name.txt", &["\"flow to <1> was dropped\""][..]),
        ("quoted-variable.txt", &["\"User '<1>' came in at level '<2>'\"", "\"read failed at 0x<1>: <2>\""]),
    ] {
        let ran = zems(&["import", "catalog", chapter, "-o", &path, "--force"]);
        assert_eq!(ran.code, 0, "{}", ran.err);
        let templates = fs::read_to_string(directory.join("frobd.tmpl")).unwrap();
        for line in lines {
            assert!(templates.lines().any(|found| found == *line), "{templates}");
        }
        let definitions = fs::read_to_string(directory.join("frobd.ddl")).unwrap();
        assert!(definitions.lines().all(|line| line.len() <= 132), "{definitions}");
        let checked = zems(&["check", &path]);
        assert_eq!(checked.code, 0, "{}{}", checked.out, checked.err);
    }
    // All files or none.
    let again = scratch("language/chapters-again");
    fs::write(again.join("frobd.tmpl"), "old").unwrap();
    let ran = zems(&["import", "catalog", "long-name.txt", "-o", &again.display().to_string()]);
    assert_eq!(ran.code, 2);
    assert_eq!(fs::read_dir(&again).unwrap().count(), 1);
}

#[test]
fn compiled_definitions_are_those_of_their_sources() {
    let directory = scratch("language/compiled");
    let file = |name: &str| directory.join(name).display().to_string();
    let (site, event) = (file("site.zdef"), file("event.bin"));
    assert_eq!(zems(&["encode", "--define", "payddl", "odd.json", "-o", &event]).code, 0);
    let ran = zems(&["compile", "payddl", "odd.tmpl", "zspidef/ZPMPDDL", "-o", &site]);
    assert_eq!((ran.code, ran.out.as_str()), (0, ""), "{}", ran.err);

    let sources = ["--define", "payddl", "--define", "odd.tmpl", "--define", "zspidef/ZPMPDDL"];
    let compiled = ["--define", site.as_str()];
    for command in
        [&["catalog", "--format", "json"][..], &["decode", "--format", "json", &event], &["decode", &event]]
    {
        let [by_sources, by_file] = [&sources[..], &compiled].map(|args| zems(&[command, args].concat()));
        assert_eq!((by_file.code, by_file.err.as_str()), (0, ""));
        assert_eq!(by_file.out, by_sources.out);
    }
    // A later definition wins over those in the file, and those in the file over an earlier one.
    let (later, value) = (file("later.ddl"), "pay-evt-open");
    fs::write(&later, "CONSTANT PAY-EVT-OPEN VALUE 77.\n").unwrap();
    let listed = |args: &[&str]| zems(&[&["catalog", "--format", "json", value], args].concat()).out;
    assert!(listed(&["--define", &site, "--define", &later]).contains("\"value\":77"));
    assert!(listed(&["--define", &later, "--define", &site]).contains("\"value\":1,"));
    // In a directory it is found by its content.
    let inside = directory.join("inside");
    fs::create_dir(&inside).unwrap();
    fs::copy(&site, inside.join("anything")).unwrap();
    assert_eq!(zems(&["decode", "--define", &inside.display().to_string(), &event]).out.lines().count(), 1);

    let bytes = fs::read(&site).unwrap();
    let wrong = file("wrong.zdef");
    let mut other_version = bytes.clone();
    other_version[8] ^= 0x40;
    let mut changed = bytes.clone();
    *changed.last_mut().unwrap() ^= 1;
    for (bytes, message) in
        [(other_version, "version"), (changed, "damaged"), (bytes[..bytes.len() / 2].to_vec(), "damaged")]
    {
        fs::write(&wrong, bytes).unwrap();
        let ran = zems(&["decode", "--define", &wrong, &event]);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""));
        assert!(ran.err.contains(message), "{}", ran.err);
    }
    // Sources with errors leave the old file as it is.
    let broken = file("broken.ddl");
    fs::write(&broken, "CONSTANT a VALUE.\n").unwrap();
    assert_eq!(zems(&["compile", &broken, "-o", &site]).code, 2);
    assert_eq!(fs::read(&site).unwrap(), bytes);
    assert_eq!(zems(&["compile", &broken, "-o", &file("new.zdef")]).code, 2);
    assert!(!directory.join("new.zdef").exists());
    assert_eq!(zems(&["compile", &later, "-o", &later]).code, 2);
}

/// The name or text of a source cannot look like a message of its own.
#[test]
fn no_source_forges_a_message() {
    let directory = scratch("language/forged");
    let path = directory.join("a\nzems: all is well\n\u{1b}[2J\u{202e}.ddl");
    fs::write(&path, "CONSTANT a\u{1b}[31m\u{9b}\u{202e}\u{e0041} VALUE \"\u{2028}\".\n?SOURCE x\u{7f}y\n")
        .unwrap();
    let name = path.display().to_string();
    for args in
        [&["check", name.as_str()][..], &["decode", "--define", &name, EVENT], &["decode", "--define", &name]]
    {
        let ran = zems(args);
        let all = format!("{}{}", ran.out, ran.err);
        assert!(ran.code == 2 && !all.lines().any(|line| line == "zems: all is well"), "{all}");
        let is_wrong = |c: char| c != '\n' && zems::text::is_unsafe(c);
        assert!(!all.contains(is_wrong), "{all:?}");
    }
}
