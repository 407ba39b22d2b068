//! Which events are shown.

use core::cell::RefCell;
use std::collections::BTreeSet;
use std::path::PathBuf;

use jiff::tz::TimeZone;
use zems::dictionary::Dictionary;
use zems::dictionary::catalogue::Pattern;
use zems::ems::Event;
use zems::filter::{
    AnyFilter, Compilation, Compiled, CompiledFilter, Compiler, Filter, Filters, LoadErrorKind, Parameters,
    Scratch, Session, Verdict,
};
use zems::site::Site;
use zems::spi::read::Buffer;
use zems::spi::{Ssid, Timestamp};
use zems::template::Text;
use zems::text::{Diagnostic, Severity, SourceId, SourceMap, limits};

use crate::Stop;
use crate::args::definitions::{self, Definitions, read_text};
pub(crate) use crate::args::selection::ssid_fits;
use crate::args::selection::{self, whole_ssid};
use crate::terminal::output::Color;
use crate::terminal::report::{errors, say_verdicts, show};

/// Bytes of all filters of a run: compiled they take many times their source.
const MOST_FILTER_BYTES: usize = limits::MEMORY / limits::FACTOR;

#[derive(Debug, Default, clap::Args)]
#[group(skip)]
#[command(next_help_heading = "Selection")]
pub(crate) struct Args {
    /// Select events that this filter passes: EMS filter source, filter table or burst filter; repeatable, asked in
    /// order.
    #[arg(long, value_name = "FILE")]
    filter: Vec<PathBuf>,
    /// Set a parameter of the filters; repeatable.
    #[arg(long, value_name = "NAME=VALUE")]
    param: Vec<String>,
    /// Refuse more filters than a collector or distributor takes: 10, one of them a burst filter.
    #[arg(long)]
    compatible: bool,
    /// Select events for which this condition of the filter language is true; only these reach the filters.
    #[arg(long, value_name = "EXPR")]
    r#where: Option<String>,
    /// Explain for each event which condition decided and which tokens were missing.
    #[arg(long)]
    explain: bool,
    #[command(flatten)]
    selection: selection::Args,
    /// Stop after N selected items.
    #[arg(long, value_name = "N")]
    pub(crate) limit: Option<u64>,
    /// Select the events that would otherwise be excluded.
    #[arg(long)]
    invert: bool,
}

/// Ranges of event numbers, both ends included.
#[derive(Clone, Debug)]
pub(crate) struct Numbers(Vec<(i16, i16)>);

impl Numbers {
    /// Whether a range ends before it begins.
    pub(crate) fn has_empty_range(&self) -> bool {
        self.0.iter().any(|(from, to)| from > to)
    }

    pub(crate) fn contain(&self, number: i16) -> bool {
        self.0.iter().any(|(from, to)| (*from..=*to).contains(&number))
    }
}

impl Args {
    /// The sources of the filters.
    pub(crate) fn files(&self) -> &[PathBuf] {
        &self.filter
    }

    /// Computes times in this zone, and warns of what can never fit.
    pub(crate) fn begin(&self, zone: &TimeZone, dictionary: &Dictionary) -> Result<(), Stop> {
        self.selection.begin(zone, dictionary)
    }

