//! Which files beside a log hold what has not been read of it.

use core::fmt;
use core::time::Duration;
use std::fs::{self, File};
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::thread;

use super::mark::{Mark, Role};
use super::siblings::{Sibling, count_targets, is_like_target, siblings};
use crate::content::Content;
use crate::identity::Identity;
use crate::packing::{Packing, packing, unpacked};

/// The state of a log: how far the file has been read that is read last, and the files beside it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Known {
    pub(crate) current: Option<Mark>,
    pub(crate) seen: Vec<Mark>,
}

/// A file to read, open, so that it stays the same whatever its name becomes.
pub(crate) struct Start {
    pub(crate) file: File,
    pub(crate) path: PathBuf,
    pub(crate) identity: Identity,
    /// Where reading begins.
    pub(crate) offset: u64,
    pub(crate) packing: Option<Packing>,
    /// It was read before, and what was added to it is read to its end now.
    pub(crate) is_late: bool,
    /// It has the name of the log.
    pub(crate) is_log: bool,
}

/// The inputs to read, in order.
#[derive(Default)]
pub(crate) struct Plan {
    pub(crate) starts: Vec<Start>,
    /// Files that are not read, so that they are not taken for new ones later.
    pub(crate) seen: Vec<Mark>,
    pub(crate) notices: Vec<Notice>,
    /// All files that are there.
    pub(crate) present: Vec<Identity>,
}

/// The messages about a log while it is followed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Notice {
    /// There is no file of this name; it is waited for.
    Missing(PathBuf),
    /// The file was emptied, or filled anew: it is read from its start.
    Emptied(PathBuf),
    /// The file that was read before, up to this byte, cannot be found: lines may be lost.
    Gone(PathBuf, u64),
    /// The file was emptied without a copy, after it was read up to this byte: lines may be lost.
    NoCopy(PathBuf, u64),
    /// A rotated file cannot be read: lines are lost.
    Skipped(PathBuf, String),
}

impl Notice {
    /// Whether lines may be lost.
    #[must_use]
    pub const fn is_loss(&self) -> bool {
        matches!(self, Self::Gone(..) | Self::NoCopy(..) | Self::Skipped(..))
    }
}

impl fmt::Display for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing(path) => write!(f, "{}: is not there; waiting for it", path.display()),
            Self::Emptied(path) => {
                write!(f, "{}: the file was emptied: it is read from its start", path.display())
            }
            Self::Gone(path, offset) => write!(
                f,
                "{}: is another file than the last time, and that one, read to byte {offset}, is not beside it: \
                 what was written to it since is lost",
                path.display()
            ),
            Self::NoCopy(path, offset) => write!(
                f,
                "{}: the file was emptied after it was read to byte {offset}, and there is no copy of it: it is \
                 read from its start; what was written between may be lost",
                path.display()
            ),
            Self::Skipped(path, why) => {
                write!(f, "{}: was rotated before it was read, and is skipped: {why}", path.display())
            }
        }
    }
}

/// Looks again, this often and after such a pause, while files are being renamed.
const LOOKS: u32 = 100;
const PAUSE: Duration = Duration::from_millis(5);

/// Looks for what has not been read. Files in `open` are read already.
pub(crate) fn plan(path: &Path, known: Option<&Known>, open: &[Identity]) -> io::Result<Plan> {
    let mut before = names(path, known);
    for _ in 0..LOOKS {
        let plan = look(path, known, open);
        let after = names(path, known);
        if after == before {
            return plan;
        }
        // While files are renamed a listing can miss one, and a name in it can be that of another file.
        before = after;
        thread::sleep(PAUSE);
    }
    look(path, known, open)
}

/// The names that rotation changes, and their files.
fn names(path: &Path, known: Option<&Known>) -> Vec<(PathBuf, Identity)> {
    let is_marked = |file: Identity| {
        let marks = known.into_iter().flat_map(|known| known.current.iter().chain(&known.seen));
        marks.into_iter().any(|mark| mark.file == file)
    };
    let beside = siblings(path).into_iter().filter(|file| file.age.is_some() || is_marked(file.identity));
    let log = fs::metadata(path).ok().map(|log| (path.to_path_buf(), Identity::of(&log)));
    let mut names: Vec<_> = beside.map(|file| (file.path, file.identity)).chain(log).collect();
    names.sort_by(|a, b| a.0.cmp(&b.0));
    names
}

