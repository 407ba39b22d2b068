//! Buffers that came over connections and have not yet arrived where they go, kept in a file for the next run.
//!
//! The file is a header of 16 bytes (magic number, place of the first record that has not arrived) and records: three lengths,
//! the sender, the bytes. It only grows, until everything has arrived or much of it is of no use any more.

use core::time::Duration;
use std::collections::VecDeque;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::Instant;

use crate::Stop;
use crate::terminal::report::say;

const MAGIC: [u8; 8] = *b"ZEMSLSN1";
const HEADER: u64 = 16;
/// Length of the sender's name, of the buffer, and the offset of the buffer in its connection.
const RECORD: usize = 16;
/// The file is written anew when at least this many bytes, and half of the file, have arrived.
const SLACK: u64 = 16 << 20;
/// How often it is noted how far everything has arrived.
const SAVE: Duration = Duration::from_secs(1);
/// No name of a sender is longer.
const LONGEST_NAME: u32 = 1 << 12;

/// The buffers that have not arrived.
#[derive(Debug)]
pub(crate) struct Journal {
    path: PathBuf,
    file: File,
    /// The first record that has not arrived, and the end of the records.
    start: u64,
    end: u64,
    /// For each record, the number of items that must arrive before it has arrived, and where it ends.
    pending: VecDeque<(u64, u64)>,
    saved: Instant,
    _lock: File,
}

/// A buffer that an earlier run has taken.
pub(crate) struct Record {
    pub(crate) peer: String,
    pub(crate) offset: u64,
    pub(crate) bytes: Vec<u8>,
    /// Where the next record is.
    pub(crate) end: u64,
}

impl Journal {
    /// Opens the file, or creates it, and keeps other processes from it.
    pub(crate) fn open(path: &Path) -> Result<Self, Stop> {
        Self::open_file(path).map_err(|error| Stop::Usage(format!("{}: {error}", path.display())))
    }

    fn open_file(path: &Path) -> io::Result<Self> {
        let lock = zems_io::lock(path)?;
        let mut file = private().open(path)?;
        let len = file.metadata()?.len();
        let (mut start, mut end) = (HEADER, HEADER);
        if len < HEADER {
            if len > 0 {
                return Err(wrong());
            }
            file.write_all(&MAGIC)?;
            file.write_all(&HEADER.to_be_bytes())?;
        } else {
            let mut magic = [0; 8];
            file.read_exact(&mut magic)?;
            if magic != MAGIC {
                return Err(wrong());
            }
            let mut place = [0; 8];
            file.read_exact(&mut place)?;
            end = len;
            // A run that was killed while everything was removed has left a place after the end.
            start =
                Some(u64::from_be_bytes(place)).filter(|place| (HEADER..=len).contains(place)).unwrap_or(end);
        }
        let (path, pending, saved) = (path.to_path_buf(), VecDeque::new(), Instant::now());
        Ok(Self { path, file, start, end, pending, saved, _lock: lock })
    }

    /// The records that an earlier run has left. A record that is not whole is removed: its run was killed while it took it.
    pub(crate) fn left(&mut self) -> Result<Records, Stop> {
        let read = || -> io::Result<Records> {
            let mut file = File::open(&self.path)?;
            file.seek(SeekFrom::Start(self.start))?;
            Ok(Records { input: BufReader::new(file), at: self.start })
        };
        let (mut records, mut at) = (read().map_err(|error| self.fault(&error))?, self.start);
        while let Some(record) = records.next().map_err(|error| self.fault(&error))? {
            at = record.end;
        }
        if at < self.end {
            say(format_args!(
                "{}: the last {} bytes are not a whole record and are removed",
                self.path.display(),
                self.end - at
            ));
            self.file.set_len(at).map_err(|error| self.fault(&error))?;
            self.end = at;
        }
        read().map_err(|error| self.fault(&error))
    }

    /// Keeps buffers of one sender; the end of each goes to `ends`.
    pub(crate) fn add(
        &mut self,
        peer: &str,
        buffers: impl Iterator<Item = (u64, impl AsRef<[u8]>)>,
        ends: &mut VecDeque<u64>,
    ) -> Result<(), Stop> {
        let mut records = Vec::new();
        for (offset, bytes) in buffers {
            records.extend(u32::try_from(peer.len()).unwrap_or(u32::MAX).to_be_bytes());
            let bytes = bytes.as_ref();
            records.extend(u32::try_from(bytes.len()).unwrap_or(u32::MAX).to_be_bytes());
            records.extend(offset.to_be_bytes());
            records.extend(peer.as_bytes());
            records.extend(bytes);
            ends.push_back(self.end + u64::try_from(records.len()).unwrap_or(u64::MAX));
        }
        let written = self.file.seek(SeekFrom::Start(self.end)).and_then(|_| self.file.write_all(&records));
        written.map_err(|error| self.fault(&error))?;
        self.end += u64::try_from(records.len()).unwrap_or(u64::MAX);
        Ok(())
    }

    /// Notes that the bytes before `end` have arrived once `handed_on` items have arrived.
    pub(crate) fn reached(&mut self, handed_on: u64, end: u64) {
        match self.pending.back_mut() {
            Some((last, place)) if *last == handed_on => *place = end,
            _ => self.pending.push_back((handed_on, end)),
        }
    }

    /// Whether it is time for [`Journal::save`].
    pub(crate) fn is_due(&self) -> bool {
        self.saved.elapsed() >= SAVE
    }

