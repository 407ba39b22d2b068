//! `read`: events one by one.
//!
//! A thread reads, decodes and filters ahead, in bounded batches, while Python works on the events before.

use std::path::PathBuf;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex};
use std::vec;

use bytes::Bytes;
use pyo3::exceptions::{PyOSError, PyTypeError, PyUserWarning, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyIterator, PyList, PyString};
use zems::spi::read::Buffer;
use zems_io::{Buffers, Form, Item};

use crate::errors;
use crate::event::{Batch, Entry, Event};
use crate::select::{Arguments, Selection};
use crate::site::{Shared, Site, or_builtin};

/// Events in a batch, and batches that wait.
const BATCH: usize = 512;
const WAITING: usize = 4;

/// A region of the input that is not a buffer.
#[pyclass(module = "zems", frozen, get_all)]
#[derive(Clone, Debug)]
pub(crate) struct BadRegion {
    /// Where it begins in the input.
    offset: u64,
    /// Its length in bytes.
    length: u64,
    /// Why it is not a buffer.
    error: String,
    /// The input, if it has a name.
    source: Option<String>,
}

impl BadRegion {
    pub(crate) const fn new(offset: u64, error: String, source: Option<String>) -> Self {
        Self { offset, length: 0, error, source }
    }

    pub(crate) fn add(&mut self, length: u64) {
        self.length = self.length.saturating_add(length);
    }
}

impl core::fmt::Display for BadRegion {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        if let Some(source) = &self.source {
            write!(f, "{source}: ")?;
        }
        write!(f, "byte {}: {} ({} bytes left out)", self.offset, self.error, self.length)
    }
}

#[pymethods]
impl BadRegion {
    fn __repr__(&self) -> String {
        format!("<BadRegion {} bytes at {}: {}>", self.length, self.offset, self.error)
    }

    fn __str__(&self) -> String {
        self.to_string()
    }
}

/// The items that the reading thread hands over.
pub(crate) enum Read {
    Events(Batch, Vec<Entry>),
    Bad(BadRegion),
    /// An input cannot be read.
    Failed(PyErr),
}

/// The fate of bad regions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OnError {
    Raise,
    Warn,
    Skip,
    Yield,
}

impl OnError {
    pub(crate) fn parse(text: &str) -> PyResult<Self> {
        match text {
            "raise" => Ok(Self::Raise),
            "warn" => Ok(Self::Warn),
            "skip" => Ok(Self::Skip),
            "yield" => Ok(Self::Yield),
            _ => Err(PyValueError::new_err(format!(
                "on_error is {text:?}; it can be \"raise\", \"warn\", \"skip\" or \"yield\""
            ))),
        }
    }
}

pub(crate) fn form(text: &str) -> PyResult<Form> {
    match text {
        "auto" => Ok(Form::Auto),
        "raw" => Ok(Form::Raw),
        "hex" => Ok(Form::Hex),
        "be16" => Ok(Form::Be16),
        "be32" => Ok(Form::Be32),
        _ => Err(PyValueError::new_err(format!(
            "form is {text:?}; it can be \"auto\", \"raw\", \"hex\", \"be16\" or \"be32\""
        ))),
    }
}

/// One input.
pub(crate) enum Input {
    File(PathBuf),
    Bytes(Bytes),
    /// An object with `read`.
    Object(Py<PyAny>),
    /// An iterator of `bytes`.
    Iterator(Py<PyIterator>),
}

/// The inputs that an argument names: paths, a file object, bytes, or an iterable of bytes or of paths.
pub(crate) fn inputs(source: &Bound<'_, PyAny>) -> PyResult<Vec<Input>> {
    if source.is_instance_of::<PyString>() || source.hasattr("__fspath__")? {
        let paths = expand(&source.extract::<PathBuf>()?)?;
        return Ok(paths.into_iter().map(Input::File).collect());
    }
    if let Some(bytes) = bytes_of(source)? {
        return Ok(vec![Input::Bytes(bytes)]);
    }
    if source.hasattr("read")? {
        return Ok(vec![Input::Object(source.clone().unbind())]);
    }
    if let Ok(list) = source.cast::<PyList>() {
        let is_path = |item: Bound<'_, PyAny>| {
            item.is_instance_of::<PyString>() || item.hasattr("__fspath__").unwrap_or(false)
        };
        if !list.is_empty() && list.iter().all(is_path) {
            let mut paths = Vec::new();
            for item in list.iter() {
                paths.extend(expand(&item.extract::<PathBuf>()?)?.into_iter().map(Input::File));
            }
            return Ok(paths);
        }
    }
    match source.try_iter() {
        Ok(iterator) => Ok(vec![Input::Iterator(iterator.unbind())]),
        Err(_) => {
            Err(PyTypeError::new_err("an input is a path, a file object, bytes, or an iterable of bytes"))
        }
    }
}

