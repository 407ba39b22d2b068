//! `Event`: one buffer.

use std::ops::Range;
use std::sync::Arc;

use pyo3::exceptions::{PyKeyError, PyTypeError};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDateTime, PyDict, PyList, PyString};
use zems::describe::{Described, Item, Record};
use zems::formats::json;
use zems::site::Site;
use zems::spi::Timestamp;
use zems::spi::read::{Buffer, DecodeError, Decoder};

use crate::errors::{self, EncodeError, at};
use crate::select::Filter;
use crate::site::{self, Place, Shared, Ssid, or_builtin};
use crate::values;

/// An event, command or response.
///
/// Attributes are named as the keys of the JSON form. `event["ZRPC-TKN-CPU"]` is the value of the first token of that name on the top
/// level: a number, `str`, `bool`, `datetime`, a list of several, a `dict` of a structure, or `bytes`.
#[pyclass(module = "zems", frozen, freelist = 64)]
#[derive(Clone, Debug)]
pub(crate) struct Event {
    batch: Arc<Batch>,
    entry: Entry,
}

/// Buffers that lie one after the other, and what they have in common.
///
/// Events share it by one count that only threads of Python touch: counts that the reading thread changes too would make each wait for
/// the other's cache.
#[derive(Debug)]
pub(crate) struct Batch {
    pub(crate) site: Arc<Shared>,
    pub(crate) source: Option<Arc<str>>,
    pub(crate) bytes: Vec<u8>,
}

/// One buffer of a batch, and the answers that most loops ask for: they are read once.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    range: Range<usize>,
    /// Where the buffer begins in its input.
    offset: u64,
    number: Option<i16>,
    /// `None`: the event was printed with an unknown name of a subsystem.
    ssid: Option<zems::spi::Ssid>,
    pass_value: Option<i16>,
}

impl Entry {
    /// The entry of a buffer whose bytes begin at `start` of its batch.
    pub(crate) fn new(site: &Site, buffer: &Buffer<'_>, start: usize, pass_value: Option<i16>) -> Self {
        let event = zems::ems::Event::try_from(*buffer).ok();
        let printed = event.as_ref().and_then(|event| site.printed_ssid(event));
        Self {
            range: start..start.saturating_add(buffer.len()),
            offset: buffer.origin(),
            number: event.as_ref().and_then(zems::ems::Event::number),
            ssid: printed.is_none().then(|| buffer.ssid()),
            pass_value,
        }
    }
}

impl Event {
    pub(crate) const fn new(batch: Arc<Batch>, entry: Entry) -> Self {
        Self { batch, entry }
    }

    /// The event in the bytes of one buffer.
    pub(crate) fn alone(site: &Arc<Shared>, bytes: Vec<u8>) -> Result<Self, DecodeError> {
        let entry = Entry::new(site, &Decoder::new(site.profile()).parse(&bytes)?, 0, None);
        Ok(Self { batch: Arc::new(Batch { site: Arc::clone(site), source: None, bytes }), entry })
    }

    fn bytes(&self) -> &[u8] {
        self.batch.bytes.get(self.entry.range.clone()).unwrap_or_default()
    }

    /// Hands the buffer, read again in place, to `with`; its header and lengths have been checked before.
    fn with<R>(&self, py: Python<'_>, with: impl FnOnce(&Described<'_>) -> R) -> PyResult<R> {
        let buffer =
            self.buffer().map_err(|error| errors::decode(py, error.to_string(), error.offset(), 0))?;
        Ok(with(&Described::new(&self.batch.site, &buffer)))
    }

    fn buffer(&self) -> Result<Buffer<'_>, DecodeError> {
        Decoder::new(self.batch.site.profile()).at(self.entry.offset).parse(self.bytes())
    }

    /// The information in the event, for one attribute.
    fn event<R>(
        &self,
        py: Python<'_>,
        ask: impl FnOnce(&zems::ems::Event<'_>) -> Option<R>,
    ) -> PyResult<Option<R>> {
        self.with(py, |described| described.event().and_then(ask))
    }

    fn sentence(&self, described: &Described<'_>) -> Option<String> {
        described.event().map(|event| self.batch.site.sentence(event).in_gmt().to_string())
    }

    /// The value of a field of the header or of a token; `None` if the event has none of this name.
    fn value<'py>(&self, py: Python<'py>, name: &Bound<'_, PyString>) -> PyResult<Option<Bound<'py, PyAny>>> {
        let buffer =
            self.buffer().map_err(|error| errors::decode(py, error.to_string(), error.offset(), 0))?;
        let site = &self.batch.site;
        let key = match site.place(name)? {
            Place::Token(key) => Some(key),
            Place::Header(key) => {
                let (described, name) = (Described::new(site, &buffer), name.to_str()?);
                if let Some(item) = described.header().find(|item| item.name() == name) {
                    return Ok(Some(PyString::new(py, &item.to_string()).into_any()));
                }
                key
            }
        };
        let token = key.and_then(|key| buffer.find(key).ok().flatten());
        token.map(|token| values::of_token(py, site, token)).transpose()
    }
}

