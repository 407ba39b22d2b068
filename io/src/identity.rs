//! Which file a name leads to.

use std::ffi::OsString;
use std::fs::{self, File, Metadata};
use std::io;
use std::path::{Path, PathBuf};

/// Device and inode: what tells one file from another that has taken its name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub struct Identity {
    /// The number of the file system.
    pub device: u64,
    /// The number of the file in it.
    pub inode: u64,
}

impl Identity {
    /// An identity as it was noted before.
    #[must_use]
    pub const fn new(device: u64, inode: u64) -> Self {
        Self { device, inode }
    }

    /// That of the file that has this metadata. Systems without such numbers answer the same for all files.
    #[must_use]
    pub fn of(metadata: &Metadata) -> Self {
        #[cfg(unix)]
        {
            use std::os::unix::fs::MetadataExt;
            Self { device: metadata.dev(), inode: metadata.ino() }
        }
        #[cfg(not(unix))]
        {
            let _ = metadata;
            Self::default()
        }
    }

    /// That of an open file.
    ///
    /// # Errors
    ///
    /// The system does not answer.
    pub fn of_file(file: &File) -> io::Result<Self> {
        Ok(Self::of(&file.metadata()?))
    }
}

/// Links are followed no further.
const MOST_LINKS: usize = 40;

/// The file that a name leads to, through all links, whether it exists or not: equal for two names of the same file.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Target {
    /// A regular file or a named pipe that exists.
    File(Identity, PathBuf),
    /// A name that no file has yet, in this directory.
    New(Identity, PathBuf, OsString),
}

impl Target {
    /// The target of a path. `None` for devices, terminals, sockets and directories, which many may use at once, and for
    /// what cannot be looked at.
    #[must_use]
    pub fn of(path: &Path) -> Option<Self> {
        match fs::metadata(path) {
            Ok(metadata) => Self::existing(&metadata, || fs::canonicalize(path).unwrap_or_default()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let path = end_of_links(path)?;
                let directory = match path.parent() {
                    Some(parent) if !parent.as_os_str().is_empty() => parent,
                    _ => Path::new("."),
                };
                let identity = Identity::of(&fs::metadata(directory).ok()?);
                Some(Self::New(identity, canonical(directory), path.file_name()?.to_owned()))
            }
            Err(_) => None,
        }
    }

    /// The target of an open file, as standard input and output are.
    #[must_use]
    pub fn of_metadata(metadata: &Metadata) -> Option<Self> {
        if cfg!(unix) { Self::existing(metadata, PathBuf::new) } else { None }
    }

    fn existing(metadata: &Metadata, path: impl Fn() -> PathBuf) -> Option<Self> {
        #[cfg(unix)]
        let is_pipe = std::os::unix::fs::FileTypeExt::is_fifo(&metadata.file_type());
        #[cfg(not(unix))]
        let is_pipe = false;
        let path = if cfg!(unix) { PathBuf::new() } else { path() };
        (metadata.is_file() || is_pipe).then(|| Self::File(Identity::of(metadata), path))
    }
}

/// The same for every spelling of a directory, where directories have no numbers.
fn canonical(directory: &Path) -> PathBuf {
    if cfg!(unix) { PathBuf::new() } else { fs::canonicalize(directory).unwrap_or_default() }
}

/// The path at the end of a chain of links. `None`: there is no end.
pub(crate) fn end_of_links(path: &Path) -> Option<PathBuf> {
    let mut path = path.to_path_buf();
    for _ in 0..MOST_LINKS {
        match fs::read_link(&path) {
            Ok(next) => path = path.parent().unwrap_or(Path::new("")).join(next),
            Err(_) => return Some(path),
        }
    }
    None
}
