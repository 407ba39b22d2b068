//! Programs in C and Python against the library: plain, under AddressSanitizer, under valgrind.

#![allow(clippy::unwrap_used)]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// Where cargo puts the libraries that this test is built with.
fn libraries() -> PathBuf {
    let program = std::env::current_exe().unwrap();
    program.parent().unwrap().to_owned()
}

fn package() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn samples() -> PathBuf {
    package().join("../../samples").canonicalize().unwrap()
}

fn has(tool: &str) -> bool {
    let found = Command::new(tool).arg("--version").output().is_ok_and(|output| output.status.success());
    if !found {
        println!("skipped: there is no {tool} here");
    }
    found
}

fn run(command: &mut Command) -> String {
    let Output { status, stdout, stderr } = command.output().unwrap();
    let (stdout, stderr) = (String::from_utf8_lossy(&stdout), String::from_utf8_lossy(&stderr));
    assert!(status.success(), "{command:?}: {status}\n{stdout}{stderr}");
    stdout.into_owned()
}

/// The libraries that a static Rust library needs.
const SYSTEM: [&str; 5] = ["-lpthread", "-ldl", "-lm", "-lrt", "-lgcc_s"];
const STRICT: [&str; 6] = ["-std=c99", "-Wall", "-Wextra", "-Werror", "-pedantic", "-g"];

/// Compiles a program against the static library.
fn compile(name: &str, variant: &str, options: &[&str]) -> PathBuf {
    let program = libraries().join(format!("c-{name}-{variant}"));
    run(Command::new("cc")
        .args(STRICT)
        .args(options)
        .arg("-I")
        .arg(package())
        .arg(package().join(format!("tests/c/{name}.c")))
        .arg(libraries().join("libzems_c.a"))
        .args(SYSTEM)
        .arg("-o")
        .arg(&program));
    program
}

/// The argument of each program.
fn argument(name: &str) -> PathBuf {
    if name == "producer" { libraries().join("produced.bin") } else { samples() }
}

const PROGRAMS: [&str; 3] = ["consumer", "producer", "procedures"];

#[test]
fn programs_in_c99() {
    if !has("cc") {
        return;
    }
    for name in PROGRAMS {
        let said = run(Command::new(compile(name, "plain", &[])).arg(argument(name)));
        assert_eq!(said, format!("{name}: ok\n"));
    }
    // The library reads the output of the producer as an event.
    let produced = std::fs::read(argument("producer")).unwrap();
    let event = zems::ems::Event::parse(&produced).unwrap();
    event.check(|finding| panic!("{finding:?}")).unwrap();
    assert_eq!((event.number(), event.cpu(), event.subjects().count()), (Some(101), Some(3), 2));
}

#[test]
fn programs_in_c99_with_address_sanitizer() {
    if !has("cc") {
        return;
    }
    for name in PROGRAMS {
        let program = compile(name, "asan", &["-fsanitize=address,undefined", "-fno-sanitize-recover=all"]);
        let said = run(Command::new(program).arg(argument(name)).env("ASAN_OPTIONS", "detect_leaks=1"));
        assert_eq!(said, format!("{name}: ok\n"));
    }
}

#[test]
fn programs_in_c99_under_valgrind() {
    if !has("cc") || !has("valgrind") {
        return;
    }
    for name in PROGRAMS {
        let program = compile(name, "valgrind", &[]);
        let said = run(Command::new("valgrind")
            .args([
                "-q",
                "--error-exitcode=9",
                "--leak-check=full",
                "--errors-for-leak-kinds=definite,indirect",
                "--show-leak-kinds=definite,indirect",
            ])
            .arg(program)
            .arg(argument(name)));
        assert_eq!(said, format!("{name}: ok\n"));
    }
}

/// As C++ the header means the same.
#[test]
fn the_header_in_cpp() {
    if !has("c++") {
        return;
    }
    run(Command::new("c++")
        .args(["-std=c++11", "-Wall", "-Wextra", "-Werror", "-pedantic", "-fsyntax-only", "-x", "c++"])
        .arg(package().join("zems.h")));
}

#[test]
fn the_shared_library_from_python() {
    if !has("python3") {
        return;
    }
    let said = run(Command::new("python3")
        .arg(package().join("tests/ctypes_consumer.py"))
        .arg(libraries().join("libzems_c.so"))
        .arg(samples()));
    assert_eq!(said, "ctypes: ok\n");
}

/// The libraries that this test is built with, installed.
struct Installed {
    prefix: PathBuf,
}

