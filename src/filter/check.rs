//! Checks a filter's tree against the meaning of its names: types, values, ranges; and the warnings of things that compile and
//! cannot work.

use alloc::boxed::Box;
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::format;
use alloc::string::{String, ToString};
use alloc::sync::Arc;
use alloc::vec::Vec;

use super::ast::*;
use super::codegen;
use super::compiled::CompiledFilter;
use super::destination::{self, Destination};
use super::environment::{Environment, canonical_name, ddl_name, excerpt};
use super::lexer::Token;
use super::messages;
use super::operand::Resolved;
use super::parameter::ParameterDef;
use super::parser::location;
use super::pattern::Pattern;
use super::plan::{Plan, Qualifier, ScopeId};
use super::program::{Base, Check, End, Origin, Outcome, Planned, Program};
use super::relation::Relation;
use super::statement::{Cond, Step};
use super::tacl::{Expanded, Tacl};
use super::types::{Form, are_comparable};
use crate::ems::HeaderToken;
use crate::spi::{DataType, Ssid};
use crate::text::limits::filter as limits;
use crate::text::{Diagnostic, Diagnostics, Location, Severity, SourceId, SourceMap};

const BOOLEAN_HINT: &str = "write [ZSPI^VAL^TRUE] or [ZSPI^VAL^FALSE]: a Boolean is -1 or 0";

/// The definitions that a source is checked against.
pub(super) struct Context<'c> {
    pub(super) environment: &'c Environment<'c>,
    pub(super) tacl: &'c Tacl<'c>,
    pub(super) tokens: &'c [Token],
    pub(super) expanded: &'c Expanded,
}

/// Compiles a filter. The result is only good if no error was reported.
pub(super) fn filter(
    context: &Context<'_>,
    source: FilterSource,
    sources: &SourceMap,
    diagnostics: &mut Diagnostics,
) -> CompiledFilter {
    let mut checker = Checker::new(context, sources, diagnostics);
    source.parameters.iter().for_each(|parameter| checker.declare_parameter(parameter));
    for variable in &source.variables {
        checker.declare_variable(variable);
    }
    checker.find_destinations(&source.body);
    let body = checker.statement(&source.body);
    let origin = checker.origin(source.end);
    let name = source.name.as_ref().map_or_else(String::new, |name| canonical_name(&name.text));
    // The tree is not needed while the program is made.
    drop(source);
    checker.finish(name, body, origin)
}

/// Compiles a condition into a filter that passes what it is TRUE of.
pub(super) fn expression(
    context: &Context<'_>,
    condition: &Condition,
    sources: &SourceMap,
    diagnostics: &mut Diagnostics,
) -> CompiledFilter {
    let mut checker = Checker::new(context, sources, diagnostics);
    checker.owner_qualifies = true;
    let origin = checker.origin(condition.place);
    let condition = checker.condition(condition, false);
    let pass = checker.end(Outcome::Pass { value: None, routing: Box::default() }, origin);
    let body = Step::If { arms: Vec::from([(condition, pass)]), otherwise: None };
    checker.finish(String::new(), body, origin)
}

pub(super) struct Checker<'c> {
    pub(super) context: &'c Context<'c>,
    sources: &'c SourceMap,
    diagnostics: &'c mut Diagnostics,
    pub(super) program: Program,
    pub(super) plan: Plan,
    pub(super) parameters: Vec<ParameterDef>,
    /// By name.
    pub(super) parameter_numbers: BTreeMap<String, usize>,
    /// Where each parameter and index is among the program's uses.
    pub(super) parameter_uses: BTreeMap<(usize, u16), usize>,
    variables: BTreeMap<String, (u8, Place)>,
    /// Variables that some statement sets, and the first place each is read.
    is_set: Vec<bool>,
    reads: BTreeMap<u8, Place>,
    /// Where each routing ID is first declared.
    routing_ids: BTreeMap<i128, usize>,
    destinations: Vec<Destination>,
    /// The default SSID, `None` for the null SSID, and the BEGIN it comes from.
    pub(super) default_ssid: Option<(Ssid, Place)>,
    /// A token named without an SSID is that of the subsystem which defines it, as `SSID(...)` would say.
    pub(super) owner_qualifies: bool,
    pub(super) scope: ScopeId,
    /// Subsystems that ZSPI^TKN^SSID is compared with, without versions.
    guards: BTreeSet<Ssid>,
    /// Tokens named without an SSID, whose subsystem is not known to be the reporting one.
    pub(super) unqualified: Vec<(Location, String, Ssid)>,
    /// Misspelt names for which a similar one may still be looked up.
    pub(super) suggestions: u32,
    lines: BTreeMap<SourceId, Lines>,
}

