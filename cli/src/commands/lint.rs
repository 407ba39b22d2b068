//! `zems lint`: events and sources held against the published rules for producers.

use std::fs::File;
use std::io::{self, BufRead, Read, Write};
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use zems::analysis::lint::{Files, Finding, Level, Linter, Place, Selection, Sources, UnknownRule};
use zems::dictionary::SourceKind;
use zems::spi::read::Buffer;
use zems::text::looks_like_hex;

use crate::Stop;
use crate::args::definitions::{self, read_text};
use crate::input::files::Files as InputFiles;
use crate::input::{self, Bad, Flow, Form, Sink};
use crate::terminal::output;
use crate::terminal::report::{Report, show};

/// Check events, definitions and templates against the published rules for producers. Events and sources are told apart by
/// their content.
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
    /// How the findings are written.
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: Format,
    /// How the input holds its buffers.
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
    for source in zems_io::source_files(&args.definitions.paths())? {
        files.defined.push((source.path.display().to_string(), read_text(&source.path)?));
    }
    let (checked, events) = sort(&args.files.list(report), report);
    files.checked = checked;
    let read = |files: &Files| {
        Sources::read(files, &args.definitions.files()).map_err(|error| Stop::Usage(error.to_string()))
    };
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
        for path in other {
            report.bad(0, format_args!("{}: is not a source", path.display()));
        }
        let earlier = read(&Files { checked, ..files.clone() })?;
        linter.releases(&earlier, &own);
    }
    let mut events_sink = Events { linter, own: &own };
    let ended = if events.is_empty() {
        Ok(())
    } else {
        input::Args::of(&events, args.from).read(own.site().profile(), report, &mut events_sink)
    };
    let ended = match ended {
        // A file that cannot be read is named; what was read counts.
        Err(Stop::Usage(message)) => {
            report.bad(0, format_args!("{message}"));
            Ok(())
        }
        other => other,
    };
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

/// Sources with their text, and the paths of everything else.
fn sort(paths: &[PathBuf], report: &mut Report) -> (Vec<(String, String)>, Vec<PathBuf>) {
    let (mut checked, mut events) = (Vec::new(), Vec::new());
    for path in paths {
        if path.as_os_str() == "-" {
            // Only looked at: the bytes stay in the buffer of standard input.
            let is_source = io::stdin().lock().fill_buf().is_ok_and(|front| is_source(path, front));
            if !is_source {
                events.push(path.clone());
                continue;
            }
            let mut text = Vec::new();
            match io::stdin().lock().read_to_end(&mut text) {
                Ok(_) => {
                    checked.push(("standard input".to_owned(), String::from_utf8_lossy(&text).into_owned()));
                }
                Err(error) => report.bad(0, format_args!("standard input: {error}")),
            }
            continue;
        }
        let mut front = Vec::new();
        let opened = File::open(path).and_then(|file| file.take(1 << 16).read_to_end(&mut front));
        if let Err(error) = opened {
            report.bad(0, format_args!("{}: {error}", path.display()));
            continue;
        }
        if !is_source(path, &front) {
            events.push(path.clone());
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
            writeln!(out, "{}: byte {}: {level}: {expected} [{}]", place.file, place.offset, rule.id)?;
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