fn look(path: &Path, known: Option<&Known>, open: &[Identity]) -> io::Result<Plan> {
    let mut plan = Plan::default();
    let mut log = match File::open(path) {
        Ok(file) => Some(file),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(error),
    };
    let log_identity = log.as_ref().map(Identity::of_file).transpose()?;
    let mut files = siblings(path);
    if let Some((known, current)) = known.and_then(|known| Some((known, known.current.as_ref()?))) {
        let is_known = |file| Some(file) == log_identity || known.seen.iter().any(|mark| mark.file == file);
        count_targets(path, current.file, is_known, &mut files);
    }
    plan.present = files.iter().map(|file| file.identity).chain(log_identity).collect();
    let beside = files.iter().filter(|file| Some(file.identity) != log_identity || cfg!(not(unix)));
    let beside = beside.filter(|file| !open.contains(&file.identity) || cfg!(not(unix)));
    let Some(known) = known else {
        for file in beside.filter(|file| file.age.is_some() || is_like_target(path, &file.path)) {
            plan.ignore(file);
        }
        plan.log(path, log, log_identity, 0)?;
        return Ok(plan);
    };
    let current = known.current.as_ref();
    let is_same = match (current, &mut log) {
        (Some(mark), Some(log)) => Some(mark.file) == log_identity && mark.fits(log)?,
        _ => false,
    };
    // The file that was read last is known by its identity, wherever it is; else by its content.
    let search = Search { current: current.filter(|_| !is_same), known };
    let mut found: Vec<_> = beside.filter_map(|file| Some((file, search.look(file)?))).collect();
    let is_last = |(_, what): &(&Sibling, What)| matches!(what, What::Last(_));
    // A copy of the file is read only if the file itself is not there.
    let by_identity = |(file, what): &(&Sibling, What)| {
        matches!(what, What::Last(_)) && current.is_some_and(|mark| mark.file == file.identity)
    };
    let at = found.iter().position(by_identity).or_else(|| found.iter().position(is_last));
    for (number, (_, what)) in found.iter_mut().enumerate() {
        if Some(number) != at && matches!(what, What::Last(_)) {
            *what = What::Unwanted;
        }
    }
    for (number, (file, what)) in found.into_iter().enumerate() {
        // A new file is of the log when it came after the file that was read last; as long as that is the log, none has.
        match what {
            What::Rest(start) | What::Last(start) => plan.starts.push(start),
            What::New(opened) if !is_same && at.is_none_or(|at| number > at) => {
                plan.starts.push(opened);
            }
            What::Unreadable(why) if !is_same && at.is_none_or(|at| number > at) => {
                plan.notices.push(Notice::Skipped(file.path.clone(), why));
                plan.ignore(file);
            }
            What::New(_) | What::Unreadable(_) | What::Unwanted => plan.ignore(file),
            What::Later => {}
            What::Nothing(mark) => plan.seen.push(mark),
        }
    }
    if let Some(mark) = current.filter(|mark| {
        let was_text = mark.offset > 0 && mark.role == Role::Read;
        !is_same && was_text && at.is_none() && !open.contains(&mark.file)
    }) {
        plan.notices.push(match log_identity {
            Some(identity) if identity == mark.file => Notice::NoCopy(path.to_path_buf(), mark.offset),
            _ => Notice::Gone(path.to_path_buf(), mark.offset),
        });
    }
    let offset = current.filter(|_| is_same).map_or(0, |mark| mark.offset);
    plan.log(path, log, log_identity, offset)?;
    Ok(plan)
}

