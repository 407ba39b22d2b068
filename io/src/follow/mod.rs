//! Logs that grow: read on at their end, across rotations, and from where the last run stopped.
//!
//! A rotated file stays open until it has been quiet for some seconds after the new one has content, so that nothing of a slow
//! writer is lost. Files are known by their identity and by their bytes, not by their times.

mod mark;
mod pipe;
mod plan;
mod siblings;
mod state;

use core::fmt;
use core::time::Duration;
use std::collections::VecDeque;
use std::fs::{self, File, Metadata};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Instant, SystemTime};

use self::mark::{Mark, Role};
use self::pipe::Pipe;
pub use self::plan::{Known, Notice};
use self::plan::{Plan, Start, plan};
pub use self::state::{State, lock, lock_of};
use crate::content::Content;
use crate::identity::Identity;
use crate::packing::unpacked;
use zems::formats::input::Source;

/// How a log is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Options {
    /// Whether to wait at the end for more.
    pub follows: bool,
    /// Whether a later run continues where this one stops: what is unfinished is left for it.
    pub is_continued: bool,
    /// How often a file that has not grown is looked at again.
    pub poll: Duration,
    /// How long a rotated file has to be quiet until nothing more is expected in it.
    pub late: Duration,
}

impl Default for Options {
    fn default() -> Self {
        let (poll, late) = (Duration::from_millis(200), Duration::from_secs(5));
        Self { follows: false, is_continued: false, poll, late }
    }
}

impl Options {
    /// To the end, or on and on.
    #[must_use]
    pub const fn follow(self, follows: bool) -> Self {
        Self { follows, ..self }
    }

    /// Once, or as one of a series of runs.
    #[must_use]
    pub const fn continued(self, is_continued: bool) -> Self {
        Self { is_continued, ..self }
    }

    /// Other times than the usual ones.
    #[must_use]
    pub const fn times(self, poll: Duration, late: Duration) -> Self {
        Self { poll, late, ..self }
    }
}

/// A file whose bytes follow, or a piece of one.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Started {
    /// Its name when it was opened; `-` for standard input.
    pub path: PathBuf,
    /// Where in it reading begins.
    pub offset: u64,
}

/// Reads a log, one file after the other.
///
/// [`Follower::next_file`] says which file comes next, reading gives its bytes up to an end, and [`Follower::leave`] notes how
/// far they were used: the rest comes again when there is more.
pub struct Follower {
    path: PathBuf,
    options: Options,
    notify: Box<dyn FnMut(&Notice) + Send>,
    stop: Box<dyn Fn() -> bool + Send>,
    pipe: Option<Pipe>,
    is_started: bool,
    /// Files to read before the one that has the name of the log, and that one.
    queue: VecDeque<Start>,
    /// The file that is read, unless `late` is.
    main: Option<Open>,
    /// Rotated files that may still be written to.
    late: Vec<Open>,
    /// Which of them is read.
    at_late: Option<usize>,
    /// Which of them is to be read next.
    wants_late: Option<usize>,
    looked: Instant,
    /// The file at hand was emptied.
    is_emptied: bool,
    /// When the directory of the log was changed last, as far as it was looked at.
    directory: Option<SystemTime>,
    known: Known,
}

impl fmt::Debug for Follower {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Follower")
            .field("path", &self.path)
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}

/// A file that is being read.
struct Open {
    path: PathBuf,
    identity: Identity,
    bytes: Bytes,
    is_late: bool,
    is_log: bool,
    /// Everything before it has been used.
    used: u64,
    /// Where the next read begins.
    at: u64,
    /// The file as it was at `at`.
    mark: Option<Mark>,
    /// Whether the last read found the end.
    at_end: bool,
    /// All there will be.
    is_final: bool,
    len: u64,
    quiet_since: Instant,
}

enum Bytes {
    File(File),
    /// The content of a compressed file.
    Packed(Box<dyn Read + Send>),
}

