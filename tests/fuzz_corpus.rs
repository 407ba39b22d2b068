//! The oracles of the fuzz targets over their committed inputs, crashers of the past among them.

use crate::files;
use crate::support;

use files::files;
use support::oracle;

fn each(target: &str, oracle: fn(&[u8])) {
    files(&format!("fuzz/corpus/{target}"), None, 4).iter().for_each(|input| oracle(input));
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
fn builder() {
    each("builder", oracle::build);
}

#[test]
fn resync() {
    each("resync", oracle::resync);
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
    for text in [page, include_str!("dictionary/jsrpd-chapter.txt")] {
        let lines: Vec<&str> = text.lines().collect();
        for at in 0..lines.len() {
            support::chapter::any(lines[at..].join("\n").as_bytes());
            support::chapter::any([&lines[..at], &lines[at + 1..]].concat().join("\n").as_bytes());
        }
    }
}