#[pymethods]
impl Event {
    /// `"event"` or `"command"`.
    #[getter]
    fn kind(&self, py: Python<'_>) -> PyResult<&'static str> {
        self.with(py, |described| if described.event().is_some() { "event" } else { "command" })
    }

    /// The event number.
    #[getter]
    const fn number(&self) -> Option<i16> {
        self.entry.number
    }

    /// The subsystem that reports the event.
    #[getter]
    fn ssid(&self, py: Python<'_>) -> PyResult<Py<Ssid>> {
        if let Some(ssid) = self.entry.ssid {
            return self.batch.site.ssid_object(py, ssid);
        }
        self.with(py, |described| {
            let ssid = described.buffer().ssid();
            let made = match described.event() {
                Some(event) => {
                    Ssid::with_text(&self.batch.site, ssid, self.batch.site.event_ssid(event).to_string())
                }
                None => Ssid::new(&self.batch.site, ssid),
            };
            Py::new(py, made)
        })?
    }

    /// The name of the event, if a definition gives it one.
    #[getter]
    fn name(&self, py: Python<'_>) -> PyResult<Option<String>> {
        self.event(py, |event| self.batch.site.event_name(event).map(str::to_owned))
    }

    /// When the event was made; `None` if the time is not set.
    #[getter]
    fn generated<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyDateTime>>> {
        self.event(py, |event| event.generated())?.map_or(Ok(None), |time| values::time(py, time))
    }

    /// When a collector logged the event; `None` if the time is not set.
    #[getter]
    fn logged<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyDateTime>>> {
        self.event(py, |event| event.logged())?.map_or(Ok(None), |time| values::time(py, time))
    }

    /// The number of the node.
    #[getter]
    fn node(&self, py: Python<'_>) -> PyResult<Option<i32>> {
        self.event(py, |event| event.node())
    }

    /// The process that reported the event.
    #[getter]
    fn process(&self, py: Python<'_>) -> PyResult<Option<String>> {
        self.event(py, |event| self.batch.site.process(event).map(|process| process.to_string()))
    }

    /// The processor of that process.
    #[getter]
    fn cpu(&self, py: Python<'_>) -> PyResult<Option<u16>> {
        self.event(py, |event| event.cpu())
    }

    /// The number of that process in its processor.
    #[getter]
    fn pin(&self, py: Python<'_>) -> PyResult<Option<u16>> {
        self.event(py, |event| event.pin())
    }

    /// Group and user number.
    #[getter]
    fn user(&self, py: Python<'_>) -> PyResult<Option<(u16, u16)>> {
        self.event(py, |event| event.user().map(|(group, user)| (group.into(), user.into())))
    }

    /// Whether the event is critical, as overridden by templates.
    #[getter]
    fn emphasis(&self, py: Python<'_>) -> PyResult<Option<bool>> {
        self.event(py, |event| event.emphasis())
    }

    /// The severity by the rules of the site: `"critical"`, `"info"`, `"WARN2"` ...
    #[getter]
    fn severity(&self, py: Python<'_>) -> PyResult<Option<&'static str>> {
        self.event(py, |event| Some(self.batch.site.severity(event).name()))
    }

    /// The value of the first subject.
    #[getter]
    fn subject<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        let subject = |described: &Described<'_>| {
            let token = described.event().and_then(|event| self.batch.site.subject(event))?;
            Some(values::value(py, &Item::new(&self.batch.site, token, 0).first_value()))
        };
        self.with(py, subject)?.transpose()
    }

