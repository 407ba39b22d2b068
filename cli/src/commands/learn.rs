//! `zems learn`: layouts and numbers of a system, from its own events in raw and in printed form.

use core::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use clap::ValueEnum;
use serde_json::{Value as Json, json};
use zems::analysis::learn::{
    Candidate, EventAt, Item, Learned, Learner, Outcome, Report as Learning, Subject,
};
use zems::ems::Event;
use zems::spi::read::Buffer;
use zems::template::PrintedLines;

use super::import::printed::{Block, Blocks};
use crate::Stop;
use crate::args::definitions;
use crate::input::files;
use crate::input::{self, Bad, Flow, Form, Sink};
use crate::terminal::output;
use crate::terminal::report::Report;

/// Work out unpublished layouts and numbers from the same events in raw and in printed form, and write them as definitions.
#[derive(Debug, clap::Args)]
#[group(skip)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// Raw events: buffers as `decode` reads them.
    #[arg(long, value_name = "FILE", num_args = 1.., required = true)]
    raw: Vec<PathBuf>,
    /// The lines of EMSTEXT or a printing distributor.
    #[arg(long, value_name = "FILE", num_args = 1..)]
    printed: Vec<PathBuf>,
    /// Token listings of some of these events, as SPI_BUFFER_FORMATNEXT_ and the analyzers make them.
    #[arg(long, value_name = "FILE", num_args = 1..)]
    listing: Vec<PathBuf>,
    /// Directory for the definition files, made if it is not there: learned.ddl and learned.events.
    #[arg(short, long, value_name = "DIR")]
    output: PathBuf,
    /// How the raw input holds its buffers.
    #[arg(long, value_enum, default_value_t, value_name = "FORM")]
    from: Form,
    /// How to show what was learnt.
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: Format,
    #[command(flatten)]
    definitions: definitions::Args,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A report for people.
    #[default]
    Text,
    /// One JSON object a line.
    Json,
}

const EXAMPLES: &str = "\
Examples:
  zems learn --raw events.bin --printed events.txt -o site
  zems decode --define site events.bin
  zems learn --raw log1 log2 --printed operator.log --listing tokens.txt \\
      --define zspidef -o site

The files name for each line how many events say so. Nothing is written that fewer than three events support, or that another
reading explains equally well. Exit code 0 if files were written, also if some questions stay open; 1 if nothing was learnt.";

pub(crate) fn run(args: &Args, report: &mut Report) -> Result<(), Stop> {
    if args.printed.is_empty() && args.listing.is_empty() {
        return Err(Stop::Usage(
            "learn compares: give --printed FILE or --listing FILE besides --raw".to_owned(),
        ));
    }
    let definitions = args.definitions.load()?;
    let profile = definitions.dictionary().profile().clone();
    let learner = Learner::new(definitions.dictionary(), definitions.templates());
    let mut take = Take { learner, sources: Vec::new() };
    input::Args::of(&args.raw, args.from).read(&profile, report, &mut take)?;
    let Take { mut learner, sources } = take;
    for path in &args.printed {
        let Some((text, _)) = files::open_text(path, "name it with --raw", report) else { continue };
        let mut blocks = Blocks::new(text);
        // More text than any event holds says nothing of one.
        while let Some(block) = blocks.next(|_| Ok::<_, Stop>(()))? {
            let text = Block::text(block.bytes.unwrap_or_default());
            PrintedLines::new(&text).flatten().for_each(|printed| learner.printed(&printed));
        }
    }
    for path in &args.listing {
        learner.listing(&definitions::read_text(path)?);
    }
    let learned = learner.learn();
    let written = write(&learned, args)?;
    let shown = match args.format {
        Format::Text => text(&learned.report, &sources, &written),
        Format::Json => json_lines(&learned.report, &sources, &written),
    };
    output::all(shown.as_bytes())?;
    if written.is_empty() {
        return Err(Stop::Undelivered(
            "nothing was learnt, and nothing is written: the report says which events would help".to_owned(),
        ));
    }
    Ok(())
}

