//! The one queue between the run and a receiver: batches, retries, back-pressure and counters.
//!
//! The run hands items over and continues; it waits when too many items wait. A thread of the queue collects items into a batch,
//! passes them to a [`Receiver`] and keeps every item until the receiver has confirmed it. After a fault the batch is sent again:
//! an item may arrive twice, and is never dropped without a message and a count.
//!
//! Items are settled in the order in which they were handed over. So [`Counters::settled`] is the checkpoint: an input may
//! record a place in its state when every item from before that place is settled.

use core::fmt;
use core::hash::BuildHasher;
use core::sync::atomic::{AtomicU64, Ordering};
use core::time::Duration;
use std::collections::{HashSet, VecDeque};
use std::hash::RandomState;
use std::sync::Arc;
use std::sync::mpsc::{self, RecvTimeoutError, SyncSender};
use std::thread::{self, JoinHandle};
use std::time::Instant;

use crate::Stop;
use crate::delivery::background;
use crate::terminal::metrics::Metric;
use crate::terminal::report::{Progress, say};

/// Items that wait for the thread before the run waits.
const QUEUE: usize = 1024;
/// Confirmed batches after which a batch that a fault has made smaller may grow again; half as many each further time.
const CONFIRMED_BEFORE_GROWTH: u32 = 8;
/// A fault does not make batches smaller than this, or than one item.
const SMALLEST_BATCH: usize = 512;
/// The longest pause after a connection was lost that could be made.
const LONGEST_PAUSE_AFTER_LOSS: Duration = Duration::from_secs(1);
/// Different messages of a receiver that are shown.
const MESSAGES: usize = 100;

/// Takes batches of items to where they go.
pub(crate) trait Receiver: Send + 'static {
    type Item: Send + 'static;

    /// The bytes that an item takes of a batch.
    fn len(item: &Self::Item) -> usize;

    /// Sends an item at once, if items go one by one; [`confirm`](Self::confirm) follows.
    fn put(&mut self, item: &Self::Item) -> Result<Put, Fault> {
        let _ = item;
        Ok(Put::Unconfirmed)
    }

    /// Returns when the receiver has all of these items, each of which has been [`put`](Self::put).
    fn confirm(&mut self, batch: &[Self::Item]) -> Result<Answer, Fault>;

    /// Forgets the connection: after a fault every item of the batch is put again.
    fn reset(&mut self) {}
}

/// An item was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Put {
    /// Nothing is known about its arrival.
    Unconfirmed,
    /// All items before it have arrived, as far as that can be known.
    ConfirmsEarlier,
}

/// A receiver has a batch.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Answer {
    /// Items that it has refused.
    pub(crate) refused: u64,
    /// Its message.
    pub(crate) message: String,
    /// Whether it may have lost the batch.
    pub(crate) is_doubtful: bool,
}

/// A receiver does not have a batch.
#[derive(Debug)]
pub(crate) enum Fault {
    /// It cannot be reached.
    Away(String),
    /// The connection was lost. A smaller batch may get through.
    Lost(String),
    /// It may have the batch, or not.
    Doubtful(String),
    /// It cannot take the batch now, and may say when to try again.
    Later(String, Option<Duration>),
    /// It takes a smaller batch.
    TooLarge(String),
    /// It will never take these items.
    Refused(String),
    /// It will never take the item that was [put](Receiver::put).
    ItemRefused(String),
}

/// How a queue goes about it.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    /// The receiver in messages, without credentials.
    pub(crate) name: String,
    pub(crate) words: Words,
    /// Items of a batch.
    pub(crate) items: usize,
    /// Bytes of a batch.
    pub(crate) bytes: usize,
    /// How long a batch waits for another item.
    pub(crate) quiet: Duration,
    /// How long an item waits for others.
    pub(crate) delay: Duration,
    /// The first pause after a fault; every pause is twice as long as the one before.
    pub(crate) first_pause: Duration,
    pub(crate) longest_pause: Duration,
    /// How long to try without success; `None`: forever.
    pub(crate) retry_for: Option<Duration>,
    /// How long to try to reach a receiver; `None`: forever.
    pub(crate) away_for: Option<Duration>,
    /// The message when a connection is lost for the first time.
    pub(crate) loss_note: Option<&'static str>,
}

/// The words of messages for the items and their outcomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Words {
    Messages,
    Events,
}

