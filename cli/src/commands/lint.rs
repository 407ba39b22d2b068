//! `zems lint`: checks events and sources against the published rules for producers.

use std::fs::File;
use std::io::{self, BufRead, Read, Write};
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use zems::analysis::lint::{Files, Finding, Level, Linter, Place, Selection, Sources, UnknownRule};
use zems::dictionary::SourceKind;
use zems::formats::json::Reader;
use zems::spi::read::{Buffer, Decoder};
use zems::text::looks_like_hex;
use zems_io::Included;

use crate::Stop;
use crate::args::definitions::{self, read_text};
use crate::commands::encode::encode;
use crate::input::files::{self, Files as InputFiles};
use crate::input::objects::{Object, Objects, is_object};
use crate::input::{self, Bad, Flow, Form, Sink};
use crate::terminal::output;
use crate::terminal::report::{Report, show};

/// Check events, definitions and templates against the published rules for producers. Buffers, JSON Lines and sources
/// are detected by content.
#[derive(Debug, clap::Args)]
#[group(skip)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    #[command(flatten)]
    files: InputFiles,
    /// Check only this rule; repeatable. A rule's name, or a number of the EMS Manual's guidelines.
    #[arg(long, value_name = "RULE")]
    rule: Vec<String>,
    /// Leave out this rule; repeatable.
    #[arg(long, value_name = "RULE")]
    off: Vec<String>,
    /// An earlier state of the sources, to check what changed since; repeatable.
    #[arg(long, value_name = "FILE|DIR")]
    against: Vec<PathBuf>,
    /// Write the findings in this format.
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: Format,
    /// Read buffers in this form.
    #[arg(long, value_enum, default_value_t, value_name = "FORM")]
    from: Form,
    #[command(flatten)]
    definitions: definitions::Args,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Text for people.
    #[default]
    Text,
    /// One JSON object a line.
    Json,
}

const EXAMPLES: &str = "\
Examples:
  zems lint --define acmeddl night.bin
  zems decode --format json night.bin | zems lint
  zems lint acmeddl acme.tmpl acme.events
  zems lint --off action-open --format json night.bin
  zems lint --rule EMS-SEV-101 --rule content-untyped night.bin
  zems lint --against release1/ acmeddl acme.tmpl

The page docs/lint.md lists the rules. Exit code: 1 with a finding of level must or an input that cannot be read.";

pub(crate) fn run(args: &Args, report: &mut Report) -> Result<(), Stop> {
    let selection = selection(args)?;
    let mut files = Files {
        no_builtin: args.definitions.no_builtin,
        macros: args.definitions.c_define.clone(),
        ..Files::default()
    };
    let mut included = Included { files: args.definitions.files(), ..Included::default() };
    for source in zems_io::source_files(&args.definitions.paths())? {
        match source.compiled()? {
            // Its sources define what they defined when they were compiled.
            Some(compiled) => {
                let inputs = compiled.inputs;
                files.defined.extend(inputs.sources.into_iter().map(|source| (source.name, source.text)));
                files.macros.extend(inputs.macros);
                included.known.extend(inputs.inclusions);
            }
            None => files.defined.push((source.path.display().to_string(), read_text(&source.path)?)),
        }
    }
    let (checked, events) = sort(&args.files.list(report), report);
    files.checked = checked;
    let read =
        |files: &Files| Sources::read(files, &included).map_err(|error| Stop::Usage(error.to_string()));
    let own = read(&files)?;
    if own.diagnostics().has_errors() {
        show(&own.diagnostics().render(own.map()));
        report.bad(0, format_args!("the sources have errors; `zems check` lists them all"));
    }
    let mut linter = Linter::new(own.site(), selection);
    if !files.checked.is_empty() {
        linter.sources(&own);
    }
    if !args.against.is_empty() {
        let (checked, other) = sort(&InputFiles::of(&args.against).list(report), report);
        for input in other {
            report.bad(0, format_args!("{}: is not a source", input.path.display()));
        }
        let earlier = read(&Files { checked, ..files.clone() })?;
        linter.releases(&earlier, &own);
    }
    let mut events_sink = Events { linter, own: &own };
    // The stream is in the order of the inputs.
    let mut ended = Ok(());
    for inputs in events.chunk_by(|one, next| one.is_json == next.is_json) {
        let read = match inputs {
            [first, ..] if first.is_json => {
                inputs.iter().try_for_each(|input| events_sink.json(&input.path, report))
            }
            _ => {
                let paths: Vec<PathBuf> = inputs.iter().map(|input| input.path.clone()).collect();
                input::Args::of(&paths, args.from).read(own.site().profile(), report, &mut events_sink)
            }
        };
        match read {
            // A file that cannot be read is named; what was read counts.
            Err(Stop::Usage(message)) => report.bad(0, format_args!("{message}")),
            other => ended = ended.and(other),
        }
    }
    let findings = events_sink.linter.finish();
    let mut out = output::stdout();
    for finding in &findings {
        match args.format {
            Format::Text => text(&mut out, finding)?,
            Format::Json => json(&mut out, finding)?,
        }
    }
    if args.format == Format::Text && !findings.is_empty() {
        let must = findings.iter().filter(|finding| finding.level == Level::Must).count();
        writeln!(out, "{} findings, {must} of level must", findings.len())?;
    }
    out.flush()?;
    ended?;
    if findings.iter().any(|finding| finding.level == Level::Must) { Err(Stop::Strict) } else { Ok(()) }
}

