//! Names to what they mean, once everything has been read: constants first, then what is made of them.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use crate::text::{Diagnostic, Diagnostics, Severity, similar};

use super::names::NameId;
use super::tables::{FieldKind, Head, Kind, Mark, Operand, Stored, Tables, index};
use crate::text::limits::ddl as limits;

/// Resolves everything in the tables.
pub(super) fn resolve(tables: &mut Tables, source_bytes: usize, diagnostics: &mut Diagnostics) {
    let mut resolver = Resolver {
        tables,
        diagnostics,
        suggestions: 0,
        laying_out: None,
        without_layout: Vec::new(),
        faulty: Vec::new(),
    };
    resolver.constants();
    resolver.definitions();
    resolver.tokens(source_bytes);
    resolver.report_layouts();
}

pub(super) struct Resolver<'a> {
    pub(super) tables: &'a mut Tables,
    pub(super) diagnostics: &'a mut Diagnostics,
    suggestions: u32,
    /// The definition for which a name is being looked up that its layout needs: what is missing is reported once it is
    /// known whether anything needs that layout.
    pub(super) laying_out: Option<usize>,
    /// The gaps of layouts, each with its definition.
    without_layout: Vec<(usize, Diagnostic)>,
    /// Whether each definition has a fault of its own.
    pub(super) faulty: Vec<bool>,
}

/// The faults have been reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Reported;

