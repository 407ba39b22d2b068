//! A compiled filter: tests with two ways on from each, and ends. Ways lead forward only, so every run ends.

use alloc::boxed::Box;
use alloc::sync::Arc;
use alloc::vec::Vec;

use super::pattern::Pattern;
use super::plan::{Moved, Plan, ScopeId, SlotId};
use super::relation::{Range, Relation};
use super::statement::Step;
use super::types::Form;
use crate::ems::{Event, HeaderToken};
use crate::spi::{DataType, Ssid};
use crate::text::Location;

/// The conditions that filters begin with, in one: the subsystem is this one, the event number in this range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Guard {
    ssid: Option<Ssid>,
    number: Option<Range>,
    if_true: Target,
    if_false: Target,
}

impl Guard {
    /// Where an event goes from here.
    #[inline]
    fn next(&self, event: &Event<'_>) -> Target {
        let is_of = |ssid| event.ssid().is_same_subsystem(ssid);
        let is_in = |range: Range| event.number().is_some_and(|number| range.holds(number.into()));
        if self.ssid.is_none_or(is_of) && self.number.is_none_or(is_in) {
            self.if_true
        } else {
            self.if_false
        }
    }
}

/// Where a test leads: to another, or to an end, whose kind is at hand without looking it up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Target {
    Node(u32),
    Pass(u32),
    Fail(u32),
    Discard(u32),
}

impl Target {
    /// Leads to this end.
    pub(super) const fn end(number: u32, outcome: &Outcome) -> Self {
        match outcome {
            Outcome::Pass { .. } => Self::Pass(number),
            Outcome::Fail | Outcome::FallOff => Self::Fail(number),
            Outcome::Discard => Self::Discard(number),
        }
    }
}

impl Default for Target {
    fn default() -> Self {
        Self::Fail(0)
    }
}

/// A test and its two ways on.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub(super) test: Test,
    pub(super) if_true: Target,
    pub(super) if_false: Target,
}

/// The action of a node. [`Test::Check`] can say everything; the tests after it say the most frequent checks faster.
#[derive(Clone, Debug)]
pub(super) enum Test {
    Variable(u8),
    /// Sets a Boolean variable and goes the way for true.
    Set {
        variable: u8,
        value: bool,
    },
    /// Whether a LIST block's list is there.
    List(ScopeId),
    Check(u32),
    EventNumber(Range),
    HeaderNumber {
        token: HeaderToken,
        range: Range,
    },
    /// Owner and number of ZSPI^TKN^SSID.
    Subsystem {
        ssid: Ssid,
        is_equal: bool,
    },
    SlotNumber {
        slot: SlotId,
        size: u8,
        is_signed: bool,
        range: Range,
    },
    SlotPresent(SlotId),
}

/// A condition on the event.
#[derive(Clone, Debug)]
pub(super) enum Check {
    Compare { left: Source, relation: Relation, right: Source, is_literal: bool },
    Match { source: Source, pattern: Pattern },
    TokenPresent(Source),
    FileNameCompare { left: Source, right: Source },
    EmsTextMatch { key: Source, pattern: Source, is_literal: bool },
}

impl Check {
    /// The operands in the order they are written. A MATCH pattern is none.
    pub(super) fn sources(&self) -> impl Iterator<Item = &Source> {
        let (first, second) = match self {
            Self::Compare { left, right, .. } | Self::FileNameCompare { left, right } => (left, Some(right)),
            Self::Match { source, .. } | Self::TokenPresent(source) => (source, None),
            Self::EmsTextMatch { key, pattern, .. } => (key, Some(pattern)),
        };
        core::iter::once(first).chain(second)
    }

    fn sources_mut(&mut self) -> impl Iterator<Item = &mut Source> {
        let (first, second) = match self {
            Self::Compare { left, right, .. } | Self::FileNameCompare { left, right } => (left, Some(right)),
            Self::Match { source, .. } | Self::TokenPresent(source) => (source, None),
            Self::EmsTextMatch { key, pattern, .. } => (key, Some(pattern)),
        };
        core::iter::once(first).chain(second)
    }
}

