//! `scan`: events as columns.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex};

use arrow_array::ffi::FFI_ArrowSchema;
use arrow_array::ffi_stream::FFI_ArrowArrayStream;
use arrow_array::{RecordBatch, RecordBatchReader};
use arrow_schema::{ArrowError, SchemaRef};
use pyo3::prelude::*;
use pyo3::types::{PyCapsule, PyDict, PyList};
use zems::describe::{Described, Record};
use zems::formats::arrow::{BATCH_ROWS, Batches};
use zems::spi::read::Finding;
use zems::template::Text;
use zems_io::{Form, Item};

use crate::errors::ZemsError;
use crate::index::{Piece, Pieces};
use crate::reader::{BadRegion, Input, OnError, form, inputs};
use crate::select::{Arguments, Selection};
use crate::site::{Shared, Site, or_builtin};

/// Events as an Arrow stream: pandas, Polars, DuckDB and PyArrow read it through `__arrow_c_stream__`.
///
/// Each use reads the inputs again, unless they are file objects or iterators.
#[pyclass(module = "zems", frozen)]
pub(crate) struct Scan {
    inputs: Vec<Input>,
    plan: Arc<Plan>,
    schema: SchemaRef,
    errors: Arc<Mutex<Vec<BadRegion>>>,
}

impl core::fmt::Debug for Scan {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Scan").field("schema", &self.schema).finish_non_exhaustive()
    }
}

/// The action for the inputs.
struct Plan {
    site: Arc<Shared>,
    selection: Selection,
    columns: Vec<String>,
    batch_rows: usize,
    form: Form,
    on_error: OnError,
    piece: Option<Piece>,
    has_source: bool,
}

#[pymethods]
impl Scan {
    /// The stream, by the Arrow PyCapsule interface.
    #[pyo3(signature = (requested_schema=None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        // The consumer casts: the interface allows a producer to answer with its own schema.
        let _ = requested_schema;
        let stream = self.stream(py)?;
        PyCapsule::new_with_value(py, FFI_ArrowArrayStream::new(stream), c"arrow_array_stream")
    }

    /// The schema, by the Arrow PyCapsule interface.
    fn __arrow_c_schema__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        let schema = FFI_ArrowSchema::try_from(&*self.schema)
            .map_err(|error| ZemsError::new_err(error.to_string()))?;
        PyCapsule::new_with_value(py, schema, c"arrow_schema")
    }

    /// The names of the columns.
    #[getter]
    fn columns(&self) -> Vec<String> {
        self.schema.fields().iter().map(|field| field.name().clone()).collect()
    }

    /// The regions that were not buffers, as far as the stream has been read.
    #[getter]
    fn errors<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        let errors = self.errors.lock().map(|errors| errors.clone()).unwrap_or_default();
        PyList::new(py, errors.into_iter().map(|error| Py::new(py, error)).collect::<PyResult<Vec<_>>>()?)
    }

    fn __repr__(&self) -> String {
        format!("<Scan of {} inputs: {}>", self.inputs.len(), self.columns().join(", "))
    }
}

impl Scan {
    fn stream(&self, py: Python<'_>) -> PyResult<Box<dyn RecordBatchReader + Send>> {
        let inputs: Vec<_> = self.inputs.iter().map(|input| input.clone_ref(py)).collect();
        let (plan, errors) = (Arc::clone(&self.plan), Arc::clone(&self.errors));
        if let Ok(mut errors) = errors.lock() {
            errors.clear();
        }
        let (send, receive) = sync_channel(2);
        std::thread::Builder::new().name("zems-scan".to_owned()).spawn(move || {
            run(inputs, &plan, &errors, &send);
        })?;
        Ok(Box::new(Stream { schema: Arc::clone(&self.schema), receive: Mutex::new(receive) }))
    }
}

/// The batches of the reading thread.
struct Stream {
    schema: SchemaRef,
    receive: Mutex<Receiver<Result<RecordBatch, ArrowError>>>,
}

impl Iterator for Stream {
    type Item = Result<RecordBatch, ArrowError>;

    fn next(&mut self) -> Option<Self::Item> {
        let receive = &self.receive;
        let next = || receive.lock().ok().and_then(|receive| receive.recv().ok());
        // The reading thread may need the interpreter, for a file object.
        if Python::try_attach(|_| ()).is_some() { Python::attach(|py| py.detach(next)) } else { next() }
    }
}

impl RecordBatchReader for Stream {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }
}

type Sender = SyncSender<Result<RecordBatch, ArrowError>>;

