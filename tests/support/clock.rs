//! Time that a test has used, whatever else the machine does.

use core::time::Duration;
use std::fs;
use std::time::Instant;

/// The CPU time of this thread from the start on. Where the system does not give it (it is not Linux), the time of the clock.
pub struct CpuTime {
    used: Option<Duration>,
    start: Instant,
}

impl CpuTime {
    pub fn start() -> Self {
        Self { used: used(), start: Instant::now() }
    }

    pub fn elapsed(&self) -> Duration {
        match (self.used, used()) {
            (Some(start), Some(now)) => now - start,
            _ => self.start.elapsed(),
        }
    }
}

/// User and system time, in ticks of 10 ms, are fields 14 and 15; the second may contain blanks, and ends at `)`.
fn used() -> Option<Duration> {
    let stat = fs::read_to_string("/proc/thread-self/stat").ok()?;
    let (_, fields) = stat.rsplit_once(')')?;
    let mut fields = fields.split_ascii_whitespace().skip(11).map(|field| field.parse::<u64>().ok());
    Some(Duration::from_millis(10 * (fields.next()?? + fields.next()??)))
}
