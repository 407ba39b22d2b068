//! The files of directories.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// A file to read, or a name that leads to none.
pub type Listed = Result<PathBuf, (PathBuf, io::Error)>;

/// Directories inside directories are followed no deeper: a link may lead back.
const DEEPEST: usize = 64;

/// The files that `paths` name: a directory stands for the files in it, in the order of their names, with `recursive` also for
/// those of the directories in it. Everything else, `-` too, stands for itself. Hidden files of a directory, those whose
/// name begins with a dot, are left out. Directories that cannot be listed are in the result as well.
#[must_use]
pub fn files(paths: &[PathBuf], recursive: bool) -> Vec<Listed> {
    let mut listed = Vec::new();
    for path in paths {
        if path.as_os_str() != "-" && path.is_dir() {
            directory(path, recursive, &mut listed);
        } else {
            listed.push(Ok(path.clone()));
        }
    }
    listed
}

fn directory(top: &Path, recursive: bool, listed: &mut Vec<Listed>) {
    // The paths to look at; the last is the next.
    let mut waiting = vec![(top.to_path_buf(), 0)];
    while let Some((path, depth)) = waiting.pop() {
        let is_directory = path.is_dir();
        if depth > 0 && (!is_directory || !recursive || depth > DEEPEST) {
            if !is_directory {
                listed.push(Ok(path));
            }
            continue;
        }
        let entries = match fs::read_dir(&path).and_then(Iterator::collect::<io::Result<Vec<_>>>) {
            Ok(entries) => entries,
            Err(error) => {
                listed.push(Err((path, error)));
                continue;
            }
        };
        let is_hidden =
            |path: &PathBuf| path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"."));
        let mut inside: Vec<_> = entries.into_iter().map(|entry| entry.path()).collect();
        inside.retain(|path| !is_hidden(path));
        inside.sort();
        waiting.extend(inside.into_iter().rev().map(|path| (path, depth + 1)));
    }
}
