//! Where results go.

use core::sync::atomic::{AtomicBool, Ordering};
use std::fs::{self, File};
use std::io::{self, BufWriter, IsTerminal, Stdout, Write};
use std::path::{Path, PathBuf};
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};

use clap::ValueEnum;
use zems_io::{Records, Target, WholeFile, append, is_replaceable};

use crate::Stop;
use crate::terminal::named::Named;
use crate::terminal::report::say;
use crate::terminal::shown::Shown;
use crate::terminal::signals;

/// Use colours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    /// On a terminal, as NO_COLOR, CLICOLOR, CLICOLOR_FORCE and TERM allow.
    #[default]
    Auto,
    Always,
    Never,
}

impl Color {
    /// Whether standard output is to be coloured.
    pub(crate) fn is_on(self) -> bool {
        self.is_on_for(&io::stdout())
    }

    /// The same for another stream.
    pub(crate) fn is_on_for(self, stream: &impl anstream::stream::RawStream) -> bool {
        match self {
            Self::Auto => is_colored(stream),
            Self::Always => true,
            Self::Never => false,
        }
    }
}

/// Whether a stream is to be coloured, by what it is and by the environment.
pub(crate) fn is_colored(stream: &impl anstream::stream::RawStream) -> bool {
    anstream::AutoStream::choice(stream) != anstream::ColorChoice::Never
}

/// Bytes that are handed on at a time.
const PIECE: usize = 1 << 16;

/// Standard output in large pieces. Messages flush it, so that they appear next to what they concern.
static STDOUT: LazyLock<Mutex<BufWriter<Named<Shown<Stdout>>>>> = LazyLock::new(|| {
    let stdout = Shown::new(io::stdout(), io::stdout().is_terminal(), &IS_COLORED);
    Mutex::new(pieces(stdout, "standard output".to_owned()))
});

/// Whether the output has colours of the program.
static IS_COLORED: AtomicBool = AtomicBool::new(false);

/// Lets the colours of the output pass from now on. The caller escapes every ESC of the input.
pub(crate) fn let_colors_pass() {
    IS_COLORED.store(true, Ordering::Relaxed);
}

fn lock() -> MutexGuard<'static, BufWriter<Named<Shown<Stdout>>>> {
    STDOUT.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A place for results: standard output, a file that appears when it is complete, or one that is written directly.
pub(crate) enum Output {
    Stdout,
    Whole(BufWriter<Named<WholeFile>>),
    Direct(BufWriter<Named<File>>),
}

/// Standard output.
pub(crate) const fn stdout() -> Output {
    Output::Stdout
}

/// Hands on what waits for standard output.
pub(crate) fn flush_stdout() -> io::Result<()> {
    lock().flush()
}

/// Writes all of it to standard output.
pub(crate) fn all(bytes: &[u8]) -> Result<(), Stop> {
    let mut output = stdout();
    output.write_all(bytes)?;
    Ok(output.flush()?)
}

fn pieces<W: Write>(output: W, name: String) -> BufWriter<Named<W>> {
    BufWriter::with_capacity(PIECE, Named::new(output, name))
}

/// A path that means standard output.
pub(crate) fn is_stdout(path: &Path) -> bool {
    path.as_os_str() == "-"
}

impl Output {
    /// A new file, or standard output without one or for `-`.
    pub(crate) fn new(path: Option<&Path>) -> Result<Self, Stop> {
        let Some(path) = path.filter(|path| !is_stdout(path)) else { return Ok(Self::Stdout) };
        let name = path.display().to_string();
        let cannot = |error: io::Error| Stop::Usage(format!("{name}: {error}"));
        if is_replaceable(path) {
            signals::remove_unfinished()?;
            return Ok(Self::Whole(pieces(WholeFile::create(path).map_err(cannot)?, name)));
        }
        let file = File::options().write(true).open(path).map_err(cannot)?;
        Ok(Self::Direct(pieces(file, name)))
    }