    /// Compiles the filters. Sources with errors end the run.
    pub(crate) fn filters(
        &self,
        definitions: &Definitions,
        files: &definitions::Args,
        nodes: &[(i32, String)],
    ) -> Result<Selection, Stop> {
        let dictionary = definitions.dictionary();
        let nodes = definitions::numbered(nodes);
        let loader = files.files();
        let compiler = Compiler::new(dictionary).with_nodes(&nodes).with_loader(&loader);
        let wrong = |error: &dyn ToString| Stop::Usage(error.to_string());
        let mut parameters = Parameters::new();
        for parameter in &self.param {
            parameters.add(parameter).map_err(|error| Stop::Usage(format!("--param: {error}")))?;
        }
        let mut sources = SourceMap::new();
        let mut compiled = Vec::new();
        for path in &self.filter {
            let id =
                sources.add(path.display().to_string(), read_text(path)?).map_err(|error| wrong(&error))?;
            let bytes: usize = sources.iter().map(|(_, source)| source.text().len()).sum();
            if bytes > MOST_FILTER_BYTES {
                return Err(wrong(&format!(
                    "--filter {}: the filters are too long together: at most {} MiB are compiled",
                    path.display(),
                    MOST_FILTER_BYTES >> 20
                )));
            }
            compiled.push(result(compiler.compile(&mut sources, id), &sources)?);
        }
        check_names(&parameters, &compiled)?;
        let load =
            |filter: &CompiledFilter, sources: &SourceMap| load(filter, &parameters, definitions, sources);
        let mut filters = Vec::new();
        for compiled in compiled {
            filters.push(match compiled {
                Compiled::Filter(filter) => load(&filter, &sources)?.into(),
                Compiled::Table(table) => table.into(),
                Compiled::Burst(burst) => burst.into(),
            });
        }
        let filters = if self.compatible {
            Filters::compatible(filters).map_err(|error| Stop::Usage(format!("--compatible: {error}")))?
        } else {
            Filters::new(filters)
        };
        let (mut condition, mut by_header) = (Filters::default(), None);
        if let Some(expression) = &self.r#where {
            let id: SourceId = sources.add("--where", expression.clone()).map_err(|error| wrong(&error))?;
            let compilation = compiler.expression(&mut sources, id);
            // No `zems check` would ever see what there is to say about it.
            if compilation.result().is_some() {
                show(&compilation.diagnostics().render(&sources));
            }
            let filter = load(&result(compilation, &sources)?, &sources)?;
            by_header = Some(filter.clone());
            condition = Filters::new([AnyFilter::Filter(filter)]);
        }
        if self.explain && filters.is_empty() && condition.is_empty() {
            return Err(Stop::Usage(
                "--explain tells about --filter and --where: give one of them".to_owned(),
            ));
        }
        Ok(Selection { condition, by_header, filters })
    }

    /// Whether verdicts are explained.
    pub(crate) const fn explains(&self) -> bool {
        self.explain
    }

    /// Whether the selection of a buffer depends on those before it, or says something that has its place among the output: then the
    /// buffers are asked about in their order.
    pub(crate) fn is_in_order(&self, selection: &Selection) -> bool {
        self.explain
            || self.limit.is_some()
            || self.selection.is_by_position()
            || selection.filters.counts_events()
    }

    /// The selection by headers alone, if they can exclude anything.
    pub(crate) fn screen<'s>(&'s self, selection: &'s Selection, site: &'s Site) -> Option<Screen<'s>> {
        let asks_headers = selection.by_header.is_some() || self.selection.is_by_header();
        let is_plain =
            !self.invert && !self.explain && self.limit.is_none() && !self.selection.is_by_position();
        (asks_headers && is_plain).then(|| Screen {
            selection: &self.selection,
            condition: selection.by_header.as_ref(),
            site,
            known: RefCell::new([None; KEPT]),
        })
    }

    /// Whether a buffer is wanted, by the options and by the filters.
    pub(crate) fn selects(
        &self,
        buffer: &Buffer<'_>,
        site: &Site,
        sessions: &mut [Session<'_, '_>],
    ) -> Selected {
        let mut selected = Selected {
            is_wanted: self.fits(buffer, site),
            pass_value: None,
            explanation: self.explain.then(String::new),
        };
        for session in sessions {
            if selected.is_wanted {
                self.filter(buffer, site, session, &mut selected);
            }
        }
        selected.is_wanted = selected.is_wanted != self.invert;
        selected
    }

    /// Filters are about events: they pass no command. All tokens of the buffer have been read before.
    fn filter(
        &self,
        buffer: &Buffer<'_>,
        site: &Site,
        session: &mut Session<'_, '_>,
        selected: &mut Selected,
    ) {
        selected.is_wanted = false;
        let Some(event) = site.event(buffer) else { return };
        let judgement = match &mut selected.explanation {
            Some(text) => session.explain(&event).map(|(judgement, explanations)| {
                for explanation in explanations {
                    text.push_str(if text.is_empty() { "" } else { "\n" });
                    text.push_str(&explanation.to_string());
                }
                judgement
            }),
            None => session.judge(&event),
        };
        let Ok(judgement) = judgement else { return };
        let Verdict::Pass { value, routing } = judgement.verdict else { return };
        selected.is_wanted = true;
        selected.pass_value = value;
        if let Some(text) = &mut selected.explanation {
            let declared = judgement.filter.map_or(&[][..], |filter| session.filters().destinations(filter));
            for destination in declared.iter().filter(|destination| routing.contains(&destination.rid)) {
                text.push_str(&format!("\n  routed to {destination}"));
            }
        }
    }

    fn fits(&self, buffer: &Buffer<'_>, site: &Site) -> bool {
        let dictionary = site.dictionary();
        let printed = dictionary.printed_ssid(buffer);
        let ssid_fits = |pattern: &str| match printed {
            Some(printed) => Pattern::whole(&whole_ssid(pattern)).fits(printed),
            None => ssid_fits(pattern, buffer.ssid(), dictionary),
        };
        let text = |event: &Event<'_>| {
            let mut text = Text::new();
            site.sentence_text(event, &site.render_options(false), &mut text);
            text.as_str().to_owned()
        };
        self.selection.fits(Event::try_from(*buffer).ok().as_ref(), ssid_fits, text)
    }
}

