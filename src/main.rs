//! `zems`: the event buffers of NonStop systems on the command line.

mod cli;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::run()
}
