use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use core::hash::{BuildHasherDefault, Hash, Hasher};
use std::collections::HashMap;

use super::conversion::Conversion;
use super::display::SubsystemNames;
use super::image;
use super::program::{LabelTable, Op, Operand, Program, Slot};
use crate::dictionary::{Dictionary, TokenDef, builtin};
use crate::ems::{Event, HeaderToken, Overrides};
use crate::spi::{Ssid, Timestamp, TokenCode};
use crate::text::{Diagnostics, NoLoader, SourceMap};

/// The key of a template: subsystem, token code, token value (Template Services Manual 3-19). The version of the SSID
/// makes no difference, as in the original.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct TemplateKey {
    pub(super) owner: u64,
    pub(super) number: i16,
    pub(super) code: TokenCode,
    pub(super) value: i32,
}

impl TemplateKey {
    /// The template for a value of a token of this subsystem. Of a value wider than 32 bits the leftmost 32 count.
    #[must_use]
    pub fn new(ssid: Ssid, code: TokenCode, value: i32) -> Self {
        let Subsystem { owner, number } = Subsystem::of(ssid);
        Self { owner, number, code, value }
    }

    /// The subsystem, without version.
    #[must_use]
    pub fn ssid(&self) -> Ssid {
        Ssid::new(self.owner.to_be_bytes(), self.number, crate::spi::Version(0))
    }

    /// The token code.
    #[must_use]
    pub const fn code(&self) -> TokenCode {
        self.code
    }

    /// The token's value.
    #[must_use]
    pub const fn value(&self) -> i32 {
        self.value
    }
}

impl Hash for TemplateKey {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.owner);
        state.write_u64(
            u64::from(u32::from(self.code)) << 32 | u64::from(u32::from_ne_bytes(self.value.to_ne_bytes())),
        );
        state.write_u64(u64::from(u16::from_ne_bytes(self.number.to_ne_bytes())));
    }
}

impl fmt::Debug for TemplateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self)
    }
}

/// `owner.number.0 (type,length,number) = value`.
impl fmt::Display for TemplateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} = {}", self.ssid(), self.code, self.value)
    }
}

/// An SSID less its version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Subsystem {
    pub(super) owner: u64,
    pub(super) number: i16,
}

impl Subsystem {
    pub(super) const fn of(ssid: Ssid) -> Self {
        Self { owner: u64::from_be_bytes(ssid.owner()), number: ssid.number() }
    }
}

impl Hash for Subsystem {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.owner);
        state.write_u64(u64::from(u16::from_ne_bytes(self.number.to_ne_bytes())));
    }
}

/// Hashes the few words of a key by multiplication. Keys come from template sources, never from events, so nobody gains
/// by making them collide.
#[derive(Clone, Copy, Default)]
pub(super) struct WordHasher(u64);

impl Hasher for WordHasher {
    fn finish(&self) -> u64 {
        self.0 ^ (self.0 >> 29)
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u64(u64::from(*byte));
        }
    }

    fn write_u64(&mut self, word: u64) {
        self.0 = (self.0.rotate_left(23) ^ word).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    }
}

type WordMap<K, V> = HashMap<K, V, BuildHasherDefault<WordHasher>>;

/// A format template.
#[derive(Clone, Debug)]
pub(super) struct Template {
    pub(super) key: TemplateKey,
    pub(super) program: Program,
    /// The strings as written, one after the other.
    pub(super) strings: Cow<'static, str>,
    pub(super) is_resident: bool,
}

/// A format template of a [`TemplateSet`].
#[derive(Clone, Copy, Debug)]
pub struct TemplateInfo<'s>(&'s Template);

impl<'s> TemplateInfo<'s> {
    /// Its key.
    #[must_use]
    pub const fn key(&self) -> TemplateKey {
        self.0.key
    }

    /// Whether it is marked RESIDENT, which has no effect on the text.
    #[must_use]
    pub const fn is_resident(&self) -> bool {
        self.0.is_resident
    }