/// The bytes of an object that has them.
pub(crate) fn bytes_of(source: &Bound<'_, PyAny>) -> PyResult<Option<Bytes>> {
    if let Ok(bytes) = source.cast::<PyBytes>() {
        return Ok(Some(Bytes::copy_from_slice(bytes.as_bytes())));
    }
    let is_buffer = ["bytearray", "memoryview"]
        .iter()
        .any(|name| source.get_type().name().is_ok_and(|known| known == *name));
    if !is_buffer {
        return Ok(None);
    }
    let bytes: Vec<u8> = source.py().import("builtins")?.getattr("bytes")?.call1((source,))?.extract()?;
    Ok(Some(bytes.into()))
}

/// The files of a path: a directory's, and those that a pattern with `*` or `?` fits.
fn expand(path: &std::path::Path) -> PyResult<Vec<PathBuf>> {
    let text = path.to_string_lossy();
    if !text.contains(['*', '?', '[']) || path.exists() {
        let listed = zems_io::files(&[path.to_path_buf()], false).into_iter();
        return listed.map(|listed| listed.map_err(|(path, error)| os_error(&path, &error))).collect();
    }
    Python::attach(|py| {
        let glob = py.import("glob")?;
        let arguments = PyDict::new(py);
        arguments.set_item("recursive", true)?;
        let found: Vec<PathBuf> = glob.call_method("glob", (&*text,), Some(&arguments))?.extract()?;
        if found.is_empty() {
            return Err(pyo3::exceptions::PyFileNotFoundError::new_err(format!("no file fits {text}")));
        }
        let mut found = found;
        found.sort();
        Ok(found)
    })
}

fn os_error(path: &std::path::Path, error: &std::io::Error) -> PyErr {
    let number = error.raw_os_error().unwrap_or(0);
    PyOSError::new_err((number, error.to_string(), path.display().to_string()))
}

impl Input {
    pub(crate) fn clone_ref(&self, py: Python<'_>) -> Self {
        match self {
            Self::File(path) => Self::File(path.clone()),
            Self::Bytes(bytes) => Self::Bytes(bytes.clone()),
            Self::Object(object) => Self::Object(object.clone_ref(py)),
            Self::Iterator(iterator) => Self::Iterator(iterator.clone_ref(py)),
        }
    }

    pub(crate) fn name(&self) -> Option<String> {
        match self {
            Self::File(path) => Some(path.display().to_string()),
            _ => None,
        }
    }

    /// Opens the input; gzip and zstd are unpacked.
    pub(crate) fn open(self) -> Result<Box<dyn std::io::Read + Send>, PyErr> {
        match self {
            Self::File(path) => {
                let unpacked = zems_io::open(&path).map_err(|error| os_error(&path, &error))?;
                Ok(unpacked.into_text_if(zems::text::looks_like_hex))
            }
            Self::Bytes(bytes) => packed(std::io::Cursor::new(bytes)),
            Self::Object(object) => packed(PythonFile { object, rest: Vec::new(), at: 0 }),
            Self::Iterator(iterator) => packed(PythonIterator { iterator, rest: Vec::new(), at: 0 }),
        }
    }
}

fn packed(input: impl std::io::Read + Send + 'static) -> Result<Box<dyn std::io::Read + Send>, PyErr> {
    let unpacked = zems_io::unpack(input).map_err(PyErr::from)?;
    Ok(unpacked.into_text_if(zems::text::looks_like_hex))
}

/// Reads from an object with `read`.
struct PythonFile {
    object: Py<PyAny>,
    rest: Vec<u8>,
    at: usize,
}

/// Bytes that are asked of Python at a time.
const CHUNK: usize = 1 << 20;

