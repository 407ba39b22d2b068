//! Being told: to stop, and to say how far one is.

use core::sync::atomic::{AtomicBool, Ordering};
use core::time::Duration;
use std::sync::{Arc, OnceLock};
use std::time::Instant;

use crate::Stop;
use crate::terminal::report::Counters;

/// Set when the run is to end: SIGINT or SIGTERM has come.
static STOP: AtomicBool = AtomicBool::new(false);
/// When that was.
static STOPPED: OnceLock<Instant> = OnceLock::new();

/// Whether the run is to end as soon as what is at hand is done.
pub(crate) fn asked_to_stop() -> bool {
    STOP.load(Ordering::Relaxed)
}

/// How long ago the run was asked to end; `None` if it was not.
pub(crate) fn stopped_for() -> Option<Duration> {
    STOPPED.get().map(Instant::elapsed)
}

/// From here on SIGUSR1 shows the counters, SIGINT and SIGTERM end the run in good order, a second of them at once.
#[cfg(unix)]
pub(crate) fn watch(counters: Arc<Counters>) -> Result<(), Stop> {
    use signal_hook::consts::{SIGINT, SIGTERM, SIGUSR1};

    let mut signals = signal_hook::iterator::Signals::new([SIGINT, SIGTERM, SIGUSR1])?;
    std::thread::spawn(move || {
        for signal in &mut signals {
            if signal != SIGUSR1 {
                STOPPED.get_or_init(Instant::now);
            }
            match signal {
                SIGUSR1 => crate::terminal::report::say(format_args!("{counters}")),
                _ if STOP.swap(true, Ordering::Relaxed) => {
                    let _ = signal_hook::low_level::emulate_default_handler(signal);
                }
                _ => {}
            }
        }
    });
    Ok(())
}

/// Other systems have no such signals.
#[cfg(not(unix))]
pub(crate) fn watch(_: Arc<Counters>) -> Result<(), Stop> {
    Ok(())
}
