//! The shipped template sources compile without a word against the shipped definitions.

use zems::dictionary::{Dictionary, builtin};
use zems::template::TemplateSet;
use zems::text::{Diagnostics, NoLoader, SourceMap};

#[test]
fn the_shipped_templates_compile() {
    let dictionary = Dictionary::builtin();
    let (mut set, mut sources, mut diagnostics) =
        (TemplateSet::new(dictionary), SourceMap::new(), Diagnostics::new());
    for (name, text) in builtin::templates() {
        let source = sources.add(*name, *text).unwrap();
        set.compile(dictionary, source, &mut sources, &NoLoader, &mut diagnostics);
    }
    assert!(!diagnostics.has_errors(), "{}", diagnostics.render(&sources));
    assert_eq!(set.len(), 49);
}