impl fmt::Display for Words {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Messages => "messages",
            Self::Events => "events",
        })
    }
}

/// How far sending is.
#[derive(Debug)]
pub(crate) struct Counters {
    words: Words,
    handed_over: AtomicU64,
    delivered: AtomicU64,
    refused: AtomicU64,
    /// Of those delivered, items that may not have arrived.
    doubtful: AtomicU64,
    lost_connections: AtomicU64,
    retries: AtomicU64,
}

impl Counters {
    const fn new(words: Words) -> Self {
        Self {
            words,
            handed_over: AtomicU64::new(0),
            delivered: AtomicU64::new(0),
            refused: AtomicU64::new(0),
            doubtful: AtomicU64::new(0),
            lost_connections: AtomicU64::new(0),
            retries: AtomicU64::new(0),
        }
    }

    /// Items handed over for sending.
    pub(crate) fn handed_over(&self) -> u64 {
        self.handed_over.load(Ordering::Relaxed)
    }

    pub(crate) fn delivered(&self) -> u64 {
        self.delivered.load(Ordering::Acquire)
    }

    pub(crate) fn refused(&self) -> u64 {
        self.refused.load(Ordering::Acquire)
    }

    /// The first items, this many, need not be sent again: they have arrived, or are refused.
    pub(crate) fn settled(&self) -> u64 {
        self.delivered() + self.refused()
    }

    fn settle(&self, delivered: usize, refused: usize) {
        let [delivered, refused] = [delivered, refused].map(|count| u64::try_from(count).unwrap_or(u64::MAX));
        self.delivered.fetch_add(delivered, Ordering::Release);
        self.refused.fetch_add(refused, Ordering::Release);
    }
}

impl fmt::Display for Counters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (delivered, refused) = (self.delivered(), self.refused());
        let waiting = self.handed_over().saturating_sub(delivered + refused);
        let lost = self.lost_connections.load(Ordering::Relaxed);
        match (self.words, refused) {
            (Words::Events, _) => write!(f, "{delivered} taken, {refused} refused, {waiting} waiting"),
            (Words::Messages, 0) => write!(f, "{delivered} sent, {waiting} waiting, {lost} connections lost"),
            (Words::Messages, _) => {
                write!(f, "{delivered} sent, {waiting} waiting, {lost} connections lost, {refused} too long")
            }
        }
    }
}

impl Progress for Counters {
    fn metrics(&self) -> Vec<Metric> {
        let (delivered, refused) = (self.delivered(), self.refused());
        let waiting = self.handed_over().saturating_sub(delivered + refused);
        vec![
            Metric::counter("delivered", "Events that the receiver has confirmed.", delivered),
            Metric::counter("refused", "Events that cannot be delivered.", refused),
            Metric::gauge("waiting", "Events that wait for the receiver.", waiting),
            Metric::counter(
                "lost_connections",
                "Connections to the receiver that were lost.",
                self.lost_connections.load(Ordering::Relaxed),
            ),
            Metric::counter("retries", "Batches that were sent again.", self.retries.load(Ordering::Relaxed)),
        ]
    }
}

enum Entry<T> {
    Item(T),
    /// No more items come for now.
    Flush,
}

/// The end of the queue that the run holds.
pub(crate) struct Queue<T> {
    entries: Option<SyncSender<Entry<T>>>,
    worker: Option<JoinHandle<()>>,
    counters: Arc<Counters>,
    name: String,
}

