//! The site's definitions: files and directories of any kind of source.

use std::cell::RefCell;
use std::fs;
use std::io::Read;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use jiff::tz::TimeZone;
use zems::dictionary::{Dictionary, Loader, SourceKind, builtin};
use zems::filter::Nodes;
use zems::site::{Site, SiteBuilder};
use zems::sources::{Compiled, Inclusion, Inputs, SourceInput};
use zems::spi::Timestamp;
use zems::template::TemplateSet;
use zems::text::{Diagnostics, NoLoader, SourceLoader, SourceMap, limits};

use crate::Stop;
use crate::terminal::report::{errors, say, show};

#[derive(Clone, Debug, Default, clap::Args)]
#[group(skip)]
#[command(next_help_heading = "Definitions")]
pub(crate) struct Args {
    /// Definitions to use besides the shipped ones: DDL source, template source, C header, event metadata or compiled
    /// definitions, or a directory of them; repeatable, later ones win.
    #[arg(long, value_name = "FILE|DIR")]
    pub(crate) define: Vec<PathBuf>,
    /// Where files named by ?SOURCE are looked for besides the directory of the file that names them.
    #[arg(long, value_name = "DIR")]
    pub(crate) include: Vec<PathBuf>,
    /// A macro that is defined for #ifdef in C headers; repeatable.
    #[arg(long, value_name = "NAME")]
    pub(crate) c_define: Vec<String>,
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
    Loaded(Arc<Dictionary>),
}

impl Definitions {
    /// Names of nodes: those given, and those of NODE lines; of two names of a node the first counts.
    pub(crate) fn nodes(&self, given: &[(i32, String)]) -> Vec<(i32, String)> {
        [given, self.dictionary().nodes()].concat()
    }

    /// A site with a copy of these definitions.
    pub(crate) fn to_site(&self) -> SiteBuilder {
        match &self.dictionary {
            Owned::Shipped(_) => Site::builder(),
            Owned::Loaded(dictionary) => {
                Site::builder().definitions(Arc::clone(dictionary), self.templates.clone())
            }
        }
    }

    /// A site with these definitions.
    pub(crate) fn into_site(self) -> SiteBuilder {
        match self.dictionary {
            Owned::Shipped(_) => Site::builder(),
            Owned::Loaded(dictionary) => Site::builder().definitions(dictionary, self.templates),
        }
    }

    pub(crate) fn dictionary(&self) -> &Dictionary {
        match &self.dictionary {
            Owned::Shipped(dictionary) => dictionary,
            Owned::Loaded(dictionary) => dictionary,
        }
    }
}

impl Args {
    /// The paths of the environment variable ZEMS_DEFINE, then those of the options.
    pub(crate) fn paths(&self) -> Vec<PathBuf> {
        let from_environment = std::env::var_os("ZEMS_DEFINE");
        let paths = from_environment.iter().flat_map(std::env::split_paths);
        paths.filter(|path| !path.as_os_str().is_empty()).chain(self.define.iter().cloned()).collect()
    }

    /// Loads everything. Sources with errors end the run.
    pub(crate) fn load(&self) -> Result<Definitions, Stop> {
        let define = self.paths();
        if define.is_empty() && !self.no_builtin {
            let dictionary = Owned::Shipped(Dictionary::builtin());
            return Ok(Definitions { dictionary, templates: TemplateSet::builtin() });
        }
        let files = sources(&define)?;
        if let [file] = &files[..]
            && let Some(compiled) = file.compiled()?
            && compiled.inputs.with_builtin != self.no_builtin
            && self.c_define.is_empty()
            && let (Some(dictionary), Some(templates)) = (compiled.dictionary, compiled.templates)
        {
            return Ok(Definitions { dictionary: Owned::Loaded(Arc::new(dictionary)), templates });
        }
        let (dictionary, templates, _) = self.compile(&files)?;
        Ok(Definitions { dictionary: Owned::Loaded(Arc::new(dictionary)), templates })
    }

