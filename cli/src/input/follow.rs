//! Following and going on: the options, and what they say to the person at the terminal.

use std::fs::{self, Metadata};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use zems_io::{Follower, Options, State};

use crate::Stop;
use crate::terminal::report::{Report, say};
use crate::terminal::signals::asked_to_stop;

#[derive(Debug, Default, clap::Args)]
#[group(skip)]
#[command(next_help_heading = "Following")]
pub(crate) struct Args {
    /// Wait for more at the end of the file, as `tail -F` does, across rotation and truncation. SIGINT or SIGTERM
    /// ends the run in good order, SIGUSR1 shows the counters.
    #[arg(long)]
    pub(crate) follow: bool,
    /// Record in this file how far the input was processed; the next run resumes there, also in rotated and compressed files.
    /// Output to `-o` is appended. After a crash the last second may come twice.
    #[arg(long, value_name = "FILE")]
    pub(crate) state: Option<PathBuf>,
    #[arg(skip)]
    held: Mutex<Option<State>>,
}

impl Args {
    /// Whether the run is one of a series, or may go on forever.
    pub(crate) const fn is_service(&self) -> bool {
        self.follow || self.state.is_some()
    }

    /// Refuses what cannot be followed or resumed.
    pub(crate) fn check(&self, inputs: &[PathBuf]) -> Result<(), Stop> {
        if self.follow && inputs.len() > 1 {
            return Err(Stop::Usage("--follow reads one file: follow each of several by itself".to_owned()));
        }
        let is_pipe = |input: &PathBuf| {
            let is_other = |metadata: Metadata| !metadata.is_file() && !metadata.is_dir();
            input.as_os_str() == "-" || fs::metadata(input).is_ok_and(is_other)
        };
        if self.state.is_some() && inputs.iter().any(is_pipe) {
            return Err(Stop::Usage("--state is for files: a pipe cannot be read again".to_owned()));
        }
        Ok(())
    }

    /// Takes hold of the state, before an output is opened that another process may be writing to.
    pub(crate) fn hold(&self) -> Result<(), Stop> {
        let state = self.read_state()?;
        *self.held.lock().unwrap_or_else(PoisonError::into_inner) = state;
        Ok(())
    }

    /// The state that is named, which no other process may have.
    pub(crate) fn load(&self) -> Result<Option<State>, Stop> {
        let held = self.held.lock().unwrap_or_else(PoisonError::into_inner).take();
        if held.is_some() { Ok(held) } else { self.read_state() }
    }

    fn read_state(&self) -> Result<Option<State>, Stop> {
        let load = |path: &PathBuf| {
            State::load(path).map_err(|error| Stop::Usage(format!("{}: {error}", path.display())))
        };
        self.state.as_ref().map(load).transpose()
    }

    /// The bytes of an input, from where the last run stopped.
    pub(crate) fn follower(&self, path: &Path, state: Option<&State>, report: &Report) -> Follower {
        let counters = Arc::clone(report.counters());
        let options = Options::default().follow(self.follow).continued(self.is_service());
        let known = state.and_then(|state| state.known(path));
        let notify = move |notice: &zems_io::Notice| {
            if notice.is_loss() {
                counters.lose();
            }
            say(format_args!("{notice}"));
        };
        Follower::new(path, options, known, notify, asked_to_stop)
    }
}

/// Why a text is not followed.
pub(crate) const UTF_16: &str =
    "is text in UTF-16, which --follow and --state do not read: convert it, as with iconv -f UTF-16 -t UTF-8";

/// Writes the state; a fault names its file.
pub(crate) fn save(state: &mut State, args: &Args, arrived: u64) -> Result<(), Stop> {
    let name = args.state.as_deref().unwrap_or(Path::new("")).display();
    state.save(arrived).map_err(|error| Stop::Usage(format!("{name}: {error}")))
}

/// The display name of an input.
pub(crate) fn name(path: &Path) -> String {
    if path.as_os_str() == "-" { "standard input".to_owned() } else { path.display().to_string() }
}
