//! A schema takes less than four times its sources, at its peak and for good.

use allocation_counter::measure;
use zems::ddl::{self, Input};
use zems::text::{NoLoader, SourceMap};

use crate::ddl_source;

#[test]
fn a_schema_takes_less_than_four_times_its_source() {
    let text = ddl_source::definitions(1_000_000);
    let bytes = i64::try_from(text.len()).unwrap();
    let mut sources = SourceMap::new();
    let source = sources.add("large", text).unwrap();
    let mut schema = None;
    let info = measure(|| {
        let (compiled, diagnostics) = ddl::compile(&mut sources, &[Input::user(source)], &NoLoader);
        assert!(diagnostics.is_empty(), "{}", diagnostics.render(&sources));
        schema = Some(compiled);
    });
    let peak = i64::try_from(info.bytes_max).unwrap();
    println!("source {bytes}, peak {peak}, kept {}", info.bytes_current);
    assert!(peak < 4 * bytes, "peak {peak} for {bytes} bytes of source");
    assert!(info.bytes_current < 2 * bytes, "{} kept for {bytes} bytes of source", info.bytes_current);
}
