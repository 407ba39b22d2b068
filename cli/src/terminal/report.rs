//! Messages on standard error: faults one by one, their number at the end.

use core::sync::atomic::{AtomicU64, Ordering};
use std::fmt;
use std::io::{IsTerminal, Write};
use std::sync::{Arc, OnceLock};

use crate::Stop;
use crate::input::listen::CONNECTIONS;
use crate::terminal::escape::{self, Lines, escaped};
use crate::terminal::metrics::Metric;
use crate::terminal::output::{self, Color};
use crate::terminal::progress::ProgressLine;
use crate::terminal::signals;

/// Writes a message of one line to standard error, after the output that it follows. A closed standard error is none of our
/// business.
pub(crate) fn say(message: fmt::Arguments<'_>) {
    write(format_args!("zems: {}\n", escaped(&message.to_string(), Lines::One)));
}

/// The same for an explanation of a filter, which has several lines; its verdicts are coloured.
pub(crate) fn say_verdicts(message: fmt::Arguments<'_>, color: Color) {
    let text = message.to_string();
    let text = escaped(&text, Lines::Many);
    if color.is_on_for(&std::io::stderr()) {
        write(format_args!("zems: {}\n", escape::colored_verdicts(&text)));
    } else {
        write(format_args!("zems: {text}\n"));
    }
}

/// Shows diagnostics, in colours on a terminal.
pub(crate) fn show(diagnostics: &dyn fmt::Display) {
    write(format_args!("{}", shown(diagnostics, &std::io::stderr())));
}

/// Diagnostics as they are shown on a stream: escaped, in colours on a terminal.
pub(crate) fn shown(diagnostics: &dyn fmt::Display, stream: &impl anstream::stream::RawStream) -> String {
    let text = diagnostics.to_string();
    let text = escaped(&text, Lines::Many);
    if !output::is_colored(stream) {
        return text.into_owned();
    }
    output::let_colors_pass();
    escape::colored(&text)
}

fn write(text: fmt::Arguments<'_>) {
    if output::is_shared() {
        // A fault of standard output is reported by whoever writes there.
        let _ = output::flush_stdout();
    }
    let _ = std::io::stderr().write_all(text.to_string().as_bytes());
}

/// The number of errors, in words.
pub(crate) fn errors(count: usize) -> String {
    format!("{count} error{}", if count == 1 { "" } else { "s" })
}

/// The progress, readable while the run continues.
#[derive(Debug, Default)]
pub(crate) struct Counters {
    good: AtomicU64,
    bad: AtomicU64,
    /// Tokens that no definition knows.
    unknown_tokens: AtomicU64,
    /// Times that lines may have been lost.
    losses: AtomicU64,
    /// Inputs that could not be read, or not to their end.
    unread: AtomicU64,
    sending: OnceLock<Arc<dyn Progress>>,
    items: OnceLock<&'static str>,
}

impl Counters {
    pub(crate) fn add_unknown_tokens(&self, count: u64) {
        self.unknown_tokens.fetch_add(count, Ordering::Relaxed);
    }

    /// Counts and shows an input that cannot be read, or not to its end.
    pub(crate) fn unread(&self, message: fmt::Arguments<'_>) {
        self.unread.fetch_add(1, Ordering::Relaxed);
        say(message);
    }

    /// Notes that lines may have been lost.
    pub(crate) fn lose(&self) {
        self.losses.fetch_add(1, Ordering::Relaxed);
    }

    /// All numbers, for a collector.
    pub(crate) fn metrics(&self) -> Vec<Metric> {
        let counter =
            |name, help, count: &AtomicU64| Metric::counter(name, help, count.load(Ordering::Relaxed));
        let mut metrics = vec![
            counter("buffers_good", "Buffers read.", &self.good),
            counter("buffers_bad", "Regions of the input that are not buffers.", &self.bad),
            counter("unknown_tokens", "Tokens that no definition names.", &self.unknown_tokens),
            counter("losses", "Times that input may have been lost.", &self.losses),
        ];
        metrics.extend(self.sending.get().map(|sending| sending.metrics()).unwrap_or_default());
        metrics.extend(CONNECTIONS.get().map(|connections| connections.metrics()).unwrap_or_default());
        metrics
    }

    /// Shows how far sending is, too.
    pub(crate) fn show<P: Progress>(&self, sending: &Arc<P>) {
        let _ = self.sending.set(Arc::<P>::clone(sending));
    }
}

/// How far sending is.
pub(crate) trait Progress: fmt::Debug + fmt::Display + Send + Sync + 'static {
    /// The numbers, for a collector.
    fn metrics(&self) -> Vec<Metric>;
}

