//! The site's definitions: files and directories of any kind of source.

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use jiff::tz::TimeZone;
use zems::dictionary::Dictionary;
use zems::filter::Nodes;
use zems::site::{Site, SiteBuilder};
use zems::spi::Timestamp;
use zems::template::TemplateSet;
use zems_io::{DefinitionsError, LoadedDefinitions, SourceFile, SourceFinder};

use crate::Stop;
use crate::terminal::report::{errors, say, show};

#[derive(Clone, Debug, Default, clap::Args)]
#[group(skip)]
#[command(next_help_heading = "Definitions")]
pub(crate) struct Args {
    /// Load definitions in addition to the shipped ones: DDL source, template source, C header, event metadata or
    /// compiled definitions, or a directory of them; repeatable, later ones win.
    #[arg(long, value_name = "FILE|DIR")]
    pub(crate) define: Vec<PathBuf>,
    /// Search this directory for files named by ?SOURCE, after the directory of the file that names them; repeatable.
    #[arg(long, value_name = "DIR")]
    pub(crate) include: Vec<PathBuf>,
    /// Define a macro for #ifdef in C headers; repeatable.
    #[arg(long, value_name = "NAME")]
    pub(crate) c_define: Vec<String>,
    /// Leave out the shipped definitions.
    #[arg(long)]
    pub(crate) no_builtin: bool,
}

/// The known facts about names and texts.
pub(crate) struct Definitions {
    dictionary: Owned,
    /// The shipped ones are read when they are asked for: a site has its own.
    templates: OnceLock<TemplateSet>,
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

    pub(crate) fn templates(&self) -> &TemplateSet {
        self.templates.get_or_init(TemplateSet::builtin)
    }

    /// A site with a copy of these definitions.
    pub(crate) fn to_site(&self) -> SiteBuilder {
        match &self.dictionary {
            Owned::Shipped(_) => Site::builder(),
            Owned::Loaded(dictionary) => {
                Site::builder().definitions(Arc::clone(dictionary), self.templates().clone())
            }
        }
    }

    /// A site with these definitions.
    pub(crate) fn into_site(self) -> SiteBuilder {
        match self.dictionary {
            Owned::Shipped(_) => Site::builder(),
            Owned::Loaded(dictionary) => {
                let templates = self.templates.into_inner().unwrap_or_default();
                Site::builder().definitions(dictionary, templates)
            }
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
    /// Loads everything. Sources with errors end the run.
    pub(crate) fn load(&self) -> Result<Definitions, Stop> {
        let sources = self.sources();
        if sources.is_builtin() {
            let dictionary = Owned::Shipped(Dictionary::builtin());
            return Ok(Definitions { dictionary, templates: OnceLock::new() });
        }
        let loaded = sources.load(&mut left_out)?;
        Ok(Definitions {
            dictionary: Owned::Loaded(Arc::new(loaded.dictionary)),
            templates: loaded.templates.into(),
        })
    }

    /// Compiles sources. Sources with errors end the run.
    pub(crate) fn compile(&self, files: &[SourceFile]) -> Result<LoadedDefinitions, Stop> {
        Ok(self.sources().compile(files, &mut left_out)?)
    }

    /// The paths of the environment variable ZEMS_DEFINE, then those of the options.
    pub(crate) fn paths(&self) -> Vec<PathBuf> {
        let from_environment = std::env::var_os("ZEMS_DEFINE");
        let paths = from_environment.iter().flat_map(std::env::split_paths);
        paths.filter(|path| !path.as_os_str().is_empty()).chain(self.define.iter().cloned()).collect()
    }

    /// The definitions to load.
    pub(crate) fn sources(&self) -> zems_io::Definitions {
        zems_io::Definitions {
            define: self.paths(),
            include: self.include.clone(),
            macros: self.c_define.clone(),
            no_builtin: self.no_builtin,
            ..zems_io::Definitions::default()
        }
    }

    /// Finds the files that ?SOURCE lines name.
    pub(crate) fn files(&self) -> SourceFinder {
        self.sources().files()
    }
}

/// Says that a file is left out.
pub(crate) fn left_out(line: &str) {
    say(format_args!("{line}"));
}

impl From<DefinitionsError> for Stop {
    fn from(error: DefinitionsError) -> Self {
        match error {
            DefinitionsError::Sources { diagnostics, errors: count } => {
                show(&diagnostics);
                Self::Usage(format!("{} in the definitions", errors(count)))
            }
            other => Self::Usage(other.to_string()),
        }
    }
}

/// The text of a source.
pub(crate) fn read_text(path: &Path) -> Result<String, Stop> {
    Ok(zems_io::source_text(path)?)
}

/// The text of bytes that are not UTF-8.
pub(crate) fn latin_1(bytes: &[u8]) -> String {
    bytes.iter().copied().map(char::from).collect()
}

/// Names of nodes, `NAME=NUMBER`.
pub(crate) fn node(text: &str) -> Result<(i32, String), String> {
    let (name, number) = text.split_once('=').ok_or("a node is given as NAME=NUMBER")?;
    let number = number.parse().map_err(|_| format!("`{number}` is not a node number"))?;
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
