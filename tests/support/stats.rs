//! The properties of the counts of any buffers.
#![allow(dead_code, unreachable_pub)]

use std::sync::OnceLock;

use zems::analysis::stats::{Baseline, Options, Stats};
use zems::site::Site;
use zems::spi::read::{Framer, Step};

/// Every buffer is in one count of each kind, and nothing else is.
pub fn stats(bytes: &[u8]) {
    static SITE: OnceLock<Site> = OnceLock::new();
    let site = SITE.get_or_init(Site::builtin);
    // The first half is the other night.
    let mut baseline = Baseline::default();
    let (before, _) = bytes.split_at(bytes.len() / 2);
    each_buffer(site, before, |buffer| baseline.count(site, buffer));
    let options = Options { baseline: Some(baseline.clone()), ..Options::default() };
    let mut stats = Stats::new(site, options);
    let (mut buffers, mut events) = (0_u64, 0_u64);
    each_buffer(site, bytes, |buffer| {
        stats.count(buffer, "input");
        buffers += 1;
        events += u64::from(site.event(buffer).is_some());
    });
    let night = stats.finish();
    assert_eq!((night.buffers, night.events), (buffers, events));
    assert!(night.critical <= events && night.first <= night.last);
    assert_eq!(sum(night.subsystems.rows().iter().map(|(_, counted)| counted.count)), buffers);
    let kinds = night.kinds.rows();
    assert_eq!(sum(kinds.iter().map(|(_, counted)| counted.count)), buffers);
    let of_events = kinds.iter().filter(|(_, counted)| counted.kept.is_event);
    assert_eq!(sum(of_events.map(|(_, counted)| counted.count)), events);
    assert_eq!(sum(kinds.iter().map(|(_, counted)| counted.kept.critical)), night.critical);
    assert!(sum(night.processes.rows().iter().map(|(_, counted)| counted.count)) <= events);
    assert!(sum(night.subjects.rows().iter().map(|(_, counted)| counted.count)) <= events);
    let gone = night.gone.unwrap_or_default();
    assert!(sum(gone.iter().map(|(_, _, count)| *count)) <= baseline.events());
}

fn each_buffer(site: &Site, bytes: &[u8], mut show: impl FnMut(&zems::spi::read::Buffer<'_>)) {
    let (mut framer, mut rest) = (Framer::new(site.profile()), bytes);
    loop {
        let len = match framer.step(rest, true) {
            Step::Buffer(buffer) => {
                show(&buffer);
                buffer.len()
            }
            Step::Bad { len, .. } => len,
            Step::Pad => 1,
            Step::Length { width, .. } => width,
            Step::More | Step::End => return,
        };
        rest = &rest[len..];
    }
}

fn sum(counts: impl Iterator<Item = u64>) -> u64 {
    counts.sum()
}