/// Where an operand's value comes from and how it is read.
#[derive(Clone, Debug)]
pub(super) struct Source {
    pub(super) base: Base,
    /// A field of the value.
    pub(super) part: Option<Part>,
    pub(super) form: Form,
    /// Bit extraction, bit 0 the most significant.
    pub(super) bits: Option<(u8, u8)>,
    /// For people.
    pub(super) kind: DataType,
    pub(super) text: Box<str>,
    /// A parameter, and so no constant to them.
    pub(super) is_parameter: bool,
}

#[derive(Clone, Debug)]
pub(super) enum Base {
    Header(HeaderToken),
    Slot(SlotId),
    /// A use of a parameter, before its value is known.
    Parameter(u32),
    Number(i64),
    Bytes(Box<[u8]>),
    /// An optional parameter that was not supplied, a header token with an index above 1.
    Missing,
}

/// A field: bytes of one occurrence, and for a slice how many and how far apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) offset: u16,
    pub(super) len: u16,
    pub(super) slice: Option<(u16, u16)>,
}

/// How a filter can end.
#[derive(Clone, Debug)]
pub(super) struct End {
    pub(super) outcome: Outcome,
    pub(super) origin: u32,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    Pass {
        value: Option<i16>,
        routing: Box<[u8]>,
    },
    Fail,
    Discard,
    /// After the last statement.
    FallOff,
}

/// A piece of the source that explanations speak of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Origin {
    pub(super) location: Location,
    /// Source name, line and column.
    pub(super) source: u32,
    pub(super) line: u32,
    pub(super) column: u32,
}

/// A use of a parameter token: which parameter, and which of its values, from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ParameterUse {
    pub(super) parameter: usize,
    pub(super) index: u16,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Program {
    pub(super) nodes: Vec<Node>,
    /// By node.
    pub(super) origins_of_nodes: Vec<u32>,
    /// By node: the check it makes, in whichever form.
    pub(super) checks_of_nodes: Vec<Option<u32>>,
    pub(super) ends: Vec<End>,
    pub(super) start: Target,
    /// The shortcut at the front of the program.
    guard: Option<Guard>,
    /// The subsystem outside of which the program fails every event.
    only: Option<Ssid>,
    #[expect(clippy::vec_box, reason = "a vector of checks that grows would take three times as much")]
    pub(super) checks: Vec<Box<Check>>,
    pub(super) origins: Vec<Origin>,
    pub(super) source_names: Vec<Box<str>>,
    pub(super) source_texts: Vec<Box<str>>,
    pub(super) parameter_uses: Vec<ParameterUse>,
    /// By variable, for explanations.
    pub(super) variables: Vec<Box<str>>,
    /// The statements that the nodes were made of, for explanations.
    pub(super) body: Option<Arc<Step>>,
}

impl Program {
    /// Puts the values of parameters in their places: by use, `None` where none was supplied.
    pub(super) fn supply(&mut self, values: &[Option<&[u8]>]) {
        for source in self.checks.iter_mut().flat_map(|check| check.sources_mut()) {
            if let Base::Parameter(number) = source.base {
                let value =
                    usize::try_from(number).ok().and_then(|number| values.get(number).copied().flatten());
                source.base = value.map_or(Base::Missing, |bytes| Base::Bytes(bytes.into()));
            }
        }
    }

    /// Moves the program onto a plan that has taken in its own.
    pub(super) fn move_onto(&mut self, moved: &Moved) {
        for source in self.checks.iter_mut().flat_map(|check| check.sources_mut()) {
            if let Base::Slot(slot) = &mut source.base {
                *slot = moved.slot(*slot);
            }
        }
        for node in &mut self.nodes {
            match &mut node.test {
                Test::List(scope) => *scope = moved.scope(*scope),
                Test::SlotNumber { slot, .. } | Test::SlotPresent(slot) => *slot = moved.slot(*slot),
                _ => {}
            }
        }
    }

    /// Whether the program fails an event because of its subsystem. Most filters are about one and most events are another's:
    /// what those cost is inlined wherever a verdict is asked for.
    #[inline]
    pub(super) fn fails_at_once(&self, event: &Event<'_>) -> bool {
        self.only.is_some_and(|only| !event.ssid().is_same_subsystem(only))
    }

    /// How far an event comes with tests that need no more than the header: an end, or the first other test.
    #[inline(never)]
    pub(super) fn on_header(&self, event: &Event<'_>) -> Target {
        let mut at = self.guard.as_ref().map_or(self.start, |guard| guard.next(event));
        while let Target::Node(number) = at
            && let Some(node) = usize::try_from(number).ok().and_then(|number| self.nodes.get(number))
            && let Some(holds) = node.test.on_header(event)
        {
            at = if holds { node.if_true } else { node.if_false };
        }
        at
    }

