//! `zems encode`: JSON Lines in, buffers out.

use std::io::Write;
use std::path::PathBuf;
use std::time::{SystemTime, UNIX_EPOCH};

use zems::formats::json::Reader;
use zems::spi::Timestamp;

use crate::Stop;
use crate::args::definitions;
use crate::input::files::{self, Files};
use crate::input::objects::{Object, Objects};
use crate::terminal::output::{Names, Output};
use crate::terminal::report::Report;

/// Encode JSON Lines, as `decode --format json` writes them, to buffers.
#[derive(Debug, clap::Args)]
#[group(skip)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    #[command(flatten)]
    files: Files,
    /// Write the buffers to this file. Default: standard output.
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Write to a terminal anyway.
    #[arg(long)]
    force: bool,
    /// Stop at the first fault.
    #[arg(long)]
    strict: bool,
    #[command(flatten)]
    definitions: definitions::Args,
}

const EXAMPLES: &str = r#"Examples:
  zems decode --format json --raw a.bin | zems encode -o same.bin
  echo '{"kind":"event","ssid":"TANDEM.RPC.D10","name":"ZRPC-EVT-BKUP-FAIL",
      "tokens":[{"name":"ZEMS-TKN-SUBJECT-MARK"},
      {"name":"ZCOM-TKN-SUBJ-PROC","value":"$ZPM"},
      {"name":"ZRPC-TKN-CPU","value":3}]}' | zems encode -o event.bin"#;

pub(crate) fn run(args: &Args, report: &mut Report) -> Result<(), Stop> {
    report.count("lines");
    Names::default()
        .inputs(&args.files.named())
        .inputs(&args.definitions.paths())
        .output("-o", args.output.as_deref())
        .check()?;
    let definitions = args.definitions.load()?;
    let reader = Reader::new(definitions.dictionary());
    let mut output = Output::new(args.output.as_deref())?.refuse_terminal(args.force)?;
    for path in args.files.list(report) {
        let Some((input, name)) = files::open_text(&path, HINT, report) else { continue };
        let mut objects = Objects::new(input);
        while let Some(Object { line, text, .. }) = objects.next()? {
            let bytes = text.and_then(|text| encode(&reader, text));
            match bytes {
                Ok(Some(bytes)) => {
                    output.write_all(&bytes)?;
                    report.good();
                }
                Ok(None) => {}
                Err(error) => {
                    report.bad(0, format_args!("{name}: line {line}: {error}"));
                    if args.strict {
                        output.flush()?;
                        return Err(Stop::Strict);
                    }
                }
            }
        }
    }
    report.check_inputs()?;
    output.finish()
}

/// The hint for event buffers where their JSON form is expected.
const HINT: &str = "they need no encoding";

/// The buffer of a line; none for a blank line, and for one that stands for what was no buffer.
pub(crate) fn encode(reader: &Reader<'_>, line: &str) -> Result<Option<Vec<u8>>, String> {
    if line.trim().is_empty() {
        return Ok(None);
    }
    reader.read(line, now()).map_err(|error| error.to_string())
}

/// The clock of this machine.
pub(crate) fn now() -> Timestamp {
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |elapsed| elapsed.as_micros());
    i64::try_from(since_epoch).ok().and_then(Timestamp::from_unix_micros).unwrap_or(Timestamp::UNSET)
}
