//! `zems compile`: definitions checked and saved in one compiled file.

use std::io::Write;
use std::path::PathBuf;

use zems::sources::Compiled;
use zems_io::source_files;

use crate::Stop;
use crate::args::definitions;
use crate::terminal::output::{Names, Output};

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
    let mut files = source_files(&args.definitions.paths())?;
    files.extend(source_files(&args.sources)?);
    let inputs: Vec<_> = files.iter().map(|file| file.path.clone()).collect();
    Names::default().inputs(&inputs).output("-o", Some(&args.output)).check()?;
    let loaded = args.definitions.compile(&files)?;
    let bytes = Compiled::to_bytes(&loaded.dictionary, &loaded.templates, &loaded.inputs);
    let mut output = Output::new(Some(&args.output))?;
    output.write_all(&bytes)?;
    output.finish()
}
