//! `zems check`: definition, template and filter sources, with all that is wrong with them.

use std::io::Write;
use std::path::{Path, PathBuf};

use zems::dictionary::SourceKind;
use zems::filter::{Compiled, CompiledFilter, Compiler};
use zems::formats::json::Reader;
use zems::sources::Inputs;
use zems::spi::Timestamp;
use zems::spi::read::Decoder;
use zems::template::{RenderOptions, TemplateSet, Text};
use zems::text::Diagnostics;

use crate::Stop;
use zems_io::{SourceFile, source_files};

use crate::args::definitions::{self, left_out, read_text};
use crate::terminal::output;
use crate::terminal::report::{errors, say, shown};

/// Check sources: DDL, C headers, event metadata, templates and filters, detected by content.
#[derive(Debug, clap::Args)]
#[group(skip)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// Sources to check, or directories of sources.
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// Show the text that these templates make of the first event in this file of JSON Lines.
    #[arg(long, value_name = "EVENT.json")]
    preview: Option<PathBuf>,
    /// Give the number of a node that filters name; repeatable.
    #[arg(long, value_name = "NAME=NUMBER", value_parser = definitions::node)]
    node: Vec<(i32, String)>,
    #[command(flatten)]
    definitions: definitions::Args,
}

const EXAMPLES: &str = "\
Examples:
  zems check acmeddl acmetmpl
  zems check --define /site/zspidef nightfilter
  zems check --define acmeddl --preview event.json acmetmpl

Exit code: 0 with warnings only, 2 with errors.";

pub(crate) fn run(args: &Args) -> Result<(), Stop> {
    let mut loader = args.definitions.sources().loader();
    for source in source_files(&args.definitions.paths())? {
        source.add_to(&mut loader, &mut Inputs::default(), &mut left_out)?;
    }
    let defined = loader.len();
    let mut unknown = false;
    for file in source_files(&args.files)? {
        // Of compiled definitions the sources are checked again.
        if file.compiled()?.is_some() {
            file.add_to(&mut loader, &mut Inputs::default(), &mut left_out)?;
            continue;
        }
        let SourceFile { path, is_named } = file;
        let (name, text) = (path.display().to_string(), read_text(&path)?);
        let kind = SourceKind::of_file(&name, &text);
        match kind {
            _ if kind.is_definition() || kind == SourceKind::Filter => {
                loader.add(name, text).map_err(|error| Stop::Usage(error.to_string()))?;
            }
            SourceKind::Unknown => say(format_args!(
                "{name}: is not a known kind of source: expected DDL, a C header, event metadata, a template or a filter"
            )),
            kind => say(format_args!("{name}: is a {kind}, which is not checked")),
        }
        unknown |= is_named && !kind.is_definition() && kind != SourceKind::Filter;
    }
    let mut loaded = loader.load(&args.definitions.files());
    let dictionary = &loaded.dictionary;
    let files = args.definitions.files();
    let mut ignored = Diagnostics::new();
    let mut templates =
        args.definitions.sources().templates(dictionary, &[], &files, &mut loaded.sources, &mut ignored);
    let nodes = definitions::numbered(&args.node);
    let mut listings = String::new();
    for (at, (source, kind)) in loaded.inputs.iter().enumerate() {
        let name = loaded.sources.get(*source).map_or_else(String::new, |source| source.name().to_owned());
        match kind {
            SourceKind::Template => {
                let listing = templates.compile(
                    dictionary,
                    *source,
                    &mut loaded.sources,
                    &files,
                    &mut loaded.diagnostics,
                );
                if at >= defined {
                    listings.push_str(&format!("{name}\n{listing}"));
                }
            }
            SourceKind::Filter if at >= defined => {
                let compiler = Compiler::new(dictionary).with_nodes(&nodes).with_loader(&files);
                let compilation = compiler.compile(&mut loaded.sources, *source);
                compilation
                    .diagnostics()
                    .iter()
                    .for_each(|diagnostic| loaded.diagnostics.push(diagnostic.clone()));
                if let Some(Compiled::Filter(filter)) = compilation.result() {
                    listings.push_str(&listing(&name, filter));
                }
            }
            _ => {}
        }
    }
    let mut output = output::stdout();
    loaded.diagnostics.sort();
    write!(output, "{}{listings}", shown(&loaded.diagnostics.render(&loaded.sources), &std::io::stdout()))?;
    if let Some(path) = &args.preview {
        preview(path, dictionary, &templates, &mut output)?;
    }
    output.flush()?;
    match loaded.diagnostics.error_count() {
        0 if unknown => Err(Stop::Usage("not every file could be checked".to_owned())),
        0 => Ok(()),
        count => Err(Stop::Usage(errors(count))),
    }
}

/// The interface of a filter for its loader: its parameters, and where it routes events.
fn listing(name: &str, filter: &CompiledFilter) -> String {
    let mut listing = String::new();
    for parameter in filter.parameters() {
        let keyword = if parameter.is_required { "REQUIRED" } else { "OPTIONAL" };
        listing.push_str(&format!("  parameter {} {keyword}: {}\n", parameter.name, parameter.value_form()));
    }
    for destination in filter.destinations() {
        listing.push_str(&format!("  {destination}\n"));
    }
    if listing.is_empty() { listing } else { format!("{name}: filter {}\n{listing}", filter.name()) }
}

fn preview(
    path: &Path,
    dictionary: &zems::dictionary::Dictionary,
    templates: &TemplateSet,
    output: &mut impl Write,
) -> Result<(), Stop> {
    let text = read_text(path)?;
    let line = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    // An object spread over lines is as good as one on one line.
    let line = if is_whole_object(line) { line } else { &text };
    let wrong = |error: &dyn ToString| Stop::Usage(format!("{}: {}", path.display(), error.to_string()));
    let bytes = Reader::new(dictionary).read(line, Timestamp::UNSET).map_err(|error| wrong(&error))?;
    let bytes = bytes.ok_or_else(|| wrong(&"there is no event"))?;
    let buffer = Decoder::new(dictionary.profile()).parse(&bytes).map_err(|error| wrong(&error))?;
    let event = zems::ems::Event::try_from(buffer).map_err(|_| wrong(&"this is not an event"))?;
    let mut text = Text::new();
    let rendered = templates.sentence_text(&event, dictionary, &RenderOptions::default(), &mut text);
    writeln!(output, "{}", text.as_str())?;
    if let Ok(rendered) = rendered
        && rendered.status.extended() != (0, 0)
    {
        writeln!(output, "EMSTEXT status {:?}", rendered.status.extended())?;
    }
    Ok(())
}

/// Whether a line can be a whole object.
fn is_whole_object(line: &str) -> bool {
    let line = line.trim();
    line.starts_with('{') && line.ends_with('}')
}