/// Hands raw events to the learner.
struct Take<'d> {
    learner: Learner<'d>,
    sources: Vec<String>,
}

impl Sink for Take<'_> {
    fn buffer(&mut self, buffer: &Buffer<'_>, source: &str, _: &mut Report) -> Result<Flow, Stop> {
        if self.sources.last().is_none_or(|last| last != source) {
            self.sources.push(source.to_owned());
        }
        let number = u16::try_from(self.sources.len().saturating_sub(1)).unwrap_or(u16::MAX);
        if let Ok(event) = Event::try_from(*buffer) {
            self.learner.raw(&event, number, buffer.origin());
        }
        Ok(Flow::Next)
    }

    fn bad(&mut self, _: &Bad) -> Result<(), Stop> {
        Ok(())
    }
}

/// Writes the definition files; returns their paths.
fn write(learned: &Learned, args: &Args) -> Result<Vec<String>, Stop> {
    if learned.files.is_empty() {
        return Ok(Vec::new());
    }
    let cannot = |path: &PathBuf, error: std::io::Error| Stop::Usage(format!("{}: {error}", path.display()));
    fs::create_dir_all(&args.output).map_err(|error| cannot(&args.output, error))?;
    let mut written = Vec::new();
    for (name, text) in &learned.files {
        let path = args.output.join(name);
        fs::write(&path, text).map_err(|error| cannot(&path, error))?;
        written.push(path.display().to_string());
    }
    Ok(written)
}

fn text(report: &Learning, sources: &[String], written: &[String]) -> String {
    let mut out = String::new();
    let (events, lines, pairs) = (report.events, report.lines, report.pairs);
    let _ = writeln!(out, "{events} raw events, {lines} printed events, {pairs} pairs of both");
    if report.left_out > 0 {
        let _ = writeln!(out, "{} more events and lines were not looked at", report.left_out);
    }
    for span in &report.zone {
        let offset = east(span.seconds_east);
        let _ = writeln!(
            out,
            "the printed times are at {offset}, from {} to {} GMT ({} events)",
            span.first, span.last, span.events
        );
    }
    if report.zone.is_empty() && lines > 0 {
        out.push_str("no time zone makes buffers and lines agree: are they the same events?\n");
    }
    for (heading, is_of) in [
        ("learned", (|outcome| matches!(outcome, Outcome::Learned { .. })) as fn(&Outcome) -> bool),
        ("contradicted: nothing is written", |outcome| matches!(outcome, Outcome::Contradicted { .. })),
        ("ambiguous: nothing is written", |outcome| matches!(outcome, Outcome::Ambiguous { .. })),
    ] {
        let items: Vec<_> = report.items.iter().filter(|item| is_of(&item.outcome)).collect();
        if !items.is_empty() {
            let _ = writeln!(out, "\n{heading}");
            items.iter().for_each(|item| line(&mut out, item, sources));
        }
    }
    if !written.is_empty() {
        let _ = writeln!(out, "\nwritten: {}", written.join(", "));
    }
    out
}

fn line(out: &mut String, Item { subject, outcome, .. }: &Item, sources: &[String]) {
    let _ = write!(out, "  {:<36} ", subject.to_string());
    match outcome {
        Outcome::Learned { answer, events, of, note, contradicted_by } => {
            let _ = write!(out, "{answer}: {events} of {of} events");
            if let Some(note) = note {
                let _ = write!(out, "; {note}");
            }
            if !contradicted_by.is_empty() {
                let _ = write!(out, "; not {}", places(contradicted_by, sources));
            }
        }
        Outcome::Ambiguous { candidates, count, decides } => {
            let shown: Vec<_> = candidates.iter().map(ToString::to_string).collect();
            let more = count.saturating_sub(candidates.len());
            let more = if more > 0 { format!(" or {more} more") } else { String::new() };
            let _ = match shown.as_slice() {
                [] => write!(out, "needs {decides}"),
                _ => write!(out, "{}{more}; needs {decides}", shown.join(" or ")),
            };
        }
        Outcome::Contradicted { candidate, by } => {
            let _ = write!(out, "nearest is {candidate}, contradicted by {}", places(by, sources));
        }
        _ => {}
    }
    out.push('\n');
}

