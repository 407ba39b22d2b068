//! Files that grow: read on at their end, across rotations, and from where the last run stopped.

use core::time::Duration;
use std::collections::{BTreeMap, VecDeque};
use std::fs::{self, File, Metadata};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{self, Path, PathBuf};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, SyncSender, TryRecvError};
use std::thread;
use std::time::Instant;

use serde_json::{Value as Json, json};

use crate::Stop;
use crate::terminal::named;
use crate::terminal::report::say;
use crate::terminal::signals::asked_to_stop;

/// How often a file that has not grown is looked at again.
const POLL: Duration = Duration::from_millis(200);
/// How often the state is written while there is always more to read.
const SAVE: Duration = Duration::from_secs(1);
const PIECE: usize = 1 << 16;
/// Pieces that are read ahead.
const AHEAD: usize = 4;
/// Bytes at the front of a file that it is known by.
const FRONT: u64 = 256;

#[derive(Clone, Debug, Default, clap::Args)]
#[group(skip)]
#[command(next_help_heading = "Following")]
pub(crate) struct Args {
    /// At the end of the file wait for more, as `tail -F` does, across rotation and truncation. SIGINT or SIGTERM ends the run
    /// in good order, SIGUSR1 shows the counters.
    #[arg(long)]
    pub(crate) follow: bool,
    /// Keep in this file how far the input has been dealt with, and go on there the next time, in a rotated file too. Nothing is
    /// left out; after a crash the last second may come twice. What an earlier run has written to `-o` stays. An input goes by
    /// its name and its directory, however the path to that is spelled.
    #[arg(long, value_name = "FILE")]
    pub(crate) state: Option<PathBuf>,
}

impl Args {
    /// Whether the run is one of a series, or may go on for ever.
    pub(crate) const fn is_service(&self) -> bool {
        self.follow || self.state.is_some()
    }

    /// Refuses what cannot be followed or gone on with.
    pub(crate) fn check(&self, inputs: &[PathBuf]) -> Result<(), Stop> {
        if self.follow && inputs.len() > 1 {
            return Err(Stop::Usage("--follow reads one file: follow each of several by itself".to_owned()));
        }
        let is_pipe = |input: &PathBuf| {
            let is_other = |metadata: Metadata| !metadata.is_file() && !metadata.is_dir();
            input.as_os_str() == "-" || fs::metadata(input).is_ok_and(is_other)
        };
        if self.state.is_some() && inputs.iter().any(is_pipe) {
            return Err(Stop::Usage("--state is for files: how far a pipe was read helps nobody".to_owned()));
        }
        Ok(())
    }
}

/// What tells one file from another that has taken its name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Identity {
    device: u64,
    inode: u64,
}

impl Identity {
    #[cfg(unix)]
    fn of(metadata: &Metadata) -> Self {
        use std::os::unix::fs::MetadataExt;
        Self { device: metadata.dev(), inode: metadata.ino() }
    }

    /// Without such numbers a file is known by its name and its front.
    #[cfg(not(unix))]
    fn of(_: &Metadata) -> Self {
        Self::default()
    }
}

/// Where in which file something stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) file: Identity,
    pub(crate) offset: u64,
}

/// An input that is read in the background, so that its reader knows when there is nothing to read for now.
pub(crate) struct Tail {
    pieces: Receiver<Piece>,
    bytes: Vec<u8>,
    taken: usize,
    next: Option<Piece>,
    is_over: bool,
    is_growing: bool,
    /// What people call the input.
    name: String,
}

enum Piece {
    /// Another file, or the same from another place: what follows is of it.
    File {
        name: String,
        place: Place,
    },
    Bytes(Vec<u8>),
    Failed(io::Error),
}