    /// Compiles sources. Sources with errors end the run.
    pub(crate) fn compile(&self, files: &[SourceFile]) -> Result<(Dictionary, TemplateSet, Inputs), Stop> {
        let mut loader = self.loader();
        let mut inputs = Inputs::default();
        inputs.with_builtin = !self.no_builtin;
        inputs.macros.clone_from(&self.c_define);
        for file in files {
            file.add_to(&mut loader, &mut inputs)?;
        }
        let finder = Recorder { files: self.files(), known: &inputs.inclusions, found: RefCell::default() };
        let mut loaded = loader.load(&finder);
        let own: Vec<_> = loaded
            .inputs
            .iter()
            .filter(|(_, kind)| *kind == SourceKind::Template)
            .map(|(source, _)| *source)
            .collect();
        let templates =
            self.templates(&loaded.dictionary, &own, &finder, &mut loaded.sources, &mut loaded.diagnostics);
        if loaded.diagnostics.has_errors() {
            show(&loaded.diagnostics.render(&loaded.sources));
            let errors = errors(loaded.diagnostics.error_count());
            return Err(Stop::Usage(format!("{errors} in the definitions")));
        }
        let found = finder.found.into_inner();
        inputs.inclusions.extend(found);
        Ok((loaded.dictionary, templates, inputs))
    }

    /// A loader of the shipped definitions, unless they are left out.
    pub(crate) fn loader(&self) -> Loader {
        let mut loader = if self.no_builtin { Loader::new() } else { Loader::with_builtin() };
        for name in &self.c_define {
            loader.define_macro(name);
        }
        loader
    }

    /// The shipped templates, unless they are left out, then the user's.
    pub(crate) fn templates(
        &self,
        dictionary: &Dictionary,
        own: &[zems::text::SourceId],
        files: &dyn SourceLoader,
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
        for source in own {
            set.compile(dictionary, *source, sources, files, diagnostics);
        }
        set
    }

    /// Finds the files that ?SOURCE lines name.
    pub(crate) fn files(&self) -> Files {
        Files { include: self.include.clone() }
    }
}

/// Finds the files that `?SOURCE` lines name: in the directory of the file that names them, then in the directories given,
/// and nowhere else.
pub(crate) struct Files {
    include: Vec<PathBuf>,
}

impl Files {
    /// The file of this name; an error says why none is opened.
    fn path(&self, including: &str, name: &str) -> Result<Option<PathBuf>, String> {
        let wanted = name.rsplit('.').next().filter(|_| name.starts_with(['$', '\\'])).unwrap_or(name);
        let leaves = Path::new(wanted)
            .components()
            .any(|part| !matches!(part, Component::Normal(_) | Component::CurDir));
        if leaves {
            return Err("?SOURCE reads files of the directories it is given, named from there".to_owned());
        }
        let beside = Path::new(including).parent().map(Path::to_path_buf);
        for directory in beside.into_iter().chain(self.include.iter().cloned()) {
            let directory = if directory.as_os_str().is_empty() { PathBuf::from(".") } else { directory };
            let Some(path) = find(&directory, wanted) else { continue };
            // Where links lead counts, not where they are.
            let (Ok(inside), Ok(whole)) = (directory.canonicalize(), path.canonicalize()) else { continue };
            if !whole.starts_with(&inside) {
                return Err(format!("{} is a link that leads out of its directory", path.display()));
            }
            if is_too_long(&whole) {
                return Err(format!("it has more than {} MiB", limits::SOURCE >> 20));
            }
            return Ok(Some(path));
        }
        Ok(None)
    }
}

impl SourceLoader for Files {
    fn load(&self, including: &str, name: &str) -> Option<(String, String)> {
        let path = self.path(including, name).ok()??;
        Some((path.display().to_string(), read_text(&path).ok()?))
    }

    fn refusal(&self, including: &str, name: &str) -> Option<String> {
        match self.path(including, name) {
            Ok(Some(path)) => match read_text(&path).err()? {
                Stop::Usage(message) => Some(message),
                _ => None,
            },
            Ok(None) => None,
            Err(reason) => Some(reason),
        }
    }
}

/// Finds what compiled sources have included before, then what is found in files, and remembers the latter.
struct Recorder<'i> {
    files: Files,
    known: &'i [Inclusion],
    found: RefCell<Vec<Inclusion>>,
}

impl SourceLoader for Recorder<'_> {
    fn load(&self, including: &str, name: &str) -> Option<(String, String)> {
        let known = self.known.iter().find(|known| known.including == including && known.file == name);
        if let Some(known) = known {
            return Some((known.source.name.clone(), known.source.text.clone()));
        }
        let (full_name, text) = self.files.load(including, name)?;
        self.found.borrow_mut().push(Inclusion {
            including: including.to_owned(),
            file: name.to_owned(),
            source: SourceInput { name: full_name.clone(), text: text.clone() },
        });
        Some((full_name, text))
    }

    fn refusal(&self, including: &str, name: &str) -> Option<String> {
        self.files.refusal(including, name)
    }
}