fn places(places: &[EventAt], sources: &[String]) -> String {
    let shown = places.iter().map(|at| match sources.get(usize::from(at.source)) {
        Some(source) if sources.len() > 1 => format!("{source} at byte {}", at.offset),
        _ => format!("the event at byte {}", at.offset),
    });
    shown.collect::<Vec<_>>().join(", ")
}

/// `+02:00`.
fn east(seconds: i32) -> String {
    let minutes = seconds.unsigned_abs() / 60;
    format!("{}{:02}:{:02}", if seconds < 0 { '-' } else { '+' }, minutes / 60, minutes % 60)
}

fn json_lines(report: &Learning, sources: &[String], written: &[String]) -> String {
    let mut lines = vec![json!({
        "kind": "summary",
        "events": report.events,
        "lines": report.lines,
        "pairs": report.pairs,
        "left_out": report.left_out,
        "files": written,
    })];
    lines.extend(report.zone.iter().map(|span| {
        json!({
            "kind": "zone",
            "zone": east(span.seconds_east),
            "seconds_east": span.seconds_east,
            "from": span.first.to_string(),
            "to": span.last.to_string(),
            "events": span.events,
        })
    }));
    lines.extend(report.items.iter().map(|item| item_json(item, sources)));
    lines.iter().fold(String::new(), |out, line| out + &line.to_string() + "\n")
}

fn item_json(Item { subject, outcome, .. }: &Item, sources: &[String]) -> Json {
    let at = |places: &[EventAt]| -> Json {
        let shown = places
            .iter()
            .map(|at| json!({ "source": sources.get(usize::from(at.source)), "offset": at.offset }));
        shown.collect()
    };
    let mut object = match subject {
        Subject::Header { length, field } => json!({ "header": length, "field": field }),
        Subject::Subsystem { owner, name } => json!({ "subsystem": name, "owner": owner }),
        Subject::Node { name } => json!({ "node": name }),
        Subject::Token { name } => json!({ "token": name }),
        Subject::Value { token, value } => json!({ "token": token, "value": value }),
        _ => json!({}),
    };
    let more = match outcome {
        Outcome::Learned { answer, events, of, note, contradicted_by } => json!({
            "kind": "learned",
            "answer": candidate_json(answer),
            "events": events,
            "of": of,
            "note": note,
            "contradicted_by": at(contradicted_by),
        }),
        Outcome::Ambiguous { candidates, count, decides } => json!({
            "kind": "ambiguous",
            "candidates": candidates.iter().map(candidate_json).collect::<Json>(),
            "count": count,
            "decides": decides,
        }),
        Outcome::Contradicted { candidate, by } => json!({
            "kind": "contradicted",
            "candidate": candidate_json(candidate),
            "by": at(by),
        }),
        _ => json!({}),
    };
    if let (Json::Object(object), Json::Object(more)) = (&mut object, more) {
        object.extend(more);
    }
    object
}

fn candidate_json(candidate: &Candidate) -> Json {
    match candidate {
        Candidate::Bytes { offset, width } => json!({ "offset": offset, "width": width }),
        Candidate::Bit { offset, bit } => json!({ "offset": offset, "bit": bit }),
        Candidate::Number(number) => json!(number),
        Candidate::Code { code, ssid } => json!({ "code": code, "ssid": ssid }),
        Candidate::Name(name) => json!(name),
        _ => Json::Null,
    }
}