impl Follower {
    /// Reads `path`: from where `known` says that the last run stopped, or from its start. `notify` is given what a user should
    /// know; reading ends when `stop` says so.
    #[must_use]
    pub fn new(
        path: &Path,
        options: Options,
        known: Option<&Known>,
        notify: impl FnMut(&Notice) + Send + 'static,
        stop: impl Fn() -> bool + Send + 'static,
    ) -> Self {
        let is_pipe = |metadata: Metadata| !metadata.is_file() && !metadata.is_dir();
        let is_pipe = path.as_os_str() == "-" || fs::metadata(path).is_ok_and(is_pipe);
        Self {
            path: path.to_path_buf(),
            options,
            notify: Box::new(notify),
            stop: Box::new(stop),
            pipe: is_pipe.then(|| Pipe::new(path.to_path_buf(), options.follows)),
            is_started: false,
            queue: VecDeque::new(),
            main: None,
            late: Vec::new(),
            at_late: None,
            wants_late: None,
            looked: Instant::now(),
            is_emptied: false,
            directory: None,
            known: known.cloned().unwrap_or_default(),
        }
    }

    /// Goes to the next file, and waits for one if there is none and more may come. `None`: there is nothing left, or reading
    /// is to end.
    ///
    /// # Errors
    ///
    /// A file cannot be opened or read.
    pub fn next_file(&mut self) -> io::Result<Option<Started>> {
        if self.pipe.is_some() {
            let is_first = !core::mem::replace(&mut self.is_started, true);
            return Ok(is_first.then(|| Started { path: self.path.clone(), offset: 0 }));
        }
        let mut is_told = false;
        loop {
            if (self.stop)() {
                return Ok(None);
            }
            if core::mem::take(&mut self.is_emptied) {
                self.emptied()?;
            }
            if let Some(at) = self.wants_late.take() {
                self.at_late = Some(at);
            } else if self.main.as_ref().is_none_or(|main| !main.continues(self.options.follows)) {
                if let Some(start) = self.queue.pop_front() {
                    self.open(start)?;
                } else if !self.is_started {
                    self.start()?;
                    if self.queue.is_empty() {
                        if !self.options.follows {
                            let error = io::Error::from_raw_os_error(NOT_FOUND);
                            return Err(error);
                        }
                        if !core::mem::replace(&mut is_told, true) {
                            (self.notify)(&Notice::Missing(self.path.clone()));
                        }
                        thread::sleep(self.options.poll);
                    }
                    continue;
                } else if !self.options.follows {
                    return Ok(None);
                } else {
                    thread::sleep(self.options.poll);
                    continue;
                }
            }
            let Some(open) = self.active() else { continue };
            if let Bytes::File(_) = open.bytes {
                open.at = open.used;
            }
            open.at_end = false;
            return Ok(Some(Started { path: open.path.clone(), offset: open.used }));
        }
    }

    /// Looks for the files to read at first.
    fn start(&mut self) -> io::Result<()> {
        let known = (self.known != Known::default()).then_some(&self.known);
        let plan = plan(&self.path, known, &[])?;
        if !plan.starts.is_empty() {
            self.follow_plan(plan);
        }
        Ok(())
    }

    fn follow_plan(&mut self, plan: Plan) {
        let Plan { starts, seen, notices, present } = plan;
        notices.iter().for_each(&mut self.notify);
        self.known.seen.retain(|mark| present.contains(&mark.file) || cfg!(not(unix)));
        self.remember(seen);
        self.queue = starts.into();
        // Without a file of the log's name its last one is read until there is one.
        if !self.queue.iter().any(|start| start.is_log)
            && let Some(last) = self.queue.back_mut()
        {
            last.is_log = true;
        }
        self.is_started = !self.queue.is_empty();
    }

    fn remember(&mut self, marks: Vec<Mark>) {
        for mark in marks {
            self.known.seen.retain(|known| known.file != mark.file);
            self.known.seen.push(mark);
        }
    }

