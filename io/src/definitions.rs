//! Definitions from files and directories: what a site's own sources define, with the shipped definitions.

use core::cell::RefCell;
use core::fmt;
use std::fs;
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};

use zems::dictionary::{Dictionary, Loader, SourceKind};
use zems::sources::{Compiled, Inclusion, Inputs, SourceInput};
use zems::template::TemplateSet;
use zems::text::{Diagnostics, SourceId, SourceLoader, SourceMap, limits};

use crate::open::{read_text, text, unpack};

/// Which definitions are loaded.
///
/// ```no_run
/// let sources = zems_io::Definitions { define: vec!["siteddl".into()], ..Default::default() };
/// let loaded = sources.load(&mut |left_out| eprintln!("{left_out}"))?;
/// let site = zems::site::Site::builder().definitions(loaded.dictionary, loaded.templates).build();
/// # Ok::<(), zems_io::DefinitionsError>(())
/// ```
#[derive(Clone, Debug, Default)]
#[allow(clippy::exhaustive_structs)]
pub struct Definitions {
    /// DDL sources, template sources, C headers, event metadata, compiled definitions, and directories of them; of two definitions
    /// of a name the later counts.
    pub define: Vec<PathBuf>,
    /// Sources in memory, with the names that diagnostics show, after those of [`define`](Self::define).
    pub texts: Vec<SourceInput>,
    /// Where files that `?SOURCE` lines name are looked for besides the directory of the file that names them.
    pub include: Vec<PathBuf>,
    /// Macros that are defined for `#ifdef` in C headers.
    pub macros: Vec<String>,
    /// The shipped definitions are left out.
    pub no_builtin: bool,
}

/// The loaded definitions.
#[derive(Debug)]
#[non_exhaustive]
pub struct LoadedDefinitions {
    /// The meaning of names and codes.
    pub dictionary: Dictionary,
    /// The templates: the shipped ones unless they are left out, then the user's.
    pub templates: TemplateSet,
    /// The sources, for the compiled form.
    pub inputs: Inputs,
}

/// Why definitions cannot be loaded.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DefinitionsError {
    /// A file cannot be read, or is not a kind of definition: the message names it.
    File(String),
    /// The sources have errors.
    Sources {
        /// All diagnostics, with the lines they are about.
        diagnostics: String,
        /// How many are errors.
        errors: usize,
    },
}

impl fmt::Display for DefinitionsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(message) => f.write_str(message),
            Self::Sources { diagnostics, .. } => f.write_str(diagnostics),
        }
    }
}

impl core::error::Error for DefinitionsError {}

fn cannot(path: &Path, error: &dyn fmt::Display) -> DefinitionsError {
    DefinitionsError::File(format!("{}: {error}", path.display()))
}

impl Definitions {
    /// Whether nothing but the shipped definitions is loaded.
    #[must_use]
    pub fn is_builtin(&self) -> bool {
        self.define.is_empty() && self.texts.is_empty() && !self.no_builtin
    }

    /// Loads everything. A file of a directory that is not a definition is left out; `left_out` gets a line about it.
    ///
    /// # Errors
    /// A file cannot be read, one that is named is not a definition, or a source has errors.
    pub fn load(&self, left_out: &mut dyn FnMut(&str)) -> Result<LoadedDefinitions, DefinitionsError> {
        let files = source_files(&self.define)?;
        if let [file] = &files[..]
            && let Some(compiled) = file.compiled()?
            && compiled.inputs.with_builtin != self.no_builtin
            && self.macros.is_empty()
            && self.texts.is_empty()
            && let (Some(dictionary), Some(templates)) = (compiled.dictionary, compiled.templates)
        {
            return Ok(LoadedDefinitions { dictionary, templates, inputs: compiled.inputs });
        }
        self.compile(&files, left_out)
    }

    /// Compiles these sources in place of [`define`](Self::define).
    ///
    /// # Errors
    /// Those of [`load`](Self::load).
    pub fn compile(
        &self,
        files: &[SourceFile],
        left_out: &mut dyn FnMut(&str),
    ) -> Result<LoadedDefinitions, DefinitionsError> {
        let mut loader = self.loader();
        let mut inputs = Inputs::default();
        inputs.with_builtin = !self.no_builtin;
        inputs.macros.clone_from(&self.macros);
        for file in files {
            file.add_to(&mut loader, &mut inputs, left_out)?;
        }
        for text in &self.texts {
            let kind = SourceKind::of_file(&text.name, &text.text);
            if !kind.is_definition() {
                return Err(DefinitionsError::File(format!("{}: is {}", text.name, no_definition(kind))));
            }
            add(&mut loader, &mut inputs, text.name.clone(), text.text.clone())?;
        }
        self.finish(loader, inputs, &self.files())
    }