impl<T: Send + 'static> Queue<T> {
    /// Starts the thread.
    pub(crate) fn start<R: Receiver<Item = T>>(receiver: R, settings: Settings) -> Self {
        let (entries, received) = mpsc::sync_channel(QUEUE);
        let counters = Arc::new(Counters::new(settings.words));
        let name = settings.name.clone();
        let worker = Worker {
            receiver,
            items: VecDeque::new(),
            size: 0,
            put: 0,
            refused_item: None,
            bytes: settings.bytes,
            confirmed: 0,
            grown: 0,
            pause: Duration::ZERO,
            faulty_since: None,
            losses_since_success: 0,
            is_away: false,
            away_since: None,
            said: HashSet::new(),
            counters: Arc::clone(&counters),
            settings,
        };
        let worker = thread::spawn(move || drop(worker.run(&received)));
        Self { entries: Some(entries), worker: Some(worker), counters, name }
    }

    pub(crate) const fn counters(&self) -> &Arc<Counters> {
        &self.counters
    }

    /// Hands an item over. Waits while too many items wait.
    pub(crate) fn send(&mut self, item: T) -> Result<(), Stop> {
        self.counters.handed_over.fetch_add(1, Ordering::Relaxed);
        self.hand_over(Entry::Item(item))
    }

    /// No more items come for now: a batch that waits for more is sent.
    pub(crate) fn flush(&mut self) -> Result<(), Stop> {
        self.hand_over(Entry::Flush)
    }

    fn hand_over(&self, entry: Entry<T>) -> Result<(), Stop> {
        let Some(entries) = &self.entries else { return Ok(()) };
        if background::hand_over(entries, entry) { Ok(()) } else { Err(self.failed()) }
    }

    /// Waits until every item is settled; if the run is asked to end, only for a while.
    pub(crate) fn finish(&mut self) -> Result<(), Stop> {
        self.entries = None;
        // A worker that could not be waited for may have delivered everything all the same.
        if let Some(worker) = self.worker.take() {
            background::join(worker);
        }
        if self.counters.delivered() != self.counters.handed_over() {
            return Err(self.failed());
        }
        match self.counters.doubtful.load(Ordering::Acquire) {
            0 => Ok(()),
            doubtful => Err(Stop::Undelivered(format!(
                "{}: {doubtful} {} may not have arrived: the receiver takes long to end a connection, as a proxy does whose receiver \
                 is gone; compare what it has, or use another way of delivery",
                self.name, self.counters.words
            ))),
        }
    }

    fn failed(&self) -> Stop {
        let all = self.counters.handed_over();
        let left = all.saturating_sub(self.counters.delivered());
        let name = &self.name;
        Stop::Undelivered(match self.counters.words {
            Words::Messages => format!("{name}: {left} messages have not been delivered"),
            Words::Events => format!("{name}: {left} of {all} events not delivered"),
        })
    }
}

struct Worker<R: Receiver> {
    receiver: R,
    /// The unsettled questions, in order.
    items: VecDeque<R::Item>,
    /// The bytes of the items.
    size: usize,
    /// How many of the items have been put on the connection that there is.
    put: usize,
    /// The item at this index is refused, when those before it are settled.
    refused_item: Option<(usize, String)>,
    /// Bytes of a batch for now.
    bytes: usize,
    /// Batches confirmed since the last fault, or since batches have grown.
    confirmed: u32,
    /// How often batches have grown since the last fault.
    grown: u32,
    /// Before the next try.
    pause: Duration,
    /// The first fault since the last success.
    faulty_since: Option<Instant>,
    /// Connections lost since then.
    losses_since_success: u32,
    /// It was said that the receiver cannot be reached.
    is_away: bool,
    /// Since when it has not been reached.
    away_since: Option<Instant>,
    /// Messages that have been shown.
    said: HashSet<String>,
    counters: Arc<Counters>,
    settings: Settings,
}

/// The run is to end, or there was no success for too long.
struct GivenUp;

impl<R: Receiver> Worker<R> {
    fn run(mut self, entries: &mpsc::Receiver<Entry<R::Item>>) -> Result<(), GivenUp> {
        let mut first: Option<Instant> = None;
        loop {
            let wait = match first {
                None => Duration::MAX,
                Some(first) => self.settings.quiet.min(self.settings.delay.saturating_sub(first.elapsed())),
            };
            match receive(entries, wait) {
                Ok(Entry::Item(item)) => {
                    first = first.or_else(|| Some(Instant::now()));
                    self.size = self.size.saturating_add(R::len(&item));
                    self.items.push_back(item);
                    self.put_all()?;
                    if !self.is_full() && self.refused_item.is_none() {
                        continue;
                    }
                }
                Ok(Entry::Flush) | Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return self.settle(),
            }
            self.settle()?;
            first = None;
        }
    }

    /// Sends what goes item by item.
    fn put_all(&mut self) -> Result<(), GivenUp> {
        while self.refused_item.is_none() && self.put < self.items.len() {
            if let Err(fault) = self.put_next() {
                self.fault(self.put + 1, fault)?;
            }
        }
        Ok(())
    }

