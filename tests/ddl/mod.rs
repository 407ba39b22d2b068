//! The definition language, from source text to schema: the manuals' worked examples, golden diagnostics, layout
//! properties, and the fuzzer's corpus.

mod corpus;
use crate::diagnostics;
mod golden_sources;
mod include;
mod layout;
mod limits;
mod manual;
mod memory;
mod oracle;

use zems::ddl::{self, Def, Input, Schema};
use zems::text::{NoLoader, SourceMap};

/// The common ZSPI definitions the manuals' examples build on, as the SPI Programming Manual prints them.
const ZSPI: &str = include_str!("zspi.txt");

/// Compiles one source after [`ZSPI`]; fails on any diagnostic.
fn schema(text: &str) -> Schema {
    let (schema, diagnostics) = with_diagnostics(text);
    assert_eq!(diagnostics, "");
    schema
}

/// Compiles one source after [`ZSPI`]; the diagnostics as plain text.
fn with_diagnostics(text: &str) -> (Schema, String) {
    let mut sources = SourceMap::new();
    let zspi = sources.add("zspiddl", ZSPI).unwrap();
    let source = sources.add("ddl", text.to_owned()).unwrap();
    let inputs = [Input::built_in(zspi), Input::user(source)];
    let (schema, diagnostics) = ddl::compile(&mut sources, &inputs, &NoLoader);
    (schema, diagnostics.render(&sources))
}

/// `name offset size`, and `xcount` or `bits first..last` where there are some, for every field of a definition.
fn fields(def: Def<'_>) -> Vec<String> {
    def.qualified_fields()
        .map(|(name, field)| {
            let mut line = format!("{name} {} {}", field.offset, field.size);
            if field.is_array {
                line += &format!(" x{}", field.count);
            }
            if let Some((first, last)) = field.bits {
                line += &format!(" bits {first}..{last}");
            }
            line
        })
        .collect()
}
