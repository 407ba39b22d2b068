//! `zems diff`: what it reads, what it writes, how it ends.

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use zems::samples::{BKUP_FAIL, COMMAND, EVENT};

struct Directory(PathBuf);

impl Directory {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("zems-diff-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn write(&self, name: &str, bytes: &[u8]) -> String {
        let path = self.0.join(name);
        std::fs::write(&path, bytes).unwrap();
        path.display().to_string()
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn diff(args: &[&str], input: &[u8]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_zems"))
        .arg("diff")
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

fn errors(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn code(output: &Output) -> Option<i32> {
    output.status.code()
}

/// The event of the RPC subsystem with another processor in its token.
fn other_cpu() -> Vec<u8> {
    let mut bytes = BKUP_FAIL.to_vec();
    let event = zems::ems::Event::parse(BKUP_FAIL).unwrap();
    let site = zems::site::Site::builtin();
    let cpu = site.dictionary().token_named("ZRPC-TKN-CPU").unwrap().code();
    let token = event.tokens().flatten().find(|token| token.code() == cpu).unwrap();
    bytes[token.value_offset() + 1] = 5;
    bytes
}

#[test]
fn equal_inputs_are_silent_in_every_form() {
    let directory = Directory::new("equal");
    let raw = directory.write("raw", &[EVENT, &[0], BKUP_FAIL].concat());
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let text = directory.write("text", format!("{}\n\n{}\n", hex(EVENT), hex(BKUP_FAIL)).as_bytes());
    for args in [[raw.as_str(), &raw], [&raw, &text], [&text, "-"], ["-", &text]] {
        let output = diff(&args, &[EVENT, BKUP_FAIL].concat());
        assert_eq!((code(&output), out(&output).as_str()), (Some(0), ""), "{args:?} {output:?}");
    }
}

#[test]
fn a_changed_token_has_both_values() {
    let directory = Directory::new("changed");
    let a = directory.write("a", &[EVENT, BKUP_FAIL].concat());
    let b = directory.write("b", &[EVENT, &other_cpu()].concat());
    let output = diff(&["--format", "json", &a, &b], b"");
    assert_eq!(code(&output), Some(1), "{output:?}");
    let change: serde_json::Value = serde_json::from_str(&out(&output)).unwrap();
    assert_eq!(change["change"], "changed");
    assert_eq!((&change["number"], &change["name"]), (&8.into(), &"ZRPC-EVT-BKUP-FAIL".into()));
    let tokens = change["tokens"].as_array().unwrap();
    assert_eq!(tokens.len(), 1, "{change}");
    assert_eq!(
        (&tokens[0]["name"], &tokens[0]["a"], &tokens[0]["b"]),
        (&"ZRPC-TKN-CPU".into(), &3.into(), &5.into())
    );
    let output = diff(&[&a, &b], b"");
    let text = out(&output);
    assert!(text.starts_with("changed TANDEM.RPC") && text.contains("    ZRPC-TKN-CPU: 3 -> 5\n"), "{text}");
    assert!(text.ends_with("0 added, 0 removed, 1 changed, 1 without differences\n"), "{text}");
    for name in ["zrpc-tkn-cpu", tokens[0]["code"].as_str().unwrap()] {
        let output = diff(&["--ignore", name, &a, &b], b"");
        assert_eq!((code(&output), out(&output).as_str()), (Some(0), ""), "{name}");
    }
    let output = diff(&["--ignore", "NO-SUCH-TOKEN", &a, &b], b"");
    assert!(errors(&output).contains("NO-SUCH-TOKEN") && code(&output) == Some(1), "{output:?}");
}

#[test]
fn events_of_one_input_are_added_or_removed() {
    let directory = Directory::new("added");
    let a = directory.write("a", BKUP_FAIL);
    let b = directory.write("b", &[BKUP_FAIL, EVENT].concat());
    for (args, kind, key, other) in [([&a, &b], "added", "b", "a"), ([&b, &a], "removed", "a", "b")] {
        let output = diff(&["--format", "json", args[0], args[1]], b"");
        let change: serde_json::Value = serde_json::from_str(&out(&output)).unwrap();
        assert_eq!((&change["change"], &change["ssid"]), (&kind.into(), &"ACME.7.A01".into()));
        assert_eq!((&change["number"], &change["subject"]), (&101.into(), &"$DISK".into()));
        let tokens = change["tokens"].as_array().unwrap();
        assert!(!tokens.is_empty() && tokens.iter().all(|token| token.get(other).is_none()), "{change}");
        assert!(tokens.iter().any(|token| token["code"] == "0202000B" && token[key] == -2), "{change}");
        assert_eq!(code(&output), Some(1));
    }
}

#[test]
fn wrong_inputs_end_with_their_code() {
    let directory = Directory::new("wrong");
    let a = directory.write("a", EVENT);
    let missing = directory.0.join("missing").display().to_string();
    let all: [&[&str]; 6] =
        [&[], &[&a], &[&a, &a, &a], &["-", "-"], &[&a, &missing], &["--window", "x", &a, &a]];
    for args in all {
        let output = diff(args, EVENT);
        assert_eq!((code(&output), out(&output).as_str()), (Some(2), ""), "{args:?} {output:?}");
        assert!(!errors(&output).is_empty());
    }
    let damaged = directory.write("damaged", &[EVENT, &[1; 7], BKUP_FAIL].concat());
    let whole = directory.write("whole", &[EVENT, BKUP_FAIL].concat());
    let output = diff(&[&damaged, &whole], b"");
    assert_eq!((code(&output), out(&output).as_str()), (Some(1), ""), "{output:?}");
    assert!(errors(&output).contains("damaged: item 2 at byte 183"), "{output:?}");
    let command = directory.write("command", COMMAND);
    let output = diff(&[&command, &command], b"");
    assert_eq!(code(&output), Some(0));
    assert!(errors(&output).contains("2 buffers are commands or responses"), "{output:?}");
}
