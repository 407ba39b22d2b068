//! `decode --format arrow` and `--format parquet`.

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use zems::samples;

use crate::support::scratch;

fn zems(directory: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_zems"));
    command.args(args).current_dir(directory).stdin(Stdio::null()).env_remove("ZEMS_DEFINE");
    command.output().unwrap()
}

fn err(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn a_stream_and_a_file() {
    let directory = scratch("columnar/both");
    fs::write(directory.join("events.bin"), samples::BKUP_FAIL.repeat(3)).unwrap();
    let stream = zems(&directory, &["decode", "--format", "arrow", "events.bin"]);
    assert_eq!(stream.status.code(), Some(0), "{}", err(&stream));
    // A continuation marker before the schema, and the end of the stream.
    assert!(
        stream.stdout.starts_with(&[0xFF; 4])
            && stream.stdout.ends_with(&[0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0])
    );

    let arguments = ["decode", "--format", "parquet", "events.bin", "-o", "events.parquet"];
    let made = zems(&directory, &arguments);
    assert_eq!(made.status.code(), Some(0), "{}", err(&made));
    let file = fs::read(directory.join("events.parquet")).unwrap();
    assert!(file.starts_with(b"PAR1") && file.ends_with(b"PAR1"));
    let has = |text: &str| file.windows(text.len()).any(|part| part == text.as_bytes());
    assert!(has("generated") && has("ARROW:schema"));
}

#[test]
fn columns_are_chosen_by_name() {
    let directory = scratch("columnar/columns");
    fs::write(directory.join("events.bin"), samples::BKUP_FAIL).unwrap();
    let some =
        zems(&directory, &["decode", "--format", "arrow", "--columns", "number,ZRPC-TKN-CPU", "events.bin"]);
    assert_eq!(some.status.code(), Some(0), "{}", err(&some));
    let has = |text: &str| some.stdout.windows(text.len()).any(|part| part == text.as_bytes());
    assert!(has("ZRPC-TKN-CPU") && !has("suppress_display"));
    let wrong = zems(&directory, &["decode", "--format", "arrow", "--columns", "NO-SUCH", "events.bin"]);
    assert_eq!(wrong.status.code(), Some(2));
    assert!(err(&wrong).contains("NO-SUCH"), "{}", err(&wrong));
}

#[test]
fn a_file_that_cannot_be_written_in_pieces() {
    let directory = scratch("columnar/whole");
    fs::write(directory.join("events.bin"), [samples::BKUP_FAIL, b"noise", samples::BKUP_FAIL].concat())
        .unwrap();
    for (args, reason) in [
        (&["decode", "--format", "parquet", "events.bin"][..], "-o"),
        (&["decode", "--format", "parquet", "events.bin", "-o", "-"], "-o"),
        (&["decode", "--format", "parquet", "events.bin", "-o", "x", "--state", "s"], "--state"),
        (&["decode", "--format", "parquet", "events.bin", "-o", "x", "--follow"], "--follow"),
    ] {
        let output = zems(&directory, args);
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        assert!(err(&output).contains(reason), "{}", err(&output));
        assert!(!directory.join("x").exists());
    }
    // Bytes that are not a buffer have no row, and are reported.
    let damaged = zems(&directory, &["decode", "--format", "parquet", "events.bin", "-o", "x"]);
    assert_eq!(damaged.status.code(), Some(1));
    assert!(err(&damaged).contains("186") && directory.join("x").exists(), "{}", err(&damaged));
}
