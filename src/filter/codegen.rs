//! Checked statements into a program, built from its end to its beginning so that every way on is known.

use alloc::vec;
use alloc::vec::Vec;

use super::check::count;
use super::program::{End, Node, Program, Target, Test};
use super::statement::{Cond, Step};

/// Fills the nodes of `program`. Returns the ends that no event can lead to: after other ends, or after conditions that
/// are never TRUE. `is_set`: which variables some statement sets.
pub(super) fn generate(program: &mut Program, body: &Step, fall_off: u32, is_set: &[bool]) -> Vec<usize> {
    let mut builder = Builder { nodes: Vec::new(), ends: &program.ends };
    let start = builder.step(body, builder.end(fall_off));
    let reached = builder.reached(start, program.ends.len(), is_set);
    // The nodes were built from the last to the first.
    let last = count(builder.nodes.len()).saturating_sub(1);
    let turned = |target| match target {
        Target::Node(number) => Target::Node(last - number),
        end => end,
    };
    let nodes = builder.nodes;
    for built in nodes.into_iter().rev() {
        let Node { test, if_true, if_false } = built.node;
        program.checks_of_nodes.push(match test {
            Test::Check(check) => Some(check),
            _ => None,
        });
        program.nodes.push(Node { test, if_true: turned(if_true), if_false: turned(if_false) });
        program.origins_of_nodes.push(built.origin);
    }
    program.start = turned(start);
    reached.iter().enumerate().filter(|(_, is_reached)| !**is_reached).map(|(end, _)| end).collect()
}

struct Builder<'p> {
    nodes: Vec<Built>,
    ends: &'p [End],
}

struct Built {
    node: Node,
    origin: u32,
    is_never: bool,
}

impl Builder<'_> {
    fn node(&mut self, test: Test, if_true: Target, if_false: Target, origin: u32, is_never: bool) -> Target {
        self.nodes.push(Built { node: Node { test, if_true, if_false }, origin, is_never });
        Target::Node(count(self.nodes.len() - 1))
    }

    fn end(&self, number: u32) -> Target {
        let end = usize::try_from(number).ok().and_then(|number| self.ends.get(number));
        end.map_or(Target::Fail(number), |end| Target::end(number, &end.outcome))
    }

    /// The beginning of a statement that continues to `next`.
    fn step(&mut self, step: &Step, next: Target) -> Target {
        match step {
            Step::Assign { variable, value, origin } => {
                let mut set = |value| {
                    let test = Test::Set { variable: *variable, value };
                    self.node(test, next, next, *origin, false)
                };
                let (set_true, set_false) = (set(true), set(false));
                self.condition(value, set_true, set_false)
            }
            Step::Compound(body) => self.steps(body, next),
            Step::List { scope, body, origin } => {
                let inside = self.steps(body, next);
                self.node(Test::List(*scope), inside, next, *origin, false)
            }
            Step::If { arms, otherwise } => {
                let mut next_arm = otherwise.as_ref().map_or(next, |otherwise| self.step(otherwise, next));
                for (condition, then) in arms.iter().rev() {
                    let then = self.step(then, next);
                    next_arm = self.condition(condition, then, next_arm);
                }
                next_arm
            }
            Step::End(end) => self.end(*end),
            Step::Empty => next,
        }
    }

    fn steps(&mut self, steps: &[Step], next: Target) -> Target {
        steps.iter().rev().fold(next, |next, step| self.step(step, next))
    }

    /// The beginning of a condition that continues to one of two places, each operand looked at only if it counts.
    fn condition(&mut self, condition: &Cond, if_true: Target, if_false: Target) -> Target {
        match condition {
            Cond::Or(terms) => {
                terms.iter().rev().fold(if_false, |next, term| self.condition(term, if_true, next))
            }
            Cond::And(terms) => {
                terms.iter().rev().fold(if_true, |next, term| self.condition(term, next, if_false))
            }
            Cond::Not(inner) => self.condition(inner, if_false, if_true),
            Cond::Constant(value) => {
                if *value {
                    if_true
                } else {
                    if_false
                }
            }
            Cond::Variable { variable, origin } => {
                self.node(Test::Variable(*variable), if_true, if_false, *origin, false)
            }
            Cond::Check { check, origin, is_never } => {
                self.node(Test::Check(*check), if_true, if_false, *origin, *is_never)
            }
        }
    }

    /// Which ends some event may lead to.
    fn reached(&self, start: Target, ends: usize, is_set: &[bool]) -> Vec<bool> {
        let mut is_end_reached = vec![false; ends];
        let mut is_node_reached = vec![false; self.nodes.len()];
        let mut open = vec![start];
        while let Some(target) = open.pop() {
            let (number, known) = match target {
                Target::Node(number) => (number, &mut is_node_reached),
                Target::Pass(number) | Target::Fail(number) | Target::Discard(number) => {
                    (number, &mut is_end_reached)
                }
            };
            let at = usize::try_from(number).unwrap_or(usize::MAX);
            let Some(is_known) = known.get_mut(at) else { continue };
            if core::mem::replace(is_known, true) || !matches!(target, Target::Node(_)) {
                continue;
            }
            let Some(built) = self.nodes.get(at) else { continue };
            let is_never = match built.node.test {
                Test::Variable(variable) => is_set.get(usize::from(variable)) == Some(&false),
                _ => built.is_never,
            };
            if !is_never {
                open.push(built.node.if_true);
            }
            open.push(built.node.if_false);
        }
        is_end_reached
    }
}
