//! `*.ddl` beside this file, each with the diagnostics it must get in `*.expected`. `BLESS=1 cargo test --test ddl`
//! rewrites those; read the difference before you commit it.

use std::path::Path;
use std::{env, fs};

use zems::ddl::{self, Input};
use zems::text::SourceMap;

#[test]
fn diagnostics_are_as_expected() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/ddl");
    let mut names: Vec<_> = fs::read_dir(&directory)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "ddl"))
        .collect();
    names.sort();
    assert!(names.len() >= 10, "the files are gone");

    let mut wrong = Vec::new();
    for path in names {
        let found = diagnostics(&path);
        let expected_path = path.with_extension("expected");
        if env::var_os("BLESS").is_some_and(|bless| bless == "1") {
            fs::write(&expected_path, &found).unwrap();
        }
        let expected = fs::read_to_string(&expected_path).unwrap_or_default();
        if found != expected {
            wrong.push(format!("--- {}\nexpected:\n{expected}\nfound:\n{found}", path.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Compiles a file behind the ZSPI definitions; `?SOURCE` finds the files of `include/`, in any case.
fn diagnostics(path: &Path) -> String {
    let name = path.file_name().unwrap().to_str().unwrap().to_owned();
    let include = path.with_file_name("include");
    let loader = |_including: &str, name: &str| {
        let name = name.rsplit('.').next().unwrap_or(name).to_ascii_lowercase();
        let text = fs::read_to_string(include.join(&name)).ok()?;
        Some((name, text))
    };
    let mut sources = SourceMap::new();
    let zspi = sources.add("zspiddl", crate::ZSPI).unwrap();
    let source = sources.add(name, fs::read_to_string(path).unwrap()).unwrap();
    let inputs = [Input::built_in(zspi), Input::user(source)];
    let (_, diagnostics) = ddl::compile(&mut sources, &inputs, &loader);
    diagnostics.render(&sources)
}
