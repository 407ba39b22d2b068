//! Tokens into a tree, by recursive descent that nesting in the source cannot drive deep. A statement that is not
//! understood is reported once and left out; the next is read as if nothing had happened.

use alloc::boxed::Box;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::ast::*;
use super::lexer::{Token, TokenKind, is_reserved};
use super::messages;
use super::relation::Relation;
use super::tacl::Expanded;
use crate::text::limits::filter as limits;
use crate::text::{Diagnostic, Diagnostics, Location, Severity};

/// The source has errors, and they have been reported.
#[derive(Debug)]
pub(super) struct Reported;

type Parsed<T> = Result<T, Reported>;

/// Reads tokens. The last of them is [`TokenKind::End`].
pub(super) struct Parser<'p, 't> {
    tokens: &'t [Token],
    expanded: &'t Expanded,
    diagnostics: &'p mut Diagnostics,
    at: usize,
    nesting: usize,
    /// `>=` is where only `>` is wanted; the `=` is still to be read.
    is_split: bool,
    is_end_reported: bool,
}

impl<'p, 't> Parser<'p, 't> {
    pub(super) const fn new(
        tokens: &'t [Token],
        expanded: &'t Expanded,
        diagnostics: &'p mut Diagnostics,
    ) -> Self {
        Self { tokens, expanded, diagnostics, at: 0, nesting: 0, is_split: false, is_end_reported: false }
    }

    /// A whole filter.
    pub(super) fn filter(mut self) -> Option<FilterSource> {
        self.filter_source().ok()
    }

    /// One Boolean expression and nothing else.
    pub(super) fn expression(mut self) -> Option<Condition> {
        let condition = self.condition().ok()?;
        if self.kind() != TokenKind::End {
            return self.syntax("the end of the expression").ok();
        }
        Some(condition)
    }

    fn filter_source(&mut self) -> Parsed<FilterSource> {
        let mut parameters = Vec::new();
        let name = self.header(&mut parameters);
        if name.is_err() {
            // The body is worth a look all the same.
            while !self.kind().is_word("BEGIN") && self.kind() != TokenKind::End {
                self.at += 1;
            }
        }
        let begin = self.at;
        self.expect_word("BEGIN")?;
        let ssid = self.ssid_clause()?;
        let mut variables = Vec::new();
        while self.eat_word("BOOLEAN") {
            if self.variables(&mut variables).is_err() {
                self.recover();
                self.eat(";");
            }
        }
        let statements = self.statements()?;
        let end = self.place(self.at);
        // Check the statements that were read even if the end is missing.
        let _ = self.expect_word("END");
        let body = Statement {
            kind: StatementKind::Compound(Box::new(Compound { ssid, list: None, body: statements })),
            place: self.place_from(begin),
        };
        self.eat(";");
        if self.kind() != TokenKind::End {
            let _ = self.syntax::<()>("nothing after the END of the filter");
        }
        Ok(FilterSource { name: name.ok(), parameters, variables, body, end })
    }

    /// All before the first BEGIN; the name of the filter.
    fn header(&mut self, parameters: &mut Vec<Parameter>) -> Parsed<Name> {
        let start = self.at;
        self.expect_word("FILTER")?;
        let name = self.name("the name of the filter")?;
        if self.eat("(") {
            loop {
                parameters.push(self.parameter()?);
                if !self.eat(",") {
                    break;
                }
            }
            self.expect(")")?;
        }
        if self.eat(";") {
            return Ok(name);
        }
        // One printed example lacks the semicolon (TELNET Management Programming Manual 7-20).
        if !self.kind().is_word("BEGIN") {
            return self.syntax("; or BEGIN");
        }
        let location = self.location(self.place_from(start));
        self.diagnostics.push(
            Diagnostic::new(Severity::Warning, location, "A semicolon belongs after the name of the filter")
                .with_hint("EMF may refuse the filter without it"),
        );
        Ok(name)
    }

    fn variables(&mut self, variables: &mut Vec<Name>) -> Parsed<()> {
        loop {
            variables.push(self.name("the name of a Boolean variable")?);
            if !self.eat(",") {
                return self.expect(";");
            }
        }
    }

    fn parameter(&mut self) -> Parsed<Parameter> {
        let start = self.at;
        let token = self.token_name()?;
        let is_required = self.eat_word("REQUIRED");
        if !is_required {
            self.eat_word("OPTIONAL");
        }
        Ok(Parameter {
            ssid: token.ssid,
            token: token.name,
            index: token.index.map(|index| index.1),
            is_required,
            place: self.place_from(start),
        })
    }

