//! Output files: new ones that appear complete or not at all, and ones that grow by whole records.

use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use zems::formats::input::{Buffers, Form, Item};
use zems::spi::Profile;

use crate::identity::end_of_links;

/// A new file that is written beside its place and takes it at the end, with the mode of the file that it replaces. Dropped
/// before [`WholeFile::commit`] it leaves what was there.
///
/// ```
/// use std::io::Write;
///
/// let path = std::env::temp_dir().join(format!("zems-io-whole-{}", std::process::id()));
/// std::fs::write(&path, "old")?;
/// let mut file = zems_io::WholeFile::create(&path)?;
/// file.write_all(b"new")?;
/// assert_eq!(std::fs::read(&path)?, b"old");
/// file.commit()?;
/// assert_eq!(std::fs::read(&path)?, b"new");
/// # std::fs::remove_file(&path)?;
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct WholeFile {
    file: File,
    /// Where it is written. Taken when it has its place.
    temporary: PathBuf,
    place: PathBuf,
    is_done: bool,
}

/// Files that are being written, so that a signal can remove them.
static UNFINISHED: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

/// Names that are tried beside the place of a file.
const TRIES: u32 = 1000;

impl WholeFile {
    /// Begins a file that will be at `path`. A link there stays: the file that it leads to is replaced.
    ///
    /// # Errors
    ///
    /// No file can be made in that directory, or the file that is there may not be written.
    pub fn create(path: &Path) -> io::Result<Self> {
        let place = end_of_links(path)
            .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "too many symbolic links"))?;
        // A file that is protected against writing stays, though its directory would allow to replace it.
        let old = match File::options().write(true).open(&place) {
            Ok(file) => Some(file.metadata()?),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(error),
        };
        let name = place.file_name().ok_or_else(|| {
            io::Error::new(io::ErrorKind::InvalidInput, "the path does not end in the name of a file")
        })?;
        let mut tried = 0;
        let (file, temporary) = loop {
            let mut temporary = std::ffi::OsString::from(".");
            temporary.push(name);
            temporary.push(format!(".{}-{tried}.part", std::process::id()));
            let temporary = place.with_file_name(temporary);
            match File::options().write(true).create_new(true).open(&temporary) {
                Ok(file) => break (file, temporary),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists && tried < TRIES => tried += 1,
                Err(error) => {
                    let error = io::Error::new(
                        error.kind(),
                        format!("a new file cannot be made in its directory: {error}"),
                    );
                    return Err(error);
                }
            }
        };
        unfinished(|paths| paths.push(temporary.clone()));
        let made = Self { file, temporary, place, is_done: false };
        if let Some(old) = old {
            #[cfg(unix)]
            {
                use std::os::unix::fs::MetadataExt;
                // Only root can give a file away; for all others the new file is theirs.
                let _ = std::os::unix::fs::fchown(&made.file, Some(old.uid()), Some(old.gid()));
            }
            made.file.set_permissions(old.permissions())?;
        }
        Ok(made)
    }

    /// Puts the file in its place.
    ///
    /// # Errors
    ///
    /// It cannot be written to the disk in full or renamed; then the old file is still there.
    pub fn commit(mut self) -> io::Result<()> {
        self.file.sync_all()?;
        fs::rename(&self.temporary, &self.place)?;
        self.is_done = true;
        Ok(())
    }
}

impl Write for WholeFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Drop for WholeFile {
    fn drop(&mut self) {
        if !self.is_done {
            let _ = fs::remove_file(&self.temporary);
        }
        unfinished(|paths| paths.retain(|path| *path != self.temporary));
    }
}

fn unfinished(change: impl FnOnce(&mut Vec<PathBuf>)) {
    change(&mut UNFINISHED.lock().unwrap_or_else(std::sync::PoisonError::into_inner));
}

/// Removes the files that are being written: for a program that a signal ends.
pub fn remove_unfinished() {
    unfinished(|paths| {
        for path in paths.drain(..) {
            let _ = fs::remove_file(path);
        }
    });
}

/// Whether an output of this name can be a [`WholeFile`]: it is a regular file, or there is none yet. Devices and named pipes
/// are written directly.
#[must_use]
pub fn is_replaceable(path: &Path) -> bool {
    match fs::metadata(path) {
        Ok(metadata) => metadata.is_file(),
        Err(error) => error.kind() == io::ErrorKind::NotFound,
    }
}

/// The records of a file that grows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Records {
    /// Lines.
    Lines,
    /// Event buffers back to back.
    Buffers,
}

/// Opens a file to write more to its end. An unfinished record there, which a full disk or a crash has left, is cut off; how
/// many bytes that were is returned besides.
///
/// # Errors
///
/// The file cannot be opened, read or cut.
pub fn append(path: &Path, records: Records) -> io::Result<(File, u64)> {
    if !is_replaceable(path) {
        return Ok((File::options().append(true).open(path)?, 0));
    }
    let mut file = File::options().read(true).append(true).create(true).open(path)?;
    let len = file.metadata()?.len();
    let whole = match records {
        Records::Lines => whole_lines(&mut file, len)?,
        Records::Buffers => whole_buffers(&mut file, len)?,
    };
    if whole < len {
        file.set_len(whole)?;
    }
    file.seek(SeekFrom::End(0))?;
    Ok((file, len - whole))
}

/// Where the last line ends that has an end.
fn whole_lines(file: &mut File, len: u64) -> io::Result<u64> {
    const PIECE: u64 = 1 << 16;
    let mut end = len;
    while end > 0 {
        let start = end.saturating_sub(PIECE);
        file.seek(SeekFrom::Start(start))?;
        let mut bytes = Vec::new();
        Read::by_ref(file).take(end - start).read_to_end(&mut bytes)?;
        if let Some(at) = bytes.iter().rposition(|byte| *byte == b'\n') {
            return Ok(start + u64::try_from(at).unwrap_or(0) + 1);
        }
        end = start;
    }
    Ok(0)
}

/// Where the last buffer ends that is all there. Other bytes in the file are nobody's unfinished record.
fn whole_buffers(file: &mut File, len: u64) -> io::Result<u64> {
    file.seek(SeekFrom::Start(0))?;
    let mut buffers = Buffers::new(file, Form::Raw, &Profile::DEFAULT);
    let mut whole = len;
    while let Some(item) = buffers.next()? {
        whole = match item {
            Item::Bad { bytes, offset, region, is_cut, .. } if is_cut => {
                let end = offset + u64::try_from(bytes.len()).unwrap_or(0);
                if end == len { region } else { len }
            }
            _ => len,
        };
    }
    Ok(whole)
}