impl Tail {
    /// Reads `path`, first what is left of earlier files.
    pub(crate) fn new(path: &Path, starts: Vec<(PathBuf, u64)>, args: &Args) -> Self {
        // What standard input has handed over at its end is all there will be.
        let (follows, is_growing) = (args.follow, args.is_service() && path.as_os_str() != "-");
        let (sender, pieces) = mpsc::sync_channel(AHEAD);
        let (name, path) = (name(path), path.to_path_buf());
        thread::spawn(move || {
            let source = Source { path, follows, sender };
            if let Err(Ended::Failed(error)) = source.run(starts) {
                let _ = source.sender.send(Piece::Failed(error));
            }
        });
        Self { pieces, bytes: Vec::new(), taken: 0, next: None, is_over: false, is_growing, name }
    }

    /// Waits for the next file: what people call it, and where reading it begins. `None`: there is none.
    pub(crate) fn next_file(&mut self) -> Option<(String, Place)> {
        loop {
            match self.next.take().or_else(|| self.receive())? {
                Piece::File { name, place } => return Some((name, place)),
                Piece::Bytes(_) => {}
                failed @ Piece::Failed(_) => {
                    self.next = Some(failed);
                    return Some((self.name.clone(), Place::default()));
                }
            }
        }
    }

    /// After the end of a file: whether more may come, the next time or later, so that what is unfinished is no fault.
    pub(crate) fn goes_on(&self) -> bool {
        self.next.is_none() && (self.is_growing || asked_to_stop())
    }

    /// Whether a read would have to wait.
    pub(crate) fn is_quiet(&mut self) -> bool {
        if self.taken < self.bytes.len() || self.next.is_some() || self.is_over {
            return false;
        }
        match self.pieces.try_recv() {
            Ok(piece) => self.next = Some(piece),
            Err(TryRecvError::Empty) => return true,
            Err(TryRecvError::Disconnected) => self.is_over = true,
        }
        false
    }

    /// The next piece; `None` at the end of all, or when the run is to end.
    fn receive(&mut self) -> Option<Piece> {
        while !self.is_over && !asked_to_stop() {
            match self.pieces.recv_timeout(POLL) {
                Ok(piece) => return Some(piece),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => self.is_over = true,
            }
        }
        None
    }
}

/// Ends where the file ends: at the end of all, and where another file follows.
impl Read for Tail {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        while self.taken == self.bytes.len() {
            match self.next.take().or_else(|| self.receive()) {
                None => return Ok(0),
                Some(Piece::Bytes(bytes)) => (self.bytes, self.taken) = (bytes, 0),
                Some(Piece::Failed(error)) => return Err(named::at(&self.name, &error)),
                Some(file @ Piece::File { .. }) => {
                    self.next = Some(file);
                    return Ok(0);
                }
            }
        }
        let rest = self.bytes.get(self.taken..).unwrap_or_default();
        let count = rest.len().min(room.len());
        room.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
        self.taken += count;
        Ok(count)
    }
}

fn name(path: &Path) -> String {
    if path.as_os_str() == "-" { "standard input".to_owned() } else { path.display().to_string() }
}

/// Reads in the background.
struct Source {
    path: PathBuf,
    follows: bool,
    sender: SyncSender<Piece>,
}

enum Ended {
    /// Nobody reads any more.
    Unwanted,
    Failed(io::Error),
}

impl From<io::Error> for Ended {
    fn from(error: io::Error) -> Self {
        Self::Failed(error)
    }
}