fn selection(args: &Args) -> Result<Selection, Stop> {
    let mut selection = Selection::default();
    let usage = |error: UnknownRule| Stop::Usage(error.to_string());
    for name in &args.rule {
        selection.only(name).map_err(usage)?;
    }
    for name in &args.off {
        selection.off(name).map_err(usage)?;
    }
    Ok(selection)
}

/// An input that is not a source.
struct EventInput {
    path: PathBuf,
    /// It holds events as JSON Lines, not as buffers.
    is_json: bool,
}

/// Sources with their text, and everything else.
fn sort(paths: &[PathBuf], report: &mut Report) -> (Vec<(String, String)>, Vec<EventInput>) {
    let (mut checked, mut events) = (Vec::new(), Vec::new());
    for path in paths {
        if path.as_os_str() == "-" {
            // Only looked at: the bytes stay in the buffer of standard input.
            let mut input = io::stdin().lock();
            let front = input.fill_buf().unwrap_or_default();
            if is_object(front) || !is_source(path, front) {
                events.push(EventInput { path: path.clone(), is_json: is_object(front) });
                continue;
            }
            drop(input);
            let mut text = Vec::new();
            match io::stdin().lock().read_to_end(&mut text) {
                Ok(_) => {
                    checked.push(("standard input".to_owned(), String::from_utf8_lossy(&text).into_owned()));
                }
                Err(error) => report.bad(0, format_args!("standard input: {error}")),
            }
            continue;
        }
        if holds_objects(path) {
            events.push(EventInput { path: path.clone(), is_json: true });
            continue;
        }
        let mut front = Vec::new();
        let opened = File::open(path).and_then(|file| file.take(1 << 16).read_to_end(&mut front));
        if let Err(error) = opened {
            report.bad(0, format_args!("{}: {error}", path.display()));
            continue;
        }
        if !is_source(path, &front) {
            events.push(EventInput { path: path.clone(), is_json: false });
            continue;
        }
        match read_text(path) {
            Ok(text) => checked.push((path.display().to_string(), text)),
            Err(Stop::Usage(message)) => report.bad(0, format_args!("{message}")),
            Err(_) => {}
        }
    }
    (checked, events)
}

/// Whether a file, unpacked if it is packed, begins with a JSON object. A file that cannot be read is reported by who reads it.
fn holds_objects(path: &Path) -> bool {
    let Ok(unpacked) = zems_io::open(path) else { return false };
    if files::refusal(unpacked.content(), HINT).is_some() {
        return false;
    }
    let mut front = Vec::new();
    unpacked.into_text().take(1 << 10).read_to_end(&mut front).is_ok() && is_object(&front)
}

/// The hint for a file that is not JSON Lines any more when it is read.
const HINT: &str = "the file has changed";

/// Whether a file is a source, by its front.
fn is_source(path: &Path, front: &[u8]) -> bool {
    if front.contains(&0) || front.starts_with(&[0xFF, 0xE4]) || looks_like_hex(front) {
        return false;
    }
    SourceKind::of_file(&path.display().to_string(), &String::from_utf8_lossy(front)).is_definition()
}

struct Events<'s> {
    linter: Linter<'s>,
    own: &'s Sources,
}

impl Events<'_> {
    /// Checks the events of JSON Lines.
    fn json(&mut self, path: &Path, report: &mut Report) -> Result<(), Stop> {
        let Some((input, name)) = files::open_text(path, HINT, report) else { return Ok(()) };
        let reader = Reader::new(self.own.site().dictionary());
        let mut objects = Objects::new(input);
        while let Some(Object { line, offset, text }) = objects.next()? {
            let bytes = match text.and_then(|text| encode(&reader, text)) {
                Ok(Some(bytes)) => bytes,
                Ok(None) => continue,
                Err(error) => {
                    report.bad(0, format_args!("{name}: line {line}: {error}"));
                    continue;
                }
            };
            match Decoder::new(self.own.site().profile()).parse(&bytes) {
                Ok(buffer) => {
                    report.good();
                    if let Some(event) = self.own.site().event(&buffer) {
                        self.linter.event_in_line(&name, line, offset, &event);
                    }
                }
                Err(error) => report.bad(0, format_args!("{name}: line {line}: {error}")),
            }
        }
        Ok(())
    }
}