fn run(inputs: Vec<Input>, plan: &Plan, errors: &Mutex<Vec<BadRegion>>, send: &Sender) -> Option<()> {
    let site = &plan.site;
    let mut batches = match Batches::new(site, &plan.columns) {
        Ok(batches) => batches,
        Err(error) => return send.send(Err(ArrowError::SchemaError(error.to_string()))).ok(),
    };
    let mut text = Text::new();
    let mut findings: Vec<Finding> = Vec::new();
    for input in inputs {
        let name = input.name();
        let opened = match input.pieces(plan.form, site.profile(), plan.piece) {
            Ok(opened) => opened,
            Err(error) => {
                send.send(Err(ArrowError::ExternalError(error.to_string().into()))).ok()?;
                continue;
            }
        };
        let mut sessions = plan.selection.sessions(site);
        let mut bad: Option<BadRegion> = None;
        let mut buffers: Pieces<'_> = opened;
        loop {
            match buffers.next() {
                Ok(Some(Item::Buffer(buffer))) => {
                    let Some(pass_value) = plan.selection.selects(site, &buffer, &mut sessions) else {
                        continue;
                    };
                    let described = Described::new(site, &buffer);
                    let Some(event) = described.event() else { continue };
                    let mut record = Record::new(described);
                    if batches.wants_text() {
                        site.sentence_text(event, &site.render_options(false), &mut text);
                        record.text = Some(text.as_str());
                    }
                    if batches.wants_findings() {
                        findings.clear();
                        // All tokens have been read.
                        let _ = event.check(|finding| findings.push(finding));
                        record.findings = &findings;
                    }
                    record.pass_value = pass_value;
                    record.source = name.as_deref().filter(|_| plan.has_source);
                    // All tokens have been read.
                    let _ = batches.push(&record);
                    if batches.rows() >= plan.batch_rows {
                        send.send(Ok(batches.finish())).ok()?;
                    }
                }
                Ok(Some(Item::Bad { bytes, region, fault, ends, .. })) => {
                    let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
                    let known =
                        bad.get_or_insert_with(|| BadRegion::new(region, fault.to_string(), name.clone()));
                    known.add(length);
                    if ends {
                        report(&mut bad, plan, errors, &mut batches, send)?;
                    }
                }
                Ok(Some(_)) => {}
                Ok(None) => break,
                Err(error) => {
                    send.send(Err(ArrowError::from(error))).ok()?;
                    break;
                }
            }
        }
        report(&mut bad, plan, errors, &mut batches, send)?;
    }
    if batches.rows() > 0 {
        send.send(Ok(batches.finish())).ok()?;
    }
    Some(())
}

fn report(
    bad: &mut Option<BadRegion>,
    plan: &Plan,
    errors: &Mutex<Vec<BadRegion>>,
    batches: &mut Batches,
    send: &Sender,
) -> Option<()> {
    let Some(region) = bad.take() else { return Some(()) };
    let message = region.to_string();
    if let Ok(mut errors) = errors.lock() {
        errors.push(region);
    }
    if plan.on_error == OnError::Raise {
        if batches.rows() > 0 {
            send.send(Ok(batches.finish())).ok()?;
        }
        send.send(Err(ArrowError::ParseError(message))).ok()?;
        return None;
    }
    if plan.on_error == OnError::Warn {
        Python::attach(|py| {
            let warn = || py.import("warnings")?.call_method1("warn", (message,));
            // A warning that the user has made an exception ends the thread's use of Python, not the stream.
            let _ = warn();
        });
    }
    Some(())
}

/// Reads events as columns: an Arrow stream.
#[pyfunction]
#[pyo3(signature = (
    source, *, columns=None, site=None, filter=None, r#where=None, params=None, since=None, until=None, ssid=None,
    event=None, on_error="raise", form="auto", batch_size=None, _piece=None, _has_source=None,
))]
#[allow(clippy::too_many_arguments)]
pub(crate) fn scan(
    py: Python<'_>,
    source: &Bound<'_, PyAny>,
    columns: Option<Vec<String>>,
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
    batch_size: Option<usize>,
    _piece: Option<(u64, u64)>,
    _has_source: Option<bool>,
) -> PyResult<Scan> {
    let site = or_builtin(site);
    let on_error = match OnError::parse(on_error)? {
        OnError::Yield => {
            return Err(pyo3::exceptions::PyValueError::new_err(
                "on_error=\"yield\" is for read; a scan has errors in .errors",
            ));
        }
        other => other,
    };
    let columns = columns.unwrap_or_default();
    let batches = Batches::new(&site, &columns)
        .map_err(|error| crate::errors::at(py, ZemsError::new_err(error.to_string()), 0, 0))?;
    let arguments = Arguments { filter, condition: r#where, params, since, until, ssid, event };
    let inputs = inputs(source)?;
    let plan = Plan {
        selection: Selection::new(py, &site, &arguments)?,
        site,
        columns,
        batch_rows: batch_size.filter(|rows| *rows > 0).unwrap_or(BATCH_ROWS),
        form: self::form(form)?,
        on_error,
        piece: _piece.map(|(start, end)| Piece { start, end }),
        has_source: _has_source.unwrap_or(inputs.len() > 1),
    };
    Ok(Scan { inputs, plan: Arc::new(plan), schema: batches.schema(), errors: Arc::default() })
}