/// Where the lines of a source begin, and how many characters are before each of its blocks, so that no line is too long
/// to say the column of a place in it.
struct Lines {
    name: u32,
    starts: Vec<u32>,
    characters: Vec<u32>,
}

impl Lines {
    /// Bytes of a block.
    const BLOCK: usize = 256;

    fn new(name: u32, text: &str) -> Self {
        let breaks = text.match_indices('\n').map(|(at, _)| count(at + 1));
        let mut before = 0;
        let characters = text.as_bytes().chunks(Self::BLOCK).map(|block| {
            let here = before;
            before += beginnings(block);
            here
        });
        let characters = characters.collect();
        Self { name, starts: core::iter::once(0).chain(breaks).collect(), characters }
    }

    /// Line and column, from 1.
    fn position(&self, text: &str, offset: u32) -> (u32, u32) {
        let line = self.starts.partition_point(|start| *start <= offset);
        let start = line.checked_sub(1).and_then(|line| self.starts.get(line)).copied().unwrap_or(0);
        let column = self.characters_before(text, offset).saturating_sub(self.characters_before(text, start));
        (count(line), column.saturating_add(1))
    }

    fn characters_before(&self, text: &str, offset: u32) -> u32 {
        let offset = usize::try_from(offset).unwrap_or(usize::MAX).min(text.len());
        let block = offset / Self::BLOCK;
        let within = text.as_bytes().get(block * Self::BLOCK..offset).unwrap_or_default();
        let before = self.characters.get(block).copied();
        before.map_or_else(|| beginnings(text.as_bytes()), |before| before + beginnings(within))
    }
}

/// How many characters begin in these bytes of UTF-8.
fn beginnings(bytes: &[u8]) -> u32 {
    count(bytes.iter().filter(|byte| **byte & 0xC0 != 0x80).count())
}

impl<'c> Checker<'c> {
    fn new(context: &'c Context<'c>, sources: &'c SourceMap, diagnostics: &'c mut Diagnostics) -> Self {
        Self {
            context,
            sources,
            diagnostics,
            program: Program::default(),
            plan: Plan::default(),
            parameters: Vec::new(),
            parameter_numbers: BTreeMap::new(),
            parameter_uses: BTreeMap::new(),
            variables: BTreeMap::new(),
            is_set: Vec::new(),
            reads: BTreeMap::new(),
            routing_ids: BTreeMap::new(),
            destinations: Vec::new(),
            default_ssid: None,
            owner_qualifies: false,
            scope: ScopeId::default(),
            guards: BTreeSet::new(),
            unqualified: Vec::new(),
            suggestions: limits::SUGGESTIONS,
            lines: BTreeMap::new(),
        }
    }

    fn finish(mut self, name: String, body: Step, origin: u32) -> CompiledFilter {
        let fall_off = self.end_number(Outcome::FallOff, origin);
        let unreachable = codegen::generate(&mut self.program, &body, fall_off, &self.is_set);
        // Of a source with errors it is not known what can be reached.
        if !self.diagnostics.has_errors() {
            self.lint_unreachable(&unreachable);
        }
        for (location, token, owner) in core::mem::take(&mut self.unqualified) {
            if self.guards.contains(&owner.without_version()) {
                continue;
            }
            let owner = self.ssid_text(owner);
            self.diagnostics.push(
                Diagnostic::new(
                    Severity::Warning,
                    location,
                    format!("{token} is a token of {owner}, but is looked for under the reporting subsystem"),
                )
                .with_hint(format!(
                    "the number may mean something else there: write SSID({owner}, {token}), \
                     or test ZSPI^TKN^SSID = SSID({owner}) if that subsystem's own events are meant"
                )),
            );
        }
        self.plan.finish();
        self.program.body = Some(Arc::new(body));
        CompiledFilter {
            name: name.into(),
            planned: Box::new(Planned { program: self.program, plan: self.plan }),
            parameters: self.parameters,
            destinations: self.destinations,
            nodes: Arc::new(self.context.environment.nodes.clone()),
        }
    }