    /// Its strings, markers included: `Backup process in CPU <1> died because <2>`.
    #[must_use]
    pub fn strings(&self) -> &'s str {
        &self.0.strings
    }

    /// Its text and the tokens shown in it, in order, those of both branches of a condition.
    pub fn pieces(&self) -> impl Iterator<Item = TemplatePiece<'s>> + use<'s> {
        let program = &self.0.program;
        program.ops.iter().filter_map(|op| match *op {
            Op::Text { start, len } => Some(TemplatePiece::Text(program.literal(start, len))),
            Op::Edit(edit) => match program.edits.get(usize::from(edit))?.subject.operand {
                Operand::Slot(slot) => {
                    let Slot { ssid, code, index, .. } = *program.slots.get(usize::from(slot))?;
                    Some(TemplatePiece::Token { ssid, code, index })
                }
                Operand::Header(token, _) => Some(TemplatePiece::Header(token)),
                Operand::Next => Some(TemplatePiece::NextToken),
            },
            Op::Break | Op::Unless { .. } | Op::Jump { .. } => None,
        })
    }
}

/// A piece of a template; see [`TemplateInfo::pieces`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TemplatePiece<'s> {
    /// Text that is in the sentence as it is.
    Text(&'s str),
    /// A token, or a field of one.
    Token {
        /// The subsystem the template or the token's definition names; `None`: the event's.
        ssid: Option<Ssid>,
        /// The code, as programs name it.
        code: TokenCode,
        /// Which occurrence, from 1.
        index: u16,
    },
    /// A header token.
    Header(HeaderToken),
    /// Heading or value of the next token.
    NextToken,
}

/// SSNAME.
#[derive(Clone, Debug)]
pub(super) struct SubsystemName {
    pub(super) name: String,
    pub(super) abbreviation: Option<String>,
    /// Said by a template source, not only by the dictionary.
    pub(super) is_installed: bool,
}

/// DEF_ENUM: the labels a subsystem gives to a token, or to a field of a structure.
#[derive(Clone, Debug)]
pub(super) struct DefEnum {
    pub(super) subsystem: Subsystem,
    pub(super) of: Labelled,
    pub(super) labels: u32,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Labelled {
    Token(TokenCode),
    /// Names of the structure and of the field.
    Field(String, String),
}

/// FORMAT: the procedure that converts values of a DEF for the token lister.
#[derive(Clone, Debug)]
pub(super) struct Format {
    pub(super) subsystem: Subsystem,
    pub(super) def: String,
    pub(super) procedure: String,
}

/// Codes that the search for a template needs, from the dictionary.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct WellKnown {
    pub(super) event_number: Option<TokenCode>,
    pub(super) content_standard: Option<TokenCode>,
    pub(super) text: Option<(TokenCode, Option<Ssid>)>,
    pub(super) operator_message: Option<(TokenCode, Option<Ssid>)>,
    pub(super) ems: Option<Ssid>,
    /// The words and the structured data of a line of a system log.
    pub(super) line_text: Option<(TokenCode, Option<Ssid>)>,
    pub(super) line_data: Option<(TokenCode, Option<Ssid>)>,
}

/// Compiled templates, ready to write the text of any event.
///
/// A set is made from a [`Dictionary`] and template sources; a template of a later source replaces one of the same key. It
/// never changes while it is used, and any number of threads may use it at once.
///
/// ```
/// use zems::dictionary::Dictionary;
/// use zems::template::{RenderOptions, TemplateSet};
///
/// let dictionary = Dictionary::empty();
/// let templates = TemplateSet::new(&dictionary);
/// let event = zems::ems::Event::parse(zems::samples::EVENT)?;
/// let mut text = String::new();
/// let rendered = templates.render(&event, &dictionary, &RenderOptions::default(), &mut text)?;
/// assert_eq!(
///     text,
///     "EMSTEXT -- No template and no TEXT token for event. \
///      SSID = ACME.7.A01 Event number = 101 Subject = $DISK"
/// );
/// assert_eq!(rendered.status.simple(), (10, 0));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Default)]
pub struct TemplateSet {
    pub(super) templates: Vec<Template>,
    pub(super) formats: WordMap<TemplateKey, u32>,
    pub(super) overrides: WordMap<TemplateKey, Overrides>,
    pub(super) names: WordMap<Subsystem, SubsystemName>,
    pub(super) shared: WordMap<Subsystem, Vec<Ssid>>,
    pub(super) labels: Vec<LabelTable>,
    pub(super) def_enums: Vec<DefEnum>,
    pub(super) conversions: Vec<Format>,
    pub(super) procedures: Vec<(String, Conversion)>,
    pub(super) codes: WellKnown,
    /// Bytes of the sources that have been compiled into it.
    pub(super) source_bytes: usize,
}

