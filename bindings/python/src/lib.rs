//! The native half of the Python package `zems`.
//!
//! Python objects on top of the library: [`site`] (definitions), [`event`] (one buffer), [`reader`] (many, one by one), [`scan`] (many, as
//! columns), [`import`] (lines of text), [`select`] (filters). While Rust reads, decodes and filters, the interpreter is free.

mod definitions;
mod errors;
mod event;
mod import;
mod index;
mod reader;
mod scan;
mod select;
mod site;
mod values;

use pyo3::prelude::*;

/// The native half of the package `zems`.
#[pymodule]
fn _zems(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add("__version__", env!("CARGO_PKG_VERSION"))?;
    errors::register(module)?;
    module.add_class::<site::Site>()?;
    module.add_class::<site::Ssid>()?;
    module.add_class::<event::Event>()?;
    module.add_class::<reader::Reader>()?;
    module.add_class::<reader::BadRegion>()?;
    module.add_class::<scan::Scan>()?;
    module.add_class::<select::Filter>()?;
    module.add_function(wrap_pyfunction!(event::decode, module)?)?;
    module.add_function(wrap_pyfunction!(event::encode, module)?)?;
    module.add_function(wrap_pyfunction!(reader::read, module)?)?;
    module.add_function(wrap_pyfunction!(scan::scan, module)?)?;
    module.add_function(wrap_pyfunction!(import::import_syslog, module)?)?;
    module.add_function(wrap_pyfunction!(import::import_text, module)?)?;
    module.add_function(wrap_pyfunction!(index::cut, module)?)?;
    Ok(())
}