    fn lint_unreachable(&mut self, ends: &[usize]) {
        for end in ends {
            let Some(end) = self.program.ends.get(*end) else { continue };
            let what = match end.outcome {
                Outcome::Pass { .. } => "PASS",
                Outcome::Fail => "FAIL",
                Outcome::Discard => "DISCARDEVENT",
                Outcome::FallOff => continue,
            };
            let at = usize::try_from(end.origin).unwrap_or(usize::MAX);
            if let Some(origin) = self.program.origins.get(at) {
                let message = format!("This {what} is never reached");
                self.diagnostics.push(Diagnostic::new(Severity::Warning, origin.location, message));
            }
        }
        for (variable, place) in core::mem::take(&mut self.reads) {
            if self.is_set.get(usize::from(variable)) == Some(&false) {
                self.warning(place, "This variable is never set, so it is always FALSE");
            }
        }
    }

    // --- Declarations ---------------------------------------------------------------------------------------------

    fn declare_parameter(&mut self, parameter: &Parameter) {
        if let Some(index) = parameter.index {
            self.warning(index, messages::ALL_OCCURRENCES);
        }
        let ssid = parameter.ssid.as_ref().and_then(|ssid| self.ssid(ssid));
        let Some((code, name)) = self.token_code(&parameter.token) else { return };
        let kind = self.context.environment.dictionary.profile().data_type(code.type_code());
        if matches!(kind, DataType::List | DataType::Ssctl | DataType::Mark) {
            self.error(parameter.token.place, messages::ILLEGAL_TYPE);
            return;
        }
        if self.parameter_numbers.contains_key(&name) {
            self.error(parameter.token.place, messages::VARIABLE_TWICE);
            return;
        }
        self.parameter_numbers.insert(name.clone(), self.parameters.len());
        self.parameters.push(ParameterDef {
            name,
            ssid: ssid.unwrap_or_default(),
            code,
            kind,
            is_required: parameter.is_required,
            location: self.location(parameter.place),
        });
    }

    fn declare_variable(&mut self, name: &Name) -> Option<u8> {
        let canonical = canonical_name(&name.text);
        if let Some((_, first)) = self.variables.get(&canonical) {
            let first = self.location(*first);
            let diagnostic =
                Diagnostic::new(Severity::Error, self.location(name.place), messages::VARIABLE_TWICE)
                    .with_secondary(first, "first declared here");
            self.diagnostics.push(diagnostic);
            return None;
        }
        let number =
            u8::try_from(self.variables.len()).ok().filter(|number| usize::from(*number) < limits::VARIABLES);
        let Some(number) = number else {
            self.push(name.place, messages::TOO_MANY_VARIABLES, "a filter has at most 50");
            return None;
        };
        self.program.variables.push(canonical.as_str().into());
        self.variables.insert(canonical, (number, name.place));
        self.is_set.push(false);
        Some(number)
    }

    /// The number of a variable. One that is not declared is, once it has been reported.
    fn variable(&mut self, name: &Name) -> Option<u8> {
        if let Some((number, _)) = self.variables.get(&canonical_name(&name.text)) {
            return Some(*number);
        }
        let dictionary = self.context.environment.dictionary;
        let is_token = dictionary.token_named(&name.text).is_some()
            || HeaderToken::from_name(&ddl_name(&name.text)).is_some();
        if is_token {
            let diagnostic =
                Diagnostic::new(Severity::Error, self.location(name.place), messages::EXPECTED_BOOLEAN)
                    .with_label("this is a token: compare it with something");
            let next = self.context.tokens.get(name.place.last() + 1);
            let is_cut = next.zip(self.context.tokens.get(name.place.last()));
            let is_cut =
                is_cut.is_some_and(|(next, last)| next.is_after_comment(last, self.context.expanded));
            self.diagnostics.push(if is_cut { diagnostic.with_hint(messages::EQUALITY) } else { diagnostic });
            return None;
        }
        self.error(name.place, messages::UNDECLARED);
        self.declare_variable(name)
    }

