//! `zems encode`: JSON Lines in, buffers out.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::PathBuf;
use std::time::{SystemTime, UNIX_EPOCH};

use zems::formats::json::Reader;
use zems::spi::Timestamp;

use crate::Stop;
use crate::args::definitions;
use crate::input::files::{self, Files};
use crate::terminal::output::{Names, Output};
use crate::terminal::report::Report;

/// Encode JSON Lines, as `decode --format json` writes them, to buffers.
#[derive(Debug, clap::Args)]
#[group(skip)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    #[command(flatten)]
    files: Files,
    /// Where the buffers go; standard output if not given.
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Write to a terminal all the same.
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
         "tokens":[{"name":"ZEMS-TKN-SUBJECT-MARK"},{"name":"ZCOM-TKN-SUBJ-PROC","value":"$ZPM"},
                   {"name":"ZRPC-TKN-CPU","value":3}]}' | zems encode -o event.bin"#;

/// A line of JSON is not longer: a buffer of 64 KB is below 1 MB in all its forms.
const LONGEST_LINE: u64 = 1 << 24;

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
        let mut input = BufReader::with_capacity(1 << 16, input);
        let mut line = Vec::new();
        let mut next = 1_u64;
        loop {
            let number = next;
            line.clear();
            let mut count = 0;
            // An object may go on in the lines that follow; a line that begins another object ends one that is not finished.
            while count == 0
                || is_unfinished(&line) && !input.fill_buf().is_ok_and(|rest| rest.starts_with(NEXT_OBJECT))
            {
                let most = LONGEST_LINE.saturating_sub(u64::try_from(count).unwrap_or(u64::MAX));
                let read = Read::by_ref(&mut input).take(most).read_until(b'\n', &mut line);
                let read = read?;
                if read == 0 {
                    break;
                }
                next += 1;
                count += read;
            }
            if count == 0 {
                break;
            }
            let bytes =
                if line.ends_with(b"\n") || u64::try_from(count).is_ok_and(|count| count < LONGEST_LINE) {
                    let text = core::str::from_utf8(&line).map_err(|error| error.to_string());
                    text.and_then(|text| encode(&reader, text))
                } else {
                    input.skip_until(b'\n')?;
                    Err(format!("the line is longer than {LONGEST_LINE} bytes"))
                };
            match bytes {
                Ok(Some(bytes)) => {
                    output.write_all(&bytes)?;
                    report.good();
                }
                Ok(None) => {}
                Err(error) => {
                    report.bad(0, format_args!("{name}: line {number}: {error}"));
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

/// The front of the next object, as `decode` writes it.
const NEXT_OBJECT: &[u8] = br#"{"kind""#;

/// Whether text is the front of an object: more of it follows.
fn is_unfinished(text: &[u8]) -> bool {
    if !text.ends_with(b"\n") || text.trim_ascii_start().first() != Some(&b'{') {
        return false;
    }
    let (mut depth, mut in_text, mut is_escaped) = (0_i64, false, false);
    for byte in text {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' if in_text => is_escaped = true,
            b'"' => in_text = !in_text,
            // A text ends on its line.
            b'\n' if in_text => return false,
            b'{' | b'[' if !in_text => depth += 1,
            b'}' | b']' if !in_text => depth -= 1,
            _ => {}
        }
    }
    depth > 0
}

/// What to do with event buffers where their JSON form is expected.
const HINT: &str = "they need no encoding";

/// The buffer of a line; none for a blank line, and for one that stands for what was no buffer.
fn encode(reader: &Reader<'_>, line: &str) -> Result<Option<Vec<u8>>, String> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_may_go_on() {
        for (text, expected) in [
            ("{\n", true),
            ("{\"a\":[\n", true),
            ("{\"a\":[1]}\n", false),
            ("{\"a\":\"}\\\"\"}\n", false),
            ("{\"a\":\"\n", false),
            ("x{\n", false),
            ("{", false),
        ] {
            assert_eq!(is_unfinished(text.as_bytes()), expected, "{text}");
        }
    }
}
