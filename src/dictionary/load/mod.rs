//! Loads definition sources of any kind into a dictionary.

mod events;
mod facts;
mod kind;
mod profile;
mod schema;
mod shipped;
mod stand_in;
mod subsystems;
mod template;
mod tokens;

use core::cell::OnceCell;
use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};

pub use kind::SourceKind;
pub(crate) use kind::TABLE_DIRECTIVES;

use super::builtin;
use super::c_header::{self, Header};
use super::definitions::{
    ConstantDefinition, Definitions, OwnedConstant, SsidDefinition, SubsystemDefinition,
};
use super::write::DictionaryWriter;
use super::{Dictionary, naming};
use crate::ddl::{self, Input, Schema};
use crate::spi::{Profile, Ssid};
use crate::text::{Diagnostic, Diagnostics, SourceId, SourceLoader, SourceMap, SourceTooLong, Span, limits};
use facts::{Facts, Name};
use shipped::Statements;
use stand_in::StandIn;

/// See [`limits::C_HEADERS`].
const TOO_MANY_HEADERS: &str = "the C headers are too long together: at most 8 MiB of them, and 400,000 constants, members and \
                                values, are read";

/// Makes a [`Dictionary`] of definition sources: DDL, C headers generated from it, the names in template sources, and facts
/// about events.
///
/// The kind of a source is detected by its content. The sources may refer to each other in any order; of two definitions of one name
/// the later counts, with a warning, and a user's counts instead of a shipped one without a word. All are resolved
/// together, so a user's number reaches everything that is made of it.
///
/// ```
/// use zems::dictionary::Loader;
/// use zems::text::NoLoader;
///
/// let mut loader = Loader::with_builtin();
/// loader.add("bankddl", r#"
///  CONSTANT bank-val-owner VALUE IS "BANK".
///  CONSTANT bank-val-version VALUE IS VERSION "A01".
///  DEF bank-val-ssid TACL SSID.
///   02 z-owner   PIC X(8)      VALUE IS bank-val-owner.
///   02 z-number  TYPE BINARY 16 VALUE IS 7.
///   02 z-version TYPE BINARY 16 VALUE IS bank-val-version.
///  END
///  CONSTANT bank-evt-closed VALUE IS 12.
///  TOKEN-CODE bank-tkn-branch VALUE IS 1 TOKEN-TYPE IS ZSPI-TYP-STRING HEADING "Branch".
/// "#)?;
///
/// let loaded = loader.load(&NoLoader);
/// assert!(!loaded.diagnostics.has_errors(), "{}", loaded.diagnostics.render(&loaded.sources));
/// let bank = loaded.dictionary.ssid_named("BANK-VAL-SSID").unwrap();
/// assert_eq!(bank.to_string(), "BANK.7.A01");
/// assert_eq!(loaded.dictionary.event(bank, 12).unwrap().name(), "BANK-EVT-CLOSED");
/// let branch = loaded.dictionary.token(bank, "01FF0001".parse()?).unwrap();
/// assert_eq!((branch.name(), branch.heading()), ("BANK-TKN-BRANCH", Some("Branch")));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Default)]
pub struct Loader {
    sources: SourceMap,
    inputs: Vec<LoaderInput>,
    /// Macros that are defined before a C header is read.
    macros: BTreeSet<String>,
}

#[derive(Clone, Copy, Debug)]
struct LoaderInput {
    source: SourceId,
    kind: SourceKind,
    is_builtin: bool,
}

/// The result of a [`Loader`].
#[derive(Debug)]
#[non_exhaustive]
pub struct Loaded {
    /// The definitions of the sources. Definitions with errors are left out.
    pub dictionary: Dictionary,
    /// The faults of the sources, sorted by source and place. Nothing about the shipped ones, whose definitions a
    /// user's may have put out of use.
    pub diagnostics: Diagnostics,
    /// The sources, with those they include.
    pub sources: SourceMap,
    /// The user's sources in the order they were added, and what each is. Template sources are for the compiler of
    /// templates; filter sources, and those of no known kind, were not read.
    pub inputs: Vec<(SourceId, SourceKind)>,
}