    /// Compiles sources that are in memory in place of [`define`](Self::define). `?SOURCE` lines find them by name, whatever
    /// the case, and nothing else.
    ///
    /// ```
    /// use zems_io::{Definitions, SourceBytes};
    ///
    /// let sources = [SourceBytes { name: "BANKDDL".into(), bytes: b"CONSTANT BANK-EVT-LIMIT VALUE 7."[..].into() }];
    /// let loaded = Definitions::default().compile_bytes(&sources)?;
    /// assert_eq!(loaded.inputs.sources.len(), 1);
    /// # Ok::<(), zems_io::DefinitionsError>(())
    /// ```
    ///
    /// # Errors
    /// One is damaged or not a definition, or they have errors.
    pub fn compile_bytes(&self, sources: &[SourceBytes]) -> Result<LoadedDefinitions, DefinitionsError> {
        let (mut loader, mut inputs) = (self.loader(), Inputs::default());
        inputs.with_builtin = !self.no_builtin;
        inputs.macros.clone_from(&self.macros);
        for source in sources {
            match source.content()? {
                Content::Compiled(compiled) => add_inputs(&mut loader, &mut inputs, compiled.inputs)?,
                Content::Text(text) => {
                    let kind = SourceKind::of_file(&source.name, &text);
                    if !kind.is_definition() {
                        return Err(DefinitionsError::File(format!(
                            "{}: is {}",
                            source.name,
                            no_definition(kind)
                        )));
                    }
                    add(&mut loader, &mut inputs, source.name.clone(), text)?;
                }
            }
        }
        self.finish(loader, inputs, &Among(sources))
    }

    /// The content of a compiled file. A file that was compiled with other shipped definitions than those of this release is
    /// compiled again.
    ///
    /// # Errors
    /// The bytes are not a compiled file, are of another version, or are damaged.
    pub fn compiled(bytes: &[u8]) -> Result<LoadedDefinitions, DefinitionsError> {
        let compiled = Compiled::from_bytes(bytes)
            .map_err(|error| DefinitionsError::File(format!("compiled definitions: {error}")))?;
        if let (Some(dictionary), Some(templates)) = (compiled.dictionary, compiled.templates) {
            return Ok(LoadedDefinitions { dictionary, templates, inputs: compiled.inputs });
        }
        let no_builtin = !compiled.inputs.with_builtin;
        let definitions = Self { no_builtin, ..Self::default() };
        let (mut loader, mut inputs) = (definitions.loader(), Inputs::default());
        inputs.with_builtin = compiled.inputs.with_builtin;
        add_inputs(&mut loader, &mut inputs, compiled.inputs)?;
        definitions.finish(loader, inputs, &definitions.files())
    }

    fn finish(
        &self,
        loader: Loader,
        mut inputs: Inputs,
        files: &dyn SourceLoader,
    ) -> Result<LoadedDefinitions, DefinitionsError> {
        let finder = Recorder { files, known: &inputs.inclusions, found: RefCell::default() };
        let mut loaded = loader.load(&finder);
        let own = loaded.inputs.iter().filter(|(_, kind)| *kind == SourceKind::Template);
        let own: Vec<_> = own.map(|(source, _)| *source).collect();
        let templates =
            self.templates(&loaded.dictionary, &own, &finder, &mut loaded.sources, &mut loaded.diagnostics);
        if loaded.diagnostics.has_errors() {
            return Err(DefinitionsError::Sources {
                diagnostics: loaded.diagnostics.render(&loaded.sources).to_string(),
                errors: loaded.diagnostics.error_count(),
            });
        }
        let found = finder.found.into_inner();
        inputs.inclusions.extend(found);
        Ok(LoadedDefinitions { dictionary: loaded.dictionary, templates, inputs })
    }

    /// A loader of the shipped definitions, unless they are left out.
    #[must_use]
    pub fn loader(&self) -> Loader {
        let mut loader = if self.no_builtin { Loader::new() } else { Loader::with_builtin() };
        for name in &self.macros {
            loader.define_macro(name);
        }
        loader
    }

    /// The shipped templates, unless they are left out, then those of the sources `own`.
    pub fn templates(
        &self,
        dictionary: &Dictionary,
        own: &[SourceId],
        files: &dyn SourceLoader,
        sources: &mut SourceMap,
        diagnostics: &mut Diagnostics,
    ) -> TemplateSet {
        let mut set = if self.no_builtin {
            TemplateSet::new(dictionary)
        } else {
            TemplateSet::with_builtin(dictionary)
        };
        for source in own {
            set.compile(dictionary, *source, sources, files, diagnostics);
        }
        set
    }