    /// Statements up to END, with semicolons between them.
    fn statements(&mut self) -> Parsed<Vec<Statement>> {
        let mut statements = Vec::new();
        loop {
            match self.kind() {
                TokenKind::End => return self.syntax("END"),
                kind if kind.is_word("END") => return Ok(statements),
                TokenKind::Symbol(";") => {
                    self.at += 1;
                    continue;
                }
                _ => {}
            }
            match self.statement() {
                Ok(statement) => statements.push(statement),
                Err(Reported) => self.recover(),
            }
            match self.kind() {
                TokenKind::Symbol(";") => self.at += 1,
                kind if kind.is_word("END") => {}
                // Reported above.
                TokenKind::End => {}
                _ => {
                    let _ = self.syntax::<()>("; or END");
                    self.recover();
                }
            }
        }
    }

    /// Goes to the semicolon or END that ends the statement read.
    fn recover(&mut self) {
        self.is_split = false;
        let mut depth = 0_usize;
        loop {
            match self.kind() {
                TokenKind::End => return,
                TokenKind::Symbol(";") if depth == 0 => return,
                kind if kind.is_word("BEGIN") => depth += 1,
                kind if kind.is_word("END") => match depth.checked_sub(1) {
                    Some(outer) => depth = outer,
                    None => return,
                },
                _ => {}
            }
            self.at += 1;
        }
    }

    fn statement(&mut self) -> Parsed<Statement> {
        self.nested(Self::statement_inside)
    }

    fn statement_inside(&mut self) -> Parsed<Statement> {
        let start = self.at;
        let TokenKind::Word(word) = self.kind() else { return self.syntax("a statement") };
        let kind = match word.to_ascii_uppercase().as_str() {
            "BEGIN" => self.compound()?,
            "IF" => self.if_statement()?,
            "PASS" => self.pass()?,
            "FAIL" => {
                self.at += 1;
                StatementKind::Fail
            }
            "DISCARDEVENT" => {
                self.at += 1;
                StatementKind::Discard
            }
            "DESTINATION" => self.destination()?,
            "ELSE" => {
                let location = self.location(self.place(start));
                self.diagnostics.push(
                    Diagnostic::new(Severity::Error, location, messages::SYNTAX)
                        .with_label("expected a statement")
                        .with_hint("no semicolon stands before ELSE"),
                );
                return Err(Reported);
            }
            "BOOLEAN" => {
                return self.syntax("a statement; variables are declared after the first BEGIN");
            }
            reserved if is_reserved(reserved) => return self.syntax("a statement"),
            _ => self.assignment()?,
        };
        Ok(Statement { kind, place: self.place_from(start) })
    }

    fn assignment(&mut self) -> Parsed<StatementKind> {
        let variable = self.name("a statement")?;
        self.expect(":=")?;
        Ok(StatementKind::Assign { variable: Box::new(variable), value: Box::new(self.condition()?) })
    }

    fn compound(&mut self) -> Parsed<StatementKind> {
        self.expect_word("BEGIN")?;
        let ssid = self.ssid_clause()?;
        let mut list = None;
        if self.eat_word("LIST") {
            self.expect("(")?;
            list = Some(self.token_name()?);
            self.expect(")")?;
        }
        let body = self.statements()?;
        self.expect_word("END")?;
        Ok(StatementKind::Compound(Box::new(Compound { ssid, list, body })))
    }

    fn ssid_clause(&mut self) -> Parsed<Option<SsidName>> {
        if !self.eat_word("SSID") {
            return Ok(None);
        }
        self.expect("(")?;
        let ssid = self.ssid()?;
        self.expect(")")?;
        Ok(Some(ssid))
    }

    fn if_statement(&mut self) -> Parsed<StatementKind> {
        // Most have one.
        let mut arms = Vec::with_capacity(1);
        loop {
            self.expect_word("IF")?;
            let condition = self.condition()?;
            self.expect_word("THEN")?;
            arms.push((condition, self.statement()?));
            if !self.eat_word("ELSE") {
                return Ok(StatementKind::If { arms: arms.into(), otherwise: None });
            }
            if !self.kind().is_word("IF") {
                let otherwise = Some(Box::new(self.statement()?));
                return Ok(StatementKind::If { arms: arms.into(), otherwise });
            }
        }
    }