    /// The sentence; `None` for a command.
    #[getter]
    fn text(&self, py: Python<'_>) -> PyResult<Option<String>> {
        self.with(py, |described| self.sentence(described))
    }

    /// The bytes of the buffer.
    #[getter]
    fn raw<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, self.bytes())
    }

    /// Where the buffer begins in its input.
    #[getter]
    const fn offset(&self) -> u64 {
        self.entry.offset
    }

    /// The input it was read from, if there are several.
    #[getter]
    fn source(&self) -> Option<&str> {
        self.batch.source.as_deref()
    }

    /// The number that a filter passed the event with.
    #[getter]
    const fn pass_value(&self) -> Option<i16> {
        self.entry.pass_value
    }

    /// The top-level tokens in their order: pairs of name (or code) and value.
    #[getter]
    fn tokens<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        self.with(py, |described| {
            let list = PyList::empty(py);
            for item in described.tokens().flatten() {
                let name = item.name().map_or_else(|| format!("{:X}", item.code()), str::to_owned);
                list.append((name, values::value(py, &item)?))?;
            }
            Ok(list)
        })?
    }

    fn __getitem__<'py>(&self, py: Python<'py>, name: &Bound<'_, PyString>) -> PyResult<Bound<'py, PyAny>> {
        self.value(py, name)?.ok_or_else(|| PyKeyError::new_err(name.clone().unbind()))
    }

    fn __contains__(&self, py: Python<'_>, name: &Bound<'_, PyString>) -> PyResult<bool> {
        Ok(self.value(py, name)?.is_some())
    }

    /// The value of a token, or `default` if the event has no such token.
    #[pyo3(signature = (name, default=None))]
    fn get<'py>(
        &self,
        py: Python<'py>,
        name: &Bound<'_, PyString>,
        default: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let absent = || default.unwrap_or_else(|| py.None().into_bound(py));
        Ok(self.value(py, name)?.unwrap_or_else(absent))
    }

    /// The label of the value of a token: the text of its enumeration, or `None`.
    fn label(&self, py: Python<'_>, name: &Bound<'_, PyString>) -> PyResult<Option<String>> {
        let buffer =
            self.buffer().map_err(|error| errors::decode(py, error.to_string(), error.offset(), 0))?;
        let site = &self.batch.site;
        let (Place::Token(key) | Place::Header(Some(key))) = site.place(name)? else {
            return Err(PyKeyError::new_err(name.clone().unbind()));
        };
        let token = buffer.find(key).ok().flatten();
        let label = |token| Item::new(site, token, 0).first_value().label().map(str::to_owned);
        Ok(token.and_then(label))
    }

    /// The JSON form as a dict: the keys and values of `zems decode --format json`. With `raw` all bytes are there in hexadecimal digits
    /// besides, so that `encode` gives back the same buffer.
    #[pyo3(signature = (raw=false))]
    fn to_dict<'py>(&self, py: Python<'py>, raw: bool) -> PyResult<Bound<'py, PyDict>> {
        let dict = self.with(py, |described| {
            let text = self.sentence(described);
            let mut findings = Vec::new();
            let _ = match described.event() {
                Some(event) => event.check(|finding| findings.push(finding)),
                None => described.buffer().check(|finding| findings.push(finding)),
            };
            let mut record = Record::new(*described);
            record.text = text.as_deref();
            record.pass_value = self.entry.pass_value;
            record.findings = &findings;
            record.source = self.batch.source.as_deref();
            record.raw = raw;
            pythonize::pythonize(py, &record).map_err(PyErr::from)
        })??;
        dict.cast_into::<PyDict>().map_err(PyErr::from)
    }

    /// Which condition of a filter decides about the event, and which tokens are missing: a text of several lines.
    fn explain(&self, py: Python<'_>, filter: &Bound<'_, PyAny>) -> PyResult<String> {
        if let Ok(filter) = filter.cast::<Filter>() {
            return self.with(py, |described| filter.get().explain(py, &self.batch.site, described))?;
        }
        let filter = Filter::of_file(py, &self.batch.site, filter.extract()?)?;
        self.with(py, |described| filter.explain(py, &self.batch.site, described))?
    }

    /// The line that a printing distributor would write.
    fn __str__(&self, py: Python<'_>) -> PyResult<String> {
        self.with(py, |described| match described.event() {
            Some(event) => self.batch.site.line(event).to_string(),
            None => format!("command of {}", self.batch.site.ssid(described.buffer().ssid())),
        })
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        self.with(py, |described| match described.event() {
            Some(event) => format!(
                "<Event {} {} at {}>",
                self.batch.site.event_ssid(event),
                event.number().map_or_else(|| "?".to_owned(), |number| number.to_string()),
                self.entry.offset
            ),
            None => format!(
                "<Command {} at {}>",
                self.batch.site.ssid(described.buffer().ssid()),
                self.entry.offset
            ),
        })
    }

    fn __len__(&self) -> usize {
        self.bytes().len()
    }

    fn __bytes__<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        self.raw(py)
    }

    fn __eq__(&self, other: &Bound<'_, PyAny>) -> bool {
        other.cast::<Self>().is_ok_and(|other| other.get().bytes() == self.bytes())
    }
}

