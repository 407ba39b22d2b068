//! Several filters in one process, in load order (EMS Manual 5-35, 6-6, 6-8).

use alloc::boxed::Box;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::fmt;

use super::burst::{BurstFilter, BurstMonitor};
use super::compiled::Filter;
use super::destination::Destination;
use super::environment::{NO_NODES, Nodes};
use super::explain::{Decision, Explanation, Recorder};
use super::plan::Plan;
use super::program::{Planned, Program, Target};
use super::run::{Evaluation, Scratch};
use super::table::FilterTable;
use super::verdict::{Verdict, verdict};
use crate::ems::Event;
use crate::spi::read::DecodeError;

/// A filter of any kind, ready to run.
#[derive(Clone, Debug)]
#[allow(clippy::exhaustive_enums)]
pub enum AnyFilter {
    /// In the filter language.
    Filter(Filter),
    /// A filter table.
    Table(FilterTable),
    /// A burst filter.
    Burst(BurstFilter),
}

impl From<Filter> for AnyFilter {
    fn from(filter: Filter) -> Self {
        Self::Filter(filter)
    }
}

impl From<FilterTable> for AnyFilter {
    fn from(table: FilterTable) -> Self {
        Self::Table(table)
    }
}

impl From<BurstFilter> for AnyFilter {
    fn from(burst: BurstFilter) -> Self {
        Self::Burst(burst)
    }
}

/// Filters in the order they are asked. They never change: any number of threads may use them, each in its own [`Session`].
///
/// | filter | outcome | then |
/// |---|---|---|
/// | filter language | PASS | accepted |
/// | | FAIL, or the end | the next filter; rejected if it was the last |
/// | | DISCARDEVENT | rejected |
/// | PASS table | a row matches | accepted |
/// | | none matches | the next filter; rejected if it was the last |
/// | FAIL table | a row matches | rejected |
/// | | none matches | the next filter; accepted if it was the last |
/// | burst filter | in a burst | rejected |
/// | | in no burst | the next filter; accepted if it was the last |
///
/// Without filters every event is accepted. All filters together walk the body of an event once.
#[derive(Clone, Debug, Default)]
pub struct Filters {
    stages: Vec<Stage>,
    plan: Plan,
}

#[derive(Clone, Debug)]
enum Stage {
    Program {
        program: Box<Program>,
        nodes: Arc<Nodes>,
        destinations: Vec<Destination>,
    },
    Table(FilterTable),
    /// The number of its monitor in a session.
    Burst(BurstFilter, usize),
}

/// A process takes no more filters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TooManyFilters {
    /// Filters of any kind, 10 at most (EMS Manual 6-2, 13-50).
    Filters {
        /// How many there are.
        found: usize,
    },
    /// Burst filters, 1 at most (EMS Manual 6-10).
    BurstFilters {
        /// How many there are.
        found: usize,
    },
}

impl fmt::Display for TooManyFilters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Filters { found } => {
                write!(
                    f,
                    "a collector or distributor takes at most {} filters, not {found}",
                    Filters::MAX_COMPATIBLE
                )
            }
            Self::BurstFilters { found } => {
                write!(f, "a collector or distributor takes at most 1 burst filter, not {found}")
            }
        }
    }
}

impl core::error::Error for TooManyFilters {}

impl Filters {
    /// Filters that a collector or distributor takes.
    pub const MAX_COMPATIBLE: usize = 10;

    /// Any number of filters.
    #[must_use]
    pub fn new(filters: impl IntoIterator<Item = AnyFilter>) -> Self {
        let mut all = Self::default();
        let mut bursts = 0;
        for filter in filters {
            all.stages.push(match filter {
                AnyFilter::Filter(filter) => {
                    let Planned { mut program, plan } = *filter.planned;
                    program.move_onto(&all.plan.take_in(&plan));
                    Stage::Program {
                        program: Box::new(program),
                        nodes: filter.nodes,
                        destinations: filter.destinations,
                    }
                }
                AnyFilter::Table(table) => Stage::Table(table),
                AnyFilter::Burst(burst) => {
                    bursts += 1;
                    Stage::Burst(burst, bursts - 1)
                }
            });
        }
        all.plan.finish();
        all
    }

    /// As many filters as a collector or distributor takes.
    ///
    /// # Errors
    /// There are more than 10 filters, or more than one burst filter.
    pub fn compatible(filters: impl IntoIterator<Item = AnyFilter>) -> Result<Self, TooManyFilters> {
        let all = Self::new(filters);
        let bursts = all.stages.iter().filter(|stage| matches!(stage, Stage::Burst(..))).count();
        match all.stages.len() {
            found if found > Self::MAX_COMPATIBLE => Err(TooManyFilters::Filters { found }),
            _ if bursts > 1 => Err(TooManyFilters::BurstFilters { found: bursts }),
            _ => Ok(all),
        }
    }

    /// Whether a verdict depends on the events before: there is a burst filter.
    #[must_use]
    pub fn counts_events(&self) -> bool {
        self.stages.iter().any(|stage| matches!(stage, Stage::Burst(..)))
    }