    fn pass(&mut self) -> Parsed<StatementKind> {
        self.expect_word("PASS")?;
        let mut value = None;
        if let TokenKind::Integer(number) = self.kind() {
            value = i16::try_from(number).ok();
            if value.is_none() {
                let _ = self.error::<()>("The pass value lies between -32768 and 32767");
            }
            self.at += 1;
        }
        let mut routing = Vec::new();
        if matches!(self.kind(), TokenKind::Integer(_)) {
            routing.push(self.routing_id()?);
        } else if self.eat("(") {
            loop {
                routing.push(self.routing_id()?);
                if !self.eat(",") {
                    break;
                }
            }
            self.expect(")")?;
        }
        Ok(StatementKind::Pass { value, routing: routing.into() })
    }

    fn routing_id(&mut self) -> Parsed<(i128, Place)> {
        let place = self.place(self.at);
        Ok((self.integer("a routing ID")?, place))
    }

    fn destination(&mut self) -> Parsed<StatementKind> {
        self.expect_word("DESTINATION")?;
        let mut destination = DestinationSource::default();
        loop {
            let start = self.at;
            let TokenKind::Word(keyword) = self.kind() else {
                return self.syntax("an attribute of the destination");
            };
            let name = Name { text: keyword.into(), place: self.place(start) };
            self.at += 1;
            // The = of a DEFINE's name; it means nothing before a name of another kind.
            let is_define = self.eat("=");
            let value = match self.kind() {
                TokenKind::Word(word) if is_define => AttributeValue::Word(format!("={word}").into()),
                TokenKind::Word(word) | TokenKind::FileName(word) => AttributeValue::Word(word.into()),
                TokenKind::Integer(number) => AttributeValue::Number(number),
                TokenKind::Text(text) => AttributeValue::Text(text.text().into()),
                _ => return self.syntax("the value of the attribute"),
            };
            self.at += 1;
            let place = self.place_from(start);
            match value {
                AttributeValue::Number(number) if name.text.eq_ignore_ascii_case("RID") => {
                    destination.rid = Some((number, place));
                }
                value => destination.attributes.push((name, value, place)),
            }
            if !self.eat(",") {
                return Ok(StatementKind::Destination(Box::new(destination)));
            }
        }
    }

    fn condition(&mut self) -> Parsed<Condition> {
        self.nested(|parser| parser.operation("OR", ConditionKind::Or, Self::conjunction))
    }

    fn conjunction(&mut self) -> Parsed<Condition> {
        self.operation("AND", ConditionKind::And, Self::negation)
    }

    /// One or more terms with an operator between them.
    fn operation(
        &mut self,
        operator: &str,
        kind: fn(Box<[Condition]>) -> ConditionKind,
        term: fn(&mut Self) -> Parsed<Condition>,
    ) -> Parsed<Condition> {
        let start = self.at;
        let first = term(self)?;
        if !self.kind().is_word(operator) {
            return Ok(first);
        }
        let mut terms = Vec::from([first]);
        while self.eat_word(operator) {
            terms.push(term(self)?);
        }
        Ok(Condition { kind: kind(terms.into()), place: self.place_from(start) })
    }

    fn negation(&mut self) -> Parsed<Condition> {
        let start = self.at;
        let mut negations = 0_usize;
        while self.eat_word("NOT") {
            negations += 1;
        }
        let inner = self.primary()?;
        // Two negations cancel each other.
        if negations.is_multiple_of(2) {
            return Ok(inner);
        }
        Ok(Condition { kind: ConditionKind::Not(Box::new(inner)), place: self.place_from(start) })
    }

