//! The output formats: what they have in common, and the JSON form back.
#![cfg(feature = "otlp")]

mod agreement;
mod encode;
mod one_line;

use std::sync::Arc;

use zems::describe::{Described, Record};
use zems::dictionary::{Dictionary, Loader};
use zems::formats::{self, Options};
use zems::samples;
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

/// The output of a format for a buffer.
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
    for bytes in [samples::EVENT, samples::COMMAND, samples::BKUP_FAIL] {
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

/// The fields of a header are marked too, unless the site's own definitions give the layout.
#[test]
fn a_dump_marks_the_fields_of_an_unpublished_layout() {
    let dump = |site: &Site| shown(site, "dump", &Options::default(), samples::BKUP_FAIL);
    let marked = dump(&Site::builtin());
    for meaning in
        ["event number? 8\n", "generated? 2026", "emphasis?\n", "process descriptor? \"", "SSID TANDEM"]
    {
        assert!(marked.contains(meaning), "{meaning}: {marked}");
    }
    let layout =
        "LAYOUT ZEMS-DDL-EVTHDR-D00 LENGTH 82\n FIELD Z-C00.Z-EVENTNUMBER SERVES ZEMS-TKN-EVENTNUMBER\n";
    let own = site(&[("site.events", layout)], &[]).build();
    let certain = dump(&own);
    assert!(certain.contains("event number 8\n") && !certain.contains("generated"), "{certain}");
    let line = shown(&own, "json", &Options::default(), samples::BKUP_FAIL);
    assert!(line.contains(r#""ZRPC-TKN-CPU""#) && !line.contains(r#""layout","#), "{line}");
}

/// Once its working memory has grown, a format allocates nothing. The exception: a batch of Arrow is memory that the reader keeps.
#[test]
fn formats_allocate_nothing_in_the_steady_state() {
    let site = site(&[], &[("overrides", agreement::OVERRIDES)]).node(3, "NODE").build();
    let samples = [samples::EVENT, samples::BKUP_FAIL, samples::PID_FILE_LOCK];
    let buffers = samples.map(|bytes| Decoder::new(site.profile()).parse(bytes).unwrap());
    for def in formats::ALL.iter().filter(|def| !def.is_one_file && def.name != "arrow") {
        let mut format = def.make(&site, &Options { otlp_batch: 3, ..Options::default() }).unwrap();
        let mut out = Vec::new();
        let mut round = || {
            out.clear();
            for buffer in &buffers {
                format.record(&mut out, &Record::new(Described::new(&site, buffer))).unwrap();
            }
            format.flush(&mut out);
        };
        round();
        round();
        let allocations = allocation_counter::measure(round).count_total;
        assert_eq!(allocations, 0, "{}", def.name);
        assert!(!out.is_empty(), "{}", def.name);
    }
}

/// The report of a night allocates nothing for an event of a kind that has come before.
#[test]
fn stats_allocate_nothing_in_the_steady_state() {
    let site = Site::builtin();
    let samples = [samples::EVENT, samples::BKUP_FAIL, samples::PID_FILE_LOCK, samples::COMMAND];
    let buffers = samples.map(|bytes| Decoder::new(site.profile()).parse(bytes).unwrap());
    let mut stats = zems::analysis::stats::Stats::new(&site, zems::analysis::stats::Options::default());
    let mut round = || buffers.iter().for_each(|buffer| stats.count(buffer, "input"));
    (0..40).for_each(|_| round());
    assert_eq!(allocation_counter::measure(round).count_total, 0);
    assert_eq!(stats.finish().buffers, 41 * 4);
}

/// Several instances whose output one joins make the same as one alone.
#[test]
fn parts_join_to_the_whole() {
    let site = Site::builtin();
    let samples = [samples::EVENT, samples::BKUP_FAIL, samples::COMMAND, samples::PID_FILE_LOCK].repeat(3);
    let buffers: Vec<_> =
        samples.iter().map(|bytes| Decoder::new(site.profile()).parse(bytes).unwrap()).collect();
    let options = Options { otlp_batch: 5, ..Options::default() };
    let mut joined = 0;
    for def in formats::ALL.iter().filter(|def| def.name != "syslog") {
        let make = || def.make(&site, &options).unwrap();
        let mut makers = [make(), make(), make()];
        let (mut whole, mut joiner) = (make(), make());
        if !joiner.has_parts() {
            continue;
        }
        joined += 1;
        let (mut expected, mut out) = (Vec::new(), Vec::new());
        for (at, buffer) in buffers.iter().enumerate() {
            let record = Record::new(Described::new(&site, buffer));
            whole.record(&mut expected, &record).unwrap();
            let mut part = Vec::new();
            makers[at % 3].part(&mut part, &record).unwrap();
            joiner.join(&mut out, &part);
        }
        whole.end(&mut expected);
        joiner.end(&mut out);
        assert!(out == expected, "{}", def.name);
    }
    assert!(joined >= 9, "{joined}");
}

#[test]
fn without_provisional_names_only_the_layout_is_provisional() {
    let site = Site::builtin();
    let line = shown(&site, "json", &Options::default(), samples::BKUP_FAIL);
    let object: serde_json::Value = serde_json::from_str(&line).unwrap();
    let list: Vec<_> =
        object["provisional"].as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect();
    for name in ["ZCOM-TKN-SUBJ-PROC", "ZRPC-TKN-CPU", "layout", "ssid", "text"] {
        assert_eq!(list.iter().filter(|known| **known == name).count(), 1, "{name} in {list:?}");
    }
    let certain = Site::builder().without_provisional().build();
    let line = shown(&certain, "json", &Options::default(), samples::BKUP_FAIL);
    let object: serde_json::Value = serde_json::from_str(&line).unwrap();
    assert_eq!(object["provisional"], serde_json::json!(["layout"]));
    assert!(object["ssid"].as_str().unwrap().starts_with("TANDEM.9001."), "{line}");
    assert!(object["text"].as_str().unwrap().starts_with("EMSTEXT -- No template"), "{line}");
    assert!(!line.contains("ZRPC-TKN-CPU"), "{line}");
}
