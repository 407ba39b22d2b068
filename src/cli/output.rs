//! Where results go.

use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::Path;

use clap::ValueEnum;

use super::Stop;

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
pub(crate) fn stdout() -> BufWriter<io::StdoutLock<'static>> {
    BufWriter::with_capacity(1 << 16, io::stdout().lock())
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
            let file =
                options.open(path).map_err(|error| Stop::Usage(format!("{}: {error}", path.display())))?;
            Ok(Box::new(BufWriter::with_capacity(1 << 16, file)))
        }
        None if io::stdout().is_terminal() && !force => Err(Stop::Usage(
            "buffers are not text: name a file with -o, pipe them on, or use --force to see them here"
                .to_owned(),
        )),
        None => Ok(Box::new(stdout())),
    }
}

/// Columns of the terminal that standard output is: what the environment says, else what the terminal says, else 80. `None` if it
/// is no terminal.
pub(crate) fn terminal_width() -> Option<usize> {
    let said = || std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    let seen = || terminal_size::terminal_size().map(|(columns, _)| usize::from(columns.0));
    io::stdout().is_terminal().then(|| said().or_else(seen).unwrap_or(80))
}