    /// How many filters there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.stages.len()
    }

    /// Whether there is no filter.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.stages.is_empty()
    }

    /// The destinations that a filter, numbered from 0, declares: where a printing distributor would send what it passes
    /// with a routing ID. Nothing here acts on them.
    #[must_use]
    pub fn destinations(&self, filter: usize) -> &[Destination] {
        match self.stages.get(filter) {
            Some(Stage::Program { destinations, .. }) => destinations,
            _ => &[],
        }
    }

    /// Begins to filter a stream of events. Burst filters count from here.
    #[must_use]
    pub fn session<'f, 's>(&'f self, scratch: Scratch<'s>) -> Session<'f, 's> {
        let bursts = self.stages.iter().filter_map(|stage| match stage {
            Stage::Burst(burst, _) => Some(BurstMonitor::new(*burst)),
            _ => None,
        });
        Session { bursts: bursts.collect(), filters: self, scratch }
    }
}

/// A stream of events before [`Filters`]: their memory, and what burst filters remember.
#[derive(Debug)]
pub struct Session<'f, 's> {
    filters: &'f Filters,
    scratch: Scratch<'s>,
    bursts: Vec<BurstMonitor>,
}

/// The verdict of several filters on an event together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_structs)]
pub struct Judgement<'f> {
    /// The verdict of the filter that decided. [`Verdict::Fail`] is the last filter's, and rejects.
    pub verdict: Verdict<'f>,
    /// Which filter decided, from 0; `None` if there is none.
    pub filter: Option<usize>,
}

const ACCEPTED: Verdict<'static> = Verdict::Pass { value: None, routing: &[] };

impl<'f> Session<'f, '_> {
    /// The filters.
    #[must_use]
    pub const fn filters(&self) -> &'f Filters {
        self.filters
    }

    /// The verdict of the filters on the next event of the stream.
    ///
    /// # Errors
    /// A token of the body cannot be read, and the tokens after it are asked for.
    pub fn judge(&mut self, event: &Event<'_>) -> Result<Judgement<'f>, DecodeError> {
        self.ask(event, None)
    }

    /// The verdict of the filters on the next event of the stream, and why each of them that was asked. An event is either
    /// judged or explained: burst filters count it.
    ///
    /// # Errors
    /// A token of the body cannot be read, and the tokens after it are asked for.
    pub fn explain(
        &mut self,
        event: &Event<'_>,
    ) -> Result<(Judgement<'f>, Vec<Explanation<'f>>), DecodeError> {
        let mut explanations = Vec::new();
        let judgement = self.ask(event, Some(&mut explanations))?;
        if explanations.is_empty() {
            let decided_by = Decision::NoFilter;
            explanations.push(Explanation { verdict: judgement.verdict, decided_by, steps: Vec::new() });
        }
        Ok((judgement, explanations))
    }

    fn ask(
        &mut self,
        event: &Event<'_>,
        mut explanations: Option<&mut Vec<Explanation<'f>>>,
    ) -> Result<Judgement<'f>, DecodeError> {
        let Self { filters, scratch, bursts } = self;
        let filters: &'f Filters = filters;
        let zone = scratch.zone;
        let mut evaluation = Evaluation::new(event, &filters.plan, &NO_NODES, scratch);
        let mut judgement = Judgement { verdict: ACCEPTED, filter: None };
        for (number, stage) in filters.stages.iter().enumerate() {
            judgement.filter = Some(number);
            // The verdict, and whether it is final.
            let (verdict, is_final) = match stage {
                Stage::Program { program, nodes, .. } => {
                    evaluation.nodes = nodes;
                    let verdict = match &mut explanations {
                        None if program.fails_at_once(event) => Verdict::Fail,
                        None => match program.on_header(event) {
                            start @ Target::Node(_) => {
                                verdict(program, evaluation.run(program, start, &mut ())?)
                            }
                            end => verdict(program, end),
                        },
                        Some(explanations) => {
                            let mut recorder = Recorder::default();
                            let end = evaluation.run(program, program.start, &mut recorder)?;
                            explanations.push(recorder.explanation(program, end));
                            verdict(program, end)
                        }
                    };
                    (verdict, verdict != Verdict::Fail)
                }
                Stage::Table(table) => {
                    let verdict = table.judge(event, zone);
                    if let Some(explanations) = &mut explanations {
                        explanations.push(table.why(event, zone));
                    }
                    // A table speaks of the events that match it only.
                    (verdict, table.is_pass() == verdict.is_pass())
                }
                Stage::Burst(_, monitor) => {
                    let monitor = bursts.get_mut(*monitor);
                    let is_hidden = monitor.map_or(Ok(false), |monitor| monitor.hides(event, |_| ()))?;
                    let verdict = if is_hidden { Verdict::Discard } else { ACCEPTED };
                    if let Some(explanations) = &mut explanations {
                        let decided_by = Decision::Burst { is_hidden };
                        explanations.push(Explanation { verdict, decided_by, steps: Vec::new() });
                    }
                    (verdict, is_hidden)
                }
            };
            judgement.verdict = verdict;
            if is_final {
                break;
            }
        }
        Ok(judgement)
    }
}