impl TemplateSet {
    /// A set without templates, for sources to be compiled against this dictionary.
    #[must_use]
    pub fn new(dictionary: &Dictionary) -> Self {
        let token = |name| dictionary.token_named(name);
        let code = |name| token(name).map(|token| token.code());
        let qualified = |name| token(name).map(|token: TokenDef<'_>| (token.code(), token.ssid()));
        let names = dictionary.subsystems().map(|subsystem| {
            let name = SubsystemName {
                name: subsystem.name().into(),
                abbreviation: subsystem.abbreviation().map(Into::into),
                is_installed: false,
            };
            (Subsystem::of(subsystem.ssid()), name)
        });
        Self {
            names: names.collect(),
            codes: WellKnown {
                event_number: code("ZEMS-TKN-EVENTNUMBER"),
                content_standard: code("ZEMS-TKN-CONTENT-STANDARD"),
                text: qualified("ZEMS-TKN-TEXT"),
                operator_message: qualified("ZEMS-TKN-OPMSG"),
                ems: dictionary.ssid_named("ZEMS-VAL-SSID"),
                line_text: qualified("SYSLOG-TKN-TEXT"),
                line_data: qualified("SYSLOG-TKN-STRUCTURED-DATA"),
            },
            ..Self::default()
        }
    }

    /// The shipped templates, compiled for [`Dictionary::builtin`]. Nothing is compiled here: the set is read from an image that
    /// is made when the sources, [`builtin::templates`](crate::dictionary::builtin::templates), change. More sources may be
    /// compiled into it.
    ///
    /// ```
    /// use zems::dictionary::Dictionary;
    /// use zems::template::{RenderOptions, TemplateSet};
    ///
    /// let event = zems::ems::Event::parse(zems::samples::PID_FILE_LOCK)?;
    /// let mut text = String::new();
    /// TemplateSet::builtin().render(&event, Dictionary::builtin(), &RenderOptions::default(), &mut text)?;
    /// assert_eq!(text, "Unable to lock PID file: Resource temporarily unavailable");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn builtin() -> Self {
        image::read(image::SHIPPED).unwrap_or_default()
    }

    /// The shipped templates for a dictionary with the shipped definitions. They are compiled only if it does not
    /// [extend](Dictionary::extends_builtin) these as they are.
    #[must_use]
    pub fn with_builtin(dictionary: &Dictionary) -> Self {
        if dictionary.extends_builtin() {
            let mut set = Self::builtin();
            for (subsystem, name) in Self::new(dictionary).names {
                set.names.entry(subsystem).or_insert(name);
            }
            return set;
        }
        let mut set = Self::new(dictionary);
        // The user's definitions may make a shipped template useless; that is not a fault.
        let (mut sources, mut ignored) = (SourceMap::new(), Diagnostics::new());
        for (name, text) in builtin::templates() {
            if let Ok(source) = sources.add(*name, *text) {
                set.compile(dictionary, source, &mut sources, &NoLoader, &mut ignored);
            }
        }
        set
    }

