//! Why a filter has said what it has: the statement that decided, and on the way there every condition with the values it
//! saw.

use alloc::boxed::Box;
use alloc::collections::BTreeSet;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;

use super::environment;
use super::file_name::ExternalName;
use super::program::{Base, Check, Origin, Outcome, Program, Source, Target, Test};
use super::run::{Evaluation, Observer};
use super::value::Value;
use super::verdict::{Verdict, verdict};
use crate::dictionary::Dictionary;
use crate::spi::{Crtpid, DataType, Ssid, Timestamp};
use crate::text::Location;

/// Why a verdict is what it is. `Display` makes lines for people of it:
///
/// ```text
/// PASS 5 by crit:7:4 PASS 5
///   crit:4:6 TRUE  ZEMS^TKN^EMPHASIS = [ZSPI^VAL^TRUE] (ZEMS^TKN^EMPHASIS is -1)
///   crit:5:6 FALSE ABC^TKN^STUFF(3) = 5 (ABC^TKN^STUFF(3) is missing)
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Explanation<'f> {
    /// The verdict.
    pub verdict: Verdict<'f>,
    /// The decision.
    pub decided_by: Decision,
    /// The conditions that were looked at, in order.
    pub steps: Vec<Step>,
}

/// The decision on an event.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Decision {
    /// A PASS, FAIL or DISCARDEVENT statement.
    Statement(Excerpt),
    /// No statement: the end of the filter was reached.
    EndOfFilter(Excerpt),
    /// A row of a filter table.
    Row(Excerpt),
    /// A directive of a filter table that the event does not answer to.
    Directive(Excerpt),
    /// No row of a filter table.
    NoRow,
    /// A burst filter: whether the event is in a burst.
    Burst {
        /// It is, and is hidden.
        is_hidden: bool,
    },
    /// There is no filter.
    NoFilter,
}

/// A piece of a source.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Excerpt {
    /// Where it is.
    pub location: Location,
    /// The name of the source.
    pub source: Box<str>,
    /// The line, from 1.
    pub line: u32,
    /// The character in the line, from 1.
    pub column: u32,
    /// The text there, blanks made single, long texts cut.
    pub text: Box<str>,
}

/// A condition that was looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Step {
    /// The condition.
    pub condition: Excerpt,
    /// The result.
    pub holds: bool,
    /// The operands that are not constants.
    pub operands: Vec<OperandValue>,
    /// The number of its place among those that the program speaks of; `None` in a table.
    pub(super) origin: Option<u32>,
}

/// The value of an operand for the event.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct OperandValue {
    /// The operand as written.
    pub text: Box<str>,
    /// Its value; `None` if it is missing.
    pub value: Option<Box<str>>,
}

impl Explanation<'_> {
    /// The operands that were missing, each once, in the order they were asked for.
    #[must_use]
    pub fn missing(&self) -> Vec<&str> {
        let mut known = BTreeSet::new();
        let operands = self.steps.iter().flat_map(|step| &step.operands);
        let missing = operands.filter(|operand| operand.value.is_none()).map(|operand| &*operand.text);
        missing.filter(|text| known.insert(*text)).collect()
    }
}

impl fmt::Display for Explanation<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} by {}", self.verdict, self.decided_by)?;
        for step in &self.steps {
            let truth = if step.holds { "TRUE " } else { "FALSE" };
            let Excerpt { source, line, column, text, .. } = &step.condition;
            write!(f, "\n  {source}:{line}:{column} {truth} {text}")?;
            for (at, OperandValue { text, value }) in step.operands.iter().enumerate() {
                f.write_str(if at == 0 { " (" } else { ", " })?;
                match value {
                    Some(value) => write!(f, "{text} is {value}")?,
                    None => write!(f, "{text} is missing")?,
                }
            }
            if !step.operands.is_empty() {
                f.write_str(")")?;
            }
        }
        Ok(())
    }
}

/// The word of the language, with pass value and routing IDs.
impl fmt::Display for Verdict<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pass { value, routing } => {
                f.write_str("PASS")?;
                if let Some(value) = value {
                    write!(f, " {value}")?;
                }
                for (at, id) in routing.iter().enumerate() {
                    f.write_str(if at == 0 { " (" } else { ", " })?;
                    write!(f, "{id}")?;
                }
                f.write_str(if routing.is_empty() { "" } else { ")" })
            }
            Self::Fail => f.write_str("FAIL"),
            Self::Discard => f.write_str("DISCARDEVENT"),
        }
    }
}

impl fmt::Display for Decision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Statement(excerpt) | Self::Row(excerpt) | Self::Directive(excerpt) => excerpt.fmt(f),
            Self::EndOfFilter(Excerpt { source, line, column, .. }) => {
                write!(f, "{source}:{line}:{column} the end of the filter")
            }
            Self::NoRow => f.write_str("no row of the table"),
            Self::Burst { is_hidden: true } => f.write_str("a burst"),
            Self::Burst { is_hidden: false } => f.write_str("no burst"),
            Self::NoFilter => f.write_str("no filter"),
        }
    }
}

/// `source:line:column text`.
impl fmt::Display for Excerpt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{} {}", self.source, self.line, self.column, self.text)
    }
}

/// Notes what a run comes by.
#[derive(Debug, Default)]
pub(super) struct Recorder {
    steps: Vec<Step>,
}