impl Loader {
    /// Nothing to load yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The shipped definitions.
    #[must_use]
    pub fn with_builtin() -> Self {
        let mut loader = Self::new();
        for (name, text) in builtin::definitions() {
            if let Ok(source) = loader.sources.add(*name, *text) {
                let kind = if name.ends_with(".ddl") { SourceKind::Ddl } else { SourceKind::Events };
                loader.inputs.push(LoaderInput { source, kind, is_builtin: true });
            }
        }
        loader
    }

    /// Adds a user's source; tells what it is taken for.
    ///
    /// # Errors
    /// The text is longer than a source may be.
    pub fn add(
        &mut self,
        name: impl Into<Cow<'static, str>>,
        text: impl Into<Cow<'static, str>>,
    ) -> Result<SourceKind, SourceTooLong> {
        let (name, text) = (name.into(), text.into());
        let kind = SourceKind::of_file(&name, &text);
        let source = self.sources.add(name, text)?;
        self.inputs.push(LoaderInput { source, kind, is_builtin: false });
        Ok(kind)
    }

    /// Defines a macro for the conditions of C headers: `#ifdef NAME` is then TRUE of it.
    pub fn define_macro(&mut self, name: &str) {
        self.macros.insert(name.to_owned());
    }

    /// How many sources of the user were added.
    #[must_use]
    pub fn len(&self) -> usize {
        self.inputs.iter().filter(|input| !input.is_builtin).count()
    }

    /// Whether the user has added no source.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Makes the dictionary. `files` finds what `?SOURCE` lines name; the vendor's files whose definitions are shipped need
    /// not be found.
    #[must_use]
    pub fn load(mut self, files: &dyn SourceLoader) -> Loaded {
        let own = self.inputs.iter().filter(|input| !input.is_builtin);
        let inputs = own.map(|input| (input.source, input.kind)).collect();
        let (dictionary, diagnostics) = match self.overlay(files) {
            Some(dictionary) => (dictionary, Diagnostics::new()),
            None => {
                let (definitions, writer, diagnostics) = self.define(files, false);
                (Dictionary::written(writer, definitions, false), diagnostics)
            }
        };
        Loaded { dictionary, diagnostics, sources: self.sources, inputs }
    }

    /// The user's definitions laid over the shipped ones: of these only what they need is compiled. `None` if they change what is
    /// shipped, which is compiled together with them then, or if there is anything to say about them.
    fn overlay(&mut self, files: &dyn SourceLoader) -> Option<Dictionary> {
        let kinds = [SourceKind::Ddl, SourceKind::Template];
        let is_plain = |input: &LoaderInput| input.is_builtin || kinds.contains(&input.kind);
        let has_builtin = self.inputs.iter().any(|input| input.is_builtin);
        if self.is_empty() || !has_builtin || !self.inputs.iter().all(is_plain) {
            return None;
        }
        let shipped = Statements::shipped();
        let own: Vec<_> = self.inputs.iter().filter(|input| !input.is_builtin).copied().collect();
        let texts = own.iter().filter_map(|input| Some((input.kind, self.sources.get(input.source)?.text())));
        let needed = shipped.needed(texts)?;
        let before = self.sources.iter().count();
        let source = self.sources.add("shipped definitions", needed).ok()?;
        let shipped = LoaderInput { source, kind: SourceKind::Ddl, is_builtin: true };
        let inputs = core::mem::replace(&mut self.inputs, [vec![shipped], own].concat());
        let known = self.sources.iter().count();
        let (definitions, writer, diagnostics) = self.define(files, true);
        // The text that the stand-in gives in place of a vendor's file has no definitions.
        let includes_more =
            self.sources.iter().skip(known).any(|(_, source)| {
                source.text().lines().any(|line| !line.is_empty() && !line.starts_with('?'))
            });
        if !diagnostics.is_empty() || includes_more || !is_apart(&definitions) {
            self.sources.truncate(before);
            self.inputs = inputs;
            return None;
        }
        Some(Dictionary::written(writer, definitions, true))
    }

