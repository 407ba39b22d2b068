//! Lines of text as events.

use std::sync::Arc;

use jiff::tz::TimeZone;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyString};
use zems::ems::{EventBuilder, EventHeader};
use zems::spi::Timestamp;
use zems::syslog::{Line, TimePolicy, split_frames};

use zems::template::{ImportOptions, Matcher, PrintedLines};

use crate::errors::{ImportLineError, at};
use crate::event::{Event, now};
use crate::site::{Shared, Site, or_builtin};
use crate::values::Zone;

/// The lines of a text, of bytes, or of an iterable of either.
fn lines(source: &Bound<'_, PyAny>) -> PyResult<Vec<Vec<u8>>> {
    let one = |text: &Bound<'_, PyAny>| -> PyResult<Option<Vec<u8>>> {
        if let Ok(text) = text.cast::<PyString>() {
            return Ok(Some(text.to_cow()?.as_bytes().to_vec()));
        }
        Ok(text.cast::<PyBytes>().ok().map(|bytes| bytes.as_bytes().to_vec()))
    };
    let mut lines = Vec::new();
    if let Some(text) = one(source)? {
        lines.extend(text.split(|byte| *byte == b'\n').map(<[u8]>::to_vec));
    } else {
        for item in source.try_iter()? {
            let item = item?;
            let line = one(&item)?.ok_or_else(|| PyValueError::new_err("a line is str or bytes"))?;
            lines.push(line);
        }
    }
    lines.iter_mut().for_each(|line| {
        while line.last().is_some_and(|byte| matches!(byte, b'\n' | b'\r')) {
            line.pop();
        }
    });
    if lines.last().is_some_and(Vec::is_empty) {
        lines.pop();
    }
    Ok(lines)
}

fn zone(name: Option<&str>) -> PyResult<Option<Zone>> {
    let zone = match name {
        None => return Ok(None),
        Some("local") => TimeZone::system(),
        Some(name) => TimeZone::get(name).map_err(|error| PyValueError::new_err(error.to_string()))?,
    };
    Ok(Some(Zone(zone)))
}

/// The result for the lines: events, or the number of the line that cannot be one, and why.
type Made = Result<Vec<Event>, (u64, String)>;

fn result(py: Python<'_>, made: Made) -> PyResult<Vec<Event>> {
    made.map_err(|(line, message)| {
        at(py, ImportLineError::new_err(format!("line {line}: {message}")), line, 1)
    })
}

/// Makes events of lines of a system log, in any of its forms.
#[pyfunction]
#[pyo3(signature = (lines, *, site=None, year=None, zone=None))]
pub(crate) fn import_syslog(
    py: Python<'_>,
    lines: &Bound<'_, PyAny>,
    site: Option<&Site>,
    year: Option<u16>,
    zone: Option<&str>,
) -> PyResult<Vec<Event>> {
    let (lines, zone, site) = (self::lines(lines)?, self::zone(zone)?, or_builtin(site));
    let made = py.detach(|| syslog(&lines, &site, year, zone.as_ref()));
    result(py, made)
}

fn syslog(lines: &[Vec<u8>], site: &Arc<Shared>, year: Option<u16>, zone: Option<&Zone>) -> Made {
    let zone = zone.map(|zone| -> &dyn zems::spi::UtcOffset { zone });
    let policy = TimePolicy { now: now(), year, zone };
    let importer = zems::syslog::Importer::new(site.dictionary(), site.templates());
    let mut importer = importer.map_err(|error| (0, error.to_string()))?;
    let mut events = Vec::new();
    for (line, number) in lines.iter().zip(1..) {
        for frame in split_frames(line) {
            if frame.is_empty() {
                continue;
            }
            let mut bytes = Vec::new();
            importer
                .event(&Line::parse_bytes(frame), &policy, &mut bytes)
                .map_err(|error| (number, error.to_string()))?;
            events.push(Event::alone(site, bytes).map_err(|error| (number, error.to_string()))?);
        }
    }
    Ok(events)
}

/// Makes events of the lines of a printing distributor; wrapped lines are joined.
#[pyfunction]
#[pyo3(signature = (lines, *, site=None, zone=None))]
pub(crate) fn import_text(
    py: Python<'_>,
    lines: &Bound<'_, PyAny>,
    site: Option<&Site>,
    zone: Option<&str>,
) -> PyResult<Vec<Event>> {
    let (lines, zone, site) = (self::lines(lines)?, self::zone(zone)?, or_builtin(site));
    let made = py.detach(|| printed(&lines, &site, zone.as_ref()));
    result(py, made)
}

fn printed(lines: &[Vec<u8>], site: &Arc<Shared>, zone: Option<&Zone>) -> Made {
    let text = lines.iter().map(|line| String::from_utf8_lossy(line)).collect::<Vec<_>>().join("\n");
    let matcher = Matcher::new(site.templates(), site.dictionary());
    let zone = zone.map(|zone| -> &dyn zems::spi::UtcOffset { zone });
    let options = ImportOptions { zone, nodes: Some(site.nodes()) };
    let mut importer = zems::template::Importer::new(site.templates(), site.dictionary(), &matcher, options);
    let mut events = Vec::new();
    let mut printed = PrintedLines::after(0, &text);
    while let Some(event) = printed.next() {
        let number = u64::try_from(printed.line()).unwrap_or(0);
        let made = match event {
            Ok(event) => {
                importer.event(&event).map(|imported| imported.bytes).map_err(|error| error.to_string())
            }
            Err(text) if text.trim().is_empty() => continue,
            Err(text) => text_event(site, text),
        };
        let bytes = made.map_err(|error| (number, error))?;
        events.push(Event::alone(site, bytes).map_err(|error| (number, error.to_string()))?);
    }
    Ok(events)
}

/// The event of a line without a header: ZEMS-EVT-WRITE-TO-0 with the line as its text, as a collector makes it.
fn text_event(site: &zems::site::Site, line: &str) -> Result<Vec<u8>, String> {
    let dictionary = site.dictionary();
    let text = dictionary.token_named("ZEMS-TKN-TEXT").ok_or("no definition has ZEMS-TKN-TEXT")?;
    let ems = text.ssid().ok_or("ZEMS-TKN-TEXT has no subsystem")?;
    let number = dictionary.event_named("ZEMS-EVT-WRITE-TO-0").map_or(512, |event| event.number());
    let header = EventHeader { generated: Timestamp::UNSET, ..EventHeader::new(ems, number) };
    let event = EventBuilder::new(Vec::new(), &header, dictionary.profile(), text.code(), line);
    event.and_then(|event| event.finish()).map_err(|error| error.to_string())
}