    fn primary(&mut self) -> Parsed<Condition> {
        let start = self.at;
        let kind = match self.kind() {
            TokenKind::Symbol("(") if !self.is_constant_list() => {
                self.at += 1;
                let inner = self.condition()?;
                self.expect(")")?;
                return Ok(inner);
            }
            TokenKind::Word(word) => match word.to_ascii_uppercase().as_str() {
                "TRUE" | "FALSE" => {
                    self.at += 1;
                    ConditionKind::Constant(word.eq_ignore_ascii_case("TRUE"))
                }
                "MATCH" => {
                    let (operand, pattern) = self.two_operands()?;
                    ConditionKind::Match(Box::new((operand, pattern)))
                }
                "FILENAMECOMPARE" => {
                    let (left, right) = self.two_operands()?;
                    ConditionKind::FileNameCompare(Box::new((left, right)))
                }
                "EMSTEXTMATCH" => {
                    let (key, pattern) = self.two_operands()?;
                    ConditionKind::EmsTextMatch(Box::new((key, pattern)))
                }
                "TOKENPRESENT" => {
                    self.at += 1;
                    self.expect("(")?;
                    let operand = self.operand()?;
                    self.expect(")")?;
                    ConditionKind::TokenPresent(Box::new(operand))
                }
                "LITERALLY" => {
                    self.at += 1;
                    self.expect("(")?;
                    let inner = self.condition()?;
                    self.expect(")")?;
                    ConditionKind::Literally(Box::new(inner))
                }
                _ if self.is_variable() => {
                    self.at += 1;
                    ConditionKind::Variable(word.into())
                }
                _ => self.comparison()?,
            },
            _ => self.comparison()?,
        };
        Ok(Condition { kind, place: self.place_from(start) })
    }

    /// Whether the name here is alone, as only a Boolean variable does.
    fn is_variable(&self) -> bool {
        let TokenKind::Word(word) = self.kind() else { return false };
        let continues = match self.kind_at(self.at + 1) {
            TokenKind::Symbol("(" | "." | ":") => true,
            TokenKind::Symbol(symbol) => Relation::of(symbol).is_some(),
            _ => false,
        };
        !continues && !is_reserved(word)
    }

    fn comparison(&mut self) -> Parsed<ConditionKind> {
        let left = self.operand()?;
        let relation = if self.is_split {
            self.is_split = false;
            self.at += 1;
            Relation::Equal
        } else {
            let TokenKind::Symbol(symbol) = self.kind() else { return self.syntax("a relational operator") };
            let Some(relation) = Relation::of(symbol) else { return self.syntax("a relational operator") };
            self.at += 1;
            relation
        };
        let right = self.operand()?;
        if self.is_split {
            return self.syntax("> alone at the end of the bit numbers");
        }
        Ok(ConditionKind::Compare(Box::new(Comparison { left, relation, right })))
    }

    fn two_operands(&mut self) -> Parsed<(Operand, Operand)> {
        self.at += 1;
        self.expect("(")?;
        let left = self.operand()?;
        self.expect(",")?;
        let right = self.operand()?;
        self.expect(")")?;
        Ok((left, right))
    }

    fn operand(&mut self) -> Parsed<Operand> {
        let start = self.at;
        let kind = match self.kind() {
            TokenKind::HashName(name) => {
                self.at += 1;
                OperandKind::HashName(name.into())
            }
            TokenKind::Word(word) if word.eq_ignore_ascii_case("SSID") => self.ssid_form()?,
            TokenKind::Word(word) if is_reserved(word) => return self.syntax("a token or a constant"),
            TokenKind::Word(_) if !self.is_ssid() => {
                let token = self.simple_token()?;
                self.field_or_token(token)?
            }
            _ => OperandKind::Constant(self.constant()?),
        };
        let mut bits = None;
        if self.kind() == TokenKind::Symbol(".") && self.kind_at(self.at + 1) == TokenKind::Symbol("<") {
            self.at += 2;
            let first = self.integer("the number of the first bit")?;
            self.expect(":")?;
            let last = self.integer("the number of the last bit")?;
            if self.kind() == TokenKind::Symbol(">=") {
                self.is_split = true;
            } else {
                self.expect(">")?;
            }
            bits = Some(Box::new((first, last)));
        }
        Ok(Operand { kind, bits, place: self.place_from(start) })
    }

    /// `SSID(ssid)` or `SSID(ssid, token)`, with fields.
    fn ssid_form(&mut self) -> Parsed<OperandKind> {
        self.at += 1;
        self.expect("(")?;
        let ssid = self.ssid()?;
        if self.eat(")") {
            return Ok(OperandKind::SsidFunction(Box::new(ssid)));
        }
        self.expect(",")?;
        let token = self.simple_token()?;
        self.expect(")")?;
        self.field_or_token(TokenName { ssid: Some(Box::new(ssid)), ..token })
    }

    /// `token`, `token(index)`, `SSID(ssid, token(index))`: where only a token is allowed.
    fn token_name(&mut self) -> Parsed<TokenName> {
        if !self.kind().is_word("SSID") {
            return self.simple_token();
        }
        match self.ssid_form()? {
            OperandKind::Token(token) => Ok(*token),
            _ => self.error(messages::EXPECTED_TOKEN_NAME),
        }
    }

