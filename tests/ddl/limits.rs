//! Every bound at its edge, and sources that try to exhaust the reader.

use core::fmt::Write;

use zems::ddl::{self, Input, Schema};
use zems::text::{Diagnostics, NoLoader, SourceMap};

fn compile(text: String) -> (Schema, SourceMap, Diagnostics) {
    let mut sources = SourceMap::new();
    let source = sources.add("s", text).unwrap();
    let (schema, diagnostics) = ddl::compile(&mut sources, &[Input::user(source)], &NoLoader);
    (schema, sources, diagnostics)
}

fn errors(text: String) -> usize {
    compile(text).2.error_count()
}

#[test]
fn names_and_strings() {
    assert_eq!(errors(format!("CONSTANT {} VALUE 1.", "a".repeat(30))), 0);
    let (_, sources, diagnostics) = compile(format!("CONSTANT {} VALUE 1.", "a".repeat(31)));
    assert!(diagnostics.render(&sources).contains("warning: a name has at most 30 characters"));
    // 130 characters fill a line; more cannot be written.
    assert_eq!(errors(format!("CONSTANT a VALUE\n\"{}\"\n.", "x".repeat(130))), 0);
    assert_eq!(errors(format!("CONSTANT a VALUE\n\"{}\"\n.", "x".repeat(131))), 1);
}

#[test]
fn columns() {
    let constant = |columns: u32| format!("?COLUMNS {columns}\nCONSTANT a\nVALUE 1.\n");
    assert_eq!((errors(constant(11)), errors(constant(12))), (1, 0));
    assert_eq!((errors(constant(132)), errors(constant(133))), (0, 1));
}

#[test]
fn bytes_of_a_definition() {
    assert_eq!(errors("DEF a PIC X(32767).".into()), 0);
    assert_eq!(errors("DEF a PIC X(32768).".into()), 1);
    assert_eq!(errors("DEF a TYPE CHARACTER 32768.".into()), 1);
    assert_eq!(errors("DEF a. 02 b TYPE BINARY 64 OCCURS 4095 TIMES. 02 c PIC X(7). END".into()), 0);
    assert_eq!(errors("DEF a. 02 b TYPE BINARY 64 OCCURS 4096 TIMES. END".into()), 1);
    assert_eq!(errors("DEF a. 02 b OCCURS 32767 TIMES. 03 c PIC X OCCURS 32767 TIMES. END".into()), 1);
    assert_eq!(errors("DEF a. 02 b PIC X(32767). 02 c TYPE BIT 1. END".into()), 1);
}

#[test]
fn nesting_by_type() {
    let chain = |length: usize| {
        let mut text = String::from("DEF d0. 02 f PIC X. END\n");
        for at in 1..length {
            writeln!(text, "DEF d{at}. 02 f TYPE d{}. END", at - 1).unwrap();
        }
        text
    };
    let (schema, _, diagnostics) = compile(chain(2000));
    assert_eq!(diagnostics.error_count(), 1, "one error, not one for each definition that is made of it");
    let deepest = schema.definitions().count() - 1;
    let fields = schema.def(&format!("d{deepest}")).unwrap().fields().count();
    assert!((30..=64).contains(&fields), "{fields}");
}

#[test]
fn nesting_by_alias() {
    let mut text = String::from("DEF d0 PIC X.\n");
    for at in 1..2000 {
        writeln!(text, "DEF d{at} TYPE d{}.", at - 1).unwrap();
    }
    assert_eq!(errors(text), 1);
}

#[test]
fn nesting_by_level() {
    let mut text = String::from("DEF a.\n");
    for level in 2..=48 {
        writeln!(text, " {level:02} f{level}.").unwrap();
    }
    text += " 49 x PIC X.\nEND";
    let (schema, ..) = compile(text);
    assert_eq!(schema.def("a").unwrap().fields().last().unwrap().depth, 48);
}

/// REDEFINES doubles the number of fields at every level without a byte more.
#[test]
fn fields_do_not_explode() {
    let mut text = String::from("DEF d0. 02 f PIC X. END\n");
    for at in 1..60 {
        writeln!(text, "DEF d{at}. 02 f TYPE d{0}. 02 g REDEFINES f TYPE d{0}. END", at - 1).unwrap();
    }
    let (schema, _, diagnostics) = compile(text);
    assert_eq!(diagnostics.error_count(), 1);
    assert!(schema.definitions().count() < 20);
}

/// Each map has to look at every field of a large structure.
#[test]
fn maps_do_not_explode() {
    let mut text = String::from("DEF d. 02 g OCCURS 1 TIMES.\n");
    for at in 0..10_000 {
        writeln!(text, " 03 f{at} PIC X.").unwrap();
    }
    text += "END\n";
    for at in 0..5_000 {
        writeln!(text, "TOKEN-MAP m{at} VALUE 1 DEF d. VERSION 1 FOR g. END").unwrap();
    }
    let (_, sources, diagnostics) = compile(text);
    assert!(diagnostics.render(&sources).contains("the token maps of these sources are too large together"));
}

