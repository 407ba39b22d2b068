//! Rotations of every kind, with a writer that counts: nothing is lost and nothing comes twice.

use core::time::Duration;
use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Instant;

use crate::support::{PATIENCE, scratch};

/// The damage done to a log, step by step. `w`: lines are written to the log. `hold`: a writer opens it. `late`: that writer writes.
/// `members`: a file is compressed with gzip in two parts. `cut`: the log is emptied. `back`: its time is set back an hour.
const SCENARIOS: [(&str, &str); 21] = [
    ("rename", "w 3; mv log log.1; w 2"),
    ("rename-create", "w 3; mv log log.1; touch; w 2"),
    ("late-writer", "w 2; hold; late 1; mv log log.1; late 2; w 2"),
    ("late-writer-create", "w 2; hold; mv log log.1; touch; late 2; w 1; late 2; w 1"),
    ("two-writers", "hold; late 1; mv log log.1; w 1; late 1; w 1; late 1; w 1"),
    ("copytruncate", "w 3; copy log log.1; cut; w 1"),
    ("copytruncate-same-size", "w 3; copy log log.1; cut; w 3"),
    ("copytruncate-larger", "w 3; copy log log.1; cut; w 9"),
    ("twice", "w 2; mv log log.1; w 2; mv log.1 log.2; mv log log.1; w 2"),
    (
        "three-within-a-second",
        "w 1; mv log log.1; w 1; mv log.1 log.2; mv log log.1; w 1; mv log.2 log.3; mv log.1 log.2; mv log log.1; w 1",
    ),
    ("clock-set-back", "w 2; mv log log.1; back log.1; w 2; mv log.1 log.2; mv log log.1; back log.1; w 1"),
    ("dates", "w 2; mv log log-20261120; w 2; mv log log-20261121; w 1"),
    ("gzip", "w 3; mv log log.1; w 1; gzip log.1; w 1"),
    (
        "gzip-at-once",
        "w 3; mv log log.1; gzip log.1; w 2; mv log.1.gz log.2.gz; mv log log.1; gzip log.1; w 1",
    ),
    ("gzip-members", "w 3; mv log log.1; w 1; members log.1; w 1"),
    ("gzip-members-at-once", "w 30; mv log log.1; members log.1; w 1"),
    ("zstd", "w 3; mv log log.1; w 1; zstd log.1; w 1"),
    (
        "zstd-at-once",
        "w 3; mv log log.1; zstd log.1; w 2; mv log.1.zst log.2.zst; mv log log.1; zstd log.1; w 1",
    ),
    (
        "dated-links",
        "link app-20261120.log; w 2; link app-20261121.log; w 2; link app-20261122.log; w 2; link app-20261130.log; w 1",
    ),
    ("copy-by-hand", "w 2; copy log log.9; w 2; mv log log.1; w 1"),
    ("link", "link a; w 2; link b; w 2; link c; w 1"),
];

struct Stage {
    directory: PathBuf,
    next: u32,
    held: Option<File>,
}

impl Stage {
    fn lines(&mut self, count: u32) -> String {
        let numbers = self.next..self.next + count;
        self.next += count;
        numbers.map(|number| format!("<13>1 2024-01-01T00:00:00Z h p 1 - - number {number}\n")).collect()
    }

    fn step(&mut self, step: &str) {
        let words: Vec<_> = step.split_whitespace().collect();
        let path = |name: &str| self.directory.join(name);
        let log = path("log");
        match words[..] {
            ["w", count] => {
                let lines = self.lines(count.parse().unwrap());
                let mut file = OpenOptions::new().append(true).create(true).open(log).unwrap();
                file.write_all(lines.as_bytes()).unwrap();
            }
            ["hold"] => {
                self.held = Some(OpenOptions::new().append(true).create(true).open(log).unwrap());
            }
            ["late", count] => {
                let lines = self.lines(count.parse().unwrap());
                self.held.as_mut().unwrap().write_all(lines.as_bytes()).unwrap();
            }
            ["mv", from, to] => fs::rename(path(from), path(to)).unwrap(),
            ["copy", from, to] => drop(fs::copy(path(from), path(to)).unwrap()),
            ["touch"] => drop(File::create(log).unwrap()),
            ["cut"] => File::options().write(true).open(log).unwrap().set_len(0).unwrap(),
            ["gzip", name] => {
                assert!(Command::new("gzip").arg(path(name)).status().unwrap().success());
            }
            ["members", name] => {
                let bytes = fs::read(path(name)).unwrap();
                let (front, back) = bytes.split_at(bytes.len() / 2 + 1);
                let packed = [front, back].map(|part| {
                    let mut packed =
                        flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
                    packed.write_all(part).unwrap();
                    packed.finish().unwrap()
                });
                fs::write(path(&format!("{name}.gz")), packed.concat()).unwrap();
                fs::remove_file(path(name)).unwrap();
            }
            ["zstd", name] => {
                let bytes = fs::read(path(name)).unwrap();
                let packed =
                    ruzstd::encoding::compress_to_vec(&*bytes, ruzstd::encoding::CompressionLevel::Fastest);
                fs::write(path(&format!("{name}.zst")), packed).unwrap();
                fs::remove_file(path(name)).unwrap();
            }
            ["back", name] => {
                let file = File::options().write(true).open(path(name)).unwrap();
                file.set_modified(std::time::SystemTime::now() - Duration::from_secs(3600)).unwrap();
            }
            ["link", to] => {
                let _ = fs::remove_file(&log);
                drop(OpenOptions::new().append(true).create(true).open(path(to)).unwrap());
                std::os::unix::fs::symlink(to, &log).unwrap();
            }
            _ => panic!("{step}"),
        }
    }