impl std::io::Read for PythonFile {
    fn read(&mut self, space: &mut [u8]) -> std::io::Result<usize> {
        if self.at == self.rest.len() {
            let read = Python::attach(|py| {
                let read = self.object.bind(py).call_method1("read", (CHUNK,))?;
                if read.is_instance_of::<PyString>() {
                    return Err(PyTypeError::new_err("the file is open in text mode; open it with \"rb\""));
                }
                read.extract::<Vec<u8>>()
            });
            self.rest = read.map_err(std::io::Error::other)?;
            self.at = 0;
        }
        Ok(take(&self.rest, &mut self.at, space))
    }
}

/// Reads the chunks of an iterator of `bytes`.
struct PythonIterator {
    iterator: Py<PyIterator>,
    rest: Vec<u8>,
    at: usize,
}

impl std::io::Read for PythonIterator {
    fn read(&mut self, space: &mut [u8]) -> std::io::Result<usize> {
        while self.at == self.rest.len() {
            let next = Python::attach(|py| {
                let mut iterator = self.iterator.bind(py).clone();
                iterator.next().transpose()?.map(|item| item.extract::<Vec<u8>>()).transpose()
            });
            match next.map_err(std::io::Error::other)? {
                Some(bytes) => (self.rest, self.at) = (bytes, 0),
                None => return Ok(0),
            }
        }
        Ok(take(&self.rest, &mut self.at, space))
    }
}

fn take(rest: &[u8], at: &mut usize, space: &mut [u8]) -> usize {
    let len = space.len().min(rest.len() - *at);
    space[..len].copy_from_slice(&rest[*at..*at + len]);
    *at += len;
    len
}

/// Reads all inputs, and hands over batches until nobody takes them.
pub(crate) fn run(
    inputs: Vec<Input>,
    form: Form,
    site: &Arc<Shared>,
    selection: &Selection,
    send: &SyncSender<Read>,
) -> Option<()> {
    let is_one = inputs.len() == 1;
    for input in inputs {
        let name: Option<Arc<str>> = input.name().map(Into::into);
        // As in the JSON form, an event names its input if there are several.
        let source = name.clone().filter(|_| !is_one);
        let opened = match input.open() {
            Ok(opened) => opened,
            Err(error) => {
                send.send(Read::Failed(error)).ok()?;
                continue;
            }
        };
        let mut sessions = selection.sessions(site);
        let mut ahead = Ahead::default();
        let mut bad: Option<BadRegion> = None;
        let mut buffers = Buffers::new(opened, form, site.profile());
        loop {
            match buffers.next() {
                Ok(Some(Item::Buffer(buffer))) => {
                    if let Some(pass_value) = selection.selects(site, &buffer, &mut sessions) {
                        ahead.push(site, &buffer, pass_value);
                        if ahead.entries.len() == BATCH {
                            send.send(ahead.take(site, source.as_ref())).ok()?;
                        }
                    }
                }
                Ok(Some(Item::Bad { bytes, region, fault, ends, .. })) => {
                    let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
                    let input = name.as_deref().map(str::to_owned);
                    let known = bad.get_or_insert_with(|| BadRegion::new(region, fault.to_string(), input));
                    known.add(length);
                    if ends && let Some(region) = bad.take() {
                        send.send(ahead.take(site, source.as_ref())).ok()?;
                        send.send(Read::Bad(region)).ok()?;
                    }
                }
                Ok(Some(_)) => {}
                Ok(None) => break,
                Err(error) => {
                    send.send(ahead.take(site, source.as_ref())).ok()?;
                    send.send(Read::Failed(error.into())).ok()?;
                    break;
                }
            }
        }
        send.send(ahead.take(site, source.as_ref())).ok()?;
        if let Some(region) = bad {
            send.send(Read::Bad(region)).ok()?;
        }
    }
    Some(())
}

/// The batch that is being read.
#[derive(Default)]
struct Ahead {
    bytes: Vec<u8>,
    entries: Vec<Entry>,
}

impl Ahead {
    fn push(&mut self, site: &Shared, buffer: &Buffer<'_>, pass_value: Option<i16>) {
        self.entries.push(Entry::new(site, buffer, self.bytes.len(), pass_value));
        self.bytes.extend_from_slice(buffer.as_bytes());
    }

