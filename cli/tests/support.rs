//! Shared by the tests of the program: directories, installed programs, and programs that run beside a test.

use core::time::Duration;
use std::fs;
use std::io::Write;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Instant;

/// Longer than anything takes that a test waits for, on a busy machine.
pub const PATIENCE: Duration = Duration::from_secs(120);

/// An empty directory for one test. Names are of all tests, and may have parts: `files/same`.
pub fn scratch(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&path);
    fs::create_dir_all(&path).unwrap();
    path
}

/// The path of a program that is installed, or unpacked by `.ci/run`. Writes that the test is skipped if it is not.
pub fn installed(program: &str, package: &str) -> Option<PathBuf> {
    let paths = std::env::var_os("PATH").unwrap_or_default();
    let others = [PathBuf::from("/usr/sbin"), unpacked("usr/sbin")];
    let directories = std::env::split_paths(&paths).chain(others);
    let found = directories.map(|directory| directory.join(program)).find(|path| path.is_file());
    if found.is_none() {
        // Not eprintln!, whose output the test harness captures.
        let _ = writeln!(std::io::stderr(), "SKIPPED: {program} is not installed (package {package})");
    }
    found
}

/// A file of a package that `.ci/run` unpacks because it cannot be installed beside another one.
pub fn unpacked(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/receivers").join(path)
}

pub fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// A program that runs beside a test, and is terminated when this is dropped.
///
/// Dropping waits for the end of the program: one that is killed does not save how far it has read.
pub struct Running(Child);

impl Running {
    /// Starts a program. Its input and errors are not connected, nor is its output if the command does not say where.
    pub fn spawn(command: &mut Command) -> Self {
        Self(command.stdin(Stdio::null()).stderr(Stdio::null()).spawn().unwrap())
    }

    /// Starts a program, and waits until it listens.
    pub fn listening(command: &mut Command, port: u16) -> Self {
        let running = Self::spawn(command.stdout(Stdio::null()));
        let begun = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(begun.elapsed() < PATIENCE, "{command:?} does not listen");
            thread::sleep(Duration::from_millis(20));
        }
        running
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = Command::new("kill").arg(self.0.id().to_string()).status();
        let _ = self.0.wait();
    }
}

/// The lines of a file as soon as it has `count` of them; those that it has when no more come.
pub fn lines_of(path: &Path, count: usize) -> Vec<String> {
    let begun = Instant::now();
    loop {
        let text = fs::read_to_string(path).unwrap_or_default();
        if text.lines().count() >= count || begun.elapsed() > PATIENCE {
            return text.lines().map(str::to_owned).collect();
        }
        thread::sleep(Duration::from_millis(50));
    }
}