/// Excludes buffers by their headers, before their tokens are looked at.
pub(crate) struct Screen<'s> {
    selection: &'s selection::Args,
    condition: Option<&'s Filter>,
    site: &'s Site,
    /// Whether SSIDs fit.
    known: RefCell<[Option<(Ssid, bool)>; KEPT]>,
}

/// Subsystems whose fit is kept.
const KEPT: usize = 64;

impl Screen<'_> {
    /// Whether a buffer may be selected; `false` is certain.
    pub(crate) fn may_want(&self, buffer: &Buffer<'_>) -> bool {
        if self.selection.has_subsystems() && !self.subsystem_may_fit(buffer.ssid()) {
            return false;
        }
        let event = Event::try_from(*buffer).ok();
        self.selection.header_fits(event.as_ref())
            && self
                .condition
                .is_none_or(|condition| event.is_some_and(|event| !condition.fails_by_header(&event)))
    }

    fn subsystem_may_fit(&self, ssid: Ssid) -> bool {
        // An event of a subsystem that is not defined has its name as a token.
        if ssid == Ssid::NULL {
            return true;
        }
        let mut known = self.known.borrow_mut();
        let [.., number, _, _] = *ssid.as_bytes();
        let Some(place) = known.get_mut(usize::from(number) % KEPT) else { return true };
        match place {
            Some((of, fits)) if *of == ssid => *fits,
            _ => {
                let dictionary = self.site.dictionary();
                let fits = self.selection.subsystem_fits(|pattern| ssid_fits(pattern, ssid, dictionary));
                *place = Some((ssid, fits));
                fits
            }
        }
    }
}

/// The outcome for a buffer.
#[derive(Debug)]
pub(crate) struct Selected {
    pub(crate) is_wanted: bool,
    /// The number a filter passed the event with.
    pub(crate) pass_value: Option<i16>,
    /// Which condition decided, for `--explain`.
    pub(crate) explanation: Option<String>,
}

impl Selected {
    /// Prints which condition decided on the event at hand.
    pub(crate) fn explain(&self, buffer: &Buffer<'_>, source: &str, color: Color) {
        if let Some(explanation) = self.explanation.as_ref().filter(|text| !text.is_empty()) {
            let origin = buffer.origin();
            say_verdicts(format_args!("{source}: event at byte {origin}: {explanation}"), color);
        }
    }
}

/// The filters of the options.
#[derive(Debug)]
pub(crate) struct Selection {
    /// That of `--where`.
    condition: Filters,
    /// The same, asked about headers only.
    by_header: Option<Filter>,
    filters: Filters,
}

impl Selection {
    /// Begins to filter a stream: the condition first, then the filters, if there are any.
    pub(crate) fn sessions<'s>(&self, scratch: impl Fn() -> Scratch<'s>) -> Vec<Session<'_, 's>> {
        let each = [&self.condition, &self.filters].into_iter().filter(|filters| !filters.is_empty());
        each.map(|filters| filters.session(scratch())).collect()
    }
}