impl fmt::Display for Counters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [good, bad, unknown] =
            [&self.good, &self.bad, &self.unknown_tokens].map(|counter| counter.load(Ordering::Relaxed));
        let items = self.items.get().copied().unwrap_or("items");
        write!(f, "{good} {items} good, {bad} bad, {unknown} unknown tokens")?;
        if self.losses.load(Ordering::Relaxed) > 0 {
            f.write_str("; lines may be lost")?;
        }
        self.sending.get().map_or(Ok(()), |sending| write!(f, "; {sending}"))
    }
}

/// The faults of a run.
#[derive(Debug, Default)]
pub(crate) struct Report {
    counters: Arc<Counters>,
    bad_bytes: u64,
    is_service: bool,
    /// Inputs that were opened.
    opened: u64,
    /// Inputs there are.
    pub(crate) inputs: u64,
    /// Kept off the lines that faults take.
    pub(crate) progress: Option<ProgressLine>,
}

impl Report {
    /// Names what is counted.
    pub(crate) fn count(&mut self, items: &'static str) {
        let _ = self.counters.items.set(items);
    }

    pub(crate) fn counters(&self) -> &Arc<Counters> {
        &self.counters
    }

    /// Whether the run is one that counters are shown of.
    pub(crate) const fn is_service(&self) -> bool {
        self.is_service
    }

    /// The run may last: it shows its counters when asked and at its end, and ends in good order when asked to.
    pub(crate) fn serve(&mut self) -> Result<(), Stop> {
        if !self.is_service {
            self.is_service = true;
            signals::watch(Arc::clone(&self.counters))?;
        }
        Ok(())
    }

    /// Whether all was good so far.
    pub(crate) fn is_clean(&self) -> bool {
        self.bad_count() == 0 && self.unread_count() == 0 && self.counters.losses.load(Ordering::Relaxed) == 0
    }

    /// Counts an input that can be read.
    pub(crate) fn opened(&mut self) {
        self.opened += 1;
    }

    /// Counts and shows an input that cannot be read, or not to its end.
    pub(crate) fn unread(&mut self, message: fmt::Arguments<'_>) {
        if let Some(progress) = &self.progress {
            progress.clear();
        }
        self.counters.unread(message);
    }

    fn unread_count(&self) -> u64 {
        self.counters.unread.load(Ordering::Relaxed)
    }

    /// Ends a run that has found no input to read.
    pub(crate) fn check_inputs(&self) -> Result<(), Stop> {
        if self.opened == 0 && self.unread_count() > 0 { Err(Stop::NoInput) } else { Ok(()) }
    }

    fn bad_count(&self) -> u64 {
        self.counters.bad.load(Ordering::Relaxed)
    }

    fn all(&self) -> u64 {
        self.counters.good.load(Ordering::Relaxed) + self.bad_count()
    }

    /// The number of the next item, from 1.
    pub(crate) fn next_item(&self) -> u64 {
        self.all() + 1
    }

    pub(crate) fn good(&mut self) {
        self.counters.good.fetch_add(1, Ordering::Relaxed);
    }

    /// Counts items that were passed over.
    pub(crate) fn pass(&mut self, count: usize) {
        self.counters.good.fetch_add(u64::try_from(count).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    /// Counts and shows a fault.
    pub(crate) fn bad(&mut self, bytes: u64, message: fmt::Arguments<'_>) {
        self.counters.bad.fetch_add(1, Ordering::Relaxed);
        self.bad_bytes = self.bad_bytes.saturating_add(bytes);
        if let Some(progress) = &self.progress {
            progress.clear();
        }
        say(message);
    }

    /// Ends the report with the number of faults, if there were any.
    pub(crate) fn close(&mut self) {
        if let Some(progress) = self.progress.take() {
            progress.clear();
        }
        if self.is_service {
            say(format_args!("{}", self.counters));
        }
        let unread = self.unread_count();
        if unread > 0 && unread + self.opened > 1 {
            let all = unread.max(self.opened).max(self.inputs);
            say(format_args!("{unread} of {all} inputs could not be read"));
        }
        let is_empty = self.opened > 0 && self.all() == 0 && self.is_clean();
        if is_empty && !self.is_service && std::io::stderr().is_terminal() {
            let items = self.counters.items.get().copied().unwrap_or("items");
            let inputs = if self.opened == 1 { "the input has" } else { "the inputs have" };
            say(format_args!("{inputs} no {items}"));
        }
        if !self.is_service && !self.is_clean() {
            let skipped = self.bad_bytes;
            let bytes = if skipped == 0 { String::new() } else { format!(", {skipped} bytes skipped") };
            let items = self.counters.items.get().copied().unwrap_or("items");
            if self.bad_count() > 0 {
                say(format_args!("{} of {} {items} were bad{bytes}", self.bad_count(), self.all()));
            }
        }
    }
}
