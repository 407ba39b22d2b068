use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::string::ToString;
use alloc::sync::Arc;
use alloc::vec::Vec;

use super::destination::Destination;
use super::environment::Nodes;
use super::explain::{Explanation, Recorder};
use super::parameter::{LoadError, LoadErrorKind, ParameterDef, Parameters};
use super::program::{Planned, Target};
use super::run::{Evaluation, Scratch};
use super::verdict::{Verdict, verdict};
use crate::dictionary::Dictionary;
use crate::ems::Event;
use crate::spi::read::DecodeError;

/// A filter of the filter language, compiled. [`CompiledFilter::load`] supplies its parameters and makes it run.
#[derive(Clone, Debug)]
pub struct CompiledFilter {
    pub(super) name: Box<str>,
    pub(super) planned: Box<Planned>,
    pub(super) parameters: Vec<ParameterDef>,
    pub(super) destinations: Vec<Destination>,
    pub(super) nodes: Arc<Nodes>,
}

impl CompiledFilter {
    /// The name after FILTER, upper case; empty for an expression.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The parameters it declares.
    #[must_use]
    pub fn parameters(&self) -> &[ParameterDef] {
        &self.parameters
    }

    /// The destinations it declares. With any, a collector does not take the filter.
    #[must_use]
    pub fn destinations(&self) -> &[Destination] {
        &self.destinations
    }

    /// Supplies the parameters. Values for parameters that the filter does not declare are passed over.
    ///
    /// # Errors
    /// A REQUIRED parameter has no value, or a value is not of its parameter's type.
    pub fn load(&self, parameters: &Parameters, dictionary: &Dictionary) -> Result<Filter, LoadError> {
        let mut texts: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for (name, value) in parameters.iter() {
            texts.entry(name).or_default().push(value);
        }
        let mut supplied: Vec<Vec<Box<[u8]>>> = Vec::new();
        for parameter in &self.parameters {
            let texts = texts.get(&*parameter.name).map_or(&[][..], Vec::as_slice);
            let values = texts.iter().map(|text| parameter.encode(text, dictionary, &self.nodes));
            let values: Vec<_> = values.collect::<Result<_, _>>()?;
            if values.is_empty() && parameter.is_required {
                return Err(LoadError {
                    parameter: parameter.name.to_string(),
                    kind: LoadErrorKind::Required,
                });
            }
            supplied.push(values);
        }
        let uses: Vec<Option<&[u8]>> = self
            .planned
            .program
            .parameter_uses
            .iter()
            .map(|used| {
                let values = supplied.get(used.parameter)?;
                values.get(usize::from(used.index).checked_sub(1)?).map(|bytes| &**bytes)
            })
            .collect();
        let mut planned = self.planned.clone();
        planned.program.supply(&uses);
        planned.program.specialise();
        Ok(Filter {
            name: self.name.clone(),
            planned,
            destinations: self.destinations.clone(),
            nodes: self.nodes.clone(),
        })
    }
}

/// A filter ready to run. It never changes: any number of threads may use it at once, each with its own [`Scratch`].
#[derive(Clone, Debug)]
pub struct Filter {
    name: Box<str>,
    pub(super) planned: Box<Planned>,
    pub(super) destinations: Vec<Destination>,
    pub(super) nodes: Arc<Nodes>,
}

impl Filter {
    /// The name after FILTER, upper case; empty for an expression.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The destinations it declares.
    #[must_use]
    pub fn destinations(&self) -> &[Destination] {
        &self.destinations
    }

    /// The verdict of the filter on an event.
    ///
    /// The body of the event is walked at most once, and only if a condition on it comes up. Nothing is allocated once
    /// `scratch` has grown to the size of the filter.
    ///
    /// # Errors
    /// A token of the body cannot be read, and the tokens after it are asked for.
    #[inline]
    pub fn verdict(&self, event: &Event<'_>, scratch: &mut Scratch<'_>) -> Result<Verdict<'_>, DecodeError> {
        let program = &self.planned.program;
        if program.fails_at_once(event) {
            return Ok(Verdict::Fail);
        }
        let end = match program.on_header(event) {
            start @ Target::Node(_) => self.rest(start, event, scratch)?,
            end => end,
        };
        Ok(verdict(program, end))
    }

    /// Whether the header alone says that the filter does not pass an event. The body is not looked at: it may even be damaged.
    #[must_use]
    #[inline]
    pub fn fails_by_header(&self, event: &Event<'_>) -> bool {
        let program = &self.planned.program;
        program.fails_at_once(event)
            || match program.on_header(event) {
                Target::Node(_) => false,
                end => !verdict(program, end).is_pass(),
            }
    }

    #[inline(never)]
    fn rest(
        &self,
        start: Target,
        event: &Event<'_>,
        scratch: &mut Scratch<'_>,
    ) -> Result<Target, DecodeError> {
        let Planned { program, plan } = &*self.planned;
        Evaluation::new(event, plan, &self.nodes, scratch).run(program, start, &mut ())
    }

    /// The verdict of the filter on an event, and why.
    ///
    /// # Errors
    /// A token of the body cannot be read, and the tokens after it are asked for.
    pub fn explain(
        &self,
        event: &Event<'_>,
        scratch: &mut Scratch<'_>,
    ) -> Result<Explanation<'_>, DecodeError> {
        let Planned { program, plan } = &*self.planned;
        let mut recorder = Recorder::default();
        let mut evaluation = Evaluation::new(event, plan, &self.nodes, scratch);
        let end = evaluation.run(program, program.start, &mut recorder)?;
        Ok(recorder.explanation(program, end))
    }
}
