//! The properties that hold for any text. The fuzzer (`fuzz/fuzz_targets/filter.rs`) runs it on its inputs, `corpus.rs` on
//! those it has kept.

use zems::ems::Event;
use zems::filter::{AnyFilter, Compiled, Compiler, Filters, Parameters, Scratch};
use zems::text::SourceMap;

use super::diagnostics;
use super::site::{nodes, shared_dictionary};

/// Compiles an input: several sources, separated by lines that begin with `====`. The first is compiled; the others are
/// found by `?SOURCE` as `1`, `2` and so on. Filters that compile run on events, whole and cut.
pub fn check(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let mut parts = text.split("\n====").map(str::to_owned);
    let main = parts.next().unwrap_or_default();
    let included: Vec<String> = parts.collect();
    let loader = |_including: &str, name: &str| {
        let at: usize = name.parse().ok()?;
        Some((at.to_string(), included.get(at.checked_sub(1)?)?.clone()))
    };
    let (dictionary, nodes) = (shared_dictionary(), nodes());
    let compiler = Compiler::new(dictionary).with_nodes(&nodes).with_loader(&loader);

    let mut sources = SourceMap::new();
    let Ok(id) = sources.add("0", main) else { return };
    let expression = compiler.expression(&mut sources, id);
    diagnostics::check(expression.diagnostics(), &sources);

    let compilation = compiler.compile(&mut sources, id);
    diagnostics::check(compilation.diagnostics(), &sources);
    assert_eq!(compilation.result().is_some(), !compilation.diagnostics().has_errors());
    let filter: AnyFilter = match compilation.into_parts().0 {
        Some(Compiled::Filter(compiled)) => match compiled.load(&Parameters::new(), dictionary) {
            Ok(filter) => filter.into(),
            Err(error) => {
                assert!(compiled.parameters().iter().any(|parameter| parameter.is_required), "{error}");
                return;
            }
        },
        Some(Compiled::Table(table)) => table.into(),
        Some(Compiled::Burst(burst)) => burst.into(),
        None => return,
    };
    let filters = Filters::new([filter]);
    let (mut judge, mut explain) = (filters.session(Scratch::new()), filters.session(Scratch::new()));
    let whole = zems::samples::EVENT;
    for end in [183, 180, 162, 138, 126, 102, 86, 80] {
        let mut bytes = whole[..end].to_vec();
        bytes[4..6].copy_from_slice(&u16::try_from(end - 6).unwrap().to_be_bytes());
        let Ok(event) = Event::parse(&bytes) else { continue };
        let judgement = judge.judge(&event);
        match (judgement, explain.explain(&event)) {
            (Ok(judgement), Ok((explained, why))) => {
                assert_eq!(judgement, explained);
                assert!(!why[0].to_string().is_empty());
                assert!(why[0].missing().len() <= why[0].steps.len() * 2);
            }
            (one, two) => assert_eq!(one.is_err(), two.is_err()),
        }
    }
}