    /// How often each number came.
    fn arrived(&self) -> BTreeMap<u32, u32> {
        let mut numbers = BTreeMap::new();
        let text = fs::read_to_string(self.directory.join("out")).unwrap_or_default();
        for line in text.split_inclusive('\n').filter(|line| line.ends_with('\n')) {
            let Some((_, rest)) = line.split_once("\"value\":\"number ") else { continue };
            *numbers.entry(rest.split_once('"').unwrap().0.parse().unwrap()).or_default() += 1;
        }
        numbers
    }

    fn command(&self, more: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_zems"));
        command.args(["import", "syslog", "--format", "json", "--state", "state", "-o", "out"]).args(more);
        command.arg("log").current_dir(&self.directory).stdin(Stdio::null());
        command
    }

    fn wait_for_all(&self, name: &str) {
        let begun = Instant::now();
        while self.arrived().len() < usize::try_from(self.next).unwrap() {
            assert!(begun.elapsed() < PATIENCE, "{name}: {:?} of {}", self.arrived(), self.next);
            thread::sleep(Duration::from_millis(50));
        }
    }

    fn each_once(&self, what: &str) {
        let twice: Vec<_> = self.arrived().into_iter().filter(|(_, count)| *count != 1).collect();
        assert!(twice.is_empty(), "{what}: {twice:?} {}", self.said());
    }

    fn follow(&self) -> Child {
        let error = OpenOptions::new().append(true).create(true).open(self.directory.join("err")).unwrap();
        self.command(&["--follow"]).stderr(error).spawn().unwrap()
    }

    fn said(&self) -> String {
        fs::read_to_string(self.directory.join("err")).unwrap_or_default()
    }
}

fn stop(mut child: Child) -> Option<i32> {
    assert!(Command::new("kill").arg(child.id().to_string()).status().unwrap().success());
    child.wait().unwrap().code()
}

/// In each scenario a run that follows all the time, with pauses between the steps or without; a run that is stopped and started
/// after every step; and runs to the end after every step. Each number comes once.
#[test]
fn nothing_is_lost_and_nothing_comes_twice() {
    let scenarios = SCENARIOS.map(|(name, steps)| {
        thread::spawn(move || {
            for way in ["pauses", "at-once", "restarts", "runs"] {
                let mut stage =
                    Stage { directory: scratch(&format!("rotation/{name}-{way}")), next: 0, held: None };
                if !name.ends_with("link") && !name.ends_with("links") {
                    stage.step("w 1");
                } else {
                    stage.step(if name == "link" { "link 0" } else { "link app-20261119.log" });
                    stage.step("w 1");
                }
                let mut run = stage.follow();
                stage.wait_for_all(name);
                if way == "runs" {
                    assert_eq!(stop(run), Some(0), "{name} {way}: {}", stage.said());
                    for step in steps.split("; ") {
                        stage.step(step);
                        // Between a rename and a create there may be no log.
                        stage.command(&[]).output().unwrap();
                    }
                    let last = stage.command(&[]).output().unwrap();
                    let said = String::from_utf8_lossy(&last.stderr).into_owned();
                    assert!(last.status.success(), "{name} {way}: {said}");
                    stage.wait_for_all(&format!("{name} {way}: {said}"));
                    stage.each_once(&format!("{name} {way}"));
                    continue;
                }
                // Between two looks: a copy that is made before a rename comes twice.
                if matches!((name, way), ("copy-by-hand", "at-once")) {
                    stop(run);
                    continue;
                }
                for step in steps.split("; ") {
                    stage.step(step);
                    match way {
                        "pauses" => {
                            // Wait until everything is read, before the log is emptied.
                            stage.wait_for_all(&format!("{name} {way} {step}"));
                            thread::sleep(Duration::from_millis(250));
                        }
                        "restarts" => {
                            // A run that has not come to reading yet ends by the signal.
                            let code = stop(run);
                            assert!(matches!(code, Some(0) | None), "{name} {way} {step}: {}", stage.said());
                            run = stage.follow();
                        }
                        _ => {}
                    }
                }
                stage.wait_for_all(&format!("{name} {way}: {}", stage.said()));
                let code = stop(run);
                let is_early = way == "restarts" && code.is_none();
                assert!(code == Some(0) || is_early, "{name} {way}: {code:?} {}", stage.said());
                stage.each_once(&format!("{name} {way}"));
            }
        })
    });
    for scenario in scenarios {
        scenario.join().unwrap();
    }
}

