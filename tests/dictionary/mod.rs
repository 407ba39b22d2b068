//! Definition sources of every kind, and what a dictionary makes of them.

mod any_text;
mod c_header;
mod chapter;
mod diagnostics;
mod memory;
mod nonstop_chapter;
mod overlay;
mod published;
mod strays;
mod user;

use zems::dictionary::{Loaded, Loader};
use zems::text::NoLoader;

/// The shipped definitions and these sources.
fn load(sources: &[(&'static str, &'static str)]) -> Loaded {
    let mut loader = Loader::with_builtin();
    for (name, text) in sources {
        loader.add(*name, *text).unwrap();
    }
    loader.load(&NoLoader)
}

/// The same; nothing may be wrong with them.
fn load_clean(sources: &[(&'static str, &'static str)]) -> Loaded {
    let loaded = load(sources);
    assert!(loaded.diagnostics.is_empty(), "{}", loaded.diagnostics.render(&loaded.sources));
    loaded
}