    /// The definitions of the sources as plain data; but the types, of which there is most, are written already, and among the
    /// definitions are only the structures of event headers.
    /// `is_overlay`: without what is shipped.
    fn define(
        &mut self,
        files: &dyn SourceLoader,
        is_overlay: bool,
    ) -> (Definitions, DictionaryWriter, Diagnostics) {
        let mut diagnostics = Diagnostics::new();
        let has_builtin = self.inputs.iter().any(|input| input.is_builtin);
        let is_own = |input: &&LoaderInput| !input.is_builtin;
        let own = self.inputs.iter().filter(is_own).filter_map(|input| self.sources.get(input.source));
        let stand_in = StandIn::new(files, has_builtin);
        own.for_each(|source| stand_in.note_sections(source.text()));
        let files: &dyn SourceLoader = &stand_in;

        let headers = self.headers(&mut diagnostics);
        let (schema, found) = self.compile(&headers, files);
        diagnostics.extend(found);
        let mut facts = Facts::default();
        for input in self.inputs.iter().filter(|input| input.kind == SourceKind::Events) {
            if input.is_builtin {
                facts.shipped.insert(input.source);
            }
            if let Some(source) = self.sources.get(input.source) {
                facts::read(input.source, source, &mut facts, &mut diagnostics);
            }
        }
        for input in &self.inputs {
            let message = match input.kind {
                SourceKind::Unknown => "this file does not begin as definitions, templates or filters do",
                SourceKind::Binary => "this is a binary file, not a source; it is left out",
                _ => continue,
            };
            diagnostics.push(Diagnostic::warning(input.source, Span::at(0), message));
        }
        let (definitions, writer) = self.definitions(schema, &headers, &facts, is_overlay, &mut diagnostics);

        (definitions, writer, self.of_user(diagnostics))
    }

    /// The C headers among the inputs, by their place there.
    fn headers(&self, diagnostics: &mut Diagnostics) -> HashMap<SourceId, Header> {
        let headers = self.inputs.iter().filter(|input| input.kind == SourceKind::CHeader);
        let mut bytes = 0_usize;
        let headers = headers.filter_map(|input| {
            let source = self.sources.get(input.source)?;
            bytes = bytes.saturating_add(source.text().len());
            if bytes > limits::C_HEADERS {
                diagnostics.push(Diagnostic::error(input.source, Span::at(0), TOO_MANY_HEADERS));
                return None;
            }
            Some((input.source, c_header::read(input.source, source.text(), &self.macros, diagnostics)))
        });
        headers.collect()
    }

    /// Compiles the DDL sources and the definitions of the headers.
    fn compile(
        &mut self,
        headers: &HashMap<SourceId, Header>,
        files: &dyn SourceLoader,
    ) -> (Schema, Diagnostics) {
        let ddl: Vec<_> = self.inputs.iter().filter(|input| input.kind == SourceKind::Ddl).collect();
        let ddl: Vec<_> = ddl.into_iter().map(|input| input.for_ddl(input.source)).collect();
        let headers: Vec<_> = self
            .inputs
            .iter()
            .filter_map(|input| Some((input.source, headers.get(&input.source)?)))
            .collect();
        let Some(&(first, _)) = headers.first() else {
            return ddl::compile(&mut self.sources, &ddl, files);
        };
        let mut refused = None;
        let (schema, mut diagnostics) =
            ddl::compile_with(&mut self.sources, &ddl, files, first, |known, definer| {
                let mut translation = c_header::Translation::new(known, definer);
                refused = headers.iter().find(|(_, header)| !translation.add(header));
                translation.finish();
            });
        if let Some((source, _)) = refused {
            diagnostics.push(Diagnostic::error(*source, Span::at(0), TOO_MANY_HEADERS));
        }
        (schema, diagnostics)
    }

