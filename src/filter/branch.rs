//! A filter as a tree, with what became of each statement and condition for an event.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use super::compiled::Filter;
use super::explain::{Decision, Excerpt, Explanation, OperandValue, Step, excerpt};
use super::program::Program;
use super::statement::{Cond, Step as Statement};

/// A statement or condition of a filter, and what became of it. See [`Filter::tree`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Branch {
    /// Its kind.
    pub kind: BranchKind,
    /// Whether it holds. Of a statement: whether it decided, or has what decided in it. `None`: it did not count, or was not reached.
    pub holds: Option<bool>,
    /// Its place in the source; `None` if it only joins its branches.
    pub excerpt: Option<Excerpt>,
    /// The operands that are not constants, with their values.
    pub operands: Vec<OperandValue>,
    /// Its parts, in order. Of an IF: its conditions, each followed by its statement, and the statement of ELSE.
    pub branches: Vec<Branch>,
}

/// The kind of a [`Branch`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum BranchKind {
    /// One of its branches is to hold.
    Or,
    /// All its branches are to hold.
    And,
    /// Its branch is not to hold.
    Not,
    /// TRUE or FALSE.
    Constant,
    /// A comparison, a function or a variable.
    Condition,
    /// A variable is set to what its branch says.
    Assignment,
    /// BEGIN, its statements, END.
    Compound,
    /// The same for the tokens of a list.
    List,
    /// IF.
    If,
    /// PASS, FAIL or DISCARDEVENT.
    End,
}

impl BranchKind {
    /// One lower-case word.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Or => "or",
            Self::And => "and",
            Self::Not => "not",
            Self::Constant => "constant",
            Self::Condition => "condition",
            Self::Assignment => "assignment",
            Self::Compound => "compound",
            Self::List => "list",
            Self::If => "if",
            Self::End => "end",
        }
    }
}

impl Filter {
    /// The filter as a tree, with what an explanation of it says of each branch. Of a condition alone, it is the tree of that
    /// condition.
    ///
    /// ```
    /// use zems::filter::{BranchKind, Compiler, Parameters};
    /// use zems::site::Site;
    /// use zems::text::SourceMap;
    ///
    /// let site = Site::builtin();
    /// let mut sources = SourceMap::new();
    /// let id = sources.add("where", "ZEMS^TKN^EVENTNUMBER = 8 AND NOT ZRPC^TKN^CPU > 8")?;
    /// let compiled = Compiler::new(site.dictionary()).expression(&mut sources, id).into_result().unwrap();
    /// let filter = compiled.load(&Parameters::new(), site.dictionary())?;
    /// let event = site.parse(zems::samples::BKUP_FAIL)?;
    /// let tree = filter.tree(&filter.explain(&event, &mut site.filter_scratch())?);
    /// assert_eq!((tree.kind, tree.holds), (BranchKind::And, Some(true)));
    /// let [number, not] = &tree.branches[..] else { panic!() };
    /// assert_eq!(&*number.excerpt.as_ref().unwrap().text, "ZEMS^TKN^EVENTNUMBER = 8");
    /// assert_eq!((not.kind, not.holds, not.branches[0].holds), (BranchKind::Not, Some(true), Some(false)));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn tree(&self, explanation: &Explanation<'_>) -> Branch {
        let program = &self.planned.program;
        let steps = explanation.steps.iter().filter_map(|step| Some((step.origin?, step))).collect();
        let decided = match &explanation.decided_by {
            Decision::Statement(excerpt) => Some(excerpt),
            _ => None,
        };
        let maker = Maker { program, steps, decided };
        match program.body.as_deref() {
            // A condition alone is kept as the IF that it means.
            Some(Statement::If { arms, otherwise: None }) if self.name().is_empty() && arms.len() == 1 => {
                arms.first()
                    .map_or_else(|| maker.statement(&Statement::Empty), |(cond, _)| maker.condition(cond))
            }
            Some(body) => maker.statement(body),
            None => maker.statement(&Statement::Empty),
        }
    }
}

struct Maker<'e> {
    program: &'e Program,
    /// By the number of the place in the source.
    steps: BTreeMap<u32, &'e Step>,
    decided: Option<&'e Excerpt>,
}

