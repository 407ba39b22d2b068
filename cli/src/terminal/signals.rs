//! Signals: requests to stop, and to report progress.

use core::sync::atomic::{AtomicBool, Ordering};
use core::time::Duration;
use std::sync::{Arc, OnceLock};
use std::time::Instant;

use crate::Stop;
use crate::terminal::report::Counters;

/// Set when the run is to end: SIGINT or SIGTERM has come.
static STOP: AtomicBool = AtomicBool::new(false);
/// Set when SIGINT and SIGTERM end the run in good order.
static IS_SERVICE: AtomicBool = AtomicBool::new(false);
/// When it was set that the run is to end.
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

    IS_SERVICE.store(true, Ordering::Relaxed);
    let mut signals = signal_hook::iterator::Signals::new([SIGINT, SIGTERM, SIGUSR1])?;
    std::thread::spawn(move || {
        for signal in &mut signals {
            if signal != SIGUSR1 {
                STOPPED.get_or_init(Instant::now);
            }
            match signal {
                SIGUSR1 => crate::terminal::report::say(format_args!("{counters}")),
                _ if STOP.swap(true, Ordering::Relaxed) => {
                    zems_io::remove_unfinished();
                    let _ = signal_hook::low_level::emulate_default_handler(signal);
                }
                _ => {}
            }
        }
    });
    Ok(())
}

/// From here on a signal that ends the program removes the files that are being written.
#[cfg(unix)]
pub(crate) fn remove_unfinished() -> Result<(), Stop> {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};

    static IS_WATCHED: AtomicBool = AtomicBool::new(false);
    if IS_WATCHED.swap(true, Ordering::Relaxed) {
        return Ok(());
    }
    let mut signals = signal_hook::iterator::Signals::new([SIGHUP, SIGINT, SIGTERM])?;
    std::thread::spawn(move || {
        for signal in &mut signals {
            // A run that ends in good order puts its files in their place, or removes them, by itself.
            if IS_SERVICE.load(Ordering::Relaxed) && signal != SIGHUP {
                continue;
            }
            zems_io::remove_unfinished();
            let _ = signal_hook::low_level::emulate_default_handler(signal);
        }
    });
    Ok(())
}

/// Other systems have no such signals.
#[cfg(not(unix))]
pub(crate) fn remove_unfinished() -> Result<(), Stop> {
    Ok(())
}

/// Other systems have no such signals.
#[cfg(not(unix))]
pub(crate) fn watch(_: Arc<Counters>) -> Result<(), Stop> {
    Ok(())
}