    /// Collects the DESTINATIONs of a filter, since a PASS may name one that is in another branch before it.
    fn find_destinations(&mut self, statement: &Statement) {
        match &statement.kind {
            StatementKind::Compound(compound) => {
                compound.body.iter().for_each(|inner| self.find_destinations(inner));
            }
            StatementKind::If { arms, otherwise } => {
                arms.iter().for_each(|(_, inner)| self.find_destinations(inner));
                otherwise.iter().for_each(|inner| self.find_destinations(inner));
            }
            StatementKind::Destination(source) => {
                let place = statement.place;
                let location = self.location(place);
                let (destination, faults) = destination::read(source, place, location);
                for (place, message, hint) in faults {
                    let diagnostic = Diagnostic::new(Severity::Error, self.location(place), message);
                    self.diagnostics.push(if hint.is_empty() {
                        diagnostic
                    } else {
                        diagnostic.with_hint(hint)
                    });
                }
                if let Some(destination) = destination {
                    self.routing_ids.entry(destination.rid.into()).or_insert(place.first());
                    self.destinations.push(destination);
                }
            }
            _ => {}
        }
    }

    // --- Statements -----------------------------------------------------------------------------------------------

    fn statement(&mut self, statement: &Statement) -> Step {
        let place = statement.place;
        match &statement.kind {
            StatementKind::Assign { variable, value } => {
                let number = self.variable(variable);
                let value = self.condition(value, false);
                let Some(number) = number else { return Step::Empty };
                if let Some(is_set) = self.is_set.get_mut(usize::from(number)) {
                    *is_set = true;
                }
                Step::Assign { variable: number, value, origin: self.origin(place) }
            }
            StatementKind::Compound(compound) => {
                let Compound { ssid, list, body } = &**compound;
                self.compound(ssid.as_ref(), list.as_ref(), body, place)
            }
            StatementKind::If { arms, otherwise } => {
                let arms = arms
                    .iter()
                    .map(|(condition, then)| (self.condition(condition, false), self.statement(then)))
                    .collect();
                let otherwise = otherwise.as_ref().map(|otherwise| Box::new(self.statement(otherwise)));
                Step::If { arms, otherwise }
            }
            StatementKind::Pass { value, routing } => {
                let routing = self.routing(routing, place);
                let origin = self.origin(place);
                self.end(Outcome::Pass { value: *value, routing }, origin)
            }
            StatementKind::Fail => {
                let origin = self.origin(place);
                self.end(Outcome::Fail, origin)
            }
            StatementKind::Discard => {
                let origin = self.origin(place);
                self.end(Outcome::Discard, origin)
            }
            StatementKind::Destination(_) => Step::Empty,
        }
    }

    fn compound(
        &mut self,
        ssid: Option<&SsidName>,
        list: Option<&TokenName>,
        body: &[Statement],
        place: Place,
    ) -> Step {
        let outer = (self.default_ssid, self.scope);
        if let Some(name) = ssid
            && let Some(ssid) = self.ssid(name)
        {
            self.default_ssid = (ssid != Ssid::NULL).then_some((ssid, name.place));
        }
        let mut origin = None;
        if let Some(list) = list {
            // Up to the parentheses that close LIST and SSID.
            let last = list.index.as_ref().map_or(list.name.place.last(), |index| index.1.last() + 1);
            let last = last + 1 + usize::from(list.ssid.is_some());
            origin = Some(self.origin(Place::new(place.first(), last)));
            if let Some(scope) = self.list(list) {
                self.scope = scope;
            }
        }
        let body = body.iter().map(|statement| self.statement(statement)).collect();
        let scope = self.scope;
        (self.default_ssid, self.scope) = outer;
        match origin {
            Some(origin) => Step::List { scope, body, origin },
            None => Step::Compound(body),
        }
    }

    fn list(&mut self, list: &TokenName) -> Option<ScopeId> {
        let (code, _) = self.token_code(&list.name)?;
        let kind = self.context.environment.dictionary.profile().data_type(code.type_code());
        if kind != DataType::List {
            self.push(
                list.name.place,
                messages::ILLEGAL_TYPE,
                "LIST takes the token of a list, such as ZSPI^TKN^ERRLIST",
            );
            return None;
        }
        if let Some(index) = &list.index {
            self.push(index.1, messages::SYNTAX, "LIST takes the first list; an index has no place here");
        }
        // Though most lists have numbers that SPI owns, whose list it is counts.
        let qualifier = match &list.ssid {
            Some(ssid) => self.ssid(ssid).map(qualified)?,
            None => self.default_qualifier(),
        };
        Some(self.plan.list(self.scope, qualifier, code.number()))
    }

