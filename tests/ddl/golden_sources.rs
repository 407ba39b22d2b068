//! `*.ddl` beside this file, each with the diagnostics it must get in `*.expected`. `BLESS=1 cargo test --test ddl`
//! rewrites those; read the difference before you commit it.

use std::fs;
use std::path::Path;

use zems::ddl::{self, Input};
use zems::text::SourceMap;

use crate::golden;

#[test]
fn diagnostics_are_as_expected() {
    golden::check("tests/ddl", &["ddl"], "expected", diagnostics);
}

/// Compiles a file after the ZSPI definitions; `?SOURCE` finds the files of `include/`, in any case.
fn diagnostics(path: &Path) -> String {
    let name = path.file_name().unwrap().to_str().unwrap().to_owned();
    let include = path.with_file_name("include");
    let loader = |_including: &str, name: &str| {
        let name = name.rsplit('.').next().unwrap_or(name).to_ascii_lowercase();
        let text = fs::read_to_string(include.join(&name)).ok()?;
        Some((name, text))
    };
    let mut sources = SourceMap::new();
    let zspi = sources.add("zspiddl", super::ZSPI).unwrap();
    let source = sources.add(name, fs::read_to_string(path).unwrap()).unwrap();
    let inputs = [Input::built_in(zspi), Input::user(source)];
    let (_, diagnostics) = ddl::compile(&mut sources, &inputs, &loader);
    diagnostics.render(&sources)
}
