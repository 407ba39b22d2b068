//! The files that a command reads.

use std::fs::File;
use std::io::{self, IsTerminal, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use zems_io::{Content, Unpacked, unpack};

use crate::input::follow::name;
use crate::terminal::named::Named;
use crate::terminal::progress::ProgressLine;
use crate::terminal::report::{Counters, Report};

#[derive(Clone, Debug, Default, clap::Args)]
#[group(skip)]
pub(crate) struct Files {
    /// Files or directories to read, directories in the order of their files' names. Default, and `-`: standard
    /// input. gzip and zstd are unpacked.
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Read directories inside directories too.
    #[arg(long)]
    recursive: bool,
}

impl Files {
    /// These files.
    pub(crate) fn of(files: &[PathBuf]) -> Self {
        Self { files: files.to_vec(), recursive: false }
    }

    /// The names as they are given.
    pub(crate) fn named(&self) -> Vec<PathBuf> {
        if self.files.is_empty() { [PathBuf::from("-")].into() } else { self.files.clone() }
    }

    /// Whether there may be more than one.
    pub(crate) fn are_several(&self) -> bool {
        self.files.len() > 1 || self.files.iter().any(|path| path.is_dir())
    }

    /// The files to read. A directory that cannot be listed is reported.
    pub(crate) fn list(&self, report: &mut Report) -> Vec<PathBuf> {
        let mut files = Vec::new();
        for listed in zems_io::files(&self.named(), self.recursive) {
            match listed {
                Ok(path) => files.push(path),
                Err((path, error)) => report.unread(format_args!("{}: {error}", path.display())),
            }
        }
        report.inputs = u64::try_from(files.len()).unwrap_or(u64::MAX);
        files
    }
}

/// A file that is open, and the name to show for it. `None`: it cannot be read, which is reported.
pub(crate) fn open(path: &Path, report: &mut Report) -> Option<(Unpacked, String)> {
    let name = name(path);
    match unpacked(path, &name, report) {
        Ok(unpacked) => {
            report.opened();
            Some((unpacked, name))
        }
        Err(error) => {
            report.unread(format_args!("{name}: {error}"));
            None
        }
    }
}

fn unpacked(path: &Path, name: &str, report: &mut Report) -> io::Result<Unpacked> {
    if path.as_os_str() == "-" {
        return unpack(io::stdin());
    }
    let file = File::open(path)?;
    let metadata = file.metadata()?;
    if metadata.is_dir() {
        return Err(io::Error::new(io::ErrorKind::IsADirectory, "is a directory"));
    }
    let shows_progress = metadata.is_file() && io::stderr().is_terminal() && !io::stdout().is_terminal();
    if !shows_progress {
        return unpack(file);
    }
    let progress = ProgressLine::new(name.to_owned(), metadata.len());
    if let Some(last) = report.progress.replace(progress.clone()) {
        last.clear();
    }
    unpack(progress.of(file))
}

/// The same for text. `None` besides for a file that is not text, with `hint` for event buffers.
pub(crate) fn open_text(
    path: &Path,
    hint: &str,
    report: &mut Report,
) -> Option<(Box<dyn Read + Send>, String)> {
    let name = name(path);
    let opened = unpacked(path, &name, report);
    let refusal = match &opened {
        Ok(unpacked) => refusal(unpacked.content(), hint),
        Err(error) => Some(error.to_string()),
    };
    match opened {
        Ok(unpacked) if refusal.is_none() => {
            report.opened();
            let input = Named::new(unpacked.into_text(), name.clone());
            Some((Box::new(ToFault { input, counters: Arc::clone(report.counters()) }), name))
        }
        _ => {
            report.unread(format_args!("{name}: {}", refusal.unwrap_or_default()));
            None
        }
    }
}

/// Ends at a fault, which is reported: what was read before it counts, and so do the inputs after it.
struct ToFault<R> {
    input: R,
    counters: Arc<Counters>,
}

impl<R: Read> Read for ToFault<R> {
    fn read(&mut self, space: &mut [u8]) -> io::Result<usize> {
        match self.input.read(space) {
            Err(error) if error.kind() != io::ErrorKind::Interrupted => {
                self.counters.unread(format_args!("{error}"));
                Ok(0)
            }
            read => read,
        }
    }
}

/// Why a content is not read as text, if it is none.
pub(crate) fn refusal(content: Content, hint: &str) -> Option<String> {
    match content {
        Content::Text | Content::Utf16 { .. } => None,
        Content::Buffers => Some(format!("is event buffers, not text: {hint}")),
        other => Some(format!("is {other}")),
    }
}