    fn routing(&mut self, routing: &[(i128, Place)], statement: Place) -> Box<[u8]> {
        let mut ids = Vec::new();
        for (id, place) in routing {
            match u8::try_from(*id) {
                Ok(id) if id > 0 => ids.push(id),
                _ => self.push(*place, messages::RID_RANGE, "a routing ID"),
            }
            if self.routing_ids.get(id).is_none_or(|declared| *declared > statement.first()) {
                self.error(*place, messages::RID_NOT_DEFINED);
            }
        }
        if ids.len() > limits::ROUTING_IDS {
            self.error(statement, messages::TOO_MANY_RIDS);
        }
        ids.into()
    }

    fn end(&mut self, outcome: Outcome, origin: u32) -> Step {
        Step::End(self.end_number(outcome, origin))
    }

    fn end_number(&mut self, outcome: Outcome, origin: u32) -> u32 {
        self.program.ends.push(End { outcome, origin });
        count(self.program.ends.len() - 1)
    }

    // --- Conditions -----------------------------------------------------------------------------------------------

    fn condition(&mut self, condition: &Condition, is_literal: bool) -> Cond {
        let place = condition.place;
        let all = |checker: &mut Self, terms: &[Condition]| {
            terms.iter().map(|term| checker.condition(term, is_literal)).collect()
        };
        match &condition.kind {
            ConditionKind::Or(terms) => Cond::Or(all(self, terms)),
            ConditionKind::And(terms) => Cond::And(all(self, terms)),
            ConditionKind::Not(inner) => Cond::Not(Box::new(self.condition(inner, is_literal))),
            ConditionKind::Literally(inner) => self.condition(inner, true),
            ConditionKind::Constant(value) => Cond::Constant(*value),
            ConditionKind::Variable(name) => {
                let name = Name { text: name.clone(), place };
                let Some(variable) = self.variable(&name) else { return Cond::Constant(false) };
                self.reads.entry(variable).or_insert(place);
                Cond::Variable { variable, origin: self.origin(place) }
            }
            ConditionKind::Compare(comparison) => {
                let Comparison { left, relation, right } = &**comparison;
                let check = self.comparison(left, *relation, right, is_literal, place);
                self.add_check(check, place)
            }
            ConditionKind::Match(operands) => {
                let check = self.match_function(&operands.0, &operands.1, is_literal);
                self.add_check(check, place)
            }
            ConditionKind::TokenPresent(operand) => {
                let check = self.token_present(operand);
                self.add_check(check, place)
            }
            ConditionKind::FileNameCompare(operands) => {
                let check = self.file_name_compare(&operands.0, &operands.1);
                self.add_check(check, place)
            }
            ConditionKind::EmsTextMatch(operands) => {
                let check = self.ems_text_match(&operands.0, &operands.1, is_literal);
                self.add_check(check, place)
            }
        }
    }

    /// A check and whether it can ever be TRUE; nothing if it has errors.
    fn add_check(&mut self, check: Option<(Check, bool)>, place: Place) -> Cond {
        let Some((check, is_never)) = check else { return Cond::Constant(false) };
        self.program.checks.push(Box::new(check));
        let check = count(self.program.checks.len() - 1);
        Cond::Check { check, origin: self.origin(place), is_never }
    }

    fn comparison(
        &mut self,
        left: &Operand,
        relation: Relation,
        right: &Operand,
        is_literal: bool,
        place: Place,
    ) -> Option<(Check, bool)> {
        let operands = (self.operand(left), self.operand(right));
        let (Some(left_value), Some(right_value)) = operands else { return None };
        for (operand, value) in [(left, &left_value), (right, &right_value)] {
            if value.source.form == Form::Illegal {
                self.error(operand.place, messages::ILLEGAL_TYPE);
                return None;
            }
        }
        let forms = (left_value.source.form, right_value.source.form);
        if !are_comparable(forms.0, forms.1) {
            let label = format!("a {} against a {}", form_name(forms.0), form_name(forms.1));
            let diagnostic = Diagnostic::new(Severity::Error, self.location(place), messages::INCOMPATIBLE)
                .with_label(label);
            self.diagnostics.push(diagnostic);
            return None;
        }
        for (operand, value) in [(left, &left_value), (right, &right_value)] {
            if let Some(treatment) = value.coerced_to {
                self.warning(operand.place, messages::coercion(treatment));
            }
        }
        match forms {
            (Form::FileName, Form::FileName) if !relation.is_equality() => {
                self.warning(place, messages::FILE_NAME_ORDER);
            }
            (Form::FileName, Form::Text { .. }) => {
                self.warning(left.place, messages::coercion(messages::Treatment::Text));
            }
            (Form::Text { .. }, Form::FileName) => {
                self.warning(right.place, messages::coercion(messages::Treatment::Text));
            }
            _ => {}
        }
        let is_never = self.lint_comparison(&left_value, relation, &right_value, place);
        let check =
            Check::Compare { left: left_value.source, relation, right: right_value.source, is_literal };
        Some((check, is_never))
    }