    /// Puts the fast form of each check that has one in its place.
    pub(super) fn specialise(&mut self) {
        for node in &mut self.nodes {
            if let Test::Check(number) = node.test
                && let Some(check) = usize::try_from(number).ok().and_then(|number| self.checks.get(number))
                && let Some(test) = fast(check)
            {
                node.test = test;
            }
        }
        self.guard = self.front();
        let guard = self.guard.filter(|guard| matches!(guard.if_false, Target::Fail(_)));
        self.only = guard.and_then(|guard| guard.ssid);
    }

    /// The guard that stands for the tests at the start, as long as all of them lead to the same place when they fail.
    fn front(&self) -> Option<Guard> {
        let mut guard: Option<Guard> = None;
        let mut at = self.start;
        while let Target::Node(number) = at
            && let Some(node) = usize::try_from(number).ok().and_then(|number| self.nodes.get(number))
            && guard.is_none_or(|guard| guard.if_false == node.if_false)
        {
            let (ssid, number) = guard.map_or((None, None), |guard| (guard.ssid, guard.number));
            let (ssid, number) = match &node.test {
                Test::Subsystem { ssid: wanted, is_equal: true } if ssid.is_none() => (Some(*wanted), number),
                Test::EventNumber(range) => match number.map_or(Some(*range), |known| known.and(*range)) {
                    Some(range) => (ssid, Some(range)),
                    None => break,
                },
                _ => break,
            };
            guard = Some(Guard { ssid, number, if_true: node.if_true, if_false: node.if_false });
            at = node.if_true;
        }
        guard
    }
}

/// The fast form of a check: a whole header field or token against a number, the SSID against one without version.
fn fast(check: &Check) -> Option<Test> {
    let (left, relation, right) = match check {
        Check::Compare { left, relation, right, .. } => match &left.base {
            Base::Number(_) | Base::Bytes(_) => (right, relation.exchanged(), left),
            _ => (left, *relation, right),
        },
        Check::TokenPresent(Source { base: Base::Slot(slot), part: None, .. }) => {
            return Some(Test::SlotPresent(*slot));
        }
        _ => return None,
    };
    if left.part.is_some() || left.bits.is_some() || right.part.is_some() || right.bits.is_some() {
        return None;
    }
    let (Form::Elements { size, is_signed }, Form::Elements { .. }) = (left.form, right.form) else {
        return None;
    };
    match (&left.base, &right.base) {
        (Base::Header(HeaderToken::EventNumber), Base::Number(constant)) => {
            Some(Test::EventNumber(Range::new(relation, *constant)))
        }
        (Base::Header(token), Base::Number(constant)) if is_single(*token) => {
            Some(Test::HeaderNumber { token: *token, range: Range::new(relation, *constant) })
        }
        (Base::Header(HeaderToken::Ssid), Base::Bytes(bytes))
            if bytes.len() == 10 && relation.is_equality() =>
        {
            let mut ssid = [0; Ssid::LEN];
            ssid.iter_mut().zip(bytes.iter()).for_each(|(to, from)| *to = *from);
            Some(Test::Subsystem { ssid: Ssid::from_bytes(ssid), is_equal: relation == Relation::Equal })
        }
        (Base::Slot(slot), Base::Number(constant)) if size <= 4 || is_signed => {
            Some(Test::SlotNumber { slot: *slot, size, is_signed, range: Range::new(relation, *constant) })
        }
        _ => None,
    }
}

/// Whether a header token is one number of up to 32 bits.
const fn is_single(token: HeaderToken) -> bool {
    matches!(
        token,
        HeaderToken::ConsolePrint
            | HeaderToken::Emphasis
            | HeaderToken::SuppressDisplay
            | HeaderToken::NodeNum
            | HeaderToken::System
            | HeaderToken::Cpu
            | HeaderToken::Pin
            | HeaderToken::ContentStandard
            | HeaderToken::ContentUser
    )
}

/// A program and what it looks for in events.
#[derive(Clone, Debug, Default)]
pub(super) struct Planned {
    pub(super) program: Program,
    pub(super) plan: Plan,
}
