//! `Site`: definitions, templates, nodes, zone and severities.

use std::ops::Deref;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, OnceLock};

use crate::definitions::definitions;
use crate::errors::ZemsError;
use crate::values::Zone;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString, PyTuple};
use zems::dictionary::catalogue::{Catalogue, Pattern};
use zems::ems::HeaderToken;
use zems::spi::TokenKey;

/// The knowledge of a site: definitions, templates, names of nodes, a time zone, severities.
///
/// `Site()` has the shipped definitions. `define` adds files or directories of DDL sources, templates, C headers, event metadata or
/// compiled definitions; later ones win. A site can be pickled: it is loaded again from the same files.
#[pyclass(module = "zems", frozen)]
#[derive(Debug)]
pub(crate) struct Site {
    site: Arc<Shared>,
    arguments: Arguments,
}

/// A site, and the answers to what every event is asked: they are looked up once.
#[derive(Debug)]
pub(crate) struct Shared {
    site: zems::site::Site,
    /// Names that events were asked for.
    names: Mutex<Vec<Known>>,
    /// The objects of the subsystem IDs of events.
    ssids: Mutex<Vec<(zems::spi::Ssid, Py<Ssid>)>>,
}

/// A name that an event was asked for.
#[derive(Debug)]
struct Known {
    /// The object that it was asked with: a loop asks with the same again.
    object: Py<PyString>,
    text: Box<str>,
    place: Place,
}

/// Where the value of a name is.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Place {
    /// It may be a field of the header, or a token.
    Header(Option<TokenKey>),
    Token(TokenKey),
}

/// Answers that are kept. A loop asks for a few names of a few subsystems: looking through them takes less time than a hash.
const KEPT: usize = 64;

impl Shared {
    fn new(site: zems::site::Site) -> Arc<Self> {
        Arc::new(Self { site, names: Mutex::default(), ssids: Mutex::default() })
    }

    pub(crate) fn place(&self, name: &Bound<'_, PyString>) -> PyResult<Place> {
        let Ok(mut names) = self.names.lock() else { return Ok(self.find(name.to_str()?)) };
        if let Some(known) = names.iter().find(|known| known.object.is(name)) {
            return Ok(known.place);
        }
        let text = name.to_str()?;
        if let Some(known) = names.iter().find(|known| *known.text == *text) {
            return Ok(known.place);
        }
        let place = self.find(text);
        if names.len() < KEPT {
            names.push(Known { object: name.clone().unbind(), text: text.into(), place });
        }
        Ok(place)
    }

    fn find(&self, name: &str) -> Place {
        let key = self.dictionary().token_named(name).map(|def| match def.owner_ssid() {
            Some(home) => TokenKey::qualified(home, def.stored_code()),
            None => TokenKey::new(def.stored_code()),
        });
        // The fields of the headers of commands and events have names of SPI and EMS.
        match key {
            Some(key) if !name.starts_with("ZSPI-") && HeaderToken::from_name(name).is_none() => {
                Place::Token(key)
            }
            key => Place::Header(key),
        }
    }

    /// The object of a subsystem ID.
    pub(crate) fn ssid_object(&self, py: Python<'_>, ssid: zems::spi::Ssid) -> PyResult<Py<Ssid>> {
        let Ok(mut known) = self.ssids.lock() else { return Py::new(py, Ssid::new(&self.site, ssid)) };
        if let Some((_, object)) = known.iter().find(|(known, _)| *known == ssid) {
            return Ok(object.clone_ref(py));
        }
        let object = Py::new(py, Ssid::new(&self.site, ssid))?;
        if known.len() < KEPT {
            known.push((ssid, object.clone_ref(py)));
        }
        Ok(object)
    }
}

impl Deref for Shared {
    type Target = zems::site::Site;

    fn deref(&self) -> &zems::site::Site {
        &self.site
    }
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
pub(crate) fn or_builtin(site: Option<&Site>) -> Arc<Shared> {
    static BUILTIN: OnceLock<Arc<Shared>> = OnceLock::new();
    let builtin = || BUILTIN.get_or_init(|| Shared::new(zems::site::Site::builtin()));
    site.map_or_else(builtin, |site| &site.site).clone()
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
        py.detach(|| load(&arguments)).map(|site| Self { site: Shared::new(site), arguments })
    }

    /// The definitions whose names match `pattern` (`*` and `?`, any case), each as a dict of `zems catalog --format json`.
    #[pyo3(signature = (pattern=None))]
    fn catalog<'py>(&self, py: Python<'py>, pattern: Option<&str>) -> PyResult<Bound<'py, PyAny>> {
        let mut lines = String::new();
        let pattern = Pattern::new(pattern.unwrap_or("*"));
        let catalogue = Catalogue::new(self.site.dictionary(), pattern, &self.site.site);
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