    /// Warns of comparisons that come out the same for every event; whether it is never TRUE.
    fn lint_comparison(
        &mut self,
        left: &Resolved,
        relation: Relation,
        right: &Resolved,
        place: Place,
    ) -> bool {
        if left.is_never_there || right.is_never_there {
            return true;
        }
        let (variable, relation, constant) = match (&left.source.base, &right.source.base) {
            (Base::Number(_) | Base::Bytes(_), _) => (right, relation.exchanged(), left),
            _ => (left, relation, right),
        };
        if matches!(variable.source.base, Base::Header(HeaderToken::Ssid))
            && let Some(ssid) = constant.ssid
        {
            self.guards.insert(ssid.without_version());
            if matches!(&constant.source.base, Base::Bytes(bytes) if bytes.len() == Ssid::LEN) {
                let ssid = self.ssid_text(ssid);
                let diagnostic = Diagnostic::new(
                    Severity::Note,
                    self.location(place),
                    "This compares the version of the subsystem too",
                );
                self.diagnostics.push(diagnostic.with_hint(format!("SSID({ssid}) leaves the version out")));
            }
        }
        let reason = match (&constant.source.base, variable.source.form) {
            (Base::Number(number), Form::Elements { .. }) => {
                let (least, most) = variable.range();
                let number = i128::from(*number);
                if variable.is_flag() && !matches!(number, 0 | -1) && !variable.is_header_flag() {
                    let message = "A Boolean that is TRUE is -1".to_string();
                    self.warning_with_hint(place, message, BOOLEAN_HINT.to_string());
                }
                let can_be_true = match relation {
                    Relation::Equal => (least..=most).contains(&number),
                    Relation::NotEqual => (least, most) != (number, number),
                    Relation::Less => least < number,
                    Relation::LessOrEqual => least <= number,
                    Relation::Greater => most > number,
                    Relation::GreaterOrEqual => most >= number,
                };
                match (can_be_true, variable.is_header_flag()) {
                    (false, true) => Some(BOOLEAN_HINT.to_string()),
                    (false, false) => Some(format!("its values lie between {least} and {most}")),
                    (true, _) => None,
                }
            }
            (Base::Bytes(text), Form::Text { is_fixed: true }) if relation == Relation::Equal => {
                let len = text.trim_ascii_end().len();
                variable
                    .len
                    .filter(|longest| len > *longest)
                    .map(|longest| format!("it holds {longest} characters, the string has {len}"))
            }
            _ => None,
        };
        let Some(reason) = reason else { return false };
        let diagnostic =
            Diagnostic::new(Severity::Warning, self.location(place), "This comparison is never TRUE");
        self.diagnostics.push(diagnostic.with_hint(reason));
        true
    }

    fn match_function(
        &mut self,
        operand: &Operand,
        pattern: &Operand,
        is_literal: bool,
    ) -> Option<(Check, bool)> {
        let OperandKind::Constant(Constant::Text(text)) = &pattern.kind else {
            self.push(pattern.place, messages::SYNTAX, "expected a string");
            return None;
        };
        let value = self.operand(operand)?;
        if !matches!(value.source.form, Form::Text { .. } | Form::FileName) {
            self.error(operand.place, messages::ILLEGAL_MATCH);
            return None;
        }
        if text.len() > limits::PATTERN {
            self.push(
                pattern.place,
                messages::PATTERN_TOO_LONG,
                format!("{} characters; {} are the most", text.len(), limits::PATTERN),
            );
            return None;
        }
        let shortest = text.bytes().filter(|byte| *byte != b'*').count();
        let is_too_long = value.len.is_some_and(|longest| shortest > longest)
            && matches!(value.source.form, Form::Text { is_fixed: true });
        if is_too_long {
            let diagnostic =
                Diagnostic::new(Severity::Warning, self.location(pattern.place), "This never matches");
            self.diagnostics.push(diagnostic.with_label(format!("{shortest} characters at least")));
        }
        let check = Check::Match { source: value.source, pattern: Pattern::new(text.as_bytes(), is_literal) };
        Some((check, is_too_long || value.is_never_there))
    }

