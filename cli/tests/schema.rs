//! Every line of `zems decode --format json` is valid under docs/formats/event.schema.json.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use jsonschema::Validator;
use serde_json::Value;

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

fn schema() -> Validator {
    let text = fs::read_to_string(Path::new(ROOT).join("docs/formats/event.schema.json")).unwrap();
    jsonschema::draft202012::new(&serde_json::from_str(&text).unwrap()).unwrap()
}

fn zems(args: &[&str], input: &[u8]) -> Vec<u8> {
    let mut child = Command::new(env!("CARGO_BIN_EXE_zems"))
        .args(args)
        .current_dir(ROOT)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_vec();
    let feed = std::thread::spawn(move || drop(stdin.write_all(&input)));
    let output = child.wait_with_output().unwrap();
    feed.join().unwrap();
    output.stdout
}

/// Validates every line; how many of each kind there are.
fn validate(schema: &Validator, lines: &[u8]) -> [usize; 3] {
    let mut counts = [0; 3];
    for line in core::str::from_utf8(lines).unwrap().lines() {
        let object: Value = serde_json::from_str(line).unwrap();
        let faults: Vec<_> = schema.iter_errors(&object).map(|error| error.to_string()).collect();
        assert!(faults.is_empty(), "{line}\n{faults:#?}");
        let kind = object.get("kind").and_then(Value::as_str).unwrap();
        counts[["event", "command", "error"].iter().position(|known| *known == kind).unwrap()] += 1;
    }
    counts
}

#[test]
fn samples_and_random_events_are_valid() {
    let schema = schema();
    let samples =
        ["event", "command", "bkup-fail", "pid-file-lock"].map(|name| format!("samples/{name}.bin"));
    let samples: Vec<_> = samples.iter().map(String::as_str).collect();
    let random = zems(&["generate", "-n", "2000", "--seed", "11", "--damaged", "40"], b"");
    let imported = zems(&["import", "syslog", "samples/junos.log"], b"");
    for options in
        [&[][..], &["--raw"], &["--no-names"], &["--no-builtin"], &["--no-provisional"], &["--advice"]]
    {
        let decode = ["decode", "--format", "json"].iter().chain(options).copied();
        let args: Vec<_> = decode.clone().chain(samples.iter().copied()).collect();
        assert_eq!(validate(&schema, &zems(&args, b"")), [3, 1, 0]);
        let args: Vec<_> = decode.collect();
        let [events, _, errors] = validate(&schema, &zems(&args, &random));
        assert!(events > 1000 && errors > 10, "{events} events, {errors} errors");
        assert_eq!(validate(&schema, &zems(&args, &imported)), [16, 0, 0]);
    }
    let filtered =
        ["decode", "--format", "json", "--filter", "samples/portmapper.emf", "samples/bkup-fail.bin"];
    let filtered = zems(&filtered, b"");
    assert!(String::from_utf8_lossy(&filtered).contains("\"pass_value\":2"));
    assert_eq!(validate(&schema, &filtered), [1, 0, 0]);
}

#[test]
fn the_schema_refuses_objects_outside_the_contract() {
    let schema = schema();
    let line = zems(&["decode", "--format", "json", "samples/bkup-fail.bin"], b"");
    let object: Value = serde_json::from_slice(&line).unwrap();
    assert!(schema.is_valid(&object));
    let with = |path: &str, value: Value| {
        let mut changed = object.clone();
        let (parent, key) = path.rsplit_once('/').unwrap();
        changed.pointer_mut(parent).unwrap().as_object_mut().unwrap().insert(key.to_owned(), value);
        schema.is_valid(&changed)
    };
    assert!(with("/pass_value", 3.into()));
    for (path, value) in [
        ("/extra", Value::from(1)),
        ("/tokens/0/extra", 1.into()),
        ("/tokens/0/code", "1f00fbf0".into()),
        ("/tokens/1/tokens", Value::Array(Vec::new())),
        ("/subjects/0/index", 0.into()),
        ("/generated", "yesterday".into()),
        ("/kind", "command".into()),
        ("/offset", (-1).into()),
        ("/number", 40000.into()),
    ] {
        assert!(!with(path, value.clone()), "{path} = {value}");
    }
    let mut without = object.clone();
    without.as_object_mut().unwrap().remove("text");
    assert!(!schema.is_valid(&without));
}
