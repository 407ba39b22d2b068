//! The site's definitions: files and directories of any kind of source.

use std::fs;
use std::path::{Path, PathBuf};

use jiff::tz::TimeZone;
use zems::dictionary::{Dictionary, Loader, SourceKind, builtin};
use zems::filter::Nodes;
use zems::spi::Timestamp;
use zems::template::TemplateSet;
use zems::text::{Diagnostics, NoLoader, SourceLoader, SourceMap};

use crate::Stop;
use crate::terminal::report::{errors, say, show};

#[derive(Debug, Default, clap::Args)]
#[group(skip)]
#[command(next_help_heading = "Definitions")]
pub(crate) struct Args {
    /// Definitions to use besides the shipped ones: DDL source, template source, C header or event facts, or a directory of
    /// them; repeatable, later ones win.
    #[arg(long, value_name = "FILE|DIR")]
    pub(crate) define: Vec<PathBuf>,
    /// Where files named by ?SOURCE are looked for besides the directory of the file that names them.
    #[arg(long, value_name = "DIR")]
    pub(crate) include: Vec<PathBuf>,
    /// Leave out the shipped definitions.
    #[arg(long)]
    pub(crate) no_builtin: bool,
}

/// What is known about names and texts.
pub(crate) struct Definitions {
    dictionary: Owned,
    pub(crate) templates: TemplateSet,
}

enum Owned {
    Shipped(&'static Dictionary),
    Loaded(Box<Dictionary>),
}

impl Definitions {
    /// Names of nodes: those given, and those of NODE lines; of two names of a node the first counts.
    pub(crate) fn nodes(&self, given: &[(i32, String)]) -> Vec<(i32, String)> {
        [given, self.dictionary().nodes()].concat()
    }

    pub(crate) fn dictionary(&self) -> &Dictionary {
        match &self.dictionary {
            Owned::Shipped(dictionary) => dictionary,
            Owned::Loaded(dictionary) => dictionary,
        }
    }
}

impl Args {
    /// Loads everything. Sources with errors end the run.
    pub(crate) fn load(&self) -> Result<Definitions, Stop> {
        if self.define.is_empty() && !self.no_builtin {
            let dictionary = Owned::Shipped(Dictionary::builtin());
            return Ok(Definitions { dictionary, templates: TemplateSet::builtin() });
        }
        let mut loader = if self.no_builtin { Loader::new() } else { Loader::with_builtin() };
        for path in sources(&self.define)? {
            let text = read_text(&path)?;
            let name = path.display().to_string();
            match loader.add(name.clone(), text).map_err(|error| Stop::Usage(error.to_string()))? {
                SourceKind::Filter => {
                    say(format_args!("{name}: is a filter, not a definition; it is left out (use --filter)"));
                }
                SourceKind::Unknown => say(format_args!("{name}: is no kind of definition; it is left out")),
                _ => {}
            }
        }
        let mut loaded = loader.load(&self.files());
        let own: Vec<_> = loaded
            .inputs
            .iter()
            .filter(|(_, kind)| *kind == SourceKind::Template)
            .map(|(source, _)| *source)
            .collect();
        let templates =
            self.templates(&loaded.dictionary, &own, &mut loaded.sources, &mut loaded.diagnostics);
        if loaded.diagnostics.has_errors() {
            show(&loaded.diagnostics.render(&loaded.sources));
            let errors = errors(loaded.diagnostics.error_count());
            return Err(Stop::Usage(format!("{errors} in the definitions")));
        }
        Ok(Definitions { dictionary: Owned::Loaded(Box::new(loaded.dictionary)), templates })
    }

    /// The shipped templates, unless they are left out, then the user's.
    pub(crate) fn templates(
        &self,
        dictionary: &Dictionary,
        own: &[zems::text::SourceId],
        sources: &mut SourceMap,
        diagnostics: &mut Diagnostics,
    ) -> TemplateSet {
        let mut set = TemplateSet::new(dictionary);
        if !self.no_builtin {
            // What a user's definitions have put out of use is not the user's fault.
            let mut ignored = Diagnostics::new();
            for (name, text) in builtin::templates() {
                if let Ok(source) = sources.add(*name, *text) {
                    set.compile(dictionary, source, sources, &NoLoader, &mut ignored);
                }
            }
        }
        let files = self.files();
        for source in own {
            set.compile(dictionary, *source, sources, &files, diagnostics);
        }
        set
    }

