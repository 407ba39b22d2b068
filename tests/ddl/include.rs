//! Several sources: `?SOURCE`, `?SECTION`, order, origin. [DDL 9-96 to 9-100]

use core::cell::RefCell;

use zems::ddl::{self, Input, Schema, Value};
use zems::text::{Diagnostics, SourceMap};

/// Compiles the first file; the others are found by name, in any case. Returns the names asked for too.
fn compile(files: &[(&str, &str)]) -> (Schema, String, Vec<String>) {
    let asked = RefCell::new(Vec::new());
    let loader = |including: &str, name: &str| {
        asked.borrow_mut().push(format!("{including}:{name}"));
        let found = files.iter().find(|(file, _)| file.eq_ignore_ascii_case(name))?;
        Some((found.0.to_owned(), found.1.to_owned()))
    };
    let mut sources = SourceMap::new();
    let main = sources.add(files[0].0.to_owned(), files[0].1.to_owned()).unwrap();
    let (schema, diagnostics) = ddl::compile(&mut sources, &[Input::user(main)], &loader);
    (schema, diagnostics.render(&sources), asked.into_inner())
}

fn names(schema: &Schema) -> Vec<&str> {
    schema.definitions().map(|definition| definition.info().name).collect()
}

const PARTS: (&str, &str) = (
    "parts",
    "CONSTANT before VALUE 0.\n?SECTION one\nCONSTANT a VALUE 1.\n?SECTION two\nCONSTANT b VALUE 2.\n\
     ?SECTION one\nCONSTANT c VALUE 3.\n",
);

#[test]
fn sections_come_in_the_order_of_the_file_and_group_by_name() {
    let (schema, diagnostics, _) =
        compile(&[("main", "?SOURCE parts (TWO, One)\nCONSTANT d VALUE 4.\n"), PARTS]);
    assert_eq!((names(&schema), diagnostics.as_str()), (vec!["a", "b", "c", "d"], ""));
    let (schema, ..) = compile(&[("main", "?SOURCE parts (two)\n"), PARTS]);
    assert_eq!(names(&schema), ["b"]);
    let (schema, ..) = compile(&[("main", "?SOURCE PARTS\n"), PARTS]);
    assert_eq!(names(&schema), ["before", "a", "b", "c"]);
}

#[test]
fn a_part_is_read_once() {
    let main = "?SOURCE parts (two)\n?SOURCE parts\n?SOURCE parts (one)\n?SOURCE other\n";
    let (schema, diagnostics, asked) = compile(&[("main", main), PARTS, ("other", "?SOURCE parts\n")]);
    assert_eq!((names(&schema), diagnostics.as_str()), (vec!["b", "before", "a", "c"], ""));
    assert_eq!(asked, ["main:parts", "main:other", "other:parts"], "a name is asked for once in each file");
}

#[test]
fn includes_nest_and_keep_their_place() {
    let files = [
        ("main", "CONSTANT a VALUE 1.\n?SOURCE x\nCONSTANT d VALUE 4.\n"),
        ("x", "CONSTANT b VALUE 2.\n?LIST, SOURCE y\n"),
        ("y", "CONSTANT c VALUE 3.\n"),
    ];
    let (schema, diagnostics, _) = compile(&files);
    assert_eq!((names(&schema), diagnostics.as_str()), (vec!["a", "b", "c", "d"], ""));
}

#[test]
fn a_list_of_sections_may_go_on_in_the_next_line() {
    let (schema, diagnostics, _) = compile(&[("main", "?SOURCE parts (one,\n?  two)\n"), PARTS]);
    assert_eq!((names(&schema), diagnostics.as_str()), (vec!["a", "b", "c"], ""));
}

#[test]
fn a_circle_of_sources_is_an_error() {
    let (schema, diagnostics, _) = compile(&[
        ("main", "?SOURCE x\nCONSTANT a VALUE 1.\n"),
        ("x", "?SOURCE MAIN\nCONSTANT b VALUE 2.\n"),
    ]);
    assert_eq!(names(&schema), ["b", "a"]);
    assert!(diagnostics.contains("x:1:9: error: MAIN includes itself"), "{diagnostics}");
    assert!(diagnostics.contains("main -> x -> MAIN"), "{diagnostics}");
}

#[test]
fn settings_of_a_source() {
    // Alignment stays in force until it is changed; columns hold in a source and what it includes.
    let files = [
        (
            "main",
            "?COLUMNS 40\n?SOURCE options\n?COLUMNS 50\n\
             DEF a. 02 b PIC X. 02 c TYPE BINARY 64.                   02 no PIC X.\nEND\n",
        ),
        (
            "options",
            "?FIELDALIGN_SHARED8\nCONSTANT d VALUE 1.                          CONSTANT no VALUE 2.\n",
        ),
    ];
    let (schema, diagnostics, _) = compile(&files);
    assert_eq!(names(&schema), ["d", "a"]);
    assert_eq!(schema.def("a").unwrap().field("c").unwrap().offset, 8);
    assert!(diagnostics.contains("main:4:51: warning: text beyond column 50 is ignored"), "{diagnostics}");
    assert!(diagnostics.contains("options:2:41: warning: text beyond column 40 is ignored"), "{diagnostics}");
}

#[test]
fn commands_may_be_inside_a_statement() {
    let (schema, diagnostics, _) =
        compile(&[("main", "DEF a.\n?LIST\n 02 b PIC X.\n* comment\n?NOLIST\nEND\n")]);
    assert_eq!((names(&schema), diagnostics.as_str()), (vec!["a"], ""));
}

#[test]
fn sources_may_be_given_in_any_order() {
    let texts = [
        "CONSTANT x-val VALUE y-val.",
        "CONSTANT y-val VALUE 7.\nDEF y-ddl TYPE z-ddl.",
        "DEF z-ddl TYPE BINARY 32.\nTOKEN-CODE z-tkn VALUE x-val TOKEN-TYPE z-typ.\nTOKEN-TYPE z-typ VALUE 3 DEF y-ddl.",
    ];
    for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
        let mut sources = SourceMap::new();
        let inputs = order.map(|at| Input::user(sources.add(format!("{at}"), texts[at]).unwrap()));
        let (schema, diagnostics) = ddl::compile(&mut sources, &inputs, &zems::text::NoLoader);
        assert!(diagnostics.is_empty(), "{}", diagnostics.render(&sources));
        assert_eq!(schema.token_code("z-tkn").unwrap().code, 0x0304_0007);
    }
}

#[test]
fn user_definitions_win_over_built_in_ones_in_any_order() {
    let compile = |user_first: bool| {
        let mut sources = SourceMap::new();
        let ours = Input::built_in(sources.add("ours", "CONSTANT a VALUE 1. CONSTANT b VALUE a.").unwrap());
        let theirs = Input::user(sources.add("theirs", "CONSTANT A VALUE 2.").unwrap());
        let inputs = if user_first { [theirs, ours] } else { [ours, theirs] };
        let (schema, diagnostics): (Schema, Diagnostics) =
            ddl::compile(&mut sources, &inputs, &zems::text::NoLoader);
        assert!(diagnostics.is_empty(), "{}", diagnostics.render(&sources));
        schema
    };
    for user_first in [false, true] {
        let schema = compile(user_first);
        assert_eq!(schema.constant("b").unwrap().value, Value::Number(2));
        assert_eq!(names(&schema).len(), 2);
        assert!(!schema.constant("a").unwrap().info.built_in);
        assert!(schema.constant("b").unwrap().info.built_in);
    }
}