    /// Begins to read another file; the one before may still be written to.
    fn open(&mut self, start: Start) -> io::Result<()> {
        let Start { file, path, identity, offset, packing, is_late, is_log } = start;
        let bytes = match packing {
            None => Bytes::File(file),
            Some(packing) => {
                let mut file = file;
                file.seek(SeekFrom::Start(0))?;
                let mut content = unpacked(packing, file);
                io::copy(&mut (&mut content).take(offset), &mut io::sink())?;
                Bytes::Packed(content)
            }
        };
        let mut open = Open {
            path,
            identity,
            bytes,
            is_late,
            is_log,
            used: offset,
            at: offset,
            mark: None,
            at_end: false,
            is_final: is_late,
            len: offset,
            quiet_since: Instant::now(),
        };
        open.mark = open.mark_at(offset)?;
        let current = if is_late { None } else { open.mark.clone() };
        if let Some(before) = self.main.replace(open) {
            self.retire(before);
        }
        if current.is_some() {
            self.known.current = current;
        }
        Ok(())
    }

    /// A file that has been read, of which more may come.
    fn retire(&mut self, mut before: Open) {
        if let Ok(Some(mark)) = before.mark_at(before.used) {
            self.remember(vec![mark]);
        }
        before.quiet_since = Instant::now();
        before.is_log = false;
        if self.options.follows && !before.is_final && matches!(before.bytes, Bytes::File(_)) {
            self.late.push(before);
        }
    }

    fn active(&mut self) -> Option<&mut Open> {
        match self.at_late {
            Some(at) => self.late.get_mut(at),
            None => self.main.as_mut(),
        }
    }

    /// The kind of the file, by its first bytes. Of compressed files and pipes nothing is known.
    pub fn content(&mut self) -> Content {
        let Some(Open { bytes: Bytes::File(file), .. }) = self.active() else { return Content::Text };
        let mut front = Vec::new();
        let read = file
            .seek(SeekFrom::Start(0))
            .and_then(|_| Read::by_ref(file).take(FRONT_LEN).read_to_end(&mut front));
        if read.is_ok() { Content::of(&front) } else { Content::Text }
    }

    /// Notes how far the bytes of the file at hand have been used: the rest is read again when there is more.
    pub fn leave(&mut self, used: u64) {
        if let Some(open) = self.active() {
            open.used = used;
        }
        let Some(at) = self.at_late.take() else { return };
        let mark = self.late.get_mut(at).and_then(|open| open.mark_at(open.used).ok().flatten());
        self.remember(mark.into_iter().collect());
        if self.late.get(at).is_some_and(|open| open.is_final) {
            self.late.remove(at);
        }
    }

    /// The state for a later run, if the bytes of the file at hand have been used up to here. `None`: it has been left.
    pub fn known(&mut self, used: Option<u64>) -> Known {
        let late = self.at_late.and_then(|at| self.late.get_mut(at));
        let late = late.map(|open| open.mark_at(used.unwrap_or(open.used)).ok().flatten());
        // The mark of a file that was emptied in the meantime would be that of nothing: the last one stays.
        if let Some(main) = &mut self.main
            && !main.is_changed().unwrap_or(true)
            && let Ok(Some(mark)) = main.mark_at(used.filter(|_| late.is_none()).unwrap_or(main.used))
        {
            if main.is_late {
                self.remember(vec![mark]);
            } else {
                self.known.current = Some(mark);
            }
        }
        self.remember(late.flatten().into_iter().collect());
        if let Some(current) = &self.known.current {
            self.known.seen.retain(|mark| mark.file != current.file);
        }
        self.known.clone()
    }