    /// Finds the files that ?SOURCE lines name.
    pub(crate) fn files(&self) -> impl SourceLoader + use<> {
        let include = self.include.clone();
        move |including: &str, name: &str| {
            let wanted = name.rsplit('.').next().filter(|_| name.starts_with(['$', '\\'])).unwrap_or(name);
            let beside = Path::new(including).parent().map(Path::to_path_buf);
            beside.into_iter().chain(include.iter().cloned()).find_map(|directory| {
                let directory = if directory.as_os_str().is_empty() { PathBuf::from(".") } else { directory };
                let path = find(&directory, wanted)?;
                Some((path.display().to_string(), read_text(&path).ok()?))
            })
        }
    }
}

/// The file of this name in a directory, whatever its case, with or without the ending a host file system wants.
fn find(directory: &Path, name: &str) -> Option<PathBuf> {
    let exact = directory.join(name);
    if exact.is_file() {
        return Some(exact);
    }
    let mut entries: Vec<_> = fs::read_dir(directory).ok()?.flatten().map(|entry| entry.path()).collect();
    entries.sort();
    let same = |part: Option<&std::ffi::OsStr>| {
        part.and_then(|part| part.to_str()).is_some_and(|part| part.eq_ignore_ascii_case(name))
    };
    let by_name = entries.iter().find(|path| same(path.file_name()) && path.is_file());
    by_name.or_else(|| entries.iter().find(|path| same(path.file_stem()) && path.is_file())).cloned()
}

/// The files named, and those in the directories named.
pub(crate) fn sources(paths: &[PathBuf]) -> Result<Vec<PathBuf>, Stop> {
    let mut files = Vec::new();
    for path in paths {
        let cannot = |error: std::io::Error| Stop::Usage(format!("{}: {error}", path.display()));
        if !fs::metadata(path).map_err(cannot)?.is_dir() {
            files.push(path.clone());
            continue;
        }
        let mut inside: Vec<_> =
            fs::read_dir(path).map_err(cannot)?.flatten().map(|entry| entry.path()).collect();
        inside.retain(|path| path.is_file());
        inside.sort();
        files.extend(inside);
    }
    Ok(files)
}

/// The text of a source. Bytes that are no UTF-8 are taken for Latin-1, in which vendor files of old are written.
pub(crate) fn read_text(path: &Path) -> Result<String, Stop> {
    let bytes = fs::read(path).map_err(|error| Stop::Usage(format!("{}: {error}", path.display())))?;
    Ok(String::from_utf8(bytes).unwrap_or_else(|error| latin_1(error.as_bytes())))
}

/// The text of bytes that are no UTF-8.
pub(crate) fn latin_1(bytes: &[u8]) -> String {
    bytes.iter().copied().map(char::from).collect()
}

/// Names of nodes, `NAME=NUMBER`.
pub(crate) fn node(text: &str) -> Result<(i32, String), String> {
    let (name, number) = text.split_once('=').ok_or("a node is given as NAME=NUMBER")?;
    let number = number.parse().map_err(|_| format!("{number} is no node number"))?;
    Ok((number, name.trim_start_matches('\\').to_owned()))
}

/// The numbers of nodes that filters name.
pub(crate) fn numbered(nodes: &[(i32, String)]) -> Nodes {
    nodes.iter().filter_map(|(number, name)| Some((name.as_str(), u32::try_from(*number).ok()?))).collect()
}

/// A time zone by its name.
pub(crate) fn zone(name: &str) -> Result<TimeZone, String> {
    if name.eq_ignore_ascii_case("GMT") || name.eq_ignore_ascii_case("UTC") {
        return Ok(TimeZone::UTC);
    }
    if let Some(offset) = fixed_offset(name) {
        return Ok(TimeZone::fixed(offset));
    }
    TimeZone::get(name).map_err(|error| error.to_string())
}

/// `+05:45`: hours and minutes east of GMT, or west of it after `-`.
fn fixed_offset(text: &str) -> Option<jiff::tz::Offset> {
    let (sign, rest) = match text.split_at_checked(1)? {
        ("+", rest) => (1, rest),
        ("-", rest) => (-1, rest),
        _ => return None,
    };
    let (hours, minutes) = rest.split_once(':')?;
    let is_digits = |part: &str| part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
    if !is_digits(hours) || !is_digits(minutes) {
        return None;
    }
    let (hours, minutes) = (hours.parse::<i32>().ok()?, minutes.parse::<i32>().ok().filter(|it| *it < 60)?);
    jiff::tz::Offset::from_seconds(sign * (hours * 3600 + minutes * 60)).ok()
}

/// Seconds east of GMT at a time.
pub(crate) fn offset(zone: &TimeZone, time: Timestamp) -> i32 {
    let instant = time.unix_micros().and_then(|micros| jiff::Timestamp::from_microsecond(micros).ok());
    instant.map_or(0, |instant| zone.to_offset(instant).seconds())
}