    fn token_present(&mut self, operand: &Operand) -> Option<(Check, bool)> {
        if !matches!(operand.kind, OperandKind::Token(_) | OperandKind::Field(..)) || operand.bits.is_some() {
            self.error(operand.place, messages::EXPECTED_TOKEN_NAME);
            return None;
        }
        let value = self.operand(operand)?;
        Some((Check::TokenPresent(value.source), value.is_never_there))
    }

    fn file_name_compare(&mut self, left: &Operand, right: &Operand) -> Option<(Check, bool)> {
        let mut sides = Vec::new();
        for operand in [left, right] {
            let side = match &operand.kind {
                OperandKind::HashName(name) => Some(Resolved::text(name.as_bytes())),
                _ => self.operand(operand),
            };
            if side
                .as_ref()
                .is_some_and(|side| !matches!(side.source.form, Form::Text { .. } | Form::FileName))
            {
                self.push(
                    operand.place,
                    messages::ILLEGAL_TYPE,
                    "FILENAMECOMPARE takes file names and strings",
                );
                return None;
            }
            sides.push(side);
        }
        let (Some(right), Some(left)) = (sides.pop().flatten(), sides.pop().flatten()) else { return None };
        let is_never = left.is_never_there || right.is_never_there;
        Some((Check::FileNameCompare { left: left.source, right: right.source }, is_never))
    }

    fn ems_text_match(
        &mut self,
        key: &Operand,
        pattern: &Operand,
        is_literal: bool,
    ) -> Option<(Check, bool)> {
        let (key_value, pattern_value) = (self.operand(key), self.operand(pattern));
        let (key_value, pattern_value) = (key_value?, pattern_value?);
        if matches!(key_value.source.form, Form::Text { .. } | Form::FileName | Form::Illegal) {
            self.push(
                key.place,
                messages::ILLEGAL_TYPE,
                "the key is a structure of 20 bytes: subsystem ID, token code, value",
            );
            return None;
        }
        if !matches!(pattern_value.source.form, Form::Text { .. }) {
            self.push(pattern.place, messages::ILLEGAL_MATCH, "the pattern is a string");
            return None;
        }
        let is_never = key_value.is_never_there || pattern_value.is_never_there;
        Some((
            Check::EmsTextMatch { key: key_value.source, pattern: pattern_value.source, is_literal },
            is_never,
        ))
    }

    // --- Names ----------------------------------------------------------------------------------------------------

    /// The subsystem ID a name or constant stands for.
    pub(super) fn ssid(&mut self, ssid: &SsidName) -> Option<Ssid> {
        let dictionary = self.context.environment.dictionary;
        let text = match self.context.tacl.variable(&ssid.text).filter(|_| !ssid.is_constant) {
            Some(text) => text,
            None if ssid.is_constant => &*ssid.text,
            None => {
                match dictionary.ssid_named(&ssid.text) {
                    Some(known) => return Some(known),
                    None => {
                        let diagnostic =
                        Diagnostic::new(Severity::Error, self.location(ssid.place), messages::EXPECTED_SSID)
                            .with_hint("set it with [#SET NAME owner.subsystem.version], or write owner.subsystem.version");
                        self.diagnostics.push(diagnostic);
                        return None;
                    }
                }
            }
        };
        // TACL and EMF do not mind case; owners and names of subsystems are upper case on the wire and in definitions.
        match dictionary.parse_ssid(&text.to_ascii_uppercase()) {
            Ok(known) => Some(known),
            Err(error) => {
                let diagnostic =
                    Diagnostic::new(Severity::Error, self.location(ssid.place), messages::NOT_AN_SSID)
                        .with_label(error.to_string());
                self.diagnostics.push(diagnostic);
                None
            }
        }
    }

