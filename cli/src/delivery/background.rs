//! Threads that send: work is handed to them and waited for, however long that takes; but when the run was asked to end, only
//! for a while.

use core::time::Duration;
use std::sync::mpsc::{SyncSender, TrySendError};
use std::thread::{self, JoinHandle};

use crate::terminal::signals::stopped_for;

/// How long what waits is still tried when the run is to end.
const PATIENCE: Duration = Duration::from_secs(5);
/// A thread notices by itself that its time is over, unless it is in a call that it cannot leave: that is not waited for.
const GRACE: Duration = Duration::from_millis(500);
/// How often a wait looks whether it is over.
const NAP: Duration = Duration::from_millis(1);

/// Whether the run was asked to end so long ago that nothing is tried any more.
pub(crate) fn is_patience_over() -> bool {
    stopped_for().is_some_and(|time| time >= PATIENCE)
}

/// Hands an item to a thread, and waits while its queue is full. `false`: the thread has ended, or is given up.
pub(crate) fn hand_over<T>(queue: &SyncSender<T>, mut item: T) -> bool {
    loop {
        item = match queue.try_send(item) {
            Ok(()) => return true,
            Err(TrySendError::Disconnected(_)) => return false,
            Err(TrySendError::Full(item)) => item,
        };
        if is_given_up() {
            return false;
        }
        thread::sleep(NAP);
    }
}

/// Waits until a thread has ended. `false`: it has panicked, or is given up.
pub(crate) fn join(worker: JoinHandle<()>) -> bool {
    while !worker.is_finished() {
        if is_given_up() {
            return false;
        }
        thread::sleep(NAP);
    }
    worker.join().is_ok()
}

/// Sleeps. `false`: patience has ended before.
pub(crate) fn sleep(time: Duration) -> bool {
    const PIECE: Duration = Duration::from_millis(100);
    let mut left = time;
    while !left.is_zero() && !is_patience_over() {
        let piece = left.min(PIECE);
        thread::sleep(piece);
        left -= piece;
    }
    !is_patience_over()
}

fn is_given_up() -> bool {
    stopped_for().is_some_and(|time| time >= PATIENCE + GRACE)
}
