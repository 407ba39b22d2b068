//! `zems import catalog`: message documentation in, definition sources out.

use std::fs;
use std::io::Write;
use std::path::PathBuf;

use zems::dictionary::{Chapter, ChapterOptions};
use zems::text::{Diagnostics, SourceMap};

use crate::Stop;
use crate::args::definitions::read_text;
use crate::terminal::output::{self, Names, together};
use crate::terminal::report::{errors, say, show};

/// Make definition, event and template sources of a chapter of a system log messages reference.
#[derive(Debug, clap::Args)]
#[group(skip)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// The chapter as text: entries of a tag and the fields System Log Message, Description, Type, Severity, Facility, Cause,
    /// Action; what `help syslog` prints will do.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The directory the sources go to, named after the prefix of the messages: jsrpd.ddl, jsrpd.events, jsrpd.tmpl.
    #[arg(short, long, value_name = "DIR", default_value = ".")]
    output: PathBuf,
    /// Replace sources that are there.
    #[arg(long)]
    force: bool,
    /// Owner of the subsystem that the messages become.
    #[arg(long, value_name = "NAME", default_value = "JUNIPER", value_parser = owner)]
    owner: String,
    /// Number of that subsystem: each prefix of an owner needs its own. Default: 1 for JSRPD, else a number made from the
    /// prefix.
    #[arg(long, value_name = "N")]
    number: Option<i16>,
    /// Leave out the comments that quote description, causes and actions.
    #[arg(long)]
    no_descriptions: bool,
    /// A word that is a variable of a message; repeatable. Lower-case words with a hyphen are without being named.
    #[arg(long, value_name = "TAG:WORD", value_parser = variable)]
    variable: Vec<(String, String)>,
    /// A word with a hyphen that is no variable; repeatable.
    #[arg(long, value_name = "WORD")]
    literal: Vec<String>,
}

const EXAMPLES: &str = "\
Examples:
  zems import catalog jsrpd-messages.txt -o definitions
  zems import catalog rpd.txt --number 2 --variable RPD_BGP_NEIGHBOR_STATE_CHANGED:peer -o definitions
  zems decode --define definitions --format text events.bin";

pub(crate) fn run(args: &Args) -> Result<(), Stop> {
    let (mut sources, mut diagnostics) = (SourceMap::new(), Diagnostics::new());
    let source = sources.add(args.file.display().to_string(), read_text(&args.file)?);
    let source = source.map_err(|error| Stop::Usage(error.to_string()))?;
    let variables: Vec<_> = args.variable.iter().map(|(tag, word)| (tag.as_str(), word.as_str())).collect();
    let literals: Vec<_> = args.literal.iter().map(String::as_str).collect();
    let mut options = ChapterOptions {
        owner: &args.owner,
        number: args.number.unwrap_or(1),
        describes: !args.no_descriptions,
        variables: &variables,
        literals: &literals,
    };
    let chapter = Chapter::parse(source, &sources, &options, &mut diagnostics);
    show(&diagnostics.render(&sources));
    if diagnostics.has_errors() {
        return Err(Stop::Usage(format!("{} in the chapter", errors(diagnostics.error_count()))));
    }
    options.number = args.number.unwrap_or_else(|| chapter.usual_number());
    fs::create_dir_all(&args.output).map_err(|error| match error.kind() {
        std::io::ErrorKind::AlreadyExists => {
            Stop::Usage(format!("{}: is no directory; the sources are three files", args.output.display()))
        }
        _ => cannot(&args.output, &error),
    })?;
    let name = |ending| args.output.join(format!("{}.{ending}", chapter.prefix.to_ascii_lowercase()));
    let made = [
        (name("ddl"), chapter.definitions(&options)),
        (name("events"), chapter.facts(&options)),
        (name("tmpl"), chapter.templates(&options)),
    ];
    let names = Names::default().inputs(core::slice::from_ref(&args.file));
    made.iter().fold(names, |names, (path, _)| names.output("-o", Some(path))).check()?;
    together(&made, args.force)?;
    for (path, _) in &made {
        writeln!(output::stdout(), "{}", path.display())?;
    }
    say(format_args!("{} messages of {}", chapter.messages.len(), chapter.prefix));
    Ok(())
}

fn cannot(path: &std::path::Path, error: &std::io::Error) -> Stop {
    Stop::Usage(format!("{}: {error}", path.display()))
}

fn owner(text: &str) -> Result<String, String> {
    let is_owner = (1..=8).contains(&text.len())
        && text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if is_owner {
        Ok(text.to_ascii_uppercase())
    } else {
        Err("one to eight letters and digits, a letter first".to_owned())
    }
}

fn variable(text: &str) -> Result<(String, String), String> {
    let (tag, word) = text.split_once(':').ok_or("a variable is given as TAG:WORD")?;
    let is_word = |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if word.split(['-', '_']).all(is_word) {
        Ok((tag.to_owned(), word.to_owned()))
    } else {
        Err(format!("{word:?} is no word of letters, digits and hyphens"))
    }
}