impl Source {
    fn run(&self, starts: Vec<(PathBuf, u64)>) -> Result<(), Ended> {
        if self.path.as_os_str() == "-" {
            self.send(Piece::File { name: name(&self.path), place: Place::default() })?;
            return self.to_end(&mut io::stdin().lock()).map(drop);
        }
        let (last, earlier) = match starts.split_last() {
            Some((last, earlier)) => (last.1, earlier),
            None => (0, &[][..]),
        };
        for (path, start) in earlier {
            let (mut file, _) = self.open(path, *start)?;
            self.to_end(&mut file)?;
        }
        let (mut start, mut is_told) = (last, false);
        let mut at;
        loop {
            let (mut file, metadata) = match self.open(&self.path, start) {
                Err(Ended::Failed(error)) if self.follows && error.kind() == io::ErrorKind::NotFound => {
                    if !is_told {
                        say(format_args!("{}: is not there; waiting for it", self.path.display()));
                        is_told = true;
                    }
                    self.pause()?;
                    continue;
                }
                opened => opened?,
            };
            (is_told, at) = (false, start);
            loop {
                at += self.to_end(&mut file)?;
                if !self.follows {
                    return Ok(());
                }
                match self.what_next(&metadata, at) {
                    Next::Wait => self.pause()?,
                    Next::Gone => {
                        // What was written between the last look and the rotation.
                        self.to_end(&mut file)?;
                        for path in rotated_since(&self.path, &file.metadata()?) {
                            self.to_end(&mut self.open(&path, 0)?.0)?;
                        }
                        break;
                    }
                    Next::Truncated => {
                        say(format_args!(
                            "{}: the file is shorter now: it is read from its start",
                            self.path.display()
                        ));
                        break;
                    }
                }
            }
            start = 0;
        }
    }

    fn what_next(&self, opened: &Metadata, at: u64) -> Next {
        match fs::metadata(&self.path) {
            // Until something is in the new file, whoever writes may still have the old one open.
            Ok(now) if Identity::of(&now) != Identity::of(opened) && !(now.is_file() && now.len() == 0) => {
                Next::Gone
            }
            Ok(now) if now.is_file() && now.len() < at => Next::Truncated,
            // The name is gone for now: whoever rotates will make a new file.
            _ => Next::Wait,
        }
    }

    fn open(&self, path: &Path, start: u64) -> Result<(File, Metadata), Ended> {
        let mut file = File::open(path)?;
        let metadata = file.metadata()?;
        if start > 0 {
            file.seek(SeekFrom::Start(start))?;
        }
        let place = Place { file: Identity::of(&metadata), offset: start };
        self.send(Piece::File { name: name(path), place })?;
        Ok((file, metadata))
    }

    /// Hands over everything there is; how much that was.
    fn to_end(&self, input: &mut impl Read) -> Result<u64, Ended> {
        let mut total = 0;
        loop {
            let mut bytes = vec![0; PIECE];
            let count = match input.read(&mut bytes) {
                Ok(0) => return Ok(total),
                Ok(count) => count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(Ended::Failed(error)),
            };
            bytes.truncate(count);
            total += u64::try_from(count).unwrap_or(0);
            self.send(Piece::Bytes(bytes))?;
        }
    }

    fn send(&self, piece: Piece) -> Result<(), Ended> {
        self.sender.send(piece).map_err(|_| Ended::Unwanted)
    }

    fn pause(&self) -> Result<(), Ended> {
        thread::sleep(POLL);
        if asked_to_stop() { Err(Ended::Unwanted) } else { Ok(()) }
    }
}

enum Next {
    Wait,
    /// Another file has the name.
    Gone,
    Truncated,
}