    /// The set as bytes: what `builtin/templates.bin` holds of the shipped templates. Procedures given to
    /// [`add_procedure`](Self::add_procedure) are left out. The form of the bytes is our own and may change.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        image::write(self)
    }

    /// Reads what [`to_bytes`](Self::to_bytes) has written; `None` if the bytes are nothing of the kind.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        image::read_copied(bytes)
    }

    /// Gives the token lister a procedure that FORMAT statements may name. To be done before they are compiled.
    pub fn add_procedure(&mut self, name: &str, procedure: Conversion) {
        self.procedures.push((name.to_ascii_uppercase(), procedure));
    }

    /// How many format templates there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.formats.len()
    }

    /// Whether there is no format template.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.formats.is_empty()
    }

    /// All format templates, in the order their sources were compiled.
    pub fn templates(&self) -> impl Iterator<Item = TemplateInfo<'_>> {
        let is_current = |at: usize, key| self.formats.get(&key).is_some_and(|known| index(*known) == at);
        let numbered = self.templates.iter().enumerate();
        numbered
            .filter(move |(at, template)| is_current(*at, template.key))
            .map(|(_, template)| TemplateInfo(template))
    }

    /// The format template of this key.
    #[must_use]
    pub fn template(&self, key: TemplateKey) -> Option<TemplateInfo<'_>> {
        self.templates.get(index(*self.formats.get(&key)?)).map(TemplateInfo)
    }

    /// The overrides of templates for an event.
    #[must_use]
    pub fn overrides(&self, event: &Event<'_>) -> Overrides {
        if self.overrides.is_empty() {
            return Overrides::default();
        }
        self.search(event, |key| self.overrides.get(&key).copied()).unwrap_or_default()
    }

    /// Whether an event is critical: by its override template, else by its header.
    #[must_use]
    pub fn emphasis(&self, event: &Event<'_>) -> Option<bool> {
        self.overrides(event).emphasis.or_else(|| event.emphasis())
    }

    /// ZEMS-TKN-CONSOLE-PRINT: by the override template, else by the header.
    #[must_use]
    pub fn console_print(&self, event: &Event<'_>) -> Option<bool> {
        self.overrides(event).console_print.or_else(|| event.console_print())
    }

    /// ZEMS-TKN-SUPPRESS-DISPLAY: by the override template, else by the header.
    #[must_use]
    pub fn suppress_display(&self, event: &Event<'_>) -> Option<bool> {
        self.overrides(event).suppress_display.or_else(|| event.suppress_display())
    }

    /// The key of the template that an event's text is made with.
    #[must_use]
    pub fn main_template(&self, event: &Event<'_>) -> Option<TemplateKey> {
        self.search(event, |key| self.formats.contains_key(&key).then_some(key))
    }

    /// The abbreviation and name of a subsystem, as SSNAME statements and the dictionary give them.
    #[must_use]
    pub fn subsystem_name(&self, ssid: Ssid) -> Option<&str> {
        self.names.get(&Subsystem::of(ssid)).map(|known| known.name.as_str())
    }

    /// The number of an owner's subsystem of this name.
    pub(super) fn subsystem_number(&self, owner: &str, name: &str) -> Option<i16> {
        let is_owner = |known: &Subsystem| known.owner.to_be_bytes().trim_ascii_end() == owner.as_bytes();
        let mut names = self.names.iter();
        names.find(|(known, names)| names.name == name && is_owner(known)).map(|(known, _)| known.number)
    }

    /// Goes through the keys under which an event's template may be filed, in the order of 4.4 and 2.1 of the language's
    /// description: event number under the event's subsystem, under each SHARED_SSID; CONTENT-STANDARD under the event's
    /// subsystem, EMS, the common set; event number under the common set.
    pub(super) fn search<T>(&self, event: &Event<'_>, find: impl Fn(TemplateKey) -> Option<T>) -> Option<T> {
        let ssid = event.ssid();
        let number = event.number().map(i32::from);
        let by_number = |ssid| find(TemplateKey::new(ssid, self.codes.event_number?, number?));
        if let Some(found) = by_number(ssid) {
            return Some(found);
        }
        let shared = self.shared.get(&Subsystem::of(ssid)).map_or(&[][..], |shared| shared);
        let standard = event.content_standard().filter(|standard| *standard != 0).map(i32::from);
        let by_standard = |ssid| find(TemplateKey::new(ssid, self.codes.content_standard?, standard?));
        (shared.iter().find_map(|shared| by_number(*shared)))
            .or_else(|| by_standard(ssid))
            .or_else(|| by_standard(self.codes.ems?))
            .or_else(|| by_standard(Ssid::NULL))
            .or_else(|| by_number(Ssid::NULL))
    }

    /// The template of a token's value: under this subsystem, its shared ones, the common set.
    pub(super) fn message(&self, ssid: Ssid, code: TokenCode, value: i32) -> Option<&Program> {
        let find = |ssid| self.format(TemplateKey::new(ssid, code, value));
        find(ssid)
            .or_else(|| self.shared.get(&Subsystem::of(ssid))?.iter().find_map(|shared| find(*shared)))
            .or_else(|| find(Ssid::NULL))
    }

    #[inline]
    pub(super) fn format(&self, key: TemplateKey) -> Option<&Program> {
        let at = self.formats.get(&key)?;
        self.templates.get(index(*at)).map(|template| &template.program)
    }

    pub(super) fn labels(&self, number: u32) -> Option<&LabelTable> {
        self.labels.get(index(number))
    }

    /// The labels a subsystem, or the common set, gives to a token or field by DEF_ENUM.
    pub(super) fn def_enum(&self, ssid: Ssid, is_it: impl Fn(&Labelled) -> bool) -> Option<&LabelTable> {
        let of = |subsystem| {
            let found = self.def_enums.iter().rev();
            let mut found = found.filter(|known| known.subsystem == subsystem && is_it(&known.of));
            found.next().and_then(|known| self.labels(known.labels))
        };
        of(Subsystem::of(ssid)).or_else(|| of(Subsystem::of(Ssid::NULL)))
    }
}

