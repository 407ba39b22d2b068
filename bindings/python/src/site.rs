//! `Site`: definitions, templates, nodes, zone and severities.

use std::path::PathBuf;

use crate::definitions::definitions;
use crate::errors::ZemsError;
use crate::values::Zone;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};
use zems::dictionary::catalogue::{Catalogue, Pattern};

/// What a site knows: definitions, templates, names of nodes, a time zone, severities.
///
/// `Site()` has the shipped definitions. `define` adds files or directories of DDL sources, templates, C headers, event metadata or
/// compiled definitions; later ones win. A site can be pickled: it is loaded again from the same files.
#[pyclass(module = "zems", frozen)]
#[derive(Debug)]
pub(crate) struct Site {
    site: zems::site::Site,
    arguments: Arguments,
}

#[derive(Clone, Debug, Default)]
struct Arguments {
    define: Vec<PathBuf>,
    include: Vec<PathBuf>,
    builtin: bool,
    nodes: Vec<(String, i32)>,
    zone: Option<String>,
    severity: Vec<String>,
    names: bool,
    provisional: bool,
}

/// The site given, or the shipped one.
pub(crate) fn or_builtin(site: Option<&Site>) -> zems::site::Site {
    site.map_or_else(zems::site::Site::builtin, |site| site.site.clone())
}

#[pymethods]
impl Site {
    #[new]
    #[pyo3(signature = (define=None, *, include=None, builtin=true, nodes=None, zone=None, severity=None, names=true, provisional=true))]
    #[allow(clippy::too_many_arguments)]
    fn new(
        py: Python<'_>,
        define: Option<Vec<PathBuf>>,
        include: Option<Vec<PathBuf>>,
        builtin: bool,
        nodes: Option<&Bound<'_, PyDict>>,
        zone: Option<String>,
        severity: Option<Vec<String>>,
        names: bool,
        provisional: bool,
    ) -> PyResult<Self> {
        let mut numbered = Vec::new();
        for (name, number) in nodes.into_iter().flat_map(|nodes| nodes.iter()) {
            numbered.push((name.extract()?, number.extract()?));
        }
        let arguments = Arguments {
            define: define.unwrap_or_default(),
            include: include.unwrap_or_default(),
            builtin,
            nodes: numbered,
            zone,
            severity: severity.unwrap_or_default(),
            names,
            provisional,
        };
        py.detach(|| load(&arguments)).map(|site| Self { site, arguments })
    }

    /// The definitions whose names match `pattern` (`*` and `?`, any case), each as a dict of `zems catalog --format json`.
    #[pyo3(signature = (pattern=None))]
    fn catalog<'py>(&self, py: Python<'py>, pattern: Option<&str>) -> PyResult<Bound<'py, PyAny>> {
        let mut lines = String::new();
        let pattern = Pattern::new(pattern.unwrap_or("*"));
        let catalogue = Catalogue::new(self.site.dictionary(), pattern, &self.site);
        catalogue.write_json(&mut lines).map_err(|error| ZemsError::new_err(error.to_string()))?;
        let array = format!("[{}]", lines.lines().collect::<Vec<_>>().join(","));
        py.import("json")?.call_method1("loads", (array,))
    }

    fn __getnewargs_ex__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyTuple>, Bound<'py, PyDict>)> {
        let Arguments { define, include, builtin, nodes, zone, severity, names, provisional } =
            &self.arguments;
        let keywords = PyDict::new(py);
        keywords.set_item("define", define)?;
        keywords.set_item("include", include)?;
        keywords.set_item("builtin", builtin)?;
        let by_name = PyDict::new(py);
        for (name, number) in nodes {
            by_name.set_item(name, number)?;
        }
        keywords.set_item("nodes", by_name)?;
        keywords.set_item("zone", zone)?;
        keywords.set_item("severity", severity)?;
        keywords.set_item("names", names)?;
        keywords.set_item("provisional", provisional)?;
        Ok((PyTuple::empty(py), keywords))
    }

    fn __repr__(&self) -> String {
        format!("Site(define={:?})", self.arguments.define)
    }
}

fn load(arguments: &Arguments) -> PyResult<zems::site::Site> {
    let wrong = |error: &dyn core::fmt::Display| ZemsError::new_err(error.to_string());
    let mut builder = zems::site::Site::builder();
    if !arguments.define.is_empty() || !arguments.builtin {
        let loaded = definitions(&arguments.define, &arguments.include, arguments.builtin)?;
        for (number, name) in loaded.dictionary.nodes() {
            builder = builder.node(*number, name.trim_start_matches('\\'));
        }
        builder = builder.definitions(loaded.dictionary, loaded.templates);
    }
    for (name, number) in &arguments.nodes {
        builder = builder.node(*number, name.trim_start_matches('\\'));
    }
    if let Some(zone) = &arguments.zone {
        let zone = if zone.eq_ignore_ascii_case("local") {
            jiff::tz::TimeZone::system()
        } else {
            jiff::tz::TimeZone::get(zone).map_err(|error| wrong(&error))?
        };
        builder = builder.zone(Zone(zone));
    }
    for rule in &arguments.severity {
        builder = builder.severity(rule).map_err(|error| wrong(&error))?;
    }
    if !arguments.names {
        builder = builder.without_names();
    }
    if !arguments.provisional {
        builder = builder.without_provisional();
    }
    Ok(builder.build())
}

/// Names of subsystems in the form `owner.name.version`.
#[pyclass(module = "zems", frozen, eq, hash)]
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Ssid {
    /// The owner, without blanks at its end.
    #[pyo3(get)]
    owner: String,
    /// The number of the subsystem.
    #[pyo3(get)]
    number: i16,
    /// The version, as `D10`.
    #[pyo3(get)]
    version: String,
    /// The name of the subsystem, if it has one.
    #[pyo3(get)]
    name: Option<String>,
    text: String,
}

impl Ssid {
    pub(crate) fn new(site: &zems::site::Site, ssid: zems::spi::Ssid) -> Self {
        Self { text: site.ssid(ssid).to_string(), ..Self::with_text(site, ssid, String::new()) }
    }

    /// With the text of the SSID as an event has it.
    pub(crate) fn with_text(site: &zems::site::Site, ssid: zems::spi::Ssid, text: String) -> Self {
        let owner = ssid.owner_name().unwrap_or_default().to_owned();
        Self {
            owner,
            number: ssid.number(),
            version: ssid.version().to_string(),
            name: site.subsystem(ssid).map(str::to_owned),
            text,
        }
    }
}

#[pymethods]
impl Ssid {
    fn __str__(&self) -> &str {
        &self.text
    }

    fn __repr__(&self) -> String {
        format!("Ssid({:?})", self.text)
    }
}
