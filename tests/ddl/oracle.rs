//! The properties that hold for any text. The fuzzer (`fuzz/fuzz_targets/ddl.rs`) runs it on its inputs, `corpus.rs` on
//! those it has kept, `layout.rs` on sources made at random.

use zems::ddl::{self, DdlType, Def, Definition, Input, Schema, SsidText};
use zems::text::SourceMap;

use super::diagnostics;

/// Compiles an input: several sources, separated by lines that begin with `====`. The first is compiled; the others are
/// found by `?SOURCE` as `1`, `2` and so on.
pub(crate) fn check(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let mut parts = text.split("\n====").map(str::to_owned);
    let mut sources = SourceMap::new();
    let Some(main) = parts.next().and_then(|main| sources.add("0", main).ok()) else { return };
    let included: Vec<String> = parts.collect();
    let loader = |_including: &str, name: &str| {
        let at: usize = name.parse().ok()?;
        Some((at.to_string(), included.get(at.checked_sub(1)?)?.clone()))
    };
    let (schema, remarks) = ddl::compile(&mut sources, &[Input::user(main)], &loader);
    diagnostics::check(&remarks, &sources);
    check_schema(&schema, &sources);
}

/// The properties of every schema.
pub(crate) fn check_schema(schema: &Schema, sources: &SourceMap) {
    for definition in schema.definitions() {
        let info = definition.info();
        let source = sources.get(info.location.source).expect("a definition stands in a source");
        assert!(source.slice(info.location.span).starts_with(info.name), "{definition:?}");
        match definition {
            Definition::Constant(constant) => assert_eq!(schema.constant(info.name), Some(constant)),
            Definition::Def(def) => check_def(def),
            Definition::TokenType(of) => {
                assert_eq!(of.value, u16::from_be_bytes([of.data_type, of.length]));
                let def = of.def.map(|def| schema.def(def).expect("its DEF is defined"));
                let size = def.map_or(0, |def| def.size());
                assert!(of.length == 255 || of.length == 0 || u32::from(of.length) % size == 0);
            }
            Definition::TokenCode(token) => {
                let of = schema.token_type(token.token_type).expect("its token type is defined");
                assert_eq!(token.code >> 16, u32::from(of.value));
            }
            Definition::TokenMap(map) => {
                let size = schema.def(map.def).expect("its DEF is defined").size();
                let words = map.words();
                assert_eq!(&words[..3], &[0x08FF, map.number.cast_unsigned(), u16::try_from(size).unwrap()]);
                assert_eq!(bytes_of_runs(&words[4..]), size);
                assert_eq!(map.fields().count(), schema.def(map.def).unwrap().fields().count());
            }
            _ => {}
        }
    }
}

/// Reads the runs of a token map as SSNULL does.
fn bytes_of_runs(mut words: &[u16]) -> u32 {
    let mut bytes = 0;
    while let [word, rest @ ..] = words {
        words = match word {
            1 => &rest[1..],
            run => {
                assert!(*run >= 256);
                bytes += u32::from(run >> 8);
                rest
            }
        };
    }
    bytes
}

/// Fields lie inside their groups, overlap only by REDEFINES, and are on words where they must.
fn check_def(def: Def<'_>) {
    if let Some(ssid) = def.ssid() {
        assert_eq!(SsidText(ssid).to_string().split('.').count(), 3 + count_dots(&ssid));
    }
    // Of each open group: its end, where the next member may start, and the word of a row of BIT fields.
    struct Group {
        end: u32,
        next: u32,
        bits: Option<(u32, u8)>,
    }
    let mut groups = vec![Group { end: def.size(), next: 0, bits: None }];
    for field in def.fields() {
        groups.truncate(field.depth);
        let group = groups.last_mut().unwrap();
        let bytes = field.size * field.count;
        assert!(field.offset + bytes <= group.end, "{} {field:?}", def.info.name);
        if field.redefines.is_none() {
            match (field.bits, group.bits) {
                (Some((first, last)), Some((word, behind))) if word == field.offset => {
                    assert!(first >= behind && last < 16, "{field:?}");
                    group.bits = Some((word, last + 1));
                }
                (bits, _) => {
                    assert!(field.offset >= group.next, "{} {field:?}", def.info.name);
                    group.bits = bits.map(|(_, last)| (field.offset, last + 1));
                }
            }
            group.next = group.next.max(field.offset + bytes);
        }
        if field.data != DdlType::Group {
            let word = !field.data.is_byte_aligned();
            assert!(!word || field.offset % 2 == 0, "{field:?}");
            let own = field.data.size().unwrap();
            assert!(field.size == own || field.is_array && field.size == own + 1, "{field:?}");
        }
        // Members of an array are those of its first occurrence.
        groups.push(Group { end: field.offset + field.size, next: field.offset, bits: None });
    }
}

/// An owner may hold periods of its own.
fn count_dots(ssid: &[u8; 12]) -> usize {
    ssid[..8].iter().filter(|byte| **byte == b'.').count()
}
