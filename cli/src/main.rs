//! `zems`: the event buffers of NonStop systems on the command line.

mod args;
mod commands;
mod delivery;
mod input;
mod terminal;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{Args as _, CommandFactory, FromArgMatches, Parser, Subcommand};

use args::{config, effects};
use commands::{
    catalog, check, compile, decode, diff, doctor, dump, encode, generate, import, learn, lint, listen, stats,
};
use terminal::{output, report};

/// Exit code when some input was bad.
const SOME_BAD: u8 = 1;
/// Exit code for wrong usage and for sources with errors.
const USAGE: u8 = 2;

/// Help is not wider.
const TERM_WIDTH: usize = 110;

/// Reads, builds, names and renders the event buffers of HPE NonStop systems.
#[derive(Debug, Parser)]
#[command(name = "zems", version, max_term_width = TERM_WIDTH, after_help = EXAMPLES)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &str = "\
Examples:
  zems decode events.bin                       one line of text an event
  zems decode --format json - < events.bin     JSON Lines, for a pipe
  zems dump samples/event.hex                  every byte and its meaning
  zems decode --format json --raw events.bin | zems encode -o same.bin
  zems catalog zrpc                            definitions of the RPC subsystem

Exit codes: 0 all good, 1 some input was bad, 2 wrong usage or a source with errors.";

// One value is made, once, and matched: boxing the large one would save nothing.
#[allow(clippy::large_enum_variant)]
#[derive(Debug, Subcommand)]
enum Command {
    Decode(decode::Args),
    Listen(listen::Args),
    Dump(dump::Args),
    Encode(encode::Args),
    Check(check::Args),
    Catalog(catalog::Args),
    Compile(compile::Args),
    Import(import::Args),
    Stats(stats::Args),
    Doctor(doctor::Args),
    Learn(learn::Args),
    Lint(lint::Args),
    Diff(diff::Args),
    Generate(generate::Args),
    /// Write the completions for a shell.
    Completions {
        /// The shell.
        shell: clap_complete::Shell,
    },
    /// Write the manual page, or one for every command.
    Man {
        /// The directory that gets a page for every command; without it the page of zems goes to standard output.
        #[arg(value_name = "DIR")]
        directory: Option<std::path::PathBuf>,
    },
}

/// How a command ended short of its end.
#[derive(Debug)]
enum Stop {
    /// Whoever read the output is gone: there is nobody to tell.
    ClosedPipe,
    /// Wrong usage, or a file that cannot be used: the message is shown.
    Usage(String),
    /// `--strict`: the fault has been shown.
    Strict,
    /// Not one input could be read, which has been shown.
    NoInput,
    /// Something could not be handed on: the message is shown.
    Undelivered(String),
}

impl From<std::io::Error> for Stop {
    fn from(error: std::io::Error) -> Self {
        match error.kind() {
            std::io::ErrorKind::BrokenPipe => Self::ClosedPipe,
            _ => Self::Usage(error.to_string()),
        }
    }
}

/// The command asked for. Describing them all takes longer than decoding an event, and `decode` may be started for every
/// one: it is described alone.
fn command() -> Result<Command, Stop> {
    let args: Vec<OsString> = std::env::args_os().collect();
    let is_decode = args.get(1).is_some_and(|name| name == DECODE);
    let mut program = if is_decode { decode_alone() } else { Cli::command() };
    let args = match args.get(1).and_then(|name| program.find_subcommand_mut(name)) {
        Some(command) if args.iter().any(|arg| arg.as_encoded_bytes().starts_with(b"--config")) => {
            command.build();
            config::expanded(args, command)?
        }
        _ => args,
    };
    if !is_decode {
        let matches = Cli::command().get_matches_from(args);
        effects::check(&matches)
            .unwrap_or_else(|error| error.format(&mut asked_for(Cli::command(), &matches)).exit());
        return Ok(Cli::from_arg_matches(&matches).unwrap_or_else(|error| error.exit()).command);
    }
    let mut matches = decode_alone().get_matches_from(&args);
    effects::check(&matches)
        .unwrap_or_else(|error| error.format(&mut asked_for(decode_alone(), &matches)).exit());
    let parsed =
        matches.remove_subcommand().map(|(_, mut args)| decode::Args::from_arg_matches_mut(&mut args));
    match parsed {
        Some(Ok(args)) => Ok(Command::Decode(args)),
        Some(Err(error)) => error.exit(),
        None => Ok(Cli::parse_from(args).command),
    }
}