impl Maker<'_> {
    /// The depth to which the parser lets statements nest bounds the recursion.
    fn statement(&self, statement: &Statement) -> Branch {
        match statement {
            Statement::Assign { value, origin, .. } => {
                let step = self.steps.get(origin);
                let holds = step.map(|step| step.holds);
                Branch {
                    holds,
                    ..self.of(BranchKind::Assignment, Some(*origin), [self.condition(value)].into())
                }
            }
            Statement::Compound(body) => self.around(BranchKind::Compound, None, self.statements(body)),
            Statement::List { body, origin, .. } => {
                let list = self.around(BranchKind::List, Some(*origin), self.statements(body));
                let holds = self.steps.get(origin).map(|step| step.holds);
                Branch { holds: if list.holds == Some(true) { list.holds } else { holds }, ..list }
            }
            Statement::If { arms, otherwise } => {
                let mut branches = Vec::new();
                for (condition, then) in arms {
                    branches.push(self.condition(condition));
                    branches.push(self.statement(then));
                }
                branches.extend(otherwise.as_ref().map(|otherwise| self.statement(otherwise)));
                let holds = branches.iter().any(has_decided).then_some(true);
                Branch { holds, ..self.of(BranchKind::If, None, branches) }
            }
            Statement::End(number) => {
                let end = usize::try_from(*number).ok().and_then(|number| self.program.ends.get(number));
                let branch = self.of(BranchKind::End, end.map(|end| end.origin), Vec::new());
                let place = branch.excerpt.as_ref().map(|excerpt| excerpt.location);
                let has_decided = place.is_some() && place == self.decided.map(|excerpt| excerpt.location);
                Branch { holds: has_decided.then_some(true), ..branch }
            }
            Statement::Empty => self.of(BranchKind::Compound, None, Vec::new()),
        }
    }

    fn statements(&self, statements: &[Statement]) -> Vec<Branch> {
        statements.iter().map(|statement| self.statement(statement)).collect()
    }

    fn around(&self, kind: BranchKind, origin: Option<u32>, branches: Vec<Branch>) -> Branch {
        let holds = branches.iter().any(has_decided).then_some(true);
        Branch { holds, ..self.of(kind, origin, branches) }
    }

    fn condition(&self, condition: &Cond) -> Branch {
        match condition {
            Cond::Or(terms) => self.joined(BranchKind::Or, terms),
            Cond::And(terms) => self.joined(BranchKind::And, terms),
            Cond::Not(inner) => {
                let inner = self.condition(inner);
                let holds = inner.holds.map(|holds| !holds);
                Branch { holds, ..self.of(BranchKind::Not, None, [inner].into()) }
            }
            Cond::Constant(value) => {
                Branch { holds: Some(*value), ..self.of(BranchKind::Constant, None, Vec::new()) }
            }
            Cond::Variable { origin, .. } | Cond::Check { origin, .. } => {
                let branch = self.of(BranchKind::Condition, Some(*origin), Vec::new());
                match self.steps.get(origin) {
                    Some(step) => {
                        Branch { holds: Some(step.holds), operands: step.operands.clone(), ..branch }
                    }
                    None => branch,
                }
            }
        }
    }

    /// The first term that settles it counts; those after it are not looked at.
    fn joined(&self, kind: BranchKind, terms: &[Cond]) -> Branch {
        let branches: Vec<_> = terms.iter().map(|term| self.condition(term)).collect();
        let settles = kind == BranchKind::Or;
        let holds = if branches.iter().any(|branch| branch.holds == Some(settles)) {
            Some(settles)
        } else {
            branches.iter().all(|branch| branch.holds.is_some()).then_some(!settles)
        };
        Branch { holds, ..self.of(kind, None, branches) }
    }

    fn of(&self, kind: BranchKind, origin: Option<u32>, branches: Vec<Branch>) -> Branch {
        let excerpt = origin.and_then(|origin| excerpt(self.program, origin));
        Branch { kind, holds: None, excerpt, operands: Vec::new(), branches }
    }
}

/// Whether a statement decided, or has what decided in it.
fn has_decided(branch: &Branch) -> bool {
    let is_statement = matches!(branch.kind, BranchKind::End | BranchKind::If | BranchKind::Compound);
    match branch.kind {
        BranchKind::List => branch.branches.iter().any(has_decided),
        _ => is_statement && branch.holds == Some(true),
    }
}
