//! Plain technical English: a short list of words and forms that read like a translation, and where they must not occur.
//!
//! Looked at are all Markdown pages, the comments of the sources that are shipped, the help of every command, and the messages of
//! `messages.txt`. Code, in blocks and between backticks, is left out.

use std::fs;
use std::path::{Path, PathBuf};

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

/// A form that is not used.
struct Rule {
    /// Words of the form, in lower case, one after the other.
    words: &'static [&'static str],
    /// Words before it that make it right: `there is no`.
    unless_before: &'static [&'static str],
    /// Words after it that make it right: `stands for`.
    unless_after: &'static [&'static str],
    instead: &'static str,
}

const fn rule(words: &'static [&'static str], instead: &'static str) -> Rule {
    Rule { words, unless_before: &[], unless_after: &[], instead }
}

const STANDS_FOR: &[&str] = &["for", "in"];
const NO_LONGER: &[&str] = &[
    "longer", "more", "less", "fewer", "greater", "later", "earlier", "other", "need", "larger", "smaller",
    "shorter",
];

const RULES: &[Rule] = &[
    Rule { unless_before: &["there"], unless_after: NO_LONGER, ..rule(&["is", "no"], "is not a") },
    Rule { unless_before: &["there"], unless_after: NO_LONGER, ..rule(&["are", "no"], "are not") },
    Rule { unless_after: &["nginx", "haproxy", "a"], ..rule(&["behind"], "after") },
    Rule { unless_after: STANDS_FOR, ..rule(&["stands"], "is") },
    rule(&["is", "told"], "is reported"),
    rule(&["are", "told"], "are reported, are distinguished"),
    rule(&["told", "apart"], "distinguished"),
    rule(&["for", "ever"], "forever"),
    rule(&["floor"], "layer"),
    rule(&["room"], "space, place"),
    rule(&["gone", "on"], "continued"),
    rule(&["goes", "on"], "continues"),
    rule(&["one", "by", "itself"], "alone"),
    rule(&["so", "many"], "this many"),
    rule(&["so", "much"], "how much"),
    rule(&["01-wire"], "the manual and page, or a page of docs/"),
    rule(&["04-templates"], "the manual and page, or a page of docs/"),
    rule(&["06-ddl"], "the manual and page, or a page of docs/"),
];

fn lower_words(text: &str) -> Vec<String> {
    let is_part = |char: char| char.is_alphanumeric() || char == '-' || char == '\'';
    text.split(|char: char| !is_part(char)).filter(|word| !word.is_empty()).map(str::to_lowercase).collect()
}

/// Text without what is between backticks.
fn without_code(text: &str) -> String {
    text.split('`').step_by(2).collect::<Vec<_>>().join(" x ")
}

/// The faults of a sentence or line.
fn faults(text: &str) -> Vec<String> {
    let words = lower_words(&without_code(text));
    let mut faults = Vec::new();
    for (at, _) in words.iter().enumerate() {
        for rule in RULES {
            let rest = words.get(at..).unwrap_or_default();
            let is_here =
                rule.words.iter().zip(rest).filter(|(want, word)| *want == word).count() == rule.words.len();
            let before = at.checked_sub(1).and_then(|before| words.get(before));
            let after = rest.get(rule.words.len());
            let is_right = before.is_some_and(|word| rule.unless_before.contains(&word.as_str()))
                || after.is_some_and(|word| rule.unless_after.contains(&word.as_str()));
            if is_here && !is_right {
                faults.push(format!("`{}`: write `{}`", rule.words.join(" "), rule.instead));
            }
        }
    }
    faults
}

/// A sentence that begins with a clause of `What` as its subject. Questions and headings may.
fn what_clauses(text: &str) -> bool {
    let sentences = text.split_inclusive(['.', '!', '?', ':']);
    sentences
        .into_iter()
        .any(|sentence| sentence.trim_start().starts_with("What ") && !sentence.ends_with('?'))
}

fn files(directories: &[&str], extension: &str) -> Vec<PathBuf> {
    fn collect(directory: &Path, extension: &str, found: &mut Vec<PathBuf>) {
        let Ok(entries) = fs::read_dir(directory) else { return };
        for entry in entries.map(Result::unwrap) {
            let name = entry.file_name().into_string().unwrap();
            let skipped = ["target", "node_modules", "corpus", "dist", "venv", "pkg", "book"];
            if entry.file_type().unwrap().is_dir() {
                if !skipped.contains(&name.as_str()) && !name.starts_with('.') {
                    collect(&entry.path(), extension, found);
                }
            } else if name.ends_with(extension) {
                found.push(entry.path());
            }
        }
    }
    let mut found = Vec::new();
    for directory in directories {
        collect(&Path::new(ROOT).join(directory), extension, &mut found);
    }
    found.sort();
    found
}

fn name_of(path: &Path) -> String {
    path.strip_prefix(ROOT).unwrap_or(path).display().to_string()
}

