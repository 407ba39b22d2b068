//! `zems import catalog`: message documentation in, definition sources out.

use std::fs;
use std::io::Write;
use std::path::PathBuf;

use zems::dictionary::{Chapter, ChapterOptions, EventChapter};
use zems::text::{Diagnostics, SourceId, SourceMap};

use crate::Stop;
use crate::args::definitions::read_text;
use crate::terminal::output::{self, Names, together};
use crate::terminal::report::{errors, say, show};

/// Make definition, event and template sources of message documentation: a chapter of a Junos system log messages reference, or
/// the event messages of a NonStop manual.
#[derive(Debug, clap::Args)]
#[group(skip)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// The chapter as text. Junos: entries of a tag and the fields System Log Message, Description, Type, Severity, Facility, Cause,
    /// Action; what `help syslog` prints will do. NonStop: events with number and name, the table of tokens, Message Text, Cause,
    /// Effect, Recovery.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Write the sources to this directory, named after the prefix of the messages: jsrpd.ddl, jsrpd.events,
    /// jsrpd.tmpl; zrpc.ddl, zrpc.events.
    #[arg(short, long, value_name = "DIR", default_value = ".")]
    output: PathBuf,
    /// Replace existing sources.
    #[arg(long)]
    force: bool,
    /// Junos: owner of the subsystem that the messages become. Default: JUNIPER.
    #[arg(long, value_name = "NAME", value_parser = owner)]
    owner: Option<String>,
    /// Junos: number of that subsystem: each prefix of an owner needs its own. Default: 1 for JSRPD, else a number made from the
    /// prefix.
    #[arg(long, value_name = "N")]
    number: Option<i16>,
    /// Leave out descriptions, causes, effects and actions.
    #[arg(long)]
    no_descriptions: bool,
    /// Junos: a word that is a variable of a message; repeatable. Lower-case words with a hyphen are without being named.
    #[arg(long, value_name = "TAG:WORD", value_parser = variable)]
    variable: Vec<(String, String)>,
    /// Junos: a word with a hyphen that is not a variable; repeatable.
    #[arg(long, value_name = "WORD")]
    literal: Vec<String>,
}

const EXAMPLES: &str = "\
Examples:
  zems import catalog jsrpd-messages.txt -o definitions
  zems import catalog rpd.txt --number 2 -o definitions \\
      --variable RPD_BGP_NEIGHBOR_STATE_CHANGED:peer
  zems import catalog rpc-event-messages.txt -o definitions
  zems decode --define definitions --format text --advice events.bin";

pub(crate) fn run(args: &Args) -> Result<(), Stop> {
    let (mut sources, mut diagnostics) = (SourceMap::new(), Diagnostics::new());
    let source = sources.add(args.file.display().to_string(), read_text(&args.file)?);
    let source = source.map_err(|error| Stop::Usage(error.to_string()))?;
    let text = sources.get(source).map(|source| source.text()).unwrap_or_default();
    if EventChapter::is_one(text) {
        return args.event_chapter(source, &sources, diagnostics);
    }
    let variables: Vec<_> = args.variable.iter().map(|(tag, word)| (tag.as_str(), word.as_str())).collect();
    let literals: Vec<_> = args.literal.iter().map(String::as_str).collect();
    let mut options = ChapterOptions {
        owner: args.owner.as_deref().unwrap_or(ChapterOptions::default().owner),
        number: args.number.unwrap_or(1),
        describes: !args.no_descriptions,
        variables: &variables,
        literals: &literals,
    };
    let chapter = Chapter::parse(source, &sources, &options, &mut diagnostics);
    sound(&diagnostics, &sources)?;
    options.number = args.number.unwrap_or_else(|| chapter.usual_number());
    let texts = [
        ("ddl", chapter.definitions(&options)),
        ("events", chapter.facts(&options)),
        ("tmpl", chapter.templates(&options)),
    ];
    args.write(&chapter.prefix, texts)?;
    say(format_args!("{} messages of {}", chapter.messages.len(), chapter.prefix));
    Ok(())
}

impl Args {
    /// A chapter of a NonStop manual.
    fn event_chapter(
        &self,
        source: SourceId,
        sources: &SourceMap,
        mut diagnostics: Diagnostics,
    ) -> Result<(), Stop> {
        let of_junos = [
            ("--owner", self.owner.is_some()),
            ("--number", self.number.is_some()),
            ("--variable", !self.variable.is_empty()),
            ("--literal", !self.literal.is_empty()),
        ];
        if let Some((option, _)) = of_junos.iter().find(|(_, is_given)| *is_given) {
            return Err(Stop::Usage(format!(
                "{option} has no effect on a chapter of a NonStop manual: it needs a Junos chapter"
            )));
        }
        let chapter = EventChapter::parse(source, sources, &mut diagnostics);
        sound(&diagnostics, sources)?;
        let texts = [("ddl", chapter.definitions()), ("events", chapter.facts(!self.no_descriptions))];
        self.write(&chapter.prefix, texts)?;
        let events = if chapter.events.len() == 1 { "event" } else { "events" };
        say(format_args!(
            "{} {events} of {}; the chapter gives no subsystem number and no token numbers: those of your system's definitions count",
            chapter.events.len(),
            chapter.prefix
        ));
        Ok(())
    }

    /// Writes sources, by the ending of their files: all or none.
    fn write<const N: usize>(&self, prefix: &str, texts: [(&str, String); N]) -> Result<(), Stop> {
        fs::create_dir_all(&self.output).map_err(|error| match error.kind() {
            std::io::ErrorKind::AlreadyExists => Stop::Usage(format!(
                "{}: is not a directory; the sources are {N} files",
                self.output.display()
            )),
            _ => cannot(&self.output, &error),
        })?;
        let name = |ending| self.output.join(format!("{}.{ending}", prefix.to_ascii_lowercase()));
        let made = texts.map(|(ending, text)| (name(ending), text));
        let names = Names::default().inputs(core::slice::from_ref(&self.file));
        made.iter().fold(names, |names, (path, _)| names.output("-o", Some(path))).check()?;
        together(&made, self.force)?;
        for (path, _) in &made {
            writeln!(output::stdout(), "{}", path.display())?;
        }
        Ok(())
    }
}

/// Shows what is wrong with a chapter; an error ends the run.
fn sound(diagnostics: &Diagnostics, sources: &SourceMap) -> Result<(), Stop> {
    show(&diagnostics.render(sources));
    if diagnostics.has_errors() {
        return Err(Stop::Usage(format!("{} in the chapter", errors(diagnostics.error_count()))));
    }
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
        Err(format!("{word:?} is not a word of letters, digits and hyphens"))
    }
}