/// The command that the arguments name, whose usage a message shows.
fn asked_for(mut program: clap::Command, mut matches: &clap::ArgMatches) -> clap::Command {
    program.build();
    while let Some((name, inner)) = matches.subcommand()
        && let Some(command) = program.find_subcommand(name).cloned()
    {
        (program, matches) = (command, inner);
    }
    program
}

const DECODE: &str = "decode";

/// The program as if it had this command only.
fn decode_alone() -> clap::Command {
    let decode = decode::Args::augment_args(clap::Command::new(DECODE));
    clap::Command::new("zems").max_term_width(TERM_WIDTH).subcommand(decode)
}

/// Runs a command.
fn run(command: Command, report: &mut report::Report) -> Result<(), Stop> {
    match command {
        Command::Decode(args) => decode::run(&args, report),
        Command::Listen(args) => listen::run(args, report),
        Command::Dump(args) => dump::run(&args, report),
        Command::Encode(args) => encode::run(&args, report),
        Command::Check(args) => check::run(&args),
        Command::Catalog(args) => catalog::run(&args),
        Command::Compile(args) => compile::run(&args),
        Command::Import(args) => import::run(&args, report),
        Command::Stats(args) => stats::run(&args, report),
        Command::Doctor(args) => doctor::run(&args, report),
        Command::Learn(args) => learn::run(&args, report),
        Command::Lint(args) => lint::run(&args, report),
        Command::Diff(args) => diff::run(&args, report),
        Command::Generate(args) => generate::run(&args, report),
        Command::Completions { shell } => {
            // `generate` panics if it cannot write: let it write to memory.
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Cli::command(), "zems", &mut script);
            output::all(&script)
        }
        Command::Man { directory: None } => manual_page().and_then(|page| output::all(&page)),
        Command::Man { directory: Some(directory) } => manual_pages(&directory),
    }
}

/// Whether the program is asked for its version and nothing else. Scripts ask often: it is not worth a description of all options.
fn is_version() -> bool {
    let mut args = std::env::args_os().skip(1);
    args.next().is_some_and(|arg| arg == "--version" || arg == "-V") && args.next().is_none()
}

fn version() -> ExitCode {
    match output::all(concat!("zems ", env!("CARGO_PKG_VERSION"), "\n").as_bytes()) {
        Ok(()) | Err(Stop::ClosedPipe) => ExitCode::SUCCESS,
        Err(_) => ExitCode::from(USAGE),
    }
}

fn main() -> ExitCode {
    if is_version() {
        return version();
    }
    let mut report = report::Report::default();
    let ended = match command() {
        Err(stop) => Err(stop),
        Ok(command) => run(command, &mut report),
    };
    let flushed = output::flush_stdout().map_err(Stop::from);
    report.close();
    match ended.and(flushed) {
        Err(Stop::Usage(message)) => {
            report::say(format_args!("{message}"));
            ExitCode::from(USAGE)
        }
        Err(Stop::Undelivered(message)) => {
            report::say(format_args!("{message}"));
            ExitCode::from(SOME_BAD)
        }
        Err(Stop::NoInput) => ExitCode::from(USAGE),
        Err(Stop::Strict) => ExitCode::from(SOME_BAD),
        Ok(()) | Err(Stop::ClosedPipe) if report.is_clean() => ExitCode::SUCCESS,
        Ok(()) | Err(Stop::ClosedPipe) => ExitCode::from(SOME_BAD),
    }
}

fn manual_page() -> Result<Vec<u8>, Stop> {
    let mut page = Vec::new();
    clap_mangen::Man::new(Cli::command()).render(&mut page)?;
    Ok(page)
}

/// One page for every command: `zems-decode.1`, `zems-import-syslog.1`.
fn manual_pages(directory: &std::path::Path) -> Result<(), Stop> {
    let cannot = |error: std::io::Error| Stop::Usage(format!("{}: {error}", directory.display()));
    std::fs::create_dir_all(directory).map_err(cannot)?;
    clap_mangen::generate_to(Cli::command(), directory).map_err(cannot)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decode_alone_is_the_same_command() {
        let help = |mut program: clap::Command| {
            program.build();
            let decode =
                program.find_subcommand_mut(DECODE).map(|decode| decode.render_long_help().to_string());
            decode.unwrap_or_default()
        };
        let alone = help(decode_alone());
        assert!(alone.contains("Usage: zems decode [OPTIONS] [FILE]..."), "{alone}");
        assert_eq!(alone, help(Cli::command()));
    }

    #[test]
    fn every_option_says_when_it_has_an_effect() {
        effects::tests::assert_complete(&Cli::command());
    }

    #[test]
    fn every_command_is_described_without_contradiction() {
        Cli::command().debug_assert();
    }
}
