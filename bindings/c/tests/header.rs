//! `zems.h` is what cbindgen makes of the crate. `BLESS=1 cargo test -p zems-c` rewrites it.

use std::path::Path;

#[test]
fn the_header_is_that_of_the_crate() {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let config = cbindgen::Config::from_file(package.join("cbindgen.toml")).unwrap();
    let files = ["border", "error", "site", "event", "token", "reader", "filter", "builder", "procedures"];
    let mut builder = cbindgen::Builder::new().with_config(config);
    for file in files {
        builder = builder.with_src(package.join(format!("src/{file}.rs")));
    }
    let mut made = Vec::new();
    builder.generate().unwrap().write(&mut made);
    let made = String::from_utf8(made).unwrap();

    let path = package.join("zems.h");
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&path, &made).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(committed == made, "zems.h differs from the crate: BLESS=1 cargo test -p zems-c --test header");
}

/// A file that is not in the list above would be missing from the header.
#[test]
fn the_header_has_every_function() {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let header = std::fs::read_to_string(package.join("zems.h")).unwrap();
    let mut count = 0;
    for file in std::fs::read_dir(package.join("src")).unwrap() {
        let source = std::fs::read_to_string(file.unwrap().path()).unwrap();
        for part in source.split("extern \"C\" fn ").skip(1) {
            let name = part.split('(').next().unwrap();
            assert!(header.contains(&format!("{name}(")), "{name} is not in zems.h");
            count += 1;
        }
    }
    assert!(count > 60, "only {count} functions were found");
}