    fn put_next(&mut self) -> Result<(), Fault> {
        let Some(item) = self.items.get(self.put) else { return Ok(()) };
        match self.receiver.put(item)? {
            Put::Unconfirmed => self.put += 1,
            Put::ConfirmsEarlier => {
                let settled = self.put;
                if settled > 0 {
                    self.succeeded();
                }
                self.forget(settled);
                self.counters.settle(settled, 0);
                self.put = 1;
            }
        }
        Ok(())
    }

    /// Sends everything until it is settled.
    fn settle(&mut self) -> Result<(), GivenUp> {
        while !self.items.is_empty() {
            if let Some((_, reason)) = self.refused_item.take_if(|(at, _)| *at == 0) {
                self.refuse(1, &reason);
                continue;
            }
            let count = self.batch();
            match self.attempt(count) {
                Ok((count, answer)) => self.answered(count, answer),
                Err(fault) => self.fault(count, fault)?,
            }
        }
        Ok(())
    }

    /// Sends the first `count` items and waits until they are confirmed; how many that were then.
    fn attempt(&mut self, count: usize) -> Result<(usize, Answer), Fault> {
        let mut left = count;
        while self.put < left {
            let before = self.items.len();
            self.put_next()?;
            left -= before - self.items.len();
        }
        let answer = self.receiver.confirm(self.items.make_contiguous().get(..left).unwrap_or_default())?;
        Ok((left, answer))
    }

    /// The items of the next batch: one at least.
    fn batch(&self) -> usize {
        let limit =
            self.refused_item.as_ref().map_or(self.settings.items, |(at, _)| self.settings.items.min(*at));
        let mut bytes = 0_usize;
        let fits = self.items.iter().take(limit).take_while(|item| {
            bytes = bytes.saturating_add(R::len(item));
            bytes <= self.bytes
        });
        // The items that were sent on this connection are confirmed together.
        fits.count().max(self.put.min(limit)).max(1)
    }

    fn is_full(&self) -> bool {
        self.items.len() >= self.settings.items || self.size >= self.bytes
    }

    fn answered(&mut self, count: usize, answer: Answer) {
        self.succeeded();
        let refused = usize::try_from(answer.refused).unwrap_or(usize::MAX).min(count);
        self.forget(count);
        self.counters.settle(count - refused, refused);
        if answer.is_doubtful {
            let count = u64::try_from(count).unwrap_or(u64::MAX);
            self.counters.doubtful.fetch_add(count, Ordering::Release);
        }
        let (name, words, message) = (&self.settings.name, self.settings.words, answer.message);
        if refused > 0 {
            say(format_args!("{name}: {refused} of {count} {words} refused: {message}"));
        } else if !message.is_empty() {
            self.say_once(message);
        }
        self.confirmed = self.confirmed.saturating_add(1);
        let wanted = CONFIRMED_BEFORE_GROWTH.checked_shr(self.grown).unwrap_or(0);
        if self.confirmed >= wanted && self.bytes < self.settings.bytes {
            self.bytes = self.bytes.saturating_mul(2).min(self.settings.bytes);
            self.confirmed = 0;
            self.grown += 1;
        }
    }

    /// A smaller batch may get through.
    fn shrink(&mut self) {
        self.bytes = (self.bytes / 2).max(SMALLEST_BATCH);
        (self.confirmed, self.grown) = (0, 0);
    }

    fn succeeded(&mut self) {
        self.away_since = None;
        if core::mem::take(&mut self.is_away) {
            say(format_args!("{}: connected; {}", self.settings.name, self.counters));
        }
        self.faulty_since = None;
        self.losses_since_success = 0;
        self.pause = Duration::ZERO;
    }

    /// Settled items leave the queue.
    fn forget(&mut self, count: usize) {
        let bytes: usize = self.items.drain(..count).map(|item| R::len(&item)).sum();
        self.size = self.size.saturating_sub(bytes);
        self.put = self.put.saturating_sub(count);
        if let Some((at, _)) = &mut self.refused_item {
            *at = at.saturating_sub(count);
        }
    }

    fn refuse(&mut self, count: usize, reason: &str) {
        self.forget(count);
        self.counters.settle(0, count);
        self.say_once(format!("{} refused: {reason}", self.settings.words));
    }

