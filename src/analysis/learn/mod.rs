//! Works out unpublished layouts and numbers from the same events in raw and in printed form.
//!
//! A [`Learner`] takes raw events, the lines that EMSTEXT printed for them, and token listings. [`Learner::learn`] pairs lines with
//! buffers by subsystem, time, process and words; then it tries every reading of every header byte, and keeps those that explain all
//! printed lines and have no rival. Its results are definition sources with their evidence, and as a [`Report`].
//!
//! It claims nothing that fewer than [`limits::EVENTS`] events support or that another reading explains equally well.

mod evidence;
mod header;
pub mod limits;
mod listing;
mod names;
mod pairing;
mod report;
mod samples;
mod tokens;
mod write;
mod zone;

use std::collections::BTreeMap;

pub use report::{Candidate, EventAt, Item, Outcome, Report, Subject, ZoneSpan};

use crate::dictionary::Dictionary;
use crate::ems::Event;
use crate::template::{PrintedEvent, TemplateSet};
use samples::Samples;

/// Takes raw and printed events, and learns from them. See the [module](self).
///
/// ```
/// use zems::analysis::learn::Learner;
/// use zems::dictionary::Dictionary;
/// use zems::template::TemplateSet;
///
/// let dictionary = Dictionary::empty();
/// let templates = TemplateSet::new(&dictionary);
/// let mut learner = Learner::new(&dictionary, &templates);
/// learner.raw(&zems::ems::Event::parse(zems::samples::EVENT)?, 0, 0);
/// let learned = learner.learn();
/// assert_eq!((learned.report.events, learned.report.pairs), (1, 0));
/// assert!(learned.files.is_empty());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Learner<'d> {
    dictionary: &'d Dictionary,
    templates: &'d TemplateSet,
    samples: Samples,
    listings: Vec<listing::Listing>,
}

/// The result.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Learned {
    /// Definition sources, by file name: what `--define DIR` takes.
    pub files: Vec<(String, String)>,
    /// The result, what is ambiguous, what is contradicted.
    pub report: Report,
}

impl<'d> Learner<'d> {
    /// A learner that knows these definitions and templates.
    #[must_use]
    pub fn new(dictionary: &'d Dictionary, templates: &'d TemplateSet) -> Self {
        Self { dictionary, templates, samples: Samples::default(), listings: Vec::new() }
    }

    /// Takes a raw event, which is at `offset` of input number `source`.
    pub fn raw(&mut self, event: &Event<'_>, source: u16, offset: u64) {
        self.samples.raw(event, source, offset);
    }

    /// Takes a printed event.
    pub fn printed(&mut self, event: &PrintedEvent<'_>) {
        self.samples.printed(event);
    }

    /// Takes the text of token listings: events one after the other, each begun by its header tokens or an empty line.
    pub fn listing(&mut self, text: &str) {
        self.listings.extend(listing::read(self.dictionary, text));
    }

    /// Works out what these events say.
    #[must_use]
    pub fn learn(self) -> Learned {
        let Self { dictionary, templates, samples, listings } = self;
        let groups = zone::groups(&samples);
        let mut report = Report {
            events: samples.raws.len(),
            lines: samples.lines.len(),
            left_out: samples.left_out,
            ..Report::default()
        };
        let found = zone::find(&samples, &groups);
        let mut pairs = pairing::pair(&samples, &groups, &found, &BTreeMap::new());
        let listed = listing::pair(dictionary, &samples, |_| None, &listings);
        let first = header::learn(&samples, &groups, &found, &pairs, &listed);
        // The header fields distinguish more buffers, and show which lines were assigned to the wrong one.
        let known: BTreeMap<_, _> = first.iter().map(|header| (header.length, header.claims())).collect();
        let better = pairing::pair(&samples, &groups, &found, &known);
        if better.len() >= pairs.len() / 2 {
            pairs = better;
        }
        let listed = listing::pair(
            dictionary,
            &samples,
            |raw| {
                let header = first.iter().find(|header| header.length == raw.length)?;
                header.event_number(samples.header(raw))
            },
            &listings,
        );
        let headers = header::learn(&samples, &groups, &found, &pairs, &listed);
        report.pairs = pairs.len();
        report.zone = found.spans(&samples, &pairs);
        let mut writer = write::Writer::new(dictionary);
        for header in &headers {
            header.report(&mut report);
            writer.header(header);
        }
        let subsystems = names::subsystems(&samples, &pairs, &listed, &mut report);
        writer.subsystems(&subsystems);
        let nodes = names::nodes(&samples, &pairs, &headers, &mut report);
        writer.nodes(&nodes);
        let learned = tokens::learn(dictionary, templates, &samples, &pairs, &mut report);
        writer.tokens(&learned);
        let named = listing::learn(dictionary, &samples, &listed, &mut report);
        writer.listed(&named);
        Learned { files: writer.finish(report.pairs), report }
    }
}
