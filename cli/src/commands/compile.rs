//! `zems compile`: definitions checked and saved in one compiled file.

use std::fs;
use std::path::PathBuf;

use zems::sources::Compiled;

use crate::Stop;
use crate::args::definitions::{self, sources};

/// Check definitions and save them in one compiled file, which --define takes like a source and loads faster.
#[derive(Debug, clap::Args)]
#[group(skip)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// Sources to compile: DDL, C headers, event metadata, templates and compiled definitions, and directories of them; later
    /// ones win.
    #[arg(value_name = "SOURCE", required = true)]
    sources: Vec<PathBuf>,
    /// The file to write. It is replaced only if there is no error.
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
    #[command(flatten)]
    definitions: definitions::Args,
}

const EXAMPLES: &str = "\
Examples:
  zems compile acmeddl acme.events acmetmpl -o acme.zdef
  zems compile /site/zspidef -o site.zdef
  zems decode --define site.zdef events.bin

Exit code: 2 with errors in the sources; no file is written then.";

pub(crate) fn run(args: &Args) -> Result<(), Stop> {
    let mut files = sources(&args.definitions.define)?;
    files.extend(sources(&args.sources)?);
    if let Ok(output) = args.output.canonicalize()
        && let Some(same) =
            files.iter().find(|file| file.path.canonicalize().is_ok_and(|path| path == output))
    {
        let (path, output) = (same.path.display(), args.output.display());
        return Err(Stop::Usage(format!(
            "{output}: is the source {path} as well; give another file with -o"
        )));
    }
    let (dictionary, templates, inputs) = args.definitions.compile(&files)?;
    let bytes = Compiled::to_bytes(&dictionary, &templates, &inputs);
    let cannot = |error: std::io::Error| Stop::Usage(format!("{}: {error}", args.output.display()));
    let is_file = args.output.metadata().map_or(true, |known| known.is_file());
    if !is_file {
        return fs::write(&args.output, bytes).map_err(cannot);
    }
    // Beside its place first, so that the old file or the new one is whole.
    let mut beside = args.output.as_os_str().to_owned();
    beside.push(".new");
    let beside = PathBuf::from(beside);
    fs::write(&beside, bytes).and_then(|()| fs::rename(&beside, &args.output)).map_err(|error| {
        // It may not have been written.
        let _ = fs::remove_file(&beside);
        cannot(error)
    })
}
