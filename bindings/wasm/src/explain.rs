//! Filters, and why they say what they say.

use serde::Serialize;
use wasm_bindgen::prelude::{JsError, JsValue, wasm_bindgen};
use zems::filter::{
    AnyFilter, Branch, Compilation, Compiled, Compiler, Decision, Explanation, Filters, OperandValue,
    Parameters, Verdict,
};
use zems::site::Site;
use zems::spi::read::Decoder;
use zems::text::{NoLoader, SourceMap};

use crate::values::{object, wrong};

/// A filter of any kind, or a condition of the filter language. See `Site.filter` and `Site.condition`.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Filter {
    pub(crate) site: Site,
    pub(crate) filters: Filters,
    /// The filter again, for its tree.
    single: Option<zems::filter::Filter>,
    warnings: String,
}

impl Filter {
    /// Compiles a filter source of any kind.
    pub(crate) fn of_source(
        site: &Site,
        name: &str,
        text: String,
        parameters: &[String],
    ) -> Result<Self, JsError> {
        let nodes = site.node_numbers();
        let compiler = Compiler::new(site.dictionary()).with_nodes(&nodes).with_loader(&NoLoader);
        let mut sources = SourceMap::new();
        let id = sources.add(name.to_owned(), text).map_err(wrong)?;
        let compilation = compiler.compile(&mut sources, id);
        let warnings = compilation.diagnostics().render(&sources);
        match result(compilation, &sources)? {
            Compiled::Filter(filter) => {
                let mut given = Parameters::new();
                parameters.iter().try_for_each(|parameter| given.add(parameter)).map_err(wrong)?;
                let filter = filter.load(&given, site.dictionary()).map_err(wrong)?;
                Ok(Self::new(site, filter.clone().into(), Some(filter), warnings))
            }
            Compiled::Table(table) => Ok(Self::new(site, table.into(), None, warnings)),
            Compiled::Burst(burst) => Ok(Self::new(site, burst.into(), None, warnings)),
        }
    }

    /// Compiles a condition.
    pub(crate) fn of_condition(site: &Site, text: String) -> Result<Self, JsError> {
        let nodes = site.node_numbers();
        let compiler = Compiler::new(site.dictionary()).with_nodes(&nodes);
        let mut sources = SourceMap::new();
        let id = sources.add("condition", text).map_err(wrong)?;
        let compilation = compiler.expression(&mut sources, id);
        let warnings = compilation.diagnostics().render(&sources);
        let filter =
            result(compilation, &sources)?.load(&Parameters::new(), site.dictionary()).map_err(wrong)?;
        Ok(Self::new(site, filter.clone().into(), Some(filter), warnings))
    }

    fn new(site: &Site, filter: AnyFilter, single: Option<zems::filter::Filter>, warnings: String) -> Self {
        Self { site: site.clone(), filters: Filters::new([filter]), single, warnings }
    }
}

/// The result of a compiler; the error has all diagnostics.
fn result<T>(compilation: Compilation<T>, sources: &SourceMap) -> Result<T, JsError> {
    compilation.into_result().map_err(|diagnostics| wrong(diagnostics.render(sources).trim_end()))
}

#[wasm_bindgen]
impl Filter {
    /// The warnings of the compiler, with their lines; empty if there are none.
    #[wasm_bindgen(getter)]
    #[must_use]
    pub fn warnings(&self) -> String {
        self.warnings.clone()
    }

    /// Whether the filter passes the event that fills `buffer`. A command is not passed.
    ///
    /// # Errors
    /// The bytes are not a buffer.
    pub fn passes(&self, buffer: &[u8]) -> Result<bool, JsError> {
        let buffer = Decoder::new(self.site.profile()).parse(buffer).map_err(wrong)?;
        let Some(event) = self.site.event(&buffer) else { return Ok(false) };
        let mut session = self.filters.session(self.site.filter_scratch());
        session.judge(&event).map(|judgement| judgement.verdict.is_pass()).map_err(wrong)
    }

    /// The verdict of the filter on the event that fills `buffer`, and why.
    ///
    /// # Errors
    /// The bytes are not an event.
    #[wasm_bindgen(unchecked_return_type = "Explanation")]
    pub fn explain(&self, buffer: &[u8]) -> Result<JsValue, JsError> {
        let event = self.site.parse(buffer).map_err(wrong)?;
        if let Some(filter) = &self.single {
            let explanation = filter.explain(&event, &mut self.site.filter_scratch()).map_err(wrong)?;
            let tree = filter.tree(&explanation);
            return object(&Explained::new(&explanation, Some(Node::new(&tree))));
        }
        let mut session = self.filters.session(self.site.filter_scratch());
        let (_, explanations) = session.explain(&event).map_err(wrong)?;
        match explanations.first() {
            Some(explanation) => object(&Explained::new(explanation, None)),
            None => Err(JsError::new("there is no filter")),
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Explained {
    passes: bool,
    verdict: String,
    decided_by: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    tree: Option<Node>,
    steps: Vec<Looked>,
    missing: Vec<String>,
    text: String,
}

impl Explained {
    fn new(explanation: &Explanation<'_>, tree: Option<Node>) -> Self {
        let steps = explanation.steps.iter().map(|step| Looked {
            holds: step.holds,
            line: step.condition.line,
            column: step.condition.column,
            text: step.condition.text.to_string(),
            operands: step.operands.iter().map(Operand::new).collect(),
        });
        Self {
            passes: matches!(explanation.verdict, Verdict::Pass { .. }),
            verdict: explanation.verdict.to_string(),
            decided_by: match &explanation.decided_by {
                Decision::Burst { is_hidden: true } => "a burst".to_owned(),
                decision => decision.to_string(),
            },
            tree,
            steps: steps.collect(),
            missing: explanation.missing().into_iter().map(str::to_owned).collect(),
            text: explanation.to_string(),
        }
    }
}

#[derive(Serialize)]
struct Looked {
    holds: bool,
    line: u32,
    column: u32,
    text: String,
    operands: Vec<Operand>,
}

#[derive(Serialize)]
struct Operand {
    text: String,
    /// `null`: missing.
    value: Option<String>,
}

impl Operand {
    fn new(operand: &OperandValue) -> Self {
        Self { text: operand.text.to_string(), value: operand.value.as_deref().map(str::to_owned) }
    }
}

/// A statement or condition.
#[derive(Serialize)]
struct Node {
    kind: &'static str,
    /// `null`: not looked at, or not reached.
    holds: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<u32>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    operands: Vec<Operand>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    branches: Vec<Node>,
}

impl Node {
    /// The depth to which filters nest bounds the recursion.
    fn new(branch: &Branch) -> Self {
        let excerpt = branch.excerpt.as_ref();
        Self {
            kind: branch.kind.name(),
            holds: branch.holds,
            text: excerpt.map(|excerpt| excerpt.text.to_string()),
            line: excerpt.map(|excerpt| excerpt.line),
            column: excerpt.map(|excerpt| excerpt.column),
            operands: branch.operands.iter().map(Operand::new).collect(),
            branches: branch.branches.iter().map(Self::new).collect(),
        }
    }
}
