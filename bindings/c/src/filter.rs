//! Filters.

use core::ffi::c_char;

use self_cell::self_cell;
use zems::filter::{AnyFilter, Compiled, Compiler, Filters, Parameters, Session, Verdict};
use zems::site::Site;
use zems::text::SourceMap;

use crate::border::{call, exclusive, free, hand_out, put, shared, string, text, text_of};
use crate::error::{ZemsCode, ZemsError};
use crate::event::{ZemsEvent, site_or_shipped};
use crate::site::ZemsSite;

struct Owner {
    site: Site,
    filters: Filters,
}

type Asked<'a> = Session<'a, 'a>;

self_cell!(
    struct SessionOf {
        owner: Owner,
        #[not_covariant]
        dependent: Asked,
    }
);

/// A filter and its state: a burst filter counts earlier events.
pub struct ZemsFilter(SessionOf);

impl core::fmt::Debug for ZemsFilter {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("ZemsFilter").finish_non_exhaustive()
    }
}

/// The verdict of a filter on an event.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ZemsVerdict {
    /// Whether the event passes.
    pub passes: bool,
    /// Whether `PASS` or the row has a number.
    pub has_value: bool,
    /// The number after PASS, or of the row of a filter table.
    pub value: i16,
}

/// Compiles a filter of the EMS filter language, a filter table or a burst filter. Messages show it as `name`.
/// `parameters` are `count` texts such as `LIMIT=5`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zems_filter_new(
    site: *const ZemsSite,
    name: *const c_char,
    source: *const c_char,
    length: usize,
    parameters: *const *const c_char,
    count: usize,
    filter: *mut *mut ZemsFilter,
    error: *mut *mut ZemsError,
) -> ZemsCode {
    call(error, || {
        let (name, source) = (text(name, "name")?, text_of(source, length, "source")?);
        let mut given = Parameters::new();
        for parameter in pointers(parameters, count)? {
            let parameter = text(*parameter, "parameters")?;
            given.add(parameter).map_err(|error| ZemsError::new(ZemsCode::Argument, error))?;
        }
        hand_out(filter, compile(site_or_shipped(site), name, source, &given, false)?, "filter")
    })
}

/// Compiles one condition of the filter language, such as `ZEMS^TKN^CPU > 8`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zems_filter_condition(
    site: *const ZemsSite,
    condition: *const c_char,
    filter: *mut *mut ZemsFilter,
    error: *mut *mut ZemsError,
) -> ZemsCode {
    call(error, || {
        let condition = text(condition, "condition")?;
        let compiled = compile(site_or_shipped(site), "condition", condition, &Parameters::new(), true)?;
        hand_out(filter, compiled, "filter")
    })
}

fn pointers<'a>(data: *const *const c_char, count: usize) -> Result<&'a [*const c_char], ZemsError> {
    if count == 0 {
        return Ok(&[]);
    }
    if data.is_null() || count > 1 << 16 {
        let message = "the argument `parameters` is NULL, or has more than 65,536 texts";
        return Err(ZemsError::new(ZemsCode::Argument, message));
    }
    // SAFETY: the caller says that this many pointers are there; their number is one that a slice may have.
    Ok(unsafe { core::slice::from_raw_parts(data, count) })
}

fn compile(
    site: Site,
    name: &str,
    source: &str,
    parameters: &Parameters,
    is_condition: bool,
) -> Result<ZemsFilter, ZemsError> {
    let wrong = |error: &dyn core::fmt::Display| ZemsError::new(ZemsCode::Filter, error);
    let nodes = site.node_numbers();
    let compiler = Compiler::new(site.dictionary()).with_nodes(&nodes);
    let mut sources = SourceMap::new();
    let id = sources.add(name.to_owned(), source.to_owned()).map_err(|error| wrong(&error))?;
    let result = if is_condition {
        compiler.expression(&mut sources, id).into_result().map(Compiled::Filter)
    } else {
        compiler.compile(&mut sources, id).into_result()
    };
    let compiled = result.map_err(|diagnostics| {
        let first = diagnostics.iter().find(|one| one.severity == zems::text::Severity::Error);
        let error = wrong(&diagnostics.render(&sources));
        match first.map(|first| first.primary.location) {
            Some(place) if place.source == id => error.at(place.span.start.into()),
            _ => error,
        }
    })?;
    let filter: AnyFilter = match compiled {
        Compiled::Filter(filter) => {
            filter.load(parameters, site.dictionary()).map_err(|error| wrong(&error))?.into()
        }
        Compiled::Table(table) => table.into(),
        Compiled::Burst(burst) => burst.into(),
    };
    let owner = Owner { filters: Filters::new([filter]), site };
    Ok(ZemsFilter(SessionOf::new(owner, |owner| owner.filters.session(owner.site.filter_scratch()))))
}

/// Whether the event passes. A command or response never does.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zems_filter_judge(
    filter: *mut ZemsFilter,
    event: *const ZemsEvent,
    verdict: *mut ZemsVerdict,
    error: *mut *mut ZemsError,
) -> ZemsCode {
    call(error, || {
        let filter = exclusive(filter, "filter")?;
        let buffer = shared(event, "event")?.buffer()?;
        let judged = filter.0.with_dependent_mut(|owner, session| {
            let Some(event) = owner.site.event(&buffer) else { return Ok(None) };
            let judgement = session.judge(&event)?;
            Ok::<_, zems::spi::read::DecodeError>(Some((
                judgement.verdict.is_pass(),
                judgement.verdict.value(),
            )))
        })?;
        let (passes, value) = judged.unwrap_or((false, None));
        let answer = ZemsVerdict { passes, has_value: value.is_some(), value: value.unwrap_or(0) };
        put(verdict, answer, "verdict")?;
        Ok(ZemsCode::Ok)
    })
}

/// Explains the verdict in several lines: the deciding condition and the missing tokens. Free the text with
/// `zems_string_free`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zems_filter_explain(
    filter: *mut ZemsFilter,
    event: *const ZemsEvent,
    result: *mut *mut c_char,
    error: *mut *mut ZemsError,
) -> ZemsCode {
    call(error, || {
        let filter = exclusive(filter, "filter")?;
        let buffer = shared(event, "event")?.buffer()?;
        let text = filter.0.with_dependent_mut(|owner, session| {
            let Some(event) = owner.site.event(&buffer) else {
                return Ok("FAIL\na filter passes events only, and this is a command or response".to_owned());
            };
            let (judgement, explanations) = session.explain(&event)?;
            let mut text = match judgement.verdict {
                Verdict::Pass { value: Some(value), .. } => format!("PASS {value}"),
                Verdict::Pass { .. } => "PASS".to_owned(),
                Verdict::Fail | Verdict::Discard => "FAIL".to_owned(),
            };
            for explanation in explanations {
                text.push('\n');
                text.push_str(&explanation.to_string());
            }
            Ok::<_, zems::spi::read::DecodeError>(text)
        })?;
        put(result, string(text), "result")?;
        Ok(ZemsCode::Ok)
    })
}

/// Frees a filter. NULL is allowed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn zems_filter_free(filter: *mut ZemsFilter) {
    free(filter);
}
