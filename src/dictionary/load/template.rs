//! The parts of a template source that a dictionary uses: whose it is, and what that subsystem is called (Template Services
//! Manual 3-8, 3-9). Faults are for the compiler of templates to find.

use super::facts::Name;
use crate::text::{Location, Source, SourceId, Span};

/// SSNAME, and the SSID it belongs to.
#[derive(Debug)]
pub(super) struct SubsystemName {
    /// A DEF or a constant.
    pub(super) ssid: Name,
    pub(super) name: String,
    pub(super) abbreviation: Option<String>,
}

/// The SSNAME statement of a source, if it has one.
pub(super) fn subsystem_name(id: SourceId, source: &Source) -> Option<SubsystemName> {
    let mut ssid = None;
    let mut start = 0;
    for line in source.text().split_inclusive('\n') {
        let (line_start, code) = (start, line.split("==").next().unwrap_or_default());
        start += line.len();
        if let Some(name) = argument(code, "SSID") {
            let word = name.split(|c: char| c.is_whitespace()).next().unwrap_or_default();
            let at = line_start + code.len() - name.len();
            let [from, to] = [at, at + word.len()].map(|at| u32::try_from(at).unwrap_or(u32::MAX));
            ssid = Some(Name { text: word.to_owned(), at: Location::new(id, Span::new(from, to)) });
        }
        if let Some(names) = argument(code, "SSNAME") {
            // `"name"`, or `"name", "abbreviation"`.
            let mut quoted = names.split('"').skip(1).step_by(2).map(str::to_owned);
            let name = quoted.next().filter(|name| !name.is_empty())?;
            return Some(SubsystemName { ssid: ssid?, name, abbreviation: quoted.next() });
        }
        if argument(code, "MSG").is_some() {
            break;
        }
    }
    None
}

/// The text after `keyword:` in a line.
fn argument<'a>(line: &'a str, keyword: &str) -> Option<&'a str> {
    let line = line.trim_start();
    let is_it = line.get(..keyword.len())?.eq_ignore_ascii_case(keyword);
    let rest = line.get(keyword.len()..).filter(|_| is_it)?.trim_start();
    rest.strip_prefix(':').map(str::trim_start)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::SourceMap;

    #[test]
    fn name_and_abbreviation_are_found() {
        let mut sources = SourceMap::new();
        let text = "== SSNAME: \"NO\"\nVERSION: \"x\"\n SSID:  ZPWY-VAL-SSID == Pathway\nssname : \"PATHWAY\" , \"PWY\"\n";
        let id = sources.add("x", text).unwrap();
        let found = subsystem_name(id, sources.get(id).unwrap()).unwrap();
        assert_eq!((found.name.as_str(), found.abbreviation.as_deref()), ("PATHWAY", Some("PWY")));
        assert_eq!((found.ssid.text.as_str(), found.ssid.at.span), ("ZPWY-VAL-SSID", Span::new(37, 50)));
    }

    #[test]
    fn a_source_may_have_no_name() {
        let mut sources = SourceMap::new();
        let id = sources.add("x", "SSID: ZCOM-VAL-SSID\nMSG: X, 1\n\"SSNAME: \"\"\"\n").unwrap();
        assert!(subsystem_name(id, sources.get(id).unwrap()).is_none());
    }
}
