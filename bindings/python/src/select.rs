//! Filters, and which events are wanted.

use std::path::PathBuf;

use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyTuple};
use zems::describe::Described;
use zems::dictionary::catalogue::Pattern;
use zems::filter::{AnyFilter, Compiled, Compiler, Filters, Parameters, Session, Verdict};
use zems::spi::Timestamp;
use zems::spi::read::Buffer;
use zems::text::SourceMap;

use crate::errors::{FilterError, at};
use crate::site::{Site, or_builtin};

/// A filter of the EMF language, a filter table or a burst filter, compiled.
///
/// `Filter("night.emf")` compiles a file, `Filter(source=text)` a text, `Filter(where=condition)` one condition.
#[pyclass(module = "zems", frozen)]
#[derive(Clone, Debug)]
pub(crate) struct Filter {
    filters: Filters,
    name: String,
}

#[pymethods]
impl Filter {
    #[new]
    #[pyo3(signature = (path=None, *, source=None, r#where=None, site=None, params=None))]
    fn new(
        py: Python<'_>,
        path: Option<PathBuf>,
        source: Option<String>,
        r#where: Option<String>,
        site: Option<&Site>,
        params: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Self> {
        let site = or_builtin(site);
        let params = parameters(params)?;
        let kind = match (path, source, r#where) {
            (Some(path), None, None) => Kind::File(path),
            (None, Some(text), None) => Kind::Text(text),
            (None, None, Some(condition)) => Kind::Condition(condition),
            _ => return Err(PyTypeError::new_err("Filter takes a path, or source=, or where=")),
        };
        py.detach(|| compile(&site, &[kind], &params))
            .map(|(filters, name)| Self { filters, name })
            .map_err(|error| at(py, error, 0, 0))
    }

    /// The file, or what the filter was made of.
    #[getter]
    fn name(&self) -> &str {
        &self.name
    }

    fn __repr__(&self) -> String {
        format!("Filter({:?})", self.name)
    }
}

impl Filter {
    pub(crate) fn of_file(py: Python<'_>, site: &zems::site::Site, path: PathBuf) -> PyResult<Self> {
        let (filters, name) =
            py.detach(|| compile(site, &[Kind::File(path)], &[])).map_err(|error| at(py, error, 0, 0))?;
        Ok(Self { filters, name })
    }

