//! Inputs of tests: what the fuzzer has kept, sources of other tests.

use std::fs;
use std::path::Path;

/// The files in a directory of the package, or those of an extension, in the order of their names: as many as `least`, or
/// some are gone.
pub(crate) fn files(directory: &str, extension: Option<&str>, least: usize) -> Vec<Vec<u8>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(directory);
    let mut paths: Vec<_> = fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| {
        let found = path.extension().unwrap_or_default();
        path.is_file() && extension.is_none_or(|extension| found == extension)
    });
    paths.sort();
    assert!(paths.len() >= least, "{directory} holds {} files", paths.len());
    paths.iter().map(|path| fs::read(path).unwrap()).collect()
}