/// How far each input has been read, kept in a file.
#[derive(Debug)]
pub(crate) struct State {
    path: PathBuf,
    /// By [`key`].
    files: BTreeMap<String, Entry>,
    saved: Instant,
    /// Places that are reached when so many items have arrived where they go.
    pending: VecDeque<(u64, PathBuf, Place)>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Entry {
    place: Place,
    /// The front of the file in hexadecimal digits: a file with another is another.
    front: String,
}

impl State {
    /// Reads the state, if there is one yet.
    pub(crate) fn load(path: &Path) -> Result<Self, Stop> {
        let mut files = BTreeMap::new();
        match fs::read(path) {
            Ok(text) => {
                let wrong = || {
                    let path = path.display();
                    Stop::Usage(format!("{path}: is no state of zems; remove it to read from the start"))
                };
                let json: Json = serde_json::from_slice(&text).map_err(|_| wrong())?;
                if json["version"] != VERSION {
                    return Err(wrong());
                }
                for (file, entry) in json["files"].as_object().ok_or_else(wrong)? {
                    let number = |key: &str| entry[key].as_u64().ok_or_else(wrong);
                    let identity = Identity { device: number("device")?, inode: number("inode")? };
                    let place = Place { file: identity, offset: number("offset")? };
                    let front = entry["front"].as_str().ok_or_else(wrong)?.to_owned();
                    // Paths of earlier versions are as they were typed.
                    files.insert(key(Path::new(file)), Entry { place, front });
                }
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(Stop::Usage(format!("{}: {error}", path.display()))),
        }
        Ok(Self { path: path.to_path_buf(), files, saved: Instant::now(), pending: VecDeque::new() })
    }

    /// What of `path` is to be read: the rest of the file that had the name before, if it is still beside it, then the files
    /// that have had it since, the one that has it now last.
    pub(crate) fn starts(&self, path: &Path) -> Vec<(PathBuf, u64)> {
        let Some(entry) = self.files.get(&key(path)) else { return vec![(path.to_path_buf(), 0)] };
        let place = &entry.place;
        let is_same = fs::metadata(path).is_ok_and(|metadata| Identity::of(&metadata) == place.file);
        if is_same && entry.is_front_of(path) {
            return vec![(path.to_path_buf(), place.offset)];
        }
        // A file that was emptied has left a copy, if anything.
        let is_before = |(other, metadata): &(PathBuf, Metadata)| {
            let may_be = if is_same { entry.is_front_whole() } else { Identity::of(metadata) == place.file };
            may_be && entry.is_front_of(other)
        };
        match beside(path).find(is_before) {
            Some((before, metadata)) => {
                let since = rotated_since(path, &metadata).into_iter().chain([path.to_path_buf()]);
                [(before, place.offset)].into_iter().chain(since.map(|path| (path, 0))).collect()
            }
            None => {
                say(format_args!(
                    "{}: is another file than the last time, and that one, read to byte {}, is not beside it: what was \
                     written to it since is not read",
                    path.display(),
                    place.offset
                ));
                vec![(path.to_path_buf(), 0)]
            }
        }
    }

    /// Notes that everything before `place` will have been dealt with when so many items have arrived.
    pub(crate) fn reached(&mut self, handed_on: u64, path: &Path, place: &Place) {
        match self.pending.back_mut() {
            Some((last, file, at)) if *last == handed_on && file == path => *at = place.clone(),
            _ => self.pending.push_back((handed_on, path.to_path_buf(), place.clone())),
        }
    }

    /// Whether it is time to write the state.
    pub(crate) fn is_due(&self) -> bool {
        self.saved.elapsed() >= SAVE
    }

    /// Writes how far the inputs have been dealt with, given that so many items have arrived.
    pub(crate) fn save(&mut self, arrived: u64) -> Result<(), Stop> {
        self.saved = Instant::now();
        let mut is_new = false;
        while self.pending.front().is_some_and(|(handed_on, ..)| *handed_on <= arrived) {
            let Some((_, path, place)) = self.pending.pop_front() else { break };
            is_new |= self.update(&path, place);
        }
        if !is_new {
            return Ok(());
        }
        self.write().map_err(|error| Stop::Usage(format!("{}: {error}", self.path.display())))
    }

    fn update(&mut self, path: &Path, place: Place) -> bool {
        let before = self.files.get(&key(path));
        let front = match before {
            // The front of a file is complete once so much of it has been read, and stays.
            Some(before) if before.place.file == place.file && before.place.offset >= FRONT => {
                before.front.clone()
            }
            // The name may stand for another file by now.
            _ if fs::metadata(path)
                .is_ok_and(|metadata| metadata.is_file() && Identity::of(&metadata) == place.file) =>
            {
                front(path, place.offset.min(FRONT)).unwrap_or_default()
            }
            _ => String::new(),
        };
        let entry = Entry { place, front };
        if before == Some(&entry) {
            return false;
        }
        self.files.insert(key(path), entry);
        true
    }

    /// Another file takes the place of the old one at once, or not at all.
    fn write(&self) -> io::Result<()> {
        let files: serde_json::Map<_, _> =
            self.files.iter().map(|(file, entry)| (file.clone(), entry.json())).collect();
        let mut name = self.path.as_os_str().to_owned();
        name.push(".new");
        let mut file = File::create(&name)?;
        writeln!(file, "{:#}", json!({ "version": VERSION, "files": files }))?;
        file.sync_all()?;
        fs::rename(&name, &self.path)
    }
}

impl Entry {
    /// Whether the file begins as that of the entry did, and is at least as long as was read of it.
    fn is_front_of(&self, path: &Path) -> bool {
        let known = u64::try_from(self.front.len() / 2).unwrap_or(0);
        let is_as_long = |metadata: Metadata| metadata.is_file() && metadata.len() >= self.place.offset;
        fs::metadata(path).is_ok_and(is_as_long) && front(path, known).is_ok_and(|front| front == self.front)
    }

