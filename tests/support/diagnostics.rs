use zems::text::{Diagnostics, SourceMap};

/// The properties of the diagnostics of any source: they are not without number, lie inside their sources, and can be drawn.
pub(crate) fn check(diagnostics: &Diagnostics, sources: &SourceMap) {
    assert!(diagnostics.as_slice().len() <= Diagnostics::LIMIT + 1);
    for diagnostic in diagnostics {
        for label in diagnostic.secondary.iter().chain([&diagnostic.primary]) {
            let text = sources.get(label.location.source).expect("a diagnostic names a source").text();
            assert!(text.get(label.location.span.range()).is_some(), "{diagnostic:?}");
        }
    }
    assert!(diagnostics.is_empty() || !diagnostics.render(sources).is_empty());
}