    /// At the end of the file at hand: what to do.
    fn at_end_of_main(&mut self) -> io::Result<Next> {
        if self.look_for_late()? {
            return Ok(Next::Leave);
        }
        let Some(main) = &mut self.main else { return Ok(Next::Leave) };
        if !self.options.follows || !main.is_log || main.is_final {
            return Ok(Next::Leave);
        }
        let now = match fs::metadata(&self.path) {
            Ok(now) => now,
            // The name is gone for now: whoever rotates will make a new file.
            Err(_) => return Ok(Next::Wait),
        };
        if Identity::of(&now) == main.identity {
            self.look_beside()?;
            return Ok(Next::Wait);
        }
        // As long as nothing is in the new file, whoever writes still has the old one open.
        if now.is_file() && now.len() == 0 {
            return Ok(Next::Wait);
        }
        self.rotated()?;
        Ok(Next::Leave)
    }

    /// A file that appears beside the log while the log stays what it is, is a copy, or none of ours: not to be taken for a
    /// rotated one later.
    fn look_beside(&mut self) -> io::Result<()> {
        let directory = match self.path.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
        let changed = fs::metadata(directory).and_then(|metadata| metadata.modified()).ok();
        if changed == self.directory {
            return Ok(());
        }
        self.directory = changed;
        let open: Vec<_> = self.late.iter().map(|open| open.identity).collect();
        let Some(mark) = self.main.as_ref().and_then(|main| main.mark.clone()) else { return Ok(()) };
        let (is_log, known) = (mark.file, Known { current: Some(mark), seen: self.known.seen.clone() });
        let plan = plan(&self.path, Some(&known), &open)?;
        // The log may have been rotated since the look before.
        let is_same =
            plan.starts.iter().any(|start| start.is_log && start.identity == is_log && start.offset > 0);
        if is_same {
            self.remember(plan.seen);
        }
        Ok(())
    }

    /// Another file has the name of the log.
    fn rotated(&mut self) -> io::Result<()> {
        let mut open: Vec<_> = self.late.iter().map(|open| open.identity).collect();
        let mut known = self.known.clone();
        if let Some(main) = &mut self.main {
            open.push(main.identity);
            known.current = main.mark_at(main.at)?;
        }
        let plan = plan(&self.path, Some(&known), &open)?;
        // It may be gone again.
        if plan.starts.iter().any(|start| start.is_log) {
            if let Some(main) = &mut self.main {
                main.is_log = false;
            }
            self.follow_plan(plan);
        }
        Ok(())
    }

    /// The file at hand was emptied, and perhaps filled again. A copy of it may have what was not read.
    fn emptied(&mut self) -> io::Result<()> {
        let Some(main) = self.main.take() else { return Ok(()) };
        let open: Vec<_> = self.late.iter().map(|open| open.identity).collect();
        self.known.current.clone_from(&main.mark);
        let mut plan = plan(&self.path, Some(&self.known), &open)?;
        if !plan.notices.iter().any(Notice::is_loss) {
            plan.notices.insert(0, Notice::Emptied(self.path.clone()));
        }
        // The copy also has the bytes that were read of the file and not used.
        let is_copy = |start: &&mut Start| !start.is_log && !start.is_late && start.offset == main.at;
        plan.starts.iter_mut().filter(is_copy).for_each(|start| start.offset = main.used);
        self.follow_plan(plan);
        self.known.current = None;
        Ok(())
    }

    /// Whether a rotated file has more, or has been quiet for so long that its unfinished rest is all there will be.
    fn look_for_late(&mut self) -> io::Result<bool> {
        self.looked = Instant::now();
        let mut at = 0;
        while let Some(open) = self.late.get_mut(at) {
            let Bytes::File(file) = &open.bytes else { break };
            let len = file.metadata()?.len();
            if len > open.len.max(open.used) {
                (open.len, open.quiet_since) = (len, Instant::now());
                self.wants_late = Some(at);
                return Ok(true);
            }
            if open.quiet_since.elapsed() >= self.options.late {
                open.is_final = true;
                if len > open.used {
                    self.wants_late = Some(at);
                    return Ok(true);
                }
                self.late.remove(at);
                continue;
            }
            at += 1;
        }
        Ok(false)
    }
}

/// The number of the fault that there is no such file.
const NOT_FOUND: i32 = 2;