    /// Whether the front is so long that no other file will have the same.
    fn is_front_whole(&self) -> bool {
        u64::try_from(self.front.len() / 2) == Ok(FRONT)
    }

    fn json(&self) -> Json {
        let Place { file, offset } = &self.place;
        json!({ "device": file.device, "inode": file.inode, "offset": offset, "front": self.front })
    }
}

const VERSION: u64 = 1;

/// The same for every spelling of a path. The last name stays as it is: if that is a link, it is the name that is followed,
/// whatever file it leads to, and the name has to be the same while there is no file.
fn key(path: &Path) -> String {
    let path = path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
    let directory = path.parent().and_then(|directory| fs::canonicalize(directory).ok());
    let resolved = directory.zip(path.file_name()).map(|(directory, name)| directory.join(name));
    resolved.unwrap_or(path).display().to_string()
}

/// The other files in the directory of `path`.
fn beside(path: &Path) -> impl Iterator<Item = (PathBuf, Metadata)> {
    let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let paths = fs::read_dir(directory).into_iter().flatten().flatten().map(|entry| entry.path());
    let files = paths.filter_map(|path| fs::metadata(&path).ok().map(|metadata| (path, metadata)));
    files.filter(move |(other, metadata)| metadata.is_file() && other.file_name() != path.file_name())
}

/// The files that have had the name of `path` since `before` lost it and have lost it too, oldest first: who reads slowly, or
/// only now and then, finds more than one rotation behind him. They are told by their names, `log.1` or `log-20261121`, and
/// were written to after `before`. What a link of that name leads to has not lost it.
fn rotated_since(path: &Path, before: &Metadata) -> Vec<PathBuf> {
    let name = path.file_name().unwrap_or_default().as_encoded_bytes();
    let now = fs::metadata(path).ok().map(|metadata| Identity::of(&metadata));
    let mut files: Vec<_> = beside(path)
        .filter_map(|(other, metadata)| {
            let behind = other.file_name()?.as_encoded_bytes().strip_prefix(name)?;
            let is_rotated = matches!(behind, [b'.' | b'-', b'0'..=b'9', ..]);
            let modified = metadata.modified().ok()?;
            let identity = Identity::of(&metadata);
            let is_other = identity != Identity::of(before) && Some(identity) != now;
            let is_since = is_other && modified > before.modified().ok()?;
            (is_rotated && is_since).then_some((modified, other))
        })
        .collect();
    files.sort();
    // `log.2.gz`
    let is_packed = |path: &Path| {
        path.extension().is_some_and(|ending| ending.as_encoded_bytes().iter().any(u8::is_ascii_alphabetic))
    };
    for (_, packed) in files.extract_if(.., |(_, path)| is_packed(path)) {
        say(format_args!("{}: rotated and packed before it was read: read it by itself", packed.display()));
    }
    files.into_iter().map(|(_, path)| path).collect()
}

/// The first bytes of a file, in hexadecimal digits.
fn front(path: &Path, count: u64) -> io::Result<String> {
    let mut bytes = Vec::new();
    File::open(path)?.take(count).read_to_end(&mut bytes)?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}