impl Installed {
    fn new(name: &str) -> Option<Self> {
        if !has("cc") || !has("make") || !has("pkg-config") {
            return None;
        }
        let prefix = libraries().join(name);
        // The libraries are there: nothing is to be built.
        run(Command::new("make")
            .args(["-s", "-C"])
            .arg(package())
            .args(["install", "CARGO=true"])
            .arg(format!("PREFIX={}", prefix.display()))
            .arg(format!("LIBRARIES={}", libraries().display())));
        Some(Self { prefix })
    }

    /// The flags that pkg-config has for them.
    fn flags(&self, options: &[&str]) -> Vec<String> {
        let path = self.prefix.join("lib/pkgconfig");
        let said = run(Command::new("pkg-config").args(options).arg("zems").env("PKG_CONFIG_PATH", path));
        said.split_whitespace().map(str::to_owned).collect()
    }
}

#[test]
fn installed_files_are_found() {
    let Some(installed) = Installed::new("c-installed") else { return };
    assert_eq!(installed.flags(&["--modversion"]), [env!("CARGO_PKG_VERSION")]);
    let program = libraries().join("c-consumer-installed");
    run(Command::new("cc")
        .args(STRICT)
        .arg(package().join("tests/c/consumer.c"))
        .args(installed.flags(&["--cflags", "--libs"]))
        .arg("-o")
        .arg(&program));
    let said =
        run(Command::new(&program).arg(samples()).env("LD_LIBRARY_PATH", installed.prefix.join("lib")));
    assert_eq!(said, "consumer: ok\n");
    let needed = run(Command::new("readelf").arg("-d").arg(&program));
    assert!(needed.contains("[libzems_c.so]"), "{needed}");
}

/// The command of docs/c.md that links statically makes a program that needs no library of zems.
#[test]
fn programs_are_linked_statically() {
    let Some(installed) = Installed::new("c-installed-static") else { return };
    let program = libraries().join("c-consumer-static");
    run(Command::new("cc")
        .args(STRICT)
        .arg(package().join("tests/c/consumer.c"))
        .args(installed.flags(&["--cflags", "--libs", "--static"]).iter().map(|flag| match flag.as_str() {
            "-lzems_c" => "-l:libzems_c.a",
            other => other,
        }))
        .arg("-o")
        .arg(&program));
    let said = run(Command::new(&program).arg(samples()));
    assert_eq!(said, "consumer: ok\n");
    let needed = run(Command::new("readelf").arg("-d").arg(&program));
    assert!(!needed.contains("libzems_c"), "{needed}");
}

/// The programs of docs/c.md compile under all warnings and run; parts of programs are put into `main`.
#[test]
fn the_programs_of_the_page() {
    if !has("cc") {
        return;
    }
    let page = include_str!("../../../docs/c.md");
    let blocks: Vec<&str> =
        page.split("```c\n").skip(1).map(|rest| rest.split("```").next().unwrap()).collect();
    assert_eq!(blocks.len(), 2);
    let directory = libraries().join("c-page");
    std::fs::create_dir_all(&directory).unwrap();
    std::fs::copy(samples().join("bkup-fail.bin"), directory.join("night.bin")).unwrap();
    let mut said = Vec::new();
    for (at, block) in blocks.iter().enumerate() {
        let source = directory.join(format!("block{at}.c"));
        let text = if block.contains("int main(") {
            (*block).to_owned()
        } else {
            let end = "ZemsHeader made;\nzems_event_header(event, &made, NULL);\nprintf(\"%d\\n\", (int)made.number);\n\
                       zems_event_free(event);\nreturn 0;\n}\n";
            format!("#include <stdio.h>\n#include <zems.h>\n\nint main(void) {{\n{block}{end}")
        };
        std::fs::write(&source, text).unwrap();
        let program = directory.join(format!("block{at}"));
        run(Command::new("cc")
            .args(STRICT)
            .arg("-I")
            .arg(package())
            .arg(&source)
            .arg(libraries().join("libzems_c.a"))
            .args(SYSTEM)
            .arg("-o")
            .arg(&program));
        said.push(run(Command::new(&program).current_dir(&directory)));
    }
    let [read, built] = said.as_slice() else { panic!("{said:?}") };
    assert!(
        read.contains("Backup process in CPU 3 died") && read.ends_with("  ZRPC-TKN-CPU = 3\n"),
        "{read}"
    );
    assert_eq!(built, "101\n");
}
