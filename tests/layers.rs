//! Holds the imports of `src` against the table of layers in ARCHITECTURE.md.

use std::fs;
use std::path::{Path, PathBuf};

/// Each module, and the modules it may import.
const MAY_IMPORT: [(&str, &[&str]); 18] = [
    ("text", &[]),
    ("spi", &[]),
    ("ems", &["spi"]),
    ("ddl", &["text", "spi"]),
    ("dictionary", &["text", "spi", "ems", "ddl"]),
    ("template", &["text", "spi", "ems", "ddl", "dictionary"]),
    ("filter", &["text", "spi", "ems", "ddl", "dictionary"]),
    ("procedures", &["text", "spi", "ems", "ddl", "dictionary"]),
    ("syslog", &["text", "spi", "ems", "ddl", "dictionary", "template"]),
    ("site", &["text", "spi", "ems", "ddl", "dictionary", "template", "filter"]),
    ("describe", &["text", "spi", "ems", "ddl", "dictionary", "template", "filter", "site"]),
    (
        "formats",
        &["text", "spi", "ems", "ddl", "dictionary", "template", "filter", "syslog", "site", "describe"],
    ),
    ("codec", &["spi", "ems"]),
    ("json", &["text", "spi", "ems", "ddl", "dictionary"]),
    ("otlp", &["text", "spi", "ems", "ddl", "dictionary", "json"]),
    ("analysis", &["text", "spi", "ems", "ddl", "dictionary", "template", "filter", "site", "describe"]),
    ("sources", &["text", "spi", "ems", "ddl", "dictionary", "template", "filter"]),
    ("samples", &[]),
];

fn sources(directory: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// The code of a file: comments, whose examples may show anything, and the tests at its end left out.
fn code(path: &Path) -> Vec<(usize, String)> {
    let text = fs::read_to_string(path).unwrap();
    let lines = text.lines().enumerate().take_while(|(_, line)| *line != "#[cfg(test)]");
    lines
        .filter(|(_, line)| !line.trim_start().starts_with("//"))
        .map(|(at, line)| (at + 1, line.to_owned()))
        .collect()
}

fn src() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

#[test]
fn every_module_imports_lower_layers_only() {
    let mut faults = Vec::new();
    let mut imports = 0;
    let modules = fs::read_dir(src()).unwrap().map(|entry| entry.unwrap().path());
    for module in modules.filter(|path| path.is_dir()) {
        let name = module.file_name().unwrap().to_str().unwrap().to_owned();
        let (_, may) =
            MAY_IMPORT.iter().find(|(known, _)| *known == name).expect("every module is in the table");
        let mut files = Vec::new();
        sources(&module, &mut files);
        for file in files {
            for (number, line) in code(&file) {
                for import in line.split("crate::").skip(1) {
                    let target: String =
                        import.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
                    imports += 1;
                    if target != name && !may.contains(&target.as_str()) {
                        faults.push(format!("{}:{number}: {name} imports {target}", file.display()));
                    }
                }
            }
        }
    }
    assert!(imports > 50, "only {imports} imports were found: does this test still see them?");
    assert_eq!(faults, Vec::<String>::new());
}

#[test]
fn read_and_write_do_not_import_each_other() {
    for (module, twin) in [("read", "write"), ("write", "read")] {
        let mut files = Vec::new();
        sources(&src().join("spi").join(module), &mut files);
        for file in files {
            for (number, line) in code(&file) {
                let meets =
                    line.contains(&format!("spi::{twin}")) || line.contains(&format!("super::{twin}"));
                assert!(!meets, "{}:{number}: {line}", file.display());
            }
        }
    }
}

#[test]
fn the_token_stream_knows_no_parser_and_no_input() {
    let mut files = Vec::new();
    sources(&src().join("spi"), &mut files);
    sources(&src().join("ems"), &mut files);
    for file in files {
        for (number, line) in code(&file) {
            for forbidden in ["nom::", "std::io", "std::fs", "std::env", "std::time", "println!"] {
                assert!(!line.contains(forbidden), "{}:{number}: {line}", file.display());
            }
        }
    }
}

#[test]
fn the_library_does_no_input_or_output() {
    let mut files = Vec::new();
    sources(&src(), &mut files);
    for file in &files {
        for (number, line) in code(file) {
            for forbidden in [
                "std::fs",
                "std::env::",
                "std::net",
                "SystemTime",
                "Instant::",
                "std::thread",
                "std::process::Command",
            ] {
                assert!(!line.contains(forbidden), "{}:{number}: {line}", file.display());
            }
        }
    }
}
