//! The properties of any bytes as hexadecimal text and as printed lines.
#![allow(clippy::unwrap_used, clippy::panic, dead_code, unreachable_pub)] // each test and fuzz target uses a part

use core::cell::RefCell;
use std::sync::LazyLock;

use zems::dictionary::Dictionary;
use zems::ems::Event;
use zems::template::{ImportOptions, Importer, Matcher, PrintedLines, RenderOptions, TemplateSet};
use zems::text::{HexBlock, HexBlocks, looks_like_hex};

/// Lines, and the same lines in pieces as a reader takes long ones, if no line is one of a listing.
pub fn hex(bytes: &[u8]) {
    let _ = looks_like_hex(bytes);
    let mut whole = HexBlocks::new();
    let mut blocks: Vec<HexBlock> =
        bytes.split(|byte| *byte == b'\n').filter_map(|line| whole.line(line)).collect();
    blocks.extend(whole.end());
    let digits = bytes.iter().filter(|byte| byte.is_ascii_hexdigit()).count();
    let found: usize = blocks.iter().map(|block| block.bytes.len()).sum();
    let may_repeat = bytes.contains(&b'*');
    assert!(may_repeat || found <= digits / 2, "{found} bytes of {digits} digits");
    assert!(blocks.iter().all(|block| !block.bytes.is_empty() || block.fault.is_some()));
    // The bytes of a block, written as digits, are read as the same block.
    for block in blocks.iter().filter(|block| !block.bytes.is_empty()).take(4) {
        let mut again = HexBlocks::new();
        for line in block.bytes.chunks(16) {
            let line: String = line.iter().map(|byte| format!("{byte:02X} ")).collect();
            assert_eq!(again.line(line.as_bytes()), None);
        }
        assert_eq!(again.end().unwrap(), HexBlock::of(block.bytes.clone()));
    }
    let mut pieces = HexBlocks::new();
    for line in bytes.split(|byte| *byte == b'\n') {
        let (front, rest) = line.split_at(line.len() / 2);
        pieces.piece(front);
        assert_eq!(pieces.line(rest), None);
    }
    let _ = pieces.end();
}

static SET: LazyLock<TemplateSet> = LazyLock::new(TemplateSet::builtin);
static MATCHER: LazyLock<Matcher<'static>> = LazyLock::new(|| Matcher::new(&SET, Dictionary::builtin()));

thread_local! {
    static IMPORTER: RefCell<Importer<'static>> =
        RefCell::new(Importer::new(&SET, Dictionary::builtin(), &MATCHER, ImportOptions::default()));
}

/// Every line is part of something; what becomes an event prints the words that were read.
pub fn printed(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let mut lines = PrintedLines::new(&text);
    let mut last = 0;
    while let Some(found) = lines.next() {
        assert!(lines.line() > last);
        last = lines.line();
        let Ok(printed) = found else { continue };
        let imported = IMPORTER.with_borrow_mut(|importer| importer.event(&printed));
        let Ok(imported) = imported else {
            assert!(printed.text.len() + printed.ssid.len() > 3_000 || printed.process.len() > 33);
            continue;
        };
        let event = Event::parse(&imported.bytes).unwrap();
        event.check(|finding| panic!("{finding:?}")).unwrap();
        assert_eq!(event.number(), Some(printed.number));
        let mut again = String::new();
        SET.render(&event, Dictionary::builtin(), &RenderOptions::default(), &mut again).unwrap();
        let words = |text: &str| {
            let shown = text.chars().map(|c| if c.is_control() { '?' } else { c });
            shown.collect::<String>().split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(words(&again), words(&printed.text));
        let name = Dictionary::builtin().printed_ssid(event.buffer());
        let is_plain = !printed.ssid.chars().any(char::is_control);
        assert!(!is_plain || name == imported.has_printed_ssid.then_some(printed.ssid), "{name:?}");
    }
}