    /// Whose tokens are meant where no SSID is written.
    pub(super) fn default_qualifier(&self) -> Qualifier {
        self.default_ssid.map_or(Qualifier::Event, |(ssid, _)| Qualifier::Given(ssid))
    }

    pub(super) fn ssid_text(&self, ssid: Ssid) -> String {
        self.context.environment.dictionary.ssid_name(ssid).to_string()
    }

    // --- Diagnostics ----------------------------------------------------------------------------------------------

    pub(super) fn location(&self, place: Place) -> Location {
        location(self.context.tokens, self.context.expanded, place)
    }

    pub(super) fn error(&mut self, place: Place, message: &'static str) {
        let diagnostic = Diagnostic::new(Severity::Error, self.location(place), message);
        self.diagnostics.push(diagnostic);
    }

    /// An error with a remark.
    pub(super) fn push(
        &mut self,
        place: Place,
        message: &'static str,
        label: impl Into<alloc::borrow::Cow<'static, str>>,
    ) {
        let diagnostic = Diagnostic::new(Severity::Error, self.location(place), message).with_label(label);
        self.diagnostics.push(diagnostic);
    }

    /// An error with a remark, and advice if there is any.
    pub(super) fn push_with_label(
        &mut self,
        place: Place,
        message: &'static str,
        label: String,
        hint: Option<String>,
    ) {
        let diagnostic = Diagnostic::new(Severity::Error, self.location(place), message).with_label(label);
        self.diagnostics.push(match hint {
            Some(hint) => diagnostic.with_hint(hint),
            None => diagnostic,
        });
    }

    /// An error with advice.
    pub(super) fn push_with_hint(&mut self, place: Place, message: &'static str, hint: String) {
        let diagnostic = Diagnostic::new(Severity::Error, self.location(place), message).with_hint(hint);
        self.diagnostics.push(diagnostic);
    }

    pub(super) fn warning(&mut self, place: Place, message: &'static str) {
        let diagnostic = Diagnostic::new(Severity::Warning, self.location(place), message);
        self.diagnostics.push(diagnostic);
    }

    pub(super) fn warning_with_hint(&mut self, place: Place, message: String, hint: String) {
        let diagnostic = Diagnostic::new(Severity::Warning, self.location(place), message).with_hint(hint);
        self.diagnostics.push(diagnostic);
    }

    /// A warning with a remark about another place.
    pub(super) fn warning_with_secondary(
        &mut self,
        place: Place,
        message: String,
        other: Option<Place>,
        remark: &'static str,
    ) {
        let diagnostic = Diagnostic::new(Severity::Warning, self.location(place), message);
        let other = other.map(|other| self.location(other));
        self.diagnostics.push(match other {
            Some(other) => diagnostic.with_secondary(other, remark),
            None => diagnostic,
        });
    }

    /// The source text of a place, on one line.
    pub(super) fn text(&self, place: Place) -> String {
        let location = self.location(place);
        excerpt(self.sources.get(location.source).map_or("", |source| source.slice(location.span)))
    }

    /// Notes a place that explanations may speak of.
    fn origin(&mut self, place: Place) -> u32 {
        let location = self.location(place);
        let source = self.sources.get(location.source);
        let (source_name, source_text) = source.map_or(("", ""), |source| (source.name(), source.text()));
        let lines = self.lines.entry(location.source).or_insert_with(|| {
            self.program.source_names.push(source_name.into());
            self.program.source_texts.push(source_text.into());
            Lines::new(count(self.program.source_names.len() - 1), source_text)
        });
        let (line, column) = lines.position(source_text, location.span.start);
        self.program.origins.push(Origin { location, source: lines.name, line, column });
        count(self.program.origins.len() - 1)
    }
}

/// The qualifier for an SSID that is written.
pub(super) fn qualified(ssid: Ssid) -> Qualifier {
    if ssid == Ssid::NULL { Qualifier::Event } else { Qualifier::Given(ssid) }
}

const fn form_name(form: Form) -> &'static str {
    match form {
        Form::Elements { .. } => "number",
        Form::Text { .. } => "string",
        Form::FileName => "file name",
        Form::Illegal => "value without a type",
    }
}

/// Numbers of things in a source, whose length fits 32 bits.
pub(super) fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