    pub(crate) fn explain(
        &self,
        py: Python<'_>,
        site: &zems::site::Site,
        described: &Described<'_>,
    ) -> PyResult<String> {
        let Some(event) = described.event() else {
            return Ok("a filter passes events only, and this is a command".to_owned());
        };
        let mut session = self.filters.session(site.filter_scratch());
        let (judgement, explanations) = session
            .explain(event)
            .map_err(|error| crate::errors::decode(py, error.to_string(), error.offset(), 0))?;
        let mut text = match judgement.verdict {
            Verdict::Pass { value: Some(value), .. } => format!("PASS {value}"),
            Verdict::Pass { .. } => "PASS".to_owned(),
            _ => "FAIL".to_owned(),
        };
        for explanation in explanations {
            text.push('\n');
            text.push_str(&explanation.to_string());
        }
        Ok(text)
    }
}

enum Kind {
    File(PathBuf),
    Text(String),
    Condition(String),
}

fn parameters(params: Option<&Bound<'_, PyDict>>) -> PyResult<Vec<String>> {
    let mut given = Vec::new();
    for (name, value) in params.into_iter().flat_map(|params| params.iter()) {
        given.push(format!("{}={}", name.str()?, value.str()?));
    }
    Ok(given)
}

fn compile(site: &zems::site::Site, kinds: &[Kind], params: &[String]) -> Result<(Filters, String), PyErr> {
    let wrong = |error: &dyn core::fmt::Display| FilterError::new_err(error.to_string());
    let dictionary = site.dictionary();
    let nodes = site.node_numbers();
    let compiler = Compiler::new(dictionary).with_nodes(&nodes);
    let mut parameters = Parameters::new();
    for parameter in params {
        parameters.add(parameter).map_err(|error| wrong(&error))?;
    }
    let mut sources = SourceMap::new();
    let (mut filters, mut names) = (Vec::new(), Vec::new());
    for kind in kinds {
        let (name, text) = match kind {
            Kind::File(path) => {
                let name = path.display().to_string();
                let text = zems_io::read_text(path, 1 << 26)
                    .map_err(|error| wrong(&format_args!("{name}: {error}")))?;
                (name, text)
            }
            Kind::Text(text) => ("source".to_owned(), text.clone()),
            Kind::Condition(condition) => ("where".to_owned(), condition.clone()),
        };
        let id = sources.add(name.clone(), text).map_err(|error| wrong(&error))?;
        let result = if matches!(kind, Kind::Condition(_)) {
            compiler.expression(&mut sources, id).into_result().map(Compiled::Filter)
        } else {
            compiler.compile(&mut sources, id).into_result()
        };
        let compiled = result.map_err(|diagnostics| wrong(&diagnostics.render(&sources)))?;
        filters.push(match compiled {
            Compiled::Filter(filter) => {
                AnyFilter::from(filter.load(&parameters, dictionary).map_err(|error| wrong(&error))?)
            }
            Compiled::Table(table) => table.into(),
            Compiled::Burst(burst) => burst.into(),
        });
        names.push(name);
    }
    Ok((Filters::new(filters), names.join(", ")))
}

/// Which events are wanted.
#[derive(Clone, Debug, Default)]
pub(crate) struct Selection {
    condition: Filters,
    filters: Filters,
    since: Option<Timestamp>,
    until: Option<Timestamp>,
    ssids: Vec<String>,
    numbers: Vec<(i16, i16)>,
}

/// The keyword arguments that select events.
pub(crate) struct Arguments<'a, 'py> {
    pub(crate) filter: Option<&'a Bound<'py, PyAny>>,
    pub(crate) condition: Option<String>,
    pub(crate) params: Option<&'a Bound<'py, PyDict>>,
    pub(crate) since: Option<&'a Bound<'py, PyAny>>,
    pub(crate) until: Option<&'a Bound<'py, PyAny>>,
    pub(crate) ssid: Option<&'a Bound<'py, PyAny>>,
    pub(crate) event: Option<&'a Bound<'py, PyAny>>,
}

impl Selection {
    pub(crate) fn new(
        py: Python<'_>,
        site: &zems::site::Site,
        arguments: &Arguments<'_, '_>,
    ) -> PyResult<Self> {
        let params = parameters(arguments.params)?;
        let mut selection = Self::default();
        if let Some(filter) = arguments.filter {
            selection.filters = filters(py, site, filter, &params)?;
        }
        if let Some(condition) = &arguments.condition {
            let kind = [Kind::Condition(condition.clone())];
            let compiled = py.detach(|| compile(site, &kind, &[])).map_err(|error| at(py, error, 0, 0))?;
            selection.condition = compiled.0;
        }
        selection.since = arguments.since.map(time).transpose()?;
        selection.until = arguments.until.map(time).transpose()?;
        for pattern in arguments.ssid.map(each).transpose()?.into_iter().flatten() {
            let pattern: String = pattern.extract()?;
            selection.ssids.push(if pattern.contains('.') || pattern == "*" {
                pattern
            } else {
                format!("*.{pattern}.*")
            });
        }
        for numbers in arguments.event.map(each).transpose()?.into_iter().flatten() {
            match numbers.extract::<i16>() {
                Ok(number) => selection.numbers.push((number, number)),
                Err(_) => selection.numbers.extend(ranges(&numbers.extract::<String>()?)?),
            }
        }
        Ok(selection)
    }

    /// Sessions of the filters: the condition first.
    pub(crate) fn sessions<'f>(&'f self, site: &'f zems::site::Site) -> Vec<Session<'f, 'f>> {
        let each = [&self.condition, &self.filters].into_iter().filter(|filters| !filters.is_empty());
        each.map(|filters| filters.session(site.filter_scratch())).collect()
    }