impl Resolver<'_> {
    pub(super) fn error(
        &mut self,
        head: &Head,
        at: Mark,
        message: impl Into<alloc::borrow::Cow<'static, str>>,
    ) {
        self.report(Diagnostic::error(head.source, at.span(), message));
    }

    /// Reports a diagnostic; that a layout lacks something, later.
    pub(super) fn report(&mut self, diagnostic: Diagnostic) {
        match self.laying_out {
            Some(def) if self.without_layout.len() < Diagnostics::LIMIT => {
                self.without_layout.push((def, diagnostic));
            }
            _ => self.diagnostics.push(diagnostic),
        }
    }

    /// Reports why definitions have no layout: an error if a token type, a token map or an SSID needs one or the definition
    /// has other faults, else a warning.
    fn report_layouts(&mut self) {
        if self.without_layout.is_empty() {
            return;
        }
        let mut needed = alloc::vec![false; self.tables.defs.len()];
        let mut open = Vec::new();
        let types = self.tables.token_types.iter().filter(|of| !of.head.replaced).filter_map(|of| of.def);
        let maps = self.tables.maps.iter().filter(|map| !map.head.replaced).map(|map| map.def);
        for def in types.chain(maps) {
            open.extend(self.tables.find(Kind::Def, def.name));
        }
        open.extend((0..self.tables.defs.len()).filter(|&def| self.is_ssid(def)));
        while let Some(def) = open.pop() {
            if core::mem::replace(&mut needed[def], true) {
                continue;
            }
            let root = index(self.tables.defs[def].root);
            let fields = self.tables.fields.get(root..index(self.tables.fields[root].end)).unwrap_or(&[]);
            open.extend(fields.iter().filter_map(|field| match field.kind {
                FieldKind::Def(of) => Some(index(of)),
                _ => None,
            }));
        }
        for (def, mut diagnostic) in core::mem::take(&mut self.without_layout) {
            if !needed[def] && !self.faulty[def] {
                diagnostic.severity = Severity::Warning;
                let name = self.spelling(self.tables.defs[def].head.name);
                let left_out = format!("{name} is left out; no token, map or subsystem ID needs it");
                let hint =
                    diagnostic.hint.take().map_or(left_out.clone(), |hint| format!("{hint}; {left_out}"));
                diagnostic.hint = Some(hint.into());
            }
            self.diagnostics.push(diagnostic);
        }
    }

    pub(super) fn spelling(&self, name: NameId) -> String {
        self.tables.names.spelling(name).into()
    }

    /// The literal an operand is or stands for.
    pub(super) fn literal(&mut self, head: &Head, operand: Operand) -> Result<Stored, Reported> {
        let Stored::Name(name) = operand.value else { return Ok(operand.value) };
        match self.tables.find(Kind::Constant, name).and_then(|at| self.tables.constants.get(at)) {
            Some(constant) if constant.head.broken => Err(Reported),
            Some(constant) => Ok(constant.value.value),
            None => Err(self.not_defined(head, name, operand.at, Kind::Constant)),
        }
    }

    /// Whether an operand names a provisional constant.
    pub(super) fn is_provisional(&self, operand: Operand) -> bool {
        let Stored::Name(name) = operand.value else { return false };
        let constant = self.tables.find(Kind::Constant, name).and_then(|at| self.tables.constants.get(at));
        constant.is_some_and(|constant| constant.head.provisional)
    }

    /// The number an operand is or stands for, if it lies in the range.
    pub(super) fn number(
        &mut self,
        head: &Head,
        operand: Operand,
        range: core::ops::RangeInclusive<i128>,
        what: &str,
    ) -> Result<i128, Reported> {
        match self.literal(head, operand)?.number() {
            Some(number) if range.contains(&number) => Ok(number),
            Some(number) => {
                let message =
                    format!("{what} lies between {} and {}, not {number}", range.start(), range.end());
                self.error(head, operand.at, message);
                Err(Reported)
            }
            None => {
                self.error(head, operand.at, format!("{what} is a number"));
                Err(Reported)
            }
        }
    }

    /// The definition of a name; an unknown name is reported.
    pub(super) fn find(
        &mut self,
        head: &Head,
        kind: Kind,
        name: NameId,
        at: Mark,
    ) -> Result<usize, Reported> {
        match self.tables.find(kind, name) {
            Some(found) => Ok(found),
            None => Err(self.not_defined(head, name, at, kind)),
        }
    }

    fn not_defined(&mut self, head: &Head, name: NameId, at: Mark, kind: Kind) -> Reported {
        let written = self.spelling(name);
        let message = format!("the {} {written} is not defined", noun(kind));
        let mut error = Diagnostic::error(head.source, at.span(), message);
        let kinds = [Kind::Constant, Kind::Def, Kind::TokenType, Kind::Token, Kind::Map];
        let other = kinds.into_iter().find_map(|other| Some((other, self.tables.find(other, name)?)));
        if let Some((other, found)) = other {
            let found = u32::try_from(found).unwrap_or(u32::MAX);
            error.message = format!("{written} is a {}, not a {}", noun(other), noun(kind)).into();
            if let Some(head) = self.tables.head(other, found) {
                error = error.with_secondary(head.location(), "defined here");
            }
        } else if self.suggestions < limits::SUGGESTIONS {
            self.suggestions += 1;
            let names = self.tables.order.iter().filter(|(of, _)| *of == kind);
            let names = names
                .filter_map(|&(_, at)| Some(self.tables.names.spelling(self.tables.head(kind, at)?.name)));
            error = match similar(&written, names) {
                Some(name) => error.with_hint(format!("did you mean {name}?")),
                None => error.with_hint("give the file that defines it as well"),
            };
        }
        self.report(error);
        Reported
    }

    /// Constants made of constants, and types. [DDL 4-1, 4-2]
    fn constants(&mut self) {
        #[derive(Clone, Copy, PartialEq)]
        enum State {
            New,
            Open,
            Done,
        }
        let mut states = alloc::vec![State::New; self.tables.constants.len()];
        let mut path = Vec::new();
        for start in 0..states.len() {
            let mut next = Some(start);
            while let Some(at) = next {
                match states[at] {
                    State::New => {
                        states[at] = State::Open;
                        path.push(at);
                        next = match self.tables.constants[at].value.value {
                            Stored::Name(name) => self.tables.find(Kind::Constant, name),
                            _ => None,
                        };
                    }
                    State::Open => {
                        let Some(&last) = path.last() else { break };
                        let constant = self.tables.constants[last];
                        let name = self.spelling(constant.head.name);
                        self.error(&constant.head, constant.value.at, format!("{name} is defined by itself"));
                        self.tables.constants[last].head.broken = true;
                        next = None;
                    }
                    State::Done => next = None,
                }
            }
            while let Some(at) = path.pop() {
                states[at] = State::Done;
                if !self.tables.constants[at].head.replaced && !self.tables.constants[at].head.broken {
                    let result = self.constant(at);
                    self.tables.constants[at].head.broken = result.is_err();
                }
            }
        }
    }

    /// One constant, the one it is made of being done.
    fn constant(&mut self, at: usize) -> Result<(), Reported> {
        let constant = self.tables.constants[at];
        let mut inherited = None;
        if let Stored::Name(name) = constant.value.value
            && let Some(of) = self.tables.find(Kind::Constant, name)
        {
            inherited = self.tables.constants[of].binary;
        }
        let value = self.literal(&constant.head, constant.value)?;
        self.tables.constants[at].head.provisional |= self.is_provisional(constant.value);
        let stored = match value {
            // A version keeps its kind, unless a TYPE makes it a plain number.
            Stored::Version(_) if constant.binary.is_none() => value,
            Stored::Number(_) | Stored::Large(_) | Stored::Version(_) => {
                let number = value.number().unwrap_or(0);
                let (bytes, unsigned) = constant.binary.or(inherited).unwrap_or((2, false));
                let (least, most) = range(bytes, unsigned);
                if !(least..=most).contains(&number) {
                    let kind = super::DdlType::Binary { bytes, scale: 0, unsigned };
                    let message = format!("the value {number} does not fit {kind}, {least} to {most}");
                    let error = Diagnostic::error(constant.head.source, constant.value.at.span(), message);
                    let hint = fitting(number).filter(|_| constant.binary.is_none());
                    self.diagnostics.push(match hint {
                        Some(hint) => error.with_hint(format!("add TYPE {hint}")),
                        None => error,
                    });
                    return Err(Reported);
                }
                self.tables.constants[at].binary = Some((bytes, unsigned));
                match i64::try_from(number) {
                    Ok(number) => Stored::Number(number),
                    Err(_) => value,
                }
            }
            Stored::Text(_) | Stored::National(_) if constant.binary.is_some() => {
                self.error(&constant.head, constant.value.at, "a string constant has no TYPE");
                return Err(Reported);
            }
            _ => value,
        };
        if let Stored::Version(_) = stored {
            self.tables.constants[at].binary = Some((2, true));
        }
        self.tables.constants[at].value.value = stored;
        Ok(())
    }
}

