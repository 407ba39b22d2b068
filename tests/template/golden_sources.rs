//! Golden files: what the compiler says about each `diagnostics/*.tmpl`, listing included, is beside it as `.txt`.
//! `BLESS=1` writes them anew.

use std::fs;
use std::path::Path;

use zems::template::TemplateSet;
use zems::text::{Diagnostics, SourceMap};

use super::golden;
use super::site::dictionary;

#[test]
fn diagnostics_are_as_expected() {
    golden::check("tests/template/diagnostics", &["tmpl"], "txt", diagnostics);
}

/// Compiles a file; `?SOURCE` finds those beside it.
fn diagnostics(path: &Path) -> String {
    let loader = |_: &str, name: &str| {
        let text = fs::read_to_string(path.with_file_name(name)).ok()?;
        Some((name.to_owned(), text))
    };
    let dictionary = dictionary();
    let name = path.file_name().unwrap().to_str().unwrap().to_owned();
    let (mut sources, mut diagnostics) = (SourceMap::new(), Diagnostics::new());
    let source = sources.add(name, fs::read_to_string(path).unwrap()).unwrap();
    let mut set = TemplateSet::new(&dictionary);
    let listing = set.compile(&dictionary, source, &mut sources, &loader, &mut diagnostics);
    assert_eq!(
        set.len(),
        if listing.errors == 0 { listing.format_templates } else { 0 },
        "{}",
        path.display()
    );
    format!("{}{listing}", diagnostics.render(&sources))
}

/// 159 and 42: names that other sources have installed.
#[test]
fn installed_names() {
    let dictionary = dictionary();
    let mut set = TemplateSet::new(&dictionary);
    let source = |ssid: &str, name: &str| {
        format!("VERSION: \"1\"\nSSID: {ssid}\nSSNAME: {name}\nMSG: ZEMS-TKN-EVENTNUMBER, 1\n\"x\"\n")
    };
    let mut say = |ssid: &str, name: &str| super::site::add(&mut set, &dictionary, &source(ssid, name)).1;
    assert_eq!(say("ZABC-VAL-SSID", "\"ABC\", \"ABC\""), "");
    assert_eq!(
        say("ZABC-VAL-SSID", "\"OTHER\""),
        "stmpl:3:10: error 159: this subsystem is installed under the name ABC\n\
         3 | SSNAME: \"OTHER\"\n\
         \u{20} |          ^^^^^\n"
    );
    assert_eq!(
        say("UVW-VAL-SSID", "\"UVW\", \"ABC\""),
        "stmpl:3:17: warning 42: ABC abbreviates ABC too\n\
         3 | SSNAME: \"UVW\", \"ABC\"\n\
         \u{20} |                 ^^^\n"
    );
}