    /// Finds the files that `?SOURCE` lines name.
    #[must_use]
    pub fn files(&self) -> SourceFinder {
        SourceFinder { include: self.include.clone() }
    }
}

/// Finds the files that `?SOURCE` lines name: in the directory of the file that names them, then in the directories given,
/// and nowhere else.
#[derive(Clone, Debug, Default)]
pub struct SourceFinder {
    include: Vec<PathBuf>,
}

impl SourceFinder {
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

impl SourceLoader for SourceFinder {
    fn load(&self, including: &str, name: &str) -> Option<(String, String)> {
        let path = self.path(including, name).ok()??;
        Some((path.display().to_string(), source_text(&path).ok()?))
    }

    fn refusal(&self, including: &str, name: &str) -> Option<String> {
        match self.path(including, name) {
            Ok(Some(path)) => source_text(&path).err().map(|error| error.to_string()),
            Ok(None) => None,
            Err(reason) => Some(reason),
        }
    }
}

/// Finds what compiled sources have included before, then what is found in files.
#[derive(Clone, Debug, Default)]
#[allow(clippy::exhaustive_structs)]
pub struct Included {
    /// The files that the sources have included.
    pub known: Vec<Inclusion>,
    /// Finds everything else.
    pub files: SourceFinder,
}

impl SourceLoader for Included {
    fn load(&self, including: &str, name: &str) -> Option<(String, String)> {
        known(self.known.iter(), including, name).or_else(|| self.files.load(including, name))
    }

    fn refusal(&self, including: &str, name: &str) -> Option<String> {
        self.files.refusal(including, name)
    }
}

#[allow(single_use_lifetimes, reason = "an anonymous lifetime is not stable in this place")]
fn known<'i>(
    mut known: impl Iterator<Item = &'i Inclusion>,
    including: &str,
    name: &str,
) -> Option<(String, String)> {
    let known = known.find(|known| known.including == including && known.file == name)?;
    Some((known.source.name.clone(), known.source.text.clone()))
}

/// Finds what compiled sources have included before, then what is found in files, and remembers the latter.
struct Recorder<'i> {
    files: &'i dyn SourceLoader,
    known: &'i [Inclusion],
    found: RefCell<Vec<Inclusion>>,
}

impl SourceLoader for Recorder<'_> {
    fn load(&self, including: &str, name: &str) -> Option<(String, String)> {
        let found = self.found.borrow();
        if let Some(known) = known(self.known.iter().chain(found.iter()), including, name) {
            return Some(known);
        }
        drop(found);
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

/// Finds sources among those given, by the last part of their names.
struct Among<'s>(&'s [SourceBytes]);

