//! Pipes and devices, read in the background, so that it is known when there is nothing to read for now.

use core::time::Duration;
use std::fs::File;
use std::io::{self, Read};
use std::path::PathBuf;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, SyncSender, TryRecvError};
use std::thread;

use crate::open::unpack;

const PIECE: usize = 1 << 16;
/// Pieces that are read ahead.
const AHEAD: usize = 4;

/// An input that only gives its bytes once.
#[derive(Debug)]
pub(super) struct Pipe {
    pieces: Receiver<io::Result<Vec<u8>>>,
    bytes: Vec<u8>,
    taken: usize,
    is_over: bool,
    failed: Option<io::Error>,
}

impl Pipe {
    /// Standard input, for `-`, or a named pipe, which after the end of a writer waits for the next if `follows`.
    pub(super) fn new(path: PathBuf, follows: bool) -> Self {
        let (sender, pieces) = mpsc::sync_channel(AHEAD);
        thread::spawn(move || {
            if let Err(error) = feed(&path, follows, &sender) {
                let _ = sender.send(Err(error));
            }
        });
        Self { pieces, bytes: Vec::new(), taken: 0, is_over: false, failed: None }
    }

    pub(super) fn would_wait(&mut self) -> bool {
        if self.taken < self.bytes.len() || self.is_over || self.failed.is_some() {
            return false;
        }
        match self.pieces.try_recv() {
            Ok(Ok(bytes)) => (self.bytes, self.taken) = (bytes, 0),
            Ok(Err(error)) => self.failed = Some(error),
            Err(TryRecvError::Disconnected) => self.is_over = true,
            Err(TryRecvError::Empty) => return true,
        }
        false
    }

    pub(super) fn read(
        &mut self,
        space: &mut [u8],
        poll: Duration,
        stop: &dyn Fn() -> bool,
    ) -> io::Result<usize> {
        while self.taken == self.bytes.len() {
            if let Some(error) = self.failed.take() {
                return Err(error);
            }
            if self.is_over || stop() {
                return Ok(0);
            }
            match self.pieces.recv_timeout(poll) {
                Ok(piece) => (self.bytes, self.taken) = (piece?, 0),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => self.is_over = true,
            }
        }
        let rest = self.bytes.get(self.taken..).unwrap_or_default();
        let count = rest.len().min(space.len());
        space.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
        self.taken += count;
        Ok(count)
    }
}

fn feed(path: &PathBuf, follows: bool, sender: &SyncSender<io::Result<Vec<u8>>>) -> io::Result<()> {
    if path.as_os_str() == "-" {
        return pieces(&mut unpack(io::stdin())?.into_bytes(), sender).map(drop);
    }
    loop {
        // Opening a named pipe waits for a writer.
        let is_wanted = pieces(&mut unpack(File::open(path)?)?.into_bytes(), sender)?;
        if !is_wanted || !follows {
            return Ok(());
        }
    }
}

/// Hands over everything. `false`: nobody reads any more.
fn pieces(input: &mut dyn Read, sender: &SyncSender<io::Result<Vec<u8>>>) -> io::Result<bool> {
    loop {
        let mut bytes = vec![0; PIECE];
        let count = match input.read(&mut bytes) {
            Ok(0) => return Ok(true),
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        bytes.truncate(count);
        if sender.send(Ok(bytes)).is_err() {
            return Ok(false);
        }
    }
}