impl Observer for Recorder {
    fn node(&mut self, program: &Program, number: u32, holds: bool, evaluation: &Evaluation<'_, '_, '_>) {
        let at = usize::try_from(number).unwrap_or(usize::MAX);
        let Some(node) = program.nodes.get(at) else { return };
        let Some(origin) = program.origins_of_nodes.get(at).copied() else { return };
        let Some(condition) = excerpt(program, origin) else { return };
        let operands = match &node.test {
            Test::Set { variable, value } => {
                let name = program.variables.get(usize::from(*variable)).cloned().unwrap_or_default();
                let value = if *value { "TRUE" } else { "FALSE" };
                let operands = Vec::from([OperandValue { text: name, value: Some(value.into()) }]);
                self.steps.push(Step { condition, holds: value == "TRUE", operands, origin: Some(origin) });
                return;
            }
            Test::Variable(_) | Test::List(_) => Vec::new(),
            _ => match check_of(program, at) {
                Some(check) => operands(check, evaluation),
                None => Vec::new(),
            },
        };
        self.steps.push(Step { condition, holds, operands, origin: Some(origin) });
    }
}

impl Recorder {
    pub(super) fn explanation(self, program: &Program, end: Target) -> Explanation<'_> {
        let (Target::Node(number) | Target::Pass(number) | Target::Fail(number) | Target::Discard(number)) =
            end;
        let at = usize::try_from(number).unwrap_or(usize::MAX);
        let decided_by = program.ends.get(at).and_then(|end| {
            let excerpt = excerpt(program, end.origin)?;
            Some(match end.outcome {
                Outcome::FallOff => Decision::EndOfFilter(excerpt),
                _ => Decision::Statement(excerpt),
            })
        });
        Explanation {
            verdict: verdict(program, end),
            decided_by: decided_by.unwrap_or(Decision::NoFilter),
            steps: self.steps,
        }
    }
}

/// The check of a node, whichever form of it the node runs.
fn check_of(program: &Program, node: usize) -> Option<&Check> {
    let check = program.checks_of_nodes.get(node).copied().flatten()?;
    program.checks.get(usize::try_from(check).ok()?).map(|check| &**check)
}

pub(super) fn excerpt(program: &Program, origin: u32) -> Option<Excerpt> {
    let Origin { location, source, line, column } = program.origins.get(usize::try_from(origin).ok()?)?;
    let source = usize::try_from(*source).ok()?;
    let text = program.source_texts.get(source)?.get(location.span.range()).unwrap_or_default();
    let source = program.source_names.get(source)?;
    Some(Excerpt {
        location: *location,
        source: source.clone(),
        line: *line,
        column: *column,
        text: environment::excerpt(text).into(),
    })
}

fn operands(check: &Check, evaluation: &Evaluation<'_, '_, '_>) -> Vec<OperandValue> {
    check
        .sources()
        .filter(|source| source.is_parameter || !matches!(source.base, Base::Number(_) | Base::Bytes(_)))
        .map(|source| OperandValue {
            text: source.text.clone(),
            value: shown(source, evaluation).map(String::into_boxed_str),
        })
        .collect()
}

/// Elements of an array that are shown.
const SHOWN: usize = 16;

/// A value for people; `None` if it is missing.
fn shown(source: &Source, evaluation: &Evaluation<'_, '_, '_>) -> Option<String> {
    if source.is_slice() {
        let units = (0..).map(|at| evaluation.unit(source, at, false));
        let units = units.take_while(|unit| !unit.is_missing());
        let mut members = units.map(|unit| shown_value(source, &unit, evaluation)).peekable();
        members.peek()?;
        return Some(listed(members));
    }
    match evaluation.value(source) {
        Value::Missing => evaluation.is_present(source).then(|| "present".to_string()),
        value => Some(shown_value(source, &value, evaluation)),
    }
}

fn shown_value(source: &Source, value: &Value<'_>, evaluation: &Evaluation<'_, '_, '_>) -> String {
    match value {
        Value::Missing => String::new(),
        Value::Text { bytes, .. } => quoted(bytes),
        Value::FileName(name) => {
            String::from_utf8_lossy(ExternalName::new(name, evaluation.nodes).as_bytes()).into_owned()
        }
        Value::Elements(elements) => {
            if source.bits.is_none()
                && let Some(text) =
                    as_kind(source.kind, elements.as_bytes(), elements.at(0), evaluation.dictionary())
            {
                return text;
            }
            match (elements.len(), elements.at(0)) {
                (0, _) => "empty".to_string(),
                (1, Some(number)) => number.to_string(),
                _ => listed((0..).map_while(|at| elements.at(at)).map(|number| number.to_string())),
            }
        }
    }
}

/// The first members of an array.
fn listed(mut members: impl Iterator<Item = String>) -> String {
    let first: Vec<String> = members.by_ref().take(SHOWN).collect();
    let more = if members.next().is_some() { ", ..." } else { "" };
    format!("({}{more})", first.join(", "))
}

/// The text of values that are more than numbers.
fn as_kind(
    kind: DataType,
    bytes: &[u8],
    first: Option<i128>,
    dictionary: Option<&Dictionary>,
) -> Option<String> {
    match kind {
        DataType::Ssid => {
            let ssid = Ssid::from_bytes(*bytes.first_chunk()?);
            let known = dictionary.and_then(|dictionary| dictionary.subsystem(ssid));
            Some(ssid.with_name(known.map(|known| known.name())).to_string())
        }
        DataType::Crtpid => bytes.first_chunk().map(|bytes| Crtpid::from_bytes(*bytes).to_string()),
        DataType::Timestamp => {
            let time = i64::try_from(first?).ok().map(Timestamp)?;
            time.civil().map(|_| format!("{} ({time})", time.0))
        }
        _ => None,
    }
}

/// Printable characters in quotation marks; all others as `?`.
fn quoted(bytes: &[u8]) -> String {
    let shown = |byte: &u8| if byte.is_ascii_graphic() || *byte == b' ' { char::from(*byte) } else { '?' };
    core::iter::once('"').chain(bytes.iter().map(shown)).chain(['"']).collect()
}