    /// The batch so far. The next one is as long as this, mostly.
    fn take(&mut self, site: &Arc<Shared>, source: Option<&Arc<str>>) -> Read {
        let bytes = Vec::with_capacity(self.bytes.len());
        let bytes = core::mem::replace(&mut self.bytes, bytes);
        let entries = core::mem::replace(&mut self.entries, Vec::with_capacity(BATCH));
        Read::Events(Batch { site: Arc::clone(site), source: source.cloned(), bytes }, entries)
    }
}

/// An iterator of events. `errors` lists the regions that were not buffers so far.
#[pyclass(module = "zems")]
pub(crate) struct Reader {
    receive: Mutex<Receiver<Read>>,
    batch: Option<Arc<Batch>>,
    entries: vec::IntoIter<Entry>,
    on_error: OnError,
    errors: Py<PyList>,
}

impl core::fmt::Debug for Reader {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Reader").field("on_error", &self.on_error).finish_non_exhaustive()
    }
}

#[pymethods]
impl Reader {
    /// The bad regions so far, in order: with any `on_error` but "raise" all of the input's at its end.
    #[getter]
    fn errors(&self, py: Python<'_>) -> Py<PyList> {
        self.errors.clone_ref(py)
    }

    const fn __iter__(this: PyRef<'_, Self>) -> PyRef<'_, Self> {
        this
    }

    fn __next__(&mut self, py: Python<'_>) -> PyResult<Option<Py<PyAny>>> {
        loop {
            if let (Some(batch), Some(entry)) = (&self.batch, self.entries.next()) {
                let event = Event::new(Arc::clone(batch), entry);
                return Ok(Some(Py::new(py, event)?.into_any()));
            }
            let receive = &self.receive;
            let next = py.detach(|| receive.lock().ok().and_then(|receive| receive.recv().ok()));
            match next {
                None => return Ok(None),
                Some(Read::Events(batch, entries)) => {
                    self.batch = Some(Arc::new(batch));
                    self.entries = entries.into_iter();
                }
                Some(Read::Failed(error)) => return Err(error),
                Some(Read::Bad(region)) => {
                    let (offset, length, text) = (region.offset, region.length, region.to_string());
                    let region = Py::new(py, region)?;
                    self.errors.bind(py).append(&region)?;
                    match self.on_error {
                        OnError::Raise => return Err(errors::decode(py, text, offset, length)),
                        OnError::Warn => {
                            let category = py.get_type::<PyUserWarning>();
                            py.import("warnings")?.call_method1("warn", (text, category, 2))?;
                        }
                        OnError::Skip => {}
                        OnError::Yield => return Ok(Some(region.into_any())),
                    }
                }
            }
        }
    }
}

/// Reads events from paths, file objects, bytes or iterables of bytes.
#[pyfunction]
#[pyo3(signature = (
    source, *, site=None, filter=None, r#where=None, params=None, since=None, until=None, ssid=None, event=None,
    on_error="raise", form="auto",
))]
#[allow(clippy::too_many_arguments)]
pub(crate) fn read(
    py: Python<'_>,
    source: &Bound<'_, PyAny>,
    site: Option<&Site>,
    filter: Option<&Bound<'_, PyAny>>,
    r#where: Option<String>,
    params: Option<&Bound<'_, PyDict>>,
    since: Option<&Bound<'_, PyAny>>,
    until: Option<&Bound<'_, PyAny>>,
    ssid: Option<&Bound<'_, PyAny>>,
    event: Option<&Bound<'_, PyAny>>,
    on_error: &str,
    form: &str,
) -> PyResult<Reader> {
    let on_error = OnError::parse(on_error)?;
    let form = self::form(form)?;
    let site = or_builtin(site);
    let arguments = Arguments { filter, condition: r#where, params, since, until, ssid, event };
    let selection = Selection::new(py, &site, &arguments)?;
    let inputs = inputs(source)?;
    let (send, receive) = sync_channel(WAITING);
    std::thread::Builder::new()
        .name("zems-read".to_owned())
        .spawn(move || {
            run(inputs, form, &site, &selection, &send);
        })
        .map_err(PyErr::from)?;
    let errors = PyList::empty(py).unbind();
    Ok(Reader {
        receive: Mutex::new(receive),
        batch: None,
        entries: Vec::new().into_iter(),
        on_error,
        errors,
    })
}