    /// Adapts the next try to a fault of the first `count` items.
    fn fault(&mut self, count: usize, fault: Fault) -> Result<(), GivenUp> {
        if !matches!(fault, Fault::Away(_)) {
            self.away_since = None;
        }
        match fault {
            Fault::ItemRefused(reason) => {
                self.refused_item = Some((self.put, reason));
                Ok(())
            }
            Fault::Refused(reason) => {
                self.refuse(count, &reason);
                self.put = 0;
                Ok(())
            }
            Fault::TooLarge(reason) if count <= 1 => {
                self.refuse(count, &reason);
                Ok(())
            }
            Fault::TooLarge(_) => {
                self.put = 0;
                let sent: usize = self.items.iter().take(count).map(R::len).sum();
                // The receiver's limit does not change: batches stay small.
                self.bytes = sent / 2;
                self.settings.bytes = self.bytes;
                Ok(())
            }
            Fault::Lost(reason) => {
                self.counters.lost_connections.fetch_add(1, Ordering::Relaxed);
                // The same fault again and again is reported the 1st, 2nd, 4th, 8th ... time.
                let losses = self.losses_since_success;
                self.losses_since_success += 1;
                if losses == 0 || self.losses_since_success.is_power_of_two() {
                    say(format_args!("{}: connection lost: {reason}; {}", self.settings.name, self.counters));
                }
                if let Some(note) = self.settings.loss_note.take() {
                    self.say_once(note.to_owned());
                }
                self.shrink();
                // It was there a moment ago.
                let pause = self.pause.min(LONGEST_PAUSE_AFTER_LOSS);
                self.try_again_after(pause, &reason)
            }
            Fault::Doubtful(reason) => {
                say(format_args!("{}: {reason}; {}", self.settings.name, self.counters));
                self.shrink();
                self.try_again_after(Duration::ZERO, &reason)
            }
            Fault::Away(reason) => {
                if !core::mem::replace(&mut self.is_away, true) {
                    say(format_args!("{}: {reason}; trying on; {}", self.settings.name, self.counters));
                }
                self.pause = self.pause.max(self.settings.first_pause);
                let pause = self.pause;
                let since = *self.away_since.get_or_insert_with(Instant::now);
                let limit = self.settings.away_for;
                if limit.is_some_and(|limit| since.elapsed() + pause > limit) {
                    self.say_once(format!("given up: {reason}"));
                    return Err(GivenUp);
                }
                self.try_again_after(pause, &reason)
            }
            Fault::Later(reason, after) => {
                self.pause = self.pause.max(self.settings.first_pause);
                let pause = after.unwrap_or_else(|| jitter(self.pause));
                let (name, words, seconds) = (&self.settings.name, self.settings.words, pause.as_secs_f32());
                say(format_args!("{name}: {reason}; {count} {words} wait, next try in {seconds:.1} s"));
                self.try_again_after(pause, &reason)
            }
        }
    }

    fn try_again_after(&mut self, pause: Duration, reason: &str) -> Result<(), GivenUp> {
        self.receiver.reset();
        self.put = 0;
        self.counters.retries.fetch_add(1, Ordering::Relaxed);
        self.pause = (self.pause * 2).clamp(self.settings.first_pause, self.settings.longest_pause);
        let begun = *self.faulty_since.get_or_insert_with(Instant::now);
        let left =
            self.settings.retry_for.map_or(pause, |limit| limit.saturating_sub(begun.elapsed()).min(pause));
        if background::sleep(left) && (left == pause) {
            return Ok(());
        }
        if !background::is_patience_over() {
            self.say_once(format!("given up: {reason}"));
        }
        Err(GivenUp)
    }

    fn say_once(&mut self, message: String) {
        if self.said.len() < MESSAGES && !self.said.contains(&message) {
            say(format_args!("{}: {message}", self.settings.name));
            self.said.insert(message);
        }
    }
}

/// The next entry, within this time.
fn receive<T>(entries: &mpsc::Receiver<T>, wait: Duration) -> Result<T, RecvTimeoutError> {
    if wait == Duration::MAX {
        return entries.recv().map_err(|_| RecvTimeoutError::Disconnected);
    }
    entries.recv_timeout(wait)
}

/// Between half of a pause and all of it, so that not all senders come back at once.
fn jitter(pause: Duration) -> Duration {
    let random = RandomState::new().hash_one(pause) % 1000;
    pause / 2 + pause * u32::try_from(random).unwrap_or(0) / 2000
}
