//! Memory does not grow with the number of events: a run that has read four times as much has not taken more.

use std::fs;
use std::io::Write;
use std::process::{Command, Stdio};

/// Bytes of the front of the input, after which everything that a run keeps has been made.
const FRONT: usize = 1 << 20;
/// Growth that is allowed over the rest, which is three times as long: half of it.
const GROWTH: u64 = 3 << 19;

/// The most memory that a process has had, in bytes.
fn most(process: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() * 1024
}

#[test]
fn a_long_input_takes_no_more_than_a_short_one() {
    if !cfg!(target_os = "linux") {
        eprintln!("skipped: this system does not say what a process takes");
        return;
    }
    let samples = [zems::samples::EVENT, &[0], zems::samples::BKUP_FAIL, zems::samples::COMMAND].concat();
    let noise = [&samples[..], b"noise between two buffers, an odd number of bytes"].concat();
    for (args, piece) in [
        (&["decode", "--format", "json", "-"][..], &noise),
        (&["decode", "--from", "hex", "-"], &b"FF E4 00 01 nothing of this is a buffer\n".to_vec()),
        (&["doctor", "-"], &noise),
        (&["stats", "-"], &samples),
        (&["lint", "-"], &samples),
    ] {
        let mut child = Command::new(env!("CARGO_BIN_EXE_zems"))
            .args(args)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut input = child.stdin.take().unwrap();
        let front = piece.repeat(FRONT / piece.len());
        input.write_all(&front).unwrap();
        let before = most(child.id());
        for _ in 0..3 {
            input.write_all(&front).unwrap();
        }
        // The bytes in the pipe have not been read yet: 64 KiB at most.
        let after = most(child.id());
        drop(input);
        child.wait().unwrap();
        assert!(after < before + GROWTH, "{args:?}: {before} bytes after 1 MiB, {after} after 4 MiB");
    }
}
