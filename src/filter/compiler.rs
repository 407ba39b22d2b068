use alloc::format;
use core::fmt;

use super::burst::BurstFilter;
use super::check;
use super::compiled::CompiledFilter;
use super::environment::{Environment, NO_NODES, Nodes};
use super::lexer;
use super::parser::Parser;
use super::table::{self, FilterTable, TableSource};
use super::tacl::Tacl;
use crate::dictionary::Dictionary;
use crate::text::limits::filter as limits;
use crate::text::{Diagnostic, Diagnostics, NoLoader, SourceId, SourceLoader, SourceMap, Span};

/// Turns filter sources into filters.
///
/// The meaning of names comes from a [`Dictionary`]; files named by `?SOURCE` from a [`SourceLoader`]; node numbers from
/// [`Nodes`].
#[derive(Clone, Copy)]
pub struct Compiler<'c> {
    environment: Environment<'c>,
}

impl<'c> Compiler<'c> {
    /// A compiler that knows these definitions, no nodes and no files.
    #[must_use]
    pub const fn new(dictionary: &'c Dictionary) -> Self {
        Self { environment: Environment { dictionary, loader: &NoLoader, nodes: &NO_NODES } }
    }

    /// Finds the files that `?SOURCE` names here.
    #[must_use]
    pub const fn with_loader(mut self, loader: &'c dyn SourceLoader) -> Self {
        self.environment.loader = loader;
        self
    }

    /// Takes node numbers from here.
    #[must_use]
    pub const fn with_nodes(mut self, nodes: &'c Nodes) -> Self {
        self.environment.nodes = nodes;
        self
    }

    /// Compiles a source of any kind, distinguished by its content: a filter table or burst filter has a directive of
    /// theirs, everything else is in the filter language.
    pub fn compile(&self, sources: &mut SourceMap, id: SourceId) -> Compilation<Compiled> {
        if table::is_table(sources.get(id).map_or("", |source| source.text())) {
            return self.table(sources, id).map(|table| match table {
                TableSource::Table(table) => Compiled::Table(table),
                TableSource::Burst(burst) => Compiled::Burst(burst),
            });
        }
        self.filter(sources, id).map(Compiled::Filter)
    }

    /// Compiles a filter in the filter language.
    pub fn filter(&self, sources: &mut SourceMap, id: SourceId) -> Compilation<CompiledFilter> {
        self.tokens(sources, id, |context, sources, diagnostics| {
            lexer::check_names(context.tokens, context.expanded, diagnostics);
            let source = Parser::new(context.tokens, context.expanded, diagnostics).filter()?;
            Some(check::filter(context, source, sources, diagnostics))
        })
    }

    /// Compiles one Boolean expression of the filter language: the filter passes what it is TRUE of. Names may be spelled
    /// with the hyphens of DDL. There is no BEGIN SSID that could say whose a token is: one that is named without an SSID is
    /// that of the subsystem which defines it.
    pub fn expression(&self, sources: &mut SourceMap, id: SourceId) -> Compilation<CompiledFilter> {
        self.tokens(sources, id, |context, sources, diagnostics| {
            let condition = Parser::new(context.tokens, context.expanded, diagnostics).expression()?;
            Some(check::expression(context, &condition, sources, diagnostics))
        })
    }

    /// Reads a source up to its tokens, and compiles those.
    fn tokens(
        &self,
        sources: &mut SourceMap,
        id: SourceId,
        compile: impl FnOnce(&check::Context<'_>, &SourceMap, &mut Diagnostics) -> Option<CompiledFilter>,
    ) -> Compilation<CompiledFilter> {
        let mut diagnostics = Diagnostics::new();
        let mut tacl = Tacl::new(&self.environment);
        let expanded = tacl.read(sources, id, &mut diagnostics);
        let bytes: usize = expanded.pieces.iter().map(|(_, range)| range.len()).sum();
        if bytes > limits::SOURCE {
            let message =
                format!("the filter is too long: at most {} MiB are compiled", limits::SOURCE >> 20);
            diagnostics.push(Diagnostic::error(id, Span::at(0), message));
            return Compilation::new(None, diagnostics);
        }
        let Some(tokens) = lexer::tokens(&expanded, &mut diagnostics) else {
            let message = format!(
                "the filter has too many words and symbols for its length: {} and one for each {} bytes are compiled",
                limits::TOKENS,
                limits::BYTES_PER_TOKEN
            );
            diagnostics.push(Diagnostic::error(id, Span::at(0), message));
            return Compilation::new(None, diagnostics);
        };
        let context = check::Context {
            environment: &self.environment,
            tacl: &tacl,
            tokens: &tokens,
            expanded: &expanded,
        };
        let filter = compile(&context, sources, &mut diagnostics);
        Compilation::new(filter, diagnostics)
    }

    /// Compiles a filter table or a burst filter.
    #[must_use]
    pub fn table(&self, sources: &SourceMap, id: SourceId) -> Compilation<TableSource> {
        let mut diagnostics = Diagnostics::new();
        let table = table::read(&self.environment, sources, id, &mut diagnostics);
        Compilation::new(table, diagnostics)
    }
}

impl fmt::Debug for Compiler<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Compiler").field("nodes", self.environment.nodes).finish_non_exhaustive()
    }
}

impl fmt::Debug for Environment<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Environment").field("nodes", self.nodes).finish_non_exhaustive()
    }
}

/// A compiled source.
#[derive(Clone, Debug)]
#[allow(clippy::exhaustive_enums)]
pub enum Compiled {
    /// In the filter language; parameters still to be supplied.
    Filter(CompiledFilter),
    /// A filter table.
    Table(FilterTable),
    /// A burst filter.
    Burst(BurstFilter),
}

/// The result of compiling a source, with its diagnostics.
#[derive(Clone, Debug)]
pub struct Compilation<T> {
    result: Option<T>,
    diagnostics: Diagnostics,
}

impl<T> Compilation<T> {
    pub(super) fn new(result: Option<T>, mut diagnostics: Diagnostics) -> Self {
        diagnostics.sort();
        Self { result: result.filter(|_| !diagnostics.has_errors()), diagnostics }
    }

    /// The compiled source; `None` if it has errors.
    #[must_use]
    pub fn result(&self) -> Option<&T> {
        self.result.as_ref()
    }

    /// Warnings and errors in the order of the source.
    #[must_use]
    pub const fn diagnostics(&self) -> &Diagnostics {
        &self.diagnostics
    }

    /// The compiled source and the diagnostics.
    #[must_use]
    pub fn into_parts(self) -> (Option<T>, Diagnostics) {
        (self.result, self.diagnostics)
    }

    /// The compiled source.
    ///
    /// # Errors
    /// The source has errors: all diagnostics.
    pub fn into_result(self) -> Result<T, Diagnostics> {
        self.result.ok_or(self.diagnostics)
    }

    /// The completion code of the EMF compiler: 0 without remarks, 1 with warnings, 2 with errors (EMS Manual 5-62).
    #[must_use]
    pub fn completion_code(&self) -> u8 {
        let has_warnings =
            self.diagnostics.iter().any(|diagnostic| diagnostic.severity == crate::text::Severity::Warning);
        if self.diagnostics.has_errors() { 2 } else { u8::from(has_warnings) }
    }

    fn map<U>(self, to: impl FnOnce(T) -> U) -> Compilation<U> {
        Compilation { result: self.result.map(to), diagnostics: self.diagnostics }
    }
}
