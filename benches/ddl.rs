//! Definition sources to a schema, beside `serde_json::Value` on as many bytes of JSON that say much the same. Quote the
//! ratio, not the numbers.
#![allow(missing_docs, clippy::unwrap_used)]

use core::fmt::Write;
use core::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use zems::ddl::{self, Definition, Input, Value};
use zems::text::{NoLoader, SourceMap};

#[path = "../tests/support/ddl_source.rs"]
mod ddl_source;

fn one_megabyte(c: &mut Criterion) {
    let text = ddl_source::definitions(1_000_000);
    let json = as_json(&text);
    let mut group = c.benchmark_group("one megabyte of definitions");
    group.throughput(Throughput::Bytes(text.len() as u64));
    group.sample_size(30);
    group.bench_function("zems::ddl, resolved", |b| {
        b.iter(|| {
            let mut sources = SourceMap::new();
            let source = sources.add("bench", black_box(text.clone())).unwrap();
            ddl::compile(&mut sources, &[Input::user(source)], &NoLoader)
        });
    });
    group.bench_function("serde_json::Value", |b| {
        b.iter(|| serde_json::from_str::<serde_json::Value>(black_box(&json)).unwrap());
    });
    group.finish();
}

/// The definitions as JSON Lines in an array, the first as many of them as fill the bytes of their source.
fn as_json(text: &str) -> String {
    let mut sources = SourceMap::new();
    let source = sources.add("bench", text.to_owned()).unwrap();
    let (schema, diagnostics) = ddl::compile(&mut sources, &[Input::user(source)], &NoLoader);
    assert!(diagnostics.is_empty(), "{}", diagnostics.render(&sources));
    let mut json = String::from("[");
    for definition in schema.definitions().cycle() {
        if json.len() > text.len() - 2 {
            break;
        }
        if json.len() > 1 {
            json.push_str(",\n");
        }
        let name = definition.info().name;
        match definition {
            Definition::Constant(constant) => match constant.value {
                Value::Number(number) => {
                    write!(json, r#"{{"kind":"constant","name":"{name}","value":{number}}}"#)
                }
                _ => write!(json, r#"{{"kind":"constant","name":"{name}","value":"text"}}"#),
            },
            Definition::Def(def) => {
                write!(json, r#"{{"kind":"struct","name":"{name}","size":{},"fields":["#, def.size())
                    .unwrap();
                for (at, (path, field)) in def.qualified_fields().enumerate() {
                    let comma = if at == 0 { "" } else { "," };
                    write!(
                        json,
                        r#"{comma}{{"name":"{path}","offset":{},"size":{},"count":{},"type":"{}"}}"#,
                        field.offset, field.size, field.count, field.data
                    )
                    .unwrap();
                }
                json.push_str("]}");
                Ok(())
            }
            Definition::TokenType(of) => {
                write!(json, r#"{{"kind":"token-type","name":"{name}","value":{}}}"#, of.value)
            }
            Definition::TokenCode(token) => write!(
                json,
                r#"{{"kind":"token","name":"{name}","code":"{:08X}","type":"{}"}}"#,
                token.code, token.token_type
            ),
            Definition::TokenMap(map) => {
                write!(json, r#"{{"kind":"map","name":"{name}","words":{:?}}}"#, map.words())
            }
            _ => Ok(()),
        }
        .unwrap();
    }
    json.push(']');
    json
}

criterion_group!(benches, one_megabyte);
criterion_main!(benches);
