//! The sources in `golden/`, each with the diagnostics it must get in `*.expected`. `BLESS=1 cargo test --test filter
//! golden` rewrites those; read the difference before you commit it.

use std::path::Path;
use std::{env, fs};

use zems::filter::Compiler;
use zems::text::SourceMap;

use super::site::{dictionary, nodes};

#[test]
fn diagnostics_are_as_expected() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/filter/golden");
    let mut paths: Vec<_> = fs::read_dir(&directory)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension != "expected"))
        .collect();
    paths.sort();
    assert!(paths.len() >= 15, "the files are gone");

    let mut wrong = Vec::new();
    for path in paths {
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
