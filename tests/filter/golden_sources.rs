//! The sources in `golden/`, each with the diagnostics it must get in `*.expected`. `BLESS=1 cargo test --test filter
//! golden` rewrites those; read the difference before you commit it.

use std::fs;
use std::path::Path;

use zems::filter::Compiler;
use zems::text::SourceMap;

use super::golden;
use super::site::{dictionary, nodes};

#[test]
fn diagnostics_are_as_expected() {
    golden::check("tests/filter/golden", &["emf", "tbl"], "expected", diagnostics);
}

fn diagnostics(path: &Path) -> String {
    let (dictionary, nodes) = (dictionary(), nodes());
    let name = path.file_name().unwrap().to_str().unwrap().to_owned();
    let mut sources = SourceMap::new();
    let id = sources.add(name, fs::read_to_string(path).unwrap()).unwrap();
    let compilation = Compiler::new(&dictionary).with_nodes(&nodes).compile(&mut sources, id);
    let remarks = compilation.diagnostics().render(&sources);
    assert_eq!(compilation.result().is_some(), compilation.completion_code() < 2);
    format!("{remarks}completion code {}\n", compilation.completion_code())
}