impl Sink for Events<'_> {
    fn buffer(&mut self, buffer: &Buffer<'_>, source: &str, report: &mut Report) -> Result<Flow, Stop> {
        report.good();
        if let Some(event) = self.own.site().event(buffer) {
            self.linter.event(source, buffer.origin(), &event);
        }
        Ok(Flow::Next)
    }

    fn bad(&mut self, _: &Bad) -> Result<(), Stop> {
        Ok(())
    }
}

/// `file:line:column: level: expected [rule]`, the line with a caret, manual and remedy.
fn text(out: &mut impl Write, finding: &Finding) -> io::Result<()> {
    let Finding { rule, level, place, expected, .. } = finding;
    let level = level.name();
    match place {
        Place::Source(place) => {
            writeln!(
                out,
                "{}:{}:{}: {level}: {expected} [{}]",
                place.file, place.line, place.column, rule.id
            )?;
            let column = usize::try_from(place.column).unwrap_or(1).max(1);
            let before: String = place
                .text
                .chars()
                .take(column - 1)
                .map(|letter| if letter == '\t' { '\t' } else { ' ' })
                .collect();
            writeln!(out, "    {}", place.text)?;
            writeln!(out, "    {before}{}", "^".repeat(place.width.min(80)))?;
        }
        Place::Event(place) => {
            let number = place.number.map_or_else(String::new, |number| format!(" {number}"));
            let name = place.name.as_ref().map_or_else(String::new, |name| format!(" {name}"));
            let subject =
                place.subject.as_ref().map_or_else(String::new, |subject| format!(", subject {subject}"));
            match place.line {
                Some(line) => write!(out, "{}:{line}: ", place.file)?,
                None => write!(out, "{}: byte {}: ", place.file, place.offset)?,
            }
            writeln!(out, "{level}: {expected} [{}]", rule.id)?;
            let event = format!("{}{number}{name}{subject}", place.ssid);
            writeln!(out, "    {}", event.escape_debug())?;
        }
        _ => writeln!(out, "{level}: {expected} [{}]", rule.id)?,
    }
    if finding.count > 1 {
        writeln!(out, "    {} findings like this one", finding.count)?;
    }
    if !finding.provisional.is_empty() {
        writeln!(out, "    provisional: {}", finding.provisional.join(", "))?;
    }
    writeln!(out, "    {}. {}", rule.manual, rule.remedy)
}

/// One object, its keys in this order.
fn json(out: &mut impl Write, finding: &Finding) -> io::Result<()> {
    let quoted = |text: &str| serde_json::Value::from(text).to_string();
    let rule = finding.rule;
    write!(out, r#"{{"kind":"finding","rule":"{}","level":"{}""#, rule.id, finding.level.name())?;
    match &finding.place {
        Place::Source(place) => {
            write!(
                out,
                r#","file":{},"line":{},"column":{}"#,
                quoted(&place.file),
                place.line,
                place.column
            )?;
        }
        Place::Event(place) => {
            write!(
                out,
                r#","file":{},"offset":{},"ssid":{}"#,
                quoted(&place.file),
                place.offset,
                quoted(&place.ssid)
            )?;
            if let Some(line) = place.line {
                write!(out, r#","line":{line}"#)?;
            }
            if let Some(number) = place.number {
                write!(out, r#","number":{number}"#)?;
            }
            if let Some(name) = &place.name {
                write!(out, r#","name":{}"#, quoted(name))?;
            }
            if let Some(subject) = &place.subject {
                write!(out, r#","subject":{}"#, quoted(subject))?;
            }
        }
        _ => {}
    }
    if let Some(token) = &finding.token {
        write!(out, r#","token":{}"#, quoted(token))?;
    }
    write!(out, r#","count":{}"#, finding.count)?;
    if !finding.provisional.is_empty() {
        write!(out, r#","provisional":{}"#, serde_json::Value::from(finding.provisional.clone()))?;
    }
    writeln!(
        out,
        r#","expected":{},"manual":{},"remedy":{}}}"#,
        quoted(&finding.expected),
        quoted(rule.manual),
        quoted(rule.remedy)
    )
}
