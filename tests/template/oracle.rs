//! The properties that hold for any template source and any event. The fuzz targets `template` and `render` run it on their inputs,
//! `corpus.rs` on those they have kept.
#![allow(dead_code, unreachable_pub)] // each fuzz target uses one

use core::fmt::Write;

use zems::ems::Event;
use zems::spi::read::Buffer;
use zems::template::{
    ImportOptions, Importer, Layout, ListOptions, Matcher, PrintedLines, RenderOptions, Rendered,
    TemplateSet, Text, TokenLister,
};
use zems::text::{Diagnostics, NoLoader, SourceMap};

use super::diagnostics;
use super::site::{ABC_SOURCE, event, shared_dictionary};

/// Any bytes as a template source.
pub fn template(data: &[u8]) {
    let source = String::from_utf8_lossy(data).into_owned();
    let dictionary = shared_dictionary();
    let compile = || {
        let (mut set, mut sources, mut remarks) =
            (TemplateSet::new(dictionary), SourceMap::new(), Diagnostics::new());
        let id = sources.add("input", source.clone()).unwrap();
        let listing = set.compile(dictionary, id, &mut sources, &NoLoader, &mut remarks);
        diagnostics::check(&remarks, &sources);
        (set, listing, remarks.render(&sources))
    };
    let (set, listing, said) = compile();
    let (_, again, said_again) = compile();
    assert_eq!((&listing, &said), (&again, &said_again));
    assert_eq!(listing.errors > 0, said.contains(": error"));
    assert_eq!(set.len(), if listing.errors == 0 { listing.format_templates } else { 0 });
    shown(&set, &event(4, |_| Ok(())));
}

/// A template source up to the first zero byte, then the tokens of an event.
pub fn render(data: &[u8]) {
    let mut parts = data.splitn(2, |byte| *byte == 0);
    let source = String::from_utf8_lossy(parts.next().unwrap_or_default());
    let tokens = parts.next().unwrap_or_default();
    let dictionary = shared_dictionary();
    let mut set = TemplateSet::new(dictionary);
    super::site::add(&mut set, dictionary, &format!("{ABC_SOURCE}{source}"));
    let mut bytes = event(4, |_| Ok(()));
    bytes.extend_from_slice(tokens);
    let Ok(used) = u16::try_from(bytes.len() - 6) else { return };
    bytes[4..6].copy_from_slice(&used.to_be_bytes());
    bytes[2..4].copy_from_slice(&u16::MAX.to_be_bytes());
    shown(&set, &bytes);
}

/// Shows an event in every way, and reads it back.
fn shown(set: &TemplateSet, bytes: &[u8]) {
    let dictionary = shared_dictionary();
    let Ok(event) = Event::parse(bytes) else { return };
    let options = RenderOptions { filler: "?", ..RenderOptions::default() };
    let render = || {
        let mut text = String::new();
        let rendered = set.render(&event, dictionary, &options, &mut text).unwrap();
        (text, rendered)
    };
    let (text, rendered): (String, Rendered) = render();
    assert_eq!((&text, rendered), (&render().0, rendered));
    assert!(text.len() <= 40_000, "{}", text.len());
    assert!(!text.contains('\n'));

    // Laid out, the line has the same words.
    let (mut line, mut lines, mut whole) = (String::new(), String::new(), Text::new());
    set.render_line(&event, dictionary, &options, &mut line).unwrap();
    let words = |text: &str| text.split([' ', '\n']).collect::<String>();
    for width in [1, 40, 80] {
        lines.clear();
        let layout = Layout { width, lines: 0, indent: 9 };
        set.print(&event, dictionary, &options, &layout, &mut whole, &mut lines).unwrap();
        assert_eq!(words(&lines), words(&line));
        assert!(lines.lines().all(|line| line.chars().count() <= width), "{lines}");
    }

    let mut list = String::new();
    for (token_label, field_label, width) in [(20, 10, 45), (30, 0, 0)] {
        let options = ListOptions { token_label, field_label, width, ..ListOptions::default() };
        let lister = TokenLister::new(options, dictionary, set, RenderOptions::default()).unwrap();
        let _ = lister.list(&Buffer::parse(bytes).unwrap(), &mut list);
    }

    // A printed event is imported as an event with the same words.
    let matcher = Matcher::new(set, dictionary);
    let mut importer = Importer::new(set, dictionary, &matcher, ImportOptions::default());
    line.clear();
    set.render_line(&event, dictionary, &RenderOptions::default(), &mut line).unwrap();
    line.write_char('\n').unwrap();
    let Some(Ok(printed)) = PrintedLines::new(&line).next() else { return };
    let Ok(imported) = importer.event(&printed) else { return };
    let event = Event::parse(&imported.bytes).unwrap();
    assert_eq!(event.number(), Some(printed.number));
    if imported.matched.is_some() {
        let mut again = String::new();
        set.render(&event, dictionary, &RenderOptions::default(), &mut again).unwrap();
        assert_eq!(words(&again), words(&printed.text));
    }
}