    fn definitions(
        &self,
        schema: Schema,
        headers: &HashMap<SourceId, Header>,
        facts: &Facts,
        is_overlay: bool,
        diagnostics: &mut Diagnostics,
    ) -> (Definitions, DictionaryWriter) {
        // A member of a header has fewer bytes than a field in DDL.
        let times = |id| if headers.contains_key(&id) { 3 } else { 1 };
        let source_len = self.sources.iter().map(|(id, source)| times(id) * source.text().len()).sum();
        let kept = facts.layouts.iter().map(|layout| key(&layout.structure.text)).collect();
        let of_user = facts.layouts.iter().filter(|layout| !facts.is_shipped(&layout.structure));
        let confirmed = of_user.map(|layout| key(&layout.structure.text)).collect();
        let (writer, structures) = schema::types(&schema, source_len, &kept, &confirmed, diagnostics);
        let mut definitions = Definitions {
            structures,
            constants: schema::constants(&schema),
            token_types: schema::token_types(&schema),
            ssids: schema::ssids(&schema),
            ..Definitions::default()
        };
        let names = self
            .inputs
            .iter()
            .filter(|input| input.kind == SourceKind::Template)
            .filter_map(|input| template::subsystem_name(input.source, self.sources.get(input.source)?));
        definitions.subsystems = subsystems::subsystems(&definitions, facts, names, diagnostics);
        if is_overlay {
            definitions.subsystems.extend(shipped_subsystems());
        }
        definitions.tokens = tokens::tokens(&schema, &definitions, diagnostics);
        for input in &self.inputs {
            if let Some(header) = headers.get(&input.source) {
                header.merge_into(&mut definitions, |name| schema::group_len(&schema, name));
            }
        }
        drop(schema);
        tokens::set_homes(&mut definitions);
        events::add(&mut definitions, facts, diagnostics);
        // Of two names of a node the later counts.
        definitions.nodes =
            facts.nodes.iter().rev().map(|node| (node.number, node.name.text.clone())).collect();
        let has_builtin = self.inputs.iter().any(|input| input.is_builtin);
        let base = if has_builtin { Profile::DEFAULT } else { Profile::WITHOUT_LAYOUTS };
        definitions.profile = if is_overlay {
            leave_shipped_out(&mut definitions);
            base
        } else {
            profile::profile(&definitions, facts, base, diagnostics)
        };
        (definitions, writer)
    }

    /// The diagnostics about a user's sources, sorted. Those about the shipped sources are for our own tests.
    fn of_user(&self, diagnostics: Diagnostics) -> Diagnostics {
        let keep_all = self.inputs.iter().all(|input| input.is_builtin);
        let is_builtin = |source| {
            let input = self.inputs.iter().find(|input| input.source == source);
            input.is_some_and(|input| input.is_builtin)
        };
        let mut kept = Diagnostics::new();
        kept.extend(diagnostics.into_iter().filter(|it| keep_all || !is_builtin(it.primary.location.source)));
        kept.sort();
        kept
    }
}

impl LoaderInput {
    fn for_ddl(&self, source: SourceId) -> Input {
        if self.is_builtin { Input::built_in(source) } else { Input::user(source) }
    }
}

fn shipped_subsystems() -> impl Iterator<Item = SubsystemDefinition> {
    Dictionary::builtin().subsystems().map(|known| SubsystemDefinition {
        ssid: known.ssid(),
        name: known.name().to_owned(),
        abbreviation: known.abbreviation().map(str::to_owned),
    })
}

/// Takes what is shipped out of an overlay. Enumerations and structures stay, which its tokens refer to.
fn leave_shipped_out(definitions: &mut Definitions) {
    let shipped = Dictionary::builtin();
    definitions.constants.retain(|it| shipped.constant(&it.name).is_none());
    definitions.token_types.retain(|it| shipped.token_type(&it.name).is_none());
    definitions.ssids.retain(|it| !shipped.ssids().any(|known| known.name() == it.name));
    definitions.tokens.retain(|it| shipped.token_named(&it.name).is_none());
    definitions.events.retain(|it| shipped.event_named(&it.name).is_none());
    let is_shipped = |it: &SubsystemDefinition| {
        shipped.subsystem(it.ssid).is_some_and(|known| known.ssid() == it.ssid && known.name() == it.name)
    };
    definitions.subsystems.retain(|it| !is_shipped(it));
}

