//! How far each input has been read, kept in a file.

use core::time::Duration;
use std::collections::{BTreeMap, VecDeque};
use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{self, Path, PathBuf};
use std::time::Instant;

use fs4::{FileExt, TryLockError};
use serde_json::{Value as Json, json};

use super::mark::Mark;
use super::plan::Known;
use crate::output::WholeFile;

/// How often the state is written while there is always more to read.
const SAVE: Duration = Duration::from_secs(1);
/// When it is written first, and after twice that time the next time: runs that are killed soon make progress too.
const FIRST_SAVE: Duration = Duration::from_millis(50);
const VERSION: u64 = 2;

/// How far each input has been read, kept in a file that only one process uses at a time.
#[derive(Debug)]
pub struct State {
    path: PathBuf,
    /// By [`key`].
    files: BTreeMap<String, Known>,
    saved: Instant,
    /// How long after that it is written again.
    interval: Duration,
    /// Positions that are reached once this many items have arrived where they go.
    pending: VecDeque<(u64, PathBuf, Known)>,
    /// Held as long as the state is.
    _lock: File,
}

impl State {
    /// Reads the state, if there is one yet, and keeps other processes from it.
    ///
    /// # Errors
    ///
    /// It cannot be read, is not a state, or another process has it: the message says which.
    pub fn load(path: &Path) -> io::Result<Self> {
        let lock = lock(path)?;
        let mut files = BTreeMap::new();
        match fs::read(path) {
            Ok(text) => {
                let wrong = || {
                    let error = "is not a state file of zems; remove it to read from the start";
                    io::Error::new(io::ErrorKind::InvalidData, error)
                };
                let json: Json = serde_json::from_slice(&text).map_err(|_| wrong())?;
                for (file, entry) in json["files"].as_object().ok_or_else(wrong)? {
                    let known = match json["version"].as_u64() {
                        Some(1) => {
                            let mut file = File::open(file).ok();
                            let mark = Mark::from_version_1(entry, file.as_mut()).ok_or_else(wrong)?;
                            Known { current: Some(mark), seen: Vec::new() }
                        }
                        Some(VERSION) => {
                            let current = Some(&entry["current"]).filter(|mark| !mark.is_null());
                            let current = current.map(|mark| Mark::from_json(mark).ok_or_else(wrong));
                            let seen = entry["beside"].as_array().ok_or_else(wrong)?;
                            let seen = seen.iter().map(|mark| Mark::from_json(mark).ok_or_else(wrong));
                            Known { current: current.transpose()?, seen: seen.collect::<io::Result<_>>()? }
                        }
                        _ => return Err(wrong()),
                    };
                    // Paths of the first version are as they were typed.
                    files.insert(key(Path::new(file)), known);
                }
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
        let (path, saved) = (path.to_path_buf(), Instant::now());
        Ok(Self { path, files, saved, interval: FIRST_SAVE, pending: VecDeque::new(), _lock: lock })
    }

    /// The known facts about an input.
    #[must_use]
    pub fn known(&self, path: &Path) -> Option<&Known> {
        self.files.get(&key(path))
    }

    /// Notes the position of `path` that is dealt with once `handed_on` items have arrived.
    pub fn reached(&mut self, handed_on: u64, path: &Path, known: Known) {
        match self.pending.back_mut() {
            Some((last, file, at)) if *last == handed_on && file == path => *at = known,
            _ => self.pending.push_back((handed_on, path.to_path_buf(), known)),
        }
    }

    /// Whether it is time to write the state.
    #[must_use]
    pub fn is_due(&self) -> bool {
        self.saved.elapsed() >= self.interval
    }

    /// Writes the positions of the inputs that are dealt with once `arrived` items have arrived.
    ///
    /// # Errors
    ///
    /// The file cannot be written; then it has its old content.
    pub fn save(&mut self, arrived: u64) -> io::Result<()> {
        self.saved = Instant::now();
        self.interval = (self.interval * 2).min(SAVE);
        let mut is_new = false;
        while self.pending.front().is_some_and(|(handed_on, ..)| *handed_on <= arrived) {
            let Some((_, path, known)) = self.pending.pop_front() else { break };
            let key = key(&path);
            is_new |= self.files.get(&key) != Some(&known);
            self.files.insert(key, known);
        }
        if !is_new {
            return Ok(());
        }
        let files: serde_json::Map<_, _> = self
            .files
            .iter()
            .map(|(file, known)| {
                let beside: Vec<_> = known.seen.iter().map(Mark::json).collect();
                let current = known.current.as_ref().map(Mark::json);
                (file.clone(), json!({ "current": current, "beside": beside }))
            })
            .collect();
        let mut file = WholeFile::create(&self.path)?;
        writeln!(file, "{:#}", json!({ "version": VERSION, "files": files }))?;
        file.commit()
    }
}

/// The name of the file that is locked while a state is in use.
#[must_use]
pub fn lock_of(state: &Path) -> PathBuf {
    let mut name = state.as_os_str().to_owned();
    name.push(".lock");
    PathBuf::from(name)
}

/// Locks a state until the file that is returned is dropped. The lock is a file of its own, as the state is replaced when it is written; it holds the number of the process
/// and stays where it is.
///
/// # Errors
///
/// Another process has it, which the message says, or the file cannot be written.
pub fn lock(path: &Path) -> io::Result<File> {
    let name = lock_of(path);
    let mut file = File::options().read(true).write(true).create(true).truncate(false).open(&name)?;
    match FileExt::try_lock(&file) {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            let mut holder = String::new();
            Read::by_ref(&mut file).take(20).read_to_string(&mut holder)?;
            let holder = holder.trim();
            let error = format!(
                "is in use by {}: end it, or give each run a state of its own",
                if holder.is_empty() { "another process".to_owned() } else { format!("process {holder}") }
            );
            return Err(io::Error::new(io::ErrorKind::WouldBlock, error));
        }
        Err(TryLockError::Error(error)) => return Err(error),
    }
    file.set_len(0)?;
    file.seek(SeekFrom::Start(0))?;
    writeln!(file, "{}", std::process::id())?;
    Ok(file)
}

/// The same for every spelling of a path. The last name stays as it is: if that is a link, it is the name that is followed,
/// whatever file it leads to, and the name has to be the same while there is no file.
fn key(path: &Path) -> String {
    let path = path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
    let directory = path.parent().and_then(|directory| fs::canonicalize(directory).ok());
    let resolved = directory.zip(path.file_name()).map(|(directory, name)| directory.join(name));
    resolved.unwrap_or(path).display().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_due_soon_at_first_and_every_second_later() {
        let path = std::env::temp_dir().join(format!("zems-io-due-{}", std::process::id()));
        let mut state = State::load(&path).unwrap();
        let mut waits = Vec::new();
        for _ in 0..7 {
            state.saved = Instant::now().checked_sub(state.interval).unwrap();
            assert!(state.is_due());
            waits.push(state.interval.as_millis());
            state.save(0).unwrap();
            state.saved += SAVE;
            assert!(!state.is_due());
        }
        assert_eq!(waits, [50, 100, 200, 400, 800, 1000, 1000]);
        fs::remove_file(lock_of(&path)).unwrap();
    }
}