/// The range of a BINARY of this many bytes.
fn range(bytes: u8, unsigned: bool) -> (i128, i128) {
    let bits = u32::from(bytes) * 8;
    if unsigned { (0, (1 << bits) - 1) } else { (-(1 << (bits - 1)), (1 << (bits - 1)) - 1) }
}

/// The smallest type a number fits.
fn fitting(number: i128) -> Option<&'static str> {
    let types = [
        (2, true, "BINARY 16 UNSIGNED"),
        (4, false, "BINARY 32"),
        (4, true, "BINARY 32 UNSIGNED"),
        (8, false, "BINARY 64"),
        (8, true, "BINARY 64 UNSIGNED"),
    ];
    let fits = |&&(bytes, unsigned, _): &&(u8, bool, _)| {
        let (least, most) = range(bytes, unsigned);
        (least..=most).contains(&number)
    };
    types.iter().find(fits).map(|&(.., name)| name)
}

fn noun(kind: Kind) -> &'static str {
    match kind {
        Kind::Constant => "constant",
        Kind::Def => "definition",
        Kind::TokenType => "token type",
        Kind::Token => "token code",
        Kind::Map => "token map",
    }
}

/// A text that is stored, or `None`.
pub(super) fn as_text(tables: &Tables, value: Stored) -> Option<&str> {
    match value {
        Stored::Text(text) | Stored::National(text) => Some(tables.text(text)),
        _ => None,
    }
}

/// Positions `start..end` of a list whose indexes are stored.
pub(super) fn positions(start: u32, count: u32) -> core::ops::Range<usize> {
    index(start)..index(start).saturating_add(index(count))
}
