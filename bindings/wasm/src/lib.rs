//! zems in WebAssembly, for JavaScript and TypeScript.
//!
//! [`Site`] is what is known of a site; [`Filter`] a filter or condition; [`Log`] an input of any form and length, gone through in
//! steps. They return plain objects, whose types are in `types.d.ts`.

mod details;
mod edit;
mod entries;
mod explain;
mod log;
mod site;
mod values;

pub use explain::Filter;
pub use log::Log;
pub use site::Site;

use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = include_str!("types.d.ts");

/// The version of zems.
#[wasm_bindgen]
#[must_use]
pub fn version() -> String {
    env!("CARGO_PKG_VERSION").to_owned()
}

/// The kind of a file, by its name and its first bytes.
#[wasm_bindgen(unchecked_return_type = "FileKind")]
#[must_use]
pub fn classify(name: &str, front: &[u8]) -> String {
    entries::classify(name, front).to_owned()
}
