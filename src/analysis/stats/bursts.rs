//! Bursts: events that repeat too fast, and what a burst filter would have hidden of them.

use core::cmp::Reverse;
use core::fmt;
use std::collections::BTreeMap;
use std::rc::Rc;

use crate::ems::Event;
use crate::filter::{Burst, BurstFilter, BurstMonitor, BurstNotice};

/// Bursts that are kept: those that hid most.
const KEPT: usize = 1024;

/// Where a buffer is in the input.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Place {
    /// The name of the input.
    pub source: Rc<str>,
    /// The byte.
    pub offset: u64,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "byte {} of {}", self.offset, self.source)
    }
}

/// A burst, and where the first and the last event are that it hid.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct BurstAt {
    /// The burst.
    pub burst: Burst,
    /// `None` if it hid nothing.
    pub places: Option<(Place, Place)>,
}

/// The bursts of a log.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Bursts {
    /// How many there were.
    pub count: u64,
    /// How many events a burst filter would have hidden.
    pub hidden: u64,
    /// Those that hid most, that first. Of very many not all are kept.
    pub most: Vec<BurstAt>,
}

pub(super) struct Monitor {
    monitor: BurstMonitor,
    bursts: Bursts,
    /// Of bursts under way, by their number.
    hiding: BTreeMap<u64, (Place, Place)>,
    /// The input at hand.
    source: Rc<str>,
}

impl Monitor {
    pub(super) fn new(filter: BurstFilter) -> Self {
        Self {
            monitor: BurstMonitor::new(filter),
            bursts: Bursts::default(),
            hiding: BTreeMap::new(),
            source: "".into(),
        }
    }

    pub(super) fn event(&mut self, event: &Event<'_>, source: &str) {
        if *self.source != *source {
            self.source = source.into();
        }
        let Self { monitor, bursts, hiding, source } = self;
        let here = || Place { source: Rc::clone(source), offset: event.buffer().origin() };
        // The tokens of the buffer have been read before.
        let is_hidden = monitor.hides(event, |notice| match notice {
            BurstNotice::Hidden(burst) => {
                hiding.entry(burst.id).or_insert_with(|| (here(), here())).1 = here();
            }
            BurstNotice::End(burst) => bursts.add(burst, hiding.remove(&burst.id)),
            _ => {}
        });
        bursts.hidden += u64::from(is_hidden == Ok(true));
    }

    pub(super) fn finish(self) -> Bursts {
        let Self { monitor, mut bursts, mut hiding, .. } = self;
        monitor.stop(|notice| {
            if let BurstNotice::Stopped(burst) = notice {
                bursts.add(burst, hiding.remove(&burst.id));
            }
        });
        bursts.sort();
        bursts
    }
}

impl Bursts {
    fn add(&mut self, burst: &Burst, places: Option<(Place, Place)>) {
        self.count += 1;
        self.most.push(BurstAt { burst: burst.clone(), places });
        if self.most.len() >= 2 * KEPT {
            self.sort();
        }
    }

    fn sort(&mut self) {
        self.most.sort_by_key(|at| (Reverse(at.burst.hidden), at.burst.id));
        self.most.truncate(KEPT);
    }
}