    /// A file of a series of runs: what is in it stays, but an unfinished record at its end goes.
    pub(crate) fn growing(path: Option<&Path>, records: Records) -> Result<Self, Stop> {
        let Some(path) = path.filter(|path| !is_stdout(path)) else { return Ok(Self::Stdout) };
        let name = path.display().to_string();
        let (file, cut) = append(path, records).map_err(|error| Stop::Usage(format!("{name}: {error}")))?;
        if cut > 0 {
            say(format_args!("{name}: {cut} bytes of an unfinished record at its end were removed"));
        }
        Ok(Self::Direct(pieces(file, name)))
    }

    /// The same for records that are not text: a terminal gets them only with `force`.
    pub(crate) fn refuse_terminal(self, force: bool) -> Result<Self, Stop> {
        if matches!(self, Self::Stdout) && io::stdout().is_terminal() && !force {
            return Err(Stop::Usage(
                "buffers are not text: name a file with -o, pipe them on, or use --force to see them here"
                    .to_owned(),
            ));
        }
        Ok(self)
    }

    /// Everything has been written: a file takes its place.
    pub(crate) fn finish(self) -> Result<(), Stop> {
        match self {
            Self::Stdout => Ok(flush_stdout()?),
            Self::Direct(mut file) => Ok(file.flush()?),
            Self::Whole(file) => {
                let file = file.into_inner().map_err(|error| Stop::from(error.into_error()))?;
                let (file, name) = file.into_parts();
                file.commit().map_err(|error| Stop::Usage(format!("{name}: {error}")))
            }
        }
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Stdout => lock().write(bytes),
            Self::Whole(file) => file.write(bytes),
            Self::Direct(file) => file.write(bytes),
        }
    }

    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        match self {
            Self::Stdout => lock().write_all(bytes),
            Self::Whole(file) => file.write_all(bytes),
            Self::Direct(file) => file.write_all(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Stdout => flush_stdout(),
            Self::Whole(file) => file.flush(),
            Self::Direct(file) => file.flush(),
        }
    }
}

/// Collects input that could not be used, unchanged, if a file is named for it.
#[derive(Default)]
pub(crate) struct Reject(Option<Output>);

impl Reject {
    /// Opens the file. `continues`: keeps the output of an earlier run of a series.
    pub(crate) fn new(path: Option<&Path>, continues: bool) -> Result<Self, Stop> {
        let Some(path) = path else { return Ok(Self(None)) };
        if !continues || is_stdout(path) {
            return Ok(Self(Some(Output::new(Some(path))?)));
        }
        let name = path.display().to_string();
        let opened = File::options().create(true).append(true).open(path);
        let file = opened.map_err(|error| Stop::Usage(format!("{name}: {error}")))?;
        Ok(Self(Some(Output::Direct(pieces(file, name)))))
    }

    pub(crate) fn keep(&mut self, bytes: &[u8]) -> Result<(), Stop> {
        Ok(self.0.as_mut().map_or(Ok(()), |file| file.write_all(bytes))?)
    }

    /// Hands on what was collected.
    pub(crate) fn flush(&mut self) -> Result<(), Stop> {
        Ok(self.0.as_mut().map_or(Ok(()), Write::flush)?)
    }

    /// Everything has been collected.
    pub(crate) fn finish(&mut self) -> Result<(), Stop> {
        self.0.take().map_or(Ok(()), Output::finish)
    }
}

/// The files that a run reads and writes, to be looked at before any is opened for writing.
#[derive(Default)]
pub(crate) struct Names {
    inputs: Vec<PathBuf>,
    /// With the option that names each.
    outputs: Vec<(&'static str, PathBuf)>,
}

impl Names {
    /// Files that are read.
    pub(crate) fn inputs(mut self, paths: &[PathBuf]) -> Self {
        self.inputs.extend_from_slice(paths);
        self
    }

    /// A file that is written. For `-o` none is standard output.
    pub(crate) fn output(mut self, option: &'static str, path: Option<&Path>) -> Self {
        match path {
            Some(path) => self.outputs.push((option, path.to_path_buf())),
            None if option == "-o" => self.outputs.push(("standard output", PathBuf::from("-"))),
            None => {}
        }
        self
    }

