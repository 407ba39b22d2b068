//! What goes to standard error: faults one by one, their number at the end.

use std::fmt;
use std::io::Write;

use indicatif::ProgressBar;

/// Says something to the person at the terminal. A closed standard error is none of our business.
pub(crate) fn say(message: fmt::Arguments<'_>) {
    let _ = writeln!(std::io::stderr(), "zems: {message}");
}

/// The faults of a run.
#[derive(Debug, Default)]
pub(crate) struct Report {
    good: u64,
    bad: u64,
    bad_bytes: u64,
    /// What items are called: "buffers", "lines".
    items: &'static str,
    /// Kept off the lines that faults take.
    pub(crate) progress: Option<ProgressBar>,
}

impl Report {
    /// Names what is counted.
    pub(crate) fn count(&mut self, items: &'static str) {
        self.items = items;
    }

    pub(crate) const fn is_clean(&self) -> bool {
        self.bad == 0
    }

    /// The number of the next item, from 1.
    pub(crate) const fn next_item(&self) -> u64 {
        self.good + self.bad + 1
    }

    pub(crate) fn good(&mut self) {
        self.good += 1;
    }

    /// Counts and shows a fault.
    pub(crate) fn bad(&mut self, bytes: u64, message: fmt::Arguments<'_>) {
        self.bad += 1;
        self.bad_bytes = self.bad_bytes.saturating_add(bytes);
        match &self.progress {
            Some(progress) => progress.suspend(|| say(message)),
            None => say(message),
        }
    }

    /// Ends the report with the number of faults, if there were any.
    pub(crate) fn close(&mut self) {
        if let Some(progress) = self.progress.take() {
            progress.finish_and_clear();
        }
        if self.bad == 0 {
            return;
        }
        let all = self.good + self.bad;
        let bytes =
            if self.bad_bytes == 0 { String::new() } else { format!(", {} bytes skipped", self.bad_bytes) };
        say(format_args!("{} of {all} {} bad{bytes}", self.bad, self.items));
    }
}