/// Files beside the targets of a link are not taken for its targets because they are there or because they grow.
#[test]
fn files_beside_the_targets_of_a_link_are_not_read() {
    let mut stage = Stage { directory: scratch("rotation/beside-a-link"), next: 0, held: None };
    for name in ["app-20261101.log", "web-20261121.log", "other"] {
        fs::write(stage.directory.join(name), "<13>1 2024-01-01T00:00:00Z h p 1 - - number 999\n").unwrap();
    }
    stage.step("link app-20261119.log");
    stage.step("w 1");
    assert!(stage.command(&[]).status().unwrap().success());
    for name in ["app-20261101.log", "web-20261121.log", "web-20261122.log", "other"] {
        let mut file = OpenOptions::new().append(true).create(true).open(stage.directory.join(name)).unwrap();
        file.write_all(b"<13>1 2024-01-01T00:00:00Z h p 1 - - number 999\n").unwrap();
    }
    for step in ["link app-20261120.log", "w 1", "link app-20261121.log", "w 1"] {
        stage.step(step);
    }
    let ran = stage.command(&[]).output().unwrap();
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    stage.wait_for_all("beside-a-link");
    assert_eq!(stage.arrived().into_iter().collect::<Vec<_>>(), [(0, 1), (1, 1), (2, 1)]);
}

/// Killed at random moments while a writer writes and rotates: nothing is lost. ZEMS_KILLS says how often.
#[test]
fn kills_at_random_moments_lose_nothing() {
    let kills: u32 = std::env::var("ZEMS_KILLS").ok().and_then(|kills| kills.parse().ok()).unwrap_or(12);
    let mut stage = Stage { directory: scratch("rotation/kills"), next: 0, held: None };
    stage.step("w 1");
    // A run that is killed before it has made a state knows nothing of files that were rotated before the next.
    let first = stage.follow();
    stage.wait_for_all("the first run");
    assert_eq!(stop(first), Some(0), "{}", stage.said());
    // Any numbers will do, but the same each time.
    let mut random = 0x2545_F491_4F6C_DD1D_u64;
    for kill in 0..kills {
        let mut run = stage.follow();
        for _ in 0..4 {
            stage.step("w 25");
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            thread::sleep(Duration::from_millis(random % 90));
            if random.is_multiple_of(5) {
                let rotated = |number: u32| stage.directory.join(format!("log.{number}"));
                for number in (1..1000).rev().filter(|number| rotated(*number).exists()) {
                    fs::rename(rotated(number), rotated(number + 1)).unwrap();
                }
                stage.step("mv log log.1");
            }
        }
        run.kill().unwrap();
        run.wait().unwrap();
        if kill % 10 == 9 {
            eprintln!("{} kills", kill + 1);
        }
    }
    stage.step("w 1");
    let run = stage.follow();
    stage.wait_for_all(&format!("kills: {}", stage.said()));
    assert_eq!(stop(run), Some(0), "{}", stage.said());
    assert!(!stage.said().contains("lost"), "{}", stage.said());
}

/// A file system that fills up, and gets space again.
#[test]
fn a_full_disk_leaves_whole_records() {
    let directory = scratch("rotation/full");
    let disk = directory.join("disk");
    fs::create_dir_all(&disk).unwrap();
    let mount = |options: &str| {
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", options, "tmpfs"])
            .arg(&disk)
            .stderr(Stdio::null())
            .status();
        mounted.is_ok_and(|status| status.success())
    };
    if !mount("size=64k") {
        eprintln!("skipped: this user may not mount a tmpfs");
        return;
    }
    let mut stage = Stage { directory: directory.clone(), next: 0, held: None };
    std::os::unix::fs::symlink(disk.join("out"), directory.join("out")).unwrap();
    let mut failed = false;
    while !failed && stage.next < 5000 {
        stage.step("w 7");
        failed = !stage.command(&[]).stderr(Stdio::null()).status().unwrap().success();
    }
    let remounted = mount("remount,size=4m");
    stage.step("w 3");
    let ran = stage.command(&[]).output().unwrap();
    let arrived = stage.arrived();
    let unmounted = Command::new("umount").arg(&disk).status().unwrap().success();
    assert!(failed && remounted && unmounted);
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    assert_eq!(arrived.len(), usize::try_from(stage.next).unwrap());
}