impl SourceLoader for Among<'_> {
    fn load(&self, _including: &str, name: &str) -> Option<(String, String)> {
        fn last(name: &str) -> &str {
            let name = name.rsplit(['/', '\\']).next().unwrap_or(name);
            if name.starts_with('$') { name.rsplit('.').next().unwrap_or(name) } else { name }
        }
        let wanted = last(name);
        let stem = |name: &str| name.split_once('.').map_or(name, |(stem, _)| stem).to_owned();
        let exact = self.0.iter().find(|source| last(&source.name).eq_ignore_ascii_case(wanted));
        let found = exact
            .or_else(|| self.0.iter().find(|source| stem(last(&source.name)).eq_ignore_ascii_case(wanted)))?;
        match found.content() {
            Ok(Content::Text(text)) => Some((found.name.clone(), text)),
            _ => None,
        }
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
#[derive(Clone, Debug)]
#[allow(clippy::exhaustive_structs)]
pub struct SourceFile {
    /// Its name.
    pub path: PathBuf,
    /// It was named itself, and is not just in a directory that was.
    pub is_named: bool,
}

impl SourceFile {
    /// The compiled definitions in it, if it has some.
    ///
    /// # Errors
    /// It cannot be read, or is damaged.
    pub fn compiled(&self) -> Result<Option<Compiled>, DefinitionsError> {
        let mut start = [0; 8];
        let cannot = |error: io::Error| cannot(&self.path, &error);
        let mut file = fs::File::open(&self.path).map_err(cannot)?;
        // A file that is shorter is not a compiled one; a pipe is read as a source.
        let is_regular = file.metadata().map_err(cannot)?.is_file();
        if !is_regular || file.read_exact(&mut start).is_err() || !Compiled::is_compiled(&start) {
            return Ok(None);
        }
        let mut bytes = Vec::from(start);
        let most = u64::try_from(limits::COMPILED).unwrap_or(u64::MAX);
        file.take(most).read_to_end(&mut bytes).map_err(cannot)?;
        match Compiled::from_bytes(&bytes) {
            Ok(compiled) => Ok(Some(compiled)),
            Err(error) => Err(DefinitionsError::File(format!("{}: {error}", self.path.display()))),
        }
    }

    /// Loads it, and notes it among the inputs; of a compiled file its sources. A file in a directory that is not a definition is
    /// left out, with a line; one that was named is an error.
    ///
    /// # Errors
    /// It cannot be read, or is named and not a definition.
    pub fn add_to(
        &self,
        loader: &mut Loader,
        inputs: &mut Inputs,
        left_out: &mut dyn FnMut(&str),
    ) -> Result<(), DefinitionsError> {
        if let Some(compiled) = self.compiled()? {
            return add_inputs(loader, inputs, compiled.inputs);
        }
        let name = self.path.display().to_string();
        let text = source_text(&self.path)?;
        let kind = SourceKind::of_file(&name, &text);
        if kind.is_definition() {
            return add(loader, inputs, name, text);
        }
        let what = no_definition(kind);
        if self.is_named {
            return Err(DefinitionsError::File(format!("{name}: is {what}")));
        }
        left_out(&format!("{name}: is {what}; it is left out"));
        Ok(())
    }
}

/// A source in memory.
#[derive(Clone, Debug)]
#[allow(clippy::exhaustive_structs)]
pub struct SourceBytes {
    /// Its name, for messages and for `?SOURCE` lines.
    pub name: String,
    /// Its content, compressed or not.
    pub bytes: Vec<u8>,
}

impl SourceBytes {
    fn content(&self) -> Result<Content, DefinitionsError> {
        let wrong = |error: &dyn fmt::Display| DefinitionsError::File(format!("{}: {error}", self.name));
        if Compiled::is_compiled(&self.bytes) {
            return Compiled::from_bytes(&self.bytes)
                .map(|compiled| Content::Compiled(Box::new(compiled)))
                .map_err(|error| wrong(&error));
        }
        let limit = u64::try_from(limits::SOURCE).unwrap_or(u64::MAX);
        let unpacked = unpack(io::Cursor::new(self.bytes.clone()));
        unpacked.and_then(|source| text(source, limit)).map(Content::Text).map_err(|error| wrong(&error))
    }
}

/// The content of a source.
enum Content {
    Compiled(Box<Compiled>),
    Text(String),
}

fn add(loader: &mut Loader, inputs: &mut Inputs, name: String, text: String) -> Result<(), DefinitionsError> {
    loader.add(name.clone(), text.clone()).map_err(|error| DefinitionsError::File(error.to_string()))?;
    inputs.sources.push(SourceInput { name, text });
    Ok(())
}

/// Adds the sources of a compiled file.
fn add_inputs(loader: &mut Loader, inputs: &mut Inputs, compiled: Inputs) -> Result<(), DefinitionsError> {
    for source in compiled.sources {
        add(loader, inputs, source.name, source.text)?;
    }
    inputs.inclusions.extend(compiled.inclusions);
    compiled.macros.iter().for_each(|name| loader.define_macro(name));
    inputs.macros.extend(compiled.macros);
    Ok(())
}

/// Names the kind of a source that is not a definition.
fn no_definition(kind: SourceKind) -> String {
    match kind {
        SourceKind::Unknown => "no known kind of definition".to_owned(),
        SourceKind::Filter => "a filter, not a definition (use --filter)".to_owned(),
        kind => format!("a {kind}, not a definition"),
    }
}

/// The files named, and those in the directories named.
///
/// # Errors
/// One is missing or cannot be listed.
pub fn source_files(paths: &[PathBuf]) -> Result<Vec<SourceFile>, DefinitionsError> {
    let mut files = Vec::new();
    for path in paths {
        let cannot = |error: io::Error| cannot(path, &error);
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

/// The text of a source: unpacked, UTF-16 as UTF-8. Bytes that are not UTF-8 are taken for Latin-1, in which old vendor files are
/// written.
///
/// # Errors
/// It cannot be read, or is longer than a source may be.
pub fn source_text(path: &Path) -> Result<String, DefinitionsError> {
    read_text(path, u64::try_from(limits::SOURCE).unwrap_or(u64::MAX)).map_err(|error| cannot(path, &error))
}