fn report(faults: &[String]) {
    assert!(faults.is_empty(), "{} places\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn markdown_is_plain() {
    let mut found = Vec::new();
    for path in files(&["."], ".md") {
        let text = fs::read_to_string(&path).unwrap();
        let mut inside = false;
        for (number, line) in text.lines().enumerate() {
            if line.trim_start().starts_with("```") {
                inside = !inside;
                continue;
            }
            if inside || line.starts_with('#') {
                continue;
            }
            let place = format!("{}:{}", name_of(&path), number + 1);
            found.extend(faults(line).into_iter().map(|fault| format!("{place}: {fault}")));
            // Cells of tables are not sentences.
            if !line.starts_with('|') && what_clauses(line) {
                found.push(format!("{place}: a sentence begins with a clause of `What`"));
            }
        }
    }
    report(&found);
}

#[test]
fn comments_are_plain() {
    let mut found = Vec::new();
    let directories = &["src", "tests", "cli", "io", "bindings", "examples", "benches", "fuzz/fuzz_targets"];
    for path in files(directories, ".rs") {
        let text = fs::read_to_string(&path).unwrap();
        let mut inside = false;
        for (number, line) in text.lines().enumerate() {
            let own_line = line.split_once("//").filter(|(before, _)| before.trim().is_empty());
            inside &= own_line.is_some();
            // A comment after code begins at the last ` // `.
            let Some((_, comment)) = own_line.or_else(|| line.rsplit_once(" // ")) else { continue };
            let comment = comment.trim_start_matches(['/', '!']);
            if comment.trim_start().starts_with("```") {
                inside = !inside;
                continue;
            }
            if inside {
                continue;
            }
            let place = format!("{}:{}", name_of(&path), number + 1);
            found.extend(faults(comment).into_iter().map(|fault| format!("{place}: {fault}")));
            if what_clauses(comment) {
                found.push(format!("{place}: a sentence begins with a clause of `What`"));
            }
        }
    }
    report(&found);
}

#[test]
fn names_of_tests_are_plain() {
    let mut found = Vec::new();
    for path in files(&["src", "tests", "cli", "io", "bindings"], ".rs") {
        let text = fs::read_to_string(&path).unwrap();
        for line in text.lines() {
            let Some((_, name)) = line.trim_start().split_once("fn ") else { continue };
            let name: String =
                name.chars().take_while(|char| char.is_alphanumeric() || *char == '_').collect();
            let faults = faults(&name.replace('_', " "));
            found.extend(faults.into_iter().map(|fault| format!("{}: {name}: {fault}", name_of(&path))));
        }
    }
    report(&found);
}

#[test]
fn help_and_messages_are_plain() {
    let mut found = Vec::new();
    for words in super::docs::commands() {
        let words: Vec<_> = words.iter().map(String::as_str).collect();
        let help = super::docs::help_of(&words).unwrap();
        for line in help.lines() {
            let place = format!("zems {} --help", words.join(" "));
            found.extend(faults(line).into_iter().map(|fault| format!("{place}: {fault}: {}", line.trim())));
            if what_clauses(line) {
                found.push(format!("{place}: a sentence begins with a clause of `What`: {}", line.trim()));
            }
        }
    }
    let messages = fs::read_to_string(Path::new(ROOT).join("cli/tests/messages.txt")).unwrap();
    for line in messages.lines().filter(|line| line.starts_with("  ")) {
        found.extend(faults(line).into_iter().map(|fault| format!("messages.txt: {fault}: {}", line.trim())));
    }
    report(&found);
}

#[test]
fn the_repository_names_no_path_of_a_machine() {
    let mut found = Vec::new();
    for extension in [".rs", ".md", ".toml", ".py", ".yml", ".ts"] {
        for path in files(&["."], extension) {
            let text = fs::read_to_string(&path).unwrap();
            for (number, line) in text.lines().enumerate() {
                // In two pieces, so that this file passes.
                if line.contains(concat!("/wo", "rk/")) || line.contains(concat!("/ro", "ot/")) {
                    found.push(format!("{}:{}: {}", name_of(&path), number + 1, line.trim()));
                }
            }
        }
    }
    report(&found);
}

#[test]
fn the_rules_see_what_they_are_for() {
    for text in [
        "A command is no event.",
        "These are no buffers",
        "the text behind it",
        "it stands at the end",
        "Faults are told.",
        "this is told apart",
        "Floor 3: names",
        "see 01-wire",
    ] {
        assert!(!faults(text).is_empty(), "{text}");
    }
    for text in [
        "There is no template.",
        "It is no longer needed.",
        "a receiver behind a proxy",
        "`*` stands for any characters",
        "the variable `behind`",
    ] {
        assert!(faults(text).is_empty(), "{text}");
    }
    assert!(what_clauses("Good. What names mean."));
    assert!(!what_clauses("What is a token?"));
}
