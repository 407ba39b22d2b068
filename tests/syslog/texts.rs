//! The shipped templates as an importer and a writer of lines use them.

use std::sync::LazyLock;

use zems::dictionary::{Dictionary, builtin};
use zems::syslog::Importer;
use zems::template::TemplateSet;
use zems::text::{Diagnostics, NoLoader, SourceMap};

/// The shipped templates.
pub static SET: LazyLock<TemplateSet> = LazyLock::new(|| {
    let dictionary = Dictionary::builtin();
    let mut set = TemplateSet::new(dictionary);
    let (mut sources, mut diagnostics) = (SourceMap::new(), Diagnostics::new());
    for (name, text) in builtin::templates() {
        let source = sources.add(*name, *text).unwrap();
        set.compile(dictionary, source, &mut sources, &NoLoader, &mut diagnostics);
    }
    set
});

/// An importer with the shipped definitions.
pub fn importer() -> Importer<'static> {
    Importer::new(Dictionary::builtin(), &SET).unwrap()
}