    /// Refuses an output that is an input or another output.
    pub(crate) fn check(self) -> Result<(), Stop> {
        let mut seen: Vec<(String, Target)> = self
            .inputs
            .iter()
            .filter_map(|path| {
                let name =
                    if is_stdout(path) { "standard input".to_owned() } else { path.display().to_string() };
                Some((name, target(path, false)?))
            })
            .collect();
        let inputs = seen.len();
        let mut has_stdout = false;
        for (option, path) in &self.outputs {
            let name = if is_stdout(path) {
                "standard output".to_owned()
            } else {
                format!("{option} {}", path.display())
            };
            if is_stdout(path) && core::mem::replace(&mut has_stdout, true) {
                return Err(Stop::Usage(format!(
                    "{option} -: standard output is an output of this run already"
                )));
            }
            let Some(target) = target(path, true) else { continue };
            if let Some(at) = seen.iter().position(|(_, other)| *other == target) {
                let (other, _) = &seen[at];
                let what = if at < inputs { "an input" } else { "another output" };
                return Err(Stop::Usage(format!(
                    "{name}: is {what} of this run too ({other}): writing would destroy it; name another file"
                )));
            }
            seen.push((name, target));
        }
        Ok(())
    }
}

/// The file that is read or written; `-` is standard input or output, whatever that is.
fn target(path: &Path, is_output: bool) -> Option<Target> {
    if !is_stdout(path) {
        return Target::of(path);
    }
    #[cfg(unix)]
    {
        use std::os::fd::AsFd;
        let fd = if is_output {
            io::stdout().as_fd().try_clone_to_owned()
        } else {
            io::stdin().as_fd().try_clone_to_owned()
        };
        let metadata = File::from(fd.ok()?).metadata().ok()?;
        // A pipe from this run to itself is none of ours.
        metadata.is_file().then(|| Target::of_metadata(&metadata)).flatten()
    }
    #[cfg(not(unix))]
    {
        let _ = is_output;
        None
    }
}

/// Whether standard output and standard error go to the same terminal or pipe.
pub(crate) fn is_shared() -> bool {
    static SHARED: LazyLock<bool> = LazyLock::new(|| {
        #[cfg(unix)]
        {
            use std::os::fd::AsFd;
            let of = |fd: io::Result<std::os::fd::OwnedFd>| {
                let metadata = File::from(fd.ok()?).metadata().ok()?;
                Some(zems_io::Identity::of(&metadata))
            };
            let out = of(io::stdout().as_fd().try_clone_to_owned());
            let err = of(io::stderr().as_fd().try_clone_to_owned());
            out.is_some() && out == err
        }
        #[cfg(not(unix))]
        {
            io::stdout().is_terminal() && io::stderr().is_terminal()
        }
    });
    *SHARED
}

/// Columns of the terminal if standard output is one.
pub(crate) fn terminal_width() -> Option<usize> {
    io::stdout().is_terminal().then(columns)
}

/// Columns of the terminal: what the environment says, else what the terminal says, else 80.
pub(crate) fn columns() -> usize {
    let said = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    let seen = || terminal_size::terminal_size().map(|(columns, _)| usize::from(columns.0));
    said.or_else(seen).unwrap_or(80)
}

/// Makes files together: all of them are there at the end, or none.
pub(crate) fn together(files: &[(PathBuf, String)], replace: bool) -> Result<(), Stop> {
    let cannot = |path: &Path, error: &io::Error| Stop::Usage(format!("{}: {error}", path.display()));
    if let Some((path, _)) = files.iter().find(|(path, _)| !replace && fs::symlink_metadata(path).is_ok()) {
        return Err(Stop::Usage(format!("{}: is there already: --force replaces it", path.display())));
    }
    signals::remove_unfinished()?;
    let mut made = Vec::new();
    for (path, text) in files {
        let mut file = WholeFile::create(path).map_err(|error| cannot(path, &error))?;
        file.write_all(text.as_bytes()).map_err(|error| cannot(path, &error))?;
        made.push((path, file));
    }
    let mut done: Vec<&PathBuf> = Vec::new();
    for (path, file) in made {
        let is_new = fs::symlink_metadata(path).is_err();
        if let Err(error) = file.commit() {
            done.into_iter().for_each(|path| drop(fs::remove_file(path)));
            return Err(cannot(path, &error));
        }
        if is_new {
            done.push(path);
        }
    }
    Ok(())
}
