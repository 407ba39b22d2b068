//! The oracles of the fuzz targets over their committed inputs, crashers of the past among them.

use crate::files;
use crate::support;

use files::files;
use support::oracle;

fn each(target: &str, oracle: fn(&[u8])) {
    files(&format!("fuzz/corpus/{target}"), None, 3).iter().for_each(|input| oracle(input));
}

#[test]
fn decode() {
    each("decode", oracle::decode);
}

#[test]
fn reencode() {
    each("reencode", oracle::reencode_any);
}

#[test]
fn lint() {
    for target in ["lint", "decode"] {
        each(target, support::lint::lint);
    }
}

#[test]
fn builder() {
    each("builder", oracle::build);
}

#[test]
fn resync() {
    each("resync", oracle::resync);
}

/// The inputs of the target, and those of `decode`.
#[test]
fn find() {
    for target in ["find", "decode"] {
        each(target, crate::entries_oracle::find);
    }
}

#[test]
fn hexadecimal_text() {
    each("hex", crate::text_inputs_oracle::hex);
}

#[test]
fn printed_lines() {
    each("printed", crate::text_inputs_oracle::printed);
}

#[test]
fn scan() {
    for target in ["scan", "resync"] {
        each(target, crate::entries_oracle::scanned);
    }
}

#[test]
fn values_as_text() {
    each("values", crate::entries_oracle::text_values);
}

/// Sources of every kind, whole, cut in the middle, and with a line left out.
#[test]
fn sources() {
    for input in files("fuzz/corpus/sources", None, 4) {
        crate::entries_oracle::sources(&input);
        crate::entries_oracle::sources(&input[..input.len() / 2]);
        crate::entries_oracle::sources(&input[input.len() / 3..]);
    }
}

#[cfg(feature = "json")]
#[test]
fn json() {
    for input in files("fuzz/corpus/json", None, 4) {
        crate::json_oracle::json(&input);
        for at in (0..input.len()).step_by(7) {
            let mut changed = input.clone();
            changed[at] = b'0';
            crate::json_oracle::json(&changed);
        }
    }
}

#[cfg(feature = "arrow")]
#[test]
fn columns() {
    for target in ["columns", "decode", "resync"] {
        each(target, crate::columns_oracle::columns);
    }
}

#[cfg(feature = "otlp")]
#[test]
fn formats() {
    for target in ["formats", "decode", "resync"] {
        each(target, crate::formats_oracle::formats);
    }
}

#[test]
fn stats() {
    for target in ["stats", "decode", "resync"] {
        each(target, crate::stats_oracle::stats);
    }
}

/// The shipped definitions with single bytes changed, and what is committed of the fuzz target.
#[test]
fn compiled() {
    use zems::dictionary::Dictionary;
    use zems::template::TemplateSet;

    each("compiled", support::compiled::compiled);
    for bytes in [Dictionary::builtin().to_compiled(), TemplateSet::builtin().to_bytes()] {
        support::compiled::compiled(&bytes);
        let step = (bytes.len() / 60).max(1);
        for at in (0..bytes.len()).step_by(step) {
            let mut changed = bytes.clone();
            for value in [0xFF, 0] {
                changed[at] = value;
                support::compiled::compiled(&changed);
            }
        }
    }
}

/// Chapters of both layouts, cut off and with lines left out.
#[test]
fn chapters() {
    let page = include_str!("dictionary/rpc-page.txt");
    each("chapter", support::chapter::any);
    for text in [page, include_str!("dictionary/jsrpd-chapter.txt")] {
        let lines: Vec<&str> = text.lines().collect();
        for at in 0..lines.len() {
            support::chapter::any(lines[at..].join("\n").as_bytes());
            support::chapter::any([&lines[..at], &lines[at + 1..]].concat().join("\n").as_bytes());
        }
    }
}