impl Plan {
    fn log(
        &mut self,
        path: &Path,
        log: Option<File>,
        identity: Option<Identity>,
        offset: u64,
    ) -> io::Result<()> {
        let (Some(mut file), Some(identity)) = (log, identity) else { return Ok(()) };
        let packing = if file.metadata()?.is_file() { packing_of(&mut file)? } else { None };
        let path = path.to_path_buf();
        self.starts.push(Start { file, path, identity, offset, packing, is_late: false, is_log: true });
        Ok(())
    }

    /// Remembers a file of which nothing is wanted.
    fn ignore(&mut self, file: &Sibling) {
        let mark = File::open(&file.path).and_then(|mut opened| {
            let (identity, len) = (Identity::of_file(&opened)?, opened.metadata()?.len());
            Mark::new(&mut opened, identity, len, Role::Other)
        });
        self.seen.extend(mark);
    }
}

/// The kind of a file beside the log.
enum What {
    /// The file that was read last, or a copy of it.
    Last(Start),
    /// There is more in it than was read.
    Rest(Start),
    /// It is not known.
    New(Start),
    Unreadable(String),
    /// Another copy.
    Unwanted,
    /// A file that is being compressed, or is none of the log's.
    Later,
    /// It has been dealt with.
    Nothing(Mark),
}

struct Search<'k> {
    /// The mark of the file that was read last, if that is not the log any more.
    current: Option<&'k Mark>,
    known: &'k Known,
}

impl Search<'_> {
    fn look(&self, file: &Sibling) -> Option<What> {
        let is_current = self.current.is_some_and(|mark| mark.file == file.identity) && cfg!(unix);
        let is_marked = is_current || self.known.seen.iter().any(|mark| mark.file == file.identity);
        if !is_marked && file.age.is_none() {
            return None;
        }
        Some(self.what(file).unwrap_or_else(|error| What::Unreadable(error.to_string())))
    }

    fn what(&self, sibling: &Sibling) -> io::Result<What> {
        let mut file = File::open(&sibling.path)?;
        let (identity, len) = (Identity::of_file(&file)?, file.metadata()?.len());
        let packing = packing_of(&mut file)?;
        let start = |file, offset, is_late| Start {
            file,
            path: sibling.path.clone(),
            identity,
            offset,
            packing,
            is_late,
            is_log: false,
        };
        // The file that was read last, or a copy of it: by its identity, or a rotated name and its content.
        if let Some(mark) = self.current
            && (mark.file == identity || sibling.age.is_some() && mark.offset > 0)
        {
            let is_it = match packing {
                None => mark.role != Role::Packed && mark.fits(&mut file)?,
                Some(packing) if mark.role == Role::Read => match fits_packed(mark, packing, &mut file)? {
                    Fit::Is(_) => true,
                    Fit::Not => false,
                    Fit::BeingMade => return Ok(What::Later),
                },
                Some(_) => mark.file == identity,
            };
            if is_it {
                return Ok(What::Last(start(file, mark.offset, false)));
            }
        }
        for mark in &self.known.seen {
            if mark.file != identity || cfg!(not(unix)) {
                continue;
            }
            if mark.role == Role::Packed && packing.is_some() {
                return Ok(What::Nothing(mark.clone()));
            }
            if mark.fits(&mut file)? {
                return Ok(match mark.role {
                    Role::Read if len > mark.offset && packing.is_none() => {
                        What::Rest(start(file, mark.offset, true))
                    }
                    _ => What::Nothing(mark.clone()),
                });
            }
        }
        if sibling.age.is_none() {
            return Ok(What::Later);
        }
        let Some(packing) = packing else {
            let mut front = Vec::new();
            rewound(&mut file)?;
            Read::by_ref(&mut file).take(300).read_to_end(&mut front)?;
            if let what @ Content::Known(_) = Content::of(&front) {
                return Ok(What::Unreadable(what.to_string()));
            }
            let is_named_packed = [".gz", ".zst", ".zstd", ".bz2", ".xz", ".lz4", ".Z", ".zip"]
                .iter()
                .any(|ending| sibling.path.as_os_str().as_encoded_bytes().ends_with(ending.as_bytes()));
            if is_named_packed {
                return Ok(What::Unreadable("its name says that it is compressed, but it is not".to_owned()));
            }
            return Ok(What::New(start(file, 0, false)));
        };
        // A file that was compressed since.
        for mark in self.known.seen.iter().filter(|mark| mark.role != Role::Packed && mark.offset > 0) {
            let is_more = match fits_packed(mark, packing, &mut file)? {
                Fit::Is(is_more) => is_more,
                Fit::Not => continue,
                Fit::BeingMade => return Ok(What::Later),
            };
            if is_more && mark.role == Role::Read {
                let offset = mark.offset;
                return Ok(What::Rest(start(file, offset, true)));
            }
            return Ok(What::Nothing(Mark::packed(identity, mark.offset)));
        }
        Ok(What::New(start(file, 0, false)))
    }
}

