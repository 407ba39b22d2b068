//! Values of tokens as Python objects.

use jiff::tz::Offset;
use pyo3::IntoPyObjectExt;
use pyo3::prelude::*;
use pyo3::types::PyDateTime;
use pyo3::types::{PyBytes, PyDict, PyList, PyTuple, PyTzInfo};
use zems::describe::{Elements, FieldItem, Fields, Item, Scalar};
use zems::site::Site;
use zems::spi::read::Token;
use zems::spi::{DataType, Timestamp};

use crate::site::Ssid;

/// An instant as a `datetime` in UTC; `None` if it is not one.
pub(crate) fn time(py: Python<'_>, time: Timestamp) -> PyResult<Option<Bound<'_, PyDateTime>>> {
    if time == Timestamp::UNSET || time.is_elapsed() {
        return Ok(None);
    }
    let Some(civil) = time.civil() else { return Ok(None) };
    let utc = PyTzInfo::utc(py)?;
    let (month, day) = (civil.month, civil.day);
    let year = i32::from(civil.year);
    PyDateTime::new(
        py,
        year,
        month,
        day,
        civil.hour,
        civil.minute,
        civil.second,
        civil.microsecond,
        Some(&utc),
    )
    .map(Some)
}

/// The value of a token: numbers, `str`, `bool`, `datetime`, a list of several, a `dict` of a structure; `bytes` where nothing says the
/// whole value.
pub(crate) fn value<'py>(py: Python<'py>, item: &Item<'_>) -> PyResult<Bound<'py, PyAny>> {
    if let Some(tokens) = item.tokens() {
        let list = PyList::empty(py);
        for token in tokens.flatten() {
            let name = token.name().map_or_else(|| format!("{:X}", token.code()), str::to_owned);
            list.append((name, value(py, &token)?))?;
        }
        return Ok(list.into_any());
    }
    if let Some(values) = item.values() {
        let list = PyList::empty(py);
        for one in values {
            list.append(value(py, &one)?)?;
        }
        return Ok(list.into_any());
    }
    if let Some(fields) = item.fields() {
        if item.round_trips() {
            return Ok(fields_of(py, item.site(), fields)?.into_any());
        }
        return bytes(py, item.bytes());
    }
    if item.is_mark() {
        return Ok(py.None().into_bound(py));
    }
    elements(py, item.site(), item.elements())
}

/// The value of a token.
#[inline]
pub(crate) fn of_token<'py>(py: Python<'py>, site: &Site, token: Token<'_>) -> PyResult<Bound<'py, PyAny>> {
    match token.data_type() {
        // Nothing in their definition changes what these are.
        kind @ (DataType::Int | DataType::Uint | DataType::Enum | DataType::Int2 | DataType::Char)
            if token.table().is_none() =>
        {
            elements(py, site, Elements::new(kind, token.bytes()))
        }
        _ => value(py, &Item::new(site, token, 0)),
    }
}

fn elements<'py>(py: Python<'py>, site: &Site, mut elements: Elements<'_>) -> PyResult<Bound<'py, PyAny>> {
    if elements.is_array() {
        let list = PyList::empty(py);
        for element in elements {
            list.append(scalar(py, site, &element)?)?;
        }
        return Ok(list.into_any());
    }
    match elements.next() {
        Some(element) => scalar(py, site, &element),
        None => "".into_bound_py_any(py),
    }
}

fn bytes<'py>(py: Python<'py>, bytes: &[u8]) -> PyResult<Bound<'py, PyAny>> {
    Ok(PyBytes::new(py, bytes).into_any())
}

fn fields_of<'py>(py: Python<'py>, site: &Site, fields: Fields<'_>) -> PyResult<Bound<'py, PyDict>> {
    let dict = PyDict::new(py);
    for item in fields.items() {
        dict.set_item(item.name(), field(py, site, &item)?)?;
    }
    Ok(dict)
}

fn field<'py>(py: Python<'py>, site: &Site, item: &FieldItem<'_>) -> PyResult<Bound<'py, PyAny>> {
    let mut occurrences = Vec::new();
    for place in item.places() {
        occurrences.push(if item.is_group() {
            let dict = PyDict::new(py);
            for inner in item.items(&place) {
                dict.set_item(inner.name(), field(py, site, &inner)?)?;
            }
            dict.into_any()
        } else {
            scalar(py, site, &item.scalar(&place))?
        });
    }
    if item.is_array() {
        return Ok(PyList::new(py, occurrences)?.into_any());
    }
    Ok(occurrences.into_iter().next().unwrap_or_else(|| py.None().into_bound(py)))
}

fn scalar<'py>(py: Python<'py>, site: &Site, scalar: &Scalar<'_>) -> PyResult<Bound<'py, PyAny>> {
    match scalar {
        Scalar::Text(text) => match core::str::from_utf8(text) {
            Ok(text) => text.into_bound_py_any(py),
            Err(_) => bytes(py, text),
        },
        Scalar::Integer(number) => number.into_bound_py_any(py),
        Scalar::Unsigned(number) => number.into_bound_py_any(py),
        Scalar::Boolean { value, .. } => value.into_bound_py_any(py),
        Scalar::Real { value, .. } => value.into_bound_py_any(py),
        Scalar::Complex(real, imaginary) => {
            Ok(pyo3::types::PyComplex::from_doubles(py, *real, *imaginary).into_any())
        }
        Scalar::Time(instant) => match time(py, *instant)? {
            Some(time) => Ok(time.into_any()),
            None if *instant == Timestamp::UNSET => Ok(py.None().into_bound(py)),
            None => instant.0.into_bound_py_any(py),
        },
        Scalar::Ssid(ssid) => Ssid::new(site, *ssid).into_bound_py_any(py),
        Scalar::Error { ssid, error } => Ok(PyTuple::new(
            py,
            [Ssid::new(site, *ssid).into_bound_py_any(py)?, error.into_bound_py_any(py)?],
        )?
        .into_any()),
        Scalar::Bytes(value) => bytes(py, value),
        other if other.has_text() => other.text(site).to_string().into_bound_py_any(py),
        other => other.text(site).to_string().into_bound_py_any(py),
    }
}

/// Seconds east of GMT at a time, by the rules of a zone.
#[derive(Debug)]
pub(crate) struct Zone(pub(crate) jiff::tz::TimeZone);

impl zems::spi::UtcOffset for Zone {
    fn utc_offset(&self, time: Timestamp) -> i32 {
        let instant = time.unix_micros().and_then(|micros| jiff::Timestamp::from_microsecond(micros).ok());
        instant.map_or(Offset::UTC, |instant| self.0.to_offset(instant)).seconds()
    }
}
