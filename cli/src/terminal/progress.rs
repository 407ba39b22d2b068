//! How much of a file has been read, on the bottom line of a terminal.
//!
//! Written here because the library for it brings the one call into the mathematical library, whose loading is a tenth of what a
//! start of the program costs.

use core::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use core::time::Duration;
use std::io::{self, Read, Write};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use crate::terminal::output;

/// How often the line is drawn. Shorter runs do not show it.
const EVERY: Duration = Duration::from_millis(200);

#[derive(Clone, Debug)]
pub(crate) struct ProgressLine(Arc<Line>);

#[derive(Debug)]
struct Line {
    name: String,
    len: u64,
    read: AtomicU64,
    begun: Instant,
    drawn: Mutex<Instant>,
    is_visible: AtomicBool,
}

impl ProgressLine {
    /// Of a file of this name and length, of which nothing has been read.
    pub(crate) fn new(name: String, len: u64) -> Self {
        let (now, is_visible) = (Instant::now(), AtomicBool::new(false));
        let (read, drawn) = (AtomicU64::new(0), Mutex::new(now));
        Self(Arc::new(Line { name, len, read, begun: now, drawn, is_visible }))
    }

    /// The file, with everything noticed that is read of it.
    pub(crate) fn of<R: Read + Send>(&self, input: R) -> impl Read + Send + use<R> {
        Noticed { input, progress: self.clone() }
    }

    fn draw(&self) {
        let line = &self.0;
        *line.drawn.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
        let columns = output::columns().saturating_sub(1);
        let text = text(&line.name, line.read.load(Ordering::Relaxed), line.len, line.begun.elapsed());
        let text: String = text.chars().take(columns).collect();
        line.is_visible.store(write!(io::stderr(), "\r{text}{TO_THE_END}").is_ok(), Ordering::Relaxed);
    }

    /// Takes the line away; it comes back with what is read next.
    pub(crate) fn clear(&self) {
        if self.0.is_visible.swap(false, Ordering::Relaxed) {
            let _ = write!(io::stderr(), "\r{TO_THE_END}");
        }
    }
}

/// Erases the rest of the line.
const TO_THE_END: &str = "\x1b[K";

struct Noticed<R> {
    input: R,
    progress: ProgressLine,
}

impl<R: Read> Read for Noticed<R> {
    fn read(&mut self, space: &mut [u8]) -> io::Result<usize> {
        let count = self.input.read(space)?;
        let ProgressLine(line) = &self.progress;
        line.read.fetch_add(u64::try_from(count).unwrap_or(0), Ordering::Relaxed);
        let drawn = *line.drawn.lock().unwrap_or_else(PoisonError::into_inner);
        if drawn.elapsed() >= EVERY {
            self.progress.draw();
        }
        Ok(count)
    }
}

/// Name, bar, bytes, bytes a second, and the time that is left.
fn text(name: &str, read: u64, len: u64, elapsed: Duration) -> String {
    const BAR: u8 = 20;
    // A file that grows may be read beyond the length it had.
    let (read, len) = (u128::from(read), u128::from(len.max(read)).max(1));
    let millis = elapsed.as_millis().max(1);
    let done = "#".repeat(usize::try_from(read * u128::from(BAR) / len).unwrap_or_default());
    let left = ((len - read) * millis).checked_div(read).map_or_else(String::new, |left| time(left / 1000));
    let (width, speed) = (usize::from(BAR), size(read * 1000 / millis));
    format!("{name} [{done:<width$}] {} of {}, {speed}/s {left}", size(read), size(len))
}

fn size(bytes: u128) -> String {
    let units = [(1_000_000_000_000, "TB"), (1_000_000_000, "GB"), (1_000_000, "MB"), (1_000, "KB")];
    match units.into_iter().find(|(unit, _)| bytes >= *unit) {
        Some((unit, name)) => format!("{}.{} {name}", bytes / unit, bytes % unit * 10 / unit),
        None => format!("{bytes} B"),
    }
}

fn time(seconds: u128) -> String {
    let (minutes, seconds) = (seconds / 60, seconds % 60);
    match (minutes / 60, minutes % 60) {
        (0, minutes) => format!("{minutes}:{seconds:02}"),
        (hours, minutes) => format!("{hours}:{minutes:02}:{seconds:02}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_left_follows_from_the_time_taken() {
        let after = |read, len, seconds| text("log", read, len, Duration::from_secs(seconds));
        assert_eq!(after(0, 0, 0), "log [                    ] 0 B of 1 B, 0 B/s ");
        let half = "log [##########          ] 500.0 MB of 1.0 GB, 50.0 MB/s 0:10";
        assert_eq!(after(500_000_000, 1_000_000_000, 10), half);
        let grown = "log [####################] 12.3 KB of 12.3 KB, 12.3 KB/s 0:00";
        assert_eq!(after(12_345, 999, 1), grown);
        assert!(after(1, 3_700, 1).ends_with(" 1 B of 3.7 KB, 1 B/s 1:01:39"));
        assert!(after(u64::MAX, u64::MAX, u64::MAX / 1000).contains(" of 18446744.0 TB, "));
    }

    #[test]
    fn everything_read_is_noticed() {
        let progress = ProgressLine::new("log".to_owned(), 5);
        let mut out = Vec::new();
        progress.of(&b"12345"[..]).read_to_end(&mut out).unwrap();
        assert_eq!((out.as_slice(), progress.0.read.load(Ordering::Relaxed)), (&b"12345"[..], 5));
        assert!(!progress.0.is_visible.load(Ordering::Relaxed));
    }
}