    fn simple_token(&mut self) -> Parsed<TokenName> {
        let name = self.name("the name of a token")?;
        let mut index = None;
        if self.kind() == TokenKind::Symbol("(") {
            self.at += 1;
            let start = self.at;
            index = Some(Box::new((self.integer("the number of an occurrence")?, self.place(start))));
            self.expect(")")?;
        }
        Ok(TokenName { ssid: None, name, index })
    }

    fn field_or_token(&mut self, token: TokenName) -> Parsed<OperandKind> {
        let is_field =
            self.kind() == TokenKind::Symbol(".") && matches!(self.kind_at(self.at + 1), TokenKind::Word(_));
        if !is_field {
            return Ok(OperandKind::Token(Box::new(token)));
        }
        self.at += 1;
        let structure = self.name("the name of a structure")?;
        let mut field = FieldName { structure, fields: Vec::new(), range: None };
        loop {
            if self.kind() == TokenKind::Symbol("(") {
                self.at += 1;
                let first = self.integer("the number of an element")?;
                if self.eat(":") {
                    field.range = Some((first, self.integer("the number of the last element")?));
                } else {
                    match field.fields.last_mut() {
                        Some((_, index)) => *index = Some(first),
                        None => return self.error(messages::FIELD_UNKNOWN),
                    }
                }
                self.expect(")")?;
            }
            if field.range.is_some() || !self.eat(":") {
                return Ok(OperandKind::Field(Box::new((token, field))));
            }
            field.fields.push((self.name("the name of a field")?, None));
        }
    }

    fn ssid(&mut self) -> Parsed<SsidName> {
        let start = self.at;
        if self.is_ssid() {
            let text = self.ssid_constant().into();
            return Ok(SsidName { text, is_constant: true, place: self.place_from(start) });
        }
        let name = self.name("a subsystem ID")?;
        Ok(SsidName { text: name.text, is_constant: false, place: name.place })
    }

    /// Whether `owner.subsystem.version` is here.
    fn is_ssid(&self) -> bool {
        let part = |at| matches!(self.kind_at(at), TokenKind::Word(_) | TokenKind::Integer(_));
        let period = |at| self.kind_at(at) == TokenKind::Symbol(".");
        let at = self.at;
        part(at) && period(at + 1) && part(at + 2) && period(at + 3) && part(at + 4)
    }

    fn ssid_constant(&mut self) -> String {
        let mut text = String::new();
        for _ in 0..5 {
            match self.kind() {
                TokenKind::Word(word) => text.push_str(word),
                TokenKind::Integer(number) => text.push_str(&format!("{number}")),
                _ => text.push('.'),
            }
            self.at += 1;
        }
        text
    }

    fn constant(&mut self) -> Parsed<Constant> {
        if self.is_ssid() {
            return Ok(Constant::Ssid(self.ssid_constant().into()));
        }
        let constant = match self.kind() {
            TokenKind::Integer(number) => match i64::try_from(number) {
                Ok(number) => Constant::Integer(number),
                Err(_) => return self.error("This number does not fit 64 bits"),
            },
            TokenKind::Text(text) if text.delimiter == '"' => Constant::Text(text.text().into()),
            TokenKind::FileName(name) => Constant::FileName(name.into()),
            TokenKind::Symbol("(") => {
                return self.nested(Self::constant_list).map(|constants| Constant::List(constants.into()));
            }
            _ => return self.syntax("a token or a constant"),
        };
        self.at += 1;
        Ok(constant)
    }

    fn constant_list(&mut self) -> Parsed<Vec<(Constant, Place)>> {
        self.expect("(")?;
        let mut constants = Vec::new();
        loop {
            let start = self.at;
            let constant = self.constant()?;
            constants.push((constant, self.place_from(start)));
            if !self.eat(",") {
                break;
            }
        }
        self.expect(")")?;
        Ok(constants)
    }

    /// Whether the parenthesis here opens a list of constants, not a condition: constants, commas and parentheses alone
    /// are up to the one that closes it, which no condition does without.
    fn is_constant_list(&self) -> bool {
        let mut open = 0_usize;
        let mut at = self.at;
        loop {
            match self.kind_at(at) {
                TokenKind::Symbol("(") => open += 1,
                TokenKind::Symbol(")") => {
                    open = open.saturating_sub(1);
                    if open == 0 {
                        return at > self.at + 1;
                    }
                }
                TokenKind::Symbol("," | ".")
                | TokenKind::Integer(_)
                | TokenKind::Text(_)
                | TokenKind::FileName(_) => {}
                // Only a part of a subsystem ID is a word.
                TokenKind::Word(_)
                    if self.kind_at(at + 1) == TokenKind::Symbol(".")
                        || at > 0 && self.kind_at(at - 1) == TokenKind::Symbol(".") => {}
                _ => return false,
            }
            at += 1;
        }
    }

