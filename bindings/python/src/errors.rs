//! Exceptions. Each has an integer `offset`: the byte, or the line of text, at which the fault is.

use pyo3::create_exception;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

create_exception!(zems, ZemsError, PyValueError, "Any error of zems; `offset` says where.");
create_exception!(
    zems,
    DecodeError,
    ZemsError,
    "Bytes are not a buffer; `offset` and `length` are those of the bad region."
);
create_exception!(zems, EncodeError, ZemsError, "A buffer cannot be made of this object.");
create_exception!(
    zems,
    DefinitionError,
    ZemsError,
    "Definition sources have errors; the message lists them."
);
create_exception!(zems, FilterError, ZemsError, "A filter or condition has errors; the message lists them.");
create_exception!(zems, ImportLineError, ZemsError, "A line cannot be made an event.");

pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    let py = module.py();
    for (name, class) in [
        ("ZemsError", py.get_type::<ZemsError>()),
        ("DecodeError", py.get_type::<DecodeError>()),
        ("EncodeError", py.get_type::<EncodeError>()),
        ("DefinitionError", py.get_type::<DefinitionError>()),
        ("FilterError", py.get_type::<FilterError>()),
        ("ImportLineError", py.get_type::<ImportLineError>()),
    ] {
        module.add(name, class)?;
    }
    Ok(())
}

/// The same exception with its place.
pub(crate) fn at(py: Python<'_>, error: PyErr, offset: u64, length: u64) -> PyErr {
    let value = error.value(py);
    // An exception object takes attributes.
    let _ = value.setattr("offset", offset);
    let _ = value.setattr("length", length);
    error
}

pub(crate) fn decode(py: Python<'_>, message: String, offset: u64, length: u64) -> PyErr {
    at(py, DecodeError::new_err(message), offset, length)
}
