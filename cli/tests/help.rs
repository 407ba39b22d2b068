//! The help of every command is a golden file: `golden/help/zems-decode.txt`. `BLESS=1 cargo test -p zems-cli --test program help`
//! writes them.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use super::docs::{commands, help_of};

const GOLDEN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/help");

/// The help of each command, by the name of its file.
fn pages() -> BTreeMap<String, String> {
    let pages = commands().into_iter().map(|words| {
        let words: Vec<_> = words.iter().map(String::as_str).collect();
        let name = ["zems"].iter().chain(&words).copied().collect::<Vec<_>>().join("-");
        (format!("{name}.txt"), help_of(&words).unwrap())
    });
    pages.collect()
}

#[test]
fn help_is_as_the_golden_files_show() {
    let pages = pages();
    assert!(pages.len() > 15, "{:?}", pages.keys());
    if std::env::var_os("BLESS").is_some() {
        let _ = fs::remove_dir_all(GOLDEN);
        fs::create_dir_all(GOLDEN).unwrap();
        for (name, help) in &pages {
            fs::write(Path::new(GOLDEN).join(name), help).unwrap();
        }
        return;
    }
    let read = |entry: fs::DirEntry| {
        (entry.file_name().into_string().unwrap(), fs::read_to_string(entry.path()).unwrap())
    };
    let golden: BTreeMap<_, _> = fs::read_dir(GOLDEN).unwrap().map(|entry| read(entry.unwrap())).collect();
    assert_eq!(
        pages.keys().collect::<Vec<_>>(),
        golden.keys().collect::<Vec<_>>(),
        "BLESS=1 writes {GOLDEN}"
    );
    for (name, help) in &pages {
        let lines = help.lines().zip(golden[name].lines());
        for (number, (seen, golden)) in lines.enumerate() {
            assert_eq!(seen, golden, "{name}:{}: BLESS=1 writes it", number + 1);
        }
        assert_eq!(help.lines().count(), golden[name].lines().count(), "{name}: BLESS=1 writes it");
    }
}
