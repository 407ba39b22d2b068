//! `zems diff`: which events are only in one of two inputs, and which tokens of the others differ.

use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use clap::builder::RangedU64ValueParser;
use zems::analysis::diff::{Change, Counts, Differ, Input, Kind, MAX_WINDOW, Seen, WINDOW};
use zems::describe::Hex;
use zems::spi::Profile;
use zems::text::looks_like_hex;
use zems_io::{Buffers, Item, Plain};

use crate::Stop;
use crate::args::definitions;
use crate::input::{Form, files};
use crate::terminal::escape::{Lines, escaped};
use crate::terminal::output;
use crate::terminal::report::{Report, say};

/// Compare the events of two inputs: which were added or removed, and which tokens changed.
#[derive(Debug, clap::Args)]
#[group(skip)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// The old events: a file, a directory, whose files are read in the order of their names, or `-` for standard input. gzip and
    /// zstd are unpacked.
    #[arg(value_name = "A")]
    a: PathBuf,
    /// The new events, likewise.
    #[arg(value_name = "B")]
    b: PathBuf,
    /// Do not compare this token; repeatable. NAME is its name, its 8-digit code, or TOKEN.FIELD for a field of a structure.
    #[arg(long, value_name = "NAME")]
    ignore: Vec<String>,
    /// Pair events that are at most this many positions apart.
    #[arg(long, value_name = "N", default_value_t = WINDOW, value_parser = window())]
    window: usize,
    /// How the differences are written.
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: Format,
    /// How both inputs hold their buffers.
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

fn window() -> RangedU64ValueParser<usize> {
    RangedU64ValueParser::new().range(0..=u64::try_from(MAX_WINDOW).unwrap_or(u64::MAX))
}

const EXAMPLES: &str = "\
Examples:
  zems diff old.bin new.bin
  zems diff --define acmeddl --format json old.bin new.bin | jq .change
  zems diff --ignore ZEMS-TKN-USERID --ignore ACME-TKN-COUNT old.bin - < new.bin

Generation and log time, cpu, pin, and the sequence number in a process name are not compared.
Exit code: 0 without differences, 1 with differences or damage in an input, 2 if an input cannot be read.";

pub(crate) fn run(args: &Args, report: &mut Report) -> Result<(), Stop> {
    let stdin = Path::new("-");
    if args.a == stdin && args.b == stdin {
        return Err(Stop::Usage("only one of the two inputs can be standard input".to_owned()));
    }
    let site = args.definitions.load()?.into_site().build();
    let mut differ = Differ::new(&site).window(args.window);
    for name in &args.ignore {
        if !differ.ignore(name) {
            say(format_args!("--ignore {name}: no definition has a token of this name"));
        }
    }
    report.count("buffers");
    let mut a = Events::new(&args.a, args.from, site.profile(), report)?;
    let mut b = Events::new(&args.b, args.from, site.profile(), report)?;
    let mut out = output::stdout();
    let counts = differ.run(
        |input| match input {
            Input::A => a.next(report),
            Input::B => b.next(report),
        },
        |change| {
            match args.format {
                Format::Text => text(&mut out, change)?,
                Format::Json => {
                    serde_json::to_writer(&mut out, change).map_err(io::Error::from)?;
                    out.write_all(b"\n")?;
                }
            }
            Ok(())
        },
    )?;
    let Counts { added, removed, changed, same, other, .. } = counts;
    if !counts.are_equal() && args.format == Format::Text {
        writeln!(out, "{added} added, {removed} removed, {changed} changed, {same} without differences")?;
    }
    out.flush()?;
    if other > 0 {
        let buffers =
            if other == 1 { "buffer is a command or response" } else { "buffers are commands or responses" };
        say(format_args!("{other} {buffers}; only events are compared"));
    }
    if counts.are_equal() { Ok(()) } else { Err(Stop::Strict) }
}

/// The buffers of an input, and its name.
type Opened<'p> = (Buffers<'p, Plain<Box<dyn Read + Send>>>, String);

/// The buffers of an input, one by one.
struct Events<'p> {
    /// The files that follow, the next last.
    files: Vec<PathBuf>,
    form: Form,
    profile: &'p Profile,
    current: Option<Opened<'p>>,
    items: u64,
    skipped: u64,
}

