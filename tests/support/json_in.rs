//! The properties that hold for any text as an object of the JSON form.

use std::sync::OnceLock;

use zems::describe::{Described, Record};
use zems::formats::json::Reader;
use zems::formats::{self, Options};
use zems::site::Site;
use zems::spi::Timestamp;
use zems::spi::read::Buffer;

fn show(site: &Site, buffer: &Buffer<'_>, raw: bool) -> String {
    let options = Options { raw, ..Options::default() };
    let mut format = formats::named("json").unwrap().make(site, &options).unwrap();
    let mut out = Vec::new();
    format.record(&mut out, &Record::new(Described::new(site, buffer))).unwrap();
    format.end(&mut out);
    String::from_utf8(out).unwrap()
}

/// An object that makes a buffer makes one that can be read, whose JSON makes the same buffer; the output of a builder is stable.
pub fn json(bytes: &[u8]) {
    static SITE: OnceLock<Site> = OnceLock::new();
    let site = SITE.get_or_init(Site::builtin);
    let text = String::from_utf8_lossy(bytes);
    let reader = Reader::new(site.dictionary());
    let Ok(Some(made)) = reader.read(&text, Timestamp::UNSET) else { return };
    // `buffer_hex` is written as it is, whatever it holds.
    let buffer = match Buffer::parse(&made) {
        Ok(buffer) if buffer.check(|_| {}).is_ok() => buffer,
        _ => {
            let object: serde_json::Value = serde_json::from_str(&text).unwrap();
            assert!(!object["buffer_hex"].is_null(), "{text:?} makes bytes that are no buffer");
            return;
        }
    };
    let raw = show(site, &buffer, true);
    assert_eq!(reader.read(&raw, Timestamp::UNSET).unwrap().as_deref(), Some(&made[..]), "{raw}");
    let plain = show(site, &buffer, false);
    if let Ok(Some(built)) = reader.read(&plain, Timestamp::UNSET) {
        let again = Buffer::parse(&built).unwrap();
        again.check(|_| {}).unwrap();
        let shown = show(site, &again, false);
        let twice = reader.read(&shown, Timestamp::UNSET).unwrap().unwrap();
        assert_eq!(twice, built, "{plain}\n{shown}");
    }
}