/// Bytes that are looked at to know a content.
const FRONT_LEN: u64 = 4096;

enum Next {
    Wait,
    Leave,
}

impl Open {
    /// Whether more may come of it in this run.
    const fn continues(&self, follows: bool) -> bool {
        follows && self.is_log || !self.at_end
    }

    fn mark_at(&mut self, offset: u64) -> io::Result<Option<Mark>> {
        match &mut self.bytes {
            Bytes::File(file) if file.metadata()?.is_file() => {
                Mark::new(file, self.identity, offset, Role::Read).map(Some)
            }
            Bytes::File(_) => Ok(None),
            Bytes::Packed(_) => Ok(Some(Mark::packed(self.identity, offset))),
        }
    }

    /// Whether the file is not any more what was read of it.
    fn is_changed(&mut self) -> io::Result<bool> {
        match (&mut self.bytes, &self.mark) {
            (Bytes::File(file), Some(mark)) => Ok(!mark.fits(file)?),
            _ => Ok(false),
        }
    }

    fn read(&mut self, space: &mut [u8]) -> io::Result<usize> {
        let count = match &mut self.bytes {
            Bytes::Packed(content) => content.read(space)?,
            Bytes::File(file) => {
                file.seek(SeekFrom::Start(self.at))?;
                file.read(space)?
            }
        };
        self.at_end = count == 0;
        self.at += u64::try_from(count).unwrap_or(0);
        Ok(count)
    }
}

/// Ends where a file ends, and where another is to be read first.
impl Read for Follower {
    fn read(&mut self, space: &mut [u8]) -> io::Result<usize> {
        if let Some(pipe) = &mut self.pipe {
            return pipe.read(space, self.options.poll, &self.stop);
        }
        if space.is_empty() {
            return Ok(0);
        }
        loop {
            if (self.stop)() || self.wants_late.is_some() {
                return Ok(0);
            }
            let (follows, is_main) = (self.options.follows, self.at_late.is_none());
            if is_main && self.looked.elapsed() >= self.options.poll && self.look_for_late()? {
                return Ok(0);
            }
            let Some(open) = self.active() else { return Ok(0) };
            let is_log = is_main && follows && open.is_log;
            if is_log && open.is_changed()? {
                self.is_emptied = true;
                return Ok(0);
            }
            let before = open.at;
            let count = open.read(space)?;
            if count > 0 {
                if is_log {
                    // Emptied and filled between the look and the read: those bytes are of another place.
                    if open.is_changed()? {
                        open.at = before;
                        continue;
                    }
                    open.mark = open.mark_at(open.at)?;
                }
                return Ok(count);
            }
            if !is_main {
                return Ok(0);
            }
            match self.at_end_of_main()? {
                Next::Leave => return Ok(0),
                Next::Wait => thread::sleep(self.options.poll),
            }
        }
    }
}

impl Source for Follower {
    fn would_wait(&mut self) -> bool {
        if let Some(pipe) = &mut self.pipe {
            return pipe.would_wait();
        }
        if !self.options.follows || self.at_late.is_some() || self.wants_late.is_some() {
            return false;
        }
        let Some(main) = &mut self.main else { return false };
        match &main.bytes {
            Bytes::File(file) => main.is_log && file.metadata().is_ok_and(|now| now.len() <= main.at),
            Bytes::Packed(_) => false,
        }
    }

    /// A rotated file that was quiet for long, or was looked at a second time, has all it will have.
    fn may_grow(&self) -> bool {
        if (self.stop)() {
            return true;
        }
        let open = match self.at_late {
            Some(at) => self.late.get(at),
            None => self.main.as_ref(),
        };
        let may_come = self.options.follows || self.options.is_continued;
        match open {
            Some(open) => may_come && !open.is_final && matches!(open.bytes, Bytes::File(_)),
            // The file was emptied: its rest is read in its copy, or gone.
            None => may_come && self.pipe.is_none(),
        }
    }
}