impl<'p> Events<'p> {
    /// An input that cannot be read ends the run: there is nothing to compare with.
    fn new(path: &Path, form: Form, profile: &'p Profile, report: &mut Report) -> Result<Self, Stop> {
        let mut files = Vec::new();
        for listed in zems_io::files(&[path.to_path_buf()], false) {
            files.push(listed.map_err(|(path, error)| Stop::Usage(format!("{}: {error}", path.display())))?);
        }
        files.reverse();
        report.inputs += u64::try_from(files.len()).unwrap_or(0);
        let mut events = Self { files, form, profile, current: None, items: 0, skipped: 0 };
        if !path.is_dir() && !events.open(report) {
            return Err(Stop::NoInput);
        }
        Ok(events)
    }

    /// Opens the next file that can be read. The others are reported.
    fn open(&mut self, report: &mut Report) -> bool {
        while let Some(path) = self.files.pop() {
            let Some((input, name)) = files::open(&path, report) else { continue };
            let form = self.form;
            let input = input.into_text_if(|front| match form {
                Form::Auto | Form::Hex => looks_like_hex(front),
                _ => false,
            });
            self.current = Some((Buffers::new(input, form.into(), self.profile), name));
            (self.items, self.skipped) = (0, 0);
            return true;
        }
        false
    }

    /// The next buffer and its offset. Damaged regions are reported.
    fn next(&mut self, report: &mut Report) -> Result<Option<(Vec<u8>, u64)>, Stop> {
        loop {
            let Some((buffers, name)) = &mut self.current else {
                if self.open(report) {
                    continue;
                }
                return Ok(None);
            };
            match buffers.next() {
                Ok(Some(Item::Buffer(buffer))) => {
                    self.items += 1;
                    report.good();
                    return Ok(Some((buffer.as_bytes().to_vec(), buffer.origin())));
                }
                Ok(Some(Item::Bad { bytes, region, fault, ends, .. })) => {
                    self.skipped += u64::try_from(bytes.len()).unwrap_or(0);
                    if ends {
                        self.items += 1;
                        let (item, skipped) = (self.items, core::mem::take(&mut self.skipped));
                        report.bad(
                            skipped,
                            format_args!(
                                "{name}: item {item} at byte {region}, {skipped} bytes skipped: {fault}"
                            ),
                        );
                    }
                }
                Ok(Some(_)) => {}
                Ok(None) => self.current = None,
                Err(error) => {
                    report.unread(format_args!("{name}: {error}"));
                    self.current = None;
                }
            }
        }
    }
}

/// A line for the event, then one for each token.
fn text(out: &mut impl Write, change: &Change<'_>) -> io::Result<()> {
    let site = change.described().site();
    let mut line = format!("{} ", change.kind().name());
    match change.ssid() {
        ssid if ssid.round_trips() => line.push_str(&site.ssid(ssid).to_string()),
        ssid => line.push_str(&Hex(ssid.as_bytes()).to_string()),
    }
    if let Some(number) = change.number() {
        line.push_str(&format!(" {number}"));
    }
    if let Some(name) = change.name() {
        line.push_str(&format!(" {name}"));
    }
    if let Some(subject) = change.subject() {
        line.push_str(&format!(", subject {subject}"));
    }
    writeln!(out, "{}", escaped(&line, Lines::One))?;
    for token in change.tokens() {
        let line = match (token.a(), token.b()) {
            (Some(a), Some(b)) => format!("{token}: {} -> {}", shown(a), shown(b)),
            (Some(only), None) | (None, Some(only)) if change.kind() != Kind::Changed => {
                format!("{token}: {}", shown(only))
            }
            (Some(a), None) => format!("{token}: {} -> (absent)", shown(a)),
            (None, Some(b)) => format!("{token}: (absent) -> {}", shown(b)),
            (None, None) => continue,
        };
        writeln!(out, "    {}", escaped(&line, Lines::One))?;
    }
    Ok(())
}

/// The value, and what it is called.
fn shown(seen: &Seen<'_>) -> String {
    seen.label().map_or_else(|| seen.to_string(), |label| format!("{seen} ({label})"))
}
