//! Definition files and directories.

use std::path::PathBuf;

use pyo3::PyErr;
use pyo3::prelude::*;
use zems_io::{Definitions, LoadedDefinitions};

use crate::errors::DefinitionError;

/// The definitions of these files, with the shipped definitions unless they are left out. A file of a directory that is not a definition is
/// left out, with a warning of Python.
pub(crate) fn definitions(
    define: &[PathBuf],
    include: &[PathBuf],
    with_builtin: bool,
) -> Result<LoadedDefinitions, PyErr> {
    let sources = Definitions {
        define: define.to_vec(),
        include: include.to_vec(),
        no_builtin: !with_builtin,
        ..Definitions::default()
    };
    let mut left_out = Vec::new();
    let loaded = sources.load(&mut |line| left_out.push(line.to_owned()));
    for line in left_out {
        Python::attach(|py| py.import("warnings")?.call_method1("warn", (line,)).map(drop))?;
    }
    loaded.map_err(|error| DefinitionError::new_err(error.to_string()))
}
