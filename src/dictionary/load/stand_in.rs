//! The shipped files that a user's sources include without having them at hand.

use core::cell::RefCell;
use core::fmt::Write;
use std::collections::BTreeSet;

use crate::dictionary::builtin;
use crate::text::SourceLoader;

/// Finds what another loader finds, and for a file that it does not find, but whose definitions come with the crate, an empty
/// one if these are loaded already, and else these.
pub(super) struct StandIn<'a> {
    inner: &'a dyn SourceLoader,
    are_loaded: bool,
    /// Every section that an including source may ask for.
    sections: RefCell<BTreeSet<String>>,
}

/// The files whose definitions are shipped, and the sources that have these.
const SHIPPED: [(&str, &[&str]); 8] = [
    ("ZSPIDDL", &["subsystems.ddl", "zspi.ddl"]),
    ("ZEMSDDL", &["zems.ddl"]),
    ("ZCOMDDL", &["zcom.ddl"]),
    ("ZCMKDDL", &["zcmk.ddl"]),
    ("ZGRDDDL", &["zgrd.ddl"]),
    ("ZCDGDDL", &["zcdg.ddl"]),
    ("ZRPCDDL", &["zrpc.ddl"]),
    ("SYSLOGDDL", &["syslog.ddl"]),
];

impl<'a> StandIn<'a> {
    /// `are_loaded`: the shipped definitions are loaded already.
    pub(super) fn new(inner: &'a dyn SourceLoader, are_loaded: bool) -> Self {
        Self { inner, are_loaded, sections: RefCell::default() }
    }

    /// Notes the words in parentheses on the command lines of a source.
    pub(super) fn note_sections(&self, text: &str) {
        let mut sections = self.sections.borrow_mut();
        let mut is_open = false;
        // A mark or a form feed before a line takes no column.
        let lines = text.lines().map(|line| line.trim_start_matches(['\u{FEFF}', '\x0C']));
        for line in lines.filter_map(|line| line.strip_prefix('?')) {
            for part in line.split_inclusive(['(', ')', ',', ' ']) {
                let word = part.trim_end_matches(['(', ')', ',', ' ']).trim();
                if is_open && !word.is_empty() {
                    sections.insert(word.to_ascii_uppercase());
                }
                is_open = part.ends_with('(') || is_open && !part.ends_with(')');
            }
        }
    }
}

impl SourceLoader for StandIn<'_> {
    fn load(&self, including: &str, name: &str) -> Option<(String, String)> {
        if let Some((name, text)) = self.inner.load(including, name) {
            self.note_sections(&text);
            return Some((name, text));
        }
        if self.inner.refusal(including, name).is_some() {
            return None;
        }
        let file = name.rsplit('.').next().unwrap_or(name);
        let (file, parts) = SHIPPED.iter().find(|(known, _)| known.eq_ignore_ascii_case(file))?;
        let mut text = String::new();
        if !self.are_loaded {
            let shipped = builtin::definitions().iter().filter(|(name, _)| parts.contains(name));
            shipped.for_each(|(_, part)| text.push_str(part));
            return Some((format!("{file} (shipped)"), text));
        }
        for section in self.sections.borrow().iter() {
            let _ = writeln!(text, "?SECTION {section}"); // a String takes everything
        }
        Some((format!("{file} (shipped)"), text))
    }

    fn refusal(&self, including: &str, name: &str) -> Option<String> {
        self.inner.refusal(including, name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::NoLoader;

    #[test]
    fn sections_asked_for_are_there() {
        let stand_in = StandIn::new(&NoLoader, true);
        stand_in.note_sections(
            "?SOURCE $SYSTEM.ZSPIDEF.ZSPIDDL ( ZSPI-TDT,\n?  zspi-ddl-int)\nCONSTANT a VALUE 1.\n",
        );
        let (name, text) = stand_in.load("x", "$system.zspidef.zspiddl").unwrap();
        assert_eq!(
            (name.as_str(), text.as_str()),
            ("ZSPIDDL (shipped)", "?SECTION ZSPI-DDL-INT\n?SECTION ZSPI-TDT\n")
        );
        assert!(stand_in.load("x", "MYDDL").is_none());
    }

    #[test]
    fn what_is_not_loaded_is_there_itself() {
        let (name, text) = StandIn::new(&NoLoader, false).load("x", "zspiddl").unwrap();
        assert_eq!(name, "ZSPIDDL (shipped)");
        assert!(text.contains("CONSTANT ZSPI-SSN-ZEMS") && text.contains("TOKEN-TYPE ZSPI-TYP-STRING"));
    }
}