/// Refuses values for parameters that no filter declares.
fn check_names(parameters: &Parameters, compiled: &[Compiled]) -> Result<(), Stop> {
    let declared: BTreeSet<&str> = compiled
        .iter()
        .flat_map(|compiled| match compiled {
            Compiled::Filter(filter) => filter.parameters(),
            Compiled::Table(_) | Compiled::Burst(_) => &[],
        })
        .map(|parameter| parameter.name.as_str())
        .collect();
    let Some(name) = parameters.names().find(|name| !declared.contains(name)) else { return Ok(()) };
    let declared: Vec<_> = declared.into_iter().collect();
    Err(Stop::Usage(if declared.is_empty() {
        format!("--param {name}: no filter here has a parameter")
    } else {
        format!("--param {name}: no filter declares it; declared: {}", declared.join(", "))
    }))
}

/// Supplies a filter's parameters; what is wrong with them is said where they are declared.
fn load(
    filter: &CompiledFilter,
    parameters: &Parameters,
    definitions: &Definitions,
    sources: &SourceMap,
) -> Result<Filter, Stop> {
    filter.load(parameters, definitions.dictionary()).map_err(|error| {
        let parameter = filter.parameters().iter().find(|parameter| parameter.name == error.parameter);
        let Some(parameter) = parameter else { return Stop::Usage(error.to_string()) };
        let mut diagnostic = Diagnostic::new(Severity::Error, parameter.location, error.to_string());
        if error.kind == LoadErrorKind::Required {
            let name = &parameter.name;
            diagnostic.message = format!("parameter {name} has no value (ZEMS^ERR^REQ^PARAM)").into();
            diagnostic.code = Some(1022);
            diagnostic = diagnostic
                .with_hint(format!("--param '{name}=VALUE', a value being {}", parameter.value_form()));
        }
        show(&diagnostic.render(sources));
        Stop::Usage(format!("filter {} is not loaded", filter.name()))
    })
}

/// The filter that a source makes. Its errors end the run; its warnings are for `zems check`.
pub(crate) fn result<T>(compilation: Compilation<T>, sources: &SourceMap) -> Result<T, Stop> {
    let (filter, diagnostics) = compilation.into_parts();
    filter.ok_or_else(|| {
        show(&diagnostics.render(sources));
        Stop::Usage(format!("{} in the filters", errors(diagnostics.error_count())))
    })
}

pub(crate) fn numbers(text: &str) -> Result<Numbers, String> {
    let range = |part: &str| {
        // A minus after the first character separates; one at the front is a sign.
        let dash = part.char_indices().skip(1).find(|(_, c)| *c == '-').map(|(at, _)| at);
        let (from, to) = dash.map_or((part, part), |at| (&part[..at], &part[at + 1..]));
        let number = |text: &str| {
            text.trim().parse::<i16>().map_err(|_| {
                format!("`{text}` is not an event number from -32768 to 32767, or a range such as 8-20")
            })
        };
        Ok::<_, String>((number(from)?, number(to)?))
    };
    text.split(',').map(|part| range(part.trim())).collect::<Result<_, _>>().map(Numbers)
}

pub(crate) fn time(text: &str) -> Result<Timestamp, String> {
    if let Ok(time) = text.parse() {
        return Ok(time);
    }
    // A date, or a time without its zone, is GMT.
    let midnight = format!("{text}T00:00:00Z");
    let with_zone = format!("{text}Z");
    midnight.parse().or_else(|_| with_zone.parse()).map_err(|_| {
        "a time is written 2026-11-20, 2026-11-20T10:15:00 or 2026-11-20T10:15:00.123456Z".to_owned()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_ranges() {
        assert_eq!(numbers("-1,8, 10-20,-5--3").unwrap().0, [(-1, -1), (8, 8), (10, 20), (-5, -3)]);
        assert!(numbers("8-").is_err() && numbers("x").is_err() && numbers("").is_err());
    }

    #[test]
    fn times_without_a_zone_are_gmt() {
        assert_eq!(time("2026-11-20").unwrap(), time("2026-11-20T00:00:00Z").unwrap());
        assert_eq!(time("2026-11-20T10:15:00").unwrap(), time("2026-11-20 10:15:00.000Z").unwrap());
        assert!(time("yesterday").is_err());
    }
}