enum Fit {
    /// It is the content, and whether there is more.
    Is(bool),
    Not,
    /// It begins so and ends too early.
    BeingMade,
}

/// Whether the content of a compressed file is that of a marked one.
fn fits_packed(mark: &Mark, packing: Packing, file: &mut File) -> io::Result<Fit> {
    rewound(file)?;
    match mark.fits_content(unpacked(packing, BufReader::new(&mut *file))) {
        Ok(Some(is_more)) => return Ok(Fit::Is(is_more)),
        Ok(None) => return Ok(Fit::Not),
        Err(_) => {}
    }
    rewound(file)?;
    let begins = mark.begins(unpacked(packing, BufReader::new(&mut *file)));
    match begins {
        Ok(true) => Ok(Fit::BeingMade),
        Ok(false) => Ok(Fit::Not),
        Err(error) => Err(error),
    }
}

fn rewound(file: &mut File) -> io::Result<()> {
    file.seek(SeekFrom::Start(0)).map(drop)
}

fn packing_of(file: &mut File) -> io::Result<Option<Packing>> {
    let mut front = Vec::new();
    rewound(file)?;
    Read::by_ref(file).take(4).read_to_end(&mut front)?;
    Ok(packing(&front))
}

#[cfg(all(test, unix))]
#[allow(clippy::unwrap_used)]
mod tests {
    use core::sync::atomic::{AtomicBool, Ordering};

    use super::*;

    #[test]
    fn files_that_are_being_renamed_are_found() {
        let directory = std::env::temp_dir().join(format!("zems-renamed-{}", std::process::id()));
        fs::create_dir_all(&directory).unwrap();
        let (log, rotated) = (directory.join("log"), |number: u32| directory.join(format!("log.{number}")));
        (1..=60).for_each(|number| fs::write(rotated(number), format!("old {number}\n")).unwrap());
        fs::write(&log, "the log\n").unwrap();
        let mut file = File::open(&log).unwrap();
        let identity = Identity::of_file(&file).unwrap();
        let current = Mark::new(&mut file, identity, 8, Role::Read).unwrap();
        let mut known = Known { current: Some(current), seen: Vec::new() };
        known.seen = plan(&log, Some(&known), &[]).unwrap().seen;
        assert_eq!(known.seen.len(), 60);
        let is_over = AtomicBool::new(false);
        thread::scope(|scope| {
            scope.spawn(|| {
                for rotation in 0..40 {
                    let files = 60 + rotation;
                    (1..=files).rev().for_each(|n| fs::rename(rotated(n), rotated(n + 1)).unwrap());
                    fs::rename(&log, rotated(1)).unwrap();
                    fs::write(&log, format!("log {rotation}\n")).unwrap();
                    thread::sleep(Duration::from_millis(20));
                }
                is_over.store(true, Ordering::Relaxed);
            });
            while !is_over.load(Ordering::Relaxed) {
                let plan = plan(&log, Some(&known), &[]).unwrap();
                assert_eq!(plan.notices, []);
            }
        });
        let last = plan(&log, Some(&known), &[]).unwrap();
        // The file that was read last, those after it, and the log.
        assert_eq!(last.starts.len(), 41);
        fs::remove_dir_all(&directory).unwrap();
    }
}