    /// Whether the buffer is wanted; if a filter passed it with a number, which.
    pub(crate) fn selects(
        &self,
        site: &zems::site::Site,
        buffer: &Buffer<'_>,
        sessions: &mut [Session<'_, '_>],
    ) -> Option<Option<i16>> {
        if !self.ssids.is_empty() {
            let ssid = buffer.ssid();
            let (named, plain) = (site.ssid(ssid).to_string(), ssid.to_string());
            let fits = |pattern: &String| {
                let pattern = Pattern::whole(pattern);
                pattern.fits(&named) || pattern.fits(&plain)
            };
            if !self.ssids.iter().any(fits) {
                return None;
            }
        }
        let asks =
            self.since.is_some() || self.until.is_some() || !self.numbers.is_empty() || !sessions.is_empty();
        if !asks {
            return Some(None);
        }
        let event = site.event(buffer)?;
        if !self.numbers.is_empty() {
            let number = event.number()?;
            self.numbers.iter().find(|(from, to)| (*from..=*to).contains(&number))?;
        }
        if self.since.is_some() || self.until.is_some() {
            let time = event.generated()?;
            if self.since.is_some_and(|since| time < since) || self.until.is_some_and(|until| time >= until) {
                return None;
            }
        }
        let mut pass_value = None;
        for session in sessions {
            match session.judge(&event).ok()?.verdict {
                Verdict::Pass { value, .. } => pass_value = value.or(pass_value),
                _ => return None,
            }
        }
        Some(pass_value)
    }
}

fn filters(
    py: Python<'_>,
    site: &zems::site::Site,
    filter: &Bound<'_, PyAny>,
    params: &[String],
) -> PyResult<Filters> {
    let mut kinds = Vec::new();
    for one in each(filter)? {
        if let Ok(compiled) = one.cast::<Filter>() {
            if kinds.is_empty() {
                return Ok(compiled.get().filters.clone());
            }
            return Err(PyTypeError::new_err("give one Filter, or paths"));
        }
        kinds.push(Kind::File(one.extract()?));
    }
    let compiled = py.detach(|| compile(site, &kinds, params)).map_err(|error| at(py, error, 0, 0))?;
    Ok(compiled.0)
}

/// The items of a list or tuple, or the thing itself.
pub(crate) fn each<'py>(value: &Bound<'py, PyAny>) -> PyResult<Vec<Bound<'py, PyAny>>> {
    if let Ok(list) = value.cast::<PyList>() {
        return Ok(list.iter().collect());
    }
    if let Ok(tuple) = value.cast::<PyTuple>() {
        return Ok(tuple.iter().collect());
    }
    Ok(vec![value.clone()])
}

/// A time: a `datetime` (without a zone: UTC), or a text in RFC 3339 or `2026-11-20`.
fn time(value: &Bound<'_, PyAny>) -> PyResult<Timestamp> {
    let text: String = if value.hasattr("isoformat")? {
        value.call_method0("isoformat")?.extract()?
    } else {
        value.extract()?
    };
    let text = text.trim().replacen(' ', "T", 1);
    let parsed = text.parse().ok();
    let parsed = parsed.or_else(|| format!("{text}Z").parse().ok());
    let parsed = parsed.or_else(|| format!("{text}:00Z").parse().ok());
    let parsed = parsed.or_else(|| format!("{text}T00:00:00Z").parse().ok());
    parsed.ok_or_else(|| {
        PyValueError::new_err(format!("{text:?} is not a time such as 2026-11-20 or 2026-11-20T10:15:00Z"))
    })
}

fn ranges(text: &str) -> PyResult<Vec<(i16, i16)>> {
    let wrong = || PyValueError::new_err(format!("{text:?} is not a list of event numbers such as 8, 1-99"));
    text.split(',')
        .map(|part| {
            let part = part.trim();
            // A minus at the front is a sign.
            let dash = part.char_indices().skip(1).find(|(_, c)| *c == '-').map(|(at, _)| at);
            let (from, to) = dash.map_or((part, part), |at| (&part[..at], &part[at + 1..]));
            let number = |text: &str| text.trim().parse::<i16>().map_err(|_| wrong());
            Ok((number(from)?, number(to)?))
        })
        .collect()
}