#[test]
fn diagnostics_are_bounded() {
    let (_, _, diagnostics) = compile("nonsense.\n".repeat(10_000));
    assert_eq!(diagnostics.as_slice().len(), Diagnostics::LIMIT);
    assert_eq!(diagnostics.error_count(), 10_000);
    assert_eq!(diagnostics.omitted(), 10_000 - Diagnostics::LIMIT);
}

#[test]
fn includes_are_bounded() {
    let loader = |_: &str, name: &str| {
        let next = name.parse::<u32>().ok()? + 1;
        Some((name.to_owned(), format!("?SOURCE {next}\nCONSTANT c{name} VALUE 1.\n")))
    };
    let mut sources = SourceMap::new();
    let source = sources.add("0", "?SOURCE 1\n").unwrap();
    let (schema, diagnostics) = ddl::compile(&mut sources, &[Input::user(source)], &loader);
    assert_eq!(schema.definitions().count(), 31);
    assert!(diagnostics.render(&sources).contains("?SOURCE is nested more than 32 deep"));
}

#[test]
fn many_sources_are_bounded() {
    let loader = |_: &str, name: &str| Some((name.to_owned(), String::new()));
    let mut text = String::new();
    for at in 0..5_000 {
        writeln!(text, "?SOURCE f{at}").unwrap();
    }
    let mut sources = SourceMap::new();
    let source = sources.add("main", text).unwrap();
    let (_, diagnostics) = ddl::compile(&mut sources, &[Input::user(source)], &loader);
    assert_eq!(sources.iter().count(), 4_096);
    assert!(diagnostics.render(&sources).contains("more than 4096 sources"));
}

/// Inputs of a size at which quadratic time would be minutes.
#[test]
fn time_grows_with_the_source() {
    let long = 400_000;
    for text in [
        "x. ".repeat(long / 3),
        "\"".repeat(long),
        "\n\"".repeat(long / 2),
        "!".repeat(long),
        "DEF ".repeat(long / 4),
        "DEF a. ".repeat(long / 7),
        "\nDEF".repeat(long / 4),
        "02 a PIC X. ".repeat(long / 12),
        format!("DEF a.\n{}", "02 a PIC X.\n".repeat(long / 12)),
        format!("DEF a.\n{}END", "02 a PIC Q.\n".repeat(long / 12)),
        format!("DEF a.\n{}END", "02 a\n".repeat(long / 5)),
        format!("DEF a TYPE ENUM BEGIN.\n{}END", "89 a VALUE 1.\n".repeat(long / 14)),
        format!("TOKEN-MAP a VALUE 1 DEF b.\n{}END", "VERSION 1 FOR c.\n".repeat(long / 17)),
        "RECORD a. ".repeat(long / 10),
        "RECORD a.\n".repeat(long / 10),
        "?SECTION a\n".repeat(long / 11),
        "?SOURCE a (b, c)\n".repeat(long / 17),
        "?,".repeat(long / 2),
        format!("?SOURCE a ({}", "b,".repeat(long / 2)),
        "CONSTANT a VALUE 1. ".repeat(long / 20),
        "CONSTANT a VALUE b.\n".repeat(long / 20),
        "CONSTANT a VALUE ALL ALL ALL ALL.\n".repeat(long / 34),
        "VALUE ALL ".repeat(long / 10),
        format!("DEF a PIC {}.", "(".repeat(long)),
        format!("DEF a. 02 b PIC X MUST BE {}. END", "1 ".repeat(long / 2)),
        format!("DEF a. 02 b PIC X HEADING \"x\" {}. END", "LN \"x\" ".repeat(long / 7)),
        format!("DEF {} PIC X.", "a".repeat(long)),
        format!("TOKEN-MAP a VALUE 1 DEF b. VERSION 1 FOR {}. END", "a.".repeat(long / 2)),
        ";".repeat(long),
        "\r\n".repeat(long / 2),
        "é".repeat(long / 2),
    ] {
        let start = crate::clock::CpuTime::start();
        let (_, sources, diagnostics) = compile(text.clone());
        assert!(diagnostics.render(&sources).len() < 1_000_000);
        // The same on one line each, which the line rules would cut.
        let (.., diagnostics) = compile(text.replace([' ', ';'], "\n"));
        assert!(diagnostics.as_slice().len() <= Diagnostics::LIMIT + 1);
        let seconds = start.elapsed().as_secs();
        assert!(seconds < 60, "{seconds} s for {:?}", text.chars().take(40).collect::<String>());
    }
}

/// Constants in a chain, in the order that makes each depend on one not yet known.
#[test]
fn long_chains_of_constants() {
    let mut text = String::new();
    for at in 0..20_000 {
        writeln!(text, "CONSTANT c{at} VALUE c{}.", at + 1).unwrap();
    }
    text += "CONSTANT c20000 VALUE 1.";
    let (schema, _, diagnostics) = compile(text);
    assert!(!diagnostics.has_errors());
    assert!(schema.constant("c0").is_some());
}
