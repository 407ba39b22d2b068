//! How well readings explain what was printed.

use super::limits;

/// A reading, and how many events agree with it and contradict it.
#[derive(Clone, Debug)]
pub(super) struct Reading<C> {
    pub(super) what: C,
    pub(super) agree: usize,
    pub(super) contradict: usize,
    /// Some of the events that contradict it.
    pub(super) against: Vec<usize>,
}

/// Contradictions that are named.
const NAMED: usize = 8;

impl<C> Reading<C> {
    /// Events that say something about it.
    pub(super) const fn events(&self) -> usize {
        self.agree + self.contradict
    }

    /// Whether enough events agree, and so few contradict that the wrong line may have been taken for those.
    pub(super) const fn holds(&self) -> bool {
        self.agree >= limits::EVENTS && self.contradict * limits::CONTRADICTED <= self.events()
    }
}

/// Counts which events agree with each reading. `says` tells of a reading and an event whether they agree; `None` if the event says
/// nothing about it. Readings that are contradicted often are given up on the way.
pub(super) fn weigh<C, E>(
    readings: impl IntoIterator<Item = C>,
    events: &[E],
    number: impl Fn(&E) -> usize,
    says: impl Fn(&C, &E) -> Option<bool>,
) -> Vec<Reading<C>> {
    let readings = readings.into_iter();
    let mut readings: Vec<_> =
        readings.map(|what| Reading { what, agree: 0, contradict: 0, against: Vec::new() }).collect();
    for event in events {
        for reading in &mut readings {
            match says(&reading.what, event) {
                Some(true) => reading.agree += 1,
                Some(false) => {
                    reading.contradict += 1;
                    if reading.against.len() < NAMED {
                        reading.against.push(number(event));
                    }
                }
                None => {}
            }
        }
        // One in ten is more than pairs can be wrong.
        readings.retain(|reading| reading.contradict <= 3 + reading.events() / 10);
    }
    readings.retain(|reading| reading.agree >= limits::EVENTS);
    readings.sort_by_key(|reading| reading.contradict);
    readings
}

/// The readings that explain as many events as the best one does.
pub(super) fn best<C>(readings: Vec<Reading<C>>) -> Vec<Reading<C>> {
    let least = readings.iter().map(|reading| reading.contradict).min().unwrap_or(0);
    readings.into_iter().filter(|reading| reading.contradict == least).collect()
}
