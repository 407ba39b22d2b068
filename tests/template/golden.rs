//! Golden files: what the compiler says about each `diagnostics/*.tmpl`, listing included, stands beside it as `.txt`.
//! `BLESS=1` writes them anew.

use std::fs;
use std::path::PathBuf;

use zems::template::TemplateSet;
use zems::text::{Diagnostics, SourceMap};

use super::site::dictionary;

#[test]
fn diagnostics() {
    let directory = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/template/diagnostics");
    let mut files: Vec<PathBuf> =
        fs::read_dir(&directory).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "tmpl"));
    files.sort();
    assert!(files.len() > 10);
    let loader =
        |_: &str, name: &str| Some((name.to_owned(), fs::read_to_string(directory.join(name)).ok()?));
    let dictionary = dictionary();
    let mut wrong = Vec::new();
    for file in files {
        let name = file.file_name().unwrap().to_str().unwrap().to_owned();
        let (mut sources, mut diagnostics) = (SourceMap::new(), Diagnostics::new());
        let source = sources.add(name.clone(), fs::read_to_string(&file).unwrap()).unwrap();
        let mut set = TemplateSet::new(&dictionary);
        let listing = set.compile(&dictionary, source, &mut sources, &loader, &mut diagnostics);
        assert_eq!(set.len(), if listing.errors == 0 { listing.format_templates } else { 0 }, "{name}");
        let said = format!("{}{listing}", diagnostics.render(&sources));
        let golden = file.with_extension("txt");
        if std::env::var_os("BLESS").is_some_and(|bless| bless == "1") {
            fs::write(&golden, &said).unwrap();
        } else if fs::read_to_string(&golden).unwrap_or_default() != said {
            wrong.push(format!("==== {name} says now:\n{said}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
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