/// Decodes the bytes of one buffer.
///
/// Raises `DecodeError` if they are not exactly one buffer.
#[pyfunction]
#[pyo3(signature = (data, *, site=None))]
pub(crate) fn decode(py: Python<'_>, data: &Bound<'_, PyAny>, site: Option<&site::Site>) -> PyResult<Event> {
    let site = or_builtin(site);
    let bytes = crate::reader::bytes_of(data)?
        .ok_or_else(|| PyTypeError::new_err("decode takes bytes; use read for files and iterables"))?;
    let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    let wrong = |error: DecodeError| errors::decode(py, error.to_string(), error.offset(), length);
    {
        let (buffer, rest) = Decoder::new(site.profile()).parse_prefix(&bytes).map_err(wrong)?;
        buffer.check(|_| {}).map_err(wrong)?;
        let is_pad = rest.len() == 1 && buffer.len() % 2 == 1;
        if !(rest.is_empty() || is_pad) {
            let used = u64::try_from(buffer.len()).unwrap_or(u64::MAX);
            let message = format!("{} bytes follow the buffer at byte {used}", rest.len());
            return Err(errors::decode(py, message, used, length - used));
        }
    }
    let used =
        Decoder::new(site.profile()).parse_prefix(&bytes).map(|(buffer, _)| buffer.len()).map_err(wrong)?;
    Event::alone(&site, bytes.slice(..used).into()).map_err(wrong)
}

/// Builds the buffer of an object in the JSON form.
///
/// Raises `EncodeError` if a name is not known, or a value does not fit.
#[pyfunction]
#[pyo3(signature = (event, *, site=None))]
pub(crate) fn encode<'py>(
    py: Python<'py>,
    event: &Bound<'py, PyAny>,
    site: Option<&site::Site>,
) -> PyResult<Bound<'py, PyBytes>> {
    let site = or_builtin(site);
    let line: String = match event.cast::<PyString>() {
        Ok(line) => line.to_string(),
        Err(_) => py.import("json")?.call_method1("dumps", (event,))?.extract()?,
    };
    let now = now();
    let made = py.detach(|| json::Reader::new(site.dictionary()).read(&line, now));
    match made {
        Ok(Some(bytes)) => Ok(PyBytes::new(py, &bytes)),
        Ok(None) => Err(at(py, EncodeError::new_err("an object of kind error has no buffer"), 0, 0)),
        Err(error) => Err(at(py, EncodeError::new_err(error.to_string()), 0, 0)),
    }
}

/// The time of the clock.
pub(crate) fn now() -> Timestamp {
    Timestamp::from_unix_micros(jiff::Timestamp::now().as_microsecond()).unwrap_or(Timestamp::UNSET)
}
