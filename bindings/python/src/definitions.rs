//! Definition files and directories.

use std::path::{Path, PathBuf};

use pyo3::PyErr;
use zems::dictionary::{Dictionary, Loader, SourceKind, builtin};
use zems::template::TemplateSet;
use zems::text::{Diagnostics, NoLoader, SourceLoader};

use crate::errors::DefinitionError;

/// No definition source is longer.
const LONGEST: u64 = 256 << 20;

/// What these files define, with the shipped definitions unless they are left out.
pub(crate) fn definitions(
    define: &[PathBuf],
    include: &[PathBuf],
    with_builtin: bool,
) -> Result<(Dictionary, TemplateSet), PyErr> {
    let wrong = |error: &dyn core::fmt::Display| DefinitionError::new_err(error.to_string());
    let mut loader = if with_builtin { Loader::with_builtin() } else { Loader::new() };
    for listed in zems_io::files(define, false) {
        let path = listed.map_err(|(path, error)| wrong(&format_args!("{}: {error}", path.display())))?;
        let named = define.contains(&path);
        let text = read(&path).map_err(|error| wrong(&format_args!("{}: {error}", path.display())))?;
        let name = path.display().to_string();
        let kind = loader.add(name.clone(), text).map_err(|error| wrong(&error))?;
        if named && matches!(kind, SourceKind::Filter | SourceKind::Unknown) {
            return Err(wrong(&format_args!("{name} is not a kind of definition")));
        }
    }
    let files = Files { include: include.to_vec() };
    let mut loaded = loader.load(&files);
    let own = loaded.inputs.iter().filter(|(_, kind)| *kind == SourceKind::Template);
    let own: Vec<_> = own.map(|(source, _)| *source).collect();
    let mut templates = TemplateSet::new(&loaded.dictionary);
    if with_builtin {
        // The user's definitions may make a shipped template useless; that is not a fault.
        let mut ignored = Diagnostics::new();
        for (name, text) in builtin::templates() {
            if let Ok(source) = loaded.sources.add(*name, *text) {
                templates.compile(&loaded.dictionary, source, &mut loaded.sources, &NoLoader, &mut ignored);
            }
        }
    }
    for source in own {
        templates.compile(&loaded.dictionary, source, &mut loaded.sources, &files, &mut loaded.diagnostics);
    }
    if loaded.diagnostics.has_errors() {
        return Err(wrong(&loaded.diagnostics.render(&loaded.sources)));
    }
    Ok((loaded.dictionary, templates))
}

fn read(path: &Path) -> std::io::Result<String> {
    zems_io::read_text(path, LONGEST)
}

/// Finds the files that ?SOURCE lines name: beside the file that names them, and in the directories given.
struct Files {
    include: Vec<PathBuf>,
}

impl SourceLoader for Files {
    fn load(&self, including: &str, name: &str) -> Option<(String, String)> {
        let wanted = name.rsplit('.').next().filter(|_| name.starts_with(['$', '\\'])).unwrap_or(name);
        if wanted.contains(['/', '\\']) {
            return None;
        }
        let beside = Path::new(including).parent().map(Path::to_path_buf);
        let directories = beside.into_iter().chain(self.include.iter().cloned());
        directories.flat_map(|directory| zems_io::files(&[directory], false)).flatten().find_map(|path| {
            let same = |part: Option<&std::ffi::OsStr>| {
                part.and_then(|part| part.to_str()).is_some_and(|part| part.eq_ignore_ascii_case(wanted))
            };
            let is_it = same(path.file_name()) || same(path.file_stem());
            is_it.then(|| Some((path.display().to_string(), read(&path).ok()?))).flatten()
        })
    }
}