pub(super) fn index(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

impl SubsystemNames for TemplateSet {
    fn name(&self, ssid: Ssid) -> Option<&str> {
        self.subsystem_name(ssid)
    }

    fn abbreviation(&self, ssid: Ssid) -> Option<&str> {
        self.names.get(&Subsystem::of(ssid))?.abbreviation.as_deref()
    }
}

impl fmt::Debug for TemplateSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TemplateSet({} templates, {} overrides)", self.formats.len(), self.overrides.len())
    }
}

/// The result of compiling one source: the end of the compiler's listing (Template Services Manual 4-3).
///
/// ```
/// let listing = zems::template::Listing { format_templates: 3, special_templates: 2, ..Default::default() };
/// assert_eq!(
///     listing.to_string(),
///     "End of compilation\nFormat templates: 3\nOverride templates: 0\nSpecial templates: 2\n\
///      Errors: 0\nWarnings: 0\n"
/// );
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[allow(clippy::exhaustive_structs)]
pub struct Listing {
    /// The subsystem whose templates they are.
    pub ssid: Ssid,
    /// Its name, by SSNAME.
    pub name: Option<String>,
    /// Its abbreviation, by SSNAME.
    pub abbreviation: Option<String>,
    /// The text of VERSION.
    pub version: String,
    /// MSG statements with strings.
    pub format_templates: usize,
    /// MSG statements with OVERRIDE.
    pub override_templates: usize,
    /// Templates made by SSNAME and VERSION: names, abbreviation, version record.
    pub special_templates: usize,
    /// How many format and override templates took the place of others of the same key.
    pub replaced: usize,
    /// Errors in this source.
    pub errors: usize,
    /// Warnings in this source.
    pub warnings: usize,
}

impl Listing {
    /// The line the installer TEMPLI prints for a source (Template Services Manual 5-5):
    /// `TEST.TFMT1 (1) (T01) - formatting version: test v1 (07 JUN 99 11:02)`.
    ///
    /// `compiled` is when it was compiled, in the zone it is to be shown in.
    #[must_use]
    pub fn group(&self, compiled: Timestamp) -> String {
        const MONTHS: [&str; 12] =
            ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
        let owner = self.ssid.owner();
        let mut line = String::from_utf8_lossy(owner.trim_ascii_end()).into_owned();
        let number = self.ssid.number();
        let kind = if self.format_templates > 0 { "formatting" } else { "override" };
        let short = self.abbreviation.as_deref().unwrap_or("???");
        let name = self.name.as_deref().unwrap_or("");
        let when = match compiled.civil() {
            Some(at) => {
                let month = MONTHS.get(usize::from(at.month).saturating_sub(1)).copied().unwrap_or("");
                alloc::format!(
                    " ({:02} {month} {:02} {:02}:{:02})",
                    at.day,
                    at.year % 100,
                    at.hour,
                    at.minute
                )
            }
            None => String::new(),
        };
        line.push_str(&alloc::format!(
            ".{name} ({number}) ({short}) - {kind} version: {}{when}",
            self.version
        ));
        line
    }
}

impl fmt::Display for Listing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "End of compilation")?;
        writeln!(f, "Format templates: {}", self.format_templates)?;
        writeln!(f, "Override templates: {}", self.override_templates)?;
        writeln!(f, "Special templates: {}", self.special_templates)?;
        writeln!(f, "Errors: {}", self.errors)?;
        writeln!(f, "Warnings: {}", self.warnings)
    }
}