    fn name(&mut self, want: &'static str) -> Parsed<Name> {
        match self.kind() {
            TokenKind::Word(word) if !is_reserved(word) => {
                let name = Name { text: word.into(), place: self.place(self.at) };
                self.at += 1;
                Ok(name)
            }
            _ => self.syntax(want),
        }
    }

    fn integer(&mut self, want: &'static str) -> Parsed<i128> {
        match self.kind() {
            TokenKind::Integer(number) => {
                self.at += 1;
                Ok(number)
            }
            _ => self.syntax(want),
        }
    }

    fn eat(&mut self, symbol: &'static str) -> bool {
        let is_here = self.kind() == TokenKind::Symbol(symbol);
        self.at += usize::from(is_here);
        is_here
    }

    fn eat_word(&mut self, word: &str) -> bool {
        let is_here = self.kind().is_word(word);
        self.at += usize::from(is_here);
        is_here
    }

    fn expect(&mut self, symbol: &'static str) -> Parsed<()> {
        if self.eat(symbol) { Ok(()) } else { self.syntax(symbol) }
    }

    fn expect_word(&mut self, word: &'static str) -> Parsed<()> {
        if self.eat_word(word) { Ok(()) } else { self.syntax(word) }
    }

    /// Runs a parser one level deeper.
    fn nested<T>(&mut self, parser: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        if self.nesting >= limits::NESTING {
            return self.error(messages::NESTED_TOO_DEEP);
        }
        self.nesting += 1;
        let parsed = parser(self);
        self.nesting -= 1;
        parsed
    }

    fn syntax<T>(&mut self, want: &'static str) -> Parsed<T> {
        if self.kind() == TokenKind::End && core::mem::replace(&mut self.is_end_reported, true) {
            return Err(Reported);
        }
        let message = if self.kind() == TokenKind::End { messages::SYNTAX_AT_END } else { messages::SYNTAX };
        let location = self.location(self.place(self.at));
        let mut diagnostic =
            Diagnostic::new(Severity::Error, location, message).with_label(format!("expected {want}"));
        // A condition that breaks off in a comment: `a == b` of other languages.
        if want == "THEN" && self.is_after_comment() {
            diagnostic = diagnostic.with_hint(messages::EQUALITY);
        }
        self.diagnostics.push(diagnostic);
        Err(Reported)
    }

    /// Whether TACL has taken out a comment before the token at hand.
    fn is_after_comment(&self) -> bool {
        let before = self.at.checked_sub(1).and_then(|before| self.tokens.get(before));
        match (before, self.tokens.get(self.at)) {
            (Some(before), Some(here)) => here.is_after_comment(before, self.expanded),
            _ => false,
        }
    }

    fn error<T>(&mut self, message: &'static str) -> Parsed<T> {
        let location = self.location(self.place(self.at));
        self.diagnostics.push(Diagnostic::new(Severity::Error, location, message));
        Err(Reported)
    }

    fn kind(&self) -> TokenKind<'t> {
        self.kind_at(self.at)
    }

    fn kind_at(&self, at: usize) -> TokenKind<'t> {
        self.tokens.get(at).map_or(TokenKind::End, |token| token.kind(self.expanded))
    }

    fn place(&self, at: usize) -> Place {
        Place::new(at, at)
    }

    /// From the token `start` to the last one read.
    fn place_from(&self, start: usize) -> Place {
        Place::new(start, self.at.saturating_sub(1).max(start))
    }

    fn location(&self, place: Place) -> Location {
        location(self.tokens, self.expanded, place)
    }
}

/// Where a run of tokens comes from.
pub(super) fn location(tokens: &[Token], expanded: &Expanded, place: Place) -> Location {
    let token = |at: usize| tokens.get(at).or_else(|| tokens.last());
    match (token(place.first()), token(place.last())) {
        (Some(first), Some(last)) => first.location_to(last, expanded),
        _ => expanded.location(0, 0..0),
    }
}