/// Whether a file has more bytes than a source may have.
fn is_too_long(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|file| usize::try_from(file.len()).is_ok_and(|len| len > limits::SOURCE))
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

/// A source to load.
pub(crate) struct SourceFile {
    pub(crate) path: PathBuf,
    /// It was named itself, and is not just in a directory that was.
    pub(crate) is_named: bool,
}

impl SourceFile {
    /// The compiled definitions in it, if it has some.
    pub(crate) fn compiled(&self) -> Result<Option<Compiled>, Stop> {
        let mut start = [0; 8];
        let cannot = |error: std::io::Error| Stop::Usage(format!("{}: {error}", self.path.display()));
        let mut file = fs::File::open(&self.path).map_err(cannot)?;
        // A file that is shorter is no compiled one; a pipe is read as a source.
        let is_regular = file.metadata().map_err(cannot)?.is_file();
        if !is_regular || file.read_exact(&mut start).is_err() || !Compiled::is_compiled(&start) {
            return Ok(None);
        }
        let mut bytes = Vec::from(start);
        let most = u64::try_from(limits::COMPILED).unwrap_or(u64::MAX);
        file.take(most).read_to_end(&mut bytes).map_err(cannot)?;
        match Compiled::from_bytes(&bytes) {
            Ok(compiled) => Ok(Some(compiled)),
            Err(error) => Err(Stop::Usage(format!("{}: {error}", self.path.display()))),
        }
    }

    /// Loads it, and notes it among the inputs; of a compiled file its sources. A file in a directory that is no definition is
    /// left out, with a line; one that was named is an error.
    pub(crate) fn add_to(&self, loader: &mut Loader, inputs: &mut Inputs) -> Result<(), Stop> {
        let mut add = |name: String, text: String, inputs: &mut Inputs| {
            loader.add(name.clone(), text.clone()).map_err(|error| Stop::Usage(error.to_string()))?;
            inputs.sources.push(SourceInput { name, text });
            Ok(())
        };
        if let Some(compiled) = self.compiled()? {
            for source in compiled.inputs.sources {
                add(source.name, source.text, inputs)?;
            }
            inputs.inclusions.extend(compiled.inputs.inclusions);
            compiled.inputs.macros.iter().for_each(|name| loader.define_macro(name));
            inputs.macros.extend(compiled.inputs.macros);
            return Ok(());
        }
        let name = self.path.display().to_string();
        let text = read_text(&self.path)?;
        let kind = SourceKind::of_file(&name, &text);
        if kind.is_definition() {
            return add(name, text, inputs);
        }
        let what = match kind {
            SourceKind::Unknown => "no known kind of definition".to_owned(),
            SourceKind::Filter => "a filter, not a definition (use --filter)".to_owned(),
            kind => format!("a {kind}, not a definition"),
        };
        if self.is_named {
            return Err(Stop::Usage(format!("{name}: is {what}")));
        }
        say(format_args!("{name}: is {what}; it is left out"));
        Ok(())
    }
}

/// The files named, and those in the directories named.
pub(crate) fn sources(paths: &[PathBuf]) -> Result<Vec<SourceFile>, Stop> {
    let mut files = Vec::new();
    for path in paths {
        let cannot = |error: std::io::Error| Stop::Usage(format!("{}: {error}", path.display()));
        if !fs::metadata(path).map_err(cannot)?.is_dir() {
            files.push(SourceFile { path: path.clone(), is_named: true });
            continue;
        }
        let mut inside: Vec<_> =
            fs::read_dir(path).map_err(cannot)?.flatten().map(|entry| entry.path()).collect();
        inside.retain(|path| path.is_file());
        inside.sort();
        files.extend(inside.into_iter().map(|path| SourceFile { path, is_named: false }));
    }
    Ok(files)
}

/// The text of a source: unpacked, UTF-16 as UTF-8. Bytes that are no UTF-8 are taken for Latin-1, in which vendor files of old
/// are written.
pub(crate) fn read_text(path: &Path) -> Result<String, Stop> {
    zems_io::read_text(path, u64::try_from(limits::SOURCE).unwrap_or(u64::MAX))
        .map_err(|error| Stop::Usage(format!("{}: {error}", path.display())))
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
    if name.eq_ignore_ascii_case("local") {
        return TimeZone::try_system()
            .map_err(|error| format!("the zone of this machine is not known: {error}"));
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