    /// Notes the number of items that have arrived, and thereby how far the records have.
    pub(crate) fn save(&mut self, arrived: u64) -> Result<(), Stop> {
        self.saved = Instant::now();
        let mut start = self.start;
        while self.pending.front().is_some_and(|(handed_on, _)| *handed_on <= arrived) {
            start = self.pending.pop_front().map_or(start, |(_, end)| end);
        }
        if start == self.start {
            return Ok(());
        }
        self.start = start;
        self.write_start().map_err(|error| self.fault(&error))
    }

    fn write_start(&mut self) -> io::Result<()> {
        if self.start == self.end {
            self.file.set_len(HEADER)?;
            (self.start, self.end) = (HEADER, HEADER);
        } else if self.start - HEADER >= SLACK && self.start >= self.end / 2 {
            return self.write_anew();
        }
        self.file.seek(SeekFrom::Start(8))?;
        self.file.write_all(&self.start.to_be_bytes())
    }

    /// Leaves out the records that have arrived.
    fn write_anew(&mut self) -> io::Result<()> {
        let mut name = self.path.as_os_str().to_owned();
        name.push(".new");
        let name = PathBuf::from(name);
        let mut file = private().truncate(true).open(&name)?;
        file.write_all(&MAGIC)?;
        file.write_all(&HEADER.to_be_bytes())?;
        self.file.seek(SeekFrom::Start(self.start))?;
        io::copy(&mut self.file, &mut file)?;
        fs::rename(&name, &self.path)?;
        let gone = self.start - HEADER;
        self.pending.iter_mut().for_each(|(_, end)| *end -= gone);
        (self.file, self.start, self.end) = (file, HEADER, self.end - gone);
        Ok(())
    }

    fn fault(&self, error: &io::Error) -> Stop {
        Stop::Usage(format!("{}: {error}", self.path.display()))
    }
}

/// Opens or creates a file that only its owner may read: it has the events themselves.
fn private() -> OpenOptions {
    let mut options = File::options();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

fn wrong() -> io::Error {
    io::Error::new(
        io::ErrorKind::InvalidData,
        "is not a state file of `zems listen`; give another name, or remove it",
    )
}

/// Records, in order.
pub(crate) struct Records {
    input: BufReader<File>,
    at: u64,
}

impl Records {
    /// The next whole record.
    pub(crate) fn next(&mut self) -> io::Result<Option<Record>> {
        let Some(header) = self.take(RECORD)? else { return Ok(None) };
        let word = |at: usize| {
            header.get(at..).and_then(<[u8]>::first_chunk).map_or(0, |word| u32::from_be_bytes(*word))
        };
        let offset = header.last_chunk().map_or(0, |offset| u64::from_be_bytes(*offset));
        let (name_len, len) = (word(0), word(4));
        // No buffer is longer than its 16-bit length says.
        if name_len > LONGEST_NAME || len > 0x1_0005 {
            return Ok(None);
        }
        let usize = |len: u32| usize::try_from(len).unwrap_or(usize::MAX);
        let (Some(name), Some(bytes)) = (self.take(usize(name_len))?, self.take(usize(len))?) else {
            return Ok(None);
        };
        self.at += u64::try_from(RECORD).unwrap_or(0) + u64::from(name_len) + u64::from(len);
        let peer = String::from_utf8_lossy(&name).into_owned();
        Ok(Some(Record { peer, offset, bytes, end: self.at }))
    }

    /// The next `len` bytes, if there are as many.
    fn take(&mut self, len: usize) -> io::Result<Option<Vec<u8>>> {
        let mut bytes = Vec::new();
        let most = u64::try_from(len).unwrap_or(u64::MAX);
        Read::by_ref(&mut self.input).take(most).read_to_end(&mut bytes)?;
        Ok((bytes.len() == len).then_some(bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_not_arrived_is_left() {
        let path = std::env::temp_dir().join(format!("zems-journal-{}", std::process::id()));
        let left = |journal: &mut Journal| {
            let (mut records, mut found) = (journal.left().unwrap(), Vec::new());
            while let Some(record) = records.next().unwrap() {
                found.push((record.peer, record.offset, record.bytes));
            }
            found
        };
        let mut ends = VecDeque::new();
        let mut journal = Journal::open(&path).unwrap();
        assert!(Journal::open(&path).is_err(), "it is in use");
        assert!(left(&mut journal).is_empty());
        let buffers: [&[u8]; 3] = [b"one", b"two", b"three"];
        journal.add("tcp://a", (0..).zip(buffers), &mut ends).unwrap();
        (1..).zip(&ends).for_each(|(count, end)| journal.reached(count, *end));
        journal.save(2).unwrap();
        drop(journal);
        let mut journal = Journal::open(&path).unwrap();
        let expected = [("tcp://a".to_owned(), 2, b"three".to_vec())];
        assert_eq!(left(&mut journal), expected);
        drop(journal);
        // Killed while it wrote.
        let whole = fs::read(&path).unwrap();
        fs::write(&path, [&whole[..], &whole[16..40]].concat()).unwrap();
        let mut journal = Journal::open(&path).unwrap();
        assert_eq!(left(&mut journal), expected);
        // Items that have arrived take no space.
        let big = vec![7; 60_000];
        for count in 0..600 {
            ends.clear();
            journal.add("tcp://b", [(0, &big[..])].into_iter(), &mut ends).unwrap();
            journal.reached(count, ends[0]);
            journal.save(count.saturating_sub(1)).unwrap();
        }
        assert!(fs::metadata(&path).unwrap().len() < 34 << 20);
        journal.save(600).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().len(), HEADER);
        drop(journal);
        fs::write(&path, b"{\"version\":2,\"files\":{}}").unwrap();
        assert!(Journal::open(&path).is_err());
        let _ = fs::remove_file(zems_io::lock_of(&path));
        let _ = fs::remove_file(path);
    }
}