/// Whether no code, number or name of an overlay is that of something shipped.
fn is_apart(definitions: &Definitions) -> bool {
    let shipped = Dictionary::builtin();
    let is_new = |it: &SubsystemDefinition| {
        let owner = it.ssid.owner_name().unwrap_or_default();
        shipped.subsystem(it.ssid).is_none() && shipped.subsystem_number(owner, &it.name).is_none()
    };
    definitions.subsystems.iter().all(is_new)
        && definitions.events.iter().all(|it| shipped.event(it.ssid, it.number).is_none())
        && definitions
            .tokens
            .iter()
            .all(|it| shipped.token(it.ssid.or(it.home).unwrap_or_default(), it.code).is_none())
}

/// Constants by name; few sources ask for one.
struct Constants<'d> {
    constants: &'d [ConstantDefinition],
    by_name: OnceCell<HashMap<String, &'d ConstantDefinition>>,
}

impl<'d> Constants<'d> {
    const fn new(constants: &'d [ConstantDefinition]) -> Self {
        Self { constants, by_name: OnceCell::new() }
    }

    fn get(&self, name: &str) -> Option<&'d ConstantDefinition> {
        let by_name = self.by_name.get_or_init(|| {
            let mut by_name = HashMap::new();
            for constant in self.constants {
                by_name.entry(key(&constant.name)).or_insert(constant);
            }
            by_name
        });
        by_name.get(&key(name)).copied()
    }

    /// The value of a constant that is a number of 16 bits.
    fn word(&self, name: &Name, diagnostics: &mut Diagnostics) -> Option<(&'d ConstantDefinition, i16)> {
        let constant = self.get(&name.text);
        let number = constant.and_then(|constant| match constant.value {
            OwnedConstant::Number(number) => Some((constant, i16::try_from(number).ok()?)),
            _ => None,
        });
        if number.is_none() {
            let problem = match constant {
                Some(_) => format!("the CONSTANT {} is not a number from -32768 to 32767", name.text),
                None => format!("there is no CONSTANT {}", name.text),
            };
            diagnostics.push(name.error(problem));
        }
        number
    }
}

/// SSIDs by the names of DEFs and of constants.
struct Ssids<'d> {
    defs: HashMap<String, Ssid>,
    constants: &'d Constants<'d>,
    names: subsystems::Names<'d>,
}

impl<'d> Ssids<'d> {
    fn new(definitions: &'d Definitions, constants: &'d Constants<'d>) -> Self {
        let mut defs = HashMap::new();
        for def in &definitions.ssids {
            defs.entry(key(&def.name)).or_insert(def.ssid);
        }
        Self { defs, constants, names: subsystems::Names::new(definitions) }
    }

    /// The SSID that a DEF of this name holds, or a string constant of this name says.
    fn get(&self, name: &str) -> Option<Ssid> {
        self.defs.get(&key(name)).copied().or_else(|| match &self.constants.get(name)?.value {
            OwnedConstant::Text(text) => self.names.parse(text).ok(),
            _ => None,
        })
    }
}

/// The SSID definition of each prefix: `ZXXX-VAL-SSID` of `ZXXX`, else the first whose name begins so.
fn ssids_by_prefix(ssids: &[SsidDefinition]) -> HashMap<&str, Ssid> {
    let mut found = HashMap::new();
    let (usual, other): (Vec<_>, Vec<_>) = ssids.iter().partition(|def| def.name.ends_with("-VAL-SSID"));
    for def in usual.into_iter().chain(other) {
        found.entry(naming::prefix(&def.name)).or_insert(def.ssid);
    }
    found
}

/// A name as it is compared: in upper case, `^` and `_` as `-`.
fn key(name: &str) -> String {
    let mut key = name.to_ascii_uppercase();
    if key.contains(['^', '_']) {
        key = key.replace(['^', '_'], "-");
    }
    key
}

impl Name {
    fn error(&self, message: impl Into<Cow<'static, str>>) -> Diagnostic {
        Diagnostic::error(self.at.source, self.at.span, message)
    }

    fn warning(&self, message: impl Into<Cow<'static, str>>) -> Diagnostic {
        Diagnostic::warning(self.at.source, self.at.span, message)
    }
}
