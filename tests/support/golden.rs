//! Golden files: what is said of a source is beside it. `BLESS=1` writes those files anew; read the difference before you
//! commit it.

use std::path::{Path, PathBuf};
use std::{env, fs};

/// Holds what is `said` of the sources in a directory of the package, distinguished by their extensions, against the files of the
/// extension `golden` beside them.
pub(crate) fn check(directory: &str, sources: &[&str], golden: &str, said: impl Fn(&Path) -> String) {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join(directory);
    let is_source = |path: &PathBuf| {
        let extension = path.extension().unwrap_or_default();
        sources.iter().any(|known| extension == *known)
    };
    let paths = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path());
    let mut paths: Vec<PathBuf> = paths.filter(is_source).collect();
    paths.sort();
    assert!(paths.len() >= 10, "the files are gone");
    let is_blessed = env::var_os("BLESS").is_some_and(|bless| bless == "1");
    let mut wrong = Vec::new();
    for path in paths {
        let (found, golden) = (said(&path), path.with_extension(golden));
        if is_blessed {
            fs::write(&golden, &found).unwrap();
            continue;
        }
        let expected = fs::read_to_string(&golden).unwrap_or_default();
        if found != expected {
            wrong.push(format!("--- {}\nexpected:\n{expected}\nfound:\n{found}", path.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
