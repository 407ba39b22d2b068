//! Where results go.

use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::Path;

use clap::ValueEnum;

use crate::Stop;
use crate::terminal::named::Named;

/// When to use colours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    /// On a terminal, unless NO_COLOR is set.
    #[default]
    Auto,
    Always,
    Never,
}

impl Color {
    /// Whether standard output is to be coloured.
    pub(crate) fn is_on(self) -> bool {
        let wanted_off = || std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        match self {
            Self::Auto => io::stdout().is_terminal() && !wanted_off(),
            Self::Always => true,
            Self::Never => false,
        }
    }
}

/// Standard output in large pieces.
pub(crate) fn stdout() -> BufWriter<impl Write> {
    pieces(io::stdout().lock(), "standard output".to_owned())
}

/// Writes all of it to standard output.
pub(crate) fn all(bytes: &[u8]) -> Result<(), Stop> {
    let mut output = stdout();
    output.write_all(bytes)?;
    Ok(output.flush()?)
}

fn pieces<W: Write>(output: W, name: String) -> BufWriter<Named<W>> {
    BufWriter::with_capacity(1 << 16, Named::new(output, name))
}

/// The file to write bytes to, or standard output unless that is a terminal.
pub(crate) fn binary(path: Option<&Path>, force: bool) -> Result<Box<dyn Write>, Stop> {
    opened(path, force, File::options().write(true).create(true).truncate(true))
}

/// The same, but what is in the file stays.
pub(crate) fn appended(path: Option<&Path>, force: bool) -> Result<Box<dyn Write>, Stop> {
    opened(path, force, File::options().append(true).create(true))
}

fn opened(path: Option<&Path>, force: bool, options: &OpenOptions) -> Result<Box<dyn Write>, Stop> {
    match path.filter(|path| path.as_os_str() != "-") {
        Some(path) => {
            let name = path.display().to_string();
            let file = options.open(path).map_err(|error| Stop::Usage(format!("{name}: {error}")))?;
            Ok(Box::new(pieces(file, name)))
        }
        None if io::stdout().is_terminal() && !force => Err(Stop::Usage(
            "buffers are not text: name a file with -o, pipe them on, or use --force to see them here"
                .to_owned(),
        )),
        None => Ok(Box::new(stdout())),
    }
}

/// Collects input that could not be used, as it stood, if a file is named for it.
#[derive(Default)]
pub(crate) struct Reject(Option<Named<File>>);

impl Reject {
    /// Opens the file. `goes_on`: what an earlier run of a series has collected stays.
    pub(crate) fn new(path: Option<&Path>, goes_on: bool) -> Result<Self, Stop> {
        let Some(path) = path else { return Ok(Self(None)) };
        let name = path.display().to_string();
        let opened = File::options().create(true).write(true).append(goes_on).truncate(!goes_on).open(path);
        let output = opened.map_err(|error| Stop::Usage(format!("{name}: {error}")))?;
        Ok(Self(Some(Named::new(output, name))))
    }

    pub(crate) fn keep(&mut self, bytes: &[u8]) -> Result<(), Stop> {
        Ok(self.0.as_mut().map_or(Ok(()), |file| file.write_all(bytes))?)
    }
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
