//! The memory that a dictionary of a site's definitions takes.

use allocation_counter::measure;
use zems::dictionary::Loader;
use zems::text::NoLoader;

use crate::ddl_source;

#[test]
fn a_dictionary_takes_little_more_than_its_sources() {
    let text = ddl_source::definitions(1_000_000);
    let bytes = i64::try_from(text.len()).unwrap();
    let mut loader = Loader::new();
    loader.add("large", text).unwrap();
    let mut loaded = None;
    let info = measure(|| loaded = Some(loader.load(&NoLoader)));
    let loaded = loaded.unwrap();
    assert!(loaded.diagnostics.is_empty(), "{}", loaded.diagnostics.render(&loaded.sources));
    let image = i64::try_from(loaded.dictionary.as_bytes().len()).unwrap();
    let peak = i64::try_from(info.bytes_max).unwrap();
    println!("source {bytes}, peak {peak}, kept {}, image {image}", info.bytes_current);
    assert!(info.bytes_current < 2 * bytes, "{} kept for {bytes} bytes of source", info.bytes_current);
    assert!(image <= info.bytes_current);
    // While it is made, schema, definitions and the image of the types are in memory at the same time.
    assert!(peak < 4 * bytes, "peak {peak} for {bytes} bytes of source");
}
