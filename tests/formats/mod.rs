//! The output formats: what they have in common, and the JSON form back.
#![cfg(feature = "otlp")]

mod agreement;
mod encode;

use std::sync::Arc;

use zems::describe::{Described, Record};
use zems::dictionary::{Dictionary, Loader};
use zems::formats::{self, Options};
use zems::site::{Site, SiteBuilder};
use zems::spi::read::{Decoder, Visit};
use zems::template::TemplateSet;
use zems::text::{Diagnostics, NoLoader, SourceMap};

/// A site with the shipped definitions, definition sources and template sources besides.
pub fn site(sources: &[(&str, &str)], templates: &[(&str, &str)]) -> SiteBuilder {
    let mut loader = Loader::with_builtin();
    for (name, text) in sources {
        loader.add((*name).to_owned(), (*text).to_owned()).unwrap();
    }
    let loaded = loader.load(&NoLoader);
    assert!(!loaded.diagnostics.has_errors(), "{}", loaded.diagnostics.render(&loaded.sources));
    let dictionary: Arc<Dictionary> = Arc::new(loaded.dictionary);
    let mut set = TemplateSet::new(&dictionary);
    let (mut map, mut diagnostics) = (SourceMap::new(), Diagnostics::new());
    let shipped = zems::dictionary::builtin::templates().iter().map(|(name, text)| (*name, *text));
    for (name, text) in shipped.chain(templates.iter().copied()) {
        let id = map.add(name.to_owned(), text.to_owned()).unwrap();
        set.compile(&dictionary, id, &mut map, &NoLoader, &mut diagnostics);
    }
    assert!(!diagnostics.has_errors(), "{}", diagnostics.render(&map));
    Site::builder().definitions(dictionary, set)
}

/// What a format makes of a buffer.
pub fn shown(site: &Site, format: &str, options: &Options, bytes: &[u8]) -> String {
    let buffer = Decoder::new(site.profile()).parse(bytes).unwrap();
    let mut format = formats::named(format).unwrap().make(site, options).unwrap();
    let mut out = Vec::new();
    format.record(&mut out, &Record::new(Described::new(site, &buffer))).unwrap();
    format.end(&mut out);
    String::from_utf8(out).unwrap()
}

/// The buffer of a line of JSON.
pub fn built(site: &Site, line: &str) -> Result<Vec<u8>, String> {
    let made = formats::json::Reader::new(site.dictionary()).read(line, zems::spi::Timestamp::UNSET);
    made.map(Option::unwrap).map_err(|error| error.to_string())
}

#[test]
fn the_visitor_sees_every_token() {
    struct Count(usize, usize);
    impl zems::describe::Visitor for Count {
        fn begin_list(&mut self, _: &zems::describe::Item<'_>) {
            self.0 += 1;
        }
        fn begin_table(&mut self, _: &zems::describe::Item<'_>) {
            self.0 += 1;
        }
        fn value(&mut self, item: &zems::describe::Item<'_>) {
            self.0 += usize::from(item.token().table().is_none());
        }
        fn header(&mut self, _: &zems::describe::HeaderItem<'_>) {
            self.1 += 1;
        }
    }
    let site = Site::builtin();
    for bytes in [zems::samples::EVENT, zems::samples::COMMAND, zems::samples::BKUP_FAIL] {
        let buffer = Decoder::new(site.profile()).parse(bytes).unwrap();
        let mut count = Count(0, 0);
        Described::new(&site, &buffer).visit(&mut count).unwrap();
        let tokens = buffer.walk().filter(|visit| !matches!(visit, Ok(Visit::Close(_)))).count();
        assert_eq!(count.0, tokens);
        assert!(count.1 > 8, "{} header tokens", count.1);
    }
}

#[test]
fn every_format_is_named_once_and_made() {
    for (at, format) in formats::ALL.iter().enumerate() {
        assert!(formats::ALL.iter().skip(at + 1).all(|other| other.name != format.name), "{}", format.name);
        assert!(format.make(&Site::builtin(), &Options::default()).is_ok(), "{}", format.name);
    }
}

#[test]
fn without_provisional_names_only_the_layout_is_provisional() {
    let site = Site::builtin();
    let line = shown(&site, "json", &Options::default(), zems::samples::BKUP_FAIL);
    let object: serde_json::Value = serde_json::from_str(&line).unwrap();
    let list: Vec<_> =
        object["provisional"].as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect();
    for name in ["ZCOM-TKN-SUBJ-PROC", "ZRPC-TKN-CPU", "layout", "ssid", "text"] {
        assert_eq!(list.iter().filter(|known| **known == name).count(), 1, "{name} in {list:?}");
    }
    let certain = Site::builder().without_provisional().build();
    let line = shown(&certain, "json", &Options::default(), zems::samples::BKUP_FAIL);
    let object: serde_json::Value = serde_json::from_str(&line).unwrap();
    assert_eq!(object["provisional"], serde_json::json!(["layout"]));
    assert!(object["ssid"].as_str().unwrap().starts_with("TANDEM.9001."), "{line}");
    assert!(object["text"].as_str().unwrap().starts_with("EMSTEXT -- No template"), "{line}");
    assert!(!line.contains("ZRPC-TKN-CPU"), "{line}");
}
