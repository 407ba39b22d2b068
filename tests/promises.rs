//! The promises of SECURITY.md: the tests it names exist, and what can be checked by reading the sources.

use std::fs;
use std::path::{Path, PathBuf};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The Rust files below a directory of the repository.
fn sources(directory: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![root().join(directory)];
    while let Some(path) = open.pop() {
        for entry in fs::read_dir(&path).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push(path);
            }
        }
    }
    assert!(!found.is_empty(), "{directory}");
    found.sort();
    found
}

/// The code of a file, without comments.
fn code(path: &Path) -> String {
    let text = fs::read_to_string(path).unwrap();
    let lines = text.lines().map(|line| line.split_once("//").map_or(line, |(code, _)| code));
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn every_promise_names_tests_that_exist() {
    let page = fs::read_to_string(root().join("SECURITY.md")).unwrap();
    let (_, promises) = page.split_once("## Promises").unwrap();
    let (promises, _) = promises.split_once("\n## ").unwrap();
    let rows: Vec<_> =
        promises.lines().filter(|line| line.starts_with("| ") && !line.contains("proved by")).collect();
    assert!(rows.len() >= 15, "{} promises", rows.len());
    let targets = fs::read_to_string(root().join("fuzz/Cargo.toml")).unwrap();
    for row in rows {
        let cells: Vec<_> = row.trim_matches('|').split('|').map(str::trim).collect();
        let [promise, proofs] = cells[..] else { panic!("{row}") };
        let proofs: Vec<_> = proofs.split(", ").map(|proof| proof.trim_matches('`')).collect();
        for proof in proofs {
            let (file, name) = proof.split_once(": ").unwrap_or_else(|| panic!("{promise}: {proof}"));
            if file == "fuzz" {
                assert!(
                    targets.contains(&format!("name = \"{name}\"\n")),
                    "{promise}: no fuzz target {name}"
                );
                let corpus = root().join("fuzz/corpus").join(name);
                assert!(corpus.is_dir(), "{promise}: {name} has no committed inputs");
                continue;
            }
            let text =
                fs::read_to_string(root().join(file)).unwrap_or_else(|error| panic!("{file}: {error}"));
            assert!(text.contains(&format!("fn {name}(")), "{promise}: {file} has no test {name}");
        }
    }
}

/// `cargo test` replays what is committed, so that a target without inputs would be seen by nobody.
#[test]
fn every_fuzz_target_has_committed_inputs() {
    let manifest = fs::read_to_string(root().join("fuzz/Cargo.toml")).unwrap();
    let targets: Vec<_> =
        manifest.split("[[bin]]\nname = \"").skip(1).map(|rest| &rest[..rest.find('"').unwrap()]).collect();
    assert!(targets.len() >= 30, "{targets:?}");
    let mut tests = String::new();
    for directory in ["tests", "io/tests", "bindings/c/tests"] {
        sources(directory).iter().for_each(|path| tests.push_str(&fs::read_to_string(path).unwrap()));
    }
    for target in targets {
        let corpus = root().join("fuzz/corpus").join(target);
        let inputs = fs::read_dir(&corpus).map_or(0, Iterator::count);
        assert!(inputs >= 3, "{target} has {inputs} committed inputs");
        assert!(root().join("fuzz/fuzz_targets").join(target).with_extension("rs").is_file(), "{target}");
        let is_replayed = [
            format!("\"fuzz/corpus/{target}\""),
            format!("\"{target}\""),
            format!("fuzz/corpus/{target}\")"),
        ];
        assert!(
            is_replayed.iter().any(|form| tests.contains(form)),
            "no test replays the inputs of {target}"
        );
    }
}

#[test]
fn unsafe_code_is_in_the_c_border_only() {
    for directory in ["src", "io/src", "cli/src", "bindings/python/src"] {
        for path in sources(directory) {
            let code = code(&path);
            let forms =
                ["unsafe {", "unsafe fn", "unsafe impl", "unsafe trait", "unsafe extern", "#[unsafe("];
            let found = forms.iter().find(|form| code.contains(*form));
            assert!(found.is_none(), "{} has unsafe code", path.display());
        }
    }
    let manifest = fs::read_to_string(root().join("Cargo.toml")).unwrap();
    assert!(manifest.contains("unsafe_code = \"forbid\""));
}

#[test]
fn the_library_does_no_input_or_output() {
    for path in sources("src") {
        let code = code(&path);
        // Tests read files.
        let code = code.split("#[cfg(test)]").next().unwrap();
        for word in [
            "std::fs",
            "std::net",
            "std::env",
            "std::process",
            "std::thread",
            "SystemTime",
            "Instant::",
            "File::open",
            "File::create",
            "println!",
            "eprintln!",
            "stdin()",
            "stdout()",
            "stderr()",
            "tokio::net",
            "tokio::fs",
            "tokio::time",
        ] {
            assert!(!code.contains(word), "{} uses {word}", path.display());
        }
    }
}
